"""Plays a batch: a sandbox with Zoho's limits, a workbench beside it that is killed at random, and the count."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from trials.rowing.outcome import Outcome
from trials.rowing.worker import REGION, Task, opened
from trials.soaking.caller import limits_of
from trials.soaking.outcome import used_of
from zoho_books_connector.boundary import TokenSet
from zoho_books_connector.sandbox import Limits, Sandbox
from zoho_books_connector.sandbox.data_centre import DataCentre
from zoho_books_connector.sending.limits import Standing, allowed
from zoho_books_connector.workbench.batches.batch import Row

_ROOT: Final = Path(__file__).resolve().parents[2]
_MAPPING: Final = {"name": "name", "rate": "rate"}
#: Seconds of a minute that is not scaled.
_MINUTE: Final = 60.0
#: Times as long as the limits make a batch take, after which it is given up.
_PATIENCE: Final = 4


@dataclass(frozen=True)
class Setting:
    """What is played; ``minute`` says in seconds how long a minute is."""

    rows: int
    kills: int
    minute: float
    seed: int

    @property
    def share(self) -> int:
        """Calls that may be sent in a minute."""
        return allowed(limits_of(self.minute), Standing(), 0)

    @property
    def least(self) -> float:
        """Seconds that the limits make it take, from a cold start."""
        return max(0, self.rows - 1) // self.share * self.minute


def play(setting: Setting) -> Outcome:
    """Run a batch to its end; raises ``RuntimeError`` when it does not come to one."""
    limits = Limits(minute_seconds=setting.minute, per_day=None, block_seconds=setting.minute * 15)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, Sandbox(["us"], limits=limits) as sandbox:
        centre = sandbox["us"]
        task = _set_up(Path(folder), sandbox, setting)
        dead = _work(task, setting)
        with opened(Path(folder), centre.accounts_url, setting.minute) as bench:
            rows = list(bench.batches.rows.all(task.batch))
        return _count(setting, centre, rows, dead)


def _set_up(folder: Path, sandbox: Sandbox, setting: Setting) -> Task:
    centre, client = sandbox["us"], sandbox.register_client()
    issued, now = centre.issue_tokens(client), time.time()
    with opened(folder, centre.accounts_url, setting.minute) as bench:
        connection = bench.store.create(
            {
                "schema_version": 2,
                "region": REGION,
                "client_id": client.client_id,
                "client_secret": client.client_secret,
                "scope": "ZohoBooks.fullaccess.all",
                "organization_id": str(centre.organizations[0]["organization_id"]),
            }
        )
        tokens = TokenSet(issued["access_token"], issued["refresh_token"], now + issued["expires_in"], now)
        bench.store.tokens(connection).save(tokens, expected=None)
        lines = "\n".join(["name,rate", *(f"Flour {number},{number}" for number in range(setting.rows))])
        batch = bench.batches.take("rows.csv", lines.encode(), "create_item", connection)
        bench.batches.table.begin(batch, is_dry=False, which="all", settled={"mapping": _MAPPING})
    return Task(str(folder), centre.accounts_url, batch, setting.minute)


def _work(task: Task, setting: Setting) -> list[tuple[float, float]]:
    """Start the workbench, and again after each kill; returns when there was none that was ready."""
    chance = random.Random(setting.seed)  # noqa: S311 - repeatability is wanted
    give_up = time.monotonic() + _PATIENCE * (setting.least + 30)
    moments = sorted(chance.uniform(0, setting.least or setting.minute) for _ in range(setting.kills))
    lived, dead, began = 0.0, [], time.time()
    for moment in moments:
        with _process(task) as process:
            ready = time.time()
            dead.append((began, ready))
            _sleep(process, moment - lived)
            process.kill()
            lived, began = moment, time.time()
    with _process(task) as process:
        dead.append((began, time.time()))
        _sleep(process, give_up - time.monotonic())
        if process.poll() is None:
            process.kill()
            raise RuntimeError("the batch did not come to its end")
    return dead


@contextmanager
def _process(task: Task) -> Iterator[subprocess.Popen[str]]:
    """Start a workbench and wait until it is ready."""
    command = [sys.executable, "-m", "trials.rowing.worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:  # noqa: S603 - our own module
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes
        process.stdin.write(json.dumps(asdict(task)) + "\n")
        process.stdin.flush()
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("a workbench did not start")
        yield process


def _sleep(process: subprocess.Popen[str], seconds: float) -> None:
    try:
        process.wait(max(0.0, seconds))
    except subprocess.TimeoutExpired:
        return


def _count(setting: Setting, centre: DataCentre, rows: list[Row], dead: list[tuple[float, float]]) -> Outcome:
    organization = str(centre.organizations[0]["organization_id"])
    held = centre.records(organization, "item")
    names = Counter(each["name"] for each in held)
    ids = {str(each["item_id"]): each["name"] for each in held}
    calls = [each for each in centre.requests if each.path.startswith("/books/")]
    arrivals = sorted(each.at for each in calls if each.status != 429)
    outage = sum(_overlap(arrivals, each) for each in dead)
    whole = arrivals[-1] - arrivals[0]
    used = used_of(arrivals, setting.share, setting.minute, "sliding", until=arrivals[-1])
    return Outcome(
        setting.seed,
        setting.rows,
        setting.kills,
        sum(count - 1 for count in names.values()),
        sum(
            names[f"Flour {row.number - 2}"] == 0 or ids.get(row.record_id or "") != f"Flour {row.number - 2}"
            for row in rows
        ),
        sum(row.state != "done" for row in rows),
        len(calls),
        len(calls) - len(arrivals),
        whole / setting.minute,
        1 - outage / whole,
        used,
        bounded=setting.kills == 0 or setting.minute >= _MINUTE,
    )


def _overlap(arrivals: list[float], outage: tuple[float, float]) -> float:
    return max(0.0, min(outage[1], arrivals[-1]) - max(outage[0], arrivals[0]))
