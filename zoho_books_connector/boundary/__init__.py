"""The types that cross the border between a host and the connector.

Plain data goes in and JSON-ready data comes out, so that a host needs neither our models nor our pydantic.
Standard library only.
"""

from __future__ import annotations

from zoho_books_connector.boundary.connecting import Authorization, Begin, Connection, Status
from zoho_books_connector.boundary.forms import Form, FormSource, Migration, Option, OptionsPage, OptionsSource
from zoho_books_connector.boundary.journal import Journal, JournalEntry, Stamp
from zoho_books_connector.boundary.limits import Budget, CallEnd, Quota, Slot
from zoho_books_connector.boundary.receiving import Delivery, Event, Trigger
from zoho_books_connector.boundary.running import ActionHandler, ActionResult, CallRecord, RunContext
from zoho_books_connector.boundary.runtime import DataCentre, HttpSettings, Runtime
from zoho_books_connector.boundary.tokens import StaleTokensError, TokenSet, TokenStore

__all__ = [
    "ActionHandler",
    "ActionResult",
    "Authorization",
    "Begin",
    "Budget",
    "CallEnd",
    "CallRecord",
    "Connection",
    "DataCentre",
    "Delivery",
    "Event",
    "Form",
    "FormSource",
    "HttpSettings",
    "Journal",
    "JournalEntry",
    "Migration",
    "Option",
    "OptionsPage",
    "OptionsSource",
    "Quota",
    "RunContext",
    "Runtime",
    "Slot",
    "StaleTokensError",
    "Stamp",
    "Status",
    "TokenSet",
    "TokenStore",
    "Trigger",
]
