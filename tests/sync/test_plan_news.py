"""Floor plans over the line: whole between two that know them, and harmful to none that does not."""

import msgspec
import pytest

from central import site_files
from kiosk.checkin.plan import Landmark
from kiosk.ports import News
from kiosk.sync import messages, news
from kiosk.sync.messages import (
    FloorMessage,
    KioskStandMessage,
    LegMessage,
    PlanMarkMessage,
    PlanMessage,
    PlanPlaceMessage,
)

SPOKEN = ("fi",)
LEGS = [LegMessage(floor=0, line=[(5, 9), (9, 5)])]
PLAN = PlanMessage(
    floors=[
        FloorMessage(
            name="1",
            width=1000,
            height=500,
            walls=[[(0, 0), (1000, 0)]],
            places=[PlanPlaceMessage(area="B2", outline=[(0, 0), (9, 0), (9, 9)], sign="B2")],
            marks=[PlanMarkMessage(kind="lift", at=(3, 4)), PlanMarkMessage(kind="teleporter", at=(1, 1))],
        )
    ],
    kiosks=[
        KioskStandMessage(kiosk="k1", floor=0, at=(5, 9), looks=90, ways={"B2": LEGS}, desk=LEGS),
        KioskStandMessage(kiosk="k2", floor=7, at=(5, 9), looks=0),
    ],
)
SITE = messages.SiteRecord(
    id="kalasatama",
    name={"fi": "Kalasatama"},
    zone="Europe/Helsinki",
    languages=["fi"],
    desk={"fi": "Tiski"},
    units=[],
    areas=[messages.AreaMessage(id="B2", name={"fi": "B2"}, photo="/9j/")],
    plan=PLAN,
)


def told(record: object) -> News:
    raw = msgspec.Raw(msgspec.json.encode(record))
    read, unread = news.read(messages.Changes(snapshot=False, cursor="c", more=False, records=[raw]), SPOKEN)
    assert unread == []
    return read


def written(**changed: object) -> dict[str, object]:
    record = msgspec.json.decode(messages.encode(SITE))
    assert isinstance(record, dict)
    return record | changed


def test_a_plan_comes_whole_but_for_what_this_kiosk_has_no_name_for() -> None:
    site = told(SITE).site
    assert site is not None
    assert site.plan is not None
    [floor] = site.plan.floors
    assert floor.walls == (((0, 0), (1000, 0)),)
    assert [mark.kind for mark in floor.marks] == [Landmark.LIFT]
    assert floor.places["B2"].sign == "B2"
    assert set(site.plan.kiosks) == {"k1"}, "k2 stands on a floor that is not there"
    assert site.plan.kiosks["k1"].ways["B2"][0].line == ((5, 9), (9, 5))
    assert site.areas["B2"].photo == "/9j/"


@pytest.mark.parametrize(
    "plan",
    [
        {"floors": []},
        {"floors": "all"},
        {"floors": [{"name": "1", "width": 3, "height": 4, "walls": [[[0, 0]]]}]},
        {"floors": [{"name": "1", "width": 3, "height": 4, "walls": [{"curve": [0, 0]}]}]},
        {"floors": [{"name": "1", "width": 3, "height": 4}], "kiosks": [{"kiosk": "k 1"}]},
        "a newer kind",
        7,
    ],
)
def test_a_plan_that_cannot_be_read_costs_nobody_the_rules_of_the_site(plan: object) -> None:
    site = told(written(plan=plan)).site
    assert site is not None
    assert (site.id, site.plan) == ("kalasatama", None)
    assert set(site.areas) == {"B2"}


def test_neither_does_a_photograph() -> None:
    site = told(written(areas=[{"id": "B2", "name": {}, "photo": "no base64!"}])).site
    assert site is not None
    assert site.areas["B2"].photo == ""


def test_what_is_wrong_elsewhere_is_wrong_all_the_same() -> None:
    raw = msgspec.Raw(msgspec.json.encode(written(units="none", plan=3)))
    read, unread = news.read(messages.Changes(snapshot=False, cursor="c", more=False, records=[raw]), SPOKEN)
    assert read.site is None
    assert [one.why for one in unread] == [news.MALFORMED]


class OldSiteRecord(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="site"):
    """As kiosks from before plans read it."""

    id: str
    name: dict[str, str]
    areas: list[dict[str, object]]


def test_an_older_kiosk_and_an_older_centre_know_nothing_of_plans() -> None:
    old = msgspec.json.decode(messages.encode(SITE), type=OldSiteRecord)
    assert old.id == "kalasatama"
    without = written()
    del without["plan"]
    site = told(without).site
    assert site is not None
    assert site.plan is None


@pytest.mark.parametrize("name", site_files.EXAMPLES)
def test_a_site_with_its_plan_is_a_small_part_of_what_an_answer_may_be(name: str) -> None:
    rules, _ = site_files.site(site_files.example(name))
    assert len(messages.encode(rules)) < 16_000
