#!/usr/bin/env python3
"""Run the three jobs of uptake and of one or more peers in turn, and say how they compare.

    bench.py --size 1m --runs 3 uptake duckdb rollup polars
    bench.py --size smoke --check

Whole processes are measured (start-up included): wall, user+sys CPU and peak RSS come from wait4(). `others` is the CPU
time that OTHER processes used during the run, as a share of the machine: quote runs with a small share. Before each run
the script waits (at most --patience s) for a quiet machine. Input files and the store are read once before the timed run
(page cache warm). refresh runs on a fresh copy of the store each time. A peer is peers/peer_NAME.py, or an executable
peers/peer_NAME with the same three sub-commands; `rollup` is DuckDB that keeps a monthly roll-up of its own. `report` is drawn on one
core (the peers' writer has one; uptake is kept to one), `report-j2` by two (two processes of the peers). With --check nothing is
timed: the counts of uptake are compared with the generator's manifest and with the first peer's, and the exit code is 1 when they differ.
"""
import argparse
import csv
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
HZ = os.sysconf("SC_CLK_TCK")


def busy():
    v = list(map(int, open("/proc/stat").readline().split()[1:9]))
    return (v[0] + v[1] + v[2] + v[5] + v[6] + v[7]) / HZ      # user nice system irq softirq steal


def quiet(patience, limit=0.08):
    end = time.time() + patience
    while time.time() < end:
        b, t = busy(), time.time()
        time.sleep(1.5)
        if (busy() - b) / (time.time() - t) / os.cpu_count() < limit:
            return True
    return False


def warm(path):
    for d, _, fs in os.walk(path):
        for f in fs:
            with open(os.path.join(d, f), "rb", buffering=0) as h:
                while h.read(1 << 22):
                    pass


def size(path):
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(path) for f in fs)


def timed(argv, env, core=None):
    """Runs a program; on one core when it is given."""
    r, w = os.pipe()
    cores = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})                     # the child inherits it
    b, t = busy(), time.perf_counter()
    pid = os.posix_spawnp(argv[0], argv, env, file_actions=[(os.POSIX_SPAWN_DUP2, w, 1), (os.POSIX_SPAWN_CLOSE, r)])
    os.sched_setaffinity(0, cores)
    os.close(w)
    text = b""
    while chunk := os.read(r, 65536):
        text += chunk
    _, status, ru = os.wait4(pid, 0)
    wall = time.perf_counter() - t
    cpu = ru.ru_utime + ru.ru_stime
    os.close(r)
    try:
        facts = json.loads(text.splitlines()[-1])
    except (IndexError, ValueError):
        facts = {}
    return {"exit": os.waitstatus_to_exitcode(status), "wall": round(wall, 3), "user": round(ru.ru_utime, 3), "sys": round(ru.ru_stime, 3),
            "cpu": round(cpu, 3), "rss_mib": round(ru.ru_maxrss / 1024), "others": round(max(0.0, busy() - b - cpu) / wall / os.cpu_count(), 3),
            "facts": facts}


def facts_of(m):
    """Lines, refused rows by the generator's reasons, and what is stored, of uptake's or a peer's run."""
    f = m["facts"]
    if "files" not in f:
        out = {}
        for kind in ("submissions", "payments"):
            part = f[kind]
            out[kind] = {"lines": part["lines"], "rejected": sum(part["rejected"].values())}
        out["dossiers"], out["payments_stored"] = f["submissions"]["dossiers"], f["payments"]["stored"]
        return out
    files = {x["kind"]: x for x in f["files"]}
    out = {kind: {"lines": files[kind]["read"], "rejected": sum(files[kind]["quarantined"].values())} for kind in ("submissions", "payments")}
    out["dossiers"], out["payments_stored"] = files["submissions"]["stored"], files["payments"]["stored"]
    return out


def machine():
    model = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
    memory = int(next(l for l in open("/proc/meminfo") if l.startswith("MemTotal")).split()[1]) // 1048576
    return {"cpu": model, "cores": os.cpu_count(), "memory_gib": memory, "kernel": platform.release(), "python": platform.python_version()}


def command(name, job, data, store, out):
    script = {"rollup": "duckdb"}.get(name, name)
    native = f"{HERE}/peers/peer_{script}"
    base = [native] if os.access(native, os.X_OK) else [sys.executable, native + ".py"]
    if job == "report-j2" and name != "uptake":
        return base + ["report", store, out, "--jobs", "2"]
    return base + {"cold": ["cold", data, store], "report": ["report", store, out], "report-j2": ["report", store, out],
                   "refresh": ["refresh", store, data, f"{out}-rates.csv"]}[job]


def run(name, job, size_name, patience):
    data, store, out = f"{HERE}/data/{size_name}", f"{HERE}/work/{name}_{size_name}", f"{HERE}/work/out/{name}_{size_name}"
    os.makedirs(f"{HERE}/work/out", exist_ok=True)
    if job == "refresh":
        copy = f"{HERE}/work/refresh_{name}_{size_name}"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(store, copy, symlinks=True)
        store = copy
    warm(data if job == "cold" else store)
    subprocess.run(["sync"])
    was_quiet = quiet(patience)
    environment = dict(os.environ, **({"ROLLUP": "1"} if name == "rollup" else {}))
    m = timed(command(name, job, data, store, out), environment, core=0 if (name, job) == ("uptake", "report") else None)
    return {"peer": name, "job": job, "size": size_name, "was_quiet": was_quiet, **m, "store_mib": round(size(store) / 2 ** 20, 1)}


def check_rates(size_name, peer):
    """The month's online rate of every reporting unit after both have taken the daily file: uptake's figures against the peer's table."""
    data, store = f"{HERE}/data/{size_name}", f"{HERE}/work/refresh_uptake_{size_name}"
    agencies = {r["agency_code"]: r for r in csv.DictReader(open(f"{data}/agencies.csv", encoding="utf-8"))}
    expected = {}
    for r in csv.DictReader(open(f"{HERE}/work/out/{peer}_{size_name}-rates.csv", encoding="utf-8")):
        agency = agencies[r["agency_code"]]
        for unit in ("P", r["agency_code"] if agency["level"] == "department" else agency["unit_code"]):
            n, d = expected.get(unit, (0, 0))
            expected[unit] = (n + int(r["online"]), d + int(r["total"]))
    program = os.environ.get("UPTAKE", f"{HERE}/../.build/release/uptake")
    wrong = [] if len(expected) > 30 else [f"the peer has rates of {len(expected)} units only"]
    for unit, rate in sorted(expected.items()):
        text = subprocess.run([program, "figure", "--home", f"{HERE}/..", "--store", f"{store}/uptake.sqlite", "--indicator", "O1", "--unit", unit, "--period", "2025-12",
                               "--calendar", "calendar", "--list", "0"], capture_output=True, text=True).stdout
        found = re.search(r"^  ([\d,]+) / ([\d,]+) =", text, re.M)
        if not found or tuple(int(x.replace(",", "")) for x in found.groups()) != rate:
            wrong.append(f"O1 of {unit}: uptake {found and found.groups()}, {peer} {rate}")
    return wrong


def measure(size_name, runs):
    """Medians in milliseconds of what is asked of an open store."""
    program = f"{HERE}/../.build/release/Measure"
    return json.loads(subprocess.run([program, f"{HERE}/work/uptake_{size_name}/uptake.sqlite", f"{HERE}/..", str(runs)], capture_output=True, text=True, check=True).stdout)


def check(size_name, peer):
    """Counts only: uptake against the manifest and against a peer, cold and after the daily file."""
    manifest = json.load(open(f"{HERE}/data/{size_name}/manifest.json"))
    ours, theirs = ({job: run(name, job, size_name, 0) for job in ("cold", "refresh")} for name in ("uptake", peer))
    wrong = [f"{m['peer']} {m['job']} ended with {m['exit']}" for side in (ours, theirs) for m in side.values() if m["exit"]]
    if not wrong:
        a, b = facts_of(ours["cold"]), facts_of(theirs["cold"])
        if a != b:
            wrong.append(f"cold: uptake {a}, {peer} {b}")
        if a["dossiers"] != manifest["submissions"]["dossiers"]:
            wrong.append(f"dossiers: uptake {a['dossiers']}, manifest {manifest['submissions']['dossiers']}")
        if a["submissions"]["rejected"] != sum(manifest["submissions"]["rejected"].values()):
            wrong.append(f"refused submissions: uptake {a['submissions']['rejected']}, manifest {manifest['submissions']['rejected']}")
        # After the daily file a peer tells all that it stores, uptake what the file added.
        c, d = facts_of(ours["refresh"]), facts_of(theirs["refresh"])
        for what in ("dossiers", "payments_stored"):
            if a[what] + c[what] != d[what]:
                wrong.append(f"refresh, {what}: uptake {a[what]} + {c[what]}, {peer} {d[what]}")
        for kind in ("submissions", "payments"):
            if c[kind] != d[kind]:
                wrong.append(f"refresh, {kind}: uptake {c[kind]}, {peer} {d[kind]}")
        wrong += check_rates(size_name, peer)
        for name in ("uptake", peer):
            if (m := run(name, "report", size_name, 0))["exit"]:
                wrong.append(f"{name} report ended with {m['exit']}")
            books = len([f for f in os.listdir(f"{HERE}/work/out/{name}_{size_name}") if f.endswith(".xlsx")])
            if books != 36:
                wrong.append(f"{name} drew {books} workbooks, not 36")
    print("\n".join(wrong) or f"the counts of uptake, of the manifest and of {peer} agree ({manifest['submissions']['dossiers']} dossiers)")
    return 1 if wrong else 0


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("peers", nargs="*", default=["uptake", "duckdb", "rollup", "polars"])
    ap.add_argument("--size", default="1m")
    ap.add_argument("--runs", type=int, default=3)
    ap.add_argument("--jobs", default="cold,report,report-j2,refresh")
    ap.add_argument("--patience", type=float, default=60)
    ap.add_argument("--check", action="store_true", help="compare counts only")
    a = ap.parse_args()
    if a.check:
        sys.exit(check(a.size, next((p for p in a.peers if p != "uptake"), "duckdb")))
    runs = []
    for number in range(a.runs):
        for job in a.jobs.split(","):
            for name in a.peers:                              # peers take turns, so drift hits all of them alike
                m = {"run": number, **run(name, job, a.size, a.patience)}
                runs.append(m)
                print({k: m[k] for k in ("peer", "job", "wall", "cpu", "rss_mib", "others", "store_mib", "exit")}, flush=True)
                if m["exit"]:
                    sys.exit(f"{name} {job} ended with {m['exit']}")
    summary = []
    print(f"\n{'job':9} {'peer':8} {'wall s':>8} {'cpu s':>8} {'MiB':>6} {'store MiB':>10} {'uptake is':>12}")
    for job in a.jobs.split(","):
        median = {name: {k: statistics.median(m[k] for m in runs if (m["peer"], m["job"]) == (name, job)) for k in ("wall", "cpu", "rss_mib", "store_mib")}
                  for name in a.peers}
        for name, m in median.items():
            # Ratios are taken within each round, so that a slow minute counts for both.
            pairs = [x["wall"] / y["wall"] for x in runs for y in runs
                     if (x["peer"], x["job"], y["peer"], y["job"], x["run"]) == (name, job, "uptake", job, y["run"])]
            ratio = statistics.median(pairs) if pairs and name != "uptake" else None
            word = "" if ratio is None else f"{ratio:.2f}x faster" if ratio >= 1 else f"{1 / ratio:.2f}x slower"
            print(f"{job:9} {name:8} {m['wall']:8.2f} {m['cpu']:8.2f} {m['rss_mib']:6.0f} {m['store_mib']:10} {word:>12}")
            summary.append({"job": job, "peer": name, **m, "uptake_times_faster": ratio and round(ratio, 3)})
    open_store = measure(a.size, 21) if "uptake" in a.peers else {}
    for name, ms in open_store.items():
        print(f"open store, {name}: {ms} ms")
    result = {"size": a.size, "runs": a.runs, "machine": machine(), "median": summary, "open_store_ms": open_store}
    os.makedirs(f"{HERE}/results", exist_ok=True)
    with open(f"{HERE}/results/{a.size}.json", "w") as f:
        json.dump(result, f, indent=1)
        f.write("\n")
    print(f"\n{json.dumps(result['machine'])}\nwritten to Benchmarks/results/{a.size}.json")


if __name__ == "__main__":
    main()
