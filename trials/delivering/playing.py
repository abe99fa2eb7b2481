"""Plays the trial: people change records, hosts are killed at random, and all that was sent is handed on."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from trials.delivering.books import MARKED, Books
from trials.delivering.counting import Outcome, count
from trials.delivering.host import INBOX
from trials.delivering.hosts import HostProcess, free_ports
from zoho_books_connector.stores import SqliteInbox

#: Deliveries that may wait before the next change, so that the kills come among them.
_AHEAD: Final = 400
#: Seconds for which a host stays dead at most, and after which a trial that does not come to its end is given up.
_DEAD, _PATIENCE = 0.5, 300.0


def play(folder: Path, *, changes: int, kills: int, seed: int) -> Outcome:
    """Make so many changes while hosts are killed so many times, and count what came of it.

    One host receives what changes in contacts, the other one what changes in items; they share an inbox.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatability is wanted, not secrecy
    with ExitStack() as opened:
        hosts = []
        for port in free_ports(len(MARKED)):
            hosts.append(HostProcess(folder, port))
            opened.callback(hosts[-1].kill)
        books = Books({module: each.port for module, each in zip(MARKED, hosts, strict=True)}, seed)
        opened.callback(books.sandbox.stop)
        books.start_sending()
        fatal = {changes * number // (kills + 1) for number in range(1, kills + 1)}
        for number in range(changes):
            _wait(lambda: len(books.sandbox.waiting_deliveries) < _AHEAD, 0.002)
            books.change()
            if number in fatal:
                time.sleep(chance.uniform(0, 0.03))
                _kill(chance.choice(hosts), chance)
        _wait(lambda: books.sandbox.all_delivered)
        _wait(lambda: _is_handled(folder))
    names = [each.name for each in books.made]
    return count(folder, names, books.latest(), books.attempts(), len(fatal))


def _kill(host: HostProcess, chance: random.Random) -> None:
    host.kill()
    time.sleep(chance.uniform(0, _DEAD))
    host.start()


def _is_handled(folder: Path) -> bool:
    counts = SqliteInbox(folder / INBOX).counts()
    return not counts.due + counts.leased + counts.waiting


def _wait(happened: Callable[[], bool], pause: float = 0.1) -> None:
    give_up = time.monotonic() + _PATIENCE
    while not happened():
        if time.monotonic() > give_up:
            raise TimeoutError("the trial does not come to its end")
        time.sleep(pause)
