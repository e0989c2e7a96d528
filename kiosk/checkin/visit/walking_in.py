"""Coming without a booking: a service, a number of its own series."""

from collections.abc import Mapping
from typing import Any

from kiosk.checkin import ticket
from kiosk.checkin.facts import FactKind
from kiosk.checkin.visit.choices import SERVICE
from kiosk.checkin.visit.effects import PrintSlip, Report
from kiosk.checkin.visit.events import Chosen, Event, Recorded, RecordFailed
from kiosk.checkin.visit.last_page import last_page
from kiosk.checkin.visit.setting import Setting, Step, over
from kiosk.checkin.visit.states import ChoosingService, NotRecorded, Queued, TakingNumber, Welcome


def choosing(state: ChoosingService, event: Event, setting: Setting) -> Step:
    """Only what is open now gives a number."""
    site = setting.site
    match event:
        case Chosen("back"):
            return Step(Welcome(state.language, state.failures, state.earlier))
        case Chosen("finish"):
            return over(setting)
        case Chosen(choice) if site is not None and choice.startswith(SERVICE):
            service = site.services.get(choice.removeprefix(SERVICE))
            if service is not None and service.open_at(site.local(setting.now)):
                details = {"service": service.id, "language": state.language}
                effect = Report(FactKind.WALKED_IN, details, series=service.series)
                return Step(TakingNumber(state.language, service.id), (effect,))
    return Step(state)


def taking(state: TakingNumber, event: Event, setting: Setting) -> Step:
    """The number is on the disk: it may be told."""
    match event:
        case Recorded(arrival) if setting.site is not None and arrival.fact is not None:
            slip = ticket.for_service(setting.site.services[state.service], arrival, setting.site)
            queued = Queued(state.language, state.service, arrival)
            return Step(queued, (PrintSlip(slip, state.language, arrival.fact),))
        case RecordFailed():
            return Step(NotRecorded(state.language))
    return Step(state)


HANDLERS: Mapping[type, Any] = {ChoosingService: choosing, TakingNumber: taking, Queued: last_page}
