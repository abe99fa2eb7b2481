"""Sample inputs whose pickers hold records of the account, so that they can be run as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from zoho_books_connector.boundary import Option
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
            return {
                name: self._filled(shape.by_name[name], inner, f"{pointer}/{name}", document)
                for name, inner in value.items()
            }
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
        return option.value
