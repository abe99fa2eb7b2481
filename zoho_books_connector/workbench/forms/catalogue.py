"""The actions as the connector tells them through its hooks: titles, schemas, samples, and their drawn forms."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from zoho_books_connector.cli.host import Host
from zoho_books_connector.workbench.forms.drawing import FormDrawing
from zoho_books_connector.workbench.forms.shapes import Group, Rows, Shape, is_number, shape_of

_CUSTOM_FIELDS: Final = "custom_field"


class Catalogue:
    """What the pages need to know of every action, each asked for once."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._lock = threading.Lock()
        self._shapes: dict[str, Group] = {}
        self._drawings: dict[tuple[str, str | None], FormDrawing] = {}

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The connector's manifest."""
        return self._host.manifest()

    @property
    def actions(self) -> Mapping[str, Any]:
        """The actions of the manifest by id."""
        found: Mapping[str, Any] = self.manifest["actions"]
        return found

    def by_category(self) -> dict[str, dict[str, Any]]:
        """Return the actions by category, each category in the manifest's order."""
        found: dict[str, dict[str, Any]] = {}
        for action_id, action in self.actions.items():
            found.setdefault(action["category"], {})[action_id] = action
        return found

    def shape(self, action_id: str) -> Group:
        """Return the shape of an action's inputs."""
        with self._lock:
            if action_id not in self._shapes:
                self._shapes[action_id] = shape_of(self.input(action_id))
            return self._shapes[action_id]

    def drawing(self, action_id: str, edition: str | None) -> FormDrawing:
        """Return an action's form for a country edition."""
        shape = self.shape(action_id)
        with self._lock:
            key = action_id, edition
            if key not in self._drawings:
                self._drawings[key] = FormDrawing(
                    shape, edition, address=f"/actions/{action_id}", narrowed=self._narrowed()
                )
            return self._drawings[key]

    def input(self, action_id: str) -> dict[str, Any]:
        """Return the schema of an action's inputs."""
        return self._host.document(self.actions[action_id]["input"])

    def output(self, action_id: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the schema of what an action brings; that of a record depends on the module that is read."""
        action = self.actions[action_id]
        schema = self._host.document(action["output"])
        by = action.get("output_by")
        path = by["schemas"].get(str(inputs.get(by["input"]))) if by else None
        if path is None:
            return schema
        properties = schema["properties"] | {by["property"]: self._host.document(path)}
        return schema | {"properties": properties}

    def sample(self, action_id: str) -> dict[str, Any]:
        """Return sample inputs."""
        found: dict[str, Any] = self._host.document(self.actions[action_id]["sample"])["input"]
        return found

    def custom_field_module(self, action_id: str) -> str | None:
        """Return the module whose custom fields an action writes: that of its name."""
        if "custom_fields" not in self.shape(action_id).by_name:
            return None
        record = action_id.partition("_")[2].replace("_", "")
        modules: list[str] = self.manifest["option_sources"][_CUSTOM_FIELDS]["takes"]["module"]
        return next((module for module in modules if module.replace("_", "") == record), None)

    def depends_on_account(self, action_id: str) -> bool:
        """Tell whether an action's form has custom fields, or fields of country editions."""
        shape = self.shape(action_id)
        rows = (part.entry for part in shape.parts if isinstance(part, Rows))
        groups = (shape, *(entry for entry in rows if isinstance(entry, Group)))
        return "custom_fields" in shape.by_name or any(part.editions for group in groups for part in group.parts)

    def takes(self, source: str) -> frozenset[str]:
        """Return the names that a source of choices depends on, or is narrowed by."""
        entry = self.manifest["option_sources"][source]
        return frozenset((*entry.get("depends_on", ()), *entry.get("narrowed_by", ()), *entry.get("takes", ())))

    def _narrowed(self) -> dict[str, list[str]]:
        sources = self.manifest["option_sources"].items()
        return {source: entry["narrowed_by"] for source, entry in sources if "narrowed_by" in entry}

    def place(self, action_id: str, pointer: str) -> str:
        """Return how a person calls the place of a pointer: ``Line items 2, Quantity``."""
        at: Shape = self.shape(action_id)
        words: list[str] = []
        for step in pointer.split("/")[1:]:
            if isinstance(at, Rows) and is_number(step):
                words[-1] += f" {int(step) + 1}"
                at = at.entry
            elif isinstance(at, Group) and step in at.by_name:
                at = at.by_name[step]
                words.append(at.title)
            else:
                break
        return ", ".join(words)
