#!/usr/bin/env bash
# Kills every writing command at random moments and looks at what is left. usage: Tests/Kills/run.sh [RUNS=500] [options of kills.py]
# Builds nothing: takes the release program, or the debug one when there is none.
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${1:-500}
shift || true
program=.build/release/uptake
[ -x "$program" ] || program=.build/debug/uptake
[ -x "$program" ] || { echo "there is no .build/release/uptake and no .build/debug/uptake; build one first" >&2; exit 1; }
echo "program $program"
exec /usr/bin/python3 Tests/Kills/kills.py --program "$program" --home . --runs "$runs" "$@"
