"""The demo's lost answer: an invoice that was created though no answer came, and a step that is run once more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from zoho_books_connector.boundary import ActionResult
from zoho_books_connector.demo.stage import Stage
from zoho_books_connector.demo.table import Step, expect
from zoho_books_connector.sandbox import Fault

_KEY: Final = "demo/invoice-of-the-week"


def losing_steps(stage: Stage) -> Iterator[Step]:
    """Yield the two attempts of one step."""
    steps = _Losing(stage)
    yield Step("Create Invoice: answer lost", steps.lose_the_answer)
    yield Step("Create Invoice: same step again", steps.run_again)


class _Losing:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def lose_the_answer(self) -> str:
        held = len(self._stage.books("invoice"))
        self._stage.sandbox.faults.add(Fault("reset", method="POST", path="/invoices$", commit=True))
        result = self._create(attempt=1)
        expect(result.recovered, "the invoice was not found by looking")
        expect(len(self._stage.books("invoice")) == held + 1, "the books do not hold one invoice more")
        self._stage.ids["weekly"] = result.data["invoice_id"]
        return f"{result.data['invoice_number']} found by looking, not sent again"

    def run_again(self) -> str:
        held = len(self._stage.books("invoice"))
        result = self._create(attempt=2)
        expect(result.data["invoice_id"] == self._stage.ids["weekly"], "another invoice came back")
        expect(len(self._stage.books("invoice")) == held, "a second invoice was created")
        return f"{result.data['invoice_number']} again, nothing created"

    def _create(self, attempt: int) -> ActionResult:
        inputs: dict[str, Any] = {
            "customer_id": self._stage.ids["contact"],
            "reference_number": "PO-7742",
            "date": "2026-11-16",
            "line_items": [{"item_id": self._stage.ids["flour"], "quantity": 4}],
        }
        return self._stage.act("create_invoice", inputs, idempotency_key=_KEY, attempt=attempt)
