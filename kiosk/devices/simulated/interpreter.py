"""What each ESC/POS command does to the paper."""

from collections import Counter

from kiosk.devices.simulated import codepages, commands
from kiosk.devices.simulated.commands import Command
from kiosk.devices.simulated.slip import Raster, Style
from kiosk.devices.simulated.styling import STYLES
from kiosk.devices.simulated.symbols import Symbols, columns, raster
from kiosk.devices.simulated.tape import LINE_SPACING, Tape


class Interpreter:
    """Obeys commands one after another, each by its row in ``_meanings``.

    A command that is known but has no row there is read over: it changes nothing that is printed.
    """

    def __init__(self, tape: Tape) -> None:
        self.unknown: Counter[bytes] = Counter()
        """Commands that it does not know, by their first bytes."""
        self._tape = tape
        self._symbols = Symbols()
        self._style = Style()
        self._page = 0
        self._nation = 0
        self._meanings = {
            commands.TEXT: self._text,
            "LF": lambda _: tape.feed_line(),
            "HT": lambda _: tape.tab(self._style),
            "CAN": lambda _: tape.drop_line(),
            "ESC @": lambda _: self._initialize(),
            "ESC $": lambda args: tape.move_to(_word(args)),
            "ESC \\": lambda args: tape.move_by(int.from_bytes(args, "little", signed=True)),
            "ESC *": lambda args: self._draw(columns(args[3:], args[0]), inline=True),
            "ESC 2": lambda _: self._spacing(LINE_SPACING),
            "ESC 3": lambda args: self._spacing(args[0]),
            "ESC J": lambda args: tape.feed(args[0]),
            "ESC R": self._choose_nation,
            "ESC a": self._align,
            "ESC d": lambda args: tape.feed_line(args[0]),
            "ESC i": lambda _: tape.cut(),
            "ESC m": lambda _: tape.cut(),
            "ESC t": self._choose_page,
            "FS }": self._choose_page_by_name,
            "GS (": self._extended,
            "GS 8": lambda args: self._draw(self._symbols.graphics(args[5:])),
            "GS L": self._margin,
            "GS V": lambda args: tape.cut(feed_first=args[1] if len(args) > 1 else None),
            "GS W": self._area,
            "GS v": self._raster,
        }

    def obey(self, command: Command) -> None:
        """Do what the command says."""
        if command.name in STYLES:
            self._style = STYLES[command.name](self._style, command.args)
        elif command.name in self._meanings:
            self._meanings[command.name](command.args)
        elif command.name == commands.UNKNOWN:
            self.unknown[command.args] += 1

    def _initialize(self) -> None:
        self._tape.reset()
        self._symbols = Symbols()
        self._style = Style()
        self._page = 0
        self._nation = 0

    def _text(self, args: bytes) -> None:
        self._tape.text(codepages.decode(args, self._page, self._nation), self._style)

    def _choose_page(self, args: bytes) -> None:
        self._page = args[0]

    def _choose_page_by_name(self, args: bytes) -> None:
        if args[0] == 0x26 and (number := codepages.numbered(_word(args[1:]))) is not None:
            self._page = number

    def _choose_nation(self, args: bytes) -> None:
        self._nation = args[0]

    def _align(self, args: bytes) -> None:
        if args[0] % 48 <= 2:
            self._tape.align = args[0] % 48

    def _spacing(self, dots: int) -> None:
        self._tape.spacing = dots

    def _margin(self, args: bytes) -> None:
        self._tape.margin = _word(args)

    def _area(self, args: bytes) -> None:
        self._tape.area = _word(args)

    def _raster(self, args: bytes) -> None:
        twice = args[1]
        self._draw(raster(args[6:], _word(args[2:]), _word(args[4:]), 1 + (twice & 1), 1 + (twice >> 1 & 1)))

    def _extended(self, args: bytes) -> None:
        if args[:1] == b"k":
            self._draw(self._symbols.two_dimensional(args[3:]))
        elif args[:1] == b"L":
            self._draw(self._symbols.graphics(args[3:]))

    def _draw(self, image: Raster | None, *, inline: bool = False) -> None:
        if image is None:
            return
        if inline:
            self._tape.band(image)
        else:
            self._tape.image(image)


def _word(args: bytes) -> int:
    return int.from_bytes(args[:2], "little")
