"""The script of a scenario: its YAML, checked before anything is started. ``docs/scenarios.md`` has the format."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import yaml
from msgspec import Meta, Struct

from kiosk.scenario.plan import PrinterPlan, ScannerPlan


class Document(Struct, frozen=True, forbid_unknown_fields=True):
    """The file as it is written. ``site``, ``roster`` and ``queues`` are what ``central seed`` takes.

    ``self_test`` is a time such as ``06:30``, empty for no opening self-test; ``service_code`` are the digits that open
    the service mode.
    """

    title: str
    clock: datetime
    site: str | dict[str, Any]
    steps: list[dict[str, Any]]
    language: str = "fi"
    roster: list[dict[str, Any]] = []
    queues: list[dict[str, Any]] = []
    screen: str = "1080x1920"
    printer: PrinterPlan = PrinterPlan()
    scanner: ScannerPlan = ScannerPlan()
    service_code: Annotated[str, Meta(pattern="^([0-9]{6,12})?$")] = ""
    self_test: Annotated[str, Meta(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9])?$")] = ""


@dataclass(frozen=True)
class Step:
    """One line of the play: a verb and what it is given. ``place`` counts from 1."""

    place: int
    verb: str
    given: Any

    def __str__(self) -> str:
        return f"step {self.place}, {self.verb}: {self.given}"


@dataclass(frozen=True)
class Script:
    """A scenario, ready to be played."""

    name: str
    document: Document
    steps: tuple[Step, ...]

    def has(self, verb: str) -> bool:
        """Whether any step has this verb: the stage brings only what is played with."""
        return any(step.verb == verb for step in self.steps)


class ScriptError(Exception):
    """The file is no scenario; the message names the place."""


def load(path: Path, verbs: frozenset[str]) -> Script:
    """Read a scenario whose every step has one of ``verbs``. Raises ``ScriptError``."""
    try:
        document = msgspec.convert(yaml.safe_load(path.read_text()), Document)
    except OSError as error:
        raise ScriptError(f"{path}: {error.strerror}") from error
    except (msgspec.ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScriptError(f"{path}: {error}") from error
    if document.clock.tzinfo is None:
        raise ScriptError(f"{path}: clock needs an offset, such as +02:00")
    steps = tuple(_step(path, place, step, verbs) for place, step in enumerate(document.steps, start=1))
    return Script(path.stem, document, steps)


def _step(path: Path, place: int, step: dict[str, Any], verbs: frozenset[str]) -> Step:
    if len(step) != 1:
        raise ScriptError(f"{path}: step {place} has {len(step)} verbs, not one")
    verb, given = next(iter(step.items()))
    if verb not in verbs:
        raise ScriptError(f"{path}: step {place}: no verb {verb!r}; there are {', '.join(sorted(verbs))}")
    return Step(place, verb, given)
