"""vs206 (FZ 5.3.4): leaving user groups, withdrawing applications; who leaves takes his authorised persons along."""
from cases import case, equal, table
from portal import (ACTIVE, COLLEAGUE, COMPANY, COURT, DELETED, MUNICIPALITY, NEIGHBOUR, PENDING, PERSON, Person, administrator, authorised,
                    eceu, ended, enter, full_name, history, mails, nothing_written, notice, pem, portal_world, record, refused, rows, service,
                    settle, told, told_cascaded, user)


def world():
    return portal_world()


def leave(p, *lines):
    page = p.begin("vs206")
    return p.press(page, "leave", {"records": [page.option("records", line) for line in lines]})


@case("vs206-01: the list holds the active records of the sets 1a, 1b, 3b, 5a, 5b and the pending ones, not 3a, 80 or ended ones", world)
def choice(w):
    settle(w, user(COMPANY, 501), user(PERSON, 601), authorised(PERSON, COMPANY, 501), administrator(COURT, 1003),
           authorised(PERSON, COURT, 90, 3, administered_group=1003), service(PERSON, 1103, "oseba"), service(PERSON, 1201,
                                                                                                              status="pending"),
           service(PERSON, 1202, status="deleted"), service(COMPANY, 1101, "podjetje"), authorised(PERSON, COMPANY, 1101, 5),
           administrator(PERSON, 1001))
    page = Person(w, "posameznica", "601 –").begin("vs206")
    wanted = [f"{full_name(601)} kot samostojni uporabnik", f"{full_name(501)} kot pooblaščenec samostojnega uporabnika {COMPANY['name']}",
              f"{full_name(90)} uporabniške skupine {full_name(1003)[7:]} kot pooblaščenec samostojnega uporabnika {COURT['name']}",
              f"{full_name(1103)} kot samostojni uporabnik", f"{full_name(1201)} kot samostojni uporabnik",
              f"{full_name(1101)} kot pooblaščenec samostojnega uporabnika {COMPANY['name']}"]
    equal((page.step, list(page.options("records").values())), ("vs206-01", wanted), "records")
    equal(notice("vs206-01") in page.labels(), True, "label")


@case("vs206-01.1: one record or several can be chosen, and only these end", world)
def several(w):
    settle(w, user(PERSON, 601), service(PERSON, 1103, "oseba"), service(PERSON, 1201), service(PERSON, 1202))
    done = leave(Person(w, "posameznica", "601 –"), "1103 –", "1202 –")
    equal((done.step, done.codes), ("vs206-03", ["vs206-03.1"]), "page")
    equal([record(w, PERSON, g)["now"] for g in (601, 1103, 1201, 1202)], [ACTIVE, DELETED, ACTIVE, DELETED], "records")
    done = leave(Person(w, "posameznica", "601 –"), "1201 –")
    equal([record(w, PERSON, g)["now"] for g in (601, 1201)], [ACTIVE, DELETED], "records afterwards")


@case("vs206-01.x: no record, somebody else's, one twice or no button is refused, the case stays and nothing is written", world)
def wrong_choice(w):
    settle(w, user(PERSON, 601), service(PERSON, 1103), user(COMPANY, 501), administrator(PERSON, 1001))
    p = Person(w, "posameznica", "601 –")
    page = p.begin("vs206")
    mine, foreign, third = (record(w, *k)["id"] for k in ((PERSON, 1103), (COMPANY, 501), (PERSON, 90, 1001)))
    with nothing_written(w):
        for given in ([], [foreign], [mine, foreign], [mine, mine], [third], ["x"], [-1]):
            page = p.press(page, "leave", {"records": given})
            refused(page, "vs206-01", "vs206-01.x")
        page = p.press(page, "", {"records": [mine]})
        refused(page, "vs206-01", "vs206-01.x")
    equal(p.press(page, "leave", {"records": [mine]}).step, "vs206-03", "control")
    equal(ended(w, mine)[:2], (DELETED, "left"), "record")


INDEPENDENT = (("1a", 601, 1), ("5a", 1103, 5))


@table(INDEPENDENT,
       "vs206-02.1a: leaving a record of set {} writes status 3, the reason, who and when, and the change is in history", world)
def independent(w, _, group, scheme):
    settle(w, user(PERSON, group, scheme), user(PERSON, 1201, 5))
    who = str(eceu(w, PERSON))
    leave(Person(w, "posameznica", f"{group} –"), f"{group} –")
    r = record(w, PERSON, group)
    equal((r["status"], r["link_status"], r["end_reason"], r["end_actor"], r["end_utc_s"] > 0), (DELETED, None, "left", who, True),
          "record")
    equal(record(w, PERSON, 1201)["now"], ACTIVE, "the record that was not chosen")
    changes = history(w, "vs206")
    equal([(h["object"], h["object_id"], h["who"], h["idp_string"]) for h in changes], [("membership", str(r["id"]), who, "KDP-SI")],
          "history")


LINKED = (
    ("1b", [user(COMPANY, 501), authorised(PERSON, COMPANY, 501)], 501, None, COMPANY),
    ("3b", [administrator(COURT, 1003), authorised(PERSON, COURT, 90, 3, administered_group=1003)], 90, 1003, COURT),
    ("5b", [service(COMPANY, 1103, "podjetje"), authorised(PERSON, COMPANY, 1103, 5)], 1103, None, COMPANY),
)


@table(LINKED, "vs206-02.1b: leaving a record of set {} ends the link alone; the independent user stays", world)
def linked(w, _, people, group, of, principal):
    settle(w, *people)
    leave(Person(w, "posameznica", f"{group} –"), f"{group} –")
    r = record(w, PERSON, group, of)
    equal((r["status"], r["link_status"], r["end_reason"]), (None, DELETED, "left"), "record")
    equal(record(w, principal, group, of)["now"], ACTIVE, "the independent user's record")
    equal(mails(w), [], "mails")


@case("vs206-02.2: who leaves as independent user ends his authorised persons' links, active and pending, of that record "
      "alone; they get mail", world)
def cascade(w):
    settle(w, user(COMPANY, 501), authorised(PERSON, COMPANY, 501), authorised(COLLEAGUE, COMPANY, 501, status="pending"),
           service(COMPANY, 1103, "podjetje"), authorised(PERSON, COMPANY, 1103, 5), user(MUNICIPALITY, 502), authorised(PERSON,
                                                                                                                         MUNICIPALITY, 502),
           service(COMPANY, 1101, "podjetje"), authorised(COLLEAGUE, COMPANY, 1101, 5))
    leave(Person(w, "direktor", "501 –"), "501 –")
    for subject in (PERSON, COLLEAGUE):
        equal(ended(w, record(w, subject, 501)["id"]), (DELETED, "cascaded", str(eceu(w, COMPANY))), subject["name"])
    others = ((COMPANY, 1103), (PERSON, 1103), (COMPANY, 1101), (COLLEAGUE, 1101), (MUNICIPALITY, 502), (PERSON, 502))
    equal([record(w, *k)["now"] for k in others], [ACTIVE] * 6, "other groups, schemes and independent users")
    text = told_cascaded(COMPANY, 501)
    equal(mails(w), [(PERSON["email"], text), (COLLEAGUE["email"], text)], "mails")


@case("vs206-02.2: links that have ended before keep their own reason, and are not told again", world)
def ended_before(w):
    settle(w, user(COMPANY, 501), authorised(PERSON, COMPANY, 501), authorised(COLLEAGUE, COMPANY, 501))
    w.cli("user", "status", str(record(w, COLLEAGUE, 501)["id"]), "deleted", "--reason", "refused")
    leave(Person(w, "direktor", "501 –"), "501 –")
    equal(ended(w, record(w, COLLEAGUE, 501)["id"])[1], "refused", "reason of the earlier end")
    equal([to for to, _ in mails(w)], [COLLEAGUE["email"], PERSON["email"]], "mails: of each end one")


@case("vs206-02.2: two independent users in one group: the other one's authorised persons stay", world)
def other_principal(w):
    settle(w, user(MUNICIPALITY, 701), user(NEIGHBOUR, 701), authorised(PERSON, NEIGHBOUR, 701))
    leave(Person(w, "uradnica", "701 –"), "701 –")
    equal([record(w, s, 701)["now"] for s in (MUNICIPALITY, NEIGHBOUR, PERSON)], [DELETED, ACTIVE, ACTIVE], "records")


WITHDRAWN = (
    ("an independent user's", [user(COMPANY, 501), service(COMPANY, 1103, "podjetje", status="pending")], "direktor", "501 –", COMPANY,
     1103),
    ("an authorised person's", [user(PERSON, 601), user(COMPANY, 501), authorised(PERSON, COMPANY, 501, status="pending")], "posameznica",
     "601 –", PERSON, 501),
)


@table(WITHDRAWN, "vs206-02.1a: {} pending application is withdrawn, with that reason (DECISIONS \"Records\")", world)
def withdraw(w, _, people, name, login, subject, group):
    settle(w, *people)
    p = Person(w, name, login)
    equal(record(w, subject, group)["now"], PENDING, "before")
    leave(p, f"{group} –")
    equal(ended(w, record(w, subject, group)["id"]), (DELETED, "withdrawn", str(eceu(w, subject))), "record")


@case("vs206-02.1a: what is left frees the group and the certificate: another user registers the same one", world)
def frees(w):
    settle(w, user(COMPANY, 501), service(COMPANY, 1103, "ec"), user(MUNICIPALITY, 701), administrator(COURT, 1103))
    p = Person(w, "uradnica", "701 –")
    page = p.press(p.begin("vs207"), "next", {"group": "1103"})
    refused(p.press(page, "confirm", {"certificate": pem("ec")}), "vs207-03", "vs207-03.4b")
    leave(Person(w, "direktor", "501 –"), "1103 –")
    equal(p.register(1103, "ec").codes, ["vs207-07.1"], "with the certificate that is free")
    equal(Person(w, "direktor", "501 –").begin("vs207").option("group", full_name(1103)), "1103", "the group is open again")


@case("vs206-03.1: the last page says the specification's sentence and leads to the entry page", world)
def done_page(w):
    settle(w, user(PERSON, 601))
    done = leave(Person(w, "posameznica", "601 –"), "601 –")
    told(done, "vs206-03.1")
    equal((done.finished, done.links()), (True, ["entry"]), "page")


@case("vs206-03.2: the login ends with the leaving, even of another group; the cookie is taken back", world)
def logged_out(w):
    settle(w, user(PERSON, 601), service(PERSON, 1103))
    p = Person(w, "posameznica", "601 –")
    before = p.cookie
    leave(p, "1103 –")
    equal((p.cookie, p.get("/menu").status), (None, 303), "after leaving")
    p.cookie = before
    equal(p.get("/menu").status, 303, "with the old cookie")
    equal(Person(w, "posameznica", "601 –").get("/menu").step, "vs003", "logged in anew")


@case("vs206-01: who has only what cannot be left is told so, and the case stops", world)
def nothing_to_leave(w):
    settle(w, administrator(COURT, 1003))
    p = Person(w, "referentka", "90 –")
    page = p.begin("vs206")
    equal((page.codes, page.finished), (["vs206-01.none"], True), "page")
    settle(w, administrator(COURT, 1003), user(COURT, 701))
    page = Person(w, "referentka", "90 –").begin("vs206")
    equal(list(page.options("records").values()), [f"{full_name(701)} kot samostojni uporabnik"], "control")


@case("vs206-02.1a: a record that has ended since the list was shown is refused, and nothing is written", world)
def ended_meanwhile(w):
    settle(w, user(PERSON, 601), service(PERSON, 1103), service(PERSON, 1201))
    p = Person(w, "posameznica", "601 –")
    page = p.begin("vs206")
    both = [page.option("records", line) for line in ("1103 –", "1201 –")]
    w.cli("user", "status", both[0], "deleted", "--reason", "refused")
    with nothing_written(w):
        page = p.press(page, "leave", {"records": both})
        refused(page, "vs206-01", "vs206-01.x")
    equal(list(page.options("records")), [page.option("records", "601 –"), both[1]], "the list as it is now")
    equal(p.press(page, "leave", {"records": both[1:]}).step, "vs206-03", "control")
    equal(rows(w, "SELECT count(*) AS n FROM procedure_case WHERE procedure = 'vs206' AND state = 'open' AND id = ?", page.case)[0]["n"], 0,
          "case")


def many_people(count):
    """Natural persons with EMŠO of their own (check digit by the weights of the law)."""
    found, n = [], 0
    while len(found) < count:
        first, n = f"0202{970 + n // 10000 % 10:03}50{n % 1000:03}", n + 1
        digit = -sum(int(d) * k for d, k in zip(first, (7, 6, 5, 4, 3, 2) * 2)) % 11
        if digit < 10 and first + str(digit) not in found:
            found.append(first + str(digit))
        n += 9000 if n % 1000 == 0 else 0
    return [dict(position=11, emso=e, name=f"Oseba {i}", email=f"oseba{i}@oseba.test") for i, e in enumerate(found)]


@case("vs206-02.2: who has 620 authorised persons leaves with all of them in one change; each is told", world)
def many(w):
    settle(w, user(COMPANY, 501))
    people = [authorised(p, COMPANY, 501) for p in many_people(620)]
    for i in range(0, len(people), 200):
        enter(w, people[i:i + 200])
    page = leave(Person(w, "direktor", "501 –"), "501 –")
    equal((page.step, record(w, COMPANY, 501)["now"]), ("vs206-03", DELETED), "the user")
    equal(rows(w, "SELECT count(*) AS n FROM membership WHERE member_kind = 2 AND live")[0]["n"], 0, "persons who are left")
    equal(len({to for to, *_ in mails(w)}) >= 620, True, "mails")
