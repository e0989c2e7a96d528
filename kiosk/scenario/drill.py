"""``kiosk drill``: an outage played for whoever has to know what to do, on a stage of its own.

Centre, kiosk, printer and clients are played by this machine; nothing leaves it, and no kiosk is touched. A machine
that is a kiosk itself plays nothing: its screen and its clients come first.
"""

import os
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from kiosk.checkin.wording import Text
from kiosk.config import Config, ConfigError, ScreenConfig, load
from kiosk.offline.vault import DATABASE
from kiosk.scenario.actor import Actor, ExpectationError
from kiosk.scenario.drill_acts import ACTS, CLOCK, ROSTER, SERVICE_CODE, SITE, Act
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.stage import Stage, new_folder, set_up
from kiosk.scenario.stagehand import StageError
from kiosk.scenario.verbs import VERBS
from kiosk.texts import say

WINDOW = (540, 960)
"""Pixels of the kiosk's window: half of the real screen each way."""
ALONE = (1080, 1920)
"""Pixels where there is no window."""
PIXELS_PER_MM = 4.0
NEEDED = ("central", "starlette", "uvicorn")
"""The centre, and what it runs on. The packages for kiosks and centres have one of both each, and play no drill."""

_NUMBER = re.compile(r"\b[A-ZÅÄÖ]{1,2} [0-9]{3,}\b")


class DrillError(Exception):
    """The drill can't be played here. The message is for a person."""


@dataclass(frozen=True)
class Reckoning:
    """What stands at the end, by number: who came while the line was down, what the list said, what the centre has."""

    served: frozenset[str]
    listed: frozenset[str]
    at_centre: frozenset[str]

    @property
    def holds(self) -> bool:
        """Whether list and centre have everybody who came, and nobody else."""
        return bool(self.served) and self.listed == self.served <= self.at_centre


def refuse_on_a_kiosk(path: Path) -> None:
    """Return where this machine is no kiosk. Raises ``DrillError``, also where nobody can tell."""
    try:
        state = load(path).state if path.exists() else Config().state
        is_one = (state / DATABASE).exists()
    except (ConfigError, OSError) as error:
        raise DrillError(
            f"it can't be told whether this machine is a kiosk ({error}); no drill is played here"
        ) from error
    if is_one:
        raise DrillError("this machine is a kiosk and serves clients: play the drill on another one")
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise DrillError("the drill plays kiosk and centre: play it where the source was set up with `make`")


def play_drill(
    language: str, *, headless: bool, pictures: Path | None, tell: Callable[[str], None], pause: Callable[[], None]
) -> bool:
    """Play every act, telling what happens and what staff do; whether everything came right.

    ``pause`` is called where staff look at what they were told, before and after each act.
    """
    with tempfile.TemporaryDirectory(prefix="drill-") as temporary:
        plan = _plan(new_folder(Path(temporary)), language, headless=headless, pictures=pictures)
        try:
            with set_up(plan) as stage:
                return _play(stage, lambda key, **data: tell(say(Text(key, data), language)), pause)
        except StageError as error:
            tell(str(error))
            return False


def _play(stage: Stage, tell: Callable[..., None], pause: Callable[[], None]) -> bool:
    actor = Actor(stage)
    served: set[str] = set()
    tell("drill.begin", code=SERVICE_CODE)
    for place, act in enumerate(ACTS, start=1):
        tell("drill.act", place=place, acts=len(ACTS) + 1)
        tell(f"drill.{act.name}.happens")
        pause()
        failed = _act(actor, act)
        if failed:
            tell("drill.failed", what=failed)
            return False
        if act.served and actor.number is not None:
            served.add(actor.number)
        tell(f"drill.{act.name}.do")
        tell("drill.held")
        pause()
    return _reckon(stage, frozenset(served), tell)


def _act(actor: Actor, act: Act) -> str:
    """Play one act; what did not hold, or nothing."""
    for step in act.steps:
        ((verb, given),) = step.items()
        try:
            VERBS[verb](actor, given)
        except (ExpectationError, StageError, OSError) as error:
            return f"{act.name}, {verb}: {error}"
    return ""


def _reckon(stage: Stage, served: frozenset[str], tell: Callable[..., None]) -> bool:
    tell("drill.act", place=len(ACTS) + 1, acts=len(ACTS) + 1)
    tell("drill.reckoning.happens")
    at_centre = numbers(stage.central("arrivals", "--json")) | numbers(stage.central("unmatched", "--json"))
    found = Reckoning(served, numbers(stage.printer.slips[-1].text), at_centre)
    for number in sorted(found.served | found.listed):
        row = (number in found.served, number in found.listed, number in found.at_centre)
        tell(
            "drill.reckoning.row",
            number=number,
            **dict(zip(("came", "listed", "centre"), map(_mark, row), strict=True)),
        )
    tell("drill.reckoning.do" if found.holds else "drill.failed", what="list, centre")
    return found.holds


def run_drill(config: Path, language: str, *, headless: bool, out: Path | None) -> int:
    """Play the drill in this terminal: 0 where it came right, 1 where not, 2 where it can't be played here."""
    try:
        refuse_on_a_kiosk(config)
    except DrillError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return 2
    alone = headless or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    followed = not headless and sys.stdin.isatty()

    def pause() -> None:
        if followed:
            input(say(Text("drill.pause"), language))

    held = play_drill(language, headless=alone, pictures=out, tell=lambda words: print(words, flush=True), pause=pause)
    return 0 if held else 1


def numbers(text: str) -> frozenset[str]:
    """The ticket numbers in a text, such as ``A 001``."""
    return frozenset(_NUMBER.findall(text))


def _mark(there: bool) -> str:
    return "✓" if there else "–"


def _plan(folder: Path, language: str, *, headless: bool, pictures: Path | None) -> StagePlan:
    width, height = ALONE if headless else WINDOW
    return StagePlan(
        folder=folder,
        site=SITE,
        moment=datetime.fromisoformat(CLOCK),
        language=language,
        screen=ScreenConfig(
            windowed=True, width=width, height=height, pixels_per_mm=PIXELS_PER_MM * width / ALONE[0], calm=True
        ),
        roster=ROSTER,
        pictures=pictures,
        headless=headless,
        service_code=SERVICE_CODE,
    )
