#!/usr/bin/python3
"""`vashgate tsl import` and `tsl list` against lists that this suite makes and signs itself: a right one, and many that are wrong in one
way each, refused under their own code while what is in force stays as it is. Then, where the folder DATA is there, the real Slovenian list
under the real list of lists, and the trusted lists of another project's suite.

usage: check_tsl.py VASHGATE [DATA]
"""
import contextlib
import datetime
import http.server
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make_list as m  # noqa: E402
import real_lists  # noqa: E402
from gateway import Gateway  # noqa: E402

MEMBERS = ["v", "ok", "code", "document", "sl", "en", "detail", "dry_run", "imported", "territory", "sequence", "issued", "next_update",
           "pinned", "pinned_by", "signer_sha256", "providers", "services", "granted_ca_qc", "changes", "warnings"]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
failed = []


def say(name, wrong):
    print(f"{'not ok' if wrong else 'ok'} - tsl: {name}" + "".join(f"\n  {w}" for w in wrong), flush=True)
    if wrong:
        failed.append(name)


class World:
    """Signers and the list that all others are made from."""

    def __init__(self, folder):
        self.folder = folder
        self.signer, self.other, self.lotl_signer = m.Signer("Podpisnik"), m.Signer("Drugi"), m.Signer("LOTL", eku=None)
        self.cas = [m.Signer(f"CA {i}", eku=None) for i in range(3)]
        self.paths = {}
        for name, s in (("signer", self.signer), ("other", self.other), ("lotl", self.lotl_signer)):
            self.paths[name] = self.write(name + ".pem", s.pem)
        self.control = self.sign()

    def providers(self):
        return [{"name": "Prvi d.d.", "vat": "VATSI-43353126", "services": [
                    {"name": "Prvi CA 1", "der": self.cas[0].der, "qualifications": [(["QCStatement", "QCForESig"], "atLeastOne", ["1.2.3.4"])]},
                    {"name": "Prvi CA 2", "der": self.cas[1].der, "status": "withdrawn"}]},
                {"name": "Drugi d.o.o.", "vat": "VATSI-60762802", "services": [
                    {"name": "Drugi CA", "der": self.cas[2].der}, {"name": "Drugi TSA", "der": self.cas[0].der, "type": "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"}]}]

    def root(self, **changed):
        return m.make(**{"providers": self.providers(), **changed})

    def sign(self, signer=None, edit=None, list_of=None, **how):
        root = self.root(**(list_of or {}))
        if edit:
            edit(root)
        return m.sign(root, signer or self.signer, **how)

    def lotl(self, pointers, signer=None, **changed):
        root = m.make(**{"pointers": pointers, "kind": "EUlistofthelists", "territory": "EU", "sequence": "300", **changed})
        return m.sign(root, signer or self.lotl_signer)

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as f:
            f.write(data)
        return path


# ---- each wrong in one way: (name, code, bytes) ----

def edited(data, change):
    """After signing."""
    root = etree.fromstring(data)
    change(root)
    return m.to_bytes(root)


def move_signature(root):
    root[0].append(m.signature_of(root))


def add_second_signature(root):
    root.append(m.twin(m.signature_of(root)))


def hide_second_signature(root):
    root.find(f".//{{{m.TSL}}}TSPService").append(m.twin(m.signature_of(root)))


def remove_provider(root):
    providers = root.find(f"{{{m.TSL}}}TrustServiceProviderList")
    providers.remove(providers[0])


def drop_signature(root):
    root.remove(m.signature_of(root))


def set_text(path, text):
    def change(root):
        root.find(".//" + path.replace("tsl:", f"{{{m.TSL}}}").replace("ds:", f"{{{m.DS}}}").replace("xades:", f"{{{m.XADES}}}")).text = text
    return change


def remove(name):
    def change(root):
        node = root.find(f".//{{{m.TSL}}}{name}")
        node.getparent().remove(node)
    return change


def double(name):
    def change(root):
        node = root.find(f".//{{{m.TSL}}}{name}")
        node.addnext(m.twin(node))
    return change


def supply_points(kind):
    def change(root):
        point = m.child(m.child(root.find(f".//{{{m.TSL}}}ServiceInformation"), "ServiceSupplyPoints"), "ServiceSupplyPoint", "http://x.si")
        if kind:
            point.set("type", kind)
    return change


def wrapped(w, forged_id):
    """The signed list stands inside of a forged one, whose signature is the old one and refers to the old root by its Id."""
    inner = etree.fromstring(w.sign(uri="#LIST"))
    signature = m.signature_of(inner)
    inner.remove(signature)
    forged = w.root(sequence="99")
    forged.set("Id", forged_id)
    m.child(forged[0], "Extension").append(inner)
    forged.append(signature)
    return m.to_bytes(forged)


def in_a_copy(w):
    inner, outer = etree.fromstring(w.control), w.root(sequence="99")
    outer.set("Id", "OUTER")
    outer.append(inner)
    return m.to_bytes(outer)


def faults_of_xml(w):
    text = w.control
    body = text[text.index(b"?>") + 2:]
    bomb = b'<!DOCTYPE b [<!ENTITY a "' + b"a" * 50 + b'">' + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 20) for i in range(8)) + b"]>"
    deep = b"<TrustServiceStatusList xmlns='%s'>" % m.TSL.encode() + b"<a>" * 200 + b"</a>" * 200 + b"</TrustServiceStatusList>"
    wide = b"<TrustServiceStatusList xmlns='%s'>" % m.TSL.encode() + b"<a/>" * 450000 + b"</TrustServiceStatusList>"
    many = b"<TrustServiceStatusList xmlns='%s' " % m.TSL.encode() + b" ".join(b"a%d='1'" % i for i in range(3000)) + b"/>"
    return [
        ("a DOCTYPE alone", "doctype", b"<!DOCTYPE TrustServiceStatusList>" + body),
        ("an external DTD", "doctype", b'<!DOCTYPE TrustServiceStatusList SYSTEM "http://127.0.0.1:1/x.dtd">' + body),
        ("an entity bomb", "doctype", bomb + body.replace(b"Prvi d.d.", b"&i;")),
        ("an undefined entity", "not_xml", text.replace(b"Prvi d.d.", b"&x;")),
        ("200 levels", "too_complex", deep), ("450,000 elements", "too_complex", wide), ("3,000 attributes", "too_complex", many),
        ("17 MB", "too_large", text + b" " * (17 << 20)),
        ("half of it", "not_xml", text[:len(text) // 2]), ("nothing", "not_xml", b""), ("no XML", "not_xml", b"%PDF-1.7"),
        ("a prefix without a namespace", "not_xml", text.replace(b"<TSLSequenceNumber", b"<x:y/><TSLSequenceNumber")),
        ("UTF-16", "not_xml", etree.tostring(etree.fromstring(text), encoding="UTF-16", xml_declaration=True)),
        ("Latin-2", "not_xml", etree.tostring(etree.fromstring(text), encoding="ISO-8859-2", xml_declaration=True)),
        ("bytes that are no UTF-8", "not_xml", text.replace(b"Prvi d.d.", b"Prvi \xff")),
        ("XML 1.1", "not_xml", b"<?xml version='1.1'?>" + body),
        ("another root", "not_a_list", b"<hello xmlns='urn:x'>" + b"</hello>"),
        ("the right root of another namespace", "not_a_list", b"<TrustServiceStatusList xmlns='urn:x'/>"),
    ]


def faults_of_signature(w):
    control = w.control
    weak = m.Signer("Šibki", key=rsa.generate_private_key(public_exponent=65537, key_size=1024))
    curve = m.Signer("Krivulja", key=ec.generate_private_key(ec.SECP192R1()))
    xpath, xslt = "http://www.w3.org/TR/1999/REC-xpath-19991116", "http://www.w3.org/TR/1999/REC-xslt-19991116"
    return [
        ("one flipped byte in a name", "signature_broken", control.replace(b"Prvi d.d.", b"Prvi d.e.")),
        ("one flipped byte in the signature", "signature_broken", edited(control, lambda r: flip(r.find(f".//{{{m.DS}}}SignatureValue")))),
        ("one flipped byte in a certificate", "signature_broken", edited(control, lambda r: flip(r.find(f".//{{{m.TSL}}}X509Certificate")))),
        ("another time in the signed properties", "signature_broken", edited(control, set_text("xades:SigningTime", "2026-01-01T00:00:00Z"))),
        ("a removed provider", "signature_broken", edited(control, remove_provider)),
        ("an added comment in SignedInfo's digest", "signature_broken", edited(control, set_text("ds:DigestValue", m.b64(b"0" * 32)))),
        ("a later sequence number, unsigned", "signature_broken", edited(control, set_text("tsl:TSLSequenceNumber", "11"))),
        ("no signature", "signature_absent", edited(control, drop_signature)),
        ("a moved signature", "signature_place", edited(control, move_signature)),
        ("a second signature", "signature_many", edited(control, add_second_signature)),
        ("a second signature, hidden", "signature_many", edited(control, hide_second_signature)),
        ("a signed copy inside of a forged list", "signature_place", in_a_copy(w)),
        ("a wrapped list under its old Id", "signature_reference", wrapped(w, "FORGED")),
        ("a wrapped list, the Id twice", "id_twice", wrapped(w, "LIST")),
        ("an Id twice in other letters", "id_twice", edited(control, lambda r: r[0].set("ID", "XADES"))),
        ("an XPath transform", "signature_transform", w.sign(forms=(xpath, m.EXC))),
        ("an XSLT transform", "signature_transform", w.sign(forms=(m.ENVELOPED, xslt, m.EXC))),
        ("a base64 transform", "signature_transform", w.sign(forms=(m.ENVELOPED, m.DS + "base64"))),
        ("no enveloped-signature", "signature_transform", w.sign(forms=(m.EXC,))),
        ("no canonical form", "signature_transform", w.sign(forms=(m.ENVELOPED,))),
        ("two canonical forms", "signature_transform", w.sign(forms=(m.ENVELOPED, m.EXC, m.EXC))),
        ("a canonical form with comments", "signature_transform", w.sign(forms=(m.ENVELOPED, m.EXC + "WithComments"))),
        ("enveloped-signature on the properties", "signature_transform", w.sign(properties_forms=(m.ENVELOPED, m.EXC))),
        ("SignedInfo with comments", "signature_transform", w.sign(form=m.EXC + "WithComments")),
        ("a reference to the network", "signature_reference", w.sign(uri="http://127.0.0.1:1/list.xml")),
        ("a reference to a file", "signature_reference", w.sign(uri="file:///etc/passwd")),
        ("a reference without URI", "signature_reference", w.sign(uri=None)),
        ("an XPointer to the root", "signature_reference", w.sign(uri="#xpointer(/)")),
        ("a reference to a part alone", "signature_reference", part_alone(w)),
        ("a third reference", "signature_reference", w.sign(extra=["#SIG"])),
        ("the list twice", "signature_reference", w.sign(properties_uri="")),
        ("no reference to the properties", "signature_reference", w.sign(properties_uri=None)),
        ("properties of another signature", "signature_malformed", edited(control, lambda r: r.find(f".//{{{m.XADES}}}QualifyingProperties").set("Target", "#OTHER"))),
        ("no properties at all", "signature_malformed", edited(control, lambda r: drop(r.find(f".//{{{m.XADES}}}QualifyingProperties")))),
        ("no SignedInfo", "signature_malformed", edited(control, lambda r: drop(r.find(f".//{{{m.DS}}}SignedInfo")))),
        ("RSA with SHA-1", "signature_algorithm", w.sign(method=m.DS + "rsa-sha1")),
        ("RSA-PSS with SHA-1", "signature_algorithm", w.sign(method=m.PSS + "sha1-rsa-MGF1")),
        ("RSA-PSS with one byte flipped", "signature_broken", w.sign(method=m.PSS + "sha256-rsa-MGF1").replace(b"Prvi d.d.", b"Prvi d.e.")),
        ("RSA-PSS with another salt", "signature_broken", w.sign(method=m.PSS + "sha256-rsa-MGF1", salt=10)),
        ("RSA-PSS, signed with the other padding", "signature_broken", edited(control, set_method("sha256-rsa-MGF1"))),
        ("digests of SHA-1", "signature_algorithm", w.sign(digest_method=m.DS + "sha1")),
        ("HMAC", "signature_algorithm", w.sign(method=m.DSIG_MORE + "hmac-sha256")),
        ("an RSA key of 1,024 bits", "signer_key", w.sign(weak)),
        ("a curve of 192 bits", "signer_key", w.sign(curve)),
        ("the digest of another certificate", "signing_certificate", w.sign(named=w.other)),
        ("the certificate of another, named", "signature_broken", w.sign(named=w.other, certs=[w.other])),
        ("no SigningCertificate", "signing_certificate", w.sign(named=False)),
        ("no certificate", "signer_absent", w.sign(certs=[])),
    ]


def set_method(name):
    return lambda root: root.find(f".//{{{m.DS}}}SignatureMethod").set("Algorithm", m.PSS + name)


def flip(node):
    at = len(node.text) // 2
    node.text = node.text[:at] + ("A" if node.text[at] != "A" else "B") + node.text[at + 1:]


def drop(node):
    node.getparent().remove(node)


def part_alone(w):
    root = w.root()
    root[0].set("Id", "SCHEME")
    return m.sign(root, w.signer, uri="#SCHEME", covered=root[0])


def faults_of_content(w):
    long_ago, days = m.Signer("Star", not_after=datetime.datetime(2026, 2, 1)), datetime.timedelta(days=1)
    ends = m.Signer("Poteče", not_after=datetime.datetime(2026, 4, 1))
    later = m.Signer("Prihodnji", not_before=datetime.datetime(2026, 4, 1))
    w.strangers = {"long_ago": long_ago, "ends": ends, "later": later}
    return [
        ("version 4", "version", w.sign(list_of={"version": "4"})), ("version 7", "version", w.sign(list_of={"version": "7"})),
        ("a version that is no number", "malformed", w.sign(list_of={"version": "5.1"})),
        ("no sequence number", "malformed", w.sign(edit=remove("TSLSequenceNumber"))),
        ("a sequence number below zero", "malformed", w.sign(list_of={"sequence": "-1"})),
        ("two sequence numbers", "malformed", w.sign(edit=double("TSLSequenceNumber"))),
        ("no territory", "malformed", w.sign(edit=remove("SchemeTerritory"))),
        ("no time of issue", "malformed", w.sign(edit=remove("ListIssueDateTime"))),
        ("a time without a zone", "malformed", w.sign(edit=set_text("tsl:ListIssueDateTime", "2026-03-01T12:00:00"))),
        ("no NextUpdate", "malformed", w.sign(edit=remove("NextUpdate"))),
        ("a provider without information", "malformed", w.sign(edit=remove("TSPInformation"))),
        ("a provider without services", "malformed", w.sign(edit=remove("TSPServices"))),
        ("a service without information", "malformed", w.sign(edit=remove("ServiceInformation"))),
        ("a service without a status", "malformed", w.sign(edit=remove("ServiceStatus"))),
        ("a service with two statuses", "malformed", w.sign(edit=double("ServiceStatus"))),
        ("a service without an identity", "malformed", w.sign(edit=remove("ServiceDigitalIdentity"))),
        ("an element in a text", "malformed", w.sign(edit=lambda r: m.child(r.find(f".//{{{m.TSL}}}ServiceStatus"), "x"))),
        ("a certificate that is no base64", "malformed", w.sign(edit=set_text("tsl:X509Certificate", "MII*"))),
        ("a history newer than the present", "malformed", w.sign(edit=lambda r: r.findall(f".//{{{m.TSL}}}StatusStartingTime")[1].__setattr__("text", "2025-06-01T00:00:00Z"))),
        ("a supply point with a type in version 5", "malformed", w.sign(edit=supply_points("http://x.si/type"), list_of={"version": "5"})),
        ("no providers' element's content", "malformed", w.sign(edit=lambda r: [drop(p) for p in r.findall(f".//{{{m.TSL}}}TrustServiceProvider")])),
        ("another territory", "territory", w.sign(list_of={"territory": "HR"})),
        ("a list of lists", "type", w.sign(list_of={"kind": "EUlistofthelists"})),
        ("another signer", "signer_unknown", w.sign(w.other)),
        ("issued tomorrow", "not_yet_issued", w.sign(list_of={"issued": datetime.datetime(2026, 5, 2), "sequence": "11"})),
        ("overdue", "expired", w.sign(list_of={"next_update": datetime.datetime(2026, 4, 30)})),
        ("overdue by a second", "expired", w.sign(list_of={"next_update": datetime.datetime(2026, 5, 1)})),
        ("closed", "closed", w.sign(list_of={"next_update": None})),
        ("older", "older", w.sign(list_of={"sequence": "9"})),
        ("the same number, other content", "same_sequence", w.sign(list_of={"next_update": m.NEXT + days})),
    ]


# ---- the checks ----

def differs(said, **expected):
    return [f"{k}: {said.get(k)!r}, not {v!r}" for k, v in expected.items() if said.get(k) != v]


def check_accepted(g, w):
    status, said = g.tsl_import(w.control, "--signer", w.paths["signer"])
    wrong = differs(said, v=1, ok=True, code="ok", document=None, dry_run=False, imported=True, territory="SI", sequence=10, pinned=True,
                    pinned_by="signer", signer_sha256=w.signer.digest, providers=2, services=4, granted_ca_qc=2,
                    issued="2026-03-01T12:00:00.000Z", next_update="2026-08-01T12:00:00.000Z")
    wrong += [] if list(said) == MEMBERS else [f"members {list(said)}"]
    wrong += [] if status == 0 and len(said["changes"]) == 6 else [f"status {status}, changes {said['changes']}"]
    say("the right list is imported", wrong)
    status, said = g.tsl_import(w.control, "--signer", w.paths["signer"])
    say("the list in force once more changes nothing", differs(said, code="ok", imported=False, changes=[]) + ([] if status == 0 else [f"status {status}"]))


def check_list(g):
    status, said = g.run("tsl", "list", "--at", m.NOW)
    services = [(s["name"]["sl"], s["status"], s["granted_ca_qc"]) for p in said["providers"] for s in p["services"]]
    wrong = differs(said, v=1, ok=True, territory="SI", sequence=10, pinned_by="signer") + ([] if status == 0 else [f"status {status}"])
    wrong += [] if services == [("Prvi CA 1", "granted", True), ("Prvi CA 2", "withdrawn", False), ("Drugi CA", "granted", True),
                                ("Drugi TSA", "granted", False)] else [f"services {services}"]
    wrong += [] if [p["trade_names"][0] for p in said["providers"]] == ["VATSI-43353126", "VATSI-60762802"] else ["trade names"]
    say("tsl list shows it", wrong)
    say("tsl list names the qualifiers", [] if said["providers"][0]["services"][0]["qualifiers"] == ["QCStatement", "QCForESig"] else ["not so"])
    _, then = g.run("tsl", "list", "--at", "2023-01-01T00:00:00Z")
    statuses = {s["status"] for p in then["providers"] for s in p["services"]}
    say("tsl list shows the statuses of a day in the past", [] if statuses == {"undersupervision"} else [f"{statuses}"])
    text = g.text("tsl", "list")
    say("tsl list says it to people", [x for x in ("sequence    10", "Prvi CA 2", "VATSI-60762802", "service_added: Drugi d.o.o.: Drugi TSA, granted")
                                       if x not in text])


def check_refusals(g, w, rows):
    for name, code, data in rows:
        before = g.in_force()
        status, said = g.tsl_import(data, "--signer", w.paths["signer"])
        wrong = differs(said, ok=False, code=code, document="list", imported=False) + ([] if status == 1 else [f"status {status}"])
        wrong += [] if said.get("sl") and said.get("en") and said["sl"] != said["en"] else ["no sentence in both languages"]
        wrong += [] if g.in_force() == before and before else ["the list in force has changed"]
        say(f"refused: {name}: {code}", wrong + ([f"detail: {said.get('detail')}"] if wrong else []))


def check_variants(g, w):
    """What may differ: accepted."""
    curve = m.Signer("P-256", key=ec.generate_private_key(ec.SECP256R1()))
    curve_path = w.write("curve.pem", curve.pem)
    for name, data, path in (
            ("version 5", w.sign(list_of={"version": "5"}), "signer"), ("SHA-512", w.sign(method=m.DSIG_MORE + "rsa-sha512", digest_method=m.ENC + "sha512"), "signer"),
            ("SigningCertificate of the first kind, by SHA-1", w.sign(v2=False, named_method=m.DS + "sha1"), "signer"),
            ("a reference by Id", w.sign(uri="#LIST"), "signer"), ("the inclusive canonical form", w.sign(forms=(m.ENVELOPED, m.INC), form=m.INC), "signer"),
            ("properties without a transform", w.sign(properties_forms=()), "signer"), ("a second certificate in KeyInfo", w.sign(certs=[w.other, w.signer]), "signer"),
            ("RSA-PSS with SHA-256", w.sign(method=m.PSS + "sha256-rsa-MGF1"), "signer"), ("RSA-PSS with SHA-384", w.sign(method=m.PSS + "sha384-rsa-MGF1"), "signer"),
            ("RSA-PSS with SHA-512", w.sign(method=m.PSS + "sha512-rsa-MGF1"), "signer"), ("ECDSA", w.sign(curve), curve_path), ("a comment in a name, which is not signed", commented(w), "signer"),
            ("a BOM", b"\xef\xbb\xbf" + w.control, "signer")):
        status, said = g.tsl_import(data, "--signer", w.paths.get(path, path), "--dry-run", "--config", "/nonexistent")
        say(f"accepted: {name}", differs(said, code="ok", pinned=True, services=4) + ([] if status == 0 else [f"status {status} {said.get('detail')}"]))


def check_warnings(g, w):
    unreadable = (lambda r: r.find(f".//{{{m.XADES}}}Identifier").__setattr__("text", "1.2.x"))
    for name, edit, words in (("a supply point without a type", supply_points(None), "ServiceSupplyPoint"), ("a policy that is no identifier", unreadable, "policy")):
        status, said = g.tsl_import(w.sign(edit=edit), "--signer", w.paths["signer"], "--dry-run", "--config", "/nonexistent")
        say(f"accepted with a warning: {name}", differs(said, code="ok") + ([] if status == 0 and words in str(said["warnings"]) else [f"{status} {said}"]))


def commented(w):
    return w.control.replace(b"Prvi d.d.", b"Prvi <!-- x -->d.d.")


def check_signers(g, w):
    status, said = g.tsl_import(w.control)
    say("refused: nobody vouches: unpinned", differs(said, code="unpinned", pinned=False) + ([] if status == 1 else [f"status {status}"]))
    status, said = g.tsl_import(w.control, "--dry-run")
    say("a dry run takes a signer of lists whom nobody vouches for, and says so",
        differs(said, code="ok", pinned=False, pinned_by=None, imported=False) + ([] if status == 0 else [f"status {status}"]))
    status, said = g.tsl_import(w.sign(w.lotl_signer), "--dry-run")
    say("refused: nobody vouches, and the certificate is not for lists: signer_unknown", differs(said, code="signer_unknown") + ([] if status == 1 else [f"status {status}"]))
    for name, key in (("expired before the issue", "long_ago"), ("expired before the import", "ends"), ("not yet valid at the issue", "later")):
        s = w.strangers[key]
        status, said = g.tsl_import(w.sign(s), "--signer", w.write(key + ".pem", s.pem))
        say(f"refused: a signer {name}: signer_not_valid", differs(said, code="signer_not_valid") + ([] if status == 1 else [f"status {status}"]))


def check_lotl(g, w):
    names, other = [("SI", [w.other, w.signer], "EUgeneric")], [("SI", [w.other], "EUgeneric"), ("HR", [w.signer], "EUgeneric")]
    good = w.lotl(names)
    rows = [
        ("names the signer", "ok", None, good, "lotl", w.control),
        ("names another for this territory", "signer_not_named", "list", w.lotl(other), "lotl", w.control),
        ("names him for a list of lists", "signer_not_named", "list", w.lotl([("SI", [w.signer], "EUlistofthelists")]), "lotl", w.control),
        ("names nobody", "signer_not_named", "list", w.lotl([("HR", [w.signer], "EUgeneric")]), "lotl", w.control),
        ("flipped", "signature_broken", "lotl", good.replace(b"Upravljavec", b"Upravljavka", 1), "lotl", w.control),
        ("of another signer", "signer_unknown", "lotl", w.lotl(names, w.other), "lotl", w.control),
        ("of the list's signer, whom --signer does not mean", "signer_unknown", "lotl", good, "signer", w.control),
        ("overdue", "expired", "lotl", w.lotl(names, next_update=datetime.datetime(2026, 4, 1)), "lotl", w.control),
        ("is no list of lists", "type", "lotl", w.sign(w.lotl_signer), "lotl", w.control),
        ("names the signer of a flipped list", "signature_broken", "list", good, "lotl", w.control.replace(b"Prvi d.d.", b"Prvi d.e.")),
        ("empty", "not_xml", "lotl", b"", "lotl", w.control),
    ]
    for name, code, document, lotl, pin, data in rows:
        path = w.write("lotl.xml", lotl)
        status, said = g.tsl_import(data, "--lotl", path, "--signer", w.paths[pin], "--dry-run")
        wrong = differs(said, code=code, document=document) + ([] if status == (code != "ok") else [f"status {status}"])
        wrong += differs(said, pinned_by="lotl") if code == "ok" else []
        say(f"list of lists {name}: {code}", wrong + ([said.get("detail")] if wrong else []))
    path = w.write("lotl.xml", good)
    status, said = g.tsl_import(w.control, "--lotl", path, "--dry-run")
    say("list of lists without a pin: unpinned", differs(said, code="unpinned", document="lotl") + ([] if status == 1 else [f"status {status}"]))


def check_lotl_of_configuration(w, vashgate):
    """lotl_signers pins the list of lists, and a real import goes by it."""
    folder = os.path.join(w.folder, "lotl-signers")
    os.makedirs(folder)
    with open(os.path.join(folder, "a.pem"), "wb") as f:
        f.write(w.other.pem)
    with open(os.path.join(folder, "b.pem"), "wb") as f:
        f.write(w.lotl_signer.pem)
    with Gateway(vashgate, os.path.join(w.folder, "second"), trust=f'trust = {{ lotl_signers = "{folder}"; territory = "SI"; }};') as g:
        path = w.write("lotl.xml", w.lotl([("SI", [w.signer], "EUgeneric")]))
        status, said = g.tsl_import(w.control, "--lotl", path)
        say("the configuration pins the list of lists", differs(said, code="ok", imported=True, pinned_by="lotl") + ([] if status == 0 else [f"status {status} {said}"]))
        os.remove(os.path.join(folder, "b.pem"))
        status, said = g.tsl_import(w.sign(list_of={"sequence": "11"}), "--lotl", path)
        say("refused: who is no longer in its folder: signer_unknown", differs(said, code="signer_unknown", document="lotl") + ([] if status == 1 else [f"status {status}"]))
        os.remove(os.path.join(folder, "a.pem"))
        status, said = g.run("check-config")
        say("check-config finds that nobody is in it", [] if status == 1 and "no certificate of a signer" in said["error"] else [f"status {status} {said}"])


def criteria(edit):
    """A change of the first CriteriaList."""
    return lambda root: edit(root.find(f".//{{{m.SIE}}}CriteriaList"))


def add_usage(node):
    m.child(m.child(node, "KeyUsage", ns=m.SIE), "KeyUsageBit", "true", ns=m.SIE).set("name", "nonRepudiation")


def add_none(node):
    inner = m.child(node, "CriteriaList", ns=m.SIE, **{"assert": "none"})
    m.child(m.child(m.child(inner, "PolicySet", ns=m.SIE), "PolicyIdentifier", ns=m.SIE), "Identifier", "9.9", ns=m.XADES)


def add_unknown_extension(root):
    extension = m.child(root.find(f".//{{{m.TSL}}}ServiceInformationExtensions"), "Extension", Critical="true")
    m.child(extension, "Unknown", ns="urn:x")


INFO = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
PLAIN = "QCStatement QCForESig if atLeastOne(policies 1.2.3.4)"


def first_qualified(*qualifications):
    return lambda p: p[0]["services"][0].__setitem__("qualifications", list(qualifications))


def first(**changed):
    return lambda p: p[0]["services"][0].update(changed)


def aspects(w):
    """(what, edit of the providers, edit of the XML, change, is it a withdrawal, added, removed): each differs from the control in one thing."""
    plain, more = (["QCStatement", "QCForESig"], "atLeastOne", ["1.2.3.4"]), "sha256 " + w.other.digest
    third = [{"name": "Prvi CA 4", "der": w.other.der}]
    return [
        ("NotQualified comes", first_qualified(plain, (["NotQualified"], "atLeastOne", ["1.2.3"])), None,
         "qualifiers_changed", True, ["NotQualified if atLeastOne(policies 1.2.3)"], []),
        ("QCWithSSCD comes", first_qualified(plain, (["QCWithSSCD"], "all", ["1.2.3", "1.2.4"])), None,
         "qualifiers_changed", False, ["QCWithSSCD if all(policies 1.2.3, policies 1.2.4)"], []),
        ("QCStatement goes", first_qualified(), None, "qualifiers_changed", True, [], [PLAIN]),
        ("a qualifier that is not known comes", first_qualified(plain, (["QCForMoon"], "all", ["1.2.3"])), None,
         "qualifiers_changed", True, ["unknown if all(policies 1.2.3)"], []),
        ("a policy of the criteria", first_qualified((plain[0], "atLeastOne", ["1.2.3.5"])), None,
         "qualifiers_changed", True, ["QCStatement QCForESig if atLeastOne(policies 1.2.3.5)"], [PLAIN]),
        ("the assertion of the criteria", None, criteria(lambda c: c.set("assert", "none")),
         "qualifiers_changed", True, ["QCStatement QCForESig if none(policies 1.2.3.4)"], [PLAIN]),
        ("a key usage of the criteria", None, criteria(add_usage),
         "qualifiers_changed", True, [PLAIN[:-1] + ", keyUsage nonRepudiation=1)"], [PLAIN]),
        ("criteria within the criteria", None, criteria(add_none), "qualifiers_changed", True, [PLAIN[:-1] + ", none(policies 9.9))"], [PLAIN]),
        ("ForeSeals in place of ForeSignatures", first(info=("ForeSeals",)), None, "information_changed", True, [INFO + "ForeSeals"], [INFO + "ForeSignatures"]),
        ("ForeSeals beside it", first(info=("ForeSignatures", "ForeSeals")), None, "information_changed", False, [INFO + "ForeSeals"], []),
        ("no kind is named, so it issues all", first(info=()), None, "information_changed", False, [], [INFO + "ForeSignatures"]),
        ("RootCA-QC beside it", first(info=("ForeSignatures", "RootCA-QC")), None, "information_changed", False, [INFO + "RootCA-QC"], []),
        ("a critical extension that is not known", None, add_unknown_extension,
         "information_changed", True, ["a critical extension that is not understood"], []),
        ("a second certificate comes", None, lambda r: add_identity(r, "X509Certificate", w.other.der), "identity_changed", False, [more], []),
        ("a key identifier comes", first(ski=b"\1\2"), None, "identity_changed", False, ["key 0102"], []),
        ("the provider's identifier", lambda p: p[0].update(vat="VATSI-1"), None, "trade_names_changed", True, ["VATSI-1"], ["VATSI-43353126"]),
        ("an identifier beside it", None, add_trade_name, "trade_names_changed", False, ["VATSI-2"], []),
        ("the provider of a service", lambda p: p[0]["services"].append(p[1]["services"].pop(0)), None, "provider_changed", True, ["Prvi d.d."], ["Drugi d.o.o."]),
        ("the grant begins later", first(since="2026-06-01T00:00:00Z"), None, "since_changed", True, ["2026-06-01T00:00:00.000Z"], ["2024-01-01T00:00:00.000Z"]),
        ("the grant began earlier", first(since="2023-06-01T00:00:00Z"), None, "since_changed", False, ["2023-06-01T00:00:00.000Z"], ["2024-01-01T00:00:00.000Z"]),
        ("a takeover", first(taken_over="Drugi d.o.o."), None, "taken_over", False, None, None),
        ("a service comes", lambda p: p[0]["services"].extend(third), None, "service_added", False, None, None),
        ("a granted service goes", lambda p: p[1]["services"].pop(0), None, "service_removed", True, None, None),
        ("one that was withdrawn goes", lambda p: p[0]["services"].pop(1), None, "service_removed", False, None, None),
        ("one that was withdrawn is granted", lambda p: p[0]["services"][1].update(status="granted"), None, "status_changed", False, None, None),
        ("NotQualified, where nothing is granted", lambda p: p[0]["services"][1].update(qualifications=[(["NotQualified"], "all", ["1.2.3"])]), None,
         "qualifiers_changed", False, ["NotQualified if all(policies 1.2.3)"], []),
    ]


def add_identity(root, kind, value):
    m.child(m.child(root.find(f".//{{{m.TSL}}}ServiceDigitalIdentity"), "DigitalId"), kind, m.b64(value))


def add_trade_name(root):
    name = m.child(root.find(f".//{{{m.TSL}}}TSPTradeName"), "Name", "VATSI-2")
    name.set("{http://www.w3.org/XML/1998/namespace}lang", "en")


def check_aspects(g, w):
    for name, change_providers, edit, change, withdraws, added, removed in aspects(w):
        providers = w.providers()
        if change_providers:
            change_providers(providers)
        data = w.sign(edit=edit, list_of={"sequence": "11", "providers": providers})
        _, said = g.tsl_import(data, "--signer", w.paths["signer"], "--dry-run")
        found = [(c["change"], c["withdraws"], c.get("added"), c.get("removed")) for c in said["changes"]]
        say(f"changed: {name}: {change}{', a withdrawal' if withdraws else ''}", [] if found == [(change, withdraws, added, removed)] else [f"{found}"])


def check_takeover_ends(w, vashgate):
    """What a takeover brings in goes with it."""
    with Gateway(vashgate, os.path.join(w.folder, "takeover")) as g:
        for sequence, by, expected in (("10", "Drugi d.o.o.", None), ("11", "Tretji", ("taken_over", "Tretji", True)), ("12", None, ("takeover_ended", "Tretji", True))):
            providers = w.providers()
            providers[0]["services"][0]["taken_over"] = by
            _, said = g.tsl_import(w.sign(list_of={"sequence": sequence, "providers": providers}), "--signer", w.paths["signer"])
            found = [(c["change"], c.get("by"), c["withdraws"]) for c in said["changes"]]
            if expected:
                say(f"changed: a takeover: {expected[0]} by {expected[1]}, a withdrawal", [] if found == [expected] else [f"{found}"])


def check_changes(g, w):
    """Number 11: a provider goes, a service comes, one is withdrawn, one is taken over."""
    first, second = w.providers()
    first["services"][0]["status"] = "withdrawn"
    first["services"][0]["since"] = "2026-02-01T00:00:00Z"
    first["services"] = [first["services"][0], {"name": "Prvi CA 3", "der": w.other.der},
                         {**second["services"][0], "taken_over": "Prvi d.d.", "qualifications": [(["NotQualified"], "all", ["1.2.3"])]}]
    data = w.sign(list_of={"sequence": "11", "providers": [first]})
    status, said = g.tsl_import(data, "--signer", w.paths["signer"], "--dry-run")
    found = sorted((c["change"], c.get("service", ""), c.get("from", ""), c.get("to", ""), c.get("by", "")) for c in said["changes"])
    expected = [("provider_changed", "Drugi CA", "", "", ""), ("provider_removed", "", "", "", ""), ("qualifiers_changed", "Drugi CA", "", "", ""), ("service_added", "Prvi CA 3", "", "granted", ""), ("service_removed", "Drugi TSA", "granted", "", ""),
                ("service_removed", "Prvi CA 2", "withdrawn", "", ""), ("status_changed", "Prvi CA 1", "granted", "withdrawn", ""),
                ("taken_over", "Drugi CA", "", "", "Prvi d.d.")]
    say("what a newer list changes", ([] if found == expected else [f"{found}"]) + ([] if status == 0 else [f"status {status}"]))
    _, before = g.run("tsl", "list")
    status, said = g.tsl_import(data, "--signer", w.paths["signer"])
    _, after = g.run("tsl", "list")
    say("a newer list comes into force", differs(said, imported=True, sequence=11) + differs(before, sequence=10) + differs(after, sequence=11, changes=said["changes"]))
    text = g.text("tsl", "list")
    say("tsl list says to people what it changes", [x for x in ("status_changed: Prvi d.d.: Prvi CA 1, from granted, withdrawn\n", "taken_over: Prvi d.d.: Drugi CA, by Prvi d.d.\n",
        "qualifiers_changed: Prvi d.d.: Drugi CA\n    added NotQualified if all(policies 1.2.3)\n", "provider_changed: Prvi d.d.: Drugi CA\n    added Prvi d.d.\n    removed Drugi d.o.o.\n")
        if x not in text])
    status, said = g.tsl_import(w.control, "--signer", w.paths["signer"])
    say("refused: what was in force before: older", differs(said, code="older") + ([] if status == 1 else [f"status {status}"]))


def check_serving(g, w):
    """What only the serving process can have said proves who has brought the list into force: a withdrawal in its log."""
    with g.serving():
        status, said = g.tsl_import(w.sign(list_of={"sequence": "12"}), "--signer", w.paths["signer"])
        log = g.log()
        wrong = differs(said, imported=True, sequence=12) + ([] if status == 0 else [f"status {status} {said}"])
        wrong += [] if 'event=trusted_list_withdrawn provider="Prvi d.d." service="Prvi CA 3" change=service_removed' in log else [log]
        say("imported through the serving process", wrong)
        status, said = g.tsl_import(w.sign(list_of={"sequence": "13", "next_update": None}), "--signer", w.paths["signer"])
        say("refused while it serves: closed", differs(said, code="closed"))
    export = os.path.join(w.folder, "export.txt")
    g.text("audit", "export", export)
    with open(export, encoding="utf-8") as f:
        say("its refusal is in the trail of the serving process", [] if "trusted list refused: closed" in f.read() else ["it is not"])
    with sqlite3.connect(f"file:{g.data}/registry.db?mode=ro", uri=True) as db:
        history = db.execute("SELECT object_id, procedure, after NOT LIKE '%xml%' FROM history WHERE object = 'trusted_list' ORDER BY id").fetchall()
    say("each import is in the history, without the file", [] if history == [("1", "tsl", 1), ("2", "tsl", 1), ("3", "tsl", 1)] else [f"{history}"])
    status, said = g.run("audit", "verify")
    say("and the trail verifies", [] if status == 0 else [f"{said}"])


def check_registry_guards(g):
    """Not even SQL puts an older list in force or changes one."""
    wrong = []
    with contextlib.closing(sqlite3.connect(f"{g.data}/registry.db")) as db:
        columns = "territory, issued_utc_s, next_update_utc_s, imported_utc_s, digest, signer, pinned_by, providers, services, granted_ca_qc, changes, record, xml"
        for sql in (f"INSERT INTO trusted_list (sequence, {columns}) SELECT 9, {columns} FROM trusted_list WHERE sequence = 10",
                    "UPDATE trusted_list SET sequence = 99", "DELETE FROM trusted_list"):
            try:
                db.execute(sql)
                wrong.append(sql)
            except sqlite3.DatabaseError:
                pass
            db.rollback()
    say("the registry keeps what was in force", wrong)


def check_trouble(g, w):
    rows = [("no such file", ["/nonexistent.xml", "--signer", w.paths["signer"]]), ("a folder", [w.folder, "--signer", w.paths["signer"]]),
            ("no such signer", [w.write("x.xml", w.control), "--signer", "/nonexistent.pem"]),
            ("a signer that is no certificate", [w.write("x.xml", w.control), "--signer", w.write("x.pem", b"x")]),
            ("a list of lists that is not there", [w.write("x.xml", w.control), "--lotl", "/nonexistent.xml"])]
    for name, args in rows:
        status, said = g.run("tsl", "import", *args)
        say(f"could not run: {name}", [] if status == 2 and said["ok"] is False and said["error"] else [f"status {status}: {said}"])
    for name, args in (("no file", []), ("two files", ["a", "b"]), ("a time that is none", ["a", "--at", "now"]), ("an unknown option", ["a", "--force"])):
        r = subprocess.run([g.vashgate, "tsl", "import", *args], capture_output=True, text=True, timeout=30, check=False)
        say(f"usage: {name}", [] if r.returncode == 2 and "usage:" in r.stderr else [f"status {r.returncode}"])


def check_child(g, w):
    """The hidden command alone: an answer for any bytes, and none of them does harm."""
    wrong = []
    for data, expected in ((w.control, '"list"'), (b"\0" * 100, '"not_xml"'), (b"<a>" * 100000, '"')):
        r = subprocess.run([g.vashgate, "child-tsl"], input=data, capture_output=True, timeout=60, check=False, env={"ASAN_OPTIONS": "detect_leaks=0"})
        if r.returncode != 0 or expected not in r.stdout.decode():
            wrong.append(f"status {r.returncode}: {r.stdout[:80]}")
    say("the child answers for itself", wrong)
    r = subprocess.run([g.vashgate], capture_output=True, text=True, timeout=30, check=False)
    say("the hidden command is not in the usage", ["it is"] if "child-tsl" in r.stderr else [])


def children_of(pid):
    with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return [int(x) for x in f.read().split()]
    return []


def check_killed_child(g, w):
    """A child that dies in the middle of a list: could not run, and nothing has changed."""
    before = g.in_force()
    path = w.write("slow.xml", b"<TrustServiceStatusList xmlns='%s'>" % m.TSL.encode() + b"<a>b</a>" * 399000 + b"</TrustServiceStatusList>")
    with subprocess.Popen([g.vashgate, "--config", g.config, "--json", "tsl", "import", path, "--signer", w.paths["signer"]], stdout=subprocess.PIPE) as p:
        while p.poll() is None and not children_of(p.pid):
            pass
        for child in children_of(p.pid):
            os.kill(child, signal.SIGKILL)
        said = json.loads(p.communicate(timeout=60)[0])
    say("a child that is killed: child_died", differs(said, ok=False, code="child_died", imported=False) +
        ([] if p.returncode == 2 and g.in_force() == before else [f"status {p.returncode}"]))


def check_territory(g, w):
    croatian = w.sign(list_of={"territory": "HR"})
    lotl = w.write("lotl.xml", w.lotl([("HR", [w.signer], "EUgeneric")]))
    other = w.write("other-lotl.xml", w.lotl([("SI", [w.signer], "EUgeneric")]))
    nowhere = ["--dry-run", "--config", "/nonexistent"]
    for name, args, code in (("any without a configuration", ["--signer", w.paths["signer"]], "ok"), ("the one asked for", ["--signer", w.paths["signer"], "--territory", "HR"], "ok"),
                             ("another than asked for", ["--signer", w.paths["signer"], "--territory", "SI"], "territory"),
                             ("any, named for it", ["--lotl", lotl, "--signer", w.paths["lotl"]], "ok"),
                             ("any, named for another", ["--lotl", other, "--signer", w.paths["lotl"]], "signer_not_named")):
        status, said = g.tsl_import(croatian, *args, *nowhere)
        say(f"territory: {name}: {code}", differs(said, code=code, territory="HR") + ([] if status == (code != "ok") else [f"status {status}"]))


def check_codes_documented():
    with open(os.path.join(ROOT, "certs", "tsl_refusal.h"), encoding="utf-8") as f:
        codes = re.findall(r'X\([A-Z_]+,\s*"([a-z_]+)"', f.read())
    with open(os.path.join(ROOT, "docs", "OPERATIONS.md"), encoding="utf-8") as f:
        page = f.read()
    missing = [c for c in codes if f"`{c}`" not in page]
    say("docs/OPERATIONS.md names every code", missing if codes else ["no codes found"])


# ---- over HTTP ----

@contextlib.contextmanager
def http_server(content, before=lambda: None):
    """`before` is called before each answer."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            before()
            if self.path == "/list.xml":
                self.answer(200, content)
            elif self.path == "/large":
                self.answer(200, content + b" " * (17 << 20))
            elif self.path.startswith("/to/"):
                self.answer(302, b"", ("Location", self.path[3:]))
            elif self.path == "/loop":
                self.answer(302, b"", ("Location", "/loop"))
            elif self.path == "/file":
                self.answer(302, b"", ("Location", "file:///etc/passwd"))
            else:
                self.answer(404, b"no")

        def answer(self, status, body, *headers):
            self.send_response(status)
            for h in headers:
                self.send_header(*h)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def check_url(g, w):
    with http_server(w.control) as url:
        for path, status, code in (("/list.xml", 0, "ok"), ("/to/list.xml", 0, "ok"), ("/large", 1, "too_large"), ("/absent", 2, None),
                                   ("/loop", 2, None), ("/file", 2, None)):
            found, said = g.run("tsl", "import", url + path, "--dry-run", "--signer", w.paths["signer"], "--config", "/nonexistent", "--at", m.NOW)
            say(f"over HTTP: {path}", [] if found == status and said.get("code") == code else [f"status {found}: {said}"])


def check_race(w, vashgate):
    """Another list comes into force between the look at the one in force and the import."""
    def other(sequence):
        return w.sign(list_of={"sequence": sequence, "next_update": m.NEXT + datetime.timedelta(days=1)})

    twin = other("14")
    with Gateway(vashgate, os.path.join(w.folder, "race")) as g:
        g.tsl_import(w.control, "--signer", w.paths["signer"])
        for name, faster, mine, status, code in (("of the same number", other("11"), w.sign(list_of={"sequence": "11"}), 1, "same_sequence"),
                                                 ("of a higher one", other("13"), w.sign(list_of={"sequence": "12"}), 1, "older"), ("the same", twin, twin, 0, "ok")):
            with http_server(mine, lambda data=faster: g.tsl_import(data, "--signer", w.paths["signer"])) as url:
                found, said = g.run("tsl", "import", url + "/list.xml", "--signer", w.paths["signer"], "--at", m.NOW)
            say(f"another import was faster with a list {name}: {code}", differs(said, code=code, imported=False) + ([] if found == status else [f"status {found}"]))


def main():
    vashgate, data = os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory() as folder:
        w = World(folder)
        with Gateway(vashgate, os.path.join(folder, "first")) as g:
            check_accepted(g, w)
            check_list(g)
            check_refusals(g, w, faults_of_xml(w) + faults_of_signature(w) + faults_of_content(w))
            check_variants(g, w)
            check_warnings(g, w)
            check_signers(g, w)
            check_lotl(g, w)
            check_territory(g, w)
            check_aspects(g, w)
            check_changes(g, w)
            check_serving(g, w)
            check_registry_guards(g)
            check_trouble(g, w)
            check_url(g, w)
            check_child(g, w)
            check_killed_child(g, w)
        check_lotl_of_configuration(w, vashgate)
        check_takeover_ends(w, vashgate)
        check_race(w, vashgate)
        check_codes_documented()
        real_lists.check(say, vashgate, data, folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
