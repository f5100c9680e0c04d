"""Starts backend_sim and speaks to it over raw TLS, so that a check sees the bytes themselves."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import select
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass, field

NEEDED = ("server/backend.crt", "server/backend.key", "server/backend-client-ca.crt", "server/gateway-client.crt",
          "server/gateway-client.key", "server/server-ca.crt")


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def identity(key, group, **changes):
    fields = {"v": 1, "eceu": 1234, "group": group, "cert": "ab" * 32, "request": "cd" * 16, "time": int(time.time())}
    fields.update(changes)
    signed = b64url(json.dumps(fields).encode())
    return signed + "." + b64url(hmac.new(key, signed.encode(), hashlib.sha256).digest())


@dataclass
class Reply:
    """What came: `body` decoded from its framing, `raw` every byte, `end` how the connection stands."""
    status: int = 0
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    raw: bytes = b""
    whole: bool = False         # the framing says that nothing is missing
    surplus: bytes = b""
    end: str = "open"           # open | clean (close_notify) | cut (no close_notify) | reset
    first_byte_s: float = 0.0
    seconds: float = 0.0


class Sim:
    def __init__(self, program, pki, data_dir, key, *more, pass_fds=()):
        self.pki, self.key = pki, key
        key_file = pki / "sim-hmac.hex"
        key_file.write_text(key.hex() + "\n")
        arguments = [program, "--port", "0", "--control-port", "0", "--cert", pki / "server/backend.crt",
                     "--key", pki / "server/backend.key", "--client-ca", pki / "server/backend-client-ca.crt",
                     "--hmac-key", key_file, "--data-dir", data_dir, *more]
        self.process = subprocess.Popen([str(a) for a in arguments], stdout=subprocess.PIPE, text=True,
                                        pass_fds=pass_fds)
        words = dict(w.split("=") for w in self.process.stdout.readline().split()[1:])
        self.port, self.control = int(words["port"]), int(words["control"])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(5)

    def ask(self, method, path, body=None):
        c = http.client.HTTPConnection("127.0.0.1", self.control, timeout=5)
        c.request(method, path, body if isinstance(body, (str, type(None))) else json.dumps(body))
        r = c.getresponse()
        return r.status, json.loads(r.read())

    def stats(self):
        return self.ask("GET", "/stats")[1]

    def reset(self):
        assert self.ask("POST", "/reset")[0] == 200

    def behave(self, kind, **more):
        status, answer = self.ask("POST", "/behaviour", {"kind": kind, **more})
        assert status == 200, answer

    def context(self, version=None, certificate=True):
        c = ssl.create_default_context(cafile=str(self.pki / "server/server-ca.crt"))
        c.options &= ~0x80      # Python ignores a missing close_notify (OP_IGNORE_UNEXPECTED_EOF); here it matters
        if certificate:
            c.load_cert_chain(self.pki / "server/gateway-client.crt", self.pki / "server/gateway-client.key")
        if version:
            c.minimum_version = c.maximum_version = version
        return c

    def connect(self, context=None, session=None, timeout=20):
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        try:
            return (context or self.context()).wrap_socket(raw, server_hostname="localhost", session=session,
                                                           suppress_ragged_eofs=False)
        except BaseException:
            raw.close()
            raise


def head(path, length, headers):
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {length}"]
    return ("\r\n".join(lines + [f"{k}: {v}" for k, v in headers]) + "\r\n\r\n").encode()


def receive(tls, deadline_s=20.0, stop_after=None, linger_s=0.03):
    """Read one reply; then wait linger_s for surplus bytes or the end of the connection."""
    start, reply, timeout = time.monotonic(), Reply(), tls.gettimeout()
    tls.setblocking(False)
    until = start + deadline_s
    while time.monotonic() < until and reply.end == "open" and not (stop_after and len(reply.raw) >= stop_after):
        parse(reply)
        wait = linger_s if reply.whole else until - time.monotonic()
        if not tls.pending() and not select.select([tls], [], [], max(wait, 0))[0]:
            break
        before = len(reply.raw)
        take(tls, reply)
        if len(reply.raw) > before:
            reply.first_byte_s = reply.first_byte_s or time.monotonic() - start
            reply.seconds = time.monotonic() - start
    tls.settimeout(timeout)
    parse(reply)
    return reply


def take(tls, reply):
    reset = was_reset(tls)      # before the read: after an error the library writes an alert and meets an RST itself
    try:
        data = tls.recv(1 << 20)
        reply.raw += data
        reply.end = reply.end if data else "clean"
    except ssl.SSLWantReadError:        # a session ticket, or part of a record
        pass
    except ssl.SSLError as e:
        if "EOF" not in str(e):
            raise
        reply.end = "reset" if reset else "cut"
    except ConnectionError:
        reply.end = "reset"


def was_reset(tls):
    """Python's ssl reports an RST as a missing close_notify; the socket itself knows better."""
    p = select.poll()
    p.register(tls, select.POLLIN)
    return any(event & select.POLLHUP for _, event in p.poll(0))


def parse(reply):
    end = reply.raw.find(b"\r\n\r\n")
    if end < 0 or not reply.raw.startswith(b"HTTP/1."):
        return
    lines = reply.raw[:end].decode("latin-1").split("\r\n")
    reply.status = int(lines[0].split()[1])
    reply.headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}
    rest = reply.raw[end + 4:]
    if reply.headers.get("transfer-encoding") == "chunked":
        reply.body, reply.whole = unchunk(rest)
    elif "content-length" in reply.headers:
        n = int(reply.headers["content-length"])
        reply.body, reply.surplus, reply.whole = rest[:n], rest[n:], len(rest) >= n
    else:
        reply.body, reply.whole = rest, reply.end == "clean" or reply.status == 100


def unchunk(rest):
    body = b""
    while True:
        line, found, after = rest.partition(b"\r\n")
        try:
            n = int(line, 16)
        except ValueError:
            return body, False
        if not found or len(after) < n + 2:
            return body + after[:n], False
        if n == 0:
            return body, True
        body, rest = body + after[:n], after[n + 2:]


def memory_kb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(next(line.split()[1] for line in f if line.startswith("VmHWM")))


def alive(pid):
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (OSError, ProcessLookupError):
        return False
