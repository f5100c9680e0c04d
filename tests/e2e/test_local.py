"""What other users of the machine may do: nothing with the gateway's keys, nothing on its control socket."""
import json
import os
import shutil
import subprocess

from cases import case, equal
from world import PKI, World, die_with_parent

# ---- keys ----

KEYS = (
    # whose key, its file in the world's folder
    ("log's", "log.key"),
    ("identity's", "hmac.key"),
    ("listener's", "pki/server/gateway.key"),
    ("backend client's", "pki/server/gateway-client.key"),
)


def own_keys_world():
    """A world that does not serve, with a copy of the PKI whose keys may be opened to others."""
    w = World(registry=None, start=False)
    w.pki = os.path.join(w.folder, "pki")
    shutil.copytree(PKI, w.pki)
    w.write_config()
    return w


def open_key(name):
    w = own_keys_world()
    try:
        path = os.path.join(w.folder, name)
        for mode, status in ((0o600, 0), (0o640, 1), (0o604, 1), (0o644, 1), (0o400, 0)):
            os.chmod(path, mode)
            r = w.cli("check-config", ok=None)
            words = f"key '{path}' may be read by others"
            equal((r.returncode, words in r.stderr), (status, status == 1), f"mode {mode:o}: {r.stderr}")
    finally:
        w.close()


for row in KEYS:
    case(f"check-config refuses the {row[0]} key when others may read it")(lambda row=row: open_key(row[1]))


# ---- the control socket ----

NOBODY = 65534
ASK = """
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
try:
    s.sendall(b'{"command":"status","membership":999999,"status":"active"}\\n')
    sys.stdout.write(s.makefile().readline())
except ConnectionError:
    pass
"""


def ask(path, user=None):
    """What a process of that user gets from the control socket: the class of the answer, "" without one, None if it cannot connect."""
    who = {} if user is None else dict(user=user, group=user, extra_groups=())
    r = subprocess.run(["/usr/bin/python3", "-I", "-c", ASK, path], capture_output=True, text=True, timeout=60, preexec_fn=die_with_parent,
                       **who)
    if r.returncode:
        equal("PermissionError" in r.stderr, True, r.stderr)
        return None
    return json.loads(r.stdout)["class"] if r.stdout else ""


@case("a process of another user gets no answer on the control socket, not even when the file lets it connect")
def another_user():
    with World() as w:
        path = os.path.join(w.folder, "control")
        equal((os.stat(path).st_mode & 0o777, ask(path)), (0o600, "not_found"), "mode, answer to our own user")
        if os.geteuid() != 0:  # nobody else's process can be made: the mode is what is tested
            return
        os.chmod(w.folder, 0o755)
        equal(ask(path, NOBODY), None, "another user while the mode is 0600")
        os.chmod(path, 0o666)
        equal((ask(path, NOBODY), ask(path)), ("", "not_found"), "another user and our own while all may connect")
        w.gateway.wait_line("event=control_refused")
