"""The rules of a site as people read, compare and edit them, and local times that come twice or never."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central import local_time, site_files, site_text
from central.local_time import NoMomentError, Why
from central.site_files import SiteFileError
from central.site_text import Line, Sort
from kiosk.sync.messages import SiteRecord

ZONE = "Europe/Helsinki"


def example(name: str) -> tuple[SiteRecord, str]:
    return site_files.site(site_files.named(name))


@pytest.mark.parametrize("name", site_files.EXAMPLES)
def test_what_is_written_is_read_again(name: str) -> None:
    rules, series = example(name)
    text = site_text.written(rules, series)
    assert site_text.read(text, rules) == (rules, series)
    assert "plan: kept " in text
    whole = site_text.written(rules, series, whole=True)
    assert site_files.site(site_files.plain(whole)) == (rules, series)
    assert site_text.read(whole, rules) == (rules, series)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: itakatu", "id: other", "its id is itakatu"),
        ("id: itakatu", "extends: vuosaari", "extends is for files"),
        ("zone: Europe/Helsinki", "zone: Europe/Nowhere", "zone is no name"),
        ("plan: kept ", "plan: kept 0", "no such drawing"),
        ("languages:", "languages: [", "not YAML at line"),
        ("roster_stale_minutes: 30", "roster_stale_minutes: soon", "roster_stale_minutes"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, said: str) -> None:
    rules, series = example("itakatu")
    text = site_text.written(rules, series)
    assert old in text
    with pytest.raises(SiteFileError, match=said):
        site_text.read(text.replace(old, new, 1), rules)


@pytest.mark.parametrize("text", ["", "- a", "just words", "[" * 5000, "a: &a [*a, *a]"])
def test_what_is_no_site_is_refused(text: str) -> None:
    with pytest.raises(SiteFileError):
        site_text.read(text, example("itakatu")[0])


def test_a_comparison_shows_what_differs_and_a_little_around_it() -> None:
    old = [str(number) for number in range(20)]
    new = [*old[:9], "nine", *old[10:]]
    same = [Line(Sort.SAME, one) for one in old]
    expected = [
        Line(Sort.LEFT_OUT, "6"), *same[6:9], Line(Sort.REMOVED, "9"), Line(Sort.ADDED, "nine"), *same[10:13],
        Line(Sort.LEFT_OUT, "7"),
    ]  # fmt: skip
    assert site_text.compared("\n".join(old), "\n".join(new)) == expected
    assert site_text.compared("same", "same") == []


LINES = st.lists(st.sampled_from(["a", "b", "c", "d: 1"]), max_size=25)


@given(LINES, LINES)
def test_from_a_comparison_both_texts_can_be_made(old: list[str], new: list[str]) -> None:
    found = site_text.compared("\n".join(old), "\n".join(new))
    if not found:
        assert old == new
        return
    before, after, place = list[str](), list[str](), 0
    for line in found:
        if line.sort is Sort.LEFT_OUT:
            some = old[place : place + int(line.text)]
            before, after, place = before + some, after + some, place + len(some)
            continue
        if line.sort is not Sort.ADDED:
            before.append(line.text)
            place += 1
        if line.sort is not Sort.REMOVED:
            after.append(line.text)
    assert (before, after) == (old, new)


@pytest.mark.parametrize(
    ("text", "which", "expected"),
    [
        ("2026-11-23T09:05", "", datetime(2026, 11, 23, 7, 5, tzinfo=UTC)),
        ("2026-07-01T09:05", "second", datetime(2026, 7, 1, 6, 5, tzinfo=UTC)),
        ("2026-10-25T03:30", "first", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T03:30", "second", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-10-25T03:30", "", Why.TWICE),
        ("2026-10-25T03:30", "third", Why.TWICE),
        ("2027-03-28T03:30", "", Why.SKIPPED),
        ("2027-03-28T03:30", "first", Why.SKIPPED),
        ("2027-03-28T04:00", "", datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("", "", Why.NONE),
        ("2026-02-30T10:00", "", Why.NONE),
        ("0001-01-01T00:00", "", Why.NONE),
        ("tomorrow", "", Why.NONE),
    ],
)
def test_local_times(text: str, which: str, expected: datetime | Why) -> None:
    if isinstance(expected, datetime):
        assert local_time.read(text, ZONE, which) == expected
        return
    with pytest.raises(NoMomentError) as error:
        local_time.read(text, ZONE, which)
    assert error.value.why is expected


@given(st.integers(0, 2 * 366 * 24 * 60))
def test_every_moment_is_read_as_it_is_written(minutes: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    text, which = local_time.written(moment, ZONE)
    assert local_time.read(text, ZONE, which) == moment
