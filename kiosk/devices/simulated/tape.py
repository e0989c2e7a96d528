"""The paper of a printer: what is being set, what is on it, and where it is cut. Lengths in dots of 1/8 mm."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.devices.simulated.slip import Line, Raster, Run, Slip, Style

CUTTER_GAP = 112
"""From the print head to the cutter: why every slip begins with an empty strip, and must be fed before the cut."""
LINE_SPACING = 30
_TAB = 8


class Tape:
    """One line being set, and the paper since the last cut. ``on_cut`` gets what the cutter cuts off."""

    def __init__(self, dots: int, on_cut: Callable[[Slip], None] | None = None) -> None:
        self._dots = dots
        self._on_cut = on_cut
        self.slips: list[Slip] = []
        self.torn: list[Slip] = []
        self._printed: list[Line | Raster] = []
        self._runs: list[Run] = []
        self._x = 0
        self._band = 0
        self._y = CUTTER_GAP
        self._interrupted = False
        self.reset()

    def reset(self) -> None:
        """``ESC @``: the set line is lost, the paper stays. A slip begun before it is never finished."""
        self.align = 0
        self.spacing = LINE_SPACING
        self.margin = 0
        self.area = self._dots
        self.drop_line()
        self._interrupted = bool(self._printed)

    def drop_line(self) -> None:
        """Forget what is set and not printed."""
        self._runs.clear()
        self._x = 0

    def text(self, letters: str, style: Style) -> None:
        """Set letters; a full line prints itself."""
        wide = style.cell[0]
        while letters:
            room = max(0, (self.width - self._x) // wide)
            if not room and not self._runs:
                return
            if room:
                self._set(letters[:room], style)
                letters = letters[room:]
            if letters:
                self.feed_line()

    @property
    def width(self) -> int:
        """Printable dots between the margins."""
        return max(0, min(self.area, self._dots - self.margin))

    def move_to(self, x: int) -> None:
        """Set what follows ``x`` dots from the left margin."""
        self._x = max(0, min(x, self.width))

    def move_by(self, dots: int) -> None:
        """Set what follows further right, or left."""
        self.move_to(self._x + dots)

    def tab(self, style: Style) -> None:
        """Go to the next of the stops that stand eight characters apart."""
        stop = _TAB * style.cell[0]
        self.move_to((self._x // stop + 1) * stop)

    def feed_line(self, lines: int = 1) -> None:
        """Print the set line and feed that many line spacings, or the line's own height where that is more."""
        self.feed(lines * self.spacing)

    def feed(self, dots: int) -> None:
        """Print the set line and feed."""
        tall = self._print_line()
        self._y += max(tall, dots)

    def image(self, raster: Raster) -> None:
        """Print an image where the paper stands, aligned like text."""
        self._y += self._print_line()
        self.band(raster)
        self._y += self._print_line()

    def band(self, raster: Raster) -> None:
        """Set an image as a part of the line."""
        wide = raster.row_bytes * 8 * raster.scale_x
        self._printed.append(replace(raster, y=self._y, x=self._start(wide)))
        self._band = max(self._band, raster.tall)

    def cut(self, *, feed_first: int | None = None) -> None:
        """Cut at the cutter; with ``feed_first``, feed the head's position to it and that much more before."""
        self._y += self._print_line()
        if feed_first is not None:
            self._y += CUTTER_GAP + feed_first
        at = self._y - CUTTER_GAP
        if at <= 0:
            return
        slip = self._take(at, torn=self._interrupted)
        if slip is not None and self._on_cut is not None:
            self._on_cut(slip)
        self._printed = [replace(piece, y=piece.y - at) for piece in self._printed if piece.y >= at]
        self._y = CUTTER_GAP
        self._interrupted = False

    def tear(self) -> None:
        """Somebody takes the paper away as it is."""
        self._y += self._print_line()
        self._take(self._y, torn=True)
        self._printed.clear()
        self._y = CUTTER_GAP
        self._interrupted = False

    def _take(self, length: int, *, torn: bool) -> Slip | None:
        printed = tuple(piece for piece in self._printed if piece.y < length)
        if not printed:
            return None
        slip = Slip(self._dots, length, printed, torn)
        (self.torn if torn else self.slips).append(slip)
        return slip

    def _set(self, letters: str, style: Style) -> None:
        last = self._runs[-1] if self._runs else None
        if last is not None and last.style == style and last.end == self._x:
            self._runs[-1] = replace(last, text=last.text + letters)
        else:
            self._runs.append(Run(self._x, letters, style))
        self._x = self._runs[-1].end

    def _print_line(self) -> int:
        tall, self._band = self._band, 0
        if not self._runs:
            self._x = 0
            return tall
        start = self._start(max(run.end for run in self._runs))
        line = Line(self._y, tuple(replace(run, x=run.x + start) for run in self._runs))
        self._printed.append(line)
        self.drop_line()
        return max(tall, line.tall)

    def _start(self, wide: int) -> int:
        free = max(0, self.width - wide)
        return self.margin + (0, free // 2, free)[self.align]
