"""What every run begins with, made once in a process: a centre with a site, bookings and enrolled kiosks."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from central import auth, identities
from central.store import Connection, Store, kiosks, roster, sites
from central.store.roster import Booking
from central.store.versions import Kind, Made
from kiosk.checkin.configuration import Trust
from kiosk.checkin.hashing import hashed
from kiosk.checkin.hetu import CHECK_CHARACTERS
from kiosk.offline.enrolment import save_enrolment
from kiosk.offline.store import Store as KioskStore
from kiosk.offline.vault import DATABASE
from kiosk.ports import Enrolment
from kiosk.sync import messages
from kiosk.sync.credentials import make_key, public_half
from tests.simulation import centre as central_machine

SITE = "sim"
SERIES = "A"
KIOSKS = ("k1", "k2", "k3")
PEOPLE = 10
KEY = bytes(range(32))

MORNING = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
BEFORE_MIDNIGHT = datetime(2026, 11, 23, 21, 56, tzinfo=UTC)
"""Four minutes before midnight in Helsinki."""


def words(text: str) -> dict[str, str]:
    return {"fi": text, "en": text}


RULES = messages.SiteRecord(
    id=SITE,
    name=words("Site"),
    zone="Europe/Helsinki",
    languages=["fi", "en"],
    desk=words("Desk"),
    units=[messages.UnitMessage(id="u", name=words("Unit"), opens_before=1440, closes_after=1440)],
    areas=[messages.AreaMessage(id="B", name=words("Area"))],
    services=[
        messages.ServiceMessage(
            id="lab",
            name=words("Lab"),
            area="B",
            series="L",
            hours=[messages.HoursMessage(days=[1, 2, 3, 4, 5, 6, 7], since="00:00", until="23:59")],
        )
    ],
    policy=messages.PolicyMessage(desk_tickets=True, family=True),
)


def identity(number: int) -> str:
    """An artificial identity code (individual number 900 to 999) of one of the run's people."""
    digits = f"0105{70 + number // 90:02d}9{number % 90 + 1:02d}"
    return f"{digits[:6]}-{digits[6:]}{CHECK_CHARACTERS[int(digits) % len(CHECK_CHARACTERS)]}"


@dataclass(frozen=True)
class Template:
    """Folders to copy, and what stands in them. ``bookings`` are the appointments of each person."""

    begins: datetime
    centre: Path
    kiosks: Mapping[str, Path]
    enrolments: Mapping[str, Enrolment]
    people: tuple[str, ...]
    bookings: Mapping[str, tuple[str, ...]]


class Workplace:
    """A folder in memory for all the runs of a process. ``with`` removes it."""

    def __init__(self) -> None:
        memory = Path("/dev/shm")
        parent = memory if memory.is_dir() else None
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-simulation-", dir=parent))
        self._templates: dict[datetime, Template] = {}
        self._change: Callable[[Path], None] | None = None
        self._engine: Engine | None = None
        self._count = 0
        self.last_begins = MORNING

    @contextmanager
    def changed(self, change: Callable[[Path], None]) -> Iterator[None]:
        """Templates whose centre was changed."""
        self.forget()
        self._change = change
        try:
            yield
        finally:
            self._change = None
            self.forget()

    def __enter__(self) -> "Workplace":
        return self

    def __exit__(self, *_: object) -> None:
        if self._engine is not None:
            self._engine.dispose()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def run_folder(self) -> Path:
        """Where a run keeps its machines."""
        return self.folder / "run"

    def engine(self) -> Engine:
        """The engine of the centre of every run."""
        if self._engine is None:
            folder = self.run_folder / "centre"
            folder.mkdir(parents=True, exist_ok=True)
            self._engine = central_machine.engine(folder)
        return self._engine

    def template(self, begins: datetime) -> Template:
        """The template for runs that begin then."""
        self.last_begins = begins
        if begins not in self._templates:
            self._count += 1
            self._templates[begins] = _made(self.folder / f"template-{self._count}", begins)
            if self._change is not None:
                self._change(self._templates[begins].centre)
        return self._templates[begins]

    def forget(self) -> None:
        """Make all templates anew from here on: the code that made them is another."""
        for one in self._templates.values():
            shutil.rmtree(one.centre.parent, ignore_errors=True)
        self._templates.clear()


@cache
def _keys() -> dict[str, dict[str, str]]:
    return {name: make_key() for name in KIOSKS}


@cache
def _identity_key() -> str:
    return identities.new_key()


def _made(folder: Path, begins: datetime) -> Template:
    place = folder / "centre"
    place.mkdir(parents=True)
    engine = central_machine.engine(place)
    store = Store(engine)
    people = tuple(identity(number) for number in range(PEOPLE))
    enrolments: dict[str, Enrolment] = {}
    with store.writing() as connection:
        sites.load(connection, RULES, SERIES, Made(Kind.LOADED, begins))
        site_key = sites.keys(connection)[SITE]
        for name in KIOSKS:
            enrolments[name] = _enrolled(store, connection, name, begins)
        booked = _bookings(people, begins, site_key)
        roster.load(connection, SITE, [booking for some in booked.values() for booking in some])
    store.close()
    machines: dict[str, Path] = {}
    for name in KIOSKS:
        machines[name] = folder / name
        machines[name].mkdir()
        with KioskStore(machines[name] / DATABASE, KEY).connect() as connection:
            save_enrolment(connection, enrolments[name])
    ids = {person: tuple(booking.id for booking in some) for person, some in booked.items()}
    return Template(begins, place, machines, enrolments, people, ids)


def _enrolled(store: Store, connection: Connection, name: str, begins: datetime) -> Enrolment:
    key = _keys()[name]
    hashed_code = auth.code_hash(store.pepper, f"CODE{name}")
    kiosks.admit(connection, hashed_code, SITE, name, begins + timedelta(days=1))
    identity_key = identities.public_half(store.identity_key)
    (answer,) = kiosks.enrol(connection, [kiosks.Enrolling(hashed_code, public_half(key), identity_key, begins)])
    assert isinstance(answer, messages.EnrolmentAnswer)
    return Enrolment(
        kiosk=name,
        site=SITE,
        centre="http://centre",
        reserve_series=answer.reserve_series,
        site_key=bytes.fromhex(answer.site_key),
        private_key=key,
        identity_key=answer.identity_key,
        configuration=Trust(answer.configuration_key) if answer.configuration_key else None,
    )


def _bookings(people: tuple[str, ...], begins: datetime, site_key: bytes) -> dict[str, list[Booking]]:
    """One visit for some, two for the others, none for the last one."""
    booked: dict[str, list[Booking]] = {person: [] for person in people}
    for number, person in enumerate(people[:-1]):
        for visit in range(2 if number % 2 == 0 else 1):
            starts = begins + timedelta(minutes=-3 + 2 * number + 45 * visit)
            booked[person].append(
                Booking(
                    id=f"a{number}{'bc'[visit]}",
                    people={SITE: (hashed(site_key, person).hex(),)},
                    unit="u",
                    area="B",
                    starts=starts,
                )
            )
    return booked
