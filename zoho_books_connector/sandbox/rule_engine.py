"""Runs workflow rules: for what changed in the books, their webhooks' deliveries go into the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from .automation import LogEntry, Parcel
from .books import Books
from .calls import answer_of
from .changes import Change, summed_up
from .messages import as_read
from .modules import MODULES
from .outbox import Outbox
from .record_fields import Record
from .rule_entities import module_of
from .webhook_bodies import check_of, delivery_of
from .webhook_settings import webhooks_of

RUNS_ON = {"add_edit": ("add", "edit"), "add": ("add",), "edit": ("edit",), "delete": ("delete",)}


class RuleEngine:
    """Reacts to what calls, or people, did in the books; callers hold the sandbox's lock."""

    def __init__(self, outbox: Outbox) -> None:
        """`outbox` takes the deliveries."""
        self._outbox = outbox

    def after_call(self, books: Books, changes: Iterable[Change]) -> None:
        """React to a call: check webhooks it saved, and run rules unless the switch has calls run none."""
        self._check_saved(books)
        if books.switches.changes_by_api == "trigger":
            self.run_rules(books, changes)

    def run_rules(self, books: Books, changes: Iterable[Change]) -> None:
        """Run every active rule that covers a change."""
        if not books.automation.rules:
            return
        for change in summed_up(changes):
            for rule in list(books.automation.rules.values()):
                if _covers(books, rule, change):
                    self._run(books, rule, change)

    def _run(self, books: Books, rule: Record, change: Change) -> None:
        for webhook_id in webhooks_of(rule):
            webhook = books.automation.webhooks.get(webhook_id)
            if webhook is None:
                continue
            record = _payload_record(books, change)
            key = MODULES[change.module].response_key
            parcel = Parcel(
                delivery_of(webhook, key, record, books.switches),
                webhook_id,
                rule["workflow_id"],
                change.module,
                change.identity,
                change.event,
            )
            if books.automation.trigger(books.today().isoformat(), books.limits.webhooks_per_day):
                self._outbox.post(parcel, partial(self._report, books))
            else:
                self._report(books, LogEntry(books.clock(), parcel, None, "over_limit"))

    def _check_saved(self, books: Books) -> None:
        saved, books.automation.saved = books.automation.saved, []
        if books.switches.webhook_check == "absent":
            return
        for webhook_id in saved:
            webhook = books.automation.webhooks[webhook_id]
            self._outbox.post(Parcel(check_of(webhook, books.switches), webhook_id), partial(self._report, books))

    def _report(self, books: Books, entry: LogEntry) -> None:
        switched_off = books.switches.failing_rule == "switched_off"
        books.automation.note(entry, self._outbox.policy.given_up_before_off if switched_off else None)


def _covers(books: Books, rule: Record, change: Change) -> bool:
    """Whether a rule runs for a change; criteria in `rule` are kept but count as fulfilled."""
    if not rule["is_active"] or change.event not in RUNS_ON[rule["rule_type"]]:
        return False
    if module_of(rule["entity"], books.switches) != change.module:
        return False
    if change.event == "edit" and rule["field_update"] and not change.touches(map(str, rule["field_update"])):
        return False
    first = books.automation.first_run(rule["workflow_id"], change.identity)
    return first or rule["apply_rule_always"] or change.event == "delete"


def _payload_record(books: Books, change: Change) -> Record:
    """The record as reads answer it, or of a deleted one what the switch leaves."""
    if change.after is None and books.switches.deleted_payload == "id":
        return {MODULES[change.module].id_field: change.identity}
    return as_read(answer_of(change.module, books, change.record))
