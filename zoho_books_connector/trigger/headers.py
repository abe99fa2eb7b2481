"""The headers of a request by their names, in any case."""

from __future__ import annotations

from collections.abc import Sequence

from zoho_books_connector.trigger.refusals import refused


class Headers:
    """What the header pairs say; names are asked for in lower case."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._values = {name.strip().lower(): value for name, value in pairs}
        #: Needed only where a header came more than once.
        self._pairs = pairs if len(self._values) < len(pairs) else ()

    @property
    def repeat(self) -> bool:
        """Whether any header came more than once."""
        return bool(self._pairs)

    def all(self, name: str) -> list[str]:
        """Return every value of a header."""
        if self._pairs:
            return [value for each, value in self._pairs if each.strip().lower() == name]
        return [self._values[name]] if name in self._values else []

    def single(self, name: str) -> str | None:
        """Return the value of a header that may come once only."""
        if self._pairs and len(self.all(name)) > 1:
            raise refused("header_repeated")
        value = self._values.get(name)
        return None if value is None else value.strip()
