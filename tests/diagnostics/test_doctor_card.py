"""The card reader as the doctor sees it: real pcscd, a virtual reader behind it, real certificates."""

import subprocess
from pathlib import Path

import pytest

from kiosk.config import CardConfig, Config
from kiosk.devices.simulated.card.office import ESTONIAN_CODE, SATU, CardOffice
from kiosk.devices.simulated.card.reader import VirtualReader
from tests.diagnostics.doctor_rig import MORNING, Examined, Seen


@pytest.fixture(scope="module")
def office() -> CardOffice:
    return CardOffice(MORNING)


@pytest.fixture
def bare(tmp_path: Path, office: CardOffice) -> Examined:
    examined = Examined(tmp_path)
    issuers = office.write_issuers(tmp_path / "issuers")
    examined.write(Config(examined.config.state, examined.config.run, "en", card=CardConfig(issuers=(issuers,))))
    return examined


def seen_by_doctor(examined: Examined, reader: VirtualReader) -> Seen:
    import json

    done = examined.kiosk("doctor", "card", "--json", **reader.environment)
    return Seen(done.returncode, json.loads(done.stdout))


def test_a_reader_is_found_with_the_class_of_the_card_in_it(bare: Examined, office: CardOffice) -> None:
    with VirtualReader() as reader:
        seen = seen_by_doctor(bare, reader)
        assert (seen.code, seen.codes("card-reader")) == (0, [])
        assert seen.line("card-reader")["measured"] == {"readers": 2, "card": "none"}
        reader.insert(office.issue("fineid-2023"))
        done = bare.kiosk("doctor", "card", "--read", **reader.environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Class of the card: citizen-2023." in done.stdout
        assert "Step issuer-trusted: yes." in done.stdout
        assert "The card was read: chip." in done.stdout
        seen = seen_by_doctor(bare, reader)
        assert seen.line("card-reader")["measured"]["card"] == "citizen-2023"


@pytest.mark.parametrize(
    ("kind", "trouble", "told"),
    [
        ("unknown", None, "card-unknown"),
        ("professional", None, "card-professional"),
        ("fineid-2021", "expired", "card-expired"),
        ("esteid", "silent", "card-unreadable"),
    ],
)
def test_a_card_that_makes_no_claim_is_told_by_its_reason(
    bare: Examined, office: CardOffice, kind: str, trouble: str | None, told: str
) -> None:
    with VirtualReader() as reader:
        reader.insert(office.issue(kind, trouble))
        done = bare.kiosk("doctor", "card", "--read", **reader.environment)
    assert done.returncode == 1
    assert f"The card could not be read: {told}." in done.stdout


@pytest.mark.parametrize("kind", ["fineid-2017", "esteid"])
def test_nothing_of_what_is_on_a_card_is_shown(bare: Examined, office: CardOffice, kind: str) -> None:
    with VirtualReader() as reader:
        line = [*bare.line("doctor", "card", "--read", "--seconds", "20")]
        environment = bare.environment(**reader.environment)
        with subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        ) as process:
            assert process.stdout is not None
            assert "Put a card into the reader" in process.stdout.readline()
            reader.insert(office.issue(kind))
            told = process.communicate(timeout=20)[0]
    assert process.returncode == 0, told
    for secret in (SATU, ESTONIAN_CODE, "Testi", "TESTI", SATU[:8]):
        assert secret not in told


def test_a_service_without_a_reader(bare: Examined) -> None:
    with VirtualReader() as reader:
        reader.unplug()
        seen = seen_by_doctor(bare, reader)
        done = bare.kiosk("doctor", "card", "--read", "--seconds", "1", **reader.environment)
    assert (seen.code, seen.codes("card-reader")) == (1, ["card-reader-gone"])
    assert seen.line("card-reader")["measured"]["readers"] == 0
    assert done.returncode == 1
