"""The doctor's checks: each looks at one part through the code that serves it, and changes nothing.

They run in processes of their own (``kiosk.diagnostics.check``), so each opens what it needs for itself.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from kiosk.checkin import faults
from kiosk.checkin.doubts import believed
from kiosk.composition import doctor_devices
from kiosk.composition.memory import FAULTS, OutOfOrderError
from kiosk.config import Config
from kiosk.diagnostics import doctor
from kiosk.diagnostics.check import Check, Finding
from kiosk.diagnostics.record import Record, read
from kiosk.diagnostics.watch import disk, heat, machine_clock, power
from kiosk.offline import examination
from kiosk.offline.configuration import serving
from kiosk.offline.connection import Connection, DatabaseError, StoreError, why
from kiosk.offline.enrolment import load_enrolment
from kiosk.offline.roster import SqlRoster
from kiosk.offline.vault import DATABASE, KeyMissingError, database_key
from kiosk.ports import Clock, Enrolment
from kiosk.sync import examination as line


def checks(config: Config, clock: Clock) -> list[Check]:
    """All checks of a kiosk with this configuration. What a running screen process holds is not touched."""
    records = read(config.run, config.state, clock)
    screen = records["screen"]
    looks: dict[str, Callable[[], Finding]] = {
        "screen": partial(doctor.running, "screen", screen, faults.SCREEN_NOT_RUNNING),
        "sync": partial(doctor.running, "sync", records["sync"], faults.SYNC_NOT_RUNNING),
        "database": partial(_database, config.state),
        "journal": partial(_journal, config.state),
        "disk": partial(_disk, config),
        "roster": partial(_roster, config.state, clock),
        "facts": partial(_facts, config.state, clock),
        "clock": _clock,
        "centre": partial(_centre, config, clock),
        "certificate": partial(_certificate, config, clock),
        "power": partial(_power, config.watch.hottest),
    }
    told = list(records.values())
    made = [Check(name, partial(_with_told, look, told), hung=_HUNG.get(name)) for name, look in looks.items()]
    return made + [_held(name, fitted, screen) for name, fitted in doctor_devices.looks(config, clock).items()]


_HUNG = {"centre": faults.CENTRE_UNREACHABLE.code, "disk": faults.DISK_READ_ONLY.code}


def _held(name: str, device: doctor_devices.Device | None, screen: Record) -> Check:
    if device is None:
        return Check(name, partial(Finding, name, absent=True))
    if screen.alive:
        return Check(name, partial(doctor.told, name, screen))
    return Check(name, device.look, device.patience, device.hung)


def settle_clock(findings: list[Finding]) -> list[Finding]:
    """The findings with the clock judged by what the centre said of the time."""
    by_name = {finding.name: finding for finding in findings}
    centre, clock = by_name.get("centre"), by_name.get("clock")
    if clock is None or clock.trouble is not None:
        return findings
    offset = None if centre is None else centre.measured.get("offset_seconds")
    synchronised = clock.measured.get("synchronised")
    judged = doctor.clock(
        float(offset) if isinstance(offset, int | float) else None,
        synchronised if isinstance(synchronised, bool) else None,
    )
    codes = tuple(dict.fromkeys((*judged.codes, *clock.codes)))
    judged = Finding("clock", codes, judged.measured, seconds=clock.seconds)
    return [judged if finding.name == "clock" else finding for finding in findings]


def _with_told(look: Callable[[], Finding], records: Collection[Record]) -> Finding:
    return doctor.also_told(look(), records)


@contextmanager
def memory(state: Path) -> Iterator[tuple[Connection, Enrolment]]:
    """The database, looked at and left as it is. Raises ``OutOfOrderError``, whose ``reason`` is a key."""
    try:
        with examination.looking(state / DATABASE, _key(state)) as connection:
            enrolment = load_enrolment(connection)
            if enrolment is None:
                raise OutOfOrderError(faults.NOT_ENROLLED, "never-enrolled")
            yield connection, enrolment
    except StoreError as error:
        raise OutOfOrderError(FAULTS.get(error.key, faults.NOT_ENROLLED), error.key) from error
    except DatabaseError as error:
        raise OutOfOrderError(FAULTS[why(error)], why(error)) from error


def _key(state: Path) -> bytes:
    try:
        return database_key(state)
    except KeyMissingError:
        lost = (state / DATABASE).exists()
        raise OutOfOrderError(faults.DATABASE_KEY_MISSING if lost else faults.NOT_ENROLLED, "no-key") from None


def _database(state: Path) -> Finding:
    version = examination.sqlite_version()
    try:
        with memory(state) as (connection, enrolment):
            applied, known = examination.schema(connection)
            sound = examination.is_sound(connection)
            salvaged = examination.salvaged(connection)
    except OutOfOrderError as error:
        return Finding("database", (error.fault.code,), {"reason": error.reason, "sqlite": version})
    measured: dict[str, str | int] = {"kiosk": enrolment.kiosk, "site": enrolment.site, "sqlite": version}
    measured["schema"] = f"{applied}/{known}"
    if salvaged is not None:
        measured |= {"saved": salvaged[0], "missing": salvaged[1]}
    return Finding("database", () if sound else (faults.DATABASE_DAMAGED.code,), measured)


def _journal(state: Path) -> Finding:
    try:
        examination.try_to_write(state / DATABASE, _key(state))
    except OutOfOrderError as error:
        return Finding("journal", (error.fault.code,), {"reason": error.reason})
    except StoreError as error:
        return Finding("journal", (FAULTS.get(error.key, faults.NOT_ENROLLED).code,), {"reason": error.key})
    except DatabaseError as error:
        return Finding("journal", (FAULTS[why(error)].code,), {"reason": why(error)})
    return Finding("journal")


def _disk(config: Config) -> Finding:
    room, refused = disk.room(config.state), disk.try_to_write(config.state)
    fault = disk.judge(room, refused, low=config.watch.disk_low, full=config.watch.disk_full, before=None)
    return Finding("disk", () if fault is None else (fault.code,), {"free_bytes": room.free})


def _roster(state: Path, clock: Clock) -> Finding:
    try:
        with memory(state) as (connection, enrolment):
            own = SqlRoster(connection, enrolment.site_key)
            rows, now = examination.counts(connection).get("appointment", 0), clock.now()
            quality = believed(own.quality(), own.clock_word(), now, clock.monotonic())
            unread, rules = examination.unread(connection), serving(connection).number
            return doctor.roster(own.site(), quality, now, rows, unread, rules)
    except OutOfOrderError:
        # The database is a line of its own, and says why.
        return Finding("roster", (faults.ROSTER_MISSING.code,))


def _facts(state: Path, clock: Clock) -> Finding:
    try:
        with memory(state) as (connection, _):
            found = examination.facts(connection)
    except OutOfOrderError:
        return Finding("facts", absent=True)
    return doctor.facts(found.waiting, found.refused, found.oldest_waiting, clock.now())


def _clock() -> Finding:
    if machine_clock.TIMESYNC.is_dir():
        return Finding("clock", measured={"synchronised": (machine_clock.TIMESYNC / "synchronized").exists()})
    told = machine_clock.synchronised(machine_clock.ask_chrony()) if machine_clock.CHRONY.is_dir() else None
    return Finding("clock", measured={} if told is None else {"synchronised": told})


def _centre(config: Config, clock: Clock) -> Finding:
    try:
        with memory(config.state) as (_, enrolment):
            pass
    except OutOfOrderError:
        return Finding("centre", absent=True)
    trusted = config.centre.authorities
    way = line.way(enrolment.centre, trusted)
    measured: dict[str, str | int | float | bool] = {"addresses": way.addresses, "milliseconds": way.milliseconds}
    if way.failed is not None:
        # A certificate that is not believed is a line of its own, and keeps the centre from being reached.
        return Finding("centre", (faults.CENTRE_UNREACHABLE.code,), {"step": way.failed, "reason": way.reason})
    word = line.word(enrolment.centre, enrolment.kiosk, enrolment.private_key, clock, trusted)
    if word.offset is not None:
        measured["offset_seconds"] = round(word.offset, 1)
    failed = word.failed if word.failed is not None else "unauthorised" if word.known is False else None
    if failed is None:
        return Finding("centre", measured=measured)
    return Finding("centre", (doctor.CENTRE_FAULTS[failed].code,), {**measured, "reason": failed})


def _certificate(config: Config, clock: Clock) -> Finding:
    try:
        with memory(config.state) as (_, enrolment):
            pass
    except OutOfOrderError:
        return Finding("certificate", absent=True)
    way = line.way(enrolment.centre, config.centre.authorities)
    if way.failed in ("name", "connection"):
        return Finding("certificate", absent=True)
    return doctor.certificate(way.secured, way.failed is None, way.reason, way.expires, clock.now())


def _power(hottest: float) -> Finding:
    codes: list[str] = []
    degrees = heat.temperatures(heat.ZONES)
    if power.on_battery(power.read_supplies(power.SUPPLIES)):
        codes.append(faults.POWER_ON_BATTERY.code)
    if heat.is_hot(degrees, hottest, before=False):
        codes.append(faults.MACHINE_HOT.code)
    plausible = [one for one in degrees if heat.PLAUSIBLE[0] <= one <= heat.PLAUSIBLE[1]]
    return Finding("power", tuple(codes), {"degrees": round(max(plausible), 1)} if plausible else {})
