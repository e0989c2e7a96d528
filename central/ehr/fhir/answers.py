"""What an answer of a FHIR server means. Nothing of its text is ever passed on: it may quote a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from central.ehr.adapter import Dead, Later

LONGEST_WAIT = timedelta(hours=1)
"""What a server may ask for with ``Retry-After``; more is taken for this."""

Resource = dict[str, Any]


@dataclass(frozen=True)
class Good:
    """It did as asked. ``resource`` is ``None`` where the body was empty, or held nothing of FHIR."""

    resource: Resource | None = field(repr=False)
    version: str = ""


@dataclass(frozen=True)
class Again:
    """Somebody else was faster: read again and decide again."""


@dataclass(frozen=True)
class Missing:
    """The server knows no such resource; ``deleted`` where it did once."""

    deleted: bool = False


@dataclass(frozen=True)
class NoToken:
    """The token is not taken (any more): get another, once."""


Answer = Good | Again | Missing | NoToken | Later | Dead


def judge(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> Answer:
    """The rule for each answer; ``headers`` are looked up in small letters. The table is in docs/health-record.md."""
    resource = parsed(body)
    ours = resource is not None
    if 200 <= status < 300:
        return _good(headers, body, resource)
    match status:
        case 401:
            return NoToken()
        case 404 | 410 if ours:
            return Missing(deleted=status == 410)
        case 409 | 412:
            return Again()
        case 400 | 413 | 422 if ours:
            return Dead(f"refused-{status}{_issue(resource)}")
        case 429 | 503:
            return Later("busy", after=_asked(headers.get("retry-after", ""), now))
        case 403:
            return Later("forbidden")
    if 300 <= status < 400:
        return Later("redirected")
    # Without an OperationOutcome it may be any proxy on the way that speaks: nothing follows for this letter.
    return Later(f"status-{status}" if ours or status >= 500 else f"not-fhir-{status}")


def parsed(body: bytes) -> Resource | None:
    """The resource in a body, or ``None`` where it is none: HTML, something cut off, or no object."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("resourceType"), str) else None


def version_of(headers: Mapping[str, str], resource: Resource | None) -> str:
    """The version of a resource: of the header ``ETag``, else of ``meta.versionId``; empty where there is none."""
    tag = headers.get("etag", "").strip().removeprefix("W/").strip('"')
    if tag:
        return tag
    meta = (resource or {}).get("meta")
    found = meta.get("versionId") if isinstance(meta, dict) else None
    return found if isinstance(found, str) else ""


def _good(headers: Mapping[str, str], body: bytes, resource: Resource | None) -> Answer:
    if resource is not None:
        kind = resource["resourceType"]
        return Good(None if kind == "OperationOutcome" else resource, version_of(headers, resource))
    return Good(None, version_of(headers, None)) if not body.strip() else Later("not-fhir")


def _issue(outcome: Resource | None) -> str:
    """The code of the first issue, where it is one of those that FHIR knows: they are words of the standard."""
    issues = (outcome or {}).get("issue")
    first = issues[0] if isinstance(issues, list) and issues else None
    code = first.get("code") if isinstance(first, dict) else None
    return f"-{code}" if code in _ISSUE_TYPES else ""


def _asked(text: str, now: datetime) -> timedelta | None:
    """``Retry-After``: seconds, or a date (RFC 9110, 10.2.3)."""
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
        asked = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(asked, timedelta()), LONGEST_WAIT)


_ISSUE_TYPES = frozenset(
    (
        *("invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired"),
        *("forbidden", "suppressed", "processing", "not-supported", "duplicate", "multiple-matches", "not-found"),
        *("deleted", "too-long", "code-invalid", "extension", "too-costly", "business-rule", "conflict", "transient"),
        *("lock-error", "no-store", "exception", "timeout", "incomplete", "throttled", "informational"),
    )
)
"""http://hl7.org/fhir/issue-type, R4."""
