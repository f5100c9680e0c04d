"""What the web pages say and offer beyond their procedures: the first page, the language of a refusal."""
import re

from attacks import at_group, attack_world, goes_on, nothing_written, refused
from cases import case, equal
from portal import Person, pem

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
        equal(page.fact("Davčna številka organizacije v potrdilu"), number, name)
