"""From the change feed's messages to the kiosk's own terms. What one record gets wrong harms no other."""

from datetime import timedelta

import msgspec

from kiosk.checkin.appointment import Appointment, Status
from kiosk.checkin.site import Area, Site, Unit
from kiosk.ports import News, RosterRow
from kiosk.sync import messages


def read(changes: messages.Changes) -> tuple[News, int]:
    """The news in a page of the feed, and how many records could not be read."""
    rows: list[RosterRow] = []
    gone: list[str] = []
    site: Site | None = None
    unread = 0
    for raw in changes.records:
        try:
            match messages.decode_record(raw):
                case messages.SiteRecord() as record:
                    site = _site(record)
                case messages.AppointmentRecord() as record:
                    rows.append(_row(record))
                case messages.GoneRecord(id=name):
                    gone.append(name)
                case None:
                    unread += 1
        except (msgspec.DecodeError, ValueError):
            unread += 1
    news = News(
        cursor=changes.cursor,
        snapshot=changes.snapshot,
        complete=not changes.more,
        rows=rows,
        gone=gone,
        site=site,
    )
    return news, unread


def _row(record: messages.AppointmentRecord) -> RosterRow:
    appointment = Appointment(
        id=record.id,
        unit=record.unit,
        area=record.area,
        starts=record.starts,
        status=Status(record.status),
    )
    return RosterRow(appointment, tuple(bytes.fromhex(person) for person in record.people), record.number)


def _site(record: messages.SiteRecord) -> Site:
    units = [
        Unit(unit.id, unit.name, timedelta(minutes=unit.opens_before), timedelta(minutes=unit.closes_after))
        for unit in record.units
    ]
    return Site(
        id=record.id,
        name=record.name,
        zone=record.zone,
        languages=tuple(record.languages),
        desk=record.desk,
        units={unit.id: unit for unit in units},
        areas={area.id: Area(area.id, area.name, area.directions) for area in record.areas},
        roster_stale_after=timedelta(minutes=record.roster_stale_minutes),
    )
