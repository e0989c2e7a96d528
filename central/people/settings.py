"""The section ``[people]`` of the centre's configuration."""

from pathlib import Path
from typing import Annotated

import msgspec

from central.people.roles import Role


class GrantSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[people.grants]]``: whose claim has ``value`` gets the roles, at these sites; where none is named, at all."""

    value: str
    roles: tuple[Role, ...]
    sites: tuple[str, ...] = ()


class PeopleConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How people sign in.

    Without ``issuer`` only the links of ``central admin-link`` lead in. ``roles_claim`` is where the provider tells
    what somebody is, with dots into nested objects (``realm_access.roles``). Where no grants are set, the claim names
    our roles themselves, for all sites.
    """

    issuer: str = ""
    client_id: str = ""
    client_secret_file: Path | None = None
    scopes: tuple[str, ...] = ("openid", "profile")
    roles_claim: str = "roles"
    name_claim: str = "name"
    grants: tuple[GrantSetting, ...] = ()
    session_hours: Annotated[int, msgspec.Meta(ge=1, le=24)] = 12
    """Hours after which anybody signs in again."""
    idle_minutes: Annotated[int, msgspec.Meta(ge=5, le=720)] = 60
    """Minutes without any page open after which anybody signs in again."""

    def __post_init__(self) -> None:
        """Raises ``ValueError`` where an issuer is set without a client."""
        if self.issuer and not self.client_id:
            raise ValueError("issuer is set, so client_id is needed")
        if self.issuer and not self.issuer.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("issuer is an https address")
