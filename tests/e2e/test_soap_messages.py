"""Attacks with the messages of Postopek: texts, names, numbers, files and XML. Each has its accepted twin."""
import base64
import re

from attacks import COURT, FILES, MARKUP, MUNICIPALITY, PEOPLE, make_certificate, nothing_written, record_of, subject_of, written
from cases import UNLIMITED, Raw, case, check_plain, equal, request, table, until
from portal import PDF, administrator_of, pem, portal_world, read
from postopek import NS, SOAP11, Caller, Stran
from test_soap_attacks import FARTHEST, at_application, at_group, at_preview, chosen, clerk, goes_on, leave, refused, register, stays
from world import pki_index

REQUEST_MAX = 2097152
GUARD_MAX = 65536  # of a text that is no file


def message_world():
    mdp = {pki_index()["certificates"]["uradnik_sigov"]["serial"].upper(): [MUNICIPALITY["davcna"]]}
    return portal_world(PEOPLE, registers={"mdp": mdp}, request_max_bytes=REQUEST_MAX, **UNLIMITED)


def next_group(page, group, caller, more=""):
    """The content of a good message: it goes on to vs207-03."""
    return (f"<zapis>{caller.record}</zapis><zadeva>{page.text('zadeva')}</zadeva><razlicica>{page.text('razlicica')}</razlicica>"
            f"<gumb>next</gumb><vrednost><ime>group</ime><besedilo>{group}</besedilo></vrednost>{more}")


# ---- texts ----

def shown(page, text, where):
    """The answer is well-formed (Stran has parsed it), knows only its own elements, and holds the text as text."""
    equal({e.tag.split("}")[0] for e in page.root.iter()}, {"{" + NS}, f"{where}: namespaces")
    equal([e.tag for e in page.root.iter() if e.tag.split("}")[1] in ("script", "b", "img") or e.attrib], [], f"{where}: elements")
    equal(any(text in (e.text or "") for e in page.root.iter()), True, f"{where}: {text!r} in {page}")
    equal("<script" in page.reply.text, False, f"{where}: markup")
    return page


@case("SOAP message: markup in certificates, names, addresses and files is text in every answer", world=message_world)
def markup(w):
    certificate = make_certificate(w, "soap-oznake", "podjetje", subject=subject_of(MARKUP, "14717468", MARKUP))
    company = Caller(w, "direktor").login("501")
    page = chosen(company, at_group(company), 1101)
    page = shown(company.ask(page=page, button="preview", values=[("certificate", pem(certificate))]), "alert(", "preview of the certificate")
    page = shown(company.ask(page=page, button="confirm", values=[("certificate", MARKUP)]), MARKUP, "no certificate at all")
    page = company.ask(page=page, button="confirm", values=[("certificate", pem(certificate))])
    page = company.ask(page=page, button="confirm", values=[("client", MARKUP), ("client.name", MARKUP), ("client.uris", "https://a.test/")])
    equal(shown(page, MARKUP, "a client of that name").refusals, ["vs207-04.2x"], "it is refused")
    values = [("client", "new"), ("client.name", MARKUP), ("client.uris", f"https://a.test/{MARKUP}")]
    page = shown(company.ask(page=page, button="confirm", values=values), f"https://a.test/{MARKUP}", "a redirect URI")
    equal(page.refusals, ["vs207-04.3x"], "it is refused")
    values = [("client", "new"), ("client.name", MARKUP), ("client.uris", "https://a.test/'&")]
    page = company.ask(page=page, button="confirm", values=values)
    page = company.ask(page=page, button="confirm", file=("<img src=x onerror=alert(1)>.pdf", PDF))
    for text in (MARKUP, "https://a.test/'&", "<img src=x onerror=alert(1)>.pdf"):
        shown(page, text, "vs207-06")
    done = shown(company.ask(page=page, button="submit"), MARKUP, "vs207-07")
    equal(done.text("konec"), "opravljeno", "control")
    shown(company.ask(page=done), MARKUP, "the finished case")
    leave(w, company, 1101, PEOPLE[1])


@case("SOAP message: markup in a filter and a reason is text for the administrator, and in the mail", world=message_world)
def markup_decided(w):
    owner = clerk(w)
    register(owner, 1201, make_certificate(w, "soap-oznake2", "obcina_zig", subject=subject_of(MARKUP, "50223054", MARKUP)))
    record, decider = record_of(w, MUNICIPALITY, 1201), Caller(w, "referentka").login(administrator_of(1201))
    page = decider.ask("vs211")
    page = decider.ask(page=page, button="next", values=[("record", page.option(administrator_of(1201))), ("what", "approve")])
    shown(page, "alert(", "the certificate")
    page = shown(decider.ask(page=page, button="filter", values=[("filter.kind", "firm"), ("filter.text", MARKUP)]), MARKUP, "the filter")
    page = decider.ask(page=page, button="filter.clear")
    page = decider.ask(page=page, button=f"refuse.{record}", values=[(f"reason.{record}", MARKUP + "\nBcc: x@y.test")])
    shown(page, MARKUP, "the reason")
    equal(decider.ask(page=page, button="execute").text("korak"), "vs211-05", "control: refused")
    title, body = read(w, "SELECT subject_line, body FROM outbox WHERE recipient = ? ORDER BY id DESC", MUNICIPALITY["email"])[0]
    equal((MARKUP in body, "Bcc" in title, title.isprintable()), (True, False, True), "mail")


@case("SOAP message: markup in an organ's number is text, and asks MDP for nothing else", world=message_world)
def markup_before_login(w):
    caller = Caller(w, "uradnik_sigov")
    page = caller.ask("vs101")
    for dso in (MARKUP, f"{MUNICIPALITY['davcna']}&povezano=true", "../../" + MUNICIPALITY["davcna"]):
        page = shown(caller.ask(page=page, button="next", values=[("position", "31"), ("dso", dso)]), dso, "vs101-01a")
        equal((page.text("korak"), page.refusals), ("vs101-01a", ["3.3.8-id.x"]), f"{dso}")
    page = caller.ask(page=page, button="next", values=[("position", "31"), ("dso", MUNICIPALITY["davcna"])])
    goes_on(page, "vs101-03")
    with nothing_written(w):
        for organ in (MARKUP, f"{MUNICIPALITY['davcna']}&povezano=true", "../" + MUNICIPALITY["davcna"], COURT["davcna"], " "):
            caller.organ = organ
            refused(caller.send("vs101"), "VG-P05")


ODD_TEXTS = [("NUL", "\x00", "VG-X01"), ("a control character", "\x01", "VG-X01"), ("FFFE", "\ufffe", "VG-X01"),
             ("FFFF", "\uffff", "VG-X01"), ("half a surrogate pair", "\ud800", "VG-X01"), ("a reference to NUL", "&#0;", "VG-X01"),
             ("a reference to a control character", "&#x1f;", "VG-X01"), ("a reference to a surrogate", "&#xD800;", "VG-X01"),
             ("a reference to FFFE", "&#xFFFE;", "VG-X01"), ("a reference that nobody declares", "&a;", "VG-X01"),
             ("an open tag", "<a", "VG-X01"), ("an element", "<a/>", "VG-X22")]
PLACES = ("<zapis>{r}</zapis><postopek>{}</postopek>", "<zapis>{r}</zapis><organ>{}</organ><postopek>vs207</postopek>",
          "<zapis>{r}</zapis><zadeva>{c}</zadeva><razlicica>{v}</razlicica><gumb>{}</gumb>",
          "<zapis>{r}</zapis><zadeva>{c}</zadeva><razlicica>{v}</razlicica><gumb>next</gumb><vrednost><ime>{}</ime><besedilo>1003</besedilo></vrednost>",
          "<zapis>{r}</zapis><zadeva>{c}</zadeva><razlicica>{v}</razlicica><gumb>next</gumb>"
          "<vrednost><ime>group</ime><besedilo>1003{}</besedilo></vrednost>",
          "<zapis>{r}</zapis><zadeva>{c}</zadeva><razlicica>{v}</razlicica><gumb>next</gumb>"
          "<datoteka><ime>{}</ime><vsebina>AAAA</vsebina></datoteka>")


@table(ODD_TEXTS, "SOAP message: {} is refused in every text", message_world)
def odd_text(w, _, text, code):
    caller = clerk(w)
    page = at_group(caller)
    with nothing_written(w):
        for place in PLACES:
            xml = place.replace("{r}", caller.record).replace("{c}", page.text("zadeva")).replace("{v}", page.text("razlicica"))
            refused(caller.post(xml.replace("{}", text)), code)
    page = chosen(caller, page)
    good = "a\x7f\x85\u2028\U0001F600\ufffdč"
    page = caller.ask(page=page, button="confirm", values=[("certificate", good)])
    shown(page, good, "control: what is a character")


# ---- names and values that no page offers ----

CODES = ["../", "../vs207", "vs207/../vs211", "VS207", "vs207 ", " vs207", "vs207\u0000"[:5] + "%00", "vs207;", "vs003", "vs201", "vs999", "x" * 64,
         "vs207-03", "calls/", "č", "'", "vs207' OR '1'='1"]


@case("SOAP message: a procedure of another name does not exist, however much it resembles one", world=message_world)
def procedures(w):
    caller = clerk(w)
    with nothing_written(w):
        for code in CODES:
            refused(caller.send(code), "VG-P01")
        for code in ("", "x" * 65, "x" * 4096):
            refused(caller.send(code), "VG-X22")
        refused(caller.send(), "VG-P01")
    at_group(caller)


@case("SOAP message: a button of no page does nothing, and one that is no name is refused", world=message_world)
def buttons(w):
    caller = clerk(w)
    page = at_group(caller)
    with nothing_written(w):
        for button in ("x" * 65, "x" * 4096):
            refused(caller.send(page=page, button=button), "VG-X22")
        refused(caller.post(f"<zapis>{caller.record}</zapis><zadeva>{page.text('zadeva')}</zadeva><razlicica>1</razlicica><gumb/>"), "VG-X22")
        refused(caller.post(next_group(page, 1003, caller).replace("<gumb>", "<gumb>next</gumb><gumb>")), "VG-X22")
    before = written(w)
    for button in ("../", "next/../cancel", "NEXT", "cancel\u00a0", "x" * 64, "'", "."):
        page = caller.ask(page=page, button=button)
        stays(w, page, "vs207-02", ["vs207-02.1x"], before)
    chosen(caller, page)


@case("SOAP message: names that the step does not know are not kept, and cannot be what the case knows itself", world=message_world)
def unknown_names(w):
    caller = clerk(w)
    odd = ["waits", "possession", "application.sha256", "application.report", "client.id", "client", "certificate", "dso", "__proto__", "../group",
           "group ", "Group", "mark.1", "x" * 64]
    page = caller.ask(page=at_group(caller), button="next", values=[(n, "x") for n in odd] + [("group", "1201")])
    goes_on(page, "vs207-03")
    equal(read(w, "SELECT name, value FROM procedure_case_value WHERE case_id = ?", page.text("zadeva")), [("group", "1201")], "what is kept")
    with nothing_written(w):
        for name in ("", "x" * 65):
            refused(caller.send(page=page, button="confirm", values=[(name, "x")]), "VG-X22")
        refused(caller.send(page=page, button="confirm", values=[(f"n{i}", "x") for i in range(201)]), "VG-X22")
    before = written(w)
    page = caller.ask(page=page, button="confirm", values=[(f"n{i}", "x") for i in range(200)])
    stays(w, page, "vs207-03", ["vg-field"], before)
    page = caller.ask(page=page, button="confirm", values=[("certificate", pem("obcina_zig")), ("waits", ""), ("group", "1003")])
    goes_on(page, "vs207-05")
    equal(read(w, "SELECT value FROM procedure_case_value WHERE case_id = ? AND name = 'group'", page.text("zadeva")), [("1201",)], "the group")


@case("SOAP message: a choice of one that is made twice is no choice, whatever the order", world=message_world)
def twice(w):
    caller = clerk(w)
    page, before = at_group(caller), written(w)
    for groups in (("1003", "1003"), ("1003", "1101"), ("1101", "1003"), ("1003", "x"), ("x", "1003")):
        page = caller.ask(page=page, button="next", values=[("group", g) for g in groups])
        stays(w, page, "vs207-02", ["vs207-02.1x"], before)
    page = chosen(caller, page)
    for second in ("obcina_zig", "podjetje", "potekel"):
        page = caller.ask(page=page, button="confirm", values=[("certificate", pem("obcina_zig")), ("certificate", pem(second))])
        stays(w, page, "vs207-03", ["vs207-03.1x"], before)
    page = caller.ask(page=page, button="confirm", values=[("certificate", pem("obcina_zig"))])
    page = caller.ask(page=page, button="confirm", values=[("client", "new")] * 2 + [("client.name", "a"), ("client.uris", "https://a.test/")])
    stays(w, page, "vs207-04", ["vs207-04.2x"], before)
    page = caller.ask(page=page, button="confirm", values=[("client", "new"), ("client.name", "a")] + [("client.uris", "https://a.test/")] * 2)
    stays(w, page, "vs207-04", ["vs207-04.3x"], before)
    goes_on(caller.ask(page=page, button="confirm", values=[("client", "new"), ("client.name", "a"), ("client.uris", "https://a.test/")]),
            "vs207-05")


@case("SOAP message: values of one name that are too much together are refused whole, and no part of them is taken", world=message_world)
def too_much_together(w):
    caller = clerk(w)
    page = caller.ask(page=chosen(caller, at_group(caller)), button="confirm", values=[("certificate", pem("obcina_zig"))])
    good = [("client", "new"), ("client.uris", "https://a.test/")]
    with nothing_written(w):
        refused(caller.send(page=page, button="confirm", values=good + [("client.name", "x" * 30000)] * 16 + [("client.name", "a")]), "VG-X22")
        refused(caller.send(page=page, button="confirm", values=good + [("client.name", "x" * 32769)]), "VG-X22")
    before = written(w)
    page = caller.ask(page=page, button="confirm", values=good + [("client.name", "x" * 30000)] * 2)
    stays(w, page, "vs207-04", ["vs207-04.3x"], before)
    goes_on(caller.ask(page=page, button="confirm", values=good + [("client.name", "a")]), "vs207-05")


NO_NUMBERS = ("0", "-1", "", " ", "1.0", "1e0", "0x1", "١", "1 2", "NaN", "INF", str(FARTHEST + 1), str(2 ** 63 - 1), str(2 ** 63), str(-2 ** 63),
              str(2 ** 64 + 1), "9" * 400)


@table([(e,) for e in ("zapis", "zadeva", "razlicica", "vloga")], "SOAP message: {} is a number of the contract or the message is refused",
       message_world)
def numbers(w, element):
    caller = clerk(w)
    page = at_group(caller)
    good = next_group(page, 1003, caller, "<vloga>1</vloga>" if element == "vloga" else "")
    with nothing_written(w):
        for number in NO_NUMBERS:
            refused(caller.post(re.sub(f"<{element}>.*</{element}>", f"<{element}>{number}</{element}>", good)), "VG-X22")
        largest = re.sub(f"<{element}>.*</{element}>", f"<{element}>{FARTHEST}</{element}>", good)
        refused(caller.post(largest), "VG-P02" if element == "razlicica" else "VG-P01")
    if element == "vloga":
        register(caller, 1003)
        caller.ask(application=read(w, "SELECT max(id) FROM application")[0][0])
        leave(w, caller, 1003)
    else:
        goes_on(Stran(caller.post(re.sub(f"<{element}>(.*)</{element}>", f"<{element}>+00\\1</{element}>", good))), "vs207-03")


@case("SOAP message: a group is not chosen by a number that only ends like one", world=message_world)
def group_numbers(w):
    caller = clerk(w)
    page, before = at_group(caller), written(w)
    for group in (2 ** 32 + 1003, 2 ** 64 + 1003, -1003, "+1003", "1003.0", "1e3", "0x3eb", 2 ** 63 - 1, "", "1251", "1000", "1008 ", "701"):
        if group != "1008 ":
            page = caller.ask(page=page, button="next", values=[("group", str(group))])
            stays(w, page, "vs207-02", ["vs207-02.1x"], before)
    chosen(caller, page)


# ---- files ----

def file_of(w, page):
    return [bytes(b) for (b,) in read(w, "SELECT bytes FROM procedure_case_file WHERE case_id = ?", page.text("zadeva"))]


@table(FILES, "SOAP message: no application is made of {}", message_world)
def wrong_file(w, name, content, code):
    caller = clerk(w)
    page, before = at_application(caller, 1201), written(w)
    page = caller.ask(page=page, button="confirm", file=("vloga.pdf", content) if content is not None else None)
    stays(w, page, "vs207-05", [code], before)
    equal(file_of(w, page), [], "what is kept")
    page = caller.ask(page=page, button="confirm", file=("vloga.pdf", PDF))
    equal((page.text("korak"), file_of(w, page)), ("vs207-06", [PDF]), "control")
    equal((caller.ask(page=page, button="cancel").codes, file_of(w, page)), (["vg-cancel"], []), "a case that is closed keeps no file")


@case("SOAP message: a second application without a name takes the first one's place, under the name vloga.pdf", world=message_world)
def nameless_file(w):
    caller = clerk(w)
    page = caller.ask(page=at_application(caller, 1201), button="confirm", file=("prva.pdf", PDF))
    for name in ("", "C:\\vloge\\", "/"):
        content = PDF + name.encode() + b"\n"
        page = chosen(caller, caller.ask(page=page, button="change"), 1201)
        page = caller.ask(page=page, button="confirm", values=[("certificate", pem("obcina_zig"))])
        page = caller.ask(page=page, button="confirm", file=(name, content))
        equal((page.text("korak"), file_of(w, page)), ("vs207-06", [content]), repr(name))
        shown(page, "vloga.pdf", repr(name))


CODED = base64.b64encode(PDF).decode()
NO_BASE64 = [("cut in the middle", CODED.rstrip("=")[:-1], "VG-X22"), ("of letters that base64 does not have", "*" + CODED[1:], "VG-X22"),
             ("with padding in the middle", CODED[:8] + "====" + CODED[8:], "VG-X22"), ("of the alphabet of RFC 4648 5", "-_" + CODED[2:], "VG-X22"),
             ("with an element inside", CODED[:8] + "<a/>" + CODED[8:], "VG-X22"),
             ("that stands elsewhere", '<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:a"/>', "VG-X24")]


@table(NO_BASE64, "SOAP message: a file {} is refused", message_world)
def no_base64(w, _, content, code):
    caller = clerk(w)
    page = at_application(caller, 1201)

    def message(text):
        whole = caller.xml(page=page, button="confirm", file=("vloga.pdf", b""))
        return whole.replace("<vsebina></vsebina>", f"<vsebina>{text}</vsebina>")
    with nothing_written(w):
        refused(caller.post(message(content)), code)
        refused(caller.post(message(CODED).replace("<ime>", "<!-- -->").replace("</ime>", "")), "VG-X22")
    spaced = "\n".join(CODED[i:i + 76] for i in range(0, len(CODED), 76))
    page = Stran(caller.post(message(f"\n<![CDATA[{spaced}]]>\n")))
    equal((page.text("korak"), file_of(w, page)), ("vs207-06", [PDF]), "control: lines, and a section")


@case("SOAP message: a file is as large as request_max_bytes lets it be, and a larger one is refused before it is read", world=message_world)
def large_file(w):
    caller = clerk(w)
    page = at_application(caller, 1201)
    room = REQUEST_MAX - len(caller.xml(page=page, button="confirm", file=("vloga.pdf", b""))) - len(
        f'<e:Envelope xmlns:e="{SOAP11}"><e:Body><PostopekRequest xmlns="{NS}"></PostopekRequest></e:Body></e:Envelope>')
    file = PDF.ljust(room // 4 * 3, b"\n")
    with nothing_written(w):
        reply = caller.send(page=page, button="confirm", file=("vloga.pdf", file + b"\n\n\n"))
        check_plain(reply, "VG-H06", 413)
    page = caller.ask(page=page, button="confirm", file=("vloga.pdf", file))
    equal((page.text("korak"), file_of(w, page) == [file]), ("vs207-06", True), "the largest")
    equal(caller.ask(page=page, button="submit").text("korak"), "vs207-07", "registration")
    number = read(w, "SELECT max(id) FROM application")[0][0]
    message = f'<e:Envelope xmlns:e="{SOAP11}"><e:Body><PostopekRequest xmlns="{NS}">{caller.xml(application=number)}</PostopekRequest></e:Body></e:Envelope>'
    for _ in range(3):
        with Raw(w, caller.name) as c:
            equal(c.send(request("registracija", message.encode())).head()[0], 200, "who leaves in the middle of the answer")
    answer = caller.ask(application=number)
    equal(base64.b64decode(answer.all("datoteka", "vsebina")[0]) == file, True, "what comes back")
    until(lambda: w.metrics()["requests_open"] == 0, "requests that are over")
    leave(w, caller, 1201)


@case("SOAP message: only a file may be longer than a text", world=message_world)
def long_text(w):
    caller = clerk(w)
    page = at_application(caller, 1201)
    with nothing_written(w):
        for values, file in (([("certificate", "x" * (GUARD_MAX + 1))], None), ([], ("x" * 256, PDF)), ([], ("x" * GUARD_MAX, PDF))):
            refused(caller.send(page=page, button="confirm", values=values, file=file), "VG-X22")
        refused(caller.post(next_group(page, "1", caller).replace("<gumb>next", "<gumb>" + "x" * (GUARD_MAX + 1))), "VG-X22")
    page = caller.ask(page=page, button="confirm", file=("x" * 251 + ".pdf", PDF.ljust(2 * GUARD_MAX, b"\n")))
    equal(page.text("korak"), "vs207-06", "control")


@case("SOAP message: a file's name is no path", world=message_world)
def file_names(w):
    caller = clerk(w)
    for sent, kept in (("../../../../tmp/x.pdf", "x.pdf"), ("C:\\a\\x.pdf", "x.pdf"), ("/etc/passwd", "passwd"), ("..\\x/y.pdf", "y.pdf"),
                       ("a/", "vloga.pdf"), ("x.pdf", "x.pdf")):
        page = caller.ask(page=at_application(caller, 1201), button="confirm", file=(sent, PDF))
        facts = dict(zip(page.all("podatek", "oznakaSl"), page.all("podatek", "sl")))
        equal((page.text("korak"), facts["Vloga (PDF)"]), ("vs207-06", kept), sent)
        caller.ask(page=page, button="cancel")


# ---- XML ----

XI = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
LAUGHS = "<!DOCTYPE e [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10)) + "]>"


def put(text, into="<besedilo>1003"):
    """What puts a text into the good message, behind this."""
    return lambda good: good.replace(into, into + text, 1)


# what is done, the code, what stands before the envelope, what becomes of the good content
TRICKS = [
    ("a document type", "VG-X05", "<!DOCTYPE e>", str),
    ("an entity of a file", "VG-X05", '<!DOCTYPE e [<!ENTITY a SYSTEM "file:///etc/passwd">]>', put("&a;")),
    ("a document type of elsewhere", "VG-X05", '<!DOCTYPE e SYSTEM "http://localhost:1/e.dtd">', str),
    ("a parameter entity", "VG-X05", '<!DOCTYPE e [<!ENTITY % a SYSTEM "http://localhost:1/e.dtd"> %a;]>', str),
    ("entities of entities", "VG-X05", LAUGHS, put("&a9;")),
    ("an inclusion in a value", "VG-X22", "", put(XI)),
    ("an inclusion beside the values", "VG-X22", "", put(XI, "</gumb>")),
    ("a processing instruction", "VG-X06", '<?xml-stylesheet href="http://localhost:1/x.xsl"?>', str),
    ("a processing instruction in a value", "VG-X06", "", put("<?php 1 ?>")),
    ("40 levels", "VG-X07", "", put("<a>" * 40 + "</a>" * 40)),
    ("10,000 levels", "VG-X07", "", put("<a>" * 10000 + "</a>" * 10000)),
    ("6,000 elements", "VG-X08", "", put("<a/>" * 6000)),
    ("3,000 attributes", "VG-X09", "", put("<a " + " ".join(f'a{i}="1"' for i in range(3000)) + "/>")),
    ("a name of 300 letters", "VG-X11", "", put(f"<{'a' * 300}/>")),
    ("another namespace", "VG-X22", "", lambda good: good.replace("<gumb>", '<gumb xmlns="urn:x">')),
    ("a prefix that nobody declares", "VG-X02", "", lambda good: good.replace("gumb>", "x:gumb>")),
    ("an attribute", "VG-X22", "", lambda good: good.replace("<gumb>", '<gumb id="1">')),
    ("xsi:nil", "VG-X22", "", lambda good: good.replace("<gumb>", f'<gumb {XSI} xsi:nil="true">')),
    ("another xsi:type", "VG-X22", "",
     lambda good: good.replace("<zadeva>", f'<zadeva {XSI} xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:string">')),
    ("a login record twice", "VG-X22", "", lambda good: "<zapis>1</zapis>" + good),
    ("a case twice", "VG-X22", "", lambda good: good.replace("<razlicica>", "<zadeva>1</zadeva><razlicica>")),
    ("another order", "VG-X22", "", lambda good: "<gumb>next</gumb>" + good.replace("<gumb>next</gumb>", "")),
    ("a tag that does not end", "VG-X01", "", lambda good: good.replace("</vrednost>", "")),
    ("an element that ends in another", "VG-X01", "", lambda good: good.replace("</ime><besedilo>", "</besedilo><ime>")),
    ("a text between the elements", "VG-X22", "", put("x", "</gumb>")),
    ("a section that does not end", "VG-X01", "", put("<![CDATA[")),
    ("a second operation", "VG-X17", "", lambda good: good + f'</PostopekRequest><PostopekRequest xmlns="{NS}">' + good),
    ("an envelope in the operation", "VG-X22", "", lambda good: f'<e:Envelope xmlns:e="{SOAP11}"><e:Body>{good}</e:Body></e:Envelope>'),
]


@table(TRICKS, "SOAP message: {} is refused, and the message without it is taken", message_world)
def tricks(w, _, code, head, change):
    caller = clerk(w)
    page = at_group(caller)
    good = next_group(page, 1003, caller)
    equal(change(good) == good, bool(head) and change is str, "what is done")
    with nothing_written(w):
        reply = caller.post(change(good), head)
        refused(reply, code)
        equal("root:" in reply.text, False, "a file of the gateway")
    noted = good.replace("<gumb>", f'<!-- --><gumb {XSI} xsi:schemaLocation="{NS} http://localhost:1/x.xsd">')
    goes_on(Stran(caller.post(noted, '<?xml version="1.0"?>')), "vs207-03", "control: a comment, and a hint that nobody follows")


@case("SOAP message: as UTF-16, or in another encoding, it is refused", world=message_world)
def encodings(w):
    caller = clerk(w)
    page = at_group(caller)
    xml = (f'<e:Envelope xmlns:e="{SOAP11}"><e:Body><PostopekRequest xmlns="{NS}">{next_group(page, 1003, caller)}</PostopekRequest>'
           "</e:Body></e:Envelope>")
    with nothing_written(w):
        for head, encoding, code in (("", "utf-16", "VG-X04"), ("", "utf-16-be", "VG-X04"), ("", "utf-32", "VG-X04"),
                                     ('<?xml version="1.0" encoding="ISO-8859-2"?>', "iso-8859-2", "VG-X03"),
                                     ('<?xml version="1.0" encoding="UTF-7"?>', "utf-7", "VG-X03"), ('<?xml version="1.1"?>', "utf-8", "VG-X01")):
            refused(w.call("registracija", caller.name, body=(head + xml).encode(encoding)), code)
    goes_on(Stran(w.call("registracija", caller.name, body=b"\xef\xbb\xbf" + xml.encode())), "vs207-03")


@case("SOAP message: what is said for one page is worth nothing with the certificate alone", world=message_world)
def preview_only(w):
    """Nothing of a message counts but what its case has come to: the file, the group and the button of the end at the beginning."""
    caller = clerk(w)
    before = written(w)
    values = [("group", "1201"), ("certificate", pem("obcina_zig"))]
    page = caller.ask("vs207", button="submit", values=values, file=("vloga.pdf", PDF))
    equal((page.text("korak"), page.refusals, written(w)[:2]), ("vs207-02", [], before[:2]), "at the beginning")
    equal(caller.ask(page=at_preview(caller, 1201), button="submit").text("konec"), "opravljeno", "control: step by step")
    leave(w, caller, 1201)
