"""Reads what a picker depends on out of what the host hands over, or says what to choose first."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from zoho_books_connector.errors import FieldFault, InputError
from zoho_books_connector.options.reading import text_of

Depends = Mapping[str, Any]
_ID: Final = re.compile(r"[0-9]{1,30}")


def record_id(depends: Depends, names: tuple[str, ...]) -> str:
    """Return the id in the first of the fields that is filled in; raises ``InputError`` when none is."""
    found = next(((name, text) for name in names if (text := text_of(depends.get(name)))), None)
    if found is None:
        raise missing(names)
    name, text = found
    if not _ID.fullmatch(text):
        raise InputError(
            "dependency_invalid",
            f"The field {name} holds no id.",
            "Choose it from its list again, or give its id in digits.",
            params={"field": name},
            fields=(FieldFault(f"/{name}", "must be an id in digits"),),
        )
    return text


def one_of(depends: Depends, name: str, choices: Collection[str]) -> str:
    """Return the choice in a field; raises ``InputError`` for none, or one that is not there."""
    text = text_of(depends.get(name))
    if not text:
        raise missing((name,))
    if text not in choices:
        raise InputError(
            "dependency_invalid",
            f"The field {name} does not hold one of its choices.",
            f"Choose one of: {', '.join(choices)}.",
            params={"field": name},
            fields=(FieldFault(f"/{name}", f"must be one of: {', '.join(choices)}"),),
        )
    return text


def missing(names: tuple[str, ...]) -> InputError:
    """Return the error that tells which field to choose first."""
    return InputError(
        "dependency_missing",
        f"These choices depend on {' or '.join(names)}, which is not chosen yet.",
        "Choose that field first.",
        params={"fields": list(names)},
        fields=tuple(FieldFault(f"/{name}", "must be chosen first") for name in names),
    )
