"""CRLs, and the documents a provider serves over http (www/): fresh, expired and forged."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509 import load_der_x509_certificate

import authorities as a
import x509der as x
from files import pem, write

CRL_LIFE = timedelta(days=7)
FORGER, FORGED = "dvojnik_eseal_2", "halcom_po_eseal_2"


def sign_crl(ca_dn, key, key_id, revoked, start, end):
    return x.crl(x.Signer(ca_dn, key), int(start.timestamp()), x.Validity(start, end), revoked, key_id)


def write_crl(folder, stem, body):
    write(folder / f"{stem}.crl", body)
    write(folder / f"{stem}.pem", pem(body, "X509 CRL"))


def revoked_by(index, stem):
    return [(int(r["serial"], 16), datetime.fromisoformat(r["time"]), r["reason"])
            for r in index["revoked"] if r["issuer"] == stem]


def write_crls(out, index, keys, key_ids, now):
    """CRLs of every CA that publishes one, their expired copies, and one forged by the look-alike."""
    published = {}
    for authority in a.PUBLISHING:
        stem, revoked = authority.stem, revoked_by(index, authority.stem)
        fresh = sign_crl(authority.dn, keys[stem], key_ids[stem], revoked, now, now + CRL_LIFE)
        write_crl(out / "crl", stem, fresh)
        old = [(serial, now - timedelta(days=20), reason) for serial, _, reason in revoked]
        write_crl(out / "crl-expired", stem, sign_crl(
            authority.dn, keys[stem], key_ids[stem], old, now - timedelta(days=14), now - timedelta(days=7)))
        served = a.Urls.www_path(authority.crl)
        write(out / "www" / served, pem(fresh, "X509 CRL") if authority.provider.crl_pem else fresh)
        published[stem] = {
            "der": f"crl/{stem}.crl", "pem": f"crl/{stem}.pem", "served": f"www/{served}",
            "url": a.Urls(index["url_base"])(authority.crl), "next_update": (now + CRL_LIFE).isoformat(),
            "revoked": [f"{serial:x}" for serial, _, _ in revoked]}
    victim = int(index["certificates"]["podjetje"]["serial"], 16)
    write_crl(out / "crl-forged", FORGED, sign_crl(
        a.ALL[FORGED].dn, keys[FORGER], key_ids[FORGER], [(victim, now, 1)], now, now + CRL_LIFE))
    index["crls"] = published


def write_issuer_documents(out, cas):
    """The caIssuers documents under www/: a bare certificate, or SI-TRUST's .p7c bundle."""
    for authority in a.TRUSTED:
        cert, document = cas[authority.stem].cert, out / "www" / a.Urls.www_path(authority.ca_issuers)
        if document.suffix == ".p7c":
            bundle = [load_der_x509_certificate(c) for c in (cert, cas[authority.issuer].cert)]
            cert = pkcs7.serialize_certificates(bundle, Encoding.DER)
        write(document, cert)
