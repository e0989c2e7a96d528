"""Alarms on a real database: opened once, closed by themselves, and told to real receivers."""

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from central.alarms.rules import Kind
from central.alarms.settings import AlarmsConfig, Mail, Webhook
from central.alarms.worker import LEASE, TURN, Teller, Watch, pause
from central.config import ConfigError, read
from central.steps import Step, Tally
from central.store import alarms, ehr_turns, heartbeats, incidents, kiosk_history, kiosks, machines, step_counts
from central.store.alarms import Alarm
from central.store.tables import ehr_letter
from kiosk.scenario.stagehand import wait_until
from kiosk.sync.messages import Heartbeat
from tests.central import receivers
from tests.central.receivers import Box, Hooks
from tests.central.rig import MORNING, SITE, Centre, Kiosk, Process, check_in, fact
from tests.sync.test_certificate import certificate

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SECRET = b"an example for the tests only"


def beat(centre: Centre, name: str, light: str = "green", *faults: str, **more: Any) -> None:
    said = Heartbeat(**{"at": centre.moment, "light": light, "faults": list(faults), "waiting": 0, **more})
    with centre.store.writing() as connection:
        heartbeats.keep(connection, [heartbeats.Beat(name, said, centre.moment)])


def watch(centre: Centre, *channels: Webhook | Mail) -> Watch:
    hooks = tuple(one for one in channels if isinstance(one, Webhook))
    mails = tuple(one for one in channels if isinstance(one, Mail))
    return Watch(centre.store, AlarmsConfig(webhooks=hooks, mails=mails), MORNING - DAY)


def standing(centre: Centre) -> list[Alarm]:
    with centre.store.reading() as connection:
        return alarms.standing(connection)


def kinds(found: list[Alarm]) -> list[tuple[str, str, str]]:
    return sorted((one.kind.value, one.site, one.subject) for one in found)


def happened(centre: Centre, kiosk: Kiosk, seq: int, ago: timedelta, one: dict[str, Any]) -> None:
    at = centre.moment - ago
    one |= {"seq": seq, "at": at.isoformat(), "clock": "trusted", "offset_ms": 0}
    one |= {"order": int(at.timestamp() * 1000) << 16}
    kiosk.send(one)


@pytest.fixture
def silent(centre: Centre) -> Centre:
    """A centre with one kiosk that has fallen silent."""
    centre.kiosk("k1")
    beat(centre, "k1")
    centre.moment += 4 * MINUTE
    return centre


def test_an_alarm_opens_once_and_closes_by_itself(silent: Centre) -> None:
    looks = watch(silent)
    opened, _ = looks.step(silent.moment)
    assert kinds(opened) == [("silent", SITE, "k1")]
    assert looks.step(silent.moment + MINUTE) == ([], [])
    silent.moment += 2 * MINUTE
    beat(silent, "k1")
    _, [closed] = looks.step(silent.moment)
    assert closed.id == opened[0].id
    assert standing(silent) == []
    silent.moment += 5 * MINUTE
    [again], _ = looks.step(silent.moment)
    assert again.id != closed.id
    with silent.store.writing() as connection:
        assert kiosks.revoke(connection, "k1", silent.moment)
    assert kinds(looks.step(silent.moment)[1]) == [("silent", SITE, "k1")]


def test_of_two_services_one_looks_and_the_other_takes_over(silent: Centre) -> None:
    one, other = watch(silent), watch(silent)
    assert len(one.step(silent.moment)[0]) == 1
    assert other.step(silent.moment) == ([], [])
    beat(silent, "k1")
    later = silent.moment + TURN
    assert kinds(other.step(later)[1]) == [("silent", SITE, "k1")]
    other.release()
    with silent.store.writing() as connection:
        assert ehr_turns.hold(connection, "", "alarms", "third", TURN, later)


def test_two_that_open_at_the_same_moment_open_one(silent: Centre, tmp_path: Path) -> None:
    """Without any turn: the table itself holds an open alarm once, and one letter for each channel."""
    from central.alarms import look

    with silent.store.reading() as connection:
        found = look.standing(connection, MORNING - DAY, silent.moment, 30 * MINUTE)
    start, made = threading.Barrier(4), list[Alarm]()

    def settle() -> None:
        start.wait()
        with silent.store.writing() as connection:
            made.extend(alarms.settle(connection, found, {"duty": lambda _: True}, silent.moment)[0])

    threads = [threading.Thread(target=settle) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == len(standing(silent)) == 1
    with silent.store.reading() as connection:
        assert len(alarms.letters(connection)) == 1


def test_every_kind_opens_and_closes(centre: Centre) -> None:
    looks = watch(centre)
    kiosk = centre.kiosk("k1")
    beat(centre, "k1", waiting=3, oldest_waiting_at=centre.moment - 40 * MINUTE)
    for number in range(3):
        happened(
            centre, kiosk, number + 1, number * MINUTE, fact("wrong-place", appointment=f"X{number}", site="vuosaari")
        )
    happened(centre, kiosk, 4, 25 * MINUTE, check_in("A1"))
    letter: dict[str, Any] = {
        "ehr": "apotti",
        "site": SITE,
        "appointment": "A1",
        "fact": "f",
        "kind": "arrived",
        "number": "A 001",
    }
    letter |= {"number": "A 001", "at": MORNING, "written_at": MORNING, "state": "dead", "attempts": 9}
    letter |= {"due_at": MORNING, "mended": 0}
    with centre.store.writing() as connection:
        connection.execute(insert(ehr_letter).values(letter))
    opened, _ = looks.step(centre.moment)
    assert kinds(opened) == [
        ("dead-letters", "", "apotti"),
        ("lost-clients", SITE, ""),
        ("unsent", SITE, "k1"),
        ("wrong-unit", SITE, f"site:{SITE}"),
    ]
    assert all("A 001" not in str(msgspec.to_builtins(one)) for one in opened)
    centre.moment += 70 * MINUTE
    beat(centre, "k1")
    with centre.store.writing() as connection:
        connection.execute(ehr_letter.update().values(state="given-up"))
        came = connection.exec_driver_sql("SELECT id FROM fact WHERE kind = 'checked-in'").scalar_one()
        from central.store import waiting

        waiting.acknowledge(connection, SITE, came, "Aino Testi", centre.moment)
    _, closed = looks.step(centre.moment)
    assert {one.kind for one in closed} == {Kind.DEAD_LETTERS, Kind.UNSENT, Kind.WRONG_UNIT, Kind.LOST_CLIENTS}


def test_steps_are_counted_from_the_facts(centre: Centre) -> None:
    kiosk = centre.kiosk("k1")
    told: list[dict[str, Any]] = [check_in(f"N{number}", f"A {number:03}") for number in range(4)]
    told[0]["details"]["claim"] = "typed"
    told += [
        fact("unmatched-arrival", reason="no-match", claim="typed-code", number="A 009", sealed="x"),
        fact("noted-early", reason="too-early", claim="chip", appointment="A2"),
        fact("help-called", page="NotRead"),
        fact("help-called", page="Confirming"),
        fact("help-called", page="Welcome"),
        fact("ticket-printed", arrival="x"),
        fact("print-failed", arrival="x"),
        fact("self-test", light="green", codes=""),
    ]
    for seq, one in enumerate(told, 1):
        happened(centre, kiosk, seq, MINUTE, one)
    happened(centre, kiosk, 20, 3 * MINUTE, fact("ticket-printed", arrival="y"))
    with centre.store.writing() as connection:
        step_counts.count(connection, centre.moment, 1)
        # Counted twice it is the same.
        step_counts.count(connection, centre.moment, 2)
    with centre.store.reading() as connection:
        found = step_counts.together(step_counts.since(connection, MORNING - DAY, MORNING + DAY, SITE))
        assert step_counts.since(connection, MORNING + MINUTE, MORNING + DAY) == []
    assert found == {
        Step.SCAN: Tally(4, 3),
        Step.MATCH: Tally(5, 1),
        Step.CONFIRM: Tally(4, 1),
        Step.PRINT: Tally(2, 1),
        Step.SYNC: Tally(11, 1),
    }
    with centre.store.writing() as connection:
        assert step_counts.forget(connection, MORNING + 16 * DAY) == len(Step)


def test_history_holds_what_changed_and_nothing_else(centre: Centre) -> None:
    centre.kiosk("k1")
    for light, faults, program in (
        ("green", (), "1"),
        ("green", (), "1"),
        ("yellow", ("b", "a"), "1"),
        ("yellow", ("a", "b"), "1"),
        ("yellow", ("a", "b"), "2"),
        ("green", (), "2"),
    ):
        centre.moment += MINUTE
        beat(centre, "k1", light, *faults, program=program, waiting=centre.moment.minute)
    with centre.store.reading() as connection:
        history = kiosk_history.of(connection, "k1")
    assert [(one.at - MORNING, one.light, sorted(one.faults), one.program) for one in history] == [
        (6 * MINUTE, "green", [], "2"),
        (5 * MINUTE, "yellow", ["a", "b"], "2"),
        (3 * MINUTE, "yellow", ["a", "b"], "1"),
        (1 * MINUTE, "green", [], "1"),
    ]
    with centre.store.writing() as connection:
        # How it was when the ninety days began is kept.
        assert kiosk_history.forget(connection, MORNING + 90 * DAY + 4 * MINUTE) == 1
        assert kiosk_history.forget(connection, MORNING + 190 * DAY) == 2
        assert [one.light for one in kiosk_history.of(connection, "k1")] == ["green"]


def test_a_fault_is_taken_up_till_it_is_gone(centre: Centre) -> None:
    centre.kiosk("k1")
    beat(centre, "k1", "yellow", "printer-jam")

    def now_there() -> list[incidents.Incident]:
        with centre.store.reading() as connection:
            machine = machines.one(connection, "k1")
            return incidents.standing(connection, "k1", machine.faults, machine.enrolled_at)

    [jam] = now_there()
    with centre.store.writing() as connection:
        assert incidents.take_up(connection, "k1", jam, "Aino Testi", "on my way", centre.moment)
        assert incidents.take_up(connection, "k1", jam, "Aino Testi", "waiting for a part", centre.moment)
        assert not incidents.take_up(connection, "k1", jam, "Eero Testi", "me too", centre.moment)
    centre.moment += MINUTE
    beat(centre, "k1", "yellow", "card-left-behind", "printer-jam")
    found = {one.fault: (one.seen_by, one.note) for one in now_there()}
    assert found == {"printer-jam": ("Aino Testi", "waiting for a part"), "card-left-behind": ("", "")}
    for faults in ((), ("printer-jam",)):
        centre.moment += MINUTE
        beat(centre, "k1", "yellow", *faults)
    assert [(one.since, one.seen_by) for one in now_there()] == [(centre.moment, "")]


# --- telling ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    with receivers.hooks() as made:
        yield made


def webhook(hooks: Hooks, folder: Path, **more: Any) -> Webhook:
    (folder / "secret").write_bytes(SECRET + b"\n")
    return Webhook(**{"name": "duty", "url": hooks.url, "secret_file": folder / "secret", "language": "en", **more})


def test_a_webhook_is_signed_and_told_once(silent: Centre, hooks: Hooks, tmp_path: Path) -> None:
    channel = webhook(hooks, tmp_path)
    looks, tells = watch(silent, channel), Teller(silent.store, channel, "https://centre.example/fleet")
    [alarm], _ = looks.step(silent.moment)
    assert (tells.step(silent.moment), tells.step(silent.moment)) == (1, 0)
    [(headers, body)] = hooks.came
    name, at = headers["webhook-id"], headers["webhook-timestamp"]
    signed = digest(SECRET, f"{name}.{at}.".encode() + body, sha256)
    assert headers["webhook-signature"] == f"v1,{b64encode(signed).decode()}"
    assert (name, int(at)) == (f"{alarm.id}.opened", int(silent.moment.timestamp()))
    said = json.loads(body)
    assert (said["event"], said["kind"], said["site"], said["data"]["kiosk"]) == ("opened", "silent", SITE, "k1")
    assert said["words"] == "Nothing is heard from kiosk k1. Last heard 8.50."
    assert said["page"] == "https://centre.example/fleet"
    beat(silent, "k1")
    looks.step(silent.moment)
    assert tells.step(silent.moment) == 1
    assert json.loads(hooks.came[1][1])["event"] == "closed"


def test_what_does_not_arrive_is_told_again_with_the_same_id(silent: Centre, hooks: Hooks, tmp_path: Path) -> None:
    channel = webhook(hooks, tmp_path)
    tells = Teller(silent.store, channel, "")
    watch(silent, channel).step(silent.moment)
    # A redirect is no arrival, and is not followed.
    hooks.answers = [500, 302]
    for attempt in (1, 2, 3):
        assert tells.step(silent.moment) == 1
        assert tells.step(silent.moment) == 0
        silent.moment += pause(attempt, 1.0)
    assert len({headers["webhook-id"] for headers, _ in hooks.came}) == 1
    assert len(hooks.came) == 3
    with silent.store.reading() as connection:
        [letter] = alarms.letters(connection)
    assert (letter["state"], letter["attempts"], letter["reason"]) == ("sent", 3, "")


def test_after_a_day_it_is_given_up(silent: Centre, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(SECRET)
    channel = Webhook(name="duty", url="http://127.0.0.1:9/", secret_file=tmp_path / "secret")
    tells = Teller(silent.store, channel, "")
    watch(silent, channel).step(silent.moment)
    assert tells.step(silent.moment) == 1
    assert tells.step(silent.moment + DAY) == 1
    assert tells.step(silent.moment + 2 * DAY) == 0
    with silent.store.reading() as connection:
        [letter] = alarms.letters(connection)
    assert (letter["state"], letter["reason"]) == ("given-up", "ConnectionRefusedError")


def test_a_receiver_that_hangs_is_left(silent: Centre, hooks: Hooks, tmp_path: Path) -> None:
    channel = webhook(hooks, tmp_path, timeout_seconds=0.2)
    watch(silent, channel).step(silent.moment)
    hooks.hold.clear()
    assert Teller(silent.store, channel, "").step(silent.moment) == 1
    with silent.store.reading() as connection:
        assert alarms.letters(connection)[0]["reason"] == "TimeoutError"
    hooks.hold.set()


def test_two_services_send_an_alarm_once(silent: Centre, hooks: Hooks, tmp_path: Path) -> None:
    channel = webhook(hooks, tmp_path)
    for number in range(2, 8):
        silent.kiosk(f"k{number}")
    silent.moment += 4 * MINUTE
    assert len(watch(silent, channel).step(silent.moment)[0]) == 7
    start = threading.Barrier(3)

    def tell() -> None:
        tells = Teller(silent.store, channel, "")
        start.wait()
        while tells.step(silent.moment):
            pass

    threads = [threading.Thread(target=tell) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Whoever lost a race for a letter stops early; what is left over is nobody's.
    while Teller(silent.store, channel, "").step(silent.moment):
        pass
    names = [headers["webhook-id"] for headers, _ in hooks.came]
    assert len(names) == len(set(names)) == 7


def test_who_dies_while_telling_is_stood_in_for(silent: Centre, hooks: Hooks, tmp_path: Path) -> None:
    channel = webhook(hooks, tmp_path)
    watch(silent, channel).step(silent.moment)
    with silent.store.writing() as connection:
        assert len(alarms.due(connection, "duty", silent.moment, LEASE, 5)) == 1
    tells = Teller(silent.store, channel, "")
    assert (tells.step(silent.moment), len(hooks.came)) == (0, 0)
    assert tells.step(silent.moment + LEASE) == 1


def test_channels_are_told_only_of_what_they_want(silent: Centre, hooks: Hooks, tmp_path: Path) -> None:
    wanted = [
        webhook(hooks, tmp_path, name="here", sites=(SITE,)),
        webhook(hooks, tmp_path, name="there", sites=("vuosaari",)),
        webhook(hooks, tmp_path, name="silent", kinds=(Kind.SILENT,)),
        webhook(hooks, tmp_path, name="unsent", kinds=(Kind.UNSENT,)),
    ]
    watch(silent, *wanted).step(silent.moment)
    with silent.store.reading() as connection:
        assert {one["channel"] for one in alarms.letters(connection)} == {"here", "silent"}


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate(tmp_path, "127.0.0.1", datetime.now(UTC).replace(microsecond=0) + timedelta(days=90))


def mail(box: Box, folder: Path, **more: Any) -> Mail:
    (folder / "password").write_text("an-example\n")
    usual = {"name": "post", "host": "127.0.0.1", "port": box.port, "sender": "centre@centre.example"}
    usual |= {"to": ("duty@city.example", "night@city.example"), "user": "centre", "password_file": folder / "password"}
    return Mail(**{**usual, **more})


def test_mail_goes_encrypted_in_the_operators_language(silent: Centre, pem: Path, tmp_path: Path) -> None:
    with receivers.box(pem, "centre", "an-example") as box:
        channel = mail(box, tmp_path, authorities=pem, language="sv")
        silent.kiosk("k2")
        silent.moment += 4 * MINUTE
        watch(silent, channel).step(silent.moment)
        box.answers = ["451 later"]
        tells = Teller(silent.store, channel, "https://centre.example/fleet")
        assert tells.step(silent.moment) == 2
        silent.moment += MINUTE
        assert tells.step(silent.moment) == 2
    [message] = box.came
    assert box.secure == [True]
    assert (message["Subject"], message["To"]) == ("2 larm", "duty@city.example, night@city.example")
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert "Automat k1 hörs inte. Hördes senast 08:50." in text
    assert "Kontrollera strömmen och nätet." in text
    assert "https://centre.example/fleet" in text


def test_mail_never_goes_in_the_clear_and_never_to_a_stranger(silent: Centre, pem: Path, tmp_path: Path) -> None:
    with receivers.box(None) as plain, receivers.box(pem, "centre", "another") as other:
        channels = [
            mail(plain, tmp_path, name="no-starttls"),
            mail(other, tmp_path, name="unknown-authority"),
            mail(other, tmp_path, name="wrong-password", authorities=pem),
        ]
        watch(silent, *channels).step(silent.moment)
        for channel in channels:
            assert Teller(silent.store, channel, "").step(silent.moment) == 1
        assert plain.came == other.came == []
    with silent.store.reading() as connection:
        reasons = {one["channel"]: one["reason"] for one in alarms.letters(connection)}
    assert reasons == {
        "no-starttls": "SMTPNotSupportedError",
        "unknown-authority": "SSLCertVerificationError",
        "wrong-password": "smtp-535",
    }


def test_the_running_service_looks_and_tells(
    centre: Centre, hooks: Hooks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two real services on one database: a kiosk that cannot get its facts away is told of once."""
    centre.moment = datetime.now(UTC)
    centre.kiosk("k1")
    beat(centre, "k1", waiting=1, oldest_waiting_at=centre.moment - 50 * MINUTE)
    (tmp_path / "secret").write_bytes(SECRET)
    config = f'[[alarms.webhooks]]\nname = "duty"\nurl = "{hooks.url}"\nsecret_file = "{tmp_path / "secret"}"\n'
    services = [Process(tmp_path, tmp_path / f"log{number}", config) for number in (1, 2)]
    try:
        wait_until(lambda: bool(hooks.came), 30.0, "alarm told")
        wait_until(lambda: any(b"alarm_told" in one.log.read_bytes() for one in services), 30.0, "written down")
        beat(centre, "k1")
        wait_until(lambda: len(hooks.came) == 2, 40.0, "its end told")
    finally:
        lines = [line for one in services for line in one.end()]
    assert [json.loads(body)["event"] for _, body in hooks.came] == ["opened", "closed"]
    assert sum(line["event"] == "alarm_opened" for line in lines) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        '[[alarms.webhooks]]\nname = "a"\nurl = "http://city.example/"\nsecret_file = "s"',
        '[[alarms.webhooks]]\nname = "a"\nurl = "https://u:p@city.example/"\nsecret_file = "s"',
        '[[alarms.webhooks]]\nname = "a"\nurl = "https://city.example/"\nsecret_file = "s"\nkinds = ["loud"]',
        '[[alarms.mails]]\nname = "a"\nhost = "mail.example"\nsender = "a@b"\nto = []',
        '[[alarms.mails]]\nname = "a"\nhost = "mail.example"\nsender = "a@b"\nto = ["c@d"]\nsecurity = "none"',
        '[[alarms.mails]]\nname = "a"\nhost = "mail.example"\nsender = "a@b"\nto = ["c@d\\r\\nBcc: e@f"]',
        '[[alarms.mails]]\nname = "a"\nhost = "mail.example"\nsender = "a@b"\nto = ["c@d"]\nuser = "u"',
        "[alarms]\nloud = true",
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "central.toml").write_text(wrong)
    with pytest.raises(ConfigError):
        read(tmp_path / "central.toml")


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_pauses_grow_and_end(attempts: int, draw: float) -> None:
    assert timedelta(seconds=2.5) <= pause(attempts, draw) <= timedelta(minutes=10)
    assert pause(attempts, draw) <= pause(attempts + 1, draw)
