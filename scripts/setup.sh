#!/usr/bin/env bash
# Sees to what Witan needs on Debian or Ubuntu: a Swift toolchain and the headers of SQLite.
# Installs the headers where it may (as root or with sudo); otherwise says in one line what to do.
set -u

needed_major=6 needed_minor=2

if ! command -v swift >/dev/null 2>&1; then
  echo "witan: there is no Swift toolchain: install Swift $needed_major.$needed_minor or later from https://www.swift.org/install/linux" >&2
  exit 1
fi
version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p' | head -n 1)
read -r major minor <<<"${version:-0 0}"
if ((major < needed_major || (major == needed_major && minor < needed_minor))); then
  echo "witan: Swift $major.$minor is too old: install Swift $needed_major.$needed_minor or later from https://www.swift.org/install/linux" >&2
  exit 1
fi

has_header() { printf '#include <%s>\n' "$1" | "${CC:-clang}" -E -x c - >/dev/null 2>&1; }

missing=()
has_header sqlite3.h || missing+=(libsqlite3-dev)
# What a command needs beyond that it names itself: scripts/setup.sh wrk python3-venv
for package in "$@"; do
  dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
((${#missing[@]})) || exit 0

if command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then as_root=(env)
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root=(sudo)
  else as_root=(); fi
  if ((${#as_root[@]})); then
    echo "witan: installing ${missing[*]}" >&2
    if "${as_root[@]}" apt-get update -qq >&2 &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null; then
      exit 0
    fi
  fi
fi
echo "witan: missing packages: run 'sudo apt-get install ${missing[*]}' and try again" >&2
exit 1
