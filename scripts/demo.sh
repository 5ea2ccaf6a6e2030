#!/usr/bin/env bash
# Makes the reports of both examples. The one argument is the program.
set -euo pipefail
uptake=$1
out=out/demo
kontum=examples/kon-tum-2025

rm -rf "$out"
mkdir -p "$out"

echo
echo "1. Invented dossier records of Kon Tum: registers, targets, submissions, payments, corrections"
"$uptake" ingest --store "$out/kon-tum.sqlite" --quarantine "$out/dong-de-rieng.csv" \
  "$kontum"/units.csv "$kontum"/procedures.csv "$kontum"/services.csv "$kontum"/targets.yaml "$kontum"/accounts.csv "$kontum"/submissions.csv "$kontum"/payments.csv "$kontum"/corrections.csv
"$uptake" report --store "$out/kon-tum.sqlite" --period 2025-05 --calendar administrative --out "$out/kon-tum" >/dev/null

echo
echo "2. Real figures that the national portal published for Phú Thọ, August 2026"
"$uptake" ingest --store "$out/phu-tho.sqlite" --period 2026-08 --unit H44 examples/phu-tho-2026-08/*.json
"$uptake" report --store "$out/phu-tho.sqlite" --period 2026-08 --calendar calendar --out "$out/phu-tho" >/dev/null

echo
echo "3. One figure, explained"
"$uptake" figure --store "$out/kon-tum.sqlite" --indicator O1 --unit 616 --period 2025-05 --list 5

echo
echo "4. The month made final, published, and for outsiders with small counts hidden"
"$uptake" period freeze 2025-05 --store "$out/kon-tum.sqlite" --why "Ví dụ" --override "Ví dụ: số liệu giả định"
"$uptake" publish 2025-05 --store "$out/kon-tum.sqlite" --to "Văn phòng UBND tỉnh" --out "$out/published" | tail -1
"$uptake" publish 2025-05 --store "$out/kon-tum.sqlite" --external --out "$out/public" | tail -1

echo
echo "Made in $out:"
echo "  the provincial workbook and page     kon-tum/provincial-review_62_2025-05_administrative.xlsx, .html"
echo "  Sa Thầy's monthly workbook and page  kon-tum/unit-monthly_616_2025-05_administrative.xlsx, .html"
echo "  the other departments and districts  kon-tum/"
echo "  the portal's scores, computed again  phu-tho/portal-evaluation_H44_2026-08_calendar.xlsx, .html"
echo "  the published, final pack            published/, and for outsiders public/"
echo "  the rows kept aside, for the clerk   dong-de-rieng.csv"
