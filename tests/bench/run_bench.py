#!/usr/bin/python3
"""The fair pair: the gateway and nginx as a bare mTLS proxy, same certificates, TLS to the backend on both.

Rounds alternate; what counts is the median of the ratios inside a round, and the CPU time of a request: that of all
threads of the process (/proc/PID/task/*/stat), the audit writer's included. Raw rows: build/bench/*.json (of
--quick and --only: in a folder of that name there).
After each round: no refusal, and as many audit intents as replies; otherwise the run fails.

  run_bench.py [--quick] [--rounds N] [--ms N] [--only ROW]...
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import bench_world as bw

IDLE = 1000


class RAW:
    """Where raw rows go; a smoke run and single rows must not overwrite those of a whole run."""
    folder = bw.OUT


ROWS = [
    # name, load mode, connections, backend delays 1 ms, request
    ("ka-1-0ms", "ka", 1, False, "2k"), ("ka-16-0ms", "ka", 16, False, "2k"), ("ka-64-0ms", "ka", 64, False, "2k"),
    ("ka-1-1ms", "ka", 1, True, "2k"), ("ka-16-1ms", "ka", 16, True, "2k"), ("ka-64-1ms", "ka", 64, True, "2k"),
    ("ka-16-0ms-small", "ka", 16, False, "small"),
    ("full-16", "full", 16, False, "2k"), ("resumed-16", "resumed", 16, False, "2k"),
]


def one_round(load, peer, mode, connections, args):
    result = load.run(peer, mode, connections=connections, warmup_ms=args.warmup, ms=args.ms)
    result["peer"] = peer.name
    result["ok"] = bool(peer.check(result) and result["errors"] == 0 and result["non_200"] == 0 and result["requests"] > 0)
    result["cpu_us_per_request"] = result["cpu_us"] / max(result["requests"], 1)
    return result


def run_row(row, peers, loads, backend, args):
    name, mode, connections, delay, kind = row
    backend.delay(delay)
    rounds, disk = [], []
    for number in range(args.rounds):
        disk.append(bw.disk_probe_us(peers[0].folder))
        order = peers if number % 2 == 0 else peers[::-1]
        rounds.append({r["peer"]: r for r in (one_round(loads[kind], p, mode, connections, args) for p in order)})
        show_progress(name, number + 1, args.rounds)
    backend.delay(False)
    save(name, {"row": name, "mode": mode, "connections": connections, "backend_delay_ms": int(delay), "request": kind,
                "fdatasync_us": disk, "rounds": rounds})
    return rounds


def show_progress(name, done, total):
    if sys.stderr.isatty():
        print(f"\r{name}: {done}/{total}   ", end="\n" if done == total else "", file=sys.stderr, flush=True)


def save(name, data):
    os.makedirs(RAW.folder, exist_ok=True)
    with open(os.path.join(RAW.folder, name + ".json"), "w", encoding="utf-8") as f:
        json.dump(data, f, indent=1)


def median(rounds, peer, key):
    return statistics.median(r[peer][key] for r in rounds)


def ratio(rounds, peer, other, key):
    return statistics.median(r[peer][key] / max(r[other][key], 1e-9) for r in rounds)


def summarise(name, rounds):
    ours = "vashgate"
    rivals = [p for p in rounds[0] if p != ours]
    best = min(rivals, key=lambda p: median(rounds, p, "cpu_us_per_request"))
    threads = {t: statistics.median(r[ours]["threads"].get(t, 0) / max(r[ours]["requests"], 1) for r in rounds)
               for t in rounds[0][ours]["threads"]}
    figures = {p: {k: median(rounds, p, k) for k in ("per_s", "cpu_us_per_request", "p50_us", "p99_us")} for p in rounds[0]}
    return {"row": name, "rival": best, "ok": all(r["ok"] for one in rounds for r in one.values()), "figures": figures,
            "per_s_ratio": ratio(rounds, ours, best, "per_s"), "cpu_ratio": ratio(rounds, ours, best, "cpu_us_per_request"),
            "cpu_ratio_range": [f(r[ours]["cpu_us_per_request"] / r[best]["cpu_us_per_request"] for r in rounds) for f in (min, max)],
            "threads_us_per_request": threads,
            "intents_per_commit": statistics.median(r[ours]["intents"] / max(r[ours]["audit_commits"], 1) for r in rounds)}


def print_summary(rows):
    print("\n| row | vashgate req/s | nginx req/s | ratio | vashgate µs CPU (loop + audit) | nginx µs CPU | ratio (range) "
          "| p50/p99 ms | nginx p50/p99 ms | better mode |\n|---|---|---|---|---|---|---|---|---|---|")
    for s in rows:
        a, b, t = s["figures"]["vashgate"], s["figures"][s["rival"]], s["threads_us_per_request"]
        audit = t.get("audit-writer", 0) + t.get("checkpoint", 0)
        low, high = s["cpu_ratio_range"]
        print(f"| {s['row']} | {a['per_s']:,.0f} | {b['per_s']:,.0f} | {s['per_s_ratio']:.2f} "
              f"| {a['cpu_us_per_request']:.0f} ({a['cpu_us_per_request'] - audit:.0f} + {audit:.0f}) | {b['cpu_us_per_request']:.0f} "
              f"| {s['cpu_ratio']:.2f} ({low:.2f}–{high:.2f}) "
              f"| {a['p50_us'] / 1000:.2f} / {a['p99_us'] / 1000:.2f} | {b['p50_us'] / 1000:.2f} / {b['p99_us'] / 1000:.2f} "
              f"| {s['rival'].split(', ')[-1]} |")


# ---- idle connections: fresh processes, so that nothing freed earlier hides the growth ----

def idle_one(peer, load, connections):
    load.run(peer, "ka", connections=1, count=20)
    before = bw.memory_kb(peer.pids[0])
    child = load.hold_idle(peer, connections)
    during = bw.memory_kb(peer.pids[0])
    r = load.release(child)
    return {"peer": peer.name, "connections": connections, "ok": r["errors"] == 0 and r["non_200"] == 0, "rss_before_kb": before[0],
            "rss_kb": during[0], "pss_kb": during[1], "rss_kb_per_connection": (during[0] - before[0]) / connections,
            "pss_kb_per_connection": (during[1] - before[1]) / connections}


def idle_row(backend, load, connections):
    rows = []
    for make in (lambda: bw.Gateway(backend), lambda: bw.Nginx(backend, "tickets"), lambda: bw.Nginx(backend, "cache")):
        peer = make()
        try:
            rows.append(idle_one(peer, load, connections))
        finally:
            peer.close()
    save(f"idle-{connections}", rows)
    print(f"\n| {connections} idle connections | RSS before, MB | RSS, MB | PSS, MB | KB RSS / PSS a connection |\n|---|---|---|---|---|")
    for r in rows:
        print(f"| {r['peer']} | {r['rss_before_kb'] / 1024:.1f} | {r['rss_kb'] / 1024:.1f} | {r['pss_kb'] / 1024:.1f} "
              f"| {r['rss_kb_per_connection']:.1f} / {r['pss_kb_per_connection']:.1f} |")
    return rows


# ---- the whole ----

def choose_sessions(rounds):
    """The session mode in which nginx spends less on a resumed connection plays for it in the other rows."""
    return min((p for p in rounds[0] if p != "vashgate"), key=lambda p: median(rounds, p, "cpu_us_per_request"))


def run_rows(args, backend, folder):
    loads = {"2k": bw.Load(folder), "small": bw.Load(folder, bw.SERVICE_SMALL, bw.world.sample(bw.SERVICE_SMALL))}
    gateway, tickets, cache = bw.Gateway(backend), bw.Nginx(backend, "tickets"), bw.Nginx(backend, "cache")
    wanted = [r for r in ROWS if not args.only or r[0] in args.only]
    summary = []
    try:
        for p in (gateway, tickets, cache):  # both pools of backend connections are warm before the first round
            loads["2k"].run(p, "ka", connections=64, ms=300)
        gateway.mark()
        better = cache
        for row in sorted(wanted, key=lambda r: r[1] == "ka"):  # handshakes first: they choose nginx's mode
            peers = [gateway, better] if row[1] == "ka" else [gateway, tickets, cache]
            rounds = run_row(row, peers, loads, backend, args)
            if row[1] == "resumed":
                better = next(p for p in (tickets, cache) if p.name == choose_sessions(rounds))
            summary.append(summarise(row[0], rounds))
    finally:
        for p in (cache, tickets, gateway):
            p.close()
    return summary, loads["2k"]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--quick", action="store_true", help="30 s smoke run: one short round, no figures to quote")
    ap.add_argument("--rounds", type=int, default=7)
    ap.add_argument("--ms", type=int, default=1200, help="measured window of a round")
    ap.add_argument("--warmup", type=int, default=300)
    ap.add_argument("--only", action="append", help="a row's name; may be repeated")
    args = ap.parse_args()
    if args.quick:
        args.rounds, args.ms, args.warmup = 1, 500, 150
        RAW.folder = os.path.join(bw.OUT, "quick")
    elif args.only:
        RAW.folder = os.path.join(bw.OUT, "only")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vashgate-bench-") as folder:
        backend = bw.Backend(folder)
        try:
            summary, load = run_rows(args, backend, folder)
            print_summary(summary)
            idle = [] if args.only else idle_row(backend, load, 200 if args.quick else IDLE)
        finally:
            backend.kill()
    version = subprocess.run(["sha256sum", bw.BINARY], capture_output=True, text=True, check=True).stdout.split()[0]
    good = all(s["ok"] for s in summary) and all(r["ok"] for r in idle)
    save("summary", {"machine": bw.machine(), "gateway_sha256": version, "rounds": args.rounds, "window_ms": args.ms, "rows": summary,
                     "idle": idle})
    print(f"\nbench: {'ok' if good else 'FAILED: see ' + os.path.relpath(RAW.folder, bw.ROOT)} ({time.monotonic() - started:.0f} s)")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
