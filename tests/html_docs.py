"""The documents as web pages: ``python -m tests.html_docs out/docs`` (``make docs-html``).

What EN 301 549 12.1.2 asks of documentation, so that a screen reader finds its way: a title and a language for each
page, one heading of the first level, a way past the list of documents, words for pictures, headers for columns. Made
with markdown-it-py from the same files that one reads as they are.
"""

import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape
from itertools import pairwise
from pathlib import Path
from posixpath import normpath, relpath
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/*.md", "docs/adr/*.md")
NAME = "Check-in kiosk"
SPOKEN = {"Suomeksi": "fi", "På svenska": "sv", "In English": "en"}
"""Chapters that are in a language of their own, by their headings."""
STYLE = """
:root { color-scheme: light dark; }
body { font: 1.125rem/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 80rem; padding: 1rem; }
body { overflow-wrap: break-word; }
body { color: #1a1a1a; background: #fff; }
a { color: #0b4fa8; }
a:focus-visible, [tabindex]:focus-visible { outline: 3px solid #0b4fa8; outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
nav ul { columns: 16rem; padding-left: 1.2rem; }
main { max-width: 60rem; }
img { max-width: 100%; height: auto; }
pre, .table { overflow-x: auto; padding: .6rem; border: 1px solid #767676; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
pre code { overflow-wrap: normal; }
table { border-collapse: collapse; }
th, td { border: 1px solid #767676; padding: .3rem .6rem; text-align: left; vertical-align: top; }
@media (prefers-color-scheme: dark) {
  body { color: #f2f2f2; background: #121212; }
  a { color: #9cc4ff; }
  a:focus-visible, [tabindex]:focus-visible { outline-color: #9cc4ff; }
}
"""


def sources() -> tuple[str, ...]:
    """The documents, by their paths from the root of the repository."""
    return tuple(str(path.relative_to(ROOT)) for pattern in PAGES for path in sorted(ROOT.glob(pattern)))


def titles() -> Mapping[str, str]:
    """The first heading of each document."""
    found = {}
    for name in sources():
        heading = re.search(r"^# (.+)$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        found[name] = name if heading is None else re.sub(r"[`*]", "", heading[1])
    return found


def build(folder: Path) -> list[Path]:
    """Write every document and every picture that it shows below ``folder``; the pages that were made."""
    made, known = [], titles()
    for name in known:
        page, pictures = html(name, known)
        path = folder / address(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
        made.append(path)
        for picture in pictures:
            (folder / picture).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / picture, folder / picture)
    return made


def address(name: str) -> str:
    """Where the page of a document lies: the README is the first page."""
    return "index.html" if name == "README.md" else f"{name.removesuffix('.md')}.html"


def html(name: str, known: Mapping[str, str]) -> tuple[str, list[str]]:
    """One document as a page, and the pictures that it shows."""
    markdown = MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse((ROOT / name).read_text(encoding="utf-8"))
    pictures: list[str] = []
    _place_headings(tokens)
    for token in _all(tokens):
        if token.type == "image":
            picture = _target(name, str(token.attrs["src"]))
            pictures.append(picture)
        elif token.type in ("html_block", "html_inline"):
            pictures += [_target(name, source) for source in re.findall(r'<img[^>]* src="([^":]+)"', token.content)]
        elif token.type == "link_open":
            token.attrs["href"] = _link(name, str(token.attrs["href"]), known)
    _mark_tables(tokens)
    body = "".join(_in_its_language(tokens, markdown))
    # What can be scrolled sideways must be reached by keys.
    body = body.replace("<pre>", '<pre tabindex="0">')
    return _page(name, known, body), pictures


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


def _place_headings(tokens: list[Token]) -> None:
    """Give each heading the name that links in the documents have for it, as GitHub makes it."""
    seen: Counter[str] = Counter()
    for opened, words in pairwise(tokens):
        if opened.type == "heading_open":
            slug = re.sub(r"[^\w\- ]", "", words.content.lower()).replace(" ", "-")
            opened.attrs["id"] = f"{slug}-{seen[slug]}" if seen[slug] else slug
            seen[slug] += 1


def _mark_tables(tokens: list[Token]) -> None:
    for n, token in enumerate(tokens):
        if token.type != "th_open":
            continue
        if tokens[n + 1].content.strip():
            token.attrs["scope"] = "col"
        else:
            # A corner is no header.
            token.tag = tokens[n + 2].tag = "td"


def _in_its_language(tokens: list[Token], markdown: MarkdownIt) -> Iterator[str]:
    """The text, each chapter that has a language of its own marked with it."""
    begins = [n for n, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    caption, tables = "", Counter[str]()
    for first, end in zip([0, *begins], [*begins, len(tokens)], strict=True):
        chapter = tokens[first:end]
        language = SPOKEN.get(chapter[1].content, "") if chapter and chapter[0].tag == "h2" else ""
        if language:
            yield f'<section lang="{language}">\n'
        for n, token in enumerate(chapter):
            if token.type == "inline" and chapter[n - 1].type == "heading_open":
                caption = re.sub(r"[`*]", "", token.content)
            if token.type == "table_open":
                tables[caption] += 1
                label = caption if tables[caption] == 1 else f"{caption}, table {tables[caption]}"
                yield f'<div class="table" role="region" tabindex="0" aria-label="{escape(label)}">\n'
            yield markdown.renderer.render([token], markdown.options, {})
            if token.type == "table_close":
                yield "</div>\n"
        if language:
            yield "</section>\n"


def _target(name: str, link: str) -> str:
    """A relative link of a document, from the root of the repository."""
    return normpath(f"{Path(name).parent.as_posix()}/{unquote(link)}")


def _link(name: str, link: str, known: Mapping[str, str]) -> str:
    """Where it leads among the pages; what is no page stays as it is."""
    path, hash_, part = link.partition("#")
    if not path or ":" in path or _target(name, path) not in known:
        return link
    there = address(_target(name, path))
    return relpath(there, Path(address(name)).parent.as_posix()) + hash_ + part


def _page(name: str, known: Mapping[str, str], body: str) -> str:
    items = ""
    for other, title in known.items():
        there = _link("README.md", other, known)
        there = relpath(there, Path(address(name)).parent.as_posix())
        words = escape(title)
        items += f"<li>{words}</li>\n" if other == name else f'<li><a href="{there}">{words}</a></li>\n'
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(known[name])} – {NAME}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#text">To the text</a>\n<nav aria-label="Documents">\n<ul>\n{items}</ul>\n</nav>\n'
        f'<main id="text">\n{body}</main>\n</body>\n</html>\n'
    )


if __name__ == "__main__":
    print(f"{len(build(Path(sys.argv[1])))} pages in {sys.argv[1]}")
