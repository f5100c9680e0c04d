#!/usr/bin/python3
"""Checks a development PKI: check_pki.py OUT_DIR (made by make_pki.py).

Everything is read again with the openssl command line, so that an error of the generator's own DER
writer cannot hide. The expected octets and texts below come from the real certificates (facts 1.2),
not from the generator. Prints "ok - ..." or "not ok - ..." and exits 1 when anything failed.
"""

import json
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

NAME_FORM = "esc_2253,esc_ctrl,utf8,dump_nostr,dump_unknown,dump_der,show_type,sep_comma_plus,sname"
QC_HALCOM_SEAL = (
    "3074301506082B06010505070B023009060704008BEC4901023008060604008E4601013008060604008E4601043032060604008E4601"
    "0530283026162068747470733A2F2F7777772E68616C636F6D2E73692F7265706F7369746F72791302454E3013060604008E4601063009"
    "060704008E46010602")
QC_ONLY = "300A3008060604008E460101"
ENTRUST = "300A1B0456382E31030203A8"
PDS = "3033162D{0}1302{1}"
HALCOM_CPS = "http://www.halcom.si/uploads/files/CPS_halcom_ca.pdf"
TYPE_SIGN, TYPE_WEB = "3013060604008E4601063009060704008E46010601", "3013060604008E4601063009060704008E46010603"
SEMANTICS_NATURAL = "301506082B06010505070B023009060704008BEC490101"
KU_TEXT = {"DS": "Digital Signature", "NR": "Non Repudiation", "KE": "Key Encipherment"}

# What each certificate must show: key usage, policies, QCStatements (octets, or a part with *), and the
# number of AVAs in each RDN of the subject.
SEAL = ("DS NR KE", ["1.3.6.1.4.1.5939.5.3.2", "0.4.0.194112.1.3"], QC_HALCOM_SEAL)
PROFILES = {
    "podjetje": (*SEAL, [1] * 11),
    "podjetje2": ("DS KE", ["1.3.6.1.4.1.5939.5.3.1", "0.4.0.194112.1.3"], QC_HALCOM_SEAL, [1] * 8),
    "oseba": ("DS NR KE", ["1.3.6.1.4.1.6105.2.2.3.5", "0.4.0.194112.1.0"], "*" + TYPE_SIGN, [1, 1, 1, 4]),
    "obcina": ("DS KE", ["1.3.6.1.4.1.6105.1.5.7", "0.4.0.1456.1.2"], QC_ONLY, [1, 1, 1, 2]),
    "obcina_zig": ("DS KE", ["1.3.6.1.4.1.6105.1.5.7", "0.4.0.194112.1.1"], "*060704008E46010602", [1, 1, 1, 2]),
    "odvetnik": ("DS NR KE", ["1.3.6.1.4.1.5939.5.1.2", "0.4.0.194112.1.2"], "*" + SEMANTICS_NATURAL, [1] * 10),
    "rekono": ("DS NR", ["0.4.0.194112.1.1"], "*060704008E46010602", [1] * 4),
    "ec": ("DS NR", *SEAL[1:], [1] * 7),
    "splet": ("DS KE", ["1.3.6.1.4.1.5939.5.2.4", "0.4.0.194112.1.4"], "*" + TYPE_WEB, [1] * 7),
    "unregistered": (*SEAL, [1] * 7),
    "brez_qc": ("DS KE", ["1.3.6.1.4.1.6105.1.9.9"], "", [1, 1, 1, 2]),
    "qc_brez_tipa": (*SEAL[:2], QC_ONLY, [1] * 11),
    "ku_brez_podpisa": ("KE", *SEAL[1:], [1] * 11),
}
SUBJECTS = {
    "podjetje": "C=PRINTABLESTRING:SI,O=PRINTABLESTRING:TEST PODJETJE D.O.O.,1.3.6.1.4.1.5939.2.3=PRINTABLESTRING:"
                "#13083134373137343638,organizationIdentifier=PRINTABLESTRING:VATSI-14717468,OU=PRINTABLESTRING:"
                "e-seal certificates,CN=PRINTABLESTRING:TEST Podjetje,serialNumber=PRINTABLESTRING:0000007,"
                "L=PRINTABLESTRING:Ljubljana,description=PRINTABLESTRING:TEST signing,"
                "title=PRINTABLESTRING:TEST signing,ST=PRINTABLESTRING:Slovenija",
    "podjetje2": "emailAddress=IA5STRING:dve@example.test",
    "oseba": "serialNumber=PRINTABLESTRING:2705201600001+CN=PRINTABLESTRING:TEST Testna Oseba",
    "obcina_zig": "O=UTF8STRING:TEST Ob\u010dina Primer,organizationIdentifier=PRINTABLESTRING:VATSI-50223054",
    "odvetnik": "SN=UTF8STRING:\u017dagar,GN=UTF8STRING:\u017diga",
    "rekono": "organizationIdentifier=UTF8STRING:VATSI-99000024",
}
EKU = {
    "eku_server": "TLS Web Server Authentication", "eku_client": "TLS Web Client Authentication",
    "splet": "TLS Web Server Authentication, TLS Web Client Authentication",
}
# openssl's error number and depth with the three anchors, -purpose sslclient and security level 2; None: accepted.
# The verdicts that need more than a path (CRL, QCStatements, chain size) are "accepted" here and tested apart.
REFUSED = {
    "samopodpisan": (18, 0), "neznan_izdajatelj": (20, 0), "dvojnik_izdajatelja": (7, 1), "dvojnik_imena": (20, 0),
    "dvojnik_crk": (20, 0), "potekel": (10, 0), "se_ne_velja": (9, 0), "eku_server": (26, 0), "rsa1024": (66, 0),
    "ku_brez_podpisa": (26, 0), "pot_predolga": (25, 2), "sha1": (68, 0), "potekel_izdajatelj": (10, 1),
}
# Certificates whose text may differ from that of podjetje in serial number, validity, keys and issuer only.
LIKE_PODJETJE = ("kratek", "samopodpisan", "neznan_izdajatelj", "dvojnik_izdajatelja", "dvojnik_imena", "dvojnik_crk",
                 "potekel", "se_ne_velja", "rsa1024", "preklican", "sha1", "velika_veriga")
LOCAL_ADDRESS = re.compile(r"(http|ldap)://([a-z0-9.-]+\.test(/|$)|(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?/)")
EIGHT_OCTETS, TWENTY_OCTETS = r"(?:[0-9A-F]{2}:){7}[0-9A-F]{2}", r"(?:[0-9A-F]{2}:){19}[0-9A-F]{2}"


class Check:
    """Counts and prints the verdicts."""

    def __init__(self):
        self.passed = self.failed = 0

    def __call__(self, good, what, detail=""):
        if good:
            self.passed += 1
            print(f"ok - {what}")
            return
        self.failed += 1
        print(f"not ok - {what}" + (f"\n#   {detail}" if detail else ""))


def openssl(*words, binary=False):
    """Runs openssl; returns (exit code, both outputs)."""
    done = subprocess.run(["openssl", *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout if binary else done.stdout.decode("utf-8", "replace")


class Cert:
    """One certificate as openssl prints it."""

    def __init__(self, path):
        self.path = path
        self.text = openssl("x509", "-in", path, "-noout", "-text")[1]
        self.parsed = openssl("asn1parse", "-in", path)[1]
        self._printed = {}

    def subject(self, issuer=False):
        option = "-issuer" if issuer else "-subject"
        if option not in self._printed:
            out = openssl("x509", "-in", self.path, "-noout", option, "-nameopt", NAME_FORM)[1]
            self._printed[option] = out.split("=", 1)[1].strip()
        return self._printed[option]

    def section(self, title):
        """The lines below the heading of one extension, joined; None when the extension is absent."""
        match = re.search(rf"^ +{re.escape(title)}: ?(critical)?\s*\n((?: {{16,}}.*\n|\n)+)", self.text, re.M)
        return None if match is None else re.sub(r"\s+", " ", match[2]).strip()

    def octets(self, label):
        """The hex of one extension's value, from asn1parse."""
        match = re.search(rf"OBJECT +:{re.escape(label)}\n(?:.*BOOLEAN.*\n)?.*\[HEX DUMP\]:([0-9A-F]+)", self.parsed)
        return match[1] if match else ""

    def public_key(self):
        return openssl("x509", "-in", self.path, "-noout", "-pubkey")[1]

    def policies(self):
        return re.findall(r"Policy: ([0-9.]+)", self.text)

    def rdn_sizes(self):
        return [part.count("+") + 1 for part in re.split(r"(?<!\\),", self.subject())]


# --- the files ---------------------------------------------------------------------------------

def private_mode(path):
    return stat.S_IMODE(path.stat().st_mode) == 0o600


def check_files(check, out, index):
    for name, entry in index["certificates"].items():
        crt, key, p12 = (out / entry[kind] for kind in ("crt", "key", "p12"))
        _, shown = openssl("x509", "-in", crt, "-noout", "-fingerprint", "-sha256", "-serial")
        digest = re.search(r"Fingerprint=([0-9A-F:]+)", shown)[1].replace(":", "").lower()
        serial = int(re.search(r"serial=([0-9A-F]+)", shown)[1], 16)
        fits = digest == entry["sha256"] and f"{serial:x}" == entry["serial"]
        check(fits, f"{name}: digest and serial as in index.json")
        same = openssl("pkey", "-in", key, "-pubout")[1] == openssl("x509", "-in", crt, "-noout", "-pubkey")[1]
        check(same and private_mode(key) and private_mode(p12), f"{name}: key fits, key and p12 have mode 0600")
        count = (out / entry["chain"]).read_text().count("BEGIN CERTIFICATE")
        bag = openssl("pkcs12", "-in", p12, "-passin", f"pass:{index['password']}", "-nokeys")[1]
        agree = count == entry["chain_certificates"] == bag.count("BEGIN CERTIFICATE")
        check(agree, f"{name}: chain file and p12 agree")
    check(index["certificates"]["velika_veriga"]["chain_certificates"] == 16, "velika_veriga: leaf and 15 issuers")
    keys = list((out / "ca-keys").iterdir())
    check(all(map(private_mode, keys)) and len(keys) >= 17, "CA keys kept with mode 0600")


# --- profiles ------------------------------------------------------------------------------------

def check_profiles(check, certs):
    for name, (usage, policies, statements, sizes) in PROFILES.items():
        cert = certs[name]
        shown = cert.section("X509v3 Key Usage")
        check(shown == ", ".join(KU_TEXT[u] for u in usage.split()), f"{name}: key usage {usage}", shown)
        check("X509v3 Key Usage: critical" in cert.text, f"{name}: key usage is critical")
        check(cert.policies() == policies, f"{name}: policies {' '.join(policies)}", cert.policies())
        qc = cert.octets("qcStatements")
        fits = statements[1:] in qc if statements.startswith("*") else qc == statements
        check(fits, f"{name}: QCStatements octets" if statements else f"{name}: no QCStatements", qc)
        check(cert.rdn_sizes() == sizes, f"{name}: AVAs in each RDN {sizes}", cert.rdn_sizes())
    for name, part in SUBJECTS.items():
        check(part in certs[name].subject(), f"{name}: subject attributes and string types", certs[name].subject())
    for name, cert in certs.items():
        check(cert.section("X509v3 Extended Key Usage") == EKU.get(name), f"{name}: extended key usage as planned")
        size = TWENTY_OCTETS if name == "rekono" else EIGHT_OCTETS
        ids = [cert.section(f"X509v3 {who} Key Identifier") for who in ("Subject", "Authority")]
        check(all(i and re.fullmatch(size, i) for i in ids), f"{name}: size of key identifiers", ids)
        check(cert.section("X509v3 Basic Constraints") == "CA:FALSE", f"{name}: CA:FALSE")
        check("TEST" in cert.subject(), f"{name}: subject says TEST")


def check_details(check, certs):
    """Private extensions, addresses, key types, name forms: the odd things of the real profiles."""
    for name in ("obcina", "obcina_zig", "brez_qc"):
        check(certs[name].octets("1.2.840.113533.7.65.0") == ENTRUST, f"{name}: Entrust extension octets")
        check(certs[name].section("X509v3 Private Key Usage Period"), f"{name}: private key usage period")
    card = certs["podjetje2"].octets("1.2.752.34.2.1")
    check(card == "130C383838383030303030363736", "podjetje2: card number octets", card)
    tongues = [
        PDS.format(*(part.encode().hex().upper() for part in (f"https://www.ca.gov.si/cps/sigenca2_pds_{t}.pdf", t)))
        for t in ("en", "sl")]
    check("".join(tongues) in certs["oseba"].octets("qcStatements"), "oseba: PDS in English and Slovene")
    check(HALCOM_CPS in certs["podjetje"].text, "podjetje: CPS address")
    points = certs["podjetje"].section("X509v3 CRL Distribution Points")
    form = r"Full Name: URI:ldap://ldap\.halcom\.test/\S+;binary URI:http\S+/crls/halcom_ca_po_e-seal_2\.crl"
    check(re.fullmatch(form, points), "podjetje: one distribution point, ldap first", points)
    points = certs["oseba"].section("X509v3 CRL Distribution Points")
    form = r"sigen-ca-g2\.crl URI:ldap://.* Full Name: DirName:C = SI, .*, CN = SIGEN-CA G2 TEST, CN = CRL1$"
    check(re.search(form, points), "oseba: http and ldap, then a directory name", points)
    check(certs["oseba"].section("X509v3 Subject Alternative Name").startswith("email:"), "oseba: rfc822Name")
    check("DNS:splet.vashgate.test" in certs["splet"].text, "splet: dNSName")
    check("prime256v1" in certs["ec"].text, "ec: key on P-256")
    check("(1024 bit)" in certs["rsa1024"].text and "(2048 bit)" in certs["podjetje"].text, "key sizes 1024 and 2048")
    check("sha1WithRSAEncryption" in certs["sha1"].text, "sha1: signature algorithm")
    for name, cert in certs.items():
        addresses = re.findall(r"(?:OCSP - |CA Issuers - |^ +)URI:(\S+)", cert.text, re.M)
        outside = [u for u in addresses if not LOCAL_ADDRESS.match(u)]
        check(addresses and not outside, f"{name}: no address of a real host", outside)


def normalised(cert):
    text = re.sub(r"Serial Number:.*?Signature Algorithm: \S+", "", cert.text, flags=re.S)
    text = re.sub(r"Issuer: .*", "", text)
    text = re.sub(r"Not (Before|After) ?: .*", "", text)
    text = re.sub(r"Public-Key: .*?Exponent", "Exponent", text, flags=re.S)
    text = re.sub(r"(?:[0-9A-Fa-f]{2}:){7,}[0-9A-Fa-f]{0,2}\n?", "", text)
    return re.sub(r"Signature Algorithm: .*", "", text, flags=re.S)


def check_faults(check, certs, cas):
    base = normalised(certs["podjetje"])
    for name in LIKE_PODJETJE:
        check(normalised(certs[name]) == base, f"{name}: otherwise the text of podjetje")
    same = [certs[n].subject() == certs["podjetje"].subject() for n in ("eku_server", "eku_client", "ku_brez_podpisa")]
    check(all(same), "faults keep the subject of podjetje")
    real, twin = cas["halcom_po_eseal_2"], cas["dvojnik_eseal_2"]
    forged = certs["dvojnik_izdajatelja"]
    copied = forged.subject(issuer=True) == real.subject() == twin.subject()
    check(copied, "dvojnik_izdajatelja: issuer DN of the real CA")
    skis = [c.section("X509v3 Subject Key Identifier") for c in (real, twin)]
    copied = forged.section("X509v3 Authority Key Identifier") == skis[0] == skis[1]
    check(copied, "dvojnik_izdajatelja: key identifier of the real CA", skis)
    check(real.public_key() != twin.public_key(), "dvojnik_izdajatelja: another key")
    homoglyph = certs["dvojnik_imena"].subject(issuer=True)
    check("CN=UTF8STRING:H\u0430lcom CA" in homoglyph, "dvojnik_imena: Cyrillic letter in the issuer CN", homoglyph)
    case = certs["dvojnik_crk"].subject(issuer=True)
    check(case != real.subject() and case.lower() == real.subject().lower(), "dvojnik_crk: letter case only", case)


# --- authorities ----------------------------------------------------------------------------------

def check_authorities(check, cas, index):
    bits = {"si_trust_root": 3072, "halcom_root": 2048, "rekono_root_qc": 3072, "sigen_ca_g2": 3072, "sigov_ca": 3072,
            "halcom_po_eseal_2": 3072, "halcom_po_esign_2": 3072, "halcom_fo_esign_2": 3072, "halcom_web_1": 2048}
    for stem, size in bits.items():
        cert = cas[stem]
        check(f"({size} bit)" in cert.text, f"{stem}: RSA-{size}")
        kind = "UTF8STRING" if stem == "rekono_root_qc" else "PRINTABLESTRING"
        form = (rf"C=PRINTABLESTRING:SI,O={kind}:[^,+]+,organizationIdentifier={kind}:VATSI-\d{{8}},"
                rf"CN={kind}:[^,+]+ TEST")
        check(re.fullmatch(form, cert.subject()), f"{stem}: C, O, organizationIdentifier, CN with TEST", cert.subject())
        length = ", pathlen:0" if stem in ("sigen_ca_g2", "sigov_ca") else ""
        check(cert.section("X509v3 Basic Constraints") == "CA:TRUE" + length, f"{stem}: basic constraints")
        critical = "X509v3 Key Usage: critical" in cert.text
        check(critical != stem.startswith("halcom"), f"{stem}: criticality of key usage")
        ski = cert.section("X509v3 Subject Key Identifier")
        check(ski.replace(":", "").lower() == index["cas"][stem]["key_id"], f"{stem}: key identifier as in index.json")


# --- paths and revocation ----------------------------------------------------------------------------

def verdict(folder, out, entry, *more):
    """(error number, depth) of the first openssl verify error, or None."""
    code, shown = openssl(
        "verify", "-x509_strict", "-purpose", "sslclient", "-auth_level", "2", "-CAfile", folder / "anchors",
        "-untrusted", out / entry["chain"], *more, out / entry["crt"])
    match = re.search(r"error (\d+) at (\d+) depth", shown)
    return (int(match[1]), int(match[2])) if match else None if code == 0 else shown


def check_paths(check, out, index, folder):
    for name, entry in index["certificates"].items():
        got, wanted = verdict(folder, out, entry), REFUSED.get(name)
        if name == "kratek" and got == (10, 0):
            check(True, "kratek: has expired meanwhile (make_pki.py --renew-short)")
            continue
        check(got == wanted, f"{name}: path " + ("accepted" if wanted is None else f"refused, error {wanted[0]}"), got)
        fits = entry["expected"] == "accepted" if entry["group"] != "bad" else entry["expected"] != "accepted"
        check(fits, f"{name}: index.json expects {entry['expected']}")


def bundle(folder, name, files):
    (folder / name).write_text("".join(f.read_text() for f in files))


def check_revocation(check, out, index, folder):
    for part in ("crl", "crl-expired", "crl-forged"):
        bundle(folder, part, sorted((out / part).glob("*.pem")))
    leaves = index["certificates"]
    crl = ("-crl_check_all", "-CRLfile")
    check(verdict(folder, out, leaves["podjetje"], *crl, folder / "crl") is None, "podjetje: not revoked, whole chain")
    check(verdict(folder, out, leaves["oseba"], *crl, folder / "crl") is None, "oseba: not revoked, whole chain")
    check(verdict(folder, out, leaves["rekono"], *crl, folder / "crl") is None, "rekono: not revoked")
    revoked = {r["serial"] for r in index["revoked"] if r["issuer"] == leaves["preklican"]["issuer"]}
    check(leaves["preklican"]["serial"] in revoked, "preklican: in the list of index.json")
    check(verdict(folder, out, leaves["preklican"], *crl, folder / "crl") == (23, 0), "preklican: revoked")
    got = verdict(folder, out, leaves["preklican_izdajatelj"], *crl, folder / "crl")
    check(got == (23, 1), "preklican_izdajatelj: not revoked itself, its issuer is", got)
    shown = openssl("crl", "-in", out / "crl/halcom_root.crl", "-inform", "DER", "-noout", "-text")[1]
    serial = index["cas"]["halcom_po_preklicana"]["serial"].upper()
    check(f"Serial Number: {serial}" in shown, "halcom_po_preklicana: revoked by the Halcom root")
    got = verdict(folder, out, leaves["podjetje"], "-crl_check", "-CRLfile", folder / "crl-expired")
    check(got == (12, 0), "crl-expired: next update is past", got)
    got = verdict(folder, out, leaves["podjetje"], "-crl_check", "-CRLfile", folder / "crl-forged")
    check(got == (8, 0), "crl-forged: signature does not verify", got)
    for stem, entry in index["crls"].items():
        first = (out / entry["served"]).read_bytes()[:11]
        wanted = b"-----BEGIN " if stem.startswith("halcom") else b"\x30"
        check(first.startswith(wanted), f"{stem}: CRL served as {'PEM' if len(wanted) > 1 else 'DER'}")
        ca = out / index["cas"][stem]["crt"]
        shown = openssl("crl", "-in", out / entry["der"], "-inform", "DER", "-noout", "-CAfile", ca)[1]
        check("verify OK" in shown, f"{stem}: signature of its CRL", shown)
        converted = openssl("crl", "-in", out / entry["pem"], "-outform", "DER", binary=True)[1]
        check(converted == (out / entry["der"]).read_bytes(), f"{stem}: PEM and DER of the CRL agree")


# --- our servers -----------------------------------------------------------------------------------

def check_servers(check, out, index):
    for stem in ("gateway", "gateway-rsa", "backend"):
        cert, ca = out / f"server/{stem}.crt", out / "server/server-ca.crt"
        strict = ("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca)
        for option, name in (("-verify_hostname", "localhost"), ("-verify_hostname", "vashgate.test"),
                             ("-verify_ip", "127.0.0.1"), ("-verify_ip", "::1")):
            check(openssl(*strict, option, name, cert)[0] == 0, f"{stem}: good for {name}")
        check(openssl(*strict, "-verify_hostname", "example.test", cert)[0] != 0, f"{stem}: not good for another host")
        check(private_mode(out / f"server/{stem}.key"), f"{stem}: key has mode 0600")
    client, own_ca = out / "server/gateway-client.crt", out / "server/backend-client-ca.crt"
    strict = ("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", own_ca)
    check(openssl(*strict, client)[0] == 0, "gateway-client: verifies")
    check(openssl("verify", "-CAfile", out / "server/server-ca.crt", client)[0] != 0, "gateway-client: a CA of its own")
    store = out / index["truststore"]
    shown = openssl("pkcs12", "-in", store, "-passin", f"pass:{index['password']}", "-nokeys")[1]
    check("2.16.840.1.113894.746875.1.1" in shown, "truststore: trustedKeyUsage attribute")
    check(shown.count("BEGIN CERTIFICATE") == 1, "truststore: one certificate")
    if shutil.which("keytool"):
        listed = subprocess.run(["keytool", "-list", "-keystore", store, "-storepass", index["password"]],
                                capture_output=True, text=True, check=False).stdout
        check("trustedCertEntry" in listed, "truststore: Java reads a trusted certificate", listed)


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} OUT_DIR")
    out, check = Path(sys.argv[1]), Check()
    index = json.loads((out / "index.json").read_text())
    certs = {name: Cert(out / entry["crt"]) for name, entry in index["certificates"].items()}
    cas = {stem: Cert(out / entry["crt"]) for stem, entry in index["cas"].items()}
    check_files(check, out, index)
    check_profiles(check, certs)
    check_details(check, certs)
    check_faults(check, certs, cas)
    check_authorities(check, cas, index)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        bundle(folder, "anchors", sorted((out / "anchors").glob("*.pem")))
        check_paths(check, out, index, folder)
        check_revocation(check, out, index, folder)
    check_servers(check, out, index)
    print(f"{check.passed} passed, {check.failed} failed, 0 skipped")
    sys.exit(1 if check.failed else 0)


if __name__ == "__main__":
    main()
