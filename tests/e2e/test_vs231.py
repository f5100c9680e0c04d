"""vs231: the chief administrator enters an external administrator, whom PRS knows."""
from cases import case, equal, table
from portal import COURT, MUNICIPALITY, Person, administrator_of, nothing_written, read, told
from test_registers import CHAMBER, known, registers_world

# DECISIONS D4: the administered groups of 2.7.2 under today's codes, and every type of scheme 5
ADMINISTERED = [301, 302, 303, 304, 305, 306, 308, 309, 310, 311, 503, *range(1001, 1009), 1101, 1102, 1103, 1201, 1202, 1203]


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
    if code in ("vs231-02.2a", "vs231-02.5a"):
        told(page, code)
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
    told(page, "vs231-03.3a")
    equal(person.press(page, "next", {"group": "302"}).step, "vs231-05", "a free one in the same case")
    equal(len(read(w, "SELECT 1 FROM membership WHERE administered_group = 1001 AND live")), 1, "who administers it")


@case("vs231-04.1x: a subject in eCEU gets the record alone; a court is accepted here (D29)", world=registers_world)
def court(w):
    before = read(w, "SELECT count(*) FROM subject")[0][0]
    equal(enter(w, "5022789000", 503, position="31")[2].step, "vs231-05", "the last step")
    equal(read(w, "SELECT count(*) FROM subject")[0][0], before, "subjects")


@case("vs231-02.4: an address that is none is an error of the field, and so is a group that nobody administers", world=registers_world)
def fields(w):
    w.registers.tell(**known())
    person, page = look_up(w, "21", "5888158000")
    for email in ("zbornica", "zbornica@notarji", "šef@notarji.test", "zbornica@občina.test", "a..b@notarji.test", "vodja.@notarji.test",
                  "info@-notarji.test", "zbornica@notarji.test\nBcc: a@b.test"):
        page = person.press(page, "next", {"email": email})
        equal((page.step, page.codes), ("vs231-02", ["vs231-02.4"]), f"the address {email!r}")
    page = person.press(page, "next", {"email": "zbornica@notarji.test"})
    page = person.press(page, "next", {"group": "601"})
    equal((page.step, page.codes), ("vs231-03", ["vs231-03.1x"]), "the group")


ADDRESS = "SELECT kind, recipient, street, house_number, settlement, municipality, postcode, post, country FROM address a JOIN subject s"\
    " USING (eceu_id) WHERE s.maticna = ?"
DELIVERY = "SELECT delivery FROM subject WHERE maticna = ?"


@case("vs231-02.4, vs231-04.1: the business address of PRS is shown, kept as [9] with its history, and <14> follows from it; a newer one "
      "replaces it, an answer without one leaves it", world=registers_world)
def address(w):
    kept, line = CHAMBER["naslov"], "Notarska zbornica, Tavčarjeva ulica 2, 1000 Ljubljana, občina Ljubljana, SVN"
    person, page, done = enter(w, "5888158000", 1002)
    equal((line in look_up(w, "21", "5888158000")[1].text(), done.step), (True, "vs231-05"), "the page")
    equal((read(w, ADDRESS, "5888158000"), read(w, DELIVERY, "5888158000")), ([(9, *kept.values())], [(11,)]), "what is kept")
    for change, wanted in ((dict(kept, ulica="Slovenska cesta", hisna_stevilka="15a"), "15a"), (None, "15a")):
        prs_says(w, "5888158000", **{k: v for k, v in dict(CHAMBER, naslov=change).items() if v})
        page = person.press(person.begin("vs231"), "next", {"position": "21", "maticna": "5888158000"})
        equal((" 15a" in page.text(), "Poslovni naslov" in page.text()), (bool(change),) * 2, "the page")
        page = person.press(page, "next", {"email": "zbornica@notarji.test"})
        equal(person.press(page, "next", {"group": "1003" if change else "1004"}).step, "vs231-05", "the next group")
        equal(read(w, ADDRESS, "5888158000")[0][3], wanted, "the house number")
    history = "SELECT procedure, before ->> 'house_number', after ->> 'house_number' FROM history WHERE object = 'address' ORDER BY id"
    equal(read(w, history), [("vs231", None, "2"), ("vs231", "2", "15a")], "its history")


@case("vs231-04.1: a subject without an address in PRS has none, and no <14>; one abroad is served abroad", world=registers_world)
def no_address(w):
    abroad = {"ulica": "Ilica", "hisna_stevilka": "1", "postna_stevilka": "10000", "posta": "Zagreb", "drzava": "HRV"}
    for maticna, group, address_, wanted in (("1732803000", 1005, {}, ([], [(None,)])), ("1732803000", 1006, {"naslov": abroad},
                                             ([(9, "", "Ilica", "1", "", "", "10000", "Zagreb", "HRV")], [(12,)]))):
        prs_says(w, maticna, davcna="14717468", firma="Ž d.o.o.", oblika=103, status=1, **address_)
        person, page = look_up(w, "21", maticna)
        page = person.press(page, "next", {"email": "info@podjetje.test"})
        equal(person.press(page, "next", {"group": str(group)}).step, "vs231-05", "the last step")
        equal((read(w, ADDRESS, maticna), read(w, DELIVERY, maticna)), wanted, "what is kept")


@table((("no country", {"ulica": "Ilica"}), ("a country of two letters", {"drzava": "SI"}), ("a number for a text", {"drzava": "SVN", "postna_stevilka": 1000}),
        ("a text", "Ilica 1"), ("a text without end", {"drzava": "SVN", "ulica": "a" * 300})),
       "vs231-02.2x: an address in PRS that is {0} makes the answer none", world=registers_world)
def odd_address(w, name, odd):
    prs_says(w, "5888158000", **dict(CHAMBER, naslov=odd))
    _, page = look_up(w, "21", "5888158000")
    equal((page.step, page.codes), ("vs231-01", ["vs231-02.2x"]), name)


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


@case("vs231-02.6b: whom an operator has blocked is not entered: neither found so, nor blocked before the group is chosen", world=registers_world)
def blocked(w):
    eceu = str(read(w, "SELECT eceu_id FROM subject WHERE maticna = ?", MUNICIPALITY["maticna"])[0][0])
    prs_says(w, MUNICIPALITY["maticna"], davcna=MUNICIPALITY["davcna"], firma=MUNICIPALITY["name"], oblika=318, status=1)
    w.cli("user", "block", eceu)
    person, page = look_up(w, "31", MUNICIPALITY["maticna"])
    equal((page.step, page.codes, MUNICIPALITY["name"] in page.said("vs231-02.6b")[0]), ("vs231-01", ["vs231-02.6b"], True), "found blocked")
    w.cli("user", "unblock", eceu)
    page = person.press(page, "next", {"position": "31", "maticna": MUNICIPALITY["maticna"]})
    page = person.press(page, "next", {"email": "info@obcina.test"})
    w.cli("user", "block", eceu)
    with nothing_written(w):
        page = person.press(page, "next", {"group": "1101"})
    equal((page.step, page.codes), ("vs231-03", ["vs231-02.6b"]), "blocked meanwhile")
    w.cli("user", "unblock", eceu)
    equal(person.press(page, "next", {"group": "1101"}).step, "vs231-05", "control")


@case("vs231-02.2x: a tax number that PRS gives and that is none is no answer", world=registers_world)
def no_tax_number(w):
    prs_says(w, "5888158000", **dict(CHAMBER, davcna="12345678"))
    person, page = look_up(w, "21", "5888158000")
    equal((page.step, page.codes), ("vs231-01", ["vs231-02.2x"]), "the answer")


def to_groups(w, maticna="5888158000", position="21"):
    """The last question: which group."""
    w.registers.tell(**known())
    person, page = look_up(w, position, maticna)
    return person, person.press(page, "next", {"email": "zbornica@notarji.test"})


@case("vs231-00: the chief administrator runs it; an administrator of a group is not offered it and cannot begin it", world=registers_world)
def who(w):
    administrator = Person(w, "referentka", administrator_of(1001))
    equal(("vs231" in administrator.get("/menu").links(), administrator.begin("vs231").codes), (False, ["5.1"]), "an administrator")
    person = chief(w)
    equal(("vs231" in person.get("/menu").links(), person.begin("vs231").step), (True, "vs231-01"), "the chief administrator")


@case("vs231-01.1: legal person or organ, and nothing else, is asked for with the registration number", world=registers_world)
def positions(w):
    page = chief(w).begin("vs231")
    equal(page.options("position"), {"21": "21 – domača pravna oseba", "31": "31 – organ / lokalna skupnost"}, "positions")
    equal((sorted(page.options("position")), page.field("maticna").get("required"), "Išči" in page.text()), (["21", "31"], "true", True), "the page")


@case("vs231-02.5b: a form that fits the position goes on to the subject, whose firm is shown and whose address is asked for", world=registers_world)
def found(w):
    w.registers.tell(**known())
    _, page = look_up(w, "21", "5888158000")
    equal((page.step, CHAMBER["firma"] in page.text(), page.field("email").get("required")), ("vs231-02", True, "true"), "the page")


@case("vs231-02.6: a subject that is in eCEU is the one that is entered: its ID eCEU stays, no second one is made", world=registers_world)
def known_subject(w):
    before = read(w, "SELECT eceu_id FROM subject WHERE maticna = ?", COURT["maticna"])
    person, page = to_groups(w, COURT["maticna"], "31")
    equal(person.press(page, "next", {"group": "1202"}).step, "vs231-05", "the last step")
    owner = read(w, "SELECT eceu_id FROM membership WHERE administered_group = 1202 AND live")
    equal((owner, read(w, "SELECT eceu_id FROM subject WHERE maticna = ?", COURT["maticna"])), (before, before), "whose record it is")


@case("vs231-03.1: all administered groups are listed, those of the table and no others", world=registers_world)
def groups(w):
    equal(sorted(map(int, to_groups(w)[1].options("group"))), ADMINISTERED, "the groups")


@table((("none", []), ("two", ["305", "306"]), ("one that is not listed", ["601"])),
       "vs231-03.1x: {0}: refused, the case stays, and one of the list is taken", world=registers_world)
def no_group(w, name, chosen):
    person, page = to_groups(w)
    with nothing_written(w):
        page = person.press(page, "next", {"group": chosen})
    equal((page.step, page.codes), ("vs231-03", ["vs231-03.1x"]), name)
    free = str({"none": 303, "two": 304, "one that is not listed": 308}[name])
    equal(person.press(page, "next", {"group": free}).step, "vs231-05", "one group of the list")


@case("vs231-03.3b: a group that he administers already is refused with the specification's sentence", world=registers_world)
def his_own(w):
    person, page = to_groups(w, COURT["maticna"], "31")
    with nothing_written(w):
        page = person.press(page, "next", {"group": "1001"})
    equal((page.step, page.codes), ("vs231-03", ["vs231-03.3b"]), "the answer")
    told(page, "vs231-03.3b")


@case("vs231-03.3c, vs231-04.2: a free group is his: one record of scheme 3, group 90, active, in history; the last page and a mail say so",
      world=registers_world)
def free(w):
    person, page = to_groups(w)
    done = person.press(page, "next", {"group": "309"})
    record = read(w, "SELECT id, scheme, user_group, member_kind, status, principal_id FROM membership WHERE administered_group = 309")
    equal([r[1:] for r in record], [(3, 90, 1, 2, None)], "the record")
    equal(read(w, "SELECT procedure FROM history WHERE object = 'membership' AND object_id = ?", str(record[0][0])), [("vs231",)], "its history")
    equal((done.step, CHAMBER["firma"] in done.text(), done.links()), ("vs231-05", True, ["menu"]), "the last page")
    mail = read(w, "SELECT body FROM outbox WHERE recipient = 'zbornica@notarji.test' ORDER BY id DESC LIMIT 1")[0][0]
    equal("309 – GURS" in mail, True, f"his mail {mail}")


@case("vs231-04.x: of two sessions that enter administrators of one group the second is refused, and nothing of it is written", world=registers_world)
def race(w):
    (first, page), (second, later) = to_groups(w), to_groups(w, COURT["maticna"], "31")
    equal(first.press(page, "next", {"group": "311"}).step, "vs231-05", "the first")
    with nothing_written(w):
        later = second.press(later, "next", {"group": "311"})
    equal((later.step, later.codes), ("vs231-03", ["vs231-03.3a"]), "the second")
    equal(len(read(w, "SELECT 1 FROM membership WHERE administered_group = 311 AND live")), 1, "who administers it")
