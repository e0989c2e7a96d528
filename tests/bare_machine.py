"""A machine that nobody has enrolled, with a real centre, screen, line and devices."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import msgspec

from kiosk.checkin.first_run import START
from kiosk.composition.suspicion import START_AGAIN
from kiosk.config import Config, dump
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.props import LOOPBACK, laid_out
from kiosk.scenario.stage import KIOSK_NAME, free_port
from kiosk.scenario.stagehand import StageError, wait_until
from tests.torture.visitor import RoughStage

PATIENCE = 90.0
"""Seconds; a machine may be busy."""


class BareMachine(RoughStage):
    """A stage whose kiosk nobody has enrolled. ``addressed``: its configuration says where the centre is."""

    addressed = True

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.cable.port}"

    def _configuration(self) -> Config:
        config = super()._configuration()
        screen = msgspec.structs.replace(config.screen, first_run=True)
        centre = msgspec.structs.replace(config.centre, address=self.url if self.addressed else "")
        return msgspec.structs.replace(config, screen=screen, centre=centre)

    def prepare(self) -> None:
        self.seed(self.plan.roster)
        self.start("central")
        self.config.write_bytes(dump(self._configuration()))

    def code(self) -> str:
        return self.central("enrol-code", "--site", self.plan.site_name, "--kiosk", KIOSK_NAME).split()[-1]

    def page(self) -> str:
        return self.stagehand.shown()[-1].name

    def wait_for(self, *names: str) -> None:
        wait_until(lambda: self.page() in names, PATIENCE, f"{names} is shown")

    def type_in(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.stagehand.touch(f"key:{key}", PATIENCE)
        self.stagehand.touch("choice:ready", PATIENCE)

    def start_anew(self) -> None:
        """What a service manager does: whoever ended to be started again is, and then its devices are looked at."""
        self.stagehand.touch(f"choice:{START}", PATIENCE)
        for name in ("sync", "screen"):
            wait_until(lambda name=name: self.ended(name) is not None, PATIENCE, f"{name} ends")  # type: ignore[misc]
            assert self.ended(name) == START_AGAIN
        self.raise_again(("sync", "screen"))
        self.wait_for("check-place")

    def cut_power(self) -> None:
        """SIGKILL for both, and both again."""
        for name in ("sync", "screen"):
            self.strike(name)
        self.raise_again(("sync", "screen"))

    def enrolled(self) -> "BareMachine":
        """Enrolled by typing, and at the first page of the device check."""
        self.wait_for("first-run")
        self.type_in(self.code())
        self.wait_for("first-run-done")
        self.start_anew()
        return self

    def touch(self, *targets: str) -> None:
        """One after the other, each as soon as it can be touched."""
        for target in targets:
            self.stagehand.touch(target, PATIENCE)

    def words(self) -> tuple[str, ...]:
        """What stands on the screen."""
        return self.stagehand.shown()[-1].words

    def wait_for_words(self, part: str) -> None:
        """Until that is part of what stands on the screen."""
        wait_until(lambda: any(part in word for word in self.words()), PATIENCE, f"{part!r} is shown")


@contextmanager
def bare_machine(plan: StagePlan, *, addressed: bool = True) -> Iterator[BareMachine]:
    """One that asks for its code, beside a centre that has one for it; taken down in good order."""
    with laid_out(plan, free_port()) as props:
        stage = BareMachine(plan, props)
        stage.addressed = addressed
        try:
            stage.prepare()
            stage.begin("sync")
            stage.begin("screen")
            wait_until(stage.stagehand.is_there, PATIENCE, "the screen serves")
            yield stage
            stage.wait_until_all_serve()
            stage.stop_all()
        finally:
            with suppress(StageError, KeyError):
                stage.end_at_once()
