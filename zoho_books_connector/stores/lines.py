"""Who of this process looks into a shared file next: one thread at a time, so that threads do not crowd it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Lines:
    """A line of threads for each bucket."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        #: Bucket → its turn, and how many wait for it or have it.
        self._turns: dict[str, tuple[threading.Lock, int]] = {}

    def waiting(self, bucket: str) -> int:
        """Return how many threads wait for a place."""
        self._forget_parent()
        with self._lock:
            return self._turns[bucket][1] if bucket in self._turns else 0

    @contextmanager
    def turn(self, bucket: str, wait: float) -> Iterator[bool]:
        """Wait for this thread's turn; tells whether it came."""
        turn = self._count(bucket, 1)
        try:
            is_ours = turn.acquire(timeout=max(0.0, wait))
            try:
                yield is_ours
            finally:
                if is_ours:
                    turn.release()
        finally:
            self._count(bucket, -1)

    def _count(self, bucket: str, change: int) -> threading.Lock:
        with self._lock:
            turn, waiting = self._turns.get(bucket) or (threading.Lock(), 0)
            if waiting + change:
                self._turns[bucket] = (turn, waiting + change)
            else:
                del self._turns[bucket]
            return turn

    def _forget_parent(self) -> None:
        if self._process != os.getpid():  # whoever waits there does not exist here
            self._process, self._lock, self._turns = os.getpid(), threading.Lock(), {}
