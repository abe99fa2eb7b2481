"""Every page as axe sees it: light and dark, on a desk and on a phone, with what opens on it open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, ViewportSize, expect
from starlette.routing import Match, Route

from tests.workbench.browsing import at, choices, field
from tests.workbench.conftest import serving
from tests.workbench.test_guard import PASSWORD
from tests.workbench.world import World, inhabited
from zoho_books_connector.workbench.settings import Settings
from zoho_books_connector.workbench.web.app import create_app

DESK: Final[ViewportSize] = {"width": 1200, "height": 800}
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}


@dataclass(frozen=True)
class State:
    """A page at an address, after what a person did there."""

    address: str
    done: Callable[[Page, World], None] = lambda _page, _world: None
    #: The status of a page that says what went wrong; a browser writes it into its console.
    status: int = 200


def unfolded(page: Page, _: World) -> None:
    for fold in page.locator("details").all():
        fold.evaluate("each => { each.open = true; }")
    page.wait_for_load_state("networkidle")


def picking(page: Page, _: World) -> None:
    field(page, "/customer_id").click()
    expect(choices(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")


def refused(page: Page, _: World) -> None:
    field(page, "/line_items/0/quantity").fill("lots")
    page.locator("#run").click()
    expect(page.locator("#summary")).to_be_focused()


def ran(page: Page, world: World) -> None:
    field(page, "/name").fill("Rye")
    field(page, "/rate").fill("2")
    page.locator("#run").click()
    expect(page.get_by_text("Create Item: done.")).to_be_visible()
    unfolded(page, world)


def previewed(page: Page, _: World) -> None:
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_be_visible()


def choosing(page: Page, world: World) -> None:
    client = world.bench.sandbox_client
    assert client is not None
    page.get_by_label("Region").select_option("sandbox-us")
    expect(page.get_by_label("Token URL")).not_to_have_value("")
    page.get_by_label("Client ID").fill(client.client_id)
    page.get_by_role("button", name="Save and Authorize").click()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", name="Choose the organization")).to_be_visible()


def unmatched(page: Page, _: World) -> None:
    page.get_by_label("Region").select_option("in")
    expect(page.get_by_label("Token URL")).not_to_have_value("")
    page.get_by_label("Client ID").fill("1000.X")
    page.get_by_label("Token URL").select_option("https://accounts.zoho.eu/oauth/v2/token")
    page.get_by_role("button", name="Save and Authorize").click()
    expect(page.locator("#refusal")).to_be_focused()


def warned(page: Page, world: World) -> None:
    client = world.bench.sandbox_client
    assert client is not None
    page.get_by_label("Region").select_option("sandbox-us")
    expect(page.get_by_label("Token URL")).not_to_have_value("")
    page.get_by_label("Client ID").fill(client.client_id)
    page.get_by_label("API Access Scope").fill("ZohoBooks.modules.ALL")
    page.get_by_role("button", name="Save and Authorize").click()
    expect(page.get_by_role("link", name="Continue to the consent page")).to_be_focused()


def taken_up_again(page: Page, world: World) -> None:
    warned(page, world)
    page.get_by_role("link", name="Change what was typed").click()
    expect(page.get_by_label("API Access Scope")).to_have_value("ZohoBooks.modules.ALL")


def connection_tested(page: Page, _: World) -> None:
    page.get_by_role("button", name="Test Bowman").click()
    expect(page.get_by_text("Works", exact=True)).to_be_visible()


def planned(page: Page, _: World) -> None:
    page.get_by_label("Item created").check()
    page.get_by_role("button", name="Show what would be set up").click()
    expect(page.get_by_role("heading", name="What would be set up")).to_be_visible()


def compared(page: Page, _: World) -> None:
    page.get_by_role("button", name="Check for drift").click()
    expect(page.get_by_role("heading", name="Nothing drifted")).to_be_visible()


def revealed(page: Page, _: World) -> None:
    page.get_by_role("button", name="Show Secret").first.click()
    expect(page.get_by_label("Secret", exact=True).first).to_be_visible()


STATES: Final = {
    "start": State("/"),
    "credentials": State("/credentials"),
    "credentials tested": State("/credentials", connection_tested),
    "credential search": State("/credentials/new"),
    "credential search without a find": State("/credentials/new?q=payroll"),
    "credential form": State("/credentials/new/zoho_books", unfolded),
    "credential form with errors": State("/credentials/new/zoho_books", unmatched),
    "warning before consent": State("/credentials/new/zoho_books", warned),
    "credential form taken up again": State("/credentials/new/zoho_books", taken_up_again),
    "organization picker": State("/credentials/new/zoho_books", choosing),
    "callback of nobody": State("/credentials/callback?state=never-given&code=x", status=400),
    "setup of nobody": State("/credentials/setups/unknown", status=410),
    "form of a setup of nobody": State("/credentials/setups/unknown/form", status=410),
    "connection": State("/credentials/{connection}"),
    "connection changed": State("/credentials/{connection}/edit"),
    "connection removed": State("/credentials/{connection}/remove"),
    "actions": State("/actions"),
    "invoice form": State("/actions/create_invoice?connection={connection}&sample=1", unfolded),
    "invoice form with a picker open": State("/actions/create_invoice", picking),
    "invoice form with errors": State("/actions/create_invoice?sample=1", refused),
    "contact form": State("/actions/create_contact", unfolded),
    "update form": State("/actions/update_contact"),
    "read form": State("/actions/get_record?sample=1"),
    "action with its result": State("/actions/create_item", ran),
    "flows": State("/flows", unfolded),
    "flow changed": State("/flows/{made_flow}"),
    "new flow": State("/flows/new"),
    "new flow previewed": State("/flows/new?{flow}", previewed),
    "files": State("/batches"),
    "file to be mapped": State("/batches/{new_batch}"),
    "file that was checked": State("/batches/{checked_batch}"),
    "row of a file": State("/batches/{checked_batch}/rows/3"),
    "trigger": State("/trigger", unfolded),
    "trigger: what would be set up": State("/trigger?label=Second", planned),
    "trigger: compared": State("/trigger", compared),
    "trigger: unsubscribing": State("/trigger/unsubscribe?connection={connection}&label={label}"),
    "trigger: steps by hand": State("/trigger/manual?connection={connection}&label={label}", revealed),
    "deliveries": State("/trigger/deliveries?connection={connection}", unfolded),
    "deliveries given up": State("/trigger/deliveries?connection={connection}&show=dead"),
    "delivery": State("/trigger/deliveries/{delivery}?connection={connection}"),
    "catch-up": State("/trigger/catch-up?connection={connection}", unfolded),
    "runs": State("/runs"),
    "run that is done": State("/runs/a-run-that-is-done", unfolded),
    "run that failed": State("/runs/a-run-that-failed", unfolded),
    "log in": State("/login"),
    "no such page": State("/nowhere", status=404),
}
#: Answers that are parts of pages, or files.
NO_PAGES: Final = {
    "/credentials/form/region",
    "/credentials/form/scopes",
    "/actions/{action}/account",
    "/actions/{action}/row",
    "/actions/{action}/more",
    "/actions/{action}/result/{run}",
    "/pickers/{source}",
    "/batches/{batch}/result.csv",
    "/batches/{batch}/row",
    "/trigger/deliveries/rows",
    "/trigger/deliveries/{delivery}/record.json",
    "/trigger/catch-up/rows",
    "/hooks/{connection}",
}


@pytest.fixture(scope="module")
def world(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One workbench for all tests here, with something on every page."""
    with serving(Settings(home=tmp_path_factory.mktemp("home"))) as bench:
        yield inhabited(bench)


@pytest.fixture(scope="module")
def axe() -> Axe:
    return Axe()


def violations(axe: Axe, page: Page) -> str:
    found = axe.run(page)
    return str(found.generate_report()) if found.violations_count else ""


def seen(axe: Axe, page: Page) -> str:
    """Return what axe finds on a desk in light, and on a phone in the dark."""
    on_a_desk = violations(axe, page)
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    return on_a_desk or violations(axe, page)


@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing(axe: Axe, browser: Browser, world: World, name: str) -> None:
    state = STATES[name]
    # A page that is told to move less has no colours in between when its theme changes.
    expected = f"status of {state.status}" if state.status != 200 else None
    with at(browser, world.bench, expected=expected, reduced_motion="reduce", viewport=DESK) as page:
        answer = page.goto(state.address.format(**named(world)))
        assert answer is not None
        assert answer.status == state.status
        state.done(page, world)
        assert not seen(axe, page)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/credentials",
        "/actions",
        "/actions/create_invoice",
        "/flows",
        "/flows/new",
        "/batches",
        "/trigger",
        "/runs",
    ],
)
def test_axe_finds_nothing_where_nothing_is_connected_yet(
    axe: Axe, browser: Browser, empty: World, address: str
) -> None:
    with at(browser, empty.bench, reduced_motion="reduce", viewport=DESK) as page:
        page.goto(address)
        assert not seen(axe, page)


@pytest.fixture(scope="module")
def empty(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with serving(Settings(home=tmp_path_factory.mktemp("home"))) as bench:
        yield World(bench, "", "", "", "", "")


def test_axe_finds_nothing_at_the_door(axe: Axe, browser: Browser, tmp_path: Path) -> None:
    with (
        serving(Settings(home=tmp_path, sandbox=False, password=PASSWORD)) as bench,
        at(browser, bench, expected="status of 403", reduced_motion="reduce", viewport=DESK) as page,
    ):
        page.goto("/")
        page.get_by_label("Password of this workbench").fill("a wrong password")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_text("That is not the password.")).to_be_visible()
        assert not seen(axe, page)


def test_axe_sees_a_field_without_a_label(axe: Axe, browser: Browser, world: World) -> None:
    with at(browser, world.bench) as page:
        page.goto("/flows/new")
        page.locator("label[for=event]").evaluate("each => each.remove()")
        assert "select-name" in violations(axe, page)


def test_every_page_is_looked_at(world: World) -> None:
    addresses = [state.address.partition("?")[0].format(**named(world)) for state in STATES.values()]
    pages = [
        each for each in create_app(world.bench).routes if isinstance(each, Route) and "GET" in (each.methods or ())
    ]
    scope = {"type": "http", "method": "GET"}
    missing = {
        page.path
        for page in pages
        if not any(page.matches({**scope, "path": address})[0] is Match.FULL for address in addresses)
    }
    assert missing <= NO_PAGES, "a page that axe has never seen"


def named(world: World) -> dict[str, str]:
    """Return the ids that addresses are made of."""
    return {name: str(value) for name, value in vars(world).items()}
