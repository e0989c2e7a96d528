"""A morning at a kiosk, in real files with hundreds of facts, to be damaged and mended."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

from kiosk.checkin.facts import FactKind, Receipt, Verdict
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.visit import Report
from kiosk.offline import salvage
from kiosk.offline.connection import JOURNAL, Connection
from kiosk.offline.enrolment import load_enrolment, save_enrolment
from kiosk.offline.journal import SqlJournal
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.spare import keep_spare
from kiosk.offline.store import Store
from kiosk.ports import Lease, News
from tests.conftest import HandClock
from tests.example_site import ENROLMENT, SITE, appointment

KEY = bytes(range(32))
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
PAGE = JOURNAL.page_size
FACTS = 300


def visitor(connection: Connection, clock: HandClock) -> SqlJournal:
    return SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)


def fill(store: Store, clock: HandClock) -> dict[int, tuple[str, str]]:
    """A morning at a kiosk: id and details of each fact by its place, and every number that was given."""
    with store.connect() as connection:
        save_enrolment(connection, ENROLMENT)
        roster, journal, outbox = SqlRosterStore(connection), visitor(connection, clock), SqlOutbox(connection)
        roster.apply(News("1", snapshot=True, complete=True, site=SITE), None, clock.now())
        roster.lease(Lease("l1", TODAY, "A", 1, 200))
        for place in range(FACTS):
            clock.let_pass(7)
            if place % 5 == 4:
                report = Report(FactKind.UNMATCHED, {"sealed": "s" * (37 * place % 3000)}, series="")
                journal.report(report)
            else:
                journal.check_in([appointment(f"A{place}")], ClaimKind.BARCODE, "fi")
            if place == 150:
                outbox.settle([Receipt(seq, Verdict.RECORDED, f"r{seq}") for seq in range(1, 100)], clock.now())
                keep_spare(connection)
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return told(connection)


def told(connection: Connection) -> dict[int, tuple[str, str]]:
    return {seq: (fact, details) for seq, fact, details in connection.execute("SELECT seq, id, details FROM fact")}


def numbers(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT number FROM arrival WHERE number <> ''")]


class Morning:
    """The files of one filled kiosk, to be copied and broken, and what was in them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, HandClock(NOW)
        (folder / "live").mkdir(parents=True)
        store = Store(folder / "live" / "kiosk.db", KEY)
        with store.connect() as held:
            self.facts = fill(store, self.clock)
            self.numbers = set(numbers(held))
            # As a power cut finds them.
            shutil.copytree(folder / "live", folder / "cut")

    def copy(self, name: str) -> Path:
        state = self.folder / name
        shutil.copytree(self.folder / "cut", state)
        return state


def serves(state: Path, morning: Morning, *, torn: bool = False) -> dict[int, tuple[str, str]]:
    """The kiosk goes on: no fact is wrong, and neither a place nor a number comes twice. The facts that it still has.

    ``torn`` where the end of the log is gone as after a power cut, when what it held was never told to anybody.
    """
    with Store(state / "kiosk.db", KEY).connect() as connection:
        assert load_enrolment(connection) == ENROLMENT
        kept = told(connection)
        ours = {seq: one for seq, one in kept.items() if "database-salvaged" not in one[1]}
        assert all(morning.facts.get(seq) == one for seq, one in ours.items())
        journal = visitor(connection, morning.clock)
        given = []
        for name in ("N1", "N2", "N3"):
            arrival = journal.check_in([appointment(name)], ClaimKind.BARCODE, "fi")
            assert arrival.fact is not None
            assert arrival.fact > (max(ours) if torn else FACTS)
            given.append(arrival.number)
        SqlRosterStore(connection).lease(Lease("l2", TODAY, "A", 201, 220))
        given.append(journal.check_in([appointment("N4")], ClaimKind.BARCODE, "fi").number)
        known = {json.loads(details).get("number") for _, details in ours.values()} if torn else morning.numbers
        assert not set(given) & known
        assert len(set(given)) == 4
        # Who is known to have come gets the same number as before.
        for seq, (_, details) in ours.items():
            row = connection.execute("SELECT about, number FROM arrival WHERE fact = ?", (seq,)).fetchone()
            assert row is None or f'"number":"{row[1]}"' in details or row[1] == ""
        waiting = {fact.seq for fact in SqlOutbox(connection).due(morning.clock.now(), 5000)}
        settled = {row[0] for row in connection.execute("SELECT fact FROM receipt")}
        assert waiting | settled >= set(ours)
        return ours


def on_sound_pages(state: Path) -> set[int]:
    """The facts that are whole on a page that was not hit, by the files themselves."""
    return {int(str(key[0])) for key in salvage.search(state / "kiosk.db", KEY).tables.get("fact", {})}
