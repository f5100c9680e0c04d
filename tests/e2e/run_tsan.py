#!/usr/bin/python3
"""The engine under load in a ThreadSanitizer build: calls, refusals, reconnects, reloads, registry changes, a drain.

The gateway is the one of VASHGATE_BUILD. Any report of the sanitizer is a failure.
"""
import http.client
import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import world  # noqa: E402

ROUNDS = 25


def caller(w, name, services, reconnect, failures):
    """Calls over one connection, or a new one for each."""
    context = w.context(name)
    kept = None
    for i in range(ROUNDS):
        if kept is None:
            kept = http.client.HTTPSConnection("localhost", w.port, context=context, timeout=300)
        service = services[i % len(services)]
        try:
            r = w.call(service, connection=kept)
            if r.status not in (200, 500):
                failures.append((name, service, r.status, r.code))
        except Exception as e:  # a broken connection is a finding too
            failures.append((name, service, repr(e)))
            kept.close()
            kept = None
            continue
        if reconnect or r.header("Connection") == "close":
            kept.close()
            kept = None


def main():
    env = dict(os.environ)
    w = world.World(start=False, loops=2)
    failures = []
    try:
        w.start(env=env)
        callers = [("obcina", ["1003", "1203", "1002"], False), ("obcina", ["1001", "1103"], True), ("podjetje", ["1101", "1201"], False),
                   ("podjetje", ["1003", "preveri"], True), ("unregistered", ["1003"], True)]
        threads = [threading.Thread(target=caller, args=(w, *c, failures)) for c in callers]
        for t in threads:
            t.start()
        for i in range(4):
            w.reload()
            w.cli("user", "block", "a" * 63 + str(i))
            w.metrics()
        for t in threads:
            t.join()
        gateway = w.gateway
        code = w.stop()
        lines = gateway.lines
    finally:
        w.close()
    reports = [line for line in lines if "ThreadSanitizer" in line and "suppressions" not in line]
    matched = sum(1 for line in lines if "Suppressions" in line)
    print(f"library suppressions used: {matched}")
    for text, bad in (("no data race is reported", reports), ("every call is answered", failures)):
        print(f"{'not ok' if bad else 'ok'} - tsan: {text}")
        for line in bad[:20]:
            print("   ", line)
    if reports:
        print("\n".join(line for line in lines if "level=" not in line)[:20000])
    print(f"{'not ok' if code else 'ok'} - tsan: the process ends with status {code}")
    return 1 if reports or failures or code else 0


if __name__ == "__main__":
    sys.exit(main())
