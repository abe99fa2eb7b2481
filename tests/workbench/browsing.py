"""A person at a real browser, with a mouse or with a keyboard alone, and what both of them look for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

from zoho_books_connector.workbench.bench import Workbench

#: Presses of Tab after which the keyboard does not lead there: twice the longest form.
MOST_TABS: Final = 600


_WAY: Final = """each => {
  const focus = document.activeElement;
  if (each === focus) return "here";
  return focus.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING ? "back" : "onwards";
}"""


class Hand(Protocol):
    """What moves a page on."""

    page: Page

    def press(self, target: Locator) -> None:
        """Follow a link or press a button."""

    def tick(self, target: Locator) -> None:
        """Tick a box, or choose a radio button."""

    def write(self, target: Locator, text: str) -> None:
        """Write into a field."""

    def choose(self, target: Locator, label: str) -> None:
        """Choose from a list that the browser draws."""

    def pick(self, target: Locator, text: str) -> None:
        """Take the first choice of a picker that begins so."""

    def attach(self, target: Locator, file: Path) -> None:
        """Choose a file."""


class Mouse:
    """A person who clicks, and types only where a text is wanted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def press(self, target: Locator) -> None:
        """Click, and count it."""
        self.clicks += 1
        target.click()

    def tick(self, target: Locator) -> None:
        """Click a box."""
        target.check()

    def write(self, target: Locator, text: str) -> None:
        """Fill a field."""
        target.fill(text)

    def choose(self, target: Locator, label: str) -> None:
        """Choose the first option that begins so."""
        self.page.wait_for_load_state()  # a list may lead others, which is the work of a script
        options = target.locator("option").filter(has_text=re.compile(rf"^{re.escape(label)}"))
        target.select_option(options.first.get_attribute("value"))

    def pick(self, target: Locator, text: str) -> None:
        """Click, and click the choice."""
        expect(target).to_have_role("combobox")  # what the page's script makes of a text field
        target.click()
        _beginning(self.page, text).click()

    def attach(self, target: Locator, file: Path) -> None:
        """Choose a file in the dialog."""
        with self.page.expect_file_chooser() as dialog:
            target.click()
        dialog.value.set_files(file)


class Keyboard:
    """A person who reaches everything with Tab."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Go there, and press Enter."""
        tab_to(self.page, target)
        self.page.keyboard.press("Enter")

    def tick(self, target: Locator) -> None:
        """Go to a box, and press the space bar; of radio buttons the arrows lead to the others."""
        if target.get_attribute("type") == "radio":
            tab_to(self.page, self.page.locator(f"input[name={target.get_attribute('name')}]").first)
            while not _has_focus(target):
                self.page.keyboard.press("ArrowDown")
        else:
            tab_to(self.page, target)
        self.page.keyboard.press("Space")

    def write(self, target: Locator, text: str) -> None:
        """Go there, and type over what is there."""
        tab_to(self.page, target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, target: Locator, label: str) -> None:
        """Type what the option begins with."""
        self.page.wait_for_load_state()
        tab_to(self.page, target)
        self.page.keyboard.type(label)

    def pick(self, target: Locator, text: str) -> None:
        """Type to search, then go to the choice with the arrow, and press Enter."""
        expect(target).to_have_role("combobox")
        tab_to(self.page, target)
        self.page.keyboard.type(text)
        expect(choices(self.page).filter(has_not_text=text)).to_have_count(0)
        wanted = _beginning(self.page, text)
        expect(wanted).to_be_visible()
        while wanted.get_attribute("aria-selected") != "true":
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")

    def attach(self, target: Locator, file: Path) -> None:
        """Open the dialog with Enter."""
        tab_to(self.page, target)
        with self.page.expect_file_chooser() as dialog:
            self.page.keyboard.press("Enter")
        dialog.value.set_files(file)


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is there, or Tab backwards where that is the way."""
    wanted = target.element_handle()
    for _ in range(MOST_TABS):
        way = wanted.evaluate(_WAY)
        if way == "here":
            return
        page.keyboard.press("Tab" if way == "onwards" else "Shift+Tab")
    raise AssertionError(f"the keyboard does not lead to {target}")


def _has_focus(target: Locator) -> bool:
    return bool(target.evaluate(_WAY) == "here")


def field(page: Page, pointer: str) -> Locator:
    """Return the control of an input by its JSON pointer."""
    return page.locator(f'[id="{pointer}"]')


def choices(page: Page) -> Locator:
    """Return what the open picker offers."""
    return page.locator("#choices [role=option]")


def _beginning(page: Page, text: str) -> Locator:
    return choices(page).filter(has_text=re.compile(rf"^\s*{re.escape(text)}")).first


@contextmanager
def at(browser: Browser, bench: Workbench, *, expected: str | None = None, **settings: object) -> Iterator[Page]:
    """Open a page of a browser at a workbench; an error in its console, or a request that leaves, fails the test.

    ``expected`` is what such an error may say all the same.
    """
    context = browser.new_context(base_url=bench.settings.url, **settings)  # type: ignore[arg-type]
    errors: list[str] = []
    hosts = hosts_of(bench)
    context.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("request", lambda request: errors.append(request.url) if strange(request.url, hosts) else None)
    page = context.new_page()
    # Without one that listens all the time, dialogs for files are switched off and on, and a key press gets lost.
    page.on("filechooser", lambda _dialog: None)
    yield page
    context.close()
    unexpected = [error for error in errors if expected is None or expected not in error]
    assert not unexpected, unexpected


def hosts_of(bench: Workbench) -> set[str]:
    """Return the hosts, with ports, that a page may speak to: the workbench and the sandbox beside it."""
    centres = bench.sandbox.data_centres.values() if bench.sandbox else ()
    return {urlsplit(url).netloc for url in (bench.settings.url, *(each.accounts_url for each in centres))}


def strange(url: str, hosts: set[str]) -> bool:
    """Tell whether a request would leave for somewhere else."""
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob") and parts.netloc not in hosts
