"""What should stand at Zoho for each event of a subscription: names, address, and the bodies of webhook and rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from zoho_books_connector.boundary import Subscription

#: Zoho's figures: characters of a name and of an address.
MOST_IN_NAME: Final = 50
MOST_IN_URL: Final = 5000
#: Verb of an event → what starts its workflow rule. Public clients send ``add``, ``add_edit`` and ``delete``; ``edit``
#: is the missing one of the four.
RULE_TYPES: Final[Mapping[str, str]] = {"created": "add", "updated": "edit", "deleted": "delete"}
#: What a masked value looks like to whoever reads a dry run.
MASK: Final = "********"


@dataclass(frozen=True)
class Wanted:
    """One event of a subscription, as it should stand at Zoho."""

    event: str
    #: Of the webhook and of its rule.
    name: str
    module: str
    rule_type: str
    url: str


def wanted_events(subscription: Subscription, organization_id: str) -> list[Wanted]:
    """Return what a subscription that passed every check wants."""
    return [
        Wanted(
            event,
            name_of(subscription, event),
            module_of(event),
            RULE_TYPES[verb_of(event)],
            url_of(subscription.callback_url, event, organization_id),
        )
        for event in subscription.events
    ]


def name_of(subscription: Subscription, event: str) -> str:
    """Return the name that webhook and rule of an event bear."""
    return f"{subscription.name} {event}"


def module_of(event: str) -> str:
    """Return the module of a type of event."""
    return event.rpartition(".")[0]


def verb_of(event: str) -> str:
    """Return what happened."""
    return event.rpartition(".")[2]


def url_of(callback_url: str, event: str, organization_id: str) -> str:
    """Return the address for one event: the query is signed, so it says what Zoho's deliveries do not."""
    base = callback_url.rstrip("?&")
    joined = "&" if "?" in base else "?"
    parameter = f"{module_of(event)}_{verb_of(event)}"
    return f"{base}{joined}event={quote(parameter)}&organization_id={quote(organization_id)}"


def webhook_body(subscription: Subscription, wanted: Wanted, entity: str, header: str) -> dict[str, Any]:
    """Return the body of a webhook with Zoho's default payload, which is what it sends when no other is named."""
    return {
        "webhook_name": wanted.name,
        "entity": entity,
        "method": "POST",
        "url": wanted.url,
        "secret": subscription.secret,
        "headers": [{"param_name": header, "param_value": subscription.header_token}],
        "is_new_response_format": True,
    }


def rule_body(
    wanted: Wanted, entity: str, webhook_id: str | None, others: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Return the body of a rule without criteria that runs the webhook each time; ``others`` are actions to keep."""
    return {
        "workflow_name": wanted.name,
        "rule_type": wanted.rule_type,
        "entity": entity,
        "rule": {},
        "apply_rule_always": True,
        "instant_actions": [*others, {"action_id": webhook_id, "action_type": "webhook"}],
    }


def masked(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body without its secret and the values of its headers."""
    shown = dict(body)
    if "secret" in shown:
        shown["secret"] = MASK
    if "headers" in shown:
        shown["headers"] = [{**header, "param_value": MASK} for header in shown["headers"]]
    return shown
