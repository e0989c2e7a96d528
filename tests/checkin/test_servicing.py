"""Service mode and the receptionist's card: who gets in, what is shown, what is done, and that it always ends."""

import itertools
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.checkin import faults, servicing, visit
from kiosk.checkin.card import CardFailure, CardInserted, CardNotRead, CardRead, CardRemoved
from kiosk.checkin.faults import Part
from kiosk.checkin.health import Health, Light, Trouble, in_order
from kiosk.checkin.identity import Claim, ClaimKind, Scan
from kiosk.checkin.page import Keypad, Page, Role, Shape
from kiosk.checkin.servicing import FoundVisit, Lock, LogLine, Reopening, Result, View, choices, staff
from kiosk.checkin.servicing.lock import after_restart, after_wrong, seconds_locked
from kiosk.checkin.servicing.trying_out import card_told
from kiosk.checkin.site import Policy
from kiosk.checkin.tell import frame
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.visit import Chosen, Keyed, LanguageChosen, TimeUp
from kiosk.checkin.wording import Text
from kiosk.texts import say
from tests.example_site import NOW, SITE, words

CODE = "408271"
WRONG = "408272"
PERSON = "010594Y9032"
PARTS = frozenset(Part) - {Part.TOUCH}
CLIENT = Claim(ClaimKind.BARCODE, PERSON)
VISITS = (FoundVisit(NOW, words("Dental care"), NOW), FoundVisit(None, None, None))
LANGUAGES = ("fi", "sv", "en")


def trouble(code: str, minutes: int = 10, until: int | None = None) -> Trouble:
    ended = None if until is None else NOW - timedelta(minutes=until)
    return Trouble(faults.find(code), NOW - timedelta(minutes=minutes), ended)


def health(*codes: str, past: tuple[Trouble, ...] = ()) -> Health:
    return Health(in_order(map(trouble, codes)), past, PARTS)


PAST = tuple(trouble("printer-jam", 20 * number, 20 * number - 5) for number in range(1, 21))
BROKEN = health("printer-paper-out", "printer-cover-open", "clock-wrong", "scanner-gone", "facts-waiting", past=PAST)
LOG = tuple(
    LogLine(NOW + timedelta(seconds=number), level, f"line_{number}")
    for number, level in enumerate(["info", "warning", "info", "error"] * 10)
)
VIEW = View(
    NOW,
    1000.0,
    health=health(),
    zone=SITE.zone,
    coded=True,
    carded=True,
    kiosk="kiosk-1",
    site=SITE.name,
    software="0.1.0",
    waiting=3,
    roster_as_of=NOW - timedelta(minutes=4),
    numbers_left=17,
    log=LOG,
)
INSIDE = servicing.Overview("fi")


def play(state: servicing.State, *events: servicing.Event, view: View = VIEW) -> tuple[servicing.State, list[Any]]:
    effects: list[Any] = []
    for event in events:
        taken = servicing.step(state, event, view)
        state, effects = taken.state, [*effects, *taken.effects]
    return state, effects


def typed(code: str) -> list[servicing.Event]:
    return [*map(Keyed, code), Chosen("ready")]


def told(state: servicing.State, view: View = VIEW) -> Page[str]:
    """The page in words, which every key must have in all three languages."""
    page = servicing.tell(state, view)
    for language in LANGUAGES:
        page.map(lambda text, spoken=language: say(text, spoken))  # type: ignore[misc]
    return page.map(lambda text: say(text, state.language))


def offered(page: Page[Any]) -> list[str]:
    return [choice.id for choice in page.choices if choice.open]


@dataclass
class Kiosk:
    """Whoever carries the effects out, with a clock that a test moves."""

    view: View = VIEW
    state: servicing.State = field(default_factory=lambda: servicing.AskingCode("fi"))
    code: str = CODE
    checked: list[float] = field(default_factory=list)
    right: int = 0
    effects: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        opened = servicing.open(self.view, "fi")
        assert opened is not None
        self.state = opened

    def let_pass(self, seconds: float) -> None:
        now = self.view.now + timedelta(seconds=seconds)
        self.view = replace(self.view, passed=self.view.passed + seconds, now=now)

    def restart(self) -> None:
        """The clock that only grows starts anew with the machine."""
        self.view = replace(self.view, passed=7.0, lock=after_restart(self.view.lock.failures, 7.0))
        self.begin()

    def handle(self, *events: servicing.Event) -> None:
        for event in events:
            locked = seconds_locked(self.view.lock, self.view.passed) > 0
            taken = servicing.step(self.state, event, self.view)
            self.state = taken.state
            self.effects.extend(taken.effects)
            for effect in taken.effects:
                match effect:
                    case servicing.KeepLock(lock):
                        self.view = replace(self.view, lock=lock)
                    case servicing.CheckCode(code):
                        assert not locked, "a code was looked at while it was locked"
                        self.checked.append(self.view.passed)
                        self.right += code == self.code
                        self.handle(servicing.CodeChecked(code == self.code))
                    case servicing.FindNumber(number):
                        self.handle(servicing.NumberFound(number, VISITS))


# --- getting in -----------------------------------------------------------------------------------------------------


def test_the_right_code_opens_and_is_kept_nowhere() -> None:
    kiosk = Kiosk()
    kiosk.handle(*typed(CODE)[:-1])
    page = told(kiosk.state, kiosk.view)
    assert page.entry is not None
    assert (page.name, page.entry.shown, page.entry.keypad, page.entry.complete) == (
        "service-code",
        "••••••",
        Keypad.DIGITS,
        True,
    )
    kiosk.handle(Chosen("ready"))
    assert isinstance(kiosk.state, servicing.Overview)
    assert kiosk.view.lock == Lock()
    assert CODE not in repr((kiosk.state, kiosk.effects))


def test_a_code_is_six_to_twelve_digits_and_nothing_else() -> None:
    state, effects = play(servicing.AskingCode("fi"), *typed("40827"))
    assert (state, effects) == (servicing.AskingCode("fi", "40827"), [])
    state, _ = play(servicing.AskingCode("fi"), *map(Keyed, "4a0 8-\x00٤2７71"), Keyed("12"), Keyed(""))
    assert state == servicing.AskingCode("fi", "408271")
    state, _ = play(state, Chosen("erase"), *map(Keyed, "0" * 20))
    assert state == servicing.AskingCode("fi", "40827" + "0" * 7)
    page = servicing.tell(state, VIEW)
    assert page.entry is not None
    assert page.entry.allowed == ""


def test_a_wrong_code_says_how_many_tries_are_left_and_nothing_of_itself() -> None:
    kiosk = Kiosk()
    kiosk.handle(*typed(WRONG))
    page = told(kiosk.state, kiosk.view)
    assert page.entry is not None
    assert (page.entry.shown, page.entry.error) == ("", "Koodi on väärä. Yrityksiä jäljellä: 4.")
    near, far = Kiosk(), Kiosk()
    near.handle(*typed("408270"))
    far.handle(*typed("999999999999"))
    assert told(near.state, near.view) == told(far.state, far.view)
    kiosk.handle(Keyed("4"))
    page = told(kiosk.state, kiosk.view)
    assert page.entry is not None
    assert page.entry.error is None


def test_five_wrong_codes_lock_for_five_minutes_and_then_ever_longer_up_to_an_hour() -> None:
    kiosk = Kiosk()
    for _ in range(5):
        kiosk.handle(*typed(WRONG))
    waits = []
    for _ in range(7):
        assert isinstance(kiosk.state, servicing.LockedOut)
        left = seconds_locked(kiosk.view.lock, kiosk.view.passed)
        waits.append(left)
        kiosk.let_pass(left - 1)
        checked = len(kiosk.checked)
        kiosk.handle(*typed(CODE))
        assert (len(kiosk.checked), isinstance(kiosk.state, servicing.LockedOut)) == (checked, True)
        kiosk.let_pass(1)
        kiosk.handle(servicing.HealthChanged(), *typed(WRONG))
    assert waits == [300, 600, 1200, 2400, 3600, 3600, 3600]
    kiosk.let_pass(3600)
    kiosk.handle(servicing.HealthChanged(), *typed(CODE))
    assert isinstance(kiosk.state, servicing.Overview)
    assert kiosk.view.lock.failures == 0


def test_the_locked_page_tells_the_time_left_and_the_way_out() -> None:
    lock = Lock(5, 1000.0)
    for passed, minutes in ((1000.0, 5), (1030.0, 5), (1061.0, 4), (1299.5, 1), (1400.0, 1)):
        page = told(servicing.LockedOut("en"), replace(VIEW, lock=lock, passed=passed, carded=False))
        assert page.sentences == (f"The code was wrong too often. Wait {minutes} min.",)
        assert offered(page) == ["back"]
    page = told(servicing.LockedOut("en"), replace(VIEW, lock=lock))
    assert page.sentences[-1] == "A technician's card opens it at once."


def test_neither_leaving_nor_a_restart_nor_pulling_the_plug_opens_the_lock() -> None:
    kiosk = Kiosk()
    for _ in range(5):
        kiosk.handle(*typed(WRONG), Chosen("back"))
        assert isinstance(kiosk.state, servicing.Left | servicing.LockedOut)
        kiosk.begin()
    assert isinstance(kiosk.state, servicing.LockedOut)
    kiosk.restart()
    assert isinstance(kiosk.state, servicing.LockedOut)
    assert seconds_locked(kiosk.view.lock, kiosk.view.passed) == 300
    # A code counts before it has been looked at.
    taken = servicing.step(servicing.AskingCode("fi", WRONG), Chosen("ready"), VIEW)
    assert taken.effects == (servicing.KeepLock(Lock(1, VIEW.passed)), servicing.CheckCode(WRONG))


def test_slips_of_months_do_not_add_up() -> None:
    lock = Lock()
    for day in range(20):
        lock = after_wrong(lock, day * 86400.0)
        assert seconds_locked(lock, day * 86400.0) == 0


def test_only_an_asked_for_answer_opens() -> None:
    right = servicing.CodeChecked(True)
    for state in (servicing.AskingCode("fi"), servicing.LockedOut("fi"), servicing.StaffCard("fi", "printer-jam")):
        after, _ = play(state, right, view=replace(VIEW, health=health("printer-jam"), lock=Lock(5, VIEW.passed)))
        assert not isinstance(after, servicing.Overview)


@pytest.mark.parametrize(
    "state",
    [
        servicing.AskingCode("sv", "4082", wrong=True),
        servicing.CheckingCode("sv"),
        servicing.LockedOut("sv"),
        servicing.StaffCard("sv", "printer-jam"),
    ],
)
def test_a_technicians_card_opens_without_a_code_whatever_is_locked(state: servicing.State) -> None:
    locked = replace(VIEW, lock=Lock(9, VIEW.passed), health=health("printer-jam"))
    after, effects = play(state, CardInserted(), servicing.TechnicianCard(True), view=locked)
    assert (after, effects) == (servicing.Overview("sv"), [servicing.KeepLock(Lock())])


def test_another_card_opens_nothing_and_the_page_says_so() -> None:
    for shown in (servicing.TechnicianCard(False), CardNotRead(CardFailure.PROFESSIONAL)):
        state, effects = play(servicing.AskingCode("en", "40"), CardInserted(), shown)
        assert (state, effects) == (servicing.AskingCode("en", "40", strange=True), [])
        page = told(state)
        assert page.entry is not None
        assert page.entry.error == "This card does not open the service mode."


@pytest.mark.parametrize(
    "state",
    [servicing.AskingCode("fi", "40"), servicing.LockedOut("fi"), servicing.StaffCard("fi", "printer-jam")],
)
def test_a_clients_card_goes_to_the_visit_while_nobody_is_inside(state: servicing.State) -> None:
    view = replace(VIEW, health=health("printer-jam"), lock=Lock(5, VIEW.passed))
    scanned, read = visit.Scanned(Scan(PERSON)), CardRead(CLIENT)
    for event, handed_on in ((scanned, (scanned,)), (read, (CardInserted(), read))):
        after, effects = play(state, event, view=view)
        assert isinstance(after, servicing.Left)
        assert effects == [servicing.Leave(handed_on)]
        assert PERSON not in repr(effects)
    after, effects = play(state, CardInserted(), view=replace(view, carded=False))
    assert effects == [servicing.Leave((CardInserted(),))]


def test_it_opens_only_where_a_way_in_is_configured_and_in_a_language_that_it_has() -> None:
    assert servicing.open(replace(VIEW, coded=False), "fi") is None
    assert servicing.open_by_card(replace(VIEW, carded=False), "fi") is None
    assert servicing.open_staff_card(VIEW, "fi") is None
    for asked, home, spoken in (("sv", "fi", "sv"), ("ru", "sv", "sv"), ("ru", "et", "fi")):
        view = replace(VIEW, home_language=home, health=health("printer-jam"))
        assert servicing.open(view, asked) == servicing.AskingCode(spoken)
        assert servicing.open_by_card(view, asked) == servicing.Overview(spoken)
        assert servicing.open_staff_card(view, asked) == servicing.StaffCard(spoken, "printer-jam")
    state, _ = play(servicing.AskingCode("fi", "40"), LanguageChosen("en"), LanguageChosen("so"))
    assert state == servicing.AskingCode("en", "40")


# --- looking over ---------------------------------------------------------------------------------------------------


def test_the_overview_has_a_line_for_each_part_that_the_kiosk_has() -> None:
    page = told(INSIDE, replace(VIEW, health=BROKEN))
    assert {line.choice for line in page.lines} == {f"part:{part.value}" for part in PARTS}
    assert [line.choice for line in page.lines][:4] == ["part:clock", "part:printer", "part:scanner", "part:facts"]
    first = page.lines[0]
    sentence = say(Text("fault.clock-wrong.sentence"), "fi")
    assert (first.words, first.light, first.note) == ("kello", Light.YELLOW, sentence)
    assert first.label == "vajaa, 8.40 alkaen"
    assert page.lines[-1].light is Light.GREEN
    assert page.light is Light.YELLOW
    assert {line.label: line.words for line in page.facts} == {
        "Laite": "kiosk-1",
        "Toimipiste": "Kalasatama (fi)",
        "Versio": "0.1.0",
        "Kello": "23.11. 8.50",
        "Lähettämättä": "3",
        "Ajanvarauslista": "4 min",
        "Numeroita": "17",
    }
    nothing = told(INSIDE, View(NOW, 0.0))
    assert (nothing.lines, {line.words for line in nothing.facts} >= {"ei tiedossa"}) == ((), True)
    refused = told(servicing.Overview("en"), replace(VIEW, refused=2))
    assert "3, refused 2" in [line.words for line in refused.facts]


def test_a_part_shows_what_stands_against_it_and_what_to_do() -> None:
    view = replace(VIEW, health=BROKEN)
    state, _ = play(INSIDE, Chosen("part:printer"), view=view)
    assert state == servicing.OnePart("fi", Part.PRINTER)
    page = told(state, view)
    assert [line.words for line in page.lines[:2]] == ["Tulostimen kansi on auki.", "Tulostimen paperi on loppu."]
    assert all(line.note and line.label for line in page.lines[:2])
    assert offered(page) == ["test", "reopen", "back"]
    for part, ids in {
        Part.CENTRE: ["test", "back"],
        Part.CLOCK: ["back"],
        Part.SCANNER: ["test", "reopen", "back"],
        Part.CARD_READER: ["test", "reopen", "back"],
    }.items():
        assert offered(told(servicing.OnePart("fi", part), view)) == ids
    for unknown in ("part:touch", "part:", "part:nothing", "printer"):
        assert play(INSIDE, Chosen(unknown))[0] == INSIDE


def test_past_faults_are_turned_over_eight_at_a_time() -> None:
    view = replace(VIEW, health=health(past=PAST))
    state, _ = play(INSIDE, Chosen("past-faults"), view=view)
    sizes = []
    for ways in (["older", "back"], ["newer", "older", "back"], ["newer", "back"]):
        page = told(state, view)
        sizes.append(len(page.lines))
        assert offered(page) == ways
        state, _ = play(state, Chosen("older"), view=view)
    assert sizes == [8, 8, 4]
    state, _ = play(state, *[Chosen("newer")] * 5, view=view)
    assert told(state, view).lines[0].label == "8.30–8.35"
    assert told(state, VIEW).sentences == ("Yhtään mennyttä vikaa ei ole muistissa.",)


def test_the_log_shows_the_last_twelve_warnings_or_lines_the_newest_first() -> None:
    state, _ = play(INSIDE, Chosen("log"))
    page = told(state)
    assert [line.words for line in page.lines] == [f"line_{number}" for number in range(39, 15, -2)]
    assert {line.light for line in page.lines} == {Light.YELLOW, Light.RED}
    assert (page.lines[0].label, offered(page)) == ("08:50:39", ["log-all", "back"])
    state, _ = play(state, Chosen("log-all"))
    page = told(state)
    assert [line.words for line in page.lines] == [f"line_{number}" for number in range(39, 27, -1)]
    assert offered(page) == ["log-warnings", "back"]
    assert play(state, Chosen("log-warnings"))[0] == servicing.LogTail("fi")
    assert told(state, replace(VIEW, log=())).sentences == ("Loki on tyhjä.",)


def test_the_self_test_runs_now_and_shows_what_it_found() -> None:
    state, effects = play(INSIDE, Chosen("self-test"))
    assert effects == [servicing.RunSelfTest()]
    assert offered(told(state)) == ["back"]
    state, _ = play(state, servicing.SelfTestEnded(("clock-wrong", "disk-full", "facts-waiting")))
    page = told(state)
    assert (page.light, [line.light for line in page.lines]) == (Light.RED, [Light.RED, Light.YELLOW, Light.GREEN])
    for codes, light in (((), Light.GREEN), (("facts-waiting",), Light.GREEN), (None, Light.RED)):
        assert told(servicing.SelfTested("fi", codes)).light is light
    assert play(state, Chosen("self-test"))[1] == [servicing.RunSelfTest()]
    assert play(INSIDE, servicing.SelfTestEnded(()))[0] == INSIDE


# --- trying out -----------------------------------------------------------------------------------------------------


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


# --- annulling ------------------------------------------------------------------------------------------------------


def test_a_check_in_is_found_shown_confirmed_and_taken_back() -> None:
    state, effects = play(INSIDE, Chosen("annul"), *map(Keyed, "A41"))
    page = told(state)
    assert page.entry is not None
    assert (page.entry.shown, page.entry.keypad, page.entry.complete) == ("A 41", Keypad.CODE, True)
    state, effects = play(state, Chosen("ready"))
    assert effects == [servicing.FindNumber("A 041")]
    assert told(state).shape is Shape.BUSY
    state, _ = play(state, servicing.NumberFound("B 001", VISITS), servicing.NumberFound("A 041", VISITS))
    page = told(state)
    assert [(line.label, line.words, line.note) for line in page.lines] == [
        ("8.50", "Dental care (fi)", "Kirjattu tällä laitteella 8.50"),
        ("–", "Yksikköä ei näytetä", "Kirjattu muualla"),
    ]
    assert (page.heading, offered(page)) == ("Perutaanko A 041?", ["annul-now", "back"])
    state, effects = play(state, Chosen("annul-now"), Chosen("annul-now"))
    assert effects == [servicing.Annul("A 041")]
    for ok, light in ((True, Light.GREEN), (False, Light.RED)):
        after, _ = play(state, servicing.AnnulEnded("B 001", not ok), servicing.AnnulEnded("A 041", ok))
        assert (told(after).light, offered(told(after))) == (light, ["back", "annul"])


def test_where_nobody_can_look_the_check_in_is_said_to_stand() -> None:
    state, _ = play(INSIDE, Chosen("annul"), *map(Keyed, "A41"), Chosen("ready"))
    state, _ = play(state, servicing.AnnulEnded("B 001", False), servicing.AnnulEnded("A 041", False))
    assert (told(state).light, offered(told(state))) == (Light.RED, ["back", "annul"])


def test_a_number_that_is_none_is_said_to_be_none_and_can_be_mended() -> None:
    state, _ = play(servicing.TypingNumber("fi"), *map(Keyed, "KK007"), Chosen("ready"))
    state, _ = play(state, servicing.NumberFound("KK 007", ()))
    page = told(state)
    assert page.entry is not None
    assert (page.entry.shown, page.entry.error is not None) == ("KK 007", True)
    state, _ = play(state, Chosen("erase"))
    page = told(state)
    assert page.entry is not None
    assert (page.entry.shown, page.entry.error) == ("KK 00", None)


@pytest.mark.parametrize(
    ("keys", "number"),
    [("A1", "A 001"), ("A041", "A 041"), ("LK12", "LK 012"), ("A1234", "A 1234"), ("", None), ("A", None), ("1", None)],
)
def test_a_number_is_read_as_slips_have_it(keys: str, number: str | None) -> None:
    state, effects = play(servicing.TypingNumber("fi"), *map(Keyed, keys), Chosen("ready"))
    assert effects == ([] if number is None else [servicing.FindNumber(number)])
    told(state)


# --- the receptionist's card ----------------------------------------------------------------------------------------


MENDABLE = [fault.code for fault in faults.ALL if fault.mender is not faults.Mender.TECHNICIAN]


@pytest.mark.parametrize("code", MENDABLE)
def test_each_fault_that_a_receptionist_can_mend_has_a_strip_and_a_card(code: str) -> None:
    view = replace(VIEW, health=health(code, "clock-wrong"))
    notice = servicing.staff_notice(view.health)
    assert notice is not None
    assert (notice.id, notice.note) == (choices.STAFF, Text(f"fault.{code}.sentence"))
    state = servicing.open_staff_card(view, "sv")
    assert state is not None
    page = told(state, view)
    assert (page.shape, page.drawing, offered(page)) == (Shape.STAFF, faults.find(code).picture, ["leave"])
    assert page.light in (Light.YELLOW, Light.RED)
    assert (len(page.sentences), len(page.items)) == (2, 1)
    mended = replace(view, health=health("clock-wrong"))
    state, _ = play(state, servicing.HealthChanged(), view=mended)
    page = told(state, mended)
    assert (page.heading, page.light, page.items) == ("Lagat. Tack!", Light.GREEN, ())
    assert servicing.patience(state) == 8
    assert isinstance(play(state, TimeUp(), view=mended)[0], servicing.Left)


def test_there_is_no_strip_where_only_a_technician_can_help() -> None:
    assert servicing.staff_notice(health("clock-wrong", "printer-cutter")) is None
    edge = servicing.edge(frame(SITE), health("clock-wrong"))
    assert (edge.light, edge.staff_notice, edge.light_words) == (Light.YELLOW, None, Text("doctor.light.yellow"))
    assert servicing.edge(frame(SITE), health("disk-full")).light is Light.RED
    around = servicing.around(frame(SITE), INSIDE)
    assert (around.help, around.light, [code for code, _ in around.languages]) == (None, None, list(LANGUAGES))


def test_the_gravest_comes_first_and_the_others_after_it_in_turn() -> None:
    view = replace(VIEW, health=health("power-on-battery", "printer-jam", "scanner-gone", "clock-wrong"))
    state = servicing.open_staff_card(view, "fi")
    assert state is not None
    assert "next" in offered(told(state, view))
    seen = []
    for _ in range(4):
        assert isinstance(state, servicing.StaffCard)
        seen.append(state.code)
        state, _ = play(state, Chosen("next"), servicing.HealthChanged(), view=view)
    assert seen == ["printer-jam", "scanner-gone", "power-on-battery", "printer-jam"]
    # One is mended: it is thanked for, and the others are still offered.
    less = replace(view, health=health("power-on-battery", "scanner-gone"))
    state, _ = play(servicing.StaffCard("fi", "printer-jam"), servicing.HealthChanged(), view=less)
    assert state == servicing.StaffCard("fi", "printer-jam", mended=True)
    state, _ = play(state, Chosen("next"), view=less)
    assert state == servicing.StaffCard("fi", "scanner-gone")


def test_a_card_goes_on_with_the_part_until_nothing_is_left_of_it() -> None:
    state: servicing.State = servicing.StaffCard("fi", "printer-paper-out")
    for codes, shown in (
        (("printer-paper-out", "printer-cover-open"), ("printer-paper-out", False)),
        (("printer-cover-open",), ("printer-cover-open", False)),
        (("printer-paper-near-end",), ("printer-paper-near-end", False)),
        (("printer-cutter",), ("printer-cutter", False)),
        ((), ("printer-cutter", True)),
        (("printer-cover-open",), ("printer-cover-open", False)),
    ):
        view = replace(VIEW, health=health(*codes))
        state, _ = play(state, servicing.HealthChanged(), view=view)
        assert isinstance(state, servicing.StaffCard)
        assert (state.code, state.mended) == shown
        told(state, view)
    assert staff.after("printer-jam", health()) == "printer-jam"


# --- whatever happens -----------------------------------------------------------------------------------------------


def test_everything_left_alone_ends() -> None:
    states: list[tuple[servicing.State, float]] = [
        (servicing.AskingCode("fi"), 60),
        (servicing.LockedOut("fi"), 60),
        (servicing.Overview("fi"), 120),
        (servicing.PastFaults("fi"), 120),
        (servicing.ConfirmingAnnul("fi", "A 001", VISITS), 120),
        (servicing.OnePart("fi", Part.CLOCK), 120),
        (servicing.OnePart("fi", Part.PRINTER, ended=servicing.Ended(True, Result.PRINTED)), 300),
        (servicing.SelfTested("fi", ()), 300),
        (servicing.StaffCard("fi", "printer-jam"), 60),
    ]
    for state, seconds in states:
        assert servicing.patience(state) == seconds
        assert isinstance(play(state, TimeUp())[0], servicing.Left)
    assert servicing.patience(servicing.Left("fi")) is None
    left = servicing.Left("fi")
    assert play(left, Chosen("leave"), servicing.TechnicianCard(True), *typed(CODE)) == (left, [])


CHOICES = [
    *("ready", "erase", "back", "leave", "finish", "test", "stop-test", "reopen", "past-faults", "older", "newer"),
    *("log", "log-all", "log-warnings", "self-test", "annul", "annul-now", "next", "service", "staff"),
    *("part:printer", "part:scanner", "part:card-reader", "part:centre", "part:clock", "part:xx", ""),
]
HEALTHS = [health(), BROKEN, health("printer-jam"), health("disk-full", "card-left-behind"), Health()]
MOVES: list[Any] = [
    *map(Chosen, CHOICES),
    *map(Chosen, CHOICES),
    *["enter"] * 40,
    *[[Chosen("annul"), *typed("A1")]] * 12,
    *[[Chosen("part:scanner"), Chosen("test")]] * 6,
    *[[Chosen("part:printer"), Chosen("reopen")]] * 3,
    *[Chosen("annul-now")] * 12,
    typed(CODE),
    *map(typed, [WRONG, "000000", "40827"]),
    *map(Keyed, "0123456789AB\x00"),
    *map(LanguageChosen, ["fi", "sv", "en", "xx"]),
    *(1.0, 30.0, 299.0, 3599.0),
    *HEALTHS,
    *("restart", "gesture", "gesture", "gesture", "strip"),
    *(TimeUp(), TimeUp(), servicing.HealthChanged(), servicing.CodeChecked(True), servicing.CodeChecked(False)),
    *(servicing.TechnicianCard(False), visit.Scanned(Scan(PERSON)), CardInserted(), CardRead(CLIENT)),
    *(CardNotRead(CardFailure.PULLED), CardRemoved(), visit.Touched(), visit.SiteArrived(), visit.Pulled()),
    visit.TicketEnded(PrintResult(servicing.TEST_JOB, PrintOutcome.FAILED, "printer-jam")),
    *(servicing.TestEnded(part, True, Result.ANSWERED) for part in (Part.PRINTER, Part.CENTRE)),
    *(servicing.Reopened(Part.PRINTER, ok) for ok in (True, False)),
    *(servicing.SelfTestEnded(codes) for codes in ((), ("disk-full",), None)),
    *(servicing.NumberFound("A 001", found) for found in ((), VISITS)),
    *(servicing.AnnulEnded("A 001", ok) for ok in (True, False)),
    servicing.TestTold(Part.CARD_READER, Text("service.test.card-in")),
]


def moved(kiosk: Kiosk, move: Any) -> None:
    match move:
        case float():
            kiosk.let_pass(move)
        case Health():
            kiosk.view = replace(kiosk.view, health=move)
            kiosk.handle(servicing.HealthChanged())
        case "restart":
            kiosk.restart()
        case "gesture" | "enter":
            if isinstance(kiosk.state, servicing.Left):
                kiosk.begin()
            if move == "enter" and isinstance(kiosk.state, servicing.AskingCode):
                kiosk.handle(*[Chosen("erase")] * 12, *typed(CODE))
        case "strip":
            card = servicing.open_staff_card(kiosk.view, "fi")
            kiosk.state = card if card is not None and isinstance(kiosk.state, servicing.Left) else kiosk.state
        case list():
            kiosk.handle(*move)
        case event:
            kiosk.handle(event)


def looked_at(kiosk: Kiosk, *, inside: bool) -> None:
    """What holds of every page."""
    state, view = kiosk.state, kiosk.view
    if isinstance(state, servicing.Left):
        return
    page = servicing.tell(state, view)
    assert page.choices or page.shape is Shape.BUSY, "a page without a way on"
    assert sum(choice.role is Role.MAIN for choice in page.choices) <= 1
    assert servicing.patience(state) is not None
    assert inside or isinstance(state, servicing.Outside), "inside without a code or a card"
    assert inside or page.name in ("service-code", "service-checking", "service-locked", "staff-card")
    shown = repr((state, page, kiosk.effects))
    for secret in (CODE, WRONG, PERSON):
        assert secret not in shown


@settings(max_examples=1300)  # some 50,000 steps
@given(st.lists(st.sampled_from(MOVES), min_size=20, max_size=60))
def test_whatever_happens_there_is_a_way_on_and_nobody_gets_in_without_a_code(played: list[Any]) -> None:
    kiosk = Kiosk()
    inside = False
    for move in played:
        right = kiosk.right
        kiosk.effects.clear()
        moved(kiosk, move)
        # Only the right code, looked at because somebody typed it just now, leads inside; and out is out.
        inside = (inside or kiosk.right > right) and not isinstance(kiosk.state, servicing.Outside)
        looked_at(kiosk, inside=inside)
    for _ in range(4):
        kiosk.handle(TimeUp())
    assert isinstance(kiosk.state, servicing.Left), "left alone, it always ends"


GUESSES = st.lists(
    st.one_of(
        st.sampled_from([0.5, 20.0, 250.0, 299.0, 300.0, 900.0, 3600.0]),
        st.sampled_from([Chosen("back"), Chosen("leave"), TimeUp(), servicing.HealthChanged(), LanguageChosen("sv")]),
        st.integers(0, 9).map(lambda last: typed(f"40827{last}")),
        st.sampled_from(["restart", "gesture"]),
    ),
    max_size=120,
)


@settings(max_examples=400)
@given(GUESSES)
def test_however_it_is_tried_the_lock_holds(played: list[Any]) -> None:
    kiosk = Kiosk(code="999999999999")
    elapsed, tried = 0.0, []
    for move in played:
        before = len(kiosk.checked)
        moved(kiosk, move)
        elapsed += move if isinstance(move, float) else 0.0
        tried.extend([elapsed] * (len(kiosk.checked) - before))
        assert not isinstance(kiosk.state, servicing.Inside)
    failures = 1
    for first, second in itertools.pairwise(tried):
        wait = 0.0 if failures < 5 else min(3600.0, 300.0 * 2 ** (failures - 5))
        assert second - first >= wait
        failures = 1 if second - first >= 86400 else failures + 1
