#!/usr/bin/env bash
# Installs Debian packages: .ci/apt.sh PACKAGE[:COMMAND] ...
# A package whose command (by default its own name) is there is left alone, so a second call does nothing.
set -euo pipefail

fail() {
  echo ".ci/apt.sh: $1" >&2
  exit 1
}

missing=()
for item in "$@"; do
  command -v "${item#*:}" >/dev/null || missing+=("${item%%:*}")
done
[ ${#missing[@]} -gt 0 ] || exit 0

command -v apt-get >/dev/null || fail "missing: ${missing[*]}; there is no apt-get here: install them by hand"
sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || fail "missing: ${missing[*]}; installing them needs root or sudo"
  sudo=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" </dev/null >"$log" 2>&1 ||
    fail "apt-get $1 failed for ${missing[*]}: $(grep -m1 '^E:' "$log" || tail -n 1 "$log")"
}
echo "Installing ${missing[*]} (Debian packages) ..."
apt update
apt install --yes --no-install-recommends "${missing[@]}"
