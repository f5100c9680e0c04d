"""The procedures as SOAP operations (Postopek): the same steps, the same rules, no session."""
import base64
import re

from cases import case, check_soap_fault, equal, table
from portal import COMPANY, COURT, MUNICIPALITY, PDF, pem, portal_world, read
from postopek import Caller
from world import pki_index

PEOPLE = [dict(MUNICIPALITY, scheme=1, group=701), dict(COMPANY, scheme=1, group=501)] + [
    dict(COURT, scheme=3, group=90, administered_group=g) for g in (1201, 1202)]


def soap_world():
    return portal_world(PEOPLE, registers={"mdp": {pki_index()["certificates"]["uradnik_sigov"]["serial"].upper(): [MUNICIPALITY["davcna"]]}})


def register(caller, group, certificate):
    page = caller.ask("vs207")
    page = caller.ask(page=page, button="next", values=[("group", str(group))])
    page = caller.ask(page=page, button="confirm", values=[("certificate", pem(certificate))])
    page = caller.ask(page=page, button="confirm", file=("vloga.pdf", PDF))
    return caller.ask(page=page, button="submit")


@table((("SOAP 1.1", False), ("SOAP 1.2", True)), "vs207 over {0}: from the login to the application, as on the pages", world=soap_world)
def registers(w, version, soap12):
    caller = Caller(w, "uradnica", soap12).login("701")
    done = register(caller, 1201 if soap12 else 1202, "obcina_zig")
    equal((done.text("konec"), done.text("korak"), done.codes), ("opravljeno", "vs207-07", ["vs207-07.1", "vg-possession"]), "the last page")
    equal("Naslov za dokaz posesti" in done.all("podatek", "oznakaSl"), True, "facts")


@case("vs211 over SOAP: an administrator sees the application and decides", world=soap_world)
def decides(w):
    company = Caller(w, "direktor").login("501")
    register(company, 1201, "podjetje")
    administrator = Caller(w, "referentka").login("getOdprtiPostopki")
    page = administrator.ask("vs211")
    page = administrator.ask(page=page, button="next", values=[("record", page.option("getOdprtiPostopki")), ("what", "approve")])
    rows = dict(zip(page.all("vrstica", "sl"), page.all("vrstica", "id")))
    done = administrator.ask(page=page, button="execute", values=[(f"mark.{rows['Podjetje d.o.o.']}", "confirm")])
    equal((done.text("konec"), done.codes), ("opravljeno", ["vs211-05.1"]), "the decision")
    equal(w.call("1201", "podjetje").status, 200, "the certificate calls")


@case("SOAP: the PDF of an application comes back to its organisation and to its administrator as it was sent, to nobody else", world=soap_world)
def document(w):
    company = Caller(w, "direktor").login("501")
    equal(register(company, 1202, "podjetje").text("konec"), "opravljeno", "the application")
    number = read(w, "SELECT max(id) FROM application")[0][0]
    administrator = Caller(w, "referentka").login("getPodatkiOZadevi")
    for reader in (company, administrator):
        answer = reader.ask(application=number)
        equal((answer.text("konec"), answer.all("datoteka", "ime")), ("datoteka", [f"vloga-{number}.pdf"]), reader.name)
        equal(base64.b64decode(answer.all("datoteka", "vsebina")[0]), PDF, reader.name)
    for stranger in (Caller(w, "uradnica").login("701"), Caller(w, "direktor")):
        check_soap_fault(stranger.send(application=number), "VG-P01")


@case("a page over SOAP names what the operation can fetch: applications, neither PDFs of lists nor files of cases", world=soap_world)
def links(w):
    register(Caller(w, "direktor").login("501"), 1202, "podjetje")       # where it has not been made yet
    court = Caller(w, "referentka").login("90 –")
    page = court.ask("vs222")
    page = court.ask(page=page, button="next", values=[("record", page.option("getPodatkiOZadevi")), ("status", "pending")])
    equal((page.all("vrstica", "sl") != [], [name for name in page.all("povezava", "ime") if name != "menu"]), (True, []), "a list")
    page = court.ask("vs211")
    waiting = court.ask(page=page, button="next", values=[("record", page.option("getPodatkiOZadevi")), ("what", "approve")])
    named = re.findall(r"<povezava>([^<]*)</povezava>", waiting.reply.text)
    equal((len(named) > 0, all(name.startswith("application/") for name in named)), (True, True), named)


@case("SOAP: another version, another's case and a closed case are faults with codes, and change nothing", world=soap_world)
def conflicts(w):
    caller, other = Caller(w, "uradnica").login("701"), Caller(w, "direktor").login("501")
    first = caller.ask("vs207")
    second = caller.ask(page=first, button="next", values=[("group", "1103")])
    check_soap_fault(caller.send(page=first, button="next", values=[("group", "1103")]), "VG-P02")
    check_soap_fault(other.send(page=second, button="cancel"), "VG-P01")
    equal(caller.ask(page=second).text("korak"), "vs207-03", "the case")
    equal(caller.ask(page=second, button="cancel").text("konec"), "ustavljeno", "cancelled")
    check_soap_fault(caller.send(page=second, button="cancel", version=str(int(second.text("razlicica")) + 1)), "VG-P02")
    check_soap_fault(caller.send("vs999"), "VG-P01")
    check_soap_fault(caller.send("vs207", record=False), "VG-P04")


@case("SOAP: a case that is closed says so when it is looked at again: cancelled, stopped, done", world=soap_world)
def looked_at_again(w):
    caller = Caller(w, "uradnica").login("701")
    page = caller.ask("vs206")
    equal(caller.ask(page=page).text("konec"), "odprto", "an open case")
    caller.ask(page=page, button="cancel")
    equal(caller.ask(page=page).text("konec"), "ustavljeno", "a cancelled case")
    page = caller.ask("vs211")
    equal((page.text("konec"), caller.ask(page=page).text("konec")), ("ustavljeno", "ustavljeno"), "a case that stopped as it began")
    done = register(caller, 1203, "obcina_zig")
    equal((done.text("konec"), caller.ask(page=done).text("konec")), ("opravljeno", "opravljeno"), "a case that is done")


@table((("a seal", "obcina_zig", "VG-P03"), ("a web certificate", "splet", "VG-P03"), ("an expired one", "potekel", "VG-C03"),
        ("one of an unknown issuer", "neznan_izdajatelj", "VG-C02")), "SOAP: {0} carries out no procedure", world=soap_world)
def not_personal(w, what, name, code):
    reply = Caller(w, name).send("vs101")
    equal((reply.status, reply.code), (500, code), what)


@case("SOAP: a login record of another subject is no login", world=soap_world)
def foreign_record(w):
    caller = Caller(w, "direktor").login("501")
    caller.record = Caller(w, "uradnica").login("701").record
    page = caller.ask("vs207")
    equal((page.codes, page.text("konec")), (["vg-login"], "odjavljeno"), "the answer")
    equal(read(w, "SELECT count(*) FROM membership WHERE user_group = 1101")[0][0], 0, "nothing is written")


@case("SOAP: an organisation that MDP confirms is asked for at each request", world=soap_world)
def sigov(w):
    caller = Caller(w, "uradnik_sigov", organ=MUNICIPALITY["davcna"]).login("701")
    equal(caller.ask("vs207").text("korak"), "vs207-02", "a procedure")
    caller.organ = COURT["davcna"]
    check_soap_fault(caller.send("vs207"), "VG-P05")
