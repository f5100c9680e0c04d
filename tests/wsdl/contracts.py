#!/usr/bin/python3
"""Holds wsdl/, vash/codelists/services.csv, samples/requests and portal/soap.xsl to each other.

Prints one line a case, "ok - contract ..." or "not ok - contract ...". Usage: contracts.py PROJECT_ROOT
"""
import csv
import os
import re
import sys

from lxml import etree

ROOT = sys.argv[1]
WSDL = os.path.join(ROOT, "wsdl")
XS = "{http://www.w3.org/2001/XMLSchema}"
W = "{http://schemas.xmlsoap.org/wsdl/}"
BINDINGS = {"soap": "{http://schemas.xmlsoap.org/wsdl/soap/}", "soap12": "{http://schemas.xmlsoap.org/wsdl/soap12/}"}
ENVELOPES = {"": "http://schemas.xmlsoap.org/soap/envelope/", "-12": "http://www.w3.org/2003/05/soap-envelope"}
COLUMNS = "service,groups,path,wsdl,operation,namespace,element,soap_action,mode,backend".split(",")
ALLOWED_ELEMENTS = set(
    "schema import annotation documentation element complexType simpleType sequence choice restriction enumeration "
    "length minLength maxLength pattern minInclusive maxInclusive totalDigits".split())
ALLOWED_TYPES = set("string token date dateTime boolean int long base64Binary".split())
PAYLOADS = ["podatki-redni-izpis", "sifranti-redni-izpis", "kontrola-obstoj", "kontrola-enak-pravni-polozaj",
            "odprti-postopki", "podatki-o-zadevi"]
PAGE_MODEL = "page.xsd"     # between the gateway's own parts: not in the subset, so no contract may lean on it

EZK = 'xmlns="urn:esodstvo:ezk:1"'
EINS = 'xmlns="urn:esodstvo:eins:1"'
REG = 'xmlns="urn:esodstvo:vash-registration:1"'
PARCELA = "<nepremicnina><parcela><ko>1</ko><stevilka>{}</stevilka></parcela></nepremicnina>"
STAVBA = "<stavba><ko>1</ko><stevilka>2</stevilka></stavba>"
STEP = "<zadeva>{}</zadeva><razlicica>1</razlicica><gumb>next</gumb>"
VALUE = "<vrednost><ime>{}</ime><besedilo>{}</besedilo></vrednost>"
FILE = "<datoteka><ime>vloga.pdf</ime><vsebina>{}</vsebina></datoteka>"
PAGE = "<konec>odprto</konec><postopek>vs101</postopek><korak>vs101-03</korak><sl>x</sl>"
# (name, schema, valid?, body): bounds that other parts of the gateway rely on
BODIES = [
    ("zahtevek with emso", "ezk", True, f"<ZahtevekRequest {EZK}><emso>0101006500006</emso></ZahtevekRequest>"),
    ("zahtevek with maticna and namen", "ezk", True,
     f"<ZahtevekRequest {EZK}><maticna>8982279A00</maticna><namen>LASTNI_VPOGLED</namen></ZahtevekRequest>"),
    ("zahtevek with both numbers", "ezk", False,
     f"<ZahtevekRequest {EZK}><emso>0101006500006</emso><maticna>5491711000</maticna></ZahtevekRequest>"),
    ("zahtevek with namen first", "ezk", False,
     f"<ZahtevekRequest {EZK}><namen>LASTNI</namen><emso>0101006500006</emso></ZahtevekRequest>"),
    ("emso with a bad check digit is left to the rules", "ezk", True,
     f"<ZahtevekRequest {EZK}><emso>0101006500007</emso></ZahtevekRequest>"),
    ("emso of 12 digits", "ezk", False, f"<ZahtevekRequest {EZK}><emso>010100650000</emso></ZahtevekRequest>"),
    ("emso in Arabic digits", "ezk", False,
     f"<ZahtevekRequest {EZK}><emso>{chr(0x660) * 13}</emso></ZahtevekRequest>"),
    ("emso between blanks", "ezk", False, f"<ZahtevekRequest {EZK}><emso> 0101006500006 </emso></ZahtevekRequest>"),
    ("attribute on the request", "ezk", False, f'<ZahtevekRequest {EZK} a="1"/>'),
    ("element of no namespace", "ezk", False, f'<ZahtevekRequest {EZK}><emso xmlns="">0101006500006</emso></ZahtevekRequest>'),
    ("51 buildings are left to the rules", "ezk", True, f"<IzpisZaStavboRequest {EZK}>{STAVBA * 51}</IzpisZaStavboRequest>"),
    ("1000 buildings", "ezk", True, f"<IzpisZaStavboRequest {EZK}>{STAVBA * 1000}</IzpisZaStavboRequest>"),
    ("1001 buildings", "ezk", False, f"<IzpisZaStavboRequest {EZK}>{STAVBA * 1001}</IzpisZaStavboRequest>"),
    ("no building", "ezk", False, f"<IzpisZaStavboRequest {EZK}/>"),
    ("municipality 0", "ezk", False,
     f"<IzpisZaStavboRequest {EZK}><stavba><ko>0</ko><stevilka>2</stevilka></stavba></IzpisZaStavboRequest>"),
    ("building 100000", "ezk", False,
     f"<IzpisZaStavboRequest {EZK}><stavba><ko>1</ko><stevilka>100000</stevilka></stavba></IzpisZaStavboRequest>"),
    ("one property to compare", "ezk", False,
     f"<EnakPravniPolozajGovRequest {EZK}>{PARCELA.format('1')}</EnakPravniPolozajGovRequest>"),
    ("two properties to compare", "ezk", True,
     f"<EnakPravniPolozajGovRequest {EZK}>{PARCELA.format('1') + PARCELA.format('1234/5')}</EnakPravniPolozajGovRequest>"),
    ("parcel 1/0", "ezk", False,
     f"<PodatkiNepremicnineGovRequest {EZK}>{PARCELA.format('1/0')}</PodatkiNepremicnineGovRequest>"),
    ("extract without namen", "ezk", False, f"<RedniIzpisGovRequest {EZK}>{PARCELA.format('1')}</RedniIzpisGovRequest>"),
    ("search with namen in small letters", "ezk", False,
     f"<IskanjePoImetnikuGovRequest {EZK}><davcna>50223054</davcna><namen>gov</namen></IskanjePoImetnikuGovRequest>"),
    ("search by davcna", "ezk", True,
     f"<IskanjePoImetnikuGovRequest {EZK}><davcna>50223054</davcna><namen>GOV_MJU_GOSPODAR_RS</namen></IskanjePoImetnikuGovRequest>"),
    ("101 holders", "ezk", False,
     f"<Op1ZaImetnikeGovRequest {EZK}>{'<imetnik><maticna>5491711</maticna></imetnik>' * 101}<obseg>OP1</obseg></Op1ZaImetnikeGovRequest>"),
    ("unknown obseg", "ezk", False,
     f"<Op1ZaImetnikeGovRequest {EZK}><imetnik><maticna>5491711</maticna></imetnik><obseg>PT1</obseg></Op1ZaImetnikeGovRequest>"),
    ("davcna with a leading zero", "eins", False,
     f"<GetOdprtiPostopkZaDSRequest {EINS}><davcna>05022305</davcna></GetOdprtiPostopkZaDSRequest>"),
    ("davcna with the prefix SI", "eins", False,
     f"<GetOdprtiPostopkZaDSRequest {EINS}><davcna>SI50223054</davcna></GetOdprtiPostopkZaDSRequest>"),
    ("30 February", "eins", False,
     f"<GetOdprtiPostopkiRequest {EINS}><odDatuma>2024-02-30</odDatuma><doDatuma>2024-03-01</doDatuma></GetOdprtiPostopkiRequest>"),
    ("answer DA", "eins", True, f"<GetOdprtiPostopkZaDSResponse {EINS}><odgovor>DA</odgovor></GetOdprtiPostopkZaDSResponse>"),
    ("answer DA and more", "eins", False,
     f"<GetOdprtiPostopkZaDSResponse {EINS}><odgovor>DA</odgovor><ime>x</ime></GetOdprtiPostopkZaDSResponse>"),
    ("zip answer", "ezk", True,
     f"<ZahtevekResponse {EZK}><ime>op1-podatki.zip</ime><zip>UEsFBg==</zip></ZahtevekResponse>"),
    ("rights of everything", "vash", True, '<PreveriPraviceRequest xmlns="urn:esodstvo:vash:1"/>'),
    ("rights of a five-digit group", "vash", False,
     '<PreveriPraviceRequest xmlns="urn:esodstvo:vash:1"><skupina>10011</skupina></PreveriPraviceRequest>'),
    ("begin of a procedure", "vash-registration", True, f"<PostopekRequest {REG}><postopek>vs101</postopek></PostopekRequest>"),
    ("procedure without a name", "vash-registration", False, f"<PostopekRequest {REG}><postopek/></PostopekRequest>"),
    ("step of case 1", "vash-registration", True, f"<PostopekRequest {REG}>{STEP.format(1)}</PostopekRequest>"),
    ("step of case 0", "vash-registration", False, f"<PostopekRequest {REG}>{STEP.format(0)}</PostopekRequest>"),
    ("step of a case of 18 digits", "vash-registration", True, f"<PostopekRequest {REG}>{STEP.format('9' * 18)}</PostopekRequest>"),
    ("step of a case of 19 digits", "vash-registration", False, f"<PostopekRequest {REG}>{STEP.format('1' + '0' * 18)}</PostopekRequest>"),
    ("button before the case", "vash-registration", False,
     f"<PostopekRequest {REG}><gumb>next</gumb><zadeva>1</zadeva><razlicica>1</razlicica></PostopekRequest>"),
    ("200 values", "vash-registration", True, f"<PostopekRequest {REG}>{STEP.format(1)}{VALUE.format('a', '') * 200}</PostopekRequest>"),
    ("201 values", "vash-registration", False, f"<PostopekRequest {REG}>{STEP.format(1)}{VALUE.format('a', '') * 201}</PostopekRequest>"),
    ("value of 32768 letters", "vash-registration", True, f"<PostopekRequest {REG}>{VALUE.format('a', 'č' * 32768)}</PostopekRequest>"),
    ("value of 32769 letters", "vash-registration", False, f"<PostopekRequest {REG}>{VALUE.format('a', 'č' * 32769)}</PostopekRequest>"),
    ("value without a name", "vash-registration", False, f"<PostopekRequest {REG}>{VALUE.format('', 'x')}</PostopekRequest>"),
    ("file in base64", "vash-registration", True, f"<PostopekRequest {REG}>{STEP.format(1)}{FILE.format('JVBERg==')}</PostopekRequest>"),
    ("file as it is", "vash-registration", False, f"<PostopekRequest {REG}>{STEP.format(1)}{FILE.format('%PDF')}</PostopekRequest>"),
    ("two files", "vash-registration", False,
     f"<PostopekRequest {REG}>{STEP.format(1)}{FILE.format('JVBERg==') * 2}</PostopekRequest>"),
    ("page in two languages", "vash-registration", True, f"<PostopekResponse {REG}>{PAGE}<en>x</en></PostopekResponse>"),
    ("page in one language", "vash-registration", False, f"<PostopekResponse {REG}>{PAGE}</PostopekResponse>"),
    ("fault detail", "fault", True,
     '<Napaka xmlns="urn:esodstvo:vashgate:1"><koda>k</koda><sl>s</sl><en>e</en><remedy>r</remedy><id>i</id></Napaka>'),
]


def case(good, name, why=""):
    print(f"{'ok' if good else 'not ok'} - contract {name}" + (f": {why}" if why and not good else ""))


def parse(path):
    return etree.parse(path, etree.XMLParser(no_network=True, resolve_entities=False)).getroot()


def check_subset(path):
    bad = []
    for node in parse(path).iter(etree.Element):
        name = etree.QName(node)
        if name.namespace != XS[1:-1] or name.localname not in ALLOWED_ELEMENTS:
            bad.append(f"line {node.sourceline}: {name.localname}")
        for key in ("type", "base"):
            ref = node.get(key, "")
            if ref.startswith("xs:") and ref[3:] not in ALLOWED_TYPES:
                bad.append(f"line {node.sourceline}: {ref}")
        if node.get("mixed") or "\\" in node.get("value", ""):
            bad.append(f"line {node.sourceline}: mixed content or an escape in a pattern")
        if name.localname == "totalDigits" and int(node.get("value")) > 18:
            bad.append(f"line {node.sourceline}: more than 18 digits")
    return "; ".join(bad)


def importers(name):
    """The files of wsdl/ that lead to a schema."""
    return [file for file in sorted(os.listdir(WSDL)) if file.endswith((".wsdl", ".xsd"))
            and any(os.path.basename(node.get("schemaLocation", "")) == name for node in parse(os.path.join(WSDL, file)).iter(etree.Element))]


def one(node, path, key):
    found = node.findall(path)
    if len(found) != 1:
        raise ValueError(f"{len(found)} of {path}")
    return found[0].get(key)


def check_wsdl(row):
    """Everything the table says must be what the WSDL says."""
    root = parse(os.path.join(WSDL, row["wsdl"]))
    operation, namespace, element = row["operation"], row["namespace"], row["element"]
    want = [
        (root.get("targetNamespace"), namespace, "targetNamespace"),
        (one(root, f"{W}portType/{W}operation", "name"), operation, "operation"),
        (one(root, f"{W}message[@name='{operation}Input']/{W}part", "element"), f"tns:{element}", "request element"),
        (one(root, f"{W}message[@name='{operation}Output']/{W}part", "element"),
         f"tns:{re.sub('Request$', 'Response', element)}", "response element"),
    ]
    for prefix in BINDINGS.values():
        want.append((one(root, f"{W}binding/{W}operation/{prefix}operation", "soapAction"), row["soap_action"], "soapAction"))
        want.append((one(root, f"{W}service/{W}port/{prefix}address", "location"),
                     "https://localhost:8443" + row["path"], "address"))
        want.append((one(root, f"{W}binding/{prefix}binding", "style"), "document", "style"))
        want.append((one(root, f"{W}binding/{W}operation/{W}fault/{prefix}fault", "use"), "literal", "fault"))
    return "; ".join(f"{what}: {got} is not {expected}" for got, expected, what in want if got != expected)


def check_row(row):
    bad = []
    if not re.fullmatch(r"(/[a-z0-9-]+)+", row["path"]):
        bad.append("path")
    if row["soap_action"] != f"{row['namespace']}/{row['operation']}":
        bad.append("soap_action")
    if row["mode"] not in ("query", "effect") or row["backend"] not in ("ezk", "eins", "self"):
        bad.append("mode or backend")
    if not re.fullmatch(r"([0-9]{4}(-[0-9]{4})?)?", row["groups"]):
        bad.append("groups")
    return "; ".join(bad)


def unique(rows):
    seen = {}
    for row in rows:
        for name in parse(os.path.join(WSDL, row["wsdl"])).iter(
                f"{W}message", f"{W}portType", f"{W}binding", f"{W}service", f"{W}port"):
            if name.get("name") != "NapakaFault":
                seen.setdefault((name.tag, name.get("name")), []).append(row["wsdl"])
        for key in ("service", "path", "operation", "soap_action", "wsdl"):
            seen.setdefault((key, row[key]), []).append(row["wsdl"])
    return "; ".join(f"{name} in {files}" for (_, name), files in seen.items() if len(files) > 1)


def validate(schema, node):
    fresh = etree.fromstring(etree.tostring(node))
    return "" if schema.validate(fresh) else str(schema.error_log.last_error)


def check_sample(row, suffix, envelope, schema):
    root = parse(os.path.join(ROOT, "samples/requests", row["service"] + suffix + ".xml"))
    body = root.find(f"{{{envelope}}}Body")
    if root.tag != f"{{{envelope}}}Envelope" or body is None or len(body) != 1:
        return "not an envelope of this version with one element in its body"
    if body[0].tag != f"{{{row['namespace']}}}{row['element']}":
        return f"body is {body[0].tag}"
    return validate(schema, body[0])


def check_page(page, answer, schema):
    """A page as the answer of Postopek: valid by the contract, and with all that the page says beside its headings and the PDFs of lists,
    which the operation does not give."""
    texts = [text.strip() for text in page.xpath("//*[local-name()='sl' or local-name()='en'][not(ancestor::*[local-name()='login'])]"
                                                 "[not(parent::*[local-name()='link'][@to='pdf'])]"
                                                 "[not(parent::*[local-name()='label']/parent::*[local-name()='facts'])]/text()")]
    said = {text.strip() for text in answer.getroot().itertext()}
    lost = [text for text in texts if text not in said]
    return validate(schema, answer.getroot()) or (f"lost: {lost}" if lost else "")


def check_pages(schema):
    """Every page that the portal's suite knows."""
    folder = os.path.join(ROOT, "tests/portal/pages")
    to_soap = etree.XSLT(etree.parse(os.path.join(ROOT, "portal/soap.xsl")))
    for name in sorted(os.listdir(folder)):
        page = etree.parse(os.path.join(folder, name))
        for number in ("case", "version"):      # the gateway's own, so never what hostile.xml makes of them
            page.getroot().set(number, "1")
        why = check_page(page, to_soap(page, end=etree.XSLT.strparam("odprto"), record=etree.XSLT.strparam("7")), schema)
        case(not why, f"soap.xsl {name}", why)


def main():
    with open(os.path.join(ROOT, "vash/codelists/services.csv"), newline="", encoding="utf-8") as table:
        reader = csv.DictReader(table)
        rows = list(reader)
    case(reader.fieldnames == COLUMNS, "services.csv header")
    case(sorted(r["wsdl"] for r in rows) == sorted(f for f in os.listdir(WSDL) if f.endswith(".wsdl")),
         "services.csv names every wsdl, and no other")
    clash = unique(rows)
    case(not clash, "names are unique over all files", clash)
    schemas = {name: etree.XMLSchema(etree.parse(os.path.join(WSDL, name + ".xsd"))) for name in
               {*(row["namespace"].split(":")[2] for row in rows), "fault"}}
    found = importers(PAGE_MODEL)
    case(not found, f"no file imports {PAGE_MODEL}", ", ".join(found))
    for name in sorted(f for f in os.listdir(WSDL) if f.endswith(".xsd") and f != PAGE_MODEL):
        bad = check_subset(os.path.join(WSDL, name))
        case(not bad, f"subset {name}", bad)
    for row in rows:
        bad = check_row(row)
        case(not bad, f"services.csv row {row['service']}", bad)
        bad = check_wsdl(row)
        case(not bad, f"services.csv agrees with {row['wsdl']}", bad)
        schema = schemas[row["namespace"].split(":")[2]]
        for suffix, envelope in ENVELOPES.items():
            bad = check_sample(row, suffix, envelope, schema)
            case(not bad, f"sample {row['service']}{suffix}.xml", bad)
    for name, schema, valid, body in BODIES:
        why = validate(schemas[schema], etree.fromstring(body))
        case((not why) == valid, f"{'accepts' if valid else 'refuses'} {name}", why or "accepted")
    check_pages(schemas["vash-registration"])
    for name in PAYLOADS:
        schema = etree.XMLSchema(etree.parse(os.path.join(WSDL, name + ".xsd")))
        why = validate(schema, parse(os.path.join(ROOT, "tests/wsdl/payloads", name + ".xml")))
        case(not why, f"payload {name}", why)


main()
