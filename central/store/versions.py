"""The versions of a site's rules, numbered from 1 and kept for ever. ``sites.load`` adds them; nothing else does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from central.people.roles import COMMAND, Person
from central.store.tables import site, site_version
from kiosk.sync.messages import SiteRecord

_RULES = msgspec.json.Decoder(SiteRecord)


class Kind(StrEnum):
    """How a version came to be."""

    BEFORE = "before"
    """It was there before versions were kept."""
    LOADED = "loaded"
    RULES = "rules"
    BULLETIN = "bulletin"
    BULLETIN_END = "bulletin-end"
    GO_LIVE = "go-live"
    ROLL_BACK = "roll-back"


@dataclass(frozen=True)
class Made:
    """How a version came to be, by whom, and why. Nobody approves what a command or a roll-back at once does."""

    kind: Kind
    at: datetime
    by: Person = COMMAND
    why: str = ""
    approved: Person | None = None
    proposal: str = ""


@dataclass(frozen=True)
class Version:
    """One of them, without what it says."""

    site: str
    number: int
    kind: Kind
    at: datetime
    why: str
    by: str
    by_name: str
    approved_by: str
    approved_name: str
    proposal: str


@dataclass(frozen=True)
class Held:
    """What a site's rules and its shared series were in a version; number 0 is from before versions were kept."""

    number: int
    rules: SiteRecord
    series: str


_TOLD = [column for column in site_version.c if column.name not in ("rules", "series")]


def listed(connection: Connection, name: str, most: int = 200) -> Sequence[Version]:
    """Those of a site, the newest first."""
    statement = select(*_TOLD).where(site_version.c.site == name).order_by(site_version.c.number.desc()).limit(most)
    return [_version(row) for row in connection.execute(statement)]


def one(connection: Connection, name: str, number: int) -> tuple[Version, Held]:
    """One of them with what it says. Raises ``LookupError``."""
    where = (site_version.c.site == name) & (site_version.c.number == number)
    row = connection.execute(select(site_version).where(where)).one_or_none()
    if row is None:
        raise LookupError(f"{name} {number}")
    return _version(row), Held(number, _RULES.decode(row.rules), row.series)


def newest(connection: Connection, name: str, *, lock: bool = False) -> Held:
    """What holds now; with ``lock`` nobody else changes it till the commit. Raises ``LookupError``."""
    statement = select(site.c.rules, site.c.series).where(site.c.id == name)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise LookupError(name)
    return Held(_last(connection, name), _RULES.decode(row.rules), row.series)


def add(connection: Connection, name: str, text: str, series: str, made: Made, above: int = 0) -> int:
    """Number the state of a site whose row this transaction has locked; with a number beyond ``above``."""
    number = max(_last(connection, name), above) + 1
    approved = made.approved
    row: dict[str, object] = {"site": name, "number": number, "rules": text, "series": series, "kind": made.kind.value}
    row |= {"at": made.at, "why": made.why, "by": made.by.subject, "by_name": made.by.name, "proposal": made.proposal}
    row |= {"approved_by": approved.subject if approved else "", "approved_name": approved.name if approved else ""}
    connection.execute(site_version.insert(), row)
    return number


def _last(connection: Connection, name: str) -> int:
    last = connection.execute(select(func.max(site_version.c.number)).where(site_version.c.site == name)).scalar()
    return last or 0


def _version(row: Row[Any]) -> Version:
    told = {column.name: getattr(row, column.name) for column in _TOLD}
    return Version(**told | {"kind": Kind(row.kind)})
