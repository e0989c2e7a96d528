"""The change feed: everything, then what changes, with nothing left out."""

import threading
import time
from datetime import timedelta
from pathlib import Path

from central import feed, seed
from central.store import Store, changes
from central.store.tables import change
from tests.central.rig import SITE, Centre, Kiosk, check_in, elsewhere, of_kind

PERSON = "010594Y9021"


def everything(kiosk: Kiosk) -> tuple[dict[str, str], str, int]:
    """Read a snapshot to its end: the status of each appointment, the cursor, and the pages that it took."""
    found: dict[str, str] = {}
    page, pages = kiosk.changes(), 1
    assert page["snapshot"]
    while True:
        found |= {record["id"]: record["status"] for record in of_kind(page, "appointment")}
        if not page["more"]:
            return found, page["cursor"], pages
        page, pages = kiosk.changes(page["cursor"]), pages + 1
        assert page["snapshot"]


def test_a_snapshot_has_the_site_and_the_days_around(centre: Centre) -> None:
    centre.seed(
        ("BEFORE", PERSON, "2026-11-15T23:59:00+02:00"),
        ("FIRST", PERSON, "2026-11-16T00:00:00+02:00"),
        ("LAST", PERSON, "2026-12-07T23:59:00+02:00"),
        ("LATER", PERSON, "2026-12-08T00:00:00+02:00"),
    )
    page = centre.kiosk().changes()
    [site] = of_kind(page, "site")
    assert (site["id"], site["zone"]) == (SITE, "Europe/Helsinki")
    assert [one["id"] for one in of_kind(page, "appointment")] == ["A1", "A2", "A3", "FIRST", "LAST"]
    assert (page["snapshot"], page["more"]) == (True, False)


def test_of_far_days_only_booked_visits_on_site_are_told_and_of_past_ones_those_to_which_nobody_came(
    centre: Centre,
) -> None:
    days = {"Y": "2026-11-22T09:00", "T": "tomorrow 09:00", "F": "2026-11-30T09:00"}
    kinds = {"booked": {}, "phone": {"channel": "phone"}, "cancelled": {"status": "cancelled"}, "came": {}}
    centre.load(*({"id": f"{day}-{kind}", "starts": days[day], **more} for day in days for kind, more in kinds.items()))
    kiosk = centre.kiosk()
    kiosk.send(*(check_in(f"{day}-came", f"A 00{seq}", seq) for seq, day in enumerate(days, 1)))
    page = kiosk.changes()
    told = {one["id"] for one in of_kind(page, "appointment")} - {"A1", "A2", "A3"}
    assert told == {"Y-booked", *(f"T-{kind}" for kind in kinds), "F-booked", "F-came"}
    # What a kiosk sent late, what was cancelled, and what staff took back.
    kiosk.send(check_in("Y-booked", "K 004", 4))
    elsewhere(centre.data, "cancel", "F-booked", "--site", SITE)
    elsewhere(centre.data, "annul", "Y-came", "--site", SITE)
    records = {one["id"]: one for one in kiosk.changes(page["cursor"])["records"]}
    assert {key: one["record"] for key, one in records.items()} == {
        "Y-booked": "gone",
        "F-booked": "gone",
        "Y-came": "appointment",
    }
    assert records["Y-came"].get("number") is None


def test_a_snapshot_in_pages_loses_nothing_that_changes_meanwhile(centre: Centre) -> None:
    rows = [(f"B{number:04}", PERSON, "10:00") for number in range(1200)]
    centre.seed(*rows)
    kiosk = centre.kiosk()
    found, _, pages = everything(kiosk)
    assert (len(found), pages) == (1203, 3)
    first = kiosk.changes()
    centre.seed(("B0000", PERSON, "10:00"), status="cancelled")  # its page has been read
    centre.seed(("B1199", PERSON, "10:00"), status="cancelled")  # its page is to come
    centre.seed(("A0NEW", PERSON, "10:00"))
    page, states = first, dict[str, str]()
    for _ in range(4):
        states |= {record["id"]: record["status"] for record in of_kind(page, "appointment")}
        page = kiosk.changes(page["cursor"])
    assert len(states) == 1204
    assert {key for key, status in states.items() if status == "cancelled"} == {"B0000", "B1199"}
    assert (page["snapshot"], page["records"]) == (False, [])


def test_changes_are_told_once_in_their_newest_state(centre: Centre) -> None:
    kiosk = centre.kiosk()
    _, cursor, _ = everything(kiosk)
    kiosk.send(check_in("A1", "A 001"))
    centre.seed(("A2", "020594X903P", "12:00"))
    centre.seed(("A2", "020594X903P", "13:00"))
    centre.seed(("A3", "030594W903B", "2026-12-08T09:00:00+02:00"))
    centre.seed(("FAR", PERSON, "2026-12-08T09:00:00+02:00"))
    page = kiosk.changes(cursor)
    told = {record["id"]: record for record in page["records"]}
    assert told.keys() == {"A1", "A2", "A3"}
    assert (told["A1"]["number"], told["A2"]["starts"]) == ("A 001", "2026-11-23T11:00:00Z")
    assert told["A3"] == {"record": "gone", "id": "A3"}
    assert kiosk.changes(page["cursor"])["records"] == []


def test_a_seed_that_changes_nothing_tells_nothing(centre: Centre) -> None:
    _, cursor, _ = everything(centre.kiosk())
    centre.seed(("A1", "010594Y9032", "09:00"))
    assert feed.Cursor.read(cursor) == feed.Cursor.read(everything(centre.kiosk("k2"))[1])


def test_new_rules_of_a_site_are_told(centre: Centre, tmp_path: Path) -> None:
    kiosk = centre.kiosk()
    _, cursor, _ = everything(kiosk)
    site = of_kind(kiosk.changes(), "site")[0] | {"roster_stale_minutes": "45"}
    seed.load(centre.store, seed.Seed(site, []), None, centre.moment)
    assert [record["roster_stale_minutes"] for record in kiosk.changes(cursor)["records"]] == [45]


def test_visits_of_today_at_other_sites_are_told_and_so_is_what_changes_in_them(centre: Centre) -> None:
    centre.load(
        {"id": "V1", "starts": "14:00"}, {"id": "V2", "starts": "tomorrow 09:00"}, {"id": "A1"}, site="vuosaari"
    )
    here, there = centre.kiosk("k1"), centre.kiosk("k2", "vuosaari")
    page = here.changes()
    told = {record["id"]: record for record in of_kind(page, "appointment")}
    assert {key: record.get("site") for key, record in told.items()} == {
        **dict.fromkeys(("A1", "A2", "A3"), ""),
        "V1": "vuosaari",
    }
    [own] = [record for record in of_kind(there.changes(), "appointment") if record["id"] == "V1"]
    assert own["people"] != told["V1"]["people"]
    there.send(check_in("V1"))
    assert here.changes(page["cursor"])["records"] == [], "who has arrived elsewhere is told elsewhere"
    elsewhere(centre.data, "cancel", "V1", "--site", "vuosaari")
    [record] = here.changes(page["cursor"])["records"]
    assert (record["id"], record["site"], record["status"]) == ("V1", "vuosaari", "cancelled")
    assert record.get("number") is None
    centre.load({"id": "V1", "starts": "2026-12-01T09:00"}, site="vuosaari")
    page = here.changes(page["cursor"])
    assert page["records"] == [{"record": "gone", "id": "V1"}]
    centre.load({"id": "V1", "starts": "2026-12-02T09:00"}, {"id": "V2", "starts": "11:00"}, site="vuosaari")
    centre.load({"id": "V2", "starts": "tomorrow 11:00"}, site="vuosaari")
    assert here.changes(page["cursor"])["records"] == [{"record": "gone", "id": "V2"}], "of V1 it knows nothing"


def test_a_snapshot_of_many_sites_in_pages_has_each_id_once(centre: Centre) -> None:
    rows = [{"id": f"B{number:04}"} for number in range(600)]
    centre.load(*rows, *(row | {"site": "vuosaari"} for row in rows), *(row | {"site": "itakatu"} for row in rows))
    kiosk, found, page = centre.kiosk(), dict[str, str](), None
    while page is None or page["more"]:
        page = kiosk.changes(None if page is None else page["cursor"])
        for record in of_kind(page, "appointment"):
            assert record["id"] not in found
            found[record["id"]] = record.get("site", "")
    assert (len(found), set(found.values())) == (603, {""})


def test_queues_are_told(centre: Centre) -> None:
    centre.load(queues=[{"service": "laboratory", "waiting": 7, "minutes": 20}])
    kiosk = centre.kiosk()
    page = kiosk.changes()
    queue = {"record": "queue", "service": "laboratory", "waiting": 7, "minutes": 20, "as_of": "2026-11-23T06:50:00Z"}
    assert of_kind(page, "queue") == [queue]
    centre.load(queues=[{"service": "laboratory", "waiting": 7, "minutes": 20}])
    assert kiosk.changes(page["cursor"])["records"] == []
    centre.load(queues=[{"service": "laboratory", "waiting": 9}])
    assert kiosk.changes(page["cursor"])["records"] == [queue | {"waiting": 9, "minutes": None}]


def test_a_cursor_that_says_nothing_begins_a_snapshot(centre: Centre) -> None:
    kiosk = centre.kiosk()
    assert all(kiosk.changes(cursor)["snapshot"] for cursor in ("", "nonsense", "WzFd", "%00", "é", "A" * 500))


def test_a_cursor_expires_with_its_store_its_site_its_future_and_its_day(centre: Centre, tmp_path: Path) -> None:
    _, text, _ = everything(kiosk := centre.kiosk())
    now = feed.Cursor.read(text)
    assert now is not None
    other = Store.open(f"sqlite:///{tmp_path}/other.db")
    elsewhere = [
        feed.Cursor(other.identity, now.site, now.day, now.place),
        feed.Cursor(now.store, "vuosaari", now.day, now.place),
        feed.Cursor(now.store, now.site, now.day, now.place + 1),
        feed.Cursor(now.store, now.site, now.day - timedelta(days=1), now.place),
    ]
    other.close()
    assert all(kiosk.changes(cursor.text())["snapshot"] for cursor in elsewhere)
    assert not kiosk.changes(text)["snapshot"]
    centre.moment += timedelta(hours=15, minutes=10)  # 00:00 in Helsinki
    assert kiosk.sign_in().changes(text)["snapshot"]


def test_waiting_ends_with_its_time(centre: Centre) -> None:
    kiosk = centre.kiosk()
    _, cursor, _ = everything(kiosk)
    began = time.monotonic()
    assert kiosk.changes(cursor, wait=1)["records"] == []
    assert 0.9 < time.monotonic() - began < 2
    for wrong in ("-1", "1.5", "x", "", "²"):
        assert kiosk.http.get("/v1/changes", params={"wait": wrong}).status_code == 400
    for long in ("0" * 20, "1" * 20, "1" * 5000):
        assert kiosk.http.get("/v1/changes", params={"wait": long}).status_code == 200


def test_waiting_ends_at_once_with_an_arrival_at_another_kiosk(centre: Centre) -> None:
    here, there = centre.kiosk("k1"), centre.kiosk("k2")
    _, cursor, _ = everything(here)
    sender = threading.Timer(0.3, lambda: there.send(check_in("A2", "A 005")))
    sender.start()
    began = time.monotonic()
    [record] = here.changes(cursor, wait=20)["records"]
    assert (record["id"], record["number"]) == ("A2", "A 005")
    assert time.monotonic() - began < 2
    sender.join()


def test_waiting_ends_soon_with_a_change_by_another_process(centre: Centre) -> None:
    kiosk = centre.kiosk()
    _, cursor, _ = everything(kiosk)
    ended: list[float] = []

    def cancel() -> None:
        assert elsewhere(centre.data, "cancel", "A1", "--site", SITE) == "A1: cancelled\n"
        ended.append(time.monotonic())

    canceller = threading.Thread(target=cancel)
    canceller.start()
    [record] = kiosk.changes(cursor, wait=20)["records"]
    told = time.monotonic()
    canceller.join()
    assert (record["id"], record["status"]) == ("A1", "cancelled")
    assert told - ended[0] < 0.5


def test_a_change_elsewhere_does_not_end_the_waiting(centre: Centre) -> None:
    kiosk = centre.kiosk()
    _, cursor, _ = everything(kiosk)
    threading.Timer(0.2, lambda: centre.seed(("V1", PERSON, "tomorrow 09:00"), site="vuosaari")).start()
    page = kiosk.changes(cursor, wait=1)
    assert page["records"] == []


def test_the_log_of_changes_has_no_gaps(centre: Centre) -> None:
    senders = [threading.Thread(target=centre.kiosk(f"k{n}").send, args=(check_in(f"X{n}"),)) for n in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    with centre.store.reading() as connection:
        rows = connection.execute(change.select().where(change.c.site == SITE).order_by(change.c.seq)).all()
        assert [row.seq for row in rows] == list(range(1, changes.places(connection)[SITE] + 1))
        assert len(rows) == 3 + 8
