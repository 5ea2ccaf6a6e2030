"""Kills `uptake scheduler` at random moments, alone and several at once, and counts what came into the mailboxes.

usage: deliveries.py --program PATH --home FOLDER --runs N [--seed S]

After each `kill -9` another start must bring the run to its end: one publication, and for each of three readers one letter whose attachment is the
published file. Only a letter whose answer was lost may come twice, under the same Message-ID, and then the owner must have been told that it may have.
Accounts and records are invented. The mail server is a real one (aiosmtpd, see scripts/setup.sh); without it nothing is done.
"""

import argparse
import collections
import email
import email.policy
import glob
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

SCHEDULES = """schedules:
  - id: monthly
    title: {vi: Báo cáo tháng, en: Monthly report}
    reports: [unit-monthly]
    due: two working days after the 14th
    period: finished month
    gate: provisional
    to: {roles: [head]}
"""
READERS = {"sa-thay": "616", "y-te": "62.SYT", "ngoc-hoi": "611"}


class Failure(Exception):
    """The program did not keep its promise."""


class Office:
    def __init__(self, program, home, folder, port):
        self.program, self.folder = program, folder
        self.environment = dict(os.environ, UPTAKE_SETTINGS=f"{folder}/settings.yaml", UPTAKE_STORE=f"{folder}/store.sqlite", UPTAKE_HOME=f"{folder}/home")
        self.port = port

    def settings(self):
        with open(f"{self.folder}/settings.yaml", "w", encoding="utf-8") as file:
            file.write(f"delivery:\n  owner: phu-trach@example.vn\n  mail: {{server: '127.0.0.1:{self.port}', security: plain, from: uptake@example.vn}}\n")

    def uptake(self, *arguments):
        done = subprocess.run([self.program, *arguments], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        if done.returncode:
            raise Failure(f"uptake {' '.join(arguments)}: {done.returncode}\n{done.stdout}")
        return done.stdout

    def begin(self, hour="08"):
        return subprocess.Popen(
            [self.program, "scheduler", "--once", "--at", f"2025-05-16T{hour}:00"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ledger(self, sql):
        return sqlite3.connect(f"{self.folder}/uptake-deliveries.sqlite").execute(sql).fetchall()


def prepare(program, home, folder, port):
    """An office in which the report of May is due on the 16th, and nothing was sent."""
    shutil.copytree(f"{home}/reports", f"{folder}/home/reports")
    with open(f"{folder}/home/reports/schedules.yaml", "w", encoding="utf-8") as file:
        file.write(SCHEDULES)
    office = Office(program, home, folder, port)
    office.settings()
    example = f"{home}/examples/kon-tum-2025"
    office.uptake("ingest", *(f"{example}/{name}" for name in ("units.csv", "procedures.csv", "targets.yaml", "submissions.csv", "payments.csv")))
    for name, unit in READERS.items():
        office.uptake("users", "add", name, "--role", "head", "--scope", unit)
        office.uptake("users", "mail", name, f"{name}@example.vn")
    office.uptake("scheduler", "--once", "--at", "2025-05-01T08:00")
    return office


def check(office, mailbox, known, what):
    letters = []
    for path in sorted(glob.glob(f"{mailbox}/messages/*.eml"))[known:]:
        with open(path, "rb") as file:
            letters.append(email.message_from_binary_file(file, policy=email.policy.default))
    own = [letter for letter in letters if letter["To"].addresses[0].addr_spec != "phu-trach@example.vn"]
    counts = collections.Counter((letter["To"].addresses[0].addr_spec, letter["Message-ID"]) for letter in own)
    if {address for address, _ in counts} != {f"{name}@example.vn" for name in READERS} or len(counts) != len(READERS):
        raise Failure(f"{what}: {dict(counts)}")
    told = office.ledger("SELECT count(*) FROM notice WHERE key LIKE 'twice/%'")[0][0]
    twice = sum(counts.values()) - len(counts)
    # That it may have come twice is also told of a letter that was cut off in its last bytes.
    if twice > told:
        raise Failure(f"{what}: {twice} came twice, {told} were told of")
    if office.ledger("SELECT state FROM run") != [("sent",)] or {state for (state,) in office.ledger("SELECT state FROM parcel")} != {"sent"}:
        raise Failure(f"{what}: {office.ledger('SELECT key, state, reason FROM run')} {office.ledger('SELECT recipient, state, reason FROM parcel')}")
    published = sqlite3.connect(f"{office.folder}/store.sqlite").execute("SELECT publication_id, sha256 FROM publication_file").fetchall()
    if len({number for number, _ in published}) != 1:
        raise Failure(f"{what}: {len({number for number, _ in published})} publications")
    for letter in own:
        parts = list(letter.iter_attachments())
        if len(parts) != 1:
            raise Failure(f"{what}: a letter has {len(parts)} attachments")
        for part in parts:
            if hashlib.sha256(part.get_payload(decode=True)).hexdigest() not in {digest for _, digest in published}:
                raise Failure(f"{what}: {part.get_filename()} is not what was published")
    return twice


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--home", required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    program, home = os.path.abspath(options.program), os.path.abspath(options.home)
    python = f"{home}/.build-checks/mail/bin/python"
    if not os.path.exists(f"{home}/.build-checks/mail/ready"):
        return print("deliveries: the mail server of scripts/setup.sh is missing; skipped")
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        mailbox = f"{folder}/mailbox"
        os.mkdir(mailbox)
        server = subprocess.Popen([python, f"{home}/Tests/DeliveryTests/mail_server.py", mailbox], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            port = int(server.stdout.readline())
            template = f"{folder}/template"
            os.mkdir(template)
            prepare(program, home, template, port)
            seconds, killed, doubled = None, 0, 0
            for number in range(options.runs + 1):
                office = Office(program, home, f"{folder}/office", port)
                shutil.rmtree(office.folder, ignore_errors=True)
                shutil.copytree(template, office.folder)
                office.settings()
                known = len(glob.glob(f"{mailbox}/messages/*.eml"))
                begun = time.monotonic()
                several = [1, 1, 2, 4][number % 4] if seconds else 1
                processes = [office.begin() for _ in range(several)]
                if seconds is None:
                    # The first one is left alone, to see how long it takes.
                    processes[0].wait()
                    seconds = time.monotonic() - begun
                else:
                    time.sleep(chance.uniform(0, seconds * 1.1))
                    running = [process for process in processes if process.poll() is None]
                    killed += bool(running)
                    # Of several sometimes one is left alive, and goes on or waits for its turn.
                    for process in running[:1] if several > 1 and number % 8 > 3 else running:
                        process.send_signal(signal.SIGKILL)
                    for process in processes:
                        process.wait()
                    if number % 3 == 0:
                        # And once more while it is being brought to its end.
                        second = office.begin("09")
                        time.sleep(chance.uniform(0, seconds))
                        second.kill()
                        second.wait()
                for hour in ("10", "11", "12"):
                    office.uptake("scheduler", "--once", "--at", f"2025-05-16T{hour}:00")
                doubled += check(office, mailbox, known, f"seed {options.seed}, run {number}, {several} at once")
        except Failure as failure:
            print(f"deliveries: {failure}", file=sys.stderr)
            sys.exit(1)
        finally:
            server.kill()
    if killed * 2 < options.runs:
        sys.exit(f"deliveries: only {killed} of {options.runs} were killed while they ran; that shows nothing")
    print(json.dumps({"runs": options.runs, "killed": killed, "came twice and told": doubled, "lost": 0, "seed": options.seed}))


if __name__ == "__main__":
    main()
