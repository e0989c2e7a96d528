"""HL7 v2 messages: bytes to fields and back. Parsing is the library's; what it raises on bad input is caught here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import hl7

CODECS = {
    "": "",
    "UNICODE UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
    "ASCII": "ascii",
    "8859/1": "iso-8859-1",
    "8859/15": "iso-8859-15",
}
"""HL7 table 0211, as far as it is met in Finland."""

_TIME = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})(?:([0-9]{2})(?:([0-9]{2})(?:\.[0-9]{1,4})?)?)?)?([+-][0-9]{4})?"
)
_FIELD = re.compile(r"([A-Z][A-Z0-9]{2})-([0-9]{1,3})(?:\.([0-9]{1,2}))?")


class MalformedError(Exception):
    """The bytes are no message. The text is a word of ours."""


class Hl7Message:
    """One message, read only. A field that is not there is empty."""

    def __init__(self, content: bytes, encoding: str) -> None:
        """Parse ``content``; ``encoding`` (of ``CODECS``) is for messages that name none. Raises ``MalformedError``."""
        header = content.split(b"\r", 1)[0]
        if not header.startswith(b"MSH") or len(header) < 8:
            raise MalformedError("no-header")
        fields = header.split(header[3:4])
        # MSH-1 is the separator itself, so that MSH-18 stands at the place 17.
        named = fields[17].split(header[5:6])[0].decode("ascii", "replace").strip() if len(fields) > 17 else ""
        codec = CODECS.get(named.upper())
        if codec is None:
            raise MalformedError("unknown-encoding")
        try:
            text = content.decode(codec or CODECS[encoding])
            self._message: Any = hl7.parse(text.replace("\r\n", "\r").replace("\n", "\r").strip("\r") + "\r")
        except UnicodeDecodeError:
            raise MalformedError("other-encoding") from None
        except Exception:  # noqa: BLE001 - the library raises many kinds, and each may quote the message
            raise MalformedError("not-parsed") from None

    def field(self, name: str) -> str:
        """The text of ``PID-3`` or ``PID-3.1``: its first repetition, unescaped."""
        found = _FIELD.fullmatch(name)
        if found is None:
            return ""
        segment = self._first(found[1])
        return self._component(self._repetitions(segment, int(found[2])), 0, int(found[3] or 1), whole=not found[3])

    def repetitions(self, segment: str, number: int) -> list[list[str]]:
        """Each repetition of a field of the first such segment, as its components."""
        return [self._components(one) for one in self._repetitions(self._first(segment), number)]

    def every(self, segment: str, name: str) -> Iterable[str]:
        """The text of a field in each segment of that name."""
        found = _FIELD.fullmatch(name)
        for one in self._all(segment):
            if found is not None:
                yield self._component(self._repetitions(one, int(found[2])), 0, int(found[3] or 1), whole=not found[3])

    def has(self, segment: str) -> bool:
        """Whether there is such a segment."""
        return self._first(segment) is not None

    def _all(self, segment: str) -> list[Any]:
        return [one for one in self._message if str(one[0]) == segment]

    def _first(self, segment: str) -> Any:
        return next(iter(self._all(segment)), None)

    def _repetitions(self, segment: Any, number: int) -> list[Any]:
        if segment is None or number >= len(segment):
            return []
        field = segment[number]
        return list(field) if isinstance(field, hl7.Field) else [field]

    def _components(self, repetition: Any) -> list[str]:
        if isinstance(repetition, hl7.Repetition):
            return [self._plain(one) for one in repetition]
        return [self._plain(repetition)]

    def _component(self, repetitions: Sequence[Any], which: int, number: int, *, whole: bool) -> str:
        if which >= len(repetitions):
            return ""
        components = self._components(repetitions[which])
        if whole:
            return components[0]
        return components[number - 1] if number <= len(components) else ""

    def _plain(self, value: Any) -> str:
        text = str(value)
        try:
            return str(self._message.unescape(text)) if "\\" in text else text
        except Exception:  # noqa: BLE001 - an escape that nobody knows stays as it is
            return text


def moment(text: str, zone: str) -> datetime | None:
    """A time stamp (TS, DTM) in UTC; without an offset it is on the wall clock of ``zone``. ``None`` where it is none.

    A day alone is no moment.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None or found[4] is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        plain = datetime(year, month, day, hour, minute, second, tzinfo=_offset(found[7]) or ZoneInfo(zone))
        return plain.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    span = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return timezone(-span if text[0] == "-" else span)


def stamp(at: datetime, zone: str) -> str:
    """A moment as a time stamp with its offset."""
    local = at.astimezone(ZoneInfo(zone))
    return local.strftime("%Y%m%d%H%M%S%z")


def escaped(text: str) -> str:
    """Text in a field: the separators and line ends as HL7 escapes them."""
    plain = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\r": "\\X0D\\", "\n": "\\X0A\\"}
    return "".join(plain.get(character, character) for character in text)


def segment(name: str, fields: Mapping[int, str]) -> str:
    """A segment with these fields, by their numbers; their components are escaped by the caller."""
    last = max(fields, default=0)
    return "|".join([name, *(fields.get(number, "") for number in range(1, last + 1))])


def encoded(segments: Sequence[str], encoding: str) -> bytes:
    """Segments as bytes; what the encoding has no character for becomes a question mark."""
    return ("\r".join(segments) + "\r").encode(CODECS[encoding], "replace")
