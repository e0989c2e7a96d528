from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.checkin import faults
from kiosk.devices.card import issuers
from kiosk.devices.card.issuers import Issuers
from kiosk.devices.simulated.card.authority import Authority

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_files_and_folders_pem_and_der(tmp_path: Path) -> None:
    state = Authority("Testivaltio", NOW)
    folder = state.write(tmp_path / "state")
    (folder / "notes.txt").write_text("no certificate")
    single = tmp_path / "one.cer"
    single.write_bytes(state.root.public_bytes(Encoding.DER))
    loaded = issuers.load([folder, single])
    assert [one.subject for one in loaded.trusted] == [
        state.issuing().subject,
        state.root.subject,
        state.issuing(by_rsa=True).subject,
        state.root.subject,
    ]
    assert loaded.faults(NOW) == ()


def test_what_is_missing_is_a_fault(tmp_path: Path) -> None:
    good = Authority("Testivaltio", NOW).write(tmp_path / "state")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    for loaded in (
        issuers.load([]),
        issuers.load([tmp_path / "nowhere"]),
        issuers.load([tmp_path / "empty"]),
        issuers.load([good, tmp_path / "broken.pem"]),
        issuers.load([], [good]),
        issuers.load([good], [tmp_path / "nowhere"], accept_tests=True),
    ):
        assert loaded.faults(NOW) == (faults.CARD_ISSUERS_MISSING,)
    for loaded in (
        issuers.load([good]),
        issuers.load([], [good], accept_tests=True),
        # Not needed here, so not missed.
        issuers.load([good], [tmp_path / "nowhere"]),
    ):
        assert loaded.faults(NOW) == ()


def test_an_expired_one_is_a_fault(tmp_path: Path) -> None:
    loaded = issuers.load([Authority("Testivaltio", NOW).write(tmp_path / "state")])
    assert loaded.faults(NOW.replace(year=NOW.year + 11)) == (faults.CARD_ISSUER_EXPIRED,)


def test_its_text_names_no_certificate() -> None:
    assert "Testivaltio" not in repr(Issuers((Authority("Testivaltio", NOW).root,)))
