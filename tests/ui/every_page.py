"""Every page that the rules can tell, in words: what the screen must be able to show."""

from datetime import UTC, datetime

from kiosk.checkin import rules, visit
from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.identity import ClaimKind, ReadFailure
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.site import Area, Site, Unit
from kiosk.checkin.tell import frame, tell
from kiosk.checkin.ticket import PrintOutcome
from kiosk.texts import say

SITE = Site(
    id="kalasatama",
    name={
        "fi": "Kalasatama, terveys- ja hyvinvointikeskus",
        "sv": "Fiskehamnen, hälso- och välfärdscentral",
        "en": "Kalasatama health and well-being centre",
    },
    zone="Europe/Helsinki",
    languages=("fi", "sv", "en"),
    desk={
        "fi": "Palvelutiski sisäänkäynnin vieressä",
        "sv": "Servicedisken bredvid ingången",
        "en": "Service desk beside the entrance",
    },
    units={"dental": Unit("dental", {"fi": "Suun terveydenhuolto", "sv": "Munhälsovården", "en": "Dental care"})},
    areas={
        "B2": Area(
            "B2",
            {"fi": "Odotusalue B2, toinen kerros", "sv": "Väntrum B2, andra våningen", "en": "Waiting area B2"},
            {
                "fi": "Hissi on takanasi. Käänny hissistä oikealle.",
                "sv": "Hissen är bakom dig. Ta till höger från hissen.",
                "en": "Second floor. Lift behind you, to the right.",
            },
        )
    },
)

APPOINTMENT = Appointment("A1", "dental", "B2", datetime(2026, 11, 23, 7, 0, tzinfo=UTC))


def every_state(language: str) -> dict[str, visit.State]:
    """One state for each page, by a name of its own."""
    kind = ClaimKind.BARCODE
    confirming = visit.Confirming(language, kind, APPOINTMENT)

    def arrival(standing: Standing) -> Arrival:
        return Arrival("B 042", standing, 1)

    def done(standing: Standing, paper: PrintOutcome | None) -> visit.Done:
        return visit.Done(language, kind, APPOINTMENT, arrival(standing), paper)

    def told(outcome: rules.Outcome) -> visit.Told:
        return visit.Told(language, kind, outcome)

    return {
        "welcome": visit.Welcome(language),
        "type-empty": visit.Entering(language),
        "type-half": visit.Entering(language, "131052"),
        "type-full": visit.Entering(language, "010190-900M"),
        "type-mistake": visit.Entering(language, "010190-900N", mistake=True),
        "confirm": confirming,
        "confirm-typed": visit.Confirming(language, ClaimKind.TYPED, APPOINTMENT),
        "more-time": visit.Asking(language, confirming),
        "done-printing": done(Standing.RECORDED, None),
        "done-recorded": done(Standing.RECORDED, PrintOutcome.PRINTED),
        "done-registered": done(Standing.REGISTERED, PrintOutcome.PRINTED),
        "done-alone": done(Standing.REGISTERED, PrintOutcome.FAILED),
        "done-recorded-alone": done(Standing.RECORDED, PrintOutcome.FAILED),
        "already-in": told(rules.AlreadyIn(APPOINTMENT, arrival(Standing.RECORDED))),
        "too-early": told(rules.TooEarly(APPOINTMENT, datetime(2026, 11, 23, 6, 0, tzinfo=UTC))),
        "too-late": told(rules.TooLate(APPOINTMENT)),
        "cancelled": told(rules.Cancelled(APPOINTMENT)),
        "no-match": told(rules.NoMatch()),
        "cannot-tell": told(rules.CannotTell()),
        "turn-card": visit.NotRead(language, ReadFailure.CARD_ACCESS_NUMBER),
        "not-known-code": visit.NotRead(language, ReadFailure.UNKNOWN_CODE),
        "not-recorded": visit.NotRecorded(language),
        "closed": visit.Closed(language),
    }


def every_page(language: str) -> dict[str, Page[str]]:
    """The same as pages in words, and one that says nothing but that work goes on."""
    pages = {
        name: tell(state, SITE).map(lambda text: say(text, language)) for name, state in every_state(language).items()
    }
    busy = visit.Recording(language, ClaimKind.BARCODE, APPOINTMENT)
    pages["busy"] = tell(busy, SITE).map(lambda text: say(text, language))
    return pages


def frame_in(language: str) -> Frame[str]:
    """What stands around them."""
    return frame(SITE).map(lambda text: say(text, language))
