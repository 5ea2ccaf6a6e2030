#!/usr/bin/env bash
# Installs what uptake is built with and is not there yet. With the word "test" also what only its tests need.
set -euo pipefail

wanted="libsqlite3-dev libxlsxwriter-dev libssl-dev zlib1g-dev libzip-dev libexpat1-dev libxml2-dev libsodium-dev pkg-config"
for word in "$@"; do
  [ "$word" != test ] || wanted="$wanted python3 python3-openpyxl python3-venv"
done

if ! command -v swift >/dev/null; then
  echo "setup: Swift is missing; install Swift 6.1 or newer from https://www.swift.org/install and run this again." >&2
  exit 1
fi

missing=""
if command -v dpkg-query >/dev/null; then
  for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
  done
else
  for library in sqlite3 xlsxwriter libcrypto zlib libzip expat libxml-2.0 libsodium; do
    pkg-config --exists "$library" 2>/dev/null || missing="$missing $library"
  done
  [ -z "$missing" ] || { echo "setup: this is no Debian; install the development packages of:$missing, and run this again." >&2; exit 1; }
fi
[ -n "$missing" ] || exit 0

become=""
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    become="sudo"
  else
    echo "setup: packages are missing and there are no rights to install them; ask an administrator to run: apt-get install$missing" >&2
    exit 1
  fi
fi
echo "setup: installing$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { $become apt-get update -qq && $become env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "setup: the packages could not be installed; see above, then run: apt-get install$missing" >&2
  exit 1
fi
rm -f "$log"
