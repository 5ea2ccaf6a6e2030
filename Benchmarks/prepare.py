#!/usr/bin/env python3
"""prepare.py DATA: the generator's reference tables as registers and targets of uptake, in DATA/uptake.

The 35 reporting units stand under one province: 20 departments as they are, 15 local units as districts whose agencies
are communes. This is done before the clock starts: a province has its registers long before a month's records.
"""
import csv
import os
import sys

data = sys.argv[1]
out = os.path.join(data, "uptake")
os.makedirs(out, exist_ok=True)


def rows(name):
    with open(os.path.join(data, name), newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def table(name, header, lines):
    with open(os.path.join(out, name), "w", newline="", encoding="utf-8") as f:
        csv.writer(f).writerows([header.split(",")] + lines)


agencies, units = rows("agencies.csv"), {r["unit_code"]: r["unit_name"] for r in rows("units.csv")}
departments = {a["unit_code"]: a["agency_code"] for a in agencies if a["level"] == "department"}
lines = [["P", "UBND tỉnh", "province", "", "2020-01-01", ""]]
lines += [[u, n, "district", "P", "2020-01-01", ""] for u, n in units.items() if u not in departments]
lines += [[a["agency_code"], a["agency_name"], *(("department", "P") if a["level"] == "department" else ("commune", a["unit_code"])),
           "2020-01-01", ""] for a in agencies]
table("units.csv", "code,name,level,parent_code,valid_from,valid_to", lines)
table("procedures.csv", "code,name,sector,bears_fee",
      [[p["procedure_code"], p["procedure_name"], "", "yes" if int(p["fee_vnd"]) else "no"] for p in rows("procedures.csv")])
with open(os.path.join(out, "targets.yaml"), "w", encoding="utf-8") as f:
    f.write("targets:\n")
    for t in rows("targets.csv"):
        for indicator, column in (("O1", "online_target_pct"), ("P1", "payment_target_pct")):
            unit = departments.get(t["unit_code"], t["unit_code"])
            f.write(f'  - {{indicator: {indicator}, scope: {{unit: "{unit}"}}, from: {t["year"]}-01-01, to: {t["year"]}-12-31, '
                    f'value: {t[column]}, document: {{number: Benchmark}}, illustrative: true}}\n')
