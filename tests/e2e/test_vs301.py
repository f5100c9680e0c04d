"""vs301 and vs302 (FZ 5.6), the menu vs003, the head of pages (4.4.3), and table 5.1: who is offered which procedure."""
from cases import case, equal, table
from portal import (COMPANY, COURT, PERSON, Person, administrator, administrator_of, authorised, chief, eceu, group_name, nothing_written,
                    notice, portal_world, record, refused, service, settle, told, user)

# login kind -> certificate, line of the record, people
KINDS = {
    "ZK": ("direktor", "501 –", [user(COMPANY, 501)]),
    "ZK-S": ("direktor", "1103 –", [service(COMPANY, 1103, "podjetje")]),
    "ZA": ("referentka", "90 –", [administrator(COURT, 1003)]),
    "GA": ("referentka", "80 –", [chief(COURT)]),
}
# FZ 5.1 with D27: what each login kind is offered of what the program can do
OFFERED = {
    "ZK": {"vs206", "vs207", "vs212", "vs221", "vs223"},
    "ZK-S": {"vs206", "vs207", "vs208", "vs212", "vs221", "vs223"},
    "ZA": {"vs206", "vs211", "vs212", "vs222", "vs223"},
    "GA": {"vs212", "vs223", "vs231", "vs232"},
}
ALL = sorted(set().union(*OFFERED.values()))
CELLS = [(f"{p}.{k}", p, k, p in OFFERED[k]) for p in ALL for k in OFFERED]
MIXED = [user(COURT, 701), administrator(COURT, 1003), administrator(COURT, 1103), chief(COURT), service(COURT, 1001, "rekono")]


UPLOAD_MAX = 65536


def world():
    return portal_world(upload_max_bytes=UPLOAD_MAX)


def as_kind(w, kind):
    name, line, people = KINDS[kind]
    settle(w, *people)
    return Person(w, name, line)


# ---- 5.1 ----

@table([c for c in CELLS if c[3]], "5.1-{}: offered in the menu, and it begins when it is called", world)
def offered(w, _, procedure, kind, __):
    p = as_kind(w, kind)
    equal(procedure in p.get("/menu").links(), True, f"menu {p.get('/menu').links()}")
    page = p.begin(procedure)
    equal((page.status, "5.1" in page.codes), (200, False), f"called\n{page}")


@table([c for c in CELLS if not c[3]],
       "5.1-{}: not in the menu, and refused when it is called; what the same login is offered begins", world)
def not_offered(w, _, procedure, kind, __):
    p = as_kind(w, kind)
    equal(procedure in p.get("/menu").links(), False, f"menu {p.get('/menu').links()}")
    with nothing_written(w):
        page = p.begin(procedure)
    equal((page.status, page.codes, page.finished), (200, ["5.1"], True), f"called\n{page}")
    equal("5.1" in p.begin(sorted(OFFERED[kind])[0]).codes, False, "control")


REFUSED = {"vs201": KINDS, "vs202": KINDS, "vs203": ("ZK-S", "ZA", "GA"), "vs204": ("ZK-S",)}


@table([(f"{p}.{k}", p, k) for p, kinds in REFUSED.items() for k in kinds],
       "5.1-{}: not in the menu, and a call of it begins nothing; vs301 begins", world)
def never(w, _, procedure, kind):
    p = as_kind(w, kind)
    equal(procedure in p.get("/menu").links(), False, "menu")
    with nothing_written(w):
        page = p.begin(procedure)
    equal(page.status == 404 or (page.codes == ["5.1"] and page.finished), True, f"called\n{page}")
    equal(p.begin("vs301").step, "vs301-01", "control")


# ... and the same kinds as authorised persons: 1b, 5b, 3b
BY_PROXY = {
    "ZK": ("posameznica", "501 –", [user(COMPANY, 501), authorised(PERSON, COMPANY, 501)]),
    "ZK-S": ("posameznica", "1103 –", [service(COMPANY, 1103, "podjetje"), authorised(PERSON, COMPANY, 1103, 5)]),
    "ZA": ("posameznica", "90 –", [administrator(COURT, 1003), authorised(PERSON, COURT, 90, 3, administered_group=1003)]),
    "GA": ("posameznica", "80 –", [chief(COURT), authorised(PERSON, COURT, 80, 3)]),
}
NOT_YET = {"vs201", "vs202", "vs203", "vs204", "vs205"}  # of 5.1, but not of this program
OURS = {"calls", "certificates"}      # of an independent user, and of whom he has authorised for a web service
ANY_LOGIN = {"vs101", "vs301"}


@table([(f"{k}, {what}", k, of) for what, of in (("an independent user", KINDS), ("an authorised person", BY_PROXY)) for k in KINDS],
       "5.1: {}: every procedure is in the menu or not, and begins or not when it is called, as the table says", world)
def whole_column(w, _, kind, of):
    name, line, people = of[kind]
    settle(w, *people)
    p = Person(w, name, line)
    links = p.get("/menu").links()
    found = {}
    for procedure in sorted(set(ALL) | NOT_YET | ANY_LOGIN | OURS):
        with nothing_written(w):
            page = p.begin(procedure)
        begun = page.status == 200 and "5.1" not in page.codes
        equal(begun or (page.status, page.codes) == (404, ["vg-web"]) or (page.codes == ["5.1"] and page.finished), True, f"{procedure}\n{page}")
        found[procedure] = (procedure in links, begun)
    mine = OFFERED[kind] | (OURS if of is KINDS or kind == "ZK-S" else set())
    wanted = {x: (x in mine, x in mine | ANY_LOGIN) for x in found}
    equal(found, wanted, "in the menu, begun")
    equal(p.begin("vs302").step, "vs302-02", "the logout")


@case("5.1-vs206.ZK: the right to a procedure is tested at each step, not only where it begins", world)
def at_each_step(w):
    settle(w, *MIXED)
    p = Person(w, "referentka", "701 –")
    page = p.begin("vs206")
    change = p.begin("vs301")
    p.press(change, "next", {"record": change.option("record", "80 –")})
    with nothing_written(w):
        done = p.press(page, "leave", {"records": page.option("records", "701 –")})
    equal(done.status, 404, "the case of the login before")
    equal(p.begin("vs206").codes, ["5.1"], "with the chief administrator's record")
    change = p.begin("vs301")
    p.press(change, "next", {"record": change.option("record", "701 –")})
    equal(p.press(page, "leave", {"records": page.option("records", "701 –")}).codes, ["vs206-03.1"], "control")


@case("5.1: procedures need a login: before it each is refused, after it what is offered begins", world)
def before_login(w):
    settle(w, user(COMPANY, 501))
    p = Person(w, "direktor")
    p.get("/")
    for procedure in ALL + ["vs301", "vs302", *sorted(OURS)]:
        page = p.begin(procedure)
        equal((page.status, page.said("vg-web")), (403, ["Najprej se prijavite."]), procedure)
    equal(p.get("/menu").status, 303, "menu")
    p.login("501 –")
    equal(p.begin("vs206").step, "vs206-01", "control")


# ---- vs003 ----

@case("vs003: after a login the menu opens; without one, or with the record ended, it does not", world)
def menu(w):
    settle(w, user(COMPANY, 501))
    p = Person(w, "direktor", "501 –")
    page = p.get("/menu")
    equal((page.status, page.step), (200, "vs003"), "menu")
    w.cli("user", "status", str(record(w, COMPANY, 501)["id"]), "deleted", "--reason", "left")
    page = p.get("/menu")
    equal((page.codes, page.links()), (["vg-login"], []), "menu of an ended record")


@case("vs003-2: the menu is titled by the specification's text and lists the procedures by the names of 5.1", world)
def menu_texts(w):
    settle(w, user(COMPANY, 501))
    page = Person(w, "direktor", "501 –").get("/menu")
    equal(notice("vs003-2") in page.text(), True, "title")
    equal(page.link("vs206"), "Izstop uporabnika iz uporabniške skupine", "name")


@table([(k,) for k in KINDS], "vs003-k.{0}: a login of this kind is offered exactly its column of 5.1", world)
def column(w, kind):
    links = set(as_kind(w, kind).get("/menu").links())
    equal({x for x in links if x in ALL}, OFFERED[kind], "procedures")
    equal([x for x in links if x in ("vs201", "vs202")], [], "procedures that run inside vs101-05")


@case("vs003-k.ZA: an authorised person of an administrator (3b) is of the same kind", world)
def kind_3b(w):
    settle(w, administrator(COURT, 1003), authorised(PERSON, COURT, 90, 3, administered_group=1003))
    equal({x for x in Person(w, "posameznica", "90 –").get("/menu").links() if x in ALL}, OFFERED["ZA"], "procedures")


@table([(k,) for k in ("ZK-S", "ZA", "GA")], "vs003-t1.{0}: »Izberi ePostopek« is not shown", world)
def no_epostopek(w, kind):
    equal(notice("vs003-1") in as_kind(w, kind).get("/menu").text(), False, "link")


@table([(k,) for k in KINDS], "vs003-t2.{0}: »Upravljanje pooblastil v varnostni shemi« is shown", world)
def manage(w, kind):
    page = as_kind(w, kind).get("/menu")
    equal((notice("vs003-2") in page.text(), len(page.links()) > 0), (True, True), "page")


# ---- 4.4.3 ----

HEADS = (
    ("4.4.3-1, 4.4.3-2, 4.4.3-2a: name, name of the group, »kot samostojni uporabnik«", "direktor", "501 –", [user(COMPANY, 501)],
     (COMPANY["name"], 501, "4.4.3-2a", ())),
    ("4.4.3-2b: the independent user's firm", "posameznica", "501 –", [user(COMPANY, 501), authorised(PERSON, COMPANY, 501)],
     (PERSON["name"], 501, "4.4.3-2b", (COMPANY["name"],))),
    ("4.4.3-2: the group of an administrator", "referentka", "90 –", [administrator(COURT, 1003)], (COURT["name"], 90, "4.4.3-2a", ())),
)


@table(HEADS, "{}, on the menu and on the pages of a procedure", world)
def head(w, _, name, line, people, wanted):
    settle(w, *people)
    p = Person(w, name, line)
    person, group, row, fill = wanted
    for page in (p.get("/menu"), p.begin("vs223"), p.begin("vs301")):
        equal(page.login(), (person, group_name(group), notice(row, *fill)), "head")


@case("4.4.3-1: before the login no page names anybody", world)
def no_head(w):
    settle(w, user(COMPANY, 501))
    p = Person(w, "direktor")
    equal((p.get("/").login(), p.begin("vs101").login()), (None, None), "heads")


@case("4.4.3-1: the last page of vs101 and vs301 names the new login, that of vs206 and vs302 nobody", world)
def head_of_last_pages(w):
    settle(w, user(PERSON, 601), user(COMPANY, 501), authorised(PERSON, COMPANY, 501))
    p = Person(w, "posameznica")
    alone, other = [(PERSON["name"], group_name(g), notice(row, *fill)) for g, row, *fill in ((601, "4.4.3-2a"), (501, "4.4.3-2b", COMPANY["name"]))]
    equal(p.login("601 –").login(), alone, "vs101-04")
    page = p.begin("vs301")
    equal(page.login(), alone, "vs301-01")
    equal(p.press(page, "next", {"record": page.option("record", "501 –")}).login(), other, "vs301-02")
    equal(p.begin("vs302").login(), None, "vs302-02")
    p.login("501 –")
    page = p.begin("vs206")
    page = p.press(page, "leave", {"records": page.option("records", "501 –")})
    equal((page.step, page.login()), ("vs206-03", None), "vs206-03")


# ---- vs301 ----

@case("vs301-01.1: the list holds the user's active records of the schemes 1, 3 and 5 (D11), under the specification's text", world)
def list_301(w):
    settle(w, *MIXED, service(COURT, 1002, status="pending"), user(COMPANY, 501))
    page = Person(w, "referentka", "80 –").begin("vs301")
    keys = ((701,), (90, 1003), (90, 1103), (80,), (1001,))
    equal((page.step, list(page.options("record"))), ("vs301-01", [str(record(w, COURT, *k)["id"]) for k in keys]), "records")
    equal(notice("vs301-01.1") in page.labels(), True, "label")


@case("vs301-01.o: exactly one record is taken", world)
def one_301(w):
    settle(w, *MIXED)
    p = Person(w, "referentka", "80 –")
    page = p.begin("vs301")
    equal(p.press(page, "next", {"record": page.option("record", "701 –")}).step, "vs301-02", "step")


@case("vs301-01.x: no record, two, somebody else's, or one that has ended is refused; the case and the login stay", world)
def wrong_301(w):
    settle(w, *MIXED, user(COMPANY, 501))
    p = Person(w, "referentka", "80 –")
    page = p.begin("vs301")
    ended = page.option("record", "1001 –")
    w.cli("user", "status", ended, "deleted", "--reason", "left")
    for given in ([], list(page.options("record"))[:2], record(w, COMPANY, 501)["id"], ended, "x"):
        page = p.press(page, "next", {"record": given})
        refused(page, "vs301-01", "vs301-01.x")
        equal(page.login()[1], group_name(80), "login")
    equal(p.press(page, "next", {"record": page.option("record", "701 –")}).step, "vs301-02", "control")


@case("vs301-02.1: record, scheme, kind and principal of the login are those of the chosen record; the old cookie opens nothing", world)
def changed(w):
    settle(w, user(PERSON, 601), user(COMPANY, 501), authorised(PERSON, COMPANY, 501), administrator(PERSON, 1001))
    p = Person(w, "posameznica", "601 –")
    for line, group, role, kind in (("501 –", 501, notice("4.4.3-2b", COMPANY["name"]), "ZK"), ("90 –", 90, notice("4.4.3-2a"), "ZA"),
                                    ("601 –", 601, notice("4.4.3-2a"), "ZK")):
        before, page = p.cookie, p.begin("vs301")
        done = p.press(page, "next", {"record": page.option("record", line)})
        equal((done.codes, done.links()), (["vs301-02.1"], ["menu"]), "last page")
        page = p.get("/menu")
        equal((page.login()[1:], {x for x in page.links() if x in ALL}), ((group_name(group), role), OFFERED[kind]), "menu")
        old = Person(w, "posameznica")
        old.cookie = before
        equal(old.get("/menu").status, 303, "the cookie before")
    p.press(p.begin("vs301"), "next", {"record": record(w, PERSON, 501)["id"]})
    p.begin("vs221")
    r = w.records(kind="registry", procedure="vs221")[-1]
    equal((r["who"], r["on_behalf"]), (str(eceu(w, PERSON)), str(eceu(w, COMPANY))), "record of the trail")


@case("vs301-02.2: the last page leads to the menu vs003", world)
def to_menu(w):
    settle(w, *MIXED)
    p = Person(w, "referentka", "80 –")
    page = p.begin("vs301")
    done = p.press(page, "next", {"record": page.option("record", administrator_of(1103))})
    equal((done.links(), p.get("/menu").step), (["menu"], "vs003"), "links")


@table([(k,) for k in KINDS], "vs301-01.1: a login of the kind {} may change its group", world)
def all_kinds(w, kind):
    page = as_kind(w, kind).begin("vs301")
    equal((page.step, len(page.options("record"))), ("vs301-01", 1), "page")


# ---- vs302 ----

@table([(k,) for k in KINDS], "vs302-1: a login of the kind {} ends: the cookie is taken back and opens nothing more", world)
def logout(w, kind):
    p = as_kind(w, kind)
    before, case_ = p.cookie, p.begin("vs301")
    p.begin("vs302")
    equal((p.cookie, p.get("/menu").status), (None, 303), "after the logout")
    p.cookie = before
    equal((p.get("/menu").status, p.get(f"/case/{case_.case}").status), (303, 404), "with the old cookie")
    name, line, _ = KINDS[kind]
    equal(Person(w, name, line).get("/menu").step, "vs003", "logged in anew")


@case("vs302-1: the logout ends one session; the same person's other one goes on", world)
def one_session(w):
    p, other = as_kind(w, "ZK"), Person(w, "direktor", "501 –")
    p.begin("vs302")
    equal((p.get("/menu").status, other.get("/menu").step), (303, "vs003"), "sessions")


@case("vs302-2: the last page says the specification's sentence and leads to the entry page", world)
def said_goodbye(w):
    page = as_kind(w, "ZK").begin("vs302")
    told(page, "vs302-2")
    equal((page.finished, page.links()), (True, ["entry"]), "page")


@case("4.4.3-l1, 4.4.3-l4: the head of the pages offers »Spremeni uporabniško skupino« and »Odjava«, before the login neither", world)
def head_links(w):
    p = as_kind(w, "ZK")
    html = {"Accept": "text/html"}
    for page in (p.get("/menu", headers=html), p.post("/procedure/vs223", headers=html)):
        equal([t in page.reply.text for t in (notice("4.4.3-l1"), notice("4.4.3-l4"))], [True, True], f"page\n{page.reply.text[:1500]}")
    visitor = Person(w, "direktor")
    text = visitor.get("/", headers=html).reply.text
    equal(("<html" in text, notice("4.4.3-l1") in text, notice("4.4.3-l4") in text), (True, False, False), "entry page")


# page -> status, how somebody who has opened vs301 comes to it
ELSEWHERE = {
    "the first page": (200, lambda p, page: p.get("/")),
    "403": (403, lambda p, page: p.press(page, "next", csrf="x")),
    "404": (404, lambda p, page: p.get("/nowhere")),
    "404 of a case": (404, lambda p, page: p.get("/case/999999")),
    "400": (400, lambda p, page: p.request("POST", f"/case/{page.case}", body=b"x", headers={"Content-Type": "text/plain"})),
    "409": (409, lambda p, page: (p.press(page, "next"), p.press(page, "next"))[1]),
    "413": (413, lambda p, page: p.press(page, "next", {}, file=("application", "a.pdf", b" " * (UPLOAD_MAX + 1)))),
}


@table([(name, *what) for name, what in ELSEWHERE.items()], "4.4.3-l4: on {} stands the login, with »Odjava« that works", world)
def head_elsewhere(w, _, status, come):
    p = as_kind(w, "ZK")
    page = p.begin("vs301")
    reply = come(p, page)
    equal((reply.status, reply.login()), (status, page.login()), f"page\n{reply}")
    text = p.get("/nowhere", headers={"Accept": "text/html"}).reply.text
    equal([t in text for t in (notice("4.4.3-l1"), notice("4.4.3-l4"))], [True, True], "its buttons")
    told(p.begin("vs302"), "vs302-2")
    reply = p.get("/")
    equal((reply.status, reply.login()), (200, None), "after the logout")


@case("4.4.3-l4: pages of no case are shown without the login when it has ended, and with that of another one", world)
def head_ended(w):
    settle(w, user(COMPANY, 501), user(COMPANY, 503))
    gone, other = Person(w, "direktor", "501 –"), Person(w, "direktor", "503 –")
    w.cli("user", "status", str(record(w, COMPANY, 501)["id"]), "deleted", "--reason", "left")
    for path, status in (("/", 200), ("/nowhere", 404)):
        page, control = gone.get(path), other.get(path)
        equal((page.status, page.login(), control.status, control.login()[1]), (status, None, status, group_name(503)), path)
