"""The outbox of one record as a worker uses it: what is written there, claimed and settled."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from central import identities
from central.ehr.adapter import Dead, Delivered, Later, Letter, Outcome
from central.ehr.config import Common
from central.store import Connection, Store, changes, ehr_outbox
from central.store.ehr_outbox import Reach

AT_ONCE = 64
SWEPT_DAYS = 2


@dataclass(frozen=True)
class Mailbag:
    """``who`` names this worker; no other has the same."""

    store: Store
    config: Common
    now: Callable[[], datetime]
    who: str

    @property
    def reach(self) -> Reach:
        """Which arrivals the record is told of."""
        return Reach(self.config.name, frozenset(self.config.sites), self.config.deliver == "all")

    def places(self) -> Mapping[str, int]:
        """The number of the last change of each site that concerns the record."""
        with self.store.reading() as connection:
            found = changes.places(connection)
        return {site: last for site, last in found.items() if not self.config.sites or site in self.config.sites}

    def fill(self, only: Collection[str]) -> None:
        """Write what the changes of these sites call for."""
        more = True
        while more:
            with self.store.writing() as connection:
                more = ehr_outbox.fill(connection, self.reach, self.now(), only)

    def sweep(self) -> int:
        """Write what is missing of the last days, whatever the log says."""
        now = self.now()
        with self.store.writing() as connection:
            return ehr_outbox.sweep(connection, self.reach, now - timedelta(days=SWEPT_DAYS), now)

    def claim(self, most: int = AT_ONCE) -> list[Letter]:
        """Letters that are due, for this worker alone."""
        lease = timedelta(seconds=self.config.lease_seconds)
        with self.store.writing() as connection:
            ids = ehr_outbox.claim(connection, self.config.name, self.who, lease, self.now(), most)
        return self.letters(ids)

    def letters(self, ids: Sequence[int]) -> list[Letter]:
        """Letters by their ids."""
        if not ids:
            return []
        with self.store.reading() as connection:
            return ehr_outbox.letters(connection, ids, f"{self.store.identity[:8]}-", self._unsealed)

    def settle(self, told: Sequence[tuple[Letter, Outcome, float]]) -> set[int]:
        """Note what became of letters; each has the seconds to its next attempt. Gives those whose lease was lost."""
        now = self.now()
        with self.store.writing() as connection:
            kept = {one[0].id: self._settled(connection, *one, now) for one in told}
        return {name for name, done in kept.items() if not done}

    def _settled(self, connection: Connection, letter: Letter, outcome: Outcome, pause: float, now: datetime) -> bool:
        match outcome:
            case Delivered(told=told):
                return ehr_outbox.deliver(connection, letter.id, self.who, told, now)
            case Dead(reason=reason):
                return ehr_outbox.bury(connection, letter.id, self.who, reason, now)
            case Later(reason=reason):
                due_at = now + timedelta(seconds=pause)
                return ehr_outbox.put_off(connection, letter.id, self.who, reason, due_at)

    def _unsealed(self, sealed: str) -> Mapping[str, str]:
        try:
            return identities.unseal(self.store.identity_key, sealed)
        except identities.SealedIdentityError:
            # Of another centre's key: the adapter tells what is missing.
            return {}
