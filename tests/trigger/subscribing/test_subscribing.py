"""What subscribing makes at Zoho, for every position of the switches that matter to it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from tests.doubles import texts_of
from tests.trigger.subscribing.desk import EVENTS, RULES, WEBHOOKS, Desk, MakeDesk, actions, codes, drifts, refusal
from zoho_books_connector.errors import ConnectorError, OutcomeUnknownError, RateLimitedError
from zoho_books_connector.sandbox.switches import POSITIONS

MATTERING = (
    "blanks",
    "rule_entity",
    "rule_names",
    "rule_status_path",
    "webhook_check",
    "webhook_in_use",
    "webhook_key_answer",
    "webhook_url_answer",
    "missing_record_status",
    "numeric_ids",
)
POSITIONED = [(name, position) for name in MATTERING for position in POSITIONS[name]]
CREATED = [(event, kind, "created") for event in EVENTS for kind in ("webhook", "rule")]


def test_a_webhook_and_a_rule_are_made_for_each_event(desk: Desk) -> None:
    wanted = desk.prepare()
    done = desk.subscribe(wanted)
    assert (actions(done), done.problems, done.manual) == (CREATED, (), ())
    desk.stands(wanted)
    name = f"{wanted.name} invoice.created"
    webhook = desk.webhook(name)
    organization = desk.organization_id
    assert webhook["url"] == f"{wanted.callback_url}&event=invoice_created&organization_id={organization}"
    assert webhook["secret"] == wanted.secret
    assert webhook["headers"] == [{"param_name": "X-Connector-Token", "param_value": wanted.header_token}]
    assert (webhook["method"], webhook["entity"], webhook["is_new_response_format"]) == ("POST", "invoice", True)
    rule = desk.rule(name)
    assert (rule["rule_type"], rule["entity"], rule["rule"], rule["apply_rule_always"]) == ("add", "invoice", {}, True)


@pytest.mark.parametrize(("verb", "rule_type"), [("created", "add"), ("updated", "edit"), ("deleted", "delete")])
def test_the_verb_chooses_what_starts_the_rule(desk: Desk, verb: str, rule_type: str) -> None:
    wanted = desk.prepare(f"customer_payment.{verb}")
    desk.subscribe(wanted)
    assert desk.rule(f"{wanted.name} customer_payment.{verb}")["rule_type"] == rule_type


@pytest.mark.parametrize(("switch", "position"), POSITIONED)
def test_whatever_zoho_turns_out_to_do_a_subscription_lives_its_whole_life(
    make_desk: MakeDesk, switch: str, position: Any
) -> None:
    desk = make_desk(**{switch: position})
    mine = desk.add_webhook(entity="")
    wanted = desk.prepare()
    assert actions(desk.subscribe(wanted)) == CREATED
    desk.stands(wanted)
    assert desk.check(wanted).drifts == ()
    assert {change.action for change in desk.subscribe(wanted).changes if change.kind == "rule"} == {"kept"}
    rule_id = desk.rule(f"{wanted.name} invoice.created")["workflow_id"]
    desk.automation.rules[rule_id]["is_active"] = False
    assert drifts(desk.check(wanted)) == [("invoice.created", "rule", "switched_off", ())]
    assert ("invoice.created", "rule", "switched_on") in actions(desk.subscribe(wanted))
    desk.stands(wanted)
    assert len(desk.unsubscribe(wanted).changes) == 4
    assert list(desk.webhooks()) == [mine]
    assert desk.rules() == {}
    again = desk.unsubscribe(wanted)
    assert (again.changes, again.problems) == ((), ())


def test_the_plural_is_tried_once_and_then_remembered(make_desk: MakeDesk) -> None:
    desk = make_desk(rule_entity="plural")
    desk.subscribe(desk.prepare("invoice.created", "item.updated", "bill.deleted"))
    assert desk.wire.sent.count(f"POST {WEBHOOKS}") == 4
    assert {row["entity"] for row in desk.webhooks().values()} == {"invoices", "items", "bills"}


def test_the_form_that_other_rules_show_is_not_guessed(make_desk: MakeDesk) -> None:
    desk = make_desk(rule_entity="plural")
    desk.add_webhook(entity="contacts")
    desk.subscribe(desk.prepare("invoice.created"))
    assert desk.wire.sent.count(f"POST {WEBHOOKS}") == 1


def test_the_word_that_switches_a_rule_on_is_remembered(make_desk: MakeDesk) -> None:
    desk = make_desk(rule_status_path="activate")
    wanted = desk.prepare()
    desk.subscribe(wanted)
    for rule in desk.automation.rules.values():
        rule["is_active"] = False
    desk.subscribe(wanted)
    words = [line.rpartition("/")[2] for line in desk.wire.sent if line.endswith(("/active", "/activate"))]
    assert words == ["active", "activate", "activate"]


def test_a_second_call_changes_nothing_where_zoho_shows_everything(make_desk: MakeDesk) -> None:
    desk = make_desk(webhook_key_answer="present")
    wanted = desk.prepare()
    desk.subscribe(wanted)
    before = (desk.webhooks(), desk.rules())
    again = desk.subscribe(wanted)
    assert {change.action for change in again.changes} == {"kept"}
    assert (desk.webhooks(), desk.rules()) == before
    assert not [line for line in desk.wire.sent if line.startswith("PUT")]


def test_a_secret_that_zoho_hides_is_written_again_for_it_could_be_another(desk: Desk) -> None:
    wanted = desk.prepare("invoice.created")
    desk.subscribe(wanted)
    desk.automation.webhooks[desk.webhook(f"{wanted.name} invoice.created")["webhook_id"]]["secret"] = "y" * 20
    done = desk.subscribe(wanted)
    assert [(c.kind, c.action, c.fields) for c in done.changes] == [
        ("webhook", "changed", ("secret",)),
        ("rule", "kept", ()),
    ]
    assert desk.webhook(f"{wanted.name} invoice.created")["secret"] == wanted.secret


@pytest.mark.parametrize("shown", ["absent", "present"])
def test_a_new_secret_replaces_the_old_one(make_desk: MakeDesk, shown: str) -> None:
    desk = make_desk(webhook_key_answer=shown)
    wanted = desk.prepare("invoice.created")
    desk.subscribe(wanted)
    renewed = replace(wanted, secret="n" * 40)
    desk.subscribe(renewed)
    desk.stands(renewed)
    assert desk.webhook(f"{wanted.name} invoice.created")["secret"] == "n" * 40


CHANGED_WEBHOOK = [
    {"url": "https://elsewhere.example.com/"},
    {"method": "PUT"},
    {"entity": "bill"},
    {"headers": []},
    {"headers": [{"param_name": "X-Connector-Token", "param_value": "another-token"}]},
    {"raw_data": "{}"},
    {"form_data": [{"param_name": "a", "param_value": "b"}]},
    {"user_defined_format_name": "JSONString"},
    {"query_parameters": [{"param_name": "event", "param_value": "bill_created"}]},
    {"is_new_response_format": False},
    {"body_type": "application/x-www-form-urlencoded"},
]
CHANGED_RULE = [
    {"rule_type": "add_edit"},
    {"entity": "bill"},
    {"rule": {"criteria": [{"field": "total", "value": "100"}]}},
    {"field_update": ["status"]},
    {"instant_actions": []},
    {"apply_rule_always": False},
    {"sub_rules": [{"index": 1, "rule": {"criteria": ["x"]}, "instant_actions": []}]},
]


@pytest.mark.parametrize("change", CHANGED_WEBHOOK, ids=lambda change: "-".join(change))
def test_a_changed_webhook_is_noticed_and_mended(make_desk: MakeDesk, change: dict[str, Any]) -> None:
    desk = make_desk(webhook_key_answer="present")
    wanted = desk.prepare("invoice.updated")
    desk.subscribe(wanted)
    name = f"{wanted.name} invoice.updated"
    right = desk.webhook(name)
    desk.automation.webhooks[right["webhook_id"]] |= change
    assert drifts(desk.check(wanted)) == [("invoice.updated", "webhook", "changed", tuple(change))]
    assert ("invoice.updated", "webhook", "changed") in actions(desk.subscribe(wanted))
    assert desk.check(wanted).drifts == ()
    assert {field: desk.webhook(name)[field] for field in right} == right


@pytest.mark.parametrize("change", CHANGED_RULE, ids=lambda change: "-".join(change))
def test_a_changed_rule_is_noticed_and_mended(desk: Desk, change: dict[str, Any]) -> None:
    wanted = desk.prepare("invoice.updated")
    desk.subscribe(wanted)
    name = f"{wanted.name} invoice.updated"
    right = desk.rule(name)
    desk.automation.rules[right["workflow_id"]] |= change
    assert drifts(desk.check(wanted)) == [("invoice.updated", "rule", "changed", tuple(change))]
    assert ("invoice.updated", "rule", "changed") in actions(desk.subscribe(wanted))
    assert desk.check(wanted).drifts == ()
    desk.stands(wanted)


def test_a_webhook_that_was_made_to_wait_is_called_at_once_again(desk: Desk) -> None:
    wanted = desk.prepare("invoice.updated")
    desk.subscribe(wanted)
    rule = desk.rule(f"{wanted.name} invoice.updated")
    waiting = {"instant_actions": [], "time_based_actions": rule["instant_actions"]}
    desk.automation.rules[rule["workflow_id"]] |= waiting
    assert drifts(desk.check(wanted))[0][3] == ("instant_actions", "time_based_actions")
    desk.subscribe(wanted)
    assert desk.rule(f"{wanted.name} invoice.updated")["time_based_actions"] == []
    desk.stands(wanted)


def test_an_alert_that_somebody_added_to_the_rule_stays(desk: Desk) -> None:
    wanted = desk.prepare("invoice.updated")
    desk.subscribe(wanted)
    rule = desk.rule(f"{wanted.name} invoice.updated")
    alert = {"action_id": "77", "action_type": "alert", "subject": "Look"}
    desk.automation.rules[rule["workflow_id"]] |= {"instant_actions": [alert], "rule_type": "add"}
    desk.subscribe(wanted)
    kept = desk.rule(f"{wanted.name} invoice.updated")["instant_actions"]
    assert kept == [{"action_id": "77", "action_type": "alert"}, *rule["instant_actions"]]
    assert desk.check(wanted).drifts == ()


def test_events_no_longer_wanted_are_left_over_and_go(desk: Desk) -> None:
    wanted = desk.prepare("invoice.created", "contact.updated")
    desk.subscribe(wanted)
    fewer = replace(wanted, events=("invoice.created", "item.deleted"))
    found = drifts(desk.check(fewer))
    assert ("contact.updated", "webhook", "left_over", ()) in found
    assert ("contact.updated", "rule", "left_over", ()) in found
    assert ("item.deleted", "webhook", "missing", ()) in found
    done = desk.subscribe(fewer)
    assert actions(done)[:2] == [("contact.updated", "rule", "removed"), ("contact.updated", "webhook", "removed")]
    desk.stands(fewer)


def test_what_stands_twice_is_noticed_and_cleared(desk: Desk) -> None:
    wanted = desk.prepare("invoice.created")
    desk.subscribe(wanted)
    name = f"{wanted.name} invoice.created"
    twin = desk.add_webhook(webhook_name=name)
    desk.add_rule(twin, workflow_name=name, rule_type="add")
    assert {drift.what for drift in desk.check(wanted).drifts} == {"repeated"}
    desk.subscribe(wanted)
    desk.stands(wanted)


def test_two_subscriptions_live_side_by_side(desk: Desk) -> None:
    one, two = desk.prepare(), desk.prepare(url="https://other.example.com/hook")
    desk.subscribe(one)
    desk.subscribe(two)
    desk.stands(one)
    desk.stands(two)
    desk.unsubscribe(one)
    desk.stands(two)
    assert desk.check(two).drifts == ()
    assert {drift.what for drift in desk.check(one).drifts} == {"missing"}


def test_a_persons_own_webhooks_and_rules_are_never_touched(desk: Desk) -> None:
    wanted = desk.prepare()
    similar = (f"{wanted.name} invoice.created (copy)", f"{wanted.name}", f"x {wanted.name} invoice.created")
    mine = {desk.add_webhook(webhook_name=name[:50]) for name in similar}
    rules = {desk.add_rule(webhook) for webhook in mine}
    before = ({key: desk.webhooks()[key] for key in mine}, {key: desk.rules()[key] for key in rules})
    desk.subscribe(wanted)
    desk.subscribe(replace(wanted, events=("item.created",)))
    desk.unsubscribe(wanted)
    assert (desk.webhooks(), desk.rules()) == before


def test_more_rules_than_a_page_holds_are_all_seen(desk: Desk) -> None:
    wanted = desk.prepare("invoice.created")
    for number in range(205):
        desk.automation.webhooks[str(number)] = {
            "webhook_id": str(number),
            "webhook_name": f"W{number}",
            "url": "https://example.com",
            "entity": "bill",
            "method": "POST",
            "body_type": "",
        }
    desk.subscribe(wanted)
    again = desk.subscribe(wanted)
    assert "created" not in {change.action for change in again.changes}
    desk.stands(wanted)


@pytest.mark.parametrize("switch", ["refused", "deleted"])
def test_a_webhook_that_somebody_elses_rule_uses_is_left_and_told(make_desk: MakeDesk, switch: str) -> None:
    desk = make_desk(webhook_in_use=switch)
    wanted = desk.prepare("invoice.created")
    desk.subscribe(wanted)
    webhook_id = desk.webhook(f"{wanted.name} invoice.created")["webhook_id"]
    desk.add_rule(webhook_id, workflow_name="Accounting")
    done = desk.unsubscribe(wanted)
    assert codes(done) == [("invoice.created", "webhook_in_use")]
    assert "Accounting" in done.problems[0].message
    assert list(desk.webhooks()) == [webhook_id]
    assert [rule["workflow_name"] for rule in desk.rules().values()] == ["Accounting"]


# --- a dry run ------------------------------------------------------------------------------------------------------


def test_a_dry_run_reads_only_and_shows_what_would_be_sent_without_secrets(desk: Desk) -> None:
    wanted = desk.prepare()
    done = desk.subscribe(wanted, dry_run=True)
    assert (actions(done), done.dry_run) == (CREATED, True)
    assert {line.split()[0] for line in desk.wire.sent} == {"GET"}
    assert (desk.webhooks(), desk.rules()) == ({}, {})
    body = done.changes[0].body
    assert (body["webhook_name"], body["secret"]) == (f"{wanted.name} invoice.created", "********")
    assert wanted.secret not in repr(done)
    assert wanted.header_token not in repr(done)


def test_a_dry_run_learns_nothing_that_zoho_did_not_say(make_desk: MakeDesk) -> None:
    desk = make_desk(rule_entity="plural")
    wanted = desk.prepare()
    desk.subscribe(wanted, dry_run=True)
    assert desk.subscribe(wanted).problems == ()
    desk.stands(wanted)


def test_a_dry_run_tells_repairs_and_removals(make_desk: MakeDesk) -> None:
    desk = make_desk(webhook_key_answer="present")
    wanted = desk.prepare("invoice.created", "contact.updated")
    desk.subscribe(wanted)
    for rule in desk.automation.rules.values():
        rule["is_active"] = False
    before = (desk.webhooks(), desk.rules())
    done = desk.subscribe(replace(wanted, events=("invoice.created",), secret="n" * 20), dry_run=True)
    assert actions(done) == [
        ("contact.updated", "rule", "removed"),
        ("contact.updated", "webhook", "removed"),
        ("invoice.created", "webhook", "changed"),
        ("invoice.created", "rule", "switched_on"),
    ]
    assert (desk.webhooks(), desk.rules()) == before


# --- lost answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", ["repeatable", "unique"])
def test_a_create_whose_answer_is_lost_is_found_by_its_name(make_desk: MakeDesk, names: str) -> None:
    desk = make_desk(rule_names=names)
    wanted = desk.prepare("invoice.created")
    desk.wire.strikes = {2: "lost", 4: "lost"}
    done = desk.subscribe(wanted)
    assert [line for line in desk.wire.sent if line.startswith("POST")] == [f"POST {WEBHOOKS}", f"POST {RULES}"]
    assert actions(done) == CREATED[:2]
    desk.stands(wanted)


def test_a_create_that_is_not_found_is_told_with_what_to_do(desk: Desk) -> None:
    wanted = desk.prepare("invoice.created")
    desk.wire.answers = {f"POST {RULES}": refusal(503, 1000, "Internal error.")}
    with pytest.raises(OutcomeUnknownError) as caught:
        desk.subscribe(wanted)
    assert caught.value.safe_to_resend
    assert "Subscribe again" in caught.value.hint
    desk.wire.answers = {}
    desk.subscribe(wanted)
    desk.stands(wanted)


def test_a_limit_of_calls_is_raised_as_it_is_and_the_next_call_goes_on(desk: Desk) -> None:
    wanted = desk.prepare()
    desk.wire.answers = {f"POST {RULES}": refusal(429, 44, "Too many calls.")}
    with pytest.raises(RateLimitedError) as caught:
        desk.subscribe(wanted)
    assert len(desk.webhooks()) == 1
    desk.clock.sleep(caught.value.retry_after + 1)
    desk.wire.answers = {}
    assert actions(desk.subscribe(wanted))[0] == ("invoice.created", "webhook", "changed")
    desk.stands(wanted)


def test_a_name_that_is_taken_by_nothing_that_shows_is_told(desk: Desk) -> None:
    wanted = desk.prepare("invoice.created")
    taken = refusal(400, 107051, "A webhook with the same name already exists.")
    desk.wire.answers = {f"POST {WEBHOOKS}": taken}
    with_none = desk.subscribe(wanted)
    assert codes(with_none) == [("invoice.created", "refused")]
    assert (desk.webhooks(), desk.rules()) == ({}, {})


def test_nothing_that_could_be_shown_names_a_secret(make_desk: MakeDesk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk = make_desk(webhook_key_answer="present")
    wanted = desk.prepare("invoice.created")
    done = desk.subscribe(wanted)
    renewed = replace(wanted, secret="n" * 40, header_token="t" * 20)
    shown = [repr(wanted), repr(renewed), repr(done), repr(desk.check(renewed)), repr(desk.subscribe(renewed))]
    desk.wire.answers = {f"PUT {WEBHOOKS}": refusal(503, 1000, "Internal error.")}
    with pytest.raises(ConnectorError) as caught:
        desk.subscribe(wanted)
    shown += [*texts_of(caught.value), caplog.text, repr(desk.trigger.manual_setup(wanted, **credential_of(desk)))]
    secrets = (wanted.secret, wanted.header_token, renewed.secret, renewed.header_token)
    assert [secret for secret in secrets if any(secret in text for text in shown)] == []


def credential_of(desk: Desk) -> dict[str, Any]:
    return {"credential": desk.host.credential}
