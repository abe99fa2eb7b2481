"""The demo's last steps: a signed delivery is received, a forged one is refused."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterator
from dataclasses import replace

from zoho_books_connector.boundary import Delivery, Event
from zoho_books_connector.demo.stage import Stage
from zoho_books_connector.demo.table import Step, expect
from zoho_books_connector.errors import WebhookRejectedError

_HEADER_TOKEN = "X-Connector-Token"  # noqa: S105 - a header's name


def receiving_steps(stage: Stage) -> Iterator[Step]:
    """Yield the two webhook steps."""
    steps = _Receiving(stage)
    yield Step("Webhook: signed delivery", steps.genuine)
    yield Step("Webhook: forged delivery", steps.forged)


class _Receiving:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        # Zoho takes letters and digits only.
        self._secret = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
        self._token = secrets.token_urlsafe(24)
        self.events: list[Event] = []

    def genuine(self) -> str:
        status = self._send(forged=False)
        expect(status == 200, f"the delivery was answered {status}")
        expect(len(self.events) == 1, f"the delivery became {len(self.events)} events")
        event = self.events[0]
        expect(event.record_id == self._stage.ids["invoice"], "the event is about another record")
        return f"answered 200, {event.type} {event.record_id}"

    def forged(self) -> str:
        before = len(self.events)
        status = self._send(forged=True)
        expect(status == 401, f"the forged delivery was answered {status}")
        expect(len(self.events) == before, "the forged delivery became an event")
        return "answered 401 and dropped: its total was changed"

    def _send(self, *, forged: bool) -> int:
        """Let the sandbox post over the network; a forger keeps the signature and changes the body."""
        self._stage.receiver.receive = self._receive
        [invoice] = [r for r in self._stage.books("invoice") if r["invoice_id"] == self._stage.ids["invoice"]]
        webhooks = self._stage.sandbox.webhooks
        delivery = webhooks.build(
            "invoice",
            invoice,
            url=f"{self._stage.receiver.url}/hook",
            secret=self._secret,
            query=[("event", "invoice_created")],
            headers=[(_HEADER_TOKEN, self._token)],
        )
        if forged:
            body = delivery.body.replace(b"19485", b"91485")
            expect(body != delivery.body, "the forger found no total to change")
            delivery = replace(delivery, body=body)
        return webhooks.send(delivery)

    def _receive(self, delivery: Delivery) -> int:
        trigger = self._stage.host.trigger()
        try:
            self.events += trigger.receive(delivery, secrets=[self._secret], header_tokens=[self._token])
        except WebhookRejectedError:
            return 401
        return 200
