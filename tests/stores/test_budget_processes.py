"""The shared budget between real processes, one of which is killed midway."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

from zoho_books_connector.sending.limits import Limits
from zoho_books_connector.stores.budget import SqliteBudget

LIMITS = Limits(share=0.3, window=0.6, linger=0.1)
LEASE = 0.6

#: Calls until the time is over; prints when each call was sent, on the clock that all processes share.
CALLER = """
import random, sys, time
from zoho_books_connector.boundary import CallEnd
from zoho_books_connector.errors import RateLimitedError
from zoho_books_connector.sending.limits import Limits
from zoho_books_connector.stores.budget import SqliteBudget

path, until = sys.argv[1], float(sys.argv[2])
budget = SqliteBudget(path, Limits(share=0.3, window=0.6, linger=0.1), lease=0.6, poll=0.002)
while time.monotonic() < until:
    try:
        with budget.slot("eu:42", wait=1) as slot:
            print(time.monotonic(), flush=True)
            time.sleep(random.uniform(0, 0.02))
            slot.end(CallEnd(200, 0))
    except RateLimitedError:
        pass
budget.close()
"""

#: Takes a place and never gives it back.
HOLDER = """
import sys, time
from zoho_books_connector.sending.limits import Limits
from zoho_books_connector.stores.budget import SqliteBudget

budget = SqliteBudget(sys.argv[1], Limits(share=0.3, window=0.6, linger=0.1), lease=0.6)
places = [budget.slot("eu:42", wait=0) for _ in range(3)]
[place.__enter__() for place in places]
print("holds", flush=True)
time.sleep(60)
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True)


def test_processes_never_send_more_than_the_share_in_any_window_whoever_is_killed(tmp_path: Path) -> None:
    path = str(tmp_path / "budget.db")
    until = str(time.monotonic() + 4)
    callers = [start(CALLER, path, until) for _ in range(3)]
    assert callers[0].stdout is not None
    first = callers[0].stdout.readline()
    callers[0].kill()
    printed = [caller.communicate(timeout=60)[0] for caller in callers]
    sent = sorted(float(line) for text in [first, *printed] for line in text.splitlines())
    assert [caller.returncode for caller in callers[1:]] == [0, 0]
    assert len(sent) > 2 * 30
    assert max(sum(at - 0.6 < each <= at for each in sent) for at in sent) <= 30


def test_the_places_of_a_killed_process_come_back_by_themselves(tmp_path: Path) -> None:
    path = str(tmp_path / "budget.db")
    holder = start(HOLDER, path)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holds\n"
    holder.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    holder.communicate(timeout=60)
    with closing(SqliteBudget(path, LIMITS, lease=LEASE)) as budget, ExitStack() as places:
        for _ in range(3):
            places.enter_context(budget.slot("eu:42", wait=10))
        assert budget.usage("eu:42").open == 3
