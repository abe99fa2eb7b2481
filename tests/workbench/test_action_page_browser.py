"""The page of an action in a real browser: pickers, lines, the subtotal, errors, the keyboard, and a phone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.workbench.conftest import serving
from tests.workbench.running import centre_of, connected, organization_of
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.forms.drafts import Draft
from zoho_books_connector.workbench.settings import Settings


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """One workbench for all tests here, with one connected account."""
    with serving(Settings(home=tmp_path_factory.mktemp("home"))) as opened:
        connected(opened)
        for number in range(205):
            centre_of(opened).seed(organization_of(opened), "item", {"name": f"Washer {number:03}", "rate": 1})
        customer = {"contact_name": "Corner Shop", "contact_type": "customer"}
        centre_of(opened).seed(organization_of(opened), "contact", customer)
        yield opened


def field(page: Page, pointer: str) -> Locator:
    return page.locator(f'[id="{pointer}"]')


def held(page: Page, pointer: str) -> Locator:
    """What a picker posts."""
    return page.locator(f'input[type=hidden][name="{pointer}"]')


def choices(page: Page) -> Locator:
    return page.locator("#choices [role=option]")


def pick(page: Page, pointer: str, text: str) -> None:
    field(page, pointer).click()
    page.locator("#choices [role=option]", has_text=text).first.click()


def row(page: Page, number: int) -> str:
    return f"/line_items/{number}"


def test_a_picker_shows_labels_and_keeps_the_id(page: Page) -> None:
    page.goto("/actions/create_invoice")
    customer = field(page, "/customer_id")
    customer.click()
    expect(choices(page).first).to_be_visible()
    choices(page).filter(has_text="Bowman").click()
    expect(customer).to_have_value("Bowman and Co")
    expect(held(page, "/customer_id")).to_have_value(re.compile(r"\d+"))
    expect(customer).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#said")).to_have_text("Bowman and Co chosen")


def test_typing_searches(page: Page) -> None:
    page.goto("/actions/create_invoice")
    field(page, row(page, 0) + "/item_id").press_sequentially("Washer 20")
    expect(choices(page)).to_have_count(5)


def test_what_is_not_chosen_is_sent_as_it_was_typed(page: Page) -> None:
    page.goto("/actions/create_invoice")
    field(page, "/customer_id").fill("123456")
    expect(held(page, "/customer_id")).to_have_value("123456")


def test_a_long_list_goes_on(page: Page) -> None:
    page.goto("/actions/create_invoice")
    item = field(page, row(page, 0) + "/item_id")
    item.press_sequentially("Washer")
    expect(page.locator("#choices [data-cursor]")).to_have_count(1)
    before = choices(page).count()
    page.locator("#choices [data-cursor]").click()
    expect(page.locator("#choices [data-cursor]")).to_have_count(0)
    assert choices(page).count() == 205 > before - 1
    expect(item).to_be_focused()


def test_what_depends_on_the_customer_follows_it(page: Page) -> None:
    page.goto("/actions/create_invoice")
    field(page, "/billing_address_id").click()
    expect(page.locator("#choices .said")).to_have_text("Choose Customer ID first, or type the id.")
    pick(page, "/customer_id", "Bowman")
    pick(page, "/billing_address_id", "4900 Hopyard Road")
    expect(held(page, "/billing_address_id")).to_have_value(re.compile(r"\d+"))
    field(page, "/customer_id").fill("99")
    field(page, "/notes").focus()
    expect(held(page, "/billing_address_id")).to_have_value("")
    expect(field(page, "/billing_address_id")).to_have_value("")
    pick(page, "/customer_id", "Bowman")
    pick(page, "/billing_address_id", "4900 Hopyard Road")
    pick(page, "/customer_id", "Bowman")
    expect(field(page, "/billing_address_id")).not_to_have_value("")
    pick(page, "/customer_id", "Corner Shop")
    expect(page.locator("#said")).to_have_text("Corner Shop chosen. What depended on it was emptied")
    expect(field(page, "/billing_address_id")).to_have_value("")


def test_an_item_fills_its_row_and_leaves_what_was_typed(page: Page) -> None:
    page.goto("/actions/create_invoice")
    line = row(page, 0)
    field(page, line + "/name").fill("My own name")
    pick(page, line + "/item_id", "Hard Drive 2 TB")
    expect(field(page, line + "/name")).to_have_value("My own name")
    rate = field(page, line + "/rate")
    expect(rate).not_to_have_value("")
    first = rate.input_value()
    pick(page, line + "/item_id", "Installation")
    expect(rate).not_to_have_value(first)
    rate.fill("1.23")
    pick(page, line + "/item_id", "Hard Drive 2 TB")
    expect(rate).to_have_value("1.23")


def test_rows_are_added_numbered_and_removed(page: Page) -> None:
    page.goto("/actions/create_invoice")
    add = page.get_by_role("button", name="Add line item")
    add.click()
    expect(field(page, row(page, 1) + "/item_id")).to_be_focused()
    add.click()
    expect(field(page, row(page, 2) + "/item_id")).to_be_focused()
    field(page, row(page, 2) + "/name").fill("third")
    page.get_by_role("button", name="Remove").nth(1).click()
    expect(field(page, row(page, 1))).to_have_count(0)
    expect(page.locator(".lines .row-number")).to_have_text([re.compile("1$"), re.compile("2$")])
    expect(field(page, row(page, 2) + "/item_id")).to_be_focused()
    add.click()
    expect(field(page, row(page, 3) + "/item_id")).to_be_focused()


def test_a_row_in_a_row_is_added_where_it_belongs(page: Page) -> None:
    page.goto("/actions/create_invoice")
    page.locator(".line summary", has_text="More fields").click()
    tags = field(page, row(page, 0) + "/tags")
    tags.get_by_role("button", name="Add tag").click()
    expect(tags.locator(".line")).to_have_count(1)
    page.get_by_role("button", name="Add line item").click()
    expect(field(page, row(page, 1) + "/item_id")).to_be_focused()
    expect(tags.locator(".line")).to_have_count(1)


@pytest.mark.parametrize(
    ("lines", "amounts", "subtotal"),
    [
        ([("3", "0.1")], ["0.30"], "0.30"),
        ([("", "2.5")], ["2.50"], "2.50"),
        ([("1", "0.1"), ("1", "0.2")], ["0.10", "0.20"], "0.30"),
        (
            [("-2", "1.005"), ("999999999999999", "999999999999.99")],
            ["-2.01", "999999999999989000000000000.01"],
            "999999999999988999999999998.00",
        ),
        ([("x", "1"), ("1", "4")], ["–", "4.00"], "4.00"),
        ([("1", "")], ["–"], "–"),
    ],
)
def test_the_subtotal_is_exact(page: Page, lines: list[tuple[str, str]], amounts: list[str], subtotal: str) -> None:
    page.goto("/actions/create_invoice")
    for number, (quantity, rate) in enumerate(lines):
        if number:
            page.get_by_role("button", name="Add line item").click()
        field(page, row(page, number) + "/quantity").fill(quantity)
        field(page, row(page, number) + "/rate").fill(rate)
    expect(page.locator(".amount-cell output")).to_have_text(amounts)
    expect(page.locator("[data-subtotal] output")).to_have_text(subtotal)


def test_the_rarer_fields_of_a_row_come_when_it_is_opened_and_are_sent(page: Page, bench: Workbench) -> None:
    page.goto("/actions/create_invoice?sample=1")
    page.locator(".line summary", has_text="More fields").first.click()
    order = field(page, row(page, 0) + "/item_order")
    order.fill("1")
    page.get_by_role("button", name="Run Create Invoice").click()
    expect(page.get_by_text("Create Invoice: done.")).to_be_visible()
    assert bench.runs.list()[0].inputs["line_items"][0]["item_order"] == 1
    expect(order).to_have_value("1")


def test_who_is_faster_than_the_rest_of_a_row_does_not_lose_the_focus(page: Page) -> None:
    held_back: list[Route] = []
    rest = re.compile(r"/create_invoice/more\?")
    page.route(rest, lambda route: held_back.append(route))
    page.goto("/actions/create_invoice")
    page.locator(".line summary", has_text="More fields").focus()
    with page.expect_request(rest):
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show them")).to_be_focused()
    held_back.pop().continue_()
    expect(page.locator(".line .later").locator("input:not([type=hidden]), select, textarea").first).to_be_focused()


def test_three_clicks_lead_to_a_filled_invoice_and_a_fourth_runs_it(page: Page) -> None:
    page.goto("/")
    page.locator("a", has_text="Actions").first.click()
    page.get_by_role("link", name="Create Invoice").click()
    page.get_by_role("link", name="Fill with the sample").click()
    expect(field(page, "/customer_id")).not_to_have_value("")
    page.get_by_role("button", name="Run Create Invoice").click()
    expect(page.get_by_text("Create Invoice: done.")).to_be_visible()


def test_the_focus_is_always_in_sight_and_never_under_the_button(page: Page) -> None:
    page.goto("/actions/create_invoice")
    expect(page.locator("#custom .form-control").first).to_be_visible()
    bar = page.locator("#run").evaluate("each => each.parentElement.getBoundingClientRect().top")
    page.locator("#connection").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        name, top = page.evaluate(
            "() => [document.activeElement.id, document.activeElement.getBoundingClientRect().top]"
        )
        if name == "run":
            break
        assert 0 <= top <= bar - 20, name
    assert name == "run"


def test_two_clicks_make_one_record(page: Page, bench: Workbench) -> None:
    page.goto("/actions/create_item")
    field(page, "/name").fill("Clicked twice")
    field(page, "/rate").fill("1")
    page.locator("#run").dblclick()
    expect(page.get_by_text("Create Item: done.")).to_be_visible()
    items = centre_of(bench).records(organization_of(bench), "item")
    assert [item["name"] for item in items].count("Clicked twice") == 1


def test_errors_have_the_focus_and_lead_to_their_fields(page: Page) -> None:
    page.goto("/actions/create_invoice")
    field(page, "/customer_id").fill("Bowman")
    field(page, row(page, 0) + "/quantity").fill("lots")
    page.get_by_role("button", name="Run Create Invoice").click()
    summary = page.locator("#summary")
    expect(summary).to_be_focused()
    expect(field(page, "/customer_id")).to_have_value("Bowman")
    summary.get_by_role("link", name="Line items 1, Quantity").click()
    quantity = field(page, row(page, 0) + "/quantity")
    expect(quantity).to_have_value("lots")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    assert page.evaluate("location.hash") == "#/line_items/0/quantity"
    # A link to a field moves the place from which Tab goes on.
    page.keyboard.press("Tab")
    expect(field(page, row(page, 0) + "/rate")).to_be_focused()


def test_an_error_of_the_books_has_the_focus_too(page: Page) -> None:
    page.goto("/actions/create_invoice")
    field(page, "/customer_id").fill("404404")
    pick(page, row(page, 0) + "/item_id", "Installation")
    page.get_by_role("button", name="Run Create Invoice").click()
    expect(page.get_by_text("Create Invoice: not done.")).to_be_visible()
    expect(page.locator("#summary")).to_be_focused()
    expect(field(page, "/customer_id")).to_have_attribute("aria-invalid", "true")
    # What the picker showed is still there.
    expect(field(page, row(page, 0) + "/item_id")).to_have_value("Installation")


def test_the_keyboard_alone_makes_an_invoice(page: Page) -> None:
    page.goto("/actions/create_invoice")
    customer = field(page, "/customer_id")
    for _ in range(40):
        page.keyboard.press("Tab")
        if customer.evaluate("each => each === document.activeElement"):
            break
    expect(customer).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(choices(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(customer).to_have_attribute("aria-activedescendant", "choice-0")
    expect(choices(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#choices")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(choices(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(held(page, "/customer_id")).to_have_value(re.compile(r"\d+"))
    item = field(page, row(page, 0) + "/item_id")
    item.focus()
    page.keyboard.type("Install")
    expect(choices(page)).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Run Create Invoice").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Create Invoice: done.")).to_be_visible()


def test_enter_in_a_field_creates_nothing(page: Page, bench: Workbench) -> None:
    page.goto("/actions/create_item")
    before = len(bench.runs.list())
    field(page, "/name").fill("By accident")
    field(page, "/rate").fill("1")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert len(bench.runs.list()) == before
    expect(field(page, "/name")).to_have_value("By accident")


def test_nothing_moves_while_a_picker_loads(page: Page) -> None:
    page.goto("/actions/create_invoice")
    page.evaluate(
        """() => { window.shifts = 0; new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifts += entry.value;
        }).observe({ type: "layout-shift", buffered: true }); }"""
    )
    before = field(page, "/notes").bounding_box()
    field(page, "/customer_id").click()
    expect(choices(page).first).to_be_visible()
    assert field(page, "/notes").bounding_box() == before
    page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert page.evaluate("window.shifts") == 0


@pytest.mark.parametrize("action_id", ["create_invoice", "update_contact", "get_record"])
def test_a_phone_shows_it_all(page: Page, action_id: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/actions/{action_id}?sample=1")
    for fold in page.locator("details.fold").all():
        fold.evaluate("each => { each.open = true; }")
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    if action_id == "create_invoice":
        pick(page, row(page, 0) + "/item_id", "Installation")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_fields_of_other_modules_are_hidden_and_send_nothing(page: Page) -> None:
    page.goto("/actions/get_record")
    expect(field(page, "/contact_id")).to_be_hidden()
    field(page, "/module").select_option("contact_person")
    expect(field(page, "/contact_id")).to_be_visible()
    field(page, "/contact_id").fill("1")
    field(page, "/module").select_option("item")
    expect(field(page, "/contact_id")).to_be_hidden()
    assert held(page, "/contact_id").or_(field(page, "/contact_id")).first.is_disabled()


def test_what_is_cleared_takes_no_value(page: Page) -> None:
    page.goto("/actions/update_contact")
    page.locator('input[name="clear:/notes"]').check()
    expect(field(page, "/notes")).to_be_disabled()
    page.locator('input[name="clear:/notes"]').uncheck()
    expect(field(page, "/notes")).to_be_enabled()


def test_a_run_that_takes_longer_is_shown_when_it_ends(
    page: Page, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zoho_books_connector.workbench.pages.actions._WAIT", 0.0)
    page.goto("/actions/create_item")
    field(page, "/name").fill("Slowly")
    field(page, "/rate").fill("1")
    page.locator("#run").click()
    expect(page.get_by_text("Create Item: done.")).to_be_visible()


def test_two_hundred_lines_are_usable(page: Page, bench: Workbench) -> None:
    document = {"customer_id": "1", "line_items": [{"name": f"Line {n}", "rate": "0.1"} for n in range(200)]}
    draft = bench.drafts.save(Draft("create_invoice", document))
    page.goto(f"/actions/create_invoice?draft={draft}")
    expect(page.locator("[data-subtotal] output")).to_have_text("20.00")
    field(page, "/line_items/199/quantity").fill("11")
    expect(page.locator("[data-subtotal] output")).to_have_text("21.00")


def test_without_scripts_a_picker_is_a_text_field(browser: Browser, bench: Workbench) -> None:
    context = browser.new_context(base_url=bench.settings.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/actions/create_invoice?sample=1")
    expect(page.locator('input[name="/customer_id"]')).to_have_value(re.compile(r"^\d+$"))
    page.get_by_role("button", name="Add line item").click()
    expect(page.locator('input[name="/line_items/2/name"]')).to_be_visible()
    page.locator('.line:last-of-type button[name="remove"]').last.click()
    page.get_by_role("button", name="Run Create Invoice").click()
    expect(page.get_by_text("Create Invoice: done.")).to_be_visible()
    context.close()


def test_the_inputs_of_a_run_can_be_read_where_it_is_repeated(page: Page) -> None:
    page.goto("/actions/create_item")
    field(page, "/name").fill("Repeated")
    field(page, "/rate").fill("1.10")
    page.locator("#run").click()
    page.get_by_text("The same on the command line").click()
    text = page.locator("#command").inner_text()
    body = text.split("<<'JSON'\n")[1].rsplit("JSON", 1)[0]
    assert json.loads(body) == {"name": "Repeated", "rate": "1.10"}


def test_a_label_that_is_typed_to_its_end_is_chosen_by_going_on(page: Page) -> None:
    page.goto("/actions/create_invoice")
    customer = field(page, "/customer_id")
    customer.press_sequentially("bowman and co")
    expect(choices(page)).to_have_count(1)
    page.keyboard.press("Tab")
    expect(customer).to_have_value("Bowman and Co")
    expect(held(page, "/customer_id")).to_have_value(re.compile(r"^\d+$"))


def test_escape_closes_the_list_and_then_brings_back_what_was_chosen(page: Page) -> None:
    page.goto("/actions/create_invoice")
    pick(page, "/customer_id", "Bowman")
    chosen = held(page, "/customer_id").input_value()
    customer = field(page, "/customer_id")
    customer.press_sequentially("x")
    expect(page.locator("#choices .said")).to_contain_text("Nothing fits")
    page.keyboard.press("Escape")
    expect(page.locator("#choices")).to_be_hidden()
    expect(customer).to_have_value("Bowman and Cox")
    page.keyboard.press("Escape")
    expect(customer).to_have_value("Bowman and Co")
    expect(held(page, "/customer_id")).to_have_value(chosen)


def test_more_can_be_asked_for_again_after_an_error(browser: Browser, bench: Workbench) -> None:
    connection = connected(bench)  # for whom nothing is remembered yet
    context = browser.new_context(base_url=bench.settings.url)
    page = context.new_page()
    page.goto(f"/actions/create_invoice?connection={connection}")
    field(page, row(page, 0) + "/item_id").press_sequentially("Washer")
    more = page.locator("#choices [data-cursor]")
    expect(more).to_have_count(1)
    page.route("**/pickers/**", lambda route: route.abort())
    more.click()
    expect(page.locator("#choices .said")).to_contain_text("could not be read")
    page.unroute("**/pickers/**")
    more.click()
    expect(more).to_have_count(0)
    expect(choices(page)).to_have_count(205)
    context.close()


def test_what_is_pasted_is_never_cut(page: Page) -> None:
    page.goto("/actions/create_invoice")
    rate = field(page, row(page, 0) + "/rate")
    rate.focus()
    page.keyboard.insert_text("12345678901234.567")
    expect(rate).to_have_value("12345678901234.567")
