#!/usr/bin/python3
"""Nothing is lost: power cuts, SIGKILLs, a full disk and reloads, each under load from clients that keep their receipts.

usage: run_loss.py [--long] [--seed N] [CASE …]      cases: power-cuts sigkill sigkill-pages disk-full disk-reserve disk-full-killed reload

After each case every receipt that any client holds is in the log with that leaf, `vashgate audit verify` and
tests/audit/verify.py say the same, no intent is open, and the reply's bytes as the client saw them match the outcome's digest.
"""
import argparse
import collections
import glob
import hashlib
import http.client
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
from world import BUILD, ROOT, World, die_with_parent, sample, services  # noqa: E402
sys.path.insert(0, HERE)
from kill_portal import kill_portal  # noqa: E402

VERIFIER = os.path.join(ROOT, "tests", "audit", "verify.py")
POWER_CUTS = os.path.join(BUILD, "tests", "power_cuts")
RECEIPT = re.compile(r"v=1; log=(\w+); index=(\d+); leaf=([0-9a-f]{64}); time=\S+")
PAIR = re.compile(r'([a-z0-9_.]+)=("(?:[^"\\]|\\.)*"|\S+)')
HURRY = dict(calls_per_s=100000, calls_burst=100000, in_flight=1000)    # limits are another test's matter
PROGRESS_S = 60                                                        # a hang ends the test; nothing else is timed


def check(truth, *what):
    if not truth:
        raise AssertionError(" ".join(str(w) for w in what))


# ---- callers ----

class Kind:
    """One kind of request and the status that it gets when all is well."""

    def __init__(self, name, method, path, status, body=None, headers=None):
        self.name, self.method, self.path, self.status, self.body, self.headers = name, method, path, status, body, headers or {}


def kinds_of_requests():
    """Calls of several services, our own service, a contract, and two refusals of a proven certificate."""
    table, kinds = services(), []
    for service in ("1000", "1001", "1002", "1005", "1006", "1103", "1201", "1202", "preveri"):
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{table[service]["soap_action"]}"'}
        kinds.append(Kind(service, "POST", table[service]["path"], 200, sample(service), headers))
    call = kinds[0]
    kinds.append(Kind("wsdl", "GET", call.path + "?wsdl", 200))
    kinds.append(Kind("no-path", "POST", "/nowhere", 404, call.body, call.headers))
    kinds.append(Kind("wrong-action", "POST", call.path, 500, call.body, {**call.headers, "SOAPAction": '"wrong"'}))
    return kinds


class Held:
    """What a client keeps of one reply: the receipt and, if the whole body came, its digest."""

    def __init__(self, kind, reply):
        self.kind, self.status, self.request = kind, reply.status, reply.getheader("X-Request-Id")
        self.line = reply.getheader("X-Vashgate-Receipt")
        self.code, self.retry_after = reply.getheader("X-Vashgate-Code"), reply.getheader("Retry-After")
        m = RECEIPT.fullmatch(self.line) if self.line else None
        self.log, self.index, self.leaf = (m[1], int(m[2]), m[3]) if m else (None, None, None)
        self.digest = self.size = None

    def complete(self, body):
        self.digest, self.size = hashlib.sha256(body).hexdigest(), len(body)


class Callers:
    """Threads that call until stopped; half of them make a new connection for each call."""

    def __init__(self, world, count, seed):
        self.world, self.kinds = world, kinds_of_requests()
        self.cond = threading.Condition()
        self.held, self.broken, self.stopping, self.up = [], [], False, True
        self.threads = [threading.Thread(target=self._run, args=(random.Random(f"{seed}/{i}"), i % 2 == 1), daemon=True)
                        for i in range(count)]
        for t in self.threads:
            t.start()

    def _wait_up(self):
        with self.cond:
            self.cond.wait_for(lambda: self.up or self.stopping)
            return not self.stopping

    def _run(self, rng, reconnect):
        context, connection = self.world.context("obcina"), None
        while self._wait_up():
            kind = rng.choice(self.kinds)
            if connection is None:
                connection = http.client.HTTPSConnection("localhost", self.world.port, context=context, timeout=PROGRESS_S)
            if not self._call(connection, kind) or reconnect:
                connection.close()
                connection = None
        if connection:
            connection.close()

    def _call(self, connection, kind):
        """A receipt is held as soon as the head is there, the digest when all of the body is. False: the connection is of no use."""
        held = None
        try:
            connection.request(kind.method, kind.path, body=kind.body, headers={"Host": "localhost", **kind.headers})
            reply = connection.getresponse()
            held = Held(kind, reply)
            held.complete(reply.read())
        except (OSError, http.client.HTTPException) as error:
            with self.cond:
                self.broken.append(f"{kind.name}: {type(error).__name__}: {error}")
        if held:
            with self.cond:
                self.held.append(held)
                self.cond.notify_all()
        return held is not None and held.digest is not None and not reply.will_close

    def pause(self):
        with self.cond:
            self.up = False

    def resume(self):
        with self.cond:
            self.up = True
            self.cond.notify_all()

    def wait(self, what, more):
        """Until `more` further replies for which what(held) is true have come."""
        with self.cond:
            seen = len(self.held)
            done = self.cond.wait_for(lambda: sum(map(what, self.held[seen:])) >= more, PROGRESS_S)
        check(done, "no progress:", more, "replies did not come;", self.broken[-3:])

    def wait_any(self, more):
        self.wait(lambda held: True, more)

    def stop(self):
        with self.cond:
            self.stopping = True
            self.cond.notify_all()
        for t in self.threads:
            t.join()


# ---- what must be true afterwards ----

def receipts_of(held):
    return [h for h in held if h.line]


def check_database(world, held):
    """The quick check between rounds: each receipt is in the table with that leaf, and no intent is open."""
    db = sqlite3.connect(f"file:{world.folder}/data/registry.db?mode=ro", uri=True)
    try:
        for h in receipts_of(held):
            row = db.execute("SELECT lower(hex(leaf)), line FROM audit WHERE idx = ?", (h.index,)).fetchone()
            check(row and row[0] == h.leaf, "receipt", h.index, "of", h.kind.name, "is not in the log:", row)
            check(f" request={h.request} " in row[1], "record", h.index, "is not of request", h.request)
        check(db.execute("SELECT count(*) FROM audit_open").fetchone()[0] == 0, "open intents after the restart")
    finally:
        db.close()


def verdicts(world, held, extra_args=()):
    """The verdict of both verifiers on one export with heads and receipts from outside; they must agree."""
    export, receipts = world.export(), os.path.join(world.folder, "receipts.txt")
    with open(receipts, "w", encoding="ascii") as f:
        for i, h in enumerate(receipts_of(held)):
            f.write(("X-Vashgate-Receipt: " if i % 2 else "") + h.line + "\n")
    args = ["--head", os.path.join(world.folder, "data", "audit-heads.log"), "--receipt", receipts, *extra_args]
    ours = world.cli("audit", "verify", export, *args, ok=None).stdout
    direct = world.cli("audit", "verify", *args, ok=None).stdout
    theirs = subprocess.run([sys.executable, VERIFIER, export, *args], capture_output=True, text=True, timeout=600,
                            preexec_fn=die_with_parent).stdout
    check(ours == theirs == direct, "the verifiers differ:", repr(ours), repr(direct), repr(theirs))
    return export, ours


def read_records(export):
    with open(export, encoding="utf-8") as f:
        return [dict(PAIR.findall(line[7:])) for line in f if line.startswith("record ")]


def check_call(h, intent, outcomes, interrupted_allowed):
    """A held receipt of a call: one outcome, and it says what the client saw."""
    check(len(outcomes) == 1, "intent", h.index, "has", len(outcomes), "outcomes")
    outcome = outcomes[0]
    check(intent["in_sha256"] == hashlib.sha256(h.kind.body).hexdigest(), "in_sha256 of", h.index)
    if outcome["result"] == "interrupted":
        check(interrupted_allowed, "call", h.index, "was interrupted")
    elif h.digest is None:
        check(outcome["result"] in ("truncated", "abandoned", "delivered"), "result of a broken reply", outcome)
    else:
        seen = (str(h.status), str(h.size), h.digest)
        said = (outcome["status"], outcome["out_bytes"], outcome["out_sha256"])
        check(outcome["result"] == "delivered" and seen == said, "the client saw", seen, "and the log says", outcome)


def check_all(world, held, interrupted_allowed=False):
    """Everything at the end of a case, with the gateway stopped. Returns (records, outcomes by result)."""
    export, verdict = verdicts(world, held)
    expected = rf"ok: records=\d+ heads=\d+ receipts={len(receipts_of(held))} root=\w+ open=0\n"
    check(re.fullmatch(expected, verdict), "verdict:", repr(verdict))
    records, outcomes = read_records(export), collections.defaultdict(list)
    for r in records:
        if r["kind"] == "outcome":
            outcomes[int(r["intent"])].append(r)
    for h in receipts_of(held):
        r = records[h.index]
        check(r["request"] == h.request, "receipt", h.index, "names", r)
        if r["kind"] == "intent":
            check_call(h, r, outcomes[h.index], interrupted_allowed)
        else:
            check(r["kind"] in ("refusal", "served") and r["status"] == str(h.status), "record of", h.index, r)
    return records, collections.Counter(o["result"] for found in outcomes.values() for o in found)


def statuses_are_right(held):
    for h in held:
        check(h.status == h.kind.status and h.line, h.kind.name, "got", h.status, h.code)


def gaps(records):
    return [int(r["count"]) for r in records if r["kind"] == "gap"]


# ---- (a) power cuts ----

def power_cuts(args):
    r = subprocess.run([POWER_CUTS, "--cuts", "1000" if args.long else "400", "--seed", str(args.seed)], text=True,
                       stdout=subprocess.PIPE, preexec_fn=die_with_parent, check=False)
    lines = r.stdout.splitlines()
    for line in lines:
        if not line.startswith("ok - "):
            print(line)
    last = next((line for line in lines if line.startswith("ok - power cuts: ")), None)
    check(r.returncode == 0 and last, "power_cuts: exit", r.returncode)
    return last[5:]


# ---- (b) SIGKILL ----

def sigkill(args):
    kills = 500 if args.long else 100
    rng = random.Random(args.seed)
    with World(**HURRY) as world:
        callers = Callers(world, 6, args.seed)
        for _ in range(kills):
            callers.wait_any(rng.randrange(1, 60))
            callers.pause()
            world.gateway.kill()
            with callers.cond:
                held = list(callers.held)
            world.start()
            check_database(world, held[-400:])
            callers.resume()
        callers.wait_any(50)
        callers.stop()
        check(world.stop() == 0, "the gateway did not stop in order")
        records, results = check_all(world, callers.held, interrupted_allowed=True)
        check(results["interrupted"] > 0, "no kill fell into a call")
        check(sum(r["kind"] == "start" for r in records) == kills + 1, "start records")
        half = sum(h.digest is None for h in callers.held)
        return (f"SIGKILL: {kills} kills, {len(receipts_of(callers.held))} receipts, {results['interrupted']} calls interrupted, "
                f"{half} replies cut with their receipt, {len(callers.broken)} connections broken")


# ---- (c) disk full ----

class SmallDisk:
    """The data folder of a world on a tmpfs of its own."""

    def __init__(self, world, size_mb):
        self.data = os.path.join(world.folder, "data")
        self.filler = os.path.join(self.data, "filler")
        aside = self.data + ".aside"
        os.rename(self.data, aside)
        os.mkdir(self.data, 0o700)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode=0700", "tmpfs", self.data], check=True)
        for path in glob.glob(os.path.join(aside, "*")):
            shutil.copy2(path, self.data)

    def fill(self, leave_bytes):
        st = os.statvfs(self.data)
        with open(self.filler, "wb", buffering=0) as f:
            os.posix_fallocate(f.fileno(), 0, st.f_bavail * st.f_frsize - leave_bytes)

    def free(self):
        os.unlink(self.filler)

    def close(self):
        subprocess.run(["umount", self.data], check=True)


def refused(h):
    return h.status == 503


def check_refusal(h):
    check(h.code == "VG-S02" and h.retry_after and not h.line, "refused with", h.status, h.code, h.retry_after, h.line)


def outage(world, callers, disk, leave_bytes):
    """Calls, full disk, refusals without a request at the backend, room again, calls. Returns the number refused."""
    callers.wait_any(200)
    disk.fill(leave_bytes)
    callers.wait(refused, 30)       # one refusal in all threads, and what was under way is over
    before = world.sim.stats()
    callers.wait(refused, 200)
    with callers.cond:
        check(all(refused(h) for h in callers.held[-50:]), "not all calls are refused")
    check(world.sim.stats() == before, "the backend saw requests that the log does not know:", before, world.sim.stats())
    disk.free()
    callers.wait(lambda h: h.status == 200, 200)
    callers.pause()


def full_disk(args, name, size_mb, reserve_mb, leave_bytes, outages):
    counts = []
    with World(start=False, audit_reserve_mb=reserve_mb, **HURRY) as world:
        disk = SmallDisk(world, size_mb)
        try:
            world.start()
            callers = Callers(world, 6, args.seed)
            for _ in range(outages):
                callers.resume()
                outage(world, callers, disk, leave_bytes)
            callers.stop()
            failed = world.metrics()
            check(world.stop() == 0, "the gateway did not stop in order")
            no, yes = [h for h in callers.held if refused(h)], [h for h in callers.held if not refused(h)]
            check(not callers.broken, "connections broke:", callers.broken[:3])
            for h in no:
                check_refusal(h)
            statuses_are_right(yes)
            records, _ = check_all(world, yes)
            counts = gaps(records)
            check(len(counts) == outages and sum(counts) == len(no), "gap records", counts, "for", len(no), "refused requests")
            check(bool(reserve_mb) == (failed["audit_failed_commits_total"] == 0), "failed commits:", failed)
        finally:
            world.stop()
            disk.close()
    return f"{name}: {outages} outages, {len(yes)} receipts, {len(no)} calls refused, gap records {counts}"


def disk_full(args):
    return full_disk(args, "disk full", 24, 0, 512 << 10, 3 if args.long else 1)


def disk_reserve(args):
    return full_disk(args, "disk reserve reached", 64, 24, 12 << 20, 3 if args.long else 1)


# ---- (d) a process killed while the disk is full ----

def killed_in_outage(args):
    with World(start=False, audit_reserve_mb=0, **HURRY) as world:
        disk = SmallDisk(world, 24)
        try:
            world.start()
            callers = Callers(world, 6, args.seed)
            callers.wait(lambda h: h.status == 200, 200)
            disk.fill(512 << 10)
            callers.wait(refused, 200)
            callers.pause()
            world.gateway.kill()
            callers.stop()
            disk.free()
            world.start()
            check(world.stop() == 0, "the gateway did not stop in order")
            no, yes = [h for h in callers.held if refused(h)], [h for h in callers.held if not refused(h)]
            records, _ = check_all(world, yes, interrupted_allowed=True)
            counts = gaps(records)
            unseen = sum(counts) - len(no)  # counted, but killed before the caller had his answer
            check(len(counts) == 1 and 0 <= unseen <= len(callers.broken), "gap records", counts, "for", len(no), "refused requests")
        finally:
            world.stop()
            disk.close()
    return f"killed while the disk was full: {len(yes)} receipts, {len(no)} calls refused, gap records {counts}"


# ---- (e) reloads ----

def break_config(world, how):
    with open(world.config_path, encoding="utf-8") as f:
        text = f.read()
    text = {"unknown key": text + "nonsense = 1;\n", "cut short": text[:len(text) // 2],
            "missing key": text.replace("gateway.key", "nowhere.key"), "moved data": text.replace('/data"', '/elsewhere"'),
            "bad limit": text + "head_ms = 0;\n"}[how]
    with open(world.config_path, "w", encoding="utf-8") as f:
        f.write(text)


def reload(args):
    reloads = 240 if args.long else 60
    broken = ("unknown key", "cut short", "missing key", "moved data", "bad limit")
    with World(**HURRY) as world:
        callers = Callers(world, 6, args.seed)
        for i in range(reloads):
            callers.wait_any(5)
            world.write_config(retry_after_s=2 + i % 7)
            if i % 4 == 3:
                break_config(world, broken[i // 4 % len(broken)])
            check(world.reload() == (i % 4 != 3), "reload", i, "was taken wrongly")
        world.write_config()
        callers.wait_any(50)
        callers.stop()
        check(world.stop() == 0, "the gateway did not stop in order")
        check(not callers.broken, "calls failed:", len(callers.broken), callers.broken[:3])
        statuses_are_right(callers.held)
        records, _ = check_all(world, callers.held)
        results = collections.Counter(r["result"] for r in records if r["kind"] == "config")
        check(results == {"ok": reloads - reloads // 4, "failed": reloads // 4}, "config records", results)
        return f"reload: {reloads} SIGHUPs, {reloads // 4} of them broken, {len(callers.held)} calls, none failed"


# ---- running ----

CASES = {"power-cuts": power_cuts, "sigkill": sigkill, "sigkill-pages": kill_portal, "disk-full": disk_full, "disk-reserve": disk_reserve,
         "disk-full-killed": killed_in_outage, "reload": reload}


def run_case(name, args):
    try:
        print(f"ok - loss: {CASES[name](args)}", flush=True)
        return True
    except Exception as error:  # any exception is this case's failure; the others still run
        print(f"not ok - loss: {name}: {type(error).__name__}: {error}", flush=True)
        return False


def run_mounting(name, args):
    """A case that mounts runs in a mount namespace of its own: its mounts end with it. Not root: as root of a user namespace."""
    unshare = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    again = [sys.executable, os.path.abspath(__file__), "--inside", "--seed", str(args.seed), *(["--long"] if args.long else []), name]
    r = subprocess.run(unshare + again, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=die_with_parent,
                       check=False)
    print(r.stdout, end="", flush=True)
    if "ok - loss: " not in r.stdout:
        print(f"not ok - loss: {name}: no right to mount a small disk here (unshare: exit {r.returncode})", flush=True)
    return r.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--long", action="store_true", help="1,000 cuts, 500 kills, more of the rest")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("cases", metavar="CASE", nargs="*", help=" ".join(CASES))
    args = parser.parse_args()
    if not set(args.cases) <= set(CASES):
        parser.error("cases: " + " ".join(CASES))
    results = []
    for name in args.cases or CASES:
        mounts = name.startswith("disk-") and not args.inside
        results.append(run_mounting(name, args) if mounts else run_case(name, args))
    if not args.inside:
        print(f"{sum(results)} passed, {len(results) - sum(results)} failed, 0 skipped")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
