"""``kiosk doctor``: every check at once, each in a process of its own, and what they found in words and as JSON."""

import re
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from kiosk import __version__
from kiosk.checkin import faults
from kiosk.checkin.wording import Text
from kiosk.clock import clock_from_environment
from kiosk.composition import doctor_checks
from kiosk.config import ConfigError, load
from kiosk.diagnostics import check, doctor
from kiosk.diagnostics.check import Finding, Measured
from kiosk.diagnostics.report import Line, Report, Say, as_json, as_table, changes, report, sentences
from kiosk.texts import FALLBACK, say, service_languages

EVERY = 5.0
"""Seconds between two looks of ``--watch``."""
_PLACE = re.compile(r"`(\$[a-z_.]{0,60})`")
"""Where msgspec met what it did not expect, such as ``$.printer``: made of the names of our own fields."""
NARROWEST = 60
"""Columns that the table needs at the least."""


def examine(path: Path, only: str | None = None) -> Report:
    """Look at everything, or at ``only`` one part; in bounded time whatever is broken."""
    clock = clock_from_environment()
    began = time.monotonic()
    findings: list[Finding] = []
    try:
        config = load(path)
        findings.append(Finding("config"))
        wanted = [one for one in doctor_checks.checks(config, clock) if only in (None, one.name)]
        findings += doctor_checks.settle_clock(list(check.run(wanted)))
    except ConfigError as error:
        findings.append(Finding("config", (faults.CONFIG_INVALID.code,), _where(error)))
    seen = [one for one in findings if only in (None, one.name)] or findings
    names = {one.name: one.measured for one in findings}.get("database", {})
    return report(
        doctor.in_order(seen),
        at=clock.now(),
        program=__version__,
        kiosk=_word(names, "kiosk"),
        site=_word(names, "site"),
        seconds=time.monotonic() - began,
    )


def run_doctor(
    path: Path, *, as_json_text: bool, language: str | None, watch: bool = False, only: str | None = None
) -> int:
    """Print what is found; the exit code is 0 where all is well, 1 where something is not, 2 where nobody is served."""
    spoken = spoken_language(path, language)
    if watch:
        return _watch(path, spoken, only)
    found = examine(path, only)
    print_report(found, spoken, as_json_text=as_json_text)
    return found.exit


def print_report(found: Report, language: str, *, as_json_text: bool) -> None:
    """On standard output, as JSON or in words."""
    if as_json_text:
        print(as_json(found))
    else:
        console().print(as_table(found, in_language(language)))


def spoken_language(path: Path, asked: str | None) -> str:
    """The language that was asked for, or that of the kiosk, or the house's own."""
    if asked in service_languages():
        return asked
    try:
        own = load(path).language
    except ConfigError:
        own = ""
    return own if own in service_languages() else FALLBACK


def in_language(language: str) -> Say:
    """The words of that language."""

    def words(key: str, data: Mapping[str, str | int]) -> str:
        return say(Text(key, dict(data)), language)

    return words


def console() -> Console:
    """Standard output, wide enough for the table even where nobody knows how wide it is."""
    found = Console(soft_wrap=False)
    if not found.is_terminal:
        return Console(width=110, color_system=None)
    return Console(width=max(NARROWEST, found.width))


def _watch(path: Path, language: str, only: str | None) -> int:
    """Look again and again until Ctrl-C; each change is told once below the table."""
    words, shown, before = in_language(language), console(), None
    told: list[str] = []
    exit_code = 0
    # Started in the background it would have been told to take no notice of Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        while True:
            found = examine(path, only)
            before, known, exit_code = found, before, found.exit
            for line in changes(known, found):
                state = words(f"doctor.state.{line.state.value}", {})
                part = words(f"doctor.part.{line.name}", {})
                told.append(f"{found.at.astimezone():%H:%M:%S} {line.number} {part}: {state}. {_first(line, words)}")
            if shown.is_terminal:
                shown.clear()
            shown.print(as_table(found, words))
            for one in told[-10:]:
                shown.print(one, markup=False, highlight=False)
            sys.stdout.flush()
            time.sleep(EVERY)
    except KeyboardInterrupt:
        return exit_code


def _first(line: Line, words: Say) -> str:
    return sentences(line, words).partition("\n")[0]


def _where(error: ConfigError) -> Measured:
    """What is wrong with the configuration, and where; its message would quote the file."""
    if isinstance(error.__cause__, OSError):
        return {"reason": type(error.__cause__).__name__}
    found = _PLACE.search(str(error))
    return {"reason": "not-understood"} | ({} if found is None else {"at": found[1]})


def _word(measured: Mapping[str, object], name: str) -> str | None:
    value = measured.get(name)
    return value if isinstance(value, str) else None
