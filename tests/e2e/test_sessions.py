"""TLS sessions: resumed as long as nothing changed, and never a way around a refusal."""
import functools
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile

from cases import Raw, accepted, backend_untouched, case, check_refusal, check_soap_fault, equal, request, table, until, world_with
from world import PKI, ROOT, World, pki_index

VERSIONS = (("TLS 1.2", ssl.TLSVersion.TLSv1_2), ("TLS 1.3", ssl.TLSVersion.TLSv1_3))
RECONNECTS = 1000
LEAST = 950


class Client:
    """One client that keeps its last session, as a SOAP client does."""

    def __init__(self, w, name, tls, port=None):
        self.w, self.port, self.name = w, port, name
        self.context, self.session, self.resumed = w.context(name, tls), None, 0

    def call(self, service="1203", keep=True, port=None):
        """A new connection, one call. `keep`: remember the session that it leaves. The reply."""
        with Raw(self.w, self.name, port=port or self.port, context=self.context, session=self.session) as c:
            reply = c.send(request(service)).reply()
            self.was_resumed = c.s.session_reused
            self.resumed += self.was_resumed
            session = c.leave()
            self.session = session if keep else self.session  # in TLS 1.3 it came with the reply
        return reply


@table(VERSIONS, "with no change at least 95 % of 1,000 reconnects over two loops and a reload resume in {}", world_with(loops=2))
def reconnects(w, version, tls):
    client, before = Client(w, "obcina", tls), w.metrics()
    equal(client.call().status, 200, "first call")
    for i in range(RECONNECTS):
        if i == RECONNECTS // 2:
            equal(w.reload(), True, "reload")
        equal(client.call().status, 200, f"call {i}")
    equal(client.resumed >= LEAST, True, f"{client.resumed} of {RECONNECTS} resumed")
    after = w.metrics()
    equal(after["handshakes_resumed_total"] - before["handshakes_resumed_total"], client.resumed, "counted by the gateway")
    equal(w.record_of(client.call())["resumed"], str(int(client.was_resumed)), "resumed in the record")


@table(VERSIONS, "a session that is gone is no error in {}: a full handshake follows", world_with())
def forgotten(w, version, tls):
    client = Client(w, "obcina", tls)
    client.call()
    w.stop()
    w.start()
    equal((client.call().status, client.was_resumed), (200, False), "call after a restart")


CACHE_BYTES = 150000  # a handful of sessions


@table(VERSIONS, "above session_cache_bytes the oldest sessions are dropped and the newest resume in {}",
       world_with(session_cache_bytes=CACHE_BYTES, loops=1))
def cache_full(w, version, tls):
    def resumes(client):
        equal(client.call().status, 200, "call")
        return client.was_resumed
    first = Client(w, "obcina", tls)
    equal([resumes(first) for _ in range(2)], [False, True], "resumed while there is room")
    before, clients = w.metrics(), [Client(w, "obcina", tls) for _ in range(30)]
    for client in clients:
        equal(resumes(client), False, "first call of a client")
        equal(w.metrics()["sessions_bytes"] <= CACHE_BYTES, True, "bytes of the sessions kept")
    after = w.metrics()
    equal(after["sessions_evicted_total"] > before["sessions_evicted_total"], True, "evictions counted")
    equal((resumes(clients[-1]), resumes(first), resumes(clients[0])), (True, False, False), "the newest, the oldest ones")


# ---- a change: the resumed session and a new one get the same refusal ----

def refused_alike(w, clients, name, code, service="1203"):
    """Each client, resumed or not, and a new one are refused with the same code."""
    for client in (*clients, Client(w, name, None)):
        for _ in range(2):
            check_refusal(w, client.call(service), code, name, service)


def resuming_clients(w, name, service="1203"):
    """A client of each version whose next connection is known to resume."""
    clients = [Client(w, name, tls) for _, tls in VERSIONS]
    for client in clients:
        for _ in range(2):
            equal(client.call(service).status, 200, "call before the change")
        equal(client.was_resumed, True, "session resumed before the change")
    return clients


@case("after a block of the certificate no session is served", world_with())
def blocked_certificate(w):
    clients = resuming_clients(w, "podjetje")
    digest = pki_index()["certificates"]["podjetje"]["sha256"]
    w.cli("user", "block", digest)
    refused_alike(w, clients, "podjetje", "VG-A06")
    accepted(w, "1203", "obcina")
    w.cli("user", "unblock", digest)
    accepted(w, "1203", "podjetje")


@case("a certificate whose record ends while its message is on the way is refused", world_with())
def ended_on_the_way(w):
    record = str(next(r["membership"] for r in json.loads(w.cli("--json", "user", "list").stdout)
                      if r["cert"] == pki_index()["certificates"]["podjetje"]["sha256"] and r["group"] == 1203))
    whole = request("1203")
    with Raw(w, "podjetje") as c:
        for end, code in ((False, None), (True, "VG-A04")):
            until(lambda: w.metrics()["request_buffer_bytes"] == 0, "the message before is forgotten")
            c.send(whole[:-1])
            until(lambda: w.metrics()["request_buffer_bytes"] > 0, "the gateway reads the body")
            if end:
                w.cli("user", "status", record, "pending")
            reply = c.send(whole[-1:]).reply()
            equal(reply.code, code, "code")
        check_refusal(w, reply, "VG-A04", "podjetje", "1203")


def without_anchor(w, stem):
    """A copy of the anchors without one."""
    folder = os.path.join(w.folder, f"anchors-without-{stem}")
    shutil.copytree(w.anchors, folder, dirs_exist_ok=True)
    os.unlink(os.path.join(folder, stem + ".pem"))
    return folder


@case("after the removal of an anchor no session is served, others are", None)
def anchor_removed():
    with World() as w:
        clients, others = resuming_clients(w, "podjetje"), resuming_clients(w, "obcina")
        with Raw(w, "podjetje") as c:
            equal(c.send(request("1203")).reply().status, 200, "open connection before")
            w.anchors = without_anchor(w, "halcom_root")
            w.write_config()
            equal(w.reload(), True, "reload")
            check_refusal(w, c.send(request("1203")).reply(), "VG-C02", "podjetje", "1203")
        refused_alike(w, clients, "podjetje", "VG-C02")
        for client in others:
            equal((client.call().status, client.was_resumed), (200, True), "another anchor's session")


def own_pki(*options):
    """A copy of the PKI that may be changed; the caller removes it."""
    folder = os.path.join(tempfile.mkdtemp(prefix="vashgate-pki-"), "pki")
    shutil.copytree(PKI, folder)
    make_pki(folder, *options)
    return folder


def make_pki(folder, *options):
    subprocess.run([sys.executable, os.path.join(ROOT, "samples", "pki", "make_pki.py"), *options, folder], check=True, capture_output=True,
                   timeout=120)


@case("after revocation and a reload no session is served", None)
def revoked():
    pki = own_pki()
    try:
        with World(pki=pki) as w:
            clients = resuming_clients(w, "podjetje")
            make_pki(pki, "--revoke", "podjetje")
            equal(w.reload(), True, "reload")
            until(lambda: "event=certificate_killed" in w.gateway.log(400), "the refresher has cut what was open")
            refused_alike(w, clients, "podjetje", "VG-C08")
            accepted(w, "1203", "obcina")
    finally:
        shutil.rmtree(os.path.dirname(pki))


@case("after expiry no session is served, no open connection, and no message that was on the way", None)
def expired():
    pki = own_pki("--renew-short", "--short-seconds", "6")
    try:
        registry = World.DEFAULT_REGISTRY + (("kratek", dict(position=11, emso="1211981500126", name="Kratek"), [1103]),)
        with World(registry, pki=pki, body_grace_ms=60000) as w, Raw(w, "kratek") as c, Raw(w, "kratek") as slow:
            clients = resuming_clients(w, "kratek", "1103")
            whole = request("1103")
            equal(slow.send(whole).reply().status, 200, "a message before")
            slow.send(whole[:-1])
            until(lambda: w.metrics()["request_buffer_bytes"], "its successor is on the way")
            equal(c.send(whole).reply().status, 200, "open connection before")
            until(lambda: c.send(whole).reply().code, "the end of the certificate")
            check_soap_fault(slow.send(whole[-1:]).reply(), "VG-C03")
            for client in (*clients, Client(w, "kratek", None)):
                for _ in range(2):
                    check_soap_fault(client.call("1103"), "VG-C03")
            accepted(w, "1103", "podjetje")
    finally:
        shutil.rmtree(os.path.dirname(pki))


# ---- listeners ----

TWO_LISTENERS = functools.partial(World, second_listener=True)


@table(VERSIONS, "a session of one listener is not resumed on another in {}", TWO_LISTENERS)
def other_listener(w, version, tls):
    client = Client(w, "obcina", tls)
    client.call()
    equal((client.call().status, client.was_resumed), (200, True), "on its own listener")
    equal((client.call(port=w.internal_port, keep=False).status, client.was_resumed), (200, False), "on the other")
    back = Client(w, "obcina", tls, w.internal_port)
    back.call()
    equal((back.call().status, back.was_resumed), (200, True), "on the internal listener")
    equal((back.call(port=w.port, keep=False).status, back.was_resumed), (200, False), "back on the first")


@case("a session of one certificate serves no other: the resumed connection is the first one's", TWO_LISTENERS)
def other_certificate(w):
    for _, tls in VERSIONS:
        client = Client(w, "obcina", tls)
        client.call()
        client.call()
        other = Client(w, "podjetje", tls)
        other.context, other.session = client.context, client.session
        reply = other.call("1001")
        equal(w.record_of(reply)["cert"], pki_index()["certificates"]["obcina"]["sha256"], "certificate in the record")


def own_anchors_world():
    """Two listeners of one loop, so of one cache of judgements: only "services" trusts Halcom, only "internal" trusts Rekono."""
    registry = World.DEFAULT_REGISTRY + (("rekono", dict(position=11, emso="1211981500126", name="Rekono"), [1103]),)
    w = World(registry, second_listener=True, start=False, loops=1)
    w.anchors, w.internal_anchors = without_anchor(w, "rekono_root_qc"), without_anchor(w, "halcom_root")
    w.write_config()
    return w.start()


@table((("services", "podjetje", "internal"), ("internal", "rekono", "services")),
       "a certificate that only the listener {} accepts is refused on the other, before and after", own_anchors_world)
def own_anchors(w, good, name, bad):
    port = {"services": w.port, "internal": w.internal_port}
    for _ in range(2):
        for listener in port:
            accepted(w, "1103", "obcina", port=port[listener])
        with backend_untouched(w):
            check_refusal(w, w.call("1103", name, port=port[bad]), "VG-C02", name, "1103", listener=bad)
        accepted(w, "1103", name, port=port[good])
