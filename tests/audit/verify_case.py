#!/usr/bin/python3
"""Verifier of the file of a case, written from docs/AUDIT.md alone: section 11; [n] below is a section of that page.

    verify.py --case ZIP [--key HEX] [--json]

The checks of [11.4] run in their order over the whole archive: the first that fails decides.
"""
import base64
import collections
import io
import json
import re
import struct
import zipfile
import zlib

from verify import (HEAD, INCLUSION, NO_RECORD, NUMBER, RECEIPT, LogKey, NotOk, fields_of, plain, root_by_inclusion,
                    sha256, shape, unhex, unhex_list)

MEMBERS_MAX, BYTES_MAX, ARCHIVE_MAX = 1000, 64 << 20, 65 << 20
NEEDED = {"proof.txt", "history.txt", "receipts.txt", "record.json", "subject.json"}
UNCALLED = {"README.txt", "proof.txt", "history.txt", "receipts.txt"}       # no row calls for these
NAME = re.compile(r"(README|proof|history|receipts)\.txt|(record|service|subject)\.json|application-<n>\.pdf|"
                  r"(decision|report)-<n>\.json|certificate-[0-9a-f]{64}\.pem".replace("<n>", "(0|[1-9][0-9]{0,18})"))
CASE = shape(rb"case v=1 log=<log> record=<n> key=([0-9a-f]+)")
CHANGE = shape(rb"v=<bare> index=<n> time=<time> kind=<bare>")
ROW = shape(rb"row id=<n> hash=<hash>(?: salt=([0-9a-f]{32}))?")
LINE_START = shape(rb"id=<n> time=<time> object=<bare> object_id=<n> ")
LINE_KEYS = [b"id", b"time", b"object", b"object_id", b"procedure", b"before", b"after"]
DIGEST = re.compile(r"[0-9a-f]{64}")
PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\r?\n([0-9A-Za-z+/=\r\n]+)-----END CERTIFICATE-----(?:\r?\n)?")

Change = collections.namedtuple("Change", "index time fields leaf inclusion rows")
Row = collections.namedtuple("Row", "id object object_id text after")


class Refused(Exception):
    """The verdict: (index, reason) or (index, reason, member)."""


def refuse_if(fault, reason, index=NO_RECORD):
    if fault:
        raise Refused(index, reason)


# Check 1: the archive.
def directory_of(data):
    """What zipfile would find out too late: how many members there are, and how large they say they are."""
    end = data[-22:]
    refuse_if(len(data) > ARCHIVE_MAX or len(end) < 22 or end[:4] != b"PK\5\6", "format")
    disk, start_disk, here, count, size, at, comment = struct.unpack("<4H2LH", end[4:])
    last = len(data) - 22
    refuse_if(disk or start_disk or here != count or comment or at + size != last or count > MEMBERS_MAX, "format")
    total = 0
    for _ in range(count):
        refuse_if(at + 46 > last or data[at:at + 4] != b"PK\1\2", "format")
        packed, whole, *lengths, start = struct.unpack("<2L3H8xL", data[at + 20:at + 46])
        at, total = at + 46 + sum(lengths), total + whole
        refuse_if(max(packed, start) > last or total > BYTES_MAX, "format")         # ZIP64 has ffffffff there
    refuse_if(at != last, "format")
    return count


def content_of(archive, data, info):
    """The bytes of a member. zipfile stops at the size that the directory tells, whatever follows; this does not."""
    with archive.open(info):                    # the local header: there, same name, not encrypted
        pass
    at = info.header_offset + 30 + sum(struct.unpack("<2H", data[info.header_offset + 26:info.header_offset + 30]))
    packed = data[at:at + info.compress_size]
    content, whole = packed, len(packed) == info.compress_size
    if info.compress_type == zipfile.ZIP_DEFLATED:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        content = stream.decompress(packed, info.file_size + 1)
        whole = whole and stream.eof and not stream.unused_data
    elif info.compress_type != zipfile.ZIP_STORED:
        raise Refused(NO_RECORD, "format")
    refuse_if(not whole or len(content) != info.file_size or zlib.crc32(content) != info.CRC, "format")
    return content


def members_of(data):
    count = directory_of(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            names = {info.orig_filename for info in infos}
            refuse_if(not len(infos) == len(names) == count or not NEEDED <= names, "format")
            refuse_if(not all(NAME.fullmatch(name) for name in names), "format")
            return {info.orig_filename: content_of(archive, data, info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, ValueError, EOFError):
        raise Refused(NO_RECORD, "format") from None


# Check 1: the grammar.
def lines_in(data):
    for line in io.BytesIO(data):
        refuse_if(not line.endswith(b"\n"), "format")
        yield line[:-1]


def matched(pattern, line):
    match = pattern.fullmatch(line)
    refuse_if(not match, "format")
    return match


def read_change(record, inclusion):
    begin, fields = CHANGE.match(record), fields_of(record)
    refuse_if(not begin or fields is None, "format")
    return Change(int(begin[2]), begin[3], fields, sha256(b"\x00" + record), matched(INCLUSION, inclusion), [])


def read_proof(data):
    """[11.3] Returns the matches of the first line and of the head, and the changes."""
    lines = lines_in(data)
    case, changes, head = matched(CASE, next(lines, b"")), [], None
    for line in lines:
        tag, _, rest = line.partition(b" ")
        if tag == b"change" and not head:
            changes.append(read_change(rest, next(lines, b"")))
        elif tag == b"row" and changes and not head:
            changes[-1].rows.append(matched(ROW, line))
        else:
            refuse_if(tag != b"head" or not changes or head, "format")
            head = matched(HEAD, rest)
    refuse_if(not head or len(case[3]) % 2, "format")
    return case, changes, head


def read_history(data):
    """[11.1] Returns (id, line, fields) of each line."""
    found = []
    for line in lines_in(data):
        begin, fields = LINE_START.match(line), fields_of(line)
        refuse_if(not begin or fields is None or list(fields) != LINE_KEYS, "format")
        found.append((int(begin[1]), line, fields))
    return found


# Checks 2 to 7.
def check_head(case, head, spki):
    try:
        key = LogKey(unhex(case[3]))
    except NotOk:
        raise Refused(NO_RECORD, "key") from None
    refuse_if(key.log != case[1] or spki not in (None, unhex(case[3])), "key")
    refuse_if(head[2] != key.log, "log")
    refuse_if(not key.signed(head), "signature")


def leads_to(change, size, root):
    """Whether the inclusion line is one of this head, and its path leads to the root."""
    index, inclusion = change.index, change.inclusion
    if index >= size or int(inclusion[2]) != size or unhex(inclusion[3]) != change.leaf or unhex(inclusion[4]) != root:
        return False
    try:
        return root_by_inclusion(index, size, change.leaf, unhex_list(inclusion[5])) == root
    except NotOk:
        return False


def check_changes(changes, size, root):
    before = -1
    for change in changes:
        wrong = (change.fields[b"v"], change.fields[b"kind"]) != (b"1", b"registry")
        refuse_if(wrong or int(change.inclusion[1]) != change.index, "format", change.index)
        refuse_if(change.index <= before, "index", change.index)
        refuse_if(not leads_to(change, size, root), "root", change.index)
        before = change.index


def check_rows(changes):
    for change in changes:
        ends = [NUMBER.fullmatch(change.fields.get(key, b"")) for key in (b"history_from", b"history_to")]
        first = int(ends[0][0]) if all(ends) else 0
        whole = all(ends) and first + len(change.rows) - 1 == int(ends[1][0]) >= first
        whole = whole and all(int(row[1]) == first + at for at, row in enumerate(change.rows))
        refuse_if(not whole, "index", change.index)
        history = sha256(b"".join(unhex(row[2]) for row in change.rows)).hex().encode()
        refuse_if(change.fields.get(b"history") != history, "history", change.index)


def check_history(changes, lines, record):
    """Check 6. Returns the rows of the case."""
    salted = sorted((int(row[1]), unhex(row[2]), unhex(row[3])) for change in changes for row in change.rows if row[3])
    refuse_if([line[0] for line in lines] != [row[0] for row in salted], "history")
    refuse_if(any(first[0] == second[0] for first, second in zip(salted, salted[1:])), "history")
    for (_, digest, salt), (_, line, _) in zip(salted, lines):
        refuse_if(sha256(salt + line) != digest, "history")
    rows = [row_of(*line) for line in lines]
    members = [row for row in rows if row.object == b"membership"]
    subjects = [row for row in rows if row.object == b"subject"]
    refuse_if(not members or not subjects, "case")
    in_force = [row for row in subjects if row.id < members[0].id][-1:]
    for row in rows:
        refuse_if(not belongs(row, record, members[-1].after.get("eceu_id"), in_force + subjects[-1:]), "case")
    refuse_if(not all(any(row[3] for row in change.rows) for change in changes), "case")
    return rows


def row_of(row_id, _, fields):
    text = plain(fields[b"after"])
    after = json_object(text)
    refuse_if(after is None, "case")
    digest = after.get("cert_digest")
    refuse_if(is_given(digest) and not (isinstance(digest, str) and DIGEST.fullmatch(digest)), "case")
    return Row(row_id, fields[b"object"], int(fields[b"object_id"]), text, after)


def belongs(row, record, eceu, told_subjects):
    """[11.2] Whether it is a row of the case."""
    if row.object in (b"membership", b"web_service"):
        return row.object_id == record
    if row.object in (b"application", b"decision"):
        return is_number(row.after.get("membership_id"), record)
    return row.object == b"subject" and is_number(eceu, row.object_id) and row in told_subjects


def is_number(value, number):
    return type(value) is int and value == number


def is_given(value):
    return value is not None and value != ""


def json_object(text):
    """The object that JSON stands for; None if it is another value, no JSON, or a key stands twice."""
    def once(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a key stands twice")
        return dict(pairs)

    def no_json(word):
        raise ValueError(word)
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=once, parse_constant=no_json)
        json.dumps(value, ensure_ascii=False).encode("utf-8")       # no lone surrogate
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def check_receipts(changes, receipts, log):
    told = [(log, change.index, change.leaf, change.time) for change in changes]
    refuse_if([(got[1], int(got[2]), unhex(got[3]), got[4]) for got in receipts] != told, "receipt")


# Check 8. What a member must be: a function of its bytes.
def is_text(value):
    """For a string in JSON, byte for byte."""
    text = value.encode("utf-8") if isinstance(value, str) else value
    return lambda content: content == text


def has_digest(digest):
    return lambda content: sha256(content).hex() == digest


def is_certificate(pem, digest):
    def fits(content):
        block = PEM.fullmatch(content)
        try:
            der = base64.b64decode(re.sub(rb"[\r\n]", b"", block[1]), validate=True) if block else b""
        except ValueError:
            return False
        return block is not None and is_text(pem)(content) and sha256(der).hex() == digest
    return fits


def called_for(rows):
    """[11.2] Name -> what it must be, of each member that the rows call for."""
    newest = {(row.object.decode(), row.object_id): row for row in rows}
    wanted = {}
    for (kind, number), row in newest.items():
        if kind == "application":
            wanted["application-%d.pdf" % number] = has_digest(row.after.get("pdf_sha256"))
            report, digest = row.after.get("report"), row.after.get("report_sha256")
            if is_given(report) or is_given(digest):
                wanted["report-%d.json" % number] = both(is_text(report), has_digest(digest))
        else:
            name = {"membership": "record", "web_service": "service"}.get(kind, kind)
            wanted["decision-%d.json" % number if kind == "decision" else name + ".json"] = is_text(row.text)
    pems = {}
    for row in rows:
        if row.object in (b"membership", b"web_service") and is_given(row.after.get("cert_digest")):
            digest, pem = row.after["cert_digest"], row.after.get("cert_pem")
            pems[digest] = pem if is_given(pem) else pems.get(digest)
    wanted.update(("certificate-%s.pem" % digest, is_certificate(pem, digest)) for digest, pem in pems.items())
    return wanted


def both(first, second):
    return lambda content: first(content) and second(content)


def check_files(members, rows):
    wanted = called_for(rows)
    for name in sorted(wanted.keys() | members.keys() - UNCALLED):
        if name not in wanted or name not in members or not wanted[name](members[name]):
            raise Refused(NO_RECORD, "file", name)


def check_case(data, spki=None):
    """[11.4] Returns (result, notes) or raises Refused."""
    members = members_of(data)
    case, changes, head = read_proof(members["proof.txt"])
    lines = read_history(members["history.txt"])
    receipts = [matched(RECEIPT, line) for line in lines_in(members["receipts.txt"])]
    refuse_if(not all(got[0].startswith(b"v=1") for got in receipts), "format")      # no header's name in front
    check_head(case, head, spki)
    check_changes(changes, int(head[3]), unhex(head[4]))
    check_rows(changes)
    rows = check_history(changes, lines, int(case[2]))
    check_receipts(changes, receipts, case[1])
    check_files(members, rows)
    result = {"record": int(case[2]), "changes": len(changes), "rows": len(rows), "files": len(members),
              "size": int(head[3]), "time": head[5].decode()}
    return result, [] if spki is not None else ["key not checked"]


def verdict(path, spki):
    """Returns what --json prints, and the text. Whatever cannot be read at all is no verdict."""
    with open(path, "rb") as file:
        data = file.read(ARCHIVE_MAX + 1)
    try:
        result, notes = check_case(data, spki)
        return {"ok": True, **result, "notes": notes}, "\n".join(
            ["ok: " + " ".join("%s=%s" % pair for pair in result.items())] + notes)
    except Refused as fault:
        index, reason, *member = fault.args
        output = {"ok": False, "index": None if index == NO_RECORD else index, "reason": reason}
        text = "not ok: index=%s reason=%s" % ("-" if index == NO_RECORD else index, reason)
        return ({**output, "file": member[0]}, text + " file=" + member[0]) if member else (output, text)
