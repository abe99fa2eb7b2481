"""Whatever is sent is answered in the envelope, and parallel callers do not get in each other's way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zoho_books_connector.sandbox import DataCentre, Limits, Sandbox
from zoho_books_connector.sandbox.caller import Caller
from zoho_books_connector.sandbox.messages import Request
from zoho_books_connector.sandbox.record_fields import request_fields
from zoho_books_connector.sandbox.webhook_settings import RULES as WEBHOOK_RULES
from zoho_books_connector.sandbox.workflow_settings import RULES as WORKFLOW_RULES

"""A busy machine, or hypothesis building its tables for the first time, is no failure."""
PATHS = {
    "/contacts": "contact",
    "/contacts/contactpersons": "contact_person",
    "/items": "item",
    "/salesorders": "sales_order",
    "/invoices": "invoice",
}
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["", "10%", "-1%", "1e400", "9999-12-31", "2026-02-30", "true", "item_level", "sent"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["item_id", "rate", "quantity", "discount", "name", "index", "value", "contact_person_id"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def us() -> Iterator[DataCentre]:
    with Sandbox(("us",), limits=Limits.off()) as sandbox:
        us = sandbox["us"]
        us.seed_demo()
        yield us


class Known:
    """Ids of the demo, so that what is sent gets past the first check."""

    def __init__(self, us: DataCentre) -> None:
        self.organization_id = us.organizations[0]["organization_id"]
        self.contact_id = us.records(self.organization_id, "contact")[0]["contact_id"]
        self.item_id = us.records(self.organization_id, "item")[0]["item_id"]
        self.invoice_id = us.records(self.organization_id, "invoice")[0]["invoice_id"]

    def fields(self, module: str) -> dict[str, Any]:
        """What is enough for a create to get deep."""
        return {
            "contact": {"contact_name": "Fuzz"},
            "contact_person": {"contact_id": self.contact_id, "first_name": "Fuzz"},
            "item": {"name": "Fuzz", "rate": 1},
        }.get(module, {"customer_id": self.contact_id, "line_items": [{"item_id": self.item_id}]})


@pytest.fixture(scope="module")
def known(us: DataCentre) -> Known:
    return Known(us)


@pytest.fixture(scope="module")
def authorization(us: DataCentre) -> str:
    with Sandbox(("us",)) as other:
        client = other.register_client()
    return f"Zoho-oauthtoken {us.issue_tokens(client)['access_token']}"


def send(us: DataCentre, known: Known, authorization: str, method: str, path: str, body: object, **query: str) -> Any:
    raw_query = urlencode({"organization_id": known.organization_id} | query)
    headers = {"authorization": authorization, "content-type": "application/json"}
    request = Request(method, f"/books/v3{path}", raw_query, headers, json.dumps(body).encode())
    answer = us.handle(request, lambda _: None)
    assert answer.status in (200, 201, 400, 404)
    data = json.loads(answer.body)
    assert (data["code"] == 0) == (answer.status < 400)
    return data


@pytest.mark.parametrize("path", sorted(PATHS))
@given(data=st.data())
def test_any_body_of_a_create_is_answered(
    us: DataCentre, known: Known, authorization: str, path: str, data: st.DataObject
) -> None:
    module = PATHS[path]
    names = st.sampled_from(sorted(request_fields(module)))
    sent = data.draw(st.dictionaries(names, VALUES, max_size=5))
    send(us, known, authorization, "POST", path, known.fields(module) | sent)


@pytest.mark.parametrize("module", ["contact", "item", "invoice"])
@given(data=st.data())
def test_any_body_of_an_update_is_answered(
    us: DataCentre, known: Known, authorization: str, module: str, data: st.DataObject
) -> None:
    path = {
        "contact": f"/contacts/{known.contact_id}",
        "item": f"/items/{known.item_id}",
        "invoice": f"/invoices/{known.invoice_id}",
    }[module]
    names = st.sampled_from(sorted(request_fields(module)))
    send(us, known, authorization, "PUT", path, data.draw(st.dictionaries(names, VALUES, max_size=5)))
    send(us, known, authorization, "GET", path, None)


@given(data=st.data())
def test_any_webhook_and_any_rule_are_answered_and_run(
    us: DataCentre, known: Known, authorization: str, data: st.DataObject
) -> None:
    def save(path: str, fields: dict[str, Any], rules: Mapping[str, object]) -> dict[str, Any]:
        sent = data.draw(st.dictionaries(st.sampled_from(sorted(rules)), VALUES, max_size=4))
        answered: dict[str, Any] = send(us, known, authorization, "POST", path, fields | sent)
        return answered

    hook = save("/settings/webhooks", {"entity": "item", "url": "http://127.0.0.1:9/"}, WEBHOOK_RULES).get("webhook")
    if hook is None:
        return
    action = {"action_type": "webhook", "action_id": hook["webhook_id"]}
    body = {"workflow_name": "F", "rule_type": "add_edit", "entity": "item", "instant_actions": [action]}
    rule = save("/settings/workflows", body, WORKFLOW_RULES).get("workflow")
    send(us, known, authorization, "PUT", f"/items/{known.item_id}", {"description": data.draw(st.text(max_size=8))})
    if rule is not None:
        send(us, known, authorization, "DELETE", f"/settings/workflows/{rule['workflow_id']}", None)


@pytest.mark.parametrize(
    ("text", "code"),
    [('"\\ud83d\\ude00"', 0), ('"\\ud800"', 1038), ('"\\udc00\\ud800"', 1038), ('["a", {"b": "\\udfff"}]', 1038)],
)
def test_half_a_surrogate_pair_is_no_text(
    us: DataCentre, known: Known, authorization: str, text: str, code: int
) -> None:
    headers = {"authorization": authorization, "content-type": "application/json"}
    body = f'{{"url": "http://127.0.0.1:9/", "description": {text}}}'
    query = f"organization_id={known.organization_id}"
    request = Request("POST", "/books/v3/settings/webhooks", query, headers, body.encode())
    assert json.loads(us.handle(request, lambda _: None).body)["code"] == code


@given(
    query=st.dictionaries(
        st.sampled_from(
            [
                "page",
                "per_page",
                "filter_by",
                "sort_column",
                "sort_order",
                "status",
                "total",
                "total_less_than",
                "date_start",
                "last_modified_time",
                "search_text",
                "email",
            ]
        ),
        st.text(max_size=12),
        max_size=4,
    )
)
@example(query={"total_less_than": "NaN"})
def test_any_query_of_a_list_is_answered(
    us: DataCentre, known: Known, authorization: str, query: dict[str, str]
) -> None:
    send(us, known, authorization, "GET", "/invoices", None, **query)


def test_parallel_creates_get_numbers_of_their_own(bench: Any) -> None:
    customer, item = bench.customer()["contact_id"], bench.item()["item_id"]
    token = bench.us.issue_tokens(bench.sandbox.register_client())["access_token"]

    def create() -> None:
        with Caller(bench.us.api_url, token, bench.organization_id) as caller:
            for _ in range(10):
                caller.post("/invoices", {"customer_id": customer, "line_items": [{"item_id": item}]})

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = {invoice["invoice_number"] for invoice in bench.records("invoice")}
    assert len(numbers) == len(bench.records("invoice")) == 80


def test_the_current_user(bench: Any) -> None:
    assert bench.books.get("/users/me").data["user"]["name"] == "Ada Sandbox"


def test_chunked_bodies_are_read(bench: Any) -> None:
    chunks = iter([b'{"contact_name": ', b'"Chunked"}'])
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    import socket

    host, port = bench.us.accounts_url.removeprefix("http://").split(":")
    token = bench.us.issue_tokens(bench.sandbox.register_client())["access_token"]
    head = (
        f"POST /books/v3/contacts?organization_id={bench.organization_id} HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode() + body)
        assert connection.recv(65536).startswith(b"HTTP/1.1 201")
    assert bench.records("contact")[0]["contact_name"] == "Chunked"
