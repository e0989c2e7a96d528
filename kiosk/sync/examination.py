"""Looking the line over, step by step: the centre's name, connection, certificate, answer, and who we are there."""

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.ports import Clock
from kiosk.sync import client
from kiosk.sync.client import Centre, CentreError

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 4.0


@dataclass(frozen=True)
class Way:
    """How far a connection to the centre came. ``failed`` is ``name``, ``connection``, ``certificate`` or ``None``.

    ``addresses`` counts those that the name has; ``milliseconds`` is what connecting took; ``expires`` is the end of
    the certificate, ``None`` without TLS or where it was not even shown.
    """

    secured: bool
    failed: str | None = None
    reason: str = ""
    addresses: int = 0
    milliseconds: int = 0
    expires: datetime | None = None


def way(url: str, trusted: Path | None = None) -> Way:
    """Connect as ``kiosk sync`` does, and hang up. ``trusted`` is a file of certificates to trust instead of its.

    A file that is missing or holds none is told as a certificate that is not believed.
    """
    secured = url.startswith("https:")
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if secured else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError) as error:
        return Way(secured, "name", type(error).__name__)
    authorities = trusted or Path(client.usual_authorities())
    if secured and not client.are_readable(authorities):
        return Way(secured, "certificate", client.NO_AUTHORITIES, len(found))
    began = time.monotonic()
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=CONNECT_SECONDS) as line:
            took = round((time.monotonic() - began) * 1000)
            if not secured:
                return Way(secured, addresses=len(found), milliseconds=took)
            context = ssl.create_default_context(cafile=authorities)
            with context.wrap_socket(line, server_hostname=parts.hostname) as protected:
                return Way(secured, None, "", len(found), took, _expiry(protected))
    except ssl.SSLCertVerificationError as error:
        return Way(secured, "certificate", f"verify-{error.verify_code}", len(found))
    except ssl.SSLError as error:
        return Way(secured, "certificate", type(error).__name__, len(found))
    except OSError as error:
        return Way(secured, "connection", type(error).__name__, len(found))


@dataclass(frozen=True)
class Word:
    """What the centre answered. ``failed`` is a key of ``CentreError``; ``known`` tells whether it knows this kiosk.

    ``offset`` is how many seconds this machine's clock is ahead of the centre's.
    """

    failed: str | None = None
    offset: float | None = None
    known: bool | None = None


def word(url: str, kiosk: str, private_key: Mapping[str, str], clock: Clock, trusted: Path | None = None) -> Word:
    """Ask how the centre is, and for a token. It costs the centre no more than any kiosk's start.

    ``trusted`` is a file of certificates to trust instead of the usual ones.
    """
    offset: float | None = None
    try:
        offset = client.healthy(url, clock, ANSWER_SECONDS, trusted)
    except CentreError as error:
        # A proxy may keep that address to itself; whether the centre knows us can be asked all the same.
        if error.key != "refused":
            return Word(error.key)
    centre = Centre(url, kiosk, private_key, clock, trusted)
    try:
        return _asked(centre.greet, offset)
    finally:
        centre.close()


def _asked(greet: Callable[[], None], offset: float | None) -> Word:
    try:
        greet()
    except CentreError as error:
        if error.key == "unauthorised":
            return Word(None, offset, known=False)
        return Word(error.key, offset)
    return Word(None, offset, known=True)


def _expiry(line: ssl.SSLSocket) -> datetime | None:
    shown = (line.getpeercert() or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(shown), UTC) if isinstance(shown, str) else None
