from datetime import UTC, datetime

import msgspec
import pytest

from kiosk.checkin.appointment import Channel, Status
from kiosk.sync import messages, news

SPOKEN = ("en", "fi", "sv")
DEEP = "[" * 100_000 + "]" * 100_000

GOOD = {
    "record": "appointment",
    "id": "A1",
    "people": ["ab" * 32],
    "unit": "dental",
    "area": "B2",
    "starts": "2026-11-23T09:00:00+02:00",
}


SITE = messages.SiteRecord(
    id="kalasatama",
    name={"fi": "Kalasatama"},
    zone="Europe/Helsinki",
    languages=["fi", "sv"],
    desk={"fi": "Tiski"},
    units=[messages.UnitMessage(id="dental", name={"fi": "Hammas"}, opens_before=30)],
    areas=[messages.AreaMessage(id="B2", name={"fi": "B2"})],
)


def page(*records: object) -> messages.Changes:
    raw = [one if isinstance(one, msgspec.Raw) else msgspec.Raw(msgspec.json.encode(one)) for one in records]
    return messages.Changes(snapshot=False, cursor="c", more=False, records=raw)


def test_a_record_of_a_newer_centre_is_passed_over_and_the_others_are_taken() -> None:
    read, unread = news.read(
        page(GOOD, {"record": "hologram"}, {**GOOD, "id": "A2", "colour": "red", "status": "cancelled"}), SPOKEN
    )
    assert [row.appointment.id for row in read.rows] == ["A1", "A2"]
    assert read.rows[1].appointment.status is Status.CANCELLED
    assert news.summary(unread) == {"other unknown-kind": 1}
    assert read.unread == []


@pytest.mark.parametrize("newer", [{"status": "postponed"}, {"channel": "hologram", "status": "cancelled"}])
def test_a_visit_of_a_kind_not_known_here_is_for_the_desk(newer: dict[str, object]) -> None:
    read, unread = news.read(page({**GOOD, **newer}), SPOKEN)
    (row,) = read.rows
    assert (row.appointment.status, row.appointment.channel) == (Status.BOOKED, Channel.ON_SITE)
    assert row.appointment.desk_first
    assert unread == []


@pytest.mark.parametrize(
    ("spoilt", "name"),
    [
        ({"id": ""}, ""),
        ({"id": "x" * 65}, ""),
        ({"id": 5}, ""),
        ({"people": ["010594"]}, "A1"),
        ({"starts": "2026-11-23T09:00:00"}, "A1"),
        ({"starts": "soon"}, "A1"),
        ({"starts": "0001-01-01T00:00:00+03:00"}, "A1"),
        ({"starts": "9999-12-31T23:59:59-03:00"}, "A1"),
        ({"starts": "9999-12-31T23:59:59Z"}, "A1"),
        ({"moved_to": "0001-01-01T00:00:00+03:00"}, "A1"),
        ({"number": "DROP TABLE"}, "A1"),
        ({"unit": None}, "A1"),
    ],
)
def test_a_spoilt_record_harms_no_other(spoilt: dict[str, object], name: str) -> None:
    deep = msgspec.Raw(f'{{"record": "appointment", "x": {DEEP}}}'.encode())
    read, unread = news.read(page({**GOOD, **spoilt}, GOOD, [], "x", None, deep), SPOKEN)
    assert [row.appointment.id for row in read.rows] == ["A1"]
    assert news.summary(unread) == {"appointment malformed": 1, "other malformed": 4}
    assert read.unread == [name, "", "", "", ""]


def test_times_are_in_utc() -> None:
    (row,) = news.read(page(GOOD), SPOKEN)[0].rows
    assert row.appointment.starts == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert row.appointment.starts.tzinfo is UTC


def test_a_queue_that_cannot_be_read_does_not_age_the_roster() -> None:
    queue = {"record": "queue", "service": "laboratory", "waiting": 3, "as_of": "0001-01-01T00:00:00+03:00"}
    read, unread = news.read(page(queue), SPOKEN)
    assert (read.queues, read.unread) == ({}, [])
    assert news.summary(unread) == {"queue malformed": 1}


def test_a_site_is_read_whole() -> None:
    read, _ = news.read(page(msgspec.to_builtins(SITE)), SPOKEN)
    assert read.site is not None
    assert read.site.units["dental"].opens_before.total_seconds() == 1800
    assert read.site.languages == ("fi", "sv")


def test_a_site_keeps_the_languages_that_only_a_newer_kiosk_can_speak() -> None:
    site = msgspec.structs.replace(SITE, languages=["se", "sv", "fi", "so"])
    read, unread = news.read(page(msgspec.to_builtins(site)), SPOKEN)
    assert read.site is not None
    assert read.site.languages == ("se", "sv", "fi", "so")
    assert unread == []


def test_a_pattern_that_is_none_costs_only_the_codes_of_its_kind() -> None:
    policy = messages.PolicyMessage(code_pattern="AJ-[0-9]+", local_pattern="TMP-(")
    read, unread = news.read(page(msgspec.to_builtins(msgspec.structs.replace(SITE, policy=policy))), SPOKEN)
    assert read.site is not None
    assert (read.site.policy.code_pattern, read.site.policy.local_pattern) == ("AJ-[0-9]+", "")
    assert unread == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"zone": "Europe/Kalasatama"}, news.UNKNOWN_ZONE),
        ({"zone": "Europe"}, news.UNKNOWN_ZONE),
        ({"zone": "../../etc/passwd"}, news.UNKNOWN_ZONE),
        ({"zone": "/etc/localtime"}, news.UNKNOWN_ZONE),
        ({"zone": ""}, news.UNKNOWN_ZONE),
        ({"zone": "a\x00b"}, news.UNKNOWN_ZONE),
        ({"languages": ["se"]}, news.NO_LANGUAGE),
        ({"languages": []}, news.NO_LANGUAGE),
        ({"roster_stale_minutes": 10**18}, news.MALFORMED),
    ],
)
def test_rules_by_which_no_kiosk_could_run_are_refused(change: dict[str, object], why: str) -> None:
    read, unread = news.read(page({**msgspec.to_builtins(SITE), **change}, GOOD), SPOKEN)
    assert read.site is None
    assert len(read.rows) == 1
    assert news.summary(unread) == {f"site {why}": 1}
    assert read.unread == []
