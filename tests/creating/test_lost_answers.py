"""A create whose answer was lost is settled by looking, and never sent a second time in one run."""

from __future__ import annotations

import inspect
import json
from typing import Any

import httpx
import pytest

from tests.creating.conftest import Time, World
from tests.doubles import Clock, Script, answer, connected, credential, token_answer
from zoho_books_connector.boundary import HttpSettings, RunContext
from zoho_books_connector.errors import (
    CredentialError,
    InputError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
)
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.plugin import connector_action
from zoho_books_connector.registry import ACTIONS, load_action
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sandbox import Switches
from zoho_books_connector.stores.memory import MemoryJournal

INVOICES = "/invoices$"
#: Creating action → module in the books, the path it is sent to, inputs that can find the record again.
CREATES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "create_contact": ("contact", "/contacts$", {"contact_name": "New", "notes": "n"}),
    "create_item": ("item", "/items$", {"name": "New", "rate": 1.5, "sku": "S-1"}),
    "create_salesorder": ("sales_order", "/salesorders$", {"reference_number": "R-1"}),
    "create_invoice": ("invoice", INVOICES, {"reference_number": "R-1"}),
}


def inputs_of(world: World, action_id: str) -> dict[str, Any]:
    module, _, inputs = CREATES[action_id]
    return world.invoice(**inputs) if module in ("sales_order", "invoice") else inputs


def test_every_create_goes_the_safe_way() -> None:
    creates = {action_id for action_id, action in load_manifest()["actions"].items() if action["retry"] == "create"}
    safe = {each for each in ACTIONS if "return create(client, inputs, " in inspect.getsource(load_action(each).run)}
    assert creates == safe


@pytest.mark.parametrize("action_id", list(CREATES))
def test_a_first_attempt_that_goes_well_costs_one_request(world: World, action_id: str) -> None:
    result = world.run(action_id, inputs_of(world, action_id))
    assert not result.recovered
    assert [call.method for call in world.calls] == ["POST"]


@pytest.mark.parametrize("action_id", list(CREATES))
def test_a_create_that_was_executed_is_found_and_returned(world: World, action_id: str) -> None:
    module, path, _ = CREATES[action_id]
    before = len(world.held(module))
    world.spoil("reset", path=path, commit=True)
    result = world.run(action_id, inputs_of(world, action_id))
    assert result.recovered
    assert [call.method for call in world.calls] == ["POST", "GET", "GET"]
    assert len(world.held(module)) == before + 1


@pytest.mark.parametrize("action_id", list(CREATES))
def test_a_create_that_was_not_executed_stays_unknown_and_is_created_by_the_next_attempt(
    world: World, action_id: str
) -> None:
    module, path, _ = CREATES[action_id]
    before = len(world.held(module))
    world.spoil("reset", path=path)
    error = world.unknown(action_id, inputs_of(world, action_id))
    assert error.retry_after == 10
    assert world.asked.count(f"POST {path.removesuffix('$')}") == 1

    result = world.run(action_id, inputs_of(world, action_id), attempt=2)
    assert not result.recovered
    assert [call.method for call in world.calls] == ["GET", "POST"]
    assert len(world.held(module)) == before + 1


def test_without_a_key_nothing_is_looked_up_and_the_error_says_what_to_look_for(world: World) -> None:
    world.spoil("reset", path=INVOICES, commit=True)
    error = world.unknown("create_invoice", world.invoice(), idempotency_key=None)
    assert world.asked == ["POST /invoices"]
    assert error.retry_after is None
    assert error.look_for == {
        "module": "invoice",
        "fields": ["reference_number", "customer_id", "date"],
        "created_from": "2027-01-15T08:00:00+00:00",
    }
    assert "reference number and customer id and date, created at 2027-01-15 08:00:00 UTC or later" in error.hint


def test_a_number_that_was_sent_finds_the_document_alone(world: World) -> None:
    world.spoil("reset", path=INVOICES, commit=True)
    numbered = world.invoice(invoice_number="X-1", ignore_auto_number_generation=True, reference_number=...)
    assert world.run("create_invoice", numbered).recovered


def test_a_success_without_a_record_is_looked_up() -> None:
    made = {"item_id": "7", "name": "New", "rate": 1, "created_time": "2026-09-21T14:13:20+0000"}
    dated = {"Date": "Mon, 21 Sep 2026 14:13:20 GMT"}
    listed = httpx.Response(200, json={"code": 0, "items": [made], "page_context": {}}, headers=dated)
    script, clock = Script([answer(201), listed, answer(item=made)]), Clock()
    resources = {"zoho_books.transport": script.transport, "zoho_books.clock": clock, "zoho_books.sleep": clock.sleep}
    handler = connector_action("zoho_books", "create_item")
    assert handler is not None
    run = RunContext(DefaultRuntime(journal=MemoryJournal(), resources=resources), idempotency_key="step", attempt=1)
    inputs = {"name": "New", "rate": 1}
    assert handler(inputs, credential=credential(), tokens=connected(), run=run).recovered
    assert script.seen == ["POST /books/v3/items", "GET /books/v3/items", "GET /books/v3/items/7"]


class TestListsThatLag:
    @pytest.fixture
    def switches(self) -> Switches:
        return Switches(listing_lag_seconds=2)

    def test_looking_goes_on_until_the_record_shows(self, world: World, time: Time) -> None:
        world.spoil("reset", path=INVOICES, commit=True)
        began = time.now
        assert world.run("create_invoice", world.invoice()).recovered
        assert 2 <= time.now - began <= 4

    def test_a_duplicate_that_zoho_names_is_recognised_as_the_own_earlier_write(self, world: World) -> None:
        world.spoil("reset", path="/contacts$", commit=True)
        assert world.unknown("create_contact", {"contact_name": "New"}, settle_within=1.0).retry_after == 1
        result = world.run("create_contact", {"contact_name": "New"}, attempt=2, settle_within=1.0)
        assert result.recovered
        assert world.asked[:2] == ["GET /contacts", "POST /contacts"]


def test_a_duplicate_on_the_first_attempt_is_somebody_elses(world: World) -> None:
    world.seed("contact", contact_name="New", contact_type="customer")
    with pytest.raises(RejectedError) as caught:
        world.run("create_contact", {"contact_name": "New"})
    assert caught.value.code == "duplicate_contact"
    assert world.asked == ["POST /contacts"]


def test_a_duplicate_that_is_not_the_own_earlier_write_is_told_as_zoho_told_it(world: World, time: Time) -> None:
    world.seed("contact", contact_name="New", contact_type="vendor")
    time.sleep(60)
    world.spoil("reset", path="/contacts$")
    assert (
        world.unknown("create_contact", {"contact_name": "New", "contact_type": "customer"}).code == "outcome_unknown"
    )
    with pytest.raises(RejectedError):
        world.run("create_contact", {"contact_name": "New", "contact_type": "customer"}, attempt=2)


def test_the_same_key_after_success_reads_the_record_and_creates_nothing(world: World) -> None:
    first = world.run("create_invoice", world.invoice())
    again = world.run("create_invoice", world.invoice(), attempt=2)
    assert again.recovered
    assert again.data["invoice_id"] == first.data["invoice_id"]
    assert world.asked == [f"GET /invoices/{first.data['invoice_id']}"]


def test_a_record_that_was_deleted_since_is_not_created_again(world: World) -> None:
    made = world.run("create_item", {"name": "New", "rate": 1}).data["item_id"]
    world.delete(f"/items/{made}")
    with pytest.raises(NotFoundError) as caught:
        world.run("create_item", {"name": "New", "rate": 1}, attempt=2)
    assert caught.value.code == "created_and_deleted"


def test_a_key_used_with_other_inputs_is_refused_naming_places_only(world: World) -> None:
    world.run("create_invoice", world.invoice())
    other = world.invoice(notes="secret-note", line_items=[{"item_id": world.item, "quantity": 3}])
    with pytest.raises(InputError) as caught:
        world.run("create_invoice", other, attempt=2)
    assert caught.value.code == "key_reused"
    assert [fault.pointer for fault in caught.value.fields] == ["/line_items/0", "/notes"]
    assert "secret-note" not in str(caught.value.to_dict())
    assert world.asked == []


def test_a_key_stands_for_one_step_of_one_kind(world: World) -> None:
    world.run("create_invoice", world.invoice())
    assert not world.run("create_salesorder", world.invoice()).recovered


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_that_names_nothing_or_is_endless_is_refused(world: World, key: str) -> None:
    with pytest.raises(InputError) as caught:
        world.run("create_invoice", world.invoice(), idempotency_key=key)
    assert caught.value.code == "key_invalid"


def test_what_zoho_refused_leaves_the_key_free_for_corrected_inputs(world: World) -> None:
    with pytest.raises(InputError):
        world.run("create_invoice", world.invoice(customer_id="1"))
    assert not world.run("create_invoice", world.invoice(), attempt=2).recovered


def test_a_limit_leaves_the_key_free_and_the_next_attempt_need_not_look(world: World) -> None:
    world.spoil("minute_limit", path=INVOICES)
    with pytest.raises(RateLimitedError):
        world.run("create_invoice", world.invoice())
    world.time.sleep(70)
    world.run("create_invoice", world.invoice(), attempt=2)
    assert world.asked == ["POST /invoices"]
    assert len(world.held("invoice")) == 1


def test_a_refusal_after_a_lost_answer_does_not_forget_that_it_was_lost(world: World) -> None:
    """The first request may still be carried out, after every bound: the key keeps standing for it."""
    world.spoil("reset", path=INVOICES)
    world.unknown("create_invoice", world.invoice())
    world.spoil("blocked", path=INVOICES)
    with pytest.raises(RateLimitedError):
        world.run("create_invoice", world.invoice(), attempt=2)
    with pytest.raises(InputError) as caught:
        world.run("create_invoice", world.invoice(notes="other"), attempt=3)
    assert caught.value.code == "key_reused"


def test_a_failing_look_up_leaves_the_outcome_unknown_and_the_next_attempt_finds_it(world: World) -> None:
    world.spoil("reset", path=INVOICES, commit=True)
    world.spoil("503", method="GET", path=INVOICES, times=None)
    error = world.unknown("create_invoice", world.invoice())
    assert "look-up of the invoice failed" in error.message
    assert error.retry_after == 30
    world.sandbox.faults.clear()
    assert world.run("create_invoice", world.invoice(), attempt=2).recovered


def test_a_look_up_without_the_scope_says_so(world: World) -> None:
    client = world.sandbox.register_client(["http://127.0.0.1:9/callback"])
    granted = world.centre.issue_tokens(client, "ZohoBooks.invoices.CREATE")
    loaded = world.tokens.load()
    assert loaded is not None
    fields = vars(loaded[0]) | {"access_token": granted["access_token"]}
    world.tokens.save(type(loaded[0])(**(fields | {"issued_at": world.time.now})), expected=loaded[1])
    world.spoil("reset", path=INVOICES, commit=True)
    error = world.unknown("create_invoice", world.invoice())
    assert "ZohoBooks.invoices.READ" in error.hint
    assert error.retry_after is None
    assert isinstance(error.__cause__, OutcomeUnknownError | CredentialError)


def test_the_deadline_ends_the_looking(world: World, time: Time) -> None:
    world.spoil("reset", path=INVOICES)
    began = time.now
    world.unknown("create_invoice", world.invoice(), deadline=began + 3)
    assert time.now - began <= 3


def test_no_request_of_a_create_outlasts_what_the_journal_says() -> None:
    """Else the next attempt could look, find nothing, and create beside a request that is still on its way."""
    clock = Clock()

    def late_refusal(_: httpx.Request) -> httpx.Response:
        clock.now += 50
        return answer(401, 57)

    script = Script([late_refusal, token_answer(), answer(201, item={"item_id": "7"})])
    resources = {"zoho_books.transport": script.transport, "zoho_books.clock": clock, "zoho_books.sleep": clock.sleep}
    settings = HttpSettings(read_timeout=60, connect_timeout=1, wait_ceiling=1)
    journal = MemoryJournal()
    run = RunContext(DefaultRuntime(settings, journal=journal, resources=resources), "step", attempt=1, settle_within=5)
    handler = connector_action("zoho_books", "create_item")
    assert handler is not None
    handler({"name": "New", "rate": 1}, credential=credential(), tokens=connected(), run=run)
    [entry] = journal._entries.values()
    assert entry.busy_until == entry.began.later(60 + 1 + 1 + 5)
    assert script.requests[-1].extensions["timeout"]["read"] == 62 - 50


def test_inputs_may_come_as_bytes_and_the_key_stays_the_same(world: World) -> None:
    first = world.run("create_invoice", world.invoice())
    again = world.run("create_invoice", json.dumps(world.invoice()).encode(), attempt=2)
    assert again.data["invoice_id"] == first.data["invoice_id"]
