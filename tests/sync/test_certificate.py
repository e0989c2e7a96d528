"""The centre's certificate, over real TLS: believed, not believed, and how long it is good."""

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

from kiosk.clock import SystemClock
from kiosk.sync import client
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.credentials import make_key
from kiosk.sync.messages import LeaseRequest
from tests.sync.wicked_server import TOKEN, Answer, server

KEY = make_key()
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
def centre(pem: Path, *, trusted: bool = True) -> Iterator[Centre]:
    """A centre that shows this certificate, and a line that trusts it or not."""

    def answers(path: str, _n: int) -> Answer:
        return 200, TOKEN if path == "/v1/token" else LENT

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with server(answers, tls=context) as (url, _):
        asked = Centre(url, "kiosk-1", KEY, SystemClock())
        if trusted:
            asked._session.verify = str(pem)
        try:
            yield asked
        finally:
            asked.close()


def ask(asked: Centre) -> None:
    asked.borrow(LeaseRequest(id="1", day=datetime(2026, 11, 23, tzinfo=UTC).date(), size=20, series=""))


def test_the_end_of_the_certificate_is_read_from_the_live_line(tmp_path: Path) -> None:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
    with centre(certificate(tmp_path, "127.0.0.1", ends)) as asked:
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
    with centre(pem, trusted=trusted) as asked, pytest.raises(CentreError) as told:
        ask(asked)
    assert told.value.key == "untrusted"
    assert told.value.detail


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
