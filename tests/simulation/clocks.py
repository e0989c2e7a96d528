"""The clock of a kiosk: off, drifting, and set by somebody now and then. ``monotonic`` begins anew with each start."""

from datetime import UTC, datetime, timedelta

from tests.simulation.scheduler import Scheduler


class KioskClock:
    """``kiosk.ports.Clock``. ``ahead`` is by how many seconds the wall clock is wrong now."""

    def __init__(self, scheduler: Scheduler, begins: datetime, ahead: float = 0.0, drift: float = 0.0) -> None:
        self._scheduler = scheduler
        self._begins = begins.astimezone(UTC)
        self._ahead = ahead
        self._drift = drift
        self._started = 0.0
        self.boots = 0

    def now(self) -> datetime:
        """The wall clock."""
        true = self._scheduler.now
        return self._begins + timedelta(seconds=true * (1 + self._drift) + self._ahead)

    def monotonic(self) -> float:
        """Seconds since the machine started."""
        return self._scheduler.now - self._started

    def nap(self, seconds: float) -> float:
        """Virtual time passes by itself."""
        return seconds

    def jump(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self._ahead += seconds

    def set_right(self) -> None:
        """It shows the true time from now on."""
        self._ahead, self._drift = 0.0, 0.0

    def boot(self) -> None:
        """The machine starts."""
        self._started = self._scheduler.now
        self.boots += 1
