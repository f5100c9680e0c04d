"""Many people at once: of what only one can have exactly one gets it, nobody sees an error of ours, and nothing is lost.

Each client has logged in over a connection that stays open, and waits for all others before the request that counts. Each race is run with several
seeds, which decide who does what. After each run the whole registry is looked at (whole.py).
"""
import collections
import functools
import http.client
import random
import threading
import urllib.parse

from cases import UNLIMITED, case, equal
from portal import COMPANY, COURT, MUNICIPALITY, PDF, Page, Person, administrator_of, pem, portal_world, read
from whole import check_whole

SEEDS = (1, 2)
CLIENTS = 16
GROUPS = (1003, 1201, 1202, 1203)
PEOPLE = [dict(MUNICIPALITY, scheme=1, group=701), dict(COMPANY, scheme=1, group=501), dict(COURT, scheme=3, group=80),
          *(dict(COURT, scheme=3, group=90, administered_group=g) for g in GROUPS)]


def race_world():
    return portal_world(PEOPLE, in_flight=1000, **UNLIMITED)


def race(sentence):
    """A case that is run with every seed in the same world; everything is withdrawn before each run and looked at after it."""
    def register(run):
        @functools.wraps(run)
        def all_seeds(w):
            for seed in SEEDS:
                everybody_leaves(w)
                run(w, random.Random(seed))
                check_whole(w)
        return case(sentence, world=race_world)(all_seeds)
    return register


def everybody_leaves(w):
    """No record of a web service is live any more."""
    for name, login, who in (("uradnica", "701", MUNICIPALITY), ("direktor", "501", COMPANY)):
        records = [str(r) for (r,) in read(w, "SELECT m.id FROM membership m JOIN subject s ON s.eceu_id = m.eceu_id"
                                              " WHERE m.scheme = 5 AND m.live AND s.davcna = ?", who["davcna"])]
        if records:
            person = Person(w, name, login)
            equal(person.press(person.begin("vs206"), "leave", {"records": records}).step, "vs206-03", "leaving")


# ---- at once ----

def at_once(steps):
    """Each function in a thread of its own, all let go together; their results in the same order."""
    gate, results = threading.Barrier(len(steps)), [None] * len(steps)

    def run(i):
        try:
            gate.wait(60)
            results[i] = steps[i]()
        except Exception as error:  # told to the thread that asked
            results[i] = error
    threads = [threading.Thread(target=run, args=(i,), daemon=True) for i in range(len(steps))]
    for t in threads:
        t.start()
    for t in threads:
        t.join(120)
    for r in results:
        if isinstance(r, Exception) or r is None:
            raise AssertionError(f"a client failed: {r!r}")
        if isinstance(r, Page):
            equal((r.status < 500, r.root is not None), (True, True), f"answer {r}")
    return results


def tally(pages):
    """How often which answer came: the status, or the codes, or the step."""
    return dict(collections.Counter(str(p.status) if p.status != 200 else p.step if p.step.endswith(LAST) else ",".join(p.codes) for p in pages))


LAST = ("vs207-07", "vs211-05", "vs206-03", "vs208-01.4")


def press_at_once(rng, presses):
    """presses: (person, page, button, fields); in a drawn order. The pages in the order given."""
    order = rng.sample(range(len(presses)), len(presses))
    pages = at_once([functools.partial(presses[i][0].press, *presses[i][1:]) for i in order])
    return [pages[order.index(i)] for i in range(len(presses))]


def prepare(count, make):
    """`count` results of make(i), made in threads."""
    return at_once([functools.partial(make, i) for i in range(count)])


def someone(w, name, login, i):
    """The i-th browser of this login, from race to race the same one while it is logged in."""
    pool = w.__dict__.setdefault("pool", {})
    person = pool.get((name, login, i))
    if person:
        person.hang_up()  # it may have been silent for too long
    if person is None or person.get("/menu").status != 200:
        person = pool[name, login, i] = Person(w, name, login, keep=True)
    return person


def to_submit(w, name, login, group, certificate):
    """The i-th browser at the last form of vs207."""
    def make(i):
        person = someone(w, name, login, i)
        page = person.press(person.begin("vs207"), "next", {"group": str(group)})
        page = person.press(page, "confirm", {"certificate": pem(certificate)})
        if page.step == "vs207-04":
            page = person.press(page, "confirm", {"client": "new", "client.name": "O", "client.uris": "https://o.test/"})
        page = person.press(page, "confirm", {}, ("application", "vloga.pdf", PDF))
        equal(page.step, "vs207-06", f"{page}")
        return person, page, "submit"
    return make


def to_decide(w, group, record, decide):
    """An administrator at the list of a group; decide(i) = "confirm" or "refuse"."""
    def make(i):
        person = someone(w, "referentka", administrator_of(1003), i)
        page = person.begin("vs211")
        page = person.press(page, "next", {"record": page.option("record", administrator_of(group)), "what": "approve"})
        equal(record in page.records(), True, f"{page}")
        return person, page, "execute", {f"mark.{record}": decide(i), f"reason.{record}": f"Razlog {i}"}
    return make


def live(w, group):
    """(record, tax number, status) of live records."""
    return read(w, "SELECT m.id, s.davcna, m.status FROM membership m JOIN subject s ON s.eceu_id = m.eceu_id"
                   " WHERE m.scheme = 5 AND m.live AND m.user_group = ?", group)


def mails(w):
    return len(read(w, "SELECT 1 FROM outbox"))


# ---- registering ----

@race("race: of 16 who register one user in one group one does, and one mail goes out")
def one_group(w, rng):
    presses, before = prepare(CLIENTS, to_submit(w, "uradnica", "701", 1003, "obcina_zig")), mails(w)
    equal(tally(press_at_once(rng, presses)), {"vs207-07": 1, "vs207-06.x": CLIENTS - 1}, "answers")
    equal(([r[1:] for r in live(w, 1003)], mails(w) - before), ([(MUNICIPALITY["davcna"], 1)], 1), "records and mails")


@race("race: of 16 who send the same form one is answered, the others get 409")
def one_form(w, rng):
    person, page, button = to_submit(w, "uradnica", "701", 1202, "obcina_zig")(0)
    others, before = [Person(w, "uradnica", keep=True) for _ in range(CLIENTS)], mails(w)
    for other in others:
        other.get("/")
        other.cookie, other.csrf = person.cookie, person.csrf
    equal(tally(press_at_once(rng, [(o, page, button) for o in others])), {"vs207-07": 1, "409": CLIENTS - 1}, "answers")
    equal((len(live(w, 1202)), mails(w) - before), (1, 1), "records and mails")


@race("race: of two users with one certificate, proving it at once, one does")
def one_certificate(w, rng):
    tokens = []
    for name, login, group in (("uradnica", "701", 1201), ("direktor", "501", 1202)):
        page = Person(w, name, login).register(group, certificate="rekono")
        tokens.append(urllib.parse.urlsplit(page.fact("Naslov za dokaz posesti")).path)
    connections = []
    for i in range(CLIENTS):
        connections.append(http.client.HTTPSConnection("localhost", w.port, context=w.context("rekono"), timeout=60))
        connections[i].connect()
    paths = rng.sample([tokens[i % 2] for i in range(CLIENTS)], CLIENTS)

    def touch(c, path):
        c.request("GET", path, headers={"Host": "localhost"})
        status = c.getresponse().status
        c.close()
        return path, status
    found = collections.Counter(at_once([functools.partial(touch, c, p) for c, p in zip(connections, paths)]))
    winner = next(p for p in tokens if found[(p, 200)])
    loser = tokens[1 - tokens.index(winner)]
    equal(dict(found), {(winner, 200): CLIENTS // 2, (loser, 404): CLIENTS // 2}, "answers")
    equal(sorted(read(w, "SELECT possession_proven FROM web_service w JOIN membership m ON m.id = w.membership_id WHERE m.live")), [(0,), (1,)],
          "proofs")


@race("race: of two applications with one certificate, approved at once, one is")
def one_approval(w, rng):
    Person(w, "uradnica", "701").register(1201, certificate="rekono")
    Person(w, "direktor", "501").register(1202, certificate="rekono")
    first, second = live(w, 1201)[0][0], live(w, 1202)[0][0]
    presses = prepare(CLIENTS, lambda i: to_decide(w, *((1201, first) if i % 2 else (1202, second)), lambda i: "confirm")(i))
    found = tally(press_at_once(rng, presses))
    equal((found.get("vs211-05"), sorted(r[2] for g in (1201, 1202) for r in live(w, g))), (1, [1, 2]), f"statuses after {found}")


@race("race: a certificate that is approved for one is not taken by another meanwhile")
def taken_meanwhile(w, rng):
    Person(w, "uradnica", "701").register(1201, certificate="rekono")
    record = live(w, 1201)[0][0]
    presses = prepare(CLIENTS, lambda i: (to_decide(w, 1201, record, lambda i: "confirm") if i % 4 == 0 else
                                          to_submit(w, "direktor", "501", 1202, "rekono"))(i))
    found = tally(press_at_once(rng, presses))
    equal((found.get("vs211-05"), live(w, 1201)[0][2], len(live(w, 1202)) == found.get("vs207-07", 0)), (1, 2, True), f"after {found}")
    late = Person(w, "direktor", "501")
    page = late.press(late.begin("vs207"), "next", {"group": "1203"})
    equal(late.press(page, "confirm", {"certificate": pem("rekono")}).codes, ["vs207-03.4b"], "afterwards")


# ---- deciding ----

@race("race: of 16 who decide one application one does, and the user is told that and nothing else")
def one_decision(w, rng):
    Person(w, "uradnica", "701").register(1003)
    record = live(w, 1003)[0][0]
    marks = rng.sample(["confirm", "refuse"] * (CLIENTS // 2), CLIENTS)
    presses, before = prepare(CLIENTS, to_decide(w, 1003, record, lambda i: marks[i])), mails(w)
    pages = press_at_once(rng, presses)
    equal(tally(pages), {"vs211-05": 1, "vs211-04.x1,vs211-02.2a": CLIENTS - 1}, "answers")
    winner = next(i for i, p in enumerate(pages) if p.step == "vs211-05")
    equal((read(w, "SELECT status FROM membership WHERE id = ?", record), mails(w) - before), ([(2 if marks[winner] == "confirm" else 3,)], 1),
          "status and mails")
    reason, said = read(w, "SELECT reason FROM decision WHERE membership_id = ?", record), read(w, "SELECT body FROM outbox ORDER BY id DESC")[0][0]
    wanted = "" if marks[winner] == "confirm" else f"Razlog {winner}"
    equal((reason, "potrdil kot" in said, f"Razlog: Razlog {winner}\n" in said), ([(wanted,)], not wanted, bool(wanted)), "reason and mail")


@race("race: a user who leaves while he is approved has left")
def leaving(w, rng):
    Person(w, "uradnica", "701").register(1203)
    record = live(w, 1203)[0][0]

    def make(i):
        if i % 2:
            return to_decide(w, 1203, record, lambda i: "confirm")(i)
        person = someone(w, "uradnica", "701", i)
        return person, person.begin("vs206"), "leave", {"records": str(record)}
    found = tally(press_at_once(rng, prepare(CLIENTS, make)))
    approved = found.get("vs211-05", 0)
    equal((found.get("vs206-03"), found.get("vs206-01.x"), approved in (0, 1)), (1, CLIENTS // 2 - 1, True), f"{found}")
    equal((read(w, "SELECT status, end_reason FROM membership WHERE id = ?", record), len(read(w, "SELECT 1 FROM decision WHERE membership_id = ?",
          record))), ([(3, "left" if approved else "withdrawn")], approved), f"status after {found}")


# ---- changing the certificate ----

@race("race: a certificate that one changes to while another registers it binds one of them")
def changing(w, rng):
    owner = Person(w, "uradnica", "701")
    owner.register(1201, certificate="obcina_zig")
    record = live(w, 1201)[0][0]
    person, page, button, fields = to_decide(w, 1201, record, lambda i: "confirm")(0)
    equal(person.press(page, button, fields).step, "vs211-05", "active")

    def make(i):
        if i % 2:
            return to_submit(w, "direktor", "501", 1202, "direktor")(i)
        changer = Person(w, "uradnica", "1201", keep=True)
        page = changer.press(changer.press(changer.begin("vs208"), "certificate"), "confirm", {"certificate": pem("direktor")})
        equal(page.step, "vs208-01.3", f"{page}")
        return changer, page, "accept", {"overlap": "0"}
    found = tally(press_at_once(rng, prepare(CLIENTS, make)))
    registered, changed = found.get("vs207-07", 0), found.get("vs208-01.4", 0)
    equal((registered, changed in (0, 1)), (1, True), f"{found}")
    equal(read(w, "SELECT status FROM membership WHERE id = ?", record), [(1 if changed else 2,)], f"the changed record after {found}")
    equal(read(w, "SELECT count(*) FROM web_service w JOIN membership m ON m.id = w.membership_id WHERE m.live AND possession_proven"), [(1,)], "bound")


@race("race: of changes of one certificate by 8 browsers one is made, with its history and mails; the others are told")
def changes(w, rng):
    Person(w, "uradnica", "701").register(1201, certificate="obcina")
    record = live(w, 1201)[0][0]
    person, page, button, fields = to_decide(w, 1201, record, lambda i: "confirm")(0)
    person.press(page, button, fields)

    def make(i):
        changer = Person(w, "uradnica", "1201", keep=True)
        page = changer.press(changer.begin("vs208"), "certificate")
        page = changer.press(page, "confirm", {"certificate": pem("uradnica" if i % 2 else "obcina_zig")})
        return changer, page, "accept", {"overlap": str(i)}
    presses, before = prepare(8, make), mails(w)
    version = read(w, "SELECT version FROM web_service WHERE membership_id = ?", record)[0][0]
    answers = tally(press_at_once(rng, presses))
    changed = answers["vs208-01.4"]
    equal((changed, changed + answers.get("vs208-01.2x", 0) + answers["vs208-01.4x"]), (1, 8), f"answers {answers}")
    equal((read(w, "SELECT version FROM web_service WHERE membership_id = ?", record)[0][0] - version, mails(w) - before), (changed, 2 * changed),
          "versions, mails")


@race("race: the file of a case that changes meanwhile is made all the same")
def file_of_a_changing_case(w, rng):
    Person(w, "uradnica", "701").register(1201, certificate="obcina")
    record = live(w, 1201)[0][0]
    person, page, button, fields = to_decide(w, 1201, record, lambda i: "confirm")(0)
    person.press(page, button, fields)
    changed = threading.Event()

    def change():
        steps = []
        for i in range(8):
            changer = Person(w, "uradnica", "1201", keep=True)
            page = changer.press(changer.begin("vs208"), "certificate")
            page = changer.press(page, "confirm", {"certificate": pem(("uradnica", "obcina_zig")[i % 2])})
            steps.append(changer.press(page, "accept", {"overlap": "0"}).step)
        changed.set()
        return steps

    def files(reader):
        found = []
        while not changed.is_set():
            found.append(reader.get(f"/record/{record}.zip").status)
        return found
    readers = prepare(8, lambda i: someone(w, "uradnica", "701", i))
    steps, *found = at_once([change, *(functools.partial(files, r) for r in readers)])
    equal((steps, {s for f in found for s in f}), (["vs208-01.4"] * 8, {200}), "changes and files")


@race("race: registering and leaving by turns, by 8 browsers at once, is never an error of ours")
def turns(w, rng):
    def client(i):
        person, r = someone(w, "uradnica", "701", i), random.Random(rng.random())
        for _ in range(3):
            page = to_submit_by(person, 1202)
            if page is not None:
                equal(person.press(page, "submit").status < 500, True, "submit")
            records = read(w, "SELECT m.id FROM membership m WHERE m.live AND m.user_group = 1202")
            if records and r.random() < 0.7:
                page = person.begin("vs206")
                equal(person.press(page, "leave", {"records": str(records[0][0])}).status < 500, True, "leave")
                person = someone(w, "uradnica", "701", i)
        return i
    at_once([functools.partial(client, i) for i in range(8)])


def to_submit_by(person, group):
    """vs207 to its last form, or None where the group is taken meanwhile."""
    page = person.press(person.begin("vs207"), "next", {"group": str(group)})
    for fields, file in (({"certificate": pem("obcina_zig")}, None), ({}, ("application", "v.pdf", PDF))):
        equal(page.status < 500, True, f"{page}")
        if page.step == "vs207-02":
            return None
        page = person.press(page, "confirm", fields, file)
    return page if page.step == "vs207-06" else None
