"""What an action is: a function over the client, its models, and the scope that its call needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from zoho_books_connector.api.client import BooksClient
from zoho_books_connector.models.base import Input, Output

I = TypeVar("I", bound=Input)  # noqa: E741 - the inputs


@dataclass(frozen=True)
class Action:
    """One action; ``revision`` goes up when stored inputs need a migration."""

    run: Callable[[BooksClient, Any], dict[str, Any]]
    inputs: type[Input]
    output: type[Output]
    scope: str
    revision: int = 1

    @property
    def id(self) -> str:
        """The id that hosts use: the function's name."""
        return self.run.__name__


def action(
    *, inputs: type[I], output: type[Output], scope: str, revision: int = 1
) -> Callable[[Callable[[BooksClient, I], dict[str, Any]]], Action]:
    """Make an action of a function that takes the client and validated inputs and returns Zoho's record."""
    return lambda function: Action(function, inputs, output, scope, revision)
