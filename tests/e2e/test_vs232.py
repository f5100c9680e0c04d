"""vs232 (FZ 5.5.2): the chief administrator deletes an external administrator."""
from cases import case, equal
from portal import (ACTIVE, COLLEAGUE, COMPANY, COURT, DELETED, MUNICIPALITY, OTHER_COURT, PENDING, PERSON, Person, administrator,
                    authorised, chief, digest, eceu, ended, full_name, history, mails, nothing_written, portal_world, record, refused,
                    service, settle, told_cascaded, user)

THREE = [chief(COURT), administrator(COURT, 1003), administrator(OTHER_COURT, 1103), administrator(OTHER_COURT, 1201)]
REMOVED = "Obveščamo vas, da ste izbrisani kot zunanji administrator uporabniške skupine {}."


def world():
    return portal_world()


def chief_of(w, *people):
    settle(w, *people)
    return Person(w, "referentka", "80 –")


def delete(p, *lines):
    page = p.begin("vs232")
    return p.press(page, "delete", {"record": [page.option("record", line) for line in lines]})


@case("vs232-01: the list holds the active external administrators (90) alone: not the chief, nor a pending one, an ended "
      "one or an authorised person", world)
def listed(w):
    p = chief_of(w, *THREE, administrator(MUNICIPALITY, 1202, status="pending"), administrator(MUNICIPALITY, 1203, status="deleted"),
                 authorised(PERSON, COURT, 90, 3, administered_group=1003), user(COMPANY, 501), service(COMPANY, 1103, "podjetje"))
    page = p.begin("vs232")
    ids = [record(w, *k)["id"] for k in ((COURT, 90, 1003), (OTHER_COURT, 90, 1103), (OTHER_COURT, 90, 1201))]
    equal((page.step, list(page.options("record"))), ("vs232-01", [str(i) for i in ids]), "records")


@case("vs232-01.d: each line is the firm and the administered group, separated by a comma", world)
def lines(w):
    page = chief_of(w, *THREE).begin("vs232")
    equal(list(page.options("record").values()), [f"{s['name']}, {full_name(g)}" for s, g in ((COURT, 1003), (OTHER_COURT, 1103),
                                                                                              (OTHER_COURT, 1201))],
          "lines")


@case("vs232-01.1: exactly one is chosen, and that record alone is deleted", world)
def one(w):
    done = delete(chief_of(w, *THREE), f"{OTHER_COURT['name']}, 1103")
    equal((done.step, done.codes, done.finished), ("vs232-02", ["vs232-02.1"], True), "page")
    equal([record(w, *k)["now"] for k in ((COURT, 90, 1003), (OTHER_COURT, 90, 1103), (OTHER_COURT, 90, 1201), (COURT, 80))],
          [ACTIVE, DELETED, ACTIVE, ACTIVE], "records")


@case("vs232-01.x: none, two, one twice, the chief administrator himself or somebody else's record is refused, the case stays", world)
def wrong_choice(w):
    p = chief_of(w, *THREE, user(COMPANY, 501), authorised(PERSON, COURT, 90, 3, administered_group=1003))
    page = p.begin("vs232")
    ids = list(page.options("record"))
    with nothing_written(w):
        for given in ([], ids[:2], [ids[0], ids[0]], record(w, COURT, 80)["id"], record(w, COMPANY, 501)["id"],
                      record(w, PERSON, 90, 1003)["id"], "x"):
            page = p.press(page, "delete", {"record": given})
            refused(page, "vs232-01", "vs232-01.x")
        page = p.press(page, "", {"record": ids[0]})
        refused(page, "vs232-01", "vs232-01.x")
    equal(p.press(page, "delete", {"record": ids[0]}).step, "vs232-02", "control")


@case("vs232-01: the last active chief administrator cannot be removed, and without external administrators the case stops (DECISIONS)",
      world)
def nobody(w):
    p = chief_of(w, chief(COURT), chief(OTHER_COURT))
    page = p.begin("vs232")
    equal((page.codes, page.finished, page.options("record")), (["vs232-01.none"], True, {}), "page")
    settle(w, chief(COURT), administrator(COURT, 1003))
    equal(len(Person(w, "referentka", "80 –").begin("vs232").options("record")), 1, "control")


@case("vs232-02.1: the record is deleted with reason, time and who; history says so, the administrator gets mail and decides no more",
      world)
def written(w):
    p = chief_of(w, *THREE, service(COMPANY, 1003, "podjetje", status="pending"))
    zas = Person(w, "referentka", "90 –")
    page = zas.open_211(1003)
    equal(page.step, "vs211-02", "the administrator's list before")
    mine, who = record(w, COURT, 90, 1003)["id"], str(eceu(w, COURT))
    delete(p, f"{COURT['name']}, 1003")
    equal(ended(w, mine), (DELETED, "deleted", who), "record")
    equal([(h["object"], h["object_id"], h["who"], h["cert"]) for h in history(w, "vs232")],
          [("membership", str(mine), who, digest("referentka"))], "history")
    equal(mails(w), [(COURT["email"], REMOVED.format(full_name(1003)))], "mails")
    equal(zas.begin("vs211").codes, ["vg-login"], "the administrator's login")
    equal(w.records(kind="registry", procedure="vs232")[-1]["action"], "vs232-01", "record of the trail")


@case("vs232-02.2: his authorised persons of that administered group end with him and are told; those of his other groups and schemes stay",
      world)
def cascade(w):
    p = chief_of(w, *THREE, authorised(PERSON, OTHER_COURT, 90, 3, administered_group=1103),
                 authorised(COLLEAGUE, OTHER_COURT, 90, 3, administered_group=1103, status="pending"),
                 authorised(PERSON, OTHER_COURT, 90, 3, administered_group=1201), authorised(PERSON, COURT, 90, 3, administered_group=1003),
                 user(OTHER_COURT, 701), authorised(PERSON, OTHER_COURT, 701), service(OTHER_COURT, 1103, "rekono"),
                 authorised(PERSON, OTHER_COURT, 1103, 5))
    delete(p, f"{OTHER_COURT['name']}, 1103")
    for subject in (PERSON, COLLEAGUE):
        equal(ended(w, record(w, subject, 90, 1103)["id"]), (DELETED, "cascaded", str(eceu(w, COURT))), subject["name"])
    others = ((PERSON, 90, 1201), (PERSON, 90, 1003), (PERSON, 701), (PERSON, 1103), (OTHER_COURT, 90, 1201), (OTHER_COURT, 701),
              (OTHER_COURT, 1103))
    equal([record(w, *k)["now"] for k in others], [ACTIVE] * 7, "other groups, administrators and schemes")
    text = told_cascaded(OTHER_COURT, 90, 1103)
    equal(mails(w), [(OTHER_COURT["email"], REMOVED.format(full_name(1103))), (PERSON["email"], text), (COLLEAGUE["email"], text)], "mails")


@case("vs232-02.x: the last administrator of a group where applications wait: they stay pending, and the chief administrator is told",
      world)
def last_one(w):
    p = chief_of(w, *THREE, service(COMPANY, 1103, "podjetje", status="pending"))
    done = delete(p, f"{OTHER_COURT['name']}, 1103")
    equal(done.codes, ["vs232-02.1", "vs232-02.x"], "page")
    equal("ostanejo v potrjevanju" in done.said("vs232-02.x")[0].lower(), True, "text")
    equal(record(w, COMPANY, 1103)["now"], PENDING, "application")


@case("vs232-02.x: nothing of the kind is said where nobody waits, whoever waits elsewhere", world)
def nobody_waits(w):
    p = chief_of(w, *THREE, service(COMPANY, 1003, "podjetje", status="pending"))
    equal(delete(p, f"{OTHER_COURT['name']}, 1103").codes, ["vs232-02.1"], "nobody waits")
    equal(delete(p, f"{COURT['name']}, 1003").codes, ["vs232-02.1", "vs232-02.x"], "control")


@case("vs232-01: an administrator who was deleted meanwhile is refused, and nothing is written", world)
def meanwhile(w):
    p, other = chief_of(w, *THREE), Person(w, "referentka", "80 –")
    page = p.begin("vs232")
    theirs = page.option("record", f"{OTHER_COURT['name']}, 1103")
    delete(other, f"{OTHER_COURT['name']}, 1103")
    with nothing_written(w):
        page = p.press(page, "delete", {"record": theirs})
        refused(page, "vs232-01", "vs232-01.x")
    equal(p.press(page, "delete", {"record": page.option("record", f"{COURT['name']}, 1003")}).step, "vs232-02", "control")
