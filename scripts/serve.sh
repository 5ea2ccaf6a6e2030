#!/usr/bin/env bash
# Serves the invented example. The one argument is the program. Begins anew when out/serve is deleted.
set -euo pipefail
uptake=$1
out=out/serve
kontum=examples/kon-tum-2025
if [ ! -f "$out/uptake.sqlite" ]; then
  mkdir -p "$out"
  "$uptake" ingest --store "$out/uptake.sqlite" "$kontum"/units.csv "$kontum"/procedures.csv "$kontum"/services.csv "$kontum"/targets.yaml \
    "$kontum"/accounts.csv "$kontum"/submissions.csv "$kontum"/payments.csv >/dev/null 2>&1
  "$uptake" ingest --store "$out/uptake.sqlite" "$kontum"/corrections.csv >/dev/null
fi
echo "Invented records of Kon Tum. Ctrl-C ends it."
exec "$uptake" serve --store "$out/uptake.sqlite" --listen 127.0.0.1:8080
