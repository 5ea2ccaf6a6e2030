#!/usr/bin/env python3
"""Puts the real nginx with packaging/nginx.conf before the real server, and looks at both from outside.

    check_proxy.py PROGRAM HOME [--nginx /usr/sbin/nginx]

Of nginx.conf and settings.yaml only ports, paths and the limit of requests are others, and each must be there to be replaced; the certificate is
made here. Whoever asks has an address of their own (127.0.0.2 and so on), so that addresses can be told apart on one machine.
Exit code 1 with a line for each thing that is not as it should be.
"""
import argparse
import http.client
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse
import warnings

HOST = "uptake.example.vn"
PASSWORD = "một câu đủ dài để nhớ"
REQUESTS = 10
# As /etc/nginx/nginx.conf of Debian is, old versions of TLS and the log of requests included; the server beside shows that this log is written.
FRAME = """{user}pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    access_log {folder}/access.log;
    gzip on;
    server {{ listen 127.0.0.1:{beside}; return 204; }}
    include {folder}/uptake.conf;
}}
"""

problems = []


def check(right, what):
    if not right:
        problems.append(what)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def adapted(path, changes):
    """The text of a file that is shipped, with other ports and paths."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes.items():
        if old not in text:
            sys.exit(f"{path}: '{old}' is not in it any more; the check has to be brought up to date")
        text = text.replace(old, new)
    return text


class Office:
    """The server and its proxy, as an office sets them up."""

    def __init__(self, program, home, nginx, folder):
        self.program, self.nginx, self.folder = program, nginx, folder
        self.plain, self.secure, self.inner, self.beside = free_ports(4)
        self.store = f"{folder}/uptake.sqlite"
        for name in ("proxy", "log"):
            (folder / name).mkdir()
        self.certificate = folder / "fullchain.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
             "-keyout", str(folder / "privkey.pem"), "-out", str(self.certificate)], check=True, stderr=subprocess.DEVNULL)
        self.settings = folder / "settings.yaml"
        self.settings.write_text(adapted(home / "packaging/settings.yaml", {
            "listen: 127.0.0.1:8080": f"listen: 127.0.0.1:{self.inner}", "store: /var/lib/uptake/uptake.sqlite": f"store: {self.store}", "home: /opt/uptake": f"home: {home}",
            "log: /var/log/uptake/uptake.log": f"log: {folder}/log/uptake.log", "requests_per_minute: 600": f"requests_per_minute: {REQUESTS}",
        }), encoding="utf-8")
        # Not every machine has IPv6.
        other = "[::1]" if has_ipv6() else "127.0.0.2"
        proxy = folder / "proxy"
        (proxy / "uptake.conf").write_text(adapted(home / "packaging/nginx.conf", {
            "listen 80;": f"listen 127.0.0.1:{self.plain};", "listen [::]:80;": f"listen {other}:{self.plain};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.secure} ssl http2;", "listen [::]:443 ssl http2;": f"listen {other}:{self.secure} ssl http2;",
            "/etc/uptake/tls": str(folder), "http://127.0.0.1:8080;": f"http://127.0.0.1:{self.inner};",
        }), encoding="utf-8")
        (proxy / "nginx.conf").write_text(FRAME.format(folder=proxy, beside=self.beside, user="user root;\n" if os.geteuid() == 0 else ""), encoding="utf-8")
        self.running = []
        self.server = None

    def start_server(self):
        self.server = subprocess.Popen([self.program, "serve", "--settings", str(self.settings)], cwd=self.folder, env={"PATH": os.environ["PATH"], "HOME": str(self.folder)}, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        self.running.append(self.server)
        lines = [self.server.stderr.readline(), self.server.stderr.readline()]
        if f"at https://{HOST}" not in lines[0]:
            sys.exit(f"the server does not say where it is: {lines}")
        return lines[1]

    def stop_server(self):
        self.server.send_signal(signal.SIGTERM)
        check(self.server.wait(20) == 0, f"the server ended with {self.server.returncode} when it was told to")
        self.running.remove(self.server)

    def start_proxy(self):
        command = [self.nginx, "-e", f"{self.folder}/proxy/error.log", "-p", str(self.folder / "proxy"), "-c", f"{self.folder}/proxy/nginx.conf"]
        tried = subprocess.run(command + ["-t"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        check("[warn]" not in tried.stdout.replace('[warn] the "user" directive', "") and tried.returncode == 0, f"nginx does not take its settings: {tried.stdout}")
        # A session of its own: whatever happens, it ends with all its workers.
        proxy = subprocess.Popen(command + ["-g", "daemon off;"], stdin=subprocess.DEVNULL, start_new_session=True)
        self.running.append(proxy)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.secure), 1).close()
                return
            except OSError:
                if proxy.poll() is not None:
                    break
                time.sleep(0.05)
        sys.exit(f"nginx does not listen: {self.logs()}")

    def stop(self):
        for process in self.running:
            process.terminate()
        for process in self.running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill() if process is self.server else os.killpg(process.pid, signal.SIGKILL)

    def logs(self):
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted((self.folder / "proxy").glob("*.log")))

    def context(self, version=None):
        context = ssl.create_default_context(cafile=str(self.certificate))
        if version:
            # Otherwise this side would not offer what the other is to refuse.
            context.set_ciphers("ALL:@SECLEVEL=0")
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = version
        return context

    def ask(self, method, path, headers={}, body=None, source="127.0.0.1", secure=True):
        """The answer as (status, headers, text). The name of the host is checked against the certificate."""
        link = http.client.HTTPConnection(HOST, timeout=30)
        link.sock = socket.create_connection(("127.0.0.1", self.secure if secure else self.plain), 30, (source, 0))
        if secure:
            link.sock = self.context().wrap_socket(link.sock, server_hostname=HOST)
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
        finally:
            link.close()


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
        return True
    except OSError:
        return False


def handshake(office, version, ciphers=None, alpn=None):
    """The version that both sides agreed on and the protocol above it, or the other side's alert."""
    context = office.context(version)
    if ciphers:
        context.set_ciphers(ciphers)
    if alpn:
        context.set_alpn_protocols(alpn)
    try:
        with socket.create_connection(("127.0.0.1", office.secure), 30) as plain, context.wrap_socket(plain, server_hostname=HOST) as secure:
            return secure.version(), secure.selected_alpn_protocol()
    except ssl.SSLError as error:
        return error.reason, None


def versions(office):
    check(handshake(office, ssl.TLSVersion.TLSv1_3) == ("TLSv1.3", None), "TLS 1.3 is not spoken")
    check(handshake(office, ssl.TLSVersion.TLSv1_2) == ("TLSv1.2", None), "TLS 1.2 is not spoken")
    check(handshake(office, None, alpn=["h2", "http/1.1"]) == ("TLSv1.3", "h2"), "a browser does not get HTTP/2")
    for version in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1):
        said = handshake(office, version)[0]
        check(said == "TLSV1_ALERT_PROTOCOL_VERSION", f"{version.name} is not refused by the proxy: {said}")
    # The frame around the file takes anything; the file has to take it back.
    said = handshake(office, ssl.TLSVersion.TLSv1_2, ciphers="ECDHE-ECDSA-AES256-SHA:AES128-SHA:@SECLEVEL=0")[0]
    check(said == "SSLV3_ALERT_HANDSHAKE_FAILURE", f"a cipher without authentication is not refused: {said}")


def redirects(office):
    status, headers, _ = office.ask("GET", "/units/616?period=2025-05", source="127.0.0.2", secure=False)
    check((status, headers["Location"]) == (301, f"https://{HOST}/units/616?period=2025-05"), f"port 80 does not lead on: {status}, {headers['Location']}")
    check(headers["Strict-Transport-Security"] is None, "a promise of TLS is made without TLS")
    status, headers, _ = office.ask("GET", "/api/v1/status", {"Authorization": "Bearer uptk_x"}, source="127.0.0.2", secure=False)
    check((status, headers["Location"]) == (403, None), f"a program without TLS is led on: {status}")


def signing_in(office, link):
    """Returns the session's cookie."""
    path = urllib.parse.urlsplit(link).path
    status, headers, text = office.ask("GET", path, source="127.0.0.3")
    check(status == 200 and "Tài khoản admin" in text, f"the first link does not open: {status}")
    check(headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", f"HSTS is {headers['Strict-Transport-Security']}")
    check(headers["Server"] in (None, "nginx"), f"the version of nginx is told: {headers['Server']}")
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"}
    status, headers, text = office.ask("POST", path, form, urllib.parse.urlencode({"password": PASSWORD, "again": PASSWORD}), source="127.0.0.3")
    cookie = headers["Set-Cookie"] or ""
    check(status == 303 and re.fullmatch(r"__Host-uptake=[\w-]{43}; Path=/; Secure; HttpOnly; SameSite=Lax", cookie), f"the session's cookie is not as it should be: {status}, {re.sub('=[^;]*', '=…', cookie, count=1)}")
    status, _, text = office.ask("GET", "/account", {"Cookie": cookie.split(";")[0]}, source="127.0.0.3")
    check(status == 200 and "admin" in text, f"nobody is signed in after that: {status}")
    forged = form | {"Origin": "https://evil.example.vn"}
    check(office.ask("POST", "/login", forged, "name=admin&password=x", source="127.0.0.3")[0] == 403, "a form of another site is taken")
    status, _, text = office.ask("GET", "/metrics", source="127.0.0.3")
    check(status == 404 and "<center>nginx</center>" in text, "numbers for the monitor go out")


def addresses(office):
    begun, passed = time.monotonic(), 0
    ways = [("X-Forwarded-For", lambda n: f"10.0.0.{n}"), ("X-Forwarded-For", lambda _: "127.0.0.5"), ("X-Forwarded-For", lambda _: "127.0.0.5, 127.0.0.5"), ("Forwarded", lambda _: "for=127.0.0.5"), ("X-Real-IP", lambda _: "127.0.0.5")]
    for header, said in ways:
        statuses = [office.ask("GET", "/health", {header: said(n)}, source="127.0.0.4")[0] for n in range(2 * REQUESTS)]
        passed += statuses.count(200)
        check(set(statuses) <= {200, 429} and 429 in statuses, f"{header}: {said(1)} helps against the brake: {statuses}")
    # The bucket is full at first, and fills again while this goes on.
    most = REQUESTS + 1 + (time.monotonic() - begun) * REQUESTS / 60
    check(REQUESTS <= passed <= most, f"{passed} requests of one address were answered, and {most:.1f} may be")
    # Neither is somebody else slowed down for it, nor everybody for one.
    others = [office.ask("GET", "/health", source="127.0.0.5")[0] for _ in range(REQUESTS)]
    check(others == [200] * REQUESTS, f"one address pays for another: {others}")


def bodies(office):
    def asked(size):
        # Only announced: that is what is judged.
        return office.ask("POST", "/upload", {"Content-Length": str(size), "Content-Type": "multipart/form-data; boundary=x"}, source="127.0.0.6")[0]

    check(asked(101 * 1024 * 1024 + 1) == 413, "a body beyond the limit is let through")
    check(asked(100 * 1000 * 1000) == 303, "a body within the limit does not reach the server, which would lead to the door")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    check(office.ask("POST", "/login", form, "name=" + "x" * 70_000, source="127.0.0.6")[0] == 413, "the server's own limit of forms does not hold behind the proxy")


def logs(office, link):
    """Last, because the server ends: whoever opens a link then must not find it in a log."""
    used = urllib.parse.urlsplit(link).path
    fresh = subprocess.run([office.program, "users", "reset", "admin", "--store", office.store, "--url", f"https://{HOST}"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={"HOME": str(office.folder)}).stdout
    fresh = urllib.parse.urlsplit(fresh.strip()).path
    for secure in (True, False):
        office.ask("GET", fresh, source="127.0.0.7", secure=secure)
    too_large = office.ask("POST", fresh, {"Content-Length": str(101 * 1024 * 1024 + 1)}, source="127.0.0.7")[0]
    office.stop_server()
    gone = [office.ask("GET", path, source="127.0.0.7")[0] for path in (fresh, "/login?next=beside")]
    check((too_large, gone) == (413, [502, 502]), f"the faults that would be logged did not happen: {too_large}, {gone}")
    with socket.create_connection(("127.0.0.1", office.beside), 30) as plain:
        plain.sendall(b"GET /beside HTTP/1.0\r\n\r\n")
        plain.recv(1000)
    said = office.logs()
    check("GET /beside" in said and "GET /login?next=beside" in said, f"nginx does not write the logs that are looked at: {said}")
    said += (office.folder / "log" / "uptake.log").read_text(encoding="utf-8")
    for path in (used, fresh):
        found = [line.replace(path, "/setup/…") for line in said.splitlines() if path.rsplit("/", 1)[1] in line]
        check(not found, f"a one-time link is in a log: {found[:1]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("home", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--nginx", default="/usr/sbin/nginx")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        office = Office(options.program, options.home, options.nginx, pathlib.Path(folder))
        try:
            said = office.start_server()
            link = re.search(r"https://\S+/setup/[\w-]+", said)
            check(link, f"the first link is not of the address that people type: {said}")
            office.start_proxy()
            versions(office)
            redirects(office)
            signing_in(office, link.group())
            addresses(office)
            bodies(office)
            logs(office, link.group())
        except Exception as error:
            problems.append(f"{type(error).__name__}: {error}; nginx says: {office.logs()}")
        finally:
            office.stop()
    print("\n".join(problems) if problems else "the proxy keeps what it promises")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
