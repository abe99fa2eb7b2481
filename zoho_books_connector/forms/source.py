"""Answers which form an id names, and builds it from the manifest and the action's input schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from zoho_books_connector.boundary import Form, FormSource, HttpSettings
from zoho_books_connector.forms.conditions import cases_of
from zoho_books_connector.forms.credential import credential_form
from zoho_books_connector.forms.editions import edition_of
from zoho_books_connector.forms.objects import Drawing
from zoho_books_connector.forms.texts import Texts, translated_manifest, translated_schema
from zoho_books_connector.manifest import load_document, load_manifest
from zoho_books_connector.registry import ACTIONS

CREDENTIAL: Final = "credential"
_ACTION: Final = "action:"


def find_form(form_id: str) -> FormSource | None:
    """Return the source of a form: ``credential``, or ``action:<action_id>``."""
    if form_id == CREDENTIAL:
        return CredentialForm()
    action_id = form_id.removeprefix(_ACTION)
    return ActionForm(action_id) if form_id.startswith(_ACTION) and action_id in ACTIONS else None


@dataclass(frozen=True)
class CredentialForm:
    """The form in which a person sets up a connection."""

    def __call__(
        self,
        *,
        callback_url: str = "",
        http: HttpSettings | None = None,
        edition: str | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> Form:
        """Return the form; no field of it depends on an edition."""
        edition_of(edition)
        return credential_form(Texts(texts), callback_url=callback_url, http=http)


@dataclass(frozen=True)
class ActionForm:
    """The form in which a person fills the inputs of an action."""

    action_id: str

    def __call__(
        self,
        *,
        callback_url: str = "",  # noqa: ARG002 - only the credential form shows it
        http: HttpSettings | None = None,  # noqa: ARG002 - only the credential form has regions
        edition: str | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> Form:
        """Return the form; the fields of ``edition`` stand among the usual ones."""
        words = Texts(texts)
        entry = translated_manifest(load_manifest(), words)["actions"][self.action_id]
        schema = translated_schema(_document(entry["input"]), self.action_id, words)
        schema |= {"title": entry["title"], "description": entry["description"]}
        form, ui = Drawing(words, edition_of(edition)).object(schema, cases_of(self.action_id, schema))
        return Form(form, ui, _first_entries(schema))


def _first_entries(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a first entry for each list that needs one, so that its fields are there to be filled."""
    return {name: [{}] for name in schema.get("required", ()) if schema["properties"][name]["type"] == "array"}


def _document(path: str) -> dict[str, Any]:
    schema = load_document(path)
    if schema is None:
        raise FileNotFoundError(f"{path} is missing; the installation is damaged.")
    return schema
