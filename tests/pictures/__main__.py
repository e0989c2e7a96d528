"""``python -m tests.pictures [LANGUAGE ...]`` draws every page anew and keeps its fingerprint: about a minute for all.

Look at the contact sheets (``python -m tests.contact_sheet OUT``) before you keep what you have not seen.
"""

import os
import sys
from collections.abc import Sequence

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtGui import QGuiApplication

from kiosk.ui.lettering import register_fonts
from tests.pictures import fingerprint
from tests.pictures.drawing import LANGUAGES, SIZES, prints
from tests.pictures.kept import file_of


def main(languages: Sequence[str]) -> None:
    """Keep fingerprints of these languages, and say which pages have changed."""
    app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    register_fonts()
    for language in languages:
        path = file_of(language)
        before = fingerprint.read(path) if path.exists() else {}
        after = {name: one for orientation in SIZES for name, one in prints(language, orientation).items()}
        fingerprint.write(path, after)
        changed = [name for name, one in after.items() if name not in before or fingerprint.apart(before[name], one)]
        print(f"{language}: {len(after)} pictures, {len(changed)} changed, {path.stat().st_size // 1000} kB")
    app.processEvents()


if __name__ == "__main__":
    main(sys.argv[1:] or LANGUAGES)
