"""Sample inputs whose pickers hold records of the account, so that they can be run as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from zoho_books_connector.boundary import Option
from zoho_books_connector.workbench.forms.fills import Fill, fills_of
from zoho_books_connector.workbench.forms.shapes import Field, Group, Rows, Shape

#: Returns the choices of a source under dependencies; none where they cannot be had.
Choices = Callable[[str, Mapping[str, Any]], tuple[Option, ...]]


class Sampler:
    """Replaces the ids of one sample by those of an account, each source's choices in turn."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._taken: Counter[str] = Counter()
        #: What pickers show for the ids, by pointer.
        self.labels: dict[str, str] = {}
        self._fills: dict[str, Mapping[str, Fill]] = {}

    def fill(self, shape: Group, sample: Mapping[str, Any]) -> dict[str, Any]:
        """Return the sample with ids of the account; those that cannot be had stay."""
        document: dict[str, Any] = {}
        # In the order of the form, what others depend on comes first.
        for part in shape.parts:
            if part.name in sample:
                document[part.name] = self._filled(part, sample[part.name], f"/{part.name}", document)
        return document

    def _filled(self, shape: Shape, value: Any, pointer: str, document: Mapping[str, Any]) -> Any:
        if isinstance(shape, Rows) and isinstance(value, list):
            return [self._filled(shape.entry, each, f"{pointer}/{at}", document) for at, each in enumerate(value)]
        if isinstance(shape, Group) and isinstance(value, Mapping):
            filled = {
                name: self._filled(shape.by_name[name], inner, f"{pointer}/{name}", document)
                for name, inner in value.items()
            }
            return self._brought(shape, pointer) | filled
        if isinstance(shape, Field) and shape.kind == "picker":
            return self._chosen(shape, value, pointer, document)
        return value

    def _chosen(self, field: Field, value: Any, pointer: str, document: Mapping[str, Any]) -> Any:
        source = field.options["source"]
        depends = {name: document[name] for name in field.options.get("depends_on", ()) if name in document}
        options = self._choices(source, depends | dict(field.options.get("with", {})))
        if not options:
            return value
        option = options[self._taken[source] % len(options)]
        self._taken[source] += 1
        self.labels[pointer] = option.label
        self._fills[pointer] = fills_of(source, option)
        return option.value

    def _brought(self, group: Group, pointer: str) -> dict[str, str]:
        """Return what the choices in a group fill of its other fields."""
        brought: dict[str, str] = {}
        for name in group.by_name:
            for field, fill in self._fills.get(f"{pointer}/{name}", {}).items():
                if fill.value and field in group.by_name:
                    brought[field] = fill.value
                    self.labels.setdefault(f"{pointer}/{field}", fill.label or fill.value)
        return brought
