"""The story of a registration: a municipality applies on the web pages and over SOAP, the administrator decides, the municipality calls,
changes its certificate, leaves, and keeps the file of its case. The administrator learns of it by mail."""
import contextlib
import io
import json
import os
import re
import subprocess
import tempfile
import time
import zipfile

import requests

import application
from browser import Browser
from stage import Caller, certificate_session, expect, fault_of, say, show_zip, step, world

MUNICIPALITY = dict(position=31, maticna="5491711000", davcna="50223054", name="Občina Šmarje", legal_form=318, email="obcina@smarje.example")
COURT = dict(position=31, maticna="5022789000", davcna="79182119", name="Vrhovno sodišče Republike Slovenije", legal_form=309,
             email="skrbnik@sodisce.example")
PEOPLE = [dict(MUNICIPALITY, scheme=1, group=701)] + [dict(COURT, scheme=3, group=90, administered_group=g) for g in (1003, 1201)]
HOLDER = {"davcna": "14717468", "namen": "GOV_MJU_EUPRAVA_LASTNIK"}
PERIOD = {"odDatuma": "2024-01-01", "doDatuma": "2024-01-31"}
MAIL_DEADLINE_S = 60
VERIFIER = os.path.join(world.ROOT, "tests", "audit", "verify.py")


@contextlib.contextmanager
def registration_world():
    """A gateway with portal and mail, a registry that knows people and no service, and the mail server."""
    with tempfile.TemporaryDirectory(prefix="vashgate-mail-") as folder:
        sink = world.SmtpSink(folder)
        try:
            mail = {"url": f"smtps://localhost:{sink.smtps}", "from": "vashgate@sodisce.example",
                    "ca": os.path.join(world.PKI, "server", "server-ca.crt")}
            with world.World(registry=None, start=False, portal=True, mail=mail) as w:
                people = os.path.join(w.folder, "people.json")
                with open(people, "w", encoding="utf-8") as f:
                    json.dump(PEOPLE, f)
                w.cli("user", "import", people)
                w.start()
                yield w, sink
        finally:
            sink.stop()


def pem(name):
    with open(os.path.join(world.PKI, "ee", name + ".crt"), encoding="ascii") as f:
        return f.read()


def signed_application(text):
    ee = os.path.join(world.PKI, "ee")
    return application.signed(text, f"{ee}/uradnica.crt", f"{ee}/uradnica.key")


def show_mail(sink, to, count):
    """Waits until `count` messages to this address have come; shows them."""
    deadline = time.monotonic() + MAIL_DEADLINE_S
    while len(found := [m for m in sink.messages() if m["To"] == to]) < count:
        expect(time.monotonic() < deadline, f"mail to {to}: {len(found)} of {count}")
        time.sleep(0.1)
    say(f"mail to {to}: {' '.join(found[-1].get_content().split())[:200]} …")


def login(w, name, record):
    person = Browser(w, name)
    person.press("Prijavi se kot zunanji uporabnik / zunanji administrator")
    person.press("Prijava", person.choose(record))
    return person


def show(browser):
    for notice in browser.notices:
        say(notice)


def apply_on_pages(clerk):
    step("A clerk of the municipality logs in with her own certificate and registers the one of its system for 1003 (vs207, web pages)")
    clerk.open("/menu")
    clerk.press("Dodatna registracija zunanjega uporabnika za uporabo spletnih storitev")
    clerk.press("Naprej", clerk.choose("1003"))
    clerk.press("Prikaži podatke", {"certificate": pem("obcina")})
    say("the certificate: " + clerk.value_of("Predmet") + ", until " + clerk.value_of("Velja do"))
    clerk.press("Potrdi", {"certificate": pem("obcina")})
    clerk.press("Potrdi", {"client.name": "Premoženjska evidenca", "client.uris": "https://smarje.example/prijava"})
    clerk.press("Potrdi", file=("application", "vloga.pdf", signed_application("Vloga za eZK 1003")))
    clerk.press("Oddaj prijavo")
    show(clerk)
    say(f"the client of the service: {clerk.value_of('ID odjemalca')}; its secret is shown this once")
    return clerk.value_of("Naslov za dokaz posesti")


def apply_over_soap(w):
    step("The same over SOAP for eINS 1201: Postopek, one step a call, with zeep")
    ask = Caller(w, "uradnica").service("registracija")

    def press(page, button, values=(), **kw):
        return ask(zapis=record, zadeva=page["zadeva"], razlicica=page["razlicica"], gumb=button,
                   vrednost=[{"ime": name, "besedilo": text} for name, text in values], **kw)
    record = None
    page = ask(postopek="vs101")
    option = next(o["vrednost"] for o in page["izbira"][0]["moznost"] if "vsa e-opravila" in o["sl"])
    record = press(page, "login", [("record", option)])["zapis"]
    page = ask(zapis=record, postopek="vs207")
    page = press(page, "next", [("group", "1201")])
    page = press(page, "confirm", [("certificate", pem("obcina"))])
    page = press(page, "confirm", datoteka={"ime": "vloga.pdf", "vsebina": signed_application("Vloga za eINS 1201")})
    page = press(page, "submit")
    expect(page["konec"] == "opravljeno", "the application over SOAP")
    for notice in page["obvestilo"]:
        say(f"{notice['koda']}: {notice['sl']}")


def prove_possession(w, url):
    step("The system proves that it has the key: one request with its certificate to the address that the last page named")
    path = requests.utils.urlparse(url).path
    answer = certificate_session("obcina").get(f"https://localhost:{w.port}{path}")
    expect(answer.status_code == 200, f"possession: {answer.status_code}")
    for line in answer.text.splitlines():
        say(line)


def decide(admin, group, button, reason=""):
    """vs211 for one group and the one application in it: mark it, look again, carry out."""
    admin.open("/menu")
    admin.press("Potrditev / izbris uporabnikov v uporabniški skupini, ki jo upravlja administrator")
    admin.press("Naprej", {**admin.choose(group), **admin.choose("potrditev novih uporabnikov")})
    admin.press(button, {admin.field("Razlog zavrnitve ali izbrisa"): reason})
    admin.press("Izvrši označeno")
    show(admin)


def play():
    with registration_world() as (w, sink):
        clerk = login(w, "uradnica", "vsa e-opravila")
        proof = apply_on_pages(clerk)
        apply_over_soap(w)
        system = Caller(w, "obcina")
        step("Before the decision its system is refused")
        expect(fault_of(system.service("1003"), **HOLDER) is not None, "an application that waits was served")
        prove_possession(w, proof)

        step("The administrator has mail; she approves 1003 and refuses 1201 with a reason (vs211)")
        show_mail(sink, COURT["email"], 2)
        admin = login(w, "referentka", "po imetniku")
        decide(admin, "po imetniku", "Potrdi")
        decide(admin, "getOdprtiPostopki", "Zavrni", "Vlogo mora podpisati župan.")
        show_mail(sink, MUNICIPALITY["email"], 2)

        step("The municipality calls eZK 1003; eINS 1201 stays closed")
        show_zip(system.service("1003")(**HOLDER))
        expect(fault_of(system.service("1201"), **PERIOD) is not None, "a refused application was served")

        change_certificate(w, clerk)
        leave(w, clerk)
        keep_evidence(w)


def change_certificate(w, clerk):
    step("It changes the certificate (vs301 to the service, then vs208): the new one calls, the old one is refused")
    clerk.open("/menu")
    clerk.press("Spremeni uporabniško skupino")
    clerk.press("Naprej", clerk.choose("1003"))
    clerk.open("/menu")
    clerk.press("Sprememba podatkov uporabnika za uporabo spletnih storitev")
    clerk.press("Spremeni potrdilo")
    clerk.press("Potrdi", {"certificate": pem("obcina_zig")})
    clerk.press("Potrdi spremembo")
    show(clerk)
    show_zip(Caller(w, "obcina_zig").service("1003")(**HOLDER))
    expect(fault_of(Caller(w, "obcina").service("1003"), **HOLDER) is not None, "the old certificate was served")


def leave(w, clerk):
    step("It leaves the service (vs206) and is refused from then on")
    clerk.open("/menu")
    clerk.press("Izstop uporabnika iz uporabniške skupine")
    clerk.press("Izstopi", clerk.choose("1003"))
    show(clerk)
    expect(fault_of(Caller(w, "obcina_zig").service("1003"), **HOLDER) is not None, "who has left was served")


def keep_evidence(w):
    step("It keeps the file of its case: one ZIP with everything that happened, which verifies offline; a changed byte shows")
    clerk = login(w, "uradnica", "vsa e-opravila")
    clerk.open("/menu")
    clerk.press("Zadeve")
    say("its cases: " + clerk.value_of("Razlog, dan in avtor konca"))
    evidence, path = clerk.save("Spis zadeve"), os.path.join(w.folder, "zadeva.zip")
    w.stop()
    key = re.search(r" key=([0-9a-f]+)", w.cli("audit", "export", "--to", "0", "-").stdout)[1]
    for data, verdict in ((evidence, "ok: "), (changed(evidence, "record.json"), "not ok: ")):
        with open(path, "wb") as f:
            f.write(data)
        ours = w.cli("case", "verify", path, "--key", key, ok=None).stdout.strip()
        theirs = subprocess.run(["/usr/bin/python3", VERIFIER, "--case", path, "--key", key], capture_output=True, text=True).stdout.strip()
        say(ours)
        expect(ours == theirs and ours.startswith(verdict), f"the verifiers: {ours} / {theirs}")


def changed(archive, member):
    """The same archive with a blank behind one member."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b" " if name == member else b""))
    return out.getvalue()
