"""The whole job, from the empty start page to a connection taken away, by mouse and by the keyboard alone."""

from __future__ import annotations

import struct
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.workbench.browsing import Keyboard, Mouse, at
from tests.workbench.story import Story
from zoho_books_connector.workbench.bench import Workbench

IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
WIDTH: Final = 1200
HEIGHT: Final = 800
LARGEST: Final = 150_000


def test_the_whole_story_by_mouse_and_its_pictures(
    browser: Browser, bench: Workbench, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = IMAGES if request.config.getoption("--screenshots") else tmp_path
    folder.mkdir(exist_ok=True)
    with at(browser, bench, viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce") as page:
        tell(Story(Mouse(page), bench, partial(picture, page, folder)), tmp_path)
    assert names(folder) == names(IMAGES), "run `make screenshots`"


def test_the_whole_story_by_keyboard(browser: Browser, bench: Workbench, tmp_path: Path) -> None:
    with at(browser, bench) as page:
        tell(Story(Keyboard(page), bench), tmp_path)


@pytest.mark.parametrize("path", sorted(IMAGES.glob("*.png")), ids=lambda path: path.name)
def test_a_picture_is_small_and_of_one_size(path: Path) -> None:
    content = path.read_bytes()
    assert len(content) <= LARGEST
    assert struct.unpack(">II", content[16:24]) == (WIDTH, HEIGHT)


def tell(story: Story, folder: Path) -> None:
    story.connect()
    story.create_contact()
    story.create_items()
    story.create_salesorder()
    story.create_invoice()
    story.lose_an_answer()
    story.read_the_invoice()
    story.subscribe()
    story.let_an_event_run_an_action()
    story.see_it_arrive()
    story.run_a_file(folder)
    story.look_back()
    story.unsubscribe()
    story.disconnect()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("workbench-*.png")}


def picture(page: Page, folder: Path, name: str, edge: Locator) -> None:
    edge.evaluate("each => each.scrollIntoView()")
    page.screenshot(path=folder / f"workbench-{name}.png")
