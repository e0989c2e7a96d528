"""The files of each kind of card, PKCS #15 directories and all."""

from kiosk.devices.simulated.card.files import File, Folder, octets, sequence, tlv, words

PKCS15 = "a000000063504b43532d3135"
ESTONIAN = "a000000077010800070000fe00000100"

_PADDING = b"\0" * 300
"""Files are longer than what is in them."""


def finnish(authentication: bytes, signature: bytes, issuer: bytes) -> Folder:
    """A FINEID card: the certificate for authentication in 4331, that for signatures below 5016."""
    return Folder(
        "3f00",
        (
            File("2f00", _card_directory("3f005015")),
            File("4336", issuer),
            Folder(
                "5015",
                (
                    File("5031", _object_directory("3f0050154403") + _PADDING),
                    File("5032", sequence(tlv(0x02, b"\0"), octets(bytes(8)))),
                    File(
                        "4403",
                        _certificate_directory(("signature", "3f0050164332"), ("authentication", "3f0050154331")),
                    ),
                    File("4331", authentication + _PADDING),
                ),
                aid=PKCS15,
            ),
            Folder("5016", (File("4332", signature + _PADDING),)),
        ),
    )


def rearranged(authentication: bytes, signature: bytes, issuer: bytes, *, in_records: bool = False) -> Folder:
    """Another order of files within PKCS #15: nothing is found without following the directories."""
    directory = _card_directory("3f005055", application="a000000167455349474e") + _card_directory("3f005044")
    rows = (directory[: directory.index(b"\x61", 1)], directory[directory.index(b"\x61", 1) :])
    return Folder(
        "3f00",
        (
            File("2f00", b"" if in_records else directory, rows if in_records else ()),
            Folder("5055", ()),
            Folder(
                "5044",
                (
                    File("5031", _object_directory("4404", tag=0xA5) + _PADDING),
                    File("4404", _certificate_directory(("signature", "7702"), ("authentication", "3f0050447701"))),
                    File("7701", authentication + _PADDING),
                    File("7702", signature + _PADDING),
                    # Where older cards have the certificate, this one has that for signatures.
                    File("4331", signature),
                ),
                aid=PKCS15,
            ),
            File("4336", issuer),
        ),
    )


def estonian(code: str, last_day: str) -> Folder:
    """An Estonian card's personal data file. The other records hold dots."""
    written = {6: code, 8: last_day}
    records = tuple(File(f"50{number:02x}", written.get(number, "...").encode()) for number in range(1, 16))
    return Folder("3f00", (Folder("adf1", (Folder("5000", records),), aid=ESTONIAN),))


def bank() -> Folder:
    """A payment card: none of the applications that name a person."""
    return Folder("3f00", (Folder("1000", (), aid="325041592e5359532e4444463031"),))


def _card_directory(path: str, application: str = PKCS15) -> bytes:
    return tlv(0x61, tlv(0x4F, bytes.fromhex(application)), tlv(0x50, b"TESTIKORTTI"), tlv(0x51, bytes.fromhex(path)))


def _object_directory(path: str, tag: int = 0xA4) -> bytes:
    private_keys = tlv(0xA0, sequence(octets(bytes.fromhex("4402"))))
    return private_keys + tlv(tag, sequence(octets(bytes.fromhex(path))))


def _certificate_directory(*rows: tuple[str, str]) -> bytes:
    return b"".join(
        sequence(
            sequence(words(label)),
            sequence(octets(bytes([number]))),
            tlv(0xA1, sequence(sequence(octets(bytes.fromhex(path))))),
        )
        for number, (label, path) in enumerate(rows, 0x45)
    )
