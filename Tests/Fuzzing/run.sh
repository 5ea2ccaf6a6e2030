#!/usr/bin/env bash
# Fuzzes the readers, guided by coverage. usage: Tests/Fuzzing/run.sh SECONDS [KIND…]   kinds: csv json yaml html xlsx sheet
# The inputs that reach everything that was reached are kept in Tests/Fuzzing/corpus/KIND.zip, which `make test` replays.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-600}
shift || true
[ $# -gt 0 ] || set -- csv json yaml html xlsx sheet
flags=(--scratch-path .build-fuzz -c release --product Fuzzing -Xswiftc -sanitize=fuzzer -Xswiftc -gnone -Xswiftc -use-ld=lld)
UPTAKE_FUZZ=1 swift build "${flags[@]}"
program=$(UPTAKE_FUZZ=1 swift build "${flags[@]}" --show-bin-path)/Fuzzing
export FUZZ_PROFILES=examples/profiles
for kind in "$@"; do
  found=.build-fuzz/corpus/$kind
  rm -rf "$found.kept"
  mkdir -p "$found" "$found.kept"
  kept=Tests/Fuzzing/corpus/$kind.zip
  [ ! -f "$kept" ] || python3 -m zipfile -e "$kept" "$found"
  echo "== $kind, $seconds s"
  FUZZ_KIND=$kind "$program" "$found" -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=512 -print_final_stats=1 \
    -artifact_prefix=".build-fuzz/$kind-" 2>&1 | tail -12
  FUZZ_KIND=$kind "$program" -set_cover_merge=1 "$found.kept" "$found" >/dev/null 2>&1
  rm -f "$kept"
  (cd "$found.kept" && python3 -m zipfile -c "$OLDPWD/$kept" $(ls | LC_ALL=C sort))
done
