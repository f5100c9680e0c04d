#!/usr/bin/python3
"""The gateway under load in a ThreadSanitizer build: calls, refusals, reconnects, reloads, registry changes, a drain; then the portal
with people who register, decide, look and leave at once. The gateway is the one of VASHGATE_BUILD. Any report of the sanitizer is a failure.
"""
import http.client
import json
import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import world  # noqa: E402
from portal import COMPANY, COURT, MUNICIPALITY, NEIGHBOUR, Person, administrator, administrator_of, chief, portal_world, read, user  # noqa: E402

ROUNDS, VISITS = 25, 6


def calls(w, name, services, reconnect):
    """Calls over one connection, or a new one for each. Yields what went wrong."""
    context = w.context(name)
    kept = None
    for i in range(ROUNDS):
        if kept is None:
            kept = http.client.HTTPSConnection("localhost", w.port, context=context, timeout=300)
        service = services[i % len(services)]
        try:
            r = w.call(service, connection=kept)
            if r.status not in (200, 500):
                yield name, service, r.status, r.code
        except Exception as e:  # a broken connection is a finding too
            yield name, service, repr(e)
            kept.close()
            kept = None
            continue
        if reconnect or r.header("Connection") == "close":
            kept.close()
            kept = None


def engine(w):
    callers = [("obcina", ["1003", "1203", "1002"], False), ("obcina", ["1001", "1103"], True), ("podjetje", ["1101", "1201"], False),
               ("podjetje", ["1003", "preveri"], True), ("unregistered", ["1003"], True)]
    return [calls(w, *c) for c in callers]


def applies(w, name, line, group, certificate):
    """Registers and leaves, again and again; looks at his own pages and takes the file of his case."""
    for _ in range(VISITS):
        person = Person(w, name, line)
        page = person.register(group, certificate=certificate)
        if page.step != "vs207-07":
            yield name, group, repr(page)[:300]
        for procedure in ("cases", "calls", "certificates", "vs221"):
            person.begin(procedure)
        record = read(w, "SELECT max(m.id) FROM membership m JOIN subject s USING (eceu_id) WHERE user_group = ?", group)[0][0]
        answer = person.get(f"/record/{record}.zip")
        if answer.status not in (200, 404):
            yield name, answer.status
        page = person.begin("vs206")
        choice = person.press(page, "leave", {"records": [v for v, t in page.options("records").items() if str(group) in t]})
        if choice.status != 200:
            yield name, choice.status


def decides(w, name, group):
    for _ in range(VISITS):
        person = Person(w, name, administrator_of(group))
        page = person.open_211(group)
        marks = {f"mark.{r}": "confirm" for r in page.records()}
        if marks and person.press(page, "execute", marks).status not in (200, 409):
            yield name, group
        for procedure in ("vs222", "vs223"):
            person.begin(procedure)


PEOPLE = [user(MUNICIPALITY, 701), user(COMPANY, 501), user(NEIGHBOUR, 701), chief(COURT), administrator(COURT, 1003), administrator(COURT, 1103)]


def people(w):
    return [applies(w, "uradnica", "701", 1003, "obcina_zig"), applies(w, "direktor", "501", 1103, "podjetje"),
            applies(w, "direktor", "501", 1201, "podjetje"), decides(w, "referentka", 1003), decides(w, "referentka", 1103)]


def disturb(w):
    """What operators do meanwhile."""
    for i in range(4):
        w.reload()
        w.cli("user", "block", "a" * 63 + str(i))
        w.metrics()
        for row in json.loads(w.cli("--json", "case", "list").stdout)[:1]:
            w.cli("case", "export", str(row["record"]), os.path.join(w.folder, "case.zip"), ok=None)


def collect(deeds, failures):
    try:
        failures.extend(deeds)
    except Exception as e:
        failures.append(repr(e))


def run(kind, w, deeds):
    """All deeds at once, then a stop in order; what the sanitizer has said."""
    failures = []
    try:
        threads = [threading.Thread(target=collect, args=(d, failures)) for d in deeds(w)]
        for t in threads:
            t.start()
        disturb(w)
        for t in threads:
            t.join()
        gateway = w.gateway
        code = w.stop()
        lines = gateway.lines
    finally:
        w.close()
    reports = [line for line in lines if "ThreadSanitizer" in line and "suppressions" not in line]
    print(f"library suppressions used: {sum(1 for line in lines if 'Suppressions' in line)}")
    for text, bad in (("no data race is reported", reports), ("every request is answered", failures)):
        print(f"{'not ok' if bad else 'ok'} - tsan: {kind}: {text}")
        for line in bad[:20]:
            print("   ", line)
    if reports:
        print("\n".join(line for line in lines if "level=" not in line)[:20000])
    elif failures:
        print("\n".join(line for line in lines if "level=warn" in line or "level=error" in line)[-8000:])
    print(f"{'not ok' if code else 'ok'} - tsan: {kind}: the process ends with status {code}", flush=True)
    return bool(reports or failures or code)


def main():
    failed = run("engine", world.World(loops=2), engine)
    failed |= run("portal", portal_world(PEOPLE, loops=2), people)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
