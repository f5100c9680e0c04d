"""What bench and memory runs share: the pair of proxies, their backend, the load generator, readings from /proc.

The measured process has CPU 0 for itself; load generator and backend share CPU 1 (the last one, when there are more).
On a machine with one CPU all share it, and the figures say little.
"""
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OUT = os.path.join(ROOT, "build", "bench")


def private_binary():
    """A copy of the gateway: a rebuild in the middle of a run must not change what is measured."""
    os.makedirs(OUT, exist_ok=True)
    copy = os.path.join(OUT, "vashgate")
    shutil.copy2(os.environ.get("VASHGATE_BINARY", os.path.join(ROOT, "build", "vashgate")), copy + ".new")
    os.replace(copy + ".new", copy)
    os.environ["VASHGATE_BINARY"] = copy
    return copy


BINARY = private_binary()
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
import world  # noqa: E402  (it reads VASHGATE_BINARY when imported)

CPUS = sorted(os.sched_getaffinity(0))
PROXY_CPU, LOAD_CPU = CPUS[0], CPUS[-1]
CLIENT = "obcina"
SERVICE_2K, SERVICE_SMALL = "1103", "1005"
BODY_2K, REPLY_BODY = 2048, 1016
LIMITS_OFF = dict(calls_per_s=1000000, calls_burst=1000000, in_flight=1000000, backend_idle_max=256, loops=1)


# ---- bytes that go over the wire ----

def body_2k():
    """1103 asks for buildings: as many as fit into 2 KB; white space between elements fills the rest."""
    head = ('<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:ezk="urn:esodstvo:ezk:1">\n  <soap:Body>\n    <ezk:IzpisZaStavboRequest>\n')
    tail = "    </ezk:IzpisZaStavboRequest>\n  </soap:Body>\n</soap:Envelope>\n"
    rows, number = "", 0
    while True:
        row = f"      <ezk:stavba><ezk:ko>{1700 + number}</ezk:ko><ezk:stevilka>{567 + number}</ezk:stevilka></ezk:stavba>\n"
        if len(head) + len(rows) + len(row) + len(tail) > BODY_2K:
            break
        rows, number = rows + row, number + 1
    body = (head + rows + " " * (BODY_2K - len(head) - len(rows) - len(tail)) + tail).encode()
    assert len(body) == BODY_2K
    return body


def request(service, body):
    row = world.services()[service]
    head = (f"POST {row['path']} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml; charset=utf-8\r\n"
            f"SOAPAction: \"{row['soap_action']}\"\r\nUser-Agent: lg\r\nContent-Length: {len(body)}\r\n\r\n")
    return head.encode() + body


def reply():
    head = ('<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            '<IzpisZaStavboResponse xmlns="urn:esodstvo:ezk:1"><ime>izpis.zip</ime><zip>')
    tail = "</zip></IzpisZaStavboResponse></e:Body></e:Envelope>"
    body = head + "UEsDBBQA" * 200
    body = (body[:REPLY_BODY - len(tail)] + tail).encode()
    lines = ("HTTP/1.1 200 OK", "Server: bench", "Content-Type: text/xml; charset=utf-8", f"Content-Length: {len(body)}", "", "")
    return "\r\n".join(lines).encode() + body


# ---- processes ----

def pin(pid, cpu):
    for tid in os.listdir(f"/proc/{pid}/task"):
        os.sched_setaffinity(int(tid), {cpu})


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def memory_kb(pid):
    """(RSS, PSS) of one process."""
    found = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
        for line in f:
            name, _, rest = line.partition(":")
            if name in ("Rss", "Pss"):
                found[name] = int(rest.split()[0])
    return found["Rss"], found["Pss"]


class Backend(world.Process):
    def __init__(self, folder):
        path = os.path.join(folder, "reply.http")
        with open(path, "wb") as f:
            f.write(reply())
        s = os.path.join(world.PKI, "server")
        super().__init__("backend", [os.path.join(OUT, "backend"), "--cert", f"{s}/backend.crt", "--key", f"{s}/backend.key",
                                     "--client-ca", f"{s}/backend-client-ca.crt", "--reply", path])
        self.port = int(self.wait_line(r"ready port=(\d+)")[1])
        pin(self.child.pid, LOAD_CPU)

    def delay(self, on):
        self.child.send_signal(signal.SIGUSR1 if on else signal.SIGUSR2)


class Gateway(world.World):
    """The gateway on its CPU, in front of the bench backend (or of the simulator when there is none)."""
    name = "vashgate"

    def __init__(self, backend=None, pinned=True, **settings):
        super().__init__(start=False, **{**LIMITS_OFF, **settings})
        if backend:
            self.sim.kill()
            self.sim.port = backend.port
            self.write_config()
        self.start()
        self.pids = [self.gateway.child.pid]
        if pinned:
            pin(self.pids[0], PROXY_CPU)
        self.database = os.path.join(self.folder, "data", "registry.db")
        self.intents_seen_to, self.before = 0, {}
        self.mark()

    def intents(self):
        """Intent records since the last call of this."""
        db = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)
        try:
            last = db.execute("SELECT coalesce(max(idx), 0) FROM audit").fetchone()[0]
            n = db.execute("SELECT count(*) FROM audit WHERE idx > ? AND idx <= ? AND line LIKE 'v=1 index=% kind=intent %'",
                           (self.intents_seen_to, last)).fetchone()[0]
        finally:
            db.close()
        self.intents_seen_to = last
        return n

    def mark(self):
        self.intents()
        self.before = self.metrics()

    def moved(self, now, name):
        """How far a counter has gone; one that does not exist is an error, not a zero."""
        return now[name] - self.before[name]

    def check(self, result):
        """What must hold after a round: nothing refused, one intent for each reply."""
        now = self.metrics()
        result["audit_commits"], result["intents"] = self.moved(now, "audit_commits_total"), self.intents()
        refusals = ("refusals_total", "overload_total", "limited_total", "audit_refused_total")
        result["refusals"] = sum(self.moved(now, k) for k in refusals)
        result["backend_connects"] = self.moved(now, "backend_connects_total")
        self.before = now
        return result["refusals"] == 0 and result["intents"] == result["replies"]


class Nginx:
    """The bare proxy; `sessions` is tickets or cache."""
    SESSIONS = {"tickets": "ssl_session_tickets on; ssl_session_cache none;",
                "cache": "ssl_session_tickets off; ssl_session_cache shared:tls:32m; ssl_session_timeout 2h;"}

    def __init__(self, backend, sessions):
        self.name = "nginx, " + sessions
        self.folder, self.port = tempfile.mkdtemp(prefix="vashgate-nginx-"), free_port()
        os.chmod(self.folder, 0o755)
        with open(os.path.join(self.folder, "anchors.pem"), "w", encoding="ascii") as out:
            for name in sorted(os.listdir(os.path.join(world.PKI, "anchors"))):
                with open(os.path.join(world.PKI, "anchors", name), encoding="ascii") as f:
                    out.write(f.read())
        with open(os.path.join(HERE, "nginx.conf.in"), encoding="ascii") as f:
            text = f.read()
        for key, value in dict(AFFINITY=format(1 << PROXY_CPU, "b"), FOLDER=self.folder, PORT=self.port, PKI=world.PKI,
                               BACKEND_PORT=backend.port, SESSIONS=self.SESSIONS[sessions]).items():
            text = text.replace(f"@{key}@", str(value))
        path = os.path.join(self.folder, "nginx.conf")
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        binary = shutil.which("nginx") or "/usr/sbin/nginx"
        self.master = subprocess.Popen([binary, "-c", path, "-p", self.folder], preexec_fn=world.die_with_parent)
        self.pids = [self.worker()]

    def worker(self):
        """Its pid, once it listens."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                with open(f"/proc/{self.master.pid}/task/{self.master.pid}/children", encoding="ascii") as f:
                    return int(f.read().split()[0])
            except (OSError, IndexError):
                if self.master.poll() is not None:
                    break
        raise RuntimeError("nginx does not start: " + open(os.path.join(self.folder, "error.log"), encoding="utf-8").read())

    def mark(self):
        pass

    def check(self, result):
        return result["replies"] > 0

    def close(self):
        self.master.terminate()
        self.master.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


# ---- load ----

class Load:
    """The load generator with one request; run() gives what it printed."""

    def __init__(self, folder, service=SERVICE_2K, body=None):
        self.request_file = os.path.join(folder, f"request-{service}.http")
        with open(self.request_file, "wb") as f:
            f.write(request(service, body or body_2k()))
        e = os.path.join(world.PKI, "ee", CLIENT)
        self.base = [os.path.join(OUT, "lg"), "--cert", f"{e}.chain.pem", "--key", f"{e}.key",
                     "--ca", os.path.join(world.PKI, "server", "server-ca.crt"), "--request", self.request_file]

    def argv(self, peer, mode, **options):
        argv = self.base + ["--port", str(peer.port), "--mode", mode]
        for pid in peer.pids:
            argv += ["--pid", str(pid)]
        for key, value in options.items():
            argv += ["--" + key.replace("_", "-"), str(value)]
        return argv

    @staticmethod
    def in_child():
        world.die_with_parent()
        os.sched_setaffinity(0, {LOAD_CPU})

    def run(self, peer, mode, **options):
        r = subprocess.run(self.argv(peer, mode, **options), capture_output=True, text=True, timeout=900, preexec_fn=self.in_child)
        if r.returncode not in (0, 1):
            raise RuntimeError(f"lg: {r.stderr}")
        return json.loads(r.stdout.splitlines()[-1])

    def hold_idle(self, peer, connections):
        """Starts `connections` that stay; end them with release()."""
        child = subprocess.Popen(self.argv(peer, "idle", connections=connections), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 text=True, preexec_fn=self.in_child)
        if child.stdout.readline() != "idle\n":
            child.kill()
            raise RuntimeError("lg: the idle connections did not open")
        return child

    @staticmethod
    def release(child):
        out, _ = child.communicate(timeout=60)
        return json.loads(out.splitlines()[-1])


def disk_probe_us(folder, times=40):
    """Median and worst of a 4 KB append with fdatasync: what a reply that waits for its record pays at least."""
    took, path = [], os.path.join(folder, "probe")
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for _ in range(times):
        started = time.perf_counter()
        os.write(fd, b"x" * 4096)
        os.fdatasync(fd)
        took.append((time.perf_counter() - started) * 1e6)
    os.close(fd)
    os.unlink(path)
    return round(sorted(took)[times // 2]), round(max(took))


def machine():
    """The machine in general words: what a reader needs to judge the figures, no names."""
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        cpu = next((line.split(":", 1)[1].strip() for line in f if line.startswith("model name")), "unknown CPU")
    with open("/proc/meminfo", encoding="ascii") as f:
        memory_gb = round(int(f.readline().split()[1]) / 1048576)
    versions = {}
    for name, argv in (("nginx", [shutil.which("nginx") or "/usr/sbin/nginx", "-v"]), ("openssl", ["openssl", "version"])):
        r = subprocess.run(argv, capture_output=True, text=True, check=False)
        versions[name] = (r.stdout + r.stderr).strip()
    return {"cpu": cpu, "cpus": len(CPUS), "memory_gb": memory_gb, **versions}
