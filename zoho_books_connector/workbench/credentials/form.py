"""The credential form: drawn from what the connector says of its fields, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData

from zoho_books_connector.boundary import Form

SECRET: Final = "client_secret"  # noqa: S105 - a field's name
ORGANIZATION: Final = "organization_id"
URLS: Final = ("authorization_url", "token_url", "base_api_url")
#: What a person fills in; the organization is chosen after consent.
_TYPED: Final = ("region", *URLS, "client_id", SECRET, "scope", ORGANIZATION)
#: Characters; far more than the longest value there is.
_LONGEST: Final = 20_000


@dataclass(frozen=True)
class Field:
    """What is shown of a field."""

    name: str
    title: str
    help: str
    #: Value → title.
    choices: Mapping[str, str]
    placeholder: str = ""
    pattern: str = ""


class CredentialForm:
    """The fields, and what a region sets."""

    def __init__(self, form: Form) -> None:
        schema = form.schema
        self.data: Mapping[str, Any] = form.data
        no_region, *by_region = schema["allOf"]
        properties = {**schema["properties"], **no_region["else"]["properties"]}
        self.fields = {name: _field(name, field, form.ui_schema) for name, field in properties.items()}
        self._urls = {
            each["if"]["properties"]["region"]["const"]: {
                name: str(field.get("const", field.get("default")))
                for name, field in each["then"]["properties"].items()
            }
            for each in by_region
        }

    @property
    def regions(self) -> Mapping[str, str]:
        """The regions that may be chosen: code → title."""
        return self.fields["region"].choices

    def urls(self, region: str) -> dict[str, str]:
        """Return the URLs that a region sets; none for one that nobody knows."""
        return dict(self._urls.get(region, {}))

    def empty(self) -> dict[str, Any]:
        """Return the values that the form begins with."""
        return {name: value for name, value in self.data.items() if name != "callback_url"}


def read(posted: FormData, before: Mapping[str, Any], empty: Mapping[str, Any]) -> dict[str, Any]:
    """Return the credential that was typed. What is not asked for stays as it was in ``before``.

    An empty secret means the one that is kept, unless another Client ID was typed, to which it cannot belong.
    """
    values = {**empty, **before}
    for name in _TYPED:
        given = posted.get(name)
        if isinstance(given, str) and (name != SECRET or given.strip()):
            values[name] = given.strip()[:_LONGEST]
    if not _typed(posted, SECRET) and values.get("client_id") != before.get("client_id"):
        values.pop(SECRET, None)
    return {name: value for name, value in values.items() if value != ""}


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values without the secret, which never goes back to a browser."""
    return {name: value for name, value in values.items() if name != SECRET}


def _typed(posted: FormData, name: str) -> bool:
    given = posted.get(name)
    return isinstance(given, str) and bool(given.strip())


def _field(name: str, field: Mapping[str, Any], ui_schema: Mapping[str, Any]) -> Field:
    return Field(
        name=name,
        title=str(field.get("title", name)),
        help=str(field.get("description", "")),
        choices={str(each["enum"][0]): str(each["title"]) for each in field.get("oneOf", ())},
        placeholder=str(ui_schema.get(name, {}).get("ui:placeholder", "")),
        pattern=str(field.get("pattern", "")).removeprefix("^").removesuffix("$"),
    )
