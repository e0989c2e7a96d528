"""The cards of those who come, and the reader that they put them into."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kiosk.config import CardConfig
from kiosk.devices.simulated.card.office import KINDS, CardOffice
from kiosk.devices.simulated.card.reader import VirtualReader
from kiosk.devices.simulated.card.service import ServiceError
from kiosk.devices.simulated.card.troubles import Trouble
from kiosk.scenario.stagehand import StageError

TECHNICIANS = "technicians"
"""The kind of the card that opens the service mode."""


class Wallet:
    """A virtual reader behind a private PC/SC service, and an office that issues cards as of ``now`` (aware).

    Entering it plugs the reader in. Raises ``StageError`` where this machine cannot have one.
    """

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        self._now = now
        self._stack = ExitStack()

    @property
    def config(self) -> CardConfig:
        """What the kiosk is told of it."""
        return CardConfig(issuers=(self._folder,))

    @property
    def technicians_fingerprint(self) -> str:
        """By what the kiosk knows the technician's card."""
        return self._office.technicians_fingerprint

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process needs to see the reader."""
        return self.reader.environment

    def insert(self, kind: str, trouble: str | None = None, **more: Any) -> None:
        """Put a card in. ``more`` is what the office takes, such as ``number``. Raises ``StageError``."""
        if kind == TECHNICIANS:
            self.reader.insert(self._office.issue_technicians())
            return
        if kind not in KINDS:
            raise StageError(f"no card {kind!r}; there are {', '.join((*KINDS, TECHNICIANS))}")
        if trouble is not None and trouble not in list(Trouble):
            raise StageError(f"no trouble {trouble!r}; there is {', '.join(Trouble)}")
        self.reader.insert(self._office.issue(kind, trouble, **more))

    def __enter__(self) -> Self:
        try:
            self.reader = self._stack.enter_context(VirtualReader())
        except (ServiceError, OSError) as error:
            raise StageError(f"no card reader: {error}") from error
        self._office = CardOffice(self._now)
        self._office.write_issuers(self._folder)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()


def can_be_had() -> bool:
    """Whether this machine can have a virtual card reader."""
    try:
        with VirtualReader():
            return True
    except (ServiceError, OSError):
        return False
