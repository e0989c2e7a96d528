"""The table of planted bugs: every bug has its row, and a new row stands in its place."""

from pathlib import Path

from tests.simulation.hunt import STARTS, TABLE, Caught, keep_row, lacking
from tests.simulation.mutants import MUTANTS


def test_every_planted_bug_was_caught_from_every_start() -> None:
    assert lacking(TABLE) == []


def test_a_row_is_written_alone_and_in_its_place(tmp_path: Path) -> None:
    table = tmp_path / "planted-bugs.md"
    table.write_text(TABLE.read_text("utf-8"), "utf-8")
    name, caught = MUTANTS[1].name, Caught(3, 2, "something", 100)
    keep_row(table, name, [])
    assert lacking(table) == [name]
    keep_row(table, name, [caught] * (len(STARTS) - 1))
    assert lacking(table) == [name]
    keep_row(table, name, [caught] * len(STARTS))
    assert lacking(table) == []
    before, after = TABLE.read_text("utf-8").splitlines(), table.read_text("utf-8").splitlines()
    changed = [old for old, new in zip(before, after, strict=True) if old != new]
    assert [row.split("`")[1] for row in changed] == [name]
