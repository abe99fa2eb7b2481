"""Forms, the choices of their fields, and what lifts stored data to a newer version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from zoho_books_connector.boundary.limits import Quota
from zoho_books_connector.boundary.running import CallRecord, RunContext
from zoho_books_connector.boundary.runtime import HttpSettings
from zoho_books_connector.boundary.tokens import TokenStore


@dataclass(frozen=True)
class Form:
    """A form as JSON-ready data: a JSON Schema in draft-07, a UI schema for react-jsonschema-form, initial values."""

    schema: dict[str, Any]
    ui_schema: dict[str, Any]
    data: dict[str, Any]


class FormSource(Protocol):
    """A form for the credential or for the inputs of an action; pure, no request."""

    def __call__(
        self,
        *,
        callback_url: str = "",
        http: HttpSettings | None = None,
        edition: str | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> Form:
        """Return the form.

        ``callback_url`` is shown in the credential form, whose regions are those that ``http`` allows. ``edition`` is
        the country edition whose fields stand among the usual ones. ``texts`` replaces texts by key; the keys and the
        English texts are the document ``schemas/texts/en.json``. Raises ``InputError`` for an unknown edition.
        """


@dataclass(frozen=True)
class Option:
    """One choice of a picker."""

    value: str
    label: str
    #: A second line that tells two equal labels apart: an e-mail address, a SKU, a percentage.
    detail: str = ""
    #: JSON-ready facts that a form may fill other fields with when this choice is taken: an item's rate, unit and tax.
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OptionsPage:
    """A page of choices, where the next one starts, and what asking for it cost (nothing when it was remembered)."""

    options: tuple[Option, ...]
    cursor: str | None = None
    calls: tuple[CallRecord, ...] = ()
    quota: Quota = field(default_factory=Quota)
    #: What the user should know: that the list is not whole, or that Zoho has none.
    warnings: tuple[str, ...] = ()


class OptionsSource(Protocol):
    """The choices behind a picker field."""

    def __call__(
        self,
        credential: Mapping[str, Any],
        *,
        tokens: TokenStore,
        run: RunContext,
        search: str = "",
        depends: Mapping[str, Any] | None = None,
        cursor: str | None = None,
    ) -> OptionsPage:
        """Return a page of choices.

        ``search`` is what the user typed. ``depends`` holds the fields that ``depends_on`` of the field's ``x-options``
        names, and what it gives in ``with``; other fields of the form do no harm. ``cursor`` is that of the page
        before, with the same search and dependencies. Raises ``InputError`` that names what is to be chosen first.
        """


#: Lifts stored data to the next version; pure, no request.
Migration = Callable[[Mapping[str, Any]], dict[str, Any]]
