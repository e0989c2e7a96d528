"""Every card and every fault, through the real PC/SC service."""

import weakref
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from structlog.testing import capture_logs

from kiosk.checkin.card import CardEvent, CardFailure, CardInserted, CardNotRead, CardRead
from kiosk.checkin.clock_watch import ClockWord
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.devices.card import issuers, pcsc
from kiosk.devices.card.apdu import Instruction
from kiosk.devices.card.issuers import Issuers
from kiosk.devices.simulated.card.office import ESTONIAN_CODE, KINDS, MANNERS, CardOffice
from kiosk.devices.simulated.card.reader import VirtualReader
from kiosk.devices.simulated.card.troubles import Trouble
from kiosk.devices.supervisor import DeviceState
from tests.conftest import HandClock
from tests.devices.card.conftest import Drive, Driven, Until
from tests.devices.conftest import RealClock


class RealClockMovedBy(RealClock):
    """The machine's clock after somebody has set it."""

    def __init__(self, by: timedelta) -> None:
        self.by = by

    def now(self) -> datetime:
        return super().now() + self.by


DOWN = DeviceState("card-reader", connected=False, faults=frozenset({"card-service-down"}))
TEA = Claim(ClaimKind.CHIP, "satu:99900001N")

PLEASANT = (
    [(kind, "plain") for kind in KINDS if kind.startswith("fineid")]
    + [("fineid-2023", manner) for manner in MANNERS if manner != "plain"]
    + [("fineid-rearranged", "in-parts-exact"), ("fineid-rearranged", "children-only")]
)


@pytest.mark.parametrize(("kind", "manner"), PLEASANT)
def test_a_finnish_card_says_who_it_is(
    driven: Driven, reader: VirtualReader, office: CardOffice, kind: str, manner: str
) -> None:
    card = reader.insert(office.issue(kind, manner=manner))
    driven.reads(TEA)
    assert driven.well
    assert set(card.instructions) <= set(Instruction)


def test_an_estonian_card_says_who_it_is(driven: Driven, reader: VirtualReader, office: CardOffice) -> None:
    card = reader.insert(office.issue("esteid"))
    driven.reads(Claim(ClaimKind.CHIP, f"ee:{ESTONIAN_CODE}"))
    assert set(card.instructions) <= set(Instruction)


@pytest.mark.parametrize(
    ("kind", "trouble", "failure"),
    [
        ("professional", None, CardFailure.PROFESSIONAL),
        ("unknown", None, CardFailure.UNKNOWN),
        ("fineid-2023", Trouble.EXPIRED, CardFailure.EXPIRED),
        ("fineid-2023", Trouble.NOT_YET_VALID, CardFailure.EXPIRED),
        ("fineid-2017", Trouble.UNKNOWN_ISSUER, CardFailure.ISSUER_UNKNOWN),
        ("fineid-2023", Trouble.UNKNOWN_ISSUER, CardFailure.ISSUER_UNKNOWN),
        ("fineid-2017", Trouble.FORGED, CardFailure.ISSUER_UNKNOWN),
        ("fineid-2023", Trouble.FORGED, CardFailure.ISSUER_UNKNOWN),
        ("fineid-2023", Trouble.FOR_TESTS, CardFailure.FOR_TESTS),
        ("fineid-2023", Trouble.WRONG_NUMBER, CardFailure.UNREADABLE),
        ("esteid", Trouble.EXPIRED, CardFailure.EXPIRED),
        ("esteid", Trouble.WRONG_NUMBER, CardFailure.UNREADABLE),
        ("fineid-2023", Trouble.TRUNCATED, CardFailure.UNREADABLE),
        ("fineid-2023", Trouble.HUGE, CardFailure.UNREADABLE),
    ],
)
def test_any_other_card_is_refused_for_its_own_reason(
    driven: Driven, reader: VirtualReader, office: CardOffice, kind: str, trouble: Trouble | None, failure: CardFailure
) -> None:
    card = reader.insert(office.issue(kind, trouble))
    driven.refuses(failure)
    assert set(card.instructions) <= set(Instruction)


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble.MUTE,
        Trouble.SILENT,
        Trouble.SLOW,
        Trouble.LOOSE,
        Trouble.GARBAGE,
        Trouble.TOO_LONG,
        Trouble.TOO_SHORT,
        Trouble.ENDLESS,
        Trouble.UNDECIDED,
    ],
)
def test_a_card_that_does_not_converse_is_unreadable_and_the_next_one_is_read(
    driven: Driven, reader: VirtualReader, office: CardOffice, trouble: Trouble
) -> None:
    card = reader.insert(office.issue("fineid-2023", trouble, pace=0.4))
    driven.refuses(CardFailure.UNREADABLE)
    reader.remove()
    driven.gone()
    assert set(card.instructions) <= set(Instruction)
    reader.insert(office.issue("fineid-2021"))
    driven.reads(TEA)
    assert driven.well


@pytest.mark.parametrize("later", [0.2, 0.5, 0.7, 0.9])
def test_a_card_that_takes_the_place_of_another_at_once_is_another(
    driven: Driven, reader: VirtualReader, office: CardOffice, later: float
) -> None:
    # pcscd looks each 0.4 s, and powers a card down at its second look after nobody uses it any more.
    reader.insert(office.issue("unknown"))
    driven.refuses(CardFailure.UNKNOWN)
    then, mute = monotonic() + later, office.issue("fineid-2023", Trouble.MUTE)
    driven.until(lambda: monotonic() >= then)
    reader.insert(mute)
    driven.gone()
    driven.refuses(CardFailure.UNREADABLE)


@pytest.mark.parametrize("after", range(5))
def test_a_card_may_be_pulled_at_any_command(
    driven: Driven, reader: VirtualReader, office: CardOffice, after: int
) -> None:
    reader.insert(office.issue("fineid-2023", Trouble.PULLED, after=after))
    driven.refuses(CardFailure.PULLED)
    driven.gone()
    reader.insert(office.issue("fineid-2023"))
    driven.reads(TEA)
    assert driven.well


def test_nothing_that_takes_a_pin_can_be_sent(reader: VirtualReader, office: CardOffice, until: Until) -> None:
    card = reader.insert(office.issue("fineid-2023"))
    with pcsc.service() as service:
        name = service.readers()[0]
        until(lambda: service.look(name, None, 0).present)
        with service.card(name) as send:
            assert send(bytes([0, Instruction.SELECT, 0, 0x0C, 2, 0x3F, 0])) == b"\x90\0"
            for instruction in (0x20, 0x22, 0x24, 0x2A, 0x2C, 0x88):
                with pytest.raises(ValueError, match="instruction"):
                    send(bytes([0, instruction, 0, 0x11, 4, 1, 2, 3, 4]))
    assert card.instructions == (Instruction.SELECT,)


def test_a_silent_card_that_is_pulled_is_a_pulled_one(drive: Drive, reader: VirtualReader, office: CardOffice) -> None:
    driven = drive(reading=60.0)
    card = reader.insert(office.issue("fineid-2023", Trouble.SILENT))
    driven.tells(CardInserted())
    driven.until(lambda: card.instructions)
    reader.remove()
    driven.tells(CardNotRead(CardFailure.PULLED))
    driven.gone()


def test_the_card_of_the_next_client_is_another_one(driven: Driven, reader: VirtualReader, office: CardOffice) -> None:
    reader.insert(office.issue("unknown"))
    driven.refuses(CardFailure.UNKNOWN)
    # The old one leaves and the new one comes while nobody looks.
    reader.insert(office.issue("fineid-2023"))
    driven.gone()
    driven.reads(TEA)


@pytest.mark.parametrize("crash", [False, True], ids=["stopped", "crashed"])
def test_the_service_may_go_and_come(driven: Driven, reader: VirtualReader, office: CardOffice, crash: bool) -> None:
    for _ in range(2):
        reader.service_down(crash=crash)
        driven.until(lambda: driven.driver.state == DOWN)
        reader.service_up()
        driven.until(lambda: driven.well)
        reader.insert(office.issue("fineid-2023"))
        driven.reads(TEA)
        reader.remove()
        driven.gone()


def test_the_service_may_leave_with_a_card_in_the_reader(
    driven: Driven, reader: VirtualReader, office: CardOffice
) -> None:
    reader.insert(office.issue("fineid-2023"))
    driven.reads(TEA)
    reader.service_down()
    driven.gone()
    reader.service_up()
    driven.reads(TEA)


def test_the_service_may_leave_while_a_card_is_read(drive: Drive, reader: VirtualReader, office: CardOffice) -> None:
    driven = drive(reading=60.0)
    card = reader.insert(office.issue("fineid-2023", Trouble.SILENT))
    driven.until(lambda: card.instructions)
    reader.service_down(crash=True)
    driven.refuses(CardFailure.PULLED)
    driven.gone()
    assert driven.faults == {"card-service-down"}


def test_a_reader_may_be_unplugged_and_plugged(driven: Driven, reader: VirtualReader, office: CardOffice) -> None:
    reader.unplug()
    gone = DeviceState("card-reader", connected=False, faults=frozenset({"card-reader-gone"}))
    driven.until(lambda: driven.driver.state == gone)
    reader.plug()
    driven.until(lambda: driven.well)
    reader.insert(office.issue("fineid-2023"))
    driven.reads(TEA)


def test_a_reader_that_is_not_the_wanted_one_is_none(drive: Drive) -> None:
    driven = drive(reader="Gemalto", wait=False)
    driven.until(lambda: driven.faults == {"card-reader-gone"})


def test_the_second_slot_is_nobodys_unless_it_is_asked_for(
    drive: Drive, reader: VirtualReader, office: CardOffice
) -> None:
    first, second = drive(), drive(reader="00 01")
    reader.insert(office.issue("unknown"), slot=1)
    second.refuses(CardFailure.UNKNOWN)
    reader.insert(office.issue("fineid-2023"))
    first.reads(TEA)
    assert first.events == second.events == []


def test_a_card_that_is_left_behind_is_a_fault_until_it_is_taken(
    drive: Drive, reader: VirtualReader, office: CardOffice
) -> None:
    driven = drive(left_behind=0.3)
    reader.insert(office.issue("fineid-2023"))
    driven.reads(TEA)
    driven.until(lambda: driven.driver.state == DeviceState("card-reader", True, frozenset({"card-left-behind"})))
    reader.remove()
    driven.until(lambda: driven.well)


@pytest.mark.parametrize("trouble", [Trouble.MUTE, Trouble.SILENT])
def test_three_cards_without_an_answer_are_a_failing_reader_until_one_answers(
    drive: Drive, reader: VirtualReader, office: CardOffice, trouble: Trouble
) -> None:
    driven = drive(reading=0.3)
    for count in range(3):
        assert driven.well, count
        reader.insert(office.issue("fineid-2023", trouble))
        driven.refuses(CardFailure.UNREADABLE)
        reader.remove()
        driven.gone()
    driven.until(lambda: driven.driver.state == DeviceState("card-reader", True, frozenset({"card-reader-failing"})))
    reader.insert(office.issue("fineid-2023"))
    driven.reads(TEA)
    driven.until(lambda: driven.well)


def test_without_issuers_no_card_is_believed_and_that_is_a_fault(
    drive: Drive, reader: VirtualReader, office: CardOffice, tmp_path: Path
) -> None:
    driven = drive(believe=issuers.load([tmp_path / "nowhere"]))
    assert driven.faults == {"card-issuers-missing"}
    reader.insert(office.issue("fineid-2023"))
    driven.refuses(CardFailure.ISSUER_UNKNOWN)
    reader.service_down()
    driven.until(lambda: driven.faults == {"card-service-down", "card-issuers-missing"})


YEARS = timedelta(days=4000)


@pytest.mark.parametrize("kind", ["fineid-2023", "esteid"])
@pytest.mark.parametrize(
    ("heard", "jumped", "expired"),
    [
        # The clock is eleven years off and the centre has said so: the card is judged by the centre's time.
        (YEARS, timedelta(0), True),
        (-YEARS, timedelta(0), True),
        # It was set since: what has passed tells the time all the same.
        (timedelta(0), YEARS, True),
        # Nobody has told the time, or the machine was started anew since.
        (None, YEARS, False),
        (None, timedelta(0), False),
    ],
)
def test_a_card_is_judged_by_the_centres_time_and_by_no_clock_that_nobody_knows(
    drive: Drive,
    reader: VirtualReader,
    office: CardOffice,
    kind: str,
    heard: timedelta | None,
    jumped: timedelta,
    expired: bool,
) -> None:
    clock = RealClockMovedBy(jumped + (heard or timedelta()))
    wall = clock.now() - jumped
    word = None if heard is None else ClockWord(wall, clock.monotonic(), heard)
    driven = drive(clock=clock, word=lambda: word)
    assert driven.faults == frozenset()
    reader.insert(office.issue(kind))
    claim = Claim(ClaimKind.CHIP, f"ee:{ESTONIAN_CODE}") if kind == "esteid" else TEA
    driven.reads(claim)
    reader.remove()
    driven.gone()
    reader.insert(office.issue(kind, Trouble.EXPIRED))
    if expired:
        driven.refuses(CardFailure.EXPIRED)
    else:
        driven.reads(claim)


def test_an_issuer_may_expire(drive: Drive, reader: VirtualReader, trust: Issuers) -> None:
    last = max(one.not_valid_after_utc for one in trust.trusted)
    driven = drive(clock=HandClock(last + timedelta(days=1)))
    assert driven.faults == {"card-issuer-expired"}


def test_test_cards_are_believed_where_that_was_asked_for(
    drive: Drive, reader: VirtualReader, office: CardOffice, folders: tuple[Path, Path]
) -> None:
    driven = drive(believe=issuers.load([folders[0]], [folders[1]], accept_tests=True))
    reader.insert(office.issue("fineid-2023", Trouble.FOR_TESTS))
    driven.reads(TEA)


@pytest.mark.parametrize("trouble", [None, Trouble.SILENT, Trouble.SLOW])
def test_it_stops_at_once(drive: Drive, reader: VirtualReader, office: CardOffice, trouble: Trouble | None) -> None:
    driven = drive(reading=60.0)
    if trouble is not None:
        card = reader.insert(office.issue("fineid-2023", trouble, pace=60.0))
        driven.until(lambda: card.instructions or trouble is Trouble.SLOW)
        driven.tells(CardInserted())
    began = monotonic()
    driven.driver.stop()
    assert monotonic() - began < 0.5


def test_nothing_of_a_card_is_logged(driven: Driven, reader: VirtualReader, office: CardOffice) -> None:
    with capture_logs() as logs:
        for kind, trouble in (("fineid-2023", None), ("esteid", None), ("fineid-2023", Trouble.WRONG_NUMBER)):
            reader.insert(office.issue(kind, trouble))
            driven.until(lambda: len(driven.events) == 2)
            reader.remove()
            driven.until(lambda: len(driven.events) == 3)
            driven.events.clear()
    read = [entry for entry in logs if entry["event"] == "card_read"]
    assert [(entry["card_class"], entry["failure"]) for entry in read] == [
        ("citizen-2023", None),
        ("estonian", None),
        ("citizen-2023", "card-unreadable"),
    ]
    assert read[0]["steps"] == [
        "application:yes",
        "known-file:yes",
        "certificate-understood:yes",
        "valid-today:yes",
        "issuer-trusted:yes",
        "identifier:yes",
    ]
    for secret in ("99900001", "TESTI", "TEA", ESTONIAN_CODE, "Testivaltio"):
        assert secret not in repr(logs)


def test_nothing_of_a_card_is_kept(drive: Drive, reader: VirtualReader, office: CardOffice, until: Until) -> None:
    kept: list[weakref.ref[CardEvent]] = []
    claims: list[weakref.ref[Claim]] = []

    def listen(event: CardEvent) -> None:
        kept.append(weakref.ref(event))
        if isinstance(event, CardRead):
            claims.append(weakref.ref(event.claim))

    driven = drive()
    driven.driver._on_event = listen
    reader.insert(office.issue("fineid-2023"))
    until(lambda: claims)
    # The card is still in the reader.
    until(lambda: all(one() is None for one in kept) and all(one() is None for one in claims))


def test_a_mistake_in_whoever_listens_neither_ends_the_driver_nor_is_told_with_its_text(
    driven: Driven, reader: VirtualReader, office: CardOffice
) -> None:
    told = driven.driver._on_event

    def fail_once(event: CardEvent) -> None:
        match event:
            case CardRead(claim):
                driven.driver._on_event = told
                raise LookupError(claim.identifier)

    driven.driver._on_event = fail_once
    with capture_logs() as logs:
        reader.insert(office.issue("fineid-2023"))
        driven.until(lambda: any(isinstance(event, CardRead) for event in driven.events))
    assert any(entry["event"] == "device_code_failed" and entry["error"] == "LookupError" for entry in logs)
    assert "99900001N" not in repr(logs)
