"""What a receptionist can mend: which fault first, and what its card says as things change under their hands."""

from collections.abc import Iterable
from dataclasses import replace

from kiosk.checkin.faults import Mender, Part, Severity, find
from kiosk.checkin.health import Health, Trouble, in_order
from kiosk.checkin.servicing.states import StaffCard


def first_to_mend(health: Health) -> Trouble | None:
    """Of the faults that need no technician the gravest, and of equals the oldest."""
    return next(iter(_mendable(in_order(health.standing))), None)


def line_first(first: Trouble | None) -> bool:
    """Whether arrivals that only this kiosk knows of come before that fault: people wait who are not called."""
    return first is None or first.fault.severity is Severity.NOTE


def looked(card: StaffCard, health: Health) -> StaffCard:
    """The card after a look at the part that it is about.

    A printer's cover is opened to put in paper: when its fault has gone the card goes on to the next one of the same
    part, and thanks only when nothing that takes service away is left of it.
    """
    code = card.code if card.code in health.codes else _next(find(card.code).part, health)
    return replace(card, mended=True) if code is None else replace(card, code=code, mended=False)


def after(code: str, health: Health) -> str:
    """The next fault that needs no technician, and at the end the first again; ``code`` where there is no other."""
    codes = [trouble.fault.code for trouble in _mendable(in_order(health.standing))]
    place = codes.index(code) + 1 if code in codes else 0
    return codes[place % len(codes)] if codes else code


def _next(part: Part, health: Health) -> str | None:
    troubles = in_order(health.of(part))
    grave = [one for one in troubles if one.fault.severity is not Severity.NOTE]
    return next((one.fault.code for one in [*_mendable(troubles), *grave]), None)


def _mendable(troubles: Iterable[Trouble]) -> list[Trouble]:
    return [trouble for trouble in troubles if trouble.fault.mender is not Mender.TECHNICIAN]
