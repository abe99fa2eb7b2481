"""Makes or mends the webhook and the rule of one event, and leaves no half behind that Zoho refused to complete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from zoho_books_connector.boundary import PartChange, Subscription, SubscriptionProblem, TokenStore
from zoho_books_connector.boundary.subscribing import PartAction, PartKind
from zoho_books_connector.errors import ConnectorError, InputError, OutcomeUnknownError, RejectedError
from zoho_books_connector.trigger.subscribing.comparing import compare_rule, compare_webhook, emptied, kept_actions
from zoho_books_connector.trigger.subscribing.entities import ENTITIES
from zoho_books_connector.trigger.subscribing.problems import (
    PROBLEMS,
    REFUSALS,
    Circumstances,
    full_problem,
    is_about_entity,
    is_taken,
    problem_of,
)
from zoho_books_connector.trigger.subscribing.removing import Removal
from zoho_books_connector.trigger.subscribing.settings_api import Part, SettingsApi, is_active
from zoho_books_connector.trigger.subscribing.standing import named
from zoho_books_connector.trigger.subscribing.wanted import Wanted, masked, rule_body, webhook_body

#: What Zoho may not show, so that it is written each time: it could be anything.
_WRITTEN_UNSEEN: Final = frozenset({"secret", "headers"})
#: Reasons that hold for every event of the module that met them.
_OF_MODULE: Final = frozenset({"rules_of_module_used_up", "module_not_offered"})
_BodyOf = Callable[[str], dict[str, Any]]


class StopError(Exception):
    """A refusal that holds for every event, so that asking on is of no use."""

    def __init__(self, problem: SubscriptionProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Making:
    """Brings one event after the other to Zoho."""

    def __init__(
        self, api: SettingsApi, subscription: Subscription, header: str, removal: Removal, tokens: TokenStore
    ) -> None:
        self._api = api
        self._subscription = subscription
        self._header = header
        self._removal = removal
        self._standing = removal.standing
        self._tokens = tokens
        gone = {change.id for change in removal.changes if change.kind == "rule"}
        self._rules = [rule for rule in self._standing.everyones_rules if rule.id not in gone]
        self._refused: dict[str, SubscriptionProblem] = {}

    def make(self, wanted: Wanted) -> SubscriptionProblem | None:
        """Make or mend one event; returns why Zoho refused it, raises ``StopError`` where it refuses all."""
        if wanted.module in self._refused and not self._standing.is_whole(wanted.event):
            self.drop_halves([wanted])
            return replace(self._refused[wanted.module], event=wanted.event)
        if self._is_finished(wanted):
            self._keep(wanted)
            return None
        if self._api.is_dry and (full := self._foreseen(wanted)) is not None:
            return self._told(wanted, full)
        try:
            self._rule(wanted, self._webhook(wanted))
            self._remove_repeated(wanted)
        except REFUSALS as error:
            return self._refusal(wanted, error)
        if not self._api.is_dry:
            self._api.learnt.finished.note(wanted.name, self._sign(wanted), self._now())
        return None

    def drop_halves(self, wanted: Iterable[Wanted]) -> None:
        """Remove the webhooks of events whose rule cannot be made."""
        for each in wanted:
            if each.event not in self._standing.rules:
                self._removal.remove(each.event, self._standing.webhooks.pop(each.event, []))

    def _is_finished(self, wanted: Wanted) -> bool:
        """Tell whether a call that was cut short has just seen to the event, and both parts still stand, once each."""
        single = all(len(found.get(wanted.event, ())) == 1 for found in (self._standing.webhooks, self._standing.rules))
        return single and self._api.learnt.finished.holds(wanted.name, self._sign(wanted), self._now())

    def _keep(self, wanted: Wanted) -> None:
        for found in (self._standing.webhooks, self._standing.rules):
            self._note(wanted, found[wanted.event][0].kind, "kept", found[wanted.event][0].id)

    def _sign(self, wanted: Wanted) -> dict[str, Any]:
        """Return all that tells one wish for an event from another."""
        return webhook_body(self._subscription, wanted, wanted.rule_type, self._header)

    def _now(self) -> float:
        return self._api.client.log.clock()

    def _foreseen(self, wanted: Wanted) -> SubscriptionProblem | None:
        """Return the limit that a dry run would meet."""
        return None if wanted.event in self._standing.rules else full_problem(wanted.event, self._rules)

    def _refusal(self, wanted: Wanted, error: ConnectorError) -> SubscriptionProblem:
        found = problem_of(error, wanted.event, Circumstances(self._rules, self._tokens))
        if found is None:
            raise error
        return self._told(wanted, found)

    def _told(self, wanted: Wanted, found: SubscriptionProblem) -> SubscriptionProblem:
        """Return a problem of one event, once nothing half stands; raise one of all."""
        if PROBLEMS[found.code].for_all:
            raise StopError(found)
        if found.code in _OF_MODULE:
            self._refused[wanted.module] = found
        self.drop_halves([wanted])
        return found

    def _webhook(self, wanted: Wanted) -> str | None:
        """Return the id of the event's webhook, made or mended."""
        found = self._standing.webhooks.get(wanted.event, [])
        if not found:
            return self._made(
                wanted, "webhook", lambda entity: webhook_body(self._subscription, wanted, entity, self._header)
            )
        kept = found[0]
        shown = self._api.read(kept)
        compared = compare_webhook(self._subscription, wanted, self._header, shown)
        fields = (*compared.fields, *(name for name in compared.unseen if name in _WRITTEN_UNSEEN))
        body = webhook_body(self._subscription, wanted, self._entity(wanted, kept), self._header)
        self._mended(wanted, kept, fields, body)
        return kept.id

    def _rule(self, wanted: Wanted, webhook_id: str | None) -> None:
        found = self._standing.rules.get(wanted.event, [])
        if not found:
            self._made(wanted, "rule", lambda entity: rule_body(wanted, entity, webhook_id))
            return
        kept = found[0]
        shown = self._api.read(kept)
        fields = compare_rule(wanted, webhook_id, shown).fields
        body = rule_body(wanted, self._entity(wanted, kept), webhook_id, kept_actions(shown))
        was_active = is_active(shown)
        if fields or was_active:
            self._mended(wanted, kept, fields, body)
        if not was_active:
            self._api.switch_on(kept)
            self._note(wanted, "rule", "switched_on", kept.id)

    def _mended(self, wanted: Wanted, kept: Part, fields: tuple[str, ...], body: dict[str, Any]) -> None:
        if not fields:
            self._note(wanted, kept.kind, "kept", kept.id)
            return
        body |= emptied(fields)
        self._api.change(kept.kind, kept.id, body)
        self._note(wanted, kept.kind, "changed", kept.id, fields, body)

    def _made(self, wanted: Wanted, kind: PartKind, body_of: _BodyOf) -> str | None:
        """Create a part under the first name of its module that Zoho takes."""
        names = self._api.learnt.entities.to_try(wanted.module)
        for name in names:
            body = body_of(name)
            try:
                identity = self._created(wanted, kind, body)
            except (InputError, RejectedError) as error:
                if name == names[-1] or not is_about_entity(error):
                    raise
                continue
            # That a webhook was taken at once says nothing: its module may not be compared with any list.
            if not self._api.is_dry and (name != names[0] or kind == "rule"):
                self._api.learnt.entities.learn([name])
            self._stands(wanted, Part(kind, identity or "", wanted.name, {"entity": name}))
            self._note(wanted, kind, "created", identity, (), body)
            return identity
        raise AssertionError("a module has a name")

    def _created(self, wanted: Wanted, kind: PartKind, body: Mapping[str, Any]) -> str | None:
        """Create a part; one whose answer was lost, or whose name stands already, is looked for by its name."""
        try:
            return self._api.create(kind, body)
        except OutcomeUnknownError:
            if (found := named(self._api.listed(kind), wanted.name)) is None:
                raise
            return found.id
        except (InputError, RejectedError) as error:
            if not is_taken(error) or (found := named(self._api.listed(kind), wanted.name)) is None:
                raise
            self._api.change(kind, found.id, body)
            return found.id

    def _stands(self, wanted: Wanted, part: Part) -> None:
        (self._standing.webhooks if part.kind == "webhook" else self._standing.rules)[wanted.event] = [part]
        if part.kind == "rule":
            self._rules.append(part)

    def _entity(self, wanted: Wanted, kept: Part) -> str:
        """Return the name that the part has already, where it is one of the module's."""
        known = kept.entity in ENTITIES[wanted.module]
        return kept.entity if known else self._api.learnt.entities.to_try(wanted.module)[0]

    def _remove_repeated(self, wanted: Wanted) -> None:
        """Remove what bears the same name again; the rules first, so that no webhook is in use."""
        for found in (self._standing.rules, self._standing.webhooks):
            repeated = found[wanted.event][1:]
            self._removal.remove(wanted.event, repeated)
            self._rules = [rule for rule in self._rules if rule not in repeated]

    def _note(
        self,
        wanted: Wanted,
        kind: PartKind,
        action: PartAction,
        identity: str | None,
        fields: tuple[str, ...] = (),
        body: Mapping[str, Any] | None = None,
    ) -> None:
        change = PartChange(wanted.event, kind, action, wanted.name, identity, fields, masked(body or {}))
        self._removal.changes.append(change)
