"""The lists: vs221, vs222, vs223 (FZ 5.4), how records are shown (vs002, vs005, vs007) and the filters of 3.3.8."""
import os
import subprocess
import tempfile

from cases import case, equal, table
from portal import (COLLEAGUE, COMPANY, COURT, LAW_OFFICE, MUNICIPALITY, NEIGHBOUR, OTHER_COURT, P, PERSON, Person, administrator,
                    administrator_of, alter, authorised, full_name, group_name, nothing_written, notice, portal_world, record, refused, service,
                    settle, told, user)
from world import ROOT

FIRM = user(COMPANY, 501)
MIXED = [service(COMPANY, 1103, "podjetje"), service(MUNICIPALITY, 1103, "obcina_zig", status="pending"), service(PERSON, 1103, "oseba"),
         service(LAW_OFFICE, 1103, "ec"), service(NEIGHBOUR, 1103, status="pending")]


def world():
    return portal_world()


def position_name(code):
    with open(os.path.join(ROOT, "vash", "codelists", "positions.csv"), encoding="utf-8") as f:
        return next(line.split(",")[1] for line in f if line.startswith(f"{code},"))


def listed_222(p, status, of=None):
    page = p.begin("vs222")
    choice = {"record": page.option("record", administrator_of(of))} if of else {}
    return p.press(page, "next", dict(choice, status=status))


def listed_223(p, status, of=None):
    page = p.begin("vs223")
    choice = {"record": page.option("record", of)} if of else {}
    return p.press(page, "next", dict(choice, status=status))


def administrator_at(w, *people):
    settle(w, administrator(COURT, 1103), *people)
    return Person(w, "referentka", "90 –")


# ---- vs221 and how records are shown ----

@case("vs221-1, vs002: the list holds all active records of the user, one line each, and no other", world)
def all_active(w):
    settle(w, FIRM, user(PERSON, 601), authorised(PERSON, COMPANY, 501), service(PERSON, 1103, "oseba"),
           service(PERSON, 1201, status="pending"),
           service(PERSON, 1202, status="deleted"), service(COMPANY, 1101, "podjetje"), authorised(PERSON, COMPANY, 1101, 5,
                                                                                                   status="pending"),
           administrator(PERSON, 1001))
    page = Person(w, "posameznica", "601 –").begin("vs221")
    wanted = [record(w, PERSON, *k)["id"] for k in ((601,), (501,), (1103,), (90, 1001))]
    equal((page.step, list(page.records())), ("vs221-01", wanted), "records")


@table([("deleted in PRS", ("prs", "deleted"), ("prs", "active")), ("blocked", ("block",), ("unblock",))],
       "vs221-1: a user who is {} meanwhile is told that his login is over, reading or pressing, and sees no list", world)
def over_221(w, _, off, on):
    settle(w, FIRM)
    eceu = str(record(w, COMPANY, 501)["eceu_id"])
    for ask in (lambda p, page: p.press(page, "next"), lambda p, page: p.get(f"/case/{page.case}")):
        p = Person(w, "direktor", "501 –")
        page = p.begin("vs221")
        equal(len(page.records()) > 0, True, "control")
        w.cli("user", off[0], eceu, *off[1:])
        page = ask(p, page)
        w.cli("user", on[0], eceu, *on[1:])
        equal((page.codes, page.finished, page.records()), (["vg-login"], True, {}), "page")


@case("vs221-2: the title names the user, and the PDF is offered", world)
def title_221(w):
    settle(w, FIRM)
    page = Person(w, "direktor", "501 –").begin("vs221")
    told(page, "vs221-2", COMPANY["name"])
    equal(page.link("pdf"), "Pridobi PDF", "link")


HEADINGS = ((11, "posameznica", user(PERSON, 601), "601 –"), (12, "odvetnik", user(LAW_OFFICE, 302), "302 –"),
            (21, "direktor", FIRM, "501 –"),
            (31, "uradnica", user(MUNICIPALITY, 701), "701 –"))


@table([(str(p), p, *rest) for p, *rest in HEADINGS],
       "vs002-h: above the list of a user of position {} stands the specification's sentence with its name", world)
def heading(w, _, position, name, entry, login):
    settle(w, entry)
    page = Person(w, name, login).begin("vs221")
    equal(notice("vs002-h", position_name(position)) in page.labels(), True, f"heading {page.labels()}")


LINES = (
    ("vs002-us", "code and name of the group", "direktor", "501 –", [FIRM], "501 – {501}", "501"),
    ("vs002-k1", "an independent user", "direktor", "501 –", [FIRM], "501 – {501} kot samostojni uporabnik", "501"),
    ("vs002-k2", "an authorised person, with the independent user's name", "posameznica", "501 –", [FIRM, authorised(PERSON, COMPANY, 501)],
     "501 – {501} kot pooblaščenec samostojnega uporabnika Podjetje d.o.o.", "501"),
    ("vs002-90a", "an administrator of his own", "referentka", "90 –", [administrator(COURT, 1103)],
     "90 – {90} uporabniške skupine {1103} kot samostojni uporabnik", "90"),
)


@table([(f"{row}: the line shows {what}", *rest) for row, what, *rest in LINES], "{}", world)
def line(w, _, name, login, people, text, code):
    settle(w, *people)
    page = Person(w, name, login).begin("vs301")
    wanted = text
    for group in (90, 501, 1103):
        wanted = wanted.replace(f"{{{group}}}", group_name(group))
    equal([t for t in page.options("record").values() if t.startswith(code)][0].startswith(wanted), True,
          f"line {page.options('record')}, wanted {wanted}")


@case("vs002-90, vs002-ex2: an administrator of several groups has one line each, with the administered group's name", world)
def several_90(w):
    settle(w, user(COURT, 701), administrator(COURT, 1003), administrator(COURT, 1103))
    page = Person(w, "referentka", "701 –").begin("vs206")
    lines = list(Person(w, "referentka", "701 –").begin("vs301").options("record").values())
    equal(lines, [f"{full_name(701)} kot samostojni uporabnik"] +
          [f"{full_name(90)} {notice('vs002-90', group_name(g))} kot samostojni uporabnik" for g in (1003, 1103)], "lines")
    equal(list(page.options("records").values()), lines[:1], "vs206 shows the same line")


@case("vs002-90b: an authorised person's line has the administered group of the record that the link is to", world)
def line_3b(w):
    settle(w, administrator(COURT, 1003), administrator(COURT, 1103), authorised(PERSON, COURT, 90, 3, administered_group=1003))
    lines = list(Person(w, "posameznica", "90 –").begin("vs301").options("record").values())
    equal(lines, [f"{full_name(90)} {notice('vs002-90', group_name(1003))} kot pooblaščenec samostojnega uporabnika {COURT['name']}"],
          "lines")
    w.cli("user", "status", str(record(w, COURT, 90, 1103)["id"]), "deleted", "--reason", "deleted")
    equal(len(Person(w, "posameznica", "90 –").begin("vs301").options("record")), 1, "with the other record ended")
    w.cli("user", "status", str(record(w, COURT, 90, 1003)["id"]), "deleted", "--reason", "deleted")
    p = Person(w, "posameznica")
    p.get("/")
    equal(p.begin("vs101").codes, ["vs101-05"], "with its own record ended")


@case("vs002-ex1: a person as authorised person in one group and independent in another reads both lines", world)
def example_1(w):
    settle(w, user(LAW_OFFICE, 301), authorised(PERSON, LAW_OFFICE, 301), user(PERSON, 601))
    lines = list(Person(w, "posameznica", "601 –").begin("vs221").records().values())
    equal(lines, [f"{full_name(301)} kot pooblaščenec samostojnega uporabnika {LAW_OFFICE['name']}",
                  f"{full_name(601)} kot samostojni uporabnik"], "lines")


# ---- vs222 ----

@case("vs222-0: of several administered groups exactly one is chosen; none, two or another's is refused", world)
def group_222(w):
    settle(w, administrator(COURT, 1103), administrator(COURT, 1201), administrator(OTHER_COURT, 1202), *MIXED, service(NEIGHBOUR, 1201))
    p = Person(w, "referentka", administrator_of(1103))
    page = p.begin("vs222")
    mine = list(page.options("record"))
    for given in ([], mine, record(w, OTHER_COURT, 90, 1202)["id"], "x"):
        page = p.press(page, "next", {"record": given, "status": "active"})
        refused(page, "vs222-01", "vs211-01.1x")
    for group, names in ((1103, [COMPANY["name"], PERSON["name"], LAW_OFFICE["name"]]), (1201, [NEIGHBOUR["name"]])):
        equal(list(listed_222(p, "active", group).records().values()), names, f"active users of {group}")


@case("vs222-1: the status is one of three options, under the specification's text; none is refused", world)
def status_222(w):
    p = administrator_at(w, *MIXED)
    page = p.begin("vs222")
    equal((notice("vs222-1") in page.labels(), list(page.options("status"))), (True, ["active", "pending", "deleted"]), "page")
    for given in ([], "x", ["active", "pending"]):
        page = p.press(page, "next", {"status": given})
        refused(page, "vs222-01", "vg-choice")
    equal(p.press(page, "next", {"status": "active"}).step, "vs222-02", "control")


STATUSES_222 = (("vs222-a", "active", [COMPANY, PERSON, LAW_OFFICE]), ("vs222-b", "pending", [MUNICIPALITY, NEIGHBOUR]),
                ("vs222-c", "deleted", [MUNICIPALITY]))


@table(STATUSES_222, "{}: the list of this status (D13) holds those users of the administered group and no others", world)
def list_222(w, _, status, subjects):
    p = administrator_at(w, *MIXED, user(COMPANY, 502), service(NEIGHBOUR, 1201), authorised(PERSON, COMPANY, 502))
    if status == "deleted":
        w.cli("user", "status", str(record(w, MUNICIPALITY, 1103)["id"]), "deleted", "--reason", "refused")
    page = listed_222(p, status)
    ids = [record(w, s, 1103)["id"] for s in subjects]
    equal((page.step, [i for i in page.records() if i > w.mark["membership"]]), ("vs222-02", ids), "records")


@table([("vs222-ax", "active"), ("vs222-bx", "pending"), ("vs222-cx", "deleted")],
       "{}, vs222-x: no user of this status: the specification's notice of that status", world)
def empty_222(w, row, status):
    settle(w, administrator(COURT, 1008))
    page = listed_222(Person(w, "referentka", "90 –"), status)
    told(page, row)
    equal(page.records(), {}, "records")


@case("vs222-c: a deleted user's line says why, when and by whom (DECISIONS \"Records\")", world)
def reasons(w):
    p = administrator_at(w, *MIXED)
    p.decide(1103, {MUNICIPALITY["name"]: ("refuse", "x"), NEIGHBOUR["name"]: ("confirm", "")})
    p.decide(1103, {COMPANY["name"]: ("delete", "x")}, "delete")
    ids = record(w, COMPANY, 1103)["id"], record(w, MUNICIPALITY, 1103)["id"]
    alter(w, f"UPDATE membership SET end_utc_s = 1795255200 WHERE id IN {ids} AND end_utc_s > unixepoch() - 600")
    day = "21. 11. 2026"
    page = listed_222(p, "deleted")
    texts = {i: t for i, t in page.records().items() if i > w.mark["membership"]}
    equal(texts, {ids[0]: f"{COMPANY['name']} (izbris, {day}, {COURT['name']})", ids[1]: f"{MUNICIPALITY['name']} (zavrnitev, {day}, {COURT['name']})"},
          "lines")
    equal(all(text in pdf_text(p, page) for text in texts.values()), True, "the PDF")
    w.cli("user", "status", str(record(w, NEIGHBOUR, 1103)["id"]), "deleted", "--reason", "left")
    page = listed_222(p, "deleted")
    text = page.records()[record(w, NEIGHBOUR, 1103)["id"]]
    equal((text.startswith(f"{NEIGHBOUR['name']} (izstop, "), text.endswith(", operater)"), ", operator)" in page.text()), (True,) * 3, text)


@table((("2025-12-31T22:59:59Z", 1767221999, "31. 12. 2025"), ("2025-12-31T23:00:00Z", 1767222000, "1. 1. 2026"),
        ("2026-07-31T22:00:00Z", 1785535200, "1. 8. 2026")), "vs222-c: what ends at {} is shown under its day in Slovenia", world)
def day_there(w, _, ended_utc_s, day):
    p = administrator_at(w, *MIXED)
    p.decide(1103, {COMPANY["name"]: ("delete", "x")}, "delete")
    ended = record(w, COMPANY, 1103)["id"]
    alter(w, f"UPDATE membership SET end_utc_s = {ended_utc_s} WHERE id = {ended}")
    equal(listed_222(p, "deleted").records()[ended], f"{COMPANY['name']} (izbris, {day}, {COURT['name']})", "line")


@case("vs222-p: the title names the group and the administrator, the parameters stand with it, and the PDF is offered", world)
def title_222(w):
    p = administrator_at(w, *MIXED)
    page = listed_222(p, "active")
    equal((notice("vs222-p", full_name(1103), COURT["name"]) in page.labels(), page.link("pdf")), (True, "Pridobi PDF"), "title")
    every = page.records()
    page = p.press(page, "filter", {"filter.kind": "firm", "filter.text": "podjetje"})
    parameters = [(e.find(P + "label").find(P + "sl").text,
                   e.find(P + "value").find(P + "sl").text) for e in page.root.iter(P + "parameter")]
    equal(parameters, [("Status", "aktivni uporabniki"), ("Firma", "podjetje"), ("Število zapisov", f"1 od {len(every)}")], "parameters")


def pdf_text(p, page):
    """What the PDF of a list says, each run of blanks as one."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as f:
        f.write(p.get(f"/case/{page.case}.pdf").reply.body)
        f.flush()
        return " ".join(subprocess.run(["pdftotext", f.name, "-"], capture_output=True, text=True, check=True).stdout.split())


@table((("maticna", "Matična številka", "Registration number", COMPANY["maticna"], ""), ("emso", "EMŠO", "EMŠO", *[PERSON["emso"]] * 2),
        ("davcna", "Davčna številka", "Tax number", COMPANY["davcna"], PERSON["davcna"]), ("person", "Osebno ime", "Personal name", "ana", "ana"),
        ("firm", "Firma", "Firm", "podjetje", "")),
       "vs222-p, vs223-p: a list filtered by {} says by what, in both languages, on the page and in the PDF", world)
def filter_parameter(w, kind, sl, en, *texts):
    settle(w, administrator(COURT, 1103), authorised(PERSON, COURT, 90, 3, administered_group=1103), *MIXED)
    p = Person(w, "referentka", "90 –")
    for listed, text in zip((listed_222, listed_223), filter(None, texts)):
        page = filtered(p, listed(p, "active"), kind, text)
        labels = [[e.find(P + "label").find(P + language).text for language in ("sl", "en")] for e in page.root.iter(P + "parameter")]
        equal(labels[1:2], [[sl, en]], page.step)
        equal(f"{sl}: {text}" in pdf_text(p, page), True, f"{page.step} as PDF")
        page = filtered(p, page, "firm", "ni takega")
        equal((len(list(page.root.iter(P + "parameter"))), page.codes), (2, ["3.3.8-nm.4a"]), "a filter that finds nobody does not narrow")


@case("vs222-p: an authorised person (3b) reads the independent administrator's name in the title", world)
def title_222_3b(w):
    settle(w, administrator(COURT, 1103), authorised(PERSON, COURT, 90, 3, administered_group=1103), *MIXED)
    page = listed_222(Person(w, "posameznica", "90 –"), "active")
    equal(notice("vs222-p", full_name(1103), COURT["name"]) in page.labels(), True, "title")


@case("vs222-a: the lists write nothing of the registry, and Nazaj leads back to the choice", world)
def reads_only(w):
    p = administrator_at(w, *MIXED)
    with nothing_written(w):
        page = listed_222(p, "active")
        page = p.press(page, "filter", {"filter.kind": "firm", "filter.text": "x"})
        page = p.press(page, "back")
    equal(page.step, "vs222-01", "step")
    equal(p.press(page, "next", {"status": "pending"}).step, "vs222-02", "another status")


@case("vs222-0, vs222-1: what was chosen stays chosen beside what is missing, and after Nazaj", world)
def choices_stay(w):
    settle(w, administrator(COURT, 1103), administrator(COURT, 1201), *MIXED)
    p = Person(w, "referentka", administrator_of(1201))
    page = p.begin("vs222")
    mine = page.option("record", administrator_of(1103))
    page = p.press(page, "next", {"status": "pending"})
    equal((page.chosen("record"), page.chosen("status")), ([], ["pending"]), "the status alone")
    page = p.press(page, "next", {"record": mine})
    equal((page.chosen("record"), page.chosen("status")), ([mine], []), "the group alone")
    page = p.press(p.press(page, "next", {"record": mine, "status": "active"}), "back")
    equal((page.step, page.chosen("record"), page.chosen("status")), ("vs222-01", [mine], ["active"]), "Nazaj")


@case("vs223-2.b, vs223-3: what was chosen stays chosen beside what is missing, and after Nazaj", world)
def persons_choices_stay(w):
    settle(w, FIRM, service(COMPANY, 1103, "podjetje"), authorised(PERSON, COMPANY, 501))
    p = Person(w, "direktor", "501 –")
    page = p.begin("vs223")
    mine = page.option("record", "501 –")
    page = p.press(page, "next", {"status": "active"})
    equal((page.chosen("record"), page.chosen("status")), ([], ["active"]), "the status alone")
    page = p.press(page, "next", {"record": mine})
    equal((page.chosen("record"), page.chosen("status")), ([mine], []), "the record alone")
    page = p.press(p.press(page, "next", {"record": mine, "status": "active"}), "back")
    equal((page.step, page.chosen("record"), page.chosen("status")), ("vs223-02", [mine], ["active"]), "Nazaj")


@case("vs222-f: a filter of one list does not narrow the next one", world)
def filter_forgotten(w):
    p = administrator_at(w, *MIXED)
    page = listed_222(p, "active")
    page = p.press(page, "filter", {"filter.kind": "firm", "filter.text": "podjetje"})
    page = p.press(p.press(page, "back"), "next", {"status": "pending"})
    equal((len(page.records()), page.codes), (2, []), "records")


@case("vs222-0: an administrator whose record ends while he looks sees the list no more", world)
def ended_222(w):
    settle(w, administrator(COURT, 1103), administrator(COURT, 1201), *MIXED)
    p = Person(w, "referentka", administrator_of(1201))
    page = listed_222(p, "active", 1103)
    equal(len(p.get(f"/case/{page.case}").records()), 3, "before")
    w.cli("user", "status", str(record(w, COURT, 90, 1103)["id"]), "deleted", "--reason", "deleted")
    page = p.get(f"/case/{page.case}")
    equal((page.records(), page.codes), ({}, ["5.1"]), "afterwards")


# ---- vs223 ----

@case("vs223-1.a: a natural person is told the sentence of vs212-01(a), and the case stops", world)
def person_223(w):
    settle(w, user(PERSON, 601))
    page = Person(w, "posameznica", "601 –").begin("vs223")
    told(page, "vs212-01a")
    equal(page.finished, True, "finished")


@case("vs223-1.b: another position goes on", world)
def goes_on_223(w):
    settle(w, FIRM)
    equal(Person(w, "direktor", "501 –").begin("vs223").step, "vs223-02", "step")


PERSONS = [authorised(PERSON, COMPANY, 501), authorised(COLLEAGUE, COMPANY, 501, status="pending"), service(COMPANY, 1103, "podjetje"),
           authorised(COLLEAGUE, COMPANY, 1103, 5)]


@case("vs223-2.a: a single record is chosen by itself", world)
def single_223(w):
    settle(w, FIRM, *PERSONS[:2])
    p = Person(w, "direktor", "501 –")
    equal(p.begin("vs223").options("record"), {}, "choice")
    equal(listed_223(p, "active").records(), {record(w, PERSON, 501)["id"]: PERSON["name"]}, "persons")


@case("vs223-2.b: of several records exactly one is chosen, under the specification's text; none, two or another's is refused", world)
def several_223(w):
    settle(w, FIRM, *PERSONS, user(MUNICIPALITY, 701))
    p = Person(w, "direktor", "501 –")
    page = p.begin("vs223")
    equal(notice("vs212-02b") in page.labels(), True, "label")
    for given in ([], list(page.options("record")), record(w, MUNICIPALITY, 701)["id"], record(w, PERSON, 501)["id"]):
        page = p.press(page, "next", {"record": given, "status": "active"})
        refused(page, "vs223-02", "vs212-02bx")
    equal(list(listed_223(p, "active", "501 –").records().values()), [PERSON["name"]], "persons of 501")
    equal(list(listed_223(p, "active", "1103 –").records().values()), [COLLEAGUE["name"]], "persons of 1103")


@case("vs223-2.c: who is an independent user nowhere is told the sentence of vs212-02(c), and the case stops", world)
def nowhere_223(w):
    settle(w, FIRM, authorised(LAW_OFFICE, COMPANY, 501))
    page = Person(w, "odvetnik", "501 –").begin("vs223")
    told(page, "vs212-02c")
    equal(page.finished, True, "finished")


@case("vs223-3: the status is one of three options, under the specification's text; none is refused", world)
def status_223(w):
    settle(w, FIRM, *PERSONS[:2])
    p = Person(w, "direktor", "501 –")
    page = p.begin("vs223")
    equal((notice("vs223-3") in page.labels(), list(page.options("status"))), (True, ["active", "pending", "deleted"]), "page")
    page = p.press(page, "next", {"status": "x"})
    refused(page, "vs223-02", "vg-choice")
    equal(p.press(page, "next", {"status": "active"}).step, "vs223-03", "control")


@case("vs223-3c: a deleted person's line says why and when his record has ended, and by whom", world)
def person_ended(w):
    settle(w, FIRM, authorised(PERSON, COMPANY, 501))
    p = Person(w, "direktor", "501 –")
    page = p.press(p.begin("vs212"), "next", {"what": "delete"})
    mine = list(page.records())[0]
    p.press(page, "execute", {f"mark.{mine}": "delete"})
    text = listed_223(p, "deleted").records()[mine]
    equal((text.startswith(f"{PERSON['name']} (izbris, "), text.endswith(f", {COMPANY['name']})")), (True, True), text)


@table([("vs223-3a", "active", PERSON), ("vs223-3b", "pending", COLLEAGUE), ("vs223-3c", "deleted", PERSON)],
       "{}: the list of this status (D13) holds those persons of the record and no others", world)
def list_223(w, _, status, subject):
    settle(w, FIRM, *PERSONS)
    if status == "deleted":
        w.cli("user", "status", str(record(w, PERSON, 501)["id"]), "deleted", "--reason", "left")
    page = listed_223(Person(w, "direktor", "501 –"), status, "501 –")
    equal(list(page.records()), [record(w, subject, 501)["id"]], "records")
    equal(list(page.records().values())[0].split(" (")[0], subject["name"], "line")


@table([("active",), ("pending",), ("deleted",)], "vs223-3x: nobody of the status {}: a notice of that status", world)
def empty_223(w, status):
    settle(w, FIRM)
    page = listed_223(Person(w, "direktor", "501 –"), status)
    word = {"active": "aktivnih pooblaščencev", "pending": "čakajo na vašo potrditev", "deleted": "izbrisanih pooblaščencev"}[status]
    equal((page.codes, word in page.said("vs223-3x")[0], page.records()), (["vs223-3x"], True, {}), "page")


@case("vs223-p: the title names the group and the independent user, and the PDF is offered", world)
def title_223(w):
    settle(w, FIRM, *PERSONS[:2])
    page = listed_223(Person(w, "direktor", "501 –"), "active")
    equal((notice("vs223-p", full_name(501), COMPANY["name"]) in page.labels(), page.link("pdf")), (True, "Pridobi PDF"), "title")


@case("vs005, vs005-n: a person's line is the name alone", world)
def only_name(w):
    settle(w, FIRM, *PERSONS[:2])
    page = listed_223(Person(w, "direktor", "501 –"), "active")
    equal((list(page.records().values()), [n for n in (PERSON["emso"], PERSON["davcna"], PERSON["email"]) if n in page.text()]),
          ([PERSON["name"]], []), "page")


@case("vs007, vs007-11, vs007-PRS: a line of the administrator's list is the personal name, or the firm", world)
def names_007(w):
    p = administrator_at(w, *MIXED)
    equal(list(listed_222(p, "active").records().values()), [COMPANY["name"], PERSON["name"], LAW_OFFICE["name"]], "lines")


# ---- 3.3.8 ----

def two_lists(w):
    """The lists of vs005 and vs007: (name, person, page)."""
    settle(w, FIRM, authorised(PERSON, COMPANY, 501), authorised(COLLEAGUE, COMPANY, 501), administrator(COURT, 1103), *MIXED)
    one, other = Person(w, "direktor", "501 –"), Person(w, "referentka", "90 –")
    return [("vs005", one, listed_223(one, "active", "501 –")), ("vs007", other, listed_222(other, "active"))]


def filtered(p, page, kind, text):
    return p.press(page, "filter", {"filter.kind": kind, "filter.text": text})


@case("vs005-f, vs007-f, 3.3.8-id.1, 3.3.8-nm.1: both lists offer the filters by name (person, firm) and by ID (MŠ, EMŠO, DŠ), under the specification's texts", world)
def kinds(w):
    for name, _, page in two_lists(w):
        offered = [(c.find(P + "label").find(P + "sl").text, [o.find(P + "sl").text for o in c.iter(P + "option")])
                   for c in page.root.iter(P + "choice") if c.get("name") == "filter.kind"]
        equal(offered, [(notice("vs005-f"), ["osebno ime", "firma"]), (notice("vs007-f"), ["MŠ", "EMŠO", "DŠ"])], name)


@case("3.3.8-id.2, 3.3.8-nm.2: there is one field for number or text, and the button Išči", world)
def fields(w):
    for name, _, page in two_lists(w):
        buttons = {b.get("name"): b.find(P + "sl").text for b in page.root.iter(P + "button")}
        equal((page.field("filter.text").get("type"), buttons["filter"]), ("text", "Išči"), name)


FOUND = (
    # row, kind, text, whom it finds in vs005, whom in vs007
    ("3.3.8-id.3", "emso", PERSON["emso"], [PERSON], [PERSON]),
    ("3.3.8-id.4b", "davcna", PERSON["davcna"], [PERSON], [PERSON]),
    ("3.3.8-id.4b: MŠ", "maticna", COMPANY["maticna"], None, [COMPANY]),
    ("3.3.8-id.4b: MŠ of seven digits", "maticna", COMPANY["maticna"][:7], None, [COMPANY]),
    ("3.3.8-nm.3", "person", "žnid", [PERSON], [PERSON]),
    ("3.3.8-nm.3: capital letters", "person", "ŽNIDARŠIČ", [PERSON], [PERSON]),
    ("3.3.8-nm.4b", "firm", "odvetniška", None, [LAW_OFFICE]),
    ("3.3.8-nm.4b: inside the name", "firm", "o", None, [COMPANY, LAW_OFFICE]),
)


@table(FOUND, "{}: the list shows the matching records only, all of them, and Odstrani filter shows the whole list again", world)
def found(w, _, kind, text, persons, users):
    for (name, p, page), subjects, group in zip(two_lists(w), (persons, users), (501, 1103)):
        whole = page.records()
        page = filtered(p, page, kind, text)
        if subjects is not None:
            equal((page.codes, list(page.records())), ([], [record(w, s, group)["id"] for s in subjects]), f"{name} {kind} {text}")
        page = p.press(page, "filter.clear")
        equal((page.codes, page.records()), ([], whole), name)


@case("3.3.8-id.4b: a tax number that two subjects have shows both", world)
def two_of_a_number(w):
    p = administrator_at(w, service(LAW_OFFICE, 1103), service(dict(LAW_OFFICE, maticna="2222221000", name="Kmetija Žagar", legal_form=163),
                                                               1103),
                         service(COMPANY, 1103))
    page = filtered(p, listed_222(p, "active"), "davcna", LAW_OFFICE["davcna"])
    equal(sorted(page.records().values()), ["Kmetija Žagar", LAW_OFFICE["name"]], "records")


NOT_FOUND = (("3.3.8-id.4a", "davcna", "50223054"), ("3.3.8-id.4a", "emso", "0101006500022"), ("3.3.8-id.4a", "maticna", "5055555000"),
             ("3.3.8-nm.4a", "person", "Podjetje"), ("3.3.8-nm.4a", "firm", "Ana"), ("3.3.8-nm.4a", "firm", "%"))


@table([(f"{row}: {kind} {text}", row, kind, text) for row, kind, text in NOT_FOUND],
       "{} matches nobody: the specification's warning, and the list stays whole", world)
def not_found(w, _, row, kind, text):
    for name, p, page in two_lists(w):
        whole = page.records()
        page = filtered(p, page, kind, text)
        told(page, row)
        equal(page.records(), whole, name)


BAD = (("emso", "0101006500007"), ("emso", "010100650000"), ("davcna", "47978458"), ("davcna", "SI47978457"), ("maticna", "1732804000"),
       ("maticna", "x"))


@case("3.3.8-id.x: a malformed number is an error beside the field before the search, and the list stays", world)
def malformed(w):
    for name, p, page in two_lists(w):
        whole = page.records()
        for kind, text in BAD:
            page = filtered(p, page, kind, text)
            equal((page.codes, page.errors(), page.records()), (["3.3.8-id.x"], {"filter.text": "3.3.8-id.x"}, whole),
                  f"{name} {kind} {text}")
            equal((page.chosen("filter.kind"), page.typed("filter.text")), ([kind], text), f"what was given: {name} {kind} {text}")
        for kind, text in (("emso", ""), ("x", "Ana"), ("", "Ana")):
            page = filtered(p, page, kind, text)
            equal((page.errors(), page.records()), ({"filter.text": "vg-field"}, whole), f"{name} {kind} {text}")
        page = filtered(p, page, "person", "Ana")
        equal((page.codes, page.chosen("filter.kind"), page.typed("filter.text")), ([], ["person"], "Ana"), "control")
        page = p.press(page, "filter.clear", {"filter.kind": "emso", "filter.text": "x"})
        equal((page.chosen("filter.kind"), page.typed("filter.text")), ([], ""), "cleared")


@case("vs222-f, vs223-f: the filters work on each status", world)
def each_status(w):
    settle(w, FIRM, authorised(PERSON, COMPANY, 501), authorised(COLLEAGUE, COMPANY, 501, status="pending"), administrator(COURT, 1103),
           *MIXED)
    p = Person(w, "referentka", "90 –")
    for status, name in (("active", COMPANY["name"]), ("pending", MUNICIPALITY["name"])):
        page = filtered(p, listed_222(p, status), "firm", name)
        equal(list(page.records().values()), [name], f"vs222 {status}")
    p = Person(w, "direktor", "501 –")
    for status, subject in (("active", PERSON), ("pending", COLLEAGUE)):
        page = filtered(p, listed_223(p, status, "501 –"), "davcna", subject["davcna"])
        equal(list(page.records().values()), [subject["name"]], f"vs223 {status}")
