"""Sentences "exactly as the specification": notices.tsv against the project's list of branches, vash/say_table.h against notices.tsv.

What vash/say_table.h has not word for word stands in notices_elsewhere.tsv, each row with its reason.
"""
import os
import re

from world import ROOT

HERE = os.path.dirname(os.path.abspath(__file__))
TEXT = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
SAID = re.compile(r'X\((\w+),\s*"([^"]+)",\s*\w+,\s*' + TEXT + ",")


def table(name, columns):
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    broken = [row for row in rows if len(row) != columns or not all(row)]
    if broken:
        raise ValueError(f"{name}: {broken[0]}")
    return {row[0]: row[1:] for row in rows}


def bare(text):
    """A sentence without what is filled in."""
    return re.sub(r"\{[^}]*\}", "{}", text)


def source(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


def said():
    """row id -> the Slovene sentences of vash/say_table.h under it."""
    sentences = {}
    for m in SAID.finditer(source("vash/say_table.h").replace("\\\n", "\n")):
        sentences.setdefault(m[2], []).append("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', m[3])))
    return sentences


def wrong_elsewhere(row, how, what, notices, sentences):
    """What does not hold of a row of notices_elsewhere.tsv; None: it holds."""
    if how == "in":
        text = source(what)
        missing = [part for part in re.split(r"\{[^}]*\}", notices[row][0]) if part.strip() and part.strip() not in text]
        return f"{what} does not say {missing}" if missing else None
    if how == "same":
        same = what in notices and (row not in notices or notices[row] == notices[what])
        return None if same else f"it is not the sentence of {what}"
    if how == "differs":
        if what not in sentences.get(row, ()):
            return f"vash/say_table.h does not say: {what}"
        return None if f"`{row}`" in source("docs/SPEC.md").partition("## How texts differ")[2] else "docs/SPEC.md does not say that it differs"
    return None if how == "later" and row not in sentences else f"it is not {how}"


def table_differences():
    """vash/say_table.h against notices.tsv, a line for each row that differs without a reason, or has a reason and does not differ."""
    notices, elsewhere, sentences = table("notices.tsv", 2), table("notices_elsewhere.tsv", 4), said()
    for row, (text,) in notices.items():
        as_it_is = bare(text) in map(bare, sentences.get(row, ()))
        if as_it_is == (row in elsewhere):
            yield f"{row}: {'it needs no reason' if as_it_is else sentences.get(row, 'not in vash/say_table.h')}; specification: {text}"
    for row, (how, what, _) in elsewhere.items():
        wrong = wrong_elsewhere(row, how, what, notices, sentences)
        if wrong:
            yield f"{row}: {wrong}"


def list_differences(branches, is_today):
    """notices.tsv against the list of branches: every sentence of a procedure of today, typing errors mended."""
    notices, elsewhere = table("notices.tsv", 2), table("notices_elsewhere.tsv", 4)
    with open(branches, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f][1:]
    wanted = {r[0]: r[6] or r[5] for r in rows if r[5]}
    for row, text in wanted.items():
        if is_today(row) and elsewhere.get(row, [""])[0] != "same" and notices.get(row) != [text]:
            yield f"{row}: {notices.get(row, ['not in notices.tsv'])[0]}; specification: {text}"
    for row in notices:
        if row not in wanted:
            yield f"{row}: not a sentence of the specification"
