"""Mail before a registered certificate expires."""
import json
import os

from cases import case, equal, until
from portal import COMPANY, MUNICIPALITY, read
from world import World

SQL = "SELECT recipient, body FROM outbox"


def world_of(*entries):
    w = World(registry=None, start=False)
    path = os.path.join(w.folder, "entries.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump([dict(e, cert=os.path.join(w.pki, "ee", e["cert"] + ".crt")) for e in entries], f)
    w.cli("user", "import", path)
    return w


def looked(w):
    """The main thread looks for certificates after it has answered a command: after two answers it has looked."""
    for _ in range(2):
        w.cli("user", "unblock", "1")


@case("reminder: one that expires tomorrow is told once, also after a restart; one that has years is not")
def reminded():
    with world_of(dict(COMPANY, scheme=5, group=1103, cert="kratek"), dict(MUNICIPALITY, scheme=5, group=1003, cert="obcina_zig")) as w:
        w.start()
        mails = until(lambda: read(w, SQL), "the mail")
        equal([m[0] for m in mails], [COMPANY["email"]], "who is told")
        equal(("dni do poteka: 1." in mails[0][1], "days left: 1." in mails[0][1]), (True, True), mails[0][1])
        equal(read(w, "SELECT days FROM reminder"), [(1,)], "what is remembered")
        w.stop()
        w.start()
        looked(w)
        equal(len(read(w, SQL)), 1, "mails after the restart")


@case("reminder: a user without an e-mail address is told nothing, and the operator sees it, in the log once and as a metric")
def no_address():
    silent = {k: v for k, v in COMPANY.items() if k != "email"}
    with world_of(dict(silent, scheme=5, group=1103, cert="kratek"), dict(MUNICIPALITY, scheme=5, group=1003, cert="obcina_zig")) as w:
        w.start()
        until(lambda: w.metrics()["reminders_untold"] == 1, "the metric")
        looked(w)
        record = read(w, "SELECT membership_id FROM web_service JOIN membership m ON m.id = membership_id WHERE user_group = 1103")[0][0]
        equal(w.gateway.log(400).count(f"level=warn event=reminders_untold records=1 first={record}"), 1, "the log")
        equal((read(w, SQL), read(w, "SELECT 1 FROM reminder")), ([], []), "mails, and marks")


@case("reminder: who waits or has left is not told")
def not_told():
    with world_of(dict(COMPANY, scheme=5, group=1103, cert="kratek", status="pending"), dict(MUNICIPALITY, scheme=5, group=1103, cert="obcina_zig")) as w:
        w.start()
        looked(w)
        equal(read(w, SQL), [], "mails")
