"""``kiosk outbox``: what the centre does not have, why, and what a person may do. It never says who anybody is."""

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from kiosk.clock import clock_from_environment
from kiosk.composition import guard
from kiosk.composition.memory import enrolled_store, sockets
from kiosk.composition.outbox_words import STATES, plain, words
from kiosk.config import Config
from kiosk.offline import parked
from kiosk.offline.connection import Connection, StoreError
from kiosk.offline.examination import looking
from kiosk.offline.parked import Entry, State
from kiosk.offline.vault import DATABASE, KeyMissingError, database_key
from kiosk.wake import ring

OUT_OF_ORDER = 2
VERSION = 1
"""Of the JSON; raised when a field changes its meaning or goes."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One fact in the JSON of ``kiosk outbox list``. Ages are in seconds."""

    seq: int
    kind: str
    state: State
    recorded_at: datetime
    age: float
    tries: int
    next_try: datetime | None
    reason: str


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of ``kiosk outbox list``: ``pending`` counts the facts without a word of the centre."""

    version: int = VERSION
    at: datetime
    pending: int
    facts: list[Line]


def run_list(config: Config, *, as_json: bool) -> int:
    """Print what waits or is parked."""
    now = clock_from_environment().now()
    with _looked(config.state) as connection:
        found = parked.entries(connection)
    lines = [_line(one, now) for one in found]
    pending = sum(1 for one in lines if one.state in (State.WAITING, State.PARKED))
    if as_json:
        listed = Listed(at=now, pending=pending, facts=lines)
        print(msgspec.json.format(msgspec.json.encode(listed), indent=2).decode())
        return 0
    table = Table("Place", "Kind", "State", "Age", "Tries", "Next try", "Reason")
    for one in lines:
        due = "" if one.next_try is None else _due(one.next_try, now)
        table.add_row(str(one.seq), one.kind, one.state.value, _span(one.age), str(one.tries), due, one.reason or "-")
    Console(width=None if os.isatty(1) else 110, markup=False, emoji=False).print(table)
    print(f"{pending} pending. `kiosk outbox explain PLACE` says what to do.")
    return 0


def run_explain(config: Config, seq: int) -> int:
    """Say what happened to one fact, what it means and what to do."""
    now = clock_from_environment().now()
    with _looked(config.state) as connection:
        one = parked.entry(connection, seq)
        earlier = [] if one is None else parked.set_aside(connection, seq)
    if one is None:
        print(f"There is no fact at place {seq}, or it has been cleared away since the centre confirmed it.")
        return 1
    print(f"Place {one.seq}, {one.kind}, recorded {_local(one.at)} ({_span((now - one.at).total_seconds())} ago).")
    print(STATES[one.state])
    if one.tries:
        due = "" if one.next_try is None else f"; next try {_due(one.next_try, now)}"
        print(f"Tried {one.tries} times{due}.")
    if one.settled_at is not None:
        print(f"The centre answered {_local(one.settled_at)}.")
    if one.against:
        print(f"It is in conflict with fact {one.against}.")
    if one.forgotten:
        print("What it said was cleared away for its age, so that it can't be offered again.")
    for reason in earlier:
        print(f"It was refused before ({plain(reason) or 'no reason given'}), and a person offered it again.")
    found = words(one.reason)
    if found is not None and one.state is not State.CONFIRMED:
        print(f"Reason: {plain(one.reason)}. {found.means}")
        print(f"What to do: {found.do.replace('PLACE', str(one.seq))}")
    return 0


def run_retry(config: Config, seqs: Sequence[int], *, everything: bool) -> int:
    """Let facts be tried at once, and wake the sync process."""
    if everything == bool(seqs):
        print("kiosk: name places, or --all")
        return OUT_OF_ORDER
    store, _ = enrolled_store(config.state)
    with store.connect() as connection:
        done = parked.retry(connection, None if everything else set(seqs), clock_from_environment().now())
    ring(sockets(config.run)[0], "line-back")
    print(f"{len(done.due)} due at once, {len(done.offered_again)} of them refused before and offered again.")
    if done.left_alone:
        places = ", ".join(map(str, done.left_alone))
        print(f"Left alone, since the centre has them, they were cleared away or there are none: {places}.")
    return 0


def run_export(config: Config, file: Path) -> int:
    """Write what is parked into a new file that only its owner reads."""
    with _looked(config.state) as connection:
        rows = list(parked.contents(connection))
    try:
        target = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        print(f"kiosk: {file}: {error.strerror}")
        return OUT_OF_ORDER
    with os.fdopen(target, "wb") as stream:
        stream.writelines(msgspec.json.encode(row) + b"\n" for row in rows)
        stream.flush()
        os.fsync(stream.fileno())
    print(f"{len(rows)} facts in {file}, one JSON object a line. The kiosk keeps them too.")
    print(
        "It names no one in clear, but says which appointments were checked in, with ticket numbers and sealed"
        " identities. Carry it to the centre's staff, show it to nobody else, and delete it there."
    )
    return 0


def run_pending(config: Config) -> int:
    """For an updater: 0 where the centre has everything, 1 where not or where nobody knows."""
    found = guard.pending(config.state)
    print("nothing pending" if found.none else guard.told(found))
    return 0 if found.none else 1


def _looked(state: Path) -> AbstractContextManager[Connection]:
    try:
        return looking(state / DATABASE, database_key(state))
    except KeyMissingError as error:
        raise StoreError("missing") from error


def _line(one: Entry, now: datetime) -> Line:
    return Line(
        seq=one.seq,
        kind=one.kind,
        state=one.state,
        recorded_at=one.at,
        age=round((now - one.at).total_seconds(), 1),
        tries=one.tries,
        next_try=one.next_try,
        reason=plain(one.reason),
    )


def _local(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _due(moment: datetime, now: datetime) -> str:
    left = (moment - now).total_seconds()
    return "at once" if left <= 0 else f"in {_span(left)}"


def _span(seconds: float) -> str:
    whole = int(abs(seconds))
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{whole // 60} min"
    return f"{whole // 3600} h" if whole < 48 * 3600 else f"{whole // 86400} d"
