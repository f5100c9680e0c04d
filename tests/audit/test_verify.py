#!/usr/bin/python3
"""Tests of verify.py. Exports are built here, from docs/AUDIT.md, with trees after the recursive definitions of RFC 6962
and grammar written as a loop over bytes, so that they share nothing with what they test.

    python3 tests/audit/test_verify.py [-v]          (and the tests of test_verify_case.py)
"""
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)
import verify                                   # noqa: E402

VERIFY = os.path.join(HERE, "verify.py")
NOTE = ["tail not anchored"]


# Trees: RFC 6962, section 2.1, as the definitions stand.
def sha(data):
    return hashlib.sha256(data).digest()


def leaf_of(record):
    return sha(b"\0" + record)


def below(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = below(len(leaves))
    return sha(b"\1" + mth(leaves[:k]) + mth(leaves[k:]))


def path_of(m, leaves):
    if len(leaves) == 1:
        return []
    k = below(len(leaves))
    if m < k:
        return path_of(m, leaves[:k]) + [mth(leaves[k:])]
    return path_of(m - k, leaves[k:]) + [mth(leaves[:k])]


def subproof(m, leaves, whole=True):
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = below(len(leaves))
    if m <= k:
        return subproof(m, leaves[:k], whole) + [mth(leaves[k:])]
    return subproof(m - k, leaves[k:], False) + [mth(leaves[:k])]


def frontier_of(leaves):
    hashes, at = [], 0
    for bit in reversed(range(len(leaves).bit_length())):
        if len(leaves) >> bit & 1:
            hashes.append(mth(leaves[at:at + (1 << bit)]))
            at += 1 << bit
    return hashes


# Lines.
def encode(value):
    """A value as section 1 writes it."""
    if isinstance(value, int):
        value = str(value)
    data = value.encode() if isinstance(value, str) else value
    if data and all(0x21 <= c <= 0x7E and c not in b'"\\=' for c in data):
        return data
    out = bytearray()
    for char in data.decode("utf-8", "surrogateescape"):
        raw = char.encode("utf-8", "surrogateescape")
        if char in '"\\':
            out += b"\\" + raw
        elif char == "\n":
            out += b"\\n"
        elif raw[0] < 0x20 or raw[0] == 0x7F or 0xDC80 <= ord(char) <= 0xDCFF:
            out += b"".join(b"\\x%02x" % c for c in raw)
        else:
            out += raw
    return b'"' + bytes(out) + b'"'


def line(*pairs):
    return b" ".join(key.encode() + b"=" + encode(value) for key, value in pairs)


def clock(step):
    """A time `step` half seconds into the log."""
    seconds = step // 2
    return "2026-11-21T%02d:%02d:%02d.%s00Z" % (10 + seconds // 3600, seconds // 60 % 60, seconds % 60, "05"[step % 2])


class Log:
    def __init__(self, name="log"):
        self.key = Ed25519PrivateKey.from_private_bytes(sha(name.encode()))
        self.spki = self.key.public_key().public_bytes(serialization.Encoding.DER,
                                                       serialization.PublicFormat.SubjectPublicKeyInfo)
        self.id = sha(self.spki)[:16].hex()
        self.records, self.persons, self.heads = [], [], []

    def add(self, kind, *pairs, persons=(), time=None):
        index, commitments = len(self.records), []
        for k, (person_kind, value) in enumerate(persons):
            value = value.encode() if isinstance(value, str) else value
            salt = sha(b"salt %d %d" % (index, k))[:16]
            digest = sha(salt + person_kind.encode() + b":" + value).hex()
            commitments.append(("person.%d" % k, person_kind + ":" + digest))
            self.persons.append([index, k, person_kind, salt, value])
        self.records.append(line(("v", 1), ("index", index), ("time", time or clock(index)), ("kind", kind),
                                 *pairs, *commitments))
        return index

    def leaves(self, size=None):
        return [leaf_of(record) for record in self.records[:size]]

    def head(self, size=None, root=None, time=None, log=None):
        size = len(self.records) if size is None else size
        text = line(("v", 1), ("log", log or self.id), ("size", size), ("root", (root or mth(self.leaves(size))).hex()),
                    ("time", time or clock(size)))
        return text + b" sig=" + self.key.sign(text).hex().encode()

    def keep(self, *sizes):
        self.heads += [(size, self.head(size)) for size in sizes]
        return self

    def receipt(self, index, name=False):
        text = "v=1; log=%s; index=%d; leaf=%s; time=%s" % (self.id, index, leaf_of(self.records[index]).hex(), clock(index))
        return (b"X-Vashgate-Receipt: " if name else b"") + text.encode()

    def start(self, a, b):
        first = [b"export " + line(("v", 1), ("log", self.id), ("from", a), ("to", b), ("key", self.spki.hex()))]
        if a:
            hashes = ",".join(h.hex() for h in frontier_of(self.leaves(a)))
            first.append(b"frontier " + line(("size", a), ("hashes", hashes)))
        return first

    def person_line(self, index, k, kind, salt, value):
        return b"person " + line(("index", index), ("k", k), ("kind", kind), ("salt", salt.hex()), ("value", value))

    def lines(self, a=0, b=None):
        b = len(self.records) if b is None else b
        return (self.start(a, b) + [b"record " + record for record in self.records[a:b]] +
                [self.person_line(*person) for person in self.persons if a <= person[0] < b] +
                [b"head " + head for size, head in self.heads if a < size <= b])

    def export(self, a=0, b=None):
        return text_of(self.lines(a, b))


def text_of(lines):
    return b"".join(item + b"\n" for item in lines)


def plain_log(count, name="log"):
    log = Log(name)
    for index in range(count):
        log.add("refusal", ("code", "VG-%d" % (index % 7)), ("count", 1))
    return log


def call_log(name="log"):
    """Seven records with each thing that matters: calls, person entries, quoted values, three heads."""
    log = Log(name)
    log.add("start", ("version", "1.0"), ("generation", 1))
    log.add("intent", ("request", "r1"), ("path", "/J*a"), persons=[("emso", "0101006500006"), ("davcna", "Jože")])
    log.add("outcome", ("intent", 1), ("request", "r1"), ("result", "delivered"))
    log.add("intent", ("request", "r=2"), ("who", "a\"b\\c\nd\x01 Črt"), persons=[("maticna", "5300231000")])
    log.add("refusal", ("service", "-"), ("error", ""), ("count", 1))
    log.add("outcome", ("intent", 3), ("request", "r=2"), ("result", "fault"))
    log.add("intent", ("request", "r3"), ("tls", "1.3"))
    return log.keep(2, 5, 7)


def opener(data):
    return lambda: io.BytesIO(data)


def run(data, heads=(), receipts=()):
    """('ok', result, notes) or ('not ok', record or '-', reason)."""
    try:
        return ("ok", *verify.check_export(opener(data), [opener(h) for h in heads], [opener(r) for r in receipts]))
    except verify.NotOk as fault:
        record, reason = fault.args
        return "not ok", "-" if record == verify.NO_RECORD else record, reason


class Case(unittest.TestCase):
    maxDiff = None

    def ok(self, data, head_files=(), receipt_files=(), /, **expected):
        verdict, result, notes = run(data, head_files, receipt_files)
        self.assertEqual(verdict, "ok", (result, notes))
        self.assertEqual({key: result[key] for key in expected}, expected)
        return notes

    def bad(self, data, record, reason, heads=(), receipts=()):
        self.assertEqual(run(data, heads, receipts), ("not ok", record, reason))


class GoodExports(Case):
    def test_known_tree(self):
        """The root that the reference implementation of RFC 6962 publishes for its eight test leaves."""
        inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
        leaves = [leaf_of(bytes.fromhex(text)) for text in inputs]
        expected = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        frontier = verify.Frontier(0, [])
        for item in leaves:
            frontier.add(item)
        self.assertEqual(mth(leaves).hex(), expected)
        self.assertEqual(frontier.root().hex(), expected)

    def test_sizes(self):
        for size in (0, 1, 2, 3, 255, 256, 257, 1000):
            with self.subTest(size=size):
                log = plain_log(size)
                heads = [at for at in sorted({1, 2, 3, 128, 255, 256, size - 1, size}) if 0 < at <= size]
                log.keep(*heads)
                root = mth(log.leaves()).hex()
                notes = self.ok(log.export(), records=size, heads=len(heads), receipts=0, root=root, open=0)
                self.assertEqual(notes, NOTE)
                notes = self.ok(log.export(), [log.head()], heads=len(heads) + 1, root=root)
                self.assertEqual(notes, [])

    def test_every_size_has_its_root(self):
        log = plain_log(130)
        log.keep(*range(1, 131))
        self.ok(log.export(), heads=130)
        for first in range(1, 130, 7):
            self.ok(log.export(first), heads=130 - first)

    def test_from(self):
        log = plain_log(1000).keep(1, 3, 7, 8, 255, 256, 257, 999, 1000)
        for a, b in ((1, 1), (1, 2), (3, 7), (7, 7), (7, 8), (255, 257), (256, 257), (256, 1000), (999, 1000), (1000, 1000)):
            with self.subTest(a=a, b=b):
                heads = len([size for size, _ in log.heads if a < size <= b])
                notes = self.ok(log.export(a, b), records=b - a, heads=heads, root=mth(log.leaves(b)).hex())
                signed = a == b or b in [size for size, _ in log.heads]
                self.assertEqual(notes, NOTE if signed else NOTE + ["tail not signed"])
                self.assertEqual(self.ok(log.export(a, b), [log.head(a) + b"\n" + log.head(b)]), [])

    def test_part_from_the_beginning(self):
        log = call_log()
        self.ok(log.export(0, 5), records=5, heads=2, open=1, root=mth(log.leaves(5)).hex())

    def test_calls(self):
        log = call_log()
        self.ok(log.export(), open=1)
        self.ok(log.export(2), open=1)          # record 2 names an intent before `from`
        self.ok(log.export(4), open=1)
        self.ok(log.export(0, 2), open=1)

    def test_interleaved_calls(self):
        log = Log()
        for _ in range(20):
            log.add("intent", ("request", "r"))
        for index in reversed(range(1, 20)):
            log.add("outcome", ("intent", index))
        self.ok(log.export(), open=1)

    def test_persons(self):
        values = ["x", "", "a b", "a=b", 'q"q', "back\\slash", "line\nfeed", "\x00\x1f\x7f", "Žužemberk €", b"\xff\xfe",
                  "\\n", "\\x41", "J", "1", "2", "3"]
        log = Log()
        log.add("start")
        log.add("intent", persons=[("emso", value) for value in values])
        log.add("intent", ("person.more", 3), persons=[("davcna", "12345678")])
        log.keep(1, 3)
        self.ok(log.export(), records=3, heads=2)
        for erased in range(len(log.persons)):
            fewer = log.persons[:]
            del fewer[erased]
            log.persons, kept = fewer, log.persons
            self.ok(log.export(), records=3)
            log.persons = kept
        log.persons = []
        self.ok(log.export(), records=3)

    def test_heads_outside(self):
        log = plain_log(10).keep(4, 10)
        data, heads = log.export(), [log.head(size) for size in range(11)]
        cases = {
            "all": ([text_of(heads)], [], 13),
            "descending": ([text_of(heads[::-1])], [], 13),
            "two files": ([text_of(heads[1:6]), text_of(heads[4:])], [], 14),
            "no line feed at the end": ([heads[10]], [], 3),
            "not the last": ([text_of(heads[:10])], NOTE, 12),
            "empty file": ([b""], NOTE, 2),
            "same twice": ([text_of([heads[10], heads[10]])], [], 4),
        }
        for name, (files, notes, count) in cases.items():
            with self.subTest(name):
                self.assertEqual(self.ok(data, files, heads=count), notes)
        with self.subTest("below from is passed over"):
            self.assertEqual(self.ok(log.export(6), [text_of(heads)], heads=6), [])
        with self.subTest("below from is not even compared"):
            self.ok(log.export(6), [log.head(3, root=sha(b"other"))], heads=1)

    def test_two_heads_of_one_size(self):
        log = plain_log(3)
        log.heads = [(3, log.head(3)), (3, log.head(3, time=clock(99)))]
        self.ok(log.export(), heads=2)

    def test_receipts(self):
        log = call_log()
        for name, text, count in (
                ("bare", text_of([log.receipt(1), log.receipt(4)]), 2),
                ("with header name", text_of([log.receipt(4, name=True)]), 1),
                ("header name in lower case", log.receipt(4, name=True).replace(b"X-Vashgate-R", b"x-vashgate-r"), 1),
                ("carriage return", log.receipt(3, name=True) + b"\r\n", 1),
                ("twice", text_of([log.receipt(6), log.receipt(6)]), 2)):
            with self.subTest(name):
                self.ok(log.export(), [], [text], receipts=count)
        with self.subTest("several files"):
            self.ok(log.export(), [], [log.receipt(1), log.receipt(3)], receipts=2)

    def test_grammar(self):
        for name, pair in (("quoted bare", b'a="b"'), ("empty", b'a=""'), ("escapes", b'a="\\"\\\\\\n\\x00\\xff"'),
                           ("utf-8", 'a="č€😀\u0080"'.encode()), ("keys", b"0._a=x"), ("all bare", b"a=!#$%&'()*+,-./:;<>?@[]^_`{|}~")):
            with self.subTest(name):
                log = plain_log(2)
                log.records[1] += b" " + pair
                self.ok(log.keep(2).export(), heads=1)


class Damage(Case):
    """Damage to what a log says: each with the record and the word."""

    def setUp(self):
        self.log = call_log()
        self.lines = self.log.lines()           # 0 export, 1-7 records, 8-10 persons, 11-13 heads

    def changed(self, **changes):
        lines = self.lines[:]
        for at, new in changes.items():
            lines[int(at[1:])] = new
        return text_of(lines)

    def test_reordered_records(self):
        for index in range(6):
            with self.subTest(index=index):
                lines = self.lines[:]
                lines[index + 1], lines[index + 2] = lines[index + 2], lines[index + 1]
                self.bad(text_of(lines), index, "index")

    def test_exchanged_contents(self):
        """Two records change places and take over index and time: only the tree sees it."""
        log = plain_log(8)
        lines = log.keep(2, 4, 8).lines()
        codes = [re.search(rb"code=\S+", item)[0] for item in lines[5:7]]
        lines[5], lines[6] = lines[5].replace(*codes), lines[6].replace(*codes[::-1])
        self.bad(text_of(lines), 4, "root")

    def test_dropped_record(self):
        for index in range(7):
            with self.subTest(index=index):
                self.bad(text_of(self.lines[:index + 1] + self.lines[index + 2:]), index, "index")

    def test_doubled_record(self):
        for index in range(7):
            with self.subTest(index=index):
                self.bad(text_of(self.lines[:index + 2] + self.lines[index + 1:]), index + 1, "index")

    def test_renumbered_without_one(self):
        """A record is taken out and the rest renumbered; the heads keep their sizes."""
        log, other = plain_log(8), Log()
        for index in (0, 1, 2, 3, 4, 6, 7):
            other.add("refusal", ("code", "VG-%d" % (index % 7)), ("count", 1))
        other.heads = log.keep(2, 5, 7).heads
        self.bad(other.export(), 5, "root")

    def test_dropped_tail(self):
        for kept in range(7):
            with self.subTest(kept=kept):
                self.ok(self.log.export(0, kept))
                self.bad(self.log.export(0, kept), kept, "tail", heads=[self.log.head(7)])
        self.bad(self.log.export(3, 5), 5, "tail", heads=[text_of([self.log.head(5), self.log.head(6)])])

    def test_tail_named_by_a_head_inside(self):
        lines = self.log.start(0, 5) + self.lines[1:6] + self.lines[8:]
        self.bad(text_of(lines), 5, "tail")

    def test_tail_needs_a_good_head(self):
        data = self.log.export(0, 5)
        self.bad(data, "-", "log", heads=[plain_log(9, "other").head()])
        self.bad(data, "-", "signature", heads=[self.log.head(7).replace(b"size=7", b"size=8")])

    def test_forked_log(self):
        """Two histories under one key: same records up to 3, both with good heads."""
        fork = call_log()
        fork.records[3:], fork.heads, fork.persons = [], [], [p for p in fork.persons if p[0] < 3]
        for _ in range(4):
            fork.add("refusal", ("code", "VG-9"))
        fork.keep(2, 4, 7)
        self.ok(fork.export(), heads=3)
        for name, heads, record in (("one head", [7], 0), ("heads", [2, 3, 5, 7], 3), ("two heads", [1, 4], 1)):
            with self.subTest(name):
                self.bad(fork.export(), record, "root", heads=[text_of(map(self.log.head, heads))])
        with self.subTest("before the fork"):
            self.ok(fork.export(), [text_of(map(self.log.head, [1, 2, 3]))])
        with self.subTest("head inside from the other history"):
            fork.heads[2] = self.log.heads[2]
            self.bad(fork.export(), 4, "root")

    def test_root_names_the_first_uncovered_record(self):
        log = plain_log(20)
        for wrong, others, record in ((5, (), 0), (5, (3, 9), 3), (20, (7, 12), 12), (1, (20,), 0), (12, (7, 12), 7)):
            with self.subTest(wrong=wrong, others=others):
                heads = [(size, log.head(size)) for size in others] + [(wrong, log.head(wrong, root=sha(b"x")))]
                log.heads = sorted(heads, key=lambda head: head[0])
                self.bad(log.export(), record, "root")
                log.heads = []
                self.bad(log.export(), record, "root", heads=[text_of(head for _, head in heads)])
        with self.subTest("from"):
            log.heads = [(15, log.head(15, root=sha(b"x")))]
            self.bad(log.export(10), 10, "root")
        with self.subTest("outside head of size from"):
            log.heads = []
            self.bad(log.export(10), 10, "root", heads=[log.head(10, root=sha(b"x"))])

    def test_frontier(self):
        lines = self.log.lines(3)
        hashes = lines[1].split(b"hashes=")[1].split(b",")
        begin = b"frontier size=3 hashes="
        for name, new, record, reason in (
                ("exchanged", begin + b",".join(hashes[::-1]), 3, "root"), ("one less", begin + hashes[0], "-", "format"),
                ("one more", begin + b",".join(hashes + hashes[:1]), "-", "format"),
                ("other size", lines[1].replace(b"size=3", b"size=5"), "-", "format"),
                ("missing", None, "-", "format")):
            with self.subTest(name):
                self.bad(text_of([lines[0]] + ([new] if new else []) + lines[2:]), record, reason)
        with self.subTest("frontier of an empty log"):
            self.bad(text_of([self.lines[0], lines[1]] + self.lines[1:]), 0, "format")

    def test_persons(self):
        p = self.log.persons
        line_of, swap = self.log.person_line, dict(p8=self.lines[9], p9=self.lines[8])
        for name, data, record, reason in (
                ("salts within a record", self.changed(p8=line_of(*p[0][:3], p[1][3], p[0][4]),
                                                       p9=line_of(*p[1][:3], p[0][3], p[1][4])), 1, "person"),
                ("salts of two records", self.changed(p9=line_of(*p[1][:3], p[2][3], p[1][4]),
                                                      p10=line_of(*p[2][:3], p[1][3], p[2][4])), 1, "person"),
                ("value", self.changed(p10=line_of(*p[2][:4], b"5300231001")), 3, "person"),
                ("kind", self.changed(p10=line_of(3, 0, "davcna", *p[2][3:])), 3, "person"),
                ("k without commitment", self.changed(p10=line_of(3, 1, *p[2][2:])), 3, "person"),
                ("other record", self.changed(p10=line_of(4, 0, *p[2][2:])), 4, "person"),
                ("before from", self.log.export(3).replace(b"person index=3", b"person index=2"), 2, "person"),
                ("beyond to", self.changed(p10=line_of(7, 0, *p[2][2:])), 7, "person"),
                ("order of k", self.changed(**swap), 1, "person"),
                ("order of index", self.changed(p9=self.lines[10], p10=self.lines[9]), 1, "person"),
                ("twice", self.changed(p9=self.lines[8]), 1, "person"),
                ("short salt", self.changed(p10=line_of(*p[2][:3], p[2][3][:15], p[2][4])), "-", "format"),
                ("not UTF-8", self.changed(p9=self.lines[9].replace("ž".encode(), b"\xc5")), "-", "format"),
                ("no value", self.changed(p10=self.lines[10].rsplit(b" ", 1)[0]), "-", "format")):
            with self.subTest(name):
                self.bad(data, record, reason)

    def test_outcomes(self):
        for name, outcomes, record in (
                ("duplicate", [("intent", 1), ("intent", 1)], 4), ("of a refusal", [("intent", 2)], 3),
                ("of an outcome", [("intent", 1), ("intent", 3)], 4), ("of itself", [("intent", 3)], 3),
                ("of a later record", [("intent", 9)], 3), ("no index", [("intents", 1)], 3), ("no number", [("intent", "x")], 3)):
            with self.subTest(name):
                log = Log()
                log.add("start")
                log.add("intent")
                log.add("refusal")
                for outcome in outcomes:
                    log.add("outcome", outcome)
                log.add("stop")
                log.keep(len(log.records))
                self.bad(log.export(), record, "outcome")
        with self.subTest("of the first record exported"):
            log = Log()
            log.add("intent")
            log.add("refusal")
            log.add("outcome", ("intent", 1))
            self.bad(log.export(1), 2, "outcome")
        with self.subTest("of a record before from"):
            self.ok(log.export(2), records=1, open=0)

    def test_receipts(self):
        log, other = self.log, plain_log(7, "other")
        for name, text, record, reason in (
                ("leaf of another record", log.receipt(3).replace(b"index=3", b"index=4"), 4, "receipt"),
                ("beyond to", log.receipt(3).replace(b"index=3", b"index=7"), 7, "receipt"),
                ("other log", other.receipt(3), "-", "log"),
                ("second of two", text_of([log.receipt(1), log.receipt(6).replace(b"index=6", b"index=5")]), 5, "receipt"),
                ("two leaves of one record", text_of([log.receipt(3), log.receipt(4).replace(b"index=4", b"index=3")]), 3, "receipt"),
                ("smallest of two", text_of([log.receipt(3).replace(b"index=3", b"index=6"),
                                             log.receipt(3).replace(b"index=3", b"index=2")]), 2, "receipt"),
                ("separators", log.receipt(3).replace(b";", b""), "-", "format"),
                ("upper case", log.receipt(3).replace(b"leaf=", b"leaf=A"), "-", "format"),
                ("empty line", log.receipt(3) + b"\n\n", "-", "format"),
                ("other header", b"X-Receipt: " + log.receipt(3), "-", "format")):
            with self.subTest(name):
                self.bad(log.export(), record, reason, receipts=[text])
        with self.subTest("before from"):
            self.bad(log.export(3), 1, "receipt", receipts=[log.receipt(1)])
        with self.subTest("record rewritten and heads made anew"):
            forged = call_log()
            forged.records[4] = forged.records[4].replace(b"count=1", b"count=2")
            forged.heads = []
            self.bad(forged.keep(7).export(), 4, "receipt", receipts=[log.receipt(4)])

    def test_log_and_key(self):
        other = Log("other")
        first = self.lines[0]
        for name, new, reason in (
                ("other key", first.replace(self.log.spki.hex().encode(), other.spki.hex().encode()), "key"),
                ("other log", first.replace(self.log.id.encode(), other.id.encode()), "key"),
                ("short key", first[:-2], "key"), ("half a byte", first[:-1], "format"),
                ("from above to", first.replace(b"to=7", b"to=0").replace(b"from=0", b"from=1"), "format"),
                ("version", first.replace(b"v=1", b"v=2"), "format"), ("more", first + b" more=1", "format")):
            with self.subTest(name):
                self.bad(self.changed(p0=new), "-", reason)
        with self.subTest("from above to, with a frontier"):
            self.bad(text_of(self.log.start(5, 3)), "-", "format")
        with self.subTest("key of another kind"):
            spki = bytes.fromhex("302a300506032b656e032100") + self.log.spki[12:]        # X25519
            new = first.replace(self.log.spki.hex().encode(), spki.hex().encode())
            self.bad(self.changed(p0=new.replace(self.log.id.encode(), sha(spki)[:16].hex().encode())), "-", "key")
        with self.subTest("other log and its key"):
            self.bad(text_of(other.start(0, 7) + self.lines[1:]), "-", "log")
        with self.subTest("everything made anew with another key"):
            self.ok(call_log("other").export(), heads=3)
            self.bad(call_log("other").export(), "-", "log", heads=[self.log.head()])

    def test_signature(self):
        size, other = 5, Log("other")
        other.records = self.log.records
        forged = other.head(size, log=self.log.id)
        self.bad(self.changed(p12=b"head " + forged), "-", "signature")
        self.bad(text_of(self.lines), "-", "signature", heads=[forged])
        swapped = self.log.heads[1][1].split(b" sig=")[0] + b" sig=" + self.log.heads[2][1].split(b" sig=")[1]
        self.bad(self.changed(p12=b"head " + swapped), "-", "signature")
        self.bad(self.changed(p12=b"head " + other.head(size)), "-", "log")

    def test_order_and_range_of_heads(self):
        self.bad(self.changed(p11=self.lines[12], p12=self.lines[11]), "-", "format")
        self.bad(text_of(self.log.lines(5)[:-1] + [self.lines[12], self.lines[13]]), "-", "format")
        self.bad(text_of(self.lines), "-", "format", heads=[self.log.head(10 ** 19, root=sha(b"x"), time=clock(9))])
        self.bad(text_of(self.lines), 7, "tail", heads=[self.log.head(10 ** 19 - 1, root=sha(b"x"), time=clock(9))])
        self.bad(text_of(self.lines), "-", "format", heads=[self.lines[11]])     # a head file holds heads without tag

    def test_time(self):
        log = plain_log(3)
        log.records[2] = log.records[2].replace(clock(2).encode(), clock(1).encode())
        self.ok(log.export(), records=3)
        log.records[2] = log.records[2].replace(clock(1).encode(), clock(0).encode())
        log.keep(3)
        self.bad(log.export(), 2, "time")
        for text in ("2026-13-21T10:00:09.000Z", "2026-00-21T10:00:09.000Z", "2026-11-32T10:00:09.000Z", "2026-11-21T24:00:09.000Z",
                     "2026-11-21T10:60:09.000Z", "2026-11-21T10:00:61.000Z", "2026-11-21 10:00:09.000Z", "2026-11-21T10:00:09Z",
                     "2026-11-21T10:00:09.000", "2026-11-21T10:00:09.000+00:00", "2026-11-21t10:00:09.000z"):
            with self.subTest(text):
                log = plain_log(2)
                log.add("stop", time=text)
                self.bad(log.keep(3).export(), 2, "format")

    def test_grammar_of_records(self):
        for name, change in {
                "two spaces": (b" code", b"  code"), "space at the end": (b"count=1", b"count=1 "), "tab": (b" code", b"\tcode"),
                "no value": (b"count=1", b"count="), "no key": (b"count=", b"="), "no equals": (b"count=1", b"count"),
                "key in upper case": (b"count", b"Count"), "key with dash": (b"count", b"co-nt"),
                "equals in bare": (b"count=1", b"count=1=1"), "quote in bare": (b"count=1", b'count=1"'),
                "backslash in bare": (b"count=1", b"count=\\x31"), "open quote": (b"count=1", b'count="1'),
                "after the quote": (b"count=1", b'count="1"1'), "escape": (b"count=1", b'count="\\t"'),
                "escape in upper case": (b"count=1", b'count="\\xAA"'), "half an escape": (b"count=1", b'count="\\x1"'),
                "escaped end": (b"count=1", b'count="1\\"'), "control": (b"count=1", b'count="\x01"'), "delete": (b"count=1", b'count="\x7f"'),
                "high byte in bare": (b"count=1", "count=č".encode()), "broken UTF-8": (b"count=1", b'count="\xc4"'),
                "overlong UTF-8": (b"count=1", b'count="\xc0\xaf"'), "surrogate": (b"count=1", b'count="\xed\xa0\x80"'),
                "beyond Unicode": (b"count=1", b'count="\xf4\x90\x80\x80"'), "carriage return": (b"count=1", b"count=1\r"),
                "key twice": (b"count=1", b"count=1 code=2"), "version": (b"v=1", b"v=2"), "order": (b"v=1 index=1", b"index=1 v=1"),
                "index with zero": (b"index=1", b"index=01"), "index with sign": (b"index=1", b"index=+1"),
                "index without end": (b"index=1", b"index=" + b"9" * 5000), "no kind": (b" kind=refusal", b""),
                "quoted index": (b"index=1", b'index="1"'), "no line": (None, b""), "no tag": (b"record ", b"")}.items():
            with self.subTest(name):
                log = plain_log(3)
                lines = log.lines()
                old, new = change
                lines[2] = new if old is None else lines[2].replace(old, new, 1)
                log.records[1] = lines[2][7:]
                self.bad(text_of(lines + [b"head " + log.head(3)]), 1, "format")
        with self.subTest("index"):
            log.records[1] = log.records[1].replace(b"index=1", b"index=3")
            self.bad(text_of(plain_log(3).lines()).replace(b"index=1", b"index=3"), 1, "index")

    def test_grammar_of_the_file(self):
        end = len(self.lines)
        for name, lines, record, reason in (
                ("line behind", self.lines + [b"more v=1"], "-", "format"), ("empty line behind", self.lines + [b""], "-", "format"),
                ("empty line before", [b""] + self.lines, "-", "format"), ("empty line between", self.lines[:3] + [b""] + self.lines[3:], 2, "format"),
                ("record behind", self.lines + [self.lines[7]], "-", "format"),
                ("person behind", self.lines[:10] + self.lines[11:] + [self.lines[10]], "-", "format"),
                ("more records", self.lines[:8] + [self.lines[7]] + self.lines[8:], 7, "index"),
                ("export only", self.lines[:1], 0, "index"), ("nothing", [], "-", "format"),
                ("head in pieces", self.lines[:end - 1] + [self.lines[-1][:-2]], "-", "format")):
            with self.subTest(name):
                self.bad(text_of(lines), record, reason)
        whole = text_of(self.lines)
        ends = [0]
        for item in self.lines:
            ends.append(ends[-1] + len(item) + 1)
        for at in range(len(self.lines)):
            with self.subTest("cut in line %d" % at):
                for cut in range(ends[at] + 1, ends[at + 1]):
                    self.bad(whole[:cut], at - 1 if 1 <= at <= 7 else "-", "format")
        for at in range(1, 8):
            with self.subTest("cut behind line %d" % (at - 1)):
                self.bad(whole[:ends[at]], at - 1, "index")
        with self.subTest("carriage returns"):
            self.bad(whole.replace(b"\n", b"\r\n"), "-", "format")


# A second reading of the grammar: a loop over bytes.
def is_line(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    at, keys = 0, []
    while True:
        begin = at
        while at < len(data) and chr(data[at]) in "abcdefghijklmnopqrstuvwxyz0123456789_.":
            at += 1
        if at == begin or data[at:at + 1] != b"=":
            return False
        keys.append(data[begin:at])
        at += 1
        begin = at
        if data[at:at + 1] == b'"':
            at += 1
            while data[at:at + 1] != b'"':
                if at >= len(data) or data[at] < 0x20 or data[at] == 0x7F:
                    return False
                if data[at:at + 1] != b"\\":
                    at += 1
                elif data[at + 1:at + 2] in (b'"', b"\\", b"n"):
                    at += 2
                elif data[at + 1:at + 2] == b"x" and len(data) > at + 3 and all(c in b"0123456789abcdef" for c in data[at + 2:at + 4]):
                    at += 4
                else:
                    return False
            at += 1
        else:
            while at < len(data) and 0x21 <= data[at] <= 0x7E and data[at] not in b'"\\=':
                at += 1
            if at == begin:
                return False
        if at == len(data):
            return len(set(keys)) == len(keys)
        if data[at] != 0x20:
            return False
        at += 1


def is_number(text):
    return text.isdigit() and (text == b"0" or text[0] != 0x30)


def is_hex(text, size):
    return len(text) == size and all(c in b"0123456789abcdef" for c in text)


def is_time(text):
    if len(text) != 24 or any(text[at] != mark for at, mark in zip((4, 7, 10, 13, 16, 19, 23), b"--T::.Z")):
        return False
    parts = [text[0:4], text[5:7], text[8:10], text[11:13], text[14:16], text[17:19], text[20:23]]
    if not all(part.isdigit() for part in parts):
        return False
    _, month, day, hour, minute, second, _ = map(int, parts)
    return 1 <= month <= 12 and 1 <= day <= 31 and hour <= 23 and minute <= 59 and second <= 60


def values_of(data, *keys):
    """The values of a line that has exactly these keys in this order, all bare; else None."""
    pairs = data.split(b" ")
    if len(pairs) != len(keys) or any(pair.count(b"=") != 1 for pair in pairs):
        return None
    split = [pair.split(b"=") for pair in pairs]
    return [value for _, value in split] if [key for key, _ in split] == [key.encode() for key in keys] else None


class BitFlips(Case):
    """Every bit of an export is turned, one at a time; record and reason must be those that a second reading gives."""

    def expected(self, lines, at, mutated, a, b):
        """What must be said when line `at`, with its line feed, has become `mutated`."""
        first_record = 2 if a else 1
        inside = mutated[:-1]
        if at == 0:
            got = values_of(inside[7:], "v", "log", "from", "to", "key") if inside.startswith(b"export ") else None
            if not mutated.endswith(b"\n") or b"\n" in inside or not got or got[0] != b"1" or not is_hex(got[1], 32) or \
                    not is_number(got[2]) or not is_number(got[3]) or not is_hex(got[4], 88):
                return "-", "format"
            if got[1] != self.log.id.encode() or got[4] != self.log.spki.hex().encode():
                return "-", "key"
            return ("-", "format") if int(got[2]) != a or int(got[3]) < a else (min(int(got[3]), b), "index")
        if at < first_record:
            got = values_of(inside[9:], "size", "hashes") if inside.startswith(b"frontier ") else None
            good = mutated.endswith(b"\n") and got and got[0] == b"%d" % a and all(is_hex(h, 64) for h in got[1].split(b","))
            return (a, "root") if good and len(got[1].split(b",")) == bin(a).count("1") else ("-", "format")
        index = a + at - first_record
        if index < b:
            return self.expected_of_record(lines, at, index, mutated, a, b)
        if not mutated.endswith(b"\n") or b"\n" in inside:
            return "-", "format"
        if lines[at].startswith(b"person "):
            if not inside.startswith(b"person ") or not is_line(inside[7:]):
                return "-", "format"
            parts = inside[7:].split(b" ", 4)
            got = values_of(b" ".join(parts[:4]), "index", "k", "kind", "salt")
            if not got or not is_number(got[0]) or not is_number(got[1]) or not is_hex(got[3], 32) or \
                    not parts[4].startswith(b"value=") or (is_line(b"x=" + got[2]) is False):
                return "-", "format"
            return int(got[0]), "person"
        got = values_of(inside[5:], "v", "log", "size", "root", "time", "sig") if inside.startswith(b"head ") else None
        if not got or got[0] != b"1" or not is_hex(got[1], 32) or not is_number(got[2]) or not is_hex(got[3], 64) or \
                not is_time(got[4]) or not is_hex(got[5], 128):
            return "-", "format"
        return "-", "signature" if got[1] == self.log.id.encode() else "log"

    def expected_of_record(self, lines, at, index, mutated, a, b):
        pieces = mutated.split(b"\n")
        record = pieces[0][7:]
        pairs = record.split(b" ")[:4]
        begin = values_of(b" ".join(pairs), "v", "index", "time", "kind")
        if not pieces[0].startswith(b"record ") or not mutated.endswith(b"\n") or not is_line(record) or not begin or \
                begin[0] != b"1" or not is_number(begin[1]) or not is_time(begin[2]) or begin[3].startswith(b'"'):
            return index, "format"
        if int(begin[1]) != index:
            return index, "index"
        times = [re.search(rb" time=(\S+)", lines[at + step])[1] if a <= index + step < b else None for step in (-1, 1)]
        if times[0] and begin[2] < times[0]:
            return index, "time"
        if len(pieces) > 2:                     # a line feed came into the line: its rest is no record
            return (index + 1, "format") if index + 1 < b else ("-", "format")
        if times[1] and begin[2] > times[1]:
            return index + 1, "time"
        return max([size for size, _ in self.log.heads if a <= size <= index] + [a]), "root"

    def flip_all(self, a, b):
        lines = self.log.lines(a, b)
        whole = text_of(lines)
        self.assertEqual(run(whole)[0], "ok")
        words, offset = {}, 0
        for at, item in enumerate(lines):
            original = item + b"\n"
            with self.subTest("line %d: %s" % (at, item.split(b" ")[0].decode())):
                for bit in range(8 * len(original)):
                    mutated = bytearray(original)
                    mutated[bit // 8] ^= 1 << bit % 8
                    record, reason = self.expected(lines, at, bytes(mutated), a, b)
                    got = run(whole[:offset] + bytes(mutated) + whole[offset + len(original):])
                    self.assertEqual(got, ("not ok", record, reason), (bit, bytes(mutated)))
                    words[reason] = words.get(reason, 0) + 1
            offset += len(original)
        return words

    def test_whole_export(self):
        self.log = call_log()
        words = self.flip_all(0, 7)
        self.assertEqual(set(words), {"format", "index", "time", "log", "key", "signature", "root", "person"})

    def test_export_with_frontier(self):
        self.log = call_log()
        self.flip_all(3, 7)

    def test_head_and_receipt_files(self):
        log = call_log()
        data = log.export()
        for name, item, keys in (("head", log.head(5), ("log", "signature", "format")),
                                 ("receipt", log.receipt(3), ("log", "receipt", "format", None))):
            with self.subTest(name):
                seen = set()
                for bit in range(8 * len(item)):
                    mutated = bytearray(item)
                    mutated[bit // 8] ^= 1 << bit % 8
                    files = {"heads": [bytes(mutated)]} if name == "head" else {"receipts": [bytes(mutated)]}
                    got = run(data, **files)
                    seen.add(got[2] if got[0] == "not ok" else None)
                    if got[0] == "ok":          # the time of a receipt is no part of check 7
                        self.assertIn(b"time=", mutated)
                        self.assertEqual(mutated.split(b"time=")[0], item.split(b"time=")[0])
                self.assertEqual(seen, set(keys))


class Proofs(Case):
    def setUp(self):
        self.log = plain_log(40)

    def proof(self, index, size, old=None, /, **changes):
        leaves = self.log.leaves(size)

        def hexes(path):
            return ",".join(h.hex() for h in path) or "-"
        parts = {"index": index, "size": size, "leaf": leaves[index].hex(), "root": mth(leaves).hex(), "path": hexes(path_of(index, leaves))}
        parts.update({key: value for key, value in changes.items() if key in parts})
        lines = [b"inclusion " + line(*parts.items())]
        if old is not None:
            parts = {"from": old, "to": size, "root_from": mth(leaves[:old]).hex(), "root_to": mth(leaves).hex(),
                     "path": hexes(subproof(old, leaves))}
            parts.update({key[2:]: value for key, value in changes.items() if key.startswith("c_")})
            lines.append(b"consistency " + line(*parts.items()))
        lines.append(b"head " + changes.get("head", self.log.head(size)))
        return text_of(lines)

    def run_proof(self, data, key=True):
        try:
            return ("ok", *verify.check_proof(opener(data), self.log.spki if key else None))
        except verify.NotOk as fault:
            return "not ok", "-" if fault.args[0] == verify.NO_RECORD else fault.args[0], fault.args[1]

    def refuse(self, data, reason, record="-"):
        self.assertEqual(self.run_proof(data), ("not ok", record, reason))

    def test_inclusion(self):
        for size in (1, 2, 3, 7, 8, 9, 31, 32, 33, 40):
            with self.subTest(size=size):
                for index in range(size):
                    self.assertEqual(self.run_proof(self.proof(index, size))[0], "ok")

    def test_consistency(self):
        for size in (1, 2, 3, 4, 5, 8, 9, 21, 32, 33):
            with self.subTest(size=size):
                for old in range(1, size + 1):
                    self.assertEqual(self.run_proof(self.proof(0, size, old))[0], "ok", old)

    def test_wrong_paths(self):
        for size in (1, 2, 5, 8, 13):
            with self.subTest(size=size):
                leaves = self.log.leaves(size)
                for index in range(size):
                    path = path_of(index, leaves)
                    wrong = [path[:-1]] if path else []
                    wrong += [path + [sha(b"x")], [sha(b"x")] + path]
                    wrong += [path[:at] + [sha(b"x")] + path[at + 1:] for at in range(len(path))]
                    wrong += [path[::-1]] if len(path) > 1 else []
                    for item in wrong:
                        self.refuse(self.proof(index, size, path=",".join(h.hex() for h in item) or "-"), "root")
                    for other in range(size):
                        if other != index:
                            self.refuse(self.proof(index, size, leaf=leaves[other].hex()), "root")
                            self.refuse(self.proof(index, size, index=other), "root")
                for old in range(1, size + 1):
                    path = subproof(old, leaves)
                    wrong = [path[:-1]] if path else []
                    wrong += [path + [sha(b"x")], [sha(b"x")] + path]
                    wrong += [path[:at] + [sha(b"x")] + path[at + 1:] for at in range(len(path))]
                    for item in wrong:
                        self.refuse(self.proof(0, size, old, c_path=",".join(h.hex() for h in item) or "-"), "root")
                    self.refuse(self.proof(0, size, old, c_root_from=sha(b"x").hex()), "root")
                    self.refuse(self.proof(0, size, old, c_root_to=sha(b"x").hex()), "root")
                    for other in range(1, size + 1):
                        if other != old:
                            self.refuse(self.proof(0, size, old, c_from=other), "root")

    def test_other_head(self):
        other = Log("other")
        other.records = self.log.records
        self.refuse(self.proof(3, 9, head=self.log.head(10)), "root")
        self.refuse(self.proof(3, 9, head=self.log.head(9, root=sha(b"x"))), "root")
        self.refuse(self.proof(3, 9, head=self.log.head(10, root=mth(self.log.leaves(9)))), "root")
        self.refuse(self.proof(3, 9, head=other.head(9)), "log")
        self.refuse(self.proof(3, 9, head=other.head(9, log=self.log.id)), "signature")
        self.refuse(self.proof(3, 9, 4, c_to=10), "root")

    def test_grammar(self):
        good = self.proof(3, 9, 4)
        lines = good.splitlines(True)
        for name, data in (("nothing", b""), ("no head", lines[0]), ("no inclusion", b"".join(lines[1:])), ("order", lines[1] + lines[0] + lines[2]),
                           ("more", good + b"more\n"), ("empty line", good + b"\n"), ("index beyond", self.proof(3, 9, index=9)),
                           ("from 0", self.proof(3, 9, 4, c_from=0)), ("from beyond", self.proof(3, 9, 4, c_from=10)),
                           ("size 0", self.proof(3, 9, size=0)), ("empty path", self.proof(3, 9, path=""))):
            with self.subTest(name):
                self.refuse(data, "format")

    def test_bit_flips(self):
        data = self.proof(3, 9, 5)
        for bit in range(8 * len(data) - 8):
            mutated = bytearray(data)
            mutated[bit // 8] ^= 1 << bit % 8
            self.assertEqual(self.run_proof(bytes(mutated))[0], "not ok", bit)

    def test_without_key(self):
        verdict, result, notes = self.run_proof(self.proof(3, 9, 4), key=False)
        self.assertEqual((verdict, notes), ("ok", ["signature not checked"]))
        self.assertEqual(result["index"], 3)
        self.assertEqual(self.run_proof(self.proof(3, 9, path="-"), key=False), ("not ok", "-", "root"))


class CommandLine(Case):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.log = call_log()

    def tearDown(self):
        self.folder.cleanup()

    def file(self, name, data):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def call(self, *args):
        done = subprocess.run([sys.executable, "-B", VERIFY, *args], capture_output=True, text=True, timeout=300)
        return done.returncode, done.stdout, done.stderr

    def test_ok(self):
        export = self.file("export", self.log.export())
        root = mth(self.log.leaves()).hex()
        self.assertEqual(self.call(export), (0, "ok: records=7 heads=3 receipts=0 root=%s open=1\ntail not anchored\n" % root, ""))
        head, receipt = self.file("head", self.log.head()), self.file("receipt", self.log.receipt(1))
        self.assertEqual(self.call(export, "--head", head, "--receipt", receipt),
                         (0, "ok: records=7 heads=4 receipts=1 root=%s open=1\n" % root, ""))
        more = self.file("more", self.log.head(2))
        self.assertEqual(self.call("--head", head, "--head", more, export)[:2],
                         (0, "ok: records=7 heads=5 receipts=0 root=%s open=1\n" % root))

    def test_not_ok(self):
        export = self.file("export", self.log.export().replace(b"r3", b"r4"))
        self.assertEqual(self.call(export), (1, "not ok: record=5 reason=root\n", ""))
        self.assertEqual(self.call(self.file("empty", b"")), (1, "not ok: record=- reason=format\n", ""))

    def test_json(self):
        export = self.file("export", self.log.export())
        status, output, _ = self.call(export, "--json")
        self.assertEqual((status, json.loads(output)), (0, {
            "ok": True, "records": 7, "heads": 3, "receipts": 0, "root": mth(self.log.leaves()).hex(), "open": 1, "notes": NOTE}))
        status, output, _ = self.call("--json", self.file("bad", self.log.export(0, 4)), "--head", self.file("head", self.log.head()))
        self.assertEqual((status, json.loads(output)), (1, {"ok": False, "record": 4, "reason": "tail"}))
        status, output, _ = self.call("--json", self.file("bad", b"\n"))
        self.assertEqual((status, json.loads(output)), (1, {"ok": False, "record": None, "reason": "format"}))

    def test_proof(self):
        maker = Proofs()
        maker.setUp()
        proof = self.file("proof", maker.proof(3, 9))
        root = mth(maker.log.leaves(9)).hex()
        self.assertEqual(self.call("--proof", proof), (0, "ok: index=3 size=9 root=%s\nsignature not checked\n" % root, ""))
        self.assertEqual(self.call("--proof", proof, "--key", maker.log.spki.hex()), (0, "ok: index=3 size=9 root=%s\n" % root, ""))
        self.assertEqual(self.call("--proof", proof, "--key", Log("other").spki.hex())[:2], (1, "not ok: record=- reason=log\n"))

    def test_could_not_run(self):
        export = self.file("export", self.log.export())
        missing = os.path.join(self.folder.name, "missing")
        for args in ([], [missing], [export, "--head", missing], [export, "--receipt", missing], ["--proof", missing],
                     [export, "--proof", export], ["--proof", export, "--head", export], [export, "--other"], [self.folder.name]):
            with self.subTest(" ".join(os.path.basename(arg) for arg in args)):
                status, output, errors = self.call(*args)
                self.assertEqual((status, output), (2, ""))
                self.assertTrue(errors)

    def test_memory_stays_small(self):
        """Sixteen times as many records, persons and heads take no more memory."""
        code = ("import sys; sys.path.insert(0, %r); import verify; assert verify.main(sys.argv[1:]) == 0;"
                "print([line for line in open('/proc/self/status') if line.startswith('VmHWM')][0].split()[1])" % HERE)
        peaks = []
        for count in (2000, 32000):
            log, frontier = Log(), verify.Frontier(0, [])
            for index in range(count):
                log.add("intent" if index % 2 == 0 else "outcome", ("intent" if index % 2 else "request", index & ~1),
                        persons=[("emso", "0101006500006")] if index % 2 == 0 else [])
                frontier.add(leaf_of(log.records[-1]))
                if index % 50 == 49:
                    log.heads.append((index + 1, log.head(index + 1, root=frontier.root())))
            export, heads = self.file("export", log.export()), self.file("heads", text_of(head for _, head in log.heads))
            done = subprocess.run([sys.executable, "-B", "-c", code, export, "--head", heads], capture_output=True, text=True, check=True)
            self.assertIn("records=%d heads=%d " % (count, count // 25), done.stdout)
            peaks.append(int(done.stdout.split()[-1]))
        self.assertLess(peaks[1] - peaks[0], 1024, peaks)     # KiB


class Result(unittest.TestResult):
    """Counts subcases by name, and methods that have none."""

    def __init__(self, verbose):
        super().__init__()
        self.verbose, self.passed, self.failed, self.parents = verbose, 0, 0, set()

    def note(self, test, error):
        self.passed, self.failed = self.passed + (error is None), self.failed + (error is not None)
        if error is not None or self.verbose:
            print(("ok    " if error is None else "FAIL  ") + test.id().replace("__main__.", ""))
        if error is not None:
            print(self._exc_info_to_string(error, test))

    def addSubTest(self, test, subtest, error):
        self.parents.add(test.id())
        self.note(subtest, error)

    def addSuccess(self, test):
        if test.id() not in self.parents:
            self.note(test, None)

    def addFailure(self, test, error):
        self.note(test, error)

    addError = addFailure

    def addSkip(self, test, reason):
        self.note(test, (AssertionError, AssertionError("skipped: " + reason), None))


def main(*modules):
    outcome = Result("-v" in sys.argv)
    for module in modules:
        unittest.defaultTestLoader.loadTestsFromModule(module).run(outcome)
    print("%d passed, %d failed, 0 skipped" % (outcome.passed, outcome.failed))
    return 1 if outcome.failed or not outcome.passed else 0


if __name__ == "__main__":
    import test_verify_case
    sys.exit(main(sys.modules["__main__"], test_verify_case))
