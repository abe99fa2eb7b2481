"""Webhooks as the settings API keeps them: created, listed, changed and removed."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from .books import Books
from .calls import Answer, Call, Route
from .errors import RefusedError
from .listing import page_of
from .record_fields import Record
from .rule_entities import module_of
from .setting_rules import Choice, Kind, Parameters, Rule, Text, read_settings
from .signing import SECRET

PATH = "/settings/webhooks"
RULES: dict[str, Rule] = {
    "webhook_name": Text(50),
    "description": Text(100),
    "entity": Text(100),
    "method": Choice(("POST", "PUT", "DELETE")),
    "url": Text(5000),
    "secret": Text(50),
    "headers": Parameters(),
    "query_parameters": Parameters(),
    "additional_parameters": Parameters(),
    "entity_parameters": Parameters(),
    "form_data": Parameters(),
    "body_type": Text(100),
    "raw_data": Text(100_000),
    "user_defined_format_name": Text(100_000),
    "user_defined_format_value": Text(100_000),
    "is_new_response_format": Kind(bool),
}
DEFAULTS: Record = {
    "webhook_name": "",
    "description": "",
    "entity": "",
    "method": "POST",
    "headers": [],
    "query_parameters": [],
    "body_type": "",
}
BLANK = re.compile(r"\s")
LIST_COLUMNS = ("webhook_id", "webhook_name", "url", "entity")


def webhook_routes() -> list[Route]:
    """The routes of webhooks."""
    one = f"{PATH}/{{webhook_id}}"
    return [
        Route("GET", PATH, "settings", _list),
        Route("POST", PATH, "settings", _create),
        Route("GET", one, "settings", _read),
        Route("PUT", one, "settings", _update),
        Route("DELETE", one, "settings", _delete),
    ]


def find_webhook(books: Books, webhook_id: object, status: int | None = None) -> Record:
    """A webhook by its id; raises for an unknown one."""
    webhook = books.automation.webhooks.get(str(webhook_id))
    if webhook is None:
        raise RefusedError(1002, status or books.switches.missing_record_status, what="The webhook")
    return webhook


def webhooks_of(rule: Record) -> list[str]:
    """The ids of the webhooks a workflow rule runs, each once, wherever in the rule they stand."""
    groups = [rule, *(entry for entry in rule.get("sub_rules", []) if isinstance(entry, dict))]
    lists = [group.get("instant_actions") for group in groups]
    actions = [action for listed in lists if isinstance(listed, list) for action in listed]
    named = [action for action in actions if isinstance(action, dict) and action.get("action_type") == "webhook"]
    return list(dict.fromkeys(str(action.get("action_id", "")) for action in named))


def _list(call: Call) -> Answer:
    shown = [_answer(call.books, webhook) for webhook in call.books.automation.webhooks.values()]
    page, context = page_of("webhook", shown, call.query, "Webhooks")
    rows = [{name: row[name] for name in (*LIST_COLUMNS, "related_rules")} for row in page]
    return Answer(content={"webhooks": rows, "page_context": context})


def _create(call: Call) -> Answer:
    books = call.books
    webhook = {"webhook_id": books.new_choice_id(), **DEFAULTS, **_checked(books, call.body, {})}
    return _saved(books, webhook, Answer("The webhook was created.", status=201))


def _read(call: Call) -> Answer:
    return Answer(content={"webhook": _answer(call.books, find_webhook(call.books, call.ids["webhook_id"]))})


def _update(call: Call) -> Answer:
    books = call.books
    webhook = find_webhook(books, call.ids["webhook_id"])
    return _saved(books, webhook | _checked(books, call.body, webhook), Answer("The webhook was saved."))


def _delete(call: Call) -> Answer:
    webhook_id = find_webhook(call.books, call.ids["webhook_id"])["webhook_id"]
    automation = call.books.automation
    in_use = any(webhook_id in webhooks_of(rule) for rule in automation.rules.values())
    if in_use and call.books.switches.webhook_in_use == "refused":
        raise RefusedError(9605)
    del automation.webhooks[webhook_id]
    return Answer("The webhook was deleted.")


def _saved(books: Books, webhook: Record, answer: Answer) -> Answer:
    automation = books.automation
    automation.webhooks[webhook["webhook_id"]] = webhook
    automation.saved.append(webhook["webhook_id"])
    return Answer(answer.message, {"webhook": _answer(books, webhook)}, answer.status)


def _checked(books: Books, sent: Record, before: Record) -> Record:
    """Check a webhook as it would be; what is not sent stays."""
    fields = read_settings(RULES, sent)
    webhook = before | fields
    if not _is_address(webhook.get("url", "")):
        raise RefusedError(2, field="url")
    if webhook.get("secret") and not SECRET.fullmatch(webhook["secret"]):
        raise RefusedError(2, field="secret")
    if webhook.get("entity"):
        module_of(webhook["entity"], books.switches)
    check_name(books, books.automation.webhooks, "webhook", webhook)
    return fields


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return known and not BLANK.search(text)


def check_name(books: Books, kept: dict[str, Record], kind: str, record: Record) -> None:
    """Refuse a name another webhook or rule has, where the switch says so."""
    name, own_id = record.get(f"{kind}_name"), record.get(f"{kind}_id")
    if books.switches.rule_names == "repeatable" or not name:
        return
    if any(other[f"{kind}_name"] == name and identity != own_id for identity, other in kept.items()):
        raise RefusedError(1001, value=name)


def _answer(books: Books, webhook: Record) -> Record:
    """A webhook as it is answered: a blank list of rules may be empty text, and the secret may be missing."""
    switches = books.switches
    rules = [
        {"workflow_id": rule["workflow_id"], "workflow_name": rule["workflow_name"]}
        for rule in books.automation.rules.values()
        if webhook["webhook_id"] in webhooks_of(rule)
    ]
    blank: Any = "" if switches.blanks == "empty_text" else []
    shown = webhook | {"related_rules": rules or blank}
    if switches.webhook_key_answer == "absent":
        shown.pop("secret", None)
    if switches.webhook_url_answer == "with_ending":
        shown["url"] += "&" if "?" in shown["url"] else "?"
    return shown
