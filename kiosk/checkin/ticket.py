"""What a ticket says, free of any printer. No name, no identity code, no speciality stands on it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from kiosk.checkin.appointment import Appointment, Standing
from kiosk.checkin.site import Site
from kiosk.checkin.wording import Text, named

W = TypeVar("W")
V = TypeVar("V")


@dataclass(frozen=True)
class Ticket(Generic[W]):
    """The parts of a slip in the order they are read. ``W`` is ``Text``, or ``str`` once it is in words."""

    number: str
    number_label: W
    site: W
    place_label: W
    place: W
    way: W | None
    sentences: tuple[W, ...]

    def map(self, say: Callable[[W], V]) -> "Ticket[V]":
        """The same ticket with every text put through ``say``."""
        return Ticket(
            number=self.number,
            number_label=say(self.number_label),
            site=say(self.site),
            place_label=say(self.place_label),
            place=say(self.place),
            way=None if self.way is None else say(self.way),
            sentences=tuple(say(sentence) for sentence in self.sentences),
        )


class PrintOutcome(StrEnum):
    """What is known after a print. Only ``PRINTED`` allows "take your ticket"."""

    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PrintResult:
    """The end of one print job. ``reason`` is a fault code where the outcome is not ``PRINTED``."""

    job: int
    outcome: PrintOutcome
    reason: str | None = None


def for_arrival(appointment: Appointment, number: str, standing: Standing, site: Site) -> Ticket[Text]:
    """The slip of one check-in, as true as the page beside it: it never claims more than ``standing``."""
    area = site.areas.get(appointment.area)
    place = named(area.name) if area else Text("place.ask-desk")
    return Ticket(
        number=number,
        number_label=Text("number.label"),
        site=named(site.name),
        place_label=Text("place.label"),
        place=place,
        way=named(area.directions) if area and area.directions else None,
        sentences=(
            Text("ticket.time", {"time": site.local(appointment.starts)}),
            Text("ticket.called-by-number"),
            Text(f"ticket.{standing.value}"),
        ),
    )
