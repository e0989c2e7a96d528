"""The rules in use and those before them: taken, refused, taken back, and whole after a kill at any statement."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.checkin.configuration import Refusal, Refused, Serving, Trust, Version
from kiosk.checkin.site import Site
from kiosk.composition.probation import LASTS, Probation
from kiosk.offline import configuration
from kiosk.offline.configuration import SqlConfigurations, serving
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.offline.enrolment import load_enrolment, save_enrolment
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.offline.spare import load_spare
from kiosk.offline.store import Store
from kiosk.ports import News
from tests.conftest import HandClock
from tests.example_site import ENROLMENT, NOW, SITE

KEY = bytes(range(32))
TRUST = Trust({"kty": "OKP", "crv": "Ed25519", "x": "A"})


def site(number: int) -> Site:
    return replace(SITE, roster_stale_after=timedelta(minutes=number))


def version(number: int) -> Version:
    return Version(number, f"{number:064}", NOW)


class Memory:
    """A kiosk's memory that takes a page of the feed for each word on the rules."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.store = SqlRosterStore(connection)
        self.roster = SqlRoster(connection, ENROLMENT.site_key, ENROLMENT.kiosk)
        save_enrolment(connection, replace(ENROLMENT, configuration=TRUST))

    def page(self, **other: object) -> None:
        cursor = self.store.cursor()
        news = News(f"{int(cursor or 0) + 1}", snapshot=False, complete=True, **other)  # type: ignore[arg-type]
        assert self.store.apply(news, cursor, NOW)

    def take(self, number: int) -> None:
        self.page(site=site(number), version=version(number))

    def refuse(self, reason: Refusal, number: int) -> None:
        self.page(refused=Refused(reason.value, "m", f"{number:064}", number, "1"))

    @property
    def minutes(self) -> float | None:
        found = self.roster.site()
        return None if found is None else found.roster_stale_after.total_seconds() / 60

    @property
    def serving(self) -> Serving:
        return serving(self.connection)


@pytest.fixture
def memory(connection: Connection) -> Memory:
    return Memory(connection)


def test_a_kiosk_serves_by_what_it_took_last(memory: Memory) -> None:
    assert memory.serving == Serving(None, True)
    for number in (1, 2, 3):
        memory.take(number)
        assert (memory.minutes, memory.serving) == (number, Serving(number, True))


def test_what_is_refused_changes_nothing_until_something_is_taken(memory: Memory) -> None:
    memory.take(1)
    memory.refuse(Refusal.OLDER, 0)
    assert memory.minutes == 1
    assert memory.serving.refused == Refused("older", "m", f"{0:064}", 0, "1")
    assert SqlConfigurations(memory.connection).refused() == memory.serving.refused
    memory.take(1)
    assert memory.serving == Serving(1, True)


def test_rules_that_fail_are_taken_back_once_and_never_again(memory: Memory) -> None:
    memory.take(1)
    memory.take(2)
    failed = configuration.digest_in_use(memory.connection)
    assert configuration.go_back(memory.connection, NOW, "1", failed)
    assert memory.minutes == 1
    assert memory.serving == Serving(1, True, Refused("failed", "", f"{2:064}", 2, "1"))
    # Told twice, as by two looks at once, it goes back no further.
    assert configuration.go_back(memory.connection, NOW, "1", failed)
    assert memory.minutes == 1
    assert not configuration.go_back(memory.connection, NOW, "1"), "there is nothing before"
    assert memory.minutes == 1
    memory.take(3)
    assert (memory.minutes, memory.serving) == (3, Serving(3, True))


def test_rules_of_the_site_where_it_was_before_never_come_back(memory: Memory) -> None:
    memory.page(site=replace(SITE, id="elsewhere"), version=version(9))
    memory.take(1)
    assert not configuration.go_back(memory.connection, NOW, "1")
    assert memory.minutes == 1


def test_with_nothing_before_them_rules_stay(memory: Memory) -> None:
    memory.take(1)
    assert not configuration.go_back(memory.connection, NOW, "1")
    assert memory.minutes == 1


def test_rules_that_nobody_signed_are_taken_back_too_and_stay_so(memory: Memory) -> None:
    memory.page(site=site(1))
    memory.page(site=site(2))
    assert configuration.go_back(memory.connection, NOW, "1")
    memory.page(site=site(2))
    assert memory.minutes == 1
    memory.page(site=site(3))
    assert memory.minutes == 3


def test_a_screen_that_never_lasts_goes_back_by_itself(memory: Memory, clock: HandClock) -> None:
    memory.take(1)
    Probation(memory.connection, clock).begin()
    memory.take(2)
    for _ in range(configuration.MOST_TRIES):
        Probation(memory.connection, clock).begin()
        assert memory.minutes == 2
    Probation(memory.connection, clock).begin()
    assert memory.minutes == 1
    for _ in range(5):
        # By those before it may begin as often as it likes: something else is the matter.
        Probation(memory.connection, clock).begin()
    assert memory.minutes == 1


def test_a_screen_that_is_asked_to_end_was_not_failed_by_its_rules(memory: Memory, clock: HandClock) -> None:
    memory.take(1)
    memory.take(2)
    for _ in range(2 * configuration.MOST_TRIES):
        one = Probation(memory.connection, clock)
        one.begin()
        one.end()
    assert memory.minutes == 2


def test_rules_under_which_it_has_lasted_are_blamed_for_nothing(memory: Memory, clock: HandClock) -> None:
    memory.take(1)
    memory.take(2)
    one = Probation(memory.connection, clock)
    one.begin()
    one.tick()
    clock.let_pass(LASTS)
    one.tick()
    for _ in range(2 * configuration.MOST_TRIES):
        Probation(memory.connection, clock).begin()
    assert memory.minutes == 2


def test_an_error_of_the_database_is_not_the_doing_of_rules(memory: Memory, clock: HandClock) -> None:
    memory.take(1)
    memory.take(2)
    probation = Probation(memory.connection, clock)
    with pytest.raises(DatabaseError) as error:
        memory.connection.execute("SELECT * FROM nothing")
    assert not probation.failed(error.value)
    assert memory.minutes == 2
    assert probation.failed(KeyError())
    assert memory.minutes == 1


def test_rules_that_this_program_cannot_read_make_way_for_those_before(memory: Memory, clock: HandClock) -> None:
    memory.take(1)
    memory.take(2)
    memory.connection.execute("""UPDATE site SET body = '{"id":7}' WHERE one = 1""")
    assert memory.minutes is None
    Probation(memory.connection, clock).begin()
    assert memory.minutes == 1


def test_what_is_believed_is_beside_the_enrolment_and_in_its_spare(memory: Memory) -> None:
    kept = SqlConfigurations(memory.connection)
    after = Trust({"kty": "OKP", "crv": "Ed25519", "x": "B"}, 7, "d")
    assert kept.believe(TRUST, after)
    assert not kept.believe(TRUST, TRUST), "somebody else was faster"
    enrolment, spare = load_enrolment(memory.connection), load_spare(memory.connection)
    assert enrolment is not None
    assert spare is not None
    assert enrolment.configuration == spare.enrolment.configuration == after


def test_the_newest_number_outlives_the_roster_file(store: Store) -> None:
    with store.connect() as connection:
        memory = Memory(connection)
        assert SqlConfigurations(connection).believe(TRUST, replace(TRUST, number=9, digest="d"))
        memory.take(9)
    for path in store.path.parent.glob(f"{store.roster_path.name}*"):
        path.unlink()
    with store.connect() as connection:
        assert serving(connection) == Serving(None, True)
        trust = SqlConfigurations(connection).trust()
        assert trust is not None
        assert trust.number == 9


def test_an_enrolment_from_before_has_no_key(store: Store) -> None:
    with store.connect() as connection:
        body = '{"kiosk":"k","site":"s","centre":"c","reserve_series":"K","site_key":"aw==","private_key":{}}'
        connection.execute("INSERT INTO enrolment (one, body) VALUES (1, ?)", (body,))
        assert SqlConfigurations(connection).trust() is None
        assert not serving(connection).checks


KILLED = """
import os, sys
from pathlib import Path
from kiosk.offline.store import Store
from tests.offline.test_configuration import KEY, NOW, Memory, configuration

def killed(path, what, left):
    with Store(path, KEY).connect() as connection:
        memory = Memory(connection)

        def one(_statement):
            nonlocal left
            left -= 1
            if left < 0:
                os._exit(9)

        connection.set_trace_callback(one)
        memory.take(3) if what == "take" else configuration.go_back(connection, NOW, "1")
        os._exit(0)

for left, path in enumerate(sorted(Path(sys.argv[1]).iterdir())):
    child = os.fork()
    if child == 0:
        killed(path / "kiosk.db", sys.argv[2], left)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
MOST_STATEMENTS = 40


@pytest.mark.parametrize("what", ["take", "go-back"])
def test_a_kill_at_any_statement_leaves_one_of_the_two(what: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{left:03}" for left in range(MOST_STATEMENTS)]
    for path in paths:
        path.mkdir()
        with Store(path / "kiosk.db", KEY).connect() as connection:
            memory = Memory(connection)
            memory.take(1)
            memory.take(2)
    line = [sys.executable, "-c", KILLED, str(tmp_path), what]
    codes = [int(code) for code in subprocess.run(line, check=True, capture_output=True).stdout.split()]
    ended = codes.index(0)
    assert codes == [9] * ended + [0] * (MOST_STATEMENTS - ended)
    after = set()
    for path, code in zip(paths, codes, strict=True):
        with Store(path / "kiosk.db", KEY).connect() as connection:
            memory = Memory(connection)
            assert memory.serving.number == memory.minutes
            assert (memory.serving.refused is not None) == (memory.minutes == 1)
            assert code == 9 or memory.minutes != 2
            after.add(int(memory.minutes or 0))
    assert after == ({2, 3} if what == "take" else {2, 1})
