#!/usr/bin/python3
"""A stand-in for OCSP responders and CRL servers of the test CAs of build/pki, with every way in which such a server fails.

status_sim.py --pki DIR --data FILE: HTTP on a loopback port from the system. Prints "ready port=N" and serves until it is killed.
  POST /ocsp/STEM      the responder of the CA that `index.json` calls STEM
  GET  /crl/STEM.crl   its CRL
  GET  /stats          {"ocsp": N, "crl": N}: requests so far
Data are read anew at each request, so that a test may change them:
  {"revoked": ["<serial, hex>", …], "life_s": 3600, "ms": 0, "ocsp": BEHAVIOUR, "crl": BEHAVIOUR}
`ms`: how long each answer waits. BEHAVIOUR:
  normal; down (drops the connection); error (500); empty; nonsense (HTML); stale (its time is over); future (it is yet to come);
  forged (signed by another CA's key); unsigned (its signature is empty); pem (as PEM); huge (a megabyte and more of zeros); endless (never ends);
  loop (redirects to itself); elsewhere (redirects to a file);
  OCSP alone: unknown; later (tryLater); other (answers for another certificate); delegated (by a responder that the CA has certified);
  stranger (by one that it has certified, but not for this); nonce (of another request); no_nonce (the request's is not repeated, as where responses
  are made ahead); CRL alone: other (the CRL of another CA)."""
import argparse
import base64
import datetime
import http.server
import json
import os
import sys
import threading
import time

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import SubjectKeyIdentifier, load_pem_x509_certificate

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pki"))
sys.dont_write_bytecode = True
import der
import x509der as x

FORGER = "homoglif_ca"
MEGABYTE = 1 << 20
OCSP_SIGNING, NO_CHECK, BASIC = "1.3.6.1.5.5.7.3.9", "1.3.6.1.5.5.7.48.1.5", "1.3.6.1.5.5.7.48.1.1"
HOUR = datetime.timedelta(hours=1)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


# ---- reading DER: what was asked is answered with the bytes that came ----

def header(data):
    """Lengths of the header and of the value."""
    if data[1] < 0x80:
        return 2, data[1]
    n = data[1] & 0x7F
    return 2 + n, int.from_bytes(data[2:2 + n], "big")


def value_of(data):
    start, length = header(data)
    return data[start:start + length]


def part(data, *path):
    """An element within others: of each the n-th."""
    for n in path:
        rest = value_of(data)
        for _ in range(n):
            rest = rest[sum(header(rest)):]
        data = rest[:sum(header(rest))]
    return data


# ---- who answers ----

class Authority:
    def __init__(self, pki, stem):
        folders = [os.path.join(pki, name) for name in ("anchors", "intermediates", "bad-ca")]
        path = next(p for p in (os.path.join(folder, stem + ".pem") for folder in folders) if os.path.exists(p))
        cert = load_pem_x509_certificate(read(path))
        self.dn = part(cert.public_bytes(serialization.Encoding.DER), 0, 5)
        self.key_id = cert.extensions.get_extension_for_class(SubjectKeyIdentifier).value.digest
        self.key = serialization.load_pem_private_key(read(os.path.join(pki, "ca-keys", stem + ".key")), None)

    def responder(self, meant_for_it):
        """Certificate and key of a responder that it certifies now."""
        key = ec.generate_private_key(ec.SECP256R1())
        usage = x.ext_key_usage(OCSP_SIGNING if meant_for_it else x.EKU_CLIENT)
        cert = x.certificate(int.from_bytes(os.urandom(8), "big") >> 1, x.flat_name((x.CN, "OCSP TEST")), x.spki(key),
                             x.Validity(now() - HOUR, now() + HOUR), [usage, x.extension(NO_CHECK, der.null())], x.Signer(self.dn, self.key))
        return cert, key


# ---- what they answer ----

def times(behaviour, life_s):
    life = datetime.timedelta(seconds=life_s)
    start = {"stale": now() - life - HOUR, "future": now() + HOUR}.get(behaviour, now())
    return start, start + life


def nonce_of(request, behaviour):
    """responseExtensions with the request's nonce (RFC 6960 4.4.1), or with another one."""
    asked = value_of(part(request, 0))[sum(header(part(request, 0, 0))):]
    if not asked or behaviour == "no_nonce":
        return b""
    extensions = value_of(asked)
    return der.explicit(1, extensions[:-1] + bytes([extensions[-1] ^ 1]) if behaviour == "nonce" else extensions)


def unsigned(body):
    return der.seq(part(body, 0), part(body, 1), der.bits(b""))


def make_ocsp(server, ca, request, data, behaviour):
    """OCSPResponse (RFC 6960 4.2.1)."""
    if behaviour == "later":
        return der.seq(der.tlv(0x0A, b"\x03"))
    identifier = part(request, 0, 0, 0, 0)
    number = int.from_bytes(value_of(part(identifier, 3)), "big")
    if behaviour == "other":
        identifier = der.seq(*(part(identifier, i) for i in range(3)), der.integer(number + 1))
    start, end = (der.generalized_time(t) for t in times(behaviour, data.get("life_s", 3600)))
    revoked = number in [int(s, 16) for s in data.get("revoked", [])]
    status = der.implicit(2, b"") if behaviour == "unknown" else der.implicit(1, start, True) if revoked else der.implicit(0, b"")
    cert, key = ca.responder(behaviour == "delegated") if behaviour in ("delegated", "stranger") else (b"", ca.key)
    data = der.seq(der.explicit(2, der.octets(x.key_hash(key))), start, der.seq(der.seq(identifier, status, start, der.explicit(0, end))),
                   nonce_of(request, behaviour))
    signed = x.signed(data, server.authority(FORGER).key if behaviour == "forged" else key, "sha256")
    signed = value_of(unsigned(signed) if behaviour == "unsigned" else signed)
    basic = der.seq(signed, der.explicit(0, der.seq(cert)) if cert else b"")
    return der.seq(der.tlv(0x0A, b"\x00"), der.explicit(0, der.seq(der.oid(BASIC), der.octets(basic))))


def make_crl(server, ca, data, behaviour):
    ca = server.authority(FORGER) if behaviour == "other" else ca
    start, end = times(behaviour, data.get("life_s", 3600))
    revoked = [(int(s, 16), start, 1) for s in data.get("revoked", [])]
    signer = x.Signer(ca.dn, server.authority(FORGER).key if behaviour == "forged" else ca.key)
    body = x.crl(signer, int(time.time()), x.Validity(start, end), revoked, ca.key_id)
    return pem(body) if behaviour == "pem" else unsigned(body) if behaviour == "unsigned" else body


def pem(body):
    return b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(body) + b"-----END X509 CRL-----\n"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def reply(self, status, body, media):
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def endless(self, media):
        self.send_response(200)
        self.send_header("Content-Type", media)
        self.end_headers()
        while True:
            self.wfile.write(bytes(64))
            time.sleep(0.05)

    def fail(self, behaviour, media):
        """True: the behaviour is one of those that need no document."""
        if behaviour == "down":
            self.close_connection = True
        elif behaviour == "endless":
            self.close_connection = True
            try:
                self.endless(media)
            except ConnectionError:
                pass
        elif behaviour in ("error", "empty", "nonsense", "huge"):
            bodies = {"error": (500, b""), "empty": (200, b""), "nonsense": (200, b"<html></html>"), "huge": (200, bytes(MEGABYTE + 1))}
            self.reply(*bodies[behaviour], media)
        elif behaviour in ("loop", "elsewhere"):
            self.send_response(307)
            self.send_header("Location", self.path if behaviour == "loop" else "file:///etc/hostname")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            return False
        return True

    def serve(self, kind, stem, make, media):
        self.server.count(kind)
        data = json.loads(read(self.server.data_path))
        behaviour = data.get(kind, "normal")
        time.sleep(data.get("ms", 0) / 1000)
        if not self.fail(behaviour, media):
            self.reply(200, make(self.server.authority(stem), data, behaviour), media)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.serve("ocsp", self.path.rsplit("/", 1)[1], lambda ca, data, how: make_ocsp(self.server, ca, body, data, how), "application/ocsp-response")

    def do_GET(self):
        if self.path == "/stats":
            self.reply(200, json.dumps(self.server.counts).encode(), "application/json")
            return
        stem = self.path.rsplit("/", 1)[1].removesuffix(".crl")
        self.serve("crl", stem, lambda ca, data, how: make_crl(self.server, ca, data, how), "application/pkix-crl")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, options):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pki, self.data_path = options.pki, options.data
        self.lock, self.known, self.counts = threading.Lock(), {}, {"ocsp": 0, "crl": 0}

    def authority(self, stem):
        with self.lock:
            if stem not in self.known:
                self.known[stem] = Authority(self.pki, stem)
            return self.known[stem]

    def count(self, kind):
        with self.lock:
            self.counts[kind] += 1

    def handle_error(self, request, client_address):
        pass                                        # a caller that has given up


def main():
    p = argparse.ArgumentParser(description="stand-in for OCSP responders and CRL servers")
    for name in ("pki", "data"):
        p.add_argument("--" + name, required=True)
    server = Server(p.parse_args())
    print(f"ready port={server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
