"""The messages between kiosk and centre, version 1: the one module that both sides share.

Unknown fields are ignored, so that either side may be newer. Times are RFC 3339 with an offset. A message of
another ``version`` is refused with the problem ``unknown-version``.
"""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from kiosk.checkin.facts import Verdict

VERSION = 1

Key = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
TicketNumber = Annotated[str, Meta(pattern=r"^[A-Z]{1,2} [0-9]{1,6}$")]
"""Series and number as a client is called by it: ``A 042``."""

Words = dict[str, Annotated[str, Meta(max_length=400)]]
"""Words by language code."""

MOST_FACTS = 2000
"""Facts in one batch."""
LONGEST_WAIT = 50
"""Seconds that the centre may hold a request for changes."""


# --- enrolment and tokens -------------------------------------------------------------------------------------------


class EnrolmentRequest(Struct, frozen=True, kw_only=True):
    """``POST /v1/enrolments``: the one-time code, and the public half (JWK) of the key made on the kiosk."""

    version: int = VERSION
    code: Annotated[str, Meta(min_length=4, max_length=64)]
    public_key: dict[str, str]


class EnrolmentAnswer(Struct, frozen=True, kw_only=True):
    """What the kiosk is from now on. ``site_key`` (hex, 32 bytes) keys the hashes of identifiers at this site."""

    version: int = VERSION
    kiosk: Key
    site: Key
    site_key: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    reserve_series: Annotated[str, Meta(pattern="^[A-Z]{1,2}$")]


class TokenAnswer(Struct, frozen=True, kw_only=True):
    """``POST /v1/token``, as RFC 6749 section 5.1 has it."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme, not a secret


# --- facts ----------------------------------------------------------------------------------------------------------


class FactMessage(Struct, frozen=True, kw_only=True):
    """One fact. ``id`` is its idempotency key for ever; ``seq`` counts the kiosk's facts without gaps."""

    id: Annotated[str, Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
    seq: Annotated[int, Meta(ge=1)]
    kind: Key
    at: Annotated[datetime, Meta(tz=True)]
    details: dict[str, Annotated[str, Meta(max_length=2000)]] = {}


class FactBatch(Struct, frozen=True, kw_only=True):
    """``POST /v1/facts``. Facts stay raw here: one that is no ``FactMessage`` is refused alone, by its place."""

    version: int = VERSION
    facts: Annotated[list[msgspec.Raw], Meta(max_length=MOST_FACTS)]


class FactResult(Struct, frozen=True, kw_only=True):
    """The centre's word on the fact at the same place of the batch. ``receipt`` is set where the centre holds it."""

    verdict: Verdict
    receipt: str | None = None
    reason: str | None = None


class FactResults(Struct, frozen=True, kw_only=True):
    """One result per fact, in the order of the batch."""

    version: int = VERSION
    results: list[FactResult]


# --- the change feed ------------------------------------------------------------------------------------------------


class AreaMessage(Struct, frozen=True, kw_only=True):
    """A waiting area with the way to it."""

    id: Key
    name: Words
    directions: Words = {}


class UnitMessage(Struct, frozen=True, kw_only=True):
    """A reception unit by its public, neutral name, and its window in minutes around the start."""

    id: Key
    name: Words
    opens_before: Annotated[int, Meta(ge=0, le=1440)] = 60
    closes_after: Annotated[int, Meta(ge=0, le=1440)] = 10


class SiteRecord(Struct, frozen=True, kw_only=True, tag_field="record", tag="site"):
    """The whole of a site's rules; a newer one replaces it."""

    id: Key
    name: Words
    zone: str
    languages: list[Key]
    desk: Words
    units: list[UnitMessage]
    areas: list[AreaMessage]
    roster_stale_minutes: Annotated[int, Meta(ge=1)] = 30


class AppointmentRecord(Struct, frozen=True, kw_only=True, tag_field="record", tag="appointment"):
    """An appointment. ``people`` are HMAC-SHA256(site key, identifier) in hex; ``number`` where one has arrived."""

    id: Key
    people: list[Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]]
    unit: Key
    area: Key
    starts: Annotated[datetime, Meta(tz=True)]
    status: str = "booked"
    number: TicketNumber | None = None


class GoneRecord(Struct, frozen=True, kw_only=True, tag_field="record", tag="gone"):
    """The appointment with this id is to be forgotten."""

    id: Key


class _RecordKind(Struct, frozen=True):
    record: str


_KNOWN_KINDS = frozenset({"site", "appointment", "gone"})

Record = SiteRecord | AppointmentRecord | GoneRecord


class Changes(Struct, frozen=True, kw_only=True):
    """``GET /v1/changes?cursor=…&wait=…``. Without a cursor, or with an expired one, a snapshot begins.

    ``snapshot`` is set on every page of a snapshot; ``more`` says that the next page is there at once. Records of a
    kind that the reader does not know are skipped.
    """

    version: int = VERSION
    snapshot: bool
    cursor: str
    more: bool
    records: list[msgspec.Raw]


# --- leases ---------------------------------------------------------------------------------------------------------


class LeaseRequest(Struct, frozen=True, kw_only=True):
    """``POST /v1/leases``. ``id`` is made by the kiosk, so that a repeated request lends nothing twice."""

    version: int = VERSION
    id: Key
    day: date
    size: Annotated[int, Meta(ge=1, le=500)]


class LeaseAnswer(Struct, frozen=True, kw_only=True):
    """Numbers ``first`` … ``last`` of ``series`` on ``day`` are this kiosk's alone."""

    version: int = VERSION
    id: Key
    day: date
    series: str
    first: int
    last: int


# --- errors ---------------------------------------------------------------------------------------------------------


class Problem(Struct, frozen=True, kw_only=True):
    """An error, as RFC 9457 has it. ``type`` ends in the key that programs look at."""

    type: str
    title: str
    status: int
    detail: str = ""


def encode(message: Struct) -> bytes:
    """The JSON of a message."""
    return msgspec.json.encode(message)


def decode_record(raw: msgspec.Raw | bytes) -> Record | None:
    """One record of the feed, or ``None`` where this side does not know its kind.

    Raises ``msgspec.ValidationError`` where a known kind is malformed.
    """
    if msgspec.json.decode(raw, type=_RecordKind).record not in _KNOWN_KINDS:
        return None
    record: Record = msgspec.json.decode(raw, type=Record)
    return record
