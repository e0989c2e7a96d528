import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.scanner.framing import IDLE_GAP, Framer, decode


def framed(pieces: list[bytes], framer: Framer) -> list[str]:
    texts = [text for piece in pieces for text in framer.feed(piece)]
    return texts + framer.quiet(IDLE_GAP)


@pytest.mark.parametrize(
    ("stream", "texts"),
    [
        (b"010594Y9032\r", ["010594Y9032"]),
        (b"010594Y9032\r\n", ["010594Y9032"]),
        (b"010594Y9032\t", ["010594Y9032"]),
        (b"010594Y9032\n", ["010594Y9032"]),
        (b"010594Y9032", ["010594Y9032"]),
        (b"one\rtwo\r\nthree", ["one", "two", "three"]),
        (b"\r\n\r\n\t", []),
        (b"", []),
        (b"\x02one\x03\r", ["one"]),
        (b"\x1b@\x00\r", ["@"]),
        ("Åke Ödla\r".encode(), ["Åke Ödla"]),
        ("Åke Ödla\r".encode("latin-1"), ["Åke Ödla"]),
        (b"\x80\x9f\r", []),
    ],
)
def test_a_stream_is_cut_at_its_ends(stream: bytes, texts: list[str]) -> None:
    assert framed([stream], Framer()) == texts


def test_silence_ends_a_scan_without_suffix() -> None:
    framer = Framer(gap=0.08)
    assert framer.feed(b"010594") == []
    assert framer.quiet(0.07) == []
    assert framer.feed(b"Y9032") == []
    assert framer.quiet(0.07) == []
    assert framer.quiet(0.01) == ["010594Y9032"]
    assert framer.quiet(8.0) == []


def test_silence_before_a_scan_is_none_within_it() -> None:
    framer = Framer(gap=0.08)
    assert framer.quiet(9.0) == []
    assert framer.feed(b"010594") == []
    assert framer.quiet(0.04) == []
    assert framer.feed(b"Y9032\r") == ["010594Y9032"]


def test_overlong_input_is_thrown_away_whole_up_to_the_next_end() -> None:
    framer = Framer(longest=10)
    assert framer.feed(b"x" * 11 + b"tail\rgood\r") == ["good"]
    assert framer.overlong == 1
    assert framer.feed(b"y" * 500) == []
    assert framer.quiet(1.0) == []
    assert framer.feed(b"good\r") == ["good"]
    assert framer.overlong == 2


def test_a_flood_takes_no_memory() -> None:
    framer = Framer()
    for _ in range(256):
        assert framer.feed(b"z" * 4096) == []
        assert len(framer._held) <= 4096
    assert framer.overlong == 1


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=12))
def test_the_splits_do_not_matter(stream: bytes, splits: list[int]) -> None:
    cuts = sorted({0, len(stream), *(min(split, len(stream)) for split in splits)})
    pieces = [stream[start:end] for start, end in itertools.pairwise(cuts)]
    assert framed(pieces, Framer(longest=40)) == framed([stream], Framer(longest=40))


@given(st.binary(max_size=60))
def test_no_control_character_comes_through(raw: bytes) -> None:
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in decode(raw))
