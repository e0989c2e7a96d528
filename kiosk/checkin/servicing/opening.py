"""The three ways in: the hidden gesture, a technician's card, and the strip for staff."""

from kiosk.checkin.servicing import checking, lock, staff
from kiosk.checkin.servicing.states import AskingCode, LineCard, LockedOut, Overview, StaffCard, State
from kiosk.checkin.servicing.view import Step, View

LANGUAGES = ("fi", "sv", "en")
"""What technicians and receptionists here read: the languages with a catalogue for staff, the house's own first."""


def open(view: View, language: str) -> State | None:  # noqa: A001 (what it is called at the screen)
    """After the gesture: the code is asked for. ``None`` where none is configured: nothing happens then."""
    if not view.coded:
        return None
    spoken = _spoken(view, language)
    return LockedOut(spoken) if lock.seconds_locked(view.lock, view.passed) else AskingCode(spoken)


def open_by_card(view: View, language: str) -> State | None:
    """After a technician's card was read in good order, while nobody was being served."""
    return Overview(_spoken(view, language)) if view.carded else None


def open_staff_card(view: View, language: str) -> State | None:
    """After the strip was touched; ``None`` where the fault has gone meanwhile."""
    first = staff.first_to_mend(view.health)
    if view.only_here is not None and staff.line_first(first):
        return LineCard(_spoken(view, language))
    return None if first is None else StaffCard(_spoken(view, language), first.fault.code)


def open_first_run(view: View, language: str) -> Step | None:
    """After a start: a first run that has not come to its end goes on where it was. Nobody is asked for a code."""
    if view.walk is None or not view.walk.first or not view.stations:
        return None
    return checking.begun(view.walk, _spoken(view, view.walk.language or language), view)


def _spoken(view: View, language: str) -> str:
    return next((one for one in (language, view.home_language) if one in LANGUAGES), LANGUAGES[0])
