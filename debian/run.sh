#!/bin/sh
# Runs the kiosk's program of the version that is current (docs/updates.md): the one that /var/lib/kiosk-versions/current
# names where that is here and whole, else the one of this package. --root FOLDER takes another, --which only says which.
set -eu
factory=/usr/lib/kiosk
versions=/var/lib/kiosk-versions
root=$factory
if [ "${1:-}" = --root ]; then
    root=$2
    shift 2
elif [ -r "$versions/current" ]; then
    name=
    read -r name <"$versions/current" || true
    case $name in
    '' | .* | *[!0-9.]*) ;;
    *)
        if [ -f "$versions/$name/manifest.json" ] && [ -x "$versions/$name/bin/python3" ]; then
            root=$versions/$name
        fi
        ;;
    esac
fi
if [ "${1:-}" = --which ]; then
    echo "$root"
    exit 0
fi
# The interpreter finds the libraries of its version by the folder that it is called in.
exec "$root/bin/python3" -I "$root/bin/kiosk" "$@"
