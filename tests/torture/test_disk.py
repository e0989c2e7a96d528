"""The disk leaves what fsync(2) promises, and nothing that it does not."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.torture.disk import (
    SECTOR,
    Create,
    Disk,
    Failed,
    Link,
    Operation,
    Remove,
    Rename,
    Resize,
    Sync,
    SyncFolder,
    Write,
)


def disk_after(*operations: Operation, start: dict[str, bytes] | None = None) -> Disk:
    disk = Disk(start)
    for place, operation in enumerate(operations):
        disk.do(place, operation)
    return disk


def test_bytes_are_safe_after_their_fsync_and_a_name_after_that_of_its_folder() -> None:
    written = (Create("a"), Write("a", 0, b"one"))
    assert disk_after(*written).strict() == {}
    assert disk_after(*written, Sync("a", 2)).strict() == {}
    assert disk_after(*written, SyncFolder("", 2)).strict() == {"a": b""}
    whole = (*written, Sync("a", 2), SyncFolder("", 3))
    assert disk_after(*whole).strict() == {"a": b"one"}
    assert disk_after(*whole, Write("a", 3, b"two")).strict() == {"a": b"one"}
    assert disk_after(*whole, Write("a", 3, b"two")).lax() == {"a": b"onetwo"}


def test_a_removal_that_was_not_synced_comes_back() -> None:
    gone = (Remove("a"),)
    assert disk_after(*gone, start={"a": b"x"}).strict() == {"a": b"x"}
    assert disk_after(*gone, start={"a": b"x"}).lax() == {}
    assert disk_after(*gone, SyncFolder("", 1), start={"a": b"x"}).strict() == {}


def test_a_rename_is_one_step() -> None:
    moved = disk_after(Rename("new", "a"), start={"a": b"old", "new": b"new"})
    assert moved.strict() == {"a": b"old", "new": b"new"}
    for seed in range(50):
        assert moved.torn(Random(seed)) in ({"a": b"old", "new": b"new"}, {"a": b"new"})
    moved.do(1, SyncFolder("", 1))
    assert moved.strict() == {"a": b"new"}


def test_a_second_name_keeps_the_file_when_the_first_goes() -> None:
    linked = disk_after(Link("new", "a"), Remove("new"), start={"new": b"x"})
    assert linked.strict() == {"new": b"x"}
    assert linked.lax() == {"a": b"x"}
    for seed in range(50):
        assert linked.torn(Random(seed)) in ({"new": b"x"}, {"new": b"x", "a": b"x"}, {"a": b"x"})
    linked.do(2, SyncFolder("", 2))
    assert linked.strict() == {"a": b"x"}


def test_what_was_written_before_a_failed_fsync_is_not_made_safe_by_the_next() -> None:
    failed = (Write("a", 0, b"bad"), Failed("a", 1), Write("a", 3, b"good"), Sync("a", 3))
    disk = disk_after(*failed, start={"a": b"..."})
    assert disk.strict() == {"a": b"...good"}
    assert disk.lax() == {"a": b"badgood"}
    again = disk_after(*failed, Write("a", 0, b"new"), Sync("a", 5), start={"a": b"..."})
    assert again.strict() == {"a": b"newgood"}


def test_a_torn_write_leaves_whole_sectors_in_any_order() -> None:
    disk = disk_after(Write("a", 0, b"n" * (3 * SECTOR)), start={"a": b"o" * (3 * SECTOR)})
    seen = set()
    for seed in range(400):
        content = disk.torn(Random(seed))["a"]
        sectors = [content[start : start + SECTOR] for start in range(0, len(content), SECTOR)]
        kinds = "".join(chr(sector[0]) if len(set(sector)) == 1 else "?" for sector in sectors)
        seen.add(kinds)
    assert {"nnn", "ooo", "onn", "non", "noo", "oon"} <= seen
    # Rubbish, where a sector was being written.
    assert any("?" in kinds for kinds in seen)


OPERATIONS = st.lists(
    st.one_of(
        st.builds(Write, st.just("a"), st.integers(0, 2000), st.binary(min_size=1, max_size=1500)),
        st.builds(Resize, st.just("a"), st.integers(0, 3000)),
        st.just(Sync("a", 10**6)),
    ),
    max_size=12,
)


@given(OPERATIONS, st.integers(0, 2**32))
def test_after_an_fsync_all_three_leave_the_same(operations: list[Operation], seed: int) -> None:
    disk = disk_after(*operations, Sync("a", 10**6), start={"a": b""})
    assert disk.strict() == disk.lax() == disk.torn(Random(seed))
