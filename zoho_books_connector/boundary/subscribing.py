"""Webhooks that the connector sets up at Zoho Books itself: what is wanted, what was done, what drifted since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from zoho_books_connector.boundary.limits import Quota
from zoho_books_connector.boundary.running import CallRecord

#: What stands at Zoho Books for one event: the webhook that sends, and the workflow rule that starts it.
PartKind = Literal["webhook", "rule"]
PartAction = Literal["created", "changed", "switched_on", "removed", "kept"]
DriftKind = Literal["missing", "switched_off", "changed", "repeated", "left_over"]


@dataclass(frozen=True)
class Subscription:
    """What a host wants to be told, and how. It holds secrets, and is stored before anything is made at Zoho."""

    #: Begins the name of everything that is made for it at Zoho, where nothing else bears it.
    name: str
    #: Where Zoho shall send; the event is added to its query.
    callback_url: str
    #: Types of events, such as ``invoice.created``.
    events: tuple[str, ...]
    #: 12 to 50 letters and digits: signs every delivery.
    secret: str = field(repr=False)
    #: The value of the connector's own header.
    header_token: str = field(repr=False)


@dataclass(frozen=True)
class PartChange:
    """What was done to one part at Zoho, or would be done in a dry run."""

    event: str
    kind: PartKind
    action: PartAction
    name: str
    #: Zoho's id; ``None`` for what a dry run would create.
    id: str | None = None
    #: What differed, by the names of Zoho's fields.
    fields: tuple[str, ...] = ()
    #: What was sent or would be, with secrets masked.
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SubscriptionProblem:
    """Why an event could not be set up or removed; ``event`` is ``None`` when it holds for all."""

    #: ``plan_without_rules``, ``rules_of_module_used_up``, ``rules_used_up``, ``scope_missing``, …
    code: str
    message: str
    hint: str
    event: str | None = None


@dataclass(frozen=True)
class ManualValue:
    """Something to paste into a screen of Zoho Books."""

    label: str
    value: str = field(repr=False)
    #: Whether it should be shown masked, with a button to copy it.
    is_secret: bool = False


@dataclass(frozen=True)
class ManualStep:
    """One screen or one field in it, in the words of the manifest's set-up guide, with what to paste there."""

    id: str
    title: str
    text: str
    values: tuple[ManualValue, ...] = ()
    mistakes: tuple[str, ...] = ()
    link: str | None = None


@dataclass(frozen=True)
class ManualEvent:
    """The steps for one event, in order."""

    event: str
    steps: tuple[ManualStep, ...]


@dataclass(frozen=True)
class Subscribed:
    """What subscribing did, or would do in a dry run."""

    changes: tuple[PartChange, ...]
    #: Empty when every event is set up and nothing was left that should have gone.
    problems: tuple[SubscriptionProblem, ...] = ()
    #: For the events with problems: how a person sets them up.
    manual: tuple[ManualEvent, ...] = ()
    dry_run: bool = False
    warnings: tuple[str, ...] = ()
    calls: tuple[CallRecord, ...] = ()
    quota: Quota = field(default_factory=Quota)


@dataclass(frozen=True)
class Drift:
    """One difference between what should stand at Zoho and what does."""

    event: str
    kind: PartKind
    what: DriftKind
    name: str
    #: One sentence for a person, and what to do.
    message: str
    hint: str
    id: str | None = None
    #: What differs, by the names of Zoho's fields; never a value, for some are secret.
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubscriptionCheck:
    """How a subscription stands at Zoho; nothing drifted when ``drifts`` is empty."""

    drifts: tuple[Drift, ...]
    #: What Zoho does not show, so that nobody could compare it, by the names of Zoho's fields.
    unseen: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    calls: tuple[CallRecord, ...] = ()
    quota: Quota = field(default_factory=Quota)


@dataclass(frozen=True)
class Unsubscribed:
    """What was removed from Zoho, and what could not be."""

    changes: tuple[PartChange, ...]
    problems: tuple[SubscriptionProblem, ...] = ()
    warnings: tuple[str, ...] = ()
    calls: tuple[CallRecord, ...] = ()
    quota: Quota = field(default_factory=Quota)
