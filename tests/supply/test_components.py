"""What lies in the repository of others, and what wheels hold inside, is what the table says."""

import hashlib
import re
from importlib import metadata
from pathlib import Path

import psycopg
import pytest
from PySide6.QtCore import qVersion
from sqlcipher3 import dbapi2 as sqlcipher

from supply.components import KINDS, TakenOver, debian, depends, inside, ours, stated_inside, taken_over
from supply.lock import ROOT, needed

ROOMS = ("kiosk", "central", "tests", "benchmarks", "scenarios", "supply", "setup", "docs")
OPENSSL = re.compile(rb"OpenSSL (\d+\.\d+\.\d+) \d+ [A-Z][a-z]{2} \d{4}")


@pytest.mark.parametrize("one", taken_over(), ids=lambda one: one.file)
def test_every_file_that_was_taken_over_is_as_it_was(one: TakenOver) -> None:
    content = (ROOT / one.file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == one.sha256
    assert one.package in ("", "kiosk", "kiosk-central")
    assert (one.package == "") == one.file.startswith("tests/")


def test_no_file_of_such_a_kind_lies_about_of_which_nobody_knows_whence_it_came() -> None:
    found = {str(path.relative_to(ROOT)) for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in KINDS}
    assert found == {one.file for one in taken_over()} | ours()


def test_the_versions_inside_of_wheels_are_what_the_libraries_say_themselves() -> None:
    with sqlcipher.connect(":memory:") as connection:
        cipher = connection.execute("PRAGMA cipher_version").fetchone()[0].split()[0]
    libpq = psycopg.pq.version()
    assert {(one.wheel, one.name): one.version for one in stated_inside()} == {
        ("sqlcipher3", "sqlcipher"): cipher,
        ("sqlcipher3", "sqlite"): sqlcipher.sqlite_version,
        ("sqlcipher3", "openssl"): _openssl("sqlcipher3"),
        ("pyside6-essentials", "qt"): qVersion(),
        ("psycopg-binary", "libpq"): f"{libpq // 10000}.{libpq % 10000}",
        ("psycopg-binary", "openssl"): _openssl("psycopg-binary"),
    }


def test_every_openssl_that_is_shipped_inside_of_a_wheel_is_known() -> None:
    holding = {name for name in needed(("central",)) if _openssl(name)}
    assert holding
    assert {name for name in holding if not any(one.name == "openssl" for one in inside(name))} == set()


def _openssl(wheel: str) -> str:
    """The version of the OpenSSL that a wheel holds, as it stands in its libraries; empty where it holds none."""
    for file in metadata.files(wheel) or []:
        if ".so" in Path(file.name).suffixes:
            match = OPENSSL.search(Path(str(file.locate())).read_bytes())
            if match is not None:
                return match[1].decode()
    return ""


def test_the_control_file_says_what_debian_brings() -> None:
    control = "Source: a\nBuild-Depends: gcc\n\nPackage: b\nDepends: python3 (>= 3.11),\n python3 (<< 3.12), xz | yz,\n"
    control += " ${misc:Depends}\nRecommends: z\n\nPackage: c\nDescription: no\n Depends: in words\n"
    assert depends(control) == {"b": ("python3", "xz"), "c": ()}
    assert {"pcscd", "cage"} <= set(debian("kiosk"))
