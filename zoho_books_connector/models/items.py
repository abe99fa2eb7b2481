"""Items: the products and services that are bought and sold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Final, Literal

from zoho_books_connector.models.base import Broken, Create, Input, Output, Part, Rule, Update
from zoho_books_connector.models.custom_fields import ClearableCustomField, CustomField, CustomFieldValue
from zoho_books_connector.models.fields import Amount, Id, Path, Text, Text25, Text100, Text2000, about
from zoho_books_connector.models.outputs import Many, OutFlag, OutId, OutNumber, OutText
from zoho_books_connector.models.seen_items import SeenItem
from zoho_books_connector.models.upserts import Upsertable, unique_value

#: Item type → the accounts that Zoho asks for.
ACCOUNTS: Final[dict[str, tuple[str, ...]]] = {
    "purchases": ("purchase_account_id",),
    "sales_and_purchases": ("purchase_account_id",),
    "inventory": ("purchase_account_id", "inventory_account_id"),
}


def _accounts_of_type(inputs: Any) -> Iterator[Broken]:
    for name in ACCOUNTS.get(inputs.item_type or "", ()):
        if getattr(inputs, name) is None:
            yield (name,), f"is needed for items of type {inputs.item_type}"


class ItemLocation(Part):
    """Opening stock of an inventory item at a location."""

    location_id: Annotated[Id, about("The location that holds the stock.", options="location")]
    initial_stock: Annotated[Amount | None, about("Quantity in stock at the start.")] = None
    initial_stock_rate: Annotated[Amount | None, about("Price of one unit of it.")] = None


class ItemTaxPreference(Part):
    """The tax of an item within the state or across states."""

    tax_id: Annotated[Id, about("Tax or tax group.", options="tax")]
    tax_specification: Annotated[Literal["intra", "inter"] | None, about("Within the state, or between states.")] = None


class _ItemFields(Input, defer_build=True):
    """What Create Item and Update Item have in common."""

    name: Text100
    rate: Annotated[Amount, about("Selling price of one unit.")]
    description: Annotated[Text2000 | None, about("As sales documents show it.")] = None
    sku: Annotated[Text | None, about("Stock keeping unit; unique.")] = None
    unit: Annotated[Text | None, about('Such as "kg" or "pcs".')] = None
    item_type: Annotated[
        Literal["sales", "purchases", "sales_and_purchases", "inventory"] | None, about("Sales where not given.")
    ] = None
    product_type: Annotated[
        Literal["goods", "service", "digital_service", "capital_service", "capital_goods"] | None,
        about("Capital goods and services exist in South Africa only."),
    ] = None
    account_id: Annotated[Id | None, about("Income account of the sales.", options="account")] = None
    tax_id: Annotated[Id | None, about("Tax or tax group of the sales.", options="tax")] = None
    tax_percentage: Annotated[Text | None, about('With the sign, such as "20%".', advanced=True)] = None
    is_taxable: Annotated[bool | None, about("Whether the item is taxed.")] = None
    tax_exemption_id: Annotated[Id | None, about("Needed where the item is not taxed.", advanced=True)] = None
    purchase_tax_exemption_id: Annotated[Id | None, about("Needed where the purchase is not taxed.", advanced=True)] = (
        None
    )
    purchase_description: Annotated[Text | None, about("As purchase documents show it.")] = None
    purchase_rate: Annotated[Amount | None, about("Purchase price of one unit.")] = None
    purchase_account_id: Annotated[
        Id | None, about("Cost account; needed for every type but sales.", options="account")
    ] = None
    inventory_account_id: Annotated[
        Id | None, about("Stock account; needed for inventory items.", options="account")
    ] = None
    vendor_id: Annotated[Id | None, about("Preferred vendor.", options="vendor")] = None
    reorder_level: Annotated[Amount | None, about("Stock at which to order again.", advanced=True)] = None
    locations: Annotated[list[ItemLocation] | None, about("Opening stock by location.", advanced=True)] = None
    hsn_or_sac: Annotated[Text | None, about("HSN code of goods, SAC of services.", editions=("in",))] = None
    item_tax_preferences: Annotated[list[ItemTaxPreference] | None, about(editions=("in",))] = None
    sat_item_key_code: Annotated[Text | None, about("Key of the goods in the SAT catalogue.", editions=("mx",))] = None
    unitkey_code: Annotated[Text | None, about("Key of the unit in the SAT catalogue.", editions=("mx",))] = None
    purchase_tax_rule_id: Annotated[Id | None, about("Tax rule of the purchase.", advanced=True)] = None
    sales_tax_rule_id: Annotated[Id | None, about("Tax rule of the sale.", advanced=True)] = None
    avatax_tax_code: Annotated[Text25 | None, about("Groups items, with AvaTax.", advanced=True)] = None
    avatax_use_code: Annotated[Text25 | None, about("Groups customers for exemptions.", advanced=True)] = None


class CreateItem(Upsertable, _ItemFields, Create, defer_build=False):
    """Inputs of Create Item. ``unit`` is in no published schema, but has been seen to be taken and answered."""

    rules: ClassVar[tuple[Rule, ...]] = (_accounts_of_type, unique_value)

    custom_fields: list[CustomField] | None = None


class _StoredItem(Update, defer_build=True):
    item_id: Annotated[Id, Path(), about("The item to change.", options="item")]


class UpdateItem(_ItemFields, _StoredItem, defer_build=False):
    """Inputs of Update Item.

    ``name`` and ``rate`` are required by the published schema here too; no body without them is known to be taken.
    Accounts already stored need not be sent again, so an update asks for none.
    """

    custom_fields: list[ClearableCustomField] | None = None


class ItemTaxPreferenceRecord(Output):
    """A tax preference as Zoho answers it."""

    tax_id: OutId = None
    tax_specification: OutText = None


class ItemLocationRecord(Output):
    """The stock of an item at a location as Zoho answers it."""

    location_id: OutId = None
    location_name: OutText = None
    status: OutText = None
    is_primary: OutFlag = None
    location_stock_on_hand: OutNumber = None
    location_available_stock: OutNumber = None
    location_actual_available_stock: OutNumber = None


class DocumentedItem(Output):
    """The documented fields of an item."""

    item_id: OutId = None
    name: OutText = None
    status: OutText = None
    description: OutText = None
    rate: OutNumber = None
    unit: OutText = None
    tax_id: OutId = None
    purchase_tax_rule_id: OutId = None
    sales_tax_rule_id: OutId = None
    tax_name: OutText = None
    hsn_or_sac: OutText = None
    sat_item_key_code: OutText = None
    unitkey_code: OutText = None
    tax_percentage: OutNumber = None
    tax_type: OutText = None
    sku: OutText = None
    product_type: OutText = None
    item_type: OutText = None
    account_id: OutId = None
    purchase_description: OutText = None
    purchase_rate: OutNumber = None
    purchase_account_id: OutId = None
    inventory_account_id: OutId = None
    vendor_id: OutId = None
    item_tax_preferences: Many[ItemTaxPreferenceRecord] = None
    custom_fields: Many[CustomFieldValue] = None
    locations: Many[ItemLocationRecord] = None
    created_time: OutText = None
    last_modified_time: OutText = None


class Item(SeenItem, DocumentedItem):
    """An item as Zoho answers it."""
