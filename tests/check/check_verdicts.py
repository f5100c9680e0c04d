#!/usr/bin/python3
"""The table of verdicts (verdicts.py): what `vashgate cert check` says of each case, and that the gateway answers a caller with that
certificate the same.

usage: check_verdicts.py [DATA]
"""
import base64
import http.server
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, "tests", "e2e")]
sys.dont_write_bytecode = True
import authority as a
from verdicts import CASES, GOOD_LEAF, ROOT, SUB
from world import VASHGATE, World

# what a caller gets for a code of cert check; VG-A01: the certificate is good, and registered for nothing
FAULTS = {"accepted": "VG-A01", "self_signed": "VG-C01", "unknown_issuer": "VG-C02", "expired": "VG-C03", "not_yet_valid": "VG-C04", "key_usage": "VG-C05",
          "weak": "VG-C06", "not_qualified": "VG-C07", "revoked": "VG-C08", "revocation_unknown": "VG-C09"}
CHAIN_FAULT = "VG-C10"


def pem(der, label="CERTIFICATE"):
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n"


def write(path, data):
    with open(path, "wb" if isinstance(data, bytes) else "w") as f:
        f.write(data)


def lay_out(case, folder):
    """The case as files: leaf.pem with its chain, and folders as the configuration has them."""
    for name, items in (("anchors", case.roots), ("intermediates", case.intermediates)):
        shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
        os.mkdir(os.path.join(folder, name))
        for i, certificate in enumerate(items):
            write(os.path.join(folder, name, f"{i}.pem"), pem(certificate.der))
    shutil.rmtree(os.path.join(folder, "crls"), ignore_errors=True)
    os.mkdir(os.path.join(folder, "crls"))
    for i, item in enumerate(case.crls):
        data = pem(CASES[0].crls[1], "X509 CRL") if item == "pem" else item
        write(os.path.join(folder, "crls", f"{i}.crl"), data)
    leaf = os.path.join(folder, "leaf.pem")
    if case.leaf is None or case.leaf == "cut":
        write(leaf, GOOD_LEAF.der[:-20] if case.leaf else b"nic")
        return
    write(leaf, "".join(pem(c.der) for c in (case.leaf, *case.chain)))
    write(os.path.join(folder, "leaf.key"), case.leaf.private_pem())


def offline(case, folder):
    command = [VASHGATE, "--json", "cert", "check", os.path.join(folder, "leaf.pem"), "--revocation", case.rule, "--purpose", case.purpose]
    for name in ("anchors", "intermediates", "crls"):
        command += ["--" + name, os.path.join(folder, name)]
    for i, response in enumerate(case.ocsp):
        path = os.path.join(folder, f"{i}.ocsp")
        write(path, base64.encodebytes(response[1]) if isinstance(response, tuple) else response)
        command += ["--ocsp", path]
    if case.at:
        command += ["--at", case.at.strftime("%Y-%m-%dT%H:%M:%SZ")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    answer = json.loads(run.stdout)
    verdict = {"accepted": "accepted", "revocation_unknown": "undecidable"}.get(case.code, "refused")
    failed = [s["name"] for s in answer["steps"] if s["result"] == "failed"]
    wanted = (0 if verdict == "accepted" else 1, verdict, case.code, verdict == "refused", case.code != "malformed")
    found = (run.returncode, answer["verdict"], answer["code"], bool(failed), is_shown(case, folder))
    return None if found == wanted else f"{found}, wanted {wanted}: {[(s['name'], s['result'], s['reason']) for s in answer['steps']]}"


def is_shown(case, folder):
    """Does cert inspect read the leaf, as whatever is not malformed can be read?"""
    path = os.path.join(folder, "leaf.pem")
    if isinstance(case.leaf, a.Certificate):
        path = os.path.join(folder, "leaf.der")
        write(path, case.leaf.der)
    status = subprocess.run([VASHGATE, "cert", "inspect", path], capture_output=True, timeout=60).returncode
    return {0: True, 1: False}[status]


class Gateway:
    """One gateway whose trust is laid out anew for each case."""

    def __init__(self):
        self.w = World(registry=(), start=False)
        self.folder = os.path.join(self.w.folder, "trust")
        os.mkdir(self.folder)
        self.rule = "hard"
        self.w.anchors = os.path.join(self.folder, "anchors")
        self.w.write_config()
        self.w.edit_config(f'intermediates = "{self.w.pki}/intermediates"; crls = "{self.w.pki}/crl";',
                           f'intermediates = "{self.folder}/intermediates"; crls = "{self.folder}/crls"; revocation = "hard";')
        self.started = False

    def answer(self, case):
        """The code that a caller with this certificate gets."""
        if case.rule != self.rule:
            self.w.edit_config(f'revocation = "{self.rule}"', f'revocation = "{case.rule}"')
            self.rule = case.rule
        if not self.started:
            self.w.start()
            self.started = True
        elif not self.w.reload():
            return "not reloaded"
        context = self.w.context(weak=True)
        context.load_cert_chain(os.path.join(self.folder, "leaf.pem"), os.path.join(self.folder, "leaf.key"))
        return self.w.call("1103", context=context).code


class Responder(http.server.BaseHTTPRequestHandler):
    """Answers with what the case has: of its leaf, of the authority above."""

    def log_message(self, *args):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = self.server.answers.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")


def subject(certificate):
    """As a rule of the configuration names an issuer."""
    run = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-subject", "-nameopt", "RFC2253,-esc_msb"], input=certificate.der,
                         capture_output=True, check=True)
    return run.stdout.decode().strip().removeprefix("subject=")


class FetchingGateway(Gateway):
    """It has the OCSP responses of a case from a responder; nothing of the case before is known to it."""

    def __init__(self):
        super().__init__()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Responder)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        with open(self.w.config_path, "a", encoding="utf-8") as f:
            f.write("@issuers@")
        self.rules = "@issuers@"
        self.w.edit_config("fetch_revocation = false", "fetch_revocation = true")
        self.w.edit_config("private_addresses = false", "private_addresses = true")

    def rules_of(self, case):
        at = f"http://127.0.0.1:{self.server.server_address[1]}"
        rows = [f'{{ issuer = "{subject(ca)}"; order = [ "ocsp" ]; revocation = "{case.rule}"; ocsp = "{at}{path}"; }}'
                for ca, path in ((SUB, "/leaf"), (ROOT, "/authority"))]
        return "issuers = ( " + ", ".join(rows) + " );\n"

    def answer(self, case):
        self.server.answers = {"/leaf": case.ocsp[0], "/authority": case.ocsp[1] if len(case.ocsp) > 1 else None}
        rules = self.rules_of(case)
        self.w.edit_config(self.rules, rules)
        self.rules = rules
        if self.started:
            self.w.stop()
            self.started = False
        shutil.rmtree(os.path.join(self.w.folder, "data", "revocation"), ignore_errors=True)
        return super().answer(case)


def may_be_fetched(case):
    """Each response is of another certificate of the path, and they are DER. A nonce must be the request's there (tests/e2e/test_revocation.py)."""
    call = case.purpose == "call" and not case.at and case.ocsp
    return call and all(isinstance(r, bytes) for r in case.ocsp) and (len(case.ocsp) == 1 or not case.crls) and "nonce" not in case.name


# real certificates of DATA/tsl, at a time: what interfaces.md of that data says of them
ANCHORS = ("Halcom_Root_Certificate_Authority", "SI_TRUST_Root")
REAL = (("BetrSign_Kvalificirana_storitev_za_potrjevanje_veljavnosti_1234352.pem", 2023, "accepted", "eseal", True), ("sigen-ca.crt", 2019, "accepted", "esign", False),
        ("test-sigovca-web.cer", 2019, "accepted", "esign", False), ("sigen-ca.crt", 2023, "expired", "unknown", None),
        ("sigov-ca.crt", 2019, "unknown_issuer", "unknown", None), ("nlb-ca.crt", 2019, "self_signed", "unknown", None))


def real(data, folder, name, year, code, qualified, qscd):
    for target, files in (("anchors", ANCHORS), ("intermediates", [f[:-4] for f in os.listdir(os.path.join(data, "tsl", "ca"))])):
        os.makedirs(os.path.join(folder, target), exist_ok=True)
        for f in files:
            shutil.copy(os.path.join(data, "tsl", "ca", f + ".pem"), os.path.join(folder, target))
    run = subprocess.run([VASHGATE, "--json", "cert", "check", os.path.join(data, "tsl", "ee", name), "--anchors", os.path.join(folder, "anchors"), "--intermediates",
                          os.path.join(folder, "intermediates"), "--at", f"{year}-07-01T00:00:00Z"], capture_output=True, text=True, timeout=60)
    answer = json.loads(run.stdout)
    found = (answer["code"], answer["qualified"], answer["qscd"])
    return None if found == (code, qualified, qscd) else f"{found}: {answer['steps']}"


def report(name, problem):
    print(f"{'not ok' if problem else 'ok'} - check: {name}" + (f"\n# {problem}" if problem else ""), flush=True)
    return bool(problem)


def main():
    failed = 0
    with tempfile.TemporaryDirectory(prefix="vashgate-check-") as folder:
        for case in CASES:
            lay_out(case, folder)
            failed += report(case.name, offline(case, folder))
    gateway = Gateway()
    try:
        for case in (c for c in CASES if c.live):
            lay_out(case, gateway.folder)
            found, wanted = gateway.answer(case), FAULTS.get(case.code, CHAIN_FAULT)
            failed += report(f"a call: {case.name}", None if found == wanted else f"{found}, wanted {wanted}")
    finally:
        gateway.w.close()
    fetching = FetchingGateway()
    try:
        for case in (c for c in CASES if may_be_fetched(c)):
            lay_out(case, fetching.folder)
            found, wanted = fetching.answer(case), FAULTS.get(case.code, CHAIN_FAULT)
            failed += report(f"a call, the response fetched: {case.name}", None if found == wanted else f"{found}, wanted {wanted}")
    finally:
        fetching.w.close()
    data = sys.argv[1] if len(sys.argv) > 1 else ""
    for row in REAL:
        with tempfile.TemporaryDirectory(prefix="vashgate-check-") as folder:
            if os.path.isdir(os.path.join(data, "tsl")):
                failed += report(f"real: {row[0]} in {row[1]}", real(data, folder, *row))
            else:
                print(f"skipped - check: real: {row[0]} in {row[1]}: there is no folder of them")
    names = [c.name for c in CASES]
    failed += report("no name stands twice", [n for n in set(names) if names.count(n) > 1])
    refused = {c.code for c in CASES}
    print(f"# {len(CASES)} cases, {sum(c.live or bool(may_be_fetched(c)) for c in CASES)} of them shown to the gateway, {len(refused)} codes")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
