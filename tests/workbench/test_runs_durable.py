"""Runs: each once under its id, tried again where that is safe, resumed when the workbench was closed in the middle."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy.exc import OperationalError

from tests.workbench.conftest import serving
from tests.workbench.running import beside, connect, connected, ended, items_named
from zoho_books_connector.cli.home import Home
from zoho_books_connector.errors import (
    ConnectorError,
    CredentialError,
    InputError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from zoho_books_connector.sandbox import Fault, Sandbox
from zoho_books_connector.workbench.bench import OWNER, Workbench
from zoho_books_connector.workbench.durable import runtime
from zoho_books_connector.workbench.durable.runtime import Durable
from zoho_books_connector.workbench.runs.attempts import PAUSES, judge
from zoho_books_connector.workbench.runs.table import Filter, RunTable
from zoho_books_connector.workbench.settings import Settings

#: Seconds for which a call of the budget counts as open when nobody says that it ended.
LEASE = 100
FLOUR = {"name": "Rye flour", "rate": 5}


@pytest.fixture
def connection(bench: Workbench) -> str:
    return connected(bench)


def fail(bench: Workbench, fault: Fault) -> None:
    assert bench.sandbox is not None
    bench.sandbox.faults.add(fault)


def test_a_run_ends_with_its_result_and_its_calls(bench: Workbench, connection: str) -> None:
    run = bench.runs.perform("first", "create_item", connection, FLOUR)
    assert run.state == "done"
    assert run.result is not None
    assert run.result["data"]["name"] == "Rye flour"
    assert [(call.method, call.path.rpartition("/")[2], call.status) for call in run.calls] == [("POST", "items", 201)]
    assert bench.runs.get("first") == run


def test_the_same_id_twice_is_one_run(bench: Workbench, connection: str) -> None:
    threads = [
        threading.Thread(target=bench.runs.perform, args=("clicked twice", "create_item", connection, FLOUR))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(items_named(bench, "Rye flour")) == 1
    assert [run.attempts for run in bench.runs.list()] == [1]


@pytest.mark.parametrize("action", ["create_item", "create_contact"])
def test_the_same_id_with_something_else_in_it_is_refused(bench: Workbench, connection: str, action: str) -> None:
    bench.runs.perform("taken", "create_item", connection, FLOUR)
    with pytest.raises(InputError) as caught:
        bench.runs.perform("taken", action, connection, {**FLOUR, "rate": 6})
    assert caught.value.code == "run_differs"
    assert [item["rate"] for item in items_named(bench, "Rye flour")] == [FLOUR["rate"]]


def test_inputs_that_are_wrong_leave_no_run_and_may_be_corrected_under_the_same_id(
    bench: Workbench, connection: str
) -> None:
    with pytest.raises(InputError) as caught:
        bench.runs.perform("a form", "create_item", connection, {"name": "Rye flour", "rate": "five"})
    assert [fault.pointer for fault in caught.value.fields] == ["/rate"]
    assert bench.runs.get("a form") is None
    assert not bench.runs.list()
    assert bench.runs.perform("a form", "create_item", connection, FLOUR).state == "done"
    with pytest.raises(InputError):
        bench.runs.perform("another form", "create_item", connection, {"name": "Rye flour", "rate": "five"})


def test_what_zoho_refuses_is_a_failed_run(bench: Workbench, connection: str) -> None:
    bench.runs.perform("first", "create_item", connection, FLOUR)
    run = bench.runs.perform("second", "create_item", connection, FLOUR)
    assert run.state == "failed"
    assert run.error is not None
    assert run.error["kind"] == "rejected"
    assert len(run.calls) == 1


def test_a_connection_that_was_deleted_is_told(bench: Workbench, connection: str) -> None:
    bench.store.delete(connection)
    run = bench.runs.perform("late", "create_item", connection, FLOUR)
    assert run.state == "failed"
    assert run.error is not None
    assert run.error["code"] == "connection_unknown"


def test_a_page_waits_no_longer_than_it_said(bench: Workbench, connection: str) -> None:
    fail(bench, Fault("delay", path="/items", seconds=1.5))
    run = bench.runs.perform("slow", "create_item", connection, FLOUR, wait=0.1)
    assert run.state == "running"
    assert ended(bench, "slow").state == "done"


def test_a_limit_makes_the_run_wait_and_come_back(bench: Workbench, connection: str) -> None:
    fail(bench, Fault("blocked", path="/items", headers=(("Retry-After", "30"),)))
    run = bench.runs.perform("limited", "create_item", connection, FLOUR)
    assert run.state == "waiting"
    assert run.again_at is not None
    assert 25 < run.again_at - time.time() <= 31
    assert run.error is not None
    assert run.error["kind"] == "rate_limited"


def test_a_run_that_waits_is_cancelled_at_once(bench: Workbench, connection: str) -> None:
    fail(bench, Fault("blocked", path="/items", headers=(("Retry-After", "300"),)))
    bench.runs.perform("limited", "create_item", connection, FLOUR)
    bench.runs.cancel("limited")
    run = ended(bench, "limited")
    assert run.state == "failed"
    assert run.error is not None
    assert run.error["code"] == "cancelled"
    assert not items_named(bench, "Rye flour")


def test_a_run_that_waits_survives_the_workbench(tmp_path: Path) -> None:
    with serving(Settings(home=tmp_path)) as bench:
        connection = connected(bench)
        fail(bench, Fault("blocked", path="/items", headers=(("Retry-After", "300"),)))
        bench.runs.perform("limited", "create_item", connection, FLOUR)
    with serving(Settings(home=tmp_path)) as bench:
        run = bench.runs.get("limited")
        assert run is not None
        assert (run.state, run.attempts) == ("waiting", 1)
        bench.runs.cancel("limited")
        assert ended(bench, "limited").state == "failed"


def test_a_run_that_was_interrupted_is_resumed_without_a_duplicate(tmp_path: Path) -> None:
    with Sandbox(["us"]) as sandbox:
        client = sandbox.register_client()
        with Workbench(beside(sandbox, tmp_path)) as bench:
            connection = connect(bench, sandbox["us"], client)
            sandbox.faults.add(Fault("504", path="/items", commit=True, times=3))
            assert bench.runs.perform("cut", "create_item", connection, FLOUR, wait=0.3).state == "running"
        with Workbench(beside(sandbox, tmp_path)) as bench:
            run = ended(bench, "cut")
        organization = str(sandbox["us"].organizations[0]["organization_id"])
        held = sandbox["us"].records(organization, "item")
    assert (run.state, run.attempts) == ("done", 2)
    assert len(held) == 1


def test_what_a_killed_workbench_left_open_of_the_budget_comes_back_with_its_successor(tmp_path: Path) -> None:
    with closing(Home(tmp_path).budget(owner=OWNER)) as killed:
        killed.slot("here:1", wait=0).__enter__()
        with (
            Workbench(Settings(home=tmp_path, sandbox=False)),
            closing(sqlite3.connect(tmp_path / "budget.db")) as file,
        ):
            ((taken_at, open_until),) = file.execute("SELECT taken_at, open_until FROM call").fetchall()
    assert open_until - taken_at < LEASE


def test_two_workbenches_do_not_share_a_folder(bench: Workbench) -> None:
    with pytest.raises(UnavailableError) as caught:
        Durable(bench.settings.home).launch()
    assert caught.value.code == "workbench_running"


def test_workbenches_that_share_a_database_leave_each_others_workflows_alone(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'shared.db'}"
    begun: list[str] = []

    def run(identity: str, *, start: bool, until: int) -> None:
        (tmp_path / identity).mkdir(exist_ok=True)
        runtime = Durable(tmp_path / identity, database, identity=identity)

        def work() -> None:
            begun.append(identity)
            runtime.rest(time.time() + 60, unless=lambda: False)

        runtime.workflow("work", work)
        runtime.launch()
        if start:
            runtime.start("work", "only once")
        # What is resumed begins within a second of the launch.
        give_up = time.monotonic() + 3
        while len(begun) < until and time.monotonic() < give_up:
            time.sleep(0.05)
        runtime.close()

    run("one", start=True, until=1)
    run("other", start=False, until=2)
    assert begun == ["one"]
    run("one", start=False, until=2)
    assert begun == ["one", "one"]


def test_a_workflow_whose_state_could_not_be_written_goes_on_where_it_was(tmp_path: Path) -> None:
    durable = Durable(tmp_path)
    done: list[str] = []
    is_full = [True]

    def work() -> None:
        durable.step("first", done.append, "first")
        if is_full:
            is_full.clear()
            raise OperationalError("INSERT", None, sqlite3.OperationalError("database or disk is full"))
        durable.step("second", done.append, "second")

    durable.workflow("work", work)
    durable.launch()
    durable.start("work", "only once")
    give_up = time.monotonic() + 20
    while len(done) < 2 and time.monotonic() < give_up:
        time.sleep(0.02)
    durable.close()
    assert done == ["first", "second"]


def test_a_state_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "durable.db")) as handle:
        handle.execute("PRAGMA user_version = 99")
    runtime = Durable(tmp_path)
    with pytest.raises(UnavailableError) as caught:
        runtime.launch()
    assert caught.value.code == "durable_newer"
    runtime.close()


def test_a_runtime_that_is_locked_holds_up_no_page(bench: Workbench, connection: str) -> None:
    with closing(sqlite3.connect(bench.settings.home / "durable.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert bench.runs.perform("locked out", "create_item", connection, FLOUR, wait=0.2).state == "running"
        other.execute("ROLLBACK")
    assert ended(bench, "locked out").state == "done"


def test_the_runtime_forgets_workflows_that_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path)
    with Workbench(settings) as bench:
        bench.runs.perform("first", "create_item", connected(bench), FLOUR)
    with Workbench(settings) as bench:
        assert [each.status for each in DBOS.list_workflows()] == ["SUCCESS"]
    monkeypatch.setattr(runtime, "_KEPT", -60.0)
    with Workbench(settings) as bench:
        give_up = time.monotonic() + 10
        while DBOS.list_workflows():
            assert time.monotonic() < give_up
            time.sleep(0.05)
        assert bench.runs.get("first") is not None


def test_a_ledger_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "workbench.db")) as handle:
        handle.execute("PRAGMA user_version = 99")
    with pytest.raises(UnavailableError) as caught:
        Workbench(Settings(home=tmp_path, sandbox=False))
    assert caught.value.code == "workbench_newer"


def test_a_ledger_that_was_removed_is_told_as_what_it_is(bench: Workbench) -> None:
    (bench.settings.home / "workbench.db").unlink()
    with pytest.raises(UnavailableError) as caught:
        bench.runs.list()
    assert caught.value.message == "The workbench's file was removed while this program ran."
    assert caught.value.hint.startswith("Start the workbench again without the file;")


def test_no_secret_stands_in_the_runtimes_file_or_in_the_ledger(bench: Workbench, connection: str) -> None:
    bench.runs.perform("first", "create_item", connection, FLOUR)
    secret = bench.store.credential(connection)["client_secret"]
    found = bench.store.tokens(connection).load()
    assert found is not None
    for name in ("durable.db", "durable.db-wal", "workbench.db", "workbench.db-wal"):
        content = (bench.settings.home / name).read_bytes()
        for each in (secret, found[0].access_token, found[0].refresh_token):
            assert each.encode() not in content


def test_what_ended_long_ago_is_forgotten(bench: Workbench, connection: str) -> None:
    table = RunTable(bench.ledger)
    bench.runs.perform("first", "create_item", connection, FLOUR)
    table.forget(time.time() - 60)
    assert bench.runs.get("first") is not None
    table.forget(time.time() + 60)
    assert bench.runs.get("first") is None
    assert not bench.calls.of("first")


def test_the_history_is_filtered(bench: Workbench, connection: str) -> None:
    bench.runs.perform("one", "create_item", connection, FLOUR)
    bench.runs.perform("two", "create_item", connection, FLOUR)
    bench.runs.perform("three", "create_contact", connection, {"contact_name": "Bowman"}, cause="flow", cause_id="f")
    listed = {name: [run.id for run in bench.runs.list(chosen)] for name, chosen in FILTERS.items()}
    assert listed == {
        "all": ["three", "two", "one"],
        "failed": ["two"],
        "action": ["three"],
        "cause": ["three"],
        "text": ["three"],
        "connection": [],
    }
    assert [run.id for run in bench.runs.list(limit=1, before=bench.runs.list(limit=1)[0].number)] == ["two"]


FILTERS = {
    "all": Filter(),
    "failed": Filter(state="failed"),
    "action": Filter(action="create_contact"),
    "cause": Filter(cause="flow", cause_id="f"),
    "text": Filter(text="BOWMAN"),
    "connection": Filter(connection="another"),
}


@pytest.mark.parametrize(
    ("error", "misses", "state", "again_in"),
    [
        (RateLimitedError("budget_minute", "Full.", retry_after=40), 99, "waiting", 40.01),
        (UnavailableError("unreachable", "Gone."), 0, "waiting", PAUSES[0]),
        (UnavailableError("unreachable", "Gone."), 4, "waiting", PAUSES[4]),
        (UnavailableError("unreachable", "Gone."), 5, "failed", None),
        (OutcomeUnknownError("outcome_unknown", "Lost.", retry_after=60), 0, "waiting", 60),
        (OutcomeUnknownError("outcome_unknown", "Lost.", retry_after=60), 5, "unknown", None),
        (OutcomeUnknownError("still_running", "Another is at work.", retry_after=60), 5, "waiting", 60),
        (OutcomeUnknownError("outcome_unknown", "Lost.", safe_to_resend=True), 1, "waiting", PAUSES[1]),
        (OutcomeUnknownError("record_uncertain", "Lost."), 0, "unknown", None),
        (CredentialError("revoked", "Gone.", reason="revoked"), 0, "failed", None),
        (RejectedError("duplicate", "There already."), 0, "failed", None),
    ],
)
def test_an_errors_class_says_whether_a_run_comes_back(
    error: ConnectorError, misses: int, state: str, again_in: float | None
) -> None:
    outcome = judge(error, misses, is_cancelled=False)
    assert (outcome.state, outcome.again_in) == (state, again_in)
    assert judge(error, misses, is_cancelled=True).state in ("failed", "unknown")


def test_waiting_for_an_earlier_attempt_is_no_miss() -> None:
    assert not judge(OutcomeUnknownError("still_running", "At work.", retry_after=60), 0, is_cancelled=False).missed
    assert judge(OutcomeUnknownError("outcome_unknown", "Lost.", retry_after=60), 0, is_cancelled=False).missed
