"""No two threads are ever the first to use a type with msgspec: that crashes the process (msgspec 0.22)."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILT_IN = {"dict", "list", "tuple", "set"}
"""Containers of plain values hold no type that has to be worked out."""
AT_ONCE = """
import sys, threading
import msgspec
from kiosk.sync import messages

sys.setswitchinterval(1e-6)
together = threading.Barrier(6)
def first():
    together.wait()
    msgspec.json.decode(b'{"results":[{"verdict":"recorded","id":"x","receipt":"r"}]}', type=messages.FactResults)
threads = [threading.Thread(target=first) for _ in range(6)]
[one.start() for one in threads]
[one.join() for one in threads]
"""


def decoded_on_the_spot(source: str) -> list[str]:
    """The types that a module gives to ``msgspec.json.decode`` instead of keeping a decoder for them."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "msgspec.json.decode":
            found += [word.value for word in node.keywords if word.arg == "type"]
    return [ast.unparse(one) for one in found if ast.unparse(one).partition("[")[0] not in BUILT_IN]


@pytest.mark.parametrize(
    "module", sorted(path for house in ("kiosk", "central") for path in (ROOT / house).rglob("*.py"))
)
def test_a_type_is_worked_out_where_its_module_is_loaded(module: Path) -> None:
    # `kind` is one of the messages, which are all worked out at the end of their module.
    assert set(decoded_on_the_spot(module.read_text())) <= {"kind"}


def test_the_rule_sees_what_it_forbids() -> None:
    assert decoded_on_the_spot("msgspec.json.decode(raw, type=Thing)") == ["Thing"]
    assert decoded_on_the_spot("msgspec.json.decode(raw, type=dict[str, str])") == []


@pytest.mark.parametrize("turn", range(6))
def test_threads_that_use_a_message_for_the_first_time_at_once(turn: int) -> None:
    # Without the readiness one process in three crashes.
    assert subprocess.run([sys.executable, "-c", AT_ONCE], cwd=ROOT, check=False).returncode == 0
