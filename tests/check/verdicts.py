"""The table of verdicts: certificates, chains, CRLs and OCSP responses, each wrong in one way, with the code that must come out. Written from
RFC 5280, RFC 6960, RFC 3161 and ETSI EN 319 412-5; nothing here asks OpenSSL."""
import dataclasses
import datetime

import authority as a
import der
import x509der as x
from authority import DAY, GOOD, NOW, QUALIFIED, REVOKED, UNKNOWN, cert_id, crl, full_name, issuing_point, leaf, ocsp, single

ROOT = a.authority("Koren")
SUB = a.authority("Izdajatelj", ROOT)
OTHER_ROOT = a.authority("Tuji koren")
FRESH = (crl(ROOT), crl(SUB))


@dataclasses.dataclass
class Case:
    name: str
    code: str
    leaf: object
    chain: tuple = (SUB,)                   # what the peer sends behind its leaf
    roots: tuple = (ROOT,)
    intermediates: tuple = ()
    crls: tuple = FRESH
    ocsp: tuple = ()
    rule: str = "hard"
    purpose: str = "call"
    at: object = None
    live: bool = True                       # can be shown to the gateway: a call, now, with CRLs alone


CASES = []


def case(name, code, certificate, **more):
    more.setdefault("live", not more.get("ocsp") and more.get("purpose", "call") == "call" and not more.get("at"))
    CASES.append(Case(name, code, certificate, **more))


def under(sub, common="Imetnik", **more):
    """A good leaf of that authority, with CRLs of the whole path."""
    return leaf(common, sub, **more)


def path(sub, *above):
    return tuple(crl(c) for c in (ROOT, *above, sub))


# ---- controls ----
GOOD_LEAF = leaf("Imetnik", SUB)
case("a good certificate", "accepted", GOOD_LEAF)
case("a good certificate straight under the anchor", "accepted", leaf("Neposredni", ROOT), chain=())
case("its issuer is known here, the peer sends the leaf alone", "accepted", GOOD_LEAF, chain=(), intermediates=(SUB,))
case("the peer sends the anchor too", "accepted", GOOD_LEAF, chain=(SUB, ROOT))
case("the issuer itself is the anchor", "accepted", GOOD_LEAF, chain=(), roots=(SUB,))
case("certificates that belong to nothing stand between", "accepted", GOOD_LEAF, chain=(OTHER_ROOT, SUB))

# ---- validity ----
case("the leaf has expired", "expired", leaf("Potekel", SUB, days=(-30, -1)))
case("the leaf is not valid yet", "not_yet_valid", leaf("Prihodnji", SUB, days=(1, 30)))
EDGE = leaf("Rob", SUB, times=(NOW - DAY, NOW + DAY))
for when, seconds, code in (("in the first second", -86400, "accepted"), ("a second before the first", -86401, "not_yet_valid"),
                            ("in the last second", 86400 - 1, "accepted"), ("a second behind the last", 86401, "expired")):
    case(f"the leaf is used {when}", code, EDGE, at=NOW + datetime.timedelta(seconds=seconds), crls=(crl(ROOT, days=(-9, 9)), crl(SUB, days=(-9, 9))))
for what, days, code in (("expired", (-30, -1), "expired"), ("not valid yet", (1, 30), "not_yet_valid")):
    sub = a.authority("Izdajatelj " + what, ROOT, days=days)
    case(f"the issuer is {what}", code, under(sub), chain=(sub,), crls=path(sub))
    root = a.authority("Koren " + what, days=days)
    sub = a.authority("Pod korenom " + what, root)
    case(f"the anchor is {what}", code, under(sub), chain=(sub,), roots=(root,), crls=(crl(root), crl(sub)))

# ---- who issued it ----
case("the leaf is signed by itself", "self_signed", a.Certificate("Sam", extensions=a.leaf_extensions("Sam", "P-256", SUB, aki=False)), chain=())
case("the anchor is not among ours", "unknown_issuer", GOOD_LEAF, roots=(OTHER_ROOT,))
case("the issuer is missing", "unknown_issuer", GOOD_LEAF, chain=())
case("the issuer's name differs", "unknown_issuer", leaf("Drugo ime", SUB, issuer_name=a.name("Nihče")))
TWIN = a.authority("Dvojnik", ROOT, subject=SUB.subject, key_name="dvojnik")
case("issued by a twin of the issuer's name, with the twin's key identifier", "unknown_issuer", leaf("Dvojnikov", TWIN))
case("issued by a twin of the issuer's name, without a key identifier", "signature", leaf("Dvojnikov", TWIN, aki=False))
case("issued by a twin that no anchor has certified", "unknown_issuer", leaf("Dvojnikov", TWIN),
     chain=(a.authority("Dvojnik", OTHER_ROOT, subject=SUB.subject, key_name="dvojnik"),))
case("the leaf's signature is broken", "signature", leaf("Zlomljen", SUB, broken=True))
BROKEN_SUB = a.authority("Zlomljeni", ROOT, broken=True)
case("the issuer's signature is broken", "signature", under(BROKEN_SUB), chain=(BROKEN_SUB,), crls=path(BROKEN_SUB))
case("another key has signed the leaf", "signature", leaf("Ponarejen", SUB, signing_key=a.key("ponarejevalec")))

# ---- may the issuer issue? ----
for what, more in (("has no basicConstraints", dict(basic=b"")), ("is no authority (cA FALSE)", dict(basic=x.basic_constraints(False))),
                   ("may not sign certificates (keyUsage)", dict(usage=(x.CRL_SIGN,)))):
    sub = a.authority("Brez pravice " + what, ROOT, **more)
    case(f"the issuer {what}", "not_a_ca", under(sub), chain=(sub,), crls=path(sub))
case("a leaf has issued it", "not_a_ca", leaf("Podlist", GOOD_LEAF), chain=(GOOD_LEAF, SUB))
case("the issuer's basicConstraints are not critical", "accepted", under(sub := a.authority("Nekritični", ROOT, basic=x.basic_constraints(True))), chain=(sub,), crls=path(sub))
case("the issuer has no keyUsage", "accepted", under(sub := a.authority("Brez KU", ROOT, usage=())), chain=(sub,), crls=path(sub))
for what, extra, code in (("for servers", (x.EKU_SERVER,), "key_usage"), ("for clients", (x.EKU_CLIENT,), "accepted")):
    sub = a.authority("Izdajatelj " + what, ROOT, more=(x.ext_key_usage(*extra),))
    case(f"the issuer issues {what} only", code, under(sub), chain=(sub,), crls=path(sub))

# ---- path length ----
def tower(length, limit, at):
    """Authorities under each other; the one at position `at` (0 = anchor) limits the path."""
    subs = []
    top = a.authority("Stolp 0", basic=x.basic_constraints(True, limit, True)) if at == 0 else ROOT
    for i in range(1, length + 1):
        basic = x.basic_constraints(True, limit, True) if at == i else None
        subs.append(a.authority(f"Stolp {length}.{limit}.{at}.{i}", subs[-1] if subs else top, basic=basic))
    return top, subs


for length, limit, at, code in ((1, 0, 0, "path_length"), (1, 1, 0, "accepted"), (2, 1, 0, "path_length"), (2, 0, 1, "path_length"), (2, 1, 1, "accepted"),
                                (3, 1, 1, "path_length"), (3, 0, 3, "accepted")):
    top, subs = tower(length, limit, at)
    case(f"{length} authorities, pathLen {limit} at the {at}.", code, under(subs[-1]), chain=tuple(reversed(subs)), roots=(top,),
         crls=tuple(crl(c) for c in (top, *subs)))
top, subs = tower(7, 9, 1)
case("a chain of 7 authorities", "accepted", under(subs[-1]), chain=tuple(reversed(subs)), crls=tuple(crl(c) for c in (top, *subs)))
top, subs = tower(8, 9, 1)
case("a chain of 8 authorities", "bounds", under(subs[-1]), chain=tuple(reversed(subs)), crls=tuple(crl(c) for c in (top, *subs)))

# ---- name constraints ----
def constrained(common, permitted=(), excluded=()):
    def trees(number, bases):
        return der.implicit(number, b"".join(der.seq(b) for b in bases), True) if bases else b""
    return a.authority(common, ROOT, more=(x.extension("2.5.29.30", der.seq(trees(0, permitted), trees(1, excluded)), True),))


OURS, THEIRS = der.explicit(4, x.flat_name((x.C, "SI"), (x.O, "Preizkus"))), der.explicit(4, x.flat_name((x.C, "SI"), (x.O, "Drugi")))
MAIL, OTHER_MAIL = der.implicit(1, b"sodisce.test"), der.implicit(1, b"drugje.test")
ADDRESS = x.alt_names(x.alt_email("a@sodisce.test"))
for what, sub, more, code in (
        ("a permitted name", constrained("Dovoljuje", permitted=(OURS,)), {}, "accepted"),
        ("a name that is not among the permitted", constrained("Dovoljuje druge", permitted=(THEIRS,)), {}, "name_constraints"),
        ("an excluded name", constrained("Izključuje", excluded=(OURS,)), {}, "name_constraints"),
        ("a name beside the excluded", constrained("Izključuje druge", excluded=(THEIRS,)), {}, "accepted"),
        ("a permitted address", constrained("Dovoljuje naslov", permitted=(MAIL,)), dict(more=(ADDRESS,)), "accepted"),
        ("an address that is not among the permitted", constrained("Dovoljuje drug naslov", permitted=(OTHER_MAIL,)), dict(more=(ADDRESS,)), "name_constraints"),
        ("an excluded address", constrained("Izključuje naslov", excluded=(MAIL,)), dict(more=(ADDRESS,)), "name_constraints")):
    case(f"the issuer is constrained: {what}", code, under(sub, **more), chain=(sub,), crls=path(sub))

# ---- policies ----
MUST = x.extension("2.5.29.36", der.seq(der.implicit(0, b"\x00")), True)
POLICY, OTHER_POLICY, ANY = (x.policies((arc, None)) for arc in ("1.2.3.4", "1.2.3.5", "2.5.29.32.0"))
NO_ANY = x.extension("2.5.29.54", der.integer(0), True)
for what, of_sub, of_leaf, code in (
        ("both name it", (MUST, POLICY), (POLICY,), "accepted"), ("the leaf names none", (MUST, POLICY), (), "policy"),
        ("the leaf names another", (MUST, POLICY), (OTHER_POLICY,), "policy"), ("the issuer names none", (MUST,), (POLICY,), "policy"),
        ("the issuer names any", (MUST, ANY), (POLICY,), "accepted"), ("the leaf names any", (MUST, POLICY), (ANY,), "accepted"),
        ("the leaf names any, which is inhibited", (MUST, NO_ANY, POLICY), (ANY,), "policy")):
    sub = a.authority("Politika " + what, ROOT, more=of_sub)
    case(f"a policy is demanded: {what}", code, under(sub, more=of_leaf), chain=(sub,), crls=path(sub))
case("nothing is demanded: other policies pass", "accepted", leaf("Politik", SUB, more=(OTHER_POLICY,)))

# ---- extensions ----
STRANGE, HARMLESS = x.extension("1.2.3.4.5", der.null(), True), x.extension("1.2.3.4.5", der.null())
case("a critical extension of the leaf is unknown", "extension", leaf("Čuden", SUB, more=(STRANGE,)))
case("an unknown extension of the leaf is not critical", "accepted", leaf("Čuden", SUB, more=(HARMLESS,)))
sub = a.authority("Čuden", ROOT, more=(STRANGE,))
case("a critical extension of the issuer is unknown", "extension", under(sub), chain=(sub,), crls=path(sub))
for what, more in (("damaged", (x.extension("2.5.29.17", b"\x05\x00"),)), ("there twice", (x.alt_names(x.alt_email("a@b.test")),) * 2)):
    sub = a.authority("Poškodovan " + what, ROOT, more=more)
    case(f"an extension of the issuer is {what}", "extension", under(sub), chain=(sub,), crls=path(sub))
    sub, other = a.authority("Poškodovan drugi " + what, ROOT, more=more), a.authority("Cel " + what, ROOT)
    case(f"an extension of an authority that has nothing to do with it is {what}", "unknown_issuer", under(other), chain=(sub,), crls=path(other))
case("private extensions of SIGOV-CA and Halcom", "accepted", leaf("Zasebni", SUB, more=(x.entrust_version(), x.card_number("123"))))

# ---- strength ----
for kind, code in (("RSA-1024", "weak"), ("RSA-2048", "accepted"), ("RSA-3072", "accepted"), ("P-192", "weak"), ("P-224", "accepted"), ("P-384", "accepted"),
                   ("P-521", "accepted")):
    case(f"the leaf's key is {kind}", code, leaf("Ključ " + kind, SUB, kind), live=kind not in ("P-192", "P-224"))
for kind, code in (("RSA-1024", "weak"), ("RSA-2048", "accepted"), ("P-192", "weak"), ("P-384", "accepted")):
    sub = a.authority("Izdajatelj " + kind, ROOT, kind=kind)
    case(f"the issuer's key is {kind}", code, under(sub), chain=(sub,), crls=path(sub))
    root = a.authority("Koren " + kind, kind=kind)
    sub = a.authority("Pod " + kind, root)
    case(f"the anchor's key is {kind}", code, under(sub), chain=(sub,), roots=(root,), crls=(crl(root), crl(sub)))
MODULUS = a.key("modul", "RSA-2048").public_key().public_numbers().n
for exponent, code in ((1, "weak"), (2, "weak"), (3, "accepted")):
    public = der.seq(der.seq(der.oid("1.2.840.113549.1.1.1"), der.null()), der.bits(der.seq(der.integer(MODULUS), der.integer(exponent))))
    case(f"the leaf's RSA exponent is {exponent}", code, leaf(f"e{exponent}", SUB, public=public), live=False)
case("the leaf is signed with SHA-1", "weak", leaf("SHA-1", SUB, hash_name="sha1"))
case("the leaf is signed with SHA-384", "accepted", leaf("SHA-384", SUB, hash_name="sha384"))
sub = a.authority("Izdajatelj SHA-1", ROOT, hash_name="sha1")
case("the issuer is signed with SHA-1", "weak", under(sub), chain=(sub,), crls=path(sub))
root = a.authority("Koren SHA-1", hash_name="sha1")
sub = a.authority("Pod korenom SHA-1", root)
case("the anchor has signed itself with SHA-1, which proves nothing either way", "accepted", under(sub), chain=(sub,), roots=(root,), crls=(crl(root), crl(sub)))
OLD = datetime.datetime(2012, 6, 1, tzinfo=datetime.timezone.utc)
old = leaf("Star", SUB, "RSA-1024", hash_name="sha1", times=(OLD - DAY, OLD + DAY * 900))
OLD_ROOT = a.authority("Stari koren", kind="RSA-1024", hash_name="sha1", times=(OLD - DAY, OLD + DAY * 9000))
old = leaf("Star", OLD_ROOT, "RSA-1024", hash_name="sha1", times=(OLD, OLD + DAY * 900))
for year, code in ((2013, "accepted"), (2014, "weak")):
    case(f"RSA-1024 and SHA-1 in {year}", code, old, chain=(), roots=(OLD_ROOT,), crls=(), rule="off",
         at=datetime.datetime(year, 2, 1, tzinfo=datetime.timezone.utc))
LARGE = der.seq(der.seq(der.oid("1.2.840.113549.1.1.1"), der.null()), der.bits(der.seq(der.integer((1 << 8200) | 1), der.integer(65537))))
case("the leaf's key has 8201 bits", "bounds", leaf("Velikan", SUB, public=LARGE), live=False)

# ---- for what ----
for usage, code in (((), "accepted"), ((x.DIGITAL_SIGNATURE,), "accepted"), ((x.NON_REPUDIATION,), "key_usage"), ((x.KEY_ENCIPHERMENT,), "key_usage"), ((4,), "key_usage"),
                    ((x.DIGITAL_SIGNATURE, x.KEY_ENCIPHERMENT), "accepted")):
    case(f"keyUsage {usage}", code, leaf(f"KU {usage}", SUB, usage=usage))
MAIL_EKU, STAMP_EKU, ANY_EKU = "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.8", "2.5.29.37.0"
for what, eku, code in (("clientAuth", (x.EKU_CLIENT,), "accepted"), ("any", (ANY_EKU,), "accepted"), ("serverAuth", (x.EKU_SERVER,), "key_usage"),
                        ("both", (x.EKU_SERVER, x.EKU_CLIENT), "accepted"), ("emailProtection", (MAIL_EKU,), "key_usage"), ("timeStamping", (STAMP_EKU,), "key_usage")):
    case(f"extKeyUsage {what}", code, leaf(f"EKU {what}", SUB, eku=eku))
STAMP = x.extension("2.5.29.37", der.seq(der.oid(STAMP_EKU)), True)
for what, more, code in (("alone and critical", dict(more=(STAMP,)), "accepted"), ("not critical", dict(eku=(STAMP_EKU,)), "key_usage"), ("none", {}, "key_usage"),
                         ("with another", dict(more=(x.extension("2.5.29.37", der.seq(der.oid(STAMP_EKU), der.oid(x.EKU_CLIENT)), True),)), "key_usage")):
    case(f"time stamping: extKeyUsage {what}", code, leaf(f"TSA {what}", SUB, qc=(), **more), purpose="tsa")
ESIGN, ESEAL = (x.qc_compliance(), x.qc_type(x.QC_ESIGN)), (x.qc_compliance(), x.qc_type(x.QC_ESEAL))
for what, more, code in (("qualified for signature", dict(qc=ESIGN), "accepted"), ("without a type", dict(qc=(x.qc_compliance(),)), "accepted"),
                         ("qualified for seals", dict(qc=ESEAL), "not_qualified"), ("not qualified", dict(qc=()), "not_qualified"),
                         ("for key encipherment", dict(qc=ESIGN, usage=(x.KEY_ENCIPHERMENT,)), "key_usage"), ("nonRepudiation alone", dict(qc=ESIGN, usage=(x.NON_REPUDIATION,)), "accepted")):
    case(f"signing: {what}", code, leaf(f"Podpisnik {what}", SUB, **more), purpose="sign")
case("a path alone needs neither purpose nor qualification", "accepted", leaf("Pot", SUB, "RSA-1024", usage=(4,), qc=()), purpose="path")

# ---- qualified ----
for what, qc, code in (("no statements", (), "not_qualified"), ("a type alone", (x.qc_type(x.QC_ESEAL),), "not_qualified"), ("compliance alone", (x.qc_compliance(),), "accepted"),
                       ("for signature", ESIGN, "accepted"), ("for seals", ESEAL, "accepted"), ("for web authentication", (x.qc_compliance(), x.qc_type(x.QC_WEB)), "accepted"),
                       ("of another type", (x.qc_compliance(), x.qc_type("0.4.0.1862.1.6.9")), "not_qualified"), ("a device alone", (x.qc_sscd(),), "not_qualified")):
    case(f"QCStatements: {what}", code, leaf(f"QC {what}", SUB, qc=qc))
case("QCStatements are damaged", "malformed", leaf("QC zlomljen", SUB, qc=(), more=(x.extension("1.3.6.1.5.5.7.1.3", b"\x30\x05\x30\x00"),)))


def stated(arc, *info):
    return der.seq(der.oid(arc), *info)


CURRENCY, PRINTABLE, IA5 = b"EUR", 0x13, 0x16
TWICE = x.qc_statements(*QUALIFIED)
DAMAGE = b"\x05\x00"
OWN = ("policies", "policies, empty", "AIA", "EKU, empty", "QCStatements", "an unknown one")  # the rest a client of OpenSSL does not even send
for what, more in (("QCStatements", (TWICE,)), ("policies", (POLICY, POLICY)), ("an unknown one", (HARMLESS, HARMLESS)), ("keyUsage", (x.key_usage(x.DIGITAL_SIGNATURE),))):
    case(f"an extension stands twice: {what}", "malformed", leaf(f"Dvakrat {what}", SUB, more=more), live=what in OWN)
for what, arc, body in (("policies", "2.5.29.32", DAMAGE), ("policies, empty", "2.5.29.32", der.seq()), ("AIA", "1.3.6.1.5.5.7.1.1", DAMAGE), ("subjectAltName", "2.5.29.17", DAMAGE),
                        ("CRLDP", "2.5.29.31", DAMAGE), ("CRLDP of reasons alone", "2.5.29.31", der.seq(der.seq(der.implicit(1, b"\x06\x40")))), ("EKU, empty", "2.5.29.37", der.seq()),
                        ("keyUsage", "2.5.29.15", DAMAGE), ("keyUsage, empty", "2.5.29.15", b"\x03\x01\x00"), ("basicConstraints", "2.5.29.19", DAMAGE)):
    usage = () if arc == "2.5.29.15" else (x.DIGITAL_SIGNATURE,)
    for purpose in ("call", "path"):
        case(f"a damaged extension: {what}, for a {purpose}", "malformed", leaf(f"Zlomljen {what}", SUB, points=(), usage=usage, more=(x.extension(arc, body),)), purpose=purpose,
             live=what in OWN and purpose == "call")
PDS, LIMIT, EUR = "0.4.0.1862.1.5", "0.4.0.1862.1.2", der.tlv(PRINTABLE, CURRENCY)
for what, statement, code in (
        ("a location of QcPDS", stated(PDS, der.seq(der.seq(der.tlv(IA5, b"https://a.test"), der.tlv(PRINTABLE, b"sl")))), "accepted"),
        ("a location of QcPDS without a language", stated(PDS, der.seq(der.seq(der.tlv(IA5, b"https://a.test")))), "malformed"),
        ("a limit", stated(LIMIT, der.seq(EUR, der.integer(5), der.integer(3))), "accepted"),
        ("a limit without exponent", stated(LIMIT, der.seq(EUR, der.integer(5))), "malformed"),
        ("a second QcType", x.qc_type(x.QC_ESEAL), "malformed"), ("a second QcType, the same", x.qc_type(x.QC_ESIGN), "malformed")):
    case(f"QCStatements with {what}", code, leaf(f"Izjava {what}", SUB, qc=(*ESIGN, statement)))
for what, countries, code in (("of the EU", ("EU",), "accepted"), ("of the EU and another", ("CH", "EU"), "accepted"), ("of the US", ("US",), "not_qualified"),
                              ("of one member alone", ("SI",), "not_qualified"), ("of nobody", (), "malformed"), ("of a word", ("EUR",), "malformed")):
    law = stated("0.4.0.1862.1.7", der.seq(*(der.tlv(PRINTABLE, c.encode()) for c in countries)))
    case(f"QCStatements with the law {what}", code, leaf(f"Zakon {what}", SUB, qc=(*ESIGN, law)))
case("QCStatements of no type at all", "not_qualified", leaf("Izjava brez", SUB, qc=(x.qc_compliance(), stated("0.4.0.1862.1.6", der.seq()))))
case("the file is no certificate", "malformed", None, live=False)
case("the file is cut off", "malformed", "cut", live=False)

# ---- several certificates of one authority ----
SECOND_ROOT = a.authority("Drugi koren")
CROSS = a.authority("Izdajatelj", SECOND_ROOT, subject=SUB.subject, key_name="Izdajatelj")
EXPIRED_TWIN = a.authority("Izdajatelj", ROOT, subject=SUB.subject, key_name="Izdajatelj", days=(-30, -1), serial=77)
NARROW_TWIN = a.authority("Izdajatelj", ROOT, subject=SUB.subject, key_name="Izdajatelj", serial=78, more=(x.extension("2.5.29.30", der.seq(der.implicit(0, der.seq(der.explicit(
    4, a.name("Drugje"))), True)), True),))
for what, twin in (("a cross certificate of another root", CROSS), ("one that has expired", EXPIRED_TWIN), ("one with constraints that exclude the leaf", NARROW_TWIN)):
    case(f"{what} is sent before the issuer's certificate", "accepted", GOOD_LEAF, chain=(twin, SUB))
    case(f"{what} is sent behind the issuer's certificate", "accepted", GOOD_LEAF, chain=(SUB, twin))
case("a cross certificate of another root alone is sent", "unknown_issuer", GOOD_LEAF, chain=(CROSS,))

# ---- CRLs ----
def listed(name, code, *lists, **more):
    case("CRL: " + name, code, more.pop("leaf", GOOD_LEAF), crls=tuple(lists), **more)


FROM_ROOT = crl(ROOT)
for reason in (0, 1, 2, 3, 4, 5, 6, 9, 10):
    listed(f"revoked, reason {reason}", "revoked", FROM_ROOT, crl(SUB, [(GOOD_LEAF, reason)]))
listed("another certificate is revoked", "accepted", FROM_ROOT, crl(SUB, [EDGE]))
listed("there is none", "revocation_unknown")
listed("there is none of the leaf's issuer", "revocation_unknown", FROM_ROOT)
listed("there is none of the root", "revocation_unknown", crl(SUB))
QUIET = a.authority("Tihi", ROOT, sources=())
listed("there is none of the root, and the issuer's certificate names no source", "accepted", crl(QUIET), leaf=leaf("Tihi imetnik", QUIET), chain=(QUIET,))
for what, more in (("stale", dict(days=(-9, -1))), ("from the future", dict(days=(1, 9))), ("of a broken signature", dict(broken=True)),
                   ("signed by another key", dict(signing_key=a.key("ponarejevalec"))), ("of another name", dict(issuer_name=a.name("Nihče"))),
                   ("signed with SHA-1", dict(hash_name="sha1")), ("without nextUpdate", dict(next_update=False)),
                   ("with an unknown critical extension", dict(more=(STRANGE,)))):
    listed(what, "revocation_unknown", FROM_ROOT, crl(SUB, **more))
    listed(what + ", soft", "accepted", FROM_ROOT, crl(SUB, **more), rule="soft")
for what, more, code in (("stale", dict(days=(-9, -1)), "revoked"), ("of a broken signature", dict(broken=True), "revocation_unknown"),
                         ("signed by another key", dict(signing_key=a.key("ponarejevalec")), "revocation_unknown")):
    listed(what + ", and the certificate stands on it", code, FROM_ROOT, crl(SUB, [GOOD_LEAF], **more))
listed("unreadable", "revocation_unknown", FROM_ROOT, b"0\x82\x01\x00nic", live=False)
listed("in PEM", "accepted", FROM_ROOT, "pem")
listed("an older one says good, a newer one revoked", "revoked", FROM_ROOT, crl(SUB, days=(-3, 6), number=1), crl(SUB, [GOOD_LEAF], days=(-1, 6), number=2))
listed("the issuer is revoked", "revoked", crl(ROOT, [SUB]), crl(SUB))
listed("the issuer is revoked, soft", "revoked", crl(ROOT, [SUB]), crl(SUB), rule="soft")
listed("revoked, soft", "revoked", FROM_ROOT, crl(SUB, [GOOD_LEAF]), rule="soft")
listed("revoked, but nothing is asked", "accepted", FROM_ROOT, crl(SUB, [GOOD_LEAF]), rule="off")
listed("there is none, soft", "accepted", rule="soft")
MUTE = a.authority("Nemi", ROOT, usage=(x.CERT_SIGN,))
listed("its issuer may not sign CRLs", "revocation_unknown", FROM_ROOT, crl(MUTE), leaf=leaf("Nemi imetnik", MUTE), chain=(MUTE,))
for what, parts, code in (("of users alone", (der.implicit(1, b"\xff"),), "accepted"), ("of authorities alone", (der.implicit(2, b"\xff"),), "revocation_unknown"),
                          ("of attribute certificates alone", (der.implicit(5, b"\xff"),), "revocation_unknown"),
                          ("of some reasons", (der.implicit(3, b"\x06\x40"),), "revocation_unknown"),
                          ("of the leaf's point", (full_name("http://ca.test/ca.crl"),), "accepted"), ("of another point", (full_name("http://ca.test/drug.crl"),), "revocation_unknown")):
    listed(what, code, FROM_ROOT, crl(SUB, more=(issuing_point(*parts),)))
listed("of some reasons, and of the others", "accepted", FROM_ROOT, crl(SUB, more=(issuing_point(der.implicit(3, b"\x06\x40")),)),
       crl(SUB, more=(issuing_point(der.implicit(3, b"\x07\x3f\x80")),), number=2))
PARTS = leaf("Razdeljeni", SUB, points=(["http://ca.test/1.crl"], ["http://ca.test/2.crl"]))
listed("of another partition", "revocation_unknown", FROM_ROOT, crl(SUB, more=(issuing_point(full_name("http://ca.test/3.crl")),)), leaf=PARTS)
listed("revoked in its partition", "revoked", FROM_ROOT, crl(SUB, [PARTS], more=(issuing_point(full_name("http://ca.test/2.crl")),)), leaf=PARTS)

# What one CRL proves no other one hides: junk that the same name stands on, a delta that is damaged, a newer list that is worth nothing.
KEY_LOST, ALL_ELSE = (issuing_point(der.implicit(3, bits)) for bits in (b"\x06\x40", b"\x07\x3f\x80"))
FRESHEST = x.extension("2.5.29.46", der.seq(der.seq(der.implicit(0, full_name("http://ca.test/d.crl"), True))))
DELTA = x.extension("2.5.29.27", der.integer(5), True)
ON_IT = crl(SUB, [GOOD_LEAF], days=(-2, 6), number=5)
NOT_ON_IT = crl(SUB, days=(-2, 6), number=5)
USELESS = (("of a broken signature", dict(broken=True)), ("signed by another key", dict(signing_key=a.key("ponarejevalec"))),
           ("with an unknown critical extension", dict(more=(STRANGE,))), ("from the future", dict(days=(1, 9))), ("signed with SHA-1", dict(hash_name="sha1")),
           ("without nextUpdate", dict(next_update=False)))
for what, more in USELESS:
    newer = crl(SUB, number=6, **more)
    listed(f"revoked, and a newer one is {what}", "revoked", FROM_ROOT, ON_IT, newer, rule="soft")
    listed(f"revoked, and a newer one is {what}, read first", "revoked", FROM_ROOT, newer, ON_IT, rule="soft")
    listed(f"good, and a newer one is {what}", "accepted", FROM_ROOT, NOT_ON_IT, newer)
listed("revoked, and a newer one that is in order names it no more", "accepted", FROM_ROOT, ON_IT, crl(SUB, number=6), crl(SUB, number=7, broken=True))
listed("of some reasons, which revokes", "revoked", FROM_ROOT, crl(SUB, [GOOD_LEAF], more=(KEY_LOST,)), rule="soft")
for what, more in (("in order", {}), ("of a broken signature", dict(broken=True))):
    listed(f"of some reasons, which revokes, and of the others, {what}", "revoked", FROM_ROOT, crl(SUB, [GOOD_LEAF], more=(KEY_LOST,)),
           crl(SUB, more=(ALL_ELSE,), number=2, **more), rule="soft")
listed("the issuer is revoked, and a newer one of the root is of a broken signature", "revoked", crl(ROOT, [SUB], days=(-2, 6)), crl(ROOT, number=2, broken=True), crl(SUB),
       rule="soft")
WITH_DELTA = dict(number=5, more=(FRESHEST,))
listed("a delta revokes", "revoked", FROM_ROOT, crl(SUB, **WITH_DELTA), crl(SUB, [GOOD_LEAF], number=6, more=(DELTA,)))
listed("a delta takes it off", "accepted", FROM_ROOT, crl(SUB, [(GOOD_LEAF, 6)], **WITH_DELTA), crl(SUB, [(GOOD_LEAF, 8)], number=6, more=(DELTA,)))
for what, more in (("of a broken signature", dict(broken=True, more=(DELTA,))), ("with an unknown critical extension", dict(more=(DELTA, STRANGE)))):
    listed(f"revoked, and a delta is {what}", "revoked", FROM_ROOT, crl(SUB, [GOOD_LEAF], **WITH_DELTA), crl(SUB, number=6, **more), rule="soft")
    listed(f"good, and a delta is {what}", "accepted", FROM_ROOT, crl(SUB, **WITH_DELTA), crl(SUB, number=6, **more))
EMPTY_DELTA, REVOKING_DELTA = crl(SUB, number=6, days=(-0.9, 6), more=(DELTA,)), crl(SUB, [GOOD_LEAF], number=7, days=(-0.5, 6), more=(DELTA,))
HOLDING_DELTA, LIFTING_DELTA = (crl(SUB, [(GOOD_LEAF, reason)], number=n, days=(-1 + n / 20, 6), more=(DELTA,)) for reason, n in ((6, 6), (8, 7)))
for what, turn in (("first", 1), ("last", -1)):
    listed(f"the newer of two deltas revokes, it comes {what}", "revoked", FROM_ROOT, crl(SUB, **WITH_DELTA), *(REVOKING_DELTA, EMPTY_DELTA)[::turn])
    listed(f"the newer of two deltas lifts what the older one holds, it comes {what}", "accepted", FROM_ROOT, crl(SUB, **WITH_DELTA), *(LIFTING_DELTA, HOLDING_DELTA)[::turn])
listed("a delta that has expired takes it off", "revoked", FROM_ROOT, crl(SUB, [(GOOD_LEAF, 6)], **WITH_DELTA),
       crl(SUB, [(GOOD_LEAF, 8)], number=6, days=(-0.9, -0.1), more=(DELTA,)))
listed("a delta that has expired revokes", "revoked", FROM_ROOT, crl(SUB, **WITH_DELTA), crl(SUB, [GOOD_LEAF], number=6, days=(-0.9, -0.1), more=(DELTA,)), rule="soft")
listed("a newer one that has expired revokes, an older one is in force", "revoked", FROM_ROOT, crl(SUB, [GOOD_LEAF], number=6, days=(-2, -1)), crl(SUB, days=(-5, 6)))
INDIRECT = issuing_point(der.implicit(4, b"\xff"))
for what, more in (("", ()), (", and a forged one lies beside it", (crl(SUB, number=9, broken=True),))):
    listed("the issuer is revoked, its own list may be indirect" + what, "revoked", crl(ROOT, [SUB]), crl(SUB, more=(INDIRECT,)), *more, rule="soft")
    listed("the issuer's own list may be indirect" + what, "accepted", FROM_ROOT, crl(SUB, more=(INDIRECT,)), *more)
RENEWED = a.authority("Izdajatelj z novim ključem", ROOT, subject=SUB.subject, key_name="nov ključ izdajatelja")
for what, revoked, code in (("not on it", (), "accepted"), ("on it", (GOOD_LEAF,), "revoked")):
    listed(f"signed with another key of the same authority: {what}", code, FROM_ROOT, crl(RENEWED, revoked), chain=(SUB, RENEWED))
listed("signed with another key of the same authority, whose certificate is revoked", "revocation_unknown", crl(ROOT, [RENEWED]), crl(RENEWED), chain=(SUB, RENEWED))

# ---- OCSP ----
ID = cert_id(GOOD_LEAF, SUB)
OCSP_EKU, NO_CHECK = "1.3.6.1.5.5.7.3.9", x.extension("1.3.6.1.5.5.7.48.1.5", der.null())


def responder(common="Odzivnik", issuer=SUB, eku=(OCSP_EKU,), more=(NO_CHECK,), usage=(x.DIGITAL_SIGNATURE,), **rest):
    return leaf(common, issuer, eku=eku, qc=(), more=more, usage=usage, **rest)


def asked(name, code, *responses, crls=(FROM_ROOT,), **more):
    case("OCSP: " + name, code, GOOD_LEAF, ocsp=tuple(responses), crls=crls, **more)


HAND = responder()
SEALED_HAND = responder("Odzivnik brez podpisa", usage=(x.KEY_ENCIPHERMENT,))
asked("good, from the issuer", "accepted", ocsp([single(ID)], SUB))
asked("good, the issuer by its name", "accepted", ocsp([single(ID)], SUB, by_name=True))
asked("good, by SHA-256", "accepted", ocsp([single(cert_id(GOOD_LEAF, SUB, "sha256"))], SUB))
asked("good, from a responder that the issuer has certified", "accepted", ocsp([single(ID)], HAND, certs=(HAND,)))
asked("good, without nextUpdate, fresh", "accepted", ocsp([single(ID, next_update=None, this_update=-0.01)], SUB))
asked("good, with a nonce that nobody has asked for", "accepted",
      ocsp([single(ID)], SUB, more=der.explicit(1, der.seq(x.extension("1.3.6.1.5.5.7.48.1.2", der.octets(b"12345678"))))))
asked("good, among others", "accepted", ocsp([single(cert_id(EDGE, SUB), REVOKED), single(ID)], SUB))
asked("as base64", "accepted", ("base64", ocsp([single(ID)], SUB)))
asked("revoked", "revoked", ocsp([single(ID, REVOKED)], SUB))
asked("revoked, soft", "revoked", ocsp([single(ID, REVOKED)], SUB), rule="soft")
asked("revoked, long ago", "revoked", ocsp([single(ID, REVOKED, -9, -8)], SUB))
asked("good and revoked in one response", "revoked", ocsp([single(ID), single(ID, REVOKED)], SUB))
asked("one good, one revoked", "revoked", ocsp([single(ID)], SUB), ocsp([single(ID, REVOKED)], SUB))
STRANGER, FORGER = responder("Tuji odzivnik", OTHER_ROOT), a.authority("Tuji", OTHER_ROOT)
REVOKED_HAND = responder("Preklicani odzivnik", more=())
for what, response in (
        ("unknown", ocsp([single(ID, UNKNOWN)], SUB)), ("good and unknown in one response", ocsp([single(ID), single(ID, UNKNOWN)], SUB)),
        ("too old", ocsp([single(ID, GOOD, -9, -1)], SUB)), ("without nextUpdate, old", ocsp([single(ID, GOOD, -2, None)], SUB)),
        ("from the future", ocsp([single(ID, GOOD, 1, 2)], SUB)), ("nextUpdate before thisUpdate", ocsp([single(ID, GOOD, 0, -0.0001)], SUB)),
        ("of another serial number", ocsp([single(cert_id(GOOD_LEAF, SUB, serial=GOOD_LEAF.serial + 2))], SUB)),
        ("of another issuer's name", ocsp([single(cert_id(GOOD_LEAF, SUB, name_hash=b"n" * 20))], SUB)),
        ("of another issuer's key", ocsp([single(cert_id(GOOD_LEAF, SUB, key_hash=b"k" * 20))], SUB)),
        ("of nobody", ocsp([], SUB)), ("broken signature", ocsp([single(ID)], SUB, broken=True)),
        ("signed by another key", ocsp([single(ID)], SUB, signing_key=a.key("ponarejevalec"))),
        ("from a stranger", ocsp([single(ID)], FORGER, certs=(FORGER,))), ("from another issuer's responder", ocsp([single(ID)], STRANGER, certs=(STRANGER,))),
        ("from a certificate that is not for this", ocsp([single(ID)], r := responder("Brez EKU", eku=()), certs=(r,))),
        ("from a certificate for clients", ocsp([single(ID)], r := responder("Odjemalec", eku=(x.EKU_CLIENT,)), certs=(r,))),
        ("from the certificate itself", ocsp([single(ID)], GOOD_LEAF, certs=(GOOD_LEAF,))),
        ("from a responder that has expired", ocsp([single(ID)], r := responder("Potekli", days=(-9, -1)), certs=(r,))),
        ("from a responder whose certificate is broken", ocsp([single(ID)], r := responder("Zlomljeni odzivnik", broken=True), certs=(r,))),
        ("from a responder that is not sent along", ocsp([single(ID)], HAND)),
        ("from a responder whose key is not for signing", ocsp([single(ID)], SEALED_HAND, certs=(SEALED_HAND,))),
        ("another responder's name", ocsp([single(ID)], SUB, responder_id=der.explicit(1, a.name("Nihče")))),
        ("another responder's key", ocsp([single(ID)], SUB, responder_id=der.explicit(2, der.octets(b"k" * 20)))),
        ("signed with SHA-1", ocsp([single(ID)], SUB, hash_name="sha1")),
        ("an unknown critical extension", ocsp([single(ID)], SUB, more=der.explicit(1, der.seq(STRANGE)))),
        ("an unknown critical extension of the answer", ocsp([single(ID, more=der.explicit(1, der.seq(STRANGE)))], SUB)),
        *((f"status {s}", ocsp([], SUB, status=s)) for s in (1, 2, 3, 5, 6)), ("unreadable", b"0\x82\x01\x00nic"), ("cut off", ocsp([single(ID)], SUB)[:-9])):
    asked(what, "revocation_unknown", response)
    asked(what + ", soft", "accepted", response, rule="soft")
asked("too old, but the CRL says good", "accepted", ocsp([single(ID, GOOD, -9, -1)], SUB), crls=FRESH)
asked("unknown, but the CRL says good", "accepted", ocsp([single(ID, UNKNOWN)], SUB), crls=FRESH)
asked("good, but the CRL says revoked", "revoked", ocsp([single(ID)], SUB), crls=(FROM_ROOT, crl(SUB, [GOOD_LEAF])))
asked("from a responder without no-check, which is revoked", "revocation_unknown", ocsp([single(ID)], REVOKED_HAND, certs=(REVOKED_HAND,)),
      crls=(FROM_ROOT, crl(SUB, [REVOKED_HAND], more=(issuing_point(der.implicit(3, b"\x06\x40")),)), crl(SUB, [REVOKED_HAND], days=(-9, -1))))
asked("from a responder without no-check, which is not revoked", "accepted", ocsp([single(ID)], REVOKED_HAND, certs=(REVOKED_HAND,)), crls=(FROM_ROOT, crl(SUB)))
asked("of the issuer, from the root", "accepted", ocsp([single(ID)], SUB), ocsp([single(cert_id(SUB, ROOT))], ROOT), crls=())
asked("the issuer is revoked by the root", "revoked", ocsp([single(ID)], SUB), ocsp([single(cert_id(SUB, ROOT), REVOKED)], ROOT), crls=())
