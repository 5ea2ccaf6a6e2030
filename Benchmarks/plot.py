#!/usr/bin/env python3
"""plot.py: draws results/*.json as results/jobs.svg and results/growth.svg, and prints the tables of README.md."""
import glob
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
JOBS = {"cold": "cold: load everything", "report": "report: a pack, one core", "report-j2": "report: a pack, two cores", "refresh": "refresh: a daily file"}
COLOURS = {"uptake": "#1f4e9e", "duckdb": "#d9822b", "rollup": "#e8b67a", "polars": "#7a9e3f"}
NAMES = {"uptake": "uptake", "duckdb": "DuckDB", "rollup": "DuckDB with roll-up", "polars": "polars"}
SIZES = {"1m": 1, "3m": 3, "10m": 10}

results = {os.path.basename(f)[:-5]: json.load(open(f)) for f in glob.glob(f"{HERE}/results/*.json")}
results = {s: results[s] for s in SIZES if s in results}


def median(size, job, peer):
    return next((m for m in results[size]["median"] if (m["job"], m["peer"]) == (job, peer)), None)


def text(x, y, words, anchor="start", size=13, weight="normal"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}">{words}</text>'


def svg(width, height, parts):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" fill="#222">'
            f'<rect width="{width}" height="{height}" fill="#fff"/>' + "".join(parts) + "</svg>\n")


def jobs_picture(size):
    """Seconds of each job, a bar for each peer; each job has a scale of its own."""
    parts, y = [text(20, 28, f"{SIZES[size]} million dossiers: seconds, the shorter the better", size=16, weight="bold")], 50
    for job, title in JOBS.items():
        bars = [(p, m["wall"], m["rss_mib"]) for p in NAMES if (m := median(size, job, p))]
        if not bars:
            continue
        y += 22
        parts.append(text(20, y, title, weight="bold"))
        longest = max(wall for _, wall, _ in bars)
        for peer, wall, mib in bars:
            y += 22
            parts.append(text(170, y + 12, NAMES[peer], "end"))
            parts.append(f'<rect x="180" y="{y}" width="{max(2, wall / longest * 400):.1f}" height="16" fill="{COLOURS[peer]}"/>')
            parts.append(text(186 + wall / longest * 400, y + 13, f"{wall:.2f} s, {mib:.0f} MiB"))
        y += 14
    return svg(760, y + 30, parts)


def growth_picture():
    """Seconds of uptake's jobs against the number of dossiers, both on logarithmic scales: a line of slope 1 is linear, a level one does not grow."""
    import math
    left, top, width, height = 70, 60, 420, 280
    x = lambda millions: left + math.log10(millions) * width
    y = lambda seconds: top + height - (math.log10(seconds) + 3) / 5 * height
    parts = [text(20, 28, "uptake: seconds against millions of dossiers", size=16, weight="bold")]
    for power in range(-3, 3):
        parts.append(f'<line x1="{left}" x2="{left + width}" y1="{y(10 ** power):.1f}" y2="{y(10 ** power):.1f}" stroke="#ddd"/>')
        parts.append(text(left - 8, y(10 ** power) + 4, {-3: "1 ms", -2: "10 ms", -1: "0.1 s", 0: "1 s", 1: "10 s", 2: "100 s"}[power], "end"))
    for size in results:
        parts.append(text(x(SIZES[size]), top + height + 20, f"{SIZES[size]} m", "middle"))
    lines = {title: [(s, median(s, job, "uptake")["wall"]) for s in results if median(s, job, "uptake")] for job, title in JOBS.items() if job != "report"}
    lines["page: province, 12 months, all units"] = [(s, r["open_store_ms"]["page"] / 1000) for s, r in results.items() if r.get("open_store_ms")]
    for (name, points), colour in zip(lines.items(), ["#1f4e9e", "#d9822b", "#7a9e3f", "#9c1c1c"]):
        path = " ".join(f"{x(SIZES[s]):.1f},{y(v):.1f}" for s, v in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(SIZES[s]):.1f}" cy="{y(v):.1f}" r="4" fill="{colour}"/>' for s, v in points]
        parts.append(f'<g fill="{colour}">' + text(x(SIZES[points[-1][0]]) + 10, y(points[-1][1]) + 4, name) + "</g>")
    return svg(780, top + height + 40, parts)


def tables():
    for size, result in results.items():
        print(f"\n{SIZES[size]} million dossiers, {result['runs']} rounds; {result['machine']['cpu']}, {result['machine']['cores']} cores, {result['machine']['memory_gib']} GiB\n")
        print("| Job | | wall s | CPU s | MiB | store MiB | uptake is |\n|---|---|---|---|---|---|---|")
        for m in result["median"]:
            ratio = m["uptake_times_faster"]
            word = "" if ratio is None else f"{ratio:.1f}× faster" if ratio >= 1 else f"{1 / ratio:.2f}× slower"
            print(f"| {m['job']} | {NAMES[m['peer']]} | {m['wall']:.2f} | {m['cpu']:.2f} | {m['rss_mib']:.0f} | {m['store_mib']:.0f} | {word} |")
        if result.get("open_store_ms"):
            print("\n| Asked of an open store | ms |\n|---|---|")
            for name, ms in result["open_store_ms"].items():
                print(f"| {name} | {ms:.1f} |")


largest = list(results)[-1]
open(f"{HERE}/results/jobs.svg", "w").write(jobs_picture(largest))
open(f"{HERE}/results/growth.svg", "w").write(growth_picture())
tables()
