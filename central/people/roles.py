"""What people may do, and where. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody works as. None implies another: who looks after machines need not see who is waiting."""

    RECEPTION = "reception"
    CALLER = "caller"
    TECHNICIAN = "technician"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMIN = "admin"


@dataclass(frozen=True)
class Grant:
    """Roles at some sites; where no site is named, at all of them."""

    roles: frozenset[Role]
    sites: frozenset[str] = frozenset()

    def covers(self, role: Role, site: str | None) -> bool:
        """Whether it gives the role there; without a site, whether it gives it anywhere."""
        return role in self.roles and (site is None or not self.sites or site in self.sites)


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in. ``subject`` is what the log calls them, ``name`` what the page does."""

    subject: str
    name: str = field(repr=False)
    grants: tuple[Grant, ...]

    def may(self, role: Role, site: str | None = None) -> bool:
        """Whether the person has the role at a site; without one, anywhere."""
        return any(grant.covers(role, site) for grant in self.grants)

    def may_any(self, roles: Iterable[Role], site: str | None = None) -> bool:
        """The same of one of several roles."""
        return any(self.may(role, site) for role in roles)


COMMAND = Person("command", "central", ())
"""Whoever has the shell of the centre's machine: what they do by a command is logged under this name."""
EVERYTHING = (Grant(frozenset(Role)),)
"""All roles at all sites: for trying out."""
