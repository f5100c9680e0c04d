#!/usr/bin/python3
"""The real Slovenian list under the real list of lists, counted independently, and another project's trusted lists. A part of check_tsl.py,
and by itself for `make test-corpus`.

usage: real_lists.py VASHGATE DATA
"""
import contextlib
import csv
import json
import os
import subprocess
import sys
import tempfile

from lxml import etree

import make_list as m

AT = "2023-10-01T00:00:00Z"  # both lists are in force then


def run(vashgate, *args):
    r = subprocess.run([vashgate, "--config", "/nonexistent", "--json", "tsl", "import", "--dry-run", *args], capture_output=True, text=True, timeout=120,
                       check=False)
    try:
        return r.returncode, json.loads(r.stdout)
    except json.JSONDecodeError:
        return r.returncode, {"code": None, "error": r.stderr[-200:]}


def certificates_of(path, folder):
    """A folder of the certificates that the file's own signature holds, as pins: from outside, the list itself is all there is."""
    os.makedirs(folder)
    with contextlib.suppress(etree.XMLSyntaxError):
        for i, node in enumerate(etree.parse(path).getroot().iterfind(f".//{{{m.DS}}}KeyInfo//{{{m.DS}}}X509Certificate")):
            der = "".join(node.text.split())
            with open(os.path.join(folder, f"{i}.pem"), "w", encoding="ascii") as f:
                f.write("-----BEGIN CERTIFICATE-----\n" + "\n".join(der[k:k + 64] for k in range(0, len(der), 64)) + "\n-----END CERTIFICATE-----\n")
    return folder


def reading(path):
    """Counts by lxml alone."""
    root, t = etree.parse(path).getroot(), f"{{{m.TSL}}}"
    services = root.findall(f".//{t}TSPService/{t}ServiceInformation")
    granted = [s for s in services if s.findtext(t + "ServiceTypeIdentifier") == m.CA_QC and s.findtext(t + "ServiceStatus") == m.STATUS + "granted"]
    return {"providers": len(root.findall(f".//{t}TrustServiceProvider")), "services": len(services), "granted_ca_qc": len(granted),
            "sequence": int(root.findtext(f".//{t}TSLSequenceNumber"))}


def check_real(say, vashgate, data, folder):
    si, lotl = os.path.join(data, "tsl", "SI_TL_seq69_2023-06-28.xml"), os.path.join(data, "tsl", "EU_LOTL_seq332.xml")
    if not (os.path.exists(si) and os.path.exists(lotl)):
        print("ok - tsl: the real lists # SKIP there is no folder of them")
        return
    pin, own = certificates_of(lotl, os.path.join(folder, "real-lotl")), certificates_of(si, os.path.join(folder, "real-si"))
    expected = reading(si)
    status, said = run(vashgate, si, "--lotl", lotl, "--signer", pin, "--at", AT)
    wrong = [f"{k}: {said.get(k)}, not {v}" for k, v in {**expected, "code": "ok", "pinned_by": "lotl"}.items() if said.get(k) != v]
    say(f"the real list: {expected}, its signer named by the real list of lists", wrong + ([] if status == 0 else [f"status {status}"]))
    rows = [("its own signer pinned", [si, "--signer", own, "--at", AT], "ok"), ("unpinned", [si, "--at", AT], "ok"),
            ("on the day after its next update", [si, "--signer", own, "--at", "2023-12-29T00:00:00Z"], "expired"),
            ("before it was issued", [si, "--signer", own, "--at", "2023-06-01T00:00:00Z"], "not_yet_issued"),
            ("pinned to another", [si, "--signer", pin, "--at", AT], "signer_unknown"),
            ("the list of lists pinned to another", [si, "--lotl", lotl, "--signer", own, "--at", AT], "signer_unknown"),
            ("the list of lists as a list", [lotl, "--signer", pin, "--at", AT], "type")]
    with open(si, "rb") as f:
        content = f.read()
    for name, changed in (("a byte flipped", content.replace(b"Halcom d.d.", b"Halcom d.e.", 1)), ("a provider removed", without_provider(content))):
        path = os.path.join(folder, "real-changed.xml")
        path = f"{path}.{len(rows)}"
        with open(path, "wb") as f:
            f.write(changed)
        rows.append((name, [path, "--signer", own, "--at", AT], "signature_broken"))
    for name, args, code in rows:
        status, said = run(vashgate, *args)
        say(f"the real list, {name}: {code}", [] if said["code"] == code and status == (code != "ok") else [f"status {status}: {said}"])


def without_provider(content):
    root = etree.fromstring(content)
    providers = root.find(f"{{{m.TSL}}}TrustServiceProviderList")
    providers.remove(providers[2])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


# lists that this program does not take though their signature is right: version 4
TAKEN_OTHERWISE = {"lotl.xml": "version", "tl.xml": "signature_transform"}


def judge(vashgate, base, row, folder):
    """(status, what is said, how the signer was taken). No signer of theirs is known: the list's own, unpinned, else its own as a pin."""
    path = os.path.join(base, row[0])
    args = [path, "--at", row[2] if row[2] != "-" else AT]
    status, said = run(vashgate, *args)
    if said["code"] != "signer_unknown":
        return status, said, "unpinned"
    return *run(vashgate, *args, "--signer", certificates_of(path, folder)), "his certificate is not for lists, so pinned"


def check_suite(say, vashgate, data, folder):
    base = os.path.join(data, "suites", "tsl")
    if not os.path.exists(os.path.join(base, "clock.tsv")):
        print("ok - tsl: the suite of trusted lists # SKIP there is no folder of it")
        return
    with open(os.path.join(base, "clock.tsv"), encoding="utf-8", newline="") as f:
        rows = [r for r in csv.reader(f, delimiter="\t", quoting=csv.QUOTE_NONE)][1:]
    counts = {"accepted controls": 0, "controls refused for their version": 0, "rejected negatives": 0, "accepted with a warning": 0}
    for i, row in enumerate(rows):
        status, said, signer = judge(vashgate, base, row, os.path.join(folder, f"suite-{i}"))
        control, code, warned = row[1].startswith("ACCEPT"), said["code"], bool(said.get("warnings"))
        may_warn = row[1].startswith("REJECT or warn") and warned
        other = control and TAKEN_OTHERWISE.get(os.path.basename(row[0])) == code
        right = status == 0 if (control and not other) or may_warn else status == 1
        counts["controls refused for their version" if other else "accepted controls" if control else "accepted with a warning" if may_warn
               else "rejected negatives"] += 1
        say(f"suite: {row[0]}: expected {row[1].split(' (')[0].split(';')[0]}: {'accepted' if status == 0 else 'refused'}: {code}"
            f"{', with a warning' if warned else ''}; signer {signer}", [] if right else [f"status {status}: {said.get('detail', said)}"])
    print("# suite of trusted lists: " + ", ".join(f"{n} {what}" for what, n in counts.items()))


def check(say, vashgate, data, folder):
    check_real(say, vashgate, data, folder)
    check_suite(say, vashgate, data, folder)


def main():
    failed = []

    def say(name, wrong):
        print(f"{'not ok' if wrong else 'ok'} - tsl: {name}" + "".join(f"\n  {w}" for w in wrong), flush=True)
        failed.extend(wrong)

    with tempfile.TemporaryDirectory() as folder:
        check(say, os.path.abspath(sys.argv[1]), sys.argv[2], folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
