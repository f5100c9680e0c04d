"""The kill switch: when `user block` returns, every connection of what it blocks is closed, on all loops, whatever it was doing."""
import ssl

from cases import Raw, accepted, case, check_refusal, equal, request, until, world_with
from portal import COMPANY, MUNICIPALITY, PERSON, Person, authorised, digest, eceu, portal_world, service, settle, user

MANY = 8  # connections over two loops: the kernel spreads them


def is_closed(sock):
    """Has the other side ended it already? What had been sent before is read over."""
    sock.settimeout(0)
    try:
        while sock.recv(65536):
            pass
        return True
    except (ssl.SSLWantReadError, BlockingIOError):
        return False
    except (ConnectionResetError, ssl.SSLError):
        return True


def called(w, name):
    c = Raw(w, name)
    equal(c.send(request("1203")).reply().status, 200, "a call")
    return c


@case("user block of a certificate closes all of its connections over two loops before it returns, others go on", world_with(loops=2))
def idle(w):
    before = w.metrics()["connections_killed_total"]
    killed, others = [called(w, "podjetje") for _ in range(MANY)], [called(w, "obcina") for _ in range(MANY)]
    killed.append(Raw(w, "podjetje"))       # one that has not called yet
    until(lambda: w.metrics()["connections_open"] >= 2 * MANY + 1, "all handshakes")
    w.cli("user", "block", digest("podjetje"), "--reason", "ukraden ključ")
    equal([is_closed(c.s) for c in killed], [True] * (MANY + 1), "its connections")
    equal([c.send(request("1203")).reply().status for c in others], [200] * MANY, "those of others")
    equal(w.metrics()["connections_killed_total"] - before, MANY + 1, "counted")
    until(lambda: f"event=certificate_killed cert={digest('podjetje')} connections={MANY + 1}" in w.gateway.log(400), "the log")
    check_refusal(w, w.call("1203", "podjetje"), "VG-A06", "podjetje", "1203")
    w.cli("user", "unblock", digest("podjetje"))
    accepted(w, "1203", "podjetje")


@case("user block cuts a message that is on its way, a call that waits for its backend and a reply that is streaming; their outcomes are recorded",
      world_with(loops=2))
def busy(w):
    whole = request("1203")
    with Raw(w, "podjetje") as half, Raw(w, "podjetje") as waiting, Raw(w, "podjetje") as reading:
        half.send(whole[:-1])
        w.sim.behave("huge", bytes=256 << 20, count=1)
        reading.send(whole)
        head = reading.head()
        equal(head[0], 200, "the reply that streams")
        w.sim.behave("slow_first_byte", ms=30000, count=1)
        before = w.sim.stats()["requests"]
        waiting.send(whole)
        until(lambda: w.sim.stats()["requests"] == before + 1, "the request at the backend")
        w.cli("user", "block", digest("podjetje"))
        equal([is_closed(c.s) for c in (half, waiting)], [True, True], "half a message, waiting")
        equal(reading.drain(keep=False), "cut", "the reply ends so that nobody takes it for whole")
    until(lambda: {"abandoned", "truncated"} <= {r.get("result") for r in w.records(kind="outcome")}, "outcomes of both")
    w.sim.reset()
    w.cli("user", "unblock", digest("podjetje"))
    accepted(w, "1203", "podjetje")


@case("user block of a subject closes the connections of its call certificates and of whoever is logged in for it, and nobody else's", portal_world)
def subject(w):
    settle(w, user(MUNICIPALITY, 701), service(MUNICIPALITY, 1103, "obcina_zig"), service(COMPANY, 1103, "podjetje"),
           authorised(PERSON, MUNICIPALITY, 701), user(COMPANY, 501))
    calls = {name: Raw(w, name) for name in ("obcina_zig", "podjetje")}
    for c in calls.values():
        equal(c.send(request("1103")).reply().status, 200, "a call")
    people = {name: Person(w, name, group, keep=True) for name, group in
              (("uradnica", "701"), ("posameznica", "701"), ("direktor", "501"), ("referentka", None))}
    for p in people.values():
        p.get("/")
    w.cli("user", "block", str(eceu(w, MUNICIPALITY)))
    equal({name: is_closed(c.s) for name, c in calls.items()}, {"obcina_zig": True, "podjetje": False}, "calls")
    equal({name: is_closed(p.kept.sock) for name, p in people.items()},
          {"uradnica": True, "posameznica": True, "direktor": False, "referentka": False}, "web")
    w.cli("user", "unblock", str(eceu(w, MUNICIPALITY)))
