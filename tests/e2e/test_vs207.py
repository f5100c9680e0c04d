"""vs207 (FZ 5.3.7): registering a certificate for a web service; and what holds for every case (versions, strangers, expiry)."""
import base64
import hashlib
import re

from cases import case, equal, table
from portal import (ACTIVE, COMPANY, COURT, DELETED, MUNICIPALITY, NEIGHBOUR, OTHER_COURT, P, PDF, PENDING, PERSON, UNSEEN, Person, administrator,
                    alter, authorised, change_list, chief, digest, eceu, enter, full_name, group_name, history, lists_world, mails, nothing_written,
                    notice, pem, portal_world, record, refused, rows, service, settle, told, user)
from world import PKI, pki_index

TOWN = user(MUNICIPALITY, 701)
OFFERED = {"11": (1101, 1102, 1103, 1201, 1202, 1203), "21": (1008, 1101, 1102, 1103, 1201, 1202, 1203),
           "31": (1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1103, 1201, 1202, 1203)}
CLIENT = {"client": "new", "client.name": "Naš odjemalec", "client.uris": "https://obcina.test/nazaj"}


def world():
    return portal_world(case_ttl_s=60, upload_max_bytes=65536)


def uradnica(w, *people):
    settle(w, TOWN, *people)
    return Person(w, "uradnica", "701 –")


def at(p, step, group=1003, certificate="obcina_zig"):
    """vs207 up to a step."""
    page = p.begin("vs207")
    if step != "vs207-02":
        page = p.press(page, "next", {"group": str(group)})
    if step in ("vs207-04", "vs207-05", "vs207-06"):
        page = p.press(page, "confirm", {"certificate": pem(certificate)})
    if step in ("vs207-05", "vs207-06") and page.step == "vs207-04":
        page = p.press(page, "confirm", CLIENT)
    if step == "vs207-06":
        page = p.press(page, "confirm", {}, file=("application", "vloga.pdf", PDF))
    equal(page.step, step, f"way to the step\n{page}")
    return page


# ---- vs207-01, vs207-02 ----

@case("vs207-01.1: the page shows the user's active records of the sets 5a and 5b, no others", world)
def own_groups(w):
    settle(w, user(PERSON, 601), service(PERSON, 1103, "oseba"), service(PERSON, 1201, status="pending"),
           service(COMPANY, 1101, "podjetje"),
           authorised(PERSON, COMPANY, 1101, 5))
    page = Person(w, "posameznica", "601 –").begin("vs207")
    equal(list(page.records().values()), [f"{full_name(1103)} kot samostojni uporabnik",
                                          f"{full_name(1101)} kot pooblaščenec samostojnega uporabnika {COMPANY['name']}"], "records")
    equal(notice("vs002-h", "fizična oseba z EMŠO") in page.labels(), True, "heading")


POSITIONS = (("11", PERSON, "posameznica", user(PERSON, 601), "601 –"), ("21", COMPANY, "direktor", user(COMPANY, 501), "501 –"),
             ("31", MUNICIPALITY, "uradnica", TOWN, "701 –"))


@table(POSITIONS,
       "vs207-01.2: position {} is offered the groups of its column of 2.10.3 without its live ones, and never 1000 and 1251", world)
def offered(w, position, subject, name, entry, login):
    first, second, third = OFFERED[position][:3]
    settle(w, entry, service(subject, first), service(subject, second, status="pending"), service(subject, third, status="deleted"))
    page = Person(w, name, login).begin("vs207")
    equal(page.options("group"), {str(g): full_name(g) for g in OFFERED[position][2:]}, "groups")


@case("vs207-01.2: a group in which the user is an authorised person is not offered again (FZ-VS6.2), not even when his "
      "principal has left PRS", world)
def authorised_counts(w):
    settle(w, user(PERSON, 601), service(COMPANY, 1101, "podjetje"), authorised(PERSON, COMPANY, 1101, 5))
    p = Person(w, "posameznica", "601 –")
    equal("1101" in p.begin("vs207").options("group"), False, "with an active principal")
    w.cli("user", "prs", str(eceu(w, COMPANY)), "deleted")
    equal("1101" in p.begin("vs207").options("group"), False, "with a principal deleted in PRS")
    w.cli("user", "status", str(record(w, PERSON, 1101)["id"]), "deleted", "--reason", "left")
    equal("1101" in p.begin("vs207").options("group"), True, "control")


@case("vs207-01.2: a group that the code list opens to other legal forms alone is not offered (FZ-VS5.2); opened to the user's it is", lists_world)
def other_forms(w):
    settle(w, user(COMPANY, 501))
    p = Person(w, "direktor", "501 –")
    for forms, offered_now in (("101", False), ("101 103", True)):
        change_list(w, "group_positions.csv", "5,1103,21,any,yes", f"5,1103,21,{forms},yes")
        options = p.begin("vs207").options("group")
        equal(("1103" in options, "1101" in options), (offered_now, True), forms)


NO_MORE = (
    ("3a1: nothing left for a person", PERSON, "posameznica", user(PERSON, 601), "11", "vs207-01.3a1", ()),
    ("3a2: nothing left for a company", COMPANY, "direktor", user(COMPANY, 501), "21", "vs207-01.3a2",
     ("103 – Družba z omejeno odgovornostjo d.o.o.",)),
    ("3a3: nothing left for a public body", MUNICIPALITY, "uradnica", TOWN, "31", "vs207-01.3a3", ()),
)


@table(NO_MORE, "vs207-01.{}: the specification's notice, and the case stops; with one group free it goes on", world)
def no_group(w, _, subject, name, entry, position, row, fill):
    settle(w, entry, *(service(subject, g, status="pending") for g in OFFERED[position]))
    p = Person(w, name, f"{entry['group']} –")
    page = p.begin("vs207")
    told(page, row, *fill)
    equal((page.options("group"), page.finished), ({}, True), "page")
    last = OFFERED[position][-1]
    w.cli("user", "status", str(record(w, subject, last)["id"]), "deleted", "--reason", "refused")
    page = p.begin("vs207")
    equal((page.step, page.codes, list(page.options("group"))), ("vs207-02", [], [str(last)]), "control")


@case("vs207-01.3a1.l: a person without a further group reads which procedure it is, without a link while there is no vs204", world)
def name_of_204(w):
    settle(w, user(PERSON, 601), *(service(PERSON, g, status="pending") for g in OFFERED["11"]))
    p = Person(w, "posameznica", "601 –")
    page = p.begin("vs207")
    told(page, "vs207-01.3a1.l")
    equal((page.links(), p.begin("vs204").status), ([], 404), "links")


@case("vs207-01.3b: with a free group the choice vs207-02 opens", world)
def goes_on(w):
    equal(uradnica(w).begin("vs207").step, "vs207-02", "step")


@case("vs207-02.1: the choice stands under the specification's text", world)
def label_of_groups(w):
    equal(notice("vs207-02.1") in uradnica(w).begin("vs207").labels(), True, "label")


@case("vs207-02.1o: exactly one group leads to the certificate", world)
def one_group(w):
    p = uradnica(w)
    equal(p.press(p.begin("vs207"), "next", {"group": "1003"}).step, "vs207-03", "step")


@case("vs207-02.1x: no group, two, one of another position, a live one, 1000 or 1251 is refused, the case stays", world)
def wrong_group(w):
    p = uradnica(w, service(MUNICIPALITY, 1001, "obcina_zig"), service(MUNICIPALITY, 1002, status="pending"))
    page = p.begin("vs207")
    for given in ([], ["1003", "1004"], "1101", "1001", "1002", "1000", "1251", "701", "x", "-1003", "1003x"):
        page = p.press(page, "next", {"group": given})
        refused(page, "vs207-02", "vs207-02.1x")
    equal(p.press(page, "next", {"group": "1003"}).step, "vs207-03", "control")


# ---- vs207-03 ----

@case("vs207-03.1: the field for the certificate has the specification's help text", world)
def certificate_field(w):
    page = at(uradnica(w), "vs207-03")
    equal((notice("vs207-03.1") in page.labels(), page.field("certificate").get("type")), (True, "pem"), "field")


def key_of(name):
    with open(f"{PKI}/ee/{name}.key", encoding="ascii") as f:
        return f.read()


@case("vs207-03.1x: not PEM, several certificates, a private key, nothing: an error beside the field, the case stays", world)
def unreadable(w):
    p = uradnica(w)
    page = at(p, "vs207-03")
    good = pem("obcina_zig")
    for text, code in (("", "vg-field"), ("abc", "vs207-03.1x"), (good + pem("ec"), "vs207-03.1x"), (good[:400], "vs207-03.1x"),
                       ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "vs207-03.1x"), (good + key_of("obcina_zig"),
                                                                                                           "vs207-03.1x")):
        page = p.press(page, "confirm", {"certificate": text})
        equal((page.step, page.errors()), ("vs207-03", {"certificate": code}), f"text {text[:30]!r}")
    equal(p.press(page, "confirm", {"certificate": good}).step, "vs207-04", "control")


def upload(p, page, button, data, text="", name="potrdilo.pem"):
    return p.press(page, button, {"certificate": text}, file=("certificate.file", name, data))


@case("vs207-03.1: the certificate may come as a file in PEM form; shown as a text it is confirmed without the file", world)
def uploaded(w):
    p = uradnica(w)
    good = pem("obcina_zig").encode()
    page = upload(p, at(p, "vs207-03"), "preview", b"Bag Attributes: \xc5\xa0marje\r\n" + good)
    equal((page.step, page.fact("Zgoščena vrednost (SHA-256)"), page.typed("certificate").strip().endswith("CERTIFICATE-----")),
          ("vs207-03", digest("obcina_zig"), True), "preview")
    equal(p.press(page, "confirm", {"certificate": page.typed("certificate")}, file=("certificate.file", "", b"")).step, "vs207-04", "the text")
    equal(upload(p, at(p, "vs207-03"), "confirm", good).step, "vs207-04", "the file")


@case("vs207-03.1x: a file that is not PEM, holds a key or stands beside a text is an error of the field, and is kept nowhere", world)
def bad_upload(w):
    p = uradnica(w)
    page = at(p, "vs207-03")
    good, key = pem("obcina_zig").encode(), key_of("obcina_zig").encode()
    der = base64.b64decode("".join(pem("obcina_zig").split("-----")[2].split()))
    for data, text, why in ((der, "", "v obliki PEM"), (good + b"\0", "", "v obliki PEM"), (good.decode().encode("utf-16"), "", "v obliki PEM"),
                            (b"abc", "", "eno samo"), (good + key, "", "zasebni ključ"),
                            (good, good.decode(), "ne obojega")):
        page = upload(p, page, "confirm", data, text)
        equal((page.step, page.errors(), why in page.field("certificate").find(P + "error").find(P + "sl").text), ("vs207-03", {"certificate": "vs207-03.1x"}, True), f"{data[:20]} {why}")
        equal(key.decode().splitlines()[5] in page.reply.text, False, "the key on the page")
    page = upload(p, page, "confirm", b"")
    equal(page.errors(), {"certificate": "vg-field"}, "an empty one")
    equal([len(rows(w, f"SELECT 1 FROM {kind} WHERE case_id = ? AND {what}", page.case)) for kind, what in
           (("procedure_case_value", "instr(value, 'BEGIN')"), ("procedure_case_file", "1"))], [0, 0], "what is kept")
    equal(upload(p, page, "confirm", good).step, "vs207-04", "control")


@case("vs207-03.1x: a private key is neither stored nor logged nor shown again", world)
def private_key(w):
    p = uradnica(w)
    key = key_of("obcina_zig")
    secret = key.splitlines()[5]
    page = p.press(at(p, "vs207-03"), "confirm", {"certificate": pem("obcina_zig") + key})
    equal((page.errors(), secret in page.reply.text), ({"certificate": "vs207-03.1x"}, False), "page")
    equal("zasebni ključ" in page.said("vs207-03.1x")[0], True, "text")
    equal(rows(w, "SELECT count(*) AS n FROM procedure_case_value WHERE instr(value, ?) OR instr(value, 'PRIVATE')", secret)[0]["n"], 0,
          "stored")
    equal(secret in w.gateway.log(100000) or any(secret in str(r) for r in w.records()), False, "log and trail")
    equal(p.press(page, "confirm", {"certificate": pem("obcina_zig")}).step, "vs207-04", "control")


@case("vs207-03.2: the preview shows issuer, serial number, subject and digest, and the step stays", world)
def preview(w):
    p = uradnica(w)
    page = p.press(at(p, "vs207-03"), "preview", {"certificate": pem("obcina_zig")})
    about = pki_index()["certificates"]["obcina_zig"]
    equal((page.step, page.codes), ("vs207-03", []), "page")
    equal((page.fact("Serijska številka").lower(), page.fact("Zgoščena vrednost (SHA-256)")), (about["serial"], digest("obcina_zig")),
          "facts")
    equal("SIGOV-CA TEST" in page.fact("Izdajatelj") and "TEST Občina Primer" in page.fact("Predmet"), True, "names")


NOT_ALLOWED = ("samopodpisan", "neznan_izdajatelj")


@table([(n,) for n in NOT_ALLOWED],
       "vs207-03.4a: the certificate {} is of an issuer that is not allowed (FZ-VS9); a good one passes", world)
def issuer(w, name):
    p = uradnica(w)
    page = p.press(at(p, "vs207-03"), "confirm", {"certificate": pem(name)})
    refused(page, "vs207-03", "vs207-03.4a")
    names = re.search(r"izdajateljev: (.*?)\. Potrdilo", page.said("vs207-03.4a")[0])[1]
    told(page, "vs207-03.4a", names)
    equal([n in names for n in ("SI-TRUST", "Halcom", "Rekono")], [True] * 3, f"issuers {names}")
    equal(p.press(page, "confirm", {"certificate": pem("obcina_zig")}).step, "vs207-04", "control")


@case("vs207-03.3a: each allowed issuer's certificate passes", world)
def issuers(w):
    p = uradnica(w)
    for name in ("obcina", "obcina_zig", "podjetje", "oseba", "rekono", "ec"):
        equal(p.press(at(p, "vs207-03"), "confirm", {"certificate": pem(name)}).step, "vs207-04", name)


@case("vs207-03.4b: a certificate of another user's active record is refused; when that record ends it is free", world)
def taken(w):
    p = uradnica(w, service(COMPANY, 1103, "ec"))
    page = p.press(at(p, "vs207-03"), "confirm", {"certificate": pem("ec")})
    refused(page, "vs207-03", "vs207-03.4b")
    told(page, "vs207-03.4b")
    w.cli("user", "status", str(record(w, COMPANY, 1103)["id"]), "deleted", "--reason", "left")
    equal(p.press(page, "confirm", {"certificate": pem("ec")}).step, "vs207-04", "control")


@case("vs207-03.3b: a pending record blocks a certificate only when possession of its key is proven (DECISIONS)", world)
def possession(w):
    settle(w, TOWN, user(COMPANY, 501), service(NEIGHBOUR, 1103, "ec", status="pending"), administrator(COURT, 1103))
    p = Person(w, "uradnica", "701 –")
    equal(p.press(at(p, "vs207-03"), "confirm", {"certificate": pem("ec")}).step, "vs207-04", "pending, not proven")
    equal(Person(w, "direktor", "501 –").register(1103, "direktor").codes, ["vs207-07.1"], "registration over its own connection")
    equal(record(w, COMPANY, 1103)["possession_proven"], 1, "proven")
    refused(p.press(at(p, "vs207-03"), "confirm", {"certificate": pem("direktor")}), "vs207-03", "vs207-03.4b")


@case("vs207-03.4b.o: the same user may use a certificate of his for another group", world)
def own_certificate(w):
    p = uradnica(w, service(MUNICIPALITY, 1001, "obcina_zig"), administrator(COURT, 1003))
    equal(p.register(1003, "obcina_zig").codes, ["vs207-07.1"], "registration")
    equal([record(w, MUNICIPALITY, g)["cert_digest"] for g in (1001, 1003)], [digest("obcina_zig")] * 2, "certificates")


# of the last five the issuer's name is an allowed provider's, and no valid certificate of that issuer is known
EXPIRED, REVOKED = "poteklo je potrdilo ali potrdilo izdajatelja", "preklicano je potrdilo ali potrdilo izdajatelja"
USAGE, WEAK = "ključ potrdila ni namenjen prijavi odjemalca (KU, EKU)", "ključ ali podpis je prešibek"
NO_PATH = "verige do veljavnega potrdila izdajatelja ni"
INVALID = {"potekel": EXPIRED, "se_ne_velja": "potrdilo še ne velja", "preklican": REVOKED, "eku_server": USAGE, "ku_brez_podpisa": USAGE,
           "rsa1024": WEAK, "sha1": WEAK, "brez_qc": "potrdilo ni kvalificirano", "potekel_izdajatelj": NO_PATH,
           "preklican_izdajatelj": NO_PATH, "dvojnik_imena": NO_PATH, "dvojnik_crk": NO_PATH, "dvojnik_izdajatelja": "veriga potrdil ni veljavna"}


@table(list(INVALID.items()), "vs207-03.4c: the certificate {} is not valid; a good one of the same issuer passes", world)
def invalid(w, name, why):
    p = uradnica(w)
    page = p.press(at(p, "vs207-03"), "confirm", {"certificate": pem(name)})
    refused(page, "vs207-03", "vs207-03.4c")
    told(page, "vs207-03.4c", more=f" ({why})")
    equal(p.press(page, "confirm", {"certificate": pem("podjetje")}).step, "vs207-04", "control")


@case("vs207-03.3c: the issuer is judged before uniqueness, and uniqueness before validity (DECISIONS)", world)
def order(w):
    p = uradnica(w, service(COMPANY, 1103, "potekel"), service(COMPANY, 1201, "neznan_izdajatelj"))
    page = p.press(at(p, "vs207-03"), "confirm", {"certificate": pem("potekel")})
    refused(page, "vs207-03", "vs207-03.4b")
    page = p.press(page, "confirm", {"certificate": pem("neznan_izdajatelj")})
    refused(page, "vs207-03", "vs207-03.4a")


FOLLOWING = (("vs207-03.4d1: a group of 1001–1199 asks for the client", (1001, 1003, 1103), "vs207-04"),
             ("vs207-03.4d2: a group of 1201–1250 goes on to the application", (1201, 1202, 1203), "vs207-05"))


@table(FOLLOWING, "{}", world)
def client_or_not(w, _, groups, step):
    p = uradnica(w)
    for group in groups:
        page = p.press(at(p, "vs207-03", group), "confirm", {"certificate": pem("obcina_zig")})
        equal((page.step, page.codes), (step, []), f"after the certificate of {group}")


# ---- vs207-04 ----

@case("vs207-04.1: the client is an existing one or a new one, under the specification's texts", world)
def clients(w):
    p = uradnica(w, service(MUNICIPALITY, 1001, "obcina_zig"), administrator(COURT, 1002))
    p.register(1002)
    options = at(p, "vs207-04").options("client")
    equal(options, {str(record(w, MUNICIPALITY, 1002)["id"]): f"{notice('vs207-04.1a')} Naš odjemalec ({record(w, MUNICIPALITY, 1002)['client_id']})", "new": notice("vs207-04.1b")}, "options")


@case("vs207-04.1a, vs207-06.1a: an existing client's ID and secret hash are taken over, and no secret is shown", world)
def existing_client(w):
    p = uradnica(w, administrator(COURT, 1001), administrator(COURT, 1002))
    first = p.register(1001)
    old = record(w, MUNICIPALITY, 1001)
    done = p.register(1002, client=str(old["id"]))
    new = record(w, MUNICIPALITY, 1002)
    columns = ("has_client", "client_name", "redirect_uris", "client_id", "client_secret_hash")
    equal([new[c] for c in columns], [old[c] for c in columns], "client")
    equal((done.fact("ID odjemalca"), done.fact("Skrivnost odjemalca"), bool(first.fact("Skrivnost odjemalca"))),
          (old["client_id"], None, True), "pages")


@case("vs207-04.1b, vs207-06.1b: a new client gets an ID and a secret of its own; the secret is shown once and kept as a salted hash",
      world)
def new_client(w):
    p = uradnica(w, administrator(COURT, 1001), administrator(COURT, 1002))
    pages = [p.register(g) for g in (1001, 1002)]
    records = [record(w, MUNICIPALITY, g) for g in (1001, 1002)]
    secrets = [page.fact("Skrivnost odjemalca") for page in pages]
    equal((len(set(secrets)), len({r["client_id"] for r in records})), (2, 2), "secrets and IDs differ")
    for page, r, secret in zip(pages, records, secrets):
        version, salt, hashed = r["client_secret_hash"].split("$")
        equal((version, hashlib.sha256(bytes.fromhex(salt) + secret.encode()).hexdigest()), ("v1", hashed), "hash")
        equal(page.fact("ID odjemalca"), r["client_id"], "ID")
        again = p.get(f"/case/{page.case}")
        equal((again.step, again.fact("Skrivnost odjemalca"), secret in again.reply.text), ("vs207-07", None, False), "the page once more")
        equal(rows(w, "SELECT count(*) AS n FROM history WHERE instr(coalesce(after, ''), ?)", secret)[0]["n"], 0, "history")
        equal(rows(w, "SELECT count(*) AS n FROM procedure_case_value WHERE instr(value, ?)", secret)[0]["n"], 0, "case")


@case("vs207-04.2: the clients offered are those of the user's own active and pending groups, each once", world)
def own_clients(w):
    p = uradnica(w, administrator(COURT, 1001), administrator(COURT, 1002), user(COMPANY, 501), administrator(COURT, 1103))
    p.register(1001)
    p.register(1002, client=str(record(w, MUNICIPALITY, 1001)["id"]))
    Person(w, "direktor", "501 –").register(1103, "podjetje")
    first = str(record(w, MUNICIPALITY, 1001)["id"])
    equal(list(at(p, "vs207-04").options("client")), [first, "new"], "one client of two groups")
    for r in (first, str(record(w, MUNICIPALITY, 1002)["id"])):
        w.cli("user", "status", r, "deleted", "--reason", "left")
    equal(list(at(p, "vs207-04").options("client")), ["new"], "clients of ended records")


@case("vs207-04.2x: no client, somebody else's, or one of an ended record is refused, the case stays", world)
def wrong_client(w):
    p = uradnica(w, administrator(COURT, 1001), user(COMPANY, 501), administrator(COURT, 1103), service(MUNICIPALITY, 1002, "obcina_zig"))
    p.register(1001)
    Person(w, "direktor", "501 –").register(1103, "podjetje")
    mine, foreign, bare = (record(w, *k)["id"] for k in ((MUNICIPALITY, 1001), (COMPANY, 1103), (MUNICIPALITY, 1002)))
    page = at(p, "vs207-04")
    for given in ([], foreign, bare, "x", [mine, mine]):
        page = p.press(page, "confirm", {"client": given})
        refused(page, "vs207-04", "vs207-04.2x")
    equal(p.press(page, "confirm", {"client": mine}).step, "vs207-05", "control")


@case("vs207-04.2z: who has no client is offered a new one only, and it is chosen", world)
def no_client(w):
    page = at(uradnica(w), "vs207-04")
    equal(list(page.options("client")), ["new"], "options")
    equal([o.get("checked") for o in page.root.iter(P + "option")], ["true"], "checked")


@table([("vs207-04.3n", "client.name"), ("vs207-04.3u", "client.uris")],
       "{}: the field of the new client has the specification's help text", world)
def client_field(w, row, name):
    page = at(uradnica(w), "vs207-04")
    equal(page.field(name).find(P + "hint").find(P + "sl").text, notice(row), "hint")


URIS = ("", "http://obcina.test/a", "obcina.test", "https://", "https:///pot", "https://obcina.test/#del",
        "https://a.test/,https://a.test/",
        "https://a.test/ b", "javascript:alert(1)", "https://uporabnik@a.test/", "https://a.test/,,https://b.test/", "https://ž.test/", "https://a.test:99999/x",
        "https://a.test:abc/", "https://.../", "https://[/", "https://a.test/%zz", "https://a..b/", "https://a.test/,HTTPS://A.test/")


@case("vs207-04.3x: a name that shows nothing, is too long or no line, and bad redirect URIs are errors beside their fields, the case stays", world)
def client_errors(w):
    p = uradnica(w)
    page = at(p, "vs207-04")
    for name in ("", "   ", "x" * 201, *UNSEEN, "a\nb", "a\x1b[31m", "a\u2028b"):
        page = p.press(page, "confirm", dict(CLIENT, **{"client.name": name}))
        equal((page.step, page.errors()), ("vs207-04", {"client.name": "vs207-04.3x"}), f"name {name[:9]!r}")
    for uris in URIS:
        page = p.press(page, "confirm", dict(CLIENT, **{"client.uris": uris}))
        equal((page.step, page.errors()), ("vs207-04", {"client.uris": "vs207-04.3x"}), f"URIs {uris!r}")
    page = p.press(page, "confirm", {"client": "new"})
    equal(page.errors(), {"client.name": "vs207-04.3x", "client.uris": "vs207-04.3x"}, "both")
    page = p.press(page, "confirm", dict(CLIENT, **{"client.name": "x" * 200, "client.uris": "https://a.test/x?y=1 , https://a.test/z"}))
    equal(page.step, "vs207-05", "control")
    equal(rows(w, "SELECT value FROM procedure_case_value WHERE case_id = ? AND name = 'client.uris'", page.case)[0]["value"],
          "https://a.test/x?y=1,https://a.test/z", "what is kept")


# ---- vs207-05 ----

@case("vs207-05.1: the step says the specification's sentence about the application", world)
def about_application(w):
    told(at(uradnica(w), "vs207-05", 1201), "vs207-05.1")


@case("vs207-05.2: the chosen file's name is shown", world)
def file_name(w):
    p = uradnica(w)
    page = p.press(at(p, "vs207-05", 1201), "confirm", {}, file=("application", "vloga občine.pdf", PDF))
    equal(page.fact("Vloga (PDF)"), "vloga občine.pdf", "name")


@case("vs207-05.3x: no file and an empty one are refused, the case stays; a file beyond upload_max_bytes is refused with 413", world)
def no_file(w):
    p = uradnica(w)
    page = at(p, "vs207-05", 1201)
    for file in (None, ("application", "vloga.pdf", b"")):
        page = p.press(page, "confirm", {}, file=file)
        equal((page.step, page.errors()), ("vs207-05", {"application": "vs207-05.3x"}), "refusal")
    with nothing_written(w):
        equal(p.press(page, "confirm", {}, file=("application", "vloga.pdf", PDF + b" " * 66000)).status, 413, "too large")
    page = p.press(page, "confirm", {}, file=("application", "vloga.pdf", PDF + b" " * 60000))
    equal(page.step, "vs207-06", "control")


@case("vs207-05.3a, vs207-05.4a: what is not a PDF is refused with the specification's sentence", world)
def not_pdf(w):
    p = uradnica(w)
    page = at(p, "vs207-05", 1201)
    for content in (b"PK\x03\x04", b"<html>", b"%PDX-1.7" + PDF[8:]):
        page = p.press(page, "confirm", {}, file=("application", "vloga.pdf", content))
        refused(page, "vs207-05", "vs207-05.4a")
        told(page, "vs207-05.4a")
    equal(p.press(page, "confirm", {}, file=("application", "vloga.pdf", PDF)).step, "vs207-06", "control")


@case("vs207-05.3b, vs207-05.4b: a PDF without a signature is refused with the specification's sentence", world)
def not_signed(w):
    p = uradnica(w)
    page = at(p, "vs207-05", 1201)
    page = p.press(page, "confirm", {}, file=("application", "vloga.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"))
    refused(page, "vs207-05", "vs207-05.4b")
    told(page, "vs207-05.4b")
    equal(p.press(page, "confirm", {}, file=("application", "vloga.pdf", PDF)).step, "vs207-06", "control")


SIGNED_ALMOST = (("words about a signature", b"(text about /ByteRange and /Contents)"),
                 ("a ByteRange of three numbers", b"<< /Type /Sig /ByteRange [0 10 20] /Contents <00> >>"),
                 ("a ByteRange that is a reference", b"<< /Type /Sig /ByteRange 4 0 R /Contents <00> >>"),
                 ("no Contents", b"<< /Type /Sig /ByteRange [0 10 20 30] >>"),
                 ("Contents that are a dictionary", b"<< /Type /Sig /ByteRange [0 10 20 30] /Contents << >> >>"))


@table(SIGNED_ALMOST, "vs207-05.3b, vs207-05.4b: {}: that is no signature field; a signature dictionary in the same place is", world)
def almost_signed(w, name, content):
    p = uradnica(w)
    page = at(p, "vs207-05", 1201)
    page = p.press(page, "confirm", {}, file=("application", "vloga.pdf", b"%PDF-1.7\n1 0 obj\n" + content + b"\nendobj\n%%EOF\n"))
    refused(page, "vs207-05", "vs207-05.4b")
    good = b"%PDF-1.7\n1 0 obj\n<</Type/Sig/ByteRange[0\n10 20\r30 ]/Contents <00>>>\nendobj\n%%EOF\n"
    equal(p.press(page, "confirm", {}, file=("application", "vloga.pdf", good)).step, "vs207-06", "control")


@case("vs207-03.4a: whom the operator takes out of the list of providers is refused, though his anchor is there (FZ-VS9)", lists_world)
def provider_gone(w):
    p = Person(w, "direktor", "501 –")
    page = p.press(p.begin("vs207"), "next", {"group": "1201"})
    change_list(w, "issuers.csv", "VATSI-43353126,Halcom\n", "")
    refused(p.press(page, "confirm", {"certificate": pem("podjetje")}), "vs207-03", "vs207-03.4a")
    change_list(w, "issuers.csv", "VATSI-43353126,Halcom\n", "VATSI-43353126,Halcom d.d.\n")
    page = p.press(p.get(f"/case/{page.case}"), "confirm", {"certificate": pem("podjetje")})
    equal(page.step, "vs207-05", f"control {page}")


@case("vs207-05.4c: a signed PDF leads to the preview of everything that will be written", world)
def to_preview(w):
    page = at(uradnica(w), "vs207-06")
    facts = {"Uporabniška skupina": full_name(1003), "Vloga (PDF)": "vloga.pdf", "Zgoščena vrednost (SHA-256)": digest("obcina_zig"),
             "Zgoščena vrednost vloge (SHA-256)": hashlib.sha256(PDF).hexdigest(), "Ime odjemalca": CLIENT["client.name"],
             "Preusmeritveni URI": CLIENT["client.uris"], "ID odjemalca": None, "Skrivnost odjemalca": None}
    equal({k: page.fact(k) for k in facts}, facts, "facts")


# ---- vs207-06, vs207-07 ----

@case("vs207-06.1: the record is written pending, with its certificate's data; history names the procedure and the person", world)
def written(w):
    p = uradnica(w, administrator(COURT, 1003))
    p.register(1003)
    r = record(w, MUNICIPALITY, 1003)
    equal((r["scheme"], r["member_kind"], r["status"], r["link_status"], r["principal_id"]), (5, 1, PENDING, None, None), "record")
    about = pki_index()["certificates"]["obcina_zig"]
    equal((r["cert_pem"].strip(), r["cert_digest"], r["serial"].lower(), r["possession_proven"]),
          (pem("obcina_zig").strip(), digest("obcina_zig"), about["serial"], 0), "certificate")
    equal((r["has_client"], r["client_name"], r["redirect_uris"]), (1, CLIENT["client.name"], CLIENT["client.uris"]), "client")
    who = str(eceu(w, MUNICIPALITY))
    equal([(h["object"], h["object_id"], h["who"], h["cert"]) for h in history(w, "vs207")][:2],
          [(o, str(r["id"]), who, digest("uradnica")) for o in ("membership", "web_service")], "history")
    kept = rows(w, "SELECT pdf, pdf_sha256, report, report_sha256 FROM application WHERE membership_id = ?", r["id"])[0]
    equal((kept["pdf_sha256"], kept["report_sha256"]),
          (hashlib.sha256(kept["pdf"]).hexdigest(), hashlib.sha256(kept["report"].encode()).hexdigest()), "digests of application and report")
    equal(w.records(kind="registry", procedure="vs207")[-1]["action"], "vs207-06", "record of the trail")
    equal(w.call("1003", "obcina_zig").code, "VG-A04", "a call before the approval")


@case("vs207-06.1n: a group of 1201–1250 has no client", world)
def without_client(w):
    p = uradnica(w, administrator(COURT, 1201))
    done = p.register(1201)
    r = record(w, MUNICIPALITY, 1201)
    equal([r[c] for c in ("has_client", "client_name", "redirect_uris", "client_id", "client_secret_hash")], [0, None, None, None, None],
          "client")
    equal(done.fact("ID odjemalca"), None, "page")


@case("vs207-06.2: the application is stored with its digest and report, and the case keeps no copy", world)
def stored(w):
    p = uradnica(w, administrator(COURT, 1201))
    done = p.register(1201)
    found = rows(w, "SELECT pdf, pdf_sha256, report FROM application WHERE membership_id = ?", record(w, MUNICIPALITY, 1201)["id"])
    equal([(r["pdf"], r["pdf_sha256"]) for r in found], [(PDF, hashlib.sha256(PDF).hexdigest())], "application")
    equal(rows(w, "SELECT count(*) AS n FROM procedure_case_file WHERE case_id = ?", done.case)[0]["n"], 0, "files of the case")


@case("vs207-06.x: two colleagues register for the same group: the second is refused at the end, and nothing is written", world)
def twice(w):
    p, other = uradnica(w, administrator(COURT, 1003)), Person(w, "uradnica", "701 –")
    page = at(p, "vs207-06", certificate="ec")
    other.register(1003)
    with nothing_written(w):
        done = p.press(page, "submit")
    equal((done.codes, done.finished), (["vs207-06.x"], True), "page")
    equal(record(w, MUNICIPALITY, 1003)["cert_digest"], digest("obcina_zig"), "the first one's record")
    w.cli("user", "status", str(record(w, MUNICIPALITY, 1003)["id"]), "deleted", "--reason", "left")
    equal(p.register(1003, "ec").codes, ["vs207-07.1"], "control")


@case("vs207-06.x: two subjects apply for the same group: each has a record of its own", world)
def two_subjects(w):
    p = uradnica(w, administrator(COURT, 1103), user(COMPANY, 501))
    page = at(p, "vs207-06", 1103)
    equal(Person(w, "direktor", "501 –").register(1103, "podjetje").codes, ["vs207-07.1"], "the one")
    equal(p.press(page, "submit").codes, ["vs207-07.1"], "the other")
    equal([record(w, s, 1103)["now"] for s in (MUNICIPALITY, COMPANY)], [PENDING] * 2, "records")


@case("vs207-06.x: a certificate that another user got since it was entered is refused at the end, and nothing is written; "
      "free again it passes", world)
def certificate_meanwhile(w):
    p = uradnica(w, administrator(COURT, 1003))
    page = at(p, "vs207-06", certificate="ec")
    enter(w, [service(COMPANY, 1103, "ec")])
    with nothing_written(w):
        page = p.press(page, "submit")
    refused(page, "vs207-06", "vs207-03.4b")
    w.cli("user", "status", str(record(w, COMPANY, 1103)["id"]), "deleted", "--reason", "left")
    equal(p.press(page, "submit").codes, ["vs207-07.1"], "control")


@case("vs207-06.x: a client whose record has ended since it was chosen is refused at the end, and nothing is written", world)
def client_meanwhile(w):
    p = uradnica(w, administrator(COURT, 1001), administrator(COURT, 1002))
    p.register(1001)
    old = str(record(w, MUNICIPALITY, 1001)["id"])
    page = p.press(at(p, "vs207-04", 1002), "confirm", {"client": old})
    page = p.press(page, "confirm", {}, file=("application", "vloga.pdf", PDF))
    w.cli("user", "status", old, "deleted", "--reason", "left")
    with nothing_written(w):
        page = p.press(page, "submit")
    equal((page.step, "vs207-04.2x" in page.codes), ("vs207-06", True), f"refusal\n{page}")
    w.cli("user", "status", old, "pending")
    equal(p.press(page, "submit").codes, ["vs207-07.1"], "control")


@case("vs207-06: Spremeni podatke leads back to the group, and what is given then is written", world)
def change_data(w):
    p = uradnica(w, administrator(COURT, 1003), administrator(COURT, 1201))
    page = p.press(at(p, "vs207-06"), "change")
    page = p.press(page, "next", {"group": "1201"})
    page = p.press(page, "confirm", {"certificate": pem("ec")})
    page = p.press(page, "confirm", {}, file=("application", "druga.pdf", PDF + b"\n"))
    equal(p.press(page, "submit").codes, ["vs207-07.1"], "end")
    r = record(w, MUNICIPALITY, 1201)
    equal((r["now"], r["cert_digest"], r["client_id"], record(w, MUNICIPALITY, 1003) is None or record(w, MUNICIPALITY,
                                                                                                       1003)["now"] == DELETED),
          (PENDING, digest("ec"), None, True), "records")
    equal(rows(w, "SELECT pdf FROM application WHERE membership_id = ?", r["id"])[0]["pdf"], PDF + b"\n", "application")


@case("vs207-05.2, vs207-06: after Spremeni podatke everything stands there as it was given, and the file need not be sent again", world)
def change_nothing(w):
    p = uradnica(w, administrator(COURT, 1003))
    page = p.press(at(p, "vs207-06"), "change")
    equal((page.step, page.chosen("group")), ("vs207-02", ["1003"]), "group")
    page = p.press(page, "next", {"group": "1003"})
    equal(page.typed("certificate").strip(), pem("obcina_zig").strip(), "certificate")
    page = p.press(page, "confirm", {"certificate": page.typed("certificate")})
    equal((page.chosen("client"), page.typed("client.name")), (["new"], CLIENT["client.name"]), "client")
    page = p.press(page, "confirm", CLIENT)
    equal((page.step, page.typed("application"), page.field("application").get("required")), ("vs207-05", "vloga.pdf", "false"), "file")
    refused(p.press(page, "confirm", {}, file=("application", "prazna.pdf", b"")), "vs207-05", "vs207-05.3x")
    page = p.press(p.get(f"/case/{page.case}"), "confirm", {})
    equal((page.step, page.fact("Vloga (PDF)")), ("vs207-06", "vloga.pdf"), "preview")
    equal(p.press(page, "submit").codes, ["vs207-07.1"], "end")
    mine = record(w, MUNICIPALITY, 1003)["id"]
    equal(rows(w, "SELECT pdf FROM application WHERE membership_id = ?", mine)[0]["pdf"], PDF, "application")


@case("vs207-05.2: an application without a name is vloga.pdf, also when it takes another's place; nothing sent leaves the one that is there",
      world)
def nameless(w):
    p = uradnica(w, administrator(COURT, 1201))
    second, third = PDF + b"% second\n", PDF + b"% third\n"

    def seen(page):
        return page.fact("Vloga (PDF)"), page.fact("Zgoščena vrednost vloge (SHA-256)")

    page = p.press(at(p, "vs207-05", 1201), "confirm", {}, file=("application", "C:/vloge/", PDF))
    shown = [seen(page)]
    for file in (("application", "druga.pdf", second), ("application", "", third), ("application", "", b""), None):
        page = p.press(p.press(page, "change"), "next", {"group": "1201"})
        page = p.press(page, "confirm", {"certificate": pem("obcina_zig")})
        page = p.press(page, "confirm", {}, file=file)
        shown.append(seen(page))
    kept = ("vloga.pdf", hashlib.sha256(third).hexdigest())
    equal(shown, [("vloga.pdf", hashlib.sha256(PDF).hexdigest()), ("druga.pdf", hashlib.sha256(second).hexdigest()), kept, kept, kept],
          "name and digest")
    equal(p.press(page, "submit").codes, ["vs207-07.1"], "end")
    mine = record(w, MUNICIPALITY, 1201)["id"]
    equal(rows(w, "SELECT pdf FROM application WHERE membership_id = ?", mine)[0]["pdf"], third, "application")


@case("vs207-07.1: the last page says the specification's sentence with the group's name", world)
def last_page(w):
    told(uradnica(w, administrator(COURT, 1003)).register(1003), "vs207-07.1", group_name(1003))


@case("vs207-07.2: the last page leads to the first page", world)
def last_link(w):
    equal(uradnica(w, administrator(COURT, 1003)).register(1003).link("entry"), notice("vs207-07.2"), "link")


@case("vs207-07.3, vs207-07.3r: the group's administrator gets the mail: no other group's, no authorised person of his, no chief", world)
def mail(w):
    p = uradnica(w, administrator(OTHER_COURT, 1003), administrator(COURT, 1001), chief(COURT),
                 authorised(PERSON, OTHER_COURT, 90, 3, administered_group=1003))
    p.register(1003)
    equal(mails(w), [(OTHER_COURT["email"], notice("vs207-07.3", group_name(1003)))], "mails")


ORPHANED = f"V uporabniški skupini {group_name(1003)}, ki nima aktivnega in dosegljivega administratorja, je oddana nova prijava." \
           " Čaka na odločitev administratorja."


@case("vs207-07.3: a group without an active administrator: the application waits and the chief administrator is told (DECISIONS)", world)
def orphaned(w):
    p = uradnica(w, chief(COURT), administrator(NEIGHBOUR, 1001), administrator(OTHER_COURT, 1003, status="pending"))
    p.register(1003)
    equal(mails(w), [(COURT["email"], ORPHANED)], "mails")
    equal(record(w, MUNICIPALITY, 1003)["now"], PENDING, "record")



def unreachable(w, how):
    """The other court administers 1003, and cannot log in, or has no address."""
    settle(w, TOWN, chief(COURT), administrator(OTHER_COURT, 1003), administrator(OTHER_COURT, 1201))
    court = eceu(w, OTHER_COURT)
    alter(w, f"UPDATE subject SET {how} WHERE eceu_id = {court}")
    return lambda: alter(w, "UPDATE subject SET email = '%s', blocked = 0, prs_status = 1 WHERE eceu_id = %d" % (OTHER_COURT["email"], court))


@table((("is deleted in PRS", "prs_status = 2"), ("is blocked", "blocked = 1"), ("has no e-mail address", "email = NULL")),
       "vs207-07.3: where the group's administrator {}, the chief administrator is told that an application waits; he alone, once he is back", world)
def administrator_unreachable(w, row, how):
    back = unreachable(w, how)
    try:
        p = Person(w, "uradnica", "701 –")
        p.register(1003)
        equal((mails(w), record(w, MUNICIPALITY, 1003)["now"]), ([(COURT["email"], ORPHANED)], PENDING), row)
    finally:
        back()
    p.register(1201, "rekono")
    equal([m[0] for m in mails(w)], [COURT["email"], OTHER_COURT["email"]], "who is told once he is back")


@table((("there is none", None), ("is blocked", "blocked = 1"), ("has no e-mail address", "email = NULL")),
       "vs207-07.3: where the chief administrator cannot be told either ({}), the application waits, and log and metric show it", world)
def nobody_told(w, row, how):
    settle(w, TOWN, *([chief(COURT)] if how else []))
    before, court = w.metrics(), eceu(w, COURT)
    alter(w, *([f"UPDATE subject SET {how} WHERE eceu_id = {court}"] if how else []))
    try:
        Person(w, "uradnica", "701 –").register(1003)
    finally:
        alter(w, f"UPDATE subject SET email = '{COURT['email']}', blocked = 0 WHERE eceu_id = {court}")
    equal((mails(w), record(w, MUNICIPALITY, 1003)["now"]), ([], PENDING), row)
    equal(w.metrics()["applications_untold_total"] - before["applications_untold_total"], 1, "metric")
    equal(w.gateway.log(400).count("level=warn event=application_untold group=1003 case=") >= 1, True, "log")


@case("vs207-07.1x: where no approval is needed (D17) the record is active at once, nobody gets mail; elsewhere it waits",
      lists_world)
def no_approval(w):
    settle(w, TOWN, administrator(COURT, 1202), administrator(COURT, 1203))
    change_list(w, "group_positions.csv", "5,1202,31,any,yes", "5,1202,31,any,no")
    p = Person(w, "uradnica", "701 –")
    done = p.register(1202, "obcina_zig")
    told(done, "vs201-08.b1", group_name(1202))
    equal((done.codes, record(w, MUNICIPALITY, 1202)["now"], mails(w)), (["vs201-08.b1"], ACTIVE, []), "record and mails")
    equal(w.call("1202", "obcina_zig").status, 200, "call")
    equal((p.register(1203, "rekono").codes, record(w, MUNICIPALITY, 1203)["now"], len(mails(w))), (["vs207-07.1"], PENDING, 1), "control")


@case("vs207-07.1x: where no approval is needed a certificate that names somebody else, its key unproven, waits all the same and binds nobody",
      lists_world)
def no_approval_for_a_public_pem(w):
    change_list(w, "group_positions.csv", "5,1103,21,any,yes", "5,1103,21,any,no")
    settle(w, user(COMPANY, 501), TOWN, administrator(COURT, 1103))
    done = Person(w, "direktor", "501 –").register(1103, "obcina_zig")
    equal((done.codes, record(w, COMPANY, 1103)["now"], len(mails(w))), (["vs207-07.1"], PENDING, 1), "the stranger's PEM")
    town = uradnica(w)
    equal(town.press(at(town, "vs207-03"), "confirm", {"certificate": pem("obcina_zig")}).step, "vs207-04", "its holder")
    settle(w, user(COMPANY, 501))
    equal((Person(w, "direktor", "501 –").register(1103, "podjetje").codes, record(w, COMPANY, 1103)["now"]), (["vs201-08.b1"], ACTIVE), "control")


@case("vs207-03.4c: a certificate that an operator has blocked is not valid; unblocked it passes", world)
def blocked_certificate(w):
    p = uradnica(w)
    w.cli("user", "block", digest("rekono"), "--reason", "x")
    page = p.press(at(p, "vs207-03"), "confirm", {"certificate": pem("rekono")})
    refused(page, "vs207-03", "vs207-03.4c")
    w.cli("user", "unblock", digest("rekono"))
    equal(p.press(page, "confirm", {"certificate": pem("rekono")}).step, "vs207-04", "control")
