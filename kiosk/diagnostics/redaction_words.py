"""What may leave the house: the program's own words, moments and small numbers. All else is told by kind and length.

A word that stands in the program's own source, as an event, a fault's code or the name of a field, says nothing about
anybody. So no list of safe events has to be kept, and none can be forgotten.
"""

import ast
import errno
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from kiosk.diagnostics.redaction import is_clean

Tree = Any
"""What JSON can hold."""

LARGEST_NUMBER = 999_999
"""What counts and milliseconds need; nobody's identity or telephone number is that short."""

_WITHOUT = ("simulated", "scenario")
"""Rooms of the source whose words are those of people who were made up."""
_LONGEST_WORD = 60
_SHORTEST_WORD = 2
"""Nobody's code may be told letter by letter."""
_MOMENT = re.compile(r"20[2-9]\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_LINE = re.compile(r"[0-9]{1,4}")
_FILENAME = "filename"
_HIDDEN = re.compile(r"<(?:text|number|key \d+)(?::\d+)?>|<other>")

_DATABASE_WORDS = (
    *("database or disk is full", "disk I/O error", "database is locked", "file is not a database"),
    *("attempt to write a readonly database", "database disk image is malformed", "unable to open database file"),
)
"""What SQLite says (sqlite3_errstr)."""

_LOG_WORDS = (
    *("timestamp", "event", "level", "debug", "info", "warning", "error", "critical", "exception"),
    *("exc_type", "exc_value", "exc_notes", "syntax_error", "is_cause", "is_group", "frames", "lineno"),
)
"""What structlog adds to a line of its own accord."""


@dataclass(frozen=True)
class Words:
    """The words that may pass. ``roots`` are where source files may lie that a traceback names."""

    known: frozenset[str]
    roots: tuple[Path, ...] = ()

    def and_also(self, more: Iterable[str]) -> "Words":
        """The same with some more, such as the names of the kiosk and its site. None of them may look like a code."""
        return Words(self.known | {word for word in more if is_clean(word)}, self.roots)


@cache
def words_of(package: Path) -> Words:
    """All words of the program whose package lies there, of the operating system and of SQLite."""
    found: set[str] = {*_DATABASE_WORDS, *_LOG_WORDS, *map(os.strerror, errno.errorcode), *_errors(BaseException)}
    for file in sorted(package.rglob("*.py")):
        if not set(_WITHOUT) & set(file.relative_to(package).parts):
            found.update(_words_in(file.read_text(encoding="utf-8")))
            found.add(file.name)
    kept = frozenset(word for word in found if _SHORTEST_WORD <= len(word) <= _LONGEST_WORD and is_clean(word))
    kept -= {word for word in kept if not any(map(str.isalpha, word))}
    return Words(kept, (package.parent, Path(os.__file__).parent))


def allowed(tree: Tree, words: Words, *, largest: float = LARGEST_NUMBER) -> Tree:
    """``tree`` with only what may pass. Numbers beyond ``largest`` are hidden like texts, and so are unknown keys."""
    match tree:
        case None | bool():
            return tree
        case int() | float():
            return _number(tree, largest)
        case str():
            return tree if _passes(tree, words.known) else f"<text:{len(tree)}>"
        case Mapping():
            return _object(tree, words, largest)
        case Sequence() if not isinstance(tree, bytes | bytearray):
            return [_element(one, words, largest) for one in tree]
    return f"<{type(tree).__name__}>" if type(tree).__name__ in words.known else "<other>"


def log_line(line: str, words: Words) -> Tree:
    """One line of a log, as it may be shown. One that this program did not write is told by its length alone."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return {"unread": len(line)}
    try:
        return allowed(entry, words) if isinstance(entry, dict) else {"unread": len(line)}
    except RecursionError:
        return {"unread": len(line)}


def _passes(text: str, known: frozenset[str]) -> bool:
    if text in known or _MOMENT.fullmatch(text):
        return True
    # Two words, such as a step and how it ended, or a source file with a line number.
    first, colon, second = text.partition(":")
    if not colon or first not in known:
        return False
    return second in known or (first.endswith(".py") and _LINE.fullmatch(second) is not None)


def _element(value: Tree, words: Words, largest: float) -> Tree:
    # A list of numbers may be anything, such as the digits of a code.
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return allowed(value, words, largest=-1 if numeric and largest == LARGEST_NUMBER else largest)


def _object(tree: Mapping[Any, Tree], words: Words, largest: float) -> dict[str, Tree]:
    made: dict[str, Tree] = {}
    for number, (key, value) in enumerate(tree.items()):
        known = isinstance(key, str) and key in words.known
        name = key if known else f"<key {number}:{len(str(key))}>"
        if key == _FILENAME and isinstance(value, str):
            made[name] = _source(value, words.roots)
        else:
            made[name] = allowed(value, words, largest=largest if known else -1)
    return made


def _number(value: float, largest: float) -> float | str:
    if isinstance(value, float):
        # No digits behind the third: they say nothing, and could say much.
        return round(value, 3) if abs(value) <= largest else "<number>"
    return value if abs(value) <= largest else f"<number:{len(str(abs(value)))}>"


def hidden(tree: Tree) -> int:
    """How many values and keys of an allowed tree were hidden."""
    match tree:
        case str():
            return int(_HIDDEN.fullmatch(tree) is not None)
        case Mapping():
            return sum(hidden(key) + hidden(value) for key, value in tree.items())
        case list():
            return sum(map(hidden, tree))
    return 0


def _source(text: str, roots: Collection[Path]) -> str:
    """A file of a traceback, below the folder where it was installed."""
    path = PurePath(text)
    for root in roots:
        if path.is_relative_to(root) and (path.suffix == ".py") and Path(text).is_file():
            return str(path.relative_to(root))
    return f"<text:{len(text)}>"


def _words_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(word)):
                yield word
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word) | ast.FunctionDef(name=word):
                yield word
            case ast.keyword(arg=str(word)):
                yield word


def _errors(kind: type[BaseException]) -> Iterator[str]:
    yield kind.__name__
    for derived in kind.__subclasses__():
        yield from _errors(derived)
