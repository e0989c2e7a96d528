"""No fault is in the catalogue that nothing can raise."""

import re
from pathlib import Path

import pytest

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault

KIOSK = Path(faults.__file__).parent.parent
ELSEWHERE = {
    KIOSK / "checkin" / "faults.py",
    KIOSK / "diagnostics" / "doctor.py",
    *KIOSK.glob("composition/doctor*.py"),
}
"""The catalogue itself, and the doctor, who only looks in now and then."""

SOURCE = "".join(path.read_text() for path in sorted(KIOSK.rglob("*.py")) if path not in ELSEWHERE)
NAMES = {value.code: name for name, value in vars(faults).items() if isinstance(value, Fault)}


@pytest.mark.parametrize("fault", faults.ALL, ids=lambda fault: fault.code)
def test_every_fault_is_raised_by_the_running_kiosk(fault: Fault) -> None:
    raised = re.search(rf"\b{NAMES[fault.code]}\b", SOURCE)
    assert raised is not None, f"nothing raises {fault.code}: let whoever can see it tell the board"
