"""The input by which a create becomes Zoho's own upsert, on the modules that have one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

from zoho_books_connector.models.base import Broken, Create
from zoho_books_connector.models.fields import ConnectorOnly, Text100, about

#: The value travels in a header.
_LONGEST: Final = 200


class Upsertable(Create, defer_build=True):
    """A create that Zoho can be told to do once for each value of a unique custom field."""

    unique_field: Annotated[
        Text100 | None,
        ConnectorOnly(),
        about(
            'API name of a custom field that takes no duplicates, such as "cf_order_id". The record is then created '
            "once for its value; where a record has the value already, that one is updated.",
            advanced=True,
        ),
    ] = None


def unique_value(inputs: Any) -> Iterator[Broken]:
    """Ask for one value of the unique field that a header can carry."""
    if inputs.unique_field is None:
        return
    values = [entry.value for entry in inputs.custom_fields or () if entry.api_name == inputs.unique_field]
    if len(values) != 1:
        yield ("unique_field",), "needs one entry of custom_fields with this api_name"
    elif not _fits_a_header(values[0]):
        yield ("custom_fields",), f"needs a whole number or up to {_LONGEST} plain characters for the unique field"


def _fits_a_header(value: Any) -> bool:
    text = str(value) if type(value) in (str, int) else ""
    return 0 < len(text) <= _LONGEST and text.isascii() and text.isprintable() and text == text.strip()
