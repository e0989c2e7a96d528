import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages import pofile

from kiosk.checkin.wording import Text, named
from kiosk.texts import CATALOGUES, UnknownTextError, languages, say, sentence, time_of_day

HERE = Path(__file__).parent


def catalogue(language: str) -> dict[str, str]:
    with (CATALOGUES / language / "LC_MESSAGES" / "kiosk.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in pofile.read_po(file) if entry.id}


def test_all_catalogues_hold_the_same_keys_and_place_holders() -> None:
    finnish = catalogue("fi")
    for language in languages():
        words = catalogue(language)
        assert list(words) == list(finnish)
        for key, text in words.items():
            assert text, f"{key} is empty in {language}"
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", finnish[key])), key


def test_every_key_is_used() -> None:
    source = "".join(path.read_text() for path in (HERE.parent / "kiosk").rglob("*.py"))
    made = re.findall(r'f"([\w.-]*)\{[^}]+\}([\w.-]*)"', source)
    for key in catalogue("fi"):
        built = any(
            len(front + back) > 2 and key.startswith(front) and key.endswith(back) for front, back in made
        ) or key.rsplit(".", 1)[-1] in ("heading", "sentence")
        assert f'"{key}"' in source or built, f"{key} is not used"


@pytest.mark.parametrize("language", languages())
def test_sentences_are_short(language: str) -> None:
    for key, text in catalogue(language).items():
        for part in re.split(r"[.!?:] ", text):
            assert len(part.split()) <= 14, f"{key} in {language}: {part}"


def test_times_are_said_as_in_finland() -> None:
    nine = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
    assert [time_of_day(nine, language) for language in ("fi", "sv", "en")] == ["9.05", "09:05", "9.05"]
    assert [say(Text("day.of", {"time": nine}), language) for language in ("fi", "sv", "en")] == [
        "maanantaina 23.11.",
        "måndag 23.11",
        "Monday 23/11",
    ]


def test_names_fall_back_to_finnish_and_unknown_keys_do_not() -> None:
    assert say(named({"fi": "Odotusalue"}), "sv") == "Odotusalue"
    assert say(named({"fi": "Odotusalue", "sv": "Väntrum"}), "sv") == "Väntrum"
    assert say(named({}), "sv") == ""
    with pytest.raises(UnknownTextError):
        sentence("no.such-key", "fi")


def test_what_a_site_calls_itself_is_no_template() -> None:
    assert say(named({"fi": "{time} %s {0.__class__}"}), "fi") == "{time} %s {0.__class__}"
