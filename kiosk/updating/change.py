"""From one version to another and, where the other is not well, back: each step such that a power cut may follow it.

While a version is on trial the screen is closed to clients and the line waits (``kiosk.diagnostics.watch.updates``), so
that nothing is recorded that a way back could lose. It stands in ``state.json`` before the first start of the version.
"""

import sys
from collections.abc import Callable
from dataclasses import replace

from kiosk.updating.machine import UNITS, Machine, broken
from kiosk.updating.manifest import number
from kiosk.updating.versions import State, Trial, Versions

READY_WITHIN = 330.0
"""Seconds until screen and line must be ready: a start may have to mend a database, for which its unit gives 300."""
WELL_FOR = 150.0
"""Seconds for which they must stay so: longer than either watchdog waits."""
LOOK_EVERY = 2.0
SETTLES = 30.0
"""Seconds after which a screen that was closed has surely said whether somebody is still being served."""
MOST_STARTS = 3
"""By itself, within one trial: whoever needs more is not well."""
MOST_BOOTS = 2
"""Starts of the machine with a version that nobody has believed yet."""
ON_TRIAL = "update-on-trial"
CHANGEOVER = "changeover"
"""The command of each version that keeps, tries and gives back the files of the database."""
FACTS = 3
"""Its exit code where facts were recorded since, so that the files are not given back."""

NOT_GIVEN_BACK = "copy-not-given-back"

Tell = Callable[[str], None]


def _log(line: str) -> None:
    print(f"kiosk-update: {line}", file=sys.stderr, flush=True)


class NotNowError(Exception):
    """Nothing was changed. ``key`` says why: ``facts-pending``, ``served``, ``trial-failed`` and the like."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


class Change:
    """``tell`` is for the system's log. To be used by one run at a time (``Versions.alone``)."""

    def __init__(
        self, versions: Versions, machine: Machine, tell: Tell = lambda line: print(line, file=sys.stderr)
    ) -> None:
        self._versions = versions
        self._machine = machine
        self._tell = tell

    def begin(self, name: str) -> bool:
        """Change over to a version that is here, and judge it; whether it was believed.

        Raises ``NotNowError`` where nothing was changed, the units running as before.
        """
        versions, machine = self._versions, self._machine
        before = versions.current
        active = tuple(unit for unit, one in machine.units().items() if one.active)
        self._may_change(before)
        trial = Trial(name, before, active=active, broken=tuple(sorted(self._broken(before))))
        # From here on nobody new is let in; a visit that has begun goes on, and then it is not now.
        versions.keep(replace(versions.state, trial=trial, kept=True))
        try:
            machine.wait(SETTLES)
            self._may_change(before)
            machine.stop()
            self._may_change(before, stopped=True)
            self._keep_and_try(before, name)
        except BaseException:
            versions.keep(replace(versions.state, trial=None))
            machine.start()
            self._forget(before)
            raise
        versions.switch(name)
        self._tell(f"on trial: {versions.version_of(name)}, after {versions.version_of(before)}")
        machine.start()
        return self.judge()

    def judge(self) -> bool:
        """Watch the version on trial, and confirm it or take it back; whether it was believed."""
        trial = self._versions.state.trial
        if trial is None:
            return True
        why = trial.back or self._what_is_wrong(trial)
        if why:
            self.take_back(why)
            self._machine.start()
            return False
        self._confirm(trial)
        return True

    def boot(self) -> None:
        """Before screen and line are started: end what a power cut has left half done."""
        versions = self._versions
        if versions.yield_to_the_package():
            self._tell("the package is newer than the update that ran: it runs from now on")
        trial = versions.state.trial
        if trial is not None:
            if trial.back:
                self.take_back(trial.back, stopped=True)
            elif versions.current != trial.version:
                # The power went before the change; the version still waits for its hour.
                versions.keep(replace(versions.state, trial=None))
            elif trial.boots >= MOST_BOOTS:
                self.take_back("never-confirmed", stopped=True)
            else:
                versions.keep(replace(versions.state, trial=replace(trial, boots=trial.boots + 1)))
                return
        state = versions.state
        if state.kept and state.taken_back.get(state.failed) != NOT_GIVEN_BACK:
            self._forget(versions.current)

    def take_back(self, why: str, *, stopped: bool = False) -> None:
        """Back to the version from before, which is not started here. May be begun again after a power cut.

        At a boot both units are ``stopped``, and must not be told so: it would undo that they are about to start.
        """
        versions = self._versions
        trial = versions.state.trial
        if trial is None:
            return
        if not stopped:
            self._machine.stop()
        versions.keep(replace(versions.state, trial=replace(trial, back=why)))
        code, _ = self._machine.ask(versions.root(trial.before), CHANGEOVER, "restore")
        state = versions.state
        failed = versions.version_of(trial.version)
        if code == FACTS:
            # Facts are worth more than a version: the new one keeps what only it can read, and somebody has to come.
            why = "facts-recorded"
            after = replace(state, trial=None, failed=failed, previous=trial.before)
        else:
            # A copy that could not be given back is kept for whoever comes.
            why = why if code == 0 else NOT_GIVEN_BACK
            versions.switch(trial.before)
            after = replace(state, trial=None, failed=failed)
        versions.keep(replace(after, taken_back={**state.taken_back, failed: why}))
        versions.unstage()
        if why != NOT_GIVEN_BACK:
            self._forget(versions.current)
        self._tell(f"taken back: {failed}, because of {why}")

    def _confirm(self, trial: Trial) -> None:
        versions = self._versions
        state = versions.state
        highest = max(versions.version_of(trial.version), state.highest or "0.0", key=number)
        believed = State(highest=highest, previous=trial.before, taken_back=state.taken_back, kept=True)
        versions.keep(believed)
        versions.unstage()
        self._forget(trial.version)
        self._tell(f"confirmed: {versions.version_of(trial.version)}")

    def _forget(self, name: str) -> None:
        if self._machine.ask(self._versions.root(name), CHANGEOVER, "forget")[0] == 0:
            self._versions.keep(replace(self._versions.state, kept=False))
        self._versions.tidy()

    def _may_change(self, name: str, *, stopped: bool = False) -> None:
        root, more = self._versions.root(name), ("--stopped",) if stopped else ()
        code, told = self._machine.ask(root, CHANGEOVER, "ready", *more)
        if code != 0:
            key, _, words = told.strip().partition(": ")
            raise NotNowError(key or "unknown", words or "the version that runs does not say that it may be changed")

    def _keep_and_try(self, before: str, name: str) -> None:
        versions, machine = self._versions, self._machine
        if machine.ask(versions.root(before), CHANGEOVER, "keep")[0] != 0:
            raise NotNowError("not-kept", "no copy of the database could be kept")
        code, told = machine.ask(versions.root(name), CHANGEOVER, "try")
        if code != 0:
            failed, state = versions.version_of(name), versions.state
            versions.keep(replace(state, failed=failed, taken_back={**state.taken_back, failed: "trial-failed"}))
            versions.unstage()
            raise NotNowError("trial-failed", f"{failed} can't use a copy of the database: {told.strip()[-200:]}")

    def _broken(self, name: str) -> frozenset[str]:
        code, told = self._machine.ask(self._versions.root(name), "doctor", "--json")
        try:
            return broken(told)
        except ValueError:
            # A version that can't even say how it is may be replaced by one that can.
            return frozenset() if code else frozenset({"unknown"})

    def _what_is_wrong(self, trial: Trial) -> str:
        passed, well, runs = 0.0, 0.0, ""
        while well < WELL_FOR:
            units = self._machine.units()
            watched = [units[name] for name in UNITS if name in trial.active]
            if any(unit.failed or unit.starts >= MOST_STARTS for unit in watched):
                return "starts-again-and-again"
            now = " ".join(unit.run for unit in watched)
            if all(unit.active for unit in watched) and (now == runs or not runs):
                well, runs = well + LOOK_EVERY, now
            elif passed >= READY_WITHIN:
                return "not-ready"
            else:
                well, runs = 0.0, ""
            self._machine.wait(LOOK_EVERY)
            passed += LOOK_EVERY
        code, told = self._machine.ask(self._versions.root(trial.version), "doctor", "--json")
        try:
            found = broken(told) - set(trial.broken) - {ON_TRIAL}
        except ValueError:
            return f"self-test-ended-with-{code}"
        return f"self-test: {', '.join(sorted(found))}" if found else ""


def apply_staged(versions: Versions, change: Change) -> bool:
    """Change over to what waits. Raises ``NotNowError``, also where nothing waits."""
    name = versions.staged
    if not name:
        raise NotNowError("nothing-staged", "no version waits")
    if name in versions.state.taken_back:
        versions.unstage()
        raise NotNowError("taken-back-before", f"{name} has failed here before")
    return change.begin(name)


def go_back(versions: Versions, change: Change) -> bool:
    """A technician's word: to the version before the one that runs, by the same way. Raises ``NotNowError``."""
    previous = versions.state.previous
    if previous == versions.current or not versions.there(previous):
        raise NotNowError("nothing-before", "there is no version before this one")
    return change.begin(previous)
