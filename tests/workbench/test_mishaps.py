"""What goes wrong between the pages and the sandbox, and how somebody gets out of it, in Chromium."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.workbench.browsing import at, field
from tests.workbench.consenting import let_expire
from tests.workbench.running import items_named
from zoho_books_connector.workbench.bench import Workbench


def connect_sandbox(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Connect the sandbox").click()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Saved: the connection test passed.")).to_be_visible()


def test_an_access_that_was_revoked_while_a_form_was_filled_in_is_granted_again_and_the_run_repeated(
    browser: Browser, bench: Workbench
) -> None:
    # A page that says what went wrong has a status that says so, too.
    with at(browser, bench, expected="status of 409") as page:
        connect_sandbox(page)
        page.goto("/actions/create_item")
        field(page, "/name").fill("Rye flour")
        field(page, "/rate").fill("12.50")
        assert bench.sandbox is not None
        bench.sandbox["us"].revoke_all()
        let_expire(bench, bench.store.list()[0].id)
        page.locator("#run").click()
        expect(page.get_by_text("Re-authorize the connection.").first).to_be_visible()
        expect(field(page, "/name")).to_have_value("Rye flour")
        assert items_named(bench, "Rye flour") == []
        page.get_by_role("link", name="Workbench").click()
        attention = page.get_by_role("region", name="Needs attention")
        expect(attention).to_contain_text("Sandbox")
        attention.get_by_role("button", name="Authorize again").click()
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_role("button", name="Accept")).to_be_hidden()
        page.goto("/runs")
        page.get_by_role("row").filter(has_text="Create Item").get_by_role("link").first.click()
        page.get_by_role("link", name="Run again").click()
        expect(field(page, "/name")).to_have_value("Rye flour")
        page.locator("#run").click()
        expect(page.get_by_text("Create Item: done.")).to_be_visible()
        assert len(items_named(bench, "Rye flour")) == 1
