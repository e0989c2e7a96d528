"""The commands that change how letters look, each as a function from style to style."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.devices.simulated.slip import Style


def _print_mode(style: Style, args: bytes) -> Style:
    n = args[0]
    return replace(
        style,
        font="b" if n & 0x01 else "a",
        bold=bool(n & 0x08),
        height=2 if n & 0x10 else 1,
        width=2 if n & 0x20 else 1,
        underline=1 if n & 0x80 else 0,
    )


def _underline(style: Style, args: bytes) -> Style:
    return replace(style, underline=args[0] % 48) if args[0] % 48 <= 2 else style


STYLES: dict[str, Callable[[Style, bytes], Style]] = {
    "ESC !": _print_mode,
    "ESC -": _underline,
    "ESC E": lambda style, args: replace(style, bold=bool(args[0] & 1)),
    "ESC G": lambda style, args: replace(style, bold=bool(args[0] & 1)),
    "ESC M": lambda style, args: replace(style, font="b" if args[0] in (1, 49) else "a"),
    "ESC {": lambda style, args: replace(style, upside_down=bool(args[0] & 1)),
    "GS !": lambda style, args: replace(style, width=(args[0] >> 4 & 7) + 1, height=(args[0] & 7) + 1),
    "GS B": lambda style, args: replace(style, inverted=bool(args[0] & 1)),
    "GS b": lambda style, args: replace(style, smooth=bool(args[0] & 1)),
}
