"""The voice and the reader of a kiosk, as it is configured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt

from kiosk.ui.bridge import Bridge
from kiosk.ui.keypad.keys import NAMED
from kiosk.ui.voice.reader import Reader
from kiosk.ui.voice.recorded import RecordedVoice
from kiosk.ui.voice.spoken import QtVoice
from kiosk.ui.voice.voice import Silent, Voice
from kiosk.ui.voice.written import WrittenVoice
from kiosk.ui.window import KioskWindow


@dataclass(frozen=True)
class SpeechOptions:
    """How pages are read: as ``kiosk.config.SpeechConfig``. ``folder`` is for the dispatcher's own files.

    ``recorded`` are the languages whose recordings in ``clips`` are complete. The keys are those of a keypad with a
    jack of its own.
    """

    folder: Path
    engine: Literal["speechd", "none", "written"] = "speechd"
    audio: str = "pulse,alsa"
    voices: Mapping[str, str] = field(default_factory=dict)
    rate: float = 0.0
    volume: float = 0.7
    clips: Path | None = None
    recorded: frozenset[str] = frozenset()
    clip_device: str = "default"
    plugged_key: str | None = None
    pulled_key: str | None = None


def voice_of(options: SpeechOptions | None, on_broken: Callable[[bool], None]) -> Voice:
    """The voice, not started yet. ``on_broken`` hears when it falls silent by itself, and when it is back."""
    if options is None:
        return Silent()
    voice: Voice = {"none": Silent, "written": WrittenVoice}.get(options.engine, Silent)()
    if options.engine == "speechd":
        spoken = QtVoice(options.folder, options.audio, options.voices)
        spoken.broken.connect(on_broken)
        voice = spoken
    if options.clips is not None and options.recorded:
        return RecordedVoice(voice, options.clips, options.recorded, options.clip_device)
    return voice


def reader_for(voice: Voice, options: SpeechOptions | None, bridge: Bridge, window: KioskWindow) -> Reader:
    """What reads aloud through ``voice``. It falls silent at a touch, and where headphones are pulled out."""
    reader = Reader(voice) if options is None else Reader(voice, options.rate, options.volume)
    reader.setParent(window)
    voice.speaks.connect(bridge.voices)
    bridge.unplugged.connect(reader.unplugged, Qt.ConnectionType.QueuedConnection)
    window.pressed.connect(lambda down: reader.hush() if down else None)
    keys = (None, None) if options is None else (options.plugged_key, options.pulled_key)
    plugged, pulled = (NAMED.get(key or "", frozenset()) for key in keys)

    def struck(code: int, _modifiers: int, _text: str, repeats: bool) -> None:
        if code in plugged | pulled and not repeats:
            bridge.headphones(code in plugged)

    window.struck.connect(struck)
    return reader
