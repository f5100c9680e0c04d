"""The real gateway as the run meets it: its world, the mirror replayed from history, mails, calls. What people do: faces.py."""
import json
import os
import re
import sqlite3
import tempfile
import xml.etree.ElementTree as ElementTree

from portal import alter
from world import PKI, World, pki_index, sample

from facts import MAILS, MDP, NAMES, PRS, SERVICES, START, SUBJECTS
from faces import Kept

HERE = os.path.dirname(os.path.abspath(__file__))
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


def registers(behaviour):
    """What MDP and PRS know, and how they answer."""
    known = pki_index()["certificates"]
    mdp = {known[name]["serial"].upper(): [SUBJECTS[key][2] for key in keys] for name, keys in MDP.items()}
    prs = {number: dict(zip(("davcna", "firma", "oblika", "status"), row)) for number, row in PRS.items()}
    return {"mdp": mdp, "prs": prs, "behaviour": behaviour}


def expire(w, case):
    """The time of a case is over."""
    alter(w, f"UPDATE procedure_case SET expires_utc_s = created_utc_s WHERE id = {case}")


def start_world():
    """A gateway with START in it; in memory where the machine has such a folder: nothing here is about power cuts."""
    if os.access("/dev/shm", os.W_OK):
        tempfile.tempdir = "/dev/shm"
    w = World(registry=None, start=False, portal=True, registers=registers("normal"), calls_per_s=1000000, calls_burst=1000000)
    path = os.path.join(w.folder, "people.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump([entry(*row) for row in START], f)
    w.cli("user", "import", path, "--unchecked")  # the run mixes subjects and groups as they come
    return w.start()


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
