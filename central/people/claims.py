"""What a provider's claims make of somebody here. Pure."""

from collections.abc import Mapping

from central.people.roles import Grant, Person, Role
from central.people.settings import PeopleConfig

LONGEST = 120
"""Characters of a name or subject that are kept."""


def person(settings: PeopleConfig, claims: Mapping[str, object]) -> Person:
    """Who signed in, by checked claims. Whoever is given no role here has no grants. Raises ``ValueError``."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject or len(subject) > LONGEST:
        raise ValueError("the claims name nobody")
    named = next((_text(claims.get(one)) for one in (settings.name_claim, "preferred_username") if claims.get(one)), "")
    return Person(subject, named[:LONGEST] or subject, grants(settings, values(claims, settings.roles_claim)))


def values(claims: Mapping[str, object], path: str) -> frozenset[str]:
    """What stands at a dotted path: a text with blanks between, or a list of texts; nothing else counts."""
    # A provider may have dots in a name (https://example.org/roles): the whole path is tried first.
    found: object = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return frozenset(found.split())
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()


def grants(settings: PeopleConfig, told: frozenset[str]) -> tuple[Grant, ...]:
    """The grants for what the claim told; what is not known here grants nothing."""
    if settings.grants:
        given = [one for one in settings.grants if one.value in told]
        return tuple(Grant(frozenset(one.roles), frozenset(one.sites)) for one in given)
    roles = frozenset(Role(one) for one in told if one in set(Role))
    return (Grant(roles),) if roles else ()


def _text(value: object) -> str:
    return "".join(one for one in value if one.isprintable()) if isinstance(value, str) else ""
