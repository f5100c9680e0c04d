#!/usr/bin/python3
"""Tests of verify_case.py: files of a case are built here from docs/AUDIT.md, section 11, and then damaged.

test_verify.py runs them too. Each refusal names its reason, index and file; the same file undamaged is accepted.
"""
import io
import json
import os
import re
import resource
import ssl
import struct
import subprocess
import sys
import tempfile
import unittest
import warnings
import zipfile
import zlib

import test_verify as base
import verify_case
from test_verify import Log, clock, encode, leaf_of, line, mth, path_of, sha, text_of

M = 7
PDF, REPORT = b"%PDF-1.4 signed \x00\xff\n", '{"result":"good","name":"Jože \\"J\\""}\n'
PEMS = [ssl.DER_cert_to_PEM_cert(b"0\x82" + name * 40) for name in (b"first", b"second")]
DIGESTS = [sha(ssl.PEM_cert_to_DER_cert(pem)).hex() for pem in PEMS]


def js(**fields):
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


class Row:
    def __init__(self, number, object_name, object_id, after, ours=True):
        self.id, self.object, self.object_id, self.after, self.ours = number, object_name, object_id, after, ours
        self.salt = sha(b"salt %d" % number)[:16]

    def line(self):
        return line(("id", self.id), ("time", clock(self.id)), ("object", self.object), ("object_id", self.object_id),
                    ("procedure", "vs-21"), ("before", "-"), ("after", self.after))

    def hash(self):
        return sha(self.salt + self.line())


class Change:
    def __init__(self, *rows):
        self.rows, self.pairs, self.v, self.kind = list(rows), {}, 1, "registry"

    def add_to(self, log):
        """Appends the record; `pairs` replaces fields (None: takes them away)."""
        fields = {"procedure": "vs-21", "who": "Žan \"Ž\"", "history_from": self.rows[0].id if self.rows else "-",
                  "history_to": self.rows[-1].id if self.rows else "-",
                  "history": sha(b"".join(row.hash() for row in self.rows)).hex() if self.rows else "-", **self.pairs}
        self.index = len(log.records)
        raw = [(b" %s=" % key.encode()) + (value if isinstance(value, bytes) else encode(value))
               for key, value in fields.items() if value is not None]
        log.records.append(line(("v", self.v), ("index", self.index), ("time", clock(self.index)),
                                ("kind", self.kind)) + b"".join(raw))


class Story:
    """Record 7 of subject 3: applied, decided with another record in one change, a second certificate, a new name."""

    def __init__(self):
        self.log, self.spki = Log("case"), Log("case").spki
        self.rows = {row.id: row for row in (
            Row(10, "subject", 3, js(name="Črt", status="active")),
            Row(11, "membership", M, js(eceu_id=3, status="waiting", cert_digest=None)),
            Row(12, "application", 21, js(membership_id=M, pdf_sha256=sha(PDF).hex(), report=REPORT,
                                          report_sha256=sha(REPORT.encode()).hex())),
            Row(13, "application", 22, js(membership_id=8), False),
            Row(14, "decision", 31, js(membership_id=M, result="yes")),
            Row(15, "decision", 32, js(membership_id=8, result="yes"), False),
            Row(16, "membership", M, js(eceu_id=3, status="active", note="a\\b")),
            Row(17, "web_service", M, js(cert_digest=DIGESTS[0], cert_pem=PEMS[0])),
            Row(18, "web_service", M, js(cert_digest=DIGESTS[1], cert_pem=PEMS[1])),
            Row(19, "subject", 3, js(name="Črt d.o.o.", status="active")))}
        self.changes = [Change(*(self.rows[n] for n in numbers)) for numbers in ((10,), (11, 12), (13, 14, 15, 16, 17),
                (18,), (19,))]
        self.texts = {"record.json": 16, "service.json": 18, "subject.json": 19, "decision-31.json": 14}
        self.files = {"application-21.pdf": PDF, "report-21.json": REPORT.encode(),
                      **{"certificate-%s.pem" % digest: pem.encode() for digest, pem in zip(DIGESTS, PEMS)}}
        self.tail = 2

    def set(self, number, **fields):
        """Changes `after` of a row (None stands for null, ... takes a key away)."""
        row = self.rows[number]
        whole = {**json.loads(row.after), **fields}
        row.after = js(**{key: value for key, value in whole.items() if value is not ...})
        return self

    def text(self, number, after):
        self.rows[number].after = after
        return self

    def insert(self, at, *rows):
        self.rows.update((row.id, row) for row in rows)
        self.changes.insert(at, Change(*rows))
        return self

    def members(self):
        log = self.log
        log.records.clear()
        log.add("start", ("version", "1.0"))
        for change in self.changes:
            change.add_to(log)
            log.add("refusal", ("code", "VG-1"))
        for _ in range(self.tail):
            log.add("refusal", ("code", "VG-2"))
        return self.told()

    def inclusion(self, index, leaves):
        path = ",".join(h.hex() for h in path_of(index, leaves)) or "-"
        parts = ("index", index), ("size", len(leaves)), ("leaf", leaves[index].hex()), ("root", mth(leaves).hex())
        return b"inclusion " + line(*parts) + b" path=" + path.encode()

    def told(self):
        """The members, from the log as it is."""
        log, leaves = self.log, self.log.leaves()
        proof = [b"case " + line(("v", 1), ("log", log.id), ("record", M), ("key", self.spki.hex()))]
        for change in self.changes:
            proof += [b"change " + log.records[change.index], self.inclusion(change.index, leaves)]
            proof += [b"row " + line(("id", row.id), ("hash", row.hash().hex()),
                                     *([("salt", row.salt.hex())] if row.ours else []))
                      for row in change.rows]
        ours = sorted((row for change in self.changes for row in change.rows if row.ours), key=lambda row: row.id)
        texts = {name: self.rows[number].after for name, number in self.texts.items()}
        return {"README.txt": b"Read me.\n", "proof.txt": text_of(proof + [b"head " + log.head()]),
                "history.txt": text_of(row.line() for row in ours),
                "receipts.txt": text_of(log.receipt(change.index) for change in self.changes),
                **{name: text.encode() if isinstance(text, str) else text for name, text in texts.items()},
                **self.files}


def zip_of(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as archive:
        warnings.simplefilter("ignore")         # names that stand twice
        for name, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, content)
    return out.getvalue()


def run(data, key=None):
    try:
        return ("ok", *verify_case.check_case(data, key))
    except verify_case.Refused as fault:
        index, *rest = fault.args
        return "not ok", "-" if index == verify_case.NO_RECORD else index, *rest


CONTROL = Story()
MEMBERS = CONTROL.members()
AT = [change.index for change in CONTROL.changes]       # 1, 3, 5, 7, 9


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.assertEqual(run(zip_of(MEMBERS))[0], "ok")

    def ok(self, members, key=None, **expected):
        verdict, result, *notes = run(zip_of(members) if not isinstance(members, bytes) else members, key)
        self.assertEqual(verdict, "ok", (result, notes))
        self.assertEqual({name: result[name] for name in expected}, expected)
        return notes[0]

    def bad(self, members, *expected, key=None):
        self.assertEqual(run(members if isinstance(members, bytes) else zip_of(members), key), ("not ok", *expected))

    def each(self, cases, *expected):
        """cases: (name, members or archive)."""
        for name, members in cases:
            with self.subTest(name):
                self.bad(members, *expected)

    def edits(self, member, *edits, expected=("-", "format")):
        """edits: (name, regular expression, replacement) that must change the member."""
        for name, old, new in edits:
            with self.subTest(name):
                content = re.sub(old, new, MEMBERS[member], count=1, flags=re.S | re.M)
                self.assertNotEqual(content, MEMBERS[member])
                self.bad({**MEMBERS, member: content}, *expected)


def without(members, *names):
    return {name: content for name, content in members.items() if name not in names}


class GoodCases(Case):
    def test_whole(self):
        notes = self.ok(MEMBERS, record=M, changes=5, rows=8, files=12, size=13, time=clock(13))
        self.assertEqual(notes, ["key not checked"])
        self.assertEqual(self.ok(MEMBERS, CONTROL.spki), [])

    def test_archives(self):
        descriptors = io.BytesIO()

        class Pipe(io.RawIOBase):               # not seekable: sizes behind the members
            def writable(self):
                return True

            def write(self, data):
                return descriptors.write(data)
        with zipfile.ZipFile(Pipe(), "w") as archive:
            for name, content in MEMBERS.items():
                archive.writestr(name, content)
        for name, data in (("stored", zip_of(MEMBERS, zipfile.ZIP_STORED)), ("deflated", zip_of(MEMBERS)),
                           ("other order", zip_of(list(MEMBERS.items())[::-1])),
                           ("sizes behind", descriptors.getvalue())):
            with self.subTest(name):
                self.ok(data, files=12)
        with self.subTest("no README.txt"):
            self.ok(without(MEMBERS, "README.txt"), files=11)

    def test_least(self):
        """One change of two rows alone in the log: an empty path, no certificate, no application."""
        story = Story()
        story.changes = [Change(story.rows[10], story.rows[11])]
        story.texts, story.files = {"record.json": 11, "subject.json": 10}, {}
        story.log.records.clear()
        story.changes[0].add_to(story.log)
        members = story.told()
        self.assertIn(b" path=-\n", members["proof.txt"])
        self.ok(members, changes=1, rows=2, files=6, size=1)

    def test_rows(self):
        moved = Story().text(10, js(name="other"))
        moved.rows[10].ours = False
        moved.changes.pop(0)
        after = Row(20, "application", 21, js(membership_id=M, pdf_sha256=sha(b"new").hex(), report=None))
        renewed = Story().insert(5, after)
        renewed.files = {**without(renewed.files, "report-21.json"), "application-21.pdf": b"new"}
        crlf = Story().set(18, cert_pem=PEMS[1].replace("\n", "\r\n"))
        crlf.files["certificate-%s.pem" % DIGESTS[1]] = PEMS[1].replace("\n", "\r\n").encode()
        end = Story().set(18, cert_pem=PEMS[1].strip())
        end.files["certificate-%s.pem" % DIGESTS[1]] = PEMS[1].strip().encode()
        again = Story().insert(5, Row(20, "web_service", M, js(cert_digest=DIGESTS[1], cert_pem=None)))
        again.texts["service.json"] = 20
        in_record = Story().set(16, cert_digest=DIGESTS[1])
        for name, story in (("subject made after the record", moved), ("a newer application without a report", renewed),
                            ("PEM with CR LF", crlf),
                            ("PEM without a last line end", end), ("cert_digest again, without cert_pem", again),
                            ("cert_digest in the record", in_record),
                            ("cert_digest of nothing", Story().set(16, cert_digest="")),
                            ("cert_digest of a decision", Story().set(14, cert_digest="0" * 64)),
                            ("spaces in JSON", Story().text(16, ' {"eceu_id" : 3 , "a": [ ]}\n'))):
            with self.subTest(name):
                self.ok(story.members())

    def test_rows_of_a_later_change_with_smaller_ids(self):
        story = Story()
        story.changes[3], story.changes[4] = story.changes[4], story.changes[3]
        self.ok(story.members(), rows=8)


class Archives(Case):
    """Check 1: what is no archive that can be read."""

    def patched(self, data, name, *edits, local=True):
        """Overwrites parts of the headers of a member: (offset in the directory's, in the local one, format, value)."""
        data = bytearray(data)
        with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
            start, at = archive.getinfo(name).header_offset, archive.start_dir
        while data[at + 46:at + 46 + len(name)] != name.encode() or data[at:at + 4] != b"PK\1\2":
            at += 1
        for central, in_local, form, value in edits:
            struct.pack_into(form, data, at + central, value)
            if local:
                struct.pack_into(form, data, start + in_local, value)
        return bytes(data)

    def test_no_archive(self):
        data = zip_of(MEMBERS)
        end = data[-22:]
        self.each((("nothing", b""), ("text", b"no archive"), ("cut", data[:-1]), ("half", data[:len(data) // 2]),
                   ("end record alone", b"PK\5\6" + bytes(18)),
                   ("something behind", data + b"\n"), ("something in front", b"#!/bin/sh\n" + data),
                   ("two archives", data + data),
                   ("comment", data[:-2] + b"\4\0more"),
                   ("comment that is not there", data[:-2] + b"\4\0"),
                   ("64-bit count", data[:-22] + end[:8] + b"\xff\xff\xff\xff" + end[12:]),
                   ("second disk", data[:-22] + end[:4] + b"\1\0\1\0" + end[8:]),
                   ("count too small", data[:-22] + end[:8] + b"\x0b\0\x0b\0" + end[12:]),
                   ("count too large", data[:-22] + end[:8] + b"\x0d\0\x0d\0" + end[12:]),
                   ("other count", data[:-22] + end[:8] + b"\x0b\0" + end[10:]),
                   ("directory elsewhere", data[:-22] + end[:16] + bytes(4) + end[20:]),
                   ("no magic", data[:-22] + b"PK\5\5" + end[4:]),
                   ("only text members", zip_of({"README.txt": b""}))), "-", "format")

    def test_names(self):
        for name in ("proof.txt", "history.txt", "receipts.txt", "record.json", "subject.json"):
            with self.subTest("no " + name):
                self.bad(without(MEMBERS, name), "-", "format")
        for name in ("other.txt", "folder/", "a/record.json", "./record.json", "../record.json", "/record.json",
                     "RECORD.JSON", "decision-031.json",
                     "decision-.json", "decision-x.json", "decision-" + "1" * 20 + ".json", "decision-\u0663.json",
                     "application-21.json", "record.json\n",
                     "certificate-%s.pem" % DIGESTS[0].upper(), "certificate-%s.pem" % DIGESTS[0][:-1],
                     "re\u010dord.json", " "):
            with self.subTest("name %r" % name):
                self.bad({**MEMBERS, name: b""}, "-", "format")
        for name, content in (("record.json", MEMBERS["record.json"]), ("record.json", b"{}"), ("README.txt", b"")):
            with self.subTest("%s twice, %d bytes" % (name, len(content))):
                self.bad([*MEMBERS.items(), (name, content)], "-", "format")
        with self.subTest("name cut at NUL"):
            data = zip_of({**MEMBERS, "service.jsonXtail": b"x"})
            self.bad(data.replace(b"service.jsonXtail", b"service.json\0tail"), "-", "format")
        with self.subTest("other name in the local header"):
            self.bad(zip_of(MEMBERS).replace(b"record.json", b"recorx.json", 1), "-", "format")

    def test_members(self):
        stored, deflated, name = zip_of(MEMBERS, zipfile.ZIP_STORED), zip_of(MEMBERS), "README.txt"
        content = MEMBERS[name]
        short = zip_of({**MEMBERS, name: content * 9})
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        endless = packer.compress(content) + packer.flush(zlib.Z_SYNC_FLUSH)
        behind = endless + packer.flush() + b"more"

        def streamed(packed):
            return self.patched(zip_of({**MEMBERS, name: packed}, zipfile.ZIP_STORED), name, (10, 8, "<H", 8),
                                (24, 22, "<L", len(content)), (16, 14, "<L", zlib.crc32(content)))
        self.ok(streamed(behind[:-4]))
        self.each((("encrypted", self.patched(deflated, name, (8, 6, "<H", 1))),
                   ("strong encryption", self.patched(deflated, name, (8, 6, "<H", 0x40))),
                   ("method 99", self.patched(deflated, name, (10, 8, "<H", 99))),
                   ("bzip2", zip_of(MEMBERS, zipfile.ZIP_BZIP2)),
                   ("lzma", zip_of(MEMBERS, zipfile.ZIP_LZMA)),
                   ("stored said to be deflated", self.patched(stored, name, (10, 8, "<H", 8))),
                   ("one bit", stored.replace(content, b"Read mf.\n")),
                   ("CRC", self.patched(deflated, name, (16, 14, "<L", 1))),
                   ("version 9.9", self.patched(deflated, name, (6, 4, "<H", 99))),
                   ("size larger", self.patched(deflated, name, (24, 22, "<L", len(content) + 1))),
                   ("size smaller", self.patched(deflated, name, (24, 22, "<L", len(content) - 1))),
                   ("more than its size, CRC of the beginning",
                    self.patched(short, name, (24, 22, "<L", len(content)), (16, 14, "<L", zlib.crc32(content)))),
                   ("stored, more than its size", self.patched(stored, name, (24, 22, "<L", 4),
                                                               (16, 14, "<L", zlib.crc32(content[:4])))),
                   ("stream without its end", streamed(endless)), ("something behind the stream", streamed(behind)),
                   ("stored said to be bzip2", self.patched(stored, name, (10, 8, "<H", 12))),
                   ("stream cut", self.patched(deflated, name, (20, 18, "<L", len(content)))),
                   ("the next member within", self.patched(deflated, name, (20, 18, "<L", 40))),
                   ("no local header", b"XX" + deflated[2:]),
                   ("local header elsewhere", self.patched(deflated, name, (42, 0, "<L", 5), local=False)),
                   ("local header behind the end", self.patched(deflated, name, (42, 0, "<L", 1 << 30), local=False)),
                   ("packed size beyond the end", self.patched(deflated, name, (20, 18, "<L", 1 << 20))),
                   ("64-bit size", self.patched(deflated, name, (24, 22, "<L", 0xffffffff)))), "-", "format")

    def test_zip64(self):
        """Fields of the directory that say: it stands in the 64-bit ones."""
        extra = zipfile.ZipInfo("README.txt")
        info = zipfile.ZipFile(io.BytesIO(zip_of(MEMBERS, zipfile.ZIP_STORED))).getinfo("README.txt")
        for name, place, value in (("size", 24, info.file_size), ("packed size", 20, info.file_size), ("place", 42, 0)):
            with self.subTest(name):
                extra.extra = struct.pack("<HHQ", 1, 8, value)
                data = zip_of([(extra, MEMBERS["README.txt"]), *without(MEMBERS, "README.txt").items()])
                changed = self.patched(data, "README.txt", (place, 0, "<L", 0xffffffff), local=False)
                with zipfile.ZipFile(io.BytesIO(changed)) as archive:
                    self.assertEqual(archive.read("README.txt"), MEMBERS["README.txt"])
                self.ok(data)
                self.bad(changed, "-", "format")

    def test_bounds(self):
        room = verify_case.BYTES_MAX - sum(map(len, without(MEMBERS, "README.txt").values()))
        with self.subTest("64 MB"):
            self.ok({**MEMBERS, "README.txt": bytes(room)})
        with self.subTest("64 MB and a byte"):
            self.bad({**MEMBERS, "README.txt": bytes(room + 1)}, "-", "format")
        many = {**MEMBERS, **{"decision-%d.json" % n: b"{}" for n in range(100, 1088)}}
        with self.subTest("1,000 members"):
            self.assertEqual(len(many), 1000)
            self.bad(many, "-", "file", "decision-100.json")
        with self.subTest("1,001 members"):
            self.bad({**many, "decision-99.json": b"{}"}, "-", "format")
        for name, more in (("65 MB", 0), ("65 MB and a byte", 1)):
            with self.subTest(name):
                whole = zip_of(MEMBERS)
                file = io.BytesIO(bytes((65 << 20) - len(whole) + more))
                with zipfile.ZipFile(file, "a") as archive:
                    for member, content in MEMBERS.items():
                        archive.writestr(member, content, zipfile.ZIP_DEFLATED)
                self.assertEqual(len(file.getvalue()), (65 << 20) + more)
                self.bad(file.getvalue(), "-", "format") if more else self.ok(file.getvalue())


class Grammar(Case):
    """Check 1: what is no line."""

    def test_proof(self):
        self.edits("proof.txt", ("empty", rb"\A.*\Z", b""), ("no case", rb"\A[^\n]*\n", b""),
                   ("case v=2", rb"case v=1", b"case v=2"),
                   ("two cases", rb"\A([^\n]*\n)", rb"\1\1"), ("record with a zero", rb"record=7", b"record=07"),
                   ("record -", rb"record=7", b"record=-"),
                   ("key of half a byte", rb"key=(\S)", rb"key="), ("key in capitals", rb"key=302a", b"key=302A"),
                   ("no key", rb" key=\S+", b""),
                   ("quoted log", rb"log=(\S+)", rb'log="\1"'),
                   ("more in the first line", rb"(key=\S+)", rb"\1 more=1"),
                   ("no change", rb"^change.*(?=^head)", b""), ("no head", rb"^head.*\Z", b""),
                   ("two heads", rb"(^head[^\n]*\n)", rb"\1\1"),
                   ("head first", rb"^(change.*)^(head.*)\Z", rb"\2\1"),
                   ("a change behind the head", rb"^(change.*)(^head.*)\Z", rb"\1\2\1"),
                   ("the last change behind the head", rb"^(change v=1 index=9 .*)^(head.*)\Z", rb"\2\1"),
                   ("the same without its row",
                    rb"^(change v=1 index=9 [^\n]*\n)(inclusion[^\n]*\n)(row[^\n]*\n)(head.*)\Z", rb"\3\4\1\2"),
                   ("a row behind the head", rb"\Z", b"row id=1 hash=" + b"0" * 64 + b"\n"),
                   ("a row in front", rb"^change", b"row id=1 hash=" + b"0" * 64 + b"\nchange"),
                   ("other tag", rb"^row", b"rows"), ("no inclusion", rb"^inclusion[^\n]*\n", b""),
                   ("two inclusions", rb"^(inclusion[^\n]*\n)", rb"\1\1"),
                   ("a change alone", rb"^inclusion.*\Z", b""),
                   ("inclusion before its change", rb"^(change[^\n]*\n)(inclusion[^\n]*\n)", rb"\2\1"),
                   ("no path", rb" path=\S+", b""), ("empty path", rb"path=\S+", b"path="),
                   ("path ends with a comma", rb"(path=\S+)", rb"\1,"),
                   ("path - and more", rb"path=", b"path=-,"), ("inclusion -", rb"^inclusion[^\n]*", b"inclusion -"),
                   ("no last line feed", rb"\n\Z", b""), ("another last byte", rb"\n\Z", b"x"),
                   ("CR LF", rb"\n", b"\r\n"), ("empty line", rb"\n", b"\n\n"),
                   ("two spaces", rb"^change ", b"change  "), ("space behind", rb"$", b" "),
                   ("tab", rb"^row ", b"row\t"), ("key twice", rb"( who=)", rb" kind=x\1"),
                   ("key twice behind", rb"( procedure=\S+)", rb"\1\1"),
                   ("not UTF-8", rb"\xc5\xbdan", b"\xc5an"), ("control character", "Žan".encode(), b"\x01"),
                   ("bad escape", rb'\\"', rb"\\q"),
                   ("no time", rb"(index=1) time=\S+", rb"\1"), ("index quoted", rb"v=1 index=1", b'v=1 index="1"'),
                   ("kind quoted", rb"kind=registry", b'kind="registry"'),
                   ("v quoted", rb"change v=1", b'change v="1"'),
                   ("order of the first four", rb"v=1 index=1", b"index=1 v=1"),
                   ("index with a zero", rb"v=1 index=1", b"v=1 index=01"),
                   ("row id with a zero", rb"row id=1", b"row id=01"), ("short row hash", rb"(hash=\S{63})\S", rb"\1"),
                   ("row hash in capitals", rb"hash=\S+", b"hash=" + b"A" * 64),
                   ("short salt", rb"(salt=\S{31})\S", rb"\1"), ("salt -", rb"salt=\S+", b"salt=-"),
                   ("a month 13", rb"(change v=1 index=1 time=....-)11", rb"\g<1>13"),
                   ("short signature", rb"(sig=\S{127})\S", rb"\1"), ("head v=2", rb"head v=1", b"head v=2"))

    def test_history(self):
        self.edits("history.txt", ("no last line feed", rb"\n\Z", b""), ("another last byte", rb"\n\Z", b"x"),
                   ("CR LF", rb"\n", b"\r\n"),
                   ("empty line", rb"\n", b"\n\n"), ("a tag", rb"\A", b"row "),
                   ("no time", rb" time=\S+", b""), ("no procedure", rb" procedure=\S+", b""),
                   ("more", rb"$", b" more=1"), ("before twice", rb"( before=-)", rb"\1\1"),
                   ("order", rb"( before=-)( after=[^\n]*)", rb"\2\1"), ("id quoted", rb"id=10", b'id="10"'),
                   ("id with a zero", rb"id=10", b"id=010"),
                   ("object quoted", rb"object=subject", b'object="subject"'),
                   ("object_id quoted", rb"object_id=3", b'object_id="3"'),
                   ("object_id a word", rb"object_id=3", b"object_id=x"),
                   ("object_id with a zero", rb"object_id=3", b"object_id=03"),
                   ("object_id -1", rb"object_id=3", b"object_id=-1"),
                   ("time without Z", rb"Z ", b" "), ("not UTF-8", rb"\xc4\x8crt", b"\xc4rt"),
                   ("quote not closed", rb'"$', b""), ("bad escape", rb'\\"', rb"\\x0G"),
                   ("bare with a quote", rb"vs-21", b'vs"21'))

    def test_receipts(self):
        self.edits("receipts.txt", ("no last line feed", rb"\n\Z", b""), ("another last byte", rb"\n\Z", b"x"),
                   ("CR LF", rb"\n", b"\r\n"),
                   ("empty line", rb"\n", b"\n\n"), ("header's name", rb"\A", b"X-Vashgate-Receipt: "),
                   ("v=2", rb"v=1", b"v=2"), ("no semicolons", rb"; ", b" "), ("no time", rb"; time=\S+", b""),
                   ("more", rb"$", b"; more=1"), ("leaf in capitals", rb"leaf=\S+", b"leaf=" + b"A" * 64 + b";"),
                   ("index with a zero", rb"index=1", b"index=01"), ("not UTF-8", rb"\Z", b"\xff\n"))


class Keys(Case):
    def test_key(self):
        other, cases = Log("other"), MEMBERS["proof.txt"]
        own = CONTROL.spki.hex().encode()
        for name, proof in (("other log", cases.replace(CONTROL.log.id.encode(), other.id.encode(), 1)),
                            ("other key", cases.replace(own, other.spki.hex().encode())),
                            ("short key", cases.replace(own, own[:-2])),
                            ("X25519", cases.replace(own, own.replace(b"2b6570", b"2b656e"))),
                            ("bare key", cases.replace(own, own[24:]))):
            with self.subTest(name):
                self.assertNotEqual(proof, cases)
                self.bad({**MEMBERS, "proof.txt": proof}, "-", "key")
        with self.subTest("X25519 with its own log"):
            spki = bytes.fromhex(own.decode().replace("2b6570", "2b656e"))
            proof = cases.replace(own, spki.hex().encode()).replace(CONTROL.log.id.encode(),
                                                                    sha(spki)[:16].hex().encode())
            self.bad({**MEMBERS, "proof.txt": proof}, "-", "key")

    def test_key_from_elsewhere(self):
        for name, key in (("other", Log("other").spki), ("empty", b""), ("bare", CONTROL.spki[12:]),
                          ("longer", CONTROL.spki + b"\0")):
            with self.subTest(name):
                self.bad(MEMBERS, "-", "key", key=key)
        with self.subTest("whole file by another key"):
            story = Story()
            story.log = Log("other")
            story.spki = story.log.spki
            self.ok(story.members())
            self.bad(story.members(), "-", "key", key=CONTROL.spki)
            self.ok(story.members(), story.spki)

    def test_head(self):
        def with_head(head):
            return {**MEMBERS, "proof.txt": re.sub(rb"head .*\n\Z", lambda _: b"head " + head + b"\n",
                                                   MEMBERS["proof.txt"])}
        other = Log("other")
        other.records = CONTROL.log.records
        good = CONTROL.log.head()
        self.each([("of another log", with_head(other.head())),
                   ("log changed", with_head(good.replace(CONTROL.log.id.encode(), other.id.encode())))], "-", "log")
        self.each([("signed by another", with_head(other.head(log=CONTROL.log.id))),
                   ("size", with_head(good.replace(b"size=13", b"size=14"))),
                   ("time", with_head(good.replace(b"10:00:06", b"10:00:07"))),
                   ("root", with_head(re.sub(rb"root=\S+", b"root=" + b"0" * 64, good))),
                   ("sig", with_head(re.sub(rb"sig=\S+", b"sig=" + b"0" * 128, good)))], "-", "signature")


class Changes(Case):
    """Check 4."""

    def test_record(self):
        for name, fields in (("v=2", {"v": 2}), ("kind=intent", {"kind": "intent"}),
                             ("kind=registryx", {"kind": "registryx"})):
            with self.subTest(name):
                story = Story()
                vars(story.changes[2]).update(fields)
                self.bad(story.members(), AT[2], "format")
        with self.subTest("index of the inclusion"):
            proof = MEMBERS["proof.txt"].replace(b"inclusion index=5", b"inclusion index=6")
            self.bad({**MEMBERS, "proof.txt": proof}, 5, "format")
        with self.subTest("inclusion of another record"):
            other = CONTROL.inclusion(6, CONTROL.log.leaves())
            self.bad({**MEMBERS, "proof.txt": MEMBERS["proof.txt"].replace(CONTROL.inclusion(5, CONTROL.log.leaves()),
                                                                           other)}, 5, "format")

    def test_order(self):
        for name, order, index in (("swapped", (1, 0, 2, 3, 4), 1), ("twice", (0, 1, 1, 2, 3, 4), 3),
                                   ("last first", (4, 0, 1, 2, 3), 1)):
            with self.subTest(name):
                story = Story()
                story.members()
                story.changes = [story.changes[at] for at in order]
                self.bad(story.told(), index, "index")

    def test_root(self):
        leaves = CONTROL.log.leaves()
        good, smaller = CONTROL.inclusion(5, leaves), CONTROL.inclusion(5, leaves[:12])
        hashes = good.split(b"path=")[1].split(b",")
        for name, new in (("leaf", good.replace(leaves[5].hex().encode(), leaves[4].hex().encode())),
                          ("size", good.replace(b"size=13", b"size=12")),
                          ("tree before the head", smaller), ("root",
                                                              good.replace(mth(leaves).hex().encode(), b"0" * 64)),
                                                              ("path=-", re.sub(rb"path=.*", b"path=-", good)),
                          ("path cut", good[:-65]), ("path longer", good + b"," + b"0" * 64),
                          ("path turned", good.split(b"path=")[0] + b"path=" + b",".join(hashes[::-1])),
                          ("path wrong", good[:-64] + b"0" * 64),
                          ("path of another", good.split(b"path=")[0] +
                           CONTROL.inclusion(6, leaves)[-5 - 65 * len(hashes) + 1:])):
            with self.subTest(name):
                self.assertNotEqual(new, good)
                self.bad({**MEMBERS, "proof.txt": MEMBERS["proof.txt"].replace(good, new)}, 5, "root")
        with self.subTest("record"):
            self.bad({**MEMBERS, "proof.txt": re.sub(rb"(index=5 .*?)vs-21", rb"\1vs-22", MEMBERS["proof.txt"])}, 5,
                     "root")
        with self.subTest("index not below size"):
            story = Story()
            story.members()
            head, whole = story.log.head(9), story.inclusion(9, leaves)
            members = {**MEMBERS, "proof.txt": re.sub(rb"head .*\n\Z", b"head " + head + b"\n", MEMBERS["proof.txt"])}
            for index in AT[:-1]:
                members["proof.txt"] = members["proof.txt"].replace(story.inclusion(index, leaves),
                                                                    story.inclusion(index, leaves[:9]))
            beyond = whole.replace(b"size=13", b"size=9").replace(mth(leaves).hex().encode(),
                                                                  mth(leaves[:9]).hex().encode())
            self.bad({**members, "proof.txt": members["proof.txt"].replace(whole, beyond)}, 9, "root")
        with self.subTest("the last record says the next index"):
            story = Story()
            story.tail = 0
            story.members()
            del story.log.records[10:]
            self.ok(story.told(), size=10)
            story.log.records[9] = story.log.records[9].replace(b" index=9 ", b" index=10 ")
            members = story.told()
            for member in ("proof.txt", "receipts.txt"):
                members[member] = re.sub(rb"(^inclusion |; )index=9\b", rb"\1index=10", members[member], flags=re.M)
            self.bad(members, 10, "root")
        with self.subTest("the first change decides"):
            proof = re.sub(rb"(index=9 .*?)vs-21", rb"\1vs-22",
                           re.sub(rb"(index=3 .*?)vs-21", rb"\1vs-22", MEMBERS["proof.txt"]))
            self.bad({**MEMBERS, "proof.txt": proof}, 3, "root")


class Rows(Case):
    """Check 5."""

    def test_told(self):
        for name, old, new, reason in (
                ("first missing", rb"^row id=13 [^\n]*\n", b"", "index"),
                ("middle missing", rb"^row id=15 [^\n]*\n", b"", "index"),
                ("last missing", rb"^row id=17 [^\n]*\n", b"", "index"),
                ("all missing", rb"^row id=13 .*?(?=^change)", b"", "index"),
                ("twice", rb"^(row id=15 [^\n]*\n)", rb"\1\1", "index"),
                ("swapped", rb"^(row id=15 [^\n]*\n)(row id=16 [^\n]*\n)", rb"\2\1", "index"),
                ("more", rb"^(row id=17)( [^\n]*\n)", rb"\1\2row id=18\2", "index"),
                ("other number", rb"^row id=15 ", b"row id=25 ", "index"),
                ("hash of another's row", rb"^row id=15 hash=\S+", b"row id=15 hash=" + b"0" * 64, "history"),
                ("hash of an own row", rb"^row id=16 hash=\S+", b"row id=16 hash=" + b"0" * 64, "history"),
                ("hashes swapped", rb"^(row id=14 hash=)(\S+)(.*?)(row id=15 hash=)(\S+)", rb"\1\5\3\4\2", "history")):
            with self.subTest(name):
                proof = re.sub(old, new, MEMBERS["proof.txt"], flags=re.S | re.M)
                self.assertNotEqual(proof, MEMBERS["proof.txt"])
                self.bad({**MEMBERS, "proof.txt": proof}, 5, reason)

    def test_record(self):
        """Records that the log vouches for and that do not fit their rows."""
        good = CONTROL.log.records[5]
        history = re.search(rb" history=(\S+)", good)[1]
        for name, pairs, reason in (
                ("no history_from", {"history_from": None}, "index"), ("no history_to", {"history_to": None}, "index"),
                ("none of both", {"history_from": None, "history_to": None}, "index"),
                ("from -", {"history_from": "-"}, "index"), ("to -", {"history_to": "-"}, "index"),
                ("from above to", {"history_from": 17, "history_to": 13}, "index"),
                ("from one more", {"history_from": 14}, "index"), ("from one less", {"history_from": 12}, "index"),
                ("to one more", {"history_to": 18}, "index"), ("to one less", {"history_to": 16}, "index"),
                ("both shifted", {"history_from": 12, "history_to": 16}, "index"),
                ("to without end", {"history_to": 10 ** 18}, "index"),
                ("from quoted", {"history_from": b'"13"'}, "index"),
                ("to with a zero", {"history_to": b"017"}, "index"), ("to a word", {"history_to": "x"}, "index"),
                ("history -", {"history": "-"}, "history"),
                ("no history", {"history": None}, "history"),
                ("history quoted", {"history": b'"' + history + b'"'}, "history"),
                ("history in capitals", {"history": history.upper()}, "history"),
                ("history of nothing", {"history": sha(b"").hex()}, "history"),
                ("history cut", {"history": history[:-1]}, "history")):
            with self.subTest(name):
                story = Story()
                story.changes[2].pairs = pairs
                self.bad(story.members(), 5, reason)

    def test_change_without_rows(self):
        for name, pairs in (("-", {}), ("history of nothing", {"history": sha(b"").hex()}),
                            ("from above to", {"history_from": 18, "history_to": 17, "history": sha(b"").hex()}),
                            ("0", {"history_from": 0, "history_to": 0}),
                            ("no fields", {"history_from": None, "history_to": None, "history": None})):
            with self.subTest(name):
                story = Story()
                story.changes.insert(3, Change())
                story.changes[3].pairs = pairs
                self.bad(story.members(), 7, "index")


class History(Case):
    """Check 6, what history.txt says against the row hashes."""

    def test_lines(self):
        lines = MEMBERS["history.txt"].splitlines(True)
        stranger = CONTROL.rows[15].line() + b"\n"
        for name, told in (("empty", []), ("first missing", lines[1:]), ("last missing", lines[:-1]),
                           ("one missing", lines[:3] + lines[4:]), ("twice", lines[:4] + lines[3:]),
                           ("swapped", lines[:3] + [lines[4], lines[3]] + lines[5:]), ("turned", lines[::-1]),
                           ("a row without salt", lines[:4] + [stranger] + lines[4:]),
                           ("an unknown row", lines + [Row(99, "decision", 1, js(membership_id=M)).line() + b"\n"]),
                           ("a byte", [item.replace(b"waiting", b"waitinG") for item in lines]),
                           ("time", [item.replace(b"10:00:05", b"10:00:06") for item in lines]),
                           ("other number", [item.replace(b"id=16 ", b"id=15 ") for item in lines]),
                           ("quoted otherwise", [item.replace(b"=vs-21", b'="vs-21"') for item in lines]),
                           ("before", [item.replace(b"before=-", b"before={}") for item in lines])):
            with self.subTest(name):
                self.assertNotEqual(told, lines)
                self.bad({**MEMBERS, "history.txt": b"".join(told)}, "-", "history")

    def test_salts(self):
        self.edits("proof.txt", ("other salt", rb"^(row id=16 .*? salt=)\S+", rb"\g<1>" + b"0" * 32),
                   ("no salt", rb"^(row id=16 \S+) salt=\S+", rb"\1"),
                   ("salt of another's row", rb"^(row id=15 \S+)", rb"\1 salt=" + b"0" * 32),
                   ("salts swapped", rb"^(row id=16 \S+ salt=)(\S+)(\s+\S+ id=17 \S+ salt=)(\S+)", rb"\1\4\3\2"),
                   expected=("-", "history"))

    def test_row_of_two_changes(self):
        story = Story()
        story.changes.append(Change(story.rows[19]))
        members = story.members()
        told = members["history.txt"].splitlines(True)
        self.assertEqual(told[-1], told[-2])
        self.bad(members, "-", "history")
        self.bad({**members, "history.txt": b"".join(told[:-1])}, "-", "history")


class Belonging(Case):
    """Check 6, section 11.2: whether a row belongs to the case."""

    def refused(self, *cases):
        self.each([(name, story.members()) for name, story in cases], "-", "case")

    def with_row(self, name, number, after, at=5, row_id=20):
        return Story().insert(at, Row(row_id, name, number, after))

    def test_other_rows(self):
        own = js(membership_id=M)
        self.refused(*[("%s %d" % (name, number), self.with_row(name, number, after)) for name, number, after in (
            ("membership", 8, js(eceu_id=3)), ("web_service", 8, "{}"), ("application", 22, js(membership_id=8)),
            ("decision", 32, js(membership_id=8)),
            ("codelist", M, own), ("user", M, own), ("subject", 4, own), ("memberships", M, own),
            ("Membership", M, own))],
            ("a decision of the same change", self.told_too()))

    def told_too(self):
        story = Story()
        story.rows[15].ours = True
        return story

    def test_membership_id(self):
        for name, value in (("a string", "7"), ("a fraction", 7.0), ("true", True), ("null", None), ("absent", ...),
                            ("a list", [M]), ("other", 70)):
            with self.subTest(name):
                self.bad(Story().set(14, membership_id=value).members(), "-", "case")
                self.bad(Story().set(12, membership_id=value).members(), "-", "case")

    def test_subject(self):
        self.refused(("eceu_id of another", Story().set(16, eceu_id=4)),
                     ("eceu_id a string", Story().set(16, eceu_id="3")), ("no eceu_id", Story().set(16, eceu_id=...)),
                     ("eceu_id null", Story().set(16, eceu_id=None)),
                     ("eceu_id a fraction", Story().set(16, eceu_id=3.0)),
                     ("a row between", self.with_row("subject", 3, js(name="between"), 4, 20)),
                     ("a row before the one in force", self.with_row("subject", 3, js(name="old"), 0, 9)))
        story = self.with_row("subject", 3, js(name="old"), 0, 9)
        story.changes.pop()
        story.texts["subject.json"] = 10
        with self.subTest("two rows before the record"):
            self.bad(story.members(), "-", "case")
        with self.subTest("eceu_id of an older row may differ"):
            self.ok(Story().set(11, eceu_id=4).members())

    def test_least(self):
        def dropped(name):
            story = Story()
            for change in story.changes:
                change.rows = [row for row in change.rows if row.object != name]
                for at, row in enumerate(change.rows):
                    row.id = change.rows[0].id + at
            story.changes = [change for change in story.changes if any(row.ours for row in change.rows)]
            return story
        self.refused(("no membership", dropped("membership")), ("no subject", dropped("subject")))
        with self.subTest("no decision"):
            story = dropped("decision")
            del story.texts["decision-31.json"]
            self.ok(story.members())

    def test_change_without_an_own_row(self):
        self.refused(("no salt", Story().insert(3, Row(30, "decision", 32, js(membership_id=8), False))),
                     ("no salt, first", Story().insert(0, Row(30, "decision", 32, js(membership_id=8), False))))

    def test_after(self):
        inner = '{"eceu_id":3,"x":%s}'
        self.refused(*[(name, Story().text(16, text)) for name, text in (
            ("none", "-"), ("empty", ""), ("null", "null"), ("a list", "[]"), ("a string", '"x"'), ("a number", "7"),
            ("no JSON", "{"), ("two", '{"eceu_id":3}{}'), ("more", '{"eceu_id":3} x'),
            ("key twice", '{"eceu_id":3,"eceu_id":3}'), ("key twice, escaped", '{"eceu_id":3,"\\u0065ceu_id":3}'),
            ("key twice inside", inner % '[{"a":1,"a":1}]'), ("NaN", inner % "NaN"),
            ("Infinity", inner % "-Infinity"), ("comma", inner % "[1,]"), ("single quotes", "{'eceu_id':3}"),
            ("comment", inner % "1/**/"), ("zero in front", inner % "07"),
            ("control character", inner % '"\n"'), ("not UTF-8", b'{"eceu_id":3,"x":"\xff"}'),
            ("half a character", b'{"eceu_id":3,"x":"\xc4"}'),
            ("surrogate in UTF-8", b'{"eceu_id":3,"x":"\xed\xa0\x80"}'),
            ("lone surrogate", inner % '"\\ud800"'), ("UTF-16", '{"eceu_id":3}'.encode("utf-16")), ("byte order mark", "\ufeff" + inner % 1),
            ("100,000 deep", inner % ("[" * 100000 + "]" * 100000)), ("long number", inner % ("9" * 100000)))])
        self.refused(("an older row", Story().text(11, "[]")),
                     ("another's object", Story().text(14, '{"membership_id":7,"membership_id":7}')),
                     ("the subject", Story().text(10, "-")))

    def test_cert_digest(self):
        self.refused(*[(name, Story().set(17, cert_digest=value)) for name, value in (
            ("short", DIGESTS[0][:-1]), ("capitals", DIGESTS[0].upper()), ("a number", 7), ("a list", [DIGESTS[0]]),
            ("a path", "../" + DIGESTS[0]), ("a line feed behind", DIGESTS[0] + "\n"))])


class Receipts(Case):
    def test_receipts(self):
        lines = MEMBERS["receipts.txt"].splitlines(True)
        at = lines[2]
        for name, told in (("none", []), ("first missing", lines[1:]), ("last missing", lines[:-1]),
                           ("twice", lines + lines[-1:]), ("swapped", [lines[1], lines[0]] + lines[2:]),
                           ("of another record", lines + [CONTROL.log.receipt(10) + b"\n"]),
                           *((name, lines[:2] + [re.sub(old, new, at)] + lines[3:]) for name, old, new in (
                               ("log", rb"log=\S+", b"log=" + b"0" * 32 + b";"), ("index", rb"index=5", b"index=6"),
                               ("leaf", rb"leaf=\S+", b"leaf=" + b"0" * 64 + b";"),
                               ("time", rb"time=2026", b"time=2027")))):
            with self.subTest(name):
                self.assertNotEqual(told, lines)
                self.bad({**MEMBERS, "receipts.txt": b"".join(told)}, "-", "receipt")


class Files(Case):
    """Check 8."""

    def test_each(self):
        called = sorted(set(MEMBERS) - {"README.txt", "proof.txt", "history.txt", "receipts.txt"})
        self.assertEqual(len(called), 8)
        for name in called:
            if name not in ("record.json", "subject.json"):         # these are check 1
                with self.subTest("without " + name):
                    self.bad(without(MEMBERS, name), "-", "file", name)
            for change, content in (("a line feed more", MEMBERS[name] + b"\n"), ("a byte less", MEMBERS[name][:-2]),
                                    ("empty", b"")):
                with self.subTest("%s: %s" % (name, change)):
                    self.bad({**MEMBERS, name: content}, "-", "file", name)

    def test_surplus(self):
        for name, content in (("application-22.pdf", PDF), ("report-22.json", b"{}"),
                              ("decision-32.json", CONTROL.rows[15].after.encode()), ("decision-0.json", b""),
                              ("certificate-%s.pem" % ("0" * 64), PEMS[0].encode())):
            with self.subTest(name):
                self.bad({**MEMBERS, name: content}, "-", "file", name)
        story = Story()
        story.changes = [Change(story.rows[10], story.rows[11])]
        story.texts, story.files = {"record.json": 11, "subject.json": 10}, {}
        members = story.members()
        self.ok(members)
        with self.subTest("service.json"):
            self.bad({**members, "service.json": b"{}"}, "-", "file", "service.json")

    def test_first_by_name(self):
        members = {**without(MEMBERS, "service.json"), "decision-32.json": b"{}", "record.json": b"{}",
                   "subject.json": b"{}"}
        for name in ("decision-32.json", "record.json", "service.json", "subject.json"):
            with self.subTest(name):
                self.bad(members, "-", "file", name)
            members = {**without(members, *(["decision-32.json"] if name == "decision-32.json" else [])),
                       **({name: MEMBERS[name]} if name in MEMBERS else {})}

    def test_newest(self):
        for name, number in (("record.json", 11), ("service.json", 17), ("subject.json", 10)):
            with self.subTest("older row in " + name):
                self.bad({**MEMBERS, name: CONTROL.rows[number].after.encode()}, "-", "file", name)

    def test_application(self):
        for name, fields, member in (
                ("no pdf_sha256", {"pdf_sha256": ...}, "application-21.pdf"),
                ("pdf_sha256 null", {"pdf_sha256": None}, "application-21.pdf"),
                ("pdf_sha256 in capitals", {"pdf_sha256": sha(PDF).hex().upper()}, "application-21.pdf"),
                ("pdf_sha256 of another", {"pdf_sha256": sha(b"").hex()}, "application-21.pdf"),
                ("report_sha256 of another", {"report_sha256": sha(b"").hex()}, "report-21.json"),
                ("no report_sha256", {"report_sha256": ...}, "report-21.json"),
                ("report null", {"report": None}, "report-21.json"),
                ("report an object", {"report": json.loads(REPORT)}, "report-21.json"),
                ("report of another", {"report": "{}"}, "report-21.json"),
                ("no report", {"report": ..., "report_sha256": ...}, "report-21.json"),
                ("report empty", {"report": "", "report_sha256": ""}, "report-21.json")):
            with self.subTest(name):
                story = Story().set(12, **fields)
                self.bad(story.members(), "-", "file", member)
        with self.subTest("no report, no member"):
            self.ok(without(Story().set(12, report=..., report_sha256=None).members(), "report-21.json"))
        with self.subTest("report null, no member"):
            self.bad(without(Story().set(12, report=None).members(), "report-21.json"), "-", "file", "report-21.json")

    def test_certificates(self):
        pem, member = PEMS[0], "certificate-%s.pem" % DIGESTS[0]
        body = "".join(pem.splitlines()[1:-1])
        for name, changed in (
                ("text in front", "x\n" + pem), ("empty line in front", "\n" + pem), ("text behind", pem + "x"),
                ("empty line behind", pem + "\n"), ("two certificates", pem + PEMS[1]), ("twice", pem + pem),
                ("the other", PEMS[1]), ("other label", pem.replace("CERTIFICATE", "TRUSTED CERTIFICATE")),
                ("no end", pem[:-28]), ("header", pem.replace("-----\n", "-----\nProc-Type: 4\n\n", 1)),
                ("no base64", pem.replace(body[:4], "!!!!")), ("padding", pem.replace(body[:4], "A===")),
                ("half a group", pem.replace(body[:4], "AAA")), ("DER changed", pem.replace(body[8:12], "AAAA")),
                ("empty block", "-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n"), ("DER", "0\x82"),
                ("null", None), ("empty", ""), ("a number", 7)):
            with self.subTest(name):
                story = Story().set(17, cert_pem=changed)
                story.files[member] = changed.encode() if isinstance(changed, str) else b""
                self.bad(story.members(), "-", "file", member)
        third = ssl.DER_cert_to_PEM_cert(b"third" * 9)
        digest = sha(b"third" * 9).hex()
        for name, number in (("once in the record", 11), ("in the record", 16)):
            with self.subTest(name):
                story = Story().set(number, cert_digest=digest, cert_pem=third)
                self.bad(story.members(), "-", "file", "certificate-%s.pem" % digest)
                self.ok({**story.members(), "certificate-%s.pem" % digest: third.encode()})
        with self.subTest("written otherwise than in the row"):
            self.bad({**MEMBERS, member: pem.replace("\n", "\r\n").encode()}, "-", "file", member)
        with self.subTest("older cert_pem of the digest"):
            story = Story().insert(5, Row(20, "web_service", M, js(cert_digest=DIGESTS[1], cert_pem=PEMS[1].strip())))
            story.texts["service.json"] = 20
            self.bad(story.members(), "-", "file", "certificate-%s.pem" % DIGESTS[1])


class Together(Case):
    def test_order_of_checks(self):
        """All damages at once; mended one after the other."""
        damages = [(("-", "format"), "receipts.txt", rb"\Z", b"\n"),
                   (("-", "key"), "proof.txt", rb"(\Acase v=1 log=)\S+", rb"\g<1>" + b"0" * 32),
                   (("-", "signature"), "proof.txt", rb"sig=\S+", b"sig=" + b"0" * 128),
                   ((9, "root"), "proof.txt", rb"(index=9 .*?)vs-21", rb"\1vs-22"),
                   ((1, "index"), "proof.txt", rb"^row id=10 [^\n]*\n", b""),
                   (("-", "history"), "history.txt", rb"waiting", b"waitinG"),
                   (("-", "receipt"), "receipts.txt", rb"2026", b"2027"),
                   (("-", "file", "record.json"), "record.json", rb"\Z", b"\n")]
        for first in range(len(damages)):
            with self.subTest(damages[first][0][1]):
                members = dict(MEMBERS)
                for _, member, old, new in damages[first:]:
                    members[member] = re.sub(old, new, members[member], count=1, flags=re.S | re.M)
                self.bad(members, *damages[first][0])

    def test_later_change_against_later_check(self):
        story = Story()
        story.changes[0].pairs, story.changes[4].v = {"history": "-"}, 2
        self.bad(story.members(), 9, "format")
        story.changes[4].v = 1
        self.bad(story.members(), 1, "history")

    def test_bits(self):
        """No byte of a member but README.txt can be changed."""
        for name in sorted(set(MEMBERS) - {"README.txt"}):
            with self.subTest(name):
                content, reasons = MEMBERS[name], set()
                for at in range(0, len(content), 3 if name == "proof.txt" else 1):
                    changed = content[:at] + bytes([content[at] ^ 1 << at * 7 % 8]) + content[at + 1:]
                    verdict, _, *reason = run(zip_of({**MEMBERS, name: changed}, zipfile.ZIP_STORED))
                    self.assertEqual(verdict, "not ok", (at, changed[max(at - 20, 0):at + 20]))
                    reasons.add(reason[0])
                self.assertLessEqual(reasons, {"proof.txt": {"format", "key", "log", "signature", "index", "root",
                                                             "history", "case"}, "history.txt": {"format", "history"},
                                               "receipts.txt": {"format", "receipt"}}.get(name, {"file"}))

    def test_bits_of_the_archive(self):
        """Damage anywhere is refused, or changes nothing that is said; it never ends in anything else."""
        data, good = zip_of(MEMBERS), run(zip_of(MEMBERS))
        for at in range(0, len(data), 3):
            verdict = run(data[:at] + bytes([data[at] ^ 1 << at * 5 % 8]) + data[at + 1:])
            self.assertTrue(verdict == good or verdict == ("not ok", "-", "format") or verdict[2:3] == ("file",),
                            (at, verdict))


class CommandLine(Case):
    file, call = base.CommandLine.file, base.CommandLine.call

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.zip = self.file("case.zip", zip_of(MEMBERS))
        self.line = "ok: record=7 changes=5 rows=8 files=12 size=13 time=%s\n" % clock(13)

    def test_ok(self):
        self.assertEqual(self.call("--case", self.zip), (0, self.line + "key not checked\n", ""))
        self.assertEqual(self.call("--case", self.zip, "--key", CONTROL.spki.hex()), (0, self.line, ""))

    def test_not_ok(self):
        for name, members, expected in (("-", {**MEMBERS, "receipts.txt": b""}, "index=- reason=receipt"),
                                        ("index", self.other(), "index=5 reason=format"),
                                        ("file", without(MEMBERS, "service.json"),
                                         "index=- reason=file file=service.json")):
            with self.subTest(name):
                self.assertEqual(self.call("--case", self.file("bad.zip", zip_of(members))),
                                 (1, "not ok: %s\n" % expected, ""))
        with self.subTest("key"):
            self.assertEqual(self.call("--case", self.zip, "--key", Log("other").spki.hex()),
                             (1, "not ok: index=- reason=key\n", ""))
        with self.subTest("no archive"):
            self.assertEqual(self.call("--case", self.file("bad.zip", b"")), (1, "not ok: index=- reason=format\n", ""))

    @staticmethod
    def other():
        story = Story()
        story.changes[2].v = 2
        return story.members()

    def test_json(self):
        status, output, _ = self.call("--json", "--case", self.zip)
        self.assertEqual((status, json.loads(output)), (0, {"ok": True, "record": 7, "changes": 5, "rows": 8,
                                                            "files": 12, "size": 13, "time": clock(13),
                                                            "notes": ["key not checked"]}))
        for members, expected in ((self.other(), {"index": 5, "reason": "format"}),
                                  (without(MEMBERS, "service.json"),
                                   {"index": None, "reason": "file", "file": "service.json"})):
            status, output, _ = self.call("--json", "--case", self.file("bad.zip", zip_of(members)))
            self.assertEqual((status, json.loads(output)), (1, {"ok": False, **expected}))

    def test_could_not_run(self):
        missing = os.path.join(self.folder.name, "missing")
        for args in (["--case", missing], ["--case", self.folder.name], ["--case", self.zip, self.zip],
                     ["--case", self.zip, "--proof", self.zip], ["--case"], ["--case", ""],
                     ["--case", self.zip, "--head", self.zip], ["--case", self.zip, "--receipt", self.zip],
                     ["--case", self.zip, "--key", "x"]):
            with self.subTest(" ".join(os.path.basename(arg) for arg in args)):
                status, output, errors = self.call(*args)
                self.assertEqual((status, output), (2, ""))
                self.assertTrue(errors)

    def test_bounded_memory(self):
        """What inflates, escapes and lines can do within 64 MB is refused, or accepted, within 1 GB."""
        story = Story().set(16, note="\\" * 2000000)
        half = 8 << 20
        for name, members, verdict in (
                ("escapes", story.members(), self.line.encode()),
                ("escapes that end nowhere", {**MEMBERS, "history.txt": b'id=1 time=' + clock(0).encode() +
                 b' object=a object_id=1 procedure=a before=- after="' + b"\\\\" * half}, b"format"),
                ("empty lines", {**MEMBERS, "history.txt": b"\n" * 4 * half}, b"format"),
                ("pairs", {**MEMBERS, "history.txt": b"a=b " * 4 * half}, b"format"),
                ("rows", {**MEMBERS, "proof.txt": MEMBERS["proof.txt"].replace(b"\nhead", b"\nrow" * half + b"\nhead")},
                 b"format"),
                ("key", {**MEMBERS, "proof.txt": MEMBERS["proof.txt"].replace(b"key=", b"key=" + b"00" * half)},
                 b"key"), ("inflation", {**MEMBERS, "README.txt": bytes(200 << 20)}, b"format")):
            with self.subTest(name):
                path = self.file("bad.zip", zip_of(members))
                done = subprocess.run([sys.executable, "-B", base.VERIFY, "--case", path], capture_output=True,
                                      timeout=300,
                                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)))
                self.assertIn(verdict, done.stdout, done.stderr[-300:])


if __name__ == "__main__":
    sys.exit(base.main(sys.modules["__main__"]))
