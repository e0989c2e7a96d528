import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.scanner.framing import IDLE_GAP, Framer, decode, garbled, odd


def framed(pieces: list[bytes], framer: Framer) -> list[bytes]:
    frames = [frame for piece in pieces for frame in framer.feed(piece)]
    return frames + framer.quiet(IDLE_GAP)


@pytest.mark.parametrize(
    ("stream", "frames"),
    [
        (b"010594Y9032\r", [b"010594Y9032"]),
        (b"010594Y9032\r\n", [b"010594Y9032"]),
        (b"010594Y9032\t", [b"010594Y9032"]),
        (b"010594Y9032\n", [b"010594Y9032"]),
        (b"010594Y9032", [b"010594Y9032"]),
        (b"one\rtwo\r\nthree", [b"one", b"two", b"three"]),
        (b"\r\n\r\n\t", []),
        (b"", []),
        (b"\x02one\x03\r", [b"\x02one\x03"]),
    ],
)
def test_a_stream_is_cut_at_its_ends(stream: bytes, frames: list[bytes]) -> None:
    assert framed([stream], Framer()) == frames


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"010594Y9032", "010594Y9032"),
        (b"\x02one\x03", "one"),
        (b"\x1b@\x00", "@"),
        (b"\x1d01123\x1d10AB\x1e", "01123 10AB"),
        ("Åke Ödla".encode(), "Åke Ödla"),
        ("Åke Ödla".encode("latin-1"), "Åke Ödla"),
        (b"\x80\x9f", ""),
        (b"\xed\xa0\x80", "í"),
    ],
)
def test_a_frame_is_text_in_utf8_or_latin1(raw: bytes, text: str) -> None:
    assert decode(raw) == text


@pytest.mark.parametrize(
    ("raw", "noise"),
    [
        (b"010594Y9032", False),
        (b"\x02010594Y9032\x03", False),
        (b"]C1\x1d0112345678\x1d10AB", False),
        ("Åke Ödla".encode("latin-1"), False),
        ("Привет".encode(), False),
        (b"\xff\x80", True),
        (b"\x00\x00\x00", True),
        (b"\x80\xff\x00A", True),
        (b"\x1b@\x00", True),
    ],
)
def test_noise_is_told_from_text(raw: bytes, noise: bool) -> None:
    assert garbled(raw) is noise
    assert odd(raw) <= len(raw)


def test_a_reply_in_its_envelope_is_not_cut_at_line_ends() -> None:
    framer = Framer(envelope=(b"\x01\x02", b"\x03\x04"))
    assert framer.feed(b"\x01\x02A\rB\x03\x04010594Y9032\r") == [b"\x01\x02A\rB\x03\x04", b"010594Y9032"]
    assert framer.feed(b"\x01\x02half\r") == []
    assert framer.quiet(IDLE_GAP) == [b"\x01\x02half\r"]
    assert framer.feed(b"\x01\r\x02one\r") == [b"\x01", b"\x02one"]


def test_silence_ends_a_scan_without_suffix() -> None:
    framer = Framer(gap=0.08)
    assert framer.feed(b"010594") == []
    assert framer.quiet(0.07) == []
    assert framer.feed(b"Y9032") == []
    assert framer.quiet(0.07) == []
    assert framer.quiet(0.01) == [b"010594Y9032"]
    assert framer.quiet(8.0) == []


def test_silence_before_a_scan_is_none_within_it() -> None:
    framer = Framer(gap=0.08)
    assert framer.quiet(9.0) == []
    assert framer.feed(b"010594") == []
    assert framer.quiet(0.04) == []
    assert framer.feed(b"Y9032\r") == [b"010594Y9032"]


def test_overlong_input_is_thrown_away_whole_up_to_the_next_end() -> None:
    framer = Framer(longest=10)
    assert framer.feed(b"x" * 11 + b"tail\rgood\r") == [b"good"]
    assert framer.overlong == 1
    assert framer.feed(b"y" * 500) == []
    assert framer.quiet(1.0) == []
    assert framer.feed(b"good\r") == [b"good"]
    assert framer.overlong == 2


def test_a_flood_takes_no_memory() -> None:
    framer = Framer()
    for _ in range(256):
        assert framer.feed(b"z" * 4096) == []
        assert len(framer._held) <= 4096
    assert framer.overlong == 1


@given(
    st.binary(max_size=200) | st.lists(st.sampled_from(b"\x01\x02\x03\x04\rA"), max_size=200).map(bytes),
    st.lists(st.integers(0, 200), max_size=12),
)
def test_the_splits_do_not_matter(stream: bytes, splits: list[int]) -> None:
    cuts = sorted({0, len(stream), *(min(split, len(stream)) for split in splits)})
    pieces = [stream[start:end] for start, end in itertools.pairwise(cuts)]
    for envelope in ((b"", b""), (b"\x01\x02", b"\x03\x04")):
        whole = framed([stream], Framer(longest=40, envelope=envelope))
        assert framed(pieces, Framer(longest=40, envelope=envelope)) == whole


@given(st.binary(max_size=60))
def test_no_control_character_comes_through(raw: bytes) -> None:
    text = decode(raw)
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in text)
    assert text == text.strip()
    text.encode()
