"""The types that cross the border between a host and the connector.

Plain data goes in and JSON-ready data comes out, so that a host needs neither our models nor our pydantic.
Standard library only.
"""

from __future__ import annotations

from zoho_books_connector.boundary.catching_up import CaughtUp, PollingPlan
from zoho_books_connector.boundary.connecting import Authorization, Begin, Connection, Status
from zoho_books_connector.boundary.forms import Form, FormSource, Migration, Option, OptionsPage, OptionsSource
from zoho_books_connector.boundary.journal import Journal, JournalEntry, Stamp
from zoho_books_connector.boundary.limits import Budget, CallEnd, Quota, Slot
from zoho_books_connector.boundary.receiving import Delivery, Event
from zoho_books_connector.boundary.running import ActionHandler, ActionResult, CallRecord, RunContext
from zoho_books_connector.boundary.runtime import DataCentre, HttpSettings, Runtime
from zoho_books_connector.boundary.subscribing import (
    Drift,
    ManualEvent,
    ManualStep,
    ManualValue,
    PartChange,
    Subscribed,
    Subscription,
    SubscriptionCheck,
    SubscriptionProblem,
    Unsubscribed,
)
from zoho_books_connector.boundary.tokens import StaleTokensError, TokenSet, TokenStore
from zoho_books_connector.boundary.trigger import Trigger

__all__ = [
    "ActionHandler",
    "ActionResult",
    "Authorization",
    "Begin",
    "Budget",
    "CallEnd",
    "CallRecord",
    "CaughtUp",
    "Connection",
    "DataCentre",
    "Delivery",
    "Drift",
    "Event",
    "Form",
    "FormSource",
    "HttpSettings",
    "Journal",
    "JournalEntry",
    "ManualEvent",
    "ManualStep",
    "ManualValue",
    "Migration",
    "Option",
    "OptionsPage",
    "OptionsSource",
    "PartChange",
    "PollingPlan",
    "Quota",
    "RunContext",
    "Runtime",
    "Slot",
    "StaleTokensError",
    "Stamp",
    "Status",
    "Subscribed",
    "Subscription",
    "SubscriptionCheck",
    "SubscriptionProblem",
    "TokenSet",
    "TokenStore",
    "Trigger",
    "Unsubscribed",
]
