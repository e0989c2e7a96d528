"""The pattern of what stays together fits the tests that there are: one that fits none would go unnoticed."""

from tests.line import test_faults as line_faults
from tests.scenario import test_faults
from tests.scenario.fault_cases import CASES
from tests.together import share

FAULT = test_faults.test_a_fault_is_named_survived_and_healed.__name__


def test_faults_of_one_kind_of_stage_stay_together() -> None:
    stages = {share(f"tests/scenario/test_faults.py::{FAULT}[{case}]"): case.stage for case in CASES}
    assert sorted(stages.values()) == sorted({case.stage for case in CASES})


def test_lines_with_faults_stay_together() -> None:
    nodes = [f"tests/line/test_faults.py::{name}" for name in dir(line_faults) if name.startswith("test_")]
    assert nodes != []
    assert {share(node) for node in nodes} == {"tests/line/test_faults.py"}


def test_every_other_test_is_alone() -> None:
    for node in ("tests/test_together.py::test_every_other_test_is_alone", "tests/line/test_proxy.py::test_a[b-c]"):
        assert share(node) == node
