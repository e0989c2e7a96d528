"""Appointments from files with the columns of a seed, and arrivals as files of one line each."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import structlog

from central import seed
from central.ehr.adapter import Delivered, Inbox, Incoming, Later, Letter, Outcome, Status, There
from central.ehr.config import CsvFolder
from central.ehr.csv_folder.files import finished, move_aside, write_whole
from central.ehr.inbox import AllRefusedError
from central.rows import Row
from central.store import StoreUnavailableError
from kiosk.checkin import appointment

log = structlog.get_logger()

LARGEST = 16 << 20
TAKEN, REFUSED = "taken", "refused"
COLUMNS = ("id", "kind", "appointment", "site", "number", "arrived", "fact")


class CsvFolderAdapter:
    """``Adapter`` over two folders."""

    def __init__(
        self, config: CsvFolder, now: Callable[[], datetime], statuses: Callable[[list[str]], Mapping[str, str]]
    ) -> None:
        self._config, self._now, self._statuses = config, now, statuses

    @property
    def brings(self) -> bool:
        """Whether appointments come in by it."""
        return self._config.appointments and self._config.incoming is not None

    def bring(self, inbox: Inbox, stop: Event) -> None:
        """Take each file that is complete, the oldest first."""
        while not stop.is_set():
            try:
                if inbox.mine():
                    self.take_all(inbox)
            except (OSError, StoreUnavailableError) as error:
                log.warning("record_unreadable", ehr=self._config.name, reason=type(error).__name__)
            stop.wait(self._config.poll_seconds)

    def take_all(self, inbox: Inbox) -> None:
        """Take what lies there now. A file is taken whole, or refused whole with a word on why beside it."""
        folder = self._config.incoming
        assert folder is not None
        for path in finished(folder):
            try:
                inbox.take(self._read(path))
            except (seed.SeedError, AllRefusedError) as error:
                there = move_aside(path, folder / REFUSED)
                # The messages name the file by its path: here its name is enough.
                write_whole(there.with_name(f"{there.name}.reason.txt"), str(error).replace(f"{path}: ", "") + "\n")
                log.warning("file_refused", ehr=self._config.name)
            else:
                # Should this process end before: it is read once more, and changes nothing.
                move_aside(path, folder / TAKEN)
                log.info("file_taken", ehr=self._config.name)

    def deliver(self, letter: Letter) -> Outcome:
        """Write the file of a letter. Its name is that of the letter: told again, it is the same file."""
        folder = self._config.outgoing
        assert folder is not None
        line = (letter.wire_id, letter.kind.value, letter.remote or letter.appointment, letter.site, letter.number)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerow((*line, letter.at.astimezone(UTC).isoformat(timespec="seconds"), letter.fact))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / f"{letter.wire_id}.csv", text.getvalue())
        except OSError as error:
            return Later(f"file-{error.errno}")
        return Delivered("written")

    def there(self, letters: Sequence[Letter]) -> Mapping[int, There]:
        """What a file last said: only that an appointment was cancelled can be told from it."""
        known = self._statuses([one.remote for one in letters if one.remote])
        cancelled = There(Status.CANCELLED)
        return {one.id: cancelled for one in letters if known.get(one.remote) == Status.CANCELLED.value}

    def close(self) -> None:
        """Nothing is held."""

    def _read(self, path: Path) -> list[Incoming]:
        if path.stat().st_size > LARGEST:
            raise seed.SeedError(f"the file has more than {LARGEST >> 20} MiB")
        rows = seed.read(path).rows
        seen: set[str] = set()
        found = list[Incoming]()
        for number, row in enumerate(rows, 1):
            one = self._incoming(row, number)
            if one.remote in seen:
                raise seed.SeedError(f"row {number}, column id: it stands in an earlier row too")
            seen.add(one.remote)
            found.append(one)
        return found

    def _incoming(self, row: Row, number: int) -> Incoming:
        name = row.get("id")
        if not isinstance(name, str) or not name.strip():
            raise seed.SeedError(f"row {number}, column id: it is missing")
        given = dict(row) | {"site": str(row.get("site") or "").strip() or self._config.site or ""}
        cancelled = str(row.get("status") or "").strip() == appointment.Status.CANCELLED.value
        return Incoming(name.strip(), "", None, Status.CANCELLED if cancelled else Status.BOOKED, given)
