from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.card import apdu
from kiosk.devices.card.apdu import LONGEST_FILE, Answer, CardNonsenseError
from kiosk.devices.simulated.card.chip import Chip, Manner
from kiosk.devices.simulated.card.files import File, Folder, octets
from tests.devices.card.talk import talk

READ = bytes([0, 0xB0, 0, 0, 0xDF])


def script(*answers: str) -> list[bytes]:
    return [bytes.fromhex(answer) for answer in answers]


def noting(asked: list[bytes], answer: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def noted(command: bytes) -> bytes:
        asked.append(command)
        return answer(command)

    return noted


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        (["9000"], Answer(b"", 0x9000)),
        (["01029000"], Answer(b"\1\2", 0x9000)),
        (["6a82"], Answer(b"", 0x6A82)),
        (["01026282"], Answer(b"\1\2", 0x6282)),
        (["6102", "01029000"], Answer(b"\1\2", 0x9000)),
        (["016101", "029000"], Answer(b"\1\2", 0x9000)),
        (["6c02", "01029000"], Answer(b"\1\2", 0x9000)),
        (["6c00", "01029000"], Answer(b"\1\2", 0x9000)),
        (["6102", "6c01", "016101", "029000"], Answer(b"\1\2", 0x9000)),
    ],
)
def test_an_exchange_gathers_what_waits(answers: list[str], result: Answer) -> None:
    waiting = script(*answers)
    assert talk(apdu.exchange(READ, le=True), lambda _: waiting.pop(0)) == result
    assert not waiting


def test_it_asks_again_with_the_length_that_it_was_told() -> None:
    asked: list[bytes] = []
    waiting = script("6c11", "6110", "9000")
    talk(apdu.exchange(READ, le=True), noting(asked, lambda _: waiting.pop(0)))
    assert asked == [READ, bytes([0, 0xB0, 0, 0, 0x11]), bytes([0, 0xC0, 0, 0, 0x10])]


def test_a_command_without_a_length_is_not_given_one() -> None:
    select = bytes([0, 0xA4, 0, 0x0C, 2, 0x3F, 0x00])
    assert talk(apdu.exchange(select, le=False), lambda _: b"\x6c\x11") == Answer(b"", 0x6C11)


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b"", "short"),
        (b"\x90", "short"),
        (bytes(257) + b"\x90\0", "long"),
        (b"\x61\x10", "endless"),
        (b"\x6c\x10", "endless"),
        (bytes(250) + b"\x61\xff", "endless"),
    ],
)
def test_nonsense_ends_it(raw: bytes, key: str) -> None:
    with pytest.raises(CardNonsenseError) as caught:
        talk(apdu.exchange(READ, le=True), lambda _: raw, most=100)
    assert caught.value.key == key


manners = st.builds(Manner, in_parts=st.booleans(), exact=st.booleans(), children_only=st.booleans())


def holding(content: bytes, manner: Manner, records: tuple[bytes, ...] = ()) -> Chip:
    folder = Folder("5015", (File("4331", content, records),), aid="a0000000")
    return Chip(Folder("3f00", (folder,)), manner)


@given(length=st.integers(0, 3000), padding=st.integers(0, 400), manner=manners)
def test_an_object_is_read_whole_and_without_padding(length: int, padding: int, manner: Manner) -> None:
    wrapped = octets(bytes(at % 251 for at in range(length)))
    chip = holding(wrapped + bytes(padding), manner)
    assert talk(apdu.select_path(bytes.fromhex("3f0050154331")), chip.answer)
    assert talk(apdu.read_object(), chip.answer) == wrapped


@given(content=st.binary(max_size=2000), manner=manners)
def test_a_file_is_read_whole(content: bytes, manner: Manner) -> None:
    chip = holding(content, manner)
    assert talk(apdu.select_application(bytes.fromhex("a0000000")), chip.answer)
    assert talk(apdu.select_child(bytes.fromhex("4331")), chip.answer)
    assert (talk(apdu.read_content(), chip.answer) or b"") == content


@given(rows=st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=12), manner=manners)
def test_records_are_read_until_there_is_none(rows: list[bytes], manner: Manner) -> None:
    chip = holding(b"", manner, tuple(rows))
    talk(apdu.select_path(bytes.fromhex("3f0050154331")), chip.answer)
    assert talk(apdu.read_records(), chip.answer) == rows
    assert talk(apdu.read_content(), chip.answer) is None


def test_a_file_that_says_it_is_huge_is_not_read() -> None:
    asked: list[bytes] = []
    chip = holding(b"\x30\x82\xff\xff" + bytes(60000), Manner())
    talk(apdu.select_path(bytes.fromhex("3f0050154331")), chip.answer)
    with pytest.raises(CardNonsenseError):
        talk(apdu.read_object(), noting(asked, chip.answer))
    assert len(asked) == 1


def test_a_file_without_end_is_read_only_so_far() -> None:
    read = talk(apdu.read_content(), lambda command: bytes(command[4]) + b"\x90\0", most=100)
    assert read == bytes(LONGEST_FILE)


def test_more_than_was_asked_for_is_nonsense() -> None:
    with pytest.raises(CardNonsenseError):
        talk(apdu.read_content(), lambda command: bytes(command[4] + 1) + b"\x90\0")


@pytest.mark.parametrize("path", ["", "3f", "3f00" * 9])
def test_a_path_that_is_none_is_not_followed(path: str) -> None:
    def never(command: bytes) -> bytes:
        raise AssertionError

    assert not talk(apdu.select_path(bytes.fromhex(path)), never)


@given(st.data())
def test_no_card_keeps_it_for_ever(data: st.DataObject) -> None:
    def anything(command: bytes) -> bytes:
        start = data.draw(st.binary(max_size=4))
        return start + data.draw(
            st.sampled_from([b"\x90\0", b"\x61\x05", b"\x6c\x05", b"\x62\x82", b"\x6b\0", b"\x90"])
        )

    with suppress(CardNonsenseError):
        talk(apdu.read_object(), anything, most=200)
