"""Reads a posted form, and no more than such a form can be: what is larger or stalls is refused while it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message, Receive

#: Bytes of a form; the largest one of the connector with its rows filled is below.
MOST_BYTES: Final = 8_000_000
#: More fields than the largest form of the connector has with its rows filled.
_MOST_FIELDS: Final = 50_000
#: Seconds that a form may stall.
_PATIENCE: Final = 30.0
_UNREADABLE: Final = "The form could not be read: it is broken, or one of its fields holds more than a megabyte."


@asynccontextmanager
async def posted(request: Request, most: int) -> AsyncIterator[FormData]:
    """Hold the form of a request; raises ``HTTPException`` for one that is too large, stalls or is none."""
    form = await _read(request, most)
    try:
        yield form
    finally:
        await form.close()


async def _read(request: Request, most: int) -> FormData:
    bounded = _Bounded(request.receive, most)
    try:
        return await Request(request.scope, bounded).form(max_files=1, max_fields=_MOST_FIELDS)
    except (MultiPartException, HTTPException, ValueError):
        if bounded.status is not None:
            raise HTTPException(bounded.status, f"At most {most // 1_000_000} MB are taken here.") from None
        raise HTTPException(400, _UNREADABLE) from None


class _Bounded:
    """Receives until it is too much; ends with the exception for which the parser closes its files."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._left = most
        #: Why it ended, as a status.
        self.status: int | None = None

    async def __call__(self) -> Message:
        try:
            message = await asyncio.wait_for(self._receive(), _PATIENCE)
        except TimeoutError:
            self.status = 408
            raise MultiPartException("The form stalled.") from None
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.status = 413
            raise MultiPartException("The form is too large.")
        return message
