"""The end of a run: all trouble is over, and everything must have come right."""

from collections import Counter
from datetime import timedelta
from typing import Any

import msgspec

from central import feed
from kiosk.checkin.facts import Verdict
from kiosk.sync import messages, news
from kiosk.sync.credentials import payload_of
from tests.simulation import ledger as rules
from tests.simulation.centre import Centre
from tests.simulation.ledger import HELD, Ledger, ViolationError
from tests.simulation.machine import Kiosk
from tests.simulation.templates import SITE, Template


class Convergence:
    """Looks whether kiosks and centre say the same."""

    def __init__(self, ledger: Ledger, kiosks: list[Kiosk], centre: Centre, template: Template) -> None:
        self._ledger = ledger
        self._kiosks = kiosks
        self._centre = centre
        self._template = template

    def at_rest(self) -> bool:
        """Whether nothing is left to wait for."""
        try:
            self._all()
        except ViolationError:
            return False
        return True

    def check(self) -> None:
        """Raises ``ViolationError`` at the first thing that is not as it must be."""
        self._all()

    def check_others(self, kiosk: Kiosk) -> None:
        """Whether all facts are settled but the one that something on the line does not let pass."""
        waiting = (
            kiosk.eye()
            .execute("SELECT seq FROM fact LEFT JOIN receipt ON receipt.fact = fact.seq WHERE receipt.fact IS NULL")
            .fetchall()
        )
        others = [seq for (seq,) in waiting if f'"seq":{seq},'.encode() != kiosk.link.choke]
        if others:
            raise ViolationError(rules.HELD_UP, f"fact {others[0]} of {kiosk.name} waits for another")

    def _all(self) -> None:
        if not self._centre.up:
            raise ViolationError(rules.STUCK, "the centre does not serve")
        for kiosk in self._kiosks:
            if kiosk.screen is None or kiosk.sync is None or kiosk.attendant is None:
                raise ViolationError(rules.STUCK, f"{kiosk.name} does not serve")
            self._settled(kiosk)
            self._days(kiosk)
        standing = {row[0] for row in self._centre.eye().execute("SELECT fact FROM arrival")}
        for name, book in self._ledger.books.items():
            if standing & book.annulled:
                raise ViolationError(rules.ANNULLED_STANDS, f"a check-in that was annulled at {name}")
        told = self._told()
        for kiosk in self._kiosks:
            self._roster(kiosk, told)

    def _settled(self, kiosk: Kiosk) -> None:
        eye, centre = kiosk.eye(), self._centre.eye()
        held = {row[0]: row[1] for row in centre.execute("SELECT id, verdict FROM fact WHERE kiosk = ?", (kiosk.name,))}
        refused = 0
        for seq, name, verdict in eye.execute(
            "SELECT seq, fact.id, receipt.verdict FROM fact LEFT JOIN receipt ON receipt.fact = fact.seq"
        ).fetchall():
            if verdict is None:
                raise ViolationError(rules.NOT_SETTLED, f"fact {seq} of {kiosk.name}")
            if verdict == Verdict.REFUSED.value:
                refused += 1
            elif name not in held:
                raise ViolationError(rules.NOT_SETTLED, f"fact {seq} of {kiosk.name} has a receipt and is not there")
        parked = centre.execute("SELECT count(*) FROM parked WHERE kiosk = ?", (kiosk.name,)).fetchone()[0]
        if parked < refused:
            raise ViolationError(rules.WORD_LOST, f"{refused} facts of {kiosk.name} were refused, {parked} are kept")

    def _days(self, kiosk: Kiosk) -> None:
        """Every day that was closed adds up, follows the one before, and the centre agrees."""
        eye, place = kiosk.eye(), 1
        verdicts = self._ledger.book(kiosk.name).verdicts
        rows = eye.execute("SELECT first, last, body, final, answer FROM day_close ORDER BY first").fetchall()
        for first, last, signed, final, answer in rows:
            said = msgspec.json.decode(payload_of(signed), type=messages.DayCloseBody)
            if self._ledger.book(kiosk.name).gaps:
                self._day_after_salvage(kiosk, range(first, last + 1), final, answer)
                continue
            if first != place or (said.first, said.last) != (first, last) or not said.adds_up:
                raise ViolationError(rules.DAY_CLOSE, f"{kiosk.name}: {first} to {last}")
            place = last + 1
            if not final or answer is None:
                raise ViolationError(rules.DAY_CLOSE, f"{kiosk.name}: {first} to {last} is not final, or not answered")
            words = Counter(verdicts[seq] for seq in range(first, last + 1))
            confirmed = sum(words[verdict] for verdict in HELD)
            counted = (confirmed, words[Verdict.CONFLICT.value], words[Verdict.REFUSED.value], 0)
            if counted != (said.confirmed, said.conflicts, said.refused, said.pending):
                raise ViolationError(rules.DAY_CLOSE, f"{kiosk.name}: {first} to {last} counts other things")
            told = msgspec.json.decode(answer, type=messages.DayCloseAnswer)
            if told.verdict is not messages.Agreement.AGREES:
                raise ViolationError(rules.DAY_CLOSE, f"{kiosk.name}: the centre differs: {told.reason}")

    def _day_after_salvage(self, kiosk: Kiosk, places: range, final: int, answer: str | None) -> None:
        """A day that has lost something differs, and no other does."""
        book, which = self._ledger.book(kiosk.name), f"{kiosk.name}: {places[0]} to {places[-1]}"
        if not final or answer is None:
            raise ViolationError(rules.DAY_CLOSE, f"{which} is not final, or not answered")
        agrees = msgspec.json.decode(answer, type=messages.DayCloseAnswer).verdict is messages.Agreement.AGREES
        if agrees and not book.verdicts.keys() >= set(places):
            raise ViolationError(rules.DAY_CLOSE, f"{which} agrees, though something of it is lost")
        if not agrees and book.verdicts.keys() >= set(places) and not (book.lost.keys() & set(places) or book.forgot):
            raise ViolationError(rules.DAY_CLOSE, f"{which} differs, though nothing of it is lost")

    def _told(self) -> dict[str, tuple[str | None, bytes]]:
        """The roster as a kiosk that asks now would get it: number and content by appointment."""
        store = self._centre.store
        assert store is not None
        told: dict[str, tuple[str | None, bytes]] = {}
        cursor = None
        while True:
            page = feed.page(store, SITE, cursor, self._centre.now() + timedelta())
            what, _ = news.read(messages.Changes(**_fields(page.message(""))), ("fi", "en"))
            for row in what.rows:
                told[row.appointment.id] = (row.number, msgspec.json.encode(row.appointment))
            if not page.more:
                return told
            cursor = page.cursor

    def _roster(self, kiosk: Kiosk, told: dict[str, tuple[str | None, bytes]]) -> None:
        rows = kiosk.eye().execute("SELECT id, number, body FROM roster.appointment").fetchall()
        known = {row[0]: (row[1], bytes(row[2], "utf-8") if isinstance(row[2], str) else bytes(row[2])) for row in rows}
        if known != told:
            apart = sorted(name for name in known.keys() | told.keys() if known.get(name) != told.get(name))
            raise ViolationError(rules.ROSTER_DIFFERS, f"{kiosk.name}: {', '.join(apart)}")


def _fields(message: messages.Changes) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__struct_fields__}
