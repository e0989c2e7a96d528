"""Bugs planted into a kiosk's memory, and into what its clients are told."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from typing import Any, cast
from unittest.mock import patch

from kiosk.attendant import Attendant
from kiosk.checkin.appointment import Arrival, Standing
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.visit import RecordCheckIn
from kiosk.checkin.wording import Text
from kiosk.offline import journal as journals
from kiosk.offline import numbers
from kiosk.offline.connection import DatabaseError, transaction
from kiosk.offline.journal import SqlJournal
from kiosk.offline.numbers import Number
from kiosk.offline.stamping import Now
from tests.simulation.planted import Mutant, changing, saying, together

KIOSKS = "k[0-9]"


def _told_first() -> tuple[Callable[..., Arrival], Callable[..., Standing]]:
    """Everything is written, and undone: the real write comes when the receipt is first looked for."""
    real, standing = SqlJournal.check_in, SqlJournal.standing

    def check_in(self: SqlJournal, *what: Any) -> Arrival:
        late = self.__dict__.setdefault("late", [])
        self._connection.execute("SAVEPOINT told_first")
        try:
            with _inside(self._connection):
                arrival = real(self, *what)
        finally:
            self._connection.execute("ROLLBACK TO told_first")
            self._connection.execute("RELEASE told_first")
        late.append(what)
        return arrival

    def look(self: SqlJournal, seq: int) -> Standing:
        while self.__dict__.get("late"):
            real(self, *self.__dict__["late"].pop(0))
        return standing(self, seq)

    return check_in, look


@contextmanager
def _inside(connection: Any) -> Iterator[None]:
    """Within a savepoint: the transaction of the product is none."""

    @contextmanager
    def none(_connection: Any, *_: Any) -> Iterator[None]:
        yield

    with patch.object(journals, "transaction", none):
        yield


_check_in_first, _standing_after = _told_first()


@contextmanager
def _swallowed(connection: Any, *file: Any) -> Iterator[None]:
    with suppress(DatabaseError), transaction(connection, *file):
        yield


@contextmanager
def _counted_later(connection: Any, *file: Any) -> Iterator[None]:
    """The counters are raised in a transaction of their own, after the one that gives the number."""
    later.clear()
    with transaction(connection, *file):
        yield
    for name, number in later:
        connection.execute("INSERT OR REPLACE INTO counter (name, next) VALUES (?, ?)", (name, number))


later: list[tuple[str, int]] = []


_next_number = numbers.next_number


def _count_later(connection: Any, day: date | None, reserve: str, asked: str = "") -> Number:
    """The number is not in the fact's row, and how far the lease is spent is written afterwards."""
    found = _next_number(connection, day, reserve, asked)
    if found.lease is not None and found.place is not None:
        row = connection.execute("SELECT id FROM lease WHERE slot = ?", (found.lease,)).fetchone()
        later.append((f"lease:{row[0]}", found.place + 1))
    return Number(found.text)


def _from_memory(connection: Any, day: date | None, reserve: str, asked: str = "") -> Number:
    """How far a lease is spent is known to the running process alone."""
    counts = connection.__dict__.setdefault("counts", {})
    rows = connection.execute(
        "SELECT id, series, first, last FROM lease WHERE day = ? AND asked = ? ORDER BY series, first",
        (day.isoformat() if day else "", asked),
    ).fetchall()
    for lease, series, first, last in rows:
        number = counts.get(lease, first)
        if number <= last:
            counts[lease] = number + 1
            return Number(f"{series} {number:03d}")
    return _next_number(connection, None, reserve, asked)


def _reserve_each_day(connection: Any, day: date | None, reserve: str, asked: str = "") -> Number:
    """The own series begins anew with each day of the wall clock."""
    return _next_number(cast("Any", _Daily(connection, _wall_days.get(id(connection.disk), ""))), day, reserve, asked)


_wall_days: dict[int, str] = {}


class _Daily:
    def __init__(self, connection: Any, day: str) -> None:
        self._connection = connection
        self._day = day

    def execute(self, sql: str, *values: Any) -> Any:
        if values and "counter" in sql and str(values[0][0]).startswith("reserve:"):
            values = ((f"{values[0][0]}:{self._day}", *values[0][1:]),)
        return self._connection.execute(sql, *values)


_number = SqlJournal._number


def _day_by_wall_clock(self: SqlJournal, asked: str, now: Now) -> Number:
    return _number(self, asked, replace(now, centre=now.wall))


def _number_by_day(self: SqlJournal, asked: str, now: Now) -> Number:
    _wall_days[id(self._connection.disk)] = now.wall.date().isoformat()  # type: ignore[attr-defined]
    return _number(self, asked, now)


_journal_check_in = SqlJournal.check_in


def _registered_at_once(self: SqlJournal, *what: Any) -> Arrival:
    return replace(_journal_check_in(self, *what), standing=Standing.REGISTERED)


def _any_word_will_do(verdicts: Sequence[str | None]) -> Standing:
    return Standing.REGISTERED if any(verdicts) else Standing.RECORDED


def _half_a_visit(verdicts: Sequence[str | None]) -> Standing:
    """One receipt of several is taken for all."""
    known = [verdict for verdict in verdicts if verdict in journals.KNOWN_TO_THE_CENTRE]
    return Standing.REGISTERED if known else Standing.RECORDED


_keep, _carry_out = SqlJournal._keep, Attendant._carry_out
_printers: list[Any] = []


def _carry_out_and_print(self: Attendant, effect: Any) -> Any:
    if isinstance(effect, RecordCheckIn):
        _printers[:] = [self._printer]
    return _carry_out(self, effect)


def _print_and_keep(self: SqlJournal, *what: Any) -> None:
    _keep(self, *what)
    if _printers:
        words = Text("number.label")
        seq = self._connection.execute("SELECT max(seq) FROM fact").fetchone()[0]
        _printers.pop().print(Ticket("A 001", words, words, words, words, None, ()), "fi", seq)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "fsync-dropped",
        "a kiosk's commit is not synced (`synchronous = NORMAL`)",
        saying(KIOSKS, "synchronous = FULL", "synchronous = NORMAL"),
    ),
    Mutant(
        "fsync-off",
        "nothing at a kiosk is ever synced (`synchronous = OFF`)",
        saying(KIOSKS, "synchronous = FULL", "synchronous = OFF"),
    ),
    Mutant(
        "told-before-commit",
        "the client is told, and then it is written",
        together(
            changing(SqlJournal, "check_in", _check_in_first),
            changing(SqlJournal, "standing", _standing_after),
        ),
    ),
    Mutant(
        "failed-write-claimed",
        "an error of the disk is swallowed, and the check-in claimed",
        changing(journals, "transaction", _swallowed),
    ),
    Mutant(
        "print-before-commit",
        "the slip comes out inside the transaction",
        together(
            changing(Attendant, "_carry_out", _carry_out_and_print), changing(SqlJournal, "_keep", _print_and_keep)
        ),
    ),
    Mutant(
        "registered-at-once",
        '"you are registered" without waiting for the receipt',
        changing(SqlJournal, "check_in", _registered_at_once),
    ),
    Mutant(
        "any-word-registers",
        'a conflict or a refusal is told as "registered"',
        changing(journals, "standing_of", _any_word_will_do),
    ),
    Mutant(
        "half-a-visit-registers",
        "one receipt of a visit's several is taken for all",
        changing(journals, "standing_of", _half_a_visit),
    ),
    Mutant(
        "counter-outside",
        "the number's counter is raised in another transaction",
        together(changing(journals, "transaction", _counted_later), changing(journals, "next_number", _count_later)),
    ),
    Mutant(
        "lease-reused",
        "how far a lease is spent is forgotten at a restart",
        changing(journals, "next_number", _from_memory),
    ),
    Mutant(
        "day-by-wall-clock",
        "the wall clock says which day's numbers are given",
        changing(SqlJournal, "_number", _day_by_wall_clock),
    ),
    Mutant(
        "reserve-anew-each-day",
        "the own series begins anew with each day of the wall clock",
        together(changing(journals, "next_number", _reserve_each_day), changing(SqlJournal, "_number", _number_by_day)),
    ),
)
