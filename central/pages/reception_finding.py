"""Reception: finding an appointment, and what is said of it: here, the right one, not come."""

from collections.abc import Callable
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from central import identities, moments
from central.identities import SealedIdentityError
from central.pages.reception_desk import PAGE, by_others, found_reading, persistently, room
from central.pages.visit import Told, Visit
from central.people.actions import Action
from central.store import Connection, expected, notices, sites, waiting
from central.store.desk import Way
from central.store.expected import Expected
from central.store.waiting import Done
from kiosk.checkin import identifier
from kiosk.checkin.hashing import hashed

LONGEST_TEXT = 64


@PAGE.get("/find")
async def show_search(visit: Visit) -> Response:
    """Look for an appointment: of somebody at the desk or on the phone, or of an unmatched arrival."""
    return await _search(visit, visit.request.query_params.get("for", "")[:LONGEST_TEXT])


@PAGE.post("/find")
async def search(visit: Visit) -> Response:
    """What was found. It is sent, not asked for by address: an identity code stands in no address and no log."""
    sent = await visit.form()
    return await _search(visit, sent.get("for", "")[:LONGEST_TEXT], sent.get("text", "").strip()[:LONGEST_TEXT])


@PAGE.post("/arrived/{appointment}")
async def note_arrival(visit: Visit) -> Response:
    """Somebody has come to the desk, or has phoned that they are here."""
    name, sent = visit.part("appointment"), (await visit.form()).get("way", Way.DESK.value)
    if sent not in set(Way):
        raise HTTPException(400)
    way = Way(sent)
    day = moments.today(visit.its_rules.zone, visit.now)

    def work(connection: Connection) -> expected.Noted:
        noted = expected.note_arrival(connection, visit.site, name, way, day, visit.now)
        if not noted.before:
            visit.note(connection, Action.ARRIVAL_NOTED, noted.fact)
        return noted

    noted = await persistently(visit, work)
    key = "reception.told.arrived-before" if noted.before else "reception.told.arrived"
    data = {"number": noted.number, "time": visit.words.time(noted.at)}
    return await visit.onward(f"{room(visit)}/client/{noted.fact}", Told(key, data, warns=noted.before))


@PAGE.post("/match/{fact}/{appointment}")
async def match(visit: Visit) -> Response:
    """An unmatched arrival is that of this appointment."""
    fact, name = visit.part("fact"), visit.part("appointment")
    day = moments.today(visit.its_rules.zone, visit.now)

    def work(connection: Connection) -> tuple[Done, expected.Noted | None]:
        done, noted = expected.match(connection, visit.site, fact, name, visit.who.name, day, visit.now)
        if done.now:
            visit.note(connection, Action.MATCHED, fact)
        return done, noted

    done, noted = await persistently(visit, work)
    if noted is None:
        return await visit.onward(room(visit), by_others("matched-before", visit, done))
    data = {"number": noted.number, "time": visit.words.time(noted.at)}
    key = "reception.told.matched" if done.now else "reception.told.arrived-before"
    return await visit.onward(f"{room(visit)}/client/{noted.fact}", Told(key, data, warns=not done.now))


@PAGE.post("/missed/{appointment}")
async def mark_missed(visit: Visit) -> Response:
    """Nobody came; where somebody has checked in, that is asked about first."""
    name, confirmed = visit.part("appointment"), (await visit.form()).get("sure") == "yes"

    def work(connection: Connection) -> tuple[str, Expected]:
        decided, found = expected.miss(connection, visit.site, name, visit.who.name, confirmed, visit.now)
        if found.missed_at == visit.now:
            visit.note(connection, Action.NO_SHOW, name)
        return decided.value, found

    decided, found = await persistently(visit, work)
    if decided == "asked":
        return await visit.page("reception_missed.html", found=found)
    return await visit.onward(room(visit), Told(f"reception.told.missed-{decided}", warns=decided != "marked"))


@PAGE.post("/missed/{appointment}/take-back")
async def take_back_missed(visit: Visit) -> Response:
    """They may still come."""
    name = visit.part("appointment")

    def work(connection: Connection) -> bool:
        done = expected.unmiss(connection, visit.site, name)
        if done:
            visit.note(connection, Action.NO_SHOW_TAKEN_BACK, name)
        return done

    done = await visit.write(work)
    return await visit.onward(room(visit), Told("reception.told.missed-taken-back") if done else None)


async def _search(visit: Visit, fact: str, text: str | None = None) -> Response:
    here, found, today = None, list[Expected](), moments.today(visit.its_rules.zone, visit.now)
    if fact:
        here = await found_reading(visit, lambda connection: waiting.one(connection, visit.site, fact))
    if text:
        person = identifier.canonical(text, today, visit.its_rules.policy.local_pattern)
        found = await visit.read(_by_person(visit, person) if person else _by_text(visit, text))
        await visit.look_up("search")
    elif here is not None and here.sealed:
        # The kiosk has sealed who it is: the centre opens it for itself, and shows nobody.
        found = await visit.read(lambda connection: _by_seal(visit, connection, fact))
        await visit.look_up(fact)
    return await visit.page("reception_find.html", here=here, found=found, text=text, fact=fact)


def _by_person(visit: Visit, person: str) -> Callable[[Connection], list[Expected]]:
    def work(connection: Connection) -> list[Expected]:
        key = sites.keys(connection)[visit.site]
        return expected.of_person(connection, visit.site, [hashed(key, person).hex()], visit.now)

    return work


def _by_text(visit: Visit, text: str) -> Callable[[Connection], list[Expected]]:
    def work(connection: Connection) -> list[Expected]:
        at = moments.read(text.replace(".", ":"), visit.its_rules.zone, visit.now)
        if at is None:
            return expected.named(connection, visit.site, text)
        return expected.between(connection, visit.site, at, at + timedelta(minutes=1))

    return work


def _by_seal(visit: Visit, connection: Connection, fact: str) -> list[Expected]:
    try:
        who = identities.unseal(visit.house.store.identity_key, notices.sealed(connection, fact))
    except (LookupError, SealedIdentityError):
        return []
    return _by_person(visit, who["identifier"])(connection) if "identifier" in who else []
