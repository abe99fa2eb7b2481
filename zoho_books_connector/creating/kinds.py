"""What can be created, and by what each kind of record is found again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zoho_books_connector.api.modules import MODULES, Module


@dataclass(frozen=True)
class Search:
    """A way to find a record: fields of the body that together name it, and those of them that Zoho's list filters by.

    ``also`` are fields that narrow the search where they were sent.
    """

    fields: tuple[str, ...]
    filters: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One kind of record that an action creates. Names in braces in ``listed_at`` are fields of the body."""

    module: Module
    #: Where it is created.
    path: str
    listed_at: str
    #: The key of the list in its answer.
    list_key: str
    #: Tried in this order; the first whose fields were all sent counts.
    searches: tuple[Search, ...]
    #: Free text that the module has room for and that is not unique.
    free_field: str | None = None

    @property
    def key(self) -> str:
        """The key of the record in an answer."""
        return self.module.response_keys[0]

    @property
    def id_field(self) -> str:
        """The field that holds the record's id."""
        return f"{self.key}_id"

    @property
    def noun(self) -> str:
        """How a sentence calls the record."""
        return self.module.title.lower()

    @property
    def read_scope(self) -> str:
        """What looking needs."""
        return self.module.full_scope

    @property
    def update_scope(self) -> str:
        """What an upsert needs."""
        return f"{self.module.full_scope.rpartition('.')[0]}.UPDATE"


def _document(module: str, path: str, list_key: str, number: str) -> Kind:
    numbered = Search((number,), (number,))
    referred = ("reference_number", "customer_id")
    return Kind(
        MODULES[module],
        path,
        path,
        list_key,
        (numbered, Search(referred, (*referred, "date"), also=("date",))),
        free_field="reference_number",
    )


#: Filters are those of Zoho's published lists; it ignores what it does not know, so every record found is verified.
CONTACT: Final = Kind(
    MODULES["contact"], "/contacts", "/contacts", "contacts", (Search(("contact_name",), ("contact_name",)),)
)
ITEM: Final = Kind(MODULES["item"], "/items", "/items", "items", (Search(("name",), ("name",), also=("sku",)),))
CONTACT_PERSON: Final = Kind(
    MODULES["contact_person"],
    "/contacts/contactpersons",
    "/contacts/{contact_id}/contactpersons",
    "contact_persons",
    (Search(("email",), ()),),
)
SALES_ORDER: Final = _document("sales_order", "/salesorders", "salesorders", "salesorder_number")
INVOICE: Final = _document("invoice", "/invoices", "invoices", "invoice_number")
