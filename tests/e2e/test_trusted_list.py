"""A listener whose anchors come from the trusted list: which services count, what the list says of certificates, and that an import holds
at once."""
import datetime
import json
import os
import sys

from cases import case, equal, table, until
from world import PKI, ROOT, World

sys.path.insert(0, os.path.join(ROOT, "tests", "tsl"))
import make_list as m

SIGNER = m.Signer("Podpisnik seznama")
HALCOM, REKONO, STRANGER = "VATSI-43353126", "VATSI-60762802", "VATSI-99999999"
SEAL_POLICY = "1.3.6.1.4.1.5939.5.3.2"


def ca(stem):
    import ssl
    folder = next(f for f in ("intermediates", "anchors") if os.path.exists(os.path.join(PKI, f, stem + ".pem")))
    with open(os.path.join(PKI, folder, stem + ".pem"), encoding="ascii") as f:
        return ssl.PEM_cert_to_DER_cert(f.read())


def provider(name, vat, *services):
    return {"name": name, "vat": vat, "services": list(services)}


def service(stem="halcom_po_eseal_2", **more):
    return {"name": stem, "der": ca(stem), "info": ("ForeSeals",), **more}


def trusting_world():
    """podjetje's certificate is one for seals of Halcom; the registry knows it for 1103."""
    w = World(start=False)
    with open(os.path.join(w.folder, "signer.pem"), "wb") as f:
        f.write(SIGNER.pem)
    w.sequence = 0
    w.edit_config(f'anchors = "{w.anchors}";', "trusted_list = true;")
    put(w, provider("Halcom d.d.", HALCOM, service()))
    w.start()
    return w


def publish(w, *providers, days=100, name="list.xml", edit=lambda root: None):
    """The next list of these providers, which holds for so many days; its file."""
    w.sequence += 1
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)
    root = m.make(providers, sequence=str(w.sequence), issued=now - datetime.timedelta(days=1), next_update=now + datetime.timedelta(days=days))
    edit(root)
    path = os.path.join(w.folder, name)
    with open(path + ".new", "wb") as f:
        f.write(m.sign(root, SIGNER))
    os.replace(path + ".new", path)
    return path


def put(w, *providers, ok=(0,), **how):
    """The list of these providers comes into force."""
    path = publish(w, *providers, **how)
    return json.loads(w.cli("--json", "tsl", "import", path, "--signer", os.path.join(w.folder, "signer.pem"), ok=ok).stdout)


def code(w, name="podjetje"):
    reply = w.call("1103", name)
    return "served" if reply.status == 200 else reply.code


ROOT_SERVICE = service("halcom_root", info=("RootCA-QC", "ForeSeals"))
LISTS = (
    # what, providers, code of the call
    ("of a configured provider, granted", [provider("Halcom d.d.", HALCOM, service())], "served"),
    ("of a provider that is not configured", [provider("Tuj", STRANGER, service())], "VG-C02"),
    ("that was withdrawn", [provider("Halcom d.d.", HALCOM, service(status="withdrawn"))], "VG-C02"),
    ("that is not for qualified certificates", [provider("Halcom d.d.", HALCOM, service(type="http://uri.etsi.org/TrstSvc/Svctype/CA/PKC"))], "VG-C02"),
    ("of a provider that Rekono took over", [provider("NLB d.d.", STRANGER, service(taken_over="Rekono d.o.o.")), provider("Rekono d.o.o.", REKONO)], "served"),
    ("of a provider that a stranger took over", [provider("NLB d.d.", STRANGER, service(taken_over="Tuj"))], "VG-C02"),
    ("for signatures alone", [provider("Halcom d.d.", HALCOM, service(info=("ForeSignatures",)))], "VG-C07"),
    ("for seals and signatures", [provider("Halcom d.d.", HALCOM, service(info=("ForeSeals", "ForeSignatures")))], "served"),
    ("whose certificates the list calls not qualified",
     [provider("Halcom d.d.", HALCOM, service(qualifications=[(["NotQualified"], "atLeastOne", [SEAL_POLICY])]))], "VG-C07"),
    ("of which other certificates are not qualified",
     [provider("Halcom d.d.", HALCOM, service(qualifications=[(["NotQualified"], "atLeastOne", ["1.2.3"])]))], "served"),
    ("that is not there", [provider("Halcom d.d.", HALCOM)], "VG-C02"),
    ("that is not listed, under a root that is granted", [provider("Halcom d.d.", HALCOM, ROOT_SERVICE)], "served"),
    ("that was withdrawn, under a root that is granted", [provider("Halcom d.d.", HALCOM, service(status="withdrawn"), ROOT_SERVICE)], "VG-C07"),
)


@table(LISTS, "trusted list: a certificate issued by a service {}: the call gets what the list says, as soon as it is imported", trusting_world)
def which_services(w, _, providers, wanted):
    put(w, *providers)
    equal(code(w), wanted, "the call")
    put(w, provider("Halcom d.d.", HALCOM, service()))
    equal(code(w), "served", "control: the list of before")


QUALIFIED_SEALS = {"qualifications": [(["QCStatement", "QCForESeal"], "atLeastOne", [SEAL_POLICY])]}
TAKEN = (
    # what, change of the log, provider
    ("calls its certificates not qualified", "qualifiers_changed", provider("Halcom d.d.", HALCOM, service(qualifications=[(["NotQualified"], "atLeastOne", [SEAL_POLICY])]))),
    ("is for signatures alone", "information_changed", provider("Halcom d.d.", HALCOM, service(info=("ForeSignatures",)))),
    ("names the provider otherwise", "trade_names_changed", provider("Halcom d.d.", STRANGER, service())),
    ("has it under another provider", "provider_changed", provider("Tuj", STRANGER, service())),
)


@table(TAKEN, "trusted list: a new one that {} warns of what it takes away", trusting_world)
def taken(w, _, change, new):
    def warned():
        return w.gateway.log(400).count(f" change={change} ")
    put(w, provider("Halcom d.d.", HALCOM, service()))
    before = warned()
    put(w, new)
    until(lambda: warned() == before + 1, "the warning")
    equal(code(w) != "served", True, "and the call is refused")
    said = json.loads(w.cli("--json", "tsl", "list").stdout)["changes"]
    equal([c["withdraws"] for c in said if c["change"] == change], [True], "tsl list")


@case("trusted list: what takes nothing away is no warning", trusting_world)
def nothing_taken(w):
    def warned():
        return w.gateway.log(400).count(" event=trusted_list_withdrawn ")
    put(w, provider("Halcom d.d.", HALCOM, service(info=("ForeSeals", "ForeSignatures"), **QUALIFIED_SEALS)))
    before = warned()
    put(w, provider("Halcom d.d.", HALCOM, service(info=("ForeSeals", "ForeSignatures", "RootCA-QC"), **QUALIFIED_SEALS)))
    equal(code(w), "served", "the call")
    put(w, provider("Halcom d.d.", HALCOM, service(status="withdrawn", info=("ForeSeals", "ForeSignatures", "RootCA-QC"), **QUALIFIED_SEALS)))
    until(lambda: warned() > before, "control")
    equal(warned(), before + 1, "warnings")


@case("trusted list: cert check without anchors judges by the list in force, and says what the certificate is qualified for", trusting_world)
def check(w):
    def checked():
        answer = json.loads(w.cli("--json", "cert", "check", os.path.join(PKI, "ee", "podjetje.chain.pem"), ok=None).stdout)
        return answer["code"], answer["qualified"], answer["qscd"]
    put(w, provider("Halcom d.d.", HALCOM, service()))
    equal(checked(), ("accepted", "eseal", True), "by the certificate's own statements")
    put(w, provider("Halcom d.d.", HALCOM, service(qualifications=[(["QCStatement", "QCForESeal", "QCNoQSCD"], "atLeastOne", [SEAL_POLICY])])))
    equal(checked(), ("accepted", "eseal", False), "the list says that there is no device")
    put(w, provider("Halcom d.d.", HALCOM, service(qualifications=[(["NotQualified"], "atLeastOne", [SEAL_POLICY])])))
    equal(checked(), ("not_qualified", "none", False), "the list says that it is not qualified")
    put(w, provider("Tuj", STRANGER, service()))
    equal(checked()[0], "unknown_issuer", "another provider")


AT_A_TIME = (
    # what, service, hours ago, code
    ("withdrawn 12 hours ago, a day ago", dict(status="withdrawn"), 24, "accepted"),
    ("withdrawn 12 hours ago, an hour ago", dict(status="withdrawn"), 1, "unknown_issuer"),
    ("granted 12 hours ago, a day ago", dict(), 24, "unknown_issuer"),
    ("granted 12 hours ago, an hour ago", dict(), 1, "accepted"),
)


def history_of(status):
    """The period before the present one has this status."""
    def edit(root):
        root.find(f".//{{{m.TSL}}}ServiceHistoryInstance/{{{m.TSL}}}ServiceStatus").text = m.STATUS + status
        information = root.find(f".//{{{m.TSL}}}ServiceInformationExtensions")
        root.find(f".//{{{m.TSL}}}ServiceHistoryInstance").append(m.twin(information))
    return edit


@table(AT_A_TIME, "trusted list: cert check --at trusts the services of that time: {}", trusting_world)
def check_at(w, _, more, hours, wanted):
    now = datetime.datetime.now(datetime.timezone.utc)
    before = "undersupervision" if "status" not in more else "granted"
    put(w, provider("Halcom d.d.", HALCOM, service(since=m.utc(now - datetime.timedelta(hours=12)), **more)), edit=history_of(before))
    at = m.utc(now - datetime.timedelta(hours=hours))
    answer = json.loads(w.cli("--json", "cert", "check", os.path.join(PKI, "ee", "podjetje.chain.pem"), "--revocation", "off", "--at", at, ok=None).stdout)
    equal(answer["code"], wanted, "the verdict")


@case("trusted list: without a list in force the gateway does not start, and says what to do; with one it does")
def none_in_force():
    w = World(start=False)
    try:
        w.edit_config(f'anchors = "{w.anchors}";', "trusted_list = true;")
        run = w.cli("check-config", ok=None)
        equal((run.returncode != 0, "no trusted list of 'SI' is in force: see tsl import" in run.stderr), (True, True), f"check-config {run.stderr}")
        with open(os.path.join(w.folder, "signer.pem"), "wb") as f:
            f.write(SIGNER.pem)
        w.sequence = 0
        put(w, provider("Halcom d.d.", HALCOM, service()))
        equal(w.cli("check-config", ok=None).returncode, 0, "control")
    finally:
        w.close()


# ---- on schedule ----

def watching_world():
    """The file published.xml is imported each second."""
    w = trusting_world()
    w.stop()
    publish(w, provider("Halcom d.d.", HALCOM, service()), name="published.xml")
    with open(w.config_path, "a", encoding="utf-8") as f:
        f.write(f'trust = {{ list = "{w.folder}/published.xml"; signer = "{w.folder}/signer.pem"; }};\nlist_import_s = 1;\n')
    return w.start()


@case("trusted list: on schedule what is published comes into force; what is withdrawn is said, and refused to callers", watching_world)
def scheduled(w):
    equal(code(w), "served", "before")
    publish(w, provider("Halcom d.d.", HALCOM, service(status="withdrawn")), name="published.xml")
    until(lambda: code(w) == "VG-C02", "the new list holds")
    until(lambda: 'event=trusted_list_withdrawn provider="Halcom d.d."' in w.gateway.log(400), "the log")
    until(lambda: w.metrics()["list_imports_total"] >= 1, "counted, when the import has ended")
    publish(w, provider("Halcom d.d.", HALCOM, service()), name="published.xml")
    until(lambda: code(w) == "served", "control: the one after it holds")


@case("trusted list: what is refused on schedule changes nothing, and stands in log, metric and trail", watching_world)
def refused_on_schedule(w):
    path = os.path.join(w.folder, "published.xml")
    until(lambda: w.metrics()["list_imports_total"] >= 1, "a good one")
    before = w.metrics()["list_import_failures_total"]
    with open(path, "rb") as f:
        good = f.read()
    with open(path, "wb") as f:
        f.write(good.replace(b"Halcom d.d.", b"Halcom d.o."))
    until(lambda: w.metrics()["list_import_failures_total"] > before, "it is refused")
    until(lambda: "event=trusted_list_refused code=signature_broken" in w.gateway.log(400), "the log")
    equal(code(w), "served", "calls")
    until(lambda: any("signature_broken" in r.get("error", "") for r in w.records(kind="config")), "the trail")
    os.unlink(path)
    before = w.metrics()["list_import_failures_total"]
    until(lambda: w.metrics()["list_import_failures_total"] > before, "a file that is not there")
    equal(code(w), "served", "calls")


@case("trusted list: an import by hand that is refused stands in the trail of the serving process, a dry run does not", trusting_world)
def refused_by_hand(w):
    path = publish(w, provider("Halcom d.d.", HALCOM, service()), days=-1 + 0.5)
    refusal = "trusted list refused: expired"
    for more, count in ((("--dry-run",), 0), ((), 1)):
        w.cli("tsl", "import", path, "--signer", os.path.join(w.folder, "signer.pem"), *more, ok=(1,))
        equal(sum(refusal in r.get("error", "") for r in w.records(kind="config")), count, more)


@case("trusted list: from two weeks before it is overdue the log says so, and the metric counts down", trusting_world)
def overdue(w):
    put(w, provider("Halcom d.d.", HALCOM, service()))
    for days, said in ((20, False), (13, True)):
        w.stop()
        path = publish(w, provider("Halcom d.d.", HALCOM, service()), days=days)
        w.cli("tsl", "import", path, "--signer", os.path.join(w.folder, "signer.pem"))
        w.start()
        until(lambda: w.metrics()["list_left_s"] > 0, "the look at the start")
        line = f"event=trusted_list_expires territory=SI days={days - 1}"
        if said:
            until(lambda: line in w.gateway.log(400), "the log")     # read by another thread
        equal((line in w.gateway.log(400), w.metrics()["list_left_s"] > (days - 1) * 86400),
              (said, True), f"{days} days before")
