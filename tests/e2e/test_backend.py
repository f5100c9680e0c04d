"""What the backend sees of a call, and what the caller sees when the backend misbehaves."""
import contextlib
import http.client
import os
import re
import signal
import ssl

from cases import (Raw, accepted, case, check_soap_fault, effect_world, equal, last_index, metric_rises, next_outcome, outcome_of,
                   request, table, until, world_with, xop, xop_type)
from world import World, pki_index, sample, services

# ---- what the backend gets ----


def headers_of(last, name):
    """All values of one header of the simulator's last request."""
    return [h.split(": ", 1)[1] for h in last["headers"] if h.lower().startswith(name.lower() + ":")]


@case("the backend gets the identity of the caller and nothing of the caller's own X-Vashgate headers", world_with())
def identity(w):
    forged = {"X-Vashgate-Identity": "e30.AAAA", "x-vashgate-group": "1001", "X-VASHGATE-Receipt": "v=1", "X-Request-Id": "caller",
              "X-Forwarded-For": "192.0.2.1", "Cookie": "a=b", "Authorization": "Basic eA=="}
    reply = accepted(w, "1001", headers=forged)
    stats = w.sim.stats()
    last, intent = stats["last"], w.record_of(reply)
    equal(stats["identity_failures"], 0, "identity failures")
    names = sorted(h.split(":")[0].lower() for h in last["headers"])
    equal(names, ["accept", "content-length", "content-type", "host", "soapaction", "x-request-id", "x-vashgate-identity"], "headers")
    equal(headers_of(last, "X-Request-Id"), [reply.header("X-Request-Id")], "request id")
    found = {k: str(v) for k, v in last["identity"].items() if k != "time"}
    equal(found, dict(v="1", eceu=intent["eceu"], group="1001", cert=pki_index()["certificates"]["obcina"]["sha256"],
                      request=reply.header("X-Request-Id")), "identity")


@case("the simulator refuses a gateway that has another key for the identity", None)
def identity_key():
    with World() as w:
        accepted(w, "1001")
        with open(w.hmac_path, "w", encoding="ascii") as f:
            f.write(os.urandom(32).hex() + "\n")
        equal(w.reload(), True, "reload")
        reply = w.call("1001")
        equal((reply.status, reply.code, w.sim.stats()["identity_failures"]), (500, None, 1), "reply")


@table((("1101", "oseba", "emso", "0101006500006"), ("1101", "podjetje", "maticna", "1732803000"),
        ("1102", "oseba", "emso", "0101006500006"), ("1102", "podjetje", "maticna", "1732803000")),
       "in {} the caller's own number is written in, in both SOAP versions", world_with())
def inserted(w, service, name, element, number):
    for soap12 in (False, True):
        reply = accepted(w, service, name, soap12=soap12)
        body = w.sim.stats()["last"]["body"]
        found = re.search(r'<ZahtevekRequest xmlns="urn:esodstvo:ezk:1"><(\w+)>(\w+)</\w+>', body)
        equal(found and found.groups(), (element, number), body)
        equal(number in str(w.record_of(reply)), False, "number in the record")


@case("the backend gets the guard's own serialisation: no comment, no prefix, no header block, no text of the caller's envelope", world_with())
def own_serialisation(w):
    body = sample("1001").decode()
    body = body.replace("<soap:Body>", '<soap:Header><a:Id xmlns:a="urn:a">secret</a:Id></soap:Header><!-- one --><soap:Body>')
    body = body.replace("1737", "<!-- two -->17<![CDATA[37]]>", 1).replace("567", "&#53;67", 1)
    body = body.replace("<ezk:namen>", '<ezk:namen xmlns:unused="urn:unused">')
    accepted(w, "1001", body=body.encode())
    last = w.sim.stats()
    equal(last["body_violations"], 0, "violations")
    last = last["last"]["body"]
    for left in ("<ezk:", "soap:", "<!--", "CDATA", "&#", "secret", "unused", "Header"):
        equal(left in last, False, f"{left} in {last}")
    plain = re.sub(r"\s+<", "<", last)
    wanted = ('<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
              '<RedniIzpisGovRequest xmlns="urn:esodstvo:ezk:1"><nepremicnina><parcela><ko>1737</ko><stevilka>1234/5</stevilka></parcela></nepremicnina>'
              '<nepremicnina><stavba><ko>1737</ko><stevilka>567</stevilka></stavba></nepremicnina><nepremicnina><delStavbe><ko>1737</ko>'
              '<stevilkaStavbe>567</stevilkaStavbe><stevilka>8</stevilka></delStavbe></nepremicnina><namen>GOV_REDNI_IZPIS</namen>'
              '</RedniIzpisGovRequest></e:Body></e:Envelope>')
    equal(plain, wanted, "body")


@case("the same request gives the same bytes to the backend, however it is written", world_with())
def one_serialisation(w):
    seen = set()
    for pattern, new in ((rb"$^", b""), (rb"(<|</|xmlns:)ezk\b", rb"\1x"), (rb"(<|</|xmlns:)soap\b", rb"\1s"), (rb"1737", b"<![CDATA[1737]]>"),
                         (rb"UTF-8", b"utf-8"), (rb"<ezk:ko>", b"<!-- x --><ezk:ko\t\n>"), (rb"1234/5", b"&#49;234&#x2f;5")):
        accepted(w, "1001", body=re.sub(pattern, new, sample("1001")))
        seen.add(w.sim.stats()["last"]["body"])
    equal(len(seen), 1, f"different bodies: {seen}")


@case("every service reaches its own path and action in both SOAP versions", world_with())
def every_service(w):
    for service, row in services().items():
        if row["backend"] == "self":
            continue
        name = "podjetje" if service in ("1101", "1102") else "obcina"
        for soap12 in (False, True):
            accepted(w, service, name, soap12=soap12)
            last = w.sim.stats()["last"]
            action = f'application/soap+xml; charset=utf-8; action="{row["soap_action"]}"' if soap12 else f'"{row["soap_action"]}"'
            equal((last["path"], last["content_type" if soap12 else "soap_action"]), (row["path"], action), service)


@case("MTOM is asked of the backend only if the caller lists multipart/related", world_with())
def mtom(w):
    for accept, wanted in ((None, "text/xml"), ("*/*", "text/xml"), ("text/xml, multipart/*", "text/xml"),
                           ("multipart/related, text/xml", "multipart/related, text/xml")):
        accepted(w, "1002", headers={"Accept": accept})
        equal(w.sim.stats()["last"]["accept"], wanted, f"Accept for {accept}")


@case("a caller that sends XOP gets MTOM though it names no multipart in Accept, in both SOAP versions", world_with())
def xop_asks_for_mtom(w):
    for soap12, kind in ((False, "text/xml"), (True, "application/soap+xml")):
        plain = accepted(w, "1002", soap12=soap12).header("Content-Type")
        equal((w.sim.stats()["last"]["accept"], plain.split(";")[0]), (kind, kind), "Accept and media type of the plain call")
        body = xop([(f'application/xop+xml; charset=utf-8; type="{kind}"', sample("1002", soap12))])
        packed = accepted(w, "1002", soap12=soap12, body=body, headers={"Content-Type": xop_type(kind)}).header("Content-Type")
        found = w.sim.stats()["last"]["accept"], packed.split(";")[0]
        equal(found, (f"multipart/related, {kind}", "multipart/related"), "Accept and media type of the XOP call")


@case("pipelined requests are answered one by one and in order", world_with())
def pipelined(w):
    wanted = ["1001", "1203", "1000", "1005", "1003", "1103"]
    with Raw(w) as c:
        c.send(b"".join(request(s) for s in wanted))
        replies = [c.reply() for _ in wanted]
    equal([r.status for r in replies], [200] * len(wanted), "status")
    equal([w.record_of(r)["service"] for r in replies], wanted, "order")


@case("a request pipelined behind a refused one is answered if the refused body was read", world_with())
def pipelined_refusal(w):
    with Raw(w) as c:
        c.send(request("1001", body=b"<a/>") + request("1203"))
        equal([(r.status, r.code) for r in (c.reply(), c.reply())], [(500, "VG-X12"), (200, None)], "replies")


# ---- the backend misbehaves before anything has left: a clean fault ----

FAST = world_with(backend_connect_ms=400, backend_first_byte_ms=400, backend_progress_ms=400, backend_idle_max=0, backend_fail_max=1000)

BROKEN = (
    # behaviour, parameters, code, requests that the backend saw
    ("refuse", {}, "VG-U01", 0),
    ("accept_and_close", {}, "VG-U01", 0),
    ("slow_handshake", {"ms": 3000}, "VG-U02", 0),
    ("close_after_handshake", {}, "VG-U03", 0),
    ("close_before_reply", {}, "VG-U03", 1),
    ("close_before_reply", {"rst": True}, "VG-U03", 1),
    ("close_before_reply_clean", {}, "VG-U03", 1),
    ("slow_first_byte", {"ms": 5000}, "VG-U02", 1),
    ("never_reply", {}, "VG-U02", 1),
    ("slow_body", {"ms": 5000}, "VG-U02", 1),
    ("die_in_head", {}, "VG-U03", 1),
    ("die_after", {}, "VG-U03", 1),
    ("die_after", {"rst": True}, "VG-U03", 1),
    ("die_after", {"bytes": 60000}, "VG-U03", 1),
    ("die_after_chunked", {}, "VG-U03", 1),
    ("lie_longer", {}, "VG-U03", 1),
    ("lie_shorter", {}, "VG-U03", 1),
    ("bad_chunk", {}, "VG-U03", 1),
    ("bad_head", {}, "VG-U03", 1),
    ("two_framings", {}, "VG-U03", 1),
    ("no_length_cut", {}, "VG-U03", 1),
    ("no_length_cut", {"rst": True}, "VG-U03", 1),
    ("head_flood", {}, "VG-U03", 1),
    ("trailing_garbage", {}, "VG-U03", 1),
    ("html_error", {}, "VG-U04", 1),
    ("status_404", {}, "VG-U04", 1),
    ("status_500_html", {}, "VG-U04", 1),
    ("status_503", {}, "VG-U04", 1),
    ("redirect_302", {}, "VG-U04", 1),
    ("unasked_multipart", {}, "VG-U04", 1),
)


def broken(w, kind, more, code, seen):
    accepted(w, "1001")
    for soap12 in (False, True):
        w.sim.reset()
        w.sim.behave(kind, **more)
        reply = w.call("1001", soap12=soap12)
        check_soap_fault(reply, code, 500, soap12)
        stats = w.sim.stats()
        outcome = outcome_of(w, reply)
        equal((outcome["result"], outcome["status"], outcome["code"]), ("fault", "500", code), "outcome")
        equal(stats["requests"], seen, "requests that the backend saw")
        w.sim.reset()
    accepted(w, "1001")


for row in BROKEN:
    options = ", ".join(f"{k} {v}" for k, v in row[1].items())
    case(f"a backend that does {row[0]}{' with ' + options if options else ''} gives the fault {row[2]}", FAST)(
        lambda w, row=row: broken(w, *row))


@case("what follows a reply on a backend connection is no answer to the next call", world_with())
def poison(w):
    w.sim.behave("trailing_garbage")
    for _ in range(4):
        reply = w.call("1001")
        equal(b"poison" in reply.body, False, "poison")
    w.sim.reset()
    for _ in range(4):
        equal(b"poison" in accepted(w, "1001").body, False, "poison")


# ---- odd but sound replies are delivered ----

SOUND = ("chunked", "one_byte_at_a_time", "no_length", "http10", "continue_100_first")


@table([(kind,) for kind in SOUND], "a backend that does {} is fine", world_with())
def sound(w, kind):
    plain = accepted(w, "1005").zip()
    w.sim.behave(kind)
    reply = accepted(w, "1005")
    equal(len(reply.zip()), len(plain), "zip")
    equal(outcome_of(w, reply)["result"], "delivered", "outcome")


@case("a fault of the backend reaches the caller as it is", world_with())
def fault_of_backend(w):
    for soap12, status in ((False, 500), (True, 500)):
        w.sim.behave("soap_fault")
        reply = w.call("1001", soap12=soap12)
        equal((reply.status, reply.code, b"Fault>" in reply.body), (status, None, True), "reply")
        outcome = outcome_of(w, reply)
        equal((outcome["result"], outcome["status"], outcome["code"]), ("delivered", str(status), "-"), "outcome")


@case("multipart that was asked for is delivered", world_with())
def asked_multipart(w):
    w.sim.behave("unasked_multipart")
    reply = accepted(w, "1002", headers={"Accept": "multipart/related"})
    equal(reply.header("Content-Type").split(";")[0], "multipart/related", "media type")


# ---- a reply that breaks after it has begun never looks whole ----

AFTER = world_with(backend_progress_ms=400)
HELD_LITTLE = world_with(reply_hold_bytes=1024)
LATE = (
    # behaviour, parameters, world
    ("die_after", {"bytes": 100000}, AFTER),
    ("die_after", {"bytes": 3000000}, AFTER),
    ("die_after", {"bytes": 100000, "rst": True}, AFTER),
    ("die_after_chunked", {"bytes": 100000}, AFTER),
    ("die_after_chunked", {"bytes": 100000, "rst": True}, AFTER),
    ("lie_longer", {}, HELD_LITTLE),
    ("bad_chunk", {}, HELD_LITTLE),
    ("no_length_cut", {}, HELD_LITTLE),
)


def late(w, kind, more):
    """The client must notice, and so must the records."""
    before, metrics = last_index(w), w.metrics()
    w.sim.behave(kind, **more)
    with Raw(w) as c:
        c.send(request("1001"))
        status, headers = c.head()
        equal(status, 200, "status")
        equal(c.drain(), "cut", "end")
        got = len(c.buffer)
        equal(got > 1000, True, "bytes before the end")
        if "content-length" in headers:
            equal(got < int(headers["content-length"]), True, "Content-Length is not reached")
        else:
            equal(c.buffer.endswith(b"0\r\n\r\n"), False, "last chunk")
    outcome = next_outcome(w, before)
    equal((outcome["result"], outcome["status"], outcome["code"]), ("truncated", "200", "VG-U03"), "outcome")
    metric_rises(w, "calls_truncated_total", metrics)
    try:
        w.call("1001")
        raise AssertionError("http.client takes the reply for whole")
    except (http.client.IncompleteRead, ConnectionResetError, ssl.SSLError):
        pass
    w.sim.reset()
    accepted(w, "1001")


for row in LATE:
    options = ", ".join(f"{k} {v}" for k, v in row[1].items())
    case(f"a reply that breaks after it has begun ({row[0]}{', ' + options if options else ''}) never looks whole", row[2])(
        lambda w, row=row: late(w, *row[:2]))


@case("a large reply arrives byte for byte, with a length and in chunks", world_with())
def large(w):
    for kind in ("huge", "huge_chunked"):
        w.sim.behave(kind, bytes=20 << 20)
        reply = accepted(w, "1001")
        equal(len(reply.body), 20 << 20, "bytes")
        equal(outcome_of(w, reply)["out_bytes"], str(20 << 20), "out_bytes")


@case("a caller that leaves in the middle of a reply is recorded, and the backend is let go", world_with())
def caller_leaves(w):
    before = last_index(w)
    w.sim.behave("huge", bytes=64 << 20)
    with Raw(w) as c:
        c.send(request("1001"))
        equal(c.head()[0], 200, "status")
    outcome = next_outcome(w, before)
    equal(outcome["result"], "truncated", "outcome")
    w.sim.reset()
    accepted(w, "1001")


@case("a caller that leaves before the reply is recorded as abandoned", world_with())
def caller_leaves_early(w):
    before = last_index(w)
    w.sim.behave("slow_first_byte", ms=3000)
    with Raw(w) as c:
        c.send(request("1001"))
        until(lambda: w.sim.stats()["requests"] == 1, "the request at the backend")
    outcome = next_outcome(w, before)
    equal((outcome["result"], outcome["status"]), ("abandoned", "0"), "outcome")


# ---- replay ----

@table((("close_idle_reuse", {}), ("close_idle_reuse", {"rst": True}), ("close_idle_reuse_clean", {})),
       "a query on an idle connection that the backend closes ({}) is asked once more and succeeds", world_with())
def replay(w, kind, more):
    with Raw(w) as c:
        equal(c.send(request("1001")).reply().status, 200, "first call")
        before = w.metrics()
        w.sim.behave(kind, count=1, **more)
        reply = c.send(request("1001")).reply()
        equal((reply.status, outcome_of(w, reply)["result"]), (200, "delivered"), "reply")
        after = w.metrics()
        equal(after["backend_replays_total"], before["backend_replays_total"] + 1, "replays")
        equal(w.sim.stats()["behaviours"], 1, "behaviours")


@case("a query is asked once more, not twice", world_with())
def replayed_once(w):
    with Raw(w) as c:
        equal(c.send(request("1001")).reply().status, 200, "first call")
        before = w.metrics()
        w.sim.behave("close_idle_reuse", count=1)
        w.sim.behave("close_before_reply")
        check_soap_fault(c.send(request("1001")).reply(), "VG-U03")
        equal(w.metrics()["backend_replays_total"], before["backend_replays_total"] + 1, "replays")


@case("a query whose fresh connection closes is not asked again", world_with(backend_idle_max=0))
def fresh_is_not_replayed(w):
    before = w.metrics()
    w.sim.behave("close_before_reply")
    check_soap_fault(w.call("1001"), "VG-U03")
    equal((w.metrics()["backend_replays_total"] - before["backend_replays_total"], w.sim.stats()["requests"]), (0, 1), "replays, requests")


@case("a route with an effect is never asked again", effect_world)
def effect_is_not_replayed(w):
    with Raw(w) as c:
        equal(c.send(request("1203")).reply().status, 200, "first call")
        before = w.metrics()
        w.sim.behave("close_idle_reuse_clean", count=1)
        requests = w.sim.stats()["requests"]
        check_soap_fault(c.send(request("1203")).reply(), "VG-U03")
        equal((w.metrics()["backend_replays_total"], w.sim.stats()["requests"]), (before["backend_replays_total"], requests), "replays, requests")


@case("a query on the same gateway is replayed", effect_world)
def query_beside_effect(w):
    with Raw(w) as c:
        equal(c.send(request("1001")).reply().status, 200, "first call")
        w.sim.behave("close_idle_reuse_clean", count=1)
        equal(c.send(request("1001")).reply().status, 200, "replayed")


# ---- connections that are kept ----

def kept(w, n):
    until(lambda: w.sim.stats()["open"] == n, f"{n} connections to the backend open")


def calls_slow(w, n):
    """The statuses of n calls that are at the backend at the same time: each on a connection of its own."""
    before = w.sim.stats()["requests"]
    w.sim.behave("slow_first_byte", ms=1500)
    with contextlib.ExitStack() as stack:
        callers = [stack.enter_context(Raw(w)).send(request("1001")) for _ in range(n)]
        until(lambda: w.sim.stats()["requests"] == before + n, f"{n} calls at the backend")
        w.sim.behave("normal")
        return [c.reply().status for c in callers]


@case("a backend connection that was idle for backend_idle_ms is closed, one that was not is used again", None)
def idle_closed():
    with World(loops=1, backend_idle_ms=600000) as w:
        accepted(w, "1001")
        kept(w, 1)
        tried = w.metrics()["backend_connects_total"]
        accepted(w, "1001")
        equal(w.metrics()["backend_connects_total"], tried, "connects while the connection is kept")
        w.write_config(backend_idle_ms=200)
        equal(w.reload(), True, "reload")
        accepted(w, "1001")
        kept(w, 0)
        accepted(w, "1001")
        equal(w.metrics()["backend_connects_total"], tried + 1, "connects")


@case("no more than backend_idle_max connections to a backend are kept", None)
def idle_max():
    with World(loops=1, backend_idle_max=2, backend_idle_ms=600000) as w:
        accepted(w, "1001")
        kept(w, 1)
        equal(calls_slow(w, 5), [200] * 5, "calls")
        equal(w.sim.stats()["open_peak"] >= 5, True, "connections at once")
        kept(w, 2)
        tried = w.metrics()["backend_connects_total"]
        equal(calls_slow(w, 2), [200] * 2, "calls")
        equal(w.metrics()["backend_connects_total"], tried, "connects for two calls on two kept connections")
        kept(w, 2)


# ---- a backend that is down ----

@case("a backend that cannot be reached is not tried for a while, and then again", world_with(backend_fail_max=2, backend_down_ms=500, loops=1))
def down(w):
    w.sim.behave("refuse")
    for _ in range(2):
        check_soap_fault(w.call("1001"), "VG-U01")
    tried = w.metrics()["backend_connects_total"]
    check_soap_fault(w.call("1001"), "VG-U01")
    equal(w.metrics()["backend_connects_total"], tried, "connects while down")
    w.sim.reset()
    until(lambda: w.call("1001").status == 200, "the backend is tried again")


# ---- deadlines of the backend's side: counters, not clocks ----

@table((("slow_handshake", {"ms": 3000}, "deadline_backend_connect_total"), ("slow_first_byte", {"ms": 5000}, "deadline_backend_first_byte_total"),
        ("slow_body", {"ms": 5000}, "deadline_backend_progress_total")),
       "the deadline that {} meets is counted", FAST)
def backend_deadline(w, kind, more, metric):
    accepted(w, "1001")
    before = w.metrics()
    w.sim.behave(kind, **more)
    check_soap_fault(w.call("1001"), "VG-U02")
    w.sim.reset()
    after = w.metrics()
    counted = {k: after[k] - before[k] for k in after if k.startswith("deadline_") and after[k] != before[k]}
    equal(counted, {metric: 1}, "deadlines counted")


@case("a backend that stops in the middle of a long reply meets its deadline, and the reply does not look whole", AFTER)
def backend_stops(w):
    before, index = w.metrics(), last_index(w)
    w.sim.behave("huge", bytes=256 << 20)
    with Raw(w) as c:
        c.send(request("1001"))
        equal(c.head()[0], 200, "status")
        w.sim.child.send_signal(signal.SIGSTOP)
        try:
            equal(c.drain(keep=False), "cut", "end")
        finally:
            w.sim.child.send_signal(signal.SIGCONT)
    metric_rises(w, "deadline_backend_progress_total", before)
    outcome = next_outcome(w, index)
    equal((outcome["result"], outcome["code"]), ("truncated", "VG-U02"), "outcome")
    w.sim.reset()
    accepted(w, "1001")


@case("what is known of a backend that is down does not pass to another one that a reload puts in its place")
def down_in_another_order():
    with World(two_backends=True, backend_fail_max=1, backend_down_ms=600000, backend_idle_max=0, loops=1) as w:
        equal((w.call("1001").code, w.call("1203").code), (None, None), "before")
        w.eins_sim.kill()
        equal([w.call("1203").code for _ in range(2)], ["VG-U01"] * 2, "the dead backend")
        with open(w.config_path, encoding="utf-8") as f:
            ezk, eins = (line for line in f if 'name = "e' in line)
        w.edit_config(ezk + eins, eins.rstrip("\n") + ",\n" + ezk.rstrip("\n").rstrip(",") + "\n")
        assert w.reload()
        equal((w.call("1001").code, w.call("1203").code), (None, "VG-U01"), "in the other order")
