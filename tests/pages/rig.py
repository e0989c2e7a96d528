"""The pages of a real centre in Debian's Chromium, and people who use them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from central.people import tokens
from central.people.roles import Grant, Person, Role
from central.store import people
from tests.central.rig import Centre

HERE = Path(__file__).parent
LANGUAGES = ("fi", "sv", "en")
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""What axe-core holds a page against: WCAG 2.2 AA and the usual good practice."""
DESK, PHONE, NARROWEST = (1280, 900), (390, 844), (320, 640)

Scheme = Literal["light", "dark"]
expect.set_options(timeout=10_000)


def chromium() -> str | None:
    """Where Debian's Chromium is; ``None`` where it is not installed."""
    return next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """One browser, for all tests of this process. Playwright's own is never fetched."""
    # As root Chromium runs in no sandbox; /dev/shm may be small in a container.
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=flags)
        try:
            yield opened
        finally:
            opened.close()


class Staff:
    """People at their browsers, at one centre."""

    def __init__(self, opened: Browser, centre: Centre) -> None:
        self.browser, self.centre = opened, centre
        self.complaints: list[str] = []
        """What the browsers' consoles said: nothing, in a page that keeps its own rules."""
        self._contexts: list[BrowserContext] = []

    def token(self, *roles: Role, sites: tuple[str, ...] = (), name: str = "Aino Testi") -> str:
        """Somebody who has signed in, with these roles or, where none is said, all; the token of the session."""
        token = tokens.new()
        person = Person(name.lower().replace(" ", "."), name, (Grant(frozenset(roles or Role), frozenset(sites)),))
        with self.centre.store.writing() as connection:
            people.begin(connection, tokens.hashed(token), person, self.centre.moment, timedelta(hours=12))
        return token

    def page(
        self,
        *roles: Role,
        sites: tuple[str, ...] = (),
        name: str = "Aino Testi",
        language: str = "en",
        scheme: Scheme = "light",
        size: tuple[int, int] = DESK,
        signed_in: bool = True,
        script: bool = True,
    ) -> Page:
        """A browser window of somebody who has signed in."""
        context = self.browser.new_context(
            base_url=self.centre.url,
            locale=f"{language}-FI",
            color_scheme=scheme,
            reduced_motion="reduce",
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            timezone_id="Europe/Helsinki",
        )
        self._contexts.append(context)
        if signed_in:
            token = self.token(*roles, sites=sites, name=name)
            context.add_cookies([{"name": "centre-session", "value": token, "url": self.centre.url}])
        page = context.new_page()
        page.on("console", lambda one: self.complaints.append(one.text) if one.type in ("error", "warning") else None)
        page.on("pageerror", lambda one: self.complaints.append(str(one)))
        return page

    def close(self) -> None:
        """Close every window."""
        for context in self._contexts:
            context.close()


def speak(page: Page, language: str) -> None:
    """Change the language of a window, as the cookie has it."""
    page.context.add_cookies([{"name": "language", "value": language, "url": page.url}])


@cache
def _axe() -> str:
    return (HERE / "axe" / "axe.min.js").read_text()


def violations(page: Page) -> list[str]:
    """What axe-core finds against ``STANDARD``, each with where it is."""
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", STANDARD
    )
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}" for one in found["violations"] for node in one["nodes"]
    ]


def too_small(page: Page) -> list[str]:
    """What can be touched and is lower than 44 CSS px. Links within a sentence are not meant (WCAG 2.5.5)."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("button, .button, input, select, textarea, summary, nav a")]
            .filter(one => one.type !== "hidden" && one.getClientRects().length)
            .filter(one => (one.closest("label") || one).getBoundingClientRect().height < 43.5)
            .map(one => one.outerHTML.slice(0, 120))"""
    )
    return found


def runs_over(page: Page) -> bool:
    """Whether anything must be scrolled for sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
