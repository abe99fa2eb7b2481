"""The manifest's set-up steps for one subscription: each screen of Zoho Books with what to paste there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from zoho_books_connector.boundary import ManualEvent, ManualStep, ManualValue, Subscription
from zoho_books_connector.registry import TRIGGER_ID
from zoho_books_connector.trigger.subscribing.organization import organization_of
from zoho_books_connector.trigger.subscribing.preparing import require_valid
from zoho_books_connector.trigger.subscribing.wanted import Wanted, verb_of, wanted_events

#: What a step of the manifest asks to paste → the values, by their names in the manifest's ``values``.
_PASTED: Final[Mapping[str, tuple[str, ...]]] = {"header_token": ("header_name", "header_token")}
_SECRET: Final = frozenset({"secret", "header_token"})


def manual_setup(subscription: Subscription, *, credential: Mapping[str, Any], header: str) -> tuple[ManualEvent, ...]:
    """Return the steps for every event; makes no request."""
    from zoho_books_connector.manifest import load_manifest

    require_valid(subscription)
    trigger = load_manifest()["triggers"][TRIGGER_ID]
    return tuple(
        ManualEvent(wanted.event, _steps(trigger, _values(trigger, subscription, wanted, header)))
        for wanted in wanted_events(subscription, organization_of(credential))
    )


def _values(trigger: Mapping[str, Any], subscription: Subscription, wanted: Wanted, header: str) -> dict[str, str]:
    starts = {verb: word for word, verb in trigger["events"]["verbs"].items()}
    return {
        "webhook_name": wanted.name,
        "module": trigger["modules"][wanted.module]["title"],
        "url": wanted.url,
        "header_name": header,
        "header_token": subscription.header_token,
        "secret": subscription.secret,
        "rule_name": wanted.name,
        "rule_trigger": starts[verb_of(wanted.event)].capitalize(),
    }


def _steps(trigger: Mapping[str, Any], values: Mapping[str, str]) -> tuple[ManualStep, ...]:
    labels = trigger["values"]
    return tuple(
        ManualStep(
            id=step["id"],
            title=step["title"],
            text=step["text"],
            values=tuple(ManualValue(labels[name], values[name], is_secret=name in _SECRET) for name in _pasted(step)),
            mistakes=tuple(step.get("mistakes", ())),
            link=step.get("link"),
        )
        for step in trigger["setup"]
    )


def _pasted(step: Mapping[str, Any]) -> tuple[str, ...]:
    asked = step.get("value")
    return _PASTED.get(asked, (asked,)) if asked else ()
