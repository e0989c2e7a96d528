#!/bin/sh
# Shows the picture that says "out of order": the kiosk's own, in the languages of its site, or one that came along.
set -eu
ours=/usr/lib/kiosk/lib/python3.11/site-packages/kiosk/ui
picture=/var/lib/kiosk/sorry.png
if [ ! -s "$picture" ]; then
    size=$(cat /sys/class/graphics/fb0/virtual_size 2>/dev/null || echo 1080,1920)
    if [ "${size%,*}" -gt "${size#*,}" ]; then
        picture=$ours/sorry-landscape.png
    else
        picture=$ours/sorry-portrait.png
    fi
fi
# The terminal is its standard input. With -T it would go into the background, and the unit would be over.
exec /usr/bin/fbi --noverbose --autozoom --timeout 86400 "$picture"
