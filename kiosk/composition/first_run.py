"""The thread that serves a technician on a machine that is no kiosk yet."""

import queue
import threading
from collections.abc import Callable

import structlog

from kiosk import texts
from kiosk.attendant import Asked, Inbox, Stop
from kiosk.checkin import first_run, tell, visit
from kiosk.checkin.card import CardInserted, CardNotRead, CardRead
from kiosk.checkin.faults import Part
from kiosk.composition import enrolling
from kiosk.composition.fitting import fitting
from kiosk.composition.watchdog import Beat
from kiosk.config import Config
from kiosk.ports import Clock, FaultBoard, Screen

log = structlog.get_logger()

LOOK_EVERY = 0.5
"""Seconds between two looks for the answer."""


class FirstRun(threading.Thread):
    """Shows its pages until the machine is enrolled, and then calls ``end``. ``enrolled`` tells whether it is."""

    def __init__(
        self,
        config: Config,
        inbox: Inbox,
        screen: Screen,
        clock: Clock,
        board: FaultBoard,
        end: Callable[[], None],
    ) -> None:
        super().__init__(name="first-run", daemon=True)
        self.enrolled = False
        self._config = config
        self._inbox = inbox
        self._screen = screen
        self._clock = clock
        self._board = board
        self._end = end
        language = config.language if config.language in first_run.LANGUAGES else texts.FALLBACK
        self._state: first_run.State = first_run.Typing(language)
        self._asked_at = 0.0
        self._fitted: frozenset[Part] = frozenset()

    def ask(self, beat: Beat) -> None:
        """Have this thread tell that it lives. From any thread."""
        self._inbox.put(Asked(lambda: beat("first-run")))

    def run(self) -> None:
        """Until ``Stop``, or until a technician says that it may serve."""
        enrolling.forget(self._config.run)
        self._show()
        with fitting(self._config, self._inbox, self._clock, self._board) as fitted:
            self._fitted = frozenset(fitted.drivers)
            while True:
                typing = isinstance(self._state, first_run.Typing)
                try:
                    incoming = self._inbox.get(timeout=None if typing else LOOK_EVERY)
                except queue.Empty:
                    self._look()
                    continue
                match incoming:
                    case Stop():
                        return
                    case Asked(answer):
                        answer()
                    case visit.Keyed() | visit.Chosen() | visit.LanguageChosen() | visit.Scanned():
                        if self._take(incoming):
                            break
                    case CardInserted() | CardRead() | CardNotRead():
                        self._take(incoming)
        self._end()

    def _take(self, event: first_run.Event) -> bool:
        """One event; whether the machine is to serve now."""
        before = self._state
        self._state, effect = first_run.step(before, event, self._config.centre.address)
        if isinstance(effect, first_run.Enrol):
            self._asked_at = self._clock.monotonic()
            try:
                enrolling.ask(self._config.run, effect)
            except OSError as error:
                log.error("not_asked", reason=str(error))
                self._take(first_run.Answered(mistake="failed"))
        if isinstance(self._state, first_run.Enrolled):
            self.enrolled = True
        if self._state != before:
            self._show()
        return isinstance(effect, first_run.Serve)

    def _look(self) -> None:
        if self.enrolled:
            health = self._board.health()
            broken = frozenset(one.fault.part for one in health.standing)
            parts = tuple(part for part in first_run.DEVICES if part in self._fitted)
            self._take(first_run.Looked(parts, broken & frozenset(parts)))
            return
        answered = enrolling.answer(self._config.run)
        if answered is not None:
            self._take(answered)
        elif self._clock.monotonic() - self._asked_at > first_run.LONGEST_WAIT:
            # kiosk sync does not run, or hangs: the code is not spent, or the same one gives the same answer.
            enrolling.forget(self._config.run)
            self._take(first_run.Answered(mistake="unreachable"))

    def _show(self) -> None:
        self._screen.show(first_run.page(self._state), first_run.around(tell.frame(None)))
