"""Folders with files: taken whole, refused whole with a word on why, arrivals written so that nobody sees a part."""

import csv
from pathlib import Path
from typing import Any

import pytest

from central.ehr.config import CsvFolder
from central.store import Store, roster
from kiosk.checkin.appointment import Status
from tests.central.ehr.office import Office
from tests.central.rig import SITE

HEAD = "id,person,unit,area,starts,status\n"


def section(folder: Path, **more: Any) -> CsvFolder:
    (folder / "in").mkdir()
    return CsvFolder(**{"name": "folder", "incoming": folder / "in", "outgoing": folder / "out", "site": SITE, **more})


def booking(store: Store, name: str) -> roster.Booking | None:
    with store.reading() as connection:
        return roster._bookings(connection, SITE, [name]).get(name)


def take(office: Office) -> None:
    adapter: Any = office.adapter
    adapter.take_all(office.inbox)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_is_taken_once_and_kept_aside(store: Store, tmp_path: Path) -> None:
    office = Office(store, section(tmp_path))
    drop = tmp_path / "in"
    (drop / "day.csv").write_text(HEAD + "F1,010594Y9032,dental,B2,09:00,\nF2,020594X903P,dental,B2,09:30,\n")
    (drop / "half.csv.part").write_text(HEAD)
    (drop / ".hidden.csv").write_text(HEAD)
    take(office)
    assert names(drop) == [".hidden.csv", "half.csv.part", "taken"]
    assert names(drop / "taken") == ["day.csv"]
    assert booking(store, "F1") is not None
    (drop / "day.csv").write_text(HEAD + "F1,010594Y9032,dental,B2,09:00,cancelled\n")
    take(office)
    assert names(drop / "taken") == ["day-2.csv", "day.csv"]
    cancelled = booking(store, "F1")
    assert cancelled is not None
    assert cancelled.status is Status.CANCELLED


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HEAD + "F1,010594Y9032,dental,B2,09:00,\nF2,x,dental,B2,09:30,\n", "row 2, column person:"),
        (HEAD + "F1,010594Y9032,surgery,B2,09:00,\n", "row 1, column unit:"),
        (HEAD + "F1,010594Y9032,dental,B2,09:00,\nF1,010594Y9032,dental,B2,09:00,\n", "row 2, column id: it stands in"),
        (HEAD + ",010594Y9032,dental,B2,09:00,\n", "row 1, column id: it is missing"),
        (HEAD + "F1,010594Y9032,dental,B2,soon,\n", "row 1, column starts:"),
        (HEAD + "F1,010594Y9032,dental,B2,09:00,,extra\n", "row 1: it does not fit"),
        (HEAD.replace("unit", "ward") + "F1,010594Y9032,dental,B2,09:00,\n", "row 1: unknown column"),
        ('id,"person\n', "the file is not CSV"),
        (HEAD + "010594Y9032,010594Y9032,dental,B2,09:00,\n", "its id cannot be kept"),
    ],
)
def test_a_wrong_file_is_refused_whole(store: Store, tmp_path: Path, text: str, why: str) -> None:
    office = Office(store, section(tmp_path))
    drop = tmp_path / "in"
    (drop / "day.csv").write_text(text)
    take(office)
    assert names(drop) == ["refused"]
    assert names(drop / "refused") == ["day.csv", "day.csv.reason.txt"]
    said = (drop / "refused" / "day.csv.reason.txt").read_text()
    assert said.startswith(why), said
    assert "010594" not in said
    assert booking(store, "F1") is None


def test_not_utf8_is_refused(store: Store, tmp_path: Path) -> None:
    office = Office(store, section(tmp_path))
    (tmp_path / "in" / "day.csv").write_bytes(b"\xff\xfe\x00")
    take(office)
    assert (tmp_path / "in" / "refused" / "day.csv.reason.txt").read_text() == "not UTF-8\n"


def test_arrivals_are_files_of_the_same_name_however_often(store: Store, tmp_path: Path) -> None:
    office = Office(store, section(tmp_path))
    (tmp_path / "in" / "day.csv").write_text(HEAD + "F1,010594Y9032,dental,B2,09:00,\n")
    take(office)
    number = office.arrive("F1")
    office.bag.sweep()
    [letter] = office.bag.claim()
    office.adapter.deliver(letter)
    office.later(minutes=5)
    assert office.tell() == [("arrived", "done", None)]
    [name] = names(tmp_path / "out")
    [row] = csv.DictReader((tmp_path / "out" / name).read_text().splitlines())
    assert row == {
        "id": name.removesuffix(".csv"),
        "kind": "arrived",
        "appointment": "F1",
        "site": SITE,
        "number": number,
        "arrived": "2026-11-23T06:50:00+00:00",
        "fact": letter.fact,
    }
    office.annul("F1")
    office.tell()
    assert len(names(tmp_path / "out")) == 2


def test_a_folder_that_cannot_be_written_is_tried_again(store: Store, tmp_path: Path) -> None:
    office = Office(store, section(tmp_path))
    (tmp_path / "in" / "day.csv").write_text(HEAD + "F1,010594Y9032,dental,B2,09:00,\n")
    take(office)
    office.arrive("F1")
    (tmp_path / "out").write_text("a file in the place of the folder")
    [(_, state, reason)] = office.tell()
    assert (state, reason) == ("waiting", "file-17")
    (tmp_path / "out").unlink()
    office.later(minutes=5)
    assert office.tell() == [("arrived", "done", None)]
