"""docs/accessibility.md names no test and no picture that is not there, and leaves no clause out."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
DOCS = TESTS.parent / "docs"
REPORT = DOCS / "accessibility.md"
STATEMENT = DOCS / "accessibility-statement.md"

NEWER = "V4.1.1"
"""What the heading of the newer edition's chapter holds; the chapters before it are of V3.2.1."""

CLAUSES = """
5.1.1 5.1.2.1 5.1.2.2
5.1.3.1 5.1.3.2 5.1.3.3 5.1.3.4 5.1.3.5 5.1.3.6 5.1.3.7 5.1.3.8 5.1.3.9 5.1.3.10 5.1.3.11 5.1.3.12 5.1.3.13 5.1.3.14
5.1.3.15 5.1.3.16 5.1.4 5.1.5 5.1.6.1 5.1.6.2 5.1.7
5.2 5.3 5.4 5.5.1 5.5.2 5.6.1 5.6.2 5.7 5.8 5.9
8.1.1 8.1.2 8.1.3 8.2.1.1 8.2.1.2 8.2.2.1 8.2.2.2
8.3.0 8.3.1 8.3.2.1 8.3.2.2 8.3.2.3.1 8.3.2.3.2 8.3.2.3.3 8.3.2.4 8.3.2.5 8.3.2.6
8.3.3.1 8.3.3.2 8.3.3.3.1 8.3.3.3.2 8.3.4.1 8.3.4.2 8.3.4.3.1 8.3.4.3.2 8.3.4.3.3 8.3.5 8.3.6
8.4.1 8.4.2.1 8.4.2.2 8.4.3 8.5
11.0 11.1.1.1.1 11.1.1.1.2 11.1.2.1.1 11.1.2.1.2.1 11.1.2.1.2.2 11.1.2.2 11.1.2.3.1 11.1.2.3.2 11.1.2.4 11.1.2.5
11.1.3.1.1 11.1.3.1.2 11.1.3.2.1 11.1.3.2.2 11.1.3.3 11.1.3.4 11.1.3.5.1 11.1.3.5.2
11.1.4.1 11.1.4.2 11.1.4.3 11.1.4.4.1 11.1.4.4.2 11.1.4.5.1 11.1.4.5.2 11.1.4.10 11.1.4.11 11.1.4.12 11.1.4.13
11.2.1.1.1 11.2.1.1.2 11.2.1.2 11.2.1.4.1 11.2.1.4.2 11.2.2.1 11.2.2.2 11.2.3.1 11.2.4.3 11.2.4.4 11.2.4.6 11.2.4.7
11.2.5.1 11.2.5.2 11.2.5.3.1 11.2.5.3.2 11.2.5.4
11.3.1.1.1 11.3.1.1.2 11.3.2.1 11.3.2.2 11.3.3.1.1 11.3.3.1.2 11.3.3.2 11.3.3.3 11.3.3.4
11.4.1.1.1 11.4.1.1.2 11.4.1.2.1 11.4.1.2.2 11.4.1.3.1 11.4.1.3.2
11.5.1 11.5.2.1 11.5.2.2 11.5.2.3 11.5.2.4 11.5.2.5 11.5.2.6 11.5.2.7 11.5.2.8 11.5.2.9 11.5.2.10 11.5.2.11 11.5.2.12
11.5.2.13 11.5.2.14 11.5.2.15 11.5.2.16 11.5.2.17
11.6.1 11.6.2 11.7 11.8.0 11.8.1 11.8.2 11.8.3 11.8.4 11.8.5
12.1.1 12.1.2 12.2.1 12.2.2 12.2.3 12.2.4
"""
"""Every numbered clause of chapters 5, 8, 11 and 12 of EN 301 549 V3.2.1 that is neither a heading nor void."""

NEWER_CLAUSES = """
5.1.3.1 5.1.3.2 5.1.3.3 5.1.3.13 5.1.3.16 5.1.4 5.1.8 5.5 5.7 5.8 5.10
8.2.1.1 8.2.1.2 8.3.2 8.3.3 8.3.5 8.3.6 8.3.7 8.3.9 8.3.10 8.3.11 8.3.14 8.6 8.7 8.8
11.1.3.4 11.1.4.10 11.1.4.12 11.2.1.1 11.2.4.2 11.2.4.11 11.2.5.7 11.2.5.8
11.3.2.4 11.3.3.7 11.3.3.8 11.4.1.1 11.4.1.3 11.7
12.1 12.2 12.3 12.4 12.5
"""
"""Those of the same chapters that V4.1.1 brings or changes."""

MET, PARTLY, NOT_MET = "met", "partly met", "not met"
SHARED = "met; the rest the operator's"
RESULTS = (MET, SHARED, PARTLY, NOT_MET, "the operator's", "not applicable", "informative")
PROVED = (MET, SHARED, PARTLY)
LACKING = (PARTLY, NOT_MET)
LACKS = "What is not met"
"""The chapter that names them first."""

TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
MODULE = re.compile(r"`python -m (tests\.\w+)`")
LOOKED_AT = re.compile(r"looked at: (?:`([^`]+)`|this document)")
LINK = re.compile(r"\]\(([^)#:]+)\)")
CLAUSE = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True)
class Row:
    """One clause. ``edition`` is the newer one or the one before it."""

    newer: bool
    clause: str
    result: str
    how: str
    evidence: str


@cache
def report() -> str:
    return REPORT.read_text(encoding="utf-8")


def _chapters(text: str) -> Iterator[tuple[str, str]]:
    """The heading of each chapter, and what stands below it."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    yield from zip(parts[1::2], parts[2::2], strict=True)


@cache
def rows() -> tuple[Row, ...]:
    found = []
    for heading, text in _chapters(report()):
        for line in [] if heading == LACKS else text.splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if line.startswith("|") and CLAUSE.fullmatch(cells[0]):
                assert len(cells) == 5, line
                clause, _title, result, how, evidence = cells
                found.append(Row(NEWER in heading, clause, result, how, evidence))
    return tuple(found)


def _chapter(beginning: str, text: str) -> str:
    found = [below for heading, below in _chapters(text) if heading.startswith(beginning)]
    assert len(found) == 1, beginning
    return found[0]


@cache
def cases_of(name: str) -> frozenset[str]:
    """The tests of a file below tests/, without running it."""
    tree = ast.parse((TESTS / name).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return frozenset(function.name for function in functions if function.name.startswith("test_"))


@pytest.mark.parametrize(("newer", "clauses"), [(False, CLAUSES), (True, NEWER_CLAUSES)], ids=["V3.2.1", "V4.1.1"])
def test_every_clause_has_one_row_and_in_order(clauses: str, *, newer: bool) -> None:
    assert [row.clause for row in rows() if row.newer is newer] == clauses.split()


def test_every_result_is_one_of_those_that_are_explained() -> None:
    assert {row.result for row in rows()} <= set(RESULTS)
    explained = _chapter("How to read", report())
    assert [result for result in RESULTS if f"**{result}**" not in explained] == []


def test_what_is_said_to_be_met_names_what_shows_it() -> None:
    kinds = (TEST, MODULE, LINK, LOOKED_AT)
    proved = [row for row in rows() if row.result in PROVED]
    assert [row.clause for row in proved if not any(kind.search(row.evidence) for kind in kinds)] == []
    assert [row.clause for row in rows() if row.how in ("", "-")] == []


def test_every_test_that_is_named_is_there() -> None:
    named = TEST.findall(report())
    assert len(named) > 50
    missing = {f"{file}::{name}" for file, name in named if not (TESTS / file).is_file() or name not in cases_of(file)}
    assert missing == set()


def test_every_file_that_was_looked_at_is_there() -> None:
    named = [name for name in LOOKED_AT.findall(report()) if name]
    assert [name for name in named if not (TESTS.parent / name).is_file()] == []


def test_every_module_that_is_named_can_be_run() -> None:
    for name in MODULE.findall(report()):
        path = TESTS.parent.joinpath(*name.split("."))
        assert (path / "__main__.py").is_file() or path.with_suffix(".py").is_file(), name


@pytest.mark.parametrize("document", [REPORT, STATEMENT], ids=lambda path: path.name)
def test_every_picture_and_document_that_is_named_is_there(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (DOCS / link).is_file()] == []


@pytest.mark.parametrize("newer", [False, True], ids=["V3.2.1", "V4.1.1"])
def test_what_is_not_met_is_said_first_with_what_would_meet_it(*, newer: bool) -> None:
    listed = _chapter(LACKS, report()).split("### ")
    part = next(text for text in listed if (NEWER in text.splitlines()[0]) is newer and text.startswith("V"))
    points = [line for line in part.splitlines() if line.startswith("|") and CLAUSE.match(line.strip("| "))]
    named = [clause for line in points for clause in CLAUSE.findall(line.split("|")[1])]
    assert sorted(named) == sorted(row.clause for row in rows() if row.newer is newer and row.result in LACKING)
    assert [line for line in points if not line.strip("| ").split("|")[-1].strip()] == []


@pytest.mark.parametrize("newer", [False, True], ids=["V3.2.1", "V4.1.1"])
def test_the_figures_are_those_of_the_tables(*, newer: bool) -> None:
    counted = Counter(row.result for row in rows() if row.newer is newer)
    told = {}
    for line in _chapter("In figures", report()).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] in RESULTS:
            told[cells[0]] = int(cells[2 if newer else 1])
    assert told == {result: counted[result] for result in RESULTS}


def test_the_statement_says_in_each_language_all_that_clients_lack() -> None:
    text = STATEMENT.read_text(encoding="utf-8")
    lacking = {row.clause for row in rows() if not row.newer and row.result in LACKING}
    for language in ("Suomeksi", "På svenska", "In English"):
        part = " ".join(_chapter(language, text).split())
        assert "306/2019" in part, language
        named = set(re.findall(r"EN 301 549, ((?:\d[\d., ]*\d))", part))
        clauses = {clause for group in named for clause in CLAUSE.findall(group)}
        assert clauses == lacking, language
        assert len(re.findall(r"\[[^\]]+\](?!\()", part)) >= 5, "who runs the kiosk fills in who they are"
