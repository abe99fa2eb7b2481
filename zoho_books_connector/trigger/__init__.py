"""The receiving side of Zoho Books' webhooks: from a raw request to proven events."""

from __future__ import annotations

from zoho_books_connector.trigger.webhook import WebhookTrigger

__all__ = ["WebhookTrigger"]
