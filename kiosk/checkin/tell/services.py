"""The pages of those who come without a booking, or want to be called."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from kiosk.checkin.page import Choice, Page, Role, Shape
from kiosk.checkin.site import Service, Site
from kiosk.checkin.tell.checking_in import phone_entry
from kiosk.checkin.tell.parts import (
    BACK,
    FINISH,
    SIGN_OF_STANDING,
    TYPE,
    area_of,
    drawn,
    number_card,
    paper_sentence,
)
from kiosk.checkin.visit import states
from kiosk.checkin.visit.choices import SERVICE
from kiosk.checkin.wording import Text, named

QUEUE_IS_FRESH = timedelta(minutes=5)
"""Older news of a queue is not told."""


def choosing_service(state: states.ChoosingService, site: Site, now: datetime) -> Page[Text]:
    """What is open now, with its queue where that is known."""
    return Page(
        "walk-in",
        Shape.CHOICES,
        state.language,
        Text("walk-in.heading"),
        (Text("walk-in.urgent"),),
        choices=(*(_service(service, site, now) for service in site.services.values()), BACK),
    )


def _service(service: Service, site: Site, now: datetime) -> Choice[Text]:
    is_open = service.open_at(site.local(now))
    note = _queue(service, site, now) if is_open else Text("walk-in.closed")
    return Choice(f"{SERVICE}{service.id}", named(service.name), Role.OTHER, note, is_open)


def _queue(service: Service, site: Site, now: datetime) -> Text | None:
    queue = site.queues.get(service.id)
    if queue is None or abs(now - queue.as_of) > QUEUE_IS_FRESH:
        return None
    if queue.minutes is None:
        return Text("walk-in.queue", {"waiting": queue.waiting})
    return Text("walk-in.queue-minutes", {"waiting": queue.waiting, "minutes": queue.minutes})


def queued(state: states.Queued, site: Site, now: datetime) -> Page[Text]:
    """The number and where to sit."""
    service = site.services.get(state.service)
    where, directions = area_of(site.areas.get(service.area) if service else None)
    plan, photo = drawn(service.area, site) if service else (None, "")
    standing = state.arrival.standing
    return Page(
        "queued",
        Shape.NUMBER,
        state.language,
        Text(f"queued.{standing.value}.heading"),
        (Text(f"queued.{standing.value}.sentence"), paper_sentence(state.paper)),
        sign=SIGN_OF_STANDING[standing],
        card=number_card(state.arrival, where, directions, state.paper, plan, photo),
        choices=(FINISH,),
        personal=True,
    )


def choosing_call_back(state: states.ChoosingCallBack, site: Site, now: datetime) -> Page[Text]:
    """Which service should call."""
    offered = [
        Choice(f"{SERVICE}{name}", named(site.units[name].name))
        for name in site.policy.call_back_services
        if name in site.units
    ]
    return Page(
        "call-back",
        Shape.CHOICES,
        state.language,
        Text("call-back.heading"),
        (Text("call-back.one-is-enough"),),
        choices=(*offered, BACK),
    )


def identifying(state: states.Identifying, site: Site, now: datetime) -> Page[Text]:
    """A card, or the keypad."""
    return Page(
        "identify",
        Shape.WELCOME,
        state.language,
        Text("identify.heading"),
        choices=(TYPE, BACK),
    )


def typing_phone(state: states.TypingPhone, site: Site, now: datetime) -> Page[Text]:
    """The number to call."""
    return phone_entry("phone", state.language, state.typed, state.mistake)


def requested(state: states.CallBackRequested, site: Site, now: datetime) -> Page[Text]:
    """One request is open; a second one says since when."""
    standing = state.arrival.standing
    at = state.arrival.at
    since = (Text("call-back.since", {"time": site.local(at)}),) if state.again and at is not None else ()
    heading = "call-back.again" if state.again else f"call-back.{standing.value}"
    return Page(
        "call-back-open" if state.again else "call-back-requested",
        Shape.NOTICE,
        state.language,
        Text(heading),
        (*since, Text("call-back.we-call")),
        sign=SIGN_OF_STANDING[standing],
        choices=(FINISH,),
        personal=True,
    )


PAGES: Mapping[type, Any] = {
    states.ChoosingService: choosing_service,
    states.Queued: queued,
    states.ChoosingCallBack: choosing_call_back,
    states.Identifying: identifying,
    states.TypingPhone: typing_phone,
    states.CallBackRequested: requested,
}
