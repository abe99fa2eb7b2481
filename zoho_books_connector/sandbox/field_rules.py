"""What a field of a request may hold: length, kind, choices, country edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from .errors import RefusedError
from .record_fields import Record, request_fields
from .switches import Switches


@dataclass(frozen=True)
class Rule:
    """One field's rule; `kind` is text, integer, number, boolean, date, list or object."""

    kind: str = "text"
    longest: int | None = None
    choices: frozenset[str] | None = None


def _texts(**longest: int) -> dict[str, Rule]:
    return {name: Rule(longest=most) for name, most in longest.items()}


def _kinds(kind: str, names: str) -> dict[str, Rule]:
    return {name: Rule(kind) for name in names.split()}


def _choices(**choices: str) -> dict[str, Rule]:
    return {name: Rule(choices=frozenset(words.split())) for name, words in choices.items()}


ADDRESS = _texts(
    attention=100,
    address=500,
    street2=255,
    state_code=100,
    city=100,
    state=100,
    zip=50,
    country=100,
    fax=50,
    phone=50,
)
PERSON = {
    **_texts(salutation=25, first_name=100, last_name=100, email=100, phone=50, mobile=50),
    **_texts(designation=50, department=50, skype=50),
    **_kinds("boolean", "is_primary_contact enable_portal"),
    **_kinds("object", "communication_preference"),
}
PERSON_IN_CONTACT = PERSON | _texts(designation=100) | {"contact_person_id": Rule()}
_TREATMENTS = _choices(
    gst_treatment="business_gst business_none overseas consumer",
    vat_treatment="uk eu_vat_registered overseas eu_vat_not_registered non_eu",
    tax_treatment="vat_registered vat_not_registered gcc_vat_not_registered gcc_vat_registered non_gcc "
    "dz_vat_registered dz_vat_not_registered home_country_mexico border_region_mexico non_mexico "
    "non_kenya overseas",
)
CONTACT = {
    **_texts(company_name=200, pricebook_id=200, contact_number=200, payment_terms_label=200),
    **_texts(facebook=100, twitter=100),
    **_choices(
        contact_type="customer vendor",
        customer_sub_type="individual business",
        language_code="de en es fr it ja nl pt pt_br sv zh en_gb",
    ),
    **_TREATMENTS,
    **_kinds("integer", "payment_terms"),
    **_kinds("number", "credit_limit"),
    **_kinds("boolean", "is_portal_enabled is_taxable is_tds_registered track_1099"),
    **_kinds("list", "tags contact_persons custom_fields opening_balances"),
    **_kinds("object", "billing_address shipping_address default_templates"),
}
ITEM = {
    **_texts(name=100, description=2000, avatax_tax_code=25, avatax_use_code=25),
    **_choices(
        product_type="goods service digital_service capital_service capital_goods",
        item_type="sales purchases sales_and_purchases inventory",
    ),
    **_kinds("number", "rate purchase_rate reorder_level"),
    **_kinds("boolean", "is_taxable"),
    **_kinds("list", "locations item_tax_preferences custom_fields"),
}
DOCUMENT = {
    **_texts(invoice_number=100, payment_terms_label=100, salesperson_name=200),
    **_texts(avatax_use_code=25, avatax_exempt_no=25, avatax_tax_code=25),
    **_choices(discount_type="entity_level item_level"),
    **_TREATMENTS,
    **_kinds("integer", "payment_terms"),
    **_kinds("number", "exchange_rate shipping_charge adjustment"),
    **_kinds("boolean", "is_inclusive_tax is_discount_before_tax is_reverse_charge_applied send"),
    **_kinds("boolean", "allow_partial_payments is_update_customer"),
    **_kinds("date", "date due_date shipment_date"),
    **_kinds("list", "line_items custom_fields tags contact_persons contact_persons_associated documents"),
    **_kinds("object", "payment_options"),
}
LINE = {
    **_texts(name=100, description=2000, unit=100),
    **_kinds("number", "rate quantity bcy_rate discount_amount tax_percentage"),
    **_kinds("integer", "item_order"),
    **_kinds("list", "tags item_custom_fields time_entry_ids"),
    **_choices(line_item_category="line_item header subtotal"),
}
_EDITIONS = {
    ("in",): "gst_no gst_treatment place_of_contact place_of_supply hsn_or_sac item_tax_preferences tds_tax_id",
    ("us",): "tax_authority_id tax_authority_name track_1099 tax_id_type tax_id_value",
    ("us", "in"): "tax_exemption_id tax_exemption_code",
    ("uk",): "vat_treatment vat_reg_no",
    (): "tax_treatment tax_reg_no tax_regime legal_name is_tds_registered tax_exemption_certificate_number "
    "cfdi_usage sat_item_key_code unitkey_code tax_treatment_code country_code",
}
EDITION_ONLY: dict[str, tuple[str, ...]] = {
    name: editions for editions, names in _EDITIONS.items() for name in names.split()
}
"""Fields of other country editions than these two organizations have map to no edition here."""


def read_fields(
    rules: Mapping[str, Rule], sent: Record, *, edition: str, switches: Switches, module: str = ""
) -> Record:
    """Check what was sent and convert it; null and "" stay as they are, and mean "blank".

    With `module`, fields the module does not take are dropped.
    """
    taken = request_fields(module) if module else None
    fields: Record = {}
    for name, value in sent.items():
        if taken is not None and name not in taken:
            continue
        if edition not in EDITION_ONLY.get(name, (edition,)):
            if switches.edition_fields == "refused":
                raise RefusedError(2, field=name)
            continue
        blank = value is None or value == ""
        fields[name] = value if blank else _converted(rules.get(name, ANY), name, value)
    return fields


def merge(record: Record, changes: Record, switches: Switches) -> Record:
    """Apply changes to a record: null and "" clear a field, what is absent stays."""
    merged = dict(record)
    for name, value in changes.items():
        if value is None and switches.null_on_update == "ignored":
            continue
        if value is None or value == "":
            merged.pop(name, None)
        else:
            merged[name] = value
    return merged


def given(fields: Record) -> Record:
    """The fields that hold something."""
    return {name: value for name, value in fields.items() if value is not None and value != ""}


ANY = Rule("any")
TOO_MUCH = 10**15


def _converted(rule: Rule, name: str, value: Any) -> Any:
    converted = _CONVERTERS[rule.kind](value)
    if converted is None:
        raise RefusedError(2, field=name)
    if rule.longest is not None and len(str(converted)) > rule.longest:
        raise RefusedError(15, field=name, maximum=rule.longest)
    if rule.choices is not None and converted not in rule.choices:
        raise RefusedError(2, field=name)
    return converted


def _text(value: Any) -> str | None:
    return None if isinstance(value, list | dict) else str(value)


def _integer(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == int(number) else None


def _number(value: Any) -> int | Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) >= TOO_MUCH:
        return None
    return value if isinstance(value, int) else number


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())


def _date(value: Any) -> str | None:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        return None


_CONVERTERS: dict[str, Any] = {
    "any": lambda value: value,
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "list": lambda value: value if isinstance(value, list) else None,
    "object": lambda value: value if isinstance(value, dict) else None,
}
