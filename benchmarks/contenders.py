"""The contenders of ``benchmarks.check_in``, each in a process of its own, which is this one.

``python -m benchmarks.contenders NAME FOLDER [--first N] [--acks FILE]`` reads a number of events from each line of its
input, writes them one by one, each durable as far as the contender makes it so, and answers with a line of JSON: the
seconds taken, and of one event the median, the 99th percentile and the mean time on a processor, in microseconds. With
``--acks`` it says of each event that it is kept. ``--left FOLDER …`` tells the numbers of the events that can be read
from each folder.
"""

import argparse
import json
import os
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

EVENT_BYTES = 384
PREALLOCATED = 1 << 22

Put = Callable[[int], object]


@dataclass(frozen=True)
class Contender:
    """``opened`` gives what writes one event by its number; ``left`` the numbers that are in a folder."""

    title: str
    opened: Callable[[Path], AbstractContextManager[Put]]
    left: Callable[[Path], set[int]]


def _record(number: int) -> bytes:
    return number.to_bytes(8) + b"\x5a" * (EVENT_BYTES - 8)


def _body(number: int) -> str:
    return json.dumps({"id": number, "body": "Z" * (EVENT_BYTES - 32)})


def _records(folder: Path) -> set[int]:
    content = (folder / "events").read_bytes()
    places = range(0, len(content) - EVENT_BYTES + 1, EVENT_BYTES)
    return {
        int.from_bytes(content[at : at + 8]) for at in places if content[at + 8 : at + EVENT_BYTES] == _record(0)[8:]
    }


@contextmanager
def _append(folder: Path) -> Iterator[Put]:
    file = os.open(folder / "events", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def put(number: int) -> None:
        os.write(file, _record(number))
        os.fdatasync(file)

    yield put
    os.close(file)


@contextmanager
def _overwrite(folder: Path) -> Iterator[Put]:
    file = os.open(folder / "events", os.O_RDWR | os.O_CREAT, 0o600)
    os.write(file, bytes(PREALLOCATED))
    os.fsync(file)

    def put(number: int) -> None:
        os.pwrite(file, _record(number), number * EVENT_BYTES % (PREALLOCATED - EVENT_BYTES))
        os.fdatasync(file)

    yield put
    os.close(file)


@contextmanager
def _check_in(folder: Path) -> Iterator[Put]:
    from kiosk.checkin.appointment import Appointment
    from kiosk.checkin.clock_watch import ClockWord
    from kiosk.checkin.identity import ClaimKind
    from kiosk.checkin.site import Site
    from kiosk.clock import SystemClock
    from kiosk.offline import stamping
    from kiosk.offline.journal import SqlJournal
    from kiosk.offline.roster import SqlRoster, SqlRosterStore
    from kiosk.offline.store import Store
    from kiosk.offline.vault import DATABASE
    from kiosk.ports import Enrolment, Lease, News

    clock = SystemClock()
    site = Site("bench", {"fi": "Bench"}, "Europe/Helsinki", ("fi",), {"fi": "Tiski"}, {}, {})
    enrolment = Enrolment("bench", "bench", "", "K", site_key=bytes(32), private_key={})
    starts = datetime.now(UTC) + timedelta(minutes=10)
    with Store(folder / DATABASE, bytes(range(32))).connect() as connection:
        roster, news = SqlRoster(connection, enrolment.site_key), SqlRosterStore(connection)
        news.apply(News("1", snapshot=True, complete=True, site=site), None, clock.now())
        news.lease(Lease("bench", site.day(clock.now()), "A", 1, 10_000_000))
        stamping.keep_word(connection, ClockWord(clock.now(), clock.monotonic(), timedelta()))
        journal = SqlJournal(connection, site=roster.site, enrolment=enrolment, clock=clock)

        def put(number: int) -> None:
            journal.check_in([Appointment(_name(number), "dental", "B2", starts)], ClaimKind.BARCODE, "fi")

        yield put


def _name(number: int) -> str:
    # Ids come in no order that a tree could profit from.
    return f"A{number * 2_654_435_761 % (1 << 32):08x}-{number}"


def _checked_in(folder: Path) -> set[int]:
    from kiosk.offline.store import Store
    from kiosk.offline.vault import DATABASE

    kept = "SELECT about FROM arrival JOIN fact ON fact.seq = arrival.fact"
    with Store(folder / DATABASE, bytes(range(32))).connect() as connection:
        return {int(row[0].rpartition("-")[2]) for row in connection.execute(kept)}


@contextmanager
def _sqlite_utils(folder: Path) -> Iterator[Put]:
    import sqlite_utils

    database = sqlite_utils.Database(folder / "events.db")

    def put(number: int) -> None:
        database.table("outbox").insert({"id": number, "body": _body(number)})

    yield put
    database.conn.close()


@contextmanager
def _persist_queue(folder: Path) -> Iterator[Put]:
    import persistqueue

    with closing(persistqueue.SQLiteAckQueue(str(folder))) as queue:
        yield lambda number: queue.put(_body(number))


@contextmanager
def _litequeue(folder: Path) -> Iterator[Put]:
    import litequeue

    queue = litequeue.LiteQueue(folder / "events.db")
    yield lambda number: queue.put(_body(number))
    queue.close()


def _rows(file: str, query: str) -> Callable[[Path], set[int]]:
    def left(folder: Path) -> set[int]:
        import pickle

        with closing(sqlite3.connect(folder / file)) as connection:
            try:
                found = [row[0] for row in connection.execute(query)]
            except sqlite3.OperationalError:
                # Not even the table is there.
                return set()
        return {json.loads(pickle.loads(body) if isinstance(body, bytes) else body)["id"] for body in found}

    return left


CONTENDERS = {
    "append": Contender(f"raw append of {EVENT_BYTES} B + fdatasync (the limit)", _append, _records),
    "overwrite": Contender("  the same into a file of full length", _overwrite, _records),
    "check-in": Contender("check-in: fact + state + number, encrypted", _check_in, _checked_in),
    "sqlite-utils": Contender(
        'sqlite-utils db["t"].insert()', _sqlite_utils, _rows("events.db", "SELECT body FROM outbox")
    ),
    "persist-queue": Contender(
        "persist-queue SQLiteAckQueue", _persist_queue, _rows("data.db", "SELECT data FROM ack_queue_default")
    ),
    "litequeue": Contender("litequeue", _litequeue, _rows("events.db", "SELECT data FROM Queue")),
}


def _run(put: Put, first: int, count: int, said: Callable[[int], object]) -> dict[str, float]:
    taken = []
    busy = time.process_time()
    for number in range(first, first + count):
        started = time.perf_counter()
        put(number)
        taken.append(time.perf_counter() - started)
        said(number)
    busy = time.process_time() - busy
    ordered = sorted(taken)
    return {
        "cpu": busy / count * 1e6,
        "seconds": sum(taken),
        "p50": statistics.median(ordered) * 1e6,
        "p99": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=list(CONTENDERS))
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--acks", type=Path)
    parser.add_argument("--left", action="store_true")
    options = parser.parse_args()
    contender = CONTENDERS[options.name]
    if options.left:
        for folder in options.folder:
            print(json.dumps(sorted(contender.left(folder))))
        return
    acks = None if options.acks is None else os.open(options.acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    first = options.first
    with contender.opened(options.folder[0]) as put:
        for line in sys.stdin:
            told = _run(put, first, int(line), lambda number: acks is None or os.write(acks, f"{number}\n".encode()))
            first += int(line)
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
