"""The trigger's pages in Chromium: what arrives appears by itself, and everything works without a reload or a mouse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.workbench.conftest import serving
from tests.workbench.running import connected
from tests.workbench.triggering import RECORD, automation, deliver, inbox, subscription, until
from zoho_books_connector.sandbox import Limits, Sandbox
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.settings import Settings


@pytest.fixture
def connection(bench: Workbench) -> str:
    return connected(bench)


def subscribe(page: Page) -> None:
    """Subscribe to created and updated contacts, looking first."""
    page.goto("/trigger")
    page.get_by_label("Contact created").check()
    page.get_by_label("Contact updated").check()
    page.get_by_role("button", name="Show what would be set up").click()
    expect(page.get_by_role("heading", name="What would be set up")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(5)
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", name="Subscribed")).to_be_visible()


def test_what_an_action_creates_appears_without_a_reload_and_can_be_handed_on_once_more(
    page: Page, bench: Workbench, connection: str
) -> None:
    subscribe(page)
    page.get_by_role("link", name="See what arrives").click()
    expect(page.get_by_role("heading", name="Deliveries as they arrive")).to_be_visible()
    page.evaluate("window.sameAsBefore = true")
    bench.runs.perform("by action", "create_contact", connection, {"contact_name": "Quay Street Bakery"})
    row = page.get_by_role("row").filter(has_text="contact.created")
    expect(row).to_contain_text("handed on")
    assert page.evaluate("window.sameAsBefore")
    row.get_by_role("link", name="contact.created").click()
    expect(page.get_by_role("region", name="The event as JSON")).to_contain_text("Quay Street Bakery")
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("1 event is handed on once more.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="contact.created")).to_contain_text("handed on")


def test_a_forged_delivery_appears_as_refused(page: Page, bench: Workbench, connection: str) -> None:
    subscribe(page)
    page.goto(f"/trigger/deliveries?connection={connection}")
    assert deliver(bench, connection, RECORD, secret="a-wrong-secret-of-somebody") == 401
    row = page.get_by_role("row").filter(has_text="signature_wrong")
    expect(row).to_contain_text("refused")
    expect(page.locator("main")).not_to_contain_text(str(RECORD["contact_name"]))


def test_the_focus_stays_where_it_was_when_something_arrives(page: Page, bench: Workbench, connection: str) -> None:
    subscribe(page)
    assert deliver(bench, connection) == 200
    page.goto(f"/trigger/deliveries?connection={connection}")
    opening = page.get_by_role("link", name="contact.created")
    opening.focus()
    assert deliver(bench, connection, {"contact_id": "2"}) == 200
    expect(page.get_by_role("link", name="contact.created")).to_have_count(2)
    expect(opening.nth(1)).to_be_focused()


def test_a_number_that_is_typed_stays_while_another_catch_up_moves(
    page: Page, bench: Workbench, connection: str
) -> None:
    given: dict[str, Any] = {"since": 0.0, "goes_on": False, "is_whole": False}
    bench.catching_up.start(connection, ["item", "contact"], most_calls=1, **given)
    page.goto(f"/trigger/catch-up?connection={connection}")
    more = page.get_by_label("More calls")
    more.fill("77")
    more.focus()
    bench.catching_up.start(connection, ["item"], most_calls=5, **given)
    expect(page.get_by_role("row").filter(has_text="complete")).to_have_count(1)
    expect(more).to_have_value("77")
    expect(more).to_be_focused()


def test_a_rule_that_was_switched_off_shows_as_drift_and_is_repaired(
    page: Page, bench: Workbench, connection: str
) -> None:
    subscribe(page)
    rules = automation(bench).rules
    rules[next(iter(rules))] |= {"is_active": False}
    page.goto("/trigger")
    page.get_by_role("button", name="Check for drift").click()
    expect(page.get_by_role("table")).to_contain_text("switched off")
    page.get_by_role("button", name="Repair: subscribe again").click()
    expect(page.get_by_role("heading", name="Subscribed")).to_be_visible()
    assert all(rule["is_active"] for rule in rules.values())


def test_a_plan_without_rules_gives_the_steps_with_secrets_shown_on_demand(browser: Browser, tmp_path: Path) -> None:
    sandbox = Sandbox(("us", "in"), limits=Limits(plan="standard"))
    with serving(Settings(home=tmp_path), sandbox) as bench:
        connection = connected(bench)
        context = browser.new_context(base_url=bench.settings.url)
        page = context.new_page()
        page.goto("/trigger")
        page.get_by_label("Invoice created", exact=True).check()
        page.get_by_role("button", name="Subscribe now").click()
        expect(page.get_by_role("heading", name="Set the rest up by hand")).to_be_visible()
        wanted = subscription(bench, connection).subscription
        assert wanted.secret not in page.content()
        page.get_by_role("button", name=re.compile("^Show Secret")).click()
        expect(page.get_by_label("Secret", exact=True)).to_have_value(wanted.secret)
        assert wanted.header_token not in page.content()
        context.close()


def test_unsubscribing_is_confirmed_by_keyboard(page: Page, bench: Workbench, connection: str) -> None:
    subscribe(page)
    page.goto("/trigger")
    page.get_by_role("link", name="Unsubscribe").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Unsubscribe Connector?")).to_be_visible()
    assert automation(bench).rules
    page.get_by_role("button", name="Unsubscribe").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Unsubscribed")).to_be_visible()
    assert not automation(bench).rules


def test_a_catch_up_shows_its_progress_by_itself(page: Page, bench: Workbench, connection: str) -> None:
    page.goto("/trigger/catch-up")
    page.get_by_role("group", name="Modules to read").get_by_label("Item").check()
    page.get_by_label("Changed since (UTC)").fill("2020-01-01T00:00:00")
    page.get_by_label("Calls at most").fill("20")
    page.get_by_role("button", name="Catch up", exact=True).click()
    expect(page.get_by_role("region", name="Catch-ups")).to_contain_text("complete")
    until(lambda: inbox(bench, connection).counts().done)
    page.get_by_role("link", name="Deliveries").click()
    expect(page.get_by_role("row").filter(has_text="item.").first).to_be_visible()


@pytest.mark.parametrize("path", ["/trigger", "/trigger/deliveries", "/trigger/catch-up"])
def test_nothing_is_cut_off_on_a_phone(page: Page, bench: Workbench, connection: str, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
