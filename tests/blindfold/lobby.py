"""The lobby that the blindfolded walk into: a real kiosk with its centre, those who are expected, and their hands."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.config import ScreenConfig
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, database_key
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.stage import PLUGGED, PULLED, Stage, set_up
from kiosk.scenario.stagehand import Shown, StageError, wait_until

MOMENT = datetime.fromisoformat("2026-11-23T08:50:00+02:00")
SITE = {
    "extends": "kalasatama",
    "policy": {"family": True, "contact_check": True, "desk_tickets": True, "code_pattern": "AJ-[0-9A-Z]{4}"},
}
LONG, A_WHILE = 300.0, 5.0
"""Seconds: longer than any page waits for somebody who listens; and a part of it."""
TRIES = 3
CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def person(number: int, day: str = "010190", sign: str = "-") -> str:
    """A test identity: ``number`` from 900 to 999, the check character as DVV reckons it."""
    return f"{day}{sign}{number}{CHARACTERS[int(f'{day}{number}') % 31]}"


TODAY = {"unit": "dental", "area": "B2", "starts": "09:00"}
BOOKED, DOUBTER, DAY, CODED, PARENT, CHILD, CALLER, CHIP, LATE, EARLY, GONE = (person(900 + n) for n in range(11))
MOVED, DAYS_OFF, ELSEWHERE, ON_PHONE, DESK, STRANGER, UNWRITTEN, SLOW, QUITTER = (person(920 + n) for n in range(9))
CODE = "AJ-7K2M"

ROSTER: tuple[dict[str, Any], ...] = (
    {**TODAY, "id": "BOOKED", "person": BOOKED},
    {**TODAY, "id": "DOUBTER", "person": DOUBTER},
    {**TODAY, "id": "DAY1", "person": DAY, "unit": "laboratory", "area": "A2"},
    {**TODAY, "id": "DAY2", "person": DAY, "starts": "14:00"},
    {**TODAY, "id": "CODED", "person": CODED, "codes": [CODE]},
    {**TODAY, "id": "PARENT", "person": PARENT, "phone": "•• 67"},
    {**TODAY, "id": "CHILD", "person": CHILD},
    {**TODAY, "id": "CHIP", "person": "satu:99900001N"},
    {**TODAY, "id": "LATE", "person": LATE, "starts": "08:00"},
    {**TODAY, "id": "EARLY", "person": EARLY, "starts": "13:00"},
    {**TODAY, "id": "GONE", "person": GONE, "status": "cancelled"},
    {**TODAY, "id": "MOVED", "person": MOVED, "status": "moved", "moved_to": "2026-11-26T10:30:00+02:00"},
    {**TODAY, "id": "OFF", "person": DAYS_OFF, "starts": "2026-11-24T09:00:00+02:00"},
    {**TODAY, "id": "ELSE", "person": ELSEWHERE, "starts": "10:30", "site": "vuosaari"},
    {**TODAY, "id": "PHONE", "person": ON_PHONE, "channel": "phone"},
    {**TODAY, "id": "DESK", "person": DESK, "desk_first": True},
    {**TODAY, "id": "UNWRITTEN", "person": UNWRITTEN},
    {**TODAY, "id": "SLOW", "person": SLOW},
    {**TODAY, "id": "QUIT", "person": QUITTER},
)


class Lobby:
    """What a client does with the hands, and what happens by itself. Headphones and keys are ``kiosk.ui``'s own."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.keys = 0
        self._lock = ExitStack()
        self._heard: list[str] = []
        self._shown: list[Shown] = []

    # A handset: all that the client has.

    def press(self, key: str) -> None:
        """A key of the keypad."""
        self.keys += 1
        self.stage.stagehand.strike(key)

    def heard(self) -> Sequence[str]:
        """All that was said since the kiosk was switched on."""
        self._heard += self.stage.stagehand.heard(len(self._heard))
        return self._heard

    # Hands.

    def plug(self) -> None:
        """Headphones in."""
        self.press(PLUGGED)

    def pull(self) -> None:
        """Headphones out."""
        self.press(PULLED)

    def show(self, code: str) -> None:
        """Hold a card under the reader."""
        self.stage.scanner.scan(f"{code}\r")

    def insert(self, kind: str, trouble: str | None = None) -> None:
        """Put a card into the slot."""
        assert self.stage.props.wallet is not None
        self.stage.props.wallet.insert(kind, trouble)

    def take_card(self) -> None:
        """Take it out."""
        assert self.stage.props.wallet is not None
        self.stage.props.wallet.reader.remove()

    def leave(self, *, unfinished: bool) -> None:
        """Pull the headphones out and go. A visit that is ``unfinished`` ends with silence."""
        self.pull()
        if unfinished:
            self.let_pass(LONG)
        self.let_it_end()

    def _is_free(self) -> bool:
        """Whether the kiosk is at its first page for anybody; time passes where it is not."""
        shown = self.shown()[-1]
        free = shown.name == "welcome" and shown.language == self.stage.plan.language
        if not free:
            self.let_pass(A_WHILE)
        return free

    # What happens by itself.

    def let_pass(self, seconds: float) -> None:
        """Nobody does anything for so long."""
        self.stage.let_pass(timedelta(seconds=seconds))

    def fall_silent(self) -> None:
        """Nobody does anything until the kiosk asks; a page that comes by itself meanwhile begins the time anew."""
        for _ in range(TRIES):
            self.let_pass(LONG)
            with suppress(StageError):
                wait_until(lambda: self.shown()[-1].name == "more-time", 10.0, "the kiosk asks")
                return
        raise StageError("the kiosk never asks")

    def let_it_end(self) -> None:
        """Nobody does anything until the kiosk is free."""
        wait_until(self._is_free, 30.0, "the kiosk is free")

    def stop_writing(self) -> None:
        """Nothing can be written any more: somebody else has the journal's lock and does not let it go."""
        connection = self._lock.enter_context(
            Store(self.stage.state / DATABASE, database_key(self.stage.state)).connect()
        )
        connection.execute("BEGIN IMMEDIATE")
        self._lock.callback(connection.execute, "ROLLBACK")

    def let_write(self) -> None:
        """It can again, and the kiosk has found out."""
        self._lock.close()
        wait_until(self._serves, 20.0, "the kiosk serves again")

    def _serves(self) -> bool:
        # It looks now and then, by its clock.
        self.let_pass(A_WHILE)
        health = self.stage.health()
        return health is not None and health.can_serve

    # What the test knows afterwards, and the client never.

    def shown(self) -> list[Shown]:
        """The pages so far."""
        self._shown += self.stage.stagehand.shown(len(self._shown))
        return self._shown

    def arrived(self) -> set[str]:
        """Who the centre knows of."""
        return {row["appointment"] for row in self.stage.arrivals() if row["appointment"]}

    def slips(self) -> list[str]:
        """The numbers on the slips that came out, such as ``A 001``."""
        return [slip.number for slip in self.stage.printer.slips]


@contextmanager
def lobby(folder: Path, language: str = "fi") -> Iterator[Lobby]:
    """A kiosk at work, that speaks Finnish to whoever comes."""
    plan = StagePlan(
        folder=folder,
        site=SITE,
        moment=MOMENT,
        language=language,
        screen=ScreenConfig(windowed=True, width=1080, height=1920, pixels_per_mm=4.0, calm=True),
        roster=ROSTER,
        card=True,
        speech=True,
    )
    with set_up(plan) as stage:
        yield Lobby(stage)
