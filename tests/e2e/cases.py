"""What the cases share: their registration, raw HTTP, and the assertions on refusals and calls.

A case is one sentence and one function:

    @case("an expired certificate is refused", world=default_world)
    def expired(w): ...

Cases with the same `world` run one after the other in the same gateway; `case` without a world gets none and starts what it needs.
"""
import contextlib
import functools
import os
import re
import socket
import ssl
import time
import xml.etree.ElementTree as ElementTree

from world import ROOT, Reply, World, pki_index, sample, services

DEADLINE_S = 20
UNLIMITED = dict(calls_per_s=1000000, calls_burst=1000000, backend_idle_ms=600000)
CASES = []


class Case:
    """One registered case; `early` ones run beside the others in a thread of their own, because they must wait long."""

    def __init__(self, sentence, run, world_of, early):
        self.sentence, self.run, self.world_of, self.early = sentence, run, world_of, early


def case(sentence, world=None, early=False):
    """Register a function as a case. `world`: what makes its World; None: the function takes no argument."""
    def register(run):
        CASES.append(Case(sentence, run, world, early))
        return run
    return register


def table(rows, sentence, world, slow=False):
    """Register one case for each row; `sentence` is a format over the row's first column, the function gets (world, *row). Of a slow table
    a sanitizer's run (VASHGATE_SHORT) takes the first row alone."""
    def register(run):
        for row in rows[:1] if slow and os.environ.get("VASHGATE_SHORT") else rows:
            case(sentence.format(row[0]), world)(functools.partial(lambda w, r: run(w, *r), r=row))
        return run
    return register


@functools.lru_cache(maxsize=None)
def _world_of(items):
    return lambda: World(**dict(items))


def world_with(**settings):
    """What makes a World with these settings: the same object for the same settings, so that their cases share it."""
    return _world_of(tuple(sorted({**UNLIMITED, **settings}.items())))


def equal(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r}, wanted {wanted!r}")


def until(found, what, deadline_s=DEADLINE_S, pause_s=0.02):
    """Ask `found` until it is true; its value."""
    end = time.monotonic() + deadline_s
    while True:
        value = found()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline_s} s: {what}")
        time.sleep(pause_s)


# ---- the table of refusals ----

@functools.lru_cache(maxsize=None)
def faults():
    """The rows of vash/fault_table.h by code."""
    with open(os.path.join(ROOT, "vash", "fault_table.h"), encoding="utf-8") as f:
        text = f.read()
    string = r'"([^"]*)"'
    row = rf'X\((\w+), "(VG-\w+)", (PLAIN|SOAP), (\d+), ([01]),\s*\\?\s*{string},\s*\\?\s*{string},\s*\\?\s*{string},\s*\\?\s*{string}\)'
    names = ("name", "code", "form", "http", "sender", "sl", "en", "remedy_sl", "remedy_en")
    return {m[2]: dict(zip(names, m.groups())) for m in re.finditer(row, text)}


SOAP11 = "{http://schemas.xmlsoap.org/soap/envelope/}"
SOAP12 = "{http://www.w3.org/2003/05/soap-envelope}"
VG = "{urn:esodstvo:vashgate:1}"


def check_soap_fault(reply, code, status=500, soap12=False):
    """Status, content type, header, code element, both languages, remedy, id; the fault element."""
    equal((reply.status, reply.code), (status, code), f"refusal {reply.text[:400]}")
    row = faults()[code]
    equal(reply.header("Content-Type"), f"{'application/soap+xml' if soap12 else 'text/xml'}; charset=utf-8", "media type")
    ns = SOAP12 if soap12 else SOAP11
    fault = ElementTree.fromstring(reply.body).find(f"{ns}Body/{ns}Fault")
    napaka = fault.find((f"{ns}Detail" if soap12 else "detail") + f"/{VG}Napaka")
    text = {child.tag.removeprefix(VG): child.text for child in napaka}
    equal((text["koda"], text["sl"], text["remedy"]), (code, row["sl"], f"{row['remedy_sl']} / {row['remedy_en']}"), "fault")
    equal(text["en"][:len(row["en"])], row["en"], "English text")
    equal(text["id"], reply.header("X-Request-Id"), "id")
    reason = fault.find(f"{ns}Reason/{ns}Text").text if soap12 else fault.find("faultstring").text
    equal(reason, f"{code}: {row['sl']}", "reason")
    return fault


def check_plain(reply, code, status):
    """A plain refusal: status, header, code, both languages, remedy, id in the text."""
    equal((reply.status, reply.code), (status, code), f"refusal {reply.text[:400]}")
    row = faults()[code]
    equal(reply.header("Content-Type"), "text/plain; charset=utf-8", "media type")
    equal(reply.text.splitlines(), [code, row["sl"], row["en"], row["remedy_sl"], row["remedy_en"], reply.header("X-Request-Id")], "text")
    if status == 503:
        equal(reply.header("Retry-After"), "2", "Retry-After")


def check_record(w, reply, code, name, service="-", count=1, listener="services"):
    """The record that the receipt names is this refusal."""
    r = w.record_of(reply)
    cert = pki_index()["certificates"][name]["sha256"]
    found = {k: r[k] for k in ("kind", "code", "status", "count", "service", "cert", "listener", "peer")}
    equal(found, dict(kind="refusal", code=code, status=str(reply.status), count=str(count), service=service, cert=cert,
                      listener=listener, peer="127.0.0.1"), "record")
    return r


def check_refusal(w, reply, code, name, service="-", status=None, soap12=False, listener="services"):
    """A refusal of either form with its record."""
    row = faults()[code]
    if row["form"] == "SOAP":
        check_soap_fault(reply, code, status or 500, soap12)
    else:
        check_plain(reply, code, status or int(row["http"]))
    check_record(w, reply, code, name, service, listener=listener)


# ---- the backend's view ----

SEEN = ("connections", "handshakes", "bytes_in", "app_bytes_in", "requests")


@contextlib.contextmanager
def backend_untouched(w):
    """Not one byte reached the simulator in between."""
    before = w.sim.stats()
    yield
    after = w.sim.stats()
    equal({k: after[k] for k in SEEN}, {k: before[k] for k in SEEN}, "what the backend saw")


def accepted(w, service, name="obcina", **kw):
    """The control: the call is served, once, by the backend."""
    before = w.sim.stats()["requests"]
    reply = w.call(service, name, **kw)
    equal(reply.status, 200, f"control {service} {name} {reply.code} {reply.text[:300]}")
    equal(w.sim.stats()["requests"], before + 1, "requests that the backend saw")
    return reply


def outcome_of(w, reply):
    """The outcome record of a call: it follows the reply."""
    intent = w.record_of(reply)
    equal(intent["kind"], "intent", "record of the receipt")
    return until(lambda: w.records(kind="outcome", intent=intent["index"]), f"outcome of {intent['index']}")[0]


def next_outcome(w, after):
    """The outcome of the first call that came behind index `after`, where no whole reply names its record."""
    return until(lambda: [r for r in w.records(kind="outcome") if int(r["intent"]) > after], "an outcome")[0]


def last_index(w):
    return int(w.records()[-1]["index"])


def metric_rises(w, name, before):
    until(lambda: w.metrics()[name] > before[name], f"metric {name} above {before[name]}")


# ---- services with an effect ----

def services_file(w, effect):
    """The table of services with the services `effect` marked so."""
    with open(os.path.join(ROOT, "vash", "codelists", "services.csv"), encoding="utf-8") as f:
        lines = [line.replace(",query,", ",effect,") if line.split(",")[0] in effect else line for line in f]
    path = os.path.join(w.folder, "services.csv")
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(lines)
    w.write_config(services_file=path)


def effect_world(**settings):
    """1203 as a route with an effect."""
    w = World(start=False, backend_idle_ms=600000, **settings)
    services_file(w, ("1203",))
    return w.start()


# ---- raw HTTP ----

def request(service, body=None, method="POST", path=None, version="HTTP/1.1", headers=(), drop=(), length=True):
    """The bytes of a call. `headers`: lines added; `drop`: names left out; `length`: with Content-Length."""
    row = services()[service]
    body = sample(service) if body is None else body
    lines = [("Host", "localhost"), ("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", f'"{row["soap_action"]}"')]
    if length:
        lines.append(("Content-Length", str(len(body))))
    head = [f"{method} {path or row['path']} {version}"] + [f"{k}: {v}" for k, v in lines if k not in drop] + list(headers)
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def xop(parts, boundary="b1"):
    """A multipart/related message of (content type, body) parts."""
    out = b"".join(f"--{boundary}\r\nContent-Type: {kind}\r\n\r\n".encode() + body + b"\r\n" for kind, body in parts)
    return out + f"--{boundary}--\r\n".encode()


def xop_type(kind="text/xml", boundary="b1"):
    """The Content-Type of such a message around an envelope of that media type."""
    return f'multipart/related; type="application/xop+xml"; start-info="{kind}"; boundary={boundary}'


class Raw:
    """A connection on which the test writes every byte itself, and sees how it ends."""

    def __init__(self, w, name="obcina", port=None, tls=None, session=None, context=None, timeout=15):
        context = context or w.context(name, tls)
        context.options &= ~0x80  # OP_IGNORE_UNEXPECTED_EOF: here a missing close_notify matters
        raw = socket.create_connection((w.address, port or w.port), timeout=timeout)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.s = context.wrap_socket(raw, server_hostname="localhost", session=session, suppress_ragged_eofs=False)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.s.close()

    def send(self, data):
        self.s.sendall(data)
        return self

    def _more(self):
        piece = self.s.recv(65536)
        if not piece:
            raise EOFError(f"closed after {self.buffer[:200]!r}")
        self.buffer += piece

    def _take(self, n):
        while len(self.buffer) < n:
            self._more()
        out, self.buffer = self.buffer[:n], self.buffer[n:]
        return out

    def _line(self, end):
        while end not in self.buffer:
            self._more()
        return self._take(self.buffer.index(end) + len(end))

    def _chunks(self):
        while True:
            n = int(self._line(b"\r\n"), 16)
            piece = self._take(n + 2)
            if n == 0:
                return
            yield piece[:-2]

    def head(self):
        """Status and header fields of the next reply; the body stays unread."""
        lines = self._line(b"\r\n\r\n").decode("latin-1").split("\r\n")
        return int(lines[0].split()[1]), {k.lower(): v for k, v in (line.split(": ", 1) for line in lines[1:] if line)}

    def reply(self):
        status, headers = self.head()
        if "transfer-encoding" in headers:
            return Reply(status, headers, b"".join(self._chunks()))
        return Reply(status, headers, self._take(int(headers.get("content-length", 0))))

    def drain(self, keep=True):
        """Read to the end. How the connection ends: "clean" (close_notify) or "cut". `keep`: the bytes stay in self.buffer."""
        try:
            while True:
                self._more()
                self.buffer = self.buffer if keep else b""
        except EOFError:
            return "clean"
        except ConnectionResetError:
            return "cut"
        except ssl.SSLError as e:
            if "EOF" not in str(e.reason):
                raise
            return "cut"

    def leave(self):
        """Close as TLS wants it; the session: without our close_notify OpenSSL makes it unusable."""
        session = self.s.session
        try:
            self.s.unwrap()
        except (ssl.SSLError, OSError):
            pass
        return session

    def end(self):
        """As drain, but nothing more may come."""
        how = self.drain()
        equal(self.buffer, b"", "bytes behind the reply")
        return how


def exchange(w, data, name="obcina"):
    """Send; read one reply (to HEAD: its head); the connection must then end without another byte."""
    with Raw(w, name) as c:
        c.send(data)
        reply = Reply(*c.head(), b"") if data.startswith(b"HEAD ") else c.reply()
        equal(c.end(), "clean", "end of the connection")
        return reply
