"""What the doctor found, as JSON for programs and as a table that can be read aloud on the phone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec
from rich import box
from rich.table import Table
from rich.text import Text

from kiosk.checkin import faults
from kiosk.checkin.faults import Mender, Part, Severity, Works
from kiosk.checkin.health import Light
from kiosk.diagnostics.check import Finding, Measured, Source, State, Trouble
from kiosk.diagnostics.doctor import ORDER

VERSION = 1
"""Raised when a field changes its meaning or goes; new ones may come at any time."""

Say = Callable[[str, Mapping[str, str | int]], str]
"""The words for a key with its data, in the language of whoever reads."""

_STYLES = {
    State.ABSENT: "dim",
    State.WELL: "green",
    State.NOTE: "cyan",
    State.UNKNOWN: "magenta",
    State.DEGRADED: "yellow",
    State.OUT_OF_ORDER: "bold red",
}
_GIGABYTE = 10**9


class FaultLine(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of the catalogue (``docs/faults.md``)."""

    code: str
    part: Part
    severity: Severity
    mender: Mender
    works: Works


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One row. ``number`` always means the same part; ``age`` is how many seconds ago the running kiosk told it."""

    number: int
    name: str
    state: State
    faults: tuple[FaultLine, ...] = ()
    measured: Measured = {}
    trouble: Trouble | None = None
    source: Source = Source.LOOKED
    age: float | None = None
    seconds: float = 0.0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. ``exit`` is the code with which the command ends."""

    version: int = VERSION
    at: datetime
    program: str
    kiosk: str | None
    site: str | None
    light: Light
    exit: int
    seconds: float
    lines: tuple[Line, ...]


def light(findings: Sequence[Finding]) -> Light:
    """Green: all well, or only notes; yellow: something is served another way, or not known; red: nobody is served."""
    states = {finding.state for finding in findings}
    if State.OUT_OF_ORDER in states:
        return Light.RED
    return Light.YELLOW if states & {State.DEGRADED, State.UNKNOWN} else Light.GREEN


EXIT = {Light.GREEN: 0, Light.YELLOW: 1, Light.RED: 2}


def report(
    findings: Sequence[Finding], *, at: datetime, program: str, kiosk: str | None, site: str | None, seconds: float
) -> Report:
    """The report on these findings. Raises ``KeyError`` for a code outside the catalogue."""
    shines = light(findings)
    return Report(
        at=at,
        program=program,
        kiosk=kiosk,
        site=site,
        light=shines,
        exit=EXIT[shines],
        seconds=round(seconds, 3),
        lines=tuple(_line(finding) for finding in findings),
    )


def as_json(report: Report) -> str:
    """The report as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


def as_table(report: Report, say: Say) -> Table:
    """The report in words: number, part, state, what is so, what to do."""
    table = Table(box=box.ROUNDED, title=headline(report, say), title_justify="left")
    table.add_column(say("doctor.column.number", {}), justify="right", no_wrap=True)
    table.add_column(say("doctor.column.part", {}))
    table.add_column(say("doctor.column.state", {}))
    table.add_column(say("doctor.column.sentence", {}), ratio=3)
    table.add_column(say("doctor.column.action", {}), ratio=2)
    for line in report.lines:
        state = Text(say(f"doctor.state.{line.state.value}", {}), style=_STYLES[line.state])
        told = (Text(sentences(line, say)), Text(actions(line, say)))
        table.add_row(str(line.number), say(f"doctor.part.{line.name}", {}), state, *told)
    return table


def headline(report: Report, say: Say) -> str:
    """The one sentence that sums it up."""
    names = ", ".join(name for name in (report.kiosk, report.site) if name)
    told = say(f"doctor.light.{report.light.value}", {})
    return f"{names}: {told}" if names else told


def sentences(line: Line, say: Say) -> str:
    """What is so: the faults' sentences, or that the check failed, and then what was measured and who says so."""
    told = [say(f"fault.{fault.code}.sentence", {}) for fault in line.faults]
    if line.trouble is not None:
        told.append(say(f"doctor.trouble.{line.trouble.value}", {}))
    measured = [say(f"doctor.measure.{name}", {"value": _value(name, one, say)}) for name, one in line.measured.items()]
    if measured:
        told.append("; ".join(measured))
    if line.source is Source.TOLD:
        told.append(say("doctor.told", {"seconds": round(line.age or 0)}))
    return "\n".join(told)


def actions(line: Line, say: Say) -> str:
    """What to do, for each fault."""
    return "\n".join(dict.fromkeys(say(f"fault.{fault.code}.action", {}) for fault in line.faults))


def changes(before: Report | None, after: Report) -> tuple[Line, ...]:
    """The lines whose state or faults are not what they were."""
    was = {} if before is None else {line.name: (line.state, line.faults) for line in before.lines}
    return () if before is None else tuple(one for one in after.lines if was.get(one.name) != (one.state, one.faults))


def _line(finding: Finding) -> Line:
    return Line(
        number=ORDER.index(finding.name) + 1,
        name=finding.name,
        state=finding.state,
        faults=tuple(_fault_line(code) for code in finding.codes),
        measured=dict(finding.measured),
        trouble=finding.trouble,
        source=finding.source,
        age=None if finding.age is None else round(finding.age, 1),
        seconds=round(finding.seconds, 3),
    )


def _fault_line(code: str) -> FaultLine:
    fault = faults.find(code)
    return FaultLine(code=code, part=fault.part, severity=fault.severity, mender=fault.mender, works=fault.works)


def _value(name: str, value: str | int | float | bool, say: Say) -> str:
    if isinstance(value, bool):
        return say("doctor.yes" if value else "doctor.no", {})
    if name.endswith("_bytes"):
        return f"{float(value) / _GIGABYTE:.1f} GB"
    if name.endswith("_seconds"):
        return _span(float(value))
    if isinstance(value, float):
        return f"{value:.1f}"
    return str(value)


def _span(seconds: float) -> str:
    """A span in the units that need no words: s, min, h, d."""
    size = abs(seconds)
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if size >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s" if size >= 10 or seconds == int(seconds) else f"{seconds:.1f} s"
