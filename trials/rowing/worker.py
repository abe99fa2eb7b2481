"""A workbench in a process of its own, which runs one batch of rows on a scaled clock until it is done or killed."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trials.soaking.caller import limits_of
from zoho_books_connector.boundary import DataCentre, HttpSettings
from zoho_books_connector.stores import SqliteBudget
from zoho_books_connector.workbench.bench import OWNER, Workbench
from zoho_books_connector.workbench.runs.quota import WatchedBudget
from zoho_books_connector.workbench.settings import Settings

REGION: Final = "rows"
_MINUTE: Final = 60.0
#: Seconds in which a call of the sandbox's has surely ended; the budget's own lease leaves room for time-outs.
_LEASE: Final = 120.0


@dataclass(frozen=True)
class Task:
    """What a process is told; ``minute`` says in seconds how long a minute is."""

    folder: str
    url: str
    batch: str
    minute: float


def opened(folder: Path, url: str, minute: float) -> Workbench:
    """Return a workbench whose budget, time-outs and patience are those of a scaled clock."""
    scale = minute / _MINUTE
    usual = HttpSettings()
    http = HttpSettings(
        sandboxes=[DataCentre(REGION, "Rows", url, url)],
        wait_ceiling=usual.wait_ceiling * scale,
        connect_timeout=usual.connect_timeout * scale,
        read_timeout=usual.read_timeout * scale,
    )
    bench = Workbench(Settings(home=folder, sandbox=False, http=http))
    budget = SqliteBudget(folder / "scaled.db", limits_of(minute), lease=_LEASE * scale, owner=OWNER, poll=0.02 * scale)
    bench.budget = WatchedBudget(budget)
    bench.host.share(bench.budget)
    return bench


def main() -> None:
    """Read the task from standard input, open the workbench, which resumes the batch by itself, and wait for it."""
    task = Task(**json.loads(sys.stdin.readline()))
    with opened(Path(task.folder), task.url, task.minute) as bench:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while bench.batches.table.get(task.batch).state == "running":
            time.sleep(0.05)
    sys.stdout.write("over\n")


if __name__ == "__main__":
    main()
