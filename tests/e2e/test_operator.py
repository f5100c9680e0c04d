"""What an operator does beside the procedures: `user status`, `user add`, `user import`, `user seed`, by the rules of the procedures."""
import csv
import json
import os

from cases import case, equal, table
from portal import (ACTIVE, COLLEAGUE, COMPANY, COURT, DELETED, LAW_OFFICE, MUNICIPALITY, NEIGHBOUR, OTHER_COURT, PENDING, PERSON, Person,
                    administrator, authorised, chief, eceu, ended, enter, full_name, history, mails, nothing_written, portal_world, record, rows, service,
                    settle, told_cascaded, user)
from world import ROOT, World

ENDED = "Obveščamo vas, da je vaša registracija v uporabniški skupini {} izbrisana. Razlog: {}.".format
REMOVED = "Obveščamo vas, da ste izbrisani kot zunanji administrator uporabniške skupine {}.".format
APPOINTED = "Obveščamo vas, da ste vpisani kot zunanji administrator uporabniške skupine {}.".format
WAITING = "V uporabniški skupini {}, ki nima več aktivnega administratorja, čakajo prijave. Čakajo, dokler administrator ni vpisan.".format


def world():
    return portal_world()


def status(w, record_id, word, *more):
    """`user status`: its exit status, and what it says to people."""
    r = w.cli("user", "status", str(record_id), word, *more, ok=None)
    return r.returncode, r.stderr.strip().removeprefix("vashgate: ")


def end(w, record_id, reason="deleted"):
    return status(w, record_id, "deleted", "--reason", reason)


def now(w, record_id):
    return ended(w, record_id)[0]


# ---- the end of a record ----

@case("user status deleted ends an independent user's authorised persons of that record alone, active and pending; all of them get mail", world)
def cascade(w):
    settle(w, user(COMPANY, 501), authorised(PERSON, COMPANY, 501), authorised(COLLEAGUE, COMPANY, 501, status="pending"),
           service(COMPANY, 1103, "podjetje"), authorised(PERSON, COMPANY, 1103, 5))
    mine, others = record(w, COMPANY, 501)["id"], [record(w, s, 1103)["id"] for s in (COMPANY, PERSON)]
    theirs = [record(w, s, 501)["id"] for s in (PERSON, COLLEAGUE)]
    equal(end(w, mine), (0, ""), "the command")
    who = history(w, "cli")[-1]["who"]
    equal([ended(w, r) for r in (mine, *theirs)], [(DELETED, "deleted", who), *[(DELETED, "cascaded", who)] * 2], "records")
    equal([now(w, r) for r in others], [ACTIVE] * 2, "another record of his")
    text = told_cascaded(COMPANY, 501)
    equal(mails(w), [(COMPANY["email"], ENDED(full_name(501), "izbris")), (PERSON["email"], text), (COLLEAGUE["email"], text)],
          "mails")
    equal({(h["object"], h["who"]) for h in history(w, "cli") if h["object"] == "membership"}, {("membership", who)}, "history")


@case("user status deleted of an authorised person ends his link alone, and tells him", world)
def link(w):
    settle(w, user(COMPANY, 501), authorised(PERSON, COMPANY, 501), authorised(COLLEAGUE, COMPANY, 501))
    equal(end(w, record(w, PERSON, 501)["id"], "left"), (0, ""), "the command")
    equal([record(w, s, 501)["now"] for s in (PERSON, COMPANY, COLLEAGUE)], [DELETED, ACTIVE, ACTIVE], "records")
    equal([m[0] for m in mails(w)], [PERSON["email"]], "mails")


@case("user status deleted of a group's last administrator: he and his persons get mail, and where applications wait the chief administrator", world)
def orphans(w):
    settle(w, chief(COURT), administrator(OTHER_COURT, 1103), administrator(OTHER_COURT, 1201),
           authorised(PERSON, OTHER_COURT, 90, 3, administered_group=1103), authorised(COLLEAGUE, OTHER_COURT, 90, 3, administered_group=1201),
           service(COMPANY, 1103, "podjetje", status="pending"))
    first, second = (record(w, OTHER_COURT, 90, g)["id"] for g in (1103, 1201))
    equal(end(w, first), (0, ""), "the command")
    equal((record(w, PERSON, 90, 1103)["now"], record(w, COLLEAGUE, 90, 1201)["now"], record(w, COMPANY, 1103)["now"]),
          (DELETED, ACTIVE, PENDING), "records")
    equal(mails(w), [(OTHER_COURT["email"], REMOVED(full_name(1103))), (PERSON["email"], told_cascaded(OTHER_COURT, 90, 1103)),
                     (COURT["email"], WAITING(full_name(1103)))], "mails")
    equal(end(w, second), (0, ""), "where nobody waits")
    equal([m[0] for m in mails(w)[3:]], [OTHER_COURT["email"], COLLEAGUE["email"]], "mails there")


LEAVES = (("user block", ("user", "block")), ("user prs deleted", ("user", "prs")), ("user status pending", ("user", "status")))


@table(LEAVES, "{}: where it takes the last administrator of a group with waiting applications the chief administrator is told, "
       "once, and not where nobody waits", world)
def left_waiting(w, name, command):
    def leave(subject, group):
        target = record(w, subject, 90, group)["id"] if command[1] == "status" else eceu(w, subject)
        w.cli(*command, str(target), *{"prs": ("deleted",), "status": ("pending",)}.get(command[1], ()))

    settle(w, chief(COURT), administrator(OTHER_COURT, 1103), administrator(OTHER_COURT, 1201), service(COMPANY, 1103, "podjetje", status="pending"))
    leave(OTHER_COURT, 1103)
    equal(mails(w), [(COURT["email"], WAITING(full_name(1103)))], "mails")
    leave(OTHER_COURT, 1103)
    equal(len(mails(w)), 1, "once more")
    settle(w, chief(COURT), chief(OTHER_COURT), administrator(OTHER_COURT, 1103), administrator(OTHER_COURT, 1201), service(COMPANY, 1103, "podjetje"))
    leave(OTHER_COURT, 1103)
    equal(mails(w), [], "nobody waits")


@case("user block of a chief administrator who administers a group with waiting applications: the mail goes to the chief who stays", world)
def blocked_chief(w):
    settle(w, chief(COURT), chief(OTHER_COURT), administrator(OTHER_COURT, 1103), service(COMPANY, 1103, "podjetje", status="pending"))
    w.cli("user", "block", str(eceu(w, OTHER_COURT)))
    equal(mails(w), [(COURT["email"], WAITING(full_name(1103)))], "mails")


@case("user status deleted needs a reason and a record that lives; nothing is written without", world)
def no_reason(w):
    settle(w, user(COMPANY, 501))
    mine = record(w, COMPANY, 501)["id"]
    with nothing_written(w):
        for words in ((), ("--reason", "because")):
            equal(status(w, mine, "deleted", *words), (1, "a deletion needs a reason: refused, left, deleted, cascaded or withdrawn"), words)
    equal(end(w, mine), (0, ""), "control")
    with nothing_written(w):
        equal(end(w, mine, "left"), (1, f"record {mine} is deleted already"), "once more")


# ---- the last chief administrator ----

@case("the last active chief administrator is neither deleted nor made pending by user status; one of two is", world)
def last_chief(w):
    settle(w, chief(COURT), administrator(COURT, 1003))
    enough = "the last active chief administrator cannot be removed: enter another one first"
    mine = record(w, COURT, 80)["id"]
    with nothing_written(w):
        for code, said in (end(w, mine), status(w, mine, "pending")):
            equal((code, said.endswith(enough)), (1, True), said)
    settle(w, chief(COURT), chief(OTHER_COURT))
    mine, other = record(w, COURT, 80)["id"], record(w, OTHER_COURT, 80)["id"]
    equal((end(w, mine), now(w, mine)), ((0, ""), DELETED), "one of two")
    with nothing_written(w):
        equal(end(w, other)[0], 1, "the other one")


# ---- what waits for a decision ----

@case("user status active does not decide an application: it names case approve, which does; a deleted one goes back to waiting first", world)
def applied(w):
    settle(w, user(MUNICIPALITY, 701), administrator(COURT, 1003))
    Person(w, "uradnica", "701 –").register(1003)
    mine = record(w, MUNICIPALITY, 1003)["id"]
    with nothing_written(w):
        equal(status(w, mine, "active"), (1, f"record {mine} waits for a decision: vashgate case approve {mine}"), "waiting")
    equal(end(w, mine, "withdrawn"), (0, ""), "withdrawn")
    with nothing_written(w):
        equal(status(w, mine, "active"), (1, f"record {mine} needs a decision: make it pending, then vashgate case approve {mine}"), "deleted")
    equal((status(w, mine, "pending"), now(w, mine)), ((0, ""), PENDING), "back")
    equal((w.cli("case", "approve", str(mine)).returncode, now(w, mine)), (0, ACTIVE), "the decision")
    equal(len(rows(w, "SELECT 1 FROM decision WHERE membership_id = ?", mine)), 1, "decisions")


@case("user status active is for what was entered directly: a pending record without an application, a deleted one", world)
def entered(w):
    settle(w, service(MUNICIPALITY, 1003, "obcina", status="pending"), user(COMPANY, 501))
    first, second = record(w, MUNICIPALITY, 1003)["id"], record(w, COMPANY, 501)["id"]
    equal((status(w, first, "active"), now(w, first)), ((0, ""), ACTIVE), "pending")
    end(w, second)
    equal((status(w, second, "active"), ended(w, second)), ((0, ""), (ACTIVE, None, None)), "deleted")


# ---- direct entry ----

@case("user import and user add tell an appointed administrator as vs231 does; who is one only later is told then, and others are not", world)
def appointed(w):
    settle(w, chief(COURT))
    before = len(mails(w))
    enter(w, [administrator(OTHER_COURT, 1202), administrator(COURT, 1203, status="pending"), user(COMPANY, 501), dict(COURT, scheme=1, group=701),
              authorised(PERSON, OTHER_COURT, 90, 3, administered_group=1202)], unchecked=True)
    equal(mails(w)[before:], [(OTHER_COURT["email"], APPOINTED(full_name(1202)))], "import")
    w.cli("user", "add", "--position", "31", "--maticna", OTHER_COURT["maticna"], "--scheme", "3", "--group", "90", "--administered-group", "1101")
    equal(mails(w)[before + 1:], [(OTHER_COURT["email"], APPOINTED(full_name(1101)))], "add: the address that is known")
    body = rows(w, "SELECT subject_line, body FROM outbox ORDER BY id DESC LIMIT 1")[0]
    equal("You have been entered as the external administrator of the user group 1101 – " in body["body"], True, body)
    equal(status(w, record(w, COURT, 90, 1203)["id"], "active"), (0, ""), "the later one")
    equal(mails(w)[before + 2:], [(COURT["email"], APPOINTED(full_name(1203)))], "user status active")
    nobody = {k: v for k, v in NEIGHBOUR.items() if k != "email"}
    enter(w, [administrator(dict(nobody, maticna="2222221000", davcna="99000091"), 1001)], unchecked=True)
    equal(len(mails(w)), before + 3, "who has no address")


WRONG = (
    # what is wrong, the entry, the code
    ("a business subject without tax number", user(dict(COMPANY, davcna=""), 501), "vg-entry-davcna"),
    ("a business subject without legal form", service({k: v for k, v in COMPANY.items() if k != "legal_form"}, 1103), "vg-entry-form"),
    ("a legal form of another position", service(dict(COMPANY, legal_form=318), 1103), "vg-entry-form"),
    ("a position that the group does not allow", service(COMPANY, 1003), "vg-entry-position"),
    ("a legal form that the group does not allow", user(dict(COMPANY, legal_form=102), 302), "vg-entry-group-form"),
    ("a court that registers for a service (D29)", service(COURT, 1003), "vg-entry-form"),
    ("a group that its scheme does not have", user(COMPANY, 1103), "vg-entry-group"),
    ("an administrator of no group", dict(COURT, scheme=3, group=90), "vg-entry-administered"),
    ("an address that no mail can be sent to", dict(user(COMPANY, 501), email="a..b@podjetje.test"), "vg-entry-email"),
    ("an authorised person who is a firm", authorised(LAW_OFFICE, MUNICIPALITY, 701), "vg-entry-person"),
)
GOOD = {"vg-entry-davcna": user(COMPANY, 501), "vg-entry-form": service(COMPANY, 1103), "vg-entry-position": service(MUNICIPALITY, 1003),
        "vg-entry-group-form": user(LAW_OFFICE, 302), "vg-entry-group": user(COMPANY, 501), "vg-entry-administered": administrator(COURT, 1003),
        "vg-entry-email": user(COMPANY, 501), "vg-entry-person": authorised(PERSON, MUNICIPALITY, 701)}


def entry_world():
    return World(registry=None, start=False)


def imported(w, entry, *more):
    path = os.path.join(w.folder, "entry.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump([entry], f)
    return w.cli("user", "import", path, *more, ok=None)


def wrong_entry(entry, code):
    w = entry_world()
    try:
        imported(w, user(MUNICIPALITY, 701))
        with nothing_written(w):
            r = imported(w, entry)
            equal((r.returncode, r.stderr.startswith(f"vashgate: {code}: "), " / " in r.stderr), (1, True, True), r.stderr)
        equal(imported(w, GOOD[code]).returncode, 0, "control")
        r = imported(w, dict(entry, maticna="9331310000"), "--unchecked")
        equal((r.returncode, r.stderr), (0, ""), "unchecked")
        equal([a["action"] for a in w.records(kind="registry", procedure="cli")], ["add", "add", "add-unchecked"], "the trail")
    finally:
        w.close()


for row in WRONG:
    case(f"user import refuses {row[0]}, naming the rule in both languages; what fits is entered, and --unchecked is recorded")(
        lambda row=row: wrong_entry(*row[1:]))


@case("user import refuses a control character in every text, even with --unchecked")
def controls():
    w = entry_world()
    try:
        with nothing_written(w):
            for key, text in (("name", "Podjetje\nd.o.o."), ("email", "a@b.test\x1b[31m"), ("email", "a@b.test\nBcc: c@d.test"), ("email", "a@b.test\x85"),
                              ("seat_country", "SI\u2028")):
                r = imported(w, dict(user(COMPANY, 501), **{key: text}), "--unchecked")
                equal((r.returncode, f"'{key}'" in r.stderr), (1, True), f"{key}: {r.stderr}")
        equal(imported(w, user(COMPANY, 501), "--unchecked").returncode, 0, "control")
    finally:
        w.close()


@case("user add asks the same rules of the subject as it stands: what is known need not be said again")
def added():
    w = entry_world()
    try:
        options = ["user", "add", "--position", "21", "--maticna", COMPANY["maticna"], "--name", COMPANY["name"], "--group", "1103"]
        r = w.cli(*options, ok=None)
        equal((r.returncode, r.stderr.startswith("vashgate: vg-entry-davcna: ")), (1, True), r.stderr)
        w.cli(*options, "--davcna", COMPANY["davcna"], "--legal-form", "103")
        w.cli(*options[:-1], "1201")
        equal(w.cli(*options[:-1], "1003", ok=None).returncode, 1, "a group for organs")
        w.cli(*options[:-1], "1003", "--unchecked")
        equal([a["action"] for a in w.records(kind="registry", procedure="cli")], ["add", "add", "add-unchecked"], "the trail")
    finally:
        w.close()


@case("user import acts as system on the operator's behalf, user add as the operator: in history and in the trail")
def who_acts():
    w = entry_world()
    try:
        imported(w, user(COMPANY, 501))
        w.cli("user", "add", "--position", "21", "--maticna", COMPANY["maticna"], "--group", "1103")
        trail = [(r["who"], r["on_behalf"]) for r in w.records(kind="registry", procedure="cli")]
        operator = trail[1][0]
        equal((trail, operator in ("system", "-", "")), ([("system", operator), (operator, "-")], False), "the trail")
        found = rows(w, "SELECT DISTINCT who, on_behalf FROM history WHERE object = 'membership' ORDER BY id")
        equal([tuple(r.values()) for r in found], [("system", operator), (operator, "")], "history")
    finally:
        w.close()


# ---- the first administrators ----

def administrators():
    """The rows of administrators.csv: (registration number, group)."""
    with open(os.path.join(ROOT, "vash", "codelists", "administrators.csv"), encoding="utf-8") as f:
        return sorted((r["maticna"], int(r["group"])) for r in csv.DictReader(line for line in f if not line.startswith("#")))


ACTING = ("SELECT s.maticna, m.administered_group FROM membership m JOIN subject s USING (eceu_id) WHERE m.scheme = 3 AND m.user_group = 90"
          " AND m.member_kind = 1 AND m.status = 2 ORDER BY 1, 2")


@case("user seed enters the administrators of the code list, once: a group that has one keeps it, and system acts")
def seeded():
    w = entry_world()
    try:
        imported(w, administrator(OTHER_COURT, 1103))
        wanted = sorted([(m, g) for m, g in administrators() if g != 1103] + [(OTHER_COURT["maticna"], 1103)])
        equal(json.loads(w.cli("--json", "user", "seed").stdout), {"ok": True, "added": len(wanted) - 1}, "the first time")
        equal([tuple(r.values()) for r in rows(w, ACTING)], wanted, "administrators")
        with nothing_written(w):
            equal(json.loads(w.cli("--json", "user", "seed").stdout), {"ok": True, "added": 0}, "the second time")
        r = w.records(kind="registry", action="seed")[0]
        equal((r["who"], r["on_behalf"] not in ("-", "system")), ("system", True), "who")
    finally:
        w.close()


@case("user seed enters all or nobody: one that cannot be entered leaves the registry as it was")
def not_seeded():
    w = entry_world()
    try:
        maticna, group = administrators()[-1]
        imported(w, user(dict(LAW_OFFICE, maticna=maticna), 302))
        with nothing_written(w):
            r = w.cli("user", "seed", ok=None)
        equal((r.returncode, "has another position" in r.stderr, rows(w, ACTING)), (1, True, []), f"{group}: {r.stderr}")
    finally:
        w.close()
