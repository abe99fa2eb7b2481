"""The page of an action, as a person without scripts uses it: forms, drafts, runs, and what comes back."""

from __future__ import annotations

import html as html_text
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.workbench.browserless import posted_by, value_of
from tests.workbench.conftest import serving, visiting
from tests.workbench.running import centre_of, connected, organization_of
from zoho_books_connector.boundary import OptionsPage
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.forms.accounts import Accounts
from zoho_books_connector.workbench.forms.drafts import Draft
from zoho_books_connector.workbench.settings import Settings


class Person:
    """Somebody at the pages, with one connected account."""

    def __init__(self, bench: Workbench, client: httpx.Client) -> None:
        self.bench = bench
        self.client = client
        self.connection = connected(bench)

    def open(self, action_id: str, **query: str) -> httpx.Response:
        return self.client.get(f"/actions/{action_id}", params={"connection": self.connection, **query})

    def post(self, page: httpx.Response, to: str = "", /, **changes: str | None) -> httpx.Response:
        """Send the form of a page with some fields changed; ``None`` takes one out."""
        form = dict(posted_by(page.text)) | changes
        return self.client.post(page.url.path + to, data={k: v for k, v in form.items() if v is not None})

    def named(self, action_id: str, fields: dict[str, str], to: str = "", **query: str) -> httpx.Response:
        page = self.open(action_id, **query)
        return self.post(page, to, **fields)

    def held(self, module: str) -> list[dict[str, Any]]:
        return centre_of(self.bench).records(organization_of(self.bench), module)


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    with serving(Settings(home=tmp_path_factory.mktemp("home"))) as bench, visiting(bench) as client:
        yield Person(bench, client)


ITEM = {"/name": "Flour", "/rate": "2.50"}


def test_a_form_that_was_run_and_then_changed_is_shown_again_before_it_runs(person: Person) -> None:
    page = person.open("create_item")
    person.post(page, **{"/name": "Oats", "/rate": "1"})
    changed = person.post(page, **{"/name": "Oat bran", "/rate": "2"})
    assert "This form was run already, with something else in it" in changed.text
    assert value_of(changed.text, "/name") == "Oat bran"
    assert "Oat bran" not in [item["name"] for item in person.held("item")]
    person.post(changed)
    assert "Oat bran" in [item["name"] for item in person.held("item")]


def test_a_connection_that_is_gone_is_not_replaced_by_another_one(person: Person) -> None:
    page = person.open("create_item", connection="gone")
    assert "Choose: the one before is gone" in page.text
    assert "It needs a connection." in page.text


def test_the_actions_are_listed_by_category_with_the_connection(person: Person) -> None:
    page = person.client.get("/actions", params={"connection": person.connection}).text
    assert page.index("Contacts</h2>") < page.index("Create Contact<")
    for action_id in person.bench.catalogue.actions:
        assert f'href="/actions/{action_id}?connection={person.connection}"' in page


def test_every_action_has_a_page(person: Person) -> None:
    for action_id, action in person.bench.catalogue.actions.items():
        page = person.open(action_id)
        assert page.status_code == 200
        assert f"<h1>{action['title']}</h1>" in page.text


def test_an_unknown_action_has_none(person: Person) -> None:
    for address in ("/actions/nothing", "/actions/nothing/row", "/actions/create_item/nothing"):
        assert person.client.get(address).status_code == 404


def test_a_form_is_run_once_however_often_it_is_sent(person: Person) -> None:
    page = person.open("create_item")
    first = person.post(page, **{"/name": "Only once", "/rate": "1"})
    second = person.post(page, **{"/name": "Only once", "/rate": "1"})
    assert "Create Item: done." in first.text
    assert first.url == second.url
    assert [item["name"] for item in person.held("item")].count("Only once") == 1


def test_a_page_that_is_reloaded_shows_the_run_and_runs_nothing(person: Person) -> None:
    done = person.named("create_item", {"/name": "Reloaded", "/rate": "1"})
    before = len(person.held("item"))
    again = person.client.get(str(done.url))
    assert "Create Item: done." in again.text
    assert value_of(again.text, "/name") == "Reloaded"
    assert len(person.held("item")) == before


def test_the_form_under_a_result_is_a_new_run(person: Person) -> None:
    done = person.named("create_item", {"/name": "Twice meant", "/rate": "1"})
    person.post(done, **{"/name": "Twice meant 2"})
    assert {"Twice meant", "Twice meant 2"} <= {item["name"] for item in person.held("item")}


def test_nothing_is_sent_that_nobody_chose(person: Person) -> None:
    done = person.named("create_item", ITEM)
    run_id = parse_qs(urlsplit(str(done.url)).query)["run"][0]
    run = person.bench.runs.get(run_id)
    assert run is not None
    assert run.inputs == {"name": "Flour", "rate": "2.50"}


def test_the_result_has_the_output_the_answer_the_calls_and_the_quota(person: Person) -> None:
    page = person.named("create_item", {"/name": "Shown", "/rate": "7.25"}).text
    assert re.search(r"Item ID</th>\s*<td>\d+</td>", page)
    assert "&#34;name&#34;: &#34;Shown&#34;" in page
    assert "POST /books/v3/items" in page
    assert "calls left today" in page


def test_an_error_of_the_schema_stands_at_its_field_and_nothing_is_kept_as_a_run(person: Person) -> None:
    before = len(person.bench.runs.list())
    page = person.named("create_item", {"/name": "Odd", "/rate": "much"})
    assert 'href="#/rate"' in page.text
    assert 'id="/rate:error"' in page.text
    assert value_of(page.text, "/rate") == "much"
    assert value_of(page.text, "/name") == "Odd"
    assert "autofocus" in page.text
    assert len(person.bench.runs.list()) == before


def test_an_error_in_a_row_finds_the_row_after_empty_ones_closed_up(person: Person) -> None:
    page = person.named(
        "create_invoice",
        {
            "/customer_id": "1",
            "/line_items/3/name": "Bolt",
            "/line_items/3/quantity": "1",
            "/line_items/5/quantity": "x",
        },
    )
    assert 'id="/line_items/1/quantity:error"' in page.text
    assert "Line items 2, Quantity" in page.text
    assert value_of(page.text, "/line_items/0/name") == "Bolt"


def test_an_error_of_the_books_stands_at_its_field(person: Person) -> None:
    page = person.named("create_invoice", {"/customer_id": "404", "/line_items/0/item_id": "404"})
    assert "alert-danger" in page.text
    assert 'id="/customer_id:error"' in page.text
    assert 'href="#/customer_id"' in page.text
    assert value_of(page.text, "/line_items/0/item_id") == "404"
    taken = person.named("create_contact", {"/contact_name": "Bowman and Co"})
    assert 'id="/contact_name:error"' in taken.text


def test_an_error_beside_every_field_stands_in_the_summary(person: Person) -> None:
    error = {
        "kind": "rejected",
        "message": "No.",
        "hint": "",
        "fields": [{"pointer": "/nothing/7", "message": "is odd"}],
    }
    draft = person.bench.drafts.save(Draft("create_item", {"name": "x"}, error=error))
    page = person.open("create_item", draft=draft).text
    assert "The inputs: is odd" in " ".join(page.split())


def test_a_missing_required_field_is_told(person: Person) -> None:
    page = person.named("create_item", {"/rate": "1"})
    assert 'id="/name:error"' in page.text


def test_the_sample_holds_records_of_the_account_and_runs(person: Person) -> None:
    page = person.open("create_invoice", sample="1")
    customers = {contact["contact_id"] for contact in person.held("contact")}
    assert value_of(page.text, "/customer_id") in customers
    assert "Create Invoice: done." in person.post(page).text


def test_the_sample_reads_a_record_of_the_account(person: Person) -> None:
    assert "Get Records by Id: done." in person.post(person.open("get_record", sample="1")).text


def test_the_labels_of_pickers_stay_after_a_run(person: Person) -> None:
    page = person.open("create_invoice", sample="1")
    fields = {"label:/customer_id": "Bowman and Co"}
    assert 'data-label="Bowman and Co"' in person.post(page, **fields).text


def test_a_new_credential_is_set_up_with_the_input_kept(person: Person) -> None:
    page = person.open("create_invoice")
    fields = {"/notes": "Keep me", "/line_items/0/name": "Bolt", "to": "credential", "label:/customer_id": "Bowman"}
    answer = person.client.post(
        "/actions/create_invoice/draft",
        data=dict(posted_by(page.text)) | fields | {"/customer_id": "17"},
        follow_redirects=False,
    )
    target = urlsplit(answer.headers["location"])
    assert target.path == "/credentials/new"
    [back] = parse_qs(target.query)["back"]
    assert back.startswith("/actions/create_invoice?draft=")
    again = person.client.get(f"{back}&connection={person.connection}").text
    assert value_of(again, "/notes") == "Keep me"
    assert value_of(again, "/line_items/0/name") == "Bolt"
    assert 'data-label="Bowman"' in again


def test_another_connection_is_used_with_the_input_kept(person: Person) -> None:
    other = connected(person.bench, "Another")
    page = person.open("create_item")
    assert "Use it</button>" in page.text
    again = person.post(page, "/draft", **{"connection": other, "/name": "Kept"})
    assert parse_qs(urlsplit(str(again.url)).query)["connection"] == [other]
    assert value_of(again.text, "/name") == "Kept"
    assert value_of(again.text, "connection") == other
    assert "for another connection" not in again.text, "a name is a name anywhere"


def test_what_was_chosen_from_the_lists_of_one_account_is_to_be_looked_over_with_another_one(person: Person) -> None:
    other = connected(person.bench, "Of other lists")
    chosen = {"/customer_id": "7", "label:/customer_id": "Bowman"}
    again = person.post(person.open("create_invoice"), "/draft", **{"connection": other, **chosen})
    assert "the form was filled in for another connection" in again.text
    assert value_of(again.text, "/customer_id") == "7"


def test_a_form_that_was_filled_in_for_another_connection_is_looked_over_before_it_runs(person: Person) -> None:
    other = connected(person.bench, "Chosen late")
    page = person.post(person.open("create_item"), connection=other, **{"/name": "For whom", "/rate": "1"})
    assert "the form was filled in for another connection" in page.text
    assert value_of(page.text, "/name") == "For whom"
    assert "For whom" not in [item["name"] for item in person.held("item")]
    assert "Create Item: done." in person.post(page).text


def test_a_draft_of_another_action_is_not_shown(person: Person) -> None:
    draft = person.bench.drafts.save(Draft("create_item", {"name": "secret plan"}))
    assert "secret plan" not in person.open("create_invoice", draft=draft).text
    assert "secret plan" in person.open("create_item", draft=draft).text
    assert person.open("create_item", draft="unknown").status_code == 200


def test_rows_are_added_and_removed_without_scripts(person: Person) -> None:
    page = person.open("create_invoice", sample="1")
    added = person.post(page, "/draft", add="/line_items")
    assert value_of(added.text, "/line_items/2/name") == ""
    assert value_of(added.text, "/line_items/1/description") == "Yearly service"
    removed = person.post(added, "/draft", remove="/line_items/0")
    assert value_of(removed.text, "/line_items/0/description") == "Yearly service"
    assert value_of(removed.text, "/line_items/1/name") is None


def test_an_entry_is_added_to_a_list_of_ids_without_scripts(person: Person) -> None:
    page = person.post(person.open("create_invoice"), "/draft", add="/contact_persons")
    assert value_of(page.text, "/contact_persons/0") == ""


def test_all_fields_of_a_row_are_shown_without_scripts(person: Person) -> None:
    page = person.post(person.open("create_invoice"), "/draft", open="/line_items/0")
    assert value_of(page.text, "/line_items/0/project_id") == ""


def test_a_row_and_the_rest_of_one_come_as_parts(person: Person) -> None:
    row = person.client.get("/actions/create_invoice/row", params={"add": "/line_items", "index": "7"})
    assert value_of(row.text, "/line_items/7/name") == ""
    rest = person.client.get("/actions/create_invoice/more", params={"row": "/line_items/7"})
    assert value_of(rest.text, "/line_items/7/project_id") == ""


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"add": "/line_items"},
        {"add": "/line_items", "index": "-1"},
        {"add": "/line_items", "index": "5000"},
        {"add": "/line_items", "index": "1" * 5000},
        {"add": "/line_items", "index": "٣"},
        {"add": "/notes", "index": "0"},
        {"add": "/line_items/" + "9" * 5000 + "/x", "index": "0"},
    ],
)
def test_a_row_that_cannot_be_is_not_found(person: Person, query: dict[str, str]) -> None:
    assert person.client.get("/actions/create_invoice/row", params=query).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"/nothing": "1"},
        {"/line_items/1000000/name": "x"},
        {"/line_items/0" + "/tags/0" * 8: "x"},
        {"/customer_id/0": "x"},
        {"run": ""},
        {"run": "../../etc"},
        {"run": "x" * 65},
        {"run": None},
    ],
)
@pytest.mark.parametrize("to", ["", "/draft"])
def test_a_tampered_form_is_a_clear_page(person: Person, to: str, fields: dict[str, str | None]) -> None:
    answer = person.post(person.open("create_invoice"), to, **fields)
    if to and "run" in fields:
        assert answer.status_code == 200  # a draft has no run
    else:
        assert answer.status_code == 422
        assert "not sent as it was drawn" in answer.text


@pytest.mark.parametrize("name", ["open", "remove", "add"])
@pytest.mark.parametrize("value", ["/nothing/0", "x", "/line_items/99999999/x", "/", "/notes", "/line_items/0/name"])
def test_a_tampered_button_is_a_clear_page(person: Person, name: str, value: str) -> None:
    assert person.post(person.open("create_invoice"), "/draft", **{name: value}).status_code in (200, 422)


def test_a_name_twice_is_a_clear_page(person: Person) -> None:
    pairs = [*posted_by(person.open("create_item").text), ("/name", "a")]
    body = urlencode(pairs)
    answer = person.client.post(
        "/actions/create_item", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 422


def test_a_stale_page_runs_nothing(person: Person) -> None:
    before = len(person.held("item"))
    assert person.named("create_item", {**ITEM, "csrf": "0" * 64}).status_code == 403
    assert len(person.held("item")) == before


def test_a_connection_that_is_gone_is_told(person: Person) -> None:
    answer = person.named("create_item", {**ITEM, "connection": "gone"})
    assert "There is no such connection any more" in answer.text
    assert "Choose: the one before is gone" in answer.text
    assert value_of(answer.text, "/name") == ITEM["/name"]


def texts_of(page: str) -> tuple[str, str]:
    found = {
        name: html_text.unescape(re.search(rf'<code id="{name}">(.*?)</code>', page, re.DOTALL)[1])  # type: ignore[index]
        for name in ("command", "python")
    }
    return found["command"], found["python"]


NASTY = "It's $HOME, `a` \"quoted\"\nJSON\n'''"


@pytest.mark.skipif(sys.platform == "win32", reason="the line is for a POSIX shell")
def test_the_line_for_the_command_line_does_the_same(person: Person, tmp_path: Path) -> None:
    page = person.named("create_item", {"/name": "By line", "/rate": "3", "/description": NASTY}).text
    command, _ = texts_of(page)
    command = command.replace("By line", "By line 2")
    ours = tmp_path / "zoho-books"
    ours.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m zoho_books_connector "$@"\n')
    ours.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(["sh", "-c", command], env=os.environ | {"PATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["description"] == NASTY


def test_the_program_does_the_same(person: Person) -> None:
    page = person.named("create_item", {"/name": "By program", "/rate": "3", "/description": NASTY}).text
    _, program = texts_of(page)
    other = texts_of(person.named("create_item", {"/name": "By another", "/rate": "3"}).text)[1]
    for each, name in ((program, "By program"), (other, "By another")):
        done = subprocess.run([sys.executable, "-c", each.replace(name, f"{name} 2")], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert f"{name} 2" in done.stdout


def test_nothing_secret_stands_in_a_page(person: Person) -> None:
    page = person.named("create_item", {"/name": "Plain", "/rate": "1"}).text
    credential = person.bench.store.credential(person.connection)
    assert credential["client_secret"] not in page
    loaded = person.bench.store.tokens(person.connection).load()
    assert loaded is not None
    assert loaded[0].refresh_token not in page


def test_a_record_is_shown_by_the_titles_of_its_module(person: Person) -> None:
    item_id = person.held("item")[0]["item_id"]
    page = person.named("get_record", {"/module": "item", "/record_id": item_id}).text
    assert "Product type</th>" in page


def test_a_result_can_be_asked_for_alone(person: Person) -> None:
    done = person.named("create_item", {"/name": "Alone", "/rate": "1"})
    run_id = parse_qs(urlsplit(str(done.url)).query)["run"][0]
    part = person.client.get(f"/actions/create_item/result/{run_id}")
    assert "<html" not in part.text
    assert "Create Item: done." in part.text
    assert person.client.get(f"/actions/create_invoice/result/{run_id}").status_code == 404
    assert person.client.get("/actions/create_item/result/unknown").status_code == 404


def choices(person: Person, source: str, **query: str) -> str:
    return person.client.get(f"/pickers/{source}", params={"connection": person.connection, **query}).text


def test_a_picker_offers_what_the_account_has(person: Person) -> None:
    page = choices(person, "customer", search="bow")
    assert 'data-label="Bowman and Co"' in page
    assert "will@bowman.example" in page


def test_a_picker_depends_on_the_customer(person: Person) -> None:
    assert "which is not chosen yet" in choices(person, "address")
    [customer] = re.findall(r'data-value="(\d+)" data-label="Bowman and Co"', choices(person, "customer"))
    assert 'role="option"' in choices(person, "address", customer_id=customer)


def test_an_item_brings_what_fills_its_row(person: Person) -> None:
    found = re.search(r'data-label="Hard Drive 2 TB" data-fills="([^"]+)"', choices(person, "item"))
    assert found is not None
    fills = json.loads(html_text.unescape(found[1]))
    assert set(fills) == {"name", "rate", "tax_id", "unit"}
    assert fills["name"]["value"] == "Hard Drive 2 TB"


def test_a_picker_of_many_pages_says_there_is_more(person: Person) -> None:
    for number in range(201):
        centre_of(person.bench).seed(organization_of(person.bench), "item", {"name": f"Bolt {number:03}", "rate": 1})
    # Another person, for whom nothing is remembered yet.
    asked = {"search": "Bolt", "connection": connected(person.bench, "Second")}
    [cursor] = re.findall(r'data-cursor="([^"]+)"', choices(person, "item", **asked))
    assert "data-value" in choices(person, "item", **asked, cursor=cursor)
    assert "does not belong" in choices(person, "item", **{**asked, "search": "Nut"}, cursor=cursor)


@pytest.mark.parametrize("source", ["nothing", "customer%2F..", "x" * 500])
def test_an_unknown_picker_is_not_found(person: Person, source: str) -> None:
    assert person.client.get(f"/pickers/{source}").status_code == 404


def test_a_picker_without_a_connection_says_that_the_id_can_be_typed(person: Person) -> None:
    page = person.client.get("/pickers/customer", params={"connection": "gone"})
    assert page.status_code == 200
    assert "You can type the id." in page.text


def test_a_picker_that_fails_says_why(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any, **__: Any) -> OptionsPage:
        raise ConnectorError("odd", "Nobody <answers>.", "")

    monkeypatch.setattr(Accounts, "choices", failing)
    page = choices(person, "customer")
    assert "Nobody &lt;answers&gt;." in page
    assert "You can type the id." in page


def test_pickers_are_counted_as_a_persons_calls(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    whole = person.bench.host.run

    def watched(**changes: Any) -> Any:
        seen.append(changes.get("interactive", False))
        return whole(**changes)

    monkeypatch.setattr(person.bench.host, "run", watched)
    choices(person, "currency")
    assert seen == [True]


def test_a_long_invoice_is_not_much_more(person: Person) -> None:
    lines = [{"name": f"Line {number}", "quantity": str(number), "rate": "1.5"} for number in range(200)]
    draft = person.bench.drafts.save(Draft("create_invoice", {"customer_id": "1", "line_items": lines}))
    query = {"connection": person.connection, "draft": draft}
    with person.client.stream("GET", "/actions/create_invoice", params=query) as answer:
        assert len(b"".join(answer.iter_raw())) < 150_000


def test_the_first_page_is_small(person: Person) -> None:
    page = person.client.get("/actions/create_invoice", params={"connection": person.connection})
    addresses = {str(page.url), *re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)}
    total = 0
    for address in addresses:
        with person.client.stream("GET", address) as answer:
            total += len(b"".join(answer.iter_raw()))
    assert total < 300_000


def test_a_browser_may_keep_a_form_for_whoever_goes_back_to_it(person: Person) -> None:
    assert person.open("create_item").headers["cache-control"] == "private, no-cache"
    assert person.client.get("/actions").headers["cache-control"] == "no-store"
