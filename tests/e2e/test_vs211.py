"""vs211 (FZ 5.3.5): an administrator approves, refuses and deletes users; one rule for what was decided meanwhile; re-check."""
import os
import time

from attacks import revoke
from cases import case, equal, table
from portal import (ACTIVE, COLLEAGUE, COMPANY, COURT, DELETED, LAW_OFFICE, MUNICIPALITY, NEIGHBOUR, OTHER_COURT, PDF, PENDING, PERSON, UNSEEN,
                    Person, administrator, administrator_of, alter, authorised, chief, digest, eceu, ended, full_name, history, mails,
                    nothing_written, notice, portal_world, record, refused, rows, service, settle, told, user)
from world import PKI, pki_index

TWO = [administrator(COURT, 1103), administrator(COURT, 1201)]
WAITING = [service(COMPANY, 1103, "podjetje", status="pending"), service(MUNICIPALITY, 1103, "obcina_zig", status="pending")]


def world():
    return portal_world()


def referentka(w, *people):
    settle(w, *people)
    return Person(w, "referentka", "90 –" if sum(p.get("group") == 90 and p["davcna"] == COURT["davcna"] for p in people) == 1
                  else administrator_of(1103))


def execute(p, page, *marks):
    """marks: (record, mark[, reason])."""
    fields = {}
    for record_id, mark, *reason in marks:
        fields[f"mark.{record_id}"], fields[f"reason.{record_id}"] = mark, reason[0] if reason else ""
    return p.press(page, "execute", fields)


@case("vs211-00: an administrator of group 90 may run vs211; a chief administrator and others may not (D35)", world)
def who(w):
    settle(w, administrator(COURT, 1103), chief(COURT), user(MUNICIPALITY, 701), *WAITING)
    for name, login, step, codes in (("referentka", "90 –", "vs211-01", []), ("referentka", "80 –", "-", ["5.1"]),
                                     ("uradnica", "701 –", "-", ["5.1"])):
        page = Person(w, name, login).begin("vs211")
        equal((page.step, page.codes), (step, codes), f"vs211 of {name} {login}")


@case("vs211-01.1: the groups are those of the user's own active records of the sets 3a and 3b", world)
def groups(w):
    settle(w, *TWO, administrator(COURT, 1202, status="pending"), administrator(COURT, 1203, status="deleted"),
           administrator(OTHER_COURT, 1101),
           administrator(PERSON, 1002), authorised(PERSON, OTHER_COURT, 90, 3, administered_group=1101), user(COURT, 701), chief(COURT))
    page = Person(w, "referentka", administrator_of(1103)).begin("vs211")
    equal(list(page.options("record").values()), [f"{full_name(90)} uporabniške skupine {full_name(g)[7:]} kot samostojni uporabnik"
                                                  for g in (1103, 1201)], "groups of the court")
    page = Person(w, "posameznica", administrator_of(1002)).begin("vs211")
    equal([full_name(g)[7:] in "".join(page.options("record").values()) for g in (1002, 1101)], [True, True],
          "groups of the person: 3a, 3b")


@case("vs211-01.1a: a single group is chosen by itself", world)
def single_group(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    page = p.begin("vs211")
    equal(page.options("record"), {}, "choice")
    page = p.press(page, "next", {"what": "approve"})
    equal((page.step, sorted(page.records().values())), ("vs211-02", sorted([COMPANY["name"], MUNICIPALITY["name"]])), "list")


@case("vs211-01.1b: of several groups exactly one is chosen, and its users are listed", world)
def several_groups(w):
    p = referentka(w, *TWO, *WAITING, service(NEIGHBOUR, 1201, status="pending"))
    for group, names in ((1103, {COMPANY["name"], MUNICIPALITY["name"]}), (1201, {NEIGHBOUR["name"]})):
        equal(set(p.open_211(group).records().values()), names, f"users of {group}")


@case("vs211-01.1x: no group, two, or one that is not listed is refused, the case stays", world)
def wrong_group(w):
    p = referentka(w, *TWO, *WAITING, administrator(OTHER_COURT, 1202), chief(COURT))
    page = p.begin("vs211")
    foreign, mine = record(w, OTHER_COURT, 90, 1202)["id"], list(page.options("record"))
    for given in ([], mine, [foreign], [record(w, COURT, 80)["id"]], ["x"]):
        page = p.press(page, "next", {"record": given, "what": "approve"})
        refused(page, "vs211-01", "vs211-01.1x")
    equal(p.press(page, "next", {"record": mine[0], "what": "approve"}).step, "vs211-02", "control")


@case("vs211-01.2: what is to be done is one of two options, under the specification's texts; none is refused", world)
def what(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    page = p.begin("vs211")
    equal(notice("vs211-01.2") in page.labels(), True, "label")
    equal(list(page.options("what").values()), [notice("vs211-01.2a"), notice("vs211-01.2b")], "options")
    for given in ([], "x", ["approve", "delete"]):
        page = p.press(page, "next", {"what": given})
        refused(page, "vs211-01", "vg-choice")
    equal(p.press(page, "next", {"what": "approve"}).step, "vs211-02", "control")


@case("vs211-01.1, vs211-01.2: what was chosen stays chosen beside what is missing, and after Nazaj", world)
def choices_stay(w):
    settle(w, *TWO, *WAITING)
    p = Person(w, "referentka", administrator_of(1201))
    page = p.begin("vs211")
    mine = page.option("record", administrator_of(1103))
    page = p.press(page, "next", {"record": mine})
    equal((page.errors(), page.chosen("record"), page.chosen("what")), ({"what": "vg-choice"}, [mine], []), "the group alone")
    page = p.press(page, "next", {"what": "approve"})
    equal((page.chosen("record"), page.chosen("what")), ([], ["approve"]), "the deed alone")
    page = p.press(p.press(page, "next", {"record": mine, "what": "approve"}), "back")
    equal((page.step, page.chosen("record"), page.chosen("what")), ("vs211-01", [mine], ["approve"]), "Nazaj")


@case("vs211-01.2a, vs211-02.3: the first option lists those who wait, with Potrdi and Zavrni", world)
def option_approve(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING, service(NEIGHBOUR, 1103))
    page = p.open_211(1103)
    ids = [record(w, s, 1103)["id"] for s in (COMPANY, MUNICIPALITY)]
    equal((page.step, sorted(page.records())), ("vs211-02", ids), "records")
    equal([b for b in page.buttons() if "." in b and not b.startswith("filter")], [f"{b}.{i}" for i in ids for b in ("confirm", "refuse")],
          "buttons")


@case("vs211-01.2b, vs211-03.3: the second option lists the active ones, with Izbriši", world)
def option_delete(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING, service(NEIGHBOUR, 1103))
    page = p.open_211(1103, "delete")
    mine = record(w, NEIGHBOUR, 1103)["id"]
    equal((page.step, page.records()), ("vs211-03", {mine: NEIGHBOUR["name"]}), "records")
    equal([b for b in page.buttons() if "." in b and not b.startswith("filter")], [f"delete.{mine}"], "buttons")


@case("vs211-02.2a: nobody waits: the specification's notice, and the case stops", world)
def nobody_waits(w):
    p = referentka(w, administrator(COURT, 1103), service(NEIGHBOUR, 1103), service(COMPANY, 1201, status="pending"))
    page = p.open_211(1103)
    told(page, "vs211-02.2a")
    equal("execute" in page.buttons(), False, "buttons")
    with nothing_written(w):
        p.press(page, "execute", {f"mark.{record(w, NEIGHBOUR, 1103)['id']}": "confirm"})


@case("vs211-02.2b: one who waits is enough for the list", world)
def one_waits(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING[:1])
    page = p.open_211(1103)
    equal((page.step, page.codes, len(page.records())), ("vs211-02", [], 1), "page")


@case("vs211-02.3: the list shows the application, its digest-proof report, the certificate and what does not fit (vs207-06.2)", world)
def list_of_waiting(w):
    settle(w, administrator(COURT, 1103), user(MUNICIPALITY, 701))
    Person(w, "uradnica", "701 –").register(1103, "ec")
    alter(w, f"UPDATE possession SET asked_utc_s = {int(time.time()) - 3 * 86400 - 60}")
    page = Person(w, "referentka", "90 –").open_211(1103)
    equal(page.fact("Čaka (dni)"), "3", "age")
    equal(page.fact("Zgoščena vrednost (SHA-256)"), digest("ec"), "digest")
    equal(page.fact("Davčna številka v potrdilu"), "99000059", "organisation in the certificate")
    equal((len(page.said("vg-possession")), len(page.said("vg-organisation"))), (1, 1), "warnings")
    pdf = Person(w, "referentka", "90 –").get("/" + page.fact("Vloga (PDF)"))
    equal((pdf.status, pdf.reply.header("Content-Type"), pdf.reply.body), (200, "application/pdf", PDF), "the application")
    equal(pdf.reply.header("Content-Disposition").startswith("attachment;"), True, "saved, not shown: somebody has uploaded it")


@case("vs211-02.3: the application opens to the group's administrator and to its user, not to another administrator or a stranger", world)
def application(w):
    settle(w, administrator(COURT, 1103), administrator(COURT, 1201), user(MUNICIPALITY, 701), user(COMPANY, 501), chief(COURT),
           administrator(PERSON, 1202))
    Person(w, "uradnica", "701 –").register(1103)
    path = f"/application/{rows(w, 'SELECT max(id) AS id FROM application')[0]['id']}"
    for name, login, status in (("referentka", administrator_of(1103), 200), ("referentka", administrator_of(1201), 200),
                                ("posameznica", "90 –", 404), ("direktor", "501 –", 404), ("uradnica", "701 –", 200)):
        equal(Person(w, name, login).get(path).status, status, f"{name} {login}")
    equal(Person(w, "uradnica").get(path).status, 404, "before login")


MARKS = (("vs211-02.3p: Potrdi", "approve", "confirm", ""), ("vs211-02.3z: Zavrni", "approve", "refuse", "vloga ni popolna"),
         ("vs211-03.3i: Izbriši", "delete", "delete", "konec pogodbe"))


@table(MARKS, "{} marks the record and offers Razveljavi; nothing is written yet", world)
def mark(w, sentence, kind, button, reason):
    p = referentka(w, administrator(COURT, 1103), service(COMPANY, 1103, status="pending" if kind == "approve" else "active"))
    page = p.open_211(1103, kind)
    mine = record(w, COMPANY, 1103)["id"]
    with nothing_written(w):
        page = p.press(page, f"{button}.{mine}", {f"reason.{mine}": reason})
    equal((page.codes, page.mark(mine), page.field(f"reason.{mine}").find("{urn:esodstvo:page:1}value").text or ""), ([], button, reason),
          "mark")
    equal([b for b in page.buttons() if b.endswith(f".{mine}")], [f"undo.{mine}"], "buttons")
    page = p.press(page, "execute")
    equal(page.codes, ["vs211-05.1"], "executed in a later request")
    equal(record(w, COMPANY, 1103)["now"], ACTIVE if button == "confirm" else DELETED, "record")


UNDONE = (("vs211-02.3r", "approve", "confirm", ["confirm", "refuse"]), ("vs211-03.3r", "delete", "delete", ["delete"]))


@table(UNDONE, "{}: Razveljavi takes the mark away and offers the buttons again; executing then asks for a mark", world)
def undo(w, row, kind, button, buttons):
    p = referentka(w, administrator(COURT, 1103), service(COMPANY, 1103, status="pending" if kind == "approve" else "active"))
    page = p.open_211(1103, kind)
    mine = record(w, COMPANY, 1103)["id"]
    page = p.press(page, f"{button}.{mine}", {f"reason.{mine}": "razlog"})
    page = p.press(page, f"undo.{mine}")
    equal((page.mark(mine), [b for b in page.buttons() if b.endswith(f".{mine}")]), (None, [f"{b}.{mine}" for b in buttons]), "record")
    with nothing_written(w):
        refused(p.press(page, "execute"), page.step, "vs211-04.x2")


@case("vs211-02.3z: a refusal and a deletion need a reason that shows, of at most 1000 bytes; an approval needs none", world)
def reasons(w):
    p = referentka(w, administrator(COURT, 1103), service(COMPANY, 1103, status="pending"))
    mine = record(w, COMPANY, 1103)["id"]
    for kind, as_ in (("approve", "refuse"), ("delete", "delete")):
        w.cli("user", "status", str(mine), "pending" if kind == "approve" else "active")
        page = p.open_211(1103, kind)
        with nothing_written(w):
            for reason in ("", "   ", "x" * 1001, *UNSEEN):
                page = execute(p, page, (mine, as_, reason))
                equal((page.step, page.errors()), ("vs211-02" if kind == "approve" else "vs211-03", {f"reason.{mine}": "vg-reason"}),
                      "refusal")
        equal(execute(p, page, (mine, as_, "x" * 1000)).step, "vs211-05", "control")
    w.cli("user", "status", str(mine), "pending")
    equal(execute(p, p.open_211(1103), (mine, "confirm")).step, "vs211-05", "approval")


@case("vs211-02.2b: Nazaj forgets the filter: it does not hide whoever waits on the next list", world)
def filter_forgotten(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    ids = [record(w, s, 1103)["id"] for s in (COMPANY, MUNICIPALITY)]
    page = p.press(p.open_211(1103), "filter", {"filter.kind": "davcna", "filter.text": COMPANY["davcna"]})
    equal(list(page.records()), ids[:1], "the filtered list")
    page = p.press(p.press(page, "back"), "next", {"what": "approve"})
    equal((list(page.records()), "filter.clear" in page.buttons()), (ids, False), "the next list")


@case("vs211-03.2a: nobody is active: the specification's notice, and the case stops", world)
def nobody_active(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING, service(COMPANY, 1201))
    page = p.open_211(1103, "delete")
    told(page, "vs211-03.2a")
    equal("execute" in page.buttons(), False, "buttons")


@case("vs211-03.2b: one active user is enough for the list", world)
def one_active(w):
    page = referentka(w, administrator(COURT, 1103), service(COMPANY, 1103)).open_211(1103, "delete")
    equal((page.step, page.codes, page.records()), ("vs211-03", [], {record(w, COMPANY, 1103)["id"]: COMPANY["name"]}), "page")


@case("vs211-04.1p: who is confirmed is active from then on: status, decision, who and when, history; his calls are served", world)
def confirmed(w):
    settle(w, administrator(COURT, 1103), user(MUNICIPALITY, 701))
    Person(w, "uradnica", "701 –").register(1103)
    equal(w.call("1103", "obcina_zig").code, "VG-A04", "the call before")
    mine = record(w, MUNICIPALITY, 1103)["id"]
    p = Person(w, "referentka", "90 –")
    told(p.decide(1103, {MUNICIPALITY["name"]: ("confirm", "")}), "vs211-05.1")
    equal(ended(w, mine), (ACTIVE, None, None), "record")
    who_id = str(eceu(w, COURT))
    equal(rows(w, "SELECT status, reason, administrator, decided_utc_s > 0 AS then_ FROM decision WHERE membership_id = ?", mine),
          [dict(status=2, reason="", administrator=who_id, then_=1)], "decision")
    equal([(h["object"], h["object_id"], h["who"], h["cert"]) for h in history(w, "vs211") if h["object"] == "membership"],
          [("membership", str(mine), who_id, digest("referentka"))], "history")
    equal(w.records(kind="registry", procedure="vs211")[-1]["action"], "vs211-02", "record of the trail")
    equal(w.call("1103", "obcina_zig").status, 200, "the call afterwards")


@case("vs211-04.1z: who is refused is deleted with that reason; the decision keeps the administrator's words", world)
def refused_user(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    mine = record(w, COMPANY, 1103)["id"]
    p.decide(1103, {COMPANY["name"]: ("refuse", "Vloga ni podpisana.")})
    equal(ended(w, mine), (DELETED, "refused", str(eceu(w, COURT))), "record")
    equal(rows(w, "SELECT status, reason FROM decision WHERE membership_id = ?", mine), [dict(status=3, reason="Vloga ni podpisana.")],
          "decision")
    equal(record(w, MUNICIPALITY, 1103)["now"], PENDING, "the one that was not marked")


@case("vs211-04.1i: who is deleted is deleted with that reason, and his calls end", world)
def deleted_user(w):
    p = referentka(w, administrator(COURT, 1103), service(COMPANY, 1103, "podjetje"), service(MUNICIPALITY, 1103, "obcina_zig"))
    mine = record(w, COMPANY, 1103)["id"]
    equal(w.call("1103", "podjetje").status, 200, "the call before")
    p.decide(1103, {COMPANY["name"]: ("delete", "Zloraba.")}, "delete")
    equal(ended(w, mine), (DELETED, "deleted", str(eceu(w, COURT))), "record")
    equal(w.call("1103", "podjetje").code, "VG-A05", "the call afterwards")
    equal(w.call("1103", "obcina_zig").status, 200, "the other one's call")


@case("vs211-04.1p: several records are decided at once, each as it is marked", world)
def at_once(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING, service(NEIGHBOUR, 1103, status="pending"),
                   service(PERSON, 1103, status="pending"))
    page = p.open_211(1103)
    ids = {s["name"]: record(w, s, 1103)["id"] for s in (COMPANY, MUNICIPALITY, NEIGHBOUR, PERSON)}
    done = execute(p, page, (ids[COMPANY["name"]], "confirm"), (ids[MUNICIPALITY["name"]], "refuse", "a"),
                   (ids[NEIGHBOUR["name"]], "confirm"))
    equal(done.step, "vs211-05", "page")
    equal([ended(w, i)[0] for i in ids.values()], [ACTIVE, DELETED, ACTIVE, PENDING], "records")
    equal(sorted(to for to, _ in mails(w)), sorted(s["email"] for s in (COMPANY, MUNICIPALITY, NEIGHBOUR)), "mails")


@case("vs211-04.2: a deleted user's authorised persons of that record end with him, active and pending; others stay", world)
def cascade(w):
    p = referentka(w, administrator(COURT, 1103), service(COMPANY, 1103), authorised(PERSON, COMPANY, 1103, 5),
                   authorised(COLLEAGUE, COMPANY, 1103, 5, status="pending"), service(COMPANY, 1101), authorised(PERSON, COMPANY, 1101, 5),
                   user(COMPANY, 501), authorised(PERSON, COMPANY, 501), service(LAW_OFFICE, 1103))
    p.decide(1103, {COMPANY["name"]: ("delete", "Zloraba.")}, "delete")
    equal([ended(w, record(w, s, 1103)["id"])[:2] for s in (PERSON, COLLEAGUE)], [(DELETED, "cascaded")] * 2, "authorised persons")
    others = ((COMPANY, 1101), (PERSON, 1101), (COMPANY, 501), (PERSON, 501), (LAW_OFFICE, 1103))
    equal([record(w, *k)["now"] for k in others], [ACTIVE] * 5, "others")
    equal(sorted(to for to, _ in mails(w)), sorted(s["email"] for s in (COMPANY, PERSON, COLLEAGUE)), "mails")


@case("vs211-04.x1: a record that another administrator has decided meanwhile: nothing at all is written, and the user is told which",
      world)
def decided_meanwhile(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    page = p.open_211(1103)
    Person(w, "referentka", "90 –").decide(1103, {COMPANY["name"]: ("refuse", "drugi")})
    theirs, mine = record(w, COMPANY, 1103)["id"], record(w, MUNICIPALITY, 1103)["id"]
    with nothing_written(w):
        page = execute(p, page, (theirs, "confirm"), (mine, "confirm"))
    refused(page, "vs211-02", "vs211-04.x1")
    equal(page.said("vs211-04.x1"), [f"O zapisu »{COMPANY['name']}« je bilo medtem že odločeno. Ničesar nismo zapisali."], "text")
    equal((ended(w, mine)[0], ended(w, theirs)[1], list(page.records())), (PENDING, "refused", [mine]), "records")
    equal(p.press(page, "execute").step, "vs211-05", "the rest, confirmed once more")
    equal(ended(w, mine)[0], ACTIVE, "the rest")


@case("vs211-04.x2: nothing marked, or a mark that the list does not know, is refused, the case stays", world)
def nothing_marked(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING, service(NEIGHBOUR, 1201, status="pending"), service(PERSON, 1103))
    page = p.open_211(1103)
    mine = record(w, COMPANY, 1103)["id"]
    with nothing_written(w):
        for marks in ([], [(mine, "delete")], [(mine, "")], [(mine, "CONFIRM")]):
            page = execute(p, page, *marks)
            refused(page, "vs211-02", "vs211-04.x2")
        for foreign in (record(w, NEIGHBOUR, 1201)["id"], record(w, PERSON, 1103)["id"], record(w, COURT, 90, 1103)["id"], 999999):
            page = execute(p, page, (foreign, "confirm"), (mine, "confirm"))
            refused(page, "vs211-02", "vs211-04.x1")
    equal(execute(p, page, (mine, "confirm")).step, "vs211-05", "control")


def somebody(number):
    """A person of that number: EMŠO with its check digit."""
    digits = f"010199050{number:03}"
    check = -sum(int(d) * f for d, f in zip(digits, (7, 6, 5, 4, 3, 2) * 2)) % 11
    return dict(position=11, emso=f"{digits}{check}", name=f"Oseba {number}") if check < 10 else None


@case("vs211-02: 100 records are marked at once; one more is refused with what to do, and the marks stay", world)
def many(w):
    people = [p for p in map(somebody, range(130)) if p][:102]
    p = referentka(w, administrator(COURT, 1103), *(service(one, 1103, status="pending") for one in people))
    page = p.open_211(1103)
    ids = [r["id"] for r in rows(w, "SELECT id FROM membership WHERE user_group = 1103 AND status = 1 ORDER BY id")]
    equal((len(ids), list(page.records())), (102, ids[:100]), "who waits")
    refuse = lambda some: {f"{k}.{i}": v for i in some for k, v in (("mark", "refuse"), ("reason", "vloga ni popolna"))}
    with nothing_written(w):
        page = p.press(page, "execute", refuse(ids[:101]))
        refused(page, "vs211-02", "vg-marks")
        unmarked = [i for i in ids[:100] if page.mark(i) != "refuse"]
        page = p.press(page, "page.2")
        unmarked += [i for i in ids[100:] if page.mark(i) != "refuse"]
        equal((len(unmarked), unmarked[-1]), (2, ids[101]), "marks")
        page = p.press(page, f"confirm.{ids[101]}")
        refused(page, "vs211-02", "vg-marks")
    last = unmarked[0]
    equal(p.press(page, "execute", {f"reason.{last}": "vloga ni popolna"}).step, "vs211-05", "the hundred")
    equal(p.press(p.open_211(1103), "execute", refuse([last, ids[101]])).step, "vs211-05", "the others")
    equal(rows(w, "SELECT count(*) AS n FROM membership WHERE user_group = 1103 AND status = 1"), [dict(n=0)], "nobody waits")


@case("vs211-04: a reason of a record that is not marked holds up the others; marked, or without the reason, they are carried out", world)
def forgotten(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING, service(NEIGHBOUR, 1201, status="pending"))
    page = p.open_211(1103)
    mine, theirs = record(w, COMPANY, 1103)["id"], record(w, MUNICIPALITY, 1103)["id"]
    page = p.press(page, f"confirm.{mine}")
    with nothing_written(w):
        page = p.press(page, "execute", {f"reason.{theirs}": "vloga ni popolna", f"reason.{mine}": "", f"reason.{record(w, NEIGHBOUR, 1201)['id']}": "x"})
        equal((page.step, page.errors()), ("vs211-02", {f"reason.{theirs}": "vg-reason"}), "execution")
    equal((page.said("vg-reason")[-1].startswith("Vpisali ste razlog"), page.mark(mine)), (True, "confirm"), "text, and the mark stays")
    page = p.press(p.press(page, f"refuse.{theirs}", {f"reason.{theirs}": "vloga ni popolna"}), f"undo.{theirs}", {f"reason.{theirs}": "vloga ni popolna"})
    equal(page.field(f"reason.{theirs}").find("{urn:esodstvo:page:1}value").text or "", "", "the reason goes with the mark")
    equal(p.press(page, "execute", {f"reason.{theirs}": "  "}).step, "vs211-05", "without the reason")
    equal((ended(w, mine)[0], ended(w, theirs)[0]), (ACTIVE, PENDING), "records")


@case("vs211-04.x3: a subject deleted in PRS meanwhile is not confirmed, with the reason; back in PRS he is", world)
def deleted_in_prs(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    page = p.open_211(1103)
    subject, ids = str(eceu(w, COMPANY)), [record(w, s, 1103)["id"] for s in (COMPANY, MUNICIPALITY)]
    for do, undo_ in ((("prs", subject, "deleted"), ("prs", subject, "active")),
                      (("block", subject, "--reason", "x"), ("unblock", subject))):
        w.cli("user", *do)
        with nothing_written(w):
            page = execute(p, page, *((i, "confirm") for i in ids))
        refused(page, "vs211-02", "vs211-04.x3")
        equal(page.said("vs211-04.x3")[0].startswith(f"Uporabnika »{COMPANY['name']}« ni mogoče potrditi"), True, "text")
        w.cli("user", *undo_)
    equal(execute(p, page, *((i, "confirm") for i in ids)).step, "vs211-05", "control")


@case("vs211-04.x3: a subject deleted in PRS can still be refused", world)
def refuse_deleted(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    page = p.open_211(1103)
    w.cli("user", "prs", str(eceu(w, COMPANY)), "deleted")
    equal(execute(p, page, (record(w, COMPANY, 1103)["id"], "refuse", "izbrisan")).step, "vs211-05", "refusal")


BAD = (("expired", "potekel", "vs207-03.4c"), ("revoked", "preklican", "vs207-03.4c"),
       ("of an issuer that is not allowed", "neznan_izdajatelj",
                                                                                         "vs207-03.4a"))


@table(BAD, "vs211-04.x3: a user whose certificate is {} is not confirmed, with the reason; his neighbour with a good one is", world)
def bad_certificate(w, _, name, code):
    p = referentka(w, administrator(COURT, 1103), service(COMPANY, 1103, name, status="pending"), WAITING[1])
    page = p.open_211(1103)
    bad, good = (record(w, s, 1103)["id"] for s in (COMPANY, MUNICIPALITY))
    with nothing_written(w):
        page = execute(p, page, (bad, "confirm"), (good, "confirm"))
    refused(page, "vs211-02", code, "vs211-04.x3")
    page = p.press(page, f"undo.{bad}")
    equal(p.press(page, "execute").step, "vs211-05", "control")
    equal((ended(w, bad)[0], ended(w, good)[0]), (PENDING, ACTIVE), "records")


@case("vs211-04.x3: of two applications with the same certificate the first is confirmed, the second refused with the reason (FZ-VS10)",
      world)
def taken_meanwhile(w):
    people = [service(COMPANY, 1103, "ec", status="pending"), service(MUNICIPALITY, 1103, "ec", status="pending")]
    p = referentka(w, administrator(COURT, 1103), *people)
    page = p.open_211(1103)
    first, second = (record(w, s, 1103)["id"] for s in (COMPANY, MUNICIPALITY))
    equal(execute(p, page, (first, "confirm")).step, "vs211-05", "the first")
    page = p.open_211(1103)
    with nothing_written(w):
        page = execute(p, page, (second, "confirm"))
    refused(page, "vs211-02", "vs207-03.4b", "vs211-04.x3")
    w.cli("user", "status", str(first), "deleted", "--reason", "left")
    equal(execute(p, page, (second, "confirm")).step, "vs211-05", "when it is free again")


@case("vs211-04.x3: two applications with the same certificate cannot be confirmed together: nothing is written", world)
def both_at_once(w):
    people = [service(COMPANY, 1103, "ec", status="pending"), service(MUNICIPALITY, 1103, "ec", status="pending")]
    p = referentka(w, administrator(COURT, 1103), *people)
    page = p.open_211(1103)
    with nothing_written(w):
        done = execute(p, page, *((record(w, s, 1103)["id"], "confirm") for s in (COMPANY, MUNICIPALITY)))
    equal(done.codes == ["vs211-05.1"], False, "answer")


TEXTS = (("vs211-05.2p", "approve", "confirm", ""), ("vs211-05.2z", "approve", "refuse", "Vloga ni popolna."),
         ("vs211-05.2i", "delete", "delete", "Zloraba."))


@table(TEXTS, "{}: the user gets the specification's mail, with the reason where there is one, and nobody else", world)
def mail(w, row, kind, as_, reason):
    p = referentka(w, administrator(COURT, 1103), service(COMPANY, 1103, status="pending" if kind == "approve" else "active"), WAITING[1])
    p.decide(1103, {COMPANY["name"]: (as_, reason)}, kind)
    text = notice(row, COURT["name"], full_name(1103)) + (f" Razlog: {reason}" if reason else "")
    equal(mails(w), [(COMPANY["email"], text)], "mails")


@case("vs211-05.2p: an authorised person of the administrator (3b) decides in the administrator's name; history says for whom", world)
def by_authorised_person(w):
    settle(w, administrator(COURT, 1103), authorised(PERSON, COURT, 90, 3, administered_group=1103), *WAITING)
    p = Person(w, "posameznica", "90 –")
    p.decide(1103, {COMPANY["name"]: ("confirm", "")})
    equal(mails(w), [(COMPANY["email"], notice("vs211-05.2p", COURT["name"], full_name(1103)))], "mails")
    equal([(h["who"], h["on_behalf"]) for h in history(w, "vs211") if h["object"] == "membership"],
          [(str(eceu(w, PERSON)), str(eceu(w, COURT)))], "history")


@case("vs211-05.2p: who decides for another administrator than he logged in for decides on that one's behalf, in history and in the trail",
      world)
def by_authorised_of_two(w):
    settle(w, administrator(COURT, 1103), administrator(OTHER_COURT, 1201), authorised(PERSON, COURT, 90, 3, administered_group=1103),
           authorised(PERSON, OTHER_COURT, 90, 3, administered_group=1201), *WAITING, service(COMPANY, 1201, "podjetje", status="pending"))
    p = Person(w, "posameznica", administrator_of(1103))
    for group, court in ((1201, OTHER_COURT), (1103, COURT)):
        p.decide(group, {COMPANY["name"]: ("confirm", "")})
        wanted = str(eceu(w, court))
        found = [h["on_behalf"] for h in history(w, "vs211") if h["object"] == "membership"]
        trail = w.records(kind="registry", procedure="vs211")[-1]
        equal((found[-1], trail["on_behalf"], trail["who"]), (wanted, wanted, str(eceu(w, PERSON))), f"of {group}")


@case("vs211-05.1: the last page says the specification's sentence", world)
def done_page(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    done = p.decide(1103, {COMPANY["name"]: ("confirm", "")})
    told(done, "vs211-05.1")
    equal(done.finished, True, "finished")


@case("vs211-05.1n: the last page leads to the menu vs003", world)
def to_menu(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    done = p.decide(1103, {COMPANY["name"]: ("confirm", "")})
    equal((done.links(), p.get("/menu").step), (["menu"], "vs003"), "links")


@case("vs211-01.1: an administrator who is deleted while he decides writes nothing, nor does he see the list any more", world)
def not_administrator_any_more(w):
    settle(w, *TWO, *WAITING)
    p = Person(w, "referentka", administrator_of(1201))
    page = p.open_211(1103)
    w.cli("user", "status", str(record(w, COURT, 90, 1103)["id"]), "deleted", "--reason", "deleted")
    equal(p.get(f"/case/{page.case}").records(), {}, "the list")
    with nothing_written(w):
        done = execute(p, page, (record(w, COMPANY, 1103)["id"], "confirm"))
    equal((done.codes, done.finished), (["5.1"], True), "answer")
    equal(p.begin("vs211").step, "vs211-01", "his other group")


@case("vs211-02.3: the filters of 3.3.8 narrow the list of vs211, and marks outside of it stay", world)
def filtered(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    page = p.open_211(1103)
    ids = [record(w, s, 1103)["id"] for s in (COMPANY, MUNICIPALITY)]
    page = p.press(page, f"confirm.{ids[0]}")
    page = p.press(page, "filter", {"filter.kind": "firm", "filter.text": "občina"})
    equal(list(page.records()), [ids[1]], "filtered")
    page = p.press(page, "filter.clear")
    equal((list(page.records()), page.mark(ids[0])), (ids, "confirm"), "cleared")


@case("vs211-02.3: a reason that is typed but not marked is not lost with the filter: the list stays, and says so beside it", world)
def typed_reason(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    page = p.open_211(1103)
    first, second = (record(w, s, 1103)["id"] for s in (COMPANY, MUNICIPALITY))
    search = {"filter.kind": "firm", "filter.text": "podjetje"}
    for button in ("filter", "filter.clear"):
        page = p.press(page, button, dict(search, **{f"reason.{second}": "premalo"}))
        equal((page.errors(), list(page.records()), page.typed(f"reason.{second}")), ({f"reason.{second}": "vg-reason"}, [first, second], "premalo"),
              button)
    page = p.press(page, f"refuse.{second}", dict(search, **{f"reason.{second}": "premalo"}))
    page = p.press(page, "filter", dict(search, **{f"reason.{second}": "premalo"}))
    equal(list(page.records()), [first], "marked it is filtered")
    page = p.press(page, "filter.clear")
    equal((page.mark(second), page.typed(f"reason.{second}")), ("refuse", "premalo"), "mark and reason")


@case("vs211-02.3z: a reason written anew beside its mark is the one that counts; beside a confirmation it is refused", world)
def corrected_reason(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    page = p.open_211(1103)
    first, second = (record(w, s, 1103)["id"] for s in (COMPANY, MUNICIPALITY))
    page = p.press(page, f"refuse.{first}", {f"reason.{first}": "prvi razlog"})
    page = p.press(page, f"confirm.{second}", {f"reason.{first}": "prvi razlog"})
    with nothing_written(w):
        page = p.press(page, "execute", {f"reason.{first}": "drugi razlog", f"reason.{second}": "zavračam"})
    equal((page.step, page.errors()), ("vs211-02", {f"reason.{second}": "vg-reason"}), "a reason beside a confirmation")
    page = p.press(page, "execute", {f"reason.{first}": "tretji razlog"})
    equal((page.step, record(w, COMPANY, 1103)["now"], record(w, MUNICIPALITY, 1103)["now"]), ("vs211-05", DELETED, ACTIVE), "decisions")
    equal([text for to, text in mails(w) if "razlog" in text.lower() and to == COMPANY["email"] and "tretji razlog" in text] != [], True, "the mail")
    equal(rows(w, "SELECT reason FROM decision WHERE membership_id = ?", first)[-1]["reason"], "tretji razlog", "the decision")


@case("vs211-04.x3: a certificate that an operator has blocked is not confirmed, with the reason; unblocked it is", world)
def blocked_certificate(w):
    p = referentka(w, administrator(COURT, 1103), *WAITING)
    page = p.open_211(1103)
    mine = record(w, COMPANY, 1103)["id"]
    w.cli("user", "block", digest("podjetje"), "--reason", "x")
    with nothing_written(w):
        page = execute(p, page, (mine, "confirm"))
    refused(page, "vs211-02", "vs207-03.4c", "vs211-04.x3")
    w.cli("user", "unblock", digest("podjetje"))
    equal(execute(p, page, (mine, "confirm")).step, "vs211-05", "control")


@case("vs211-02: the administrator reads what the application is, and what is true of the certificate now: no revocation data, or revoked",
      world)
def state_of_certificate(w):
    settle(w, user(MUNICIPALITY, 701), administrator(COURT, 1103))
    Person(w, "uradnica", "701 –").register(1103, "ec")
    p = Person(w, "referentka", "90 –")
    page, words = p.open_211(1103), []

    def said(folder):
        """What the same page says with these revocation lists."""
        w.edit_config(f'crls = "{w.pki}/crl"', f'crls = "{folder}"')
        equal(w.reload(), True, "reload")
        try:
            again = p.get(f"/case/{page.case}")
            words.append([word for word in ("preklic potrdila: v redu (crl)", "preklic potrdila: ni znano", "preklic potrdila: ni v redu",
                                            "veriga do dovoljenega izdajatelja: v redu", "kvalificiranost: v redu") if word in again.text()])
            return [code for code in ("vg-revocation", "vg-certificate-now") if again.said(code)]
        finally:
            w.edit_config(f'crls = "{folder}"', f'crls = "{w.pki}/crl"')
            equal(w.reload(), True, "reload")
    equal((said(f"{w.pki}/crl"), "PDF s podpisnim poljem" in page.text()), ([], True), "control: revocation data are there")
    empty = os.path.join(w.folder, "no-crls")
    os.makedirs(empty)
    equal(said(empty), ["vg-revocation"], "nobody can check it")
    equal(said(revoke(w, os.path.join(PKI, "ee", "ec"), pki_index()["certificates"]["ec"]["issuer"])), ["vg-certificate-now"], "revoked")
    equal([w[0] for w in words], ["preklic potrdila: v redu (crl)", "preklic potrdila: ni znano", "preklic potrdila: ni v redu"], "the step of revocation")
    equal([w[1:] for w in words], [["veriga do dovoljenega izdajatelja: v redu", "kvalificiranost: v redu"]] * 3, "the other steps")
