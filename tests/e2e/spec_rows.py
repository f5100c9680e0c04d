"""docs/SPEC.md against what a run has shown: each row of a procedure names a case that passed, and each row that a case names is there."""
import os
import re

from world import ROOT

ROW = re.compile(r"^\| `([^`]+)`[^|]*\|(.*)\|\s*$")
NAMED = re.compile(r"^((?:vs\d{3}|3\.3\.8|5\.1)[\w.,+> -]*): (.+)$", re.S)
ID = re.compile(r"(?:vs\d{3}|3\.3\.8|5\.1)(?:-[\w.+>-]+)?")
MORE = re.compile(r" \(and \d+ more\)$")
# the branches of the project's list that the procedures of today are made of; those of others are later
TODAY = re.compile(r"(p00[146]|vs(00[2357]|101|206|207|208|211|212|22[123]|23[12]|30[12]))\b")
BRANCHES = os.path.join(ROOT, "..", "shared", "spec", "branches.tsv")


def spec_rows():
    """row id -> the last cells of its lines: what tests it."""
    rows = {}
    with open(os.path.join(ROOT, "docs", "SPEC.md"), encoding="utf-8") as f:
        for m in filter(None, map(ROW.match, f)):
            rows.setdefault(m[1], []).append(MORE.sub("", m[2].split("|")[-1].strip()))
    return rows


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
            if row.startswith("vs") and not test.startswith("*later*") and test not in named.get(row, ()):
                yield f"{row}: no case of this run says: {test}"
    for row in named:
        if "-" in row and not any(r.startswith(row) for r in rows):     # a step, or a branch of it
            yield f"{row}: named by a case, and not in the page"


def missing_branches():
    rows = spec_rows()
    with open(BRANCHES, encoding="utf-8") as f:
        ids = [line.split("\t")[0] for line in f][1:]
    return [i for i in ids if TODAY.match(i) and i not in rows]


def check(report):
    """Two cases more, after a whole run; how many of them were skipped."""
    say(report, "docs/SPEC.md and this run name the same rows and sentences", sorted(differences(report.sentences)))
    branches = "every branch of the procedures stands in docs/SPEC.md"
    if not os.path.exists(BRANCHES):
        print(f"skipped - e2e: {branches} (the list is not here)", flush=True)
        return 1
    say(report, branches, missing_branches())
    return 0


def say(report, sentence, wrong):
    if wrong:
        print("\n".join(wrong[:100]))
        report.not_ok(sentence, "")
    else:
        report.ok(sentence)
