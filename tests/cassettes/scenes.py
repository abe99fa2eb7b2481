"""What the sandbox's cassettes play: for each action its inputs, and the records that have to be there before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

#: Ids that the scenes give their records, so that inputs can name them.
CUSTOMER: Final = "5128453000000091001"
PERSON: Final = "5128453000000091003"
BILLING: Final = "5128453000000091005"
SHIPPING: Final = "5128453000000091007"
ITEM: Final = "5128453000000091009"
ACCOUNT: Final = "5128453000000091011"


@dataclass(frozen=True)
class Scene:
    """The inputs of one run, and the records (module, fields) that the books hold before it."""

    inputs: Mapping[str, Any]
    records: tuple[tuple[str, Mapping[str, Any]], ...] = ()


_CUSTOMER: Final = (
    "contact",
    {
        "contact_id": CUSTOMER,
        "contact_name": "Łukasz Nowak Cycles",
        "billing_address": {"address_id": BILLING, "address": "12 Canal Street", "city": "Utica", "zip": "13501"},
        "shipping_address": {"address_id": SHIPPING, "address": "Dock 3", "city": "Albany"},
        "contact_persons": [
            {
                "contact_person_id": PERSON,
                "first_name": "Łukasz",
                "last_name": "Nowak",
                "email": "lukasz@cycles.example",
                "phone": "+1 315 555 0101",
            }
        ],
    },
)
_ITEM: Final = ("item", {"item_id": ITEM, "name": "Inner tube", "rate": 7.5, "unit": "pcs", "product_type": "goods"})

SCENES: Final[Mapping[str, Scene]] = {
    "create_contact": Scene(
        {
            "contact_name": "Café Zürich Roasters",
            "contact_type": "customer",
            "payment_terms": 15,
            "billing_address": {"address": "4900 Hopyard Rd", "city": "Pleasanton", "state": "CA", "zip": "94588"},
            "contact_persons": [
                {"first_name": "Ana", "email": "ana@roasters.example", "is_primary_contact": True},
                {"first_name": "Bo", "email": "bo@roasters.example"},
            ],
            "custom_fields": [{"api_name": "cf_region", "value": "West"}],
        }
    ),
    "update_contact": Scene(
        {
            "contact_id": CUSTOMER,
            "notes": "Closed on Mondays.",
            "contact_persons": [{"first_name": "Iga", "email": "iga@cycles.example"}],
        },
        (_CUSTOMER,),
    ),
    "create_item": Scene(
        {"name": "Chain, 11-speed", "sku": "CH-11", "rate": "24.90", "unit": "pcs", "product_type": "goods"}
    ),
    "update_item": Scene({"item_id": ITEM, "name": "Inner tube", "rate": 8.25}, (_ITEM,)),
    "create_contact_person": Scene(
        {"contact_id": CUSTOMER, "salutation": "Ms", "first_name": "Ola", "email": "ola@cycles.example"}, (_CUSTOMER,)
    ),
    "update_contact_person": Scene(
        {"contact_id": CUSTOMER, "contact_person_id": PERSON, "first_name": "Łukasz", "mobile": "+1 315 555 0102"},
        (_CUSTOMER,),
    ),
    "create_salesorder": Scene(
        {
            "customer_id": CUSTOMER,
            "date": "2026-12-01",
            "reference_number": "PO-7741",
            "line_items": [{"item_id": ITEM, "quantity": 40}],
            "discount": "5%",
            "discount_type": "entity_level",
        },
        (_CUSTOMER, _ITEM),
    ),
    "create_invoice": Scene(
        {
            "customer_id": CUSTOMER,
            "invoice_number": "W-2026-001",
            "ignore_auto_number_generation": True,
            "date": "2026-12-01",
            "payment_terms": 15,
            "line_items": [
                {"item_id": ITEM, "quantity": 2},
                {"item_id": ITEM, "name": "Fitting", "rate": "12.00", "quantity": 1},
            ],
        },
        (_CUSTOMER, _ITEM),
    ),
    "get_record": Scene(
        {"module": "account", "record_id": ACCOUNT},
        (("account", {"account_id": ACCOUNT, "account_name": "Repairs", "account_type": "income"}),),
    ),
    "get_contact_addresses": Scene({"contact_id": CUSTOMER}, (_CUSTOMER,)),
    "get_contact_persons": Scene({"contact_id": CUSTOMER}, (_CUSTOMER,)),
}
