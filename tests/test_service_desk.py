"""Service mode and the receptionist's card at the attendant, with the real memory and a real hash of the code."""

from collections.abc import Iterator

import pytest

from kiosk.attendant import HealthChanged
from kiosk.checkin import faults, visit
from kiosk.checkin.card import CardFailure, CardInserted, CardNotRead
from kiosk.checkin.facts import FactKind
from kiosk.checkin.faults import Part
from kiosk.checkin.health import Light
from kiosk.checkin.page import Page
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.wording import Text
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.store import Store
from kiosk.service_code import hash_of
from kiosk.service_desk import ServiceSetting
from tests.conftest import HandClock
from tests.test_attendant import CARD, PATIENCE, Serving, serving

CODE = "390217"
SETTING = ServiceSetting("k1", "0.1.0", "fi", hash_of(CODE), carded=True)
GESTURE = visit.Chosen("service")
PARTS = (Part.PRINTER, Part.SCANNER, Part.CARD_READER, Part.CENTRE)


@pytest.fixture
def served(store: Store, clock: HandClock) -> Iterator[Serving]:
    with serving(store, clock, "A1", parts=PARTS, desk=SETTING) as served:
        served.lobby.next("welcome")
        yield served


def shown(served: Serving, name: str, first: str = "") -> Page[Text]:
    """The next page of that name, whose first line is ``first`` if given; pages on the way to it are passed over.

    A page may come again as it was, with other lights at its edge.
    """
    while True:
        page = served.lobby.pages.get(timeout=PATIENCE)
        if page.name == name and (not first or page.lines[0].words.key == first):
            return page


def type_code(served: Serving, code: str = CODE) -> None:
    served.inbox.put(GESTURE)
    for digit in code:
        served.inbox.put(visit.Keyed(digit))
    served.inbox.put(visit.Chosen("ready"))


def overview(served: Serving) -> Page[Text]:
    type_code(served)
    return shown(served, "service")


def test_the_gesture_and_the_code_lead_to_the_parts_of_this_kiosk(served: Serving) -> None:
    page = overview(served)
    assert {line.choice for line in page.lines} == {f"part:{part.value}" for part in PARTS}
    served.inbox.put(visit.Chosen("leave"))
    shown(served, "welcome")


def test_a_wrong_code_opens_nothing_and_five_lock(served: Serving) -> None:
    served.inbox.put(GESTURE)
    for _ in range(5):
        for digit in "111111":
            served.inbox.put(visit.Keyed(digit))
        served.inbox.put(visit.Chosen("ready"))
    shown(served, "service-locked")
    type_code(served)
    served.inbox.put(visit.Chosen("leave"))
    seen: list[str] = []
    while "welcome" not in seen:
        seen.append(served.lobby.pages.get(timeout=PATIENCE).name)
    assert "service" not in seen


def test_a_client_is_never_interrupted(served: Serving) -> None:
    served.inbox.put(CARD)
    shown(served, "confirm")
    served.inbox.put(GESTURE)
    served.inbox.put(visit.Chosen("check-in"))
    shown(served, "done")


def test_a_client_who_shows_a_card_while_the_code_is_asked_for_is_served(served: Serving) -> None:
    served.inbox.put(GESTURE)
    shown(served, "service-code")
    served.inbox.put(CARD)
    shown(served, "confirm")


def test_a_technicians_card_needs_no_code(served: Serving) -> None:
    served.inbox.put(CardInserted())
    served.inbox.put(CardNotRead(CardFailure.TECHNICIAN))
    shown(served, "service")


def test_a_part_is_tried_out_and_opened_anew_and_a_test_page_is_no_fact(served: Serving, clock: HandClock) -> None:
    overview(served)
    served.inbox.put(visit.Chosen("part:printer"))
    served.inbox.put(visit.Chosen("test"))
    served.inbox.put(visit.TicketEnded(PrintResult(0, PrintOutcome.PRINTED)))
    served.inbox.put(visit.Chosen("reopen"))
    served.inbox.put(visit.Chosen("leave"))
    shown(served, "welcome")
    assert served.lobby.worked == [("test", Part.PRINTER), ("stop", Part.PRINTER), ("reopen", Part.PRINTER)]
    assert SqlOutbox(served.connection).due(clock.now(), 10) == []


def test_a_check_in_is_taken_back_at_the_screen(served: Serving, clock: HandClock) -> None:
    page = served.checked_in()
    assert page.card is not None
    number = page.card.number or ""
    served.inbox.put(visit.Chosen("finish"))
    served.lobby.next("welcome")
    overview(served)
    served.inbox.put(visit.Chosen("annul"))
    for key in number.replace(" ", ""):
        served.inbox.put(visit.Keyed(key))
    served.inbox.put(visit.Chosen("ready"))
    served.inbox.put(visit.Chosen("annul-now"))
    served.inbox.put(visit.Chosen("leave"))
    shown(served, "welcome")
    kinds = [fact.kind for fact in SqlOutbox(served.connection).due(clock.now(), 10)]
    assert kinds == [FactKind.CHECKED_IN, FactKind.ANNULLED]
    again = served.checked_in()
    assert again.card is not None
    assert again.card.number not in (None, number)


def test_a_memory_that_can_not_be_read_takes_nothing_back_and_nobody_down(served: Serving) -> None:
    overview(served)
    served.connection.execute("ALTER TABLE arrival RENAME TO away")
    served.inbox.put(visit.Chosen("annul"))
    for key in "A41":
        served.inbox.put(visit.Keyed(key))
    served.inbox.put(visit.Chosen("ready"))
    shown(served, "service-annulled")
    served.connection.execute("ALTER TABLE away RENAME TO arrival")
    served.inbox.put(visit.Chosen("back"))
    shown(served, "service")


def test_the_receptionists_card_turns_green_by_itself(served: Serving) -> None:
    served.board.tell("printer", [faults.PRINTER_PAPER_OUT.code])
    served.inbox.put(HealthChanged())
    served.inbox.put(visit.Chosen("staff-card"))
    page = shown(served, "staff-card")
    assert (page.light, page.drawing) == (Light.YELLOW, "paper-roll")
    served.board.tell("printer", ())
    served.inbox.put(HealthChanged())
    # A look at the clock may have shown it once more before.
    while shown(served, "staff-card").light is not Light.GREEN:
        pass


def test_the_edge_of_the_first_page_has_the_light_and_the_strip(served: Serving) -> None:
    assert (served.lobby.frames[-1].light, served.lobby.frames[-1].staff_notice) == (Light.GREEN, None)
    served.board.tell("printer", [faults.PRINTER_PAPER_OUT.code])
    served.inbox.put(HealthChanged())
    served.inbox.put(CARD)
    shown(served, "confirm")
    edged, bare = served.lobby.frames[-3], served.lobby.frames[-1]
    assert edged.light is Light.YELLOW
    assert edged.staff_notice is not None
    assert (bare.light, bare.staff_notice) == (None, None)


def test_a_technicians_card_leaves_nobody_behind(served: Serving) -> None:
    served.inbox.put(CardInserted())
    served.inbox.put(CardNotRead(CardFailure.TECHNICIAN))
    shown(served, "service")
    served.inbox.put(visit.Chosen("leave"))
    shown(served, "welcome")


def test_a_kiosk_that_was_mended_from_service_mode_opens_again(served: Serving) -> None:
    served.board.tell("disk", [faults.DISK_FULL.code])
    served.inbox.put(HealthChanged())
    shown(served, "out-of-order")
    overview(served)
    served.board.tell("disk", ())
    served.inbox.put(HealthChanged())
    served.inbox.put(visit.Chosen("leave"))
    shown(served, "welcome")


def test_a_fault_that_comes_and_goes_does_not_hold_service_mode_open(served: Serving, clock: HandClock) -> None:
    overview(served)
    for turn in range(3):
        clock.let_pass(50)
        served.board.tell("printer", [faults.PRINTER_PAPER_OUT.code] if turn % 2 else ())
        served.inbox.put(HealthChanged())
    shown(served, "welcome")
