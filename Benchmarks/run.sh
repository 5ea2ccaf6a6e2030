#!/usr/bin/env bash
# run.sh SIZE: makes the data and the peers' environment where they are missing, then measures. Sizes: smoke, 1m, 10m.
set -euo pipefail
cd "$(dirname "$0")"
size=${1:-1m}
case $size in
  smoke) rows=20000 ;;
  1m) rows=1000000 ;;
  10m) rows=10000000 ;;
  *) echo "run.sh: '$size' is no size; write smoke, 1m or 10m" >&2; exit 64 ;;
esac
if [ ! -x venv/bin/python ] || ! venv/bin/python -c 'import numpy, polars, duckdb, xlsxwriter' 2>/dev/null; then
  python3 -m venv venv || { echo "run.sh: Python's venv is missing; install python3-venv" >&2; exit 1; }
  venv/bin/pip install -q numpy polars duckdb XlsxWriter
fi
if [ ! -f "data/$size/manifest.json" ]; then
  daily=50000
  [ "$size" != smoke ] || daily=1000
  venv/bin/python generate.py --rows "$rows" --daily "$daily" --seed 7 --out "data/$size"
fi
venv/bin/python prepare.py "data/$size"
venv/bin/python bench.py --size "$size" --check uptake duckdb
[ "$size" = smoke ] || venv/bin/python bench.py --size "$size" --runs "${RUNS:-3}" uptake duckdb polars
