"""A machine that is no kiosk yet: the rules by tables, and the whole of it with a real centre, screen and line."""

from collections.abc import Iterator

import pytest

from kiosk.checkin import first_run, visit
from kiosk.checkin.first_run import START, Answered, Enrol, Enrolled, Enrolling, Serve, State, Typing
from kiosk.checkin.identity import Scan
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.stage import KIOSK_NAME, new_folder
from kiosk.scenario.stagehand import wait_until
from tests.bare_machine import PATIENCE, BareMachine, bare_machine
from tests.torture.visitor import plan_for

CENTRE = "https://centre.example"
CODE = "VAEURPSG"


@pytest.mark.parametrize(
    ("code", "address", "found"),
    [
        (f"kiosk-enrol:{CODE}@{CENTRE}", "", Enrol(CENTRE, CODE)),
        (f" kiosk-enrol:{CODE.lower()}@{CENTRE}/ \r", "", Enrol(CENTRE, CODE)),
        (f"kiosk-enrol:{CODE}@{CENTRE}:8443", "", Enrol(f"{CENTRE}:8443", CODE)),
        (f"kiosk-enrol:{CODE}@{CENTRE}", f"{CENTRE}/", Enrol(CENTRE, CODE)),
        # Whoever holds a code under the scanner can't send a configured machine to another house.
        (f"kiosk-enrol:{CODE}@https://elsewhere.example", CENTRE, None),
        # Only HTTPS, but for a centre on the machine itself.
        (f"kiosk-enrol:{CODE}@http://centre.example", "", None),
        (f"kiosk-enrol:{CODE}@http://127.0.0.1.example", "", None),
        (f"kiosk-enrol:{CODE}@http://127.0.0.1:8000", "", Enrol("http://127.0.0.1:8000", CODE)),
        (f"kiosk-enrol:{CODE}@https://user@centre.example", "", None),
        (f"kiosk-enrol:{CODE}@file:///etc/passwd", "", None),
        (f"kiosk-enrol:{CODE}1@{CENTRE}", "", None),
        ("KAL-0123ABCD", "", None),
        ("", "", None),
    ],
)
def test_what_a_code_asks_for(code: str, address: str, found: Enrol | None) -> None:
    assert first_run.read(Scan(code), address) == found


def test_what_is_written_is_read() -> None:
    assert first_run.read(Scan(first_run.qr(CODE, CENTRE + "/")), CENTRE) == Enrol(CENTRE, CODE)


TYPED = Typing("fi", CODE)


@pytest.mark.parametrize(
    ("state", "event", "after", "effect"),
    [
        (Typing("fi"), visit.Keyed("V"), Typing("fi", "V"), None),
        (Typing("fi", mistake="refused"), visit.Keyed("V"), Typing("fi", "V"), None),
        (Typing("fi"), visit.Keyed("1"), Typing("fi"), None),
        (TYPED, visit.Keyed("V"), TYPED, None),
        (TYPED, visit.Chosen("erase"), Typing("fi", CODE[:-1]), None),
        (Typing("fi", CODE[:-1]), visit.Chosen("ready"), Typing("fi", CODE[:-1]), None),
        (TYPED, visit.Chosen("ready"), Enrolling("fi"), Enrol(CENTRE, CODE)),
        (TYPED, visit.LanguageChosen("sv"), Typing("sv", CODE), None),
        (TYPED, visit.LanguageChosen("xx"), TYPED, None),
        (TYPED, visit.Scanned(Scan("KAL-0123ABCD")), Typing("fi", mistake="qr"), None),
        (TYPED, Answered("kiosk-1", "kalasatama"), TYPED, None),
        (Enrolling("fi"), visit.Keyed("V"), Enrolling("fi"), None),
        (Enrolling("fi"), visit.Scanned(Scan(first_run.qr(CODE, CENTRE))), Enrolling("fi"), None),
        (Enrolling("fi"), Answered(mistake="refused"), Typing("fi", mistake="refused"), None),
        (Enrolling("fi"), Answered("kiosk-1", "kalasatama"), Enrolled("fi", "kiosk-1", "kalasatama"), None),
        (Enrolled("fi", "k", "s"), visit.Scanned(Scan("x")), Enrolled("fi", "k", "s"), None),
        (Enrolled("fi", "kiosk-1", "k"), visit.Chosen("ready"), Enrolled("fi", "kiosk-1", "k"), None),
        (Enrolled("fi", "kiosk-1", "k"), visit.Chosen(START), Enrolled("fi", "kiosk-1", "k"), Serve("fi")),
    ],
)
def test_what_follows(state: State, event: first_run.Event, after: State, effect: first_run.Effect | None) -> None:
    assert first_run.step(state, event, CENTRE) == (after, effect)


def test_without_an_address_only_a_qr_code_will_do() -> None:
    assert first_run.step(TYPED, visit.Chosen("ready"), "") == (Typing("fi", CODE, "address"), None)
    scanned = visit.Scanned(Scan(first_run.qr(CODE, CENTRE)))
    assert first_run.step(Typing("fi"), scanned, "") == (Enrolling("fi"), Enrol(CENTRE, CODE))


def test_a_code_is_in_no_repr() -> None:
    assert CODE not in repr((TYPED, Enrol(CENTRE, CODE)))


@pytest.fixture
def plan(tmp_path_factory: pytest.TempPathFactory) -> StagePlan:
    return plan_for(new_folder(tmp_path_factory.getbasetemp()), 1)


@pytest.fixture
def addressed(plan: StagePlan) -> Iterator[BareMachine]:
    with bare_machine(plan) as machine:
        yield machine


@pytest.fixture
def unaddressed(plan: StagePlan) -> Iterator[BareMachine]:
    with bare_machine(plan, addressed=False) as machine:
        yield machine


def test_a_typed_code_makes_it_a_kiosk_that_serves(addressed: BareMachine) -> None:
    machine = addressed
    machine.wait_for("first-run")
    machine.stagehand.touch("language:sv", PATIENCE)
    wait_until(lambda: machine.stagehand.shown()[-1].language == "sv", PATIENCE, "Swedish")
    machine.type_in("23456789")
    machine.wait_for_words("godkänner inte")
    machine.type_in(machine.code())
    machine.wait_for("first-run-done")
    assert any(KIOSK_NAME in word for word in machine.words())
    machine.start_anew()


def test_a_scanned_code_names_the_centre_too(unaddressed: BareMachine) -> None:
    machine = unaddressed
    machine.wait_for("first-run")
    machine.scanner.scan("KAL-0123ABCD\r")
    machine.wait_for_words("rekisteröintikoodi.")
    machine.scanner.scan(first_run.qr(machine.code(), machine.url) + "\r")
    machine.wait_for("first-run-done")
    log = (machine.plan.folder / "screen.log").read_text() + (machine.plan.folder / "sync.log").read_text()
    assert "kiosk-enrol" not in log
    machine.start_anew()
