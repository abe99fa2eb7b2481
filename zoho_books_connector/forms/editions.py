"""The country editions of Zoho Books, as ``x-editions`` names them, and how a host may call them."""

from __future__ import annotations

from typing import Final

from zoho_books_connector.errors import InputError

#: Edition, as ``x-editions`` names it → its English name.
EDITIONS: Final[dict[str, str]] = {
    "in": "India",
    "us": "United States",
    "uk": "United Kingdom",
    "gcc": "GCC countries",
    "mx": "Mexico",
    "ke": "Kenya",
    "za": "South Africa",
}


def edition_of(name: str | None) -> str | None:
    """Return the edition that ``name`` means, its id or its English name; raises ``InputError`` for another."""
    if name is None:
        return None
    wanted = name.strip().casefold()
    for edition, title in EDITIONS.items():
        if wanted in (edition, title.casefold()):
            return edition
    known = ", ".join(f"{edition} ({title})" for edition, title in EDITIONS.items())
    raise InputError(
        "unknown_edition",
        "No fields belong to an edition of this name.",
        f"Choose one of: {known}; or leave the edition out.",
    )
