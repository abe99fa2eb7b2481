"""Starts the local server in a process, and on a core, of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx


@dataclass(frozen=True)
class LocalServer:
    """A running server."""

    url: str
    _client: httpx.Client

    def set_answer(self, path: str, body: bytes) -> None:
        """Answer every request on ``path`` with ``body``."""
        self._client.post(f"{self.url}/answers{path}", content=body).raise_for_status()

    def opened(self) -> int:
        """Return how many connections were opened, this client's own included."""
        return int(self._client.get(f"{self.url}/opened").text)


@contextmanager
def local_server() -> Iterator[LocalServer]:
    """Run the server until the end of the block."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.server"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None  # noqa: S101 - for the type checker
        port = int(process.stdout.readline())
        with _apart(process.pid), httpx.Client(trust_env=False) as client:
            yield LocalServer(f"http://127.0.0.1:{port}", client)
    finally:
        process.kill()
        process.communicate()


@contextmanager
def _apart(server: int) -> Iterator[None]:
    """Give the server a core of its own where the system lets us; elsewhere they share, and the A/A ratio tells."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        yield
        return
    os.sched_setaffinity(server, cores[1:])
    os.sched_setaffinity(0, cores[:1])
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
