"""``Reader``: reads pages out, one utterance after the other, and falls silent whenever somebody does something."""

from collections import deque
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from kiosk.checkin.tell.aloud import Reading, Utterance
from kiosk.ui.voice.voice import Voice

Said = Utterance[str]

SLOWER = (0.0, -0.25, -0.5)
"""Added to the configured rate, one after the other and round again."""
VOLUMES = (0.12, 0.24, 0.48, 0.7, 1.0)
"""What the volume key goes through, round and round, from wherever the configured volume is.

18 dB from end to end, and a step 12 dB above the lowest (EN 301 549, 8.2.1.1 and 8.2.1.2).
"""


class Reader(QObject):
    """In the GUI thread. ``rate`` and ``volume`` are the configured ones, as ``Voice.tune`` has them.

    ``heard`` tells of each utterance that begins. What is personal is said only while the page is private.
    """

    heard = Signal(str)

    def __init__(self, voice: Voice, rate: float = 0.0, volume: float = 1.0) -> None:
        super().__init__()
        self._voice = voice
        self._usual = (rate, volume)
        self._slower = 0
        self._volume = volume
        self._said: tuple[Said, ...] = ()
        self._private = False
        self._visit = -1
        self._once: set[str] = set()
        self._waiting: deque[Said] = deque()
        self._saying: tuple[int, Said] | None = None
        self._number = 0
        self._pumping = False
        voice.began.connect(self._began)
        voice.ended.connect(self._ended)
        self._tune()

    @property
    def on(self) -> bool:
        """Whether pages are read."""
        return bool(self._said)

    @property
    def private(self) -> bool:
        """Whether nobody but the client hears."""
        return self._private

    @property
    def speaking(self) -> bool:
        """Whether anything is being said, or waits to be."""
        return self._saying is not None or bool(self._waiting)

    def show(self, said: Sequence[Said], *, private: bool, visit: int) -> None:
        """Read this page from now on; nothing where nothing is ``said``: then reading is switched off.

        A page that stands already is not read again: only what is new on it. ``private`` says that nobody else hears
        it. With another ``visit`` rate and volume are the configured ones again.
        """
        before, was_private = self._said, self._private
        self._said, self._private = tuple(said), private
        if visit != self._visit or not said:
            self._visit = visit
            self._once.clear()
            self._as_usual()
        if not said:
            self.hush()
            if before:
                self._voice.forget()
            return
        if _heading(before) != _heading(self._said) or private != was_private:
            self.hush()
            by_itself = (Reading.PAGE, Reading.WHOLE, Reading.ONCE)
            self._read(one for one in said if one.reading in by_itself and self._is_due(one))
        else:
            self._read_news(before)

    def at(self, control: str) -> bool:
        """Say what this control is, in the place of all else; whether there is anything to say of it."""
        found = next((one for one in self._said if one.control == control), None)
        if found is None:
            return False
        self.hush()
        self._read([found])
        return not found.personal or self._private

    def then(self, control: str) -> None:
        """Say what this control is, behind what is being said."""
        self._read([one for one in self._said if one.control == control][:1])

    def again(self) -> None:
        """Read the page from its beginning."""
        self.hush()
        self._read(one for one in self._said if one.reading in (Reading.PAGE, Reading.WHOLE, Reading.AGAIN))

    def slower(self) -> None:
        """Speak more slowly, or at last as usual again, and say once more what was being said."""
        self._slower = (self._slower + 1) % len(SLOWER)
        self._tuned_anew()

    def louder(self) -> None:
        """Speak louder, or after the loudest quietly, and say once more what was being said."""
        self._volume = next((step for step in VOLUMES if step > self._volume), VOLUMES[0])
        self._tuned_anew()

    def hush(self) -> None:
        """Be silent now, and say nothing more of this page by oneself."""
        self._waiting.clear()
        self._saying = None
        self._voice.stop()

    def unplugged(self) -> None:
        """Others can hear: nothing personal any more, and nothing of what is being said."""
        self._private = False
        self.hush()

    def _read_news(self, before: Sequence[Said]) -> None:
        known, standing = set(before), set(self._said)
        typed = max((one.mark for one in before), default=0)
        news = [
            one
            for one in self._said
            if one.reading in (Reading.PAGE, Reading.ONCE) and one not in known and not 0 < one.mark < typed
        ]
        waiting = [one for one in self._waiting if one in standing]
        if self._saying is not None and self._saying[1] not in standing:
            self.hush()
        self._waiting.clear()
        self._read([*waiting, *news])

    def _is_due(self, one: Said) -> bool:
        return one.reading is not Reading.ONCE or one.words not in self._once

    def _read(self, said: Iterable[Said]) -> None:
        self._waiting.extend(said)
        self._pump()

    def _pump(self) -> None:
        if self._pumping:
            # A voice that ends at once has called back: the loop below goes on by itself.
            return
        self._pumping = True
        try:
            while self._waiting and self._saying is None:
                one = self._waiting.popleft()
                if one.personal and not self._private:
                    continue
                if one.reading is Reading.ONCE:
                    self._once.add(one.words)
                self._number += 1
                self._saying = (self._number, one)
                self._voice.say(self._number, one.words, one.language, one.recordings)
        finally:
            self._pumping = False

    def _began(self, number: int) -> None:
        if self._saying is not None and self._saying[0] == number:
            self.heard.emit(self._saying[1].words)

    def _ended(self, number: int) -> None:
        if self._saying is not None and self._saying[0] == number:
            self._saying = None
            self._pump()

    def _tuned_anew(self) -> None:
        self._tune()
        if self._saying is None:
            self.again()
            return
        said, waiting = self._saying[1], list(self._waiting)
        self.hush()
        self._read([said, *waiting])

    def _as_usual(self) -> None:
        self._slower, self._volume = 0, self._usual[1]
        self._tune()

    def _tune(self) -> None:
        self._voice.tune(max(-1.0, self._usual[0] + SLOWER[self._slower]), self._volume)


def _heading(said: Sequence[Said]) -> tuple[str, str] | None:
    """What tells a page from the one before: its heading, in its language."""
    return next(((one.words, one.language) for one in said if one.reading is Reading.PAGE), None)
