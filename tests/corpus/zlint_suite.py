#!/usr/bin/python3
"""zlint's certificates with QCStatements (suites/x509/zlint) through `vashgate cert inspect` and `cert check`: zlint_suite.py VASHGATE DATA.

zlint judges what an issuer has made; vashgate reads it, and decides what it is good for. So each lint is taken twice:
- as a question about what `cert inspect` shows: where zlint finds a fault it must be there to see, where it finds none it must not;
- where it bears upon qualification, as the verdict of `cert check`, with the certificate as its own anchor, an hour after it begins.
Exit 1: a control that is read or judged otherwise, a negative whose fault is not there to see, but for those that stand in KNOWN.
"""
import csv
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

KINDS = ("esign", "eseal", "web")
# EN 319 412-2 4.3.2: the recommended settings of key usage
RECOMMENDED = ({"nonRepudiation"}, {"digitalSignature"}, {"keyAgreement"}, {"keyEncipherment"},
               {"digitalSignature", "keyAgreement"}, {"digitalSignature", "keyEncipherment"})
KNOWN = {
    "e_duplicate_etsi_qcstatement:qcs1_dup1_eff1.pem": "QcCompliance stands twice: twice the same takes nothing back; a second QcType or QcPDS, which could say "
                                                       "something else, is refused",
}


def languages(said):
    return [p["language"] for p in said["qc"]["pds"]]


# what of a certificate each lint finds right; None: nothing that is shown, it must be readable
LINTS = {
    "e_duplicate_etsi_qcstatement": None,
    "e_etsi_natural_person_key_usage_correct_values": None,
    "e_etsi_natural_person_key_usage_mandatory": lambda c: bool(c["ku"]),
    "e_qcstatem_etsi_present_qcs_critical": None,
    "e_qcstatem_etsi_type_as_statem": None,
    "e_qcstatem_mandatory_etsi_statems": lambda c: c["qc"]["compliance"],
    "e_qcstatem_pds_must_have_https_only": lambda c: all(p["url"].startswith("https://") for p in c["qc"]["pds"]),
    "e_qcstatem_qccompliance_valid": lambda c: c["qc"]["compliance"],
    "e_qcstatem_qclimitvalue_valid": lambda c: bool(re.fullmatch("[A-Z]{3}", c["qc"]["limit"]["currency"])),
    "e_qcstatem_qcpds_valid": lambda c: "en" in languages(c) and all(re.fullmatch("[a-z]{2}", x) for x in languages(c)),
    "e_qcstatem_qctype_oneonly": lambda c: len(c["qc"]["types"]) == 1 and c["qc"]["types"][0] in KINDS,
    "e_qcstatem_qctype_smime": lambda c: bool({"esign", "eseal"} & set(c["qc"]["types"])),
    "e_qcstatem_qctype_valid": lambda c: set(c["qc"]["types"]) <= set(KINDS),
    "e_qcstatem_qctype_web": lambda c: "web" in c["qc"]["types"],
    "w_etsi_natural_person_key_usage_preferred_values": lambda c: set(c["ku"]) in RECOMMENDED,
    "w_qcstatem_qcpds_lang_case": lambda c: all(x == x.lower() for x in languages(c)),
}
# (lint, its verdict): what `cert check` may call the certificate
QUALIFIED = {
    ("e_qcstatem_qccompliance_valid", "lint PASS"): KINDS, ("e_qcstatem_qctype_oneonly", "lint PASS"): KINDS,
    ("e_qcstatem_qctype_smime", "lint PASS"): ("esign", "eseal"), ("e_qcstatem_qctype_valid", "lint PASS"): KINDS,
    ("e_qcstatem_qclimitvalue_valid", "lint PASS"): KINDS,
    ("e_qcstatem_qctype_web", "lint ERROR"): ("none", "esign", "eseal"), ("e_qcstatem_qctype_oneonly", "lint ERROR"): ("none",),
    ("e_qcstatem_qctype_valid", "lint ERROR"): ("none",),
    ("e_qcstatem_mandatory_etsi_statems", "not applicable"): ("none",),  # it has no QCStatements at all
}


def run(vashgate, *args):
    r = subprocess.run([vashgate, "--json", "cert", *args], capture_output=True, text=True, timeout=60, check=False)
    return r.returncode, json.loads(r.stdout)


def qualified(vashgate, path, not_before, folder):
    shutil.copy(path, os.path.join(folder, "anchor.pem"))
    at = datetime.datetime.fromisoformat(not_before[:19]) + datetime.timedelta(hours=1)
    return run(vashgate, "check", path, "--anchors", folder, "--revocation", "off", "--at", at.strftime("%Y-%m-%dT%H:%M:%SZ"))[1]["qualified"]


class Tally:
    def __init__(self):
        self.right, self.all, self.failed = [0, 0], [0, 0], False

    def tell(self, row, control, good, said):
        self.all[control] += 1
        self.right[control] += good
        if not good:
            known = KNOWN.get(row["id"])
            self.failed |= not known
            print(f"{'known' if known else 'not ok'} - zlint: {row['id']}: {row['expected']}, but {said}{'; ' + known if known else ''}")

    def say(self, negatives, controls):
        print(f"zlint: {self.right[0]} of {self.all[0]} {negatives}, {self.right[1]} of {self.all[1]} {controls}")


def main():
    vashgate, data = sys.argv[1:3]
    suite = os.path.join(data, "suites", "x509", "zlint")
    if not os.path.isdir(suite):
        print(f"zlint_suite: skipped, there is no '{suite}'")
        return 0
    shown, judged, others = Tally(), Tally(), 0
    with tempfile.TemporaryDirectory(prefix="vashgate-zlint-") as folder, open(os.path.join(suite, "manifest.tsv"), encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f, delimiter="\t"):
            path, lint, expected = os.path.join(suite, row["files"]), row["tests"], row["expected"]
            status, said = run(vashgate, "inspect", path)
            if status != 0:
                shown.tell(row, True, False, f"it is not read: {said}")
                continue
            if expected.startswith("lint "):
                control = expected == "lint PASS"
                right = LINTS[lint](said) if LINTS[lint] else True
                shown.tell(row, control, right == control, f"cert inspect shows {said['qc']}, {said['ku']}")
            else:
                others += 1
            allowed = QUALIFIED.get((lint, expected))
            if allowed:
                found = qualified(vashgate, path, said["not_before"], folder)
                stated = ("none", *(said["qc"]["types"] or ["esign"]))  # EN 319 412-5 4.2.3: without a type it is for signatures
                judged.tell(row, expected == "lint PASS", found in allowed and found in stated, f"cert check says {found}")
    shown.say("negatives whose fault is shown", "controls read without one")
    print(f"zlint: {others} rows of certificates that the lint does not look at: read")
    judged.say("negatives not qualified, or not for that", "controls qualified")
    return 1 if shown.failed or judged.failed else 0


if __name__ == "__main__":
    sys.exit(main())
