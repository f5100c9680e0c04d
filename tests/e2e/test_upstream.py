"""Towards a backend: whom the gateway believes, under which key it speaks, and when it forwards."""
import contextlib
import functools
import os
import sqlite3
import ssl
import subprocess

from cases import Raw, accepted, case, check_soap_fault, effect_world, equal, outcome_of, request, table, until, world_with
from world import PKI, Simulator, World, services

# ---- the backend's certificate: issued by the CA of the configuration, for the host of its URL ----

BELIEVING = functools.partial(World, backend_fail_max=1000)
CERTIFICATE = """[req]
distinguished_name = dn
x509_extensions = ext
[dn]
[ext]
subjectAltName = DNS:{host}
extendedKeyUsage = serverAuth
"""


def backend_certificate(folder, ca, host):
    """What a CA of the PKI gives to a backend of that host name (the subject says localhost): its files, without .crt and .key."""
    pair, issuer = os.path.join(folder, f"{ca}-{host}"), os.path.join(PKI, "server", f"{ca}.crt")
    with open(pair + ".cnf", "w", encoding="ascii") as f:
        f.write(CERTIFICATE.format(host=host))
    subprocess.run(["openssl", "req", "-new", "-x509", "-config", pair + ".cnf", "-subj", "/CN=localhost", "-days", "2", "-nodes",
                    "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-CA", issuer,
                    "-CAkey", os.path.join(PKI, "ca-keys", f"{ca}.key"), "-keyout", pair + ".key", "-out", pair + ".crt"],
                   check=True, capture_output=True, timeout=60)
    return pair


def backend_shows(w, ca, host):
    """The backend anew, with such a certificate."""
    w.sim.kill()
    w.sim = w.eins_sim = Simulator(w.hmac_path, backend_certificate(w.folder, ca, host))
    w.write_config()
    equal(w.reload(), True, "reload")


@table((("comes from another CA", "backend-client-ca", "localhost"), ("names another host", "server-ca", "backend.test")),
       "a backend whose certificate {} gets no request", BELIEVING)
def foreign_backend(w, what, ca, host):
    backend_shows(w, "server-ca", "localhost")
    accepted(w, "1001")
    backend_shows(w, ca, host)
    for soap12 in (False, True):
        reply = w.call("1001", soap12=soap12)
        check_soap_fault(reply, "VG-U01", 500, soap12)
        outcome = outcome_of(w, reply)
        equal((outcome["result"], outcome["code"]), ("fault", "VG-U01"), "outcome")
    stats = w.sim.stats()
    equal((stats["connections"] > 0, stats["app_bytes_in"], stats["requests"]), (True, 0, 0), "what the backend saw")


# ---- the key of the identity ----

def identity_judged(w, sim, service):
    """A call, and what the backend says of its identity: (status, code, identity failures)."""
    before = sim.stats()
    reply = w.call(service)
    after = sim.stats()
    equal(after["requests"], before["requests"] + 1, f"requests of {service} that its backend saw")
    return reply.status, reply.code, after["identity_failures"] - before["identity_failures"]


@case("each backend gets the identity under its own key, and refuses it under the other's")
def key_of_backend():
    with World(two_backends=True) as w:
        for service, sim in (("1001", w.sim), ("1203", w.eins_sim)):
            equal(identity_judged(w, sim, service), (200, None, 0), f"{service} under its own key")
        w.eins_hmac_path = w.hmac_path
        w.write_config()
        equal(w.reload(), True, "reload")
        equal(identity_judged(w, w.eins_sim, "1203"), (500, None, 1), "eINS under the key of eZK")
        equal(identity_judged(w, w.sim, "1001"), (200, None, 0), "eZK under its own key")


# ---- the intent and the disk: a query overlaps, an effect waits ----

@contextlib.contextmanager
def no_commit(w):
    """The registry is locked for writing: the gateway's writer waits for us, up to BUSY_MS of store/db.c."""
    with contextlib.closing(sqlite3.connect(os.path.join(w.folder, "data", "registry.db"), isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")


def nothing_came(c):
    """Has the connection no byte for us?"""
    timeout = c.s.gettimeout()
    c.s.settimeout(0)
    try:
        c._more()
    except ssl.SSLWantReadError:
        return c.buffer == b""
    finally:
        c.s.settimeout(timeout)
    return False


ONE_LOOP = functools.partial(effect_world, loops=1)


@case("a call with an effect reaches no backend before its intent is on disk, a query behind it does", ONE_LOOP)
def effect_waits(w):
    accepted(w, "1203")
    accepted(w, "1001")
    before, seen = w.metrics(), w.sim.stats()["requests"]
    with Raw(w) as effect, Raw(w) as query:
        with no_commit(w):
            effect.send(request("1203"))
            until(lambda: w.metrics()["requests_total"] > before["requests_total"], "the effect is read")
            query.send(request("1001"))
            until(lambda: w.sim.stats()["requests"] > seen, "the query at the backend")
            stats, after = w.sim.stats(), w.metrics()
            equal((stats["requests"] - seen, stats["last"]["path"]), (1, services()["1001"]["path"]), "what the backend saw")
            equal(after["calls_total"] - before["calls_total"], 1, "calls forwarded")
        equal([c.reply().status for c in (effect, query)], [200, 200], "replies")
    equal(w.sim.stats()["requests"] - seen, 2, "requests that the backend saw")


@case("a query is at the backend before its intent is on disk, and its reply waits for the disk", world_with(loops=1))
def query_overlaps(w):
    accepted(w, "1203")
    replies = w.sim.stats()["replies"]
    with Raw(w) as c:
        with no_commit(w):
            c.send(request("1203"))
            until(lambda: w.sim.stats()["replies"] > replies, "the backend has replied")
            Raw(w).leave()  # a handshake on the same loop: what the backend sent before it has been read
            equal(nothing_came(c), True, "nothing has left")
        equal(c.reply().status, 200, "reply")
