"""The certificates of the authorities whose cards this kiosk believes, from files that its technician put there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault

SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
"""Of the files in a folder, those that are read."""

_LONGEST = 1 << 20


@dataclass(frozen=True)
class Issuers:
    """``trusted`` answer for citizens' cards; ``for_tests`` for test cards, believed only with ``accept_tests``.

    ``missing`` where a configured file or folder held no certificate, or none was configured at all.
    """

    trusted: tuple[x509.Certificate, ...] = field(repr=False)
    for_tests: tuple[x509.Certificate, ...] = field(default=(), repr=False)
    accept_tests: bool = False
    missing: bool = False

    def faults(self, now: datetime | None) -> tuple[Fault, ...]:
        """What is wrong with them at ``now`` (aware), ``None`` where nobody knows the time."""
        found = []
        if self.missing:
            found.append(faults.CARD_ISSUERS_MISSING)
        if now is not None and any(one.not_valid_after_utc < now for one in self.trusted):
            found.append(faults.CARD_ISSUER_EXPIRED)
        return tuple(found)


def load(trusted: Iterable[Path], for_tests: Iterable[Path] = (), *, accept_tests: bool = False) -> Issuers:
    """Read certificates, PEM or DER, from files and from those in folders. Never raises: see ``Issuers.missing``."""
    known, all_known = _read(trusted)
    tests, all_tests = _read(for_tests)
    some = bool(known or (accept_tests and tests))
    whole = all_known and (all_tests or not accept_tests)
    return Issuers(known, tests, accept_tests, missing=not (some and whole))


def _read(places: Iterable[Path]) -> tuple[tuple[x509.Certificate, ...], bool]:
    found: list[x509.Certificate] = []
    whole = True
    for place in places:
        here = [one for file in _files(place) for one in _certificates(file)]
        found += here
        whole = whole and bool(here)
    return tuple(found), whole


def _files(place: Path) -> Iterator[Path]:
    if not place.is_dir():
        yield place
        return
    try:
        yield from sorted(file for file in place.iterdir() if file.suffix.lower() in SUFFIXES)
    except OSError:
        return


def _certificates(file: Path) -> list[x509.Certificate]:
    try:
        with file.open("rb") as opened:
            content = opened.read(_LONGEST)
        if b"-----BEGIN" in content:
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)]
    except (OSError, ValueError):
        return []
