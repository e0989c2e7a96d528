"""A bulletin: written in every language, previewed as the kiosks show it, and proposed."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from central import amendments, local_time
from central.local_time import NoMomentError
from central.pages.operations import newest, proposed, reason
from central.pages.operations_edit import PAGE
from central.pages.operations_words import FITS, Said, needed
from central.pages.visit import Told, Visit
from central.people.roles import Role
from central.store.proposals import NotDoneError
from kiosk.checkin.site import Severity
from kiosk.sync.messages import BulletinMessage
from kiosk.sync.site_rules import SiteRulesError

__all__ = ["PAGE"]

LONGEST = 400
"""Characters, as the protocol has it."""
NEW = "new"


@PAGE.get("/site/{site}/bulletin/{bulletin}", needs=(Role.OPERATOR,))
async def ask(visit: Visit) -> Response:
    """A form for a new one, or for one that is there."""
    one = _one(visit)
    return await _page(visit, one, _blank(visit) if one is None else _written(visit, one))


@PAGE.post("/site/{site}/bulletin/{bulletin}", needs=(Role.OPERATOR,))
async def propose(visit: Visit) -> Response:
    """Preview it, or propose it."""
    one, sent = _one(visit), await visit.form()
    problems: dict[str, str] = {}
    read = _read(visit, one, sent, problems)
    preview = sent.get("do") == "preview"
    why = reason(visit, sent, problems, may_be_empty=preview)
    if read is None or problems or preview:
        return await _page(visit, one, sent, problems, read)
    try:
        change = amendments.Bulletin(bulletin=read, was=one)
        name = await proposed(visit, await newest(visit), change, why)
    except NotDoneError as error:
        return await _page(visit, one, sent, {"": Said(visit.words).not_done(error)}, read)
    return await visit.onward(f"/operations/site/{visit.site}/proposal/{name}", Told("ops.told.proposed"))


@PAGE.post("/site/{site}/bulletin/{bulletin}/end", needs=(Role.OPERATOR,))
async def end(visit: Visit) -> Response:
    """Propose that it is over."""
    one, sent = _one(visit), await visit.form()
    if one is None:
        raise HTTPException(404)
    problems: dict[str, str] = {}
    why = reason(visit, {"why": sent.get("end-why", "")}, problems)
    if problems:
        return await _page(visit, one, _written(visit, one) | dict(sent), {"end-why": problems["why"]})
    try:
        name = await proposed(visit, await newest(visit), amendments.BulletinEnd(was=one), why)
    except NotDoneError as error:
        return await _page(visit, one, _written(visit, one), {"": Said(visit.words).not_done(error)})
    return await visit.onward(f"/operations/site/{visit.site}/proposal/{name}", Told("ops.told.proposed"))


def _one(visit: Visit) -> BulletinMessage | None:
    name = visit.part("bulletin")
    found = next((one for one in visit.its_rules.bulletins if one.id == name), None)
    if found is None and name != NEW:
        raise HTTPException(404)
    return found


def _read(
    visit: Visit, one: BulletinMessage | None, sent: Mapping[str, str], problems: dict[str, str]
) -> BulletinMessage | None:
    """The bulletin as it was filled in; what is wrong with it, by the field, to the problems."""
    rules, say = visit.its_rules, visit.words.say
    spoken = {language: " ".join(sent.get(f"text-{language}", "").split()) for language in rules.languages}
    for language, text in spoken.items():
        if not text and language in needed(rules):
            problems[f"text-{language}"] = say("ops.problem.no-text")
        elif len(text) > LONGEST:
            problems[f"text-{language}"] = say("ops.problem.text-long", n=LONGEST)
        elif not text.isprintable():
            problems[f"text-{language}"] = say("ops.problem.text-signs")
    since, until = _moment(visit, "since", sent, problems), _moment(visit, "until", sent, problems)
    if since is not None and until is not None and until <= since:
        problems["until"] = say("ops.problem.ends-first")
    elif until is not None and until <= visit.now:
        problems["until"] = say("ops.problem.over")
    severity = sent.get("severity", "")
    if severity not in set(Severity):
        problems["severity"] = say("ops.problem.severity")
    units = [unit.id for unit in rules.units if f"unit-{unit.id}" in sent]
    if sent.get("whom") == "units" and not units:
        problems["units"] = say("ops.problem.units")
    if problems or since is None or until is None:
        return None
    # What the form does not ask for, because the site does not offer the language any more, stays.
    kept = {} if one is None else {language: text for language, text in one.text.items() if language not in spoken}
    try:
        return msgspec.convert(
            {
                "id": f"{since:%Y%m%d}-{secrets.token_hex(3)}" if one is None else one.id,
                "text": {language: text for language, text in spoken.items() if text} | kept,
                "since": since,
                "until": until,
                "severity": severity,
                "units": units if sent.get("whom") == "units" else [],
            },
            BulletinMessage,
        )
    except (msgspec.ValidationError, SiteRulesError) as error:
        problems[""] = str(error)
        return None


def _moment(visit: Visit, name: str, sent: Mapping[str, str], problems: dict[str, str]) -> datetime | None:
    try:
        return local_time.read(sent.get(name, ""), visit.its_rules.zone, sent.get(f"{name}-which", ""))
    except NoMomentError as error:
        problems[name] = visit.words.say(f"ops.problem.time-{error.why}")
        if error.why is local_time.Why.TWICE:
            problems[f"{name}-which"] = "asked"
        return None


def _blank(visit: Visit) -> dict[str, str]:
    zone = visit.its_rules.zone
    begins = visit.now.replace(second=0, microsecond=0)
    since, which = local_time.written(begins, zone)
    until, _ = local_time.written(begins + timedelta(hours=8), zone)
    return {"since": since, "since-which": which, "until": until, "severity": Severity.NOTE.value, "whom": "all"}


def _written(visit: Visit, one: BulletinMessage) -> dict[str, str]:
    zone = visit.its_rules.zone
    (since, since_which), (until, until_which) = (local_time.written(at, zone) for at in (one.since, one.until))
    sent = {f"text-{language}": text for language, text in one.text.items()}
    sent |= {f"unit-{unit}": "yes" for unit in one.units} | {"whom": "units" if one.units else "all"}
    sent |= {"since": since, "since-which": since_which, "until": until, "until-which": until_which}
    return sent | {"severity": one.severity}


async def _page(
    visit: Visit,
    one: BulletinMessage | None,
    sent: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    read: BulletinMessage | None = None,
) -> Response:
    said = Said(visit.words)
    return await visit.page(
        "operations_bulletin.html",
        422 if problems else 200,
        one=one,
        sent=sent,
        problems=problems or {},
        said=said,
        needed=needed(visit.its_rules),
        preview=read,
        cards=said.cards(read, visit.its_rules) if read is not None else [],
        fits=FITS,
        longest=LONGEST,
    )
