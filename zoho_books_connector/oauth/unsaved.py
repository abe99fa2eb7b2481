"""Keeps tokens that Zoho gave and no store has taken yet, so that a second refresh is not spent on them."""

from __future__ import annotations

from zoho_books_connector.boundary import TokenSet


class UnsavedTokens:
    """What renewed the tokens of a store, for as long as this process lives; never shown.

    Asked with what the store holds, so that tokens which somebody else has stored meanwhile are never masked.
    """

    def __init__(self) -> None:
        self._newer: dict[tuple[str, str], TokenSet] = {}

    def keep(self, stored: TokenSet, newer: TokenSet) -> None:
        """Remember ``newer`` for the store that still holds ``stored``."""
        self._newer[_name(stored)] = newer

    def drop(self, stored: TokenSet) -> None:
        """Forget what renewed ``stored``, for it is stored or of no use."""
        self._newer.pop(_name(stored), None)

    def after(self, stored: TokenSet) -> TokenSet | None:
        """Return what renewed ``stored``, if it is not stored yet."""
        return self._newer.get(_name(stored))


def _name(tokens: TokenSet) -> tuple[str, str]:
    return tokens.access_token, tokens.refresh_token
