"""One kiosk: a machine with a disk and a clock, and on it the processes ``kiosk screen`` and ``kiosk sync``."""

import queue
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any, Protocol, cast

from kiosk.attendant import Attendant, Inbox, Nudged
from kiosk.composition import memory
from kiosk.composition import sync as composed
from kiosk.composition.configuration import believing
from kiosk.composition.keeping import run_keeping
from kiosk.composition.sidelink import Bells, run_sidelink
from kiosk.diagnostics.board import Board
from kiosk.offline.connection import DatabaseError
from kiosk.offline.journal import SqlJournal
from kiosk.offline.mending import Hold
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE
from kiosk.ports import Enrolment, JournalError, Printer, Screen
from kiosk.sync.agent import Downlink, Uplink
from kiosk.sync.client import Centre
from tests.simulation.clocks import KioskClock
from tests.simulation.disk import Blow, Disk, here, look
from tests.simulation.network import Link, Network, Wire
from tests.simulation.rot import spoil
from tests.simulation.scheduler import Box, Fibre, Scheduler
from tests.simulation.templates import KEY

ROSTER = "roster.db"
_FACTS = "SELECT seq, id, length(details) FROM fact"


class Process:
    """``screen`` or ``sync`` of a kiosk: its fibres, all of which end together."""

    def __init__(self, machine: "Kiosk", name: str) -> None:
        self.machine = machine
        self.name = name
        self.fibres: list[Fibre] = []
        self.dead = False

    def start(self, name: str, run: Callable[[], None]) -> Fibre:
        """One of its threads."""

        def body() -> None:
            here.process = self
            run()

        fibre = self.machine.scheduler.start(f"{self.machine.name} {name}", body)
        self.fibres.append(fibre)
        return fibre

    def kill(self) -> None:
        """End all of it."""
        self.dead = True
        for fibre in self.fibres:
            fibre.kill()

    @property
    def chance(self) -> random.Random:
        """The kiosk's own."""
        return self.machine.chance

    @property
    def failures(self) -> list[BaseException]:
        """Errors that ended a thread of it."""
        return [one.failed for one in self.fibres if one.failed is not None]


class Bell:
    """The datagram socket of ``kiosk sync``: messages that came, and a wait for the next one."""

    def __init__(self) -> None:
        self.owner: Fibre | None = None
        self._came: set[str] = set()

    def ring(self, message: str) -> None:
        """A message has come."""
        self._came.add(message)
        if self.owner is not None:
            self.owner.wake()

    def wait(self, seconds: float) -> set[str]:
        """As ``kiosk.wake.Wake.wait``."""
        if not self._came and self.owner is not None:
            self.owner.wait(seconds)
        came, self._came = self._came, set()
        return came


class Never(threading.Event):
    """The stop of a loop that is killed and never asked to stop: its waits pass virtual time."""

    def __init__(self) -> None:
        super().__init__()
        self.owner: Fibre | None = None

    def wait(self, timeout: float | None = None) -> bool:
        """Wait; nobody sets it."""
        if self.owner is not None:
            self.owner.wait(timeout)
        return False


class Stirred(threading.Event):
    """An event that somebody waits for in virtual time."""

    def __init__(self) -> None:
        super().__init__()
        self.owner: Fibre | None = None

    def set(self) -> None:
        """It has happened."""
        super().set()
        if self.owner is not None:
            self.owner.wake()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for it."""
        if not self.is_set() and self.owner is not None:
            self.owner.wait(timeout)
        return self.is_set()


class Kiosk:
    """``around`` is what stands around the machine: its screen, its printer, and who looks on."""

    def __init__(
        self,
        name: str,
        scheduler: Scheduler,
        disk: Disk,
        clock: KioskClock,
        enrolment: Enrolment,
        link: Link,
        network: Network,
        around: "Around",
        chance: random.Random,
        tell: Callable[[str], None],
        *,
        closes_days: bool,
        forgets: bool,
        rots: bool,
    ) -> None:
        self.name = name
        self._closes_days = closes_days
        self._forgets = forgets
        self._rots = rots
        self._rotten = False
        self.newest_rots = False
        """Whether, when it has no power next, the page with its newest fact is spoilt, in the file itself."""
        self._gone: set[int] | None = None
        self.scheduler = scheduler
        self.disk = disk
        self.clock = clock
        self.link = link
        self.enrolment = enrolment
        self.staff: list[Callable[[SqlJournal], None]] = []
        self._network = network
        self._around = around
        self.chance = chance
        self._tell = tell
        self._eye: Any = None
        self.screen: Process | None = None
        self.sync: Process | None = None
        self.attendant: Attendant | None = None
        self.inbox: Box | None = None
        self._bell = Bell()
        self._bells: Bells | None = None

    # --- running ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start whatever does not run."""
        if self.disk.dead:
            return
        if self.screen is None:
            self._start_screen()
        if self.sync is None:
            self._start_sync()

    def put(self, event: object) -> None:
        """Something happens at the screen; nothing where it is dark."""
        if self.inbox is not None and self.screen is not None:
            self.inbox.put(event)

    def eye(self) -> Any:
        """A connection that only looks."""
        if self._eye is None:
            self._eye = look(self.disk.folder / DATABASE, KEY, self.disk.folder / ROSTER)
        return self._eye

    def aim(self, kind: str, left: int, when: str, *, only_commits: bool, of: str = "") -> None:
        """Let a power ``cut`` or the end of a process (``screen``, ``sync``) happen at a statement to come."""
        process = {"screen": self.screen, "sync": self.sync}.get(of or kind)
        if process is None and (kind != "cut" or of):
            return
        self.disk.blow = Blow(left, when, only_commits, lambda: self.strike(kind), process)

    def fail(self, left: int, errors: int, *, only_commits: bool) -> None:
        """Let the disk take no write for a while."""
        self.disk.blow = Blow(left, "error", only_commits, lambda: None, None, errors)

    def strike(self, kind: str) -> None:
        """That happens now. What is left of it is done by ``settle``."""
        if kind == "cut":
            fate = self.disk.cut(self.chance)
            self._tell(f"{self.name}: power cut, what was not synced is {fate}")
            return
        process = self.screen if kind == "screen" else self.sync
        if process is not None:
            process.dead = True
            self._tell(f"{self.name}: {kind} is killed")

    def settle(self) -> None:
        """Bury what has died, and start it again after a while."""
        if self.disk.dead:
            self._down()
            self.disk.bring_back()
            self.clock.boot()
            self._gone = None
            self._rotten = (self._rots and self.chance.random() < 0.6) or self.newest_rots
            self.scheduler.after(self.chance.uniform(2.0, 20.0), self.start)
            return
        for process in (self.screen, self.sync):
            if process is not None and (process.dead or process.failures):
                self._bury(process)

    @property
    def off(self) -> bool:
        """Whether nothing runs on it."""
        return self.screen is None and self.sync is None

    def stop(self) -> None:
        """The end of the run."""
        self._down()

    def failures(self) -> list[BaseException]:
        """Errors that ended a process."""
        return [error for one in (self.screen, self.sync) if one is not None for error in one.failures]

    def _bury(self, process: Process) -> None:
        process.kill()
        if process is self.screen:
            self.screen, self.attendant, self.inbox = None, None, None
            self._around.dark(self)
        else:
            self.sync = None
        self.scheduler.after(self.chance.uniform(0.5, 6.0), self.start)

    def _down(self) -> None:
        for process in (self.screen, self.sync):
            if process is not None:
                process.kill()
        self.screen = self.sync = self.attendant = self.inbox = None
        self._close_eye()
        self._around.dark(self)

    # --- what runs --------------------------------------------------------------------------------------------------

    @contextmanager
    def _memory(self) -> Iterator[Any]:
        if self._rotten:
            self._rot()
        if self.spoilt:
            self._mend()
        with Store(self.disk.folder / DATABASE, KEY).connect() as connection:
            yield connection

    @property
    def spoilt(self) -> bool:
        """Whether its journal is spoilt, and nobody has mended it yet."""
        return self._gone is not None

    def _rot(self) -> None:
        """Some pages have rotted while it was off."""
        path = self.disk.folder / DATABASE
        facts = {seq: (name, length) for seq, name, length in self.eye().execute(_FACTS)}
        as_it_lies = {one: one.read_bytes() for one in (path, path.with_name(f"{DATABASE}-wal")) if one.exists()}
        self._close_eye()
        if self.chance.random() < 0.8 and not self.newest_rots:
            # To look brought the log into the file: as if it had not.
            path.with_name(f"{DATABASE}-shm").unlink(missing_ok=True)
            for one, content in as_it_lies.items():
                one.write_bytes(content)
        count, self._gone = spoil(path, KEY, facts, self.chance, newest=self.newest_rots)
        self._tell(f"{self.name}: {count} pages of the journal are spoilt, with {len(self._gone)} facts on them")
        self._rotten = self.newest_rots = False

    def _mend(self) -> None:
        """Whoever starts first looks the files over and mends them."""
        gone = self._gone or set()
        hold = Hold(self.disk.folder)
        # One step here: tests/offline/test_mending.py cuts the power while it mends.
        blow, self.disk.blow = self.disk.blow, None
        try:
            memory._looked_over(self.disk.folder, KEY, hold, 0.0)
        finally:
            hold.drop()
            self.disk.blow = blow
        self.disk.is_durable()
        self._gone = None
        self._around.mended(self, gone)

    def _close_eye(self) -> None:
        if self._eye is not None:
            self._eye.close()
            self._eye = None

    def _board(self, name: str) -> Board:
        return Board(self.clock, name, self.disk.folder, self.disk.folder, ())

    def _start_screen(self) -> None:
        self._tell(f"{self.name}: screen starts")
        process = self.screen = Process(self, "screen")
        inbox = self.inbox = Box(self.scheduler, queue.Empty)
        inbox.owner = process.start("screen", lambda: self._serve(process, inbox))

    def _serve(self, process: Process, inbox: Box) -> None:
        with self._memory() as connection:
            roster = SqlRoster(connection, self.enrolment.site_key)
            journal = SqlJournal(
                connection,
                site=roster.site,
                enrolment=self.enrolment,
                clock=self.clock,
                randomness=self.chance.randbytes,
            )
            around = self._around.of(self, process)
            self.attendant = Attendant(
                cast("Inbox", inbox),
                clock=self.clock,
                roster=roster,
                journal=journal,
                printer=cast("Printer", around),
                screen=cast("Screen", around),
                line=_Line(self),
                board=self._board("screen"),
                home_language="fi",
                while_idle=lambda: self._staff(journal),
            )
            self.attendant.run()

    def _staff(self, journal: SqlJournal) -> None:
        while self.staff:
            with suppress(JournalError):
                self.staff.pop(0)(journal)

    def _start_sync(self) -> None:
        process = self.sync = Process(self, "sync")
        bell, up, down = Bell(), Never(), Never()
        self._bell = bell
        bell.owner = up.owner = process.start("uplink", lambda: self._up(bell, up))
        down.owner = process.start("downlink", lambda: self._downlink(down))
        self._bells = None
        if self._closes_days:
            stirred, stop = Stirred(), Never()
            self._bells = Bells(changed=stirred, stop=stop)
            stirred.owner = process.start("sidelink", lambda: self._sidelink(stirred, self._bells))
        if self._forgets:
            over = Never()
            over.owner = process.start("keeping", lambda: self._keep(over))

    def _up(self, bell: Bell, stop: Never) -> None:
        with ExitStack() as stack:
            connection = stack.enter_context(self._memory())
            roster = SqlRoster(connection, self.enrolment.site_key)
            Uplink(
                centre=self._centre(lambda: cast("Fibre", stop.owner)),
                outbox=SqlOutbox(connection),
                roster=SqlRosterStore(connection),
                clock=self.clock,
                today=partial(composed._today, roster, self.clock),
                series=partial(composed._series, roster),
                languages=("fi", "en"),
                tell_screen=self._nudge,
                board=self._board("sync"),
                chance=self.chance,
                storage_error=DatabaseError,
                believing=believing(connection, self.enrolment, self.clock),
            ).run(bell, stop)

    def _downlink(self, stop: Never) -> None:
        with ExitStack() as stack:
            connection = stack.enter_context(self._memory())
            Downlink(
                centre=self._centre(lambda: cast("Fibre", stop.owner)),
                roster=SqlRosterStore(connection),
                clock=self.clock,
                languages=("fi", "en"),
                tell_screen=self._nudge,
                line_is_back=self._line_is_back,
                board=self._board("sync"),
                chance=self.chance,
                storage_error=DatabaseError,
                believing=believing(connection, self.enrolment, self.clock),
            ).run(stop)

    def _sidelink(self, stirred: Stirred, bells: Bells | None) -> None:
        assert bells is not None
        run_sidelink(
            Store(self.disk.folder / DATABASE, KEY),
            self.enrolment,
            lambda: self._centre(lambda: cast("Fibre", stirred.owner)),
            self.clock,
            self._board("sync"),
            bells,
            today=partial(composed._today, clock=self.clock),
            series=composed._series,
        )

    def _keep(self, stop: Never) -> None:
        store = Store(self.disk.folder / DATABASE, KEY)
        run_keeping(store, self.enrolment, self.clock, self._board("sync"), stop)

    def _line_is_back(self) -> None:
        self._bell.ring("line-back")
        if self._bells is not None:
            self._bells.line_is_back()

    def _centre(self, fibre: Callable[[], Fibre]) -> Centre:
        centre = Centre(self.enrolment.centre, self.enrolment.kiosk, self.enrolment.private_key, self.clock)
        wire = Wire(self._network, self.link, fibre)
        centre._session.mount("http://", wire)
        return centre

    def _nudge(self, what: str) -> None:
        """A datagram to the screen, which may be lost."""
        if self.chance.random() < 0.95:
            self.scheduler.after(0.002, lambda: self.put(Nudged(what)))

    def ring(self, message: str) -> None:
        """A datagram to the sync process, which may be lost."""
        if self.sync is not None and self.chance.random() < 0.95:
            self._bell.ring(message)


class _Line:
    """``kiosk.ports.Line``."""

    def __init__(self, kiosk: Kiosk) -> None:
        self._kiosk = kiosk

    def new_fact(self) -> None:
        self._kiosk.ring("fact")

    def pull(self, mark: int) -> None:
        self._kiosk.ring(f"pull:{mark}")


class Around(Protocol):
    """What stands around a machine; the world fills it in."""

    def of(self, kiosk: Kiosk, process: Process) -> object:
        """Screen and printer of a process that starts."""

    def dark(self, kiosk: Kiosk) -> None:
        """The screen went dark."""

    def mended(self, kiosk: Kiosk, gone: set[int]) -> None:
        """Its journal was spoilt and mended; the facts at these places may be ``gone``."""
