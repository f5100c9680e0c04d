"""What is true of a registry at any moment, whatever happened before: no half of a procedure, no history missing, no certificate of two."""
import hashlib
import json
import re
import sqlite3

# what must select nothing
NEVER = {
    "a record of a web service without its certificate":
        "SELECT id FROM membership WHERE scheme = 5 AND id NOT IN (SELECT membership_id FROM web_service)",
    "a certificate without the path that proves it":
        "SELECT w.membership_id FROM web_service w JOIN procedure_case c ON c.membership_id = w.membership_id"
        " WHERE w.membership_id NOT IN (SELECT membership_id FROM possession)",
    "a registration that is finished without a record": "SELECT id FROM procedure_case WHERE procedure = 'vs207' AND state = 'finished'"
                                                        " AND membership_id IS NULL",
    "a case that made a record and is not finished": "SELECT id FROM procedure_case WHERE state <> 'finished' AND membership_id IS NOT NULL",
    "a record that two cases made": "SELECT membership_id FROM procedure_case WHERE membership_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1",
    "a record that a case made without one application":
        "SELECT c.id FROM procedure_case c WHERE c.membership_id IS NOT NULL AND c.procedure = 'vs207'"
        " AND (SELECT count(*) FROM application a WHERE a.membership_id = c.membership_id) <> 1",
    "a file of a closed case": "SELECT f.case_id FROM procedure_case_file f JOIN procedure_case c ON c.id = f.case_id WHERE c.state <> 'open'",
    "an open case at the page of the application's preview without its file":
        "SELECT id FROM procedure_case WHERE procedure = 'vs207' AND step = 'vs207-06' AND state = 'open'"
        " AND id NOT IN (SELECT case_id FROM procedure_case_file)",
    "a decision that the record does not show":
        "SELECT d.id FROM decision d JOIN membership m ON m.id = d.membership_id WHERE d.status = 3 AND m.status <> 3",
    "two decisions of one kind on a record": "SELECT membership_id FROM decision GROUP BY membership_id, status HAVING count(*) > 1",
    "a refusal without its decision": "SELECT id FROM membership WHERE end_reason IN ('refused', 'deleted') AND scheme = 5"
                                      " AND id NOT IN (SELECT membership_id FROM decision WHERE status = 3)",
    "an ended record without reason, actor and time":
        "SELECT id FROM membership WHERE (coalesce(status, link_status) = 3) <> (end_reason IS NOT NULL AND end_actor IS NOT NULL"
        " AND end_utc_s IS NOT NULL)",
    "two live records of one user in a group": "SELECT eceu_id FROM membership WHERE scheme = 5 AND live GROUP BY eceu_id, user_group"
                                               " HAVING count(*) > 1",
    "a certificate that binds two users":
        "SELECT w.cert_digest FROM web_service w JOIN membership m ON m.id = w.membership_id"
        " WHERE m.live AND (m.status = 2 OR w.possession_proven = 1) GROUP BY 1 HAVING count(DISTINCT m.eceu_id) > 1",
    "a version without its row of history":
        "SELECT id FROM membership m WHERE version <> (SELECT count(*) FROM history WHERE object = 'membership' AND object_id = m.id)",
    "a version of a certificate without its row of history":
        "SELECT w.membership_id FROM web_service w WHERE w.version + (w.possession_proven AND EXISTS (SELECT 1 FROM history"
        " WHERE object = 'web_service' AND object_id = w.membership_id AND procedure = 'possession')) >"
        " (SELECT count(*) FROM history WHERE object = 'web_service' AND object_id = w.membership_id) + 1",
    "an application without its row of history": "SELECT id FROM application a WHERE 1 <> (SELECT count(*) FROM history"
                                                 " WHERE object = 'application' AND object_id = a.id)",
    "an application whose digest its history does not name":
        "SELECT a.id FROM application a JOIN history h ON h.object = 'application' AND h.object_id = a.id"
        " WHERE json_extract(h.after, '$.pdf_sha256') IS NOT a.pdf_sha256",
    "foreign keys": "SELECT * FROM pragma_foreign_key_check",
}


def _last_states(db):
    """Records that are not what their history says last."""
    wrong = []
    for record, status, link, reason in db.execute("SELECT id, status, link_status, end_reason FROM membership"):
        row = db.execute("SELECT after FROM history WHERE object = 'membership' AND object_id = ? ORDER BY id DESC", (str(record),)).fetchone()
        after = json.loads(row[0]) if row else {}
        if (after.get("status"), after.get("link_status"), after.get("end_reason")) != (status, link, reason):
            wrong.append(f"record {record} is not what its history says last: {after}")
    return wrong


def _trail(db):
    """The records of the trail name the pieces of the history one after the other, without a gap, to its end."""
    at = 0
    for (line,) in db.execute("SELECT line FROM audit WHERE line LIKE '%history_from=%' ORDER BY idx"):
        first, last = map(int, re.search(r" history_from=(\d+) history_to=(\d+)", line).groups())
        if first != at + 1 or last < at:
            return [f"the history behind {at} goes on with {first}: {line}"]
        at = last
    end = db.execute("SELECT coalesce(max(id), 0) FROM history").fetchone()[0]
    return [] if at == end else [f"the history ends with {end}, the trail's with {at}"]


def _mails(db):
    """One mail for each decision, one for each registration that waited for an administrator."""
    wrong = []
    for of, mails, wanted in (
            ("approvals", "%potrdil kot uporabnika%", "SELECT count(*) FROM decision WHERE status = 2"),
            ("refusals and deletions", "%Razlog: %", "SELECT count(*) FROM decision WHERE status = 3")):
        found = db.execute("SELECT count(*) FROM outbox WHERE body LIKE ?", (mails,)).fetchone()[0]
        right = db.execute(wanted).fetchone()[0]
        wrong += [] if found == right else [f"{right} {of} have {found} mails"]
    return wrong


def whole(folder):
    """What is wrong with the registry of this world: a list of sentences."""
    db = sqlite3.connect(f"file:{folder}/data/registry.db?mode=ro", uri=True, timeout=30)
    try:
        db.execute("BEGIN")
        wrong = [f"{what}: {rows[:5]}" for what, rows in ((what, db.execute(sql).fetchall()) for what, sql in NEVER.items()) if rows]
        for record, digest, pdf in db.execute("SELECT id, pdf_sha256, pdf FROM application"):
            if hashlib.sha256(pdf).hexdigest() != digest:
                wrong.append(f"application {record} is not the file that was judged")
        if db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            wrong.append("the database is damaged")
        return wrong + _last_states(db) + _trail(db) + _mails(db)
    finally:
        db.close()


def check_whole(w):
    wrong = whole(w.folder)
    if wrong:
        raise AssertionError("; ".join(wrong))
