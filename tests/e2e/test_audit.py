"""What a call leaves in the trail of the people whom it names: commitments in the record, values beside it (docs/AUDIT.md 4)."""
import hashlib
import os
import sqlite3

from cases import accepted, case, equal, sample, table, world_with

PERSONS_MAX = 16
OWN = "<ezk:ZahtevekRequest/>"


def naming(element, number):
    """The empty request of 1101 with a number in it."""
    return sample("1101").replace(OWN.encode(), f"<ezk:ZahtevekRequest><ezk:{element}>{number}</ezk:{element}></ezk:ZahtevekRequest>".encode())


def side_entries(w, index):
    """The rows of the side table for a record: kind, salt, value in the order of k."""
    with sqlite3.connect(f"file:{os.path.join(w.folder, 'data', 'registry.db')}?mode=ro", uri=True) as db:
        rows = db.execute("SELECT k, kind, salt, value FROM audit_person WHERE idx = ? ORDER BY k", (int(index),)).fetchall()
    equal([k for k, *_ in rows], list(range(len(rows))), "k of the side entries")
    return [(kind, salt, value) for _, kind, salt, value in rows]


def commitment(kind, salt, value):
    return f"{kind}:{hashlib.sha256(salt + f'{kind}:{value}'.encode()).hexdigest()}"


def check_persons(w, reply, wanted):
    """The intent commits to exactly these (kind, value), opened by the side table, and shows none of the values."""
    intent = w.record_of(reply)
    entries = side_entries(w, intent["index"])
    equal([(kind, value) for kind, _, value in entries], wanted, "side table")
    committed = {k: v for k, v in intent.items() if k.startswith("person.") and k != "person.more"}
    equal(committed, {f"person.{k}": commitment(*entry) for k, entry in enumerate(entries)}, "commitments")
    equal([value for _, value in wanted if value in str(intent)], [], "values in the record")
    equal(len({salt for _, salt, _ in entries}), len(entries), "different salts")
    return intent


NAMED = (
    # what, service, caller, body, (kind, value) of each number that it names
    ("1003 with an EMSO", "1003", "obcina", sample("1003"), [("emso", "0101006500006")]),
    ("1203 with a tax number", "1203", "obcina", sample("1203"), [("davcna", "50223054")]),
    ("1008 with three holders", "1008", "obcina", sample("1008"), [("emso", "1211981500126"), ("maticna", "5491711000"), ("maticna", "5860571255")]),
    ("1101 with the caller's own registration number", "1101", "podjetje", naming("maticna", "1732803000"), [("maticna", "1732803000")]),
    ("1101 with the caller's own EMSO", "1101", "oseba", naming("emso", "0101006500006"), [("emso", "0101006500006")]),
    # what the gateway writes in is no number that the call names: eceu says whose it is
    ("1101 into which the gateway writes the registration number", "1101", "podjetje", sample("1101"), []),
    ("1101 into which the gateway writes the EMSO", "1101", "oseba", sample("1101"), []),
    ("1001 that names nobody", "1001", "obcina", sample("1001"), []),
)


@table(NAMED, "the intent of {} commits to each number that the call names", world_with())
def named(w, what, service, name, body, wanted):
    intent = check_persons(w, accepted(w, service, name, body=body), wanted)
    equal("person.more" in intent, False, "person.more")


@table(((PERSONS_MAX, None), (PERSONS_MAX + 4, "4")), "of {} holders named in one call the intent commits to 16 and counts the rest", world_with())
def many_named(w, holders, more):
    body = sample("1008")
    at, end = body.index(b"<ezk:imetnik>"), body.rindex(b"</ezk:imetnik>") + len(b"</ezk:imetnik>")
    body = body[:at] + b"<ezk:imetnik><ezk:maticna>5491711000</ezk:maticna></ezk:imetnik>" * holders + body[end:]
    intent = check_persons(w, accepted(w, "1008", body=body), [("maticna", "5491711000")] * PERSONS_MAX)
    equal(intent.get("person.more"), more, "person.more")


@case("the same number is committed to differently in each call", world_with())
def salted(w):
    first, second = (w.record_of(accepted(w, "1003"))["person.0"] for _ in range(2))
    equal(first == second, False, f"the commitments {first} and {second} are the same")
