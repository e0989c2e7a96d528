"""After a visit nothing of the person is left in the memory of the screen process."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.config import ScreenConfig
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.stage import PLUGGED, PULLED, Stage, set_up
from kiosk.scenario.stagehand import wait_until

CODE = "020516C903K"
"""A code that stands in no docstring of the product."""
OF_A_MESSAGE = "AJ-K7QX20WZ"
ON_A_CHIP = ("99900437R", "TEUVOKANARIA", "TESTILINTU")
"""A number and names that stand nowhere in the product."""
VISIT = {"unit": "dental", "area": "B2", "starts": "09:00"}
SECONDS = 20.0


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    plan = StagePlan(
        folder=tmp_path_factory.mktemp("s"),
        site="kalasatama",
        moment=datetime.fromisoformat("2026-11-23T08:50:00+02:00"),
        language="fi",
        screen=ScreenConfig(windowed=True, width=540, height=960, calm=True),
        card=True,
        roster=(
            VISIT | {"id": "A1", "person": CODE},
            VISIT | {"id": "A2", "person": "040594V9030", "codes": [OF_A_MESSAGE]},
            VISIT | {"id": "A3", "person": f"satu:{ON_A_CHIP[0]}"},
        ),
    )
    with set_up(plan) as running:
        yield running


def memory_of(pid: int) -> Iterator[bytes]:
    """Every writable part of a process's memory: heaps, stacks, data."""
    with Path(f"/proc/{pid}/mem").open("rb") as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            begin, end = (int(part, 16) for part in span.split("-"))
            memory.seek(begin)
            try:
                yield memory.read(end - begin)
            except OSError:
                continue


def found(pid: int, code: str) -> list[str]:
    """In which writings the code is in the memory of a process."""
    writings = {"ascii": code.encode(), "utf-16": code.encode("utf-16-le"), "utf-32": code.encode("utf-32-le")}
    return [name for block in memory_of(pid) for name, text in writings.items() if re.search(re.escape(text), block)]


def test_nothing_of_the_person_is_left_after_the_visit(stage: Stage) -> None:
    pid = stage.pid("screen")
    stage.scanner.scan(f"{CODE}\r")
    wait_until(lambda: stage.stagehand.shown()[-1].name == "confirm", SECONDS, "confirm")
    stage.stagehand.touch("choice:not-mine", SECONDS)
    stage.stagehand.touch("choice:type", SECONDS)
    for key in CODE:
        stage.stagehand.touch(f"key:{key}", SECONDS)
    stage.stagehand.touch("choice:ready", SECONDS)
    wait_until(lambda: stage.stagehand.shown()[-1].name == "confirm", SECONDS, "confirm")
    stage.stagehand.touch("choice:check-in", SECONDS)
    stage.stagehand.touch("choice:finish", SECONDS)
    wait_until(lambda: stage.stagehand.shown()[-1].name == "welcome", SECONDS, "welcome")
    wait_until(lambda: found(pid, CODE) == [], SECONDS, f"nothing left, but there is {found(pid, CODE)}")


def test_nothing_of_a_typed_appointment_code_is_left_after_the_visit(stage: Stage) -> None:
    # It is shown as it is typed, so that the screen's own memory holds it as well.
    pid = stage.pid("screen")
    stage.stagehand.touch("choice:type", SECONDS)
    stage.stagehand.touch("choice:type-code", SECONDS)
    for key in OF_A_MESSAGE:
        stage.stagehand.touch(f"key:{key}", SECONDS)
    assert found(pid, OF_A_MESSAGE) != []
    stage.stagehand.touch("choice:ready", SECONDS)
    wait_until(lambda: stage.stagehand.shown()[-1].name == "confirm", SECONDS, "confirm")
    stage.stagehand.touch("choice:check-in", SECONDS)
    stage.stagehand.touch("choice:finish", SECONDS)
    wait_until(lambda: stage.stagehand.shown()[-1].name == "welcome", SECONDS, "welcome")
    wait_until(lambda: found(pid, OF_A_MESSAGE) == [], SECONDS, f"nothing left, but {found(pid, OF_A_MESSAGE)}")


def test_nothing_of_a_card_is_left_after_the_visit(stage: Stage) -> None:
    pid = stage.pid("screen")
    assert stage.props.wallet is not None
    number, given, surname = ON_A_CHIP
    stage.props.wallet.insert("fineid-2023", number=number, given=given, surname=surname)
    wait_until(lambda: stage.stagehand.shown()[-1].name == "confirm", SECONDS, "confirm")
    stage.props.wallet.reader.remove()
    stage.stagehand.touch("choice:check-in", SECONDS)
    stage.stagehand.touch("choice:finish", SECONDS)
    wait_until(lambda: stage.stagehand.shown()[-1].name == "welcome", SECONDS, "welcome")
    wait_until(lambda: not any(found(pid, planted) for planted in ON_A_CHIP), SECONDS, "nothing of the card is left")


def test_nothing_of_what_was_typed_by_ear_is_left_after_the_visit(tmp_path_factory: pytest.TempPathFactory) -> None:
    plan = StagePlan(
        folder=tmp_path_factory.mktemp("s"),
        site="kalasatama",
        moment=datetime.fromisoformat("2026-11-23T08:50:00+02:00"),
        language="fi",
        screen=ScreenConfig(windowed=True, width=540, height=960, calm=True),
        roster=(VISIT | {"id": "A1", "person": CODE},),
        speech=True,
    )
    with set_up(plan) as listening:
        pid, hand = listening.pid("screen"), listening.stagehand
        hand.strike(PLUGGED)
        wait_until(lambda: hand.heard() != [], SECONDS, "the page is read")
        hand.touch("choice:type", SECONDS)
        for key in CODE:
            hand.touch(f"key:{key}", SECONDS)
        assert found(pid, CODE) != []
        wait_until(lambda: f"{CODE[-1]}." in hand.heard(), SECONDS, "what was typed is said to headphones")
        hand.touch("choice:ready", SECONDS)
        wait_until(lambda: hand.shown()[-1].name == "confirm", SECONDS, "confirm")
        hand.touch("choice:check-in", SECONDS)
        hand.touch("choice:finish", SECONDS)
        hand.strike(PULLED)
        wait_until(lambda: hand.shown()[-1].name == "welcome", SECONDS, "welcome")
        wait_until(lambda: found(pid, CODE) == [], SECONDS, f"nothing left, but there is {found(pid, CODE)}")


def test_the_search_finds_what_is_there(stage: Stage) -> None:
    # While the client types, the code must be somewhere: a search that never finds anything would prove nothing.
    pid = stage.pid("screen")
    stage.stagehand.touch("choice:type", SECONDS)
    for key in CODE:
        stage.stagehand.touch(f"key:{key}", SECONDS)
    assert found(pid, CODE) != []
