"""A roster of 50,000 appointments arrives page by page, while clients check in.

``python -m benchmarks.roster [--rows N] [--folder DIR]``. ``kiosk sync`` is played by a process that applies the pages,
``kiosk screen`` by this one, which looks people up and checks them in all the while, on the same encrypted files. A
second snapshot follows: the same rows, as after a cursor that has lapsed.
"""

import argparse
import select
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.site import Site
from kiosk.clock import SystemClock
from kiosk.offline.journal import SqlJournal
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE
from kiosk.ports import Enrolment, Lease, News, RosterRow

PAGE = 500
"""Rows in a page, as the centre sends them."""
KEY = bytes(range(32))
SITE_KEY = bytes(32)
SITE = Site("bench", {"fi": "Bench"}, "Europe/Helsinki", ("fi",), {"fi": "Tiski"}, {}, {})
ENROLMENT = Enrolment("bench", "bench", "", "K", site_key=SITE_KEY, private_key={})
QUIET = 1.0
"""Seconds of check-ins before the roster comes, to compare with."""
CLIENT_EVERY = 0.02
"""Seconds between two clients while it comes."""


def row(number: int) -> RosterRow:
    """An appointment of a person with an identity code and a code of its own."""
    starts = datetime(2026, 11, 23, 6, tzinfo=UTC) + timedelta(minutes=number % 600)
    booked = Appointment(f"bench-{number:08}", "dental", "B2", starts, practitioner=f"Practitioner {number % 40}")
    return RosterRow(booked, (hashed(SITE_KEY, f"person {number}"), hashed(SITE_KEY, f"visit {number}")))


def pages(rows: int) -> list[News]:
    """A snapshot, page by page."""
    starts = range(0, rows, PAGE)
    return [
        News(
            f"{start}",
            snapshot=True,
            complete=start == starts[-1],
            rows=[row(n) for n in range(start, min(start + PAGE, rows))],
        )
        for start in starts
    ]


def fill(folder: Path, rows: int) -> None:
    """Apply two snapshots, and say when each is done."""
    clock, snapshot = SystemClock(), pages(rows)
    with Store(folder / DATABASE, KEY).connect() as connection:
        store = SqlRosterStore(connection)
        sys.stdin.readline()
        for _ in range(2):
            started = time.perf_counter()
            for page in snapshot:
                if not store.apply(page, store.cursor(), clock.now()):
                    raise RuntimeError("the cursor has moved")
            print(time.perf_counter() - started, flush=True)


def check_in(journal: SqlJournal, roster: SqlRoster, number: int) -> float:
    """Look somebody up and check them in; the seconds it took."""
    started = time.perf_counter()
    roster.find(Claim(ClaimKind.BARCODE, f"person {number}"))
    journal.check_in([Appointment(f"other-{number:08}", "dental", "B2", datetime.now(UTC))], ClaimKind.BARCODE, "fi")
    return time.perf_counter() - started


def show(what: str, taken: list[float]) -> None:
    ordered = sorted(taken)
    p50, p99 = statistics.median(ordered) * 1000, ordered[len(ordered) * 99 // 100] * 1000
    print(f"{what:46} {p50:8.2f} {p99:8.2f} {ordered[-1] * 1000:8.2f}   of {len(ordered)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--folder", type=Path, default=None, help="where to write; a disk, not a tmpfs")
    parser.add_argument("--fill", type=Path, default=None, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill is not None:
        fill(options.fill, options.rows)
        return
    with tempfile.TemporaryDirectory(dir=options.folder or Path.cwd()) as folder:
        meanwhile(Path(folder), options.rows)


def meanwhile(folder: Path, rows: int) -> None:
    """Check people in before the roster comes, while it does, and look everybody up afterwards."""
    clock = SystemClock()
    with Store(folder / DATABASE, KEY).connect() as connection:
        SqlRosterStore(connection).lease(Lease("bench", SITE.day(clock.now()), "A", 1, 1_000_000))
        roster = SqlRoster(connection, SITE_KEY)
        journal = SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)
        ids = count()
        command = [sys.executable, "-m", "benchmarks.roster", "--rows", str(rows), "--fill", str(folder)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sync:
            if sync.stdin is None or sync.stdout is None:
                raise RuntimeError("not piped")
            taken: dict[str, list[float]] = {"before": [], "first snapshot": [], "the same again": []}
            ends = time.monotonic() + QUIET
            while time.monotonic() < ends:
                taken["before"].append(check_in(journal, roster, next(ids)))
            sync.stdin.write("\n")
            sync.stdin.close()
            seconds = {}
            for which in ("first snapshot", "the same again"):
                while not select.select([sync.stdout], [], [], 0)[0]:
                    taken[which].append(check_in(journal, roster, next(ids)))
                    # Clients do not come one right after the other; each pause lets the other process at the disk.
                    time.sleep(CLIENT_EVERY)
                seconds[which] = float(sync.stdout.readline())
        found = []
        for number in range(0, rows, max(1, rows // 1000)):
            started = time.perf_counter()
            (appointment,) = roster.find(Claim(ClaimKind.BARCODE, f"person {number}"))
            found.append(time.perf_counter() - started)
            if appointment.id != row(number).appointment.id:
                raise RuntimeError("somebody else was found")
    for which, needed in seconds.items():
        print(f"{which + ':':20} {rows} rows searchable after {needed:.1f} s, {rows / needed:.0f} per s")
    print(f"{'milliseconds':46} {'p50':>8} {'p99':>8} {'longest':>8}")
    for which, times in taken.items():
        show(f"look-up and check-in, {which}", times)
    show("look-up afterwards", found)


if __name__ == "__main__":
    main()
