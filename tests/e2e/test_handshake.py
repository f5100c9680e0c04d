"""Peers that prove no certificate: TLS ends in an alert, and a record counts them by reason and network. Each has its served control."""
import os
import re
import socket
import ssl
import subprocess

from cases import Raw, accepted, backend_untouched, case, check_refusal, equal, request, table, until, world_with
from world import PKI, World, die_with_parent

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
CHAIN_BYTES_MAX = 32768


def refusal_of(w, **how):
    """The alert that ends the connection of a client which offers a call."""
    try:
        with w.connect(**how) as s:
            s.sendall(request("1001") + b" " * 1000000)
            s.recv(1)
    except ssl.SSLError as e:
        return e.reason
    raise AssertionError("served")


def counted(w, reason, network="127.0.0.0/24"):
    """How many peers the records of `reason` count."""
    return sum(int(r["count"]) for r in w.records(kind="unproven", reason=reason, network=network))


# ---- without a certificate ----

@case("without a certificate TLS ends in an alert, and the peers are counted in a record at stop")
def without_certificate():
    with World() as w:
        accepted(w, "1001")
        with backend_untouched(w):
            equal(refusal_of(w, tls=TLS13), "TLSV13_ALERT_CERTIFICATE_REQUIRED", "alert in TLS 1.3")
            equal(refusal_of(w, tls=TLS12), "SSLV3_ALERT_HANDSHAKE_FAILURE", "alert in TLS 1.2")
        equal(counted(w, "no_certificate"), 0, "records before the stop")
        w.stop()
        equal(counted(w, "no_certificate"), 2, "peers counted")


@case("peers without a certificate are in a record when their minute is over", early=True)
def each_minute():
    with World() as w:
        refusal_of(w)
        until(lambda: counted(w, "no_certificate") == 1, "the record of the minute", deadline_s=90, pause_s=2)


# ---- no TLS of ours ----

@case("peers that speak plain HTTP or an old TLS, or stop in the handshake, are counted by reason")
def other_peers():
    with World(handshake_ms=300) as w:
        accepted(w, "1001")
        with backend_untouched(w):
            for data in (b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n",) * 3 + (b"\x16\x03\x01\x02\x00\x01\x00",) * 2:
                with socket.create_connection(("127.0.0.1", w.port), timeout=30) as s:
                    s.sendall(data)
                    while s.recv(4096):
                        pass
            old = w.context("obcina", weak=True)
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
            refusal_of(w, context=old)
        w.stop()
        equal([counted(w, reason) for reason in ("plain_http", "deadline", "protocol")], [3, 2, 1], "peers counted")


# ---- a certificate that proves nothing ----

CERTIFICATE, CERTIFICATE_VERIFY = 11, 15


def tampered(w, message, change):
    """A TLS 1.2 handshake in which one message of the client is changed on its way; the alert that ends it, None if it is served."""
    inward, outward = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = w.context("obcina", TLS12).wrap_bio(inward, outward, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", w.port), timeout=30) as s:
        while True:
            try:
                client.do_handshake()
                return None
            except ssl.SSLWantReadError:
                s.sendall(change_message(outward.read(), message, change))
                piece = s.recv(65536)
                inward.write(piece) if piece else inward.write_eof()
            except ssl.SSLError as e:
                return e.reason


def change_message(data, message, change):
    """`data`, a row of TLS records, with the handshake message of that type changed."""
    out, encrypted = b"", False
    while data:
        end = 5 + int.from_bytes(data[3:5], "big")
        record, data = data[:end], data[end:]
        encrypted |= record[0] == 20  # ChangeCipherSpec
        out += record[:5] + change(record[5:]) if not encrypted and record[5] == message else record
    return out


def flip(at):
    """A change of one byte."""
    return lambda data: data[:at] + bytes([data[at] ^ 0xFF]) + data[at:][1:]


# handshake header 4, length of the list 3, length of the certificate 3: there begins its DER
TAMPERED = (
    # what, message, byte, alert, reason
    ("whose certificate does not parse", CERTIFICATE, 10, "TLSV1_ALERT_DECODE_ERROR", "certificate_unreadable"),
    ("whose proof of the key is wrong", CERTIFICATE_VERIFY, -10, "TLSV1_ALERT_DECRYPT_ERROR", "possession"),
)


@table(TAMPERED, "a peer {} gets an alert and is counted", World)
def proves_nothing(w, what, message, at, alert, reason):
    with backend_untouched(w):
        equal(tampered(w, message, lambda data: data), None, "the same handshake untouched")
        equal(tampered(w, message, flip(at)), alert, "alert")
    w.stop()
    equal(counted(w, reason), 1, "peers counted")
    w.start()


def chain_of(w, size):
    """A context for `obcina` that sends its chain with the first issuer repeated up to `size` bytes."""
    stem = os.path.join(PKI, "ee", "obcina")
    with open(stem + ".chain.pem", encoding="ascii") as f:
        pieces = [p + "-----END CERTIFICATE-----\n" for p in f.read().split("-----END CERTIFICATE-----\n") if p.strip()]
    chain, total = list(pieces), 0
    while True:
        total = sum(len(ssl.PEM_cert_to_DER_cert(p)) + 5 for p in chain)
        if total + len(ssl.PEM_cert_to_DER_cert(pieces[1])) + 5 > size:
            break
        chain.append(pieces[1])
    path = os.path.join(w.folder, f"chain-{size}.pem")
    with open(path, "w", encoding="ascii") as f:
        f.writelines(chain)
    context = w.context()
    context.load_cert_chain(path, stem + ".key")
    return context


@case("a chain of more bytes than the limit ends in an alert and is counted; a shorter one gets an answer")
def chain_too_large():
    with World() as w:
        with backend_untouched(w):
            with Raw(w, context=chain_of(w, CHAIN_BYTES_MAX - 2048)) as c:
                check_refusal(w, c.send(request("1001")).reply(), "VG-C10", "obcina", "1001")
            equal(refusal_of(w, context=chain_of(w, CHAIN_BYTES_MAX + 2048)), "SSLV3_ALERT_ILLEGAL_PARAMETER", "alert")
        accepted(w, "1001")
        w.stop()
        equal(counted(w, "chain_too_large"), 1, "peers counted")


# ---- which certificates the gateway asks for ----

def subject_of(path):
    shown = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-subject", "-nameopt", "RFC2253"], capture_output=True, text=True,
                           check=True, timeout=60)
    return shown.stdout.strip().removeprefix("subject=")


def names_asked_for(w, version):
    """The issuers that the CertificateRequest names, as openssl shows them."""
    ee = os.path.join(PKI, "ee", "obcina")
    shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{w.port}", version, "-cert", f"{ee}.crt", "-key", f"{ee}.key",
                            "-nameopt", "RFC2253"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60).stdout
    found = re.search(r"^Acceptable client certificate CA names\n((?:\w[^:\n]*=.*\n)+)", shown, re.M)
    return sorted(found[1].splitlines()) if found else []


@table((("TLS 1.2", "-tls1_2"), ("TLS 1.3", "-tls1_3")),
       "the request for a certificate names the anchors and intermediates in {}", world_with())
def accepted_issuers(w, what, version):
    folders = (w.anchors, os.path.join(PKI, "intermediates"))
    equal(names_asked_for(w, version), sorted(subject_of(os.path.join(f, name)) for f in folders for name in os.listdir(f)), "names")


# ---- renegotiation and IPv6 ----

@case("renegotiation in TLS 1.2 is refused")
def renegotiation():
    ee = os.path.join(PKI, "ee", "obcina")
    with World() as w, backend_untouched(w):
        with subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{w.port}", "-tls1_2", "-cert", f"{ee}.crt", "-key", f"{ee}.key"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=die_with_parent) as client:
            shown = b""
            while b"Extended master secret" not in shown:  # the handshake is done
                shown += client.stdout.readline()
            client.stdin.write(b"R\n")
            client.stdin.flush()
            shown = client.stdout.read()
        assert b"RENEGOTIATING" in shown and b"no renegotiation" in shown, shown


def machine_has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as s:
            s.bind(("::1", 0))
        return True
    except OSError:
        return False


@case("callers over IPv6 are served, and counted by /64; without IPv6 the start names the address")
def ipv6():
    if not machine_has_ipv6():
        with World(address="::1", start=False) as w:
            r = w.cli("serve", ok=(2,))
            assert "::1" in r.stderr, r.stderr
        return
    with World(address="::1") as w:
        with Raw(w) as c:
            reply = c.send(request("1203")).reply()
        equal(reply.status, 200, "status")
        equal(w.record_of(reply)["peer"], "::1", "peer of the record")
        refusal_of(w)
        w.stop()
        equal(counted(w, "no_certificate", "::/64"), 1, "peers counted")
