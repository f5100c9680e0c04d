#!/usr/bin/python3
"""`vashgate cert inspect --json` against an independent reading of the same certificate (Python's cryptography).

Every certificate of the development PKI is one case, as PEM and as DER. Then those of the folders DATA/tsl and DATA/suites/x509, where
they are there: real ones and those of other projects' suites; what `cryptography` cannot read must only not crash the program.

usage: check_inspect.py VASHGATE PKI [DATA]
"""
import base64
import datetime
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

QC_STATEMENTS, COMMON_NAME = "1.3.6.1.5.5.7.1.3", "2.5.4.3"
MEMBERS = ["v", "issuer", "subject", "serial", "digest_sha256", "not_before", "not_after", "org_tax_number", "org_registration_number",
           "person_tax_number", "person_identifiers", "key", "ku", "eku", "policies", "qc", "esei", "aia", "crldp"]
CURVES = {"secp256r1": "prime256v1"}
USAGES = {"digital_signature": "digitalSignature", "content_commitment": "nonRepudiation", "key_encipherment": "keyEncipherment",
          "data_encipherment": "dataEncipherment", "key_agreement": "keyAgreement", "key_cert_sign": "keyCertSign", "crl_sign": "cRLSign",
          "encipher_only": "encipherOnly", "decipher_only": "decipherOnly"}
TYPES = {"0.4.0.1862.1.6.1": "esign", "0.4.0.1862.1.6.2": "eseal", "0.4.0.1862.1.6.3": "web"}


class Unreadable(Exception):
    """cryptography cannot read it."""


# ---- a reader of DER for what cryptography hands over as bytes ----

def items(der):
    """(tag, body) of each TLV in the bytes."""
    at = 0
    while at < len(der):
        tag, length, at = der[at], der[at + 1], at + 2
        if length & 0x80:
            n = length & 0x7F
            length, at = int.from_bytes(der[at:at + n], "big"), at + n
        yield tag, der[at:at + length]
        at += length


def dotted(body):
    arcs, value = [], 0
    for octet in body:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def statements(der):
    """The member `qc` of a QCStatements extension."""
    qc = {"compliance": False, "types": [], "sscd": False, "pds": [], "semantics": None, "limit": None, "legislation": []}
    for _, statement in items(next(items(der))[1]):
        parts = list(items(statement))
        arc, info = dotted(parts[0][1]), parts[1][1] if len(parts) > 1 else b""
        if arc == "0.4.0.1862.1.1":
            qc["compliance"] = True
        elif arc == "0.4.0.1862.1.4":
            qc["sscd"] = True
        elif arc == "0.4.0.1862.1.5":
            for _, location in items(info):
                url, language = (body.decode("ascii") for _, body in items(location))
                qc["pds"].append({"url": url, "language": language})
        elif arc == "0.4.0.1862.1.2":
            (_, currency), (_, amount), (_, exponent) = items(info)
            qc["limit"] = {"currency": currency.decode("ascii"), "amount": int.from_bytes(amount, "big", signed=True),
                           "exponent": int.from_bytes(exponent, "big", signed=True)}
        elif arc == "0.4.0.1862.1.7":
            qc["legislation"] = [body.decode("ascii") for _, body in items(info)]
        elif arc == "0.4.0.1862.1.6":
            qc["types"] = [TYPES.get(dotted(body), dotted(body)) for _, body in items(info)]
        elif arc in ("1.3.6.1.5.5.7.11.1", "1.3.6.1.5.5.7.11.2"):
            first = next(items(info), (0, b""))
            qc["semantics"] = dotted(first[1]) if first[0] == 6 else None
    return qc


# ---- the other reading ----

def rdns(name):
    return [sorted((a.oid.dotted_string, a.value) for a in rdn) for rdn in name.rdns]


def number(cert, arc, pattern):
    for a in cert.subject.get_attributes_for_oid(x509.ObjectIdentifier(arc)):
        m = re.fullmatch(pattern, a.value)
        if m:
            return m[1]
    return None


def identifiers(cert):
    values = [a.value for a in cert.subject.get_attributes_for_oid(x509.NameOID.SERIAL_NUMBER)]
    found = [re.fullmatch(r"(PAS|IDC|PNO|TAX|TIN|[A-Z0-9]{2}:)([A-Z]{2})-(.+)", v, re.S) for v in values]
    return [dict(zip(("type", "country", "value"), m.groups())) for m in found if m]


def extension(cert, arc):
    try:
        return cert.extensions.get_extension_for_oid(arc).value
    except x509.ExtensionNotFound:
        return None


def uris(names):
    return [n.value for n in names or [] if isinstance(n, x509.UniformResourceIdentifier)]


def usages(value):
    agreement = ("encipher_only", "decipher_only") if value and value.key_agreement else ()
    plain = [u for u in USAGES if u not in ("encipher_only", "decipher_only")]
    return [USAGES[u] for u in [*plain, *agreement] if getattr(value, u)] if value else []


def key_of(cert):
    try:
        key = cert.public_key()
    except Exception as e:
        raise Unreadable(f"key: {e}") from e
    if isinstance(key, rsa.RSAPublicKey):
        return {"type": "RSA", "bits": key.key_size, "curve": None}
    if isinstance(key, ec.EllipticCurvePublicKey):
        return {"type": "EC", "bits": key.key_size, "curve": CURVES.get(key.curve.name, key.curve.name)}
    raise Unreadable("a key of another type")


def reading(cert):
    """What `--json` must say of it; names apart."""
    policies, eku = extension(cert, ExtensionOID.CERTIFICATE_POLICIES), extension(cert, ExtensionOID.EXTENDED_KEY_USAGE)
    aia = extension(cert, ExtensionOID.AUTHORITY_INFORMATION_ACCESS) or []
    points = extension(cert, ExtensionOID.CRL_DISTRIBUTION_POINTS) or []
    qc = extension(cert, x509.ObjectIdentifier(QC_STATEMENTS))
    return {
        "v": 1, "serial": cert.serial_number, "digest_sha256": cert.fingerprint(hashes.SHA256()).hex(),
        "not_before": cert.not_valid_before.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "not_after": cert.not_valid_after.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "org_tax_number": number(cert, "1.3.6.1.4.1.5939.2.3", r"([0-9]{8})") or number(cert, "2.5.4.97", r"VATSI-([0-9]{8})"),
        "org_registration_number": number(cert, "2.5.4.97", r"NTRSI-([0-9]{7}(?:[0-9A-Z]{3})?)"),
        "person_tax_number": number(cert, "2.5.4.5", r"TINSI-([0-9]{8})"),
        "person_identifiers": identifiers(cert), "key": key_of(cert), "ku": usages(extension(cert, ExtensionOID.KEY_USAGE)),
        "eku": [u.dotted_string for u in eku or []], "policies": [p.policy_identifier.dotted_string for p in policies or []],
        "qc": statements(qc.value) if qc else statements(b"\x30\x00"),
        "aia": {"ocsp": uris(a.access_location for a in aia if a.access_method == AuthorityInformationAccessOID.OCSP),
                "ca_issuers": uris(a.access_location for a in aia if a.access_method == AuthorityInformationAccessOID.CA_ISSUERS)},
        "crldp": [u for p in points for u in uris(p.full_name)],
        "esei": [e.oid.dotted_string for e in cert.extensions if e.oid.dotted_string.startswith("1.3.6.1.4.1.58536.")],
    }


# ---- comparing ----

def inspect(vashgate, path):
    r = subprocess.run([vashgate, "cert", "inspect", path, "--json"], capture_output=True, text=True, timeout=30, check=False)
    return r.returncode, json.loads(r.stdout)


def differences(said, cert):
    expected = reading(cert)
    wrong = [] if list(said) == MEMBERS else [f"members {list(said)}"]
    found = {**said, "serial": int(said["serial"], 16), "esei": [e["oid"] for e in said["esei"]]}
    wrong += [f"{m}: {found.get(m)!r}, not {expected[m]!r}" for m in expected if found.get(m) != expected[m]]
    for which, name in (("issuer", cert.issuer), ("subject", cert.subject)):
        names = [sorted((a["oid"], a["value"]) for a in rdn) for rdn in said[which]]
        if names != rdns(name):
            wrong.append(f"{which}: {names}, not {rdns(name)}")
    return wrong


def other_reading(der):
    try:
        cert = x509.load_der_x509_certificate(der)
        reading(cert), rdns(cert.issuer), rdns(cert.subject)
        return cert
    except Exception as e:  # whatever it is: there is nothing to compare with
        raise Unreadable(f"{type(e).__name__}: {e}") from e


def der_in(path):
    with open(path, "rb") as f:
        data = f.read()
    blocks = re.findall(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", data, re.S)
    return data if not blocks else base64.b64decode(blocks[0]) if len(blocks) == 1 else None


def check_own(vashgate, path, folder):
    """One certificate that we have made: PEM and DER give the same, and what cryptography gives."""
    der, copy = der_in(path), os.path.join(folder, "copy")
    with open(copy, "wb") as f:
        f.write(der)
    status, said = inspect(vashgate, path)
    if status != 0 or inspect(vashgate, copy) != (0, said):
        return [f"status {status}, or DER says something else than PEM: {said}"]
    return differences(said, other_reading(der))


def check_foreign(vashgate, path):
    """Differences; None: cryptography cannot read it, or both refuse."""
    der = der_in(path)
    status, said = inspect(vashgate, path)
    if status not in (0, 1):
        return [f"status {status}"]
    try:
        cert = other_reading(der)
    except Unreadable:
        return None
    if status == 1:
        return [f"refused: {said['error']}"]
    return differences(said, cert)


def say(name, wrong):
    print(f"{'not ok' if wrong else 'ok'} - inspect: {name}" + "".join(f"\n  {w}" for w in wrong), flush=True)
    return not wrong


def made_certificate(*attributes, statements_der=None):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.ObjectIdentifier(arc), value) for arc, value in attributes])
    now = datetime.datetime(2026, 1, 1)
    builder = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(5)
               .not_valid_before(now).not_valid_after(now))
    if statements_der:
        builder = builder.add_extension(x509.UnrecognizedExtension(x509.ObjectIdentifier(QC_STATEMENTS), statements_der), False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def check_identifiers(vashgate, folder):
    """Numbers by their form, whichever attribute stands first, and the law that the certificate names."""
    path, serial, org = os.path.join(folder, "numbers"), "2.5.4.5", "2.5.4.97"
    law = bytes.fromhex("301a" "3008060604008e460101" "300e060604008e4601073004" "13024348")
    der = made_certificate((serial, "2705201600001"), (serial, "PNOSI-0101006500006"), (serial, "TINSI-47978457"), (serial, "EI:SE-1"),
                           (org, "NTRSI-5491711000"), (org, "VATSI-14717468"), statements_der=law)
    with open(path, "wb") as f:
        f.write(der)
    _, said = inspect(vashgate, path)
    wanted = [("PNO", "SI", "0101006500006"), ("TIN", "SI", "47978457"), ("EI:", "SE", "1")]
    found = [tuple(i.values()) for i in said["person_identifiers"]]
    return differences(said, other_reading(der)) + ([] if found == wanted else [f"{found}"]) + \
        ([] if said["qc"]["legislation"] == ["CH"] and said["org_tax_number"] == "14717468" else [f"{said['qc']} {said['org_tax_number']}"])


def check_odd_name(vashgate, folder):
    """JSON has the name as it is; text writes nothing that a terminal would obey or that turns the line."""
    path, name = os.path.join(folder, "odd"), "a\x00b\x1b[2J\n\u202e, c\u0085 "
    with open(path, "wb") as f:
        f.write(made_certificate((COMMON_NAME, name)))
    _, said = inspect(vashgate, path)
    shown = subprocess.run([vashgate, "cert", "inspect", path], capture_output=True, timeout=30, check=True).stdout
    line = next(x for x in shown.splitlines() if x.startswith(b"subject "))
    expected = b"CN=a\\00b\\1B[2J\\0A\\E2\\80\\AE\\, c\\C2\\85\\ "
    return ([] if said["subject"][0][0]["value"] == name else [f"JSON: {said['subject']}"]) + \
           ([] if line.endswith(b" " + expected) else [f"text: {line!r}"])


def check_refusals(vashgate, pki, folder):
    """Status 1 and a reason for what is no certificate, 2 for what is not there."""
    path, wrong = os.path.join(folder, "damaged"), []
    der = der_in(os.path.join(pki, "ee", "podjetje.crt"))
    for content, status in ((der, 0), (der[:-1], 1), (der + b"0", 1), (b"", 1), (None, 2)):
        if content is None:
            os.remove(path)
        else:
            with open(path, "wb") as f:
                f.write(content)
        found, said = inspect(vashgate, path)
        if found != status or (status and not (said["ok"] is False and said["error"])):
            wrong.append(f"{content and len(content)} octets: {found} {said}")
    return wrong


def check_folder(vashgate, pki, folder):
    """A folder opens like a file, and says nothing about a certificate."""
    found, said = inspect(vashgate, folder)
    run = subprocess.run([vashgate, "--json", "cert", "check", folder, "--anchors", os.path.join(pki, "anchors")], capture_output=True, text=True, timeout=30, check=False)
    return [] if (found, said["ok"], run.returncode) == (2, False, 2) and "cannot read" in said["error"] else [f"{found} {said}", f"cert check: {run.returncode}"]


def check_text(vashgate, pki):
    """What `user block` takes, and the number, stand in the text as in the JSON."""
    path = os.path.join(pki, "ee", "podjetje.crt")
    _, said = inspect(vashgate, path)
    shown = subprocess.run([vashgate, "cert", "inspect", path], capture_output=True, text=True, timeout=30, check=True).stdout
    lines = dict(line.split(None, 1) for line in shown.splitlines() if line.startswith(("sha256", "serial")))
    lines["tax"] = re.search(r"^tax number +(.*)$", shown, re.M)[1]
    expected = {"sha256": said["digest_sha256"], "serial": said["serial"], "tax": said["org_tax_number"]}
    return [] if lines == expected else [f"{lines}, not {expected}"]


def check_data(vashgate, data):
    paths = [p for part in ("tsl/ca", "tsl/ee", "suites/x509") for p in glob.glob(f"{data}/{part}/**/*", recursive=True)
             if p.endswith((".pem", ".crt", ".cer"))] if data else []
    if not paths:
        print("skipped - inspect: real certificates: there is no folder of them")
        return True
    counts = {"read alike": 0, "that only one or none can read": 0, "read differently": 0}
    for path in sorted(p for p in paths if der_in(p) is not None):
        wrong = check_foreign(vashgate, path)
        counts["that only one or none can read" if wrong is None else "read differently" if wrong else "read alike"] += 1
        if wrong:
            say(os.path.relpath(path, data), wrong)
    bad = counts["read differently"] or not counts["read alike"]
    return say("real certificates: " + ", ".join(f"{n} {what}" for what, n in counts.items()), ["see above"] if bad else [])


def main():
    warnings.simplefilter("ignore")  # cryptography's, about certificates that are wrong on purpose
    vashgate, pki, data = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ""
    paths = sorted(p for pattern in ("anchors/*.pem", "intermediates/*.pem", "bad-ca/*.pem", "ee/*.crt", "server/*.crt")
                   for p in glob.glob(os.path.join(pki, pattern)))
    good = bool(paths)
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            good &= say(os.path.relpath(path, pki), check_own(vashgate, path, folder))
        good &= say("a name with control characters", check_odd_name(vashgate, folder))
        good &= say("numbers, identifiers and laws", check_identifiers(vashgate, folder))
        good &= say("what is no certificate is refused with a reason", check_refusals(vashgate, pki, folder))
        good &= say("a folder: could not run", check_folder(vashgate, pki, folder))
        good &= say("the text says what the JSON says", check_text(vashgate, pki))
    return 0 if check_data(vashgate, data) and good else 1


if __name__ == "__main__":
    sys.exit(main())
