"""Limits of a certificate, of memory and of connections; deadlines towards callers who stop right there."""
import socket
import ssl
import threading

from cases import (Raw, accepted, backend_untouched, case, check_plain, check_record, equal, exchange, last_index, metric_rises, next_outcome,
                   outcome_of, request, sample, table, until, world_with)
from world import World, pki_index

THOUSAND = 1000

# ---- calls of one certificate ----


def limit_records(w, code):
    """The counts of the records of a limit, in order."""
    return [int(r["count"]) for r in w.records(kind="refusal", code=code)]


def refused_calls(w, context, n, code):
    """n refused calls, each on a connection of its own that resumes; the replies that carry a receipt."""
    recorded, session = [], None
    for _ in range(n):
        with Raw(w, context=context, session=session) as c:
            reply = c.send(request("1203")).reply()
            session = c.leave()
        equal((reply.status, reply.code), (503, code), "limited call")
        if reply.header("X-Vashgate-Receipt"):
            recorded.append(reply)
    return recorded


@case("calls above calls_per_s get 503; the first and the 1,000th are records", None)
def calls_per_s():
    with World(calls_per_s=1, calls_burst=200, in_flight=64, backend_idle_ms=600000) as w:
        context, served = w.context("obcina"), 0
        with Raw(w) as c:
            while True:
                reply = c.send(request("1203")).reply()
                if reply.status != 200:
                    break
                served += 1
        equal(served >= 200, True, f"{served} calls served before the limit")
        check_plain(reply, "VG-S03", 503)
        check_record(w, reply, "VG-S03", "obcina", "1203")
        refused, session, recorded = 1, None, []
        before = w.metrics()
        while refused < THOUSAND + 1:
            with Raw(w, context=context, session=session) as c:
                reply = c.send(request("1203")).reply()
                session = c.leave()
            if reply.status == 200:  # a token of this second
                continue
            equal((reply.status, reply.code), (503, "VG-S03"), "limited call")
            refused += 1
            if reply.header("X-Vashgate-Receipt"):
                recorded.append((refused, reply))
        equal([n for n, _ in recorded], [THOUSAND], "refusals with a receipt")
        check_record(w, recorded[0][1], "VG-S03", "obcina", "1203", count=THOUSAND)
        equal(limit_records(w, "VG-S03"), [1, THOUSAND], "counts of the records")
        equal(w.metrics()["limited_total"] - before["limited_total"], THOUSAND, "counted")
        until(lambda: refused_without_the_backend(w), "still limited")  # at most one call gets the token of its second
        accepted(w, "1203", "podjetje")  # another certificate's limit is its own


def refused_without_the_backend(w):
    before = w.sim.stats()["requests"]
    if w.call("1203").code != "VG-S03":
        return False
    equal(w.sim.stats()["requests"], before, "requests that the backend saw")
    return True


@case("calls above in_flight get 503; the first and the 1,000th are records; then the limit is free again", None)
def in_flight():
    with World(calls_per_s=1000000, calls_burst=1000000, in_flight=2, backend_idle_ms=600000) as w:
        accepted(w, "1203")
        w.sim.behave("never_reply", path="/spletne-storitve/pravna-podrocja/ezk/gov/javni-izpisi/redni-izpis")
        held = [Raw(w).send(request("1001")) for _ in range(2)]
        until(lambda: w.sim.stats()["requests"] == 3, "both calls at the backend")
        context = w.context("obcina")
        with backend_untouched(w):
            recorded = refused_calls(w, context, THOUSAND + 1, "VG-S04")
        equal([w.record_of(r)["count"] for r in recorded], ["1", str(THOUSAND)], "counts of the records")
        check_plain(recorded[0], "VG-S04", 503)
        check_record(w, recorded[1], "VG-S04", "obcina", "1203", count=THOUSAND)
        accepted(w, "1203", "podjetje")
        w.sim.reset()
        for c in held:
            c.s.close()
        until(lambda: w.call("1203").status == 200, "the limit is free again")


@case("calls one after another on one connection are never above an in_flight of one", None)
def one_after_another():
    with World(in_flight=1, calls_per_s=1000000, calls_burst=1000000) as w, Raw(w) as c:
        codes = [c.send(request("1203")).reply().code for _ in range(300)]
        equal(set(codes), {None}, "codes")


@case("an untrusted certificate is limited with its network, and takes nothing from a trusted one", None)
def untrusted():
    with World(calls_per_s=1, calls_burst=5) as w:
        codes = [w.call("1203", name).code for name in ("samopodpisan", "neznan_izdajatelj", "potekel") * 3]
        equal((codes[0], codes[-1]), ("VG-C01", "VG-S03"), "codes")
        accepted(w, "1203")


# ---- memory and connections ----

@case("above the byte budget a request gets 503 before it is read, and the next is served", None)
def byte_budget():
    with World(buffer_budget_bytes=1048576, request_max_bytes=1048576) as w:
        accepted(w, "1203")
        held = Raw(w).send(request("1001", b"", length=False, headers=("Content-Length: 900000",)))
        until(lambda: w.metrics()["request_buffer_bytes"] >= 900000, "the budget taken")
        with backend_untouched(w):
            reply = exchange(w, request("1001", b"", length=False, headers=("Content-Length: 900000",)))
            check_plain(reply, "VG-S01", 503)
            check_record(w, reply, "VG-S01", "obcina", "1001")
        held.s.close()
        until(lambda: w.metrics()["request_buffer_bytes"] == 0, "the budget given back")
        accepted(w, "1203")


CHUNKED = ("Transfer-Encoding: chunked",)


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


@case("a chunked body takes of the byte budget what has come, and above it gets 503", None)
def byte_budget_chunked():
    body = sample("1001") + b" " * 200000
    whole = request("1001", b"", length=False, headers=CHUNKED) + chunk(body) + b"0\r\n\r\n"
    with World(buffer_budget_bytes=1048576, request_max_bytes=1048576) as w:
        equal(send_one(w, whole).status, 200, "control")
        until(lambda: w.metrics()["request_buffer_bytes"] == 0, "the budget given back")
        with Raw(w) as held:
            held.send(request("1001", b"", length=False, headers=CHUNKED) + chunk(b" " * 900000))
            until(lambda: w.metrics()["request_buffer_bytes"] >= 900000, "the budget taken")
            with backend_untouched(w):
                reply = exchange(w, whole)
                check_plain(reply, "VG-S01", 503)
                check_record(w, reply, "VG-S01", "obcina", "1001")
        until(lambda: w.metrics()["request_buffer_bytes"] == 0, "the budget given back")
        equal(send_one(w, whole).status, 200, "with the budget free again")


def send_one(w, data):
    with Raw(w) as c:
        return c.send(data).reply()


@case("above connections_max a connection is closed at once, and the next is served", None)
def connections_max():
    with World(connections_max=4) as w:
        with Raw(w) as c:
            equal(c.send(request("1203")).reply().status, 200, "control")
            others = [socket.create_connection(("127.0.0.1", w.port)) for _ in range(6)]
            until(lambda: sum(1 for s in others if is_closed(s)) >= 3, "three of them closed")
            for s in others:
                s.close()
        until(lambda: served(w), "a connection is taken again")
        equal(w.metrics()["connections_refused_total"] >= 3, True, "counted")


def is_closed(s):
    """Did the peer close a connection on which nothing was sent?"""
    s.setblocking(False)
    try:
        return s.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def served(w):
    try:
        return w.call("1203").status == 200
    except (ConnectionResetError, ssl.SSLError, OSError):
        return False


@case("calls for which no worker is free to connect get 503, their intents say so", None)
def workers_busy():
    with World(workers=1, worker_queue=1, backend_idle_max=0, backend_connect_ms=5000) as w:
        accepted(w, "1203")
        w.sim.behave("slow_handshake", ms=1500)
        callers = [Raw(w).send(request("1203")) for _ in range(4)]
        replies = [c.reply() for c in callers]
        refused = [r for r in replies if r.status == 503]
        equal(({r.status for r in replies}, len(refused) >= 1), ({200, 503}, True), "replies")
        for reply in refused:
            check_plain(reply, "VG-S01", 503)
            outcome = outcome_of(w, reply)
            equal((outcome["result"], outcome["status"], outcome["code"]), ("fault", "503", "VG-S01"), "outcome")


# ---- deadlines: a peer that stops right there; the counter says which deadline it was ----

HASTY = world_with(handshake_ms=300, head_ms=300, idle_ms=300, body_grace_ms=300, body_min_rate=1000000, write_ms=300, linger_ms=300)


def in_tcp(w):
    s = socket.create_connection(("127.0.0.1", w.port), timeout=20)
    return s, lambda: s.recv(1)


def in_hello(w):
    s = socket.create_connection(("127.0.0.1", w.port), timeout=20)
    s.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
    return s, lambda: s.recv(1)


def with_raw(data):
    """Send `data` of a request, then stop."""
    def stop(w):
        c = Raw(w)
        c.send(data)
        return c.s, c.drain
    return stop


def after_reply(w):
    c = Raw(w)
    c.send(request("1203")).reply()
    return c.s, c.drain


WHOLE = request("1203")
STOPS = (
    # where the peer stops, how, the counter
    ("before the handshake", in_tcp, "handshake"),
    ("in the middle of the ClientHello", in_hello, "handshake"),
    ("in the request line", with_raw(WHOLE[:20]), "head"),
    ("in the last line of the head", with_raw(WHOLE[:WHOLE.index(b"\r\n\r\n") + 3]), "head"),
    ("before the body", with_raw(WHOLE[:WHOLE.index(b"\r\n\r\n") + 4]), "body"),
    ("one byte before the end of the body", with_raw(WHOLE[:-1]), "body"),
    ("before the first chunk", with_raw(request("1203", b"", length=False, headers=("Transfer-Encoding: chunked",))), "body"),
    ("before the first request", with_raw(b""), "idle"),
    ("after a reply", after_reply, "idle"),
)


def deadlines(w):
    """The counters of deadlines."""
    return {k: v for k, v in w.metrics().items() if k.startswith("deadline_")}


@table(STOPS, "a peer that stops {} meets its deadline", HASTY)
def stops(w, where, stop, metric):
    accepted(w, "1203")
    until(lambda: w.metrics()["connections_open"] <= 2, "earlier connections closed")
    before, seen = deadlines(w), w.sim.stats()["requests"]
    s, wait = stop(w)
    wait()
    s.close()
    after = deadlines(w)
    equal({k: after[k] - before[k] for k in after if after[k] != before[k]}, {f"deadline_{metric}_total": 1}, "deadlines counted")
    equal(w.sim.stats()["requests"] - seen, 1 if where == "after a reply" else 0, "requests that the backend saw")


@case("a body that comes slower than the least rate meets its deadline though it never stops", HASTY)
def drips(w):
    before = deadlines(w)
    data = request("1203", sample("1203") + b" " * 20000)
    with Raw(w) as c:
        c.send(data[:200])
        try:
            for i in range(200, len(data), 50):
                c.send(data[i:i + 50])
                c.s.settimeout(0.02)
                try:
                    if not c.s.recv(1):
                        break
                except (socket.timeout, ssl.SSLWantReadError):
                    pass
            else:
                raise AssertionError("the body was taken")
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            pass
    equal(deadlines(w)["deadline_body_total"], before["deadline_body_total"] + 1, "deadlines counted")


@table((("leaves", lambda c: c.s.close()), ("meets his deadline", lambda c: c.drain())),
       "a caller that {} before the end of his message leaves a record", HASTY)
def leaves_a_record(w, what, leave):
    accepted(w, "1203")
    seen = len(w.records(kind="refusal", code="VG-H14"))
    with backend_untouched(w), Raw(w) as c:
        c.send(WHOLE[:-1])
        leave(c)
        until(lambda: len(w.records(kind="refusal", code="VG-H14")) > seen, "the record")
    record = w.records(kind="refusal", code="VG-H14")[-1]
    equal((record["service"], record["status"], record["cert"]), ("1203", "0", pki_index()["certificates"]["obcina"]["sha256"]), "record")


@case("a refused caller that stays is cut off at the lingering deadline", HASTY)
def lingers(w):
    before = w.metrics()
    with Raw(w, "brez_qc") as c:
        reply = c.send(request("1203", b"", length=False, headers=("Content-Length: 100000",))).reply()
        equal(reply.code, "VG-C07", "refusal")
        metric_rises(w, "deadline_linger_total", before)


LINGER_BYTES = 4 << 20


def sends_on(w, n, slowly=False):
    """A refused caller that sends on with `n` bytes past TLS, which nobody decrypts any more: "taken" or "cut". Slowly: each piece is read
    before the next is sent."""
    piece = (64 << 10) if slowly else (1 << 20)
    with Raw(w, "brez_qc") as c:
        reply = c.send(request("1203", b"", length=False, headers=("Content-Length: 1000000",))).reply()
        equal(reply.code, "VG-C07", "refusal")
        with socket.socket(fileno=c.s.detach()) as s:
            s.settimeout(15)
            try:
                for _ in range(n // piece):
                    s.sendall(b"x" * piece)
                    if slowly:
                        w.metrics()
            except (BrokenPipeError, ConnectionResetError):
                return "cut"
    return "taken"


@case("a refused caller that sends on is cut off above linger_max_bytes, long before the deadline", world_with(linger_max_bytes=LINGER_BYTES, linger_ms=600000))
def lingers_long(w):
    before = w.metrics()["deadline_linger_total"]
    equal(sends_on(w, LINGER_BYTES // 2), "taken", "half of what is allowed")
    equal(sends_on(w, 64 * LINGER_BYTES), "cut", "64 times what is allowed")
    equal(sends_on(w, 4 * LINGER_BYTES, slowly=True), "cut", "4 times what is allowed, piece by piece")
    equal(w.metrics()["deadline_linger_total"], before, "lingering deadlines")
    accepted(w, "1203")


@case("a caller that does not read meets its deadline, the reply is recorded as truncated, and the backend is let go", HASTY)
def does_not_read(w):
    before, index = w.metrics(), last_index(w)
    w.sim.behave("huge", bytes=256 << 20)
    with Raw(w) as c:
        c.send(request("1001"))
        equal(c.head()[0], 200, "status")
        metric_rises(w, "deadline_write_total", before)
        equal(next_outcome(w, index)["result"], "truncated", "outcome")
        equal(c.drain(keep=False), "cut", "end")


@case("a caller that does not read does not let the gateway's memory grow, and gets all of it when he reads", world_with(reply_buffer_bytes=65536))
def back_pressure(w):
    size = 64 << 20
    w.sim.behave("huge", bytes=size)
    with Raw(w) as c:
        c.send(request("1001"))
        status, headers = c.head()
        settled = [-1]

        def sent():
            settled.append(w.sim.stats()["app_bytes_out"])
            return settled[-1] == settled[-2]
        until(sent, "the backend stops", pause_s=0.3)
        equal(settled[-1] < size // 2, True, f"bytes that the backend could send: {settled[-1]}")
        rest = int(headers["content-length"])
        while rest > len(c.buffer):
            rest -= len(c.buffer)
            c.buffer = b""
            c._more()
        equal(rest, len(c.buffer), "bytes of the reply")


# ---- many at once ----

@case("two hundred calls of eight callers at once are all served and recorded once", world_with(loops=2))
def many(w):
    failures = []

    def caller():
        try:
            with Raw(w) as c:
                for _ in range(25):
                    equal(c.send(request("1203")).reply().status, 200, "status")
        except Exception as e:
            failures.append(repr(e))
    index = last_index(w)
    threads = [threading.Thread(target=caller) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    equal(failures, [], "failures")
    until(lambda: len([r for r in w.records(kind="outcome") if int(r["intent"]) > index]) == 200, "200 outcomes")
    equal(len([r for r in w.records(kind="intent") if int(r["index"]) > index]), 200, "intents")
