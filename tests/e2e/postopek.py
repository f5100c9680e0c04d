"""Somebody at the operation Postopek: asks for steps, and reads the pages that follow."""
import base64
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

from cases import equal

NS = "urn:esodstvo:vash-registration:1"
SOAP11, SOAP12 = "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"


class Stran:
    """An answer of the operation."""

    def __init__(self, reply):
        self.reply = reply
        body = ElementTree.fromstring(reply.body)
        self.root = next((e for e in body.iter() if e.tag == f"{{{NS}}}PostopekResponse"), None)

    def __repr__(self):
        return self.reply.text

    def text(self, name):
        e = self.root.find(f"{{{NS}}}{name}")
        return None if e is None else e.text

    def all(self, name, part):
        return [e.find(f"{{{NS}}}{part}").text for e in self.root.iter(f"{{{NS}}}{name}")]

    @property
    def codes(self):
        return [e.find(f"{{{NS}}}koda").text for e in self.root.iter() if e.tag in (f"{{{NS}}}obvestilo", f"{{{NS}}}napaka")]

    @property
    def refusals(self):
        """The codes of what is wrong: warnings of the page itself, and errors beside fields and choices."""
        warnings = [e for e in self.root.findall(f"{{{NS}}}obvestilo") if e.find(f"{{{NS}}}vrsta").text == "warning"]
        return [e.find(f"{{{NS}}}koda").text for e in warnings + list(self.root.iter(f"{{{NS}}}napaka"))]

    def option(self, text):
        return next(e.find(f"{{{NS}}}vrednost").text for e in self.root.iter(f"{{{NS}}}moznost") if text in e.find(f"{{{NS}}}sl").text)


class Caller:
    """Somebody who carries out procedures over SOAP."""

    def __init__(self, w, name, soap12=False, organ=None):
        self.w, self.name, self.soap12, self.organ, self.record = w, name, soap12, organ, None

    def post(self, xml, head="", **kw):
        """The operation with this content, as it stands."""
        env = SOAP12 if self.soap12 else SOAP11
        body = f'{head}<e:Envelope xmlns:e="{env}"><e:Body><PostopekRequest xmlns="{NS}">{xml}</PostopekRequest></e:Body></e:Envelope>'
        return self.w.call("registracija", self.name, body=body.encode("utf-8", "surrogatepass"), soap12=self.soap12, **kw)

    def xml(self, postopek=None, page=None, button=None, values=(), file=None, record=True, version=None, application=None):
        parts = [("zapis", self.record if record else None), ("organ", self.organ), ("postopek", postopek), ("zadeva", page and page.text("zadeva")),
                 ("razlicica", version or (page.text("razlicica") if page and button else None)), ("gumb", button)]
        xml = "".join(f"<{n}>{escape(str(v))}</{n}>" for n, v in parts if v is not None)
        xml += "".join(f"<vrednost><ime>{escape(n)}</ime><besedilo>{escape(v)}</besedilo></vrednost>" for n, v in values)
        if file:
            xml += f"<datoteka><ime>{escape(file[0])}</ime><vsebina>{base64.b64encode(file[1]).decode()}</vsebina></datoteka>"
        return xml + (f"<vloga>{application}</vloga>" if application else "")

    def send(self, *args, **kw):
        return self.post(self.xml(*args, **kw))

    def ask(self, *args, **kw):
        reply = self.send(*args, **kw)
        equal(reply.status, 200, reply.text)
        return Stran(reply)

    def login(self, group):
        page = self.ask("vs101")
        done = self.ask(page=page, button="login", values=[("record", page.option(group))])
        equal((done.text("konec"), done.text("korak")), ("prijavljeno", "vs101-04"), "the login")
        self.record = done.text("zapis")
        return self
