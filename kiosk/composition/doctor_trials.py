"""What a technician tries by hand: a test page, a listening scanner, a card. Classes and lengths, never contents."""

import queue
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from kiosk.checkin import faults, identity
from kiosk.checkin.card import CardFailure
from kiosk.checkin.identity import Claim, Scan
from kiosk.checkin.ticket import PrintOutcome
from kiosk.clock import clock_from_environment
from kiosk.composition import doctor_devices
from kiosk.composition.doctor import in_language, spoken_language
from kiosk.composition.drivers import scanner_of
from kiosk.config import CardConfig, Config
from kiosk.devices.scanner.driver import ScannerDriver
from kiosk.devices.transport import TransportError
from kiosk.diagnostics.record import read_one
from kiosk.diagnostics.report import Say
from kiosk.ports import Clock

if TYPE_CHECKING:
    from kiosk.devices.card.pcsc import Service

FAILED = 1
CARD_SECONDS = 8.0
OPEN_SECONDS = 3.0
_PRINTED = {
    PrintOutcome.PRINTED: "doctor.printed",
    PrintOutcome.UNKNOWN: "doctor.print-unknown",
    PrintOutcome.FAILED: "doctor.print-failed",
}


def print_page(config: Config, path: Path, language: str | None) -> int:
    """Print a test page; 0 only where the printer says that it came out."""
    words, clock = _begun(path, language)
    if config.printer is None or _held(config, clock):
        return _cannot(config.printer is None, words)
    result = doctor_devices.print_test(config.printer, config.printer.profile, clock)
    print(words(_PRINTED[result.outcome], {}))
    if result.reason is not None:
        print(words(f"fault.{result.reason}.sentence", {}))
        print(words(f"fault.{result.reason}.action", {}))
    return 0 if result.outcome is PrintOutcome.PRINTED else FAILED


def listen(config: Config, path: Path, language: str | None, seconds: float) -> int:
    """Tell of each scan what kind it is, for so many seconds or until Ctrl-C; 0 where anything was read."""
    words, clock = _begun(path, language)
    if config.scanner is None or _held(config, clock):
        return _cannot(config.scanner is None, words)
    scans: queue.SimpleQueue[Scan] = queue.SimpleQueue()
    driver = scanner_of(config.scanner, scans.put, clock)
    driver.start()
    _wait_for(driver)
    print(words("doctor.listening", {}), flush=True)
    told: frozenset[str] = frozenset()
    read = 0
    until = time.monotonic() + seconds
    # Started in the background it would have been told to take no notice of Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        while (left := until - time.monotonic()) > 0:
            for code in sorted(driver.state.faults - told):
                print(words(f"fault.{code}.sentence", {}), flush=True)
            told = driver.state.faults
            try:
                scan = scans.get(timeout=min(0.2, left))
            except queue.Empty:
                continue
            read += 1
            print(words("doctor.scanned", _class_of(scan, clock)), flush=True)
    except KeyboardInterrupt:
        pass
    finally:
        driver.stop()
    if not read:
        print(words("doctor.nothing-scanned", {}))
    return 0 if read else FAILED


def read_card(config: Config, path: Path, language: str | None, seconds: float) -> int:
    """Wait so long for a card, read it, and tell its class and each step; 0 where it makes a claim."""
    words, clock = _begun(path, language)
    if config.card is None or _held(config, clock):
        return _cannot(config.card is None, words)
    from kiosk.devices.card import pcsc

    try:
        with pcsc.service() as service:
            return _read_in(service, config.card, clock, words, seconds)
    except TransportError as error:
        fault = faults.CARD_SERVICE_DOWN if error.key == pcsc.SERVICE_DOWN else faults.CARD_READER_GONE
        print(words(f"fault.{fault.code}.sentence", {}))
        print(words(f"fault.{fault.code}.action", {}))
        return FAILED


def _read_in(service: "Service", config: CardConfig, clock: Clock, words: Say, seconds: float) -> int:
    from kiosk.devices.card.attempt import Attempt
    from kiosk.devices.card.issuers import load
    from kiosk.devices.card.reading import Belief
    from kiosk.devices.card.slots import choose

    reader = choose(service.readers(), config.reader)
    if reader is None:
        raise TransportError("gone")
    print(words("doctor.insert-card", {}), flush=True)
    until = time.monotonic() + seconds
    look = service.look(reader, None, 0.0)
    while not look.present and (left := until - time.monotonic()) > 0:
        look = service.look(reader, look, min(0.5, left))
    if not look.present:
        print(words("doctor.no-card", {}))
        return FAILED
    issuers = load(config.issuers, config.test_issuers, accept_tests=config.accept_test_cards)
    belief = Belief(clock.now(), issuers)
    attempt = Attempt(reader, look.atr, belief, clock=clock, seconds=CARD_SECONDS)
    attempt.wait(CARD_SECONDS)
    result = attempt.take() if attempt.ended else CardFailure.UNREADABLE
    attempt.let_go()
    print(words("doctor.card-class", {"value": attempt.card_class.value}))
    for taken in attempt.trail.taken:
        print(words("doctor.card-step", {"value": taken.step.value, "found": words(_FOUND[taken.found], {})}))
    print(words("doctor.card-took", {"commands": attempt.commands, "value": round(attempt.took * 1000)}))
    if isinstance(result, Claim):
        print(words("doctor.card-read", {"value": result.kind.value}))
        return 0
    print(words("doctor.card-not-read", {"value": (result or CardFailure.PULLED).value}))
    return FAILED


_FOUND = {True: "doctor.yes", False: "doctor.no"}


def _begun(path: Path, language: str | None) -> tuple[Say, Clock]:
    """The words and the clock, with the drivers' own log silent: whoever tries by hand reads sentences."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    return in_language(spoken_language(path, language)), clock_from_environment()


def _wait_for(driver: ScannerDriver) -> None:
    """Until the scanner is open, or known not to be: what is scanned before that is lost."""
    until = time.monotonic() + OPEN_SECONDS
    while not driver.state.connected and not driver.state.faults and time.monotonic() < until:
        time.sleep(0.01)


def _class_of(scan: Scan, clock: Clock) -> dict[str, str | int]:
    """What may be told of a scan."""
    found = identity.from_scan(scan, clock.now().date())
    kind = found.kind.value if isinstance(found, Claim) else found.value
    return {"symbology": scan.symbology or "-", "length": len(scan.text), "kind": kind}


def _held(config: Config, clock: Clock) -> bool:
    return read_one("screen", config.run, config.state, clock).alive


def _cannot(missing: bool, words: Say) -> int:
    print(words("doctor.no-device" if missing else "doctor.held", {}))
    return FAILED
