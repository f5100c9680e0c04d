"""Certificates, CRLs and OCSP responses made for one test, with everything about them to be changed; written with the DER
writer of samples/pki. Certificate and CRL builders would refuse or mend what must be wrong here."""
import dataclasses
import datetime
import hashlib
import os
import sys
import threading

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "samples", "pki"))
import der
import x509der as x

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)
HASHES = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha384": hashes.SHA384()}
SIGNATURES = {("ec", "sha1"): "1.2.840.10045.4.1", ("ec", "sha256"): "1.2.840.10045.4.3.2", ("ec", "sha384"): "1.2.840.10045.4.3.3",
              ("rsa", "sha1"): "1.2.840.113549.1.1.5", ("rsa", "sha256"): "1.2.840.113549.1.1.11", ("rsa", "sha384"): "1.2.840.113549.1.1.12"}
CURVES = {"P-192": ec.SECP192R1(), "P-224": ec.SECP224R1(), "P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
QUALIFIED = (x.qc_compliance(), x.qc_type(x.QC_ESEAL), x.qc_sscd())
GOOD, REVOKED, UNKNOWN = der.implicit(0, b""), "revoked", der.implicit(2, b"")
_keys, _keys_lock = {}, threading.Lock()


def key(name, kind="P-256"):
    """The key of that name; made once, whichever thread asks."""
    with _keys_lock:
        if (name, kind) not in _keys:
            _keys[name, kind] = ec.generate_private_key(CURVES[kind]) if kind in CURVES else rsa.generate_private_key(65537, int(kind.removeprefix("RSA-")))
        return _keys[name, kind]


def sign(tbs_parts, signer, hash_name="sha256", break_it=False):
    """SEQUENCE of the parts, signed; `tbs_parts` is called with the signature algorithm, which stands within too."""
    is_ec = isinstance(signer, ec.EllipticCurvePrivateKey)
    arc = SIGNATURES["ec" if is_ec else "rsa", hash_name]
    algorithm = der.seq(der.oid(arc)) if is_ec else der.seq(der.oid(arc), der.null())
    tbs = tbs_parts(algorithm)
    value = signer.sign(tbs, ec.ECDSA(HASHES[hash_name])) if is_ec else signer.sign(tbs, padding.PKCS1v15(), HASHES[hash_name])
    if break_it:
        value = value[:-1] + bytes([value[-1] ^ 1])
    return tbs, algorithm, der.bits(value)


def name(common, *more):
    return x.flat_name((x.C, "SI"), (x.O, "Preizkus"), *more, (x.CN, common))


def key_id(public_key):
    return hashlib.sha1(x.spki(public_key)).digest()


@dataclasses.dataclass
class Certificate:
    """What is issued; `replace(kind)` in `extensions` changes one of the usual ones."""
    common: str
    issuer: "Certificate" = None                    # None: itself
    kind: str = "P-256"                             # of its key
    days: tuple = (-10, 300)
    hash_name: str = "sha256"
    extensions: tuple = ()
    serial: int = 0
    subject: bytes = b""
    issuer_name: bytes = b""                        # if it is to be another than the issuer's
    signing_key: object = None                      # the same
    broken: bool = False
    version: int = 3
    public: bytes = b""
    key_name: str = ""
    times: tuple = ()

    def __post_init__(self):
        self.key = key(self.key_name or self.common, self.kind)
        self.subject = self.subject or name(self.common)
        self.serial = self.serial or int.from_bytes(hashlib.sha256(self.common.encode()).digest()[:8], "big") >> 1 | 1
        above = self.issuer or self
        start, end = self.times or (NOW + DAY * self.days[0], NOW + DAY * self.days[1])

        def tbs(algorithm):
            return der.seq(der.explicit(0, der.integer(2)) if self.version == 3 else b"", der.integer(self.serial), algorithm,
                           self.issuer_name or above.subject, der.seq(der.time(start), der.time(end)), self.subject,
                           self.public or x.spki(self.key), der.explicit(3, der.seq(*self.extensions)) if self.version == 3 else b"")
        self.der = der.seq(*sign(tbs, self.signing_key or above.key, self.hash_name, self.broken))

    def private_pem(self):
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


URLS = (x.authority_info("http://ca.test/ca.cer", "http://ocsp.test"), x.crl_points(["http://ca.test/ca.crl"]))


def ca_extensions(public, issuer_key, usage=(x.CERT_SIGN, x.CRL_SIGN), basic=None, more=(), sources=URLS):
    basic = x.basic_constraints(True, None, True) if basic is None else basic
    usages = (x.key_usage(*usage),) if usage else ()
    return (basic, *usages, x.subject_key_id(key_id(public)), x.authority_key_id(key_id(issuer_key)), *sources, *more)


def authority(common, issuer=None, usage=(x.CERT_SIGN, x.CRL_SIGN), basic=None, more=(), sources=URLS, kind="P-256", **rest):
    own = key(rest.get("key_name") or common, kind)
    above = issuer.key if issuer else own
    return Certificate(common, issuer, kind, extensions=ca_extensions(own, above, usage, basic, more, sources), **rest)


def leaf_extensions(common, kind, issuer, usage=(x.DIGITAL_SIGNATURE, x.NON_REPUDIATION), eku=(), qc=QUALIFIED, more=(), points=(["http://ca.test/ca.crl"],),
                    key_name="", aki=True):
    parts = [x.subject_key_id(key_id(key(key_name or common, kind)))]
    parts += [x.authority_key_id(key_id(issuer.key))] if aki else []
    parts += [x.key_usage(*usage)] if usage else []
    parts += [x.ext_key_usage(*eku)] if eku else []
    parts += [x.qc_statements(*qc)] if qc else []
    parts += [x.crl_points(*points)] if points else []
    return (*parts, *more)


def leaf(common, issuer, kind="P-256", usage=(x.DIGITAL_SIGNATURE, x.NON_REPUDIATION), eku=(), qc=QUALIFIED, more=(), points=(["http://ca.test/ca.crl"],),
         aki=True, **rest):
    return Certificate(common, issuer, kind,
                       extensions=leaf_extensions(common, kind, issuer, usage, eku, qc, more, points, rest.get("key_name", ""), aki), **rest)


# ---- CRLs ----

def crl(issuer, revoked=(), days=(-1, 6), more=(), broken=False, signing_key=None, issuer_name=b"", hash_name="sha256", number=1, next_update=True):
    """`revoked`: certificates, or (certificate, reason)."""
    entries = [item if isinstance(item, tuple) else (item, 1) for item in revoked]
    rows = [der.seq(der.integer(c.serial), der.time(NOW - DAY), der.seq(x.extension("2.5.29.21", der.tlv(0x0A, bytes([reason]))))) for c, reason in entries]

    def tbs(algorithm):
        return der.seq(der.integer(1), algorithm, issuer_name or issuer.subject, der.time(NOW + DAY * days[0]),
                       der.time(NOW + DAY * days[1]) if next_update else b"", der.seq(*rows) if rows else b"",
                       der.explicit(0, der.seq(x.authority_key_id(key_id(issuer.key)), x.extension("2.5.29.20", der.integer(number)), *more)))
    return der.seq(*sign(tbs, signing_key or issuer.key, hash_name, broken))


def issuing_point(*parts):
    """IssuingDistributionPoint (RFC 5280 5.2.5), critical."""
    return x.extension("2.5.29.28", der.seq(*parts), True)


def full_name(uri):
    return der.implicit(0, der.implicit(0, der.implicit(6, uri.encode()), True), True)


# ---- OCSP ----

def cert_id(certificate, issuer, hash_name="sha1", serial=None, name_hash=None, key_hash=None):
    digest = getattr(hashlib, hash_name)
    arc = {"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1"}[hash_name]
    bits = issuer.key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return der.seq(der.seq(der.oid(arc), der.null()), der.octets(name_hash or digest(issuer.subject).digest()), der.octets(key_hash or digest(bits).digest()),
                   der.integer(certificate.serial if serial is None else serial))


def moment(days):
    return der.generalized_time(NOW + DAY * days)


def single(identifier, status=GOOD, this_update=-0.1, next_update=1, more=b""):
    if status == REVOKED:
        status = der.implicit(1, moment(-1) + der.explicit(0, der.tlv(0x0A, b"\x01")), True)
    return der.seq(identifier, status, moment(this_update), der.explicit(0, moment(next_update)) if next_update is not None else b"",
                   more)


def ocsp(singles, responder, signing_key=None, by_name=False, certs=(), broken=False, hash_name="sha256", status=0, more=b"", responder_id=None):
    if status:
        return der.seq(der.tlv(0x0A, bytes([status])))
    bits = responder.key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    who = responder_id or (der.explicit(1, responder.subject) if by_name else der.explicit(2, der.octets(hashlib.sha1(bits).digest())))

    def tbs(algorithm):
        return der.seq(who, moment(0), der.seq(*singles), more)
    tbs_der, algorithm, signature = sign(tbs, signing_key or responder.key, hash_name, broken)
    basic = der.seq(tbs_der, algorithm, signature, der.explicit(0, der.seq(*(c.der for c in certs))) if certs else b"")
    return der.seq(der.tlv(0x0A, b"\x00"), der.explicit(0, der.seq(der.oid("1.3.6.1.5.5.7.48.1.1"), der.octets(basic))))
