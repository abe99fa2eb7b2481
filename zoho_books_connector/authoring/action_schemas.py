"""The schemas of each action's inputs and output, under ``schemas/``."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from zoho_books_connector.authoring.output import ROOT, Generated, as_file
from zoho_books_connector.models.titles import title
from zoho_books_connector.registry import ACTIONS, load_action
from zoho_books_connector.schemas import schema_of


def action_schemas() -> Iterator[Generated]:
    """Yield the input and the output schema of every action."""
    for action_id in ACTIONS:
        action = load_action(action_id)
        yield _schema_file("inputs", action_id, action.inputs, title(action_id))
        yield _schema_file("outputs", action_id, action.output, title(_snake(action.output.__name__)))


def _schema_file(folder: str, action_id: str, model: type[BaseModel], name: str) -> Generated:
    return ROOT / "schemas" / folder / f"{action_id}.json", lambda: as_file(schema_of(model, name))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
