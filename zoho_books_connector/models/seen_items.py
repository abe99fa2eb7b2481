"""Fields of items that real answers hold and no published schema shows.

They were seen in public recordings of real answers and in public clients of Zoho Books.
"""

from __future__ import annotations

from zoho_books_connector.models.base import Output
from zoho_books_connector.models.custom_fields import TagValue
from zoho_books_connector.models.outputs import Many, One, OutFlag, OutId, OutList, OutNumber, OutObject, OutText
from zoho_books_connector.models.seen_parts import LockRecord


class PriceBracketRecord(Output):
    """The price of a quantity."""

    start_quantity: OutNumber = None
    end_quantity: OutNumber = None
    pricebook_rate: OutNumber = None


class PackageRecord(Output):
    """How an item is packed."""

    length: OutNumber = None
    width: OutNumber = None
    height: OutNumber = None
    weight: OutNumber = None
    weight_unit: OutText = None
    dimension_unit: OutText = None


class SeenItem(Output):
    """An item, beside what is documented."""

    group_id: OutId = None
    brand: OutText = None
    manufacturer: OutText = None
    product_subtype: OutText = None
    purpose_of_use: OutText = None
    item_code: OutObject = None
    image_name: OutText = None
    image_type: OutText = None
    source: OutText = None
    is_linked_with_zohocrm: OutFlag = None
    zcrm_product_id: OutId = None
    crm_owner_id: OutId = None
    unit_id: OutId = None
    account_name: OutText = None
    tax_status: OutText = None
    tax_start_date: OutText = None
    tax_end_date: OutText = None
    tax_groups_details: OutText = None
    tax_country_code: OutText = None
    tax_information: OutText = None
    is_tax_expired: OutFlag = None
    purchase_tax_information: OutText = None
    is_default_tax_applied: OutFlag = None
    associated_template_id: OutId = None
    documents: OutList = None
    pricebook_rate: OutNumber = None
    pricing_scheme: OutText = None
    price_brackets: Many[PriceBracketRecord] = None
    default_price_brackets: Many[PriceBracketRecord] = None
    sales_rate: OutNumber = None
    sales_margin: OutNumber = None
    purchase_account_name: OutText = None
    created_at: OutText = None
    offline_created_date_with_time: OutText = None
    tags: Many[TagValue] = None
    can_be_sold: OutFlag = None
    can_be_purchased: OutFlag = None
    track_inventory: OutFlag = None
    minimum_order_quantity: OutNumber = None
    maximum_order_quantity: OutNumber = None
    lock_details: One[LockRecord] = None
    locked_actions: OutList = None
    lock_detail: One[LockRecord] = None
    locked_fields: OutObject = None
    custom_field_hash: OutObject = None
    is_fulfillable: OutFlag = None
    attribute_name1: OutText = None
    attribute_name2: OutText = None
    attribute_name3: OutText = None
    attribute_option_name1: OutText = None
    attribute_option_name2: OutText = None
    attribute_option_name3: OutText = None
    sales_channels: OutList = None
    is_modifier_item: OutFlag = None
    integration_references: OutList = None
    has_variant: OutFlag = None
    default_hosted_page_url: OutText = None
    is_taxable: OutFlag = None
    rate_formatted: OutText = None
    item_name: OutText = None
    group_name: OutText = None
    image_document_id: OutId = None
    purchase_tax_id: OutId = None
    inventory_account_name: OutText = None
    vendor_name: OutText = None
    reorder_level: OutNumber = None
    reorder_level_formatted: OutText = None
    initial_stock: OutNumber = None
    initial_stock_rate: OutNumber = None
    stock_on_hand: OutNumber = None
    asset_value: OutNumber = None
    available_stock: OutNumber = None
    actual_available_stock: OutNumber = None
    upc: OutText = None
    ean: OutText = None
    isbn: OutText = None
    part_number: OutText = None
    category_id: OutId = None
    category_name: OutText = None
    tax_exemption_id: OutId = None
    tax_exemption_code: OutText = None
    purchase_tax_exemption_id: OutId = None
    avatax_tax_code: OutText = None
    unit_group_id: OutId = None
    created_by_id: OutId = None
    last_modified_by_id: OutId = None
    track_serial_number: OutFlag = None
    track_batch_number: OutFlag = None
    item_type_formatted: OutText = None
    is_returnable: OutFlag = None
    tax_percentage_formatted: OutText = None
    purchase_rate_formatted: OutText = None
    label_rate: OutNumber = None
    preferred_vendors: OutList = None
    warehouses: OutList = None
    package_details: One[PackageRecord] = None
    created_time_formatted: OutText = None
    last_modified_time_formatted: OutText = None
