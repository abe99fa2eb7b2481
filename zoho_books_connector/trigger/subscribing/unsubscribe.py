"""Takes a subscription away from Zoho: everything that bears its name, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoho_books_connector.api.client import open_client
from zoho_books_connector.boundary import RunContext, Subscription, TokenStore, Unsubscribed
from zoho_books_connector.trigger.subscribing.preparing import require_name
from zoho_books_connector.trigger.subscribing.problems import REFUSALS, listing_problem
from zoho_books_connector.trigger.subscribing.removing import Removal
from zoho_books_connector.trigger.subscribing.settings_api import READ, SettingsApi
from zoho_books_connector.trigger.subscribing.standing import Standing


def unsubscribe(
    subscription: Subscription, *, credential: Mapping[str, Any], tokens: TokenStore, run: RunContext
) -> Unsubscribed:
    """Remove the rules first, so that no webhook is in use when its turn comes; then the webhooks."""
    require_name(subscription)
    api = SettingsApi(open_client(credential, tokens, run, scope=READ))
    removal = Removal(api, Standing(), tokens)
    try:
        removal.standing = Standing.read(api, subscription)
    except REFUSALS as error:
        if (refused := listing_problem(error, tokens)) is None:
            raise
        removal.problems.append(refused)
    for parts in (removal.standing.rules, removal.standing.webhooks):
        for event, found in parts.items():
            removal.remove(event, found)
    log = api.client.log
    return Unsubscribed(
        tuple(removal.changes), tuple(removal.problems), tuple(log.warnings), tuple(log.records), log.quota
    )
