"""The receptionist's card: the part, what is the matter, how it looks, what to do; and thanks once it is mended."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.checkin import fault_words, faults
from kiosk.checkin.faults import Mender
from kiosk.checkin.health import Light
from kiosk.checkin.page import Choice, Page, Role, Shape
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.staff import after
from kiosk.checkin.servicing.states import StaffCard
from kiosk.checkin.servicing.tell.parts import light_of
from kiosk.checkin.servicing.view import View
from kiosk.checkin.wording import Text

CLOSE = Choice(choices.LEAVE, Text("staff.close"), Role.MAIN)
NEXT = Choice(choices.NEXT, Text("staff.next"))


def _card(state: StaffCard, view: View) -> Page[Text]:
    fault = faults.find(state.code)
    others = (NEXT,) if after(state.code, view.health) != state.code else ()
    if state.mended:
        return Page(
            "staff-card",
            Shape.STAFF,
            state.language,
            Text("staff.mended.heading"),
            (Text("staff.mended.sentence"),),
            light=Light.GREEN,
            drawing=fault.picture,
            choices=(CLOSE, *others),
        )
    # What was begun by hand may end in a fault that needs a technician: the card says so and shows no steps.
    mendable = fault.mender is not Mender.TECHNICIAN
    # A note leaves the light green, but a card that is not mended must not look as if it were.
    light = max(light_of(fault), Light.YELLOW, key=list(Light).index)
    return Page(
        "staff-card",
        Shape.STAFF,
        state.language,
        fault_words.part(fault.part),
        (fault_words.sentence(fault), Text("staff.steps" if mendable else "staff.technician")),
        (fault_words.action(fault),) if mendable else (),
        light=light,
        drawing=fault.picture,
        choices=(CLOSE, *others),
    )


PAGES: Mapping[type, Callable[[Any, View], Page[Text]]] = {StaffCard: _card}
