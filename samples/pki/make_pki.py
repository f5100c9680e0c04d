#!/usr/bin/python3
"""Makes the throw-away development PKI of vashgate: make_pki.py OUT_DIR (see README.md).

Needs Debian's python3-cryptography and no network. A rerun does nothing while OUT_DIR/.done fits
these sources and the certificates are valid for two more days; aged CRLs alone are only re-signed.
"""

import argparse
import fcntl
import hashlib
import ipaddress
import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

try:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
    from cryptography.x509 import load_der_x509_certificate
except ImportError:
    sys.exit("make_pki: needs Debian's python3-cryptography (apt-get install it) and /usr/bin/python3")

sys.dont_write_bytecode = True      # leave no cache among the sources
import authorities as a
import crls
import profiles as p
import truststore
import x509der as x
from files import load_key, pem, pem_body, write, write_json, write_key

PASSWORD = "geslo"
SOURCES = ("authorities.py", "crls.py", "der.py", "files.py", "make_pki.py", "profiles.py", "truststore.py",
           "x509der.py")
FOLDERS = ("anchors", "intermediates", "bad-ca", "ca-keys", "ee", "crl", "crl-expired", "crl-forged", "server", "www")
MARGIN = timedelta(days=2)
SHORT_MARGIN = timedelta(minutes=30)  # kratek outlives a run of the tests
SERVER_NAMES = [x.alt_dns("localhost"), x.alt_dns("vashgate.test"),
                x.alt_ip(ipaddress.ip_address("127.0.0.1").packed), x.alt_ip(ipaddress.ip_address("::1").packed)]
SERVER_DAYS = (-1, 397)
# stem -> (CA stem, key, CN, purposes): certificates of our own programs, from two small CAs of their own
SERVERS = {
    "gateway": ("server-ca", "ec", "vashgate.test", (x.EKU_SERVER,)),
    "gateway-rsa": ("server-ca", "rsa2048", "vashgate.test", (x.EKU_SERVER,)),
    "backend": ("server-ca", "ec", "backend vashgate.test", (x.EKU_SERVER,)),
    "gateway-client": ("backend-client-ca", "ec", "vashgate gateway", (x.EKU_CLIENT,)),
}
SERVER_CAS = {
    "server-ca": "vashgate development server CA",
    "backend-client-ca": "vashgate development backend client CA",
}


@dataclass(frozen=True)
class Ca:
    """A CA as issued: its description, key, certificate and key identifier."""
    authority: a.Authority
    key: object
    cert: bytes
    key_id: bytes

    def signer(self, hash_name="sha256"):
        return x.Signer(self.authority.dn, self.key, hash_name)


# --- small things ------------------------------------------------------------------------------

def new_key(kind):
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def validity(now, days):
    return x.Validity(now + timedelta(days=days[0]), now + timedelta(days=days[1]))


def serial_for(provider, public):
    """A serial number in the provider's size, derived from the key: a new key never reuses one."""
    digest = hashlib.sha256(public).digest()
    if provider is a.HALCOM:                                # three octets
        return 0x100000 | int.from_bytes(digest[:3], "big") >> 1
    if provider is a.SI_TRUST:                              # 12 octets, four of them zero; top bit set
        return int.from_bytes(bytes([digest[0] | 0x80]) + digest[1:4] + bytes(4) + b"\x57" + digest[5:8], "big")
    return int.from_bytes(digest[:8], "big") >> 1


def source_hash():
    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update(Path(__file__).with_name(source).read_bytes())
    return digest.hexdigest()


# --- issuing -----------------------------------------------------------------------------------

def issue_cas(keys, urls, now):
    """All provider CAs, trusted and not, issuers before the issued."""
    issued = {}
    for authority in a.ALL.values():
        key = keys[authority.stem]
        key_id = issued[authority.imitates].key_id if authority.imitates else authority.provider.key_id(key)
        above = issued.get(authority.issuer)
        signer = above.signer() if above else x.Signer(authority.dn, key)
        extensions = a.ca_extensions(
            authority, key_id, above and above.authority, above.key_id if above else key_id, urls)
        public = x.spki(key)
        cert = x.certificate(serial_for(authority.provider, public), authority.dn, public,
                             validity(now, authority.days), extensions, signer)
        issued[authority.stem] = Ca(authority, key, cert, key_id)
    return issued


def reissued(ca, above, urls, now, count):
    """More certificates for the same CA name and key, each with a serial number of its own."""
    extensions = a.ca_extensions(ca.authority, ca.key_id, above.authority, above.key_id, urls)
    public = x.spki(ca.key)
    return [x.certificate(serial_for(a.HALCOM, public + bytes([n])), ca.authority.dn, public,
                          validity(now, ca.authority.days), extensions, above.signer()) for n in range(count)]


def chain_stems(leaf):
    """The stems of the chain file: given, or issuer by issuer without the self-signed one."""
    if leaf.chain:
        return leaf.chain
    stems, stem = [], leaf.issuer
    while stem and a.ALL[stem].issuer:
        stems.append(stem)
        stem = a.ALL[stem].issuer
    return stems


def issue_leaf(leaf, key, cas, urls, period):
    """The certificate of one end entity as DER."""
    ca = cas.get(leaf.issuer)
    authority = ca.authority if ca else a.ALL[p.PODJETJE.issuer]    # a self-signed one keeps the addresses
    key_id = authority.provider.key_id(key)
    signer = ca.signer(leaf.hash_name) if ca else x.Signer(leaf.subject, key)
    issue = p.Issue(key_id, ca.key_id if ca else key_id, authority, period, urls)
    public = x.spki(key)
    return x.certificate(serial_for(authority.provider, public), leaf.subject, public, period,
                         leaf.extensions(issue), signer)


def write_leaf(out, leaf, key, cert, chain):
    base = out / "ee" / leaf.name
    write(base.with_suffix(".crt"), pem(cert))
    write_key(base.with_suffix(".key"), key)
    write(out / "ee" / f"{leaf.name}.chain.pem", b"".join(map(pem, [cert, *chain])))
    store = pkcs12.serialize_key_and_certificates(
        leaf.name.encode(), key, load_der_x509_certificate(cert), [load_der_x509_certificate(c) for c in chain] or None,
        serialization.BestAvailableEncryption(PASSWORD.encode()))
    write(base.with_suffix(".p12"), store, 0o600)


def facts_of(cert):
    """What index.json says of any certificate."""
    parsed = load_der_x509_certificate(cert)
    return {
        "sha256": hashlib.sha256(cert).hexdigest(), "serial": f"{parsed.serial_number:x}",
        "not_before": parsed.not_valid_before.isoformat() + "Z", "not_after": parsed.not_valid_after.isoformat() + "Z"}


def leaf_entry(leaf, cert, chain_length):
    files = {"crt": ".crt", "key": ".key", "chain": ".chain.pem", "p12": ".p12"}
    return {
        "group": leaf.group, "expected": leaf.expected, "what": leaf.what, "copies": leaf.copies,
        "issuer": leaf.issuer, "organisation": leaf.organisation, "tax_number": leaf.tax_number,
        "tax_number_in_subject": list(leaf.tax_attributes), "chain_certificates": chain_length,
        **{kind: f"ee/{leaf.name}{suffix}" for kind, suffix in files.items()}, **facts_of(cert)}


# --- our own servers -----------------------------------------------------------------------------

def issue_servers(out, keys, now):
    """server/: two small CAs, the certificates of gateway and simulators, and Java's trust store."""
    entries, cas = {}, {}
    for stem, common_name in SERVER_CAS.items():
        key, dn = keys[stem], x.flat_name((x.O, "vashgate TEST"), (x.CN, common_name))
        key_id = x.key_id_20(key)
        cert = x.certificate(serial_for(None, x.spki(key)), dn, x.spki(key), validity(now, (-1, 3650)), [
            x.basic_constraints(True, 0, critical=True), x.key_usage(x.CERT_SIGN, x.CRL_SIGN),
            x.subject_key_id(key_id)], x.Signer(dn, key))
        cas[stem] = (cert, x.Signer(dn, key), key_id)
        write(out / "server" / f"{stem}.crt", pem(cert))
        write_key(out / "ca-keys" / f"{stem}.key", key)
        entries[stem] = {"crt": f"server/{stem}.crt", "key": f"ca-keys/{stem}.key", **facts_of(cert)}
    for stem, (ca_stem, kind, common_name, purposes) in SERVERS.items():
        key, (_, signer, ca_key_id) = keys[stem], cas[ca_stem]
        subject = x.flat_name((x.O, "vashgate TEST"), (x.CN, common_name))
        usage = (p.DS,) if kind == "ec" else (p.DS, p.KE)
        names = [x.alt_names(*SERVER_NAMES)] if x.EKU_SERVER in purposes else []
        cert = x.certificate(serial_for(None, x.spki(key)), subject, x.spki(key), validity(now, SERVER_DAYS), [
            x.basic_constraints(False, critical=True), x.key_usage(*usage), x.ext_key_usage(*purposes), *names,
            x.subject_key_id(x.key_id_20(key)), x.authority_key_id(ca_key_id)], signer)
        write(out / "server" / f"{stem}.crt", pem(cert))
        write_key(out / "server" / f"{stem}.key", key)
        entries[stem] = {"crt": f"server/{stem}.crt", "key": f"server/{stem}.key", "issuer": ca_stem, **facts_of(cert)}
    write(out / "truststore.p12", truststore.build([("server-ca", cas["server-ca"][0])], PASSWORD))
    return entries


# --- the whole and its repairs ---------------------------------------------------------------------

def make_keys():
    """Every key of the PKI, two at a time; the large ones first so that no core idles at the end."""
    wanted = {s: authority.key for s, authority in a.ALL.items()} | {leaf.name: leaf.key for leaf in p.LEAVES}
    wanted |= {s: "ec" for s in SERVER_CAS} | {s: kind for s, (_, kind, _, _) in SERVERS.items()}
    order = sorted(wanted, key=lambda stem: wanted[stem] != "rsa3072")
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return dict(zip(order, pool.map(lambda stem: new_key(wanted[stem]), order)))


def leaf_period(leaf, now, short_seconds):
    if leaf.name == "kratek":
        return x.Validity(now - timedelta(days=1), now + timedelta(seconds=short_seconds))
    return validity(now, leaf.days)


def create(out, args, now):
    """Everything anew."""
    for folder in FOLDERS:
        shutil.rmtree(out / folder, ignore_errors=True)
    (out / "ca-keys").mkdir(mode=0o700)
    urls, keys = a.Urls(args.url_base), make_keys()
    cas = issue_cas(keys, urls, now)
    index = {"generated": now.isoformat(), "url_base": args.url_base or "", "password": PASSWORD,
             "truststore": "truststore.p12", "revoked": [], "certificates": {}, "cas": {}}
    for stem, ca in cas.items():
        path = f"{ca.authority.folder}/{stem}.pem"
        write(out / path, pem(ca.cert))
        write_key(out / "ca-keys" / f"{stem}.key", ca.key)
        index["cas"][stem] = {
            "crt": path, "key": f"ca-keys/{stem}.key", "issuer": ca.authority.issuer, "what": ca.authority.what,
            "key_id": ca.key_id.hex(), "ocsp": urls(ca.authority.ocsp) if ca.authority.ocsp else None,
            **facts_of(ca.cert)}
    for leaf in p.LEAVES:
        cert = issue_leaf(leaf, keys[leaf.name], cas, urls, leaf_period(leaf, now, args.short_seconds))
        chain = [cas[stem].cert for stem in chain_stems(leaf)]
        if leaf.copies_of_issuer:
            above = cas[cas[leaf.issuer].authority.issuer]
            chain += reissued(cas[leaf.issuer], above, urls, now, leaf.copies_of_issuer)
        write_leaf(out, leaf, keys[leaf.name], cert, chain)
        index["certificates"][leaf.name] = leaf_entry(leaf, cert, len(chain) + 1)
    for name in p.REVOKED_LEAVES:
        revoke(index, index["certificates"][name], now - timedelta(hours=1))
    for stem in a.REVOKED:
        revoke(index, index["cas"][stem], now - timedelta(hours=1))
    index["server"] = issue_servers(out, keys, now)
    crls.write_issuer_documents(out, cas)
    crls.write_crls(out, index, keys, {stem: ca.key_id for stem, ca in cas.items()}, now)
    return index


def revoke(index, entry, when):
    if not any(r["issuer"] == entry["issuer"] and r["serial"] == entry["serial"] for r in index["revoked"]):
        index["revoked"].append(
            {"issuer": entry["issuer"], "serial": entry["serial"], "time": when.isoformat(), "reason": 1})


def refresh_crls(out, index, now):
    """Signs all CRLs anew with the kept CA keys."""
    needed = [authority.stem for authority in a.PUBLISHING] + [crls.FORGER]
    keys = {stem: load_key(out / index["cas"][stem]["key"]) for stem in needed}
    crls.write_crls(out, index, keys, {stem: bytes.fromhex(index["cas"][stem]["key_id"]) for stem in needed}, now)


def renew_short(out, index, now, seconds):
    """Issues `kratek` anew with a new key, so that a test can have one that expires in seconds."""
    leaf = next(leaf for leaf in p.LEAVES if leaf.name == "kratek")
    cas = {}
    for stem in [leaf.issuer, *chain_stems(leaf)]:
        entry = index["cas"][stem]
        cert = load_der_x509_certificate(pem_body(out / entry["crt"]))
        cas[stem] = Ca(a.ALL[stem], load_key(out / entry["key"]), cert.public_bytes(Encoding.DER),
                       bytes.fromhex(entry["key_id"]))
    key = new_key(leaf.key)
    cert = issue_leaf(leaf, key, cas, a.Urls(index["url_base"]), leaf_period(leaf, now, seconds))
    chain = [cas[stem].cert for stem in chain_stems(leaf)]
    write_leaf(out, leaf, key, cert, chain)
    index["certificates"][leaf.name] = leaf_entry(leaf, cert, len(chain) + 1)


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def good_until(index, now):
    """Until when index.json tells the truth: the next moment at which a verdict changes, kratek apart."""
    moments = []
    entries = [(name, e) for part in ("certificates", "cas", "server") for name, e in index[part].items()]
    for name, entry in entries:
        moments += [] if name == "kratek" else [moment(entry["not_before"]), moment(entry["not_after"])]
    return min(m for m in moments if m > now)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("out_dir", type=Path, metavar="OUT_DIR")
    parser.add_argument("--force", action="store_true", help="make everything anew")
    parser.add_argument("--short-seconds", type=int, default=3600, metavar="N", help="lifetime of ee/kratek (3600)")
    parser.add_argument("--renew-short", action="store_true", help="issue ee/kratek anew in an existing PKI")
    parser.add_argument("--revoke", action="append", default=[], metavar="NAME",
                        help="revoke ee/NAME and sign the CRLs anew")
    parser.add_argument("--refresh-crls", action="store_true", help="sign the CRLs of an existing PKI anew")
    parser.add_argument("--url-base", metavar="URL", help="prefix of every http address in the certificates, "
                        "for a simulator (http://127.0.0.1:9480); '' for the real hosts under .test, "
                        "which is the first run's default; later runs keep what they find")
    return parser.parse_args()


def usable(out, fingerprint, url_base, now):
    """The done mark of an earlier run, or None when it is missing, of other sources or base, or aged."""
    try:
        done = json.loads((out / ".done").read_text())
        fresh = datetime.fromisoformat(done["good_until"]) > now + MARGIN
        same = done["sources"] == fingerprint and url_base in (None, done["url_base"])
        return done if fresh and same else None
    except (OSError, ValueError, KeyError):
        return None


def update(out, args, now):
    """Brings OUT_DIR up to date; returns what was done, for the user."""
    fingerprint, marker = source_hash(), out / ".done"
    done = None if args.force else usable(out, fingerprint, args.url_base, now)
    steps = []
    if done is None:
        marker.unlink(missing_ok=True)
        index = create(out, args, now)
        steps.append(f"made {len(index['certificates'])} certificates")
    else:
        index = json.loads((out / "index.json").read_text())
        if args.renew_short or moment(index["certificates"]["kratek"]["not_after"]) <= now + SHORT_MARGIN:
            renew_short(out, index, now, args.short_seconds)
            steps.append(f"kratek now expires in {args.short_seconds} s")
    for name in args.revoke:
        revoke(index, index["certificates"][name], now)
    aged = done and datetime.fromisoformat(done["crl_until"]) <= now + MARGIN
    if args.revoke or args.refresh_crls or aged:
        refresh_crls(out, index, now)
        steps.append("signed the CRLs")
    if steps:
        crl_until = min(entry["next_update"] for entry in index["crls"].values())
        write_json(out / "index.json", index)
        write_json(marker, {"sources": fingerprint, "url_base": index["url_base"],
                            "good_until": good_until(index, now).isoformat(), "crl_until": crl_until})
    return ", ".join(steps) or "nothing to do"


def main():
    args = arguments()
    revocable = {leaf.name for leaf in p.LEAVES if leaf.issuer in {ca.stem for ca in a.PUBLISHING}}
    if unknown := set(args.revoke) - revocable:
        sys.exit(f"make_pki: cannot revoke {', '.join(sorted(unknown))}: no such certificate, or its issuer has no CRL")
    out, mark = args.out_dir, args.out_dir / ".vashgate-pki"
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()) and not mark.exists():
        sys.exit(f"make_pki: '{out}' is not empty and not a development PKI; choose another folder")
    with open(mark, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now = datetime.now(timezone.utc).replace(microsecond=0)
        print(f"make_pki: {update(out, args, now)}")


if __name__ == "__main__":
    main()
