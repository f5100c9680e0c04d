"""The two faces of a procedure as the run meets them: the web pages and the SOAP operation Postopek. Either gives the same Answer."""
import base64
import http.client
import re
import socket
import ssl
import subprocess
import tempfile
import urllib.parse
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

from portal import P, PDF, Page, encode, pem
from world import Reply

from facts import MDP

BOUNDARY = "vashgate-model-boundary"
FILES = {"good": PDF, "text": b"Vloga\n", "unsigned": b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"}
PROOF = "Naslov za dokaz posesti"
NS = "{urn:esodstvo:vash-registration:1}"
# what the pages refuse with a status of their own
FAULTS = {"VG-P01": 404, "VG-P02": 409, "VG-P04": 403}
# what a page tells everybody: over SOAP a notice like others
TEXTS = {"vs207-05.1", "vs207-06", "vs208-01", "vs208-02", "vs208-01.3", "vs221-2", "vg-possession", "vg-organisation", "vg-secret"}


class Kept:
    """One TLS connection that is used again and again."""

    def __init__(self, w, name, port):
        self.context, self.port, self.connection = w.context(name), port, None

    def request(self, method, path, body=None, headers=None):
        try:
            return self.once(method, path, body, headers)
        except (ConnectionError, ssl.SSLError, http.client.HTTPException):  # closed as idle meanwhile
            self.close()
            return self.once(method, path, body, headers)

    def once(self, method, path, body, headers):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection("localhost", self.port, context=self.context, timeout=60)
            self.connection.connect()
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.request(method, path, body=body, headers=dict({"Host": "localhost"}, **(headers or {})))
        r = self.connection.getresponse()
        return Reply(r.status, {k.lower(): v for k, v in r.getheaders()}, r.read())

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Answer:
    """What a page says: `options` of its choices, but for the filters', `records` of its lists (None: it has no list), `path` of a proof."""
    step, codes, finished, options, records, case, path, login = "-", ("vg-web",), True, {}, None, None, None, None

    def __init__(self, reply):
        self.reply, self.status = reply, reply.status

    def __repr__(self):
        return f"{self.status} {self.step} {list(self.codes)}\n{self.reply.text}"

    def take_path(self, url):
        self.path = urllib.parse.urlsplit(url).path if url else None


def web_answer(reply):
    a, page = Answer(reply), Page(reply)
    if page.root is not None:
        a.step, a.codes, a.finished = page.step, page.codes, page.finished
        a.options = {name: set(page.options(name)) for name in {e.get("name") for e in page.root.iter(P + "choice")}}
        a.records = page.records() if page.root.find(P + "list") is not None else None
        a.case = page.case if page.root.get("case") else None
        a.take_path(page.fact(PROOF))
    return a


def soap_answer(reply):
    a = Answer(reply)
    if reply.status != 200:
        a.status = FAULTS.get(reply.code, reply.status)
        return a
    root = next(ElementTree.fromstring(reply.body).iter(NS + "PostopekResponse"))

    def text(e, name):
        found = e.find(NS + name)
        return None if found is None else found.text or ""

    a.step, a.finished = text(root, "korak"), text(root, "konec") != "odprto"
    a.codes = [text(e, "koda") for e in root.iter(NS + "napaka")]
    a.codes += [code for code in (text(e, "koda") for e in root.iter(NS + "obvestilo")) if code not in TEXTS]
    a.options = {text(e, "ime"): {text(o, "vrednost") for o in e.iter(NS + "moznost")} for e in root.iter(NS + "izbira")}
    lists = list(root.iter(NS + "seznam"))
    a.records = {int(text(e, "id")): text(e, "sl") for e in root.iter(NS + "vrstica")} if lists else None
    a.case, a.login = int(text(root, "zadeva") or 0), text(root, "zapis")
    a.take_path(next((text(e, "sl") or text(e, "povezava") for e in root.iter(NS + "podatek") if text(e, "oznakaSl") == PROOF), None))
    return a


def filled(fields):
    """(fields as they are sent, file or None)"""
    fields = dict(fields)
    file = FILES.get(fields.pop("application", None))
    if fields.get("certificate"):
        fields["certificate"] = pem(fields["certificate"])
    return fields, file


class Web:
    """Somebody at the portal. The login is the session's."""

    def __init__(self, w, name):
        self.kept = Kept(w, name, w.portal_port)
        self.cookie = self.csrf = None
        self.request("GET", "/")

    def request(self, method, path, body=None, headers=None):
        h = dict({"Accept": "application/xml"}, **(headers or {}))
        if self.cookie:
            h["Cookie"] = f"__Host-vashgate={self.cookie}"
        reply = self.kept.request(method, path, body, h)
        m = re.match(r"__Host-vashgate=([^;]*)", reply.header("Set-Cookie") or "")
        if m:
            self.cookie = m[1] or None
        self.csrf = reply.header("X-Vashgate-Form") or self.csrf
        return reply

    def post(self, path, fields, file=None):
        body = encode(dict(fields, csrf=self.csrf), file, BOUNDARY)
        return web_answer(self.request("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}))

    def begin(self, _, procedure):
        if procedure == "vs101":
            self.request("GET", "/")
        return self.post(f"/procedure/{procedure}", {})

    def press(self, _, case, version, button, fields):
        fields, file = filled(fields)
        return self.post(f"/case/{case}", dict({"button": button, "version": version}, **fields), file and ("application", "vloga.pdf", file))

    def get(self, _, case):
        return web_answer(self.request("GET", f"/case/{case}"))

    def pdf(self, case):
        """Status, and the lines of the list."""
        reply = self.request("GET", f"/case/{case}.pdf")
        return reply.status, pdf_lines(reply.body) if reply.status == 200 else None


class Soap:
    """Somebody's program. Nothing is kept between its requests: each names the login's record, and the organisation where MDP must know it."""

    def __init__(self, w, name):
        self.kept, self.name = Kept(w, name, w.port), name

    def send(self, login, parts, values=(), file=None):
        organ = login.subject.davcna if login and self.name in MDP else None
        parts = [("zapis", login and login.record.id), ("organ", organ), *parts]
        xml = "".join(f"<{n}>{escape(str(v))}</{n}>" for n, v in parts if v)
        xml += "".join(f"<vrednost><ime>{n}</ime><besedilo>{escape(v)}</besedilo></vrednost>" for n, v in values)
        if file:
            xml += f"<datoteka><ime>vloga.pdf</ime><vsebina>{base64.b64encode(file).decode()}</vsebina></datoteka>"
        body = (f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><PostopekRequest xmlns="{NS[1:-1]}">{xml}'
                "</PostopekRequest></e:Body></e:Envelope>").encode()
        return soap_answer(self.kept.request("POST", "/spletne-storitve/vash/postopki", body, {
            "Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"urn:esodstvo:vash-registration:1/Postopek"'}))

    def begin(self, login, procedure):
        return self.send(login, [("postopek", procedure)])

    def press(self, login, case, version, button, fields):
        fields, file = filled(fields)
        values = [(n, one) for n, v in fields.items() for one in (v if isinstance(v, list) else [v])]
        return self.send(login, [("zadeva", case), ("razlicica", version), ("gumb", button)], values, file)

    def get(self, login, case):
        return self.send(login, [("zadeva", case)])


def pdf_lines(data):
    """The numbered lines of a list's PDF, in their order, without the foot of each page."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as f:
        f.write(data)
        f.flush()
        text = subprocess.run(["pdftotext", "-layout", f.name, "-"], capture_output=True, text=True, check=True).stdout
    found = []
    for line in text.replace("\f", "\n").splitlines():
        m = re.match(r"\s*(\d+)\. (.*)", line)
        if m and int(m[1]) == len(found) + 1:
            found.append(m[2])
        elif found and line.strip() and not line.startswith("Portal eSodstvo"):
            found[-1] += " " + line
    return [" ".join(line.split()) for line in found]
