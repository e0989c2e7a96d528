"""Looks at what is left of a kiosk's memory, with the product's own code, and compares it with what was told."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from kiosk.checkin.facts import FactKind
from kiosk.checkin.identity import ClaimKind
from kiosk.clock import SystemClock
from kiosk.offline.connection import Connection
from kiosk.offline.enrolment import load_enrolment
from kiosk.offline.examination import is_sound
from kiosk.offline.journal import SqlJournal
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, KeyMissingError, database_key
from tests.example_site import SITE, appointment
from tests.torture.disk import Mark
from tests.torture.findings import Findings


class KioskWitness:
    """``hear`` takes what was acknowledged, in order; ``look`` opens the state folder and counts what does not hold."""

    def __init__(self) -> None:
        self._enrolled = False
        self._facts: dict[int, str] = {}
        self._arrivals: dict[str, str] = {}
        self._numbers: set[str] = set()
        self._settled: set[int] = set()
        self._leases: set[str] = set()
        self._annulled: set[str] = set()

    @property
    def told(self) -> int:
        """How much was acknowledged."""
        return len(self._facts)

    def hear(self, mark: Mark) -> None:
        for line in mark.data.splitlines():
            self._hear(json.loads(line))

    def look(self, state: Path) -> Findings:
        """As a start of the kiosk does, but that a database which does not open is not salvaged here: it counts."""
        try:
            with Store(state / DATABASE, database_key(state)).connect() as connection:
                enrolment = load_enrolment(connection)
                if enrolment is None:
                    return Findings(unreadable=int(self._enrolled), detail="the enrolment is gone")
                if not is_sound(connection):
                    return Findings(unreadable=1, detail="quick_check")
                found = self._compare(connection)
                journal = SqlJournal(connection, site=lambda: SITE, enrolment=enrolment, clock=SystemClock())
                return found + self._go_on(connection, journal)
        except KeyMissingError:
            return Findings(unreadable=int(self._enrolled), detail="the key is gone")
        except Exception as error:  # noqa: BLE001 - what is damaged may fail in any way
            return Findings(unreadable=1, detail=repr(error))

    def _hear(self, what: dict[str, Any]) -> None:
        match what:
            case {"about": about, "number": number, "seq": seq, "id": fact}:
                self._facts[seq] = fact
                self._arrivals |= dict.fromkeys(about, number)
                self._numbers |= {number} - {""}
            case {"annulled": appointments}:
                for one in appointments:
                    self._arrivals.pop(one, None)
                    self._annulled.add(one)
            case {"settled": places}:
                self._settled.update(places)
            case {"lease": name}:
                self._leases.add(name)
            case {"enrolled": True}:
                self._enrolled = True

    def _compare(self, connection: Connection) -> Findings:
        rows = connection.execute("SELECT seq, id, kind, details FROM fact").fetchall()
        facts = {seq: fact for seq, fact, _, _ in rows}
        kept = {about: (number, fact) for about, number, fact in connection.execute(_ARRIVALS)}
        annulled = {_DETAILS(details)["appointment"] for _, _, kind, details in rows if kind == _ANNULLED}
        claimed = {(_DETAILS(details)["appointment"], seq) for seq, _, kind, details in rows if kind == _CHECKED_IN}
        lost = [f"fact {seq}" for seq, fact in self._facts.items() if facts.get(seq) != fact]
        for about, number in self._arrivals.items():
            # What was being taken back, and not told yet, may be gone or not.
            if kept.get(about, ("", 0))[0] != number and about not in annulled:
                lost.append(f"arrival {about}")
        lost += [f"receipt {seq}" for seq in self._settled - _column(connection, "SELECT fact FROM receipt")]
        lost += [f"lease {name}" for name in self._leases - _column(connection, "SELECT id FROM lease")]
        half = [f"arrival {about} without its fact" for about, (_, fact) in kept.items() if fact not in facts]
        held = {(about, fact) for about, (_, fact) in kept.items()}
        half += [f"fact {one}" for one in claimed - held if one[0] not in annulled]
        numbers = Counter(number for number, _ in _visits(connection) if number)
        doubled = [number for number, count in numbers.items() if count > 1]
        doubled += [fact for fact, count in Counter(facts.values()).items() if count > 1]
        return Findings.of(lost=lost, half=half, doubled=doubled)

    def _go_on(self, connection: Connection, journal: SqlJournal) -> Findings:
        """The next client gets a place and a number that nobody has been given."""
        before = self._numbers | {number for number, _ in _visits(connection)}
        newest = max(self._facts, default=0)
        arrival = journal.check_in([appointment("after-the-cut")], ClaimKind.BARCODE, "fi")
        twice = [arrival.number] if arrival.number in before else []
        if arrival.fact is None or arrival.fact <= newest:
            twice.append(f"place {arrival.fact}")
        return Findings.of(doubled=twice)


_ANNULLED, _CHECKED_IN = FactKind.ANNULLED.value, FactKind.CHECKED_IN.value
_DETAILS = msgspec.json.Decoder(dict[str, str]).decode
_ARRIVALS = "SELECT about, number, fact FROM arrival"


def _visits(connection: Connection) -> set[tuple[str, int]]:
    return {(number, visit) for number, visit in connection.execute("SELECT number, visit FROM arrival")}


def _column(connection: Connection, query: str) -> set[Any]:
    return {row[0] for row in connection.execute(query)}
