"""Contact persons, on their own and inside a contact."""

from __future__ import annotations

from typing import Annotated

from zoho_books_connector.models.base import Create, Input, Output, Part, Update
from zoho_books_connector.models.fields import Email, Id, Path, Text25, Text50, Text100, about
from zoho_books_connector.models.outputs import Many, One, OutFlag, OutId, OutText
from zoho_books_connector.models.seen_contacts import SeenContactPerson


class CommunicationPreference(Part):
    """The channels by which a person may be reached, e-mail apart."""

    is_sms_enabled: Annotated[bool | None, about("Whether text messages may be sent.")] = None
    is_whatsapp_enabled: Annotated[bool | None, about("Whether WhatsApp messages may be sent.")] = None


class _Person(Part, defer_build=True):
    """What a person has wherever it stands."""

    salutation: Annotated[Text25 | None, about('Such as "Mr" or "Dr".')] = None
    first_name: Text100 | None = None
    last_name: Text100 | None = None
    email: Email | None = None
    phone: Text50 | None = None
    mobile: Text50 | None = None


class NewPerson(_Person, defer_build=False):
    """A contact person within a new contact."""

    designation: Annotated[Text100 | None, about("Position within the company.")] = None
    department: Text50 | None = None
    skype: Annotated[Text50 | None, about("Skype name.", advanced=True)] = None
    is_primary_contact: Annotated[bool | None, about("At most one person of a contact is the primary one.")] = None
    communication_preference: Annotated[CommunicationPreference | None, about(advanced=True)] = None
    enable_portal: Annotated[bool | None, about("Whether the person may use the client portal.")] = None


class KeptPerson(NewPerson):
    """A contact person within an updated contact."""

    contact_person_id: Annotated[
        Id | None, about("The stored person that is meant; without it the entry is a new person.")
    ] = None


class _PersonFields(Input, defer_build=True):
    """What a person has who is created or changed on its own."""

    contact_id: Annotated[Id, about("The contact that the person belongs to.", options="contact")]
    salutation: Annotated[Text25 | None, about('Such as "Mr" or "Dr".')] = None
    first_name: Annotated[Text100, about("The one name that is required, on an update too.")]
    last_name: Text100 | None = None
    email: Email | None = None
    phone: Text50 | None = None
    mobile: Text50 | None = None
    skype: Annotated[Text50 | None, about("Skype name.", advanced=True)] = None
    designation: Annotated[Text50 | None, about("Position within the company.")] = None
    department: Text50 | None = None
    enable_portal: Annotated[bool | None, about("Whether the person may use the client portal.")] = None
    communication_preference: Annotated[CommunicationPreference | None, about(advanced=True)] = None


class CreateContactPerson(_PersonFields, Create, defer_build=False):
    """Inputs of Create ContactPerson.

    The published schema leaves ``contact_id`` optional, but without it there is no contact to attach the person to.
    """


class _StoredPerson(Update, defer_build=True):
    contact_person_id: Annotated[
        Id, Path(), about("The person to change.", options="contact_person", depends_on=("contact_id",))
    ]
    is_primary_contact: Annotated[bool | None, about("Makes the person the contact's primary one.")] = None


class UpdateContactPerson(_PersonFields, _StoredPerson, defer_build=False):
    """Inputs of Update ContactPerson.

    ``contact_id`` and ``first_name`` are required by the published schema; no partial body is known to be taken.
    """


class GetContactPersons(Input):
    """Inputs of Get Contactpersons of a Contact."""

    contact_id: Annotated[Id, Path(), about("The contact whose persons are wanted.", options="contact")]


class CommunicationPreferenceRecord(Output):
    """The channels of a person as Zoho answers them."""

    is_email_enabled: OutFlag = None
    is_sms_enabled: OutFlag = None
    is_whatsapp_enabled: OutFlag = None


class DocumentedContactPerson(Output):
    """The documented fields of a contact person."""

    contact_id: OutId = None
    contact_person_id: OutId = None
    salutation: OutText = None
    first_name: OutText = None
    last_name: OutText = None
    email: OutText = None
    phone: OutText = None
    mobile: OutText = None
    designation: OutText = None
    department: OutText = None
    skype: OutText = None
    is_primary_contact: OutFlag = None
    enable_portal: OutFlag = None
    is_added_in_portal: OutFlag = None
    communication_preference: One[CommunicationPreferenceRecord] = None


class ContactPerson(SeenContactPerson, DocumentedContactPerson):
    """A contact person as Zoho answers it."""


class ContactPersons(Output):
    """Every contact person of a contact."""

    contact_persons: Many[ContactPerson] = None
