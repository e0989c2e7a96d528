"""The thread that serves a technician on a machine that is no kiosk yet."""

import queue
import threading
from collections.abc import Callable

import structlog

from kiosk import texts
from kiosk.attendant import Asked, Inbox, Stop
from kiosk.checkin import first_run, tell, visit
from kiosk.composition import enrolling, kept_check
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

    def ask(self, beat: Beat) -> None:
        """Have this thread tell that it lives. From any thread."""
        self._inbox.put(Asked(lambda: beat("first-run")))

    def run(self) -> None:
        """Until ``Stop``, or until a technician has seen as what it is enrolled."""
        enrolling.forget(self._config.run)
        self._keep(self._state.language)
        self._show()
        with fitting(self._config, self._inbox, self._clock, self._board):
            while True:
                waiting = isinstance(self._state, first_run.Enrolling)
                try:
                    incoming = self._inbox.get(timeout=LOOK_EVERY if waiting else None)
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
        if isinstance(effect, first_run.Serve):
            self._keep(effect.language)
            return True
        return False

    def _keep(self, language: str) -> None:
        try:
            kept_check.begin(self._config.state, language)
        except OSError as error:
            log.warning("device_check_not_kept", errno=error.errno)

    def _look(self) -> None:
        answered = enrolling.answer(self._config.run)
        if answered is not None:
            self._take(answered)
        elif self._clock.monotonic() - self._asked_at > first_run.LONGEST_WAIT:
            # kiosk sync does not run, or hangs: the code is not spent, or the same one gives the same answer.
            enrolling.forget(self._config.run)
            self._take(first_run.Answered(mistake="unreachable"))

    def _show(self) -> None:
        self._screen.show(first_run.page(self._state), first_run.around(tell.frame(None)))
