"""The inbox of one record: its appointments, in the words of a seed, into the centre's own."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from central import identities, rows
from central.ehr.adapter import Incoming, Status
from central.ehr.config import Common
from central.ehr.places import name_here
from central.rows import Known, SeedError
from central.store import Connection, Store, ehr_inbox, ehr_turns, sites
from central.store.ehr_inbox import Taken
from kiosk.checkin import hetu

log = structlog.get_logger()

READING = "in"


class AllRefusedError(Exception):
    """Something of it cannot be taken, and so nothing was. The message names row and column, and repeats nothing."""


@dataclass(frozen=True)
class StoreInbox:
    """``Inbox`` over the store. ``whole`` refuses everything where one piece of it is wrong."""

    store: Store
    config: Common
    now: Callable[[], datetime]
    who: str
    whole: bool = False
    turn: timedelta = timedelta(seconds=30)
    """How long another process waits before it takes over the reading of the record."""

    def place(self) -> str | None:
        """How far the record was read."""
        with self.store.reading() as connection:
            return ehr_turns.place(connection, self.config.name, READING)

    def known(self, remotes: Sequence[str]) -> Mapping[str, str]:
        """The versions in which these are known here."""
        with self.store.reading() as connection:
            links = ehr_inbox.links(connection, self.config.name, remotes)
        return {name: link.version for name, link in links.items()}

    def poked(self) -> bool:
        """Whether there was a poke; it counts once."""
        with self.store.reading() as connection:
            if ehr_turns.place(connection, self.config.name, ehr_turns.POKED) is None:
                return False
        with self.store.writing() as connection:
            return ehr_turns.poked(connection, self.config.name)

    def mine(self) -> bool:
        """Whether it is this process that reads the record now."""
        with self.store.writing() as connection:
            return ehr_turns.hold(connection, self.config.name, READING, self.who, self.turn, self.now())

    def take(self, incoming: Sequence[Incoming], place: str | None = None) -> Mapping[str, str]:
        """Keep all of it, and the place. Raises ``AllRefusedError`` where the inbox takes all or nothing."""
        now, name = self.now(), self.config.name
        with self.store.writing() as connection:
            known = Known(sites.all_rules(connection), sites.keys(connection), now)
            taken, refused = self._read(incoming, known)
            refused |= self._collisions(connection, taken)
            if refused and self.whole:
                raise AllRefusedError("; ".join(sorted(set(refused.values()))[:5]))
            changed = ehr_inbox.take(connection, name, [one for one in taken if one.remote not in refused])
            ehr_inbox.refuse(connection, name, refused, now)
            if place is not None:
                ehr_turns.put(connection, name, READING, place)
        if changed or refused:
            log.info("record_read", ehr=name, told=len(incoming), changed=changed, refused=len(refused))
        return refused

    def _read(self, incoming: Sequence[Incoming], known: Known) -> tuple[list[Taken], dict[str, str]]:
        taken: list[Taken] = []
        refused: dict[str, str] = {}
        for number, one in enumerate(incoming, 1):
            try:
                if hetu.canonical(one.remote, known.now.date()) is not None or len(one.remote) > 255:
                    # Neither may stand in any table, not even as what was refused.
                    unnamed = f"unnamed-{secrets.token_hex(4)}"
                    one = Incoming(unnamed, "", None, one.status, refused="its id cannot be kept")
                taken.append(self._taken(one, known))
            except SeedError as error:
                # "row 1, column unit: ..." says which of the rows only where there are several in one file.
                why = str(error).replace("row 1, ", f"row {number}, " if self.whole else "", 1)
                refused[one.remote] = why
        return taken, refused

    def _taken(self, one: Incoming, known: Known) -> Taken:
        if one.refused:
            raise SeedError(one.refused)
        sealed = identities.seal(self.store.identity_key, one.keep) if one.keep else None
        gone = Taken(one.remote, one.version, one.updated, one.status.value, sealed=sealed)
        if one.row is None or one.status in (Status.CANCELLED, Status.OTHER):
            return gone
        name = name_here(self.config.id_prefix, one.remote)
        site = str(one.row.get("site") or "")
        if site not in known.sites:
            raise SeedError("column site: the centre has no such site")
        [(_, booking)] = rows.bookings([{**one.row, "id": name}], site, known)
        return Taken(one.remote, one.version, one.updated, one.status.value, site, name, booking=booking, sealed=sealed)

    def _collisions(self, connection: Connection, taken: Sequence[Taken]) -> dict[str, str]:
        by_site: dict[str, dict[str, str]] = {}
        for one in taken:
            if one.site:
                by_site.setdefault(one.site, {})[one.name] = one.remote
        refused: dict[str, str] = {}
        for site, names in sorted(by_site.items()):
            for name in ehr_inbox.owner_elsewhere(connection, self.config.name, site, list(names)):
                refused[names[name]] = "another record has this id: set id_prefix"
        return refused
