"""The kiosk's configuration: one TOML file, checked when it is read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

DEFAULT_PATH = Path("/etc/kiosk/kiosk.toml")

CODE_HASH = r"^(\$argon2id\$v=19\$m=[0-9]{1,7},t=[0-9]{1,2},p=[0-9]{1,2}\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{22,})?$"
"""An Argon2id hash with its parameters, or nothing."""


class ScannerConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A barcode scanner on a serial port, or one that is a keyboard.

    ``port`` is the device path of a serial line, best one below ``/dev/serial/by-id``, and ``profile`` the maker whose
    questions it answers. With ``kind = "keyboard"``, ``device`` is the path of its input device, best one below
    ``/dev/input/by-id``, and ``layout`` the keyboard layout that it was set to.
    """

    port: str = ""
    baud: int = 9600
    profile: Literal["none", "honeywell", "datalogic", "zebra-ssi", "newland"] = "none"
    kind: Literal["serial", "keyboard"] = "serial"
    device: str = ""
    layout: Literal["us", "fi"] = "us"

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where the path is missing, or belongs to the other kind."""
        if self.kind == "serial" and (self.device or not self.port):
            raise ValueError("a serial scanner needs port, and no device")
        if self.kind == "keyboard" and (self.port or not self.device or self.profile != "none"):
            raise ValueError("a keyboard scanner needs device, and neither port nor profile")


class CardConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A smart card reader behind the PC/SC service.

    ``issuers`` are the certificates of the authorities whose cards are believed: files, or folders of files. Cards of
    ``test_issuers`` are told apart, and believed only with ``accept_test_cards``: never in a health centre. ``reader``
    is a part of the reader's name where there are several. A card left in it longer than ``left_behind`` seconds was
    forgotten.
    """

    issuers: tuple[Path, ...] = ()
    test_issuers: tuple[Path, ...] = ()
    accept_test_cards: bool = False
    reader: str = ""
    left_behind: float = 120.0


class PrinterConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An ESC/POS printer.

    ``address`` is ``host:port`` (9100 is usual) for TCP, a device path for serial, ``vendor:product`` or
    ``vendor:product:serial`` in hex for USB, a raw queue's name for CUPS, which can never tell whether a slip came out.
    ``cut`` is the profile's own where it is not given. With ``automatic_status`` the printer tells of changes by
    itself; presenters cannot. A presenter takes a slip that nobody took back in after ``slip_left_seconds``, or leaves
    it and prints no other.
    """

    transport: Literal["tcp", "serial", "usb", "cups"]
    address: str
    baud: int = 115200
    profile: Literal["epson-80", "epson-80-narrow", "epson-58", "custom-vkp80", "custom-kpm", "pyramid-reliance"] = (
        "epson-80"
    )
    cut: Literal["full", "partial", "none"] | None = None
    automatic_status: bool = False
    slip_left: Literal["retract", "leave"] = "leave"
    slip_left_seconds: float = 20.0

    def __post_init__(self) -> None:
        if self.automatic_status and not self.profile.startswith("epson"):
            raise ValueError("a presenter has no automatic_status")


class RelayConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A relay on a serial port, with a light or bell on it. ``on`` and ``off`` are its commands in hex."""

    port: str
    on: str
    off: str
    baud: int = 9600
    seconds: float = 20.0


class HelpConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What tells staff here that somebody calls. ``sound`` is the ALSA device for the chime, such as ``default``."""

    sound: str | None = None
    relay: RelayConfig | None = None


class ScreenConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The screen. ``pixels_per_mm`` is needed only where the screen does not tell its size truly.

    With ``first_run`` a machine that is no kiosk yet asks for its enrolment code by itself.
    """

    windowed: bool = False
    width: int = 1080
    height: int = 1920
    pixels_per_mm: float | None = None
    calm: bool = False
    first_run: bool = False


KEY_NAMES = (
    r"^(up|down|left|right|enter|space|tab|back-tab|escape|backspace|insert|delete|home|end|page-up|page-down|clear|help"
    r"|menu|volume-up|volume-down|mute|plus|minus|asterisk|slash|period|comma|number-sign|[0-9]|f[1-9]|f[12][0-9]|f3[0-5])$"
)
KeyName = Annotated[str, Meta(pattern=KEY_NAMES)]
"""Keys by the names that a configuration gives them: those that keypads can be set to send."""


class KeypadConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the keys of an assistive keypad mean; each may have several. docs/keypad.md has examples.

    The same key within ``rest`` seconds counts once (EN 301 549, 5.8): for a hand that trembles, up to 2.
    """

    up: tuple[KeyName, ...] = ("up", "left")
    down: tuple[KeyName, ...] = ("down", "right")
    select: tuple[KeyName, ...] = ("enter",)
    back: tuple[KeyName, ...] = ("escape",)
    help: tuple[KeyName, ...] = ("help", "f1")
    volume: tuple[KeyName, ...] = ("volume-up", "f2")
    slower: tuple[KeyName, ...] = ("f3",)
    again: tuple[KeyName, ...] = ("f4",)
    speech: tuple[KeyName, ...] = ("f5",)
    rest: Annotated[float, Meta(ge=0, le=2)] = 0.05

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for a key that means two things, and for a keypad that can't move or choose."""
        named = [key for keys in self.keys.values() for key in keys]
        twice = sorted({key for key in named if named.count(key) > 1})
        if twice:
            raise ValueError(f"{twice[0]} means two things")
        missing = [meaning for meaning in ("down", "select") if not self.keys[meaning]]
        if missing:
            raise ValueError(f"no key means {missing[0]}")

    @property
    def keys(self) -> Mapping[str, tuple[KeyName, ...]]:
        """The keys by what they mean."""
        return {
            name: getattr(self, name)
            for name in ("up", "down", "select", "back", "help", "volume", "slower", "again", "speech")
        }


class WatchConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The watch over the machine. ``disk_low`` and ``disk_full`` are bytes of free room, ``hottest`` degrees Celsius.

    A lobby's kiosk has ``touch_required`` and ``display_required`` set, so that an unplugged one is a fault.
    """

    seconds: float = 3.0
    disk_low: int = 1024 * 1024 * 1024
    disk_full: int = 32 * 1024 * 1024
    hottest: float = 85.0
    touch_required: bool = False
    display_required: bool = False


class SelfTestConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The opening self-test: ``at`` is a time of day at the site, such as ``06:30``; empty for never."""

    at: Annotated[str, Meta(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9])?$")] = "06:30"


class UpdateConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Updates (docs/updates.md): ``at`` is the machine's time of day at which they begin, empty for never by itself.

    ``kiosk-update`` reads ``at`` by its own means; ``folder`` has the versions, and only tests have another.
    """

    at: Annotated[str, Meta(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9])?$")] = "03:00"
    folder: Path = Path("/var/lib/kiosk-versions")


class SupportConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a support bundle takes besides the journal: ``logs`` are files of whoever keeps them there."""

    logs: tuple[Path, ...] = ()


class ServiceConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Service mode on the screen. Without ``code`` and ``cards`` there is none.

    ``code`` is the hash that ``kiosk service-code`` prints. ``cards`` are the SHA-256 fingerprints, in hex, of the
    certificates on technicians' cards. Arrivals that the centre has not had for ``only_here_minutes`` are listed there.
    """

    code: Annotated[str, Meta(pattern=CODE_HASH)] = ""
    cards: tuple[Annotated[str, Meta(pattern="^[0-9a-f]{64}$")], ...] = ()
    only_here_minutes: Annotated[int, Meta(ge=1, le=1440)] = 10

    def __repr__(self) -> str:
        """Without the hash: from that of a few digits the digits could be found."""
        return f"ServiceConfig(code={'<set>' if self.code else '<none>'}, cards={len(self.cards)})"


class CentreConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The line to the centre. Its address is given at enrolment, and kept with it.

    ``address`` is for the first run alone: where it is set, a technician need only type the code, and no QR code can
    name another.
    ``authorities`` is a file of certificates (PEM) that may vouch for it, for a city with an authority of its own; in
    the place of the usual ones, not beside them.
    """

    address: Annotated[str, Meta(pattern=r"^(https?://[^\s/]+)?$")] = ""
    authorities: Path | None = None


class SpeechConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Pages read aloud. Without this table the kiosk has no voice.

    ``engine`` is one of Qt's: ``speechd`` has a speech dispatcher of its own with the voices of the machine, which
    plays through ``audio`` (its ``AudioOutputMethod``). ``none`` has recorded clips alone, and ``written`` only writes
    what would be said: for tests. ``voices`` names a voice for a language, where it is not to be the first. ``rate``
    is from -1 (slow) over 0 to 1 (fast), ``volume`` from 0 to 1, and both are taken anew for each visit. ``clips`` is a
    folder with a folder of recordings for each language without a voice, played through ``clip_device``, an ALSA name
    (docs/speech.md).

    ``headphones`` is the input device of the sound card's jack, such as ``/dev/input/by-path/…``. A keypad with a jack
    of its own tells by keys instead: ``plugged_key`` and ``pulled_key``. The key that starts the speech without
    headphones is ``speech`` of the keypad.
    """

    engine: Literal["speechd", "none", "written"] = "speechd"
    audio: Annotated[str, Meta(pattern=r"^[a-z,]+$")] = "pulse,alsa"
    voices: Mapping[str, str] = msgspec.field(default_factory=dict)
    rate: Annotated[float, Meta(ge=-1.0, le=1.0)] = 0.0
    volume: Annotated[float, Meta(ge=0.1, le=1.0)] = 0.7
    clips: Path | None = None
    clip_device: str = "default"
    headphones: str = ""
    plugged_key: KeyName | None = None
    pulled_key: KeyName | None = None


class Config(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything a kiosk is told by its machine. Site rules are not here: the centre sends them.

    ``state`` holds the database, ``run`` the sockets; ``language`` is what the kiosk returns to between clients.
    """

    state: Path = Path("/var/lib/kiosk")
    run: Path = Path("/run/kiosk")
    language: str = "fi"
    scanner: ScannerConfig | None = None
    card: CardConfig | None = None
    printer: PrinterConfig | None = None
    help: HelpConfig | None = None
    centre: CentreConfig = CentreConfig()
    screen: ScreenConfig = ScreenConfig()
    speech: SpeechConfig | None = None
    keypad: KeypadConfig = KeypadConfig()
    watch: WatchConfig = WatchConfig()
    self_test: SelfTestConfig = SelfTestConfig()
    update: UpdateConfig = UpdateConfig()
    service: ServiceConfig = ServiceConfig()
    support: SupportConfig = SupportConfig()


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
