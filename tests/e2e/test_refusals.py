"""Refusals: each leaves the caller with a reason and a record, and the backend without a byte. Each has its accepted control."""
import hashlib
import json
import os
import re
import socket
import ssl
import subprocess

from cases import (Raw, accepted, backend_untouched, case, check_plain, check_record, check_refusal, check_soap_fault, equal, exchange,
                   outcome_of, request, table, until, world_with, xop, xop_type)
from world import PKI, World, die_with_parent, pki_index, sample, services

# ---- certificates: each is registered for 1103, so that only its own fault stands between it and the service ----

BAD_CERTIFICATES = (
    # what, certificate, code
    ("a self-signed certificate", "samopodpisan", "VG-C01"),
    ("a certificate of an unknown issuer", "neznan_izdajatelj", "VG-C02"),
    ("a certificate of a look-alike issuer with name and key identifier of the real one", "dvojnik_izdajatelja", "VG-C10"),
    ("a certificate whose issuer's name has a Cyrillic letter", "dvojnik_imena", "VG-C02"),
    ("a certificate whose issuer's name differs in case only", "dvojnik_crk", "VG-C02"),
    ("an expired certificate", "potekel", "VG-C03"),
    ("a certificate of an expired issuer", "potekel_izdajatelj", "VG-C03"),
    ("a certificate that is not yet valid", "se_ne_velja", "VG-C04"),
    ("a certificate with an EKU without clientAuth", "eku_server", "VG-C05"),
    ("a certificate whose key usage lacks digitalSignature", "ku_brez_podpisa", "VG-C05"),
    ("a certificate with RSA-1024", "rsa1024", "VG-C06"),
    ("a certificate signed with SHA-1", "sha1", "VG-C06"),
    ("a certificate that is not qualified", "brez_qc", "VG-C07"),
    ("a revoked certificate", "preklican", "VG-C08"),
    ("a certificate of a revoked issuer", "preklican_izdajatelj", "VG-C08"),
    ("a certificate with too long a path", "pot_predolga", "VG-C10"),
    ("a certificate with a chain of 15 issuers", "velika_veriga", "VG-C10"),
)
GOOD_CERTIFICATES = ("obcina_zig", "podjetje2", "odvetnik", "rekono", "ec", "splet", "eku_client", "qc_brez_tipa", "kratek")


def emso(i):
    """A correct EMŠO of 1 January 2006, number i."""
    digits = f"0101006500{i:02}"
    rest = sum(int(d) * k for d, k in zip(digits, (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2))) % 11
    return None if rest == 1 else digits + str((11 - rest) % 11)


def person(i):
    """The i-th test person: every number that EMŠO can write with one check digit."""
    numbers = [e for e in (emso(k) for k in range(10, 90)) if e]
    return dict(position=11, emso=numbers[i], name=f"Oseba {i}")


def certificate_world():
    """Every certificate of the PKI, good and bad, registered for 1103."""
    names = [row[1] for row in BAD_CERTIFICATES] + list(GOOD_CERTIFICATES)
    registry = World.DEFAULT_REGISTRY + tuple((name, person(i), [1103]) for i, name in enumerate(names))
    return World(registry, calls_per_s=100000, calls_burst=100000, backend_idle_ms=600000)


@table(BAD_CERTIFICATES, "{} is refused with its reason", certificate_world)
def bad_certificate(w, what, name, code):
    accepted(w, "1103", "podjetje")
    with backend_untouched(w):
        check_refusal(w, w.call("1103", name, weak=True), code, name, "1103")
        check_refusal(w, w.call("1103", name, weak=True, soap12=True), code, name, "1103", status=400, soap12=True)


@table([(name,) for name in GOOD_CERTIFICATES], "the good certificate {} is accepted", certificate_world)
def good_certificate(w, name):
    accepted(w, "1103", name)


@case("a certificate is refused in TLS 1.2 as in TLS 1.3", certificate_world)
def both_versions(w):
    for tls in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        accepted(w, "1103", "podjetje", tls=tls)
        with backend_untouched(w):
            check_refusal(w, w.call("1103", "preklican", tls=tls), "VG-C08", "preklican", "1103")


def self_signed(w, name, units):
    """A fresh certificate with so many organisational units; its digest, and a context that presents it."""
    path = os.path.join(w.folder, name)
    subject = "/C=SI" + "".join(f"/OU={i:02}{'x' * 60}" for i in range(units)) + "/CN=x"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject, "-keyout", path + ".key",
                    "-out", path + ".crt"], check=True, capture_output=True, preexec_fn=die_with_parent)
    context = w.context()
    context.load_cert_chain(path + ".crt", path + ".key")
    with open(path + ".crt", encoding="ascii") as f:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(f.read())).hexdigest(), context


@table((("of readable length", 2, "VG-C01"), ("too long to be read", 20, "VG-C10")), "a certificate with a name {} is refused and recorded", certificate_world)
def long_name(w, what, units, code):
    digest, context = self_signed(w, f"name-{units}", units)
    with backend_untouched(w):
        reply = w.call("1103", context=context)
    check_soap_fault(reply, code)
    record = w.record_of(reply)
    equal((record["kind"], record["code"], record["cert"]), ("refusal", code, digest), "record")


# ---- the registry: each state against the same call before and after it ----

def registry_world():
    """Good certificates with a record for 1103 each, and those whose record itself does not open the service."""
    registry = World.DEFAULT_REGISTRY + (
        ("podjetje2", dict(person(0), status="pending"), [1103]),
        ("odvetnik", dict(person(1), kind="authorised", principal="1732803000"), [1103]),
        ("rekono", person(2), [1103]),
        ("ec", person(3), [1103]),
        ("splet", person(4), [1103]),
        ("eku_client", person(5), [1001, 1103]),
        ("qc_brez_tipa", person(6), [1103]))
    return World(registry, unchecked=True, calls_per_s=100000, calls_burst=100000, backend_idle_ms=600000)


def row_of(w, name):
    """The registry's row of a certificate."""
    digest = pki_index()["certificates"][name]["sha256"]
    return [r for r in json.loads(w.cli("--json", "user", "list").stdout) if r["cert"] == digest][0]


def refused(w, service, name, code):
    with backend_untouched(w):
        check_refusal(w, w.call(service, name), code, name, service)


@case("an unregistered certificate is refused", registry_world)
def unregistered(w):
    accepted(w, "1103", "podjetje")
    refused(w, "1103", "unregistered", "VG-A01")


@case("the guard speaks before the registry does: an unregistered caller learns what is wrong with his message", registry_world)
def guard_first(w):
    accepted(w, "1103", "podjetje")
    with backend_untouched(w), Raw(w, "unregistered") as c:
        for data, code in ((request("1103", body=b"<a/>"), "VG-X12"), (request("1103"), "VG-A01")):
            check_refusal(w, c.send(data).reply(), code, "unregistered", "1103")


@case("a certificate on a 5b record is refused, the independent user's own is not", registry_world)
def authorised_person(w):
    accepted(w, "1103", "podjetje")
    refused(w, "1103", "odvetnik", "VG-A02")


@case("a certificate registered to another group is refused", registry_world)
def other_group(w):
    accepted(w, "1101", "podjetje")
    refused(w, "1101", "obcina", "VG-A03")
    accepted(w, "1001", "obcina")
    refused(w, "1001", "podjetje", "VG-A03")


@case("any group of 1001 to 1199 opens 1000, one of 12xx does not", registry_world)
def group_of_1000(w):
    accepted(w, "1000", "oseba")
    only_eins = dict(person(7), scheme=5, group=1201, cert=os.path.join(PKI, "ee", "obcina_zig.crt"))
    path = os.path.join(w.folder, "one.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump([only_eins], f)
    w.cli("user", "import", path)
    accepted(w, "1201", "obcina_zig")
    refused(w, "1000", "obcina_zig", "VG-A03")


@case("a pending certificate is refused until it is approved", registry_world)
def pending(w):
    refused(w, "1103", "podjetje2", "VG-A04")
    w.cli("user", "status", str(row_of(w, "podjetje2")["membership"]), "active")
    accepted(w, "1103", "podjetje2")


@case("a deleted registration is refused", registry_world)
def deleted(w):
    accepted(w, "1103", "rekono")
    w.cli("user", "status", str(row_of(w, "rekono")["membership"]), "deleted", "--reason", "left")
    refused(w, "1103", "rekono", "VG-A05")


@case("a blocked certificate is refused until it is unblocked", registry_world)
def blocked_certificate(w):
    digest = pki_index()["certificates"]["ec"]["sha256"]
    accepted(w, "1103", "ec")
    w.cli("user", "block", digest, "--reason", "test")
    refused(w, "1103", "ec", "VG-A06")
    w.cli("user", "unblock", digest)
    accepted(w, "1103", "ec")


@case("a blocked subject is refused until it is unblocked", registry_world)
def blocked_subject(w):
    eceu = str(row_of(w, "qc_brez_tipa")["eceu"])
    accepted(w, "1103", "qc_brez_tipa")
    w.cli("user", "block", eceu)
    refused(w, "1103", "qc_brez_tipa", "VG-A06")
    w.cli("user", "unblock", eceu)
    accepted(w, "1103", "qc_brez_tipa")


@case("a subject deleted in PRS is refused", registry_world)
def deleted_in_prs(w):
    eceu = str(row_of(w, "splet")["eceu"])
    accepted(w, "1103", "splet")
    w.cli("user", "prs", eceu, "deleted")
    refused(w, "1103", "splet", "VG-A07")
    w.cli("user", "prs", eceu, "active")
    accepted(w, "1103", "splet")


@case("a subject whose position does not allow the service is refused", registry_world)
def wrong_position(w):
    accepted(w, "1103", "eku_client")
    accepted(w, "1001", "obcina")
    refused(w, "1001", "eku_client", "VG-A08")


@case("a group that needs a client token is refused while there is none", world_with(client_required=(1202,)))
def client_required(w):
    accepted(w, "1201", "obcina")
    refused(w, "1202", "obcina", "VG-A09")


# ---- HTTP: raw bytes, one reply, then the end ----

PATH = services()["1001"]["path"]
BODY = sample("1001")
LENGTH = f"Content-Length: {len(BODY)}"
SECOND = request("1001")  # what a smuggler would like to have taken for a request of its own


def head(*lines, start=f"POST {PATH} HTTP/1.1", base=True):
    """A request head from lines as they stand; `base`: with Host, media type and SOAPAction."""
    known = ["Host: localhost", "Content-Type: text/xml", f'SOAPAction: "{services()["1001"]["soap_action"]}"'] if base else []
    return "\r\n".join([start, *known, *lines]).encode("latin-1") + b"\r\n\r\n"


def chunked(body=BODY, size=None, ext=b"", last=b"0\r\n\r\n"):
    """The body as one chunk."""
    return (size or f"{len(body):x}".encode()) + ext + b"\r\n" + body + b"\r\n" + last


HTTP_REFUSALS = (
    # what, bytes, status, code, service in the record
    ("a wrong path", request("1001", path="/spletne-storitve/nic"), 404, "VG-H03", "-"),
    ("a path in other letter case", request("1001", path=PATH.upper()), 404, "VG-H03", "-"),
    ("a path with a coded letter", request("1001", path=PATH.replace("ezk", "e%7Ak")), 404, "VG-H03", "-"),
    ("a path with a dot segment", request("1001", path="/x/.." + PATH), 404, "VG-H03", "-"),
    ("a path with a slash at its end", request("1001", path=PATH + "/"), 404, "VG-H03", "-"),
    ("the method GET without ?wsdl", head(start=f"GET {PATH} HTTP/1.1"), 405, "VG-H04", "1001"),
    ("the method PUT", request("1001", method="PUT"), 405, "VG-H04", "1001"),
    ("the method HEAD", head(start=f"HEAD {PATH} HTTP/1.1"), 405, "VG-H04", "1001"),
    ("a method that nobody knows", request("1001", method="BREW"), 501, "VG-H12", "-"),
    ("the method CONNECT", request("1001", method="CONNECT", path="localhost:443"), 400, "VG-H01", "-"),
    ("no Content-Type", request("1001", drop=("Content-Type",)), 415, "VG-H08", "1001"),
    ("the content type JSON", request("1001", drop=("Content-Type",), headers=("Content-Type: application/json",)), 415, "VG-H08", "1001"),
    ("the content type application/xml", request("1001", drop=("Content-Type",), headers=("Content-Type: application/xml",)), 415, "VG-H08", "1001"),
    ("two Content-Types", request("1001", headers=("Content-Type: text/xml",)), 415, "VG-H08", "1001"),
    ("a coded content", request("1001", headers=("Content-Encoding: gzip",)), 415, "VG-H08", "1001"),
    ("a Host that is not ours", request("1001", drop=("Host",), headers=("Host: example.si",)), 421, "VG-H10", "1001"),
    ("a Host that begins as ours", request("1001", drop=("Host",), headers=("Host: localhost.example.si",)), 421, "VG-H10", "1001"),
    ("an absolute target of another host", request("1001", path="https://example.si" + PATH), 421, "VG-H10", "1001"),
    ("no Host", request("1001", drop=("Host",)), 400, "VG-H01", "-"),
    ("two Hosts", request("1001", headers=("Host: localhost",)), 400, "VG-H01", "-"),
    ("no length", head(), 411, "VG-H05", "1001"),
    ("a target of 2,049 bytes", request("1001", path="/" + "a" * 2048), 414, "VG-H07", "-"),
    ("a target of 2,048 bytes, for want of a service only,", request("1001", path="/" + "a" * 2047), 404, "VG-H03", "-"),
    ("an expectation that nobody knows", request("1001", headers=("Expect: banana",)), 417, "VG-H09", "1001"),
    ("HTTP/1.0", request("1001", version="HTTP/1.0"), 505, "VG-H13", "-"),
    ("HTTP/2.0", request("1001", version="HTTP/2.0"), 505, "VG-H13", "-"),
    ("HTTP/1.2", request("1001", version="HTTP/1.2"), 505, "VG-H13", "-"),
    # framing: RFC 9112 6.3, and what smugglers use
    ("both framings, chunked last", head(LENGTH, "Transfer-Encoding: chunked") + chunked() + SECOND, 400, "VG-H02", "-"),
    ("both framings, length last", head("Transfer-Encoding: chunked", LENGTH) + chunked() + SECOND, 400, "VG-H02", "-"),
    ("both framings, length 0", head("Content-Length: 0", "Transfer-Encoding: chunked") + chunked() + SECOND, 400, "VG-H02", "-"),
    ("two different lengths", head("Content-Length: 0", LENGTH) + SECOND, 400, "VG-H02", "-"),
    ("the same length twice", head(LENGTH, LENGTH) + BODY + SECOND, 400, "VG-H02", "-"),
    ("a list of lengths", head(f"{LENGTH}, {len(BODY)}") + BODY + SECOND, 400, "VG-H02", "-"),
    ("a length with a sign", head(f"Content-Length: +{len(BODY)}") + BODY, 400, "VG-H02", "-"),
    ("a negative length", head("Content-Length: -1") + BODY, 400, "VG-H02", "-"),
    ("a length in hex", head(f"Content-Length: 0x{len(BODY):x}") + BODY, 400, "VG-H02", "-"),
    ("a length with a blank inside", head("Content-Length: 7 14") + BODY, 400, "VG-H02", "-"),
    ("a length of 20 digits", head("Content-Length: 18446744073709551616") + BODY, 400, "VG-H02", "-"),
    ("an empty length", head("Content-Length:") + SECOND, 400, "VG-H02", "-"),
    ("gzip, chunked", head("Transfer-Encoding: gzip, chunked") + chunked(), 501, "VG-H12", "-"),
    ("a coding that is not chunked", head("Transfer-Encoding: identity") + SECOND, 400, "VG-H02", "-"),
    ("xchunked", head("Transfer-Encoding: xchunked") + chunked() + SECOND, 400, "VG-H02", "-"),
    ("chunked that is not last", head("Transfer-Encoding: chunked, identity") + chunked() + SECOND, 400, "VG-H02", "-"),
    ("chunked twice", head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + chunked() + SECOND, 400, "VG-H02", "-"),
    ("chunked in quotes", head('Transfer-Encoding: "chunked"') + chunked() + SECOND, 400, "VG-H02", "-"),
    ("a vertical tab before chunked", head("Transfer-Encoding: \x0bchunked") + chunked() + SECOND, 400, "VG-H01", "-"),
    ("a blank before the colon", head("Transfer-Encoding : chunked") + chunked() + SECOND, 400, "VG-H01", "-"),
    ("a header name with a blank in front", head(" Transfer-Encoding: chunked") + chunked() + SECOND, 400, "VG-H01", "-"),
    ("a folded header", head(LENGTH, "X-A: b\r\n c") + BODY + SECOND, 400, "VG-H01", "-"),
    ("a folded Transfer-Encoding", head("Transfer-Encoding:\r\n chunked") + chunked() + SECOND, 400, "VG-H02", "-"),
    ("a bare LF in the head", head("X-A: b\nTransfer-Encoding: chunked") + chunked() + SECOND, 400, "VG-H01", "-"),
    ("a bare CR in the head", head("X-A: b\rTransfer-Encoding: chunked") + chunked() + SECOND, 400, "VG-H01", "-"),
    ("a NUL in a header", head("X-A: b\0c", LENGTH) + BODY, 400, "VG-H01", "-"),
    ("a header line without a colon", head("banana", LENGTH) + BODY, 400, "VG-H01", "-"),
    ("an empty header name", head(": banana", LENGTH) + BODY, 400, "VG-H01", "-"),
    ("two blanks in the request line", head(LENGTH, start=f"POST  {PATH} HTTP/1.1") + BODY, 400, "VG-H01", "-"),
    ("a request line that ends in LF", b"POST " + PATH.encode() + b" HTTP/1.1\nHost: localhost\r\n\r\n", 400, "VG-H01", "-"),
    ("an empty line before the request", b"\r\n" + SECOND, 400, "VG-H01", "-"),
    ("a chunk extension", head("Transfer-Encoding: chunked") + chunked(ext=b";a=b") + SECOND, 400, "VG-H02", "1001"),
    ("a chunk size with 0x", head("Transfer-Encoding: chunked") + chunked(size=f"0x{len(BODY):x}".encode()) + SECOND, 400, "VG-H02", "1001"),
    ("a chunk size with a sign", head("Transfer-Encoding: chunked") + chunked(size=f"+{len(BODY):x}".encode()) + SECOND, 400, "VG-H02", "1001"),
    ("a chunk size with a blank", head("Transfer-Encoding: chunked") + chunked(ext=b" ") + SECOND, 400, "VG-H02", "1001"),
    ("a chunk size of 17 digits", head("Transfer-Encoding: chunked") + chunked(size=f"{len(BODY):017x}".encode()), 400, "VG-H02", "1001"),
    ("an empty chunk size", head("Transfer-Encoding: chunked") + b"\r\n" + BODY, 400, "VG-H02", "1001"),
    ("a chunk longer than its size", head("Transfer-Encoding: chunked") + chunked(size=b"10") + SECOND, 400, "VG-H02", "1001"),
    ("a chunk size that ends in LF", head("Transfer-Encoding: chunked") + chunked().replace(b"\r\n", b"\n", 1) + SECOND, 400, "VG-H02", "1001"),
    ("a trailer", head("Transfer-Encoding: chunked") + chunked(last=b"0\r\nHost: example.si\r\n\r\n") + SECOND, 400, "VG-H02", "1001"),
)


@table(HTTP_REFUSALS, "{} is refused", world_with())
def http_refusal(w, what, data, status, code, service):
    accepted(w, "1001")
    with backend_untouched(w):
        reply = exchange(w, data)
        if not data.startswith(b"HEAD "):
            check_plain(reply, code, status)
        equal((reply.status, reply.code, reply.header("Connection")), (status, code, "close"), "refusal")
        equal(reply.header("Allow"), "POST" if status == 405 else None, "Allow")
        check_record(w, reply, code, "obcina", service)


HTTP_ACCEPTED = (
    # what, bytes
    ("Host with a port", request("1001", drop=("Host",), headers=("Host: localhost:8443",))),
    ("Host in capitals", request("1001", drop=("Host",), headers=("Host: LOCALHOST",))),
    ("an absolute target of ours", request("1001", path="https://localhost" + PATH)),
    ("a chunked body", head("Transfer-Encoding: chunked") + chunked()),
    ("a body in chunks of one byte", head("Transfer-Encoding: chunked") + b"".join(b"1\r\n%c\r\n" % b for b in BODY) + b"0\r\n\r\n"),
    ("a chunk size with zeros in front", head("Transfer-Encoding: chunked") + chunked(size=f"{len(BODY):015X}".encode())),
    ("charset in quotes", request("1001", drop=("Content-Type",), headers=('Content-Type: text/xml; charset="utf-8"',))),
)


@table(HTTP_ACCEPTED, "{} is accepted", world_with())
def http_accepted(w, what, data):
    with Raw(w) as c:
        equal(c.send(data).reply().status, 200, what)


@case("a call whose Connection header says close is answered with close and closed", world_with())
def asks_close(w):
    reply = exchange(w, request("1001", headers=("Connection: close",)))
    equal((reply.status, reply.header("Connection")), (200, "close"), "reply")


@case("a refusal whose request body was not read says close and closes; one that was read keeps the connection", world_with())
def refusal_and_connection(w):
    reply = exchange(w, request("1001"), "brez_qc")
    check_refusal(w, reply, "VG-C07", "brez_qc", "1001")
    equal(reply.header("Connection"), "close", "Connection")
    with Raw(w) as c:
        for data, code in ((request("1001", body=b"<a/>"), "VG-X12"), (request("1101"), "VG-A03")):
            reply = c.send(data).reply()
            equal((reply.code, reply.header("Connection")), (code, None), "refusal")
        equal(c.send(request("1001")).reply().status, 200, "the next call on the same connection")


# ---- sizes ----

SMALL = world_with(request_max_bytes=20000, head_max_bytes=2000, head_max_fields=10)


def padded(size):
    """The sample filled up to `size` bytes with a comment."""
    free = size - len(BODY) - len("<!---->")
    return BODY.replace(b"</soap:Body>", b"<!--" + b"x" * free + b"--></soap:Body>")


@case("a body of the largest size is accepted, one byte more is refused", SMALL)
def body_limit(w):
    accepted(w, "1001", body=padded(20000))
    with Raw(w) as c:
        equal(c.send(head("Transfer-Encoding: chunked") + chunked(padded(20000))).reply().status, 200, "chunked, at the limit")
    with backend_untouched(w):
        check_refusal(w, exchange(w, request("1001", body=padded(20001))), "VG-H06", "obcina", "1001")
        check_refusal(w, exchange(w, head("Transfer-Encoding: chunked") + chunked(padded(20001))), "VG-H06", "obcina", "1001")


@case("a head of the largest size is accepted, one byte more is refused", SMALL)
def head_limit(w):
    def of_size(size):
        plain = request("1001", headers=("X-Fill: ",))
        return request("1001", headers=("X-Fill: " + "x" * (size - (len(plain) - len(BODY))),))
    with Raw(w) as c:
        equal(c.send(of_size(2000)).reply().status, 200, "at the limit")
    with backend_untouched(w):
        check_refusal(w, exchange(w, of_size(2001)), "VG-H11", "obcina")


@case("the most header fields are accepted, one more is refused", SMALL)
def fields_limit(w):
    with Raw(w) as c:
        equal(c.send(request("1001", headers=[f"X-{i}: x" for i in range(6)])).reply().status, 200, "ten fields")
    with backend_untouched(w):
        check_refusal(w, exchange(w, request("1001", headers=[f"X-{i}: x" for i in range(7)])), "VG-H11", "obcina")


# ---- Expect: 100-continue ----

@case("Expect: 100-continue is judged before the body: accepted with 100, refused without", world_with(request_max_bytes=20000))
def expect(w):
    with Raw(w) as c:
        c.send(request("1001", headers=("Expect: 100-continue",))[:-len(BODY)])
        equal(c.head()[0], 100, "interim reply")
        equal(c.send(BODY).reply().status, 200, "reply")
    for service, name, more, code in (("1001", "brez_qc", LENGTH, "VG-C07"), ("1001", "obcina", "Content-Length: 20001", "VG-H06")):
        data = request(service, b"", drop=("Content-Length",), length=False, headers=(more, "Expect: 100-continue"))
        with backend_untouched(w):
            check_refusal(w, exchange(w, data, name), code, name, service)


# ---- who sends on regardless ----

BIG = world_with(request_max_bytes=16 << 20)
TEN_MB = 10 << 20


@case("a body of 15 MB is served where the limit allows it", BIG)
def large_body(w):
    accepted(w, "1001", body=padded(15 << 20))


@case("a refused caller that streams 10 MB regardless reads its whole refusal", BIG)
def streams_on(w):
    data = request("1001", b"", headers=(f"Content-Length: {TEN_MB}",), length=False)
    accepted(w, "1001")
    with backend_untouched(w), Raw(w, "brez_qc") as c:
        c.send(data)
        for _ in range(TEN_MB // 65536):
            c.send(b"x" * 65536)
        reply = c.reply()
        equal(c.end(), "clean", "end")
        check_refusal(w, reply, "VG-C07", "brez_qc", "1001")


@table((("in one piece", ("-H", "Expect:")), ("in chunks", ("-H", "Expect:", "-H", "Transfer-Encoding: chunked")), ("after asking", ())),
       "curl that is refused while it sends 10 MB {} reads its whole refusal", BIG)
def curl_streams_on(w, what, more):
    path = os.path.join(w.folder, "ten-mb")
    with open(path, "wb") as f:
        f.write(b"x" * TEN_MB)
    ee = os.path.join(PKI, "ee", "brez_qc")
    url = f"https://localhost:{w.port}{PATH}"
    with backend_untouched(w):
        r = subprocess.run(["curl", "-sS", "-i", "--http1.1", "--cacert", f"{PKI}/server/server-ca.crt", "--cert", f"{ee}.chain.pem",
                            "--key", f"{ee}.key", "-H", "Content-Type: text/xml", "--data-binary", f"@{path}", *more, url],
                           capture_output=True, timeout=60, preexec_fn=die_with_parent)
    equal((r.returncode, r.stderr), (0, b""), "curl")
    top, body = r.stdout.split(b"\r\n\r\n", 1)
    equal(b"X-Vashgate-Code: VG-C07" in top, True, "code")
    equal(len(body), int(re.search(rb"Content-Length: (\d+)", top)[1]), "bytes of the body")
    equal(body[-len(b"</e:Envelope>"):], b"</e:Envelope>", "end of the body")


# ---- XML and SOAP: the sample with one thing changed ----

WSA = "http://www.w3.org/2005/08/addressing"


def swap(old, new):
    """A mutation: `old`, which must be there, becomes `new`."""
    def mutate(body):
        if old.encode() not in body:
            raise AssertionError(f"{old!r} is not in the sample")
        return body.replace(old.encode(), new if isinstance(new, bytes) else new.encode(), 1)
    return mutate


def nested(levels):
    """Envelope, Body and so many levels in it."""
    return swap("<ezk:nepremicnina>", "<ezk:a>" * (levels - 3) + "</ezk:a>" * (levels - 3) + "<ezk:nepremicnina>")


def header(block):
    return swap("<soap:Body>", f"<soap:Header>{block}</soap:Header><soap:Body>")


def attributes(n):
    return swap("<ezk:ko>", "<ezk:ko " + " ".join(f'a{i}="x"' for i in range(n)) + ">")


def namespaces(n):
    return swap("<ezk:ko>", "<ezk:ko " + " ".join(f'xmlns:n{i}="urn:n{i}"' for i in range(n)) + ">")


BOMB = ('<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {y} "{"&" + x + ";" * 1}{("&" + x + ";") * 9}">' for x, y in zip("abcdefgh", "bcdefghi")) +
        "]><soap:Envelope")

XML_REFUSALS = (
    # what, service, mutation, code
    ("a body that is not XML", "1001", lambda b: b"banana", "VG-X01"),
    ("an empty body", "1001", lambda b: b"", "VG-X01"),
    ("a tag that is not closed", "1001", swap("</ezk:ko>", ""), "VG-X01"),
    ("an element name written with a character reference", "1001", swap("<ezk:ko>", "<ezk:k&#111;>"), "VG-X01"),
    ("a comment inside an element name", "1001", swap("<ezk:ko>", "<ezk:k<!-- -->o>"), "VG-X01"),
    ("a CDATA section inside an element name", "1001", swap("<ezk:ko>", "<ezk:k<![CDATA[o]]>>"), "VG-X01"),
    ("a comment that is not closed", "1001", swap("<ezk:ko>", "<!-- <ezk:ko>"), "VG-X01"),
    ("a CDATA section that is not closed", "1001", swap("<ezk:ko>", "<![CDATA[<ezk:ko>"), "VG-X01"),
    ("two hyphens in a comment", "1001", swap("<ezk:ko>", "<!-- a -- b --><ezk:ko>"), "VG-X01"),
    ("]]> in a value", "1001", swap("1737", "]]>1737"), "VG-X01"),
    ("a reference to NUL", "1001", swap("1737", "1737&#0;"), "VG-X01"),
    ("a reference to a surrogate", "1001", swap("1737", "1737&#xD800;"), "VG-X01"),
    ("an entity that nobody declares", "1001", swap("1737", "&foo;"), "VG-X01"),
    ("a control character", "1001", swap("1737", b"1737\x01"), "VG-X01"),
    ("an overlong form of UTF-8", "1001", swap("1737", b"1737\xc0\xb1"), "VG-X01"),
    ("half a character of UTF-8", "1001", swap("1737", b"1737\xc4"), "VG-X01"),
    ("text behind the envelope", "1001", lambda b: b + b"<more/>", "VG-X01"),
    ("an attribute twice", "1001", swap("<ezk:ko>", '<ezk:ko a="1" a="2">'), "VG-X01"),
    ("an unbound prefix of an element", "1001", swap("<ezk:ko>1737</ezk:ko>", "<ez:ko>1737</ez:ko>"), "VG-X02"),
    ("an unbound prefix of an attribute", "1001", swap("<ezk:ko>", '<ezk:ko q:a="1">'), "VG-X02"),
    ("an attribute twice by namespace", "1001", swap("<ezk:ko>", '<ezk:ko xmlns:p="urn:a" xmlns:q="urn:a" p:a="1" q:a="2">'), "VG-X02"),
    ("another encoding", "1001", swap('encoding="UTF-8"', 'encoding="ISO-8859-2"'), "VG-X03"),
    ("UTF-16 with a byte order mark", "1001", lambda b: b.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "VG-X04"),
    ("UTF-16 without a byte order mark", "1001", lambda b: b.decode().encode("utf-16-le"), "VG-X04"),
    ("a DTD", "1001", swap("<soap:Envelope", "<!DOCTYPE a><soap:Envelope"), "VG-X05"),
    ("a DTD that reads a file", "1001", swap("<soap:Envelope", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><soap:Envelope'), "VG-X05"),
    ("an entity bomb", "1001", lambda b: swap("1737", "&i;")(swap("<soap:Envelope", BOMB)(b)), "VG-X05"),
    ("a processing instruction", "1001", swap("<soap:Body>", "<soap:Body><?php x ?>"), "VG-X06"),
    ("a stylesheet instruction", "1001", swap("<soap:Envelope", '<?xml-stylesheet href="x"?><soap:Envelope'), "VG-X06"),
    ("33 levels", "1001", nested(33), "VG-X07"),
    ("32 levels, which only the XSD refuses", "1001", nested(32), "VG-X22"),
    ("5,001 elements", "1001", swap("<ezk:nepremicnina>", "<ezk:a/>" * 5000 + "<ezk:nepremicnina>"), "VG-X08"),
    ("17 attributes", "1001", attributes(17), "VG-X09"),
    ("16 attributes, which only the XSD refuses", "1001", attributes(16), "VG-X22"),
    ("2,001 attributes in all", "1001", swap("<ezk:nepremicnina>", ("<ezk:a " + " ".join(f'a{i}="x"' for i in range(16)) + "/>") * 126 + "<ezk:nepremicnina>"), "VG-X09"),
    ("a flood of namespaces in one tag", "1001", namespaces(17), "VG-X10"),
    ("a flood of namespaces in all", "1001", swap("<ezk:nepremicnina>", ("<ezk:a " + " ".join(f'xmlns:a{i}="urn:x"' for i in range(16)) + "/>") * 13 + "<ezk:nepremicnina>"), "VG-X10"),
    ("a name of 257 bytes", "1001", swap("<ezk:ko>", "<ezk:" + "k" * 253 + "/><ezk:ko>"), "VG-X11"),
    ("a value of 65,537 bytes", "1001", swap("1737", "1" * 65537), "VG-X11"),
    ("no SOAP", "1001", lambda b: b"<a/>", "VG-X12"),
    ("an envelope without namespace", "1001", lambda b: b"<Envelope><Body/></Envelope>", "VG-X12"),
    ("something beside Header and Body", "1001", swap("<soap:Body>", "<soap:Foot/><soap:Body>"), "VG-X14"),
    ("something behind the Body", "1001", swap("</soap:Envelope>", '<x xmlns="urn:x"/></soap:Envelope>'), "VG-X14"),
    ("two Bodies", "1001", swap("<soap:Body>", "<soap:Body/><soap:Body>"), "VG-X16"),
    ("no Body", "1001", lambda b: re.sub(rb"<soap:Body>.*</soap:Body>", b"", b, flags=re.S), "VG-X15"),
    ("a Header alone", "1001", lambda b: re.sub(rb"<soap:Body>.*</soap:Body>", b"<soap:Header/>", b, flags=re.S), "VG-X15"),
    ("an empty Body", "1001", lambda b: re.sub(rb"<soap:Body>.*</soap:Body>", b"<soap:Body/>", b, flags=re.S), "VG-X16"),
    ("two Body children", "1001", swap("</soap:Body>", "<ezk:RedniIzpisGovRequest/></soap:Body>"), "VG-X17"),
    ("text beside the Body's child", "1001", swap("</soap:Body>", "banana</soap:Body>"), "VG-X17"),
    ("the request of another service", "1001", lambda b: sample("1003"), "VG-X18"),
    ("the request in another namespace", "1001", swap("urn:esodstvo:ezk:1", "urn:esodstvo:ezk:2"), "VG-X18"),
    ("a header with mustUnderstand", "1001", header(f'<a:To xmlns:a="{WSA}" soap:mustUnderstand="1">x</a:To>'), "VG-X19"),
    ("a header with mustUnderstand for the next", "1001",
     header(f'<a:To xmlns:a="{WSA}" soap:mustUnderstand="1" soap:actor="http://schemas.xmlsoap.org/soap/actor/next">x</a:To>'), "VG-X19"),
    ("a foreign EMSO in 1101", "1101", swap("<ezk:ZahtevekRequest/>", "<ezk:ZahtevekRequest><ezk:emso>1211981500126</ezk:emso></ezk:ZahtevekRequest>"), "VG-B04"),
    ("a foreign EMSO in 1101 around a comment", "1101",
     swap("<ezk:ZahtevekRequest/>", "<ezk:ZahtevekRequest><ezk:emso>12119815<!-- x -->00126</ezk:emso></ezk:ZahtevekRequest>"), "VG-B04"),
    ("a foreign EMSO in 1101 in CDATA", "1101",
     swap("<ezk:ZahtevekRequest/>", "<ezk:ZahtevekRequest><ezk:emso><![CDATA[1211981]]>500126</ezk:emso></ezk:ZahtevekRequest>"), "VG-B04"),
    ("a foreign EMSO in 1101 in character references", "1101",
     swap("<ezk:ZahtevekRequest/>", "<ezk:ZahtevekRequest><ezk:emso>&#49;&#x32;11981500126</ezk:emso></ezk:ZahtevekRequest>"), "VG-B04"),
    ("a foreign EMSO in 1101 under another prefix", "1101",
     swap("<ezk:ZahtevekRequest/>", '<ezk:ZahtevekRequest><emso xmlns="urn:esodstvo:ezk:1">1211981500126</emso></ezk:ZahtevekRequest>'), "VG-B04"),
    ("an EMSO in another namespace in 1101", "1101",
     swap("<ezk:ZahtevekRequest/>", '<ezk:ZahtevekRequest><emso xmlns="urn:x">0101006500006</emso></ezk:ZahtevekRequest>'), "VG-X22"),
    ("a foreign registration number in 1102", "1102",
     swap("<ezk:namen>", "<ezk:maticna>5491711000</ezk:maticna><ezk:namen>"), "VG-B04"),
    ("an EMSO with a bad check digit", "1003", swap("0101006500006", "0101006500007"), "VG-B01"),
    ("an EMSO with a date that is none", "1003", swap("0101006500006", "3002006500003"), "VG-B01"),
    ("a registration number with a bad check digit", "1008", swap("5491711000", "5491712000"), "VG-B02"),
    ("a tax number with a bad check digit", "1203", swap("50223054", "50223055"), "VG-B03"),
)
CALLER = {"1101": "podjetje", "1102": "podjetje"}


@table(XML_REFUSALS, "{} is refused", world_with())
def xml_refusal(w, what, service, mutate, code):
    name = CALLER.get(service, "obcina")
    accepted(w, service, name)
    with backend_untouched(w):
        reply = w.call(service, name, body=mutate(sample(service)))
        check_refusal(w, reply, code, name, service)


XML_ACCEPTED = (
    # what, service, mutation
    ("a byte order mark", "1001", lambda b: b"\xef\xbb\xbf" + b),
    ("no XML declaration", "1001", lambda b: b.split(b"?>\n", 1)[1]),
    ("a comment in a value", "1001", swap("1737", "17<!-- x -->37")),
    ("a CDATA section in a value", "1001", swap("1737", "<![CDATA[17]]>37")),
    ("character references in a value", "1001", swap("1737", "&#49;&#x37;37")),
    ("16 namespaces in one tag", "1001", namespaces(16)),
    ("a header without mustUnderstand", "1001", header(f'<a:To xmlns:a="{WSA}">x</a:To>')),
    ("mustUnderstand 0", "1001", header(f'<a:To xmlns:a="{WSA}" soap:mustUnderstand="0">x</a:To>')),
    ("mustUnderstand for somebody else", "1001", header(f'<a:To xmlns:a="{WSA}" soap:mustUnderstand="1" soap:actor="urn:other">x</a:To>')),
    ("the caller's own EMSO in 1101", "1101", swap("<ezk:ZahtevekRequest/>", "<ezk:ZahtevekRequest><ezk:maticna>1732803000</ezk:maticna></ezk:ZahtevekRequest>")),
)


@table(XML_ACCEPTED, "{} is accepted", world_with())
def xml_accepted(w, what, service, mutate):
    accepted(w, service, CALLER.get(service, "obcina"), body=mutate(sample(service)))


# ---- the XSD at the edges of each type: what is just good, what is just bad ----

PLOT = "<ezk:nepremicnina><ezk:parcela><ezk:ko>1737</ezk:ko><ezk:stevilka>1234/5</ezk:stevilka></ezk:parcela></ezk:nepremicnina>"
XSD_EDGES = (
    # type, service, what is replaced, good ones, bad ones
    ("Emso", "1003", "0101006500006", (), ("010100650000", "01010065000061", "010100650000a", "٠101006500006", " 0101006500006", "")),
    ("Maticna", "1008", "5491711000", ("5491711", "8982279A00"), ("549171", "54917110", "549171100", "54917110000", "8982279a00", "5491711 00", "")),
    ("Davcna", "1203", "50223054", (), ("05022305", "5022305", "502230540", "SI50223054", "-5022305", "")),
    ("Namen", "1004", "GOV_LASTNISTVO", ("GOV", "G" * 64), ("GO", "G" * 65, "Gov", "_GOV", "1GOV", "GOV X", "")),
    ("KatastrskaObcina", "1007", "1737", ("1", "9999", "+1", "0001"), ("0", "10000", "-1", "1.0", "1e3", "", "0x1", "٣")),
    ("StevilkaStavbe", "1103", ">567<", (">1<", ">99999<"), (">0<", ">100000<", ">-567<", ">99999999999999999999<", "><")),
    ("StevilkaDela", "1005", ">8<", (">1<", ">99999<"), (">0<", ">100000<", "><")),
    ("StevilkaParcele", "1004", "1234/5", ("1", "*1", "999999/99999"), ("0", "1234/0", "1234/", "/5", "1000000", "1/100000", "**1", "1234/5/6", "")),
    ("Obseg", "1008", "OP1_PT1", ("OP1",), ("OP2", "op1", " OP1", "")),
    ("date", "1201", "2024-01-01", ("2024-01-31", "2023-12-31", "2024-01-01Z"), ("2024-02-30", "2023-02-29", "2024-1-1", "01.01.2024", "2024-13-01", "2024-00-10", "")),
    ("VrstaPostopka", "1201", ">STECAJ<", (">STECAJ_ZAPUSCINE<", ">PRISILNA_LIKVIDACIJA<"), (">STEČAJ<", ">Stecaj<", ">STECAJ <", "><")),
    ("SifraSodisca", "1202", ">11<", (">1<", ">9999<"), (">11111<", ">-1<", ">a<", "><")),
    ("Vpisnik", "1202", ">St<", (">S<", ">AbCdEfGhIj<"), (">AbCdEfGhIjK<", ">S1<", ">Š<", "><")),
    ("OpravilnaStevilka", "1202", ">1234<", (">1<", ">9999999<"), (">0<", ">10000000<", "><")),
    ("Leto", "1202", ">2024<", (">1900<", ">2999<"), (">1899<", ">3000<", ">24<", "><")),
    ("nepremicnina", "1004", PLOT, (PLOT * 100,), (PLOT * 101, "", "<ezk:nepremicnina/>", PLOT.replace("parcela", "hisa"))),
    ("nepremicnina twice at least", "1006", PLOT, (PLOT * 99,), ("", PLOT * 100)),
    ("vrsta at most seven times", "1201", "<eins:vrsta>STECAJ</eins:vrsta>", ("<eins:vrsta>STECAJ</eins:vrsta>" * 6,), ("<eins:vrsta>STECAJ</eins:vrsta>" * 7,)),
    ("Zadeva", "1202", "<eins:vpisnik>St</eins:vpisnik>", (), ("", "<eins:vpisnik>St</eins:vpisnik>" * 2, "text<eins:vpisnik>St</eins:vpisnik>",
                                                             '<eins:vpisnik a="1">St</eins:vpisnik>', "<eins:vpisnik>S<eins:b/>t</eins:vpisnik>",
                                                             '<eins:vpisnik xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>')),
)


@table(XSD_EDGES, "the XSD type {} holds at its edges", world_with())
def xsd_edge(w, what, service, old, good, bad):
    body = sample(service)
    accepted(w, service)
    for new in good:
        reply = w.call(service, body=swap(old, new)(body))
        equal((new[:80], w.record_of(reply)["kind"]), (new[:80], "intent"), f"{reply.code} {reply.text[:300]}")
    for new in bad:
        with backend_untouched(w):
            reply = w.call(service, body=swap(old, new)(body))
            equal((new[:80], reply.code), (new[:80], "VG-X22"), "code")
            check_refusal(w, reply, "VG-X22", "obcina", service)


@case("an XSD refusal names the element and never its value", world_with())
def xsd_detail(w):
    body = swap("0101006500006", "010100650000a")(sample("1003"))
    reply = w.call("1003", body=body)
    check_soap_fault(reply, "VG-X22")
    equal(("/emso" in reply.text, "010100650000a" in reply.text, "010100650000a" in w.gateway.log()), (True, False, False), "detail")


# ---- actions, versions, attachments ----

ACTION = services()["1001"]["soap_action"]
ACTIONS = (
    # what, headers that replace, code
    ("no SOAPAction", {"SOAPAction": None}, "VG-X20"),
    ("an empty SOAPAction", {"SOAPAction": ""}, "VG-X21"),
    ("a SOAPAction of empty quotes", {"SOAPAction": '""'}, "VG-X21"),
    ("a SOAPAction without quotes", {"SOAPAction": ACTION}, "VG-X21"),
    ("a SOAPAction of another service", {"SOAPAction": f'"{services()["1002"]["soap_action"]}"'}, "VG-X21"),
    ("a SOAPAction in other letter case", {"SOAPAction": f'"{ACTION.upper()}"'}, "VG-X21"),
    ("a charset that is not UTF-8", {"Content-Type": "text/xml; charset=iso-8859-2"}, "VG-X03"),
    ("a charset UTF-16", {"Content-Type": "text/xml; charset=utf-16"}, "VG-X04"),
    ("MIME without boundary", {"Content-Type": 'multipart/related; type="application/xop+xml"'}, "VG-X23"),
    ("MIME whose boundary never comes", {"Content-Type": 'multipart/related; type="application/xop+xml"; boundary=b'}, "VG-X23"),
)


@table(ACTIONS, "{} is refused", world_with())
def action_refused(w, what, headers, code):
    accepted(w, "1001")
    with backend_untouched(w):
        check_refusal(w, w.call("1001", headers=headers), code, "obcina", "1001")


@case("two SOAPActions are refused, even if both are equal", world_with())
def two_actions(w):
    line = f'SOAPAction: "{ACTION}"'
    with backend_untouched(w), Raw(w) as c:
        check_refusal(w, c.send(request("1001", headers=(line,))).reply(), "VG-X21", "obcina", "1001")


@case("SOAP 1.2 needs no action, but one that is there must agree; a Sender fault has status 400, a version mismatch 500", world_with())
def soap12(w):
    for kind in ("application/soap+xml", f'application/soap+xml; charset=utf-8; action="{ACTION}"'):
        accepted(w, "1001", soap12=True, headers={"Content-Type": kind})
    with backend_untouched(w):
        for headers in ({"Content-Type": 'application/soap+xml; action="urn:x"'}, {"SOAPAction": '"urn:x"'}):
            reply = w.call("1001", soap12=True, headers=headers)
            check_refusal(w, reply, "VG-X21", "obcina", "1001", status=400, soap12=True)
        reply = w.call("1001", soap12=True, body=sample("1001"))
        fault = check_soap_fault(reply, "VG-X13", 500)
        equal(fault.find("faultcode").text, "e:VersionMismatch", "faultcode")
        reply = w.call("1001", body=sample("1001", True))
        check_soap_fault(reply, "VG-X13", 500, soap12=True)


@case("mustUnderstand gives a MustUnderstand fault in both SOAP versions", world_with())
def must_understand(w):
    block = f'<a:To xmlns:a="{WSA}" soap:mustUnderstand="1">x</a:To>'
    reply = w.call("1001", body=header(block)(sample("1001")))
    equal(check_soap_fault(reply, "VG-X19").find("faultcode").text, "e:MustUnderstand", "faultcode")
    body = sample("1001", True).replace(b"<soap:Body>", b"<soap:Header>" + block.encode() + b"</soap:Header><soap:Body>")
    fault = check_soap_fault(w.call("1001", soap12=True, body=body), "VG-X19", 500, soap12=True)
    equal(fault.find(".//{http://www.w3.org/2003/05/soap-envelope}Value").text, "e:MustUnderstand", "Code")


@case("an envelope packed as XOP is accepted, an attachment is refused", world_with())
def attachments(w):
    headers = {"Content-Type": xop_type()}
    root = ('application/xop+xml; charset=utf-8; type="text/xml"', sample("1001"))
    accepted(w, "1001", body=xop([root]), headers=headers)
    with backend_untouched(w):
        check_refusal(w, w.call("1001", body=xop([root, ("application/pdf", b"%PDF")]), headers=headers), "VG-X24", "obcina", "1001")
        include = swap("1737", '<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:a"/>')(sample("1001"))
        check_refusal(w, w.call("1001", body=xop([(root[0], include)]), headers=headers), "VG-X24", "obcina", "1001")


# ---- rules of single services ----

BUILDING = "<ezk:stavba><ezk:ko>1737</ezk:ko><ezk:stevilka>567</ezk:stevilka></ezk:stavba>"


@case("50 buildings are accepted, 51 are refused", world_with())
def buildings(w):
    body = re.sub(rb"\s*<ezk:stavba>.*</ezk:stavba>", b"@", sample("1103"), flags=re.S)
    accepted(w, "1103", body=body.replace(b"@", BUILDING.encode() * 50))
    with backend_untouched(w):
        check_refusal(w, w.call("1103", body=body.replace(b"@", BUILDING.encode() * 51)), "VG-B05", "obcina", "1103")


@case("a refusal keeps no personal number in its record or in the log", world_with())
def no_numbers(w):
    body = swap("0101006500006", "1211981500127")(sample("1003"))
    r = check_record(w, w.call("1003", body=body), "VG-B01", "obcina", "1003")
    equal(("1211981500127" in str(r), "1211981500127" in w.gateway.log(1000)), (False, False), "number found")


@case("the digests of an intent are those of the bytes received and forwarded", world_with())
def intent_digests(w):
    reply = accepted(w, "1001")
    intent, last = w.record_of(reply), w.sim.stats()["last"]["body"].encode()
    equal(intent["in_sha256"], hashlib.sha256(sample("1001")).hexdigest(), "in_sha256")
    equal((intent["fwd_sha256"], intent["fwd_bytes"]), (hashlib.sha256(last).hexdigest(), str(len(last))), "fwd_sha256")
    equal(intent["tls"], "TLSv1.3", "tls")
    outcome = outcome_of(w, reply)
    equal((outcome["result"], outcome["out_sha256"]), ("delivered", hashlib.sha256(reply.body).hexdigest()), "outcome")
