"""Sectors that the disk can't read any more: processes whose ``pread`` fails with ``EIO``, by strace's injection."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.offline.mending import ASIDE
from kiosk.offline.store import Store
from kiosk.offline.vault import KEY_FILE
from tests.offline.morning import FACTS, KEY, Morning, serves
from tests.torture import failing

pytestmark = pytest.mark.skipif(failing.why_not() is not None, reason=str(failing.why_not()))

ROOT = Path(__file__).parents[2]


def run_failing(program: str, path: Path, when: str) -> str:
    """What a program prints while reading this file fails: ``when`` is strace's, counted in calls."""
    command = ["strace", "-f", "-q", "-o", str(path.parent / "trace"), "-e", "trace=pread64", "-P", str(path)]
    command += ["-e", f"inject=pread64:error=EIO:when={when}", sys.executable, "-c", program]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "(INJECTED)" in (path.parent / "trace").read_text("utf-8", "replace")
    (path.parent / "trace").unlink()
    return ended.stdout.strip().rpartition("\n")[2]


READ = """
from pathlib import Path
from kiosk.offline.pages import contents
try:
    found = contents(Path({path!r}), least={least})
except OSError as error:
    print(error.strerror)
else:
    print(found.hex())
"""


@pytest.mark.parametrize(
    ("when", "lost"),
    [
        ("1", []),
        # 64, 32, 16, 8, 4 and 2 KiB, and then one piece that can't be read by itself either.
        ("1..7", [range(1024)]),
        ("1..9", [range(2048)]),
        ("2..8", [range(65536, 65536 + 1024)]),
    ],
)
def test_what_cannot_be_read_is_zeros_and_all_else_is_there(when: str, lost: list[range], tmp_path: Path) -> None:
    path = tmp_path / "file"
    whole = bytes(1 + place % 255 for place in range(150_000))
    path.write_bytes(whole)
    found = bytes.fromhex(run_failing(READ.format(path=str(path), least=True), path, when))
    gone = {place for places in lost for place in places}
    assert found == bytes(0 if place in gone else byte for place, byte in enumerate(whole))


def test_a_file_of_which_nothing_can_be_read_is_no_file_with_a_bad_sector(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\1" * 150_000)
    assert run_failing(READ.format(path=str(path), least=True), path, "1+") == "Input/output error"
    assert bytes.fromhex(run_failing(READ.format(path=str(path), least=False), path, "1+")) == bytes(150_000)


MET = """
from pathlib import Path
from kiosk.offline.connection import DatabaseError, why
from kiosk.offline.store import Store
with Store(Path({path!r}), bytes(range(32))).connect() as connection:
    connection.execute("PRAGMA cache_size = 1")
    try:
        connection.execute("SELECT sum(length(details)) FROM fact").fetchone()
    except DatabaseError as error:
        print(why(error))
"""


@pytest.mark.parametrize(("name", "when"), [("kiosk.db", "15"), ("kiosk.db-wal", "700")])
def test_a_page_that_cannot_be_read_is_damage_to_whoever_meets_it(name: str, when: str, state: Path) -> None:
    assert run_failing(MET.format(path=str(state / "kiosk.db")), state / name, when) == "damaged"


START = """
from pathlib import Path
from kiosk.composition.memory import OutOfOrderError, enrolled_store
from kiosk.offline.mending import suspect
try:
    store, enrolment = enrolled_store(Path({state!r}))
except OutOfOrderError as error:
    print(error.fault.code)
else:
    print("serves" + " marked" * suspect(Path({state!r})))
"""


def started(state: Path, name: str, when: str) -> str:
    (state / KEY_FILE).write_text(KEY.hex())
    return run_failing(START.format(state=str(state)), state / name, when)


@pytest.mark.parametrize(
    ("name", "when", "most_lost"),
    [
        # One read fails and then none: nothing is lost.
        pytest.param("kiosk.db", "25", 0, id="once"),
        pytest.param("kiosk.db", "25..40", 40, id="some sectors"),
        pytest.param("kiosk.db-wal", "1..12", 0, id="the beginning of the log, once"),
        pytest.param("kiosk.db-wal", "25..60", 60, id="sectors of the log"),
    ],
)
def test_a_kiosk_with_bad_sectors_starts_and_serves(
    name: str, when: str, most_lost: int, state: Path, morning: Morning
) -> None:
    assert started(state, name, when) == "serves"
    with Store(state / "kiosk.db", KEY).connect() as connection:
        saved, missing = connection.execute("SELECT saved, missing FROM salvage").fetchone()
    kept = serves(state, morning)
    assert len(kept) == saved
    assert saved >= FACTS - most_lost
    assert missing <= FACTS - saved
    assert (state / f"{ASIDE}1").exists()


def test_a_journal_of_which_nothing_can_be_read_is_left_alone(state: Path, morning: Morning) -> None:
    """That is no bad sector but a disk that is gone, and may come back."""
    before = (state / "kiosk.db").read_bytes()
    assert started(state, "kiosk.db", "1+") == "journal-unwritable"
    assert (state / "kiosk.db").read_bytes() == before
    assert not list(state.glob(f"{ASIDE}*"))
    assert run_failing(START.format(state=str(state)), state / "roster.db", "1..12") == "serves"
    assert serves(state, morning) == morning.facts
