#!/usr/bin/python3
"""Who may include whom, and which folder sees which library: the table of docs/ARCHITECTURE.md, enforced.

An include of ours is an edge; an edge that is not listed is red. So is a library header outside its folders.
"""
import os
import re
import subprocess
import sys

# folder (longest prefix wins) -> folders or headers that it may include beside itself
EDGES = {
    "base/": [],
    "certs/": ["base/"],
    "vash/": ["base/", "certs/facts.h"],
    "store/": ["base/", "vash/"],
    "portal/": ["base/", "vash/"],
    "gateway/engine/": ["base/", "certs/"],
    # soap/ and call/ are one layer: call/ writes faults through soap/fault.h, soap/ answers self-service calls of call/
    "gateway/call/": ["base/", "certs/", "vash/", "store/", "gateway/engine/", "gateway/soap/fault.h"],
    "gateway/soap/": ["base/", "certs/", "vash/", "store/", "portal/", "gateway/engine/", "gateway/call/", "gateway/cases/", "soap/"],
    "gateway/cases/": ["base/", "certs/", "vash/", "store/", "gateway/call/call_view.h", "gateway/engine/metrics.h"],
    "gateway/web/": ["base/", "certs/", "vash/", "store/", "portal/", "gateway/engine/", "gateway/call/", "gateway/cases/"],
    "gateway/registers/": ["base/", "certs/", "vash/", "gateway/engine/"],
    "gateway/mail/": ["base/", "vash/", "store/", "gateway/engine/"],
    "gateway/trust/": ["base/", "certs/", "store/", "gateway/engine/", "gateway/call/call_view.h"],
    "gateway/cli/": ["base/", "certs/", "vash/", "store/", "portal/", "gateway/"],
}

# library header -> where it may be included
LIBRARIES = [
    (r"^openssl/", r"^(certs|store|gateway/(engine|call|cases|web|soap|trust|cli))/"),
    (r"^sqlite3\.h$", r"^store/"),
    (r"^libxml/", r"^(certs/|portal/|gateway/call/guard_)"),
    (r"^xmlsec/", r"^certs/tsl_(verify|pss)\.c$"),
    (r"^(soap/soapH\.h|stdsoap2\.h|.*\.nsmap)$", r"^gateway/soap/soap_"),
    (r"^curl/", r"^(gateway/call/up_|gateway/registers/|gateway/mail/|certs/fetch_)"),
    (r"^libconfig\.h$", r"^base/conf\.c$"),
    (r"^jansson\.h$", r"^base/json\.h$"),
    (r"^zip\.h$", r"^base/zip\.c$"),
    (r"^(libxslt|cairo|pango)", r"^portal/"),
    (r"^seccomp\.h$", r"^gateway/cli/child_"),
    (r"^cmocka\.h$", r"^tests/"),
]
# headers of the serving layers that vash/ must never reach through
PURE = {"vash/": r"^(stdio|unistd|sys/socket|fcntl|pthread|time)\.h$"}


def folder_of(path):
    return max((f for f in EDGES if path.startswith(f)), key=len, default=None)


def allowed(path, target):
    folder = folder_of(path)
    return any(target.startswith(t) for t in EDGES[folder] + [folder])


def check(path):
    errors = []
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            m = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
            if not m:
                continue
            target = m[2]
            where = f"{path}:{number}: includes {target}"
            if m[1] == '"' and "/" in target and not allowed(path, target):
                errors.append(where + ": not an edge of the table")
            for pattern, places in LIBRARIES:
                if re.search(pattern, target) and not re.search(places, path):
                    errors.append(where + ": library outside its folder")
            for prefix, pattern in PURE.items():
                if path.startswith(prefix) and m[1] == "<" and re.search(pattern, target):
                    errors.append(where + ": no I/O here")
    return errors


def main():
    files = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.c", "*.h"], capture_output=True, text=True,
                           check=True).stdout.split()
    errors = []
    for path in files:
        if folder_of(path) and os.path.exists(path):
            errors += check(path)
    print("\n".join(errors))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
