"""The list of arrivals that the centre does not have: read page by page, and printed slip by slip."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.checkin import listing
from kiosk.checkin.faults import Part
from kiosk.checkin.listing import Listing
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.effects import LIST_JOB, PrintListing
from kiosk.checkin.servicing.events import Event, Result, UnreportedListed
from kiosk.checkin.servicing.states import Ended, OnePart, TakingWitness, Witness
from kiosk.checkin.servicing.view import Step, View
from kiosk.checkin.ticket import PrintOutcome
from kiosk.checkin.visit.events import Chosen, TicketEnded, TimeUp
from kiosk.checkin.wording import Text

MOST_LISTED = 8
"""Arrivals on one page of the screen."""


def slips(state: Witness, view: View) -> tuple[Listing[Text], ...]:
    """The list as it is printed."""
    arrivals = state.arrivals or ()
    return listing.slips(arrivals, kiosk=view.kiosk, site=view.site, now=state.taken, local=view.local)


def printable(state: Witness, view: View) -> bool:
    """Whether there is anything to print, and a printer."""
    return bool(state.arrivals) and Part.PRINTER in view.health.parts


def _taking(state: TakingWitness, event: Event, view: View) -> Step:
    match event:
        case UnreportedListed(arrivals, earlier):
            return Step(Witness(state.language, arrivals, earlier, view.now))
        case Chosen(choices.BACK):
            return Step(OnePart(state.language, Part.FACTS))
    return Step(state)


def _reading(state: Witness, event: Event, view: View) -> Step:
    match event:
        case Chosen(choices.BACK):
            return Step(OnePart(state.language, Part.FACTS))
        case Chosen(choices.OLDER) if (state.turned + 1) * MOST_LISTED < len(state.arrivals or ()):
            return Step(replace(state, turned=state.turned + 1))
        case Chosen(choices.NEWER) if state.turned > 0:
            return Step(replace(state, turned=state.turned - 1))
        case Chosen(choices.PRINT_LIST) if not state.printing and printable(state, view):
            return _printed(replace(state, ended=None), 0, view)
    return _printing(state, event, view) if state.printing else Step(state)


def _printing(state: Witness, event: Event, view: View) -> Step:
    match event:
        case TicketEnded(result) if result.job == LIST_JOB and result.outcome is PrintOutcome.FAILED:
            return Step(replace(state, printing=0, ended=Ended(False, Result.NOT_PRINTED)))
        case TicketEnded(result) if result.job == LIST_JOB:
            # Where the printer cannot tell, the next slip is sent all the same: whoever stands there sees.
            known = result.outcome is PrintOutcome.PRINTED and state.ended is None
            ended = None if known else Ended(None, Result.SENT)
            return _printed(replace(state, ended=ended), state.printing, view)
        case TimeUp():
            return Step(replace(state, printing=0, ended=Ended(None, Result.SENT)))
    return Step(state)


def _printed(state: Witness, done: int, view: View) -> Step:
    """After so many slips: the next one, or the end."""
    all_of_them = slips(state, view)
    if done < len(all_of_them):
        return Step(replace(state, printing=done + 1), (PrintListing(all_of_them[done], state.language),))
    return Step(replace(state, printing=0, ended=state.ended or Ended(True, Result.PRINTED)))


HANDLERS: Mapping[type, Callable[[Any, Event, View], Step]] = {TakingWitness: _taking, Witness: _reading}
