#!/usr/bin/env bash
# Draws one picture of each report from the invented example, as a browser shows its page and a spreadsheet program its workbook,
# for people to look at: Tests/Pictures/draw.sh [PROGRAM]. The pictures are kept beside this file and shown in Tests/Pictures/README.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
uptake=$(realpath "${1:-.build/debug/uptake}")
here=$PWD/Tests/Pictures
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export UPTAKE_STORE=$work/kon-tum.sqlite
E=examples/kon-tum-2025
"$uptake" ingest $E/units.csv $E/procedures.csv $E/services.csv $E/targets.yaml $E/accounts.csv $E/submissions.csv $E/payments.csv $E/corrections.csv >/dev/null
"$uptake" ingest --store "$work/phu-tho.sqlite" --period 2026-08 --unit H44 examples/phu-tho-2026-08/*.json >/dev/null
shrink() { convert "$1" -colors 48 -strip -define png:compression-level=9 "$2"; }
rm -f "$here"/*.png
for file in reports/*.yaml; do
  id=$(basename "$file" .yaml)
  case $id in schedules | holidays) continue ;; esac
  about=(--period 2025-05)
  [ "$id" != long-review ] || about=(--period 2025-Q1)
  [ "$id" != portal-evaluation ] || about=(--period 2026-08 --store "$work/phu-tho.sqlite")
  "$uptake" reports preview "$file" "${about[@]}" --out "$work/$id" >/dev/null
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/browser" --window-size=1000,1500 --screenshot="$work/$id.png" "file://$(ls "$work/$id"/*.html)" >/dev/null 2>&1
  shrink "$work/$id.png" "$here/$id.png"
done
# Of workbooks the cover and the next sheet; of pages also a telephone.
for id in provincial-review payment-by-unit form-ii06-province; do
  soffice --headless "-env:UserInstallation=file://$work/office" --convert-to pdf --outdir "$work" "$work/$id"/*.xlsx >/dev/null 2>&1
  pdftoppm -r 55 -f 1 -l 3 -png "$work/$(basename "$work/$id"/*.xlsx .xlsx).pdf" "$work/$id-sheet"
  convert "$work/$id-sheet"-*.png -background white -bordercolor gray -border 1 +append "$work/$id-workbook.png"
  shrink "$work/$id-workbook.png" "$here/$id-workbook.png"
done
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/browser" --window-size=500,1400 --screenshot="$work/narrow.png" "file://$(ls "$work/unit-monthly"/*.html)" >/dev/null 2>&1
shrink "$work/narrow.png" "$here/unit-monthly-narrow.png"
