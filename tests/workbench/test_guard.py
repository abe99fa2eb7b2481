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

from tests.workbench.browserless import value_of
from tests.workbench.conftest import serving, visiting
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.settings import Settings
from zoho_books_connector.workbench.web.app import create_app
from zoho_books_connector.workbench.web.security import allowed_hosts
from zoho_books_connector.workbench.web.sessions import cookie_name
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


def test_what_a_browser_keeps_it_asks_for_again(client: httpx.Client) -> None:
    file = client.get("/static/bootstrap.min.css")
    assert file.headers["cache-control"] == "no-cache"
    again = client.get("/static/bootstrap.min.css", headers={"if-none-match": file.headers["etag"]})
    assert again.status_code == 304
    assert client.get("/").headers["cache-control"] == "no-store"


def test_two_workbenches_on_one_machine_leave_each_other_their_sessions(tmp_path: Path) -> None:
    with (
        serving(Settings(home=tmp_path / "one", sandbox=False)) as one,
        serving(Settings(home=tmp_path / "two", sandbox=False)) as two,
        visiting(one) as person,
    ):
        before = person.get("/credentials/new/zoho_books").text
        person.get(two.settings.url)
        answer = person.post("/credentials/new/zoho_books", data={"csrf": token_of(before)})
    assert "Client ID is required." in answer.text


@pytest.mark.parametrize("other", ['theme={"dark": true}', "a=b c", "naïve=1", "alone"])
def test_cookies_of_other_programs_at_this_address_do_no_harm(client: httpx.Client, other: str) -> None:
    first = client.get("/credentials/new/zoho_books")
    mine = first.headers["set-cookie"].partition(";")[0]
    client.cookies.clear()
    again = client.get("/credentials/new/zoho_books", headers=[(b"cookie", f"{other}; {mine}".encode())])
    assert "set-cookie" not in again.headers
    assert token_of(again.text) == token_of(first.text)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_at_the_usual_port_no_address_names_it(host: str) -> None:
    settings = Settings(home=Path(), port=80)
    assert settings.url == "http://127.0.0.1"
    assert host in allowed_hosts(settings)


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


@pytest.mark.parametrize(
    ("method", "headers", "back"),
    [
        ("GET", {}, "/actions/create_item?sample=1"),
        ("POST", {"referer": "http://127.0.0.1/flows/new?action=create_item"}, "/flows/new"),
    ],
)
def test_the_password_leads_back_to_the_page_that_was_asked_for(
    locked: httpx.Client, method: str, headers: Mapping[str, str], back: str
) -> None:
    door = locked.request(method, "/actions/create_item", params={"sample": "1"}, headers=headers)
    assert door.url.path == "/login"
    form = {"csrf": token_of(door.text), "password": PASSWORD, "back": value_of(door.text, "back")}
    assert locked.post("/login", data=form, follow_redirects=False).headers["location"] == back


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_password_leads_nowhere_else(locked: httpx.Client, back: str) -> None:
    form = {"csrf": token_of(locked.get("/login").text), "password": PASSWORD, "back": back}
    assert locked.post("/login", data=form, follow_redirects=False).headers["location"] == "/"


def test_a_part_of_a_page_leads_the_whole_page_to_the_password(locked: httpx.Client) -> None:
    page = f"{locked.base_url}/runs"
    answer = locked.get("/runs/part", headers={"hx-request": "true", "referer": page}, follow_redirects=False)
    assert answer.status_code == 403
    assert answer.headers["hx-redirect"] == "/login?back=%2Fruns"


def test_who_logs_out_is_asked_again(locked: httpx.Client) -> None:
    form = {"csrf": token_of(locked.get("/login").text), "password": PASSWORD}
    page = locked.post("/login", data=form).text
    assert "Log out" in page
    assert "Password of this workbench" in locked.post("/logout", data={"csrf": token_of(page)}).text
    assert locked.get("/", follow_redirects=False).status_code == 303


def test_without_a_password_nobody_is_asked_for_one(client: httpx.Client) -> None:
    page = client.get("/login")
    assert page.url.path == "/"
    assert "Log out" not in page.text


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
        [session] = person.cookies.values()
    with serving(Settings(home=tmp_path, sandbox=False, password=password)) as bench, visiting(bench) as person:
        person.cookies.set(cookie_name(bench.settings), session)
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


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("{url}/trigger?connection=1", 'href="/trigger?connection=1"'),
        ("{url}/nowhere", None),
        ("https://elsewhere.example/trigger", None),
        ("{url}//elsewhere.example/", None),
        ("http://[", None),
    ],
)
def test_an_error_leads_back_to_the_page_of_ours_that_led_to_it(
    bench: Workbench, client: httpx.Client, referer: str, back: str | None
) -> None:
    page = client.get("/nowhere", headers={"referer": referer.format(url=bench.settings.url)}).text
    assert ("Back to where you were" in page) is (back is not None)
    assert (back or "Back to the start") in page
    assert "elsewhere" not in page


@pytest.mark.parametrize("mark", ["0" * 64, "\u00ff", ""])
def test_a_cookie_that_somebody_made_up_is_no_session(locked: httpx.Client, mark: str) -> None:
    name = locked.get("/").history[0].headers["set-cookie"].partition("=")[0]
    locked.cookies.clear()
    answer = locked.get("/", headers=[(b"cookie", f"{name}=abc.in.{mark}".encode())], follow_redirects=False)
    assert answer.status_code == 303


def test_the_start_page_opens_in_a_browser(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoho Books workbench")
