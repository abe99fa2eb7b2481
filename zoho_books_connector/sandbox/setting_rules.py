"""What the fields of webhooks and workflow rules may hold, as the settings API checks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import RefusedError
from .record_fields import Record


@dataclass(frozen=True)
class Text:
    """A text of at most so many characters."""

    longest: int

    def read(self, name: str, value: Any) -> Any:
        """Check a value; null reads as empty."""
        text = _text(name, value)
        if len(text) > self.longest:
            raise RefusedError(15, field=name, maximum=self.longest)
        return text


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, name: str, value: Any) -> Any:
        """Check a value."""
        if value not in self.words:
            raise RefusedError(2, field=name)
        return value


@dataclass(frozen=True)
class Kind:
    """Anything of a JSON type."""

    type: type

    def read(self, name: str, value: Any) -> Any:
        """Check a value."""
        if not isinstance(value, self.type):
            raise RefusedError(2, field=name)
        return value


@dataclass(frozen=True)
class Parameters:
    """A list of `{param_name, param_value}`."""

    def read(self, name: str, value: Any) -> Any:
        """Check a value."""
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise RefusedError(2, field=name)
        return [
            {
                "param_name": _text(name, entry.get("param_name")),
                "param_value": _text(name, entry.get("param_value")),
            }
            for entry in value
        ]


Rule = Text | Choice | Kind | Parameters


def read_settings(rules: Mapping[str, Rule], sent: Record) -> Record:
    """Check what was sent; fields without a rule are dropped, as elsewhere."""
    return {name: rules[name].read(name, value) for name, value in sent.items() if name in rules}


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise RefusedError(2, field=name)
    return str(value)
