"""docs/threat-model.md and SECURITY.md name nothing that is not there, and the model leaves no process out."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.evidence import ROOT, missing, named

MODEL = ROOT / "docs" / "threat-model.md"
SECURITY = ROOT / "SECURITY.md"
KINDS = dict(zip("STRIDE", ("spoof", "tamper", "repudiat", "disclos", "denial", "elevat"), strict=True))
PROCESSES = (
    *("`kiosk screen`", "`kiosk sync`", "voice", "`kiosk enrol`", "`central serve`", "browsers", "display"),
    *("health records", "database", "Devices"),
)
STATES = re.compile(r"holds(?: in part| for what is known)?(?:[;:] .+)?|the operator's(?: in part)?|not yet(?:: .+)?")


@dataclass(frozen=True)
class Threat:
    process: str
    id: str
    kind: str
    threat: str
    holds: str
    evidence: str
    state: str


def threats() -> list[Threat]:
    found = []
    for chapter in re.split(r"^## ", MODEL.read_text(encoding="utf-8"), flags=re.MULTILINE):
        heading = chapter.partition("\n")[0]
        for line in chapter.splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if line.startswith("|") and re.fullmatch(r"[A-Z]\d+", cells[0]):
                assert len(cells) == 6, line
                found.append(Threat(heading, *cells))
    return found


@pytest.mark.parametrize("document", [MODEL, SECURITY], ids=lambda path: path.name)
def test_what_is_named_is_there(document: Path) -> None:
    assert missing(document) == []


def test_every_process_has_threats_and_every_kind_is_thought_of() -> None:
    for process in PROCESSES:
        assert any(process in one.process for one in threats()), process
    assert {one.kind for one in threats()} == set(KINDS)
    assert len({one.id for one in threats()}) == len(threats()) > 40


def test_what_is_said_to_hold_names_what_shows_it() -> None:
    for one in threats():
        assert STATES.fullmatch(one.state), f"{one.id}: {one.state}"
        assert one.threat
        assert one.holds
        if one.state.startswith("holds"):
            assert named(one.evidence), one.id
        if one.evidence == "-":
            assert one.state.startswith("not yet"), one.id


def test_what_does_not_hold_is_said_at_the_end_too() -> None:
    end = MODEL.read_text(encoding="utf-8").partition("## What does not hold")[2]
    lacking = [one.id for one in threats() if one.state.startswith("not yet")]
    assert lacking
    assert [name for name in lacking if f"({name})" not in end] == []


def test_security_says_where_to_report_how_long_it_is_mended_and_what_is_not_there_yet() -> None:
    text = SECURITY.read_text(encoding="utf-8")
    assert re.search(r"\[[^\]]*address[^\]]*\](?!\()", text), "the operator fills in the address"
    for words in ("24 hours", "72 hours", "14 days", "support period", "not signed", "threat-model.md"):
        assert words in " ".join(text.split()), words
