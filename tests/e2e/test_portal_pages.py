"""What the web pages say and offer beyond their procedures: the first page, the language of a refusal."""
import base64
import os
import re

from attacks import at_group, attack_world, goes_on, nothing_written, refused
from cases import case, equal, table
from portal import COURT, MUNICIPALITY, Person, administrator, pem, portal_world, record, rows, service, settle, user

HTML = {"Accept": "text/html"}


def shown(reply):
    """Status and language of a page as HTML."""
    return reply.status, re.search(r'<html [^>]*lang="(\w+)"', reply.reply.text)[1]


@case("web: the first page leads to the menu who is logged in, and a visitor to the login alone", world=attack_world)
def first_page(w):
    person = Person(w, "uradnica")
    page = person.get("/")
    equal((page.link("menu"), bool(page.link("vs101"))), (None, True), "before the login")
    person.login("701")
    page = person.get("/")
    equal((page.link("menu"), bool(page.link("vs101"))), ("Upravljanje pooblastil v varnostni shemi", True), "logged in")
    equal(person.get("/menu").step, "vs003", "the menu")
    person.begin("vs302")
    equal(person.get("/").link("menu"), None, "after the logout")


@case("web: a refusal without a session speaks the language that the browser prefers, and one with a session that of the session",
      world=attack_world)
def language_of_refusals(w):
    for asked, spoken in ((None, "sl"), ("sl,en;q=0.9", "sl"), ("en-GB,en;q=0.9,sl;q=0.8", "en"), ("de", "sl")):
        headers = dict(HTML, **({"Accept-Language": asked} if asked else {}))
        person = Person(w, "uradnica", "701")
        page = at_group(person)
        person.cookie = None
        with nothing_written(w):
            equal(shown(person.press(page, "next", {"group": "1003"}, headers=headers)), (403, spoken), f"without a session: {asked}")
    person = Person(w, "uradnica", "701")
    page = at_group(person)
    person.get("/menu?lang=en")
    with nothing_written(w):
        equal(shown(person.press(page, "next", {"group": "1003"}, csrf="x", headers=dict(HTML, **{"Accept-Language": "sl"}))), (403, "en"), "session")
        refused(person.press(page, "next", {"group": "1003"}, csrf="x"), 403, "as XML")
    equal(shown(person.request("POST", f"/case/{page.case}", body=b"x", headers=dict(HTML, **{"Content-Type": "text/plain"}))), (400, "en"), "no form")
    goes_on(person.press(page, "next", {"group": "1003"}), "vs207-03")


@case("web: a certificate without an organisation's tax number says that there is none", world=attack_world)
def no_organisation(w):
    person = Person(w, "uradnica", "701")
    page = person.press(at_group(person), "next", {"group": "1003"})
    for name, number in (("oseba", "ni navedena"), ("obcina_zig", "50223054")):
        page = person.press(page, "preview", {"certificate": pem(name)})
        equal(page.fact("Davčna številka v potrdilu"), number, name)


def at_client(w):
    """A clerk at vs207-04, and the button that takes what is given there."""
    person = Person(w, "uradnica", "701 –")
    page = person.press(person.begin("vs207"), "next", {"group": "1003"})
    return person, person.press(page, "confirm", {"certificate": pem("obcina_zig")}), "confirm"


def at_decision(w):
    """An administrator at vs211-02."""
    person = Person(w, "referentka", "90 –")
    return person, person.open_211(1001), f"refuse.{record(w, MUNICIPALITY, 1001)['id']}"


def at_filter(w):
    person, page, _ = at_decision(w)
    return person, page, "filter"


CLIENT = {"client": "new", "client.name": "Odjemalec", "client.uris": "https://obcina.test/nazaj"}
FIELDS = (("the name of a client", "client.name", at_client, CLIENT), ("the addresses of a client", "client.uris", at_client, CLIENT),
          ("a reason", "reason.{}", at_decision, {"reason.{}": "vloga ni popolna"}),
          ("a filter", "filter.text", at_filter, {"filter.kind": "firm", "filter.text": "Občina"}))


@table(FIELDS, "vs207-03.1x: a private key in the field of {} is neither kept nor shown again, and what was meant is taken", portal_world)
def pasted_key(w, _, field, at, good):
    settle(w, user(MUNICIPALITY, 701), service(MUNICIPALITY, 1001, status="pending"), administrator(COURT, 1001))
    mine = record(w, MUNICIPALITY, 1001)["id"]
    field, good = field.format(mine), {k.format(mine): v for k, v in good.items()}
    secret = base64.b64encode(os.urandom(48)).decode()
    person, page, button = at(w)
    step = page.step
    page = person.press(page, button, dict(good, **{field: f"-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----"}))
    equal((page.status, page.step, page.errors()), (200, step, {field: "vs207-03.1x"}), "the step")
    equal(("zasebni ključ" in page.said("vs207-03.1x")[-1], secret in page.reply.text), (True, False), "what is shown")
    equal(rows(w, "SELECT count(*) AS n FROM procedure_case_value WHERE instr(value, ?)", secret)[0]["n"], 0, "what is kept")
    equal(secret in w.gateway.log(100000), False, "the log")
    equal(person.press(page, button, good).errors(), {}, "control")
