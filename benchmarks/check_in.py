"""Check-ins per second of the one-transaction path, beside what the same disk takes at best.

``python -m benchmarks.check_in [--rounds N] [--folder DIR]``. The limit is an appending write of 384 bytes, each with
``fdatasync``: one durable event and nothing else. The check-in is the real thing: encrypted, with fact, appointment
state and ticket number in one transaction. Contenders take turns, and the median of the turns counts.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.site import Site
from kiosk.clock import SystemClock
from kiosk.offline.journal import SqlJournal
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.store import Store
from kiosk.ports import Enrolment, Lease

EVENT_BYTES = 384
TURNS = 5

SITE = Site("bench", {"fi": "Bench"}, "Europe/Helsinki", ("fi",), {"fi": "Tiski"}, {}, {})

ENROLMENT = Enrolment("bench", "bench", "", "K", site_key=bytes(32), private_key={})


def raw_append(folder: Path, rounds: int) -> float:
    """Events per second of write + fdatasync."""
    payload = os.urandom(EVENT_BYTES)
    file = os.open(folder / f"raw-{time.monotonic_ns()}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        started = time.perf_counter()
        for _ in range(rounds):
            os.write(file, payload)
            os.fdatasync(file)
        return rounds / (time.perf_counter() - started)
    finally:
        os.close(file)


def check_in(folder: Path, rounds: int) -> float:
    """Check-ins per second, durable and encrypted."""
    clock = SystemClock()
    starts = datetime.now(UTC) + timedelta(minutes=10)
    appointments = [Appointment(f"A{n}", "dental", "B2", starts) for n in range(rounds)]
    with Store(folder / f"kiosk-{time.monotonic_ns()}.db", os.urandom(32)).connect() as connection:
        SqlRosterStore(connection).lease(Lease("l", SITE.day(clock.now()), "A", 1, rounds))
        journal = SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)
        started = time.perf_counter()
        for appointment in appointments:
            journal.check_in([appointment], ClaimKind.BARCODE, "fi")
        return rounds / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2000, help="events in each turn")
    parser.add_argument("--folder", type=Path, default=None, help="where to write; a disk, not a tmpfs")
    options = parser.parse_args()
    contenders: dict[str, Callable[[Path, int], float]] = {
        f"raw append of {EVENT_BYTES} B + fdatasync (the limit)": raw_append,
        "check-in: fact + appointment state + number, encrypted": check_in,
    }
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    with tempfile.TemporaryDirectory(dir=options.folder or Path.cwd()) as folder:
        for _ in range(TURNS):
            for name, contender in contenders.items():
                rates[name].append(contender(Path(folder), options.rounds))
    limit = statistics.median(rates[next(iter(rates))])
    print(f"{'':58} {'per s':>8} {'x limit':>8}   spread of {TURNS} turns")
    for name, turns in rates.items():
        rate = statistics.median(turns)
        print(f"{name:58} {rate:8.0f} {rate / limit:8.2f}   {min(turns):.0f} - {max(turns):.0f}")


if __name__ == "__main__":
    main()
