"""What a play knows while it runs: the stage, how far it has looked, and what it did last."""

from dataclasses import dataclass, field
from typing import Any

from kiosk.scenario.stage import Stage
from kiosk.scenario.stagehand import Shown


class ExpectationError(Exception):
    """Something was not as the script says."""

    def __init__(self, expected: Any, got: Any) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected = expected
        self.got = got


@dataclass
class Actor:
    """One play. ``page`` is the last page that an expectation met; ``acted`` tells that a step came after it."""

    stage: Stage
    page: Shown | None = None
    acted: bool = False
    number: str | None = None
    slips_seen: int = 0
    heard: int = 0
    """How many utterances an expectation passes over: those up to the one that met the last one."""
    last_scan: str | None = None
    identifiers: set[str] = field(default_factory=set)
    """What was scanned or typed: none of it may stand in a log afterwards."""

    def act(self) -> None:
        """From now on only pages that come after the last one met count."""
        self.acted = True

    def restarted(self) -> None:
        """The screen counts its pages anew."""
        self.page = None
        self.acted = False
        self.heard = 0

    @property
    def seen(self) -> int:
        """How many pages an expectation passes over: one may look again at the page met last, until a step acts."""
        if self.page is None:
            return 0
        return self.page.n if self.acted else self.page.n - 1
