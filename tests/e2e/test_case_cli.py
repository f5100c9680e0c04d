"""`vashgate case`: applications decided from the command line, by the same rules as on the pages."""
import json
import sqlite3

from cases import case, equal, hold
from portal import COURT, PEOPLE, Person, portal_world


@hold
def desk_world():
    return portal_world()


def waiting(w):
    return {r["group"]: r for r in json.loads(w.cli("--json", "case", "list").stdout)}


def rows(w, sql, *values):
    db = sqlite3.connect(f"file:{w.folder}/data/registry.db?mode=ro", uri=True)
    found = db.execute(sql, values).fetchall()
    db.close()
    return found
