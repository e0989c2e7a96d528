"""Letters to health records that were given up, and what both sides say otherwise: a person settles each."""

from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from central import noted
from central.pages import fleet_words
from central.pages.page import Page
from central.pages.visit import Told, Visit
from central.people.actions import Action
from central.people.roles import Role
from central.store import Connection, ehr_differences, ehr_letters

PAGE = Page("letters", "/letters", Role.OPERATOR, Role.RECEPTION, by_site=True)
LATELY = timedelta(days=7)
"""How long what people closed is listed."""
WAITS = timedelta(minutes=2)
"""A letter that has waited longer is shown: the others are on their way."""
LONGEST_NAME = 64
LARGEST_ID = 2**63

Settle = Callable[[Connection, int, str, str, datetime], bool]
WAYS: dict[str, tuple[Settle, Action]] = {
    "retry": (ehr_letters.retry, Action.LETTER_RETRIED),
    "by-hand": (ehr_letters.give_up, Action.LETTER_RESOLVED),
    "set-aside": (ehr_letters.set_aside, Action.LETTER_SET_ASIDE),
}
_REASONS = {
    "unknown-there",
    "gone-there",
    "not-found-there",
    "no-version-there",
    "cancelled-there",
    "noshow-there",
    "not-booked-there",
    "busy",
    "forbidden",
    "unauthorized",
    "refused",
    "status",
    "not-fhir",
}
"""Those that have words of their own, each also as the beginning of a longer one: ``refused-422-…``."""


@PAGE.get()
async def show(visit: Visit) -> Response:
    """What is dead, what waits too long, what differs, and what was closed of late."""
    return await _page(visit)


@PAGE.post("/letter/{letter}/{way}")
async def settle(visit: Visit) -> Response:
    """A person has looked into a letter."""
    number, way = visit.part("letter"), WAYS.get(visit.part("way"))
    if way is None or not number.isdecimal() or len(number) > 19 or int(number) >= LARGEST_ID:
        raise HTTPException(404)
    work, action = way
    try:
        note = noted.text((await visit.form()).get("note", ""))
    except noted.NotNotedError as error:
        return await _page(visit, f"noted.{error.why.value}", number)

    def run(connection: Connection) -> bool:
        ehr_letters.one(connection, int(number), visit.site)
        done = work(connection, int(number), _by(visit), note, visit.now)
        if done:
            visit.note(connection, action, number)
        return done

    try:
        done = await visit.write(run)
    except LookupError as error:
        raise HTTPException(404) from error
    told = Told(f"letters.told.{visit.part('way')}") if done else Told("letters.told.before", warns=True)
    return await visit.onward(PAGE.at(visit.site), told)


@PAGE.post("/difference/{ehr}/{fact}")
async def close(visit: Visit) -> Response:
    """A person has looked into what differs of one arrival."""
    ehr, fact = visit.part("ehr"), visit.part("fact")
    try:
        note = noted.text((await visit.form()).get("note", ""))
    except noted.NotNotedError as error:
        return await _page(visit, f"noted.{error.why.value}", fact)

    def run(connection: Connection) -> bool:
        there = ehr_differences.listed(connection, ehr, visit.site, all_of_them=True)
        if not any(one.fact == fact for one in there):
            raise LookupError(fact)
        done = ehr_differences.close(connection, ehr, fact, _by(visit), note, visit.now)
        if done:
            visit.note(connection, Action.RECORD_DIFFERENCE_CLOSED, f"{ehr} {fact}"[:120])
        return done

    try:
        done = await visit.write(run)
    except LookupError as error:
        raise HTTPException(404) from error
    told = Told("letters.told.closed") if done else Told("letters.told.before", warns=True)
    return await visit.onward(PAGE.at(visit.site), told)


def reason_key(reason: str | None) -> str:
    """The words of a reason: by its own code, or by what it begins with; HL7's codes have those of a refusal."""
    told = reason or ""
    if told in _REASONS:
        return f"letters.reason.{told}"
    for front in ("refused", "status", "not-fhir"):
        if told.startswith(f"{front}-"):
            return f"letters.reason.{front}"
    return "letters.reason.refused" if told[:2] in ("AE", "AR", "CE", "CR") else "letters.reason.other"


def _by(visit: Visit) -> str:
    return visit.who.name[:LONGEST_NAME]


async def _page(visit: Visit, problem: str = "", about: str = "") -> Response:
    # Appointments and numbers of clients stand here.
    await visit.look_up("letters")
    site, now = visit.site, visit.now
    letters = await visit.read(lambda connection: ehr_letters.listed(connection, None, site))
    closed = await visit.read(lambda connection: ehr_letters.closed_since(connection, site, now - LATELY))
    differences = await visit.read(lambda connection: ehr_differences.listed(connection, None, site))
    dead = [one for one in letters if one.state == "dead"]
    return await visit.page(
        "letters.html",
        422 if problem else 200,
        dead=dead,
        late=[one for one in letters if one.state == "waiting" and now - one.written_at > WAITS],
        closed=closed,
        differences=differences,
        said=fleet_words.Said(visit.words),
        reason=reason_key,
        problem=problem,
        about=about,
    )
