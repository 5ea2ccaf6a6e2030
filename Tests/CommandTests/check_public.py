"""Attacks external publications with everything that an outsider has: all pages and workbooks of all of them.

Usage: check_public.py FOLDER…, one folder for each publication. Fails when a cell is not the same in two places, when a small
count is shown, or when a hidden small count follows from what is shown: units add up to the province, months to longer periods.
"""
import html
import re
import sys
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import openpyxl

THRESHOLD, HIDDEN, INDICATORS = 5, "▒ ẩn", 3


def page_rows(text, table):
    """The rows of a table as lists of texts."""
    body = re.search(rf'<table id="table-{table}">(.*?)</table>', text, re.S).group(1)
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S)
    cells = [[html.unescape(re.sub("<[^>]+>", "", c)).strip() for c in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", r, re.S)] for r in rows]
    return [r for r in cells if len(r) == 2 + 4 * INDICATORS]


def sheet_rows(sheet):
    rows = [[c for c in r] for r in sheet.iter_rows(values_only=True)]
    return [r[: 2 + 4 * INDICATORS] for r in rows if r[2] == HIDDEN or isinstance(r[2], (int, float))]


def counts(cells):
    """(n, d) of an indicator's four cells, or None where they are hidden: all of them or none."""
    hidden = [str(c) == HIDDEN for c in cells]
    assert all(hidden) or not any(hidden), cells
    return None if hidden[0] else tuple(int(str(c).replace(".", "").split(",")[0]) for c in cells[:2])


def note(known, key, value):
    assert known.setdefault(key, value) == value, f"{key} is {known[key]} in one place and {value} in another"


def days(text):
    first, last = re.findall(r"\d\d/\d\d/\d{4}", text)[:2]
    return tuple(datetime.strptime(d, "%d/%m/%Y") for d in (first, last))


def read(folder, known):
    for path in sorted(Path(folder).glob("*.html")):
        text = path.read_text(encoding="utf-8")
        book = openpyxl.load_workbook(path.with_suffix(".xlsx"), data_only=True)
        period = days(re.search(r'<p class="period">(.*?)</p>', text).group(1))
        unit = html.unescape(re.search(r'<p class="unit">(.*?)</p>', text).group(1))
        for number, table in enumerate(["public-units-table", "public-trend-table"]):
            drawn, written = page_rows(text, table), sheet_rows(book.worksheets[1 + number])
            assert len(drawn) == len(written) > 0, (path, table)
            for row, other in zip(drawn, written):
                assert row[0] == str(other[0]), (row, other)
                key = (row[0], period) if number == 0 else (unit, days(row[1]))
                for i in range(INDICATORS):
                    value = counts(row[2 + 4 * i : 6 + 4 * i])
                    assert value == counts(other[2 + 4 * i : 6 + 4 * i]), (path, row, other)
                    note(known, (i, *key), value)


def determined(equations, wanted):
    """The value of a sum of unknowns that equations give it, or None. Each is (set of unknowns, value)."""
    pivots = {}

    def reduce(vector, value):
        for unknown in sorted(vector):
            if unknown in vector and unknown in pivots and vector[unknown] != 0:
                factor, (other, known) = vector[unknown], pivots[unknown]
                for k, v in other.items():
                    vector[k] = vector.get(k, Fraction(0)) - factor * v
                value -= factor * known
        return {k: v for k, v in vector.items() if v != 0}, value

    for unknowns, value in equations:
        vector, value = reduce({u: Fraction(1) for u in unknowns}, Fraction(value))
        while vector and min(vector) in pivots:
            vector, value = reduce(vector, value)
        if vector:
            first = min(vector)
            pivots[first] = ({k: v / vector[first] for k, v in vector.items()}, value / vector[first])
    for unknowns in wanted:
        vector, value = {u: Fraction(1) for u in unknowns}, Fraction(0)
        while any(u in pivots for u in vector):
            vector, value = reduce(vector, value)
        yield None if vector else -value


def main(folders):
    known = {}
    for folder in folders:
        read(folder, known)
    units = sorted({key[1] for key in known})
    province = next(u for u in units if u.startswith("UBND tỉnh"))
    # Half-months would be finer; pieces between all first days are as fine as anything that is shown.
    starts = sorted({key[2][0] for key in known})

    def unknowns(unit, period):
        pieces = [s for s in starts if period[0] <= s <= period[1]]
        own = [u for u in units if u != province] + ["the province itself"] if unit == province else [unit]
        return frozenset((u, p) for u in own for p in pieces)

    hidden, leaks = 0, []
    for i in range(INDICATORS):
        shown = {k: v for k, v in known.items() if k[0] == i and v}
        secret = [k for k, v in known.items() if k[0] == i and v is None]
        hidden += len(secret)
        for key, (n, d) in shown.items():
            assert not 0 < n < THRESHOLD and not 0 < d - n < THRESHOLD, f"{key} shows {n}/{d}"
        for part, name in [(lambda n, d: n, "numerator"), (lambda n, d: d - n, "rest")]:
            equations = [(unknowns(k[1], k[2]), part(*v)) for k, v in shown.items()]
            for key, value in zip(secret, determined(equations, [unknowns(k[1], k[2]) for k in secret])):
                if value is not None and 0 < value < THRESHOLD:
                    leaks.append(f"{key}: the {name} is {value}")
    assert not leaks, "\n".join(leaks)
    print(f"{len(known)} lines of {len(folders)} publications, {hidden} hidden, none follows from the others")


main(sys.argv[1:])
