import re

import pytest

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault, Severity


def test_codes_are_unique_and_none_is_left_out() -> None:
    named = [value for value in vars(faults).values() if isinstance(value, Fault)]
    assert len({fault.code for fault in faults.ALL}) == len(faults.ALL)
    assert set(named) == set(faults.ALL)
    assert len(faults.CATALOGUE) == len(faults.ALL)


@pytest.mark.parametrize("fault", faults.ALL, ids=lambda fault: fault.code)
def test_a_fault_is_found_by_its_code(fault: Fault) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", fault.code)
    assert faults.find(fault.code) is fault


def test_an_unknown_code_is_no_fault() -> None:
    with pytest.raises(KeyError):
        faults.find("printer-on-holiday")


def test_only_the_journal_stops_service() -> None:
    stopping = [fault.code for fault in faults.ALL if fault.severity is Severity.OUT_OF_ORDER]
    assert stopping == ["journal-unwritable"]
