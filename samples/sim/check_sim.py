#!/usr/bin/python3
"""Checks backend_sim from outside: check_sim.py [--sim PROGRAM] [--pki DIR] (see README.md).

Needs python3-lxml and pdftotext (poppler-utils); makes a development PKI of its own when none is given.
"""

import argparse
import base64
import csv
import email
import email.policy
import hashlib
import io
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

from lxml import etree

sys.dont_write_bytecode = True
import sim_client as c

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KEY = bytes(range(32))
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
PODATKI = "{urn:esodstvo:ezk:podatki:1}"
SCHEMAS = {"PodatkiRedniIzpis": "podatki-redni-izpis", "SifrantiPodatkiRedniIzpis": "sifranti-redni-izpis",
           "KontrolaObstojNepremicnine": "kontrola-obstoj", "KontrolaEnakPravniPolozaj": "kontrola-enak-pravni-polozaj",
           "OdprtiPostopki": "odprti-postopki", "PodatkiOZadevi": "podatki-o-zadevi"}
EXPECTED = {
    "1000": ["redni-izpis-sifranti.xml"], "1001": ["redni-izpis-podatki.xml"], "1002": ["redni-izpis-1.pdf"],
    "1003": ["imetnik-podatki.xml", "imetnik-sifranti.xml"], "1004": ["redni-izpis-podatki.xml"],
    "1005": ["obstoj-nepremicnine-podatki.xml"], "1006": ["enak-pravni-polozaj-podatki.xml"],
    "1007": ["lastnik-rs-podatki.xml"], "1008": ["imetnik-podatki.xml"], "1101": ["imetnik-podatki.xml"],
    "1102": ["imetnik-podatki.xml"], "1103": ["stavba_in_deli.xml", "ostali_psd_in_ssd.xml"],
    "1201": ["odprti-postopki-podatki.xml"], "1202": ["podatki-o-zadevi-podatki.xml"],
}
passed = failed = 0


def ok(condition, text):
    global passed, failed
    passed, failed = passed + bool(condition), failed + (not condition)
    print(("ok - " if condition else "not ok - ") + text, flush=True)


# --- requests ----------------------------------------------------------------------------------

def services():
    with open(ROOT / "vash/codelists/services.csv", encoding="utf-8", newline="") as f:
        return {r["service"]: r for r in csv.DictReader(f) if r["backend"] in ("ezk", "eins")}


def sample(name):
    body = (ROOT / "samples/requests" / f"{name}.xml").read_bytes()
    if name[:4] in ("1101", "1102"):    # as the gateway does: the caller's own number is the first child
        empty = b"<ezk:ZahtevekRequest/>"
        start = b"<ezk:ZahtevekRequest><ezk:emso>0101006500006</ezk:emso>"
        body = body.replace(empty, start + b"</ezk:ZahtevekRequest>").replace(b"<ezk:ZahtevekRequest>\n", start)
    return body


def headers_for(row, body, group=None, accept=None, **changes):
    v12 = SOAP12.encode() in body
    group = group or (row["service"] if row["service"] != "1000" else "1001")
    result = [("Content-Type", "application/soap+xml; charset=utf-8" if v12 else "text/xml; charset=utf-8"),
              ("X-Vashgate-Identity", c.identity(KEY, group, **changes))]
    if not v12:
        result.append(("SOAPAction", f'"{row["soap_action"]}"'))
    return result + ([("Accept", accept)] if accept else [])


def call(sim, row, body, tls=None, headers=None, **receive):
    own = tls is None
    tls = tls or sim.connect()
    tls.sendall(c.head(row["path"], len(body), headers or headers_for(row, body)) + body)
    reply = c.receive(tls, **receive)
    if own:
        tls.close()
    return reply


def zip_of(reply):
    """(bytes of the zip, came as an attachment)"""
    kind = reply.headers["content-type"]
    if kind.lower().startswith("multipart/related"):
        message = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + reply.body,
                                           policy=email.policy.HTTP)
        envelope, attachment = list(message.iter_parts())
        include = etree.fromstring(envelope.get_payload(decode=True)).find(".//{*}Include")
        assert include.get("href") == "cid:" + attachment["Content-ID"].strip("<>")
        return attachment.get_payload(decode=True), True
    text = etree.fromstring(reply.body).findtext(".//{*}zip")
    return base64.b64decode(text, validate=False), False


def fault_of(reply):
    root = etree.fromstring(reply.body)
    return root.findtext(".//faultstring") or root.findtext(f".//{{{SOAP12}}}Text") or ""


# --- what the services answer ------------------------------------------------------------------

def check_entries(name, archive):
    ok([i.filename for i in archive.infolist()] == EXPECTED[name[:4]] and archive.testzip() is None,
       f"{name}: the zip opens and holds {', '.join(archive.namelist())}")
    for entry in archive.namelist():
        data = archive.read(entry)
        if entry.endswith(".pdf"):
            text = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=False).stdout.decode()
            info = subprocess.run(["pdfinfo", "-"], input=data, capture_output=True, check=False).stdout.decode()
            ok("Redni izpis iz zemljiške knjige" in text and "2636-*17/2" in text and "č š ž Č Š Ž" in text
               and "Bežigrad" in text, f"{name}: the text of {entry} can be searched")
            ok("A4" in info and "Pages:           1" in info, f"{name}: {entry} is one A4 page")
            continue
        root = etree.fromstring(data)
        schema = etree.XMLSchema(etree.parse(str(ROOT / "wsdl" / (SCHEMAS[etree.QName(root).localname] + ".xsd"))))
        ok(schema.validate(root), f"{name}: {entry} is valid {schema.error_log.last_error or ''}".strip())


def check_echo(name, archive):
    service = name[:4]
    text = {e: archive.read(e).decode() for e in archive.namelist() if e.endswith(".xml")}
    every = "".join(text.values())
    wanted = {"1001": ["<Stevilka>1234/5</Stevilka>", "<Ko>1737</Ko>", "GOV_REDNI_IZPIS", "<NazivKo>Tabor"],
              "1003": ["<Emso>0101006500006</Emso>", "GOV_MJU_EUPRAVA_LASTNIK"],
              "1004": ["<Stevilka>1234/5</Stevilka>"], "1005": ["<Status>OBSTAJA</Status>"],
              "1006": ["<Status>RAZLICEN</Status>", "1234/6"], "1007": ["Republika Slovenija", "<Ko>2636</Ko>"],
              "1008": ["1211981500126", "5491711000", "5860571255", "HIPOTEKA"], "1101": ["<Emso>0101006500006</Emso>"],
              "1102": ["<Emso>0101006500006</Emso>", "HIPOTEKA", "LASTNI_VPOGLED"], "1103": ["1024", "SPLOSNI_SKUPNI_DEL"],
              "1201": ["OSEBNI_STECAJ", "2024-01-31"], "1202": ["Okrožno sodišče v Ljubljani", "ODPRT"]}.get(service, [])
    if wanted:
        ok(all(w in every for w in wanted), f"{name}: the content speaks of what was asked")
    if service == "1103":
        ok("Emso" not in every, f"{name}: no EMŠO in it")
    if service == "1003":
        ok("<Emso>" not in text["imetnik-sifranti.xml"], f"{name}: code lists apart from the data")


def check_service(sim, name, row):
    body = sample(name)
    plain = call(sim, row, body)
    media = "application/soap+xml" if name.endswith("-12") else "text/xml"
    ok(plain.status == 200 and plain.headers["content-type"].startswith(media), f"{name}: 200 {media}")
    if name.startswith("1203"):
        ok(etree.fromstring(plain.body).findtext(".//{*}odgovor") == "DA", f"{name}: an even tax number is answered DA")
        odd = call(sim, row, body.replace(b"50223054", b"50223055"))
        ok(etree.fromstring(odd.body).findtext(".//{*}odgovor") == "NE", f"{name}: an odd one NE")
        return
    data, attached = zip_of(plain)
    ok(not attached, f"{name}: base64 unless multipart is asked for")
    archive = zipfile.ZipFile(io.BytesIO(data))
    check_entries(name, archive)
    check_echo(name, archive)
    accept = "multipart/related, text/xml;q=0.5"
    first = call(sim, row, body, headers=headers_for(row, body, accept=accept))
    again = call(sim, row, body, headers=headers_for(row, body, accept=accept))
    ok(zip_of(first) == (data, True), f"{name}: the same zip as an attachment when Accept lists multipart/related")
    ok(first.body == again.body and hashlib.sha256(call(sim, row, body).body).digest() ==
       hashlib.sha256(plain.body).digest(), f"{name}: equal requests get equal bytes, in both forms")


def check_rules(sim, rows):
    gospodar = sample("1003").replace(b"GOV_MJU_EUPRAVA_LASTNIK", b"GOV_MJU_GOSPODAR_RS")
    archive = zipfile.ZipFile(io.BytesIO(zip_of(call(sim, rows["1003"], gospodar))[0]))
    ok(len(archive.namelist()) == 1 and b"Republika Slovenija" in archive.read(archive.namelist()[0]),
       "1003 for GOV_MJU_GOSPODAR_RS answers as 1007")
    bare = (ROOT / "samples/requests/1101.xml").read_bytes()
    ok("emso or maticna is missing" in fault_of(call(sim, rows["1101"], bare)), "1101 without the caller's number: a fault")
    firm = bare.replace(b"<ezk:ZahtevekRequest/>",
                        b"<ezk:ZahtevekRequest><ezk:maticna>5491711000</ezk:maticna></ezk:ZahtevekRequest>")
    ok(b"5491711000" in zipfile.ZipFile(io.BytesIO(zip_of(call(sim, rows["1101"], firm))[0])).read("imetnik-podatki.xml"),
       "1101 with a matična: it is in the content")
    wrong = call(sim, rows["1001"], sample("1003"), headers=headers_for(rows["1001"], sample("1003")))
    ok(wrong.status == 500 and fault_of(wrong), "a request of another service: a SOAP fault")
    unknown = dict(rows["1001"], path="/spletne-storitve/neznana")
    ok(call(sim, unknown, sample("1001")).status == 404, "an unknown path: 404")
    xop = (b'--b\r\nContent-Type: application/xop+xml; type="text/xml"\r\nContent-ID: <a>\r\n\r\n' + sample("1001") +
           b"\r\n--b--\r\n")
    headers = [h for h in headers_for(rows["1001"], sample("1001")) if h[0] != "Content-Type"]
    headers.append(("Content-Type", 'multipart/related; boundary=b; type="application/xop+xml"; start="<a>"; start-info="text/xml"'))
    reply = call(sim, rows["1001"], xop, headers=headers)
    ok(reply.status == 200 and zip_of(reply)[1], "an XOP request gets an XOP reply")


# --- TLS, identity, framing, body --------------------------------------------------------------

def check_tls(sim, rows):
    row, body = rows["1005"], sample("1005")
    for version, title in ((ssl.TLSVersion.TLSv1_2, "1.2"), (ssl.TLSVersion.TLSv1_3, "1.3")):
        sim.reset()
        context = sim.context(version)
        first = sim.connect(context)
        ok(call(sim, row, body, tls=first).status == 200, f"TLS {title} serves")
        ok(call(sim, row, body, tls=first).status == 200, f"TLS {title}: a second request on the same connection")
        session = first.session
        first.unwrap() if version == ssl.TLSVersion.TLSv1_2 else first.close()
        second = sim.connect(context, session=session)
        ok(call(sim, row, body, tls=second).status == 200 and second.session_reused, f"TLS {title} sessions resume")
        second.close()
        stats = sim.stats()
        ok((stats["handshakes"], stats["resumed"], stats["requests"], stats["reused_requests"]) == (2, 1, 3, 1),
           f"TLS {title}: counted so")
    sim.reset()
    try:
        tls = sim.connect(sim.context(certificate=False))
        refused = call(sim, row, body, tls=tls).raw == b""
    except (ssl.SSLError, ConnectionError):
        refused = True
    ok(refused and sim.stats()["requests"] == 0, "no client certificate: no request comes through")
    with socket.create_connection(("127.0.0.1", sim.port)) as raw:
        sim.reset()
        raw.sendall(b"\x16")
        time.sleep(0.2)
        ok(sim.stats()["bytes_in"] >= 1, "a single byte before any request is counted")


def check_identity(sim, rows):
    row, body = rows["1003"], sample("1003")
    good = headers_for(row, body)
    name, value = good[1]
    part, mac = value.split(".")

    def with_value(text):
        return [h for h in good if h[0] != name] + [(name, text)]
    cases = {
        "missing": ([h for h in good if h[0] != name], "missing"),
        "twice": (good + [(name, value)], "more than one"),
        "another key": (with_value(c.identity(b"x" * 32, "1003")), "wrong signature"),
        "padded": (with_value(part + "." + mac + "="), "wrong signature"),
        "changed": (with_value(part[:-2] + "AA." + mac), "wrong signature"),
        "too old": (headers_for(row, body, time=int(time.time()) - 130), "stale"),
        "from the future": (headers_for(row, body, time=int(time.time()) + 130), "stale"),
        "of another group": (headers_for(row, body, group="1004"), "does not open"),
        "with a short digest": (headers_for(row, body, cert="ab"), "malformed"),
        "of version 2": (headers_for(row, body, v=2), "version 1"),
        "with a seventh field": (headers_for(row, body, more=1), "version 1"),
        "beside another X-Vashgate header": (good + [("X-Vashgate-Group", "1001")], "came through"),
    }
    sim.reset()
    for title, (headers, why) in cases.items():
        reply = call(sim, row, body, headers=headers)
        ok(reply.status == 500 and fault_of(reply).startswith("identity: ") and why in fault_of(reply),
           f"identity {title}: fault '{fault_of(reply)}'")
    ok(sim.stats()["identity_failures"] == len(cases), "identity failures are counted")
    for group in ("1001", "1103"):
        body0 = sample("1000")
        ok(call(sim, rows["1000"], body0, headers=headers_for(rows["1000"], body0, group=group)).status == 200,
           f"1000 is opened by {group}")
    call(sim, row, body)
    last = sim.stats()["last"]
    ok(last["identity"]["group"] == "1003" and last["identity"]["eceu"] == 1234, "the last identity can be read")
    ok(last["path"] == row["path"] and last["soap_action"] == f'"{row["soap_action"]}"' and last["body"] == body.decode()
       and last["content_type"].startswith("text/xml") and last["accept"] is None
       and any(h.startswith("X-Vashgate-Identity: ") for h in last["headers"]), "the last request can be read")


def check_framing(sim, rows):
    row, body = rows["1005"], sample("1005")
    base = headers_for(row, body)

    def raw(data):
        with sim.connect() as tls:
            tls.sendall(data)
            return c.receive(tls)
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    normal = c.head(row["path"], len(body), base)
    chunked = normal.replace(b"Content-Length: %d" % len(body), b"Transfer-Encoding: chunked")
    sim.reset()
    ok(raw(chunked + chunks).status == 200, "a chunked request is served")
    bad = {
        "both framings": normal.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n") + chunks,
        "two lengths": normal.replace(b"\r\n\r\n", b"\r\nContent-Length: %d\r\n\r\n" % len(body)) + body,
        "no framing": normal.replace(b"Content-Length: %d\r\n" % len(body), b""),
        "a folded header": normal.replace(b"\r\n\r\n", b"\r\nX-A: b\r\n c\r\n\r\n") + body,
        "bytes behind the request": normal + body + b"GET / HTTP/1.1\r\n",
        "a broken chunk": chunked + b"zz\r\n",
        "HTTP/1.0": normal.replace(b"HTTP/1.1", b"HTTP/1.0") + body,
    }
    for title, data in bad.items():
        reply = raw(data)
        ok(reply.status >= 400 and reply.end == "clean", f"framing: {title} is refused and the connection closed")
    ok(sim.stats()["framing_violations"] == len(bad), "framing violations are counted")
    with sim.connect() as tls:
        tls.sendall(normal + body[:10])
        time.sleep(0.2)
        stats = sim.stats()
        ok(stats["app_bytes_in"] >= len(normal) + 10 and stats["requests"] == len(bad) + 1,
           "bytes of an unfinished request are counted, the request is not")


def check_bodies(sim, rows):
    row, body = rows["1005"], sample("1005")
    cases = {
        "a DTD": body.replace(b"<soap:Envelope", b"<!DOCTYPE x [<!ENTITY a 'b'>]><soap:Envelope", 1),
        "a comment": body.replace(b"<soap:Body>", b"<soap:Body><!-- x -->", 1),
        "a processing instruction": body.replace(b"<soap:Body>", b"<?x y?><soap:Body>", 1),
        "a header block": body.replace(b"<soap:Body>", b"<soap:Header><a xmlns='u:a'/></soap:Header><soap:Body>", 1),
        "two body children": body.replace(b"</soap:Body>", b"<a xmlns='u:a'/></soap:Body>"),
        "two bodies": body.replace(b"</soap:Body>", b"</soap:Body><soap:Body/>"),
        "Latin-2": body.replace(b"UTF-8", b"ISO-8859-2"),
        "a byte that is no UTF-8": body.replace(b"<ezk:ko>", b"<ezk:ko>\xff", 1),
        "broken XML": body[:-20],
    }
    sim.reset()
    for title, data in cases.items():
        reply = call(sim, row, data)
        ok(reply.status in (400, 500), f"body with {title} is refused")
    wrong = [(k, '"urn:other"' if k == "SOAPAction" else v) for k, v in headers_for(row, body)]
    ok("SOAPAction" in fault_of(call(sim, row, body, headers=wrong)), "a foreign SOAPAction is refused")
    ok(sim.stats()["body_violations"] == len(cases) + 1, "body violations are counted")


# --- behaviours --------------------------------------------------------------------------------

class Trial:
    """One behaviour: set, called once, looked at; afterwards the simulator must serve again."""
    def __init__(self, sim, rows):
        self.sim, self.row, self.body = sim, rows["1001"], sample("1001")
        self.normal = call(sim, self.row, self.body).body

    def run(self, kind, judge, title, service=None, receive=None, **parameters):
        self.sim.reset()
        self.sim.behave(kind, count=1, **parameters)
        row, body = service or (self.row, self.body)
        reply = call(self.sim, row, body, **{"linger_s": 0.3, **(receive or {})})
        text = "" if judge(reply) else f" [{reply.status} {reply.end} whole={reply.whole} {len(reply.raw)} bytes {reply.raw[:120]!r}]"
        ok(not text, f"{kind}: {title}{text}")
        ok(call(self.sim, self.row, self.body).body == self.normal, f"{kind}: once only")


def check_replies(t):
    n, same = t.normal, lambda r: r.body == t.normal and r.whole
    t.run("normal", lambda r: same(r) and r.end == "open", "as ever")
    t.run("slow_first_byte", lambda r: same(r) and 0.4 <= r.first_byte_s < 2, "first byte after 400 ms", ms=400)
    t.run("slow_body", lambda r: same(r) and r.first_byte_s < 0.2 and r.seconds >= 0.05 * (len(n) // 1024),
          "50 ms for each KB", ms=50)
    t.run("one_byte_at_a_time", same, "the whole reply")
    t.run("close_before_reply", lambda r: (r.raw, r.end) == (b"", "cut"), "no byte, no close_notify")
    t.run("close_before_reply", lambda r: (r.raw, r.end) == (b"", "reset"), "with rst a reset", rst=True)
    t.run("close_before_reply_clean", lambda r: (r.raw, r.end) == (b"", "clean"), "no byte, close_notify")
    t.run("never_reply", lambda r: (r.raw, r.end) == (b"", "open"), "silence", receive={"deadline_s": 0.7})
    t.run("die_in_head", lambda r: b"\r\n\r\n" not in r.raw and r.raw and r.end == "cut", "half a head")
    for size in (0, 1000, 65535, 65536, 200000):
        t.run("die_after", lambda r, s=size: (len(r.body), r.end, r.whole) == (s, "cut", False),
              f"after {size} body bytes", bytes=size)
        t.run("die_after_chunked", lambda r, s=size: (len(r.body), r.end, r.whole) == (s, "cut", False),
              f"after {size} body bytes", bytes=size)
    t.run("die_after", lambda r: (len(r.body), r.end) == (100000, "reset"), "with rst, after all bytes arrived",
          bytes=100000, rst=1)
    t.run("lie_longer", lambda r: r.body == n and not r.whole and r.end == "clean", "shorter than it says")
    t.run("lie_shorter", lambda r: len(r.surplus) == 100 and r.body + r.surplus == n, "100 bytes more than it says")
    t.run("trailing_garbage", lambda r: same(r) and r.surplus.endswith(b"<poison/>"), "a second reply behind it")
    t.run("chunked", lambda r: same(r) and r.headers["transfer-encoding"] == "chunked", "the same reply, chunked", bytes=7)
    t.run("bad_chunk", lambda r: not r.whole and r.raw.endswith(b"zz\r\n"), "a chunk size that is none",
          receive={"deadline_s": 0.7})
    t.run("bad_head", lambda r: r.raw.startswith(b"HTP/banana"), "no HTTP", receive={"deadline_s": 0.7})
    t.run("two_framings", lambda r: {"content-length", "transfer-encoding"} <= set(r.headers), "both headers")
    t.run("no_length", lambda r: r.body == n and r.end == "clean" and "content-length" not in r.headers, "ends by closing")
    t.run("no_length_cut", lambda r: 0 < len(r.body) < len(n) and r.end == "cut", "ends without close_notify")
    t.run("http10", lambda r: r.raw.startswith(b"HTTP/1.0 200") and r.body == n and r.end == "clean", "HTTP/1.0")
    t.run("continue_100_first", lambda r: r.status == 100 and r.body.startswith(b"HTTP/1.1 200") and r.body.endswith(n),
          "100, then the reply", receive={"linger_s": 0.5})
    t.run("head_flood", lambda r: b"\r\n\r\n" not in r.raw and r.raw.count(b"X-Flood") > 10000, "headers without end",
          receive={"stop_after": 1000000})


def check_statuses(t):
    def html(status):
        return lambda r: r.status == status and r.headers["content-type"].startswith("text/html") and r.whole
    t.run("html_error", html(200), "200 with HTML")
    t.run("status_404", html(404), "404 with HTML")
    t.run("status_500_html", html(500), "500 with HTML")
    t.run("status_503", html(503), "503 with HTML")
    t.run("redirect_302", lambda r: html(302)(r) and r.headers["location"].startswith("https://"), "302 elsewhere")
    t.run("soap_fault", lambda r: r.status == 500 and "a rule asked" in fault_of(r), "a SOAP 1.1 fault")
    row = t.row
    t.run("soap_fault", lambda r: r.status == 500 and SOAP12.encode() in r.body and "a rule asked" in fault_of(r),
          "a SOAP 1.2 fault", service=(row, sample("1001-12")))
    t.run("unasked_multipart", lambda r: zip_of(r)[1], "multipart though nobody asked")
    for kind in ("huge", "huge_chunked"):
        t.run(kind, lambda r: len(r.body) == 3000001 and zip_of(r)[0] and r.whole, "3,000,001 bytes, good base64",
              bytes=3000001)


def check_huge_memory(sim, rows):
    sim.reset()
    before = c.memory_kb(sim.process.pid)
    sim.behave("huge", bytes=300_000_000)
    row, body = rows["1001"], sample("1001")
    with sim.connect() as tls:
        tls.sendall(c.head(row["path"], len(body), headers_for(row, body)) + body)
        got = 0
        while got < 300_000_000:
            got += len(tls.recv(1 << 20))
    grown = c.memory_kb(sim.process.pid) - before
    ok(grown < 20000, f"huge: 300 MB in {grown} KB more memory")


def check_connections(sim, rows):
    row, body = rows["1001"], sample("1001")

    def outcome(tls):
        return call(sim, row, body, tls=tls)
    for kind, end in (("close_idle_reuse", ("cut", "reset")), ("close_idle_reuse_clean", ("clean",))):
        sim.reset()
        sim.behave(kind, count=1)
        with sim.connect() as tls:
            ok(outcome(tls).status == 200, f"{kind}: the first request of a connection is served")
            before = sim.stats()["requests"]
            try:
                second = outcome(tls)
                gone = second.raw == b"" and second.end in end
            except ConnectionError:
                gone = "reset" in end
            ok(gone and sim.stats()["requests"] == before, f"{kind}: the second one is not, without a reply byte")
        ok(call(sim, row, body).status == 200, f"{kind}: a fresh connection is")
    for kind in ("accept_and_close", "close_after_handshake"):
        sim.reset()
        sim.behave(kind, count=1)
        try:
            with sim.connect() as tls:
                reached = outcome(tls)
                closed = reached.raw == b""
        except (ssl.SSLError, ConnectionError):
            closed = True
        ok(closed and sim.stats()["handshakes"] == (kind == "close_after_handshake"), f"{kind}: closed")
        ok(call(sim, row, body).status == 200, f"{kind}: once only")
    sim.reset()
    sim.behave("slow_handshake", count=1, ms=500)
    start = time.monotonic()
    sim.connect().close()
    ok(time.monotonic() - start >= 0.5, "slow_handshake: 500 ms")
    check_refuse(sim, row, body)
    check_drop(sim, row, body)


def check_refuse(sim, row, body):
    sim.reset()
    with sim.connect() as kept:
        call(sim, row, body, tls=kept)
        sim.behave("refuse")
        try:
            sim.connect().close()
            refused = False
        except ConnectionRefusedError:
            refused = True
        ok(refused, "refuse: connection refused")
        ok(call(sim, row, body, tls=kept).status == 200, "refuse: a connection from before still serves")
    sim.reset()
    ok(call(sim, row, body).status == 200, "reset: the same port serves again")


def check_drop(sim, row, body):
    with sim.connect() as kept:
        call(sim, row, body, tls=kept)
        sim.ask("POST", "/drop")
        ok(c.receive(kept, deadline_s=2).end in ("cut", "reset", "clean"), "drop: an open connection is ended")
    for _ in range(50):
        if sim.stats()["open"] == 0:
            break
        time.sleep(0.05)
    ok(sim.stats()["open"] == 0, "drop: none open")


def check_control(sim, rows):
    row, body = rows["1001"], sample("1001")
    sim.reset()
    ok(sim.ask("POST", "/behaviour", {"kind": "none"})[0] == 400 and sim.ask("POST", "/behaviour", {"kind": "huge", "x": 1})[0] == 400
       and sim.ask("POST", "/behaviour", "{")[0] == 400, "control: unknown kinds and names are refused")
    ok(sim.ask("POST", "/behaviour", "kind=status_404&count=2&path=" + row["path"].replace("/", "%2F"))[0] == 200,
       "control: a form is understood")
    other = call(sim, rows["1005"], sample("1005")).status
    ok([call(sim, row, body).status for _ in range(3)] + [other] == [404, 404, 200, 200], "control: count and path are kept to")
    sim.behave("status_404")
    sim.behave("normal", path=row["path"])
    ok(call(sim, row, body).status == 200 and call(sim, rows["1005"], sample("1005")).status == 404,
       "control: a rule of the path comes before the rule of all")
    kinds = {k["kind"] for k in sim.ask("GET", "/behaviours")[1]}
    text = (HERE / "README.md").read_text(encoding="utf-8")
    ok(len(kinds) > 30 and all(f"`{k}`" in text for k in kinds), "every behaviour stands in README.md")
    sim.reset()
    ok({k: v for k, v in sim.stats().items() if v and k != "open"} == {}, "reset: counters at zero")


def check_held(sim, rows):
    row, body = rows["1001"], sample("1001")
    sim.reset()
    sim.behave("never_reply", count=1)
    with sim.connect() as held:
        ok(call(sim, row, body, tls=held, deadline_s=0.3).end == "open", "never_reply: held")
        sim.behave("status_404", count=1)
        ok(call(sim, row, body).status == 404 and c.receive(held, deadline_s=0.3).end == "open",
           "never_reply: held still while another rule serves others")
        sim.reset()
        ok(c.receive(held, deadline_s=2).end == "cut", "never_reply: let go at reset")


def check_load(sim, rows):
    row, body = rows["1001"], sample("1001")
    context, wrong = sim.context(), []

    def worker():
        with sim.connect(context, timeout=60) as tls:
            for _ in range(3):
                if call(sim, row, body, tls=tls, linger_s=0).status != 200:
                    wrong.append(1)
            barrier.wait(60)
    sim.reset()
    barrier = threading.Barrier(200)
    threads = [threading.Thread(target=worker) for _ in range(200)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    stats = sim.stats()
    ok(not wrong and stats["requests"] == 600 and stats["open_peak"] >= 200, "200 connections at once, 600 requests")


def check_life(program, pki):
    parent = subprocess.Popen(
        [sys.executable, "-c", "import sys,pathlib,time,os;sys.path.insert(0,sys.argv[1]);sys.dont_write_bytecode=True;"
         "import sim_client as c;p=pathlib.Path(sys.argv[3]);s=c.Sim(sys.argv[2],p,sys.argv[1]+'/data',bytes(32));"
         "print(s.process.pid,flush=True);time.sleep(60)", str(HERE), str(program), str(pki)],
        stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    for _ in range(40):
        if not c.alive(child):
            break
        time.sleep(0.05)
    ok(not c.alive(child), "it dies with its parent")
    bad = subprocess.run([str(program), "--port", "x"], capture_output=True, text=True, check=False)
    ok(bad.returncode == 2 and bad.stderr.startswith("backend_sim: "), "bad options: exit 2 and one line")


def check_open_sim(program, pki, rows):
    r, w = os.pipe()
    sim = c.Sim(program, pki, HERE / "data", KEY, "--no-identity", "--idle-ms", "300", "--ready-fd", str(w), pass_fds=(w,))
    os.close(w)
    with os.fdopen(r) as f:
        ok(f.read() == f"ready port={sim.port} control={sim.control}\n", "--ready-fd: the same line, then closed")
    headers = [h for h in headers_for(rows["1001"], sample("1001")) if not h[0].startswith("X-")]
    with sim.connect() as tls:
        ok(call(sim, rows["1001"], sample("1001"), tls=tls, headers=headers).status == 200, "--no-identity: served without one")
        ok(c.receive(tls, deadline_s=2).end == "clean", "--idle-ms: an idle connection is closed")
    sim.stop()


def run(program, pki):
    rows = services()
    sim = c.Sim(program, pki, HERE / "data", KEY)
    for path in sorted((ROOT / "samples/requests").glob("*.xml")):
        if path.stem[:4] in rows:
            check_service(sim, path.stem, rows[path.stem[:4]])
    for check in (check_rules, check_tls, check_identity, check_framing, check_bodies):
        check(sim, rows)
    trial = Trial(sim, rows)
    check_replies(trial)
    check_statuses(trial)
    for check in (check_connections, check_held, check_control, check_huge_memory, check_load):
        check(sim, rows)
    ok(sim.process.poll() is None and sim.stop() == 0, "it lived through all of this and ends at SIGTERM")
    check_open_sim(program, pki, rows)
    check_life(program, pki)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sim", type=Path, default=ROOT / "build/samples/backend_sim")
    parser.add_argument("--pki", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        pki = args.pki or Path(own)
        if not all((pki / n).exists() for n in c.NEEDED):
            subprocess.run([sys.executable, str(ROOT / "samples/pki/make_pki.py"), str(pki)], check=True,
                           stdout=subprocess.DEVNULL)
        run(args.sim.resolve(), pki)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
