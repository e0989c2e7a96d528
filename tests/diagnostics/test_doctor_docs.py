"""docs/technicians.md says what the doctor does."""

import re
from pathlib import Path

import msgspec

from kiosk.diagnostics.doctor import ORDER
from kiosk.diagnostics.report import FaultLine, Line, Report
from kiosk.texts import CATALOGUES

DOCS = (Path(__file__).parents[2] / "docs" / "technicians.md").read_text()


def test_every_field_of_the_json_is_explained_and_the_example_is_one() -> None:
    for kind in (Report, Line, FaultLine):
        for field in kind.__struct_fields__:
            assert f"`{field}`" in DOCS, field
    [example] = re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)
    report = msgspec.json.decode(example, type=Report)
    assert set(msgspec.json.decode(example)) == set(Report.__struct_fields__)
    assert [line.name for line in report.lines] == ["printer"]


def test_every_part_has_its_number_and_every_measure_its_words() -> None:
    for number, name in enumerate(ORDER, 1):
        assert f"`{name}` {number}" in DOCS
    for key in re.findall(r'msgid "doctor\.measure\.(\w+)"', (CATALOGUES / "en/LC_MESSAGES/service.po").read_text()):
        assert f"`{key}`" in DOCS, key


def test_every_measure_that_a_check_takes_has_words() -> None:
    words = (CATALOGUES / "en/LC_MESSAGES/service.po").read_text()
    taken: set[str] = set()
    for file in ("composition/doctor_checks.py", "composition/doctor_devices.py", "composition/doctor.py"):
        taken |= set(re.findall(r'(?:measured(?:\[|=\{)|[{,] ?)"(\w+)"(?=\]? ?[:=]) ?', _source(file)))
    taken |= set(re.findall(r'measured\["(\w+)"\]', _source("diagnostics/doctor.py")))
    known = set(re.findall(r"doctor\.measure\.(\w+)", words))
    names = set(ORDER) | {name.replace("-", "_") for name in ORDER}
    assert taken - names <= known, taken - names - known
    assert len(taken & known) > 15


def _source(name: str) -> str:
    return (CATALOGUES.parent / name).read_text()
