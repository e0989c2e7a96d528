"""The kiosk's configuration: one TOML file, checked when it is read."""

from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

DEFAULT_PATH = Path("/etc/kiosk/kiosk.toml")


class ScannerConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A barcode scanner on a serial port: ``port`` is a device path, best one below ``/dev/serial/by-id``."""

    port: str
    baud: int = 9600


class PrinterConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An ESC/POS printer. ``address`` is ``host:port`` (9100 is usual) for TCP, a device path for serial."""

    transport: Literal["tcp", "serial"]
    address: str
    baud: int = 115200
    profile: Literal["epson-80", "epson-80-narrow", "epson-58"] = "epson-80"


class HelpConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The light or bell for "call staff": a relay on a serial port. ``on`` and ``off`` are its commands in hex."""

    port: str
    on: str
    off: str
    baud: int = 9600
    seconds: float = 20.0


class ScreenConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The screen. ``pixels_per_mm`` is needed only where the screen does not tell its size truly."""

    windowed: bool = False
    width: int = 1080
    height: int = 1920
    pixels_per_mm: float | None = None
    calm: bool = False


class Config(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything a kiosk is told by its machine. Site rules are not here: the centre sends them.

    ``state`` holds the database, ``run`` the sockets; ``language`` is what the kiosk returns to between clients.
    """

    state: Path = Path("/var/lib/kiosk")
    run: Path = Path("/run/kiosk")
    language: str = "fi"
    scanner: ScannerConfig | None = None
    printer: PrinterConfig | None = None
    help: HelpConfig | None = None
    screen: ScreenConfig = ScreenConfig()


class ConfigError(Exception):
    """The file is missing or says something that is not understood; the message names the place."""


def load(path: Path) -> Config:
    """Read the file. Raises ``ConfigError``."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Config, dec_hook=_path)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def dump(config: Config) -> bytes:
    """The TOML of a configuration."""
    return msgspec.toml.encode(config, enc_hook=str)


def _path(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise TypeError(kind)
