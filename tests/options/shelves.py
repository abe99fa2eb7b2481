"""What is put on the shelves of each source: records that may be chosen, and one that may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.options.conftest import Desk


@dataclass(frozen=True)
class Shelf:
    """How a source is filled: the kind of record, the field that a person reads, and more that it needs."""

    kind: str
    name: str
    more: Mapping[str, Any] = field(default_factory=dict)
    #: What says of a record that it may not be chosen; empty where Zoho's records do not say it.
    off: Mapping[str, Any] = field(default_factory=dict)
    depends: Mapping[str, Any] = field(default_factory=dict)

    def put(self, desk: Desk, name: str, **more: Any) -> None:
        """Put a record there."""
        desk.seed(self.kind, **{self.name: name, **self.more, **more})


PARENT = "982000000567001"

SHELVES: dict[str, Shelf] = {
    "contact": Shelf("contact", "contact_name", off={"status": "inactive"}),
    "customer": Shelf("contact", "contact_name", {"contact_type": "customer"}, off={"status": "inactive"}),
    "vendor": Shelf("contact", "contact_name", {"contact_type": "vendor"}, off={"status": "inactive"}),
    "contact_person": Shelf(
        "contact_person",
        "first_name",
        {"contact_id": PARENT},
        off={"status": "inactive"},
        depends={"contact_id": PARENT},
    ),
    "item": Shelf("item", "name", off={"status": "inactive"}),
    "account": Shelf("account", "account_name", {"is_active": True}, off={"is_active": False}),
    "tax": Shelf("tax", "tax_name", off={"status": "Inactive"}),
    "currency": Shelf("currency", "currency_code"),
    "location": Shelf("location", "location_name", off={"status": "inactive"}),
    "project": Shelf(
        "project", "project_name", {"status": "active", "customer_id": PARENT}, off={"status": "inactive"}
    ),
    "salesperson": Shelf("salesperson", "salesperson_name", off={"is_active": False}),
    "template": Shelf("template", "template_name", {"module": "invoice"}, depends={"document": "invoice"}),
    "custom_field": Shelf(
        "custom_field",
        "label",
        {"module": "item", "api_name": "cf_new", "data_type": "string"},
        off={"is_active": False},
        depends={"module": "item"},
    ),
}


def prepare(desk: Desk, source_id: str) -> dict[str, Any]:
    """Put there what a source depends on; returns what to hand over."""
    if source_id in ("contact_person", "address"):
        desk.seed("contact", contact_id=PARENT, contact_name="Parent")
        return {"contact_id": PARENT}
    return dict(SHELVES[source_id].depends) if source_id in SHELVES else {}
