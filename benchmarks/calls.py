"""What calls cost: against the bare calls they make, with public clients beside them, in many threads, over time."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Final

from benchmarks.answers import invoice
from benchmarks.bench import Bench
from benchmarks.clients import SALESFORCE_PATH, PublicClient, public_clients
from benchmarks.host import CREATE_PATH, ENDLESS, RECORD_ID, Host
from benchmarks.measure import Call, compare, cpu
from benchmarks.report import Row
from zoho_books_connector.sending.budget import Unlimited
from zoho_books_connector.stores import SqliteBudget

_OURS: Final = "Get Records by Id"
_READ: Final = "bare read with httpx"
_CREATE: Final = "bare create with httpx, %d lines"
_PACED: Final = "Get Records by Id within the budget of one process"
_SHARED: Final = "Get Records by Id within a budget shared through SQLite"
_THREADS: Final = (10, 100)
_STATUS: Final = Path("/proc/self/status")
#: Function → what a call of it builds.
_BUILT: Final = {
    "ssl.__new__": "TLS contexts",
    "pydantic.plugin._schema_validator.create_schema_validator": "compiled schemas",
    "jsonschema.validators.check_schema": "checked schemas",
}


def calls(bench: Bench) -> Iterator[Row]:
    """Yield what a read and two creates cost, ours and those of public clients."""
    with public_clients(bench.server.url) as others:
        yield from _reads(bench, others)
        for lines, limit, calls_each in ((10, 1.25, bench.effort.calls), (100, 1.4, max(1, bench.effort.calls // 2))):
            bench.server.set_answer(CREATE_PATH, bench.answers[lines])
            bench.server.set_answer(SALESFORCE_PATH, bench.answers[lines])
            creates = _creates(bench, lines, others)
            found = compare(bench.bare.create(invoice(lines)), creates, replace(bench.effort, calls=calls_each), cpu)
            bounded = list(creates)[:2]
            yield from (Row.of(name, _CREATE % lines, found, limit if name in bounded else None) for name in creates)


def _reads(bench: Bench, others: Sequence[PublicClient]) -> Iterator[Row]:
    bench.server.set_answer(SALESFORCE_PATH + RECORD_ID, bench.answers[2])
    reads = {_OURS: bench.host.read(), **{f"{each.name}, read": each.read for each in others}}
    found = compare(bench.bare.read(), reads, bench.effort, cpu)
    yield from (Row.of(name, _READ, found, 1.2 if name == _OURS else None) for name in reads)


def _creates(bench: Bench, lines: int, others: Sequence[PublicClient]) -> dict[str, Call]:
    """Return the ways to create an invoice with so many lines, our two first."""
    inputs = invoice(lines)
    ready = json.dumps(inputs).encode()
    return {
        f"Create Invoice, {lines} lines": bench.host.action("create_invoice", inputs),
        f"Create Invoice, {lines} lines as JSON bytes": bench.host.action("create_invoice", ready),
        **{f"{each.name}, create": each.create(inputs) for each in others},
        "httpx with ready bytes, the answer's JSON not read": bench.bare.send_bytes(ready),
    }


def budget(bench: Bench) -> Iterator[Row]:
    """Yield what it costs to keep within the limits: against a read that nothing limits, of the same connector."""
    with ExitStack() as opened:
        folder = opened.enter_context(TemporaryDirectory())
        file = opened.enter_context(closing(SqliteBudget(Path(folder) / "budget.db", ENDLESS)))
        free, shared = (opened.enter_context(closing(Host(bench.server.url, budget))) for budget in (Unlimited(), file))
        reads = {_PACED: bench.host.read(), _SHARED: shared.read()}
        found = compare(free.read(), reads, bench.effort, cpu)
    for name, limit in ((_PACED, 1.05), (_SHARED, None)):
        yield Row.of(name, "the same with nothing limited", found, limit)


def threads(bench: Bench) -> Iterator[Row]:
    """Yield what a call costs when many threads make it at once, in units of one thread's."""
    few = replace(bench.effort, rounds=bench.effort.starts, calls=1)
    total = bench.effort.calls * 20
    with ExitStack() as closing:
        pools = {count: closing.enter_context(ThreadPoolExecutor(count)) for count in (1, *_THREADS)}
        for name, call in ((_OURS, bench.host.read()), (_READ, bench.bare.read())):
            many = {f"{name}, {count} threads": _together(call, pools[count], count, total) for count in _THREADS}
            found = compare(_together(call, pools[1], 1, total), many, few, cpu)
            limit = 1.3 if name == _OURS else None
            yield from (Row.of(label, "the same in one thread", found, limit) for label in many)


def _together(call: Call, pool: ThreadPoolExecutor, count: int, total: int) -> Call:
    """Return the work of making ``total`` calls in the ``count`` threads of a pool, each of which has its share."""
    share = max(1, total // count)

    def in_one_thread() -> None:
        for _ in range(share):
            call()

    def work() -> None:
        for done in [pool.submit(in_one_thread) for _ in range(count)]:
            done.result()

    return work


def memory(bench: Bench) -> Iterator[Row]:
    """Yield how much the process grew over 10,000 calls, where the system tells (Linux)."""
    if not _STATUS.exists():
        return
    call, total = bench.host.read(), bench.effort.reads
    for _ in range(total // 5):
        call()
    before = _resident()
    for _ in range(total):
        call()
    yield Row(f"KiB more after {total:,} reads", "", _resident() - before, 512)


def _resident() -> int:
    """Return the KiB of memory that the process holds."""
    gc.collect()
    [line] = [line for line in _STATUS.read_text("ascii").splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1])


def counts(bench: Bench) -> Iterator[Row]:
    """Yield what 100 warm calls build anew: nothing."""
    call = bench.host.action("create_invoice", invoice(10))
    call()
    opened = bench.server.opened()
    made = built_by(call, 100)
    yield Row("connections opened by 100 warm creates", "", bench.server.opened() - opened, 0)
    for name, what in _BUILT.items():
        yield Row(f"{what} built by 100 warm creates", "", made[name], 0)


def built_by(call: Call, calls: int) -> dict[str, int]:
    """Return how often each of the functions that build something dear ran during so many calls."""
    made = dict.fromkeys(_BUILT, 0)

    def watch(frame: FrameType, event: str, _: object) -> None:
        name = f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}"
        if event == "call" and name in made:
            made[name] += 1

    sys.setprofile(watch)
    try:
        for _ in range(calls):
            call()
    finally:
        sys.setprofile(None)
    return made
