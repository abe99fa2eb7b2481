"""A soak in real time: processes that share one budget through SQLite against the sandbox, on a scaled clock."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from trials.soaking.caller import REGION, Task, limits_of
from trials.soaking.outcome import Outcome, Window, used_of
from zoho_books_connector.boundary import CallEnd, TokenSet
from zoho_books_connector.errors import RateLimitedError
from zoho_books_connector.sandbox import Limits, Sandbox, Switches
from zoho_books_connector.sandbox.caller import Caller
from zoho_books_connector.sending.budget import PacedBudget
from zoho_books_connector.sending.limits import Standing, allowed
from zoho_books_connector.stores import ConnectionStore, KeyRing

_ROOT: Final = Path(__file__).resolve().parents[2]
#: Access tokens are renewed so often in a run, however long it is.
_TOKENS: Final = 4
#: Seconds beyond the end of a run after which a process that still works is a fault of the trial.
_PATIENCE: Final = 60.0


@dataclass(frozen=True)
class Setting:
    """What is played: how many processes for how long, and how long a minute is. Seconds."""

    window: Window
    processes: int
    seconds: float
    minute: float = 6.0
    #: Where in a fixed window the run begins, as a part of its length.
    phase: float = 0.0


def soak(setting: Setting) -> Outcome:
    """Let the processes work; raises ``RuntimeError`` when one of them failed otherwise than by a 429."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, _sandbox(setting) as sandbox:
        centre = sandbox["us"]
        task = _set_up(Path(folder), sandbox, setting)
        began = centre.now()
        errors = _play(task, setting, sandbox)
        records = [each for each in centre.requests if each.at >= began]
    if strange := [code for code in errors if code not in {"minute_limit", "blocked", "concurrency_limit"}]:
        raise RuntimeError(f"calls failed: {sorted(set(strange))}")
    arrivals = [each.at for each in records if each.path.endswith(task.item) and each.status == 200]
    share = allowed(limits_of(setting.minute), Standing(), 0)
    return Outcome(
        "sandbox",
        setting.window,
        setting.processes,
        1,
        len(arrivals),
        sum(each.status == 429 for each in records),
        used_of(arrivals, share, setting.minute, setting.window, until=min(arrivals) + setting.seconds),
        sum(each.path.endswith("/token") for each in records),
    )


def _sandbox(setting: Setting) -> Sandbox:
    limits = Limits(
        minute_seconds=setting.minute,
        per_day=None,
        block_seconds=setting.minute * 15,
        access_token_seconds=max(2, round(setting.seconds / _TOKENS)),
    )
    return Sandbox(["us"], Switches(rate_window=setting.window), limits)


def _set_up(folder: Path, sandbox: Sandbox, setting: Setting) -> Task:
    centre, client = sandbox["us"], sandbox.register_client()
    organization_id = str(centre.organizations[0]["organization_id"])
    item = centre.seed(organization_id, "item", {"name": "Flour", "rate": 5})
    issued = centre.issue_tokens(client)
    store = ConnectionStore(folder / "connections.db", KeyRing.from_environment(folder / "connections.key"))
    connection = store.create(
        {
            "schema_version": 2,
            "region": REGION,
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "scope": "ZohoBooks.fullaccess.all",
            "organization_id": organization_id,
        }
    )
    now = time.time()
    tokens = TokenSet(issued["access_token"], issued["refresh_token"], now + issued["expires_in"], now)
    store.tokens(connection).save(tokens, expected=None)
    return Task(str(folder), centre.accounts_url, connection, str(item["item_id"]), setting.minute, 0.0)


def _play(task: Task, setting: Setting, sandbox: Sandbox) -> list[str]:
    """Start the processes, let a foreign client spend the rest, and return what went wrong."""
    started = [_start(task) for _ in range(setting.processes)]
    for each in started:
        _line_of(each)
    # A fixed window begins at multiples of its length.
    time.sleep((setting.phase - time.time() / setting.minute) % 1 * setting.minute)
    until = time.monotonic() + setting.seconds
    foreign = threading.Thread(target=_spend_the_rest, args=(sandbox, task.minute, until))
    foreign.start()
    for each in started:
        _tell(each, until)
    errors: list[str] = []
    for each in started:
        printed, _ = each.communicate(timeout=setting.seconds + _PATIENCE)
        if each.returncode:
            raise RuntimeError(f"a process ended with {each.returncode}")
        errors += json.loads(printed)["errors"]
    foreign.join()
    return errors


def _start(task: Task) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "trials.soaking.caller"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT)  # noqa: S603 - our own module
    _tell(process, asdict(task))
    return process


def _tell(process: subprocess.Popen[str], what: object) -> None:
    assert process.stdin is not None  # noqa: S101 - it has a pipe
    process.stdin.write(json.dumps(what) + "\n")
    process.stdin.flush()


def _line_of(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None  # noqa: S101 - it has a pipe
    if process.stdout.readline() != "ready\n":
        raise RuntimeError("a process did not start")


def _spend_the_rest(sandbox: Sandbox, minute: float, until: float) -> None:
    """Be another application, which keeps to what our share leaves."""
    centre, share = sandbox["us"], 1 - limits_of(minute).share
    token = centre.issue_tokens(sandbox.register_client())["access_token"]
    budget = PacedBudget(limits_of(minute, share))
    with Caller(centre.api_url, token, str(centre.organizations[0]["organization_id"])) as caller:
        while time.monotonic() < until:
            try:
                with budget.slot(REGION, wait=minute) as slot:
                    reply = caller.get("/contacts")
                    slot.end(CallEnd(reply.status, reply.code))
            except RateLimitedError as error:
                time.sleep(min(error.retry_after, minute))
