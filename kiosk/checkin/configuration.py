"""Which configuration of the centre a kiosk believes: reasons to refuse one, and the order of its versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Refusal(StrEnum):
    """Why a configuration was not taken. Of those about the content, another program may think otherwise."""

    UNSIGNED = "unsigned"
    """Bare rules, though this kiosk has a key to check signatures by."""
    MALFORMED = "malformed"
    UNKNOWN_VERSION = "unknown-version"
    """The document is of a form that this program does not know."""
    UNKNOWN_KEY = "unknown-key"
    """Signed with a key that this kiosk does not have, and to which the one that it has does not lead."""
    BAD_SIGNATURE = "bad-signature"
    OTHER_SITE = "other-site"
    OLDER = "older"
    """It is from before one that was believed: an old one that somebody plays again, or a centre put back."""
    ALTERED = "altered"
    """It has the number of the newest one that was believed, and says something else."""
    CONTENT = "content"
    """The rules in it can't be read."""
    ZONE = "unknown-zone"
    LANGUAGE = "no-language"
    """It offers no language that this kiosk has words in."""
    RULES = "rules"
    """The rules contradict themselves, or leave something out."""
    PAGES = "pages"
    """A page or a slip can't be made from them."""
    FAILED = "failed"
    """The screen took it into use and failed by it."""


OF_THE_CONTENT = frozenset(
    {Refusal.CONTENT, Refusal.ZONE, Refusal.LANGUAGE, Refusal.RULES, Refusal.PAGES, Refusal.FAILED}
)


@dataclass(frozen=True)
class Trust:
    """The key that signs configurations (public half, JWK), and the newest version that was believed.

    ``number`` is -1 before any. ``digest`` is the SHA-256 of that document in hex.
    """

    key: Mapping[str, str]
    number: int = -1
    digest: str = ""


@dataclass(frozen=True)
class Version:
    """A configuration that is believed."""

    number: int
    digest: str
    made_at: datetime


@dataclass(frozen=True)
class Refused:
    """One that was not taken. ``mark`` tells what came, ``digest`` the document in it; each may be unknown: empty.

    ``number`` is ``None`` where it could not be read, or where nobody may believe it. ``program`` is the version of the
    program that judged.
    """

    reason: str
    mark: str = ""
    digest: str = ""
    number: int | None = None
    program: str = ""

    def settles(self, mark: str, digest: str, program: str) -> bool:
        """Whether what comes with this mark and digest was judged already, and needs no more than this word."""
        if self.program != program:
            return False
        return (mark != "" and self.mark == mark) or self.condemns(digest, program)

    def condemns(self, digest: str, program: str) -> bool:
        """Whether this very content was found useless by this program."""
        same = digest != "" and self.digest == digest and self.program == program
        return same and self.reason in OF_THE_CONTENT


@dataclass(frozen=True)
class Serving:
    """What a kiosk tells of its configuration: see ``kiosk.sync.messages.ConfigurationState``."""

    number: int | None
    checks: bool
    refused: Refused | None = None


def out_of_turn(trust: Trust, number: int, digest: str) -> Refusal | None:
    """Why a genuine document may not follow what was believed before; ``None`` where it may."""
    if number < trust.number:
        return Refusal.OLDER
    if number == trust.number and digest != trust.digest:
        return Refusal.ALTERED
    return None
