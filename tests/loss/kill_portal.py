"""SIGKILL while people are at the web pages: what was answered is there whole, what was not is there whole or not at all.

One user registers a web service, one administrator decides, and the user leaves, again and again. The gateway dies in a drawn moment of a
request, or right behind its answer; after the restart they log in again and go on with the case that was open.
"""
import collections
import hashlib
import http.client
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e"))
from portal import COURT, MUNICIPALITY, PDF, Person, administrator_of, pem, portal_world, read  # noqa: E402
from whole import whole  # noqa: E402

GROUP, ADMINISTRATOR = 1003, administrator_of(1003)
PEOPLE = [dict(MUNICIPALITY, scheme=1, group=701), dict(COURT, scheme=3, group=80), dict(COURT, scheme=3, group=90, administered_group=GROUP)]
TABLES = ("membership", "web_service", "application", "possession", "decision", "outbox", "history", "procedure_case", "procedure_case_file")
# step of the form -> the step behind it, and the rows that come with it; "" = the beginning
NEXT = {
    "vs207": {"": ("vs207-02", {"procedure_case": 1}), "vs207-02": ("vs207-03", {}), "vs207-03": ("vs207-04", {}), "vs207-04": ("vs207-05", {}),
              "vs207-05": ("vs207-06", {"procedure_case_file": 1}),
              "vs207-06": ("vs207-07", {"membership": 1, "web_service": 1, "application": 1, "possession": 1, "outbox": 1, "history": 3,
                                        "procedure_case_file": -1})},
    "vs211": {"": ("vs211-01", {"procedure_case": 1}), "vs211-01": ("vs211-02", {}),
              "vs211-02": ("vs211-05", {"decision": 1, "outbox": 1, "history": 2})},
    "vs206": {"": ("vs206-01", {"procedure_case": 1}), "vs206-01": ("vs206-03", {"history": 1})},
}


def check(truth, *what):
    if not truth:
        raise AssertionError(" ".join(str(w) for w in what))


def counts(w):
    return {t: read(w, f"SELECT count(*) FROM {t}")[0][0] for t in TABLES}


def newest_case(w, procedure):
    """(id, version, step, state) of the newest case; None = there is none."""
    rows = read(w, "SELECT id, version, step, state FROM procedure_case WHERE procedure = ? ORDER BY id DESC LIMIT 1", procedure)
    return rows[0] if rows else None


class Story:
    """A world, the moments at which it dies, and what was seen."""

    def __init__(self, w, rng):
        self.w, self.rng = w, rng
        self.seen = collections.Counter()
        self.took_s = collections.defaultdict(lambda: 0.012)
        self.people = {}

    def person(self, name, login):
        """Logged in; the session of a gateway that is dead is over."""
        if name not in self.people:
            self.people[name] = Person(self.w, name, login, keep=True)
        return self.people[name]

    def restart(self):
        self.w.gateway.kill()
        self.people.clear()
        self.w.start()

    def send(self, act, step, dies):
        """The page that came back, or None. dies: None, "after", or "within"."""
        began, page = time.monotonic(), None
        timer = threading.Timer(self.rng.uniform(0.3, 1.2) * self.took_s[step], self.w.gateway.kill) if dies == "within" else None
        if timer:
            timer.start()
        try:
            page = act()
            self.took_s[step] = (self.took_s[step] + time.monotonic() - began) / 2
        except (OSError, http.client.HTTPException):
            check(timer, "an answer did not come, but nobody was killed:", step)
        if timer:
            timer.join()
        if dies:
            self.restart()
            self.seen[f"{dies}: {'answered' if page else 'not answered'}"] += 1
        return page

    def step(self, procedure, login, page, form, dies):
        """One request: begins the procedure (page None) or sends the form of its page. The page where the case stands then."""
        step = page.step if page else ""
        name = "referentka" if procedure == "vs211" else "uradnica"
        person = self.person(name, login)
        before, case_before = counts(self.w), newest_case(self.w, procedure)

        def act():
            return person.press(page, form[0], form[1], form[2] if len(form) > 2 else None) if page else person.begin(procedure)
        answer = self.send(act, procedure + step, dies)
        done = newest_case(self.w, procedure) != case_before
        check(done or not answer, "answered, but not done:", procedure, step, answer)
        self.check_counts(procedure, step, before, done)
        if dies:
            problems = whole(self.w.folder)
            check(not problems, "after a kill in", procedure, step, ":", problems)
            self.seen["done" if done and not answer else "not done" if not done else "answered"] += 1
            person = self.person(name, login)
        if not done:
            return page and person.get(f"/case/{page.case}")
        wanted = NEXT[procedure][step][0]
        check(newest_case(self.w, procedure)[2] == wanted, procedure, step, "went to", newest_case(self.w, procedure), "wanted", wanted)
        if answer:
            check(answer.status == 200 and answer.step == wanted, "answer:", answer)
        if wanted == "vs206-03":  # who has left is logged out
            self.people.pop(name, None)
            return answer or True
        shown = person.get(f"/case/{newest_case(self.w, procedure)[0]}")
        check(shown.step == wanted, "the case goes on with", shown, "wanted", wanted)
        return shown

    def check_counts(self, procedure, step, before, done):
        after, more = counts(self.w), NEXT[procedure][step][1] if done else {}
        for table in TABLES:
            check(after[table] - before[table] == more.get(table, 0), procedure, step, "done" if done else "not done", ":", table,
                  before[table], "->", after[table])

    def run(self, procedure, login, forms, moments):
        """A procedure to its last page; moments(step) says when the gateway dies at that step."""
        page, last = None, list(NEXT[procedure].values())[-1][0]
        while page is not True and (page is None or page.step != last):
            step = page.step if page else ""
            form = forms(step, page) if page else None
            page = self.step(procedure, login, page, form, moments(step))
        return page


def forms_of(record, mark):
    def forms(step, page):
        return {"vs207-02": lambda: ("next", {"group": str(GROUP)}), "vs207-03": lambda: ("confirm", {"certificate": pem("obcina_zig")}),
                "vs207-04": lambda: ("confirm", {"client": "new", "client.name": "O", "client.uris": "https://o.test/"}),
                "vs207-05": lambda: ("confirm", {}, ("application", "v.pdf", PDF)), "vs207-06": lambda: ("submit", {}),
                "vs211-01": lambda: ("next", {"what": "approve"}),
                "vs211-02": lambda: ("execute", {f"mark.{record()}": mark, f"reason.{record()}": "Razlog."}),
                "vs206-01": lambda: ("leave", {"records": str(record())})}[step]()
    return forms


def check_registered(w, page, record):
    """All of a registration that was answered is there."""
    row = read(w, "SELECT m.status, s.cert_pem, s.client_id, a.pdf, a.pdf_sha256, p.token FROM membership m JOIN web_service s"
                  " ON s.membership_id = m.id JOIN application a ON a.membership_id = m.id JOIN possession p ON p.membership_id = m.id"
                  " WHERE m.id = ?", record)
    check(len(row) == 1 and row[0][:2] == (1, pem("obcina_zig")) and row[0][3:5] == (PDF, hashlib.sha256(PDF).hexdigest()), "registered:", row)
    check(page.fact("Naslov za dokaz posesti").endswith("/" + row[0][5]), "the path of the proof", page.fact("Naslov za dokaz posesti"), row[0][5])
    check(page.fact("ID odjemalca") == row[0][2], "the client", page)


def story(s, mark, moments):
    """Register, decide, leave."""
    def record():
        return read(s.w, "SELECT max(id) FROM membership WHERE scheme = 5")[0][0]
    forms = forms_of(record, mark)
    page = s.run("vs207", "701", forms, moments)
    check_registered(s.w, page, record())
    s.run("vs211", ADMINISTRATOR, forms, moments)
    status = 2 if mark == "confirm" else 3
    check(read(s.w, "SELECT status FROM membership WHERE id = ?", record()) == [(status,)], "status after", mark)
    check(s.w.call("1003", "obcina_zig").status == (200 if status == 2 else 500), "the certificate calls after", mark)
    if status == 2:
        s.run("vs206", "701", forms, moments)


def kill_portal(args):
    """Dies once at every step of each story, by turns within a request and behind its answer."""
    stories = 12 if args.long else 4
    with portal_world(PEOPLE, calls_per_s=100000, calls_burst=100000) as w:
        s = Story(w, random.Random(args.seed))
        for i in range(stories):
            died = set()

            def moments(step, i=i, died=died):
                if step in died:
                    return None
                died.add(step)
                return "after" if (i + len(died)) % 4 == 0 else "within"
            story(s, "refuse" if i % 4 == 3 else "confirm", moments)
        check(s.seen["done"] and s.seen["not done"], "no kill fell behind the commit, or none before it:", dict(s.seen))
        check(w.stop() == 0, "the gateway did not stop in order")
        check(not whole(w.folder), whole(w.folder))
        w.cli("audit", "verify", w.export(), "--head", os.path.join(w.folder, "data", "audit-heads.log"))
        kills = sum(n for k, n in s.seen.items() if k.startswith(("within", "after")))
        return (f"SIGKILL at the web pages: {kills} kills in {stories} stories, {s.seen['within: not answered']} requests without an answer,"
                f" {s.seen['done']} of them done whole, {s.seen['not done']} not at all")
