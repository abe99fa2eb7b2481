"""The chaos run: deliveries, repeated, forged and in disorder, to hosts that are killed at random; then the count.

``run`` takes the number of deliveries: a test plays some hundreds, a trial ten thousand.
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from zoho_books_connector.stores import SqliteInbox

from .deliveries import SECRET, TOKEN, sign

ROOT: Final = Path(__file__).parents[2]
_REPEATED, _FORGED = 0.2, 0.1
_SENDERS: Final = 8
_HOSTS: Final = 2
#: Seconds after which a run that does not come to its end is given up.
_PATIENCE: Final = 600.0


@dataclass(frozen=True)
class Request:
    """A delivery as it is sent: genuine ones until they are answered with 2xx, forged ones until they are answered."""

    name: str
    body: bytes
    headers: dict[str, str]
    is_genuine: bool


@dataclass
class Outcome:
    """What the count brought; everything but ``kills`` and ``repeats`` should be empty."""

    kills: int = 0
    #: Deliveries that were handed out more than once, as they may be before their acknowledgement.
    repeats: int = 0
    lost: list[str] = field(default_factory=list)
    #: Handed out although nobody genuine had sent them, or stored.
    forged: list[str] = field(default_factory=list)
    forged_answers: Counter[int] = field(default_factory=Counter)
    after_acknowledgement: list[str] = field(default_factory=list)
    #: Handed out in another shape than they were sent.
    changed: list[str] = field(default_factory=list)
    dead: int = 0

    @property
    def breaches(self) -> dict[str, object]:
        """Return what should not have happened."""
        found: dict[str, object] = {
            "lost": self.lost,
            "forged": self.forged,
            "answers to forged ones": {code: count for code, count in self.forged_answers.items() if code != 401},
            "after acknowledgement": self.after_acknowledgement,
            "changed": self.changed,
            "dead": self.dead,
        }
        return {name: what for name, what in found.items() if what}


def run(folder: Path, *, deliveries: int, kills: int, seed: int) -> Outcome:
    """Send so many genuine deliveries while hosts are killed so many times, and count what came of it."""
    chance = random.Random(seed)
    requests = _requests(deliveries, chance)
    hosts = [_Host(folder, port) for port in _free_ports(_HOSTS)]
    senders = _Senders(requests, [host.port for host in hosts], seed)
    outcome = Outcome()
    try:
        senders.start()
        for number in range(1, kills + 1):
            senders.wait_for(len(requests) * number // (kills + 2))
            time.sleep(chance.uniform(0, 0.03))
            chance.choice(hosts).restart()
            outcome.kills += 1
        senders.wait_for(len(requests))
        _wait_until_handled(folder / "inbox.db")
    finally:
        for host in hosts:
            host.kill()
    outcome.forged_answers = senders.forged_answers
    count(folder, {each.name: each for each in requests if each.is_genuine}, outcome)
    return outcome


def _requests(deliveries: int, chance: random.Random) -> list[Request]:
    """Return genuine deliveries, a part of them twice, and forged ones, in disorder."""
    genuine = [genuine_request(str(number)) for number in range(deliveries)]
    repeated = [each for each in genuine if chance.random() < _REPEATED]
    forged = [
        _forged(each, number, chance)
        for number, each in enumerate(genuine)
        if chance.random() < _FORGED / (1 - _FORGED)
    ]
    requests = [*genuine, *repeated, *forged]
    chance.shuffle(requests)
    return requests


def genuine_request(name: str) -> Request:
    """Return a delivery that no other equals; all have the same time stamp."""
    invoice = {"invoice_id": name, "notes": f"text-of-{name}", "last_modified_time": "2026-06-11T17:38:06-0700"}
    body = json.dumps({"invoice": invoice}).encode()
    headers = {"X-Zoho-Webhook-Signature": sign("event=invoice_updated", body), "X-Connector-Token": TOKEN}
    return Request(name, body, headers, True)


def _forged(genuine: Request, number: int, chance: random.Random) -> Request:
    name = f"forged-{number}"
    body = genuine.body.replace(genuine.name.encode(), name.encode())
    wrong = sign("event=invoice_updated", body, secret="not-the-secret-1")
    right = sign("event=invoice_updated", body, secret=SECRET)
    headers = chance.choice(
        [
            genuine.headers,
            genuine.headers | {"X-Zoho-Webhook-Signature": wrong},
            genuine.headers | {"X-Zoho-Webhook-Signature": "junk"},
            {"X-Connector-Token": TOKEN},
            {"X-Zoho-Webhook-Signature": right},
            {"X-Zoho-Webhook-Signature": right, "X-Connector-Token": "a-guess-at-the-token"},
        ]
    )
    return Request(name, body, headers, False)


class _Host:
    """A process that receives and handles, and can be killed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._command = [sys.executable, "-m", "tests.trigger.chaos_host", str(folder), str(port)]
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def restart(self) -> None:
        self.kill()
        self._start()


class _Senders:
    """Threads that send every request until it is answered as it should be."""

    def __init__(self, requests: Sequence[Request], ports: Sequence[int], seed: int) -> None:
        self.forged_answers: Counter[int] = Counter()
        self._left = list(requests)
        self._ports = ports
        self._answered = 0
        self._changed = threading.Condition()
        self._seed = seed

    def start(self) -> None:
        for number in range(_SENDERS):
            threading.Thread(target=self._send_all, args=(random.Random(self._seed + number),), daemon=True).start()

    def wait_for(self, answered: int) -> None:
        """Wait until so many requests have their answer."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._answered >= answered, _PATIENCE), "the run takes too long"

    def _send_all(self, chance: random.Random) -> None:
        with ExitStack() as opened:
            connections = [
                opened.enter_context(closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)))
                for port in self._ports
            ]
            while request := self._next():
                while not self._send(chance.choice(connections), request):
                    time.sleep(0.01)
                with self._changed:
                    self._answered += 1
                    self._changed.notify_all()

    def _next(self) -> Request | None:
        with self._changed:
            return self._left.pop() if self._left else None

    def _send(self, connection: http.client.HTTPConnection, request: Request) -> bool:
        """Send a request once; tells whether that was the last time."""
        try:
            headers = request.headers | {"Content-Type": "application/json"}
            connection.request("POST", "/?event=invoice_updated", request.body, headers)
            with connection.getresponse() as answer:
                answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return False
        if request.is_genuine:
            return 200 <= answer.status < 300
        with self._changed:
            self.forged_answers[answer.status] += 1
        return True


def _wait_until_handled(path: Path) -> None:
    give_up = time.monotonic() + _PATIENCE
    with closing(sqlite3.connect(path, timeout=30)) as handle:
        query = "SELECT count(*) FROM event WHERE state NOT IN ('done', 'dead')"
        while handle.execute(query).fetchone() != (0,):
            assert time.monotonic() < give_up, "the events are not handled"
            time.sleep(0.05)


def count(folder: Path, genuine: dict[str, Request], outcome: Outcome) -> None:
    """Count what was noted and what is stored against what was sent."""
    handed: Counter[str] = Counter()
    done: set[str] = set()
    for line in (folder / "notes.txt").read_text("utf-8").splitlines():
        word, name, *rest = line.split(" ")
        if word == "done":
            done.add(name)
            continue
        handed[name] += 1
        if name in done:
            outcome.after_acknowledgement.append(name)
        if name in genuine and rest[1] != f"text-of-{name}":
            outcome.changed.append(name)
    outcome.lost = sorted(genuine.keys() - handed.keys())
    outcome.forged = sorted(handed.keys() - genuine.keys())
    outcome.repeats = sum(count > 1 for count in handed.values())
    with closing(sqlite3.connect(folder / "inbox.db")) as handle:
        states = Counter(state for (state,) in handle.execute("SELECT state FROM event"))
    stored = {str(each.record_id) for each in SqliteInbox(folder / "inbox.db").recent(10**6)}
    outcome.dead = states["dead"]
    outcome.forged += sorted(stored - genuine.keys())
    outcome.lost += sorted(genuine.keys() - stored)
    if states["done"] != len(genuine):
        outcome.changed.append(f"{states['done']} events for {len(genuine)} deliveries")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as opened:
        probes = [opened.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(probe.getsockname()[1]) for probe in probes]
