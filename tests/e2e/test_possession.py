"""A public PEM is not enough to occupy a certificate: proof of possession (DECISIONS)."""
import http.client
import os
import urllib.parse

from cases import case, equal
from portal import (COMPANY, COURT, MUNICIPALITY, Person, administrator_of, alter, digest, nothing_written, pem, portal_world, read, record,
                    refused, service, settle)
from world import PKI

PEOPLE = [dict(MUNICIPALITY, scheme=1, group=701), dict(COMPANY, scheme=1, group=501),
          dict(COURT, scheme=3, group=90, administered_group=1201), dict(COURT, scheme=3, group=90, administered_group=1202)]


def possession_world():
    return portal_world(PEOPLE)


def touch(w, path, name):
    c = http.client.HTTPSConnection("localhost", w.port, context=w.context(name), timeout=30)
    c.request("GET", path, headers={"Host": "localhost"})
    r = c.getresponse()
    r.read()
    c.close()
    return r.status


def path_of(page):
    return urllib.parse.urlsplit(page.fact("Naslov za dokaz posesti")).path


def proven(w, group, name):
    return read(w, "SELECT w.possession_proven FROM web_service w JOIN membership m ON m.id = w.membership_id JOIN subject s ON s.eceu_id = m.eceu_id"
                   " WHERE m.user_group = ? AND s.firm = ? ORDER BY m.id DESC", group, name)[0][0]


def enters(person, group, certificate):
    """The codes that the certificate's step answers with; [] = it goes on."""
    page = person.begin("vs207")
    page = person.press(page, "next", {"group": str(group)})
    return person.press(page, "confirm", {"certificate": pem(certificate)}).codes


@case("possession: only the certificate itself proves, and only at its own path", world=possession_world)
def proves(w):
    municipality = Person(w, "uradnica", "701")
    path = path_of(municipality.register(1201, certificate="obcina_zig"))
    equal((touch(w, path, "podjetje"), proven(w, 1201, "Občina Šmarje")), (404, 0), "another certificate at this path")
    equal((touch(w, path[:-1] + ("A" if path[-1] != "A" else "B"), "obcina_zig"), proven(w, 1201, "Občina Šmarje")), (404, 0), "another path")
    equal((touch(w, path, "obcina_zig"), proven(w, 1201, "Občina Šmarje")), (200, 1), "the certificate at its path")
    equal(touch(w, path, "obcina_zig"), 200, "once more")
    equal(len(read(w, "SELECT 1 FROM history WHERE procedure = 'possession' AND object = 'web_service'")), 1, "rows of history")
    equal(len(w.records(kind="registry", procedure="possession")), 1, "records of the trail")


@case("vs207-03.4b: an unproven application blocks nobody, a proven one does", world=possession_world)
def blocks(w):
    municipality, company = Person(w, "uradnica", "701"), Person(w, "direktor", "501")
    path = path_of(municipality.register(1202, certificate="rekono"))
    equal(enters(company, 1203, "rekono"), [], "before the proof")
    equal(touch(w, path, "rekono"), 200, "the proof")
    equal(enters(company, 1203, "rekono"), ["vs207-03.4b"], "after the proof")
    equal(enters(municipality, 1203, "rekono"), [], "the same user")


@case("vs211-04.x3: of two unproven applications for one certificate the second cannot be approved", world=possession_world)
def first_wins(w):
    municipality, company = Person(w, "uradnica", "701"), Person(w, "direktor", "501")
    municipality.register(1203, certificate="ec")
    company_page = company.register(1201, certificate="ec")
    administrator = Person(w, "referentka", administrator_of(1201))
    done = administrator.decide(1201, {"Podjetje": ("confirm", "")})
    equal(done.step, "vs211-05", "the first approval")
    equal(touch(w, path_of(company_page), "ec"), 200, "the approved one proves")
    record = read(w, "SELECT m.id FROM membership m JOIN subject s ON s.eceu_id = m.eceu_id WHERE m.user_group = 1203 AND s.firm = 'Občina Šmarje'")[0][0]
    w.cli("user", "add", "--position", "31", "--maticna", COURT["maticna"], "--name", COURT["name"], "--scheme", "3", "--group", "90",
          "--administered-group", "1203")
    r = w.cli("case", "approve", str(record), ok=None)
    equal((r.returncode, "njegovo potrdilo ni več dovoljeno" in r.stderr or "drugega uporabnika" in r.stderr), (1, True), r.stderr)
    equal(read(w, "SELECT status FROM membership WHERE id = ?", record)[0][0], 1, "it stays pending")


@case("possession: a certificate that is still good for another user's calls after his change is not proven, until the overlap ends",
      world=possession_world)
def still_anothers(w):
    settle(w, *PEOPLE, service(MUNICIPALITY, 1201, "obcina_zig"))
    company, municipality = Person(w, "direktor", "501"), Person(w, "uradnica", "701")
    path = path_of(company.register(1203, certificate="eku_client"))
    town = record(w, MUNICIPALITY, 1201)["id"]
    old = "UPDATE web_service SET old_cert_digest = '{}', old_until_utc_s = unixepoch() + {} WHERE membership_id = {}".format
    alter(w, old(digest("eku_client"), 3600, town))
    equal((touch(w, path, "eku_client"), proven(w, 1203, "Podjetje d.o.o.")), (404, 0), "during the overlap")
    equal(enters(municipality, 1001, "eku_client"), [], "the user of the overlap")
    alter(w, old(digest("eku_client"), -1, town))
    equal((touch(w, path, "eku_client"), proven(w, 1203, "Podjetje d.o.o.")), (200, 1), "control: after it")


@case("vs211-04.x3: of two unproven applications for one certificate that are confirmed together the later one is refused, and nothing "
      "is written", world=possession_world)
def together(w):
    settle(w, *PEOPLE)
    for name, login in (("direktor", "501"), ("uradnica", "701")):
        Person(w, name, login).register(1201, certificate="splet")
    ids = [record(w, s, 1201)["id"] for s in (COMPANY, MUNICIPALITY)]
    administrator = Person(w, "referentka", administrator_of(1201))
    both = {"Podjetje": ("confirm", ""), "Občina": ("confirm", "")}
    with nothing_written(w):
        page = administrator.decide(1201, both)
        refused(page, "vs211-02", "vs211-04.x3")
    equal("Občina Šmarje" in page.said("vs211-04.x3")[0], True, "whom")
    equal([read(w, "SELECT status FROM membership WHERE id = ?", i)[0][0] for i in ids], [1, 1], "both wait")
    equal(administrator.decide(1201, dict(both, Občina=("refuse", "drugo potrdilo"))).step, "vs211-05", "control")
    equal([read(w, "SELECT status FROM membership WHERE id = ?", i)[0][0] for i in ids], [2, 3], "decided")


@case("possession: a registration made with the certificate itself needs no touch", world=possession_world)
def same_connection(w):
    # a seal cannot log in; the employee's own certificate is both login and call certificate here
    page = Person(w, "direktor", "501").register(1202, certificate="direktor")
    equal((page.step, page.fact("Naslov za dokaz posesti")), ("vs207-07", None), "the last page")
    equal(proven(w, 1202, "Podjetje d.o.o."), 1, "proven by the login")


def overlap_world():
    return portal_world(PEOPLE)


@case("FZ-VS10: a certificate that is still good beside the new one is nobody else's: no proof, no entry, no return to life", world=overlap_world)
def still_good(w):
    municipality, company = Person(w, "uradnica", "701"), Person(w, "direktor", "501")
    company_path = path_of(company.register(1201, certificate="ec"))
    equal(touch(w, path_of(municipality.register(1202, certificate="ec")), "ec"), 200, "the municipality's proof")
    equal(Person(w, "referentka", administrator_of(1202)).decide(1202, {"Občina": ("confirm", "")}).step, "vs211-05", "its approval")
    municipality = Person(w, "uradnica", "1202")
    page = municipality.press(municipality.begin("vs208"), "certificate")
    page = municipality.press(page, "confirm", {"certificate": pem("obcina_zig")})
    equal(municipality.press(page, "accept", {"overlap": "3"}).codes, ["vs208-01.4"], "its new certificate")

    mine = str(record(w, COMPANY, 1201)["id"])
    add = ["user", "add", "--scheme", "5", "--group", "1103", "--cert", os.path.join(PKI, "ee", "ec.crt")]
    add += [part for name in COMPANY for part in ("--" + name.replace("_", "-"), str(COMPANY[name]))]
    equal((touch(w, company_path, "ec"), proven(w, 1201, COMPANY["name"])), (404, 0), "a proof")
    equal(w.cli(*add, ok=None).returncode, 1, "an entry")
    w.cli("user", "status", mine, "deleted", "--reason", "deleted")
    equal(w.cli("user", "status", mine, "pending", ok=None).returncode, 1, "a return to life")
    theirs = str(record(w, MUNICIPALITY, 1202)["id"])
    w.cli("user", "status", theirs, "deleted", "--reason", "deleted")
    w.cli("user", "status", mine, "pending")
    equal(touch(w, company_path, "ec"), 200, "a proof, once it is free")
    equal(w.cli("user", "status", theirs, "pending", ok=None).returncode, 1, "the municipality's return with it")
    alter(w, "UPDATE web_service SET old_until_utc_s = unixepoch() - 1 WHERE old_until_utc_s IS NOT NULL")
    w.cli("user", "status", theirs, "pending")
