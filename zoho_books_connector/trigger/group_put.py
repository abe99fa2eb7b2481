"""Stores what many requests of one event loop bring with one call of the store at a time, beside the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from zoho_books_connector.boundary import Event
from zoho_books_connector.errors import InputError
from zoho_books_connector.trigger.answering import Put
from zoho_books_connector.trigger.proven import Proven

_Events = Sequence[Event | Proven]
_Faults = list[InputError | None]


class GroupPut:
    """While one call is at work in a thread, whatever arrives waits for the next. Belongs to the loop that runs."""

    def __init__(self, put: Put) -> None:
        self._put = put
        # One of its own: the loop's may be full of the host's slow work.
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="webhook-inbox")
        self._waiting: list[tuple[_Events, asyncio.Future[None]]] = []
        self._is_busy = False

    async def put(self, events: _Events) -> None:
        """Store events; raises what the store raises. Whoever is cancelled here stops nobody else."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((events, stored))
        if not self._is_busy:
            self._start()
        await stored

    def _start(self) -> None:
        batch, self._waiting = self._waiting, []
        work = partial(_put_all, self._put, [events for events, _ in batch])
        at_work = asyncio.get_running_loop().run_in_executor(self._executor, work)
        self._is_busy = True
        at_work.add_done_callback(partial(self._end, [stored for _, stored in batch]))

    def _end(self, batch: list[asyncio.Future[None]], at_work: asyncio.Future[_Faults]) -> None:
        self._is_busy = False
        if self._waiting:
            self._start()
        error = at_work.exception()
        faults = [error] * len(batch) if error is not None else at_work.result()
        for stored, fault in zip(batch, faults, strict=True):
            if stored.done():
                continue  # cancelled meanwhile
            if fault is None:
                stored.set_result(None)
            else:
                stored.set_exception(fault)


def _put_all(put: Put, batch: list[_Events]) -> _Faults:
    """Return what is wrong with each request's events: some that cannot be stored must not keep the others out."""
    try:
        put([event for events in batch for event in events])
    except InputError as error:
        return [error] if len(batch) == 1 else [_put_all(put, [events])[0] for events in batch]
    return [None] * len(batch)
