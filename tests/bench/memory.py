#!/usr/bin/python3
"""Does the gateway's memory stay flat? Used by `make soak`.

  memory.py [--quick] [--rounds N]
Three loads, each with the resident memory of the gateway sampled all the time:
  a reply of 2 GB to a caller that reads 1 MB, stops for 5 s, and goes on;
  10,000 handshakes, half of them resumed, once the session cache is full;
  1,000 idle connections, twice: the second thousand must find the memory of the first (without a
  session cache, which the handshakes have filled and measured).
Growth after warm-up must stay below a bound that is wide for every machine. Figures: build/bench/memory.json.
"""
import argparse
import json
import os
import sys
import tempfile
import threading
import time

import bench_world as bw

GROWTH_MAX_KB = 24 * 1024
IDLE_KB_PER_CONNECTION_MAX = 128
STALL_S = 5


class Watch:
    """Samples the RSS of a process ten times a second."""

    def __init__(self, pid):
        self.pid, self.samples, self.stopping = pid, [], threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    @staticmethod
    def rss_kb(pid):
        with open(f"/proc/{pid}/statm", encoding="ascii") as f:
            return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024

    def run(self):
        started = time.monotonic()
        while not self.stopping.wait(0.1):
            self.samples.append((round(time.monotonic() - started, 2), self.rss_kb(self.pid)))

    def end(self):
        self.stopping.set()
        self.thread.join()
        return self.samples


# ---- a large reply and a caller that stops reading ----

def read_head(s):
    head = b""
    while b"\r\n\r\n" not in head:
        piece = s.recv(4096)
        if not piece:
            raise RuntimeError(f"the gateway closed: {head[:200]!r}")
        head += piece
    head, _, rest = head.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    return head.split(b"\r\n")[0].decode(), fields, len(rest)


def read_slowly(s, total, got, stall_s):
    """Everything; at 1 MB the caller falls silent for a while. Returns (bytes read, seconds of reading)."""
    buffer, stalled, silent = bytearray(1 << 18), False, 0.0
    started = time.monotonic()
    while got < total:
        n = s.recv_into(buffer)
        if n == 0:
            break
        got += n
        if got > 1 << 20 and not stalled:
            stalled = True
            time.sleep(stall_s)
            silent = stall_s
    return got, time.monotonic() - started - silent


def large_reply(gateway, size, stall_s):
    pid = gateway.pids[0]
    gateway.call(bw.SERVICE_SMALL)  # warm-up: a connection to the backend, the guard, the registry
    gateway.sim.behave("huge", bytes=size)
    before, watch = Watch.rss_kb(pid), Watch(pid)
    s = gateway.connect(bw.CLIENT, timeout=120)
    s.sendall(bw.request(bw.SERVICE_SMALL, bw.world.sample(bw.SERVICE_SMALL)))
    status, fields, rest = read_head(s)
    total = int(fields.get(b"content-length", b"0"))
    got, seconds = read_slowly(s, total, rest, stall_s)
    s.close()
    samples = watch.end()
    gateway.sim.reset()
    peak = max(kb for _, kb in samples)
    return {"status": status, "bytes": got, "expected": total, "mb_per_s": got / 1e6 / max(seconds, 1e-3), "rss_before_kb": before,
            "rss_peak_kb": peak, "growth_kb": peak - before, "samples": samples,
            "ok": got == total and total >= size and "200" in status and peak - before < GROWTH_MAX_KB}


def small_reply_growth(gateway):
    """The same with replies of ordinary size, to compare: 2 GB must need no more."""
    before = Watch.rss_kb(gateway.pids[0])
    for _ in range(20):
        gateway.call(bw.SERVICE_SMALL)
    return Watch.rss_kb(gateway.pids[0]) - before


# ---- handshakes ----

def fill_session_cache(gateway, load):
    """Until the cache drops its first session, so that its growth up to its own bound is not taken for a leak."""
    for _ in range(40):
        load.run(gateway, "full", connections=16, count=500)
        if gateway.metrics()["sessions_evicted_total"] > 0:
            return True
    return False


def handshakes(gateway, load, count, rounds):
    pid = gateway.pids[0]
    full_cache, metrics = fill_session_cache(gateway, load), gateway.metrics()
    load.run(gateway, "resumed", connections=16, count=500)
    before, watch, results = Watch.rss_kb(pid), Watch(pid), []
    for _ in range(rounds):
        for mode in ("full", "resumed"):
            results.append(load.run(gateway, mode, connections=16, count=count // 2))
    samples = watch.end()
    now = gateway.metrics()
    # the end counts, not the peak: what a batch of connections needs for a moment is no growth
    growth = Watch.rss_kb(pid) - before
    good = all(r["errors"] == 0 and r["non_200"] == 0 for r in results)
    return {"handshakes": sum(r["handshakes"] for r in results), "resumed": sum(r["resumed"] for r in results), "cache_full": full_cache,
            "sessions": now["sessions"], "sessions_bytes": now["sessions_bytes"], "sessions_evicted": now["sessions_evicted_total"],
            "requests_refused": now["refusals_total"] - metrics["refusals_total"], "rss_before_kb": before,
            "rss_peak_kb": max(kb for _, kb in samples), "growth_kb": growth, "samples": samples[::5],
            "ok": good and full_cache and growth < GROWTH_MAX_KB}


# ---- idle connections ----

def idle_once(gateway, load, connections):
    pid = gateway.pids[0]
    before = bw.memory_kb(pid)
    child = load.hold_idle(gateway, connections)
    during = bw.memory_kb(pid)
    time.sleep(3)
    later = bw.memory_kb(pid)
    r = load.release(child)
    return {"rss_before_kb": before[0], "rss_kb": during[0], "pss_kb": during[1], "rss_3_s_later_kb": later[0],
            "open": r["handshakes"], "errors": r["errors"]}


def idle(gateway, load, connections):
    first, second = (idle_once(gateway, load, connections) for _ in range(2))
    growth = max(second["rss_kb"] - first["rss_kb"], first["rss_3_s_later_kb"] - first["rss_kb"],
                 second["rss_3_s_later_kb"] - second["rss_kb"])
    per = (first["rss_kb"] - first["rss_before_kb"]) / connections
    return {"connections": connections, "first": first, "second": second, "rss_kb_per_connection": per, "growth_kb": growth,
            "ok": first["errors"] + second["errors"] == 0 and growth < GROWTH_MAX_KB and per < IDLE_KB_PER_CONNECTION_MAX}


# ---- the whole ----

def run(args, folder):
    result = {"growth_max_kb": GROWTH_MAX_KB, "machine": bw.machine()}
    with bw.Gateway(pinned=False) as gateway:  # the simulator is the backend: it knows `huge`
        result["large_reply"] = large_reply(gateway, args.bytes, args.stall)
        result["large_reply"]["growth_of_20_small_replies_kb"] = small_reply_growth(gateway)
    backend = bw.Backend(folder)
    load = bw.Load(folder)
    try:
        with bw.Gateway(backend, session_cache_bytes=1) as gateway:  # no session is kept: only connections count
            result["idle"] = idle(gateway, load, args.idle)
        with bw.Gateway(backend, **({"session_cache_bytes": 4 << 20} if args.quick else {})) as gateway:
            result["handshakes"] = handshakes(gateway, load, args.handshakes, args.rounds)
            gateway.mark()
            gateway.stop()  # exit 0 after all this, or it raises
    finally:
        backend.kill()
    return result


def show(result):
    large, hs, idle_ = result["large_reply"], result["handshakes"], result["idle"]
    first, second = idle_["first"]["rss_kb"] / 1024, idle_["second"]["rss_kb"] / 1024
    print(f"large reply : {large['bytes'] / 1e9:.2f} GB at {large['mb_per_s']:.0f} MB/s while reading; RSS "
          f"{large['rss_before_kb'] / 1024:.1f} MB before, {large['rss_peak_kb'] / 1024:.1f} MB at most: "
          f"{'ok' if large['ok'] else 'NOT ok: ' + large['status']}")
    print(f"idle        : {idle_['connections']} connections, {idle_['rss_kb_per_connection']:.1f} KB each; RSS {first:.1f} MB, "
          f"the second time {second:.1f} MB: {'ok' if idle_['ok'] else 'NOT ok'}")
    print(f"handshakes  : {hs['handshakes']} ({hs['resumed']} resumed) with a full session cache ({hs['sessions']} sessions, "
          f"{hs['sessions_bytes'] / 1048576:.1f} MB counted); RSS {hs['rss_before_kb'] / 1024:.1f} MB before, "
          f"{hs['growth_kb'] / 1024:+.1f} MB after, "
          f"{hs['rss_peak_kb'] / 1024:.1f} MB at most: {'ok' if hs['ok'] else 'NOT ok'}")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--quick", action="store_true", help="a tenth of everything")
    ap.add_argument("--rounds", type=int, default=1, help="how many times 10,000 handshakes")
    args = ap.parse_args()
    args.bytes, args.stall, args.handshakes, args.idle = 2 << 30, STALL_S, 10000, 1000
    if args.quick:
        args.bytes, args.stall, args.handshakes, args.idle = 200 << 20, 1, 1000, 300
    os.makedirs(bw.OUT, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="vashgate-memory-") as folder:
        result = run(args, folder)
    with open(os.path.join(bw.OUT, "memory-quick.json" if args.quick else "memory.json"), "w", encoding="utf-8") as f:
        json.dump(result, f, indent=1)
    show(result)
    good = all(result[k]["ok"] for k in ("large_reply", "handshakes", "idle"))
    print(f"memory: {'ok' if good else 'FAILED'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
