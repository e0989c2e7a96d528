"""Nobody may ask without end, and whoever asks as a kiosk does never notices."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.serve import listen, server
from central.serving import LimitsConfig, ServeConfig
from central.throttle import Throttle, whole_seconds
from kiosk.sync import messages, sending
from kiosk.sync.client import Centre as Line
from kiosk.sync.client import CentreError
from tests.central.rig import Centre, Kiosk, check_in
from tests.conftest import HandClock

ADDRESS = "http://centre.example"


class Hand:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_bucket_holds_so_many_and_fills_again() -> None:
    clock = Hand()
    throttle = Throttle(2.0, 3, clock)
    assert [throttle.take("k1") for _ in range(4)] == [0, 0, 0, 0.5]
    assert throttle.take("k2") == 0, "each has a bucket of its own"
    clock.seconds = 0.5
    assert [throttle.take("k1"), throttle.take("k1")] == [0, 0.5]
    clock.seconds = 1000
    assert [throttle.take("k1") for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_rate_of_nothing_is_no_limit() -> None:
    throttle = Throttle(0.0, 1, Hand())
    assert [throttle.take("k1") for _ in range(100)] == [0] * 100


@given(st.lists(st.floats(0, 10), max_size=60), st.floats(0.1, 50), st.integers(1, 20))
def test_over_any_time_no_more_pass_than_it_says(pauses: list[float], rate: float, burst: int) -> None:
    clock = Hand()
    throttle = Throttle(rate, burst, clock)
    passed = 0
    for pause in pauses:
        clock.seconds += pause
        wait = throttle.take("k1")
        passed += wait == 0
        assert 0 <= wait <= 1 / rate
        assert passed <= burst + clock.seconds * rate + 1e-6
    clock.seconds += 1 / rate + 1e-6
    assert throttle.take("k1") == 0, "whoever waits gets through"


def test_those_that_ask_no_more_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("central.throttle.MOST_KNOWN", 3)
    throttle = Throttle(1.0, 1, Hand())
    for name in ("a", "b", "c", "d"):
        assert throttle.take(name) == 0
    assert throttle.take("d") > 0
    assert throttle.take("a") == 0


@pytest.mark.parametrize(("wait", "said"), [(0.01, 1), (1.0, 1), (1.2, 2)])
def test_whole_seconds_are_never_too_few(wait: float, said: int) -> None:
    assert whole_seconds(wait) == said


@contextmanager
def limited(
    centre: Centre, limits: LimitsConfig, options: ServeConfig | None = None, *, named: bool = True
) -> Iterator[str]:
    """A second service over the same store; ``named`` as the address of ``moved``, or as it is dialled."""
    bound = listen("127.0.0.1", 0)
    one = server(centre.store, centre.now, [ADDRESS] if named else (), options, limits)
    thread = threading.Thread(target=one.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        one.should_exit = True
        thread.join()


def moved(kiosk: Kiosk, url: str) -> Kiosk:
    """The same kiosk, at the other service."""
    other = Kiosk(url, kiosk.name, kiosk.key, kiosk._now)
    other.token_url = f"{ADDRESS}/v1/token"
    return other.sign_in()


def test_a_kiosk_that_asks_too_often_is_told_when_to_come_again(centre: Centre) -> None:
    first, second = centre.kiosk("k1"), centre.kiosk("k2")
    with limited(centre, LimitsConfig(kiosk_rate=0.25, kiosk_burst=2)) as url:
        one, other = moved(first, url), moved(second, url)
        one.send(check_in("A1"))
        one.send(check_in("A2"))
        refused = one.http.post("/v1/facts", json={"facts": [check_in("A3")]})
        assert (refused.status_code, refused.json()["type"]) == (429, "urn:kiosk:problem:too-many-requests")
        assert 1 <= int(refused.headers["Retry-After"]) <= 4
        other.send(check_in("A3"))
        for kiosk in (one, other):
            kiosk.http.close()
    assert {arrival.appointment for arrival in centre.arrivals()} == {"A1", "A2", "A3"}


def test_the_line_of_a_kiosk_reads_it_as_a_pause(centre: Centre) -> None:
    kiosk = centre.kiosk("k1")
    key = {name: str(value) for name, value in kiosk.key.as_dict(private=True).items()}
    with limited(centre, LimitsConfig(kiosk_rate=0.1, kiosk_burst=1), named=False) as url:
        line = Line(url, "k1", key, HandClock(centre.moment))
        line.changes(None, 0)
        with pytest.raises(CentreError, match="busy") as told:
            line.changes(None, 0)
        line.close()
    assert told.value.after is not None
    assert 1 <= told.value.after <= 10


def test_codes_cannot_be_guessed_without_end(centre: Centre) -> None:
    with limited(
        centre, LimitsConfig(enrolment_rate=0.01, enrolment_burst=3), ServeConfig(proxies=("127.0.0.1",))
    ) as url:

        def guess(address: str) -> int:
            request = {"code": "AAAAAAAA", "public_key": {}}
            headers = {"X-Forwarded-For": address}
            return httpx.post(f"{url}/v1/enrolments", json=request, headers=headers, trust_env=False).status_code

        assert [guess("192.0.2.1") for _ in range(4)] == [400, 400, 400, 429]
        assert guess("192.0.2.2") == 400


def test_whom_no_proxy_vouches_for_cannot_say_who_it_is(centre: Centre) -> None:
    with limited(centre, LimitsConfig(enrolment_rate=0.01, enrolment_burst=1)) as url:
        request = {"code": "AAAAAAAA", "public_key": {}}
        told = [
            httpx.post(
                f"{url}/v1/enrolments", json=request, headers={"X-Forwarded-For": f"192.0.2.{one}"}, trust_env=False
            ).status_code
            for one in range(2)
        ]
    assert told == [400, 429]


def test_a_kiosk_that_was_cut_off_for_long_never_meets_the_usual_limit() -> None:
    # Of a backlog of 10,000: full batches, what it takes to find culprits, and a heartbeat and a lease now and then.
    batches = -(-10_000 // messages.MOST_FACTS)
    asked = 4 * (batches + sending.MOST_REFUSALS)
    assert asked < LimitsConfig().kiosk_burst / 2
