"""Every creating action under every fault of the wire: the verdict is right and nothing is written twice."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.end_to_end.conftest import Books
from zoho_books_connector.errors import (
    ConnectorError,
    CredentialError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
    UnexpectedResponseError,
)
from zoho_books_connector.sandbox import Fault

#: Creating action → module, path, inputs made from the seeded customer and item.
CREATES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "create_contact": ("contact", "/contacts$", {"contact_name": "New"}),
    "create_item": ("item", "/items$", {"name": "New", "rate": 1}),
    "create_contact_person": ("contact_person", "/contactpersons$", {"contact_id": "$contact", "first_name": "New"}),
    "create_salesorder": ("sales_order", "/salesorders$", {"customer_id": "$contact", "line_items": "$lines"}),
    "create_invoice": ("invoice", "/invoices$", {"customer_id": "$contact", "line_items": "$lines"}),
}
UNKNOWN = [
    "timeout", "reset", "500", "502", "503", "504", "html", "truncated_json", "cut_body", "empty", "redirect",
]  # fmt: skip
LIMITS = {"minute_limit": "minute", "blocked": "blocked", "day_limit": "day"}


class Case:
    """One creating action on books that hold a customer and an item."""

    def __init__(self, books: Books, action_id: str) -> None:
        self.books, self.action_id = books, action_id
        self.module, self.path, inputs = CREATES[action_id]
        customer = books.data("create_contact", contact_name="Customer")["contact_id"]
        item = books.data("create_item", name="Item", rate=10)["item_id"]
        known = {"$contact": customer, "$lines": [{"item_id": item, "quantity": 1}]}
        self.inputs = {name: known.get(str(value), value) for name, value in inputs.items()}
        self.before = len(books.held(self.module))

    def fail(self, kind: str, *, commit: bool = False, times: int | None = 1) -> ConnectorError:
        # A time-out is the client's: only the faulty call is impatient, so that a slow machine fails nothing else.
        deadline = time.time() + 0.5 if kind == "timeout" else None
        self.books.sandbox.faults.add(
            Fault(kind, method="POST", path=self.path, commit=commit, times=times, seconds=20)
        )
        self.books.host.history.clear()
        with pytest.raises(ConnectorError) as caught:
            self.books.host.run("zoho_books", self.action_id, self.inputs, deadline=deadline)
        return caught.value

    @property
    def written(self) -> int:
        return len(self.books.held(self.module)) - self.before


@pytest.mark.parametrize("commit", [False, True], ids=["not executed", "executed"])
@pytest.mark.parametrize("kind", UNKNOWN)
@pytest.mark.parametrize("action_id", list(CREATES))
def test_a_create_without_a_usable_answer_is_sent_once_and_called_unknown(
    books: Books, action_id: str, kind: str, commit: bool
) -> None:
    case = Case(books, action_id)
    error = case.fail(kind, commit=commit)
    assert isinstance(error, OutcomeUnknownError), error.to_dict()
    assert not error.safe_to_resend
    assert [call.method for call in books.host.history] == ["POST"]
    assert case.written == int(commit)


@pytest.mark.parametrize("kind", list(LIMITS))
@pytest.mark.parametrize("action_id", list(CREATES))
def test_a_create_at_a_limit_says_when_to_come_back_and_writes_nothing(books: Books, action_id: str, kind: str) -> None:
    case = Case(books, action_id)
    error = case.fail(kind)
    assert isinstance(error, RateLimitedError)
    assert error.scope == LIMITS[kind]
    assert error.retry_after >= 60
    assert case.written == 0


@pytest.mark.parametrize("action_id", list(CREATES))
def test_a_create_waits_for_a_free_place_and_is_written_once(books: Books, action_id: str) -> None:
    case = Case(books, action_id)
    books.sandbox.faults.add(Fault("concurrency_limit", method="POST", path=case.path, times=2))
    books.run(action_id, **case.inputs)
    assert case.written == 1


@pytest.mark.parametrize("action_id", list(CREATES))
def test_a_create_with_a_token_that_died_is_written_once(books: Books, action_id: str) -> None:
    case = Case(books, action_id)
    books.centre.expire_access_tokens()
    books.run(action_id, **case.inputs)
    assert case.written == 1


@pytest.mark.parametrize("action_id", list(CREATES))
def test_a_create_whose_token_dies_as_it_arrives_is_written_once(books: Books, action_id: str) -> None:
    case = Case(books, action_id)
    books.sandbox.faults.add(Fault("token_expired", method="POST", path=case.path))
    books.run(action_id, **case.inputs)
    assert case.written == 1


@pytest.mark.parametrize("action_id", list(CREATES))
def test_a_create_whose_connection_is_revoked_as_it_arrives_writes_nothing(books: Books, action_id: str) -> None:
    case = Case(books, action_id)
    error = case.fail("token_revoked")
    assert isinstance(error, CredentialError)
    assert error.reason == "revoked"
    assert case.written == 0


@pytest.mark.parametrize("action_id", list(CREATES))
def test_a_create_that_is_carried_out_after_its_loss_is_called_unknown(books: Books, action_id: str) -> None:
    case = Case(books, action_id)
    books.sandbox.faults.add(Fault("reset", method="POST", path=case.path, commit=True, commit_after=60))
    with pytest.raises(OutcomeUnknownError):
        books.run(action_id, **case.inputs)
    assert case.written == 0
    books.sandbox.carry_out_late()
    assert case.written == 1


@pytest.mark.parametrize("action_id", list(CREATES))
def test_a_create_refused_under_http_200_is_no_success(books: Books, action_id: str) -> None:
    case = Case(books, action_id)
    error = case.fail("refused_with_200")
    assert not isinstance(error, OutcomeUnknownError)
    assert error.details.zoho_code == 4
    assert case.written == 0


@pytest.mark.parametrize("action_id", list(CREATES))
@pytest.mark.parametrize("kind", ["wrong_content_type", "huge"])
def test_an_odd_answer_that_can_be_read_is_a_success(books: Books, action_id: str, kind: str) -> None:
    case = Case(books, action_id)
    books.sandbox.faults.add(Fault(kind, method="POST", path=case.path, commit=True, size=200_000))
    books.run(action_id, **case.inputs)
    assert case.written == 1


READ_FAULTS = {
    "timeout": UnavailableError,
    "reset": UnavailableError,
    "503": UnavailableError,
    "html": UnexpectedResponseError,
    "truncated_json": UnexpectedResponseError,
    "cut_body": UnavailableError,
    "empty": UnexpectedResponseError,
    "redirect": UnexpectedResponseError,
}


@pytest.mark.parametrize("kind", list(READ_FAULTS))
def test_a_read_survives_two_faults_and_gives_up_after_three(books: Books, kind: str) -> None:
    item_id = books.data("create_item", name="Item", rate=10)["item_id"]
    fault = Fault(kind, method="GET", path="/items/", times=2, seconds=0.2)
    books.sandbox.faults.add(fault)
    assert books.data("get_record", module="item", record_id=item_id)["record"]["name"] == "Item"
    books.sandbox.faults.add(Fault(kind, method="GET", path="/items/", times=3, seconds=0.2))
    with pytest.raises(READ_FAULTS[kind]):
        books.run("get_record", module="item", record_id=item_id)


@pytest.mark.parametrize("kind", ["reset", "503", "html", "truncated_json"])
def test_an_update_survives_two_faults_because_it_ends_the_same(books: Books, kind: str) -> None:
    item_id = books.data("create_item", name="Item", rate=10)["item_id"]
    books.sandbox.faults.add(Fault(kind, method="PUT", path="/items/", commit=True, times=2))
    assert books.data("update_item", item_id=item_id, name="Item", rate=12)["rate"] == 12


def test_an_update_that_never_gets_an_answer_is_unknown_but_safe_to_resend(books: Books) -> None:
    item_id = books.data("create_item", name="Item", rate=10)["item_id"]
    books.sandbox.faults.add(Fault("reset", method="PUT", path="/items/", commit=True, times=3))
    with pytest.raises(OutcomeUnknownError) as caught:
        books.run("update_item", item_id=item_id, name="Item", rate=12)
    assert caught.value.safe_to_resend


def test_a_business_refusal_is_zohos_own_words(books: Books) -> None:
    books.data("create_item", name="Item", rate=10)
    with pytest.raises(RejectedError) as caught:
        books.run("create_item", name="Item", rate=10)
    assert "already exists" in caught.value.message
