"""What people want changed in the rules of sites, and what became of it: decided once, by a second person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from central import amendments
from central.amendments import Back, Bulletin, BulletinEnd, Change, GoLive, OvertakenError, Whole
from central.people.roles import Person
from central.store import names_by_time, sites, versions
from central.store.database import insert
from central.store.sites import SeriesTakenError
from central.store.tables import site_decision, site_proposal
from central.store.versions import Kind, Made
from kiosk.sync import site_rules
from kiosk.sync.messages import SiteRecord
from kiosk.sync.site_rules import SiteRulesError

_CHANGE = msgspec.json.Decoder(Change)
_RULES = msgspec.json.Decoder(SiteRecord)
_KINDS = {
    Whole: Kind.RULES,
    Back: Kind.ROLL_BACK,
    Bulletin: Kind.BULLETIN,
    BulletinEnd: Kind.BULLETIN_END,
    GoLive: Kind.GO_LIVE,
}


class Verdict(StrEnum):
    """What became of a proposal."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    """By its author."""


class Why(StrEnum):
    """Why something cannot be done."""

    OWN = "own"
    """Nobody approves or rejects what they have proposed."""
    NOT_OWN = "not-own"
    """Only its author withdraws a proposal."""
    DECIDED = "decided"
    OVERTAKEN = "overtaken"
    """The rules, or the one thing that was to be changed, are others than the author saw."""
    WRONG = "wrong"
    SAME = "same"
    """Nothing would be another than it is."""
    NOTHING_BEFORE = "nothing-before"


class NotDoneError(Exception):
    """Nothing was done. ``what`` is where the rules are wrong, in the words of ``site_rules``."""

    def __init__(self, why: Why, what: str = "") -> None:
        super().__init__(why.value)
        self.why, self.what = why, what


@dataclass(frozen=True)
class Decision:
    """What became of a proposal."""

    verdict: Verdict
    at: datetime
    reason: str
    by: str
    by_name: str
    version: int | None


@dataclass(frozen=True)
class Proposal:
    """A change that somebody wants, with the whole rules as they would be over version ``base``."""

    id: str
    site: str
    base: int
    change: Change
    rules: SiteRecord
    series: str
    at: datetime
    why: str
    by: str
    by_name: str
    decision: Decision | None = None

    @property
    def kind(self) -> Kind:
        """What it is about."""
        return kind_of(self.change)


def kind_of(change: Change) -> Kind:
    """What a change is about."""
    return _KINDS[type(change)]


def propose(connection: Connection, site: str, base: int, change: Change, by: Person, why: str, at: datetime) -> str:
    """Keep a change for a second person to decide on; its id.

    ``base`` is the version that the author saw. Raises ``NotDoneError``, or ``LookupError`` for no such site.
    """
    rules, series = _over_newest(connection, site, base, change, at)
    held = versions.newest(connection, site)
    if (rules, series) == (held.rules, held.series):
        raise NotDoneError(Why.SAME)
    name = names_by_time.new(at)
    row = {"id": name, "site": site, "base": held.number, "series": series, "at": at, "why": why, "by": by.subject}
    row |= {"by_name": by.name, "rules": msgspec.json.encode(rules).decode(), "change": _text(change)}
    connection.execute(site_proposal.insert(), row)
    return name


def one(connection: Connection, name: str) -> Proposal:
    """One of them. Raises ``LookupError``."""
    row = connection.execute(_SELECT.where(site_proposal.c.id == name)).one_or_none()
    if row is None:
        raise LookupError(name)
    return _proposal(row)


def waiting(connection: Connection, open_to: Collection[str]) -> Sequence[Proposal]:
    """Those of these sites that nobody has decided on, the oldest first."""
    statement = _SELECT.where(site_proposal.c.site.in_(sorted(open_to)), site_decision.c.proposal.is_(None))
    return [_proposal(row) for row in connection.execute(statement.order_by(site_proposal.c.id))]


def decided(connection: Connection, site: str, most: int = 20) -> Sequence[Proposal]:
    """Those of a site that somebody decided on, the newest first."""
    statement = _SELECT.where(site_proposal.c.site == site, site_decision.c.proposal.is_not(None))
    return [_proposal(row) for row in connection.execute(statement.order_by(site_decision.c.at.desc()).limit(most))]


def approve(connection: Connection, name: str, by: Person, reason: str, at: datetime) -> int:
    """Make it the next version of the site; its number. Raises ``NotDoneError`` or ``LookupError``."""
    found = _undecided(connection, name)
    if found.by == by.subject:
        raise NotDoneError(Why.OWN)
    rules, series = _over_newest(connection, found.site, found.base, found.change, at)
    made = Made(found.kind, at, Person(found.by, found.by_name, ()), found.why, by, name)
    before = versions.newest(connection, found.site).number
    try:
        number = sites.load(connection, rules, series, made)
    except SeriesTakenError as error:
        raise NotDoneError(Why.WRONG, str(error)) from error
    if number == before:
        raise NotDoneError(Why.SAME)
    _decide(connection, name, Verdict.APPROVED, by, reason, at, number)
    return number


def reject(connection: Connection, name: str, by: Person, reason: str, at: datetime) -> None:
    """Leave everything as it is. Raises ``NotDoneError`` or ``LookupError``."""
    if _undecided(connection, name).by == by.subject:
        raise NotDoneError(Why.OWN)
    _decide(connection, name, Verdict.REJECTED, by, reason, at)


def withdraw(connection: Connection, name: str, by: Person, at: datetime) -> None:
    """Its author does not want it any more. Raises ``NotDoneError`` or ``LookupError``."""
    if _undecided(connection, name).by != by.subject:
        raise NotDoneError(Why.NOT_OWN)
    _decide(connection, name, Verdict.WITHDRAWN, by, "", at)


def roll_back(connection: Connection, site: str, seen: int, by: Person, why: str, at: datetime) -> int:
    """The rules as they were in the version before ``seen``, the newest one, at once and without a second person.

    The number of the new version. Raises ``NotDoneError`` or ``LookupError``.
    """
    held = versions.newest(connection, site, lock=True)
    if held.number != seen:
        raise NotDoneError(Why.OVERTAKEN)
    try:
        before = versions.one(connection, site, seen - 1)[1]
    except LookupError as error:
        raise NotDoneError(Why.NOTHING_BEFORE) from error
    try:
        site_rules.check(before.rules, before.series)
        return sites.load(connection, before.rules, before.series, Made(Kind.ROLL_BACK, at, by, why))
    except (SiteRulesError, SeriesTakenError) as error:
        raise NotDoneError(Why.WRONG, str(error)) from error


def _over_newest(connection: Connection, site: str, base: int, change: Change, at: datetime) -> tuple[SiteRecord, str]:
    held = versions.newest(connection, site, lock=True)
    if held.number != base and not amendments.merges(change):
        raise NotDoneError(Why.OVERTAKEN)
    try:
        return amendments.applied(change, held.rules, held.series, at)
    except (OvertakenError, LookupError) as error:
        raise NotDoneError(Why.OVERTAKEN) from error
    except SiteRulesError as error:
        raise NotDoneError(Why.WRONG, str(error)) from error


def _undecided(connection: Connection, name: str) -> Proposal:
    found = one(connection, name)
    # Whoever decides on anything of a site waits here for whoever does so at this moment, and then sees it.
    versions.newest(connection, found.site, lock=True)
    found = one(connection, name)
    if found.decision is not None:
        raise NotDoneError(Why.DECIDED)
    return found


def _decide(
    connection: Connection,
    name: str,
    verdict: Verdict,
    by: Person,
    reason: str,
    at: datetime,
    version: int | None = None,
) -> None:
    row: dict[str, object] = {"proposal": name, "verdict": verdict.value, "at": at, "reason": reason}
    row |= {"by": by.subject, "by_name": by.name, "version": version}
    if connection.execute(insert(connection, site_decision).on_conflict_do_nothing(), row).rowcount != 1:
        raise NotDoneError(Why.DECIDED)


_DECISION = ("verdict", "at", "reason", "by", "by_name", "version")
_SELECT = select(*site_proposal.c, *(site_decision.c[name].label(f"d_{name}") for name in _DECISION)).join_from(
    site_proposal, site_decision, site_decision.c.proposal == site_proposal.c.id, isouter=True
)


def _proposal(row: Row[Any]) -> Proposal:
    told = {column.name: getattr(row, column.name) for column in site_proposal.c}
    told |= {"change": _CHANGE.decode(row.change), "rules": _RULES.decode(row.rules)}
    found = Proposal(**told)
    if row.d_verdict is None:
        return found
    decision = {name: getattr(row, f"d_{name}") for name in _DECISION} | {"verdict": Verdict(row.d_verdict)}
    return replace(found, decision=Decision(**decision))


def _text(change: Change) -> str:
    return msgspec.json.encode(change).decode()
