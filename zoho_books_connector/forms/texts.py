"""Every text that a person reads, by key: a host replaces what it has in another language, the rest stays English.

Keys follow the place of a text in the manifest (``actions.create_invoice.title``,
``setup.paths.browser.steps.region.text``). In input schemas a title belongs to the field's name
(``fields.customer_id.title``), a choice to the field and its value (``choices.gst_treatment.overseas``), and a
description to its place (``inputs.create_invoice.line_items.rate.description``). ``schemas/texts/en.json`` lists them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from zoho_books_connector.errors import InputError

#: What only forms say.
OWN: Final[dict[str, str]] = {
    "form.all_fields": "Show all fields",
    "form.choice.clear": "Clear the field",
    "form.choice.no": "No",
    "form.choice.yes": "Yes",
    "form.credential.title": "Connect Zoho Books",
    "form.custom_value.flag": "Yes or no",
    "form.custom_value.list": "Several texts",
    "form.custom_value.number": "Number",
    "form.custom_value.text": "Text",
    "form.example.amount": "12.50",
    "form.field_of_editions": "{field} ({editions})",
    "form.url_of_region": "{region} ({host})",
    "form.usual_fields": "Show the usual fields",
}

#: Places of texts in the manifest: ``*`` is any key, or any entry of a list.
_PLACES: Final = tuple(
    tuple(place.split("/"))
    for place in (
        "connector/description",
        "regions/*/title",
        "regions/*/note",
        "credential/schema/properties/*/title",
        "credential/schema/properties/*/description",
        "credential/schema/properties/*/x-placeholder",
        "authorization/securitySchemes/*/description",
        "authorization/securitySchemes/*/flows/authorizationCode/scopes/*",
        "authorization/securitySchemes/*/x-callback-extras/*",
        "authorization/securitySchemes/*/x-limits/*/text",
        "authorization/securitySchemes/*/x-limits/*/unit",
        "authorization/securitySchemes/*/x-refresh-token-life",
        "authorization/securitySchemes/*/x-token-answer/api_domain",
        "authorization/securitySchemes/*/x-token-answer/note",
        "budgets/shared_by",
        "budgets/block/note",
        "budgets/per_day/headers/note",
        "option_sources/*/title",
        "option_sources/*/note",
        "option_sources/*/unused",
        "actions/*/title",
        "actions/*/description",
        "triggers/*/title",
        "triggers/*/description",
        "triggers/*/events/types/*/title",
        "triggers/*/modules/*/title",
        "triggers/*/modules/*/note",
        "triggers/*/signature/signed",
        "triggers/*/signature/known/*",
        "triggers/*/signature/unknown/*",
        "triggers/*/signature/no_timestamp",
        "triggers/*/header_token/description",
        "triggers/*/delivery/*/text",
        "triggers/*/values/*",
        "triggers/*/setup/*/title",
        "triggers/*/setup/*/text",
        "triggers/*/setup/*/mistakes/*",
        "setup/paths/*/title",
        "setup/paths/*/description",
        "setup/paths/*/steps/*/title",
        "setup/paths/*/steps/*/text",
        "setup/paths/*/steps/*/mistakes/*",
        "errors/*/hint",
    )
)
#: What tells the entries of a list apart; where an entry has none of these, its number from 1 does.
_NAMES: Final = ("id", "code")


class Texts:
    """The texts that a host gave; each is asked for by its key and its English."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        self._given = given or {}
        if not all(isinstance(text, str) for text in self._given.values()):
            raise InputError("texts_not_text", "Every text must be text.", "Give a mapping of keys to texts.")

    def __call__(self, key: str, english: str) -> str:
        """Return the host's text, or the English one. Keys that nobody asks for are left unused."""
        return self._given.get(key, english)

    def own(self, key: str, **parts: str) -> str:
        """Return one of the texts that only forms say, with its ``{parts}`` filled in."""
        text = self(key, OWN[key])
        for name, part in parts.items():
            text = text.replace(f"{{{name}}}", part)
        return text


def translate_manifest(manifest: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """Return a manifest whose texts are replaced by those of ``texts``; what has none stays English."""
    return translated_manifest(manifest, Texts(texts))


def translated_manifest(manifest: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    """Return a manifest in the words of ``texts``."""
    document = deepcopy(dict(manifest))
    english = {code: row["title"] for code, row in document["regions"].items()}
    for place in _PLACES:
        _replace(document, place, (), texts)
    _translate_choices(document, english, texts)
    return document


def translated_schema(schema: Mapping[str, Any], action_id: str, texts: Texts) -> dict[str, Any]:
    """Return the input schema of an action in the words of ``texts``."""
    document = deepcopy(dict(schema))
    _translate_fields(document, f"inputs.{action_id}", texts)
    return document


def _replace(node: Any, place: tuple[str, ...], path: tuple[str, ...], texts: Texts) -> None:
    step, *rest = place
    for at, name in _matching(node, step):
        if rest:
            _replace(node[at], tuple(rest), (*path, name), texts)
        else:
            node[at] = texts(".".join((*path, name)), node[at])


def _matching(node: Any, step: str) -> Iterable[tuple[Any, str]]:
    """Yield where a step leads, and how that is called in a key."""
    if isinstance(node, list):
        return [(at, _name_of(entry, at)) for at, entry in enumerate(node)]
    return [(key, str(key)) for key in node if step in ("*", key)]


def _name_of(entry: Any, at: int) -> str:
    if not isinstance(entry, dict):
        return str(at + 1)
    name = next((str(entry[word]) for word in _NAMES if word in entry), str(at + 1))
    # The hint of an error may differ by the number that Zoho gives, or by the status.
    statuses = "-".join(str(status) for status in dict.fromkeys(entry.get("http_status", ())))
    return ".".join(part for part in (name, str(entry.get("zoho_code", "")) or statuses) if part)


def _translate_choices(manifest: dict[str, Any], english: dict[str, str], texts: Texts) -> None:
    """Name the regions in the credential form as the table of regions does."""
    for field in manifest["credential"]["schema"]["properties"].values():
        for choice in field.get("oneOf", ()):
            for code, name in english.items():
                region = manifest["regions"][code]["title"]
                if choice["title"] == name:
                    choice["title"] = region
                elif choice["title"].startswith(f"{name} ("):
                    host = choice["title"].removeprefix(f"{name} (").removesuffix(")")
                    choice["title"] = texts.own("form.url_of_region", region=region, host=host)


def _translate_fields(schema: dict[str, Any], place: str, texts: Texts) -> None:
    for name, field in schema.get("properties", {}).items():
        here = f"{place}.{name}"
        field["title"] = texts(f"fields.{name}.title", field["title"])
        if "description" in field:
            field["description"] = texts(f"{here}.description", field["description"])
        for choice in field.get("oneOf", ()):
            key = "form.choice.clear" if choice["const"] is None else f"choices.{name}.{choice['const']}"
            choice["title"] = texts(key, choice["title"])
        _translate_fields(field.get("items", field), here, texts)
