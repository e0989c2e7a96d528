"""Devices that are tried out in service mode."""

from dataclasses import replace

import pytest

from kiosk.checkin import faults, servicing, visit
from kiosk.checkin.card import CardFailure, CardInserted, CardNotRead, CardRead, CardRemoved
from kiosk.checkin.faults import Part
from kiosk.checkin.health import Light
from kiosk.checkin.identity import Claim, ClaimKind, Scan
from kiosk.checkin.servicing import Reopening, Result
from kiosk.checkin.servicing.trying_out import card_told
from kiosk.checkin.site import Policy
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.visit import Chosen, TimeUp
from kiosk.checkin.wording import Text
from tests.checkin.servicing.rig import PERSON, VIEW, offered, play, told


def being_tried(part: Part) -> servicing.State:
    state, effects = play(servicing.OnePart("en", part), Chosen("test"))
    assert effects == [servicing.TestPart(part)]
    assert "stop-test" in offered(told(state))
    return state


@pytest.mark.parametrize(
    ("outcome", "reason", "result", "light"),
    [
        (PrintOutcome.PRINTED, None, "The test page came out.", Light.GREEN),
        (PrintOutcome.UNKNOWN, None, "The test page was sent. See whether it came out.", Light.YELLOW),
        (PrintOutcome.FAILED, "printer-paper-out", "The test page did not come out.", Light.RED),
        (PrintOutcome.FAILED, "no-printer", "The test page did not come out.", Light.RED),
    ],
)
def test_the_printers_own_word_ends_its_test(
    outcome: PrintOutcome, reason: str | None, result: str, light: Light
) -> None:
    slip = visit.TicketEnded(PrintResult(7, PrintOutcome.PRINTED))
    ended = visit.TicketEnded(PrintResult(servicing.TEST_JOB, outcome, reason))
    state, effects = play(being_tried(Part.PRINTER), slip, ended)
    assert effects == [servicing.StopTest(Part.PRINTER)]
    page = told(state)
    assert (page.lines[0].words, page.lines[0].light) == (result, light)
    assert ("The printer is out of paper." in [line.words for line in page.lines]) is (reason in faults.CATALOGUE)
    assert offered(page) == ["test", "reopen", "back"]


def test_a_scan_shows_its_class_and_length_and_never_what_it_says() -> None:
    scans = [Scan(PERSON, "code-39"), Scan("123456"), Scan("AJ-0042KMPX", "qr-code"), Scan("rubbish")]
    view = replace(VIEW, policy=Policy(code_pattern="AJ-[0-9A-Z]{8}"))
    state, _ = play(being_tried(Part.SCANNER), *map(visit.Scanned, scans), view=view)
    page = told(state, view)
    assert [line.words for line in page.lines[1:5]] == [
        "Read: barcode, 11 characters, code-39",
        "Read: card-access-number, 6 characters, –",
        "Read: appointment-code, 11 characters, qr-code",
        "Read: unknown-code, 7 characters, –",
    ]
    assert not any(scan.text in repr((state, page)) for scan in scans)
    ended, effects = play(state, TimeUp(), view=view)
    assert effects == [servicing.StopTest(Part.SCANNER)]
    assert isinstance(ended, servicing.OnePart)
    assert ended.ended == servicing.Ended(True, Result.READ)
    nothing, _ = play(being_tried(Part.SCANNER), TimeUp())
    assert told(nothing).lines[0].words == "Nothing was read."
    # Once it is over a scan is nobody's.
    assert play(ended, visit.Scanned(scans[0]), view=view) == (ended, [])
    state, _ = play(being_tried(Part.SCANNER), *[visit.Scanned(Scan("rubbish"))] * 99)
    assert isinstance(state, servicing.OnePart)
    assert len(state.told) == 6


def test_a_card_shows_its_class_and_steps_and_never_what_it_says() -> None:
    steps = card_told("fineid", [("application", True), ("known-file", False)], 14, 812)
    events: list[servicing.Event] = [
        CardInserted(),
        CardRead(Claim(ClaimKind.CHIP, "satu:99900001N")),
        *(servicing.TestTold(Part.CARD_READER, words) for words in steps),
        servicing.TestTold(Part.SCANNER, Text("service.test.card-in")),
        CardRemoved(),
    ]
    state, _ = play(being_tried(Part.CARD_READER), *events)
    page = told(state)
    assert [line.words for line in page.lines[1:6]] == [
        "The card is in the reader.",
        "The card was read: chip",
        "Class fineid, commands 14, 812 ms",
        "Steps: application +, known-file –",
        "The card was taken out.",
    ]
    assert "99900001" not in repr((state, page))
    ended, _ = play(state, Chosen("stop-test"))
    assert told(ended).lines[0].light is Light.GREEN
    failed, _ = play(being_tried(Part.CARD_READER), CardNotRead(CardFailure.EXPIRED), Chosen("stop-test"))
    page = told(failed)
    assert [line.words for line in page.lines[:2]] == ["Nothing was read.", "The card was not read: card-expired"]
    for ok in (True, False):
        state, effects = play(being_tried(Part.CARD_READER), servicing.TechnicianCard(ok))
        assert isinstance(state, servicing.OnePart)
        assert (len(state.told), effects) == (1, [])
        told(state)


@pytest.mark.parametrize(
    ("event", "result"),
    [
        (servicing.TestEnded(Part.CENTRE, True, Result.ANSWERED), (True, Result.ANSWERED)),
        (servicing.TestEnded(Part.CENTRE, False, Result.SILENT), (False, Result.SILENT)),
        (TimeUp(), (False, Result.SILENT)),
    ],
)
def test_the_centre_answers_or_not(event: servicing.Event, result: tuple[bool, Result]) -> None:
    other = servicing.TestEnded(Part.PRINTER, True, Result.PRINTED)
    state, _ = play(being_tried(Part.CENTRE), other, event)
    assert state == servicing.OnePart("en", Part.CENTRE, ended=servicing.Ended(*result))
    told(state)


def test_a_device_is_opened_anew() -> None:
    state, effects = play(servicing.OnePart("en", Part.SCANNER), Chosen("reopen"))
    assert effects == [servicing.ReopenPart(Part.SCANNER)]
    assert play(state, Chosen("test"), Chosen("reopen"))[1] == [], "one thing at a time"
    for event, how in (
        (servicing.Reopened(Part.SCANNER, True), Reopening.OPENED),
        (servicing.Reopened(Part.SCANNER, False), Reopening.NOT_OPENED),
        (TimeUp(), Reopening.NOT_OPENED),
    ):
        after, _ = play(state, servicing.Reopened(Part.PRINTER, True), event)
        assert isinstance(after, servicing.OnePart)
        assert after.ended is not None
        assert after.ended.how is how
        told(after)
    for part in (Part.CENTRE, Part.CLOCK, Part.TOUCH):
        one = servicing.OnePart("en", part)
        assert play(one, Chosen("reopen")) == (one, [])


@pytest.mark.parametrize("event", [Chosen("back"), Chosen("leave")])
def test_whoever_goes_away_ends_the_test(event: servicing.Event) -> None:
    _, effects = play(being_tried(Part.SCANNER), event)
    assert effects[0] == servicing.StopTest(Part.SCANNER)
