"""Attacks on logins, sessions, cases and records of the web pages: each is refused, leaves nothing behind, and has its accepted twin."""
import html.parser
import os
import shutil
import sqlite3

from attacks import (COMPANY, COURT, FAULTS, FIRM, MARKUP, MUNICIPALITY, STRANGE, at_application, at_group, attack_world, copy_of, goes_on,
                     kept, make_certificate, nothing_written, personal, record_of, refused, revoke, subject_of, written)
from cases import case, equal, faults, table
from portal import PDF, Person, administrator_of, pem, read
from world import PKI, pki_index

SAY_NOT_OFFERED, SAY_LOGIN_OVER = "5.1", "vg-login"

# ---- forms that another site, or another session, sends ----

FORGED = [
    ("no token", lambda p, o: p, dict(csrf="")),
    ("another session's token", lambda p, o: p, "other"),
    ("a token with one letter changed", lambda p, o: p, "changed"),
    ("a foreign Origin", lambda p, o: p, dict(headers={"Origin": "https://evil.test"})),
    ("an Origin of plain http", lambda p, o: p, dict(headers={"Origin": "http://localhost"})),
    ("an Origin at another port", lambda p, o: p, dict(headers={"Origin": "https://localhost:444"})),
    ("an Origin that only begins like ours", lambda p, o: p, dict(headers={"Origin": "https://localhost.evil.test"})),
    ("an opaque Origin", lambda p, o: p, dict(headers={"Origin": "null"})),
    ("the right token without the cookie", lambda p, o: copy_of(p, cookie=None), {}),
    ("the right token and a cookie that nobody gave", lambda p, o: copy_of(p, cookie="A" * 43), {}),
    ("the right token and another session's cookie", lambda p, o: copy_of(p, cookie=o.cookie), {}),
]


@table(FORGED, "web: a form with {} is refused, and taken without that fault", attack_world)
def forged_form(w, name, who, how):
    victim, other = Person(w, "uradnica", "701"), Person(w, "uradnica", "701")
    page = at_group(victim)
    if not isinstance(how, dict):
        token = other.csrf if how == "other" else ("A" if victim.csrf[0] != "A" else "B") + victim.csrf[1:]
        how = dict(csrf=token)
    with nothing_written(w):
        refused(who(victim, other).press(page, "next", {"group": "1003"}, **how), 403, name)
    goes_on(victim.press(page, "next", {"group": "1003"}, headers={"Origin": "https://localhost"}), "vs207-03")


@case("web: a procedure is begun by a form with its token only", world=attack_world)
def begun_by_form(w):
    victim = Person(w, "uradnica", "701")
    with nothing_written(w):
        refused(victim.post("/procedure/vs207", csrf="x"), 403, "without the token")
        refused(victim.get("/procedure/vs207"), 404, "by GET")
    at_group(victim)


# ---- sessions ----

@case("web: a token known before login is worth nothing after", world=attack_world)
def fixation(w):
    victim = Person(w, "uradnica")
    victim.get("/")
    known = copy_of(victim)
    victim.login("701")
    equal((victim.cookie == known.cookie, victim.csrf == known.csrf), (False, False), "cookie and form token stay")
    equal(known.get("/menu").status, 303, "the menu with the token known before")
    equal(victim.get("/menu").status, 200, "control: with the new one")


@case("web: a session token that somebody chose is not taken on", world=attack_world)
def chosen_token(w):
    victim = Person(w, "uradnica")
    victim.cookie = chosen = "A" * 43
    victim.get("/")
    equal(victim.cookie == chosen, False, "the token is kept")
    victim.login("701")
    equal(copy_of(victim, cookie=chosen).get("/menu").status, 303, "the menu with the chosen token")
    equal(victim.get("/menu").status, 200, "control")


@case("web: a session is worth nothing over another certificate, or none", world=attack_world)
def other_certificate(w):
    victim = Person(w, "uradnica", "701")
    page = at_group(victim)
    for name in ("direktor", None):
        thief = copy_of(victim, context=w.context(name))
        with nothing_written(w):
            refused(thief.press(page, "next", {"group": "1003"}), 403, f"the form over {name}")
        equal(thief.get("/menu").status, 303, f"the menu over {name}")
        thief.cookie = victim.cookie
        refused(thief.get(f"/case/{page.case}"), 404 if name else 403, f"the case over {name}")
    goes_on(victim.press(page, "next", {"group": "1003"}), "vs207-03")


@case("web: a session is worth nothing after logout", world=attack_world)
def logged_out(w):
    victim = Person(w, "uradnica", "701")
    page, before = at_group(victim), copy_of(victim)
    equal(before.get("/menu").status, 200, "control: before")
    out = victim.begin("vs302")
    equal((out.step, out.reply.header("Set-Cookie")),
          ("vs302-02", "__Host-vashgate=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"), "out")
    with nothing_written(w):
        refused(before.press(page, "next", {"group": "1003"}), 403, "a form")
    equal((before.get("/menu").status, victim.get("/menu").status), (303, 303), "the menu")


@case("web: who changes his group has a new session, and its cases", world=attack_world)
def changed_group(w):
    person = Person(w, "uradnica", "701")
    case_of_701, before = at_group(person), copy_of(person)
    page = person.begin("vs301")
    equal(person.press(page, "next", {"record": page.option("record", "1005")}).step, "vs301-02", "the change")
    equal(before.get("/menu").status, 303, "the menu with the old token")
    with nothing_written(w):
        refused(person.press(case_of_701, "next", {"group": "1003"}), 404, "the other login's case")
    equal(person.begin("vs208").step, "vs208-00", "control: what 1005 may do")


@case("web: the cookie is for this host, over TLS, for no script and no other site", world=attack_world)
def cookie(w):
    reply = Person(w, "uradnica").get("/").reply
    name, *rest = reply.header("Set-Cookie").split("; ")
    equal((name.startswith("__Host-vashgate="), len(name), rest), (True, 16 + 43, ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"]),
          "cookie")


@case("web: a login ends with the acceptance of its certificate, for reading too", world=attack_world)
def no_anchor(w):
    person = Person(w, "uradnica", "701")
    page = person.register(1201)
    application = read(w, "SELECT max(id) FROM application")[0][0]
    paths = ("/menu", f"/case/{page.case}", f"/application/{application}")
    equal([person.get(p).status for p in paths], [200, 200, 200], "control: before")
    anchors = os.path.join(w.folder, "fewer-anchors")
    shutil.copytree(os.path.join(PKI, "anchors"), anchors, ignore=shutil.ignore_patterns("halcom*"))
    w.edit_config(f'anchors = "{w.anchors}"', f'anchors = "{anchors}"')
    equal(w.reload(), True, "reload")
    try:
        with nothing_written(w):
            equal([person.get(p).status for p in paths], [403, 403, 403], "reading")
            refused(person.begin("vs207"), 403, "a form")
    finally:
        w.edit_config(f'anchors = "{anchors}"', f'anchors = "{w.anchors}"')
        equal(w.reload(), True, "reload")
    equal([person.get(p).status for p in paths], [200, 200, 200], "control: after")
    leave(w, person, 1201)


def leave(w, person, group):
    """Withdraw what a case has registered, so that the next finds the world as it was."""
    record = record_of(w, MUNICIPALITY, group)
    page = person.begin("vs206")
    equal(person.press(page, "leave", {"records": str(record)}).step, "vs206-03", "leaving")


@case("web: a certificate that an operator has blocked neither logs in nor goes on", world=attack_world)
def blocked(w):
    person, other = Person(w, "uradnica", "701"), Person(w, "direktor", "501")
    person.register(1201)
    application, page = read(w, "SELECT max(id) FROM application")[0][0], at_group(person)
    digest = pki_index()["certificates"]["uradnica"]["sha256"]
    w.cli("user", "block", digest, "--reason", "kartica je izgubljena")
    try:
        before = written(w)[:2]
        equal((person.get(f"/application/{application}").status, [link for link in person.get("/menu").links() if link.startswith("vs2")]),
              (404, []), "reading")
        equal(person.press(page, "next", {"group": "1003"}).codes, [SAY_LOGIN_OVER], "a form")
        equal((person.get("/menu").status, person.begin("vs207").status), (303, 403), "the session")
        again = Person(w, "uradnica")
        again.get("/")
        login = again.begin("vs101")
        equal((login.codes, login.options("record"), written(w)[:2]), ([SAY_LOGIN_OVER], {}, before), "a login")
        goes_on(other.begin("vs207"), "vs207-02", "control: another certificate")
    finally:
        w.cli("user", "unblock", digest)
    leave(w, Person(w, "uradnica", "701"), 1201)


# ---- who may log in ----

STRANGERS = [
    ("none at all", None, "vg-entry"), ("a seal", "podjetje", "vg-entry"), ("one of a web site", "splet", "vg-entry"),
    ("one that its owner signed", "samopodpisan", "vg-entry"), ("one that is not qualified", "brez_qc", "vg-entry"),
    ("one without any tax number", "oseba", "vs101-02.1A-x"), ("one of a stranger's organisation", "tujec", "vs101-05"),
]


def nobody(w, name, code):
    """Neither the login nor anything behind it opens."""
    person = Person(w, name)
    entry = person.get("/")
    page = person.begin("vs101")
    equal((page.status, page.codes, page.finished, page.options("record")), (403 if code == "vg-entry" else 200, [code], True, {}), "login")
    equal((person.get("/menu").status, person.begin("vs207").status), (303, 403), "what is behind the login")
    return entry


@table(STRANGERS, "web: nobody logs in with this certificate: {}", attack_world)
def stranger(w, _, name, code):
    if name == "tujec":
        name = make_certificate(w, "tujec", "uradnica", subject=subject_of("Tuji d.o.o.", "99000075", "Tuj Človek"))
    nobody(w, name, code)
    with nothing_written(w):
        equal(Person(w, "uradnica").get("/").codes, [], "control: the entry of one who may")


@table(FAULTS, "web: nobody logs in with his own certificate if it {}", attack_world)
def faulty(w, what, code, changes):
    name = make_certificate(w, code + what.replace(" ", ""), "uradnica", **personal(changes))
    text = faults()[code]["sl"]
    equal(text in nobody(w, name, "vg-entry").text(), True, f"{text} as the reason")
    good = make_certificate(w, "dobro" + what.replace(" ", ""), "uradnica")
    equal(Person(w, good, "701").get("/menu").status, 200, "control: the same without the fault")


@case("web: nobody logs in with a revoked certificate, nor goes on with it", world=attack_world)
def revoked(w):
    name = make_certificate(w, "preklicana", "uradnica")
    person = Person(w, name, "701")
    page = at_group(person)
    crls = revoke(w, name, "halcom_po_esign_2")
    w.edit_config(f'crls = "{w.pki}/crl"', f'crls = "{crls}"')
    equal(w.reload(), True, "reload")
    try:
        with nothing_written(w):
            equal((person.get("/menu").status, person.press(page, "next", {"group": "1003"}).status), (403, 403), "the login of before")
            equal(faults()["VG-C08"]["sl"] in nobody(w, name, "vg-entry").text(), True, "the reason")
            equal(Person(w, "uradnica").get("/").codes, [], "control: another of the same issuer")
    finally:
        w.edit_config(f'crls = "{crls}"', f'crls = "{w.pki}/crl"')
        equal(w.reload(), True, "reload")


@case("web: a login to a record of somebody else is refused", world=attack_world)
def foreign_record(w):
    person, foreign = Person(w, "uradnica"), record_of(w, COMPANY, 501)
    person.get("/")
    page = person.begin("vs101")
    for record in (str(foreign), "999999", "-1", "", f"{foreign} {record_of(w, MUNICIPALITY, 701)}"):
        page = person.press(page, "login", {"record": record})
        equal((page.step, page.codes, person.get("/menu").status), ("vs101-03", ["vs101-03.x"], 303), f"record {record!r}")
    done = person.press(page, "login", {"record": str(record_of(w, MUNICIPALITY, 701))})
    equal((done.step, person.get("/menu").status), ("vs101-04", 200), "control")


# ---- other people's cases and applications ----

@case("web: another user's case is not found, to read or to change", world=attack_world)
def foreign_case(w):
    victim, thief = Person(w, "uradnica", "701"), Person(w, "direktor", "501")
    page = at_group(victim)
    with nothing_written(w):
        refused(thief.get(f"/case/{page.case}"), 404, "GET")
        refused(thief.press(page, "next", {"group": "1003"}), 404, "POST")
        refused(thief.press(page, "cancel"), 404, "cancel")
        equal(thief.get(f"/case/{page.case}").reply.body, thief.get("/case/99999999").reply.body, "what tells it from a case that is not")
    equal(victim.get(f"/case/{page.case}").step, "vs207-02", "control: GET")
    goes_on(victim.press(page, "next", {"group": "1003"}), "vs207-03")


@case("web: another user's list is not found as PDF either", world=attack_world)
def foreign_list(w):
    victim, thief = Person(w, "uradnica", "701"), Person(w, "direktor", "501")
    page = victim.begin("vs221")
    for who, path, status in ((victim, f"/case/{page.case}.pdf", 200), (thief, f"/case/{page.case}.pdf", 404),
                              (victim, f"/case/{page.case}.pdf.pdf", 404), (victim, "/case/.pdf", 404),
                              (victim, f"/case/{page.case}%2epdf", 404)):
        reply = who.get(path).reply
        equal((reply.status, reply.body.startswith(b"%PDF")), (status, status == 200), path)


@case("web: an application is for its user and his administrator, and nobody else", world=attack_world)
def foreign_application(w):
    owner = Person(w, "uradnica", "701")
    owner.register(1003)
    path = f"/application/{read(w, 'SELECT max(id) FROM application')[0][0]}"
    for name, login in (("uradnica", "1005"), ("referentka", administrator_of(1003)), ("referentka", administrator_of(1201))):
        page = Person(w, name, login).get(path)
        equal((page.status, page.reply.body, page.reply.header("Content-Type")), (200, PDF, "application/pdf"), f"control: {name} {login}")
    for name, login in (("direktor", "501"), ("posameznica", "601"), ("odvetnik", administrator_of(1202)), ("referentka", "80 ")):
        person = Person(w, name, login)
        page = person.get(path)
        equal((page.status, b"%PDF" in page.reply.body), (404, False), f"{name} {login}")
        equal(page.reply.body, person.get("/application/999999").reply.body, "what tells it from an application that is not")
    visitor = Person(w, "uradnica")
    visitor.get("/")
    refused(visitor.get(path), 404, "before login")
    leave(w, owner, 1003)


# ---- again, too late, out of order ----

@case("web: a form sent twice counts once: 409, nothing written, no second mail", world=attack_world)
def replayed(w):
    person = Person(w, "uradnica", "701")
    page = person.press(at_application(person, 1003), "confirm", {}, file=("application", "vloga.pdf", PDF))
    mails = len(read(w, "SELECT 1 FROM outbox"))
    equal(person.press(page, "submit").step, "vs207-07", "control: once")
    equal(len(read(w, "SELECT 1 FROM outbox")), mails + 1, "mails")
    with nothing_written(w):
        refused(person.press(page, "submit"), 409, "twice")
        refused(person.press(page, "cancel"), 409, "cancelled afterwards")
    leave(w, person, 1003)


@case("web: a login form sent twice logs in once", world=attack_world)
def replayed_login(w):
    person = Person(w, "uradnica")
    person.get("/")
    page = person.begin("vs101")
    before = copy_of(person)
    fields = {"record": page.option("record", "701")}
    equal(person.press(page, "login", fields).step, "vs101-04", "control: once")
    with nothing_written(w):
        refused(before.press(page, "login", fields), 403, "the same form again")
        refused(person.press(page, "login", fields), 404, "by the session that came of it")


@case("web: another version of a case is refused", world=attack_world)
def other_version(w):
    person = Person(w, "uradnica", "701")
    old = at_group(person)
    page = goes_on(person.press(old, "next", {"group": "1003"}), "vs207-03")
    for version in (old.version, page.version + 1, -1, 0, "", "1.0", "x", "9" * 30):
        with nothing_written(w):
            refused(person.post(f"/case/{page.case}", {"button": "cancel", "version": version}), 409, f"version {version!r}")
    with nothing_written(w):
        refused(person.post(f"/case/{page.case}", {"button": "cancel"}), 409, "no version")
    equal(person.press(page, "cancel").codes, ["vg-cancel"], "control")


@case("web: a closed case takes nothing any more", world=attack_world)
def closed_case(w):
    person = Person(w, "uradnica", "701")
    page = at_group(person)
    equal(person.press(page, "cancel").finished, True, "the end")
    for version in (page.version, page.version + 1, page.version + 2):
        with nothing_written(w):
            refused(person.post(f"/case/{page.case}", {"button": "next", "version": version, "group": "1003"}), 409, f"version {version}")
    goes_on(person.press(at_group(person), "next", {"group": "1003"}), "vs207-03")


@case("web: an expired case takes nothing any more", world=attack_world)
def expired_case(w):
    person = Person(w, "uradnica", "701")
    page, other = at_group(person), at_group(person)
    db = sqlite3.connect(f"{w.folder}/data/registry.db", timeout=30)
    with db:
        db.execute("UPDATE procedure_case SET expires_utc_s = 1 WHERE id = ?", (page.case,))
    db.close()
    with nothing_written(w):
        refused(person.press(page, "next", {"group": "1003"}), 409, "expired")
    goes_on(person.press(other, "next", {"group": "1003"}), "vs207-03")


@case("web: a form for another step than the case's does nothing", world=attack_world)
def other_step(w):
    person = Person(w, "uradnica", "701")
    page, before = at_group(person), written(w)
    for button, fields in (("submit", {}), ("confirm", {"certificate": pem("obcina_zig")}), ("execute", {"mark.1": "confirm"}),
                           ("accept", {"overlap": "0"}), ("leave", {"records": "1"}), ("login", {"record": "1"}), ("", {})):
        page = person.press(page, button, fields, file=("application", "vloga.pdf", PDF))
        equal((page.status, page.step, page.codes), (200, "vs207-02", ["vs207-02.1x"]), f"button {button!r}")
    equal(written(w)[:2], before[:2], "what was written")
    goes_on(person.press(page, "next", {"group": "1003"}), "vs207-03")


# ---- rights ----

LOGINS = [("an external user", "uradnica", "701", "zk"), ("a user of web services", "uradnica", "1005", "zk_s"),
          ("an administrator", "referentka", administrator_of(1003), "za"), ("the chief administrator", "referentka", "80 ", "ga")]
PROCEDURES = ("vs206", "vs207", "vs208", "vs211", "vs212", "vs221", "vs222", "vs223", "vs232")
OFFERED = {"zk": ("vs206", "vs207", "vs212", "vs221", "vs223"), "zk_s": ("vs206", "vs207", "vs208", "vs212", "vs221", "vs223"),
           "za": ("vs206", "vs211", "vs212", "vs222", "vs223"), "ga": ("vs212", "vs223", "vs232")}


@table(LOGINS, "web: {} begins what is offered to him, and nothing else when he calls it directly", attack_world)
def rights(w, _, name, login, kind):
    person = Person(w, name, login)
    found = []
    for procedure in PROCEDURES:
        before = written(w)[:2]
        page = person.begin(procedure)
        equal(written(w)[:2], before, f"{procedure}: what was written")
        equal(page.status, 200, procedure)
        if SAY_NOT_OFFERED not in page.codes:
            found.append(procedure)
        else:
            equal((page.finished, page.buttons(), page.records()), (True, [], {}), f"{procedure}: {page}")
            with nothing_written(w):
                refused(person.post(f"/case/{page.case}", {"button": "next", "version": page.version}), 409, procedure)
    equal(tuple(found), OFFERED[kind], "offered")
    equal(tuple(link for link in person.get("/menu").links() if link in PROCEDURES), OFFERED[kind], "links of the menu")
    for unknown in ("vs201", "vs999", "vs003", "", "vs207%20", "vs207/", "VS207"):
        with nothing_written(w):
            refused(person.begin(unknown), 404, f"procedure {unknown!r}")


@case("web: a right that ends while a case is open ends the case", world=attack_world)
def right_ends(w):
    w.cli("user", "add", "--position", "31", "--maticna", COURT["maticna"], "--name", COURT["name"], "--scheme", "3", "--group", "90",
          "--administered-group", "1203")
    Person(w, "uradnica", "701").register(1203)
    record = record_of(w, MUNICIPALITY, 1203)
    administrator, chief = Person(w, "referentka", administrator_of(1203)), Person(w, "referentka", "80 ")
    page = administrator.begin("vs211")
    page = administrator.press(page, "next", {"record": page.option("record", administrator_of(1203)), "what": "approve"})
    equal(list(page.records()), [record], "control: the list")
    removal = chief.begin("vs232")
    equal(chief.press(removal, "delete", {"record": str(record_of(w, COURT, 90, 2))}).step, "vs232-02", "the administrator is removed")
    page = administrator.press(page, "execute", {f"mark.{record}": "confirm"})
    equal((page.codes, page.finished), ([SAY_LOGIN_OVER], True), f"{page}")
    equal(read(w, "SELECT status FROM membership WHERE id = ?", record), [(1,)], "the application")
    equal((administrator.get("/menu").status, administrator.begin("vs211").status), (303, 403), "afterwards")
    leave(w, Person(w, "uradnica", "701"), 1203)


# ---- records that are not one's own ----

@case("web: nobody decides a record of another administrator's group, nor learns whose it is", world=attack_world)
def foreign_marks(w):
    owner = Person(w, "uradnica", "701")
    for group, certificate in ((1201, "obcina_zig"), (1202, "rekono")):
        owner.register(group, certificate=certificate)
    mine, foreign, login = record_of(w, MUNICIPALITY, 1201), record_of(w, MUNICIPALITY, 1202), record_of(w, COMPANY, 501)
    page = (administrator := Person(w, "referentka", administrator_of(1201))).begin("vs211")
    page = administrator.press(page, "next", {"record": page.option("record", administrator_of(1201)), "what": "approve"})
    equal(list(page.records()), [mine], "the list")
    for record in (foreign, login, 999999):
        before = written(w)[:2]
        page = administrator.press(page, "execute", {f"mark.{mine}": "confirm", f"mark.{record}": "confirm"})
        equal((page.step, page.codes, written(w)[:2]), ("vs211-02", ["vs211-04.x1"], before), f"record {record}")
        equal((f"»{record}«" in page.text(), f"»{FIRM}«" in page.text()), (True, False), f"what is said of {record}: {page.text()}")
    equal(administrator.press(page, "execute", {f"mark.{mine}": "confirm"}).step, "vs211-05", "control")
    equal(read(w, "SELECT id, status FROM membership WHERE id IN (?, ?) ORDER BY id", mine, foreign), [(mine, 2), (foreign, 1)], "statuses")
    for group in (1201, 1202):
        leave(w, Person(w, "uradnica", "701"), group)


@case("web: marks that the list does not offer decide nothing", world=attack_world)
def odd_marks(w):
    Person(w, "uradnica", "701").register(1201)
    record = record_of(w, MUNICIPALITY, 1201)
    administrator = Person(w, "referentka", administrator_of(1201))
    page = administrator.begin("vs211")
    page = administrator.press(page, "next", {"record": page.option("record", administrator_of(1201)), "what": "approve"})
    for fields in ({f"mark.{record}": "delete"}, {f"mark.{record}": "approve"}, {f"mark.-{record}": "confirm"},
                   {f"mark.{record} ": "confirm"},
                   {"mark.": "confirm"}, {f"mark.{record}.1": "confirm"}, {f"Mark.{record}": "confirm"},
                   {"administrator": "1", "group": "1202"}):
        page = administrator.press(page, "execute", fields)
        equal((page.step, page.codes), ("vs211-02", ["vs211-04.x2"]), f"{fields}")
    for reason in ("", "  ", "x" * 1001):
        page = administrator.press(page, "execute", {f"mark.{record}": "refuse", f"reason.{record}": reason})
        equal((page.step, page.codes), ("vs211-02", ["vg-reason"]), f"reason of {len(reason)} characters")
    equal(read(w, "SELECT status FROM membership WHERE id = ?", record), [(1,)], "status")
    done = administrator.press(page, "execute", {f"mark.{record}": "refuse", f"reason.{record}": "x" * 1000})
    equal((done.step, read(w, "SELECT status FROM membership WHERE id = ?", record)), ("vs211-05", [(3,)]), "control")


@case("web: record ids outside the list that was shown are refused", world=attack_world)
def foreign_ids(w):
    person, company = Person(w, "uradnica", "701"), record_of(w, COMPANY, 501)
    mine = record_of(w, MUNICIPALITY, 701)
    for procedure, button, field, code in (("vs206", "leave", "records", "vs206-01.x"), ("vs301", "next", "record", "vs301-01.x")):
        page = person.begin(procedure)
        for ids in (str(company), f"{mine} {company}", f"{mine} {mine}", "999999", "x", ""):
            before = written(w)[:2]
            page = person.press(page, button, {field: ids})
            equal((page.codes, written(w)[:2]), ([code], before), f"{procedure} {ids!r}")
    administrator = Person(w, "referentka", administrator_of(1201))
    page = administrator.begin("vs211")
    for ids in (str(company), str(record_of(w, dict(davcna="99000016"), 90)), "999999", ""):
        page = administrator.press(page, "next", {"record": ids, "what": "approve"})
        equal((page.step, page.codes), ("vs211-01", ["vs211-01.1x"]), f"vs211 {ids!r}")
    chief = Person(w, "referentka", "80 ")
    page = chief.begin("vs232")
    for ids in (str(mine), str(record_of(w, COURT, 80)), "999999"):
        page = chief.press(page, "delete", {"record": ids})
        equal((page.step, page.codes), ("vs232-01", ["vs232-01.x"]), f"vs232 {ids!r}")
    page = person.begin("vs301")
    equal(person.press(page, "next", {"record": str(mine)}).step, "vs301-02", "control")


@case("web: a client of another user cannot be chosen", world=attack_world)
def foreign_client(w):
    owner = Person(w, "uradnica", "701")
    owner.register(1003)
    company = Person(w, "direktor", "501")
    page = goes_on(company.press(at_group(company), "next", {"group": "1101"}), "vs207-03")
    page = goes_on(company.press(page, "confirm", {"certificate": pem("podjetje")}), "vs207-04")
    equal(list(page.options("client")), ["new"], "what is offered")
    page = company.press(page, "confirm", {"client": str(record_of(w, MUNICIPALITY, 1003))})
    equal((page.step, page.codes), ("vs207-04", ["vs207-04.2x"]), "a foreign client")
    other = owner.press(at_group(owner), "next", {"group": "1001"})
    other = owner.press(other, "confirm", {"certificate": pem("obcina_zig")})
    goes_on(owner.press(other, "confirm", {"client": str(record_of(w, MUNICIPALITY, 1003))}), "vs207-05")
    leave(w, owner, 1003)


# ---- markup in what is shown ----

def shown(page, text, where):
    """The page is well-formed (Page has parsed it), knows only its own elements, and holds the text as text."""
    equal({e.tag.split("}")[0] for e in page.root.iter()}, {"{urn:esodstvo:page:1"}, f"{where}: namespaces")
    equal("script" in {e.tag.split("}")[1] for e in page.root.iter()}, False, f"{where}: elements")
    equal(any(text in (e.text or "") for e in page.root.iter()), True, f"{where}: {text!r} in {page}")


class Elements(html.parser.HTMLParser):
    """The elements and attributes of a page, and its text."""

    def __init__(self, text):
        super().__init__()
        self.names, self.attributes, self.text = set(), set(), ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {k for k, _ in attrs}
        self.text += "".join(v or "" for _, v in attrs)

    def handle_data(self, data):
        self.text += data


def shown_in_html(person, case_id, text):
    """The page as a browser gets it has no element or attribute that could run anything, and holds the text as text."""
    reply = person.get(f"/case/{case_id}", headers={"Accept": "text/html"}).reply
    found = Elements(reply.text)
    equal((reply.status, reply.header("Content-Type")), (200, "text/html; charset=utf-8"), "HTML")
    equal(found.names & {"script", "img", "b", "iframe", "object", "svg", "style"}, set(), "elements of the page")
    equal([a for a in found.attributes if a.startswith("on") or a == "style"], [], "attributes of the page")
    equal(text in found.text, True, f"{text!r} in {found.text}")


@case("web: markup in certificates, names, files and reasons is text on every page", world=attack_world)
def markup(w):
    certificate = make_certificate(w, "oznake", "podjetje", subject=subject_of(MARKUP, "14717468", MARKUP))
    company = Person(w, "direktor", "501")
    shown(company.get("/menu"), FIRM, "head of the page")
    page = company.press(at_group(company), "next", {"group": "1101"})
    shown(company.press(page, "preview", {"certificate": pem(certificate)}), "alert(", "preview of the certificate")
    page = company.press(page, "confirm", {"certificate": MARKUP, "version": page.version + 1})
    shown(page, MARKUP, "no certificate at all")
    page = company.press(page, "confirm", {"certificate": pem(certificate)})
    page = company.press(page, "confirm", {"client": MARKUP, "client.name": MARKUP, "client.uris": f"https://a.test/{MARKUP}"})
    equal((page.step, page.codes), ("vs207-04", ["vs207-04.2x"]), "a client of that name")
    page = company.press(page, "confirm", {"client": "new", "client.name": MARKUP, "client.uris": f"https://a.test/{MARKUP}"})
    shown(page, f"https://a.test/{MARKUP}", "a redirect URI")
    equal(page.codes, ["vs207-04.3x"], "it is refused")
    page = company.press(page, "confirm", {"client": "new", "client.name": MARKUP, "client.uris": "https://a.test/'&"})
    page = company.press(page, "confirm", {}, file=("application", "<img src=x onerror=alert(1)>.pdf", PDF))
    for text in (MARKUP, "https://a.test/'&", "<img src=x onerror=alert(1)>.pdf"):
        shown(page, text, "vs207-06")
        shown_in_html(company, page.case, text)
    shown(company.press(page, "submit"), MARKUP, "vs207-07")
    shown(company.get(f"/case/{page.case}"), MARKUP, "the finished case")
    leave_company(w, company)


def leave_company(w, company):
    page = company.begin("vs206")
    company.press(page, "leave", {"records": str(record_of(w, COMPANY, 1101))})


@case("web: markup in an application and its reason is text for the administrator, and in the mail", world=attack_world)
def markup_decided(w):
    person, certificate = Person(w, "uradnica", "701"), make_certificate(w, "oznake2", "obcina_zig",
                                                                         subject=subject_of(MARKUP, "50223054", MARKUP))
    page = person.press(at_application(person, 1003, certificate), "confirm", {}, file=("application", "v.pdf", PDF))
    person.press(page, "submit")
    record = record_of(w, MUNICIPALITY, 1003)
    administrator = Person(w, "referentka", administrator_of(1003))
    page = administrator.begin("vs211")
    page = administrator.press(page, "next", {"record": page.option("record", administrator_of(1003)), "what": "approve"})
    shown(page, "alert(", "vs211-02, the certificate")
    page = administrator.press(page, "filter", {"filter.kind": "firm", "filter.text": MARKUP})
    shown(page, MARKUP, "the filter")
    page = administrator.press(page, "filter.clear")
    page = administrator.press(page, f"refuse.{record}", {f"reason.{record}": MARKUP + "\r\nBcc: x@y.test"})
    shown(page, MARKUP, "the reason")
    shown_in_html(administrator, page.case, MARKUP)
    equal(administrator.press(page, "execute").step, "vs211-05", "refused")
    title, body = read(w, "SELECT subject_line, body FROM outbox WHERE recipient = ? ORDER BY id DESC", MUNICIPALITY["email"])[0]
    equal((MARKUP in body, "Bcc" in title, title.isprintable()), (True, False, True), "mail")


@case("web: characters that XML does not have do not break the administrator's page", world=attack_world)
def no_characters(w):
    person = Person(w, "uradnica", "701")
    page = person.press(at_group(person), "next", {"group": "1003"})
    page = person.press(page, "confirm", {"certificate": pem("obcina_zig")})
    page = person.press(page, "confirm", {"client": "new", "client.name": STRANGE.replace("\x85", ""), "client.uris": "https://a.test/"})
    page = person.press(page, "confirm", {}, file=("application", f"{STRANGE}.pdf", PDF))
    shown(page, STRANGE.replace("\uffff", "?").replace("\ufffe", "?") + ".pdf", "vs207-06")
    leave_case = person.press(page, "cancel")
    equal(leave_case.codes, ["vg-cancel"], "control: the case goes on")


# ---- secrets ----

@case("web: a private key given instead of a certificate is neither kept, nor logged, nor sent back", world=attack_world)
def private_key(w):
    person = Person(w, "uradnica", "701")
    with open(os.path.join(PKI, "ee", "obcina_zig.key"), encoding="ascii") as f:
        key = f.read()
    needle = key.splitlines()[5].encode()
    page = person.press(at_group(person), "next", {"group": "1201"})
    for text in (key, pem("obcina_zig") + key, key + pem("obcina_zig"), key.replace("PRIVATE", "ENCRYPTED PRIVATE")):
        for button in ("preview", "confirm"):
            page = person.press(page, button, {"certificate": text})
            equal((page.step, page.codes), ("vs207-03", ["vs207-03.1x"]), "the key")
            equal((needle in page.reply.body, kept(w, needle)), (False, []), "where it is now")
    good = pem("obcina_zig").splitlines()[5].encode()
    goes_on(person.press(page, "confirm", {"certificate": pem("obcina_zig")}), "vs207-05")
    equal([n for n in kept(w, good) if n.startswith("registry.db")] != [], True, "control: a certificate is kept")


@case("web: the secret of a new client is shown once, and kept nowhere", world=attack_world)
def client_secret(w):
    person = Person(w, "uradnica", "701")
    page = person.register(1003)
    secret = page.fact("Skrivnost odjemalca")
    equal((len(secret), kept(w, secret.encode())), (43, []), "the secret")
    again = person.get(f"/case/{page.case}")
    equal((again.fact("ID odjemalca"), again.fact("Skrivnost odjemalca")), (page.fact("ID odjemalca"), None), "the page again")
    leave(w, person, 1003)
