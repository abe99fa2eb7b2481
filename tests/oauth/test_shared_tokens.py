"""One connection in several processes: one refresh for all, none spent on a missing scope, no lock for ever."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zoho_books_connector.api.client import open_client
from zoho_books_connector.boundary import DataCentre, HttpSettings, RunContext, TokenSet
from zoho_books_connector.errors import UnavailableError
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sandbox import Fault, Limits, Sandbox
from zoho_books_connector.sending.budget import Unlimited
from zoho_books_connector.stores import ConnectionStore, KeyRing

KEY = bytes(range(32))
PROCESSES, THREADS = 4, 25
HOUR = 3600.0
READ_ITEMS = "ZohoBooks.settings.READ"

#: Opens the store, says so, waits for the word, and calls from many threads at once; prints how each call ended.
_CALLER = f"""
import json, sys, time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from zoho_books_connector.api.client import open_client
from zoho_books_connector.boundary import DataCentre, HttpSettings, RunContext
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sending.budget import Unlimited
from zoho_books_connector.stores import ConnectionStore, KeyRing

path, connection, url, ahead = sys.argv[1:]
clock = lambda: time.time() + float(ahead)
settings = HttpSettings(sandboxes=[DataCentre("sandbox", "Sandbox", url, url)])
owner = DefaultRuntime(settings, budget=Unlimited(), resources={{"zoho_books.clock": clock}})
store = ConnectionStore(path, KeyRing([{KEY!r}]))
credential, begin = store.credential(connection), Barrier({THREADS})


def call(_):
    begin.wait()
    client = open_client(credential, store.tokens(connection), RunContext(owner), scope={READ_ITEMS!r})
    try:
        client.get("/items")
    except ConnectorError as error:
        return getattr(error, "reason", error.code)
    return "ok"


print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor({THREADS}) as pool:
    print(json.dumps(Counter(pool.map(call, range({THREADS})))))
owner.close()
"""


class Shared:
    """A stored connection to the sandbox that several processes use."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.centre = sandbox["us"]
        self._path = folder / "connections.db"
        self.store = ConnectionStore(self._path, KeyRing([KEY]))
        self._client = sandbox.register_client()
        self.credential: dict[str, Any] = {
            "schema_version": 2,
            "region": "sandbox",
            "client_id": self._client.client_id,
            "client_secret": self._client.client_secret,
            "organization_id": self.centre.organizations[0]["organization_id"],
        }
        self.id = self.store.create(self.credential)

    def connect(
        self, *, age: float, left: float = HOUR, scope: str = "ZohoBooks.fullaccess.all", said: bool = True
    ) -> None:
        """Store tokens of an age, and with a life left, in seconds; ``said``: Zoho told what was granted."""
        answer = self.centre.issue_tokens(self._client, scope)
        now = time.time()
        fresh = TokenSet(
            answer["access_token"],
            answer["refresh_token"],
            expires_at=now + left,
            issued_at=now - age,
            scope=scope if said else "",
            accounts_url=self.centre.accounts_url,
        )
        self.store.tokens(self.id).save(fresh, expected=None)

    def call_at_once(self, *, ahead: float = 0.0) -> dict[str, int]:
        """Call from every thread of every process; returns how often the calls ended in which way."""
        words = [str(self._path), self.id, self.centre.accounts_url, str(ahead)]
        callers = [start(_CALLER, *words) for _ in range(PROCESSES)]
        for caller in callers:
            assert caller.stdout is not None
            assert caller.stdout.readline() == "ready\n"
        for caller in callers:
            assert caller.stdin is not None
            caller.stdin.write("go\n")
            caller.stdin.flush()
        ended: dict[str, int] = {}
        for caller in callers:
            for how, count in json.loads(caller.communicate(timeout=120)[0]).items():
                ended[how] = ended.get(how, 0) + count
        return ended

    @property
    def refreshes(self) -> int:
        return len([each for each in self.centre.requests if (each.method, each.path) == ("POST", "/oauth/v2/token")])


def start(source: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", source, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    with Sandbox(limits=Limits.off()) as sandbox:
        yield Shared(sandbox, tmp_path)


def test_a_hundred_calls_in_four_processes_on_an_expired_token_refresh_once(shared: Shared) -> None:
    shared.connect(age=HOUR, left=-1)
    shared.centre.expire_access_tokens()
    assert shared.call_at_once() == {"ok": PROCESSES * THREADS}
    assert shared.refreshes == 1


def test_a_hundred_calls_in_four_processes_on_a_token_that_is_refused_refresh_once(shared: Shared) -> None:
    shared.connect(age=61)
    shared.centre.expire_access_tokens()
    assert shared.call_at_once() == {"ok": PROCESSES * THREADS}
    assert shared.refreshes == 1


# --- a missing scope ------------------------------------------------------------------------------------------------


def test_a_scope_that_was_never_granted_costs_no_refresh(shared: Shared) -> None:
    shared.connect(age=600, scope="ZohoBooks.contacts.ALL")
    assert shared.call_at_once() == {"missing_scope": PROCESSES * THREADS}
    assert shared.refreshes == 0


@pytest.mark.parametrize("by", ["a role", "a grant that nobody told"])
def test_what_is_forbidden_costs_no_refresh_for_a_young_token_and_one_for_an_older_one(shared: Shared, by: str) -> None:
    if by == "a role":
        shared.connect(age=600)
        shared.sandbox.faults.add(Fault("unauthorized", path="/items", times=None))
    else:
        shared.connect(age=600, scope="ZohoBooks.contacts.ALL", said=False)
    spent = []
    for ahead in (0, 0, 120):  # each time in new processes
        assert shared.call_at_once(ahead=ahead) == {"missing_scope": PROCESSES * THREADS}
        spent.append(shared.refreshes)
    assert spent == [1, 1, 2]


# --- a process that dies under the lock -----------------------------------------------------------------------------

_DIES = f"""
import os, signal, sys
from zoho_books_connector.stores import ConnectionStore, KeyRing
store = ConnectionStore(sys.argv[1], KeyRing([{KEY!r}]))
with store.tokens(sys.argv[2]).lock(ttl=75, wait=0):
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
"""


def test_a_process_killed_in_the_middle_of_a_refresh_blocks_the_others_for_a_while_only(
    shared: Shared, tmp_path: Path
) -> None:
    shared.connect(age=HOUR, left=-1)
    dead = start(_DIES, str(tmp_path / "connections.db"), shared.id)
    dead.communicate(timeout=60)
    if sys.platform != "win32":
        assert dead.returncode == -signal.SIGKILL
    elapsed = [0.0]

    def sleep(seconds: float) -> None:
        elapsed[0] += seconds

    def clock() -> float:
        return time.time() + elapsed[0]

    store = ConnectionStore(tmp_path / "connections.db", KeyRing([KEY]), clock=clock, sleep=sleep)
    url = shared.centre.accounts_url
    settings = HttpSettings(sandboxes=[DataCentre("sandbox", "Sandbox", url, url)])
    with DefaultRuntime(settings, budget=Unlimited(), resources={"zoho_books.clock": clock}) as owner:
        client = open_client(shared.credential, store.tokens(shared.id), RunContext(owner), scope=READ_ITEMS)
        with pytest.raises(UnavailableError) as caught:
            client.get("/items")
        assert caught.value.code == "refresh_busy"
        assert shared.refreshes == 0
        client.get("/items")
    assert shared.refreshes == 1
    assert elapsed[0] < 80
