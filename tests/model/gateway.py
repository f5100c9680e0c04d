"""The real gateway as the run meets it: browsers that keep their connection, the mirror replayed from history, mails, calls."""
import http.client
import json
import os
import re
import socket
import sqlite3
import ssl
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree as ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))

from portal import PDF, Page, encode, pem  # noqa: E402
from world import PKI, Reply, World, pki_index, sample  # noqa: E402

from facts import MAILS, NAMES, SERVICES, START, SUBJECTS  # noqa: E402

BOUNDARY = "vashgate-model-boundary"
FILES = {"good": PDF, "text": b"Vloga\n", "unsigned": b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"}
TABLES = {"subject": "eceu_id", "membership": "id", "web_service": "membership_id"}
VASH = "{urn:esodstvo:vash:1}"


def entry(key, scheme, group, administered, principal, **more):
    """One entry of an import."""
    position, number, davcna, name, form, email = SUBJECTS[key]
    row = dict(position=position, davcna=davcna, name=name, email=email, scheme=scheme, group=group, **more)
    row["emso" if position == 11 else "maticna"] = number
    if form:
        row["legal_form"] = form
    if administered:
        row["administered_group"] = administered
    if principal:
        row.update(kind="authorised", principal=SUBJECTS[principal][1])
    return row


def start_world():
    """A gateway with START in it; in memory where the machine has such a folder: nothing here is about power cuts."""
    if os.access("/dev/shm", os.W_OK):
        tempfile.tempdir = "/dev/shm"
    w = World(registry=None, start=False, portal=True, calls_per_s=1000000, calls_burst=1000000)
    path = os.path.join(w.folder, "people.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump([entry(*row) for row in START], f)
    w.cli("user", "import", path)
    return w.start()


class Kept:
    """One TLS connection that is used again and again."""

    def __init__(self, w, name, port):
        self.context, self.port, self.connection = w.context(name), port, None

    def request(self, method, path, body=None, headers=None):
        try:
            return self.once(method, path, body, headers)
        except (ConnectionError, ssl.SSLError, http.client.HTTPException):  # closed as idle meanwhile
            self.close()
            return self.once(method, path, body, headers)

    def once(self, method, path, body, headers):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection("localhost", self.port, context=self.context, timeout=60)
            self.connection.connect()
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.request(method, path, body=body, headers=dict({"Host": "localhost"}, **(headers or {})))
        r = self.connection.getresponse()
        return Reply(r.status, {k.lower(): v for k, v in r.getheaders()}, r.read())

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Browser:
    """Somebody at the portal."""

    def __init__(self, w, name):
        self.kept = Kept(w, name, w.portal_port)
        self.cookie = self.csrf = None
        self.get("/")

    def request(self, method, path, body=None, headers=None):
        h = dict({"Accept": "application/xml"}, **(headers or {}))
        if self.cookie:
            h["Cookie"] = f"__Host-vashgate={self.cookie}"
        reply = self.kept.request(method, path, body, h)
        m = re.match(r"__Host-vashgate=([^;]*)", reply.header("Set-Cookie") or "")
        if m:
            self.cookie = m[1] or None
        self.csrf = reply.header("X-Vashgate-Form") or self.csrf
        return Page(reply)

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, fields, file=None):
        body = encode(dict(fields, csrf=self.csrf), file, BOUNDARY)
        return self.request("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})

    def begin(self, procedure):
        return self.post(f"/procedure/{procedure}", {})

    def press(self, case, version, button, fields):
        fields, file = dict(fields), None
        if fields.get("certificate"):
            fields["certificate"] = pem(fields["certificate"])
        if fields.get("application") in FILES:
            file = ("application", "vloga.pdf", FILES[fields["application"]])
        fields.pop("application", None)
        return self.post(f"/case/{case}", dict({"button": button, "version": version}, **fields), file)


class Caller:
    """Calls with one certificate."""

    def __init__(self, w, name):
        self.kept = Kept(w, name, w.port)

    def rights(self):
        """PreveriPravice: group -> "-" or the fault."""
        body = re.sub(rb"<vash:skupina>.*</vash:skupina>", b"", sample("preveri"), flags=re.S)
        reply = self.kept.request("POST", "/spletne-storitve/vash/preveri-pravice", body, self.headers())
        if reply.code == "VG-A06":
            return dict.fromkeys(SERVICES, reply.code)
        if reply.status != 200:
            raise AssertionError(f"PreveriPravice: {reply.status} {reply.code} {reply.text[:300]}")
        rows = ({e.tag.removeprefix(VASH): e.text for e in row} for row in ElementTree.fromstring(reply.body).iter(VASH + "pravica"))
        return {int(row["skupina"]): row["koda"] for row in rows}

    def headers(self):
        return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"urn:esodstvo:vash:1/PreveriPravice"'}

    def touch(self, path):
        return self.kept.request("GET", path).status


def path_of(page):
    found = page.fact("Naslov za dokaz posesti") if page.root is not None else None
    return urllib.parse.urlsplit(found).path if found else None


class Mirror:
    """The registry's tables, rebuilt from history alone; and the outbox."""

    def __init__(self, w):
        self.db = sqlite3.connect(f"file:{w.folder}/data/registry.db?mode=ro", uri=True)
        self.rows = {table: {} for table in TABLES}
        self.history = self.mail = 0
        self.read()

    def read(self):
        """New rows of history: (object, id, before, after, context). Fails where `before` is not what history says so far."""
        found = self.db.execute("SELECT id, object, object_id, before, after, procedure, who, on_behalf, cert, idp_string FROM history"
                                " WHERE id > ? ORDER BY id", (self.history,)).fetchall()
        out = []
        for number, table, key, before, after, *context in found:
            self.history = number
            if table in TABLES:
                before, after = json.loads(before) if before else None, json.loads(after)
                if self.rows[table].get(int(key)) != before:
                    raise AssertionError(f"history {number}: {table} {key} was {self.rows[table].get(int(key))}, `before` is {before}")
                self.rows[table][int(key)] = after
                out.append((table, int(key), before, after, tuple(context)))
        return out

    def mails(self):
        """New mails: (recipient, step, group's name is in it)."""
        found = self.db.execute("SELECT id, recipient, body FROM outbox WHERE id > ? ORDER BY id", (self.mail,)).fetchall()
        if found:
            self.mail = found[-1][0]
        return [(recipient, body.split("\n")[0]) for _, recipient, body in found]

    def compare_tables(self):
        """The tables themselves are what history gives."""
        for table, key in TABLES.items():
            cursor = self.db.execute(f"SELECT * FROM {table}")
            names = [d[0] for d in cursor.description if d[0] != "live"]
            for row in cursor:
                row = dict(zip([d[0] for d in cursor.description], row))
                mine = self.rows[table].get(row[key])
                if mine is None or {n: row[n] for n in names if n in mine} != mine:
                    raise AssertionError(f"{table} {row[key]}: the table has {row}, history gives {mine}")

    def close(self):
        self.db.close()


def mail_is(recipient, line, expected):
    """Is this the mail (recipient, step, group)?"""
    to, step, group = expected
    return recipient == to and re.match(MAILS[step], line) is not None and NAMES[group] in line


def digests():
    """Name of a certificate -> CERT_DIGEST."""
    return {name: c["sha256"] for name, c in pki_index()["certificates"].items() if os.path.exists(os.path.join(PKI, c["crt"]))}
