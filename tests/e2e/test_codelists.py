"""The code lists in versions: what was in force when, in the registry, the trail and the command line."""
import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

from cases import accepted, case, equal, until
from portal import Person, portal_world
from world import ROOT, VASHGATE, World, die_with_parent

SHIPPED = os.path.join(ROOT, "vash", "codelists")
LISTS = sorted(name[:-4] for name in os.listdir(SHIPPED) if name.endswith(".csv") and name != "services.csv")
ROW = "5,1103,21,any,yes\n"  # of group_positions: firms may be in 1103


class Own:
    """A world whose code lists are a copy of the shipped ones, to be changed."""

    def __init__(self, w):
        self.w, self.folder = w, os.path.join(w.folder, "codelists")
        shutil.copytree(SHIPPED, self.folder)
        w.write_config(codelists_dir=self.folder)

    def replace(self, name, old, new):
        path = os.path.join(self.folder, name + ".csv")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        if old not in text:
            raise ValueError(f"{old!r} is not in {name}")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.replace(old, new, 1))


@contextlib.contextmanager
def own_lists(**settings):
    with World(start=False, **settings) as w:
        own = Own(w)
        w.start()
        yield w, own


def ask(w, command):
    """One command over the control socket."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(30)
        s.connect(os.path.join(w.folder, "control"))
        s.sendall(json.dumps(command).encode() + b"\n")
        return json.loads(s.makefile().readline())


def reload_by_operator(w):
    return ask(w, {"command": "reload", "who": "somebody else"})


def show(w, name, *args, ok=(0,)):
    return json.loads(w.cli("--json", "codelist", "show", name, *args, ok=ok).stdout)


def versions(w):
    return {row["list"]: row["version"] for row in json.loads(w.cli("--json", "codelist", "list").stdout)}


def codes(shown):
    return [row["code"] for row in shown["rows"]]


def publications(w):
    return [(r["who"], r["action"]) for r in w.records(kind="registry", procedure="codelists")]


def stored(w):
    """All that the registry holds of code lists."""
    with contextlib.closing(sqlite3.connect(os.path.join(w.folder, "data", "registry.db"))) as db:
        return db.execute("SELECT * FROM codelist ORDER BY 1, 2, 3").fetchall(), db.execute("SELECT * FROM codelist_version").fetchall()


USER = pwd.getpwuid(os.getuid()).pw_name


@case("the first start records every row of every code list as version 1, before its own record")
def first_start():
    with World() as w:
        rows = json.loads(w.cli("--json", "codelist", "list").stdout)
        equal([row["list"] for row in rows], LISTS, "lists")
        equal({(row["version"], row["by"]) for row in rows}, {(1, "system")}, "version and who")
        equal(publications(w), [("system", "prepare"), ("system", "publish")], "records")
        kinds = [r["kind"] for r in w.records()]
        equal(kinds[-3:], ["registry", "registry", "start"], "order of the records")
        w.stop()
        before = stored(w)
        w.start()
        equal(stored(w), before, "what a second start writes")


@case("a reload with changed code lists makes a version under the operator's name, and each time shows its own")
def changed_lists():
    with own_lists() as (w, own):
        accepted(w, "1103", "podjetje")
        first = show(w, "group_positions")
        assert "5/1103/21" in codes(first), first
        own.replace("group_positions", ROW, "")
        own.replace("group_positions", "5,1003,31,any,yes", "5,1003,31,any,no")
        equal(reload_by_operator(w), {"ok": True}, "reload")
        equal(w.call("1103", "podjetje").code, "VG-A08", "a call under the new lists")
        second = show(w, "group_positions")
        equal((second["version"], second["by"], second["count"]), (2, USER, first["count"] - 1), "the new version")
        equal([row["version"] for row in second["rows"]].count(2), 1, "rows of version 2")
        equal(versions(w), {name: 2 if name == "group_positions" else 1 for name in LISTS}, "versions of the lists")
        equal(show(w, "group_positions", "--at", first["since"]), first, "at the first version's time")
        equal(show(w, "group_positions", "--at", second["since"]), second, "at the second one's")
        equal(show(w, "group_positions", "--at", "2001-01-01T00:00:00Z", ok=(1,))["ok"], False, "before the first")
        equal(publications(w)[2:], [(USER, "publish")], "records")
        equal([r["kind"] for r in w.records()][-5:-1].count("config"), 1, "the reload's own record")
        w.stop()
        w.cli("audit", "verify", "--head", os.path.join(w.folder, "data", "audit-heads.log"))


@case("a reload that changes no code list writes no version")
def unchanged_lists():
    with own_lists() as (w, own):
        before = stored(w)
        own.replace("groups", "# user groups", "# groups of users")
        assert w.reload()
        equal(stored(w), before, "code lists of the registry")
        equal(w.records()[-1]["kind"], "config", "the last record")
        equal(len(publications(w)), 2, "records of publications")


@case("code lists that do not fit one another change neither registry nor what is in force; the mended set does")
def inconsistent_lists():
    with own_lists() as (w, own):
        before = stored(w)
        own.replace("group_positions", ROW, "5,1103,99,any,yes\n")
        answer = reload_by_operator(w)
        equal((answer["ok"], answer["error"].split(":")[1]), (False, " no such position"), "reload")
        assert answer["error"].startswith("group_positions line "), answer
        equal(stored(w), before, "code lists of the registry")
        equal(len(publications(w)), 2, "records of publications")
        accepted(w, "1103", "podjetje")
        own.replace("group_positions", "5,1103,99,any,yes\n", "")
        equal(reload_by_operator(w), {"ok": True}, "reload of the mended set")
        equal(versions(w)["group_positions"], 2, "version")
        equal(w.call("1103", "podjetje").code, "VG-A08", "a call under the mended set")


@case("a set without the row of a procedure, or with one that the specification does not know, is refused, and the procedure goes on")
def procedures():
    row = "vs206,Izstop uporabnika iz uporabniške skupine,Leaving a user group,yes,yes*,no,yes*,no\n"
    with portal_world() as w:
        own, person = Own(w), Person(w, "direktor", "501 –")
        page = person.begin("vs206")
        for wrong, error in (("", "procedures: code vs206 is missing"), (row + row.replace("206", "999"), "procedures line 10: no procedure ")):
            own.replace("procedures", row, wrong)
            answer = reload_by_operator(w)
            seen = person.get(f"/case/{page.case}")
            equal((answer["ok"], answer.get("error", "")[:len(error)], seen.status), (False, error, 200), "reload, and the case")
            shutil.copy(os.path.join(SHIPPED, "procedures.csv"), own.folder)
        equal((reload_by_operator(w), person.begin("vs206").step), ({"ok": True}, "vs206-01"), "reload of the mended set")


@case("changed code lists that the trail cannot record are not in force, and make no version")
def unrecorded_lists():
    with own_lists(audit_reserve_mb=1048576) as (w, own):
        until(lambda: w.call("1203").code == "VG-S02", "the trail takes nothing")
        before = stored(w)
        own.replace("group_positions", ROW, "")
        equal(reload_by_operator(w)["ok"], False, "reload")
        equal(stored(w), before, "code lists of the registry")


@case("a start that cannot complete its version does not serve; the next one completes it")
def broken_start():
    with World(start=False) as w:
        registry = os.path.join(w.folder, "data", "registry.db")
        with contextlib.closing(sqlite3.connect(registry)) as db:
            db.execute("CREATE TRIGGER broken BEFORE INSERT ON codelist_version BEGIN SELECT RAISE(ABORT, 'broken'); END")
            db.commit()
        serve = subprocess.run([VASHGATE, "--config", w.config_path, "serve"], capture_output=True, timeout=60, preexec_fn=die_with_parent)
        equal(serve.returncode, 2, "exit status")
        rows, made = stored(w)
        equal((len(rows), made), (200, []), "what is there")
        equal((w.records(kind="start"), versions(w)), ([], {}), "a start's record, lists in force")
        with contextlib.closing(sqlite3.connect(registry)) as db:
            db.execute("DROP TRIGGER broken")
            db.commit()
        w.start()
        equal(versions(w), {name: 1 for name in LISTS}, "versions")
        finished = stored(w)[0]
        equal(w.call("1203").status, 200, "a call")
    with World() as w:
        equal(stored(w)[0], finished, "what an undisturbed start writes")


@case("a version is on disk when the reload is answered: kill -9 does not lose it")
def killed():
    with own_lists() as (w, own):
        own.replace("group_positions", ROW, "")
        equal(reload_by_operator(w), {"ok": True}, "reload")
        w.gateway.child.send_signal(signal.SIGKILL)
        w.gateway.child.wait()
        w.gateway = None
        assert "5/1103/21" not in codes(show(w, "group_positions")), "the removed row"
        equal(versions(w)["group_positions"], 2, "version")
        w.start()
        equal(versions(w)["group_positions"], 2, "version after the next start")
        equal([r["result"] for r in w.records(kind="config")], ["ok"], "record of the reload")


# ---- commands ----

@case("codelist check says of a folder whether its lists fit one another, and puts nothing in force")
def check():
    with World(start=False) as w:
        own = Own(w)
        good = w.cli("--json", "codelist", "check", own.folder)
        equal(sorted(json.loads(good.stdout)["lists"]), LISTS, "lists")
        equal(w.cli("codelist", "check", own.folder).stdout, "ok\n", "text")
        own.replace("group_positions", ROW, "5,1103,99,any,yes\n")
        bad = w.cli("--json", "codelist", "check", own.folder, ok=(1,))
        assert json.loads(bad.stdout)["error"].startswith("group_positions line "), bad.stdout
        assert "group_positions line " in bad.stderr, bad.stderr
        os.remove(os.path.join(own.folder, "reasons.csv"))
        equal(json.loads(w.cli("--json", "codelist", "check", own.folder, ok=(2,)).stdout)["ok"], False, "a list is missing")
        w.cli("codelist", "check", "/nonexistent", ok=(2,))
        equal(stored(w), ([], []), "code lists of the registry")


@case("what codelist show prints is the list again")
def printed():
    with own_lists() as (w, own):
        before = stored(w)
        for name in LISTS:
            with open(os.path.join(own.folder, name + ".csv"), "w", encoding="utf-8") as f:
                f.write(w.cli("codelist", "show", name).stdout)
        w.cli("codelist", "check", own.folder)
        assert w.reload()
        equal(stored(w), before, "code lists of the registry")
        own.replace("groups", "notarji", '"a ""quoted"", cell"')
        assert w.reload()
        assert '1,301,"a ""quoted"", cell",notaries,yes\n' in w.cli("codelist", "show", "groups").stdout


@case("codelist list and show print one JSON document, and say by their exit status what they found")
def documents():
    with World(registry=None, start=False) as w:
        rows = [(("list",), 0), (("show", "groups"), 1), (("show", "groups", "--at", "2026-01-01T00:00:00Z"), 1)]
        for args, status in rows:
            assert json.loads(w.cli("--json", "codelist", *args, ok=(status,)).stdout) is not None, args
        for args in (("show",), ("show", "groups", "--at", "yesterday"), ("list", "groups"), ("check",), ("show", "groups", "--since", "1")):
            equal(w.cli("--json", "codelist", *args, ok=(2,)).stdout, "", f"usage {args}")
        w.start()
        rows = [(("list",), 0), (("show", "groups"), 0), (("show", "nothing"), 1), (("show", "groups", "--at", "2001-01-01T00:00:00Z"), 1),
                (("show", "groups", "--at", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))), 0)]
        for args, status in rows:
            assert json.loads(w.cli("--json", "codelist", *args, ok=(status,)).stdout) is not None, args
        w.stop()
        os.remove(os.path.join(w.folder, "data", "registry.db"))
        for args in (("list",), ("show", "groups")):
            equal(json.loads(w.cli("--json", "codelist", *args, ok=(2,)).stdout)["ok"], False, f"no registry {args}")
