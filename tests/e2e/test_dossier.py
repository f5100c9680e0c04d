"""The file of a case: a ZIP that holds everything of one record and verifies offline; whoever changes a byte is found out."""
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile

from cases import case, equal
from portal import (COMPANY, COURT, MUNICIPALITY, NEIGHBOUR, PDF, PERSON, Person, administrator, administrator_of, alter, authorised, enter,
                    pem, portal_world, read, record, user)
from world import ROOT

PEOPLE = [user(MUNICIPALITY, 701), user(COMPANY, 501), authorised(PERSON, MUNICIPALITY, 701), administrator(COURT, 1003),
          administrator(COURT, 1103), administrator(NEIGHBOUR, 1201)]
VERIFY = [sys.executable, os.path.join(ROOT, "tests", "audit", "verify.py")]


def log_key(w):
    return next(word[4:] for word in open(w.export(), encoding="utf-8").readline().split() if word.startswith("key="))


def verdicts(w, archive, *more):
    """What the gateway's own verifier and the independent one say of an archive: text and exit status, the same from both."""
    path = os.path.join(w.folder, "case.zip")
    with open(path, "wb") as f:
        f.write(archive)
    own = w.cli("case", "verify", path, *more, ok=None)
    other = subprocess.run([*VERIFY, "--case", path, *more], capture_output=True, text=True, timeout=60)
    equal((own.stdout, own.returncode), (other.stdout, other.returncode), f"the two verifiers {own.stderr} {other.stderr}")
    return own.stdout, own.returncode


def verifies(w, archive):
    text, status = verdicts(w, archive, "--key", w.log_key)
    equal((text.startswith("ok: "), status), (True, 0), f"the verdict {text}")
    return dict(pair.split("=", 1) for pair in text.split()[1:])


def members(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as z:
        return {i.filename: z.read(i) for i in z.infolist()}


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, content in files.items():
            z.writestr(name, content)
    return out.getvalue()


def fetch(person, record_id, status=200):
    page = person.get(f"/record/{record_id}.zip")
    equal(page.status, status, f"the answer {page.reply.text[:300] if status != page.status else ''}")
    return page.reply.body


def case_world():
    """The municipality has registered for 1003, which was approved, and for 1201, which was refused with a reason."""
    w = portal_world(PEOPLE)
    clerk, court = Person(w, "uradnica", "701"), Person(w, "referentka", administrator_of(1003))
    clerk.register(1003)
    clerk.register(1201)
    w.served, w.refused = (record(w, MUNICIPALITY, g)["id"] for g in (1003, 1201))
    page = court.open_211(1003)
    equal(court.press(page, "execute", {f"mark.{w.served}": "confirm"}).finished, True, "the approval")
    w.cli("case", "refuse", str(w.refused), "--reason", "Manjka podpis župana")
    w.log_key = log_key(w)
    w.log_id = hashlib.sha256(bytes.fromhex(w.log_key)).hexdigest()[:32].encode()
    return w


@case("the file of a case holds application, report, decision, certificate, history and receipts, and verifies with both programs",
      world=case_world)
def whole(w):
    clerk = Person(w, "uradnica", "701")
    archive = fetch(clerk, w.served)
    files = members(archive)
    said = verifies(w, archive)
    application = read(w, "SELECT id FROM application WHERE membership_id = ?", w.served)[0][0]
    decision = read(w, "SELECT id FROM decision WHERE membership_id = ?", w.served)[0][0]
    equal(sorted(files), sorted(["README.txt", "proof.txt", "history.txt", "receipts.txt", "record.json", "service.json", "subject.json",
                                 f"application-{application}.pdf", f"report-{application}.json", f"decision-{decision}.json",
                                 f"certificate-{json.loads(files['service.json'])['cert_digest']}.pem"]), "the members")
    equal((files[f"application-{application}.pdf"], json.loads(files["record.json"])["status"], json.loads(files["subject.json"])["firm"],
           json.loads(files[f"report-{application}.json"])["indication"], json.loads(files[f"decision-{decision}.json"])["status"]),
          (PDF, 2, MUNICIPALITY["name"], "INDETERMINATE", 2), "what they say")
    equal((said["record"], said["files"], int(said["rows"]) >= 6), (str(w.served), "11", True), f"the verdict {said}")
    receipts, heads = os.path.join(w.folder, "receipts.txt"), os.path.join(w.folder, "data", "audit-heads.log")
    with open(receipts, "wb") as f:
        f.write(files["receipts.txt"])
    equal(w.cli("audit", "verify", w.export(), "--head", heads, "--receipt", receipts).returncode, 0, "its receipts against the trail")


@case("a later change of certificate, and the end, stand in the file; the file fetched before still verifies", world=case_world)
def grows(w):
    clerk = Person(w, "uradnica", "701")
    before = fetch(clerk, w.served)
    caller = Person(w, "uradnica", "1003")
    page = caller.press(caller.press(caller.begin("vs208"), "certificate"), "confirm", {"certificate": pem("ec")})
    equal(caller.press(page, "accept", {"overlap": "0"}).step, "vs208-01.4", "the change")
    w.cli("user", "status", str(w.served), "deleted", "--reason", "left")
    after = fetch(clerk, w.served)
    equal((int(verifies(w, after)["changes"]) > int(verifies(w, before)["changes"]),
           json.loads(members(after)["record.json"])["end_reason"]), (True, "left"), "what has been added")


@case("a refused application's file holds the reason; the page of cases shows it and leads there", world=case_world)
def refusal(w):
    clerk = Person(w, "uradnica", "701")
    page = clerk.begin("cases")
    equal((page.step, list(page.records()), "Manjka podpis župana" in page.text(), f"record/{w.refused}" in
           [f.get("to") for f in page.root.iter("{urn:esodstvo:page:1}fact")]),
          ("cases", [w.refused, w.served], True, True), "the page")
    files = members(fetch(clerk, w.refused))
    decision = json.loads(next(v for k, v in files.items() if k.startswith("decision-")))
    equal((decision["reason"], decision["status"]), ("Manjka podpis župana", 3), "the decision")
    equal(Person(w, "direktor", "501").begin("cases").codes, ["vg-cases"], "who has none")


def untouched_world():
    return case_world()


@case("only its owner, whom he has authorised for that service, and its group's administrator get the file of a case", world=untouched_world)
def who(w):
    enter(w, [authorised(PERSON, MUNICIPALITY, 1003, 5)])
    equal([verifies(w, fetch(Person(w, name, line), w.served))["record"]
           for name, line in (("uradnica", "701"), ("referentka", administrator_of(1003)), ("posameznica", "1003"))], [str(w.served)] * 3, "who may")
    fetch(Person(w, "posameznica", "701"), w.served, 404)
    fetch(Person(w, "direktor", "501"), w.served, 404)
    fetch(Person(w, "referentka", administrator_of(1003)), w.refused, 404)
    fetch(Person(w, "uradnica", "701"), 9999, 404)
    stranger = Person(w, "uradnica")
    stranger.get("/")
    fetch(stranger, w.served, 404)
    equal(Person(w, "uradnica", "701").get(f"/record/{w.served}").status, 404, "a path without the ending")


@case("two applications decided in one change: neither file says anything of the other", world=case_world)
def apart(w):
    clerk, director, court = Person(w, "uradnica", "701"), Person(w, "direktor", "501"), Person(w, "referentka", administrator_of(1103))
    clerk.register(1103, certificate="ec")
    director.register(1103, certificate="podjetje")
    ids = {name: record(w, subject, 1103)["id"] for name, subject in (("city", MUNICIPALITY), ("company", COMPANY))}
    page = court.open_211(1103)
    page = court.press(page, "execute", {f"mark.{ids['city']}": "confirm", f"mark.{ids['company']}": "refuse",
                                         f"reason.{ids['company']}": "napačna skupina"})
    equal(page.finished, True, f"the decisions {page}")
    for person, own, other in ((clerk, ids["city"], COMPANY), (director, ids["company"], MUNICIPALITY)):
        archive = fetch(person, own)
        text = b"".join(members(archive).values())
        equal((verifies(w, archive)["record"], any(other[k].encode() in text for k in ("name", "davcna", "maticna"))),
              (str(own), False), "what is told of the other")


@case("whatever is changed in the file is found, and both verifiers name the same reason", world=case_world)
def tampered(w):
    archive = fetch(Person(w, "uradnica", "701"), w.served)
    files = members(archive)
    verifies(w, packed(files))
    pdf, report, decision, certificate = (next(n for n in files if n.startswith(p))
                                          for p in ("application-", "report-", "decision-", "certificate-"))
    lines = files["history.txt"].splitlines(keepends=True)
    proof = files["proof.txt"].splitlines(keepends=True)
    first_row = next(i for i, line in enumerate(proof) if line.startswith(b"row ") and b" salt=" in line)
    head = proof[-1]
    edits = {
        "format": [{"record.json": None}, {"proof.txt": None}, {"more.txt": b"x"}, {"proof.txt": files["proof.txt"] + b"\n"},
                   {"history.txt": files["history.txt"][:-1]}, {"proof.txt": b"".join(proof[:-1])},
                   {"history.txt": files["history.txt"].replace(b" procedure=", b" process=", 1)}],
        "key": [{"proof.txt": files["proof.txt"].replace(b"key=302a", b"key=302b", 1)}],
        "log": [{"proof.txt": b"".join(proof[:-1]) + head.replace(b"log=" + w.log_id, b"log=" + b"0" * 32)}],
        "signature": [{"proof.txt": b"".join(proof[:-1]) + head.replace(b" time=2", b" time=3")}],
        "history": [{"history.txt": files["history.txt"].replace("Občina".encode(), "Obcina".encode(), 1)},
                    {"history.txt": b"".join(lines[1:])}, {"history.txt": b"".join(lines + lines[-1:])},
                    {"proof.txt": b"".join([*proof[:first_row], flip(proof[first_row], b"hash="), *proof[first_row + 1:]])}],
        "root": [{"proof.txt": files["proof.txt"].replace(b"procedure=vs207", b"procedure=vs208", 1)}],
        "receipt": [{"receipts.txt": b"".join(files["receipts.txt"].splitlines(keepends=True)[1:])},
                    {"receipts.txt": flip(files["receipts.txt"], b"leaf=")}],
        "file": [{pdf: PDF + b"%"}, {report: files[report] + b" "}, {decision: files[decision].replace(b'"status":2', b'"status":3')},
                 {certificate: pem("ec").encode()}, {"record.json": files["record.json"].replace(b'"scheme":5', b'"scheme":1')},
                 {"service.json": None}, {"decision-9999.json": b"{}"}, {pdf: None}]}
    for reason, changes in edits.items():
        for change in changes:
            changed = {n: b for n, b in {**files, **change}.items() if b is not None}
            text, status = verdicts(w, packed(changed), "--key", w.log_key)
            equal((status, f"reason={reason}" in text.split()), (1, True), f"{list(change)} {reason}: {text}")
    text, status = verdicts(w, b"PK no archive")
    equal((status, text), (1, "not ok: index=- reason=format\n"), "no archive")
    equal(verdicts(w, archive, "--key", w.log_key[:-2] + ("00" if w.log_key[-2:] != "00" else "01")),
          ("not ok: index=- reason=key\n", 1), "another key")
    equal(verdicts(w, archive)[0].splitlines()[1:], ["key not checked"], "no key")


def flip(line, key):
    """The first hex digit behind the key is another one."""
    at = line.index(key) + len(key)
    return line[:at] + (b"1" if line[at:at + 1] == b"0" else b"0") + line[at + 1:]


def spoiled_world():
    return case_world()


@case("what somebody writes into the registry past the gateway shows: the file of that case does not verify", world=spoiled_world)
def outside(w):
    clerk = Person(w, "uradnica", "701")
    verifies(w, fetch(clerk, w.served))
    alter(w, f"UPDATE web_service SET client_name = 'podtaknjen' WHERE membership_id = {w.served}")
    text, status = verdicts(w, fetch(clerk, w.served), "--key", w.log_key)
    equal((status, "reason=history" in text), (1, True), f"a row of its own {text}")
    verifies(w, fetch(clerk, w.refused))
    alter(w, "DROP TRIGGER history_fixed_update", f"UPDATE history SET after = replace(after, 'župana', 'direktorja')"
             f" WHERE object = 'decision' AND after LIKE '%župana%'")
    text, status = verdicts(w, fetch(clerk, w.refused), "--key", w.log_key)
    equal((status, "reason=history" in text), (1, True), f"a changed row {text}")


@case("case export writes the same file beside the serving process and without one; an unknown record is exit status 1", world=case_world)
def command(w):
    path = os.path.join(w.folder, "exported.zip")
    w.cli("case", "export", str(w.served), path)
    with open(path, "rb") as f:
        exported = f.read()
    verifies(w, exported)
    clerk = Person(w, "uradnica", "701")
    same = {n: b for n, b in members(fetch(clerk, w.served)).items() if n not in ("proof.txt",)}
    equal({n: b for n, b in members(exported).items() if n != "proof.txt"}, same, "what the page gives")
    equal((w.cli("case", "export", "9999", path, ok=None).returncode, w.cli("case", "export", "x", path, ok=None).returncode), (1, 2),
          "no such record")
    equal(w.cli("case", "verify", os.path.join(w.folder, "none.zip"), ok=None).returncode, 2, "no such file")
    answer = json.loads(w.cli("--json", "case", "verify", path, "--key", w.log_key).stdout)
    equal((answer["ok"], answer["record"], answer["key_checked"]), (True, w.served, True), "as JSON")
    w.stop()
    w.cli("case", "export", str(w.served), path)
    with open(path, "rb") as f:
        verifies(w, f.read())
    w.start()
