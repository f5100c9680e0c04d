#!/usr/bin/python3
"""A stand-in for the gateway on plain HTTP, for client tools: serves each contract at <path>?wsdl with the schemas beside it,
refuses with 400 any call that does not follow the contract, answers the others from a fixed table.

Usage: stub_server.py PROJECT_ROOT PORT_FILE   (writes the port it got; runs until killed)
"""
import csv
import http.server
import os
import re
import sys

from lxml import etree

ROOT, PORT_FILE = sys.argv[1:]
ENVELOPES = {"text/xml": "http://schemas.xmlsoap.org/soap/envelope/",
             "application/soap+xml": "http://www.w3.org/2003/05/soap-envelope"}
FAULT_FOR = "25028022"      # the tax number that is answered with a fault
NAPAKA = ('<vg:Napaka xmlns:vg="urn:esodstvo:vashgate:1"><vg:koda>VG000</vg:koda><vg:sl>zavrnjeno: čšž</vg:sl>'
          "<vg:en>refused</vg:en><vg:remedy>ask another</vg:remedy><vg:id>req-1</vg:id></vg:Napaka>")
ZIP = "<n:ime>odgovor-podatki.zip</n:ime><n:zip>UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==</n:zip>"
RIGHT = ("<n:cas>2024-05-06T07:30:00Z</n:cas><n:potrdilo><n:izdajatelj>CN=I</n:izdajatelj><n:predmet>CN=P</n:predmet>"
         f"<n:serijska>01</n:serijska><n:zgoscenka>{'0a' * 32}</n:zgoscenka><n:veljaOd>2024-01-01T00:00:00Z</n:veljaOd>"
         "<n:veljaDo>2026-01-01T00:00:00Z</n:veljaDo><n:preklic>unchecked</n:preklic><n:koda>OK</n:koda>"
         "<n:dovoljeno>true</n:dovoljeno><n:sl>v redu</n:sl><n:en>fine</n:en><n:remedy></n:remedy></n:potrdilo>"
         "<n:pravica><n:skupina>1001</n:skupina><n:storitev>eZK</n:storitev><n:pot>/x</n:pot><n:dovoljeno>false</n:dovoljeno>"
         "<n:koda>VG001</n:koda><n:sl>ni vpisa</n:sl><n:en>not registered</n:en><n:remedy>register</n:remedy></n:pravica>")
MTOM_FOR = "MTOM_PROBA"     # the namen that is answered with MTOM, whatever the caller accepts
XOP = ('<n:ime>odgovor-podatki.zip</n:ime><n:zip><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" '
       'href="cid:zip@stub"/></n:zip>')
# The page that follows a step; its file is the one that was sent
PAGE = ("<n:konec>odprto</n:konec><n:zadeva>900000000000000001</n:zadeva><n:razlicica>2</n:razlicica><n:postopek>vs207</n:postopek>"
        "<n:korak>vs207-05</n:korak><n:sl>Vloga čšž</n:sl><n:en>Application</n:en><n:izbira><n:ime>record</n:ime><n:vec>false</n:vec>"
        "<n:sl>Izberite</n:sl><n:en>Choose</n:en><n:moznost><n:vrednost>7</n:vrednost><n:izbrano>true</n:izbrano><n:sl>občina</n:sl>"
        "<n:en>municipality</n:en></n:moznost></n:izbira><n:datoteka><n:ime>{ime}</n:ime><n:vsebina>{vsebina}</n:vsebina></n:datoteka>")
CONTENT = {"GetOdprtiPostopkZaDSRequest": "<n:odgovor>DA</n:odgovor>", "PreveriPraviceRequest": RIGHT}


def load():
    with open(os.path.join(ROOT, "vash/codelists/services.csv"), newline="", encoding="utf-8") as table:
        routes = {row["path"]: row for row in csv.DictReader(table)}
    systems = {row["namespace"].split(":")[2] for row in routes.values()}
    schemas = {name: etree.XMLSchema(etree.parse(os.path.join(ROOT, "wsdl", name + ".xsd"))) for name in systems}
    return routes, schemas


ROUTES, SCHEMAS = load()
SEEN = set()        # "<program> <content type>" of every good call: proves that a client did speak the version it was told to


def stated_action(headers, kind):
    if kind == "text/xml":
        return headers.get("SOAPAction", "missing")
    for part in headers["Content-Type"].split(";")[1:]:
        key, _, value = part.strip().partition("=")
        if key == "action":
            return value
    return None


def breach(row, kind, action, root):
    """What in the call is against the contract, or None."""
    if kind not in ENVELOPES or root.tag != f"{{{ENVELOPES[kind]}}}Envelope":
        return f"content type {kind} with {root.tag}"
    if action is not None and action != f'"{row["soap_action"]}"':
        return f"action {action}"
    body = root.find(f"{{{ENVELOPES[kind]}}}Body")
    if body is None or len(body) != 1 or body[0].tag != f"{{{row['namespace']}}}{row['element']}":
        return "body"
    schema = SCHEMAS[row["namespace"].split(":")[2]]
    return None if schema.validate(etree.fromstring(etree.tostring(body[0]))) else str(schema.error_log.last_error)


def content(row, root):
    """What stands in the answer to a good call."""
    if row["element"] != "PostopekRequest":
        return CONTENT.get(row["element"], ZIP)
    sent = {name: root.findtext(f".//{{*}}datoteka/{{*}}{name}", "") for name in ("ime", "vsebina")}
    return PAGE.format(**sent)


def fault(kind):
    if kind == "text/xml":
        return f"<soap:Fault><faultcode>soap:Client</faultcode><faultstring>VG000: refused</faultstring><detail>{NAPAKA}</detail></soap:Fault>"
    return ("<soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value></soap:Code><soap:Reason>"
            f'<soap:Text xml:lang="en">VG000: refused</soap:Text></soap:Reason><soap:Detail>{NAPAKA}</soap:Detail></soap:Fault>')


def as_mtom(kind, envelope):
    """The envelope and the empty zip as a MIME package; returns content type and bytes."""
    head = (f'--limit\r\nContent-Type: application/xop+xml; charset=UTF-8; type="{kind}"\r\nContent-Transfer-Encoding: binary\r\n'
            f"Content-ID: <root@stub>\r\n\r\n{envelope}\r\n--limit\r\nContent-Type: application/zip\r\n"
            "Content-Transfer-Encoding: binary\r\nContent-ID: <zip@stub>\r\n\r\n")
    return (f'multipart/related; boundary=limit; type="application/xop+xml"; start="<root@stub>"; start-info="{kind}"',
            head.encode() + b"PK\x05\x06" + bytes(18) + b"\r\n--limit--\r\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/seen":
            return self.send(200, "text/plain", "".join(f"{line}\n" for line in sorted(SEEN)).encode())
        if path in ROUTES and query.lower() == "wsdl":
            name = ROUTES[path]["wsdl"]
        elif path.endswith(".xsd") and os.path.basename(path) in os.listdir(os.path.join(ROOT, "wsdl")):
            name = os.path.basename(path)
        else:
            return self.send(404, "text/plain", b"no such contract\n")
        with open(os.path.join(ROOT, "wsdl", name), "rb") as contract:
            here = f"http://127.0.0.1:{self.server.server_port}".encode()
            self.send(200, "text/xml; charset=utf-8", contract.read().replace(b"https://localhost:8443", here))

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def do_POST(self):
        data, row = self.read_body(), ROUTES.get(self.path)
        kind = self.headers["Content-Type"].split(";")[0]
        root = etree.fromstring(data)
        why = breach(row, kind, stated_action(self.headers, kind), root) if row else "path"
        if why:
            return self.send(400, "text/plain", f"{self.path}: {why}\n{data.decode()}\n".encode())
        SEEN.add(f"{re.match('[A-Za-z-]+', self.headers['User-Agent'])[0]} {kind}")
        refused, mtom = FAULT_FOR in data.decode(), MTOM_FOR in data.decode()
        name = row["element"].replace("Request", "Response")
        inner = fault(kind) if refused else (
            f'<n:{name} xmlns:n="{row["namespace"]}">{XOP if mtom else content(row, root)}</n:{name}>')
        envelope = f'<soap:Envelope xmlns:soap="{ENVELOPES[kind]}"><soap:Body>{inner}</soap:Body></soap:Envelope>'
        if mtom:
            return self.send(200, *as_mtom(kind, envelope))
        status = (500 if kind == "text/xml" else 400) if refused else 200
        self.send(status, kind + "; charset=utf-8", envelope.encode())


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(PORT_FILE + ".part", "w", encoding="ascii") as out:
    out.write(str(server.server_port))
os.rename(PORT_FILE + ".part", PORT_FILE)
server.serve_forever()
