"""What documents name as their evidence: tests, scenarios, modules, links; ``missing`` tells what is not there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")
SCENARIO = re.compile(r"`(scenarios/[\w.-]+\.yaml)`")
MODULE = re.compile(r"`python -m ([\w.]+)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[\w-]*)?\)")
DOCUMENT = re.compile(r"(?<![\w/])(docs/[\w/-]+\.md)\b")


def named(text: str) -> frozenset[str]:
    """Every test, scenario and module that a text names."""
    tests = {name if case == "" else f"{name}::{case}" for name, case in TEST.findall(text)}
    return frozenset(tests | set(SCENARIO.findall(text)) | set(MODULE.findall(text)))


def missing(document: Path) -> list[str]:
    """What a document names and the repository does not have."""
    return list(_missing(document.read_text(encoding="utf-8"), document.parent))


def _missing(text: str, beside: Path) -> Iterator[str]:
    for name, case in TEST.findall(text):
        path = ROOT / "tests" / name.removeprefix("tests/")
        if not path.is_file():
            yield name
        elif case and case not in _cases(path):
            yield f"{name}::{case}"
    yield from (name for name in SCENARIO.findall(text) + DOCUMENT.findall(text) if not (ROOT / name).is_file())
    for name in MODULE.findall(text):
        path = ROOT.joinpath(*name.split("."))
        if not (path / "__main__.py").is_file() and not path.with_suffix(".py").is_file():
            yield name
    yield from (link for link in LINK.findall(text) if not (beside / link).exists())


@cache
def _cases(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(function.name for function in functions)
