"""What it takes to catch up on many changed records: requests, and memory that does not grow with their number."""

from __future__ import annotations

import gc
import math
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

from benchmarks.bench import Bench
from benchmarks.host import Host
from benchmarks.list_server import FIRST
from benchmarks.report import Row
from zoho_books_connector.boundary import RunContext
from zoho_books_connector.trigger import WebhookTrigger

#: A page is read again from its last record on, so each further one brings so many.
_NEW_ON_A_PAGE: Final = 199
_GROWTH: Final = 128


def catching_up(bench: Bench) -> Iterator[Row]:
    """Yield the requests for 50,000 records, and the memory that they take beyond that of a tenth of them."""
    total = max(10_000, bench.effort.reads * 5)  # a tenth of it fills several pages
    _read(total // 10)  # what is loaded and built once
    _, few = _read(total // 10)
    requests, many = _read(total)
    yield Row(f"requests for {total:,} changed records", "", requests, math.ceil((total - 1) / _NEW_ON_A_PAGE))
    yield Row(f"KiB more at the peak of {total:,} records than of {total // 10:,}", "", (many - few) / 1024, _GROWTH)


def _read(records: int) -> tuple[int, int]:
    """Read so many records; returns the requests made and the peak of the memory, in bytes."""
    with _server(records) as url, closing(Host(url)) as host:
        pages = WebhookTrigger().catch_up(
            ["contact"],
            credential=host.credential,
            tokens=host.tokens,
            run=RunContext(host.runtime),
            since=FIRST,
            most_calls=records,
        )
        gc.collect()
        tracemalloc.start()
        found = 0
        try:
            for page in pages:
                found += len(page.events)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    if found != records:
        raise RuntimeError(f"{found} of {records} records were brought")
    return page.calls_made, peak


@contextmanager
def _server(records: int) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.list_server", str(records)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    try:
        assert process.stdout is not None  # noqa: S101 - for the type checker
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.communicate()
