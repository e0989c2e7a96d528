"""How templates are read: everything is escaped, and a name that is not there is an error."""

import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from central.pages.static import Static
from central.pages.words import autonyms

_FOLDER = Path(__file__).parent / "templates"


def mark(html: str) -> str:
    """By what a part of a page is known that a browser shows already."""
    return hashlib.sha256(html.strip().encode()).hexdigest()[:16]


def environment(static: Static) -> Environment:
    """The templates of this package."""
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters["mark"] = mark
    made.globals.update(static=static.address, languages=autonyms())
    return made
