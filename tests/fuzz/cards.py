"""Cards to fuzz: what a card may answer, and what it may call a certificate."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
DONE, END_OF_FILE, MORE, NOT_FOUND, NOTHING = range(5)
ENDS = (b"\x90\0", b"\x62\x82", b"\x61\x20", b"\x6a\x82", b"")
"""What an answer ends with."""


def conversation(data: bytes) -> None:
    """The answer to reset, and then the answers, each behind a byte of length and one of what ends it."""
    from kiosk.checkin.card import CardFailure
    from kiosk.devices.card import atr, reading
    from kiosk.devices.card.issuers import Issuers
    from kiosk.devices.card.steps import Trail

    reset, rest = _behind_length(data)
    talk = reading.read(atr.classify(reset), reading.Belief(NOW, Issuers(())), Trail())
    result = None
    commands = 0
    try:
        next(talk)
        while True:
            commands += 1
            answer, rest = _behind_length(rest)
            end = answer[0] % len(ENDS) if answer else NOT_FOUND
            talk.send(answer[1:] + ENDS[end])
    except StopIteration as over:
        result = over.value
    # Nobody answers for anybody, so only an Estonian card, which nobody signs, makes a claim.
    assert isinstance(result, CardFailure) or result.identifier.startswith("ee:")
    assert commands < 1000


def certificate(data: bytes) -> None:
    """A certificate in DER, or what is called one."""
    from kiosk.checkin.card import CardFailure
    from kiosk.devices.card import certificate, reading
    from kiosk.devices.card.issuers import Issuers
    from kiosk.devices.card.steps import Trail

    assert certificate.authenticates(data) in (True, False)
    assert isinstance(reading.judge(data, reading.Belief(NOW, Issuers(())), Trail()), CardFailure)


def _behind_length(data: bytes) -> tuple[bytes, bytes]:
    return (data[1 : 1 + data[0]], data[1 + data[0] :]) if data else (b"", b"")


def _with_length(data: bytes) -> bytes:
    return bytes([len(data)]) + data


def _card(reset: str, *answers: tuple[bytes, int]) -> bytes:
    said = b"".join(_with_length(bytes([end]) + data) for data, end in answers)
    return _with_length(bytes.fromhex(reset)) + said


def _certificate() -> bytes:
    """Somebody's, signed by nobody in particular."""
    key = ec.generate_private_key(ec.SECP384R1())
    name = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, "99900001N")])
    usage = dict.fromkeys(("content_commitment", "key_agreement", "key_cert_sign", "crl_sign"), False)
    usage |= dict.fromkeys(("encipher_only", "decipher_only"), False)
    usage |= dict.fromkeys(("digital_signature", "key_encipherment", "data_encipherment"), True)
    span = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, *span)
    signed = made.add_extension(x509.KeyUsage(**usage), critical=True).sign(key, hashes.SHA384())
    return signed.public_bytes(Encoding.DER)


CERTIFICATE = _certificate()
_DIRECTORIES = bytes.fromhex("6112 4f0c a000000063504b43532d3135 5102 5044 a506 3004 0402 4404")
_LISTED = bytes.fromhex("3017 3002 0c00 3003 040145 a10c 300a 3008 0406 3f0050447701")
_YES, _NO = (b"", DONE), (b"", NOT_FOUND)

CONVERSATIONS = (
    _card(
        "3b7f9600008031b865b085050011122460829000",
        *(_YES, _YES),
        *((CERTIFICATE[at : at + 223], DONE) for at in range(0, len(CERTIFICATE), 223)),
    ),
    _card("3b6500002063cb6600", _NO, _NO, _YES, _YES, (_DIRECTORIES, END_OF_FILE), _YES, _YES),
    _card("", _NO, _NO, _YES, _YES, (_DIRECTORIES, END_OF_FILE), *[_YES] * 3, (_LISTED, END_OF_FILE), *[_YES] * 9),
    _card(
        "3bdb960080b1fe451f830012233f536549440f9000f1",
        *(_YES, _YES, _YES),
        *((b"60001019906", END_OF_FILE), _YES, (b"31.12.2026", END_OF_FILE)),
    ),
)
