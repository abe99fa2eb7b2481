"""Pickers of a host that is connected to a running sandbox, on a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from tests.doubles import Clock
from tests.end_to_end.conftest import Books
from tests.reference_host import ReferenceHost
from zoho_books_connector.boundary import OptionsPage, RunContext
from zoho_books_connector.plugin import connector_options
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sandbox import Limits, Sandbox, Switches


class Desk(Books):
    """One organization of the sandbox, and somebody who fills in forms."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.clock = Clock()
        super().__init__(sandbox)

    def pick(
        self,
        source_id: str,
        search: str = "",
        depends: Mapping[str, Any] | None = None,
        cursor: str | None = None,
    ) -> OptionsPage:
        """Ask a source as a host does."""
        source = connector_options("zoho_books", source_id)
        assert source is not None
        return source(
            self.host.credential,
            tokens=self.host.tokens,
            run=RunContext(self.host.runtime),
            search=search,
            depends=depends,
            cursor=cursor,
        )

    def labels(self, source_id: str, *arguments: Any, **named: Any) -> list[str]:
        """What a person reads."""
        return [option.label for option in self.pick(source_id, *arguments, **named).options]

    def seed(self, module: str, /, **record: Any) -> dict[str, Any]:
        """Put a record into the books, past every check."""
        seeded: dict[str, Any] = self.centre.seed(self.organization_id, module, record)
        return seeded

    def _host(self) -> ReferenceHost:
        host = super()._host()
        resources = {"zoho_books.sleep": self.clock.sleep, "zoho_books.clock": self.clock}
        host.runtime = DefaultRuntime(host.runtime.http, resources=resources)
        return host


MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk() -> Iterator[MakeDesk]:
    """Make desks; names are switches of the sandbox."""
    with ExitStack() as stack:

        def make(*, limits: Limits | None = None, **switches: Any) -> Desk:
            sandbox = stack.enter_context(
                Sandbox(("us",), switches=Switches(**switches), limits=limits or Limits.off())
            )
            desk = Desk(sandbox)
            stack.callback(desk.host.runtime.close)
            return desk

        yield make


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk()
