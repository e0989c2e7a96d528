"""What staff took back at a kiosk, the centre takes back too: once, whatever it hears first, and nothing newer."""

import json
from typing import Any

import pytest

from central import arrivals
from tests.central.rig import SITE, Centre, Kiosk, check_in, command, fact


def annulled(checked_in: dict[str, Any], seq: int = 2, *, own: bool = True) -> dict[str, Any]:
    said = {key: checked_in["details"][key] for key in ("appointment", "number")}
    return fact("annulled", seq=seq, by="staff", **said, **({"arrival": checked_in["id"]} if own else {}))


def verdicts(kiosk: Kiosk, *facts: object) -> list[str]:
    return [one["verdict"] for one in kiosk.send(*facts)]


def told(kiosk: Kiosk, appointment: str = "A1") -> tuple[str | None, list[str]]:
    """The number and the facts taken back, as any kiosk hears of them."""
    [record] = [one for one in kiosk.changes()["records"] if one["id"] == appointment]
    return record.get("number"), record.get("annulled", [])


def listed(centre: Centre) -> list[tuple[str, bool, list[str]]]:
    """Each arrival: its number, whether it was taken back, and the numbers in conflict with it."""
    return [
        (one.number, one.annulled_at is not None, [conflict.number for conflict in one.conflicts])
        for one in centre.arrivals()
    ]


def test_it_is_taken_back_and_another_one_taken(centre: Centre) -> None:
    kiosk, other = centre.kiosk("k1"), centre.kiosk("k2")
    first, in_conflict = check_in("A1", "A 001"), check_in("A1", "K 001")
    assert verdicts(kiosk, first) == ["recorded"]
    assert verdicts(other, in_conflict) == ["conflict"]
    cursor = other.changes()["cursor"]
    back = annulled(first)
    assert verdicts(kiosk, back) == ["recorded"]
    # As the centre's own command does it: what was in conflict goes with it.
    assert told(other) == (None, sorted([first["id"], in_conflict["id"]]))
    [news] = other.changes(cursor)["records"]
    assert news["id"] == "A1", "every kiosk hears of it"
    assert verdicts(kiosk, back, first) == ["duplicate", "duplicate"]
    assert verdicts(kiosk, check_in("A1", "A 002", seq=3)) == ["recorded"]
    assert told(other)[0] == "A 002"
    assert listed(centre) == [("A 001", True, ["K 001"]), ("A 002", False, [])]
    assert command(centre.data, "arrivals").stdout.count("annulled") == 2


def test_all_of_it_in_one_batch(centre: Centre) -> None:
    kiosk, first = centre.kiosk(), check_in("A1", "A 001")
    again = check_in("A1", "A 002", seq=3)
    beside, last = check_in("A2", "A 001", seq=4), check_in("A1", "A 003", seq=6)
    sent = (first, beside, annulled(first), again, annulled(again, 5), last)
    assert verdicts(kiosk, *sent) == ["recorded"] * 6
    assert (told(kiosk), told(kiosk, "A2")) == (("A 003", sorted([first["id"], again["id"]])), ("A 001", []))
    assert verdicts(kiosk, *sent) == ["duplicate"] * 6
    assert listed(centre) == [("A 001", True, []), ("A 002", True, []), ("A 001", False, []), ("A 003", False, [])]


@pytest.mark.parametrize("together", [True, False])
def test_it_may_be_heard_before_the_check_in_that_it_is_about(centre: Centre, together: bool) -> None:
    kiosk, first = centre.kiosk(), check_in("A1", "A 001")
    for sent in ([annulled(first), first],) if together else ([annulled(first)], [first]):
        assert verdicts(kiosk, *sent) == ["recorded"] * len(sent)
    assert told(kiosk) == (None, [first["id"]])
    assert verdicts(kiosk, check_in("A1", "A 002", seq=3), first) == ["recorded", "duplicate"]
    assert told(kiosk)[0] == "A 002"
    assert listed(centre) == [("A 001", True, []), ("A 002", False, [])]


def test_a_check_in_taken_back_before_it_came_is_in_conflict_with_nobody(centre: Centre) -> None:
    kiosk, other, first = centre.kiosk("k1"), centre.kiosk("k2"), check_in("A1", "A 001")
    verdicts(kiosk, annulled(first))
    verdicts(other, check_in("A1", "K 001"))
    assert verdicts(kiosk, first) == ["recorded"]
    assert told(kiosk) == ("K 001", [first["id"]])
    assert sorted(listed(centre)) == [("A 001", True, []), ("K 001", False, [])]


def test_what_another_machine_took_is_named_by_its_number(centre: Centre) -> None:
    kiosk, other, first = centre.kiosk("k1"), centre.kiosk("k2"), check_in("A1", "A 001")
    kiosk.send(first)
    assert verdicts(other, annulled(first, own=False)) == ["recorded"]
    assert told(kiosk) == (None, [first["id"]])
    # It comes late, again, from yet another kiosk; the client has long been here anew.
    kiosk.send(check_in("A1", "A 002", seq=2))
    assert verdicts(other, annulled(first, 3, own=False)) == ["recorded"]
    assert told(kiosk) == ("A 002", [first["id"]])


def test_only_the_arrival_that_staff_saw_is_taken_back(centre: Centre) -> None:
    kiosk, other = centre.kiosk("k1"), centre.kiosk("k2")
    first, in_conflict = check_in("A1", "A 001"), check_in("A1", "K 001")
    kiosk.send(first)
    other.send(in_conflict)
    assert verdicts(other, annulled(in_conflict)) == ["recorded"]
    assert told(kiosk) == ("A 001", [in_conflict["id"]])
    # Taken back by the centre meanwhile, and taken anew: the kiosk's word is about the old one.
    assert command(centre.data, "annul", "A1", "--site", SITE).exit_code == 0
    kiosk.send(check_in("A1", "A 002", seq=3))
    assert verdicts(kiosk, annulled(first, 4)) == ["recorded"]
    assert told(kiosk)[0] == "A 002"


def test_a_kiosk_takes_nothing_back_elsewhere_and_no_other_appointment(centre: Centre) -> None:
    kiosk, there = centre.kiosk("k1"), centre.kiosk("k2", "vuosaari")
    first = check_in("A1", "A 001")
    kiosk.send(first)
    assert verdicts(there, annulled(first), annulled(first, 3, own=False)) == ["recorded"] * 2
    other = annulled(first, 3)
    other["details"] |= {"appointment": "A2"}
    assert verdicts(kiosk, other) == ["recorded"]
    assert told(kiosk) == ("A 001", [])
    later = check_in("A2", "A 002", seq=4)
    assert verdicts(there, annulled(later, 5)) == ["recorded"]
    assert verdicts(kiosk, later) == ["recorded"]
    assert told(kiosk, "A2") == ("A 002", [])


@pytest.mark.parametrize(
    "wrong", [{"appointment": "A 1"}, {"number": "1"}, {"arrival": "yesterday's"}, {"number": None}, {"arrival": None}]
)
def test_one_that_names_nothing_is_refused_alone(centre: Centre, wrong: dict[str, Any]) -> None:
    kiosk, first = centre.kiosk(), check_in("A1", "A 001")
    broken = annulled(first)
    broken["details"] |= wrong
    assert verdicts(kiosk, first, broken) == ["recorded", "refused"]
    assert told(kiosk) == ("A 001", [])
    assert arrivals.read(json.dumps(broken).encode()) is None
