"""What an operator does beside the procedures: `user status`, by the rules of the procedures."""
import json

from cases import case, equal
from portal import (ACTIVE, COLLEAGUE, COMPANY, COURT, DELETED, MUNICIPALITY, OTHER_COURT, PENDING, PERSON, Person, administrator, authorised,
                    chief, ended, full_name, history, mails, nothing_written, portal_world, record, rows, service, settle, told_cascaded, user)

ENDED = "Obveščamo vas, da je vaša registracija v uporabniški skupini {} izbrisana. Razlog: {}.".format
REMOVED = "Obveščamo vas, da ste izbrisani kot zunanji administrator uporabniške skupine {}.".format
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
