"""The devices as the doctor sees them: their own drivers, run for a moment while no screen process holds them."""

import queue
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from kiosk import texts
from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.composition.clips import recorded_languages
from kiosk.composition.drivers import Driver, card_reader_of, printer_of, scanner_of
from kiosk.config import CardConfig, Config, PrinterConfig, ScannerConfig, SpeechConfig
from kiosk.devices.scanner import condition
from kiosk.devices.scanner import profile as scanners
from kiosk.devices.transport import TransportError
from kiosk.diagnostics.check import PATIENCE, Finding, Measured
from kiosk.diagnostics.watch import display, touch
from kiosk.ports import Clock
from kiosk.ui.voice.trial import Trial, try_voice

STATED_WITHIN = 6.0
"""Seconds in which a driver says how its device is; a device that lets it wait longer is silent."""
_GLANCE = 0.01
PRINT_SECONDS = 20.0
VOICE_SECONDS = 15.0
"""Seconds in which a voice has found all that it can say, also on a busy machine."""


@dataclass(frozen=True)
class Device:
    """A device that this kiosk has. ``hung`` is the fault of one that lets even its driver hang for ``patience`` s."""

    look: Callable[[], Finding]
    hung: str
    patience: float = PATIENCE


def looks(config: Config, clock: Clock) -> Mapping[str, Device | None]:
    """Each device by the name of its check; ``None`` for one that this kiosk is not equipped with."""
    found: dict[str, Device | None] = dict.fromkeys(
        ("card-reader", "scanner", "printer", "touch", "display", "help", "voice")
    )
    if config.card is not None:
        found["card-reader"] = Device(partial(_card_reader, config.card, clock), faults.CARD_SERVICE_DOWN.code)
    if config.scanner is not None:
        found["scanner"] = Device(partial(_scanner, config.scanner, clock), faults.SCANNER_SILENT.code)
    if config.printer is not None:
        found["printer"] = Device(partial(_printer, config.printer, clock), faults.PRINTER_SILENT.code)
    if config.help is not None:
        found["help"] = Device(_help, faults.HELP_LIGHT_GONE.code)
    if config.watch.touch_required:
        found["touch"] = Device(_touch, faults.TOUCH_GONE.code)
    if config.watch.display_required:
        found["display"] = Device(_display, faults.DISPLAY_GONE.code)
    if config.speech is not None:
        found["voice"] = Device(partial(_voice, config.speech), faults.SPEECH_SILENT.code, VOICE_SECONDS)
    return found


def print_test(config: PrinterConfig, name: str, clock: Clock) -> PrintResult:
    """Print a test page that bears ``name``, and say what became of it."""
    ended: queue.SimpleQueue[PrintResult] = queue.SimpleQueue()
    driver = printer_of(config, ended.put, clock)
    driver.start()
    try:
        driver.print_test(1, name)
        return ended.get(timeout=PRINT_SECONDS)
    except queue.Empty:
        return PrintResult(1, PrintOutcome.UNKNOWN, faults.PRINTER_SILENT.code)
    finally:
        driver.stop()


def _card_reader(config: CardConfig, clock: Clock) -> Finding:
    # Loaded here, where a broken library of the PC/SC service is a finding and not the end of the doctor.
    from kiosk.devices.card import atr, pcsc
    from kiosk.devices.card.slots import choose

    measured: dict[str, str | int] = {"readers": 0}
    try:
        with pcsc.service() as service:
            names = service.readers()
            measured["readers"] = len(names)
            if (name := choose(names, config.reader)) is not None:
                look = service.look(name, None, 0.0)
                # The class alone: an answer to reset may hold a serial number.
                measured["card"] = "none" if not look.present else "mute" if look.mute else atr.classify(look.atr).value
    except TransportError as error:
        measured["reason"] = error.key
    driver = card_reader_of(config, lambda _: None, clock)
    return Finding("card-reader", _stated(driver, faults.CARD_SERVICE_DOWN, settle=0.0), measured)


def _printer(config: PrinterConfig, clock: Clock) -> Finding:
    driver = printer_of(config, lambda _: None, clock)
    state = _stated(driver, faults.PRINTER_SILENT, settle=0.0)
    return Finding("printer", state, {"way": config.transport, "profile": config.profile})


def _scanner(config: ScannerConfig, clock: Clock) -> Finding:
    driver = scanner_of(config, lambda _: None, clock)
    # A scanner that can be asked is silent only after two questions without an answer.
    asks = bool(scanners.PROFILES[config.profile].probe)
    settle = condition.SETTLED + 2 * condition.PATIENCE + condition.SETTLED if asks else condition.SETTLED
    state = _stated(driver, faults.SCANNER_SILENT, settle=settle)
    return Finding("scanner", state, {"way": config.kind, "profile": config.profile})


def _stated(driver: Driver, silent: Fault, *, settle: float) -> tuple[str, ...]:
    """The faults that the driver names first; a device that is well must stay so for ``settle`` seconds.

    The driver is not stopped: this process ends at once, and so does every hold on the device.
    """
    driver.start()
    began = time.monotonic()
    well_since: float | None = None
    while (now := time.monotonic()) - began < STATED_WITHIN:
        state = driver.state
        if state.faults:
            return tuple(sorted(state.faults))
        if not state.connected:
            well_since = None
        elif well_since is None:
            well_since = now
        if well_since is not None and now - well_since >= settle:
            return ()
        time.sleep(_GLANCE)
    return () if well_since is not None else (silent.code,)


def _touch() -> Finding:
    try:
        listed = touch.DEVICES.read_text(errors="replace")
    except OSError:
        return Finding("touch", measured={"listed": False})
    return Finding("touch", () if touch.has_touch_screen(listed) else (faults.TOUCH_GONE.code,))


def _display() -> Finding:
    statuses = display.statuses(display.CONNECTORS)
    measured: Measured = {"connected": statuses.count("connected")} if statuses else {"listed": False}
    return Finding("display", (faults.DISPLAY_GONE.code,) if display.is_gone(statuses) else (), measured)


def _voice(config: SpeechConfig) -> Finding:
    recorded = frozenset() if config.clips is None else recorded_languages(config.clips)
    tried = try_voice(config.audio, config.voices) if config.engine == "speechd" else Trial()
    spoken = (tried.languages | recorded) & set(texts.languages())
    measured = {"voices": " ".join(sorted(spoken)), **({"reason": tried.reason} if tried.reason else {})}
    return Finding("voice", (faults.SPEECH_SILENT.code,) if tried.reason or not spoken else (), measured)


def _help() -> Finding:
    # A relay and a chime say nothing of themselves: only their next use shows it, and that would call staff.
    return Finding("help", measured={"asked": False})
