"""A rehearsal: every page and every slip that a site's rules can lead to, made before anybody is served by them.

It raises whatever a real visit would raise. Nobody is invented but appointments without a client.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.checkin import outcome, ticket
from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.card import CardFailure
from kiosk.checkin.identity import Claim, ClaimKind, ReadFailure
from kiosk.checkin.means import PRINTED_CARDS_ONLY, Means, Way
from kiosk.checkin.outcome import CheckIn, Outcome
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.site import Site
from kiosk.checkin.tell import frame, spoken, tell
from kiosk.checkin.tell.aloud import Utterance
from kiosk.checkin.ticket import PrintOutcome, Ticket
from kiosk.checkin.visit import Closed, Setting, states, step
from kiosk.checkin.visit.events import SiteArrived, TimeUp
from kiosk.checkin.wording import Text

_KIND = ClaimKind.BARCODE
_NUMBER = Arrival("A 042", Standing.RECORDED, 1)
_SPECIMEN = Claim(_KIND, "010190-900M")
_SOON, _YEAR = timedelta(minutes=5), timedelta(days=366)


@dataclass(frozen=True)
class Rehearsed:
    """A page with what stands around it and what is said of it, or a slip."""

    language: str
    page: Page[Text] | None = None
    frame: Frame[Text] | None = None
    said: tuple[Utterance[Text], ...] = ()
    slip: Ticket[Text] | None = None


def rehearse(site: Site, now: datetime) -> Iterator[Rehearsed]:
    """All of it at ``now``, and the first page at the moments of each bulletin. Raises what a visit would raise."""
    for language in site.languages:
        setting = Setting(site, site.languages[0], now)
        for state in _states(site, language, now):
            yield _told(state, site, now, PRINTED_CARDS_ONLY)
            step(state, SiteArrived(), setting)
            step(state, TimeUp(), setting)
        for moment in _turns(site, now):
            yield _told(states.Welcome(language), site, moment, Means(Way.WORKS, Way.WORKS))
        for slip in _slips(site, now):
            yield Rehearsed(language, slip=slip)


def _turns(site: Site, now: datetime) -> list[datetime]:
    """When the first page becomes another one within a year; some bulletins hold until the end of time."""
    moments = (moment for bulletin in site.bulletins for moment in (bulletin.since, bulletin.until))
    return [moment for moment in moments if abs(moment - now) < _YEAR]


def _told(state: states.State, site: Site, now: datetime, means: Means) -> Rehearsed:
    page, around = tell(state, site, now, means), frame(site)
    return Rehearsed(state.language, page, around, spoken(page, around, site.local(now)))


def _visits(site: Site, now: datetime) -> Iterator[Appointment]:
    """One at each unit, one in each area, and one in a place that the rules do not know."""
    units, areas = list(site.units) or ["unit"], list(site.areas) or ["area"]
    for place, unit in enumerate(units):
        yield Appointment("R", unit, areas[place % len(areas)], now + _SOON, practitioner="x", phone="•• 67")
    for place, area in enumerate(areas):
        yield Appointment("R", units[place % len(units)], area, now + _SOON)
    yield Appointment("R", "nowhere", "nowhere", now + _SOON, reminder_unit=units[0])


def _outcomes(site: Site, now: datetime) -> Iterator[Outcome]:
    for visit in _visits(site, now):
        yield outcome.AlreadyIn(visit, _NUMBER, (visit,))
        yield outcome.DeskFirst(visit)
        yield outcome.NotLive(visit)
        yield outcome.Remote(visit)
        yield outcome.TooEarly(visit, now)
        yield outcome.TooLate(visit)
        yield outcome.Cancelled(visit)
        yield outcome.WrongDay(visit)
        yield outcome.Moved(Appointment("R", visit.unit, visit.area, now, moved_to=now + _SOON))
    for other in (*site.neighbours, "elsewhere"):
        for in_time in (True, False, None):
            yield outcome.WrongSite(Appointment("R", "unit", "area", now + _SOON, site=other), in_time)
    yield outcome.NoMatch()
    yield outcome.CannotTell()


def _states(site: Site, language: str, now: datetime) -> Iterator[states.State]:
    yield Closed(language)
    yield states.Welcome(language)
    yield states.Welcome(language, earlier=("A 041",))
    for by_code in (False, True):
        yield states.Entering(language, by_code=by_code)
    yield states.ReadingCard(language)
    yield states.Looking(language, _SPECIMEN)
    yield states.HandedOver(language)
    yield states.NotRecorded(language)
    for failure in (*ReadFailure, *CardFailure):
        yield states.NotRead(language, failure)
    for visit in _visits(site, now):
        plan = CheckIn((visit,), (visit,))
        yield states.Confirming(language, _KIND, plan)
        yield states.Recording(language, _KIND, plan)
        yield states.Done(language, _KIND, plan, _NUMBER)
        yield states.Done(language, _KIND, plan, _NUMBER, PrintOutcome.FAILED)
        done = states.Done(language, _KIND, plan, _NUMBER, PrintOutcome.PRINTED)
        yield done
        yield states.CheckingContact(language, done)
    for found in _outcomes(site, now):
        yield states.Told(language, _KIND, found, _NUMBER, PrintOutcome.FAILED)
    yield from _services(site, language)


def _services(site: Site, language: str) -> Iterator[states.State]:
    yield states.ChoosingService(language)
    for name in site.services:
        yield states.Queued(language, name, _NUMBER, PrintOutcome.PRINTED)
    yield states.ChoosingCallBack(language)
    for purpose in map(states.CallBack, site.policy.call_back_services):
        yield states.Identifying(language, purpose)
        yield states.TypingPhone(language, _SPECIMEN, purpose)
        yield states.CallBackRequested(language, purpose, _NUMBER)


def _slips(site: Site, now: datetime) -> Iterator[Ticket[Text]]:
    for visit in _visits(site, now):
        yield ticket.for_check_in(CheckIn((visit,)), _NUMBER, site)
    for found in _outcomes(site, now):
        slip = ticket.for_outcome(found, _NUMBER, site)
        if slip is not None:
            yield slip
    for service in site.services.values():
        yield ticket.for_service(service, _NUMBER, site)
