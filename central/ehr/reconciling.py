"""The comparison of both sides, each hour and once more when the day is over."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from central.ehr.adapter import Adapter, Letter
from central.ehr.comparing import compare
from central.ehr.config import Common, Fhir
from central.ehr.mailbag import Mailbag
from central.store import ehr_differences, ehr_outbox, ehr_turns
from central.store.ehr_differences import OPEN, Difference

log = structlog.get_logger()

COMPARED = "compared"
TURN = timedelta(minutes=10)


@dataclass(frozen=True)
class Compared:
    """What one comparison found."""

    letters: int
    differ: int
    sent_again: int
    waiting: int


def due(config: Common, now: datetime) -> str:
    """The name of the comparison that should have been made by ``now``: that of an hour, or of the day's end."""
    local = now.astimezone(ZoneInfo(config.zone))
    closes = time.fromisoformat(config.day_close)
    if local.time() >= closes and local.hour == closes.hour:
        return f"{local.date().isoformat()} close"
    return f"{local.date().isoformat()} {local.hour:02}"


def reconcile(bag: Mailbag, adapter: Adapter, *, anyway: bool = False) -> Compared | None:
    """Compare what was told today, unless another process does or has. Raises ``UnreachableError``."""
    store, config, now = bag.store, bag.config, bag.now()
    what = due(config, now)
    with store.writing() as connection:
        if not anyway and ehr_turns.place(connection, config.name, COMPARED) == what:
            return None
        if not ehr_turns.hold(connection, config.name, COMPARED, bag.who, TURN, now):
            return None
    since = _midnight(config, now)
    with store.writing() as connection:
        # What the log of changes did not tell, whatever the reason, is found here.
        ehr_outbox.sweep(connection, bag.reach, since - timedelta(days=1), now)
    with store.reading() as connection:
        told = ehr_outbox.last_told(connection, bag.reach, since)
        waiting, _ = ehr_outbox.waiting(connection, config.name)
    done = bag.letters([name for name, state in told if state == ehr_outbox.DONE])
    there = adapter.there(done)
    compared = _note(bag, [one for one in done if one.id in there], there, waiting)
    with store.writing() as connection:
        ehr_turns.put(connection, config.name, COMPARED, what)
    log.info(
        "compared",
        ehr=config.name,
        what=what,
        letters=compared.letters,
        differ=compared.differ,
        sent_again=compared.sent_again,
        waiting=waiting,
    )
    return compared


def _note(bag: Mailbag, letters: list[Letter], there: object, waiting: int) -> Compared:
    assert isinstance(there, dict)
    now, name, sent = bag.now(), bag.config.name, 0
    numbered = bag.config.ticket_number if isinstance(bag.config, Fhir) else False
    found: list[Difference] = []
    fine: list[str] = []
    with bag.store.writing() as connection:
        for letter in letters:
            mends = ehr_outbox.mended(connection, letter.id)
            differs = compare(letter, there[letter.id], mends=mends, numbered=numbered)
            if differs is None:
                fine.append(letter.fact)
                continue
            one = Difference(
                ehr=name,
                fact=letter.fact,
                kind=differs.kind.value,
                site=letter.site,
                appointment=letter.appointment,
                there=differs.there,
                found_at=now,
                seen_at=now,
                state=OPEN,
            )
            found.append(one)
            ehr_differences.note(connection, one)
            sent += int(differs.mend and ehr_outbox.send_again(connection, letter.id, now))
        ehr_differences.mend(connection, name, fine, now)
    return Compared(len(letters), len(found), sent, waiting)


def _midnight(config: Common, now: datetime) -> datetime:
    zone = ZoneInfo(config.zone)
    return datetime.combine(now.astimezone(zone).date(), time.min, zone)
