#!/usr/bin/python3
"""A stand-in for the registers that the procedures ask: MDP and PRS (docs/REGISTERS.md), with the data of registers.json.

registers_sim.py --cert FILE --key FILE --client-ca FILE [--data FILE]: HTTPS on a loopback port from the system, mutual TLS. Prints
"ready port=N" and serves until it is killed. Data are read anew at each request, so that a test may change them:

  {"mdp": {"<serial, hex>": ["<davcna>", …]}, "prs": {"<maticna>": {"davcna": …, "firma": …, "oblika": 318, "status": 1, "naslov": {…}}},
   "behaviour": "normal" | "down" (drops the connection) | "error" (500) | "nonsense" (no JSON) | "empty" ({})}
"""
import argparse
import http.server
import json
import ssl
import urllib.parse


def answer_mdp(data, query):
    serial, davcna = query.get("serijska", [""])[0], query.get("davcna", [""])[0]
    return {"povezano": bool(query.get("izdajatelj")) and davcna in data.get("mdp", {}).get(serial.upper(), [])}


def answer_prs(data, maticna):
    found = data.get("prs", {}).get(maticna)
    return dict(found, maticna=maticna) if found else None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with open(self.server.data_path, encoding="utf-8") as f:
            data = json.load(f)
        behaviour = data.get("behaviour", "normal")
        url = urllib.parse.urlsplit(self.path)
        if behaviour == "down":
            self.close_connection = True
            return
        if behaviour != "normal":
            self.reply(*{"error": (500, b"{}"), "nonsense": (200, b"<html>"), "empty": (200, b"{}")}[behaviour])
            return
        if url.path == "/potrdila":
            found = answer_mdp(data, urllib.parse.parse_qs(url.query))
        else:
            found = answer_prs(data, url.path.removeprefix("/subjekti/"))
        self.reply(200 if found else 404, json.dumps(found or {}).encode())


def main():
    p = argparse.ArgumentParser(description="stand-in for MDP and PRS")
    for name in ("cert", "key", "client-ca", "data"):
        p.add_argument("--" + name, required=True)
    options = p.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.cert, options.key)
    context.load_verify_locations(options.client_ca)
    context.verify_mode = ssl.CERT_REQUIRED
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.data_path = options.data
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(f"ready port={server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
