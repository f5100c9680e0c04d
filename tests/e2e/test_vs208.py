"""vs208 (FZ 5.3.8): changing the call certificate or the client of the web service that the login is for."""
import datetime
import hashlib
import json
import time
import zoneinfo

from cases import case, equal, table
from portal import (ACTIVE, COMPANY, COURT, DELETED, MUNICIPALITY, P, PENDING, PERSON, Person, administrator, alter, authorised, digest, eceu, ended, enter,
                    full_name, history, mails, nothing_written, notice, pem, portal_world, record, refused, service, settle, told, user)

DAY_S = 86400
CLIENT = {"client": "new", "client.name": "Drugi odjemalec", "client.uris": "https://podjetje.test/drugam"}
COLUMNS = ("cert_pem", "cert_digest", "issuer", "serial", "old_cert_digest", "old_until_utc_s", "client_name", "redirect_uris", "client_id",
           "client_secret_hash", "now")


def world():
    return portal_world()


def direktor(w, *people, group=1103, certificate="podjetje", **more):
    """A company logged in with its web service."""
    settle(w, service(COMPANY, group, certificate, **more), administrator(COURT, group), *people)
    return Person(w, "direktor", f"{group} –")


def calls(w, name):
    """Is a call of this certificate served? If not: unknown, or of an ended record."""
    reply = w.call("1103", name)
    equal(reply.status == 200 or reply.code in ("VG-A01", "VG-A05"), True, f"call of {name}: {reply.code}")
    return reply.status == 200


def enter_certificate(p, certificate):
    page = p.press(p.begin("vs208"), "certificate")
    return p.press(page, "confirm", {"certificate": pem(certificate)})


def change(p, certificate, overlap="0"):
    return p.press(enter_certificate(p, certificate), "accept", {"overlap": overlap})


def kept(w, group=1103, subject=COMPANY):
    r = record(w, subject, group)
    return {c: r[c] for c in COLUMNS}


def day(utc_s):
    there = datetime.datetime.fromtimestamp(utc_s, zoneinfo.ZoneInfo("Europe/Ljubljana"))
    return f"{there.day}. {there.month}. {there.year}"


@case("vs208-00: the two tabs show the data of the login's group", world)
def tabs(w):
    p = direktor(w, service(COMPANY, 1101, "ec"), client_name="Odjemalec", redirect_uris="https://podjetje.test/a")
    page = p.begin("vs208")
    labels = [t for t in ("Sprememba potrdila za klic spletne storitve",
                          "Sprememba podatkov o odjemalcu spletne storitve") if t in page.text()]
    equal((page.step, len(labels), page.buttons()), ("vs208-00", 2, ["certificate", "client", "cancel"]), "tabs")
    equal((page.fact("Zgoščena vrednost (SHA-256)"), page.fact("Ime odjemalca")), (digest("podjetje"), "Odjemalec"), "data of 1103")
    page = Person(w, "direktor", "1101 –").begin("vs208")
    equal((page.fact("Zgoščena vrednost (SHA-256)"), page.fact("Ime odjemalca")), (digest("ec"), None), "data of 1101")


@case("vs208-00: an authorised person (5b) sees and changes the independent user's record; history says on whose behalf", world)
def by_authorised_person(w):
    settle(w, service(COMPANY, 1103, "podjetje"), authorised(PERSON, COMPANY, 1103, 5))
    p = Person(w, "posameznica", "1103 –")
    equal(p.begin("vs208").fact("Zgoščena vrednost (SHA-256)"), digest("podjetje"), "certificate")
    equal(change(p, "qc_brez_tipa").codes, ["vs208-01.4"], "change")
    equal(kept(w)["cert_digest"], digest("qc_brez_tipa"), "the independent user's certificate")
    found = [(h["object"], h["who"], h["on_behalf"]) for h in history(w, "vs208")]
    equal({f[1:] for f in found}, {(str(eceu(w, PERSON)), str(eceu(w, COMPANY)))}, "history")
    equal("web_service" in {f[0] for f in found}, True, "history of the certificate")
    r = w.records(kind="registry", procedure="vs208")[-1]
    equal((r["who"], r["on_behalf"]), (str(eceu(w, PERSON)), str(eceu(w, COMPANY))), "record of the trail")


@case("vs208-01.1: the certificate's data are shown with the button that changes it", world)
def shown(w):
    page = direktor(w).begin("vs208")
    facts = ("Izdajatelj", "Serijska številka", "Predmet", "Zgoščena vrednost (SHA-256)", "Velja do")
    equal((all(page.fact(f) for f in facts), "certificate" in page.buttons()), (True, True), "page")


@case("vs208-01.2: Spremeni asks for a certificate as vs207-03 does", world)
def entry(w):
    p = direktor(w)
    page = p.press(p.begin("vs208"), "certificate")
    equal((page.step, notice("vs207-03.1") in page.labels(), page.buttons()), ("vs208-01", True, ["preview", "confirm", "cancel"]), "page")


REFUSALS = (("vs207-03.4a", "neznan_izdajatelj", ("SI-TRUST, Halcom, Rekono",)), ("vs207-03.4b", "ec", ()), ("vs207-03.4c", "potekel", (), " (poteklo je potrdilo ali potrdilo izdajatelja)"),
            ("vs207-03.4c", "preklican", (), " (preklicano je potrdilo ali potrdilo izdajatelja)"))


@table([(f"{row}: {name}", row, name, *more) for row, name, *more in REFUSALS],
       "vs208-01.2>{} is refused with the specification's sentence, and nothing is written; a good one goes on", world)
def refusals(w, _, row, name, fill, why=""):
    p = direktor(w, service(MUNICIPALITY, 1103, "ec"))
    page = p.press(p.begin("vs208"), "certificate")
    with nothing_written(w):
        page = p.press(page, "confirm", {"certificate": pem(name)})
        refused(page, "vs208-01", row)
    told(page, row, *fill, more=why)
    equal(p.press(page, "confirm", {"certificate": pem("eku_client")}).step, "vs208-01.3", "control")


@case("vs208-01.2x: the certificate that is registered already is refused: its proof, its approval and the overlap stay; another one passes",
      world)
def registered_already(w):
    p = direktor(w)
    change(p, "direktor", "3")
    before = record(w, COMPANY, 1103)
    equal((before["possession_proven"], before["old_cert_digest"]), (1, digest("podjetje")), "the change before")
    page = p.press(p.begin("vs208"), "certificate")
    with nothing_written(w):
        page = p.press(page, "confirm", {"certificate": pem("direktor")})
        refused(page, "vs208-01", "vs208-01.2x")
    page = p.press(page, "confirm", {"certificate": pem("eku_client")})
    change(Person(w, "direktor", "1103 –"), "eku_client")
    before = record(w, COMPANY, 1103)
    with nothing_written(w):
        refused(p.press(page, "accept", {"overlap": "0"}), "vs208-01.3", "vs208-01.2x")
    equal(record(w, COMPANY, 1103), before, "the record")
    equal(change(p, "podjetje").codes, ["vs208-01.4"], "control")


@case("vs208-01.3: a valid certificate is shown before it is written, with what taking it over means", world)
def preview(w):
    p = direktor(w)
    with nothing_written(w):
        page = enter_certificate(p, "eku_client")
    equal((page.step, page.fact("Zgoščena vrednost (SHA-256)")), ("vs208-01.3", digest("eku_client")), "page")
    equal(page.said("vs208-01.3")[0], "Novo potrdilo bo začelo veljati takoj po potrditvi.", "at once")
    page = enter_certificate(p, "rekono")
    equal(("novo potrditev" in page.said("vs208-01.3")[0], len(page.said("vg-organisation"))), (True, 1), "another organisation's")


@table([("vs208-01.3a", "accept"), ("vs208-01.3b", "reject")], "{}: the button has the specification's text", world)
def button_text(w, row, name):
    page = enter_certificate(direktor(w), "eku_client")
    texts = {b.get("name"): b.find(P + "sl").text for b in page.root.iter(P + "button")}
    equal(texts[name], notice(row), "button")


@case("vs208-01.3b: Zavrni spremembo leads back, and nothing is written", world)
def rejected(w):
    p = direktor(w)
    before = kept(w)
    with nothing_written(w):
        page = p.press(enter_certificate(p, "eku_client"), "reject")
    equal((page.step, page.fact("Zgoščena vrednost (SHA-256)"), kept(w)), ("vs208-00", digest("podjetje"), before), "page")


@case("vs208-01.4: confirmed, the certificate is written at once: the new one calls, the old one does not; history has both", world)
def written(w):
    p = direktor(w, client_name="Odjemalec", redirect_uris="https://podjetje.test/a")
    before = kept(w)
    equal([calls(w, n) for n in ("podjetje", "eku_client")], [True, False], "calls before")
    done = change(p, "eku_client")
    equal((done.step, done.codes, done.finished), ("vs208-01.4", ["vs208-01.4"], True), "page")
    after = kept(w)
    equal((after["cert_digest"], after["cert_pem"].strip(), after["old_cert_digest"], after["now"]),
          (digest("eku_client"), pem("eku_client").strip(), None, ACTIVE),
          "record")
    equal({c: after[c] for c in COLUMNS if "client" in c or c == "redirect_uris"},
          {c: before[c] for c in COLUMNS if "client" in c or c == "redirect_uris"},
          "the client stays")
    equal([calls(w, n) for n in ("podjetje", "eku_client")], [False, True], "calls afterwards")
    h = next(h for h in history(w, "vs208") if h["object"] == "web_service")
    equal((digest("podjetje") in h["before"], digest("eku_client") in h["after"], h["who"]), (True, True, str(eceu(w, COMPANY))), "history")


@case("vs208-01.4: user and administrator get mail about the change (DECISIONS \"vs208-01\")", world)
def mail(w):
    change(direktor(w), "eku_client")
    text = f"Obveščamo vas, da je potrdilo za klic spletne storitve v uporabniški skupini {full_name(1103)} spremenjeno." \
           " Če spremembe niste naročili, takoj obvestite sodišče."
    equal([to for to, _ in mails(w)], [COMPANY["email"], COURT["email"]], "recipients")
    equal(mails(w)[0][1], text, "the user's mail")
    equal("spremenil potrdilo" in mails(w)[1][1], True, "the administrator's mail")


@case("vs208-01.4: a certificate of another organisation waits for approval again; until then nobody calls, then the new one "
      "does (DECISIONS)", world)
def approval_again(w):
    p = direktor(w)
    done = change(p, "rekono")
    equal((done.codes, kept(w)["now"], kept(w)["cert_digest"]), (["vs208-01.4"], PENDING, digest("rekono")), "record")
    equal("čaka na potrditev" in done.said("vs208-01.4")[0], True, "text")
    equal((calls(w, "podjetje"), w.call("1103", "rekono").code), (False, "VG-A04"), "calls")
    equal([(to, "čaka" in text) for to, text in mails(w)], [(COMPANY["email"], True), (COURT["email"], True)], "mails")
    page = Person(w, "referentka", "90 –").open_211(1103)
    equal((len(page.said("vg-organisation")), len(page.said("vg-possession"))), (1, 1), "warnings in vs211")
    Person(w, "referentka", "90 –").decide(1103, {COMPANY["name"]: ("confirm", "")})
    equal([calls(w, n) for n in ("podjetje", "rekono")], [False, True], "calls after the approval")


@case("vs208-01.2: the certificate may come as a file", world)
def uploaded(w):
    p = direktor(w)
    page = p.press(p.press(p.begin("vs208"), "certificate"), "confirm", {"certificate": ""}, file=("certificate.file", "novo.cer", pem("eku_client").encode()))
    equal((p.press(page, "accept", {"overlap": "0"}).codes, kept(w)["cert_digest"]), (["vs208-01.4"], digest("eku_client")), "change")


@case("vs208-01.4: what waits for approval again has waited since the change, not since its registration: in vs211, in the own cases and in case list", world)
def waits_since(w):
    p = direktor(w, user(COMPANY, 501))
    mine = record(w, COMPANY, 1103)["id"]
    alter(w, f"UPDATE membership SET created_utc_s = created_utc_s - 400 * 86400 WHERE id = {mine}")
    change(p, "rekono")
    page = Person(w, "referentka", "90 –").open_211(1103)
    equal((page.fact("Čaka (dni)"), page.fact("Oddano")), ("0", day(time.time())), "vs211")
    alter(w, f"UPDATE possession SET asked_utc_s = asked_utc_s - 3 * 86400 WHERE membership_id = {mine}")
    equal(Person(w, "referentka", "90 –").open_211(1103).fact("Čaka (dni)"), "3", "vs211, three days later")
    equal(Person(w, "direktor", "501 –").begin("cases").fact("Oddano"), day(time.time() - 3 * 86400), "the own cases")
    shown = json.loads(w.cli("--json", "case", "show", str(mine)).stdout)
    equal((shown["days"], "   3 days " in w.cli("case", "list").stdout), (3, True), "case show and case list")


@case("vs208-01.4: a change that waits and is refused ends the registration (vs211-04.1z), as the page says before it is confirmed", world)
def change_refused(w):
    p = direktor(w, authorised(PERSON, COMPANY, 1103, 5))
    equal("Če jo zavrne, je registracija izbrisana." in enter_certificate(p, "rekono").said("vs208-01.3")[0], True, "text")
    equal("zavrne" in enter_certificate(p, "eku_client").said("vs208-01.3")[0], False, "text of a change that does not wait")
    change(p, "rekono")
    mine = record(w, COMPANY, 1103)["id"]
    equal(Person(w, "referentka", "90 –").decide(1103, {COMPANY["name"]: ("refuse", "druga organizacija")}).step, "vs211-05", "refusal")
    equal((ended(w, mine)[:2], ended(w, record(w, PERSON, 1103)["id"])[:2]), ((DELETED, "refused"), (DELETED, "cascaded")), "records")
    equal([calls(w, n) for n in ("podjetje", "rekono")], [False, False], "calls")


@case("vs208-01.4: a natural person's certificate with his own tax number takes effect at once, one without it waits for approval", world)
def natural_person(w):
    for old, new, now in (("oseba", "posameznica", ACTIVE), ("posameznica", "oseba", PENDING)):
        settle(w, service(PERSON, 1103, old), administrator(COURT, 1103))
        page = change(Person(w, "posameznica", "1103 –"), new)
        r = record(w, PERSON, 1103)
        equal((page.step, r["now"], r["cert_digest"], bool(page.said("vg-organisation"))), ("vs208-01.4", now, digest(new), False), new)


@case("vs208-01.4: the old organisation's identifier is enough for taking over at once", world)
def same_as_old(w):
    settle(w, service(COMPANY, 1103, "obcina_zig"), administrator(COURT, 1103))
    p = Person(w, "direktor", "1103 –")
    page = enter_certificate(p, "uradnica")
    equal(page.said("vs208-01.3")[0], "Novo potrdilo bo začelo veljati takoj po potrditvi.", "the municipality's by the municipality's")
    page = enter_certificate(p, "oseba")
    equal("novo potrditev" in page.said("vs208-01.3")[0], True, "no identifier at all")


@case("vs208-01.4: the old certificate stays valid for the chosen days, 30 at most; it is then bound to its user still", world)
def overlap(w):
    p = direktor(w, user(MUNICIPALITY, 701))
    page = enter_certificate(p, "eku_client")
    with nothing_written(w):
        for days in ("31", "-1", "x", "1.5"):
            page = p.press(page, "accept", {"overlap": days})
            equal((page.step, page.errors()), ("vs208-01.3", {"overlap": "vs208-01.3"}), f"overlap {days!r}")
    equal(p.press(page, "accept", {"overlap": "30"}).codes, ["vs208-01.4"], "30 days")
    r = kept(w)
    equal((r["old_cert_digest"], abs(r["old_until_utc_s"] - time.time() - 30 * DAY_S) < 120), (digest("podjetje"), True), "record")
    equal([w.call("1103", n).status for n in ("podjetje", "eku_client")], [200, 200], "calls")
    town = Person(w, "uradnica", "701 –")
    page = town.press(town.begin("vs207"), "next", {"group": "1003"})
    refused(town.press(page, "confirm", {"certificate": pem("podjetje")}), "vs207-03", "vs207-03.4b")


@table([("no field", {}), ("an empty one", {"overlap": ""})], "vs208-01.4: with {} for the days there is no overlap (DECISIONS)", world)
def no_overlap(w, _, fields):
    p = direktor(w)
    equal(p.press(enter_certificate(p, "eku_client"), "accept", fields).codes, ["vs208-01.4"], "answer")
    equal((kept(w)["old_cert_digest"], calls(w, "podjetje"), calls(w, "eku_client")), (None, False, True), "the old one, the new one")


@case("vs208-00, vs208-01.3: while the overlap runs the old certificate and its last day stand beside the new one, and not after it", world)
def old_is_shown(w):
    p = direktor(w, user(MUNICIPALITY, 701))
    equal(p.begin("vs208").fact("Za klice velja še do"), None, "before")
    change(p, "eku_client", "30")
    alter(w, "UPDATE web_service SET old_until_utc_s = 4070905200 WHERE old_until_utc_s IS NOT NULL")  # 2098-12-31T23:00:00Z
    for procedure in ("vs208", "certificates"):
        page = p.begin(procedure)
        shown = [digest(n) in page.text() for n in ("eku_client", "podjetje")]
        equal((shown, page.fact("Za klice velja še do")), ([True, True], "1. 1. 2099"), procedure)
    equal(digest("podjetje") in Person(w, "uradnica", "701 –").begin("certificates").text(), False, "another organisation")
    alter(w, "UPDATE web_service SET old_until_utc_s = unixepoch() - 1 WHERE old_until_utc_s IS NOT NULL")
    for procedure in ("vs208", "certificates"):
        equal((digest("podjetje") in p.begin(procedure).text(), p.begin(procedure).fact("Za klice velja še do")), (False, None), f"{procedure} after it")


@case("vs208-01.4x: a certificate that another user got between preview and confirmation is refused; the old one stays", world)
def taken_meanwhile(w):
    p = direktor(w)
    page = enter_certificate(p, "ec")
    enter(w, [service(MUNICIPALITY, 1103, "ec")])
    before = kept(w)
    with nothing_written(w):
        page = p.press(page, "accept", {"overlap": "0"})
    refused(page, "vs208-01.3", "vs207-03.4b")
    equal(kept(w), before, "record")
    w.cli("user", "status", str(record(w, MUNICIPALITY, 1103)["id"]), "deleted", "--reason", "left")
    equal(p.press(page, "accept", {"overlap": "0"}).codes, ["vs208-01.4"], "control")


@case("vs208-01.4x: of two sessions that change the certificate the later one is told and writes nothing; begun anew it passes", world)
def two_sessions(w):
    p, other = direktor(w), Person(w, "direktor", "1103 –")
    page = enter_certificate(p, "eku_client")
    change(other, "qc_brez_tipa")
    before = kept(w)
    with nothing_written(w):
        page = p.press(page, "accept", {"overlap": "3"})
    refused(page, "vs208-00", "vs208-01.4x")
    equal((kept(w), page.fact("Zgoščena vrednost (SHA-256)")), (before, digest("qc_brez_tipa")), "the record, and what the page shows")
    page = p.press(p.press(page, "certificate"), "confirm", {"certificate": pem("eku_client")})
    equal(p.press(page, "accept", {"overlap": "3"}).step, "vs208-01.4", "control")
    equal((kept(w)["cert_digest"], kept(w)["old_cert_digest"]), (digest("eku_client"), digest("qc_brez_tipa")), "certificates")


@case("vs208-01.4x: who has looked at the data before another session changed them is told when he begins a change", world)
def seen_before(w):
    p, other = direktor(w), Person(w, "direktor", "1103 –")
    page = p.begin("vs208")
    change(other, "qc_brez_tipa", "30")
    before = kept(w)
    for button in ("certificate", "client"):
        page = p.get(f"/case/{p.begin('vs208').case}") if button == "client" else page
        if button == "client":
            other.press(other.press(other.press(other.begin("vs208"), "client"), "confirm", CLIENT), "accept")
            before = kept(w)
        with nothing_written(w):
            page = p.press(page, button)
        refused(page, "vs208-00", "vs208-01.4x")
        equal(kept(w), before, button)
    equal(p.press(page, "certificate").step, "vs208-01", "control: now he has seen it")


@case("vs208-01.4x: of two sessions that change the client the later one is told and writes nothing; the secret that was shown holds", world)
def two_clients(w):
    p, other = direktor(w), Person(w, "direktor", "1103 –")
    page = p.press(p.press(p.begin("vs208"), "client"), "confirm", CLIENT)
    theirs = other.press(other.press(other.begin("vs208"), "client"), "confirm", CLIENT)
    equal(other.press(theirs, "accept").step, "vs208-02.5", "the first")
    before = kept(w)
    with nothing_written(w):
        page = p.press(page, "accept")
    refused(page, "vs208-00", "vs208-01.4x")
    equal(kept(w), before, "the record")
    equal(p.press(p.press(p.press(page, "client"), "confirm", CLIENT), "accept").step, "vs208-02.5", "control")


@case("vs208-01.4x: a record that ended between preview and confirmation is not changed", world)
def ended_meanwhile(w):
    settle(w, service(COMPANY, 1103, "podjetje"), authorised(PERSON, COMPANY, 1103, 5), service(COMPANY, 1101, "ec"))
    p = Person(w, "direktor", "1103 –")
    page = enter_certificate(p, "eku_client")
    w.cli("user", "status", str(record(w, COMPANY, 1103)["id"]), "deleted", "--reason", "deleted")
    with nothing_written(w):
        equal(p.press(page, "accept", {"overlap": "0"}).codes, ["vg-login"], "answer")
    equal(change(Person(w, "direktor", "1101 –"), "eku_client").codes, ["vs208-01.4"], "control")


# ---- the client ----

@case("vs208-02.0: a group with clients has the second tab", world)
def second_tab(w):
    p = direktor(w, client_name="Odjemalec", redirect_uris="https://podjetje.test/a")
    page = p.begin("vs208")
    equal("client" in page.buttons(), True, "buttons")
    equal(p.press(page, "client").step, "vs208-02", "step")


@case("vs208-02.0x: a group without clients does not show the second tab, and refuses the call of it", world)
def no_second_tab(w):
    p = direktor(w, group=1201)
    page = p.begin("vs208")
    equal("client" in page.buttons(), False, "buttons")
    page = p.press(page, "client")
    refused(page, "vs208-00", "vs208-02.0x")
    equal(p.press(page, "certificate").step, "vs208-01", "control")


@case("vs208-02.1: name and redirect URIs are shown, the secret never", world)
def client_shown(w):
    settle(w, user(MUNICIPALITY, 701), administrator(COURT, 1103))
    town = Person(w, "uradnica", "701 –")
    secret = town.register(1103).fact("Skrivnost odjemalca")
    w.cli("case", "approve", str(record(w, MUNICIPALITY, 1103)["id"]))
    page = Person(w, "uradnica", "1103 –").begin("vs208")
    r = record(w, MUNICIPALITY, 1103)
    equal((page.fact("Ime odjemalca"), page.fact("Preusmeritveni URI"), page.fact("ID odjemalca")),
          (r["client_name"], r["redirect_uris"], r["client_id"]), "facts")
    equal((page.fact("Skrivnost odjemalca"), secret in page.reply.text, r["client_secret_hash"] in page.reply.text), (None, False, False),
          "secret")


@case("vs208-02.2: Spremeni asks for a client as vs207-04 does, errors beside the fields", world)
def client_entry(w):
    p = direktor(w)
    page = p.press(p.begin("vs208"), "client")
    equal((page.step, notice("vs207-04.3n") in page.labels(), notice("vs207-04.3u") in page.labels()), ("vs208-02", True, True), "page")
    page = p.press(page, "confirm", dict(CLIENT, **{"client.uris": "http://a.test/"}))
    equal((page.step, page.errors()), ("vs208-02", {"client.uris": "vs207-04.3x"}), "error")
    equal(p.press(page, "confirm", CLIENT).step, "vs208-02.4", "control")


@case("vs208-02.3a: an existing client's ID and secret hash are taken over", world)
def existing(w):
    settle(w, user(MUNICIPALITY, 701), administrator(COURT, 1001), administrator(COURT, 1002))
    town = Person(w, "uradnica", "701 –")
    for group in (1001, 1002):
        town.register(group)
        w.cli("case", "approve", str(record(w, MUNICIPALITY, group)["id"]))
    p = Person(w, "uradnica", "1001 –")
    page = p.press(p.press(p.begin("vs208"), "client"), "confirm", {"client": record(w, MUNICIPALITY, 1002)["id"]})
    equal(p.press(page, "accept").codes, ["vs208-02.5"], "end")
    columns = ("client_name", "redirect_uris", "client_id", "client_secret_hash")
    equal([record(w, MUNICIPALITY, 1001)[c] for c in columns], [record(w, MUNICIPALITY, 1002)[c] for c in columns], "client")


@case("vs208-02.3: an authorised person (5b) is offered his record's client alone: another one's is refused, his own and a new one are taken",
      world)
def clients_of_his_record(w):
    settle(w, user(MUNICIPALITY, 701), administrator(COURT, 1001), administrator(COURT, 1002))
    town = Person(w, "uradnica", "701 –")
    for group in (1001, 1002):
        town.register(group)
        w.cli("case", "approve", str(record(w, MUNICIPALITY, group)["id"]))
    enter(w, [authorised(PERSON, MUNICIPALITY, 1001, 5)], unchecked=True)
    mine, other = (str(record(w, MUNICIPALITY, group)["id"]) for group in (1001, 1002))
    p = Person(w, "posameznica", "1001 –")
    page = p.press(p.begin("vs208"), "client")
    equal(list(page.options("client")), [mine, "new"], "offered to him")
    page = p.press(page, "confirm", {"client": other})
    refused(page, "vs208-02", "vs207-04.2x")
    equal(p.press(page, "confirm", {"client": mine}).step, "vs208-02.4", "his own")
    town = Person(w, "uradnica", "1001 –")
    equal(list(town.press(town.begin("vs208"), "client").options("client")), [mine, other, "new"], "offered to the independent user")


@case("vs208-02.3b: a new client gets a new ID and a new secret, shown once", world)
def new_client(w):
    p = direktor(w, client_name="Odjemalec", redirect_uris="https://podjetje.test/a")
    done = p.press(p.press(p.press(p.begin("vs208"), "client"), "confirm", CLIENT), "accept")
    r, secret = kept(w), done.fact("Skrivnost odjemalca")
    salt, hashed = r["client_secret_hash"].split("$")[1:]
    equal((hashlib.sha256(bytes.fromhex(salt) + secret.encode()).hexdigest(), done.fact("ID odjemalca")), (hashed, r["client_id"]),
          "secret, ID")
    again = p.get(f"/case/{done.case}")
    equal((again.fact("ID odjemalca"), secret in again.reply.text), (r["client_id"], False), "the page once more")


@case("vs208-02.4: the preview shows name and URIs, makes no secret yet and writes nothing", world)
def client_preview(w):
    p = direktor(w)
    with nothing_written(w):
        page = p.press(p.press(p.begin("vs208"), "client"), "confirm", CLIENT)
    equal((page.step, page.fact("Ime odjemalca"), page.fact("Preusmeritveni URI"), page.fact("Skrivnost odjemalca"), page.buttons()),
          ("vs208-02.4", CLIENT["client.name"], CLIENT["client.uris"], None, ["accept", "reject", "cancel"]), "page")


@case("vs208-02.4a: Potrdi spremembo writes", world)
def client_accept(w):
    p = direktor(w)
    equal(p.press(p.press(p.press(p.begin("vs208"), "client"), "confirm", CLIENT), "accept").step, "vs208-02.5", "step")


@case("vs208-02.4b: Zavrni spremembo leads back, and nothing is written", world)
def client_reject(w):
    p = direktor(w, client_name="Odjemalec", redirect_uris="https://podjetje.test/a")
    with nothing_written(w):
        page = p.press(p.press(p.press(p.begin("vs208"), "client"), "confirm", CLIENT), "reject")
    equal((page.step, page.fact("Ime odjemalca")), ("vs208-00", "Odjemalec"), "page")


@case("vs208-02.5: confirmed, name, URIs, ID and secret hash are written, and the certificate stays", world)
def client_written(w):
    p = direktor(w, client_name="Odjemalec", redirect_uris="https://podjetje.test/a")
    before = kept(w)
    done = p.press(p.press(p.press(p.begin("vs208"), "client"), "confirm", CLIENT), "accept")
    equal(done.codes, ["vs208-02.5"], "page")
    after = kept(w)
    equal((after["client_name"], after["redirect_uris"]), (CLIENT["client.name"], CLIENT["client.uris"]), "client")
    equal({c: after[c] for c in COLUMNS if "cert" in c or c == "now"}, {c: before[c] for c in COLUMNS if "cert" in c or c == "now"},
          "certificate")
    equal([h["object"] for h in history(w, "vs208")], ["web_service"], "history")
    equal(w.call("1103", "podjetje").status, 200, "calls go on")


@case("vs208-02.5: a client whose record has ended since the preview is refused, and nothing is written", world)
def client_meanwhile(w):
    settle(w, user(MUNICIPALITY, 701), administrator(COURT, 1001), administrator(COURT, 1002))
    town = Person(w, "uradnica", "701 –")
    for group in (1001, 1002):
        town.register(group)
    w.cli("case", "approve", str(record(w, MUNICIPALITY, 1001)["id"]))
    other = record(w, MUNICIPALITY, 1002)["id"]
    p = Person(w, "uradnica", "1001 –")
    page = p.press(p.press(p.begin("vs208"), "client"), "confirm", {"client": other})
    w.cli("user", "status", str(other), "deleted", "--reason", "refused")
    with nothing_written(w):
        page = p.press(page, "accept")
    refused(page, "vs208-02.4", "vs207-04.2x")
    w.cli("user", "status", str(other), "pending")
    equal(p.press(page, "accept").codes, ["vs208-02.5"], "control")
