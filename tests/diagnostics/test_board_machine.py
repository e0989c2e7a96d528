"""The board against a model: whoever tells what and when, and however often the process is killed."""

import shutil
import tempfile
from pathlib import Path

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from structlog.testing import capture_logs

from kiosk.checkin import faults
from kiosk.diagnostics import record
from kiosk.diagnostics.board import GRACE, Board
from tests.conftest import HandClock
from tests.example_site import NOW

CODES = [fault.code for fault in faults.ALL[:5]]
SOURCES = ["printer", "disk", "watch"]


class BoardMachine(RuleBasedStateMachine):
    """``claims`` and ``carried`` are the model: who claims what, and what is carried over from before a restart."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = HandClock(NOW)
        self.claims: dict[str, frozenset[str]] = {}
        self.carried: dict[str, frozenset[str]] = {}
        self.carried_until = 0.0
        self.since: dict[str, object] = {}
        self.ways: dict[str, list[str]] = {code: [] for code in CODES}
        self.board = self.started()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def started(self) -> Board:
        board = Board(self.clock, "screen", self.folder, self.folder / "run", ())
        (self.folder / "run").mkdir(exist_ok=True)
        with capture_logs() as logs:
            board.remember()
        assert logs == []
        return board

    def heard(self, logs: list[dict[str, object]]) -> None:
        for entry in logs:
            self.ways[str(entry["code"])].append(str(entry["event"]))

    def standing(self) -> frozenset[str]:
        return frozenset[str]().union(*self.claims.values(), *self.carried.values())

    def follow(self) -> None:
        now = self.standing()
        self.since = {code: self.since.get(code, self.clock.now()) for code in now}

    @rule(source=st.sampled_from(SOURCES), codes=st.frozensets(st.sampled_from(CODES), max_size=3))
    def tell(self, source: str, codes: frozenset[str]) -> None:
        self.carried.pop(source, None)
        self.claims[source] = codes
        self.follow()
        with capture_logs() as logs:
            self.board.tell(source, codes)
        self.heard([dict(entry) for entry in logs])

    @rule(seconds=st.sampled_from([0.5, record.BEAT_EVERY, GRACE / 2, 3600.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.let_pass(seconds)
        if self.clock.monotonic() >= self.carried_until:
            self.carried.clear()
        self.follow()
        with capture_logs() as logs:
            self.board.keep()
        self.heard([dict(entry) for entry in logs])

    @rule()
    def killed_after_it_has_kept(self) -> None:
        self.board.keep()
        together: dict[str, frozenset[str]] = dict(self.carried)
        for source, codes in self.claims.items():
            together[source] = together.get(source, frozenset()) | codes
        self.carried = {source: codes for source, codes in together.items() if codes}
        self.claims = {}
        self.board = self.started()
        self.carried_until = self.clock.monotonic() + GRACE

    @invariant()
    def what_stands_is_what_is_claimed(self) -> None:
        assert {one.fault.code: one.since for one in self.board.health().standing} == self.since

    @invariant()
    def each_fault_is_logged_once_each_way(self) -> None:
        for code, ways in self.ways.items():
            turns = ["fault_came", "fault_gone"] * (len(ways) + 1)
            assert ways == turns[: len(ways)]
            assert (len(ways) % 2 == 1) is (code in self.standing())

    @invariant()
    def the_files_can_always_be_read(self) -> None:
        for path in self.folder.rglob("*.json"):
            kind = record.Beat if path.parent.name == "run" else record.Memory
            msgspec.json.decode(path.read_bytes(), type=kind)


TestBoard = BoardMachine.TestCase
TestBoard.settings = settings(max_examples=60, stateful_step_count=30)
