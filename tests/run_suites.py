#!/usr/bin/python3
"""Runs test suites one after the other and closes with `N passed, M failed, S skipped`.

A suite is a command whose output has one line a named case: `ok - …`, `not ok - …`, `skipped - …` (TAP as cmocka writes it is
read too). A suite that ends with a status other than 0 without a failed case counts as one failure; so does one that ran fewer cases
than tests/COUNTS asks for: a test that silently stops running must not look like success.

usage: run_suites.py [SUITE …]     (default: all of tests/suites.tsv)
"""
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
CASE = re.compile(r"^(?:\s*)(ok|not ok|skipped)\b(?:\s+\d+)?\s*-?\s*(.*)$")


def read_table(name):
    rows = {}
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        for line in f:
            line = line.rstrip("\n")
            if line and not line.startswith("#"):
                key, value = line.split("\t", 1)
                rows[key] = value
    return rows

BEHIND_FAILURE = 100  # lines


def run(name, command, least):
    """Counts of one suite; prints each case that failed with what is said behind it, and the tail of a suite that broke."""
    print(f"== {name}: {command}", flush=True)
    started = time.monotonic()
    counts = {"ok": 0, "not ok": 0, "skipped": 0}
    tail, shown = [], 0
    child = subprocess.Popen(["bash", "-c", command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             errors="replace", stdin=subprocess.DEVNULL)
    for line in child.stdout:
        tail = (tail + [line])[-200:]
        m = CASE.match(line)
        if m and not re.match(r"\d+\.\.\d+", line):
            skip = m[1] == "ok" and "# SKIP" in line
            counts["skipped" if skip else m[1]] += 1
            shown = BEHIND_FAILURE if m[1] != "ok" else 0
            if m[1] != "ok" or os.environ.get("VERBOSE"):
                print("  " + line.rstrip(), flush=True)
        elif shown > 0:
            shown -= 1
            print("    " + line.rstrip(), flush=True)
    code = child.wait()
    ran = counts["ok"] + counts["not ok"] + counts["skipped"]
    problems = []
    if code != 0 and counts["not ok"] == 0:
        problems.append(f"ended with status {code}")
    if ran < least:
        problems.append(f"ran {ran} cases, tests/COUNTS asks for {least}")
    for p in problems:
        print(f"  not ok - {name}: {p}", flush=True)
    counts["not ok"] += len(problems)
    if problems:
        print("  --- last lines ---\n  " + "  ".join(tail[-60:]), flush=True)
    print(f"   {name}: {counts['ok']} passed, {counts['not ok']} failed, {counts['skipped']} skipped in {time.monotonic() - started:.0f} s",
          flush=True)
    return counts


def main():
    suites, least = read_table("suites.tsv"), read_table("COUNTS")
    wanted = sys.argv[1:] or list(suites)
    total = {"ok": 0, "not ok": 0, "skipped": 0}
    for name in wanted:
        for key, n in run(name, suites[name], int(least.get(name, "1"))).items():
            total[key] += n
    print(f"{total['ok']} passed, {total['not ok']} failed, {total['skipped']} skipped")
    return 1 if total["not ok"] or not total["ok"] else 0


if __name__ == "__main__":
    sys.exit(main())
