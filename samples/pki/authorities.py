"""The certification authorities: whose structure each one copies and what its certificates point to.

Sources: facts 1.1 (DNs, keys, validity) and the CA certificates of the Slovenian trusted list.
Every CN carries " TEST", so that no copy can be taken for the real authority; the RDN structure,
string types, key sizes, key identifier sizes and extension order are the real ones.
"""

from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

import x509der as x
from der import PRINTABLE, UTF8

TEST = " TEST"
CYRILLIC_A = "\u0430"


class Urls:
    """Rewrites the providers' addresses so that a development PKI never calls the real ones.

    Host names keep their labels and end in ".test" (RFC 6761) instead of ".si". With a base
    (http://127.0.0.1:9480) every http address becomes base/host/path, for a simulator.
    """

    def __init__(self, base=None):
        self.base = base.rstrip("/") if base else None

    def __call__(self, real):
        parts = urlsplit(real)
        host = parts.netloc.removesuffix(".si") + ".test"
        if self.base and parts.scheme == "http":
            return f"{self.base}/{host}{parts.path}"
        return real.replace(parts.netloc, host, 1)

    @staticmethod
    def www_path(real):
        """Where the document of an address lies below www/: host.test/path."""
        parts = urlsplit(real)
        return parts.netloc.removesuffix(".si") + ".test" + parts.path


@dataclass(frozen=True)
class Provider:
    """A trust service provider: its name prefix and the conventions its CAs share."""
    prefix: tuple
    kind: int               # string type of the CN
    key_id: object          # key -> key identifier octets
    crl_pem: bool = False   # the CRL body is served as PEM (facts 1.2, Halcom)


def _prefix(organisation, vat, kind):
    return ((x.C, "SI", PRINTABLE), (x.O, organisation, kind), (x.ORG_ID, vat, kind))


SI_TRUST = Provider(_prefix("Republika Slovenija", "VATSI-17659957", PRINTABLE), PRINTABLE, x.key_id_8)
HALCOM = Provider(_prefix("Halcom d.d.", "VATSI-43353126", PRINTABLE), PRINTABLE, x.key_id_8, crl_pem=True)
REKONO = Provider(_prefix("Rekono d.o.o.", "VATSI-60762802", UTF8), UTF8, x.key_id_20)
NOBODY = Provider(_prefix("Neznani izdajatelj d.o.o.", "VATSI-99000067", PRINTABLE), PRINTABLE, x.key_id_8)


@dataclass(frozen=True)
class Authority:
    """One CA certificate and the addresses that certificates issued by it carry."""
    stem: str
    real_cn: str
    provider: Provider
    key: str = "rsa2048"
    issuer: str = ""            # stem of the issuer; empty: self-signed
    folder: str = "intermediates"
    days: tuple = (-1500, 3650)
    path_length: object = None
    crl: str = ""               # http address of the CRL
    ldap: str = ""              # ldap address of the same CRL
    partition: str = ""         # CN of the directory-name distribution point (SI-TRUST)
    ca_issuers: str = ""        # AIA caIssuers of the certificates it issues
    ocsp: str = ""
    cn: str = ""                # CN to write; default: the real one + TEST
    kind: object = None         # string type of that CN; default: the provider's
    imitates: str = ""          # stem of the CA whose key identifier a look-alike claims
    what: str = ""

    @property
    def dn(self):
        kind = self.provider.kind if self.kind is None else self.kind
        return x.flat_name(*self.provider.prefix, (x.CN, self.cn or self.real_cn + TEST, kind))


def halcom(stem, real_cn, **more):
    """Halcom: one distribution point with the ldap address first; caIssuers is a .cer (facts 1.2)."""
    return Authority(
        stem, real_cn, HALCOM,
        crl=f"http://domina.halcom.si/crls/{real_cn.lower().replace(' ', '_')}.crl",
        ldap=f"ldap://ldap.halcom.si/cn={quote(real_cn)},o=Halcom,c=SI?certificaterevocationlist;binary",
        ca_issuers=f"http://www.halcom.si/uploads/repository/{real_cn.replace(' ', '_')}.cer",
        ocsp="http://ocsp.halcom.si", **more)


def si_trust(stem, cn, host, crl, ca_issuers, ocsp, **more):
    """SI-TRUST: http and ldap in one distribution point, a directory name in a second (facts 1.2)."""
    return Authority(
        stem, cn, SI_TRUST, key="rsa3072", crl=f"http://{host}/crl/{crl}",
        ldap=f"ldap://x500.gov.si/cn={quote(cn)},organizationIdentifier=VATSI-17659957,"
             "o=Republika%20Slovenija,c=SI?certificateRevocationList",
        ca_issuers=f"http://{host}/crt/{ca_issuers}", ocsp=ocsp, **more)


ROOT_DAYS = (-2500, 5500)
HALCOM_ROOT = "halcom_root"

TRUSTED = (
    si_trust("si_trust_root", "SI-TRUST Root", "www.ca.gov.si", "si-trust-root.crl", "si-trust-root.crt",
             "http://ocsp.ca.gov.si", folder="anchors", days=ROOT_DAYS, partition="CRL1",
             what="anchor: SI-TRUST Root"),
    halcom(HALCOM_ROOT, "Halcom Root Certificate Authority", folder="anchors", days=ROOT_DAYS,
           what="anchor: Halcom Root Certificate Authority"),
    Authority("rekono_root_qc", "Rekono RSA RootCA-QC", REKONO, key="rsa3072", folder="anchors", days=ROOT_DAYS,
              crl="http://crl.rekono.si/rekono-rsa-rootca-qc.crl",
              ca_issuers="http://crl.rekono.si/rekono-rsa-rootca-qc.cer", ocsp="http://ocsp.rekono.si",
              what="anchor: Rekono RSA RootCA-QC (CRL and OCSP addresses: our assumption)"),
    si_trust("sigen_ca_g2", "SIGEN-CA G2", "www.sigen-ca.si", "sigen-ca-g2.crl", "sigen-ca-g2-certs.p7c",
             "http://ocsp.sigen-ca.si", issuer="si_trust_root", path_length=0, partition="CRL1",
             what="SIGEN-CA G2: natural persons and businesses"),
    si_trust("sigov_ca", "SIGOV-CA", "www.sigov-ca.gov.si", "sigov-ca2.crl", "sigov-ca2-certs.p7c",
             "http://ocsp.sigov-ca.gov.si", issuer="si_trust_root", path_length=0, partition="CRL3",
             what="SIGOV-CA: state authorities, qualified and normalised certificates"),
    halcom("halcom_po_eseal_2", "Halcom CA PO e-seal 2", key="rsa3072", issuer=HALCOM_ROOT,
           what="Halcom e-seals of legal persons"),
    halcom("halcom_po_esign_2", "Halcom CA PO e-signature 2", key="rsa3072", issuer=HALCOM_ROOT,
           what="Halcom e-signatures of persons in organisations"),
    halcom("halcom_fo_esign_2", "Halcom CA FO e-signature 2", key="rsa3072", issuer=HALCOM_ROOT,
           what="Halcom e-signatures of natural persons"),
    halcom("halcom_web_1", "Halcom CA web 1", issuer=HALCOM_ROOT, what="Halcom website authentication"),
)

# Authorities that only faulty certificates need. Their PEM files lie in bad-ca/ and must not be
# configured as trusted anywhere; chain files of the faulty certificates carry them where a peer would.
UNTRUSTED = (
    replace(halcom("neznani_ca", "Halcom CA PO e-seal 2", folder="bad-ca", days=ROOT_DAYS, cn="Neznani CA 1" + TEST,
                   what="an authority nobody trusts"), provider=NOBODY),
    halcom("dvojnik_root", "Halcom Root Certificate Authority", folder="bad-ca", days=ROOT_DAYS,
           imitates=HALCOM_ROOT, what="look-alike root: DN and key identifier of the Halcom root, another key"),
    halcom("dvojnik_eseal_2", "Halcom CA PO e-seal 2", folder="bad-ca", issuer="dvojnik_root",
           imitates="halcom_po_eseal_2",
           what="look-alike CA: DN and key identifier of Halcom CA PO e-seal 2, another key"),
    halcom("homoglif_ca", "Halcom CA PO e-seal 2", folder="bad-ca", days=ROOT_DAYS, kind=UTF8,
           cn=f"H{CYRILLIC_A}lcom CA PO e-seal 2{TEST}", what="CN with the Cyrillic letter a (U+0430)"),
    halcom("velike_crke_ca", "Halcom CA PO e-seal 2", folder="bad-ca", days=ROOT_DAYS,
           cn=f"HALCOM CA PO e-seal 2{TEST}", what="CN that differs in letter case only: equal under RFC 5280 7.1"),
    si_trust("pod_sigen_ca", "SIGEN-CA G2 podrejena", "www.sigen-ca.si", "sigen-ca-g2.crl", "sigen-ca-g2-certs.p7c",
             "http://ocsp.sigen-ca.si", issuer="sigen_ca_g2", folder="bad-ca", partition="CRL1",
             what="subordinate under SIGEN-CA G2, whose pathLenConstraint is 0"),
    halcom("halcom_po_eseal_1", "Halcom CA PO e-seal 1", issuer=HALCOM_ROOT, folder="bad-ca", days=(-2400, -30),
           what="the predecessor CA, expired"),
    halcom("halcom_po_preklicana", "Halcom CA PO e-seal 9", issuer=HALCOM_ROOT, folder="bad-ca",
           what="an issuing CA that the Halcom root has revoked"),
)

REVOKED = ("halcom_po_preklicana",)
PUBLISHING = TRUSTED + tuple(authority for authority in UNTRUSTED if authority.stem in REVOKED)
ALL = {authority.stem: authority for authority in TRUSTED + UNTRUSTED}
CPS_GOV = "http://www.ca.gov.si/cps/"
CPS_HALCOM = "http://www.halcom.si/uploads/files/CPS_halcom_ca.pdf"
ANY_POLICY = "2.5.29.32.0"


def crl_extension(issuer, urls):
    """The CRLDistributionPoints of a certificate that `issuer` issues, in the provider's form."""
    if issuer.partition:
        partition = x.name_plus(issuer.dn, x.rdn(x.ava(x.CN, issuer.partition, PRINTABLE)))
        return x.crl_points([urls(issuer.crl), urls(issuer.ldap)], partition)
    return x.crl_points([urls(uri) for uri in (issuer.ldap, issuer.crl) if uri])


def info_extension(issuer, urls):
    return x.authority_info(urls(issuer.ca_issuers), urls(issuer.ocsp))


def ca_extensions(authority, key_id, issuer, issuer_key_id, urls):
    """The extensions of a CA certificate, in the real order and with the real criticality."""
    constraints = x.basic_constraints(True, authority.path_length, critical=True)
    usage = x.key_usage(x.CERT_SIGN, x.CRL_SIGN, critical=authority.provider is not HALCOM)
    own, above = x.subject_key_id(key_id), x.authority_key_id(issuer_key_id)
    if issuer is None:
        return [constraints, usage, above, own] if authority.provider is SI_TRUST else [constraints, own, usage]
    if authority.provider is SI_TRUST:
        return [constraints, usage, x.policies((ANY_POLICY, CPS_GOV)), info_extension(issuer, urls), own,
                crl_extension(issuer, urls), above]
    return [constraints, own, above, usage, crl_extension(issuer, urls), x.policies((ANY_POLICY, CPS_HALCOM))]
