"""The custom fields of a module, each with the JSON Schema that its value has.

Zoho documents no list of them. Public clients read the one below under two shapes; where an organization's Zoho does
not know it, the newest record tells of the fields that are filled in there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from zoho_books_connector.api.client import BooksClient
from zoho_books_connector.api.modules import MODULES, Module, record_of
from zoho_books_connector.boundary import Option
from zoho_books_connector.errors import ConnectorError, CredentialError
from zoho_books_connector.options.depending import Depends, one_of
from zoho_books_connector.options.listing import records_in
from zoho_books_connector.options.memory import Fetched
from zoho_books_connector.options.picker import Chosen
from zoho_books_connector.options.reading import Record, is_active, text_of
from zoho_books_connector.options.refusing import is_unknown, unless_unknown
from zoho_books_connector.options.typed_fields import typed

_MODULE: Final = "module"
_LIST: Final = "/settings/preferences/customfields"
_LIST_SCOPE: Final = "ZohoBooks.settings.READ"
#: The modules whose custom fields the actions write. The fields of items serve on lines, too.
_MODULES: Final = ("contact", "item", "sales_order", "invoice")
#: What sorts the newest record first, where Zoho documents it.
_NEWEST: Final = {"sort_column": "created_time", "sort_order": "D"}
_NEWEST_OF: Final = {"contact": _NEWEST, "sales_order": _NEWEST, "invoice": _NEWEST}
_PARTLY: Final = "Zoho Books does not list the custom fields: shown are those that the newest record has."
_NONE: Final = "Zoho Books does not list the custom fields: name the field yourself."


class CustomFields:
    """The source of custom fields; depends on the module."""

    id: str = "custom_field"
    of_organization: bool = True
    searches: bool = False

    def chosen(self, depends: Depends) -> Chosen:
        """Return the module."""
        return {_MODULE: one_of(depends, _MODULE, _MODULES)}

    def scope(self, _: Chosen) -> str:
        """Return the scope of the list; reading the newest record instead needs that of its module."""
        return _LIST_SCOPE

    def fetch(self, client: BooksClient, chosen: Chosen, _search: str, _page: int, /) -> Fetched:
        """Ask for the list, or else for the newest record."""
        module = MODULES[chosen[_MODULE]]
        entity = module.response_keys[0]
        answer = unless_unknown(lambda: client.get(_LIST, params={"entity": entity}))
        if answer is not None:
            return Fetched(_options(_definitions(answer, entity)))
        known = _options(_of_newest_record(client, module))
        return Fetched(known, warnings=(_PARTLY if known else _NONE,))


def _options(definitions: Iterator[Record]) -> tuple[Option, ...]:
    """Return a choice for each field that can be told apart, once."""
    found: dict[str, Option] = {}
    for definition in definitions:
        if is_active(definition) and (option := typed(definition)) is not None:
            found.setdefault(option.value, option)
    return tuple(found.values())


def _definitions(answer: Mapping[str, Any], entity: str) -> Iterator[Record]:
    """Yield the fields of an answer, which is a list, or an object of lists by module."""
    for key in ("customfields", "custom_fields"):
        held = answer.get(key)
        yield from records_in(held if isinstance(held, dict) else {entity: held}, (entity,))


def _of_newest_record(client: BooksClient, module: Module) -> Iterator[Record]:
    """Yield the fields of the newest record; none where it may not be read, for a form must not break by it."""
    path = module.path.rsplit("/", 1)[0]
    try:
        params = {"per_page": "1", **_NEWEST_OF.get(module.key, {})}
        page = client.get(path, scope=module.full_scope, params=params)
        record = next(records_in(page, (path.strip("/"),)), {})
        identity = text_of(record.get(f"{module.response_keys[0]}_id"))
        if not identity.isdecimal():
            return
        whole = record_of(module, client.get(f"{path}/{identity}", scope=module.full_scope))
    except ConnectorError as error:
        if (isinstance(error, CredentialError) and error.reason == "missing_scope") or is_unknown(error):
            return
        raise
    yield from records_in(whole, ("custom_fields",))
