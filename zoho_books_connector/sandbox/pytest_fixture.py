"""A pytest fixture for host authors: `pytest_plugins = ["zoho_books_connector.sandbox.pytest_fixture"]`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .sandbox import Sandbox


@pytest.fixture
def zoho_sandbox() -> Iterator[Sandbox]:
    """A running sandbox with two data centres, `us` and `in`, and its limits in force."""
    with Sandbox() as sandbox:
        yield sandbox
