"""The health of one kiosk: the faults that stand, those that have gone, and the one light that sums them up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault, Part, Severity


class Light(StrEnum):
    """Told apart by form and word as well as by colour wherever it is shown."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True)
class Trouble:
    """A fault of the catalogue that stands since ``since``, or stood until ``until`` (aware)."""

    fault: Fault
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Health:
    """What is wrong now, and what was.

    ``standing`` are the troubles of now, the gravest and then the oldest first; ``past`` those that have gone, the
    newest first. ``parts`` are the parts that this kiosk is equipped with and that are watched.
    """

    standing: tuple[Trouble, ...] = ()
    past: tuple[Trouble, ...] = ()
    parts: frozenset[Part] = frozenset()

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the faults that stand."""
        return frozenset(trouble.fault.code for trouble in self.standing)

    @property
    def light(self) -> Light:
        """Green: all well or only notes; yellow: something is served another way; red: nobody can be served."""
        match faults.worst(self.codes):
            case Severity.OUT_OF_ORDER:
                return Light.RED
            case Severity.DEGRADED:
                return Light.YELLOW
        return Light.GREEN

    @property
    def can_serve(self) -> bool:
        """Whether anybody can be served, as seen by the screen itself: that it runs it need not be told."""
        stopping = (one.fault for one in self.standing if one.fault.severity is Severity.OUT_OF_ORDER)
        return all(fault is faults.SCREEN_NOT_RUNNING for fault in stopping)

    def of(self, part: Part) -> tuple[Trouble, ...]:
        """What stands against one part."""
        return tuple(trouble for trouble in self.standing if trouble.fault.part is part)


def in_order(troubles: Iterable[Trouble]) -> tuple[Trouble, ...]:
    """The gravest first, and of equals the oldest."""
    graves = list(Severity)
    return tuple(sorted(troubles, key=lambda one: (-graves.index(one.fault.severity), one.since, one.fault.code)))
