#!/usr/bin/python3
"""A mail server that keeps what it gets: for demo and tests. Loopback only, standard library only.

    smtp_sink.py --folder DIR --cert FILE --key FILE [--wrong-cert FILE --wrong-key FILE] [--user NAME --password TEXT]
                 [--address 127.0.0.1]

Prints `ready smtp=P smtps=P control=P` when all three ports listen (chosen by the system). Each message that was answered with 250, or whose
answer a behaviour suppressed, is a file DIR/NNNN.eml: the bytes of DATA, dots unstuffed, below lines `X-Sink-…` that say who, to whom and how.
With --user mail is taken only after AUTH (PLAIN or LOGIN, offered under TLS only). The control port takes lines; samples/sim/README.md
has the list. SIGTERM ends it.
"""
import argparse
import asyncio
import base64
import binascii
import ctypes
import json
import os
import signal
import ssl
import sys

LINE_MAX = 1 << 16
KINDS = {
    "refuse_recipient": "550 to RCPT",
    "busy": "451 to RCPT",
    "refuse_message": "554 to the whole message",
    "refuse_login": "535 to AUTH",
    "drop_before_data": "closed instead of the answer to DATA",
    "drop_in_data": "closed in the middle of the message, which is not kept",
    "drop_before_250": "the message is kept, then closed without an answer",
    "hold_250": "the message is kept, its 250 comes at `release`",
    "never_answer": "silence instead of the answer to MAIL",
    "silent_quit": "silence instead of the answer to QUIT",
    "no_starttls": "STARTTLS is neither offered nor taken",
    "wrong_certificate": "the TLS certificate of --wrong-cert",
}


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Dropped(Exception):
    """The connection is cut on purpose."""


class Sink:
    """What all connections share: rules, counters, the folder."""

    def __init__(self, options):
        self.options = options
        self.kept = 0
        self.release = asyncio.Event()
        self.reset()
        self.good = self.context(options.cert, options.key)
        self.wrong = self.context(options.wrong_cert, options.wrong_key) if options.wrong_cert else None

    @staticmethod
    def context(cert, key):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        c.load_cert_chain(cert, key)
        return c

    def reset(self):
        self.rules = {}  # kind -> how often, None = until reset
        self.counts = {"connections": 0, "messages": 0, "holding": 0, "silent": 0, "logins": 0, "failed_handshakes": 0}
        self.release.set()
        self.release = asyncio.Event()

    def takes(self, kind):
        """Does the rule apply now? It is used up by that."""
        if kind not in self.rules:
            return False
        if self.rules[kind] is not None:
            self.rules[kind] -= 1
            if self.rules[kind] == 0:
                del self.rules[kind]
        return True

    def tls(self):
        return self.wrong if self.wrong and self.takes("wrong_certificate") else self.good

    def keep(self, sender, recipient, tls, user, data):
        self.kept += 1
        self.counts["messages"] += 1
        name = os.path.join(self.options.folder, f"{self.kept:04}.eml")
        head = f"X-Sink-From: {sender}\r\nX-Sink-To: {recipient}\r\nX-Sink-TLS: {tls}\r\nX-Sink-User: {user or '-'}\r\n"
        with open(name + ".part", "wb") as f:
            f.write(head.encode() + data)
        os.rename(name + ".part", name)


class Session:
    """One SMTP connection."""

    def __init__(self, sink, reader, writer, tls):
        self.sink, self.reader, self.writer, self.tls = sink, reader, writer, tls
        self.user = self.sender = self.recipient = None

    async def say(self, *lines):
        code, texts = lines[0], lines[1:]
        for i, text in enumerate(texts):
            self.writer.write(f"{code}{'-' if i + 1 < len(texts) else ' '}{text}\r\n".encode())
        await self.writer.drain()

    async def line(self):
        raw = await self.reader.readline()
        if not raw.endswith(b"\n"):
            raise Dropped
        return raw.rstrip(b"\r\n")

    async def silence(self):
        """Until the other side has had enough."""
        self.sink.counts["silent"] += 1
        while await self.reader.read(LINE_MAX):
            pass
        raise Dropped

    async def run(self):
        await self.say(220, "sink ESMTP")
        while True:
            verb, _, rest = (await self.line()).decode("utf-8", "replace").partition(" ")
            command = getattr(self, "on_" + verb.lower(), None) if verb.isalpha() else None
            if not command:
                await self.say(500, "unknown command")
            elif await command(rest):
                return

    # ---- commands ----

    async def on_ehlo(self, _):
        offers = ["sink", "8BITMIME"]
        if not self.tls and "no_starttls" not in self.sink.rules:
            offers.append("STARTTLS")
        if self.tls and self.sink.options.user:
            offers.append("AUTH PLAIN LOGIN")
        await self.say(250, *offers)

    async def on_helo(self, _):
        await self.say(250, "sink")

    async def on_noop(self, _):
        await self.say(250, "ok")

    async def on_rset(self, _):
        self.sender = self.recipient = None
        await self.say(250, "ok")

    async def on_quit(self, _):
        if self.sink.takes("silent_quit"):
            await self.silence()
        await self.say(221, "bye")
        return True

    async def on_starttls(self, _):
        if self.tls or self.sink.takes("no_starttls"):
            await self.say(503, "not now")
            return
        await self.say(220, "go ahead")
        await self.writer.start_tls(self.sink.tls())
        self.tls, self.user = True, None

    async def on_auth(self, rest):
        mechanism, _, initial = rest.partition(" ")
        name, password = await self.login(mechanism.upper(), initial)
        o = self.sink.options
        if not self.tls or (name, password) != (o.user, o.password) or self.sink.takes("refuse_login"):
            await self.say(535, "5.7.8 credentials refused")
            return
        self.user = name
        self.sink.counts["logins"] += 1
        await self.say(235, "welcome")

    async def login(self, mechanism, initial):
        try:
            if mechanism == "PLAIN":
                text = initial or await self.challenge("")
                return tuple(base64.b64decode(text).decode().split("\0")[1:3])
            name = initial or await self.challenge("Username:")
            return base64.b64decode(name).decode(), base64.b64decode(await self.challenge("Password:")).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None, None

    async def challenge(self, text):
        await self.say(334, base64.b64encode(text.encode()).decode())
        return await self.line()

    async def on_mail(self, rest):
        if self.sink.takes("never_answer"):
            await self.silence()
        if self.sink.options.user and not self.user:
            await self.say(530, "5.7.0 log in first")
            return
        self.sender = rest[5:].split(">")[0].lstrip("<")
        await self.say(250, "ok")

    async def on_rcpt(self, rest):
        recipient = rest[3:].split(">")[0].lstrip("<")
        if self.sink.takes("refuse_recipient"):
            await self.say(550, f"5.1.1 <{recipient}> is not known here")
        elif self.sink.takes("busy"):
            await self.say(451, "4.3.2 come back later")
        else:
            self.recipient = recipient
            await self.say(250, "ok")

    async def on_data(self, _):
        if self.sink.takes("drop_before_data"):
            raise Dropped
        if not self.sender or not self.recipient:
            await self.say(503, "MAIL and RCPT first")
            return
        await self.say(354, "end with a dot")
        data = await self.message()
        if self.sink.takes("refuse_message"):
            await self.say(554, "5.6.0 not this message")
            return
        self.sink.keep(self.sender, self.recipient, self.tls, self.user, data)
        if self.sink.takes("drop_before_250"):
            raise Dropped
        if self.sink.takes("hold_250"):
            release = self.sink.release
            self.sink.counts["holding"] += 1
            await release.wait()
        self.sender = self.recipient = None
        await self.say(250, "kept")

    async def message(self):
        lines = []
        while True:
            line = await self.line()
            if line == b".":
                return b"".join(lines)
            if self.sink.takes("drop_in_data"):
                raise Dropped
            lines.append((line[1:] if line.startswith(b".") else line) + b"\r\n")


async def serve_smtp(sink, reader, writer, implicit):
    sink.counts["connections"] += 1
    try:
        if implicit:
            await writer.start_tls(sink.tls())
        await Session(sink, reader, writer, implicit).run()
    except ssl.SSLError:
        sink.counts["failed_handshakes"] += 1
    except (Dropped, OSError, ValueError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def obey(sink, line):
    """One line at the control port; the answer."""
    verb, *rest = line.split()
    if verb == "behave" and rest and rest[0] in KINDS:
        sink.rules[rest[0]] = int(rest[1]) if len(rest) > 1 else None
    elif verb == "release":
        sink.release.set()
    elif verb == "reset":
        sink.reset()
    elif verb == "stats":
        return json.dumps(sink.counts)
    elif verb == "behaviours":
        return json.dumps(KINDS)
    else:
        return "error: behave KIND [COUNT] | release | reset | stats | behaviours"
    return "ok"


async def serve_control(sink, reader, writer):
    try:
        while line := (await reader.readline()).decode().strip():
            try:
                answer = obey(sink, line)
            except ValueError as e:
                answer = f"error: {e}"
            writer.write(answer.encode() + b"\n")
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def listen(serve, address):
    server = await asyncio.start_server(serve, address, 0, limit=LINE_MAX)
    return server, server.sockets[0].getsockname()[1]


async def main(options):
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    sink = Sink(options)
    services = (lambda r, w: serve_smtp(sink, r, w, False), lambda r, w: serve_smtp(sink, r, w, True), lambda r, w: serve_control(sink, r, w))
    servers = [await listen(serve, options.address) for serve in services]
    print("ready smtp={} smtps={} control={}".format(*(port for _, port in servers)), flush=True)
    await stop.wait()


def read_options():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("folder", "cert", "key"):
        p.add_argument("--" + name, required=True)
    for name in ("wrong-cert", "wrong-key", "user", "password"):
        p.add_argument("--" + name)
    p.add_argument("--address", default="127.0.0.1", choices=("127.0.0.1", "127.0.0.2"), help="127.0.0.2: a host that no certificate names")
    return p.parse_args()


if __name__ == "__main__":
    die_with_parent()
    options = read_options()
    os.makedirs(options.folder, exist_ok=True)
    asyncio.run(main(options))
    sys.exit(0)
