"""A person at the web pages: a browser without a screen. Asks for page models (XML), keeps the cookie, fills in forms."""
import contextlib
import csv
import functools
import http.client
import json
import os
import re
import shutil
import sqlite3
import ssl
import uuid
import xml.etree.ElementTree as ElementTree

from cases import UNLIMITED, equal
from world import PKI, ROOT, Reply, World, pki_index

P = "{urn:esodstvo:page:1}"
COURT = dict(position=31, maticna="5022789000", davcna="79182119", name="VRHOVNO SODIŠČE REPUBLIKE SLOVENIJE", legal_form=309,
             email="administrator@sodisce.test")
MUNICIPALITY = dict(position=31, maticna="5491711000", davcna="50223054", name="Občina Šmarje", legal_form=318, email="obcina@smarje.test")
COMPANY = dict(position=21, maticna="1732803000", davcna="14717468", name="Podjetje d.o.o.", legal_form=103, email="info@podjetje.test")
PERSON = dict(position=11, emso="0101006500006", davcna="47978457", name="Ana Žnidaršič", email="ana@oseba.test")
SERVICES = (1001, 1002, 1003, 1101, 1103, 1201, 1202)

# who may log in, and who administers
PEOPLE = [dict(MUNICIPALITY, scheme=1, group=701), dict(COMPANY, scheme=1, group=501), dict(PERSON, scheme=1, group=601),
          dict(COURT, scheme=3, group=80)] + [dict(COURT, scheme=3, group=90, administered_group=g) for g in SERVICES]

# A PDF with a signature dictionary: enough for a glance, no more.
UNSEEN = ("\u00a0", "\u200b", "\x01", "\u2028", "\u202e")            # what is not empty, but shows nothing
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Sig /ByteRange [0 10 20 30] /Contents <00> >>\nendobj\n%%EOF\n"


def enter(w, people, unchecked=False):
    path = os.path.join(w.folder, "people.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(people, f)
    w.cli("user", "import", path, *(["--unchecked"] if unchecked else []))


def portal_world(people=PEOPLE, **settings):
    w = World(registry=None, start=False, portal=True, **{**UNLIMITED, **settings})
    enter(w, people)
    return w.start()


# ---- the registry behind the portal ----

LAW_OFFICE = dict(position=12, maticna="1111116000", davcna="99000016", name="Odvetniška pisarna Žagar", legal_form=152,
                  email="pisarna@zagar.test")
OTHER_COURT = dict(position=31, maticna="5055555000", davcna="99000075", name="Okrožno sodišče", legal_form=309, email="drugo@sodisce.test")
NEIGHBOUR = dict(position=31, maticna="5874653000", davcna="99000130", name="Občina Sosednja", legal_form=318, email="obcina@sosednja.test")
COLLEAGUE = dict(position=11, emso="0101006500014", davcna="99000059", name="Bojan Žagar", email="bojan@oseba.test")


def user(subject, group, scheme=1, **more):
    return dict(subject, scheme=scheme, group=group, **more)


def service(subject, group, cert=None, **more):
    """A record of web services; `cert`: the name of its call certificate."""
    entry = dict(subject, scheme=5, group=group, **more)
    return dict(entry, cert=os.path.join(PKI, "ee", cert + ".crt")) if cert else entry


def authorised(subject, principal, group, scheme=1, **more):
    return dict(subject, scheme=scheme, group=group, kind="authorised", principal=principal["maticna"], **more)


def administrator(subject, group, **more):
    return dict(subject, scheme=3, group=90, administered_group=group, **more)


def chief(subject):
    return dict(subject, scheme=3, group=80)


def _registry(w, mode):
    path = os.path.join(w.folder, "data", "registry.db")
    db = sqlite3.connect(f"file:{path}?mode={mode}", uri=True, isolation_level=None, timeout=20)
    db.row_factory = sqlite3.Row
    return contextlib.closing(db)


def rows(w, sql, *values):
    with _registry(w, "ro") as db:
        return [dict(r) for r in db.execute(sql, values)]


def alter(w, *statements):
    """What no program may do: change the registry from outside."""
    with _registry(w, "rw") as db:
        db.execute("BEGIN IMMEDIATE")
        for sql in statements:
            db.execute(sql)
        db.execute("COMMIT")


def settle(w, *people):
    """From now on these records alone are live; everybody is in PRS, nobody is blocked."""
    last_chief = rows(w, "SELECT sql FROM sqlite_master WHERE name = 'membership_last_chief'")  # nobody but a test may do without
    alter(w, *("DROP TRIGGER membership_last_chief" for _ in last_chief),
          "UPDATE membership SET status = CASE member_kind WHEN 1 THEN 3 END, link_status = CASE member_kind WHEN 2 THEN 3 END,"
          " end_reason = 'deleted', end_actor = 'test', end_utc_s = unixepoch() WHERE live",
          *(r["sql"] for r in last_chief),
          "UPDATE subject SET prs_status = CASE WHEN position IN (12, 21, 31) THEN 1 END, blocked = 0",
          "UPDATE web_service SET possession_proven = 0", "UPDATE block SET active = 0")
    before = rows(w, "SELECT max(id) AS membership FROM membership")[0]
    enter(w, people, unchecked=True)  # who meets whom in a test need not be what a direct entry takes (test_operator.py)
    w.mark = dict(before,
                  **rows(w, "SELECT (SELECT coalesce(max(id), 0) FROM outbox) AS mail, (SELECT max(id) FROM history) AS history")[0])


RECORD = ("SELECT m.*, coalesce(m.status, m.link_status) AS now, w.*, m.id AS id, m.version AS version FROM membership m"
          " JOIN subject s USING (eceu_id) LEFT JOIN web_service w ON w.membership_id = m.id WHERE ")
PENDING, ACTIVE, DELETED = 1, 2, 3


def record(w, subject, group, of=None):
    """The newest record of a subject in a group (of: administered group), with its call certificate; `now`: its status."""
    key = "emso" if "emso" in subject else "maticna"
    found = rows(w, RECORD + f"s.{key} = ? AND m.user_group = ? AND coalesce(m.administered_group, 0) = ? ORDER BY m.id DESC LIMIT 1",
                 subject[key], group, of or 0)
    return found[0] if found else None


def ended(w, record_id):
    """How a record stands: (status, reason, who ended it)."""
    r = rows(w, RECORD + "m.id = ?", record_id)[0]
    return r["now"], r["end_reason"], r["end_actor"]


def eceu(w, subject):
    key = "emso" if "emso" in subject else "maticna"
    return rows(w, f"SELECT eceu_id FROM subject WHERE {key} = ?", subject[key])[0]["eceu_id"]


@contextlib.contextmanager
def nothing_written(w):
    """Nothing of the registry changes in between: no record, no decision, no application, no mail."""
    sql = "SELECT " + ", ".join(f"(SELECT count(*) FROM {t}) AS {t}" for t in ("history", "decision", "application", "outbox"))
    before = rows(w, sql)
    yield
    equal(rows(w, sql), before, "what is written")


def mails(w):
    """(recipient, Slovene text) of the mails since settle."""
    found = rows(w, "SELECT recipient, body FROM outbox WHERE id > ? ORDER BY id", w.mark["mail"])
    return [(r["recipient"], r["body"].split("\n\n")[0]) for r in found]


def history(w, procedure):
    """What a procedure has changed since settle."""
    return rows(w, "SELECT * FROM history WHERE id > ? AND procedure = ? ORDER BY id", w.mark["history"], procedure)


# ---- code lists of the operator's own ----

def lists_world():
    """A portal with code lists of its own in w.lists."""
    w = portal_world()
    w.lists = os.path.join(w.folder, "codelists")
    shutil.copytree(os.path.join(ROOT, "vash", "codelists"), w.lists)
    w.write_config(codelists_dir=w.lists)
    return w


def change_list(w, name, old, new):
    """The shipped list with one text changed is in force."""
    with open(os.path.join(ROOT, "vash", "codelists", name), encoding="utf-8") as f:
        text = f.read()
    equal(text.count(old), 1, old)
    with open(os.path.join(w.lists, name), "w", encoding="utf-8") as f:
        f.write(text.replace(old, new))
    equal(w.reload(), True, "reload")


# ---- the sentences of the specification ----

@functools.lru_cache(maxsize=None)
def _notices():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "notices.tsv"), encoding="utf-8") as f:
        return dict(line.rstrip("\n").split("\t") for line in f if not line.startswith("#"))


def notice(row, *fill):
    """The sentence of a row, its {…} filled in in their order."""
    texts = iter(fill)
    return re.sub(r"\{[^}]*\}", lambda m: next(texts), _notices()[row])


def told(page, row, *fill, code=None, more=""):
    """The page says the row's sentence under the row's code."""
    equal(page.said(code or row), [notice(row, *fill) + more], f"text of {row}")


def refused(page, step, *codes):
    """The page stays at this step and says these codes."""
    equal((page.status, page.step, page.codes), (200, step, list(codes)), f"refusal\n{page}")


def told_cascaded(principal, group, of=None):
    """The mail to an authorised person whose independent user's record has ended (ours: the specification has none)."""
    return (f"Obveščamo vas, da ste kot pooblaščenec samostojnega uporabnika {principal['name']} v uporabniški skupini {full_name(group)}"
            + (f" uporabniške skupine {group_name(of)}" if of else "") +
            " izbrisani, ker je izbrisana registracija samostojnega uporabnika.")


def digest(name):
    return pki_index()["certificates"][name]["sha256"]


def full_name(code):
    return f"{code} – {group_name(code)}"


def group_name(code):
    with open(os.path.join(ROOT, "vash", "codelists", "groups.csv"), encoding="utf-8") as f:
        rows = csv.reader(line for line in f if not line.startswith("#"))
        return next(row[2] for row in rows if row[1] == str(code))


def administrator_of(group):
    """The line of vs002 of a group's external administrator."""
    return f"uporabniške skupine {group_name(group)} kot"


def pem(name):
    with open(os.path.join(PKI, "ee", name + ".crt"), encoding="ascii") as f:
        return f.read()


def read(w, sql, *values):
    """Rows of the registry as it is on disk."""
    db = sqlite3.connect(f"file:{w.folder}/data/registry.db?mode=ro", uri=True)
    try:
        return db.execute(sql, values).fetchall()
    finally:
        db.close()


class Page:
    """One page model with the questions that tests ask of it."""

    def __init__(self, reply):
        self.reply, self.status = reply, reply.status
        self.root = ElementTree.fromstring(reply.body) if reply.body.startswith(b"<page") else None

    def __repr__(self):
        return f"{self.status} {self.step} {self.codes}\n{self.reply.text}"

    @property
    def step(self):
        return self.root.get("step") if self.root is not None else None

    @property
    def case(self):
        return int(self.root.get("case"))

    @property
    def version(self):
        return int(self.root.get("version"))

    @property
    def finished(self):
        return self.root.get("finished") == "true"

    @property
    def codes(self):
        """Codes of notices and errors."""
        return [e.get("code") for e in self.root.iter() if e.tag in (P + "notice", P + "error")] if self.root is not None else []

    def said(self, code):
        """The Slovene texts under a code: notices, texts, errors."""
        return [e.find(P + "sl").text for e in self.root.iter() if e.get("code") == code]

    def labels(self):
        """The Slovene labels, hints and texts of the page."""
        return [e.find(P + "sl").text for e in self.root.iter() if e.tag in (P + "label", P + "hint", P + "text")]

    def errors(self):
        """field or choice -> code of its error."""
        return {e.get("name"): e.find(P + "error").get("code") for e in self.root.iter() if e.find(P + "error") is not None}

    def field(self, name):
        return next(f for f in self.root.iter(P + "field") if f.get("name") == name)

    def login(self):
        """Name, group, role of the page's head."""
        head = self.root.find(P + "login")
        return None if head is None else (head.find(P + "name").text, *(head.find(P + n).find(P + "sl").text for n in ("group", "role")))

    def options(self, name):
        """value -> text of a choice."""
        return {o.get("value"): o.find(P + "sl").text for c in self.root.iter(P + "choice") if c.get("name") == name
                for o in c.iter(P + "option")}

    def chosen(self, name):
        """The values of a choice that are chosen already."""
        return [o.get("value") for c in self.root.iter(P + "choice") if c.get("name") == name for o in c.iter(P + "option")
                if o.get("checked") == "true"]

    def typed(self, name):
        """What stands in a field."""
        return self.field(name).find(P + "value").text or ""

    def option(self, name, text):
        found = [v for v, t in self.options(name).items() if text in t]
        if len(found) != 1:
            raise AssertionError(f"{text!r} is {len(found)} times in {self.options(name)}")
        return found[0]

    def records(self):
        """id -> text of the records of lists."""
        return {int(r.get("id")): r.find(P + "sl").text for r in self.root.iter(P + "record")}

    def mark(self, record):
        return next(r.get("mark") for r in self.root.iter(P + "record") if int(r.get("id")) == record)

    def buttons(self):
        return [b.get("name") for b in self.root.iter(P + "button")]

    def links(self):
        return [e.get("to") for e in self.root.iter(P + "link")]

    def link(self, to):
        """The Slovene text of a link; None: there is none."""
        return next((e.find(P + "sl").text for e in self.root.iter(P + "link") if e.get("to") == to), None)

    def fact(self, label):
        for f in self.root.iter(P + "fact"):
            if f.find(P + "label").find(P + "sl").text == label:
                value = f.find(P + "value")
                return f.get("to") if value is None else value.find(P + "sl").text
        return None

    def text(self):
        return " ".join(self.root.itertext())


class Person:
    """Somebody with a certificate at the portal. `keep`: all requests over one connection."""

    def __init__(self, w, name, login=None, keep=False):
        self.w, self.name = w, name
        self.context = w.context(name)
        self.cookie = self.csrf = self.kept = None
        self.keep = keep
        if login is not None:
            self.login(login)

    def connect(self, context=None):
        return http.client.HTTPSConnection("localhost", self.w.portal_port, context=context or self.context, timeout=60)

    def request(self, method, path, fields=None, file=None, headers=None, context=None, body=None):
        h = {"Host": "localhost", "Accept": "application/xml"}
        if self.cookie:
            h["Cookie"] = f"__Host-vashgate={self.cookie}"
        if fields is not None:
            boundary = uuid.uuid4().hex
            body = encode(fields, file, boundary)
            h["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        h.update(headers or {})
        c = self.kept or self.connect(context)
        try:
            c.request(method, path, body=body, headers=h)
            r = c.getresponse()
        except (ConnectionError, ssl.SSLError):
            if method != "GET" or not self.kept:
                raise
            c = self.connect(context)  # closed as idle meanwhile: asking again is the client's part (RFC 9112 9.3.1)
            c.request(method, path, body=body, headers=h)
            r = c.getresponse()
        reply = Reply(r.status, {k.lower(): v for k, v in r.getheaders()}, r.read())
        if self.keep and reply.header("Connection") == "keep-alive":
            self.kept = c
        else:
            c.close()
            self.kept = None
        m = re.match(r"__Host-vashgate=([^;]*)", reply.header("Set-Cookie") or "")
        if m:
            self.cookie = m[1] or None
        page = Page(reply)
        self.csrf = reply.header("X-Vashgate-Form") or self.csrf
        return page

    def hang_up(self):
        if self.kept:
            self.kept.close()
        self.kept = None

    def get(self, path, **kw):
        return self.request("GET", path, **kw)

    def post(self, path, fields=None, file=None, csrf=None, **kw):
        """A form; several values of a choice are a list."""
        return self.request("POST", path, dict(fields or {}, csrf=self.csrf if csrf is None else csrf), file, **kw)

    def begin(self, procedure):
        return self.post(f"/procedure/{procedure}")

    def press(self, page, button, fields=None, file=None, **kw):
        return self.post(f"/case/{page.case}", dict({"button": button, "version": page.version}, **(fields or {})), file, **kw)

    def login(self, group):
        """Log in to the record whose line contains this text."""
        self.get("/")
        page = self.begin("vs101")
        done = self.press(page, "login", {"record": page.option("record", group)})
        if done.step != "vs101-04":
            raise AssertionError(f"login: {done}")
        return done

    # ---- what people do, to the end ----

    def register(self, group, certificate="obcina_zig", application=PDF, client="new"):
        """vs207 to the last page. `certificate`: a name, or PEM."""
        page = self.begin("vs207")
        page = self.press(page, "next", {"group": str(group)})
        page = self.press(page, "confirm", {"certificate": certificate if certificate.startswith("-----") else pem(certificate)})
        if page.step == "vs207-04":
            page = self.press(page, "confirm",
                              {"client": client, "client.name": "Naš odjemalec", "client.uris": "https://obcina.test/nazaj"})
        page = self.press(page, "confirm", {}, file=("application", "vloga.pdf", application))
        return self.press(page, "submit")

    def open_211(self, group, what="approve"):
        """vs211 to the list."""
        page = self.begin("vs211")
        choice = {"record": page.option("record", administrator_of(group))} if page.options("record") else {}
        return self.press(page, "next", dict(choice, what=what))

    def decide(self, group, marks, what="approve"):
        """vs211 for one group: marks = {text of the record: (mark, reason)}."""
        page = self.open_211(group, what)
        fields = {}
        for text, (mark, reason) in marks.items():
            record = next(i for i, t in page.records().items() if text in t)
            fields[f"mark.{record}"], fields[f"reason.{record}"] = mark, reason
        return self.press(page, "execute", fields)


def encode(fields, file, boundary):
    out = b""
    for name, value in fields.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            out += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{one}\r\n'.encode()
    if file:
        name, filename, content = file
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'.encode()
        out += b"Content-Type: application/pdf\r\n\r\n"
        out += content + b"\r\n"
    return out + f"--{boundary}--\r\n".encode()
