"""What can happen in service mode, besides ``Keyed``, ``Chosen``, ``LanguageChosen`` and ``TimeUp`` of a visit."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.checkin.faults import Part
from kiosk.checkin.site import LocalText
from kiosk.checkin.visit.events import Event as VisitEvent
from kiosk.checkin.witness import Unreported
from kiosk.checkin.wording import Text


class Result(StrEnum):
    """How a test of a part ended: names its sentence, ``service.test.<value>``."""

    ANSWERED = "answered"
    SILENT = "silent"
    PRINTED = "printed"
    SENT = "sent"
    """The printer cannot tell whether the page came out."""
    NOT_PRINTED = "not-printed"
    READ = "read"
    NOTHING_READ = "nothing-read"
    GIVEN = "given"
    """Light and sound were given; only somebody who stands there knows whether they came."""
    NOT_GIVEN = "not-given"
    BUSY = "busy"


class Reopening(StrEnum):
    """How opening a device anew ended: ``service.reopen.<value>``."""

    OPENED = "opened"
    NOT_OPENED = "not-opened"


@dataclass(frozen=True)
class CodeChecked:
    """Whether the code of ``CheckCode`` was the right one."""

    ok: bool


@dataclass(frozen=True)
class TechnicianCard:
    """A card was read whose certificate stands in the configuration (``ok``), or does not."""

    ok: bool


@dataclass(frozen=True)
class HealthChanged:
    """A fault came or went. The view has the new health."""


@dataclass(frozen=True)
class TestEnded:
    """The answer to ``TestPart``. ``ok`` is ``None`` where nobody can tell but whoever stands there."""

    __test__ = False

    part: Part
    ok: bool | None
    result: Result


@dataclass(frozen=True)
class TestTold:
    """Something more that a test has shown: classes and steps, never a content."""

    __test__ = False

    part: Part
    words: Text


@dataclass(frozen=True)
class Reopened:
    """The answer to ``ReopenPart``."""

    part: Part
    ok: bool


@dataclass(frozen=True)
class SelfTestEnded:
    """The answer to ``RunSelfTest``: the codes of the faults that it found, ``None`` where it could not be run."""

    codes: tuple[str, ...] | None


@dataclass(frozen=True)
class FoundVisit:
    """A visit behind a ticket number, recorded at this kiosk at ``at``; ``None`` where another machine took it.

    ``starts`` and ``unit`` are ``None`` under non-disclosure, and where the roster does not know them any more.
    """

    starts: datetime | None
    unit: LocalText | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class NumberFound:
    """The answer to ``FindNumber``: what was checked in under it today and stands; empty where nothing was."""

    number: str
    visits: tuple[FoundVisit, ...]


@dataclass(frozen=True)
class AnnulEnded:
    """The answer to ``Annul``: whether it is on the disk for good."""

    number: str
    ok: bool


@dataclass(frozen=True)
class UnreportedListed:
    """The answer to ``ListUnreported``: today's, and how many of earlier days; ``None`` where nobody could look."""

    arrivals: tuple[Unreported, ...] | None
    earlier: int = 0


OfAVisit = VisitEvent
"""What a visit takes as well."""

Event = (
    OfAVisit
    | CodeChecked
    | TechnicianCard
    | HealthChanged
    | TestEnded
    | TestTold
    | Reopened
    | SelfTestEnded
    | NumberFound
    | AnnulEnded
    | UnreportedListed
)

__all__ = [
    "AnnulEnded",
    "CodeChecked",
    "Event",
    "FoundVisit",
    "HealthChanged",
    "NumberFound",
    "OfAVisit",
    "Reopened",
    "Reopening",
    "Result",
    "SelfTestEnded",
    "TechnicianCard",
    "TestEnded",
    "TestTold",
    "UnreportedListed",
]
