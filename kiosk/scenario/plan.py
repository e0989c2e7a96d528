"""What a stage is to be: who and what is on it before the first step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from kiosk.config import ScreenConfig
from kiosk.devices.printer.profile import PROFILES, PrinterProfile
from kiosk.devices.simulated.scanner_firmware import MAKERS

ORDINARY, PRESENTER = "epson-80", "custom-vkp80"


class PrinterPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """The printer, and what the kiosk is told of it. ``presenter`` is short for a profile that has one."""

    profile: str = ""
    presenter: bool = False
    slip_left: Literal["retract", "leave"] = "leave"
    slip_left_seconds: float = 20.0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for a profile that is none, or that has no presenter where one is wanted."""
        if self.name not in PROFILES:
            raise ValueError(f"no printer {self.profile!r}; there are {', '.join(PROFILES)}")
        if self.presenter and self.device.presenter is None:
            raise ValueError(f"{self.profile} has no presenter")

    @property
    def name(self) -> str:
        """The name of its profile."""
        return self.profile or (PRESENTER if self.presenter else ORDINARY)

    @property
    def device(self) -> PrinterProfile:
        """Its profile."""
        return PROFILES[self.name]


class ScannerPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """The scanner: ``profile`` is its maker, whose questions it answers, or ``none``."""

    profile: str = "none"

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for a maker that nobody knows."""
        if self.profile not in MAKERS:
            raise ValueError(f"no scanner {self.profile!r}; there are {', '.join(MAKERS)}")


@dataclass(frozen=True)
class StagePlan:
    """``folder`` is for all files, ``pictures`` for the pages; ``headless`` without a window.

    ``card``: there is a card reader. ``help``: there is a lamp and a chime. ``small_disk``: the kiosk's state lies
    on a disk of its own that can be filled. ``record``: there is a health record that the centre reads and tells.
    ``self_test`` is the time of the opening self-test, empty for none, and ``service_code`` the digits that open
    the service mode, empty for none. ``speech``: there is a voice, which writes what it would say, and a keypad
    with a jack for headphones. ``aloud``: pages can be heard in the machine's own voices.
    """

    folder: Path
    site: str | Mapping[str, Any]
    moment: datetime
    language: str
    screen: ScreenConfig
    roster: tuple[Mapping[str, Any], ...] = ()
    queues: tuple[Mapping[str, Any], ...] = ()
    pictures: Path | None = None
    headless: bool = True
    printer: PrinterPlan = field(default_factory=PrinterPlan)
    scanner: ScannerPlan = field(default_factory=ScannerPlan)
    card: bool = False
    help: bool = False
    small_disk: bool = False
    record: bool = False
    self_test: str = ""
    service_code: str = ""
    speech: bool = False
    aloud: bool = False

    @property
    def site_name(self) -> str:
        """The id of the site, also where its rules are written out."""
        if isinstance(self.site, str):
            return self.site
        return str(self.site.get("id") or self.site["extends"])

    @property
    def state(self) -> Path:
        """The kiosk's state directory."""
        return self.folder / "state"
