"""The application that serves the pages: who may see what, what every answer carries, and how it fails."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.cookies import CookieError
from urllib.parse import quote

import msgspec
import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from central import problems
from central.pages import cookies, headers, templates
from central.pages.live import Live
from central.pages.page import Page, Way
from central.pages.static import Static
from central.pages.visit import Told, Visit, ended
from central.pages.words import FALLBACK, LANGUAGES, Words, preferred
from central.people import tokens
from central.people.oidc import Provider
from central.people.same_site import SAFE, comes_from_us
from central.people.settings import PeopleConfig
from central.store import Store, StoreUnavailableError, changes, people, sites
from central.watch import ChangeWatch

_TOLD = msgspec.json.Decoder(Told)

log = structlog.stdlib.get_logger("central")


class House:
    """All pages over one store. ``addresses`` are those by which people know this centre, without a path."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        watch: ChangeWatch,
        pages: Sequence[Page],
        settings: PeopleConfig | None = None,
        addresses: Sequence[str] = (),
    ) -> None:
        self.store, self.now, self.watch, self.pages = store, now, watch, pages
        self.settings = settings or PeopleConfig()
        self.live = Live(store, now, watch)
        self.provider = Provider(self.settings) if self.settings.issuer else None
        self._addresses = frozenset(address.rstrip("/") for address in addresses)
        self._static = Static()
        self._templates = templates.environment(self._static)

    def app(self) -> Starlette:
        """The application."""
        routes = [
            Route(path, self._by_method(ways), methods=sorted({way.method for way in ways}))
            for path, ways in self._by_path().items()
        ]
        routes += [Route(page.path, self._choosing(page), methods=["GET"]) for page in self.pages if page.by_site]
        routes.append(Route("/static/{name}", self._static.serve, methods=["GET"]))
        app = Starlette(routes=routes, exception_handlers={HTTPException: self._unrouted})
        app.router.redirect_slashes = False
        return app

    def rendered(self, visit: Visit, template: str, **data: object) -> str:
        """A template in the words of the visitor."""
        return self._templates.get_template(template).render(
            visit=visit,
            person=visit.person,
            words=visit.words,
            t=visit.words.say,
            site=visit.site,
            rules=visit.rules,
            now=self.now(),
            told=visit.told,
            menu=self.menu(visit),
            path=visit.request.url.path,
            address=visit.here,
            **data,
        )

    def menu(self, visit: Visit) -> list[tuple[Page, str]]:
        """The pages that whoever asks may open, with their addresses."""
        person = visit.person
        if person is None:
            return []
        shown = [page for page in self.pages if page.in_menu and not page.public and person.may_any(page.needs)]
        here = visit.site or None
        return [(page, page.at(here if person.may_any(page.needs, here) else None)) for page in shown]

    def known(self, token: str) -> people.Known | None:
        """Who is signed in with a token, by its hash; that they are still there is noted now and again."""
        now = self.now()
        with self.store.reading() as connection:
            found = people.find(connection, token, now, timedelta(minutes=self.settings.idle_minutes))
        if found is not None and found.unseen(now):
            with self.store.writing() as connection:
                people.seen(connection, token, now)
        return found

    def origin(self, request: Request) -> str:
        """How the browser addresses this centre: one of the set addresses, else what it says itself."""
        said = f"{request.url.scheme}://{request.url.netloc}"
        return said if not self._addresses or said in self._addresses else min(self._addresses)

    def complain(self, event: str, error: Exception) -> None:
        """A line of the log, with the kind of an error and nothing of what it says."""
        log.warning(event, error=type(error).__name__, cause=str(error.__cause__.__class__.__name__))

    # --- around the handlers ----------------------------------------------------------------------------------------

    def _by_path(self) -> Mapping[str, list[Way]]:
        found: dict[str, list[Way]] = {}
        for page in self.pages:
            for way in page.ways:
                found.setdefault(way.path, []).append(way)
        # What is said out comes before what is a place holder.
        return dict(sorted(found.items(), key=lambda item: item[0].count("{")))

    def _by_method(self, ways: Sequence[Way]) -> Callable[[Request], Awaitable[Response]]:
        by_method = {way.method: way for way in ways}

        async def serve(request: Request) -> Response:
            way = by_method["GET" if request.method == "HEAD" else request.method]
            return await self._served(request, way.path, lambda visit: self._admitted(visit, way))

        return serve

    def _choosing(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def choose(visit: Visit) -> Response:
            known = await visit.read(sites.all_rules)
            open_to = {
                name: rules
                for name, rules in sorted(known.items())
                if page.public or (visit.person is not None and visit.person.may_any(page.needs, name))
            }
            if len(open_to) == 1:
                return RedirectResponse(page.at(next(iter(open_to))), 303)
            return await visit.page("choose_site.html", page=page, sites=open_to)

        way = Way("GET", page.path, choose, page.needs, page.public)

        async def serve(request: Request) -> Response:
            return await self._served(request, page.path, lambda visit: self._admitted(visit, way))

        return serve

    async def _admitted(self, visit: Visit, way: Way) -> Response:
        if not way.public and visit.person is None:
            if "text/event-stream" in visit.request.headers.get("accept", ""):
                return ended()
            if visit.request.method in SAFE:
                return RedirectResponse(f"/sign-in?onward={quote(visit.here)}", 303)
            raise HTTPException(401)
        name = visit.request.path_params.get("site")
        if not way.public and way.needs and not visit.who.may_any(way.needs, name):
            raise HTTPException(403)
        if name is not None:
            try:
                rules = await visit.read(lambda connection: changes.rules(connection, name))
            except LookupError as error:
                raise HTTPException(404) from error
            visit = replace(visit, site=name, rules=rules, words=Words(visit.words.language, rules.zone))
        return await way.handler(visit)

    async def _served(self, request: Request, route: str, handler: Callable[[Visit], Awaitable[Response]]) -> Response:
        began = time.monotonic()
        # Behind a proxy that nobody has named the scheme is unknown: then the set address says it.
        request.state.secure = self.origin(request).startswith("https://")
        visit = Visit(self, request, Words(_language(request)), None)
        try:
            if comes_from_us(request.method, request.headers, self._addresses | {self.origin(request)}):
                visit = await run_in_threadpool(self._recognised, visit)
                response = await handler(visit)
            else:
                response = self._failed(visit, 403)
        except HTTPException as error:
            response = self._failed(visit, error.status_code)
        except StoreUnavailableError as error:
            log.error("store unavailable", cause=str(error))
            response = self._failed(visit, 503)
        except ClientDisconnect:
            response = self._failed(visit, 400)
        except Exception as error:  # noqa: BLE001 - the last line before the browser
            log.error("failed", error=type(error).__name__, where=_where(error))
            response = self._failed(visit, 500)
        self._sealed(request, response)
        ms = round((time.monotonic() - began) * 1000, 1)
        log.info("page", method=request.method, route=route, status=response.status_code, ms=ms)
        return response

    def _recognised(self, visit: Visit) -> Visit:
        token = cookies.session(visit.request)
        if not token:
            return visit
        hashed = tokens.hashed(token)
        known = self.known(hashed)
        if known is None:
            return visit
        told = None
        with suppress(msgspec.MsgspecError):
            told = _TOLD.decode(known.told) if known.told else None
        return replace(visit, person=known.person, token=hashed, told=told)

    def _failed(self, visit: Visit, status: int) -> Response:
        key = status if status in (400, 401, 403, 404, 405, 413, 503) else 500
        return HTMLResponse(self.rendered(visit, "failed.html", status=key), status)

    def _sealed(self, request: Request, response: Response) -> None:
        """What every answer carries."""
        for name, value in headers.ALWAYS.items():
            response.headers.setdefault(name, value)
        if request.state.secure:
            response.headers["Strict-Transport-Security"] = headers.ALWAYS_TLS
        response.headers["Date"] = format_datetime(self.now(), usegmt=True)

    async def _unrouted(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if "text/html" not in request.headers.get("accept", ""):
            # A program has lost its way, not a person.
            key = problems.Key.METHOD_NOT_ALLOWED if error.status_code == 405 else problems.Key.NOT_FOUND
            return problems.response(key, headers=error.headers)

        async def fail(_visit: Visit) -> Response:
            raise error

        return await self._served(request, "", fail)


def _language(request: Request) -> str:
    with suppress(CookieError):
        chosen = request.cookies.get(cookies.LANGUAGE, "")
        if chosen in LANGUAGES:
            return chosen
    return preferred(request.headers.get("accept-language", "")) or FALLBACK


def _where(error: Exception) -> str:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else ""
