"""Sites: their rules, the keys of their hashes, and their series of numbers."""

import secrets
from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, select, update

from central.store import changes
from central.store.changes import Change
from central.store.database import insert
from central.store.tables import reserve, site
from kiosk.sync.messages import SiteRecord, encode

_SITE_RECORD = msgspec.json.Decoder(SiteRecord)


class SeriesTakenError(Exception):
    """A service would call its clients by letters under which a kiosk has given numbers of its own."""


def load(connection: Connection, rules: SiteRecord, series: str) -> None:
    """Take the rules of a site. Its key is made when it is first seen, and never changes.

    Raises ``SeriesTakenError``.
    """
    given = select(reserve.c.series).where(reserve.c.site == rules.id)
    taken = set(connection.execute(given).scalars()) & {series, *(service.series for service in rules.services)}
    if taken:
        raise SeriesTakenError(f"site: the series {', '.join(sorted(taken))} is a kiosk's own already")
    text = encode(rules).decode()
    fresh = {"id": rules.id, "key": secrets.token_hex(32), "rules": text, "series": series}
    if connection.execute(insert(connection, site).on_conflict_do_nothing(), fresh).rowcount == 1:
        return
    different = (site.c.id == rules.id) & ((site.c.rules != text) | (site.c.series != series))
    if connection.execute(update(site).where(different).values(rules=text, series=series)).rowcount == 1:
        changes.note(connection, {rules.id: [Change(changes.SITE, rules.id)]})


def shared_series(connection: Connection, name: str) -> str:
    """The series of the site's own numbers. Raises ``LookupError`` where the centre has no such site."""
    found: str | None = connection.execute(select(site.c.series).where(site.c.id == name)).scalar()
    if found is None:
        raise LookupError(name)
    return found


def keys(connection: Connection) -> Mapping[str, bytes]:
    """The key of each site's hashes."""
    return {row.id: bytes.fromhex(row.key) for row in connection.execute(select(site.c.id, site.c.key))}


def all_rules(connection: Connection) -> Mapping[str, SiteRecord]:
    """The rules of every site."""
    rows = connection.execute(select(site.c.id, site.c.rules))
    return {row.id: _SITE_RECORD.decode(row.rules) for row in rows}


def amend(connection: Connection, rules: SiteRecord) -> None:
    """Replace the rules of a site that the centre has, and leave its series as it is. Raises ``LookupError``."""
    load(connection, rules, shared_series(connection, rules.id))
