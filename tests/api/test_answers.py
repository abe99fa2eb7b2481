"""What an answer, or none, means for the host."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.doubles import ACCESS_TOKEN, Reply, answer, connected, credential, run_with, runtime, texts_of
from zoho_books_connector.api.client import BooksClient, open_client, record_of
from zoho_books_connector.boundary import ActionResult, RunContext
from zoho_books_connector.errors import (
    ConnectorError,
    CredentialError,
    InputError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
    UnexpectedResponseError,
)
from zoho_books_connector.sending.budget import Unlimited

HTML = "<html><body>gateway</body></html>"


def client(*replies: Reply) -> BooksClient:
    return open_client(credential(), connected(), run_with(*replies)[0], scope="ZohoBooks.invoices.CREATE")


def failed(method: str, *replies: Reply, path: str = "/invoices") -> ConnectorError:
    books = client(*replies)
    send = {
        "GET": lambda: books.get(path),
        "PUT": lambda: books.put(path, b"{}"),
        "POST": lambda: books.post(path, b"{}"),
    }
    with pytest.raises(ConnectorError) as caught:
        send[method]()
    assert not any(ACCESS_TOKEN in text for text in texts_of(caught.value))
    return caught.value


@pytest.mark.parametrize(
    ("status", "code", "message", "kind", "name"),
    [
        (400, 2, "Invalid value passed for payment_terms", InputError, "invalid_value"),
        (400, 15, "Please ensure that attention has less than 100 characters.", InputError, "value_too_long"),
        (400, 1001, "The invoice number already exists", RejectedError, "duplicate_number"),
        (400, 3062, "The customer already exists", RejectedError, "duplicate_contact"),
        (400, 4097, "Number does not match", InputError, "automatic_numbering"),
        (400, 6041, "This user is not associated with the organization", CredentialError, "wrong_organization"),
        (404, 1002, "Invoice does not exist.", InputError, "referred_record_not_found"),
        (400, 777777, "Something new", RejectedError, "refused"),
        (405, 999, "Method not allowed", RejectedError, "method_refused"),
        (200, 777777, "Something new under 200", RejectedError, "refused"),
    ],
)
def test_zohos_code_becomes_the_error_it_means(
    status: int, code: int, message: str, kind: type[ConnectorError], name: str
) -> None:
    error = failed("POST", answer(status, code, message))
    assert (type(error), error.code) == (kind, name)
    assert message in error.message
    assert error.hint
    assert error.details.to_dict() == {
        "zoho_code": code,
        "http_status": status,
        "method": "POST",
        "path": "/invoices",
    }


def test_an_unknown_id_of_a_read_is_not_found() -> None:
    assert isinstance(failed("GET", answer(404, 1002, "Contact does not exist."), path="/contacts/1"), NotFoundError)


@pytest.mark.parametrize(
    ("code", "scope", "seconds"), [(43, "blocked", 1200), (44, "minute", 60), (45, "day", 3600), (None, "minute", 60)]
)
def test_a_limit_says_when_to_come_back(code: int | None, scope: str, seconds: float) -> None:
    reply = answer(429, code, "limit") if code else httpx.Response(429, html=HTML)
    error = failed("POST", reply)
    assert isinstance(error, RateLimitedError)
    assert (error.scope, error.retry_after) == (scope, seconds)


def test_retry_after_beats_the_catalogue() -> None:
    reply = answer(429, 43, "blocked")
    reply.headers["Retry-After"] = "1800"
    error = failed("GET", reply)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 1800


def test_the_daily_limit_is_over_when_its_header_says_so() -> None:
    reply = answer(429, 45, "daily")
    reply.headers["X-Rate-Limit-Reset"] = "5400"
    error = failed("GET", reply)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 5400


LOST: list[Any] = [
    httpx.ReadTimeout("x"),
    httpx.RemoteProtocolError("x"),
    httpx.WriteError("x"),
    httpx.Response(500, json={"code": 1000, "message": "internal"}),
    httpx.Response(502, html=HTML),
    httpx.Response(504),
    httpx.Response(201, html=HTML),
    httpx.Response(201, content=b'{"code":0,"invoice":{"invo'),
    httpx.Response(200, content=b""),
    httpx.Response(200, json={"message": "no code"}),
    httpx.Response(302, headers={"Location": "https://evil.example"}),
]


@pytest.mark.parametrize("reply", LOST)
def test_a_create_without_a_usable_answer_has_an_unknown_outcome(reply: Reply) -> None:
    error = failed("POST", reply)
    assert isinstance(error, OutcomeUnknownError)
    assert not error.safe_to_resend
    assert "Look" in error.hint


@pytest.mark.parametrize("reply", LOST)
def test_an_update_without_a_usable_answer_may_be_sent_again(reply: Reply) -> None:
    error = failed("PUT", reply, reply, reply)
    assert isinstance(error, OutcomeUnknownError)
    assert error.safe_to_resend


@pytest.mark.parametrize("reply", [LOST[0], LOST[1], LOST[3], LOST[4], LOST[5]])
def test_a_read_without_an_answer_changed_nothing(reply: Reply) -> None:
    assert isinstance(failed("GET", reply, reply, reply), UnavailableError)


@pytest.mark.parametrize("reply", LOST[6:])
def test_a_read_that_nobody_understands_is_unexpected(reply: Reply) -> None:
    assert isinstance(failed("GET", reply, reply, reply), UnexpectedResponseError)


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_what_never_left_is_unavailable_for_every_method(method: str) -> None:
    error = failed(method, *[httpx.ConnectError("x")] * 3)
    assert (type(error), error.code) == (UnavailableError, "unreachable")


def test_a_name_that_is_taken_is_known_even_with_a_server_error() -> None:
    reply = answer(500, 1000, "Item with the name 'Bread' already exists.")
    error = failed("POST", reply, path="/items")
    assert (type(error), error.code) == (RejectedError, "duplicate_item")


def test_a_refusal_of_a_gateway_was_not_executed() -> None:
    assert isinstance(failed("POST", httpx.Response(413, html=HTML)), RejectedError)


@pytest.mark.parametrize("record", [{"id": "1"}, [{"id": "1"}]])
def test_an_object_or_a_list_of_one_is_the_record(record: Any) -> None:
    assert record_of({"contact_person": record}, "contact_person") == {"id": "1"}


@pytest.mark.parametrize("record", [None, "", [], [{}, {}], "text", 7])
def test_a_success_without_its_record_is_unexpected(record: Any) -> None:
    with pytest.raises(UnexpectedResponseError) as caught:
        record_of({"invoice": record}, "invoice")
    assert "look the record up" in caught.value.hint


def page(number: int, *, more: object, persons: int = 1) -> httpx.Response:
    found = [{"contact_person_id": f"{number}{index}"} for index in range(persons)]
    return answer(contact_persons=found, page_context=more)


MORE: list[object] = [{"has_more_page": True}, [{"has_more_page": True}]]
LAST: list[object] = [{"has_more_page": False}, {}, [], None, "", {"has_more_page": ""}]


@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("last", LAST)
def test_pages_are_followed_to_the_last(more: object, last: object) -> None:
    run, script = run_with(page(1, more=more, persons=2), page(2, more=last))
    books = open_client(credential(), connected(), run, scope="x")
    found = [person["contact_person_id"] for person in books.pages("/contacts/1/contactpersons", "contact_persons")]
    assert found == ["10", "11", "20"]
    assert [request.url.params["page"] for request in script.requests] == ["1", "2"]
    assert {request.url.params["per_page"] for request in script.requests} == {"200"}


def test_an_empty_page_ends_the_list() -> None:
    assert list(client(page(1, more=MORE[0], persons=0)).pages("/contacts/1/contactpersons", "contact_persons")) == []


def test_a_list_that_never_ends_is_unexpected() -> None:
    endless = [lambda _: page(1, more=MORE[0])] * 1000
    run = RunContext(runtime(*endless, budget=Unlimited())[0])
    books = open_client(credential(), connected(), run, scope="ZohoBooks.contacts.READ")
    with pytest.raises(UnexpectedResponseError):
        list(books.pages("/contacts/1/contactpersons", "contact_persons"))


def test_the_organization_goes_in_the_query_of_every_call() -> None:
    run, script = run_with(answer())
    open_client(credential(), connected(), run, scope="x").get("/items/1", params={"print": "true"})
    assert dict(script.requests[0].url.params) == {"print": "true", "organization_id": "10234695"}


def test_the_daily_quota_is_read_from_the_answer() -> None:
    reply = answer()
    reply.headers.update({"X-Rate-Limit-Limit": "1000", "X-Rate-Limit-Remaining": "998", "X-Rate-Limit-Reset": "60"})
    books = client(reply)
    books.get("/items/1")
    assert vars(books.log.quota) == {"limit": 1000, "remaining": 998, "reset": 60}


@pytest.mark.parametrize("value", ["", "many", "-1", "\u0661"])
def test_a_quota_that_says_nothing_is_unknown(value: str) -> None:
    reply = httpx.Response(200, content=b'{"code":0}', headers={b"X-Rate-Limit-Limit": value.encode()})
    books = client(reply)
    books.get("/items/1")
    assert books.log.quota.limit is None


def test_a_result_starts_without_warnings() -> None:
    assert ActionResult({}).warnings == ()
