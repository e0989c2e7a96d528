"""Pages of service mode and of the receptionist's card, as full as they can get, in words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from kiosk.checkin import fault_words, faults, first_run
from kiosk.checkin.faults import Fault, Mender, Part
from kiosk.checkin.health import Health, Light, Trouble
from kiosk.checkin.page import Frame, Line, Page
from kiosk.checkin.servicing import (
    Annulled,
    AskingCode,
    Checking,
    ConfirmingAnnul,
    Doing,
    Ended,
    FoundVisit,
    LineCard,
    Lock,
    LockedOut,
    LogLine,
    LogTail,
    OnePart,
    Overview,
    PastFaults,
    Result,
    SelfTested,
    SelfTesting,
    StaffCard,
    Station,
    TypingNumber,
    View,
    Walk,
    Witness,
    around,
    edge,
    tell,
)
from kiosk.checkin.servicing.device_check import Found
from kiosk.checkin.servicing.states import State
from kiosk.checkin.tell import frame
from kiosk.checkin.witness import OnlyHere, Unreported
from kiosk.checkin.wording import Text
from kiosk.texts import say
from tests.ui.example_centre import FULL, NOW, UNITS

STANDING = (
    faults.PRINTER_COVER_OPEN,
    faults.PRINTER_PAPER_NEAR_END,
    faults.ROSTER_STALE,
    faults.CLOCK_JUMPED,
    faults.CENTRE_UNREACHABLE,
    faults.DISK_FULL,
    faults.CERTIFICATE_INVALID,
)
EVENTS = (
    "printer_status cover=open online=false paper=present error=none since_s=14",
    "device_gone device=scanner path=/dev/serial/by-id/usb-Newland_Auto-ID_FM430_Barracuda-if00 attempt=4 pause_s=8.0",
    "fault_came code=printer-cover-open severity=degraded works=number-on-screen",
    "uplink_pause reason=connection-refused attempt=7 pause_s=41.2 waiting=3",
    "card_read class=fineid step=certificate milliseconds=412",
)
LEVELS = ("info", "warning", "info", "info", "error")
LONGEST_TABLE = 15
BEGAN = NOW - timedelta(minutes=38)


def view(*standing: Fault) -> View:
    """A kiosk that has every part, on which these faults stand, and that has seen others."""
    return View(
        NOW,
        passed=1000.0,
        health=Health(
            tuple(Trouble(fault, BEGAN) for fault in standing),
            tuple(Trouble(fault, *_span(hours)) for hours, fault in enumerate(_longest(), 1)),
            frozenset(Part),
        ),
        zone=FULL.zone,
        coded=True,
        carded=True,
        kiosk="kalasatama-aula-2",
        site=FULL.name,
        policy=FULL.policy,
        refused=1,
        software="0.4.0",
        waiting=3,
        roster_as_of=NOW - timedelta(minutes=2),
        numbers_left=118,
        stations=tuple(Station),
        keys=("up", "down", "select", "back", "help", "volume", "slower", "again", "speech"),
        on_plan=True,
        log=tuple(
            LogLine(NOW - timedelta(seconds=7 * n), LEVELS[n % len(LEVELS)], EVENTS[n % len(EVENTS)]) for n in range(40)
        ),
    )


def _span(hours: int) -> tuple[datetime, datetime]:
    began = NOW - timedelta(hours=9 * hours)
    return began, began + timedelta(minutes=11 * hours * hours)


def _longest() -> list[Fault]:
    """The faults that need most words in Finnish."""
    return sorted(faults.ALL, key=lambda fault: -len(say(fault_words.sentence(fault), "fi")))[:LONGEST_TABLE]


TROUBLED, WELL = view(*STANDING), view()
OFFLINE = replace(TROUBLED, only_here=OnlyHere(128, BEGAN))
ONLY_HERE = tuple(
    Unreported(f"A {n:03}", BEGAN + timedelta(minutes=n), area, NOW + timedelta(minutes=10 * n), refused=n % 4 == 3)
    for n, area in enumerate((*(area.name for area in FULL.areas.values()), None) * 3)
)
MENDABLE = tuple(fault for fault in faults.ALL if fault.mender is not Mender.TECHNICIAN)


def _states(language: str) -> dict[str, tuple[State, View]]:
    locked = replace(TROUBLED, lock=Lock(6, TROUBLED.passed))
    visits = tuple(FoundVisit(NOW + timedelta(hours=n), unit) for n, unit in enumerate(UNITS.values()))
    printer = OnePart(language, Part.PRINTER)
    return {
        "service-code-empty": (AskingCode(language), TROUBLED),
        "service-code": (AskingCode(language, "0" * 12), TROUBLED),
        "service-code-wrong": (AskingCode(language, wrong=True), TROUBLED),
        "service-locked": (LockedOut(language), locked),
        "service": (Overview(language), TROUBLED),
        "service-well": (Overview(language), WELL),
        "service-part": (printer, TROUBLED),
        "service-part-well": (printer, WELL),
        "service-part-testing": (replace(printer, doing=Doing.TESTING), TROUBLED),
        "service-part-reopening": (replace(printer, doing=Doing.REOPENING), TROUBLED),
        "service-part-tested": (replace(printer, ended=Ended(True, Result.PRINTED)), TROUBLED),
        "service-past": (PastFaults(language), TROUBLED),
        "service-log": (LogTail(language), TROUBLED),
        "service-self-testing": (SelfTesting(language), TROUBLED),
        "service-self-tested": (SelfTested(language, tuple(fault.code for fault in STANDING)), TROUBLED),
        "service-annul": (TypingNumber(language, "B42", unknown=True), TROUBLED),
        "service-annul-confirm": (ConfirmingAnnul(language, "B 042", visits), TROUBLED),
        "service-annulled": (Annulled(language, "B 042", ok=True), TROUBLED),
        "service-not-annulled": (Annulled(language, "B 042", ok=False), TROUBLED),
        **{f"staff-{fault.code}": (StaffCard(language, fault.code), TROUBLED) for fault in MENDABLE},
        "service-offline": (Overview(language), OFFLINE),
        "service-part-facts": (OnePart(language, Part.FACTS), OFFLINE),
        "service-witness": (Witness(language, ONLY_HERE, 1204, NOW), OFFLINE),
        "service-witness-printing": (Witness(language, ONLY_HERE, 1204, NOW, turned=1, printing=3), OFFLINE),
        "service-witness-not-printed": (
            Witness(language, ONLY_HERE, 1204, NOW, turned=1, ended=Ended(False, Result.NOT_PRINTED)),
            OFFLINE,
        ),
        "service-witness-none": (Witness(language, (), 2, NOW), OFFLINE),
        "service-witness-unread": (Witness(language, None, 0, NOW), OFFLINE),
        "staff-line": (LineCard(language), OFFLINE),
        "staff-line-mended": (LineCard(language, mended=True), WELL),
        "staff-technician": (StaffCard(language, faults.PRINTER_CUTTER.code), TROUBLED),
        "staff-mended": (StaffCard(language, faults.PRINTER_PAPER_OUT.code, mended=True), WELL),
    }


def _checks(language: str) -> dict[str, tuple[State, View]]:
    """The device check, step by step, as a technician sees it; and as full as its pages can get."""
    good = dict.fromkeys(tuple(Station)[:-1], Found.GOOD)
    way = list(good)

    def at(station: Station, **more: object) -> Checking:
        before = dict.fromkeys(way[: way.index(station)], Found.GOOD) if station in good else good
        return replace(Checking(language, Walk(True, station, before, language)), **more)  # type: ignore[arg-type]

    def found(station: Station, what: Found, **more: object) -> Checking:
        state = at(station, **more)
        return replace(state, walk=state.walk.with_found(station, what))

    def told(key: str, **data: str | int) -> tuple[Text, ...]:
        return (Text(f"service.test.{key}", data),)

    read = told("scanned", kind="unknown-code", length=9, symbology="QR")
    left: dict[Station, Found] = {
        **good,
        Station.PRINTER: Found.ILLEGIBLE,
        Station.CARD_READER: Found.ABSENT,
        Station.SCANNER: Found.BROKEN,
    }
    del left[Station.KEYPAD]
    return {
        "check-place": (at(Station.PLACE), WELL),
        "check-place-awaited": (at(Station.PLACE), replace(WELL, site=None, on_plan=None)),
        "check-place-wrong": (found(Station.PLACE, Found.BROKEN), TROUBLED),
        "check-touch": (at(Station.TOUCH), WELL),
        "check-touch-half": (at(Station.TOUCH, marked=frozenset({0, 1, 4})), WELL),
        "check-touch-off": (found(Station.TOUCH, Found.OFF), WELL),
        "check-touch-done": (found(Station.TOUCH, Found.GOOD), WELL),
        "check-printer": (at(Station.PRINTER), WELL),
        "check-printer-asked": (at(Station.PRINTER, asked=True, told=told("printed")), WELL),
        "check-printer-broken": (found(Station.PRINTER, Found.BROKEN, asked=True, told=told("not-printed")), TROUBLED),
        "check-printer-uncut": (found(Station.PRINTER, Found.UNCUT, asked=True, told=told("printed")), WELL),
        "check-scanner": (at(Station.SCANNER), WELL),
        "check-scanner-read": (found(Station.SCANNER, Found.GOOD, told=read), WELL),
        "check-card-reader": (at(Station.CARD_READER), WELL),
        "check-card-reader-absent": (found(Station.CARD_READER, Found.ABSENT), WELL),
        "check-help": (at(Station.HELP, asked=True, told=told("given")), WELL),
        "check-sound": (at(Station.SOUND), WELL),
        "check-sound-asked": (at(Station.SOUND, trying=True, asked=True), WELL),
        "check-keypad": (at(Station.KEYPAD, pressed=frozenset({"up", "down", "select"})), WELL),
        "check-self-test": (found(Station.SELF_TEST, Found.GOOD, tested=True, codes=()), WELL),
        "check-self-testing": (at(Station.SELF_TEST, trying=True), WELL),
        "check-self-test-broken": (
            found(Station.SELF_TEST, Found.BROKEN, tested=True, codes=tuple(fault.code for fault in STANDING)),
            TROUBLED,
        ),
        "check-summary": (at(Station.SUMMARY), WELL),
        "check-summary-open": (Checking(language, Walk(True, Station.SUMMARY, left, language)), TROUBLED),
    }


@cache
def staff_pages(language: str) -> Mapping[str, Page[str]]:
    """Each of these pages, by a name of its own."""
    pages = {
        name: tell(state, seen).map(lambda text: say(text, language))
        for name, (state, seen) in {**_states(language), **_checks(language)}.items()
    }
    enrolled = first_run.Enrolled(language, "kalasatama-aula-2", "kalasatama")
    pages["first-run-done"] = first_run.page(enrolled).map(lambda text: say(text, language))
    log = pages["service-log"]
    lines = tuple(
        Line(EVENTS[n % len(EVENTS)], f"8.49.{n:02}", None, Light.YELLOW if n % 5 == 2 else None)
        for n in range(LONGEST_TABLE)
    )
    return {**pages, "service-log-longest": replace(log, lines=lines)}


def frame_of_state(language: str, *, card: bool = False) -> Frame[str]:
    """What stands around service mode, or around the card."""
    state = StaffCard(language, faults.PRINTER_PAPER_OUT.code) if card else Overview(language)
    return around(frame(FULL), state).map(lambda text: say(text, language))


def frame_with(language: str, *standing: Fault) -> Frame[str]:
    """What stands around the first page of a kiosk on which these faults stand."""
    return edge(frame(FULL), view(*standing).health).map(lambda text: say(text, language))
