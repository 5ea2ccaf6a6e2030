#!/usr/bin/env python3
"""Asks a running server for everything that its own description of the API allows, and for much that it does not.

    check_api.py --url http://127.0.0.1:8080 --token uptk_… [--load] [--examples 30] [--seed 1]

Schemathesis makes the requests and compares the answers with /api/v1/openapi.json. Without --load only what reads is asked.
The server's limit of requests in a minute should be out of the way. Exit code 0: as described; 1: the cases that failed are printed, each as
a curl command; 2: the server is not there, or schemathesis, which `scripts/setup.sh test` fetches.
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / ".build-checks" / "api" / "bin" / "schemathesis"

# A run that only reads makes nothing and takes nothing away, so these two would find nothing to look at.
NEEDS_WRITING = "use_after_free,ensure_resource_availability"
# A body that is allowed is any bytes at all, and most bytes are no file: that it is refused is right.
LOADING = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,missing_required_header,ignored_auth"


def run(arguments, options):
    command = [
        str(PROGRAM), "run", f"{options.url}/api/v1/openapi.json", "--url", options.url, "-H", f"Authorization: Bearer {options.token}",
        "--seed", str(options.seed), "--max-examples", str(options.examples), "--workers", "1", "--request-timeout", "30",
        "--continue-on-failure", "--no-color", "--output-sanitize", "true", "--generation-database", "none",
        "--suppress-health-check", "all", "--warnings", "off", *arguments,
    ]
    # It reads settings from the folder that it stands in, and writes there.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        print(done.stdout.replace(options.token, "uptk_…"))
    return done.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="where the server listens, such as http://127.0.0.1:8080")
    parser.add_argument("--token", default=os.environ.get("UPTAKE_TOKEN"), help="of an account that sees the province; or the variable UPTAKE_TOKEN")
    parser.add_argument("--load", action="store_true", help="also load files of random bytes; the token then needs the scope 'write'")
    parser.add_argument("--examples", type=int, default=30, help="requests for each operation and phase")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    if not options.token:
        parser.error("--token is needed")
    options.url = options.url.rstrip("/")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 32)
    print("seed", options.seed, flush=True)
    try:
        urllib.request.urlopen(f"{options.url}/api/v1/openapi.json", timeout=10).close()
    except (urllib.error.URLError, OSError) as error:
        print(f"{options.url}/api/v1/openapi.json is not there: {error}")
        return 2
    if not PROGRAM.exists():
        print(f"{PROGRAM} is not there: scripts/setup.sh test fetches it")
        return 2
    codes = [run(["--include-method", "GET", "--phases", "examples,coverage,fuzzing", "--exclude-checks", NEEDS_WRITING], options)]
    if options.load:
        codes.append(run(["--include-method", "POST", "--phases", "examples,coverage,fuzzing", "--checks", LOADING], options))
    if any(codes):
        print("seed", options.seed)
        return 1
    print("the API is as described")
    return 0


if __name__ == "__main__":
    sys.exit(main())
