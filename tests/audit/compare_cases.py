#!/usr/bin/python3
"""Two verifiers, one page: `vashgate case verify` and verify_case.py must say the same of every archive that test_verify_case.py makes.

Prints one case for each of its tests.
"""
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "e2e")]
import test_verify  # noqa: E402,F401
import test_verify_case as cases  # noqa: E402
import world  # noqa: E402

SKIPPED = {"CommandLine",                                                  # its archives are those of the others
           "test_bits", "test_bits_of_the_archive",                        # thousands, of which the fuzzer takes enough
           "test_no_archive", "test_members", "test_zip64", "test_bounds"}     # the ZIP format itself is each program's own matter


def line_of(verdict):
    """What the command line says of the answer of cases.run."""
    if verdict[0] == "ok":
        return " ".join(["ok:", *("%s=%s" % pair for pair in verdict[1].items())])
    return "not ok: index=%s reason=%s" % verdict[1:3] + "".join(" file=" + name for name in verdict[3:])


class Compared:
    """cases.run, and the same archive given to the gateway's program."""

    def __init__(self, folder):
        self.path, self.run = os.path.join(folder, "case.zip"), cases.run
        self.count, self.differ = 0, []

    def __call__(self, data, key=None):
        verdict = self.run(data, key)
        with open(self.path, "wb") as f:
            f.write(data)
        argv = [world.VASHGATE, "case", "verify", self.path] + ([] if key is None else ["--key", key.hex()])
        ours = subprocess.run(argv, capture_output=True, text=True, timeout=60)
        self.count += 1
        if key == b"":
            return verdict              # no key that a command line can name
        if ours.stdout.split("\n")[0] != line_of(verdict) or ours.returncode != (verdict[0] != "ok"):
            self.differ.append((ours.returncode, ours.stdout.strip() + ours.stderr.strip(), line_of(verdict)))
        return verdict


def tests_of(suite):
    for test in suite:
        yield from tests_of(test) if isinstance(test, unittest.TestSuite) else [test]


def main():
    failed = 0
    with tempfile.TemporaryDirectory(prefix="vashgate-cases-") as folder:
        for test in tests_of(unittest.defaultTestLoader.loadTestsFromModule(cases)):
            name, kind = test.id().split(".")[-1], type(test).__name__
            if SKIPPED & {name, kind}:
                continue
            compared = cases.run = Compared(folder)
            result = test.run(unittest.TestResult())
            cases.run = compared.run
            good = result is not None and result.wasSuccessful() and compared.count > 0 and not compared.differ
            print(f"{'ok' if good else 'not ok'} - case file: both verifiers agree: {kind} {name[5:].replace('_', ' ')}", flush=True)
            for difference in compared.differ[:8]:
                print("   ours %d: %s\n   theirs: %s" % difference)
            failed += not good
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
