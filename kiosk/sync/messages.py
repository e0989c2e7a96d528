"""The messages between kiosk and centre, version 1: the one module that both sides share.

Unknown fields are ignored, so that either side may be newer. Times are RFC 3339 with an offset. A message of
another ``version`` is refused with the problem ``unknown-version``.
"""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

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
    identity_key: dict[str, str] = {}
    """The public half (JWK, P-384) of the centre's key: who somebody is travels as a JWE to it (ECDH-ES, A256GCM)."""


class TokenAnswer(Struct, frozen=True, kw_only=True):
    """``POST /v1/token``, as RFC 6749 section 5.1 has it."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme, not a secret


# --- facts ----------------------------------------------------------------------------------------------------------


FactId = Annotated[str, Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
"""A UUIDv7 (RFC 9562)."""


class FactMessage(Struct, frozen=True, kw_only=True):
    """One fact. ``id`` is its idempotency key for ever; ``seq`` counts the kiosk's facts without gaps."""

    id: FactId
    seq: Annotated[int, Meta(ge=1)]
    kind: Key
    at: Annotated[datetime, Meta(tz=True)]
    details: dict[str, Annotated[str, Meta(max_length=2000)]] = {}


class FactBatch(Struct, frozen=True, kw_only=True):
    """``POST /v1/facts``. Facts stay raw here: one that is no ``FactMessage`` is refused alone, by its place."""

    version: int = VERSION
    facts: Annotated[list[msgspec.Raw], Meta(max_length=MOST_FACTS)]


class FactResult(Struct, frozen=True, kw_only=True):
    """The centre's word on the fact at the same place of the batch. ``receipt`` is set where the centre holds it.

    ``id`` is that of the fact. A centre may leave it out; where it is there it must be the right one, so that an answer
    to somebody else's batch registers nobody.
    """

    id: str | UnsetType | None = UNSET
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


Day = Annotated[int, Meta(ge=1, le=7)]
"""Day of the week; Monday is 1 (ISO 8601)."""
TimeOfDay = Annotated[str, Meta(pattern="^[0-2][0-9]:[0-5][0-9]$")]


class HoursMessage(Struct, frozen=True, kw_only=True):
    """An opening on some days of the week, in the site's own time."""

    days: list[Day]
    since: TimeOfDay
    until: TimeOfDay


class ServiceMessage(Struct, frozen=True, kw_only=True):
    """Something that one can come to without a booking; ``series`` is the letter of its own numbers."""

    id: Key
    name: Words
    area: Key
    series: Annotated[str, Meta(pattern="^[A-Z]$")]
    hours: list[HoursMessage] = []


class NeighbourMessage(Struct, frozen=True, kw_only=True):
    """Another site, ``minutes`` away from this one."""

    id: Key
    name: Words
    address: Words
    way: Words = {}
    minutes: Annotated[int, Meta(ge=0, le=600)]
    map_url: Annotated[str, Meta(max_length=400)] = ""


class BulletinMessage(Struct, frozen=True, kw_only=True):
    """What the city has to say from ``since`` until ``until``; ``severity`` is ``note`` or ``warning``."""

    id: Key
    text: Words
    since: Annotated[datetime, Meta(tz=True)]
    until: Annotated[datetime, Meta(tz=True)]
    severity: str = "note"
    units: list[Key] = []


class PortalMessage(Struct, frozen=True, kw_only=True):
    """A service of the city on the client's own phone."""

    id: Key
    name: Words
    url: Annotated[str, Meta(max_length=400)]


class PolicyMessage(Struct, frozen=True, kw_only=True):
    """What a site has decided for itself; ``kiosk.checkin.site.Policy`` says what each means."""

    names_practitioner: bool = False
    family: bool = False
    contact_check: bool = False
    desk_tickets: bool = False
    call_back_services: list[Key] = []
    code_pattern: Annotated[str, Meta(max_length=200)] = ""
    local_pattern: Annotated[str, Meta(max_length=200)] = ""
    failures: Annotated[int, Meta(ge=1, le=20)] = 3


class UnitMessage(Struct, frozen=True, kw_only=True):
    """A reception unit by its public, neutral name, and its window in minutes around the start."""

    id: Key
    name: Words
    opens_before: Annotated[int, Meta(ge=0, le=1440)] = 60
    closes_after: Annotated[int, Meta(ge=0, le=1440)] = 10
    goes_live: date | None = None
    rank: Annotated[int, Meta(ge=0, le=100)] = 10


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
    services: list[ServiceMessage] = []
    neighbours: list[NeighbourMessage] = []
    bulletins: list[BulletinMessage] = []
    portals: list[PortalMessage] = []
    policy: PolicyMessage = PolicyMessage()


class AppointmentRecord(Struct, frozen=True, kw_only=True, tag_field="record", tag="appointment"):
    """An appointment. ``people`` are HMAC-SHA256(key of the reading site, identifier) in hex.

    ``number`` is set where somebody has arrived. ``annulled`` are ids of check-in facts that staff took back. ``site``
    is empty for a visit at the reading site; what is meant by the rest, ``kiosk.checkin.appointment`` says.
    """

    id: Key
    people: list[Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]]
    unit: Key
    area: Key
    starts: Annotated[datetime, Meta(tz=True)]
    status: str = "booked"
    number: TicketNumber | None = None
    annulled: list[str] = []
    site: str = ""
    channel: str = "on-site"
    moved_to: Annotated[datetime, Meta(tz=True)] | None = None
    desk_first: bool = False
    protected: bool = False
    practitioner: Annotated[str, Meta(max_length=80)] = ""
    reminder_unit: str = ""
    phone: Annotated[str, Meta(max_length=20)] = ""


class QueueRecord(Struct, frozen=True, kw_only=True, tag_field="record", tag="queue"):
    """How many wait for a service at ``as_of``, and how many minutes it may take where that is known."""

    service: Key
    waiting: Annotated[int, Meta(ge=0, le=9999)]
    minutes: Annotated[int, Meta(ge=0, le=1440)] | None = None
    as_of: Annotated[datetime, Meta(tz=True)]


class GoneRecord(Struct, frozen=True, kw_only=True, tag_field="record", tag="gone"):
    """The appointment with this id is to be forgotten."""

    id: Key


class _RecordKind(Struct, frozen=True):
    record: str


KNOWN_KINDS = frozenset({"site", "appointment", "queue", "gone"})

Record = SiteRecord | AppointmentRecord | QueueRecord | GoneRecord


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
    """``POST /v1/leases``. ``id`` is made by the kiosk, so that a repeated request lends nothing twice.

    ``series`` is empty for the site's own numbers, or the letter of a service's.
    """

    version: int = VERSION
    id: Key
    day: date
    size: Annotated[int, Meta(ge=1, le=500)]
    series: Annotated[str, Meta(pattern="^[A-Z]?$")] = ""


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

    Raises ``msgspec.DecodeError`` where a known kind is malformed, ``RecursionError`` where it is nested too deep.
    """
    if msgspec.json.decode(raw, type=_RecordKind).record not in KNOWN_KINDS:
        return None
    record: Record = msgspec.json.decode(raw, type=Record)
    return record
