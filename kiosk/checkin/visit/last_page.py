"""The last page of a visit: whatever becomes true about it, until the client goes."""

from dataclasses import replace

from kiosk.checkin.visit.events import Chosen, Event, ReceiptArrived, TicketEnded
from kiosk.checkin.visit.setting import Setting, Step, over
from kiosk.checkin.visit.states import CallBackRequested, Done, Queued, Told


def last_page(state: Done | Queued | Told | CallBackRequested, event: Event, setting: Setting) -> Step:
    """The centre's word on the fact, the printer's on the slip, and the way back to the start."""
    arrival = state.arrival
    match event:
        case ReceiptArrived(fact, standing) if arrival is not None and arrival.fact == fact:
            return Step(replace(state, arrival=replace(arrival, standing=standing)))
        case TicketEnded(result) if arrival is not None and arrival.fact == result.job:
            # A request to be called has no slip.
            return Step(state if isinstance(state, CallBackRequested) else replace(state, paper=result.outcome))
        case Chosen("finish"):
            return over(setting)
    return Step(state)
