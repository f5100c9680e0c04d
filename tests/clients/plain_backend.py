"""A backend that has no MTOM: stands before the simulator and takes the wish for multipart/related out of every request."""
import http.client
import http.server
import os
import ssl
import threading


class PlainBackend:
    """Listens on `port` with the backend's certificate, demands the gateway's, forwards to the simulator at `to`."""

    def __init__(self, pki, to):
        def file(name):
            return os.path.join(pki, "server", name)
        outward = ssl.create_default_context(cafile=file("server-ca.crt"))
        outward.load_cert_chain(file("gateway-client.crt"), file("gateway-client.key"))
        inward = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        inward.load_cert_chain(file("backend.crt"), file("backend.key"))
        inward.load_verify_locations(file("backend-client-ca.crt"))
        inward.verify_mode = ssl.CERT_REQUIRED
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(to, outward))
        self.server.daemon_threads = True
        # the handshake belongs to the connection's own thread: an idle connection must not hold up the others
        self.server.socket = inward.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def _handler(to, context):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "accept"}
            connection = http.client.HTTPSConnection("localhost", to, context=context, timeout=60)
            connection.request("POST", self.path, body, headers)
            reply = connection.getresponse()
            data = reply.read()
            connection.close()
            self.send_response_only(reply.status)
            self.send_header("Content-Type", reply.getheader("Content-Type"))
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            """Silence."""

    return Handler
