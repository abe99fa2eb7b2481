"""What a form shows of the account behind it: asked for beside the form, kept for a while, and never waited for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.workbench.browserless import posted_by, value_of
from tests.workbench.browsing import at, field
from tests.workbench.conftest import serving, visiting
from tests.workbench.running import centre_of, connected, organization_of
from tests.workbench.test_figures import SHIFTS
from zoho_books_connector.boundary import Option, OptionsPage
from zoho_books_connector.errors import UnavailableError
from zoho_books_connector.sandbox import Fault
from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.forms.accounts import Accounts, edition_of
from zoho_books_connector.workbench.settings import Settings

UNKNOWN = "The account has not been asked yet"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with serving(Settings(home=tmp_path_factory.mktemp("home"))) as opened:
        yield opened


class Person:
    """Somebody at a form of an account that was not asked for anything yet."""

    def __init__(self, bench: Workbench, client: httpx.Client) -> None:
        self.client = client
        self.connection = connected(bench)

    def get(self, action_id: str, part: str = "", **query: str) -> httpx.Response:
        return self.client.get(f"/actions/{action_id}{part}", params={"connection": self.connection, **query})

    def post(self, page: httpx.Response, to: str, /, **changes: str) -> httpx.Response:
        return self.client.post(
            page.url.path + to, params={"connection": self.connection}, data=dict(posted_by(page.text)) | changes
        )

    def end_of(self, page: httpx.Response) -> str:
        """Return the end of the form as the page's script asks for it."""
        [address] = re.findall(r'hx-post="([^"]+)"', page.text)
        return self.client.post(unescape(address), data=dict(posted_by(page.text))).text


@pytest.fixture
def person(bench: Workbench) -> Iterator[Person]:
    with visiting(bench) as client:
        yield Person(bench, client)


def place_of(page: str) -> str:
    """Return where the first custom field of the account stands."""
    name = next(name for name, _ in posted_by(page) if name.startswith("fixed:/custom_fields/"))
    return name.removeprefix("fixed:").rpartition("/")[0]


def test_a_form_is_drawn_without_asking_the_account(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Accounts, "choices", lambda _self, source, *_, **__: asked.append(source))
    page = person.get("create_invoice").text
    assert not asked
    assert UNKNOWN in page
    assert "Fields by country" in page
    assert 'value="/custom_fields"' in page, "custom fields can be named by hand until then"


def test_once_it_was_asked_the_form_is_drawn_for_the_account(person: Person) -> None:
    answer = person.get("create_contact", "/account")
    assert answer.status_code == 204
    assert answer.headers["hx-trigger"] == "account-answered"
    page = person.get("create_contact").text
    assert UNKNOWN not in page
    assert "Country edition: United States" in page
    assert "External ID" in page


def test_the_country_that_the_last_test_found_is_drawn_first_and_once(person: Person, bench: Workbench) -> None:
    bench.connecting.test(person.connection)
    page = person.get("create_contact")
    assert UNKNOWN in page.text, "for its custom fields"
    form = page.text.partition('id="own"')[0]
    assert form.index("Basics") < form.index("Country edition: United States") < form.index("More fields")
    end = person.end_of(page)
    assert "External ID" in end
    assert "Country edition" not in end


def test_a_country_that_comes_late_is_drawn_at_the_end(person: Person) -> None:
    page = person.get("create_contact")
    assert "Country edition" not in page.text
    assert "Country edition: United States" in person.end_of(page)


def test_the_end_of_the_form_comes_with_what_was_typed_meanwhile(person: Person) -> None:
    page = person.get("create_contact")
    typed = {"/gst_no": "29ABCDE1234F1Z5", "/custom_fields/0/label": "Region", "/custom_fields/0/value": "West"}
    end = person.post(page, "/own", **typed).text
    assert "<html" not in end
    assert value_of(end, "/gst_no") == "29ABCDE1234F1Z5"
    assert "West" in [value for name, value in posted_by(end) if name.endswith("/value")]
    assert 'name="/contact_name"' not in end, "what does not depend on the account stays as it is"


def test_without_scripts_a_button_asks_the_account_and_keeps_the_form(person: Person) -> None:
    page = person.post(person.get("create_contact"), "/draft", to="account", **{"/contact_name": "Kept"})
    assert value_of(page.text, "/contact_name") == "Kept"
    assert "External ID" in page.text


def test_a_form_that_has_nothing_of_the_account_asks_nothing(person: Person) -> None:
    assert UNKNOWN not in person.get("get_record").text


def test_custom_fields_of_the_account_are_typed_and_sent(person: Person, bench: Workbench) -> None:
    page = person.get("create_contact", account="asked")
    place = place_of(page.text)
    name = f"With a custom field {person.connection}"
    done = person.post(page, "", **{"/contact_name": name, f"{place}/value": f"EXT-{person.connection}"})
    assert "Create Contact: done." in done.text
    held = centre_of(bench).records(organization_of(bench), "contact")
    [contact] = [each for each in held if each["contact_name"] == name]
    assert f"EXT-{person.connection}" in [each["value"] for each in contact["custom_fields"]]
    assert value_of(done.text, f"{place}/value") == f"EXT-{person.connection}"


def test_a_value_that_a_custom_field_does_not_take_is_told_at_it_and_nothing_is_sent(
    person: Person, bench: Workbench
) -> None:
    before = len(bench.runs.list())
    page = person.get("create_contact", account="asked").text
    [place] = re.findall(r'for="(/custom_fields/[0-9]+/value)">Score', page)
    refused = person.post(person.get("create_contact"), "", **{"/contact_name": "Odd", place: "many"}).text
    assert f'href="#{place}">Score</a>: must be a whole number' in refused
    assert f'id="{place}:error"' in refused
    assert value_of(refused, place) == "many"
    assert len(bench.runs.list()) == before


def test_what_cannot_be_read_is_told_and_can_be_named_by_hand(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any, **__: Any) -> OptionsPage:
        raise UnavailableError("down", "Nobody answers.", "")

    monkeypatch.setattr(Accounts, "choices", failing)
    page = person.get("create_contact")
    person.get("create_contact", "/account")
    end = person.post(page, "/own").text
    assert "The custom fields could not be read. Nobody answers." in end
    assert "Fields by country" in end
    assert 'value="/custom_fields"' in end


@pytest.mark.parametrize(
    ("country", "edition"),
    [("India", "in"), ("IN", "in"), ("United Arab Emirates", "gcc"), ("GB", "uk"), ("Norway", None), (None, None)],
)
def test_a_country_belongs_to_an_edition(country: str | None, edition: str | None) -> None:
    assert edition_of(country) == edition


INDIAN = ConnectionInfo("c", "", "in", "7", 0.0, 0.0)


class Answering:
    """Sources of choices that count what they are asked, and may be down."""

    def __init__(self, bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.asked: list[str] = []
        self.is_down = False
        self.accounts = Accounts(bench.host, bench.store, bench.standings, lambda: self.now)
        monkeypatch.setattr(self.accounts, "choices", self.choices)

    def choices(self, source: str, *_: Any, **__: Any) -> OptionsPage:
        self.asked.append(source)
        if self.is_down:
            raise UnavailableError("down", "Nobody answers.", "")
        return OptionsPage((Option("7", "Books", data={"country": "India"}),))


@pytest.fixture
def answering(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Answering:
    return Answering(bench, monkeypatch)


def test_an_account_is_asked_again_after_a_while_but_for_its_country(answering: Answering) -> None:
    accounts = answering.accounts
    assert accounts.known(INDIAN, "item") is None
    for _ in range(3):
        assert accounts.ask(INDIAN, "item").edition == "in"
    assert answering.asked == ["organization", "custom_field"]
    answering.now += 600
    assert accounts.known(INDIAN, "item") is None
    assert accounts.known_edition(INDIAN) == "in"
    accounts.ask(INDIAN, "item")
    assert answering.asked == ["organization", "custom_field", "custom_field"]


def test_an_account_that_does_not_answer_is_left_alone_for_a_moment(answering: Answering) -> None:
    answering.is_down = True
    for _ in range(3):
        own = answering.accounts.ask(INDIAN, "item")
        assert own.edition is None
        assert own.custom.warnings
    assert answering.asked == ["organization", "custom_field"]
    answering.is_down = False
    answering.now += 60
    assert answering.accounts.ask(INDIAN, "item").edition == "in"


def slow(bench: Workbench) -> None:
    """Let the sandbox think before it answers."""
    assert bench.sandbox is not None
    bench.sandbox.faults.add(Fault("delay", method="GET", seconds=0.7, times=2))


@pytest.mark.parametrize(
    "viewport", [{"width": 1200, "height": 1800}, {"width": 390, "height": 740}], ids=["on a desk", "on a phone"]
)
@pytest.mark.parametrize("action_id", ["create_item", "create_contact"])
def test_nothing_moves_or_is_lost_when_a_slow_account_answers(
    browser: Browser, bench: Workbench, viewport: ViewportSize, action_id: str
) -> None:
    connection = connected(bench)
    slow(bench)
    with at(browser, bench, viewport=viewport) as page:
        page.goto(f"/actions/{action_id}?connection={connection}")
        asking = page.get_by_role("status")
        expect(asking).to_be_visible()
        page.get_by_text("Fields by country").click()
        typed = page.locator("#own input[type=text]").first
        typed.fill("typed")
        typed.evaluate("each => each.setSelectionRange(2, 3)")
        name = str(typed.get_attribute("id"))
        page.evaluate(SHIFTS)
        page.evaluate("window.shifts = 0")
        expect(asking).to_have_count(0)
        expect(page.get_by_text("Fields of other country editions")).to_be_visible()
        expect(field(page, name)).to_be_focused()
        expect(field(page, name)).to_have_value("typed")
        assert field(page, name).evaluate("each => each.selectionEnd") == 3
        page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => setTimeout(seen, 0)))")
        assert page.evaluate("window.shifts") == 0


def test_what_came_in_is_as_alive_as_the_rest(page: Page, bench: Workbench) -> None:
    connection = connected(bench)
    slow(bench)
    page.goto(f"/actions/update_contact?connection={connection}")
    expect(page.get_by_role("status")).to_have_count(0)
    page.locator('input[name="clear:/tax_authority_name"]').check()
    expect(field(page, "/tax_authority_name")).to_be_disabled()
