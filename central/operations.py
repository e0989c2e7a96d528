"""The one table of what the service does: routes and OpenAPI document are both made from it."""

from dataclasses import dataclass

import msgspec

from central.auth import TokenForm
from central.feed import DAYS_AHEAD, DAYS_BACK
from central.problems import Key
from kiosk.sync import messages

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
TEXT = "text/plain"
SMALL = 64 * 1024
"""Bytes that any message but a batch of facts may have."""
LARGE = 4 * 1024 * 1024
"""Bytes that a batch of facts may have, once unpacked."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """``GET /healthz``: that the service and its database answer; ``GET /readyz``: that it can do all its work."""

    status: str = "ok"


@dataclass(frozen=True)
class Parameter:
    """A query parameter, with its JSON Schema."""

    name: str
    about: str
    schema: dict[str, object]


@dataclass(frozen=True)
class Operation:
    """One method at one address."""

    id: str
    method: str
    path: str
    about: str
    answer: type[msgspec.Struct] | None
    """``None`` stands for the OpenAPI document and the metrics, which have no schema of ours."""
    answer_type: str = JSON
    request: type[msgspec.Struct] | None = None
    request_type: str = JSON
    largest: int = SMALL
    secured: bool = False
    parameters: tuple[Parameter, ...] = ()
    refusals: tuple[int, ...] = ()
    """Statuses with an OAuth 2.0 error instead of a problem."""
    problems: tuple[Key, ...] = ()


_CURSOR = Parameter(
    "cursor",
    "Where the last answer ended. Without it, or with one that has expired, a snapshot begins.",
    {"type": "string"},
)
_WAIT = Parameter(
    "wait",
    f"Seconds to hold the request while nothing changes; more than {messages.LONGEST_WAIT} are taken as that many.",
    {"type": "integer", "minimum": 0, "default": 0},
)
_CONFIGURATION = Parameter(
    "configuration",
    f"`{messages.SIGNED}`: the rules of the site come as a signed ConfigurationRecord, in the place of a SiteRecord.",
    {"type": "string"},
)
_READING = (Key.MALFORMED, Key.UNKNOWN_VERSION, Key.TOO_LARGE, Key.UNKNOWN_ENCODING)
_ALWAYS = (Key.INTERNAL, Key.UNAVAILABLE)
_KIOSK = (Key.UNAUTHORISED, Key.REVOKED, Key.TOO_MANY_REQUESTS)

OPERATIONS = (
    Operation(
        "enrol",
        "POST",
        "/v1/enrolments",
        "Enrol a kiosk with a one-time code and the public key that it made. The same key with the same code "
        "again, because the answer was lost, gets the same answer.",
        messages.EnrolmentAnswer,
        request=messages.EnrolmentRequest,
        problems=(*_READING, Key.CODE_UNKNOWN, Key.CODE_USED, Key.CODE_EXPIRED, Key.TOO_MANY_REQUESTS, *_ALWAYS),
    ),
    Operation(
        "token",
        "POST",
        "/v1/token",
        "Give an access token for a signed client assertion (private_key_jwt, ES384): iss and sub are the kiosk, aud "
        "is this address, exp lies at most five minutes ahead, jti is used once.",
        messages.TokenAnswer,
        request=TokenForm,
        request_type=FORM,
        refusals=(400, 401),
        problems=(Key.TOO_LARGE, Key.UNKNOWN_ENCODING, Key.REVOKED, *_ALWAYS),
    ),
    Operation(
        "facts",
        "POST",
        "/v1/facts",
        "Take a batch of facts, gzip or plain. Answered when all of it is on the disk; each fact gets its own result. "
        "Where there is no room to keep a refused one, the batch is refused; what is good in it is recorded even so.",
        messages.FactResults,
        request=messages.FactBatch,
        largest=LARGE,
        secured=True,
        problems=(*_READING, Key.TOO_MANY_REFUSED, *_KIOSK, *_ALWAYS),
    ),
    Operation(
        "changes",
        "GET",
        "/v1/changes",
        "What the kiosk's site needs to know: its rules, its queues, the appointments of today and tomorrow, booked "
        f"visits up to {DAYS_AHEAD} days ahead, those of the last {DAYS_BACK} days to which nobody came, and the "
        "appointments of today at other sites.",
        messages.Changes,
        secured=True,
        parameters=(_CURSOR, _WAIT, _CONFIGURATION),
        problems=(Key.MALFORMED, Key.FORBIDDEN, *_KIOSK, *_ALWAYS),
    ),
    Operation(
        "lend",
        "POST",
        "/v1/leases",
        "Lend the kiosk a block of ticket numbers, of its site or of one of the services there. The same lease id "
        "again gets the same block.",
        messages.LeaseAnswer,
        request=messages.LeaseRequest,
        secured=True,
        problems=(*_READING, Key.NOT_FOUND, *_KIOSK, *_ALWAYS),
    ),
    Operation(
        "heartbeat",
        "POST",
        "/v1/heartbeats",
        "Tell how the kiosk is: the faults that stand, what waits, how old the roster is. The last one is kept.",
        messages.HeartbeatAnswer,
        request=messages.Heartbeat,
        secured=True,
        problems=(*_READING, *_KIOSK, *_ALWAYS),
    ),
    Operation(
        "close",
        "POST",
        "/v1/day-closes",
        "Close a service day: what became of the facts at these places of the kiosk's journal, signed with its key "
        "(JWS, ES384). Compared with the facts held here, and kept with the answer. A later one of the same day "
        "replaces one that was not final.",
        messages.DayCloseAnswer,
        request=messages.DayCloseMessage,
        secured=True,
        problems=(*_READING, Key.BAD_SIGNATURE, Key.FORBIDDEN, *_KIOSK, *_ALWAYS),
    ),
    Operation(
        "rekey",
        "POST",
        "/v1/keys",
        "Tell of a new key, signed with the one that the kiosk has (JWS, ES384). Both are good until a token was given "
        "for the new one; then it alone. Told again, it is answered again.",
        messages.RekeyAnswer,
        request=messages.RekeyMessage,
        secured=True,
        problems=(*_READING, Key.BAD_SIGNATURE, Key.FORBIDDEN, *_KIOSK, *_ALWAYS),
    ),
    Operation("document", "GET", "/openapi.json", "This document.", None),
    Operation("health", "GET", "/healthz", "Tell whether the service can reach its data.", Health, problems=_ALWAYS),
    Operation(
        "ready",
        "GET",
        "/readyz",
        "Tell whether the service can do all its work: the database is there, of its schema, and can be written.",
        Health,
        problems=_ALWAYS,
    ),
    Operation(
        "metrics",
        "GET",
        "/metrics",
        "What the service counts, in the text format of Prometheus, for the addresses that may read it.",
        None,
        answer_type=TEXT,
        problems=(Key.FORBIDDEN, *_ALWAYS),
    ),
)
