#!/usr/bin/python3
"""zeep as a foreign client of the gateway. Usage: zeep_client.py JOB_FILE; one JSON line a call (README.md has the fields)."""
import hashlib
import io
import json
import sys
import warnings
import zipfile

warnings.filterwarnings("ignore", "'cgi' is deprecated")     # zeep 4.2's own, on Python 3.11
warnings.simplefilter("error", UserWarning)
import requests  # noqa: E402
import zeep  # noqa: E402

NAPAKA = "{urn:esodstvo:vashgate:1}"


class Caller:
    """The clients of one certificate: one requests session, one zeep client for each contract."""

    def __init__(self, job, certificate):
        files = job["certificates"][certificate]
        self.last = None
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.cert, self.session.verify = (files["chain"], files["key"]), job["ca"]
        self.session.hooks["response"].append(self.remember)
        self.clients = {}

    def remember(self, response, *_, **__):
        self.last = response

    def call(self, call):
        if call["url"] not in self.clients:
            self.session.headers["Accept"] = "*/*"
            self.clients[call["url"]] = zeep.Client(f"{call['url']}?wsdl", transport=zeep.Transport(session=self.session))
        operation, version = call["operation"], call["soap"].replace(".", "")
        port = self.clients[call["url"]].bind(f"{operation}Service", f"{operation}Soap{version}")
        # requests' own Accept is a mere wildcard, for which the gateway never sends MTOM
        self.session.headers["Accept"] = "text/xml, application/soap+xml, multipart/related" if call["form"] == "MTOM" else "*/*"
        return port[operation](**call["parameters"])


def answer_fields(answer):
    """What the report wants of a decoded answer; a single field arrives bare (1203)."""
    if isinstance(answer, str):
        return {"answer": answer}
    if hasattr(answer, "pravica"):
        return {"rights": len(answer.pravica)}
    if hasattr(answer, "korak"):
        options = [option.sl for choice in answer.izbira for option in choice.moznost]
        return {"page": {"konec": answer.konec, "korak": answer.korak, "options": options}}
    with zipfile.ZipFile(io.BytesIO(answer.zip)) as archive:
        return {"ime": answer.ime, "sha256": hashlib.sha256(answer.zip).hexdigest(), "entries": archive.namelist()}


def fault_fields(fault):
    found = {"text": fault.message}
    if fault.detail is not None:
        found.update({name: fault.detail.findtext(f".//{NAPAKA}{name}") for name in ("koda", "sl", "en", "remedy", "id")})
    return found


def run_call(caller, call):
    line = {key: call[key] for key in ("id", "operation", "form", "soap")}
    caller.last = None
    try:
        line.update(answer_fields(caller.call(call)))
    except zeep.exceptions.Fault as fault:
        line["fault"] = fault_fields(fault)
    except Exception as error:  # every failure is a result here
        line["error"] = repr(error)
    if caller.last is not None:
        line.update(http=caller.last.status_code, type=caller.last.headers.get("Content-Type", ""))
    return line


def run_bulk(caller, bulk):
    """Posts more than the gateway will take, with requests as it is, and reads the refusal."""
    line = {"id": bulk["id"]}
    try:
        reply = caller.session.post(bulk["url"], data=b" " * bulk["bytes"],
                                    headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{bulk["action"]}"'})
        line.update(http=reply.status_code, code=reply.headers.get("X-Vashgate-Code"), body=reply.text,
                    length=int(reply.headers["Content-Length"]), got=len(reply.content))
    except Exception as error:
        line["error"] = repr(error)
    return line


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    callers = {name: Caller(job, name) for name in job["certificates"]}
    for call in job["calls"]:
        print(json.dumps(run_call(callers[call["certificate"]], call)), flush=True)
    for bulk in job["bulk"]:
        print(json.dumps(run_bulk(callers[bulk["certificate"]], bulk)), flush=True)


main()
