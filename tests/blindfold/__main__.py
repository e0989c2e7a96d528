"""``python -m tests.blindfold [fi sv en]``: every flow, by ear and by keys alone."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from kiosk.scenario.stage import new_folder
from tests.blindfold.ears import LANGUAGES
from tests.blindfold.lobby import lobby
from tests.blindfold.walk import walk


def main(languages: list[str]) -> int:
    """The exit code is 0 where everybody came through."""
    lost = 0
    for language in languages or LANGUAGES:
        with tempfile.TemporaryDirectory(prefix="kiosk-") as folder, lobby(new_folder(Path(folder))) as place:
            for walked in walk(place, language):
                lost += walked.trouble != ""
                print(f"{language}  {'LOST  ' if walked.trouble else 'came  '} {walked.journey} ({walked.keys} keys)")
                if walked.trouble:
                    print(f"      {walked.trouble}\n      pages: {walked.pages}", flush=True)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
