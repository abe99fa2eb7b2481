"""The pages of runs, flows and CSV files, as a person without a browser sees them."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.workbench.browserless import posted_by
from tests.workbench.consenting import let_expire
from tests.workbench.running import centre_of, connected, ended, items_named
from zoho_books_connector.boundary import Event
from zoho_books_connector.sandbox import Fault
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.flows.mapping import Source

FLOUR = {"name": "Rye flour", "rate": 5}


@pytest.fixture
def connection(bench: Workbench) -> str:
    return connected(bench)


def posted(client: httpx.Client, address: str, **fields: object) -> httpx.Response:
    found = re.search(r'"X-CSRF-Token": "(\w+)"', client.get("/").text)
    assert found is not None
    files = {name: value for name, value in fields.items() if isinstance(value, tuple)}
    data = {name: value for name, value in fields.items() if name not in files}
    return client.post(address, data={**data, "csrf": found[1]}, files=files or None)


def test_the_history_begins_empty_and_says_what_to_do(client: httpx.Client) -> None:
    assert "Nothing was run yet" in client.get("/runs").text
    assert "No run is like that" in client.get("/runs?state=failed").text


def test_a_run_shows_its_calls_its_result_and_what_is_left(
    bench: Workbench, client: httpx.Client, connection: str
) -> None:
    bench.runs.perform("first", "create_item", connection, FLOUR)
    page = client.get("/runs/first").text
    for told in ("POST", "/items", "201", "Rye flour", "calls of this minute", "Run again", "1 attempt"):
        assert told in page
    assert "89 of 90 calls of this minute" in client.get("/runs").text
    assert f"/actions/create_item?connection={connection}&amp;run=first" in page
    assert "Rye flour" in client.get(f"/actions/create_item?connection={connection}&run=first").text


def test_what_is_left_is_known_once_the_connection_was_tested(
    bench: Workbench, client: httpx.Client, connection: str
) -> None:
    assert "unknown before the first call" in client.get("/runs").text
    bench.connecting.test(connection)
    assert "of 90 calls of this minute" in client.get("/runs").text


def test_what_is_left_of_one_connection_is_not_told_of_another(
    bench: Workbench, client: httpx.Client, connection: str
) -> None:
    bench.connecting.test(connection)
    spend = bench.host.runtime.budget.slot
    with spend("of a list that was filled in this thread", wait=0.0):
        pass
    other = connected(bench, "Other")
    with bench.quotas.watching(other):
        pass  # no call is made
    assert bench.quotas.left(other) is None
    with bench.quotas.watching(other), spend("its own", wait=0.0):
        pass
    assert "of 90 calls of this minute" in client.get("/runs").text
    assert bench.quotas.left(other) is not None


def test_a_failed_run_says_what_to_do_next(bench: Workbench, client: httpx.Client, connection: str) -> None:
    bench.runs.perform("first", "create_item", connection, FLOUR)
    bench.runs.perform("second", "create_item", connection, FLOUR)
    page = client.get("/runs/second").text
    run = bench.runs.get("second")
    assert run is not None
    assert run.error is not None
    assert "already exists" in page
    assert html.escape(run.error["hint"], quote=False) in page
    assert "second" in client.get("/runs?state=failed").text
    assert "/runs/first" not in client.get("/runs?state=failed").text


def test_a_run_that_waits_says_when_and_is_cancelled(bench: Workbench, client: httpx.Client, connection: str) -> None:
    assert bench.sandbox is not None
    bench.sandbox.faults.add(Fault("blocked", path="/items", headers=(("Retry-After", "300"),)))
    bench.runs.perform("limited", "create_item", connection, FLOUR)
    page = client.get("/runs/limited").text
    assert "tried again at" in page
    assert 'hx-trigger="every 1s"' in page
    assert "Look again" in page, "without scripts nothing moves by itself"
    assert ">waits</span>" in client.get("/").text, "and the start page calls it the same"
    posted(client, "/runs/limited/cancel")
    assert ended(bench, "limited").state == "failed"
    assert "every 1s" not in client.get("/runs/limited").text


def test_an_unknown_run_is_told(client: httpx.Client) -> None:
    assert client.get("/runs/nowhere").status_code == 404


def test_the_history_is_paged(bench: Workbench, client: httpx.Client, connection: str) -> None:
    bench.store.delete(connection)
    for number in range(52):
        bench.runs.perform(f"run-{number}", "create_item", connection, FLOUR)
    page = client.get("/runs?state=failed").text
    assert "/runs/run-51" in page
    assert '/runs/run-1"' not in page
    older = re.search(r'href="(/runs\?[^"]+)">Older', page)
    assert older is not None
    assert "Newest" not in page
    page = client.get(older[1].replace("&amp;", "&")).text
    assert '/runs/run-1"' in page
    assert '<a href="/runs?state=failed">Newest</a>' in page
    assert "There is nothing older" in client.get("/runs?before=1").text


def test_a_flow_is_made_previewed_and_runs_once_for_an_event(
    bench: Workbench, client: httpx.Client, connection: str
) -> None:
    chosen = {"event": "invoice.created", "connection": connection, "action": "create_item"}
    assert "There is no flow yet" in client.get("/flows").text
    page = client.get("/flows/new", params=chosen).text
    assert "record.customer_id" in page
    rows = {"input": ["name", "rate"], "path": ["record.invoice_number", ""], "fixed": ["", "5"]}
    preview = posted(client, "/flows/new", **chosen, **rows, do="preview").text
    assert "as the action expects them" in preview
    assert not bench.flows.table.all()
    listed = posted(client, "/flows/new", **chosen, **rows, label="Bill it", do="save").text
    assert "Bill it" in listed
    (flow,) = bench.flows.table.all()
    for _ in range(3):
        bench.flows.dispatch(event(), connection)
        bench.flows.dispatch(event(), "another connection")
    run = ended(bench, f"one:{flow.id}")
    assert (run.state, run.cause, run.attempts) == ("done", "flow", 1)
    assert len(items_named(bench, "INV-7")) == 1
    assert "INV-7" in client.get(f"/runs/{run.id}").text
    posted(client, f"/flows/{flow.id}/switch", on="0")
    bench.flows.dispatch(event(delivery_id="two"), connection)
    assert bench.runs.get(f"two:{flow.id}") is None
    assert "There is no flow yet" in posted(client, f"/flows/{flow.id}/delete").text


def test_a_flow_is_changed_and_tells_what_it_did_last(bench: Workbench, client: httpx.Client, connection: str) -> None:
    mapping = {"name": Source("record.invoice_number"), "rate": Source(fixed="5")}
    flow = bench.flows.add("Bill it", connection, "invoice.created", "create_item", mapping)
    chosen = {"event": flow.event, "connection": connection, "action": flow.action}
    assert posted_by(client.get(f"/flows/{flow.id}").text).count(("fixed", "5")) == 1
    rows = {"input": ["name", "rate"], "path": ["record.invoice_number", ""], "fixed": ["", "7"]}
    posted(client, f"/flows/{flow.id}", **chosen, **rows, label="Bill more", do="save")
    assert "Bill more" in client.get("/flows").text
    assert "none yet" in client.get("/flows").text
    bench.flows.dispatch(event(), connection)
    assert ended(bench, f"one:{flow.id}").inputs == {"name": "INV-7", "rate": "7"}
    assert f"/runs/one:{flow.id}" in client.get("/flows").text
    bench.flows.table.delete(flow.id)
    assert posted(client, f"/flows/{flow.id}", **chosen, **rows, do="save").status_code == 404


def test_an_action_that_is_changed_keeps_nothing_of_the_other_one(
    bench: Workbench, client: httpx.Client, connection: str
) -> None:
    mapping = {"name": Source("record.invoice_number"), "rate": Source(fixed="5")}
    flow = bench.flows.add("", connection, "invoice.created", "create_item", mapping)
    page = client.get(f"/flows/{flow.id}", params={"action": "create_contact"}).text
    assert ("input", "contact_name") in posted_by(page)
    assert ("fixed", "5") not in posted_by(page)
    page = client.get(f"/flows/{flow.id}", params={"event": "item.created"}).text
    assert "record.invoice_number (not in the sample)" in page


def test_a_row_that_is_half_filled_stays_in_the_form(client: httpx.Client, connection: str) -> None:
    chosen = {"event": "contact.created", "connection": connection, "action": "create_invoice"}
    rows = {"input": ["customer_id", ""], "path": ["", "record.email"], "fixed": ["", ""]}
    shown = posted_by(posted(client, "/flows/new", **chosen, **rows, do="preview").text)
    assert [value for name, value in shown if name == "input"][:2] == ["customer_id", ""]
    assert [value for name, value in shown if name == "path"][:2] == ["", "record.email"]


def test_an_input_that_two_rows_fill_is_told(bench: Workbench, client: httpx.Client, connection: str) -> None:
    chosen = {"event": "contact.created", "connection": connection, "action": "create_item"}
    rows = {"input": ["name", "name", "rate"], "path": ["", "", ""], "fixed": ["Flour", "Yeast", "5"]}
    assert "Two rows fill name." in posted(client, "/flows/new", **chosen, **rows, do="save").text
    assert not bench.flows.table.all()


def event(delivery_id: str = "one") -> Event:
    return Event(
        type="invoice.created",
        delivery_id=delivery_id,
        version_key=None,
        module="invoice",
        record_id="7",
        organization_id=None,
        occurred_at=None,
        record={"invoice_number": "INV-7"},
    )


def test_a_flow_that_would_start_itself_is_warned_of(bench: Workbench, client: httpx.Client, connection: str) -> None:
    chosen = {"event": "item.created", "connection": connection, "action": "create_item"}
    assert "may start itself" in client.get("/flows/new", params=chosen).text
    assert "may start itself" not in client.get("/flows/new", params={**chosen, "action": "get_record"}).text
    assert "may start itself" not in client.get("/flows/new", params={**chosen, "event": "invoice.created"}).text


def test_flows_that_start_each_other_are_told_in_the_list_while_both_are_on(
    bench: Workbench, client: httpx.Client, connection: str
) -> None:
    price = {"name": Source(path="record.contact_name"), "rate": Source(fixed="5")}
    bench.flows.add("There", connection, "contact.created", "create_item", price)
    assert "may start itself" not in client.get("/flows").text
    back = bench.flows.add(
        "Back", connection, "item.created", "create_contact", {"contact_name": Source(path="record.name")}
    )
    assert client.get("/flows").text.count("may start itself") == 2
    bench.flows.table.switch(back.id, on=False)
    assert "may start itself" not in client.get("/flows").text


def test_a_flow_without_what_is_required_is_not_kept(bench: Workbench, client: httpx.Client, connection: str) -> None:
    chosen = {"event": "item.created", "connection": connection, "action": "update_item"}
    answer = posted(client, "/flows/new", **chosen, input=["name"], path=["record.name"], fixed=[""], do="save")
    assert answer.status_code == 422
    assert "item_id is required" in answer.text
    assert not bench.flows.table.all()


def test_a_file_is_uploaded_checked_run_and_its_result_downloaded(
    bench: Workbench, client: httpx.Client, connection: str
) -> None:
    content = "\ufeffName;Rate;Colour\n=Flour;1;red\nYeast;x;blue\n"
    before = len(centre_of(bench).requests)
    uploaded = posted(
        client, "/batches", file=("items.csv", content.encode()), action="create_item", connection=connection
    )
    assert "UTF-8 with a byte order mark, separated by semicolon" in uploaded.text
    assert "No input was found for: Colour" in uploaded.text
    columns = {"column-0": "name", "column-1": "rate", "column-2": ""}
    address = uploaded.url.path
    posted(client, f"{address}/start", **columns, do="dry")
    checked = over(client, address)
    assert "valid: 1" in checked
    assert "invalid: 1" in checked
    assert len(centre_of(bench).requests) == before
    posted(client, f"{address}/start", **columns, do="run")
    assert "failed: 1" in over(client, address)
    (item,) = items_named(bench, "=Flour")
    result = client.get(f"{address}/result.csv")
    lines = result.content.decode("utf-8-sig").splitlines()
    assert lines[:2] == ["row,state,record_id,message", f"2,done,{item['item_id']},"]
    assert lines[2].startswith("3,failed,,")
    posted(client, f"{address}/delete")
    assert client.get(address).status_code == 404


def over(client: httpx.Client, address: str) -> str:
    give_up = time.monotonic() + 20
    while "every 1s" in (page := client.get(address).text):
        assert time.monotonic() < give_up
        time.sleep(0.05)
    return page


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        (b"name,rate\n", "no rows"),
        (
            "name\nM\u00fcsli\n".encode() + "M\u00fcsli\n".encode("cp1252"),
            "mixes encodings: line 2 is UTF-8, line 3 is not",
        ),
        (b'name\n"open\n', "begins in line 2"),
        (b"name\n" + b"x" * 140_000, "longer than 131,072 characters"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_and_leaves_nothing(
    bench: Workbench, client: httpx.Client, connection: str, content: bytes, told: str
) -> None:
    answer = posted(client, "/batches", file=("i.csv", content), action="create_item", connection=connection)
    assert answer.status_code == 422
    assert told in answer.text
    assert '<option value="create_item" selected>' in answer.text
    assert not bench.batches.table.latest()


def test_a_running_run_updates_itself_in_a_browser(bench: Workbench, page: Page) -> None:
    assert bench.sandbox is not None
    connection = connected(bench)
    bench.sandbox.faults.add(Fault("delay", path="/items", seconds=2))
    bench.runs.perform("slow", "create_item", connection, FLOUR, wait=0)
    page.goto("/runs/slow")
    expect(page.locator("#state")).to_have_text("running")
    expect(page.locator("#state")).to_have_text("done")


def test_a_file_runs_in_a_browser(bench: Workbench, page: Page, tmp_path: Path) -> None:
    connected(bench)
    file = tmp_path / "items.csv"
    file.write_text("Name,Rate\nRye flour,5\n", "utf-8")
    page.goto("/batches")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_label("Action").select_option("create_item")
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Run 1 row").click()
    expect(page.locator("#count-done")).to_have_text("done: 1")
    assert len(items_named(bench, "Rye flour")) == 1


def test_what_can_be_pressed_stays_where_it_is_while_a_file_runs_and_its_end_is_announced(
    bench: Workbench, page: Page
) -> None:
    assert bench.sandbox is not None
    bench.sandbox.faults.add(Fault("delay", path="/items", seconds=0.5, times=None))
    rows = "".join(f"Flour {number},5\n" for number in range(30))
    batch_id = bench.batches.take("i.csv", f"Name,Rate\n{rows}".encode(), "create_item", connected(bench))
    bench.batches.start(batch_id, {"Name": "name", "Rate": "rate"})
    page.goto(f"/batches/{batch_id}")
    stop = page.locator("#stop").element_handle()
    assert stop is not None
    expect(page.locator("#count-done")).to_be_visible()
    assert stop.evaluate("each => each.isConnected")
    stop.click()
    expect(page.locator("#announced")).to_contain_text("Stopped: ")
    expect(page.locator("#resume")).to_be_visible()
    expect(page.locator("#stop")).to_have_count(0)


def test_a_connection_that_a_row_found_revoked_needs_attention(
    bench: Workbench, client: httpx.Client, connection: str
) -> None:
    bench.connecting.test(connection)
    centre_of(bench).revoke_all()
    let_expire(bench, connection)
    batch_id = bench.batches.take("i.csv", b"Name,Rate\nFlour,5\n", "create_item", connection)
    bench.batches.start(batch_id, {"Name": "name", "Rate": "rate"})
    page = over(client, f"/batches/{batch_id}")
    assert "Re-authorize the connection" in page
    assert f"/credentials/{connection}" in page
    standing = bench.standings.of(connection)
    assert standing is not None
    assert (standing.state, standing.reason) == ("broken", "revoked")
