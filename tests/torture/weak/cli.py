"""The command ``central`` with one mistake planted; each takes a little longer than it would, to be met sooner."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from central import cli, writer
from central.ehr.adapter import Delivered
from central.ehr.posting import Post
from central.pages.visit import Visit
from central.store import calls
from central.store import waiting as reception
from central.store.calls import OPEN_TO_CALL
from central.store.tables import call, calling_room
from tests.torture.centre_stage import BETWEEN, WEAK

BLINK = 0.15
"""Seconds by which a gap is widened that is there anyhow."""


def _between() -> None:
    """One half of the mistake is done, and has gone out; whoever strikes is told, and has time for it."""
    mark = Path(os.environ[BETWEEN])
    time.sleep(BLINK)
    mark.touch()
    time.sleep(BLINK)
    mark.unlink(missing_ok=True)


def answered_early() -> None:
    """A kiosk gets its answer before the commit."""

    def commit(self: Any, group: Sequence[Any]) -> list[Any]:
        answers: list[Any] = []
        with self._store.writing() as connection:
            for job in group:
                answers += job.work(connection, [job.request])
            writer.give(group, answers)
            _between()
        return answers

    writer.Writer._commit = commit  # type: ignore[method-assign]


def logged_apart() -> None:
    """What staff do and its line in the log are two transactions."""
    write = Visit.write

    async def apart(self: Visit, work: Callable[[Connection], Any]) -> Any:
        from starlette.concurrency import run_in_threadpool

        lines: list[Any] = []
        note = Visit.note
        later = _Later(lines)
        done = await write(self, lambda connection: later.run(self, work, connection))
        if lines:
            await run_in_threadpool(_between)
        for line in lines:
            await write(self, lambda connection, line=line: note(self, connection, *line))  # type: ignore[misc]
        return done

    Visit.write = apart  # type: ignore[method-assign]


def sent_early() -> None:
    """A letter to the record counts as delivered before it is."""
    tell = Post._tell

    def trusting(self: Post, letter: Any) -> Any:
        self._settle([(letter, Delivered(told="sent"), 0.0)])
        _between()
        return tell(self, letter)

    Post._tell = trusting  # type: ignore[method-assign]


def looked_first() -> None:
    """Whether a number is called already is looked up, and then written: two who press at once both call it."""

    def make(connection: Connection, site: str, day: Any, client: Any, area: str, room: str, by: str, now: Any) -> Any:
        held = calls._held(connection, site, day, client.number)
        time.sleep(BLINK)
        if held is not None and held.state.value not in OPEN_TO_CALL:
            return False, held
        there = (call.c.site == site) & (call.c.day == day) & (call.c.number == client.number)
        values = {"fact": client.fact or None, "area": area, "room": room, "language": client.language, "by": by}
        values |= {"state": "called", "ring": os.urandom(8).hex(), "rang_at": now}
        values |= {"settled_at": None, "settled_by": None}
        if connection.execute(update(call).where(there).values(**values, rings=call.c.rings + 1)).rowcount == 0:
            connection.execute(insert(call).values(site=site, day=day, number=client.number, rings=1, **values))
        if client.fact:
            reception.acknowledge(connection, site, client.fact, by, now)
        reception.stir(connection, site)
        made = calls._held(connection, site, day, client.number)
        assert made is not None
        return True, made

    def make_next(
        connection: Connection, site: str, day: Any, clients: Any, room: str, turn: int, by: str, now: Any
    ) -> Any:
        there = (calling_room.c.site == site) & (calling_room.c.room == room)
        if connection.execute(select(calling_room.c.turn).where(there)).scalar() != turn:
            return None
        time.sleep(BLINK)
        connection.execute(update(calling_room).where(there).values(turn=turn + 1))
        for client, area in clients:
            made, held = make(connection, site, day, client, area, room, by, now)
            if made:
                return held
        return None

    calls.make, calls.make_next = make, make_next


class _Later:
    """Gathers the lines of the log instead of writing them."""

    def __init__(self, lines: list[Any]) -> None:
        self._lines = lines

    def run(self, visit: Visit, work: Callable[[Connection], Any], connection: Connection) -> Any:
        usual = type(visit).note
        object.__setattr__(visit, "note", lambda _connection, *line: self._lines.append(line))
        try:
            return work(connection)
        finally:
            object.__delattr__(visit, "note")
            assert type(visit).note is usual


WEAKNESSES: dict[str, Callable[[], None]] = {
    "answered-early": answered_early,
    "logged-apart": logged_apart,
    "sent-early": sent_early,
    "looked-first": looked_first,
}


def main() -> None:
    """Plant it, and run the command."""
    WEAKNESSES[os.environ[WEAK]]()
    cli.main()
