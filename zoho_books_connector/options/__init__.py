"""The choices behind the picker fields of forms, and the custom fields of a module as typed form rows."""

from __future__ import annotations

from zoho_books_connector.options.table import SOURCES

__all__ = ["SOURCES"]
