"""What makes an alarm: rules without a database or a clock. Nothing in an alarm is about a person.

A rule that has opened something holds it a little longer than it would open it, so that nothing comes and goes at the
edge: ``opens`` is false where it only goes on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from central.alarms.falling import Fall, fall
from central.misdirected import SPAN, Pattern
from central.silence import is_silent
from central.steps import Step, Tally

RECORD_ALLOWED = timedelta(minutes=15)
"""How long an arrival may wait for a health record."""


class Kind(StrEnum):
    """What an alarm is about."""

    SILENT = "silent"
    UNSENT = "unsent"
    STEP_FELL = "step-fell"
    WRONG_UNIT = "wrong-unit"
    DEAD_LETTERS = "dead-letters"
    RECORD_LATE = "record-late"
    LOST_CLIENTS = "lost-clients"


@dataclass(frozen=True)
class Standing:
    """Something that is so now. ``subject`` tells it from others of its kind at the site; ``data`` is for the words."""

    kind: Kind
    site: str
    subject: str
    data: Mapping[str, str | int] = field(default_factory=dict)
    opens: bool = True

    @property
    def key(self) -> tuple[Kind, str, str]:
        """What it is known by while it stands."""
        return self.kind, self.site, self.subject


@dataclass(frozen=True)
class Seen:
    """A kiosk as the rules see it. ``unsent`` is how long its oldest unsent fact has waited."""

    kiosk: str
    site: str
    sign: datetime
    unsent: timedelta | None = None


def silent(kiosks: Iterable[Seen], started: datetime, now: datetime) -> list[Standing]:
    """Kiosks that are not heard. Before ``started`` nobody could be: that opens nothing, and closes nothing."""
    return [
        Standing(
            Kind.SILENT,
            one.site,
            one.kiosk,
            {"kiosk": one.kiosk, "since": one.sign.isoformat(timespec="seconds")},
            opens=is_silent(max(one.sign, started), now),
        )
        for one in kiosks
        if is_silent(one.sign, now)
    ]


def unsent(kiosks: Iterable[Seen], allowed: timedelta) -> list[Standing]:
    """Kiosks that have not got a fact away for so long; over when it is away, or younger than half of that."""
    return [
        Standing(
            Kind.UNSENT,
            one.site,
            one.kiosk,
            {"kiosk": one.kiosk, "minutes": int(one.unsent.total_seconds() // 60)},
            opens=one.unsent > allowed,
        )
        for one in kiosks
        if one.unsent is not None and one.unsent > allowed / 2
    ]


@dataclass(frozen=True)
class Counts:
    """How a step went at one kiosk: of late, and usually."""

    site: str
    kiosk: str
    step: Step
    now: Tally
    usual: Tally


def fallen(counts: Sequence[Counts]) -> list[Standing]:
    """Steps that go much worse than they usually do: at one kiosk, or at a site where no single one stands out."""
    found = [_fallen(one.site, one.kiosk, one, fall(one.now, one.usual)) for one in counts]
    alone = {(one.site, one.data["step"]) for one in found if one is not None and one.opens}
    together: dict[tuple[str, Step], Counts] = {}
    for one in counts:
        before = together.get((one.site, one.step), Counts(one.site, "", one.step, Tally(), Tally()))
        both = Counts(one.site, "", one.step, before.now + one.now, before.usual + one.usual)
        together[one.site, one.step] = both
    at_sites = [_fallen(one.site, "", one, fall(one.now, one.usual)) for one in together.values()]
    found += [one for one in at_sites if one is not None and (one.site, one.data["step"]) not in alone]
    return [one for one in found if one is not None]


def _fallen(site: str, kiosk: str, one: Counts, how: Fall) -> Standing | None:
    if how is Fall.NONE:
        return None
    data = {
        "kiosk": kiosk,
        "step": one.step.value,
        "percent": one.now.percent,
        "usual": one.usual.percent,
    }
    return Standing(Kind.STEP_FELL, site, f"{one.step.value}:{kiosk}", data, opens=how is Fall.FELL)


def wrong_unit(patterns: Iterable[Pattern], now: datetime) -> list[Standing]:
    """Many clients at the wrong place: for as long as somebody still came so within twice the span."""
    found = []
    for pattern in patterns:
        newest = max(one.at for one in pattern.facts)
        if now - newest <= 2 * SPAN:
            data: dict[str, str | int] = {"scope": pattern.scope.value, "about": pattern.about}
            data |= {"many": len(pattern.facts)}
            site = min((one.site for one in pattern.facts), default="")
            found.append(Standing(Kind.WRONG_UNIT, site, f"{pattern.scope.value}:{pattern.about}", data))
    return found


def dead_letters(dead: Mapping[str, int]) -> list[Standing]:
    """Health records that would not take an arrival: somebody must look into each."""
    return [Standing(Kind.DEAD_LETTERS, "", ehr, {"ehr": ehr, "many": many}) for ehr, many in dead.items() if many]


def record_late(oldest: Mapping[str, datetime | None], now: datetime) -> list[Standing]:
    """Health records that have not taken an arrival for ``RECORD_ALLOWED``; over when none waits for half of that."""
    waits = {ehr: now - since for ehr, since in oldest.items() if since is not None}
    return [
        Standing(
            Kind.RECORD_LATE,
            "",
            ehr,
            {"ehr": ehr, "minutes": int(age.total_seconds() // 60)},
            opens=age > RECORD_ALLOWED,
        )
        for ehr, age in waits.items()
        if age > RECORD_ALLOWED / 2
    ]


def lost_clients(unseen: Mapping[str, int]) -> list[Standing]:
    """Sites where clients have waited too long without anybody acknowledging that they are there."""
    return [Standing(Kind.LOST_CLIENTS, site, "", {"many": many}) for site, many in unseen.items() if many]
