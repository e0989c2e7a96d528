"""The centre's side of a record, driven step by step: each part as the worker runs it, but when a test says so."""

from datetime import datetime, timedelta
from threading import Event
from typing import Any, ClassVar

from central import moments, seed
from central.ehr.adapter import Adapter
from central.ehr.config import CsvFolder, Ehr
from central.ehr.inbox import StoreInbox
from central.ehr.mailbag import Mailbag
from central.ehr.making import adapter
from central.ehr.posting import Post
from central.ehr.reconciling import Compared, reconcile
from central.store import Store, annulments, desk, ehr_letters
from central.store.desk import Way
from tests.central.rig import MORNING, SITE


class Office:
    made: ClassVar[list["Office"]] = []

    def __init__(self, store: Store, section: Ehr, who: str = "test") -> None:
        self.store, self.section, self.moment = store, section, MORNING
        self.made.append(self)
        seed.load(store, seed.Seed(SITE, []), None, self.moment)
        self.adapter: Adapter = adapter(section, store, self.now)
        self.bag = Mailbag(store, section, self.now, who)
        self.post = Post(self.bag, self.adapter, Event())
        self.inbox = StoreInbox(store, section, self.now, who, whole=isinstance(section, CsvFolder))

    def now(self) -> datetime:
        return self.moment

    def read(self) -> None:
        """One reading of a FHIR server."""
        poll: Any = self.adapter
        poll._poll.once(self.inbox)

    def arrive(self, name: str) -> str:
        """Somebody arrives; their number."""
        with self.store.writing() as connection:
            day = moments.today("Europe/Helsinki", self.moment)
            return desk.arrive(connection, SITE, name, Way.DESK, self.moment, day, self.moment).number

    def annul(self, name: str) -> None:
        with self.store.writing() as connection:
            annulments.annul(connection, SITE, name, self.moment)

    def tell(self) -> list[tuple[str, str, str | None]]:
        """One round of the post; what stands in the outbox: kind, state and reason."""
        self.bag.sweep()
        self.post._shut_until = 0.0
        self.post.once()
        return self.letters()

    def letters(self) -> list[tuple[str, str, str | None]]:
        return [(one.kind, one.state, one.reason) for one in self.lines()]

    def lines(self) -> list[ehr_letters.LetterLine]:
        states = ("waiting", "dead", "done", "given-up", "superseded")
        with self.store.reading() as connection:
            return ehr_letters.listed(connection, self.section.name, None, states)

    def later(self, **span: float) -> None:
        self.moment += timedelta(**span)

    def compare(self) -> Compared | None:
        return reconcile(self.bag, self.adapter, anyway=True)
