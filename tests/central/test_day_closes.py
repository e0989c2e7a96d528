"""Day closes at the centre: whose signature, whether the sums hold, and what the centre itself holds of the range."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import select

from central.day_closes import Before, Holding, compare
from central.store.tables import closed_difference
from kiosk.sync.messages import Agreement, DayCloseBody
from tests.central.rig import MORNING, SITE, Centre, Kiosk, check_in, command, fact

DAY = MORNING.date()


def said(first: int = 1, last: int = 3, **more: Any) -> DayCloseBody:
    taken = last - first + 1
    counts: dict[str, Any] = {"taken": taken, "confirmed": taken, "conflicts": 0, "refused": 0, "pending": 0}
    place: dict[str, Any] = {"kiosk": "k1", "site": SITE, "day": DAY, "closed_at": MORNING}
    return DayCloseBody(first=first, last=last, **(place | counts | more))


def signed(body: DayCloseBody, key: ECKey) -> str:
    return jws.serialize_compact(
        {"alg": "ES384", "kid": body.kiosk}, msgspec.json.encode(body), key, algorithms=["ES384"]
    )


def close(kiosk: Kiosk, body: DayCloseBody, key: ECKey | None = None) -> dict[str, Any]:
    answer = kiosk.http.post("/v1/day-closes", json={"signed": signed(body, key or kiosk.key)})
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def listed(centre: Centre, exit_code: int = 0) -> list[dict[str, Any]]:
    result = command(centre.data, "day-closes", "--json", "--site", SITE)
    assert result.exit_code == exit_code, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


@pytest.fixture
def kiosk(centre: Centre) -> Kiosk:
    """It has sent a check-in, a conflict, something that was refused, and something else."""
    kiosk = centre.kiosk("k1")
    kiosk.send(check_in("A1"), check_in("A1", seq=2), fact(seq=3) | {"at": "never"}, fact("print-failed", seq=4))
    return kiosk


def test_a_close_that_fits_what_is_held_agrees(centre: Centre, kiosk: Kiosk) -> None:
    body = said(1, 4, confirmed=2, conflicts=1, refused=1)
    answer = close(kiosk, body)
    expected = {"verdict": "agrees", "recorded": 2, "conflicts": 1, "refused": 1, "reason": ""}
    assert answer == {"version": 1, "day": DAY.isoformat()} | expected
    assert close(kiosk, body) == answer
    [line] = listed(centre)
    assert (line["taken"], line["confirmed"], line["resolved"], line["pending"]) == (4, 2, 2, 0)
    assert (line["recorded_here"], line["conflicts_here"], line["refused_here"]) == (2, 1, 1)
    assert line["verdict"] == "agrees"


def test_what_was_lost_on_the_way_is_found(centre: Centre, kiosk: Kiosk) -> None:
    answer = close(kiosk, said(1, 9, confirmed=7, conflicts=1, refused=1))
    assert (answer["verdict"], answer["reason"], answer["recorded"]) == ("differs", "counts", 2)
    [line] = listed(centre, exit_code=3)
    assert (line["confirmed"], line["recorded_here"]) == (7, 2)
    assert "differs" in command(centre.data, "day-closes").stdout


def test_a_later_close_replaces_one_that_was_not_final(centre: Centre, kiosk: Kiosk) -> None:
    assert close(kiosk, said(1, 4, confirmed=1, conflicts=0, refused=0, pending=3))["verdict"] == "agrees"
    final = said(1, 4, confirmed=2, conflicts=1, refused=1)
    assert close(kiosk, final)["verdict"] == "agrees"
    late = close(kiosk, said(1, 4, confirmed=1, pending=3))
    assert (late["verdict"], late["reason"]) == ("differs", "was-final")
    [line] = listed(centre)
    assert (line["pending"], line["confirmed"], line["verdict"]) == (0, 2, "agrees")


def closing(centre: Centre, *arguments: str, kiosk: str = "k1", day: str = DAY.isoformat()) -> tuple[int, str]:
    result = command(centre.data, "close-difference", kiosk, day, *arguments)
    return result.exit_code, result.output


def test_a_person_looks_into_a_difference_and_closes_it_with_a_word(centre: Centre, kiosk: Kiosk) -> None:
    close(kiosk, said(1, 9, confirmed=7, conflicts=1, refused=1, day=DAY - timedelta(days=1)))
    close(kiosk, said(10, 18, confirmed=7, conflicts=1, refused=1))
    [line, older] = listed(centre, exit_code=3)
    assert (line["closed_at"], line["closed_by"], line["note"]) == (None, None, None)
    code, output = closing(centre, "--note", " a disk was put back ", "--by", "operations")
    assert code == 0
    assert f"k1 {DAY}: closed" in output
    assert '"difference-closed"' in output
    # What both sides said stays, and so does the verdict; the other one is open still.
    [closed, still] = listed(centre, exit_code=3)
    told = {"closed_by": "operations", "note": "a disk was put back", "closed_at": closed["closed_at"]}
    assert closed == line | told
    assert closed["closed_at"] is not None
    assert still == older
    # The first word stands.
    code, output = closing(centre, "--note", "another word")
    assert code == 0
    assert f"k1 {DAY}: was closed before" in output
    assert closing(centre, "--note", "the same disk", day=older["day"])[0] == 0
    assert [one["note"] for one in listed(centre)] == ["a disk was put back", "the same disk"]
    shown = command(centre.data, "day-closes").stdout
    assert "differs" in shown
    assert "closed" in shown


def test_what_differs_otherwise_later_is_open_again(centre: Centre, kiosk: Kiosk) -> None:
    first = said(1, 9, confirmed=7, conflicts=1, pending=1)
    close(kiosk, first)
    assert closing(centre, "--note", "seen")[0] == 0
    # Sent again, it says nothing new.
    close(kiosk, first)
    [line] = listed(centre)
    assert line["note"] == "seen"
    close(kiosk, said(1, 9, confirmed=8, conflicts=1))
    [line] = listed(centre, exit_code=3)
    assert line["note"] is None
    assert closing(centre, "--note", "seen again")[0] == 0
    assert [one["note"] for one in listed(centre)] == ["seen again"]
    with centre.store.reading() as connection:
        kept = connection.execute(select(closed_difference.c.note).order_by(closed_difference.c.note)).scalars()
        assert list(kept) == ["seen", "seen again"]


def test_only_what_differs_can_be_closed_and_never_without_a_word(centre: Centre, kiosk: Kiosk) -> None:
    close(kiosk, said(1, 4, confirmed=2, conflicts=1, refused=1))
    assert "no close of k1 differs" in closing(centre, "--note", "x")[1]
    assert "no close of k9 differs" in closing(centre, "--note", "x", kiosk="k9")[1]
    close(kiosk, said(5, 9, day=DAY + timedelta(days=1)))
    tomorrow = (DAY + timedelta(days=1)).isoformat()
    for arguments, day in (
        (("--note", "x"), "tomorrow"),
        (("--note", " "), tomorrow),
        (("--note", "x" * 401), tomorrow),
        (("--note", "x", "--by", "Some Body"), tomorrow),
        ((), tomorrow),
    ):
        assert closing(centre, *arguments, day=day)[0] != 0
    assert [one["note"] for one in listed(centre, exit_code=3)] == [None, None]


def test_only_the_kiosk_itself_closes_its_days(centre: Centre, kiosk: Kiosk) -> None:
    other = centre.kiosk("k2")
    body = said(1, 4, confirmed=2, conflicts=1, refused=1)
    right = signed(body, kiosk.key)
    head, payload, signature = right.split(".")
    forged_payload = signed(msgspec.structs.replace(body, forced="x"), kiosk.key).split(".")[1]
    other_payload = signed(body, ECKey.generate_key("P-384")).split(".")[2]
    for sender, text in (
        (kiosk, signed(body, other.key)),
        (kiosk, f"{head}.{payload}.{other_payload}"),
        (kiosk, f"{head}.{forged_payload}.{signature}"),
        (kiosk, "e30.e30.e30"),
        (kiosk, jws.serialize_compact({"alg": "ES384"}, b"{}", kiosk.key, algorithms=["ES384"])),
        (other, right),
        (other, signed(body, other.key)),
        (kiosk, signed(msgspec.structs.replace(body, site="elsewhere"), kiosk.key)),
    ):
        answer = sender.http.post("/v1/day-closes", json={"signed": text})
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:kiosk:problem:bad-signature")
    assert kiosk.http.post("/v1/day-closes", json={"signed": "no jws"}).status_code == 400
    newer = signed(msgspec.structs.replace(body, version=2), kiosk.key)
    assert kiosk.http.post("/v1/day-closes", json={"signed": newer}).json()["type"].endswith("unknown-version")
    assert listed(centre) == []


def test_a_kiosk_that_was_enrolled_anew_has_days_of_its_own(centre: Centre, kiosk: Kiosk) -> None:
    body = said(1, 4, confirmed=2, conflicts=1, refused=1)
    assert close(kiosk, body)["verdict"] == "agrees"
    centre.moment = MORNING + timedelta(hours=1)
    # Wiped, its journal begins at 1 again.
    again = centre.kiosk("k1")
    again.send(fact("print-failed", seq=1))
    assert close(again, said(1, 1))["verdict"] == "agrees"
    assert len(listed(centre)) == 2
    refused = kiosk.http.post("/v1/day-closes", json={"signed": signed(body, kiosk.key)})
    assert refused.status_code in (400, 401)


HELD = Holding(recorded=3, conflicts=1, refused=1)


@pytest.mark.parametrize(
    ("body", "held", "reason"),
    [
        (said(1, 5, confirmed=3, conflicts=1, refused=1), HELD, ""),
        (said(1, 5, confirmed=3, conflicts=1, refused=1, taken=6), HELD, "sums"),
        (said(1, 6, confirmed=3, conflicts=1, refused=1), HELD, "sums"),
        (said(1, 5, confirmed=4, conflicts=1), HELD, "counts"),
        (said(1, 5, confirmed=2, conflicts=2, refused=1), HELD, "counts"),
        # More is held than the kiosk says was confirmed, and nothing is pending.
        (said(1, 5, confirmed=2, conflicts=3), HELD, "counts"),
        # Answers that were lost: the kiosk does not know yet.
        (said(1, 5, confirmed=1, pending=4), HELD, ""),
        (said(1, 5, confirmed=0, pending=5), HELD, ""),
        (said(1, 3, confirmed=0, pending=3), HELD, "counts"),
        # Refused as altered, it is held with its first contents.
        (said(1, 5, confirmed=2, conflicts=1, refused=2), HELD, ""),
        (said(1, 5, confirmed=3, conflicts=0, refused=0, pending=2), Holding(3, 0, 0), ""),
    ],
)  # fmt: skip
def test_counts(body: DayCloseBody, held: Holding, reason: str) -> None:
    answer = compare(body, held, ())
    assert (answer.reason, answer.verdict) == (reason, Agreement.DIFFERS if reason else Agreement.AGREES)


def test_ranges_of_two_days_must_not_overlap() -> None:
    key = ECKey.generate_key("P-384")
    for first, last, overlaps in ((1, 3, False), (1, 4, True), (4, 9, True), (8, 9, False), (5, 6, True)):
        yesterday = said(4, 7, day=DAY - timedelta(days=1))
        before = Before(yesterday.day, 4, 7, signed(yesterday, key), final=True)
        answer = compare(said(first, last), Holding(last - first + 1, 0, 0), [before])
        assert answer.reason == ("overlap" if overlaps else "")
