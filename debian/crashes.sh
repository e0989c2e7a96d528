#!/bin/sh
# Counts the crashes of the screen, for systemd counts starts: that of a screen which has long been up is out of its minute.
#   crashes note   after an end: keeps when it was, in seconds since the machine came up, unless it was asked for
#   crashes few    before a start: 255 (the unit fails) after three within a minute, which then count no more
set -eu
kept=${2:-/run/kiosk-screen/crashes}
read -r now _ < /proc/uptime
case "$1" in
note)
    test "${SERVICE_RESULT:-success}" = success || echo "${now%.*}" >> "$kept"
    ;;
few)
    test -f "$kept" && test "$(wc -l < "$kept")" -ge 3 || exit 0
    third=$(tail -n 3 "$kept" | head -n 1)
    # Less than a whole minute, so that systemd still counts the starts in between and refuses the next one.
    test $((${now%.*} - third)) -lt 55 || exit 0
    rm "$kept"
    exit 255
    ;;
*)
    exit 64
    ;;
esac
