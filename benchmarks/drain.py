"""Buffered facts drained to a durable centre, beside a POST per fact and a PouchDB pair.

``python -m benchmarks.drain [--facts N] [--turns N] [--folder DIR] [--pouchdb DIR]``. The kiosk is the real thing:
facts recorded by its journal in its encrypted database, and the uplink of ``kiosk sync``; so is the centre: ``central
serve`` in a process of its own on SQLite with ``synchronous=FULL``. Each turn drains as many new facts on loopback, and
as many at a round trip of 50 ms through a wire that counts bytes. The contender sends the same messages one by one over
a connection that is kept, and is reckoned up from fewer of them. Medians of the turns.

``--pouchdb`` is a folder in which ``npm install pouchdb-node express express-pouchdb`` was run; without it, or without
node, that contender is left out. It is never installed from here.
"""

import argparse
import json
import logging
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.facts import FactKind
from kiosk.checkin.identity import ClaimKind
from kiosk.clock import SystemClock
from kiosk.composition.enrol import enrol_kiosk
from kiosk.composition.memory import enrolled_store
from kiosk.config import Config
from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.offline.journal import SqlJournal
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRosterStore
from kiosk.ports import Enrolment
from kiosk.sync.agent import Uplink
from kiosk.sync.client import Centre
from tests.line.rig import CentreProcess
from tests.line.wire import Wire

SITE = "kalasatama"
ROUND_TRIP = 0.050
LONGEST = 1.5
"""Seconds that 10,000 facts may take, on loopback and at that round trip."""
MOST_BYTES = 100
"""Bytes up for each fact, with all that HTTP adds."""


@dataclass(frozen=True)
class Drained:
    """One contender in one turn: how many facts, in how many seconds, with how many bytes up (0 where not counted)."""

    facts: int
    seconds: float
    up: int = 0


class Kiosk:
    """The memory of one kiosk, and its line."""

    def __init__(self, config: Config, enrolment: Enrolment, connection: Connection) -> None:
        self._enrolment = enrolment
        self._connection = connection
        self._clock = SystemClock()
        self._board = Board(self._clock, "sync", config.state, config.run, ())
        self._born = 0

    def record(self, count: int) -> None:
        """So many facts: of each client the check-in and the slip. How fast is not measured here."""
        # The wall clock is not the centre's yet, and nothing waits for the disk.
        journal = SqlJournal(self._connection, site=lambda: None, enrolment=self._enrolment, clock=self._clock)
        self._connection.execute("PRAGMA main.synchronous = OFF")
        starts = datetime.now(UTC) + timedelta(minutes=10)
        for _ in range(count // 2):
            self._born += 1
            booked = Appointment(f"{self._enrolment.kiosk}-{self._born}", "dental", "B2", starts)
            arrival = journal.check_in([booked], ClaimKind.BARCODE, "fi")
            details = {"arrival": journal.fact_id(arrival.fact or 0), "outcome": "printed", "reason": ""}
            journal.note(FactKind.TICKET_PRINTED, details)
        self._connection.execute("PRAGMA main.synchronous = FULL")

    @contextmanager
    def centre(self, url: str) -> Iterator[Centre]:
        """The centre at another address, as a wire gives it."""
        reached = Centre(url, self._enrolment.kiosk, self._enrolment.private_key, self._clock)
        try:
            yield reached
        finally:
            reached.close()

    def drain(self, url: str) -> float:
        """Seconds in which all facts get their receipts, from the first byte to the last commit here."""
        outbox = SqlOutbox(self._connection)
        with self.centre(url) as reached:
            uplink = Uplink(
                centre=reached,
                outbox=outbox,
                roster=SqlRosterStore(self._connection),
                clock=self._clock,
                today=lambda: datetime.now(UTC).date(),
                series=tuple,
                languages=("fi",),
                tell_screen=lambda _: None,
                board=self._board,
                chance=random.Random(1),
                storage_error=DatabaseError,
            )
            began = time.perf_counter()
            while outbox.next_due() is not None:
                uplink.send()
            return time.perf_counter() - began

    def post_each(self, url: str, count: int) -> float:
        """Seconds for so many of the waiting facts, each in a request of its own; receipts are kept as they come."""
        outbox = SqlOutbox(self._connection)
        facts = outbox.due(self._clock.now(), count)
        with self.centre(url) as reached:
            reached.greet()
            began = time.perf_counter()
            for fact in facts:
                (result,) = reached.send_facts([fact])
                assert result is not None
                assert result.receipt
            return time.perf_counter() - began


def turn(kiosk: Kiosk, url: str, wire: Wire, facts: int) -> dict[str, Drained]:
    """Each contender once. What was posted one by one is drained with the rest, as duplicates that nobody counts."""
    found: dict[str, Drained] = {}
    for name, where, few in (("loopback", url, min(facts, 200)), ("50 ms", wire.url, min(facts, 20))):
        kiosk.record(facts)
        before = wire.tally
        found[f"batches, {name}"] = Drained(facts, kiosk.drain(where), wire.tally.since(before).up)
        kiosk.record(few)
        before = wire.tally
        seconds = kiosk.post_each(where, few)
        found[f"POST per fact, {name}"] = Drained(few, seconds, wire.tally.since(before).up)
        kiosk.drain(url)
    return found


def pouchdb(folder: Path | None, facts: int, wire_to: int | None = None) -> Drained | str:
    """The same number of documents from one PouchDB to another over HTTP, or the reason why not."""
    node = shutil.which("node")
    if node is None:
        return "node is not there"
    if folder is None or not (folder / "node_modules" / "pouchdb-node").is_dir():
        return "no PouchDB given (--pouchdb)"
    script = Path(__file__).with_name("pouchdb_pair.js")
    command = [node, str(script), str(facts), *([] if wire_to is None else [str(wire_to)])]
    environment = os.environ | {"NODE_PATH": str(folder / "node_modules")}
    with tempfile.TemporaryDirectory() as work:
        ran = subprocess.run(
            command, cwd=work, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
    if ran.returncode:
        return "PouchDB did not run: " + (ran.stderr.strip().splitlines() or ["?"])[-1][:80]
    told = json.loads(ran.stdout.strip().splitlines()[-1])
    return Drained(facts, told["seconds"])


def table(turns: list[dict[str, Drained]], facts: int) -> str:
    """Medians, and what each is of a POST per fact on the same line."""
    lines = [f"{'':26} {'facts/s':>9} {f's for {facts}':>13} {'x POST each':>12} {'B up/fact':>10}   spread, s"]
    for name in turns[0]:
        all_turns = [one[name] for one in turns if name in one]
        each = statistics.median(one.seconds / one.facts for one in all_turns)
        beside = [one.get(f"POST per fact, {name.partition(', ')[2]}") for one in turns]
        slow = [one.seconds / one.facts for one in beside if one is not None]
        ratio = f"{statistics.median(slow) / each:12.1f}" if slow else " " * 12
        up = statistics.median(one.up / one.facts for one in all_turns)
        spread = sorted(one.seconds / one.facts * facts for one in all_turns)
        lines.append(
            f"{name:26} {1 / each:9.0f} {each * facts:13.2f} {ratio} {f'{up:.0f}' if up else '-':>10}"
            f"   {spread[0]:.2f} - {spread[-1]:.2f}"
        )
    return "\n".join(lines)


def verdict(turns: list[dict[str, Drained]]) -> str:
    """The batches beside what they should reach."""
    said: list[str] = []
    for line in ("loopback", "50 ms"):
        drained = [one[f"batches, {line}"] for one in turns]
        seconds = statistics.median(10_000 * one.seconds / one.facts for one in drained)
        said.append(f"10,000 facts, {line}: {seconds:.2f} s (at most {LONGEST} s)")
    up = statistics.median(one["batches, 50 ms"].up / one["batches, 50 ms"].facts for one in turns)
    return "; ".join([*said, f"{up:.0f} bytes up for each (at most {MOST_BYTES})"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=10_000, help="facts in each turn")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None, help="where to write; a disk, not a tmpfs")
    parser.add_argument("--pouchdb", type=Path, default=None, help="where PouchDB was installed")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=options.folder or Path.cwd())))
        centre = CentreProcess(folder / "data")
        centre.seed(1)
        centre.start()
        stack.callback(centre.stop)
        wire = stack.enter_context(Wire(centre.port, round_trip=ROUND_TRIP))
        url = f"http://127.0.0.1:{centre.port}"
        code = centre.run("enrol-code", "--site", SITE, "--kiosk", "bench").split()[-1]
        config = Config(state=folder / "state", run=folder / "run")
        enrol_kiosk(config, url, code)
        store, enrolment = enrolled_store(config.state)
        kiosk = Kiosk(config, enrolment, stack.enter_context(store.connect()))
        turns = []
        refused = ""
        for _ in range(options.turns):
            found = turn(kiosk, url, wire, options.facts)
            for name, trip in (("loopback", 0.0), ("50 ms", ROUND_TRIP)):
                other = pouchdb(options.pouchdb, options.facts, round(trip * 1000))
                if isinstance(other, str):
                    refused = other
                    break
                found[f"PouchDB pair, {name}"] = other
            turns.append(found)
        print(table(turns, options.facts))
        print(verdict(turns))
        if refused:
            print(f"PouchDB pair: left out, {refused}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
