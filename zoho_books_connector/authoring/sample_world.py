"""The little world of the samples: an integrator's first customer, items, order and invoice, kept in the sandbox.

The sandbox runs on a standing clock and its first seed, so that ids and times are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pluggy

from zoho_books_connector import hookspecs, plugin
from zoho_books_connector.boundary import DataCentre, HttpSettings, RunContext, TokenSet
from zoho_books_connector.registry import CONNECTOR_ID
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sandbox import Sandbox, Switches
from zoho_books_connector.stores import MemoryTokenStore

#: 2026-12-01 12:00:06 UTC. In winter, so that a machine without time-zone data tells the same offsets.
NOW: Final = 1796126406.0
ORGANIZATION: Final = "810234695"

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One action: what it was given, and what it brought."""

    action_id: str
    inputs: Inputs
    output: dict[str, Any]


World = Mapping[str, Run]
#: A name for the run, the action, and its inputs, made from the runs before it.
Step = tuple[str, str, Callable[[World], Inputs]]

_BILLING: Final = {
    "attention": "Mara Lindqvist",
    "address": "12 Canal Street",
    "city": "Utica",
    "state": "NY",
    "zip": "13501",
    "country": "U.S.A.",
}


def _id(world: World, name: str, key: str) -> str:
    return str(world[name].output[key])


def _customer(world: World) -> str:
    return _id(world, "create_contact", "contact_id")


def _lines(world: World) -> list[Inputs]:
    return [
        {"item_id": _id(world, "create_item", "item_id"), "quantity": 4},
        {"item_id": _id(world, "second item", "item_id"), "quantity": 1, "description": "Yearly service"},
    ]


STEPS: Final[tuple[Step, ...]] = (
    (
        "create_contact",
        "create_contact",
        lambda _: {
            "contact_name": "Juniper Lane Bakery",
            "contact_type": "customer",
            "company_name": "Juniper Lane Bakery LLC",
            "payment_terms": 15,
            "payment_terms_label": "Net 15",
            "billing_address": _BILLING,
            "shipping_address": _BILLING,
            "contact_persons": [
                {
                    "first_name": "Mara",
                    "last_name": "Lindqvist",
                    "email": "mara@example.com",
                    "is_primary_contact": True,
                }
            ],
        },
    ),
    (
        "update_contact",
        "update_contact",
        lambda world: {
            "contact_id": _customer(world),
            "website": "https://bakery.example.com",
            "notes": "Rings first.",
        },
    ),
    (
        "create_contact_person",
        "create_contact_person",
        lambda world: {
            "contact_id": _customer(world),
            "salutation": "Mr",
            "first_name": "Tomas",
            "last_name": "Reyes",
            "email": "tomas@example.com",
        },
    ),
    (
        "update_contact_person",
        "update_contact_person",
        lambda world: {
            "contact_id": _customer(world),
            "contact_person_id": _id(world, "create_contact_person", "contact_person_id"),
            "first_name": "Tomas",
            "phone": "+1 315 555 0142",
        },
    ),
    (
        "create_item",
        "create_item",
        lambda _: {
            "name": "Espresso beans, 1 kg",
            "rate": 24.5,
            "sku": "BEANS-1KG",
            "unit": "pcs",
            "product_type": "goods",
        },
    ),
    (
        "second item",
        "create_item",
        lambda _: {"name": "Grinder service", "rate": 80, "product_type": "service"},
    ),
    (
        "update_item",
        "update_item",
        lambda world: {
            "item_id": _id(world, "create_item", "item_id"),
            "name": "Espresso beans, 1 kg",
            "rate": 25.5,
            "description": "Roasted on Mondays",
        },
    ),
    (
        "create_salesorder",
        "create_salesorder",
        lambda world: {
            "customer_id": _customer(world),
            "date": "2026-12-01",
            "shipment_date": "2026-12-04",
            "reference_number": "PO-7741",
            "line_items": _lines(world),
        },
    ),
    (
        "create_invoice",
        "create_invoice",
        lambda world: {
            "customer_id": _customer(world),
            "date": "2026-12-01",
            "payment_terms": 15,
            "reference_number": "PO-7741",
            "line_items": _lines(world),
            "notes": "Thank you for your order.",
        },
    ),
    ("get_contact_addresses", "get_contact_addresses", lambda world: {"contact_id": _customer(world)}),
    ("get_contact_persons", "get_contact_persons", lambda world: {"contact_id": _customer(world)}),
    (
        "contact",
        "get_record",
        lambda world: {"module": "contact", "record_id": _customer(world)},
    ),
    (
        "contact_person",
        "get_record",
        lambda world: {
            "module": "contact_person",
            "contact_id": _customer(world),
            "record_id": _id(world, "create_contact_person", "contact_person_id"),
        },
    ),
    (
        "item",
        "get_record",
        lambda world: {"module": "item", "record_id": _id(world, "create_item", "item_id")},
    ),
    (
        "sales_order",
        "get_record",
        lambda world: {"module": "sales_order", "record_id": _id(world, "create_salesorder", "salesorder_id")},
    ),
    (
        "invoice",
        "get_record",
        lambda world: {"module": "invoice", "record_id": _id(world, "create_invoice", "invoice_id")},
    ),
)


@cache
def world() -> World:
    """Return every run by its name; runs them once."""
    return lived_through(Switches())


def lived_through(switches: Switches) -> World:
    """Run every step in a sandbox of its own."""
    runs: dict[str, Run] = {}
    with Sandbox(("us",), switches, clock=lambda: NOW) as sandbox:
        address = sandbox["us"].accounts_url
        http = HttpSettings(sandboxes=(DataCentre("sandbox-us", "Sandbox US", address, address),))
        with DefaultRuntime(http, resources={"zoho_books.clock": lambda: NOW}) as runtime:
            run = _account(sandbox, RunContext(runtime))
            for name, action_id, inputs_from in STEPS:
                inputs = inputs_from(runs)
                runs[name] = Run(action_id, inputs, run(action_id, inputs))
    return runs


def _account(sandbox: Sandbox, run: RunContext) -> Callable[[str, Inputs], dict[str, Any]]:
    """Return the function that runs an action on a connected account, the way a host does."""
    centre, client = sandbox["us"], sandbox.register_client()
    issued = centre.issue_tokens(client)
    credential = {
        "schema_version": 2,
        "region": "sandbox-us",
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "organization_id": ORGANIZATION,
    }
    tokens = MemoryTokenStore()
    access, refresh = issued["access_token"], issued["refresh_token"]
    tokens.save(TokenSet(access, refresh, NOW + 3600, NOW, accounts_url=centre.accounts_url), expected=None)
    plugins = pluggy.PluginManager(hookspecs.PROJECT)
    plugins.add_hookspecs(hookspecs)
    plugins.register(plugin)

    def run_action(action_id: str, inputs: Inputs) -> dict[str, Any]:
        [handler] = plugins.hook.connector_action(connector_id=CONNECTOR_ID, action_id=action_id)
        data: dict[str, Any] = handler(inputs, credential=credential, tokens=tokens, run=run).data
        return data

    return run_action
