"""What stands at Zoho now: everything that bears a subscription's name, and who else uses it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from zoho_books_connector.boundary import Subscription
from zoho_books_connector.boundary.subscribing import PartKind
from zoho_books_connector.trigger.subscribing.settings_api import Part, SettingsApi, is_active
from zoho_books_connector.trigger.subscribing.wanted import RULE_TYPES

#: A type of event of this or of an earlier version of the connector.
_EVENT: Final = re.compile(rf"[a-z][a-z0-9_]*\.(?:{'|'.join(RULE_TYPES)})")


@dataclass
class Standing:
    """The subscription's webhooks and rules by event, the ones to keep first, and every rule of the organization."""

    webhooks: dict[str, list[Part]] = field(default_factory=dict)
    rules: dict[str, list[Part]] = field(default_factory=dict)
    everyones_rules: list[Part] = field(default_factory=list)

    @classmethod
    def read(cls, api: SettingsApi, subscription: Subscription) -> Standing:
        """Read both lists to their ends."""
        webhooks, rules = api.listed("webhook"), api.listed("rule")
        standing = cls(_by_event(webhooks, subscription), _by_event(rules, subscription), rules)
        for found in standing.rules.values():
            found.sort(key=lambda rule: not is_active(rule.row))
        for event, found in standing.webhooks.items():
            kept = {rule.id for rule in standing.rules.get(event, [])[:1]}
            found.sort(key=lambda webhook: not kept & rules_of(webhook).keys())
        return standing

    def events(self) -> list[str]:
        """Return the events of which anything stands."""
        return list(dict.fromkeys((*self.rules, *self.webhooks)))

    def is_whole(self, event: str) -> bool:
        """Tell whether both parts of an event stand."""
        return event in self.webhooks and event in self.rules

    def others(self, webhook: Part) -> tuple[str, ...]:
        """Return the names of the rules that use a webhook and are not the subscription's."""
        ours = {rule.id for found in self.rules.values() for rule in found}
        return tuple(name for identity, name in rules_of(webhook).items() if identity not in ours)


def named(parts: Iterable[Part], name: str) -> Part | None:
    """Return the first part of a name."""
    return next((part for part in parts if part.name == name), None)


def rules_of(webhook: Part) -> Mapping[str, str]:
    """Return id and name of the rules that use a webhook; an unused one shows an empty text in place of a list."""
    related: Any = webhook.row.get("related_rules")
    rows = [row for row in related if isinstance(row, dict)] if isinstance(related, list) else []
    return {str(row.get("workflow_id")): str(row.get("workflow_name") or row.get("workflow_id")) for row in rows}


def _by_event(parts: Iterable[Part], subscription: Subscription) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    prefix = f"{subscription.name} "
    for part in parts:
        event = part.name.removeprefix(prefix)
        if part.name.startswith(prefix) and _EVENT.fullmatch(event):
            found.setdefault(event, []).append(part)
    return found


def label_of(kind: PartKind) -> str:
    """Return what people call a part."""
    return {"webhook": "webhook", "rule": "workflow rule"}[kind]
