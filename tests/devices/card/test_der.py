import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.card import der
from kiosk.devices.simulated.card.files import tlv

TAGS = st.sampled_from([0x02, 0x04, 0x0C, 0x30, 0x61, 0x4F, 0xA1, 0xA4])


@given(st.lists(st.tuples(TAGS, st.binary(max_size=700)), max_size=6), st.binary(max_size=0) | st.just(b"\0" * 9))
def test_what_was_written_is_read(objects: list[tuple[int, bytes]], padding: bytes) -> None:
    written = b"".join(tlv(tag, content) for tag, content in objects) + padding
    assert list(der.elements(written)) == [der.Element(tag, content) for tag, content in objects]
    if objects:
        assert der.total_length(written) == len(tlv(*objects[0]))


@given(st.binary(max_size=300))
def test_anything_else_is_malformed_or_lies_within_what_was_given(data: bytes) -> None:
    try:
        found = list(der.elements(data))
    except der.MalformedError:
        return
    assert sum(len(one.content) for one in found) <= len(data)


@pytest.mark.parametrize(
    ("start", "length"),
    [
        ("3000", 2),
        ("307f", 129),
        ("308180", 131),
        ("3082ffff", 65539),
        ("3084ffffffff", 0xFFFFFFFF + 6),
        ("3080", None),
        ("3085ffffffffff", None),
        ("30", None),
        ("3082ff", None),
        ("0000", None),
        ("ffff", None),
        ("1f8101", None),
        ("", None),
    ],
)
def test_lengths(start: str, length: int | None) -> None:
    assert der.total_length(bytes.fromhex(start)) == length


@pytest.mark.parametrize("data", ["30", "3005", "300401", "3080", "3082ffff00", "1f810100"])
def test_what_is_cut_off_is_malformed(data: str) -> None:
    with pytest.raises(der.MalformedError):
        list(der.elements(bytes.fromhex(data)))
