"""vs101-01a (MDP) and vs231 (PRS): what other registers say, and what follows when they say nothing."""
from cases import case, equal, table
from portal import COURT, MUNICIPALITY, Person, portal_world, read
from world import pki_index

PEOPLE = [dict(MUNICIPALITY, scheme=1, group=701), dict(COURT, scheme=3, group=80), dict(COURT, scheme=3, group=90, administered_group=1001)]
CHAMBER = {"davcna": "66811503", "firma": "NOTARSKA ZBORNICA SLOVENIJE", "oblika": 358, "status": 1}
PRS = {"5888158000": CHAMBER, "5022789000": {"davcna": "79182119", "firma": COURT["name"], "oblika": 309, "status": 1},
       "5021952000": dict(CHAMBER, davcna="24217417", status=2), "1732803000": {"davcna": "14717468", "firma": "Ž d.o.o.", "oblika": 103, "status": 1}}


def known():
    return {"mdp": {pki_index()["certificates"]["uradnik_sigov"]["serial"].upper(): [MUNICIPALITY["davcna"]]}, "prs": PRS}


def registers_world():
    return portal_world(PEOPLE, registers=known())


def organ(w, davcna):
    """The answer to vs101-01a with this organisation."""
    person = Person(w, "uradnik_sigov")
    person.get("/")
    page = person.begin("vs101")
    equal((page.step, sorted(page.options("position"))), ("vs101-01a", ["11", "31"]), "what is asked")
    return person, person.press(page, "next", {"position": "31", "dso": davcna})


@case("vs101-01a.5a: an organisation that MDP confirms logs in, and stays who it is", world=registers_world)
def confirmed(w):
    w.registers.tell(**known())
    person, page = organ(w, MUNICIPALITY["davcna"])
    done = person.press(page, "login", {"record": page.option("record", "701")})
    equal((page.step, done.step), ("vs101-03", "vs101-04"), "the steps")
    equal(person.begin("vs207").step, "vs207-02", "a procedure after it")


@case("vs101-01a.5b: an organisation that MDP does not confirm is refused", world=registers_world)
def not_confirmed(w):
    w.registers.tell(**known())
    person, page = organ(w, COURT["davcna"])
    equal((page.step, page.codes), ("vs101-01a", ["vs101-01a.5b"]), "the answer")
    equal(person.press(page, "next", {"position": "31", "dso": MUNICIPALITY["davcna"]}).step, "vs101-03", "the right one in the same case")


@table((("down",), ("error",), ("nonsense",), ("empty",)), "vs101-01a.4x: while MDP is {0} nobody logs in, and the step can be repeated", world=registers_world)
def unreachable(w, behaviour):
    w.registers.tell(**known(), behaviour=behaviour)
    person, page = organ(w, MUNICIPALITY["davcna"])
    equal((page.step, page.codes), ("vs101-01a", ["vs101-01a.4x"]), "the answer")
    w.registers.tell(**known())
    equal(person.press(page, "next", {"position": "31", "dso": MUNICIPALITY["davcna"]}).step, "vs101-03", "once it answers")


@case("vs101-01a.1x: nothing chosen, or a number that is none, is an error of the field", world=registers_world)
def nothing_chosen(w):
    person = Person(w, "uradnik_sigov")
    person.get("/")
    page = person.begin("vs101")
    page = person.press(page, "next", {})
    equal((page.step, page.codes), ("vs101-01a", ["vg-choice"]), "nothing chosen")
    page = person.press(page, "next", {"position": "31", "dso": "12345678"})
    equal((page.step, page.codes), ("vs101-01a", ["3.3.8-id.x"]), "a wrong check digit")


@case("vs101-01a.2a: as a person, without a tax number in the certificate, there is no login", world=registers_world)
def as_person(w):
    person = Person(w, "uradnik_sigov")
    person.get("/")
    page = person.press(person.begin("vs101"), "next", {"position": "11"})
    equal((page.codes, page.finished), (["vs101-02.1A-x"], True), "the answer")


# ---- vs231 ----

def chief(w):
    return Person(w, "referentka", "glavni administrator")


def look_up(w, position, maticna):
    person = chief(w)
    return person, person.press(person.begin("vs231"), "next", {"position": position, "maticna": maticna})


@table((("vs231-02.2a", "21", "5491711000", "vs231-02.2a"), ("vs231-02.2a, deleted", "21", "5021952000", "vs231-02.2a"),
        ("vs231-02.5a", "31", "1732803000", "vs231-02.5a"), ("vs231-01.2", "21", "1732804000", "3.3.8-id.x"), ("vs231-01.1x", "12", "1732803000", "vg-choice")),
       "{0}: what PRS or the form does not allow is refused, the chamber is not", world=registers_world)
def refused(w, row, position, maticna, code):
    w.registers.tell(**known())
    person, page = look_up(w, position, maticna)
    equal((page.step, page.codes), ("vs231-01", [code]), row)
    equal(person.press(page, "next", {"position": "21", "maticna": "5888158000"}).step, "vs231-02", "the chamber in the same case")


@table((("down",), ("error",), ("nonsense",), ("empty",)), "vs231-02.2x: while PRS is {0} the step says so and can be repeated", world=registers_world)
def prs_unreachable(w, behaviour):
    w.registers.tell(**known(), behaviour=behaviour)
    person, page = look_up(w, "21", "5888158000")
    equal((page.step, page.codes), ("vs231-01", ["vs231-02.2x"]), "the answer")
    w.registers.tell(**known())
    equal(person.press(page, "next", {"position": "21", "maticna": "5888158000"}).step, "vs231-02", "once it answers")


def enter(w, maticna, group, position="21"):
    w.registers.tell(**known())
    person, page = look_up(w, position, maticna)
    page = person.press(page, "next", {"email": "zbornica@notarji.test"})
    return person, page, person.press(page, "next", {"group": str(group)})


@case("vs231-04.1: a subject that is not in eCEU is entered with its record, and told", world=registers_world)
def entered(w):
    person, page, done = enter(w, "5888158000", 301)
    equal((page.step, done.step), ("vs231-03", "vs231-05"), "the steps")
    subject = read(w, "SELECT eceu_id, position, davcna, firm, legal_form, prs_status, email FROM subject WHERE maticna = '5888158000'")
    equal([r[1:] for r in subject], [(21, "66811503", CHAMBER["firma"], 358, 1, "zbornica@notarji.test")], "the subject")
    record = read(w, "SELECT scheme, user_group, member_kind, status, administered_group FROM membership WHERE eceu_id = ?", subject[0][0])
    equal(record, [(3, 90, 1, 2, 301)], "its record")
    equal(len(read(w, "SELECT 1 FROM outbox WHERE recipient = 'zbornica@notarji.test'")), 1, "its mail")
    again = person.press(person.press(person.press(person.begin("vs231"), "next", {"position": "21", "maticna": "5888158000"}),
                                      "next", {"email": "zbornica@notarji.test"}), "next", {"group": "301"})
    equal(again.codes, ["vs231-03.3b"], "the same once more")


@case("vs231-03.3a: a group that another one administers is refused, a free one is not", world=registers_world)
def taken(w):
    person, _, page = enter(w, "5888158000", 1001)
    equal((page.step, page.codes), ("vs231-03", ["vs231-03.3a"]), "a taken group")
    equal(person.press(page, "next", {"group": "302"}).step, "vs231-05", "a free one in the same case")
    equal(len(read(w, "SELECT 1 FROM membership WHERE administered_group = 1001 AND live")), 1, "who administers it")


@case("vs231-04.1x: a subject in eCEU gets the record alone; a court is accepted here (D29)", world=registers_world)
def court(w):
    before = read(w, "SELECT count(*) FROM subject")[0][0]
    equal(enter(w, "5022789000", 503, position="31")[2].step, "vs231-05", "the last step")
    equal(read(w, "SELECT count(*) FROM subject")[0][0], before, "subjects")


@case("vs231-02.4: an address that is none is an error of the field; vs231-03.1x: so is a group that nobody administers", world=registers_world)
def fields(w):
    w.registers.tell(**known())
    person, page = look_up(w, "21", "5888158000")
    page = person.press(page, "next", {"email": "zbornica"})
    equal((page.step, page.codes), ("vs231-02", ["vs231-02.4"]), "the address")
    page = person.press(page, "next", {"email": "zbornica@notarji.test"})
    page = person.press(page, "next", {"group": "601"})
    equal((page.step, page.codes), ("vs231-03", ["vs231-03.1x"]), "the group")


def prs_says(w, maticna, **other):
    data = known()
    w.registers.tell(**dict(data, prs=dict(data["prs"], **{maticna: other})))


@case("vs231-02.6x: a subject that is in eCEU with another position is refused as soon as it is found, with the reason", world=registers_world)
def another_position(w):
    prs_says(w, MUNICIPALITY["maticna"], davcna=MUNICIPALITY["davcna"], firma="Šmarje d.o.o.", oblika=103, status=1)
    person, page = look_up(w, "21", MUNICIPALITY["maticna"])
    equal((page.step, page.codes, "organ / lokalna skupnost" in page.said("vs231-02.6x")[0]), ("vs231-01", ["vs231-02.6x"], True), "the answer")
    prs_says(w, MUNICIPALITY["maticna"], davcna=MUNICIPALITY["davcna"], firma=MUNICIPALITY["name"], oblika=318, status=1)
    equal(person.press(page, "next", {"position": "31", "maticna": MUNICIPALITY["maticna"]}).step, "vs231-02", "its own position")


@case("vs231-02.2x: a tax number that PRS gives and that is none is no answer", world=registers_world)
def no_tax_number(w):
    prs_says(w, "5888158000", **dict(CHAMBER, davcna="12345678"))
    person, page = look_up(w, "21", "5888158000")
    equal((page.step, page.codes), ("vs231-01", ["vs231-02.2x"]), "the answer")
