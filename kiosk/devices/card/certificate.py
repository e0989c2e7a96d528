"""What a card's certificate says, and whether it may be believed (RFC 5280; FINEID S2).

A certificate that verifies was issued by that authority. It does not show that whoever holds the card may use its key:
that would take the PIN.
"""

from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

from kiosk.checkin.card import CardFailure
from kiosk.devices.card.issuers import Issuers

E = TypeVar("E", bound=x509.ExtensionType)

_PSEUDONYM = NameOID.PSEUDONYM
"""2.5.4.65: the registration number of a professional (FINEID S2, on certificates of professionals)."""

_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension)
"""What cryptography raises where a certificate, or a part that is only decoded when asked for, is malformed."""


def parse(content: bytes) -> x509.Certificate | None:
    """The certificate in DER, read as far as it is used here; ``None`` where it is none."""
    try:
        read = x509.load_der_x509_certificate(content)
        # Decoded when asked for: a certificate that is broken here is broken.
        _ = read.subject, read.issuer, read.extensions, read.not_valid_after_utc, read.signature_algorithm_oid
    except _UNREADABLE:
        return None
    return read


def understood(content: bytes) -> bool:
    """Whether these bytes are a certificate."""
    return parse(content) is not None


def authenticates(content: bytes) -> bool:
    """Whether these bytes are a certificate whose key authenticates: digital signature, not content commitment.

    FINEID S2 gives the one for authentication the key usage B0, and the one for signatures 40.
    """
    read = parse(content)
    usage = None if read is None else _extension(read, x509.KeyUsage)
    return usage is not None and usage.digital_signature and not usage.content_commitment


def professional(read: x509.Certificate) -> bool:
    """Whether it was issued to a professional or somebody of an organisation, and so names no client."""
    subject = read.subject
    return bool(subject.get_attributes_for_oid(_PSEUDONYM) or subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME))


def serial_number(read: x509.Certificate) -> str:
    """The ``serialNumber`` of the subject, in citizens' certificates the SATU; empty where there is not one."""
    numbers = read.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    value = numbers[0].value if len(numbers) == 1 else ""
    return value if isinstance(value, str) else ""


def valid(read: x509.Certificate, now: datetime | None) -> bool:
    """Whether ``now`` (aware) lies in the time for which it was issued; ``None`` where nobody knows the time."""
    return now is None or read.not_valid_before_utc <= now <= read.not_valid_after_utc


def distrust(read: x509.Certificate, now: datetime | None, issuers: Issuers) -> CardFailure | None:
    """Why nobody answers for this certificate; ``None`` where a configured authority does."""
    if _issued_by_one_of(read, issuers.trusted, now):
        return None
    if _issued_by_one_of(read, issuers.for_tests, now):
        return None if issuers.accept_tests else CardFailure.FOR_TESTS
    return CardFailure.ISSUER_UNKNOWN


def _issued_by_one_of(read: x509.Certificate, authorities: tuple[x509.Certificate, ...], now: datetime | None) -> bool:
    return any(_may_issue(authority, now) and _signed(read, authority) for authority in authorities)


def _may_issue(authority: x509.Certificate, now: datetime | None) -> bool:
    constraints = _extension(authority, x509.BasicConstraints)
    usage = _extension(authority, x509.KeyUsage)
    return (
        constraints is not None and constraints.ca and (usage is None or usage.key_cert_sign) and valid(authority, now)
    )


def _signed(read: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether the names meet and the signature is right: ECDSA or RSA."""
    try:
        read.verify_directly_issued_by(authority)
    except (*_UNREADABLE, InvalidSignature):
        return False
    return True


def _extension(read: x509.Certificate, kind: type[E]) -> E | None:
    try:
        return read.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
