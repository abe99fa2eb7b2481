"""Contacts: customers and vendors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from zoho_books_connector.models.addresses import Address, AddressRecord
from zoho_books_connector.models.base import Broken, Create, Input, Output, Part, Rule, Update
from zoho_books_connector.models.contact_persons import ContactPerson, KeptPerson, NewPerson
from zoho_books_connector.models.custom_fields import ClearableCustomField, CustomField, CustomFieldValue, Tag
from zoho_books_connector.models.editions import GstTreatment, TaxRegime, TaxTreatment, VatTreatment
from zoho_books_connector.models.fields import Amount, ConnectorOnly, Id, Path, Text, Text100, Text200, about
from zoho_books_connector.models.outputs import (
    Many,
    One,
    OutFlag,
    OutId,
    OutInteger,
    OutNumber,
    OutText,
)
from zoho_books_connector.models.seen_contacts import SeenContact, SeenTemplates
from zoho_books_connector.models.upserts import Upsertable, unique_value

Language = Literal["de", "en", "en_gb", "es", "fr", "it", "ja", "nl", "pt", "pt_br", "sv", "zh"]
_VAT = ("gcc", "mx", "ke", "za")


def _one_primary(inputs: Any) -> Iterator[Broken]:
    primary = [number for number, person in enumerate(inputs.contact_persons or ()) if person.is_primary_contact]
    for number in primary[1:]:
        yield ("contact_persons", number, "is_primary_contact"), "only one contact person can be the primary one"


def _template(document: str) -> Any:
    return about(options="template", given={"document": document})


class DefaultTemplates(Part):
    """The templates that a contact's documents and e-mails use."""

    invoice_template_id: Annotated[Id | None, _template("invoice")] = None
    estimate_template_id: Annotated[Id | None, _template("estimate")] = None
    creditnote_template_id: Annotated[Id | None, _template("credit_note")] = None
    purchaseorder_template_id: Annotated[Id | None, _template("purchase_order")] = None
    salesorder_template_id: Annotated[Id | None, _template("sales_order")] = None
    retainerinvoice_template_id: Annotated[Id | None, _template("retainer_invoice")] = None
    paymentthankyou_template_id: Id | None = None
    retainerinvoice_paymentthankyou_template_id: Id | None = None
    invoice_email_template_id: Id | None = None
    estimate_email_template_id: Id | None = None
    creditnote_email_template_id: Id | None = None
    purchaseorder_email_template_id: Id | None = None
    salesorder_email_template_id: Id | None = None
    retainerinvoice_email_template_id: Id | None = None
    paymentthankyou_email_template_id: Id | None = None
    retainerinvoice_paymentthankyou_email_template_id: Id | None = None
    statement_template_id: Id | None = None
    payment_remittance_email_template_id: Id | None = None
    bill_template_id: Id | None = None


class OpeningBalance(Part):
    """What a contact owed, or was owed, when it was entered."""

    location_id: Annotated[Id | None, about("The location that the balance belongs to.", options="location")] = None
    exchange_rate: Annotated[Amount | None, about("From the contact's currency to the base currency.")] = None
    opening_balance_amount: Amount | None = None


class _TaxOfContact(Input, defer_build=True):
    """How a contact is taxed; the country edition decides which fields exist."""

    is_taxable: Annotated[bool | None, about("Whether tax is charged.")] = None
    tax_id: Annotated[Id | None, about("Tax or tax group; only where the contact is taxable.", options="tax")] = None
    vat_reg_no: Annotated[
        Text | None, about("VAT number: 2 to 12 characters in the UK; with AvaTax also in the EU.", editions=("uk",))
    ] = None
    tax_reg_no: Annotated[
        Text | None,
        about("Tax registration number: 15 digits in the GCC, RFC of 12 or 13 characters in Mexico.", editions=_VAT),
    ] = None
    tax_exemption_certificate_number: Annotated[
        Text | None, about("Number of the exemption certificate.", editions=("ke",))
    ] = None
    country_code: Annotated[
        Text | None,
        about(
            "Two-letter country code in the UK and with AvaTax; emirate or country code in the GCC.",
            editions=("uk", "gcc"),
        ),
    ] = None
    vat_treatment: Annotated[VatTreatment | None, about(editions=("uk",))] = None
    tax_treatment: Annotated[TaxTreatment | None, about("Choices depend on the edition.", editions=_VAT)] = None
    tax_regime: Annotated[TaxRegime | None, about(editions=("mx",))] = None
    legal_name: Annotated[Text | None, about("Name registered with the tax authority.", editions=("mx",))] = None
    is_tds_registered: Annotated[bool | None, about("Registered for tax deducted at source.", editions=("mx",))] = None
    place_of_contact: Annotated[
        Text | None, about("State code in India, emirate or country code in the GCC.", editions=("in", "gcc"))
    ] = None
    gst_no: Annotated[Text | None, about("GSTIN, 15 characters.", editions=("in",))] = None
    gst_treatment: Annotated[GstTreatment | None, about(editions=("in",))] = None
    tax_authority_id: Annotated[Id | None, about("Tax authority of the customer's place.", editions=("us",))] = None
    tax_authority_name: Annotated[Text | None, about(editions=("us",))] = None
    tax_exemption_id: Annotated[Id | None, about("Why the contact is exempt.", editions=("us", "in"))] = None
    tax_exemption_code: Annotated[Text | None, about(advanced=True)] = None
    avatax_exempt_no: Annotated[Text | None, about("Exemption certificate, with AvaTax.", advanced=True)] = None
    avatax_use_code: Annotated[Text | None, about("Group for exemptions, with AvaTax.", advanced=True)] = None
    track_1099: Annotated[bool | None, about("Whether to track the vendor for 1099 reports.", editions=("us",))] = None
    tax_id_type: Annotated[Text | None, about("SSN, ATIN, ITIN or EIN.", editions=("us",))] = None
    tax_id_value: Annotated[Text | None, about("The number itself.", editions=("us",))] = None


class _ContactFields(Input, defer_build=True):
    """What Create Contact and Update Contact have in common."""

    company_name: Annotated[Text200 | None, about("Legal name.")] = None
    contact_type: Annotated[Literal["customer", "vendor"] | None, about()] = None
    customer_sub_type: Annotated[Literal["individual", "business"] | None, about("For customers.")] = None
    website: Text | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    currency_id: Annotated[Id | None, about("The base currency where not given.", options="currency")] = None
    payment_terms: Annotated[int | None, about("Days until payment is due, as a whole number.")] = None
    payment_terms_label: Annotated[Text200 | None, about('As documents show it, such as "Net 15".')] = None
    notes: Text | None = None
    credit_limit: Annotated[
        Amount | None, about("For customers, where the credit limit is switched on.", advanced=True)
    ] = None
    owner_id: Annotated[Id | None, about("User responsible for the customer.", advanced=True)] = None
    pricebook_id: Annotated[Id | None, about("Price list of the contact.", advanced=True)] = None
    contact_number: Annotated[
        Text200 | None, about("Where contacts are numbered; see ignore auto number generation.", advanced=True)
    ] = None
    ignore_auto_number_generation: Annotated[
        bool | None, about("Take the contact number given here instead of the next one.", advanced=True)
    ] = None
    tags: Annotated[list[Tag] | None, about("Reporting tags.", advanced=True)] = None
    opening_balances: Annotated[list[OpeningBalance] | None, about("One for each location.", advanced=True)] = None
    default_templates: Annotated[DefaultTemplates | None, about(advanced=True)] = None
    facebook: Annotated[Text100 | None, about("Address of the Facebook profile.", advanced=True)] = None
    twitter: Annotated[Text100 | None, about("Address of the X profile.", advanced=True)] = None


class _NewContact(Create, defer_build=True):
    contact_name: Annotated[Text, about("Display name; unique unless the organization allows duplicates.")]
    contact_persons: Annotated[list[NewPerson] | None, about("At most one of them is the primary one.")] = None
    custom_fields: list[CustomField] | None = None
    language_code: Annotated[Language | None, about("Language of the client portal.", advanced=True)] = None
    is_portal_enabled: Annotated[
        bool | None, about("Opens the client portal; needs a primary person with an e-mail address.", advanced=True)
    ] = None
    tds_tax_id: Annotated[Id | None, about("Tax deducted at source.", editions=("in",))] = None


class CreateContact(Upsertable, _TaxOfContact, _ContactFields, _NewContact, defer_build=False):
    """Inputs of Create Contact."""

    rules: ClassVar[tuple[Rule, ...]] = (_one_primary, unique_value)


class _StoredContact(Update, defer_build=True):
    contact_id: Annotated[Id, Path(), about("The contact to change.", options="contact")]
    contact_name: Annotated[Text | None, about("Display name.")] = None
    contact_persons: Annotated[list[KeptPerson] | None, about("With the id a stored person, without it a new one.")] = (
        None
    )
    contact_persons_mode: Annotated[
        Literal["merge", "replace"],
        ConnectorOnly(),
        about("Merge keeps the persons not named here; replace drops them."),
    ] = "merge"
    custom_fields: list[ClearableCustomField] | None = None


class UpdateContact(_TaxOfContact, _ContactFields, _StoredContact, defer_build=False):
    """Inputs of Update Contact.

    Only ``contact_id`` is required: the published schema asks for ``contact_name`` and ``contact_type`` too, yet a
    body with one field has been seen to be taken and to leave the rest as it was.
    """

    rules: ClassVar[tuple[Rule, ...]] = (_one_primary,)


class GetContactAddresses(Input):
    """Inputs of Get Contact Addresses."""

    contact_id: Annotated[Id, Path(), about("The contact whose addresses are wanted.", options="contact")]


class DocumentedTemplates(Output):
    """The documented templates of a contact."""

    invoice_template_id: OutId = None
    estimate_template_id: OutId = None
    creditnote_template_id: OutId = None
    purchaseorder_template_id: OutId = None
    salesorder_template_id: OutId = None
    retainerinvoice_template_id: OutId = None
    paymentthankyou_template_id: OutId = None
    retainerinvoice_paymentthankyou_template_id: OutId = None
    invoice_email_template_id: OutId = None
    estimate_email_template_id: OutId = None
    creditnote_email_template_id: OutId = None
    purchaseorder_email_template_id: OutId = None
    salesorder_email_template_id: OutId = None
    retainerinvoice_email_template_id: OutId = None
    paymentthankyou_email_template_id: OutId = None
    retainerinvoice_paymentthankyou_email_template_id: OutId = None
    statement_template_id: OutId = None
    payment_remittance_email_template_id: OutId = None
    bill_template_id: OutId = None


class DefaultTemplatesRecord(SeenTemplates, DocumentedTemplates):
    """The templates of a contact as Zoho answers them."""


class OpeningBalanceRecord(Output):
    """An opening balance as Zoho answers it."""

    location_id: OutId = None
    exchange_rate: OutNumber = None
    opening_balance_amount: OutNumber = None


class DocumentedContact(Output):
    """The documented fields of a contact."""

    contact_id: OutId = None
    contact_name: OutText = None
    company_name: OutText = None
    has_transaction: OutFlag = None
    contact_type: OutText = None
    customer_sub_type: OutText = None
    credit_limit: OutNumber = None
    is_portal_enabled: OutFlag = None
    language_code: OutText = None
    is_taxable: OutFlag = None
    tax_id: OutId = None
    tds_tax_id: OutId = None
    tax_name: OutText = None
    tax_percentage: OutNumber = None
    tax_authority_id: OutId = None
    tax_exemption_id: OutId = None
    tax_authority_name: OutText = None
    tax_exemption_code: OutText = None
    place_of_contact: OutText = None
    gst_no: OutText = None
    vat_treatment: OutText = None
    tax_treatment: OutText = None
    tax_exemption_certificate_number: OutText = None
    tax_regime: OutText = None
    legal_name: OutText = None
    is_tds_registered: OutFlag = None
    gst_treatment: OutText = None
    is_linked_with_zohocrm: OutFlag = None
    website: OutText = None
    owner_id: OutId = None
    primary_contact_id: OutId = None
    pricebook_id: OutId = None
    contact_number: OutText = None
    ignore_auto_number_generation: OutFlag = None
    payment_terms: OutInteger = None
    payment_terms_label: OutText = None
    currency_id: OutId = None
    currency_code: OutText = None
    currency_symbol: OutText = None
    opening_balances: Many[OpeningBalanceRecord] = None
    outstanding_receivable_amount: OutNumber = None
    outstanding_receivable_amount_bcy: OutNumber = None
    unused_credits_receivable_amount: OutNumber = None
    unused_credits_receivable_amount_bcy: OutNumber = None
    status: OutText = None
    payment_reminder_enabled: OutFlag = None
    custom_fields: Many[CustomFieldValue] = None
    billing_address: One[AddressRecord] = None
    shipping_address: One[AddressRecord] = None
    facebook: OutText = None
    twitter: OutText = None
    contact_persons: Many[ContactPerson] = None
    default_templates: One[DefaultTemplatesRecord] = None
    notes: OutText = None
    created_time: OutText = None
    last_modified_time: OutText = None


class Contact(SeenContact, DocumentedContact):
    """A contact as Zoho answers it."""
