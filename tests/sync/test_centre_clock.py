"""What the time is at the centre: measured with each answer, kept seldom, and the way in for a clock that is wrong."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from joserfc.jwk import ECKey

from kiosk.checkin.clock_watch import ClockWord, judged
from kiosk.checkin.hybrid_clock import ClockQuality
from kiosk.offline.connection import Connection
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.sync.centre_clock import CentreClock, measured
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.credentials import make_key
from kiosk.sync.feed import Feed
from tests.central.rig import SITE
from tests.central.rig import Centre as RealCentre
from tests.conftest import HandClock
from tests.sync.played_centre import PlayedCentre, page
from tests.sync.wicked_server import TOKEN, server

NOW = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(name="real")
def _real(tmp_path_factory: pytest.TempPathFactory) -> object:
    with RealCentre(tmp_path_factory.mktemp("centre")) as running:
        running.seed(("A1", "010594Y9032", "09:00"))
        yield running


@pytest.mark.parametrize(
    ("date", "seconds", "wall", "offset", "uncertainty"),
    [
        ("Mon, 23 Nov 2026 06:50:00 GMT", 0.0, NOW, timedelta(milliseconds=-500), timedelta(milliseconds=500)),
        ("Mon, 23 Nov 2026 06:50:00 GMT", 3.0, NOW, -2 * SECOND, 2 * SECOND),
        ("Mon, 23 Nov 2026 06:50:00 GMT", 1.0, NOW + timedelta(hours=5), timedelta(hours=5) - SECOND, SECOND),
        # Without a zone it is in UTC, and with another one it is that.
        ("Mon, 23 Nov 2026 06:50:00 -0000", 1.0, NOW, -SECOND, SECOND),
        ("Mon, 23 Nov 2026 08:50:00 +0200", 1.0, NOW, -SECOND, SECOND),
    ],
)
def test_the_middle_of_the_exchange_is_taken_and_half_of_it_is_the_uncertainty(
    date: str, seconds: float, wall: datetime, offset: timedelta, uncertainty: timedelta
) -> None:
    assert measured(date, seconds, wall, 7.0) == ClockWord(wall, 7.0, offset, uncertainty)


@pytest.mark.parametrize("date", [None, "", "soon", "Mon, 99 Nov 2026 06:50:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2359"])
def test_an_answer_that_tells_no_time_says_nothing(date: str | None) -> None:
    assert measured(date, 1.0, NOW, 7.0) is None


@pytest.mark.parametrize("delay", [0.0, 0.4, 4.0])
@pytest.mark.parametrize("ahead", [timedelta(days=-4000), timedelta(0), timedelta(hours=5)])
def test_the_true_offset_lies_within_what_is_told(clock: HandClock, delay: float, ahead: timedelta) -> None:
    for way_there in (0.0, delay / 2, delay):
        centre = CentreClock(clock)
        heard = centre.asking()
        clock.let_pass(way_there)
        date = format_datetime(clock.now() - ahead, usegmt=True)
        clock.let_pass(delay - way_there)
        heard(date)
        assert centre.word is not None
        assert abs(centre.word.offset - ahead) <= centre.word.uncertainty
        assert centre.word.uncertainty <= timedelta(seconds=delay / 2 + 0.5)


def asked(real: RealCentre, clock: HandClock) -> Centre:
    key = make_key()
    assert real.enrol(real.code("kiosk-1", SITE), ECKey.import_key(dict(key))).status_code == 200
    return Centre(real.url, "kiosk-1", key, clock)


def test_what_the_centre_tells_may_be_what_is_wrong(clock: HandClock) -> None:
    """A proxy whose own clock is off answers with its date; the kiosk's was right all the time."""
    assumed = CentreClock(clock)
    right, wrong = clock.now(), clock.now() - timedelta(hours=3)
    assert assumed.assumed() == right
    assert not assumed.turn()
    assumed.asking()(format_datetime(wrong, usegmt=True))
    assert assumed.turn()
    assert abs(assumed.assumed() - wrong) <= SECOND
    # Neither was believed: the next try begins where the last one ended, and has the other one too.
    assert assumed.turn()
    assert assumed.assumed() == right
    # The centre's own clock is set: what it tells now comes before everything else.
    assert assumed.turn()
    assert abs(assumed.assumed() - wrong) <= SECOND
    other = clock.now() + timedelta(hours=9)
    assumed.asking()(format_datetime(other, usegmt=True))
    assert assumed.turn()
    assert abs(assumed.assumed() - other) <= SECOND


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=5), timedelta(hours=-5), timedelta(days=-20_000)])
def test_a_kiosk_reaches_the_centre_whatever_its_own_clock_shows(
    real: RealCentre, connection: Connection, clock: HandClock, ahead: timedelta
) -> None:
    clock.moment = real.moment + ahead
    centre, roster = asked(real, clock), SqlRoster(connection, bytes(32))
    feed = Feed(centre, SqlRosterStore(connection), clock, ("fi",))
    while feed.take(0).more:
        pass
    word = roster.clock_word()
    assert word is not None
    assert abs(word.offset - ahead) <= 2 * SECOND
    trusted = abs(ahead) < timedelta(minutes=1)
    found = judged(word, clock.now(), clock.monotonic())
    assert found.quality is (ClockQuality.TRUSTED if trusted else ClockQuality.DOUBTFUL)
    as_of = roster.quality().centre_as_of
    assert as_of is not None
    assert abs(as_of - real.moment) <= 2 * SECOND
    # The clock is set while the token still serves, and the next token is given all the same.
    clock.moment += timedelta(hours=7)
    real.moment += timedelta(hours=1)
    clock.seconds += 3600
    assert not feed.take(0).more
    centre.close()


def test_a_refusal_tells_the_time_and_is_asked_for_twice_at_most(connection: Connection, clock: HandClock) -> None:
    roster = SqlRosterStore(connection)
    clock.moment = datetime.now(UTC) - timedelta(hours=5)
    with server(lambda _path, _n: (401, b"")) as (url, paths):
        centre = Centre(url, "kiosk-1", make_key(), clock)
        feed = Feed(centre, roster, clock, ("fi",))
        with pytest.raises(CentreError, match="unauthorised"):
            feed.take(0)
        assert paths == ["/v1/token"] * 2
        word = SqlRoster(connection, bytes(32)).clock_word()
        assert word is not None
        assert abs(word.offset + timedelta(hours=5)) < 10 * SECOND
        # A centre that does not know this kiosk is not asked more often than that in each try.
        with pytest.raises(CentreError, match="unauthorised"):
            feed.take(0)
        assert paths == ["/v1/token"] * 4
        clock.moment = datetime.now(UTC)
        centre.close()
        centre = Centre(url, "kiosk-1", make_key(), clock)
        with pytest.raises(CentreError, match="unauthorised"):
            centre.greet()
        assert paths == ["/v1/token"] * 5
        centre.close()


def test_an_old_answer_out_of_a_cache_tells_no_time(clock: HandClock) -> None:
    with server(lambda _path, _n: (200, TOKEN), cached=True) as (url, _):
        first, later = (Centre(url, "kiosk-1", make_key(), clock) for _ in range(2))
        first.greet()
        assert first.clock_word is not None
        later.greet()
        assert later.clock_word is None
        first.close()
        later.close()


def test_a_refused_request_costs_two_tokens_of_two_tries_each_and_no_more(clock: HandClock) -> None:
    clock.moment = datetime.now(UTC) - timedelta(hours=5)
    with server(lambda path, n: (200, TOKEN) if path == "/v1/token" and n % 2 == 0 else (401, b"")) as (url, paths):
        centre = Centre(url, "kiosk-1", make_key(), clock)
        with pytest.raises(CentreError, match="unauthorised"):
            centre.changes(None, 0)
        assert paths.count("/v1/changes") == 2
        assert paths.count("/v1/token") <= 4
        centre.close()


def test_a_day_of_long_polls_writes_a_word_now_and_then_and_at_once_when_the_clock_is_set(
    connection: Connection, clock: HandClock
) -> None:
    played = PlayedCentre()
    played.page = lambda _n: page(cursor="1")
    feed = Feed(played.centre, SqlRosterStore(connection), clock, ("fi",))
    words: list[ClockWord | None] = []
    for _ in range(900):
        clock.let_pass(25)
        played.clock_word = ClockWord(clock.now(), clock.monotonic(), 3 * SECOND, 13 * SECOND)
        feed.take(25)
        words.append(SqlRoster(connection, bytes(32)).clock_word())
    assert len(set(words)) <= 900 * 25 / 300 + 1
    clock.moment += timedelta(hours=1)
    played.clock_word = ClockWord(clock.now(), clock.monotonic(), timedelta(hours=1), 13 * SECOND)
    feed.take(25)
    word = SqlRoster(connection, bytes(32)).clock_word()
    assert word == played.clock_word
