"""A throw-away world for tests, demo and benchmark: PKI, registry, simulators, gateway.

Everything lives in one temporary folder and on loopback ports from the OS; every process is a child of this one and dies
with it (PR_SET_PDEATHSIG). Nothing waits by sleeping: processes say when they are ready.
"""
import base64
import ctypes
import email
import email.policy
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("VASHGATE_BUILD", os.path.join(ROOT, "build"))
PKI = os.path.join(ROOT, "build", "pki")
VASHGATE = os.environ.get("VASHGATE_BINARY", os.path.join(BUILD, "vashgate"))
SIM = os.path.join(ROOT, "build", "samples", "backend_sim")
START_DEADLINE_S = 60

_libc = ctypes.CDLL(None)


def die_with_parent():
    """In the child, before exec: SIGKILL when the parent goes."""
    _libc.prctl(1, signal.SIGKILL)


def pki_index():
    with open(os.path.join(PKI, "index.json"), encoding="utf-8") as f:
        return json.load(f)


def services():
    """The rows of vash/codelists/services.csv by service code."""
    rows = {}
    with open(os.path.join(ROOT, "vash", "codelists", "services.csv"), encoding="utf-8") as f:
        names = f.readline().strip().split(",")
        for line in f:
            row = dict(zip(names, line.rstrip("\n").split(",")))
            rows[row["service"]] = row
    return rows


def sample(service, soap12=False):
    with open(os.path.join(ROOT, "samples", "requests", f"{service}{'-12' if soap12 else ''}.xml"), "rb") as f:
        return f.read()


class Process:
    """A child with its output collected line by line; wait_line blocks until a line matches."""

    def __init__(self, name, argv, env=None, cwd=None):
        self.name, self.lines = name, []
        self.cond = threading.Condition()
        self.ended = False
        self.child = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                      env=env, cwd=cwd, preexec_fn=die_with_parent, text=True, errors="replace")
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.child.stdout:
            with self.cond:
                self.lines.append(line.rstrip("\n"))
                self.cond.notify_all()
        with self.cond:
            self.ended = True
            self.cond.notify_all()

    def wait_line(self, pattern, start=0, deadline_s=START_DEADLINE_S):
        """The first line from `start` on that matches; raises with the whole log when the process ends before."""
        until, at = time.monotonic() + deadline_s, start
        with self.cond:
            while True:
                while at < len(self.lines):
                    m = re.search(pattern, self.lines[at])
                    if m:
                        return m
                    at += 1
                left = until - time.monotonic()
                if self.ended or left <= 0:
                    raise RuntimeError(f"{self.name}: no line {pattern!r}\n" + self.log())
                self.cond.wait(left)

    def log(self, last=60):
        return "\n".join(self.lines[-last:])

    def stop(self, sig=signal.SIGTERM, deadline_s=30):
        if self.child.poll() is None:
            self.child.send_signal(sig)
        try:
            return self.child.wait(deadline_s)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise RuntimeError(f"{self.name} did not stop\n" + self.log())

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()


class Simulator(Process):
    """samples/sim: one backend for eZK and eINS, with its control port. `pair`: its certificate and key, without .crt and .key."""

    def __init__(self, key_file, pair=os.path.join(PKI, "server", "backend")):
        s = os.path.join(PKI, "server")
        super().__init__("backend_sim", [
            SIM, "--port", "0", "--control-port", "0", "--cert", f"{pair}.crt", "--key", f"{pair}.key",
            "--client-ca", f"{s}/backend-client-ca.crt", "--hmac-key", key_file, "--data-dir", os.path.join(ROOT, "samples", "sim", "data")])
        m = self.wait_line(r"ready port=(\d+) control=(\d+)")
        self.port, self.control_port = int(m[1]), int(m[2])

    def _control(self, method, path, body=None):
        c = http.client.HTTPConnection("127.0.0.1", self.control_port, timeout=30)
        c.request(method, path, body=json.dumps(body) if body is not None else None,
                  headers={"Content-Type": "application/json"} if body is not None else {})
        r = c.getresponse()
        text = r.read()
        c.close()
        if r.status != 200:
            raise RuntimeError(f"simulator: {method} {path}: {r.status} {text!r}")
        return json.loads(text) if text.strip().startswith(b"{") else None

    def stats(self):
        return self._control("GET", "/stats")

    def behave(self, kind, **more):
        self._control("POST", "/behaviour", {"kind": kind, **more})

    def reset(self):
        self._control("POST", "/reset", {})


class Registers(Process):
    """samples/sim/registers_sim.py: MDP and PRS."""

    def __init__(self, folder, data):
        s = os.path.join(PKI, "server")
        self.path = os.path.join(folder, "registers.json")
        self.tell(**data)
        super().__init__("registers_sim", [
            "/usr/bin/python3", os.path.join(ROOT, "samples", "sim", "registers_sim.py"), "--cert", f"{s}/backend.crt", "--key", f"{s}/backend.key",
            "--client-ca", f"{s}/backend-client-ca.crt", "--data", self.path])
        self.port = int(self.wait_line(r"ready port=(\d+)")[1])

    def tell(self, **data):
        """What they know from now on: mdp, prs, behaviour."""
        with open(self.path + ".new", "w", encoding="utf-8") as f:
            json.dump(data, f)
        os.replace(self.path + ".new", self.path)


class StatusServer(Process):
    """samples/sim/status_sim.py: OCSP responders and CRL servers of the test CAs."""

    def __init__(self, folder, pki, data):
        self.path, self.pki, self.name_style = os.path.join(folder, "status.json"), pki, "RFC2253,-esc_msb"
        self.tell(**data)
        super().__init__("status_sim", ["/usr/bin/python3", os.path.join(ROOT, "samples", "sim", "status_sim.py"), "--pki", pki, "--data", self.path])
        self.port = int(self.wait_line(r"ready port=(\d+)")[1])

    def tell(self, **data):
        """What it says and how it behaves from now on."""
        with open(self.path + ".new", "w", encoding="utf-8") as f:
            json.dump(data, f)
        os.replace(self.path + ".new", self.path)

    def stats(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/stats", timeout=30) as f:
            return json.load(f)

    def rules(self, **rule):
        """A rule for each CA of the PKI, whose responder and CRL are here."""
        found = []
        for folder in ("anchors", "intermediates"):
            for name in sorted(os.listdir(os.path.join(self.pki, folder))):
                stem, path = name.removesuffix(".pem"), os.path.join(self.pki, folder, name)
                subject = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-subject", "-nameopt", self.name_style], capture_output=True,
                                         text=True, check=True).stdout.strip().removeprefix("subject=")
                at = f"http://127.0.0.1:{self.port}"
                found.append(dict(rule, issuer=subject, ocsp=f"{at}/ocsp/{stem}", crl=f"{at}/crl/{stem}.crl"))
        return found


class SmtpSink(Process):
    """samples/sim/smtp_sink.py: a mail server that keeps its messages in `folder`."""

    def __init__(self, folder, user=None, password=None, address="127.0.0.1"):
        s = os.path.join(PKI, "server")
        login = ["--user", user, "--password", password] if user else []
        super().__init__("smtp_sink", [
            "/usr/bin/python3", os.path.join(ROOT, "samples", "sim", "smtp_sink.py"), "--folder", folder, "--cert", f"{s}/backend.crt",
            "--key", f"{s}/backend.key", "--wrong-cert", f"{PKI}/ee/oseba.crt", "--wrong-key", f"{PKI}/ee/oseba.key", "--address", address, *login])
        self.folder, self.address = folder, address
        m = self.wait_line(r"ready smtp=(\d+) smtps=(\d+) control=(\d+)")
        self.smtp, self.smtps, self.control_port = int(m[1]), int(m[2]), int(m[3])

    def tell(self, *words):
        with socket.create_connection((self.address, self.control_port), timeout=30) as s, s.makefile("rw") as f:
            f.write(" ".join(str(w) for w in words) + "\n")
            f.flush()
            answer = f.readline().strip()
        if answer.startswith("error"):
            raise RuntimeError(f"smtp_sink: {answer}")
        return answer

    def stats(self):
        return json.loads(self.tell("stats"))

    def messages(self):
        """All that were kept, oldest first, parsed."""
        names = sorted(name for name in os.listdir(self.folder) if name.endswith(".eml"))
        found = []
        for name in names:
            with open(os.path.join(self.folder, name), "rb") as f:
                found.append(email.message_from_bytes(f.read(), policy=email.policy.default))
        return found


def group(values):
    """A group of the configuration file."""
    return "{" + "".join(f" {key} = {json.dumps(value, ensure_ascii=False)};" for key, value in values.items()) + " }"


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        return self.headers.get(name.lower())

    @property
    def code(self):
        return self.header("X-Vashgate-Code")

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def zip(self):
        """The zip of a base64 reply."""
        m = re.search(rb"<(?:\w+:)?zip[^>]*>([^<]*)</", self.body)
        return base64.b64decode(m[1]) if m else None


class World:
    """One gateway with its simulator. Options of the configuration can be overridden by keyword.

    `mail` is the group of that name as a dictionary; None: there is none.
    `status`: data of the responders (StatusServer), which are then all that is known of revocation; `rule`: keys of every issuer's rule.
    With two_backends eINS is a simulator of its own (eins_sim), and each of the two knows its own key only."""

    DEFAULT_REGISTRY = (
        # certificate, position, identifiers, groups
        ("obcina", dict(position=31, maticna="5491711000", davcna="50223054", name="Občina Šmarje", legal_form=318),
         [1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1103, 1201, 1202, 1203]),
        ("podjetje", dict(position=21, maticna="1732803000", davcna="14717468", name="Podjetje d.o.o.", legal_form=103),
         [1008, 1101, 1102, 1103, 1201, 1202, 1203]),
        ("oseba", dict(position=11, emso="0101006500006", name="Ana Žnidaršič"), [1101, 1102, 1103, 1201]),
    )

    def __init__(self, registry=DEFAULT_REGISTRY, second_listener=False, two_backends=False, start=True, pki=PKI, address="127.0.0.1",
                 portal=False, registers=None, mail=None, unchecked=False, status=None, rule=None, **settings):
        self.pki, self.address = pki, address
        self.folder = tempfile.mkdtemp(prefix="vashgate-")
        self.config_path = os.path.join(self.folder, "vashgate.conf")
        self.hmac_path = self.make_hmac_key("hmac.key")
        self.eins_hmac_path = self.make_hmac_key("eins.key") if two_backends else self.hmac_path
        self.sim = Simulator(self.hmac_path)
        self.eins_sim = Simulator(self.eins_hmac_path) if two_backends else self.sim
        self.gateway = None
        self.settings = dict({"fetch_revocation": status is not None, "private_addresses": status is not None}, **settings)
        self.status = StatusServer(self.folder, pki, status) if status is not None else None
        self.rule, self.mail = rule or {}, mail
        self.second_listener, self.portal = second_listener, portal
        self.registers = Registers(self.folder, registers) if registers is not None else None
        self.anchors = self.internal_anchors = os.path.join(pki, "anchors")
        self.write_config()
        self.cli("init")
        if registry:
            self.import_registry(registry, unchecked)
        if start:
            self.start()

    # ---- configuration ----

    def make_hmac_key(self, name):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as f:
            f.write(os.urandom(32).hex() + "\n")
        os.chmod(path, 0o600)
        return path

    def write_config(self, **settings):
        self.settings.update(settings)
        server = os.path.join(self.pki, "server")
        crls = "" if self.status else f'crls = "{self.pki}/crl";'
        common = f'''cert = "{server}/gateway.crt"; key = "{server}/gateway.key";
      intermediates = "{self.pki}/intermediates"; {crls}
      hosts = [ "localhost", "vashgate.test", "127.0.0.1" ]; public_url = "https://localhost:8443";'''
        listener = common + '''
      services = [ "ezk", "eins", "self" ];'''
        more = f''',
    {{ name = "internal"; kind = "services"; address = "127.0.0.1"; port = 0;
      anchors = "{self.internal_anchors}"; {listener} }}''' if self.second_listener else ""
        more += f''',
    {{ name = "portal"; kind = "portal"; address = "127.0.0.1"; port = 0; anchors = "{self.anchors}"; {common} }}''' if self.portal else ""
        backend = f'''cert = "{server}/gateway-client.crt"; key = "{server}/gateway-client.key"; ca = "{server}/server-ca.crt";'''
        text = f'''data_dir = "{self.folder}/data";
log_key = "{self.folder}/log.key";
control_socket = "{self.folder}/control";
contracts_dir = "{ROOT}/wsdl";
listeners = (
    {{ name = "services"; kind = "services"; address = "{self.address}"; port = 0; anchors = "{self.anchors}"; {listener} }}{more},
    {{ name = "metrics"; kind = "metrics"; address = "127.0.0.1"; port = 0; }}
);
backends = (
    {{ name = "ezk"; url = "https://localhost:{self.sim.port}"; hmac_key = "{self.hmac_path}"; {backend} }},
    {{ name = "eins"; url = "https://localhost:{self.eins_sim.port}"; hmac_key = "{self.eins_hmac_path}"; {backend} }}
);
'''
        if self.registers:
            text += "registers = (" + ", ".join(f'{{ name = "{n}"; url = "https://localhost:{self.registers.port}"; {backend} }}' for n in ("mdp", "prs")) + ");\n"
        if self.status:
            text += "issuers = (" + ", ".join(group(r) for r in self.status.rules(**self.rule)) + ");\n"
        for key, value in self.settings.items():
            text += f"{key} = {json.dumps(value)};\n"
        if self.mail is not None:
            text += f"mail = {group(self.mail)};\n"
        with open(self.config_path, "w", encoding="utf-8") as f:
            f.write(text)

    def edit_config(self, old, new):
        """Replace text in the configuration file; a reload takes it."""
        with open(self.config_path, encoding="utf-8") as f:
            text = f.read()
        if old not in text:
            raise ValueError(f"{old!r} is not in the configuration")
        with open(self.config_path, "w", encoding="utf-8") as f:
            f.write(text.replace(old, new))

    def cli(self, *args, ok=(0,), **kw):
        r = subprocess.run([VASHGATE, "--config", self.config_path, *args], capture_output=True, text=True, timeout=600,
                           preexec_fn=die_with_parent, **kw)
        if ok is not None and r.returncode not in ok:
            raise RuntimeError(f"vashgate {' '.join(args)}: exit {r.returncode}\n{r.stdout}{r.stderr}")
        return r

    def import_registry(self, registry, unchecked=False):
        entries = []
        for name, subject, groups in registry:
            entries += [dict(subject, scheme=5, group=g, cert=os.path.join(self.pki, "ee", name + ".crt")) for g in groups]
        path = os.path.join(self.folder, "import.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(entries, f)
        self.cli("user", "import", path, *(["--unchecked"] if unchecked else []))

    # ---- the gateway ----

    def start(self, env=None):
        self.gateway = Process("vashgate", [VASHGATE, "--config", self.config_path, "serve"], env=env)
        self.gateway.wait_line(r"event=ready")
        ports = {}
        for line in self.gateway.lines:
            m = re.search(r"event=listening listener=(\S+) .*port=(\d+)", line)
            if m:
                ports[m[1]] = int(m[2])
        self.port, self.metrics_port = ports["services"], ports["metrics"]
        self.internal_port, self.portal_port = ports.get("internal"), ports.get("portal")
        return self

    def reload(self):
        """SIGHUP; True if the new configuration was taken."""
        at = len(self.gateway.lines)
        self.gateway.child.send_signal(signal.SIGHUP)
        return self.gateway.wait_line(r"event=(reloaded|reload_failed)", at)[1] == "reloaded"

    def stop(self):
        code = self.gateway.stop() if self.gateway else 0
        self.gateway = None
        return code

    def close(self):
        try:
            if self.gateway:
                self.stop()
        finally:
            self.sim.kill()
            self.eins_sim.kill()
            if self.registers:
                self.registers.kill()
            if self.status:
                self.status.kill()
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if exc[0] and self.gateway:
            print("--- gateway's log ---\n" + self.gateway.log(40))
        self.close()

    def metrics(self):
        c = http.client.HTTPConnection("127.0.0.1", self.metrics_port, timeout=30)
        c.request("GET", "/metrics")
        text = c.getresponse().read().decode()
        c.close()
        return {m[1]: int(m[2]) for m in re.finditer(r"^vashgate_(\w+) (\d+)$", text, re.M)}

    # ---- the audit trail ----

    def export(self):
        path = os.path.join(self.folder, "export.txt")
        self.cli("audit", "export", path)
        return path

    def records(self, **match):
        """All audit records as dictionaries, filtered by equal fields."""
        found = []
        with open(self.export(), encoding="utf-8") as f:
            for line in f:
                if line.startswith("record "):
                    r = dict(re.findall(r'([a-z0-9_.]+)=("(?:[^"\\]|\\.)*"|\S+)', line[7:]))
                    r["leaf"] = hashlib.sha256(b"\0" + line[7:].rstrip("\n").encode()).hexdigest()
                    if all(str(r.get(k)) == str(v) for k, v in match.items()):
                        found.append(r)
        return found

    def record_of(self, reply):
        """The record that a reply's receipt names; fails if it is not there with that leaf."""
        m = re.match(r"v=1; log=\w+; index=(\d+); leaf=(\w+);", reply.header("X-Vashgate-Receipt") or "")
        if not m:
            raise AssertionError(f"no receipt: {reply.status} {reply.headers}")
        r = self.records(index=m[1])
        if len(r) != 1 or r[0].get("request") != reply.header("X-Request-Id") or r[0]["leaf"] != m[2]:
            raise AssertionError(f"receipt {m[1]} {m[2]} names {r}")
        return r[0]

    # ---- calling ----

    def context(self, name=None, tls=None, weak=False, chain=True):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        c.load_verify_locations(os.path.join(PKI, "server", "server-ca.crt"))
        if weak:
            c.set_ciphers("DEFAULT@SECLEVEL=0")
        if tls:
            c.minimum_version = c.maximum_version = tls
        if name:
            e = os.path.join(self.pki, "ee", name)
            c.load_cert_chain(f"{e}.chain.pem" if chain else f"{e}.crt", f"{e}.key")
        return c

    def connect(self, name=None, port=None, context=None, timeout=60, session=None, **kw):
        raw = socket.create_connection((self.address, port or self.port), timeout=timeout)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return (context or self.context(name, **kw)).wrap_socket(raw, server_hostname="localhost", session=session)

    def raw(self, name, request, half_close=False, port=None, **kw):
        """Send bytes, read everything to the close; the raw answer."""
        s = self.connect(name, port=port, **kw)
        try:
            s.sendall(request)
        except (BrokenPipeError, ConnectionResetError):
            pass
        out = b""
        try:
            while True:
                piece = s.recv(65536)
                if not piece:
                    break
                out += piece
        except (ConnectionResetError, ssl.SSLError, socket.timeout):
            pass
        s.close()
        return out

    def call(self, service, name="obcina", body=None, soap12=False, headers=None, path=None, method="POST", context=None, port=None,
             action=True, connection=None, **kw):
        """One SOAP call; a Reply."""
        row = services().get(service)
        body = sample(service, soap12) if body is None else body
        h = {"Host": "localhost"}
        if soap12:
            h["Content-Type"] = f'application/soap+xml; charset=utf-8; action="{row["soap_action"]}"'
        else:
            h["Content-Type"] = "text/xml; charset=utf-8"
            if action:
                h["SOAPAction"] = f'"{row["soap_action"]}"'
        h.update(headers or {})
        h = {k: v for k, v in h.items() if v is not None}
        c = connection or http.client.HTTPSConnection("localhost", port or self.port, context=context or self.context(name, **kw), timeout=120)
        try:
            c.request(method, path or row["path"], body=body, headers=h)
        except (BrokenPipeError, ConnectionResetError):
            pass
        r = c.getresponse()
        reply = Reply(r.status, {k.lower(): v for k, v in r.getheaders()}, r.read())
        if not connection:
            c.close()
        return reply
