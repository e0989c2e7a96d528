"""``central.toml``: what it may say, and that flags win over it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from central.config import Config, ConfigError, read
from tests.central.rig import ROOT, SITE, Process, command

DOCUMENT = ROOT / "docs" / "centre.md"


def written(folder: Path, text: str) -> Path:
    path = folder / "central.toml"
    path.write_text(text)
    return path


def test_an_empty_file_says_what_no_file_does(tmp_path: Path) -> None:
    assert read(written(tmp_path, "")) == Config()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[serve]\nprot = 1", "prot"),
        ("[surve]\n", "surve"),
        ("[serve]\nport = 70000", "65535"),
        ('[serve]\nport = "80"', "int"),
        ('[serve]\ntls_certificate = "a.pem"', "go together"),
        ('[serve]\nproxies = ["10.0.0.1/8"]', "host bits"),
        ('[serve]\nmetrics = ["everybody"]', "everybody"),
        ("[limits]\nkiosk_rate = -1", "0"),
        ("[limits]\nkiosk_burst = 0", "1"),
        ("serve = ", "end of document"),
    ],
)
def test_what_it_must_not_say_is_named(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(why)):
        read(written(tmp_path, text))
    refused = command(tmp_path, "arrivals", "--config", str(tmp_path / "central.toml"))
    assert refused.exit_code == 2


def test_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read(tmp_path / "central.toml")
    (tmp_path / "central.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="utf-8"):
        read(tmp_path / "central.toml")


def test_every_example_in_the_document_is_read(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert examples
    for example in examples:
        assert read(written(tmp_path, example)) != Config()


def test_the_store_is_where_the_file_says_unless_a_flag_says_otherwise(tmp_path: Path) -> None:
    named, flagged = tmp_path / "named.db", tmp_path / "flagged"
    config = written(tmp_path, f'[store]\nurl = "sqlite:///{named}"\n')

    def run(*arguments: str, **more: str) -> None:
        line = [sys.executable, "-m", "central", "arrivals", *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CENTRAL_")} | more
        subprocess.run(line, cwd=tmp_path, check=True, env=environment | {"PYTHONPATH": str(ROOT)})

    run("--config", str(config))
    assert named.exists()
    named.unlink()
    run(CENTRAL_CONFIG=str(config))
    assert named.exists()
    named.unlink()
    run("--config", str(config), "--data", str(flagged))
    run("--config", str(config), "--database", f"sqlite:///{tmp_path}/other.db")
    assert (flagged / "central.db").exists()
    assert (tmp_path / "other.db").exists()
    assert not named.exists()
    assert not (tmp_path / "central-data").exists()


def test_the_service_listens_where_the_file_says(tmp_path: Path) -> None:
    # A port of the file that nobody could take shows that the flag wins.
    process = Process(
        tmp_path, tmp_path / "log", '[serve]\nhost = "localhost"\nport = 1\n[limits]\nenrolment_burst = 1\n'
    )
    answers = [httpx.post(f"{process.url}/v1/enrolments", content=b"{}", trust_env=False) for _ in range(2)]
    assert [one.status_code for one in answers] == [400, 429]
    process.end()


def test_behind_an_open_address_it_must_know_its_own(tmp_path: Path) -> None:
    config = written(tmp_path, '[serve]\nhost = "0.0.0.0"\n')
    refused = command(tmp_path, "serve", "--config", str(config))
    assert (refused.exit_code, "--url" in refused.stderr) == (1, True)
    assert command(tmp_path, "enrol-code", "--site", SITE, "--kiosk", "k1", "--config", str(config)).exit_code == 1
