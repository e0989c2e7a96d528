"""What staff see and do: notices, call-backs, taking a check-in back, bulletins, launches."""

import json
from datetime import timedelta
from typing import Any

import pytest
import structlog
from joserfc import jwe
from joserfc.jwk import ECKey

from central import identities, seed
from tests.central.rig import SITE, Centre, Kiosk, check_in, command, fact, of_kind

PERSON = "010594Y9032"
HASH = "ab" * 32


def shown(centre: Centre, *arguments: str) -> list[dict[str, Any]]:
    result = command(centre.data, *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)
    assert PERSON not in result.stdout
    return found


def done(centre: Centre, *arguments: str) -> str:
    result = command(centre.data, *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def refused(centre: Centre, *arguments: str) -> str:
    result = command(centre.data, *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith("central: ")
    return result.stderr


def sealed(centre: Centre, **identity: str) -> str:
    key = ECKey.import_key(dict(identities.public_half(centre.store.identity_key)))
    return jwe.encrypt_compact({"alg": "ECDH-ES", "enc": "A256GCM"}, json.dumps(identity).encode(), key)


def asking(seq: int = 1, service: str = "dental", person: str = HASH, **more: str) -> dict[str, Any]:
    return fact("call-back-requested", seq=seq, service=service, person=person, language="fi", **more)


# --- annulling ------------------------------------------------------------------------------------------------------


def test_a_check_in_is_taken_back_and_another_one_taken(centre: Centre) -> None:
    kiosk, other = centre.kiosk("k1"), centre.kiosk("k2")
    cursor = kiosk.changes()["cursor"]
    first, in_conflict = check_in("A1", "A 001"), check_in("A1", "K 001")
    kiosk.send(first)
    other.send(in_conflict)
    assert done(centre, "annul", "A1", "--site", SITE) == "A1: annulled\n"
    [told] = kiosk.changes(cursor)["records"]
    assert (told["number"], told["annulled"]) == (None, sorted([first["id"], in_conflict["id"]]))
    [again] = kiosk.send(first)
    assert (again["verdict"], again["reason"]) == ("duplicate", None), "the fact stays what it was"
    second = check_in("A1", "A 002", seq=2)
    assert kiosk.send(second)[0]["verdict"] == "recorded"
    [told] = kiosk.changes(cursor)["records"]
    assert (told["number"], len(told["annulled"])) == ("A 002", 2)
    taken_back, standing = shown(centre, "arrivals")
    assert (taken_back["number"], taken_back["annulled_at"] is None) == ("A 001", False)
    assert [one["number"] for one in taken_back["conflicts"]] == ["K 001"]
    assert (standing["number"], standing["annulled_at"], standing["conflicts"]) == ("A 002", None, [])
    assert done(centre, "arrivals").count("annulled") == 2
    refused(centre, "annul", "A2", "--site", SITE)
    refused(centre, "annul", "A1", "--site", "vuosaari")
    done(centre, "annul", "A1", "--site", SITE)
    refused(centre, "annul", "A1", "--site", SITE)


def test_the_number_of_an_annulled_check_in_is_not_lent_again_that_day(centre: Centre) -> None:
    kiosk = centre.kiosk()
    asked = {"id": "L1", "day": "2026-11-23", "size": 1}
    assert kiosk.http.post("/v1/leases", json=asked).json()["last"] == 1
    kiosk.send(check_in("A1", "A 001"))
    done(centre, "annul", "A1", "--site", SITE)
    assert kiosk.http.post("/v1/leases", json=asked | {"id": "L2"}).json()["first"] == 2


# --- call-backs -----------------------------------------------------------------------------------------------------


def test_one_person_has_one_open_request_with_a_service(centre: Centre) -> None:
    here, there, elsewhere = centre.kiosk("k1"), centre.kiosk("k2"), centre.kiosk("k3", "vuosaari")
    first, second = asking(), asking()
    assert [one["verdict"] for one in here.send(first, asking(2, "health-station"), asking(3, person="cd" * 32))] == [
        "recorded"
    ] * 3
    for _ in range(2):
        [result] = there.send(second)
        assert (result["verdict"], result["reason"]) == ("conflict", "call-back-open")
    assert here.send(first)[0]["verdict"] == "duplicate"
    assert elsewhere.send(asking())[0]["verdict"] == "recorded", "another site calls for itself"
    listed = shown(centre, "call-backs", "--site", SITE)
    assert [(one["service"], one["state"], one["kiosk"]) for one in listed] == [
        ("dental", "open", "k1"),
        ("health-station", "open", "k1"),
        ("dental", "open", "k1"),
        ("dental", "again", "k2"),
    ]
    assert listed[-1]["id"] == second["id"], "who asks again may have left another number"
    assert {"id", "asked_at", "done_at"} <= listed[0].keys()
    assert HASH not in json.dumps(listed)
    assert done(centre, "call-back-done", first["id"]) == f"{first['id']}: done\n"
    assert done(centre, "call-back-done", first["id"]) == f"{first['id']}: was done before\n"
    assert [one["state"] for one in shown(centre, "call-backs", "--site", SITE)].count("done") == 2
    refused(centre, "call-back-done", second["id"])
    assert there.send(asking(4))[0]["verdict"] == "recorded", "the person may ask again"
    assert "health-station" in done(centre, "call-backs")


def test_two_requests_in_one_batch_are_one_call(centre: Centre) -> None:
    results = centre.kiosk().send(asking(1), asking(2), asking(3, person="x"), fact("call-back-requested", seq=4))
    assert [one["verdict"] for one in results] == ["recorded", "conflict", "refused", "refused"]
    assert [one["state"] for one in shown(centre, "call-backs")] == ["open", "again"]


# --- notices --------------------------------------------------------------------------------------------------------


def test_staff_see_what_happened_at_the_kiosks_of_their_site(centre: Centre) -> None:
    here, there = centre.kiosk("k1"), centre.kiosk("k2", "vuosaari")
    identity = sealed(centre, identifier=PERSON, kind="barcode")
    facts = [
        fact("unmatched-arrival", seq=1, reason="no-match", number="A 004", claim="barcode", sealed=identity),
        fact("noted-early", seq=2, reason="too-early", appointment="A2"),
        fact("sent-to-desk", seq=3, reason="too-late", appointment="A3", number="A 005"),
        fact("wrong-place", seq=4, reason="wrong-site", appointment="V1", site="vuosaari"),
        fact("contact-corrected", seq=5, appointment="A1", sealed=sealed(centre, phone="0501234567")),
        fact("help-called", seq=6, page="Confirming"),
        fact("walked-in", seq=7, service="laboratory", number="L 001", language="fi"),
    ]
    assert [one["verdict"] for one in here.send(*facts)] == ["recorded"] * len(facts)
    there.send(fact("help-called", page="Queued"))
    notices = shown(centre, "notices", "--site", SITE)
    assert [one["kind"] for one in notices] == [one["kind"] for one in facts[:6]]
    assert [(one["reason"], one["number"], one["kiosk"], one["sealed"]) for one in notices[:2]] == [
        ("no-match", "A 004", "k1", True),
        ("too-early", None, "k1", False),
    ]
    assert [(one["kind"], one["kiosk"], one["site"]) for one in shown(centre, "notices", "--site", "vuosaari")] == [
        ("wrong-place", "k1", SITE),
        ("help-called", "k2", "vuosaari"),
    ]
    assert len(shown(centre, "notices")) == 7
    [unmatched] = shown(centre, "unmatched")
    assert (unmatched["number"], unmatched["reason"], unmatched["kiosk"]) == ("A 004", "no-match", "k1")
    assert [one["claim"] for one in notices[:2]] == [unmatched["claim"], None] == ["barcode", None]
    [walked_in] = shown(centre, "walk-ins")
    assert (walked_in["service"], walked_in["number"]) == ("laboratory", "L 001")
    for table, text in (("notices", "wrong-place"), ("unmatched", "A 004"), ("walk-ins", "L 001")):
        assert text in done(centre, table)
    looked_up = command(centre.data, "unseal", facts[0]["id"])
    assert json.loads(looked_up.stdout) == {"identifier": PERSON, "kind": "barcode", "system": "hetu"}
    line = json.loads(looked_up.stderr)
    assert (line["event"], line["fact"], line.keys()) == (
        "look-up",
        facts[0]["id"],
        {"event", "fact", "level", "timestamp"},
    )
    for path in centre.data.iterdir():
        assert PERSON.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("claim", ["chip", "document", "a-kind-of-next-year"])
def test_however_somebody_said_who_they_are_the_fact_is_taken_and_staff_see_it(centre: Centre, claim: str) -> None:
    identity = sealed(centre, identifier="satu:99900001N", kind=claim)
    unknown = fact("unmatched-arrival", seq=1, reason="no-match", number="A 004", claim=claim, sealed=identity)
    arrived = fact(seq=2, appointment="A1", number="A 005", claim=claim, language="fi")
    assert [one["verdict"] for one in centre.kiosk().send(unknown, arrived)] == ["recorded"] * 2
    [unmatched] = shown(centre, "unmatched")
    assert unmatched["claim"] == claim
    assert claim in done(centre, "unmatched")
    [arrival] = centre.arrivals()
    assert (arrival.appointment, arrival.matched) == ("A1", True)
    who = json.loads(done(centre, "unseal", unknown["id"]))
    assert who == {"identifier": "satu:99900001N", "kind": claim, "system": "satu"}


def test_what_is_not_sealed_for_this_centre_is_not_opened(centre: Centre) -> None:
    kiosk = centre.kiosk()
    plain, foreign = fact("help-called", seq=1), fact("unmatched-arrival", seq=2, sealed="a.b.c.d.e")
    assert [one["verdict"] for one in kiosk.send(plain, foreign)] == ["recorded"] * 2
    for name in (plain["id"], foreign["id"], "nothing"):
        refused(centre, "unseal", name)


def misdirect(kiosk: Kiosk, count: int, minute: int, appointment: str = "V1") -> None:
    for number in range(count):
        one = fact(
            "wrong-place", seq=minute + number + 1, reason="wrong-site", appointment=appointment, site="vuosaari"
        )
        at = kiosk._now() + timedelta(minutes=minute + number)
        kiosk.send(one | {"at": at.isoformat()})


def test_many_at_the_wrong_place_raise_one_alarm(centre: Centre) -> None:
    kiosk = centre.kiosk()
    with structlog.testing.capture_logs() as logged:
        misdirect(kiosk, 2, 0)
        assert not [one for one in shown(centre, "notices") if one["kind"] == "wrong-unit-pattern"]
        misdirect(kiosk, 4, 2)
    [alarm] = [one for one in shown(centre, "notices") if one["kind"] == "wrong-unit-pattern"]
    assert (alarm["site"], alarm["reason"], alarm["sites"], len(alarm["facts"])) == (
        SITE,
        "site",
        [SITE, "vuosaari"],
        6,
    )
    assert [one["kind"] for one in shown(centre, "notices", "--site", "vuosaari")].count("wrong-unit-pattern") == 1
    assert not [one for one in shown(centre, "unmatched") if one["kind"] == "wrong-unit-pattern"]
    [warning] = [one for one in logged if one["log_level"] == "warning"]
    assert (warning["event"], warning["scope"], warning["about"], warning["clients"]) == (
        "wrong-unit-pattern",
        "site",
        SITE,
        3,
    )


def test_a_reminder_that_names_another_unit_is_found_out_across_sites(centre: Centre) -> None:
    centre.load({"id": "V1", "site": "vuosaari", "reminder_unit": "health-station"})
    for number, site in enumerate((SITE, "itakatu", SITE)):
        misdirect(centre.kiosk(f"k{number}", site), 1, number)
    [alarm] = [one for one in shown(centre, "notices") if one["kind"] == "wrong-unit-pattern"]
    assert (alarm["reason"], alarm["about"], len(alarm["facts"])) == ("reminder", "health-station", 3)


# --- the rules of a site --------------------------------------------------------------------------------------------

TEXT = ("--fi", "Hissi ei toimi.", "--sv", "Hissen är ur funktion.", "--en", "The lift is out of order.")


def rules(kiosk: Kiosk) -> dict[str, Any]:
    site: dict[str, Any] = of_kind(kiosk.changes(), "site")[0]
    return site


def test_a_bulletin_is_told_replaced_and_taken_away(centre: Centre) -> None:
    kiosk = centre.kiosk()
    cursor = kiosk.changes()["cursor"]
    span = ("--since", "2026-11-23T08:00", "--until", "2026-11-23T16:00")
    more = ("--severity", "warning", "--unit", "dental")
    assert done(centre, "bulletin", SITE, "--id", "lift", *TEXT, *span, *more) == f"{SITE}: 1 bulletins\n"
    [site] = kiosk.changes(cursor)["records"]
    [one] = site["bulletins"]
    assert (one["id"], one["severity"], one["units"], one["text"]["sv"]) == (
        "lift",
        "warning",
        ["dental"],
        "Hissen är ur funktion.",
    )
    assert (one["since"], one["until"]) == ("2026-11-23T06:00:00Z", "2026-11-23T14:00:00Z")
    done(centre, "bulletin", SITE, "--id", "lift", *TEXT, *span)
    assert [one.get("severity") for one in rules(kiosk)["bulletins"]] == ["note"]
    for wrong in (
        ("--id", "lift", *TEXT[:4], *span),
        ("--id", "lift", *TEXT, "--since", "2026-11-23T16:00", "--until", "2026-11-23T08:00"),
        ("--id", "lift", *TEXT, *span, "--unit", "nowhere"),
        ("--id", "li ft", *TEXT, *span),
        ("--id", "lift", *TEXT, "--until", "soon"),
        ("--id", "lift", *TEXT),
        (*TEXT, *span),
        ("--remove", "stairs"),
    ):
        refused(centre, "bulletin", SITE, *wrong)
    refused(centre, "bulletin", "nowhere", "--remove", "lift")
    assert done(centre, "bulletin", SITE, "--remove", "lift") == f"{SITE}: 0 bulletins\n"
    assert rules(kiosk)["bulletins"] == []


def test_a_unit_goes_live_on_its_day(centre: Centre) -> None:
    kiosk = centre.kiosk()
    assert done(centre, "go-live", SITE, "dental", "2026-11-30") == f"{SITE}: dental goes live on 2026-11-30\n"
    assert {unit["id"]: unit.get("goes_live") for unit in rules(kiosk)["units"]}["dental"] == "2026-11-30"
    refused(centre, "go-live", SITE, "nowhere", "2026-11-30")
    refused(centre, "go-live", SITE, "dental", "30.11.2026")
    refused(centre, "go-live", "nowhere", "dental", "2026-11-30")


def test_a_service_cannot_take_the_letters_of_a_kiosk(centre: Centre) -> None:
    centre.kiosk()
    service = {"id": "s", "name": dict.fromkeys(("fi", "sv", "en"), "S"), "area": "A1", "series": "K"}
    with pytest.raises(seed.SeedError, match="the series K is a kiosk's own already"):
        centre.load(site={"extends": SITE, "services": [service]})
