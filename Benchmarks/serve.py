#!/usr/bin/env python3
"""serve.py PROGRAM STORE [--period 2025-12] [--seconds 10]: the server under load from a second process (wrk), on this machine.

Signs in, reads each page once (cold, which makes its evidence, then warm), and asks each for some seconds over 1 and over 8 connections.
Prints a table: bytes, the first answer, median and 99th percentile, requests a second. Every answer must be 200.
"""
import argparse
import os
import re
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

PASSWORD = "a sentence that is long enough"
PAGES = ["/?period={p}", "/pages/units?period={p}", "/units/{u}?period={p}", "/pages/procedures?period={p}", "/figures?name=O1.v1/{u}/{p}/administrative", "/search?q=uy+ban", "/api/v1/health"]


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("store")
    parser.add_argument("--home", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    parser.add_argument("--period", default="2025-12")
    parser.add_argument("--unit", default="P")
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = os.path.join(folder, "settings.yaml")
        with open(settings, "w", encoding="utf-8") as file:
            file.write("listen: 127.0.0.1:0\nlimits: {requests_per_minute: 100000}\n")
        environment = dict(os.environ, UPTAKE_ACCOUNTS=os.path.join(folder, "accounts.sqlite"), UPTAKE_UPLOADS=os.path.join(folder, "uploads"), UPTAKE_LOG=os.path.join(folder, "log"))
        server = subprocess.Popen([options.program, "serve", "--settings", settings, "--store", options.store, "--home", options.home], env=environment, stderr=subprocess.PIPE, text=True)
        try:
            address, link = (re.search(r"http://\S+", server.stderr.readline()).group().rstrip(":") for _ in range(2))
            measure(address, link, options)
            with open(f"/proc/{server.pid}/status", encoding="utf-8") as status:
                peak = re.search(r"VmHWM:\s+(\d+)", status.read()).group(1)
            print(f"\npeak memory of the server: {int(peak) // 1024} MiB")
        finally:
            server.terminate()
            server.wait(20)


def measure(address, link, options):
    opener = urllib.request.build_opener(Stay)
    try:
        opener.open(link, urllib.parse.urlencode({"password": PASSWORD, "again": PASSWORD}).encode())
        raise SystemExit("the link led nowhere")
    except urllib.error.HTTPError as answer:
        cookie = answer.headers["Set-Cookie"].split(";")[0]
    print("| Page | KB | first ms | 1 connection: median, p99 ms | requests/s | 8 connections: median, p99 ms | requests/s |\n|---|---|---|---|---|---|---|")
    for page in PAGES:
        url = address + page.format(p=options.period, u=options.unit)
        begun = time.monotonic()
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": cookie})) as answer:
            size = len(answer.read())
        first = (time.monotonic() - begun) * 1000
        cells = []
        for connections in (1, 8):
            out = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{options.seconds}s", "--latency", "-H", f"Cookie: {cookie}", url], stdout=subprocess.PIPE, text=True, check=True).stdout
            if "Non-2xx" in out:
                raise SystemExit(f"{page}: {out}")
            latency = dict(re.findall(r"(50|99)%\s+(\S+)", out))
            rate = re.search(r"Requests/sec:\s+(\S+)", out).group(1)
            cells += [f"{latency['50']}, {latency['99']}", rate]
        print(f"| `{page.format(p=options.period, u=options.unit)}` | {size / 1000:.1f} | {first:.0f} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
