"""What kiosks are served by, from a real centre to a real ``kiosk sync``, with somebody on the line who changes it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from central import configuration
from central.store import Store, configurations, heartbeats, sites
from central.store.versions import Kind, Made
from kiosk.checkin.configuration import Refusal, Serving, Trust
from kiosk.checkin.faults import CONFIGURATION_REFUSED
from kiosk.clock import SystemClock
from kiosk.diagnostics import record
from kiosk.offline.configuration import SqlConfigurations, serving
from kiosk.offline.roster import SqlRoster
from kiosk.scenario.stagehand import wait_until
from kiosk.sync.messages import ConfigurationRecord, SiteRecord, encode
from tests.line.rig import SECONDS, SITE, CentreProcess, LineKiosk, centre, holds, kiosk
from tests.line.storm import appointments

CHANGES = "/v1/changes"


class Played:
    """A centre, a kiosk of it, and the rules as they change."""

    def __init__(self, serves: CentreProcess, fed: LineKiosk) -> None:
        self.serves, self.fed = serves, fed
        self.fresh = appointments()

    def publish(self, change: Callable[[SiteRecord], SiteRecord] | None = None) -> int:
        """Rules that differ from those before, as the next version; its number."""
        with self.store() as store, store.writing() as connection:
            before = sites.all_rules(connection)[SITE]
            minutes = 30 + (before.roster_stale_minutes + 1) % 100
            after = (change or (lambda one: one))(replace(before, roster_stale_minutes=minutes))
            return sites.amend(connection, after, Made(Kind.LOADED, datetime.now(UTC)))

    def store(self) -> "_Opened":
        return _Opened(self.serves.data)

    @property
    def now(self) -> Serving:
        return serving(self.fed.connection)

    @property
    def trust(self) -> Trust:
        found = SqlConfigurations(self.fed.connection).trust()
        assert found is not None
        return found

    def serves_by(self, number: int) -> None:
        wait_until(lambda: self.now == Serving(number, True), SECONDS, f"version {number}, was {self.now}")

    def refuses(self, reason: Refusal, number: int) -> None:
        """It refuses what came for this reason, goes on with version ``number``, and says so."""
        fed = self.fed

        def refused() -> bool:
            last = self.now.refused
            return last is not None and last.reason == reason

        wait_until(refused, SECONDS, f"{reason}, was {self.now}")
        assert self.now.number == number
        site = SqlRoster(fed.connection, fed.enrolment.site_key).site()
        assert site is not None
        told = record.read_one
        wait_until(
            lambda: (
                CONFIGURATION_REFUSED
                in [one.fault for one in told("sync", fed.config.run, fed.config.state, SystemClock()).standing]
            ),
            SECONDS,
            "the fault stands",
        )

    def goes_on(self) -> None:
        """A client checks in meanwhile, and the centre has it."""
        self.fed.check_in(next(self.fresh))
        self.fed.settles()
        holds(self.serves, self.fed)


class _Opened:
    def __init__(self, data: Path) -> None:
        self._store = Store.open(f"sqlite:///{data / 'central.db'}")

    def __enter__(self) -> Store:
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("configuration")
    with centre(folder, 40) as serves, kiosk(serves, folder, "k-1") as fed:
        yield Played(serves, fed)


@pytest.fixture(autouse=True)
def well(played: Played) -> Iterator[None]:
    """Begin with a kiosk that has the newest, and leave the line as it was."""
    played.fed.line.rewrite = lambda _path, body: body
    played.serves_by(played.publish())
    yield
    played.fed.line.rewrite = lambda _path, body: body


def on_the_way(change: Callable[[dict[str, object]], dict[str, object]]) -> Callable[[str, bytes], bytes]:
    """Somebody who changes each configuration that goes by, and nothing else."""

    def rewrite(path: str, body: bytes) -> bytes:
        if path != CHANGES or b'"configuration"' not in body:
            return body
        page = msgspec.json.decode(body)
        page["records"] = [change(one) if one["record"] == "configuration" else one for one in page["records"]]
        return msgspec.json.encode(page)

    return rewrite


def held(played: Played) -> dict[str, object]:
    """The newest record as the centre signs it."""
    with played.store() as store, store.reading() as connection:
        key, found = configurations.held(connection).key, configurations.newest(connection, SITE)
    text = configuration.document(key, SITE, found.number, found.made_at, found.content)
    return dict(msgspec.json.decode(encode(ConfigurationRecord(signed=text))))


def test_what_was_changed_on_the_way_is_refused_and_check_ins_go_on(played: Played) -> None:
    number = played.now.number
    assert number is not None

    def other(one: dict[str, object]) -> dict[str, object]:
        head, payload, signature = str(one["signed"]).split(".")
        return one | {"signed": f"{head}.{payload[:60]}{'A' if payload[60] != 'A' else 'B'}{payload[61:]}.{signature}"}

    played.fed.line.rewrite = on_the_way(other)
    played.publish()
    played.refuses(Refusal.BAD_SIGNATURE, number)
    played.goes_on()

    def heard() -> bool:
        with played.store() as store, store.reading() as connection:
            one = heartbeats.heard(connection)["k-1"].said
        state = None if one is None else one.configuration
        return state is not None and (state.number, state.reason) == (number, "bad-signature") and state.checks

    wait_until(heard, SECONDS, "the centre hears of it")
    played.fed.line.rewrite = lambda _path, body: body
    played.serves_by(played.publish())


def test_an_older_one_that_is_played_again_is_refused(played: Played) -> None:
    old = held(played)
    number = played.publish()
    played.serves_by(number)
    played.fed.line.rewrite = on_the_way(lambda _: old)
    played.publish()
    played.refuses(Refusal.OLDER, number)
    played.goes_on()


def test_the_key_of_somebody_else_is_none(played: Played) -> None:
    number = played.now.number
    assert number is not None
    own = configuration.new_key()
    text = configuration.document(own, SITE, number + 100, datetime.now(UTC), "{}")
    lure = configuration.hand_over(own, own, datetime.now(UTC))
    played.fed.line.rewrite = on_the_way(lambda one: one | {"signed": text, "handovers": [lure]})
    played.publish()
    played.refuses(Refusal.UNKNOWN_KEY, number)


def test_rules_without_a_signature_are_not_taken(played: Played) -> None:
    number = played.now.number
    assert number is not None
    with played.store() as store, store.reading() as connection:
        bare = dict(msgspec.json.decode(configurations.newest(connection, SITE).content))
    played.fed.line.rewrite = on_the_way(lambda _: bare)
    played.publish()
    played.refuses(Refusal.UNSIGNED, number)


def test_what_the_centre_should_not_have_published_is_not_served_by(played: Played) -> None:
    number = played.now.number
    assert number is not None
    with played.store() as store, store.reading() as connection:
        desk = sites.all_rules(connection)[SITE].desk
    played.publish(lambda rules: replace(rules, desk={}))
    played.refuses(Refusal.RULES, number)
    asked = len(played.fed.line.asked(CHANGES))
    # The rest of the feed goes on, and nobody asks hot.
    size = played.fed.roster_size()
    played.serves.seed(40)
    played.goes_on()
    assert played.fed.roster_size() == size
    assert len(played.fed.line.asked(CHANGES)) - asked < 10
    played.serves_by(played.publish(lambda rules: replace(rules, desk=desk)))


def test_a_kiosk_goes_over_to_the_new_key(played: Played) -> None:
    before = played.trust.key
    played.serves.run("config-key", "--rotate")
    wait_until(lambda: played.trust.key != before, SECONDS, "the new key")
    played.serves_by(played.publish())


def test_a_kiosk_that_was_off_for_two_new_keys_follows(played: Played) -> None:
    fed, before = played.fed, played.trust.key
    assert fed.stop() == 0
    played.serves.run("config-key", "--rotate")
    file = played.serves.data / "signing.key"
    played.serves.run("config-key", "--rotate", "--to", str(file))
    number = played.publish()
    # With the private half elsewhere the centre must be told where.
    config = played.serves.data / "central.toml"
    config.write_text(f'[signing]\nkey = "{file}"\n')
    played.serves.stop()
    played.serves.config = config
    played.serves.start()
    fed.start()
    played.serves_by(number)
    assert played.trust.key != before
    assert played.trust.key == configuration.public_half(file.read_text())


def test_a_centre_that_was_put_back_numbers_its_rules_anew(played: Played) -> None:
    number = played.now.number
    assert number is not None
    said = played.serves.run("config-lift", "--site", SITE, "--above", str(number + 40))
    assert f"version {number + 41}" in said
    played.serves_by(number + 41)
    assert "as before" in played.serves.run("config-lift", "--site", SITE, "--above", "3")
