"""Actions on customers and vendors."""

from __future__ import annotations

import json
from typing import Any, Final

from zoho_books_connector.actions import action
from zoho_books_connector.actions.contact_persons import stored_persons
from zoho_books_connector.api.client import BooksClient, record_of
from zoho_books_connector.creating.create import create
from zoho_books_connector.creating.kinds import CONTACT
from zoho_books_connector.errors import FieldFault, InputError
from zoho_books_connector.models.addresses import ContactAddresses
from zoho_books_connector.models.contacts import Contact, CreateContact, GetContactAddresses, UpdateContact

#: What is kept of a stored person when the whole list is written again; everything else is Zoho's own.
_WRITABLE: Final = (
    "contact_person_id",
    "salutation",
    "first_name",
    "last_name",
    "email",
    "phone",
    "mobile",
    "designation",
    "department",
    "skype",
    "is_primary_contact",
    "communication_preference",
)


@action(inputs=CreateContact, output=Contact, scope="ZohoBooks.contacts.CREATE")
def create_contact(client: BooksClient, inputs: CreateContact) -> dict[str, Any]:
    """Create a customer or vendor."""
    return create(client, inputs, CONTACT)


@action(inputs=UpdateContact, output=Contact, scope="ZohoBooks.contacts.UPDATE")
def update_contact(client: BooksClient, inputs: UpdateContact) -> dict[str, Any]:
    """Change a customer or vendor; contact persons are merged unless the inputs say replace."""
    names_persons = "contact_persons" in inputs.model_fields_set
    if not names_persons and inputs.contact_persons_mode == "replace":
        client.warn("No contact person was given, so none was replaced; to drop them all, send null.")
    body = _with_persons(client, inputs, inputs.document()) if names_persons else inputs.body()
    answer = client.put(f"/contacts/{inputs.contact_id}", body)
    return record_of(answer, "contact")


@action(inputs=GetContactAddresses, output=ContactAddresses, scope="ZohoBooks.contacts.READ")
def get_contact_addresses(client: BooksClient, inputs: GetContactAddresses) -> dict[str, Any]:
    """List every address of a contact."""
    answer = client.get(f"/contacts/{inputs.contact_id}/address")
    return {"addresses": answer.get("addresses") or []}


def _with_persons(client: BooksClient, inputs: UpdateContact, body: dict[str, Any]) -> bytes:
    """Zoho drops every stored person that a sent list leaves out, so the stored ones are read first."""
    given = body.pop("contact_persons") or []
    replaces = inputs.contact_persons_mode == "replace"
    if replaces or given:
        stored = stored_persons(client, inputs.contact_id)
        body["contact_persons"] = given if replaces else merge_persons(stored, given)
        _warn_of_dropped(client, stored, body["contact_persons"])
    else:
        client.warn("No contact person was given, so none was changed; to drop them all, choose replace as well.")
    return json.dumps(body, ensure_ascii=False).encode()


def _warn_of_dropped(client: BooksClient, stored: list[dict[str, Any]], sent: list[dict[str, Any]]) -> None:
    kept = {str(person.get("contact_person_id")) for person in sent}
    for person_id in (str(person.get("contact_person_id")) for person in stored):
        if person_id not in kept:
            client.warn(f"Contact person {person_id} was dropped.")


def merge_persons(stored: list[dict[str, Any]], given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the stored persons with the given ones written over them, then the new ones.

    A given person belongs to the stored one with its id or, without an id, to the only one with its e-mail address.
    """
    merged = [{name: p[name] for name in _WRITABLE if p.get(name) not in (None, "")} for p in stored]
    by_id = {str(person["contact_person_id"]): person for person in merged if "contact_person_id" in person}
    for index, person in enumerate(given):
        target = _target(by_id, person, index)
        if person.get("is_primary_contact"):
            for other in merged:
                other["is_primary_contact"] = False
        if target is None:
            merged.append(person)
        else:
            target.update(person)
    return merged


def _target(by_id: dict[str, dict[str, Any]], person: dict[str, Any], index: int) -> dict[str, Any] | None:
    person_id, email = person.get("contact_person_id"), person.get("email")
    if person_id is not None:
        if person_id in by_id:
            return by_id[person_id]
        raise InputError(
            "unknown_contact_person",
            "The contact has no such contact person.",
            "Use an id from Get Contactpersons of a Contact, or leave it out to add a person.",
            fields=(
                FieldFault(f"/contact_persons/{index}/contact_person_id", "No contact person of this contact has it."),
            ),
        )
    if not email:
        return None
    same = [p for p in by_id.values() if str(p.get("email", "")).casefold() == email.casefold()]
    return same[0] if len(same) == 1 else None
