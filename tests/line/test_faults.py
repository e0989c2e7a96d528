"""``kiosk sync`` and ``central serve`` as processes, and between them a line with every fault that there is a name for.

Each fact that the journal took reaches the centre, once in effect, and the kiosk has the centre's own word on it.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import pytest

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.scenario.stagehand import wait_until
from tests.line.proxy import HOLD, QUICK, Trouble
from tests.line.rig import APPOINTMENTS, SECONDS, SITE, CentreProcess, LineKiosk, centre, holds, kiosk
from tests.line.storm import Storm, appointments, weather

RECOVERY = 12.0
"""Seconds in which all has left once a line is well again: the longest pause of a waiting row, and some for a machine
that others use too."""
FACTS = "/v1/facts"
WATCHED = 2.5
"""Seconds of a trouble that stands."""


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    with centre(tmp_path_factory.mktemp("line")) as running:
        yield running


@pytest.fixture(scope="module")
def fed(serving: CentreProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LineKiosk]:
    with kiosk(serving, tmp_path_factory.mktemp("fed"), "k-fed") as running:
        yield running


@pytest.fixture(scope="module")
def fresh() -> Iterator[str]:
    return appointments()


@pytest.mark.parametrize("trouble", QUICK)
def test_facts_arrive_once_whatever_befalls_a_request(
    trouble: Trouble, serving: CentreProcess, fed: LineKiosk, fresh: Iterator[str]
) -> None:
    before = len(fed.line.asked(FACTS))
    fed.line.next(trouble, path=FACTS)
    fed.check_in(next(fresh))
    fed.print_fails()
    fed.poison()
    fed.check_in(next(fresh))
    took = fed.settles()
    asked = fed.line.asked(FACTS)[before:]
    assert asked[0].trouble is trouble
    assert took < RECOVERY
    # Each of the four may have left by itself, and the one that was spoiled again.
    assert len(asked) <= 8
    holds(serving, fed)


@pytest.mark.parametrize("trouble", [Trouble.SWALLOW, Trouble.DUPLICATE])
def test_a_conflict_stays_one_however_its_answer_is_lost(
    trouble: Trouble, serving: CentreProcess, fed: LineKiosk, fresh: Iterator[str]
) -> None:
    appointment = next(fresh)
    fed.line.all(Trouble.RESET)
    fed.line.cut()
    fed.check_in(appointment)
    serving.run("arrive", appointment, "--site", SITE)
    fed.desk_was_first.add(appointment)
    fed.line.next(trouble, path=FACTS)
    fed.line.all(Trouble.NONE)
    fed.settles(RECOVERY)
    assert fed.line.met()[trouble] >= 1
    holds(serving, fed)


@pytest.mark.parametrize(
    ("trouble", "fault"),
    [
        (Trouble.RESET, faults.CENTRE_UNREACHABLE),
        (Trouble.UNAUTHORISED, faults.CENTRE_REFUSES),
        (Trouble.PORTAL, faults.CENTRE_NONSENSE),
    ],
)
def test_a_trouble_that_stands_is_named_and_never_asked_in_a_hot_loop(
    trouble: Trouble, fault: Fault, serving: CentreProcess, fed: LineKiosk, fresh: Iterator[str]
) -> None:
    proxy = fed.line
    proxy.all(trouble)
    proxy.cut()
    before, began = len(proxy.asked()), monotonic()
    for _ in range(5):
        fed.check_in(next(fresh))
    wait_until(lambda: monotonic() - began > WATCHED, SECONDS, "time passes")
    asked = len(proxy.asked()) - before
    assert not fed.settled
    wait_until(lambda: fault.code in fed.line_faults(), SECONDS, fault.code)
    # A new fact leaves at once: five. Uplink and downlink each try after 1, 2 and 4 seconds, with a token each.
    assert 2 <= asked <= 5 + 3 * 2 * 2 + 4
    proxy.well()
    fed.settles(RECOVERY)
    wait_until(lambda: not fed.line_faults(), SECONDS, "the board is clear")
    holds(serving, fed)


def test_lines_that_hold_their_breath_are_given_up_and_all_arrives(
    serving: CentreProcess, fed: LineKiosk, tmp_path: Path, fresh: Iterator[str]
) -> None:
    with ExitStack() as stack:
        more = [stack.enter_context(kiosk(serving, tmp_path, f"k-{trouble.value}")) for trouble in sorted(HOLD)[1:]]
        kiosks = [fed, *more]
        for one, trouble in zip(kiosks, sorted(HOLD), strict=True):
            one.line.next(trouble, path=FACTS)
            one.check_in(next(fresh))
        wait_until(lambda: all(one.line.met() & Counter(HOLD) for one in kiosks), SECONDS, "they are asked")
        asked = {one.name: len(one.line.asked(FACTS)) for one in kiosks}
        for one in kiosks:
            # While one request is held, more is recorded.
            one.check_in(next(fresh))
        for one in kiosks:
            one.settles(2 * SECONDS)
            assert len(one.line.asked(FACTS)) - asked[one.name] <= 3
        holds(serving, *kiosks)


def test_a_storm_loses_nothing_and_doubles_nothing(serving: CentreProcess, tmp_path: Path) -> None:
    chance = random.Random(20261122)
    fresh = (f"L{number}" for number in range(200, APPOINTMENTS))
    with kiosk(serving, tmp_path, "k-one", 1) as one, kiosk(serving, tmp_path, "k-two", 2) as two:
        come_through = weather(Storm(), serving, [one, two], chance, fresh, cancel="L199")
    assert come_through.troubled >= 10
    assert come_through.verdicts["conflict"] > 0
    assert come_through.verdicts["refused"] > 0
