"""Errors of the service, as RFC 9457 has them: a closed list of keys, each with its status and its title."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from starlette.responses import Response

from kiosk.sync import messages

TYPE_PREFIX = "urn:kiosk:problem:"
MEDIA_TYPE = "application/problem+json"


class Key(StrEnum):
    """What programs look at: the end of ``type``."""

    MALFORMED = "malformed"
    UNKNOWN_VERSION = "unknown-version"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    REVOKED = "revoked"
    BAD_SIGNATURE = "bad-signature"
    CODE_UNKNOWN = "code-unknown"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    CODE_USED = "code-used"
    CODE_EXPIRED = "code-expired"
    TOO_LARGE = "too-large"
    UNKNOWN_ENCODING = "unknown-encoding"
    TOO_MANY_REFUSED = "too-many-refused"
    TOO_MANY_REQUESTS = "too-many-requests"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"


STATUS: Mapping[Key, tuple[int, str]] = MappingProxyType(
    {
        Key.MALFORMED: (400, "The request cannot be read"),
        Key.UNKNOWN_VERSION: (400, "The message is of a version that this centre does not know"),
        Key.BAD_SIGNATURE: (400, "It is not signed with the key of this kiosk"),
        Key.UNAUTHORISED: (401, "There is no valid access token"),
        Key.FORBIDDEN: (403, "This kiosk may not do that"),
        Key.REVOKED: (403, "This kiosk was revoked"),
        Key.CODE_UNKNOWN: (404, "There is no such enrolment code"),
        Key.NOT_FOUND: (404, "There is nothing at this address"),
        Key.METHOD_NOT_ALLOWED: (405, "This address does not take this method"),
        Key.CODE_USED: (409, "The enrolment code has been used"),
        Key.CODE_EXPIRED: (410, "The enrolment code has expired"),
        Key.TOO_LARGE: (413, "The request is too large"),
        Key.UNKNOWN_ENCODING: (415, "The content encoding is none that this centre takes"),
        Key.TOO_MANY_REFUSED: (422, "It has facts to refuse, and no room is left to keep such of this kiosk today"),
        Key.TOO_MANY_REQUESTS: (429, "There were too many requests at once"),
        Key.INTERNAL: (500, "The centre failed"),
        Key.UNAVAILABLE: (503, "The centre cannot reach its data now"),
    }
)


class ProblemError(Exception):
    """Ends a request with a problem. ``detail`` is for people and never repeats what was sent.

    ``after`` are the seconds after which it is worth asking again, where that is known.
    """

    def __init__(self, key: Key, detail: str = "", after: int | None = None) -> None:
        super().__init__(key)
        self.key = key
        self.detail = detail
        self.after = after


def response(
    key: Key, detail: str = "", headers: Mapping[str, str] | None = None, after: int | None = None
) -> Response:
    """The problem as it goes over the wire."""
    status, title = STATUS[key]
    more = dict(headers or {})
    if after is not None:
        more["Retry-After"] = str(after)
    if key is Key.UNAUTHORISED:
        more["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    if key is Key.UNKNOWN_ENCODING:
        more["Accept-Encoding"] = "gzip"
    if key is Key.UNAVAILABLE:
        more["Retry-After"] = "5"
    problem = messages.Problem(type=TYPE_PREFIX + key, title=title, status=status, detail=detail)
    return Response(messages.encode(problem), status, more, MEDIA_TYPE)
