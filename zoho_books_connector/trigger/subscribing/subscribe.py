"""Makes Zoho be as a subscription says; a second call finishes what a first one began."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from zoho_books_connector.api.client import open_client
from zoho_books_connector.boundary import PartChange, RunContext, Subscribed, Subscription, TokenStore
from zoho_books_connector.errors import OutcomeUnknownError
from zoho_books_connector.trigger.subscribing.making import Making, StopError
from zoho_books_connector.trigger.subscribing.manual import manual_setup
from zoho_books_connector.trigger.subscribing.organization import organization_of
from zoho_books_connector.trigger.subscribing.preparing import require_valid
from zoho_books_connector.trigger.subscribing.problems import REFUSALS, granted_to, lacks, listing_problem
from zoho_books_connector.trigger.subscribing.removing import Removal
from zoho_books_connector.trigger.subscribing.settings_api import DELETE, READ, SettingsApi
from zoho_books_connector.trigger.subscribing.standing import Standing
from zoho_books_connector.trigger.subscribing.wanted import Wanted, wanted_events

_STAYS: Final = (
    f"The connection lacks the scope {DELETE}, so unsubscribing cannot remove what is made:"
    " add it to API Access Scope and connect again."
)


def subscribe(
    subscription: Subscription,
    *,
    credential: Mapping[str, Any],
    tokens: TokenStore,
    run: RunContext,
    header: str,
    dry_run: bool,
) -> Subscribed:
    """Create, repair, switch on and remove until the lists show what is wanted, as far as Zoho lets it."""
    require_valid(subscription)
    client = open_client(credential, tokens, run, scope=READ)
    subscribing = _Subscribing(SettingsApi(client, is_dry=dry_run), subscription, header, tokens)
    subscribing.run(wanted_events(subscription, organization_of(credential)))
    granted = granted_to(tokens) or str(credential.get("scope") or "")
    if granted and lacks(granted, DELETE):
        client.warn(_STAYS)
    undone = tuple(event for event in subscription.events if event not in subscribing.done)
    manual = manual_setup(subscription, credential=credential, header=header)
    log = client.log
    return Subscribed(
        changes=tuple(subscribing.changes()),
        problems=tuple(subscribing.removal.problems),
        manual=tuple(each for each in manual if each.event in undone),
        dry_run=dry_run,
        warnings=tuple(log.warnings),
        calls=tuple(log.records),
        quota=log.quota,
    )


class _Subscribing:
    """One call of ``subscribe``: what was done, and why the rest was not."""

    def __init__(self, api: SettingsApi, subscription: Subscription, header: str, tokens: TokenStore) -> None:
        self._api = api
        self._subscription = subscription
        self._header = header
        self._tokens = tokens
        self.removal = Removal(api, Standing(), tokens)
        self.done: set[str] = set()

    def run(self, wanted: list[Wanted]) -> None:
        """Do everything, or as much as the grant, the plan and the limits allow."""
        try:
            standing = self.removal.standing = Standing.read(self._api, self._subscription)
        except REFUSALS as error:
            if (refused := listing_problem(error, self._tokens)) is None:
                raise
            self.removal.problems.append(refused)
            return
        try:
            self._remove_left_over(standing)
            self._make(standing, wanted)
        except OutcomeUnknownError as lost:
            raise OutcomeUnknownError(
                lost.code,
                lost.message,
                "Subscribe again: it finds by its name what was made, and goes on from there.",
                safe_to_resend=True,
                details=lost.details,
            ) from lost

    def changes(self) -> Iterator[PartChange]:
        """Return what was done, in its order."""
        yield from self.removal.changes

    def _remove_left_over(self, standing: Standing) -> None:
        """What nobody wants goes first: a limit may be what it stands in the way of."""
        left = [event for event in standing.events() if event not in self._subscription.events]
        for event in left:
            self.removal.remove(event, standing.rules.get(event, ()))
        for event in left:
            self.removal.remove(event, standing.webhooks.get(event, ()))

    def _make(self, standing: Standing, wanted: list[Wanted]) -> None:
        """Mend what stands before anything is made, so that a limit stops no repair and no new secret."""
        making = Making(self._api, self._subscription, self._header, self.removal, self._tokens)
        ordered = sorted(wanted, key=lambda each: not standing.is_whole(each.event))
        for at, each in enumerate(ordered):
            try:
                found = making.make(each)
            except StopError as stopped:
                self.removal.problems.append(stopped.problem)
                making.drop_halves(ordered[at:])
                break
            if found is None:
                self.done.add(each.event)
            else:
                self.removal.problems.append(found)
        self._api.learnt.finished.forget(each.name for each in wanted)
