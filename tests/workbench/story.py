"""The job of `make demo` at the pages: a wholesaler's customer, items, order, invoice, and what comes back of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Locator, Page, expect

from tests.workbench.browsing import Hand, field
from zoho_books_connector.sandbox import Fault
from zoho_books_connector.sandbox.automation import Automation
from zoho_books_connector.sandbox.data_centre import DataCentre
from zoho_books_connector.workbench.bench import Workbench

CUSTOMER: Final = "Sharma & Daughters Bakery"
LINES: Final = [("Bread flour, 25 kg", "10"), ("Oven service", "1"), ("Bread flour, 25 kg", "2")]
FILE: Final = "Name,Rate\nRye flour,1200\nSpelt flour,1900\nYeast,a lot\n"


class Story:
    """One person, who does everything with one hand, and looks into the sandbox's books afterwards.

    ``snap`` is told the name of each picture when the page looks like it, and what stands at its upper edge.
    """

    def __init__(
        self, hand: Hand, bench: Workbench, snap: Callable[[str, Locator], None] = lambda _name, _edge: None
    ) -> None:
        self.hand = hand
        self.bench = bench
        self.snap = snap
        self.page: Page = hand.page

    # --- connecting ---------------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Connect the organization in India, one of two that the client sees."""
        client = self.bench.sandbox_client
        assert client is not None
        self.page.goto("/")
        self.hand.press(self.page.get_by_role("link", name="Add credential"))
        self.hand.press(self.page.get_by_role("link", name="Zoho Books Create and update"))
        self.hand.choose(self.page.get_by_label("Region"), "Sandbox US")
        expect(self.page.get_by_label("Token URL")).to_have_value(f"{self._centre.accounts_url}/oauth/v2/token")
        self.hand.write(self.page.get_by_label("Client ID"), client.client_id)
        self.hand.write(self.page.get_by_label("Client Secret"), client.client_secret)
        self.hand.tick(self.page.get_by_label("Webhook trigger"))
        expect(self.page.get_by_label("API Access Scope")).to_have_value(re.compile("settings.DELETE"))
        self.hand.press(self.page.get_by_role("button", name="Save and Authorize"))
        self.hand.press(self.page.get_by_role("button", name="Accept"))
        self.hand.tick(self.page.get_by_label("Mehta Sandbox"))
        self.snap("organization", self._header)
        self.hand.press(self.page.get_by_role("button", name="Test and save"))
        expect(self.page.get_by_text("Saved: the connection test passed.")).to_be_visible()
        [stored] = self.bench.store.list()
        assert stored.label == "Mehta Sandbox Private Limited"

    def disconnect(self) -> None:
        """Revoke the access, and delete the connection."""
        self._open("Credentials")
        self.hand.press(self.page.get_by_role("link", name="Remove"))
        self.hand.press(self.page.get_by_role("button", name="Revoke and delete"))
        expect(self.page.get_by_text("No account is connected yet.")).to_be_visible()
        assert self.bench.store.list() == []

    # --- acting -------------------------------------------------------------------------------------------------------

    def create_contact(self) -> None:
        """Create the customer, with an address and a custom field of the account's own."""
        self._open_action("Create Contact")
        self.hand.write(self._field("/contact_name"), CUSTOMER)
        self.hand.write(self._labelled("#custom", "Region"), "West")
        self._run("Create Contact")
        stored = self._books("contact")[-1]
        assert stored["contact_name"] == CUSTOMER
        assert stored["custom_field_hash"]["cf_region"] == "West"

    def create_items(self) -> None:
        """Create goods and a service, each with its tax."""
        for name, rate, unit, tax in (
            ("Bread flour, 25 kg", "1500.00", "bag", "GST5"),
            ("Oven service", "3500", "", "GST18"),
        ):
            self._open_action("Create Item")
            self.hand.write(self._field("/name"), name)
            self.hand.write(self._field("/rate"), rate)
            if unit:
                self.hand.write(self._field("/unit"), unit)
            self.hand.pick(self._field("/tax_id"), tax)
            self._run("Create Item")
        assert [item["rate"] for item in self._books("item")[-2:]] == [1500, 3500]

    def create_salesorder(self) -> None:
        """Order twenty bags."""
        self._open_action("Create SalesOrder")
        self.hand.pick(self._field("/customer_id"), CUSTOMER)
        self.hand.press(self.page.get_by_role("button", name="Add line item"))
        self.hand.pick(self._field("/line_items/0/item_id"), "Bread flour")
        self.hand.write(self._field("/line_items/0/quantity"), "20")
        self._run("Create SalesOrder")
        assert self._books("sales_order")[-1]["total"] == 31500  # 20 × 1500, and 5 % of it

    def create_invoice(self) -> None:
        """Bill three lines, each taken from the item, with the custom field that the account demands."""
        self._open_action("Create Invoice")
        self.hand.pick(self._field("/customer_id"), CUSTOMER)
        for number, (item, quantity) in enumerate(LINES):
            if number:
                self.hand.press(self.page.get_by_role("button", name="Add line item"))
            line = f"/line_items/{number}"
            self.hand.pick(self._field(f"{line}/item_id"), item)
            expect(self._field(f"{line}/rate")).not_to_have_value("")
            self.hand.write(self._field(f"{line}/quantity"), quantity)
        expect(self.page.locator("[data-subtotal] output")).to_have_text("21500.00")
        self.hand.write(self._labelled("#custom", "Approved by"), "meera@bakery.example")
        self.snap("invoice", self.page.get_by_role("heading", name="Basics"))
        self._run("Create Invoice")
        self.snap("result", self._header)
        invoice = self._books("invoice")[-1]
        assert invoice["total"] == 23030  # 15000 and 3000 with 5 %, 3500 with 18 %
        assert invoice["custom_field_hash"]["cf_approved_by"] == "meera@bakery.example"
        expect(self.page.locator("#result")).to_contain_text(invoice["invoice_number"])

    def lose_an_answer(self) -> None:
        """The connection breaks after the item was created: it is found by looking, and not sent again."""
        assert self.bench.sandbox is not None
        self._open_action("Create Item")
        self.hand.write(self._field("/name"), "Sourdough starter")
        self.hand.write(self._field("/rate"), "90")
        self.bench.sandbox.faults.add(Fault("reset", method="POST", path="/items$", commit=True))
        self._run("Create Item")
        expect(self.page.locator("#result")).to_contain_text("Found by looking")
        assert [item["name"] for item in self._books("item")].count("Sourdough starter") == 1

    def read_the_invoice(self) -> None:
        """Read what was created by the id that its result shows."""
        invoice = self._books("invoice")[-1]
        self._open_action("Get Records by Id")
        self.hand.choose(self._field("/module"), "Invoice")
        self.hand.write(self._field("/record_id"), invoice["invoice_id"])
        self._run("Get Records by Id")
        expect(self.page.locator("#result")).to_contain_text(invoice["invoice_number"])

    # --- receiving ----------------------------------------------------------------------------------------------------

    def subscribe(self) -> None:
        """Look at what would be set up, and set it up."""
        self._open("Trigger")
        self.hand.tick(self.page.get_by_label("Contact created"))
        self.hand.press(self.page.get_by_role("button", name="Show what would be set up"))
        expect(self.page.get_by_role("heading", name="What would be set up")).to_be_visible()
        assert not self._automation.rules
        self.hand.press(self.page.get_by_role("button", name="Subscribe"))
        expect(self.page.get_by_role("heading", name="Subscribed")).to_be_visible()
        assert len(self._automation.rules) == 1

    def let_an_event_run_an_action(self) -> None:
        """Whoever becomes a contact is offered a loaf that bears the name."""
        self._open("Flows")
        self.hand.press(self.page.get_by_role("link", name="New flow"))
        self.hand.choose(self.page.get_by_label("When this event arrives"), "Contact created")
        self.hand.choose(self.page.get_by_label("run this action"), "Create Item")
        self.hand.press(self.page.get_by_role("button", name="Next"))
        expect(self.page.get_by_role("button", name="Save and switch on")).to_be_visible()
        rows = self._mapping()
        self.hand.choose(self.page.get_by_label(f"Field of the event of row {rows['Name']}"), "record.contact_name")
        self.hand.write(self.page.get_by_label(f"Text of row {rows['Rate']}"), "45")
        self.hand.press(self.page.get_by_role("button", name="Save and switch on"))
        expect(self.page.get_by_role("region", name="Flows")).to_contain_text("Create Item")

    def see_it_arrive(self) -> None:
        """A contact of another tab appears here by itself, and its flow has run."""
        self._open("Trigger")
        self.hand.press(self.page.get_by_role("link", name="Deliveries"))
        expect(self.page.get_by_role("heading", name="Deliveries as they arrive")).to_be_visible()
        self.page.evaluate("window.sameAsBefore = true")
        here, self.page = self.page, self.page.context.new_page()
        self.hand.page = self.page
        self.page.goto("/")
        self._open_action("Create Contact")
        self.hand.write(self._field("/contact_name"), "Quay Street Bakery")
        self._run("Create Contact")
        self.page.close()
        self.page = self.hand.page = here
        here.bring_to_front()
        row = here.get_by_role("row").filter(has_text="contact.created")
        expect(row).to_contain_text("handed on")
        assert here.evaluate("window.sameAsBefore")
        self.snap("deliveries", self._header)
        self._open("Runs")
        self.hand.choose(here.get_by_label("Started"), "by a flow")
        self.hand.press(here.get_by_role("button", name="Show"))
        expect(here.get_by_role("row").filter(has_text="Create Item")).to_contain_text("done")
        assert self._books("item")[-1]["name"] == "Quay Street Bakery"

    def unsubscribe(self) -> None:
        """Take away what was set up."""
        self._open("Trigger")
        self.hand.press(self.page.get_by_role("link", name="Unsubscribe"))
        self.hand.press(self.page.get_by_role("button", name="Unsubscribe"))
        expect(self.page.get_by_role("heading", name="Unsubscribed")).to_be_visible()
        assert not self._automation.rules

    # --- many rows ----------------------------------------------------------------------------------------------------

    def run_a_file(self, folder: Path) -> None:
        """Check the rows first, then run them: two are created, and the third says why not."""
        file = folder / "flours.csv"
        file.write_text(FILE, "utf-8")
        before = len(self._books("item"))
        self._open("CSV files")
        self.hand.attach(self.page.get_by_label("CSV file"), file)
        self.hand.choose(self.page.get_by_label("Action"), "Create Item")
        self.hand.press(self.page.get_by_role("button", name="Upload"))
        self.hand.press(self.page.get_by_role("button", name="Check every row, send nothing"))
        expect(self.page.locator("#batch")).to_contain_text("Done (checked only, nothing was sent): 3 of 3")
        assert len(self._books("item")) == before
        self.hand.press(self.page.get_by_role("button", name="Run 3 rows"))
        expect(self.page.locator("#batch")).to_contain_text("Done: 3 of 3")
        expect(self.page.get_by_role("region", name="Rows that need a look")).to_contain_text("Rate: must be a number")
        self.snap("rows", self._header)
        assert [item["name"] for item in self._books("item")[before:]] == ["Rye flour", "Spelt flour"]

    def look_back(self) -> None:
        """Find the invoice's run, the calls that it made, and what is left of the day."""
        self.hand.press(self.page.get_by_role("link", name="Workbench"))
        expect(self.page.get_by_role("region", name="Last runs")).to_contain_text("done")
        self.snap("start", self._header)
        self._open("Runs")
        expect(self.page.get_by_role("region", name="What is left of the limits")).to_contain_text("Mehta Sandbox")
        self.hand.choose(self.page.get_by_label("Action"), "Create Invoice")
        self.hand.press(self.page.get_by_role("button", name="Show"))
        self.hand.press(self.page.get_by_role("row").filter(has_text="Create Invoice").get_by_role("link").first)
        expect(self.page.locator("#run")).to_contain_text("POST")
        expect(self.page.locator("#run")).to_contain_text("/books/v3/invoices")

    # --- what they share ----------------------------------------------------------------------------------------------

    @property
    def _header(self) -> Locator:
        return self.page.get_by_role("banner")

    def _open(self, name: str) -> None:
        self.hand.press(self.page.get_by_role("navigation", name="Workbench").get_by_role("link", name=name))

    def _open_action(self, title: str) -> None:
        self._open("Actions")
        self.hand.press(self.page.get_by_role("link", name=title, exact=True))

    def _run(self, title: str) -> None:
        self.hand.press(self.page.get_by_role("button", name=f"Run {title}"))
        expect(self.page.get_by_text(f"{title}: done.")).to_be_visible()

    def _field(self, pointer: str) -> Locator:
        return field(self.page, pointer)

    def _labelled(self, within: str, label: str) -> Locator:
        return self.page.locator(within).get_by_label(label).first

    def _mapping(self) -> dict[str, int]:
        """Return which row of the flow's table fills which input."""
        chosen = self.page.locator("select[name=input]").evaluate_all(
            "each => each.map(one => one.selectedOptions[0].text.replace(' *', ''))"
        )
        return {title: number for number, title in enumerate(chosen, 1)}

    @property
    def _centre(self) -> DataCentre:
        assert self.bench.sandbox is not None
        return self.bench.sandbox["us"]

    @property
    def _organization(self) -> str:
        return str(self._centre.organizations[1]["organization_id"])

    @property
    def _automation(self) -> Automation:
        return self._centre.automation(self._organization)

    def _books(self, module: str) -> list[dict[str, Any]]:
        return self._centre.records(self._organization, module)
