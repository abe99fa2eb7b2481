"""Compares what stands at Zoho with what a subscription wants, and says what drifted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from zoho_books_connector.api.client import open_client
from zoho_books_connector.boundary import Drift, RunContext, Subscription, SubscriptionCheck, TokenStore
from zoho_books_connector.boundary.subscribing import DriftKind, PartKind
from zoho_books_connector.errors import NotFoundError
from zoho_books_connector.trigger.subscribing.comparing import Compared, compare_rule, compare_webhook
from zoho_books_connector.trigger.subscribing.organization import organization_of
from zoho_books_connector.trigger.subscribing.preparing import require_valid
from zoho_books_connector.trigger.subscribing.settings_api import READ, Part, SettingsApi, is_active
from zoho_books_connector.trigger.subscribing.standing import Standing, label_of
from zoho_books_connector.trigger.subscribing.wanted import Wanted, name_of, wanted_events

_REPAIR: Final = "Subscribe again: that repairs it."
#: What drifted → what happened, and what to do.
DRIFTS: Final[Mapping[DriftKind, tuple[str, str]]] = {
    "missing": (
        "The {part} {name} is gone from Zoho Books, so nothing is sent.",
        "Subscribe again: that makes it anew.",
    ),
    "switched_off": (
        "The {part} {name} is switched off in Zoho Books, so nothing is sent.",
        "Find out who switched it off and why; subscribing again switches it on.",
    ),
    "changed": ("The {part} {name} was changed in Zoho Books: {fields}.", _REPAIR),
    "repeated": ("Zoho Books has more than one {part} {name}, so an event may be sent twice.", _REPAIR),
    "left_over": ("The {part} {name} is left from an event that is no longer wanted.", _REPAIR),
}


def check(
    subscription: Subscription, *, credential: Mapping[str, Any], tokens: TokenStore, run: RunContext, header: str
) -> SubscriptionCheck:
    """Read what stands and compare it; changes nothing."""
    require_valid(subscription)
    client = open_client(credential, tokens, run, scope=READ)
    api = SettingsApi(client)
    standing = Standing.read(api, subscription)
    checking = _Checking(api, subscription, header, standing)
    for wanted in wanted_events(subscription, organization_of(credential)):
        checking.compare(wanted)
    for event in standing.events():
        if event not in subscription.events:
            checking.left_over(event)
    log = client.log
    return SubscriptionCheck(
        tuple(checking.drifts),
        tuple(dict.fromkeys(checking.unseen)),
        tuple(log.warnings),
        tuple(log.records),
        log.quota,
    )


class _Checking:
    """Collects the drifts of one subscription."""

    def __init__(self, api: SettingsApi, subscription: Subscription, header: str, standing: Standing) -> None:
        self._api = api
        self._subscription = subscription
        self._header = header
        self._standing = standing
        self.drifts: list[Drift] = []
        self.unseen: list[str] = []

    def compare(self, wanted: Wanted) -> None:
        """Compare webhook and rule of one event."""
        webhooks = self._standing.webhooks.get(wanted.event, [])
        rules = self._standing.rules.get(wanted.event, [])
        webhook_id = webhooks[0].id if webhooks else None
        self.drifts += self._of_parts(wanted, "webhook", webhooks, webhook_id)
        self.drifts += self._of_parts(wanted, "rule", rules, webhook_id)

    def left_over(self, event: str) -> None:
        """Note what stands of an event that nobody wants."""
        name = name_of(self._subscription, event)
        parts = (*self._standing.rules.get(event, ()), *self._standing.webhooks.get(event, ()))
        self.drifts += [_drift(event, part.kind, "left_over", name, part.id) for part in parts]

    def _of_parts(self, wanted: Wanted, kind: PartKind, parts: list[Part], webhook_id: str | None) -> Iterator[Drift]:
        kept, shown = self._shown(parts)
        if kept is None:
            yield _drift(wanted.event, kind, "missing", wanted.name)
            return
        if kind == "rule" and not is_active(shown):
            yield _drift(wanted.event, kind, "switched_off", wanted.name, kept.id)
        compared = self._compared(wanted, kind, shown, webhook_id)
        self.unseen += compared.unseen
        if compared.fields:
            yield _drift(wanted.event, kind, "changed", wanted.name, kept.id, compared.fields)
        for repeated in parts[1:]:
            yield _drift(wanted.event, kind, "repeated", wanted.name, repeated.id)

    def _shown(self, parts: list[Part]) -> tuple[Part | None, Mapping[str, Any]]:
        """Read the part to compare; one that went after the list was read is missing."""
        if not parts:
            return None, {}
        try:
            return parts[0], self._api.read(parts[0])
        except NotFoundError:
            return None, {}

    def _compared(self, wanted: Wanted, kind: PartKind, shown: Mapping[str, Any], webhook_id: str | None) -> Compared:
        if kind == "webhook":
            return compare_webhook(self._subscription, wanted, self._header, shown)
        return compare_rule(wanted, webhook_id, shown)


def _drift(
    event: str,
    kind: PartKind,
    what: DriftKind,
    name: str,
    identity: str | None = None,
    fields: tuple[str, ...] = (),
) -> Drift:
    message, hint = DRIFTS[what]
    said = message.replace("{part}", label_of(kind)).replace("{name}", name).replace("{fields}", ", ".join(fields))
    return Drift(event, kind, what, name, said, hint, identity, fields)
