"""Actions on the people at a customer or vendor."""

from __future__ import annotations

from typing import Any

from zoho_books_connector.actions import action
from zoho_books_connector.api.client import BooksClient, record_of
from zoho_books_connector.creating.create import create
from zoho_books_connector.creating.kinds import CONTACT_PERSON
from zoho_books_connector.models.contact_persons import (
    ContactPerson,
    ContactPersons,
    CreateContactPerson,
    GetContactPersons,
    UpdateContactPerson,
)


@action(inputs=CreateContactPerson, output=ContactPerson, scope="ZohoBooks.contacts.CREATE")
def create_contact_person(client: BooksClient, inputs: CreateContactPerson) -> dict[str, Any]:
    """Add a person to a contact."""
    return create(client, inputs, CONTACT_PERSON)


@action(inputs=UpdateContactPerson, output=ContactPerson, scope="ZohoBooks.contacts.UPDATE")
def update_contact_person(client: BooksClient, inputs: UpdateContactPerson) -> dict[str, Any]:
    """Change a contact person."""
    path = f"/contacts/contactpersons/{inputs.contact_person_id}"
    return record_of(client.put(path, inputs.body()), "contact_person")


@action(inputs=GetContactPersons, output=ContactPersons, scope="ZohoBooks.contacts.READ")
def get_contact_persons(client: BooksClient, inputs: GetContactPersons) -> dict[str, Any]:
    """List every contact person of a contact, all pages."""
    return {"contact_persons": stored_persons(client, inputs.contact_id)}


def stored_persons(client: BooksClient, contact_id: str) -> list[dict[str, Any]]:
    """Return the contact's persons from every page."""
    path = f"/contacts/{contact_id}/contactpersons"
    return list(client.pages(path, "contact_persons", scope="ZohoBooks.contacts.READ"))
