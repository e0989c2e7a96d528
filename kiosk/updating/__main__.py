"""``python3 -I -m kiosk.updating``, as debian/update.sh calls it."""

import sys

from kiosk.updating.commands import main

sys.exit(main())
