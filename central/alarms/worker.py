"""The worker of ``central serve``: one thread that looks, and one for each channel that tells.

Several services may work at once on one database: one of them looks at a time, an open alarm is one row, and a letter
is leased by whoever sends it. A service that is killed between sending and writing that down is the one case in which
something is told twice, with the same id.
"""

import random
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from central.alarms import look, mail, webhook
from central.alarms.channel import NotToldError, wants
from central.alarms.settings import AlarmsConfig, Mail, Webhook
from central.alarms.words import Names
from central.store import Store, alarms, ehr_turns, incidents, kiosk_history, sites, step_counts
from central.store.alarms import Alarm, Letter

log = structlog.stdlib.get_logger("central")

LOOK_EVERY = 10.0
SEND_EVERY = 2.0
COUNT_EVERY = timedelta(minutes=1)
HOURLY = timedelta(hours=1)
LEASE = timedelta(minutes=5)
TURN = timedelta(seconds=45)
GIVE_UP_AFTER = timedelta(hours=24)
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0


def pause(attempts: int, draw: float) -> timedelta:
    """Before the attempt after ``attempts`` (from 1) failed ones; ``draw`` in 0..1 spreads it over its upper half."""
    most = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempts - 1, 16))
    return timedelta(seconds=most * (0.5 + draw / 2))


class Watch:
    """What looks for alarms. ``started`` is since when kiosks could be heard."""

    def __init__(self, store: Store, settings: AlarmsConfig, started: datetime) -> None:
        self._store, self._settings, self._started = store, settings, started
        self._name = secrets.token_hex(8)
        self._counted: datetime | None = None
        self._hour: datetime | None = None
        self._channels = {one.name: _wanting(one) for one in settings.channels}

    def step(self, now: datetime) -> tuple[list[Alarm], list[Alarm]]:
        """Look once: what was opened and what was closed. Nothing where another service has the turn."""
        with self._store.writing() as connection:
            if not ehr_turns.hold(connection, "", "alarms", self._name, TURN, now):
                return [], []
        self._count(now)
        allowed = timedelta(minutes=self._settings.unsent_minutes)
        with self._store.reading() as connection:
            found = look.standing(connection, self._started, now, allowed)
        with self._store.writing() as connection:
            opened, closed = alarms.settle(connection, found, self._channels, now)
        for one in opened:
            log.warning("alarm_opened", kind=one.kind.value, site=one.site, subject=one.subject, alarm=one.id)
        for one in closed:
            log.info("alarm_closed", kind=one.kind.value, site=one.site, subject=one.subject, alarm=one.id)
        return opened, closed

    def release(self) -> None:
        """Leave the turn to another one."""
        with self._store.writing() as connection:
            ehr_turns.release(connection, "", self._name)

    def _count(self, now: datetime) -> None:
        if self._counted is not None and now - self._counted < COUNT_EVERY:
            return
        hourly = self._hour is None or now - self._hour >= HOURLY
        with self._store.reading() as connection:
            anything = step_counts.any_there(connection)
        # Facts that had to wait at a kiosk come within the day; the first time all that is compared with is counted.
        hours = 15 * 24 if not anything else 24 if hourly else 3
        with self._store.writing() as connection:
            step_counts.count(connection, now, hours)
            if hourly:
                for table in (step_counts, kiosk_history, incidents, alarms):
                    table.forget(connection, now)
        self._counted = now
        self._hour = now if hourly else self._hour


class Teller:
    """What tells one channel."""

    def __init__(self, store: Store, channel: Webhook | Mail, page: str) -> None:
        self._store, self._channel, self._page = store, channel, page
        self._at_once = webhook.AT_ONCE if isinstance(channel, Webhook) else mail.AT_ONCE

    def step(self, now: datetime) -> int:
        """Tell what is due; how many letters were taken up."""
        name = self._channel.name
        with self._store.writing() as connection:
            letters = alarms.due(connection, name, now, LEASE, self._at_once)
        if not letters:
            return 0
        with self._store.reading() as connection:
            names = {site: rules.name for site, rules in sites.all_rules(connection).items()}
        try:
            self._tell(letters, now, names)
        except NotToldError as error:
            self._failed(letters, str(error), now)
        else:
            with self._store.writing() as connection:
                alarms.sent(connection, name, letters)
            log.info("alarm_told", channel=name, letters=len(letters))
        return len(letters)

    def _tell(self, letters: Sequence[Letter], now: datetime, names: Names) -> None:
        if isinstance(self._channel, Webhook):
            webhook.tell(self._channel, letters, self._page, now, names)
        else:
            mail.tell(self._channel, letters, self._page, now, names)

    def _failed(self, letters: Sequence[Letter], reason: str, now: datetime) -> None:
        name = self._channel.name
        late = [one for one in letters if now - one.made_at >= GIVE_UP_AFTER]
        again = [one for one in letters if now - one.made_at < GIVE_UP_AFTER]
        with self._store.writing() as connection:
            alarms.given_up(connection, name, late, reason)
            for one in again:
                draw = random.random()  # noqa: S311 - it spreads attempts, and hides nothing
                alarms.failed(connection, name, [one], reason, now + pause(one.attempts + 1, draw))
        log.warning("alarm_not_told", channel=name, reason=reason, letters=len(again), given_up=len(late))


@contextmanager
def working(store: Store, settings: AlarmsConfig, now: Callable[[], datetime]) -> Iterator[None]:
    """Look and tell meanwhile."""
    stop = threading.Event()
    watch = Watch(store, settings, now())
    page = f"{settings.address.rstrip('/')}/fleet" if settings.address else ""
    tellers = [Teller(store, one, page) for one in settings.channels]
    work: list[tuple[Callable[[datetime], object], float]] = [(watch.step, LOOK_EVERY)]
    work += [(teller.step, SEND_EVERY) for teller in tellers]
    threads = [threading.Thread(target=_run, args=(step, every, now, stop), daemon=True) for step, every in work]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            # One that waits for a receiver may take as long as that has; the lease holds what it was about.
            thread.join(timeout=5.0)
        if not threads[0].is_alive():
            with _quietly():
                watch.release()


def _run(step: Callable[[datetime], object], every: float, now: Callable[[], datetime], stop: threading.Event) -> None:
    failing = False
    while not stop.is_set():
        again = False
        try:
            again = isinstance(done := step(now()), int) and done > 0
            failing = False
        except Exception as error:  # noqa: BLE001 - whatever is wrong now, the worker must outlive it
            if not failing:
                log.warning("alarms_failing", error=type(error).__name__)
            failing = True
        stop.wait(0.0 if again else every)


@contextmanager
def _quietly() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the turn ends by itself within its time
        log.info("turn_not_released", error=type(error).__name__)


def _wanting(channel: Webhook | Mail) -> Callable[[Alarm], bool]:
    return lambda one: wants(channel, one)
