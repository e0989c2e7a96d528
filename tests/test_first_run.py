"""A machine that is no kiosk yet: the rules by tables, and the whole of it with a real centre, screen and line."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

import msgspec
import pytest

from kiosk.checkin import first_run, visit
from kiosk.checkin.card import CardInserted
from kiosk.checkin.faults import Part
from kiosk.checkin.first_run import START, Answered, Enrol, Enrolled, Enrolling, Looked, Serve, State, Typing
from kiosk.checkin.identity import Scan
from kiosk.composition.suspicion import START_AGAIN
from kiosk.config import Config, dump
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.props import LOOPBACK, laid_out
from kiosk.scenario.stage import KIOSK_NAME, free_port, new_folder
from kiosk.scenario.stagehand import StageError, wait_until
from tests.torture.visitor import RoughStage, plan_for

CENTRE = "https://centre.example"
CODE = "VAEURPSG"
PATIENCE = 90.0


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
NONE: frozenset[Part] = frozenset()


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
        (
            Enrolled("fi", "k", "s"),
            visit.Scanned(Scan("x")),
            Enrolled("fi", "k", "s", tried=frozenset({Part.SCANNER})),
            None,
        ),
        (Enrolled("fi", "k", "s"), CardInserted(), Enrolled("fi", "k", "s", tried=frozenset({Part.CARD_READER})), None),
        (Enrolled("fi", "k", "s"), Looked((Part.PRINTER,), NONE), Enrolled("fi", "k", "s", (Part.PRINTER,)), None),
        (Enrolled("fi", "kiosk-1", "k"), visit.Chosen("ready"), Enrolled("fi", "kiosk-1", "k"), None),
        (Enrolled("fi", "kiosk-1", "k"), visit.Chosen(START), Enrolled("fi", "kiosk-1", "k"), Serve()),
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


class BareMachine(RoughStage):
    """A stage whose kiosk nobody has enrolled. ``addressed``: its configuration says where the centre is."""

    addressed = True

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.cable.port}"

    def _configuration(self) -> Config:
        config = super()._configuration()
        screen = msgspec.structs.replace(config.screen, first_run=True)
        centre = msgspec.structs.replace(config.centre, address=self.url if self.addressed else "")
        return msgspec.structs.replace(config, screen=screen, centre=centre)

    def prepare(self) -> None:
        self.seed(self.plan.roster)
        self.start("central")
        self.config.write_bytes(dump(self._configuration()))

    def code(self) -> str:
        return self.central("enrol-code", "--site", self.plan.site_name, "--kiosk", KIOSK_NAME).split()[-1]

    def page(self) -> str:
        return self.stagehand.shown()[-1].name

    def wait_for(self, *names: str) -> None:
        wait_until(lambda: self.page() in names, PATIENCE, f"{names} is shown")

    def type_in(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.stagehand.touch(f"key:{key}", PATIENCE)
        self.stagehand.touch("choice:ready", PATIENCE)

    def start_and_serve(self) -> None:
        """What a service manager does: whoever ended to be started again is, and then the kiosk opens."""
        self.stagehand.touch(f"choice:{START}", PATIENCE)
        for name in ("sync", "screen"):
            wait_until(lambda name=name: self.ended(name) is not None, PATIENCE, f"{name} ends")  # type: ignore[misc]
            assert self.ended(name) == START_AGAIN
        self.raise_again(("sync", "screen"))
        self.wait_for("welcome")


def _machine(plan: StagePlan, *, addressed: bool) -> Iterator[BareMachine]:
    with laid_out(plan, free_port()) as props:
        stage = BareMachine(plan, props)
        stage.addressed = addressed
        try:
            stage.prepare()
            stage.begin("sync")
            stage.begin("screen")
            wait_until(stage.stagehand.is_there, PATIENCE, "the screen serves")
            yield stage
            stage.wait_until_all_serve()
            stage.stop_all()
        finally:
            with suppress(StageError, KeyError):
                stage.end_at_once()


@pytest.fixture
def plan(tmp_path_factory: pytest.TempPathFactory) -> StagePlan:
    return plan_for(new_folder(tmp_path_factory.getbasetemp()), 1)


@pytest.fixture
def addressed(plan: StagePlan) -> Iterator[BareMachine]:
    yield from _machine(plan, addressed=True)


@pytest.fixture
def unaddressed(plan: StagePlan) -> Iterator[BareMachine]:
    yield from _machine(plan, addressed=False)


def test_a_typed_code_makes_it_a_kiosk_that_serves(addressed: BareMachine) -> None:
    machine = addressed
    machine.wait_for("first-run")
    machine.stagehand.touch("language:sv", PATIENCE)
    wait_until(lambda: machine.stagehand.shown()[-1].language == "sv", PATIENCE, "Swedish")
    machine.type_in("23456789")
    wait_until(lambda: any("godkänner inte" in word for word in _words(machine)), PATIENCE, "the centre refuses it")
    machine.type_in(machine.code())
    machine.wait_for("first-run-done")
    assert any(KIOSK_NAME in word for word in _words(machine))
    machine.start_and_serve()


def test_a_scanned_code_names_the_centre_too(unaddressed: BareMachine) -> None:
    machine = unaddressed
    machine.wait_for("first-run")
    machine.scanner.scan("KAL-0123ABCD\r")
    wait_until(lambda: any("rekisteröintikoodi." in word for word in _words(machine)), PATIENCE, "it is none")
    machine.scanner.scan(first_run.qr(machine.code(), machine.url) + "\r")
    machine.wait_for("first-run-done")
    log = (machine.plan.folder / "screen.log").read_text() + (machine.plan.folder / "sync.log").read_text()
    assert "kiosk-enrol" not in log
    wait_until(lambda: "Näytä lukijalle jokin koodi." in _words(machine), PATIENCE, "the scanner is to be tried")
    machine.scanner.scan("KAL-0123ABCD\r")
    wait_until(lambda: "Näytä lukijalle jokin koodi." not in _words(machine), PATIENCE, "it was")
    machine.start_and_serve()


def _words(machine: BareMachine) -> tuple[str, ...]:
    return machine.stagehand.shown()[-1].words
