"""From the change feed's messages to the kiosk's own terms. What one record gets wrong harms no other."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from kiosk.checkin.appointment import Appointment, Channel, Status
from kiosk.checkin.plan import Floor, FloorPlan, Landmark, Leg, Line, Mark, Place, Stand
from kiosk.checkin.site import Area, Bulletin, Hours, Neighbour, Policy, Portal, Queue, Service, Severity, Site, Unit
from kiosk.ports import News, RosterRow
from kiosk.sync import messages

MALFORMED = "malformed"
UNKNOWN_KIND = "unknown-kind"
UNKNOWN_ZONE = "unknown-zone"
NO_LANGUAGE = "no-language"

_OF_THE_ROSTER = ("appointment", "gone", "")
"""Kinds of record without which the roster is not whole; a record of which not even the kind can be read may be one."""
OF_THE_SITE = ("site", "configuration")
_LONGEST_ID = 64


@dataclass(frozen=True)
class Unread:
    """A record that was passed over: its kind and id, each empty where it can't be read, and why."""

    kind: str
    id: str
    why: str


class UnfitSiteError(ValueError):
    """The rules of the site are well formed, and this kiosk could not run by them."""


def read(
    changes: messages.Changes, languages: Collection[str], clock_offset: float | None = None, *, signed: bool = False
) -> tuple[News, list[Unread]]:
    """The news in a page of the feed, and the records that could not be read. ``languages`` are those spoken here.

    Where configurations must be ``signed``, no rules are taken from the page: ``configurations`` tells of them.
    """
    rows: list[RosterRow] = []
    gone: list[str] = []
    queues: dict[str, Queue] = {}
    site: Site | None = None
    unread: list[Unread] = []
    begins = False
    for raw in changes.records:
        about_site = _kind(raw) in OF_THE_SITE
        begins = begins or about_site
        if about_site and signed:
            continue
        try:
            match messages.decode_record(raw):
                case messages.SiteRecord() as record:
                    site = site_of(record, languages)
                case messages.AppointmentRecord() as record:
                    rows.append(_row(record))
                case messages.QueueRecord() as queue:
                    queues[queue.service] = Queue(queue.waiting, queue.minutes, _utc(queue.as_of))
                case messages.GoneRecord(id=name):
                    gone.append(name)
                case None | messages.ConfigurationRecord():
                    unread.append(_unread(raw, UNKNOWN_KIND))
        except UnfitSiteError as error:
            unread.append(_unread(raw, str(error)))
        except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
            unread.append(_unread(raw, MALFORMED))
    news = News(
        cursor=changes.cursor,
        snapshot=changes.snapshot,
        complete=not changes.more,
        rows=rows,
        gone=gone,
        unread=[one.id for one in unread if one.why == MALFORMED and one.kind in _OF_THE_ROSTER],
        site=site,
        queues=queues,
        begins=begins and changes.snapshot,
        clock_offset=clock_offset,
    )
    return news, unread


def configurations(changes: messages.Changes) -> list[msgspec.Raw]:
    """The records of a page that tell of the rules of the site, signed or not."""
    return [raw for raw in changes.records if _kind(raw) in OF_THE_SITE]


def summary(unread: Collection[Unread]) -> dict[str, int]:
    """How many records were passed over, by kind and reason, and nothing that a record says."""
    known = messages.KNOWN_KINDS
    return dict(Counter(f"{one.kind if one.kind in known else 'other'} {one.why}" for one in unread))


class _Label(msgspec.Struct, frozen=True):
    record: object = ""
    id: object = ""


_LABEL = msgspec.json.Decoder(_Label)


def _label(raw: msgspec.Raw) -> _Label:
    try:
        return _LABEL.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _Label()


def _kind(raw: msgspec.Raw) -> object:
    return _label(raw).record


def _unread(raw: msgspec.Raw, why: str) -> Unread:
    label = _label(raw)
    kind, name = (text if isinstance(text, str) else "" for text in (label.record, label.id))
    return Unread(kind, name if len(name) <= _LONGEST_ID else "", why)


def _row(record: messages.AppointmentRecord) -> RosterRow:
    # A newer centre may know of more: whoever has such a visit is not told anything wrong, but sent to a person.
    known = record.status in list(Status) and record.channel in list(Channel)
    appointment = Appointment(
        id=record.id,
        unit=record.unit,
        area=record.area,
        starts=_moment(record.starts),
        status=Status(record.status) if known else Status.BOOKED,
        site=record.site,
        channel=Channel(record.channel) if known else Channel.ON_SITE,
        moved_to=None if record.moved_to is None else _moment(record.moved_to),
        desk_first=record.desk_first or not known,
        protected=record.protected,
        practitioner=record.practitioner,
        reminder_unit=record.reminder_unit,
        phone=record.phone,
    )
    people = tuple(bytes.fromhex(person) for person in record.people)
    return RosterRow(appointment, people, record.number, tuple(record.annulled))


def _utc(moment: datetime) -> datetime:
    """The moment in UTC. Raises ``OverflowError`` where there is no such moment."""
    return moment.astimezone(UTC)


def _moment(moment: datetime) -> datetime:
    """The moment in UTC, with room for reckoning on both sides. Raises ``OverflowError`` or ``ValueError``."""
    inside = _utc(moment)
    if not MINYEAR < inside.year < MAXYEAR:
        raise ValueError("at the end of time")
    return inside


def site_of(record: messages.SiteRecord, known_languages: Collection[str]) -> Site:
    """The rules of a site in the kiosk's terms. Raises ``UnfitSiteError``, or ``ValueError`` as what is malformed."""
    # Any of these would end every start of the kiosk from now on: better the rules that it has.
    if not _zone_is_known(record.zone):
        raise UnfitSiteError(UNKNOWN_ZONE)
    # All of them are kept: a newer kiosk may speak more, and the screen leaves out what it has no words in.
    if not set(record.languages) & set(known_languages):
        raise UnfitSiteError(NO_LANGUAGE)
    return Site(
        id=record.id,
        name=record.name,
        zone=record.zone,
        languages=tuple(record.languages),
        desk=record.desk,
        units={unit.id: _unit(unit) for unit in record.units},
        areas={area.id: Area(area.id, area.name, area.directions, area.photo) for area in record.areas},
        roster_stale_after=timedelta(minutes=record.roster_stale_minutes),
        services={service.id: _service(service) for service in record.services},
        neighbours={one.id: _neighbour(one) for one in record.neighbours},
        bulletins=tuple(_bulletin(bulletin) for bulletin in record.bulletins),
        portals=tuple(Portal(portal.id, portal.name, portal.url) for portal in record.portals),
        policy=_policy(record.policy),
        plan=None if record.plan is None else _plan(record.plan),
    )


def _plan(plan: messages.PlanMessage) -> FloorPlan:
    """The floor plan; a kiosk of which it says what can't be is left out, and what this kiosk knows no sign for."""
    floors = tuple(_floor(floor) for floor in plan.floors)
    stands = {one.kiosk: _stand(one) for one in plan.kiosks}
    return FloorPlan(floors, {name: one for name, one in stands.items() if one.stands_on(len(floors))})


def _floor(floor: messages.FloorMessage) -> Floor:
    def lines(some: list[list[messages.PlanPoint]]) -> tuple[Line, ...]:
        return tuple(tuple(line) for line in some)

    return Floor(
        floor.name,
        floor.width,
        floor.height,
        lines(floor.rooms),
        lines(floor.walls),
        lines(floor.details),
        {place.area: Place(tuple(place.outline), place.sign) for place in floor.places},
        tuple(Mark(Landmark(mark.kind), mark.at) for mark in floor.marks if mark.kind in set(Landmark)),
    )


def _stand(one: messages.KioskStandMessage) -> Stand:
    ways = {area: _legs(legs) for area, legs in one.ways.items()}
    return Stand(one.floor, one.at, one.looks, ways, _legs(one.desk))


def _legs(legs: list[messages.LegMessage]) -> tuple[Leg, ...]:
    return tuple(Leg(leg.floor, tuple(leg.line)) for leg in legs)


def _zone_is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # A name that is none, one that leads out of the data base, and one that is a folder in it.
        return False
    return True


def _unit(unit: messages.UnitMessage) -> Unit:
    opens, closes = timedelta(minutes=unit.opens_before), timedelta(minutes=unit.closes_after)
    return Unit(unit.id, unit.name, opens, closes, unit.goes_live, unit.rank)


def _service(service: messages.ServiceMessage) -> Service:
    hours = tuple(
        Hours(day, time.fromisoformat(opening.since), time.fromisoformat(opening.until))
        for opening in service.hours
        for day in opening.days
    )
    return Service(service.id, service.name, service.area, service.series, hours)


def _neighbour(one: messages.NeighbourMessage) -> Neighbour:
    return Neighbour(one.id, one.name, one.address, one.way, one.minutes, one.map_url)


def _bulletin(bulletin: messages.BulletinMessage) -> Bulletin:
    since, until = _utc(bulletin.since), _utc(bulletin.until)
    return Bulletin(bulletin.id, bulletin.text, since, until, Severity(bulletin.severity), tuple(bulletin.units))


def _policy(policy: messages.PolicyMessage) -> Policy:
    return Policy(
        names_practitioner=policy.names_practitioner,
        family=policy.family,
        contact_check=policy.contact_check,
        desk_tickets=policy.desk_tickets,
        call_back_services=tuple(policy.call_back_services),
        code_pattern=_pattern(policy.code_pattern),
        local_pattern=_pattern(policy.local_pattern),
        failures=policy.failures,
    )


def _pattern(text: str) -> str:
    # A pattern that is none would fail at every scan; without it only the codes of its kind are lost.
    try:
        re.compile(text)
    except re.error:
        return ""
    return text
