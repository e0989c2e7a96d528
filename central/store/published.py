"""What the public may read of what is wrong: the last word of a person on each thing. Rows are only added."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from central.store import bulk, names_by_time
from central.store.tables import published

LONGEST_BY = 120
Said = Mapping[str, str]


class Written(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person wrote beside the sentence of the catalogue, by language.

    ``place`` is where it is, ``doing`` what is being done, and ``what`` the sentence itself where the catalogue has
    none: of what staff have told.
    """

    place: dict[str, str] = {}
    what: dict[str, str] = {}
    doing: dict[str, str] = {}


@dataclass(frozen=True)
class Word:
    """Whether an item is shown, with which words, until when it is thought to last, and who said so when."""

    item: str
    shown: bool
    written: Written
    until: datetime | None
    at: datetime
    by: str


_WRITTEN = msgspec.json.Decoder(Written)


def put(
    connection: Connection,
    item: str,
    written: Written,
    by: str,
    now: datetime,
    *,
    shown: bool = True,
    until: datetime | None = None,
) -> None:
    """Show an item, or take it back; what was said of it before stays in the table."""
    row = {"id": names_by_time.new(now), "item": item, "at": now, "shown": shown, "until": until}
    words = msgspec.json.encode(written).decode()
    connection.execute(published.insert(), row | {"words": words, "by": by[:LONGEST_BY]})


def of(connection: Connection, items: Collection[str]) -> dict[str, Word]:
    """The last word on each of these items; nothing of one that nobody has said anything of."""
    if not items:
        return {}
    there = bulk.among(connection, published.c.item, sorted(items))
    newest = select(func.max(published.c.id)).where(there).group_by(published.c.item)
    rows = connection.execute(select(published).where(published.c.id.in_(newest)))
    return {row.item: Word(row.item, row.shown, _WRITTEN.decode(row.words), row.until, row.at, row.by) for row in rows}
