"""The figures of ``docs/reliability.md``, which stand between two marks there and are never typed by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.torture.findings import Findings

DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN = "<!-- Figures of `make torture`. Do not write here. -->"
END = "<!-- End of the figures. -->"
HEAD = (
    "| what was tried | how often | lost | doubled | lied | half or unreadable |",
    "|---|---|---|---|---|---|",
)


@dataclass(frozen=True)
class Figure:
    """One line of the table: ``count`` of ``unit``, and what did not hold. ``control`` is a mistake made on purpose."""

    what: str
    count: int
    unit: str
    findings: Findings
    note: str = ""
    control: bool = False

    @property
    def holds(self) -> bool:
        """Whether it is as it should be: nothing found, or the mistake found that was made on purpose."""
        return not self.findings.clean if self.control else self.findings.clean

    @property
    def row(self) -> str:
        """Its line."""
        found = self.findings
        count = f"{self.count:,}".replace(",", " ")
        cells = (self.what, f"{count} {self.unit}{self.note}", found.lost, found.doubled, found.lied)
        return f"| {' | '.join(map(str, cells))} | {found.half + found.unreadable} |"


def write(figures: Sequence[Figure], names: Iterable[str], document: Path = DOCUMENT) -> None:
    """Put them in their places; ``names`` is the order of all lines. Lines of what was not tried now stay."""
    text = document.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    table, _, after = rest.partition(END)
    rows = _rows(table) | {figure.what: figure.row for figure in figures}
    order = [name for name in names if name in rows]
    lines = [BEGIN, "", *HEAD, *(rows[name] for name in order), "", END]
    document.write_text(f"{before}{chr(10).join(lines)}{after}", "utf-8")


def read(document: Path = DOCUMENT) -> dict[str, list[str]]:
    """The cells behind each name, as they stand there."""
    table = document.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    return {name: [cell.strip() for cell in row.strip("|").split("|")][1:] for name, row in _rows(table).items()}


def _rows(table: str) -> dict[str, str]:
    lines = [line for line in table.splitlines() if line.startswith("| ") and line not in HEAD]
    return {line.split("|")[1].strip(): line for line in lines}
