#!/usr/bin/python3
"""What trust costs a caller, in one run: calls while the responders are up, slow and down; how fast a block cuts connections.

Rounds alternate; what counts is the median of the ratios inside a round. Raw rows: build/bench/*.json.

  trust_bench.py [--rounds N] [--ms N] [--connections N]
"""
import argparse
import json
import os
import socket
import statistics
import sys
import tempfile
import time

import bench_world as bw
from run_bench import RAW, median, ratio, save

RESPONDERS = {"up": {}, "slow": {"ms": 5000}, "down": {"ocsp": "down", "crl": "down"}}
LIFE_S = 30  # so that something is due to be fetched anew in each round


def wait_for_status(gateway):
    """Everything about the registered certificates is known."""
    until = time.monotonic() + 60
    while gateway.metrics()["revocation_rounds_total"] == 0 or gateway.metrics()["revocation_unknown"] > 0:
        if time.monotonic() > until:
            raise RuntimeError("the revocation of the registered certificates did not become known")
        time.sleep(0.1)


def responder_row(args, backend, folder, mode):
    """Each round asks all three; between them the responder is up again until everything is known."""
    rule = {"revocation": "hard"}
    gateway = bw.Gateway(backend, status={"life_s": LIFE_S}, rule=rule, revocation_refresh_s=1)
    load, rounds = bw.Load(folder), []
    try:
        wait_for_status(gateway)
        load.run(gateway, "ka", connections=16, ms=300)
        gateway.mark()
        for number in range(args.rounds):
            names = list(RESPONDERS) if number % 2 == 0 else list(RESPONDERS)[::-1]
            one = {}
            for name in names:
                gateway.status.tell(life_s=LIFE_S)
                wait_for_status(gateway)
                gateway.status.tell(life_s=LIFE_S, **RESPONDERS[name])
                r = load.run(gateway, mode, connections=16, warmup_ms=200, ms=args.ms)
                r["ok"] = gateway.check(r) and r["errors"] == 0 and r["non_200"] == 0 and r["requests"] > 0
                one[name] = r
            rounds.append(one)
    finally:
        gateway.close()
    save(f"responder-{mode}", {"row": f"responder-{mode}", "life_s": LIFE_S, "rounds": rounds})
    print(f"\n| {mode}, 16 connections | p50 ms | p99 ms | p99 against up |\n|---|---|---|---|")
    for name in RESPONDERS:
        print(f"| responder {name} | {median(rounds, name, 'p50_us') / 1000:.2f} | {median(rounds, name, 'p99_us') / 1000:.2f} "
              f"| {ratio(rounds, name, 'up', 'p99_us'):.2f} |")
    return all(r["ok"] for one in rounds for r in one.values())


class Control:
    """The control socket, without the start of a program for each command."""

    def __init__(self, gateway):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.connect(os.path.join(gateway.folder, "control"))
        self.f = self.s.makefile("rw")

    def ask(self, **command):
        self.f.write(json.dumps(command) + "\n")
        self.f.flush()
        answer = json.loads(self.f.readline())
        if not answer["ok"]:
            raise RuntimeError(answer)


def open_connections(gateway, count):
    context = gateway.context(bw.CLIENT)
    return [gateway.connect(context=context) for _ in range(count)]


def cut(control, connections, digest):
    """Milliseconds until the block has returned, and until its last connection has ended."""
    started = time.perf_counter()
    control.ask(command="block", cert=digest, reason="bench")
    returned = time.perf_counter()
    for c in connections:
        try:
            while c.recv(65536):
                pass
        except OSError:
            pass
        c.close()
    ended = time.perf_counter()
    control.ask(command="unblock", cert=digest)
    return (returned - started) * 1000, (ended - started) * 1000


def kill_row(args, backend):
    digest = bw.world.pki_index()["certificates"][bw.CLIENT]["sha256"]
    gateway = bw.Gateway(backend, pinned=False, loops=0)
    rows = {}
    try:
        for count in (1, 100, args.connections):
            rows[count] = []
            for _ in range(args.rounds):
                connections, control = open_connections(gateway, count), Control(gateway)
                rows[count].append(cut(control, connections, digest))
                control.s.close()
    finally:
        gateway.close()
    save("kill-switch", [{"connections": n, "returned_ms": [r[0] for r in rounds], "ended_ms": [r[1] for r in rounds]} for n, rounds in rows.items()])
    print("\n| open connections of the certificate | `user block` has returned, ms (worst) | the last one has ended, ms (worst) |\n|---|---|---|")
    for n, rounds in rows.items():
        cells = [f"{statistics.median(c):.1f} ({max(c):.1f})" for c in zip(*rounds)]
        print(f"| {n} | {cells[0]} | {cells[1]} |")
    return True


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--rounds", type=int, default=7)
    ap.add_argument("--ms", type=int, default=1200, help="measured window of a round")
    ap.add_argument("--connections", type=int, default=1000)
    args = ap.parse_args()
    os.makedirs(RAW.folder, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="vashgate-bench-") as folder:
        backend = bw.Backend(folder)
        try:
            good = [responder_row(args, backend, folder, mode) for mode in ("ka", "full")] + [kill_row(args, backend)]
        finally:
            backend.kill()
    print(f"\ntrust bench: {'ok' if all(good) else 'FAILED'}")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
