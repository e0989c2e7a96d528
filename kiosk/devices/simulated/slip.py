"""A printed slip as the twin keeps it: what stands where, in dots of 1/8 mm."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

CELLS = {"a": (12, 24), "b": (9, 17)}
"""Width and height of a character of each font, in dots."""


@dataclass(frozen=True)
class Style:
    """How characters look. ``width`` and ``height`` are magnifications."""

    font: str = "a"
    width: int = 1
    height: int = 1
    bold: bool = False
    underline: int = 0
    inverted: bool = False
    smooth: bool = False
    upside_down: bool = False

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height of one character in dots."""
        width, height = CELLS[self.font]
        return width * self.width, height * self.height


@dataclass(frozen=True)
class Run:
    """Characters of one style, ``x`` dots from the left of the printable area."""

    x: int
    text: str
    style: Style

    @property
    def end(self) -> int:
        """Where the next character would stand."""
        return self.x + len(self.text) * self.style.cell[0]


@dataclass(frozen=True)
class Line:
    """One printed line of text, ``y`` dots below the upper edge. ``width`` and ``height`` are its largest letters'."""

    y: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Its letters, without spaces at the ends."""
        return "".join(run.text for run in self.runs).strip()

    @property
    def width(self) -> int:
        """The largest horizontal magnification."""
        return max(run.style.width for run in self.runs)

    @property
    def height(self) -> int:
        """The largest vertical magnification."""
        return max(run.style.height for run in self.runs)

    @property
    def tall(self) -> int:
        """Its height in dots."""
        return max(run.style.cell[1] for run in self.runs)


@dataclass(frozen=True)
class Raster:
    """A printed image: ``rows`` of packed bits, black is 1, each dot ``scale_x`` by ``scale_y`` dots large."""

    y: int
    x: int
    row_bytes: int
    rows: bytes
    scale_x: int = 1
    scale_y: int = 1

    @property
    def tall(self) -> int:
        """Its height in dots."""
        return len(self.rows) // max(1, self.row_bytes) * self.scale_y


@dataclass(frozen=True)
class Slip:
    """A piece of paper that came out: ``dots`` printable of ``paper`` dots wide, ``length`` dots long.

    ``torn`` marks one that was not printed to its end.
    """

    dots: int
    length: int
    printed: tuple[Line | Raster, ...]
    torn: bool = False

    @property
    def paper(self) -> int:
        """The paper's width in dots: 80 mm or 58 mm."""
        return 640 if self.dots > 432 else 464

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of text that hold any letter."""
        return tuple(piece for piece in self.printed if isinstance(piece, Line) and piece.text)

    @property
    def text(self) -> str:
        """All its text, a line for each line."""
        return "\n".join(line.text for line in self.lines)

    @property
    def words(self) -> str:
        """All its text on one line, for looking something up that may have been wrapped."""
        return " ".join(self.text.split())

    @property
    def number(self) -> str:
        """The text of the tallest line."""
        return max(self.lines, key=lambda line: line.height).text if self.lines else ""

    def image(self) -> "Image":
        """The slip as a picture, one pixel for each dot."""
        from kiosk.devices.simulated.paper import draw

        return draw(self)

    def save(self, path: Path) -> None:
        """Write the picture as a PNG."""
        self.image().save(path)
