"""The mouth of a presenter printer: what it keeps inside, holds out, takes back, and what people take."""

from kiosk.devices.simulated.slip import Slip


class Bezel:
    """Holds one cut slip inside or one out. People take what is held out at once, until ``left`` is set."""

    def __init__(self) -> None:
        self.left = False
        self.bin = True
        self.taken: list[Slip] = []
        self.retracted: list[Slip] = []
        self.pressed_on: list[Slip] = []
        """Slips that came while another was in the way: what must never happen."""
        self._inside: Slip | None = None
        self._out: Slip | None = None

    @property
    def out(self) -> Slip | None:
        """The slip that is held out."""
        return self._out

    def cut(self, slip: Slip) -> None:
        """A slip has been cut off and waits inside."""
        if self._inside is not None or self._out is not None:
            self.pressed_on.append(slip)
        self._inside = slip

    def present(self) -> None:
        """Hold it out."""
        if self._inside is not None:
            self._out, self._inside = self._inside, None
        if not self.left:
            self.take()

    def retract(self) -> None:
        """Take back whatever there is, if there is a bin for it."""
        if not self.bin:
            return
        self.retracted += [slip for slip in (self._out, self._inside) if slip is not None]
        self._out = self._inside = None

    def take(self) -> None:
        """Somebody takes it."""
        if self._out is not None:
            self.taken.append(self._out)
            self._out = None
