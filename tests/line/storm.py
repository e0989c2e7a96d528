"""A storm: kiosks are fed while troubles of every kind befall their lines; then the line is well, and all must hold."""

import random
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from time import monotonic

from kiosk.scenario.stagehand import wait_until
from tests.line.proxy import QUICK, FaultProxy, Trouble
from tests.line.rig import SITE, CentreProcess, LineKiosk, holds

CALM = 0.7
"""The chance of a request in a storm to meet nothing."""
SPREAD = 4.0
"""Requests for each second and kiosk that a line with troubles may cost at most, besides those for new facts."""
FIRST_REQUESTS = 30
FOR_EACH_FACT = 3
"""A new fact leaves at once, perhaps alone, perhaps twice, and may need a new token."""


@dataclass(frozen=True)
class Storm:
    """How hard it blows. ``pause`` are seconds between two facts at most; ``kills`` and ``outages`` their chances."""

    facts: int = 80
    pause: float = 0.06
    troubles: Mapping[Trouble, float] = field(default_factory=lambda: dict.fromkeys(QUICK, (1 - CALM) / len(QUICK)))
    kills: float = 0.0
    outages: float = 0.0
    patience: float = 30.0
    """Seconds after its end in which every fact must have the centre's word."""


@dataclass(frozen=True)
class Weathered:
    """What a storm came to. ``recovery`` are seconds from its end until the last fact had its receipt."""

    facts: int
    requests: int
    troubled: int
    recovery: float
    kills: int
    verdicts: Mapping[str, int]


def appointments() -> Iterator[str]:
    """Names of appointments that nobody has checked in yet."""
    number = 0
    while True:
        yield f"L{number}"
        number += 1


def weather(
    storm: Storm,
    centre: CentreProcess,
    kiosks: Sequence[LineKiosk],
    chance: random.Random,
    fresh: Iterator[str],
    *,
    cancel: str,
) -> Weathered:
    """Play one, in the middle of which an appointment is cancelled that nobody checks in for.

    Raises ``AssertionError`` where anything was lost, doubled, or asked for without end.
    """
    proxies = [one.proxy for one in kiosks if one.proxy is not None]
    before = [proxy.tally.requests for proxy in proxies]
    told_before = sum(len(one.acknowledged) for one in kiosks)
    troubled_before = sum(_troubled(proxy) for proxy in proxies)
    began, kills, pause = monotonic(), 0, Event()
    for proxy in proxies:
        proxy.storm(storm.troubles)
    for turn in range(storm.facts):
        feed(kiosks, chance, fresh)
        if turn == storm.facts // 2:
            centre.run("cancel", cancel, "--site", SITE)
        if chance.random() < storm.outages:
            away = chance.choice(proxies)
            away.all(chance.choice((Trouble.RESET, Trouble.PORTAL, Trouble.UNAVAILABLE)))
            away.cut()
        if chance.random() < storm.kills:
            kills += 1
            kill(centre, kiosks, chance)
        pause.wait(chance.random() * storm.pause)
    for proxy in proxies:
        proxy.well()
    ended = monotonic()
    for one in kiosks:
        one.settles(storm.patience)
    recovery = monotonic() - ended
    wait_until(lambda: all(cancel in one.cancelled() for one in kiosks), storm.patience, "news of the cancellation")
    facts = sum(len(one.acknowledged) for one in kiosks) - told_before
    requests = sum(proxy.tally.requests for proxy in proxies) - sum(before)
    bound = FIRST_REQUESTS + FOR_EACH_FACT * facts + SPREAD * len(kiosks) * (monotonic() - began)
    assert requests <= bound, f"{requests} requests for {facts} facts"
    troubled = sum(_troubled(proxy) for proxy in proxies) - troubled_before
    return Weathered(facts, requests, troubled, recovery, kills, holds(centre, *kiosks))


def feed(kiosks: Sequence[LineKiosk], chance: random.Random, fresh: Iterator[str]) -> None:
    """Something happens at a kiosk, and sometimes the same at all of them."""
    one, drawn = chance.choice(list(kiosks)), chance.random()
    if drawn < 0.05:
        one.poison()
    elif drawn < 0.2:
        one.print_fails()
    elif drawn < 0.4:
        appointment = next(fresh)
        for each in kiosks:
            each.check_in(appointment)
    else:
        one.check_in(next(fresh))


def kill(centre: CentreProcess, kiosks: Sequence[LineKiosk], chance: random.Random) -> None:
    """SIGKILL, and start again what was killed."""
    if chance.random() < 0.3:
        centre.stop(signal.SIGKILL)
        centre.start()
    else:
        one = chance.choice(list(kiosks))
        one.stop(signal.SIGKILL)
        one.start()


def _troubled(proxy: FaultProxy) -> int:
    return sum(count for trouble, count in proxy.met().items() if trouble is not Trouble.NONE)
