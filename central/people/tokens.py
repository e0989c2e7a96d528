"""Secrets that browsers hold: random, and kept at the centre only as hashes."""

import hashlib
import secrets
from datetime import timedelta

LINK_LIFE = timedelta(minutes=10)
SIGN_IN_LIFE = timedelta(minutes=10)
"""How long somebody may stay at the provider's page."""


def new() -> str:
    """256 bits, as they fit into an address or a cookie."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is stored. A plain hash will do: nobody guesses 256 bits."""
    return hashlib.sha256(token.encode()).hexdigest()
