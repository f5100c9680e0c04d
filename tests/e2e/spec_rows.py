"""docs/SPEC.md against what a run has shown: each row of a procedure names a case that passed, and each row that a case names is there.

Rows of the conditions p001, p004, p006 name unit tests instead; these must be there, and what they name of this run too.
"""
import glob
import os
import re

import spec_notices
from world import ROOT

ROW = re.compile(r"^\| `([^`]+)`[^|]*\|(.*)\|\s*$")
CHAPTERS = r"(?:vs\d{3}|3\.3\.8|4\.4\.3|5\.1)"
NAMED = re.compile(rf"^({CHAPTERS}[\w.,+> -]*): (.+)$", re.S)
ID = re.compile(rf"{CHAPTERS}(?:-[\w.+>-]+)?")
RUN = re.compile(rf"{CHAPTERS}\b")         # rows that cases of this run stand for
CONDITION = re.compile(r"p00[146]-")        # rows that unit tests stand for
MORE = re.compile(r" \(and \d+ more\)$")
# the branches of the project's list that the procedures of today are made of; those of others are later
TODAY = re.compile(r"(p00[146]|3\.3\.8|4\.4\.3|5\.1|vs(00[2357]|101|206|207|208|211|212|22[123]|23[12]|30[12]))\b")
BRANCHES = os.path.join(ROOT, "..", "shared", "spec", "branches.tsv")


def spec_lines():
    """(row id, its other cells), as the page has them."""
    with open(os.path.join(ROOT, "docs", "SPEC.md"), encoding="utf-8") as f:
        return [(m[1], [cell.strip() for cell in m[2].split("|")]) for m in filter(None, map(ROW.match, f))]


def spec_rows():
    """row id -> the last cells of its lines: what tests it."""
    rows = {}
    for row, cells in spec_lines():
        rows.setdefault(row, []).append(MORE.sub("", cells[-1]))
    return rows


def unit_tests():
    found = set()
    for path in glob.glob(os.path.join(ROOT, "tests", "unit", "*.c")):
        with open(path, encoding="utf-8") as f:
            found.update(re.findall(r"^static void (\w+)\(void \*\*", f.read(), re.M))
    return found


def condition_differences(sentences):
    """The rows of the conditions: function, unit test, and where there is a fourth cell a case of this run."""
    tests = unit_tests()
    for row, cells in spec_lines():
        if CONDITION.match(row):
            named = re.findall(r"`(\w+)`", cells[1])
            yield from (f"{row}: there is no unit test {name}" for name in named if name not in tests)
            if not named and cells[1] != "the same":
                yield f"{row}: names no unit test"
            if len(cells) > 2 and cells[2] not in ("-", *sentences):
                yield f"{row}: no case of this run says: {cells[2]}"


def named_rows(sentences):
    """row id -> what the cases that name it say behind it."""
    named = {}
    for m in filter(None, map(NAMED.match, sentences)):
        for row in ID.findall(m[1]):
            named.setdefault(row, set()).add(m[2])
    return named


def differences(sentences):
    """What the page and the run do not agree on, a line each."""
    rows, named = spec_rows(), named_rows(sentences)
    for row, tests in rows.items():
        for test in tests:
            if RUN.match(row) and not test.startswith("*later*") and test not in named.get(row, ()):
                yield f"{row}: no case of this run says: {test}"
    for row in named:
        if "-" in row and not any(r.startswith(row) for r in rows):     # a step, or a branch of it
            yield f"{row}: named by a case, and not in the page"
    yield from condition_differences(sentences)


def missing_branches():
    rows = spec_rows()
    with open(BRANCHES, encoding="utf-8") as f:
        ids = [line.split("\t")[0] for line in f][1:]
    return [i for i in ids if TODAY.match(i) and i not in rows]


LISTED = {"every branch of the procedures stands in docs/SPEC.md": missing_branches,
          "the sentences of notices.tsv are those of the branches": lambda: list(spec_notices.list_differences(BRANCHES, TODAY.match))}


def check(report):
    """Some cases more, after a whole run; how many of them were skipped."""
    say(report, "docs/SPEC.md and this run name the same rows and sentences", sorted(differences(report.sentences)))
    say(report, "vash/say_table.h says what notices.tsv says, and has a reason where it does not", list(spec_notices.table_differences()))
    for sentence, find in LISTED.items():
        if os.path.exists(BRANCHES):
            say(report, sentence, find())
        else:
            print(f"skipped - e2e: {sentence} (the list is not here)", flush=True)
    return 0 if os.path.exists(BRANCHES) else len(LISTED)


def say(report, sentence, wrong):
    if wrong:
        print("\n".join(wrong[:100]))
        report.not_ok(sentence, "")
    else:
        report.ok(sentence)
