"""Attacks on logins, cases and records over SOAP (Postopek): each is refused, leaves nothing behind, and has its accepted twin."""
import os
import re
import threading

from attacks import (COMPANY, COURT, FAULTS, MUNICIPALITY, PEOPLE, kept, make_certificate, nothing_written, personal, record_of, revoke,
                     subject_of, written)
from cases import UNLIMITED, case, check_soap_fault, equal, table
from portal import (PDF, PERSON, Person, administrator, administrator_of, alter, change_list, eceu, lists_world, pem, portal_world, read,
                    settle, user)
from postopek import Caller, Stran
from whole import check_whole
from world import PKI, pki_index

FARTHEST = 999999999999999999  # the largest number of the contract


def soap_attack_world():
    return portal_world(PEOPLE, **UNLIMITED)


def goes_on(page, step, what="control"):
    equal((page.text("korak"), page.refusals), (step, []), f"{what}: {page}")
    return page


def at_group(caller):
    """vs207 at its first page."""
    return goes_on(caller.ask("vs207"), "vs207-02")


def chosen(caller, page, group=1003):
    return goes_on(caller.ask(page=page, button="next", values=[("group", str(group))]), "vs207-03")


def at_application(caller, group, certificate="obcina_zig"):
    """vs207 at the page that asks for the PDF."""
    page = caller.ask(page=chosen(caller, at_group(caller), group), button="confirm", values=[("certificate", pem(certificate))])
    if page.text("korak") == "vs207-04":
        values = [("client", "new"), ("client.name", "Odjemalec"), ("client.uris", "https://obcina.test/nazaj")]
        page = caller.ask(page=page, button="confirm", values=values)
    return goes_on(page, "vs207-05")


def at_preview(caller, group, certificate="obcina_zig"):
    page = caller.ask(page=at_application(caller, group, certificate), button="confirm", file=("vloga.pdf", PDF))
    equal(page.text("korak"), "vs207-06", f"{page}")
    return page


def register(caller, group, certificate="obcina_zig"):
    done = caller.ask(page=at_preview(caller, group, certificate), button="submit")
    equal(done.text("konec"), "opravljeno", f"registration: {done}")
    return done


def leave(w, caller, group, firm=MUNICIPALITY):
    """Withdraw what a case has registered, so that the next finds the world as it was."""
    page = caller.ask(page=caller.ask("vs206"), button="leave", values=[("records", str(record_of(w, firm, group)))])
    equal(page.text("korak"), "vs206-03", "leaving")


def clerk(w, name="uradnica"):
    return Caller(w, name).login("701")


class Case:
    """A case of which only number and version are known."""

    def __init__(self, case_id, version):
        self.known = {"zadeva": str(case_id), "razlicica": str(version)}

    def text(self, name):
        return self.known.get(name)


def refused(reply, code):
    check_soap_fault(reply, code)
    return re.sub(r"<vg:id>[^<]*</vg:id>", "", reply.text)


def no_login(page):
    """The page says that this is no login, and nothing else."""
    equal((page.text("konec"), page.codes, page.text("zapis")), ("odjavljeno", ["vg-login"], None), f"{page}")
    equal([e.tag for e in page.root.iter() if e.tag.split("}")[1] in ("vrstica", "izbira", "polje", "gumb")], [], "what it tells")


def stays(w, page, step, codes, before):
    """The step has refused what came, and nothing but the case's version is new."""
    equal((page.text("konec"), page.text("korak"), page.refusals), ("odprto", step, codes), f"{page}")
    equal(written(w)[:2], before[:2], "what was written")


# ---- other people's cases and logins ----

@case("SOAP attack: another user's case is not found, to look at or to change", world=soap_attack_world)
def foreign_case(w):
    victim, thief = clerk(w), Caller(w, "direktor").login("501")
    page = at_group(victim)
    with nothing_written(w):
        texts = {refused(thief.send(page=p, **how), "VG-P01") for p in (page, Case(99999999, 1))
                 for how in ({}, dict(button="cancel"), dict(button="next", values=[("group", "1003")]))}
        equal(len(texts), 1, "what tells it from a case that is not")
        for record in (victim.record, None):  # the victim's login, or none, over the thief's certificate
            thief.record = record
            refused(thief.send(page=page), "VG-P01")
            refused(thief.send(page=page, button="cancel"), "VG-P01")
    equal(victim.ask(page=page).text("korak"), "vs207-02", "control: a look")
    chosen(victim, page)


@case("SOAP attack: the login record of somebody else, or none that is, opens nothing", world=soap_attack_world)
def foreign_record(w):
    owner, thief = clerk(w), Caller(w, "direktor").login("501")
    register(owner, 1201)
    application, page = read(w, "SELECT max(id) FROM application")[0][0], at_group(thief)
    for record in (owner.record, str(record_of(w, MUNICIPALITY, 1005)), str(record_of(w, COURT, 80)), "999999", str(FARTHEST)):
        thief.record, before = record, written(w)
        for procedure in ("vs206", "vs207", "vs208", "vs211", "vs221", "vs232", "vs301", "calls", "certificates"):
            no_login(thief.ask(procedure))
        equal(written(w)[:2], before[:2], "what was written")
        with nothing_written(w):
            refused(thief.send(page=page, button="next", values=[("group", "1003")]), "VG-P01")
            refused(thief.send(application=application), "VG-P01")
    thief.record = None
    chosen(thief.login("501"), page, 1101)
    equal(owner.ask(application=application).text("konec"), "datoteka", "control: the owner")
    leave(w, owner, 1201)


@case("SOAP attack: a record that the login has not chosen, of the same person, does not go on with its case", world=soap_attack_world)
def own_other_record(w):
    caller = clerk(w)
    page, first = at_group(caller), caller.record
    caller.record = str(record_of(w, MUNICIPALITY, 1005))
    with nothing_written(w):
        refused(caller.send(page=page, button="cancel"), "VG-P01")
    equal(caller.ask("vs208").text("korak"), "vs208-00", "control: what 1005 may do")
    caller.record = first
    chosen(caller, page)


@case("SOAP attack: a login to a record of somebody else is refused", world=soap_attack_world)
def foreign_login(w):
    caller, mine, foreign = Caller(w, "uradnica"), record_of(w, MUNICIPALITY, 701), record_of(w, COMPANY, 501)
    page = caller.ask("vs101")
    for record in (str(foreign), f"{mine} {foreign}", f"{mine} {mine}", "999999", "-1", "", str(2 ** 64 + mine), f"{mine}\u00a0"):
        before = written(w)
        page = caller.ask(page=page, button="login", values=[("record", record)])
        stays(w, page, "vs101-03", ["vs101-03.x"], before)
        equal(page.text("zapis"), None, "a login")
    equal(caller.ask(page=page, button="login", values=[("record", str(mine))]).text("zapis"), str(mine), "control")


@case("SOAP attack: another certificate of the same organisation does not go on with a case", world=soap_attack_world)
def colleague(w):
    first, second = clerk(w), clerk(w, make_certificate(w, "sodelavka", "uradnica"))
    equal(second.record, first.record, "the record of both")
    page = at_group(first)
    with nothing_written(w):
        refused(second.send(page=page), "VG-P01")
        refused(second.send(page=page, button="next", values=[("group", "1003")]), "VG-P01")
        refused(second.send(page=page, button="cancel"), "VG-P01")
    chosen(first, page)
    chosen(second, at_group(second))


@case("SOAP attack: a case begun on the pages goes on over SOAP with its own certificate only, and the other way round", world=soap_attack_world)
def other_face(w):
    person, own, other = Person(w, "uradnica", "701"), clerk(w), clerk(w, make_certificate(w, "sodelavka2", "uradnica"))
    begun = person.begin("vs207")
    page = Case(begun.case, begun.version)
    with nothing_written(w):
        refused(other.send(page=page), "VG-P01")
        refused(other.send(page=page, button="next", values=[("group", "1003")]), "VG-P01")
    page = chosen(own, page)
    colleague_at_the_pages = Person(w, other.name, "701")
    with nothing_written(w):
        equal(colleague_at_the_pages.get(f"/case/{begun.case}").status, 404, "the case on the pages of another certificate")
        fields = {"button": "cancel", "version": page.text("razlicica")}
        equal(colleague_at_the_pages.post(f"/case/{begun.case}", fields).status, 404, "its form")
    equal(person.get(f"/case/{begun.case}").step, "vs207-03", "control: back on the pages")


@case("SOAP attack: who has no login goes on with nobody's login, and nobody's login takes another's", world=soap_attack_world)
def before_login(w):
    first, second = Caller(w, "uradnica"), Caller(w, "direktor")
    page = first.ask("vs101")
    with nothing_written(w):
        refused(second.send(page=page, button="login", values=[("record", str(record_of(w, COMPANY, 501)))]), "VG-P01")
        for procedure in ("vs206", "vs207", "vs211", "vs232", "vs301", "vs302", "calls", "certificates"):
            refused(first.send(procedure), "VG-P04")
    equal(first.ask(page=page, button="login", values=[("record", page.option("701"))]).text("konec"), "prijavljeno", "control")


# ---- again, too late, out of order, at once ----

@case("SOAP attack: a message sent twice counts once: a fault, nothing written, no second mail", world=soap_attack_world)
def replayed(w):
    caller = clerk(w)
    page = at_preview(caller, 1003)
    mails = len(read(w, "SELECT 1 FROM outbox"))
    equal(caller.ask(page=page, button="submit").text("korak"), "vs207-07", "control: once")
    equal(len(read(w, "SELECT 1 FROM outbox")), mails + 1, "mails")
    with nothing_written(w):
        refused(caller.send(page=page, button="submit"), "VG-P02")
        refused(caller.send(page=page, button="cancel"), "VG-P02")
    leave(w, caller, 1003)


@case("SOAP attack: a step sent twice is taken once, and another version never", world=soap_attack_world)
def other_version(w):
    caller = clerk(w)
    old = at_group(caller)
    page = chosen(caller, old)
    with nothing_written(w):
        refused(caller.send(page=old, button="next", values=[("group", "1003")]), "VG-P02")
        for version in (1, int(page.text("razlicica")) + 1, 2 ** 32 + int(page.text("razlicica")), FARTHEST):
            refused(caller.send(page=page, button="cancel", version=version), "VG-P02")
        refused(caller.post(f"<zapis>{caller.record}</zapis><zadeva>{page.text('zadeva')}</zadeva><gumb>cancel</gumb>"), "VG-P02")
    equal(caller.ask(page=page, button="cancel").codes, ["vg-cancel"], "control")


@case("SOAP attack: a closed or expired case takes nothing any more", world=soap_attack_world)
def closed(w):
    caller = clerk(w)
    page, expired, other = at_group(caller), at_group(caller), at_group(caller)
    done = caller.ask(page=page, button="cancel")
    equal(done.text("konec"), "ustavljeno", "the end")
    alter(w, f"UPDATE procedure_case SET expires_utc_s = 1 WHERE id = {expired.text('zadeva')}")
    with nothing_written(w):
        for p in (page, done, Case(done.text("zadeva"), int(done.text("razlicica")) + 1), expired):
            refused(caller.send(page=p, button="next", values=[("group", "1003")]), "VG-P02")
    chosen(caller, other)


def at_once(steps):
    """What the steps return that were all let go together."""
    gate, results = threading.Barrier(len(steps)), [None] * len(steps)

    def run(i):
        gate.wait(60)
        results[i] = steps[i]()
    threads = [threading.Thread(target=run, args=(i,), daemon=True) for i in range(len(steps))]
    for t in threads:
        t.start()
    for t in threads:
        t.join(120)
    return results


@case("SOAP attack: of identical messages at once exactly one has an outcome, the others are told of a conflict", world=soap_attack_world)
def twins(w):
    caller = clerk(w)
    page = at_preview(caller, 1202)
    message, counts = caller.xml(page=page, button="submit"), written(w)[0]
    replies = at_once([lambda: caller.post(message)] * 8)
    equal(sorted(str(r.code) for r in replies), ["None"] + ["VG-P02"] * 7, "the answers")
    equal(Stran(next(r for r in replies if r.status == 200)).text("korak"), "vs207-07", "the outcome")
    for r in replies:
        if r.status != 200:
            check_soap_fault(r, "VG-P02")
    found = written(w)[0]
    equal({t: found[t] - counts[t] for t in ("membership", "web_service", "application", "outbox")},
          dict(membership=1, web_service=1, application=1, outbox=1), "what is new")
    check_whole(w)
    leave(w, caller, 1202)


@case("SOAP attack: one certificate registered by two messages at once has one owner", world=soap_attack_world)
def same_certificate(w):
    caller = clerk(w)
    pages = [at_preview(caller, 1203), at_preview(caller, 1203)]
    replies = at_once([lambda p=p: caller.ask(page=p, button="submit") for p in pages])
    equal(sorted(r.text("konec") for r in replies), ["opravljeno", "ustavljeno"], "the outcomes")
    equal(len(read(w, "SELECT 1 FROM membership WHERE user_group = 1203 AND live")), 1, "records")
    check_whole(w)
    leave(w, caller, 1203)


@case("SOAP attack: a button of another step than the case's does nothing", world=soap_attack_world)
def other_step(w):
    caller = clerk(w)
    page, before = at_group(caller), written(w)
    for button, values in (("submit", []), ("confirm", [("certificate", pem("obcina_zig"))]), ("execute", [("mark.1", "confirm")]),
                           ("accept", [("overlap", "0")]), ("leave", [("records", "1")]), ("login", [("record", "1")]), ("vs207-06", []),
                           ("../cancel", []), ("Cancel", []), ("cancel ", [])):
        page = caller.ask(page=page, button=button, values=values, file=("vloga.pdf", PDF))
        stays(w, page, "vs207-02", ["vs207-02.1x"], before)
    chosen(caller, page)


# ---- rights ----

LOGINS = [("an external user", "uradnica", "701", {"vs206", "vs207", "vs212", "vs221", "vs223"}),
          ("a user of web services", "uradnica", "1005", {"vs206", "vs207", "vs208", "vs212", "vs221", "vs223"}),
          ("an administrator", "referentka", administrator_of(1003), {"vs206", "vs211", "vs212", "vs222", "vs223"}),
          ("the chief administrator", "referentka", "80 ", {"vs212", "vs223", "vs231", "vs232"})]
NOT_YET = ("vs201", "vs202", "vs203", "vs204", "vs205")
PROCEDURES = ("vs206", "vs207", "vs208", "vs211", "vs212", "vs221", "vs222", "vs223", "vs231", "vs232")


@table(LOGINS, "SOAP attack: {} begins what table 5.1 gives him, and nothing else when he asks for it", soap_attack_world)
def rights(w, _, name, login, offered):
    caller = Caller(w, name).login(login)
    for procedure in NOT_YET:
        with nothing_written(w):
            refused(caller.send(procedure), "VG-P01")
    for procedure in PROCEDURES:
        before = written(w)
        page = caller.ask(procedure)
        equal(written(w)[:2], before[:2], f"{procedure}: what was written")
        if procedure in offered:
            equal("5.1" in page.codes, False, f"control: {page}")
            continue
        equal((page.text("konec"), page.codes, page.text("korak")), ("ustavljeno", ["5.1"], "-"), f"{procedure}: {page}")
        with nothing_written(w):
            refused(caller.send(page=page, button="next"), "VG-P02")
    for procedure, end in (("vs101", "odprto"), ("vs301", "odprto"), ("calls", "odprto"), ("certificates", "odprto"), ("vs302", "odjavljeno")):
        page = caller.ask(procedure)
        equal((page.text("konec"), "5.1" in page.codes), (end, False), f"what any login may: {page}")


@case("SOAP attack: a right that ends while a case is open ends the case", world=soap_attack_world)
def right_ends(w):
    w.cli("user", "add", "--position", "31", "--maticna", COURT["maticna"], "--name", COURT["name"], "--scheme", "3", "--group", "90",
          "--administered-group", "1203")
    owner, decider, chief = clerk(w), Caller(w, "referentka").login(administrator_of(1203)), Caller(w, "referentka").login("80 ")
    register(owner, 1203)
    record = record_of(w, MUNICIPALITY, 1203)
    page = decider.ask("vs211")
    page = decider.ask(page=page, button="next", values=[("record", page.option(administrator_of(1203))), ("what", "approve")])
    equal(page.all("vrstica", "id"), [str(record)], "control: the list")
    removal = chief.ask(page=chief.ask("vs232"), button="delete", values=[("record", decider.record)])
    equal(removal.text("korak"), "vs232-02", "the administrator is removed")
    no_login(decider.ask(page=page, button="execute", values=[(f"mark.{record}", "confirm")]))
    equal(read(w, "SELECT status FROM membership WHERE id = ?", record), [(1,)], "the application")
    leave(w, owner, 1203)


# ---- records that are not one's own ----

@case("SOAP attack: nobody decides a record of another administrator's group, nor with marks that are not offered", world=soap_attack_world)
def foreign_marks(w):
    owner = clerk(w)
    for group, certificate in ((1201, "obcina_zig"), (1202, "rekono")):
        register(owner, group, certificate)
    mine, foreign = record_of(w, MUNICIPALITY, 1201), record_of(w, MUNICIPALITY, 1202)
    decider = Caller(w, "referentka").login(administrator_of(1201))
    page = decider.ask("vs211")
    page = decider.ask(page=page, button="next", values=[("record", page.option(administrator_of(1201))), ("what", "approve")])
    equal(page.all("vrstica", "id"), [str(mine)], "the list")
    for name, mark in ((f"mark.{mine}", "delete"), (f"mark.-{mine}", "confirm"), (f"mark.{mine} ", "confirm"), ("mark.", "confirm"),
                       (f"mark.{2 ** 64 + mine}", "confirm"), (f"Mark.{mine}", "confirm")):
        before = written(w)
        page = decider.ask(page=page, button="execute", values=[(name, mark)])
        stays(w, page, "vs211-02", ["vs211-04.x2"], before)
    for record in (foreign, record_of(w, COMPANY, 501), 999999):
        before = written(w)
        page = decider.ask(page=page, button="execute", values=[(f"mark.{mine}", "confirm"), (f"mark.{record}", "confirm")])
        stays(w, page, "vs211-02", ["vs211-04.x1"], before)
        equal(COMPANY["name"] in repr(page), False, "whose it is")
    done = decider.ask(page=page, button="execute", values=[(f"mark.{mine}", "confirm")])
    equal((done.text("korak"), read(w, "SELECT status FROM membership WHERE id IN (?, ?) ORDER BY id", mine, foreign)),
          ("vs211-05", [(2,), (1,)]), "control")
    for group in (1201, 1202):
        leave(w, owner, group)


@case("SOAP attack: record ids outside the list that was shown are refused", world=soap_attack_world)
def foreign_ids(w):
    caller, mine, company = clerk(w), record_of(w, MUNICIPALITY, 701), record_of(w, COMPANY, 501)
    for procedure, button, field, code in (("vs206", "leave", "records", "vs206-01.x"), ("vs301", "next", "record", "vs301-01.x")):
        page = caller.ask(procedure)
        for values in ([company], [mine, company], [mine, mine], [999999], ["x"], [""], [2 ** 64 + mine], [-mine]):
            before = written(w)
            page = caller.ask(page=page, button=button, values=[(field, str(v)) for v in values])
            stays(w, page, f"{procedure}-01", [code], before)
    equal(caller.ask(page=page, button="next", values=[("record", str(mine))]).text("korak"), "vs301-02", "control")


@case("SOAP attack: a client of another user cannot be chosen", world=soap_attack_world)
def foreign_client(w):
    owner, company = clerk(w), Caller(w, "direktor").login("501")
    register(owner, 1003)
    client = str(record_of(w, MUNICIPALITY, 1003))
    page = company.ask(page=chosen(company, at_group(company), 1101), button="confirm", values=[("certificate", pem("podjetje"))])
    before = written(w)
    page = company.ask(page=page, button="confirm", values=[("client", client)])
    stays(w, page, "vs207-04", ["vs207-04.2x"], before)
    page = owner.ask(page=chosen(owner, at_group(owner), 1001), button="confirm", values=[("certificate", pem("obcina_zig"))])
    goes_on(owner.ask(page=page, button="confirm", values=[("client", client)]), "vs207-05")
    leave(w, owner, 1003)


# ---- who may log in ----

@case("SOAP attack: a certificate of a stranger's organisation logs in nowhere, and not with a record that he has read of", world=soap_attack_world)
def stranger(w):
    name = make_certificate(w, "tujec", "uradnica", subject=subject_of("Tuji d.o.o.", "99000075", "Tuj Človek"))
    caller, before = Caller(w, name), written(w)
    page = caller.ask("vs101")
    equal((page.text("konec"), page.codes, page.all("moznost", "vrednost")), ("ustavljeno", ["vs101-05"], []), f"{page}")
    for caller.record in (str(record_of(w, MUNICIPALITY, 701)), str(record_of(w, COURT, 80))):
        no_login(caller.ask("vs207"))
    equal(written(w)[:2], before[:2], "what was written")
    clerk(w, make_certificate(w, "domaca", "uradnica"))


NOT_A_PERSON = [("without any tax number", "oseba", None), ("a seal", "podjetje", "VG-P03"), ("one of a web site", "splet", "VG-P03"),
                ("one that its owner signed", "samopodpisan", "VG-C01"), ("one that is not qualified", "brez_qc", "VG-C07")]


@table(NOT_A_PERSON, "SOAP attack: this certificate neither logs in nor uses a login that is: {}", soap_attack_world)
def not_a_person(w, _, name, code):
    caller, record = Caller(w, name), str(record_of(w, MUNICIPALITY, 701))
    before = written(w)
    if code:
        refused(caller.send("vs101"), code)
        caller.record = record
        refused(caller.send("vs207"), code)
        refused(caller.send(application=1), code)
    else:
        page = caller.ask("vs101")
        equal((page.text("konec"), page.codes), ("ustavljeno", ["vs101-02.1A-x"]), f"{page}")
        caller.record = record
        no_login(caller.ask("vs207"))
    equal(written(w)[:2], before[:2], "what was written")
    at_group(clerk(w))


@table(FAULTS, "SOAP attack: nobody logs in, or uses his login, with his own certificate if it {}", soap_attack_world)
def faulty(w, what, code, changes):
    good, word = clerk(w), what.replace(" ", "")
    bad = Caller(w, make_certificate(w, f"soap-{code}-{word}", "uradnica", **personal(changes)))
    with nothing_written(w):
        refused(bad.send("vs101"), code)
        bad.record = good.record
        refused(bad.send("vs207"), code)
    clerk(w, make_certificate(w, f"soap-good-{word}", "uradnica"))


@case("SOAP attack: nobody logs in with a revoked certificate, nor goes on with it", world=soap_attack_world)
def revoked(w):
    name = make_certificate(w, "soap-preklicana", "uradnica")
    caller, other = clerk(w, name), clerk(w)
    page, unread = at_group(caller), at_group(other)
    crls = revoke(w, name, "halcom_po_esign_2")
    w.edit_config(f'crls = "{w.pki}/crl"', f'crls = "{crls}"')
    equal(w.reload(), True, "reload")
    try:
        with nothing_written(w):
            refused(caller.send(page=page, button="next", values=[("group", "1003")]), "VG-C08")
            refused(caller.send(page=page), "VG-C08")
            refused(caller.send("vs101"), "VG-C08")
        chosen(other, unread)
    finally:
        w.edit_config(f'crls = "{crls}"', f'crls = "{w.pki}/crl"')
        equal(w.reload(), True, "reload")


@case("SOAP attack: a certificate that an operator has blocked neither logs in nor goes on", world=soap_attack_world)
def blocked(w):
    caller, other = clerk(w), Caller(w, "direktor").login("501")
    register(caller, 1201)
    application, page = read(w, "SELECT max(id) FROM application")[0][0], at_group(caller)
    digest = pki_index()["certificates"]["uradnica"]["sha256"]
    w.cli("user", "block", digest, "--reason", "kartica je izgubljena")
    try:
        with nothing_written(w):
            for message in (dict(application=application), dict(page=page, button="next", values=[("group", "1003")]), dict(page=page),
                            dict(postopek="vs206"), dict(postopek="vs101", record=False)):
                refused(caller.send(**message), "VG-A06")
        chosen(other, at_group(other), 1101)
    finally:
        w.cli("user", "unblock", digest)
    leave(w, clerk(w), 1201)


KDP_SI = "certificate of a Slovenian qualified provider,"


@case("SOAP attack: a login by a mechanism that the operator has closed is over, though its record is known (FZ-VS7)", world=lists_world)
def closed_mechanism(w):
    settle(w, user(MUNICIPALITY, 701))
    caller = clerk(w)
    page = at_group(caller)
    change_list(w, "mechanisms.csv", KDP_SI + "yes,yes,yes", KDP_SI + "no,yes,yes")
    try:
        before = written(w)
        equal(Caller(w, "uradnica").ask("vs101").codes, ["vs101-01"], "a login")
        for procedure in ("vs206", "vs207", "vs301", "calls"):
            no_login(caller.ask(procedure))
        no_login(caller.ask(page=page, button="next", values=[("group", "1003")]))
        equal(written(w)[:2], before[:2], "what was written")
    finally:
        change_list(w, "mechanisms.csv", KDP_SI + "yes,yes,yes", KDP_SI + "yes,no,yes")
    chosen(caller, at_group(caller))


@case("SOAP attack: an internal user's record (scheme 2) is no login here, though it is his", world=lists_world)
def internal(w):
    settle(w, user(PERSON, 601), administrator(COURT, 1003))
    alter(w, "INSERT INTO membership (eceu_id, scheme, user_group, member_kind, link_status, principal_id, created_utc_s)"
             f" VALUES ({eceu(w, PERSON)}, 2, 439, 2, 2, {eceu(w, COURT)}, unixepoch())")
    caller = Caller(w, "posameznica").login("601")
    record = read(w, "SELECT max(id) FROM membership WHERE scheme = 2")[0][0]
    equal(str(record) in caller.ask("vs101").all("moznost", "vrednost"), False, "what vs101 offers")
    own, caller.record = caller.record, str(record)
    before = written(w)
    for procedure in (*PROCEDURES, "vs301", "vs302", "calls", "certificates"):
        no_login(caller.ask(procedure))
    equal(written(w)[:2], before[:2], "what was written")
    caller.record = own
    equal(caller.ask("vs221").text("korak"), "vs221-01", "control")


# ---- secrets ----

@case("SOAP attack: a private key sent instead of a certificate is neither kept, nor logged, nor sent back", world=soap_attack_world)
def private_key(w):
    caller = clerk(w)
    with open(os.path.join(PKI, "ee", "obcina_zig.key"), encoding="ascii") as f:
        key = f.read()
    needle = key.splitlines()[5].encode()
    page = chosen(caller, at_group(caller), 1201)
    for text in (key, pem("obcina_zig") + key, key + pem("obcina_zig"), key.replace("PRIVATE", "ENCRYPTED PRIVATE")):
        for button in ("preview", "confirm"):
            page = caller.ask(page=page, button=button, values=[("certificate", text)])
            equal((page.text("korak"), page.refusals), ("vs207-03", ["vs207-03.1x"]), "the key")
            equal((needle in page.reply.body, kept(w, needle)), (False, []), "where it is now")
    good = pem("obcina_zig").splitlines()[5].encode()
    goes_on(caller.ask(page=page, button="confirm", values=[("certificate", pem("obcina_zig"))]), "vs207-05")
    equal([n for n in kept(w, good) if n.startswith("registry.db")] != [], True, "control: a certificate is kept")


@case("SOAP attack: the secret of a new client is sent once, and kept nowhere", world=soap_attack_world)
def client_secret(w):
    caller = clerk(w)
    page = register(caller, 1003)
    facts = dict(zip(page.all("podatek", "oznakaSl"), page.all("podatek", "sl")))
    secret = facts["Skrivnost odjemalca"]
    equal((len(secret), kept(w, secret.encode())), (43, []), "the secret")
    again = caller.ask(page=page)
    shown = dict(zip(again.all("podatek", "oznakaSl"), again.all("podatek", "sl")))
    equal((shown["ID odjemalca"], "Skrivnost odjemalca" in shown), (facts["ID odjemalca"], False), "the page again")
    leave(w, caller, 1003)
