"""A subscription is checked whole before it exists, and what makes it safe nobody could guess."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.trigger.subscribing.desk import EVENTS, URL, Desk, trigger
from zoho_books_connector.errors import CredentialError, InputError
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.trigger.modules import find_module
from zoho_books_connector.trigger.subscribing.entities import ENTITIES
from zoho_books_connector.trigger.subscribing.preparing import EVENTS as KNOWN


def pointers(callback_url: str = URL, events: Any = EVENTS, **others: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        trigger().prepare(callback_url, events, **others)
    assert caught.value.code == "subscription_invalid"
    return [fault.pointer for fault in caught.value.fields]


def test_every_subscription_has_a_name_a_secret_and_a_token_of_its_own() -> None:
    one, two = (trigger().prepare(URL, EVENTS) for _ in range(2))
    assert one.name != two.name
    assert one.secret != two.secret
    assert one.header_token != two.header_token
    assert one.name.startswith("Connector ")
    assert one.secret.isalnum()
    assert 12 <= len(one.secret) <= 50
    assert one.secret not in repr(one)
    assert one.header_token not in repr(one)


def test_an_event_that_is_named_twice_is_wanted_once() -> None:
    assert trigger().prepare(URL, [*EVENTS, *EVENTS]).events == EVENTS


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com:8443/a/b?c=d",
        "https://example.com/hook?",
        "http://127.0.0.1:8080/hook",
        "http://localhost/hook",
        "http://[::1]:9/hook",
    ],
)
def test_addresses_that_are_taken(url: str) -> None:
    assert trigger().prepare(url, EVENTS).callback_url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/hook",
        "http://example.com/hook",
        "ftp://example.com/hook",
        "https:///hook",
        "https://example.com:port/hook",
        "https://user:word@example.com/hook",
        "https://example.com/hook#part",
        "https://example.com/ho ok",
        "https://exämple.com/hook",
        "https://example.com/hook?event=mine",
        "https://example.com/hook?organization_id=",
        "https://[::1/hook",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    assert set(pointers(url)) == {"/callback_url"}


def test_an_address_may_be_as_long_as_zoho_takes_with_what_is_added() -> None:
    added = len("?event=invoice_created&organization_id=") + 20
    longest = "https://example.com/" + "x" * (5000 - added - len("https://example.com/"))
    assert trigger().prepare(longest, ["invoice.created"]).callback_url == longest
    assert pointers(longest + "x", ["invoice.created"]) == ["/callback_url"]


@pytest.mark.parametrize(
    "event", ["invoice", "invoice.sent", "contact_person.created", "record.created", "nothing.created", ""]
)
def test_events_that_no_rule_can_start_on_are_refused(event: str) -> None:
    assert pointers(events=[*EVENTS, event]) == ["/events/2"]


def test_the_nearest_event_is_suggested() -> None:
    with pytest.raises(InputError) as caught:
        trigger().prepare(URL, ["invoice.creatd"])
    assert caught.value.fields[0].suggestion == "invoice.created"


def test_no_event_at_all_is_refused() -> None:
    assert pointers(events=[]) == ["/events"]


def test_the_label_leaves_room_for_tag_and_event() -> None:
    fits = "L" * (50 - len(" abcdef invoice.created"))
    assert len(f"{trigger().prepare(URL, ['invoice.created'], label=fits).name} invoice.created") == 50
    assert pointers(events=["invoice.created"], label=fits + "L") == ["/label"]


@pytest.mark.parametrize("label", ["", " ", "two  blanks", "a/b", "line\nbreak", " before"])
def test_labels_of_anything_but_words_are_refused(label: str) -> None:
    assert pointers(label=label) == ["/label"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": "Connector"}, "/name"),
        ({"secret": "short"}, "/secret"),
        ({"secret": "with-symbols-in-it"}, "/secret"),
        ({"header_token": "two\r\nlines-in-it"}, "/header_token"),
        ({"events": ()}, "/events"),
        ({"callback_url": "http://example.com"}, "/callback_url"),
    ],
)
def test_a_stored_subscription_is_checked_again_before_anything_is_sent(
    desk: Desk, change: dict[str, Any], pointer: str
) -> None:
    wrong = replace(desk.prepare(), **change)
    for call in (desk.subscribe, desk.check):
        with pytest.raises(InputError) as caught:
            call(wrong)
        assert [fault.pointer for fault in caught.value.fields] == [pointer]
    assert desk.wire.sent == []


def test_unsubscribing_needs_nothing_but_the_name(desk: Desk) -> None:
    wanted = desk.prepare()
    desk.subscribe(wanted)
    desk.unsubscribe(replace(wanted, secret="", header_token="", callback_url="", events=()))
    assert (desk.webhooks(), desk.rules()) == ({}, {})
    with pytest.raises(InputError):
        desk.unsubscribe(replace(wanted, name="Connector"))


def test_every_module_that_rules_cover_can_be_subscribed_to() -> None:
    modules = load_manifest()["triggers"]["webhook"]["modules"]
    covered = {key for key, row in modules.items() if row.get("rules", True)}
    assert set(ENTITIES) == covered
    types = load_manifest()["triggers"]["webhook"]["events"]["types"]
    assert {name for name, told in types.items() if "rule" in told} == set(KNOWN)
    assert all((found := find_module(module)) and found.key == module for module in ENTITIES)
    assert len(set(KNOWN)) == 3 * len(ENTITIES)


# --- by hand --------------------------------------------------------------------------------------------------------


def test_the_manual_steps_are_those_of_the_manifest_with_everything_to_paste(desk: Desk) -> None:
    wanted = desk.prepare("invoice.updated")
    [event] = desk.trigger.manual_setup(wanted, credential=desk.host.credential)
    steps = load_manifest()["triggers"]["webhook"]["setup"]
    assert [(step.id, step.title, step.text) for step in event.steps] == [
        (step["id"], step["title"], step["text"]) for step in steps
    ]
    pasted = {step.id: [(value.label, value.value) for value in step.values] for step in event.steps if step.values}
    name = f"{wanted.name} invoice.updated"
    assert pasted == {
        "webhook_name": [("Name of the webhook", name)],
        "module": [("Module", "Invoice")],
        "url": [("URL", f"{URL}&event=invoice_updated&organization_id={desk.organization_id}")],
        "header_token": [("Name of the header", "X-Connector-Token"), ("Value of the header", wanted.header_token)],
        "secret": [("Secret", wanted.secret)],
        "rule_name": [("Name of the workflow rule", name)],
        "rule_trigger": [("What starts the rule", "Edited")],
        "rule_action": [("Name of the webhook", name)],
    }
    secret = {value.value for step in event.steps for value in step.values if value.is_secret}
    assert secret == {wanted.secret, wanted.header_token}
    assert desk.wire.sent == []


def test_what_a_person_made_by_the_steps_is_found_by_the_check(desk: Desk) -> None:
    wanted = desk.prepare("invoice.created")
    [event] = desk.trigger.manual_setup(wanted, credential=desk.host.credential)
    typed = {step.id: [value.value for value in step.values] for step in event.steps}
    name, token = typed["header_token"]
    webhook = desk.add_webhook(
        webhook_name=typed["webhook_name"][0],
        url=typed["url"][0],
        secret=typed["secret"][0],
        headers=[{"param_name": name, "param_value": token}],
    )
    desk.add_rule(webhook, workflow_name=typed["rule_name"][0], rule_type="add")
    check = desk.check(wanted)
    assert check.drifts == ()
    assert set(check.unseen) == {"secret", "is_new_response_format"}


def test_steps_need_an_organization(desk: Desk) -> None:
    credential = {**desk.host.credential, "organization_id": ""}
    with pytest.raises(CredentialError) as caught:
        desk.trigger.manual_setup(desk.prepare(), credential=credential)
    assert caught.value.reason == "wrong_organization"
