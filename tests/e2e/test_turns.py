"""What holds for every case of a procedure: whose it is, its version, its end, its expiry, the form it came from."""
import base64
import threading
import time

from cases import case, equal, table, until
from portal import (COMPANY, COURT, DELETED, MUNICIPALITY, PDF, PENDING, PERSON, Person, administrator, alter, authorised, chief, ended,
                    nothing_written, pem, portal_world, record, rows, service, settle, user)

PEOPLE = [user(MUNICIPALITY, 701), service(MUNICIPALITY, 1001, "obcina_zig"), user(COMPANY, 501), administrator(COURT, 1003), chief(COURT),
          service(COMPANY, 1103, "podjetje"), service(MUNICIPALITY, 1003, "ec", status="pending"), user(PERSON, 601),
          authorised(PERSON, COMPANY, 501, status="pending")]

# row, who, login, procedure, the last press of the case: button and fields from the page, and the record that it would change
STEPS = (
    ("vs206-01.x", "uradnica", "701 –", "vs206", lambda p, page, r: (page, "leave", {"records": r}), (MUNICIPALITY, 1001), DELETED),
    ("vs211-04.x1", "referentka", "90 –", "vs211", lambda p, page,
     r: (p.press(page, "next", {"what": "approve"}), "execute", {f"mark.{r}": "confirm"}),
     (MUNICIPALITY, 1003), 2),
    ("vs212-06x2", "direktor", "501 –", "vs212",
     lambda p, page, r: (p.press(page, "next", {"record": page.option("record", "501 –"), "what": "approve"}), "execute",
                         {f"mark.{r}": "confirm"}),
     (PERSON, 501), 2),
    ("vs232-01.x", "referentka", "80 –", "vs232", lambda p, page, r: (page, "delete", {"record": r}), (COURT, 90, 1003), DELETED),
)


def world():
    return portal_world(case_ttl_s=60)


def before_the_end(w, name, login, procedure, last, key):
    settle(w, *PEOPLE)
    p = Person(w, name, login)
    mine = record(w, *key)["id"]
    return p, mine, last(p, p.begin(procedure), mine)


def conflict(page):
    equal((page.status, page.codes), (409, ["vg-web"]), f"answer\n{page}")
    equal(page.said("vg-web"), ["Zadeva je bila medtem spremenjena, zaključena ali je potekla. Ničesar nismo zapisali."], "text")


@table(STEPS, "{}: a stranger, or the same person in another login, has no such case; its owner has", world)
def stranger(w, _, name, login, procedure, last, key, wanted):
    p, mine, (page, button, fields) = before_the_end(w, name, login, procedure, last, key)
    others = [Person(w, *who) for who in (("uradnica", "701 –"), ("uradnica", "1001 –"), ("direktor", "501 –"), ("referentka", "80 –"),
                                          ("referentka", "90 –"), ("posameznica", "601 –")) if who != (name, login)]
    with nothing_written(w):
        for other in others:
            equal(other.get(f"/case/{page.case}").status, 404, "seen")
            equal(other.press(page, button, fields).status, 404, "pressed")
        visitor = Person(w, name)
        visitor.get("/")
        equal((visitor.get(f"/case/{page.case}").status, visitor.press(page, button, fields).status), (404, 404), "before login")
        equal(p.get(f"/case/{page.case + 1000}").status, 404, "a case that is not there")
    equal(p.press(page, button, fields).finished, True, "control")
    equal(ended(w, mine)[0], wanted, "record")


@table(STEPS, "{}: a press on an old version of the case is a conflict, and nothing is written; on the present one it goes through", world)
def old_version(w, _, name, login, procedure, last, key, wanted):
    p, mine, (page, button, fields) = before_the_end(w, name, login, procedure, last, key)
    old = page.version
    now = p.press(page, "filter" if procedure in ("vs211", "vs212") else "", {"filter.kind": "firm"})
    equal(now.version, old + 1, "a press that stays makes a new version")
    with nothing_written(w):
        for version in (old, old - 1, 0, now.version + 1, "", "x"):
            conflict(p.press(page, button, dict(fields, version=version)))
    equal(ended(w, mine)[0] == wanted, False, "record before")
    equal(p.press(now, button, fields).finished, True, "control")
    equal(ended(w, mine)[0], wanted, "record")


@table(STEPS, "{}: a finished case takes nothing more; it can be looked at while the login lasts", world)
def closed(w, _, name, login, procedure, last, key, wanted):
    p, mine, (page, button, fields) = before_the_end(w, name, login, procedure, last, key)
    done = p.press(page, button, fields)
    if procedure == "vs206":
        equal(p.get("/menu").status, 303, "the login has ended with it")
        return
    with nothing_written(w):
        for again in (page, done):
            conflict(p.press(again, button, fields))
    again = p.get(f"/case/{done.case}")
    equal((again.step, again.finished), (done.step, True), "page")


@table(STEPS, "{}: an expired case takes nothing more, and nothing is written; the same case before its time goes through", world)
def expired(w, _, name, login, procedure, last, key, wanted):
    p, mine, (page, button, fields) = before_the_end(w, name, login, procedure, last, key)
    times = rows(w, "SELECT created_utc_s, expires_utc_s FROM procedure_case WHERE id = ?", page.case)[0]
    equal(times["expires_utc_s"] - times["created_utc_s"], 60, "case_ttl_s")
    alter(w, f"UPDATE procedure_case SET expires_utc_s = {int(time.time())} WHERE id = {page.case}")
    with nothing_written(w):
        conflict(p.press(page, button, fields))
    alter(w, f"UPDATE procedure_case SET expires_utc_s = {times['expires_utc_s']} WHERE id = {page.case}")
    equal(p.press(page, button, fields).finished, True, "control")
    equal(ended(w, mine)[0], wanted, "record")


@table(STEPS, "{}: Prekliči closes the case, and nothing is written", world)
def cancelled(w, _, name, login, procedure, last, key, wanted):
    p, mine, (page, button, fields) = before_the_end(w, name, login, procedure, last, key)
    equal("cancel" in page.buttons(), True, "button")
    with nothing_written(w):
        done = p.press(page, "cancel", fields)
        equal((done.codes, done.finished), (["vg-cancel"], True), "page")
        conflict(p.press(done, button, fields))
    equal(rows(w, "SELECT state FROM procedure_case WHERE id = ?", page.case)[0]["state"], "stopped", "case")


@table(STEPS, "{}: a form of another session, without its token or from a foreign origin is refused, and nothing is written", world)
def foreign_form(w, _, name, login, procedure, last, key, wanted):
    p, mine, (page, button, fields) = before_the_end(w, name, login, procedure, last, key)
    other = Person(w, name, login)
    with nothing_written(w):
        for token in ("", other.csrf, base64.b64encode(b"x" * 32).decode()):
            equal(p.press(page, button, fields, csrf=token).status, 403, f"token {token}")
        equal(p.press(page, button, fields, headers={"Origin": "https://drugje.test"}).status, 403, "foreign origin")
        equal(p.get(f"/case/{page.case}?button={button}&version={page.version}").version, page.version, "a GET changes nothing")
    equal(p.press(page, button, fields, headers={"Origin": "https://localhost"}).finished, True, "control")
    equal(ended(w, mine)[0], wanted, "record")


@case("vs207-06.x: the registration's case: stranger, old version, closed and expired, each writes nothing", world)
def registration(w):
    settle(w, user(MUNICIPALITY, 701), administrator(COURT, 1201))
    p, other = Person(w, "uradnica", "701 –"), Person(w, "referentka", "90 –")
    page = p.press(p.begin("vs207"), "next", {"group": "1201"})
    page = p.press(page, "confirm", {"certificate": pem("ec")})
    old = page
    page = p.press(page, "confirm", {}, file=("application", "vloga.pdf", PDF))
    with nothing_written(w):
        equal(other.press(page, "submit").status, 404, "a stranger")
        conflict(p.press(old, "submit"))
        alter(w, f"UPDATE procedure_case SET expires_utc_s = 1 WHERE id = {page.case}")
        conflict(p.press(page, "submit"))
        alter(w, f"UPDATE procedure_case SET expires_utc_s = unixepoch() + 60 WHERE id = {page.case}")
    done = p.press(page, "submit")
    equal((done.codes, record(w, MUNICIPALITY, 1201)["now"]), (["vs207-07.1"], PENDING), "control")
    with nothing_written(w):
        conflict(p.press(done, "submit"))
        conflict(p.press(page, "submit"))


@case("vs207-06.x: two presses of the same version at once: one is written, the other is a conflict", world)
def race(w):
    settle(w, user(MUNICIPALITY, 701), administrator(COURT, 1201))
    p = Person(w, "uradnica", "701 –")
    page = p.press(p.begin("vs207"), "next", {"group": "1201"})
    page = p.press(page, "confirm", {"certificate": pem("ec")})
    page = p.press(page, "confirm", {}, file=("application", "vloga.pdf", PDF))
    answers = []
    presses = [threading.Thread(target=lambda: answers.append(p.press(page, "submit").status)) for _ in range(6)]
    for t in presses:
        t.start()
    for t in presses:
        t.join()
    equal(sorted(answers), [200] + [409] * 5, "answers")
    equal(rows(w, "SELECT count(*) AS n FROM membership WHERE live AND user_group = 1201")[0]["n"], 1, "records")


@case("the application of a case that has expired is not kept; one of a case that goes on is", world)
def expired_files(w):
    settle(w, *PEOPLE)
    cases = []
    for _ in range(2):
        p = Person(w, "uradnica", "701 –")
        page = p.press(p.begin("vs207"), "next", {"group": "1201"})
        page = p.press(page, "confirm", {"certificate": pem("podjetje2")})
        cases.append(p.press(page, "confirm", {}, file=("application", "vloga.pdf", PDF)).case)
    alter(w, f"UPDATE procedure_case SET expires_utc_s = {int(time.time()) - 1} WHERE id = {cases[0]}")
    equal([r["case_id"] for r in rows(w, "SELECT case_id FROM procedure_case_file ORDER BY case_id")][-2:], cases, "before")
    w.stop()
    w.start()
    until(lambda: cases[0] not in [r["case_id"] for r in rows(w, "SELECT case_id FROM procedure_case_file")], "the expired one is gone")
    equal(cases[1] in [r["case_id"] for r in rows(w, "SELECT case_id FROM procedure_case_file")], True, "the other one")


FILE = "SELECT case_id FROM procedure_case_file WHERE case_id = ?"


@case("a login has fifty open cases: one more stops the oldest with its file, and nobody else's", world)
def fifty(w):
    settle(w, *PEOPLE)
    p, other, sibling = Person(w, "uradnica", "701 –", keep=True), Person(w, "direktor", "501 –"), Person(w, "uradnica", "1001 –")
    foreign, own = other.begin("vs207"), sibling.begin("vs208")
    page = p.press(p.begin("vs207"), "next", {"group": "1201"})
    page = p.press(page, "confirm", {"certificate": pem("obcina_zig")})
    oldest = p.press(page, "confirm", {}, file=("application", "vloga.pdf", PDF))
    cancelled = p.begin("vs207")
    p.press(cancelled, "cancel")
    others = [p.begin("vs207") for _ in range(49)]
    equal((p.get(f"/case/{oldest.case}").finished, len(rows(w, FILE, oldest.case))), (False, 1), "the oldest of fifty")
    newest = p.begin("vs207")
    states = dict((r["id"], r["state"]) for r in rows(w, "SELECT id, state FROM procedure_case"))
    equal((states[oldest.case], rows(w, FILE, oldest.case)), ("stopped", []), "the oldest")
    equal({states[c.case] for c in [*others, newest, foreign, own]}, {"open"}, "the others")
    with nothing_written(w):
        conflict(p.press(oldest, "submit"))
    equal(p.get(f"/case/{oldest.case}").finished, True, "it can be looked at")
    equal([x.press(c, "next", {"group": "1201"}).step for x, c in ((p, others[0]), (p, newest), (other, foreign))], ["vs207-03"] * 3, "control")
    equal(sibling.press(own, "certificate").step, "vs208-01", "control: the same person in another login")
