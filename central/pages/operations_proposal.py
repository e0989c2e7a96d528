"""A proposal, with all that a second person needs to decide on it."""

from collections.abc import Callable, Mapping

from starlette.exceptions import HTTPException
from starlette.responses import Response

from central import amendments, site_text
from central.pages.operations import SEES, reason
from central.pages.operations_bulletin import PAGE
from central.pages.operations_words import Said
from central.pages.visit import Told, Visit
from central.people.actions import Action
from central.people.roles import Role
from central.store import Connection, proposals, versions
from central.store.proposals import NotDoneError, Proposal, Why
from kiosk.sync.messages import BulletinMessage
from kiosk.sync.site_rules import SiteRulesError

__all__ = ["PAGE"]


@PAGE.get("/site/{site}/proposal/{proposal}", needs=SEES)
async def show(visit: Visit) -> Response:
    """What it is, what it changes, and what may be done."""
    return await _page(visit)


@PAGE.post("/site/{site}/proposal/{proposal}/approve", needs=(Role.APPROVER,))
async def approve(visit: Visit) -> Response:
    """Make it the newest version."""

    def work(connection: Connection, name: str, why: str) -> Told:
        number = proposals.approve(connection, name, visit.who, why, visit.now)
        visit.note(connection, Action.CHANGE_APPROVED, f"{name} {number}")
        return Told("ops.told.approved", {"number": str(number)})

    return await _done(visit, work, may_be_empty=True)


@PAGE.post("/site/{site}/proposal/{proposal}/reject", needs=(Role.APPROVER,))
async def reject(visit: Visit) -> Response:
    """Leave everything as it is, with a reason."""

    def work(connection: Connection, name: str, why: str) -> Told:
        proposals.reject(connection, name, visit.who, why, visit.now)
        visit.note(connection, Action.CHANGE_REJECTED, name)
        return Told("ops.told.rejected")

    return await _done(visit, work, may_be_empty=False)


@PAGE.post("/site/{site}/proposal/{proposal}/withdraw", needs=(Role.OPERATOR,))
async def withdraw(visit: Visit) -> Response:
    """Take back what one has proposed."""

    def work(connection: Connection, name: str, _why: str) -> Told:
        proposals.withdraw(connection, name, visit.who, visit.now)
        visit.note(connection, Action.CHANGE_WITHDRAWN, name)
        return Told("ops.told.withdrawn")

    return await _done(visit, work, may_be_empty=True)


async def _done(visit: Visit, work: Callable[[Connection, str, str], Told], *, may_be_empty: bool) -> Response:
    one, sent = await _one(visit), await visit.form()
    problems: dict[str, str] = {}
    why = reason(visit, sent, problems, may_be_empty=may_be_empty)
    if problems:
        return await _page(visit, sent, problems)
    try:
        told = await visit.write(lambda connection: work(connection, one.id, why))
    except NotDoneError as error:
        return await _page(visit, sent, {"": Said(visit.words).not_done(error)})
    return await visit.onward(f"/operations/site/{visit.site}/proposal/{one.id}", told)


async def _one(visit: Visit) -> Proposal:
    try:
        one = await visit.read(lambda connection: proposals.one(connection, visit.part("proposal")))
    except LookupError as error:
        raise HTTPException(404) from error
    if one.site != visit.site:
        raise HTTPException(404)
    return one


async def _page(
    visit: Visit, sent: Mapping[str, str] | None = None, problems: dict[str, str] | None = None
) -> Response:
    one, said, found = await _one(visit), Said(visit.words), dict(problems or {})
    rules, series = one.rules, one.series
    stands = ""
    """Why it cannot be approved as things are."""
    if one.decision is None:
        under = await visit.read(lambda connection: versions.newest(connection, visit.site))
        if under.number != one.base:
            if amendments.merges(one.change):
                try:
                    rules, series = amendments.applied(one.change, under.rules, under.series, visit.now)
                except (amendments.OvertakenError, LookupError):
                    stands = said.not_done(NotDoneError(Why.OVERTAKEN))
                except SiteRulesError as error:
                    stands = said.not_done(NotDoneError(Why.WRONG, str(error)))
            else:
                stands = said.not_done(NotDoneError(Why.OVERTAKEN))
    else:
        try:
            _, under = await visit.read(lambda connection: versions.one(connection, visit.site, one.base))
        except LookupError:
            under = await visit.read(lambda connection: versions.newest(connection, visit.site))
    lines = site_text.compared(site_text.written(under.rules, under.series), site_text.written(rules, series))
    shown = _bulletin(one)
    before = said.before_go_live(rules.languages) if isinstance(one.change, amendments.GoLive) else []
    return await visit.page(
        "operations_proposal.html",
        422 if found else 200,
        one=one,
        lines=lines,
        stands=stands,
        rebased=one.decision is None and not stands and under.number != one.base,
        newest=under.number,
        bulletin=shown,
        cards=said.cards(shown, rules) if shown else [],
        before=before,
        said=said,
        sent=sent or {"why": ""},
        problems=found,
        own=one.by == visit.who.subject,
        may_decide=visit.who.may(Role.APPROVER, visit.site),
    )


def _bulletin(one: Proposal) -> BulletinMessage | None:
    match one.change:
        case amendments.Bulletin(bulletin=bulletin) | amendments.BulletinEnd(was=bulletin):
            return bulletin
        case _:
            return None
