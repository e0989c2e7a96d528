"""``kiosk sync`` finds its database broken between looking it over and opening it: a fault, no traceback."""

import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk import logs as logging_of_the_kiosk
from kiosk.checkin import faults
from kiosk.clock import SystemClock
from kiosk.composition import memory, sync
from kiosk.config import Config
from kiosk.diagnostics.record import read
from kiosk.offline.enrolment import save_enrolment
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, ROSTER, make_database_key
from kiosk.ports import Enrolment
from tests.example_site import ENROLMENT


@pytest.mark.parametrize("file", [DATABASE, ROSTER])
def test_a_database_that_breaks_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    config = Config(state=tmp_path / "state", run=tmp_path / "run")
    with Store(config.state / DATABASE, make_database_key(config.state)).connect() as connection:
        save_enrolment(connection, ENROLMENT)

    def looked_over_just_before(state: Path) -> tuple[Store, Enrolment]:
        found = memory.enrolled_store(state)
        (state / file).write_bytes(os.urandom(8192))
        return found

    monkeypatch.setattr(sync, "enrolled_store", looked_over_just_before)
    monkeypatch.setattr(logging_of_the_kiosk, "set_up", lambda _: None)
    try:
        with capture_logs() as logs:
            assert sync.run_sync(config) == sync.OUT_OF_ORDER
    finally:
        memory.let_go(config.state)
    (told,) = [entry for entry in logs if entry["event"] == "out_of_order"]
    assert told["code"] == faults.DATABASE_DAMAGED.code
    assert not [entry for entry in logs if entry.get("exc_info")]
    record = read(config.run, config.state, SystemClock())["sync"]
    assert faults.DATABASE_DAMAGED in {trouble.fault for trouble in record.standing}
