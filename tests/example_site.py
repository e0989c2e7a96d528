"""A site and its appointments for the tests of the rules."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.checkin.appointment import Appointment, Arrival, Status
from kiosk.checkin.site import Area, Site, Unit
from kiosk.ports import Enrolment
from kiosk.texts import languages

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 23, 8, 50, tzinfo=HELSINKI).astimezone(UTC)


def words(text: str) -> dict[str, str]:
    return {language: f"{text} ({language})" for language in languages()}


SITE = Site(
    id="kalasatama",
    name=words("Kalasatama"),
    zone="Europe/Helsinki",
    languages=("fi", "sv", "en"),
    desk=words("Desk"),
    units={"dental": Unit("dental", words("Dental care"))},
    areas={"B2": Area("B2", words("Waiting area B2"), words("Second floor"))},
)


def appointment(
    name: str = "A1",
    minutes: int = 10,
    status: Status = Status.BOOKED,
    arrival: Arrival | None = None,
    *,
    now: datetime = NOW,
) -> Appointment:
    """An appointment so many minutes from ``now``."""
    return Appointment(name, "dental", "B2", now + timedelta(minutes=minutes), status, arrival)


ENROLMENT = Enrolment(
    kiosk="kiosk-1",
    site="kalasatama",
    centre="http://127.0.0.1:1",
    reserve_series="K",
    site_key=b"k" * 32,
    private_key={},
)
