"""A host that subscribes at a running sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.trigger.subscribing.desk import Desk, MakeDesk
from zoho_books_connector.sandbox import Limits, Sandbox, Switches


@pytest.fixture
def make_desk() -> Iterator[MakeDesk]:
    """Make desks; names are switches of the sandbox."""
    with ExitStack() as stack:

        def make(*, limits: Limits | None = None, **switches: Any) -> Desk:
            sandbox = stack.enter_context(
                Sandbox(("us",), switches=Switches(**switches), limits=limits or Limits.off())
            )
            desk = Desk(sandbox)
            stack.callback(desk.wire.close)
            stack.callback(desk.host.runtime.close)
            stack.enter_context(desk.person)
            return desk

        yield make


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk()
