"""The pages of the main flow."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk.checkin import hetu, phone
from kiosk.checkin.card import CardFailure
from kiosk.checkin.identity import ReadFailure
from kiosk.checkin.page import Choice, Entry, Keypad, Page, Role, Shape, Sign, WayIn
from kiosk.checkin.site import Site
from kiosk.checkin.tell.parts import (
    FINISH,
    HIDDEN,
    KEYPAD,
    SIGN_OF_STANDING,
    TO_START,
    TYPE,
    appointment_card,
    appointment_number_card,
    bulletins,
    bulletins_about,
    desk_card,
    paper_sentence,
    rows,
)
from kiosk.checkin.visit import choices, identifying, states
from kiosk.checkin.wording import Text


def welcome(state: states.Welcome, site: Site, now: datetime) -> Page[Text]:
    """The first page, or the one for the next of a family."""
    if state.earlier:
        earlier = tuple(Text("next-person.earlier", {"number": number}) for number in state.earlier)
        return Page(
            "next-person",
            Shape.WELCOME,
            state.language,
            Text("next-person.heading"),
            items=earlier,
            choices=(TYPE, Choice(choices.FINISH, Text("choice.all-done"))),
            personal=True,
        )
    offered = [replace(TYPE, note=Text("choice.type-note")) if site.policy.code_pattern else TYPE]
    if site.services:
        offered.append(Choice(choices.WALK_IN, Text("choice.walk-in"), note=Text("choice.walk-in-note")))
    if site.policy.call_back_services:
        offered.append(Choice(choices.CALL_BACK, Text("choice.call-back"), note=Text("choice.call-back-note")))
    return Page(
        "welcome",
        Shape.WELCOME,
        state.language,
        Text("welcome.heading"),
        bulletins=bulletins(site, None, now),
        choices=tuple(offered),
    )


def entering(state: states.Entering, site: Site, now: datetime) -> Page[Text]:
    """The keypad for an identity code, or for the code of an appointment."""
    name = "type-code" if state.by_code else "type"
    # Whoever copies a code from a message must be able to compare the two.
    shown = state.typed if state.by_code else HIDDEN * (len(state.typed) - 1) + state.typed[-1:]
    other = choices.TYPE_IDENTITY if state.by_code else choices.TYPE_CODE
    return Page(
        name,
        Shape.ENTRY,
        state.language,
        Text(f"{name}.heading"),
        entry=Entry(
            label=Text(f"{name}.label"),
            shown=shown,
            length=0 if state.by_code else hetu.LENGTH,
            allowed=identifying.allowed_next(state),
            complete=identifying.is_complete(state),
            error=Text(f"{name}.mistake") if state.mistake else None,
            keypad=Keypad.CODE if state.by_code else Keypad.HETU,
        ),
        # While there is a mistake to be looked at, nothing else is offered in its place.
        choices=(*KEYPAD, Choice(other, Text(f"{other}.short")))
        if identifying.takes_codes(state, site.policy) and not state.mistake
        else KEYPAD,
        personal=True,
    )


def phone_entry(name: str, language: str, typed: str, mistake: bool) -> Page[Text]:
    """The keypad for a phone number. It is shown as it is typed: whoever types it must be able to check it."""
    return Page(
        name,
        Shape.ENTRY,
        language,
        Text(f"{name}.heading"),
        entry=Entry(
            label=Text("phone.label"),
            shown=phone.shown(typed),
            length=0,
            allowed=phone.allowed_next(typed),
            complete=phone.is_complete(typed),
            error=Text("phone.mistake") if mistake else None,
            keypad=Keypad.PHONE,
        ),
        choices=KEYPAD,
        personal=True,
    )


def looking(state: states.Looking, site: Site, now: datetime) -> Page[Text]:
    """At most two seconds."""
    return Page("looking", Shape.BUSY, state.language, Text("looking.heading"), personal=True)


def confirming(state: states.Confirming, site: Site, now: datetime) -> Page[Text]:
    """One visit, or the plan of the day."""
    plan = state.plan
    first = plan.now[0]
    notes = [Text("confirm.reminder-was-wrong")] if any(one.wrongly_reminded for one in plan.now) else []
    if plan.protected:
        notes = [Text("confirm.protected")]
    several = len(plan.now) + len(plan.later) > 1 and not plan.protected
    return Page(
        "day-plan" if several else "confirm",
        Shape.QUESTION,
        state.language,
        Text("day-plan.heading" if several else "confirm.heading"),
        tuple(notes),
        card=None if several else appointment_card(first, state.kind, site),
        rows=rows(plan, state.kind, site) if several else (),
        bulletins=bulletins_about(first, state.kind, site, now),
        choices=(
            Choice(choices.CHECK_IN, Text("choice.check-in"), Role.MAIN),
            Choice(choices.NOT_MINE, Text("choice.not-mine")),
        ),
        personal=True,
    )


def recording(state: states.State, site: Site, now: datetime) -> Page[Text]:
    """Less than a second."""
    return Page("recording", Shape.BUSY, state.language, Text("recording.heading"), personal=True)


def done(state: states.Done, site: Site, now: datetime) -> Page[Text]:
    """Recorded or registered, with the number and the place."""
    standing = state.arrival.standing
    offered = [FINISH]
    if site.policy.family:
        offered.append(Choice(choices.ANOTHER, Text("choice.another-person")))
    if phone.to_check(state.plan, state.kind, site):
        offered.append(Choice(choices.CONTACT, Text("choice.contact")))
    later = state.plan.later
    notes = [Text("done.later", {"time": site.local(later[0].starts)})] if later and not later[0].protected else []
    return Page(
        "done",
        Shape.NUMBER,
        state.language,
        Text(f"done.{standing.value}.heading"),
        (Text(f"done.{standing.value}.sentence"), paper_sentence(state.paper), *notes),
        sign=SIGN_OF_STANDING[standing],
        card=appointment_number_card(state.plan.now[0], state.arrival, site, state.paper),
        choices=tuple(offered),
        personal=True,
    )


def checking_contact(state: states.CheckingContact, site: Site, now: datetime) -> Page[Text]:
    """The phone number, masked, and then the keypad."""
    if state.typed is not None:
        return phone_entry("correct-phone", state.language, state.typed, state.mistake)
    known = next((one.phone for one in state.done.plan.now if one.phone), "")
    return Page(
        "contact",
        Shape.QUESTION,
        state.language,
        Text("contact.heading"),
        (Text("contact.sentence", {"phone": known}),),
        choices=(
            Choice(choices.STILL_RIGHT, Text("choice.still-right"), Role.MAIN),
            Choice(choices.CORRECT, Text("choice.correct")),
        ),
        personal=True,
    )


NOT_READ: Mapping[ReadFailure | CardFailure, str] = {
    ReadFailure.CARD_ACCESS_NUMBER: "turn-card",
    ReadFailure.DOCUMENT_WITHOUT_CODE: "document-without-code",
    ReadFailure.DOCUMENT_UNREADABLE: "document-unreadable",
    ReadFailure.UNKNOWN_CODE: "not-known-code",
    **{failure: failure.value for failure in CardFailure},
}
"""The page that tells of each failure."""


TRY_AGAIN = (CardFailure.PULLED, CardFailure.UNREADABLE)
"""Failures after which the same card is worth another try."""


def reading_card(state: states.ReadingCard, site: Site, now: datetime) -> Page[Text]:
    """A second or two."""
    sentences = (Text("reading-card.sentence"),)
    return Page("reading-card", Shape.BUSY, state.language, Text("reading-card.heading"), sentences, personal=True)


def not_read(state: states.NotRead, site: Site, now: datetime) -> Page[Text]:
    """What to do instead."""
    name = NOT_READ[state.failure]
    known = state.failure is CardFailure.NOT_LINKED
    again = (Text("not-read.again"),) if state.failures > 1 and not known else ()
    return Page(
        name,
        Shape.NOTICE,
        state.language,
        Text(f"{name}.heading"),
        (*again, Text(f"{name}.sentence")),
        choices=(TYPE, TO_START),
        way_in=WayIn.INSERT_CARD if state.failure in TRY_AGAIN else WayIn.NONE,
    )


def handed_over(state: states.HandedOver, site: Site, now: datetime) -> Page[Text]:
    """A person helps, and nobody is blamed."""
    return _to_desk("handed-over", state.language, site)


def not_recorded(state: states.NotRecorded, site: Site, now: datetime) -> Page[Text]:
    """Nobody knows, and that is said."""
    return _to_desk("not-recorded", state.language, site)


def _to_desk(name: str, language: str, site: Site) -> Page[Text]:
    return Page(
        name,
        Shape.NOTICE,
        language,
        Text(f"{name}.heading"),
        (Text(f"{name}.sentence"),),
        sign=Sign.NOT_REGISTERED,
        card=desk_card(site),
        choices=(FINISH,),
        personal=True,
    )


def asking(state: states.Asking, site: Site, now: datetime) -> Page[Text]:
    """Before anything is lost."""
    return Page(
        "more-time",
        Shape.QUESTION,
        state.language,
        Text("more-time.heading"),
        (Text("more-time.sentence"),),
        choices=(
            Choice(choices.MORE_TIME, Text("choice.more-time"), Role.MAIN),
            Choice(choices.FINISH, Text("choice.stop")),
        ),
    )


def staff_called(state: states.StaffCalled, site: Site, now: datetime) -> Page[Text]:
    """Somebody comes; the visit goes on where it stood."""
    return Page(
        "staff-called",
        Shape.NOTICE,
        state.language,
        Text("staff-called.heading"),
        (Text("staff-called.sentence"), Text("staff-called.advice")),
        choices=(Choice(choices.MORE_TIME, Text("choice.go-on"), Role.MAIN), TO_START),
    )


PAGES: Mapping[type, Any] = {
    states.Welcome: welcome,
    states.Entering: entering,
    states.ReadingCard: reading_card,
    states.Looking: looking,
    states.Confirming: confirming,
    states.Recording: recording,
    states.Reporting: recording,
    states.TakingNumber: recording,
    states.RequestingCallBack: recording,
    states.Done: done,
    states.CheckingContact: checking_contact,
    states.NotRead: not_read,
    states.HandedOver: handed_over,
    states.NotRecorded: not_recorded,
    states.Asking: asking,
    states.StaffCalled: staff_called,
}
