"""What the cases of attacks on the web pages share: their world, certificates of their own, and what a refusal must not leave behind."""
import contextlib
import dataclasses
import datetime
import os
import shutil
import sys

from cases import UNLIMITED, equal
from portal import COMPANY, COURT, MUNICIPALITY, PDF, PERSON, Person, pem, portal_world, read
from world import PKI, ROOT

UPLOAD_MAX = 2097152
MARKUP = '<script>alert("1")</script>&amp; \'"]]><!--'
STRANGE = "a\uffff\ufffe\x85b"                              # UTF-8, but partly no characters of XML 1.0
FIRM = f"Firma <b>&\"' {MARKUP} d.o.o."
REGISTRAR = dict(position=31, maticna="5022860000", davcna="99000016", name="REGISTRSKI ORGAN", legal_form=309,
                 email="registrar@organ.test")

# the municipality: 701, and its web service 1005; the company's name is markup; the court administers 1003 and 1201, the registrar 1202
PEOPLE = [dict(MUNICIPALITY, scheme=1, group=701), dict(COMPANY, scheme=1, group=501, name=FIRM), dict(PERSON, scheme=1, group=601),
          dict(MUNICIPALITY, scheme=5, group=1005, cert=os.path.join(PKI, "ee", "obcina.crt")), dict(COURT, scheme=3, group=80),
          dict(COURT, scheme=3, group=90, administered_group=1003), dict(COURT, scheme=3, group=90, administered_group=1201),
          dict(REGISTRAR, scheme=3, group=90, administered_group=1202)]


def attack_world():
    return portal_world(PEOPLE, upload_max_bytes=UPLOAD_MAX, **UNLIMITED)


# what is no application, and the sentence that says so
FILES = [("nothing", None, "vs207-05.3x"), ("an empty file", b"", "vs207-05.3x"),
         ("HTML", b"<html><script>alert(1)</script></html>", "vs207-05.4a"),
         ("a program", b"MZ\x90\x00" + b"\0" * 200, "vs207-05.4a"), ("a zip", b"PK\x03\x04" + b"\0" * 200, "vs207-05.4a"),
         ("XML", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "vs207-05.4a"),
         ("a PDF behind HTML", b"<html>" + b" " * 2000 + PDF, "vs207-05.4a"),
         ("a PDF without a signature", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "vs207-05.4b")]

# ---- certificates made for one test ----

def make_certificate(w, name, base, **changes):
    """A certificate like `base` of samples/pki with some things changed, by the same authorities; its path without .crt."""
    sys.path.insert(0, os.path.join(ROOT, "samples", "pki"))
    import authorities
    import files
    import make_pki
    import profiles
    from pathlib import Path
    leaf = dataclasses.replace(next(leaf for leaf in profiles.LEAVES if leaf.name == base), name=name, **changes)
    authority, key, pki = authorities.ALL[leaf.issuer], make_pki.new_key("ec"), Path(PKI)
    ca = make_pki.Ca(authority, files.load_key(pki / "ca-keys" / f"{leaf.issuer}.key"),
                     files.pem_body(pki / authority.folder / f"{leaf.issuer}.pem"), b"")
    ca = dataclasses.replace(ca, key_id=authority.provider.key_id(ca.key))
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    cert = make_pki.issue_leaf(leaf, key, {leaf.issuer: ca}, authorities.Urls(""), make_pki.validity(now, leaf.days))
    base = Path(w.folder) / name
    files.write(base.with_suffix(".crt"), files.pem(cert))
    files.write_key(base.with_suffix(".key"), key)
    files.write(Path(f"{base}.chain.pem"), files.pem(cert) + (pki / authority.folder / f"{leaf.issuer}.pem").read_bytes())
    return str(base)


def subject_of(organisation, tax, person):
    """The subject of a certificate of a person in an organisation."""
    sys.path.insert(0, os.path.join(ROOT, "samples", "pki"))
    import profiles
    import x509der as x
    return profiles.halcom_subject(organisation, tax, (x.CN, person), (x.SERIAL, "0000099"))


def personal(changes):
    """Changes of a certificate of an employee, by name: "eku" and "usage" are extensions of it."""
    if isinstance(changes, dict):
        return changes
    sys.path.insert(0, os.path.join(ROOT, "samples", "pki"))
    import profiles as p
    import x509der as x
    more = dict(eku=(x.EKU_SERVER,)) if changes == "eku" else dict(usage=(p.KE,))
    return dict(extensions=p.halcom_extensions(policy=("1.3.6.1.4.1.5939.5.1.2", p.QCP_N_QSCD), qc=p.halcom_qc(x.QC_NATURAL, x.QC_ESIGN),
                                               **more))


# certificates of the clerk who may log in, with one fault each, and the refusal that names it
FAULTS = [("has expired", "VG-C03", dict(days=(-30, -1))), ("is not valid yet", "VG-C04", dict(days=(1, 30))),
          ("is of an unknown issuer", "VG-C02", dict(issuer="neznani_ca")), ("is for servers only", "VG-C05", "eku"),
          ("may not sign", "VG-C05", "usage")]


def revoke(w, path, issuer):
    """A folder of CRLs in which the issuer has revoked this certificate too."""
    sys.path.insert(0, os.path.join(ROOT, "samples", "pki"))
    import authorities
    import crls
    import files
    from pathlib import Path
    from cryptography import x509
    folder, authority = Path(w.folder) / "crls", authorities.ALL[issuer]
    shutil.copytree(os.path.join(PKI, "crl"), folder)
    key, now = files.load_key(Path(PKI) / "ca-keys" / f"{issuer}.key"), datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    with open(path + ".crt", "rb") as f:
        serial = x509.load_pem_x509_certificate(f.read()).serial_number
    crls.write_crl(folder, issuer,
                   crls.sign_crl(authority.dn, key, authority.provider.key_id(key), [(serial, now, 1)], now, now + crls.CRL_LIFE))
    return str(folder)


# ---- what a refusal leaves behind ----

WRITTEN = ("subject", "membership", "web_service", "application", "decision", "possession", "outbox", "history", "procedure_case_file")


def written(w):
    """Everything that a procedure may write, and every case with its version."""
    counts = {t: read(w, f"SELECT count(*) FROM {t}")[0][0] for t in WRITTEN}
    statuses = read(w, "SELECT id, status, link_status, version FROM membership ORDER BY id")
    return counts, statuses, read(w, "SELECT id, version, state, step FROM procedure_case ORDER BY id")


@contextlib.contextmanager
def nothing_written(w):
    before = written(w)
    yield
    equal(written(w), before, "what was written")


def kept(w, needle):
    """Files of the world and lines of the log that hold the bytes."""
    found = [line for line in w.gateway.lines if needle.decode() in line]
    for folder, _, files in os.walk(w.folder):
        for path in (os.path.join(folder, name) for name in files):
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    found += [os.path.basename(path)] if needle in f.read() else []
    return found


def refused(page, status, what):
    equal(page.status, status, f"{what}: {page}")


def goes_on(page, step, what="control"):
    equal((page.status, page.step, page.codes), (200, step, []), f"{what}: {page}")
    return page


def at_group(person):
    """vs207 at its first page."""
    return goes_on(person.begin("vs207"), "vs207-02")


def at_application(person, group, certificate="obcina_zig"):
    """vs207 at the page that asks for the PDF."""
    page = person.press(at_group(person), "next", {"group": str(group)})
    page = person.press(page, "confirm", {"certificate": pem(certificate)})
    if page.step == "vs207-04":
        page = person.press(page, "confirm", {"client": "new", "client.name": "Odjemalec", "client.uris": "https://obcina.test/nazaj"})
    return goes_on(page, "vs207-05")


def copy_of(person, **changes):
    """Another browser with what this one has, but for `changes`."""
    other = Person(person.w, person.name)
    other.cookie, other.csrf, other.context = person.cookie, person.csrf, person.context
    for name, value in changes.items():
        setattr(other, name, value)
    return other


def record_of(w, firm_of, group, status=None):
    """The newest record of a subject in a group."""
    rows = read(w, "SELECT m.id, coalesce(m.status, m.link_status) FROM membership m JOIN subject s ON s.eceu_id = m.eceu_id"
                   " WHERE s.davcna = ? AND m.user_group = ? ORDER BY m.id DESC", firm_of["davcna"], group)
    return next(i for i, s in rows if status in (None, s))
