"""The durable runtime on PostgreSQL: the same code by one setting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workbench import postgres
from tests.workbench.conftest import serving
from tests.workbench.running import beside, connect, connected, ended, items_named
from zoho_books_connector.errors import UnavailableError
from zoho_books_connector.sandbox import Fault, Sandbox
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.durable.runtime import Durable
from zoho_books_connector.workbench.settings import Settings

FLOUR = {"name": "Rye flour", "rate": 5}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    programs = postgres.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed, so nothing runs on it; on Debian: apt install postgresql")
    with postgres.server(programs) as address:
        yield address


@pytest.fixture
def database(server: str) -> Iterator[str]:
    with postgres.database(server) as address:
        yield address


@pytest.fixture
def settings(tmp_path: Path, database: str) -> Settings:
    return Settings(home=tmp_path, database=database)


def secrets_of(bench: Workbench, connection: str) -> list[str]:
    found = bench.store.tokens(connection).load()
    assert found is not None
    return [bench.store.credential(connection)["client_secret"], found[0].access_token, found[0].refresh_token]


def test_a_run_is_kept_in_the_database_and_no_secret_with_it(settings: Settings, database: str) -> None:
    with serving(settings) as bench:
        connection = connected(bench)
        assert bench.runs.perform("first", "create_item", connection, FLOUR).state == "done"
        secrets = secrets_of(bench, connection)
        kept = postgres.text_of(database)
    assert "first" in kept
    assert not [secret for secret in secrets if secret in kept]
    assert not (settings.home / "durable.db").exists()


def test_a_run_that_was_interrupted_is_resumed_without_a_duplicate(tmp_path: Path, database: str) -> None:
    with Sandbox(["us"]) as sandbox:
        client = sandbox.register_client()
        settings = replace(beside(sandbox, tmp_path), database=database)
        with Workbench(settings) as bench:
            connection = connect(bench, sandbox["us"], client)
            sandbox.faults.add(Fault("504", path="/items", commit=True, times=3))
            assert bench.runs.perform("cut", "create_item", connection, FLOUR, wait=0.3).state == "running"
        with Workbench(settings) as bench:
            run = ended(bench, "cut")
        held = sandbox["us"].records(str(sandbox["us"].organizations[0]["organization_id"]), "item")
    assert (run.state, run.attempts) == ("done", 2)
    assert len(held) == 1


def test_an_event_that_comes_twice_runs_once(settings: Settings) -> None:
    with serving(settings) as bench:
        connection = connected(bench)
        for _ in range(2):
            bench.runs.submit("event:flow", "create_item", connection, FLOUR, cause="flow", cause_id="flow")
        assert ended(bench, "event:flow").state == "done"
        assert len(items_named(bench, "Rye flour")) == 1


def test_the_rows_of_a_file_go_on_when_the_workbench_starts_again(tmp_path: Path, database: str) -> None:
    with Sandbox(["us"]) as sandbox:
        settings = replace(beside(sandbox, tmp_path), database=database)
        lines = "\n".join(["name,rate", *(f"Flour {number},{number}" for number in range(60))])
        with Workbench(settings) as bench:
            connection = connect(bench, sandbox["us"], sandbox.register_client())
            batch = bench.batches.take("rows.csv", lines.encode(), "create_item", connection)
            bench.batches.start(batch, {"name": "name", "rate": "rate"})
            wait_for(lambda: bench.batches.table.get(batch).over > 5)
        with Workbench(settings) as bench:
            wait_for(lambda: bench.batches.table.get(batch).state == "done")
            counts = bench.batches.table.get(batch).counts
        held = sandbox["us"].records(str(sandbox["us"].organizations[0]["organization_id"]), "item")
    assert counts == {"done": 60}
    assert sorted(each["name"] for each in held) == sorted(f"Flour {number}" for number in range(60))


def test_a_database_that_drops_its_connections_loses_no_run(settings: Settings, database: str) -> None:
    with serving(settings) as bench:
        connection = connected(bench)
        assert bench.sandbox is not None
        bench.sandbox.faults.add(Fault("delay", path="/items", seconds=1.0))
        assert bench.runs.perform("dropped", "create_item", connection, FLOUR, wait=0.3).state == "running"
        postgres.disconnect_everybody(database)
        assert ended(bench, "dropped").state == "done"
        assert bench.runs.perform("next", "create_item", connection, {**FLOUR, "name": "Salt"}).state == "done"
        assert len(items_named(bench, "Rye flour")) == 1


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    runtime = Durable(tmp_path, "postgresql://workbench:pass-phrase@127.0.0.1:1/workbench")
    with pytest.raises(UnavailableError) as caught:
        runtime.launch()
    assert caught.value.code == "durable_unreachable"
    assert "pass-phrase" not in f"{caught.value!r} {caught.value.to_dict()} {caught.value.__cause__}"


def wait_for(condition: Callable[[], bool], *, within: float = 30.0) -> None:
    give_up = time.monotonic() + within
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.02)
