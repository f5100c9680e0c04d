"""X.509 certificates, CRLs and their extensions as DER (RFC 5280), signed with our own keys."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import der

C, O, OU, CN, SN, GN = "2.5.4.6", "2.5.4.10", "2.5.4.11", "2.5.4.3", "2.5.4.4", "2.5.4.42"
ST, L, TITLE, DESCRIPTION, SERIAL = "2.5.4.8", "2.5.4.7", "2.5.4.12", "2.5.4.13", "2.5.4.5"
ORG_ID = "2.5.4.97"
EMAIL = "1.2.840.113549.1.9.1"

DIGITAL_SIGNATURE, NON_REPUDIATION, KEY_ENCIPHERMENT, CERT_SIGN, CRL_SIGN = 0, 1, 2, 5, 6
EKU_SERVER, EKU_CLIENT = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"


# --- names -----------------------------------------------------------------------------------

def ava(attribute, value, kind=None):
    return der.seq(der.oid(attribute), der.text(value, kind))


def rdn(*avas):
    """One RDN; several AVAs make it multi-valued (facts 1.2: SIGEN-CA puts four in one SET)."""
    return der.set_of(*avas)


def name(*rdns):
    return der.seq(*rdns)


def flat_name(*pairs):
    """The common case: one AVA an RDN, from (attribute, value[, string kind]) tuples."""
    return name(*(rdn(ava(*pair)) for pair in pairs))


def name_plus(base, *rdns):
    """A name with more RDNs at its end (the CRL partitions of SI-TRUST: issuer + CN=CRL1)."""
    header = 2 if base[1] < 0x80 else 2 + (base[1] & 0x7F)
    return der.tlv(0x30, base[header:] + b"".join(rdns))


# --- keys ------------------------------------------------------------------------------------

def spki(key):
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_hash(key):
    public = key.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        raw = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    else:
        raw = public.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return hashlib.sha1(raw).digest()


def key_id_8(key):
    """RFC 5280 4.2.1.2 method (2): 0100 and the low 60 bits of the SHA-1 (SI-TRUST, Halcom)."""
    low = bytearray(key_hash(key)[-8:])
    low[0] = 0x40 | (low[0] & 0x0F)
    return bytes(low)


def key_id_20(key):
    """RFC 5280 4.2.1.2 method (1): the whole SHA-1 (Rekono)."""
    return key_hash(key)


def algorithm(key, hash_name):
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return der.seq(der.oid({"sha256": "1.2.840.10045.4.3.2"}[hash_name]))
    arc = {"sha1": "1.2.840.113549.1.1.5", "sha256": "1.2.840.113549.1.1.11"}[hash_name]
    return der.seq(der.oid(arc), der.null())


def signed(tbs, key, hash_name):
    digest = {"sha1": hashes.SHA1, "sha256": hashes.SHA256}[hash_name]()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        value = key.sign(tbs, ec.ECDSA(digest))
    else:
        value = key.sign(tbs, padding.PKCS1v15(), digest)
    return der.seq(tbs, algorithm(key, hash_name), der.bits(value))


# --- extensions ------------------------------------------------------------------------------

def extension(arc, body, critical=False):
    flag = der.boolean(True) if critical else b""
    return der.seq(der.oid(arc), flag, der.octets(body))


def basic_constraints(ca, path_length=None, critical=False):
    inner = (der.boolean(True) if ca else b"") + (b"" if path_length is None else der.integer(path_length))
    return extension("2.5.29.19", der.seq(inner), critical)


def key_usage(*positions, critical=True):
    return extension("2.5.29.15", der.named_bits(positions), critical)


def ext_key_usage(*purposes):
    return extension("2.5.29.37", der.seq(*(der.oid(p) for p in purposes)))


def subject_key_id(value):
    return extension("2.5.29.14", der.octets(value))


def authority_key_id(value):
    return extension("2.5.29.35", der.seq(der.implicit(0, value)))


def _uri(value):
    return der.implicit(6, value.encode("ascii"))


def alt_names(*general_names):
    return extension("2.5.29.17", der.seq(*general_names))


def alt_email(value):
    return der.implicit(1, value.encode("ascii"))


def alt_dns(value):
    return der.implicit(2, value.encode("ascii"))


def alt_ip(packed):
    return der.implicit(7, packed)


def policies(*entries):
    """CertificatePolicies from (OID, CPS URI or None) pairs."""
    parts = []
    for arc, cps in entries:
        qualifier = b""
        if cps:
            qualifier = der.seq(der.seq(der.oid("1.3.6.1.5.5.7.2.1"), der.text(cps, der.IA5)))
        parts.append(der.seq(der.oid(arc), qualifier))
    return extension("2.5.29.32", der.seq(*parts))


def authority_info(issuer_uri, ocsp_uri):
    """Authority information access: where the issuer's certificate and the OCSP responder are."""
    return extension("1.3.6.1.5.5.7.1.1", der.seq(
        der.seq(der.oid("1.3.6.1.5.5.7.48.2"), _uri(issuer_uri)),
        der.seq(der.oid("1.3.6.1.5.5.7.48.1"), _uri(ocsp_uri))))


def crl_points(*points):
    """CRLDistributionPoints; each point is a list of URIs or the DER of one directory name."""
    parts = []
    for point in points:
        names = der.implicit(4, point, True) if isinstance(point, bytes) else b"".join(map(_uri, point))
        parts.append(der.seq(der.implicit(0, der.implicit(0, names, True), True)))
    return extension("2.5.29.31", der.seq(*parts))


def private_key_period(start, end):
    """PrivateKeyUsagePeriod: withdrawn from RFC 5280, still in SIGOV-CA certificates."""
    return extension("2.5.29.16", der.seq(
        der.implicit(0, start.strftime("%Y%m%d%H%M%SZ").encode()),
        der.implicit(1, end.strftime("%Y%m%d%H%M%SZ").encode())))


def entrust_version():
    """Entrust's private extension, octet for octet as SIGOV-CA writes it: "V8.1", flags a8."""
    return extension("1.2.840.113533.7.65.0", der.seq(der.text("V8.1", der.GENERAL), der.bits(b"\xa8", 3)))


def card_number(digits):
    """Halcom's card number extension (SEIS 1.2.752.34.2.1)."""
    return extension("1.2.752.34.2.1", der.text(digits, der.PRINTABLE))


# --- QCStatements (RFC 3739 3.2.6, ETSI EN 319 412-5 section 4 and 5) --------------------------

QC_NATURAL, QC_LEGAL = "0.4.0.194121.1.1", "0.4.0.194121.1.2"
QC_ESIGN, QC_ESEAL, QC_WEB = "0.4.0.1862.1.6.1", "0.4.0.1862.1.6.2", "0.4.0.1862.1.6.3"


def qc_semantics(arc):
    """id-qcs-pkixQCSyntax-v2 with SemanticsInformation (EN 319 412-1 section 5.1)."""
    return der.seq(der.oid("1.3.6.1.5.5.7.11.2"), der.seq(der.oid(arc)))


def qc_compliance():
    return der.seq(der.oid("0.4.0.1862.1.1"))


def qc_sscd():
    return der.seq(der.oid("0.4.0.1862.1.4"))


def qc_pds(*locations):
    """PDS locations: (https URL as IA5String, language as PrintableString) pairs."""
    return der.seq(der.oid("0.4.0.1862.1.5"), der.seq(*(
        der.seq(der.text(url, der.IA5), der.text(language, der.PRINTABLE)) for url, language in locations)))


def qc_type(arc):
    return der.seq(der.oid("0.4.0.1862.1.6"), der.seq(der.oid(arc)))


def qc_statements(*statements):
    return extension("1.3.6.1.5.5.7.1.3", der.seq(*statements))


# --- certificate and CRL -----------------------------------------------------------------------

@dataclass(frozen=True)
class Validity:
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Signer:
    """Who signs: the issuer's name and key, and the hash."""
    dn: bytes
    key: object
    hash_name: str = "sha256"


def certificate(serial, subject, public, validity, extensions, signer):
    """A signed version 3 certificate. `public` is a SubjectPublicKeyInfo in DER."""
    tbs = der.seq(
        der.explicit(0, der.integer(2)), der.integer(serial), algorithm(signer.key, signer.hash_name),
        signer.dn, der.seq(der.time(validity.start), der.time(validity.end)), subject, public,
        der.explicit(3, der.seq(*extensions)))
    return signed(tbs, signer.key, signer.hash_name)


def crl(signer, number, validity, revoked, key_id):
    """A version 2 CRL. `revoked` holds (serial, time, reason code) triples."""
    entries = [
        der.seq(der.integer(serial), der.time(when), der.seq(extension("2.5.29.21", der.tlv(0x0A, bytes([reason])))))
        for serial, when, reason in sorted(revoked)]
    tbs = der.seq(
        der.integer(1), algorithm(signer.key, signer.hash_name), signer.dn,
        der.time(validity.start), der.time(validity.end), der.seq(*entries) if entries else b"",
        der.explicit(0, der.seq(authority_key_id(key_id), extension("2.5.29.20", der.integer(number)))))
    return signed(tbs, signer.key, signer.hash_name)
