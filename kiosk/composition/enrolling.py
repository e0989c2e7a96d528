"""How ``kiosk screen``, which has no network, has ``kiosk sync`` enrol the machine: two small files in the run folder.

The code lies there, readable by the kiosk's own user alone, until it is taken; it is good for one enrolment.
"""

import os
from pathlib import Path
from threading import Event

import msgspec
import structlog

from kiosk.checkin.first_run import Answered, Enrol
from kiosk.composition.memory import sockets
from kiosk.config import Config
from kiosk.offline.connection import StoreError
from kiosk.wake import listening, ring

log = structlog.get_logger()

WANTED, SAID = "enrol-wanted.json", "enrol-said.json"
LOOK_EVERY = 5.0
"""Seconds after which ``kiosk sync`` looks by itself, should the ring have been lost."""


class _Wanted(msgspec.Struct):
    address: str
    code: str


class _Said(msgspec.Struct):
    kiosk: str = ""
    site: str = ""
    mistake: str = ""


_WANTED, _SAID = msgspec.json.Decoder(_Wanted), msgspec.json.Decoder(_Said)


def ask(run: Path, wanted: Enrol) -> None:
    """For the screen: have it done. Raises ``OSError``."""
    (run / SAID).unlink(missing_ok=True)
    _put(run / WANTED, msgspec.json.encode(_Wanted(wanted.address, wanted.code)))
    ring(sockets(run)[0], "enrol")


def answer(run: Path) -> Answered | None:
    """For the screen: what came of it; ``None`` while nothing did."""
    try:
        said = _SAID.decode((run / SAID).read_bytes())
    except (OSError, msgspec.DecodeError):
        return None
    (run / SAID).unlink(missing_ok=True)
    return Answered(said.kiosk, said.site, said.mistake)


def forget(run: Path) -> None:
    """For the screen: nobody waits any more."""
    for name in (WANTED, SAID):
        (run / name).unlink(missing_ok=True)


def wait_to_enrol(config: Config, stop: Event) -> bool:
    """For ``kiosk sync`` on a machine that is no kiosk: enrol it when the screen asks. Whether it is one now."""
    with listening(sockets(config.run)[0]) as wake:
        while not stop.is_set():
            wanted = _taken(config.run)
            if wanted is None:
                wake.wait(LOOK_EVERY)
                continue
            said = _enrolled(config, wanted)
            _put(config.run / SAID, msgspec.json.encode(said))
            if not said.mistake:
                return True
    return False


def _enrolled(config: Config, wanted: _Wanted) -> _Said:
    # Only here: the screen has no network, and starts without what speaks to one.
    from kiosk.composition.enrol import enrol_kiosk
    from kiosk.composition.guard import InUseError, PendingError
    from kiosk.sync.client import CentreError

    try:
        kiosk, site = enrol_kiosk(config, wanted.address, wanted.code, by_itself=True)
    except CentreError as error:
        log.warning("not_enrolled", reason=error.key)
        unheard = error.key in ("unreachable", "busy")
        return _Said(mistake="unreachable" if unheard else "refused")
    except (StoreError, PendingError, InUseError) as error:
        log.error("not_enrolled", reason=type(error).__name__)
        return _Said(mistake="failed")
    log.info("enrolled", kiosk=kiosk, site=site)
    return _Said(kiosk, site)


def _taken(run: Path) -> _Wanted | None:
    try:
        found = (run / WANTED).read_bytes()
    except OSError:
        return None
    (run / WANTED).unlink(missing_ok=True)
    try:
        return _WANTED.decode(found)
    except msgspec.DecodeError:
        return None


def _put(path: Path, content: bytes) -> None:
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    new.replace(path)
