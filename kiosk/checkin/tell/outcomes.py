"""The pages of the outcomes: one reason, one next step each. The page's name is the reason code."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk.checkin import outcome
from kiosk.checkin.page import Card, Code, Page, Shape, Sign
from kiosk.checkin.place import place
from kiosk.checkin.site import Site
from kiosk.checkin.tell.parts import (
    FINISH,
    SIGN_OF_STANDING,
    appointment_card,
    appointment_number_card,
    bulletins_about,
    day,
    desk_card,
    number_card,
    paper_sentence,
    portal_codes,
)
from kiosk.checkin.ticket import PrintOutcome
from kiosk.checkin.visit.states import Told
from kiosk.checkin.wording import Text, named


def told(state: Told, site: Site, now: datetime) -> Page[Text]:
    """The page of an outcome."""
    match state.outcome:
        case outcome.AlreadyIn() as already:
            return _already_in(state, already, site)
        case outcome.NoMatch() | outcome.CannotTell():
            return _reception_knows(state, site)
        case outcome.WrongSite() as wrong:
            return _wrong_site(state, wrong, site)
        case outcome.TooEarly() as early:
            return _too_early(state, early, site)
        case outcome.Remote(appointment) | outcome.WrongDay(appointment):
            card = appointment_card(appointment, state.kind, site)
            if card is None:
                return _notice(state, site, now, desk_card(site), (Text("outcome.ask-desk"),))
            return _notice(state, site, now, Card(time=card.time, day=card.day, title=card.title), ())
        case outcome.Moved(appointment):
            moved_to = appointment.moved_to
            if moved_to is None or appointment.protected:
                return _notice(state, site, now, desk_card(site, state.arrival), ())
            desk = desk_card(site, state.arrival)
            card = replace(desk, time=Text("time", {"time": site.local(moved_to)}), day=day(moved_to, site))
            return _notice(state, site, now, card, ())
    return _notice(state, site, now, desk_card(site, state.arrival), ())


def _notice(state: Told, site: Site, now: datetime, card: Card[Text] | None, more: tuple[Text, ...]) -> Page[Text]:
    reason = state.outcome.reason
    said = f"{reason}.passed" if getattr(state.outcome, "passed", False) else reason
    appointment = getattr(state.outcome, "appointment", None)
    slip = (paper_sentence(state.paper),) if state.arrival is not None and state.arrival.number else ()
    return Page(
        reason,
        Shape.NOTICE,
        state.language,
        Text(f"{said}.heading"),
        (Text(f"{said}.sentence"), *more, *slip),
        sign=Sign.NOT_REGISTERED,
        card=card,
        bulletins=bulletins_about(appointment, state.kind, site, now) if appointment is not None else (),
        choices=(FINISH,),
        personal=True,
    )


def _already_in(state: Told, already: outcome.AlreadyIn, site: Site) -> Page[Text]:
    standing = already.arrival.standing
    later = already.later
    notes = (Text("done.later", {"time": site.local(later[0].starts)}),) if later and not later[0].protected else ()
    return Page(
        "already-in",
        Shape.NUMBER,
        state.language,
        Text("already-in.heading"),
        (Text(f"already-in.{standing.value}"), Text("paper.called-by-number"), *notes),
        sign=SIGN_OF_STANDING[standing],
        card=appointment_number_card(already.appointment, already.arrival, site, PrintOutcome.FAILED),
        choices=(FINISH,),
        personal=True,
    )


def _reception_knows(state: Told, site: Site) -> Page[Text]:
    """No appointment was found or could be looked for: the client sits down, and reception has it in writing."""
    assert state.arrival is not None
    reason = state.outcome.reason
    standing = state.arrival.standing
    return Page(
        reason,
        Shape.NUMBER,
        state.language,
        Text(f"{reason}.heading"),
        (Text(f"{reason}.sentence"), Text(f"reception.{standing.value}"), paper_sentence(state.paper)),
        sign=Sign.NOT_REGISTERED,
        card=number_card(state.arrival, Text("place.near-desk"), named(site.desk), state.paper),
        codes=portal_codes(site),
        choices=(FINISH,),
        personal=True,
    )


def _wrong_site(state: Told, wrong: outcome.WrongSite, site: Site) -> Page[Text]:
    neighbour = site.neighbours.get(wrong.appointment.site)
    if neighbour is None or wrong.appointment.protected:
        sentences: tuple[Text, ...] = (Text("wrong-site.ask-desk"),)
        card: Card[Text] | None = desk_card(site)
        codes: tuple[Code[Text], ...] = ()
    else:
        hurry = "wrong-site.in-time" if wrong.in_time else "wrong-site.too-late"
        sentences = (
            Text(hurry, {"minutes": neighbour.minutes}),
            named(neighbour.address),
        )
        card = Card(
            time=Text("time", {"time": site.local(wrong.appointment.starts)}),
            day=day(wrong.appointment.starts, site),
            place_label=Text("wrong-site.label"),
            place=named(neighbour.name),
            way=named(neighbour.way) if neighbour.way else None,
        )
        codes = (Code(Text("wrong-site.map"), neighbour.map_url),) if neighbour.map_url else ()
    excuse = (Text("wrong-site.reminder-was-wrong"),) if wrong.appointment.wrongly_reminded else ()
    return Page(
        "wrong-site",
        Shape.NOTICE,
        state.language,
        Text("wrong-site.heading"),
        (*excuse, *sentences),
        sign=Sign.NOT_REGISTERED,
        card=card,
        codes=codes,
        choices=(FINISH,),
        personal=True,
    )


def _too_early(state: Told, early: outcome.TooEarly, site: Site) -> Page[Text]:
    appointment = early.appointment
    card = appointment_card(appointment, state.kind, site)
    if card is None:
        # When check-in opens tells when the visit begins.
        sentences = (Text("too-early.noted"), Text("outcome.ask-desk"))
    else:
        sit = Text("too-early.sit", {"place": place(appointment, site).data.get("name", site.desk)})
        sentences = (Text("too-early.sentence", {"time": site.local(early.opens)}), sit)
    return Page(
        "too-early",
        Shape.NOTICE,
        state.language,
        Text("too-early.heading"),
        sentences,
        sign=Sign.NOT_REGISTERED,
        card=card or desk_card(site),
        choices=(FINISH,),
        personal=True,
    )


PAGES: Mapping[type, Any] = {Told: told}
