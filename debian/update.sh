#!/bin/sh
# `kiosk-update`: always that of the package, never that of an update, which may be the broken one.
set -eu
exec /usr/lib/kiosk/bin/python3 -I -m kiosk.updating "$@"
