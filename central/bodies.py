"""What kiosks send, as it comes over the wire: unpacked within bounds, and read as the message that it should be."""

import zlib
from typing import TypeVar
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request

from central import auth
from central.problems import Key, ProblemError
from kiosk.sync import messages

Message = TypeVar("Message", bound=msgspec.Struct)


class _Versioned(msgspec.Struct, frozen=True):
    version: int = messages.VERSION


_VERSIONED = msgspec.json.Decoder(_Versioned)


async def whole(request: Request) -> bytes:
    """The body, unpacked. What is too large is still read for a while, so that the refusal reaches the sender.

    ``request.state.largest`` are the bytes that it may have. Raises ``ProblemError``.
    """
    largest: int = request.state.largest
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("gzip", "identity"):
        raise ProblemError(Key.UNKNOWN_ENCODING)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= largest:
            parts.append(part)
        elif size > 4 * largest:
            break
    if size > largest:
        raise ProblemError(Key.TOO_LARGE, f"at most {largest} bytes")
    body = b"".join(parts)
    return _unpacked(body, largest) if encoding == "gzip" else body


def _unpacked(body: bytes, largest: int) -> bytes:
    unpacking = zlib.decompressobj(wbits=31)  # 16 for the gzip header, 15 for the largest window
    try:
        plain = unpacking.decompress(body, largest + 1)
    except zlib.error as error:
        raise ProblemError(Key.MALFORMED, "the body is not gzip") from error
    if len(plain) > largest:
        raise ProblemError(Key.TOO_LARGE, f"at most {largest} bytes, once unpacked")
    if not unpacking.eof:
        raise ProblemError(Key.MALFORMED, "the body is cut short")
    return plain


def read(body: bytes, kind: type[Message]) -> Message:
    """The message in a body. Raises ``ProblemError``."""
    try:
        version = _VERSIONED.decode(body).version
        if version != messages.VERSION:
            raise ProblemError(Key.UNKNOWN_VERSION, f"this centre speaks version {messages.VERSION}")
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        detail = str(error) if isinstance(error, msgspec.MsgspecError) else ""
        raise ProblemError(Key.MALFORMED, detail) from error


def form(body: bytes) -> auth.TokenForm:
    """The fields of a request for a token. Raises ``auth.OAuthRefusal``."""
    try:
        fields = {name: values[0] for name, values in parse_qs(body.decode("ascii"), max_num_fields=20).items()}
        if fields.get("grant_type", "client_credentials") != "client_credentials":
            raise auth.OAuthRefusal(auth.OAuthError(error="unsupported_grant_type"))
        return msgspec.convert(fields, auth.TokenForm)
    except (msgspec.ValidationError, ValueError) as error:
        wanted = "grant_type, client_assertion_type and client_assertion are needed, as RFC 7523 section 2.2 has them"
        raise auth.OAuthRefusal(auth.OAuthError(error="invalid_request", error_description=wanted)) from error
