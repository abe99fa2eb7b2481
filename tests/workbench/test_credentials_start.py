"""The start page: connecting the sandbox in one click, what needs attention, and what ran last."""

from __future__ import annotations

import httpx
import pytest

from tests.workbench.conftest import serving, visiting
from tests.workbench.consenting import Person, let_expire, stored
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.settings import Settings


@pytest.fixture
def person(bench: Workbench, client: httpx.Client) -> Person:
    return Person(bench, client)


def test_one_click_and_a_consent_connect_the_sandbox(person: Person) -> None:
    assert "No account is connected yet." in person.get("/").text
    saved = person.decide(person.post("/credentials/sandbox"))
    assert "Saved: the connection test passed." in saved.text
    assert [(each.label, each.region) for each in person.bench.store.list()] == [("Sandbox", "sandbox-us")]
    assert "miss a scope" not in saved.text


def test_a_label_that_names_the_organization_is_not_followed_by_it_again(person: Person) -> None:
    person.connect(label="Bowman Sandbox Inc")
    assert person.get("/").text.count("Bowman Sandbox Inc") == 1
    assert person.get("/credentials").text.count("Sandbox US, Bowman") == 0


def test_without_a_sandbox_it_is_not_offered(bench: Workbench) -> None:
    home = bench.settings.home / "real"
    with serving(Settings(home=home, sandbox=False)) as real, visiting(real) as client:
        assert "Connect the sandbox" not in client.get("/").text
        assert Person(real, client).post("/credentials/sandbox").status_code == 404


def test_the_actions_open_with_the_connection(person: Person) -> None:
    connection = person.connect()
    assert f'href="/actions/create_invoice?connection={connection}"' in person.get("/").text


def test_a_broken_connection_needs_attention_and_can_be_authorized_from_there(person: Person) -> None:
    connection = person.connect()
    assert "Needs attention" not in person.get("/").text
    assert person.bench.sandbox is not None
    person.bench.sandbox["us"].revoke_all()
    let_expire(person.bench, connection)
    person.post(f"/credentials/{connection}/test")
    page = person.get("/").text
    assert "no longer accepts this connection&#39;s refresh token" in page
    assert f'action="/credentials/{connection}/authorize"' in page
    assert person.decide(person.post(f"/credentials/{connection}/authorize", back="/")).url.path == "/"
    assert "Needs attention" not in person.get("/").text


def test_a_run_that_a_broken_connection_stopped_needs_attention_until_the_next_test(person: Person) -> None:
    connection = person.connect(scope="ZohoBooks.settings.READ")
    person.bench.runs.perform("run-1", "get_contact_addresses", connection, {"contact_id": "460000000030049"})
    page = person.get("/").text
    assert "A run failed." in page
    assert 'href="/runs/run-1"' in page
    person.post(f"/credentials/{connection}/test")
    assert "A run failed." not in person.get("/").text


def test_a_sandbox_that_was_started_anew_is_told_and_connected_again_in_one_click(bench: Workbench) -> None:
    settings = Settings(home=bench.settings.home / "again")
    with serving(settings) as first, visiting(first) as client:
        before = Person(first, client).connect()
        credential = stored(first)[0]
    with serving(settings) as second, visiting(second) as client:
        person = Person(second, client)
        page = person.get("/").text
        assert "The sandbox was started anew" in page
        assert person.post(f"/credentials/{before}/reconnect", back="/").url.path == "/"
        assert "Needs attention" not in person.get("/").text
        [now] = stored(second)
        kept = ("client_id", "client_secret", "organization_id", "scope", "region")
        assert [now[name] for name in kept] == [credential[name] for name in kept]


def test_last_runs_are_shown(person: Person) -> None:
    assert "Nothing has run yet." in person.get("/").text
    connection = person.connect(scope="ZohoBooks.fullaccess.all")
    person.bench.runs.perform("run-1", "create_item", connection, {"name": "Flour", "rate": 2})
    page = person.get("/").text
    assert 'href="/runs/run-1"' in page
    assert "done</span>" in page
