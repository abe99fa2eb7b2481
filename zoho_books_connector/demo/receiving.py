"""The demo's last steps: the webhook sets itself up, what it brings is proven, and what was missed is read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from zoho_books_connector.boundary import Delivery, Event, Subscription
from zoho_books_connector.demo.stage import Stage
from zoho_books_connector.demo.table import Step, expect
from zoho_books_connector.errors import WebhookRejectedError
from zoho_books_connector.sandbox.automation import Automation

_EVENTS = ("invoice.created", "contact.updated")


def receiving_steps(stage: Stage) -> Iterator[Step]:
    """Yield the steps of the trigger."""
    steps = _Receiving(stage)
    yield Step("Webhook: set up by itself", steps.subscribe)
    yield Step("Webhook: signed delivery", steps.genuine)
    yield Step("Webhook: forged delivery", steps.forged)
    yield Step("Webhook: drift is mended", steps.drift)
    yield Step("Catch-up: missed while down", steps.catch_up)
    yield Step("Webhook: taken away", steps.unsubscribe)


class _Receiving:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._subscription: Subscription
        self._delivery: Delivery
        self.events: list[Event] = []

    def subscribe(self) -> str:
        self._stage.receiver.receive = self._receive
        self._subscription = self._trigger.prepare(f"{self._stage.receiver.url}/hook", _EVENTS, label="Demo")
        done = self._trigger.subscribe(self._subscription, **self._connection)
        expect(not done.problems, f"not set up: {[each.message for each in done.problems]}")
        expect(len(self._rules()) == len(_EVENTS), f"the sandbox holds {len(self._rules())} rules")
        self._stage.sandbox.deliver_due()  # the calls that try a new webhook
        expect([event.type for event in self.events] == ["test"] * len(_EVENTS), "the webhook was not tried")
        return f"{len(_EVENTS)} webhooks, {len(_EVENTS)} workflow rules, secret and token"

    def genuine(self) -> str:
        self.events.clear()
        inputs = {"customer_id": self._stage.ids["contact"], "line_items": [{"item_id": self._stage.ids["flour"]}]}
        invoice = self._stage.act("create_invoice", inputs).data
        self._stage.sandbox.deliver_due()
        expect(len(self.events) == 1, f"the delivery became {len(self.events)} events")
        event = self.events[0]
        expect(event.type == "invoice.created", f"the event is {event.type}")
        expect(event.record_id == invoice["invoice_id"], "the event is about another record")
        return f"answered 200, {event.type} {event.record_id}"

    def forged(self) -> str:
        """A forger keeps the signature and changes the customer."""
        body = self._delivery.body.replace(b"Bakery", b"Forger")
        expect(body != self._delivery.body, "the forger found nothing to change")
        before = len(self.events)
        status = self._receive(replace(self._delivery, body=body))
        expect(status == 401, f"the forged delivery was answered {status}")
        expect(len(self.events) == before, "the forged delivery became an event")
        return "answered 401 and dropped: its customer was changed"

    def drift(self) -> str:
        rule = next(rule for rule in self._rules().values() if rule["entity"] == "contact")
        self._rules()[rule["workflow_id"]] = {**rule, "is_active": False}
        found = self._trigger.check(self._subscription, **self._connection).drifts
        expect([each.what for each in found] == ["switched_off"], f"found: {found}")
        self._trigger.subscribe(self._subscription, **self._connection)
        expect(all(each["is_active"] for each in self._rules().values()), "a rule is still off")
        return f"{found[0].event} found and switched on again"

    def catch_up(self) -> str:
        since = time.time()
        self.events.clear()
        self._stage.receiver.receive = lambda _: 503  # the host is down
        self._stage.act("update_contact", {"contact_id": self._stage.ids["contact"], "notes": "Closed on Mondays."})
        self._stage.sandbox.deliver_due()
        expect(not self.events, "something was received while the host was down")
        pages = self._trigger.catch_up(["contact"], **self._connection, since=since, most_calls=5)
        read = [event for page in pages for event in page.events]
        contact = self._stage.ids["contact"]
        expect([event.record_id for event in read] == [contact], f"catching up brought {len(read)} events")
        return f"{read[0].type} {contact}, read"

    def unsubscribe(self) -> str:
        removed = self._trigger.unsubscribe(self._subscription, **self._connection).changes
        expect(not self._rules(), "a rule is left")
        expect(not self._automation.webhooks, "a webhook is left")
        return f"{len(removed)} parts removed, nothing left"

    def _rules(self) -> dict[str, Any]:
        """Return the workflow rules in the sandbox's books, by their ids."""
        return self._automation.rules

    @property
    def _automation(self) -> Automation:
        return self._stage.sandbox["in"].automation(self._stage.credential["organization_id"])

    @property
    def _trigger(self) -> Any:
        return self._stage.host.trigger()

    @property
    def _connection(self) -> dict[str, Any]:
        return {
            "credential": self._stage.credential,
            "tokens": self._stage.tokens,
            "run": self._stage.context(),
        }

    def _receive(self, delivery: Delivery) -> int:
        secrets, tokens = [self._subscription.secret], [self._subscription.header_token]
        try:
            self.events += self._trigger.receive(delivery, secrets=secrets, header_tokens=tokens)
        except WebhookRejectedError:
            return 401
        self._delivery = delivery
        return 200
