"""Mail: what stands in the outbox is sent after the transaction, at least once, over a proven connection only."""
import contextlib
import functools
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

from cases import case, equal, until
from world import PKI, VASHGATE, SmtpSink, World, die_with_parent

CA = os.path.join(PKI, "server", "server-ca.crt")
OTHER_CA = os.path.join(PKI, "server", "backend-client-ca.crt")
USER, PASSWORD = "vashgate", "zelo skrivno"
FROM, ANA, EVA = "vashgate@sodisce.example", "ana.novak@example.si", "eva@example.si"
STOP_S = 1.5  # a second, and the end of a process


class Mail:
    """A folder, a mail server, and a gateway that is configured for it."""

    def __init__(self, scheme="smtps", start=True, configured=True, login=True, address="127.0.0.1", group=None, **settings):
        self.folder = tempfile.mkdtemp(prefix="vashgate-mail-")
        self.password_file = os.path.join(self.folder, "password")
        with open(self.password_file, "w", encoding="utf-8") as f:
            f.write(PASSWORD + "\n")
        os.chmod(self.password_file, 0o600)
        self.inbox = os.path.join(self.folder, "inbox")
        self.sink = SmtpSink(self.inbox, *((USER, PASSWORD) if login else ()), address=address)
        host = "localhost" if address == "127.0.0.1" else address
        self.group = {"url": f"{scheme}://{host}:{getattr(self.sink, scheme)}", "from": FROM, "ca": CA}
        if login:
            self.group.update(user=USER, password_file=self.password_file)
        self.group.update(group or {})
        self.w = World(registry=None, start=False, mail=self.group if configured else None, **settings)
        if start:
            self.w.start()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if exc[0]:
            print("--- gateway's log ---\n" + (self.w.gateway.log(40) if self.w.gateway else "") + "\n--- mail server's ---\n" + self.sink.log())
        try:
            self.w.close()
        finally:
            self.sink.stop()
            shutil.rmtree(self.folder)

    def put(self, address=ANA):
        """A message into the outbox; its id."""
        return json.loads(self.w.cli("--json", "mail", "test", address).stdout)["id"]

    def row(self, number):
        return next(r for r in self.rows() if r["id"] == number)

    def rows(self, *which):
        return json.loads(self.w.cli("--json", "mail", "list", *which).stdout)

    def until_state(self, number, state, attempts=None):
        return until(lambda: (r := self.row(number))["state"] == state and attempts in (None, r["attempts"]) and r,
                     f"message {number} is {state} after {attempts} attempts")

    def until_waits_again(self, number):
        return self.until_state(number, "waiting", 1)

    def configure(self, **group):
        """Another group `mail`, by a reload; False: refused."""
        self.w.mail = {key: value for key, value in {**self.group, **group}.items() if value is not None}
        self.w.write_config()
        return self.w.reload()

    def names(self):
        return [m["Message-ID"] for m in self.sink.messages()]


def seconds_until(text):
    """From now to a time of a listing."""
    at = time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")
    return time.mktime(at) - time.mktime(time.gmtime())


def each(rows, sentence):
    """A case for each row, with the row as arguments; `sentence` is a format over the first of them."""
    def register(run):
        for row in rows:
            case(sentence.format(row[0]))(functools.partial(run, *row))
        return run
    return register


# ---- what arrives ----

@each([("smtps", "smtps", True), ("smtp with STARTTLS", "smtp", True), ("smtp without TLS, where that is configured", "smtp", False)],
      "over {} a message arrives with its header and its letters")
def arrives(_, scheme, tls):
    with Mail(scheme, login=tls, group={} if tls else {"starttls": False}) as mail:
        number = mail.put()
        row = mail.until_state(number, "sent", 1)
        equal((row["recipient"], row["next"], row["dead"], row["error"]), (ANA, None, None, None), "row")
        (m,) = mail.sink.messages()
        equal((m["X-Sink-From"], m["X-Sink-To"], m["X-Sink-TLS"], m["X-Sink-User"]), (FROM, ANA, str(tls), USER if tls else "-"), "envelope")
        equal((m["From"].addresses[0].addr_spec, m["To"].addresses[0].addr_spec, m["Auto-Submitted"], m.get_content_type(),
               m.get_content_charset()), (FROM, ANA, "auto-generated", "text/plain", "utf-8"), "header")
        equal(m["Subject"], "vashgate: preizkus pošte / mail test", "subject")
        assert re.fullmatch(rf"<outbox\.{number}\.\d+\.[0-9a-f]{{32}}@sodisce\.example>", m["Message-ID"]), m["Message-ID"]
        text = m.get_content()
        assert "sporočilo" in text and "š in ž" in text and "test message" in text and not m.defects, text
        equal(mail.w.metrics()["mails_sent_total"], 1, "metric")


@case("messages that are due together share one connection, each is sent once")
def together():
    with Mail(start=False) as mail:
        numbers = [mail.put(f"a{i}@example.si") for i in range(25)]
        equal(len(mail.rows("--waiting")), 25, "waiting")
        mail.w.start()
        until(lambda: not mail.rows("--waiting"), "all are sent")
        equal(sorted(m["X-Sink-To"] for m in mail.sink.messages()), sorted(f"a{i}@example.si" for i in range(25)), "recipients")
        equal(len(set(mail.names())), len(numbers), "different names")
        equal(mail.sink.stats()["connections"], 2, "connections for two batches")


@case("what a change of the registry puts into the outbox is sent at once, and the next after it")
def at_once():
    with Mail() as mail:
        for n in range(1, 4):
            began = time.monotonic()
            mail.put()
            until(lambda: len(mail.sink.messages()) == n, "it has arrived")
            assert time.monotonic() - began < 5, "it took a timer"


@case("a server that does not answer QUIT keeps nothing waiting")
def silent_quit():
    with Mail() as mail:
        mail.sink.tell("behave", "silent_quit")
        for _ in range(2):
            mail.until_state(mail.put(), "sent")
        began = time.monotonic()
        equal(mail.w.stop(), 0, "exit status")
        assert time.monotonic() - began < STOP_S


# ---- what is tried again ----

BROKEN = (("busy", "451"), ("drop_before_data", ""), ("drop_in_data", ""), ("drop_before_250", ""), ("refuse_login", "535"), ("never_answer", ""))


@each(BROKEN, "{}: the message waits a minute for its next attempt, and then arrives")
def again(kind, words):
    with Mail(mail_transfer_ms=1000) as mail:
        mail.sink.tell("behave", kind, 1)
        number = mail.put()
        row = mail.until_waits_again(number)
        assert 50 <= seconds_until(row["next"]) <= 61, row
        assert row["error"] and words in row["error"], row
        equal((mail.w.metrics()["mail_failures_total"], mail.w.metrics()["mail_waiting"]), (1, 1), "metrics")
        mail.w.cli("mail", "retry", str(number))
        mail.until_state(number, "sent", 1)
        names = mail.names()
        equal((len(names), len(set(names))), (2 if kind == "drop_before_250" else 1, 1), "messages kept, and names")
        log = "\n".join(mail.w.gateway.lines)
        assert "event=mail_failed" in log and "example.si" not in log and PASSWORD not in log, log


@case("a message is due again by itself, with waits that grow, until its attempts are used up; then it is dead and stays in sight")
def waits_grow():
    with Mail(mail_retry_s=1) as mail:
        mail.sink.tell("behave", "busy")
        number = mail.put()
        mail.until_state(number, "waiting", 2)
        assert seconds_until(mail.row(number)["next"]) > 2, "the second wait is five times the first"
        for attempt in range(3, 8):
            if attempt > 3:
                bring_forward(mail)
            mail.until_state(number, "dead" if attempt == 7 else "waiting", attempt)
        equal((mail.w.metrics()["mail_waiting"], mail.w.metrics()["mail_dead"]), (0, 1), "metrics")
        equal(([r["id"] for r in mail.rows("--dead")], mail.rows("--waiting")), ([number], []), "listings")
        assert "dead=1" in mail.w.gateway.wait_line("event=mail_failed .*dead=1").string
        mail.sink.tell("reset")
        mail.w.cli("mail", "retry", str(number))
        mail.until_state(number, "sent", 1)


def bring_forward(mail):
    """What waits is due now: the clock of the outbox is its next_utc_s."""
    mail.w.stop()
    with contextlib.closing(sqlite3.connect(os.path.join(mail.w.folder, "data", "registry.db"))) as db, db:
        db.execute("UPDATE outbox SET next_utc_s = created_utc_s WHERE sent_utc_s IS NULL AND dead_utc_s IS NULL")
    mail.w.start()


@case("a server that is not there is asked once for all that is due")
def server_down():
    with socket.create_server(("127.0.0.1", 0)) as s:
        port = s.getsockname()[1]
    with Mail(start=False, group={"url": f"smtps://localhost:{port}"}) as mail:
        numbers = [mail.put() for _ in range(5)]
        mail.w.start()
        for number in numbers:
            mail.until_waits_again(number)
        mail.w.gateway.wait_line("event=mail_failed .*messages=5")
        assert mail.configure(url=f"smtps://localhost:{mail.sink.smtps}")
        for number in numbers:
            mail.w.cli("mail", "retry", str(number))
            mail.until_state(number, "sent", 1)


# ---- what is given up ----

@each([("refuse_recipient", "550"), ("refuse_message", "554")], "{}: the message is dead at once, the next one is sent, a retry gives it a new life")
def given_up(kind, code):
    with Mail() as mail:
        mail.sink.tell("behave", kind, 1)
        number = mail.put()
        row = mail.until_state(number, "dead", 1)
        assert code in row["error"] and row["next"] is None and row["dead"], row
        mail.until_state(mail.put(EVA), "sent", 1)
        equal([m["X-Sink-To"] for m in mail.sink.messages()], [EVA], "kept")
        equal(mail.w.metrics()["mail_dead"], 1, "metric")
        mail.w.cli("mail", "retry", str(number))
        mail.until_state(number, "sent", 1)
        until(lambda: mail.w.metrics()["mail_dead"] == 0, "metric")
        assert "example.si" not in "\n".join(mail.w.gateway.lines)


# ---- nothing is lost ----

def stopped(pid):
    """Does every thread stand? A signal that stops a process reaches them one after the other."""
    tasks = f"/proc/{pid}/task"
    return all(open(f"{tasks}/{t}/stat", encoding="ascii").read().rpartition(")")[2].split()[0] == "T" for t in os.listdir(tasks))


@case("a gateway killed between the server's 250 and its own note sends the message again, under the same name")
def killed_before_mark():
    with Mail() as mail:
        mail.sink.tell("behave", "hold_250", 1)
        number = mail.put()
        until(lambda: mail.sink.stats()["holding"] == 1, "the server has the message")
        equal(mail.row(number)["state"], "waiting", "before the 250")
        mail.w.gateway.child.send_signal(signal.SIGSTOP)
        until(lambda: stopped(mail.w.gateway.child.pid), "every thread stands")
        mail.sink.tell("release")
        mail.w.gateway.kill()
        equal(mail.row(number)["state"], "waiting", "after the kill")
        mail.w.start()
        mail.until_state(number, "sent", 1)
        names = mail.names()
        equal((len(names), len(set(names))), (2, 1), "messages and names")


@case("a gateway killed before the 250 sends the message again; one that was marked is not sent again")
def killed_before_250():
    with Mail() as mail:
        first = mail.put()
        mail.until_state(first, "sent")
        mail.sink.tell("behave", "never_answer", 1)
        second = mail.put(EVA)
        until(lambda: mail.sink.stats()["silent"] == 1, "the server is silent")
        mail.w.gateway.kill()
        mail.w.start()
        mail.until_state(second, "sent", 1)
        equal([m["X-Sink-To"] for m in mail.sink.messages()], [ANA, EVA], "kept")


@each([("never_answer", "silent"), ("hold_250", "holding")], "SIGTERM while the server is silent ({}) stops the gateway within a second, and costs no attempt")
def stop_in_silence(kind, counter):
    with Mail() as mail:
        mail.sink.tell("behave", kind, 1)
        number = mail.put()
        until(lambda: mail.sink.stats()[counter] == 1, "the server is silent")
        began = time.monotonic()
        equal(mail.w.stop(), 0, "exit status")
        took = time.monotonic() - began
        assert took < STOP_S, f"{took} s"
        row = mail.row(number)
        equal((row["state"], row["attempts"], row["error"]), ("waiting", 0, None), "row")
        mail.w.start()
        mail.until_state(number, "sent", 1)


# ---- who is believed ----

def refused_then_accepted(mail, why, mend):
    """The message waits with `why`, nothing has arrived; after `mend` the same message arrives."""
    number = mail.put()
    row = mail.until_waits_again(number)
    assert re.search(why, row["error"]), row
    equal((mail.sink.messages(), mail.sink.stats()["logins"]), ([], 0), "what the server got")
    mend()
    mail.w.cli("mail", "retry", str(number))
    mail.until_state(number, "sent", 1)


@each([("smtps",), ("smtp",)], "{}: a server whose certificate comes from another authority gets nothing")
def other_ca(scheme):
    with Mail(scheme, group={"ca": OTHER_CA}) as mail:
        refused_then_accepted(mail, "certificate", lambda: mail.configure(ca=CA))


@each([("smtps",), ("smtp",)], "{}: a server with the wrong certificate gets nothing")
def wrong_certificate(scheme):
    with Mail(scheme) as mail:
        mail.sink.tell("behave", "wrong_certificate")
        refused_then_accepted(mail, "certificate", lambda: mail.sink.tell("reset"))


@case("a server with a certificate for another host gets nothing")
def other_host():
    with Mail(address="127.0.0.2") as mail, Mail() as control:
        number = mail.put()
        row = mail.until_waits_again(number)
        assert "127.0.0.2" in row["error"] or "subject name" in row["error"], row
        equal(mail.sink.messages(), [], "kept")
        control.until_state(control.put(), "sent", 1)


@case("a connection whose STARTTLS was stripped carries neither password nor message")
def stripped():
    with Mail("smtp") as mail:
        mail.sink.tell("behave", "no_starttls")
        refused_then_accepted(mail, "STARTTLS|SSL", lambda: mail.sink.tell("reset"))


@case("a wrong password concerns every message and kills none")
def wrong_password():
    with Mail(start=False) as mail:
        with open(mail.password_file, "w", encoding="utf-8") as f:
            f.write("napačno\n")
        numbers = [mail.put(), mail.put(EVA)]
        mail.w.start()
        for number in numbers:
            mail.until_waits_again(number)
        equal(mail.sink.messages(), [], "kept")
        with open(mail.password_file, "w", encoding="utf-8") as f:
            f.write(PASSWORD + "\n")
        assert mail.w.reload()
        for number in numbers:
            mail.w.cli("mail", "retry", str(number))
            mail.until_state(number, "sent", 1)


# ---- configuration ----

@case("without a group `mail` messages wait, a start says so, and a reload with one sends them")
def unconfigured():
    with Mail(start=False, configured=False) as mail:
        mail.w.start()
        assert mail.w.metrics()["mail_waiting"] == 0
        number = mail.put()
        until(lambda: mail.w.metrics()["mail_waiting"] == 1, "the metric says so")
        mail.w.stop()
        mail.w.start()
        mail.w.gateway.wait_line(r"level=warn event=mail_not_configured waiting=1$")
        equal((mail.row(number)["attempts"], mail.sink.stats()["connections"]), (0, 0), "attempts")
        assert mail.configure()
        mail.until_state(number, "sent", 1)
        mail.w.mail = None
        mail.w.write_config()
        assert mail.w.reload()
        number = mail.put()
        until(lambda: mail.w.metrics()["mail_waiting"] == 1, "it waits again")
        equal(mail.row(number)["attempts"], 0, "attempts")


@case("a password file that others may read is refused at check, start and reload; with its rights mended it is taken")
def password_rights():
    with Mail() as mail:
        os.chmod(mail.password_file, 0o640)
        assert not mail.w.reload()
        r = mail.w.cli("check-config", ok=None)
        equal(r.returncode, 1, "check-config")
        assert "mail: key" in r.stderr and "may be read by others" in r.stderr, r.stderr
        mail.until_state(mail.put(), "sent", 1)
        mail.w.stop()
        r = subprocess.run([VASHGATE, "--config", mail.w.config_path, "serve"], capture_output=True, text=True, timeout=60, preexec_fn=die_with_parent)
        equal(r.returncode, 2, "serve")
        assert "may be read by others" in r.stderr, r.stderr
        os.chmod(mail.password_file, 0o600)
        mail.w.cli("check-config")
        mail.w.start()
        mail.until_state(mail.put(), "sent", 1)


@case("check-config names what is wrong in the group `mail`, and takes the same group without it")
def bad_groups():
    with Mail(start=False) as mail:
        rows = [
            (dict(url="https://localhost"), "url must begin with"),
            (dict(url="smtps://vashgate:x@localhost"), "not url"),
            (dict(url=None), "'url' is missing"),
            (dict({"from": "Sodišče <a@b.si>"}), "from must be an address"),
            (dict({"from": None}), "'from' is missing"),
            (dict(ca=None), "TLS needs ca"),
            (dict(ca="/nonexistent"), "cannot open '/nonexistent'"),
            (dict(ca=mail.password_file), "holds no readable certificate"),
            (dict(user=None), "belong together"),
            (dict(password_file=None), "belong together"),
            (dict(password_file="/nonexistent"), "cannot open key '/nonexistent'"),
            (dict(password_file="/dev/null"), "may be read by others"),
            (dict(url=f"smtp://localhost:{mail.sink.smtp}", starttls=False), "without TLS"),
            (dict(starttls="yes"), "'starttls' must be true or false"),
            (dict(password="x"), "'password' is not known here"),
        ]
        for change, words in rows:
            equal(check_group(mail, mail.group), (0, ""), "the control")
            status, said = check_group(mail, {key: value for key, value in {**mail.group, **change}.items() if value is not None})
            assert status == 1 and words in said, (change, status, said)
        with open(mail.w.config_path, "a", encoding="utf-8") as f:
            f.write("# a list is no group\n")
        mail.w.edit_config("mail = {", "mail = ( {")
        mail.w.edit_config(" };\n# a list", " } );\n# a list")
        assert "must be a group" in mail.w.cli("check-config", ok=(1,)).stderr


def check_group(mail, group):
    mail.w.mail = group
    mail.w.write_config()
    r = mail.w.cli("check-config", ok=None)
    return r.returncode, r.stderr


# ---- commands ----

@case("mail commands work directly while nobody serves, and each leaves a record of who asked; sending leaves none")
def commands():
    with Mail(start=False) as mail:
        number = mail.put()
        mail.w.cli("mail", "retry", str(number))
        equal([r["state"] for r in mail.rows()], ["waiting"], "rows")
        mail.w.start()
        mail.until_state(number, "sent", 1)
        mail.put(EVA)
        records = [(r["object"], r["action"]) for r in mail.w.records(kind="registry") if r["object"] != "codelist"]
        equal(records, [("mail", "test"), ("mail", "retry"), ("mail", "test")], "records")
        assert "example.si" not in open(mail.w.export(), encoding="utf-8").read(), "an address stands in the trail"


@case("mail commands say no with 1 and a reason, usage with 2")
def bad_commands():
    with Mail() as mail:
        number = mail.put()
        mail.until_state(number, "sent")
        rows = [(("retry", str(number)), 1, "has been sent"), (("retry", "99"), 1, "there is no message 99"), (("test", "ana"), 1, "no address"),
                (("test", "ana@example.si\nBcc: x@y.si"), 1, "no address"), (("test", ""), 1, "no address"), (("retry", "x"), 2, "usage"),
                (("retry",), 2, "usage"), (("test",), 2, "usage"), (("list", "--dead", "--waiting"), 2, "usage"), (("list", "more"), 2, "usage")]
        for args, status, words in rows:
            r = mail.w.cli("mail", *args, ok=None)
            equal(r.returncode, status, f"mail {args}")
            assert words in r.stderr, (args, r.stderr)
        equal(len(mail.rows()), 1, "rows")
        line = mail.w.cli("mail", "list").stdout
        assert re.match(rf'{number} +sent +\S+Z 1 {ANA} "vashgate: preizkus pošte', line), line


@case("mail list shows control characters of an address, a subject and a server's words as numbers")
def no_tricks():
    with Mail(start=False) as mail:
        number = mail.put()
        path = os.path.join(mail.w.folder, "data", "registry.db")
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE outbox SET recipient = ?, subject_line = ?, last_error = ? WHERE id = ?",
                       ("a\x1b[31m@b.si", "č\u202ec", "451\r\nx", number))
        shown = mail.w.cli("mail", "list").stdout
        assert shown.endswith(' 0 a\\1B[31m@b.si "č\\E2\\80\\AEc" 451\\0D\\0Ax\n'), shown
