"""From what was measured to what is wrong: the rules by which the doctor reads each part. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault, Part
from kiosk.checkin.rules import DataQuality, is_fresh, roster_age
from kiosk.checkin.site import Site
from kiosk.diagnostics.check import Finding, Source
from kiosk.diagnostics.record import Record

ORDER = (
    *("config", "screen", "sync", "database", "journal", "disk", "roster", "facts", "clock", "centre", "certificate"),
    *("card-reader", "scanner", "printer", "touch", "display", "help", "power", "voice"),
)
"""The checks, as they are numbered for reading aloud."""

HELD = {
    Part.CARD_READER: "card-reader",
    Part.SCANNER: "scanner",
    Part.PRINTER: "printer",
    Part.TOUCH: "touch",
    Part.DISPLAY: "display",
    Part.HELP: "help",
}
"""What a running screen process holds, so that only it can tell how it is."""

_LINE_OF = {
    **HELD,
    Part.CLOCK: "clock",
    Part.DISK: "disk",
    Part.DATABASE: "database",
    Part.ROSTER: "roster",
    Part.FACTS: "facts",
    Part.CERTIFICATE: "certificate",
    Part.CENTRE: "centre",
    Part.POWER: "power",
    Part.SOFTWARE: "screen",
}

_VOICE = (faults.SPEECH_SILENT.code, faults.HEADPHONES_GONE.code)

OFFSET_ALLOWED = 120.0
"""Seconds that the wall clock may be off the centre's; the roster does not believe it beyond that."""
WAITING_ALLOWED = timedelta(minutes=5)
"""How long a fact may wait while nobody need look."""
EXPIRES_WITHIN = timedelta(days=21)
"""Days before its end at which somebody should renew a certificate."""

CENTRE_FAULTS: Mapping[str, Fault] = {
    "unreachable": faults.CENTRE_UNREACHABLE,
    "busy": faults.CENTRE_UNREACHABLE,
    "unauthorised": faults.CENTRE_REFUSES,
    "refused": faults.CENTRE_REFUSES,
    "nonsense": faults.CENTRE_NONSENSE,
}


def running(name: str, record: Record, missing: Fault) -> Finding:
    """Whether a process is alive, by its heartbeat."""
    if record.alive:
        return Finding(name, measured={"age_seconds": round(record.age or 0.0, 1)})
    age = record.age
    return Finding(name, (missing.code,), {} if age is None or age < 0 else {"age_seconds": round(age, 1)})


def roster(
    site: Site | None, quality: DataQuality, now: datetime, appointments: int, unread: int, rules: int | None
) -> Finding:
    """How fresh the roster is, and whether all of it could be read. ``rules`` is the number of those it serves by."""
    measured: dict[str, int | float | bool] = {"appointments": appointments}
    if rules is not None:
        measured["rules"] = rules
    if site is not None and site.on_plan is not None:
        # A kiosk that nobody has drawn shows no way: its place is never guessed.
        measured["plan"] = site.on_plan
    age = roster_age(quality, now)
    if age is not None:
        measured["age_seconds"] = round(age.total_seconds(), 1)
    if unread:
        return Finding("roster", (faults.ROSTER_UNREAD.code,), {**measured, "unread": unread})
    if site is None or quality.roster_as_of is None:
        return Finding("roster", (faults.ROSTER_MISSING.code,), measured)
    # An untrusted clock is the clock's own fault.
    fresh = is_fresh(replace(quality, clock_trusted=True, clock_known=True), site, now)
    return Finding("roster", () if fresh else (faults.ROSTER_STALE.code,), measured)


def facts(waiting: int, refused: int, oldest: datetime | None, now: datetime) -> Finding:
    """What the centre does not have yet, or would not take."""
    codes: list[str] = []
    measured: dict[str, int | float] = {"waiting": waiting, "refused": refused}
    if oldest is not None:
        age = (now - oldest).total_seconds()
        measured["oldest_seconds"] = round(age, 1)
        if abs(age) > WAITING_ALLOWED.total_seconds():
            codes.append(faults.FACTS_WAITING.code)
    if refused:
        codes.append(faults.FACTS_REFUSED.code)
    return Finding("facts", tuple(codes), measured)


def clock(offset: float | None, synchronised: bool | None) -> Finding:
    """How far the clock is off the centre's, and whether a time server keeps it; ``None`` where that is not known."""
    codes: list[str] = []
    measured: dict[str, float | bool] = {}
    if offset is not None:
        measured["offset_seconds"] = round(offset, 1)
        if abs(offset) > OFFSET_ALLOWED:
            codes.append(faults.CLOCK_WRONG.code)
    if synchronised is not None:
        measured["synchronised"] = synchronised
        if not synchronised:
            codes.append(faults.CLOCK_UNSYNCHRONISED.code)
    return Finding("clock", tuple(codes), measured)


def certificate(secured: bool, verified: bool, reason: str, expires: datetime | None, now: datetime) -> Finding:
    """The certificate by which the centre shows who it is."""
    if not secured:
        return Finding("certificate", absent=True)
    if not verified:
        return Finding("certificate", (faults.CERTIFICATE_INVALID.code,), {"reason": reason})
    if expires is None:
        return Finding("certificate")
    soon = expires - now < EXPIRES_WITHIN
    codes = (faults.CERTIFICATE_EXPIRING.code,) if soon else ()
    return Finding("certificate", codes, {"days_left": (expires - now).days})


def told(name: str, record: Record) -> Finding:
    """What the running process says of a part that it holds."""
    return Finding(name, _codes(name, record), source=Source.TOLD, age=record.age)


def also_told(finding: Finding, records: Iterable[Record]) -> Finding:
    """The finding with what the running processes know of the same part besides."""
    if finding.source is Source.TOLD:
        return finding
    codes = [code for record in records if record.alive for code in _codes(finding.name, record)]
    return replace(finding, codes=tuple(dict.fromkeys((*finding.codes, *codes))))


def in_order(findings: Iterable[Finding]) -> Sequence[Finding]:
    """The findings in the order in which they are numbered."""
    return sorted(findings, key=lambda finding: ORDER.index(finding.name))


def _codes(name: str, record: Record) -> tuple[str, ...]:
    return tuple(one.fault.code for one in record.standing if _line_of(one.fault) == name)


def _line_of(fault: Fault) -> str:
    return "voice" if fault.code in _VOICE else _LINE_OF[fault.part]
