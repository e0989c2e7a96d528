"""Whether a request that changes something comes from a page of ours: the defence against forged ones. Pure.

By the browser's own word (Fetch Metadata, ``Sec-Fetch-Site``), else by the origin. The cookie is ``SameSite=Lax``
besides. No token is needed in forms: every browser that staff use sends one of the two.
"""

from collections.abc import Collection, Mapping

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def comes_from_us(method: str, headers: Mapping[str, str], origins: Collection[str]) -> bool:
    """Whether it may have an effect. ``headers`` are by lower-case name, ``origins`` those of this centre."""
    if method in SAFE:
        return True
    told = headers.get("sec-fetch-site")
    if told is not None:
        return told == "same-origin"
    return headers.get("origin") in origins
