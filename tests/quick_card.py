"""The receptionist's card, to be printed: ``python -m tests.quick_card out/quick-card`` (``make quick-card``).

One A4 page in each language, from ``docs/quick-card``. The names of buttons come from the kiosk's own words, so that
the card says what the screen says. Chromium prints it, as a tagged PDF that a screen reader can read.
"""

import re
import sys
import tempfile
from html import escape
from pathlib import Path

from babel.messages import pofile
from markdown_it import MarkdownIt
from playwright.sync_api import Browser

from kiosk.checkin.wording import Text
from kiosk.texts import say
from tests.pages import rig

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "docs" / "quick-card"
CENTRAL = ROOT / "central" / "locale"
LANGUAGES = ("fi", "sv", "en")

SIGNS = {
    "tick": '<circle cx="12" cy="12" r="11" fill="#1b7837"/><path d="M6 12l4 5 8-10" {line}/>',
    "triangle": '<path d="M12 1L23 22H1z" fill="#f2b700"/><path d="M12 8v7M12 18v1" stroke="#000" stroke-width="2.5"/>',
    "cross": '<rect x="1" y="1" width="22" height="22" fill="#b00020"/><path d="M7 7l10 10M17 7L7 17" {line}/>',
}
"""As on the kiosk: each is known by its form alone."""
LINE = 'stroke="#fff" stroke-width="3" fill="none" stroke-linecap="round"'

STYLE = """
@page { size: A4; margin: 11mm 12mm; }
body { font: 12pt/1.32 "Noto Sans", "DejaVu Sans", sans-serif; margin: 0; color: #000; }
h1 { font-size: 24pt; margin: 0 0 2mm; }
h1 + p { margin: 0 0 4mm; padding: 2.5mm 3mm; border: .4mm solid #000; }
main > div { columns: 2; column-gap: 6mm; }
section { break-inside: avoid; margin: 0 0 3.5mm; padding: 2.5mm 3mm; border: .3mm solid #555; border-radius: 2mm; }
h2 { font-size: 14pt; margin: 0 0 1.2mm; }
p { margin: 0 0 1.2mm; }
ol, ul { margin: 0 0 1.2mm; padding-left: 6mm; }
ul { list-style: none; padding-left: 0; }
ul li { padding-left: 9mm; position: relative; margin-bottom: 1.4mm; }
ul svg { position: absolute; left: 0; top: .6mm; width: 6.5mm; height: 6.5mm; }
em { font-style: normal; font-weight: 600; background: #eee; padding: 0 .8mm; }
"""

_KEY = re.compile(r"\{(central:)?([a-z][\w.-]+)\}")
_SIGN = re.compile(r"\[(tick|triangle|cross)\]")


def source(language: str) -> str:
    """The Markdown of a card, with the words of kiosk and centre in it. Raises ``KeyError`` for words they lack."""
    text = (SOURCES / f"{language}.md").read_text(encoding="utf-8")
    return _KEY.sub(lambda match: _at_centre(match[2], language) if match[1] else say(Text(match[2]), language), text)


def _at_centre(key: str, language: str) -> str:
    with (CENTRAL / language / "LC_MESSAGES" / "central.po").open("rb") as file:
        found = {entry.id: entry.string for entry in pofile.read_po(file)}
    return str(found[key])


def page(language: str) -> str:
    """The card as a web page that holds everything it needs."""
    html: str = MarkdownIt().render(source(language))
    head, *parts = re.split(r"(?=<h2>)", _SIGN.sub(_drawing, html))
    sections = "".join(f"<section>{part}</section>" for part in parts)
    found = re.search(r"<h1>(.+?)</h1>", head)
    title = found[1] if found else ""
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><main>{head}<div>{sections}</div></main></body></html>"
    )


def printed(language: str, folder: Path, browser: Browser) -> Path:
    """The card as a PDF in a folder, printed by a browser. Raises ``playwright``'s ``Error`` where it can't print."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{language}.pdf"
    with tempfile.TemporaryDirectory(prefix="card-") as temporary:
        source_file = Path(temporary, "card.html")
        source_file.write_text(page(language), encoding="utf-8")
        tab = browser.new_page()
        tab.goto(source_file.as_uri())
        tab.pdf(path=str(file), prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        tab.close()
    return file


def _drawing(match: re.Match[str]) -> str:
    return f'<svg viewBox="0 0 24 24" aria-hidden="true">{SIGNS[match[1]].format(line=LINE)}</svg>'


if __name__ == "__main__":
    with rig.browser() as opened:
        for one in LANGUAGES:
            print(printed(one, Path(sys.argv[1] if len(sys.argv) > 1 else "out/quick-card"), opened))
