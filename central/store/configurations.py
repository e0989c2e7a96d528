"""What is signed for kiosks: the newest version of a site's rules, the key, and how each key led to the next."""

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, select, update

from central.store import changes
from central.store.changes import Change
from central.store.database import insert
from central.store.tables import setting, site, site_version

KEY, HANDOVERS = "configuration-key", "configuration-handovers"

_TEXTS = msgspec.json.Decoder(list[str])
_BEFORE_VERSIONS = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Held:
    """The key as it is kept here (JWK; the public half alone, where the private one is in a file), and the chain.

    ``handovers`` lead from each earlier key to this one, the oldest first.
    """

    key: str
    handovers: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A version of a site's rules, as text; number 0 is from before versions were kept."""

    number: int
    made_at: datetime
    content: str


def held(connection: Connection) -> Held:
    """The key, and how it came to be the one."""
    rows = connection.execute(select(setting).where(setting.c.name.in_((KEY, HANDOVERS))))
    found = {row.name: row.value for row in rows}
    return Held(found[KEY], tuple(_TEXTS.decode(found.get(HANDOVERS, "[]"))))


def newest(connection: Connection, name: str) -> Document:
    """The newest version, read in one row, so that number and content belong together. Raises ``LookupError``."""
    columns = (site_version.c.number, site_version.c.at, site_version.c.rules)
    statement = select(*columns).where(site_version.c.site == name).order_by(site_version.c.number.desc()).limit(1)
    row = connection.execute(statement).one_or_none()
    if row is not None:
        return Document(row.number, row.at, row.rules)
    text = connection.execute(select(site.c.rules).where(site.c.id == name)).scalar()
    if text is None:
        raise LookupError(name)
    return Document(0, _BEFORE_VERSIONS, text)


def newest_number(connection: Connection, name: str) -> int:
    """The number of the newest version; 0 where none was kept."""
    statement = select(site_version.c.number).where(site_version.c.site == name)
    found: int | None = connection.execute(statement.order_by(site_version.c.number.desc()).limit(1)).scalar()
    return found or 0


def follow(connection: Connection, before: Held, following: str, handover: str) -> bool:
    """Sign with the key ``following`` from now on; ``False`` where somebody else has changed it meanwhile.

    Where only its public half is given, the private one is elsewhere. All kiosks are told.
    """
    changed = (setting.c.name == KEY) & (setting.c.value == before.key)
    if connection.execute(update(setting).where(changed).values(value=following)).rowcount != 1:
        return False
    chain = msgspec.json.encode([*before.handovers, handover]).decode()
    row = insert(connection, setting).values(name=HANDOVERS, value=chain)
    connection.execute(row.on_conflict_do_update(index_elements=[setting.c.name], set_={"value": chain}))
    names = connection.execute(select(site.c.id)).scalars()
    changes.note(connection, {name: [Change(changes.SITE, name)] for name in names})
    return True
