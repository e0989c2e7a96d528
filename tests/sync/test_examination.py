"""The line looked over step by step, against real TLS on the loopback interface."""

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.checkin import faults
from kiosk.diagnostics import doctor
from kiosk.sync.examination import way

NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)


@dataclass
class Shown:
    """A certificate and its key, in files."""

    certificate: Path
    key: Path


def made(folder: Path, days: int, address: str = "127.0.0.1") -> Shown:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "centre.example")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - datetime.timedelta(days=90))
        .not_valid_after(NOW + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown = Shown(folder / "certificate.pem", folder / "key.pem")
    shown.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    shown.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return shown


@contextmanager
def serving(shown: Shown | None) -> Iterator[int]:
    """A listener that shakes hands, with TLS where something is shown, and says no more."""
    listener = socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if shown is not None:
        context.load_cert_chain(shown.certificate, shown.key)

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                try:
                    if shown is not None:
                        context.wrap_socket(line, server_side=True).close()
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        # Closing alone would leave a thread that waits in ``accept``.
        listener.shutdown(2)
        listener.close()
        thread.join()


@pytest.mark.parametrize(("days", "codes"), [(200, ()), (10, (faults.CERTIFICATE_EXPIRING.code,))])
def test_a_certificate_that_is_believed_tells_its_end(tmp_path: Path, days: int, codes: tuple[str, ...]) -> None:
    shown = made(tmp_path, days)
    with serving(shown) as port:
        seen = way(f"https://127.0.0.1:{port}", trusted=shown.certificate)
    assert (seen.failed, seen.secured, seen.addresses) == (None, True, 1)
    assert seen.expires == NOW + datetime.timedelta(days=days)
    found = doctor.certificate(seen.secured, seen.failed is None, seen.reason, seen.expires, NOW)
    assert found.codes == codes
    assert found.measured == {"days_left": days}


@pytest.mark.parametrize(("days", "address"), [(-1, "127.0.0.1"), (200, "127.0.0.9")])
def test_one_that_is_not_believed_is_invalid(tmp_path: Path, days: int, address: str) -> None:
    shown = made(tmp_path, days, address)
    with serving(shown) as port:
        for trusted in (shown.certificate, None):
            seen = way(f"https://127.0.0.1:{port}", trusted=trusted)
            assert seen.failed == "certificate"
            found = doctor.certificate(seen.secured, seen.failed is None, seen.reason, seen.expires, NOW)
            assert found.codes == (faults.CERTIFICATE_INVALID.code,)


def test_without_tls_there_is_no_certificate() -> None:
    with serving(None) as port:
        seen = way(f"http://127.0.0.1:{port}")
    assert (seen.failed, seen.secured, seen.expires) == (None, False, None)
    assert doctor.certificate(seen.secured, True, "", None, NOW).absent


@pytest.mark.parametrize(
    ("url", "failed"),
    [
        ("https://centre.invalid", "name"),
        ("https://127.0.0.1:1", "connection"),
        ("https://127.0.0.1:99999", "name"),
        ("https://[::", "name"),
        ("https://" + "a" * 70 + ".example", "name"),
    ],
)
def test_how_far_it_came(url: str, failed: str) -> None:
    assert way(url).failed == failed
