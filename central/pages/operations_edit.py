"""The rules of a site as a text that somebody edits."""

from collections.abc import Mapping

from starlette.responses import Response

from central import amendments, site_text
from central.pages.operations import proposed, reason
from central.pages.operations_site import PAGE
from central.pages.operations_words import Said
from central.pages.visit import Told, Visit
from central.people.roles import Role
from central.site_files import SiteFileError
from central.store import versions
from central.store.proposals import NotDoneError
from central.store.versions import Held

__all__ = ["PAGE"]

LARGEST = 512 * 1024
"""Bytes of the form: a whole file with its drawings fits in."""


@PAGE.get("/site/{site}/edit", needs=(Role.OPERATOR,))
async def ask(visit: Visit) -> Response:
    """The newest rules, to be edited."""
    held = await _newest(visit)
    sent = {"text": site_text.written(held.rules, held.series), "base": str(held.number), "why": ""}
    return await _page(visit, held, sent)


@PAGE.post("/site/{site}/edit", needs=(Role.OPERATOR,))
async def propose(visit: Visit) -> Response:
    """Show what would be another, or propose it. What was typed stays, whatever is wrong with it."""
    sent = dict(await visit.form(LARGEST))
    # A browser ends lines as a telegraph did.
    sent["text"] = sent.get("text", "").replace("\r\n", "\n")
    held, said = await _newest(visit), Said(visit.words)
    problems: dict[str, str] = {}
    base = int(sent["base"]) if sent.get("base", "").isdecimal() and len(sent["base"]) < 10 else -1
    if base != held.number:
        problems[""] = visit.words.say("ops.problem.base", number=str(held.number))
    read = None
    try:
        read = site_text.read(sent["text"], held.rules)
    except SiteFileError as error:
        problems["text"] = str(error).removeprefix("site: ")
    preview = sent.get("do") == "preview"
    why = reason(visit, sent, problems, may_be_empty=preview)
    if read is None or problems or preview:
        lines = None
        if read is not None:
            lines = site_text.compared(site_text.written(held.rules, held.series), site_text.written(*read))
        return await _page(visit, held, sent, problems, lines)
    try:
        name = await proposed(visit, base, amendments.Whole(rules=read[0], series=read[1]), why)
    except NotDoneError as error:
        return await _page(visit, held, sent, {"": said.not_done(error)})
    return await visit.onward(f"/operations/site/{visit.site}/proposal/{name}", Told("ops.told.proposed"))


async def _newest(visit: Visit) -> Held:
    return await visit.read(lambda connection: versions.newest(connection, visit.site))


async def _page(
    visit: Visit,
    held: Held,
    sent: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    lines: object = None,
) -> Response:
    status = 422 if problems else 200
    found = {"sent": sent, "problems": problems or {}, "lines": lines, "number": held.number}
    return await visit.page("operations_edit.html", status, said=Said(visit.words), **found)
