"""What every scene of the demo uses: numbered steps, and callers that keep their receipts."""
import io
import os
import re
import sys
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "e2e"))
import world  # noqa: E402

import requests  # noqa: E402
import zeep  # noqa: E402

steps = 0


def step(text):
    global steps
    steps += 1
    print(f"\n{steps:2}. {text}", flush=True)


def say(text):
    print("    " + text, flush=True)


def expect(condition, what):
    if not condition:
        print(f"demo: failed: {what}")
        sys.exit(1)


def certificate_session(name):
    """An HTTPS client with one of the certificates of samples/pki."""
    session = requests.Session()
    session.trust_env = False  # no CA bundle or proxy of the surroundings
    e = os.path.join(world.PKI, "ee", name)
    session.cert = (e + ".chain.pem", e + ".key")
    session.verify = os.path.join(world.PKI, "server", "server-ca.crt")
    return session


class Caller:
    """One organisation's system: a certificate and the receipts that it keeps."""

    def __init__(self, w, name):
        self.w, self.receipts = w, []
        self.session = certificate_session(name)
        self.session.hooks["response"].append(self._keep)

    def _keep(self, response, *args, **kw):
        self.receipts.append(response.headers.get("X-Vashgate-Receipt"))

    def service(self, code):
        """A zeep proxy made from the WSDL as served, its address pointed at this run's port."""
        row = world.services()[code]
        url = f"https://localhost:{self.w.port}{row['path']}"
        client = zeep.Client(url + "?wsdl", transport=zeep.Transport(session=self.session))
        binding = next(p.binding.name for p in next(iter(client.wsdl.services.values())).ports.values())
        return getattr(client.create_service(binding, url), row["operation"])


def show_zip(reply):
    data = reply["zip"]
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        for name in z.namelist():
            content = z.read(name)
            root = re.search(rb"<(?!\?)([\w:]+)", content)
            say(f"{reply['ime']} holds {name} ({len(content)} bytes, root {root[1].decode() if root else '?'})")
    return data


def fault_of(call, *args, **kw):
    """The code of the fault that a call is refused with; None: it is answered."""
    try:
        call(*args, **kw)
    except zeep.exceptions.Fault as fault:
        say(f"fault: {fault.message}")
        for element in fault.detail[0]:
            say(f"  {element.tag.split('}')[1]}: {element.text}")
        return fault.message.split(":")[0]
    return None
