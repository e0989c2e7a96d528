"""A kiosk in service mode, as far as its rules go, and what a test says of it."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from kiosk.checkin import faults, servicing
from kiosk.checkin.faults import Part
from kiosk.checkin.health import Health, Trouble, in_order
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.page import Page
from kiosk.checkin.servicing import FoundVisit, LogLine, View
from kiosk.checkin.servicing.lock import after_restart, seconds_locked
from kiosk.checkin.visit import Chosen, Keyed
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
