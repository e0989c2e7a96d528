import contextlib
import string
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin import mrz
from kiosk.checkin.mrz import Document, MrzError, check_digit, parse, rows
from kiosk.devices.simulated.travel_document import TravelDocument

PASSPORT = TravelDocument(born="940501", optional="010594Y9032")
CARD = TravelDocument(born="940501", optional="010594Y9032", kind="ID")

DIGITS = string.digits
LETTERS = string.ascii_uppercase
ALPHABET = DIGITS + LETTERS + "<"


def dates() -> st.SearchStrategy[str]:
    return st.dates().map(lambda day: f"{day:%y%m%d}")


def words(least: int, most: int, alphabet: str = DIGITS + LETTERS) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=least, max_size=most)


def documents(most_of_number: int, most_optional: int) -> st.SearchStrategy[TravelDocument]:
    return st.builds(
        TravelDocument,
        born=dates(),
        optional=words(0, most_optional),
        number=words(1, most_of_number),
        kind=words(1, 1, "PIAC") | st.just("ID"),
        issuer=words(1, 3, LETTERS),
        nationality=words(1, 3, LETTERS),
        sex=st.sampled_from("MF<"),
        expires=dates(),
        more=words(0, 11),
        names=st.from_regex(r"\A[A-Z]{1,12}<<[A-Z]{1,8}\Z"),
    )


def expected(written: TravelDocument, shape: str) -> Document:
    optional = (written.optional, written.more) if shape == "TD1" else (written.optional,)
    return Document(
        shape,
        written.kind,
        written.issuer,
        written.number,
        written.nationality,
        written.born,
        written.sex,
        written.expires,
        optional,
    )


@given(documents(9, 14), st.sampled_from(["\r", "\n", "\r\n", "\t", " ", ""]))
def test_a_passport_comes_back_as_it_was_written(written: TravelDocument, between: str) -> None:
    assert parse(between.join(written.td3())) == expected(written, "TD3")


@given(documents(9, 7))
def test_a_larger_card_comes_back(written: TravelDocument) -> None:
    assert parse("\r".join(written.td2())) == expected(written, "TD2")


@given(documents(9, 15))
def test_a_card_comes_back(written: TravelDocument) -> None:
    assert parse("\r".join(written.td1())) == expected(written, "TD1")


@given(documents(20, 3), st.integers(10, 14))
def test_a_long_number_goes_on_in_the_optional_field(written: TravelDocument, length: int) -> None:
    long = TravelDocument(**{**vars(written), "number": (written.number * 14)[:length]})
    assert parse("\r".join(long.td1())) == expected(long, "TD1")


@given(st.sampled_from(["td1", "td2", "td3"]), st.data())
def test_one_wrong_character_is_detected_or_put_right(shape: str, data: st.DataObject) -> None:
    written = data.draw(documents(9, 7))
    true = list(getattr(written, shape)())
    row = data.draw(st.sampled_from([0, 1] if shape == "td1" else [1]))
    place = data.draw(st.integers(0, len(true[0]) - 1))
    wrong = data.draw(st.sampled_from(ALPHABET))
    places: dict[str, list[Sequence[int]]] = {
        "td1": [range(5, 30), [*range(7), *range(8, 15), *range(18, 30)]],
        "td2": [[], [*range(10), *range(13, 20), *range(21, 36)]],
        "td3": [[], [*range(10), *range(13, 20), *range(21, 44)]],
    }
    checked = places[shape][row]
    was = true[row][place]
    # Modulo 10, no weight tells A from K, U and 0.
    if place not in checked or value(was) % 10 == value(wrong) % 10:
        return
    broken = [*true[:row], true[row][:place] + wrong + true[row][place + 1 :], *true[row + 1 :]]
    try:
        read = parse("\r".join(broken))
    except MrzError:
        return
    assert read == parse("\r".join(true))


def value(letter: str) -> int:
    return 0 if letter == "<" else int(letter, 36)


@given(st.text(max_size=120) | st.text(ALPHABET + "\r_ ", min_size=20, max_size=100))
def test_any_text_is_a_document_or_none_or_refused(text: str) -> None:
    with contextlib.suppress(MrzError):
        assert isinstance(parse(text), Document | None)


@given(st.lists(st.text(ALPHABET, min_size=44, max_size=44), min_size=2, max_size=2))
def test_rows_of_the_right_shape_never_break_it(found: list[str]) -> None:
    with contextlib.suppress(MrzError):
        parse("\r".join(found))


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        # Doc 9303 part 3, 4.9, and the specimens of part 4 and 5.
        ("520727", "3"),
        ("AB2134<<<", "5"),
        ("D23145890", "7"),
        ("740812", "2"),
        ("120415", "9"),
        ("<<<<<<<<<<<<<<", "0"),
    ],
)
def test_check_digits_of_the_standard(text: str, digit: str) -> None:
    assert check_digit(text) == digit


def test_the_specimens_of_the_standard() -> None:
    passport = parse("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\rL898902C36UTO7408122F1204159ZE184226B<<<<<10")
    assert passport == Document("TD3", "P", "UTO", "L898902C3", "UTO", "740812", "F", "120415", ("ZE184226B",))
    card = parse("I<UTOD231458907<<<<<<<<<<<<<<<\r7408122F1204159UTO<<<<<<<<<<<6\rERIKSSON<<ANNA<MARIA<<<<<<<<<<")
    assert card == Document("TD1", "I", "UTO", "D23145890", "UTO", "740812", "F", "120415", ("", ""))
    long = parse("I<UTOD23145890<7349<<<<<<<<<<<\r3407127M9507122UTO<<<<<<<<<<<2\rSTEVENSON<<PETER<JOHN<<<<<<<<<")
    assert long is not None
    assert long.number == "D23145890734"
    larger = parse("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\rD231458907UTO7408122F1204159<<<<<<<6")
    assert larger == Document("TD2", "I", "UTO", "D23145890", "UTO", "740812", "F", "120415", ("",))
    visa = parse("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\rL8988901C4XXX4009078F96121096ZE184226B<<<<<<")
    assert visa == Document("TD3", "V", "UTO", "L8988901C", "XXX", "400907", "F", "961210", ("6ZE184226B",))


@pytest.mark.parametrize(
    ("right", "seen"),
    [("940501", "94O5OI"), ("010594Y9032", "OI0594Y9O32"), ("300101", "3OO1O1"), ("010594Y9032", "0IO594Y9O32")],
)
@pytest.mark.parametrize("rows_of", [PASSPORT.td3(), CARD.td1()])
def test_letters_in_the_place_of_digits_are_put_right(rows_of: tuple[str, ...], right: str, seen: str) -> None:
    misread = "\r".join(rows_of).replace(right, seen)
    assert seen in misread
    assert parse(misread) == parse("\r".join(rows_of))


def test_a_check_digit_that_looks_like_a_letter_is_put_right() -> None:
    second = PASSPORT.td3()[1]
    for place in (9, 19, 27, 42, 43):
        letter = {"0": "O", "1": "I", "5": "S", "8": "B"}.get(second[place])
        if letter:
            assert parse(f"{PASSPORT.td3()[0]}\r{second[:place]}{letter}{second[place + 1 :]}") is not None


def test_the_personal_number_has_a_check_digit_of_its_own() -> None:
    first, second = PASSPORT.td3()
    wrong = second[:42] + str((int(second[42]) + 1) % 10)
    composite = check_digit(wrong[:10] + wrong[13:20] + wrong[21:43])
    with pytest.raises(MrzError):
        parse(f"{first}\r{wrong}{composite}")


def test_a_document_number_is_not_guessed_at() -> None:
    odd = TravelDocument(born="940501", number="AO1234567")
    first, second = odd.td3()
    with pytest.raises(MrzError):
        parse(f"{first}\r{second.replace('AO1', 'A01')}")


@pytest.mark.parametrize(
    "text",
    [
        PASSPORT.td3()[0],
        PASSPORT.td3()[1] + "<",
        "\r".join(CARD.td1()[:2]),
        "\r".join((*PASSPORT.td3(), "X" * 44)),
        "\r".join((PASSPORT.td3()[1], PASSPORT.td3()[0])),
        "<" * 88,
        "P<" + "<" * 30,
    ],
)
def test_what_was_seen_in_part_is_refused(text: str) -> None:
    with pytest.raises(MrzError):
        parse(text)


@pytest.mark.parametrize("text", ["", "<", "010594Y9032", "HTTPS://EXAMPLE.ORG/" + "A<" * 20, "A" * 44, "ÄÖ<" * 20])
def test_what_looks_like_no_zone_is_none(text: str) -> None:
    assert rows(text) == ()
    assert parse(text) is None


def test_padding_of_document_readers_is_taken_for_fillers() -> None:
    assert parse("\r".join(PASSPORT.td3()).replace("<", "_").lower()) == expected(PASSPORT, "TD3")


def test_nothing_of_a_document_is_in_a_repr() -> None:
    assert repr(parse("\r".join(PASSPORT.td3()))) == "Document(format='TD3')"
    with pytest.raises(MrzError) as caught:
        parse("\r".join(PASSPORT.td3()).replace("Y9032", "Y9033"))
    assert "Y90" not in repr(caught.value)
    assert mrz.FILLER == "<"
