"""What is played in an outage drill, act by act; ``docs/outage.md`` says what each act practises.

The steps are those of scenarios (docs/scenarios.md). Persons are test identities, none is real.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CLOCK = "2026-11-23T08:50:00+02:00"
SITE = "kalasatama"
SERVICE_CODE = "482915"
"""Opens the service mode of the drill alone."""

IN_TIME = ("010594Y9032", "010594Y9021", "020594X903P")
STRANGER = "040594V9030"
"""Nobody expects them: by then the list of appointments is too old to say so."""

ROSTER: tuple[Mapping[str, str], ...] = (
    {"id": "D1", "person": IN_TIME[0], "unit": "dental", "area": "B2", "starts": "09:00"},
    {"id": "D2", "person": IN_TIME[1], "unit": "laboratory", "area": "A1", "starts": "09:05"},
    {"id": "D3", "person": IN_TIME[2], "unit": "dental", "area": "B2", "starts": "09:10"},
)


@dataclass(frozen=True)
class Act:
    """One act: its words are ``drill.NAME.happens`` and ``drill.NAME.do``. ``served``: somebody got a number in it."""

    name: str
    steps: tuple[Mapping[str, Any], ...]
    served: bool = False


def _comes(person: str, standing: str) -> tuple[Mapping[str, Any], ...]:
    return (
        {"scan": f"{person}\r"},
        {"expect": {"page": "confirm", "within": 20}},
        {"touch": "check-in"},
        {"expect": {"page": "done", "state": standing, "within": 30}},
    )


LEAVES: tuple[Mapping[str, Any], ...] = ({"touch": "finish"}, {"expect": {"page": "welcome", "within": 20}})
SLIP: Mapping[str, Any] = {"expect": {"slip": {"number": "shown"}, "within": 20}}

ACTS = (
    Act("well", (*_comes(IN_TIME[0], "registered"), SLIP, *LEAVES)),
    Act("line", ({"kill": "central"}, *_comes(IN_TIME[1], "recorded"), SLIP, *LEAVES), served=True),
    Act(
        "paper",
        (
            {"printer": "paper-out"},
            {"expect": {"fault": "printer-paper-out", "within": 30}},
            *_comes(IN_TIME[2], "recorded"),
            *LEAVES,
            {"printer": "refill"},
            {"expect": {"healed": "printer-paper-out", "within": 30}},
            # No slip of before the refill comes out after it.
            {"expect": {"slips": 2}},
        ),
        served=True,
    ),
    Act(
        "unmatched",
        (
            {"pass": "40m"},
            {"scan": f"{STRANGER}\r"},
            {"expect": {"page": "cannot-tell", "within": 30}},
            {"expect": {"never": {"page": "no-match"}}},
            SLIP,
            *LEAVES,
        ),
        served=True,
    ),
    Act(
        "strip",
        ({"touch": "staff-card"}, {"expect": {"page": "staff-line", "within": 20}}, {"touch": "leave"}),
    ),
    Act(
        "list",
        (
            {"touch": "gesture-service"},
            {"type": SERVICE_CODE},
            {"touch": "ready"},
            {"expect": {"page": "service", "within": 20}},
            {"touch": "part:facts"},
            {"expect": {"page": "service-part", "within": 20}},
            {"touch": "witness"},
            {"expect": {"page": "service-witness", "within": 20}},
            {"touch": "print-list"},
            {"expect": {"slip": {"number": "none"}, "within": 20}},
            {"touch": "back"},
            {"touch": "back"},
            {"touch": "leave"},
            {"expect": {"page": "welcome", "within": 20}},
        ),
    ),
    Act(
        "back",
        (
            {"start": "central"},
            {"expect": {"waiting": 0, "within": 90}},
            {"expect": {"centre": {"arrived": ["D1", "D2", "D3"]}, "within": 60}},
        ),
    ),
)
