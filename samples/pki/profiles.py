"""The end-entity certificates: profiles copied from real ones, and the table of names.

Sources: facts 1.2 (profiles), facts 1.3 (policies), ETSI EN 319 412-1/-2/-3/-5. Where no real sample
is known the profile says "assumption" in `copies`.
"""

from dataclasses import dataclass, replace

import authorities as a
import x509der as x
from der import IA5

CARD_TAX = "1.3.6.1.4.1.5939.2.3"       # Halcom's private RDN attribute: the tax number
QCP_N, QCP_L, QCP_N_QSCD, QCP_L_QSCD, QCP_W = (f"0.4.0.194112.1.{n}" for n in range(5))
TS101456_QCP = "0.4.0.1456.1.2"
ESEAL_1, ESEAL_2 = "1.3.6.1.4.1.5939.5.3.1", "1.3.6.1.4.1.5939.5.3.2"
DS, NR, KE = x.DIGITAL_SIGNATURE, x.NON_REPUDIATION, x.KEY_ENCIPHERMENT


@dataclass(frozen=True)
class Leaf:
    """One end-entity certificate to issue; `extensions` is called with the Issue at hand."""
    name: str
    issuer: str                 # stem of the authority; empty: self-signed
    subject: bytes
    extensions: object
    expected: str               # verdict word of the gateway
    what: str
    copies: str = ""
    group: str = "good"         # good, control (odd but good) or bad
    organisation: str = ""
    tax_number: str = ""
    tax_attributes: tuple = ()  # where the tax number stands in the subject
    key: str = "rsa2048"
    days: tuple = (-1, 1095)
    hash_name: str = "sha256"
    chain: tuple = ()           # authority stems of the chain file; default: up to the anchor
    copies_of_issuer: int = 0   # extra reissued copies of the issuer in the chain file


@dataclass(frozen=True)
class Issue:
    """What an extension list may depend on."""
    key_id: bytes
    issuer_key_id: bytes
    issuer: a.Authority
    validity: x.Validity
    urls: a.Urls


# --- Halcom --------------------------------------------------------------------------------------

HALCOM_PDS = x.qc_pds(("https://www.halcom.si/repository", "EN"))


def halcom_qc(semantics=x.QC_LEGAL, purpose=x.QC_ESEAL):
    """The five statements of a Halcom certificate, in its order (facts 1.2)."""
    return x.qc_statements(x.qc_semantics(semantics), x.qc_compliance(), x.qc_sscd(), HALCOM_PDS, x.qc_type(purpose))


def halcom_extensions(usage=(DS, NR, KE), policy=(ESEAL_2, QCP_L_QSCD), qc=None, eku=(), card="", san=()):
    """Halcom's end-entity extensions; no extendedKeyUsage unless asked for (facts 0.4)."""
    statements = halcom_qc() if qc is None else qc

    def build(issue):
        listed = [
            x.authority_key_id(issue.issuer_key_id), statements, a.info_extension(issue.issuer, issue.urls),
            x.policies((policy[0], a.CPS_HALCOM), (policy[1], None)), a.crl_extension(issue.issuer, issue.urls),
            x.subject_key_id(issue.key_id), x.key_usage(*usage)]
        if card:
            listed.append(x.card_number(card))
        listed.append(x.basic_constraints(False))
        if san:
            listed.insert(0, x.alt_names(*san))
        if eku:
            listed.insert(0, x.ext_key_usage(*eku))
        return listed
    return build


def halcom_subject(organisation, tax, *rest):
    """C, O, tax number (private attribute), organizationIdentifier, then what the profile adds."""
    return x.flat_name((x.C, "SI"), (x.O, organisation), (CARD_TAX, tax), (x.ORG_ID, f"VATSI-{tax}"), *rest)


TAX_TWICE = (CARD_TAX, x.ORG_ID)

PODJETJE = Leaf(
    "podjetje", "halcom_po_eseal_2",
    halcom_subject(
        "TEST PODJETJE D.O.O.", "14717468", (x.OU, "e-seal certificates"), (x.CN, "TEST Podjetje"),
        (x.SERIAL, "0000007"), (x.L, "Ljubljana"), (x.DESCRIPTION, "TEST signing"), (x.TITLE, "TEST signing"),
        (x.ST, "Slovenija")),
    halcom_extensions(), "accepted", "company, qualified e-seal, policy 5.3.2 (remote QSCD)",
    copies="Halcom CA PO e-seal 1 end entity of 2022 (validation service)",
    organisation="TEST PODJETJE D.O.O.", tax_number="14717468", tax_attributes=TAX_TWICE)

PODJETJE2 = Leaf(
    "podjetje2", "halcom_po_eseal_2",
    halcom_subject(
        "TEST PODJETJE DVE S.P.", "99000130", (x.CN, "TEST Podjetje Dve s.p. E Seal"), (x.SN, "E Seal"),
        (x.GN, "TEST Podjetje Dve s.p."), (x.EMAIL, "dve@example.test", IA5)),
    halcom_extensions(usage=(DS, KE), policy=(ESEAL_1, QCP_L_QSCD), card="888800000676"), "accepted",
    "another company: person attributes, e-mail address as IA5String, card number, no nonRepudiation, policy 5.3.1",
    copies="Halcom CA PO e-seal 1 end entity of 2019 (e-seal on a card)",
    organisation="TEST PODJETJE DVE S.P.", tax_number="99000130", tax_attributes=TAX_TWICE)


def another_company(name, organisation, tax, **changes):
    """A further e-seal in the shape of `podjetje` with a subject of its own."""
    subject = halcom_subject(
        organisation, tax, (x.OU, "e-seal certificates"), (x.CN, organisation), (x.SERIAL, "123456789"))
    return replace(PODJETJE, name=name, subject=subject, organisation=organisation, tax_number=tax, **changes)


def fault(name, expected, what, group="bad", **changes):
    """`podjetje` with exactly one thing changed: same subject, own key and serial number."""
    return replace(
        PODJETJE, name=name, expected=expected, what=what, group=group, copies="podjetje, one change", **changes)


# --- SI-TRUST ------------------------------------------------------------------------------------

def sigen_extensions(issue):
    """SIGEN-CA G2, natural person: production profile of 2020 in the order of the 2016 sample."""
    pds = x.qc_pds(*((f"https://www.ca.gov.si/cps/sigenca2_pds_{tongue}.pdf", tongue) for tongue in ("en", "sl")))
    return [
        x.key_usage(DS, NR, KE), x.policies(("1.3.6.1.4.1.6105.2.2.3.5", a.CPS_GOV), (QCP_N, None)),
        x.qc_statements(x.qc_compliance(), pds, x.qc_type(x.QC_ESIGN)), a.info_extension(issue.issuer, issue.urls),
        x.alt_names(x.alt_email("testna.oseba@example.test")), a.crl_extension(issue.issuer, issue.urls),
        x.authority_key_id(issue.issuer_key_id), x.subject_key_id(issue.key_id), x.basic_constraints(False)]


def sigov_extensions(policy, qc=None):
    """SIGOV-CA with PrivateKeyUsagePeriod and the Entrust extension, as in the 2016 sample."""
    def build(issue):
        return [
            x.key_usage(DS, KE), x.policies((policy[0], a.CPS_GOV), *((p, None) for p in policy[1:])),
            *([qc] if qc else []), a.info_extension(issue.issuer, issue.urls),
            x.alt_names(x.alt_email("sistem@example.test")), a.crl_extension(issue.issuer, issue.urls),
            x.private_key_period(issue.validity.start, issue.validity.end), x.authority_key_id(issue.issuer_key_id),
            x.subject_key_id(issue.key_id), x.basic_constraints(False), x.entrust_version()]
    return build


def sigov_subject(unit, common_name, number):
    """C, O, OU, { CN + serialNumber }: the last RDN has two AVAs."""
    return x.name(
        x.rdn(x.ava(x.C, "SI")), x.rdn(x.ava(x.O, "state authorities")), x.rdn(x.ava(x.OU, unit)),
        x.rdn(x.ava(x.CN, common_name), x.ava(x.SERIAL, number)))


QC_ONLY = x.qc_statements(x.qc_compliance())
SIGOV_QUALIFIED = ("1.3.6.1.4.1.6105.1.5.7", TS101456_QCP)

OBCINA = Leaf(
    "obcina", "sigov_ca", sigov_subject("web-certificates", "TEST Informacijski sistem obcine", "1236000000019"),
    sigov_extensions(SIGOV_QUALIFIED, QC_ONLY), "accepted",
    "public body (position 31), qualified by QcCompliance alone, the subject holds NO tax number",
    copies="SIGOV-CA end entity of 2016 (information system)",
    organisation="TEST Ob\u010dina Primer", tax_number="50223054")

OBCINA_ZIG = Leaf(
    "obcina_zig", "sigov_ca",
    x.name(x.rdn(x.ava(x.C, "SI")), x.rdn(x.ava(x.O, "TEST Ob\u010dina Primer")),
           x.rdn(x.ava(x.ORG_ID, "VATSI-50223054")),
           x.rdn(x.ava(x.CN, "TEST Ob\u010dina Primer"), x.ava(x.SERIAL, "1236000000027"))),
    sigov_extensions(("1.3.6.1.4.1.6105.1.5.7", QCP_L), x.qc_statements(
        x.qc_semantics(x.QC_LEGAL), x.qc_compliance(),
        x.qc_pds(("https://www.ca.gov.si/cps/sigovca2_pds_en.pdf", "en")), x.qc_type(x.QC_ESEAL))), "accepted",
    "the same public body, e-seal with organizationIdentifier and a UTF8String name",
    copies="assumption: SIGOV-CA with the subject of EN 319 412-3",
    organisation="TEST Ob\u010dina Primer", tax_number="50223054", tax_attributes=(x.ORG_ID,))

OSEBA = Leaf(
    "oseba", "sigen_ca_g2",
    x.name(x.rdn(x.ava(x.C, "SI")), x.rdn(x.ava(x.ST, "Slovenija")), x.rdn(x.ava(x.OU, "individuals")),
           x.rdn(x.ava(x.GN, "Testna"), x.ava(x.SN, "Oseba"), x.ava(x.SERIAL, "2705201600001"),
                 x.ava(x.CN, "TEST Testna Oseba"))),
    sigen_extensions, "accepted",
    "natural person: last RDN with four AVAs; serialNumber is neither EMSO nor tax number",
    copies="SIGEN-CA G2 end entity of 2016, policies and QCStatements of 2020", days=(-1, 1825))

# --- Halcom e-signature and web, Rekono: no sample known, profile extended by us ---------------------

ODVETNIK = Leaf(
    "odvetnik", "halcom_po_esign_2",
    halcom_subject(
        "TEST ODVETNI\u0160KA PISARNA \u017dAGAR", "99000016", (x.OU, "e-signature certificates"),
        (x.CN, "TEST \u017diga \u017dagar"), (x.SERIAL, "0000011"), (x.SN, "\u017dagar"), (x.GN, "\u017diga"),
        (x.EMAIL, "ziga.zagar@example.test", IA5)),
    halcom_extensions(
        policy=("1.3.6.1.4.1.5939.5.1.2", QCP_N_QSCD), qc=halcom_qc(x.QC_NATURAL, x.QC_ESIGN), card="888800000777"),
    "accepted", "person in an organisation, e-signature on a card; names with letters outside PrintableString",
    copies="assumption: Halcom e-seal form, policy of the trusted list for PO e-signature 1",
    organisation="TEST ODVETNI\u0160KA PISARNA \u017dAGAR", tax_number="99000016", tax_attributes=TAX_TWICE)


def employee(name, organisation, tax, given, surname, serial):
    """A person at a business subject, who logs in to the portal (mechanism KDP-SI)."""
    person = f"TEST {given} {surname}"
    subject = halcom_subject(
        organisation, tax, (x.OU, "e-signature certificates"), (x.CN, person), (x.SERIAL, serial), (x.SN, surname), (x.GN, given))
    return replace(ODVETNIK, name=name, subject=subject, organisation=organisation, tax_number=tax,
                   what=f"person at {organisation}, logs in to the portal")


def individual(name, tax, given, surname):
    """A natural person with a certificate of his own."""
    subject = x.flat_name((x.C, "SI"), (x.CN, f"TEST {given} {surname}"), (x.SERIAL, f"TINSI-{tax}"), (x.SN, surname), (x.GN, given))
    return replace(ODVETNIK, name=name, subject=subject, organisation="", tax_number="", tax_attributes=(),
                   what="natural person with the own tax number in serialNumber (EN 319 412-1)", copies="assumption: EN 319 412-1 5.1.3")


EMPLOYEES = (
    employee("uradnica", "TEST Ob\u010dina \u0160marje", "50223054", "\u0160pela", "Ur\u0161i\u010d", "0000021"),
    employee("referentka", "TEST Vrhovno sodi\u0161\u010de", "79182119", "Re\u017eka", "Potr\u010d", "0000022"),
    employee("direktor", "TEST PODJETJE D.O.O.", "14717468", "Di\u017eej", "Kova\u010d", "0000023"),
    Leaf(
        "uradnik_sigov", "sigov_ca", sigov_subject("individuals", "TEST Uradnik", "1236000000043"),
        sigov_extensions(("1.3.6.1.4.1.6105.1.5.7", QCP_N_QSCD), x.qc_statements(x.qc_compliance(), x.qc_type(x.QC_ESIGN))), "accepted",
        "person at a state body, SIGOV-CA: the certificate names no tax number, MDP knows it",
        copies="SIGOV-CA subject of 2016, e-signature by us", organisation="TEST Ob\u010dina \u0160marje", tax_number="50223054"),
    employee("direktorica", "TEST Rekono Stranka d.o.o.", "99000024", "Zala", "Breg", "0000024"),
    employee("podjetnik", "TEST PODJETJE DVE S.P.", "99000130", "Jure", "Lah", "0000025"),
    employee("tajnica", "TEST Ministrstvo", "99000091", "Vida", "\u017derjav", "0000026"),
    individual("posameznica", "47978457", "Ana", "\u017dnidar\u0161i\u010d"),
    individual("posameznik", "99000105", "Luka", "Hribar"),
)


def rekono_extensions(issue):
    return [
        x.basic_constraints(False), x.authority_key_id(issue.issuer_key_id),
        a.info_extension(issue.issuer, issue.urls), x.policies((QCP_L, None)),
        x.qc_statements(
            x.qc_compliance(), x.qc_type(x.QC_ESEAL), x.qc_pds(("https://www.rekono.si/pds_en.pdf", "en"))),
        a.crl_extension(issue.issuer, issue.urls), x.subject_key_id(issue.key_id), x.key_usage(DS, NR)]


REKONO = Leaf(
    "rekono", "rekono_root_qc",
    x.flat_name((x.C, "SI"), (x.O, "TEST Rekono Stranka d.o.o.", 0x0C), (x.ORG_ID, "VATSI-99000024", 0x0C),
                (x.CN, "TEST Rekono Stranka", 0x0C)),
    rekono_extensions, "accepted",
    "e-seal issued by the anchor itself (no intermediate), UTF8String names, 20-octet key identifiers",
    copies="assumption: DN style and key identifiers of Rekono RSA RootCA-QC, EN 319 412-3",
    organisation="TEST Rekono Stranka d.o.o.", tax_number="99000024", tax_attributes=(x.ORG_ID,))

SPLET = another_company(
    "splet", "TEST SPLETNI STREZNIK D.O.O.", "99000032", issuer="halcom_web_1",
    extensions=halcom_extensions(
        usage=(DS, KE), policy=("1.3.6.1.4.1.5939.5.2.4", QCP_W), qc=halcom_qc(x.QC_LEGAL, x.QC_WEB),
        eku=(x.EKU_SERVER, x.EKU_CLIENT), san=(x.alt_dns("splet.vashgate.test"),)),
    what="qualified website authentication certificate: QcType web, EKU serverAuth and clientAuth, SAN dNSName",
    copies="assumption: Halcom e-seal form, policy of the trusted list for Halcom CA web 1")

LEAVES = (
    OBCINA, OBCINA_ZIG, PODJETJE, PODJETJE2, OSEBA, ODVETNIK, *EMPLOYEES, REKONO,
    another_company("ec", "TEST KRIVULJA D.O.O.", "99000059", key="ec", extensions=halcom_extensions(usage=(DS, NR)),
                    what="e-seal with an EC P-256 key"),
    SPLET,
    another_company("unregistered", "TEST NEPRIJAVLJENI D.O.O.", "99000075",
                    what="good and valid; no test registers it", expected="accepted"),
    fault("kratek", "accepted", "good, expires --short-seconds after it was issued", "good"),
    fault("eku_client", "accepted", "extendedKeyUsage with clientAuth", "control",
          extensions=halcom_extensions(eku=(x.EKU_CLIENT,))),
    fault("qc_brez_tipa", "accepted", "QcCompliance without QcType", "control",
          extensions=halcom_extensions(qc=QC_ONLY)),
    fault("samopodpisan", "self_signed", "self-signed with the same subject", issuer=""),
    fault("neznan_izdajatelj", "unknown_issuer", "issued by an authority nobody trusts", issuer="neznani_ca"),
    fault("dvojnik_izdajatelja", "bad_signature",
          "issuer DN and key identifier of the real CA, signed with another key; the chain brings the look-alike",
          issuer="dvojnik_eseal_2"),
    fault("dvojnik_imena", "unknown_issuer", "issuer CN with one Cyrillic letter", issuer="homoglif_ca"),
    fault("dvojnik_crk", "unknown_issuer", "issuer CN in other letter case (names compare equal under RFC 5280)",
          issuer="velike_crke_ca"),
    fault("potekel", "expired", "expired yesterday", days=(-1095, -1)),
    fault("se_ne_velja", "not_yet_valid", "valid in a year", days=(365, 1460)),
    fault("eku_server", "eku", "extendedKeyUsage with serverAuth only",
          extensions=halcom_extensions(eku=(x.EKU_SERVER,))),
    fault("rsa1024", "key_too_small", "RSA key of 1024 bits", key="rsa1024"),
    Leaf("brez_qc", "sigov_ca", sigov_subject("systems", "TEST Sistem brez kvalifikacije", "1236000000035"),
         sigov_extensions(("1.3.6.1.4.1.6105.1.9.9",)), "not_qualified",
         "trusted issuer, normalised certificate: no QCStatements", copies="SIGOV-CA systems profile (facts 1.2)",
         group="bad", organisation="TEST Ob\u010dina Primer", tax_number="50223054"),
    fault("preklican", "revoked", "revoked in the CRL of its issuer (keyCompromise)"),
    fault("ku_brez_podpisa", "key_usage", "keyUsage keyEncipherment only", extensions=halcom_extensions(usage=(KE,))),
    fault("pot_predolga", "path_length", "issued below SIGEN-CA G2, whose pathLenConstraint is 0",
          issuer="pod_sigen_ca", chain=("pod_sigen_ca", "sigen_ca_g2")),
    fault("sha1", "weak_signature", "signed with SHA-1", hash_name="sha1"),
    fault("potekel_izdajatelj", "issuer_expired", "valid itself, its issuer has expired", issuer="halcom_po_eseal_1"),
    fault("preklican_izdajatelj", "issuer_revoked", "valid itself, its issuer is revoked in the root's CRL",
          issuer="halcom_po_preklicana"),
    fault("velika_veriga", "chain_too_long",
          "good certificate whose chain file brings 15 issuers: the real one and 14 reissued copies of it",
          copies_of_issuer=14),
)

REVOKED_LEAVES = ("preklican",)
