"""What a scene is."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from central.people.roles import Role
from tests.pages.rig import Staff


def _nothing(_staff: Staff) -> None:
    """The centre as it is."""


@dataclass(frozen=True)
class Scene:
    """A page in a state.

    ``prepare`` brings the centre into it, ``path`` is opened by somebody with the roles (all, where none is named), and
    ``then`` does what is to be seen on it. ``ready`` is a selector that shows when the page is complete.
    """

    name: str
    path: str
    prepare: Callable[[Staff], None] = _nothing
    roles: tuple[Role, ...] = ()
    signed_in: bool = True
    ready: str = "h1"
    then: Callable[[Page], None] | None = None
    pictured: bool = True
    """Whether there is a picture of it in the documentation."""
    everywhere: bool = False
    """Whether the documentation shows it on a telephone and in the dark too."""
    complains: bool = False
    """Whether the browser's console speaks of it: of an answer that is a failure, it does."""
