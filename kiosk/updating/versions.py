"""The versions on this machine: the factory's, which the package brings, and those beside it in a folder of root's.

In /var/lib/kiosk-versions each has a folder, which is whole once it has its manifest.json, written last. ``current``
holds the name of the one that runs (``debian/run.sh`` reads it at each start), ``staged`` that of the one that waits
for its hour, and ``state.json`` what has become of updates, which the screen reads too.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from kiosk.updating import durable
from kiosk.updating.bundle import Bundle, fits_this_machine
from kiosk.updating.manifest import OWN, Manifest, RefusedError, decode, number

FACTORY = "factory"
"""The version of the package, by the name that it has where the others have their number."""
KEPT_FREE = 256 << 20
"""Bytes that are left on the disk beside a new version."""
LARGEST_STATE = 1 << 20


@dataclass(frozen=True)
class Trial:
    """A version that runs and is not yet believed. ``before`` is the one to go back to.

    ``boots`` counts the starts of the machine meanwhile; ``back`` says that it was found bad, and why. ``active``
    are the units that ran before, and ``broken`` what was out of order then: no fault of the new version.
    """

    version: str
    before: str
    boots: int = 0
    back: str = ""
    active: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """What must not be forgotten. ``highest`` is the highest version that was ever confirmed: none below it is taken.

    ``taken_back`` has the versions that failed here, with the reason: none is tried again by itself. ``refused`` is the
    reason for which the last bundle was not taken, and ``failed`` the version that was last taken back; both are
    faults until something better comes. ``kept``: a copy of the database may lie there.
    """

    highest: str = ""
    previous: str = FACTORY
    trial: Trial | None = None
    taken_back: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    failed: str = ""
    kept: bool = False


class BusyError(Exception):
    """Another run is at work."""


class Versions:
    """``factory`` is the tree of the package. Every change is one step that a power cut makes whole or not at all."""

    def __init__(self, folder: Path, factory: Path, factory_version: str) -> None:
        self.folder = folder
        self.factory = factory
        self.factory_version = factory_version

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else works here meanwhile. Raises ``BusyError``."""
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BusyError("another run of kiosk-update is at work") from error
            yield

    @property
    def state(self) -> State:
        """As it was last written; an empty one where there is none, or none that can be read."""
        try:
            with (self.folder / "state.json").open("rb") as file:
                return _state(json.loads(file.read(LARGEST_STATE)))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return State()

    def keep(self, state: State) -> None:
        """Write it down."""
        durable.write(self.folder / "state.json", json.dumps(asdict(state), indent=1).encode() + b"\n")

    @property
    def current(self) -> str:
        """The name of the version that runs, by the rule of the launcher."""
        name = self._named("current")
        return name if name and self.there(name) else FACTORY

    def switch(self, name: str) -> None:
        """From here on each start takes that version."""
        durable.write(self.folder / "current", name.encode() + b"\n")

    @property
    def staged(self) -> str:
        """The version that waits, or nothing."""
        name = self._named("staged")
        return name if name and self.there(name) else ""

    def unstage(self) -> None:
        """Nothing waits any more."""
        durable.remove_file(self.folder / "staged")

    def await_turn(self, name: str) -> None:
        """Let that version wait for its hour."""
        durable.write(self.folder / "staged", name.encode() + b"\n")

    def there(self, name: str) -> bool:
        """Whether that version is here, and was unpacked to its end."""
        return name == FACTORY or (_is_number(name) and (self.root(name) / OWN).is_file())

    def root(self, name: str) -> Path:
        """Where it lies."""
        return self.factory if name == FACTORY else self.folder / name

    def version_of(self, name: str) -> str:
        """Its number."""
        return self.factory_version if name == FACTORY else name

    def manifest(self, name: str) -> Manifest:
        """What it said of itself. Raises ``OSError`` and ``RefusedError``."""
        return decode((self.root(name) / OWN).read_bytes())

    def stage(self, bundle: Bundle, *, again: bool = False, kept_free: int = KEPT_FREE) -> str:
        """Unpack a version beside the others and let it wait; what runs is not touched. Its number.

        Raises ``RefusedError``. ``again`` is a technician's word for one that was taken back before.
        """
        manifest, state = bundle.manifest, self.state
        self._may_follow(manifest, state, again=again)
        there = self.staged == manifest.version
        if not there:
            self.tidy()
            room = os.statvfs(self.folder)
            if room.f_bavail * room.f_frsize < manifest.size + kept_free:
                raise RefusedError("no-room", f"the disk has no room for {manifest.size // 1_000_000} MB more")
            folder = self.root(manifest.version)
            if folder.exists():
                # Left from a trial that failed: unpacked anew.
                self._remove(folder)
            try:
                bundle.unpack(folder)
            except BaseException:
                if folder.exists():
                    self._remove(folder)
                raise
        taken_back = {name: why for name, why in state.taken_back.items() if name != manifest.version}
        self.keep(replace(state, refused="", taken_back=taken_back))
        self.await_turn(manifest.version)
        return manifest.version

    def _may_follow(self, manifest: Manifest, state: State, *, again: bool) -> None:
        running = self.version_of(self.current)
        if not fits_this_machine(manifest):
            raise RefusedError("other-machine", "it is made for another kind of machine, or for another Python")
        if state.trial is not None:
            raise RefusedError("on-trial", f"{state.trial.version} is on trial; wait until that is over")
        new = number(manifest.version)
        if new <= number(running) or (state.highest and new < number(state.highest)):
            raise RefusedError("not-newer", f"{manifest.version} is not newer than {running} or what was here")
        if number(running) < number(manifest.follows):
            raise RefusedError("does-not-follow", f"it can follow {manifest.follows} and later; here is {running}")
        if manifest.version in state.taken_back and not again:
            raise RefusedError("taken-back-before", f"{manifest.version} failed here before; --again tries once more")

    def note_refusal(self, error: RefusedError) -> None:
        """So that the screen and the centre hear of it."""
        self.keep(replace(self.state, refused=error.key))

    def clear(self) -> None:
        """A technician has taken note of what was refused and what failed."""
        self.keep(replace(self.state, refused="", failed=""))

    def yield_to_the_package(self) -> bool:
        """The rule between package and updates: the higher number runs. Whether the package's turn has come."""
        state, changed = self.state, False
        mine = number(self.factory_version)
        for name in {self.current, *([state.trial.version] if state.trial else [])} - {FACTORY}:
            if number(name) <= mine:
                if state.trial is not None and state.trial.version == name:
                    state = replace(state, trial=None)
                state = replace(state, previous=FACTORY, failed="", refused="")
                self.switch(FACTORY)
                self.keep(state)
                changed = True
        if self.staged and number(self.staged) <= mine:
            self.unstage()
        return changed

    def tidy(self) -> None:
        """Remove what no turn of events needs any more, and what a power cut has left half done."""
        state = self.state
        needed = {self.current, self.staged, state.previous, self._named("current"), self._named("staged")}
        needed |= {state.trial.version, state.trial.before} if state.trial else set()
        for path in sorted(self.folder.iterdir()):
            unfinished = path.is_dir() and not (path / OWN).is_file()
            if path.name.endswith(".new"):
                durable.remove_file(path)
            elif path.is_dir() and (unfinished or path.name not in needed):
                self._remove(path)

    def _remove(self, folder: Path) -> None:
        # First what makes it count as whole.
        durable.remove_file(folder / OWN)
        durable.remove_tree(folder)

    def _named(self, what: str) -> str:
        try:
            name = (self.folder / what).read_bytes()[:64].decode("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""
        return name if _is_number(name) else ""


def _is_number(name: str) -> bool:
    try:
        number(name)
    except ValueError:
        return False
    return True


def _state(told: dict[str, Any]) -> State:
    trial = told.get("trial")
    if trial is not None:
        names = {"active": tuple(map(str, trial["active"])), "broken": tuple(map(str, trial["broken"]))}
        trial = Trial(str(trial["version"]), str(trial["before"]), int(trial["boots"]), str(trial["back"]), **names)
    words = {name: str(told[name]) for name in ("highest", "previous", "refused", "failed")}
    taken_back = {str(name): str(why) for name, why in told["taken_back"].items()}
    return State(trial=trial, taken_back=taken_back, kept=bool(told.get("kept")), **words)
