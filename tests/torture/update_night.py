"""A night with an update, to be recorded; and whoever looks after a power cut whether a whole version is left.

``python -m tests.torture.update_night KIOSK ACKS BUNDLE KEYS`` stages a bundle and changes over to it by the product's
own updater, on real files of a database. Versions are small and run within the process (``tests.updating.nursery``).
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk.offline.connection import DatabaseError, StoreError
from kiosk.updating.bundle import is_whole
from kiosk.updating.change import Change
from kiosk.updating.commands import apply, stage_file
from kiosk.updating.versions import FACTORY
from tests.torture.disk import Mark
from tests.torture.findings import Findings
from tests.torture.recorder import Tape, record
from tests.updating.nursery import Nursery, bundle, keys

VERSION = "0.2.0"
NIGHTS: Mapping[str, Mapping[str, Any]] = {
    "good": {"steps": 1},
    "not-ready": {"ready": False, "steps": 1},
    "ill": {"faults": ["display-gone"]},
}
"""How the new version of each night is; with ``steps`` it changes the tables too."""


def main() -> None:
    """The night."""
    kiosk, acks = Nursery(Path(sys.argv[1])), Path(sys.argv[2])

    def tell(line: str) -> None:
        with acks.open("a") as file:
            file.write(f"{line}\n")

    tell(f"staged: {stage_file(kiosk.versions, Path(sys.argv[3]), Path(sys.argv[4]))}")
    apply(kiosk.versions, Change(kiosk.versions, kiosk, tell), kiosk, now=True)


def night_tape(folder: Path, night: str) -> Tape:
    """A night of ``NIGHTS``, recorded, after one that went well: there is an update to go back to."""
    kiosk = Nursery(folder / "kiosk").make()
    (folder / "made").mkdir()
    acks, known = folder / "acks", keys(folder / "keys")
    new = bundle(folder / "made", VERSION, **NIGHTS[night])
    command = [sys.executable, "-m", "tests.torture.update_night", *map(str, (folder / "kiosk", acks, new, known))]
    if night == "good":
        # So that a version which nobody needs any more is removed in this night too.
        old = bundle(folder / "made", "0.1.5")
        stage_file(kiosk.versions, old, known)
        apply(kiosk.versions, Change(kiosk.versions, kiosk, lambda _: None), kiosk, now=True)
    return record(command, folder / "kiosk", [acks])


class NightWitness:
    """What boots must be whole, what was said must hold, and the next run must end in peace."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def hear(self, mark: Mark) -> None:
        """What the updater said."""
        self._told |= set(mark.data.decode().splitlines())

    def look(self, state: Path) -> Findings:
        """As the machine starts, and as the night after ends it."""
        kiosk = Nursery(state)
        kiosk.config.run.mkdir(exist_ok=True)
        kiosk.versions.folder.mkdir(exist_ok=True)
        try:
            return self._boot(kiosk)
        except (OSError, StoreError, DatabaseError) as error:
            return Findings(unreadable=1, detail=repr(error))

    def _boot(self, kiosk: Nursery) -> Findings:
        versions, lied = kiosk.versions, []
        if not _whole(kiosk):
            return Findings(unreadable=1, detail="what boots is not whole")
        if "confirmed: 0.2.0" in self._told and versions.current != VERSION:
            lied.append("confirmed and gone")
        staged = {f"staged: {VERSION}"} & self._told
        if staged and VERSION not in (versions.staged, versions.current) and not versions.state.taken_back:
            lied.append("staged and gone")
        change = Change(versions, kiosk, lambda _: None)
        kiosk.stop()
        change.boot()
        kiosk.start()
        apply(versions, change, kiosk, now=False)
        half = [] if versions.state.trial is None else ["still on trial"]
        if not _whole(kiosk):
            return Findings(unreadable=1, detail="what runs is not whole")
        if not all(unit.active for unit in kiosk.units().values()):
            half.append("not started")
        if (kiosk.config.state / "changeover").exists():
            half.append("copies are left")
        before = _picture(kiosk)
        change.boot()
        if _picture(kiosk) != before:
            half.append("not stable")
        lost = [] if kiosk.facts() == ["first"] else ["a fact"]
        kiosk.check_in("next")
        return Findings.of(lost=lost, lied=lied, half=half)


def _whole(kiosk: Nursery) -> bool:
    name = kiosk.versions.current
    return name == FACTORY or is_whole(kiosk.versions.root(name))


def _picture(kiosk: Nursery) -> tuple[object, ...]:
    versions = kiosk.versions
    return versions.current, versions.staged, versions.state, sorted(path.name for path in versions.folder.iterdir())


if __name__ == "__main__":
    main()
