import re

import pytest

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault, Mender, Severity, Works


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


def test_only_what_stops_service_sends_everybody_to_the_desk() -> None:
    for fault in faults.ALL:
        assert (fault.works is Works.DESK) == (fault.severity is Severity.OUT_OF_ORDER), fault.code


def test_whatever_a_receptionist_mends_has_a_picture_and_nothing_else_has() -> None:
    for fault in faults.ALL:
        assert bool(fault.picture) == (fault.mender is not Mender.TECHNICIAN), fault.code


def test_the_worst_of_several() -> None:
    assert faults.worst(()) is None
    assert faults.worst(["printer-paper-near-end", "printer-gone"]) is Severity.DEGRADED
    assert faults.worst(["disk-full", "printer-gone"]) is Severity.OUT_OF_ORDER
