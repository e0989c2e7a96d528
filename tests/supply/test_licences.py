"""No part has a licence that nobody has read and approved."""

import tomllib

import pytest

from supply.components import stated_inside, taken_over
from supply.licences import TABLE, licence_of, never_used, refused
from supply.lock import locked


@pytest.mark.parametrize("name", sorted(locked()))
def test_every_part_in_the_lock_has_a_licence_that_was_approved(name: str) -> None:
    assert refused(name, licence_of(name)) == ""


def test_so_has_every_file_that_was_taken_over_and_every_library_inside_of_a_wheel() -> None:
    for file in taken_over():
        assert refused(file.name, file.licence) == ""
    for library in stated_inside():
        assert refused(library.wheel, library.licence) == ""


@pytest.mark.parametrize(
    ("name", "licence", "word"),
    [
        ("new", None, "not known"),
        ("new", "Some Licence, v. 3", "no SPDX"),
        ("new", "GPL-3.0-only", "not approved"),
        ("new", "AGPL-3.0-or-later", "not approved"),
        ("new", "MIT AND GPL-2.0-only", "not approved"),
        ("new", "LGPL-3.0-only", "not approved"),
        ("pyscard", "LGPL-3.0-only", "not approved"),
        ("new", "Apache-2.0 WITH LLVM-exception", "not approved"),
    ],
)
def test_what_nobody_has_approved_is_refused(name: str, licence: str | None, word: str) -> None:
    assert word in refused(name, licence)


@pytest.mark.parametrize(
    ("name", "licence"),
    [("new", "MIT"), ("new", "GPL-2.0-only OR MIT"), ("new", "MIT AND BSD-3-Clause"), ("psycopg", "LGPL-3.0-only")],
)
def test_what_was_approved_is_not(name: str, licence: str) -> None:
    assert refused(name, licence) == ""


def test_what_is_approved_for_some_parts_says_why() -> None:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    assert [licence for licence, row in table["for-some"].items() if len(row["why"]) < 40] == []
    assert [part for part, row in table["stated"].items() if not row["read"]] == []


def test_no_row_is_left_of_a_part_that_is_gone() -> None:
    files = {file.name for file in taken_over()}
    assert [name for name in never_used() if name not in files] == []
