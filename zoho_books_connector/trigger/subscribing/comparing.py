"""How a webhook or a rule that Zoho shows differs from what a subscription wants, by the names of Zoho's fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from zoho_books_connector.boundary import Subscription
from zoho_books_connector.trigger.subscribing.entities import ENTITIES
from zoho_books_connector.trigger.subscribing.wanted import Wanted

#: What a webhook with the default payload leaves empty, and how it is emptied again.
_EMPTY_IN_WEBHOOK: Final[Mapping[str, Any]] = {
    "query_parameters": [],
    "form_data": [],
    "raw_data": "",
    "user_defined_format_name": "",
    "body_type": "",
}
#: What a rule that runs for every record and every change leaves empty.
_EMPTY_IN_RULE: Final[Mapping[str, Any]] = {"field_update": [], "sub_rules": [], "time_based_actions": []}
#: Zoho's own words for its default payload.
_DEFAULT_BODY: Final = {"body_type": ("application/json", "default"), "raw_data": ("${JSONString}",)}


@dataclass(frozen=True)
class Compared:
    """What differs, and what could not be compared because Zoho does not show it."""

    fields: tuple[str, ...]
    unseen: tuple[str, ...] = ()


def compare_webhook(subscription: Subscription, wanted: Wanted, header: str, shown: Mapping[str, Any]) -> Compared:
    """Compare a webhook; a masked secret counts as not shown."""
    seen: dict[str, bool | None] = {
        "url": _same(wanted.url.rstrip("?&"), str(shown.get("url") or "").rstrip("?&")),
        "method": _same("POST", _upper(shown.get("method"))),
        "entity": _among(ENTITIES[wanted.module], shown.get("entity")),
        "secret": _same(subscription.secret, _value(shown.get("secret"))),
        "headers": _headers(header, subscription.header_token, shown.get("headers")),
        "is_new_response_format": _flag(shown.get("is_new_response_format")),
        **{name: _is_default(name, shown.get(name)) for name in _EMPTY_IN_WEBHOOK},
    }
    return _compared(seen)


def compare_rule(wanted: Wanted, webhook_id: str | None, shown: Mapping[str, Any]) -> Compared:
    """Compare a rule; ``webhook_id`` is the webhook that it should run."""
    used = [str(action.get("action_id")) for action in _instant(shown) if _is_webhook(action)]
    seen: dict[str, bool | None] = {
        "rule_type": _among((wanted.rule_type,), shown.get("rule_type")),
        "entity": _among(ENTITIES[wanted.module], shown.get("entity")),
        "rule": not _holds_list(shown.get("rule")),
        "instant_actions": set(used) == {webhook_id} if "instant_actions" in shown or used else None,
        "time_based_actions": not any(map(_is_webhook, _actions(shown, "time_based_actions"))),
        "field_update": not shown.get("field_update"),
        "sub_rules": not any(_goes_astray(group, webhook_id) for group in _groups(shown)),
        # What a record does once is told either way.
        "apply_rule_always": _flag(shown.get("apply_rule_always")) if wanted.rule_type == "edit" else True,
    }
    return _compared(seen)


def emptied(fields: tuple[str, ...]) -> dict[str, Any]:
    """Return what a body adds so that the fields that differ are emptied."""
    return {name: empty for name, empty in {**_EMPTY_IN_WEBHOOK, **_EMPTY_IN_RULE}.items() if name in fields}


def kept_actions(shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the actions of a rule that are no webhooks: somebody added them, and they do no harm.

    Only id and type are sent: with more, Zoho was seen to make a new action instead of naming one.
    """
    return [
        {"action_id": str(action.get("action_id")), "action_type": action.get("action_type")}
        for action in _actions(shown, "instant_actions")
        if not _is_webhook(action)
    ]


def _compared(seen: Mapping[str, bool | None]) -> Compared:
    return Compared(
        tuple(name for name, same in seen.items() if same is False),
        tuple(name for name, same in seen.items() if same is None),
    )


def _same(wanted: str, shown: str) -> bool | None:
    return None if not shown else shown == wanted


def _among(wanted: tuple[str, ...], shown: Any) -> bool | None:
    return None if not shown else shown in wanted


def _value(value: Any) -> str:
    """Return a secret value as it is shown; one of stars or dots is a mask and says nothing."""
    text = value if isinstance(value, str) else ""
    return text if text.strip("*•.xX ") else ""


def _upper(value: Any) -> str:
    return str(value or "").upper()


def _flag(value: Any) -> bool | None:
    return None if value in (None, "") else value in (True, "true")


def _headers(name: str, token: str, shown: Any) -> bool | None:
    if not isinstance(shown, list):
        return None
    values = [
        _value(row.get("param_value"))
        for row in shown
        if isinstance(row, dict) and str(row.get("param_name")).lower() == name.lower()
    ]
    return False if not values else _same(token, values[0])


def _is_default(name: str, shown: Any) -> bool:
    return not shown or shown in _DEFAULT_BODY.get(name, ())


def _holds_list(rule: Any) -> bool:
    """Tell whether a rule has criteria: Zoho keeps them in lists, and shows an empty rule in several ways."""
    if isinstance(rule, Mapping):
        return any(map(_holds_list, rule.values()))
    return isinstance(rule, list) and bool(rule)


def _goes_astray(group: Mapping[str, Any], webhook_id: str | None) -> bool:
    """Tell whether a part of a rule has criteria of its own, or runs another webhook."""
    if _holds_list(group.get("rule")):
        return True
    actions = _actions(group, "instant_actions")
    return any(_is_webhook(action) and str(action.get("action_id")) != webhook_id for action in actions)


def _groups(shown: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    groups = shown.get("sub_rules")
    yield from (group for group in (groups if isinstance(groups, list) else []) if isinstance(group, Mapping))


def _instant(shown: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for group in (shown, *_groups(shown)):
        yield from _actions(group, "instant_actions")


def _actions(group: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    listed = group.get(name)
    yield from (action for action in (listed if isinstance(listed, list) else []) if isinstance(action, Mapping))


def _is_webhook(action: Mapping[str, Any]) -> bool:
    return action.get("action_type") == "webhook"
