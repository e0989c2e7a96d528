"""Printer profiles: what differs between models, as data."""

from dataclasses import dataclass, replace
from typing import Literal

Cut = Literal["full", "partial", "none"]
"""Whether the slip falls, hangs by a bridge of paper, or is torn off by hand."""


@dataclass(frozen=True)
class CodePage:
    """A code page: its name in python-escpos, and the command that chooses it on this printer."""

    name: str
    select: bytes


def _esc_t(name: str, number: int) -> CodePage:
    return CodePage(name, bytes((0x1B, 0x74, number)))


def _by_name(number: int) -> CodePage:
    # ``FS } &``: Pyramid names a page by its own number.
    return CodePage(f"CP{number}", b"\x1c\x7d\x26" + number.to_bytes(2, "little"))


@dataclass(frozen=True)
class Presenter:
    """A printer that holds the slip out in its mouth. Its slips are cut first, and presented once they are whole.

    Source: Custom's manuals of VKP80 and KPM; Pyramid's command reference of Reliance, "ejector" (``GS e``).
    """

    keep_inside: bytes = b"\x1d\x65\x12"
    """``GS e 18``: paper is not pushed out while it is printed."""
    present: bytes = b"\x1d\x65\x03\x0c"
    """``GS e 3 m``: hold the slip out by ``m`` steps, 84 mm at Pyramid's 7 mm."""
    retract: bytes = b"\x1d\x65\x02"
    """``GS e 2``: take the slip back in, where the printer has a bin for it."""


@dataclass(frozen=True)
class PrinterProfile:
    """How one kind of printer is spoken to. Lengths in dots of 1/8 mm (203 dpi), times in seconds."""

    dots: int = 576
    """Printable width: 576 or 512 on 80 mm paper, 384 on 58 mm."""
    pages: tuple[CodePage, ...] = (_esc_t("CP858", 19), _esc_t("CP1252", 16), _esc_t("CP866", 17))
    """Tried in this order for each letter. 858 holds Finnish, Swedish, English and Somali, 1252 the letters of
    Estonian that it lacks, 866 Russian."""
    cut: Cut = "full"
    native_code: bool = True
    """The printer makes QR codes itself (``GS ( k``); else they are sent as an image."""
    draws: bool = True
    """The printer prints images that are sent to it (``GS v 0``), fast enough for more than a line of letters."""
    standard_status: bool = True
    """The printer answers ``DLE EOT 1`` to ``4`` by the usual rules."""
    automatic_status: bool = False
    """Let the printer tell of changes by itself (``GS a``)."""
    barrier: bool = True
    """The printer answers a queued ``GS r 1``, which tells that everything before it has been worked off."""
    clears: bool = True
    """The printer obeys ``DLE DC4 8``, which empties its buffer even while it is offline."""
    recovers: int = 5
    """How often ``DLE ENQ 2`` is tried after an error that it can end; 0 where the printer does not know it."""
    recover_every: float = 4.0
    """Seconds between two such tries."""
    presenter: Presenter | None = None
    answer: float = 0.4
    """How long a status reply may take; printers answer within some milliseconds."""
    finish: float = 5.0
    """How long printing and cutting one slip may take beyond the travel of its bytes."""

    def __post_init__(self) -> None:
        # The first byte of the one's packets is a first byte of the other's.
        if self.automatic_status and self.presenter:
            raise ValueError("automatic status and a presenter's full status cannot be told apart")
        if not self.standard_status and not self.presenter:
            raise ValueError("a printer must answer one kind of status")

    @property
    def columns(self) -> int:
        """Characters of font A (12 dots wide) that fit on a line."""
        return self.dots // 12


EPSON_80 = PrinterProfile()
"""80 mm paper, 576 dots: TM-T20II/III, TM-T88V and later, and their likes."""
EPSON_80_NARROW = PrinterProfile(dots=512)
"""80 mm paper, 512 dots: TM-T88II to IV and their likes."""
EPSON_58 = PrinterProfile(dots=384)
"""58 mm paper, 384 dots."""
CUSTOM_80 = PrinterProfile(
    pages=(_esc_t("CP858", 19), _esc_t("CP866", 17)),
    native_code=False,
    clears=False,
    recovers=0,
    # 128 steps of 0.625 mm: 80 mm.
    presenter=Presenter(present=b"\x1d\x65\x03\x80"),
    answer=1.0,
    finish=8.0,
)
"""Kiosk printers of Custom with a presenter, 80 mm: VKP80II and III, KPM."""
PYRAMID_80 = PrinterProfile(
    pages=(_by_name(858), _by_name(1252), _by_name(866)),
    native_code=False,
    standard_status=False,
    barrier=False,
    clears=False,
    recovers=0,
    presenter=Presenter(),
    answer=1.5,
    finish=8.0,
)
"""Pyramid Reliance. Its reference leaves most bits of ``DLE EOT 1`` to ``4`` open, so only the full status is asked; it
answers nothing while paper moves."""

PROFILES = {
    "epson-80": EPSON_80,
    "epson-80-narrow": EPSON_80_NARROW,
    "epson-58": EPSON_58,
    "custom-vkp80": CUSTOM_80,
    "custom-kpm": CUSTOM_80,
    "pyramid-reliance": PYRAMID_80,
}
"""The profiles by the name a configuration gives them."""


def tuned(name: str, *, cut: Cut | None = None, automatic_status: bool = False) -> PrinterProfile:
    """A profile with what a machine's configuration changes in it. Raises ``KeyError`` and ``ValueError``."""
    profile = PROFILES[name]
    return replace(profile, cut=cut or profile.cut, automatic_status=automatic_status or profile.automatic_status)
