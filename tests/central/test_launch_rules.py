"""What is wrong and what that means for clients: rules without a database."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central import noted
from central.alarms.rules import Kind
from central.launch import GAP, Means, Spell, gravest_first, merged, of_alarm, of_kiosk
from central.machines import Was
from kiosk.checkin import faults

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def was(minute: int, *codes: str, light: str = "yellow") -> Was:
    return Was(START + minute * MINUTE, light, frozenset(codes))


def test_two_faults_by_which_a_kiosk_prints_no_slips_are_one_thing() -> None:
    history = [was(0), was(5, "printer-jam"), was(9, "printer-paper-out"), was(20, light="green"), was(60, light="red")]
    found = merged(of_kiosk("a", "k1", history))
    assert [(one.means, one.began, one.ended) for one in found] == [
        (Means.NO_SLIPS, START + 5 * MINUTE, START + 20 * MINUTE),
        # A fault that this centre does not know: the light says that nobody can be served.
        (Means.OUT_OF_ORDER, START + 60 * MINUTE, None),
    ]
    assert found[0].about == ("fault:printer-jam", "fault:printer-paper-out")


def test_every_fault_means_something_and_notes_mean_nothing_for_clients() -> None:
    for fault in faults.ALL:
        [spell] = of_kiosk("a", "k1", [was(0, fault.code)])
        assert spell.can_be_published is (fault.works.value != "everything"), fault.code
    [unknown] = of_kiosk("a", "k1", [was(0, "newer-than-this")])
    assert unknown.means is Means.NOTHING


def test_what_a_revoked_kiosk_had_is_over() -> None:
    [spell] = of_kiosk("a", "k1", [was(0, "printer-jam")], START + MINUTE)
    assert spell.ended == START + MINUTE


def test_what_comes_and_goes_stays_the_same_item() -> None:
    once = Spell(Means.LATER, "a", "k1", START, START + 5 * MINUTE)
    again = Spell(Means.LATER, "a", "k1", START + 5 * MINUTE + GAP)
    late = Spell(Means.LATER, "a", "k1", START + 6 * MINUTE + GAP)
    [one] = merged([again, once])
    assert (one.item, one.ended) == (once.item, None)
    assert len(merged([once, late])) == 2
    assert len({spell.item for spell in merged([once, late, Spell(Means.LATER, "a", "k2", START)])}) == 3


def test_an_item_is_known_by_its_beginning_whatever_time_zone_that_is_said_in() -> None:
    from zoneinfo import ZoneInfo

    here = Spell(Means.BEGINS, "a", "dental", START.astimezone(ZoneInfo("Europe/Helsinki")))
    assert here.item == Spell(Means.BEGINS, "a", "dental", START, START + MINUTE).item


spells = st.builds(
    lambda means, begin, length: Spell(
        means, "a", "k", START + begin * MINUTE, None if length is None else START + (begin + length) * MINUTE
    ),
    st.sampled_from([Means.LATER, Means.NO_SLIPS]),
    st.integers(0, 200),
    st.none() | st.integers(0, 60),
)


@given(st.lists(spells, max_size=8))
def test_merging_loses_no_minute_and_leaves_gaps_between(found: list[Spell]) -> None:
    whole = merged(found)
    for one in found:
        assert any(
            held.means is one.means
            and held.began <= one.began
            and (held.ended is None or (one.ended is not None and one.ended <= held.ended))
            for held in whole
        )
    for means in Means:
        own = [one for one in whole if one.means is means]
        for before, after in itertools.pairwise(own):
            assert before.ended is not None
            assert after.began - before.ended > GAP
    assert merged(whole) == whole


@pytest.mark.parametrize(
    ("kind", "data", "means", "subject"),
    [
        (Kind.SILENT, {"kiosk": "k1"}, Means.SILENT, "k1"),
        (Kind.UNSENT, {"kiosk": "k1", "minutes": 31}, Means.LATER, "k1"),
        (Kind.STEP_FELL, {"kiosk": "", "step": "scan"}, Means.FELL_SCAN, ""),
        (Kind.STEP_FELL, {"kiosk": "k1", "step": "print"}, Means.FELL_PRINT, "k1"),
        (Kind.WRONG_UNIT, {"scope": "site", "about": "a"}, Means.WRONG_SITE, "a"),
        (Kind.WRONG_UNIT, {"scope": "reminder", "about": "dental"}, Means.WRONG_REMINDER, "dental"),
        (Kind.DEAD_LETTERS, {"ehr": "apotti", "many": 2}, Means.RECORD, "apotti"),
        (Kind.RECORD_LATE, {"ehr": "apotti", "minutes": 20}, Means.RECORD, "apotti"),
        (Kind.LOST_CLIENTS, {"many": 3}, Means.SEEN_LATE, ""),
    ],
)
def test_every_alarm_means_something(kind: Kind, data: dict[str, str | int], means: Means, subject: str) -> None:
    spell = of_alarm(kind, "a", data, "x", START, None)
    assert (spell.means, spell.subject, spell.about) == (means, subject, ("alarm:x",))


def test_the_worst_is_told_first_and_time_is_reckoned_within_the_day() -> None:
    note, red = Spell(Means.NOTHING, "a", "k", START), Spell(Means.OUT_OF_ORDER, "a", "k", START + MINUTE)
    assert list(gravest_first([note, red])) == [red, note]
    long = Spell(Means.LATER, "a", "k", START - timedelta(days=2), START + 30 * MINUTE)
    assert long.within(START, START + timedelta(hours=12)) == 30 * MINUTE
    assert long.overlaps(START, START + MINUTE)
    assert not long.overlaps(START + 30 * MINUTE, START + 60 * MINUTE)


# --- what people write ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "The card 010594Y9032 stuck",
        "010594-903 2",
        "kortti 010594 Y 9032.",
        "0105949032",
        "SATU 99900001N did not work",
        "call 040 123 4567",
        "+358401234567",
        "010594y9032",
    ],
)
def test_what_looks_like_a_code_or_a_number_of_somebody_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(noted.NotNotedError) as caught:
        noted.text(text)
    assert caught.value.why is noted.Why.LIKE_A_CODE
    assert "9" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["Number A 017 twice", "Since 23.11.2026 8.50", "3 of 4 kiosks", "room 204", "2026-11-23"]
)
def test_plain_sentences_are_kept(text: str) -> None:
    assert noted.text(f"  {text}\n") == text


def test_a_note_has_something_in_it_and_an_end() -> None:
    for text, why in (("", "empty"), ("  ", "empty"), ("x" * 401, "too-long"), ("a\x00b", "unprintable")):
        with pytest.raises(noted.NotNotedError) as caught:
            noted.text(text)
        assert caught.value.why == why
    assert noted.text("", may_be_empty=True) == ""
    assert noted.is_role("desk-2")
    assert not noted.is_role("Aino Testi")
