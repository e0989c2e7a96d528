#!/bin/sh
# `kiosk` for people. As root it becomes the user whose files these are, so that none is left that the programs can't
# open; and where the key of the database is sealed (docs/installing.md), systemd hands it over.
set -eu
real=/usr/lib/kiosk/run
key=kiosk-database-key
[ "$(id -u)" = 0 ] || exec "$real" "$@"
id kiosk >/dev/null 2>&1 || exec "$real" "$@"
if [ -f "/etc/credstore.encrypted/$key" ] && [ -d /run/systemd/system ]; then
    way=--pipe
    [ ! -t 0 ] || way=--pty
    exec systemd-run --quiet --wait --collect "$way" --working-directory=/tmp \
        --property=User=kiosk --property=UMask=0077 --property="LoadCredentialEncrypted=$key" "$real" "$@"
fi
cd /tmp
umask 0077
HOME=/var/lib/kiosk exec setpriv --reuid=kiosk --regid=kiosk --init-groups "$real" "$@"
