"""The round trip: all eleven actions on records that carry a suffix, taken back in reverse order whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any, Self

from tests.cassettes.stage import handler_of
from tests.live.account import Account
from zoho_books_connector.api.client import open_client
from zoho_books_connector.boundary import CallRecord, RunContext
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.probe.cleanup import CleanUp
from zoho_books_connector.runtime import DefaultRuntime

#: Wraps the run of one action, by its id: records it, or answers it from a cassette.
Tape = Callable[[str], AbstractContextManager[None]]


class LeftoversError(Exception):
    """Records of the round trip that could not be taken back, by kind and id."""


class RoundTrip:
    """Entered, it promises to clean up; ``play`` runs the actions."""

    def __init__(self, account: Account, *, suffix: str, tape: Tape = lambda _: nullcontext()) -> None:
        self._account = account
        self._suffix = suffix
        self._tape = tape
        self._runtime = DefaultRuntime(account.http)
        self.calls: list[CallRecord] = []
        self._run = RunContext(self._runtime, on_call=self.calls.append)
        client = open_client(account.credential, account.tokens, self._run, scope="")
        self._cleanup = CleanUp(client, suffix)
        #: Whether a create failed in a way that may have left a record behind.
        self._doubtful = False
        self._ids: dict[str, str] = {}
        self.done: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        left = self._cleanup.run(search=self._doubtful)
        self.close()
        if left and error is None:
            raise LeftoversError("; ".join(left))
        if left and error is not None:
            error.add_note(f"Left behind: {'; '.join(left)}")

    def close(self) -> None:
        """Close the connections, without cleaning up: for a replay, which created nothing."""
        self._runtime.close()

    def play(self) -> None:
        """Run every action, each on what the ones before it brought."""
        self._contact()
        self._persons()
        self._item()
        self._documents()

    def _contact(self) -> None:
        contact = self._act(
            "create_contact",
            contact_name=self._name,
            contact_type="customer",
            notes="Created by a test.",
            billing_address={"address": "1 Test Street", "city": "Testville", "country": "Germany"},
            contact_persons=[{"first_name": "Ada", "last_name": "Test", "email": self._mail("ada")}],
        )
        self._keep("contact", contact["contact_id"])
        assert contact["contact_name"] == self._name
        changed = self._act(
            "update_contact",
            contact_id=self._ids["contact"],
            notes="Changed by a test.",
            contact_persons=[{"first_name": "Ben", "email": self._mail("ben")}],
        )
        assert changed["notes"] == "Changed by a test."
        assert {person["first_name"] for person in changed["contact_persons"]} == {"Ada", "Ben"}

    def _persons(self) -> None:
        contact_id = self._ids["contact"]
        person = self._act("create_contact_person", contact_id=contact_id, first_name="Cleo", email=self._mail("cleo"))
        changed = self._act(
            "update_contact_person",
            contact_id=contact_id,
            contact_person_id=person["contact_person_id"],
            first_name="Cleo",
            designation="Tester",
        )
        assert changed["designation"] == "Tester"
        persons = self._act("get_contact_persons", contact_id=contact_id)["contact_persons"]
        assert {person["first_name"] for person in persons} == {"Ada", "Ben", "Cleo"}
        addresses = self._act("get_contact_addresses", contact_id=contact_id)["addresses"]
        assert "Testville" in {address["city"] for address in addresses}

    def _item(self) -> None:
        item = self._act("create_item", name=self._name, rate="12.50", product_type="service")
        self._keep("item", item["item_id"])
        assert item["rate"] == 12.5
        changed = self._act("update_item", item_id=self._ids["item"], name=self._name, rate="13.75")
        assert changed["rate"] == 13.75

    def _documents(self) -> None:
        # Numbers of our own, so that the organization's sequence has no gap afterwards.
        document = {
            "customer_id": self._ids["contact"],
            "reference_number": self._suffix,
            "ignore_auto_number_generation": True,
            "line_items": [{"item_id": self._ids["item"], "quantity": 2}],
        }
        order = self._act("create_salesorder", salesorder_number=f"SO-{self._suffix}", **document)
        self._keep("salesorder", order["salesorder_id"])
        assert order["line_items"][0]["rate"] == 13.75
        invoice = self._act("create_invoice", invoice_number=f"INV-{self._suffix}", **document)
        self._keep("invoice", invoice["invoice_id"])
        assert invoice["reference_number"] == self._suffix
        read = self._act("get_record", module="invoice", record_id=self._ids["invoice"])
        assert read["record"]["invoice_id"] == self._ids["invoice"]
        assert read["record"]["status"] == "draft", "nothing is sent to anybody"

    def _act(self, action_id: str, **inputs: Any) -> dict[str, Any]:
        handler = handler_of(action_id)
        try:
            with self._tape(action_id):
                result = handler(
                    inputs, credential=self._account.credential, tokens=self._account.tokens, run=self._run
                )
        except ConnectorError:
            self._doubtful = True
            raise
        self.done.append(action_id)
        data: dict[str, Any] = result.data
        return data

    def _keep(self, kind: str, record_id: str) -> None:
        self._ids[kind] = record_id
        self._cleanup.add(kind, record_id)

    @property
    def _name(self) -> str:
        return f"Connector test {self._suffix}"

    def _mail(self, person: str) -> str:
        """An address that nobody reads."""
        return f"{person}.{self._suffix}@example.com"
