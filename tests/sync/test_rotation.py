"""New keys: whatever is lost or killed on the way, the kiosk has one that the centre takes; soon, the new one alone."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey
from sqlalchemy import select

from central.store.tables import kiosk as kiosks
from kiosk.checkin.facts import FactKind
from kiosk.clock import SystemClock
from kiosk.composition.enrol import enrol_kiosk
from kiosk.composition.memory import enrolled_store, let_go
from kiosk.composition.new_key import ask_for_new_key
from kiosk.composition.suspicion import START_AGAIN
from kiosk.offline.enrolment import change_keys, load_enrolment
from kiosk.offline.journal import SqlJournal
from kiosk.offline.spare import load_spare
from kiosk.scenario.props import LOOPBACK
from kiosk.scenario.stagehand import wait_until
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.credentials import make_key, public_half, signed
from kiosk.sync.rotation import ROTATE_AFTER, Keys, Rotation
from tests.central.rig import Centre as RealCentre
from tests.central.test_day_closes import close, said
from tests.central.test_day_closes import signed as signed_close
from tests.conftest import HandClock
from tests.diagnostics.test_watch_processes import Machine
from tests.example_site import SITE
from tests.sync.test_line import CentreProcess
from tests.sync.test_revocation import centre as centre
from tests.sync.test_revocation import machine as machine

SECONDS = 40.0


class Cut(Exception):  # noqa: N818 - what happens, not what went wrong
    """The power."""


class Ring:
    """A disk that may fail before or after it has kept something."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.cut: Callable[[str], None] = lambda _: None

    def load(self) -> Keys:
        return self.keys

    def save(self, keys: Keys) -> None:
        self.cut("before saving")
        self.keys = keys
        self.cut("after saving")


class CutLine(Centre):
    """A line that may be cut before or after the centre has done what it was asked."""

    cut: Callable[[str], None]

    def greet(self) -> None:
        self.cut("before greeting")
        super().greet()
        self.cut("after greeting")

    def rekey(self, signed: str) -> object:  # type: ignore[override]
        self.cut("before telling")
        answer = super().rekey(signed)
        self.cut("after telling")
        return answer


class Bench:
    """A kiosk whose process may be cut at any point and started again."""

    def __init__(self, real: RealCentre, name: str) -> None:
        self.real = real
        self.name = name
        self.clock = HandClock(real.moment)
        self.enrolled = real.kiosk(name)
        key = {each: str(value) for each, value in self.enrolled.key.as_dict(private=True).items()}
        self.first = key
        self.ring = Ring(Keys(key, real.moment))
        self.changes = 0

    def started(self, cut: Callable[[str], None] = lambda _: None) -> Rotation:
        self.ring.cut = cut

        def reached(key: Mapping[str, str]) -> Centre:
            line = CutLine(self.real.url, self.name, key, self.clock)
            line.cut = cut
            return line

        def changed() -> None:
            self.changes += 1

        return Rotation(
            self.ring,
            reached,
            kiosk=self.name,
            site="kalasatama",
            clock=self.clock,
            make=make_key,
            changed=changed,
            chance=Random(1),
        )

    def pass_time(self, time: timedelta) -> None:
        self.clock.let_pass(time.total_seconds())
        self.real.moment = self.clock.moment

    def is_taken(self, key: Mapping[str, str]) -> bool:
        line = Centre(self.real.url, self.name, key, self.clock)
        try:
            line.greet()
        except CentreError as error:
            if error.key != "unauthorised":
                raise
            return False
        finally:
            line.close()
        return True


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealCentre]:
    with RealCentre(tmp_path_factory.mktemp("centre")) as running:
        running.seed()
        yield running


def test_a_key_that_is_old_is_changed_and_the_old_one_is_good_no_more(real: RealCentre) -> None:
    bench = Bench(real, "old")
    rotation = bench.started()
    rotation.work()
    assert (bench.changes, bench.ring.keys.private_key) == (0, bench.first)
    bench.pass_time(ROTATE_AFTER)
    assert rotation.seconds_left() == 0
    rotation.work()
    assert bench.changes == 1
    assert bench.ring.keys.since == bench.clock.moment
    assert bench.ring.keys.next_key is None
    assert bench.is_taken(bench.ring.keys.private_key)
    assert not bench.is_taken(bench.first)
    bench.started().work()
    assert bench.changes == 1


def test_of_a_key_whose_age_nobody_knows_it_is_counted_from_now(real: RealCentre) -> None:
    bench = Bench(real, "unknown")
    bench.ring.keys = Keys(bench.first)
    bench.started().work()
    assert bench.ring.keys == Keys(bench.first, bench.clock.moment)


CUTS = st.lists(st.integers(0, 12), max_size=4)
_NAMES = iter(range(10_000))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(cuts=CUTS)
def test_wherever_it_is_cut_it_ends_with_the_new_key_alone(real: RealCentre, cuts: list[int]) -> None:
    bench = Bench(real, f"cut-{next(_NAMES)}")
    bench.pass_time(ROTATE_AFTER)
    for point in cuts:
        left = [point]

        def cut(_where: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Cut

        try:
            bench.started(cut).work()
        except Cut:
            held = bench.ring.keys
            assert any(bench.is_taken(key) for key in (held.private_key, held.next_key) if key is not None)
    bench.started().work()
    held = bench.ring.keys
    assert held.next_key is None
    assert held.private_key != bench.first
    assert bench.is_taken(held.private_key)
    assert not bench.is_taken(bench.first)


def test_a_line_that_is_down_is_tried_again_later_and_changes_nothing(real: RealCentre) -> None:
    bench = Bench(real, "down")
    bench.pass_time(ROTATE_AFTER)
    rotation = bench.started()
    url, real.url = real.url, f"http://{LOOPBACK}:1"
    with pytest.raises(CentreError, match="unreachable"):
        rotation.work()
    made = bench.ring.keys
    real.url = url
    assert made.private_key == bench.first
    assert rotation.seconds_left() > 0
    rotation.line_is_back()
    assert rotation.seconds_left() == 0
    rotation.work()
    assert bench.ring.keys.private_key == made.next_key, "the one that was made, and no other"


@pytest.mark.parametrize("wrong", ["another kiosk", "another key", "another site", "no key", "private", "garbage"])
def test_the_centre_takes_no_key_that_the_old_one_does_not_vouch_for(real: RealCentre, wrong: str) -> None:
    name = f"wrong-{wrong.replace(' ', '-')}"
    enrolled, other = real.kiosk(name), make_key()
    key = {each: str(value) for each, value in enrolled.key.as_dict(private=True).items()}
    told: dict[str, object] = {"kiosk": name, "site": "kalasatama", "public_key": public_half(other)}
    changes: dict[str, dict[str, object]] = {
        "another kiosk": {"kiosk": "k9"},
        "another site": {"site": "vuosaari"},
        "no key": {"public_key": {}},
        "private": {"public_key": other},
    }
    told |= changes.get(wrong, {})
    body = b"nonsense" if wrong == "garbage" else json.dumps(told).encode()
    text = signed(name, other if wrong == "another key" else key, body)
    refused = enrolled.http.post("/v1/keys", json={"signed": text})
    malformed = wrong in ("no key", "private")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (
        400,
        "malformed" if malformed else "bad-signature",
    )
    with real.store.reading() as connection:
        assert connection.execute(select(kiosks.c.next_key).where(kiosks.c.id == name)).scalar_one() is None


def test_a_day_close_that_was_signed_before_is_still_taken(real: RealCentre) -> None:
    bench = Bench(real, "closing")
    bench.pass_time(ROTATE_AFTER)
    bench.started().work()
    assert not bench.is_taken(bench.first)
    bench.enrolled.key = ECKey.import_key(dict(bench.ring.keys.private_key))
    body = said(1, 3, kiosk="closing")
    close(bench.enrolled.sign_in(), body, ECKey.import_key(dict[str, str | list[str]](bench.first)))
    forged = {"signed": signed_close(body, ECKey.generate_key("P-384"))}
    refused = bench.enrolled.http.post("/v1/day-closes", json=forged)
    assert refused.status_code == 400


def test_a_running_kiosk_goes_over_when_it_is_asked_to(centre: CentreProcess, machine: Machine) -> None:
    code = centre.run("enrol-code", "--site", "kalasatama", "--kiosk", "k1").split()[-1]
    enrol_kiosk(machine.config, f"http://{LOOPBACK}:{centre.port}", code)
    store, before = enrolled_store(machine.config.state)
    let_go(machine.config.state)
    assert before.keyed_at is not None
    line = [sys.executable, "-m", "kiosk", "new-key", "--config", str(machine.file)]
    said = [subprocess.run(line, check=True, capture_output=True, text=True).stdout for _ in range(2)]
    assert ["goes over" in said[0], "waits" in said[1]] == [True, True]
    with machine.running("sync") as sync:
        assert sync.wait(SECONDS) == START_AGAIN
    with store.connect() as connection:
        after = load_enrolment(connection)
        spare = load_spare(connection)
        assert after is not None
        assert spare is not None
        assert spare.enrolment == after
        fact = SqlJournal(connection, site=lambda: SITE, enrolment=after, clock=SystemClock()).note(
            FactKind.PRINT_FAILED, {"arrival": "x"}
        )
    assert fact is not None
    assert after.private_key != before.private_key
    assert after.next_key is None
    with machine.running("sync"):
        wait_until(lambda: '"last_fact_at": "' in centre.run("kiosks", "--json"), SECONDS, "the fact")


def test_only_the_keys_change(tmp_path: Path, machine: Machine, centre: CentreProcess) -> None:
    code = centre.run("enrol-code", "--site", "kalasatama", "--kiosk", "k1").split()[-1]
    enrol_kiosk(machine.config, f"http://{LOOPBACK}:{centre.port}", code)
    store, before = enrolled_store(machine.config.state)
    let_go(machine.config.state)
    with store.connect() as connection:
        after = change_keys(connection, {"d": "hidden"}, before.keyed_at, {"d": "hidden"})
        assert after == replace(before, private_key={"d": "hidden"}, next_key={"d": "hidden"})
        assert load_enrolment(connection) == after
    assert "hidden" not in repr(after)
    assert not ask_for_new_key(machine.config)
