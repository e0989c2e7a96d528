"""The steps of reading a card: what a technician and the log may know, for it holds nothing of what the card says."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """Something looked for on a card, found or not."""

    APPLICATION = "application"
    """The PKCS#15 application of Finnish cards."""
    KNOWN_FILE = "known-file"
    """The certificate for authentication where FINEID cards have it."""
    CARD_DIRECTORY = "card-directory"
    """EF.DIR, which lists the applications."""
    OBJECT_DIRECTORY = "object-directory"
    """EF.OD, which lists the directories of an application."""
    CERTIFICATE_DIRECTORY = "certificate-directory"
    LISTED_CERTIFICATE = "listed-certificate"
    """A certificate for authentication among those listed."""
    PERSONAL_DATA = "personal-data"
    """The personal data of Estonian cards."""
    CERTIFICATE_UNDERSTOOD = "certificate-understood"
    VALID_TODAY = "valid-today"
    ISSUER_TRUSTED = "issuer-trusted"
    IDENTIFIER = "identifier"
    """The identifier has its right form and check character."""


@dataclass(frozen=True)
class Taken:
    """A step that was taken, and whether it led on."""

    step: Step
    found: bool

    def __str__(self) -> str:
        return f"{self.step}:{'yes' if self.found else 'no'}"


class Trail:
    """The steps so far, in order."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []

    def note(self, step: Step, found: bool) -> bool:
        """Note a step; gives ``found`` back."""
        self.taken.append(Taken(step, found))
        return found
