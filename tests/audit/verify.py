#!/usr/bin/python3
"""Verifier of audit trails, written from docs/AUDIT.md alone; [n] below is a section of that page.

    verify.py EXPORT [--head FILE]... [--receipt FILE]... [--json]
    verify.py --proof FILE [--key HEX] [--json]
    verify.py --case ZIP [--key HEX] [--json]       (verify_case.py)

Exit status: 0 ok, 1 not ok, 2 could not run. The checks of [8] count in their order: the first that fails decides, and
within it the first line that fails. An export is read twice: to find where its parts begin, and to check. Records,
person entries and heads ascend, so three readers move along side by side; memory holds only the frontier, the receipts
and the open intents.
"""
import argparse
import functools
import hashlib
import heapq
import json
import re
import sys

# [1] The grammar, over bytes.
TEXT = rb"[ !#-\[\]-~\x80-\xff]*"
TERMS = {
    b"bare": rb"([!#-<>-\[\]-~]+)",
    b"masked": rb'([!#-<>-\[\]-~]+|"' + TEXT + rb'")',       # a value of a line whose escapes are masked
    b"value": rb'([!#-<>-\[\]-~]+|"' + TEXT + rb'(?:\\(?:["\\n]|x[0-9a-f]{2})' + TEXT + rb')*")',
    b"n": rb"(0|[1-9][0-9]{0,18})",
    b"hash": rb"([0-9a-f]{64})",
    b"hashes": rb"([0-9a-f]{64}(?:,[0-9a-f]{64})*)",
    b"path": rb"(-|[0-9a-f]{64}(?:,[0-9a-f]{64})*)",
    b"log": rb"([0-9a-f]{32})",
    b"time": rb"([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
             rb"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)\.[0-9]{3}Z)",
}


def shape(text):
    return re.compile(re.sub(rb"<(\w+)>", lambda term: TERMS[term[1]], text))


PAIR = shape(rb"([a-z0-9_.]+)=<masked> ")
NUMBER = shape(rb"<n>")
MASK = re.compile(rb'\\(?:["\\n]|x(?=[0-9a-f]{2}))')
ESCAPE = re.compile(rb'\\(?:(["\\n])|x([0-9a-f]{2}))')
RECORD = shape(rb"v=1 index=<n> time=<time> kind=<bare>")
HEAD = shape(rb"(v=1 log=<log> size=<n> root=<hash> time=<time>) sig=([0-9a-f]{128})")
EXPORT = shape(rb"export v=1 log=<log> from=<n> to=<n> key=((?:[0-9a-f]{2})+)\n")
FRONTIER = shape(rb"frontier size=<n> hashes=<hashes>\n")
PERSON = shape(rb"index=<n> k=<n> kind=<bare> salt=([0-9a-f]{32}) value=<value>")
RECEIPT = shape(rb"(?:(?i:X-Vashgate-Receipt):[ \t]*)?v=1; log=<log>; index=<n>; leaf=<hash>; time=<time>")
INCLUSION = shape(rb"inclusion index=<n> size=<n> leaf=<hash> root=<hash> path=<path>")
CONSISTENCY = shape(rb"consistency from=<n> to=<n> root_from=<hash> root_to=<hash> path=<path>")

NO_RECORD = -1              # written `-`
INSIDE, OUTSIDE = 3, 6      # a finding is (number of the check in [8], record, reason)


class NotOk(Exception):
    """The verdict: (record, reason)."""


def fields_of(line):
    """The pairs of a line, values as written; None if it breaks the grammar, is not UTF-8 or has a key twice."""
    masked, fields, at = MASK.sub(b"\x80\x80", line) + b" ", {}, 0
    for pair in PAIR.finditer(masked):          # no pattern that repeats a group: its memory would grow with the line
        if pair.start() != at or pair[1] in fields:
            return None
        fields[pair[1]], at = line[pair.start(2):pair.end(2)], pair.end()
    return fields if at == len(masked) and line.decode("utf-8", "ignore").encode() == line else None


def plain(value):
    """The bytes that a bare or quoted value stands for."""
    if not value.startswith(b'"'):
        return value
    return ESCAPE.sub(lambda m: unhex(m[2]) if m[2] else b"\n" if m[1] == b"n" else m[1], value[1:-1])


def unhex(text):
    return bytes.fromhex(text.decode("ascii"))


def unhex_list(text):
    return [] if text == b"-" else [unhex(part) for part in text.split(b",")]


# [3] Hashes.
def sha256(data):
    return hashlib.sha256(data).digest()


def node(left, right):
    return sha256(b"\x01" + left + right)


class Frontier:
    """The roots of the perfect subtrees of the first `size` leaves, largest first."""

    def __init__(self, size, hashes):
        self.size, self.hashes = size, hashes

    def add(self, leaf):
        size = self.size
        while size & 1:
            leaf = node(self.hashes.pop(), leaf)
            size >>= 1
        self.hashes.append(leaf)
        self.size += 1

    def root(self):
        if not self.hashes:
            return sha256(b"")
        return functools.reduce(lambda right, left: node(left, right), reversed(self.hashes))


# [5] Log key and heads.
class LogKey:
    def __init__(self, spki):
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        if len(spki) != 44 or spki[:12].hex() != "302a300506032b6570032100":
            raise NotOk(NO_RECORD, "key")
        self.log = sha256(spki)[:16].hex().encode()
        self.key, self.invalid = Ed25519PublicKey.from_public_bytes(spki[12:]), InvalidSignature

    def signed(self, head):
        try:
            self.key.verify(unhex(head[6]), head[1])
            return True
        except self.invalid:
            return False


def lines_of(open_file, at=0, tag=b""):
    """The lines from an offset on, as long as they have this tag; without tag and line feed."""
    with open_file() as file:
        file.seek(at)
        for line in file:
            if not line.startswith(tag):
                return
            yield line[len(tag):].removesuffix(b"\n")


def good_heads(lines, check, key, first, last, findings):
    """Yields (size, root) of each head; ends at the first one that is bad in itself."""
    before = 0
    for line in lines:
        head = HEAD.fullmatch(line)
        size = int(head[3]) if head else 0
        if head and check == OUTSIDE and size < first:
            continue
        fault = ("format" if not head else "log" if head[2] != key.log else "signature" if not key.signed(head) else
                 "tail" if size > last else "format" if check == INSIDE and not first < size >= before else None)
        if fault:
            findings.append((check, last if fault == "tail" else NO_RECORD, fault))
            return
        before = size
        yield size, unhex(head[4])


class HeadList:
    """One list of heads (of the export, or from outside) that moves along with the records."""

    def __init__(self, check, lines, key, first, last, findings):
        self.check, self.findings, self.covered, self.count = check, findings, first, 0
        self.heads = good_heads(lines, check, key, first, last, findings)
        self.next = next(self.heads, None)

    def compare(self, frontier):
        covered = self.covered                  # heads of one size do not cover each other
        while self.next and self.next[0] == frontier.size:
            if self.next[1] != frontier.root():
                self.findings.append((self.check, covered, "root"))
                self.next = None
                return
            self.covered, self.count = frontier.size, self.count + 1
            self.next = next(self.heads, None)


def head_size(line):
    head = HEAD.fullmatch(line)
    return int(head[3]) if head else 0


def ascending(open_file):
    """The lines of a head file by size. Head files grow at the end: only one in another order is held in memory."""
    before = 0
    for size in map(head_size, lines_of(open_file)):
        if size < before:
            return sorted(lines_of(open_file), key=head_size)
        before = size
    return lines_of(open_file)


# [7] The export.
def find_parts(file, at):
    """Where the lines behind the records, and the heads, begin; and whether every line has a tag at its place."""
    tags, stage, starts, sound = (b"record ", b"person ", b"head "), 0, [], True
    for line in file:
        tag = next((i for i, word in enumerate(tags) if line.startswith(word)), None)
        sound = sound and tag is not None and tag >= stage and line.endswith(b"\n")
        stage = max(stage, 1 if tag is None else tag)
        starts += [at] * (stage - len(starts))
        at += len(line)
    starts += [at] * (2 - len(starts))
    return starts[0], starts[1], sound


def read_start(file):
    """Check 1. Returns key, from, to and the frontier."""
    export = EXPORT.fullmatch(file.readline())
    if not export:
        raise NotOk(NO_RECORD, "format")
    key, first, last, hashes = LogKey(unhex(export[4])), int(export[2]), int(export[3]), []
    if key.log != export[1]:
        raise NotOk(NO_RECORD, "key")
    if first > 0:
        frontier = FRONTIER.fullmatch(file.readline())
        hashes = unhex_list(frontier[2]) if frontier and int(frontier[1]) == first else []
    if first > last or len(hashes) != bin(first).count("1"):
        raise NotOk(NO_RECORD, "format")
    return key, first, last, Frontier(first, hashes)


def check_record(line, index, time):
    """Check 2 of one line of the export. Returns the fields, kind, time and leaf of the record."""
    if not line.startswith(b"record "):
        raise NotOk(index, "index" if not line or line.startswith((b"person ", b"head ")) else "format")
    record = line[7:-1]
    begin, fields = RECORD.match(record), fields_of(record)
    if not line.endswith(b"\n") or not begin or fields is None:
        raise NotOk(index, "format")
    if int(begin[1]) != index:
        raise NotOk(index, "index")
    if begin[2] < time:
        raise NotOk(index, "time")
    return fields, begin[3], begin[2], sha256(b"\x00" + record)


def good_persons(lines, findings):
    """[4] Yields (index, key in the record, value it must have) of each person entry; ends at the first bad one."""
    before = (-1, -1)
    for line in lines:
        person = PERSON.fullmatch(line)
        place = (int(person[1]), int(person[2])) if person else before
        fault = "format" if not person or fields_of(line) is None else "person" if place <= before else None
        if fault:
            findings.append((4, place[0] if fault == "person" else NO_RECORD, fault))
            return
        before = place
        digest = sha256(unhex(person[4]) + person[3] + b":" + plain(person[5]))
        yield place[0], b"person." + person[2], person[3] + b":" + digest.hex().encode()


def read_receipts(receipt_files, log, first, last, findings):
    """[6] Check 7, as far as it needs no record. Returns index -> leaves, and how many receipts there are."""
    wanted, count = {}, 0
    for line in (line for open_file in receipt_files for line in lines_of(open_file)):
        receipt, count = RECEIPT.fullmatch(line.removesuffix(b"\r")), count + 1
        if not receipt or receipt[1] != log:
            findings.append((7, NO_RECORD, "log" if receipt else "format"))
        elif not first <= int(receipt[2]) < last:
            findings.append((7, int(receipt[2]), "receipt"))
        else:
            wanted.setdefault(int(receipt[2]), set()).add(unhex(receipt[3]))
    return wanted, count


def check_export(open_export, head_files=(), receipt_files=()):
    """[8] The arguments are functions that open a binary file. Returns (result, notes) or raises NotOk."""
    findings, intents, time = [], set(), b""
    with open_export() as file:
        key, first, last, frontier = read_start(file)
        records_at = file.tell()
        tail_at, heads_at, sound = find_parts(file, records_at)
        if not sound:
            findings.append((2, NO_RECORD, "format"))
        inside = HeadList(INSIDE, lines_of(open_export, heads_at, b"head "), key, first, last, findings)
        merged = heapq.merge(*[ascending(head_file) for head_file in head_files], key=head_size)
        outside = HeadList(OUTSIDE, merged, key, first, last, findings)
        receipts, receipt_count = read_receipts(receipt_files, key.log, first, last, findings)
        persons = good_persons(lines_of(open_export, tail_at, b"person "), findings)
        person = next(persons, None)
        outside.compare(frontier)
        file.seek(records_at)
        for index in range(first, last):
            fields, kind, time, leaf = check_record(file.readline(), index, time)
            frontier.add(leaf)
            inside.compare(frontier)
            outside.compare(frontier)
            while person and person[0] <= index:
                if person[0] != index or plain(fields.get(person[1], b"")) != person[2]:
                    findings.append((4, person[0], "person"))
                    persons = iter(())
                person = next(persons, None)
            if kind == b"intent":
                intents.add(index)
            elif kind == b"outcome":
                named = NUMBER.fullmatch(fields.get(b"intent", b""))
                if named and int(named[0]) in intents:
                    intents.remove(int(named[0]))
                elif not named or int(named[0]) >= first:
                    findings.append((5, index, "outcome"))
            if receipts.pop(index, {leaf}) != {leaf}:
                findings.append((7, index, "receipt"))
        if file.readline().startswith(b"record "):
            raise NotOk(last, "index")
        if person:
            findings.append((4, person[0], "person"))
    if findings:
        raise NotOk(*min(findings, key=lambda finding: finding[:2])[1:])
    anchored = outside.count > 0 and outside.covered == last
    notes = [] if anchored else ["tail not anchored"]
    if not anchored and inside.covered != last:
        notes.append("tail not signed")
    return {"records": last - first, "heads": inside.count + outside.count, "receipts": receipt_count,
            "root": frontier.root().hex(), "open": len(intents)}, notes


# [9] Proofs: the definitions of RFC 6962 sections 2.1.1 and 2.1.2, read backwards.
def root_by_inclusion(index, size, leaf, path):
    """The root that an inclusion path leads to."""
    if (size == 1) != (not path):
        raise NotOk(NO_RECORD, "root")
    if size == 1:
        return leaf
    half = 1 << (size - 1).bit_length() - 1     # the largest power of two below size
    if index < half:
        return node(root_by_inclusion(index, half, leaf, path[:-1]), path[-1])
    return node(path[-1], root_by_inclusion(index - half, size - half, leaf, path[:-1]))


def roots_by_consistency(old, new, path, known):
    """The old and new root that a consistency path leads to; `known`: the old root, while it is not in the path."""
    if old == new and len(path) == (known is None):
        return (known or path[0],) * 2
    if old == new or not path:
        raise NotOk(NO_RECORD, "root")
    half = 1 << (new - 1).bit_length() - 1      # as above
    if old <= half:
        left, right = roots_by_consistency(old, half, path[:-1], known)
        return left, node(right, path[-1])
    left, right = roots_by_consistency(old - half, new - half, path[:-1], None)
    return node(path[-1], left), node(path[-1], right)


def check_proof(open_proof, spki=None):
    """The file holds no key: without one from elsewhere the signature of the head stays unchecked."""
    lines = list(lines_of(open_proof))
    inclusion = INCLUSION.fullmatch(lines[0]) if lines else None
    consistency = CONSISTENCY.fullmatch(lines[1]) if len(lines) == 3 else None
    head = HEAD.fullmatch(lines[-1][5:]) if lines and lines[-1].startswith(b"head ") else None
    if not inclusion or not head or len(lines) != (3 if consistency else 2):
        raise NotOk(NO_RECORD, "format")
    index, size, root = int(inclusion[1]), int(inclusion[2]), unhex(inclusion[4])
    if index >= size or (consistency and not 0 < int(consistency[1]) <= int(consistency[2])):
        raise NotOk(NO_RECORD, "format")
    key = LogKey(spki) if spki is not None else None
    if key and (key.log != head[2] or not key.signed(head)):
        raise NotOk(NO_RECORD, "signature" if key.log == head[2] else "log")
    led_to = root_by_inclusion(index, size, unhex(inclusion[3]), unhex_list(inclusion[5]))
    if led_to != root or unhex(head[4]) != root or int(head[3]) != size:
        raise NotOk(NO_RECORD, "root")
    result = {"index": index, "size": size, "root": root.hex()}
    if consistency:
        old, new, roots = int(consistency[1]), int(consistency[2]), (unhex(consistency[3]), unhex(consistency[4]))
        proven = roots_by_consistency(old, new, unhex_list(consistency[5]), roots[0])
        if proven != roots or (new, roots[1]) != (size, root):
            raise NotOk(NO_RECORD, "root")
        result.update({"from": old, "root_from": roots[0].hex()})
    return result, [] if key else ["signature not checked"]


def main(argv=None):
    parser = argparse.ArgumentParser(description="Verifies an export of the audit trail, a proof, or a case's file.")
    parser.add_argument("export", metavar="EXPORT", nargs="?")
    parser.add_argument("--head", metavar="FILE", action="append", default=[], help="heads kept elsewhere")
    parser.add_argument("--receipt", metavar="FILE", action="append", default=[], help="receipts, one a line")
    parser.add_argument("--proof", metavar="FILE", help="check a proof instead of an export")
    parser.add_argument("--case", metavar="ZIP", help="check the file of a case instead")
    parser.add_argument("--key", metavar="HEX", type=bytes.fromhex, help="with --proof or --case: the log key")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    if [args.export, args.proof, args.case].count(None) != 2 or (args.export is None and (args.head or args.receipt)):
        parser.error("give either EXPORT or --proof FILE or --case ZIP")
    export, proof, *others = [path and (lambda path=path: open(path, "rb"))
                              for path in [args.export, args.proof, *args.head, *args.receipt]]
    try:
        if args.case is not None:
            from verify_case import verdict
            output, text = verdict(args.case, args.key)
        else:
            result, notes = (check_proof(proof, args.key) if proof else
                             check_export(export, others[:len(args.head)], others[len(args.head):]))
            output = {"ok": True, **result, "notes": notes}
            text = "\n".join(["ok: " + " ".join("%s=%s" % pair for pair in result.items())] + notes)
    except NotOk as fault:
        record, reason = fault.args
        output = {"ok": False, "record": None if record == NO_RECORD else record, "reason": reason}
        text = "not ok: record=%s reason=%s" % ("-" if record == NO_RECORD else record, reason)
    except Exception as error:                  # anything else is no verdict on the log
        print("verify.py: could not run: %s: %s" % (type(error).__name__, error), file=sys.stderr)
        return 2
    print(json.dumps(output) if args.json else text)
    return 0 if output["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
