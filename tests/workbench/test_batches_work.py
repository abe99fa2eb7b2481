"""Batches: every row once, stopped and resumed, grouped, validated without a request."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.workbench.consenting import let_expire
from tests.workbench.running import beside, centre_of, connect, connected, items_named, organization_of
from zoho_books_connector.boundary import ActionResult
from zoho_books_connector.errors import InputError, NotFoundError, OutcomeUnknownError, UnavailableError
from zoho_books_connector.sandbox import Fault, Sandbox
from zoho_books_connector.workbench.batches.batch import Batch
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.runs.attempts import Outcome, Task, judge

ITEMS = {"Name": "name", "Rate": "rate"}


@pytest.fixture
def connection(bench: Workbench) -> str:
    return connected(bench)


def csv_of(rows: Sequence[str], header: str = "Name,Rate") -> bytes:
    return "\n".join([header, *rows]).encode()


def settled(bench: Workbench, batch_id: str, *, within: float = 30.0) -> Batch:
    give_up = time.monotonic() + within
    while time.monotonic() < give_up:
        batch = bench.batches.table.get(batch_id)
        if batch.state != "running" and not batch.counts.get("running"):
            return batch
        time.sleep(0.02)
    raise AssertionError(f"the batch is still {bench.batches.table.get(batch_id)}")


def test_every_row_is_run_once_and_told(bench: Workbench, connection: str) -> None:
    content = csv_of([f"Flour {number},{number}" for number in range(30)])
    batch_id = bench.batches.take("items.csv", content, "create_item", connection)
    assert bench.batches.table.get(batch_id).mapping == ITEMS
    bench.batches.start(batch_id, ITEMS)
    batch = settled(bench, batch_id)
    assert (batch.state, batch.counts) == ("done", {"done": 30})
    rows = list(bench.batches.rows.all(batch_id))
    assert [row.number for row in rows] == list(range(2, 32))
    for number, row in enumerate(rows):
        (item,) = items_named(bench, f"Flour {number}")
        assert (row.record_id, row.attempts) == (item["item_id"], 1)


def test_a_row_that_fails_stops_no_other(bench: Workbench, connection: str) -> None:
    batch_id = bench.batches.take("i.csv", csv_of(["Flour,1", "Flour,2", "Yeast,x"]), "create_item", connection)
    bench.batches.start(batch_id, ITEMS)
    batch = settled(bench, batch_id)
    rows = {row.number: row for row in bench.batches.rows.all(batch_id)}
    assert batch.counts == {"done": 1, "failed": 2}
    assert (rows[4].note or "").startswith("Rate: must be a number")


def test_a_dry_run_validates_every_row_and_sends_nothing(bench: Workbench, connection: str) -> None:
    before = len(centre_of(bench).requests)
    batch_id = bench.batches.take("i.csv", csv_of(["Flour,1", "Yeast,x", ",3"]), "create_item", connection)
    bench.batches.start(batch_id, ITEMS, is_dry=True)
    batch = settled(bench, batch_id)
    assert batch.counts == {"valid": 1, "invalid": 2}
    assert len(centre_of(bench).requests) == before
    bench.batches.start(batch_id, ITEMS)
    assert settled(bench, batch_id).counts == {"done": 1, "failed": 2}


def test_rows_that_failed_are_run_again_and_no_other(bench: Workbench, connection: str) -> None:
    seeded = centre_of(bench).seed(organization_of(bench), "item", {"name": "Yeast", "rate": 1})
    rival = {name: seeded[name] for name in ("item_id", "name", "rate")}
    batch_id = bench.batches.take("i.csv", csv_of(["Flour,1", "Yeast,2"]), "create_item", connection)
    bench.batches.start(batch_id, ITEMS)
    assert settled(bench, batch_id).counts == {"done": 1, "failed": 1}
    bench.runs.perform("renamed", "update_item", connection, {**rival, "name": "Old yeast"})
    bench.batches.repeat_failed(batch_id)
    assert settled(bench, batch_id).counts == {"done": 2}
    assert [len(items_named(bench, name)) for name in ("Flour", "Yeast", "Old yeast")] == [1, 1, 1]
    bench.batches.repeat_failed(batch_id)
    assert bench.batches.table.get(batch_id).state == "done"


def test_a_row_whose_action_fails_as_nobody_foresaw_ends_and_stops_no_other(
    bench: Workbench, connection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(inputs: Mapping[str, Any], **_: object) -> ActionResult:
        if inputs["name"] == "Yeast":
            raise ZeroDivisionError("what an error holds is nobody's business")
        return ActionResult({"item_id": "7"})

    monkeypatch.setattr(bench.host, "action", lambda _: broken)
    batch_id = bench.batches.take("i.csv", csv_of(["Flour,1", "Yeast,2", "Salt,3"]), "create_item", connection)
    bench.batches.start(batch_id, ITEMS)
    assert settled(bench, batch_id).counts == {"done": 2, "unknown": 1}
    [row] = bench.batches.rows.page(batch_id, states=("unknown",))
    assert "ZeroDivisionError" in (row.note or "")
    assert "nobody's business" not in (row.note or "")


def test_a_check_renews_no_tokens(bench: Workbench, connection: str) -> None:
    let_expire(bench, connection)
    batch_id = bench.batches.take("i.csv", csv_of(["Flour,1"]), "create_item", connection)
    bench.batches.start(batch_id, ITEMS, is_dry=True)
    assert settled(bench, batch_id).counts == {"valid": 1}
    held = bench.store.tokens(connection).load()
    assert held is not None
    assert held[0].expires_at == 0


def test_rows_are_grouped_otherwise_after_a_check(bench: Workbench, connection: str) -> None:
    content = csv_of(["A,7,31", "B,8,32", "A,7,33"], "reference_number,customer_id,line_items/0/item_id")
    batch_id = bench.batches.take("invoices.csv", content, "create_invoice", connection)
    mapping = bench.batches.table.get(batch_id).mapping
    for grouped_by, numbers in (("reference_number", [2, 3]), (None, [2, 3, 4]), ("customer_id", [2, 3])):
        bench.batches.start(batch_id, mapping, grouped_by=grouped_by, is_dry=True)
        assert settled(bench, batch_id).counts == {"valid": len(numbers)}
        assert [row.number for row in bench.batches.rows.all(batch_id)] == numbers


def test_rows_that_were_run_are_never_set_back(bench: Workbench, connection: str) -> None:
    batch_id = bench.batches.take("i.csv", csv_of(["Flour,1"]), "create_item", connection)
    bench.batches.start(batch_id, ITEMS)
    settled(bench, batch_id)
    grouped = {"mapping": ITEMS, "grouped_by": "Name"}
    assert bench.batches.table.begin(batch_id, is_dry=False, which="all", settled=grouped) is None
    assert bench.batches.table.get(batch_id).counts == {"done": 1}


def test_rows_with_the_same_cell_make_one_document(bench: Workbench, connection: str) -> None:
    customer = centre_of(bench).seed(organization_of(bench), "contact", {"contact_name": "Bowman and Co"})
    lines = [
        f"A,{customer['contact_id']},Bread,2.5",
        f"B,{customer['contact_id']},Cake,1",
        f"A,{customer['contact_id']},Bun,3",
    ]
    content = csv_of(lines, "reference_number,customer_id,line_items/0/name,line_items/0/rate")
    batch_id = bench.batches.take("invoices.csv", content, "create_invoice", connection)
    mapping = bench.batches.table.get(batch_id).mapping
    bench.batches.start(batch_id, mapping, grouped_by="reference_number")
    batch = settled(bench, batch_id)
    assert batch.counts == {"done": 2}, list(bench.batches.rows.all(batch_id))
    held = centre_of(bench).records(organization_of(bench), "invoice")
    found = {
        each["reference_number"]: [line["name"] for line in each["line_items"]]
        for each in held
        if each["reference_number"] in "AB"
    }
    assert found == {"A": ["Bread", "Bun"], "B": ["Cake"]}


def test_a_batch_stops_and_goes_on(bench: Workbench, connection: str) -> None:
    assert bench.sandbox is not None
    bench.sandbox.faults.add(Fault("delay", path="/items", seconds=0.2, times=None))
    rows = [f"Flour {number},1" for number in range(40)]
    batch_id = bench.batches.take("i.csv", csv_of(rows), "create_item", connection)
    bench.batches.start(batch_id, ITEMS)
    time.sleep(0.5)
    bench.batches.stop(batch_id)
    stopped = settled(bench, batch_id)
    assert stopped.state == "stopped"
    assert 0 < stopped.over < 40
    bench.sandbox.faults.clear()
    bench.batches.resume_batch(batch_id)
    assert settled(bench, batch_id).counts == {"done": 40}
    assert all(len(items_named(bench, f"Flour {number}")) == 1 for number in range(40))


def test_a_batch_goes_on_by_itself_when_the_workbench_starts_again(tmp_path: Path) -> None:
    with Sandbox(["us"]) as sandbox:
        client = sandbox.register_client()
        sandbox.faults.add(Fault("delay", path="/items", seconds=0.2, times=20))
        with Workbench(beside(sandbox, tmp_path)) as bench:
            connection = connect(bench, sandbox["us"], client)
            content = csv_of([f"Flour {number},1" for number in range(30)])
            batch_id = bench.batches.take("i.csv", content, "create_item", connection)
            bench.batches.start(batch_id, ITEMS)
            time.sleep(0.4)
        with Workbench(beside(sandbox, tmp_path)) as bench:
            assert settled(bench, batch_id).counts == {"done": 30}
        held = sandbox["us"].records(str(sandbox["us"].organizations[0]["organization_id"]), "item")
    assert sorted(each["name"] for each in held) == sorted(f"Flour {number}" for number in range(30))


def test_another_workbench_in_the_folder_is_refused_and_leaves_what_is_going_alone(
    bench: Workbench, connection: str
) -> None:
    assert bench.sandbox is not None
    bench.sandbox.faults.add(Fault("delay", path="/items", times=None, seconds=0.2))
    batch_id = bench.batches.take("i.csv", csv_of([f"Flour {each},1" for each in range(12)]), "create_item", connection)
    bench.batches.start(batch_id, ITEMS)
    with pytest.raises(UnavailableError) as caught, Workbench(replace(bench.settings, sandbox=False)):
        pass
    assert caught.value.code == "workbench_running"
    batch = settled(bench, batch_id)
    assert (batch.counts, batch.turn) == ({"done": 12}, 1)


def test_a_row_that_waits_for_its_own_earlier_attempt_holds_up_no_other(
    bench: Workbench, connection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = bench.attempts.make

    def busy(task: Task, **given: Any) -> Outcome:
        others = bench.batches.table.get(batch_id).counts.get("done", 0)
        if task.key == f"{batch_id}:2" and others < 29:
            return judge(OutcomeUnknownError("still_running", "At work.", retry_after=0.1), 0, is_cancelled=False)
        return make(task, **given)

    monkeypatch.setattr(bench.attempts, "make", busy)
    content = csv_of([f"Flour {number},{number}" for number in range(30)])
    batch_id = bench.batches.take("items.csv", content, "create_item", connection)
    bench.batches.start(batch_id, ITEMS)
    assert settled(bench, batch_id).counts == {"done": 30}
    first, second, *_ = bench.batches.rows.all(batch_id)
    assert first.attempts > second.attempts == 1


def test_a_row_that_is_set_aside_stays_so_when_the_workbench_starts_again(bench: Workbench, connection: str) -> None:
    batch_id = bench.batches.take("i.csv", csv_of(["Flour,1", "Yeast,2"]), "create_item", connection)
    bench.batches.table.begin(batch_id, is_dry=False, which="all")
    rows = bench.batches.rows
    assert rows.claim(batch_id, "portion", 20) == [2, 3]
    rows.set_aside(batch_id, 2, "At work.", until=time.time() + 60)
    bench.batches.table.reclaim()
    assert rows.claim(batch_id, "another", 20) == [3]
    assert (rows.due(batch_id) or 0) > time.time() + 50


def test_a_connection_that_is_gone_stops_the_batch_and_says_so(bench: Workbench, connection: str) -> None:
    batch_id = bench.batches.take("i.csv", csv_of(["Flour,1", "Yeast,2"]), "create_item", connection)
    bench.store.delete(connection)
    bench.batches.start(batch_id, ITEMS)
    batch = settled(bench, batch_id)
    assert batch.state == "stopped"
    assert "does not exist" in (batch.note or "")
    assert batch.counts == {"new": 2}


def test_a_batch_is_begun_once_however_often_it_is_asked_for(bench: Workbench, connection: str) -> None:
    batch_id = bench.batches.take("i.csv", csv_of(["Flour,1", "Yeast,2"]), "create_item", connection)
    bench.batches.start(batch_id, ITEMS)
    settled(bench, batch_id)
    with pytest.raises(InputError) as caught:
        bench.batches.start(batch_id, ITEMS)
    assert caught.value.code == "batch_begun"


def test_a_column_that_is_required_must_be_there(bench: Workbench, connection: str) -> None:
    batch_id = bench.batches.take("i.csv", csv_of(["Flour,1"]), "update_item", connection)
    with pytest.raises(InputError) as caught:
        bench.batches.start(batch_id, ITEMS)
    assert [fault.pointer for fault in caught.value.fields] == ["item_id"]


def test_two_tabs_begin_a_batch_once(bench: Workbench, connection: str) -> None:
    assert bench.sandbox is not None
    bench.sandbox.faults.add(Fault("delay", path="/items", seconds=0.5, times=None))
    batch_id = bench.batches.take("i.csv", csv_of(["Flour,1", "Yeast,2"]), "create_item", connection)
    tabs = [threading.Thread(target=bench.batches.start, args=(batch_id, ITEMS)) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    batch = settled(bench, batch_id)
    assert (batch.turn, batch.counts) == (1, {"done": 2})
    assert [row.attempts for row in bench.batches.rows.all(batch_id)] == [1, 1]


def test_an_upload_that_breaks_off_leaves_nothing(bench: Workbench, client: httpx.Client, connection: str) -> None:
    """A browser that goes away: half of the body is sent, then the connection is closed."""
    token = re.search(r'"X-CSRF-Token": "(\w+)"', client.get("/").text)
    assert token is not None
    request = client.build_request(
        "POST",
        "/batches",
        data={"csrf": token[1], "action": "create_item", "connection": connection},
        files={"file": ("i.csv", csv_of([f"Flour {number},1" for number in range(5000)]))},
    )
    body = request.read()
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    with socket.create_connection(("127.0.0.1", bench.settings.port)) as cut:
        cut.sendall(f"POST /batches HTTP/1.1\r\n{head}\r\n".encode() + body[: len(body) // 2])
    assert "No file was uploaded yet" in client.get("/batches").text
    assert not bench.batches.table.latest()


def test_a_batch_that_was_deleted_is_gone(bench: Workbench, connection: str) -> None:
    batch_id = bench.batches.take("i.csv", csv_of(["Flour,1"]), "create_item", connection)
    bench.batches.table.delete(batch_id)
    with pytest.raises(NotFoundError):
        bench.batches.start(batch_id, ITEMS)
