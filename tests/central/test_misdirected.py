"""When clients at the wrong place are no chance any more."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from central.misdirected import Misdirected, Scope, begun, patterns
from tests.central.rig import MORNING


def client(minute: int, site: str = "k", right: str = "v", unit: str = "") -> Misdirected:
    return Misdirected(f"{site}{minute}", MORNING + timedelta(minutes=minute), site, right, unit)


@pytest.mark.parametrize(
    ("minutes", "runs"),
    [
        ((), []),
        ((0, 10), []),
        ((0, 10, 30), [(0, 30)]),
        ((0, 10, 31), []),
        ((0, 10, 31, 40), [(10, 40)]),
        ((0, 10, 20, 30, 40, 60), [(0, 60)]),
        ((0, 1, 2, 100, 101, 102), [(0, 2), (100, 102)]),
        ((30, 10, 0), [(0, 30)]),
        ((0, 0, 0), [(0, 0)]),
    ],
)
def test_so_many_at_one_site_within_the_span(minutes: Sequence[int], runs: list[tuple[int, int]]) -> None:
    found = patterns([client(minute) for minute in minutes])
    ends = [(pattern.facts[0].at - MORNING, pattern.facts[-1].at - MORNING) for pattern in found]
    assert [(first.seconds // 60, last.seconds // 60) for first, last in ends] == runs
    assert {pattern.scope for pattern in found} <= {Scope.SITE}


def test_a_reminder_misleads_to_different_sites() -> None:
    clients = [client(0, "k", "v", "dental"), client(5, "i", "v", "dental"), client(9, "v", "k", "dental")]
    [found] = patterns(clients)
    assert (found.scope, found.about, found.sites) == (Scope.REMINDER, "dental", {"k", "i", "v"})
    assert patterns([*clients[:2], client(9, "v", "k", "laboratory")]) == []
    assert len(patterns([*clients, client(6, "k"), client(7, "k")])) == 2


def test_it_depends_on_nothing_but_its_arguments() -> None:
    clients = [client(minute) for minute in (0, 10, 20)]
    assert patterns(clients, most=4) == []
    assert len(patterns([client(0), client(50)], most=2, span=timedelta(hours=1))) == 1


def test_a_pattern_begins_once() -> None:
    three, four = [client(minute) for minute in (0, 10, 20)], [client(minute) for minute in (0, 10, 20, 25)]
    assert len(begun(patterns(three), {"k20"})) == 1
    assert begun(patterns(four), {"k25"}) == []
    assert len(begun(patterns(four), {"k20", "k25"})) == 1
    assert begun(patterns(three), {"other"}) == []
