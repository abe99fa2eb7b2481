"""The trigger page: subscriptions set up, looked at, mended, and taken away, without a secret in any page."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.workbench.conftest import serving, visiting
from tests.workbench.running import connected
from tests.workbench.triggering import EVENTS, Person, automation, deliver, subscription, types, until
from zoho_books_connector.errors import RateLimitedError
from zoho_books_connector.sandbox import Limits, Sandbox
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.settings import Settings
from zoho_books_connector.workbench.web.rendering import moment


@pytest.fixture
def connection(bench: Workbench) -> str:
    return connected(bench)


@pytest.fixture
def person(client: httpx.Client, connection: str, bench: Workbench) -> Iterator[Person]:
    """A person; afterwards no page may have held a secret that nobody asked for."""
    somebody = Person(client, connection)
    yield somebody
    for each in bench.subscriptions.of(connection):
        wanted = each.subscription
        planted = [wanted.secret, wanted.header_token]
        planted += [part for old in each.former for part in (old.secret, old.header_token)]
        for answer in somebody.answers:
            asked = answer.request.url.path == "/trigger/secret" and answer.request.method == "POST"
            assert asked or not [part for part in planted if part in answer.text + str(answer.headers)]


def test_without_a_connection_the_page_says_what_to_do(client: httpx.Client) -> None:
    for path in ("/trigger", "/trigger/deliveries", "/trigger/catch-up"):
        assert "Add credential" in client.get(path).text


def test_a_connection_that_nobody_knows_is_not_found(client: httpx.Client, connection: str) -> None:
    assert client.get("/trigger", params={"connection": connection}).status_code == 200
    assert client.get("/trigger", params={"connection": "unknown"}).status_code == 404


def test_the_form_offers_every_event_that_a_rule_can_start_on(person: Person, bench: Workbench) -> None:
    page = person.get("/trigger")
    types = bench.host.manifest()["triggers"]["webhook"]["events"]["types"]
    offered = re.findall(r'name="events" value="([\w.]+)"', page)
    assert sorted(offered) == sorted(name for name, event in types.items() if "rule" in event)


def test_a_dry_run_shows_what_would_be_made_and_makes_nothing(
    person: Person, bench: Workbench, connection: str
) -> None:
    page = person.subscribe(do="dry")
    assert "Nothing was stored and nothing was changed" in page
    assert page.count("<td>created</td>") == 4
    assert bench.subscriptions.of(connection) == []
    assert not automation(bench).webhooks


def test_what_is_made_bears_the_names_that_the_dry_run_showed(
    person: Person, bench: Workbench, connection: str
) -> None:
    shown = set(re.findall(r"Connector \w{6} contact\.\w+", person.subscribe(do="dry")))
    person.subscribe()
    assert {each["workflow_name"] for each in automation(bench).rules.values()} == shown


def test_subscribing_makes_webhooks_and_rules_that_send_to_the_connections_own_address(
    person: Person, bench: Workbench, connection: str
) -> None:
    assert "Subscribed" in person.subscribe()
    stored = subscription(bench, connection)
    assert stored.subscription.events == tuple(EVENTS)
    assert stored.subscription.callback_url == f"{bench.settings.url}/hooks/{connection}"
    assert len(automation(bench).webhooks) == len(automation(bench).rules) == 2


def test_the_command_line_sees_the_same_subscription(person: Person, bench: Workbench, connection: str) -> None:
    person.subscribe()
    assert bench.home.subscriptions().list(connection) == [subscription(bench, connection)]


def test_an_address_without_the_connections_path_gets_it(person: Person, bench: Workbench, connection: str) -> None:
    person.subscribe(do="hand", url="https://tunnel.example/")
    assert subscription(bench, connection).subscription.callback_url == f"https://tunnel.example/hooks/{connection}"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("url", "http://public.example", "must begin with https://"),
        ("url", "https://[", "no address that can be read"),
        ("events", [], "names no event"),
        ("events", ["contact.sneezed"], "no event that a workflow rule can start on"),
        ("label", "semi;colon", "must be words"),
    ],
)
def test_a_wish_that_cannot_be_is_shown_beside_its_field_and_the_rest_stays(
    person: Person, bench: Workbench, connection: str, field: str, value: object, said: str
) -> None:
    wish = {"label": "Shop floor", "events": EVENTS, "url": "https://tunnel.example", field: value}
    page = person.post("/trigger/subscribe", status=422, do="now", **wish)
    assert said in page
    assert "is-invalid" in page or "events-faults" in page
    assert field == "label" or 'value="Shop floor"' in page
    assert bench.subscriptions.of(connection) == []


def test_a_real_account_is_not_given_an_address_that_it_cannot_reach(
    bench: Workbench, client: httpx.Client, connection: str
) -> None:
    real = bench.store.create({**bench.store.credential(connection), "region": "in"}, label="Real")
    page = Person(client, real).subscribe(status=422)
    assert "Zoho cannot reach this machine" in page
    assert bench.subscriptions.of(real) == []


def test_a_rule_that_was_switched_off_shows_as_drift_and_is_repaired(
    person: Person, bench: Workbench, connection: str
) -> None:
    person.subscribe()
    assert "Nothing drifted" in person.post("/trigger/check", label="Connector")
    rules = automation(bench).rules
    switched_off = next(iter(rules))
    rules[switched_off] |= {"is_active": False}
    page = person.post("/trigger/check", label="Connector")
    assert "1 difference" in page
    assert "switched off" in page
    person.post("/trigger/repair", label="Connector")
    assert rules[switched_off]["is_active"] is True
    assert "Nothing drifted" in person.post("/trigger/check", label="Connector")


def test_a_limit_that_is_used_up_says_until_when(
    person: Person, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(*_: object) -> object:
        raise RateLimitedError("budget_minute", "Used up.", "Come back later.", retry_after=3600.0)

    monkeypatch.setattr(bench.subscriptions, "check", limited)
    before = time.time()
    page = person.post("/trigger/check", status=429, label="Connector")
    found = re.search(r"Come back later\. It is over at (\S+ \S+) UTC", page)
    assert found is not None
    assert moment(before + 3600) <= found[1] <= moment(time.time() + 3600)


def test_a_replaced_secret_and_the_former_one_are_both_valid_until_somebody_says_otherwise(
    person: Person, bench: Workbench, connection: str
) -> None:
    person.subscribe()
    old = subscription(bench, connection).subscription
    person.post("/trigger/rotate", label="Connector", seen="0")
    new = subscription(bench, connection).subscription
    assert (new.name, new.secret != old.secret, new.header_token != old.header_token) == (old.name, True, True)
    former = {"secret": old.secret, "token": old.header_token}
    assert deliver(bench, connection) == 200
    assert deliver(bench, connection, {"contact_id": "2"}, **former) == 200
    person.post("/trigger/former", label="Connector")
    assert deliver(bench, connection, {"contact_id": "3"}, **former) == 401
    assert deliver(bench, connection, {"contact_id": "3"}) == 200


def test_an_old_page_does_not_replace_the_secret_once_more(person: Person, bench: Workbench, connection: str) -> None:
    person.subscribe()
    person.post("/trigger/rotate", label="Connector", seen="0")
    before = subscription(bench, connection)
    assert "nothing was replaced" in person.post("/trigger/rotate", label="Connector", seen="0", status=422)
    assert subscription(bench, connection) == before


def test_unsubscribing_asks_first_and_removes_exactly_what_was_made(
    person: Person, bench: Workbench, connection: str
) -> None:
    person.subscribe()
    automation(bench).webhooks["1"] = {**next(iter(automation(bench).webhooks.values())), "webhook_id": "1"} | {
        "webhook_name": "Somebody else's"
    }
    assert "Unsubscribe Connector?" in person.get("/trigger/unsubscribe", label="Connector")
    assert len(automation(bench).rules) == 2
    person.post("/trigger/unsubscribe", label="Connector", do="remove")
    assert [each["webhook_name"] for each in automation(bench).webhooks.values()] == ["Somebody else's"]
    assert automation(bench).rules == {}
    assert bench.subscriptions.of(connection) == []
    assert "Subscribe to events" in person.get("/trigger")


def test_the_form_shows_the_subscription_that_it_would_change(person: Person) -> None:
    person.subscribe(label="Shop floor")
    page = person.get("/trigger")
    assert 'value="Shop floor"' in page
    assert page.count(" checked>") == 2
    assert page.count(" checked>", 0, page.index("Other modules")) == 2


# --- secrets --------------------------------------------------------------------------------------------------------


def test_the_steps_by_hand_hold_everything_to_paste_but_secrets(
    person: Person, bench: Workbench, connection: str
) -> None:
    page = person.subscribe(do="hand")
    stored = subscription(bench, connection)
    assert stored.by_hand
    assert not automation(bench).webhooks
    assert stored.subscription.name in page
    assert f"/hooks/{connection}?event=contact_created" in page
    assert page.count("••••••••••••") == 4


@pytest.mark.parametrize("name", ["secret", "header_token"])
def test_a_secret_is_handed_out_to_a_form_of_this_session_alone(
    person: Person, bench: Workbench, client: httpx.Client, connection: str, name: str
) -> None:
    person.subscribe(do="hand")
    value = getattr(subscription(bench, connection).subscription, name)
    wanted: dict[str, Any] = {"label": "Connector", "name": name, "place": "1-6", "title": "Secret"}
    assert value in person.post("/trigger/secret", **wanted)
    assert person.answers[-1].headers["cache-control"] == "no-store"
    form = {"connection": connection, **wanted}
    assert value not in client.get("/trigger/secret", params=form).text
    stranger = client.post("/trigger/secret", data={**form, "csrf": "0" * 64})
    assert (stranger.status_code, value in stranger.text) == (403, False)


def test_what_is_no_secret_is_not_handed_out(person: Person) -> None:
    person.subscribe(do="hand")
    person.post("/trigger/secret", status=404, label="Connector", name="callback_url", place="1-6", title="")


def test_a_plan_without_rules_leads_to_the_steps_by_hand_and_their_deliveries_are_taken(tmp_path: Path) -> None:
    sandbox = Sandbox(("us", "in"), limits=Limits(plan="standard"))
    with serving(Settings(home=tmp_path), sandbox) as bench, visiting(bench) as client:
        connection = connected(bench)
        page = Person(client, connection).subscribe()
        assert "plan_without_rules" in page
        assert "Set the rest up by hand" in page
        assert subscription(bench, connection).subscription.secret not in page
        assert deliver(bench, connection) == 200
        until(lambda: types(bench, connection) == ["contact.created"])
