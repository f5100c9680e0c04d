"""Gets what each foreign client needs: the served contracts, code generated from them, npm's packages.

Generated code is kept under build/clients, by the hash of the served bytes and of the client's sources: a rerun generates nothing.
Only the port of the gateway, which is new in every run, is left out of the hash.
"""
import hashlib
import os
import re
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
KEPT = os.path.join(ROOT, "build", "clients")
JAXWS = "/usr/share/java/jaxws-rt.jar"
JAXWS_TOOLS = "/usr/share/java/jaxws-tools.jar"
FAST_JVM = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
TIMEOUT_S = 300

# What docs/CLIENTS.md lists as known; any other word of a tool is a failure.
WSIMPORT_KNOWN = (r'parsing WSDL\.\.\.|Generating code\.\.\.|\[WARNING\] Ignoring SOAP port "\w+Soap12": it uses non-standard SOAP 1\.2 '
                  r'binding\.|You must specify the "-extension" option to use this binding\.|  line \d+ of \S+|')
IGNORED_PORT = re.compile(r'Ignoring SOAP port "(\w+)Soap12"')
GSOAP_KNOWN = (r"Warning: ignoring type inheritance by default for C\b.*|"
               r"Warning: \d+ service bindings found, but collected as one service .*|"
               r"soap12\.h\(\d+\): \*WARNING\*: option -1 or -2 overrides SOAP-(ENV|ENC) namespace.*|"
               r"Compilation successful \(2 warnings\)")


class ToolError(Exception):
    """A tool is missing, failed, or said something unknown."""


def clean_env(home):
    """What foreign programs see: no other python or java on PATH, no proxies, no JAVA_TOOL_OPTIONS."""
    return {"PATH": "/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8"}


def run(argv, home, cwd=None, env=None):
    """Run a tool; its whole output. A failure or a missing program is a ToolError."""
    try:
        done = subprocess.run(argv, cwd=cwd, env=env or clean_env(home), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolError(str(error)) from error
    if done.returncode:
        raise ToolError(f"{' '.join(argv[:4])} …: exit {done.returncode}\n{done.stdout[-3000:]}")
    return done.stdout


def check_noise(tool, output, known, only=r""):
    """Every line of `output` that matches `only` must match `known` as a whole."""
    unknown = [line for line in output.splitlines() if re.search(only, line) and not re.fullmatch(known, line)]
    if unknown:
        raise ToolError(f"{tool} says what docs/CLIENTS.md does not list:\n" + "\n".join(unknown[:20]))


# ---- what the gateway serves ----

class Contracts:
    """The contracts as served: every WSDL in `folder`, its schemas beside it. Fetched with curl over mutual TLS."""

    def __init__(self, url, services, files, ca, folder):
        self.url, self.services, self.folder = url, services, folder
        self.curl = ["curl", "-sS", "--fail", "--cert", files["chain"], "--key", files["key"], "--cacert", ca]
        os.makedirs(folder)
        self.fetch({row["wsdl"]: f"{url}{row['path']}?wsdl" for row in services.values()})
        for row in services.values():
            self.fetch_schemas(row)
        self.bytes = {name: self.read(name) for name in sorted(os.listdir(folder))}

    def read(self, name):
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def fetch(self, wanted):
        """Every file of {name: URL} with one curl; a file that is there already must come with the same bytes."""
        before = {name: self.read(name) for name in wanted if os.path.exists(os.path.join(self.folder, name))}
        argv = list(self.curl)
        for name, url in wanted.items():
            argv += ["-o", os.path.join(self.folder, name), url]
        run(argv, self.folder)
        for name, data in before.items():
            if self.read(name) != data:
                raise ToolError(f"{name} is not the same beside every contract")

    def fetch_schemas(self, row):
        """The schemas that a contract imports, and theirs, as a client finds them: relative to the contract's own address."""
        beside, new, seen = self.url + row["path"].rsplit("/", 1)[0], [row["wsdl"]], set()
        while new:
            found = {name for old in new for name in re.findall(r'schemaLocation="([^"]+)"', self.read(old).decode())}
            new = sorted(found - seen)
            seen |= found
            if new:
                self.fetch({name: f"{beside}/{name}" for name in new})

    def hash(self, *sources):
        """Names what is generated from these contracts with these sources."""
        digest = hashlib.sha256()
        for name, data in self.bytes.items():
            digest.update(name.encode() + b"\0" + data.replace(self.url.encode(), b"URL") + b"\0")
        for name in sources:
            with open(os.path.join(HERE, name), "rb") as file:
                digest.update(file.read() + b"\0")
        return digest.hexdigest()[:16]


def kept(kind, key, make):
    """The folder build/clients/KIND-KEY, made by make(folder) if it is not there; those of other keys are removed."""
    folder = os.path.join(KEPT, f"{kind}-{key}")
    if os.path.isdir(folder):
        return folder
    os.makedirs(KEPT, exist_ok=True)
    part = f"{folder}.{os.getpid()}.part"
    try:
        os.makedirs(part)
        make(part)
        if not os.path.isdir(folder):
            os.rename(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    for name in os.listdir(KEPT):
        if name.startswith(f"{kind}-") and name != os.path.basename(folder) and not name.endswith(".part"):
            shutil.rmtree(os.path.join(KEPT, name), ignore_errors=True)
    return folder


# ---- Java ----

JAVA_SOURCES = [f"java/{name}.java" for name in ("Caller", "Generate", "Json", "Requests")]


def java_tls(files, truststore, password):
    """One certificate for a whole virtual machine."""
    options = {"keyStore": files["p12"], "keyStoreType": "PKCS12", "keyStorePassword": password,
               "trustStore": truststore, "trustStoreType": "PKCS12", "trustStorePassword": password}
    return [f"-Djavax.net.ssl.{name}={value}" for name, value in options.items()]


def java_client(contracts, tls, home):
    """Folder with `classes` and wsimport's log; wsimport itself reads the contracts from the gateway, without -extension."""
    def make(folder):
        source = os.path.join(folder, "src")
        os.makedirs(source)
        urls = [f"{contracts.url}{row['path']}?wsdl" for row in contracts.services.values()]
        log = run(["java", *FAST_JVM, *tls, "-Djavax.xml.accessExternalSchema=all", "-cp", JAXWS_TOOLS,
                   os.path.join(HERE, "java", "Generate.java"), source, *urls], home)
        with open(os.path.join(folder, "wsimport.log"), "w", encoding="utf-8") as file:
            file.write(log)
        check_noise("wsimport", log, WSIMPORT_KNOWN)
        generated = [os.path.join(at, name) for at, _, names in os.walk(source) for name in names if name.endswith(".java")]
        own = [os.path.join(HERE, name) for name in JAVA_SOURCES if name != "java/Generate.java"]
        run(["javac", "-nowarn", "-cp", JAXWS, "-d", os.path.join(folder, "classes"), *generated, *own], home)
    return kept("java", contracts.hash(*JAVA_SOURCES), make)


def ports_left_out(folder):
    """Operations whose SOAP 1.2 port wsimport left out, from its log."""
    with open(os.path.join(folder, "wsimport.log"), encoding="utf-8") as file:
        return set(IGNORED_PORT.findall(file.read()))


# ---- C ----

C_SOURCES = ["c/client.c", "c/requests.c", "c/requests.h"]


def soap_code(folder, option, home):
    """soapcpp2 and gcc for one SOAP version: FOLDER/client11 (option -1) or FOLDER/client12."""
    version = "11" if option else "12"
    code = os.path.join(folder, version)
    os.makedirs(code)
    log = run(["soapcpp2", "-c", "-C", "-L", "-x", *option, "-I/usr/share/gsoap:/usr/share/gsoap/import", "../all.h"], home, code)
    check_noise("soapcpp2", log, GSOAP_KNOWN, r"(?i)warning|error")
    tables = sorted(name for name in os.listdir(code) if name.endswith(".nsmap"))
    os.rename(os.path.join(code, tables[0]), os.path.join(code, "all.nsmap"))
    flags = run(["pkg-config", "--cflags", "--libs", "gsoapssl", "jansson", "libzip", "libcrypto"], home).split()
    own = [os.path.join(HERE, name) for name in C_SOURCES if name.endswith(".c")]
    run(["gcc", "-std=c17", "-D_GNU_SOURCE", "-O0", "-Wall", "-Wextra", "-I.", "-o", f"../client{version}", *own, "-w",
         "soapC.c", "soapClient.c", *flags], home, code)


def c_client(contracts, home):
    """Folder with client11 and client12. wsdl2h can't fetch over mutual TLS: it gets the served bytes as files."""
    def make(folder):
        wsdl = [os.path.join(contracts.folder, row["wsdl"]) for row in contracts.services.values()]
        log = run(["wsdl2h", "-c", "-t", os.path.join(ROOT, "wsdl", "typemap.dat"), "-o", os.path.join(folder, "all.h"), *wsdl], home)
        check_noise("wsdl2h", log, GSOAP_KNOWN, r"(?i)warning|error")
        soap_code(folder, [], home)
        soap_code(folder, ["-1"], home)
    return kept("c", contracts.hash(*C_SOURCES), make)


# ---- npm ----

def npm_client():
    """tests/clients/npm/node_modules as package-lock.json pins it. npm sees our own environment: it may need a proxy or a cache."""
    folder = os.path.join(HERE, "npm")
    with open(os.path.join(folder, "package-lock.json"), "rb") as file:
        lock = hashlib.sha256(file.read()).hexdigest()
    stamp = os.path.join(folder, "node_modules", ".vashgate-lock")
    if os.path.exists(stamp):
        with open(stamp, encoding="ascii") as file:
            if file.read() == lock:
                return
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder, folder, dict(os.environ))
    with open(stamp, "w", encoding="ascii") as file:
        file.write(lock)
