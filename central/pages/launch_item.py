"""One thing that is wrong: what the public may read of it, and faults that staff tell of."""

from collections.abc import Mapping
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.responses import Response

from central import moments, noted
from central.launch import Means
from central.pages import fleet_words, today
from central.pages.launch import MENDS, PAGE, TODAY, Seen, line_of, seen_by
from central.pages.launch_state import Day, Line
from central.pages.launch_words import Said
from central.pages.visit import Told, Visit
from central.pages.words import FALLBACK, LANGUAGES
from central.people.actions import Action
from central.people.roles import Role
from central.store import Connection, machines, published, reports, staff_log
from central.store.published import Written

__all__ = ["PAGE"]

FIELDS = {"place": 80, "what": 200, "doing": 200}
"""What may be written, and how many characters of it."""


@PAGE.get("/item/{item}", needs=(Role.OPERATOR,))
async def show(visit: Visit) -> Response:
    """What may be published of it."""
    data, line = await _line(visit)
    return await _page(visit, data, line, _written_before(line))


@PAGE.post("/item/{item}/publish", needs=(Role.OPERATOR,))
async def publish(visit: Visit) -> Response:
    """Let everybody read it, with what was written."""
    data, line = await _line(visit)
    sent, spell = await visit.form(), line.spell
    try:
        written, until = await _read(visit, data, line, sent)
    except _RefusedError as error:
        return await _page(visit, data, line, sent, str(error))

    def work(connection: Connection) -> None:
        published.put(connection, spell.item, written, visit.who.name, visit.now, until=until)
        staff_log.note(connection, visit.who, Action.PUBLISHED, spell.site or None, _subject(line), visit.now)

    await visit.write(work)
    today.forget(visit.house)
    return await visit.onward(_back(line), Told("launch.told.published"))


@PAGE.post("/item/{item}/withdraw", needs=(Role.OPERATOR,))
async def withdraw(visit: Visit) -> Response:
    """Take it back: nobody outside reads it any more."""
    _, line = await _line(visit)
    word, spell = line.word, line.spell

    def work(connection: Connection) -> None:
        written = Written() if word is None else word.written
        published.put(connection, spell.item, written, visit.who.name, visit.now, shown=False)
        staff_log.note(connection, visit.who, Action.WITHDRAWN, spell.site or None, _subject(line), visit.now)

    if line.shown:
        await visit.write(work)
        today.forget(visit.house)
    return await visit.onward(_back(line), Told("launch.told.withdrawn"))


# --- what staff tell of ---------------------------------------------------------------------------------------------


@PAGE.get("/report")
async def ask(visit: Visit) -> Response:
    """What is broken, and where."""
    seen = await seen_by(visit, visit.request.query_params.get("site", ""))
    return await _ask(visit, seen, {"site": seen.site})


@PAGE.post("/report")
async def tell(visit: Visit) -> Response:
    """Keep what somebody saw."""
    sent = await visit.form()
    seen = await seen_by(visit, sent.get("site", ""))
    if not seen.site:
        return await _ask(visit, seen, sent, "report.problem.site")
    try:
        what = noted.text(sent.get("what", ""), 200)
        place = noted.text(sent.get("place", ""), 80, may_be_empty=True)
    except noted.NotNotedError as error:
        return await _ask(visit, seen, sent, f"noted.{error.why.value}", error.longest)

    def work(connection: Connection) -> None:
        name = reports.tell(connection, seen.site, what, place, visit.who.name, visit.now)
        staff_log.note(connection, visit.who, Action.FAULT_REPORTED, seen.site, name, visit.now)

    await visit.write(work)
    return await visit.onward(f"/launch?site={seen.site}", Told("report.told.kept"))


@PAGE.post("/report/{report}/{state}", needs=MENDS)
async def settle(visit: Visit) -> Response:
    """It was mended, or is broken still."""
    name, state, who = visit.part("report"), visit.part("state"), visit.who
    if state not in (reports.OPEN, reports.MENDED):
        raise HTTPException(404)

    def work(connection: Connection) -> str:
        one = reports.one(connection, name)
        if not who.may_any(MENDS, one.site):
            raise LookupError(name)
        if reports.step(connection, name, state, who.name, visit.now):
            action = Action.REPORT_MENDED if state == reports.MENDED else Action.REPORT_OPENED
            staff_log.note(connection, who, action, one.site, name, visit.now)
        return one.site

    try:
        site = await visit.write(work)
    except LookupError as error:
        raise HTTPException(404) from error
    return await visit.onward(f"/launch?site={site}", Told(f"report.told.{state}"))


async def _ask(visit: Visit, seen: Seen, sent: Mapping[str, str], problem: str = "", longest: int = 0) -> Response:
    found = await visit.house.live.look(TODAY, "")
    status = 422 if problem else 200
    return await visit.page(
        "launch_report.html", status, seen=seen, sent=sent, problem=problem, longest=longest, names=found.data.names
    )


# --- within ---------------------------------------------------------------------------------------------------------


class _RefusedError(Exception):
    """What was written cannot be published; the key of the words that say why."""


async def _line(visit: Visit) -> tuple[Day, Line]:
    data, line = await line_of(visit, visit.part("item"))
    if not line.spell.can_be_published or not visit.who.may(Role.OPERATOR, line.spell.site or None):
        raise HTTPException(403)
    return data, line


async def _read(visit: Visit, data: Day, line: Line, sent: Mapping[str, str]) -> tuple[Written, datetime | None]:
    texts: dict[str, dict[str, str]] = {}
    for field, longest in FIELDS.items():
        try:
            said = {one: noted.text(sent.get(f"{field}-{one}", ""), longest, may_be_empty=True) for one in LANGUAGES}
        except noted.NotNotedError as error:
            raise _RefusedError(f"noted.{error.why.value}") from error
        texts[field] = {one: text for one, text in said.items() if text}
        if texts[field] and FALLBACK not in texts[field]:
            raise _RefusedError("launch.problem.finnish")
    if line.spell.means is Means.REPORTED and not texts["what"]:
        raise _RefusedError("launch.problem.what")
    names = {one.kiosk.lower() for one in await visit.read(machines.listed)}
    words = " ".join(text for said in texts.values() for text in said.values()).lower().split()
    if names & {word.strip(".,:;!?()") for word in words}:
        raise _RefusedError("launch.problem.kiosk")
    until = None
    if sent.get("until", "").strip():
        until = moments.read(sent["until"].strip(), data.zone(line.spell.site), visit.now)
        if until is None or until <= visit.now:
            raise _RefusedError("launch.problem.until")
    what = texts["what"] if line.spell.means is Means.REPORTED else {}
    return Written(texts["place"], what, texts["doing"]), until


def _written_before(line: Line) -> dict[str, str]:
    """What the form shows first: what was written last, and of a report what whoever told of it wrote."""
    if line.word is None:
        told = line.report
        return {} if told is None else {f"what-{FALLBACK}": told.what[:200], f"place-{FALLBACK}": told.place[:80]}
    written = line.word.written
    fields = {"place": written.place, "what": written.what, "doing": written.doing}
    return {f"{field}-{one}": text for field, texts in fields.items() for one, text in texts.items()}


async def _page(visit: Visit, data: Day, line: Line, sent: Mapping[str, str], problem: str = "") -> Response:
    said = Said(visit.words, data).at(line.spell.site)
    needs_what = line.spell.means is Means.REPORTED
    return await visit.page(
        "launch_item.html",
        422 if problem else 200,
        line=line,
        said=said,
        fleet=fleet_words.Said(said.words, data.names),
        fields={name: most for name, most in FIELDS.items() if name != "what" or needs_what},
        sent=sent,
        problem=problem,
    )


def _subject(line: Line) -> str:
    return f"{line.spell.means.value} {line.spell.subject} {line.spell.item}".replace("  ", " ")[:120]


def _back(line: Line) -> str:
    return f"/launch?site={line.spell.site}" if line.spell.site else "/launch"
