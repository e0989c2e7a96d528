"""What the pages of reception share: where they are, and how they do a thing once."""

from collections.abc import Callable
from typing import TypeVar

from starlette.exceptions import HTTPException

from central import identities
from central.identities import SealedIdentityError
from central.lost import WaitingRule
from central.pages.page import Page
from central.pages.visit import Told, Visit
from central.people.actions import Action
from central.people.roles import Role
from central.store import Connection, notices, waiting
from central.store.facts import RacedError
from central.store.waiting import Done

PAGE = Page("reception", "/reception", Role.RECEPTION, by_site=True)
_TRIES = 5

T = TypeVar("T")


def room(visit: Visit) -> str:
    """The address of the room."""
    return PAGE.at(visit.site)


def by_others(word: str, visit: Visit, done: Done) -> Told:
    """That somebody else was faster: who, and when."""
    return Told(f"reception.told.{word}", {"name": done.by, "time": visit.words.time(done.at)}, warns=True)


def rule_of(visit: Visit) -> Callable[[Connection], WaitingRule]:
    """Reads the patience of the site."""
    return lambda connection: waiting.rule(connection, visit.site)


async def unsealed(visit: Visit, fact: str) -> dict[str, str]:
    """Who a fact is about; empty where that cannot be opened. It is logged first. Raises ``HTTPException``."""

    def work(connection: Connection) -> str:
        waiting.belongs(connection, visit.site, fact)
        sealed = notices.sealed(connection, fact)
        visit.note(connection, Action.IDENTITY_SHOWN, fact)
        return sealed

    sealed = await done_or_missing(visit, work)
    try:
        return identities.unseal(visit.house.store.identity_key, sealed)
    except SealedIdentityError:
        return {}


async def done_or_missing(visit: Visit, work: Callable[[Connection], T]) -> T:
    """Write something. Raises ``HTTPException`` where it is about something that the site does not have."""
    try:
        return await visit.write(work)
    except LookupError as error:
        raise HTTPException(404) from error


async def found_reading(visit: Visit, work: Callable[[Connection], T]) -> T:
    """Read something. Raises ``HTTPException`` where the site does not have it."""
    try:
        return await visit.read(work)
    except LookupError as error:
        raise HTTPException(404) from error


async def persistently(visit: Visit, work: Callable[[Connection], T]) -> T:
    """Again where a kiosk, or somebody else, was faster by a moment: by then that can be seen."""
    for _ in range(_TRIES - 1):
        try:
            return await done_or_missing(visit, work)
        except RacedError:
            continue
    return await done_or_missing(visit, work)
