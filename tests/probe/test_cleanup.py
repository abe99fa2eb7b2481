"""Taking back reaches only what was remembered or carries the suffix, documents first."""

from __future__ import annotations

from tests.doubles import NOW, answer, connected, credential, run_with, tokens
from zoho_books_connector.api.client import open_client
from zoho_books_connector.probe.cleanup import CleanUp

MINE = {"contact_id": "1", "contact_name": "Connector test s1"}
FOREIGN = {"contact_id": "2", "contact_name": "Somebody else"}


def test_a_search_takes_nothing_back_that_does_not_carry_the_suffix() -> None:
    run, script = run_with(
        answer(contacts=[FOREIGN, MINE]),  # as from a server that does not know the filter
        answer(items=[]),
        answer(salesorders=[]),
        answer(invoices=[{"invoice_id": "3", "reference_number": ""}]),
        answer(),
    )
    cleanup = CleanUp(open_client(credential(), connected(), run, scope=""), "s1")
    assert cleanup.run(search=True) == []
    assert [path for path in script.seen if path.startswith("DELETE")] == ["DELETE /books/v3/contacts/1"]


def test_a_search_that_fails_is_told_and_what_is_remembered_still_goes() -> None:
    run, script = run_with(
        answer(401, 57),
        answer(items=[{"item_id": "5", "name": "s1"}]),
        answer(salesorders=[]),
        answer(invoices=[]),
        answer(),
        answer(404, 1002),
    )
    young = tokens(issued_at=NOW)  # a refused young token is not refreshed
    cleanup = CleanUp(open_client(credential(), connected(young), run, scope=""), "s1")
    cleanup.add("invoice", "7")
    left = cleanup.run(search=True)
    assert left == ["contact with s1 in contact_name, if any: not_authorized"]
    assert script.seen[-2:] == ["DELETE /books/v3/invoices/7", "DELETE /books/v3/items/5"]
