"""Commands to a card and its answers (ISO/IEC 7816-4), as conversations that need no reader.

A conversation is a generator: it yields a command and is sent the card's raw answer, data and status word together.
It knows four commands, none of which changes anything on a card or refers to a PIN.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias, TypeVar

from kiosk.devices.card import der

T = TypeVar("T")

Conversation: TypeAlias = Generator[bytes, bytes, T]
"""Yields commands, is sent answers, returns what was found out. Raises ``CardNonsenseError``."""

LONGEST_FILE = 8192
"""Bytes. The certificates of identity cards take some 1 to 2 KiB; whatever claims to be longer is not read."""

CHUNK = 223
"""Bytes asked for at once: what every generation of FINEID cards gives in one answer (FINEID S1)."""

_LONGEST_ANSWER = 256
_MOST_PARTS = 48
_MOST_CHUNKS = 128


class Instruction(IntEnum):
    """The only instructions that are ever sent. There is none among them that takes a PIN."""

    SELECT = 0xA4
    READ_BINARY = 0xB0
    READ_RECORD = 0xB2
    GET_RESPONSE = 0xC0


class Status(IntEnum):
    """Status words that are told apart (ISO/IEC 7816-4, 5.6)."""

    DONE = 0x9000
    END_OF_FILE = 0x6282


class CardNonsenseError(Exception):
    """The card's answers contradict the protocol, or never end. ``key`` says how; nothing of them is in it."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Answer:
    """Data and status word, after all parts of it were fetched."""

    data: bytes = field(repr=False)
    status: int

    @property
    def done(self) -> bool:
        """The command was carried out."""
        return self.status == Status.DONE


def exchange(command: bytes, *, le: bool) -> Conversation[Answer]:
    """Send one command; fetch what waits (``61xx``) and ask again with the right length (``6Cxx``).

    ``le`` tells whether the command's last byte is the length of the wanted answer.
    """
    data = b""
    for _ in range(_MOST_PARTS):
        raw = yield command
        if len(raw) < 2:
            raise CardNonsenseError("short")
        if len(raw) > _LONGEST_ANSWER + 2:
            raise CardNonsenseError("long")
        first, second = raw[-2:]
        if first == 0x6C and le:
            command = command[:-1] + bytes([second])
            continue
        data += raw[:-2]
        if len(data) > LONGEST_FILE:
            raise CardNonsenseError("endless")
        if first != 0x61:
            return Answer(data, first << 8 | second)
        command, le = bytes([0, Instruction.GET_RESPONSE, 0, 0, second]), True
    raise CardNonsenseError("endless")


def select(by: int, name: bytes, *, wants: int = 0x0C) -> Conversation[bool]:
    """Select a file or an application. ``by`` and ``wants`` are P1 and P2 of the command (7816-4, 11.2.2)."""
    command = bytes([0, Instruction.SELECT, by, wants, len(name)]) + name
    return (yield from exchange(command, le=False)).done


def select_application(aid: bytes) -> Conversation[bool]:
    """Select an application by its identifier."""
    # Without file control information, and for cards that insist on giving it, with.
    return (yield from select(0x04, aid)) or (yield from select(0x04, aid, wants=0x00))


def select_child(identifier: bytes) -> Conversation[bool]:
    """Select a file below the selected directory."""
    return (yield from select(0x02, identifier)) or (yield from select(0x00, identifier))


def select_path(path: bytes) -> Conversation[bool]:
    """Select by a path of two-byte identifiers: from the master file where it begins with it, else from here."""
    if not path or len(path) % 2 or len(path) > 16:
        return False
    absolute = path.startswith(MASTER_FILE)
    steps = path.removeprefix(MASTER_FILE)
    if len(steps) > 2 and (yield from select(0x08 if absolute else 0x09, steps)):
        return True
    # Cards that do not know paths are led step by step.
    if absolute and not (yield from select(0x00, MASTER_FILE)):
        return False
    for at in range(0, len(steps), 2):
        if not (yield from select_child(steps[at : at + 2])):
            return False
    return True


MASTER_FILE = b"\x3f\x00"


def read_object(limit: int = LONGEST_FILE) -> Conversation[bytes | None]:
    """The one DER object at the start of the selected file, without the padding behind it.

    ``None`` where the card does not let it be read, or it begins like none. It may be cut off where the file ends.
    """
    return (yield from _read(limit, der_object=True))


def read_content(limit: int = LONGEST_FILE) -> Conversation[bytes | None]:
    """Everything in the selected transparent file; ``None`` where the card does not let it be read."""
    return (yield from _read(limit, der_object=False))


def _read(limit: int, *, der_object: bool) -> Conversation[bytes | None]:
    content = b""
    wanted = limit
    for _ in range(_MOST_CHUNKS):
        asked = min(CHUNK, wanted - len(content))
        at = len(content)
        command = bytes([0, Instruction.READ_BINARY, at >> 8, at & 0xFF, asked])
        answer = yield from exchange(command, le=True)
        if len(answer.data) > asked:
            raise CardNonsenseError("long")
        if not (answer.done or answer.status == Status.END_OF_FILE):
            return content or None
        content += answer.data
        if der_object and not at:
            length = der.total_length(content)
            if length is None:
                return None
            if length > limit:
                raise CardNonsenseError("length")
            wanted = length
        if len(content) >= wanted or not answer.data or answer.status == Status.END_OF_FILE:
            return content[:wanted]
    raise CardNonsenseError("endless")


def read_records(most: int = 16) -> Conversation[list[bytes]]:
    """The records of the selected file from the first on, until there is none, at most ``most``."""
    records: list[bytes] = []
    for number in range(1, most + 1):
        command = bytes([0, Instruction.READ_RECORD, number, 0x04, 0x00])
        answer = yield from exchange(command, le=True)
        if not answer.done:
            break
        records.append(answer.data)
    return records
