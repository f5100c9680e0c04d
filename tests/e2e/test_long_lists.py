"""Lists that are longer than a page: as pages of 100 records over the web and SOAP, whole as PDF and on the command line."""
import json
import subprocess

from cases import case, equal, table
from portal import (ACTIVE, COMPANY, COURT, DELETED, P, PENDING, Person, administrator, alter, nothing_written, portal_world, record, rows, service, settle,
                    user)
from postopek import NS, Caller

PAGE = 100


def world():
    return portal_world()


def crowd(w, count, status, group=1103):
    """So many firms in the group, as applications have put them there; their records in the order of their names."""
    numbers = f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    alter(w, "INSERT OR IGNORE INTO subject (position, maticna, davcna, firm, legal_form, prs_status)"
             f" {numbers} SELECT 21, printf('7%06d000', i), printf('3%07d', i), printf('Množica %05d d.o.o.', i), 103, 1 FROM n",
          "INSERT INTO membership (eceu_id, scheme, user_group, member_kind, status, created_utc_s)"
          f" {numbers} SELECT eceu_id, 5, {group}, 1, {status}, unixepoch() FROM n JOIN subject ON maticna = printf('7%06d000', i)")
    return [r["id"] for r in rows(w, "SELECT id FROM membership WHERE user_group = ? AND live ORDER BY id", group)]


def persons(w, count, status):
    """So many authorised persons of the company's record in 501."""
    of = record(w, COMPANY, 501)
    numbers = f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    alter(w, "INSERT OR IGNORE INTO subject (position, emso, davcna, personal_name)"
             f" {numbers} SELECT 11, printf('8%012d', i), printf('4%07d', i), printf('Oseba %05d', i) FROM n",
          "INSERT INTO membership (eceu_id, scheme, user_group, member_kind, principal_id, principal_membership, link_status, created_utc_s)"
          f" {numbers} SELECT s.eceu_id, 1, 501, 2, {of['eceu_id']}, {of['id']}, {status}, unixepoch()"
          " FROM n JOIN subject s ON emso = printf('8%012d', i)")
    return [r["id"] for r in rows(w, "SELECT id FROM membership WHERE principal_membership = ? AND live ORDER BY id", of["id"])]


def parameters(page):
    return {e.find(P + "label").find(P + "sl").text: e.find(P + "value").find(P + "sl").text for e in page.root.iter(P + "parameter")}


def shown(page):
    """(the list's records, the buttons that turn its pages)"""
    return list(page.records()), [b for b in page.buttons() if b.startswith("page.")]


def printed(p, page):
    """The lines of the records in the list's PDF."""
    reply = p.request("GET", f"/case/{page.case}.pdf").reply
    equal((reply.status, reply.header("Content-Type")), (200, "application/pdf"), "PDF")
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=reply.body, capture_output=True, check=True).stdout.decode()
    return [" ".join(line.split()) for line in text.splitlines() if "Množica" in line]


def statuses(w, ids):
    return [rows(w, "SELECT coalesce(status, link_status) AS now FROM membership WHERE id = ?", i)[0]["now"] for i in ids]


def court(w):
    settle(w, administrator(COURT, 1103))
    return Person(w, "referentka", "90 –")


# ---- vs211 ----

KINDS = (("vs211-02.3", "approve", PENDING, 2000), ("vs211-03.3", "delete", ACTIVE, 2600))


@table(KINDS, "{}: a long list shows 100 records a page and the count of all, with buttons for the next and the previous page", world)
def pages_211(w, _, what, status, count):
    p = court(w)
    ids, last = crowd(w, count, status), count // PAGE
    page = p.open_211(1103, what)
    equal((page.status, shown(page)), (200, (ids[:PAGE], ["page.2"])), "first page")
    equal(parameters(page), {"Število zapisov": str(count), "Stran": f"1 / {last}"}, "what stands above it")
    page = p.press(page, "page.2")
    equal((page.codes, shown(page), parameters(page)["Stran"]), ([], (ids[PAGE:2 * PAGE], ["page.1", "page.3"]), f"2 / {last}"), "second page")
    equal(shown(p.get(f"/case/{page.case}")), shown(page), "the case remembers it")
    page = p.press(page, f"page.{last}")
    equal(shown(page), (ids[-PAGE:], [f"page.{last - 1}"]), "last page")
    equal(len(printed(p, page)), count, "the PDF, which is not offered here, is whole too")


@case("vs211-02.3: a page beyond the end, also one that was there before, is the last one; what is no page changes nothing", world)
def beyond(w):
    p = court(w)
    ids = crowd(w, 2 * PAGE + 1, PENDING)
    page = p.press(p.open_211(1103), "page.99")
    equal(shown(page), (ids[-1:], ["page.2"]), "the last one")
    for button in ("page.0", "page.-1", "page.x", "page.", "page", "page.99999999999999999999"):
        page = p.press(page, button)
        equal((page.codes, shown(page)), ([], (ids[-1:], ["page.2"])), button)
    w.cli("case", "refuse", str(ids[-1]), "--reason", "ne")
    page = p.get(f"/case/{page.case}")
    equal(shown(page), (ids[PAGE:-1], ["page.1"]), "the list has become shorter")
    page = p.press(page, "page.1")
    equal(shown(page), (ids[:PAGE], ["page.2"]), "back")


@case("vs211-02.3: a list of 100 is one page", world)
def one_page(w):
    p = court(w)
    ids = crowd(w, PAGE, PENDING)
    page = p.open_211(1103)
    equal((shown(page), parameters(page)), ((ids, []), {"Število zapisov": "100"}), "page")


@case("vs211-02.3p, vs211-02.3z: marks and reasons of all pages stay, are counted, and are carried out together", world)
def marks(w):
    p = court(w)
    ids = crowd(w, 3 * PAGE, PENDING)
    first, second, third = ids[3], ids[PAGE + 3], ids[-1]
    page = p.open_211(1103)
    page = p.press(page, f"confirm.{first}")
    equal(parameters(page)["Označeno na vseh straneh"], "1 (največ 100)", "one")
    page = p.press(page, "page.2")
    page = p.press(page, f"refuse.{second}", {f"reason.{second}": "drugi"})
    page = p.press(page, "page.3", {f"mark.{third}": "refuse", f"reason.{third}": "tretji"})
    equal(parameters(page)["Označeno na vseh straneh"], "3 (največ 100)", "three")
    equal((page.mark(third), page.field(f"reason.{third}").find(P + "value").text), ("refuse", "tretji"), "third page")
    page = p.press(page, "page.2")
    equal((page.mark(second), page.field(f"reason.{second}").find(P + "value").text), ("refuse", "drugi"), "second page")
    equal(statuses(w, (first, second, third)), [PENDING] * 3, "nothing is written yet")
    page = p.press(page, "execute")
    equal((page.codes, statuses(w, (first, second, third))), (["vs211-05.1"], [ACTIVE, DELETED, DELETED]), "carried out")
    equal([r["reason"] for r in rows(w, "SELECT reason FROM decision WHERE membership_id IN (?, ?) ORDER BY membership_id", second, third)],
          ["drugi", "tretji"], "reasons")


@case("vs211-02.3: who has typed a reason and marked nothing is asked before the page turns", world)
def typed(w):
    p = court(w)
    ids = crowd(w, PAGE + 1, PENDING)
    page = p.press(p.open_211(1103), "page.2", {f"reason.{ids[0]}": "ne"})
    equal((page.errors(), shown(page)[0]), ({f"reason.{ids[0]}": "vg-reason"}, ids[:PAGE]), "the page stays")
    equal(page.field(f"reason.{ids[0]}").find(P + "value").text, "ne", "so does the reason")
    page = p.press(page, "page.2", {f"reason.{ids[0]}": ""})
    equal((page.codes, shown(page)[0]), ([], ids[PAGE:]), "control")


@case("vs211-02.3z: a refusal without a reason is told also where the record stands on another page, and holds up the others", world)
def elsewhere(w):
    p = court(w)
    ids = crowd(w, PAGE + 1, PENDING)
    with nothing_written(w):
        page = p.press(p.open_211(1103), "execute", {f"mark.{ids[-1]}": "refuse", f"mark.{ids[0]}": "confirm"})
    equal((page.step, page.codes, page.errors()), ("vs211-02", ["vg-reason"], {}), "refusal")
    equal(parameters(page)["Označeno na vseh straneh"], "1 (največ 100)", "the good mark stays")


@case("3.3.8-nm.3: the filter reads the whole list, what it finds is paged from its first page on, and so is the list without it", world)
def filter_pages(w):
    p = court(w)
    ids = crowd(w, 2000, PENDING)
    page = p.press(p.open_211(1103), "page.20")
    page = p.press(page, "filter", {"filter.kind": "firm", "filter.text": "množica 01"})
    found = ids[999:1999]
    equal((shown(page), parameters(page)), ((found[:PAGE], ["page.2"]), {"Število zapisov": "1000 od 2000", "Stran": "1 / 10"}), "found")
    page = p.press(page, "page.2")
    equal(shown(page), (found[PAGE:2 * PAGE], ["page.1", "page.3"]), "its second page")
    page = p.press(page, "filter", {"filter.kind": "firm", "filter.text": "množica 01999"})
    equal((shown(page), parameters(page)), (([ids[1998]], []), {"Število zapisov": "1 od 2000"}), "one")
    page = p.press(page, f"confirm.{ids[1998]}")
    page = p.press(page, "filter.clear")
    equal((shown(page), parameters(page)["Označeno na vseh straneh"]), ((ids[:PAGE], ["page.2"]), "1 (največ 100)"), "without it")
    page = p.press(p.press(page, "page.7"), "back")
    equal(shown(p.press(page, "next", {"what": "approve"})), (ids[:PAGE], ["page.2"]), "another list begins on its first page")


@case("vs211-02.3: a long list as HTML has the two buttons with their names, the place and the count", world)
def html(w):
    p = court(w)
    crowd(w, 3 * PAGE, PENDING)
    page = p.press(p.open_211(1103), "page.2")
    for language, words in (("sl", ("Prejšnja stran", "Naslednja stran", "2 / 3", "Število zapisov")),
                            ("en", ("Previous page", "Next page", "2 / 3", "Number of records"))):
        text = p.request("GET", f"/case/{page.case}?lang={language}", headers={"Accept": "text/html"}).reply.text
        equal([word for word in words if word not in text], [], language)


# ---- the other faces ----

@case("Postopek: vs211 with 2000 who wait goes by pages, and what is marked on two of them is carried out together", world)
def soap(w):
    settle(w, administrator(COURT, 1103))
    ids = crowd(w, 2000, PENDING)
    c = Caller(w, "referentka").login("90 –")
    page = c.ask(page=c.ask("vs211"), button="next", values=[("what", "approve")])
    line = [e.find(f"{{{NS}}}id").text for e in page.root.iter(f"{{{NS}}}vrstica")]
    equal((line, [b for b in page.all("gumb", "ime") if b.startswith("page.")]), ([str(i) for i in ids[:PAGE]], ["page.2"]), "first page")
    page = c.ask(page=page, button="page.2", values=[(f"mark.{ids[0]}", "confirm")])
    page = c.ask(page=page, button="execute", values=[(f"mark.{ids[PAGE]}", "refuse"), (f"reason.{ids[PAGE]}", "ne")])
    equal((page.codes, statuses(w, (ids[0], ids[PAGE]))), (["vs211-05.1"], [ACTIVE, DELETED]), "carried out")


@case("case list shows 5000 who wait, and case approve and refuse decide one of them, served or not", world)
def command_line(w):
    settle(w, administrator(COURT, 1103))
    ids = crowd(w, 5000, PENDING)
    equal([r["record"] for r in json.loads(w.cli("--json", "case", "list").stdout)], ids, "as JSON")
    equal(len(w.cli("case", "list").stdout.splitlines()), 5000, "as text")
    w.cli("case", "approve", str(ids[4321]))
    w.cli("case", "refuse", str(ids[-1]), "--reason", "ne")
    equal(statuses(w, (ids[4321], ids[-1])), [ACTIVE, DELETED], "decided")
    w.stop()
    w.cli("case", "approve", str(ids[-2]))
    w.start()
    equal(statuses(w, ids[-2:]), [ACTIVE, DELETED], "decided while nobody serves")


# ---- vs222, vs223, vs212, cases ----

@case("vs222-a: 5000 active users are shown by pages, and the PDF holds them all", world)
def pages_222(w):
    p = court(w)
    ids = crowd(w, 5000, ACTIVE)
    page = p.press(p.begin("vs222"), "next", {"status": "active"})
    equal((shown(page), parameters(page)), ((ids[:PAGE], ["page.2"]),
                                            {"Status": "aktivni uporabniki", "Število zapisov": "5000", "Stran": "1 / 50"}), "first page")
    page = p.press(page, "page.50")
    equal(shown(page), (ids[-PAGE:], ["page.49"]), "last page")
    equal(printed(p, page), [f"{i}. Množica {i:05d} d.o.o." for i in range(1, 5001)], "PDF")
    page = p.press(page, "filter", {"filter.kind": "firm", "filter.text": "množica 04"})
    equal(shown(page), (ids[3999:3999 + PAGE], ["page.2"]), "filtered")


@case("vs223-3a, vs212-05.3: 250 authorised persons are shown by pages, marked on two and deleted together", world)
def pages_persons(w):
    settle(w, user(COMPANY, 501))
    ids = persons(w, 250, ACTIVE)
    p = Person(w, "direktor", "501 –")
    page = p.press(p.begin("vs223"), "next", {"status": "active"})
    equal((shown(page), shown(p.press(page, "page.3"))), ((ids[:PAGE], ["page.2"]), (ids[200:], ["page.2"])), "vs223")
    page = p.press(p.begin("vs212"), "next", {"what": "delete"})
    equal(shown(page), (ids[:PAGE], ["page.2"]), "vs212")
    page = p.press(page, f"delete.{ids[0]}")
    page = p.press(page, "page.3")
    page = p.press(page, f"delete.{ids[-1]}")
    equal(parameters(page), {"Število zapisov": "250", "Stran": "3 / 3", "Označeno na vseh straneh": "2 (največ 100)"}, "marked")
    page = p.press(page, "execute")
    equal((page.codes, statuses(w, (ids[0], ids[1], ids[-1]))), (["vs212-07.1"], [DELETED, ACTIVE, DELETED]), "deleted")


@case("a user's own cases are shown by pages of 100, the newest first", world)
def own_cases(w):
    settle(w, user(COMPANY, 501), service(COMPANY, 1103, "podjetje", status="pending"))
    mine = record(w, COMPANY, 1103)["id"]
    columns = [r["name"] for r in rows(w, "SELECT name FROM pragma_table_info('web_service') WHERE name <> 'membership_id'")]
    alter(w, "INSERT INTO membership (eceu_id, scheme, user_group, member_kind, status, created_utc_s, end_reason, end_actor, end_utc_s)"
             " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)"
             f" SELECT eceu_id, 5, 1103, 1, 3, unixepoch(), 'withdrawn', 'test', unixepoch() FROM n, membership WHERE id = {mine}",
          f"INSERT INTO web_service (membership_id, {', '.join(columns)}) SELECT m.id, {', '.join('w.' + c for c in columns)}"
          f" FROM membership m, web_service w WHERE m.id > {mine} AND w.membership_id = {mine}")
    p = Person(w, "direktor", "501 –")
    page = p.begin("cases")
    equal((len(page.records()), shown(page)[1]), (PAGE, ["page.2"]), "first page")
    page = p.press(page, "page.2")
    equal((mine in page.records(), shown(page)[1]), (True, ["page.1"]), "the oldest is on the last one")
