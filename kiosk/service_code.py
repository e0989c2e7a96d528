"""The service code: digits that a technician types at the screen, kept as their Argon2id hash (RFC 9106).

The hash alone is in the configuration. So few digits could be found from it by trying them all, however slow each try
is: the file is the administrator's alone, and the lock-out guards the screen.
"""

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from kiosk.checkin.servicing.asking_code import LONGEST, SHORTEST, is_whole

if TYPE_CHECKING:
    import argon2


class PoorCodeError(ValueError):
    """A code that is none, or the first that anybody would try. The message says which, and never the code."""


def hash_of(code: str) -> str:
    """The hash of a code with its parameters and a salt of its own, as ``[service] code`` holds it.

    Raises ``PoorCodeError``.
    """
    if not (code.isascii() and code.isdigit() and is_whole(code)):
        raise PoorCodeError(f"a service code has {SHORTEST} to {LONGEST} digits, and nothing else")
    if _is_obvious(code):
        raise PoorCodeError("one digit repeated, or digits in a row, are what everybody tries first")
    return _hasher().hash(code)


def is_right(code: str, against: str) -> bool:
    """Whether ``against`` is the hash of this code. Takes some tenths of a second; raises nothing.

    A hash that is none, such as an empty one, fits no code.
    """
    # Loaded here: hardly any start of the screen ends with somebody who types a code.
    import argon2

    try:
        return _hasher().verify(against, code)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError, ValueError):
        return False


@cache
def _hasher() -> "argon2.PasswordHasher":
    """64 MiB and three passes: the second of the two parameter sets that RFC 9106 recommends (section 4)."""
    import argon2

    return argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)


def _is_obvious(code: str) -> bool:
    """Whether each digit follows from the one before by the same step of 0, 1 or -1; nine goes on with nought."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(code)}
    return len(steps) == 1 and steps <= {0, 1, 9}
