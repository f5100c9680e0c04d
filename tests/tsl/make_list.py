"""Small trusted lists with XAdES signatures, made with lxml and cryptography alone: right ones, and each wrong in one way."""
import base64
import copy
import datetime
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from lxml import etree

TSL, DS = "http://uri.etsi.org/02231/v2#", "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
MORE = "http://uri.etsi.org/02231/v2/additionaltypes#"
SIE = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
TYPE = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/"
STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
CA_QC = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
EXC, INC = "http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = DS + "enveloped-signature"
ENC, DSIG_MORE = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2001/04/xmldsig-more#"
PSS = "http://www.w3.org/2007/05/xmldsig-more#"
DIGESTS = {ENC + "sha256": "sha256", DSIG_MORE + "sha384": "sha384", ENC + "sha512": "sha512", DS + "sha1": "sha1"}
ISSUED = datetime.datetime(2026, 3, 1, 12)
NEXT = datetime.datetime(2026, 8, 1, 12)
NOW = "2026-05-01T00:00:00Z"


def utc(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def b64(data):
    return base64.b64encode(data).decode()


class Signer:
    """A key with a self-signed certificate."""

    def __init__(self, name, key=None, eku="0.4.0.2231.3.0", not_before=datetime.datetime(2025, 1, 1), not_after=datetime.datetime(2030, 1, 1)):
        self.key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(self.key.public_key())
                   .serial_number(x509.random_serial_number()).not_valid_before(not_before).not_valid_after(not_after)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False))
        if eku:
            builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(eku)]), False)
        self.cert = builder.sign(self.key, hashes.SHA256())

    @property
    def der(self):
        return self.cert.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self):
        return self.cert.public_bytes(serialization.Encoding.PEM)

    @property
    def digest(self):
        return hashlib.sha256(self.der).hexdigest()

    def sign(self, data, method, salt=None):
        algorithm = getattr(hashes, next(h for h in ("sha1", "sha256", "sha384", "sha512") if h in method.rsplit("#", 1)[-1]).upper())()
        if "MGF1" in method:
            return self.key.sign(data, padding.PSS(padding.MGF1(algorithm), salt if salt is not None else algorithm.digest_size), algorithm)
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), algorithm)
        r, s = utils.decode_dss_signature(self.key.sign(data, ec.ECDSA(algorithm)))
        n = (self.key.key_size + 7) // 8
        return r.to_bytes(n, "big") + s.to_bytes(n, "big")


# ---- the list ----

def child(parent, name, text=None, ns=TSL, **attributes):
    node = etree.SubElement(parent, f"{{{ns}}}{name}", attributes)
    node.text = text
    return node


def names(parent, name, text, ns=TSL):
    node = child(parent, name, ns=ns)
    for lang in ("sl", "en"):
        child(node, "Name", text).set("{http://www.w3.org/XML/1998/namespace}lang", lang)
    return node


def identity(parent, der, ski=None):
    node = child(parent, "ServiceDigitalIdentity")
    if der:
        child(child(node, "DigitalId"), "X509Certificate", b64(der))
    child(child(node, "DigitalId"), "X509SubjectName", "CN=whatever")
    if ski:
        child(child(node, "DigitalId"), "X509SKI", b64(ski))


def qualifications(extension, rows):
    """Each row: (qualifiers, assert, policies)."""
    node = child(extension, "Qualifications", ns=SIE)
    for qualifiers, how, policies in rows:
        element = child(node, "QualificationElement", ns=SIE)
        into = child(element, "Qualifiers", ns=SIE)
        for q in qualifiers:
            child(into, "Qualifier", ns=SIE, uri="http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/" + q)
        criteria = child(element, "CriteriaList", ns=SIE)
        criteria.set("assert", how)
        for p in policies:
            child(child(child(criteria, "PolicySet", ns=SIE), "PolicyIdentifier", ns=SIE), "Identifier", p, ns=XADES)


def service_part(node, s, status, since, der):
    child(node, "ServiceTypeIdentifier", s.get("type", CA_QC))
    names(node, "ServiceName", s["name"])
    identity(node, der, s.get("ski"))
    child(node, "ServiceStatus", STATUS + status)
    child(node, "StatusStartingTime", since)


def add_service(parent, s):
    node = child(parent, "TSPService")
    info = child(node, "ServiceInformation")
    service_part(info, s, s.get("status", "granted"), s.get("since", "2024-01-01T00:00:00Z"), s["der"])
    extensions = child(info, "ServiceInformationExtensions")
    for kind in s.get("info", ("ForeSignatures",)):
        extension = child(extensions, "Extension", Critical="true")
        child(child(extension, "AdditionalServiceInformation"), "URI", "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/" + kind)
    if s.get("qualifications"):
        qualifications(child(extensions, "Extension", Critical="true"), s["qualifications"])
    if s.get("taken_over"):
        names(child(child(extensions, "Extension", Critical="false"), "TakenOverBy", ns=MORE), "TSPName", s["taken_over"], ns=MORE)
    history = child(node, "ServiceHistory")
    service_part(child(history, "ServiceHistoryInstance"), s, "undersupervision", "2020-01-01T00:00:00Z", None)


def add_pointer(parent, territory, signers, kind):
    node = child(parent, "OtherTSLPointer")
    identities = child(node, "ServiceDigitalIdentities")
    for s in signers:
        identity(identities, s.der)
    child(node, "TSLLocation", "https://example.si/list.xml")
    more = child(node, "AdditionalInformation")
    child(child(more, "OtherInformation"), "TSLType", TYPE + kind)
    child(child(more, "OtherInformation"), "SchemeTerritory", territory)


def make(providers=(), pointers=(), version="6", sequence="10", territory="SI", kind="EUgeneric", issued=ISSUED, next_update=NEXT):
    """The root of an unsigned list. A provider: {"name", "vat", "services": [{"name", "der", …}]}."""
    root = etree.Element(f"{{{TSL}}}TrustServiceStatusList", nsmap={None: TSL, "ns2": SIE, "ns3": MORE, "ns4": XADES}, Id="LIST",
                         TSLTag="http://uri.etsi.org/19612/TSLTag")
    scheme = child(root, "SchemeInformation")
    child(scheme, "TSLVersionIdentifier", version)
    child(scheme, "TSLSequenceNumber", sequence)
    child(scheme, "TSLType", TYPE + kind)
    names(scheme, "SchemeOperatorName", "Upravljavec")
    child(scheme, "SchemeTerritory", territory)
    if pointers:
        to = child(scheme, "PointersToOtherTSL")
        for territory_of, signers, kind_of in pointers:
            add_pointer(to, territory_of, signers, kind_of)
    child(scheme, "ListIssueDateTime", utc(issued))
    next_node = child(scheme, "NextUpdate")
    if next_update:
        child(next_node, "dateTime", utc(next_update))
    if providers:
        all_of = child(root, "TrustServiceProviderList")
        for p in providers:
            node = child(all_of, "TrustServiceProvider")
            info = child(node, "TSPInformation")
            names(info, "TSPName", p["name"])
            names(info, "TSPTradeName", p["vat"])
            services = child(node, "TSPServices")
            for s in p["services"]:
                add_service(services, s)
    return root


# ---- its signature ----

def canonical(node, form=EXC):
    return etree.tostring(node, method="c14n", exclusive=form.startswith(EXC), with_comments=form.endswith("WithComments"))


def digest(data, method):
    return b64(hashlib.new(DIGESTS.get(method, "sha256"), data).digest())


def reference(info, uri, forms, method, data, **attributes):
    node = child(info, "Reference", ns=DS, **attributes)
    if uri is not None:
        node.set("URI", uri)
    if forms:
        into = child(node, "Transforms", ns=DS)
        for f in forms:
            t = child(into, "Transform", ns=DS, Algorithm=f)
            if f.endswith("xpath-19991116"):
                child(t, "XPath", "not(ancestor-or-self::ds:Signature)", ns=DS)
    child(node, "DigestMethod", ns=DS, Algorithm=method)
    child(node, "DigestValue", digest(data, method), ns=DS)


def add_properties(signature, signer, form, v2, named, named_method, xades_id):
    qualifying = etree.SubElement(child(signature, "Object", ns=DS), f"{{{XADES}}}QualifyingProperties", nsmap={"xades": XADES}, Target="#SIG")
    properties = child(qualifying, "SignedProperties", ns=XADES, Id=xades_id)
    of = child(properties, "SignedSignatureProperties", ns=XADES)
    child(of, "SigningTime", utc(ISSUED), ns=XADES)
    if named is not False:
        cert = child(child(of, "SigningCertificateV2" if v2 else "SigningCertificate", ns=XADES), "Cert", ns=XADES)
        into = child(cert, "CertDigest", ns=XADES)
        child(into, "DigestMethod", ns=DS, Algorithm=named_method)
        child(into, "DigestValue", digest((named or signer).der, named_method), ns=DS)
    return properties


def sign(root, signer, uri="", forms=(ENVELOPED, EXC), form=EXC, method=None, digest_method=ENC + "sha256", v2=True, named=None,
         named_method=ENC + "sha256", certs=None, extra=(), properties_forms=(EXC,), properties_uri="#XADES", xades_id="XADES", covered=None, salt=None):
    """Signs in place and gives the bytes. `covered`: what is digested instead of the root."""
    method = method or DSIG_MORE + ("rsa-sha256" if isinstance(signer.key, rsa.RSAPrivateKey) else "ecdsa-sha256")
    list_form = next((f for f in forms if "c14n" in f), INC)
    list_bytes = canonical(root if covered is None else covered, list_form)
    signature = etree.SubElement(root, f"{{{DS}}}Signature", nsmap={"ds": DS}, Id="SIG")
    info = child(signature, "SignedInfo", ns=DS)
    value = child(signature, "SignatureValue", ns=DS)
    data = child(child(signature, "KeyInfo", ns=DS), "X509Data", ns=DS)
    for c in [signer] if certs is None else certs:
        child(data, "X509Certificate", b64(c.der), ns=DS)
    properties = add_properties(signature, signer, form, v2, named, named_method, xades_id)
    child(info, "CanonicalizationMethod", ns=DS, Algorithm=form)
    child(info, "SignatureMethod", ns=DS, Algorithm=method)
    reference(info, uri, forms, digest_method, list_bytes)
    properties_bytes = canonical(properties, next((f for f in properties_forms if "c14n" in f), INC))
    if properties_uri:
        reference(info, properties_uri, properties_forms, digest_method, properties_bytes, Type="http://uri.etsi.org/01903#SignedProperties")
    for other in extra:
        reference(info, other, (), digest_method, b"")
    value.text = b64(signer.sign(canonical(info, form), method, salt) if "hmac" not in method else b"0" * 32)
    return to_bytes(root)


def to_bytes(root):
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def signature_of(root):
    return root.find(f"{{{DS}}}Signature")


def twin(root):
    return copy.deepcopy(root)
