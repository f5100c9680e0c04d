"""vs212 (FZ 5.3.6): an independent user approves, refuses and deletes his authorised persons."""
from cases import case, equal, table
from portal import (ACTIVE, COLLEAGUE, COMPANY, COURT, DELETED, LAW_OFFICE, MUNICIPALITY, PENDING, PERSON, Person, administrator,
                    authorised, chief, digest, eceu, ended, full_name, history, mails, nothing_written, notice, portal_world, record,
                    refused, service, settle, told, user)

FIRM = user(COMPANY, 501)
WAITS = [authorised(PERSON, COMPANY, 501, status="pending"), authorised(COLLEAGUE, COMPANY, 501, status="pending")]
WORKS = [authorised(PERSON, COMPANY, 501), authorised(COLLEAGUE, COMPANY, 501)]


def world():
    return portal_world()


def direktor(w, *people):
    settle(w, FIRM, *people)
    return Person(w, "direktor", "501 –")


def opened(p, what="approve", of=None):
    page = p.begin("vs212")
    choice = {"record": page.option("record", of)} if of else {}
    return p.press(page, "next", dict(choice, what=what))


def execute(p, page, *marks):
    return p.press(page, "execute", {f"mark.{i}": mark for i, mark in marks})


# ---- vs212-01 to vs212-03 ----

@case("vs212-01a: a natural person is told the specification's sentence, and the case stops", world)
def person(w):
    settle(w, user(PERSON, 601), service(PERSON, 1103, "oseba"))
    for login in ("601 –", "1103 –"):
        page = Person(w, "posameznica", login).begin("vs212")
        told(page, "vs212-01a")
        equal((page.finished, page.options("what")), (True, {}), "page")


POSITIONS = (("12", "odvetnik", user(LAW_OFFICE, 302), "302 –"), ("21", "direktor", FIRM, "501 –"),
             ("31", "uradnica", user(MUNICIPALITY, 701), "701 –"))


@table(POSITIONS, "vs212-01b: position {} goes on", world)
def goes_on(w, position, name, entry, login):
    settle(w, entry)
    equal((str(entry["position"]), Person(w, name, login).begin("vs212").step), (position, "vs212-02"), "step")


@case("vs212-02a: a single record of the sets 1a, 3a, 5a is chosen by itself", world)
def single(w):
    p = direktor(w, *WAITS, service(COMPANY, 1101, status="pending"))
    page = p.begin("vs212")
    equal(page.options("record"), {}, "choice")
    equal(len(p.press(page, "next", {"what": "approve"}).records()), 2, "persons")


@case("vs212-02b: of several records of the sets 1a, 3a, 5a exactly one is chosen, under the specification's text", world)
def several(w):
    settle(w, user(COURT, 701), administrator(COURT, 1003), administrator(COURT, 1103), chief(COURT), service(COURT, 1001, "rekono"),
           service(COURT, 1002, status="pending"), authorised(PERSON, COURT, 701, status="pending"),
           authorised(COLLEAGUE, COURT, 90, 3, administered_group=1003, status="pending"))
    p = Person(w, "referentka", "701 –")
    page = p.begin("vs212")
    equal([t.split(" –")[0] for t in page.options("record").values()], ["701", "90", "90", "80", "1001"], "records")
    equal(notice("vs212-02b") in page.labels(), True, "label")
    equal(opened(p, of="701 –").records(), {record(w, PERSON, 701)["id"]: PERSON["name"]}, "persons of 701")
    equal(opened(p, of=full_name(1003)[7:]).records(), {record(w, COLLEAGUE, 90, 1003)["id"]: COLLEAGUE["name"]}, "persons of 90, 1003")
    told(opened(p, of=full_name(1103)[7:]), "vs212-04.2a")


@case("vs212-02bx: no record, two, or one that is not the user's is refused, the case stays", world)
def wrong_record(w):
    p = direktor(w, service(COMPANY, 1103, "podjetje"), *WAITS, user(MUNICIPALITY, 701))
    page = p.begin("vs212")
    mine, foreign = list(page.options("record")), record(w, MUNICIPALITY, 701)["id"]
    for given in ([], mine, [foreign], [record(w, PERSON, 501)["id"]], ["x"]):
        page = p.press(page, "next", {"record": given, "what": "approve"})
        refused(page, "vs212-02", "vs212-02bx")
    equal(p.press(page, "next", {"record": mine[0], "what": "approve"}).step, "vs212-04", "control")


@case("vs212-02c: who is an independent user nowhere is told the specification's sentence, and the case stops", world)
def nowhere(w):
    p = direktor(w, *WAITS)
    page = p.begin("vs212")
    w.cli("user", "status", str(record(w, COMPANY, 501)["id"]), "pending")
    with nothing_written(w):
        equal(p.press(page, "next", {"what": "approve"}).codes, ["vg-login"], "the login's own record")
    w.cli("user", "status", str(record(w, COMPANY, 501)["id"]), "active")
    settle(w, FIRM, authorised(LAW_OFFICE, COMPANY, 501))
    page = Person(w, "odvetnik", "501 –").begin("vs212")
    told(page, "vs212-02c")
    equal(page.finished, True, "finished")


@case("vs212-03: what is to be done is one of two options, under the specification's texts; none is refused", world)
def what(w):
    p = direktor(w, *WAITS)
    page = p.begin("vs212")
    equal(notice("vs212-03") in page.labels(), True, "label")
    equal(list(page.options("what").values()), [notice("vs212-03a"), notice("vs212-03b")], "options")
    for given in ([], "x", ["approve", "delete"]):
        page = p.press(page, "next", {"what": given})
        refused(page, "vs212-02", "vg-choice")
    equal(p.press(page, "next", {"what": "approve"}).step, "vs212-04", "control")


@case("vs212-02b, vs212-03: what was chosen stays chosen beside what is missing", world)
def choices_stay(w):
    p = direktor(w, service(COMPANY, 1103, "podjetje"), *WAITS)
    page = p.begin("vs212")
    mine = page.option("record", "501 –")
    page = p.press(page, "next", {"what": "delete"})
    equal((page.chosen("record"), page.chosen("what")), ([], ["delete"]), "the deed alone")
    page = p.press(page, "next", {"record": mine})
    equal((page.errors(), page.chosen("record"), page.chosen("what")), ({"what": "vg-choice"}, [mine], []), "the record alone")
    equal(p.press(page, "next", {"record": mine, "what": "approve"}).step, "vs212-04", "control")


@table([("vs212-03a", "approve", "vs212-04"), ("vs212-03b", "delete", "vs212-05")], "{}: the option leads to its list", world)
def options(w, _, kind, step):
    p = direktor(w, WAITS[0], WORKS[1])
    page = opened(p, kind)
    mine = record(w, PERSON if kind == "approve" else COLLEAGUE, 501)["id"]
    equal((page.step, list(page.records())), (step, [mine]), "list")


# ---- vs212-04, vs212-05 ----

@table([("vs212-04.2a", "approve", WORKS), ("vs212-05.2a", "delete", WAITS)],
       "{}: nobody is there: the specification's sentence, and the case stops", world)
def nobody(w, row, kind, people):
    p = direktor(w, *people)
    page = opened(p, kind)
    told(page, row)
    equal("execute" in page.buttons(), False, "buttons")


@table([("vs212-04.2b", "approve", WAITS), ("vs212-05.2b", "delete", WORKS)], "{}: one person is enough for the list", world)
def one(w, row, kind, people):
    p = direktor(w, people[0])
    page = opened(p, kind)
    equal((page.step, page.codes, len(page.records())), (row[:8], [], 1), "page")


LISTS = (("vs212-04.3", "approve", WAITS, ["confirm", "refuse"]), ("vs212-05.3", "delete", WORKS, ["delete"]))


@table(LISTS, "{}: the list holds the persons of the chosen record alone, by name only, each with its buttons", world)
def listed(w, row, kind, people, buttons):
    more = dict(status="pending") if kind == "approve" else {}
    p = direktor(w, *people, service(COMPANY, 1103, "podjetje"), authorised(PERSON, COMPANY, 1103, 5, **more), user(MUNICIPALITY, 502),
                 authorised(PERSON, MUNICIPALITY, 502, **more))
    page = opened(p, kind, "501 –")
    ids = [record(w, s, 501)["id"] for s in (PERSON, COLLEAGUE)]
    equal(page.records(), dict(zip(ids, (PERSON["name"], COLLEAGUE["name"]))), "records")
    equal([b for b in page.buttons() if "." in b and not b.startswith("filter")], [f"{b}.{i}" for i in ids for b in buttons], "buttons")
    equal([n for n in (PERSON["emso"], PERSON["davcna"]) if n in page.text()], [], "numbers on the page")


MARKS = (("vs212-04.3p: Potrdi", "approve", "confirm"), ("vs212-04.3z: Zavrni", "approve", "refuse"),
         ("vs212-05.3i: Izbriši", "delete", "delete"))


@table(MARKS, "{} marks the record and offers Razveljavi; nothing is written yet", world)
def mark(w, _, kind, button):
    p = direktor(w, *(WAITS if kind == "approve" else WORKS))
    page = opened(p, kind)
    mine, other = (record(w, s, 501)["id"] for s in (PERSON, COLLEAGUE))
    with nothing_written(w):
        page = p.press(page, f"{button}.{mine}")
    equal((page.mark(mine), page.mark(other), [b for b in page.buttons() if b.endswith(f".{mine}")]), (button, None, [f"undo.{mine}"]),
          "mark")
    equal(p.press(page, "execute").codes, ["vs212-07.1"], "executed in a later request")
    equal([ended(w, i)[0] for i in (mine, other)], [ACTIVE if button == "confirm" else DELETED, PENDING if kind == "approve" else ACTIVE],
          "records")


@table([("vs212-04.3r", "approve", "confirm", ["confirm", "refuse"]), ("vs212-05.3r", "delete", "delete", ["delete"])],
       "{}: Razveljavi takes the mark away and offers the buttons again; executing then asks for a mark", world)
def undo(w, _, kind, button, buttons):
    p = direktor(w, *(WAITS if kind == "approve" else WORKS))
    page = opened(p, kind)
    mine = record(w, PERSON, 501)["id"]
    page = p.press(p.press(page, f"{button}.{mine}"), f"undo.{mine}")
    equal((page.mark(mine), [b for b in page.buttons() if b.endswith(f".{mine}")]), (None, [f"{b}.{mine}" for b in buttons]), "record")
    with nothing_written(w):
        refused(p.press(page, "execute"), page.step, "vs211-04.x2")


# ---- vs212-06, vs212-07 ----

WRITES = (("vs212-06p: confirmed", "approve", "confirm", (ACTIVE, None, False)),
          ("vs212-06z: refused", "approve", "refuse", (DELETED, "refused", True)),
          ("vs212-06i: deleted", "delete", "delete", (DELETED, "deleted", True)))


@table(WRITES, "{}, the link has that status and reason, history says who; the other person's stays", world)
def written(w, _, kind, as_, wanted):
    p = direktor(w, *(WAITS if kind == "approve" else WORKS))
    page = opened(p, kind)
    mine = record(w, PERSON, 501)["id"]
    equal(execute(p, page, (mine, as_)).step, "vs212-07", "page")
    who = str(eceu(w, COMPANY))
    equal(ended(w, mine), (*wanted[:2], who if wanted[2] else None), "record")
    equal(record(w, COLLEAGUE, 501)["now"], PENDING if kind == "approve" else ACTIVE, "the other one")
    equal([(h["object_id"], h["who"], h["cert"]) for h in history(w, "vs212")], [(str(mine), who, digest("direktor"))], "history")
    equal(w.records(kind="registry", procedure="vs212")[-1]["action"], "vs212-04" if kind == "approve" else "vs212-05",
          "record of the trail")


@case("vs212-06p: a confirmed person logs in for the independent user, before she could not", world)
def can_log_in(w):
    p = direktor(w, WAITS[0])
    ana = Person(w, "posameznica")
    ana.get("/")
    equal(ana.begin("vs101").codes, ["vs101-05"], "before")
    execute(p, opened(p), (record(w, PERSON, 501)["id"], "confirm"))
    equal(Person(w, "posameznica", "501 –").get("/menu").login()[2], f"kot pooblaščenec samostojnega uporabnika {COMPANY['name']}",
          "afterwards")


@case("vs212-06i: a deleted person's login ends at once", world)
def login_ends(w):
    p = direktor(w, WORKS[0], WORKS[1])
    ana = Person(w, "posameznica", "501 –")
    equal(ana.begin("vs221").step, "vs221-01", "before")
    execute(p, opened(p, "delete"), (record(w, PERSON, 501)["id"], "delete"))
    equal(ana.begin("vs221").codes, ["vg-login"], "afterwards")


@case("vs212-06x1: a person has one live record in a group: while she waits here she cannot come into the group another way (FZ-VS6.2)",
      world)
def one_record(w):
    settle(w, service(COMPANY, 1103, "podjetje"), authorised(PERSON, COMPANY, 1103, 5, status="pending"), user(PERSON, 601))
    ana = Person(w, "posameznica", "601 –")
    page = ana.begin("vs207")
    equal("1103" in page.options("group"), False, "groups of vs207")
    refused(ana.press(page, "next", {"group": "1103"}), "vs207-02", "vs207-02.1x")
    p = Person(w, "direktor", "1103 –")
    equal(execute(p, opened(p), (record(w, PERSON, 1103)["id"], "refuse")).step, "vs212-07", "refused here")
    equal("1103" in ana.begin("vs207").options("group"), True, "control")


@case("vs212-06x2: a record that was decided or left meanwhile is refused and named; nothing is written, the rest can go on", world)
def meanwhile(w):
    p = direktor(w, *WAITS, user(PERSON, 601))
    page = opened(p)
    theirs, mine = (record(w, s, 501)["id"] for s in (PERSON, COLLEAGUE))
    ana = Person(w, "posameznica", "601 –")
    leave = ana.begin("vs206")
    ana.press(leave, "leave", {"records": theirs})
    with nothing_written(w):
        page = execute(p, page, (theirs, "confirm"), (mine, "confirm"))
    refused(page, "vs212-04", "vs211-04.x1")
    equal((PERSON["name"] in page.said("vs211-04.x1")[0], ended(w, theirs)[1], ended(w, mine)[0]), (True, "withdrawn", PENDING), "records")
    equal(p.press(page, "execute").step, "vs212-07", "control")
    equal(ended(w, mine)[0], ACTIVE, "the rest")


@case("vs212-06x2: nothing marked, a mark of the other list, or somebody else's person is refused, and nothing is written", world)
def wrong_marks(w):
    p = direktor(w, WAITS[0], WORKS[1], user(MUNICIPALITY, 701), authorised(LAW_OFFICE, MUNICIPALITY, 701, status="pending"),
                 service(COMPANY, 1103, "podjetje"), authorised(COLLEAGUE, COMPANY, 1103, 5, status="pending"))
    page = opened(p, of="501 –")
    mine = record(w, PERSON, 501)["id"]
    with nothing_written(w):
        for marks in ([], [(mine, "delete")], [(mine, "x")]):
            page = execute(p, page, *marks)
            refused(page, "vs212-04", "vs211-04.x2")
        for foreign in ((LAW_OFFICE, 701), (COLLEAGUE, 1103), (COLLEAGUE, 501), (COMPANY, 501)):
            page = execute(p, page, (record(w, *foreign)["id"], "confirm"), (mine, "confirm"))
            refused(page, "vs212-04", "vs211-04.x1")
    equal(execute(p, page, (mine, "confirm")).step, "vs212-07", "control")


@case("vs212-07.1: the last page says the specification's sentence", world)
def done_page(w):
    p = direktor(w, *WAITS)
    told(execute(p, opened(p), (record(w, PERSON, 501)["id"], "confirm")), "vs212-07.1")


@case("vs212-07.1n: the last page leads to the menu vs003", world)
def to_menu(w):
    p = direktor(w, *WAITS)
    done = execute(p, opened(p), (record(w, PERSON, 501)["id"], "confirm"))
    equal((done.links(), p.get("/menu").step), (["menu"], "vs003"), "links")


MAILS = (("vs212-07.2p", "approve", "confirm"), ("vs212-07.2z", "approve", "refuse"), ("vs212-07.2i", "delete", "delete"))


@table(MAILS, "{}: the person gets the specification's mail, nobody else gets one", world)
def mail(w, row, kind, as_):
    p = direktor(w, *(WAITS if kind == "approve" else WORKS))
    execute(p, opened(p, kind), (record(w, PERSON, 501)["id"], as_))
    equal(mails(w), [(PERSON["email"], notice(row, COMPANY["name"], full_name(501)))], "mails")


@case("vs212-02: an independent user whose chosen record ends while he decides writes nothing, nor does he see the list any more", world)
def not_independent_any_more(w):
    p = direktor(w, service(COMPANY, 1103, "podjetje"), authorised(PERSON, COMPANY, 1103, 5, status="pending"), WAITS[1])
    page = opened(p, of="1103 –")
    mine = record(w, PERSON, 1103)["id"]
    w.cli("user", "status", str(record(w, COMPANY, 1103)["id"]), "deleted", "--reason", "deleted")
    equal(p.get(f"/case/{page.case}").records(), {}, "the list")
    with nothing_written(w):
        equal(execute(p, page, (mine, "confirm")).step == "vs212-07", False, "answer")
    equal(execute(p, opened(p), (record(w, COLLEAGUE, 501)["id"], "confirm")).step, "vs212-07", "control")


@table((("deleted in PRS", ("prs", "deleted")), ("blocked", ("block",))), "vs212-06p: a person who is {} is not confirmed, and nothing is written", world)
def gone(w, name, command):
    p = direktor(w, *WAITS, *([user(LAW_OFFICE, 302), authorised(LAW_OFFICE, COMPANY, 501, status="pending")] if command[0] == "prs" else []))
    subject = LAW_OFFICE if command[0] == "prs" else PERSON
    page = opened(p)
    ids = {r: i for i, r in page.records().items()}
    w.cli("user", command[0], str(eceu(w, subject)), *command[1:])
    with nothing_written(w):
        answer = execute(p, page, *((i, "confirm") for i in ids.values()))
    refused(answer, "vs212-04", "vs212-06.x")
    others = [i for r, i in ids.items() if not r.startswith(subject["name"])]
    equal(execute(p, answer, (ids[next(r for r in ids if r.startswith(subject["name"]))], "refuse"), *((i, "confirm") for i in others)).step, "vs212-07", "control")
