"""Parts that several pages of service mode share."""

from datetime import datetime, timedelta

from kiosk.checkin import fault_words
from kiosk.checkin.faults import Fault, Severity
from kiosk.checkin.health import Light, Trouble
from kiosk.checkin.page import Choice, Line, Role
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.view import View
from kiosk.checkin.witness import OnlyHere
from kiosk.checkin.wording import Text, named

BACK = Choice(choices.BACK, Text("choice.back"))
LEAVE = Choice(choices.LEAVE, Text("service.leave"))
KEYPAD = (Choice(choices.READY, Text("choice.ready"), Role.MAIN), Choice(choices.ERASE, Text("choice.erase")))
UNKNOWN = Text("service.not-known")

LIGHTS = {Severity.OUT_OF_ORDER: Light.RED, Severity.DEGRADED: Light.YELLOW, Severity.NOTE: Light.GREEN}


def as_it_is(words: str) -> Text:
    """Words that are the same in every language."""
    return named({"fi": words})


def only_here(found: OnlyHere, view: View) -> Text:
    """How many arrivals the centre does not have, and since when."""
    return Text("staff.line", {"count": found.count, "since": view.local(found.since)})


def light_of(fault: Fault) -> Light:
    """A note leaves the light green; its sentence stands there all the same."""
    return LIGHTS[fault.severity]


def since(trouble: Trouble, view: View) -> Text:
    """How grave, and since when."""
    how = f"{trouble.fault.severity.value}-{'today' if view.today(trouble.since) else 'day'}"
    return Text(f"service.since.{how}", {"since": view.local(trouble.since)})


def trouble_line(trouble: Trouble, view: View) -> Line[Text]:
    """A fault that stands, with what to do."""
    fault = trouble.fault
    return Line(fault_words.sentence(fault), since(trouble, view), fault_words.action(fault), light=light_of(fault))


def past_line(trouble: Trouble, view: View) -> Line[Text]:
    """A fault that has gone: from when until when, and what it was."""
    began, ended = view.local(trouble.since), view.local(trouble.until or trouble.since)
    day = "today" if view.today(trouble.since) else "day"
    span = day if began.date() == ended.date() else "days"
    return Line(fault_words.sentence(trouble.fault), Text(f"service.past.{span}", {"since": began, "until": ended}))


def age(moment: datetime | None, view: View) -> Text:
    """How long ago, in the largest unit that still says something."""
    if moment is None:
        return UNKNOWN
    passed = max(timedelta(0), view.now - moment)
    for unit, length in (("days", timedelta(days=1)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1))):
        if passed >= 2 * length:
            return Text(f"service.age.{unit}", {"n": passed // length})
    return Text("service.age.seconds", {"n": int(passed.total_seconds())})


def count(number: int | None) -> Text:
    """A number, or that nobody counted."""
    return UNKNOWN if number is None else as_it_is(str(number))
