"""Custom fields and reporting tags, which most records can carry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from zoho_books_connector.models.base import Broken, Output, Part, Rule, Ruled
from zoho_books_connector.models.fields import CustomValue, Id, Text, about
from zoho_books_connector.models.outputs import OutFlag, OutId, OutInteger, OutJson, OutText

_NAMES = ("customfield_id", "api_name", "index", "label")


def _is_named(entry: CustomField) -> Iterator[Broken]:
    if all(getattr(entry, name) is None for name in _NAMES):
        yield (), "needs customfield_id, api_name, index or label to say which custom field is meant"


class CustomField(Ruled):
    """The value of a custom field, named in one of four ways.

    The published schemas differ by resource: contacts show ``index`` and ``label``, the others ``customfield_id``;
    ``api_name`` is taken in practice. So any of them names the field, and several may stand together as Zoho's own
    answers show them.
    """

    rules: ClassVar[tuple[Rule, ...]] = (_is_named,)

    customfield_id: Annotated[Id | None, about("The field's id.")] = None
    api_name: Annotated[Text | None, about('The field\'s API name, such as "cf_region".')] = None
    index: Annotated[int | None, about("The field's number, from 1 to 10 on contacts.", advanced=True)] = None
    label: Annotated[Text | None, about("The field's label.", advanced=True)] = None
    value: Annotated[CustomValue, about("Text, number, true or false, or a list for a multi-select.")]


class ClearableCustomField(CustomField):
    """The value of a custom field in an update, where null clears it."""

    value: Annotated[  # type: ignore[assignment]  # an update takes one value more than a create: null
        CustomValue | None, about("Text, number, true or false, or a list for a multi-select; null clears the field.")
    ]


class Tag(Part):
    """A reporting tag: the tag and the chosen option."""

    tag_id: Annotated[Id, about("Id of the reporting tag.")]
    tag_option_id: Annotated[Id | None, about("Id of the option chosen within the tag.")] = None


class CustomFieldValue(Output):
    """A custom field as Zoho answers it."""

    customfield_id: OutId = None
    api_name: OutText = None
    index: OutInteger = None
    label: OutText = None
    placeholder: OutText = None
    data_type: OutText = None
    value: OutJson = None
    value_formatted: OutText = None
    #: From here on seen in real answers, not documented; the last one was sent by the sandbox alone.
    field_id: OutId = None
    search_entity: OutText = None
    is_active: OutFlag = None
    is_dependent_field: OutFlag = None
    show_in_portal: OutFlag = None
    show_in_store: OutFlag = None
    show_on_pdf: OutFlag = None
    show_in_all_pdf: OutFlag = None
    edit_on_portal: OutFlag = None
    edit_on_store: OutFlag = None
    is_unique: OutFlag = None


class TagValue(Output):
    """A reporting tag as Zoho answers it."""

    tag_id: OutId = None
    tag_name: OutText = None
    tag_option_id: OutId = None
    tag_option_name: OutText = None
    is_tag_mandatory: OutFlag = None
