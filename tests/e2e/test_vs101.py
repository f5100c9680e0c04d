"""vs101 (FZ 4.3.1): login by certificate; what counts as registered (2.12, p001); the choice of the record."""
from cases import case, equal, table
from portal import (ACTIVE, COMPANY, COURT, LAW_OFFICE, MUNICIPALITY, OTHER_COURT, PERSON, Person, administrator, alter, authorised, change_list, chief,
                    digest, eceu, enter, full_name, lists_world, nothing_written, notice, portal_world, record, refused, rows, service, settle,
                    told, user)

FARM = dict(position=12, maticna="2222221000", davcna="99000016", name="Kmetija Žagar", legal_form=163)
TOWN = user(MUNICIPALITY, 701)


def world():
    return portal_world()


def begin(w, name):
    p = Person(w, name)
    p.get("/")
    return p, p.begin("vs101")


def logged_in(w, name, text):
    """The control: this certificate logs in to the record of that text."""
    p, page = begin(w, name)
    equal(page.step, "vs101-03", f"choice\n{page}")
    done = p.press(page, "login", {"record": page.option("record", text)})
    equal((done.status, done.step, done.finished), (200, "vs101-04", True), f"login\n{done}")
    return p, done


def not_registered(w, name, code="vs101-05"):
    p, page = begin(w, name)
    equal((page.status, page.codes, page.finished, page.options("record")), (200, [code], True, {}), f"{name}\n{page}")
    equal(p.get("/menu").status, 303, "the menu of somebody who is not logged in")
    return page


@case("vs101-01: the entry page offers the login to a qualified certificate of a person, not to a seal, a web certificate or none", world)
def entry(w):
    settle(w, TOWN)
    for name, codes, offered in (("uradnica", [], True), ("obcina_zig", ["vg-entry"], False), ("splet", ["vg-entry"], False),
                                 (None, ["vg-entry"], False), ("preklican", ["vg-entry"], False)):
        p = Person(w, name)
        page = p.get("/")
        equal((page.status, page.codes, "vs101" in page.links()), (200, codes, offered), f"entry page of {name}")
        page = p.begin("vs101")
        equal((page.status, page.step), (200, "vs101-03") if offered else (403, "-"), f"vs101 of {name}")


def mechanism(w, old, new):
    change_list(w, "mechanisms.csv", old, new)


KDP_SI = "certificate of a Slovenian qualified provider,"


@case("vs101-01: a mechanism that the operator has closed does not log in (FZ-VS7), an open one does", lists_world)
def closed_mechanism(w):
    settle(w, TOWN)
    mechanism(w, KDP_SI + "yes,yes,yes", KDP_SI + "no,yes,yes")
    page = not_registered(w, "uradnica", "vs101-01")
    equal(page.said("vs101-01"), ["S tem sredstvom elektronske identifikacije prijava ni mogoča."], "text")
    mechanism(w, KDP_SI + "yes,yes,yes", KDP_SI + "yes,no,yes")
    logged_in(w, "uradnica", "701 –")


@case("vs101-04.3: who logs in with a mechanism that does not sign is told so (FZ-VS11)", lists_world)
def cannot_sign(w):
    settle(w, TOWN)
    mechanism(w, KDP_SI + "yes,yes,yes", KDP_SI + "yes,yes,no")
    _, done = logged_in(w, "uradnica", "701 –")
    told(done, "vs101-04.3")


@case("vs101-04.3x: who logs in with a mechanism that signs is told nothing of the kind", lists_world)
def can_sign(w):
    settle(w, TOWN)
    mechanism(w, KDP_SI + "yes,yes,yes", KDP_SI + "yes,yes,yes")
    _, done = logged_in(w, "uradnica", "701 –")
    equal(done.codes, ["vs101-04"], "notices")


@case("vs101-01a.0x: a certificate with the organisation's tax number is not asked for a position", world)
def no_position(w):
    settle(w, TOWN)
    _, page = begin(w, "uradnica")
    equal((page.step, page.options("position")), ("vs101-03", {}), "first page")


@case("vs101-02.1A-a: the organisation's tax number in the certificate is the key, not the person's", world)
def organisation_key(w):
    settle(w, TOWN, user(dict(PERSON, davcna=MUNICIPALITY["davcna"]), 601), user(COMPANY, 501))
    _, page = begin(w, "uradnica")
    equal(list(page.options("record").values()), [f"{full_name(701)} kot samostojni uporabnik"], "records of uradnica")


@case("vs101-02.1A-c: without an organisation's number the person's tax number is the key", world)
def person_key(w):
    settle(w, user(PERSON, 601), user(dict(COMPANY, davcna=PERSON["davcna"]), 501))
    _, page = begin(w, "posameznica")
    equal(list(page.options("record").values()), [f"{full_name(601)} kot samostojni uporabnik"], "records of posameznica")


@case("vs101-02.1A-x: a certificate without any tax number neither logs in nor registers, and is told why", world)
def no_key(w):
    settle(w, user(PERSON, 601))
    page = not_registered(w, "oseba", "vs101-02.1A-x")
    equal("slovensko davčno številko" in page.text(), True, "reason")
    equal("vs201" in page.links() or "vs202" in page.links(), False, "registration")
    logged_in(w, "posameznica", "601 –")


POSITIONS = (
    # subject, certificate, record, line
    ("12", LAW_OFFICE, "odvetnik", user(LAW_OFFICE, 302), "302 –"),
    ("21", COMPANY, "direktor", user(COMPANY, 501), "501 –"),
    ("31", MUNICIPALITY, "uradnica", TOWN, "701 –"),
)


@table(POSITIONS, "vs101-02.2a1: a subject of position {} is found by the tax number of the organisation", world)
def business(w, position, subject, name, entry, line):
    settle(w, entry)
    equal(str(subject["position"]), position, "position")
    p, _ = logged_in(w, name, line)
    equal(p.get("/menu").login()[0], subject["name"], "who is logged in")


@case("vs101-02.2a1: a tax number of an entrepreneur and of his farm lists the records of both (DECISIONS \"Keys\")", world)
def two_subjects(w):
    settle(w, service(LAW_OFFICE, 1103), user(FARM, 501), service(FARM, 1103))
    _, page = begin(w, "odvetnik")
    line = "{} kot samostojni uporabnik – {}, MŠ {}".format
    wanted = sorted([line(full_name(1103), LAW_OFFICE["name"], LAW_OFFICE["maticna"]), line(full_name(501), FARM["name"], FARM["maticna"]),
                     line(full_name(1103), FARM["name"], FARM["maticna"])])
    equal(sorted(page.options("record").values()), wanted, "records")
    p, _ = logged_in(w, "odvetnik", "501 –")
    equal(p.get("/menu").login()[0], FARM["name"], "who is logged in")


@case("vs101-02.2a1x: a subject deleted in PRS counts as not registered; active again it logs in", world)
def deleted_in_prs(w):
    settle(w, TOWN)
    subject = str(eceu(w, MUNICIPALITY))
    w.cli("user", "prs", subject, "deleted")
    not_registered(w, "uradnica")
    w.cli("user", "prs", subject, "active")
    logged_in(w, "uradnica", "701 –")


@case("2.12-1: a login ends when its subject is deleted in PRS, and a step of an open case writes nothing more", world)
def deleted_while_logged_in(w):
    settle(w, TOWN)
    p, _ = logged_in(w, "uradnica", "701 –")
    page = p.begin("vs206")
    w.cli("user", "prs", str(eceu(w, MUNICIPALITY)), "deleted")
    with nothing_written(w):
        done = p.press(page, "leave", {"records": page.option("records", "701")})
        equal(done.codes, ["vg-login"], "leaving")
    equal(rows(w, "SELECT state FROM procedure_case WHERE id = ?", page.case), [dict(state="stopped")], "case")
    equal(record(w, MUNICIPALITY, 701)["now"], ACTIVE, "record")
    equal(p.get("/menu").status, 303, "menu")
    w.cli("user", "prs", str(eceu(w, MUNICIPALITY)), "active")
    p, _ = logged_in(w, "uradnica", "701 –")
    equal(p.begin("vs206").step, "vs206-01", "control")


@case("2.12-1: the authorised person of an independent user who is deleted in PRS has no login for him", world)
def principal_deleted(w):
    settle(w, user(COMPANY, 501), authorised(PERSON, COMPANY, 501), user(PERSON, 601))
    subject = str(eceu(w, COMPANY))
    w.cli("user", "prs", subject, "deleted")
    _, page = begin(w, "posameznica")
    equal(list(page.options("record").values()), [f"{full_name(601)} kot samostojni uporabnik"], "records")
    w.cli("user", "prs", subject, "active")
    _, page = begin(w, "posameznica")
    equal(len(page.options("record")), 2, "records with the independent user active again")


@case("vs101-02.2a2: a person is found by his own tax number and position 11", world)
def natural_person(w):
    settle(w, user(PERSON, 601))
    p, _ = logged_in(w, "posameznica", "601 –")
    equal(p.get("/menu").login(), (PERSON["name"], "stranka – posameznik", "kot samostojni uporabnik"), "head")


@case("vs101-02.2a2: a blocked subject does not log in, unblocked he does", world)
def blocked(w):
    settle(w, user(PERSON, 601))
    subject = str(eceu(w, PERSON))
    w.cli("user", "block", subject, "--reason", "preizkus")
    not_registered(w, "posameznica")
    w.cli("user", "unblock", subject)
    logged_in(w, "posameznica", "601 –")


LINKED = (("1b", "501 –", [user(COMPANY, 501), authorised(PERSON, COMPANY, 501)], COMPANY),
          ("3b", "90 –", [administrator(COURT, 1003), authorised(PERSON, COURT, 90, 3, administered_group=1003)], COURT),
          ("5b", "1103 –", [service(COMPANY, 1103, "podjetje"), authorised(PERSON, COMPANY, 1103, 5)], COMPANY))


@table(LINKED, "p001-{}: with its independent user blocked an authorised person neither logs in nor goes on; unblocked he does", world)
def principal_blocked(w, _, login, people, principal):
    settle(w, *people)
    p, subject = Person(w, "posameznica", login), str(eceu(w, principal))
    w.cli("user", "block", subject, "--reason", "preizkus")
    equal(p.begin("vs301").codes, ["vg-login"], "the login that was open")
    not_registered(w, "posameznica")
    w.cli("user", "unblock", subject)
    logged_in(w, "posameznica", login)


SETS = (
    # row and set, certificate, people, line of the record
    ("2.2b1: a record of set 1a", "direktor", [user(COMPANY, 501)], "501 –"),
    ("2.2b1: a record of set 1b", "posameznica", [user(COMPANY, 501), authorised(PERSON, COMPANY, 501)], "501 –"),
    ("2.2b2: a record of set 3a", "referentka", [administrator(COURT, 1003)], "90 –"),
    ("2.2b2: the chief administrator's record", "referentka", [chief(OTHER_COURT), chief(COURT)], "80 –"),
    ("2.2b2: a record of set 3b", "posameznica", [administrator(COURT, 1003), authorised(PERSON, COURT, 90, 3, administered_group=1003)],
     "90 –"),
    ("2.2b3: a record of set 5a", "direktor", [service(COMPANY, 1103, "podjetje")], "1103 –"),
    ("2.2b3: a record of set 5b", "posameznica", [service(COMPANY, 1103, "podjetje"), authorised(PERSON, COMPANY, 1103, 5)], "1103 –"),
)


@table(SETS, "vs101-0{} logs in, and pending or deleted it does not", world)
def each_set(w, _, name, people, line):
    settle(w, *people)
    logged_in(w, name, line)
    mine = rows(w, "SELECT id FROM membership WHERE live ORDER BY id DESC LIMIT 1")[0]["id"]
    for status, code in (("pending", "vs101-05"), ("deleted", "vs101-05")):
        w.cli("user", "status", str(mine), status, *(("--reason", "left") if status == "deleted" else ()))
        not_registered(w, name, code)


@case("vs101-02.3a: registered subject and active record: the login keeps the record and the ID eCEU", world)
def login_data(w):
    settle(w, TOWN)
    p, done = logged_in(w, "uradnica", "701 –")
    found = rows(w, "SELECT state, step, cert FROM procedure_case WHERE id = ?", done.case)[0]
    equal(found, dict(state="finished", step="vs101-04", cert=digest("uradnica")), "case of the login")
    r = w.records(kind="registry", procedure="vs101")[-1]
    equal((r["who"], r["cert"]), (str(eceu(w, MUNICIPALITY)), digest("uradnica")), "the login in the trail")
    p.begin("vs221")
    found = rows(w, "SELECT login_record FROM procedure_case ORDER BY id DESC LIMIT 1")[0]
    equal(found["login_record"], record(w, MUNICIPALITY, 701)["id"], "record of the login")
    r = w.records(kind="registry", procedure="vs221")[-1]
    equal((r["who"], r["idp_string"], r["cert"]), (str(eceu(w, MUNICIPALITY)), "KDP-SI", digest("uradnica")), "record of the trail")


@case("vs101-02.3b1: whose tax number nobody in eCEU has goes to vs101-05", world)
def nobody(w):
    settle(w, TOWN)
    alter(w, f"UPDATE subject SET davcna = NULL WHERE maticna = '{COMPANY['maticna']}'")
    not_registered(w, "direktor")
    logged_in(w, "uradnica", "701 –")
    settle(w, user(COMPANY, 501))
    logged_in(w, "direktor", "501 –")


@case("vs101-02.3b2: a subject without an active record goes to vs101-05; one with a pending record reads that it waits", world)
def no_active_record(w):
    settle(w, TOWN)
    mine = str(record(w, MUNICIPALITY, 701)["id"])
    w.cli("user", "status", mine, "deleted", "--reason", "left")
    not_registered(w, "uradnica")
    w.cli("user", "status", mine, "pending")
    page = not_registered(w, "uradnica")
    said = "Na potrditev še čaka vaša prijava v uporabniški skupini: {}.".format
    line = f"{full_name(701)} kot samostojni uporabnik"
    equal(page.said("vs101-05"), [said(line)], "text")
    enter(w, [service(MUNICIPALITY, 1003, status="pending")])
    equal(not_registered(w, "uradnica").said("vs101-05"), [said(f"{line}; {full_name(1003)} kot samostojni uporabnik")], "text of two")
    w.cli("user", "status", mine, "active")
    logged_in(w, "uradnica", "701 –")
    settle(w, service(LAW_OFFICE, 1103, status="pending"), service(FARM, 1103, status="pending"))
    lines = [f"{full_name(1103)} kot samostojni uporabnik – {s['name']}, MŠ {s['maticna']}" for s in (LAW_OFFICE, FARM)]
    text = not_registered(w, "odvetnik").said("vs101-05")[0]
    equal([one in text for one in lines], [True, True], f"two firms with one tax number: {text}")


@case("vs101-03: the choice lists the active records of the sets 1, 3 and 5 and no other, under the specification's text", world)
def choice(w):
    settle(w, user(COURT, 701), user(COURT, 702, status="pending"), administrator(COURT, 1003), administrator(COURT, 1103), chief(COURT),
           service(COURT, 1001, "rekono"), service(COURT, 1002, "ec", status="pending"), TOWN)
    _, page = begin(w, "referentka")
    lines = [f"{full_name(701)} kot samostojni uporabnik"]
    lines += [f"{full_name(90)} uporabniške skupine {full_name(g)[7:]} kot samostojni uporabnik" for g in (1003, 1103)]
    lines += [f"{full_name(80)} kot samostojni uporabnik", f"{full_name(1001)} kot samostojni uporabnik"]
    equal(list(page.options("record").values()), lines, "records")
    equal(notice("vs101-03") in page.labels(), True, "label")
    equal(page.buttons(), ["login", "cancel"], "buttons")


@case("vs101-03.1: exactly one record logs in, and the login is for that one", world)
def one_of_two(w):
    settle(w, administrator(COURT, 1003), chief(COURT))
    for line, role in (("80 –", "glavni administrator"), ("90 –", "zunanji administrator")):
        p, _ = logged_in(w, "referentka", line)
        equal(p.get("/menu").login()[1], role, "group")


@case("vs101-03.x: no record, two, somebody else's or one that is not active any more is refused, the case stays", world)
def wrong_choice(w):
    settle(w, user(COURT, 701), chief(COURT), TOWN)
    p, page = begin(w, "referentka")
    mine, own, foreign = list(page.options("record")), record(w, COURT, 701)["id"], record(w, MUNICIPALITY, 701)["id"]
    for given in ([], mine, [foreign], ["x"], [-1], [f"{own} {mine[1]}"]):
        page = p.press(page, "login", {"record": given})
        refused(page, "vs101-03", "vs101-03.x")
        equal((page.errors(), p.get("/menu").status), ({"record": "vs101-03.x"}, 303), "no login")
    w.cli("user", "status", str(own), "deleted", "--reason", "left")
    page = p.press(page, "login", {"record": own})
    refused(page, "vs101-03", "vs101-03.x")
    done = p.press(page, "login", {"record": page.option("record", "80 –")})
    equal(done.step, "vs101-04", "control")


@case("vs101-04.1: the login makes a new session; the visitor's cookie opens nothing", world)
def new_session(w):
    settle(w, TOWN)
    p = Person(w, "uradnica")
    p.get("/")
    before = p.cookie
    page = p.begin("vs101")
    p.press(page, "login", {"record": page.option("record", "701 –")})
    equal(p.cookie in (None, before), False, "cookie")
    equal(p.get("/menu").step, "vs003", "with the new cookie")
    thief = Person(w, "direktor")
    thief.cookie = p.cookie
    equal(thief.get("/menu").status, 303, "with the cookie, from another certificate")
    p.cookie = before
    equal(p.get("/menu").status, 303, "with the old cookie")


@case("vs101-04.2: after the login the menu vs003 opens", world)
def menu(w):
    settle(w, TOWN)
    p, done = logged_in(w, "uradnica", "701 –")
    equal(done.links(), ["menu"], "links")
    equal(p.get("/menu").step, "vs003", "page")


@case("vs101-05: who is not registered reads the specification's sentence", world)
def text_of_05(w):
    settle(w, TOWN)
    page = not_registered(w, "direktor")
    first, second = notice("vs101-05").split(". ")
    equal((page.said("vs101-05"), second), ([first + "."], "Izberite prosim način, na katerega se želite registrirati v varnostni shemi."), "text")
    logged_in(w, "uradnica", "701 –")


@case("vs101-05.2x: whose key is the organisation's tax number is not offered vs202, and is refused when he calls it", world)
def no_vs202(w):
    settle(w, user(PERSON, 601))
    p, page = begin(w, "uradnica")
    equal("vs202" in page.links(), False, "offered")
    equal(p.begin("vs202").status, 403, "called")


@case("vs101-01: a certificate that an operator has blocked does not log in, and its login ends at once; unblocked it logs in", world)
def blocked_certificate(w):
    settle(w, TOWN)
    p, _ = logged_in(w, "uradnica", "701 –")
    page, choice_ = p.begin("vs206"), begin(w, "uradnica")
    w.cli("user", "block", digest("uradnica"), "--reason", "x")
    not_registered(w, "uradnica", "vg-login")
    equal(choice_[0].press(choice_[1], "login", {"record": choice_[1].option("record", "701 –")}).codes, ["vg-login"], "a login under way")
    equal(p.get("/menu").links(), [], "procedures offered")
    with nothing_written(w):
        equal(p.press(page, "leave", {"records": page.option("records", "701 –")}).codes, ["vg-login"], "a case under way")
    w.cli("user", "unblock", digest("uradnica"))
    logged_in(w, "uradnica", "701 –")


@case("vs101-05.3: who is not registered can go back to the first page", world)
def later(w):
    settle(w, TOWN)
    page = not_registered(w, "direktor")
    equal(page.link("entry"), notice("vs101-05.3"), "link")
    equal(rows(w, "SELECT state FROM procedure_case WHERE id = ?", page.case)[0]["state"], "stopped", "the case")
