"""What became of updates, by the file that the updater (``kiosk.updating``) keeps; this process only reads it."""

from collections.abc import Collection
from pathlib import Path

import msgspec

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.diagnostics.record import contents

FILE = "state.json"


class _OnTrial(msgspec.Struct, frozen=True):
    version: str


class _Updates(msgspec.Struct, frozen=True):
    trial: _OnTrial | None = None
    refused: str = ""
    failed: str = ""


_UPDATES = msgspec.json.Decoder(_Updates)


class UpdateLook:
    """``folder`` is that of the versions. A file that can't be read says nothing: the updater begins anew then."""

    source = "update"

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def look(self) -> Collection[Fault]:
        """On trial, refused, taken back, or nothing."""
        told = self._read()
        found = (
            (told.trial is not None, faults.UPDATE_ON_TRIAL),
            (bool(told.refused), faults.UPDATE_REFUSED),
            (bool(told.failed), faults.UPDATE_TAKEN_BACK),
        )
        return tuple(fault for stands, fault in found if stands)

    def on_trial(self) -> bool:
        """Whether the version that runs is not believed yet: nobody is served, and nothing carried."""
        return self._read().trial is not None

    def _read(self) -> _Updates:
        try:
            return _UPDATES.decode(contents(self._path))
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return _Updates()
