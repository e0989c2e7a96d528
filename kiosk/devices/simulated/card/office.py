"""Where virtual cards are made: kinds by name, with certificates of authorities that were made up at the start."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.devices.simulated.card import layouts
from kiosk.devices.simulated.card.authority import (
    AUTHENTICATION,
    SIGNATURE,
    Authority,
    Span,
    person,
    practitioner,
)
from kiosk.devices.simulated.card.card import VirtualCard
from kiosk.devices.simulated.card.chip import Chip, Manner
from kiosk.devices.simulated.card.files import Folder
from kiosk.devices.simulated.card.troubles import Trouble

SATU = "99900001N"
"""The electronic client identifier of the made-up person on the cards."""
TECHNICIANS_SATU = "99900009X"
"""That of the made-up technician."""
ESTONIAN_CODE = "60001019906"
"""A personal code of the Estonian trust service's own test cards."""

_ATR = {
    "fineid-2017": "3b7f9600008031b865b0850300ef1200f6829000",
    "fineid-2021": "3b7f9600008031b865b08504021b1200f6829000",
    "fineid-2023": "3b7f9600008031b865b085050011122460829000",
    "fineid-2025": "3b7f9600008031b865b085051024122460829000",
    "professional": "3bdd96008031fe450031b8640429ecc1739401808349",
    "esteid": "3bdb960080b1fe451f830012233f536549440f9000f1",
    "unknown": "3b6500002063cb6600",
}
KINDS = (*_ATR, "fineid-rearranged")
"""``fineid-rearranged`` has its files where none of the others has them, and lists them in its directories."""

MANNERS = {
    "plain": Manner(),
    "in-parts": Manner(in_parts=True),
    "exact": Manner(exact=True),
    "in-parts-exact": Manner(in_parts=True, exact=True),
    "children-only": Manner(children_only=True),
}
"""Names of ways to converse that are all right."""

_DAY = timedelta(days=1)


class CardOffice:
    """Makes cards. ``now`` (aware) is the day on which they are new; making it takes some tenths of a second."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._state = Authority("Testivaltio", now)
        self._tests = Authority("Testivaltio TEST", now)
        self._stranger = Authority("Muukalaisvaltio", now)
        # The same names as the state's, with keys of its own.
        self._forger = Authority("Testivaltio", now)
        technician = person(TECHNICIANS_SATU, "TESTI", "TEO")
        self._technicians = self._certificate(technician, None, AUTHENTICATION, by_rsa=False)

    @property
    def technicians_fingerprint(self) -> str:
        """The SHA-256 of the certificate on the technician's card, in hex."""
        return hashlib.sha256(self._technicians).hexdigest()

    def issue_technicians(self) -> VirtualCard:
        """The technician's card: always with the same certificate, by which a kiosk knows it."""
        issuer = self._state.issuing(by_rsa=False).public_bytes(Encoding.DER)
        root = layouts.finnish(self._technicians, self._technicians, issuer)
        return VirtualCard(bytes.fromhex(_ATR["fineid-2023"]), Chip(root, MANNERS["plain"]))

    def write_issuers(self, folder: Path) -> Path:
        """The certificates to be trusted, as PEM files in ``folder``."""
        return self._state.write(folder)

    def write_test_issuers(self, folder: Path) -> Path:
        """Those of the root for test cards."""
        return self._tests.write(folder)

    def issue(
        self,
        kind: str,
        trouble: str | None = None,
        *,
        manner: str = "plain",
        number: str = "",
        surname: str = "TESTI",
        given: str = "TEA",
        after: int = 2,
        pace: float = 1.5,
    ) -> VirtualCard:
        """A new card. ``kind`` is one of ``KINDS``, ``trouble`` of ``Trouble``, ``manner`` of ``MANNERS``.

        ``number`` is the SATU or the Estonian code. Raises ``KeyError`` or ``ValueError`` for names that are none.
        """
        wrong = None if trouble is None else Trouble(trouble)
        root = self._files(kind, wrong, number, surname, given)
        atr = bytes.fromhex(_ATR["fineid-2023" if kind == "fineid-rearranged" else kind])
        return VirtualCard(atr, Chip(root, MANNERS[manner]), wrong, after=after, pace=pace)

    def _files(self, kind: str, wrong: Trouble | None, number: str, surname: str, given: str) -> Folder:
        match kind:
            case "unknown":
                return layouts.bank()
            case "esteid":
                day = self._now + (-_DAY if wrong is Trouble.EXPIRED else 400 * _DAY)
                return layouts.estonian(_number(number or ESTONIAN_CODE, wrong), f"{day:%d.%m.%Y}")
            case "professional":
                subject = practitioner(number or "00012345678", surname, given)
            case _:
                subject = person(_number(number or SATU, wrong), surname, given)
        by_rsa = kind == "fineid-2017"
        authentication = self._certificate(subject, wrong, AUTHENTICATION, by_rsa)
        signature = self._certificate(subject, None, SIGNATURE, by_rsa)
        issuer = self._state.issuing(by_rsa=by_rsa).public_bytes(Encoding.DER)
        layout = layouts.rearranged if kind == "fineid-rearranged" else layouts.finnish
        return layout(authentication, signature, issuer)

    def _certificate(self, subject: x509.Name, wrong: Trouble | None, usage: int, by_rsa: bool) -> bytes:
        span = None
        authority = self._state
        match wrong:
            case Trouble.EXPIRED:
                span = Span(self._now - 900 * _DAY, self._now - _DAY)
            case Trouble.NOT_YET_VALID:
                span = Span(self._now + 2 * _DAY, self._now + 900 * _DAY)
            case Trouble.UNKNOWN_ISSUER:
                authority = self._stranger
            case Trouble.FORGED:
                authority = self._forger
            case Trouble.FOR_TESTS:
                authority = self._tests
        made = authority.issue(subject, usage, by_rsa=by_rsa, span=span).public_bytes(Encoding.DER)
        match wrong:
            case Trouble.TRUNCATED:
                # The length in its header stays: padding fills what is missing.
                return made[: len(made) // 2]
            case Trouble.HUGE:
                return b"\x30\x82\xff\xff" + made[4:]
        return made


def _number(right: str, wrong: Trouble | None) -> str:
    """The number, or one with another check character."""
    if wrong is not Trouble.WRONG_NUMBER:
        return right
    last = "0" if right[-1] != "0" else "1"
    return right[:-1] + last
