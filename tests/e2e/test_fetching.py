"""What certificates themselves name: CRLs behind CDP addresses and issuers behind AIA addresses, on a web server with the documents of a PKI
whose addresses lead to it (samples/pki/make_pki.py --url-base)."""
import base64
import contextlib
import datetime
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading

from cases import Raw, case, equal, request, until
from portal import COMPANY, COURT, MUNICIPALITY, Person, administrator, enter, user
from test_kill_switch import is_closed
from world import PKI, ROOT, World

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "check"))
import authority as a  # noqa: E402
import der  # noqa: E402
import x509der as x  # noqa: E402


class Documents(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server.asked.append(self.path)
        super().do_GET()


@contextlib.contextmanager
def served_folder():
    """An empty folder, the address under which its www is served, and the paths that were asked for."""
    folder = tempfile.mkdtemp(prefix="vashgate-pki-")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Documents, directory=os.path.join(folder, "www")))
    server.daemon_threads, server.asked = True, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield folder, f"http://127.0.0.1:{server.server_address[1]}", server.asked
    finally:
        server.shutdown()
        server.server_close()
        shutil.rmtree(folder)


@contextlib.contextmanager
def served_pki():
    """Its folder, and the paths that were asked for."""
    with served_folder() as (folder, at, asked):
        make = [os.path.join(ROOT, "samples", "pki", "make_pki.py"), "--url-base", at, folder]
        subprocess.run(["/usr/bin/python3", *make], check=True, capture_output=True, timeout=300)
        shutil.rmtree(os.path.join(folder, "server"))
        os.symlink(os.path.join(PKI, "server"), os.path.join(folder, "server"))     # one server for all PKIs
        yield folder, asked


def world_of(pki, refresh_s=3600):
    w = World(registry=None, start=False, portal=True, pki=pki, fetch_revocation=True, private_addresses=True, revocation_refresh_s=refresh_s,
              calls_per_s=1000000, calls_burst=1000000)
    write = w.write_config

    def without(**settings):
        write(**settings)
        w.edit_config(f'intermediates = "{pki}/intermediates"; crls = "{pki}/crl";', "")
    w.write_config = without
    without()
    enter(w, [user(MUNICIPALITY, 701), user(COMPANY, 501), administrator(COURT, 1003)])
    return w.start()


# ---- a small PKI whose CRLs answer only together ----

def freshest(url):
    """FreshestCRL (RFC 5280 4.2.1.15): distribution points under another name."""
    return x.crl_points([url]).replace(bytes.fromhex("551d1f"), bytes.fromhex("551d2e"))


def some_reasons(url, *bits):
    return a.issuing_point(a.full_name(url), der.implicit(3, der.named_bits(bits)[2:]))


def small_pki(folder, at):
    """A CA, its certificates and what its addresses serve; the CA's private key stays with the caller."""
    ca = a.authority("CA z delnimi seznami", sources=())
    urls = {name: f"{at}/{name}.crl" for name in ("key", "other", "base", "delta")}
    split = dict(points=([urls["key"]], [urls["other"]]))
    based = dict(points=([urls["base"]],), more=(freshest(urls["delta"]),))
    leaves = {name: a.leaf(name, ca, **more) for name, more in (
        ("deljen", split), ("deljen-preklican", split), ("prirastek", based), ("prirastek-preklican", based))}
    lists = {"key": a.crl(ca, more=(some_reasons(urls["key"], 1),)),
             "other": a.crl(ca, [leaves["deljen-preklican"]], more=(some_reasons(urls["other"], 2, 3, 4, 5, 6, 7, 8),)),
             "base": a.crl(ca, number=1),
             "delta": a.crl(ca, [leaves["prirastek-preklican"]], more=(x.extension("2.5.29.27", der.integer(1), True),), number=2)}
    lay_out(folder, ca, leaves, lists)
    return ca, lists


def lay_out(folder, anchor, leaves, lists, intermediates=(), chain=()):
    """As build/pki lies, with what is served beside it; `chain`: what callers send behind their certificates."""
    for part in ("anchors", "intermediates", "ee", "www"):
        os.makedirs(os.path.join(folder, part))
    os.symlink(os.path.join(PKI, "server"), os.path.join(folder, "server"))
    write(folder, "anchors/ca.pem", pem(anchor))
    for i, ca in enumerate(intermediates):
        write(folder, f"intermediates/{i}.pem", pem(ca))
    for name, leaf in leaves.items():
        for ending, text in ((".crt", pem(leaf)), (".chain.pem", b"".join(map(pem, (leaf, *chain)))), (".key", leaf.private_pem())):
            write(folder, f"ee/{name}{ending}", text)
    for name, crl in lists.items():
        write(folder, f"www/{name}.crl", crl)


def pem(certificate):
    body = base64.encodebytes(certificate.der).decode("ascii")
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n".encode("ascii")


def write(folder, path, content):
    with open(os.path.join(folder, path), "wb") as f:
        f.write(content)


def lists_world(pki, names, issuers=(), **settings):
    w = World(registry=None, start=False, pki=pki, private_addresses=True, revocation_wait_ms=20000, calls_per_s=1000000,
              calls_burst=1000000, **{"fetch_revocation": True, "revocation_refresh_s": 3600, **settings})
    w.edit_config(f'crls = "{pki}/crl";', "")
    if issuers:
        w.edit_config("backends = (", f"issuers = ( {', '.join(issuers)} );\nbackends = (")
    people = [dict(MUNICIPALITY, position=31), dict(COMPANY, position=21)]
    w.start()
    if settings.get("fetch_revocation", True):
        until(lambda: w.metrics()["revocation_rounds_total"] >= 1, "the refresher's first look")
    w.import_registry([(name, {k: people[i][k] for k in ("position", "maticna", "davcna", "name", "legal_form")}, [1203]) for i, name in enumerate(names)])
    return w


def bare_pem(pki, name):
    with open(os.path.join(pki, "ee", name + ".crt"), encoding="ascii") as f:
        return f.read()


@case("CRLs behind the addresses of certificates are fetched, LDAP skipped, PEM taken; an issuer that nobody has sent is fetched when a certificate is "
      "registered, and serves calls from then on; nothing is fetched for whom nobody has registered", early=True)
def addresses():
    with served_pki() as (pki, asked):
        w = world_of(pki)
        try:
            bare = {name: w.context(name, chain=False) for name in ("obcina_zig", "podjetje")}
            equal([w.call("1003", name, context=bare[name]).code for name in bare], ["VG-C02", "VG-C02"], "with the bare certificates")
            known = w.context("podjetje")
            equal([w.call(s, "podjetje", context=known).code for s in ("1003", "preveri")], ["VG-A01", None], "with the chain, of somebody unknown")
            equal(asked, [], "asked for calls of those whom nobody has registered")
            done = Person(w, "uradnica", "701 –").register(1003, bare_pem(pki, "obcina_zig"))
            equal((done.step, any(path.endswith(".p7c") for path in asked)), ("vs207-07", True), "registering")
            waiting = json.loads(w.cli("--json", "case", "list").stdout)
            w.cli("case", "approve", str(waiting[0]["record"]))
            reply = w.call("1003", "obcina_zig", context=bare["obcina_zig"])
            equal((reply.status, w.record_of(reply)["revocation"]), (200, "good"), "a call with the bare certificate")
            equal(w.call("1003", "podjetje", context=bare["podjetje"]).code, "VG-C02", "one that nobody has registered")
        finally:
            w.close()


@case("an issuer that nobody has sent is fetched for a certificate that was imported, and serves its calls", early=True)
def imported():
    with served_pki() as (pki, asked):
        w = world_of(pki, refresh_s=1)
        try:
            w.import_registry([("podjetje", World.DEFAULT_REGISTRY[1][1], [1203])])
            bare = w.context("podjetje", chain=False)
            until(lambda: any(not path.endswith(".crl") for path in asked), "its issuer is asked for")
            until(lambda: w.call("1203", "podjetje", context=bare).status == 200, "a call with the bare certificate")
            other = w.context("obcina_zig", chain=False)
            equal(w.call("1003", "obcina_zig", context=other).code, "VG-C02", "one of another issuer that nobody has registered")
        finally:
            w.close()


@case("CRLs of some reasons each are fetched and answer together: revoked in one of them is revoked; with one of them missing nothing is known", early=True)
def some_reasons_each():
    with served_folder() as (folder, at, asked):
        small_pki(folder, at)
        w = lists_world(folder, ("deljen", "deljen-preklican"))
        try:
            reply = w.call("1203", "deljen")
            record = w.record_of(reply)
            equal((reply.code, record.get("revocation"), record.get("revocation_source"), sorted(asked)), (None, "good", "crl", ["/key.crl", "/other.crl"]),
                  "both lists")
            equal(w.call("1203", "deljen-preklican").code, "VG-C08", "deljen-preklican")
        finally:
            w.close()
    with served_folder() as (folder, at, asked):
        small_pki(folder, at)
        os.remove(os.path.join(folder, "www", "other.crl"))
        w = lists_world(folder, ("deljen",))
        try:
            equal(w.record_of(w.call("1203", "deljen"))["revocation"], "unchecked", "one list is missing")
        finally:
            w.close()


@case("delta CRLs are fetched: what they revoke is revoked, and stays so over a restart; one that nobody of the CA has signed changes nothing", early=True)
def deltas():
    with served_folder() as (folder, at, asked):
        ca, lists = small_pki(folder, at)
        w = lists_world(folder, ("prirastek", "prirastek-preklican"))
        try:
            equal(w.record_of(w.call("1203", "prirastek"))["revocation"], "good", "not in the delta")
            equal(sorted(set(asked)), ["/base.crl", "/delta.crl"], "asked for")
            equal(w.call("1203", "prirastek-preklican").code, "VG-C08", "prirastek-preklican")
            for name in lists:
                os.remove(os.path.join(folder, "www", f"{name}.crl"))
            w.stop()
            w.start()
            until(lambda: w.metrics()["revocation_rounds_total"] >= 1, "the refresher's first look, which cuts what is revoked")
            equal(w.call("1203", "prirastek-preklican").code, "VG-C08", "prirastek-preklican")
            equal(w.call("1203", "prirastek").status, 200, "after the restart")
        finally:
            w.close()
    with served_folder() as (folder, at, asked):
        ca, lists = small_pki(folder, at)
        forged = a.crl(ca, more=(x.extension("2.5.29.27", der.integer(1), True),), number=2, signing_key=a.key("nekdo drug"))
        write(folder, "www/delta.crl", forged)
        w = lists_world(folder, ("prirastek",))
        try:
            equal(w.record_of(w.call("1203", "prirastek"))["revocation"], "good", "with a forged delta")
            kept = [f for f in os.listdir(os.path.join(w.folder, "data", "revocation")) if f.endswith(".crl")]
            equal(("/delta.crl" in asked, len(kept)), (True, 1), "kept")
        finally:
            w.close()


@case("an authority whose CRL a rule names must be known to be good under the hard rule, though its certificate names none", early=True)
def authority_by_rule():
    with served_folder() as (folder, at, asked):
        root = a.authority("Koren brez naslovov", sources=())
        sub = a.authority("Izdajatelj brez naslovov", root, sources=())
        leaf = a.leaf("list", sub, points=([f"{at}/sub.crl"],))
        lay_out(folder, root, {"list": leaf}, {"sub": a.crl(sub)}, [sub])
        w = lists_world(folder, ("list",), [f'{{ issuer = "C=SI, O=Preizkus, CN=Koren brez naslovov"; order = [ "crl" ]; revocation = "hard"; crl = "{at}/root.crl"; }}'])
        try:
            equal((w.call("1203", "list").code, "/root.crl" in asked), ("VG-C09", True), "its CRL is not there")
            for revoked, code in (((), None), ((sub,), "VG-C08")):
                write(folder, "www/root.crl", a.crl(root, revoked))
                w.stop()
                shutil.rmtree(os.path.join(w.folder, "data", "revocation"))
                w.start()
                until(lambda: w.metrics()["revocation_rounds_total"] >= 1, "the refresher's first look, which cuts what is revoked")
                equal(w.call("1203", "list").code, code, f"its CRL names {len(revoked)}")
        finally:
            w.close()


@case("of one distribution point's addresses the next is asked where the first has nothing, and no further", early=True)
def mirrors():
    with served_folder() as (folder, at, asked):
        ca = a.authority("CA z zrcali", sources=())
        leaf = a.leaf("zrcalo", ca, points=([f"{at}/{name}.crl" for name in ("prvo", "drugo", "tretje")],))
        lay_out(folder, ca, {"zrcalo": leaf}, {"drugo": a.crl(ca)})
        w = lists_world(folder, ("zrcalo",))
        try:
            equal(w.record_of(w.call("1203", "zrcalo"))["revocation"], "good", "from the second")
            equal(asked, ["/prvo.crl", "/drugo.crl"], "asked for")
        finally:
            w.close()


@case("a reload that brings a CRL which revokes closes the certificate's connections, whether statuses are fetched or not", early=True)
def reloaded():
    for fetch in (True, False):
        check_reload(fetch)


def check_reload(fetch):
    with served_folder() as (folder, at, asked):
        ca = a.authority("CA v mapi", sources=())
        leaf = a.leaf("v mapi", ca, points=())
        lay_out(folder, ca, {"v mapi": leaf}, {"ca": a.crl(ca)})
        w = lists_world(folder, ("v mapi",), fetch_revocation=fetch)
        try:
            w.edit_config("intermediates = ", f'crls = "{folder}/www"; intermediates = ')
            w.reload()
            with Raw(w, "v mapi") as c:
                equal(c.send(request("1203")).reply().status, 200, "a call")
                write(folder, "www/ca.crl", a.crl(ca, [leaf], number=2))
                w.reload()
                until(lambda: is_closed(c.s), "its connection is cut")
            equal(w.call("1203", "v mapi").code, "VG-C08", "afterwards")
        finally:
            w.close()


@case("a delta CRL that somebody else has signed replaces none of the CA's, however new it is", early=True)
def foreign_delta():
    with served_folder() as (folder, at, asked):
        ca, lists = small_pki(folder, at)
        mark = x.extension("2.5.29.27", der.integer(1), True)
        revoked = a.leaf("prirastek-preklican", ca)                 # of the same serial number
        now = (datetime.datetime.now(datetime.timezone.utc) - a.NOW) / a.DAY
        write(folder, "www/delta.crl", a.crl(ca, [revoked], more=(mark,), number=2, days=(now, now + 8 / 86400)))
        w = lists_world(folder, ("prirastek-preklican",), revocation_refresh_s=1)
        try:
            equal(w.call("1203", "prirastek-preklican").code, "VG-C08", "by the CA's delta")
            write(folder, "www/delta.crl", a.crl(ca, more=(mark,), number=99, days=(now, now + 9), signing_key=a.key("nekdo drug")))
            before = asked.count("/delta.crl")
            until(lambda: asked.count("/delta.crl") > before, "it is time to have it anew")
            rounds = w.metrics()["revocation_rounds_total"]
            until(lambda: w.metrics()["revocation_rounds_total"] > rounds, "and it has been looked at")
            equal(w.call("1203", "prirastek-preklican").code, "VG-C08", "with somebody else's delta in its place")
        finally:
            w.close()
