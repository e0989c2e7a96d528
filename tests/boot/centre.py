"""The centre on the loopback of the machine that emulates: real, over TLS, with a certificate of its own authority."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.scenario.ports import free_port

HOST = "centre.example"
SITE, KIOSK = "kalasatama", "kiosk-1"
START_SECONDS = 60.0
DAY = timedelta(days=1)


class Centre:
    """Its data in ``folder``; it serves between ``start`` and ``stop``."""

    def __init__(self, folder: Path, certificate: Path) -> None:
        folder.mkdir()
        self.port = free_port()
        self.url = f"https://{HOST}:{self.port}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        config = f'[serve]\ntls_certificate = "{certificate}"\ntls_key = "{certificate.with_suffix(".key")}"\n'
        (folder / "central.toml").write_text(config)

    def seed(self, appointments: Sequence[Mapping[str, Any]]) -> None:
        """Give it appointments."""
        file = self._folder / "seed.json"
        file.write_text(json.dumps({"site": SITE, "appointments": list(appointments)}))
        self.run("seed", str(file))

    def code(self) -> str:
        """A one-time code for this kiosk."""
        return self.run("enrol-code", "--site", SITE, "--kiosk", KIOSK).split()[-1]

    def arrivals(self) -> list[dict[str, Any]]:
        """What has arrived, as it says."""
        listed: list[dict[str, Any]] = json.loads(self.run("arrivals", "--json"))
        return listed

    def start(self) -> None:
        """Serve. Raises ``RuntimeError``."""
        log = (self._folder / "central.log").open("ab")
        begun = log.tell()
        served = ["serve", "--port", str(self.port), "--url", self.url, "--config", str(self._folder / "central.toml")]
        command = [sys.executable, "-m", "central", *served, "--data", str(self._folder / "data")]
        with log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + START_SECONDS
        while b'"started"' not in (self._folder / "central.log").read_bytes()[begun:]:
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the centre does not start; central.log says why")
            time.sleep(0.1)

    def stop(self) -> None:
        """Serve no more."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def run(self, *command: str) -> str:
        """A command of the centre; what it prints."""
        whole = [sys.executable, "-m", "central", *command, "--data", str(self._folder / "data")]
        return subprocess.run(whole, env=os.environ, check=True, capture_output=True, text=True).stdout


@contextmanager
def serving(folder: Path, certificate: Path) -> Iterator[Centre]:
    """One that is stopped in the end."""
    centre = Centre(folder, certificate)
    try:
        yield centre
    finally:
        centre.stop()


def authority(folder: Path) -> Path:
    """A certificate for ``HOST`` that vouches for itself, made where there is none; its key is beside it."""
    path = folder / "authority.pem"
    now = datetime.now(UTC)
    if path.is_file() and x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc > now + DAY:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + 90 * DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.with_suffix(".key").write_bytes(private)
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path
