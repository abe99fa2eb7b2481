"""What it costs to protect a create with a key: against the same create without one, when nothing goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.answers import invoice
from benchmarks.bench import Bench
from benchmarks.host import CREATE_PATH, ENDLESS, Host
from benchmarks.measure import compare, cpu
from benchmarks.report import Row
from benchmarks.server import NUMBER
from zoho_books_connector.sending.budget import Unlimited
from zoho_books_connector.stores import MemoryJournal, SqliteBudget, SqliteJournal

_AGAINST: Final = "the same without a key, nothing limited"
_IN_PROCESS: Final = "Create Invoice with %d lines under a key, journal and budget in the process"
_SHARED: Final = "Create Invoice with %d lines under a key, journal and budget shared through SQLite"


def keys(bench: Bench) -> Iterator[Row]:
    """Yield what a key costs on a first attempt, with 10 and with 100 lines."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory()))
        shared_budget = opened.enter_context(closing(SqliteBudget(folder / "budget.db", ENDLESS)))
        shared_journal = opened.enter_context(closing(SqliteJournal(folder / "journal.db")))
        free, alone, shared = (
            opened.enter_context(closing(host))
            for host in (
                Host(bench.server.url, Unlimited()),
                Host(bench.server.url, journal=MemoryJournal()),
                Host(bench.server.url, shared_budget, shared_journal),
            )
        )
        for lines in (10, 100):
            inputs = invoice(lines) | {"reference_number": "PO-1"}
            bench.server.set_answer(CREATE_PATH, _numbered(bench.answers[lines]))
            creates = {
                _IN_PROCESS % lines: alone.steps("create_invoice", inputs),
                _SHARED % lines: shared.steps("create_invoice", inputs),
            }
            found = compare(free.action("create_invoice", inputs), creates, bench.effort, cpu)
            yield from (Row.of(name, _AGAINST, found) for name in creates)


def _numbered(answer: bytes) -> bytes:
    """Give every invoice another id, as Zoho does: a journal keeps a record for one key only."""
    start = answer.index(b'"invoice_id": "') + len(b'"invoice_id": "')
    return answer[:start] + NUMBER + answer[answer.index(b'"', start) :]
