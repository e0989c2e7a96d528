"""The messages between kiosk and centre, version 1: the one module that both sides share.

Unknown fields are ignored, so that either side may be newer. Times are RFC 3339 with an offset. A message of
another ``version`` is refused with the problem ``unknown-version``.
"""

from datetime import date, datetime
from enum import StrEnum
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
MOST_OFFSET_MS = 10_000 * 366 * 86_400_000
"""The largest difference of two clocks that can be told: ten thousand years."""
LONGEST_WAIT = 50
"""Seconds that the centre may hold a request for changes."""
REQUEST_ID = "X-Request-ID"
"""The header by which an answer says which question it answers: up to 64 letters and digits, each time others."""


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
    configuration_key: dict[str, str] = {}
    """The public half (JWK, Ed25519) of the key by which the centre signs configurations; empty where it signs none."""


class TokenAnswer(Struct, frozen=True, kw_only=True):
    """``POST /v1/token``, as RFC 6749 section 5.1 has it."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme, not a secret


# --- facts ----------------------------------------------------------------------------------------------------------


FactId = Annotated[str, Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
"""A UUIDv7 (RFC 9562)."""


class FactMessage(Struct, frozen=True, kw_only=True):
    """One fact. ``id`` is its idempotency key for ever; ``seq`` counts the kiosk's facts without gaps.

    ``at`` is the kiosk's wall clock, ``offset_ms`` by how much that was ahead of the centre's, ``clock`` how far it can
    be believed (``trusted``, ``doubtful``, ``unknown``), and ``order`` grows with each fact of a kiosk: milliseconds
    since 1970, and 16 bits of a counter. A kiosk that knows none of these leaves them out.
    """

    id: FactId
    seq: Annotated[int, Meta(ge=1)]
    kind: Key
    at: Annotated[datetime, Meta(tz=True)]
    details: dict[str, Annotated[str, Meta(max_length=2000)]] = {}
    order: Annotated[int, Meta(ge=0, le=(1 << 63) - 1)] | UnsetType = UNSET
    clock: Annotated[str, Meta(pattern="^[a-z-]{1,20}$")] | UnsetType = UNSET
    offset_ms: Annotated[int, Meta(ge=-MOST_OFFSET_MS, le=MOST_OFFSET_MS)] | UnsetType | None = UNSET


class FactBatch(Struct, frozen=True, kw_only=True):
    """``POST /v1/facts``. Facts stay raw here: one that is no ``FactMessage`` is refused alone, by its place."""

    version: int = VERSION
    facts: Annotated[list[msgspec.Raw], Meta(max_length=MOST_FACTS)]


class FactResult(Struct, frozen=True, kw_only=True):
    """The centre's word on the fact at the same place of the batch. ``receipt`` is set where the centre holds it.

    ``id`` is that of the fact. A centre may leave it out; where it is there it must be the right one, so that an answer
    to somebody else's batch registers nobody. ``against`` is the id of the fact that a conflict is in conflict with.
    """

    id: str | UnsetType | None = UNSET
    verdict: Verdict
    receipt: str | None = None
    reason: str | None = None
    against: FactId | UnsetType | None = UNSET


class FactResults(Struct, frozen=True, kw_only=True):
    """One result per fact, in the order of the batch."""

    version: int = VERSION
    results: list[FactResult]


# --- the change feed ------------------------------------------------------------------------------------------------


class AreaMessage(Struct, frozen=True, kw_only=True):
    """A waiting area with the way to it. ``photo`` is a JPEG in base64, without anybody on it."""

    id: Key
    name: Words
    directions: Words = {}
    photo: Annotated[str, Meta(max_length=80_000, pattern="^[A-Za-z0-9+/]*={0,2}$")] = ""


Units = Annotated[int, Meta(ge=-2000, le=4000)]
"""A length on a floor plan: the longer side of the largest floor has 1,000."""
Side = Annotated[int, Meta(ge=1, le=1000)]
PlanPoint = tuple[Units, Units]
"""To the right of the left edge, and down from the upper one."""
PlanLine = Annotated[list[PlanPoint], Meta(min_length=2, max_length=2000)]
PlanLines = Annotated[list[PlanLine], Meta(max_length=2000)]


class PlanPlaceMessage(Struct, frozen=True, kw_only=True):
    """The outline of a waiting area, and what stands on its sign."""

    area: Key
    outline: PlanLine
    sign: Annotated[str, Meta(max_length=8)] = ""


class PlanMarkMessage(Struct, frozen=True, kw_only=True):
    """A landmark: ``lift``, ``stairs``, ``desk``, ``entrance``, ``toilet``. A reader leaves out others."""

    kind: Annotated[str, Meta(max_length=20)]
    at: PlanPoint


class FloorMessage(Struct, frozen=True, kw_only=True):
    """One floor as lines. ``rooms`` are closed outlines."""

    name: Annotated[str, Meta(min_length=1, max_length=8)]
    width: Side
    height: Side
    rooms: PlanLines = []
    walls: PlanLines = []
    details: PlanLines = []
    places: Annotated[list[PlanPlaceMessage], Meta(max_length=100)] = []
    marks: Annotated[list[PlanMarkMessage], Meta(max_length=200)] = []


class LegMessage(Struct, frozen=True, kw_only=True):
    """The part of a way that lies on one floor, by its place in ``floors``, counted from 0."""

    floor: Annotated[int, Meta(ge=0, le=50)]
    line: PlanLine


Legs = Annotated[list[LegMessage], Meta(max_length=20)]


class KioskStandMessage(Struct, frozen=True, kw_only=True):
    """Where clients of a kiosk stand, which way they look (degrees clockwise from up), and the ways from there.

    ``ways`` are by the id of an area.
    """

    kiosk: Key
    floor: Annotated[int, Meta(ge=0, le=50)]
    at: PlanPoint
    looks: Annotated[int, Meta(ge=0, le=359)]
    ways: dict[Key, Legs] = {}
    desk: Legs = []


class PlanMessage(Struct, frozen=True, kw_only=True):
    """The floor plan of a site, with the way from each kiosk to each waiting area."""

    floors: Annotated[list[FloorMessage], Meta(min_length=1, max_length=20)]
    kiosks: Annotated[list[KioskStandMessage], Meta(max_length=100)] = []


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
    plan: PlanMessage | None = None


class ConfigurationRecord(Struct, frozen=True, kw_only=True, tag_field="record", tag="configuration"):
    """The rules of the site, signed, in the place of a ``SiteRecord``, for kiosks that ask for it.

    ``signed`` is a JWS (RFC 7515, compact, Ed25519 of RFC 9864) over the JSON of a ``ConfigurationBody``.
    ``handovers`` are such JWS over a ``HandoverBody`` each, which lead from every earlier key to the one that signs
    now, the oldest first.
    """

    signed: Annotated[str, Meta(max_length=6_000_000)]
    handovers: Annotated[list[Annotated[str, Meta(max_length=4000)]], Meta(max_length=1000)] = []


class ConfigurationBody(Struct, frozen=True, kw_only=True):
    """One version of what steers the kiosks of ``site``; ``content`` is its ``SiteRecord``.

    ``number`` only grows. Rules that are to hold again are a new number with the old content.
    """

    version: int = VERSION
    site: Key
    number: Annotated[int, Meta(ge=0, le=(1 << 53) - 1)]
    made_at: Annotated[datetime, Meta(tz=True)]
    content: msgspec.Raw


class HandoverBody(Struct, frozen=True, kw_only=True):
    """That configurations are signed with another key from now on, whose public half this is (a JWK, Ed25519)."""

    version: int = VERSION
    made_at: Annotated[datetime, Meta(tz=True)]
    configuration_key: dict[str, str]


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


_RECORD_KIND = msgspec.json.Decoder(_RecordKind)


KNOWN_KINDS = frozenset({"site", "configuration", "appointment", "queue", "gone"})

SIGNED = "signed"
"""What a kiosk asks for with ``configuration=…`` to get a ``ConfigurationRecord``."""
SIGNED_WITH = "Ed25519"
"""The algorithm (``alg``) of configurations and hand-overs, as RFC 9864 names it."""
CONFIGURATION_TYPE, HANDOVER_TYPE = "kiosk-configuration", "kiosk-configuration-key"
"""Their ``typ``, so that neither passes for the other."""
MOST_OF_A_CONFIGURATION = 4 << 20
"""Bytes of what is signed."""

Record = SiteRecord | ConfigurationRecord | AppointmentRecord | QueueRecord | GoneRecord


class Changes(Struct, frozen=True, kw_only=True):
    """``GET /v1/changes?cursor=…&wait=…``. Without a cursor, or with an expired one, a snapshot begins.

    ``snapshot`` is set on every page of a snapshot; ``more`` says that the next page is there at once. Records of a
    kind that the reader does not know are skipped.
    """

    version: int = VERSION
    since: str | UnsetType = UNSET
    """The cursor that this answers, empty for none. Where it is there it must be the one asked with: an answer that
    was meant for an earlier question could pass the end of a snapshot for the whole of one."""
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


# --- heartbeats and day closes ---------------------------------------------------------------------------------------


Count = Annotated[int, Meta(ge=0, le=(1 << 53) - 1)]
Place = Annotated[int, Meta(ge=1, le=(1 << 63) - 1)]
"""A fact's place in the journal of its kiosk: its ``seq``."""
Version = Annotated[str, Meta(max_length=40)]


class ConfigurationState(Struct, frozen=True, kw_only=True):
    """By which configuration a kiosk serves, and what it did not take since.

    ``number`` is ``None`` where the one in use has none, since nobody signed it; ``refused`` where the one that was
    refused did not tell its own. ``reason`` is a key of ``kiosk.checkin.configuration.Refusal``, empty where nothing
    was refused. ``checks`` tells whether the kiosk has a key to check signatures by.
    """

    number: Count | None = None
    checks: bool = False
    refused: Count | None = None
    reason: Annotated[str, Meta(max_length=40)] = ""


class Heartbeat(Struct, frozen=True, kw_only=True):
    """``POST /v1/heartbeats``: how a kiosk is. Nothing in it is about a person, and nothing of it is kept but the last.

    ``faults`` are the codes of the catalogue that stand against either of its processes. What the kiosk can't tell,
    since its database does not answer, it leaves out: ``None``. ``numbers_left`` are leased for today, by what was
    asked for: empty for the site's own series, or the letter of a service.
    """

    version: int = VERSION
    at: Annotated[datetime, Meta(tz=True)]
    light: Annotated[str, Meta(max_length=10)]
    faults: Annotated[list[Key], Meta(max_length=200)] = []
    waiting: Count | None = None
    """Facts for which the kiosk has no word of the centre yet."""
    oldest_waiting_at: Annotated[datetime, Meta(tz=True)] | None = None
    roster_as_of: Annotated[datetime, Meta(tz=True)] | None = None
    clock: Annotated[str, Meta(max_length=20)] = "unknown"
    offset_ms: Annotated[int, Meta(ge=-MOST_OFFSET_MS, le=MOST_OFFSET_MS)] | None = None
    numbers_left: dict[Annotated[str, Meta(pattern="^[A-Z]?$")], Count] = {}
    program: Version = ""
    sqlite: Version = ""
    schema: Version = ""
    configuration: ConfigurationState | None = None


class HeartbeatAnswer(Struct, frozen=True, kw_only=True):
    """That the centre has heard it, and when."""

    version: int = VERSION
    heard_at: Annotated[datetime, Meta(tz=True)]


class DayCloseBody(Struct, frozen=True, kw_only=True):
    """What a kiosk says of one service day: the facts at the places ``first`` … ``last`` of its journal.

    ``taken`` is how many there are: ``confirmed`` (the centre has recorded them), ``resolved`` (the centre has said
    something else: ``conflicts`` and ``refused``) and ``pending`` (no word of it yet). With none pending it is final.
    """

    version: int = VERSION
    kiosk: Key
    site: Key
    day: date
    first: Place
    last: Place
    taken: Count
    confirmed: Count
    conflicts: Count
    refused: Count
    pending: Count
    closed_at: Annotated[datetime, Meta(tz=True)]
    forced: Annotated[str, Meta(max_length=200)] = ""
    """Why somebody ended this journal, or this enrolment, though facts were pending; empty where nobody did."""

    @property
    def resolved(self) -> int:
        """Facts on which the centre has a word, and which it did not simply record."""
        return self.conflicts + self.refused

    @property
    def adds_up(self) -> bool:
        """Whether every fact of the range is in one of the three."""
        return self.taken == self.last - self.first + 1 == self.confirmed + self.resolved + self.pending


class DayCloseMessage(Struct, frozen=True, kw_only=True):
    """``POST /v1/day-closes``. ``signed`` is a JWS (RFC 7515, compact, ES384) with the kiosk's key.

    Its payload is the JSON of a ``DayCloseBody``. A later one of the same day replaces one that was not final.
    """

    version: int = VERSION
    signed: Annotated[str, Meta(max_length=8000, pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$")]


class Agreement(StrEnum):
    """What the centre finds when it compares a day close with the facts that it holds itself."""

    AGREES = "agrees"
    DIFFERS = "differs"


class DayCloseAnswer(Struct, frozen=True, kw_only=True):
    """The centre's word on a day close, with what it holds of that range itself.

    ``reason`` is empty where they agree; else ``sums``, ``counts``, ``overlap`` (with another day's range) or
    ``was-final``.
    """

    version: int = VERSION
    day: date
    verdict: Agreement
    recorded: Count
    conflicts: Count
    refused: Count
    reason: Annotated[str, Meta(max_length=40)] = ""


# --- a new key ------------------------------------------------------------------------------------------------------


class RekeyBody(Struct, frozen=True, kw_only=True):
    """That a kiosk goes over to another key, whose public half this is (a JWK, EC on P-384)."""

    version: int = VERSION
    kiosk: Key
    site: Key
    public_key: dict[str, str]


class RekeyMessage(Struct, frozen=True, kw_only=True):
    """``POST /v1/keys``. ``signed`` is a JWS (RFC 7515, compact, ES384) with the key that the kiosk has.

    Its payload is the JSON of a ``RekeyBody``. The key that it has is good until the new one was used for a token.
    """

    version: int = VERSION
    signed: Annotated[str, Meta(max_length=8000, pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$")]


class RekeyAnswer(Struct, frozen=True, kw_only=True):
    """That the centre knows the new key, and will take it from now on."""

    version: int = VERSION


# --- errors ---------------------------------------------------------------------------------------------------------


class Problem(Struct, frozen=True, kw_only=True):
    """An error, as RFC 9457 has it. ``type`` ends in the key that programs look at."""

    type: str
    title: str
    status: int
    detail: str = ""


_RECORD: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


def encode(message: Struct) -> bytes:
    """The JSON of a message."""
    return msgspec.json.encode(message)


def decode_record(raw: msgspec.Raw | bytes) -> Record | None:
    """One record of the feed, or ``None`` where this side does not know its kind.

    Raises ``msgspec.DecodeError`` where a known kind is malformed, ``RecursionError`` where it is nested too deep.
    """
    if _RECORD_KIND.decode(raw).record not in KNOWN_KINDS:
        return None
    return _tolerant(raw)


def decode_content(raw: msgspec.Raw | bytes) -> SiteRecord:
    """The rules of a site that a configuration holds. Raises as ``decode_record`` does."""
    kind = _RECORD_KIND.decode(raw).record
    record = _tolerant(raw) if kind == "site" else None
    if not isinstance(record, SiteRecord):
        raise msgspec.ValidationError("no rules of a site")
    return record


def _tolerant(raw: msgspec.Raw | bytes) -> Record:
    try:
        record: Record = _RECORD.decode(raw)
    except msgspec.ValidationError:
        # Nobody goes without the rules of the site because of a drawing that only a newer kiosk understands.
        bare = _without_drawings(raw)
        if bare is None:
            raise
        record = _RECORD.decode(bare)
    return record


def _without_drawings(raw: msgspec.Raw | bytes) -> bytes | None:
    """A site's record without its plan and photographs, or ``None`` where it has none."""
    written = msgspec.json.decode(raw)
    areas = written.get("areas")
    pictured = [one for one in areas if isinstance(one, dict) and "photo" in one] if isinstance(areas, list) else []
    if written.get("record") != "site" or not ("plan" in written or pictured):
        return None
    written.pop("plan", None)
    for one in pictured:
        del one["photo"]
    return msgspec.json.encode(written)


# msgspec works a type out when it is first used. Two threads that are both the first crash the process: the second
# meets what the first has half made. So all of them are worked out here, and other types where their decoders stand.
for _message in [one for one in globals().values() if isinstance(one, type) and issubclass(one, Struct)]:
    msgspec.json.Decoder(_message)
