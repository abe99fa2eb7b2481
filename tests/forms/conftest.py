"""A person at a page of Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.forms.person import Person


@pytest.fixture(scope="session")
def page(chromium: Browser) -> Person:
    return Person(chromium.new_page())


@pytest.fixture
def person(page: Person) -> Person:
    return page
