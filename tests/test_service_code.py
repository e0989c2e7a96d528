"""The service code: its hash, the configuration that holds it, and the command that makes it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk import cli, service_code
from kiosk.config import Config, ConfigError, ServiceConfig, dump, load

CODE = "408271"
PRINT = "ab" * 32


def printed(*lines: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli.app, ["service-code"], input="".join(f"{line}\n" for line in lines))
    return result.exit_code, result.stdout, result.stderr


def test_only_the_right_code_opens() -> None:
    kept = service_code.hash_of(CODE)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert service_code.is_right(CODE, kept)
    assert CODE not in kept
    for wrong in ("408272", "40827", "4082711", "", "408271 ", "４０８２７１"):
        assert not service_code.is_right(wrong, kept), wrong


def test_the_same_code_has_another_hash_on_every_kiosk() -> None:
    assert service_code.hash_of(CODE) != service_code.hash_of(CODE)


@pytest.mark.parametrize("broken", ["", "408271", "$argon2id$v=19$m=65536,t=3,p=4$", "$2b$12$abc", "\x00"])
def test_a_hash_that_is_none_opens_to_nobody(broken: str) -> None:
    for code in (CODE, "", broken):
        assert not service_code.is_right(code, broken)


@pytest.mark.parametrize(
    "weak",
    [
        *("", "40827", "4082719356201", "40 271", "40827a", "٤٠٨٢٧١", "４０８２７١"),
        *("000000", "77777777", "123456", "456789", "987654", "543210", "7890123", "109876"),
    ],
)
def test_what_is_no_code_or_everybodys_first_try_is_refused_without_being_repeated(weak: str) -> None:
    with pytest.raises(service_code.PoorCodeError) as caught:
        service_code.hash_of(weak)
    assert not weak or weak not in str(caught.value)


@pytest.mark.parametrize("good", ["258000", "123457", "001122", "135790", "408271935620"])
def test_other_codes_of_six_to_twelve_digits_are_taken(good: str) -> None:
    assert service_code.is_right(good, service_code.hash_of(good))


def test_the_command_asks_twice_and_prints_lines_that_the_configuration_takes(tmp_path: Path) -> None:
    code, out, _ = printed(CODE, CODE)
    assert code == 0
    assert CODE not in out
    path = tmp_path / "kiosk.toml"
    path.write_text(out[out.index("[service]") :] + f'cards = ["{PRINT}"]\n')
    service = load(path).service
    assert service_code.is_right(CODE, service.code)
    assert service.cards == (PRINT,)


def test_the_command_asks_again_where_the_two_differ_and_refuses_weak_codes() -> None:
    code, out, _ = printed(CODE, "408270", CODE, CODE)
    assert code == 0
    assert service_code.is_right(CODE, json.loads(out[out.index('"') :]))
    code, out, err = printed("123456", "123456")
    assert (code, "argon2" in out) == (2, False)
    assert err.endswith("kiosk: one digit repeated, or digits in a row, are what everybody tries first\n")


@pytest.mark.parametrize(
    "lines",
    [
        'code = "408271"',
        'code = "$argon2i$v=19$m=65536,t=3,p=4$jg1lkRT2sAF4q0jDmc0jrA$YJPXk5jO/aTRW+UfxpUvRH7PLAoiE9iQBCuRADsVT1U"',
        'cards = ["AB"]',
        f'cards = ["{PRINT}", "{PRINT.upper()}"]',
        'pin = "x"',
    ],
)
def test_a_code_in_clear_or_a_wrong_fingerprint_is_a_mistake_that_names_its_place(tmp_path: Path, lines: str) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(f"[service]\n{lines}\n")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert "service" in str(caught.value)
    assert "408271" not in str(caught.value)


def test_without_anything_set_nobody_opens_it_and_with_it_the_hash_is_in_no_repr() -> None:
    assert Config().service == ServiceConfig()
    told = ServiceConfig(service_code.hash_of(CODE), (PRINT,))
    assert repr(told) == "ServiceConfig(code=<set>, cards=1)"
    assert "argon2" not in repr(Config(service=told))
    assert b"argon2id" in dump(Config(service=told))
