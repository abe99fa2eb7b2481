"""What Zoho refuses: each reason is told on its own, with manual steps, and nothing is left half made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.trigger.subscribing.desk import EVENTS, RULES, WEBHOOKS, Desk, MakeDesk, codes, limits, refusal
from zoho_books_connector.boundary import TokenSet
from zoho_books_connector.errors import CredentialError
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.trigger.subscribing.problems import PROBLEMS, RULES_PER_MODULE, RULES_PER_ORGANIZATION

FULL = "ZohoBooks.settings.CREATE,ZohoBooks.settings.READ,ZohoBooks.settings.UPDATE,ZohoBooks.settings.DELETE"


def full_of_rules(desk: Desk, count: int, entity: str) -> None:
    """Put rules into the organization past every check."""
    for _ in range(count):
        number = f"r{len(desk.automation.rules)}"
        desk.automation.rules[number] = {
            "workflow_id": number,
            "workflow_name": f"Rule {number}",
            "rule_type": "add",
            "entity": entity,
            "instant_actions": [],
            "is_active": True,
        }


def test_a_plan_without_rules_is_told_once_and_nothing_is_left(make_desk: MakeDesk) -> None:
    desk = make_desk(limits=limits(plan="standard"))
    wanted = desk.prepare("invoice.created", "contact.updated", "item.deleted")
    done = desk.subscribe(wanted)
    assert codes(done) == [(None, "plan_without_rules")]
    assert "polling" in done.problems[0].hint
    assert [each.event for each in done.manual] == list(wanted.events)
    assert desk.webhooks() == {}
    assert desk.wire.sent.count(f"POST {RULES}") == 1


def test_a_half_that_an_earlier_call_left_goes_when_the_plan_has_no_rules(make_desk: MakeDesk) -> None:
    desk = make_desk(limits=limits(plan="standard"))
    wanted = desk.prepare("invoice.created", "contact.updated")
    desk.add_webhook(webhook_name=f"{wanted.name} contact.updated", entity="contact")
    assert codes(desk.subscribe(wanted)) == [(None, "plan_without_rules")]
    assert desk.webhooks() == {}


def test_ten_rules_of_a_module_are_counted_and_named(make_desk: MakeDesk) -> None:
    desk = make_desk(limits=limits(rules_per_module=10))
    full_of_rules(desk, 9, "invoice")
    wanted = desk.prepare("invoice.created", "invoice.updated", "invoice.deleted", "contact.created")
    done = desk.subscribe(wanted)
    assert codes(done) == [
        ("invoice.updated", "rules_of_module_used_up"),
        ("invoice.deleted", "rules_of_module_used_up"),
    ]
    assert "10 of 10" in done.problems[0].message
    assert "Rule r0" in done.problems[0].message
    assert desk.wire.sent.count(f"POST {RULES}") == 3
    assert [each.event for each in done.manual] == ["invoice.updated", "invoice.deleted"]
    desk.stands(replace(wanted, events=("invoice.created", "contact.created")))


def test_a_lower_limit_of_a_module_is_told_by_zohos_words(make_desk: MakeDesk) -> None:
    desk = make_desk(limits=limits(rules_per_module=1))
    done = desk.subscribe(desk.prepare("invoice.created", "invoice.updated"))
    assert codes(done) == [("invoice.updated", "rules_of_module_used_up")]


@pytest.mark.parametrize(("standing", "most"), [(200, 200), (3, 3)])
def test_the_rules_of_the_organization_are_counted_by_module(make_desk: MakeDesk, standing: int, most: int) -> None:
    desk = make_desk(limits=limits(rules_per_organization=most))
    full_of_rules(desk, standing - 1, "bill")
    wanted = desk.prepare("invoice.created", "contact.updated", "item.created")
    done = desk.subscribe(wanted)
    assert codes(done) == [(None, "rules_used_up")]
    assert f"bill {standing - 1}" in done.problems[0].message
    assert [each.event for each in done.manual] == ["contact.updated", "item.created"]
    desk.stands(replace(wanted, events=("invoice.created",)))


def test_a_new_secret_reaches_what_stands_although_the_rules_are_used_up(make_desk: MakeDesk) -> None:
    desk = make_desk(limits=limits(rules_per_organization=1))
    wanted = desk.prepare("invoice.created")
    desk.subscribe(wanted)
    more = replace(wanted, events=("contact.created", "invoice.created"), secret="n" * 40)
    assert codes(desk.subscribe(more)) == [(None, "rules_used_up")]
    assert desk.webhook(f"{wanted.name} invoice.created")["secret"] == "n" * 40


def test_what_is_no_longer_wanted_makes_room(make_desk: MakeDesk) -> None:
    desk = make_desk(limits=limits(rules_per_organization=1))
    wanted = desk.prepare("invoice.created")
    desk.subscribe(wanted)
    other = replace(wanted, events=("contact.created",))
    assert desk.subscribe(other).problems == ()
    desk.stands(other)


@pytest.mark.parametrize(
    ("standing", "entity", "code"),
    [
        (10, "invoice", "rules_of_module_used_up"),
        (10, "invoices", "rules_of_module_used_up"),
        (200, "bill", "rules_used_up"),
    ],
)
def test_a_dry_run_foresees_a_limit_by_counting(desk: Desk, standing: int, entity: str, code: str) -> None:
    full_of_rules(desk, standing, entity)
    done = desk.subscribe(desk.prepare("invoice.created"), dry_run=True)
    assert [each.code for each in done.problems] == [code]
    assert done.changes == ()


@pytest.mark.parametrize("scope", ["CREATE", "READ"])
def test_a_missing_scope_is_named(desk: Desk, scope: str) -> None:
    granted = ",".join(each for each in FULL.split(",") if not each.endswith(scope))
    desk.connect(granted)
    done = desk.subscribe(desk.prepare())
    assert codes(done) == [(None, "scope_missing")]
    assert f"ZohoBooks.settings.{scope}" in done.problems[0].message
    assert [each.event for each in done.manual] == list(EVENTS)
    assert desk.webhooks() == {}


def test_without_the_scope_to_remove_unsubscribing_says_so(desk: Desk) -> None:
    wanted = desk.prepare()
    desk.subscribe(wanted)
    desk.connect(FULL.rpartition(",")[0])
    done = desk.unsubscribe(wanted)
    assert codes(done) == [(None, "scope_missing")]
    assert "ZohoBooks.settings.DELETE" in done.problems[0].message
    desk.stands(wanted)


def test_without_the_scope_to_remove_subscribing_says_that_it_cannot_be_taken_back(desk: Desk) -> None:
    assert desk.subscribe(desk.prepare()).warnings == ()
    desk.connect(FULL.rpartition(",")[0])
    [warning] = desk.subscribe(desk.prepare(), dry_run=True).warnings
    assert "ZohoBooks.settings.DELETE" in warning


def test_a_grant_that_covers_the_scope_means_that_the_role_forbids_it(desk: Desk) -> None:
    loaded = desk.host.tokens.load()
    assert loaded is not None
    held = loaded[0]
    told = TokenSet(held.access_token, held.refresh_token, held.expires_at, held.issued_at, scope=FULL)
    desk.host.tokens.save(told, expected=loaded[1])
    desk.wire.answers = {f"POST {WEBHOOKS}": refusal(401, 57, "You are not authorized to perform this operation.")}
    done = desk.subscribe(desk.prepare())
    assert codes(done) == [(None, "role_without_rules")]


ANSWERS = [
    (403, 99, "Forbidden.", "role_without_rules"),
    (400, 99, "Your role has no permission for workflow rules.", "role_without_rules"),
    (400, 99, "Please upgrade to use workflows.", "plan_without_rules"),
    (400, 99, "You can create a maximum of 10 rules for this module.", "rules_of_module_used_up"),
    (400, 99, "The limit of workflow rules is reached.", "rules_used_up"),
    (400, 99, "This module is not enabled.", "module_not_offered"),
    (400, 99, "Something else.", "refused"),
    (400, 99, "Please explain this.", "refused"),
]


@pytest.mark.parametrize(("status", "zoho_code", "message", "code"), ANSWERS)
def test_zohos_words_tell_the_reason_where_nothing_else_does(
    desk: Desk, status: int, zoho_code: int, message: str, code: str
) -> None:
    desk.wire.answers = {f"POST {RULES}": refusal(status, zoho_code, message)}
    done = desk.subscribe(desk.prepare("invoice.created"))
    assert [each.code for each in done.problems] == [code]
    assert message in done.problems[0].message
    assert done.manual[0].event == "invoice.created"
    assert desk.webhooks() == {}


def test_a_module_that_zoho_does_not_know_is_told_after_both_names(desk: Desk) -> None:
    done = desk.subscribe(desk.prepare("customer_debit_note.created", "customer_debit_note.deleted", "invoice.created"))
    assert codes(done) == [
        ("customer_debit_note.created", "module_not_offered"),
        ("customer_debit_note.deleted", "module_not_offered"),
    ]
    assert len(desk.webhooks()) == len(desk.rules()) == 1
    assert desk.wire.sent.count(f"POST {WEBHOOKS}") == 3


@pytest.mark.parametrize(
    ("path", "answer", "code"),
    [
        (RULES, refusal(400, 99, "Workflows are not part of your plan."), "plan_without_rules"),
        (WEBHOOKS, refusal(403, 99, "Forbidden."), "role_without_rules"),
        (RULES, refusal(404, 5, "Invalid URL Passed"), "settings_refused"),
    ],
)
def test_settings_that_zoho_does_not_even_show_are_told_with_manual_steps(
    desk: Desk, path: str, answer: httpx.Response, code: str
) -> None:
    wanted = desk.prepare()
    desk.wire.answers = {f"GET {path}": answer}
    done = desk.subscribe(wanted)
    assert (codes(done), [each.event for each in done.manual]) == ([(None, code)], list(EVENTS))
    assert codes(desk.unsubscribe(wanted)) == [(None, code)]


def test_without_the_scope_to_remove_everything_else_is_done(desk: Desk) -> None:
    wanted = desk.prepare("invoice.created", "contact.updated")
    desk.subscribe(wanted)
    desk.connect(FULL.rpartition(",")[0])
    fewer = replace(wanted, events=("invoice.created", "item.created"), secret="n" * 40)
    done = desk.subscribe(fewer)
    assert (codes(done), done.manual) == ([(None, "scope_missing")], ())
    assert desk.webhook(f"{wanted.name} invoice.created")["secret"] == "n" * 40
    assert desk.rule(f"{wanted.name} item.created")["is_active"]


def test_a_webhook_that_cannot_be_removed_again_is_told(desk: Desk) -> None:
    desk.wire.answers = {
        f"POST {RULES}": refusal(400, 99, "Something else."),
        f"DELETE {WEBHOOKS}": refusal(400, 99, "Not now."),
    }
    done = desk.subscribe(desk.prepare("invoice.created"))
    assert {each.code for each in done.problems} == {"refused", "not_removed"}


def test_a_broken_connection_is_raised_as_it_is(desk: Desk) -> None:
    desk.host.tokens.clear()
    for call in (desk.subscribe, desk.check, desk.unsubscribe):
        with pytest.raises(CredentialError) as caught:
            call(desk.prepare())
        assert caught.value.reason == "not_connected"


def test_every_problem_can_be_met_and_is_a_sentence() -> None:
    others = {"scope_missing", "settings_refused", "webhook_in_use", "not_removed"}
    assert {code for *_, code in ANSWERS} | others == set(PROBLEMS)
    for reason in PROBLEMS.values():
        assert reason.hint.endswith(".")


def test_the_figures_are_those_of_the_manifest() -> None:
    told: dict[str, Any] = load_manifest()["triggers"]["webhook"]["limits"]
    assert (told["rules_per_module"], told["rules_per_organization"]) == (RULES_PER_MODULE, RULES_PER_ORGANIZATION)
