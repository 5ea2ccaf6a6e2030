#!/usr/bin/env python3
"""A second opinion on a folder of reports.

    check_workbooks.py STORE FOLDER CALENDAR PERIOD EXPORT [summaries]

With `summaries` only what each report says of its unit as a whole is counted again, every indicator of it: for stores too large for more.
EXPORT is the folder that `uptake export` wrote. Opens every workbook with openpyxl, counts the indicators with SQL of its own
over the exported records (nothing of uptake's arithmetic, tallies or definitions is used), and compares with those counts the summary, the ranking of units, each unit's own records, each
procedure, each channel and each month of the trend; then compares every table of every workbook, cell by cell as text,
with the HTML page of the same report. Exit code 1 with a line for each difference.
"""
import csv
import datetime
import glob
import html.parser
import re
import sqlite3
import sys
import zipfile

import openpyxl

store, folder, calendar, period, export = sys.argv[1:6]
only_summaries = sys.argv[6:] == ["summaries"]
problems = []


def days(year, first, last):
    """First and last day of the months of a year; months before the first and after the twelfth belong to the years beside it."""
    def month(m, day):
        y, m = year + (m - 1) // 12, (m - 1) % 12 + 1
        return datetime.date(y, m, day)
    if calendar == "calendar":
        return month(first, 1).isoformat(), (month(last + 1, 1) - datetime.timedelta(1)).isoformat()
    return month(first - 1, 15).isoformat(), month(last, 14).isoformat()


YEAR = int(period[:4])
MONTHS = (int(period[-1]) * 3 - 2, int(period[-1]) * 3) if "Q" in period else (int(period[-2:]),) * 2
FIRST, LAST = days(YEAR, *MONTHS)
LENGTH = MONTHS[1] - MONTHS[0] + 1
DAY = "date({} + 25200, 'unixepoch') BETWEEN :first AND :last"
RECEIVED = "state NOT IN ('new', 'refused') AND " + DAY.format("coalesce(received_at, filed_at)")
PAID = "EXISTS (SELECT * FROM payment p WHERE p.dossier_id = d.id AND p.state = 'paid'{})"
EXEMPT = "EXISTS (SELECT * FROM payment p WHERE p.dossier_id = d.id AND p.state = 'exempt')"
# Something is owed: somebody paid; or, not exempt, there is an amount, or a fee-bearing procedure without fee lines.
OWED = (f"({PAID.format('')} OR (NOT {EXEMPT} AND (amount_due_vnd > 0 OR (amount_due_vnd IS NULL AND "
        "(SELECT bears_fee FROM procedure WHERE procedure.id = procedure_id) = 1))))")
COLLECTED = DAY.format("(SELECT min(paid_at) FROM payment p WHERE p.dossier_id = d.id AND p.state = 'paid')")
ONLINE_PAID = PAID.format(" AND p.method = 'online'")
SETTLED = "state IN ('settled', 'returned') AND " + DAY.format("settled_at")
FEE = "(SELECT bears_fee FROM procedure WHERE procedure.id = procedure_id)"
# indicator: (numerator condition, denominator condition)
COUNTS = {
    "O1": ("channel = 'online'", RECEIVED),
    "O2": ("channel = 'online'", RECEIVED + " AND level IN ('level_3', 'level_4', 'partial', 'full')"),
    "P1": (ONLINE_PAID, f"{RECEIVED} AND {OWED}"),
    "P2": (ONLINE_PAID, COLLECTED),
    "O3": ("channel = 'online'", RECEIVED + " AND channel <> 'postal'"),
    "O4": ("channel = 'online' AND level = 'full'", SETTLED),
    "O5": ("channel = 'online'", RECEIVED + " AND level = 'full'"),
    "P3": (ONLINE_PAID, RECEIVED + " AND EXISTS (SELECT * FROM payment p WHERE p.dossier_id = d.id AND p.state NOT IN ('cancelled', 'refunded'))"),
    "P4": (ONLINE_PAID, f"{RECEIVED} AND ({PAID.format('')} OR {EXEMPT} OR amount_due_vnd > 0 OR {FEE} = 1)"),
    "P5": (ONLINE_PAID, f"{RECEIVED} AND ({PAID.format('')} OR {EXEMPT} OR amount_due_vnd > 0 OR (amount_due_vnd IS NULL AND {FEE} = 1))"),
    "A2": ("filer = 'applicant'", RECEIVED + " AND channel = 'online' AND filer IN ('applicant', 'officer')"),
    "A3": ("filer = ''", RECEIVED + " AND channel = 'online'"),
    "B1": ("channel = 'postal'", RECEIVED),
    "B2": ("delivery = 'postal'", SETTLED + " AND delivery <> ''"),
    "E1": ("delivery = 'electronic'", SETTLED + " AND delivery <> ''"),
    "D1": ("digitised = 'yes'", RECEIVED + " AND digitised <> ''"),
    "D2": ("signed = 'yes'", RECEIVED + " AND signed <> ''"),
    "T1": ("(due_at IS NULL OR settled_at <= due_at)", SETTLED),
    "A1": ("filer = 'officer'", RECEIVED + " AND channel = 'online' AND filer IN ('applicant', 'officer')"),
    "S1": ("channel = 'online'", RECEIVED + " AND applicant = 'state_agency'"),
}
db = sqlite3.connect(":memory:")
db.execute("ATTACH ? AS store", (store,))


def seconds(text):
    return int(datetime.datetime.fromisoformat(text).timestamp()) if text else None


def load():
    """The exported records as two plain tables."""
    # A code stands for the unit that bore it on the day of reception.
    bearers = {}
    for code, id, since, until in db.execute("SELECT code, id, valid_from, valid_to FROM agency"):
        bearers.setdefault(code, []).append((since, until, id))
    def agency(r):
        day = ((seconds(r["received_at"]) or seconds(r["filed_at"])) + 25200) // 86400
        return next(id for since, until, id in bearers[r["unit_code"]] if since <= day and (until is None or day <= until))
    procedures = dict(db.execute("SELECT code, id FROM procedure"))
    db.execute("CREATE TABLE dossier (id TEXT PRIMARY KEY, agency_id, procedure_id, channel, level, applicant, filer, state, filed_at, received_at, due_at, settled_at, amount_due_vnd, delivery, digitised, signed)")
    db.execute("CREATE TABLE payment (id TEXT PRIMARY KEY, dossier_id, amount_vnd, method, state, paid_at, provider)")
    with open(f"{export}/submissions.csv", newline="", encoding="utf-8-sig") as f:
        db.executemany(f"INSERT INTO dossier VALUES ({', '.join('?' * 16)})", [
            (r["dossier_code"], agency(r), procedures[r["procedure_code"]], r["channel"], r["level"], r["applicant_type"], r["filed_by"], r["state"],
             *(seconds(r[c]) for c in ("filed_at", "received_at", "due_at", "settled_at")), int(r["amount_due_vnd"]) if r["amount_due_vnd"] else None, r["result_delivery"], r["digitised"], r["signed"])
            for r in csv.DictReader(f)])
    with open(f"{export}/payments.csv", newline="", encoding="utf-8-sig") as f:
        db.executemany("INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?, ?)", [
            (r["payment_id"], r["dossier_code"], int(r["amount_vnd"]), r["method"], r["state"], seconds(r["paid_at"]), r["provider"]) for r in csv.DictReader(f)])
    db.execute("CREATE INDEX payment_dossier ON payment (dossier_id)")
    if only_summaries:
        inside = " OR ".join(DAY.format(date) for date in ("coalesce(received_at, filed_at)", "settled_at"))
        db.execute(f"DELETE FROM dossier WHERE NOT coalesce({inside} OR EXISTS (SELECT * FROM payment p WHERE p.dossier_id = dossier.id AND {DAY.format('paid_at')}), 0)", {"first": FIRST, "last": LAST})


load()


# The unit and those below it at some day of the period: each as long as it was valid, under the parents of the same time.
DAYS = "CAST(julianday({}) - 2440587.5 AS INTEGER)"
IN_PERIOD = f"{{0}}.valid_from <= {DAYS.format(':last')} AND coalesce({{0}}.valid_to, 1 << 40) >= {DAYS.format(':first')}"
BELOW = f"""agency_id IN (WITH RECURSIVE below(id, code, valid_from, valid_to) AS (
  SELECT id, code, valid_from, valid_to FROM agency WHERE code = :unit AND {IN_PERIOD.format('agency')} UNION
  SELECT c.id, c.code, c.valid_from, c.valid_to FROM agency c JOIN below p ON c.parent_code = p.code
  WHERE {IN_PERIOD.format('c')} AND c.valid_from <= coalesce(p.valid_to, 1 << 40) AND p.valid_from <= coalesce(c.valid_to, 1 << 40)) SELECT id FROM below)"""
OWN = "agency_id IN (SELECT id FROM agency WHERE code = :unit)"
compared = 0


def count(indicator, unit, where=BELOW, first=FIRST, last=LAST, **values):
    """Numerator and denominator: distinct dossiers of the unit (with those below it) and the days."""
    n, d = COUNTS[indicator]
    query = f"SELECT count(DISTINCT d.id) FILTER (WHERE {n}), count(DISTINCT d.id) FROM dossier d WHERE {where} AND {d}"
    return db.execute(query, {"unit": unit, "first": first, "last": last, **values}).fetchone()


LEVELS = ("unknown", "information", "level_2", "level_3", "level_4", "partial", "full")
ONLINE_LEVELS = {"level_3", "level_4", "partial", "full"}


def procedure_counts(unit):
    """Procedures, each once: V1 to V5, from the registers on the last day and the dossiers of the period."""
    day = (datetime.date.fromisoformat(LAST) - datetime.date(1970, 1, 1)).days
    valid = "valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?)"
    bounds = {"unit": unit, "first": FIRST, "last": LAST}
    units = db.execute(f"SELECT code, level FROM agency WHERE {valid.replace('?', ':day')} AND {BELOW.replace('agency_id', 'agency.id')}", {**bounds, "day": day}).fetchall()
    units = [tuple(u) for u in units]
    if not units:
        # It ended within the period: there is no last day on which it offers anything.
        return {f"V{number}": (0, 0) for number in range(1, 6)}
    own_level = db.execute(f"SELECT level FROM agency WHERE code = :unit AND {IN_PERIOD.format('agency')} ORDER BY valid_from DESC", bounds).fetchone()[0]
    offers, named = {}, set()
    services = db.execute(f"SELECT procedure_code, applies_to, level FROM service WHERE {valid} AND level > 0", (day, day)).fetchall()
    words = ("province", "department", "district", "commune", "other")
    for code, level in units:
        best = {}
        for procedure, whom, offered in services:
            rank = 0 if whom == code else 1 if whom == words[level] and whom != "province" else 2 if whom == "province" else None
            if rank is not None and rank < best.get(procedure, (9, 0))[0]:
                best[procedure] = (rank, LEVELS[offered])
        for procedure, (_, offered) in best.items():
            offers.setdefault(procedure, set()).add(offered)
    for procedure, whom, _ in services:
        if whom in [code for code, _ in units]:
            named.add(procedure)
    asked = {code: fee for code, fee, authority in db.execute("SELECT code, bears_fee, authority FROM procedure")
             if own_level == 0 or code in named or (not (named and own_level in (1, 4)) and (authority is None or authority == own_level))}
    def used(condition):
        query = f"SELECT DISTINCT procedure.code FROM dossier d JOIN procedure ON procedure.id = procedure_id WHERE {BELOW} AND {RECEIVED} AND {condition}"
        return {r[0] for r in db.execute(query, {"unit": unit, "first": FIRST, "last": LAST})}
    online = {code for code in asked if offers.get(code, set()) & ONLINE_LEVELS}
    fee = {code for code, bears in asked.items() if bears == 1}
    return {
        "V1": (len(online & used("channel = 'online'")), len(online)), "V2": (len(fee & used(ONLINE_PAID)), len(fee)), "V3": (len(online), len(asked)),
        "V4": (sum("partial" in offers.get(c, ()) for c in asked), len(asked)), "V5": (sum("full" in offers.get(c, ()) for c in asked), len(asked)),
    }


def expect(place, found, expected):
    global compared
    compared += 1
    if tuple(found) != tuple(expected):
        problems.append(f"{place}: {found}, SQL counts {expected}")


def compare_tables(path, book, unit):
    """The tables behind the summary, each row against a count of its own."""
    codes = dict(db.execute("SELECT name, code FROM agency"))
    rows = lambda name: book[name].iter_rows(values_only=True) if name in book.sheetnames else []
    for r in rows("Xếp hạng đơn vị"):
        if r[1] in codes:
            expect(f"{path}: ranking, {r[1]}, O1", r[3:5], count("O1", codes[r[1]]))
            expect(f"{path}: ranking, {r[1]}, P1", r[11:13], count("P1", codes[r[1]]))
    for r in rows("Theo đơn vị"):
        if r[1] in codes and isinstance(r[0], int):
            for i, indicator in enumerate(("O1", "P1", "T1")):
                expect(f"{path}: by unit, {r[1]}, {indicator}", r[2 + 3 * i:4 + 3 * i], count(indicator, codes[r[1]], OWN))
    months = []
    for r in rows("Theo đơn vị và tháng"):
        months = [str(cell) for cell in r] if re.fullmatch(r"\d\d/\d{4}", str(r[2])) else months
        if r[1] in codes and isinstance(r[0], int):
            for cell, month in zip(r, months):
                if re.fullmatch(r"\d\d/\d{4}", month):
                    first, last = days(int(month[3:]), int(month[:2]), int(month[:2]))
                    near(f"{path}: {r[1]}, {month}", cell, 1, count("O1", codes[r[1]], first=first, last=last))
    for r in rows("Theo thủ tục"):
        if re.fullmatch(r"9\.\d{6}", str(r[0])):
            where = BELOW + " AND procedure_id = (SELECT id FROM procedure WHERE code = :procedure)"
            for i, indicator in enumerate(("O1", "P1", "T1")):
                expect(f"{path}: {r[0]}, {indicator}", r[3 + 3 * i:5 + 3 * i], count(indicator, unit, where, procedure=r[0]))
    for r in rows("Theo hình thức nộp"):
        if r[0] in ("Trực tuyến", "Trực tiếp", "Bưu chính công ích"):
            channel = {"Trực tuyến": "online", "Trực tiếp": "counter", "Bưu chính công ích": "postal"}[r[0]]
            where = BELOW + " AND channel = :channel"
            expect(f"{path}: {r[0]}, received", r[1:2], count("O1", unit, where, channel=channel)[1:])
            expect(f"{path}: {r[0]}, P1", r[3:5], count("P1", unit, where, channel=channel))
    for r in rows("Xu hướng"):
        if re.fullmatch(r"\d\d/\d{4}", str(r[0])):
            first, last = ("-".join(reversed(day.split("/"))) for day in r[1].split(" – "))
            expect(f"{path}: {r[0]}, O1", r[2:4], count("O1", unit, first=first, last=last))
            expect(f"{path}: {r[0]}, P1", r[6:8], count("P1", unit, first=first, last=last))


def near(place, cell, rate, expected):
    """A rate of a cell, which is a number, against two counts."""
    global compared
    compared += 1
    n, d = expected
    if cell == "không áp dụng":
        # Across a reorganisation nothing is compared.
        return
    if (d and (isinstance(cell, str) or abs(cell - n / d) > 1e-12)) or (not d and cell != "–"):
        problems.append(f"{place}: {rate} is {cell}, SQL counts {n}/{d}")


def half_months(first, count):
    """The bounds of so many half-months from the one that begins on the day."""
    bounds, day = [], datetime.date.fromisoformat(first)
    for _ in range(count):
        after = day.replace(day=15) if day.day == 1 else (day.replace(day=1) + datetime.timedelta(31)).replace(day=1)
        bounds.append((day.isoformat(), (after - datetime.timedelta(1)).isoformat()))
        day = after
    return bounds


def compare_targets(path, book, unit):
    """Movement, outlook and opportunities, each number against a count of its own."""
    before, year_before = days(YEAR, MONTHS[0] - LENGTH, MONTHS[1] - LENGTH), days(YEAR - 1, *MONTHS)
    to_date, to_date_before = days(YEAR, 1, MONTHS[1]), days(YEAR - 1, 1, MONTHS[1])
    names = dict(db.execute("SELECT name, code FROM agency"))
    effects, table = [], None
    for r in book["Biến động"].iter_rows(values_only=True):
        if re.fullmatch(r"[A-Z]\d v1", str(r[0])):
            for column, bounds in ((2, (FIRST, LAST)), (3, before), (5, year_before), (7, to_date), (8, to_date_before)):
                near(f"{path}: movement, {r[0]}", r[column], bounds[0], count(r[0][:2], unit, first=bounds[0], last=bounds[1]))
        elif r[1] in names or re.fullmatch(r"9\.\d{6}", str(r[0])):
            of = dict(unit=names[r[1]]) if r[1] in names and names[r[1]] == r[0] else dict(unit=unit, where=BELOW + " AND procedure_id = (SELECT id FROM procedure WHERE code = :procedure)", procedure=r[0])
            for column, bounds in ((2, before), (4, (FIRST, LAST))):
                counted = count("O1", **of, first=bounds[0], last=bounds[1])
                expect(f"{path}: why, {r[0]}", r[column:column + 1], counted[1:])
                near(f"{path}: why, {r[0]}", r[column + 1], bounds[0], counted)
            effects.append(r[6:9])
        elif r[1] and str(r[1]).endswith("thủ tục khác"):
            effects.append(r[6:9])
        elif "TỔNG CỘNG" in (r[0], r[1]):
            table = r
    if effects:
        # Drawn as numbers with two decimals: what is shown adds up to what is shown.
        sums = [round(sum(e[i] for e in effects), 2) for i in range(3)]
        expect(f"{path}: why, the effects add up", sums, [round(v, 2) for v in table[6:9]])
        (n0, d0), (n1, d1) = count("O1", unit, first=before[0], last=before[1]), count("O1", unit)
        if abs(sums[2] - 100 * (n1 / d1 - n0 / d0)) > 0.0051:
            problems.append(f"{path}: the effects add up to {sums[2]}, and the rate moved from {n0}/{d0} to {n1}/{d1}")
    method = None
    for r in book["Số tiền đã thu"].iter_rows(values_only=True) if "Số tiền đã thu" in book.sheetnames else []:
        if isinstance(r[1], (int, float)):
            methods = {"Trực tuyến": "online", "Chuyển khoản": "transfer", "Tại quầy": "counter"}
            method = methods.get(r[0], method if r[0] != "TỔNG CỘNG" else None)
            provider = r[0][2:].replace("(không ghi)", "") if r[0].startswith("– ") else None
            expect(f"{path}: collected, {r[0]}", r[1:3], db.execute(f"""SELECT count(*), sum(amount_vnd) FROM payment p JOIN dossier d ON d.id = p.dossier_id
                WHERE {BELOW} AND p.state = 'paid' AND p.amount_vnd > 0 AND {DAY.format("paid_at")} AND (:method IS NULL OR p.method = :method)
                AND (:provider IS NULL OR p.provider = :provider)""", {"unit": unit, "first": FIRST, "last": LAST, "method": method, "provider": provider}).fetchone())
    year = days(YEAR, 1, 12)
    for r in book["Dự báo"].iter_rows(values_only=True) if "Dự báo" in book.sheetnames else []:
        # The examples are complete, so that only the year is projected.
        r = r[1:]
        if re.fullmatch(r"[A-Z]\d v1", str(r[0])):
            n, d = count(r[0][:2], unit, first=year[0], last=LAST)
            expect(f"{path}: outlook, {r[0]}", r[2:4], (n, d))
            if r[10] == "pace-4":
                halves = half_months(year[0], 24)
                known = [h for h in halves if h[1] <= LAST]
                recent = half_months((datetime.date.fromisoformat(LAST) - datetime.timedelta(80)).replace(day=1).isoformat(), 10)
                recent = [h for h in recent if h[1] <= LAST][-4:]
                sums = [sum(x) for x in zip(*(count(r[0][:2], unit, first=a, last=b) for a, b in recent))]
                left = 24 - len(known)
                more = [(s * left * 2 + 4) // 8 for s in sums]
                expect(f"{path}: outlook, {r[0]}, to come", r[6:7], more[1:])
                near(f"{path}: outlook, {r[0]}", r[7], "projected", (n + more[0], d + more[1]))
    where = BELOW + " AND procedure_id = (SELECT id FROM procedure WHERE code = :procedure)"
    levels = dict(db.execute("SELECT code, level FROM agency"))
    for r in book["Nên tập trung vào đâu"].iter_rows(values_only=True):
        if not any(re.fullmatch(r"9\.\d{6}", str(c)) for c in r[:2]):
            continue
        own, r = (names[r[0]], r[1:]) if r[0] in names else (unit, r)
        peers = [c for c in names.values() if levels[c] == levels[own] and c in reporting]
        rates = {c: count("O1", c, where, procedure=r[0]) for c in peers}
        best = max((n / d for n, d in rates.values() if d >= 5))
        n, d = rates[own]
        if r[5] not in names:
            # A unit is told the best rate, rounded, and not whose it is; and by how much its own rate would rise.
            bn, bd = max((rate for rate in rates.values() if rate[1] >= 5), key=lambda rate: rate[0] / rate[1])
            gain = -(-bn * d // bd) - n
            expect(f"{path}: push, {own}, {r[0]}", r[2:4] + r[6:7], (n, d, gain))
            if abs(r[5] - best) > 0.00005 + 1e-12 or abs(r[7] - 100 * gain / count("O1", own)[1]) > 0.005 + 1e-9:
                problems.append(f"{path}: push, {own}, {r[0]}: at best {r[5]}, a rise of {r[7]}; SQL counts {bn}/{bd} and {gain} more")
            continue
        bn, bd = rates[names[r[5]]]
        expect(f"{path}: push, {own}, {r[0]}", r[2:4] + r[7:8], (n, d, -(-bn * d // bd) - n))
        if abs(bn / bd - best) > 1e-12:
            problems.append(f"{path}: push, {own}, {r[0]}: {names[r[5]]} is not the best")


def compare_form(path, rows, unit, columns):
    """Every row of a form: a unit with those below it, or a field of procedures, or the total."""
    names, fields = dict(db.execute("SELECT name, code FROM agency")), {r[0] for r in db.execute("SELECT DISTINCT sector FROM procedure")}
    checked = 0
    for r in rows:
        if not isinstance(r[2], (int, float)):
            continue
        if r[1] in names and isinstance(r[0], int):
            where, values = BELOW, {"unit": names[r[1]]}
        elif r[1] in fields:
            where, values = BELOW + " AND procedure_id IN (SELECT id FROM procedure WHERE sector = :sector)", {"unit": unit, "sector": r[1]}
        elif "TỔNG CỘNG" in (r[0], r[1]):
            where, values = BELOW, {"unit": unit}
        else:
            problems.append(f"{path}: the row {r[:3]} is of no unit and no field")
            continue
        values |= {"first": FIRST, "last": LAST, "end": END}
        for column, condition in columns.items():
            expected = db.execute(f"SELECT count(*) FROM dossier d WHERE {where} AND {condition}", values).fetchone()
            expect(f"{path}: {r[1] or r[0]}, column {column}", (r[column],), expected)
        checked += 1
    if checked < 3:
        problems.append(f"{path}: the form has only {checked} rows")


GOOD = "state NOT IN ('new', 'refused') AND "
DAY_OF = "date({} + 25200, 'unixepoch')"
RECEPTION = "coalesce(received_at, filed_at)"
CAME, WENT = DAY_OF.format(RECEPTION), DAY_OF.format("settled_at")
CARRIED = GOOD + f"{CAME} < :first AND (settled_at IS NULL OR {WENT} >= :first)"
OPEN = GOOD + f"{CAME} <= :last AND (settled_at IS NULL OR {WENT} > :last)"
# Late at the end of the period: the due moment lies before its last second.
END = int(datetime.datetime.fromisoformat(LAST + "T23:59:59+07:00").timestamp())
DONE = GOOD + f"{WENT} BETWEEN :first AND :last"
II06 = {
    2: f"({RECEIVED} OR ({CARRIED}))", 3: RECEIVED + " AND channel = 'online'", 4: RECEIVED + " AND channel <> 'online'", 5: CARRIED, 6: DONE,
    7: DONE + f" AND due_at IS NOT NULL AND {WENT} < {DAY_OF.format('due_at')}",
    8: DONE + f" AND (due_at IS NULL OR (settled_at <= due_at AND {WENT} = {DAY_OF.format('due_at')}))",
    9: DONE + " AND due_at IS NOT NULL AND settled_at > due_at", 10: OPEN, 11: OPEN + " AND (due_at IS NULL OR due_at >= :end)", 12: OPEN + " AND due_at < :end",
}
ANY_PAID = "EXISTS (SELECT * FROM payment p WHERE p.dossier_id = d.id AND p.state = 'paid' AND p.amount_vnd > 0{})"
FIRST_PAID = GOOD + DAY.format("(SELECT min(paid_at) FROM payment p WHERE p.dossier_id = d.id AND p.state = 'paid' AND p.amount_vnd > 0)")
A07 = {
    2: II06[2], 3: RECEIVED + " AND channel = 'counter'", 4: RECEIVED + " AND channel = 'online' AND level = 'full'", 5: RECEIVED + " AND channel = 'online' AND level = 'partial'",
    6: RECEIVED + " AND channel = 'online' AND level NOT IN ('full', 'partial')", 8: CARRIED, 9: RECEIVED + " AND channel = 'postal'",
    10: DONE + " AND (due_at IS NULL OR settled_at <= due_at)", 11: II06[9], 13: OPEN, 14: FIRST_PAID, 15: FIRST_PAID + " AND " + ANY_PAID.format(" AND p.method = 'online'"),
    16: FIRST_PAID + " AND NOT " + ANY_PAID.format(" AND p.method = 'online'"), 17: RECEIVED + " AND state = 'stopped'",
    18: RECEIVED + " AND state IN ('supplement_asked', 'payment_asked')", 19: "state = 'refused' AND " + DAY.format(RECEPTION), 20: RECEIVED + " AND state = 'withdrawn'",
}


reporting = [r[0] for r in db.execute("SELECT code FROM agency WHERE parent_code = (SELECT code FROM agency WHERE level = 0)")]


def vietnamese(value, number_format):
    """What a Vietnamese reader of the workbook sees in a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if number_format == "dd/mm/yyyy":
        return value.strftime("%d/%m/%Y")
    if number_format == "0.00%":
        text = f"{round(value * 100 + 1e-9, 2):.2f}%"
    elif number_format in ("0.00", "+0.00;-0.00;0.00"):
        text = f"{value:+.2f}" if number_format[0] == "+" and value else f"{value:.2f}"
    elif number_format == "#,##0":
        text = f"{value:,.0f}"
    else:
        raise ValueError(f"unknown format {number_format}")
    return text.translate(str.maketrans(",.", ".,"))


class Tables(html.parser.HTMLParser):
    """The body rows of a page's tables, heading rows left out."""
    def __init__(self):
        super().__init__()
        self.rows, self.row, self.cell, self.heading, self.body = [], None, None, False, False

    def handle_starttag(self, tag, attrs):
        if tag == "tbody":
            self.body = True
        elif tag == "tr" and self.body:
            self.row, self.heading = [], ("class", "heading") in attrs
        elif tag in ("td", "th") and self.row is not None:
            # A total's label spans the empty cells before it.
            self.row += [""] * (int(dict(attrs).get("colspan", 1)) - 1)
            self.cell = ""

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.row is not None:
            self.row.append(self.cell)
            self.cell = None
        elif tag == "tr" and self.row is not None:
            if not self.heading:
                self.rows.append(tuple(self.row))
            self.row = None
        elif tag == "tbody":
            self.body = False

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def compare_indicators(path, book, unit):
    """All that a report about indicators says."""
    found = {}
    for row in book["Tổng hợp"].iter_rows(values_only=True):
        if row[0] and re.fullmatch(r"[A-Z]\d v1", str(row[0])):
            found[row[0][:2]] = (row[2], row[3], row[4])
    for row in book["Theo từng cách tính"].iter_rows(values_only=True):
        if row[0] and re.fullmatch(r"[A-Z]\d v1", str(row[0])):
            if row[0][:2] in found and found[row[0][:2]] != (row[3], row[4], row[5]):
                problems.append(f"{path}: {row[0]} is not the same on two sheets")
            found[row[0][:2]] = (row[3], row[4], row[5])
    procedures = procedure_counts(unit)
    if set(found) != set(COUNTS) | set(procedures):
        problems.append(f"{path}: indicators {sorted(found)}")
    for indicator, (n, d, rate) in found.items():
        expected = procedures[indicator] if indicator in procedures else count(indicator, unit)
        global compared
        compared += 1
        if (n, d) != expected:
            problems.append(f"{path}: {indicator} of {unit} is {n}/{d}, SQL counts {expected[0]}/{expected[1]}")
        if d and abs(rate - n / d) > 1e-12 or not d and rate != "–":
            problems.append(f"{path}: {indicator} of {unit} is drawn as {rate}")
    if not any(n for n, _, _ in found.values()):
        problems.append(f"{path}: nothing was counted, so nothing was compared")
    if not only_summaries:
        compare_tables(path, book, unit)
        compare_targets(path, book, unit)


def compare(path):
    book = openpyxl.load_workbook(path, data_only=True)
    properties = zipfile.ZipFile(path).read("docProps/custom.xml").decode()
    report = re.search(r'name="Mã báo cáo"><vt:lpwstr>([^<]+)', properties)[1]
    unit = report.split("/")[1]
    forms = {"Biểu II.06": II06, "Biểu 07a-BTP": A07}
    for sheet, columns in forms.items():
        if sheet in book.sheetnames:
            compare_form(path, book[sheet].iter_rows(values_only=True), unit, columns)
    if not set(forms) & set(book.sheetnames):
        compare_indicators(path, book, unit)
    cells = set()
    for sheet in book.worksheets[1:]:
        if not any("DỮ LIỆU MINH HỌA" in str(c.value) for c in sheet[2]):
            problems.append(f"{path}: sheet {sheet.title} does not say that its records are invented")
        for row in sheet.iter_rows():
            cells.add(tuple(vietnamese(c.value, c.number_format) for c in row))
    page = Tables()
    page.feed(open(path[:-5] + ".html", encoding="utf-8").read())
    # A form of a department has a few fields, their total and the numbers of its columns.
    if len(page.rows) < (4 if set(forms) & set(book.sheetnames) else 10):
        problems.append(f"{path}: the page has only {len(page.rows)} rows")
    widest = {len(r) for r in page.rows}
    texts = {length: {c[:length] for c in cells} for length in widest}
    for row in page.rows:
        if row not in texts[len(row)]:
            problems.append(f"{path}: the page's row {row} is not in the workbook")


books = sorted(glob.glob(folder + "/*.xlsx"))
for book in books:
    compare(book)
print(f"{len(books)} workbooks, {len(glob.glob(folder + '/*'))} files; {compared} counts compared; {len(problems)} differences")
for problem in problems[:40]:
    print(problem)
sys.exit(1 if problems or not books or compared < (200 if only_summaries else 500) else 0)
