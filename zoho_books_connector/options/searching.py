"""Compares what is searched for with what a choice shows, without regard to case, accents and order of words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from zoho_books_connector.boundary import Option


def folded(text: str) -> str:
    """Return a text as it is compared: small letters, no accents, single blanks."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(each for each in apart if not unicodedata.combining(each)).split())


def matching(options: Iterable[Option], search: str) -> tuple[Option, ...]:
    """Return the choices that hold every word of a folded search."""
    wanted = search.split()
    return tuple(each for each in options if not wanted or all(word in _shown(each) for word in wanted))


def _shown(option: Option) -> str:
    more = (option.data.get(name, "") for name in ("sku", "description"))
    return folded(" ".join((option.label, option.detail, *map(str, more))))
