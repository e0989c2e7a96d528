"""Parts that several pages share."""

from datetime import datetime

from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.outcome import CheckIn
from kiosk.checkin.page import Card, Choice, Code, Notice, Role, Row, Sign
from kiosk.checkin.place import place, way
from kiosk.checkin.site import Area, Severity, Site
from kiosk.checkin.sketch import Sketch, to_area, to_desk
from kiosk.checkin.ticket import PrintOutcome
from kiosk.checkin.visit import choices
from kiosk.checkin.wording import Text, named

HIDDEN = "•"
MOST_SPOKEN_ROWS = 3
"""Visits of a day's plan that have room to say in words which are checked in now; the sign says it always."""

FINISH = Choice(choices.FINISH, Text("choice.finish"), Role.MAIN)
BACK = Choice(choices.BACK, Text("choice.back"))
TYPE = Choice(choices.TYPE_IDENTITY, Text("choice.type"))
TO_START = Choice(choices.FINISH, Text("choice.back-to-start"))
KEYPAD = (
    Choice(choices.READY, Text("choice.ready"), Role.MAIN),
    Choice(choices.ERASE, Text("choice.erase")),
    BACK,
)

SIGN_OF_STANDING = {
    Standing.RECORDED: Sign.RECORDED,
    Standing.REGISTERED: Sign.REGISTERED,
    Standing.DISPUTED: Sign.NOT_REGISTERED,
}


def may_name_unit(kind: ClaimKind) -> bool:
    """Typing proves nothing about who stands here, so it shows the time and the place alone (decision 9)."""
    return not kind.typed


def appointment_card(appointment: Appointment, kind: ClaimKind, site: Site) -> Card[Text] | None:
    """Time, unit and place, as far as the claim allows. Under non-disclosure there is nothing to show."""
    if appointment.protected:
        return None
    unit = site.units.get(appointment.unit)
    shows_unit = unit is not None and may_name_unit(kind)
    return Card(
        time=Text("time", {"time": site.local(appointment.starts)}),
        day=day(appointment.starts, site),
        title=named(unit.name) if unit is not None and shows_unit else None,
        person=_practitioner(appointment, kind, site),
        place_label=Text("place.label"),
        place=place(appointment, site),
    )


def _practitioner(appointment: Appointment, kind: ClaimKind, site: Site) -> Text | None:
    if not appointment.practitioner or not site.policy.names_practitioner or not may_name_unit(kind):
        return None
    return named({"fi": appointment.practitioner})


def day(moment: datetime, site: Site) -> Text:
    """The day of a visit, for the client to compare with their letter."""
    return Text("day.of", {"time": site.local(moment)})


def rows(plan: CheckIn, kind: ClaimKind, site: Site) -> tuple[Row[Text], ...]:
    """The day's plan: what is checked in with this touch, and what comes later."""
    spoken = len(plan.now) + len(plan.later) <= MOST_SPOKEN_ROWS
    return tuple(
        _row(one, kind, site, now=now, spoken=spoken)
        for now, some in ((True, plan.now), (False, plan.later))
        for one in some
    )


def _row(appointment: Appointment, kind: ClaimKind, site: Site, *, now: bool, spoken: bool) -> Row[Text]:
    unit = site.units.get(appointment.unit)
    return Row(
        time=Text("time", {"time": site.local(appointment.starts)}),
        place=place(appointment, site),
        title=named(unit.name) if unit is not None and may_name_unit(kind) else None,
        note=Text("day-plan.now" if now else "day-plan.later") if spoken else None,
        now=now,
    )


def number_card(
    arrival: Arrival,
    where: Text,
    directions: Text | None,
    paper: PrintOutcome | None,
    plan: Sketch[Text] | None = None,
    photo: str = "",
) -> Card[Text]:
    """The number and where to sit. Without a slip the number is all there is."""
    return Card(
        number_label=Text("number.label"),
        number=arrival.number,
        number_alone=paper in (PrintOutcome.FAILED, PrintOutcome.UNKNOWN),
        place_label=Text("place.label"),
        place=where,
        way=directions,
        plan=plan,
        photo=photo,
    )


def appointment_number_card(
    appointment: Appointment, arrival: Arrival, site: Site, paper: PrintOutcome | None
) -> Card[Text]:
    """The number of a check-in with the place of its first visit."""
    if appointment.protected:
        return number_card(arrival, Text("place.ask-desk"), None, paper)
    where, directions = place(appointment, site), way(appointment, site)
    return number_card(arrival, where, directions, paper, *drawn(appointment.area, site))


def drawn(area: str, site: Site) -> tuple[Sketch[Text] | None, str]:
    """The way to a waiting area on the site's plan, and a photograph of it: what the site has of the two."""
    known = site.areas.get(area)
    return (None, "") if known is None else (to_area(site.here, area), known.photo)


def area_of(area: Area | None) -> tuple[Text, Text | None]:
    """The words of an area and of the way to it."""
    if area is None:
        return Text("place.ask-desk"), None
    return named(area.name), named(area.directions) if area.directions else None


def desk_card(site: Site, arrival: Arrival | None = None) -> Card[Text]:
    """The desk, with a number where the site gives one for it."""
    numbered = arrival is not None and arrival.number != ""
    return Card(
        number_label=Text("number.label") if numbered else None,
        number=arrival.number if arrival is not None and numbered else None,
        place_label=Text("desk.label"),
        place=named(site.desk),
        plan=to_desk(site.here),
    )


def paper_sentence(paper: PrintOutcome | None) -> Text:
    """What may be said of the slip. Only the printer's own word allows "take your ticket"."""
    told = {None: "printing", PrintOutcome.PRINTED: "take"}.get(paper, "none")
    return Text(f"paper.{told}")


def portal_codes(site: Site) -> tuple[Code[Text], ...]:
    """The city's services for the client's own phone."""
    return tuple(Code(named(portal.name), portal.url) for portal in site.portals)


def bulletins(site: Site, unit: str | None, now: datetime) -> tuple[Notice[Text], ...]:
    """What the city has to say now, to everybody or to clients of a unit: warnings first."""
    told = [one for one in site.bulletins if one.concerns(unit, now)]
    return tuple(
        Notice(named(one.text), one.severity, Text("bulletin.warning") if one.severity is Severity.WARNING else None)
        for one in sorted(told, key=lambda one: one.severity is not Severity.WARNING)
    )


def bulletins_about(appointment: Appointment, kind: ClaimKind, site: Site, now: datetime) -> tuple[Notice[Text], ...]:
    """What concerns this visit. What its unit has to say would name the unit to whoever may not know it."""
    known = may_name_unit(kind) and not appointment.protected
    return bulletins(site, appointment.unit if known else None, now)
