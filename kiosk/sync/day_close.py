"""Closing the days that are over, and telling the centre of each: what was taken, and what became of it."""

import random
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta

import msgspec
import structlog

from kiosk.checkin import faults
from kiosk.checkin.day_close import KeptClose, Range, parted
from kiosk.checkin.site import Site
from kiosk.ports import Clock, DayCloses, Enrolment
from kiosk.sync import messages
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.credentials import payload_of, signed
from kiosk.sync.pace import Pace

_DAY_CLOSE_BODY = msgspec.json.Decoder(messages.DayCloseBody)

_DAY_CLOSE_ANSWER = msgspec.json.Decoder(messages.DayCloseAnswer)

log = structlog.get_logger()

EVERY = 60.0
"""Seconds between two looks whether a day is over."""
JITTER = 0.5
LONGEST_PAUSE = 600.0
"""Seconds between two tries to send. Nobody waits for a day close."""
DIFFERENCE_SHOWN = timedelta(days=7)
"""How long a difference stands on the board. It is kept for ever."""
_OWN = ("refused", "nonsense")
"""Failures that may be of this one close."""


class DayClosing:
    """``site`` tells where midnight is: nothing is closed before that is known.

    ``centre_now`` is the time at the centre, as well as it is known here. ``tell`` hears what faults stand.
    """

    def __init__(
        self,
        centre: Centre,
        days: DayCloses,
        *,
        enrolment: Enrolment,
        site: Callable[[], Site | None],
        centre_now: Callable[[], datetime],
        clock: Clock,
        chance: random.Random,
        tell: Callable[[Collection[str]], None] = lambda _: None,
    ) -> None:
        self._centre = centre
        self._days = days
        self._enrolment = enrolment
        self._site = site
        self._centre_now = centre_now
        self._clock = clock
        self._faults = tell
        self._pace = Pace(clock, chance, every=EVERY, jitter=JITTER, longest=LONGEST_PAUSE)

    def seconds_left(self) -> float:
        """Seconds until the next look; 0 where it is due."""
        return self._pace.left()

    def line_is_back(self) -> None:
        """Whatever failed may work now."""
        self._pace.line_is_back()

    def work(self) -> None:
        """Close what is over and send what is new, if a look is due. Raises ``CentreError`` or a storage error."""
        if self._pace.left() > 0:
            return
        try:
            self.close()
            self._tell()
            for kept, answer in self.send():
                day, verdict = kept.range.day.isoformat(), answer.verdict.value
                log.info("day_closed", day=day, final=kept.final, verdict=verdict)
            self._tell()
        except Exception as error:
            self._pace.failed(error.after if isinstance(error, CentreError) else None)
            raise
        self._pace.worked()

    def close(self) -> None:
        """Close the days that are over, and again those of which something more is known."""
        site = self._site()
        if site is not None:
            first, facts = self._days.unclosed()
            by_day = [(place, site.day(at)) for place, at in facts]
            for found in parted(first, by_day, self._days.closed(), site.day(self._centre_now())):
                self._close(found)
        for kept in self._days.open():
            if not kept.final and self._days.tally(kept.range).pending == 0:
                self._close(kept.range, _forced(kept))

    def close_for_good(self, reason: str) -> None:
        """Close everything, today's facts too: this journal or this enrolment ends, for a ``reason`` where it must."""
        site = self._site()
        first, facts = self._days.unclosed()
        by_day = [(place, at.date() if site is None else site.day(at)) for place, at in facts]
        closed = self._days.closed()
        # What came after its day was closed has no day left to go to but one of its own, or nobody would count it.
        last = max((*closed, *(day for _, day in by_day)), default=date.min) + timedelta(days=1)
        by_day = [(place, last if day in closed else day) for place, day in by_day]
        for found in parted(first, by_day, closed, last + timedelta(days=1)):
            self._close(found, reason)
        for kept in self._days.open():
            if not kept.final:
                self._close(kept.range, reason or _forced(kept))

    def send(self) -> Iterator[tuple[KeptClose, messages.DayCloseAnswer]]:
        """Send what the centre has not answered, the oldest first, and keep its answers. Raises ``CentreError``."""
        own: CentreError | None = None
        for kept in self._days.open():
            if kept.sent:
                continue
            try:
                answer = self._centre.close_day(kept.range.day, kept.signed)
            except CentreError as error:
                if error.key not in _OWN:
                    raise
                own = error
                continue
            self._days.answered(kept, messages.encode(answer).decode(), self._clock.now())
            yield kept, answer
        if own is not None:
            raise own

    def _close(self, facts: Range, forced: str = "") -> None:
        tally = self._days.tally(facts)
        body = messages.DayCloseBody(
            kiosk=self._enrolment.kiosk,
            site=self._enrolment.site,
            day=facts.day,
            first=facts.first,
            last=facts.last,
            taken=facts.last - facts.first + 1,
            confirmed=tally.confirmed,
            conflicts=tally.conflicts,
            refused=tally.refused,
            pending=tally.pending,
            closed_at=self._clock.now(),
            forced=forced,
        )
        text = signed(self._enrolment.kiosk, self._enrolment.private_key, messages.encode(body))
        self._days.keep(facts, text, final=tally.pending == 0)

    def _tell(self) -> None:
        answers = self._days.answers(self._clock.now() - DIFFERENCE_SHOWN)
        verdicts = {_DAY_CLOSE_ANSWER.decode(answer).verdict for answer in answers}
        differs = messages.Agreement.DIFFERS in verdicts
        self._faults((faults.DAY_CLOSE_DIFFERS.code,) if differs else ())


def _forced(kept: KeptClose) -> str:
    return _DAY_CLOSE_BODY.decode(payload_of(kept.signed)).forced
