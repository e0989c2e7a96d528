"""Outcomes that end the visit: written down for staff first, told then, with a slip where there is one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kiosk.checkin import ticket
from kiosk.checkin.handoff import HAND_OFFS, Number
from kiosk.checkin.identity import Claim
from kiosk.checkin.outcome import AlreadyIn, Outcome
from kiosk.checkin.site import Site
from kiosk.checkin.visit.effects import PrintSlip, Report
from kiosk.checkin.visit.events import Event, ReceiptArrived, Recorded, RecordFailed
from kiosk.checkin.visit.last_page import last_page
from kiosk.checkin.visit.setting import Setting, Step
from kiosk.checkin.visit.states import NotRecorded, Reporting, Told


def report(language: str, claim: Claim, outcome: Outcome, site: Site) -> Step:
    """Write an outcome down for staff; it is told when that is on the disk."""
    hand_off = HAND_OFFS[type(outcome)]
    appointment = getattr(outcome, "appointment", None)
    details = {"reason": outcome.reason, "claim": claim.kind.value, "language": language}
    if appointment is not None:
        details |= {"appointment": appointment.id, "site": appointment.site or site.id}
    numbered = hand_off.number is Number.ALWAYS or (
        hand_off.number is Number.AS_THE_SITE_WANTS and site.policy.desk_tickets
    )
    effect = Report(
        hand_off.fact,
        details,
        claim=claim,
        series="" if numbered else None,
        once=f"{outcome.reason}:{appointment.id if appointment else ''}",
    )
    return Step(Reporting(language, claim.kind, outcome), (effect,))


def reporting(state: Reporting, event: Event, setting: Setting) -> Step:
    """Staff have it: the client may be told so."""
    match event:
        case Recorded(arrival, again) if setting.site is not None and arrival.fact is not None:
            told = Told(state.language, state.kind, state.outcome, arrival)
            slip = ticket.for_outcome(state.outcome, arrival, setting.site)
            if slip is None or again:
                return Step(told)
            return Step(told, (PrintSlip(slip, state.language, arrival.fact),))
        case RecordFailed():
            return Step(NotRecorded(state.language))
    return Step(state)


def told(state: Told, event: Event, setting: Setting) -> Step:
    """What became of the slip and of the fact, until the client goes."""
    match event:
        case ReceiptArrived(fact, standing) if (
            isinstance(state.outcome, AlreadyIn) and state.outcome.arrival.fact == fact
        ):
            known = replace(state.outcome.arrival, standing=standing)
            return Step(replace(state, outcome=replace(state.outcome, arrival=known)))
    return last_page(state, event, setting)


HANDLERS: Mapping[type, Any] = {Reporting: reporting, Told: told}
