#!/usr/bin/python3
"""Foreign SOAP clients call every operation through the gateway over mutual TLS.

zeep, php-soap, npm soap, JAX-WS RI and C from gSOAP each load the contracts that the running gateway serves, call every operation in
every SOAP version and form they know, must read a refusal to its last field, and must get the very zip that a plain HTTPS request
gets. Prints a case for each cell, then the table client x operation x form with the SHA-256 of the zip. README.md says more.

Usage: run_clients.py [CLIENT...]       (zeep php npm java c curl; all by default)
"""
import concurrent.futures
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
sys.path.insert(0, HERE)
import toolchains  # noqa: E402
from plain_backend import PlainBackend  # noqa: E402
from portal import MUNICIPALITY  # noqa: E402
from world import PKI, World, pki_index, services  # noqa: E402

PUBLIC_URL = "https://localhost:8443"
MAIN, UNQUALIFIED = "obcina", "brez_qc"
# service: who is refused and why. `oseba` is registered, but for other services; `podjetje` is no person.
REFUSED = {"1001": ("oseba", "VG-A03"), "registracija": ("podjetje", "VG-P03")}
PERSON_GROUP = 701          # of the municipality whose `uradnica` logs in
REGISTRATION = "{urn:esodstvo:vash-registration:1}"
BULK_BYTES, BULK_LIMIT = 10_000_000, 16 * 1024 * 1024
BULK_SERVICE = "1001"
UNSUPPORTED = "not supported by the client"
VERSIONS = ("1.1", "1.2")
FORMS = ("base64", "MTOM")
RUNS_AT_ONCE = 2
CLIENT_TIMEOUT_S = 240

# What a client can't do, and how its attempt must fail: the claim is proved for each cell.
CANNOT = {("php", "MTOM"): r"looks like we got no XML document"}
CLIENTS = {                 # name: SOAP versions, forms ("XOP": the request, too, is sent as an MTOM package)
    "zeep": (VERSIONS, FORMS),
    "php": (VERSIONS, FORMS),
    "npm": (VERSIONS, FORMS),
    "java": (("1.1",), FORMS + ("XOP",)),
    "c": (VERSIONS, FORMS),
}
# JAX-WS RI asks for MTOM always and lets nobody change its Accept: it gets base64 from a backend that has no MTOM.
ALWAYS_ASKS_FOR_MTOM = ("java",)
BULK_CLIENTS = ("zeep", "php", "java", "curl")
# Java's start with Debian's jars (docs/CLIENTS.md); nothing else may be said on stderr
NOISE_KNOWN = r".*javax\.xml\.soap\.(FactoryFinder find|MetaFactory).*"
MEDIA = {"1.1": "text/xml", "1.2": "application/soap+xml"}


class Report:
    """Counts and prints the cases."""

    def __init__(self):
        self.passed = self.failed = 0
        self.lock = threading.Lock()

    def case(self, name, why="", note=""):
        with self.lock:
            if why:
                self.failed += 1
                print(f"not ok - clients: {name}: {why}", flush=True)
            else:
                self.passed += 1
                print(f"ok - clients: {name}" + (f": {note}" if note else ""), flush=True)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed, 0 skipped")
        return 1 if self.failed or not self.passed else 0


class ClientWorld(World):
    """A world that names its real port in the contracts it serves, so that clients call the address they read there.
    `plain`: its backend has no MTOM."""

    port = backend = None

    def __init__(self, plain=False, **settings):
        self.plain = plain
        super().__init__(start=False, **settings)
        self.import_people()
        self.start()

    def import_people(self):
        path = os.path.join(self.folder, "people.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump([dict(MUNICIPALITY, scheme=1, group=PERSON_GROUP)], file)
        self.cli("user", "import", path)

    def write_config(self, **settings):
        super().write_config(**settings)
        with open(self.config_path, encoding="utf-8") as file:
            text = file.read()
        if self.port:
            text = text.replace(PUBLIC_URL, self.url)
        if self.plain:
            self.backend = self.backend or PlainBackend(PKI, self.sim.port)
            text = text.replace(f"https://localhost:{self.sim.port}", f"https://localhost:{self.backend.port}")
        with open(self.config_path, "w", encoding="utf-8") as file:
            file.write(text)

    def start(self, env=None):
        super().start(env)
        self.write_config()
        if not self.reload():
            raise RuntimeError("the gateway did not take its public URL\n" + self.gateway.log())
        return self

    def close(self):
        super().close()
        if self.backend:
            self.backend.close()

    @property
    def url(self):
        return f"https://localhost:{self.port}"


# ---- what is to be called, and what must come ----

def certificates(folder):
    """Absolute file names of each certificate; `both` is the chain and the key in one file, for gSOAP."""
    found = {}
    for name in {MAIN, UNQUALIFIED, *(call["certificate"] for call in load_calls().values()), *(who for who, _ in REFUSED.values())}:
        entry = pki_index()["certificates"][name]
        files = {kind: os.path.join(PKI, entry[kind]) for kind in ("chain", "key", "p12")}
        files["both"] = os.path.join(folder, f"{name}-both.pem")
        with open(os.open(files["both"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for part in (files["chain"], files["key"]):
                with open(part, "rb") as file:
                    out.write(file.read())
        found[name] = files
    return found


def load_calls():
    """calls.json: the certificate and the parameters for each service."""
    with open(os.path.join(HERE, "calls.json"), encoding="utf-8") as file:
        return json.load(file)


def make_call(service, call, soap, form, url, certificate=None, prefix=""):
    row = services()[service]
    return {"id": f"{prefix}{service} {form} soap{soap.replace('.', '')}", "service": service, "operation": row["operation"],
            "url": url + row["path"], "certificate": certificate or call["certificate"], "soap": soap, "form": form,
            "parameters": call["parameters"]}


def calls_of(client, world, plain_world):
    """Every cell of a client, then a refused call in each version and form."""
    versions, forms = CLIENTS[client]
    table = load_calls()

    def url(form):
        return (plain_world if form == "base64" and client in ALWAYS_ASKS_FOR_MTOM else world).url
    calls = [make_call(service, call, soap, form, url(form)) for soap in versions for form in forms for service, call in table.items()]
    return calls + [make_call(service, table[service], soap, form, url(form), who, "refused ")
                    for soap in versions for form in forms for service, (who, _) in REFUSED.items()]


def bulks(world, wide_world):
    """10 MB from a certificate that is not qualified: to a gateway that takes less, and to one that would take it."""
    row = services()[BULK_SERVICE]
    kinds = (("larger than allowed", world, [413, "VG-H06"]), ("certificate not qualified", wide_world, [500, "VG-C07"]))
    return [{"id": f"refused with 10 MB: {what}", "url": at.url + row["path"], "action": row["soap_action"],
             "certificate": UNQUALIFIED, "bytes": BULK_BYTES, "expect": expect} for what, at, expect in kinds]


def expected_answers(world):
    """The fields every client must find, for each service, from one plain HTTPS request with the sample of that service."""
    found = {}
    for service, call in load_calls().items():
        reply = world.call(service, call["certificate"])
        if reply.status != 200:
            raise RuntimeError(f"{service}: {reply.status} {reply.text[:500]}")
        if service == "1203":
            found[service] = {"answer": re.search(r"odgovor>(\w+)<", reply.text)[1]}
        elif service == "preveri":
            found[service] = {"rights": len(re.findall(r"<\w+:pravica>", reply.text))}
        elif service == "registracija":
            found[service] = {"page": page_fields(reply.body)}
        else:
            data = reply.zip()
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found[service] = {"sha256": hashlib.sha256(data).hexdigest(), "entries": archive.namelist(),
                                  "ime": re.search(r"ime>([^<]*)<", reply.text)[1]}
    return found


def page_fields(body):
    """What a client must find on the page that follows a step."""
    page = next(ElementTree.fromstring(body).iter(f"{REGISTRATION}PostopekResponse"))
    options = [option.findtext(f"{REGISTRATION}sl") for option in page.iter(f"{REGISTRATION}moznost")]
    if not any(text.startswith(f"{PERSON_GROUP} ") for text in options):
        raise RuntimeError(f"no login in group {PERSON_GROUP}: {options}")
    return {"konec": page.findtext(f"{REGISTRATION}konec"), "korak": page.findtext(f"{REGISTRATION}korak"), "options": options}


def expected_faults(world):
    """The fields every client must find in the fault of a refused call, but for its id, which is new in every call; by service."""
    faults = {}
    for service, (who, code) in REFUSED.items():
        reply = world.call(service, who)
        if reply.code != code:
            raise RuntimeError(f"{who}: {reply.status} {reply.text[:500]}")
        found = {name: re.search(f"<vg:{name}>(.*?)</", reply.text)[1] for name in ("koda", "sl", "en", "remedy")}
        faults[service] = {**found, "text": f"{code}: {found['sl']}"}
    return faults


# ---- running the clients ----

class Runner:
    """Prepares and runs each client on a job of its own; collects its lines by id."""

    def __init__(self, world, plain_world, report, folder):
        self.world, self.report, self.folder = world, report, folder
        self.calls = {client: calls_of(client, world, plain_world) for client in CLIENTS}
        self.files = certificates(folder)
        self.ca = os.path.join(PKI, "server", "server-ca.crt")
        self.truststore = os.path.join(PKI, pki_index()["truststore"])
        self.password = pki_index()["password"]
        self.bulks = bulks(world, plain_world)
        self.lines = {name: {} for name in CLIENTS}
        self.left_out = set()
        self.seconds = {}
        self.contracts = toolchains.Contracts(world.url, services(), self.files[MAIN], self.ca, os.path.join(folder, "contracts"))

    def job(self, client):
        path = os.path.join(self.folder, f"{client}.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"ca": self.ca, "truststore": self.truststore, "password": self.password, "main": MAIN, "certificates": self.files,
                       "calls": self.calls[client], "bulk": self.bulks if client in BULK_CLIENTS else []}, file)
        return path

    def execute(self, client, argv):
        """Run a client's program in a clean environment; what it prints, and whether it ended well and silently."""
        try:
            done = subprocess.run(argv, cwd=self.folder, env=toolchains.clean_env(self.folder), stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, errors="replace", timeout=CLIENT_TIMEOUT_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            self.report.case(f"{os.path.basename(argv[0])} runs {client} silently", str(error))
            return
        for line in done.stdout.splitlines():
            try:
                fields = json.loads(line)
                self.lines[client][fields["id"]] = fields
            except (ValueError, KeyError):
                done.stderr += f"not a result: {line}\n"
        noise = [line for line in done.stderr.splitlines() if not re.fullmatch(NOISE_KNOWN, line)]
        why = f"exit {done.returncode}; " if done.returncode else ""
        self.report.case(f"{os.path.basename(argv[0])} runs {client} silently", why + " | ".join(noise[:10]))

    def zeep(self):
        self.execute("zeep", ["/usr/bin/python3", os.path.join(HERE, "zeep_client.py"), self.job("zeep")])

    def php(self):
        self.execute("php", ["php", "-d", "display_errors=stderr", os.path.join(HERE, "php_client.php"), self.job("php")])

    def npm(self):
        toolchains.npm_client()
        self.execute("npm", ["node", os.path.join(HERE, "npm", "client.js"), self.job("npm")])

    def java(self):
        tls = toolchains.java_tls(self.files[MAIN], self.truststore, self.password)
        folder = toolchains.java_client(self.contracts, tls, self.folder)
        self.left_out = toolchains.ports_left_out(folder)
        self.report.case("java wsimport reads all that is served, from the gateway itself, without -extension")
        classes = f"{toolchains.JAXWS}:{os.path.join(folder, 'classes')}"
        self.execute("java", ["java", *toolchains.FAST_JVM, *tls, "-cp", classes, "Caller", self.job("java")])

    def c(self):
        folder = toolchains.c_client(self.contracts, self.folder)
        self.report.case("c wsdl2h and soapcpp2 read all that is served")
        for version in ("11", "12"):
            self.execute("c", [os.path.join(folder, f"client{version}"), self.job("c")])

    def curl(self):
        """The refusals with 10 MB, once as curl is (it asks with Expect first) and once streaming regardless."""
        data = os.path.join(self.folder, "bulk")
        with open(data, "wb") as file:
            file.write(b" " * BULK_BYTES)
        for bulk in self.bulks:
            for how, extra in (("", []), (", no Expect", ["-H", "Expect:"])):
                self.judge_bulk("curl", f"{bulk['id']}{how}", bulk["expect"], self.curl_bulk(bulk, data, extra))

    def curl_bulk(self, bulk, data, extra):
        files, head, body = self.files[bulk["certificate"]], os.path.join(self.folder, "head"), os.path.join(self.folder, "body")
        try:
            toolchains.run(["curl", "-sS", "--cert", files["chain"], "--key", files["key"], "--cacert", self.ca, "--http1.1", *extra,
                            "-H", "Content-Type: text/xml; charset=utf-8", "-H", f'SOAPAction: "{bulk["action"]}"',
                            "--data-binary", f"@{data}", "-D", head, "-o", body, bulk["url"]], self.folder)
        except toolchains.ToolError as error:
            return {"error": str(error)}
        with open(head, encoding="latin-1") as file:
            lines = file.read().strip().split("\n\n")[-1]
        with open(body, encoding="utf-8") as file:
            text = file.read()
        return {"http": int(re.search(r"^HTTP/1\.1 (\d+)", lines)[1]), "code": re.search(r"(?mi)^X-Vashgate-Code: (\S+)", lines)[1],
                "length": int(re.search(r"(?mi)^Content-Length: (\d+)", lines)[1]), "got": len(text.encode()), "body": text}

    def judge_bulk(self, client, name, expect, line):
        note = f"{line.get('http')} {line.get('code')}, {line.get('got')} bytes read"
        self.report.case(f"{client} {name}", bulk_fault(expect, line), note)

    def run(self, client):
        start = time.monotonic()
        try:
            getattr(self, client)()
        except toolchains.ToolError as error:
            self.report.case(f"{client} can be built from what is served", str(error))
        self.seconds[client] = time.monotonic() - start


# ---- judging ----

def bulk_fault(expect, line):
    """What is wrong with the refusal of a bulk post, or nothing."""
    if not line or "error" in line:
        return (line or {}).get("error", "no result")
    if [line["http"], line["code"]] != expect:
        return f"{line['http']} {line['code']}, wanted {expect}"
    if line["got"] != line["length"] or expect[1] not in line["body"]:
        return f"{line['got']} of {line['length']} bytes: {line['body'][:200]}"
    return ""


def never_mtom(call):
    """What the gateway itself answers never has MTOM."""
    return services()[call["service"]]["backend"] == "self"


def form_fault(line, call):
    """The reply must have had the form and the version that were asked for."""
    multipart = call["form"] != "base64" and not never_mtom(call)
    media = line.get("type", "").split(";")[0].strip()
    if line.get("http") != 200:
        return f"HTTP {line.get('http')}"
    if media != ("multipart/related" if multipart else MEDIA[call["soap"]]):
        return f"the reply was {line.get('type')}"
    if multipart and MEDIA[call["soap"]] not in line["type"]:
        return f"the envelope was {line['type']}"
    return ""


def cell(client, call, line, expected):
    """What a cell shows, and what is wrong with it."""
    if not line:
        return "", "no result"
    wrong = form_fault(line, call)
    cannot = None if never_mtom(call) else CANNOT.get((client, call["form"]))
    if cannot and "error" in line:
        return UNSUPPORTED, wrong or ("" if re.search(cannot, line["error"]) else line["error"])
    if "error" in line or "fault" in line:
        return "", f"{line.get('error') or line['fault']} ({line.get('type')})"
    found = {key: line.get(key) for key in expected}
    if found != expected:
        wrong = f"{found}, wanted {expected}"
    if cannot and not wrong:
        wrong = "the client can, though it is said that it can't"
    return shown(line), wrong


def shown(line):
    """An answer as the table shows it."""
    if "page" in line:
        return f"{line['page']['korak']}: {len(line['page']['options'])}"
    return line.get("sha256", "")[:12] or line.get("answer") or f"{line.get('rights')} rights"


def fault_fault(line, expected):
    """What is wrong with a refused call as the client saw it: every field must have come, letter by letter."""
    fault = (line or {}).get("fault")
    if not fault:
        return f"no fault: {(line or {}).get('error', line)!r} ({(line or {}).get('type')})"
    if not re.fullmatch(r"[0-9a-f]{32}", fault.get("id") or ""):
        return f"id {fault.get('id')}"
    wrong = [f"{name} {fault.get(name)!r}" for name in expected if fault.get(name) != expected[name]]
    return ", ".join(wrong)


def judge(runner, client, expected, refusals):
    """All cases of a client; its cells of the table by (version, service, form)."""
    cells = {}
    for call in runner.calls[client]:
        line = runner.lines[client].get(call["id"])
        name = f"{client} {call['id']}"
        if call["id"].startswith("refused"):
            refusal = refusals[call["service"]]
            runner.report.case(name, fault_fault(line, refusal), f"{refusal['koda']}, every field of the detail read")
            continue
        value, wrong = cell(client, call, line, expected[call["service"]])
        cells[call["soap"], call["service"], call["form"]] = "RED" if wrong else value
        runner.report.case(name, wrong, value)
    if client in BULK_CLIENTS:
        for bulk in runner.bulks:
            runner.judge_bulk(client, bulk["id"], bulk["expect"], runner.lines[client].get(bulk["id"], {}))
    if client == "java":
        missing = {row["operation"] for row in services().values()} - runner.left_out
        runner.report.case("java soap12", f"wsimport did not say that it leaves out {missing}" if missing else "",
                           f"{UNSUPPORTED} (wsimport leaves every SOAP 1.2 port out without -extension)")
    return cells


def print_table(cells):
    """client x operation x form, with the first 12 digits of the SHA-256 of the zip."""
    columns = [(client, soap) for client in cells for soap in VERSIONS if soap in CLIENTS[client][0]]
    rows = [(service, form) for service in load_calls() for form in FORMS]
    width = max(len(value) for values in cells.values() for value in values.values() if value != UNSUPPORTED)
    print("\n" + f"{'operation':<37}{'form':<8}" + "".join(f"{client + ' ' + soap:<{width + 2}}" for client, soap in columns))
    for service, form in rows:
        label = f"{service} {services()[service]['operation']}"
        values = [cells[client].get((soap, service, form), "") for client, soap in columns]
        print(f"{label:<37}{form:<8}" + "".join(f"{'-' if value == UNSUPPORTED else value or 'EMPTY':<{width + 2}}" for value in values))
    print(f"-   {UNSUPPORTED}; tried in every such cell: an MTOM reply came and the client could not read it")
    print(f"java speaks SOAP 1.1 only: 1.2 is {UNSUPPORTED} (wsimport without -extension). It asks for MTOM in every call:")
    print("its base64 cells come from a backend that has no MTOM. PreveriPravice and Postopek are the gateway's own and never have MTOM.\n")


def main():
    start = time.monotonic()
    wanted = sys.argv[1:] or [*CLIENTS, "curl"]
    if not set(wanted) <= {*CLIENTS, "curl"}:
        sys.exit(__doc__)
    report = Report()
    with ClientWorld() as world, ClientWorld(plain=True, request_max_bytes=BULK_LIMIT) as plain_world:
        expected, refusals = expected_answers(world), expected_faults(world)
        folder = os.path.join(world.folder, "clients")
        os.makedirs(folder)
        try:
            runner = Runner(world, plain_world, report, folder)
        except toolchains.ToolError as error:
            report.case("curl fetches every contract and its schemas", str(error))
            return report.end()
        report.case("curl fetches every contract and its schemas")
        slowest_first = [name for name in ("java", "c", "npm", "php", "zeep", "curl") if name in wanted]
        with concurrent.futures.ThreadPoolExecutor(RUNS_AT_ONCE) as pool:
            list(pool.map(runner.run, slowest_first))
    cells = {client: judge(runner, client, expected, refusals) for client in CLIENTS if client in wanted}
    if cells:
        print_table(cells)
    print("seconds: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in runner.seconds.items())
          + f"; all {time.monotonic() - start:.1f}")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
