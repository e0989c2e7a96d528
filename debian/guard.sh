#!/bin/sh
# Exit 0 where ACT may go on: the centre has every fact, or somebody has written down why those that it lacks may be lost.
# usage: guard ACT (upgrade, removal)
set -eu
act=$1
reason_file=/run/kiosk-force
if told=$(/usr/bin/kiosk outbox pending 2>&1); then
    exit 0
fi
if [ -s "$reason_file" ]; then
    reason=$(head -c 200 "$reason_file" | tr '\n' ' ')
    echo "kiosk: $act goes on though facts are pending: $reason" >&2
    logger --tag kiosk --priority user.warning -- "$act forced: $told; reason: $reason" 2>/dev/null || true
    [ "$act" != removal ] || : >/var/lib/kiosk/removed-with-pending
    exit 0
fi
cat >&2 <<END
kiosk: $act refused. $told
kiosk: Let kiosk-sync send them (\`kiosk outbox list\` shows them, \`kiosk doctor\` the line), or carry them
kiosk: (\`kiosk outbox export FILE\`). If they may be lost: echo "the reason" > $reason_file, and once more.
END
exit 1
