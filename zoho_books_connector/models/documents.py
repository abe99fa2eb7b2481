"""The lines of sales orders and invoices, and what else both documents carry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from zoho_books_connector.models.addresses import AddressRecord
from zoho_books_connector.models.base import Broken, Input, Output, Part, Rule
from zoho_books_connector.models.custom_fields import CustomField, CustomFieldValue, Tag, TagValue
from zoho_books_connector.models.editions import GstTreatment, TaxTreatment, TaxTreatmentCode, VatTreatment
from zoho_books_connector.models.fields import (
    Amount,
    Date,
    Discount,
    Id,
    Query,
    Text,
    Text25,
    Text100,
    Text2000,
    about,
)
from zoho_books_connector.models.outputs import Many, One, OutFlag, OutId, OutInteger, OutList, OutNumber, OutText
from zoho_books_connector.models.seen_documents import SeenLine

_VAT = ("gcc", "mx", "ke", "za")


def needs_number(field: str) -> Rule:
    """Return the rule that a document numbered by hand has its number in ``field``.

    A number without the switch is left alone: Zoho refuses it only where the organization numbers automatically.
    """

    def rule(inputs: Any) -> Iterator[Broken]:
        if inputs.ignore_auto_number_generation and getattr(inputs, field) is None:
            yield (field,), "is needed because ignore_auto_number_generation is true"

    return rule


def discounts_on_lines(inputs: Any) -> Iterator[Broken]:
    """Hold line discounts against a discount type that says otherwise."""
    if inputs.discount_type == "entity_level":
        for number, line in enumerate(inputs.line_items or ()):
            if line.get("discount") is not None:
                yield ("line_items", number, "discount"), "needs discount_type to be item_level"


class DocumentLine(Part, defer_build=True):
    """What a line has on either document. Fields left out are filled in from the item."""

    item_id: Annotated[Id | None, about("The item that is sold.", options="item")] = None
    name: Annotated[Text100 | None, about("Name on the line; the item's where not given.")] = None
    description: Annotated[Text2000 | None, about("The item's where not given.")] = None
    quantity: Annotated[Amount | None, about("1 where not given.")] = None
    rate: Annotated[Amount | None, about("Price of one unit; the item's where not given.")] = None
    unit: Annotated[Text100 | None, about('Such as "kg" or "pcs".')] = None
    discount: Annotated[
        Discount | None, about('"10%" or an amount; only with the discount type that applies to each line.')
    ] = None
    tax_id: Annotated[Id | None, about("Tax or tax group.", options="tax")] = None
    project_id: Annotated[Id | None, about("The project that is billed.", options="project", advanced=True)] = None
    location_id: Annotated[Id | None, about("The location that sells.", options="location", advanced=True)] = None
    item_order: Annotated[int | None, about("Position of the line; lower ones come first.", advanced=True)] = None
    line_item_category: Annotated[
        Literal["line_item", "header", "subtotal"] | None,
        about("An ordinary line where not given, else a heading or an intermediate sum.", advanced=True),
    ] = None
    tags: Annotated[list[Tag] | None, about("Reporting tags.", advanced=True)] = None
    item_custom_fields: Annotated[list[CustomField] | None, about("Custom fields of the line.", advanced=True)] = None
    hsn_or_sac: Annotated[Text | None, about("HSN code of goods, SAC of services.", editions=("in",))] = None
    tds_tax_id: Annotated[Id | None, about("Tax deducted at source.", editions=("in", "mx"))] = None
    sat_item_key_code: Annotated[Text | None, about("Key of the goods in the SAT catalogue.", editions=("mx",))] = None
    unitkey_code: Annotated[Text | None, about("Key of the unit in the SAT catalogue.", editions=("mx",))] = None
    tax_treatment_code: Annotated[
        TaxTreatmentCode | None, about("Why the line is out of the scope of VAT.", editions=("gcc",))
    ] = None


class DocumentFields(Input, defer_build=True):
    """What both documents have."""

    customer_id: Annotated[Id, about("Contact id of the customer.", options="customer")]
    date: Annotated[Date | None, about("Today where not given.")] = None
    reference_number: Annotated[Text | None, about("Free text, such as an order number; need not be unique.")] = None
    currency_id: Annotated[Id | None, about("The customer's where not given.", options="currency")] = None
    exchange_rate: Annotated[Amount | None, about("From the document's to the base currency.", advanced=True)] = None
    discount: Annotated[Discount | None, about('On the whole document: "12.5%" or an amount.')] = None
    discount_type: Annotated[Literal["entity_level", "item_level"] | None, about("Where discounts apply.")] = None
    is_discount_before_tax: Annotated[bool | None, about("Whether tax is computed after the discount.")] = None
    is_inclusive_tax: Annotated[bool | None, about("Whether the rates of the lines include tax.")] = None
    adjustment: Annotated[Amount | None, about("Added to the total; negative to take off.")] = None
    adjustment_description: Annotated[Text | None, about("What the adjustment is for.")] = None
    notes: Annotated[Text | None, about("Shown to the customer.")] = None
    terms: Annotated[Text | None, about("Terms and conditions.")] = None
    billing_address_id: Annotated[
        Id | None, about("An address of the customer.", options="address", depends_on=("customer_id",))
    ] = None
    shipping_address_id: Annotated[
        Id | None, about("An address of the customer.", options="address", depends_on=("customer_id",))
    ] = None
    salesperson_name: Annotated[Text | None, about("Name of the salesperson.")] = None
    location_id: Annotated[Id | None, about("Where several locations are kept.", options="location")] = None
    template_id: Annotated[Id | None, about("PDF template.", advanced=True)] = None
    tax_id: Annotated[Id | None, about("Tax or tax group.", options="tax", advanced=True)] = None
    tags: Annotated[list[Tag] | None, about("Reporting tags.", advanced=True)] = None
    custom_fields: list[CustomField] | None = None
    ignore_auto_number_generation: Annotated[
        bool | None, Query(), about("Take the number given here instead of the next one.", advanced=True)
    ] = None


class DocumentTaxes(Input, defer_build=True):
    """How a document is taxed; the country edition decides which fields exist."""

    place_of_supply: Annotated[
        Text | None, about("State code in India, emirate or country code in the GCC.", editions=("in", "gcc"))
    ] = None
    gst_treatment: Annotated[GstTreatment | None, about(editions=("in",))] = None
    gst_no: Annotated[Text | None, about("GSTIN of the customer, 15 characters.", editions=("in",))] = None
    vat_treatment: Annotated[VatTreatment | None, about(editions=("uk",))] = None
    tax_treatment: Annotated[TaxTreatment | None, about("Choices depend on the edition.", editions=_VAT)] = None
    is_reverse_charge_applied: Annotated[
        bool | None, about("Whether the domestic reverse charge applies.", editions=("gcc",))
    ] = None
    tax_authority_id: Annotated[Id | None, about("Tax authority of the customer's place.", editions=("us",))] = None
    tax_exemption_id: Annotated[Id | None, about("Why the document is exempt.", editions=("us", "in"))] = None
    avatax_exempt_no: Annotated[Text25 | None, about("Exemption certificate, with AvaTax.", advanced=True)] = None
    avatax_use_code: Annotated[Text25 | None, about("Group for exemptions, with AvaTax.", advanced=True)] = None


class AssociatedPreferenceRecord(Output):
    """The channels by which a document reaches a person, as Zoho answers them."""

    is_email_enabled: OutFlag = None
    is_sms_enabled: OutFlag = None
    is_whatsapp_enabled: OutFlag = None


class AssociatedPersonRecord(Output):
    """A contact person of a document as Zoho answers it."""

    contact_person_id: OutId = None
    contact_person_name: OutText = None
    first_name: OutText = None
    last_name: OutText = None
    contact_person_email: OutText = None
    phone: OutText = None
    mobile: OutText = None
    communication_preference: One[AssociatedPreferenceRecord] = None


class DocumentTaxRecord(Output):
    """The sum of one tax on a document as Zoho answers it."""

    tax_id: OutId = None
    tax_name: OutText = None
    tax_amount: OutNumber = None
    #: Seen in real answers, not documented.
    tax_amount_formatted: OutText = None


class DocumentedLine(Output):
    """The documented fields of a line of either document."""

    line_item_id: OutId = None
    item_id: OutId = None
    item_order: OutInteger = None
    item_type: OutText = None
    product_type: OutText = None
    name: OutText = None
    description: OutText = None
    bcy_rate: OutNumber = None
    rate: OutNumber = None
    quantity: OutNumber = None
    unit: OutText = None
    discount_amount: OutNumber = None
    #: "10%" is text, an amount a number.
    discount: OutNumber = None
    tax_id: OutId = None
    tax_name: OutText = None
    tax_type: OutText = None
    tax_percentage: OutNumber = None
    tds_tax_id: OutId = None
    tax_exemption_id: OutId = None
    tax_exemption_code: OutText = None
    tax_treatment_code: OutText = None
    avatax_exempt_no: OutText = None
    avatax_use_code: OutText = None
    item_total: OutNumber = None
    line_item_category: OutText = None
    hsn_or_sac: OutText = None
    sat_item_key_code: OutText = None
    unitkey_code: OutText = None
    location_id: OutId = None
    location_name: OutText = None
    project_id: OutId = None
    project_name: OutText = None
    time_entry_ids: OutList = None
    expense_id: OutId = None
    expense_receipt_name: OutText = None
    tags: Many[TagValue] = None
    item_custom_fields: Many[CustomFieldValue] = None
    #: From here on documented for a document that is read by its id, not for one that is created.
    item_name: OutText = None
    is_taxable: OutFlag = None
    is_invoiced: OutFlag = None
    item_total_inclusive_of_tax: OutNumber = None
    product_exemption_id: OutId = None
    product_exemption_code: OutText = None
    avatax_use_code_id: OutId = None
    avatax_use_code_desc: OutText = None
    avatax_tax_code_id: OutId = None
    avatax_tax_code_desc: OutText = None
    image_id: OutId = None


class LineRecord(SeenLine, DocumentedLine):
    """A line of either document as Zoho answers it."""


class DocumentRecord(Output):
    """The documented fields that sales orders and invoices both have."""

    is_pre_gst: OutFlag = None
    gst_no: OutText = None
    gst_treatment: OutText = None
    place_of_supply: OutText = None
    vat_treatment: OutText = None
    tax_treatment: OutText = None
    date: OutText = None
    status: OutText = None
    reference_number: OutText = None
    customer_id: OutId = None
    customer_name: OutText = None
    contact_persons_associated: Many[AssociatedPersonRecord] = None
    currency_id: OutId = None
    currency_code: OutText = None
    exchange_rate: OutNumber = None
    #: "10%" is text, an amount a number.
    discount: OutNumber = None
    is_discount_before_tax: OutFlag = None
    discount_type: OutText = None
    is_inclusive_tax: OutFlag = None
    location_id: OutId = None
    location_name: OutText = None
    line_items: Many[LineRecord] = None
    shipping_charge: OutNumber = None
    adjustment: OutNumber = None
    adjustment_description: OutText = None
    sub_total: OutNumber = None
    tax_total: OutNumber = None
    total: OutNumber = None
    taxes: Many[DocumentTaxRecord] = None
    price_precision: OutInteger = None
    is_emailed: OutFlag = None
    billing_address: One[AddressRecord] = None
    shipping_address: One[AddressRecord] = None
    notes: OutText = None
    terms: OutText = None
    custom_fields: Many[CustomFieldValue] = None
    tags: Many[TagValue] = None
    template_id: OutId = None
    template_name: OutText = None
    created_time: OutText = None
    last_modified_time: OutText = None
    attachment_name: OutText = None
    can_send_in_mail: OutFlag = None
    salesperson_id: OutId = None
    salesperson_name: OutText = None
