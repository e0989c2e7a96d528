"""Keyed hashes in the place of identifiers: what the roster holds instead of a HETU."""

import hashlib
import hmac


def hashed(site_key: bytes, identifier: str) -> bytes:
    """HMAC-SHA256 (RFC 2104) of a canonical identifier, 32 bytes. Without the site's key nothing can be looked up."""
    return hmac.digest(site_key, identifier.encode(), hashlib.sha256)
