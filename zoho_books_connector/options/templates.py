"""The PDF templates of a kind of document: each kind has a list, and a scope, of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zoho_books_connector.api.client import BooksClient
from zoho_books_connector.options.depending import Depends, one_of
from zoho_books_connector.options.listing import Listing
from zoho_books_connector.options.memory import Fetched
from zoho_books_connector.options.picker import Chosen

_DOCUMENT = "document"


@dataclass(frozen=True)
class Templates:
    """Chooses the list by the kind of document."""

    lists: Mapping[str, Listing]
    id: str = "template"
    of_organization: bool = True
    searches: bool = False

    def chosen(self, depends: Depends) -> Chosen:
        """Return the kind of document."""
        return {_DOCUMENT: one_of(depends, _DOCUMENT, self.lists)}

    def scope(self, chosen: Chosen) -> str:
        """Return the scope that reads documents of this kind."""
        return self.lists[chosen[_DOCUMENT]].scope(chosen)

    def fetch(self, client: BooksClient, chosen: Chosen, search: str, page: int, /) -> Fetched:
        """Ask for the list of this kind."""
        return self.lists[chosen[_DOCUMENT]].fetch(client, {}, search, page)
