"""One thread per device: open, run, back off, reopen, for as long as the kiosk lives."""

import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

import structlog

from kiosk.checkin.faults import DEVICE_CODE_FAILED, Fault
from kiosk.devices.transport import TransportError
from kiosk.ports import Clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class DeviceState:
    """What is known of a device now. ``faults`` are codes of the catalogue; none of them and connected is well."""

    device: str
    connected: bool
    faults: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Backoff:
    """How long to stay away after a failure: ``first`` seconds, doubled each time, at most ``longest``."""

    first: float = 0.2
    longest: float = 5.0

    def delay(self, failures: int, chance: float) -> float:
        """Seconds after that many failures in a row; ``chance`` in [0, 1) spreads them over the upper half."""
        full = min(self.longest, self.first * 2.0 ** min(failures - 1, 30))
        return full * (0.5 + chance / 2)


WELL_AGAIN_AFTER = 60.0
"""Seconds without a mistake after which a device's code is believed to work again."""


class Hold:
    """What a device's own code sees of its supervisor while it runs."""

    def __init__(self, supervisor: "Supervisor") -> None:
        self._supervisor = supervisor

    @property
    def stopping(self) -> bool:
        """The kiosk closes, or the device is to be opened anew: return soon. To be asked every few seconds."""
        self._supervisor.forgive()
        return self._supervisor.stopping or self._supervisor.reopening

    def well(self, faults: Iterable[Fault] = ()) -> None:
        """The device is there and has exactly these faults."""
        self._supervisor.tell(connected=True, faults=faults)

    def pause(self, seconds: float) -> None:
        """Wait, but no longer than until a nudge or the end."""
        self._supervisor.pause(seconds)


class Supervised(Protocol):
    """A device as its supervisor runs it. All three are called in the device's own thread."""

    def run(self, hold: Hold) -> None:
        """Open the device and serve it until ``hold.stopping``; a return before that means to open it anew at once.

        Raises ``TransportError`` where it leaves.
        """

    def away(self) -> None:
        """The device is gone: answer what came in meanwhile. Called after a failure and after each nudge."""

    def closing(self) -> None:
        """The very last call: answer what is left."""


class Supervisor:
    """Keeps one device running, and tells of each change of its state once.

    ``gone`` is the fault of a device that is not there. Where there is more than one such fault, ``when_gone`` gives
    all that stand, from the key of the ``TransportError``, empty after a mistake in the device's code. After such a
    mistake ``DEVICE_CODE_FAILED`` stands besides, until the device has run without another for some time. ``on_state``
    is called in the device's thread at every change. ``chance`` gives a random number in [0, 1).
    """

    def __init__(
        self,
        device: str,
        supervised: Supervised,
        gone: Fault,
        *,
        clock: Clock,
        chance: Callable[[], float],
        on_state: Callable[[DeviceState], None],
        backoff: Backoff,
        when_gone: Callable[[str], Iterable[Fault]] | None = None,
    ) -> None:
        self._device = device
        self._supervised = supervised
        self._when_gone = when_gone or (lambda _: (gone,))
        self._left_by = ""
        self._clock = clock
        self._chance = chance
        self._on_state = on_state
        self._backoff = backoff
        self._state = DeviceState(device, connected=False)
        self._faults: frozenset[str] = frozenset()
        self._mistaken_until: float | None = None
        self._failures = 0
        self._stopping = threading.Event()
        self._nudged = threading.Event()
        self._reopening = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> DeviceState:
        """The last known state. Safe from any thread."""
        return self._state

    @property
    def stopping(self) -> bool:
        """Whether ``stop`` was called."""
        return self._stopping.is_set()

    @property
    def reopening(self) -> bool:
        """Whether ``reopen`` was called and has not happened yet."""
        return self._reopening.is_set()

    def start(self) -> None:
        """Begin. A supervisor starts once."""
        self._thread = threading.Thread(target=self._loop, name=self._device, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it: some tenths of a second, or what a write in progress takes."""
        self._stopping.set()
        self._nudged.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def reopen(self) -> None:
        """Close the device and open it again at once, whatever the back-off says. Safe from any thread."""
        self._reopening.set()
        self._nudged.set()

    def nudge(self) -> None:
        """Wake the device's thread: there is something to do. Safe from any thread."""
        self._nudged.set()

    def pause(self, seconds: float) -> None:
        """Wait in the device's thread until ``seconds`` have passed, a nudge came or the end is near."""
        until = self._clock.monotonic() + seconds
        while not self.stopping and not self.reopening and (left := until - self._clock.monotonic()) > 0:
            self.forgive()
            if self._nudged.wait(self._clock.nap(min(left, WELL_AGAIN_AFTER))):
                break
        self._nudged.clear()

    def tell(self, *, connected: bool, faults: Iterable[Fault]) -> None:
        """Take in the device's state; report what is new in it."""
        self._faults = frozenset(fault.code for fault in faults)
        self._told(connected)

    def forgive(self) -> None:
        """In the device's thread: take a mistake in its code back that was long enough ago."""
        if self._mistaken_until is not None and self._clock.monotonic() >= self._mistaken_until:
            self._mistaken_until = None
            self._told(self._state.connected)

    def _told(self, connected: bool) -> None:
        mistaken = {DEVICE_CODE_FAILED.code} if self._mistaken_until is not None else set()
        now = DeviceState(self._device, connected, self._faults | mistaken)
        if now != self._state:
            self._state = now
            self._on_state(now)

    def _loop(self) -> None:
        hold = Hold(self)
        while not self.stopping:
            self._reopening.clear()
            began = self._clock.monotonic()
            ran = self._guard(lambda: self._supervised.run(hold))
            # A device that leaves again at once has not healed: it keeps its place in the back-off.
            if self._clock.monotonic() - began >= self._backoff.longest:
                self._failures = 0
            if not ran and not hold.stopping:
                self._guard(self._stay_away)
        self._guard(self._supervised.closing)

    def _guard(self, act: Callable[[], None]) -> bool:
        try:
            act()
            return True
        except TransportError as error:
            self._left_by = error.key
            log.debug("device_left", device=self._device, key=error.key)
        except Exception as error:  # noqa: BLE001 - a mistake in one device's code must not end the device
            self._left_by = ""
            self._mistaken_until = self._clock.monotonic() + WELL_AGAIN_AFTER
            report_mistake(self._device, error)
        return False

    def _stay_away(self) -> None:
        self._failures += 1
        self.tell(connected=False, faults=self._when_gone(self._left_by))
        until = self._clock.monotonic() + self._backoff.delay(self._failures, self._chance())
        self._supervised.away()
        while not self.stopping and not self.reopening and (left := until - self._clock.monotonic()) > 0:
            self.pause(left)
            self._supervised.away()


def report_mistake(device: str, error: Exception) -> None:
    """Log that a device's own code failed, and where."""
    # Neither message nor traceback: both may carry what a client scanned.
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{PurePath(where.filename).name}:{where.lineno}"
    log.error("device_code_failed", device=device, error=type(error).__name__, place=place)
