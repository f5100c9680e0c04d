"""What the registry holds and how it may change, by the FZ and DECISIONS: subjects, records [19], certificates [19a], mails.

Small on purpose and written without a look at the program's tables. Procedures, step by step, stand in procedures.py.
"""
from facts import ACTIVE, CERTIFICATES, CLIENT_GROUPS, DELETED, PENDING, PRINCIPALS, SERVICES, START, SUBJECTS


class Refused(Exception):
    """The operator's command is refused."""


class Subject:
    def __init__(self, number, key):
        self.id, self.key = number, key
        self.position, self.number, self.davcna, self.name, self.form, self.email = SUBJECTS[key]
        self.prs, self.blocked = (None if self.position == 11 else 1), False


class Record:
    """A row of [19]. `status` is <19.3> of an independent user, <19.5> of an authorised person."""

    def __init__(self, number, subject, scheme, group, status, administered=None, principal=None):
        self.id, self.subject, self.scheme, self.group, self.status = number, subject, scheme, group, status
        self.kind = 2 if principal else 1
        self.principal = principal      # the independent user's record
        self.administered = administered
        self.reason = self.actor = None
        self.cert = self.client = self.old = None
        self.proven = False
        self.asked = False              # a path for the proof of possession was given
        self.report = False             # it has a signed application

    @property
    def live(self):
        return self.status in (PENDING, ACTIVE)

    @property
    def key(self):
        """[FZ-VS6.2]"""
        other = (self.administered, self.principal.subject.id if self.principal else None) if self.scheme == 3 else ()
        return (self.subject.id, self.scheme == 3, self.group, *other)


class Client:
    """<19a.2> to <19a.5>."""

    def __init__(self, name, uris):
        self.name, self.uris = name, uris


class Model:
    def __init__(self):
        self.subjects, self.records, self.blocked = {}, {}, set()
        self.mails, self.changed = [], set()
        self.registers = True           # MDP and PRS answer
        for key, scheme, group, administered, principal in START:
            self.enter(key, scheme, group, administered, principal, ACTIVE)
        self.mails, self.changed = [], set()

    # ---- questions ----

    def subject(self, key):
        return next((s for s in self.subjects.values() if s.key == key), None)

    def of(self, subject):
        return [r for r in self.records.values() if r.subject is subject]

    def active(self, record):
        """p001 with D3; an operator's block of the independent user counts for his authorised persons."""
        if record.status != ACTIVE:
            return False
        principal = record.principal
        return principal is None or (principal.status == ACTIVE and principal.subject.prs == 1 and not principal.subject.blocked)

    def present(self, subject):
        """Deleted in PRS counts as not registered; a blocked one has no access."""
        return subject is not None and subject.prs != 2 and not subject.blocked

    def usable(self, subject):
        return [r for r in self.of(subject) if self.active(r)] if self.present(subject) else []

    def login_records(self, key):
        """vs101-02, -03: sets 1a, 1b, 3a, 3b, 5a, 5b of the subject that the certificate's tax number means, or the one MDP confirmed."""
        return self.usable(self.subject(key))

    def administrators(self, group):
        """Those of vs207-07.3."""
        return [r for r in self.records.values() if r.scheme == 3 and r.kind == 1 and r.status == ACTIVE and r.group == 90 and
                r.administered == group]

    def chiefs(self):
        return [r for r in self.records.values() if r.scheme == 3 and r.kind == 1 and r.status == ACTIVE and r.group == 80]

    def administrator_records(self, subject):
        """vs211-01: sets 3a, 3b with group 90."""
        return [r for r in self.usable(subject) if r.scheme == 3 and r.group == 90]

    def principal_records(self, subject):
        """vs212-02: sets 1a, 3a, 5a."""
        return [r for r in self.usable(subject) if r.kind == 1]

    def leavable(self, subject):
        """vs206-01: sets 1a, 1b, 5a, 5b; 3b (D27); what waits can be withdrawn."""
        return [r for r in self.of(subject) if (r.scheme in (1, 5) or r.kind == 2) and (self.active(r) or r.status == PENDING)]

    def administered(self, record, status):
        """p006"""
        return [r for r in self.records.values() if r.group == record.administered and r.kind == 1 and r.status == status]

    def authorised(self, record, status):
        """p004, of this very record"""
        return [r for r in self.records.values() if r.principal is record and r.status == status]

    def free_groups(self, subject):
        """vs207-01.2: [FZ-VS4] and [FZ-VS6.2]; pending counts."""
        taken = {r.group for r in self.of(subject) if r.live and r.scheme == 5}
        return {g for g, positions in SERVICES.items() if subject.position in positions and g not in taken}

    def clients(self, subject):
        """Clients of the user's active and pending groups, each once."""
        found = {}
        for r in self.of(subject):
            if r.scheme == 5 and r.kind == 1 and r.live and r.client:
                found.setdefault(r.client, r)
        return list(found.values())

    def binds(self, record, cert):
        """[FZ-VS10]: approved, or pending with a proven key; the old one as long as it is good."""
        return (record.cert == cert and (record.status == ACTIVE or (record.status == PENDING and record.proven))) or \
            (record.old == cert and record.live)

    def foreign(self, cert, subject):
        return any(self.binds(r, cert) for r in self.records.values() if r.subject is not subject)

    def certificate_refusal(self, cert, subject):
        """vs207-03.4: issuer, unique, valid, in this order."""
        refusal = CERTIFICATES[cert][0]
        if refusal == "vs207-03.4a":
            return refusal
        if self.foreign(cert, subject):
            return "vs207-03.4b"
        return "vs207-03.4c" if cert in self.blocked else refusal       # an operator's block is no good either

    # ---- changes ----

    def touch(self, record):
        self.changed.add(("membership", record.id))

    def touch_service(self, record):
        self.changed.add(("web_service", record.id))

    def mail(self, subject, step, group):
        if subject.email:
            self.mails.append((subject.email, step, group))

    def end(self, record, reason, actor):
        record.status, record.reason, record.actor = DELETED, reason, actor
        self.touch(record)

    def cascade(self, record, actor):
        """No authorised person outlives the independent user's record."""
        for r in self.authorised(record, PENDING) + self.authorised(record, ACTIVE):
            self.end(r, "cascaded", actor)
            self.mail(r.subject, "cascaded", r.group)

    def add(self, subject, scheme, group, status, administered=None, principal=None):
        record = Record(len(self.records) + 1, subject, scheme, group, status, administered, principal)
        if any(r.live and r.key == record.key for r in self.of(subject)):
            raise Refused("FZ-VS6.2")
        if administered and not principal and status in (PENDING, ACTIVE) and self.administrators(administered):
            raise Refused("vs231-03.3a")
        self.records[record.id] = record
        self.touch(record)
        return record

    def enter(self, key, scheme, group, administered, principal_key, status, cert=None):
        """The operator's `user add`."""
        subject, principal = self.subject(key), None
        if principal_key:
            of = self.of(self.subject(principal_key))
            found = [r for r in of if r.live and r.kind == 1 and (r.scheme, r.group, r.administered) == (scheme, group, administered)]
            if not found or found[0].subject.position not in PRINCIPALS:
                raise Refused("no independent user")
            principal = found[0]
        if cert and self.foreign(cert, subject):
            raise Refused("FZ-VS10")
        subject = subject or Subject(len(self.subjects) + 1, key)
        record = self.add(subject, scheme, group, status, administered, principal)
        self.put_subject(subject, SUBJECTS[key][5])
        if group == 90 and not principal and status == ACTIVE:
            self.mail(subject, "vs231 entered", administered)
        if cert:
            record.cert = cert
            self.touch_service(record)
        return record

    def put_subject(self, subject, email):
        """Entered, or its data refreshed."""
        self.subjects[subject.id], subject.email = subject, email
        self.changed.add(("subject", subject.id))

    def enter_administrator(self, number, email, group):
        """vs231-04: what PRS says of the subject counts."""
        key = next(key for key, row in SUBJECTS.items() if row[1] == number)
        subject = self.subject(key) or Subject(len(self.subjects) + 1, key)
        self.put_subject(subject, email)
        subject.prs = 1
        self.add(subject, 3, 90, ACTIVE, group)
        self.mail(subject, "vs231 entered", group)

    def submit(self, subject, group, cert, client, proven):
        """vs207-06, -07"""
        record = self.add(subject, 5, group, PENDING)
        record.cert, record.client, record.proven, record.asked, record.report = cert, client, proven, not proven, True
        self.touch_service(record)
        self.tell_administrators(group)
        return record

    def reachable(self, records):
        """Those who can log in and have an address."""
        return [r for r in records if self.present(r.subject) and r.subject.email]

    def tell_administrators(self, group):
        who = self.reachable(self.administrators(group))
        for r in who:
            self.mail(r.subject, "vs207-07.3", group)
        for r in self.reachable(self.chiefs()) if not who else []:
            self.mail(r.subject, "no administrator", group)

    def can_approve(self, record):
        """What vs211 tests again: <7b>, the operator's block, the certificate [FZ-VS9, VS10]."""
        if not self.present(record.subject):
            return False
        return record.cert is None or self.certificate_refusal(record.cert, record.subject) is None

    def decide(self, record, mark, actor):
        """vs211-04, -05"""
        if mark == "confirm":
            record.status = ACTIVE
            self.touch(record)
        else:
            self.end(record, "refused" if mark == "refuse" else "deleted", actor)
            self.cascade(record, actor)
        self.mail(record.subject, {"confirm": "vs211-05.2p", "refuse": "vs211-05.2z", "delete": "vs211-05.2i"}[mark], record.group)

    def decide_authorised(self, record, mark, actor):
        """vs212-06, -07"""
        if mark == "confirm":
            record.status = ACTIVE
            self.touch(record)
        else:
            self.end(record, "refused" if mark == "refuse" else "deleted", actor)
        self.mail(record.subject, {"confirm": "vs212-07.2p", "refuse": "vs212-07.2z", "delete": "vs212-07.2i"}[mark], record.group)

    def leave(self, record, actor):
        """vs206-02"""
        self.end(record, "withdrawn" if record.status == PENDING else "left", actor)
        if record.kind == 1:
            self.cascade(record, actor)

    def remove_administrator(self, record, actor):
        """vs232-02; True: applications wait and nobody is left to decide them."""
        self.end(record, "deleted", actor)
        self.cascade(record, actor)
        self.mail(record.subject, "vs232 removed", record.administered)
        return bool(self.administered(record, PENDING)) and not self.administrators(record.administered)

    def end_by_operator(self, record, actor):
        """`user status … deleted`; False: it is over already, or the last chief administrator."""
        was_active, decided = record.status == ACTIVE, record in self.usable(record.subject)
        if not record.live or (was_active and self.chiefs() == [record]):
            return False
        administers = record.kind == 1 and record.group == 90
        self.end(record, "deleted", actor)
        self.mail(record.subject, "vs232 removed" if administers else "operator ended", record.administered if administers else record.group)
        if record.kind == 1:
            self.cascade(record, actor)
        if administers and decided:
            self.tell_of_waiting(record)
        return True

    def tell_of_waiting(self, record, leaver=None):
        """Nobody decides in his group any more: a chief administrator who does not leave with him is told."""
        if self.administered(record, PENDING):
            for chief in self.chiefs():
                if chief.subject is not leaver and self.present(chief.subject):
                    self.mail(chief.subject, "left waiting", record.administered)

    def leaves(self, subject):
        """Blocked, or deleted in PRS."""
        for r in self.usable(subject):
            if r.kind == 1 and r.group == 90:
                self.tell_of_waiting(r, subject)

    def at_once(self, record, cert):
        """vs208-01: the new certificate's organisation is the old one's or <5>."""
        organisation = CERTIFICATES[cert][1]
        return bool(organisation) and organisation in (CERTIFICATES[record.cert][1], record.subject.davcna)

    def change_certificate(self, record, cert, overlap, proven):
        """vs208-01.4; True: it waits for approval again."""
        waits = not self.at_once(record, cert)
        record.old = record.cert if overlap else None
        record.cert, record.proven, record.asked = cert, proven, not proven
        self.touch_service(record)
        self.mail(record.subject, "vs208 waits" if waits else "vs208 changed", record.group)
        if waits:
            record.status = PENDING
            self.touch(record)
            self.tell_administrators(record.group)
        else:
            for r in self.reachable(self.administrators(record.group)):
                self.mail(r.subject, "vs208 administrator", record.group)
        return waits

    def change_client(self, record, client):
        record.client = client
        self.touch_service(record)

    def prove(self, record):
        """A touch of the record's path with its certificate; True: taken."""
        if not record.asked or not record.live:
            return False
        if not record.proven and self.foreign(record.cert, record.subject):
            return False
        if not record.proven:
            record.proven = True
            self.touch_service(record)
        return True

    # ---- calls ----

    def calls(self, cert, groups):
        """What each service answers: "-" or the fault. Several answers where nobody is bound and several have applied: any of these."""
        fault = CERTIFICATES[cert][2] or ("VG-A06" if cert in self.blocked else None)
        records = [r for r in self.records.values() if r.scheme == 5 and cert in (r.cert, r.old)]
        if fault or not records:
            return [dict.fromkeys(groups, fault or "VG-A01")]
        owners = {r.subject.id for r in records if self.binds(r, cert) and (r.cert == cert or r.status == ACTIVE)}
        owners = owners or {r.subject.id for r in records}
        return [{g: self.call([r for r in records if r.subject.id == owner], g) for g in groups} for owner in owners]

    def call(self, records, group):
        """The answer of one service to one user's certificate."""
        subject, mine = records[0].subject, [r for r in records if r.group == group]
        if subject.blocked:
            return "VG-A06"
        if subject.prs == 2:
            return "VG-A07"
        if not mine:
            return "VG-A03"
        status = min(mine, key=lambda r: ((ACTIVE, PENDING, DELETED).index(r.status), -r.id)).status
        if status != ACTIVE:
            return "VG-A04" if status == PENDING else "VG-A05"
        return "-" if subject.position in SERVICES[group] else "VG-A08"

    # ---- what must hold at any time ----

    def has_client(self, group):
        return group in CLIENT_GROUPS
