"""What the lock pins, and which of it goes where."""

import pytest

from supply.lock import PACKAGES, LockError, direct, locked, needed, pins

TEXT = """\
first==1.2 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via health-centre-kiosk (pyproject.toml)
Second_Part==2.0.post1 ; python_version < "4" \\
    --hash=sha256:{a}
    # via first
""".format(a="a" * 64, b="b" * 64)


def test_a_pin_has_a_canonical_name_its_version_and_all_its_hashes() -> None:
    found = pins(TEXT)
    assert {name: pin.version for name, pin in found.items()} == {"first": "1.2", "second-part": "2.0.post1"}
    assert found["first"].hashes == ("a" * 64, "b" * 64)


def test_a_pin_without_a_hash_is_no_pin() -> None:
    with pytest.raises(LockError, match="third"):
        pins(TEXT + "third==3.0\n")


def test_everything_that_is_needed_is_pinned() -> None:
    for extras in PACKAGES.values():
        assert set(needed(extras)) <= set(locked())
        assert set(direct(extras)) <= set(needed(extras))


def test_what_only_tests_need_goes_to_no_machine() -> None:
    shipped = {name for extras in PACKAGES.values() for name in needed(extras)}
    assert shipped.isdisjoint({"pytest", "hypothesis", "schemathesis", "mypy", "cyclonedx-python-lib"})
    assert "starlette" not in needed()
    assert {"starlette", "psycopg-binary"} <= set(needed(("central",)))
    assert {"pillow", "sqlcipher3", "pyusb"} <= set(needed()), "also what an extra of a dependency brings"
