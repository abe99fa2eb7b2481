"""Who may use the pages: hosts, origins, forms of this session, and the password."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from starlette.routing import Route

from tests.workbench.conftest import serving, visiting
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.settings import Settings
from zoho_books_connector.workbench.web.app import create_app
from zoho_books_connector.workbench.web.tries import Tries

PASSWORD = "correct horse battery"


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[httpx.Client]:
    settings = Settings(home=tmp_path, sandbox=False, password=PASSWORD)
    with serving(settings) as bench, visiting(bench) as person:
        yield person


def token_of(page: str) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_every_answer_forbids_what_is_not_ours(client: httpx.Client) -> None:
    for address in ("/", "/nowhere", "/static/workbench.css"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites_forms(client: httpx.Client) -> None:
    cookie = client.get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_another_name_for_this_machine_is_refused(client: httpx.Client) -> None:
    assert client.get("/", headers={"host": "rebound.example"}).status_code == 421


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_what_another_site_sends_is_refused(client: httpx.Client, headers: Mapping[str, str]) -> None:
    assert client.post("/login", data={"password": "x"}, headers=headers).status_code == 403


def test_a_form_without_the_sessions_token_is_refused(client: httpx.Client) -> None:
    answer = client.post("/login", data={"password": "x", "csrf": "0" * 64})
    assert answer.status_code == 403
    assert "out of date" in answer.text


def test_every_route_that_changes_something_takes_forms_of_the_session_only(bench: Workbench) -> None:
    routes = [route for route in create_app(bench).routes if isinstance(route, Route)]
    for route in routes:
        if not (route.methods or set()) <= {"GET", "HEAD"}:
            assert getattr(route.endpoint, "takes_forms", False), route.path


def test_without_the_password_nothing_is_shown(locked: httpx.Client) -> None:
    answer = locked.get("/", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login"


def test_the_password_opens_the_pages(locked: httpx.Client) -> None:
    form = {"csrf": token_of(locked.get("/login").text), "password": PASSWORD}
    assert "Zoho Books workbench" in locked.post("/login", data=form).text


def test_a_wrong_password_does_not(locked: httpx.Client) -> None:
    form = {"csrf": token_of(locked.get("/login").text), "password": PASSWORD + "!"}
    assert "That is not the password" in locked.post("/login", data=form).text
    assert locked.get("/", follow_redirects=False).status_code == 303


def test_guessing_is_slow_even_with_the_right_password_at_last(locked: httpx.Client) -> None:
    token = token_of(locked.get("/login").text)
    for guess in range(10):
        assert locked.post("/login", data={"csrf": token, "password": f"guess {guess}"}).status_code == 403
    answer = locked.post("/login", data={"csrf": token, "password": PASSWORD})
    assert answer.status_code == 429
    assert "too many wrong passwords" in answer.text


def test_tries_are_possible_again_after_a_minute() -> None:
    now = 1000.0
    tries = Tries(clock=lambda: now)
    assert [tries.take() for _ in range(11)] == [0.0] * 10 + [60.0]
    now += 60.0
    assert tries.take() == 0.0


def test_a_success_forgets_the_tries_before_it() -> None:
    tries = Tries(clock=lambda: 1000.0)
    for _ in range(10):
        tries.take()
    tries.forget()
    assert tries.take() == 0.0


@pytest.mark.parametrize(("password", "status"), [(PASSWORD, 200), (PASSWORD + "!", 303)])
def test_another_password_logs_everybody_out(tmp_path: Path, password: str, status: int) -> None:
    with serving(Settings(home=tmp_path, sandbox=False, password=PASSWORD)) as bench, visiting(bench) as person:
        person.post("/login", data={"csrf": token_of(person.get("/login").text), "password": PASSWORD})
        session = person.cookies["workbench"]
    with serving(Settings(home=tmp_path, sandbox=False, password=password)) as bench, visiting(bench) as person:
        person.cookies.set("workbench", session)
        assert person.get("/", follow_redirects=False).status_code == status


@pytest.mark.parametrize(("origin", "is_secure"), [("https://books.example.com", True), (None, False)])
def test_behind_an_encrypted_origin_the_session_stays_there(
    tmp_path: Path, origin: str | None, is_secure: bool
) -> None:
    settings = Settings(home=tmp_path, sandbox=False, password=PASSWORD, origin=origin)
    with serving(settings) as bench, httpx.Client(trust_env=False) as person:
        address = f"http://127.0.0.1:{bench.settings.port}/login"
        page = person.get(address)
        sent = {"cookie": page.headers["set-cookie"].partition(";")[0]}
        answer = person.post(address, data={"csrf": token_of(page.text), "password": PASSWORD}, headers=sent)
    assert answer.status_code == 303
    assert ("; Secure" in answer.headers["set-cookie"]) is is_secure


@pytest.mark.parametrize(("path", "size"), [("/login", 20_000), ("/flows/new", 9_000_000), ("/batches", 21_000_000)])
@pytest.mark.parametrize("as_file", [True, False])
def test_more_than_a_form_can_be_is_refused_while_it_comes(
    client: httpx.Client, path: str, size: int, as_file: bool
) -> None:
    token = token_of(client.get("/credentials/new/zoho_books").text)
    content: dict[str, Any] = {"files": {"file": b"x" * size}} if as_file else {"data": {"file": "x" * size}}
    with suppress(httpx.WriteError):  # the server need not have read it all
        answer = client.post(path, headers={"x-csrf-token": token}, **content)
        assert answer.status_code in (400, 413)
    assert client.get("/runs").status_code == 200


def test_a_fault_of_the_workbench_is_a_page_as_strict_as_any(
    bench: Workbench, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no secret of ours")

    client.get("/")
    monkeypatch.setattr(bench.runs, "list", fail)
    answer = client.get("/runs")
    assert answer.status_code == 500
    assert "The workbench failed" in answer.text
    assert "no secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("number", ["9" * 5000, "\u0663", "-1", "x"])
def test_a_place_in_the_history_that_is_none_begins_at_the_newest(client: httpx.Client, number: str) -> None:
    assert client.get("/runs", params={"before": number}).status_code == 200


def test_a_cookie_that_somebody_made_up_is_no_session(locked: httpx.Client) -> None:
    locked.cookies.set("workbench", f"abc.in.{'0' * 64}")
    assert locked.get("/", follow_redirects=False).status_code == 303


def test_the_start_page_opens_in_a_browser(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoho Books workbench")
