"""The centre's certificate, over real TLS: believed, not believed, and how long it is good."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec import structs

from kiosk.checkin import faults
from kiosk.clock import SystemClock
from kiosk.composition import doctor_checks
from kiosk.composition.enrol import enrol_kiosk
from kiosk.config import CentreConfig, Config, load
from kiosk.sync import client, examination
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.credentials import make_key
from kiosk.sync.examination import way
from kiosk.sync.messages import LeaseRequest
from tests.sync.wicked_server import TOKEN, Answer, server

KEY = make_key()
ENROLLED = json.dumps(
    {"kiosk": "kiosk-1", "site": "kalasatama", "site_key": "ab" * 32, "reserve_series": "K", "identity_key": {}}
).encode()
LENT = b'{"id": "1", "day": "2026-11-23", "series": "A", "first": 1, "last": 20}'


def certificate(folder: Path, host: str, ends: datetime) -> Path:
    """A self-signed certificate and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "centre.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(ends - timedelta(days=90))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "centre.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def centre(pem: Path, authorities: Path | None) -> Iterator[Centre]:
    """A centre that shows this certificate, and a line that trusts those in a file, or the usual ones."""

    def answers(path: str, _n: int) -> Answer:
        return 200, TOKEN if path == "/v1/token" else LENT

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with server(answers, tls=context) as (url, _):
        asked = Centre(url, "kiosk-1", KEY, SystemClock(), authorities)
        try:
            yield asked
        finally:
            asked.close()


def ask(asked: Centre) -> None:
    asked.borrow(LeaseRequest(id="1", day=datetime(2026, 11, 23, tzinfo=UTC).date(), size=20, series=""))


def test_the_end_of_the_certificate_is_read_from_the_live_line(tmp_path: Path) -> None:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
    pem = certificate(tmp_path, "127.0.0.1", ends)
    with centre(pem, pem) as asked:
        assert asked.certificate_ends is None
        for _ in range(2):
            # The second time on a connection that was kept.
            ask(asked)
            assert asked.certificate_ends == ends


@pytest.mark.parametrize(
    ("host", "days", "trusted"), [("127.0.0.1", 9, False), ("127.0.0.1", -1, True), ("127.0.0.9", 9, True)]
)
def test_a_certificate_that_is_not_believed_has_a_name_of_its_own(
    tmp_path: Path, host: str, days: int, trusted: bool
) -> None:
    pem = certificate(tmp_path, host, datetime.now(UTC) + timedelta(days=days))
    with centre(pem, pem if trusted else None) as asked, pytest.raises(CentreError) as told:
        ask(asked)
    assert told.value.key == "untrusted"
    assert told.value.detail


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_file_of_authorities_that_holds_none_is_named(tmp_path: Path, content: bytes | None) -> None:
    pem = certificate(tmp_path, "127.0.0.1", datetime.now(UTC) + timedelta(days=9))
    file = tmp_path / "authorities.pem"
    if content is not None:
        file.write_bytes(content)
    with centre(pem, file) as asked:
        with pytest.raises(CentreError) as told:
            ask(asked)
        assert (told.value.key, told.value.detail) == ("untrusted", client.NO_AUTHORITIES)
        seen = way(asked._url, file)
        assert (seen.failed, seen.reason) == ("certificate", client.NO_AUTHORITIES)


def test_an_authority_of_the_city_s_own_is_believed_by_all_who_ask(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "127.0.0.1", datetime.now(UTC) + timedelta(days=9))

    def answers(path: str, _n: int) -> Answer:
        return 200, {"/v1/token": TOKEN, "/healthz": b'{"status": "ok"}', "/v1/enrolments": ENROLLED}[path]

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    path = tmp_path / "kiosk.toml"
    path.write_text(f'state = "{tmp_path}/state"\nrun = "{tmp_path}/run"\n[centre]\nauthorities = "{pem}"\n')
    with server(answers, tls=context) as (url, _):
        for config, believed in ((load(path), True), (Config(state=tmp_path / "other", run=tmp_path / "run"), False)):
            if believed:
                assert enrol_kiosk(config, url, "ABCD2345") == ("kiosk-1", "kalasatama")
            else:
                with pytest.raises(CentreError, match="untrusted"):
                    enrol_kiosk(config, url, "ABCD2345")
            word = examination.word(url, "kiosk-1", KEY, SystemClock(), config.centre.authorities)
            assert (word.failed, word.known) == ((None, True) if believed else ("untrusted", None))
        # The doctor asks as this kiosk does.
        looks = {one.name: one.look for one in doctor_checks.checks(load(path), SystemClock())}
        assert looks["centre"]().codes == ()
        assert looks["certificate"]().codes == (faults.CERTIFICATE_EXPIRING.code,)
        elsewhere = structs.replace(load(path), centre=CentreConfig())
        looks = {one.name: one.look for one in doctor_checks.checks(elsewhere, SystemClock())}
        assert looks["centre"]().codes == (faults.CENTRE_UNREACHABLE.code,)
        assert looks["certificate"]().codes == (faults.CERTIFICATE_INVALID.code,)


def test_a_line_without_tls_behind_https_is_only_unreachable() -> None:
    with server(lambda _path, _n: (200, TOKEN)) as (url, _), pytest.raises(CentreError) as told:
        client.enrol(url.replace("http:", "https:"), "ABCD2345", {})
    assert told.value.key == "unreachable"


def test_without_tls_there_is_no_certificate() -> None:
    with server(lambda path, _n: (200, TOKEN if path == "/v1/token" else LENT)) as (url, _):
        asked = Centre(url, "kiosk-1", KEY, SystemClock())
        ask(asked)
        assert asked.certificate_ends is None
        asked.close()
