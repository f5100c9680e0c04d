"""PreveriPravice: for each group what a call to its service gets, and why, in both languages."""
import json
import re
import xml.etree.ElementTree as ElementTree

from cases import case, check_refusal, equal, faults, sample, table, world_with
from world import World, services

VASH = "{urn:esodstvo:vash:1}"
GROUPS = [code for code, row in services().items() if row["groups"] == code]


def rights_world():
    """Callers who are refused for every kind of reason; the group 1202 needs a client token."""
    def person(emso):
        return dict(position=11, emso=emso, name="Oseba")
    registry = World.DEFAULT_REGISTRY + (
        ("podjetje2", dict(person("0101006500103"), status="pending"), [1103]),
        ("odvetnik", dict(person("0101006500111"), kind="authorised", principal="1732803000"), [1103]),
        ("rekono", person("0101006500146"), [1001, 1103]),
        ("preklican", person("0101006500154"), [1103]),
        ("brez_qc", person("0101006500162"), [1103]))
    return World(registry, unchecked=True, client_required=(1202,), calls_per_s=1000000, calls_burst=1000000)


def asking_for(groups, soap12=False):
    """The sample with these groups in the place of its own."""
    named = "".join(f"<vash:skupina>{g}</vash:skupina>" for g in groups)
    return re.sub(rb"<vash:skupina>.*</vash:skupina>", named.encode(), sample("preveri", soap12), flags=re.S)


def answer(w, name, groups=(), soap12=False):
    """The certificate's row, and the row of each group: dictionaries of their elements."""
    reply = w.call("preveri", name, body=asking_for(groups, soap12), soap12=soap12)
    equal(reply.status, 200, f"{reply.code} {reply.text[:300]}")
    rows = {kind: [{e.tag.removeprefix(VASH): e.text or "" for e in row} for row in ElementTree.fromstring(reply.body).iter(VASH + kind)]
            for kind in ("potrdilo", "pravica")}
    equal(len(rows["potrdilo"]), 1, "certificates")
    return rows["potrdilo"][0], rows["pravica"]


def real_answer(w, name, service):
    """What a call gets: (granted, code)."""
    reply = w.call(service, name)
    return ("true", "-") if reply.status == 200 else ("false", reply.code)


def check_languages(row):
    """A refusal says why in both languages, and what to do."""
    if row["koda"] == "-":
        equal(row["dovoljeno"], "true", "dovoljeno")
        return
    fault = faults()[row["koda"]]
    wanted = (fault["sl"], fault["en"], f"{fault['remedy_sl']} / {fault['remedy_en']}")
    equal((row["sl"], row["en"], row["remedy"]), wanted, row["koda"])
    equal(fault["sl"] != fault["en"], True, "two languages")


CALLERS = (
    # what, certificate, codes that the groups get beside "-"
    ("a municipality", "obcina", {"VG-A03", "VG-A09"}),
    ("a firm", "podjetje", {"VG-A03", "VG-A09"}),
    ("a person", "oseba", {"VG-A03"}),
    ("a person registered where its position is not allowed", "rekono", {"VG-A03", "VG-A08"}),
    ("a pending registration", "podjetje2", {"VG-A03", "VG-A04"}),
    ("an authorised person", "odvetnik", {"VG-A02", "VG-A03"}),
    ("an unregistered certificate", "unregistered", {"VG-A01"}),
    ("a revoked certificate", "preklican", {"VG-C08"}),
    ("a certificate that is not qualified", "brez_qc", {"VG-C07"}),
)
GRANTED = ("obcina", "podjetje", "oseba", "rekono")


@table(CALLERS, "PreveriPravice says to {} for each group what a call gets, and why", rights_world)
def each_group(w, what, name, codes):
    certificate, rights = answer(w, name)
    equal([r["skupina"] for r in rights], GROUPS, "groups")
    said = {r["skupina"]: (r["dovoljeno"], r["koda"]) for r in rights}
    equal(said, {g: real_answer(w, name, g) for g in GROUPS}, "answers beside those of real calls")
    equal({code for _, code in said.values()}, codes | ({"-"} if name in GRANTED else set()), "codes")
    for r in rights:
        row = services()[r["skupina"]]
        equal((r["storitev"], r["pot"]), (row["operation"], row["path"]), "service")
        check_languages(r)
    refused = {c for c in codes if c.startswith("VG-C")}
    equal((certificate["dovoljeno"], certificate["koda"]), ("false", *refused) if refused else ("true", "-"), "certificate")
    check_languages(certificate)


@case("PreveriPravice follows the registry: what is approved is granted in the next answer", rights_world)
def follows(w):
    def of_1103():
        return answer(w, "oseba", ("1103",))[1][0]["koda"]
    rows = json.loads(w.cli("--json", "user", "list").stdout)
    membership = next(str(r["membership"]) for r in rows if (r["name"], r["group"]) == ("Ana Žnidaršič", 1103))
    equal(of_1103(), "-", "before")
    w.cli("user", "status", membership, "pending")
    equal(of_1103(), "VG-A04", "pending")
    w.cli("user", "status", membership, "active")
    equal(of_1103(), "-", "afterwards")


FILTERS = (
    # groups asked for, groups answered
    (("1001",), ["1001"]),
    (("1203", "1101"), ["1101", "1203"]),
    (("1101", "1101"), ["1101"]),
    (("1999",), []),
    ((), GROUPS),
)


@table([(asked or "none", asked, answered) for asked, answered in FILTERS], "PreveriPravice asked for {} answers no other group", rights_world)
def filtered(w, _, asked, answered):
    for soap12 in (False, True):
        equal([r["skupina"] for r in answer(w, "obcina", asked, soap12)[1]], answered, "groups")


@case("PreveriPravice that asks for more groups than soap_max_occurs is invalid, not overload", world_with(soap_max_occurs=16))
def too_many_groups(w):
    equal(w.call("preveri", body=asking_for(GROUPS[:1] * 16)).status, 200, "as many as allowed")
    check_refusal(w, w.call("preveri", body=asking_for(GROUPS[:1] * 17)), "VG-X22", "obcina", "preveri")


STEPS = (
    # certificate, qualified, device, step that fails
    ("obcina", "esign", "false", None), ("podjetje", "eseal", "true", None), ("qc_brez_tipa", "esign", "false", None), ("preklican", "eseal", "true", "revocation"),
    ("brez_qc", "none", "false", "qualification"), ("eku_server", "eseal", "true", "key_usage"), ("rsa1024", "eseal", "true", "strength"),
    ("potekel", "unknown", None, "path"), ("samopodpisan", "unknown", None, "path"),
)


@table(STEPS, "PreveriPravice judges {} step by step, as cert check does", rights_world)
def step_by_step(w, name, qualified, device, failed):
    reply = w.call("preveri", name, body=asking_for(()), weak=True)
    certificate = next(ElementTree.fromstring(reply.body).iter(VASH + "potrdilo"))
    steps = [tuple(step.findtext(VASH + part) or "" for part in ("ime", "izid", "en")) for step in certificate.iter(VASH + "korak")]
    found = (certificate.findtext(VASH + "kvalificirano"), certificate.findtext(VASH + "qscd"), next((s[0] for s in steps if s[1] == "failed"), None))
    equal(found, (qualified, device, failed), f"answer {steps}")
    listener = [("--anchors", w.anchors), ("--intermediates", f"{w.pki}/intermediates"), ("--crls", f"{w.pki}/crl")]
    shown = json.loads(w.cli("--json", "cert", "check", f"{w.pki}/ee/{name}.chain.pem", *(x for pair in listener for x in pair), ok=None).stdout)
    equal(steps, [(s["name"], s["result"], s["reason"]) for s in shown["steps"]], "steps")
