"""The section ``[alarms]`` of the centre's configuration: who is told, and of what."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from central.alarms.rules import Kind

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_Name = Annotated[str, Meta(pattern="^[a-z0-9-]{1,40}$")]
_Language = Literal["fi", "sv", "en"]


class Webhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[alarms.webhooks]]``: a JSON document is posted to ``url``, signed with the secret in ``secret_file``.

    The secret is the text of the file without the line's end. ``kinds`` and ``sites`` say of what it is told; where
    they are empty, of everything. ``authorities`` (PEM) are believed instead of the machine's own.
    """

    name: _Name
    url: str
    secret_file: Path
    kinds: tuple[Kind, ...] = ()
    sites: tuple[str, ...] = ()
    language: _Language = "fi"
    authorities: Path | None = None
    timeout_seconds: Annotated[float, Meta(gt=0, le=60)] = 10.0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for an address that others could listen to."""
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("url is an https address")
        if not parts.hostname or parts.username or parts.fragment:
            raise ValueError("url names a host, and no user")


class Mail(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[alarms.mails]]``: plain words by SMTP. ``starttls`` (RFC 3207) or ``tls`` from the first byte (RFC 8314).

    ``none`` is taken on loopback alone. The password is the text of ``password_file`` without the line's end.
    """

    name: _Name
    host: str
    sender: Annotated[str, Meta(pattern=r"^[^\s@<>]+@[^\s@<>]+$")]
    to: Annotated[tuple[Annotated[str, Meta(pattern=r"^[^\s@<>]+@[^\s@<>]+$")], ...], Meta(min_length=1)]
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: Path | None = None
    kinds: tuple[Kind, ...] = ()
    sites: tuple[str, ...] = ()
    language: _Language = "fi"
    authorities: Path | None = None
    timeout_seconds: Annotated[float, Meta(gt=0, le=120)] = 20.0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where somebody could listen, or a user has no password."""
        if self.security == "none" and self.host not in LOOPBACK:
            raise ValueError("security none is for loopback alone")
        if bool(self.user) != (self.password_file is not None):
            raise ValueError("user and password_file go together")


class AlarmsConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """``[alarms]``. ``address`` is that of the centre's pages, for the link in a message.

    A kiosk whose oldest unsent fact has waited ``unsent_minutes`` is an alarm. With ``watch = false`` this service
    looks for nothing and tells nobody: another one does.
    """

    watch: bool = True
    address: str = ""
    unsent_minutes: Annotated[int, Meta(ge=1, le=1440)] = 30
    webhooks: tuple[Webhook, ...] = ()
    mails: tuple[Mail, ...] = ()

    @property
    def channels(self) -> tuple[Webhook | Mail, ...]:
        """All ways of telling."""
        return (*self.webhooks, *self.mails)

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where two have one name."""
        names = [one.name for one in self.channels]
        if len(set(names)) < len(names):
            raise ValueError("two webhooks or mails have one name")
