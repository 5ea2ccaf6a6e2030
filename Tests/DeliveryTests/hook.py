"""A server on this machine that takes signed messages: prints its port, then answers until it is stopped.

It works the signature out by itself. FOLDER/log has a line of JSON for each message. With "tls" it speaks TLS, with a certificate that it leaves as FOLDER/authority.pem."""
import hashlib
import hmac
import http.server
import json
import ssl
import subprocess
import sys
import time

secret, folder = open(sys.argv[1], "rb").read().rstrip(b"\r\n"), sys.argv[2]


class Hook(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        stamp = self.headers.get("X-Uptake-Timestamp", "")
        code = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        right = hmac.compare_digest(self.headers.get("X-Uptake-Signature", ""), "sha256=" + code)
        with open(folder + "/log", "a", encoding="utf-8") as file:
            file.write(json.dumps({
                "path": self.path, "key": self.headers.get("Idempotency-Key"), "timestamp": stamp, "isRight": right, "type": self.headers.get("Content-Type"),
                "body": body.decode("utf-8")}) + "\n")
        word = self.path.partition("?")[0].strip("/")
        if word == "late":
            time.sleep(30)
        if word == "drop":
            self.close_connection = True
            return
        status = int(word) if word.isdigit() else 200 if right else 401
        self.send_response(status)
        if status // 100 == 3:
            self.send_header("Location", "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
server.daemon_threads = True
if "tls" in sys.argv[3:]:
    key, certificate = folder + "/key.pem", folder + "/authority.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
