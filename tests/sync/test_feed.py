"""A roster is fresh only while the kiosk understands what the centre says of it."""

from datetime import datetime

import pytest
from structlog.testing import capture_logs

from kiosk.checkin import rules
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.outcome import DeskFirst
from kiosk.offline.connection import Connection
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.sync.feed import Feed
from tests.conftest import HandClock
from tests.example_site import SITE
from tests.sync.played_centre import PlayedCentre, page

SITE_KEY = b"k" * 32
CLAIM = Claim(ClaimKind.BARCODE, "010594Y9032")
BOOKED = {
    "record": "appointment",
    "id": "A1",
    "people": [hashed(SITE_KEY, CLAIM.identifier).hex()],
    "unit": "dental",
    "area": "B2",
    "starts": "2026-11-23T09:00:00+02:00",
}
SPOILT = {**BOOKED, "starts": "soon"}


class Kiosk:
    """A roster that takes one page at a time."""

    def __init__(self, connection: Connection, clock: HandClock) -> None:
        self.played = PlayedCentre()
        self.clock = clock
        self.roster = SqlRoster(connection, SITE_KEY)
        self.store = SqlRosterStore(connection)
        self.feed = Feed(self.played.centre, self.store, clock, ("fi",))

    def take(self, *records: object, cursor: str, snapshot: bool = False, more: bool = False) -> datetime | None:
        """How fresh the roster is after this page."""
        self.clock.let_pass(60)
        self.played.page = lambda _n: page(*records, cursor=cursor, snapshot=snapshot, more=more)
        self.feed.take(0)
        assert self.store.cursor() == cursor
        return self.roster.quality().roster_as_of


@pytest.fixture
def kiosk(connection: Connection, clock: HandClock) -> Kiosk:
    return Kiosk(connection, clock)


def test_an_appointment_that_cannot_be_read_keeps_the_roster_from_being_fresh(kiosk: Kiosk) -> None:
    whole = kiosk.take(BOOKED, cursor="1", snapshot=True)
    assert whole == kiosk.clock.now()
    assert kiosk.take(SPOILT, cursor="2") == whole
    # The next page says nothing of it, and the client of it must not be told "no appointment" either.
    assert kiosk.take(cursor="3") == whole
    assert kiosk.take(BOOKED, cursor="4") == kiosk.clock.now()
    assert kiosk.take({**BOOKED, "id": 5}, cursor="5") < kiosk.clock.now()  # type: ignore[operator]
    assert kiosk.take({"record": "gone", "id": "A1"}, cursor="6") < kiosk.clock.now()  # type: ignore[operator]
    # A new snapshot says everything once more.
    assert kiosk.take(SPOILT, cursor="s1", snapshot=True, more=True) < kiosk.clock.now()  # type: ignore[operator]
    assert kiosk.take(cursor="s2", snapshot=True) < kiosk.clock.now()  # type: ignore[operator]
    assert kiosk.take(BOOKED, cursor="t", snapshot=True) == kiosk.clock.now()
    assert kiosk.take(SPOILT, cursor="u") < kiosk.clock.now()  # type: ignore[operator]
    assert kiosk.take({"record": "gone", "id": "A1"}, cursor="v") == kiosk.clock.now()


def test_a_record_of_a_kind_not_known_here_ages_nothing(kiosk: Kiosk) -> None:
    assert kiosk.take({"record": "hologram"}, cursor="1") == kiosk.clock.now()


def test_whoever_has_a_visit_of_a_kind_not_known_here_is_sent_to_the_desk(kiosk: Kiosk) -> None:
    kiosk.take(BOOKED, cursor="1", snapshot=True)
    kiosk.take({**BOOKED, "status": "postponed"}, cursor="2", snapshot=True)
    found = kiosk.roster.find(CLAIM)
    outcome = rules.decide(found, SITE, kiosk.clock.now(), kiosk.roster.quality())
    assert isinstance(outcome, DeskFirst)


def test_a_page_that_comes_again_and_again_is_complained_of_once(kiosk: Kiosk) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            kiosk.take(SPOILT, {"record": "hologram"}, cursor="1")
    assert [(entry["count"], entry["records"]) for entry in logs] == [
        (2, {"appointment malformed": 1, "other unknown-kind": 1})
    ]
    assert "soon" not in repr(logs)


def test_a_site_by_which_no_kiosk_could_run_leaves_the_old_one(kiosk: Kiosk) -> None:
    site = {
        "record": "site",
        "id": "kalasatama",
        "name": {"fi": "Kalasatama"},
        "zone": "Europe/Helsinki",
        "languages": ["fi", "se"],
        "desk": {"fi": "Tiski"},
        "units": [],
        "areas": [],
    }
    kiosk.take(site, cursor="1", snapshot=True)
    for spoilt in ({"zone": "Europe/Kalasatama"}, {"languages": ["se"]}):
        assert kiosk.take({**site, "name": {"fi": "x"}, **spoilt}, cursor=str(spoilt)) == kiosk.clock.now()
    kept = kiosk.roster.site()
    assert kept is not None
    assert (kept.name["fi"], kept.zone, kept.languages) == ("Kalasatama", "Europe/Helsinki", ("fi", "se"))
