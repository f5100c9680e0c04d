#!/usr/bin/env python3
"""End-to-end tests: run_e2e.py [PATTERN]

Runs the cases of every test_*.py beside this file whose sentence matches PATTERN (a regular expression). Cases of one World run in one
gateway. Prints one line a case; exit status 1 if one failed.
"""
import contextlib
import glob
import importlib
import os
import queue
import re
import subprocess
import sys
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import spec_rows  # noqa: E402
from cases import CASES  # noqa: E402

LOG_LINES = 25
SIDE_BY_SIDE = 3


class Report:
    """The lines and the count; any thread."""

    def __init__(self):
        self.passed = self.failed = 0
        self.sentences = []  # of what has passed
        self.lock = threading.Lock()

    def ok(self, sentence):
        with self.lock:
            self.passed += 1
            self.sentences.append(sentence)
            print(f"ok - e2e: {sentence}", flush=True)

    def not_ok(self, sentence, log):
        trouble = traceback.format_exc()
        with self.lock:
            self.failed += 1
            print(f"not ok - e2e: {sentence}\n{trouble}", flush=True)
            if log:
                print("--- gateway's log ---\n" + log, flush=True)


def run_one(report, c, w):
    """One case in its world, which is put in order before."""
    try:
        if w:
            w.sim.reset()
            c.run(w)
        else:
            c.run()
    except Exception:
        report.not_ok(c.sentence, w.gateway.log(LOG_LINES) if w and w.gateway else "")
    else:
        report.ok(c.sentence)


def end_in_order(w):
    """The gateway is alive, stops with 0, and both verifiers accept the trail with the heads that it kept."""
    if w.gateway.child.poll() is not None:
        raise AssertionError(f"the gateway has died: {w.gateway.child.returncode}\n{w.gateway.log(LOG_LINES)}")
    if w.stop() != 0:
        raise AssertionError("the gateway did not stop in order")
    export, heads = w.export(), os.path.join(w.folder, "data", "audit-heads.log")
    w.cli("audit", "verify", export, "--head", heads)
    verifier = os.path.join(os.path.dirname(HERE), "audit", "verify.py")
    subprocess.run([sys.executable, verifier, export, "--head", heads], check=True, capture_output=True, timeout=120)


def run_group(report, make_world, cases):
    """All cases of one world; a gateway that does not stop in order fails a case of its own."""
    w = None
    try:
        w = make_world() if make_world else None
    except Exception:
        for c in cases:
            report.not_ok(c.sentence, "")
        return
    for c in cases:
        run_one(report, c, w)
    if w:
        try:
            end_in_order(w)
        except Exception:
            report.not_ok(f"the gateway of \"{cases[0].sentence}\" and others ends in order, and its trail verifies", "")
        w.close()


def groups_of(cases):
    """(world, its cases), the largest first; a case without a world is a group of its own."""
    groups, single = {}, []
    for c in cases:
        if c.world_of:
            groups.setdefault(c.world_of, []).append(c)
        else:
            single.append((None, [c]))
    return sorted(groups.items(), key=lambda g: -len(g[1])) + single


def run(cases):
    """Groups side by side: each has a world of its own, and waits for processes and disks more than it computes. A thread ends after the
    last of its groups, since what a thread has started dies with it."""
    report = Report()
    waiting = queue.SimpleQueue()
    for group in groups_of([c for c in cases if not c.early]):
        waiting.put(group)

    def work():
        with contextlib.suppress(queue.Empty):
            while True:
                run_group(report, *waiting.get_nowait())
    threads = [threading.Thread(target=run_one, args=(report, c, None)) for c in cases if c.early]
    threads += [threading.Thread(target=work) for _ in range(SIDE_BY_SIDE)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return report


def main(argv):
    if len(argv) > 2:
        sys.exit("usage: run_e2e.py [PATTERN]")
    for path in sorted(glob.glob(os.path.join(HERE, "test_*.py"))):
        importlib.import_module(os.path.basename(path)[:-3])
    pattern = argv[1] if len(argv) == 2 else ""
    began = time.monotonic()
    report = run([c for c in CASES if re.search(pattern, c.sentence)])
    skipped = 0 if pattern else spec_rows.check(report)
    print(f"# {time.monotonic() - began:.0f} s")
    print(f"{report.passed} passed, {report.failed} failed, {skipped} skipped")
    return 1 if report.failed or not report.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
