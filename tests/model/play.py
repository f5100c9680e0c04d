"""One game: the same steps in the gateway and in the model, compared after each."""
import getpass
import json
import os
import subprocess
import sys

from facts import ACTIVE, DELETED, LOGINS, MDP, OFFERED, PENDING, SUBJECTS
from faces import Soap, Web
from gateway import HERE, Caller, Mirror, digests, entry, expire, mail_is, registers, start_world
from model import Model, Refused
from procedures import PROCEDURES, Login, Page, refused

REASON = "ne ustreza"


class Difference(Exception):
    """The gateway and the model do not agree."""


class Invariant(Difference):
    """The registry holds what may never be, whatever the model says."""


class Trail(Difference):
    """The audit trail does not verify."""


def check(real, expected, what, kind=Difference):
    if real != expected:
        raise kind(f"{what}\n  gateway: {real}\n  model:   {expected}")


class Door:
    """Somebody at one face: the login that he has there, and whether his pages came with a form's token that is still good."""

    def __init__(self, name, face):
        self.name, self.face, self.login, self.token = name, face, None, True

    @property
    def is_web(self):
        return isinstance(self.face, Web)

    def log_out(self):
        self.login, self.token = None, not self.is_web


class Person:
    """A login certificate, with a browser and a program."""

    def __init__(self, w, name):
        self.name = name
        self.doors = {"web": Door(name, Web(w, name)), "soap": Door(name, Soap(w, name))}


class Game:
    def __init__(self):
        self.world = start_world()
        try:
            self.begin()
        except BaseException:
            self.world.close()
            raise

    def begin(self):
        self.mirror = Mirror(self.world)
        self.model = Model()
        self.people = {name: Person(self.world, name) for name in (*LOGINS, *MDP)}
        self.callers, self.cases, self.paths = {}, [], {}
        self.digest = digests()
        self.context = None
        self.seen = set()               # codes that pages had, and that the program was told: "soap " + code
        self.compare_rows({(t, i) for t in ("subject", "membership") for i in self.mirror.rows[t]})
        self.mirror.mails()

    def close(self):
        self.mirror.close()
        self.world.close()

    # ---- steps ----

    def do(self, step):
        """One step; None: it does not apply (a shortened run)."""
        self.model.changed, self.model.mails, self.context = set(), [], None
        answer = getattr(self, "do_" + step[0])(*step[1:])
        self.compare()
        return answer

    def may_work(self, door):
        login = door.login
        return self.model.present(login.subject) and self.model.active(login.record)

    def context_of(self, procedure, login, name):
        subject = str(login.record.subject.id) if hasattr(login, "record") else ""
        principal = str(login.record.principal.subject.id) if subject and login.record.principal else ""
        self.context = (procedure, subject, principal, self.digest[name], "KDP-SIGOV" if name in MDP else "KDP-SI")

    def shut(self, door):
        """What is refused before anybody looks at procedure or case."""
        if not door.token:
            return refused(403)
        asks_mdp = not door.is_web and door.login and door.name in MDP
        return refused(503) if asks_mdp and not self.model.registers else None

    def do_begin(self, name, face, procedure):
        person, case = self.people[name], None
        door = person.doors[face]
        if procedure == "vs101":
            if door.login:
                return None
            door.token = True           # the browser opens the first page before
        real = door.face.begin(door.login, procedure)
        expected = self.shut(door)
        if expected is None and procedure != "vs101" and door.login is None:
            expected = refused(403)
        elif expected is None and procedure != "vs101" and not self.may_work(door):
            door.log_out()
            expected = Page("-", ["vg-login"], finished=True)
        elif expected is None and procedure != "vs101" and door.login.kind not in OFFERED[procedure]:
            expected = Page("-", ["5.1"], finished=True)
        elif expected is None:
            case = PROCEDURES[procedure](self.model, name if procedure == "vs101" else door.login, procedure)
            expected = case.begin()
            case.person, case.number = person, real.case
            self.cases.append(case)
        self.same(door, real, expected)
        if case:
            self.after(door, case, real)
        return case

    def do_press(self, number, face, late, button, fields):
        if number >= len(self.cases):
            return None
        case = self.cases[number]
        door, version = case.person.doors[face], case.version - late
        real = door.face.press(door.login, case.number, version, button, fields)
        if case.procedure != "vs101":
            self.context_of(case.procedure, case.login, door.name)
        expected = self.shut(door) or self.answer(door, case)
        if expected is None and (late or case.finished or case.expired):
            expected = refused(409)
        elif expected is None and case.procedure != "vs101" and not self.may_work(door):
            case.version, case.finished = case.version + 1, True
            door.log_out()
            expected = Page(case.step, ["vg-login"], finished=True)
        elif expected is None and case.procedure == "vs221":
            expected = refused(404)         # a page that takes nothing
        elif expected is None:
            expected = case.press(button, fields)
        self.same(door, real, expected)
        self.after(door, case, real)
        return case

    def answer(self, door, case):
        """What the case cannot be asked for: no login, or somebody else's."""
        if case.procedure == "vs101":
            return refused(404) if door.login else None
        same = door.login is not None and door.login.record is case.login.record
        return None if same else refused(404)

    def after(self, door, case, real):
        """Logins and paths that the page gave."""
        if not case.finished:
            return
        if case.changes_login:
            door.login, case.changes_login = Login(door.name, case.changes_login), None
            case.person.doors["soap"].login = door.login        # what the page says he tells his program, too
            if not door.is_web:
                check(real.login, str(door.login.record.id), "the login's record")
        if case.ends_login:
            case.ends_login = None
            door.log_out()
        if case.asked:
            if real.path is None:
                raise Difference("no path for the proof of possession")
            self.paths[case.asked.id], case.asked = real.path, None

    def do_get(self, number, face):
        """The page of a case; None: there is none to look at."""
        if number >= len(self.cases):
            return None
        case = self.cases[number]
        door = case.person.doors[face]
        real = door.face.get(door.login, case.number)
        door.token = True               # whoever has no session gets one
        expected = self.shut(door) or self.answer(door, case)
        if expected is None and case.procedure != "vs101" and case.step != "-" and not self.may_work(door):
            door.log_out()
            expected = Page(case.step, ["vg-login"], finished=True)
        elif expected is None:
            expected = None if case.finished else case.show()
            if case.finished:
                check((real.status, real.step, real.finished), (200, case.step, True), "a finished case")
        if expected:
            self.same(door, real, expected)
        return real

    def do_pdf(self, number):
        """The list of a page as a PDF: the lines are the page's, with those of the pages before and after it."""
        page = self.do_get(number, "web")
        if page is None or page.status != 200 or "vg-login" in page.codes:
            return None
        case = self.cases[number]
        lines = None if page.records is None else [" ".join(line.split()) for line in page.records.values()]
        status, printed = case.person.doors["web"].face.pdf(case.number)
        before, count = getattr(case, "place", None) or (0, len(lines or ()))
        if case.finished and printed:       # the list has changed since the model last looked at it
            before, count = next((i for i in range(len(printed)) if printed[i:i + len(lines)] == lines), 0), len(printed)
        found = None if printed is None else (len(printed), printed[before:before + len(lines or ())])
        check((status, found), (404, None) if lines is None else (200, (count, lines)), f"the PDF of {page}")
        self.seen |= {"pdf"} if lines else set()
        return lines

    def do_expire(self, number):
        """The time of a case runs out."""
        if number >= len(self.cases) or self.cases[number].finished or not self.cases[number].number:
            return None
        expire(self.world, self.cases[number].number)
        self.cases[number].expired = True
        return number

    def do_registers(self, behaviour):
        """MDP and PRS answer, or do not."""
        self.model.registers = behaviour == "normal"
        self.world.registers.tell(**registers(behaviour))
        return behaviour

    def do_touch(self, record, cert):
        """Somebody opens the record's path with a certificate."""
        if record not in self.paths:
            return None
        r = self.model.records[record]
        self.context = ("possession", "certificate", "", self.digest[cert], "")
        taken = cert == r.cert and self.model.prove(r)
        check(self.caller(cert).touch(self.paths[record]), 200 if taken else 404, f"touch of the path of record {record} with {cert}")
        return r

    def do_rights(self, cert):
        """What every service says to a certificate."""
        said = self.caller(cert).rights()
        answers = self.model.calls(cert, said)
        check(said, next((a for a in answers if a == said), answers[0]), f"calls with {cert}")
        return said

    def caller(self, cert):
        if cert not in self.callers:
            self.callers[cert] = Caller(self.world, cert)
        return self.callers[cert]

    # ---- the operator ----

    def cli(self, expected, *args):
        r = self.world.cli(*args, ok=None)
        self.context = self.context or ("cli", getpass.getuser(), "", "", "")
        check(r.returncode, 0 if expected else 1, f"vashgate {' '.join(args)}: {r.stdout}{r.stderr}")

    def do_prs(self, key, value):
        s = self.model.subject(key)
        if s is None or s.prs is None:
            return None
        if value == "deleted":
            self.model.leaves(s)
        s.prs = 2 if value == "deleted" else 1
        self.model.changed.add(("subject", s.id))
        self.cli(True, "user", "prs", str(s.id), value)
        return s

    def do_block(self, key, value):
        """A subject, or a certificate."""
        s = self.model.subject(key) if key in SUBJECTS else None
        if s and value == "block":
            self.model.leaves(s)
        if s:
            s.blocked = value == "block"
            self.model.changed.add(("subject", s.id))
        elif value == "block":
            self.model.blocked.add(key)
        else:
            self.model.blocked.discard(key)
        self.cli(True, "user", value, str(s.id) if s else self.digest[key])
        return key

    def do_add(self, key, scheme, group, administered, principal, status, cert):
        row = entry(key, scheme, group, administered, principal, status={PENDING: "pending", ACTIVE: "active"}[status])
        if cert:
            row["cert"] = os.path.join(HERE, "..", "..", "build", "pki", "ee", f"{cert}.crt")
        try:
            self.model.enter(key, scheme, group, administered, principal, status, cert)
            taken = True
        except Refused:
            taken = False
        options = [part for name, value in row.items() for part in ("--" + name.replace("_", "-"), str(value))]
        self.cli(taken, "user", "add", "--unchecked", *options)
        return taken

    def do_end(self, record):
        """`user status … deleted`."""
        r = self.model.records.get(record)
        if r is None:
            return None
        taken = self.model.end_by_operator(r, getpass.getuser())
        self.cli(taken, "user", "status", str(record), "deleted", "--reason", "deleted")
        return r

    def do_case(self, record, what):
        """`case approve` and `case refuse`: in the administrator's place."""
        r = self.model.records.get(record)
        if r is None:
            return None
        administrators = [a for a in self.model.administrators(r.group) if self.model.present(a.subject)]
        possible = r.status == PENDING and r.kind == 1 and r.scheme in (1, 5) and bool(administrators)
        possible = possible and (what == "refuse" or self.model.can_approve(r))
        if possible:
            actor = administrators[0].subject.id
            self.context = ("vs211", getpass.getuser(), str(actor), "0" * 64, "CLI")
            # who ends a record is the operator; a decision is made in the administrator's place
            self.model.decide(r, "refuse" if what == "refuse" else "confirm", getpass.getuser())
        self.cli(possible, "case", what, str(record), *(["--reason", REASON] if what == "refuse" else []))
        return r

    # ---- comparing ----

    def same(self, door, real, expected):
        records = real.records or {}
        said = {"status": real.status, "step": real.step, "codes": sorted(real.codes), "finished": real.finished,
                "options": {name: values for name, values in real.options.items() if not name.startswith("filter")},
                "records": set(records) if expected.step != "-" else set(),
                "names": expected.names and {n: text.partition(" (")[0] for n, text in records.items()}}
        self.seen |= {code if door.is_web else "soap " + code for code in real.codes}
        for name, value in expected.facts().items():
            check(said[name], value, f"{name} of {real}")

    def compare(self):
        """History, tables, mails: only what the model says, by whom it says."""
        rows = self.mirror.read()
        touched = {(table, key) for table, key, before, after, _ in rows if changes(before, after)}
        check(touched - self.model.changed, set(), "changes: " + "; ".join(f"{t} {k}: {changes(b, a)}" for t, k, b, a, _ in rows))
        for table, key, _, _, context in rows:
            check(context, self.context, f"who changed {table} {key}: (procedure, who, on_behalf, cert, mechanism)")
        self.compare_rows(touched | self.model.changed)
        if touched:
            self.invariants()
        mails = self.mirror.mails()
        expected = list(self.model.mails)
        for recipient, line in mails:
            found = next((e for e in expected if mail_is(recipient, line, e)), None)
            check((recipient, line) if found is None else None, None, f"a mail that nobody expects; left: {expected}")
            expected.remove(found)
        check([], expected, "mails that are missing")

    def compare_rows(self, keys):
        for table, key in keys:
            row = self.mirror.rows[table][key]
            if table == "subject":
                s = self.model.subjects[key]
                check((row["position"], row["davcna"], row["email"], row["prs_status"], row["blocked"]),
                      (s.position, s.davcna, s.email, s.prs, int(s.blocked)), f"subject {s.key}")
                continue
            r = self.model.records.get(key)
            check(r is not None, True, f"{table} {key} is in the model: {row}")
            (self.compare_record if table == "membership" else self.compare_service)(row, r)

    def compare_record(self, row, r):
        mine = {"eceu_id": r.subject.id, "scheme": r.scheme, "user_group": r.group, "member_kind": r.kind,
                "status": r.status if r.kind == 1 else None, "link_status": r.status if r.kind == 2 else None,
                "principal_id": r.principal.subject.id if r.principal else None,
                "principal_membership": r.principal.id if r.principal else None,
                "administered_group": r.administered, "end_reason": r.reason, "end_actor": r.actor}
        check({name: row[name] for name in mine}, mine, f"membership {r.id}")
        check(row["end_utc_s"] is not None, r.status == DELETED, f"membership {r.id}: time of the end")

    def compare_service(self, row, r):
        c = r.client
        mine = {"cert_digest": self.digest[r.cert], "possession_proven": int(r.proven), "has_client": int(c is not None),
                "client_name": c and c.name, "redirect_uris": c and c.uris, "old_cert_digest": r.old and self.digest[r.old]}
        check({name: row[name] for name in mine}, mine, f"web_service {r.id}")
        for other in self.model.records.values():
            if c and other.client and other.id in self.mirror.rows["web_service"]:
                same = self.mirror.rows["web_service"][other.id]["client_id"] == row["client_id"]
                check(same, other.client is c, f"records {r.id} and {other.id} have one client")

    def invariants(self):
        """Over the mirror alone: they hold whatever the model says."""
        rows, live, bound, administered = self.mirror.rows["membership"], set(), {}, set()
        numbers = [s["emso"] or s["maticna"] for s in self.mirror.rows["subject"].values()]
        check(len(numbers), len(set(numbers)), f"never a second subject: {sorted(numbers)}", Invariant)
        for r in rows.values():
            status = r["status"] or r["link_status"]
            if status == DELETED:
                check(None in (r["end_reason"], r["end_actor"], r["end_utc_s"]), False, f"deleted with reason, actor, time: {r}", Invariant)
                continue
            key = (r["eceu_id"], r["scheme"] if r["scheme"] == 3 else 0, r["user_group"])
            key += (r["administered_group"], r["principal_id"]) if r["scheme"] == 3 else ()
            check(key in live, False, f"FZ-VS6.2: {r}", Invariant)
            live.add(key)
            if r["user_group"] == 90 and r["member_kind"] == 1:
                check(r["administered_group"] in administered, False, f"FZ-VS3: {r}", Invariant)
                administered.add(r["administered_group"])
            if r["member_kind"] == 2:
                check(rows[r["principal_membership"]]["status"] in (PENDING, ACTIVE), True, f"orphan: {r}", Invariant)
            service = self.mirror.rows["web_service"].get(r["id"])
            if service and (status == ACTIVE or service["possession_proven"]):
                owner = bound.setdefault(service["cert_digest"], r["eceu_id"])
                check(owner, r["eceu_id"], f"FZ-VS10: {r}", Invariant)

    def finish(self):
        """The tables, and the trail before both verifiers."""
        self.mirror.compare_tables()
        w = self.world
        check(w.stop(), 0, "the gateway ends in order")
        export, heads = w.export(), os.path.join(w.folder, "data", "audit-heads.log")
        check(w.cli("audit", "verify", export, "--head", heads, ok=None).returncode, 0, "vashgate audit verify", Trail)
        verifier = os.path.join(os.path.dirname(HERE), "audit", "verify.py")
        theirs = subprocess.run([sys.executable, verifier, export, "--head", heads], capture_output=True, text=True, timeout=120,
                                check=False)
        check(theirs.returncode, 0, f"verify.py: {theirs.stdout}{theirs.stderr}", Trail)


def changes(before, after):
    """Column -> (before, after), without the version."""
    return {k: ((before or {}).get(k), v) for k, v in after.items() if k != "version" and (before is None or before[k] != v)}


def short(step):
    return json.dumps(step, ensure_ascii=False)
