"""What operators and auditors do: configuration, reload, drain, socket activation, control socket, import, metrics, logs, contracts."""
import glob
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

from cases import Raw, accepted, backend_untouched, case, check_plain, check_refusal, equal, request, until, world_with
from world import PKI, ROOT, VASHGATE, World, die_with_parent, pki_index, services

plain_world = world_with()


def get(w, path, port=None):
    c = http.client.HTTPConnection("127.0.0.1", port or w.metrics_port, timeout=30)
    c.request("GET", path)
    r = c.getresponse()
    text = r.read().decode()
    c.close()
    return r.status, text


def digest(name):
    return pki_index()["certificates"][name]["sha256"]


# ---- the registry's file ----

@case("while serving, the write-ahead log is moved into the registry")
def checkpoints():
    with World(calls_per_s=1000000, calls_burst=1000000) as w:
        registry = os.path.join(w.folder, "data", "registry.db")
        until(lambda: w.metrics()["audit_wal_bytes"] > 0, "the log is measured")
        before = os.path.getsize(registry)
        with Raw(w) as c:
            for _ in range(200):
                equal(c.send(request("1203")).reply().status, 200, "call")
        until(lambda: os.path.getsize(registry) > before + 100000, "the records are in the registry")


# ---- health and metrics ----

@case("metrics, health and readiness are answered in plain HTTP on their own listener", plain_world)
def metrics(w):
    equal(get(w, "/healthz"), (200, "ok\n"), "healthz")
    equal(get(w, "/readyz"), (200, "ready\n"), "readyz")
    equal(get(w, "/nothing")[0], 404, "unknown path")
    before = w.metrics()["calls_delivered_total"]
    equal(w.call("1203").status, 200, "call")
    until(lambda: w.metrics()["calls_delivered_total"] == before + 1, "the call is counted")
    for line in get(w, "/metrics")[1].splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) vashgate_\w+ .+|vashgate_\w+ -?\d+", line), line


@case("log lines are key=value with the request id, and name no personal identifier", plain_world)
def logs(w):
    reply = w.call("1003", "podjetje")
    line = next(line for line in w.gateway.lines if reply.header("X-Request-Id") in line)
    assert re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z level=info event=refused request=\w+ .*code=VG-A03", line), line
    log = "\n".join(w.gateway.lines)
    for number in ("0101006500006", "14717468", "50223054", "1732803000"):
        assert number not in log, f"{number} stands in the log"


# ---- contracts ----

@case("every service serves its WSDL with the public address, and the schemas beside it", plain_world)
def contracts(w):
    for code, row in services().items():
        c = http.client.HTTPSConnection("localhost", w.port, context=w.context("obcina"), timeout=30)
        c.request("GET", row["path"] + "?wsdl", headers={"Host": "localhost"})
        r = c.getresponse()
        text = r.read().decode()
        equal((r.status, r.getheader("Content-Type")), (200, "text/xml; charset=utf-8"), f"WSDL of {code}")
        assert f'location="https://localhost:8443{row["path"]}"' in text
        for schema in set(re.findall(r'schemaLocation="([^"]+)"', text)):
            c.request("GET", row["path"].rsplit("/", 1)[0] + "/" + schema, headers={"Host": "localhost"})
            r = c.getresponse()
            with open(os.path.join(ROOT, "wsdl", schema), "rb") as f:
                equal((r.status, r.read()), (200, f.read()), f"{schema} of {code}")
        c.close()


@case("a schema is served in the folders of services only, and no other file", plain_world)
def no_other_files(w):
    for path in ("/types.xsd", "/spletne-storitve/../types.xsd", services()["1003"]["path"].rsplit("/", 1)[0] + "/README.md"):
        reply = w.call("1003", path=path, method="GET", body=b"")
        check_plain(reply, "VG-H03", 404)


@case("a contract is not served to a Host that is not ours", plain_world)
def contract_of_another_host(w):
    for host, code in (("localhost", None), ("example.si", "VG-H10"), ("localhost.example.si", "VG-H10")):
        with backend_untouched(w):
            reply = w.call("1001", method="GET", path=services()["1001"]["path"] + "?wsdl", body=b"", headers={"Host": host})
        if code:
            check_refusal(w, reply, code, "obcina", "1001")
        equal((reply.status, b"definitions" in reply.body), (421, False) if code else (200, True), f"contract to {host}")


@case("a listener opens the services that it names and no others; each counts its limits for itself")
def opened_services():
    with World(second_listener=True) as w:
        with open(w.config_path, encoding="utf-8") as f:
            first, second = f.read().split('name = "internal";')
        second = second.replace('"ezk", "eins", "self"', '"eins"', 1).replace("cert =", "calls_per_s = 1; calls_burst = 2; cert =", 1)
        with open(w.config_path, "w", encoding="utf-8") as f:
            f.write(first + 'name = "internal";' + second)
        assert w.reload()
        accepted(w, "1001")
        equal(w.call("1203", "podjetje", port=w.internal_port).status, 200, "a service that is open there")
        with backend_untouched(w):
            check_plain(w.call("1001", port=w.internal_port), "VG-H03", 404)
            path = services()["1001"]["path"]
            for contract in (path + "?wsdl", path.rsplit("/", 1)[0] + "/ezk.xsd"):
                equal(w.call("1001", "rekono", port=w.internal_port, path=contract, method="GET", body=b"").code, "VG-H03", contract)
        codes = [w.call("1203", "oseba", port=w.internal_port).code for _ in range(4)]
        equal((codes[0], codes[-1]), ("VG-A03", "VG-S03"), "codes on the limited listener")
        equal(w.call("1203", "oseba").code, "VG-A03", "on the other")


# ---- configuration ----

def with_config(change):
    """check-config over the configuration of a world, changed."""
    w = World(registry=None, start=False)
    try:
        with open(w.config_path, encoding="utf-8") as f:
            text = change(f.read())
        with open(w.config_path, "w", encoding="utf-8") as f:
            f.write(text)
        return w.cli("check-config", ok=None)
    finally:
        w.close()


@case("check-config says yes to a good configuration and prints every setting on demand")
def good_config():
    equal(with_config(lambda t: t).returncode, 0, "a good configuration")
    w = World(registry=None, start=False)
    printed = w.cli("check-config", "--print").stdout
    w.close()
    with open(os.path.join(ROOT, "gateway", "engine", "settings.h"), encoding="utf-8") as f:
        for key in re.findall(r"^\tX\((\w+),", f.read(), re.M):
            assert re.search(rf"^{key} = ", printed, re.M), key


@case("check-config names file, line and key of what is wrong")
def bad_config():
    rows = [
        (lambda t: t + "unknown_key = 1;\n", r"line \d+: 'unknown_key' is not known"),
        (lambda t: t + "head_max_bytes = 1;\n", r"line \d+: 'head_max_bytes' must be from 512 to 65536"),
        (lambda t: t + 'head_max_bytes = "many";\n', r"'head_max_bytes' must be a whole number"),
        (lambda t: t + 'data_dir = "/x";\n', r"line \d+: duplicate setting name"),
        (lambda t: t.replace("data_dir", "# data_dir"), r"'data_dir' is missing"),
        (lambda t: t.replace(f"{PKI}/anchors", "/nonexistent"), r"cannot read directory '/nonexistent'"),
        (lambda t: t.replace(f"{PKI}/anchors", f"{PKI}/www"), r"no anchor in"),
        (lambda t: t.replace("gateway.key", "backend.key"), r"does not fit certificate"),
        (lambda t: t.replace('name = "eins"', 'name = "other"'), r"service '1201' needs the backend 'eins'"),
        (lambda t: t.replace('hosts = [ "localhost", "vashgate.test", "127.0.0.1" ];', "hosts = [ ];"), r"needs hosts"),
        (lambda t: t.replace(f"{ROOT}/wsdl", "/nonexistent"), r"/nonexistent"),
        (lambda t: t.replace("listeners = (", "listeners = (("), r"syntax error"),
    ]
    for change, words in rows:
        r = with_config(change)
        equal(r.returncode, 1, f"check-config ({words})")
        assert re.search(words, r.stderr), (words, r.stderr)


@case("a reload takes what may change and keeps the old configuration when the new one is broken", plain_world)
def reload(w):
    generation = w.metrics()["config_generation"]
    assert w.reload()
    equal(w.metrics()["config_generation"], generation + 1, "generation")
    with open(w.config_path, encoding="utf-8") as f:
        good = f.read()
    for broken in (good + "unknown_key = 1;\n", good.replace('name = "metrics"', 'name = "other"'), good.replace("gateway.crt", "nothing.crt")):
        with open(w.config_path, "w", encoding="utf-8") as f:
            f.write(broken)
        assert not w.reload()
        equal(w.call("1203").status, 200, "a call under the old configuration")
    with open(w.config_path, "w", encoding="utf-8") as f:
        f.write(good)
    assert w.reload()
    results = [r["result"] for r in w.records(kind="config")]
    equal(results[-5:], ["ok", "failed", "failed", "failed", "ok"], "records of the reloads")


# ---- start and stop ----

@case("a second process cannot serve the same registry", plain_world)
def one_process(w):
    r = subprocess.run([VASHGATE, "--config", w.config_path, "serve"], capture_output=True, text=True, timeout=60, preexec_fn=die_with_parent)
    equal(r.returncode, 2, "exit status")
    assert "in use by another process" in r.stderr, r.stderr


@case("SIGTERM lets a running call end, refuses new connections, and leaves a verified trail")
def drain():
    w = World()
    try:
        w.sim.behave("slow_first_byte", ms=700, count=1)
        replies = []
        caller = threading.Thread(target=lambda: replies.append(w.call("1203")))
        caller.start()
        until(lambda: w.metrics()["calls_total"] == 1, "the call is on its way")
        w.gateway.child.send_signal(signal.SIGTERM)
        w.gateway.wait_line("event=stopping")
        until(lambda: refuses(w.port), "new connections are refused")
        caller.join()
        equal(replies[0].status, 200, "the running call")
        equal(w.gateway.child.wait(30), 0, "exit status")
        outcome = w.records(kind="outcome")[-1]
        equal(outcome["result"], "delivered", "outcome")
        equal(w.records()[-1]["kind"], "stop", "last record")
        w.cli("audit", "verify", "--head", os.path.join(w.folder, "data", "audit-heads.log"))
        w.gateway = None
    finally:
        w.close()


@case("at SIGTERM a connection without a request may still send its first, one that has called is closed, one that stays silent too")
def drain_first():
    with World(drain_first_ms=2000) as w:
        with Raw(w) as fresh, Raw(w) as used, Raw(w) as silent:
            equal(used.send(request("1203")).reply().header("Connection"), None, "before")
            w.gateway.child.send_signal(signal.SIGTERM)
            w.gateway.wait_line("event=stopping")
            equal(used.end(), "clean", "the connection that has called")
            reply = fresh.send(request("1203")).reply()
            equal((reply.status, reply.header("Connection"), fresh.end()), (200, "close", "clean"), "the fresh connection")
            equal(silent.end(), "clean", "the silent connection")
        equal(w.stop(), 0, "exit status")


@case("a stop in the middle of large replies gives every call its outcome, not the next start")
def stop_in_replies():
    with World(drain_ms=100, workers=1, digest_inline_bytes=0) as w:
        w.sim.behave("huge", bytes=64 << 20)
        callers = [Raw(w).send(request("1001")) for _ in range(6)]
        for c in callers:
            c.head()
        readers = [threading.Thread(target=lambda c=c: c.drain(keep=False)) for c in callers]
        for r in readers:
            r.start()
        until(lambda: w.metrics()["requests_open"] == 6, "six requests at work")
        equal(w.stop(), 0, "exit status")
        for r in readers:
            r.join()
        results = [r["result"] for r in w.records(kind="outcome")]
        equal((len(results), set(results) <= {"truncated", "delivered"}), (6, True), f"outcomes {results}")
        w.start()
        equal(len(w.records(kind="outcome")), 6, "outcomes after the next start")


def refuses(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


@case("sockets that systemd hands over are used, and outlive a restart")
def activation():
    w = World(start=False)
    sockets = [socket.create_server(("127.0.0.1", 0), backlog=64) for _ in range(2)]
    try:
        for _ in range(2):
            run_activated(w, sockets)
    finally:
        for s in sockets:
            s.close()
        w.close()


def run_activated(w, sockets):
    """A shell becomes the gateway, so that LISTEN_PID is its own."""
    fds = [s.fileno() for s in sockets]
    moves = " ".join(f"{3 + i}<&{fd}" for i, fd in enumerate(fds))
    command = f'exec {moves}; export LISTEN_FDS={len(fds)}; LISTEN_PID=$$ exec "$0" --config "$1" serve'
    child = subprocess.Popen(["bash", "-c", command, VASHGATE, w.config_path], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                             pass_fds=fds, preexec_fn=die_with_parent)
    try:
        for line in child.stderr:
            if "event=ready" in line:
                break
        w.port = sockets[0].getsockname()[1]
        equal(w.call("1203").status, 200, "a call over an activated socket")
        equal(get(w, "/healthz", sockets[1].getsockname()[1])[0], 200, "health over an activated socket")
    finally:
        child.terminate()
        child.stderr.read()
        equal(child.wait(30), 0, "exit status")


@case("a caller that leaves in the middle of its request gives its place back")
def slot_returned():
    w = World(in_flight=2)
    try:
        row = services()["1203"]
        head = (f"POST {row['path']} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nSOAPAction: \"{row['soap_action']}\"\r\n"
                "Content-Length: 1000\r\n\r\n<a").encode()
        for _ in range(5):
            before = w.metrics()["requests_total"]
            s = w.connect("obcina")
            s.sendall(head)
            until(lambda: w.metrics()["requests_total"] > before, "the head is read")
            s.close()
            until(lambda: w.metrics()["connections_open"] == 1, "the connection is gone")
        equal(w.call("1203").status, 200, "a call afterwards")
    finally:
        w.close()


@case("words and numbers that an import does not know are refused, not taken for something else")
def import_words():
    w = World(registry=(), start=False)
    try:
        good = {"position": 31, "maticna": "5491711000", "davcna": "50223054", "legal_form": 318, "name": "Občina", "group": 1003}
        path = os.path.join(w.folder, "seed.json")
        rows = [({"kind": "autorised"}, "'kind' cannot be"), ({"status": "activ"}, "'status' cannot be"), ({"prs_status": "gone"}, "'prs_status' cannot be"),
                ({"position": "31"}, "'position' must be a number"), ({"name": 5}, "'name' must be a text"), ({"grup": 1}, "unknown field 'grup'"),
                ({"group": 1000}, "no group 1000"), ({"group": 1251}, "no group 1251")]
        for change, words in rows:
            with open(path, "w", encoding="utf-8") as f:
                json.dump([{**good, **change}], f)
            r = w.cli("user", "import", path, ok=None)
            equal(r.returncode, 1, words)
            assert words in r.stderr, (words, r.stderr)
        with open(path, "w", encoding="utf-8") as f:
            json.dump([good], f)
        w.cli("user", "import", path)
        equal(w.cli("user", "prs", "1", "deletd", ok=None).returncode, 1, "a typo in user prs")
        equal(w.cli("user", "status", "1", "deleted", "--reason", "because", ok=None).returncode, 1, "an unknown reason")
    finally:
        w.close()


# ---- the registry from the command line ----

@case("a subject is added, listed, shown, blocked and unblocked while the gateway serves")
def user_commands():
    w = World(registry=())
    try:
        crt = os.path.join(PKI, "ee", "obcina.crt")
        equal(w.call("1003").code, "VG-A01", "before")
        w.cli("user", "add", "--position", "31", "--maticna", "5491711000", "--davcna", "50223054", "--legal-form", "318", "--name", "Občina",
              "--group", "1003", "--cert", crt)
        equal(w.call("1003").status, 200, "after user add")
        rows = json.loads(w.cli("--json", "user", "list").stdout)
        equal([(r["name"], r["group"], r["status"], r["cert"]) for r in rows], [("Občina", 1003, "active", digest("obcina"))], "list")
        equal(json.loads(w.cli("--json", "user", "show", "1").stdout), rows, "show")
        equal(w.cli("user", "show", "99", ok=None).returncode, 1, "show of nobody")
        for target in (digest("obcina"), "1"):
            w.cli("user", "block", target, "--reason", "test")
            equal(w.call("1003").code, "VG-A06", "blocked")
            w.cli("user", "unblock", target)
            equal(w.call("1003").status, 200, "unblocked")
        w.cli("user", "status", "1", "pending")
        equal(w.call("1003").code, "VG-A04", "pending")
        r = w.cli("--json", "user", "add", "--position", "31", "--maticna", "5491711000", "--name", "Občina", "--group", "1003", ok=None)
        equal((r.returncode, json.loads(r.stdout)["class"]), (1, "conflict"), "a second record for the group")
        procedures = [(r["object"], r["action"], r["who"]) for r in w.records(kind="registry", procedure="cli")]
        assert len(procedures) == 6 and all(who == "root" or who for _, _, who in procedures), procedures
    finally:
        w.close()


@case("CSV and JSON imports seed a registry, and a broken one changes nothing")
def imports():
    w = World(registry=(), start=False)
    try:
        path = os.path.join(w.folder, "seed.csv")
        with open(path, "w", encoding="utf-8") as f:
            f.write("position,maticna,davcna,legal_form,name,group,cert\n"
                    f'21,1732803000,14717468,103,"Podjetje, d.o.o.",1101,{PKI}/ee/podjetje.crt\n'
                    f'21,1732803000,14717468,103,"Podjetje, d.o.o.",1102,{PKI}/ee/podjetje.crt\n')
        w.cli("user", "import", path)
        equal(w.cli("user", "import", path, ok=None).returncode, 1, "the same again")
        with open(path, "w", encoding="utf-8") as f:
            f.write("position,maticna,davcna,legal_form,name,group\n31,5491711000,50223054,318,Občina,1003\n31,5491710,50223054,318,Napačna,1003\n")
        r = w.cli("user", "import", path, ok=None)
        equal(r.returncode, 1, "a wrong number")
        assert "registration number is not correct (entry 1)" in r.stderr, r.stderr
        for text, words in (("position\nx\n", "line 2: 'position' must be a number"), ('a\n"open\n', "a quote is not closed"), ("", "is empty")):
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            r = w.cli("user", "import", path, ok=None)
            equal(r.returncode, 2, words)
            assert words in r.stderr, r.stderr
        rows = json.loads(w.cli("--json", "user", "list").stdout)
        equal(sorted(r["group"] for r in rows), [1101, 1102], "what is registered")
    finally:
        w.close()


@case("the control socket is for root and the gateway's own user", plain_world)
def control_socket(w):
    mode = os.stat(os.path.join(w.folder, "control")).st_mode & 0o777
    equal(mode, 0o600, "mode")
    s = socket.socket(socket.AF_UNIX)
    s.connect(os.path.join(w.folder, "control"))
    s.sendall(b'{"command":"status","membership":999999,"status":"active"}\n')
    equal(json.loads(s.makefile().readline())["class"], "not_found", "an unknown record")
    s.close()
    s = socket.socket(socket.AF_UNIX)
    s.connect(os.path.join(w.folder, "control"))
    s.sendall(b"no json\n")
    equal(s.recv(100), b"", "garbage")
    s.close()
    equal(w.call("1203").status, 200, "a call afterwards")


# ---- the trail from the command line ----

@case("an auditor finds a call by its request id, and its proof checks against a head", plain_world)
def audit_show(w):
    reply = w.call("1203")
    request = reply.header("X-Request-Id")
    until(lambda: len(w.records(request=request)) == 2, "intent and outcome are recorded")
    lines = w.cli("--json", "audit", "show", "--request", request).stdout.splitlines()
    equal([json.loads(line)["kind"] for line in lines], ["intent", "outcome"], "records of the request")
    index = re.search(r"index=(\d+)", reply.header("X-Vashgate-Receipt"))[1]
    shown = w.cli("audit", "show", index).stdout
    assert f"request={request}" in shown, shown
    size = until(lambda: int(re.search(r"size=(\d+)", w.cli("audit", "show", "--proof", "0").stdout)[1]) > int(index) or None, "a newer head")
    del size
    path = os.path.join(w.folder, "proof.txt")
    with open(path, "w", encoding="ascii") as f:
        f.write(w.cli("audit", "show", "--proof", index, "--from", "1").stdout)
    verify = os.path.join(ROOT, "tests", "audit", "verify.py")
    equal(subprocess.run(["/usr/bin/python3", verify, "--proof", path], capture_output=True, timeout=60).returncode, 0, "proof")
    equal(w.cli("audit", "show", "999999999", ok=None).returncode, 1, "no such record")


@case("exit statuses are 0 yes, 1 no, 2 could not run")
def exit_statuses():
    w = World(registry=None, start=False)
    try:
        rows = [(("version",), 0), (("nonsense",), 2), (("user", "show"), 2), (("audit", "verify"), 0), (("audit", "verify", "/nonexistent"), 2),
                (("cert", "inspect", os.path.join(PKI, "ee", "obcina.crt")), 0), (("cert", "inspect", w.config_path), 1),
                (("cert", "inspect", "/nonexistent"), 2), (("serve", "--what"), 2), (("init",), 0)]
        for args, status in rows:
            equal(w.cli(*args, ok=None).returncode, status, " ".join(args))
        os.rename(w.config_path, w.config_path + ".away")
        equal(w.cli("check-config", ok=None).returncode, 2, "no configuration")
        equal(w.cli("user", "list", ok=None).returncode, 2, "no configuration")
    finally:
        w.close()


@case("with --json every command but a wrong one prints one JSON document, also when the answer is no or there is none")
def json_always():
    with World(start=False) as w:
        broken = os.path.join(w.folder, "broken.json")
        with open(broken, "w", encoding="utf-8") as f:
            f.write("[{]")
        rows = [(("check-config",), 0), (("cert", "inspect", os.path.join(PKI, "ee", "obcina.crt")), 0), (("cert", "inspect", w.config_path), 1),
                (("cert", "inspect", "/nonexistent"), 2), (("user", "list"), 0), (("user", "show", "1"), 0), (("user", "show", "99"), 1),
                (("user", "block", "99"), 1), (("user", "import", broken), 2), (("audit", "show", "0"), 0), (("audit", "show", "9999"), 1),
                (("audit", "show", "--request", "0123"), 1), (("audit", "verify", w.config_path), 1), (("audit", "verify", "/nonexistent"), 2),
                (("init",), 0)]
        for args, status in rows:
            r = w.cli("--json", *args, ok=None)
            equal(r.returncode, status, " ".join(args))
            assert json.loads(r.stdout) is not None, args
        equal(w.cli("--json", "user", "show", ok=None).stdout, "", "a wrong command")


# ---- restore ----

@case("a restore as docs/OPERATIONS.md says it: verify finds where the copy ends, the first start records it, new heads verify")
def restore():
    with World() as w:
        data, kept = os.path.join(w.folder, "data"), os.path.join(w.folder, "kept.db")
        registry, heads = os.path.join(data, "registry.db"), os.path.join(data, "audit-heads.log")
        equal(w.call("1203").status, 200, "a call before the copy")
        w.stop()
        shutil.copy(registry, kept)
        first_lost = len(w.records())
        w.start()
        lost = w.call("1203").header("X-Vashgate-Receipt")
        w.stop()
        equal(w.cli("audit", "verify", "--head", heads).returncode, 0, "before the restore")
        for name in ("registry.db", "registry.db-wal", "registry.db-shm"):
            if os.path.exists(os.path.join(data, name)):
                os.remove(os.path.join(data, name))
        os.rename(kept, registry)
        r = w.cli("audit", "verify", "--head", heads, ok=(1,))
        assert re.search(rf"record={first_lost}\b.* reason=tail", r.stdout), r.stdout
        with open(heads, encoding="ascii") as f:
            published = len(f.readlines())
        w.start()
        equal(w.call("1203").status, 200, "a call after the restore")
        w.stop()
        equal(w.records(kind="restore")[0]["index"], str(first_lost), "the record that says so")
        new_heads, receipt = os.path.join(w.folder, "new-heads"), os.path.join(w.folder, "receipt")
        with open(heads, encoding="ascii") as f, open(new_heads, "w", encoding="ascii") as out:
            out.writelines(f.readlines()[published:])
        w.cli("audit", "verify", "--head", new_heads)
        w.cli("audit", "verify", "--head", heads, ok=(1,))
        with open(receipt, "w", encoding="ascii") as f:
            f.write(lost + "\n")
        w.cli("audit", "verify", "--head", new_heads, "--receipt", receipt, ok=(1,))


# ---- what a reload changes, and its record ----

@case("code lists of the operator's own are in force after a reload; a set that does not fit together is refused")
def own_codelists():
    with World() as w:
        folder = os.path.join(w.folder, "codelists")
        shutil.copytree(os.path.join(ROOT, "vash", "codelists"), folder)
        path = os.path.join(folder, "group_positions.csv")
        with open(path, encoding="utf-8") as f:
            shipped = f.read()
        accepted(w, "1103", "podjetje")
        for text, taken, code in ((shipped.replace("5,1103,21,any,yes\n", ""), True, "VG-A08"), (shipped.replace("5,1103,21", "5,1103,99"), False, "VG-A08"),
                                  (shipped, True, None)):
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            w.write_config(codelists_dir=folder)
            equal(w.reload(), taken, "reload")
            equal(w.call("1103", "podjetje").code, code, "call")

@case("a reload with another CA for a backend is in force at the next call, pooled connections or not")
def other_backend_ca():
    with World() as w:
        ca, ours = os.path.join(w.folder, "ca.crt"), os.path.join(PKI, "server", "server-ca.crt")
        other = os.path.join(PKI, "server", "backend-client-ca.crt")
        w.edit_config(ours, ca)
        for source, code in ((ours, None), (other, "VG-U01"), (ours, None)):
            shutil.copy(source, ca)
            assert w.reload()
            equal([w.call("1203").code for _ in range(2)], [code] * 2, f"calls with {source}")


@case("a reload that the trail cannot record is not in force; one that it can is recorded before")
def unrecorded_reload():
    with World(retry_after_s=3) as w:
        w.stop()                                            # what a first start records is there
        w.write_config(audit_reserve_mb=1048576)
        w.start()
        until(lambda: w.call("1203").code == "VG-S02", "the trail takes nothing")
        w.write_config(retry_after_s=7)
        equal(w.reload(), False, "reload")
        equal(w.call("1203").header("Retry-After"), "3", "Retry-After")
    with World(retry_after_s=3) as w:
        w.write_config(retry_after_s=7)
        equal(w.reload(), True, "the same reload")
        equal(w.records(kind="config")[-1]["result"], "ok", "its record")


@case("the record of a reload tells a changed CRL from no change")
def changed_crl():
    folder = tempfile.mkdtemp(prefix="vashgate-")
    try:
        pki = os.path.join(folder, "pki")
        shutil.copytree(PKI, pki)
        with World(pki=pki) as w:
            assert w.reload() and w.reload()
            os.remove(sorted(glob.glob(os.path.join(pki, "crl", "*")))[0])
            assert w.reload()
            records = w.records(kind="config")
            files = [r["files"] for r in records]
            equal((files[0] == files[1], files[1] == files[2]), (True, False), "digests equal")
            equal(len({(r["config"], r["anchors"]) for r in records}), 1, "digests of the configuration file and the anchors")
    finally:
        shutil.rmtree(folder)
