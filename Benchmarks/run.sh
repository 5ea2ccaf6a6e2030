#!/usr/bin/env bash
# run.sh SIZE: makes the data and the peers' environment where they are missing, then measures. Sizes: smoke, 1m, 3m, 10m.
# RUNS (3) says how many rounds, PEERS (uptake duckdb rollup polars) who takes part.
set -euo pipefail
cd "$(dirname "$0")"
size=${1:-1m}
case $size in
  smoke) rows=20000 ;;
  1m) rows=1000000 ;;
  3m) rows=3000000 ;;
  10m) rows=10000000 ;;
  *) echo "run.sh: '$size' is no size; write smoke, 1m, 3m or 10m" >&2; exit 64 ;;
esac
if ! venv/bin/python -c 'import numpy, polars, duckdb, xlsxwriter' 2>/dev/null; then
  if ! { python3 -m venv venv && venv/bin/pip install -q --disable-pip-version-check numpy polars duckdb XlsxWriter; }; then
    echo "run.sh: the peers (numpy, polars, duckdb, XlsxWriter) cannot be installed into Benchmarks/venv: is python3-venv there, and the network?" >&2
    # Without its peers a benchmark is none; the tests do not need them for anything else.
    [ "$size" = smoke ] && { echo "benchmark counts: skipped, for want of the peers"; exit 0; }
    exit 1
  fi
fi
if [ ! -f "data/$size/manifest.json" ]; then
  daily=50000
  [ "$size" != smoke ] || daily=1000
  venv/bin/python generate.py --rows "$rows" --daily "$daily" --seed 7 --out "data/$size"
fi
venv/bin/python prepare.py "data/$size"
venv/bin/python bench.py --size "$size" --check uptake duckdb
[ "$size" = smoke ] || venv/bin/python bench.py --size "$size" --runs "${RUNS:-3}" ${PEERS:-uptake duckdb rollup polars}
[ "$size" = smoke ] || venv/bin/python plot.py
