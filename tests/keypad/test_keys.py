"""Which key means what, and what of a keyboard means nothing."""

import re

import msgspec
import pytest
from PySide6.QtCore import Qt

from kiosk.config import KEY_NAMES, Config, KeypadConfig, dump
from kiosk.ui.keypad.keys import COMMANDS, NAMED, USUAL, Keys, Meaning, typed

CONTROL, ALT, META, SHIFT, PAD = (
    getattr(Qt.KeyboardModifier, f"{name}Modifier").value for name in ("Control", "Alt", "Meta", "Shift", "Keypad")
)


def test_a_configuration_can_name_exactly_the_keys_that_there_are() -> None:
    names = re.compile(KEY_NAMES)
    assert all(names.match(name) for name in NAMED)
    alternatives = KEY_NAMES.removeprefix("^(").removesuffix(")$").split("|")
    assert {one for one in alternatives if "[" not in one} <= set(NAMED)
    assert {f"f{n}" for n in range(100) if names.match(f"f{n}")} == {name for name in NAMED if re.match("f[0-9]", name)}


def test_the_usual_keys_are_those_of_the_configuration() -> None:
    assert {Meaning(name): keys for name, keys in KeypadConfig().keys.items()} == dict(USUAL)


def test_no_two_names_are_one_key() -> None:
    codes = [code for keys in NAMED.values() for code in keys]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("meaning", Meaning)
def test_every_meaning_has_a_key(meaning: Meaning) -> None:
    keys = Keys()
    code = keys.code(meaning)
    assert code is not None
    assert keys.meaning(code) is meaning


@pytest.mark.parametrize("modifier", [CONTROL, ALT, META, CONTROL | SHIFT])
def test_a_command_to_a_computer_means_nothing(modifier: int) -> None:
    assert Keys().meaning(Qt.Key.Key_Down.value, modifier) is None
    assert typed("5", modifier) == ""


@pytest.mark.parametrize("modifier", [0, SHIFT, PAD])
def test_keys_of_the_digits_mean_the_same(modifier: int) -> None:
    assert Keys().meaning(Qt.Key.Key_Down.value, modifier) is Meaning.DOWN
    assert Keys().meaning(Qt.Key.Key_Enter.value, modifier) is Meaning.SELECT
    assert typed("5", modifier) == "5"


@pytest.mark.parametrize(("text", "character"), [("a", "A"), ("-", "-"), ("", ""), ("\r", ""), (" ", ""), ("\x1b", "")])
def test_what_a_key_types(text: str, character: str) -> None:
    assert typed(text) == character


def test_a_key_cannot_mean_two_things() -> None:
    with pytest.raises(ValueError, match="f9 means both"):
        Keys({Meaning.UP: ["f9"], Meaning.DOWN: ["f9"]})
    with pytest.raises(ValueError, match="no key is called 'enter key'"):
        Keys({Meaning.UP: ["enter key"]})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"up": ["f9"], "down": ["f9"]}, "f9 means two things"),
        ({"up": ["down"]}, "down means two things"),
        ({"select": []}, "no key means select"),
        ({"up": ["f36"]}, "keypad.up"),
        ({"rest": 3}, "keypad.rest"),
        ({"middle": ["f1"]}, "middle"),
    ],
)
def test_a_keypad_that_could_not_be_used_is_refused(given: dict[str, object], says: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=says):
        msgspec.convert({"keypad": given}, Config)


def test_what_was_set_can_be_written_down() -> None:
    keypad = KeypadConfig(up=("2",), down=("8",), select=("5",), rest=0.3)
    assert msgspec.toml.decode(dump(Config(keypad=keypad)), type=Config).keypad == keypad


def test_the_codes_are_those_of_qt() -> None:
    own = {"up": "Up", "back-tab": "Backtab", "page-up": "PageUp", "page-down": "PageDown", "number-sign": "NumberSign"}
    own |= {"volume-up": "VolumeUp", "volume-down": "VolumeDown", "mute": "VolumeMute"}
    for name, codes in NAMED.items():
        expected = (
            {Qt.Key[f"Key_{own.get(name, name.title())}"].value}
            if name != "enter"
            else {
                Qt.Key.Key_Return.value,
                Qt.Key.Key_Enter.value,
            }
        )
        assert codes == expected, name
    assert COMMANDS == CONTROL | ALT | META
