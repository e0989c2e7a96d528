#!/bin/sh
# `central` for people. As root it becomes the user whose files these are, with the configuration of the service.
set -eu
real=/usr/lib/kiosk-central/bin/central
export CENTRAL_CONFIG="${CENTRAL_CONFIG:-/etc/kiosk-central/central.toml}"
export CENTRAL_DATA="${CENTRAL_DATA:-/var/lib/kiosk-central}"
[ "$(id -u)" = 0 ] || exec "$real" "$@"
id kiosk-central >/dev/null 2>&1 || exec "$real" "$@"
umask 0077
HOME=/var/lib/kiosk-central exec setpriv --reuid=kiosk-central --regid=kiosk-central --init-groups "$real" "$@"
