"""``tell``: what the client is told in each state of the visit, as a page without layout."""

from kiosk.checkin import hetu, rules, visit
from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.identity import ClaimKind, ReadFailure
from kiosk.checkin.page import Card, Choice, Entry, Frame, Page, Role, Shape, Sign
from kiosk.checkin.site import Site
from kiosk.checkin.ticket import PrintOutcome
from kiosk.checkin.wording import Text, named

HIDDEN = "•"

_FINISH = Choice(visit.FINISH, Text("choice.finish"), Role.MAIN)
_TYPE = Choice(visit.TYPE_CODE, Text("choice.type"))

_SIGN_OF_STANDING = {Standing.RECORDED: Sign.RECORDED, Standing.REGISTERED: Sign.REGISTERED}


def frame(site: Site | None) -> Frame[Text]:
    """What stands around every page."""
    return Frame(
        site=named(site.name) if site else Text("frame.no-site"),
        urgent=Text("frame.urgent"),
        languages=tuple((code, Text(f"language.{code}")) for code in site.languages) if site else (),
        zone=site.zone if site else None,
    )


def tell(state: visit.State, site: Site | None) -> Page[Text]:
    """The page of a state. ``site`` is ``None`` only before the centre has sent it."""
    if site is None or isinstance(state, visit.Closed):
        return Page("closed", Shape.NOTICE, state.language, Text("closed.heading"), (Text("closed.sentence"),))
    match state:
        case visit.Welcome(language):
            return _welcome(language)
        case visit.Entering():
            return _entering(state)
        case visit.Looking(language):
            return Page("looking", Shape.BUSY, language, Text("looking.heading"), personal=True)
        case visit.Confirming():
            return _confirm(state, site)
        case visit.Recording(language):
            return Page("recording", Shape.BUSY, language, Text("recording.heading"), personal=True)
        case visit.Done():
            return _done(state, site)
        case visit.Told():
            return _told(state, site)
        case visit.NotRead():
            return _not_read(state)
        case visit.NotRecorded(language):
            return _to_desk("not-recorded", language, "not-recorded", site)
        case visit.Asking(language):
            return Page(
                "more-time",
                Shape.QUESTION,
                language,
                Text("more-time.heading"),
                (Text("more-time.sentence"),),
                choices=(
                    Choice(visit.MORE_TIME, Text("choice.more-time"), Role.MAIN),
                    Choice(visit.FINISH, Text("choice.stop")),
                ),
            )


def _welcome(language: str) -> Page[Text]:
    return Page(
        "welcome",
        Shape.WELCOME,
        language,
        Text("welcome.heading"),
        (Text("welcome.sentence"),),
        items=(Text("welcome.kela-card"), Text("welcome.driving-licence"), Text("welcome.barcode-card")),
        choices=(_TYPE,),
    )


def _entering(state: visit.Entering) -> Page[Text]:
    typed = state.typed
    return Page(
        "type",
        Shape.ENTRY,
        state.language,
        Text("type.heading"),
        entry=Entry(
            label=Text("type.label"),
            shown=HIDDEN * (len(typed) - 1) + typed[-1:],
            length=hetu.LENGTH,
            allowed=hetu.allowed_next(typed),
            complete=len(typed) == hetu.LENGTH,
            error=Text("type.mistake") if state.mistake else None,
        ),
        choices=(
            Choice(visit.READY, Text("choice.ready"), Role.MAIN),
            Choice(visit.ERASE, Text("choice.erase")),
            Choice(visit.BACK, Text("choice.back")),
        ),
        personal=True,
    )


def _confirm(state: visit.Confirming, site: Site) -> Page[Text]:
    return Page(
        "confirm",
        Shape.QUESTION,
        state.language,
        Text("confirm.heading"),
        card=_appointment_card(state.appointment, state.kind, site),
        choices=(
            Choice(visit.CHECK_IN, Text("choice.check-in"), Role.MAIN),
            Choice(visit.NOT_MINE, Text("choice.not-mine")),
        ),
        personal=True,
    )


def _appointment_card(appointment: Appointment, kind: ClaimKind, site: Site) -> Card[Text]:
    """Typing proves nothing about who stands here, so it shows the time and the place alone (decision 9)."""
    unit = site.units.get(appointment.unit)
    may_name_unit = unit is not None and kind is not ClaimKind.TYPED
    return Card(
        time=Text("time", {"time": site.local(appointment.starts)}),
        day=Text("day.today", {"time": site.local(appointment.starts)}),
        title=named(unit.name) if unit is not None and may_name_unit else None,
        place_label=Text("place.label"),
        place=_place(appointment, site),
    )


def _place(appointment: Appointment, site: Site) -> Text:
    area = site.areas.get(appointment.area)
    return named(area.name) if area else Text("place.ask-desk")


def _number_card(appointment: Appointment, arrival: Arrival, site: Site, alone: bool) -> Card[Text]:
    area = site.areas.get(appointment.area)
    return Card(
        number_label=Text("number.label"),
        number=arrival.number,
        number_alone=alone,
        place_label=Text("place.label"),
        place=_place(appointment, site),
        way=named(area.directions) if area and area.directions else None,
    )


def _done(state: visit.Done, site: Site) -> Page[Text]:
    standing = state.arrival.standing
    paper = {None: "printing", PrintOutcome.PRINTED: "take"}.get(state.paper, "none")
    return Page(
        "done",
        Shape.NUMBER,
        state.language,
        Text(f"done.{standing.value}.heading"),
        (Text(f"done.{standing.value}.sentence"), Text(f"paper.{paper}")),
        sign=_SIGN_OF_STANDING[standing],
        card=_number_card(state.appointment, state.arrival, site, alone=paper == "none"),
        choices=(_FINISH,),
        personal=True,
    )


def _told(state: visit.Told, site: Site) -> Page[Text]:
    outcome, language = state.outcome, state.language
    match outcome:
        case rules.AlreadyIn(appointment, arrival):
            return Page(
                "already-in",
                Shape.NUMBER,
                language,
                Text("already-in.heading"),
                (Text(f"already-in.{arrival.standing.value}"), Text("paper.called-by-number")),
                sign=_SIGN_OF_STANDING[arrival.standing],
                card=_number_card(appointment, arrival, site, alone=True),
                choices=(_FINISH,),
                personal=True,
            )
        case rules.TooEarly(appointment, opens):
            return Page(
                "too-early",
                Shape.NOTICE,
                language,
                Text("too-early.heading"),
                (Text("too-early.sentence", {"time": site.local(opens)}),),
                sign=Sign.NOT_REGISTERED,
                card=_appointment_card(appointment, state.kind, site),
                choices=(_FINISH,),
                personal=True,
            )
    return _to_desk(outcome.reason, language, outcome.reason, site)


def _to_desk(name: str, language: str, key: str, site: Site) -> Page[Text]:
    return Page(
        name,
        Shape.NOTICE,
        language,
        Text(f"{key}.heading"),
        (Text(f"{key}.sentence"),),
        sign=Sign.NOT_REGISTERED,
        card=Card(place_label=Text("desk.label"), place=named(site.desk)),
        choices=(_FINISH,),
        personal=True,
    )


def _not_read(state: visit.NotRead) -> Page[Text]:
    name = {ReadFailure.CARD_ACCESS_NUMBER: "turn-card", ReadFailure.UNKNOWN_CODE: "not-known-code"}[state.failure]
    return Page(
        name,
        Shape.NOTICE,
        state.language,
        Text(f"{name}.heading"),
        (Text(f"{name}.sentence"),),
        choices=(_TYPE, Choice(visit.FINISH, Text("choice.back-to-start"))),
    )
