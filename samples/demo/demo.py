#!/usr/bin/python3
"""`make demo`: the two stories of the gateway (calls here, registration in registration.py) with real clients, on throw-away worlds;
`make run` leaves a world running.

Everything is made new in a temporary folder, listens on loopback, and dies with this process.
"""
import os
import signal
import subprocess
import sys

import registration
import requests
from stage import Caller, expect, fault_of, say, show_zip, step, world


def play(w):
    step("A municipality calls eZK 1003 (zaščiteni izpis po imetniku) with its qualified certificate")
    obcina = Caller(w, "obcina")
    holder = {"davcna": "14717468"}
    search = obcina.service("1003")
    reply = search(**holder, namen="GOV_MJU_EUPRAVA_LASTNIK")
    show_zip(reply)
    say("receipt: " + obcina.receipts[-1][:90] + " …")

    step("It asks eINS 1203 whether proceedings are open for a tax number")
    answer = obcina.service("1203")(davcna="14717468")
    say(f"answer: {answer}")

    step("A company calls 1101: the gateway writes the company's own registration number in")
    podjetje = Caller(w, "podjetje")
    show_zip(podjetje.service("1101")())

    step("The company tries 1003, which only organs may use: a fault that says what to mend")
    code = fault_of(podjetje.service("1003"), **holder, namen="GOV_MJU_EUPRAVA_LASTNIK")
    expect(code == "VG-A03", "the company was not refused")

    step("It asks beforehand what its certificate opens (PreveriPravice)")
    rights = podjetje.service("preveri")()
    say("opened: " + ", ".join(right["skupina"] for right in rights["pravica"] if right["dovoljeno"]))
    say("closed: " + ", ".join(f"{right['skupina']} ({right['koda']})" for right in rights["pravica"] if not right["dovoljeno"]))

    step("A certificate that nobody registered is refused; so is a connection without one")
    stranger = Caller(w, "unregistered")
    expect(fault_of(stranger.service("1003"), **holder, namen="GOV_MJU_EUPRAVA_LASTNIK") == "VG-A01", "a stranger was not refused")
    try:
        bare = requests.Session()
        bare.trust_env = False
        bare.get(f"https://localhost:{w.port}/", verify=obcina.session.verify, timeout=10)
        expect(False, "a connection without a certificate was answered")
    except requests.exceptions.RequestException:
        say("no certificate: TLS alert")

    step("The administrator blocks the municipality's certificate; the next call is refused; then lifts it")
    digest = world.pki_index()["certificates"]["obcina"]["sha256"]
    w.cli("user", "block", digest, "--reason", "demo")
    expect(fault_of(search, **holder, namen="GOV_MJU_EUPRAVA_LASTNIK") == "VG-A06", "a blocked certificate was served")
    w.cli("user", "unblock", digest)
    expect(search(**holder, namen="GOV_MJU_EUPRAVA_LASTNIK")["zip"], "an unblocked certificate was refused")

    step("The gateway is killed (SIGKILL) and started again: no receipt is lost")
    w.gateway.stop(signal.SIGKILL)
    w.start()
    say("started again on port %d" % w.port)
    w.stop()

    step("An auditor verifies the trail offline, with two independent programs and the callers' receipts")
    export = w.export()
    receipts = os.path.join(w.folder, "receipts.txt")
    kept = [r for r in obcina.receipts + podjetje.receipts + stranger.receipts if r]
    with open(receipts, "w", encoding="ascii") as f:
        f.write("\n".join(kept) + "\n")
    heads = os.path.join(w.folder, "data", "audit-heads.log")
    ours = w.cli("audit", "verify", export, "--head", heads, "--receipt", receipts, ok=None)
    say("vashgate audit verify: " + ours.stdout.strip())
    verify = os.path.join(world.ROOT, "tests", "audit", "verify.py")
    theirs = subprocess.run(["/usr/bin/python3", verify, export, "--head", heads, "--receipt", receipts], capture_output=True, text=True)
    say("verify.py:             " + theirs.stdout.strip())
    expect(ours.returncode == 0 and theirs.returncode == 0 and ours.stdout == theirs.stdout, "the verifiers do not agree")

    step("One byte of one record is changed: both say which record does not fit")
    with open(export, "rb") as f:
        text = f.read()
    with open(export, "wb") as f:
        f.write(text.replace(b"result=delivered", b"result=deliverec", 1))
    ours = w.cli("audit", "verify", export, "--head", heads, ok=None)
    say(ours.stdout.strip())
    expect(ours.returncode == 1, "the change was not found")


def leave_running(w):
    s, e = os.path.join(world.PKI, "server", "server-ca.crt"), os.path.join(world.PKI, "ee", "obcina")
    path = world.services()["1003"]["path"]
    print(f"""
The gateway is running.   services https://localhost:{w.port}   metrics http://127.0.0.1:{w.metrics_port}/metrics
configuration {w.config_path}

  curl --cacert {s} --cert {e}.chain.pem --key {e}.key \\
       'https://localhost:{w.port}{path}?wsdl'
  curl --cacert {s} --cert {e}.chain.pem --key {e}.key \\
       -H 'Content-Type: text/xml; charset=utf-8' -H 'SOAPAction: "{world.services()["1003"]["soap_action"]}"' \\
       --data-binary @samples/requests/1003.xml 'https://localhost:{w.port}{path}'
  build/vashgate --config {w.config_path} user list
  build/vashgate --config {w.config_path} audit verify

Ctrl-C stops it.""", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()


def main():
    step("A throw-away world: PKI with the profiles of real issuers, registry, simulators of eZK and eINS, the gateway")
    with world.World() as w:
        say(f"services on https://localhost:{w.port}, backends on port {w.sim.port}, data in {w.folder}")
        if "--run" in sys.argv:
            leave_running(w)
            return
        play(w)
    registration.play()
    print("\ndemo: ok")


if __name__ == "__main__":
    main()
