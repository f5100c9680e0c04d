"""Rows of the specification that the model needs, typed from its text and never read from the program's code lists; the world it plays in.

Numbers of sections are the FZ's; D… are rows of DECISIONS. Positions: 11 person, 12 sole trader, 21 company, 31 public body.
"""
PENDING, ACTIVE, DELETED = 1, 2, 3

# 2.10.3: which position may use which web service
SERVICES = {1001: {31}, 1002: {31}, 1003: {31}, 1004: {31}, 1005: {31}, 1006: {31}, 1007: {31}, 1008: {31, 21, 12},
            1101: {11, 21}, 1102: {11, 21}, 1103: {11, 12, 21, 31},
            1201: {11, 12, 21, 22, 31}, 1202: {11, 12, 21, 22, 31}, 1203: {11, 12, 21, 22, 31}}

# 2.10.1, 2.5.3, 2.7.2: names as mails have them
NAMES = {1001: "eZK – gov – redni izpis", 1002: "eZK – gov – redni izpis PDF", 1003: "eZK – gov – zaščiteni izpis po imetniku",
         1004: "eZK – gov – zaščiteni izpis – OP-1", 1005: "eZK – gov – kontrole – obstoj nepremičnine",
         1006: "eZK – gov – kontrole – enak pravni položaj", 1007: "eZK – gov – lastnik RS", 1008: "eZK – gov – OP-1 za izbrane EMŠO / MŠ",
         1101: "eZK – public – OP-1 za uporabnika", 1102: "eZK – public – PT-1 za uporabnika", 1103: "eZK – public – stavba",
         1201: "eINS – getOdprtiPostopki", 1202: "eINS – getPodatkiOZadevi", 1203: "eINS – getOdprtiPostopkZaDS",
         301: "notarji", 302: "odvetniki", 303: "izvršitelji", 304: "upravitelji", 305: "Državno odvetništvo RS", 306: "državno tožilstvo",
         308: "nepremičninske družbe", 309: "GURS", 310: "občinska odvetništva", 311: "sodni izvedenci, sodni tolmači, sodni cenilci",
         501: "stranka – pravna oseba", 502: "stranka – podjetnik, zasebnik", 503: "oseba z javnimi pooblastili – zaščiteni vpogled",
         601: "stranka – posameznik", 701: "organ / lokalna skupnost – vsa e-opravila", 80: "glavni administrator",
         90: "zunanji administrator"}

# 2.10.2 <19a.1a>: eZK has a client
CLIENT_GROUPS = range(1001, 1200)

# 2.7.2 [FZ-VS3] (D4): groups that have an administrator
ADMINISTERED = {301, 302, 303, 304, 305, 306, 308, 309, 310, 311, 503} | set(SERVICES)

# 2.5.4 [FZ-VS6.1] (D5): who may have authorised persons
PRINCIPALS = {12, 21, 31}

# 5.1 with D27; vs203 to vs205 have no pages yet and are left out
OFFERED = {"vs206": {"ZK", "ZK-S", "ZA"}, "vs207": {"ZK", "ZK-S"}, "vs208": {"ZK-S"}, "vs211": {"ZA"},
           "vs212": {"ZK", "ZK-S", "ZA", "GA"}, "vs221": {"ZK", "ZK-S"}, "vs222": {"ZA"}, "vs223": {"ZK", "ZK-S", "ZA", "GA"},
           "vs231": {"GA"}, "vs232": {"GA"}, "vs301": {"ZK", "ZK-S", "ZA", "GA"}, "vs302": {"ZK", "ZK-S", "ZA", "GA"}}

# Call certificates: name -> (refusal in vs207-03 or None, organisation's tax number in it, fault of a call or None)
CERTIFICATES = {
    "obcina": (None, "", None), "obcina_zig": (None, "50223054", None), "podjetje": (None, "14717468", None),
    "podjetje2": (None, "99000130", None), "oseba": (None, "", None), "rekono": (None, "99000024", None), "ec": (None, "99000059", None),
    "splet": (None, "99000032", None), "qc_brez_tipa": (None, "14717468", None), "direktor": (None, "14717468", None),
    "samopodpisan": ("vs207-03.4a", "14717468", "VG-C01"), "neznan_izdajatelj": ("vs207-03.4a", "14717468", "VG-C02"),
    "dvojnik_imena": ("vs207-03.4c", "14717468", "VG-C02"), "potekel": ("vs207-03.4c", "14717468", "VG-C03"),
    "se_ne_velja": ("vs207-03.4c", "14717468", "VG-C04"), "eku_server": ("vs207-03.4c", "14717468", "VG-C05"),
    "rsa1024": ("vs207-03.4c", "14717468", "VG-C06"), "brez_qc": ("vs207-03.4c", "", "VG-C07"),
    "preklican": ("vs207-03.4c", "14717468", "VG-C08")}
GOOD = [name for name, (refusal, _, _) in CERTIFICATES.items() if refusal is None]

# The people: subject's key -> its row (position, number, tax number, name, legal form, address)
SUBJECTS = {
    "municipality": (31, "5491711000", "50223054", "Občina Šmarje", 318, "obcina@smarje.test"),
    "company": (21, "1732803000", "14717468", "Podjetje d.o.o.", 103, "info@podjetje.test"),
    "second": (21, "5000009000", "99000024", "Rekono Stranka d.o.o.", 104, "posta@stranka.test"),
    "trader": (12, "5000017000", "99000130", "Podjetje Dve, Jure Lah s.p.", 142, "jure@dve.test"),
    "ana": (11, "0101006500006", "47978457", "Ana Žnidaršič", None, "ana@oseba.test"),
    "luka": (11, "0202990500128", "99000105", "Luka Hribar", None, "luka@oseba.test"),
    "chamber": (21, "5888158000", "66811503", "NOTARSKA ZBORNICA SLOVENIJE", 358, "zbornica@notarji.test"),
    "court": (31, "5022789000", "79182119", "VRHOVNO SODIŠČE REPUBLIKE SLOVENIJE", 309, "administrator@sodisce.test"),
    "ministry": (31, "5000025000", "99000091", "Ministrstvo za primer", 308, "gp@ministrstvo.test")}

# Who logs in with which certificate: by the tax number of the organisation (position 12, 21, 31) or by the person's own (11)
LOGINS = {"uradnica": "municipality", "direktor": "company", "direktorica": "second", "podjetnik": "trader", "posameznica": "ana",
          "posameznik": "luka", "referentka": "court", "tajnica": "ministry"}

# vs101-01a: whose certificate names no tax number, and the organisations with which MDP knows it
MDP = {"uradnik_sigov": ("municipality", "ministry")}

# 2.12: registration number -> tax number, firm, legal form <7a>, status <7b>
PRS = {number: (davcna, name, form, 1) for position, number, davcna, name, form, _ in SUBJECTS.values() if position != 11}
PRS[SUBJECTS["ministry"][1]] = (SUBJECTS["ministry"][2], "Javni zavod za primer", 358, 1)    # no organ there any more
PRS["5021952000"] = ("24217417", "ODVETNIŠKA ZBORNICA SLOVENIJE V LJUBLJANI", 358, 2)
NOT_IN_PRS = "1550012000"

# 2.3.2 with D29: of the legal forms above, those that vs231 takes for a position
FORMS = {21: {103, 104, 358}, 31: {308, 309, 318}}

# 3.3.8: numbers with a right check digit, by the filter's kind; two that have none; texts are sought without regard to capital letters
NUMBERS = {"maticna": set(PRS) | {number[:7] for number in PRS} | {NOT_IN_PRS},
           "emso": {s[1] for s in SUBJECTS.values() if s[0] == 11} | {"0101006500022"},
           "davcna": {s[2] for s in SUBJECTS.values()} | {"24217417"}}
MALFORMED = ("1732804000", "12345678")
FILTERS = (*NUMBERS, "person", "firm")

# What an operator enters first: (subject, scheme, group, administered group, principal)
START = [("municipality", 1, 701, None, None), ("company", 1, 501, None, None), ("second", 1, 501, None, None),
         ("trader", 1, 502, None, None),
         ("ana", 1, 601, None, None), ("luka", 1, 701, None, "municipality"), ("court", 3, 80, None, None)]
START += [("court", 3, 90, group, None) for group in (1001, 1008, 1103, 1201, 503)]
START += [("ministry", 3, 90, group, None) for group in (1202, 1203)]
START += [("ana", 3, 90, 1201, "court"), ("luka", 3, 80, None, "court")]

# Mails: step -> words of its sentence; the group's name stands in each
MAILS = {
    "vs207-07.3": r"^Obveščamo vas, da je v uporabniški skupini .*, ki jo administrirate, oddana nova prijava, ki čaka na vašo potrditev\.",
    "no administrator": r"^V uporabniški skupini .*, ki nima aktivnega in dosegljivega administratorja, je oddana nova prijava\.",
    "vs211-05.2p": r"^Obveščamo vas, da vas je zunanji administrator .* potrdil kot uporabnika v uporabniški skupini ",
    "vs211-05.2z": r"^Obveščamo vas, da je zunanji administrator .* zavrnil vašo prijavo v uporabniški skupini .* Razlog: ne ustreza$",
    "vs211-05.2i": r"^Obveščamo vas, da vas je zunanji administrator .* izbrisal kot uporabnika v uporabniški .* Razlog: ne ustreza$",
    "vs212-07.2p": r"^Obveščamo vas, da vas je samostojni uporabnik .* potrdil kot pooblaščenca v uporabniški skupini ",
    "vs212-07.2z": r"^Obveščamo vas, da vas je samostojni uporabnik .* zavrnil kot pooblaščenca v uporabniški skupini ",
    "vs212-07.2i": r"^Obveščamo vas, da vas je samostojni uporabnik .* izbrisal kot pooblaščenca v uporabniški skupini ",
    "cascaded": r"^Obveščamo vas, da ste kot pooblaščenec samostojnega uporabnika .* izbrisani, ker je izbrisana registracija",
    "operator ended": r"^Obveščamo vas, da je vaša registracija v uporabniški skupini .* izbrisana\. Razlog: izbris\.$",
    "left waiting": r"^V uporabniški skupini .*, ki nima več aktivnega administratorja, čakajo prijave\.",
    "vs208 changed": r"^Obveščamo vas, da je potrdilo za klic spletne storitve v uporabniški skupini .* spremenjeno\. ",
    "vs208 waits": r"^Obveščamo vas, da je potrdilo za klic spletne storitve v uporabniški skupini .* spremenjeno in čaka na potrditev",
    "vs208 administrator": r"^Obveščamo vas, da je uporabnik v uporabniški skupini .*, ki jo administrirate, spremenil potrdilo",
    "vs231 entered": r"^Obveščamo vas, da ste vpisani kot zunanji administrator uporabniške skupine ",
    "vs232 removed": r"^Obveščamo vas, da ste izbrisani kot zunanji administrator uporabniške skupine "}
