"""One process of a soak: threads that read as fast as the shared budget lets them, until the time is over."""

from __future__ import annotations

import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from zoho_books_connector.boundary import ActionHandler, DataCentre, HttpSettings, RunContext
from zoho_books_connector.errors import ConnectorError, RateLimitedError
from zoho_books_connector.plugin import connector_action
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sending.limits import Limits
from zoho_books_connector.stores import ConnectionStore, KeyRing, SqliteBudget

REGION: Final = "soak"
_MINUTE: Final = 60.0
_THREADS: Final = 6


@dataclass(frozen=True)
class Task:
    """What a process is told; times are in seconds, and ``minute`` says how long a minute is."""

    folder: str
    url: str
    connection: str
    item: str
    minute: float
    #: By the clock that all processes share.
    until: float


def limits_of(minute: float, share: float = 0.9) -> Limits:
    """Return the default figures on a scaled clock."""
    usual, scale = Limits(share=share), minute / _MINUTE
    return Limits(share=share, window=usual.window * scale, linger=usual.linger * scale)


class Distant(httpx.HTTPTransport):
    """A network between here and the sandbox: 400 ± 350 ms of a scaled clock, some before and some after."""

    def __init__(self, scale: float) -> None:
        super().__init__(trust_env=False)
        self._scale = scale

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send after a while, and hand the answer over after a while."""
        latency = random.uniform(0.05, 0.75) * self._scale  # noqa: S311 - no secret hangs on it
        before = latency * random.random()  # noqa: S311 - as above
        time.sleep(before)
        response = super().handle_request(request)
        response.read()
        time.sleep(latency - before)
        return response


def work(task: Task) -> dict[str, Any]:
    """Read until the time is over; returns what went wrong."""
    scale = task.minute / _MINUTE
    folder = Path(task.folder)
    store = ConnectionStore(folder / "connections.db", KeyRing.from_environment(folder / "connections.key"))
    places = [DataCentre(REGION, "Soak", task.url, task.url)]
    settings = HttpSettings(sandboxes=places, wait_ceiling=HttpSettings.wait_ceiling * scale)
    errors: list[str] = []
    budget = SqliteBudget(folder / "budget.db", limits_of(task.minute), poll=0.02 * scale)
    resources = {"zoho_books.transport": Distant(scale)}
    with closing(budget), DefaultRuntime(settings, budget=budget, resources=resources) as runtime:
        get_record = connector_action("zoho_books", "get_record")
        assert get_record is not None  # noqa: S101 - the action exists
        given = {"credential": store.credential(task.connection), "tokens": store.tokens(task.connection)}

        def read(_: int) -> None:
            while time.monotonic() < task.until:
                _read(get_record, task, {**given, "run": RunContext(runtime)}, errors)

        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(read, range(_THREADS)))
    return {"errors": errors}


def _read(get_record: ActionHandler, task: Task, given: dict[str, Any], errors: list[str]) -> None:
    try:
        get_record({"module": "item", "record_id": task.item}, **given)
    except RateLimitedError as error:
        if not error.code.startswith("budget_"):
            errors.append(error.code)
        time.sleep(max(0.0, min(error.retry_after, task.until - time.monotonic())))
    except ConnectorError as error:
        errors.append(error.code)


def main() -> None:
    """Read the task from standard input, say that everything is set up, and begin when told."""
    task = Task(**json.loads(sys.stdin.readline()))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    until = json.loads(sys.stdin.readline())
    sys.stdout.write(json.dumps(work(Task(**{**asdict(task), "until": until}))) + "\n")


if __name__ == "__main__":
    main()
