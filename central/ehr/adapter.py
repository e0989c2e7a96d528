"""What every way to a health record system can do, and the few things that pass between it and the centre."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event
from typing import Protocol

from central.rows import Row


class Kind(StrEnum):
    """What a letter tells."""

    ARRIVED = "arrived"
    ANNULLED = "annulled"
    """The arrival of before was taken back."""


class Status(StrEnum):
    """What a record says of an appointment: the codes of FHIR R4 that matter here."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CHECKED_IN = "checked-in"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"
    OTHER = "other"
    """Not yet a visit, such as ``proposed``, or a word that nobody here knows."""


@dataclass(frozen=True)
class Incoming:
    """One appointment as a record tells it.

    ``remote`` is its id there, ``version`` changes whenever it does, ``updated`` is when it did. ``row`` is it in the
    words of a seed (``central.rows``), ``None`` where it is no visit to any site here, or no more. ``refused`` says
    why it cannot be read, without repeating anything of it. ``keep`` is what an answer must repeat; it is encrypted.
    """

    remote: str
    version: str
    updated: datetime | None
    status: Status
    row: Row | None = field(default=None, repr=False)
    refused: str = ""
    keep: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Letter:
    """One thing to tell a record.

    ``wire_id`` (at most 20 characters) stays the same however often it is told. ``remote`` is the appointment's id
    there, empty where this record did not bring it. ``kept`` is what was kept with the link.
    """

    id: int
    wire_id: str
    site: str
    appointment: str
    fact: str
    kind: Kind
    number: str
    at: datetime
    remote: str
    attempts: int
    kept: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Delivered:
    """The record has it. ``told`` is its word for that: a version, an acknowledgement; at most 128 characters."""

    told: str = ""


@dataclass(frozen=True)
class Later:
    """Not now. ``whole`` says that it is the record, not this letter, so that the others need not try either."""

    reason: str
    whole: bool = True
    after: timedelta | None = None
    """As the record asked."""


@dataclass(frozen=True)
class Dead:
    """Never like this: a person must look into it. ``reason`` is a word of ours, never a text of the record."""

    reason: str


Outcome = Delivered | Later | Dead


@dataclass(frozen=True)
class There:
    """What a record says at present of something that it was told. ``gone`` where it has no such thing."""

    status: Status
    number: str | None = None
    gone: bool = False


class UnreachableError(Exception):
    """The record cannot be read now. The message is a word of ours."""


class Inbox(Protocol):
    """Where adapters put what a record tells. Any of these raises ``StoreUnavailableError``."""

    def place(self) -> str | None:
        """How far the record was read, as an adapter wrote it."""

    def take(self, incoming: Sequence[Incoming], place: str | None = None) -> Mapping[str, str]:
        """Keep all of it, and the place up to which it tells everything, in one transaction.

        Gives what had to be refused, by its id there: why, in words that repeat nothing of it.
        """

    def known(self, remotes: Sequence[str]) -> Mapping[str, str]:
        """The versions in which these are known here; what is not known is left out."""

    def poked(self) -> bool:
        """Whether somebody said that there is news, since the last time that this was asked."""

    def mine(self) -> bool:
        """Whether it is this process that reads the record now; another may."""


class Adapter(Protocol):
    """One way to one record. The functions are called from threads of their own, ``deliver`` from several at once."""

    @property
    def brings(self) -> bool:
        """Whether appointments come in by it."""

    def bring(self, inbox: Inbox, stop: Event) -> None:
        """Put every change of the record's appointments into the inbox, till ``stop`` is set."""

    def deliver(self, letter: Letter) -> Outcome:
        """Tell one thing. It may have been told before: the record must have it once all the same."""

    def there(self, letters: Sequence[Letter]) -> Mapping[int, There]:
        """What the record says now, by the letters' ids; empty where it can't be asked. Raises ``UnreachableError``."""

    def close(self) -> None:
        """Let go of connections."""
