"""Attacks on the web pages below their procedures: paths, methods, hosts, bodies and files. Each has its accepted twin."""
import os

from attacks import (FILES, UPLOAD_MAX, MUNICIPALITY, at_application, at_group, attack_world, goes_on, nothing_written, record_of, refused)
from cases import Raw, case, equal, table, until
from portal import PDF, Person, encode, read

SECURITY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
                               "frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "same-origin", "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000"}


def raw(w, data, name="uradnica"):
    """The reply to these bytes."""
    with Raw(w, name, port=w.portal_port) as c:
        return c.send(data if isinstance(data, bytes) else data.encode("latin-1")).reply()


def head(target, method="GET", host="localhost", lines=(), cookie=None):
    cookies = [f"Cookie: __Host-vashgate={cookie}"] if cookie else []
    return "\r\n".join([f"{method} {target} HTTP/1.1", f"Host: {host}", "Accept: application/xml", *cookies, *lines]) + "\r\n\r\n"


# ---- paths, methods, hosts ----

PATHS = [("//menu", 404), ("/%6Denu", 404), ("/menu%2f", 404), ("/menu%00", 400), ("/menu%", 400), ("/%2e/menu", 404), ("/./menu", 404),
         ("/x/../menu", 404), ("/x/%2e%2e/menu", 404), ("/..%2fmenu", 404), ("/menu.", 404), ("/menu/", 404), ("/menu/.", 404),
         ("/MENU", 404),
         ("/menu;a=b", 404), ("/menu.xml", 404), ("/application/1/../../menu", 404), ("/case/1%00", 400), ("/case/-1", 404),
         ("/case/0x1", 404),
         ("/case/1e0", 404), ("/case/" + "9" * 30, 404), ("/case/", 404), ("/application/", 404), ("/" + "a" * 127, 404),
         ("/" + "a" * 2047, 404), ("/" + "a" * 2048, 414), ("/menu?" + "a" * 6000, 414),
         ("/" + "a" * 100000, 414), ("/menu?" + "a" * 40, 404), ("menu", 400), ("*", 400), ("ftp://localhost/menu", 400),
         ("https://evil.test/menu", 421), ("https://localhost@evil.test/menu", 400), ("/menu\\", 400), ("/menu\x01", 400),
         ("/menu\x00", 400),
         ("/menu#x", 400), ("/men\xc3\xbc", 400)]


@case("web: paths that only resemble one of ours are not found", world=attack_world)
def paths(w):
    person = Person(w, "uradnica", "701")
    found = [(p[:40], raw(w, head(p, cookie=person.cookie)).status) for p, _ in PATHS]
    equal(found, [(p[:40], status) for p, status in PATHS], "paths")
    equal(raw(w, head("/menu", cookie=person.cookie)).status, 200, "control")
    equal(raw(w, head("https://localhost/menu", cookie=person.cookie)).status, 200, "control: in absolute form")


@case("web: other methods are refused, and none hides behind another", world=attack_world)
def methods(w):
    person = Person(w, "uradnica", "701")
    page = at_group(person)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        with nothing_written(w):
            reply = person.request(method, f"/case/{page.case}", {"csrf": person.csrf, "button": "cancel", "version": page.version})
            refused(reply, 405, method)
            equal(reply.reply.header("Allow"), "GET, HEAD, POST", method)
    for method, status in (("CONNECT", 400), ("get", 501), ("POSTS", 501)):
        equal(raw(w, head(f"/case/{page.case}", method, cookie=person.cookie)).status, status, method)
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        with nothing_written(w):
            shown = person.get(f"/case/{page.case}?_method=POST", headers={name: "POST"})
            equal(shown.step, "vs207-02", name)
    equal(person.press(page, "cancel", {"_method": "GET"}, headers={"X-HTTP-Method-Override": "GET"}).codes, ["vg-cancel"], "control: POST")


@case("web: a form in the address of a GET does nothing", world=attack_world)
def by_get(w):
    person = Person(w, "uradnica", "701")
    page = at_group(person)
    with nothing_written(w):
        person.get(f"/case/{page.case}?button=cancel")
        person.request("GET", f"/case/{page.case}", {"csrf": person.csrf, "button": "cancel", "version": page.version})
        with Raw(w, "uradnica", port=w.portal_port) as c:
            equal(c.send(head(f"/case/{page.case}", "HEAD", cookie=person.cookie).encode()).head()[0], 200, "HEAD")
    goes_on(person.press(page, "next", {"group": "1003"}), "vs207-03")


@case("web: header fields that are too many or too large, and another version of HTTP, are refused as such", world=attack_world)
def large_heads(w):
    person = Person(w, "uradnica", "701")
    for what, lines, status in (("a field of 100,000 letters", ["X: " + "a" * 100000], 431), ("70 fields", [f"X{i}: a" for i in range(70)], 431),
                                ("a media type of 300 letters", ["Content-Type: a/b; c=" + "d" * 300], 431),
                                ("two framings", ["Content-Length: 0", "Transfer-Encoding: chunked"], 400),
                                ("a coding", ["Transfer-Encoding: gzip, chunked"], 501)):
        reply = raw(w, head("/menu", cookie=person.cookie, lines=lines))
        equal((reply.status, reply.header("Content-Type")), (status, "text/plain; charset=utf-8"), what)
    equal(raw(w, head("/menu", cookie=person.cookie).replace("HTTP/1.1", "HTTP/1.0")).status, 505, "HTTP/1.0")
    equal(raw(w, head("/menu", cookie=person.cookie, lines=["X: " + "a" * 1000])).status, 200, "control")


@case("web: another Host is misdirected", world=attack_world)
def hosts(w):
    for host, status in (("evil.test", 421), ("localhost.evil.test", 421), ("localhost:1@evil.test", 400), ("xlocalhost", 421),
                         ("[::1]", 421), ("", 400)):
        equal(raw(w, head("/", host=host)).status, status, f"Host {host!r}")
    equal(raw(w, "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n\r\n").status, 400, "two")
    equal(raw(w, head("/", lines=["X-Forwarded-Host: evil.test"])).header("Location"), None, "a forwarded one")
    equal([raw(w, head("/", host=h)).status for h in ("localhost", "vashgate.test", "LOCALHOST")], [200, 200, 200], "control")


@case("web: every answer, refusals too, forbids frames, scripts, sniffing and caches", world=attack_world)
def security_fields(w):
    person = Person(w, "uradnica", "701")
    page = at_application(person, 1201)
    page = person.press(page, "confirm", {}, file=("application", "v.pdf", PDF))
    equal(person.press(page, "submit").step, "vs207-07", "registration")
    application = f"/application/{read(w, 'SELECT max(id) FROM application')[0][0]}"
    big = head("/case/1", "POST", lines=[f"Content-Length: {UPLOAD_MAX + 1}"])
    replies = [person.get(p).reply for p in ("/menu", "/", application, f"/case/{page.case}", "/nowhere")]
    replies += [person.press(page, "submit").reply, person.post("/procedure/vs207", csrf="x").reply, person.post("/procedure/vs999").reply,
                person.request("POST", "/procedure/vs207", body=b"x", headers={"Content-Type": "text/plain"}).reply,
                person.request("DELETE", "/menu").reply, Person(w, None).get("/").reply, Person(w, "podjetje").get("/menu").reply]
    replies += [raw(w, data) for data in (head("/", host="evil.test"), head("/menu\x01"), big, "nonsense\r\n\r\n")]
    equal([r.status for r in replies], [200, 200, 200, 200, 404, 409, 403, 404, 400, 405, 200, 303, 421, 400, 413, 501], "the answers")
    for r in replies:
        equal({k: r.header(k) for k in SECURITY}, SECURITY, f"header of {r.status} {r.text[:80]}")
        equal((r.header("Server"), r.header("Access-Control-Allow-Origin")), (None, None), f"header of {r.status}")
    leave = person.begin("vs206")
    person.press(leave, "leave", {"records": str(record_of(w, MUNICIPALITY, 1201))})


# ---- bodies ----

def form_fields(person, page, **more):
    return {"csrf": person.csrf, "button": "next", "version": page.version, "group": "1003", **more}


def parts(fields, boundary="b"):
    return encode(fields, None, boundary)[:-len(f"--{boundary}--\r\n")]


MULTIPART = "multipart/form-data; boundary=b"
URLENCODED = "application/x-www-form-urlencoded"
FIELD = b'--b\r\nContent-Disposition: form-data; name="group"\r\n\r\n'
FILE = b'--b\r\nContent-Disposition: form-data; name="a"; filename="a.pdf"\r\n\r\nx\r\n'
END = b"--b--\r\n"
# what is wrong, the media type, and the body made of the good parts
BODIES = [
    ("no media type", None, lambda g: g + END), ("a media type of its own", "text/plain", lambda g: g + END),
    ("JSON", "application/json", lambda g: b"{}"),
    ("no boundary", "multipart/form-data", lambda g: g + END), ("an empty boundary", 'multipart/form-data; boundary=""', lambda g: g + END),
    ("a boundary of 71 letters", "multipart/form-data; boundary=" + "b" * 71, lambda g: g + END),
    ("two boundaries", MULTIPART + "; boundary=c", lambda g: g + END),
    ("another boundary", "multipart/form-data; boundary=c", lambda g: g + END),
    ("no closing boundary", MULTIPART, lambda g: g), ("a part that is cut", MULTIPART, lambda g: g + FIELD + b"1"),
    ("an empty body", MULTIPART, lambda g: b""), ("text before the first part", MULTIPART, lambda g: b"x" + g + END),
    ("a part without a header", MULTIPART, lambda g: g + b"--b\r\n\r\nx\r\n" + END), ("a part without a name", MULTIPART,
     lambda g: g + b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END),
    ("a part that is no form's", MULTIPART, lambda g: g + b'--b\r\nContent-Disposition: attachment; name="x"\r\n\r\nx\r\n' + END),
    ("a header without its end", MULTIPART, lambda g: g + b'--b\r\nContent-Disposition: form-data; name="x"\r\n' + END),
    ("a header of 60,000 letters and no name", MULTIPART, lambda g: g + b"--b\r\nX: " + b"x" * 60000 + b"\r\n\r\nx\r\n" + END),
    ("a name of 65 letters", MULTIPART,
     lambda g: g + b'--b\r\nContent-Disposition: form-data; name="' + b"x" * 65 + b'"\r\n\r\nx\r\n' + END),
    ("a second token", MULTIPART, lambda g: g + parts({"csrf": "x"}) + END),
    ("a second version", MULTIPART, lambda g: g + parts({"version": "1"}) + END),
    ("a second button", MULTIPART, lambda g: g + parts({"button": "cancel"}) + END),
    ("two files", MULTIPART, lambda g: g + FILE + FILE + END),
    ("300 fields", MULTIPART, lambda g: g + parts({f"f{i}": "x" for i in range(300)}) + END),
    ("NUL in a field", MULTIPART, lambda g: g + FIELD + b"10\x0003\r\n" + END),
    ("a field that is not UTF-8", MULTIPART, lambda g: g + FIELD + b"\xff\r\n" + END),
    ("a surrogate in a field", MULTIPART, lambda g: g + FIELD + b"\xed\xa0\x80\r\n" + END),
    ("%-encoding that is cut", URLENCODED, lambda g: b"group=%4"), ("%-encoding of no hex digits", URLENCODED, lambda g: b"group=%zz"),
    ("%00", URLENCODED, lambda g: b"group=%00"), ("a name that is empty", URLENCODED, lambda g: b"=1"),
    ("10,000 fields", URLENCODED, lambda g: b"&".join(b"f%d=x" % i for i in range(10000))),
    ("a field 20,000 times", URLENCODED, lambda g: b"&".join([b"f=x"] * 20000)),
]


@table(BODIES, "web: a body is refused whole: {}", attack_world)
def malformed(w, name, kind, body):
    person = Person(w, "uradnica", "701")
    page = at_group(person)
    good = parts(form_fields(person, page))
    with nothing_written(w):
        data = body(good)
        if kind == URLENCODED:
            data += f"&csrf={person.csrf}&button=next&version={page.version}&group=1003".encode()
        headers = {"Content-Type": kind} if kind else {}
        refused(person.request("POST", f"/case/{page.case}", body=data, headers=headers), 400, name)
    goes_on(person.request("POST", f"/case/{page.case}", body=good + END, headers={"Content-Type": MULTIPART}), "vs207-03")


@case("web: fields that are hidden in a nested body do not count", world=attack_world)
def nested(w):
    person = Person(w, "uradnica", "701")
    page = at_group(person)
    inner = encode({"csrf": person.csrf}, None, "c")
    outer = parts({"button": "next", "version": page.version, "group": "1003"})
    outer += b'--b\r\nContent-Disposition: form-data; name="x"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n' + inner + b"\r\n" + END
    with nothing_written(w):
        refused(person.request("POST", f"/case/{page.case}", body=outer, headers={"Content-Type": MULTIPART}), 403, "the token inside")
    goes_on(person.request("POST", f"/case/{page.case}", body=f"csrf={person.csrf}&button=next&version={page.version}&group=1003",
                           headers={"Content-Type": URLENCODED}), "vs207-03", "control: the other media type")


# ---- files ----

@case("web: a file above upload_max_bytes is refused before it is sent", world=attack_world)
def oversize(w):
    person = Person(w, "uradnica", "701")
    page = at_application(person, 1003)
    target = f"/case/{page.case}"
    with nothing_written(w):
        with Raw(w, "uradnica", port=w.portal_port) as c:
            lines = [f"Content-Type: {MULTIPART}", f"Content-Length: {UPLOAD_MAX + 1}"]
            equal((c.send(head(target, "POST", cookie=person.cookie, lines=lines).encode()).reply().status, c.end()), (413, "clean"),
                  "declared")
        with Raw(w, "uradnica", port=w.portal_port) as c:
            lines = [f"Content-Type: {MULTIPART}", "Transfer-Encoding: chunked"]
            c.send(head(target, "POST", cookie=person.cookie,
                        lines=lines).encode() + b"%x\r\n" % (UPLOAD_MAX + 1) + b"x" * (UPLOAD_MAX + 1))
            equal((c.reply().status, c.end()), (413, "clean"), "in chunks")
    fields = {"csrf": person.csrf, "button": "confirm", "version": page.version}
    empty = len(encode(fields, ("application", "v.pdf", b""), "b"))
    file = PDF.ljust(UPLOAD_MAX - empty, b"\n")
    for extra, status in ((b"\n", 413), (b"", 200)):
        body = encode(fields, ("application", "v.pdf", file + extra), "b")
        reply = person.request("POST", target, body=body, headers={"Content-Type": MULTIPART})
        equal((len(body) - UPLOAD_MAX, reply.status, reply.step), (len(extra), status, "-" if extra else "vs207-06"), "at the limit")
        equal(reply.codes, ["vg-web"] if extra else [], "said")


@table(FILES, "web: no application is made of {}", attack_world)
def wrong_file(w, name, content, code):
    person = Person(w, "uradnica", "701")
    page = at_application(person, 1003)
    page = person.press(page, "confirm", {}, file=("application", "vloga.pdf", content) if content is not None else None)
    equal((page.step, page.codes, read(w, "SELECT 1 FROM procedure_case_file WHERE case_id = ?", page.case)), ("vs207-05", [code], []),
          name)
    page = person.press(page, "confirm", {}, file=("application", "vloga.pdf", PDF))
    equal((page.step, len(read(w, "SELECT 1 FROM procedure_case_file WHERE case_id = ?", page.case))), ("vs207-06", 1), "control")
    equal((person.press(page, "cancel").codes, read(w, "SELECT 1 FROM procedure_case_file WHERE case_id = ?", page.case)),
          (["vg-cancel"], []),
          "a case that is closed keeps no file")


@case("web: a file's name is no path", world=attack_world)
def file_names(w):
    person = Person(w, "uradnica", "701")
    before = sorted(os.listdir(w.folder))
    for sent, kept in (("../../../../tmp/x.pdf", "x.pdf"), ("C:\\\\a\\\\x.pdf", "x.pdf"), ("/etc/passwd", "passwd"), ("x.pdf", "x.pdf")):
        page = person.press(at_application(person, 1003), "confirm", {}, file=("application", sent, PDF))
        equal((page.step, page.fact("Vloga (PDF)")), ("vs207-06", kept), sent)
        person.press(page, "cancel")
    equal(sorted(os.listdir(w.folder)), before, "the folder")
    for sent in ("a" * 256, "a\x00b"):
        page = at_application(person, 1003)
        with nothing_written(w):
            refused(person.press(page, "confirm", {}, file=("application", sent, PDF)), 400, repr(sent[:9]))


@case("web: an application of the largest size is given whole, and to who leaves in the middle not at all", world=attack_world)
def large_application(w):
    person = Person(w, "uradnica", "701")
    page = at_application(person, 1003)
    fields = {"csrf": person.csrf, "button": "confirm", "version": page.version}
    file = PDF.ljust(UPLOAD_MAX - len(encode(fields, ("application", "v.pdf", b""), "b")), b"x")
    page = person.request("POST", f"/case/{page.case}", body=encode(fields, ("application", "v.pdf", file), "b"),
                          headers={"Content-Type": MULTIPART})
    equal(person.press(page, "submit").step, "vs207-07", "registration")
    path = f"/application/{read(w, 'SELECT max(id) FROM application')[0][0]}"
    for _ in range(3):
        with Raw(w, "uradnica", port=w.portal_port) as c:
            status, fields = c.send(head(path, cookie=person.cookie).encode()).head()
            equal((status, fields["content-length"]), (200, str(len(file))), "the head")
    with Raw(w, "uradnica", port=w.portal_port) as c:
        equal(c.send(head(path, "HEAD", cookie=person.cookie).encode()).head()[1]["content-length"], str(len(file)), "HEAD")
    equal(person.get(path).reply.body == file, True, "control: the file")
    until(lambda: w.metrics()["requests_open"] == 0, "requests that are over")
    leave = person.begin("vs206")
    person.press(leave, "leave", {"records": str(record_of(w, MUNICIPALITY, 1003))})
