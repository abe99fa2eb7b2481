"""What receiving costs: proven, read, stored and answered, against an application that does nothing but the insert."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from itertools import count
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.bench import Bench
from benchmarks.ingest_server import SECRET, TOKEN
from benchmarks.measure import Call, compare
from benchmarks.report import Row

#: 0.8 of the events per second.
_LIMIT: Final = 1 / 0.8
_CONNECTIONS: Final = 64
_OURS, _BARE = "/ours", "/bare"
_BASE: Final = "bare ASGI application with the same durable insert"
#: Our own bound, for Zoho publishes none.
_LONGEST: Final = 1000.0
_GROWTH: Final = 512


def ingest(bench: Bench) -> Iterator[Row]:
    """Yield what a delivery of four kilobytes costs on one core, how long answers take under load, and the memory."""
    if find_spec("uvicorn") is None:  # ``make bench`` installs it
        return
    each, total = bench.effort.calls * 40, bench.effort.reads
    with _server() as port, asyncio.Runner() as runner:
        load = _Load(runner, port, json.loads(bench.answers[2])["invoice"])
        load.send(_OURS, total // 5)
        load.seconds.clear()
        memory = load.told()[1]
        load.send(_OURS, total)
        grown, longest = load.told()[1] - memory, sorted(load.seconds)[int(len(load.seconds) * 0.99)]
        effort = replace(bench.effort, rounds=bench.effort.starts, calls=1)
        found = compare(
            lambda: load.send(_BARE, each), {"a delivery": lambda: load.send(_OURS, each)}, effort, load.spent
        )
    yield Row.of("a delivery", _BASE, found, _LIMIT)
    yield Row(f"milliseconds to the answer under load, 99 of 100, {_CONNECTIONS} at once", "", longest * 1e3, _LONGEST)
    yield Row(f"KiB more after {total:,} deliveries", "", grown, _GROWTH)


@contextmanager
def _server() -> Iterator[int]:
    """Run the two applications until the end of the block; returns their port."""
    with ExitStack() as opened:
        folder = opened.enter_context(TemporaryDirectory())
        command = [sys.executable, "-m", "benchmarks.ingest_server", folder]
        process = opened.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))  # noqa: S603 - ours
        opened.callback(process.kill)
        assert process.stdout is not None  # noqa: S101 - for the type checker
        yield int(process.stdout.readline())


@dataclass
class _Load:
    """Sends deliveries through many connections at once, each a record of its own."""

    runner: asyncio.Runner
    port: int
    record: dict[str, Any]
    seconds: list[float] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(10**14))

    def send(self, path: str, deliveries: int) -> None:
        """Send so many new deliveries, and wait for the answers."""
        requests = [self._request(path) for _ in range(deliveries)]
        self.runner.run(self._send_all(requests))

    def spent(self, call: Call, calls: int) -> float:
        """Return the CPU seconds that the server spends on so many calls."""
        before = self.told()[0]
        for _ in range(calls):
            call()
        return self.told()[0] - before

    def told(self) -> tuple[float, float]:
        """Return the server's CPU seconds so far, and its memory in KiB."""
        cpu, memory = self.runner.run(self._ask()).split()
        return float(cpu), float(memory)

    def _request(self, path: str) -> bytes:
        body = json.dumps({"invoice": self.record | {"invoice_id": str(next(self._numbers))}}).encode()
        signature = hmac.new(SECRET.encode(), b"eventinvoice_created" + body, hashlib.sha256).hexdigest()
        head = (
            f"POST {path}?event=invoice_created HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"X-Zoho-Webhook-Signature: {signature}\r\nX-Connector-Token: {TOKEN}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def _send_all(self, requests: list[bytes]) -> None:
        await asyncio.gather(*(self._send_some(requests) for _ in range(_CONNECTIONS)))

    async def _send_some(self, requests: list[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while requests:
            request, started = requests.pop(), time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head:
                raise RuntimeError(head.decode())
            self.seconds.append(time.perf_counter() - started)
        writer.close()
        await writer.wait_closed()

    async def _ask(self) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"GET /spent HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer.partition(b"\r\n\r\n")[2].decode()
