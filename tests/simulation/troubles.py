"""What breaks, and what staff do, carried out."""

from functools import partial
from typing import TYPE_CHECKING

from kiosk.checkin.facts import FactKind
from kiosk.offline.journal import SqlJournal
from tests.simulation import disk as disks
from tests.simulation.machine import Kiosk
from tests.simulation.network import Weather
from tests.simulation.plan import Trouble
from tests.simulation.staff import act
from tests.simulation.templates import Template

if TYPE_CHECKING:
    from tests.simulation.world import World


class Troubles:
    """Those of one run."""

    def __init__(self, world: "World", template: Template) -> None:
        self._world = world
        self._template = template

    def strikes(self, trouble: Trouble) -> None:
        """It happens now, unless all is over."""
        if self._world.lobby.over:
            return
        self._world.counts[trouble.kind] = self._world.counts.get(trouble.kind, 0) + 1
        if trouble.kiosk >= 0 and not trouble.kind.startswith("centre-"):
            self._strikes_kiosk(self._world.kiosks[trouble.kiosk], trouble)
        elif trouble.kind == "centre-error":
            self._world.tell("centre: the disk is full")
            self._world.centre.disk.blow = _full(trouble)
        elif trouble.kind == "staff":
            self._at_the_centre(trouble)
        else:
            self._world.tell(f"{trouble.kind} {trouble.when} statement {trouble.left}")
            kind = trouble.kind.removeprefix("centre-")
            self._world.centre.aim(kind, trouble.left, trouble.when, only_commits=trouble.only_commits)

    def _strikes_kiosk(self, kiosk: Kiosk, trouble: Trouble) -> None:
        match trouble.kind:
            case "cut" | "screen" | "sync":
                self._world.tell(f"{kiosk.name}: {trouble.kind} {trouble.when} statement {trouble.left}")
                commits = trouble.only_commits
                kiosk.aim(trouble.kind, trouble.left, trouble.when, only_commits=commits, of=trouble.of)
            case "rot":
                self._world.tell(f"{kiosk.name}: the newest fact is to rot, cut {trouble.when} commit {trouble.left}")
                kiosk.newest_rots = True
                kiosk.aim("cut", trouble.left, trouble.when, only_commits=True, of=trouble.of)
            case "weather":
                kiosk.link.weather = trouble.weather or Weather()
            case "line-down":
                self._world.tell(f"{kiosk.name}: the line is down")
                kiosk.link.cut, kiosk.link.refusal = True, trouble.seconds
            case "line-up":
                self._world.tell(f"{kiosk.name}: the line is up")
                kiosk.link.cut = False
            case "clock":
                self._world.tell(f"{kiosk.name}: the clock jumps by {trouble.seconds:.0f} s")
                kiosk.clock.jump(trouble.seconds)
            case "choke":
                self._choke(kiosk, trouble.left)
            case "error":
                self._world.tell(f"{kiosk.name}: the disk is full")
                kiosk.fail(trouble.left, 1 + trouble.left, only_commits=trouble.only_commits)
            case "poison":
                kiosk.staff.append(_poison)
            case "annul":
                kiosk.staff.append(partial(self._annul, kiosk))

    def _choke(self, kiosk: Kiosk, status: int) -> None:
        place = max(self._world.ledger.book(kiosk.name).facts, default=0) + 1
        self._world.tell(f"{kiosk.name}: something on the line answers {status} to fact {place}")
        kiosk.link.choke, kiosk.link.choke_status = f'"seq":{place},'.encode(), status

    def _annul(self, kiosk: Kiosk, journal: SqlJournal) -> None:
        given = [
            one.number for one in self._world.ledger.book(kiosk.name).facts.values() if one.kind == FactKind.CHECKED_IN
        ]
        if given:
            number = self._world.chance.choice(given)
            self._world.tell(f"{kiosk.name}: staff annul {number}")
            journal.annul(number)

    def _at_the_centre(self, trouble: Trouble) -> None:
        done = self._world.centre.act(
            lambda store: act(store, self._template, trouble, self._world.chance, self._world.centre.now())
        )
        self._world.tell(f"centre: staff {trouble.when} {'' if done else '(in vain)'}".rstrip())


def _full(trouble: Trouble) -> disks.Blow:
    return disks.Blow(trouble.left, "error", trouble.only_commits, lambda: None, None, 1 + trouble.left)


def _poison(journal: SqlJournal) -> None:
    """A fact that the centre can only refuse: its details are longer than the protocol has room for."""
    journal.note(FactKind.SELF_TEST, {"codes": "x" * 3000})
