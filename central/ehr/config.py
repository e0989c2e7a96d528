"""The sections ``[[ehr]]`` of ``central.toml``, one for each health record system."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kiosk.sync.messages import Key

Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Port = Annotated[int, Meta(ge=1, le=65_535)]
SegmentName = Annotated[str, Meta(pattern="^Z[A-Z0-9]{2}$")]
FieldName = Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9]{2}-[0-9]{1,3}(\.[0-9]{1,2})?$")]
"""A field of HL7 v2, and maybe a component of it: ``SCH-2.1``."""


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a visit with this code takes place, in the words of the site's own rules."""

    code: Annotated[str, Meta(min_length=1, max_length=255)]
    site: Key
    unit: Key
    area: Key


class Common(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every record is told.

    ``sites`` are those whose arrivals it is told of, all where empty. ``deliver`` is ``own`` for arrivals of
    appointments that it brought, ``all``, or ``none``. ``id_prefix`` goes before its ids, so that those of two records
    differ. ``lease_seconds`` is how long another worker leaves alone what one has begun.
    """

    name: Key
    sites: tuple[Key, ...] = ()
    deliver: Literal["own", "all", "none"] = "own"
    appointments: bool = True
    id_prefix: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{0,24}$")] = ""
    places: tuple[Place, ...] = ()
    senders: Annotated[int, Meta(ge=1, le=32)] = 4
    lease_seconds: Seconds = 120.0
    reconcile: bool = True
    day_close: Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "21:00"
    """When the whole day is compared once more, on the wall clock of ``zone``."""
    zone: str = "Europe/Helsinki"


class Smart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """SMART Backend Services. ``key_file`` is a private key, PEM or JWK: P-384 for ES384, RSA for RS384.

    ``token_url`` is discovered at ``.well-known/smart-configuration`` where it is empty.
    """

    client_id: str
    key_file: Path
    key_id: str = ""
    scope: str = "system/Appointment.rus system/Patient.rs"
    token_url: str = ""


class Subscription(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rest-hook: the record calls ``endpoint``, which only makes us look. ``secret_file`` holds its bearer token."""

    endpoint: str
    secret_file: Path
    criteria: str = "Appointment?"


class Fhir(Common, frozen=True, kw_only=True, tag_field="kind", tag="fhir"):
    """A FHIR R4 server (docs/health-record.md)."""

    base_url: Annotated[str, Meta(pattern="^https?://")]
    smart: Smart | None = None
    authorities: Path | None = None
    """Certificates to trust instead of those of the system, as a PEM file."""
    timeout_seconds: Seconds = 15.0
    poll_seconds: Seconds = 10.0
    overlap_seconds: Annotated[float, Meta(ge=0, le=3600)] = 60.0
    """How far each poll looks back behind the newest change: servers may show a change later than they date it."""
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 200
    days_back: Annotated[int, Meta(ge=0, le=60)] = 7
    subscription: Subscription | None = None
    arrival: Literal["patch", "put", "encounter", "task"] = "patch"
    status: Literal["arrived", "checked-in"] = "arrived"
    finnish_status: bool = False
    """Whether the extension ``ajanvarauksen-tila`` is written beside the status."""
    ticket_number: bool = True
    identifiers: dict[str, Literal["", "satu", "ee", "se", "local"]] = msgspec.field(
        default_factory=lambda: {"urn:oid:1.2.246.21": ""}
    )
    """Systems of ``Patient.identifier`` that clients are found by, and what each is here; empty for a HETU."""
    code_systems: tuple[str, ...] = ()
    """Systems of ``Appointment.identifier`` that stand as a code on the client's letter."""
    protected_labels: tuple[str, ...] = ("TURVAKIELTO",)
    channels: dict[str, Literal["on-site", "phone", "video"]] = {}
    practitioner: bool = False
    phone: bool = False

    def __post_init__(self) -> None:
        if self.base_url.startswith("http://") and not _loopback(self.base_url):
            raise ValueError("base_url begins with https://; only a loopback address may do without")
        if self.appointments and not self.places:
            raise ValueError("without [[ehr.places]] no appointment has a place")


class Tls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """TLS: ``certificate`` and ``key`` are ours, ``authorities`` whom we trust.

    Where a listener has ``authorities``, the other side must show a certificate too.
    """

    certificate: Path | None = None
    key: Path | None = None
    authorities: Path | None = None
    host_name: str = ""


class Listen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where SIU messages come in."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 2575
    tls: Tls | None = None
    largest_kib: Annotated[int, Meta(ge=1, le=65_536)] = 1024
    idle_seconds: Seconds = 3600.0


class Send(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where arrivals go to."""

    host: str
    port: Port
    tls: Tls | None = None
    timeout_seconds: Seconds = 30.0


class Hl7(Common, frozen=True, kw_only=True, tag_field="kind", tag="hl7"):
    """HL7 v2 over MLLP (docs/health-record.md)."""

    listen: Listen | None = None
    send: Send | None = None
    arrival: Literal["A04", "A10", "S14"] = "A04"
    version: Literal["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6"] = "2.5"
    encoding: Literal["UNICODE UTF-8", "8859/1", "8859/15", "ASCII"] = "UNICODE UTF-8"
    """What goes out; what comes in tells its own in MSH-18, and where it does not this is taken."""
    sending: tuple[str, str] = ("KIOSK", "CENTRE")
    receiving: tuple[str, str] = ("EHR", "")
    """Application and facility, MSH-3 to 6. A message that names another receiver in MSH-5 is refused with AR where
    ``strict_receiver`` is set."""
    strict_receiver: bool = False
    processing: Literal["P", "T", "D"] = "P"
    appointment_id: tuple[FieldName, ...] = ("SCH-2.1", "SCH-1.1")
    place_fields: tuple[FieldName, ...] = ("AIL-3", "PV1-3")
    hetu_types: tuple[str, ...] = ("NNFIN", "HETU", "SS", "1.2.246.21", "urn:oid:1.2.246.21")
    """Types (PID-3.5) or authorities (PID-3.4) of an identifier that is a HETU."""
    identifiers: dict[str, Literal["satu", "ee", "se", "local"]] = {}
    protected: dict[FieldName, str] = msgspec.field(default_factory=lambda: {"PD1-12": "Y"})
    """Fields and values that mark a client under non-disclosure."""
    z_segment: SegmentName | None = "ZTN"
    z_fields: tuple[Literal["number", "appointment", "arrived", "fact"], ...] = ("number", "arrived")

    def __post_init__(self) -> None:
        if self.deliver != "none" and self.send is None:
            raise ValueError('say where arrivals go to with [ehr.send], or deliver = "none"')
        if self.listen is not None and not self.places:
            raise ValueError("without [[ehr.places]] no appointment has a place")


class CsvFolder(Common, frozen=True, kw_only=True, tag_field="kind", tag="csv"):
    """Folders with CSV files (docs/health-record.md)."""

    incoming: Path | None = None
    outgoing: Path | None = None
    site: Key | None = None
    """The site of rows that name none."""
    poll_seconds: Seconds = 2.0

    def __post_init__(self) -> None:
        if self.deliver != "none" and self.outgoing is None:
            raise ValueError('say where arrivals go to with `outgoing`, or deliver = "none"')


Ehr = Fhir | Hl7 | CsvFolder


class EhrConfigError(Exception):
    """The sections cannot be used; the message says which value is wrong."""


def checked(sections: Sequence[Ehr]) -> Sequence[Ehr]:
    """The same, if they fit together. Raises ``EhrConfigError``."""
    names = [one.name for one in sections]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise EhrConfigError(f"two sections [[ehr]] are called {twice[0]}")
    return sections


def _loopback(url: str) -> bool:
    host = url.partition("//")[2].partition("/")[0].rpartition("@")[2]
    return host.partition(":")[0] in ("127.0.0.1", "localhost") or host.startswith("[::1]")
