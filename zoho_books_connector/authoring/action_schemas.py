"""The schemas of each action's inputs and output, under ``schemas/``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from zoho_books_connector.actions import Action
from zoho_books_connector.authoring.field_texts import described
from zoho_books_connector.authoring.layout import laid_out
from zoho_books_connector.authoring.output import ROOT, Generated, as_file
from zoho_books_connector.models.titles import title
from zoho_books_connector.registry import ACTIONS, load_action
from zoho_books_connector.schemas import schema_of

_FOLDER: Final = ROOT / "schemas"


def action_schemas() -> Iterator[Generated]:
    """Yield the input and the output schema of every action."""
    for action_id in ACTIONS:
        action = load_action(action_id)
        yield _FOLDER / "inputs" / f"{action_id}.json", partial(_input_text, action)
        yield _FOLDER / "outputs" / f"{action_id}.json", partial(_output_text, action)


def _input_text(action: Action) -> str:
    return as_file(schema_of(action.inputs, title(action.id)))


def _output_text(action: Action) -> str:
    return laid_out(output_schema(action))


def output_schema(action: Action) -> dict[str, Any]:
    """Return the JSON Schema of what an action brings."""
    return described(schema_of(action.output, title(_snake(action.output.__name__))))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
