"""What people change in the rules of a site: bulletins, when a unit goes live, or all of them. Pure.

A change is kept as what was meant, so that what only amends the rules can be laid over newer ones than its author saw.
"""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from msgspec import Struct

from kiosk.sync import site_rules
from kiosk.sync.messages import BulletinMessage, Key, SiteRecord, UnitMessage


class OvertakenError(Exception):
    """The very thing that was to be changed is another one by now."""


class Whole(Struct, frozen=True, kw_only=True, tag_field="change", tag="rules"):
    """All rules anew, as in an edited file."""

    rules: SiteRecord
    series: str


class Back(Struct, frozen=True, kw_only=True, tag_field="change", tag="roll-back"):
    """The rules as they were in an older version."""

    rules: SiteRecord
    series: str
    number: int


class Bulletin(Struct, frozen=True, kw_only=True, tag_field="change", tag="bulletin"):
    """A bulletin, in the place of ``was`` where there was one with its id."""

    bulletin: BulletinMessage
    was: BulletinMessage | None = None


class BulletinEnd(Struct, frozen=True, kw_only=True, tag_field="change", tag="bulletin-end"):
    """A bulletin is over. One that has not begun is as if it had never been."""

    was: BulletinMessage


class GoLive(Struct, frozen=True, kw_only=True, tag_field="change", tag="go-live"):
    """The clients of a unit check in by kiosk from ``day`` on, and not from ``was`` on."""

    unit: Key
    day: date
    was: date | None = None


Change = Whole | Back | Bulletin | BulletinEnd | GoLive


def merges(change: Change) -> bool:
    """Whether it can be laid over newer rules than its author saw."""
    return not isinstance(change, Whole | Back)


def applied(change: Change, rules: SiteRecord, series: str, now: datetime) -> tuple[SiteRecord, str]:
    """The rules and the shared series with it. Raises ``SiteRulesError``, ``OvertakenError``, ``LookupError``."""
    changed = rules
    match change:
        case Whole() | Back():
            changed, series = change.rules, change.series
        case Bulletin():
            _as_it_was(_bulletin(rules, change.bulletin.id), change.was)
            changed = with_bulletin(rules, change.bulletin, series)
        case BulletinEnd():
            _as_it_was(_bulletin(rules, change.was.id), change.was)
            changed = ended(rules, change.was.id, now)
        case GoLive():
            _as_it_was(unit(rules, change.unit).goes_live, change.was)
            changed = going_live(rules, change.unit, change.day)
    site_rules.check(changed, series)
    return changed, series


def with_bulletin(rules: SiteRecord, bulletin: BulletinMessage, series: str) -> SiteRecord:
    """The rules with a bulletin, in the place of an older one with its id. Raises ``SiteRulesError``."""
    others = [one for one in rules.bulletins if one.id != bulletin.id]
    amended = msgspec.structs.replace(rules, bulletins=[*others, bulletin])
    site_rules.check(amended, series)
    return amended


def without_bulletin(rules: SiteRecord, name: str) -> SiteRecord:
    """The rules without this bulletin. Raises ``LookupError`` where there is none."""
    others = [one for one in rules.bulletins if one.id != name]
    if len(others) == len(rules.bulletins):
        raise LookupError(name)
    return msgspec.structs.replace(rules, bulletins=others)


def ended(rules: SiteRecord, name: str, now: datetime) -> SiteRecord:
    """The rules with this bulletin over. Raises ``LookupError`` where there is none."""
    one = _bulletin(rules, name)
    if one is None:
        raise LookupError(name)
    if now <= one.since:
        return without_bulletin(rules, name)
    over = msgspec.structs.replace(one, until=min(one.until, now))
    return msgspec.structs.replace(rules, bulletins=_with(rules.bulletins, over))


def going_live(rules: SiteRecord, name: str, day: date) -> SiteRecord:
    """The rules by which the clients of a unit check in from ``day`` on. Raises ``LookupError``."""
    unit(rules, name)
    units = [msgspec.structs.replace(one, goes_live=day) if one.id == name else one for one in rules.units]
    return msgspec.structs.replace(rules, units=units)


def unit(rules: SiteRecord, name: str) -> UnitMessage:
    """The unit of this id. Raises ``LookupError``."""
    found = next((one for one in rules.units if one.id == name), None)
    if found is None:
        raise LookupError(name)
    return found


def _bulletin(rules: SiteRecord, name: str) -> BulletinMessage | None:
    return next((one for one in rules.bulletins if one.id == name), None)


def _with(bulletins: Sequence[BulletinMessage], new: BulletinMessage) -> list[BulletinMessage]:
    return [new if one.id == new.id else one for one in bulletins]


def _as_it_was(now: object, was: object) -> None:
    if now != was:
        raise OvertakenError
