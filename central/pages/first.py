"""The first page: where somebody may go."""

from starlette.responses import Response

from central.pages.page import Page
from central.pages.visit import Visit

PAGE = Page("first", "", in_menu=False)


@PAGE.get("/")
async def show(visit: Visit) -> Response:
    """The pages that are open to whoever is signed in."""
    return await visit.page("first.html")
