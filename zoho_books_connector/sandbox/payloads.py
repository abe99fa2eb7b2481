"""The bodies of deliveries: JSON, forms and free text, with the default payloads and placeholders filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .messages import FORM
from .record_fields import Record

Pairs = Iterable[tuple[str, str]]
JSON_TYPE = "application/json"
PLACEHOLDER = re.compile(r"\$\{([\w.]+)\}")
WHOLE = "jsonstring"


@dataclass(frozen=True)
class Body:
    """A body, and what of it the signature covers: the pairs of a form, or every byte of anything else."""

    content_type: str
    content: bytes
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def signed(self) -> bytes:
        """The bytes that are signed as they are."""
        return b"" if self.content_type == FORM else self.content


def json_body(content: Record) -> Body:
    """A JSON body."""
    return Body(JSON_TYPE, json_text(content).encode())


def form_body(pairs: Pairs) -> Body:
    """A form."""
    kept = tuple(pairs)
    return Body(FORM, urlencode(kept).encode(), kept)


def json_text(content: Record) -> str:
    """JSON as deliveries carry it."""
    return json.dumps(content, default=float, ensure_ascii=False)


def older(shown: Record) -> Record:
    """A record as the older default payload is modelled here: numbers as text, and nothing formatted."""
    return {
        name: plain_text(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        for name, value in shown.items()
        if not name.endswith("_formatted") and name != "custom_field_hash"
    }


def filled_in(template: str, key: str, record: Record) -> str:
    """A text with its placeholders replaced: `${JSONString}` for the whole payload, `${INVOICE.TOTAL}` for a field.

    A field nobody knows becomes empty text; case does not matter.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1].lower()
        if name == WHOLE:
            return json_text({key: record})
        return plain_text(record.get(name.removeprefix(f"{key}."), ""))

    return PLACEHOLDER.sub(value, template)


def plain_text(value: Any) -> str:
    """A value as forms and placeholders carry it."""
    if isinstance(value, dict | list):
        return json.dumps(value, default=float, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)
