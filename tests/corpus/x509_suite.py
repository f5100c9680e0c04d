#!/usr/bin/python3
"""NIST's path validation suite (suites/x509/pkits) through `vashgate cert check --purpose path`, with its verdicts: x509_suite.py VASHGATE DATA.

The suite's folder holds no trust anchor. It is made here from NIST's published key (PKITS 1.0.1, "Trust Anchor"): an anchor is a name and a key
(RFC 5280 6.1.1), its own signature proves nothing. Exit 1: a control refused, or a negative accepted, but for those that stand in KNOWN.
"""
import csv
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "check"))
sys.dont_write_bytecode = True
import authority as a
import der
import x509der as x
from check_verdicts import pem, write

NIST_KEY = ("B99951891147E0CD45B9842782130216CD4439AAACDB09C3DEE22C4EDBA4579F94352835C26B64F65B0B6D3C6C6FA0E4CD004F3574BCEAA0F3C0ECD7F1631432"
            "B5A0F22DAAC883226248AB4C5BFDEB79C3BD9634FC4756B72CAFB029E831DF7702E934C9DCAADCD7F76854FE21951CB13FC3F3825B000821B4C76B176B18C506"
            "EC390927A888EE6CEAA5CC8FBF2000A3D3B74878C9AFEBB0E6F4AB1D1ADEB67576BA7D1BA21BC6B2537AE0C63F5088919CF170776803EFA6F20F3A0CD62A322D"
            "10A595F049E6C443CFDC6B5073628130147656E56FACAB9CDB4D26692B44E62F921EAC2C44D487D11887402BFBDE1F6555DF1958B9ED2C3BC758F200D4E5038D")
NIST_KEY_ID = "e47d5fd15c9586082c05aebe75b665a7d95da866"
# rows that OpenSSL cannot do: a DSA key without parameters, which it would have to take from the issuer's (RFC 3279 2.3.2)
KNOWN = ("4.1.5",)


def anchor():
    key = der.bits(der.seq(der.integer(int(NIST_KEY, 16)), der.integer(65537)))
    public = der.seq(der.seq(der.oid("1.2.840.113549.1.1.1"), der.null()), key)
    subject = x.flat_name((x.C, "US"), (x.O, "Test Certificates 2011"), (x.CN, "Trust Anchor"))
    extensions = (x.basic_constraints(True, None, True), x.key_usage(x.CERT_SIGN, x.CRL_SIGN), x.subject_key_id(bytes.fromhex(NIST_KEY_ID)))
    return a.Certificate("Trust Anchor", public=public, subject=subject, extensions=extensions, days=(-9000, 9000))


def is_accepted(vashgate, suite, row, folder):
    leaf, *more = (part.strip() for part in row["files"].split("|"))
    for name in ("int", "crl"):
        shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
        os.mkdir(os.path.join(folder, name))
    for part in more:
        kind, files = part.split(":", 1)
        for f in files.split(","):
            shutil.copy(os.path.join(suite, f.strip()), os.path.join(folder, kind))
    rule = "off" if "revocation off" in row["tests"] else "hard"
    run = subprocess.run([vashgate, "cert", "check", os.path.join(suite, leaf), "--purpose", "path", "--revocation", rule, "--anchors", os.path.join(folder, "anchors"),
                          "--intermediates", os.path.join(folder, "int"), "--crls", os.path.join(folder, "crl")], capture_output=True, text=True, timeout=60)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"{row['id']}: exit {run.returncode} {run.stderr}")
    return run.returncode == 0, run.stdout.strip().splitlines()[-1]


def main():
    vashgate, data = sys.argv[1:3]
    suite = os.path.join(data, "suites", "x509", "pkits")
    if not os.path.isdir(suite):
        print(f"x509_suite: skipped, there is no '{suite}'")
        return 0
    right, count, wrong = [0, 0], [0, 0], 0
    with tempfile.TemporaryDirectory(prefix="vashgate-pkits-") as folder, open(os.path.join(suite, "manifest.tsv"), encoding="utf-8", newline="") as f:
        os.mkdir(os.path.join(folder, "anchors"))
        write(os.path.join(folder, "anchors", "anchor.pem"), pem(anchor().der))
        for row in csv.DictReader(f, delimiter="\t"):
            control = row["expected"].startswith("PASS")
            accepted, said = is_accepted(vashgate, suite, row, folder)
            known = row["id"].startswith(tuple(k + " " for k in KNOWN))
            count[control] += 1
            right[control] += accepted == control
            wrong += accepted != control and not known
            if accepted != control:
                print(f"{'known' if known else 'not ok'} - pkits: {row['id']}: {said}, wanted {row['expected'][:40]}")
    print(f"pkits: {right[0]} of {count[0]} negatives refused, {right[1]} of {count[1]} controls accepted")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
