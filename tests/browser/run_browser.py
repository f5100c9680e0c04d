#!/usr/bin/python3
"""Chromium at the portal's pages: the registration by keyboard and without scripts, and every kind of page under axe-core.

Three gateways, so that the story and the tours of both languages run beside one another.

usage: run_browser.py [PART...]    story, sl, en (these by default); short: the first pages of the tour, for tests/sabotage
With PICTURES=FOLDER in the environment every page is kept there as it looks, light and dark.
"""
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
from portal import COMPANY, COURT, MUNICIPALITY, PDF, PERSON, Person, pem, portal_world, read  # noqa: E402
from world import PKI, ROOT, die_with_parent  # noqa: E402

DEADLINE_S = 600
PACKAGES = os.path.join(ROOT, "build", "browser")
ADMINISTRATORS = [dict(COURT, scheme=3, group=80)] + [dict(COURT, scheme=3, group=90, administered_group=g) for g in (1003, 1201)]
AUTHORISED = dict(position=11, scheme=1, group=501, kind="authorised", principal=COMPANY["maticna"])
PEOPLE = [dict(MUNICIPALITY, scheme=1, group=701), dict(COMPANY, scheme=1, group=501), *ADMINISTRATORS,
          dict(AUTHORISED, emso=PERSON["emso"], name=PERSON["name"], status="pending"),
          dict(AUTHORISED, emso="0101006500111", name="Žiga Čuden")]
CHAMBER = {"davcna": "66811503", "firma": "NOTARSKA ZBORNICA SLOVENIJE", "oblika": 358, "status": 1}


def story_world():
    """An application of the municipality waits for 1201."""
    w = portal_world(PEOPLE)
    Person(w, "uradnica", "701").register(1201, "obcina")
    return w


def tour_world():
    """The municipality calls 1003 and was refused once; two applications wait for 1201."""
    w = portal_world(PEOPLE, registers={"mdp": {}, "prs": {"5888158000": CHAMBER}})
    clerk = Person(w, "uradnica", "701")
    clerk.register(1003, "obcina")
    w.cli("case", "approve", str(read(w, "SELECT id FROM membership WHERE user_group = 1003")[0][0]))
    w.call("1003", "obcina")
    w.call("1004", "obcina")
    clerk.register(1201, "obcina_zig")
    Person(w, "direktor", "501").register(1201, "podjetje")
    return w


def described(w):
    """What main.js needs to know of a world."""
    application = os.path.join(w.folder, "vloga.pdf")
    with open(application, "wb") as f:
        f.write(PDF)
    files = {"good": pem("obcina"), "seal": pem("obcina_zig"), "expired": pem("potekel"), "application": application}
    return {"origin": f"https://localhost:{w.portal_port}", "certificates": os.path.join(PKI, "ee"), "files": files}


def install_packages():
    """build/browser/node_modules as package-lock.json pins it. npm sees our own environment: it may need a proxy or a cache."""
    with open(os.path.join(HERE, "package-lock.json"), "rb") as f:
        lock = hashlib.sha256(f.read()).hexdigest()
    stamp = os.path.join(PACKAGES, "node_modules", ".vashgate-lock")
    if os.path.exists(stamp):
        with open(stamp, encoding="ascii") as f:
            if f.read() == lock:
                return
    os.makedirs(PACKAGES, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(HERE, name), PACKAGES)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=PACKAGES, check=True, timeout=DEADLINE_S)
    with open(stamp, "w", encoding="ascii") as f:
        f.write(lock)


def browse(worlds, folder):
    """Chromium ends with node, whose pipe it reads its commands from; both leave their files in `folder`."""
    path = os.path.join(folder, "worlds.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump({name: described(w) for name, w in worlds.items()}, f)
    env = dict(os.environ, HOME=folder, TMPDIR=folder, NODE_PATH=os.path.join(PACKAGES, "node_modules"),
               NODE_EXTRA_CA_CERTS=os.path.join(PKI, "server", "server-ca.crt"))
    return subprocess.run(["node", os.path.join(HERE, "main.js"), path], env=env, preexec_fn=die_with_parent, timeout=DEADLINE_S,
                          stdin=subprocess.DEVNULL).returncode


def registry_agrees(w):
    """What the story pressed is what stands in the registry, each record with its status and the reason of its end."""
    found = {r[:2]: r[2:] for r in read(w, "SELECT user_group, member_kind, coalesce(status, link_status), end_reason FROM membership m"
                                           " JOIN subject s USING (eceu_id) WHERE scheme IN (1, 5) AND s.emso IS NOT ?", PERSON["emso"])}
    good = found == {(1003, 1): (3, "deleted"), (1201, 1): (3, "refused"), (701, 1): (3, "left"), (501, 1): (2, None), (501, 2): (3, "deleted")}
    print(f"{'ok' if good else 'not ok'} - browser: the registry has what the story decided{'' if good else f': {found}'}", flush=True)
    return good


def main():
    parts = sys.argv[1:] or ["story", "sl", "en"]
    install_packages()
    with contextlib.ExitStack() as stack:
        worlds = {part: stack.enter_context(story_world() if part == "story" else tour_world()) for part in parts}
        status = browse(worlds, worlds[parts[0]].folder)
        agrees = "story" not in worlds or registry_agrees(worlds["story"])
        return 0 if agrees and status == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
