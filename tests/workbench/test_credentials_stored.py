"""Connections that are stored: listed, tested, authorized again, changed, revoked and deleted; keys are rotated."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.workbench.conftest import serving, visiting
from tests.workbench.consenting import FORM, Person, let_expire, stored
from zoho_books_connector.boundary import RunContext
from zoho_books_connector.errors import UnavailableError
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.flows.mapping import Source
from zoho_books_connector.workbench.settings import Settings


@pytest.fixture
def person(bench: Workbench, client: httpx.Client) -> Person:
    return Person(bench, client)


@pytest.fixture
def connection(person: Person) -> str:
    return person.connect()


def test_without_a_connection_the_page_says_what_to_do(person: Person) -> None:
    page = person.get("/credentials").text
    assert "No account is connected yet." in page
    assert "Connect the sandbox" in page


def test_the_list_shows_name_region_organization_and_the_last_test(person: Person, connection: str) -> None:
    page = person.get("/credentials").text
    for shown in ("Our books", "Sandbox US", "Bowman Sandbox Inc", person.organizations()[0], "Works", "tested "):
        assert shown in page


def test_a_revoked_token_is_found_by_the_test_with_its_reason_and_cured_by_authorizing_again(
    person: Person, connection: str
) -> None:
    assert person.bench.sandbox is not None
    person.bench.sandbox["us"].revoke_all()
    let_expire(person.bench, connection)
    page = person.post(f"/credentials/{connection}/test").text
    assert "Broken: revoked" in page
    assert "Re-authorize the connection." in page
    page = person.decide(person.post(f"/credentials/{connection}/authorize")).text
    assert "Saved: the connection test passed." in page
    assert "Broken" not in page
    assert [each.id for each in person.bench.store.list()] == [connection]


def test_htmx_gets_the_state_alone(person: Person, connection: str) -> None:
    csrf = re.search(r'name="csrf" value="(\w+)"', person.get("/credentials").text)
    assert csrf is not None
    headers = {"hx-request": "true", "x-csrf-token": csrf[1]}
    part = person.client.post(f"/credentials/{connection}/test", headers=headers).text
    assert "Works" in part
    assert "<html" not in part


def test_an_outage_is_not_taken_for_a_broken_connection(person: Person, connection: str) -> None:
    assert person.bench.sandbox is not None
    person.bench.sandbox["us"].stop()
    page = person.post(f"/credentials/{connection}/test").text
    assert "Could not be tested" in page
    assert "Broken" not in page


def test_no_page_waits_for_minutes_when_nobody_answers(
    person: Person, connection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, deadlines = person.bench.host.run, []

    def noted(**changes: Any) -> RunContext:
        deadlines.append(changes.get("deadline"))
        return run(**changes)

    monkeypatch.setattr(person.bench.host, "run", noted)
    person.connect()
    person.get(f"/credentials/{connection}/edit")
    person.post(f"/credentials/{connection}/test")
    person.post(f"/credentials/{connection}/remove", do="revoke")
    assert len(deadlines) > 4
    assert all(each is not None and each < time.time() + 60 for each in deadlines)


def test_the_name_is_changed_without_asking_anybody(person: Person, connection: str) -> None:
    assert person.bench.sandbox is not None
    asked = len(person.bench.sandbox["us"].requests)
    person.save(f"/credentials/{connection}/edit", do="save", client_secret="", label="Lund", **_unchanged(person))
    assert [each.label for each in person.bench.store.list()] == ["Lund"]
    assert len(person.bench.sandbox["us"].requests) == asked


def test_an_emptied_name_stays_as_it_was(person: Person, connection: str) -> None:
    person.save(f"/credentials/{connection}/edit", do="save", client_secret="", label=" ", **_unchanged(person))
    assert [each.label for each in person.bench.store.list()] == ["Our books"]


def test_another_organization_is_tested_and_stored_without_consent(person: Person, connection: str) -> None:
    other = person.organizations()[1]
    page = person.save(f"/credentials/{connection}/edit", do="save", client_secret="", organization_id=other).text
    assert "Saved" in page
    assert [each.organization_id for each in person.bench.store.list()] == [other]


def test_an_organization_of_somebody_else_is_refused_beside_the_field(person: Person, connection: str) -> None:
    before = stored(person.bench)
    page = person.save(f"/credentials/{connection}/edit", do="save", client_secret="", organization_id="404").text
    assert 'id="organization_id-fault"' in page
    assert stored(person.bench) == before


def test_a_new_secret_is_tried_before_it_is_stored(person: Person, connection: str) -> None:
    before, tokens = stored(person.bench), person.bench.store.tokens(connection).load()
    page = person.save(f"/credentials/{connection}/edit", do="save", client_secret="0" * 42, **_unchanged(person)).text
    assert 'id="client_secret-fault"' in page
    assert stored(person.bench) == before
    assert person.bench.store.tokens(connection).load() == tokens


def test_after_a_refused_secret_the_stored_one_is_used_again(person: Person, connection: str) -> None:
    address = f"/credentials/{connection}/edit"
    refused = person.save(address, do="save", client_secret="0" * 42, **_unchanged(person))
    assert "The stored one stays" in refused.text
    setup = refused.url.path.rpartition("/")[2]
    page = person.save(address, do="save", setup=setup, client_secret="", **_unchanged(person)).text
    assert "Saved" in page


def test_another_scope_takes_a_new_consent_and_keeps_the_connection(person: Person, connection: str) -> None:
    scope = "ZohoBooks.fullaccess.all"
    leaving = person.save(
        f"/credentials/{connection}/edit", do="save", client_secret="", scope=scope, **_unchanged(person)
    )
    assert "Continue to the consent page" in leaving.text
    page = person.decide(leaving).text
    assert "Saved" in page
    assert "miss a scope" not in page
    assert [(each["scope"]) for each in stored(person.bench)] == [scope]
    assert [each.id for each in person.bench.store.list()] == [connection]


def test_what_was_saved_in_another_tab_is_not_overwritten(person: Person, connection: str) -> None:
    seen = _seen(person, connection)
    address = f"/credentials/{connection}/edit"
    person.save(address, do="save", client_secret="", seen=seen, label="First", **_unchanged(person))
    page = person.save(address, do="save", client_secret="", seen=seen, label="Second", **_unchanged(person)).text
    assert "The connection was changed meanwhile" in page
    assert f'href="/credentials/{connection}/edit"' in page
    assert [each.label for each in person.bench.store.list()] == ["First"]


def test_a_consent_that_another_tab_overtook_is_taken_back(person: Person, connection: str) -> None:
    address, seen = f"/credentials/{connection}/edit", _seen(person, connection)
    leaving = person.save(address, client_secret="", seen=seen, label="Second", **_unchanged(person))
    person.save(address, do="save", client_secret="", seen=seen, label="First", **_unchanged(person))
    before = person.bench.store.tokens(connection).load()
    page = person.decide(leaving).text
    assert "The connection was changed meanwhile" in page
    assert [each.label for each in person.bench.store.list()] == ["First"]
    assert person.bench.store.tokens(connection).load() == before
    assert "Works" in person.post(f"/credentials/{connection}/test").text


def test_a_connection_that_was_deleted_meanwhile_is_no_page(person: Person, connection: str) -> None:
    leaving = person.post(f"/credentials/{connection}/authorize")
    person.bench.store.delete(connection)
    assert "The connection does not exist." in person.decide(leaving).text
    assert person.get(f"/credentials/{connection}").status_code == 404
    assert stored(person.bench) == []


def test_removing_asks_first_then_revokes_and_deletes(person: Person, connection: str) -> None:
    assert "Revoke and delete" in person.get(f"/credentials/{connection}/remove").text
    page = person.post(f"/credentials/{connection}/remove", do="revoke").text
    assert "The connection was revoked and deleted." in page
    assert stored(person.bench) == []
    assert person.bench.sandbox is not None
    assert any("/revoke" in request.path for request in person.bench.sandbox["us"].requests)


def test_what_works_with_a_connection_ends_with_it(person: Person, connection: str) -> None:
    bench = person.bench
    mapping = {"name": Source("record.contact_name"), "rate": Source(fixed="1")}
    flow = bench.flows.add("", connection, "contact.created", "create_item", mapping)
    plan = bench.polls.plan(["contact"], interval=900.0, calls_per_day=2000, share=0.5)
    bench.polls.start(connection, plan)
    asked = person.get(f"/credentials/{connection}/remove").text
    assert "One flow is switched off." in asked
    assert "Asking regularly for changes ends." in asked
    person.post(f"/credentials/{connection}/remove", do="revoke")
    assert not bench.flows.table.get(flow.id).is_on
    assert bench.polls.of(connection) is None
    assert "Switch on" not in person.get("/flows").text


def test_a_flow_whose_event_nothing_brings_says_so(person: Person, connection: str) -> None:
    bench = person.bench
    mapping = {"name": Source("record.contact_name"), "rate": Source(fixed="1")}
    bench.flows.add("", connection, "contact.created", "create_item", mapping)
    assert "Nothing brings this event yet." in person.get("/flows").text
    bench.polls.start(connection, bench.polls.plan(["contact"], interval=900.0, calls_per_day=2000, share=0.5))
    assert "Nothing brings this event yet." not in person.get("/flows").text


def test_what_cannot_be_revoked_is_kept_unless_it_shall_be_forgotten(person: Person, connection: str) -> None:
    assert person.bench.sandbox is not None
    person.bench.sandbox["us"].stop()
    page = person.post(f"/credentials/{connection}/remove", do="revoke").text
    assert "It was kept." in page
    assert "Forget it although it cannot be revoked" in page
    assert len(stored(person.bench)) == 1
    assert "It was not revoked." in person.post(f"/credentials/{connection}/remove", do="forget").text
    assert stored(person.bench) == []


def test_what_was_revoked_and_could_not_be_deleted_does_not_say_that_it_was_not_revoked(
    person: Person, connection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(person.bench.store, "delete", _is_busy)
        page = person.post(f"/credentials/{connection}/remove", do="revoke").text
    assert "It was kept." in page
    assert "not revoked" not in page
    assert "revoked and deleted" in person.post(f"/credentials/{connection}/remove", do="revoke").text


def test_a_connection_is_removed_although_what_worked_with_it_could_not_be_ended(
    person: Person, connection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person.bench.polls, "stop", _is_busy)
    page = person.post(f"/credentials/{connection}/remove", do="revoke")
    assert page.status_code == 200
    assert "The connection was deleted. Its flows could not be switched off" in page.text
    assert stored(person.bench) == []


def _is_busy(*_: object) -> None:
    raise UnavailableError("ledger_busy", "The file is in use.", "Try again.")


def test_a_connection_survives_a_restart(tmp_path: Path) -> None:
    with serving(Settings(home=tmp_path / "home")) as bench, visiting(bench) as client:
        connection = Person(bench, client).connect()
    with serving(Settings(home=tmp_path / "home")) as bench, visiting(bench) as client:
        person = Person(bench, client)
        assert "Sandbox was started anew" in person.get("/credentials").text
        page = person.post(f"/credentials/{connection}/reconnect").text
        assert "Saved: the connection test passed." in page
        assert "Sandbox was started anew" not in person.get("/credentials").text
        assert [each.id for each in bench.store.list()] == [connection]
        assert bench.store.list()[0].organization_id == person.organizations()[0]


def test_what_an_earlier_sandbox_left_is_deleted_without_asking_it(tmp_path: Path) -> None:
    with serving(Settings(home=tmp_path / "home")) as bench, visiting(bench) as client:
        connection = Person(bench, client).connect()
    with serving(Settings(home=tmp_path / "home", sandbox=False)) as bench, visiting(bench) as client:
        person = Person(bench, client)
        assert "Reconnect" not in person.get("/credentials").text
        assert "nothing to revoke" in person.get(f"/credentials/{connection}/remove").text
        person.post(f"/credentials/{connection}/remove", do="forget")
        assert stored(bench) == []


def test_several_keys_can_be_rotated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = secrets.token_hex(32), secrets.token_hex(32)
    monkeypatch.setenv("ZOHO_BOOKS_KEY", old)
    with serving(Settings(home=tmp_path / "home")) as bench, visiting(bench) as client:
        Person(bench, client).connect()
        assert "Encrypt with the current key" not in client.get("/credentials").text
    monkeypatch.setenv("ZOHO_BOOKS_KEY", f"{new},{old}")
    with serving(Settings(home=tmp_path / "home")) as bench, visiting(bench) as client:
        assert "Encrypt with the current key" in client.get("/credentials").text
        assert "the older keys are needed no more" in Person(bench, client).post("/credentials/rewrap").text
    monkeypatch.setenv("ZOHO_BOOKS_KEY", new)
    with serving(Settings(home=tmp_path / "home")) as bench:
        assert len(stored(bench)) == 1


def test_a_key_that_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOHO_BOOKS_KEY", secrets.token_hex(32))
    with serving(Settings(home=tmp_path / "home")) as bench, visiting(bench) as client:
        connection = Person(bench, client).connect()
    monkeypatch.setenv("ZOHO_BOOKS_KEY", secrets.token_hex(32))
    with serving(Settings(home=tmp_path / "home")) as bench, visiting(bench) as client:
        assert client.get(f"/credentials/{connection}/edit").status_code == 409
        assert "which is not among the keys given" in Person(bench, client).post(f"/credentials/{connection}/test").text


def test_no_secret_and_no_token_is_in_any_page_address_header_or_log(
    person: Person, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    planted = "planted-secret-7731"
    refused = person.decide(person.save(client_secret=planted))
    setup = refused.url.path.rpartition("/")[2]
    person.save(setup=setup, client_secret="", token_url="https://accounts.zoho.in/oauth/v2/token")
    connection = person.connect()
    edit = f"/credentials/{connection}/edit"
    person.get(edit)
    person.save(edit, do="save", client_secret=planted, **_unchanged(person))
    person.save(edit, do="save", client_secret=planted, organization_id="404")
    person.get(f"/credentials/{connection}")
    person.get("/credentials")
    person.get(FORM)
    tokens = person.bench.store.tokens(connection).load()
    client = person.bench.sandbox_client
    assert tokens is not None
    assert client is not None
    said = "\n".join([*person.seen, caplog.text, *capfd.readouterr()])
    ledger = b"".join(path.read_bytes() for path in person.bench.settings.home.glob("workbench.db*"))
    for secret in (planted, client.client_secret, tokens[0].access_token, tokens[0].refresh_token):
        assert secret not in said
        assert secret.encode() not in ledger


def _unchanged(person: Person) -> dict[str, str]:
    return {"organization_id": person.organizations()[0]}


def _seen(person: Person, connection: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', person.get(f"/credentials/{connection}/edit").text)
    assert found is not None
    return found[1]
