#!/usr/bin/python3
"""The sample page models of tests/portal/pages as web pages and PDF lists, looked at from outside.

What is checked of every page: it is well-formed, needs no script or inline style, has one h1, unique ids, bound labels and references
that lead somewhere, no nested forms, a name on each control, contrast of all colours; that texts of the model stay texts; what the
PDF lists say. usage: check_pages.py [WORDS OF A CASE]
"""
import glob
import os
import re
import resource
import subprocess
import sys
import tempfile

from lxml import etree

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RENDER = os.path.join(ROOT, os.environ.get("VASHGATE_BUILD", "build"), "tests", "render")
H = {"h": "http://www.w3.org/1999/xhtml"}
P = {"p": "urn:esodstvo:page:1"}
PAGES = sorted(glob.glob(os.path.join(HERE, "pages", "*.xml")))
NAMES = [os.path.splitext(os.path.basename(p))[0] for p in PAGES]
MEMORY_KB = 65536  # of rendering 5,000 records
CONTROLS = "//h:input[not(@type='hidden')] | //h:textarea | //h:select"


def render(kind, language, path, *made):
    done = subprocess.run([RENDER, kind, language, path, *made], capture_output=True)
    if done.returncode != 0:
        raise AssertionError(f"{kind} {language} {path}: {done.stderr.decode()}")
    return done.stdout


def page_path(name):
    return os.path.join(HERE, "pages", name + ".xml")


def html_of(name, language="sl"):
    return etree.fromstring(render("html", language, page_path(name)))


def fail_if(what, found):
    if found:
        raise AssertionError(f"{what}: {[e if isinstance(e, str) else etree.tostring(e)[:200] for e in found]}")


def same(what, found, wanted):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r}, not {wanted!r}")


# ---- rules of every page ----

def every_page(check):
    """A case that holds for each sample in both languages."""
    def case():
        for name in NAMES:
            for language in ("sl", "en"):
                try:
                    check(html_of(name, language), name, language)
                except AssertionError as e:
                    raise AssertionError(f"{name} {language}: {e}") from e
    return case


def samples_are_valid():
    schema = etree.XMLSchema(etree.parse(os.path.join(ROOT, "wsdl", "page.xsd")))
    for path in PAGES:
        schema.assertValid(etree.parse(path))


def samples_use_every_element():
    schema = etree.parse(os.path.join(ROOT, "wsdl", "page.xsd"))
    known = set(schema.xpath("//xs:element/@name", namespaces={"xs": "http://www.w3.org/2001/XMLSchema"}))
    used = {etree.QName(e).localname for path in PAGES for e in etree.parse(path).iter(etree.Element)}
    same("elements without a sample", known - used, set())


def no_script(doc, *_):
    fail_if("active or inline", doc.xpath("//h:script | //h:style | //h:iframe | //*[@style] | //*[@*[starts-with(name(), 'on')]]", namespaces=H))
    fail_if("a scheme", [v for v in doc.xpath("//@href | //@src | //@action") if not re.match(r"[/#]", v) or v.startswith("//")])


def one_heading(doc, name, language):
    same("h1", len(doc.xpath("//h:h1", namespaces=H)), 1)
    title = etree.parse(page_path(name)).findtext(f"p:title/p:{language}", namespaces=P)
    same("h1", doc.xpath("string(//h:h1)", namespaces=H), re.sub("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "\ufffd", title))
    levels = [int(e.tag[-1]) for e in doc.iter() if re.search(r"}h[1-6]$", str(e.tag))]
    fail_if("a level of headings is left out", [str(b) for a, b in zip(levels, levels[1:]) if b > a + 1])


def language_is_right(doc, name, language):
    same("lang", doc.get("lang"), language)
    switch = doc.xpath("//h:nav[@class='language']/h:a", namespaces=H)
    other = "en" if language == "sl" else "sl"
    same("switch", [(a.get("href"), a.get("lang")) for a in switch], [(f"/case/7?lang={other}", other)])


def landmarks(doc, *_):
    for path in ("/h:html/h:body/h:header", "/h:html/h:body/h:main"):
        same(path, len(doc.xpath(path, namespaces=H)), 1)
    outside = doc.xpath("/h:html/h:body/*[not(self::h:header or self::h:main or @class='skip')]", namespaces=H)
    fail_if("outside of the landmarks", outside)


def references_lead_somewhere(doc, *_):
    ids = doc.xpath("//@id")
    same("ids", len(ids), len(set(ids)))
    fail_if("blank in an id", [i for i in ids if re.search(r"\s", i)])
    named = [n for v in doc.xpath("//@for | //@aria-labelledby | //@aria-describedby") for n in v.split(" ")]
    named += [v[1:] for v in doc.xpath("//@href") if v.startswith("#")]
    fail_if("no such id", [n for n in named if n not in ids])


def controls_are_labelled(doc, *_):
    for control in doc.xpath(CONTROLS, namespaces=H):
        label = doc.xpath("//h:label[@for=$id]", id=control.get("id"), namespaces=H)
        if len(label) != 1 or not "".join(label[0].itertext()).strip() or not control.get("name"):
            raise AssertionError(f"no label or no name: {etree.tostring(control)}")
    fail_if("no text", [b for b in doc.xpath("//h:button[not(@aria-hidden)] | //h:a", namespaces=H) if not "".join(b.itertext()).strip()])


def errors_are_bound(doc, name, _):
    errors = etree.parse(page_path(name)).xpath("count(//p:error)", namespaces=P)
    same("errors beside fields", len(doc.xpath("//h:p[@class='error']", namespaces=H)), int(errors))
    same("errors in the summary", len(doc.xpath("//h:div[@class='errors']//h:a", namespaces=H)), int(errors))
    for error in doc.xpath("//h:p[@class='error']", namespaces=H):
        bound = doc.xpath("//*[contains(concat(' ', @aria-describedby, ' '), concat(' ', $id, ' '))]", id=error.get("id"))
        controls = 1 + len(error.xpath("../h:textarea[@class='pem']", namespaces=H))  # the text, or its file
        same(error.get("id"), [error.getparent() in (b, b.getparent()) for b in bound], [True] * controls)


def forms_do_not_nest(doc, *_):
    fail_if("a form in a form", doc.xpath("//h:form//h:form", namespaces=H))
    fail_if("a button that sends nothing", doc.xpath("//h:button[not(ancestor::h:form)]", namespaces=H))
    for form in doc.xpath("//h:form", namespaces=H):
        same("method", form.get("method"), "post")
        same("csrf", form.xpath("h:input[@name='csrf']/@value", namespaces=H), ['c5rf"&<'])


def enter_is_harmless(doc, *_):
    for form in doc.xpath("//h:form[@class='page']", namespaces=H):
        first = form.xpath("(.//h:button)[1]", namespaces=H)[0]
        if first.get("formmethod") != "dialog" and first.get("value") not in ("next", "preview", "confirm", "execute", "filter", "login"):
            raise AssertionError(etree.tostring(first))


def html_parsers_agree(doc, name, language):
    """An HTML parser, which knows nothing of XML, finds the same controls."""
    loose = etree.HTML(render("html", language, page_path(name)), etree.HTMLParser(encoding="utf-8", recover=True))
    for tag in ("form", "input", "button", "textarea", "a", "li", "fieldset"):
        same(tag, len(loose.findall(".//" + tag)), len(doc.findall(".//h:" + tag, H)))
    values = [(e.get("name"), e.get("value")) for e in loose.iter("input")]
    same("values", values, [(e.get("name"), e.get("value")) for e in doc.iter("{%s}input" % H["h"])])


# ---- foreign texts ----

def hostile_texts_stay_texts():
    doc = html_of("hostile")
    evil = etree.parse(page_path("hostile")).findtext("p:title/p:sl", namespaces=P)
    shown = evil.replace("\u202e", "\ufffd").replace("\u2066", "\ufffd")
    whole = "".join(doc.itertext())
    if whole.count(shown) < 20:
        raise AssertionError(f"shown {whole.count(shown)} times")
    for area in doc.xpath("//h:textarea", namespaces=H):
        same("textarea", area.text, "\n" + evil + "</textarea>")
        area.text = ""
    fail_if("orders the writing", re.findall("[\u202a-\u202e\u2066-\u2069]", "".join(doc.itertext())))
    same("value", doc.xpath("//h:input[@type='text']/@value", namespaces=H), [evil])


# ---- the style sheet ----

def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours_have_contrast():
    css = subprocess.run([RENDER, "asset", "/style.css"], capture_output=True, text=True, check=True).stdout
    schemes = re.findall(r":root \{(.*?)\}", css, re.S)[:2]
    same("schemes", len(schemes), 2)
    for scheme in schemes:
        colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", scheme))
        pairs = [(ink, ground, 4.5) for ink in ("ink", "quiet", "link", "good", "warn", "bad") for ground in ("ground", "panel")]
        pairs += [("on-major", "major", 4.5), ("on-grave", "grave", 4.5)]
        pairs += [(line, ground, 3) for line in ("line", "focus", "major", "grave") for ground in ("ground", "panel")]
        fail_if("too little contrast", [f"{a} on {b}" for a, b, least in pairs if contrast(colour[a], colour[b]) < least])


def style_needs_nothing_from_elsewhere():
    css = subprocess.run([RENDER, "asset", "/style.css"], capture_output=True, text=True, check=True).stdout
    fail_if("reaches out", re.findall(r"url\(|@import|expression", css))
    for needed in ("prefers-color-scheme: dark", "@media print", ":focus-visible", "overflow-wrap: anywhere", "max-width: 30rem"):
        if needed not in css:
            raise AssertionError(f"{needed} is missing")


# ---- PDF lists ----

def pdf_text(data):
    with tempfile.NamedTemporaryFile(suffix=".pdf") as f:
        f.write(data)
        f.flush()
        text = subprocess.run(["pdftotext", "-layout", f.name, "-"], capture_output=True, text=True, check=True).stdout
        info = subprocess.run(["pdfinfo", f.name], capture_output=True, text=True, check=True).stdout
    return text.replace("\f", "\n"), dict(re.findall(r"^([^:]+):\s+(.*)$", info, re.M))


def list_page(count, text):
    records = "".join(f"<record id='{i}'><sl>{text}, uporabnik {i}</sl><en>user {i}</en></record>" for i in range(1, count + 1))
    return ("<page xmlns='urn:esodstvo:page:1' procedure='vs222' step='x' finished='true'><title><sl>t</sl><en>t</en></title><list name='l'>"
            f"<label><sl>Naslov</sl><en>Heading</en></label>{records}</list></page>")


def pdf_of(count, text, language="sl"):
    with tempfile.NamedTemporaryFile("w", suffix=".xml", encoding="utf-8") as f:
        f.write(list_page(count, text))
        f.flush()
        return render("pdf", language, f.name)


def pdf_says_what_the_list_says():
    text, info = pdf_text(render("pdf", "sl", page_path("vs222")))
    flat = re.sub(r"\s+", " ", text)
    in_order = ["Uporabniki administrirane uporabniške skupine zunanjega administratorja Odvetniška zbornica Slovenije",
                "Datum izdelave: 21. 11. 2026", "Status: aktivni uporabniki", "Filter: firma: Šmarješke",
                "1. Občina Šmarješke Toplice kot samostojni uporabnik",
                "2. Čebelarstvo Žužek Šinkovec, ŽIVINOREJA IN ČEBELARSTVO, s.p., kot pooblaščenec samostojnega uporabnika "
                "Največja odvetniška družba v Republiki Sloveniji in širši okolici d.o.o.", "3. Nina Plavšak", "stran 1 / 1"]
    places = [flat.find(part) for part in in_order]
    same("missing", [part for part, at in zip(in_order, places) if at < 0], [])
    same("order", places, sorted(places))
    same("title", info.get("Title"), in_order[0])
    same("size", info["Page size"], "595.28 x 841.89 pts (A4)")
    if "21 10:00:00 2026" not in info.get("CreationDate", ""):
        raise AssertionError(info.get("CreationDate", ""))


def pdf_is_english_too():
    text, _ = pdf_text(render("pdf", "en", page_path("vs222")))
    for part in ("Users of the administered user group", "Made on: 21. 11. 2026", "Status: active users", "page 1 / 1"):
        if part not in text:
            raise AssertionError(f"{part} is missing in {text}")


def pdf_says_the_day_in_slovenia():
    for made, day in (("1795301999", "21. 11. 2026"), ("1795302000", "22. 11. 2026"), ("1785535199", "31. 7. 2026"), ("1785535200", "1. 8. 2026")):
        text, _ = pdf_text(render("pdf", "sl", page_path("vs222"), made))
        if f"Datum izdelave: {day}\n" not in text:
            raise AssertionError(f"{made}: wanted {day} in {text}")


def pdf_has_the_title_before_the_list():
    text, info = pdf_text(render("pdf", "sl", page_path("vs221")))
    title, label = "Aktivne uporabniške skupine uporabnika Žiga Šuštar", "V varnostni shemi ste registrirani v teh uporabniških skupinah:"
    same("title", info.get("Title"), title)
    places = [text.find(part) for part in (title, "Datum izdelave", label, "1. 1001 – Odvetniki")]
    same("order", places, sorted(places))
    if places[0] < 0:
        raise AssertionError(text)


def pdf_of_nothing():
    text, info = pdf_text(render("pdf", "sl", page_path("vs221-empty")))
    same("pages", info["Pages"], "1")
    if "Seznam je prazen." not in text:
        raise AssertionError(text)


def pdf_counts_its_pages():
    text, info = pdf_text(pdf_of(40, "Šmarješke Toplice"))
    same("pages", info["Pages"], "1")
    text, info = pdf_text(pdf_of(100, "Šmarješke Toplice"))
    pages = int(info["Pages"])
    same("foot", re.findall(r"stran (\d+ / \d+)", text), [f"{i} / {pages}" for i in range(1, pages + 1)])
    same("records", re.findall(r"^ *(\d+)\. Šmarješke Toplice, uporabnik (\d+)$", text, re.M), [(str(i), str(i)) for i in range(1, 101)])
    if pages < 2:
        raise AssertionError("one page")


def pdf_breaks_long_words():
    text, _ = pdf_text(pdf_of(1, "Ž" * 400))
    same("letters", text.count("Ž"), 400)
    if max(len(line) for line in text.splitlines()) > 120:
        raise AssertionError("runs over the margin")


def pdf_of_many_records():
    text, info = pdf_text(pdf_of(5000, "Šmarješke Toplice"))
    same("last", re.findall(r"5000\. Šmarješke Toplice, uporabnik 5000", text), ["5000. Šmarješke Toplice, uporabnik 5000"])
    same("records", len(re.findall("Šmarješke Toplice", text)), 5000)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if used > MEMORY_KB and "asan" not in RENDER:
        raise AssertionError(f"{used} KB")


CASES = [
    ("the samples are valid page models", samples_are_valid),
    ("the samples use every element of the model", samples_use_every_element),
    ("a page needs no script, no inline style, no other host", every_page(no_script)),
    ("a page has one h1 and leaves no level out", every_page(one_heading)),
    ("a page says its language and leads to the other", every_page(language_is_right)),
    ("everything stands in a landmark", every_page(landmarks)),
    ("ids are unique and references lead somewhere", every_page(references_lead_somewhere)),
    ("every control has a name and a label", every_page(controls_are_labelled)),
    ("every error is bound to its field and summed up", every_page(errors_are_bound)),
    ("forms do not nest and carry the csrf value", every_page(forms_do_not_nest)),
    ("the key Enter does no harm", every_page(enter_is_harmless)),
    ("an HTML parser reads what an XML parser reads", every_page(html_parsers_agree)),
    ("hostile texts stay texts", hostile_texts_stay_texts),
    ("colours have contrast, light and dark", colours_have_contrast),
    ("the style sheet needs nothing from elsewhere", style_needs_nothing_from_elsewhere),
    ("a PDF says what the list says, in its order", pdf_says_what_the_list_says),
    ("a PDF is English too", pdf_is_english_too),
    ("a PDF says the day in Slovenia on which it was made", pdf_says_the_day_in_slovenia),
    ("a PDF has the title that stands before its list", pdf_has_the_title_before_the_list),
    ("a PDF of an empty list says so", pdf_of_nothing),
    ("a PDF counts its pages and numbers its records", pdf_counts_its_pages),
    ("a PDF breaks long words", pdf_breaks_long_words),
    ("a PDF of 5,000 records is whole, in bounded memory", pdf_of_many_records),
]


def main():
    wanted = " ".join(sys.argv[1:])
    failed = 0
    for title, case in CASES:
        if wanted not in title:
            continue
        try:
            case()
            print(f"ok - portal: {title}", flush=True)
        except (AssertionError, etree.LxmlError) as e:
            failed += 1
            print(f"not ok - portal: {title}\n# {e}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
