"""What becomes of facts, receipts and arrivals whose other pages are gone."""

import random
from pathlib import Path

from kiosk.checkin.day_close import Range, Tally
from kiosk.checkin.facts import FactKind, Receipt, Verdict
from kiosk.offline import examination, salvage
from kiosk.offline.connection import JOURNAL, opened
from kiosk.offline.day_close import SqlDayCloses
from kiosk.offline.mending import mend
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.retention import Retention
from kiosk.offline.store import Store
from tests.example_site import SITE
from tests.offline.damage import pages_with, zero_pages
from tests.offline.morning import FACTS, KEY, NOW, TODAY, Morning, visitor


def test_a_fact_that_was_emptied_is_known_to_be_at_the_centre_though_its_receipt_is_lost(
    state: Path, morning: Morning
) -> None:
    with Store(state / "kiosk.db", KEY).connect() as connection:
        journal, outbox = visitor(connection, morning.clock), SqlOutbox(connection)
        journal.note(FactKind.TICKET_PRINTED, {"arrival": "x"})
        journal.note(FactKind.HELP_CALLED, {})
        newest = outbox.newest()
        outbox.settle([Receipt(seq, Verdict.RECORDED, f"r{seq}") for seq in range(1, newest + 1)], NOW)
        # As forgetting leaves them.
        connection.execute("UPDATE fact SET details = '{}' WHERE seq <= 50 OR seq > ?", (FACTS,))
        connection.execute("DELETE FROM arrival WHERE fact <= 50")
    zero_pages(state, pages_with(state, 7, lambda row: row[1] in ("recorded", "duplicate")))
    done = mend(state, KEY, NOW)
    assert done.salvaged is not None
    assert done.salvaged.saved == newest
    with Store(state / "kiosk.db", KEY).connect() as connection:
        receipts = dict(connection.execute("SELECT fact, verdict FROM receipt").fetchall())
        due = {fact.seq for fact in SqlOutbox(connection).due(NOW, 5000)}
    emptied = {*range(1, 51), newest - 1}
    assert receipts == dict.fromkeys(emptied, "duplicate")
    # Whatever was never more than its bare row is sent again, and so is what still says all that it did.
    assert due == {*range(51, FACTS + 1), newest, done.salvaged.next}


def test_of_lost_facts_only_the_centres_word_stays_and_that_until_it_is_counted(state: Path, morning: Morning) -> None:
    with Store(state / "kiosk.db", KEY).connect() as connection:
        journal, outbox = visitor(connection, morning.clock), SqlOutbox(connection)
        first, last = (
            connection.execute("SELECT number, fact FROM arrival WHERE about = ?", (about,)).fetchone()
            for about in ("A0", "A298")
        )
        assert journal.annul(first[0])
        assert journal.annul(last[0])
        outbox.settle([Receipt(seq, Verdict.REFUSED, reason="no") for seq in (120, 200)], NOW)
        connection.executemany(
            "INSERT INTO set_aside (fact, verdict, at, set_aside_at) VALUES (?, 'refused', '', '')", [(120,), (200,)]
        )
        annulled = [row[0] for row in connection.execute("SELECT seq FROM fact WHERE kind = 'annulled' ORDER BY seq")]
        kept = {row[0] for row in connection.execute("SELECT fact FROM receipt")}
    lost = {1, 2, 120, annulled[0]}
    with opened(state / "kiosk.db", KEY) as connection:
        connection.execute(f"DELETE FROM fact WHERE seq IN {tuple(lost)}")
    found = salvage.search(state / "kiosk.db", KEY)
    assert found.broken == 0
    zero_pages(state, pages_with(state, 4, lambda row: row[1] == "kiosk"))
    done = mend(state, KEY, NOW)
    assert done.salvaged is not None
    with Store(state / "kiosk.db", KEY).connect() as connection:
        days = SqlDayCloses(connection)
        assert [row[0] for row in connection.execute("SELECT fact FROM set_aside")] == [200]
        assert [row[0] for row in connection.execute("SELECT number FROM taken_back")] == [last[0]]
        assert {row[0] for row in connection.execute("SELECT fact FROM receipt")} == kept
        # Their day still counts what the centre said of them.
        assert days.tally(Range(TODAY, 1, 3)) == Tally(3, 0, 0, 0)
        assert examination.facts(connection).refused == 1
        retention = Retention(connection, morning.clock, lambda: SITE)
        retention.look()
        assert {row[0] for row in connection.execute("SELECT fact FROM receipt")} == kept
        days.keep(Range(TODAY, 1, 150), "signed", final=True)
        retention.look()
        assert {row[0] for row in connection.execute("SELECT fact FROM receipt")} == kept - lost


def test_an_arrival_is_known_by_its_fact_where_its_own_page_is_gone(state: Path, morning: Morning) -> None:
    with Store(state / "kiosk.db", KEY).connect() as connection:
        told = dict(connection.execute("SELECT about, number FROM arrival WHERE about NOT LIKE '%:%'"))
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'arrival'").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert told
    with (state / "kiosk.db").open("r+b") as file:
        file.seek((root - 1) * JOURNAL.page_size)
        file.write(random.Random(3).randbytes(JOURNAL.page_size))
    mend(state, KEY, NOW)
    with Store(state / "kiosk.db", KEY).connect() as connection:
        assert told.items() <= dict(connection.execute("SELECT about, number FROM arrival")).items()
