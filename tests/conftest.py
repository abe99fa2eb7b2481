"""What holds for every test, and the one Chromium of a run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

# Machines are shared and noisy, so no example is timed. A submission must not fail by the luck of the draw: there the
# same examples run each time, while whoever develops explores new ones.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", UNHURRIED)
settings.register_profile("repeat", UNHURRIED, derandomize=True)
settings.load_profile("repeat" if os.environ.get("CI") else "explore")

#: A browser that asks nobody for anything.
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests write the pictures that the pages of `docs` show."""
    parser.addoption("--screenshots", action="store_true", help="write the pictures of the workbench to docs/images")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, or a sentence that says why not."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("Chromium is not installed, so nobody can look at the pages; on Debian: apt install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield launched
        launched.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try what needs the browser last: its library keeps an event loop in its process, where no other can run."""
    items.sort(key=lambda item: "chromium" in getattr(item, "fixturenames", ()))
