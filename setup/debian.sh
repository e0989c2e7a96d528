#!/bin/sh
# Installs the Debian packages that are missing: as root, with sudo, or by telling which ones.
# usage: debian.sh [LIST]; without one, debian-packages.txt.
set -eu
here=$(dirname "$0")
list=$here/${1:-debian-packages.txt}

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is not Debian; make sure that the likes of these are installed:"
    grep -v '^#' "$list" | tr '\n' ' '
    echo
    exit 0
fi

missing=
for package in $(grep -v '^#' "$list"); do
    state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$state" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Please install these as root, then run this again: apt-get install$missing" >&2
        exit 1
    fi
    as_root=sudo
fi
echo "Installing from Debian:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing
