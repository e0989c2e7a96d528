"""What a card does with commands (ISO/IEC 7816-4): select, read, and nothing else."""

from dataclasses import dataclass

from kiosk.devices.simulated.card.files import Entry, File, Folder, tlv

_DONE = b"\x90\x00"
_END_OF_FILE = b"\x62\x82"
_WRONG_LENGTH = b"\x67\x00"
_NOT_ALLOWED = b"\x69\x86"
_NO_RECORDS = b"\x69\x81"
_NOT_FOUND = b"\x6a\x82"
_NO_RECORD = b"\x6a\x83"
_PAST_THE_END = b"\x6b\x00"
_UNKNOWN_INSTRUCTION = b"\x6d\x00"


@dataclass(frozen=True)
class Manner:
    """Ways in which honest cards differ. ``in_parts``: ``61xx`` first, and data only to GET RESPONSE.

    ``exact``: ``6Cxx`` where more is asked for than there is, instead of giving what there is with ``6282``.
    ``children_only``: no selection by path.
    """

    in_parts: bool = False
    exact: bool = False
    children_only: bool = False


class Chip:
    """Files, where one stands among them, and a list of all instructions that ever came."""

    def __init__(self, root: Folder, manner: Manner = Manner()) -> None:
        self._root = root
        self._manner = manner
        self.instructions: list[int] = []
        self.reset()

    def reset(self) -> None:
        """Power on: the master file is selected."""
        self._way: list[Folder] = [self._root]
        self._file: File | None = None
        self._waiting = b""

    def answer(self, command: bytes) -> bytes:
        """Data and status word."""
        if len(command) < 4:
            return _WRONG_LENGTH
        self.instructions.append(command[1])
        match command[1]:
            case 0xA4:
                return self._select(command)
            case 0xB0:
                return self._read_binary(command)
            case 0xB2:
                return self._read_record(command)
            case 0xC0:
                return self._rest(command)
        return _UNKNOWN_INSTRUCTION

    def _select(self, command: bytes) -> bytes:
        name = command[5 : 5 + command[4]] if len(command) > 5 else b""
        found = self._find(command[2], name)
        if found is None:
            return _NOT_FOUND
        self._way, self._file = found
        if command[3] & 0x0C == 0x0C:
            return _DONE
        return self._give(tlv(0x6F, tlv(0x84, name)), 256)

    def _find(self, by: int, name: bytes) -> tuple[list[Folder], File | None] | None:
        match by:
            case 0x00 if name == bytes.fromhex(self._root.identifier):
                return [self._root], None
            case 0x00 | 0x01 | 0x02:
                return self._walk(self._way, name)
            case 0x04:
                folder = self._root.application(name)
                return None if folder is None else ([self._root, folder], None)
            case 0x08 if not self._manner.children_only:
                return self._walk([self._root], name)
            case 0x09 if not self._manner.children_only:
                return self._walk(self._way, name)
        return None

    @staticmethod
    def _walk(way: list[Folder], path: bytes) -> tuple[list[Folder], File | None] | None:
        way = list(way)
        entry: Entry = way[-1]
        for at in range(0, len(path), 2):
            if not isinstance(entry, Folder):
                return None
            found = entry.child(path[at : at + 2])
            if found is None:
                return None
            entry = found
            if isinstance(entry, Folder):
                way.append(entry)
        return way, entry if isinstance(entry, File) else None

    def _read_binary(self, command: bytes) -> bytes:
        if self._file is None:
            return _NOT_ALLOWED
        if self._file.records:
            return _NO_RECORDS
        at = command[2] << 8 | command[3]
        left = self._file.content[at:]
        if not left and at:
            return _PAST_THE_END
        wanted = command[4] or 256
        if left and wanted > len(left) and self._manner.exact:
            return bytes([0x6C, len(left)])
        status = _END_OF_FILE if wanted > len(left) else _DONE
        return self._give(left[:wanted], wanted, status)

    def _read_record(self, command: bytes) -> bytes:
        if self._file is None or not self._file.records:
            return _NOT_ALLOWED
        if not 1 <= command[2] <= len(self._file.records):
            return _NO_RECORD
        return self._give(self._file.records[command[2] - 1], 256)

    def _give(self, data: bytes, most: int, status: bytes = _DONE) -> bytes:
        if self._manner.in_parts and data:
            self._waiting = data
            return bytes([0x61, min(len(data), 0xFF)])
        return data[:most] + status

    def _rest(self, command: bytes) -> bytes:
        wanted = command[4] or 256
        data, self._waiting = self._waiting[:wanted], self._waiting[wanted:]
        return data + (bytes([0x61, min(len(self._waiting), 0xFF)]) if self._waiting else _DONE)
