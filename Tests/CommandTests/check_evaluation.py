#!/usr/bin/env python3
"""A second opinion on the workbook of the national portal's evaluation.

    check_evaluation.py WORKBOOK JSON_FOLDER

Reads the portal's responses as they are and compares every count and every published score with the workbook's cells.
"""
import json
import sys

import openpyxl

book, folder, problems, compared = openpyxl.load_workbook(sys.argv[1], data_only=True), sys.argv[2], [], 0
SHEETS = {
    "Thanh toán trực tuyến": ("formality-online-payment-tree.json", [
        "totalDossierOnlinePaymentSuccess", "totalDossierFinancialObligation", "totalDossierOnlineFormalityPaymentSuccess",
        "totalFeeDossierFormality", "totalFeeFormality"]),
    "Tiến độ giải quyết": ("dvc-progress-tree.json", ["totalReceived", "totalOnTime", "totalOverdue", "totalCompleted"]),
    "Dịch vụ trực tuyến": ("provide-online-tree.json", [
        "authorityCount", "partialCount", "fullCount", "onlineDossierCount", "onlineServiceTotal", "channelOnlineSum", "channelDirectSum",
        "channelPostalSum", "channelTotalSum", "onlineOnTimeSum", "onlineOverdueSum"]),
}
for sheet, (name, counts) in SHEETS.items():
    data = json.load(open(f"{folder}/{name}", encoding="utf-8"))["data"]
    rows = {r[1]: r for r in book[sheet].iter_rows(values_only=True) if r[1]}
    for unit in [data["parent"], *data["children"]]:
        row = rows.get(unit["departmentName"])
        if row is None:
            problems.append(f"{sheet}: {unit['departmentName']} is missing")
            continue
        expected = [unit.get(c, "không báo cáo") for c in counts]
        found = list(row[3:3 + len(counts)])
        published = row[5 + len(counts)]
        compared += len(counts) + 1
        if found != expected or abs(published - unit.get("score", unit.get("totalScore"))) > 1e-9:
            problems.append(f"{sheet}: {unit['departmentName']}: {found} {published}, the portal says {expected}")
print(f"{compared} cells compared; {len(problems)} differences", *problems[:20], sep="\n")
sys.exit(1 if problems or compared < 3000 else 0)
