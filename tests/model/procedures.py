"""The procedures as a person meets them: what each step offers, what it answers with which code, and what it does to the model.

A case is begun, then buttons are pressed; each answer is a Page: step, codes of notices, choices, records of lists.
"""
import re

from facts import (ACTIVE, ADMINISTERED, DELETED, FILTERS, FORMS, GOOD, LOGINS, MDP, NUMBERS, OFFERED, PENDING, PRS,
                   SUBJECTS)
from model import Client

A_PAGE = 100            # records
STATUSES = {"active": ACTIVE, "pending": PENDING, "deleted": DELETED}


class Page:
    """What an answer must be."""

    def __init__(self, step, codes=(), options=None, records=None, finished=False, status=200, buttons=(), names=None):
        self.step, self.codes, self.finished, self.status = step, list(codes), finished, status
        self.options = {name: {str(v) for v in values} for name, values in (options or {}).items()}
        self.names = names              # of people on a list, by record
        self.records = set(names or records or ())
        self.buttons = set(buttons)

    def facts(self):
        return {"status": self.status, "step": self.step, "codes": sorted(self.codes), "options": self.options, "records": self.records,
                "finished": self.finished, "names": self.names}


def refused(status):
    """Our own refusals: 403 no login, 404 no such page or case, 409 stale."""
    return Page("-", ["vg-web"], finished=True, status=status)


class Login:
    """A session: its certificate, and the record of [19] that was chosen."""

    def __init__(self, name, record):
        self.name, self.record = name, record

    @property
    def subject(self):
        return self.record.subject

    @property
    def kind(self):
        if self.record.scheme == 3:
            return "ZA" if self.record.group == 90 else "GA"
        return "ZK-S" if self.record.scheme == 5 else "ZK"

    @property
    def principal(self):
        """The independent user's record: his own, or the one that he acts for."""
        return self.record.principal or self.record


class Case:
    """One procedure under way. `login` is whose it is."""

    def __init__(self, model, login, procedure):
        self.model, self.login, self.procedure = model, login, procedure
        self.version, self.finished, self.expired, self.step = 1, False, False, None
        self.number = None
        self.ends_login = self.changes_login = None
        self.record = None              # what it has made or is about
        self.asked = None               # the record that got a path for the proof of possession

    @property
    def subject(self):
        return self.login.subject

    def on(self, step, codes=()):
        """Go to a step and show it."""
        self.step = step
        page = self.show()
        page.codes = list(codes) + page.codes
        return page

    def end(self, step, *codes):
        self.step, self.finished = step, True
        return Page(step, codes, finished=True)

    def show(self):
        return Page(self.step)

    def press(self, button, fields):
        self.version += 1
        if button == "cancel":
            return self.end(self.step, "vg-cancel")
        return self.pressed(button, fields)

    def actor(self):
        return str(self.subject.id)


def chosen(records, value):
    return next((r for r in records if str(r.id) == value), None)


class Vs206(Case):
    def begin(self):
        return self.on("vs206-01") if self.model.leavable(self.subject) else self.end("-", "vs206-01.none")

    def show(self):
        return Page("vs206-01", options={"records": [r.id for r in self.model.leavable(self.subject)]}, buttons=["leave"])

    def pressed(self, button, fields):
        offered = self.model.leavable(self.subject)
        wanted = [chosen(offered, v) for v in fields.get("records", []) if v]     # an empty value is none
        if not wanted or None in wanted:
            return self.on("vs206-01", ["vs206-01.x"])
        for record in wanted:
            if record.live:
                self.model.leave(record, self.actor())
        self.ends_login = True
        return self.end("vs206-03", "vs206-03.1")


class Certificate(Case):
    """The step of vs207-03, which vs208-01 has too."""

    def certificate_codes(self, fields, about):
        name = fields.get("certificate", "")
        if name == "":
            return ["vg-field"]
        refusal = self.model.certificate_refusal(name, about)
        return [refusal] if refusal else []

    def client_page(self, step):
        mine = [r.id for r in self.model.clients(self.owner())]
        return Page(step, options={"client": ["new"] + mine}, buttons=["confirm"])

    def take_client(self, fields):
        """vs207-04: codes; self.client is a new one, or the number of the record whose client it is."""
        self.client, codes = fields.get("client", ""), []
        if self.client == "new":
            name, uris = fields["client.name"], [u.strip() for u in fields["client.uris"].split(",")]
            codes = [] if name else ["vs207-04.3x"]
            if len(set(uris)) < len(uris) or not all(re.fullmatch(r"https://[^#/]+[^#]*", u) for u in uris):
                codes.append("vs207-04.3x")
            self.client = Client(name, ",".join(uris))
        return codes + self.client_codes()

    def client_codes(self):
        """Asked again at the end: the group whose client was chosen may have ended meanwhile."""
        known = self.client is None or isinstance(self.client, Client) or chosen(self.model.clients(self.owner()), self.client)
        return [] if known else ["vs207-04.2x"]

    def chosen_client(self):
        record = chosen(self.model.clients(self.owner()), self.client)
        return record.client if record else self.client


class Vs207(Certificate):
    NOBODY = {11: ("vs207-01.3a1", "vs207-01.3a1.l"), 12: ("vs207-01.3a2",), 21: ("vs207-01.3a2",), 31: ("vs207-01.3a3",), 13: ("vs207-01.3a4",)}
    kept = False                    # an application that need not be sent again

    def owner(self):
        return self.subject

    def begin(self):
        if not self.model.free_groups(self.subject):
            return self.end("-", *self.NOBODY[self.subject.position])
        return self.on("vs207-02")

    def show(self):
        if self.step == "vs207-02":
            mine = [r.id for r in self.model.usable(self.subject) if r.scheme == 5]
            return Page(self.step, options={"group": self.model.free_groups(self.subject)}, records=mine, buttons=["next"])
        if self.step == "vs207-03":
            return Page(self.step, buttons=["preview", "confirm"])
        if self.step == "vs207-04":
            return self.client_page(self.step)
        if self.step == "vs207-05":
            return Page(self.step, buttons=["confirm"])
        return Page(self.step, self.last_codes(), buttons=["submit", "change"])     # judged again whenever it is shown

    def last_codes(self):
        refusal = self.model.certificate_refusal(self.cert, self.subject)
        return [refusal] if refusal else self.client_codes()

    def pressed(self, button, fields):
        return {"vs207-02": self.group, "vs207-03": self.certificate, "vs207-04": self.take_client_page, "vs207-05": self.application,
                "vs207-06": self.last}[self.step](button, fields)

    def group(self, button, fields):
        if fields.get("group") not in {str(g) for g in self.model.free_groups(self.subject)}:
            return self.on("vs207-02", ["vs207-02.1x"])
        self.us = int(fields["group"])
        return self.on("vs207-03")

    def certificate(self, button, fields):
        if button == "preview":
            return self.on("vs207-03", ["vg-field"] if fields.get("certificate", "") == "" else [])
        codes = self.certificate_codes(fields, self.subject)
        if codes:
            return self.on("vs207-03", codes)
        self.cert, self.client = fields["certificate"], None
        return self.on("vs207-04" if self.model.has_client(self.us) else "vs207-05")

    def take_client_page(self, button, fields):
        codes = self.take_client(fields)
        return self.on("vs207-04", codes) if codes else self.on("vs207-05")

    def application(self, button, fields):
        code = {"none": "" if self.kept else "vs207-05.3x", "text": "vs207-05.4a", "unsigned": "vs207-05.4b"}.get(fields["application"])
        if code:
            return self.on("vs207-05", [code])
        self.kept = True
        return self.on("vs207-06")

    def last(self, button, fields):
        if button == "change":
            return self.on("vs207-02")
        if self.us not in self.model.free_groups(self.subject):
            return self.end("vs207-06", "vs207-06.x")
        if self.last_codes():
            return self.on("vs207-06")
        record = self.model.submit(self.subject, self.us, self.cert, self.chosen_client(), self.login.name == self.cert)
        self.asked = record if record.asked else None
        return self.end("vs207-07", "vs207-07.1")


class Vs208(Certificate):
    """Works on the record of the login; on the independent user's for an authorised person."""

    def owner(self):
        return self.login.principal.subject

    def begin(self):
        self.record = self.login.principal
        self.seen = (self.record.cert, self.record.client)
        return self.on("vs208-00")

    def show(self):
        if self.step == "vs208-00":
            return Page(self.step, buttons=["certificate"] + (["client"] if self.model.has_client(self.record.group) else []))
        if self.step == "vs208-02":
            return self.client_page(self.step)
        if self.step == "vs208-01":
            return Page(self.step, buttons=["preview", "confirm"])
        codes = self.client_codes() if self.step == "vs208-02.4" else self.refusals()       # judged again whenever it is shown
        return Page(self.step, codes, buttons=["accept", "reject"])

    def refusals(self):
        refusal = self.model.certificate_refusal(self.cert, self.owner())
        return [refusal] if refusal else []

    def pressed(self, button, fields):
        return {"vs208-00": self.which, "vs208-01": self.certificate, "vs208-01.3": self.accept_certificate, "vs208-02": self.take_client_page,
                "vs208-02.4": self.accept_client}[self.step](button, fields)

    def which(self, button, fields):
        if self.changed_meanwhile():
            return self.on("vs208-00", ["vs208-01.4x"])
        return self.on("vs208-01" if button == "certificate" else "vs208-02")

    def changed_meanwhile(self):
        """By another session, since this one has seen vs208-00; it sees it again."""
        cert, client = self.seen
        self.seen = (self.record.cert, self.record.client)
        return cert != self.record.cert or client is not self.record.client

    def certificate(self, button, fields):
        if button == "preview":
            return self.on("vs208-01", ["vg-field"] if fields.get("certificate", "") == "" else [])
        codes = self.certificate_codes(fields, self.owner())
        if codes:
            return self.on("vs208-01", codes)
        self.cert = fields["certificate"]
        if self.cert == self.record.cert:
            return self.on("vs208-01", ["vs208-01.2x"])
        return self.on("vs208-01.3")

    def accept_certificate(self, button, fields):
        if button == "reject":
            return self.on("vs208-00")
        if not re.fullmatch(r"[0-9]{1,2}", fields["overlap"]) or int(fields["overlap"]) > 30:
            return self.on("vs208-01.3", ["vs208-01.3"])
        if self.refusals():
            return self.on("vs208-01.3")
        if self.cert == self.record.cert:
            return self.on("vs208-01.3", ["vs208-01.2x"])
        if self.changed_meanwhile():
            return self.on("vs208-00", ["vs208-01.4x"])
        self.model.change_certificate(self.record, self.cert, int(fields["overlap"]), self.login.name == self.cert)
        self.asked = self.record if self.record.asked else None
        return self.end("vs208-01.4", "vs208-01.4")

    def take_client_page(self, button, fields):
        codes = self.take_client(fields)
        return self.on("vs208-02", codes) if codes else self.on("vs208-02.4")

    def accept_client(self, button, fields):
        if button == "reject":
            return self.on("vs208-00")
        if self.changed_meanwhile():
            return self.on("vs208-00", ["vs208-01.4x"])
        if self.client_codes():
            return self.on("vs208-02.4")
        self.model.change_client(self.record, self.chosen_client())
        return self.end("vs208-02.5", "vs208-02.5")


def matches(subject, kind, text):
    """3.3.8: MŠ, EMŠO, DŠ; a part of a person's name or of a firm's."""
    person = subject.position == 11
    if kind == "davcna":
        return subject.davcna == text
    if kind in NUMBERS:
        return person == (kind == "emso") and subject.number == whole(text)
    return person == (kind == "person") and text.lower() in subject.name.lower()


def whole(number):
    """A registration number of seven digits means the unit itself."""
    return number + "000" if len(number) == 7 else number


class Lists(Case):
    """A choice of one of the own records, where there is more than one, and of something else; then a list, which can be filtered."""
    first, second, choice = "", "", "what"
    no_record, no_own = "", "5.1"
    filter, page = None, 1          # (kind, text)
    place = None                    # of the page last shown: before it, in all

    def own(self):
        return self.model.administrator_records(self.subject)

    def lost(self):
        """The chosen record is not an active one of the user's any more."""
        return self.record not in self.own()

    def begin(self):
        return self.on(self.first)

    def show_first(self, values):
        own = self.own()
        options = {self.choice: values}
        if len(own) > 1:
            options["record"] = [r.id for r in own]
        return Page(self.first, options=options, buttons=["next"])

    def take_filter(self, button, fields):
        """Codes; None: another button."""
        kind, text = fields.get("filter.kind"), fields.get("filter.text")
        if button == "filter.clear":
            self.filter, self.page = None, 1
        elif button != "filter":
            return None
        elif kind not in FILTERS or not text:
            return ["vg-field"]
        elif kind in NUMBERS and text not in NUMBERS[kind]:
            return ["3.3.8-id.x"]
        else:
            self.filter, self.page = (kind, text), 1
        return []

    def take_page(self, button):
        """Was it another page of the list?"""
        if button.startswith("page."):
            self.page = int(button[5:])
        return button.startswith("page.")

    def show_list(self, records, buttons, codes=()):
        """Those that the filter lets through; all of them, with a warning, where it lets nobody."""
        shown, codes = records, list(codes)
        if self.filter:
            shown = [r for r in records if matches(r.subject, *self.filter)]
            if not shown:
                shown, codes = records, codes + ["3.3.8-id.4a" if self.filter[0] in NUMBERS else "3.3.8-nm.4a"]
        last = max(1, -(-len(shown) // A_PAGE))
        page = min(self.page, last)
        self.place = (page - 1) * A_PAGE, len(shown)
        turning = [f"page.{n}" for n in (page - 1, page + 1) if 0 < n <= last]
        return Page(self.step, codes, names={r.id: r.subject.name for r in shown[(page - 1) * A_PAGE:page * A_PAGE]},
                    buttons=buttons + turning + ["filter"] + (["filter.clear"] if self.filter else []))

    def choose(self, fields, values):
        """Codes; sets self.record, self.value."""
        own = self.own()
        self.record = own[0] if len(own) == 1 else chosen(own, fields.get("record"))
        self.value = fields.get(self.choice)
        if self.record is None:
            return [self.no_record]
        return [] if self.value in values else ["vg-choice"]


class Marks(Lists):
    """vs211 and vs212: records are marked and decided together, or none of them."""
    WHAT = ("approve", "delete")
    step_of = none_of = {}
    last_step, last_code, reasons, back = "", "", False, False

    def listed(self):
        return self.candidates(PENDING if self.value == "approve" else ACTIVE)

    def show(self):
        if self.step == self.first:
            return self.show_first(self.WHAT)
        if self.lost():
            return Page(self.step, [self.no_own], finished=True)
        if not self.listed():       # nothing to go on with; the case may wait for somebody
            return Page(self.step, [self.none_of[self.value]], finished=True)
        page = self.show_list(self.listed(), ["execute", "back"] if self.back else ["execute"])
        fresh = ["confirm", "refuse"] if self.value == "approve" else ["delete"]
        page.buttons |= {f"{m}.{n}" for n in page.records for m in (["undo"] if n in self.marks else fresh)}
        return page

    def pressed(self, button, fields):
        if self.step == self.first:
            codes = self.choose(fields, self.WHAT)
            if codes:
                return self.on(self.first, codes)
            self.marks = {}
            return self.on(self.step_of[self.value])
        if self.back and button == "back":
            self.marks, self.filter, self.page = {}, None, 1
            return self.on(self.first)
        if self.lost():
            return self.end(self.step, self.no_own)
        codes = self.take_filter(button, fields)
        if codes is None:
            codes = self.take_marks(button, fields)
        if button == "execute" and not codes:
            return self.execute()
        if not codes:
            self.take_page(button)
        return self.on(self.step, codes if self.listed() else ())

    def take_marks(self, button, fields):
        """Fields mark.N with reason.N; a button confirm.N, refuse.N, delete.N or undo.N. A mark that is good stays."""
        sent = [(int(name[5:]), mark) for name, mark in fields.items() if name.startswith("mark.")]
        what, dot, number = button.partition(".")
        sent += [(int(number), what)] if dot and what != "page" else []
        codes, shown = [], self.show().records
        for number, mark in sent:
            if mark == "undo":
                self.marks.pop(number, None)
            elif self.reasons and mark != "confirm" and not fields.get(f"reason.{number}"):
                codes += ["vg-reason"] if number in shown else []
            else:
                self.marks[number] = mark
        return codes

    def execute(self):
        """All that is marked, or nothing."""
        listed = {r.id: r for r in self.listed()}
        gone = [n for n in self.marks if n not in listed]
        for n in gone:
            del self.marks[n]
        if gone or not self.marks:
            return self.on(self.step, ["vs211-04.x1"] * len(gone) or ["vs211-04.x2"])
        barred = [code for n, mark in self.marks.items() if mark == "confirm" for code in self.bars(listed[n])]
        if barred:                  # each sentence once; x3 names the user
            return self.on(self.step, [c for i, c in enumerate(barred) if c == "vs211-04.x3" or c not in barred[:i]])
        for n, mark in self.marks.items():
            self.carry_out(listed[n], mark)
        return self.end(self.last_step, self.last_code)

    def bars(self, record):
        return []


class Vs211(Marks):
    first, no_record, reasons, back = "vs211-01", "vs211-01.1x", True, True
    step_of = {"approve": "vs211-02", "delete": "vs211-03"}
    none_of = {"approve": "vs211-02.2a", "delete": "vs211-03.2a"}
    last_step, last_code = "vs211-05", "vs211-05.1"

    def candidates(self, status):
        return self.model.administered(self.record, status)

    def bars(self, record):
        """vs211-04.x3, with what is wrong with the certificate before it."""
        if self.model.can_approve(record):
            return ["vs211-04.x3"] if self.is_taken_here(record) else []
        refusal = self.model.present(record.subject) and self.model.certificate_refusal(record.cert, record.subject)
        return ([refusal] if refusal else []) + ["vs211-04.x3"]

    def is_taken_here(self, record):
        """Another user's earlier application with the same certificate is marked to be confirmed too [FZ-VS10]."""
        others = [self.model.records[n] for n, mark in self.marks.items() if mark == "confirm" and n < record.id]
        return any(r.cert and r.cert == record.cert and r.subject is not record.subject for r in others)

    def carry_out(self, record, mark):
        self.model.decide(record, mark, self.actor())


class Vs212(Marks):
    first, no_record, no_own = "vs212-02", "vs212-02bx", "vs212-02c"
    step_of = {"approve": "vs212-04", "delete": "vs212-05"}
    none_of = {"approve": "vs212-04.2a", "delete": "vs212-05.2a"}
    last_step, last_code = "vs212-07", "vs212-07.1"

    def begin(self):
        return self.end("-", "vs212-01a") if self.subject.position in (11, 13) else super().begin()

    def own(self):
        return self.model.principal_records(self.subject)

    def candidates(self, status):
        return self.model.authorised(self.record, status)

    def carry_out(self, record, mark):
        self.model.decide_authorised(record, mark, self.actor())


class Vs222(Lists):
    first, second, choice, no_record = "vs222-01", "vs222-02", "status", "vs211-01.1x"
    none_of = {"active": "vs222-ax", "pending": "vs222-bx", "deleted": "vs222-cx"}

    def candidates(self):
        return self.model.administered(self.record, STATUSES[self.value])

    def show(self):
        if self.step == self.first:
            return self.show_first(STATUSES)
        if self.lost():
            return Page(self.step, [self.no_own], finished=True)
        found = self.candidates()
        return self.show_list(found, ["back"], [] if found else [self.none_of[self.value]])

    def pressed(self, button, fields):
        if self.step == self.second:
            codes = self.take_filter(button, fields)
            if codes is not None or self.take_page(button):
                return self.on(self.second, () if self.lost() else codes or ())
            self.filter, self.page = None, 1
            return self.on(self.first)
        return self.on(self.first, codes) if (codes := self.choose(fields, STATUSES)) else self.on(self.second)


class Vs223(Vs222):
    first, second, choice, no_record, no_own = "vs223-02", "vs223-03", "status", "vs212-02bx", "vs212-02c"
    none_of = dict.fromkeys(STATUSES, "vs223-3x")

    def begin(self):
        return self.end("-", "vs212-01a") if self.subject.position in (11, 13) else super().begin()

    def own(self):
        return self.model.principal_records(self.subject)

    def candidates(self):
        return self.model.authorised(self.record, STATUSES[self.value])


class Vs221(Case):
    def begin(self):
        return self.on("vs221-01")

    def show(self):
        return Page("vs221-01", records=[r.id for r in self.model.usable(self.subject)])

    def pressed(self, button, fields):
        return refused(404)


class Vs231(Case):
    def begin(self):
        return self.on("vs231-01")

    def show(self):
        options = {"vs231-01": {"position": FORMS}, "vs231-03": {"group": ADMINISTERED}}.get(self.step)
        return Page(self.step, options=options, buttons=["next"])

    def pressed(self, button, fields):
        return {"vs231-01": self.number_of, "vs231-02": self.address, "vs231-03": self.group}[self.step](fields)

    def number_of(self, fields):
        position, number = fields.get("position"), fields["maticna"]
        codes = [] if position in {str(p) for p in FORMS} else ["vg-choice"]
        codes += [] if number in NUMBERS["maticna"] else ["3.3.8-id.x"]
        if codes:
            return self.on(self.step, codes)
        if not self.model.registers:
            return self.on(self.step, ["vs231-02.2x"])
        _, _, form, status = PRS.get(whole(number), (None, None, None, None))
        if status != 1:
            return self.on(self.step, ["vs231-02.2a"])
        if form not in FORMS[int(position)]:
            return self.on(self.step, ["vs231-02.5a"])
        self.firm, self.position = whole(number), int(position)
        return self.known() or self.on("vs231-02")

    def known(self):
        """What eCEU says against the subject."""
        for s in self.model.subjects.values():
            if s.number == self.firm and s.position != self.position:
                return self.on(self.step, ["vs231-02.6x"])
            if s.number == self.firm and s.blocked:
                return self.on(self.step, ["vs231-02.6b"])
        return None

    def address(self, fields):
        if not re.fullmatch(r"[^@ ]+@[^@ ]+\.[^@. ]+", fields["email"]):
            return self.on(self.step, ["vs231-02.4"])
        self.email = fields["email"]
        return self.on("vs231-03")

    def group(self, fields):
        if fields.get("group") not in {str(g) for g in ADMINISTERED}:
            return self.on(self.step, ["vs231-03.1x"])
        group = int(fields["group"])
        taken = self.model.administrators(group)
        if taken:
            return self.on(self.step, ["vs231-03.3b" if taken[0].subject.number == self.firm else "vs231-03.3a"])
        refusal = self.known()
        if not refusal:
            self.model.enter_administrator(self.firm, self.email, group)
        return refusal or self.end("vs231-05", "vs231-05")


class Vs232(Case):
    def own(self):
        return [r for r in self.model.records.values() if (r.scheme, r.kind, r.status, r.group) == (3, 1, ACTIVE, 90)]

    def begin(self):
        return self.on("vs232-01") if self.own() else self.end("-", "vs232-01.none")

    def show(self):
        return Page("vs232-01", options={"record": [r.id for r in self.own()]}, buttons=["delete"])

    def pressed(self, button, fields):
        record = chosen(self.own(), fields.get("record"))
        if record is None:
            return self.on("vs232-01", ["vs232-01.x"])
        waits = self.model.remove_administrator(record, self.actor())
        return self.end("vs232-02", "vs232-02.1", *(["vs232-02.x"] if waits else []))


class Vs301(Case):
    def begin(self):
        return self.on("vs301-01")

    def show(self):
        return Page("vs301-01", options={"record": [r.id for r in self.model.usable(self.subject)]}, buttons=["next"])

    def pressed(self, button, fields):
        record = chosen(self.model.usable(self.subject), fields.get("record"))
        if record is None:
            return self.on("vs301-01", ["vs301-01.x"])
        self.changes_login = record
        return self.end("vs301-02", "vs301-02.1")


class Vs302(Case):
    def begin(self):
        self.ends_login = True
        return self.end("vs302-02", "vs302-2")


class Vs101(Case):
    """Its login is a name only: who asks is not logged in yet."""

    def begin(self):
        self.key = LOGINS.get(self.login)
        return self.look_up() if self.key else self.on("vs101-01a")

    def look_up(self):
        return self.on("vs101-03") if self.choices() else self.end(self.step or "-", "vs101-05")

    def choices(self):
        return self.model.login_records(self.key)

    def show(self):
        if self.step == "vs101-01a":
            return Page(self.step, options={"position": [11, 31]}, buttons=["next"])
        return Page("vs101-03", options={"record": [r.id for r in self.choices()]}, buttons=["login"])

    def pressed(self, button, fields):
        return self.organisation(fields) if self.step == "vs101-01a" else self.choice(fields)

    def organisation(self, fields):
        """vs101-01a: as a person there is no tax number to go by."""
        if fields.get("position") == "11":
            return self.end(self.step, "vs101-02.1A-x")
        if fields.get("position") != "31":
            return self.on(self.step, ["vg-choice"])
        if fields["dso"] not in NUMBERS["davcna"]:
            return self.on(self.step, ["3.3.8-id.x"])
        if not self.model.registers:
            return self.on(self.step, ["vs101-01a.4x"])
        self.key = next((key for key in MDP[self.login] if SUBJECTS[key][2] == fields["dso"]), None)
        return self.look_up() if self.key else self.on(self.step, ["vs101-01a.5b"])

    def choice(self, fields):
        record = chosen(self.choices(), fields.get("record"))
        if record is None:
            return self.on("vs101-03", ["vs101-03.x"])
        self.changes_login = record
        return self.end("vs101-04", "vs101-04")


PROCEDURES = {"vs101": Vs101, "vs206": Vs206, "vs207": Vs207, "vs208": Vs208, "vs211": Vs211, "vs212": Vs212, "vs221": Vs221,
              "vs222": Vs222, "vs223": Vs223, "vs231": Vs231, "vs232": Vs232, "vs301": Vs301, "vs302": Vs302}
assert set(OFFERED) | {"vs101"} == set(PROCEDURES) and GOOD
