"""Postal addresses."""

from __future__ import annotations

from typing import Annotated

from zoho_books_connector.models.base import Output, Part
from zoho_books_connector.models.fields import Text50, Text100, Text255, Text500, about
from zoho_books_connector.models.outputs import Many, OutId, OutNumber, OutText


class Address(Part):
    """The billing or shipping address of a contact."""

    attention: Annotated[Text100 | None, about("The person or department it is addressed to.")] = None
    address: Annotated[Text500 | None, about("First line of the street address.")] = None
    street2: Annotated[Text255 | None, about("Second line of the street address.")] = None
    state_code: Annotated[Text100 | None, about("Code of the state or province.", advanced=True)] = None
    city: Text100 | None = None
    state: Annotated[Text100 | None, about("State or province.")] = None
    zip: Annotated[Text50 | None, about("ZIP or postal code.")] = None
    country: Text100 | None = None
    fax: Annotated[Text50 | None, about(advanced=True)] = None
    phone: Text50 | None = None


class AddressRecord(Output):
    """An address as Zoho answers it."""

    address_id: OutId = None
    attention: OutText = None
    address: OutText = None
    street2: OutText = None
    state_code: OutText = None
    city: OutText = None
    state: OutText = None
    zip: OutText = None
    country: OutText = None
    country_code: OutText = None
    fax: OutText = None
    phone: OutText = None
    #: From here on seen in real answers, not documented.
    street: OutText = None
    county: OutText = None
    city_code: OutText = None
    latitude: OutNumber = None
    longitude: OutNumber = None


class ContactAddresses(Output):
    """Every address of a contact: billing, shipping and further ones."""

    addresses: Many[AddressRecord] = None
