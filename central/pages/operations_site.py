"""One site: its bulletins, its units, and every version of its rules with what differs between two of them."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.responses import Response

from central import amendments, site_text
from central.pages.operations import PAGE, SEES, proposed, reason, seen_by
from central.pages.operations_words import Said, by_time
from central.pages.visit import Told, Visit
from central.people.actions import Action
from central.people.roles import Role
from central.store import Connection, proposals, versions
from central.store.proposals import NotDoneError
from central.store.versions import Held, Version

__all__ = ["PAGE"]


@PAGE.get("/site/{site}", needs=SEES)
async def show(visit: Visit) -> Response:
    """All that is to be known of its rules."""
    seen = await seen_by(visit)
    listed = await visit.read(lambda connection: versions.listed(connection, visit.site))
    decided = await visit.read(lambda connection: proposals.decided(connection, visit.site))
    return await visit.page(
        "operations_site.html",
        seen=seen,
        waiting=seen.of(visit.site),
        versions=listed,
        decided=[one for one in decided if one.decision and one.decision.version is None],
        bulletins=by_time(visit.its_rules, visit.now),
        said=Said(visit.words),
        may_propose=visit.who.may(Role.OPERATOR, visit.site),
    )


@PAGE.get("/site/{site}/version/{number}", needs=SEES)
async def version(visit: Visit) -> Response:
    """Who made a version when and why, and what differs from another one."""
    return await _version(visit)


@PAGE.get("/site/{site}/version/{number}/file", needs=SEES)
async def download(visit: Visit) -> Response:
    """A version as a file, whole."""
    one, held = await _one(visit, visit.part("number"))
    text = site_text.written(held.rules, held.series, whole=True)
    name = f"{one.site}-{one.number}.yaml"
    told = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text, media_type="application/yaml; charset=utf-8", headers=told)


@PAGE.post("/site/{site}/version/{number}/restore", needs=(Role.OPERATOR,))
async def restore(visit: Visit) -> Response:
    """The rules as they were in an older version: proposed, or, the one before the newest, at once."""
    one, held = await _one(visit, visit.part("number"))
    sent, problems = await visit.form(), dict[str, str]()
    why = reason(visit, sent, problems)
    if problems:
        return await _version(visit, sent, problems)
    at_once = sent.get("do") == "at-once"
    try:
        if at_once:
            seen = int(sent["newest"]) if sent.get("newest", "").isdecimal() else -1
            number = await visit.write(lambda connection: _at_once(visit, connection, one.number, seen, why))
            return await visit.onward(f"/operations/site/{visit.site}", Told("ops.told.back", {"number": str(number)}))
        change = amendments.Back(rules=held.rules, series=held.series, number=one.number)
        newest = (await visit.read(lambda connection: versions.newest(connection, visit.site))).number
        name = await proposed(visit, newest, change, why)
    except NotDoneError as error:
        return await _version(visit, sent, {"": Said(visit.words).not_done(error)})
    return await visit.onward(f"/operations/site/{visit.site}/proposal/{name}", Told("ops.told.proposed"))


def _at_once(visit: Visit, connection: Connection, wanted: int, seen: int, why: str) -> int:
    if wanted != seen - 1:
        raise NotDoneError(proposals.Why.OVERTAKEN)
    number = proposals.roll_back(connection, visit.site, seen, visit.who, why, visit.now)
    visit.note(connection, Action.RULES_ROLLED_BACK, f"{number} as {seen - 1}")
    return number


async def _one(visit: Visit, number: str) -> tuple[Version, Held]:
    if not number.isdecimal() or len(number) > 9:
        raise HTTPException(404)
    try:
        return await visit.read(lambda connection: versions.one(connection, visit.site, int(number)))
    except LookupError as error:
        raise HTTPException(404) from error


async def _version(
    visit: Visit, sent: Mapping[str, str] | None = None, problems: dict[str, str] | None = None
) -> Response:
    one, held = await _one(visit, visit.part("number"))
    asked = visit.request.query_params.get("with", str(one.number - 1))
    other = None if asked == "0" else await _one(visit, asked)
    listed = await visit.read(lambda connection: versions.listed(connection, visit.site))
    new = site_text.written(held.rules, held.series)
    old = "" if other is None else site_text.written(other[1].rules, other[1].series)
    return await visit.page(
        "operations_version.html",
        422 if problems else 200,
        one=one,
        other=other[0] if other else None,
        lines=[] if other is None else site_text.compared(old, new),
        text=new,
        versions=listed,
        newest=listed[0].number,
        said=Said(visit.words),
        sent=sent or {"why": ""},
        problems=problems or {},
        may_propose=visit.who.may(Role.OPERATOR, visit.site),
    )
