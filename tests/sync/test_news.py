import msgspec
import pytest

from kiosk.checkin.appointment import Status
from kiosk.sync import messages, news

GOOD = {
    "record": "appointment",
    "id": "A1",
    "people": ["ab" * 32],
    "unit": "dental",
    "area": "B2",
    "starts": "2026-11-23T09:00:00+02:00",
}


def page(*records: object) -> messages.Changes:
    raw = [msgspec.Raw(msgspec.json.encode(record)) for record in records]
    return messages.Changes(snapshot=False, cursor="c", more=False, records=raw)


def test_a_record_of_a_newer_centre_is_passed_over_and_the_others_are_taken() -> None:
    read, unread = news.read(
        page(GOOD, {"record": "hologram"}, {**GOOD, "id": "A2", "colour": "red", "status": "cancelled"})
    )
    assert [row.appointment.id for row in read.rows] == ["A1", "A2"]
    assert read.rows[1].appointment.status is Status.CANCELLED
    assert unread == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {"id": ""},
        {"id": "x" * 65},
        {"people": ["010594"]},
        {"starts": "2026-11-23T09:00:00"},
        {"starts": "soon"},
        {"status": "dreaming"},
        {"number": "DROP TABLE"},
        {"unit": None},
    ],
)
def test_a_spoilt_record_harms_no_other(spoilt: dict[str, object]) -> None:
    read, unread = news.read(page({**GOOD, **spoilt}, GOOD, [], "x", None))
    assert [row.appointment.id for row in read.rows] == ["A1"]
    assert unread == 4


def test_a_site_is_read_whole() -> None:
    record = messages.SiteRecord(
        id="kalasatama",
        name={"fi": "Kalasatama"},
        zone="Europe/Helsinki",
        languages=["fi", "sv"],
        desk={"fi": "Tiski"},
        units=[messages.UnitMessage(id="dental", name={"fi": "Hammas"}, opens_before=30)],
        areas=[messages.AreaMessage(id="B2", name={"fi": "B2"})],
    )
    read, _ = news.read(page(msgspec.to_builtins(record)))
    assert read.site is not None
    assert read.site.units["dental"].opens_before.total_seconds() == 1800
    assert read.site.languages == ("fi", "sv")
