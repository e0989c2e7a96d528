"""Virtual time, and fibres that run one at a time in it: nothing sleeps, and the seed alone says who is next.

A fibre is an operating-system thread that holds the baton. It gives it back only where it would wait for something (a
wake-up, an answer, time), so that the real, blocking loops of the product run here as they are.
"""

import heapq
import threading
from collections.abc import Callable
from itertools import count


class Killed(BaseException):
    """The process or the machine ended at this instruction."""


class Scheduler:
    """What happens when. ``now`` is true time in seconds since the run began."""

    def __init__(self) -> None:
        self.now = 0.0
        self.steps = 0
        self._order = count()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._baton = threading.Lock()
        self._baton.acquire()
        self._fibres: list[Fibre] = []

    def at(self, when: float, happen: Callable[[], None]) -> None:
        """Let something happen at ``when``, or now where that has passed."""
        heapq.heappush(self._due, (max(when, self.now), next(self._order), happen))

    def after(self, seconds: float, happen: Callable[[], None]) -> None:
        """Let something happen in ``seconds``."""
        self.at(self.now + seconds, happen)

    def step(self) -> bool:
        """The next thing that happens; ``False`` where nothing is left."""
        if not self._due:
            return False
        when, _, happen = heapq.heappop(self._due)
        self.now = max(self.now, when)
        self.steps += 1
        happen()
        return True

    def leap(self, seconds: float) -> None:
        """So much time goes by in which nobody does anything; what was due meanwhile comes late, in its order."""
        self.now += seconds

    def next_at(self) -> float:
        """When the next thing happens; for ever away where nothing is left."""
        return self._due[0][0] if self._due else float("inf")

    def start(self, name: str, run: Callable[[], None]) -> "Fibre":
        """A fibre that begins at the next step."""
        fibre = Fibre(self, name, run)
        self._fibres.append(fibre)
        self.at(self.now, fibre.resume)
        return fibre

    def end(self) -> None:
        """Kill whatever still runs."""
        for fibre in self._fibres:
            fibre.kill()
        self._fibres.clear()
        self._due.clear()


class Fibre:
    """One thread of the product. ``failed`` holds the error that it ended with, unless it was killed."""

    def __init__(self, scheduler: Scheduler, name: str, run: Callable[[], None]) -> None:
        self.name = name
        self.failed: BaseException | None = None
        self.ended = False
        self._scheduler = scheduler
        self._run = run
        self._thread: threading.Thread | None = None
        self._mine = threading.Lock()
        self._mine.acquire()
        self._doomed = False
        self._pause = 0
        self._waiting = False

    def resume(self) -> None:
        """Hand it the baton until it waits again. Only the scheduler's own thread calls this."""
        if self.ended:
            return
        self._waiting = False
        if self._thread is None:
            if self._doomed:
                self.ended = True
                return
            self._thread = threading.Thread(target=self._body, name=self.name, daemon=True)
            self._thread.start()
        else:
            self._mine.release()
        self._scheduler._baton.acquire()

    def wait(self, seconds: float | None) -> None:
        """Wait for ``wake`` or for the time, whichever is first. Only the fibre itself calls this."""
        if self._doomed:
            raise Killed
        self._pause += 1
        self._waiting = True
        if seconds is not None:
            pause = self._pause
            self._scheduler.after(max(0.0, seconds), lambda: self._time_is_up(pause))
        self._scheduler._baton.release()
        self._mine.acquire()
        if self._doomed:
            raise Killed

    def wake(self, after: float = 0.0) -> None:
        """Let it go on; nothing where it does not wait."""
        if self._waiting and not self.ended:
            pause = self._pause
            self._scheduler.after(after, lambda: self._time_is_up(pause))

    def kill(self) -> None:
        """End it where it waits."""
        self._doomed = True
        if not self.ended:
            self.resume()

    def _time_is_up(self, pause: int) -> None:
        if self._waiting and pause == self._pause:
            self.resume()

    def _body(self) -> None:
        try:
            self._run()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - it is the world's to judge
            self.failed = error
        finally:
            self.ended = True
            self._scheduler._baton.release()


class Box:
    """A queue between fibres, with the ways of ``queue.SimpleQueue`` that the product uses."""

    def __init__(self, scheduler: Scheduler, empty: type[Exception]) -> None:
        self.owner: Fibre | None = None
        self.delay: Callable[[], float] = lambda: 0.0
        self._empty = empty
        self._items: list[object] = []

    def put(self, item: object) -> None:
        """Add something and wake the owner, after what ``delay`` gives."""
        self._items.append(item)
        if self.owner is not None:
            self.owner.wake(self.delay())

    def get(self, block: bool = True, timeout: float | None = None) -> object:
        """The next thing. Raises the error of an empty queue where none came in time."""
        assert self.owner is not None
        if not self._items and block:
            self.owner.wait(timeout)
            while not self._items and timeout is None:
                self.owner.wait(None)
        if not self._items:
            raise self._empty
        return self._items.pop(0)

    def get_nowait(self) -> object:
        """The next thing, or the error of an empty queue."""
        return self.get(block=False)

    def empty(self) -> bool:
        """Whether nothing waits in it."""
        return not self._items
