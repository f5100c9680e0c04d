"""A registry with nothing in it, and the program's commands on it."""
import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import time

import make_list


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Gateway:
    def __init__(self, vashgate, folder, trust=""):
        self.vashgate, self.folder, self.data = vashgate, folder, os.path.join(folder, "data")
        self.config = os.path.join(folder, "vashgate.conf")
        os.makedirs(folder)
        services = os.path.join(folder, "services.csv")  # none that needs a backend
        with open("vash/codelists/services.csv", encoding="utf-8") as f, open(services, "w", encoding="utf-8") as out:
            out.writelines(line for i, line in enumerate(f) if i == 0 or line.endswith(",self\n"))
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(f'data_dir = "{self.data}"; log_key = "{folder}/log.key"; control_socket = "{folder}/control";\n'
                    f'contracts_dir = "{os.getcwd()}/wsdl"; services_file = "{services}"; {trust}\n'
                    f'listeners = ({{ name = "metrics"; kind = "metrics"; address = "127.0.0.1"; port = {free_port()}; }});\nbackends = ();\n')

    def __enter__(self):
        subprocess.run([self.vashgate, "--config", self.config, "init"], check=True, capture_output=True, timeout=60)
        return self

    def __exit__(self, *_):
        pass

    def run(self, *args):
        """(status, what --json says)"""
        config = [] if "--config" in args else ["--config", self.config]
        r = subprocess.run([self.vashgate, *config, "--json", *args], capture_output=True, text=True, timeout=120, check=False)
        try:
            return r.returncode, json.loads(r.stdout.splitlines()[-1])
        except (json.JSONDecodeError, IndexError):
            return r.returncode, {"ok": None, "error": r.stdout[-300:] + r.stderr[-300:]}

    def text(self, *args):
        return subprocess.run([self.vashgate, "--config", self.config, *args], capture_output=True, text=True, timeout=120, check=True).stdout

    def tsl_import(self, data, *args, at=make_list.NOW):
        path = os.path.join(self.folder, "list.xml")
        with open(path, "wb") as f:
            f.write(data)
        return self.run("tsl", "import", path, "--at", at, *args)

    def in_force(self):
        """Everything that the registry holds of trusted lists."""
        with contextlib.closing(sqlite3.connect(f"file:{self.data}/registry.db?mode=ro", uri=True)) as db:
            return db.execute("SELECT * FROM trusted_list ORDER BY id").fetchall()

    def log(self):
        with open(os.path.join(self.folder, "serve.log"), encoding="utf-8") as f:
            return f.read()

    @contextlib.contextmanager
    def serving(self):
        """A process serves until the end of the block; it is an error where it does not begin, or is gone before that."""
        control = os.path.join(self.folder, "control")
        with open(os.path.join(self.folder, "serve.log"), "wb") as log, \
                subprocess.Popen([self.vashgate, "--config", self.config, "serve"], stdout=log, stderr=log) as child:
            try:
                deadline = time.monotonic() + 30
                while not os.path.exists(control) and child.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.02)
                if not os.path.exists(control) or child.poll() is not None:
                    raise RuntimeError("nobody serves: " + self.log())
                yield
                if child.poll() is not None:
                    raise RuntimeError("nobody serves any more: " + self.log())
            finally:
                child.terminate()
                child.wait(30)
