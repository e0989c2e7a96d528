"""A machine that is no kiosk yet: the one-time code is typed or scanned, and the centre says what it is.

After it the machine starts anew as a kiosk, and its devices are looked at one by one (``servicing.device_check``).

``step`` and ``page`` are pure, like those of a visit. A QR code for it holds ``kiosk-enrol:CODE@ADDRESS``, such as
``kiosk-enrol:VAEURPSG@https://centre.example``.
"""

import re
from dataclasses import dataclass, field, replace

from kiosk.checkin import visit
from kiosk.checkin.health import Light
from kiosk.checkin.identity import Scan
from kiosk.checkin.page import Choice, Entry, Frame, Keypad, Line, Page, Role, Shape
from kiosk.checkin.visit import choices
from kiosk.checkin.wording import Text, language_name, named

LANGUAGES = ("fi", "sv", "en")
"""Those that technicians have words in."""
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""What may be typed; the centre's codes leave out more of what looks alike."""
LENGTH = 8
LONGEST_WAIT = 60.0
"""Seconds after which nobody waits for the centre's answer any more."""
START = "first-run-start"
_QR = re.compile(r"kiosk-enrol:([0-9A-Za-z]{8})@(https?://[^\s/@]{1,253}(?::[0-9]{1,5})?)/?", re.ASCII)
_PLAIN = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.ASCII)

Mistakes = ("address", "qr", "refused", "unreachable", "failed")


@dataclass(frozen=True)
class Typing:
    """The code is being typed, or awaited from the scanner. ``mistake`` is one of ``Mistakes``, or empty."""

    language: str
    typed: str = field(default="", repr=False)
    mistake: str = ""


@dataclass(frozen=True)
class Enrolling:
    """The centre is being asked."""

    language: str


@dataclass(frozen=True)
class Enrolled:
    """What the centre says that this machine is."""

    language: str
    kiosk: str
    site: str


State = Typing | Enrolling | Enrolled


@dataclass(frozen=True)
class Answered:
    """The centre's answer: a name and a site, or a mistake."""

    kiosk: str = ""
    site: str = ""
    mistake: str = ""


@dataclass(frozen=True)
class Enrol:
    """Ask the centre at ``address``."""

    address: str
    code: str = field(repr=False)


@dataclass(frozen=True)
class Serve:
    """The process starts anew as a kiosk, and goes on with the device check in this ``language``."""

    language: str


Event = visit.Keyed | visit.Chosen | visit.LanguageChosen | visit.Scanned | Answered
Effect = Enrol | Serve


def step(state: State, event: Event, address: str) -> tuple[State, Effect | None]:
    """What follows. ``address`` is that of the centre as configured; where it is empty, only a QR code can name it."""
    match state, event:
        case (_, visit.LanguageChosen(language)) if language in LANGUAGES:
            return replace(state, language=language), None
        case Typing(language, typed), visit.Keyed(key) if len(typed) < LENGTH and key in LETTERS:
            return Typing(language, typed + key), None
        case Typing(language, typed), visit.Chosen(choices.ERASE):
            return Typing(language, typed[:-1]), None
        case Typing(language, typed), visit.Chosen(choices.READY) if len(typed) == LENGTH:
            if not address:
                return Typing(language, typed, "address"), None
            return Enrolling(language), Enrol(address, typed)
        case Typing(language), visit.Scanned(scan):
            found = read(scan, address)
            return (Enrolling(language), found) if found else (Typing(language, mistake="qr"), None)
        case Enrolling(language), Answered(kiosk, site, mistake):
            return (Typing(language, mistake=mistake), None) if mistake else (Enrolled(language, kiosk, site), None)
        case Enrolled(), visit.Chosen(choice) if choice == START:
            return state, Serve(state.language)
    return state, None


def read(scan: Scan, address: str) -> Enrol | None:
    """What a QR code asks for. A configured ``address`` is never overruled, and only HTTPS leaves the machine."""
    found = _QR.fullmatch(scan.text.strip())
    if found is None:
        return None
    code, named = found[1].upper(), found[2]
    secure = named.startswith("https://") or _PLAIN.fullmatch(named)
    if not secure or (address and address.rstrip("/") != named):
        return None
    return Enrol(named, code)


def qr(code: str, address: str) -> str:
    """What such a QR code holds."""
    return f"kiosk-enrol:{code}@{address.rstrip('/')}"


def page(state: State) -> Page[Text]:
    """What a technician sees."""
    match state:
        case Typing(language, typed, mistake):
            complete = len(typed) == LENGTH
            return Page(
                "first-run",
                Shape.ENTRY,
                language,
                Text("first-run.heading"),
                entry=Entry(
                    label=Text("first-run.label"),
                    shown=typed,
                    length=LENGTH,
                    allowed="" if complete else LETTERS,
                    complete=complete,
                    error=Text(f"first-run.{mistake}") if mistake else None,
                    keypad=Keypad.CODE,
                ),
                choices=(
                    Choice(choices.READY, Text("choice.ready"), Role.MAIN),
                    Choice(choices.ERASE, Text("choice.erase")),
                ),
            )
        case Enrolling(language):
            return Page("first-run-asking", Shape.BUSY, language, Text("first-run-asking.heading"))
        case Enrolled(language, kiosk, site):
            return Page(
                "first-run-done",
                Shape.CHECK,
                language,
                Text("first-run-done.heading"),
                (Text("first-run-done.label"), Text("first-run-done.next")),
                light=Light.GREEN,
                lines=(
                    Line(named({"fi": kiosk}), Text("service.fact.kiosk")),
                    Line(named({"fi": site}), Text("service.fact.site")),
                ),
                choices=(Choice(START, Text("first-run-done.start"), Role.MAIN),),
            )


def around(frame: Frame[Text]) -> Frame[Text]:
    """The frame of a machine without a site, with the languages of technicians."""
    return replace(frame, languages=tuple((code, language_name(code)) for code in LANGUAGES))
