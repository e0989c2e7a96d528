"""A real kiosk, revoked at a real centre: it forgets, keeps what is pending, serves nobody; and enrolled anew."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.checkin import faults
from kiosk.checkin.appointment import Standing
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.clock import SystemClock
from kiosk.composition import outbox
from kiosk.composition.enrol import enrol_kiosk
from kiosk.composition.guard import PendingError
from kiosk.composition.memory import enrolled_store, let_go
from kiosk.composition.suspicion import START_AGAIN
from kiosk.offline import revocation
from kiosk.offline.journal import SqlJournal
from kiosk.offline.roster import SqlRoster
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, database_key
from kiosk.ports import Enrolment
from kiosk.scenario.props import LOOPBACK
from kiosk.scenario.stage import free_port
from kiosk.scenario.stagehand import wait_until
from kiosk.sync.answers import Course
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.credentials import make_key
from tests.diagnostics.test_watch_processes import Machine
from tests.example_site import HELSINKI
from tests.sync.test_line import CentreProcess
from tests.sync.wicked_server import TOKEN, Answer, server

KEY = make_key()
SECONDS = 40.0
FIRST, SECOND = Claim(ClaimKind.BARCODE, "010594Y9032"), Claim(ClaimKind.BARCODE, "020594X903P")


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    running = CentreProcess(tmp_path / "central", free_port())
    noon = datetime.now(HELSINKI).replace(hour=12, minute=0, second=0, microsecond=0).isoformat()
    booked = {"unit": "dental", "area": "B2", "starts": noon}
    rows = [booked | {"id": name, "person": claim.identifier} for name, claim in (("A1", FIRST), ("A2", SECOND))]
    (tmp_path / "seed.json").write_text(json.dumps({"site": "kalasatama", "appointments": rows}))
    running.run("seed", str(tmp_path / "seed.json"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "machine").mkdir()
    return Machine(tmp_path / "machine")


class Memory:
    """The kiosk's database, beside its processes."""

    def __init__(self, state: Path, enrolment: Enrolment) -> None:
        self._store = Store(state / DATABASE, database_key(state))
        self._enrolment = enrolment

    def check_in(self, claim: Claim) -> int:
        with self._store.connect() as connection:
            roster = SqlRoster(connection, self._enrolment.site_key)
            (booked,) = roster.find(claim)
            arrival = self._journal(roster, connection).check_in([booked], ClaimKind.BARCODE, "fi")
            assert arrival.fact is not None
            return arrival.fact

    def standing(self, fact: int) -> Standing:
        with self._store.connect() as connection:
            return self._journal(SqlRoster(connection, self._enrolment.site_key), connection).standing(fact)

    def knows(self, claim: Claim) -> bool:
        with self._store.connect() as connection:
            return bool(SqlRoster(connection, self._enrolment.site_key).find(claim))

    def column(self, statement: str) -> list[object]:
        with self._store.connect() as connection:
            return [row[0] for row in connection.execute(statement)]

    def _journal(self, roster: SqlRoster, connection: object) -> SqlJournal:
        return SqlJournal(connection, site=roster.site, enrolment=self._enrolment, clock=SystemClock())  # type: ignore[arg-type]


def enrolled(centre: CentreProcess, machine: Machine, force: str = "") -> Memory:
    code = centre.run("enrol-code", "--site", "kalasatama", "--kiosk", "k1").split()[-1]
    enrol_kiosk(machine.config, f"http://{LOOPBACK}:{centre.port}", code, force)
    _, enrolment = enrolled_store(machine.config.state)
    let_go(machine.config.state)
    return Memory(machine.config.state, enrolment)


def test_a_revoked_kiosk_forgets_whom_it_knows_keeps_what_is_pending_and_serves_nobody(
    centre: CentreProcess, machine: Machine, tmp_path: Path
) -> None:
    memory = enrolled(centre, machine)
    with machine.running("sync"):
        wait_until(lambda: memory.knows(SECOND), SECONDS, "roster")
        sent = memory.check_in(FIRST)
        wait_until(lambda: memory.standing(sent) is Standing.REGISTERED, SECONDS, "receipt")
    pending = memory.check_in(SECOND)
    centre.run("revoke", "k1")
    with machine.running("screen"):
        wait_until(machine.stagehand.is_there, SECONDS, "the screen stands")
        with machine.running("sync") as sync:
            assert sync.wait(SECONDS) == START_AGAIN
        assert revocation.marked(machine.config.state)
        wait_until(lambda: _stands(machine, "screen"), SECONDS, "the screen knows of it")
    with machine.running("sync"):
        wait_until(lambda: not memory.column("SELECT 1 FROM appointment"), SECONDS, "forgotten")
        wait_until(lambda: b"people_forgotten" in _log(machine), SECONDS, "logs cleared")
        assert _stands(machine, "sync")
        for table in ("identifier", "annulled", "unread", "queue", "feed"):
            assert memory.column(f"SELECT 1 FROM {table}") == [], table
        assert memory.column("SELECT about FROM arrival") == ["A2"]
        details = memory.column("SELECT details FROM fact WHERE kind = 'checked-in' ORDER BY seq")
        assert details[0] == "{}"
        assert "A2" in str(details[1])
        assert memory.standing(pending) is Standing.RECORDED
    with machine.running("screen"):
        wait_until(machine.stagehand.is_there, SECONDS, "the screen stands")
        assert machine.stagehand.shown()[-1].name == "closed"
        machine.stands("screen", faults.KIOSK_REVOKED)
    assert outbox.run_export(machine.config, tmp_path / "export") == 0
    assert "A2" in (tmp_path / "export").read_text()
    # Somebody brings it back: what was pending is sent by the machine's new key.
    with pytest.raises(PendingError):
        enrolled(centre, machine)
    memory = enrolled(centre, machine, "its facts go with the new enrolment")
    assert not revocation.marked(machine.config.state)
    with machine.running("sync"):
        wait_until(lambda: {row["appointment"] for row in centre.arrivals()} == {"A1", "A2"}, SECONDS, "arrivals")


@pytest.mark.parametrize(("token", "key"), [(False, "unauthorised"), (True, "revoked")])
def test_it_is_believed_of_who_gives_the_tokens_alone(token: bool, key: str) -> None:
    body = b'{"type": "urn:kiosk:problem:revoked", "title": "x", "status": 403}'

    def answers(path: str, n: int) -> Answer:
        # The first token is good, so that both may say it.
        return (200, TOKEN) if path == "/v1/token" and (n == 1 or not token) else (403, body)

    with server(answers) as (url, _):
        asked = Centre(url, "kiosk-1", KEY, SystemClock())
        with pytest.raises(CentreError) as told:
            asked.changes(None, 0)
        asked.close()
    assert (told.value.key, told.value.course) == (key, Course.HOLD)


def _stands(machine: Machine, name: str) -> bool:
    return faults.KIOSK_REVOKED.code in {one.fault.code for one in machine.seen(name).standing}


def _log(machine: Machine) -> bytes:
    return (machine.file.parent / "sync.log").read_bytes()
