"""What the pages cost whoever opens them: clicks, bytes, and things that move under the mouse."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.workbench.browsing import Mouse, at, choices, field, hosts_of, strange
from tests.workbench.running import connected
from zoho_books_connector.sandbox import Fault
from zoho_books_connector.workbench.bench import Workbench

FIRST_PAGE: Final = 300_000
SHIFTS: Final = """() => { window.shifts = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true }); }"""


def transferred(page: Page, address: str) -> Counter[str]:
    """Open a page with nothing cached; returns the bytes that came over the wire, by address."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    addresses: dict[str, str] = {}
    found: Counter[str] = Counter()

    def asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def ended(event: dict[str, Any]) -> None:
        found[addresses[event["requestId"]]] += int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", ended)
    page.goto(address, wait_until="networkidle")
    return found


@pytest.mark.parametrize("address", ["/", "/credentials/new/zoho_books", "/actions/create_invoice?sample=1"])
def test_a_first_page_is_small(browser: Browser, bench: Workbench, address: str) -> None:
    connected(bench)
    with at(browser, bench) as page:
        found = transferred(page, address)
    assert any(each.endswith("bootstrap.min.css") for each in found), "the files of the page were counted, too"
    assert 10_000 < sum(found.values()) < FIRST_PAGE, found


def test_three_clicks_lead_from_a_start_with_nothing_connected_to_a_filled_invoice_form(
    browser: Browser, bench: Workbench
) -> None:
    with at(browser, bench) as page:
        mouse = Mouse(page)
        page.goto("/")
        mouse.press(page.get_by_role("button", name="Connect the sandbox"))
        mouse.press(page.get_by_role("button", name="Accept"))
        mouse.press(page.get_by_role("link", name="Fill in Create Invoice with a sample"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Create Invoice")
        expect(field(page, "/customer_id")).to_have_value("Bowman and Co")
        assert mouse.clicks == 3


@pytest.mark.parametrize(
    "viewport", [{"width": 1200, "height": 800}, {"width": 360, "height": 740}], ids=["on a desk", "on a phone"]
)
@pytest.mark.parametrize("pointer", ["/customer_id", "/line_items/0/item_id", "/line_items/0/tax_id"])
def test_nothing_moves_while_a_slow_picker_loads(
    browser: Browser, bench: Workbench, viewport: ViewportSize, pointer: str
) -> None:
    connected(bench)
    assert bench.sandbox is not None
    with at(browser, bench, viewport=viewport) as page:
        page.goto("/actions/create_invoice", wait_until="networkidle")
        field(page, pointer).scroll_into_view_if_needed()
        page.evaluate(SHIFTS)
        bench.sandbox.faults.add(Fault("delay", method="GET", seconds=0.4))
        field(page, pointer).click()
        expect(page.locator("#choices")).to_be_visible()
        expect(choices(page).first).to_be_visible()
        page.keyboard.press("Escape")
        # An observer is told after the next picture is painted.
        page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => setTimeout(seen, 0)))")
        assert page.evaluate("window.shifts") == 0


def test_a_shift_would_be_seen(browser: Browser, bench: Workbench) -> None:
    connected(bench)
    with at(browser, bench) as page:
        page.goto("/actions/create_invoice", wait_until="networkidle")
        page.evaluate(SHIFTS)
        page.locator("h1").evaluate("each => { each.style.marginTop = '200px'; }")
        page.wait_for_timeout(200)  # the observer is told after the next frame
        assert page.evaluate("window.shifts") > 0


def test_nothing_leaves_the_machine(bench: Workbench) -> None:
    hosts = hosts_of(bench)
    assert not strange(f"{bench.settings.url}/static/htmx.min.js", hosts)
    assert strange("https://fonts.example/a.woff2", hosts)
    assert strange("http://127.0.0.1:1/", hosts)


def test_a_page_that_asks_somewhere_else_fails_its_test_and_its_policy(browser: Browser, bench: Workbench) -> None:
    with pytest.raises(AssertionError, match=re.escape("http://elsewhere.invalid/")):
        ask_elsewhere(browser, bench)


def ask_elsewhere(browser: Browser, bench: Workbench) -> None:
    with at(browser, bench) as page:
        page.goto("/")
        page.evaluate("fetch('http://elsewhere.invalid/').catch(() => {})")
