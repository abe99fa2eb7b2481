"""Sales orders."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from zoho_books_connector.models.base import Create, Output, Part, Rows, Rule
from zoho_books_connector.models.documents import (
    DocumentFields,
    DocumentLine,
    DocumentRecord,
    DocumentTaxes,
    discounts_on_lines,
    needs_number,
)
from zoho_books_connector.models.fields import Amount, Date, Id, Query, Text, about
from zoho_books_connector.models.outputs import OutFlag, OutId, OutList, OutNumber, OutText
from zoho_books_connector.models.seen_salesorders import SeenSalesorder
from zoho_books_connector.models.upserts import Upsertable, unique_value


class OrderPreference(Part):
    """The channels by which an order reaches a person."""

    is_email_enabled: bool | None = None
    is_whatsapp_enabled: bool | None = None


class OrderPerson(Part):
    """A contact person that an order concerns."""

    contact_person_id: Annotated[
        Id, about("A person of the customer.", options="contact_person", depends_on=("customer_id",))
    ]
    communication_preference: OrderPreference | None = None


class OrderLine(DocumentLine, defer_build=False):
    """A line of a sales order."""

    product_type: Annotated[
        Literal["goods", "services", "service", "capital_service", "capital_goods"] | None,
        about("Capital goods and services exist in South Africa only.", advanced=True),
    ] = None
    tax_exemption_id: Annotated[Id | None, about("Why the line is exempt.", editions=("us", "in"))] = None
    tax_exemption_code: Annotated[Text | None, about(advanced=True)] = None
    avatax_exempt_no: Annotated[Text | None, about("Exemption certificate, with AvaTax.", advanced=True)] = None
    avatax_use_code: Annotated[Text | None, about("Group for exemptions, with AvaTax.", advanced=True)] = None


class CreateSalesorder(Upsertable, DocumentTaxes, DocumentFields, Create, defer_build=False):
    """Inputs of Create SalesOrder.

    Lines are optional as in the published schema. The query parameters for attached files are left out: an action
    sends JSON, and a file would need another kind of request.
    """

    rules: ClassVar[tuple[Rule, ...]] = (needs_number("salesorder_number"), discounts_on_lines, unique_value)

    salesorder_number: Annotated[
        Text | None, about("Only where orders are not numbered automatically, or with the switch that says so.")
    ] = None
    shipment_date: Annotated[Date | None, about("When the goods are to be shipped.")] = None
    line_items: Annotated[list[dict[str, Any]], Rows(OrderLine)] | None = None
    contact_persons_associated: Annotated[
        list[OrderPerson] | None, about("Who gets the order, and how.", advanced=True)
    ] = None
    salesperson_id: Annotated[Id | None, about("The salesperson.", options="salesperson")] = None
    template_id: Annotated[
        Id | None, about("PDF template.", options="template", given={"document": "sales_order"}, advanced=True)
    ] = None
    merchant_id: Annotated[Id | None, about("The merchant.", advanced=True)] = None
    shipping_charge: Annotated[Amount | None, about("Added to the total.")] = None
    delivery_method: Annotated[Text | None, about('Such as "Air".')] = None
    estimate_id: Annotated[Id | None, about("The estimate that the order comes from.", advanced=True)] = None
    pricebook_id: Annotated[Id | None, about("Price list.", advanced=True)] = None
    is_update_customer: Annotated[
        bool | None, about("Whether the customer's billing address follows the order's.", advanced=True)
    ] = None
    notes_default: Annotated[Text | None, about("Notes for later orders.", advanced=True)] = None
    terms_default: Annotated[Text | None, about("Terms for later orders.", advanced=True)] = None
    tax_authority_name: Annotated[Text | None, about(editions=("us",))] = None
    tax_exemption_code: Annotated[Text | None, about(advanced=True)] = None
    documents: Annotated[list[Text] | None, about("Ids of documents to attach.", advanced=True)] = None
    crm_owner_id: Annotated[Id | None, about("Owner in Zoho CRM.", advanced=True)] = None
    crm_custom_reference_id: Annotated[Id | None, about("Reference in Zoho CRM.", advanced=True)] = None
    zcrm_potential_id: Annotated[Id | None, about("Deal in Zoho CRM.", advanced=True)] = None
    zcrm_potential_name: Annotated[Text | None, about("Name of the deal in Zoho CRM.", advanced=True)] = None
    can_send_in_mail: Annotated[
        bool | None, Query(), about("Whether attached files go along in e-mails.", advanced=True)
    ] = None


class SalesorderName(Output):
    """What names a sales order."""

    salesorder_id: OutId = None
    salesorder_number: OutText = None


class DocumentedSalesorder(DocumentRecord, SalesorderName):
    """The documented fields of a sales order."""

    documents: OutList = None
    zcrm_potential_id: OutId = None
    zcrm_potential_name: OutText = None
    shipment_date: OutText = None
    currency_symbol: OutText = None
    discount_amount: OutNumber = None
    discount_applied_on_amount: OutNumber = None
    estimate_id: OutId = None
    delivery_method: OutText = None
    delivery_method_id: OutId = None
    page_width: OutText = None
    page_height: OutText = None
    orientation: OutText = None
    template_type: OutText = None
    created_by_id: OutId = None
    merchant_id: OutId = None
    merchant_name: OutText = None
    #: From here on documented for an order that is read by its id, not for one that is created.
    avatax_exempt_no: OutText = None
    avatax_use_code: OutText = None
    billing_address_id: OutId = None
    crm_custom_reference_id: OutId = None
    crm_owner_id: OutId = None
    notes_default: OutText = None
    pricebook_id: OutId = None
    shipping_address_id: OutId = None
    tax_authority_id: OutId = None
    tax_authority_name: OutText = None
    tax_exemption_code: OutText = None
    tax_exemption_id: OutId = None
    tax_id: OutId = None
    terms_default: OutText = None
    is_reverse_charge_applied: OutFlag = None
    is_update_customer: OutFlag = None


class Salesorder(SeenSalesorder, DocumentedSalesorder):
    """A sales order as Zoho answers it."""
