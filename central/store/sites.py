"""Sites: their rules, the keys of their hashes, and their series of numbers."""

import secrets
from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, select, update

from central.store import changes, versions
from central.store.changes import Change
from central.store.database import insert
from central.store.tables import reserve, site
from central.store.versions import Kind, Made
from kiosk.sync.messages import SiteRecord, encode

_SITE_RECORD = msgspec.json.Decoder(SiteRecord)


class SeriesTakenError(Exception):
    """A service would call its clients by letters under which a kiosk has given numbers of its own."""


def load(connection: Connection, rules: SiteRecord, series: str, made: Made) -> int:
    """Take the rules of a site as its next version, unless they are as they were; the number of the newest one.

    Its key is made when it is first seen, and never changes. Raises ``SeriesTakenError``.
    """
    given = select(reserve.c.series).where(reserve.c.site == rules.id)
    taken = set(connection.execute(given).scalars()) & {series, *(service.series for service in rules.services)}
    if taken:
        raise SeriesTakenError(f"site: the series {', '.join(sorted(taken))} is a kiosk's own already")
    text = encode(rules).decode()
    fresh = {"id": rules.id, "key": secrets.token_hex(32), "rules": text, "series": series}
    if connection.execute(insert(connection, site).on_conflict_do_nothing(), fresh).rowcount == 1:
        return versions.add(connection, rules.id, text, series, made)
    its = select(site.c.rules, site.c.series).where(site.c.id == rules.id).with_for_update()
    was = connection.execute(its).one()
    number = versions.newest(connection, rules.id).number
    if (was.rules, was.series) == (text, series):
        return number
    if number == 0:
        versions.add(connection, rules.id, was.rules, was.series, Made(Kind.BEFORE, made.at))
    connection.execute(update(site).where(site.c.id == rules.id).values(rules=text, series=series))
    changes.note(connection, {rules.id: [Change(changes.SITE, rules.id)]})
    return versions.add(connection, rules.id, text, series, made)


def lift(connection: Connection, name: str, above: int, made: Made) -> bool:
    """Number the rules in force anew, beyond ``above``; ``False`` where they are already. Raises ``LookupError``."""
    if versions.newest(connection, name, lock=True).number > above:
        return False
    row = connection.execute(select(site.c.rules, site.c.series).where(site.c.id == name)).one()
    changes.note(connection, {name: [Change(changes.SITE, name)]})
    versions.add(connection, name, row.rules, row.series, made, above)
    return True


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


def amend(connection: Connection, rules: SiteRecord, made: Made) -> int:
    """Replace the rules of a site that the centre has, and leave its series as it is. Raises ``LookupError``."""
    return load(connection, rules, shared_series(connection, rules.id), made)
