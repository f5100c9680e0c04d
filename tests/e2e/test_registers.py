"""vs101-01a (MDP): what it says of an organisation, and what follows when it says nothing."""
from cases import case, equal, table
from portal import COURT, MUNICIPALITY, P, Person, notice, portal_world, told
from world import pki_index

PEOPLE = [dict(MUNICIPALITY, scheme=1, group=701), dict(COURT, scheme=3, group=80), dict(COURT, scheme=3, group=90, administered_group=1001)]
CHAMBER = {"davcna": "66811503", "firma": "NOTARSKA ZBORNICA SLOVENIJE", "oblika": 358, "status": 1,
           "naslov": {"prejemnik": "Notarska zbornica", "ulica": "Tavčarjeva ulica", "hisna_stevilka": "2", "naselje": "Ljubljana",
                      "obcina": "Ljubljana", "postna_stevilka": "1000", "posta": "Ljubljana", "drzava": "SVN"}}
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
    equal((page.step, page.options("position")), ("vs101-01a", {"11": "11 – fizična oseba z EMŠO", "31": "31 – organ / lokalna skupnost"}), "what is asked")
    choice, field = page.root.find(P + "choice"), page.field("dso")
    equal([e.find(P + "sl").text for e in (choice.find(P + "label"), field.find(P + "hint"))], [notice("vs101-01a.1"), notice("vs101-01a.3")], "its texts")
    return person, person.press(page, "next", {"position": "31", "dso": davcna})


@case("vs101-01a: who is logged in for an organ is asked again when he logs in anew, and cannot while MDP is down; the login that he has goes on",
      world=registers_world)
def asked_again(w):
    w.registers.tell(**known())
    p = Person(w, "uradnik_sigov")
    p.get("/")
    page = p.press(p.begin("vs101"), "next", {"position": "31", "dso": MUNICIPALITY["davcna"]})
    equal(p.press(page, "login", {"record": page.option("record", "701")}).finished, True, "the first login")
    equal(p.begin("vs101").step, "vs101-01a", "another login")
    equal("vs207" in p.get("/menu").links(), True, "the login that he has")
    w.registers.tell(**known(), behaviour="down")
    page = p.press(p.begin("vs101"), "next", {"position": "31", "dso": MUNICIPALITY["davcna"]})
    equal(page.step, "vs101-01a", "while MDP is down")
    w.registers.tell(**known())
    equal(p.press(page, "next", {"position": "31", "dso": MUNICIPALITY["davcna"]}).step, "vs101-03", "once it is up")



@case("vs101-01a.0, vs101-01a.1, vs101-01a.2b, vs101-01a.3, vs101-01a.4, vs101-01a.5a, vs101-02.1A-b: an organisation that MDP confirms logs "
      "in, and stays who it is", world=registers_world)
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
    told(page, "vs101-01a.5b")
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
