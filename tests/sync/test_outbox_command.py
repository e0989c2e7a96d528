"""``kiosk outbox``, and the guard over facts that the centre does not have: by the commands as people give them."""

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from central.arrivals import Reason
from central.problems import Key
from central.store import day_closes as closed_days
from central.store.day_closes import DayLine
from kiosk.checkin.facts import FactKind, Receipt, Verdict
from kiosk.cli import app
from kiosk.clock import SystemClock
from kiosk.composition import outbox_words
from kiosk.composition.guard import Pending, pending
from kiosk.composition.memory import OutOfOrderError, enrolled_store
from kiosk.config import Config, dump
from kiosk.diagnostics.board import Board
from kiosk.offline import parked
from kiosk.offline.connection import Connection
from kiosk.offline.journal import SqlJournal
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.parked import State
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, KEY_FILE, database_key
from kiosk.ports import Enrolment
from kiosk.sync import answers
from kiosk.wake import listening
from tests.central.rig import Centre as RealCentre
from tests.example_site import SITE

PLANTED = "010594Y9032"


class Machine:
    """A kiosk's state folder and configuration, and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.config = Config(state=folder / "state", run=folder / "run")
        self.path = folder / "kiosk.toml"
        self.path.write_bytes(dump(self.config))

    def __call__(self, *arguments: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(app, [*arguments, "--config", str(self.path)])
        assert result.exit_code == exit_code, result.output
        assert PLANTED not in result.output
        return result

    def enrol(self, real: RealCentre, name: str, *more: str, exit_code: int = 0) -> Result:
        return self("enrol", real.url, real.code(name), *more, exit_code=exit_code)


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


@pytest.fixture
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealCentre]:
    with RealCentre(tmp_path_factory.mktemp("centre")) as running:
        running.moment = SystemClock().now()
        running.seed(("A1", PLANTED, "09:00"))
        yield running


@pytest.fixture
def machine(real: RealCentre, tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    machine.enrol(real, "k1")
    return machine


@pytest.fixture
def opened(machine: Machine) -> Iterator[tuple[Connection, Enrolment]]:
    store, enrolment = enrolled_store(machine.config.state)
    with store.connect() as connection:
        yield connection, enrolment


@pytest.fixture
def connection(opened: tuple[Connection, Enrolment]) -> Connection:
    return opened[0]


def take(opened: tuple[Connection, Enrolment], count: int) -> None:
    """So many facts, by the journal itself, with what must not be shown."""
    connection, enrolment = opened
    journal = SqlJournal(connection, site=lambda: SITE, enrolment=enrolment, clock=SystemClock())
    for _ in range(count):
        journal.note(FactKind.PRINT_FAILED, {"arrival": "x", "number": "A 042", "note": PLANTED})


def closes(real: RealCentre) -> list[DayLine]:
    with real.store.reading() as connection:
        return closed_days.listed(connection, None)[::-1]


def settle(connection: Connection, seq: int, verdict: Verdict, reason: str | None = None) -> None:
    SqlOutbox(connection).settle([Receipt(seq, verdict, "r", reason)], SystemClock().now())


@pytest.fixture
def mixed(opened: tuple[Connection, Enrolment]) -> Connection:
    """Waiting, parked, tried, in conflict, refused and confirmed, at the places 1 to 6."""
    take(opened, 6)
    connection, _ = opened
    outbox, now = SqlOutbox(connection), SystemClock().now()
    facts = {fact.seq: fact for fact in outbox.due(now, 10)}
    outbox.park(facts[2], lambda _: now + timedelta(seconds=250), "500")
    outbox.postpone([facts[3]], lambda _: now + timedelta(seconds=250), "unreachable")
    settle(connection, 4, Verdict.CONFLICT, "already-arrived")
    settle(connection, 5, Verdict.REFUSED, f"malformed {PLANTED}")
    settle(connection, 6, Verdict.RECORDED)
    return connection


def test_the_list(machine: Machine, mixed: Connection) -> None:
    listed = json.loads(machine("outbox", "list", "--json").stdout)
    assert (listed["version"], listed["pending"]) == (1, 3)
    facts = [(one["seq"], one["state"], one["reason"], one["tries"]) for one in listed["facts"]]
    assert facts == [
        (1, "waiting", "", 0),
        (2, "parked", "500", 1),
        (3, "waiting", "unreachable", 1),
        (4, "conflict", "already-arrived", 0),
        # What a centre sends besides its keys could be anything.
        (5, "refused", "other", 0),
    ]
    table = machine("outbox", "list").stdout
    assert "print-failed" in table
    assert "A 042" not in table
    assert "3 pending" in table


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (1, "It waits to be sent."),
        (2, "The centre answered with this HTTP status and no reason."),
        (3, "kiosk outbox retry --all"),
        (4, "Staff close it at the centre."),
        (5, "no words for"),
        (6, "All is well."),
    ],
)
def test_what_happened_to_one(machine: Machine, mixed: Connection, place: int, says: str) -> None:
    assert says in machine("outbox", "explain", str(place)).stdout


def test_there_is_no_such_place(machine: Machine) -> None:
    assert "no fact at place 7" in machine("outbox", "explain", "7", exit_code=1).stdout


def test_a_retry_wakes_the_sync_process(machine: Machine, mixed: Connection) -> None:
    machine.config.run.mkdir()
    with listening(machine.config.run / "sync.sock") as wake:
        said = machine("outbox", "retry", "2", "4", "5").stdout
        assert wake.wait(5) == {"line-back"}
    assert "2 due at once, 1 of them refused before" in said
    assert "Left alone, since the centre has them, they were cleared away or there are none: 4." in said
    assert [fact.seq for fact in SqlOutbox(mixed).due(SystemClock().now(), 10)] == [1, 2, 5]
    assert "refused before (other)" in machine("outbox", "explain", "5").stdout
    # Nobody listens: no error.
    assert "4 due at once" in machine("outbox", "retry", "--all").stdout
    machine("outbox", "retry", exit_code=2)
    machine("outbox", "retry", "1", "--all", exit_code=2)


def test_an_export_says_what_is_in_it_and_is_for_its_owner_alone(
    machine: Machine, mixed: Connection, tmp_path: Path
) -> None:
    file = tmp_path / "parked.jsonl"
    said = machine("outbox", "export", str(file)).stdout
    assert "5 facts in" in said
    assert "names no one in clear" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert [row["seq"] for row in rows] == [1, 2, 3, 4, 5]
    assert rows[1]["details"]["number"] == "A 042"
    machine("outbox", "export", str(file), exit_code=2)


def test_pending_is_for_an_updater_to_ask(machine: Machine, opened: tuple[Connection, Enrolment]) -> None:
    assert machine("outbox", "pending").stdout == "nothing pending\n"
    take(opened, 2)
    assert "2 facts" in machine("outbox", "pending", exit_code=1).stdout
    for seq, verdict in ((1, Verdict.RECORDED), (2, Verdict.REFUSED)):
        settle(opened[0], seq, verdict)
    machine("outbox", "pending")


def test_what_nobody_knows_counts_as_pending(machine: Machine, tmp_path: Path) -> None:
    assert pending(tmp_path / "elsewhere") == Pending(0)
    key = machine.config.state / KEY_FILE
    right = key.read_text()
    key.write_text("00" * 32)
    assert pending(machine.config.state) == Pending(None)
    assert "nobody knows" in machine("outbox", "pending", exit_code=1).stdout
    key.unlink()
    assert pending(machine.config.state) == Pending(None)
    machine("outbox", "list", exit_code=2)
    key.write_text(right)
    machine("outbox", "pending")


def test_enrolment_over_pending_facts_is_refused_and_spends_no_code(
    machine: Machine, real: RealCentre, opened: tuple[Connection, Enrolment]
) -> None:
    take(opened, 3)
    code = real.code("k2")
    said = machine("enrol", real.url, code, exit_code=1).output
    assert "enrolment refused: 3 facts that the centre does not have yet, the oldest since 20" in said
    assert enrolled_store(machine.config.state)[1].kiosk == "k1"
    forced = machine("enrol", real.url, code, "--force", f"the site has closed, told {PLANTED}").output
    assert "enrolled as k2" in forced
    [logged] = [json.loads(line) for line in forced.splitlines() if '"forced"' in line]
    assert (logged["process"], logged["pending"], logged["reason"]) == (
        "enrolment",
        3,
        "the site has closed, told <hidden>",
    )
    # The centre has it too, signed by the kiosk that it was.
    [line] = closes(real)
    assert (line.kiosk, line.taken, line.pending) == ("k1", 3, 3)
    assert line.forced == "the site has closed, told <hidden>"
    # What was pending still goes, as the new kiosk's; days begin behind it.
    assert parked.waiting(opened[0]).count == 3


def test_enrolment_anew_with_nothing_pending_needs_no_force(
    machine: Machine, real: RealCentre, opened: tuple[Connection, Enrolment]
) -> None:
    take(opened, 1)
    settle(opened[0], 1, Verdict.RECORDED)
    machine.enrol(real, "k2")
    [line] = closes(real)
    assert (line.kiosk, line.taken, line.confirmed, line.forced) == ("k1", 1, 1, "")
    machine.enrol(real, "k2")
    assert len(closes(real)) == 1


def test_a_wipe_asks_first_and_leaves_no_key_and_nobody(
    machine: Machine, real: RealCentre, opened: tuple[Connection, Enrolment]
) -> None:
    machine("wipe", exit_code=2)
    take(opened, 2)
    assert "wipe refused: 2 facts" in machine("wipe", "--yes", exit_code=1).output
    state = machine.config.state
    key, noise = database_key(state), (state / DATABASE).read_bytes()
    said = machine("wipe", "--yes", "--force", "sold").output
    assert KEY_FILE in said
    assert list(state.iterdir()) == []
    assert key.hex().encode() not in noise
    [line] = closes(real)
    assert (line.pending, line.forced) == (2, "sold")
    assert "nothing was there" in machine("wipe", "--yes").output
    with pytest.raises(OutOfOrderError, match="not-enrolled"):
        enrolled_store(state)
    machine.enrol(real, "k3")


def test_a_wipe_overwrites_the_key_before_it_lets_go_of_it(machine: Machine) -> None:
    path = machine.config.state / KEY_FILE
    key = path.read_bytes()
    with path.open("rb") as still_open:
        machine("wipe", "--yes")
        assert not path.exists()
        after = still_open.read()
    assert len(after) == len(key)
    assert after.count(0) == len(after)


def test_a_database_that_cannot_be_read_is_wiped_only_by_force(machine: Machine) -> None:
    (machine.config.state / KEY_FILE).write_text("11" * 32)
    assert "nobody knows" in machine("wipe", "--yes", exit_code=1).output
    assert "has not heard" in machine("wipe", "--yes", "--force", "the key is lost").output
    assert list(machine.config.state.iterdir()) == []


def test_a_wipe_of_a_kiosk_that_runs_is_refused(machine: Machine) -> None:
    machine.config.run.mkdir(exist_ok=True)
    with Board(SystemClock(), "sync", machine.config.state, machine.config.run, ()) as board:
        board.keep()
        assert "stop kiosk-sync first" in machine("wipe", "--yes", "--force", "x", exit_code=1).output
    assert (machine.config.state / KEY_FILE).exists()
    machine("wipe", "--yes")


def test_a_wipe_without_the_centre_is_a_wipe_all_the_same(machine: Machine, real: RealCentre) -> None:
    store = Store(machine.config.state / DATABASE, database_key(machine.config.state))
    with store.connect() as connection:
        take((connection, enrolled_store(machine.config.state)[1]), 1)
        body = connection.execute("SELECT body FROM enrolment").fetchone()[0]
        connection.execute("UPDATE enrolment SET body = ?", (body.replace(real.url, "http://127.0.0.1:9"),))
    assert "has not heard" in machine("wipe", "--yes", "--force", "burnt").output
    assert list(machine.config.state.iterdir()) == []


def test_every_reason_has_words() -> None:
    keys = {reason.value for reason in Reason} | set(answers.USUAL)
    of_a_batch = set(Key) - {Key.UNAUTHORISED, Key.METHOD_NOT_ALLOWED, Key.BAD_SIGNATURE}
    keys |= {key.value for key in of_a_batch if not key.startswith("code-")}
    assert keys - set(outbox_words.REASONS) == set()
    assert set(State) == set(outbox_words.STATES)
    for one in outbox_words.REASONS.values():
        assert one.means.endswith(".")
        assert one.do.endswith(".")
