"""Kills every writing command of uptake at random moments, and looks at what it leaves behind.

usage: kills.py --program PATH --home FOLDER --runs N [--seed S] [--jobs 1] [--keep-going]

After each `kill -9` the store must open at once and pass `uptake doctor`, must hold all or nothing of what the command was to do, and
the same command, started again, must come to the end that it would have come to without the kill. All records are invented.
"""

import argparse
import collections
import concurrent.futures
import csv
import dataclasses
import hashlib
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

DOSSIERS = 1000
PERIOD = "2025-05"
UNIT = "616"
DOCTOR_SECONDS = 60
"""A check that takes longer hangs."""
BEYOND_THE_END = 1.1
"""Delays are drawn up to this many times the length of the command."""

STORE = "store.sqlite"
CLOCK = {("import", "recorded_at"), ("act", "acted_at"), ("audit", "happened_at"), ("audit", "hash")}
BACKUP_NAME = re.compile(r"uptake-\d{8}-\d{6}-v\d+\.sqlite(\.sealed)?")
PUBLICATION_TABLES = {
    "act", "audit", "publication", "publication_file", "publication_recipient", "publication_section", "publication_figure", "publication_line"}


class Failure(Exception):
    """The program did not keep its promise."""


@dataclasses.dataclass
class Case:
    """One writing command, the stores that it begins with, and what it may do when it is started again."""

    name: str
    template: str
    command: list[str]
    refusal: str = ""
    """What the refusal says when the command had been done before it was started again; empty when it simply succeeds."""
    repeats: frozenset[str] = frozenset()
    """Tables in which the rows of a second start may stand beside those of the first."""
    check: str = ""
    """The method of `Bench` that looks at files beside the store after the kill."""
    out: str = ""
    """The folder of the files that it writes."""
    put_aside: bool = False
    """It replaces the store, which must still be there afterwards."""
    first_step: list[str] = dataclasses.field(default_factory=list)
    """A command that does the first of two steps alone, when the command has two; started again, the command does the second."""
    between: dict = dataclasses.field(default_factory=dict)
    before: dict = dataclasses.field(default_factory=dict)
    after: dict = dataclasses.field(default_factory=dict)
    seconds: float = 0.0
    files: dict = dataclasses.field(default_factory=dict)
    """The names of the files that it writes, with their SHA-256."""


@dataclasses.dataclass
class Run:
    """One kill: which command, and at what part of its length."""

    number: int
    case: Case
    part: float
    is_done: bool = False
    was_running: bool = False


# The store as something that can be compared


def dump(path):
    """All rows of all tables, sorted, without what the clock wrote; blobs by their hash."""
    tables = {}
    db = sqlite3.connect(path)
    try:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'sqlite_sequence'")]
        for table in names:
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if (table, row[1]) not in CLOCK]
            rows = db.execute("SELECT {} FROM {}".format(", ".join(f'"{column}"' for column in columns), table))
            tables[table] = sorted((tuple(plain(value) for value in row) for row in rows), key=repr)
    finally:
        db.close()
    return tables


def plain(value):
    """Blobs become their hash, and the name of a backup loses its moment."""
    if isinstance(value, bytes):
        return "sha256:" + hashlib.sha256(value).hexdigest()
    if isinstance(value, str) and "uptake-" in value:
        return re.sub(r"uptake-\d{8}-\d{6}-", "uptake-(moment)-", value)
    return value


def without_restore(tables):
    """A restored store says in its log that it was restored; the backup could not know that."""
    return tables | {"audit": [row for row in tables.get("audit", []) if "restore" not in row]}


def difference(expected, found, repeats=frozenset()):
    """What differs between two dumps, in words; empty when nothing does.

    In the tables of `repeats` further rows are no difference.
    """
    lines = []
    for table in sorted(expected.keys() | found.keys()):
        wanted, got = (collections.Counter(tables.get(table, [])) for tables in (expected, found))
        missing, further = wanted - got, got - wanted
        if table in repeats:
            further = collections.Counter()
        for word, rows in (("lacks", missing), ("has besides", further)):
            if rows:
                lines.append(f"    {table} {word} {rows.total()} rows, such as {str(next(iter(rows)))[:160]}")
    return "\n".join(lines)


def sha256(path):
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def visible(folder):
    """The files of a folder, as a command's user sees them."""
    return sorted(path for path in folder.glob("*") if path.is_file() and not path.name.startswith(".")) if folder.exists() else []


class Bench:
    """The program, the templates of stores, and the work that is done with copies of them."""

    def __init__(self, program, home, root):
        # Copies: somebody may build, or edit definitions, while this runs.
        self.program = pathlib.Path(shutil.copy(program, root / "uptake"))
        self.home = root / "home"
        shutil.copytree(home / "reports", self.home / "reports")
        shutil.copytree(home / "examples/kon-tum-2025", self.home / "examples/kon-tum-2025")
        self.root = root
        self.inputs, self.templates = root / "inputs", root / "templates"
        self.notes = collections.Counter()
        self.sound_backups = set()
        self.lock = threading.Lock()

    # Running the program

    def start(self, folder, arguments, error):
        """Starts the program as a group of processes of its own, in a folder with a place for its temporary files."""
        temporary = folder / "tmp"
        temporary.mkdir(exist_ok=True)
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
        environment |= {"TMPDIR": str(temporary), "UPTAKE_HOME": str(self.home), "UPTAKE_ACTOR": "kills"}
        return subprocess.Popen(
            [str(self.program), *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=error,
            start_new_session=True)

    def call(self, folder, *arguments):
        """Runs the program to its end; returns its exit code and what it said on standard error."""
        with tempfile.TemporaryFile() as error:
            code = self.start(folder, arguments, error).wait()
            error.seek(0)
            return code, error.read().decode(errors="replace").strip()

    def must(self, folder, *arguments):
        """Runs the program, which has to succeed."""
        code, words = self.call(folder, *arguments)
        if code != 0:
            raise Failure(f"`uptake {' '.join(arguments)}` gives {code}: {words[-2000:]}")

    def doctor(self, folder, store=STORE):
        """The store opens at once and is sound."""
        begin = time.monotonic()
        self.must(folder, "doctor", "--store", store)
        seconds = time.monotonic() - begin
        if seconds >= DOCTOR_SECONDS:
            raise Failure(f"`uptake doctor` took {seconds:.1f} s, and may take {DOCTOR_SECONDS} s")

    # Preparing

    def prepare(self):
        """Writes the invented records and the templates; returns the cases."""
        self.templates.mkdir()
        self.write_inputs()
        new = self.template("new")
        empty = self.template("empty")
        (empty / STORE).touch()
        self.doctor(empty)
        registers = self.grown("registers", new, ["ingest", *self.files("units.csv", "procedures.csv", "services.csv", "targets.yaml")])
        part = self.grown("part", registers, ["ingest", *self.files("submissions-1.csv", "payments-1.csv", "accounts.csv")])
        full = self.grown("full", part, ["ingest", *self.files("submissions-2.csv", "payments-2.csv")])
        freeze = ["period", "freeze", PERIOD, "--why", "decision 1", "--override", "some days are missing"]
        self.grown("frozen", full, freeze)
        self.grown(
            "outdated", part, ["publish", PERIOD, "--report", "unit-monthly", "--unit", UNIT, "--format", "html", "--to", "the office"], freeze,
            ["ingest", *self.files("submissions-2.csv", "payments-2.csv")], ["ingest", *self.files("corrections.csv")])
        self.keep_backups(part, full)
        cases = self.cases()
        for case in cases:
            self.measure(case)
        return cases

    def cases(self):
        """Every writing command."""
        key = str(self.inputs / "key")
        log = frozenset({"audit"})
        publications = frozenset(PUBLICATION_TABLES)
        keep = ["backup", "--to", "backups", "--keep", "1", "--keep-months", "0"]
        old = str(self.inputs / "uptake-20240101-000000-v2.sqlite")
        first = self.files("units.csv", "procedures.csv", "services.csv", "targets.yaml", "submissions.csv", "payments.csv", "accounts.csv")
        return [
            Case("first import", "new", ["ingest", *first]),
            Case("later import", "part", ["ingest", *self.files("submissions-2.csv", "payments-2.csv")]),
            Case("corrections", "full", ["ingest", *self.files("corrections.csv")]),
            Case("register import", "full", ["register", "import", *self.files("units-2.csv", "procedures-2.csv")]),
            Case("imports undo", "full", ["imports", "undo", "3"], refusal="was undone by import 4 already"),
            Case("period review", "full", ["period", "review", PERIOD, "--out", "out"], repeats=frozenset({"act", "audit"}), check="check_drafts", out="out"),
            Case("period explain", "full", ["period", "explain", "--period", PERIOD, *self.files("explanations.csv")]),
            Case("period freeze", "full", ["period", "freeze", PERIOD, "--why", "decision 2", "--override", "some days are missing"], refusal="is final since"),
            Case("period reopen", "frozen", ["period", "reopen", PERIOD, "--why", "decision 3"], refusal="is not final"),
            Case("restate", "outdated", ["restate", PERIOD, "--why", "late records", "--out", "out"], check="check_publication", out="out", first_step=["restate", PERIOD, "--why", "late records"]),
            Case(
                "publish", "outdated", ["publish", PERIOD, "--unit", UNIT, "--format", "html", "--to", "the committee", "--out", "out"], repeats=publications,
                check="check_publication", out="out"),
            Case(
                "publish --external", "full", ["publish", PERIOD, "--external", "--format", "html", "--out", "out"], repeats=publications,
                check="check_publication", out="out"),
            Case("export", "full", ["export", "--out", "out"], repeats=log, check="check_export", out="out"),
            Case("backup", "backups", keep, repeats=log, check="check_backups"),
            Case("backup --key", "backups", [*keep, "--key", key], repeats=log, check="check_backups"),
            Case("restore --replace", "full", ["restore", "--replace", old], repeats=log, put_aside=True),
            Case("restore --replace --key", "full", ["restore", "--replace", old + ".sealed", "--key", key], repeats=log, put_aside=True),
        ]

    def files(self, *names):
        """The paths of input files."""
        return [str(self.inputs / name) for name in names]

    def write_inputs(self):
        """Invented records, in two halves that mix all days; registers that differ a little; explanations; a key."""
        self.must(self.root, "sample", "--dossiers", str(DOSSIERS), "--out", str(self.inputs))
        shutil.copy(self.home / "examples/kon-tum-2025/targets.yaml", self.inputs)
        for kind in ("submissions", "payments"):
            header, *lines = (self.inputs / f"{kind}.csv").read_text("utf-8").splitlines(keepends=True)
            (self.inputs / f"{kind}-1.csv").write_text("".join([header, *lines[::2]]), "utf-8")
            (self.inputs / f"{kind}-2.csv").write_text("".join([header, *lines[1::2]]), "utf-8")
        for kind in ("units", "procedures"):
            with open(self.inputs / f"{kind}.csv", encoding="utf-8", newline="") as source, open(self.inputs / f"{kind}-2.csv", "w", encoding="utf-8", newline="") as target:
                rows = csv.DictReader(source)
                writer = csv.DictWriter(target, rows.fieldnames)
                writer.writeheader()
                for row in rows:
                    writer.writerow(row | {"name": row["name"] + " (new)"})
        lines = [f"{indicator}.v1/{UNIT}/{PERIOD}/administrative,because of {indicator}\n" for indicator in ("O1", "P1", "T1")]
        (self.inputs / "explanations.csv").write_text("figure,explanation\n" + "".join(lines), "utf-8")
        (self.inputs / "key").write_text("an invented secret for tests: 0123456789abcdef\n", "utf-8")

    def template(self, name, of=None):
        """A new template; a copy of another one if there is one."""
        folder = self.templates / name
        if of:
            shutil.copytree(of, folder)
        else:
            folder.mkdir()
        return folder

    def grown(self, name, of, *commands):
        """A template that is another one after some commands."""
        folder = self.template(name, of)
        for command in commands:
            self.must(folder, *command, "--store", STORE)
        shutil.rmtree(folder / "tmp", ignore_errors=True)
        return folder

    def keep_backups(self, part, full):
        """Backups to restore, and a template whose folder has two older ones."""
        for more in ([], ["--key", str(self.inputs / "key")]):
            folder = self.template("kept", part)
            self.must(folder, "backup", "--store", STORE, "--to", "backups", *more)
            (made,) = visible(folder / "backups")
            ending = ".sealed" if more else ""
            shutil.move(made, self.inputs / f"uptake-20240101-000000-v2.sqlite{ending}")
            shutil.rmtree(folder)
        backups = self.template("backups", full) / "backups"
        backups.mkdir()
        for day in ("20240101", "20240102"):
            shutil.copy(self.inputs / "uptake-20240101-000000-v2.sqlite", backups / f"uptake-{day}-000000-v2.sqlite")
        self.sound_backups.add(sha256(backups / "uptake-20240101-000000-v2.sqlite"))

    def measure(self, case):
        """Runs a case without a kill: how long it takes, and what the store is before and after."""
        folder = self.root / "unkilled"
        shutil.copytree(self.templates / case.template, folder)
        case.before = dump(self.templates / ("empty" if case.template == "new" else case.template) / STORE)
        begin = time.monotonic()
        self.must(folder, *case.command, "--store", STORE)
        case.seconds = time.monotonic() - begin
        self.doctor(folder)
        case.after = dump(folder / STORE)
        if not difference(case.before, case.after):
            raise Failure(f"{case.name} changes nothing, so nothing can be learnt from it")
        if case.out:
            case.files = {path.name: sha256(path) for path in visible(folder / case.out)}
        shutil.rmtree(folder)
        if case.first_step:
            shutil.copytree(self.templates / case.template, folder)
            self.must(folder, *case.first_step, "--store", STORE)
            case.between = dump(folder / STORE)
            shutil.rmtree(folder)

    # One run

    def run(self, run):
        """Kills one command and looks at what is left."""
        case, folder = run.case, self.folder(run)
        shutil.copytree(self.templates / case.template, folder)
        run.was_running = self.kill(case, folder, run.part * case.seconds)
        # What a failure is investigated with: nothing has opened it since.
        shutil.copytree(folder, self.folder(run, "-killed"))
        state = self.state(case, folder)
        if not run.was_running and difference(case.after, state):
            raise Failure("the command came to its end, and the store is not what it should be:\n" + difference(case.after, state))
        if case.check:
            getattr(self, case.check)(case, folder, state)
        self.start_again(case, folder, state)
        if case.put_aside:
            self.check_put_aside(case, folder)
        for path in (folder, self.folder(run, "-killed")):
            shutil.rmtree(path)

    def folder(self, run, ending=""):
        """Where a run works."""
        return self.root / f"run-{run.number}{ending}"

    def kill(self, case, folder, delay):
        """Starts the command and kills all its processes after a delay; returns whether it was still running."""
        with tempfile.TemporaryFile() as error:
            process = self.start(folder, [*case.command, "--store", STORE], error)
            time.sleep(delay)
            # Nobody has waited for it yet, so its number belongs to no other.
            os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
            error.seek(0)
            if code not in (0, -signal.SIGKILL):
                raise Failure(f"the command was not killed and gives {code}: {error.read().decode(errors='replace')[-2000:]}")
            return code != 0

    def state(self, case, folder):
        """The store after the kill, which is the one before the command or the one after it."""
        if not (folder / STORE).exists():
            if case.template == "new":
                return case.before
            raise Failure(f"there is NO STORE at its path; beside it are {', '.join(path.name for path in visible(folder))}")
        self.doctor(folder)
        found = dump(folder / STORE)
        allowed = [case.before, case.after] + ([case.between] if case.between else [])
        differences = [difference(one, found) for one in allowed]
        if all(differences):
            raise Failure(f"the store is neither as before:\n{differences[0]}\n  nor as after:\n{differences[1]}")
        return found

    def start_again(self, case, folder, state):
        """The same command comes to the same end."""
        was_done = not difference(case.after, state)
        code, words = self.call(folder, *case.command, "--store", STORE)
        if was_done and case.refusal:
            if code != 1 or case.refusal not in words:
                raise Failure(f"had been done, and started again it gives {code}, which should be 1, and says: {words[-2000:]}")
        elif code != 0:
            raise Failure(f"started again it gives {code}: {words[-2000:]}")
        self.doctor(folder)
        found = dump(folder / STORE)
        different = difference(case.after, found, case.repeats)
        if different:
            raise Failure(f"started again, the store is not what it is without a kill:\n{different}")
        missing = case.files.keys() - {path.name for path in visible(folder / case.out)} if case.out else None
        if missing:
            raise Failure(f"started again, it has not written {', '.join(sorted(missing))}")

    # What stands beside the store

    def check_publication(self, case, folder, state):
        """What was registered can be made again; files are absent or what was registered."""
        files = {(name, digest) for _, name, _, _, digest, _ in state["publication_file"]}
        for path in visible(folder / "out"):
            if (path.name, sha256(path)) not in files:
                raise Failure(f"{path.name} is not what any publication has registered")
        if len(state["publication"]) > len(case.before["publication"]):
            last = max(row[0] for row in state["publication"])
            self.must(folder, "publish", "--rebuild", str(last), "--out", "rebuilt", "--store", STORE)

    def check_drafts(self, case, folder, state):
        """No draft is cut off."""
        for path in visible(folder / "out"):
            if path.suffix == ".xlsx":
                try:
                    with zipfile.ZipFile(path) as archive:
                        whole = archive.testzip() is None
                except zipfile.BadZipFile:
                    whole = False
            else:
                whole = path.suffix != ".html" or path.read_bytes().rstrip().endswith(b"</html>")
            if not whole:
                raise Failure(f"{path.name} is cut off")

    def check_export(self, case, folder, state):
        """A file that bears its name is complete, and what was begun is in the log."""
        for path in visible(folder / "out"):
            if path.suffix != ".partial" and sha256(path) != case.files[path.name]:
                raise Failure(f"{path.name} is cut off and bears its final name")
        if any(visible(folder / "out")) and len(state["audit"]) == len(case.before["audit"]):
            raise Failure("records have left without a word in the log")

    def check_backups(self, case, folder, state):
        """Every file that bears the name of a backup is one, and there is at least one."""
        is_sealed = "--key" in case.command
        backups = [path for path in visible(folder / "backups") if BACKUP_NAME.fullmatch(path.name)]
        if not backups:
            raise Failure("no backup is left")
        for path in backups:
            digest = sha256(path)
            if digest in self.sound_backups:
                continue
            shutil.rmtree(folder / "fresh", ignore_errors=True)
            (folder / "fresh").mkdir()
            key = case.command[-2:] if is_sealed else []
            self.must(folder, "restore", str(path), "--store", "fresh/store.sqlite", *key)
            self.doctor(folder, "fresh/store.sqlite")
            different = difference(case.before, without_restore(dump(folder / "fresh" / STORE)))
            if different:
                raise Failure(f"{path.name} is not what was copied:\n{different}")
            self.sound_backups.add(digest)
        for path in (folder / "backups").glob(".uptake-backup-*"):
            is_open = path.read_bytes().startswith(b"SQLite format 3")
            if is_sealed and is_open:
                raise Failure(f"{path.name} is not encrypted although there is a key")
            self.note("an unfinished backup stays in its folder until the next one")

    def check_put_aside(self, case, folder):
        """The store that was replaced is still there."""
        for path in folder.glob(STORE + ".before-restore-*"):
            if path.name.endswith(("-wal", "-shm", "-journal")):
                continue
            if not difference(case.before, dump(path)):
                return
        raise Failure("the store that was replaced is nowhere any more")

    def note(self, words):
        """Counts something that is no failure and still worth knowing."""
        with self.lock:
            self.notes[words] += 1


# All runs


def plan(cases, runs, chance):
    """Which command is killed when: every command has its turn in each round, in an order of chance."""
    turns = []
    while len(turns) < runs:
        turns += chance.sample(cases, len(cases))
    return [Run(number + 1, case, chance.uniform(0, BEYOND_THE_END)) for number, case in enumerate(turns[:runs])]


def attempt(bench, run, options, failures):
    """One run; a failure is told with everything that is needed to see it again."""
    if failures and not options.keep_going:
        return
    run.is_done = True
    try:
        bench.run(run)
    except (Failure, sqlite3.Error, OSError) as failure:
        delay = run.part * run.case.seconds
        print(
            f"FAILED: seed {options.seed}, run {run.number}, {run.case.name}, killed after {delay:.3f} s of {run.case.seconds:.3f} s\n"
            f"  command: uptake {' '.join(run.case.command)} --store {STORE}\n"
            f"  {failure}\n"
            f"  the store is kept in {bench.folder(run)}, as it was when it was killed in {bench.folder(run, '-killed')}", flush=True)
        failures.append(run)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--home", required=True, type=pathlib.Path)
    parser.add_argument("--runs", required=True, type=int)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep-going", action="store_true", help="go on after a failure; the exit code is 1 all the same")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    begin = time.monotonic()
    root = pathlib.Path(tempfile.mkdtemp(prefix="uptake-kills-"))
    failures, keep = [], False
    try:
        bench = Bench(options.program.resolve(), options.home.resolve(), root)
        runs = plan(bench.prepare(), options.runs, random.Random(options.seed))
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            list(pool.map(lambda run: attempt(bench, run, options, failures), runs))
        runs = [run for run in runs if run.is_done]
        killed = sum(run.was_running for run in runs)
        for words, count in sorted(bench.notes.items()):
            print(f"note: {words}: {count} times")
        counts = collections.Counter(run.case.name for run in runs)
        covered = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
        is_too_few = 2 * killed < len(runs)
        if is_too_few:
            print("FAILED: fewer than half of the commands were killed while they were running")
        print(f"{len(runs)} runs, {killed} really killed, {len(failures)} failed; {covered}; {time.monotonic() - begin:.0f} s")
        keep = bool(failures)
        return 1 if failures or is_too_few else 0
    except Failure as failure:
        print(f"FAILED before any kill, in {root}: {failure}")
        keep = True
        return 1
    finally:
        if not keep:
            shutil.rmtree(root, ignore_errors=True)
        else:
            # The failures and the files that they were made with stay.
            for name in ("templates", "home"):
                shutil.rmtree(root / name, ignore_errors=True)
            (root / "uptake").unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
