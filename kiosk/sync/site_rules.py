"""What holds of the rules of every site beyond the form of each value. Centre and kiosks check by it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.checkin.site import Severity
from kiosk.sync.messages import HoursMessage, SiteRecord

STAFF_WRITE = frozenset(("fi", "sv", "en"))
"""Languages that a site's own people write. What a site calls something may stay without words in others that it
offers: clients then read it in Finnish, as it stands on the door."""

_IDENTIFIERS = ("satu:99900001N", "ee:37605030299", "se:189001019802")
"""Specimens that belong to nobody."""


class SiteRulesError(Exception):
    """The rules contradict themselves, or leave something out. The message names the place."""


def check(rules: SiteRecord, series: str) -> None:
    """Raises ``SiteRulesError`` at the first thing that is wrong. ``series`` is the site's shared one."""
    try:
        ZoneInfo(rules.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SiteRulesError("zone is no name of the time zone database") from None
    if not rules.languages:
        raise SiteRulesError("it needs at least one language")
    needed = [one for one in rules.languages if one in STAFF_WRITE or one == rules.languages[0]]
    for where, words in _all_words(rules):
        missing = [language for language in needed if not words.get(language)]
        if missing:
            raise SiteRulesError(f"{where} has no words in {', '.join(missing)}")
    for kind, ids in _all_ids(rules).items():
        if len(set(ids)) != len(ids):
            raise SiteRulesError(f"two {kind}s have one id")
    _check_services(rules, series)
    _check_bulletins(rules)
    _check_addresses(rules)
    _check_policy(rules)
    _check_plan(rules)


def _check_plan(rules: SiteRecord) -> None:
    if rules.plan is None:
        return
    areas = {area.id for area in rules.areas}
    drawn = [place.area for floor in rules.plan.floors for place in floor.places]
    unknown = [area for area in drawn if area not in areas]
    if unknown:
        raise SiteRulesError(f"plan: {rules.id} has no area {unknown[0]}")


def _all_words(rules: SiteRecord) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "name", rules.name
    yield "desk", rules.desk
    yield from ((f"unit {unit.id}", unit.name) for unit in rules.units)
    yield from ((f"area {area.id}", area.name) for area in rules.areas)
    yield from ((f"directions to {area.id}", area.directions) for area in rules.areas if area.directions)
    yield from ((f"service {service.id}", service.name) for service in rules.services)
    for neighbour in rules.neighbours:
        yield f"neighbour {neighbour.id}", neighbour.name
        yield f"address of {neighbour.id}", neighbour.address
        if neighbour.way:
            yield f"way to {neighbour.id}", neighbour.way
    yield from ((f"bulletin {bulletin.id}", bulletin.text) for bulletin in rules.bulletins)
    yield from ((f"portal {portal.id}", portal.name) for portal in rules.portals)


def _all_ids(rules: SiteRecord) -> dict[str, list[str]]:
    return {
        "unit": [unit.id for unit in rules.units],
        "area": [area.id for area in rules.areas],
        "service": [service.id for service in rules.services],
        "neighbour": [neighbour.id for neighbour in rules.neighbours],
        "bulletin": [bulletin.id for bulletin in rules.bulletins],
        "portal": [portal.id for portal in rules.portals],
    }


def _check_services(rules: SiteRecord, series: str) -> None:
    letters = [service.series for service in rules.services]
    if len(set(letters)) != len(letters) or series in letters:
        raise SiteRulesError("each service needs a series of its own, other than the site's")
    areas = {area.id for area in rules.areas}
    for service in rules.services:
        if service.area not in areas:
            raise SiteRulesError(f"service {service.id} is in no area of this site")
        if not all(_opens(hours) for hours in service.hours):
            raise SiteRulesError(f"service {service.id} has hours that never open")


def _opens(hours: HoursMessage) -> bool:
    try:
        return bool(hours.days) and time.fromisoformat(hours.since) < time.fromisoformat(hours.until)
    except ValueError:
        return False


def _check_bulletins(rules: SiteRecord) -> None:
    for bulletin in rules.bulletins:
        if bulletin.severity not in set(Severity):
            raise SiteRulesError(f"bulletin {bulletin.id}: severity is one of {', '.join(Severity)}")
        if bulletin.since >= bulletin.until:
            raise SiteRulesError(f"bulletin {bulletin.id} ends before it begins")
        _known(f"bulletin {bulletin.id}", bulletin.units, rules)


def _check_addresses(rules: SiteRecord) -> None:
    addresses = [(f"portal {portal.id}", portal.url) for portal in rules.portals]
    addresses += [(f"neighbour {one.id}", one.map_url) for one in rules.neighbours if one.map_url]
    for where, address in addresses:
        parts = urlsplit(address)
        if parts.scheme != "https" or not parts.hostname:
            raise SiteRulesError(f"{where}: the address must begin with https://")
    if any(neighbour.id == rules.id for neighbour in rules.neighbours):
        raise SiteRulesError("a site is no neighbour of its own")


def _check_policy(rules: SiteRecord) -> None:
    _known("policy", rules.policy.call_back_services, rules)
    patterns = {"code_pattern": rules.policy.code_pattern, "local_pattern": rules.policy.local_pattern}
    for name, pattern in patterns.items():
        try:
            re.compile(pattern)
        except re.error:
            raise SiteRulesError(f"policy: {name} is no regular expression") from None
    if any(re.fullmatch(rules.policy.code_pattern, one) for one in _IDENTIFIERS):
        raise SiteRulesError("policy: code_pattern would take identifiers of people for codes of appointments")


def _known(where: str, units: Sequence[str], rules: SiteRecord) -> None:
    unknown = [name for name in units if name not in {unit.id for unit in rules.units}]
    if unknown:
        raise SiteRulesError(f"{where}: {rules.id} has no unit {unknown[0]}")
