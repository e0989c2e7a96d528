"""Reading the appointments of a FHIR server: all of them once a day, and what changed since every few seconds."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from central.ehr.adapter import Inbox, Incoming, Later, UnreachableError
from central.ehr.config import Fhir
from central.ehr.fhir.answers import Good, Missing, Resource
from central.ehr.fhir.appointments import Reader, incoming, pairs, updated
from central.ehr.fhir.client import FhirClient, reading
from central.ehr.fhir.reading import objects, patient_of, text

MOST_PAGES = 10_000


class Place(msgspec.Struct, frozen=True):
    """How far the server was read.

    ``since`` is the newest change that was seen, ``day`` that of the last reading of everything, ``digest`` that of the
    configuration that it was read with.
    """

    since: datetime | None
    day: str
    digest: str


_PLACE = msgspec.json.Decoder(Place)


class Poll:
    """The reading of one server. ``patterns`` gives the sites' own patterns of local identifiers."""

    def __init__(
        self, config: Fhir, client: FhirClient, now: Callable[[], datetime], patterns: Callable[[], Mapping[str, str]]
    ) -> None:
        self._config, self._client, self._now, self._patterns = config, client, now, patterns
        self._digest = hashlib.sha256(msgspec.json.encode(config, enc_hook=str)).hexdigest()[:16]

    def once(self, inbox: Inbox) -> None:
        """Read what changed, or everything where a new day or another configuration asks for it.

        Raises ``UnreachableError``; what was read till then is kept, and is read again the next time.
        """
        today = self._now().astimezone(ZoneInfo(self._config.zone)).date()
        place = _read(inbox.place())
        whole = place is None or place.since is None or (place.day, place.digest) != (today.isoformat(), self._digest)
        since = None if place is None or whole else place.since
        parameters = [("_sort", "_lastUpdated"), ("_count", str(self._config.page_size))]
        parameters.append(("_include", "Appointment:patient"))
        if since is None:
            first = today - timedelta(days=self._config.days_back)
            parameters.append(("date", f"ge{first.isoformat()}"))
        else:
            back = since - timedelta(seconds=self._config.overlap_seconds)
            parameters.append(("_lastUpdated", f"ge{back.astimezone(UTC).isoformat(timespec='milliseconds')}"))
        newest = since
        reader = Reader(self._config, today, self._patterns())
        for resources in self._pages(parameters):
            found = pairs(resources)
            # Of one that is there twice, on the seam of two pages, the later one is newer.
            told = {one.remote: one for one in self._told(inbox, reader, found, fresh=since is None)}
            if told:
                inbox.take(list(told.values()))
            moments = [moment for one, _ in found if (moment := updated(one)) is not None]
            newest = max([*moments, *([newest] if newest is not None else [])], default=None)
        done = Place(newest, today.isoformat(), self._digest)
        if done != place:
            inbox.take([], msgspec.json.encode(done).decode())

    def found(self, kind: str, parameters: list[tuple[str, str]]) -> Iterator[Resource]:
        """Every resource of a search. Raises ``UnreachableError``."""
        for page in self._pages(parameters, kind):
            yield from page

    def _told(
        self, inbox: Inbox, reader: Reader, found: list[tuple[Resource, Resource | None]], *, fresh: bool
    ) -> Iterator[Incoming]:
        known = {} if fresh else inbox.known([text(one, "id") for one, _ in found])
        for appointment, patient in found:
            version = text(appointment, "meta", "versionId")
            if version and known.get(text(appointment, "id")) == version:
                continue
            one = incoming(reader, appointment, patient or {})
            if patient is None and (one.row is not None or one.refused) and patient_of(appointment):
                one = incoming(reader, appointment, self._patient(patient_of(appointment)))
            yield one

    def _patient(self, reference: str) -> Resource | None:
        match reading(self._client.read(reference)):
            case Good(resource=resource):
                return resource
            case Later(reason=reason):
                raise UnreachableError(reason)
            case Missing():
                return None

    def _pages(self, parameters: list[tuple[str, str]], kind: str = "Appointment") -> Iterator[list[Resource]]:
        answer = reading(self._client.search(kind, parameters))
        seen: set[str] = set()
        got = 0
        for _ in range(MOST_PAGES):
            match answer:
                case Good(resource=resource) if resource is not None and resource["resourceType"] == "Bundle":
                    held = [found for one in objects(resource, "entry") if (found := one.get("resource")) is not None]
                    got += sum(one.get("resourceType") == kind for one in held)
                    yield held
                case Later(reason=reason):
                    raise UnreachableError(reason)
                case _:
                    raise UnreachableError("not-a-bundle")
            onward = [text(one, "url") for one in objects(resource, "link") if text(one, "relation") == "next"]
            if not onward or not onward[0]:
                # Whoever gives only a part names the next page (R4, 3.1.1.5). Not all do, and it must not pass unseen.
                if isinstance(total := resource.get("total"), int) and got < total:
                    raise UnreachableError("pages-end-early")
                return
            if onward[0] in seen:
                raise UnreachableError("pages-in-a-circle")
            seen.add(onward[0])
            answer = reading(self._client.page(onward[0]))
        raise UnreachableError("too-many-pages")


def _read(written: str | None) -> Place | None:
    try:
        return None if written is None else _PLACE.decode(written)
    except (msgspec.MsgspecError, ValueError):
        return None
