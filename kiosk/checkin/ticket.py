"""What a slip says, free of any printer. No name, no identity code, no speciality stands on it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

from kiosk.checkin import outcome
from kiosk.checkin.appointment import Appointment, Arrival
from kiosk.checkin.outcome import CheckIn, Outcome
from kiosk.checkin.place import place, way
from kiosk.checkin.site import Service, Site
from kiosk.checkin.sketch import Sketch, to_area, to_desk
from kiosk.checkin.wording import Text, named

W = TypeVar("W")
V = TypeVar("V")


@dataclass(frozen=True)
class Ticket(Generic[W]):
    """The parts of a slip in the order they are read. ``W`` is ``Text``, or ``str`` once it is in words.

    ``number`` is empty on a slip that only shows the way. ``code`` is what a QR code at the end holds, and
    ``code_label`` says what it is for. ``plan`` is drawn below the words, by printers that draw.
    """

    number: str
    number_label: W
    site: W
    place_label: W
    place: W
    way: W | None
    sentences: tuple[W, ...]
    code: str = ""
    code_label: W | None = None
    plan: Sketch[W] | None = None

    def map(self, say: Callable[[W], V]) -> "Ticket[V]":
        """The same slip with every text put through ``say``."""
        return Ticket(
            number=self.number,
            number_label=say(self.number_label),
            site=say(self.site),
            place_label=say(self.place_label),
            place=say(self.place),
            way=None if self.way is None else say(self.way),
            sentences=tuple(say(sentence) for sentence in self.sentences),
            code=self.code,
            code_label=None if self.code_label is None else say(self.code_label),
            plan=None if self.plan is None else self.plan.map(say),
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


_CALLED = Text("ticket.called-by-number")


def for_check_in(plan: CheckIn, arrival: Arrival, site: Site) -> Ticket[Text]:
    """The slip of a check-in, as true as the page beside it: it never claims more than the arrival's standing."""
    first, *others = plan.now
    told = Text(f"ticket.{arrival.standing.value}")
    if plan.protected:
        return _slip(arrival.number, site, Text("place.ask-desk"), None, (_CALLED, told))
    times = (Text("ticket.time", {"time": site.local(first.starts)}),)
    return _slip(
        arrival.number,
        site,
        place(first, site),
        way(first, site),
        (*times, *(_line(one, site) for one in (*others, *plan.later)), _CALLED, told),
        sketch=to_area(site.here, first.area),
    )


def _line(appointment: Appointment, site: Site) -> Text:
    """Another visit of the day: when and where, not what."""
    area = site.areas.get(appointment.area)
    data = {"time": site.local(appointment.starts)}
    return Text("ticket.also-at", {**data, "place": area.name}) if area else Text("ticket.also", data)


def for_outcome(told: Outcome, arrival: Arrival, site: Site) -> Ticket[Text] | None:
    """The slip of an outcome that is handed off, or ``None`` where it needs none."""
    match told:
        case outcome.NoMatch() | outcome.CannotTell():
            sentences = (Text("ticket.sit-down"), _CALLED)
            slip = _slip(arrival.number, site, named(site.desk), None, sentences, Text("place.near-desk"))
            return _with_portal(slip, site)
        case outcome.WrongSite(appointment):
            return _route(appointment, site)
    if not arrival.number:
        return None
    return _slip(arrival.number, site, named(site.desk), None, (_CALLED,), Text("desk.label"), to_desk(site.here))


def _route(appointment: Appointment, site: Site) -> Ticket[Text] | None:
    neighbour = site.neighbours.get(appointment.site)
    if neighbour is None or appointment.protected:
        return None
    sentences = (
        named(neighbour.address),
        Text("ticket.time", {"time": site.local(appointment.starts)}),
        Text("ticket.minutes", {"minutes": neighbour.minutes}),
    )
    return Ticket(
        number="",
        number_label=Text("number.label"),
        site=named(site.name),
        place_label=Text("ticket.go-to"),
        place=named(neighbour.name),
        way=named(neighbour.way) if neighbour.way else None,
        sentences=sentences,
        code=neighbour.map_url,
        code_label=Text("wrong-site.map") if neighbour.map_url else None,
    )


def _with_portal(slip: Ticket[Text], site: Site) -> Ticket[Text]:
    """The site's first portal, on the slips of those who wait while their appointment is looked for.

    There they may find it themselves. Other slips stay short, and a second code would make this one twice as long.
    """
    if not site.portals:
        return slip
    portal = site.portals[0]
    return replace(slip, code=portal.url, code_label=Text("ticket.portal", {"portal": portal.name}))


def for_service(service: Service, arrival: Arrival, site: Site) -> Ticket[Text]:
    """The slip of a client without a booking."""
    area = site.areas.get(service.area)
    where = named(area.name) if area else Text("place.ask-desk")
    directions = named(area.directions) if area and area.directions else None
    told = Text(f"ticket.{arrival.standing.value}")
    sketch = to_area(site.here, service.area)
    return _slip(arrival.number, site, where, directions, (_CALLED, told), sketch=sketch)


def _slip(
    number: str,
    site: Site,
    where: Text,
    directions: Text | None,
    sentences: tuple[Text, ...],
    label: Text | None = None,
    sketch: Sketch[Text] | None = None,
) -> Ticket[Text]:
    return Ticket(
        number=number,
        number_label=Text("number.label"),
        site=named(site.name),
        place_label=label or Text("place.label"),
        place=where,
        way=directions,
        sentences=sentences,
        plan=sketch,
    )
