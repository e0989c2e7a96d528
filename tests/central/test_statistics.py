"""Figures without anybody in them: the rules, and what is counted on both databases."""

import csv
import io
import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central import csv_text, figures_out, statistics
from central.csv_text import BOM, EXCEL, PLAIN, harmless
from central.statistics import COLUMNS, FEW, FEWEST, HEAD, Cell, Hour, Measure, hours, in_service, key, shown
from central.store import sites, staff_log, waiting
from kiosk.clock import ENVIRONMENT, StagedClock
from tests.central.rig import SITE, Centre, Kiosk, check_in, command, fact

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize(
    ("day", "many"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 23), 24)]
)  # fmt: skip
def test_a_day_has_as_many_hours_as_its_clock(day: date, many: int) -> None:
    found = list(hours("Europe/Helsinki", day, day))
    assert len(found) == many
    for before, after in itertools.pairwise(found):
        assert before.ends.astimezone(UTC) == after.begins.astimezone(UTC)
        assert before.ends.astimezone(UTC) - before.begins.astimezone(UTC) == timedelta(hours=1)
    told = [one.begins.isoformat(timespec="minutes") for one in found]
    assert len(set(told)) == many
    if many == 25:
        assert "2026-10-25T03:00+03:00" in told
        assert "2026-10-25T03:00+02:00" in told


def test_few_clients_are_not_told_of_and_exact_sums_do_not_give_them_away() -> None:
    for count in range(1, FEWEST):
        for measure in (Measure.CAME, Measure.OUTCOME, Measure.SEEN, Measure.TAKEN_IN, Measure.STEP):
            assert shown(Cell("a", measure, count, value=17)) == (FEW, "")
    assert shown(Cell("a", Measure.CAME, 5)) == ("5", "")
    assert shown(Cell("a", Measure.SEEN, 6, value=0)) == ("6", "0")
    assert {shown(Cell("a", Measure.STEP, count, value=90))[0] for count in (8, 9, 10, 11, 12)} == {"10"}
    assert shown(Cell("a", Measure.KIOSKS, 1, value=99)) == ("1", "99")


@given(st.text(max_size=30), st.sampled_from([PLAIN, EXCEL]))
def test_no_cell_is_a_formula_and_every_cell_comes_back(cell: str, form: csv_text.Form) -> None:
    line = form.line(("first", cell, "last"))
    [row] = csv.reader(io.StringIO(line, newline=""), delimiter=form.separator)
    assert row[0] == "first"
    assert row[2] == "last"
    assert row[1] == harmless(cell)
    assert not row[1].startswith(FORMULAS)
    assert row[1].removeprefix("'") == cell.removeprefix("'")


def test_only_codes_of_reasons_are_repeated() -> None:
    assert [key(one) for one in ("too-late", "", "No match for Aino", "x" * 41, "=1+1")] == [
        "too-late", "", "other", "other", "other",
    ]  # fmt: skip


def test_time_out_of_service_is_not_counted_twice() -> None:
    spans = [(START, START + 20 * MINUTE), (START + 10 * MINUTE, START + 30 * MINUTE), (START - MINUTE, START)]
    assert in_service(spans, START, START + 60 * MINUTE) == 30 * MINUTE
    assert in_service([(START - MINUTE, START + 99 * MINUTE)], START, START + 60 * MINUTE) == timedelta()


# --- on both databases ------------------------------------------------------------------------------------------------


def happens(centre: Centre, kiosk: Kiosk, at: datetime, one: dict[str, Any], *, late: timedelta = timedelta()) -> str:
    """A fact at a time, which comes ``late``; its id."""
    now, centre.moment = centre.moment, at + late
    kiosk.sign_in().send(one | {"at": at.isoformat(), "clock": "trusted", "offset_ms": 0})
    centre.moment = now
    return str(one["id"])


@pytest.fixture
def morning(centre: Centre) -> Centre:
    """Seven check-ins at the dental clinic and one at a rare unit within one hour; waits of 1 to 7 minutes."""
    centre.moment = START
    centre.load(*({"id": f"D{place}"} for place in range(1, 8)), {"id": "R1", "unit": "laboratory", "area": "B2"})
    kiosk = centre.kiosk("k1")
    seen = []
    for place in range(1, 8):
        at = START + (3 + place) * MINUTE
        seen.append((happens(centre, kiosk, at, check_in(f"D{place}", f"A {place:03}", place)), at + place * MINUTE))
    happens(centre, kiosk, START + 20 * MINUTE, check_in("R1", "A 008", 8))
    for place in range(9, 14):
        one = fact("sent-to-desk", seq=place, reason="=too-late", claim="barcode")
        happens(centre, kiosk, START + 21 * MINUTE, one)
    happens(centre, kiosk, START + 22 * MINUTE, check_in("A9", "A 014", 14), late=5 * MINUTE)
    with centre.store.writing() as connection:
        for name, at in seen:
            waiting.acknowledge(connection, SITE, name, "Aino Testi", at)
    centre.moment = START + 90 * MINUTE
    return centre


def cells(centre: Centre, day: date = date(2026, 11, 23)) -> list[tuple[Hour, Cell]]:
    with centre.store.reading() as connection:
        rules = sites.all_rules(connection)
    return list(figures_out.cells(centre.store, rules, day, day, centre.moment))


def test_what_happened_is_counted_where_it_happened(morning: Centre) -> None:
    found = {
        (cell.measure, cell.unit, cell.source, cell.key): (hour.begins.hour, cell.count, cell.value)
        for hour, cell in cells(morning)
        if cell.measure is not Measure.KIOSKS and cell.site == SITE
    }
    assert found[Measure.CAME, "dental", "registered", ""] == (8, 7, None)
    assert found[Measure.CAME, "laboratory", "registered", ""] == (8, 1, None)
    assert found[Measure.CAME, "", "offline", ""] == (8, 1, None)
    assert found[Measure.CAME, "", "sent-to-desk", ""] == (8, 5, None)
    assert found[Measure.OUTCOME, "", "", "sent-to-desk:other"] == (8, 5, None)
    assert found[Measure.SEEN, "dental", "registered", ""] == (8, 7, 4)
    assert found[Measure.STEP, "", "", "sync"] == (8, 14, 93)
    assert not any(measure is Measure.TAKEN_IN for measure, *_ in found)


def test_the_median_of_an_even_number_is_between_the_two_in_the_middle(morning: Centre) -> None:
    with morning.store.writing() as connection:
        [one] = [one for one in waiting.here(connection, SITE, START) if one.appointment == "R1"]
        for here in waiting.here(connection, SITE, START):
            if here.unit == "dental" and here.number != "A 007":
                waiting.take_in(connection, SITE, here.fact, "Aino Testi", here.arrived_at + 10 * MINUTE)
        late = [here for here in waiting.here(connection, SITE, START) if here.number == "A 007"]
        waiting.take_in(connection, SITE, one.fact, "Aino Testi", one.arrived_at - MINUTE)
        assert len(late) == 1
    found = {(cell.measure, cell.unit): (cell.count, cell.value) for _, cell in cells(morning)}
    assert found[Measure.TAKEN_IN, "dental"] == (6, 10)
    # A clock that was wrong makes no wait below nought.
    assert found[Measure.TAKEN_IN, "laboratory"] == (1, 0)


def test_kiosks_are_in_service_for_as_long_as_they_could_serve(morning: Centre) -> None:
    kiosk = morning.kiosk("k2")
    del kiosk
    found = {
        hour.begins.hour: (cell.count, cell.value)
        for hour, cell in cells(morning)
        if cell.measure is Measure.KIOSKS and cell.site == SITE
    }
    # Neither was ever heard: enrolled is not yet in service. The second one came at half past nine.
    assert found == {8: (1, 0), 9: (1, 0)}


def test_the_export_names_nobody_and_says_what_is_left_out(morning: Centre) -> None:
    with morning.store.reading() as connection:
        rules = sites.all_rules(connection)
    day = date(2026, 11, 23)
    text = "".join(figures_out.csv(morning.store, rules, day, day, morning.moment, EXCEL))
    assert text.startswith(BOM + HEAD[0])
    assert FEW in HEAD[1]
    lines = text.removeprefix(BOM).splitlines()[len(HEAD) :]
    rows = list(csv.DictReader(lines, delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    [rare] = [row for row in rows if row["unit"] == "laboratory" and row["measure"] == "came"]
    assert (rare["count"], rare["value"], rare["hour"]) == (FEW, "", "2026-11-23T08:00+02:00")
    assert all(
        int(row["count"]) >= FEWEST for row in rows if row["count"] != FEW and row["measure"] != "kiosks-in-service"
    )
    for secret in ("D1", "A 001", "Aino", "k1", "too-late"):
        assert secret not in text


def test_the_command_writes_the_same_and_is_logged(
    morning: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    StagedClock(tmp_path / "clock").start_at(morning.moment)
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "clock"))
    done = command(tmp_path, "statistics", "--csv", "--site", SITE, "--since", "2026-11-23", "--until", "2026-11-23")
    assert done.exit_code == 0, done.output
    assert f"{SITE},2026-11-23,2026-11-23T08:00+02:00,dental,,registered,came,,7," in done.stdout
    with morning.store.reading() as connection:
        assert [one.what for one in staff_log.entries(connection)][-1] == "statistics-exported"
    for wrong in (("--since", "23.11."), ("--since", "2026-11-23", "--until", "2026-11-22"), ("--site", "nowhere")):
        assert command(tmp_path, "statistics", "--csv", *wrong).exit_code == 1


def test_days_of_moved_clocks_are_whole(centre: Centre) -> None:
    centre.moment = datetime(2026, 10, 26, 12, tzinfo=UTC)
    kiosk = centre.kiosk("k1")
    for place in range(1, 7):
        # Half past three in summer time, and an hour later once more.
        at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + timedelta(hours=place % 2)
        happens(centre, kiosk, at, check_in(f"X{place}", f"A {place:03}", place))
    told = [
        (hour.begins.isoformat(timespec="minutes"), cell.count)
        for hour, cell in cells(centre, date(2026, 10, 25))
        if cell.measure is Measure.CAME
    ]
    assert told == [("2026-10-25T03:00+03:00", 3), ("2026-10-25T03:00+02:00", 3)]
    assert statistics.MOST_DAYS > 31
