"""No secret in any error, log line, repr, pickle or traceback: canaries are planted, everything is provoked, all is
searched.
"""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.conftest import Books
from zoho_books_connector.boundary import Delivery, RunContext
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.plugin import connector_authorization, connector_trigger
from zoho_books_connector.sandbox import Fault

BODY = "body-canary-4711"
WEBHOOK_SECRET = "webhooksecretcanary"
HEADER_TOKEN = "header-token-canary"


class Provoked:
    """Every way in which the connector can fail, and what it must never tell."""

    def __init__(self, books: Books) -> None:
        self.books = books

    @property
    def canaries(self) -> list[str]:
        loaded = self.books.host.tokens.load()
        assert loaded is not None
        tokens = loaded[0]
        secrets = [self.books.client.client_secret, tokens.access_token, tokens.refresh_token]
        return [*secrets, BODY, WEBHOOK_SECRET, HEADER_TOKEN]

    def create(self) -> None:
        self.books.run("create_contact", contact_name=BODY, notes=BODY)

    def faulty(self, kind: str) -> None:
        self.books.sandbox.faults.add(Fault(kind, times=3, seconds=0.2))
        self.create()

    def faulty_refresh(self, kind: str) -> None:
        self.books.centre.expire_access_tokens()
        self.books.sandbox.faults.add(Fault(kind, path="/oauth/v2/token", times=3, seconds=0.2))
        self.create()

    def revoked(self) -> None:
        self.books.centre.revoke_all()
        self.create()

    def missing_scope(self) -> None:
        self.books.connect(scope="ZohoBooks.bills.READ")
        self.create()

    def changed(self, **changes: Any) -> None:
        self.books.host.credential |= changes
        self.create()

    def wrong_client(self) -> None:
        self.books.centre.expire_access_tokens()
        self.changed(client_id="1000.OTHER")

    def bad_input(self, inputs: Any) -> None:
        self.books.host.run("zoho_books", "create_invoice", inputs)

    def duplicate(self) -> None:
        self.create()
        self.create()

    def callback(self, **query: str) -> None:
        authorization = connector_authorization("zoho_books")
        assert authorization is not None
        run = RunContext(self.books.host.runtime)
        begin = authorization.begin(self.books.host.credential, redirect_uri="http://127.0.0.1:9/callback", run=run)
        authorization.complete(
            self.books.host.credential,
            tokens=self.books.host.tokens,
            run=run,
            pending=begin.pending,
            query={"state": begin.pending["state"], "code": BODY} | query,
        )

    def delivery(self, **changes: Any) -> None:
        trigger = connector_trigger("zoho_books", "webhook")
        assert trigger is not None
        given: dict[str, Any] = {
            "method": "POST",
            "query": f"event={BODY}",
            "headers": [("X-Zoho-Webhook-Signature", BODY), ("X-Connector-Token", HEADER_TOKEN)],
            "body": BODY.encode(),
        }
        trigger.receive(Delivery(**(given | changes)), secrets=[WEBHOOK_SECRET], header_tokens=[HEADER_TOKEN])


WIRE = [
    "timeout", "reset", "500", "502", "html", "truncated_json", "cut_body", "empty", "minute_limit", "blocked",
    "day_limit", "unauthorized", "refused_with_200", "redirect",
]  # fmt: skip
PROVOKE: dict[str, Callable[[Provoked], None]] = {
    **{f"wire {kind}": lambda p, kind=kind: p.faulty(kind) for kind in WIRE},  # type: ignore[misc]  # a bound default
    **{
        f"refresh {kind}": lambda p, kind=kind: p.faulty_refresh(kind)  # type: ignore[misc]  # a bound default
        for kind in ("reset", "502", "html", "truncated_json", "empty", "timeout")
    },
    "revoked": Provoked.revoked,
    "missing scope": Provoked.missing_scope,
    "wrong organization": lambda p: p.changed(organization_id="42"),
    "no organization": lambda p: p.changed(organization_id=None),
    "wrong client": Provoked.wrong_client,
    "url outside the table": lambda p: p.changed(token_url=f"https://evil.example/{BODY}"),
    "secret with a blank": lambda p: p.changed(client_secret=f"{BODY} {BODY}"),
    "old credential": lambda p: p.changed(schema_version=1),
    "bad value": lambda p: p.bad_input({"customer_id": BODY, "line_items": [{"rate": BODY, "other": BODY}]}),
    "bad bytes": lambda p: p.bad_input(f'{{"customer_id": "{BODY}'.encode()),
    "bad type": lambda p: p.bad_input({"customer_id": {BODY: BODY}, "line_items": BODY}),
    "duplicate": lambda p: p.duplicate(),
    "code refused": Provoked.callback,
    "consent refused": lambda p: p.callback(error=BODY, code=""),
    "foreign accounts server": lambda p: p.callback(**{"accounts-server": f"https://{BODY}.example"}),
    "forged state": lambda p: p.callback(state=BODY),
    "forged delivery": Provoked.delivery,
    "unsigned delivery": lambda p: p.delivery(headers=[]),
    "delivery with a wrong method": lambda p: p.delivery(method=BODY),
}
#: Zoho's own message names the contact that exists; it is meant for the user, who chose the name.
SHOWS_ZOHOS_WORDS = {"duplicate"}


@pytest.mark.parametrize("how", list(PROVOKE))
def test_no_error_and_no_log_line_holds_a_secret(books: Books, caplog: pytest.LogCaptureFixture, how: str) -> None:
    provoked = Provoked(books)
    canaries = provoked.canaries
    with caplog.at_level(logging.DEBUG), pytest.raises(ConnectorError) as caught:
        PROVOKE[how](provoked)
    error = caught.value
    told = [
        str(error),
        repr(error),
        json.dumps(error.to_dict()),
        str(pickle.dumps(error)),
        "".join(traceback.format_exception(error)),
        *(record.getMessage() for record in caplog.records),
        *(str(record.args) for record in caplog.records),
    ]
    for canary in [*canaries, *provoked.canaries]:
        if canary == BODY and how in SHOWS_ZOHOS_WORDS:
            continue
        assert not [text for text in told if canary in text]


def test_a_successful_run_logs_no_secret(books: Books, caplog: pytest.LogCaptureFixture) -> None:
    provoked = Provoked(books)
    with caplog.at_level(logging.DEBUG):
        books.centre.expire_access_tokens()
        provoked.create()
    lines = [record.getMessage() for record in caplog.records]
    assert any("POST /books/v3/contacts 201" in line for line in lines)
    assert not [line for line in lines for canary in provoked.canaries if canary in line]


def test_what_crosses_the_boundary_has_a_quiet_repr(books: Books) -> None:
    result = books.run("create_contact", contact_name="x")
    loaded = books.host.tokens.load()
    shown = repr(loaded) + repr(RunContext(books.host.runtime)) + repr(books.host.tokens) + repr(result.calls)
    assert not [canary for canary in Provoked(books).canaries if canary in shown]


def test_no_request_to_the_accounts_server_has_a_query(books: Books) -> None:
    books.centre.expire_access_tokens()
    Provoked(books).create()
    assert [dict(r.query) for r in books.centre.requests if r.path.startswith("/oauth")] == [{}]
