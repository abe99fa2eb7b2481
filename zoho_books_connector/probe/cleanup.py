"""Takes back what a probe or a round trip created: deletes it, or retires what transactions keep from being deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from zoho_books_connector.api.client import BooksClient
from zoho_books_connector.errors import ConnectorError, NotFoundError


@dataclass(frozen=True)
class _Kind:
    path: str
    #: Of the key of a record and of its list.
    id_field: str
    list_key: str
    #: The field that carries the suffix, and the filter that finds it.
    name_field: str
    filter: str
    #: What is posted when deleting is refused.
    retire: str
    group: str


KINDS: Final = {
    "contact": _Kind(
        "/contacts", "contact_id", "contacts", "contact_name", "contact_name_contains", "inactive", "contacts"
    ),
    "item": _Kind("/items", "item_id", "items", "name", "name_contains", "inactive", "settings"),
    "salesorder": _Kind(
        "/salesorders",
        "salesorder_id",
        "salesorders",
        "reference_number",
        "reference_number",
        "status/void",
        "salesorders",
    ),
    "invoice": _Kind(
        "/invoices", "invoice_id", "invoices", "reference_number", "reference_number", "status/void", "invoices"
    ),
}


class CleanUp:
    """Remembers what was created and takes it back in reverse order, however often something goes wrong.

    Contacts and items carry ``suffix`` in their names, documents have it as reference number. Persons and addresses
    need no entry: they go with their contact.
    """

    def __init__(self, client: BooksClient, suffix: str) -> None:
        self._client = client
        self._suffix = suffix
        self._created: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return len(self._created)

    def add(self, kind: str, record_id: str) -> None:
        """Remember a record."""
        self._created.append((kind, record_id))

    def run(self, *, search: bool = False) -> list[str]:
        """Take everything back; returns what stays, by kind and id, with the reason.

        ``search`` also looks for records with the suffix that nobody remembers, after a create without an answer.
        """
        left = []
        if search:
            left += self._search()
        while self._created:
            kind, record_id = self._created.pop()
            problem = self._remove(KINDS[kind], record_id)
            if problem is not None:
                left.append(f"{kind} {record_id}: {problem.code}")
        return left

    def _remove(self, kind: _Kind, record_id: str) -> ConnectorError | None:
        one = f"{kind.path}/{record_id}"
        try:
            self._client.delete(one, scope=f"ZohoBooks.{kind.group}.DELETE")
        except NotFoundError:
            return None
        except ConnectorError:
            try:
                self._client.post(f"{one}/{kind.retire}", b"{}", scope=f"ZohoBooks.{kind.group}.CREATE")
            except ConnectorError as error:
                return error
        return None

    def _search(self) -> list[str]:
        known = set(self._created)
        problems = []
        for name, kind in KINDS.items():
            try:
                found = [(name, record_id) for record_id in self._named(kind)]
            except ConnectorError as error:
                problems.append(f"{name} with {self._suffix} in {kind.name_field}, if any: {error.code}")
            else:
                self._created += [each for each in found if each not in known]
        # Contacts and items stand first in the table, so documents, wherever they come from, go before them.
        self._created.sort(key=lambda each: list(KINDS).index(each[0]))
        return problems

    def _named(self, kind: _Kind) -> Iterator[str]:
        answer = self._client.get(kind.path, params={kind.filter: self._suffix}, scope=f"ZohoBooks.{kind.group}.READ")
        for record in answer.get(kind.list_key) or []:
            # Filters that a server does not know are ignored: nothing is taken back that does not carry the suffix.
            if self._suffix in str(record.get(kind.name_field, "")):
                yield str(record[kind.id_field])
