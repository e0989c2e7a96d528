"""docs/hazard-log.md reckons its risks right, and names no control that is not there."""

import re
from collections.abc import Mapping

import pytest

from tests.evidence import ROOT, missing, named

LOG = ROOT / "docs" / "hazard-log.md"
SEVERITIES = ("Minor", "Significant", "Considerable", "Major", "Catastrophic")
RISKS = {
    "Very high": (3, 4, 4, 5, 5),
    "High": (2, 3, 3, 4, 5),
    "Medium": (2, 2, 3, 3, 4),
    "Low": (1, 2, 2, 3, 4),
    "Very low": (1, 1, 2, 2, 3),
}
"""DCB0129's implementation guidance: the risk by likelihood, for each severity."""
FIELDS = ("What", "Causes", "Effect", "Before", "Controls", "After", "Status")
JUDGED = re.compile(rf"({'|'.join(SEVERITIES)}) × ({'|'.join(RISKS)}) = ([1-5])")
STATUS = re.compile(r"closed|(transferred|open): \S.+", re.DOTALL)


def hazards() -> Mapping[str, dict[str, str]]:
    text = LOG.read_text(encoding="utf-8").partition("## Hazards")[2].partition("\n## ")[0]
    parts = re.split(r"^### (H\d\d) .+$", text, flags=re.MULTILINE)[1:]
    return {
        name: {
            found[1]: found[2].strip()
            for found in re.finditer(r"^- \*\*(\w+)\*\*: ((?:.|\n(?!- ))+)", body, re.MULTILINE)
        }
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


@pytest.mark.parametrize("name", hazards())
def test_a_hazard_is_whole_and_its_risks_are_those_of_the_matrix(name: str) -> None:
    one = hazards()[name]
    assert tuple(one) == FIELDS
    risks = []
    for field in ("Before", "After"):
        judged = JUDGED.fullmatch(one[field])
        assert judged is not None, one[field]
        severity, likelihood, risk = judged.groups()
        risks.append(int(risk))
        assert risks[-1] == RISKS[likelihood][SEVERITIES.index(severity)], one[field]
    before, after = risks
    assert after <= before
    assert after <= 3
    assert named(one["Controls"])
    assert STATUS.fullmatch(one["Status"])


def test_what_stays_undesirable_is_an_open_question() -> None:
    questions = LOG.read_text(encoding="utf-8").partition("## Open questions")[2]
    high = [name for name, one in hazards().items() if one["After"].endswith("= 3") or one["Status"].startswith("open")]
    assert high
    assert [name for name in high if name not in questions] == []


def test_the_matrix_is_written_as_it_is_reckoned() -> None:
    rows = re.findall(r"^\| \*\*([\w ]+)\*\* \|((?: \d \|){5})$", LOG.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: tuple(int(cell) for cell in cells.split("|")[:-1]) for name, cells in rows} == RISKS


def test_hazards_are_numbered_without_a_gap_and_every_control_is_there() -> None:
    assert list(hazards()) == [f"H{place:02}" for place in range(1, len(hazards()) + 1)]
    assert len(hazards()) >= 20
    assert missing(LOG) == []
