"""Who may use the pages: hosts, origins, forms of this session, and the password."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from starlette.routing import Route

from tests.workbench.conftest import serving, visiting
from zoho_books_connector.workbench.app import create_app
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.settings import Settings

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


def test_a_cookie_that_somebody_made_up_is_no_session(locked: httpx.Client) -> None:
    locked.cookies.set("workbench", f"abc.in.{'0' * 64}")
    assert locked.get("/", follow_redirects=False).status_code == 303


def test_the_start_page_opens_in_a_browser(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoho Books workbench")
