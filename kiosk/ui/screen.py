"""``run``: the screen from start to end of the process."""

import gc
import os
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import structlog
from PySide6.QtCore import QMessageLogContext, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication

from kiosk.checkin import faults
from kiosk.checkin.page import Page
from kiosk.ui import leaving, millimetres, speck
from kiosk.ui.album import Album
from kiosk.ui.bridge import Bridge, Showing
from kiosk.ui.held import Held
from kiosk.ui.keypad.keypad import USUAL_KEYS, Keypad, KeypadOptions
from kiosk.ui.lettering import register_fonts
from kiosk.ui.turning import Turning
from kiosk.ui.voice.making import SpeechOptions, reader_for, voice_of
from kiosk.ui.window import KioskWindow

log = structlog.get_logger()

CLOCK_MS = 1000
NAME = "kiosk"
SWITCH_SECONDS = 0.0005

Tell = Callable[[str, Collection[str]], None]
"""As ``kiosk.ports.FaultBoard.tell``: a source, and the codes of the faults that it sees now."""


@dataclass(frozen=True)
class ScreenOptions:
    """How the screen is shown.

    ``width`` and ``height`` hold for a window only. ``pixels_per_mm`` is asked of the real screen where it is
    ``None``; a window then stands for a whole kiosk, drawn smaller. Without ``speech`` nothing is read aloud.
    ``pictures`` is a folder for a picture of each page shown, ``stage`` the path of a socket at which a scenario may
    touch the screen: neither is for service.
    """

    windowed: bool = False
    width: int = 1080
    height: int = 1920
    pixels_per_mm: float | None = None
    calm: bool = False
    speech: SpeechOptions | None = None
    keypad: KeypadOptions = USUAL_KEYS
    pictures: Path | None = None
    stage: Path | None = None


def run(
    options: ScreenOptions,
    bridge: Bridge,
    time_words: Callable[[], str],
    tell: Tell = lambda _source, _codes: None,
) -> int:
    """Show pages until the process is asked to end. Called in the main thread; ``bridge`` was made there too.

    ``tell`` hears of the faults that only the screen can see, in the GUI thread, and must return at once.
    """
    # Without this Qt waits 5 ms after a touch before it draws.
    os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")
    # And a thread that computes, such as the one that draws a slip, lets the screen wait 5 ms for Python each time.
    sys.setswitchinterval(SWITCH_SECONDS)
    qInstallMessageHandler(_log)
    instance = QGuiApplication.instance()
    app = instance if isinstance(instance, QGuiApplication) else QGuiApplication(sys.argv[:1])
    # What assistive technology and the compositor know the kiosk by.
    app.setApplicationName(NAME)
    register_fonts()

    def leave() -> None:
        # Not quit(): that asks the window first, and the window of a kiosk says no. And not at once: an exit before
        # the loop runs is forgotten.
        QTimer.singleShot(0, app, lambda: app.exit(0))

    with leaving.on_signals(leave):
        return _serve(options, bridge, time_words, app, tell)


def _serve(
    options: ScreenOptions, bridge: Bridge, time_words: Callable[[], str], app: QGuiApplication, tell: Tell
) -> int:
    window = KioskWindow(bridge, _scale(options, app), closable=options.windowed, calm=options.calm)
    if speck.asked_for():
        speck.Speck(window)
    held = _watch(window, options, app, tell)
    album = Album(window, options.pictures) if options.pictures or options.stage else None

    opening = _Opening(window)
    voice = voice_of(options.speech, lambda broken: tell("speech", (faults.SPEECH_SILENT.code,) if broken else ()))
    reader = reader_for(voice, options.speech, bridge, window)
    keypad = Keypad(window, bridge, reader, options.keypad)

    def tell_time() -> None:
        window.show_time(time_words())

    def put_up(showing: Showing) -> None:
        page, frame, said = showing
        # With the page, for another language may write the time another way.
        tell_time()
        window.show_page(page, frame)
        reader.show(said, private=frame.private, visit=frame.visit)
        keypad.page_shown(page, frame)
        opening(page)
        if album is not None:
            album.page_shown(page)

    turning = Turning(window, bridge, put_up, every=album is not None)

    clock = QTimer(window)
    clock.timeout.connect(tell_time)
    clock.start(CLOCK_MS)
    tell_time()
    _put_up(window, options, app)
    bridge.waiting.connect(turning.look, Qt.ConnectionType.QueuedConnection)
    turning.look()
    voice.start()
    stagehand = None
    if options.stage is not None and album is not None:
        # Only here: a kiosk in service never loads the stage door.
        from kiosk.ui.stagehand import Stagehand

        stagehand = Stagehand(options.stage, window, album)
        reader.heard.connect(stagehand.listen)
    code = app.exec()
    if stagehand is not None:
        stagehand.close()
    voice.close()
    bridge.waiting.disconnect(turning.look)
    clock.stop()
    window.pressed.disconnect(held.pressed)
    window.destroy()
    return code


class _Opening:
    """Writes down when the first page that can be touched has been drawn: from then on the kiosk serves."""

    def __init__(self, window: KioskWindow) -> None:
        self._window = window
        self._begun = False
        self._open = False

    def __call__(self, page: Page[str]) -> None:
        if not self._begun:
            self._begun = True
            # What has been loaded stays; whoever starts the program may have put off looking for rubbish until now.
            gc.freeze()
            gc.enable()
        if self._open or not page.choices:
            return
        self._open = True
        once = Qt.ConnectionType.QueuedConnection.value | Qt.ConnectionType.SingleShotConnection.value
        self._window.frameSwapped.connect(lambda: log.info("first_page", page=page.name), Qt.ConnectionType(once))


def _watch(window: KioskWindow, options: ScreenOptions, app: QGuiApplication, tell: Tell) -> Held:
    """Tell of a screen that is too small, of unknown size, or pressed without end."""

    def told(source: str, fault: faults.Fault) -> Callable[[bool], None]:
        return lambda stands: tell(source, (fault.code,) if stands else ())

    window.cramped.connect(told("layout", faults.DISPLAY_TOO_SMALL))
    dots_per_inch = app.primaryScreen().physicalDotsPerInch()
    known = options.windowed or millimetres.is_known(options.pixels_per_mm, dots_per_inch)
    told("display-size", faults.DISPLAY_SIZE_UNKNOWN)(not known)
    told("layout", faults.DISPLAY_TOO_SMALL)(False)
    told("touch", faults.TOUCH_STUCK)(False)
    held = Held(window, told("touch", faults.TOUCH_STUCK))
    window.pressed.connect(held.pressed)
    return held


def _scale(options: ScreenOptions, app: QGuiApplication) -> float:
    if options.windowed and options.pixels_per_mm is None:
        return millimetres.of_a_model(options.width, options.height)
    return millimetres.pixels_per_mm(options.pixels_per_mm, app.primaryScreen().physicalDotsPerInch())


def _put_up(window: KioskWindow, options: ScreenOptions, app: QGuiApplication) -> None:
    if options.windowed:
        window.resize(options.width, options.height)
        window.show()
    else:
        app.setOverrideCursor(Qt.CursorShape.BlankCursor)
        window.showFullScreen()


def _log(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    log = structlog.get_logger("kiosk.ui.qt")
    if kind in {QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg}:
        log.debug("qt", message=message)
    else:
        log.warning("qt", message=message, file=context.file, line=context.line)
