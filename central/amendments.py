"""What the city changes in the rules of a site from one day to the next: bulletins, and when a unit goes live."""

from datetime import date

import msgspec

from central import site_rules
from kiosk.sync.messages import BulletinMessage, SiteRecord


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


def going_live(rules: SiteRecord, name: str, day: date) -> SiteRecord:
    """The rules by which the clients of a unit check in from ``day`` on. Raises ``LookupError``."""
    if not any(unit.id == name for unit in rules.units):
        raise LookupError(name)
    units = [msgspec.structs.replace(unit, goes_live=day) if unit.id == name else unit for unit in rules.units]
    return msgspec.structs.replace(rules, units=units)
