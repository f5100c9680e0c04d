"""A PKCS #12 trust store that Java reads as one (RFC 7292).

Java takes a certificate of a PKCS #12 file as trusted only when its bag carries Oracle's attribute
trustedKeyUsage; neither Debian 12's openssl nor its python3-cryptography writes it. The store holds
public certificates, so nothing is encrypted; the password keys the integrity MAC.
"""

import hashlib
import hmac
import os

import der

DATA = "1.2.840.113549.1.7.1"
CERT_BAG, X509_CERTIFICATE = "1.2.840.113549.1.12.10.1.3", "1.2.840.113549.1.9.22.1"
FRIENDLY_NAME = "1.2.840.113549.1.9.20"
TRUSTED_KEY_USAGE, ANY_USAGE = "2.16.840.1.113894.746875.1.1", "2.5.29.37.0"
SHA256 = "2.16.840.1.101.3.4.2.1"
BLOCK, ITERATIONS = 64, 10000


def _mac_key(password, salt):
    """RFC 7292 appendix B.2 with ID 3 (MAC material) and SHA-256: one round gives all 32 octets."""
    secret = (password + "\0").encode("utf-16-be")
    stretch = [(part * BLOCK)[:-(-len(part) // BLOCK) * BLOCK] for part in (salt, secret)]
    value = hashlib.sha256(b"\x03" * BLOCK + b"".join(stretch)).digest()
    for _ in range(ITERATIONS - 1):
        value = hashlib.sha256(value).digest()
    return value


def _content(body):
    return der.seq(der.oid(DATA), der.explicit(0, der.octets(body)))


def _bag(alias, certificate):
    alias_value = der.tlv(0x1E, alias.encode("utf-16-be"))
    return der.seq(
        der.oid(CERT_BAG),
        der.explicit(0, der.seq(der.oid(X509_CERTIFICATE), der.explicit(0, der.octets(certificate)))),
        der.set_of(
            der.seq(der.oid(FRIENDLY_NAME), der.set_of(alias_value)),
            der.seq(der.oid(TRUSTED_KEY_USAGE), der.set_of(der.oid(ANY_USAGE)))))


def build(certificates, password):
    """The store as bytes, from (alias, certificate DER) pairs."""
    safe = der.seq(_content(der.seq(*(_bag(alias, value) for alias, value in certificates))))
    salt = os.urandom(20)
    digest = hmac.new(_mac_key(password, salt), safe, "sha256").digest()
    mac = der.seq(
        der.seq(der.seq(der.oid(SHA256), der.null()), der.octets(digest)), der.octets(salt), der.integer(ITERATIONS))
    return der.seq(der.integer(3), _content(safe), mac)
