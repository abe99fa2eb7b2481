"""Leaving out what was not really given: blank text, empty objects and lists, null where it clears nothing, custom
fields without a value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

_GONE: Final = object()
#: In these lists an entry that is left without a value says nothing.
_VALUE_LISTS: Final = frozenset({"custom_fields", "item_custom_fields"})

Location = tuple[str | int, ...]


@dataclass
class Blanks:
    """Leaves blanks out of one document and remembers where its list entries stood before."""

    #: Whether null means "not given".
    nulls: bool
    #: List → the former positions of the entries that are left.
    _kept: dict[Location, list[int]] = field(default_factory=dict)

    def left_out_of(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return the document without its blanks."""
        rest = self._object(document, ())
        return {} if rest is _GONE else rest

    def original(self, location: Location) -> Location:
        """Return where something stood before, given where it stands now."""
        path: Location = ()
        for step in location:
            kept = self._kept.get(path)
            path = (*path, kept[step] if kept and isinstance(step, int) and step < len(kept) else step)
        return path

    def _rest(self, value: Any, path: Location) -> Any:
        if isinstance(value, str):
            return value if value.strip() else _GONE
        if value is None and self.nulls:
            return _GONE
        if isinstance(value, dict):
            return self._object(value, path)
        return self._list(value, path) if isinstance(value, list) else value

    def _object(self, value: dict[str, Any], path: Location) -> Any:
        rest = {key: left for key, item in value.items() if (left := self._rest(item, (*path, key))) is not _GONE}
        return rest or _GONE

    def _list(self, value: list[Any], path: Location) -> Any:
        left = [(number, self._entry(item, path, number)) for number, item in enumerate(value)]
        kept = [(number, item) for number, item in left if item is not _GONE]
        self._kept[path] = [number for number, _ in kept]
        return [item for _, item in kept] or _GONE

    def _entry(self, item: Any, path: Location, number: int) -> Any:
        """Return an entry of a list. A blank object stays as an empty one: a line is never dropped in silence."""
        rest = self._rest(item, (*path, number))
        if not isinstance(item, dict):
            return rest
        if path and path[-1] in _VALUE_LISTS and (rest is _GONE or "value" not in rest):
            return _GONE
        return {} if rest is _GONE else rest
