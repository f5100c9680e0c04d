"""Revocation status that is fetched: OCSP and CRLs of responders that behave, and of those that do not (samples/sim/status_sim.py)."""
import hashlib
import os
import shutil
import threading
from datetime import datetime, timedelta, timezone

from cases import Raw, accepted, case, check_refusal, equal, request, table, until
from portal import COURT, MUNICIPALITY, Person, administrator, pem, portal_world, settle, user
from test_kill_switch import is_closed
from world import World, pki_index

PATIENT_MS = 20000  # a loaded machine must not decide
NEVER = 3600  # the refresher looks once at the start, when nobody is registered yet, and not again


def serial(name):
    return pki_index()["certificates"][name]["serial"]


def world_with(status=(), rule=None, registered=True, **settings):
    """Where the certificates are registered behind the refresher's back: the first call is the first to ask."""
    def make():
        w = World(registry=None, status=dict(status), rule=rule, **{"revocation_refresh_s": NEVER, "revocation_wait_ms": PATIENT_MS, **settings})
        if registered:
            until(lambda: w.metrics()["revocation_rounds_total"] >= 1, "the refresher's first look")
            w.import_registry(World.DEFAULT_REGISTRY)
        return w
    return make


def known(record):
    return tuple(record.get(key) for key in ("revocation", "revocation_source"))


def calls(w, name="podjetje"):
    return w.call("1203", name)


# ---- the first call ----

@case("the first call of a certificate waits for its status, which its record names with source, time and digest; the next one asks nobody",
      world_with())
def first(w):
    r = w.record_of(calls(w))
    stored = [os.path.join(w.folder, "data", "revocation", name) for name in os.listdir(os.path.join(w.folder, "data", "revocation"))]
    digests = [hashlib.sha256(open(path, "rb").read()).hexdigest() for path in stored]
    equal((known(r), r["revocation_sha256"] in digests, r["revocation_time"].endswith("Z")), (("good", "ocsp"), True, True), "its record")
    before = w.status.stats()
    equal((before["ocsp"] > 0, before["crl"]), (True, 0), "asked")
    equal(known(w.record_of(calls(w))), ("good", "ocsp"), "the next one")
    equal(w.status.stats(), before, "asked for it")


@case("the first call of a certificate that its responder calls revoked is refused, and so are the others; another one is not",
      world_with({"revoked": [serial("podjetje")]}))
def revoked(w):
    for _ in range(2):
        check_refusal(w, calls(w), "VG-C08", "podjetje", "1203")
    accepted(w, "1203", "obcina")


BAD = ("down", "error", "empty", "nonsense", "stale", "future", "forged", "unsigned", "huge", "endless", "loop", "elsewhere", "other")
BAD_OCSP = (*BAD, "unknown", "later", "stranger", "nonce")
HARD, SOFT = {"revocation": "hard"}, {"revocation": "soft"}


def anew(w, rule, **status):
    """Nothing is known any more, and the responders behave so."""
    w.rule = rule
    if "endless" in status.values():
        w.settings["revocation_wait_ms"] = 500
    elif w.settings["revocation_wait_ms"] == 500:
        w.settings["revocation_wait_ms"] = PATIENT_MS
    w.status.tell(**status)
    w.stop()
    shutil.rmtree(os.path.join(w.folder, "data", "revocation"))
    w.write_config()
    w.start()


@table([(b,) for b in BAD_OCSP], "OCSP that is {0} answers nothing, a CRL does; without one a call is refused under the hard rule, and accepted and "
       "recorded as unchecked under the soft one", world_with(rule=HARD), slow=True)
def bad_ocsp(w, how):
    anew(w, HARD, ocsp=how)
    wanted = "good" if how != "endless" else None       # it takes all the time that there is
    equal(w.record_of(calls(w)).get("revocation"), wanted, "with a CRL")
    anew(w, HARD, ocsp=how, crl="error")
    check_refusal(w, calls(w), "VG-C09", "podjetje", "1203")
    anew(w, SOFT, ocsp=how, crl="error")
    equal(w.record_of(calls(w))["revocation"], "unchecked", "the soft rule")
    anew(w, HARD)
    equal(known(w.record_of(calls(w))), ("good", "ocsp"), "control")


@table([(b,) for b in BAD], "a CRL that is {0} answers nothing, OCSP does; without it a call is refused under the hard rule, and accepted and recorded as "
       "unchecked under the soft one", world_with(rule=HARD), slow=True)
def bad_crl(w, how):
    first_crl = ["crl", "ocsp"]
    anew(w, dict(HARD, order=first_crl), crl=how)
    wanted = "good" if how != "endless" else None
    equal(w.record_of(calls(w)).get("revocation"), wanted, "with OCSP")
    anew(w, dict(HARD, order=["crl"]), crl=how)
    check_refusal(w, calls(w), "VG-C09", "podjetje", "1203")
    anew(w, dict(SOFT, order=["crl"]), crl=how)
    equal(w.record_of(calls(w))["revocation"], "unchecked", "the soft rule")
    anew(w, dict(HARD, order=first_crl))
    equal(known(w.record_of(calls(w))), ("good", "crl"), "control")


@table((("ocsp", "crl"), ("crl", "ocsp")), "where an issuer's order names {0} alone, nothing else is asked, however it fails", world_with(rule=HARD))
def one_source(w, source, other):
    anew(w, dict(HARD, order=[source]))
    equal(known(w.record_of(calls(w))), ("good", source), "the record")
    before = w.status.stats()[other]
    anew(w, dict(HARD, order=[source]), **{source: "error"})
    check_refusal(w, calls(w), "VG-C09", "podjetje", "1203")
    equal(w.status.stats()[other], before, "the other one was asked")


@table((("delegated", "ocsp"), ("no_nonce", "ocsp"), ("pem", "crl")), "what is {0} answers", world_with(rule=HARD))
def unusual(w, how, source):
    rule = dict(HARD, order=[source])
    anew(w, rule, **{source: how})
    equal(known(w.record_of(calls(w))), ("good", source), "good")
    anew(w, rule, **{source: how, "revoked": [serial("podjetje")]})
    until(lambda: "event=certificate_killed" in w.gateway.log(400), "the refresher has found it, and cut what was open")
    check_refusal(w, calls(w), "VG-C08", "podjetje", "1203")


@case("a CRL is fetched once for all certificates of its issuer, and what it names is revoked", world_with({"revoked": [serial("oseba")]},
                                                                                                     dict(HARD, order=["crl"])))
def shared(w):
    for name in ("podjetje", "podjetje", "obcina", "obcina"):
        equal(calls(w, name).status, 200, name)
    check_refusal(w, w.call("1201", "oseba"), "VG-C08", "oseba", "1201")
    issuers = {pki_index()["certificates"][n]["issuer"] for n in ("podjetje", "obcina", "oseba")}
    equal(w.status.stats()["crl"] <= len(issuers) + 2, True, "fetched")  # those of the roots beside them


@case("a slow responder holds a call no longer than its deadline: then the soft rule lets it pass, and the hard one does not",
      world_with(rule=HARD, revocation_wait_ms=200))
def slow(w):
    for rule, code in ((SOFT, None), (HARD, "VG-C09")):
        anew(w, rule, ms=20000)
        equal((calls(w).code, calls(w).code), (code, code), rule)
        equal(w.status.stats()["ocsp"] > 0, True, "it was asked")


@table((("RFC2253,-esc_msb",), ("oneline,-esc_msb",), ("compat",)), "an issuer's rule counts however its name is written: {0}", world_with(rule=HARD))
def spelling(w, style):
    w.status.name_style = style
    anew(w, HARD, ocsp="error", crl="error")
    check_refusal(w, calls(w), "VG-C09", "podjetje", "1203")
    anew(w, SOFT, ocsp="error", crl="error")
    equal(w.record_of(calls(w))["revocation"], "unchecked", "control")


@case("a rule whose issuer nobody knows is warned of; one whose issuer is no name is refused", world_with(rule=HARD))
def idle_rule(w):
    equal("issuer_rule_idle" in w.cli("check-config").stderr, False, "control")
    w.edit_config("issuers = (", 'issuers = ( { issuer = "CN=Nihče,C=SI"; },')
    equal('event=issuer_rule_idle listener=services issuer="CN=Nihče,C=SI"' in w.cli("check-config").stderr, True, "the warning")
    w.edit_config("CN=Nihče,C=SI", "Nihče")
    refused = w.cli("check-config", ok=None)
    equal((refused.returncode, "is no distinguished name" in refused.stderr), (1, True), "no name")


@case("calls that wait for a slow responder take no worker from others", world_with(rule=HARD, workers=1))
def others(w):
    accepted(w, "1203", "obcina")
    asked = w.status.stats()["ocsp"]
    w.status.tell(ms=5000)
    waiting = threading.Thread(target=calls, args=(w,))
    waiting.start()
    until(lambda: w.status.stats()["ocsp"] > asked, "its responder is asked")
    equal(w.call("preveri", "obcina").status, 200, "a call that needs a worker")
    equal(w.status.stats()["ocsp"], asked + 1, "of the leaf and its CA only the first one was asked for meanwhile")
    waiting.join()


@case("an answer that is older than the issuer's age says nothing, whatever its nextUpdate", world_with(rule=HARD))
def aged(w):
    for age, code in ((3600, None), (1, "VG-C09")):
        anew(w, dict(HARD, age_max_s=age))
        made = datetime.strptime(w.record_of(calls(w))["revocation_time"][:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
        w.status.tell(ocsp="down", crl="down")
        until(lambda: datetime.now(timezone.utc) > made + timedelta(seconds=2), "it is older than a second")
        equal(calls(w).code, code, f"at most {age} s old")


@case("what addresses in certificates name is not asked in private networks, unless that is configured", world_with(rule=HARD))
def private(w):
    for allowed, code in ((False, "VG-C09"), (True, None)):
        before = w.status.stats()["ocsp"]
        w.settings["private_addresses"] = allowed
        anew(w, HARD)
        equal((calls(w).code, w.status.stats()["ocsp"] > before), (code, allowed), f"private addresses: {allowed}")


@case("nothing is fetched for a certificate of an unknown issuer", world_with())
def stranger(w):
    check_refusal(w, calls(w, "samopodpisan"), "VG-C01", "samopodpisan", "1203")
    equal(w.status.stats(), {"ocsp": 0, "crl": 0}, "asked")


# ---- ahead ----

def refreshed(status=(), rule=None, **settings):
    def make():
        w = World(status=dict(status), rule=rule, revocation_refresh_s=1, **settings)
        until(lambda: w.metrics()["revocation_rounds_total"] >= 1, "the refresher's first look")
        return w
    return make


@case("the status of every registered certificate is there before its first call, and stays while the responders are down, also after a restart",
      refreshed(rule=HARD))
def ahead(w):
    before = w.status.stats()
    for name, service in (("podjetje", "1203"), ("obcina", "1203"), ("oseba", "1201")):
        equal(known(w.record_of(w.call(service, name))), ("good", "ocsp"), name)
    equal(w.status.stats(), before, "asked by calls")
    w.status.tell(ocsp="down", crl="down")
    w.stop()
    w.start()
    equal(known(w.record_of(calls(w))), ("good", "ocsp"), "after a restart")


@case("what is known is fetched anew before it runs out", refreshed({"life_s": 8}, HARD))
def newer(w):
    first_ = w.record_of(calls(w))
    until(lambda: w.record_of(calls(w))["revocation_sha256"] != first_["revocation_sha256"], "another answer")
    equal(known(w.record_of(calls(w))), ("good", "ocsp"), "still good")


@case("a revocation that the refresher finds closes every connection of the certificate, and no others", refreshed({"life_s": 8}, HARD, loops=2))
def found(w):
    open_ = [Raw(w, "podjetje") for _ in range(4)]
    for c in open_:
        equal(c.send(request("1203")).reply().status, 200, "a call")
    other = Raw(w, "obcina")
    equal(other.send(request("1203")).reply().status, 200, "a call of another one")
    w.status.tell(life_s=8, revoked=[serial("podjetje")])
    until(lambda: w.metrics()["connections_killed_total"] >= len(open_), "its connections are cut")
    equal([is_closed(c.s) for c in open_], [True] * 4, "its connections")
    equal(other.send(request("1203")).reply().status, 200, "that of another one")
    check_refusal(w, calls(w), "VG-C08", "podjetje", "1203")
    until(lambda: "event=certificate_killed" in w.gateway.log(400), "the log")


@case("a revocation is found also where the issuer's certificate has come with a call alone; until then the certificate counts as unknown")
def found_by_chain():
    w = World(start=False, status={"life_s": 8}, rule=HARD, revocation_refresh_s=1)
    try:
        w.edit_config(f'intermediates = "{w.pki}/intermediates"; ', "")
        w.start()
        until(lambda: w.metrics()["revocation_unknown"] > 0, "there is no path to it")
        with Raw(w, "podjetje") as c:
            equal(c.send(request("1203")).reply().status, 200, "a call")
            w.status.tell(life_s=8, revoked=[serial("podjetje")])
            until(lambda: is_closed(c.s), "its connection is cut")
    finally:
        w.close()


@case("certificates whose status cannot be had are counted, and the log says so once", refreshed({"ocsp": "down", "crl": "down"}))
def unknown(w):
    rounds = w.metrics()["revocation_rounds_total"]
    until(lambda: w.metrics()["revocation_rounds_total"] >= rounds + 2, "two more looks, at which nobody is asked again")
    equal(w.metrics()["revocation_unknown"] > 0, True, "counted")
    equal([w.gateway.log(400).count(f"event=revocation_{word}") for word in ("unknown", "known")], [1, 0], "the log")


# ---- the portal ----

def portal(**status):
    def make():
        w = portal_world(status=status, rule=HARD, revocation_refresh_s=NEVER)
        settle(w, user(MUNICIPALITY, 701), administrator(COURT, 1003))
        return w
    return make


@case("who logs in with a revoked certificate is refused; another one logs in", portal(revoked=[serial("uradnica")]))
def login(w):
    p = Person(w, "uradnica")
    p.get("/")
    equal(p.begin("vs101").login(), None, "revoked")
    other = Person(w, "referentka", "90 –")
    equal(other.get("/menu").login() is None, False, "another one")


@case("a certificate that its responder calls revoked is not registered, and the steps of vs211 name the source of the good one",
      portal(revoked=[serial("podjetje")]))
def registering(w):
    p = Person(w, "uradnica", "701 –")
    page = p.press(p.begin("vs207"), "next", {"group": "1003"})
    page = p.press(page, "confirm", {"certificate": pem("podjetje")})
    equal(page.step, "vs207-03", "revoked")
    before = w.status.stats()["ocsp"]
    page = p.press(page, "confirm", {"certificate": pem("obcina_zig")})
    equal((page.step != "vs207-03", w.status.stats()["ocsp"] > before), (True, True), "good")


