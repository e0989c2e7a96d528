"""Nothing that tells who somebody is survives, whatever stands around it."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kiosk
from kiosk.diagnostics.bundle import names_somebody
from kiosk.diagnostics.redaction import is_clean, scrub
from kiosk.diagnostics.redaction_words import LARGEST_NUMBER, allowed, hidden, log_line, words_of

PEOPLE = ("010594Y9032", "010594-9021", "020594X903P", "020504A902E", "010516B903X", "030694W9024")
WORDS = words_of(Path(kiosk.__file__).parent)


def core(text: str) -> str:
    """Letters and digits alone, plain and in upper case: how a searcher would look at it."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(character for character in plain if character.isalnum()).upper()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("hello 010594Y9032 there", "hello <code> there"),
        ("010594-9021", "<code>"),
        ("010594 - 902 1!", "<code>!"),
        ("01.05.94–9021", "<code>"),
        ("0105949021", "<code>"),
        ("010594y9032", "<code>"),
        ("010594\n9032", "<code>"),
        ("(010594\u200bY\u200b9032)", "(<code>)"),
        ("０１０５９４Ｙ９０３２", "<code>"),
        ("٠١٠٥٩٤Y٩٠٣٢", "<code>"),
        ("x=010594+903K,", "x=<code>,"),
        ("123456-123010594-9032", "<code>"),
        ("satu 99900001N here", "satu <number> here"),
        ("call +358 40 123 4567.", "call +<code>."),
        ("call 09 123 456", "call <number>"),
        ("CAN 123456", "CAN <number>"),
        ("testi.tahtinen@example.com wrote", "<mail> wrote"),
        ("P<FINTESTI<<TEA<<<<<<<<", "<mrz>"),
        ("name: Testi Tähtinen, seq=4", "name: <name>, seq=4"),
        ('{"sukunimi": "Tähtinen", "seq": 4}', '{"sukunimi": <name>, "seq": 4}'),
        ("GivenName='Testi Tea' x", "GivenName=<name> x"),
        ("patient = Testi Tähtinen\nnext", "patient = <name>\nnext"),
        ("Bearer eyJhbGciOiJFUzM4NCJ9.eyJpc3MiOiJraW9zay0xIn0.c2ln", "Bearer <key>"),
        ("key 7fa93be64c2d5e8f", "key <key>"),
        ("-----BEGIN PRIVATE KEY-----\nMIGH\nAgEA\n-----END PRIVATE KEY-----", "<key>"),
        ("nothing to hide, 3 slips in 12 ms", "nothing to hide, 3 slips in 12 ms"),
        ("", ""),
    ],
)
def test_what_is_taken_out(text: str, left: str) -> None:
    assert scrub(text) == left


SEPARATORS = st.sampled_from(["", " ", "-", "–", ".", "/", "\n", "\u00a0", "\u200b", "<", "_", ":", " - ", "'", "\t"])


def wide(text: str) -> str:
    """As an East Asian keyboard writes it."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


SHAPES: st.SearchStrategy[Callable[[str], str]] = st.sampled_from([str, str.lower, wide])


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """An identity code as somebody, or something, may have spelled it."""
    person = draw(st.sampled_from(PEOPLE))
    if draw(st.booleans()):
        # The sign left out, or lost in a machine-readable zone.
        person = person[:6] + draw(st.sampled_from(["", "<"])) + person[7:]
    spelled = "".join(letter + draw(SEPARATORS) for letter in person[:-1]) + person[-1]
    shape = draw(SHAPES)
    return shape(spelled) if spelled.isascii() and spelled.isprintable() and " " not in spelled else spelled


@given(before=st.text(max_size=40), spelled=spellings(), after=st.text(max_size=40))
def test_no_code_survives_whatever_stands_around_it(before: str, spelled: str, after: str) -> None:
    left = core(scrub(before + spelled + after))
    bare = core(spelled)
    if bare not in core(scrub(before)) + "|" + core(scrub(after)):
        assert bare not in left
        # Nor all but its sign, nor its birth date together with the rest.
        assert bare[:6] + bare[-4:] not in left


@given(
    before=st.text(alphabet="0123456789AY-+<. ", max_size=30), after=st.text(alphabet="0123456789AY-+<. ", max_size=30)
)
def test_no_code_survives_among_its_like(before: str, after: str) -> None:
    for person in PEOPLE:
        left = scrub(before + person + after)
        assert person not in left
        assert person[:6] not in left
        assert person[-4:] not in left


@given(st.text(max_size=200))
def test_what_was_scrubbed_is_clean_and_stays_as_it_is(text: str) -> None:
    once = scrub(text)
    assert is_clean(once)
    assert len(once) <= len(text) * 6 + 6


@pytest.mark.parametrize(
    "text", ["9" * 200_000, "-" * 200_000, "a@" * 100_000, "<" * 200_000, "ab" * 100_000, "1 " * 100_000]
)
def test_no_text_keeps_it_busy(text: str) -> None:
    scrub(text)


# --- what may pass --------------------------------------------------------------------------------------------------

LINE = {
    "process": "screen",
    "event": "fault_came",
    "code": "printer-paper-out",
    "level": "warning",
    "seconds": 1.23456,
    "job": 7,
    "timestamp": "2026-11-23T06:50:00.123456Z",
}


def test_what_the_program_itself_says_passes() -> None:
    assert log_line(json.dumps(LINE), WORDS) == LINE | {"seconds": 1.235}


def test_a_crash_keeps_its_place_and_loses_its_words() -> None:
    words = "no room for 010594Y9032 of Testi Tähtinen"
    frame = {"filename": str(Path(kiosk.__file__).parent / "cli.py"), "lineno": 12, "name": "main"}
    foreign = {"filename": "/home/testi/tahtinen.py", "lineno": 3, "name": "Testi"}
    told = {"exc_type": "ValueError", "exc_value": words, "frames": [frame, foreign]}
    line = log_line(json.dumps({"event": "attendant_failed", "exception": [told]}), WORDS)
    assert line == {
        "event": "attendant_failed",
        "exception": [
            {
                "exc_type": "ValueError",
                "exc_value": "<text:41>",
                "frames": [
                    {"filename": "kiosk/cli.py", "lineno": 12, "name": "main"},
                    {"filename": "<text:23>", "lineno": 3, "name": "<text:5>"},
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("tree", "left"),
    [
        ("Testi Tähtinen", "<text:14>"),
        ("010594Y9032", "<text:11>"),
        ({"Testi Tähtinen": 1}, {"<key 0:14>": "<number:1>"}),
        ({"seq": 105949032}, {"seq": "<number:9>"}),
        ({"seq": 42}, {"seq": 42}),
        ({"seconds": 0.105949032}, {"seconds": 0.106}),
        ({"steps": [0, 1, 0, 5, 9, 4]}, {"steps": ["<number:1>"] * 6}),
        ({"steps": list("010594Y9032")}, {"steps": ["<text:1>"] * 11}),
        ({"steps": ["application:yes"]}, {"steps": ["application:yes"]}),
        ({"place": "driver.py:120"}, {"place": "driver.py:120"}),
        ({"place": "driver.py:010594"}, {"place": "<text:16>"}),
        ({"event": "printer:Testi"}, {"event": "<text:13>"}),
        ({"at": "1994-05-01T00:00:00Z"}, {"at": "<text:20>"}),
        ([None, True, False], [None, True, False]),
    ],
)
def test_what_passes_and_what_is_told_by_its_length(tree: object, left: object) -> None:
    assert allowed(tree, WORDS) == left


@pytest.mark.parametrize(
    "line", ["", "qt.qpa: Testi Tähtinen", '"010594Y9032"', "[1, 2]", "{" * 50_000, '{"a":' * 20_000]
)
def test_a_line_of_another_make_is_told_by_its_length(line: str) -> None:
    assert log_line(line, WORDS) == {"unread": len(line)}


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | spellings(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | spellings(), inner, max_size=4),
    max_leaves=12,
)


@given(trees)
def test_whatever_is_logged_no_text_of_it_passes_that_is_not_the_programs(tree: object) -> None:
    left = allowed(tree, WORDS)
    for text in _texts(left):
        assert text in WORDS.known or text.startswith("<"), text
    assert not names_somebody(json.dumps(left, ensure_ascii=False))
    assert hidden(left) >= 0


def _texts(tree: object) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    if isinstance(tree, dict):
        return [text for key, value in tree.items() for text in (key, *_texts(value))]
    return [text for value in tree for text in _texts(value)] if isinstance(tree, list) else []


def test_the_programs_words_name_nobody() -> None:
    assert not {"Testi", "Tähtinen", "Tea", "Matti"} & WORDS.known
    assert all(is_clean(word) for word in WORDS.known)
    assert not any(word.isdigit() or len(word) < 2 for word in WORDS.known)
    assert {"fault_came", "print_ended", "printer-paper-out", "wrong-key"} <= WORDS.known
    assert LARGEST_NUMBER < 10**6


@pytest.mark.parametrize("text", ["x010594Y9032x", '"020504a902e"', "1010594Y90321"])
def test_the_last_look_finds_a_code(text: str) -> None:
    assert names_somebody(text)
    assert not names_somebody("2026-11-23T06:50:00.123456+00:00 fact 010594Y9033")
