"""An alarm as a signed POST, as the Standard Webhooks specification has it (standardwebhooks.com, version 1.0).

The header ``webhook-signature`` is ``v1,`` and the Base64 of the HMAC-SHA256 over ``id.timestamp.body``. The id is the
same whenever the same thing is told again, so that a receiver can drop what it has.
"""

import hashlib
import hmac
import ssl
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import msgspec

from central.alarms import words as wording
from central.alarms.channel import NotToldError
from central.alarms.settings import Webhook
from central.alarms.words import Names
from central.pages.words import Words
from central.store.alarms import Letter

AT_ONCE = 1
"""Letters in one request: each has its own id."""


def body(letter: Letter, language: str, page: str, now: datetime, names: Names) -> bytes:
    """What is posted. ``page`` is the address of the fleet page; empty where nobody has set it."""
    alarm = letter.alarm
    return msgspec.json.encode(
        {
            "version": 1,
            "event": letter.event,
            "alarm": alarm.id,
            "kind": alarm.kind.value,
            "site": alarm.site,
            "subject": alarm.subject,
            "data": alarm.data,
            "opened_at": alarm.opened_at,
            "closed_at": alarm.closed_at,
            "language": language,
            "words": wording.sentence(Words(language), alarm, now, names),
            "action": wording.action(Words(language), alarm),
            "page": page,
        }
    )


def signature(secret: bytes, name: str, timestamp: int, content: bytes) -> str:
    """The value of ``webhook-signature``."""
    made = hmac.digest(secret, f"{name}.{timestamp}.".encode() + content, hashlib.sha256)
    return f"v1,{b64encode(made).decode()}"


def tell(settings: Webhook, letters: Sequence[Letter], page: str, now: datetime, names: Names) -> None:
    """Post each. Raises ``NotToldError``; a redirect is not followed: that is another address."""
    try:
        secret = settings.secret_file.read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise NotToldError("secret-unreadable") from error
    for letter in letters:
        _post(
            settings,
            secret,
            f"{letter.alarm.id}.{letter.event}",
            body(letter, settings.language, page, now, names),
            now,
        )


def _post(settings: Webhook, secret: bytes, name: str, content: bytes, now: datetime) -> None:
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "central",
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, name, timestamp, content),
    }
    parts = urlsplit(settings.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        line = _line(settings, parts.scheme, parts.hostname or "", parts.port)
        try:
            line.request("POST", path, content, headers)
            status = line.getresponse().status
        finally:
            line.close()
    except (OSError, HTTPException, ValueError) as error:
        raise NotToldError(type(error).__name__) from error
    if not 200 <= status < 300:
        raise NotToldError(f"http-{status}")


def _line(settings: Webhook, scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(host, port, timeout=settings.timeout_seconds)
    context = ssl.create_default_context(cafile=None if settings.authorities is None else str(settings.authorities))
    return HTTPSConnection(host, port, timeout=settings.timeout_seconds, context=context)
