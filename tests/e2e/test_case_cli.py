"""`vashgate case`: applications decided from the command line, by the same rules as on the pages."""
import json
import os

from attacks import revoke
from cases import case, equal
from portal import (COMPANY, COURT, MUNICIPALITY, NEIGHBOUR, PERSON, Person, administrator, administrator_of, alter, authorised, digest, eceu, enter,
                    nothing_written, portal_world, read, record)
from world import PKI, pki_index

PEOPLE = [dict(MUNICIPALITY, scheme=1, group=701), dict(COMPANY, scheme=1, group=501),
          dict(COURT, scheme=3, group=90, administered_group=1003), dict(COURT, scheme=3, group=90, administered_group=1201)]


def waiting_world():
    """A municipality waits in 1003 and 1201, a company in 1202, which nobody administers."""
    w = portal_world(PEOPLE)
    municipality = Person(w, "uradnica", "701")
    for group in (1003, 1201):
        municipality.register(group)
    Person(w, "direktor", "501").register(1202, certificate="podjetje")
    return w


def record_of(w, group):
    return next(str(r["record"]) for r in json.loads(w.cli("--json", "case", "list").stdout) if r["group"] == group)


def status(w, record):
    return read(w, "SELECT status, coalesce(end_reason, '') FROM membership WHERE id = ?", record)[0]


@case("case list shows what waits, case show one with certificate and report", world=waiting_world)
def shown(w):
    rows = json.loads(w.cli("--json", "case", "list").stdout)
    equal([(r["group"], r["name"]) for r in rows if r["group"] == 1202], [(1202, "Podjetje d.o.o.")], "the company's line")
    one = json.loads(w.cli("--json", "case", "show", record_of(w, 1202)).stdout)
    equal((one["certificate"]["possession_proven"], one["report"]["indication"]), (False, "INDETERMINATE"), "what is known of it")
    r = w.cli("--json", "case", "show", "9999", ok=None)
    equal((r.returncode, json.loads(r.stdout)["ok"]), (1, False), "a record that is not there")


def certificate_world():
    """A company applies with the municipality's certificate."""
    w = portal_world(PEOPLE)
    Person(w, "direktor", "501").register(1201, certificate="obcina_zig")
    return w


def shown_of(w, mine):
    """case show: what it warns of, as JSON and for people."""
    one, text = json.loads(w.cli("--json", "case", "show", mine).stdout), w.cli("case", "show", mine).stdout
    equal([f"warning      {d['code']}: {d['text']}" for d in one["warnings"]], [line for line in text.splitlines() if line.startswith("warning")],
          "both forms")
    equal(text.count("{") - text.split("  report")[-1].count("{"), 0, f"places that are not filled: {text}")
    return one, text


@case("case show warns of what the page of vs211 warns of: organisation, possession, revocation, validity; and tells the age", world=certificate_world)
def warned(w):
    mine = record_of(w, 1201)
    alter(w, f"UPDATE possession SET asked_utc_s = unixepoch() - 12 * 86400 - 60 WHERE membership_id = {mine}")
    one, text = shown_of(w, mine)
    equal([d["code"] for d in one["warnings"]], ["vg-possession", "vg-organisation"], "the municipality's certificate")
    equal((one["certificate"]["tax_number"], one["state"], one["days"], one["end"]), (MUNICIPALITY["davcna"], "pending", 12, None), "the rest")
    equal([line in text for line in (f"  tax number {MUNICIPALITY['davcna']}\n", "status       pending, 12 days\n")], [True, True], text)
    row = next(r for r in json.loads(w.cli("--json", "case", "list").stdout) if r["record"] == int(mine))
    equal((row["days"], " 12 days Podjetje" in w.cli("case", "list").stdout), (12, True), "case list")
    page = Person(w, "referentka", administrator_of(1201)).open_211(1201)
    equal([code for code in ("vg-possession", "vg-organisation") if page.said(code)], [d["code"] for d in one["warnings"]], "the page")
    empty = os.path.join(w.folder, "no-crls")
    os.makedirs(empty)
    for folder, code in ((empty, "vg-revocation"), (revoke(w, os.path.join(PKI, "ee", "obcina_zig"),
                                                           pki_index()["certificates"]["obcina_zig"]["issuer"]), "vg-certificate-now")):
        w.edit_config(f'crls = "{w.pki}/crl"', f'crls = "{folder}"')
        equal(shown_of(w, mine)[0]["warnings"][0]["code"], code, folder)
        w.edit_config(f'crls = "{folder}"', f'crls = "{w.pki}/crl"')


@case("case show and user list say of an ended record why, when and by whom it has ended, a subject or an operator", world=waiting_world)
def ended(w):
    people = [dict(NEIGHBOUR, scheme=5, group=1003, status="pending"), dict(NEIGHBOUR, scheme=5, group=1201)]
    enter(w, people)
    mine, other = (str(record(w, NEIGHBOUR, g)["id"]) for g in (1003, 1201))
    Person(w, "referentka", administrator_of(1003)).decide(1003, {NEIGHBOUR["name"]: ("refuse", "ni podpisano")})
    w.cli("user", "status", other, "deleted", "--reason", "left")
    operator = read(w, "SELECT end_actor FROM membership WHERE id = ?", other)[0][0]
    listed = {r["membership"]: r["end"] for r in json.loads(w.cli("--json", "user", "list").stdout)}
    lines = w.cli("user", "list").stdout.splitlines()
    for record_id, reason, actor in ((mine, "refused", COURT["name"]), (other, "left", operator)):
        one, text = shown_of(w, record_id)
        equal((one["state"], one["end"]["reason"], one["end"]["actor"], one.get("days"), one["warnings"]), ("deleted", reason, actor, None, []), "JSON")
        end = f"{reason} {one['end']['time']} by {actor}"
        equal(f"status       deleted, {end}\n" in text, True, text)
        equal((listed[int(record_id)], [line.endswith(f" {end}") for line in lines if f" {record_id} " in line]), (one["end"], [True]), "user list")
    one, text = shown_of(w, mine)
    equal((one["decision_reason"], "reason       ni podpisano\n" in text), ("ni podpisano", True), "what the administrator wrote")
    equal([r for r in listed.values() if r is None] != [], True, "the live ones")


@case("case approve and refuse decide in the administrator's place; history names both", world=waiting_world)
def decided(w):
    first, second = record_of(w, 1003), record_of(w, 1201)
    r = w.cli("--json", "case", "refuse", second, ok=None)
    equal((r.returncode, json.loads(r.stdout)["code"]), (1, "vg-reason"), "a refusal without a reason")
    equal((status(w, second), w.cli("case", "refuse", second, "--reason", "ni podpisano").returncode, status(w, second)),
          ((1, ""), 0, (3, "refused")), "the refusal")
    equal((w.cli("case", "approve", first, "--reason", "zakaj", ok=None).returncode, status(w, first)), (2, (1, "")), "an approval has no reason")
    equal((w.cli("case", "approve", first).returncode, status(w, first)), (0, (2, "")), "the approval")
    actor, administrator = read(w, "SELECT m.end_actor, d.administrator FROM membership m JOIN decision d ON d.membership_id = m.id WHERE m.id = ?",
                                second)[0]
    who, behalf = read(w, "SELECT who, on_behalf FROM history WHERE object = 'membership' AND object_id = ? AND procedure = 'vs211'", first)[0]
    court = read(w, "SELECT eceu_id FROM subject WHERE maticna = ?", COURT["maticna"])[0][0]
    equal((who.isdigit(), behalf), (False, str(court)), "who, and for whom")
    equal((actor, administrator), (who, str(court)), "who ended the record, and in whose place")
    mails = [m[0] for m in read(w, "SELECT body FROM outbox WHERE recipient = ?", MUNICIPALITY["email"])]
    equal((sum("potrdil kot uporabnika" in m for m in mails), sum("Razlog: ni podpisano" in m for m in mails)), (1, 1), "the user's mails")
    equal(w.call("1003", "obcina_zig").status, 200, "the approved certificate calls")
    equal(w.call("1201", "obcina_zig").code, "VG-A05", "the refused one does not")
    again = w.cli("--json", "case", "approve", second, ok=None)
    equal((again.returncode, json.loads(again.stdout)["class"]), (1, "not_found"), "what is decided is decided")


@case("case approve refuses where the group has no administrator", world=waiting_world)
def orphaned(w):
    record = record_of(w, 1202)
    r = w.cli("--json", "case", "approve", record, ok=None)
    answer = json.loads(r.stdout)
    equal((r.returncode, answer["class"], answer["code"], status(w, record)), (1, "conflict", "vg-administrator-none", (1, "")), "the answer")


@case("case approve and refuse say that the group's administrator is deleted in PRS or blocked, and nothing is written")
def administrator_over():
    with waiting_world() as w:
        first, second = record_of(w, 1003), record_of(w, 1201)
        court = str(eceu(w, COURT))
        for off, on in ((("prs", court, "deleted"), ("prs", court, "active")), (("block", court), ("unblock", court))):
            w.cli("user", *off)
            with nothing_written(w):
                answers = [json.loads(w.cli("--json", "case", *c, ok=None).stdout) for c in (("approve", first), ("refuse", second, "--reason", "ne"))]
            equal([(a["class"], a["code"]) for a in answers], [("conflict", "vg-administrator-over")] * 2, off[0])
            equal(all("v njegovem imenu" in a["error"] and "in his place" in a["error"] for a in answers), True, f"text {answers}")
            equal("vg-administrator-over" in w.cli("case", "approve", first, ok=None).stderr, True, "the code for people")
            w.cli("user", *on)
        equal([w.cli("case", "approve", first).returncode, w.cli("case", "refuse", second, "--reason", "ne").returncode], [0, 0], "control")
        equal([status(w, r) for r in (first, second)], [(2, ""), (3, "refused")], "decided")


@case("case approve and refuse say all that stands against it, filled in and in both languages")
def reasons():
    with waiting_world() as w:
        mine = record_of(w, 1003)
        w.cli("user", "block", digest("obcina_zig"), "--reason", "x")
        with nothing_written(w):
            r, plain = w.cli("--json", "case", "approve", mine, ok=None), w.cli("case", "approve", mine, ok=None)
        w.cli("user", "unblock", digest("obcina_zig"))
        answer = json.loads(r.stdout)
        lines = answer["error"].split("\n")
        equal((r.returncode, answer["class"], answer["code"], len(lines)), (1, "conflict", "vs207-03.4c", 2), "the answer")
        wanted = (("(potrdilo je blokirano)", "(the certificate is blocked)"), (MUNICIPALITY["name"],) * 2)
        equal([[text in half for text, half in zip(texts, line.split(" / "))] for texts, line in zip(wanted, lines)], [[True] * 2] * 2, lines)
        equal(plain.stderr, f"vashgate: vs207-03.4c: {answer['error']}\n", "for people")
        more = w.cli("case", "refuse", mine, ok=None).stderr
        equal([text.count("{") + text.count("}") for text in (answer["error"], plain.stderr, more)], [0, 0, 0], "places that are not filled")
        equal(w.cli("case", "approve", mine).returncode, 0, "control")


@case("case approve and refuse know no application under a record that is none: an authorised person's, an administrator's", world=waiting_world)
def no_application(w):
    enter(w, [authorised(PERSON, MUNICIPALITY, 701, status="pending"), administrator(NEIGHBOUR, 1101, status="pending")])
    with nothing_written(w):
        for subject, group, of in ((PERSON, 701, None), (NEIGHBOUR, 90, 1101)):
            for words in (("approve",), ("refuse", "--reason", "ne")):
                mine = str(record(w, subject, group, of)["id"])
                r = w.cli("--json", "case", words[0], mine, *words[1:], ok=None)
                answer = json.loads(r.stdout)
                equal((r.returncode, answer["class"], answer["error"]), (1, "not_found", f"no application waits under record {mine}"), words)


@case("case approve works while nobody serves, by the same rules")
def offline():
    with waiting_world() as w:
        record, other = record_of(w, 1003), record_of(w, 1201)
        w.stop()
        equal((w.cli("case", "approve", record).returncode, status(w, record)), (0, (2, "")), "the approval")
        equal(w.cli("case", "refuse", other, ok=None).returncode, 1, "a refusal without a reason")
        w.start()
        equal(w.call("1003", "obcina_zig").status, 200, "the certificate calls")
