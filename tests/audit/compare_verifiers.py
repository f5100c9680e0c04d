#!/usr/bin/python3
"""Two verifiers, one page: `vashgate audit verify` and verify.py must say the same of every export, whole or damaged.

Makes a real trail with the gateway's own commands, then damages its export in many ways. Prints one case a kind of damage. Files of cases:
compare_cases.py.
"""
import os
import random
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
import compare_cases  # noqa: E402
import world  # noqa: E402

VERIFY = os.path.join(HERE, "verify.py")
SEED = int(os.environ.get("SEED", "1"))


def say(argv):
    r = subprocess.run(argv, capture_output=True, text=True, timeout=300)
    return r.returncode, r.stdout.strip()


class Both:
    def __init__(self, w):
        self.w = w

    def ask(self, text, *more):
        path = os.path.join(self.w.folder, "damaged.txt")
        with open(path, "wb") as f:
            f.write(text)
        ours = say([world.VASHGATE, "audit", "verify", path, *more])
        theirs = say(["/usr/bin/python3", "-B", VERIFY, path, *more])
        return ours, theirs


def damages(text, rng):
    """(name, damaged bytes) pairs."""
    lines = text.split(b"\n")
    records = [i for i, line in enumerate(lines) if line.startswith(b"record ")]
    heads = [i for i, line in enumerate(lines) if line.startswith(b"head ")]
    persons = [i for i, line in enumerate(lines) if line.startswith(b"person ")]

    def joined(changed):
        return b"\n".join(changed)

    for _ in range(60):
        at = rng.randrange(len(text))
        yield "one bit", text[:at] + bytes([text[at] ^ (1 << rng.randrange(8))]) + text[at + 1:]
    for _ in range(10):
        a, b = rng.sample(records, 2)
        swapped = list(lines)
        swapped[a], swapped[b] = swapped[b], swapped[a]
        yield "two records swapped", joined(swapped)
        yield "a record dropped", joined(lines[:a] + lines[a + 1:])
        yield "a record twice", joined(lines[:a] + [lines[a]] + lines[a:])
    yield "the tail dropped", joined(lines[:records[-1]] + lines[records[-1] + 1:])
    yield "no heads", joined([line for i, line in enumerate(lines) if i not in heads])
    for h in heads[:5]:
        yield "a head dropped", joined(lines[:h] + lines[h + 1:])
    for p in persons[:5]:
        yield "a person erased", joined(lines[:p] + lines[p + 1:])
        yield "a person changed", joined(lines[:p] + [re.sub(rb"value=.", b"value=x", lines[p])] + lines[p + 1:])
    yield "cut short", text[:len(text) // 2]
    yield "empty", b""
    yield "a stray line", joined(lines[:3] + [b"hello"] + lines[3:])


def main():
    rng = random.Random(SEED)
    failed, shown = 0, {}
    with world.World() as w:
        receipts = []
        for service, name in [("1003", "obcina"), ("1101", "podjetje"), ("1203", "obcina"), ("1003", "podjetje"), ("1008", "obcina")] * 6:
            receipts.append(w.call(service, name).header("X-Vashgate-Receipt"))
        w.stop()
        with open(w.export(), "rb") as f:
            text = f.read()
        receipt_file = os.path.join(w.folder, "receipts.txt")
        with open(receipt_file, "w", encoding="ascii") as f:
            f.write("".join(f"X-Vashgate-Receipt: {r}\n" for r in receipts))
        heads = os.path.join(w.folder, "data", "audit-heads.log")
        both = Both(w)
        ours, theirs = both.ask(text, "--head", heads, "--receipt", receipt_file)
        good = ours == theirs and ours[0] == 0 and f"receipts={len(receipts)}" in ours[1] and "not anchored" not in ours[1]
        print(f"{'ok' if good else 'not ok'} - audit: both verifiers accept a real trail with its heads and receipts")
        failed += not good
        if not good:
            print("   ours:", ours, "\n   theirs:", theirs)
        proof = w.cli("audit", "show", "--proof", "3", "--from", "1", ok=None)
        path = os.path.join(w.folder, "proof.txt")
        with open(path, "w", encoding="ascii") as f:
            f.write(proof.stdout)
        r = say(["/usr/bin/python3", "-B", VERIFY, "--proof", path])
        print(f"{'ok' if r[0] == 0 else 'not ok'} - audit: a proof of inclusion and consistency is accepted by the other verifier")
        failed += r[0] != 0
        for name, damaged in damages(text, rng):
            ours, theirs = both.ask(damaged, "--head", heads)
            accepted = ours[0] == 0 and damaged != text and name not in ("a person erased", "no heads", "a head dropped")
            if ours != theirs or accepted:
                shown.setdefault(name, []).append((ours, theirs))
            else:
                shown.setdefault(name, [])
    for name, wrong in shown.items():
        print(f"{'not ok' if wrong else 'ok'} - audit: both verifiers agree on an export with: {name}")
        for ours, theirs in wrong[:5]:
            print("   ours:  ", ours, "\n   theirs:", theirs)
        failed += bool(wrong)
    return 1 if failed + compare_cases.main() else 0


if __name__ == "__main__":
    sys.exit(main())
