"""A server on this machine for the tests of HTTPClient: prints its port, then answers until it is stopped.

With a folder it speaks TLS, with a certificate of its own that it leaves there as authority.pem."""
import http.server
import ssl
import subprocess
import sys
import time


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/redirect":
            self.answer(302, b"", [("Location", "/hello")])
        elif path == "/long":
            self.answer(200, b"x" * (1 << 21))
        elif path == "/endless":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                while True:
                    self.wfile.write(b"x" * 65536)
            except OSError:
                pass
        elif path == "/slow":
            time.sleep(5)
            self.answer(200, b"late")
        elif path == "/missing":
            self.answer(404, b"{}", [("Content-Type", "Application/JSON; charset=utf-8")])
        else:
            self.answer(200, f"{self.path} {self.headers.get('Authorization')}".encode(), [("Content-Type", "text/plain")])

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200, f"{self.headers['Content-Type']} {self.headers.get('Authorization')} ".encode() + body)

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
server.daemon_threads = True
if len(sys.argv) > 1:
    key, certificate = sys.argv[1] + "/key.pem", sys.argv[1] + "/authority.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
