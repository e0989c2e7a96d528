"""Faults that staff have told of, and what became of each. Rows are only added."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from central.store import names_by_time
from central.store.tables import report, report_step

OPEN, MENDED = "open", "mended"
LONGEST, LONGEST_PLACE, LONGEST_BY = 300, 120, 120


@dataclass(frozen=True)
class Report:
    """What somebody saw, and where. ``mended_at`` is set where the last word on it is that it was mended."""

    id: str
    site: str
    at: datetime
    what: str
    place: str
    by: str
    mended_at: datetime | None = None
    mended_by: str = ""


def tell(connection: Connection, site: str, what: str, place: str, by: str, now: datetime) -> str:
    """Keep one; its id."""
    name = names_by_time.new(now)
    row = {"id": name, "site": site, "at": now, "what": what, "place": place, "by": by[:LONGEST_BY]}
    connection.execute(report.insert(), row)
    return name


def step(connection: Connection, name: str, state: str, by: str, now: datetime) -> bool:
    """Note that one was mended, or is open again; ``False`` where it is so already. Raises ``LookupError``."""
    # Of two who press at once both may write the same word: it says the same twice, and the first one's time holds.
    if (one(connection, name).mended_at is not None) == (state == MENDED):
        return False
    row = {"id": names_by_time.new(now), "report": name, "state": state, "at": now, "by": by[:LONGEST_BY]}
    connection.execute(report_step.insert(), row)
    return True


def one(connection: Connection, name: str) -> Report:
    """One report. Raises ``LookupError``."""
    found = _read(connection, report.c.id == name)
    if not found:
        raise LookupError(name)
    return found[0]


def between(connection: Connection, begins: datetime, ends: datetime) -> list[Report]:
    """Those that were open at any moment of that time, the oldest first."""
    over = select(report_step.c.report).where(
        report_step.c.id.in_(_newest()), report_step.c.state == MENDED, report_step.c.at < begins
    )
    return _read(connection, (report.c.at < ends) & report.c.id.not_in(over))


def _newest() -> Any:
    return select(func.max(report_step.c.id).label("id")).group_by(report_step.c.report)


def _read(connection: Connection, where: ColumnElement[bool]) -> list[Report]:
    last = select(report_step).where(report_step.c.id.in_(_newest())).subquery()
    columns = (*report.c, last.c.state, last.c.at.label("told_at"), last.c.by.label("told_by"))
    joined = select(*columns).join_from(report, last, last.c.report == report.c.id, isouter=True)
    return [_report(row) for row in connection.execute(joined.where(where).order_by(report.c.at, report.c.id))]


def _report(row: Row[Any]) -> Report:
    told = row._asdict()
    mended = (told["told_at"], told["told_by"]) if told["state"] == MENDED else (None, "")
    return Report(*(told[name] for name in ("id", "site", "at", "what", "place", "by")), *mended)
