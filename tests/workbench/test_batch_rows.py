"""The page of one row of a file."""

from __future__ import annotations

import httpx
import pytest

from tests.workbench.running import connected
from tests.workbench.triggering import until
from zoho_books_connector.workbench.batches.lanes import key_of
from zoho_books_connector.workbench.bench import Workbench

FILE = b"name,rate,note\nFlour,5,a\nFlour,6,b\nYeast,x,c\n"


@pytest.fixture
def batch(bench: Workbench) -> str:
    """A file whose first row is done, whose second one Zoho refuses, and whose third one is wrong."""
    batch_id = bench.batches.take("flours.csv", FILE, "create_item", connected(bench))
    bench.batches.start(batch_id, {"name": "name", "rate": "rate"})
    until(lambda: bench.batches.table.get(batch_id).state == "done")
    return batch_id


def test_a_row_shows_what_it_says_what_became_of_it_and_its_calls(
    bench: Workbench, client: httpx.Client, batch: str
) -> None:
    done = client.get(f"/batches/{batch}/rows/2").text
    row = bench.batches.rows.get(batch, 2)
    assert row is not None
    assert f"<code>{row.record_id}</code>" in done
    assert "POST" in done
    assert "<td>201</td>" in done
    assert "Flour" in done
    assert "(left out)" in done, "of the column that fills nothing"


def test_a_row_that_was_never_sent_has_no_call_and_says_why(client: httpx.Client, batch: str) -> None:
    wrong = client.get(f"/batches/{batch}/rows/4").text
    assert "<p>None.</p>" in wrong
    assert "must be a number" in wrong


def test_a_number_leads_to_its_row(client: httpx.Client, batch: str) -> None:
    found = client.get(f"/batches/{batch}/row", params={"number": " 3 "})
    assert found.url.path == f"/batches/{batch}/rows/3"
    assert "Row 3" in found.text


@pytest.mark.parametrize("number", ["", "1", "5", "x", "9999999999999999999"])
def test_a_number_without_a_row_is_told(client: httpx.Client, batch: str, number: str) -> None:
    answer = client.get(f"/batches/{batch}/row", params={"number": number})
    assert answer.status_code == 404
    assert "Rows are counted as a spreadsheet shows them" in answer.text


def test_a_file_that_is_deleted_takes_its_calls_with_it(bench: Workbench, batch: str) -> None:
    bench.runs.perform("a run of its own", "create_item", bench.store.list()[0].id, {"name": "Salt", "rate": 1})
    assert bench.calls.of(key_of(batch, 2))
    bench.batches.delete(batch)
    assert not bench.calls.of(key_of(batch, 2))
    assert bench.calls.of("a run of its own")
