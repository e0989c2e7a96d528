"""Where a visit is: the first of the record's codes that stands in the configuration."""

import hashlib
import re
from collections.abc import Iterable, Sequence

from central.ehr.config import Place

_PLAIN = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def find(places: Sequence[Place], codes: Iterable[str]) -> Place | None:
    """The place that one of the codes names, the first in the order of ``codes``; ``None`` where none does."""
    known = {place.code: place for place in reversed(places)}
    return next((known[code] for code in codes if code in known), None)


def name_here(prefix: str, remote: str) -> str:
    """The id that an appointment of a record has here; one that does not fit becomes a digest, always the same."""
    name = prefix + remote
    if _PLAIN.fullmatch(name):
        return name
    return f"{prefix}{hashlib.sha256(remote.encode()).hexdigest()[:32]}"
