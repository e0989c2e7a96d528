"""The parts of the torture. Each gives figures; ``rounds`` is how much of it, in its own unit."""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

from tests.torture import centre, damage, ehr, failing, images, kills, postgres, recorder, small_disks, syscall_faults
from tests.torture.centre_day import record_day
from tests.torture.centre_witness import CentreWitness
from tests.torture.disk import Mark
from tests.torture.figures import Figure
from tests.torture.findings import Findings
from tests.torture.kiosk_day import WEAKENED
from tests.torture.kiosk_witness import KioskWitness
from tests.torture.recorder import Tape, record
from tests.torture.replay import Plan, Result, Witness, replay
from tests.torture.update_night import NIGHTS, NightWitness, night_tape

OUT = Path("out/torture")
ON_ONE_STAGE = 125
"""Rounds; then a new stage, so that nothing depends on how old one is."""
EHR_ON_ONE_STAGE = 50
CENTRE_ON_ONE_STAGE = 40
DAMAGED_ON_ONE_STAGE = 20
"""Rounds; each takes minutes of the day that a stage plays."""
KIOSK_CUTS = "power cut at the kiosk, after each system call"
KIOSK_CUTS_EIO = "the same, while every fifth fsync fails"
CENTRE_CUTS = "power cut at the centre, after each system call"
IMAGES = "ext4 of a serving kiosk, copied when it acknowledges"
KILLS = "SIGKILL to screen, sync and centre"
KILLS_IN_SERVICE = "the same, each started as in service"
DAMAGE = "a page of journal, log or roster overwritten with noise"
SYSCALLS = "system calls that fail in screen, sync and centre"
FULL = "disk of 1 MB that fills up"
ON_THE_RESERVE = "the same, but for the room that is kept for facts"
GIVEN_UP = "disk that goes read-only"
SIMULATION = "simulated days of several kiosks"
EHR = "SIGKILL to a FHIR server and two workers"
CENTRE = "SIGKILL to two centres, PostgreSQL, a FHIR server and a worker"
CENTRE_IN_A_FILE = "the same with one centre, on SQLite"
LINE = "storms on the line between real processes"
UPDATES = "power cut in an update, after each system call"
CONTROLS = {
    "normal": "control: synchronous = NORMAL",
    "off": "control: synchronous = OFF",
    "delete": "control: journal_mode = DELETE",
    "centre": "control: a centre that never syncs",
}
CONTROLS_OF_KILLS = {
    "synchronous_commit=off wal_writer_delay=1s": "control: synchronous_commit = off",
    "answered-early": "control: a kiosk is answered before the commit",
    "logged-apart": "control: what staff do and its log in two transactions",
    "looked-first": "control: who is called is looked up, then written",
    "sent-early": "control: a letter counts as sent before its answer",
}
"""Mistakes that kills, and two people at once, must show: of ``tests.torture.weak``, or a setting of PostgreSQL."""
KILLS_FOR_A_CONTROL = 60
"""At the most: the mistake is looked for after every few, and is mostly found by the first of them."""


@dataclass(frozen=True)
class Setting:
    """How much of it, from which seed, on how many cores."""

    rounds: int
    seed: int = 1
    jobs: int = 1


@dataclass(frozen=True)
class Part:
    """``why_not`` says why it cannot run here; ``rounds`` is how much the long form plays."""

    play: Callable[[Setting], list[Figure]]
    rounds: int
    lines: tuple[str, ...]
    why_not: Callable[[], str | None] = lambda: None


def kiosk_tape(folder: Path, arguments: Sequence[str], inject: str | None = None) -> Tape:
    """A kiosk's day, recorded."""
    state, acks = folder / "state", folder / "acks"
    state.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.torture.kiosk_day", str(state), str(acks), *arguments]
    return record(command, state, [acks], inject=inject)


def plan_of(tape: Tape, cuts: int, seed: int) -> Plan:
    """A plan of about so many cuts: after each call, and where there is room for more with more torn disks each."""
    draws = cuts / max(1, len(tape.operations))
    if draws >= 2:
        return Plan(torn=round(draws - 1), seed=seed)
    return Plan(torn=1, step=max(1, round(2 / max(draws, 0.01))), seed=seed)


def power_cuts(setting: Setting) -> list[Figure]:
    """A quarter of the cuts each: a long day, one with many checkpoints, one with failing fsyncs, and the centre's."""
    share, seed = setting.rounds // 4, str(setting.seed)
    visits = str(min(700, 20 + share // 30))
    often = ["--visits", visits, "--checkpoint", "60", "--seed", seed]
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(2) as pool:
        folder = Path(name)
        tapes = {
            "long": pool.submit(kiosk_tape, folder / "long", ["--visits", visits, "--seed", seed]),
            "busy": pool.submit(kiosk_tape, folder / "busy", often),
            "ill": pool.submit(kiosk_tape, folder / "ill", often, "fsync:error=EIO:when=30+5"),
            "centre": pool.submit(record_day, folder / "centre", max(4, min(80, share // 200)), setting.seed),
        }
        recorded = {one: tape.result() for one, tape in tapes.items()}
    cut = {
        one: _cut(one, tape, CentreWitness if one == "centre" else KioskWitness, share, setting)
        for one, tape in recorded.items()
    }
    kiosk, broken, there = cut["long"] + cut["busy"], cut["ill"], cut["centre"]
    return [
        Figure(KIOSK_CUTS, kiosk.cuts, "cuts", kiosk.findings),
        Figure(KIOSK_CUTS_EIO, broken.cuts, "cuts", broken.findings),
        Figure(CENTRE_CUTS, there.cuts, "cuts", there.findings),
    ]


def controls(setting: Setting) -> list[Figure]:
    """The same on programs with a mistake in them: the method must find each of them."""
    return [*(_weak_kills(setting) if postgres.why_not() is None else ()), *_weak_cuts(setting)]


def _weak_kills(setting: Setting) -> list[Figure]:
    figures = []
    for weakness, line in CONTROLS_OF_KILLS.items():
        with tempfile.TemporaryDirectory() as name:
            tally = centre.play(Path(name) / "s", KILLS_FOR_A_CONTROL, setting.seed, weakness=weakness)
        figures.append(Figure(line, tally.rounds, "strikes", tally.findings, control=True))
        print(f"{weakness}: {tally.findings.detail}", flush=True)
    return figures


def _weak_cuts(setting: Setting) -> list[Figure]:
    if recorder.why_not() is not None:
        return []
    figures = []
    for weakness in WEAKENED:
        with tempfile.TemporaryDirectory() as name:
            tape = kiosk_tape(Path(name), ["--visits", "20", "--alone", "--weaken", weakness])
        found = replay(tape, KioskWitness, plan_of(tape, setting.rounds, setting.seed), setting.jobs)
        figures.append(Figure(CONTROLS[weakness], found.cuts, "cuts", found.findings, control=True))
    with tempfile.TemporaryDirectory() as name:
        tape = record_day(Path(name) / "centre", 3, setting.seed, "tests.torture.weak_centre")
    found = replay(tape, CentreWitness, plan_of(tape, setting.rounds, setting.seed), setting.jobs)
    return [*figures, Figure(CONTROLS["centre"], found.cuts, "cuts", found.findings, control=True)]


def updates(setting: Setting) -> list[Figure]:
    """A third each: an update that is believed, one that never starts, one whose self-test fails."""
    result = Result()
    for night in NIGHTS:
        with tempfile.TemporaryDirectory() as name:
            tape = night_tape(Path(name), night)
        result += _cut(f"update-{night}", tape, NightWitness, setting.rounds // len(NIGHTS), setting)
    return [Figure(UPDATES, result.cuts, "cuts", result.findings)]


def photographs(setting: Setting) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        found = images.photograph(Path(folder), setting.rounds, setting.seed)
    _tell("images", found)
    return [Figure(IMAGES, found.cuts, "images", found.findings)]


def killing(setting: Setting, line: str = KILLS) -> list[Figure]:
    """On stages of their own, as many at once as there are cores."""
    shares = _shares(setting, ON_ONE_STAGE)
    quick = repeat(line == KILLS)
    with ProcessPoolExecutor(setting.jobs, mp_context=get_context("fork")) as pool:
        tally = sum(pool.map(_killed, shares, _seeds(setting, shares), quick), kills.Tally())
    by_program = ", ".join(f"{name} {count}" for name, count in tally.kills.items())
    return [Figure(line, tally.rounds, "rounds", tally.findings, f" ({by_program})")]


def killing_in_service(setting: Setting) -> list[Figure]:
    """The same, but that each start is one of its own: a new interpreter with the arguments of the service."""
    return killing(setting, KILLS_IN_SERVICE)


def _killed(rounds: int, seed: int, quick: bool) -> kills.Tally:
    with tempfile.TemporaryDirectory() as folder:
        return kills.play(Path(folder), rounds, seed, quick=quick)


def rotting(setting: Setting) -> list[Figure]:
    """Damage to the files of the real programs; what a page took along is told, and counts neither way."""
    shares = _shares(setting, DAMAGED_ON_ONE_STAGE)
    with ProcessPoolExecutor(setting.jobs, mp_context=get_context("fork")) as pool:
        told = sum(pool.map(_rotten, shares, _seeds(setting, shares)), damage.Rotten())
    note = f", {told.saved} facts saved, {told.taken} on the pages"
    return [Figure(DAMAGE, sum(told.rounds.values()), "pages", told.findings, note)]


def _rotten(rounds: int, seed: int) -> damage.Rotten:
    with tempfile.TemporaryDirectory() as folder:
        return damage.play(Path(folder), rounds, seed)


def _shares(setting: Setting, on_one: int) -> list[int]:
    most = min(on_one, -(-setting.rounds // setting.jobs))
    return [min(most, setting.rounds - start) for start in range(0, setting.rounds, most)]


def _seeds(setting: Setting, shares: Sequence[int]) -> list[int]:
    return [setting.seed * 1000 + place for place in range(len(shares))]


def system_calls(setting: Setting) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        told = syscall_faults.play(Path(folder), setting.rounds)
    calls = sum(told.failed.values())
    return [Figure(SYSCALLS, told.cases, "cases", told.findings, f", {calls} failed calls")]


_DISKS = {FULL: small_disks.full, ON_THE_RESERVE: small_disks.on_the_reserve, GIVEN_UP: small_disks.given_up}


def disks(setting: Setting) -> list[Figure]:
    figures = []
    for what, play in _DISKS.items():
        found = Findings()
        for _ in range(setting.rounds):
            with tempfile.TemporaryDirectory() as folder:
                found += play(Path(folder) / "stage")[1]
        figures.append(Figure(what, setting.rounds, "times", found))
    return figures


def records(setting: Setting) -> list[Figure]:
    """Each stage has its record and its workers; more at once than cores would only wait for each other."""
    shares = _shares(setting, EHR_ON_ONE_STAGE)
    tallies = [_struck(rounds, seed) for rounds, seed in zip(shares, _seeds(setting, shares), strict=True)]
    tally = sum(tallies, ehr.Tally())
    by_victim = ", ".join(f"{name} {count}" for name, count in tally.kills.items())
    return [Figure(EHR, tally.rounds, "rounds", tally.findings, f" ({by_victim})")]


def _struck(rounds: int, seed: int) -> ehr.Tally:
    with tempfile.TemporaryDirectory() as folder:
        return ehr.play(Path(folder), rounds, seed)


def centres(setting: Setting) -> list[Figure]:
    """Two centres on a PostgreSQL that syncs; then, a third as long, one on SQLite."""
    figures = []
    for line, rounds, on_server in ((CENTRE, setting.rounds, True), (CENTRE_IN_A_FILE, setting.rounds // 3, False)):
        shares = _shares(replace(setting, rounds=rounds), CENTRE_ON_ONE_STAGE)
        tally = centre.Tally()
        for share, seed in zip(shares, _seeds(setting, shares), strict=True):
            with tempfile.TemporaryDirectory() as folder:
                tally += centre.play(Path(folder) / "s", share, seed, on_server=on_server)
        by_victim = ", ".join(f"{name} {count}" for name, count in tally.kills.items())
        note = f" ({by_victim}); {tally.facts} facts and {tally.acts} acts of staff acknowledged"
        figures.append(Figure(line, tally.rounds, "strikes", tally.findings, note))
    return figures


def simulation(setting: Setting) -> list[Figure]:
    """``python -m tests.simulation``, which ends with 1 where a seed broke an invariant."""
    command = [sys.executable, "-m", "tests.simulation", "--seeds", str(setting.rounds), "--jobs", str(setting.jobs)]
    return [Figure(SIMULATION, setting.rounds, "seeds", _ended(command))]


def line(setting: Setting) -> list[Figure]:
    """``python -m tests.line`` for so many minutes, which ends with an error where a fact was lost or doubled."""
    command = [sys.executable, "-m", "tests.line", "--minutes", str(setting.rounds), "--seed", str(setting.seed)]
    return [Figure(LINE, setting.rounds, "minutes", _ended(command))]


def _ended(command: Sequence[str]) -> Findings:
    """Programs of their own stop at the first invariant that breaks; what it was, they have said."""
    code = subprocess.run(command, check=False).returncode
    return Findings(half=int(code != 0), detail=f"{' '.join(command[1:])} ended with {code}" if code else "")


def _cut(name: str, tape: Tape, witness: Callable[[], Witness], cuts: int, setting: Setting) -> Result:
    result = replay(tape, witness, plan_of(tape, cuts, setting.seed), setting.jobs)
    print(f"{name}: {len(tape.operations)} calls, {result.cuts} cuts", flush=True)
    if result.failed:
        OUT.mkdir(parents=True, exist_ok=True)
        with (OUT / f"{name}.tape").open("wb") as file:
            pickle.dump(tape, file)
        _tell(name, result)
    elif not any(isinstance(one, Mark) for one in tape.operations):
        raise RuntimeError(f"{name}: nothing was acknowledged, so that nothing was proved")
    return result


def _tell(name: str, result: Result) -> None:
    for cut, found in result.failed:
        print(f"{name}: {cut.mode} {cut.place}, kept in {OUT}: {found}", flush=True)


def _kills_need() -> str | None:
    return None if hasattr(os, "fork") else "needs fork"


PARTS: dict[str, Part] = {
    "power-cuts": Part(power_cuts, 100_000, (KIOSK_CUTS, KIOSK_CUTS_EIO, CENTRE_CUTS), recorder.why_not),
    "updates": Part(updates, 3000, (UPDATES,), recorder.why_not),
    "images": Part(photographs, 1000, (IMAGES,), images.why_not),
    "kills": Part(killing, 1000, (KILLS,), _kills_need),
    "kills-in-service": Part(killing_in_service, 50, (KILLS_IN_SERVICE,)),
    "ehr": Part(records, 100, (EHR,)),
    "centre": Part(centres, 240, (CENTRE, CENTRE_IN_A_FILE), postgres.why_not),
    "damage": Part(rotting, 40, (DAMAGE,)),
    "system-calls": Part(system_calls, 20, (SYSCALLS,), failing.why_not),
    "disks": Part(disks, 5, tuple(_DISKS), small_disks.why_not),
    "simulation": Part(simulation, 10_000, (SIMULATION,)),
    "line": Part(line, 10, (LINE,)),
    "controls": Part(controls, 400, (*CONTROLS.values(), *CONTROLS_OF_KILLS.values())),
}
