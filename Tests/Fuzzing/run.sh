#!/usr/bin/env bash
# Fuzzes the readers, guided by coverage. usage: Tests/Fuzzing/run.sh SECONDS [KIND…]   kinds: csv json yaml html xlsx sheet
# What is found is kept in Tests/Fuzzing/corpus/KIND, which `make test` replays.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-600}
shift || true
[ $# -gt 0 ] || set -- csv json yaml html xlsx sheet
UPTAKE_FUZZ=1 swift build --scratch-path .build-fuzz -c release --product Fuzzing -Xswiftc -sanitize=fuzzer -Xswiftc -gnone -Xswiftc -use-ld=lld
program=$(UPTAKE_FUZZ=1 swift build --scratch-path .build-fuzz -c release --show-bin-path)/Fuzzing
for kind in "$@"; do
  found=.build-fuzz/corpus/$kind
  mkdir -p "$found" "Tests/Fuzzing/corpus/$kind"
  echo "== $kind, $seconds s"
  FUZZ_KIND=$kind FUZZ_PROFILES=examples/profiles "$program" "$found" "Tests/Fuzzing/corpus/$kind" -max_total_time="$seconds" -max_len=8192 \
    -timeout=10 -rss_limit_mb=512 -print_final_stats=1 -artifact_prefix=".build-fuzz/$kind-" 2>&1 | tail -12
done
