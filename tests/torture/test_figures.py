"""The table of figures is made, and what stands in ``docs/reliability.md`` is whole and clean."""

from pathlib import Path

from tests.torture import figures
from tests.torture.figures import BEGIN, END, Figure
from tests.torture.findings import Findings
from tests.torture.parts import (
    CENTRE,
    CENTRE_CUTS,
    CONTROLS,
    CONTROLS_OF_KILLS,
    IMAGES,
    KILLS,
    KIOSK_CUTS,
    PARTS,
    SYSCALLS,
)

LINES = [line for part in PARTS.values() for line in part.lines]


def test_lines_are_replaced_in_their_order_and_the_rest_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "r.md"
    document.write_text(f"before\n{BEGIN}\n{END}\nafter\n")
    figures.write([Figure("b", 1000, "cuts", Findings()), Figure("a", 2, "rounds", Findings())], ["a", "b"], document)
    figures.write([Figure("b", 100_232, "cuts", Findings(lost=1, half=2, unreadable=3))], ["a", "b"], document)
    assert figures.read(document) == {"a": ["2 rounds", "0", "0", "0", "0"], "b": ["100 232 cuts", "1", "0", "0", "5"]}
    assert document.read_text().startswith(f"before\n{BEGIN}\n")
    assert document.read_text().endswith(f"{END}\nafter\n")
    assert list(figures.read(document)) == ["a", "b"]


def test_a_control_holds_only_where_its_mistake_was_found() -> None:
    assert not Figure("x", 1, "cuts", Findings(), control=True).holds
    assert Figure("x", 1, "cuts", Findings(lost=1), control=True).holds
    assert not Figure("x", 1, "cuts", Findings(lied=1)).holds


def test_the_document_says_what_came_of_it() -> None:
    written = figures.read()
    assert written.keys() <= set(LINES)
    controls = {*CONTROLS.values(), *CONTROLS_OF_KILLS.values()}
    assert {KIOSK_CUTS, CENTRE_CUTS, IMAGES, KILLS, SYSCALLS, CENTRE, *controls} <= written.keys()
    for line, (_, *found) in written.items():
        assert len(found) == 4
        assert (set(found) != {"0"}) == (line in controls), line
