"""Coming in and going out: by the city's provider, or by a link that works once."""

from datetime import timedelta
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from central.pages import cookies
from central.pages.page import Page
from central.pages.visit import Visit
from central.pages.words import LANGUAGES
from central.people import claims, tokens
from central.people.actions import Action
from central.people.oidc import ProviderError
from central.people.roles import Person
from central.store import Connection, people, staff_log
from central.store.people import Waiting

PAGE = Page("sign-in", "/sign-in", public=True, in_menu=False)
OUT = Page("sign-out", "/sign-out", public=True, in_menu=False)
LANGUAGE = Page("language", "/language", public=True, in_menu=False)

_LONGEST = 400


def own(path: str) -> str:
    """A path of ours as it was asked for; the first page where it would lead anywhere else."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if plain and len(path) <= _LONGEST else "/"


@PAGE.get()
async def show(visit: Visit) -> Response:
    """How to sign in."""
    onward = own(visit.request.query_params.get("onward", "/"))
    if visit.person is not None:
        return RedirectResponse(onward, 303)
    provider = f"/sign-in/provider?onward={quote(onward)}" if visit.house.provider else ""
    return await visit.page("sign_in.html", provider=provider)


@PAGE.get("/link")
async def show_link(visit: Visit) -> Response:
    """Ask once more: a program that looks into messages must not use the link up."""
    return await visit.page("sign_in_link.html", code=visit.request.query_params.get("code", "")[:200])


@PAGE.post("/link")
async def use_link(visit: Visit) -> Response:
    """Come in by a link."""
    code, now = (await visit.form()).get("code", ""), visit.now
    person = await visit.write(lambda connection: people.use_link(connection, tokens.hashed(code), now))
    if person is None:
        return await visit.page("sign_in_refused.html", 403, why="link")
    return await _admit(visit, person, "/")


@PAGE.get("/provider")
async def leave(visit: Visit) -> Response:
    """To the provider's page."""
    provider, now = visit.house.provider, visit.now
    if provider is None:
        raise HTTPException(404)
    onward = own(visit.request.query_params.get("onward", "/"))
    try:
        leaving = await run_in_threadpool(provider.leave, _redirect(visit), now)
    except ProviderError as error:
        return await _no_provider(visit, error)
    waiting = Waiting(leaving.nonce, leaving.verifier, onward)
    state, ends = tokens.hashed(leaving.state), now + tokens.SIGN_IN_LIFE
    await visit.write(lambda connection: people.leave_for_provider(connection, state, waiting, ends))
    response = RedirectResponse(leaving.address, 303)
    cookies.keep_state(visit.request, response, leaving.state, int(tokens.SIGN_IN_LIFE.total_seconds()))
    return response


@PAGE.get("/back")
async def come_back(visit: Visit) -> Response:
    """From the provider's page, with a code or an error."""
    provider, now, sent = visit.house.provider, visit.now, visit.request.query_params
    state = sent.get("state", "")
    # The browser must be the one that left: else somebody could sign another person in as themselves.
    if provider is None or not state or state != cookies.state(visit.request):
        return await visit.page("sign_in_refused.html", 403, why="state")
    waiting = await visit.write(lambda connection: people.come_back(connection, tokens.hashed(state), now))
    if waiting is None or "code" not in sent:
        return await visit.page("sign_in_refused.html", 403, why="state" if waiting is None else "denied")
    try:
        told = await run_in_threadpool(
            provider.redeem, sent["code"], waiting.nonce, waiting.verifier, _redirect(visit), now
        )
        person = claims.person(visit.house.settings, told)
    except ProviderError as error:
        return await _no_provider(visit, error)
    except ValueError:
        return await visit.page("sign_in_refused.html", 403, why="denied")
    if not person.grants:
        await visit.write(lambda connection: staff_log.note(connection, person, Action.REFUSED, None, None, now))
        return await visit.page("sign_in_refused.html", 403, why="role")
    return await _admit(visit, person, waiting.onward)


@OUT.post()
async def sign_out(visit: Visit) -> Response:
    """End this session, everywhere it is open."""

    def end(connection: Connection) -> None:
        people.end(connection, visit.token)
        visit.note(connection, Action.SIGNED_OUT)

    if visit.person is not None:
        await visit.write(end)
    response = RedirectResponse("/sign-in", 303)
    cookies.drop_session(visit.request, response)
    return response


@LANGUAGE.post()
async def choose_language(visit: Visit) -> Response:
    """Keep the language, and go back."""
    sent = await visit.form()
    response = RedirectResponse(own(sent.get("onward", "/")), 303)
    if sent.get("language") in LANGUAGES:
        cookies.keep_language(visit.request, response, sent["language"])
    return response


async def _admit(visit: Visit, person: Person, onward: str) -> Response:
    token, now = tokens.new(), visit.now
    life = timedelta(hours=visit.house.settings.session_hours)

    def begin(connection: Connection) -> None:
        people.begin(connection, tokens.hashed(token), person, now, life)
        staff_log.note(connection, person, Action.SIGNED_IN, None, None, now)

    await visit.write(begin)
    response = RedirectResponse(onward, 303)
    cookies.keep_session(visit.request, response, token)
    return response


async def _no_provider(visit: Visit, error: ProviderError) -> Response:
    visit.house.complain("provider_failed", error)
    return await visit.page("sign_in_refused.html", 502, why="provider")


def _redirect(visit: Visit) -> str:
    return f"{visit.house.origin(visit.request)}/sign-in/back"
