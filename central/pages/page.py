"""How a page declares what it answers, and whom: one ``Page`` for each file of this package."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from starlette.responses import Response

from central.pages.visit import Visit
from central.people.roles import Role

Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True)
class Way:
    """One method at one address. Whoever has one of the roles may use it; where there are none, everybody may."""

    method: str
    path: str
    handler: Handler
    needs: frozenset[Role]
    public: bool


class Page:
    """A page with all that belongs to it, below one path.

    ``name`` is its word in the menu (``menu.<name>``). Where ``by_site`` is set there is one for each site, at
    ``path/{site}``; whoever asks for ``path`` alone is led to their site. ``public`` pages are for everybody.
    """

    def __init__(
        self, name: str, path: str, *needs: Role, by_site: bool = False, public: bool = False, in_menu: bool = True
    ) -> None:
        self.name, self.path, self.by_site, self.public, self.in_menu = name, path, by_site, public, in_menu
        self.needs = frozenset(needs)
        self.ways: list[Way] = []

    def get(self, below: str = "", needs: Iterable[Role] = ()) -> Callable[[Handler], Handler]:
        """Show something at ``path[/{site}]`` and what comes below it."""
        return self._way("GET", below, needs)

    def post(self, below: str = "", needs: Iterable[Role] = ()) -> Callable[[Handler], Handler]:
        """Change something. ``needs`` are other roles than those of the page."""
        return self._way("POST", below, needs)

    def at(self, site: str | None) -> str:
        """Its address, for a site where there is one for each."""
        return f"{self.path}/{site}" if self.by_site and site else self.path

    def _way(self, method: str, below: str, needs: Iterable[Role]) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            path = f"{self.path}/{{site}}{below}" if self.by_site else f"{self.path}{below}"
            self.ways.append(Way(method, path or "/", handler, frozenset(needs) or self.needs, self.public))
            return handler

        return add
