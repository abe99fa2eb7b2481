"""The demo's eleven actions: a wholesaler's customer, items, an order and an invoice with several lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zoho_books_connector.boundary import ActionResult
from zoho_books_connector.demo.stage import Stage
from zoho_books_connector.demo.table import Step, expect


def acting_steps(stage: Stage) -> Iterator[Step]:
    """Yield a step for each action."""
    steps = _Acting(stage)
    yield Step("Create Contact", steps.create_contact)
    yield Step("Update Contact", steps.update_contact)
    yield Step("Create ContactPerson", steps.create_contact_person)
    yield Step("Update ContactPerson", steps.update_contact_person)
    yield Step("Get Contactpersons of a Contact", steps.get_contact_persons)
    yield Step("Get Contact Addresses", steps.get_contact_addresses)
    yield Step("Create Item (goods)", steps.create_item)
    yield Step("Create Item (service)", steps.create_service)
    yield Step("Update Item", steps.update_item)
    yield Step("Create SalesOrder", steps.create_salesorder)
    yield Step("Create Invoice", steps.create_invoice)
    yield Step("Get Records by Id", steps.get_record)


class _Acting:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def create_contact(self) -> str:
        contact = self._act(
            "create_contact",
            contact_name="Sharma & Daughters Bakery",
            company_name="Sharma and Daughters Private Limited",
            contact_type="customer",
            customer_sub_type="business",
            payment_terms=15,
            payment_terms_label="Net 15",
            gst_treatment="business_gst",
            gst_no="27AABCS1429B1ZS",
            place_of_contact="MH",
            billing_address={
                "attention": "Accounts",
                "address": "14 Linking Road",
                "city": "Mumbai",
                "state": "Maharashtra",
                "zip": "400050",
                "country": "India",
            },
            shipping_address={"address": "Plot 7, Bakers' Yard", "city": "Pune", "zip": "411001", "country": "India"},
            contact_persons=[
                {
                    "first_name": "Anita",
                    "last_name": "Sharma",
                    "email": "anita@bakery.example",
                    "is_primary_contact": True,
                }
            ],
            custom_fields=[{"api_name": "cf_region", "value": "West"}],
        ).data
        self._stage.ids["contact"] = contact["contact_id"]
        [stored] = self._stage.books("contact")
        expect(stored["contact_id"] == contact["contact_id"], "the books hold another contact")
        expect(stored["contact_name"] == "Sharma & Daughters Bakery", "the contact has another name")
        expect(stored["custom_field_hash"]["cf_region"] == "West", "the custom field was not stored")
        return f"{contact['contact_name']}, id {contact['contact_id']}"

    def update_contact(self) -> str:
        contact = self._act(
            "update_contact",
            contact_id=self._stage.ids["contact"],
            notes="Delivers before six in the morning.",
            contact_persons=[{"first_name": "Meera", "last_name": "Sharma", "email": "meera@bakery.example"}],
        ).data
        names = [person["first_name"] for person in contact["contact_persons"]]
        expect(names == ["Anita", "Meera"], f"the persons are {names}: nobody may get lost")
        expect(self._stage.books("contact")[0]["notes"].startswith("Delivers"), "the notes were not stored")
        return f"notes set, persons merged: {' and '.join(names)}"

    def create_contact_person(self) -> str:
        person = self._act(
            "create_contact_person",
            contact_id=self._stage.ids["contact"],
            salutation="Mr",
            first_name="Ravi",
            last_name="Patil",
            email="ravi@bakery.example",
            designation="Head baker",
        ).data
        self._stage.ids["person"] = person["contact_person_id"]
        expect(person["email"] == "ravi@bakery.example", "another person came back")
        return f"{person['first_name']} {person['last_name']}, one object"

    def update_contact_person(self) -> str:
        person = self._act(
            "update_contact_person",
            contact_id=self._stage.ids["contact"],
            contact_person_id=self._stage.ids["person"],
            first_name="Ravi",
            mobile="+91 98 2000 1234",
        ).data
        expect(person["mobile"] == "+91 98 2000 1234", "the number was not stored")
        return f"mobile {person['mobile']}"

    def get_contact_persons(self) -> str:
        persons = self._act("get_contact_persons", contact_id=self._stage.ids["contact"]).data["contact_persons"]
        expect(len(persons) == 3, f"{len(persons)} persons came back, not 3")
        return ", ".join(person["first_name"] for person in persons)

    def get_contact_addresses(self) -> str:
        addresses = self._act("get_contact_addresses", contact_id=self._stage.ids["contact"]).data["addresses"]
        expect(len(addresses) == 2, f"{len(addresses)} addresses came back, not 2")
        self._stage.ids["billing"], self._stage.ids["shipping"] = (each["address_id"] for each in addresses)
        return ", ".join(address["city"] for address in addresses)

    def create_item(self) -> str:
        item = self._act(
            "create_item",
            name="Bread flour, 25 kg",
            sku="FLOUR-25",
            rate="1500.00",
            unit="bag",
            product_type="goods",
            hsn_or_sac="11010000",
            tax_id=self._tax("GST5"),
            description="Strong white flour, 13 % protein.",
        ).data
        self._stage.ids["flour"] = item["item_id"]
        expect(item["rate"] == 1500, f"the rate is {item['rate']}")
        return f"{item['name']} at {item['rate']}"

    def create_service(self) -> str:
        item = self._act(
            "create_item", name="Oven service", rate=3500, product_type="service", tax_id=self._tax("GST18")
        ).data
        self._stage.ids["service"] = item["item_id"]
        expect(len(self._stage.books("item")) == 2, "the books do not hold two items")
        return f"{item['name']} at {item['rate']}"

    def update_item(self) -> str:
        item = self._act("update_item", item_id=self._stage.ids["service"], name="Oven service", rate=4000).data
        expect(item["rate"] == 4000, f"the rate is {item['rate']}")
        return f"{item['name']} now at {item['rate']}"

    def create_salesorder(self) -> str:
        order = self._act(
            "create_salesorder",
            customer_id=self._stage.ids["contact"],
            reference_number="PO-7741",
            date="2026-11-02",
            shipment_date="2026-11-09",
            line_items=[{"item_id": self._stage.ids["flour"], "quantity": 20}],
            discount="5%",
            discount_type="entity_level",
            is_discount_before_tax=True,
            notes="Deliver to the yard in Pune.",
        ).data
        # 20 × 1500 = 30000, less 5 % = 28500, plus 5 % GST
        expect(order["total"] == 29925, f"the total is {order['total']}, not 29925")
        expect(self._stage.books("sales_order")[0]["total"] == 29925, "the books hold another total")
        return f"{order['salesorder_number']} ({order['status']}), total {order['total']}"

    def create_invoice(self) -> str:
        invoice = self._act(
            "create_invoice",
            customer_id=self._stage.ids["contact"],
            reference_number="PO-7741",
            date="2026-11-09",
            payment_terms=15,
            discount_type="item_level",
            is_discount_before_tax=True,
            billing_address_id=self._stage.ids["billing"],
            shipping_address_id=self._stage.ids["shipping"],
            place_of_supply="MH",
            line_items=[
                {"item_id": self._stage.ids["flour"], "quantity": 10, "discount": "10%", "tax_id": self._tax("GST5")},
                {"item_id": self._stage.ids["service"], "quantity": 1, "tax_id": self._tax("GST18")},
                {
                    "item_id": self._stage.ids["service"],
                    "name": "Delivery",
                    "description": "Two trips before six in the morning",
                    "rate": "250.00",
                    "quantity": 2,
                    "tax_id": self._tax("GST18"),
                },
            ],
            custom_fields=[{"api_name": "cf_region", "value": "West"}],
            notes="Thank you.",
        ).data
        self._stage.ids["invoice"] = invoice["invoice_id"]
        # 10 × 1500 less 10 % = 13500, + 5 % = 14175; 4000 + 18 % = 4720; 2 × 250 + 18 % = 590
        expect(invoice["total"] == 19485, f"the total is {invoice['total']}, not 19485")
        held = self._stage.books("invoice")
        expect(len(held) == 1, f"the books hold {len(held)} invoices, not one")
        expect(held[0]["custom_field_hash"]["cf_region"] == "West", "the custom field was not stored")
        return f"{invoice['invoice_number']} ({invoice['status']}), 3 lines, total {invoice['total']}"

    def get_record(self) -> str:
        result = self._act("get_record", module="invoice", record_id=self._stage.ids["invoice"])
        record = result.data["record"]
        expect(record["total"] == 19485, f"the total is {record['total']}, not 19485")
        left = result.quota.remaining
        return f"invoice due {record['due_date']}; {left} calls of the day left"

    def _act(self, action_id: str, **inputs: Any) -> ActionResult:
        return self._stage.act(action_id, inputs)

    def _tax(self, name: str) -> str:
        found = next(tax["tax_id"] for tax in self._stage.books("tax") if tax["tax_name"] == name)
        return str(found)
