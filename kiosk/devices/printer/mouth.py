"""A slip that nobody takes: how long it may stand in the printer's mouth, and what becomes of it then. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MouthPolicy:
    """What a site wants of a slip left behind. Times in seconds.

    Retracted it shows nobody its number; left it can still be taken. Neither is ever printed over.
    """

    retract: bool = False
    seconds: float = 20.0
    """From when a slip counts as left behind."""
    patience: float = 5.0
    """How long the next slip waits for the one before to be taken, such as between two of one family."""


class Mouth:
    """What is known of the mouth. ``now`` is any clock that only goes forward."""

    def __init__(self, policy: MouthPolicy) -> None:
        self.policy = policy
        self._since: float | None = None
        self._in_the_way = False
        self._pulled = False

    def see(self, occupied: bool | None, now: float) -> None:
        """Take in whether a slip stands there; unknown changes nothing."""
        if occupied is False:
            self._since, self._in_the_way, self._pulled = None, False, False
        elif occupied and self._since is None:
            self._since = now

    def refuse(self) -> None:
        """A slip could not be printed because of the one that stands there."""
        self._in_the_way = True

    def pull(self) -> bool:
        """Whether to take back the slip that stands there: only one try for each, for there may be no bin."""
        once, self._pulled = not self._pulled, True
        return once

    def overdue(self, now: float) -> bool:
        """Whether the slip there counts as left behind."""
        return self._since is not None and now - self._since >= self.policy.seconds

    def at_fault(self, now: float) -> bool:
        """Whether somebody should know of it."""
        return self._since is not None and (self._in_the_way or self.overdue(now))
