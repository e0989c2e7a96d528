"""What the centre may answer, and worse."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import msgspec
import pytest

from kiosk.checkin.facts import Fact, FactKind
from kiosk.sync import client, messages
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.credentials import make_key
from kiosk.sync.whole_answer import Deadline
from tests.conftest import HandClock
from tests.sync.wicked_server import TOKEN, Answer, server

KEY = make_key()
DEEP = b'{"newer": ' + b"[" * 100_000 + b"]" * 100_000 + b', "results": []}'


@contextmanager
def centre(url: str, clock: HandClock) -> Iterator[Centre]:
    asked = Centre(url, "kiosk-1", KEY, clock)
    try:
        yield asked
    finally:
        asked.close()


def fact(clock: HandClock) -> Fact:
    return Fact("019ab000-0000-7000-8000-000000000000", 1, FactKind.CHECKED_IN, clock.now(), {"appointment": "A1"})


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ((500, b""), "busy"),
        ((503, b"<html>down for maintenance</html>"), "busy"),
        ((429, b""), "busy"),
        ((400, b'{"type": "urn:kiosk:problem:malformed", "title": "x", "status": 400}'), "refused"),
        ((413, b""), "refused"),
        ((302, b""), "nonsense"),
        ((204, b""), "nonsense"),
        ((200, b""), "nonsense"),
        ((200, b"<html>welcome to the lobby wifi</html>"), "nonsense"),
        ((200, b'{"results": []}'), "nonsense"),
        ((200, b'{"results": [{"verdict": "splendid"}]}'), "nonsense"),
        ((200, b'{"version": 99, "results": [{"verdict": "recorded", "receipt": "r"}]}'), "nonsense"),
        ((200, b'{"results": [{"verdict": "recorded"}]}'), "nonsense"),
        ((200, b'{"results": [{"verdict": "duplicate", "receipt": null}]}'), "nonsense"),
        ((200, b'{"results": [{"verdict": "recorded", "receipt": ""}]}'), "nonsense"),
        ((200, b'{"results": [{"id": "another", "verdict": "recorded", "receipt": "r"}]}'), "nonsense"),
        ((200, b'{"results": [{"id": "another", "verdict": "refused"}]}'), "nonsense"),
        ((200, b"\xff\xfe\x00"), "nonsense"),
        ((200, b"[" * 100_000), "nonsense"),
        ((200, DEEP), "nonsense"),
        ((400, DEEP), "refused"),
        ((403, b""), "unauthorised"),
    ],
)
def test_every_bad_answer_has_a_name(clock: HandClock, answer: Answer, key: str) -> None:
    def answers(path: str, _n: int) -> Answer:
        return (200, TOKEN) if path == "/v1/token" else answer

    with server(answers) as (url, _), centre(url, clock) as asked:
        with pytest.raises(CentreError) as error:
            asked.send_facts([fact(clock)])
        assert error.value.key == key
        assert error.value.detail != "t"


@pytest.mark.parametrize("fact_id", [b"", b'"id": null, ', b'"id": "019ab000-0000-7000-8000-000000000000", '])
def test_a_result_names_its_fact_or_none(clock: HandClock, fact_id: bytes) -> None:
    body = b'{"results": [{%b"verdict": "recorded", "receipt": "r"}]}' % fact_id
    with (
        server(lambda path, _n: (200, TOKEN if path == "/v1/token" else body)) as (url, _),
        centre(url, clock) as asked,
    ):
        (result,) = asked.send_facts([fact(clock)])
        assert result is not None
        assert result.receipt == "r"


def test_what_the_centre_refused_needs_no_receipt(clock: HandClock) -> None:
    body = b'{"results": [{"verdict": "refused", "reason": "malformed"}]}'
    with (
        server(lambda path, _n: (200, TOKEN if path == "/v1/token" else body)) as (url, _),
        centre(url, clock) as asked,
    ):
        (result,) = asked.send_facts([fact(clock)])
        assert result is not None
        assert result.reason == "malformed"


@pytest.mark.parametrize(
    "token",
    [
        '{"access_token": "", "expires_in": 300}',
        '{"access_token": "t\\r\\nHost: x", "expires_in": 300}',
        '{"access_token": "\u2603", "expires_in": 300}',
    ],
)
def test_a_token_that_no_header_can_carry(clock: HandClock, token: str) -> None:
    with (
        server(lambda _path, _n: (200, token.encode())) as (url, _),
        centre(url, clock) as asked,
        pytest.raises(CentreError, match="nonsense"),
    ):
        asked.changes(None, 0)


def test_a_token_for_all_eternity_is_taken_for_a_day(clock: HandClock) -> None:
    token = b'{"access_token": "t", "expires_in": 1%b}' % (b"0" * 400)
    news = b'{"snapshot": false, "cursor": "c", "more": false, "records": []}'
    with (
        server(lambda path, _n: (200, token if path == "/v1/token" else news)) as (url, _),
        centre(url, clock) as asked,
    ):
        assert asked.changes(None, 0).cursor == "c"


LEASE = {"id": "L1", "day": "2026-11-23", "series": "A", "first": 1, "last": 20}


@pytest.mark.parametrize(
    ("asked_series", "answer", "good"),
    [
        ("", {}, True),
        ("", {"series": "B", "first": 20, "last": 20}, True),
        ("L", {"series": "L"}, True),
        ("L", {"series": "A"}, False),
        ("", {"series": ""}, False),
        ("", {"series": "A 1"}, False),
        ("", {"id": "L2"}, False),
        ("", {"day": "2026-11-24"}, False),
        ("", {"first": 21}, False),
        ("", {"first": 0}, False),
        ("", {"last": 10**6}, False),
        ("", {"first": 10**30, "last": 10**31}, False),
    ],
)
def test_a_block_is_the_one_asked_for(
    clock: HandClock, asked_series: str, answer: dict[str, object], good: bool
) -> None:
    body = msgspec.json.encode(LEASE | answer)
    request = messages.LeaseRequest(id="L1", day=date(2026, 11, 23), size=20, series=asked_series)
    with (
        server(lambda path, _n: (200, TOKEN if path == "/v1/token" else body)) as (url, _),
        centre(url, clock) as asked,
    ):
        if good:
            assert asked.borrow(request).last == 20
        else:
            with pytest.raises(CentreError, match="nonsense"):
                asked.borrow(request)


def test_an_answer_that_drips_is_given_up(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each byte comes well within the patience, and all of them take at least three times as long.
    monkeypatch.setattr(client, "ANSWER_SECONDS", 0.5)
    news = b'{"snapshot": false, "cursor": "c", "more": false, "records": []}'

    def drip(path: str) -> float:
        return 0.0 if path == "/v1/token" else 1.5 / len(news)

    with (
        server(lambda path, _n: (200, TOKEN if path == "/v1/token" else news), drip) as (url, _),
        centre(url, clock) as asked,
        pytest.raises(CentreError, match="unreachable"),
    ):
        asked.changes(None, 0)


def test_the_patience_is_for_the_whole_answer_and_the_line_has_its_own_again_afterwards(clock: HandClock) -> None:
    told: list[float | None] = []
    answer = Deadline(io.FileIO("/dev/zero"), told.append, 10.0, clock.monotonic)
    for _ in range(3):
        assert answer.read(1) == b"\0"
        clock.let_pass(4)
    with pytest.raises(TimeoutError):
        answer.read(1)
    answer.close()
    assert told == [10, 10, 6, 10, 2, 10]


def test_a_token_is_used_again_and_renewed_once_when_it_is_refused(clock: HandClock) -> None:
    good = b'{"results": [{"verdict": "recorded", "receipt": "r"}]}'

    def answers(path: str, n: int) -> Answer:
        if path == "/v1/token":
            return 200, TOKEN
        return (401, b"") if n == 3 else (200, good)

    with server(answers) as (url, asked_for), centre(url, clock) as asked:
        for _ in range(3):
            (result,) = asked.send_facts([fact(clock)])
            assert result is not None
            assert result.receipt == "r"
        assert asked_for.count("/v1/token") == 2
        assert asked_for.count("/v1/facts") == 4
        clock.let_pass(280)
        asked.send_facts([fact(clock)])
        assert asked_for.count("/v1/token") == 3


def test_a_kiosk_that_is_not_known_asks_twice_and_no_more(clock: HandClock) -> None:
    # The clock of the server: another one would be a reason to sign once more.
    clock.moment = datetime.now(UTC)
    with server(lambda path, _n: (200, TOKEN) if path == "/v1/token" else (401, b"")) as (url, asked_for):
        with centre(url, clock) as asked, pytest.raises(CentreError, match="unauthorised"):
            asked.changes(None, 0)
        assert asked_for.count("/v1/changes") == 2
    with server(lambda _path, _n: (400, b'{"error": "invalid_client"}')) as (url, asked_for):
        with centre(url, clock) as asked, pytest.raises(CentreError, match="unauthorised"):
            asked.changes(None, 0)
        assert asked_for == ["/v1/token"]


def test_nobody_there(clock: HandClock) -> None:
    with centre("http://127.0.0.1:1", clock) as asked, pytest.raises(CentreError, match="unreachable"):
        asked.changes(None, 0)
