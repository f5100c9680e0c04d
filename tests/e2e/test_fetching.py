"""What certificates themselves name: CRLs behind CDP addresses and issuers behind AIA addresses, on a web server with the documents of a PKI
whose addresses lead to it (samples/pki/make_pki.py --url-base)."""
import contextlib
import functools
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading

from cases import case, equal
from portal import COMPANY, COURT, MUNICIPALITY, Person, administrator, enter, user
from world import PKI, ROOT, World


class Documents(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server.asked.append(self.path)
        super().do_GET()


@contextlib.contextmanager
def served_pki():
    """Its folder, and the paths that were asked for."""
    folder = tempfile.mkdtemp(prefix="vashgate-pki-")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Documents, directory=os.path.join(folder, "www")))
    server.daemon_threads, server.asked = True, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        make = [os.path.join(ROOT, "samples", "pki", "make_pki.py"), "--url-base", f"http://127.0.0.1:{server.server_address[1]}", folder]
        subprocess.run(["/usr/bin/python3", *make], check=True, capture_output=True, timeout=300)
        shutil.rmtree(os.path.join(folder, "server"))
        os.symlink(os.path.join(PKI, "server"), os.path.join(folder, "server"))     # one server for all PKIs
        yield folder, server.asked
    finally:
        server.shutdown()
        server.server_close()
        shutil.rmtree(folder)


def world_of(pki):
    w = World(registry=None, start=False, portal=True, pki=pki, fetch_revocation=True, private_addresses=True, revocation_refresh_s=3600,
              calls_per_s=1000000, calls_burst=1000000)
    write = w.write_config

    def without(**settings):
        write(**settings)
        w.edit_config(f'intermediates = "{pki}/intermediates"; crls = "{pki}/crl";', "")
    w.write_config = without
    without()
    enter(w, [user(MUNICIPALITY, 701), user(COMPANY, 501), administrator(COURT, 1003)])
    return w.start()


def bare_pem(pki, name):
    with open(os.path.join(pki, "ee", name + ".crt"), encoding="ascii") as f:
        return f.read()


@case("CRLs behind the addresses of certificates are fetched, LDAP skipped, PEM taken; an issuer that nobody has sent is fetched when a certificate is "
      "registered, and serves calls from then on, but is never fetched for a call", early=True)
def addresses():
    with served_pki() as (pki, asked):
        w = world_of(pki)
        try:
            bare = {name: w.context(name, chain=False) for name in ("obcina_zig", "podjetje")}
            equal([w.call("1003", name, context=bare[name]).code for name in bare], ["VG-C02", "VG-C02"], "with the bare certificates")
            equal([path for path in asked if not path.endswith(".crl")], [], "asked for calls")
            done = Person(w, "uradnica", "701 –").register(1003, bare_pem(pki, "obcina_zig"))
            equal((done.step, any(path.endswith(".p7c") for path in asked)), ("vs207-07", True), "registering")
            waiting = json.loads(w.cli("--json", "case", "list").stdout)
            w.cli("case", "approve", str(waiting[0]["record"]))
            reply = w.call("1003", "obcina_zig", context=bare["obcina_zig"])
            equal((reply.status, w.record_of(reply)["revocation"]), (200, "good"), "a call with the bare certificate")
            equal(w.call("1003", "podjetje", context=bare["podjetje"]).code, "VG-C02", "one that nobody has registered")
        finally:
            w.close()
