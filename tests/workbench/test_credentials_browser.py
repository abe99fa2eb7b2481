"""Connecting an account in a real browser, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.workbench.consenting import let_expire
from zoho_books_connector.sandbox.clients import Client
from zoho_books_connector.workbench.bench import Workbench


@pytest.fixture
def sandbox_client(bench: Workbench) -> Client:
    assert bench.sandbox_client is not None
    return bench.sandbox_client


def test_the_whole_walk_by_mouse(page: Page, bench: Workbench, sandbox_client: Client) -> None:
    page.goto("/")
    page.get_by_role("link", name="Add credential").click()
    page.wait_for_load_state()
    page.get_by_role("searchbox").fill("payroll")
    expect(page.get_by_text("No connector is called “payroll”")).to_be_visible()
    page.get_by_role("searchbox").fill("books")
    page.get_by_role("link", name="Zoho Books Create and update").click()
    page.get_by_label("Region").select_option("sandbox-us")
    expect(page.get_by_label("Token URL")).to_have_value(f"{_origin(bench)}/oauth/v2/token")
    expect(page.get_by_label("Base API URL")).to_have_value(f"{_origin(bench)}/books/v3")
    page.get_by_label("Client ID").fill(sandbox_client.client_id)
    page.get_by_label("Client Secret").fill(sandbox_client.client_secret)
    expect(page.get_by_label("API Access Scope")).to_have_value(re.compile("salesorders.CREATE"))
    page.get_by_label("Create SalesOrder").uncheck()
    expect(page.get_by_label("API Access Scope")).not_to_have_value(re.compile("salesorders.CREATE"))
    page.get_by_label("Webhook trigger").check()
    expect(page.get_by_label("API Access Scope")).to_have_value(re.compile("settings.DELETE"))
    page.get_by_role("button", name="Save and Authorize").click()
    page.get_by_role("button", name="Accept").click()
    page.get_by_label("Mehta Sandbox").check()
    page.get_by_role("button", name="Test and save").click()
    expect(page.get_by_text("Saved: the connection test passed.")).to_be_visible()
    assert [each.label for each in bench.store.list()] == ["Mehta Sandbox Private Limited"]


def test_the_whole_walk_by_keyboard(page: Page, bench: Workbench, sandbox_client: Client) -> None:
    page.goto("/credentials/new")
    page.keyboard.type("invoices")
    _tab_to(page, page.get_by_role("link", name="Zoho Books Create and update"))
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_label("Region"))
    page.keyboard.type("Sandbox US")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Token URL")).to_have_value(f"{_origin(bench)}/oauth/v2/token")
    _tab_to(page, page.get_by_label("Client ID"))
    page.keyboard.type(sandbox_client.client_id)
    page.keyboard.press("Tab")
    page.keyboard.type(sandbox_client.client_secret)
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_role("button", name="Accept"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Bowman Sandbox")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved: the connection test passed.")).to_be_visible()
    assert len(bench.store.list()) == 1


def test_the_callback_url_is_copied(page: Page, bench: Workbench) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=bench.settings.url)
    page.goto("/credentials/new/zoho_books")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == bench.callback_url


def test_a_wrong_region_is_told_beside_the_fields_and_the_rest_is_as_it_was(
    page: Page, bench: Workbench, sandbox_client: Client
) -> None:
    _fill(page, sandbox_client)
    page.get_by_label("Token URL").select_option("https://accounts.zoho.in/oauth/v2/token")
    page.get_by_role("button", name="Save and Authorize").click()
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("These must name one region")
    expect(page.get_by_label("Token URL")).to_have_value("https://accounts.zoho.in/oauth/v2/token")
    expect(page.get_by_label("Token URL")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Client ID")).to_have_value(sandbox_client.client_id)
    expect(page.get_by_label("Client Secret")).to_have_value("")
    page.get_by_label("Region").select_option("sandbox-in")
    page.get_by_label("Region").select_option("sandbox-us")
    expect(page.get_by_label("Token URL")).to_have_value(f"{_origin(bench)}/oauth/v2/token")
    page.get_by_role("button", name="Save and Authorize").click()
    expect(page.get_by_role("heading", name="Allow access to Zoho Books?")).to_be_visible()


def test_a_refused_consent_leads_back_to_the_form(page: Page, sandbox_client: Client) -> None:
    _fill(page, sandbox_client)
    page.get_by_label("Name of this connection").fill("Lund")
    page.get_by_role("button", name="Save and Authorize").click()
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("alert")).to_contain_text("The consent was refused.")
    expect(page.get_by_label("Name of this connection")).to_have_value("Lund")
    page.get_by_role("button", name="Save and Authorize").click()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", name="Choose the organization")).to_be_visible()


def test_a_revoked_connection_is_found_by_its_test_and_authorized_again(page: Page, bench: Workbench) -> None:
    _connect_sandbox(page)
    assert bench.sandbox is not None
    bench.sandbox["us"].revoke_all()
    let_expire(bench, bench.store.list()[0].id)
    page.goto("/credentials")
    page.get_by_role("button", name="Test Sandbox").click()
    expect(page.get_by_text("Broken: revoked")).to_be_visible()
    expect(page.get_by_text("Re-authorize the connection.")).to_be_visible()
    page.get_by_role("button", name="Authorize again Sandbox").click()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Works", exact=True)).to_be_visible()
    assert len(bench.store.list()) == 1


def test_a_test_keeps_the_keyboard_where_it_is_and_shows_the_way_out(page: Page, bench: Workbench) -> None:
    _connect_sandbox(page)
    assert bench.sandbox is not None
    bench.sandbox["us"].revoke_all()
    let_expire(bench, bench.store.list()[0].id)
    page.goto("/credentials")
    test, again = (page.get_by_role("button", name=f"{name} Sandbox") for name in ("Test", "Authorize again"))
    live = page.get_by_role("status").element_handle()
    assert live is not None
    test.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Broken: revoked")
    assert "Broken: revoked" in live.inner_text()  # a region that was there before is what gets read out
    expect(again).to_have_class(re.compile("btn-primary"))
    expect(test).to_be_focused()


def test_what_follows_a_choice_is_read_out(page: Page) -> None:
    page.goto("/credentials/new/zoho_books")
    said = {name: page.locator(f"#{name}-said").element_handle() for name in ("urls", "scopes")}
    page.get_by_label("Region").select_option("in")
    expect(page.locator("#urls-said")).to_have_text("The three addresses are those of India now.")
    page.get_by_label("Webhook trigger").check()
    expect(page.locator("#scopes-said")).to_contain_text("The least scopes for your choice are filled in")
    assert all(each is not None and each.inner_text() for each in said.values())


@pytest.mark.parametrize("name", ["Save", "Save and authorize again"])
def test_no_button_saves_while_the_addresses_are_looked_up(page: Page, bench: Workbench, name: str) -> None:
    _connect_sandbox(page)
    page.goto(f"/credentials/{bench.store.list()[0].id}/edit")
    page.route("**/form/region*", lambda _route: None)  # no answer comes
    page.get_by_label("Region").select_option("sandbox-in")
    expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()


def test_from_the_start_page_to_a_filled_invoice_form_is_one_click_once_the_sandbox_is_connected(page: Page) -> None:
    _connect_sandbox(page)
    page.get_by_role("link", name="Workbench").click()
    sample = page.get_by_role("link", name="Fill in Create Invoice with a sample")
    sample.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Create Invoice"))
    expect(page.locator("[name='/line_items/0/item_id']")).to_have_value(re.compile("[0-9]{15,}"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_phone(page: Page, scheme: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    _connect_sandbox(page)
    connection = page.url.rpartition("/")[2].partition("?")[0]
    for address in (
        "/",
        "/credentials",
        "/credentials/new",
        "/credentials/new/zoho_books",
        f"/credentials/{connection}",
        f"/credentials/{connection}/edit",
        f"/credentials/{connection}/remove",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address


def _connect_sandbox(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Connect the sandbox").click()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Saved: the connection test passed.")).to_be_visible()


def _fill(page: Page, client: Client) -> None:
    page.goto("/credentials/new/zoho_books")
    page.get_by_label("Region").select_option("sandbox-us")
    expect(page.get_by_label("Token URL")).not_to_have_value("")
    page.get_by_label("Client ID").fill(client.client_id)
    page.get_by_label("Client Secret").fill(client.client_secret)


def _tab_to(page: Page, wanted: Locator) -> None:
    for _ in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("The keyboard does not lead there.")


def _origin(bench: Workbench) -> str:
    assert bench.sandbox is not None
    return bench.sandbox["us"].accounts_url
