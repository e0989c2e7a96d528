"""How far the device check has come: a small file in the state folder, which a power cut leaves whole."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
import structlog

from kiosk.checkin.servicing import Station, Walk, way
from kiosk.checkin.servicing.device_check import Found
from kiosk.config import Config, KeypadConfig
from kiosk.offline.folder import sync_folder

log = structlog.get_logger()

FILE = "device-check.json"


class _Kept(msgspec.Struct):
    first: bool = False
    at: str = Station.PLACE.value
    found: Mapping[str, str] = {}
    language: str = ""


_KEPT = msgspec.json.Decoder(_Kept)


class KeptCheck:
    """``kiosk.ports.CheckKeeper`` in the folder ``state``. What can't be read counts as never kept."""

    def __init__(self, state: Path) -> None:
        self._path = state / FILE

    def walk(self) -> Walk | None:
        """How far it came; ``None`` where none was begun."""
        try:
            kept = _KEPT.decode(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            log.warning("device_check_not_read", reason=type(error).__name__)
            return None
        # A later version may know more stations, and say more of them.
        known, said = set(Station), set(Found)
        found = {Station(one): Found(what) for one, what in kept.found.items() if one in known and what in said}
        return Walk(kept.first, Station(kept.at) if kept.at in known else Station.PLACE, found, kept.language)

    def keep(self, walk: Walk) -> None:
        """Keep it; a disk that is full costs no more than the way back to here."""
        found = {station.value: what.value for station, what in walk.found.items()}
        content = msgspec.json.encode(_Kept(walk.first, walk.at.value, found, walk.language))
        new = self._path.with_suffix(".new")
        try:
            with new.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            log.warning("device_check_not_kept", errno=error.errno)


def begin(state: Path, language: str) -> None:
    """For the first run: whatever comes between now and then, the device check follows the enrolment."""
    state.mkdir(parents=True, exist_ok=True)
    KeptCheck(state).keep(Walk(first=True, language=language))


def forget(state: Path) -> None:
    """No device check is under way here. Raises ``OSError``."""
    (state / FILE).unlink(missing_ok=True)


def stations(config: Config) -> tuple[Station, ...]:
    """What there is to look at on a kiosk with this configuration."""
    keyed = config.keypad != KeypadConfig(rest=config.keypad.rest) or config.speech is not None
    fitted = {
        Station.PRINTER: config.printer is not None,
        Station.SCANNER: config.scanner is not None,
        Station.CARD_READER: config.card is not None,
        Station.HELP: config.help is not None,
        Station.SOUND: config.speech is not None,
        Station.KEYPAD: keyed,
    }
    return way([station for station, there in fitted.items() if there])


def keys(config: Config) -> tuple[str, ...]:
    """What the keys of its keypad mean."""
    return tuple(meaning for meaning, names in config.keypad.keys.items() if names)
