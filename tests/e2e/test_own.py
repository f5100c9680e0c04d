"""What an organisation sees of its own: calls and refusals with receipts, certificates, and a trial before a change."""
import os

from cases import case, equal
from portal import (COMPANY, COURT, MUNICIPALITY, PERSON, Person, administrator, authorised, digest, pem, portal_world, read, record, rows, service, settle, user)

PEOPLE = [dict(MUNICIPALITY, scheme=1, group=701), dict(COMPANY, scheme=1, group=501), dict(COURT, scheme=3, group=90, administered_group=1003)]


def calling_world():
    """The municipality is registered for 1003, has called once, and was refused once."""
    w = portal_world(PEOPLE)
    Person(w, "uradnica", "701").register(1003)
    w.cli("case", "approve", str(read(w, "SELECT id FROM membership WHERE user_group = 1003")[0][0]))
    equal([w.call("1003", "obcina_zig").status, w.call("1004", "obcina_zig").code], [200, "VG-A03"], "the calls")
    return w


@case("calls: a user sees his calls and refusals with remedy and a receipt that verifies, and nobody else's", world=calling_world)
def calls(w):
    page = Person(w, "uradnica", "701").begin("calls")
    rows = list(page.records().values())
    equal((len(rows), rows[0].endswith("Z, 1004: zavrnitev"), rows[1].endswith("Z, 1003: odgovor je bil poslan")), (2, True, True), f"the rows {rows}")
    text = page.text()
    equal(("VG-A03" in text, "Ukrep" in text), (True, True), "code and remedy")
    receipts = os.path.join(w.folder, "receipts.txt")
    lines = [line for line in page.root.itertext() if line.startswith("v=1; log=")]
    with open(receipts, "w", encoding="ascii") as f:
        f.write("\n".join(sorted(set(lines))) + "\n")
    heads = os.path.join(w.folder, "data", "audit-heads.log")
    equal((len(set(lines)), w.cli("audit", "verify", w.export(), "--head", heads, "--receipt", receipts).returncode), (2, 0), "the receipts")
    equal(Person(w, "direktor", "501").begin("calls").codes, ["vg-calls"], "the company's page")


@case("certificates: a user sees his certificates with their expiry; a trial tells what vs207-03 would, and writes nothing", world=calling_world)
def certificates(w):
    person = Person(w, "uradnica", "701")
    page = person.begin("certificates")
    equal((len(page.records()), int(page.fact("Še dni veljavno")) > 300, page.fact("Status")), (1, True, "aktiven"), "the list")
    before = read(w, "SELECT count(*) FROM history")
    for certificate, code in (("potekel", "vs207-03.4c"), ("neznan_izdajatelj", "vs207-03.4a"), ("ec", "vg-certificates")):
        equal(person.press(page, "confirm", {"certificate": pem(certificate)}).codes, [code], certificate)
        page = person.get(f"/case/{page.case}")
    tried = person.press(page, "confirm", {"certificate": ""}, file=("certificate.file", "ec.pem", pem("ec").encode()))
    equal((tried.codes, tried.fact("Status")), (["vg-certificates"], "aktiven"), "as a file")
    long = person.press(tried, "confirm", {"certificate": ""}, file=("certificate.file", "ec.pem", pem("ec").encode().ljust(65537, b"\n")))
    equal(long.errors(), {"certificate": "vs207-03.1x"}, "a file that is too long")
    equal(read(w, "SELECT count(*) FROM history"), before, "rows of history")
    company = Person(w, "direktor", "501")
    equal(company.press(company.begin("certificates"), "confirm", {"certificate": pem("obcina_zig")}).codes, ["vs207-03.4b"], "another user's")


# ---- who sees what ----

OWN_PAGES = ("calls", "cases", "certificates")


def applied_world():
    return portal_world()


def company_with(w, *people):
    """The company has applied for 1201 (with a file), is registered for 1103, and called it."""
    settle(w, user(COMPANY, 501), service(COMPANY, 1103, "ec"), administrator(COURT, 1201), *people)
    equal(Person(w, "direktor", "501 –").register(1201, "podjetje").step, "vs207-07", "the application")
    equal((w.call("1103", "ec").status, w.call("1201", "podjetje").code), (200, "VG-A04"), "the calls")
    return record(w, COMPANY, 1201)["id"], record(w, COMPANY, 1103)["id"], rows(w, "SELECT max(id) AS i FROM application")[0]["i"]


@case("own pages: an authorised person of scheme 1 sees no web service of the independent user: neither pages nor files nor PDFs", world=applied_world)
def scheme_1(w):
    applied, registered, pdf = company_with(w, authorised(PERSON, COMPANY, 501))
    p = Person(w, "posameznica", "501 –")
    equal([n for n in OWN_PAGES if n in p.get("/menu").links()], [], "the menu")
    equal([p.begin(n).codes for n in OWN_PAGES], [["5.1"]] * 3, "pages")
    equal([p.get(f"/record/{i}.zip").status for i in (applied, registered)], [404, 404], "files")
    equal(p.get(f"/application/{pdf}").status, 404, "the PDF")
    own = Person(w, "direktor", "501 –")
    equal([n for n in OWN_PAGES if n in own.get("/menu").links()], list(OWN_PAGES), "control: the menu")
    equal([own.get(f"/record/{i}.zip").status for i in (applied, registered)] + [own.get(f"/application/{pdf}").status], [200] * 3, "control: files")


@case("own pages: an authorised person of scheme 5 sees the one record that he is linked to, its calls and its certificate", world=applied_world)
def scheme_5(w):
    applied, registered, pdf = company_with(w, authorised(PERSON, COMPANY, 1103, 5))
    p = Person(w, "posameznica", "1103 –")
    equal([list(p.begin(n).records()) for n in ("cases", "certificates")], [[registered]] * 2, "records")
    equal((digest("ec") in p.begin("certificates").text(), digest("podjetje") in p.begin("certificates").text()), (True, False), "certificates")
    equal({" 1103: " in r for r in p.begin("calls").records().values()}, {True}, "calls")
    equal([p.get(f"/record/{i}.zip").status for i in (applied, registered)] + [p.get(f"/application/{pdf}").status], [404, 200, 404], "files")
    own = Person(w, "direktor", "1103 –")
    equal((len(own.begin("cases").records()) > 1, {" 1103: " in r for r in own.begin("calls").records().values()}), (True, {True, False}), "control")


@case("own pages: where two groups share a certificate, an authorised person of scheme 5 sees the calls of his group alone", world=applied_world)
def shared_certificate(w):
    settle(w, service(COMPANY, 1103, "podjetje"), service(COMPANY, 1201, "podjetje"), authorised(PERSON, COMPANY, 1103, 5))
    equal([w.call(s, "podjetje").status for s in ("1103", "1201")], [200, 200], "calls")
    newest = next(iter(Person(w, "posameznica", "1103 –").begin("calls").records().values()))
    equal((" 1103: " in newest, " 1201: " in next(iter(Person(w, "direktor", "1103 –").begin("calls").records().values()))), (True, True), "the newest call")


@case("own pages: an authorised person of an administrator sees nothing of the administrator's web services", world=applied_world)
def scheme_3(w):
    settle(w, administrator(COURT, 1103), authorised(PERSON, COURT, 90, 3, administered_group=1103))
    p = Person(w, "posameznica", "90 –")
    equal([p.begin(n).codes for n in OWN_PAGES], [["5.1"]] * 3, "pages")
    equal(p.open_211(1103).codes, ["vs211-02.2a"], "control")
