"""Every page in every language, light and dark: WCAG 2.2 AA by axe-core, targets, reflow, and a silent console."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.central.rig import Centre
from tests.pages.rig import LANGUAGES, NARROWEST, Staff, runs_over, speak, too_small, violations
from tests.pages.scenes import SCENES
from tests.pages.scenes.scene import Scene


@pytest.fixture(params=SCENES, ids=lambda scene: scene.name)
def scene(request: pytest.FixtureRequest) -> Scene:
    found: Scene = request.param
    return found


@pytest.fixture
def crowd(browser: Browser, tmp_path: Path) -> Iterator[Staff]:
    with Centre(tmp_path) as centre:
        centre.seed()
        people = Staff(browser, centre)
        yield people
        people.close()


def test_a_page_is_for_everybody(scene: Scene, crowd: Staff) -> None:
    scene.prepare(crowd)
    page = crowd.page(*scene.roles, signed_in=scene.signed_in)
    for language in LANGUAGES:
        page.goto(crowd.centre.url + scene.path)
        speak(page, language)
        opened = page.goto(crowd.centre.url + scene.path)
        assert opened is not None
        assert opened.ok is not scene.complains
        page.wait_for_selector(scene.ready)
        expect(page.locator("html")).to_have_attribute("lang", language)
        if scene.then is not None:
            scene.then(page)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == [], f"{scene.name} {language} {scheme}"
        assert page.locator("h1").count() == 1
        assert too_small(page) == [], scene.name
        width, height = NARROWEST
        page.set_viewport_size({"width": width, "height": height})
        assert not runs_over(page), f"{scene.name} {language} at {width} px"
        page.set_viewport_size({"width": 1280, "height": 900})
    if not scene.complains:
        assert crowd.complaints == []
