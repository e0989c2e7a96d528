"""Writing a slip line by line as ESC/POS bytes. python-escpos makes them; it never sees a device."""

import importlib
import logging
import os
import shutil
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from kiosk.devices.printer.layout import SlipLine
from kiosk.devices.printer.letters import readable
from kiosk.devices.printer.profile import CodePage, PrinterProfile

if TYPE_CHECKING:
    from PIL.Image import Image

_CODE_SIDE = 256
"""Dots of a QR code at least: 32 mm."""
_LARGEST_MODULE = 12
_QUIET = 4
_LEVEL_M = 1
_LONGEST_PAYLOAD = 300
"""Bytes. An address is far shorter, and a denser code is hard to read from paper."""
_TO_THE_CUTTER = b"\n" * 6
_TELL_ALL = 0x0E
"""``GS a``: online and offline, errors, paper."""


def automatic(profile: PrinterProfile) -> bytes:
    """``GS a``: let the printer tell by itself, or keep it quiet: unasked bytes would be mistaken for replies."""
    return bytes((0x1D, 0x61, _TELL_ALL if profile.automatic_status else 0))


class Sheet:
    """A slip being written, from ``ESC @`` to the cut. No text in it can become a command."""

    def __init__(self, profile: PrinterProfile) -> None:
        dummy, encoder_class, _ = _escpos()
        self._profile = profile
        self._printer: Any = dummy()
        self._encoder: Any = encoder_class({page.name: 0 for page in profile.pages})
        self._page: CodePage | None = None
        self._style = SlipLine("")
        self._printer.hw("INIT")
        self._raw(automatic(profile))
        if profile.presenter:
            self._raw(profile.presenter.keep_inside)

    def centred(self) -> None:
        """Everything from here on stands in the middle."""
        self._printer.set(align="center", font="a", smooth=True)

    def fits(self, character: str) -> bool:
        """Whether the printer has this letter on any of its pages."""
        return self._page_of(character) is not None

    def readable(self, text: str) -> str:
        """The text as it will be printed, or drawn where the printer lacks its letters."""
        return readable(text, self.fits)

    def line(self, line: SlipLine) -> None:
        """Print one line, as text where every letter of it fits, else as an image."""
        text = line.text.replace("\N{NO-BREAK SPACE}", " ")
        if not all(map(self.fits, text)):
            from kiosk.devices.printer.raster import command, drawn

            self._raw(command(drawn(text, line.height, self._profile.dots, bold=line.bold)))
            return
        self._set(line)
        for character in text:
            page = self._page_of(character)
            if page is not None and page != self._page and not character.isascii():
                self._page = page
                self._raw(page.select)
            self._raw(self._encoder.encode(character, (self._page or self._profile.pages[0]).name))
        self._raw(b"\n")

    def code(self, payload: str) -> None:
        """A QR code, large enough for a phone held over the slip; nothing for an empty payload."""
        if not payload:
            return
        modules = _modules(payload)
        self._set(SlipLine(" "))
        # White above it, as a reader wants; below it the cutter leaves enough.
        self._raw(b"\n\n")
        dots = self._profile.dots
        size = min(_LARGEST_MODULE, -(-_CODE_SIDE // len(modules)), dots // (len(modules) + 2 * _QUIET))
        if self._profile.native_code:
            self._printer.qr(payload, ec=_LEVEL_M, size=size, native=True)
        else:
            self._raw(_as_image(modules, size))

    def drawing(self, image: "Image") -> None:
        """An image as wide as the paper, or less."""
        from kiosk.devices.printer.raster import command

        self._set(SlipLine(" "))
        self._raw(b"\n" + command(image))

    def cut(self) -> bytes:
        """End the slip, and give all of it."""
        self._set(SlipLine(" "))
        self._raw(_TO_THE_CUTTER)
        if self._profile.cut != "none":
            self._raw(b"\x1dV\x01" if self._profile.cut == "partial" else b"\x1dV\x00")
        return bytes(self._printer.output)

    def _page_of(self, character: str) -> CodePage | None:
        pages = self._profile.pages
        order = pages if self._page is None else (self._page, *pages)
        return next((page for page in order if self._encoder.can_encode(page.name, character)), None)

    def _set(self, line: SlipLine) -> None:
        if not line.text:
            # A blank line takes the spacing of the line, which a large size would stretch.
            line = replace(line, width=1, height=1, bold=self._style.bold)
        if (line.width, line.height) != (self._style.width, self._style.height):
            self._printer.set(custom_size=True, width=line.width, height=line.height)
        if line.bold != self._style.bold:
            self._printer.set(bold=line.bold)
        self._style = line

    def _raw(self, data: bytes) -> None:
        self._printer._raw(data)  # noqa: SLF001 - python-escpos has no public way for a command it lacks


def scannable(payload: str) -> str:
    """What a code is made of; nothing where it would be too dense, so that no words announce it either."""
    payload = "".join(letter for letter in payload if letter.isprintable())
    return payload if len(payload.encode()) <= _LONGEST_PAYLOAD else ""


def warm_up() -> None:
    """Load python-escpos (some 0.3 s), in a thread that may take its time."""
    _escpos()


def _modules(payload: str) -> list[list[bool]]:
    qrcode: Any = importlib.import_module("qrcode")
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    code.add_data(payload)
    return [list(row) for row in code.get_matrix()]


def _as_image(modules: list[list[bool]], size: int) -> bytes:
    from PIL import Image

    from kiosk.devices.printer.raster import command

    side = len(modules)
    code = Image.new("1", (side, side))
    code.putdata([black for row in modules for black in row])
    code = code.resize((side * size, side * size), Image.Resampling.NEAREST)
    framed = Image.new("1", (-(-code.width // 8) * 8, code.height))
    framed.paste(code, ((framed.width - code.width) // 2, 0))
    return command(framed)


@cache
def _escpos() -> tuple[Any, Any, Any]:
    # Loaded late: it is slow, and nothing but a print needs it. Its import adds a handler to the root logger and
    # leaves an empty directory under the temporary one; both are undone here.
    root = logging.getLogger()
    handlers = list(root.handlers)
    from escpos import capabilities
    from escpos.magicencode import Encoder
    from escpos.printer.dummy import Dummy

    root.handlers[:] = handlers
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return Dummy, Encoder, capabilities
