"""Looks at what is left of the centre's database, with the centre's own code, and compares it with what it had told."""

import gzip
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from central.store import Store, leases
from central.store.leases import Lending
from central.store.tables import annulled, arrival, fact, lease
from kiosk.checkin.facts import FactKind, Verdict
from kiosk.sync.messages import LeaseAnswer, LeaseRequest
from tests.torture.disk import Mark
from tests.torture.findings import Findings

_HELD = (Verdict.RECORDED.value, Verdict.DUPLICATE.value, Verdict.CONFLICT.value)


class CentreWitness:
    """``hear`` takes what went out on the centre's sockets, ``look`` opens the data folder."""

    def __init__(self) -> None:
        self._answers: dict[str, bytes] = {}
        self._receipts: dict[str, str] = {}
        self._blocks: dict[str, tuple[str, int, int]] = {}

    @property
    def told(self) -> int:
        """How many facts the centre has acknowledged."""
        return len(self._receipts)

    def hear(self, mark: Mark) -> None:
        waiting = self._answers.get(mark.channel, b"") + mark.data
        while (split := _first_answer(waiting)) is not None:
            body, waiting = split
            self._understand(body)
        self._answers[mark.channel] = waiting

    def look(self, state: Path) -> Findings:
        try:
            store = Store.open(f"sqlite:///{state / 'central.db'}")
            try:
                with store.writing() as connection:
                    sound = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() == "ok"
                    return self._compare(connection) + Findings(unreadable=int(not sound))
            finally:
                store.close()
        except Exception as error:  # noqa: BLE001 - what is damaged may fail in any way
            return Findings(unreadable=1, detail=repr(error))

    def _understand(self, body: bytes) -> None:
        try:
            message: Any = json.loads(body)
        except ValueError:
            return
        match message:
            case {"results": list(results)}:
                for result in results:
                    if result["verdict"] in _HELD:
                        self._receipts[result["id"]] = result["receipt"]
            case {"id": str(name), "day": _, "series": series, "first": first, "last": last}:
                self._blocks[name] = (series, first, last)

    def _compare(self, connection: Connection) -> Findings:
        rows = connection.execute(select(fact.c.id, fact.c.receipt, fact.c.kind, fact.c.verdict, fact.c.about)).all()
        receipts = {row.id: row.receipt for row in rows}
        arrivals = {row.appointment: row.fact for row in connection.execute(select(arrival))}
        taken_back = set(connection.execute(select(annulled.c.fact)).scalars())
        lost = [f"fact {name}" for name, receipt in self._receipts.items() if receipts.get(name) != receipt]
        half = [f"arrival {about}" for about, name in arrivals.items() if name not in receipts]
        check_ins = [row for row in rows if row.kind == FactKind.CHECKED_IN and row.id not in taken_back]
        half += [f"check-in {row.id}" for row in check_ins if row.about not in arrivals]
        blocks = {row.id: (row.series, row.first, row.last) for row in connection.execute(select(lease))}
        lost += [f"lease {name}" for name, block in self._blocks.items() if blocks.get(name) != block]
        asked = LeaseRequest(id="after-the-cut", day=date(2026, 11, 23), size=20)
        (answer,) = leases.lend(connection, [Lending("k1", "kalasatama", asked)])
        assert isinstance(answer, LeaseAnswer)
        blocks["after-the-cut"] = (answer.series, answer.first, answer.last)
        return Findings.of(lost=lost, half=half, doubled=_overlapping(blocks))


def _overlapping(blocks: Mapping[str, tuple[str, int, int]]) -> list[str]:
    """Blocks that begin before the one before them has ended."""
    found, before = [], ("", 0)
    for name, (series, first, last) in sorted(blocks.items(), key=lambda one: one[1]):
        if series == before[0] and first <= before[1]:
            found.append(f"numbers of {name}")
        before = (series, last)
    return found


def _first_answer(data: bytes) -> tuple[bytes, bytes] | None:
    """The body of the first whole HTTP answer, and what follows it."""
    head, whole, rest = data.partition(b"\r\n\r\n")
    if not whole:
        return None
    lines = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
    headers = {name.strip().lower(): value.strip() for name, _, value in lines}
    size = int(headers.get(b"content-length", b"0"))
    if len(rest) < size:
        return None
    body = rest[:size]
    return (gzip.decompress(body) if headers.get(b"content-encoding") == b"gzip" else body), rest[size:]
