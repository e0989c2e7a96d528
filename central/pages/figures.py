"""Figures of check-ins without personal data, as CSV."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from starlette.responses import Response, StreamingResponse

from central import figures_out, moments
from central.csv_text import EXCEL, PLAIN
from central.pages.launch_state import zone_of
from central.pages.page import Page
from central.pages.visit import Visit
from central.people.actions import Action
from central.people.roles import Role
from central.statistics import FEWEST, MOST_DAYS
from central.store import sites, staff_log
from kiosk.sync.messages import SiteRecord

PAGE = Page("statistics", "/statistics", Role.OPERATOR)
FORMS = {"plain": PLAIN, "excel": EXCEL}


@PAGE.get()
async def show(visit: Visit) -> Response:
    """Which days, of which site, for which program."""
    return await _page(visit, {})


@PAGE.get("/export.csv")
async def export(visit: Visit) -> Response:
    """The figures, sent as they are counted. That somebody took them is logged before."""
    query, rules = visit.request.query_params, await _theirs(visit)
    site, form = query.get("site", ""), FORMS.get(query.get("form", "plain"))
    today = moments.today(zone_of(rules), visit.now)
    try:
        first, last = date.fromisoformat(query.get("first", "")), date.fromisoformat(query.get("last", ""))
    except ValueError:
        return await _page(visit, dict(query), "statistics.problem.days")
    in_order = first <= last <= today and last - first < timedelta(days=MOST_DAYS)
    if not in_order or form is None or (site and site not in rules):
        return await _page(visit, dict(query), "statistics.problem.days")
    chosen = {name: one for name, one in rules.items() if site in ("", name)}
    now, store, about = visit.now, visit.house.store, f"{first}/{last}"
    await visit.write(
        lambda connection: staff_log.note(
            connection, visit.who, Action.STATISTICS_EXPORTED, site or None, about, visit.now
        )
    )
    name = f"check-ins-{site or 'all'}-{first}-{last}.csv"
    lines = _many(figures_out.csv(store, chosen, first, last, now, form))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _many(lines: Iterator[str], size: int = 32 * 1024) -> Iterator[str]:
    """The same in larger pieces: each is a turn of a thread."""
    kept: list[str] = []
    length = 0
    for line in lines:
        kept.append(line)
        length += len(line)
        if length >= size:
            yield "".join(kept)
            kept, length = [], 0
    if kept:
        yield "".join(kept)


async def _theirs(visit: Visit) -> dict[str, SiteRecord]:
    rules = await visit.read(sites.all_rules)
    return {name: one for name, one in sorted(rules.items()) if visit.who.may(Role.OPERATOR, name)}


async def _page(visit: Visit, sent: Mapping[str, str], problem: str = "") -> Response:
    rules = await _theirs(visit)
    today = moments.today(zone_of(rules), visit.now)
    usual = {"first": (today - timedelta(days=7)).isoformat(), "last": (today - timedelta(days=1)).isoformat()}
    names = {name: one.name for name, one in rules.items()}
    asked = {"site": "", "form": "excel"} | usual | dict(sent)
    return await visit.page(
        "figures.html",
        422 if problem else 200,
        names=names,
        asked=asked,
        problem=problem,
        today=today.isoformat(),
        few=str(FEWEST - 1),
        most=str(MOST_DAYS),
    )
