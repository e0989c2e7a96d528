"""Bugs planted into a kiosk's line: outbox, upload, feed and day close."""

import random
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kiosk.checkin.facts import Fact, Receipt, Verdict, uuid7
from kiosk.offline import outbox as outboxes
from kiosk.offline import roster as rosters
from kiosk.offline.day_close import SqlDayCloses
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRosterStore
from kiosk.sync import messages, sending
from kiosk.sync.agent import Downlink
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.sending import Sending
from tests.simulation.planted import Mutant, changing, together

_settle = SqlOutbox.settle


def _delete_parked(self: SqlOutbox, fact: Fact, *_: Any) -> None:
    self._connection.execute("DELETE FROM fact WHERE seq = ?", (fact.seq,))


def _delete_refused(self: SqlOutbox, receipts: Any, now: datetime) -> None:
    told = list(receipts)
    _settle(self, told, now)
    for one in told:
        if one.verdict is Verdict.REFUSED:
            self._connection.execute("DELETE FROM fact WHERE seq = ?", (one.fact,))


def _delete_settled(self: SqlOutbox, receipts: Any, now: datetime) -> None:
    told = list(receipts)
    _settle(self, told, now)
    for one in told:
        self._connection.execute("DELETE FROM fact WHERE seq = ?", (one.fact,))


_receipt = sending._receipt


def _conflict_is_recorded(fact: Fact, result: messages.FactResult) -> Receipt:
    told = _receipt(fact, result)
    return replace(told, verdict=Verdict.RECORDED) if told.verdict is Verdict.CONFLICT else told


def _refused_is_recorded(fact: Fact, result: messages.FactResult) -> Receipt:
    told = _receipt(fact, result)
    return replace(told, verdict=Verdict.RECORDED) if told.verdict is Verdict.REFUSED else told


_send_facts = Centre.send_facts


def _recorded(facts: Sequence[Fact]) -> list[messages.FactResult | None]:
    return [messages.FactResult(id=one.id, verdict=Verdict.RECORDED, receipt="r" * 32) for one in facts]


def _200_is_enough(self: Centre, facts: Sequence[Fact], body: bytes | None = None) -> list[messages.FactResult | None]:
    try:
        return _send_facts(self, facts, body)
    except CentreError as error:
        if error.key == "nonsense":
            return _recorded(facts)
        raise


def _sent_is_enough(self: Centre, facts: Sequence[Fact], body: bytes | None = None) -> list[messages.FactResult | None]:
    try:
        return _send_facts(self, facts, body)
    except CentreError as error:
        if error.key == "unreachable":
            return _recorded(facts)
        raise


class _AnyResult(msgspec.Struct):
    results: list[messages.FactResult]


def _by_place(self: Centre, facts: Sequence[Fact], _: bytes | None = None) -> list[messages.FactResult | None]:
    """Whose result it is, only its place tells, and one that is missing is forgiven."""
    batch = messages.FactBatch(facts=[msgspec.Raw(messages.encode(_message(fact))) for fact in facts])
    headers = {"Content-Type": "application/json"}
    answer = self._signed("POST", "/v1/facts", _AnyResult, data=messages.encode(batch), headers=headers)
    found: list[messages.FactResult | None] = [*answer.results[: len(facts)]]
    return found + [None] * (len(facts) - len(found))


def _message(fact: Fact) -> messages.FactMessage:
    from kiosk.sync import client

    return client._message(fact)


_due = SqlOutbox.due


def _only_once(
    self: SqlOutbox, now: datetime, limit: int, after: int = 0, without: Collection[int] = ()
) -> Sequence[Fact]:
    return [one for one in _due(self, now, limit, after, without) if self.tries(one) < 1]


def _new_id_each_time(
    self: SqlOutbox, now: datetime, limit: int, after: int = 0, without: Collection[int] = ()
) -> Sequence[Fact]:
    found = _due(self, now, limit, after, without)
    return [replace(one, id=uuid7(int(now.timestamp() * 1000), _ids.randbytes(10))) for one in found]


_ids = random.Random(7)


def _no_pause(_tries: int, _chance: float) -> timedelta:
    return timedelta()


def _no_wait(self: Downlink, *_: object) -> float:
    return 0.05


def _all_together(self: Sending, facts: Sequence[Fact], stop: object) -> bool:
    """A batch goes as a whole or not at all."""
    try:
        results = self._centre.send_facts(facts)
    except CentreError as error:
        self._line_failed(facts, error)
        self._failed = set()
        return False
    self._went_through()
    self._settle(facts, results)
    return True


_apply = SqlRosterStore.apply


def _cursor_first(self: SqlRosterStore, news: Any, fetched_from: str | None, now: datetime) -> bool:
    if self.cursor() != fetched_from:
        return False
    if fetched_from is not None:
        self._connection.execute("UPDATE feed SET cursor = ?", (news.cursor,))
        return _apply(self, news, news.cursor, now)
    return _apply(self, news, fetched_from, now)


def _part_is_whole(self: SqlRosterStore, news: Any, fetched_from: str | None, now: datetime) -> bool:
    return _apply(self, replace(news, complete=True), fetched_from, now)


def _forgets_the_past(self: SqlRosterStore, news: Any, fetched_from: str | None, now: datetime) -> bool:
    taken = _apply(self, news, fetched_from, now)
    self._connection.execute("DELETE FROM appointment WHERE starts < ?", ((now - timedelta(hours=8)).isoformat(),))
    return taken


def _any_changes(self: Centre, cursor: str | None, wait: int, *, signed: bool = False) -> messages.Changes:
    parameters = {"wait": str(wait), **({} if cursor is None else {"cursor": cursor})}
    if signed:
        parameters["configuration"] = messages.SIGNED
    return self._signed("GET", "/v1/changes", messages.Changes, params=parameters, patience=15.0 + wait)


_tally = SqlDayCloses.tally


def _one_too_many(self: SqlDayCloses, range_: Any) -> Any:
    tally = _tally(self, range_)
    return replace(tally, confirmed=tally.confirmed + 1)


_unclosed = SqlDayCloses.unclosed


def _without_the_last(self: SqlDayCloses) -> Any:
    first, found = _unclosed(self)
    return first + 1, found[1:]


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "deleted-on-400", "a fact over which the centre frowned is deleted", changing(SqlOutbox, "park", _delete_parked)
    ),
    Mutant("deleted-on-refusal", "a refused fact is deleted", changing(SqlOutbox, "settle", _delete_refused)),
    Mutant(
        "deleted-when-settled",
        "a settled fact is deleted, and its place given again",
        changing(SqlOutbox, "settle", _delete_settled),
    ),
    Mutant(
        "conflict-as-recorded",
        "a conflict is kept as if it had been recorded",
        changing(sending, "_receipt", _conflict_is_recorded),
    ),
    Mutant(
        "refusal-as-recorded",
        "a refusal is kept as if it had been recorded",
        changing(sending, "_receipt", _refused_is_recorded),
    ),
    Mutant(
        "200-is-enough",
        "HTTP 200 without readable results counts as a receipt",
        changing(Centre, "send_facts", _200_is_enough),
    ),
    Mutant(
        "sent-is-enough",
        "a request without an answer counts as received",
        changing(Centre, "send_facts", _sent_is_enough),
    ),
    Mutant(
        "settled-by-place",
        "results are believed by their place, whosesoever they are",
        changing(Centre, "send_facts", _by_place),
    ),
    Mutant("retried-once", "a fact is sent again once, and then forgotten", changing(SqlOutbox, "due", _only_once)),
    Mutant("id-at-sending", "a fact gets its id when it is sent", changing(SqlOutbox, "due", _new_id_each_time)),
    Mutant(
        "mark-too-far",
        "the mark is raised past a fact without a receipt",
        changing(
            outboxes,
            "_RAISE_MARK",
            "INSERT OR REPLACE INTO outbox (one, settled) SELECT 1, coalesce(max(fact), 0) FROM receipt",
        ),
    ),
    Mutant(
        "no-back-off",
        "no pause after a failure of the line",
        together(changing(sending, "delay", _no_pause), changing(Downlink, "_pause", _no_wait)),
    ),
    Mutant(
        "back-off-poisoned",
        "a next try set by a clock far ahead is waited for",
        together(
            changing(outboxes, "TRUSTED_AHEAD", timedelta(days=9999)),
            changing(SqlOutbox, "hasten", lambda *_, **__: None),
        ),
    ),
    Mutant(
        "batch-fails-together",
        "one fact that is not let through holds up its batch",
        changing(Sending, "_deliver", _all_together),
    ),
    Mutant(
        "cursor-before-rows",
        "the feed's cursor is kept before its rows",
        changing(SqlRosterStore, "apply", _cursor_first),
    ),
    Mutant(
        "part-taken-for-whole",
        "the first page of a snapshot is taken for all of it",
        changing(SqlRosterStore, "apply", _part_is_whole),
    ),
    Mutant(
        "page-for-another-cursor",
        "an answer to an earlier question for changes is believed",
        changing(Centre, "changes", _any_changes),
    ),
    Mutant(
        "told-again-breaks",
        "a row of the feed that is known already breaks its page",
        changing(
            rosters, "_PUT", "INSERT INTO appointment (id, starts, body, number, generation) VALUES (?, ?, ?, ?, ?)"
        ),
    ),
    Mutant(
        "roster-by-wall-clock",
        "the wall clock says which visits are over",
        changing(SqlRosterStore, "apply", _forgets_the_past),
    ),
    Mutant(
        "day-close-counts-one-more",
        "a day close confirms one fact more than there are",
        changing(SqlDayCloses, "tally", _one_too_many),
    ),
    Mutant(
        "day-close-off-by-one",
        "a day close begins one fact too late",
        changing(SqlDayCloses, "unclosed", _without_the_last),
    ),
)
