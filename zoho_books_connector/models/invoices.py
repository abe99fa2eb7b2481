"""Invoices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from zoho_books_connector.models.base import Broken, Create, Output, Part, Rows, Rule
from zoho_books_connector.models.documents import (
    DocumentFields,
    DocumentLine,
    DocumentRecord,
    DocumentTaxes,
    discounts_on_lines,
    needs_number,
)
from zoho_books_connector.models.editions import CfdiUsage
from zoho_books_connector.models.fields import (
    Amount,
    Date,
    Id,
    Query,
    Text,
    Text25,
    Text100,
    Text200,
    about,
)
from zoho_books_connector.models.outputs import Many, One, OutFlag, OutId, OutInteger, OutNumber, OutText
from zoho_books_connector.models.seen_invoices import SeenInvoice
from zoho_books_connector.models.upserts import Upsertable, unique_value

Gateway = Literal["paypal", "authorize_net", "payflow_pro", "stripe", "2checkout", "braintree"]


def _due_after_date(inputs: Any) -> Iterator[Broken]:
    if inputs.date and inputs.due_date and inputs.due_date < inputs.date:
        yield ("due_date",), "must not be before date"


def _payments(inputs: Any) -> Iterator[Broken]:
    if inputs.batch_payments and not inputs.is_quick_create:
        yield ("batch_payments",), "needs is_quick_create to be true"
    if inputs.apply_batch_payments and not inputs.batch_payments:
        yield ("batch_payments",), "is needed because apply_batch_payments is true"


def _named_lines(inputs: Any) -> Iterator[Broken]:
    for number, line in enumerate(inputs.line_items):
        ordinary = line.get("line_item_category") in (None, "line_item")
        if ordinary and line.get("item_id") is None and (line.get("name") is None or line.get("rate") is None):
            yield ("line_items", number, "item_id"), "is needed, unless the line has a name and a rate"


class InvoicePreference(Part):
    """The channels by which an invoice reaches a person."""

    is_email_enabled: bool | None = None
    is_sms_enabled: bool | None = None
    is_whatsapp_enabled: bool | None = None


class InvoicePerson(Part):
    """A contact person that an invoice concerns."""

    contact_person_id: Annotated[
        Id, about("A person of the customer.", options="contact_person", depends_on=("customer_id",))
    ]
    communication_preference: InvoicePreference | None = None


class InvoiceLine(DocumentLine, defer_build=False):
    """A line of an invoice.

    The published schema requires ``item_id``; headings and sums have none, and lines by name and rate are taken on
    credit notes and bills, so an invoice may try them too.
    """

    product_type: Annotated[
        Literal["goods", "services", "capital_service", "capital_goods"] | None,
        about("Capital goods and services exist in South Africa only.", advanced=True),
    ] = None
    bcy_rate: Annotated[Amount | None, about("Price of one unit in the base currency.", advanced=True)] = None
    discount_amount: Annotated[Amount | None, about("Discount as an amount.", advanced=True)] = None
    tax_name: Annotated[Text | None, about(advanced=True)] = None
    tax_type: Annotated[Text | None, about(advanced=True)] = None
    tax_percentage: Annotated[Amount | None, about("In percent.", advanced=True)] = None
    time_entry_ids: Annotated[list[Id] | None, about("Time entries that the line bills.", advanced=True)] = None
    expense_id: Annotated[Id | None, about("Billable expense that the line bills.", advanced=True)] = None
    expense_receipt_name: Annotated[Text | None, about("File name of the expense's receipt.", advanced=True)] = None
    bill_id: Annotated[Id | None, about("Bill that the line comes from.", advanced=True)] = None
    bill_item_id: Annotated[Id | None, about("Line of that bill.", advanced=True)] = None
    salesorder_item_id: Annotated[Id | None, about("Sales order line that the line bills.", advanced=True)] = None


class PaymentGateway(Part):
    """A way to pay online."""

    configured: Annotated[bool | None, about("Whether the gateway is set up.")] = None
    additional_field1: Annotated[Literal["standard", "adaptive"] | None, about("Method of PayPal.")] = None
    gateway_name: Gateway | None = None


class PaymentOptions(Part):
    """The ways to pay that an invoice offers."""

    payment_gateways: list[PaymentGateway] | None = None


class BatchPayment(Part):
    """A payment that is recorded with the invoice."""

    payment_mode: Annotated[Text | None, about('Such as "Cash".')] = None
    amount: Amount | None = None
    account_id: Annotated[Id | None, about("Account that takes the payment.", options="account")] = None


class CreateInvoice(Upsertable, DocumentTaxes, DocumentFields, Create, defer_build=False):
    """Inputs of Create Invoice. ``send`` goes into the query, of which the body's field is a duplicate."""

    rules: ClassVar[tuple[Rule, ...]] = (
        needs_number("invoice_number"),
        discounts_on_lines,
        _due_after_date,
        _payments,
        _named_lines,
        unique_value,
    )

    invoice_number: Annotated[
        Text100 | None, about("Only where invoices are not numbered automatically, or with the switch that says so.")
    ] = None
    due_date: Annotated[Date | None, about("From date and payment terms where not given.")] = None
    payment_terms: Annotated[int | None, about("Days until payment is due, as a whole number.")] = None
    payment_terms_label: Annotated[Text100 | None, about('As the invoice shows it, such as "Net 15".')] = None
    line_items: Annotated[list[dict[str, Any]], Rows(InvoiceLine)]
    send: Annotated[bool | None, Query(), about("E-mail the invoice to the contact persons.")] = None
    contact_persons: Annotated[
        list[Id] | None,
        about("Contact persons who get e-mails.", options="contact_person", depends_on=("customer_id",)),
    ] = None
    contact_persons_associated: Annotated[
        list[InvoicePerson] | None, about("Who gets the invoice, and how.", advanced=True)
    ] = None
    custom_subject: Annotated[Text | None, about("Subject of the e-mail, when it is sent.", advanced=True)] = None
    custom_body: Annotated[Text | None, about("Text of the e-mail, when it is sent.", advanced=True)] = None
    salesperson_name: Annotated[Text200 | None, about("Name of the salesperson.")] = None
    template_id: Annotated[
        Id | None, about("PDF template.", options="template", given={"document": "invoice"}, advanced=True)
    ] = None
    shipping_charge: Annotated[Amount | None, about("Added to the total.")] = None
    payment_options: Annotated[PaymentOptions | None, about("Shown on the invoice.", advanced=True)] = None
    allow_partial_payments: Annotated[bool | None, about("Whether it may be paid in parts.", advanced=True)] = None
    recurring_invoice_id: Annotated[Id | None, about("Recurring invoice it comes from.", advanced=True)] = None
    invoiced_estimate_id: Annotated[Id | None, about("Estimate that it bills.", advanced=True)] = None
    salesorder_item_id: Annotated[Id | None, about("Sales order line that it bills.", advanced=True)] = None
    expense_id: Annotated[Id | None, about("Billable expense that it bills.", advanced=True)] = None
    time_entry_ids: Annotated[list[Id] | None, about("Time entries that it bills.", advanced=True)] = None
    reason: Annotated[Text | None, about("Why the invoice is made.", advanced=True)] = None
    cfdi_usage: Annotated[CfdiUsage | None, about("What the customer uses it for.", editions=("mx",))] = None
    avatax_tax_code: Annotated[Text25 | None, about("Groups items, with AvaTax.", advanced=True)] = None
    is_quick_create: Annotated[bool | None, Query(), about("Create with few fields.", advanced=True)] = None
    batch_payments: Annotated[
        list[BatchPayment] | None, about("Payments to record; only with quick create.", advanced=True)
    ] = None
    apply_batch_payments: Annotated[
        bool | None, Query("batch_payments"), about("Record the batch payments.", advanced=True)
    ] = None


class PaymentGatewayRecord(Output):
    """A way to pay online as Zoho answers it."""

    configured: OutFlag = None
    additional_field1: OutText = None
    gateway_name: OutText = None


class PaymentOptionsRecord(Output):
    """The ways to pay as Zoho answers them."""

    payment_gateways: Many[PaymentGatewayRecord] = None


class ReferenceInvoiceRecord(Output):
    """The invoice that a debit note refers to, as Zoho answers it."""

    reference_invoice_id: OutId = None
    reference_invoice_number: OutText = None
    reference_invoice_status: OutText = None
    reference_invoice_amount: OutNumber = None


class InvoiceName(Output):
    """What names an invoice."""

    invoice_id: OutId = None
    invoice_number: OutText = None


class DocumentedInvoice(DocumentRecord, InvoiceName):
    """The documented fields of an invoice."""

    ach_payment_initiated: OutFlag = None
    cfdi_usage: OutText = None
    cfdi_reference_type: OutText = None
    reference_invoice_id: OutId = None
    #: Documented for a debit note, which is an invoice of another kind.
    reference_invoice: One[ReferenceInvoiceRecord] = None
    is_reverse_charge_applied: OutFlag = None
    vat_reg_no: OutText = None
    payment_terms: OutInteger = None
    payment_terms_label: OutText = None
    due_date: OutText = None
    payment_expected_date: OutText = None
    last_payment_date: OutText = None
    recurring_invoice_id: OutId = None
    is_viewed_by_client: OutFlag = None
    has_attachment: OutFlag = None
    client_viewed_time: OutText = None
    payment_reminder_enabled: OutFlag = None
    payment_made: OutNumber = None
    credits_applied: OutNumber = None
    tax_amount_withheld: OutNumber = None
    balance: OutNumber = None
    write_off_amount: OutNumber = None
    allow_partial_payments: OutFlag = None
    payment_options: One[PaymentOptionsRecord] = None
    reminders_sent: OutInteger = None
    last_reminder_sent_date: OutText = None
    invoice_url: OutText = None


class Invoice(SeenInvoice, DocumentedInvoice):
    """An invoice as Zoho answers it."""
