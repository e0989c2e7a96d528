"""Made-up authorities with real keys: a root, an authority that issues, and the certificates of cards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

Key: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

AUTHENTICATION, SIGNATURE, ISSUING = 0xB0, 0x40, 0x06
"""The first byte of the key usage extension."""

_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Span:
    """From when until when something is valid (aware)."""

    start: datetime
    end: datetime


class Authority:
    """``country`` is part of its names. ``now`` (aware) is when its certificates begin to be of use.

    It issues with P-384 keys, and with RSA where asked.
    """

    def __init__(self, country: str, now: datetime) -> None:
        self._now = now
        self._country = country
        self._root_key = curve_key()
        root_name = _name(country, "Root")
        span = Span(now - 3 * _YEAR, now + 12 * _YEAR)
        self.root = _certificate(root_name, self._root_key, root_name, self._root_key, ISSUING, span)
        self._issuing: dict[bool, tuple[Key, x509.Certificate]] = {}

    def issuing(self, *, by_rsa: bool = False) -> x509.Certificate:
        """The certificate of the authority that issues with ECDSA or RSA."""
        return self._issuer(by_rsa)[1]

    def issue(
        self, subject: x509.Name, usage: int, *, by_rsa: bool = False, span: Span | None = None
    ) -> x509.Certificate:
        """A certificate for a new key of a card, valid from a year ago for five."""
        key, issuer = self._issuer(by_rsa)
        own = rsa_key() if by_rsa else curve_key()
        valid = span or Span(self._now - _YEAR, self._now + 4 * _YEAR)
        return _certificate(subject, own, issuer.subject, key, usage, valid)

    def write(self, folder: Path) -> Path:
        """Put the certificates of the issuing authorities and the root into a folder, as PEM."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, one in (("root", self.root), ("ec", self.issuing()), ("rsa", self.issuing(by_rsa=True))):
            (folder / f"{name}.pem").write_bytes(one.public_bytes(Encoding.PEM))
        return folder

    def _issuer(self, by_rsa: bool) -> tuple[Key, x509.Certificate]:
        if by_rsa not in self._issuing:
            key: Key = rsa_key() if by_rsa else curve_key()
            name = _name(self._country, "Citizen Certificates R" if by_rsa else "Citizen Certificates E")
            span = Span(self._now - 2 * _YEAR, self._now + 10 * _YEAR)
            self._issuing[by_rsa] = (
                key,
                _certificate(name, key, self.root.subject, self._root_key, ISSUING, span),
            )
        return self._issuing[by_rsa]


def person(number: str, surname: str, given: str) -> x509.Name:
    """The subject of a citizen's certificate (FINEID S2)."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FI"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, number),
            x509.NameAttribute(NameOID.GIVEN_NAME, given),
            x509.NameAttribute(NameOID.SURNAME, surname),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{surname} {given} {number}"),
        ]
    )


def practitioner(number: str, surname: str, given: str) -> x509.Name:
    """The subject of a health care professional's certificate: the registration number is a pseudonym."""
    return x509.Name([*person(number, surname, given), x509.NameAttribute(NameOID.PSEUDONYM, number)])


def curve_key() -> ec.EllipticCurvePrivateKey:
    """A new key on P-384."""
    return ec.generate_private_key(ec.SECP384R1())


def rsa_key() -> rsa.RSAPrivateKey:
    """A new RSA key."""
    return rsa.generate_private_key(65537, 2048)


def _name(country: str, role: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{country} {role}"),
        ]
    )


def _certificate(subject: x509.Name, own: Key, issuer: x509.Name, key: Key, usage: int, span: Span) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(span.start)
        .not_valid_after(span.end)
        .add_extension(x509.BasicConstraints(ca=usage == ISSUING, path_length=None), critical=True)
        .add_extension(_usage(usage), critical=True)
        .sign(key, hashes.SHA384())
    )


def _usage(first: int) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=bool(first & 0x80),
        content_commitment=bool(first & 0x40),
        key_encipherment=bool(first & 0x20),
        data_encipherment=bool(first & 0x10),
        key_agreement=bool(first & 0x08),
        key_cert_sign=bool(first & 0x04),
        crl_sign=bool(first & 0x02),
        encipher_only=False,
        decipher_only=False,
    )
