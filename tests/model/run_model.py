#!/usr/bin/python3
"""Plays random procedures in the gateway and in the model: run_model.py [--seeds N,N,…] [--steps N] [--jobs N] [--no-shrink]

A difference is printed with seed, step, the last ten steps and both sides, and with a shorter run that shows it, where one is found.
"""
import argparse
import concurrent.futures
import os
import random
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "e2e")]

from facts import (ACTIVE, CERTIFICATES, FILTERS, FORMS, GOOD, LOGINS, MALFORMED, MDP, NUMBERS, OFFERED, PENDING, PRS,  # noqa: E402
                   START, SUBJECTS)
from play import Difference, Game, REASON, short  # noqa: E402

LAST = int(os.environ.get("LAST", "10"))
SHRINK_S = 60
ENOUGH = 7000           # steps after which every answer below has been met
ENDS = {"vs101-04", "vs206-03.1", "vs207-07.1", "vs208-01.4", "vs211-05.1", "vs212-07.1", "vs231-05", "vs232-02.1", "vs301-02.1", "vs302-2"}
EXPECTED = ENDS | {
    "3.3.8-id.4a", "3.3.8-id.x", "3.3.8-nm.4a", "5.1", "pdf", "vg-login", "vg-reason", "vg-web", "vs101-01a.4x", "vs101-01a.5b", "vs101-05",
    "vs207-03.4b", "vs207-03.4c", "vs207-06.x", "vs208-02.5", "vs211-04.x3", "vs231-02.2a", "vs231-02.2x", "vs231-02.5a", "vs231-02.6x",
    "vs231-03.3a", "vs231-03.3b"}
OWN = {"municipality": ("obcina_zig", "obcina"), "company": ("podjetje", "qc_brez_tipa", "direktor"), "second": ("rekono",),
       "trader": ("podjetje2",), "ana": ("oseba",), "luka": ("ec",), "court": ("obcina",), "ministry": ("splet",)}
CALLERS = [c for c in CERTIFICATES if c != "rsa1024"]   # the test's own TLS refuses that one
SUBJECTS_OFF = ("municipality", "company", "second", "trader", "ministry")
BLOCKED = ("company", "second", "ana", "luka", "podjetje", "obcina_zig")
URIS = ("https://a.test/nazaj", "https://a.test/1, https://b.test/2", "http://a.test/", "https://a.test/#x", "https://a.test/1,https://a.test/1")
CONTESTED = "ec"        # many want it
BUSY = (1001, 1008, 1103, 1201, 1202, 1203)
SOAP = 0.3              # of the steps of people
LISTS = ("vs211-02", "vs211-03", "vs212-04", "vs212-05", "vs221-01", "vs222-02", "vs223-03")


class Player:
    """Chooses the next step by the model's state."""

    def __init__(self, game, seed):
        self.game, self.r = game, random.Random(seed)

    def step(self):
        r, game = self.r, self.game
        x = r.random()
        if x < 0.035:
            return self.outside()
        if x < 0.07:
            return ["rights", r.choice(GOOD if r.random() < 0.85 else CALLERS)]
        if x < 0.10 and game.paths:
            record = r.choice(list(game.paths)[-12:])
            return ["touch", record, game.model.records[record].cert if r.random() < 0.8 else r.choice(GOOD)]
        face = "soap" if r.random() < SOAP else "web"
        lists = [n for n, c in list(enumerate(game.cases))[-40:] if c.step in LISTS and not game.answer(c.person.doors["web"], c)]
        if lists and x < 0.115:
            return ["pdf", r.choice(lists)]
        open_cases = [n for n, c in list(enumerate(game.cases))[-60:] if self.goes_on(c, face)]
        if open_cases and x < 0.80:
            weight = [3 if getattr(game.cases[n], "marks", None) else 1 for n in open_cases[-12:]]
            return self.press(r.choices(open_cases[-12:], weight)[0], face)
        if game.cases and 0.80 <= x < 0.84:
            number = r.randrange(max(0, len(game.cases) - 40), len(game.cases))
            y = r.random()
            return ["get", number, face] if y < 0.5 else ["expire", number] if y < 0.6 else self.press(number, face, late=r.choice((0, 1)))
        return self.begin(face)

    def goes_on(self, case, face):
        """Somebody would press a button; of lists that are empty and of pages that are only read, few do."""
        if case.finished or (case.expired and self.r.random() < 0.9) or self.game.answer(case.person.doors[face], case):
            return False
        return not case.show().finished and case.procedure not in ("vs221", "vs222", "vs223") or self.r.random() < 0.15

    def begin(self, face):
        r, person = self.r, self.r.choice(list(self.game.people.values()))
        login = person.doors[face].login
        if login is None:
            return ["begin", person.name, face, "vs101" if r.random() < 0.97 else r.choice(list(OFFERED))]
        offered = [p for p, kinds in OFFERED.items() if login.kind in kinds] if r.random() < 0.95 else list(OFFERED)
        weight = {"vs207": 9, "vs211": 9, "vs208": 8, "vs212": 3, "vs231": 3, "vs232": 2, "vs301": 3, "vs206": 2, "vs302": 0.7}
        return ["begin", person.name, face, r.choices(offered, [weight.get(p, 1) for p in offered])[0]]

    def press(self, number, face, late=0):
        case = self.game.cases[number]
        if case.finished or self.game.answer(case.person.doors[face], case):
            return ["press", number, face, late, "cancel" if self.r.random() < 0.5 else "confirm", {}]
        page = case.show()
        if self.r.random() < 0.04:
            return ["press", number, face, late, "cancel", {}]
        if self.r.random() < 0.03:
            late = 1
        weight = {"preview": 0.1, "change": 0.1, "reject": 0.15, "client": 1.5, "execute": 1.2, "filter": 0.4, "filter.clear": 0.3, "back": 0.2}
        buttons = sorted(page.buttons) or ["next"]
        button = self.r.choices(buttons, [weight.get(b, 0.3 if "." in b else 1) for b in buttons])[0]
        return ["press", number, face, late, button, self.fields(case, page, button)]

    def one(self, values):
        """One of the offered, rarely another or none."""
        r = self.r
        if values and r.random() < 0.95:
            return r.choice(sorted(values))
        return r.choice(("", "1", "7", "999999", "x"))

    def fields(self, case, page, button):
        r, fields = self.r, {}
        for name, values in sorted(page.options.items()):
            if name == "records":
                fields[name] = sorted({self.one(values) for _ in range(1 if r.random() < 0.8 else 3)})
            elif name == "record" and case.procedure in ("vs101", "vs301"):
                fields[name] = self.login(values)
            else:
                fields[name] = self.group(case, values) if name == "group" else self.one(values)
        if "client" in fields:
            fields["client.name"] = r.choice(("Odjemalec", "Drugi", "Tretji", "")) if r.random() < 0.3 else "Odjemalec"
            fields["client.uris"] = r.choice(URIS) if r.random() < 0.4 else URIS[0]
        if case.step in ("vs207-03", "vs208-01"):
            fields["certificate"] = self.certificate(case)
        if case.step == "vs207-05":
            fields["application"] = r.choice(("text", "unsigned", "none")) if r.random() < 0.1 else "good"
        if case.step in ("vs101-01a", "vs231-01", "vs231-02"):
            fields.update(self.subject(case))
        if button == "filter":
            fields["filter.kind"], fields["filter.text"] = self.filter()
        if case.step == "vs208-01.3":
            fields["overlap"] = r.choice(("0", "0", "3", "30", "31", "x"))
        if button == "execute":
            self.mark(case, page, fields)
        if button.partition(".")[2].isdigit() and not button.startswith("page.") and case.reasons and r.random() < 0.9:
            fields["reason." + button.partition(".")[2]] = REASON
        return fields

    def subject(self, case):
        """Whom MDP or PRS is asked about, and where he gets his mail."""
        r = self.r
        if case.step == "vs101-01a":
            known = SUBJECTS[r.choice(MDP[case.login])][2]
            other = r.choice([s[2] for s in SUBJECTS.values()] + list(MALFORMED))
            return {"position": r.choice(("31",) * 9 + ("11", "")), "dso": known if r.random() < 0.6 else other}
        if case.step == "vs231-02":
            return {"email": r.choice(("posta@uprava.test", "naslov@uprava.test", "uprava"))}
        number = r.choice(sorted(PRS) * 3 + sorted(NUMBERS["maticna"]) + list(MALFORMED))
        right = [str(position) for position, forms in FORMS.items() if number in PRS and PRS[number][2] in forms]
        return {"position": r.choice(right) if right and r.random() < 0.85 else r.choice(("21", "21", "31", "31", "12", "")), "maticna": number}

    def filter(self):
        r, (_, number, davcna, name, _, _) = self.r, self.r.choice(list(SUBJECTS.values()))
        at = r.randrange(len(name) - 2)
        part = r.choice((name, name[at:at + 3].upper(), name.split()[0].lower(), "ž", "o")).strip()
        if r.random() < 0.15:
            return r.choice((*FILTERS, "x")), r.choice((*MALFORMED, "", "%"))
        kind = r.choice(FILTERS)
        return kind, r.choice(sorted(NUMBERS[kind])) if kind in NUMBERS else part

    def login(self, values):
        """Logins for web services and as an administrator do more."""
        if not values or self.r.random() < 0.05:
            return self.one(values)
        records = [self.game.model.records[int(v)] for v in sorted(values)]
        return str(self.r.choices(records, [6 if m.group == 80 else {5: 4, 3: 2, 1: 1}[m.scheme] for m in records])[0].id)

    def group(self, case, values):
        own = [v for v in sorted(values) if case.procedure == "vs231" and
               any(a.subject.number == case.firm for a in self.game.model.administrators(int(v)))]
        if own and self.r.random() < 0.2:
            return self.r.choice(own)
        mine = [c for c in self.game.cases[-40:] if c.login is case.login and c is not case and not c.finished]
        others = {str(c.us) for c in mine if hasattr(c, "us")}
        if others & set(values) and self.r.random() < 0.5:
            return self.r.choice(sorted(others & set(values)))      # twice: the second one will be refused
        busy = [v for v in values if v.isdigit() and int(v) in BUSY]
        return self.r.choice(sorted(busy)) if busy and self.r.random() < 0.8 else self.one(values)

    def certificate(self, case):
        r = self.r
        own = OWN[case.owner().key]
        x = r.random()
        return r.choice(own) if x < 0.5 else CONTESTED if x < 0.7 else r.choice(GOOD) if x < 0.9 else r.choice(list(CERTIFICATES) + [""])

    def mark(self, case, page, fields):
        r = self.r
        for record in sorted(page.records):
            if r.random() < 0.4:
                mark = r.choice(("confirm", "confirm", "refuse")) if case.value == "approve" else "delete"
                fields[f"mark.{record}"] = mark
                if case.reasons and mark != "confirm" and r.random() < 0.9:
                    fields[f"reason.{record}"] = REASON

    def outside(self):
        """What no user does."""
        if self.r.random() < (0.15 if self.game.model.registers else 0.6):
            return ["registers", self.r.choice(("down", "error", "nonsense", "empty")) if self.game.model.registers else "normal"]
        return self.operator()

    def operator(self):
        r, model, x = self.r, self.game.model, self.r.random()
        if x < 0.2:
            off = [s.key for s in model.subjects.values() if s.prs == 2]
            return ["prs", r.choice(off), "active"] if off else ["prs", r.choice(SUBJECTS_OFF), "deleted"]
        if x < 0.4:
            off = sorted([s.key for s in model.subjects.values() if s.blocked] + list(model.blocked))
            return ["block", r.choice(off), "unblock"] if off else ["block", r.choice(BLOCKED), "block"]
        if x < 0.6:
            marked = [n for c in self.game.cases[-60:] if not c.finished and c.procedure == "vs211" for n in getattr(c, "marks", ())]
            waiting = marked or [i.id for i in model.records.values() if i.status == PENDING] or [1]
            return ["case", r.choice(waiting) if r.random() < 0.9 else r.choice(list(model.records)), r.choice(("approve", "refuse"))]
        if x < 0.68:
            live = [i.id for i in model.records.values() if i.live] if r.random() < 0.9 else []
            return ["end", r.choice(live or list(model.records))]
        return self.add()

    def add(self):
        """A record by direct entry: a lost one again, an authorised person, a scheme-1 application, a web service."""
        r, x = self.r, self.r.random()
        if x < 0.3:
            key, scheme, group, administered, principal = r.choice(START)
            return ["add", key, scheme, group, administered, principal, ACTIVE, None]
        if x < 0.4:
            return ["add", r.choice(("company", "second")), 1, 503, None, None, PENDING, None]
        if x < 0.5:
            key = r.choice(("municipality", "company", "second", "trader"))
            return ["add", key, 5, r.choice((1103, 1201, 1203)), None, None, r.choice((PENDING, ACTIVE)), r.choice(OWN[key] + (CONTESTED,))]
        live = [m for m in self.game.model.records.values() if m.live and m.kind == 1] or [self.game.model.records[1]]
        principal = r.choice(live)
        return ["add", r.choice(("ana", "luka")), principal.scheme, principal.group, principal.administered, principal.subject.key,
                r.choice((PENDING, PENDING, ACTIVE)), None]


class Result:
    """What became of a game."""

    def __init__(self, seed):
        self.seed, self.steps, self.seconds, self.seen = seed, [], 0, set()
        self.kind = self.difference = None


def play(seed, count):
    """A whole game."""
    game, result, began = Game(), Result(seed), time.monotonic()
    try:
        player = Player(game, seed)
        while len(result.steps) < count:
            result.steps.append(player.step())
            game.do(result.steps[-1])
        game.finish()
    except Difference as e:
        result.kind, result.difference = type(e).__name__, str(e)
    except Exception as e:
        gateway = game.world.gateway
        log = f"gateway's status: {gateway.child.poll()}\n{gateway.log(15)}\n" if gateway else ""
        result.kind, result.difference = type(e).__name__, traceback.format_exc() + log
    finally:
        result.seconds, result.seen = time.monotonic() - began, game.seen
        game.close()
    return result


def again(steps):
    """The steps once more; the difference, or None."""
    game = Game()
    try:
        for number, step in enumerate(steps):
            try:
                game.do(step)
            except Difference as e:
                return number, str(e)
        return None
    finally:
        game.close()


def shrink(steps, difference):
    """Leaves out pieces as long as the same kind of difference remains and time allows."""
    kind, until, piece = difference.split("\n")[0].split(" ")[0], time.monotonic() + SHRINK_S, len(steps) // 2
    while piece and time.monotonic() < until:
        at = 0
        while at < len(steps) - 1 and time.monotonic() < until:
            try:
                found = again(steps[:at] + steps[at + piece:])
            except Exception:
                found = None
            if found and found[1].split("\n")[0].split(" ")[0] == kind:
                steps = (steps[:at] + steps[at + piece:])[:found[0] + 1]
            else:
                at += piece
        piece //= 2
    return steps


def report(result, shorten):
    """What a reader needs to find the cause."""
    print(f"seed {result.seed}, step {len(result.steps)}: {result.difference}")
    print("the last steps:\n  " + "\n  ".join(short(s) for s in result.steps[-LAST:]))
    if shorten and result.kind in ("Difference", "Invariant"):
        few = shrink(result.steps, result.difference)
        print(f"{len(few)} steps show it too:\n  " + "\n  ".join(short(s) for s in few[-3 * LAST:]), flush=True)


def say(good, sentence):
    print(f"{'ok' if good else 'not ok'} - model: {sentence}", flush=True)
    return good


def say_met(sentence, missing):
    return say(not missing, sentence + (": not " + ", ".join(sorted(missing)) if missing else ""))


def arguments():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--seeds", default="1,2,3,4")
    a.add_argument("--steps", type=int, default=5000)
    a.add_argument("--jobs", type=int, default=2)
    a.add_argument("--no-shrink", action="store_true")
    return a.parse_args()


def main():
    args, results, began = arguments(), [], time.monotonic()
    seeds = [int(s) for s in args.seeds.split(",")]
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        for result in pool.map(play, seeds, [args.steps] * len(seeds)):
            results.append(result)
            speed = len(result.steps) / result.seconds
            say(result.kind is None, f"seed {result.seed}, {len(result.steps)} steps ({speed:.0f} a second)")
            if result.kind:
                report(result, not args.no_shrink)
    good = all(r.kind is None for r in results)
    good &= say(all(r.kind != "Invariant" for r in results), "invariants hold after every step")
    good &= say(all(r.kind != "Trail" for r in results), "both verifiers accept the trail")
    seen = set().union(*(r.seen for r in results))
    if sum(len(r.steps) for r in results) >= ENOUGH:
        good &= say_met("every kind of answer was met", EXPECTED - seen)
        good &= say_met("every procedure came to its end over SOAP, too", {"soap " + code for code in ENDS} - seen)
    print(f"# {sum(len(r.steps) for r in results)} steps in {time.monotonic() - began:.0f} s")
    return 0 if good else 1


if __name__ == "__main__":
    assert set(SUBJECTS) - {"chamber"} == set(OWN) == set(LOGINS.values())
    sys.exit(main())
