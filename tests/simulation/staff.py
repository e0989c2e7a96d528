"""What people do at the centre meanwhile: a booking is cancelled or made, an arrival is taken back."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from central.store import Store, annulments, roster
from central.store.roster import Booking
from kiosk.checkin.appointment import Status
from kiosk.checkin.hashing import hashed
from tests.simulation.plan import Trouble
from tests.simulation.templates import SITE, Template


def act(store: Store, template: Template, trouble: Trouble, chance: random.Random, now: datetime) -> None:
    """Do what the trouble says, to somebody's visit. The same draws of chance whatever comes of it."""
    person = chance.choice(template.people[:-1])
    name = chance.choice(template.bookings[person])
    with store.writing() as connection:
        if trouble.when == "annul":
            try:
                annulments.annul(connection, SITE, name, now)
            except LookupError:
                return
        elif trouble.when == "cancel":
            roster.cancel(connection, SITE, name)
        else:
            site_key = template.enrolments["k1"].site_key
            people = {SITE: (hashed(site_key, person).hex(),)}
            booking = Booking(name, people, "u", "B", now + timedelta(minutes=20))
            roster.load(connection, SITE, [replace(booking, status=Status.BOOKED)])
