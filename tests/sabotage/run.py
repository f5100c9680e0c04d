#!/usr/bin/python3
"""Breaks one line at a time and sees its test go red.

Works on a copy of the tree under build/sabotage, so that nothing of the checkout is touched. A break that no longer applies, does
not build, or leaves its test green is a failure. `--fast` runs only the breaks marked fast (part of `make test`).
"""
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TREE = os.path.join(ROOT, "build", "sabotage", "tree")
DEADLINE_S = 600


def run(command, **kw):
    return subprocess.run(["bash", "-c", command], cwd=TREE, capture_output=True, text=True, timeout=DEADLINE_S, stdin=subprocess.DEVNULL,
                          errors="replace", **kw)


def read_breaks():
    with open(os.path.join(ROOT, "tests", "sabotage", "breaks.tsv"), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if line.strip() and not line.startswith("#")]
    for row in rows:
        if len(row) != 6:
            sys.exit(f"breaks.tsv: {row}: six columns expected")
    return rows


def copy_tree():
    """Sources and finished objects with their times: only what a break touches is compiled again."""
    shutil.rmtree(TREE, ignore_errors=True)
    os.makedirs(TREE)
    files = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
                           check=True).stdout.splitlines()
    for name in files:
        source, target = os.path.join(ROOT, name), os.path.join(TREE, name)
        if os.path.isfile(source):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy2(source, target)
    os.makedirs(os.path.join(TREE, "build"))
    for name in os.listdir(os.path.join(ROOT, "build")):
        if name in ("sabotage", "asan", "tsan", "libfuzzer", "fuzz-corpus", "coverage", "bench", ".lock"):
            continue
        subprocess.run(["cp", "-a", os.path.join(ROOT, "build", name), os.path.join(TREE, "build", name)], check=True)


def apply(name, old, new):
    path = os.path.join(TREE, name)
    with open(path, encoding="utf-8") as f:
        text = f.read()
    if text.count(old) < 1:
        return None
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace(old, new, 1))
    return text


def restore(name, text):
    with open(os.path.join(TREE, name), "w", encoding="utf-8") as f:
        f.write(text)


def unescape(text):
    return text.replace("\\n", "\n").replace("\\t", "\t")


def attempt(name, old, new, command):
    """What became of one break: None = its test went red, as it must."""
    original = apply(name, unescape(old), unescape(new))
    if original is None:
        return "does not apply any more"
    try:
        built = run("make -s -j2 all")
        if built.returncode != 0:
            return "does not build:\n" + (built.stdout + built.stderr)[-1500:]
        tested = run(command)
        if tested.returncode == 0:
            return "its test stays green"
        red = re.findall(r"^\s*not ok.*$", tested.stdout, re.M)
        print(f"      red: {red[0].strip()[:110] if red else 'status ' + str(tested.returncode)}")
        return None
    except subprocess.TimeoutExpired:
        print("      red: the test did not end")
        return None
    finally:
        restore(name, original)


def main():
    fast = "--fast" in sys.argv
    wanted = [a for a in sys.argv[1:] if not a.startswith("--")]
    rows = [r for r in read_breaks() if (not fast or r[0] == "fast") and (not wanted or any(w in r[1] for w in wanted))]
    copy_tree()
    failed = 0
    for command in sorted({row[5] for row in rows}):
        control = run("make -s -j2 all && " + command)
        good = control.returncode == 0
        failed += not good
        print(f"{'ok' if good else 'not ok'} - sabotage: unbroken, green: {command[:80]}", flush=True)
        if not good:
            print((control.stdout + control.stderr)[-1500:])
    for _, title, name, old, new, command in rows:
        problem = attempt(name, old, new, command)
        failed += problem is not None
        print(f"{'not ok' if problem else 'ok'} - sabotage: {title} ({name}){': ' + problem if problem else ''}", flush=True)
    print(f"{len(rows)} breaks, {failed} failed")
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
