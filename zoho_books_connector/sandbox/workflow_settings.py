"""Workflow rules as the settings API keeps them: created, listed, changed, switched on and off, and removed."""

from __future__ import annotations

from typing import Any

from .books import Books
from .calls import Answer, Call, Route
from .errors import RefusedError
from .listing import page_of
from .record_fields import Record, list_row
from .rule_entities import module_of
from .setting_rules import Choice, Kind, Rule, Text, read_settings
from .webhook_settings import check_name, find_webhook, webhooks_of

PATH = "/settings/workflows"
RULE_TYPES = ("add_edit", "add", "edit", "delete")
ACTION_TYPES = ("alert", "fieldupdate", "webhook", "customfunction", "pushnotification")
RULES: dict[str, Rule] = {
    "workflow_name": Text(100),
    "description": Text(1000),
    "rule_type": Choice(RULE_TYPES),
    "entity": Text(100),
    "rule": Kind(dict),
    "sub_rules": Kind(list),
    "apply_rule_always": Kind(bool),
    "field_update": Kind(list),
    "field_update_comparator": Choice(("and", "or", "any", "except_or", "except_and")),
    "instant_actions": Kind(list),
    "time_based_actions": Kind(list),
}
REQUIRED = ("workflow_name", "rule_type", "entity")
DEFAULTS: Record = {
    "description": "",
    "rule": {},
    "apply_rule_always": False,
    "field_update": [],
    "field_update_comparator": "any",
    "instant_actions": [],
    "time_based_actions": [],
}
STATUS_WORDS = {
    "active": {"active": True, "inactive": False},
    "activate": {"activate": True, "deactivate": False},
}
"""The last part of the address that switches a rule on or off, by the position of a switch."""


def workflow_routes() -> list[Route]:
    """The routes of workflow rules."""
    one = f"{PATH}/{{workflow_id}}"
    return [
        Route("GET", PATH, "settings", _list),
        Route("POST", PATH, "settings", _create),
        Route("GET", one, "settings", _read),
        Route("PUT", one, "settings", _update),
        Route("DELETE", one, "settings", _delete),
        Route("POST", f"{one}/{{status}}", "settings", _set_status),
    ]


def _list(call: Call) -> Answer:
    rules = list(call.books.automation.rules.values())
    page, context = page_of("workflow", rules, call.query, "Workflows")
    return Answer(content={"workflows": [list_row(rule) for rule in page], "page_context": context})


def _create(call: Call) -> Answer:
    books, rules = call.books, call.books.automation.rules
    fields = _checked(books, call.body, {})
    _check_limits(books, fields["entity"])
    rule = {"workflow_id": books.new_choice_id(), **DEFAULTS, **fields, "is_active": True}
    rules[rule["workflow_id"]] = rule
    return Answer("The workflow rule was created.", {"workflow": dict(rule)}, 201)


def _read(call: Call) -> Answer:
    return Answer(content={"workflow": dict(_find(call))})


def _update(call: Call) -> Answer:
    rule = _find(call)
    changed = rule | _checked(call.books, call.body, rule)
    if changed["entity"] != rule["entity"]:
        _check_limits(call.books, changed["entity"])
    call.books.automation.rules[rule["workflow_id"]] = changed
    return Answer("The workflow rule was saved.", {"workflow": dict(changed)})


def _delete(call: Call) -> Answer:
    del call.books.automation.rules[_find(call)["workflow_id"]]
    return Answer("The workflow rule was deleted.")


def _set_status(call: Call) -> Answer:
    is_active = STATUS_WORDS[call.books.switches.rule_status_path].get(call.ids["status"])
    if is_active is None:
        raise RefusedError(5)
    rule = _find(call)
    call.books.automation.rules[rule["workflow_id"]] = rule | {"is_active": is_active}
    return Answer(f"The workflow rule is {'active' if is_active else 'inactive'}.")


def _find(call: Call) -> Record:
    rule = call.books.automation.rules.get(call.ids["workflow_id"])
    if rule is None:
        raise RefusedError(1002, call.books.switches.missing_record_status, what="The workflow rule")
    return rule


def _checked(books: Books, sent: Record, before: Record) -> Record:
    """Check a rule as it would be; what is not sent stays."""
    fields = read_settings(RULES, sent)
    rule = before | fields
    for name in REQUIRED:
        if not rule.get(name):
            raise RefusedError(4, field=name)
    module_of(rule["entity"], books.switches)
    for action in rule.get("instant_actions", []):
        _check_action(action)
    used = webhooks_of(rule)
    if len(used) > 1:
        raise RefusedError(9604)
    for webhook_id in used:
        if find_webhook(books, webhook_id, 400)["entity"] not in ("", rule["entity"]):
            raise RefusedError(2, field="instant_actions")
    check_name(books, books.automation.rules, "workflow", rule)
    return fields


def _check_action(action: Any) -> None:
    if not isinstance(action, dict) or action.get("action_type") not in ACTION_TYPES:
        raise RefusedError(2, field="instant_actions")


def _check_limits(books: Books, entity: str) -> None:
    """Refuse a rule more than the plan or the help's figures allow."""
    limits, rules = books.limits, books.automation.rules.values()
    if not limits.has_rules:
        raise RefusedError(9601)
    of_module = sum(rule["entity"] == entity for rule in rules)
    for code, most, used in (
        (9602, limits.rules_per_module, of_module),
        (9603, limits.rules_per_organization, len(rules)),
    ):
        if most is not None and used >= most:
            raise RefusedError(code, maximum=most)
