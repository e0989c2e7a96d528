"""The list of arrivals that the centre does not have, at the attendant and with the real memory."""

from collections.abc import Iterator

import pytest

from kiosk.checkin import visit
from kiosk.checkin.facts import FactKind, Receipt, Verdict
from kiosk.checkin.faults import Part
from kiosk.checkin.page import Frame
from kiosk.checkin.servicing import LIST_JOB
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.wording import Text
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.store import Store
from kiosk.scenario.stagehand import wait_until
from tests.conftest import HandClock
from tests.test_attendant import ONLY_HERE_AFTER, PATIENCE, Serving, serving
from tests.test_service_desk import PARTS, SETTING, shown, type_code


@pytest.fixture
def served(store: Store, clock: HandClock) -> Iterator[Serving]:
    with serving(store, clock, "A1", parts=(*PARTS, Part.FACTS), desk=SETTING) as served:
        served.lobby.next("welcome")
        served.checked_in()
        served.inbox.put(visit.Chosen("finish"))
        shown(served, "welcome")
        yield served


def strip(frame: Frame[Text]) -> str:
    return "" if frame.staff_notice is None or frame.staff_notice.note is None else frame.staff_notice.note.key


def test_the_strip_comes_by_itself_and_goes_when_the_centre_has_them(served: Serving, clock: HandClock) -> None:
    assert strip(served.lobby.frames[-1]) == ""
    clock.let_pass(ONLY_HERE_AFTER.total_seconds())
    wait_until(lambda: strip(served.lobby.frames[-1]) == "staff.line", PATIENCE, "the strip")
    served.inbox.put(visit.Chosen("staff-card"))
    assert shown(served, "staff-line").light is not None
    served.inbox.put(visit.Chosen("leave"))
    SqlOutbox(served.connection).settle([Receipt(1, Verdict.RECORDED, "r")], clock.now())
    clock.let_pass(30)
    wait_until(lambda: strip(served.lobby.frames[-1]) == "", PATIENCE, "no strip")


def test_behind_the_code_the_list_is_read_and_printed_and_is_no_fact(served: Serving, clock: HandClock) -> None:
    clock.let_pass(ONLY_HERE_AFTER.total_seconds())
    type_code(served)
    shown(served, "service")
    served.inbox.put(visit.Chosen("part:facts"))
    served.inbox.put(visit.Chosen("witness"))
    page = shown(served, "service-witness")
    assert [line.words.data["number"] for line in page.lines] == ["K 001"]
    served.inbox.put(visit.Chosen("print-list"))
    shown(served, "service-witness", "witness.printing")
    ((listing, language),) = served.lobby.listings
    assert language == "fi"
    assert [row.number for _, rows in listing.groups for row in rows] == ["K 001"]
    served.inbox.put(visit.TicketEnded(PrintResult(LIST_JOB, PrintOutcome.PRINTED)))
    shown(served, "service-witness", "witness.list-printed")
    served.inbox.put(visit.Chosen("leave"))
    shown(served, "welcome")
    kinds = [fact.kind for fact in SqlOutbox(served.connection).due(clock.now(), 10)]
    assert kinds == [FactKind.CHECKED_IN]


def test_a_list_that_comes_out_after_everybody_has_left_is_no_fact_either(served: Serving, clock: HandClock) -> None:
    served.inbox.put(visit.TicketEnded(PrintResult(LIST_JOB, PrintOutcome.FAILED, "printer-jam")))
    served.inbox.put(visit.Chosen("type"))
    shown(served, "type")
    assert len(SqlOutbox(served.connection).due(clock.now(), 10)) == 1
