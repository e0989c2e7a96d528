"""What an answer to reset says of a card (ISO/IEC 7816-3, 8): its class, and no more. It proves nothing.

Only the class is ever logged. Values: DVV's note on the answers to reset of its cards (2024), and published lists.
"""

from enum import StrEnum


class CardClass(StrEnum):
    """The family of a card."""

    CITIZEN_2025 = "citizen-2025"
    CITIZEN_2023 = "citizen-2023"
    CITIZEN_2021 = "citizen-2021"
    CITIZEN_2017 = "citizen-2017"
    CITIZEN_EARLY = "citizen-early"
    ESTONIAN = "estonian"
    PROFESSIONAL = "professional"
    CONTACTLESS = "contactless"
    """A card seen through the air: its files are closed without the number printed on it."""
    UNKNOWN = "unknown"

    @property
    def identifies(self) -> bool:
        """Whether cards of this class name a person."""
        return self not in (CardClass.PROFESSIONAL, CardClass.CONTACTLESS, CardClass.UNKNOWN)


_BY_HISTORICAL_BYTES = (
    ("8031b865b08505102412", CardClass.CITIZEN_2025),
    ("8031b865b08505001112", CardClass.CITIZEN_2023),
    ("8031b865b08504021b12", CardClass.CITIZEN_2021),
    ("8031b865b0850300ef12", CardClass.CITIZEN_2017),
    ("806211515646696e454944", CardClass.CITIZEN_EARLY),
    ("806212515646696e454944", CardClass.CITIZEN_EARLY),
    # 233 is the number of Estonia in ISO 3166; Latvian cards look alike but for their 428.
    ("0012233f", CardClass.ESTONIAN),
    ("8031b85365494464b085051012233f", CardClass.ESTONIAN),
    ("0031b8640429ecc173940180", CardClass.PROFESSIONAL),
)


def classify(atr: bytes) -> CardClass:
    """The class of the card that gave this answer; ``UNKNOWN`` too where it is no answer to reset at all."""
    historical = historical_bytes(atr)
    if historical is None:
        return CardClass.UNKNOWN
    if atr[1] & 0xF0 == 0x80 and atr[2:4] == b"\x80\x01":
        # PC/SC part 3, 3.1.3.2.3: the answer that a reader makes up for a contactless card.
        return CardClass.CONTACTLESS
    for start, card_class in _BY_HISTORICAL_BYTES:
        if historical.startswith(bytes.fromhex(start)):
            return card_class
    return CardClass.UNKNOWN


def historical_bytes(atr: bytes) -> bytes | None:
    """The historical bytes of an answer to reset; ``None`` where it is none."""
    if len(atr) < 2 or atr[0] not in (0x3B, 0x3F):
        return None
    at = 2
    follows = atr[1]
    # Each round reads TA, TB, TC and TD as far as they are announced; TD announces the next round.
    while True:
        at += sum(follows >> bit & 1 for bit in (4, 5, 6))
        if not follows & 0x80:
            break
        if at >= len(atr):
            return None
        follows = atr[at]
        at += 1
    count = atr[1] & 0x0F
    return atr[at : at + count] if at + count <= len(atr) else None
