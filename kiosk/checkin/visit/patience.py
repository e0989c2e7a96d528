"""How long each state waits for a sign of the client, in seconds."""

from collections.abc import Mapping

from kiosk.checkin.appointment import Arrival, Standing
from kiosk.checkin.comfort import AS_USUAL, Comfort
from kiosk.checkin.outcome import AlreadyIn
from kiosk.checkin.ticket import PrintOutcome
from kiosk.checkin.visit.states import (
    Asking,
    CallBackRequested,
    CheckingContact,
    ChoosingCallBack,
    ChoosingService,
    Closed,
    Confirming,
    Done,
    Entering,
    HandedOver,
    Identifying,
    Looking,
    NotRead,
    NotRecorded,
    Queued,
    ReadingCard,
    Recording,
    Reporting,
    RequestingCallBack,
    StaffCalled,
    State,
    TakingNumber,
    Told,
    TypingPhone,
    Welcome,
)

LONGEST_PULL = 2.0
"""No client waits longer than this for the network."""
LONGEST_LOOK = 15.0
"""Nothing is looked for longer than this, even at a kiosk that is slowed down (``kiosk.checkin.throttle``)."""
IDLE_PERSONAL = 30.0
IDLE_OTHER = 60.0
IDLE_ANSWER = 20.0
"""To answer "do you need more time?" (WCAG 2.2, 2.2.1 asks for at least 20)."""
BY_EAR = 3.0
"""How many times as long it is with speech."""
LONGEST_CARD = 10.0
"""A reader gives a card up sooner; this is for one that has fallen silent."""
LAST_PAGE = 20.0
LAST_PAGE_WITHOUT_PAPER = 60.0
PRINTING_AT_MOST = 30.0
HELP_IS_SHOWN = 60.0


_SECONDS: Mapping[type, float | None] = {
    Closed: None,
    Recording: None,
    Reporting: None,
    TakingNumber: None,
    RequestingCallBack: None,
    ReadingCard: LONGEST_CARD,
    Looking: LONGEST_LOOK,
    Confirming: IDLE_PERSONAL,
    CheckingContact: IDLE_PERSONAL,
    TypingPhone: IDLE_PERSONAL,
    Told: IDLE_PERSONAL,
    Identifying: IDLE_OTHER,
    NotRead: IDLE_OTHER,
    NotRecorded: IDLE_OTHER,
    HandedOver: IDLE_OTHER,
    ChoosingService: IDLE_OTHER,
    ChoosingCallBack: IDLE_OTHER,
    CallBackRequested: LAST_PAGE,
    Asking: IDLE_ANSWER,
    StaffCalled: HELP_IS_SHOWN,
}


def patience(state: State, comfort: Comfort = AS_USUAL) -> float | None:
    """Seconds of silence after which ``TimeUp`` is due; ``None`` where the state waits for ever.

    Who is read to, or finds the keys by touch, needs longer wherever something is asked.
    """
    seconds = _patience(state)
    if isinstance(state, Closed) and (state.chosen or comfort != AS_USUAL):
        # A page that nobody can be served from waits for nothing, but whoever has set it for themselves goes away.
        seconds = IDLE_OTHER
    if seconds is None or not comfort.speech or isinstance(state, ReadingCard | Looking):
        return seconds
    return seconds * BY_EAR


def _patience(state: State) -> float | None:
    match state:
        case Welcome(failures=failures, earlier=earlier):
            return IDLE_PERSONAL if failures or earlier else IDLE_OTHER
        case Entering(typed=typed):
            return IDLE_PERSONAL if typed else IDLE_OTHER
        case Done(paper=paper) | Queued(paper=paper):
            return {None: PRINTING_AT_MOST, PrintOutcome.PRINTED: LAST_PAGE}.get(paper, LAST_PAGE_WITHOUT_PAPER)
    return _SECONDS[type(state)]


def awaited_receipt(state: State) -> int | None:
    """The fact whose receipt would change what the client is told now, by its place in the journal."""
    match state:
        case Done(arrival=Arrival(standing=Standing.RECORDED, fact=fact)):
            return fact
        case Queued(arrival=Arrival(standing=Standing.RECORDED, fact=fact)):
            return fact
        case CallBackRequested(arrival=Arrival(standing=Standing.RECORDED, fact=fact)):
            return fact
        case Told(arrival=Arrival(standing=Standing.RECORDED, fact=fact)):
            return fact
        case Told(outcome=AlreadyIn(arrival=Arrival(standing=Standing.RECORDED, fact=fact))):
            return fact
        case Asking(before=before) | StaffCalled(before=before) | CheckingContact(done=before):
            return awaited_receipt(before)
    return None
