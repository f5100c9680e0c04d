"""What an organisation sees of its own: calls and refusals with receipts, certificates, and a trial before a change."""
import os

from cases import case, equal
from portal import COMPANY, COURT, MUNICIPALITY, Person, pem, portal_world, read

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
    equal(read(w, "SELECT count(*) FROM history"), before, "rows of history")
    company = Person(w, "direktor", "501")
    equal(company.press(company.begin("certificates"), "confirm", {"certificate": pem("obcina_zig")}).codes, ["vs207-03.4b"], "another user's")
