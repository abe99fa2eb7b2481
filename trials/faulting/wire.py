"""A way to the sandbox without sockets: the same exchanges, on virtual time."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Final, Literal

import httpx

from trials.faulting.clocks import VirtualTime
from zoho_books_connector.sandbox.data_centre import DataCentre
from zoho_books_connector.sandbox.exchanges import Ending, exchange
from zoho_books_connector.sandbox.messages import Request, Response

#: Seconds that an answer takes.
_LATENCY: Final = (0.02, 0.4)


@dataclass
class _Patience:
    """How long the client still waits for the answer, on virtual time."""

    time: VirtualTime
    left: float
    over: bool = field(default=False, init=False)

    def wait(self, seconds: float) -> None:
        """Let the answer be late; a client waits no longer than it has patience."""
        self.over = self.over or seconds >= self.left
        self.time.sleep(min(seconds, self.left))
        self.left -= min(seconds, self.left)


class InProcess(httpx.BaseTransport):
    """Carries requests to a data centre of the sandbox that listens on no port.

    A connection that the sandbox resets or closes is lost here as well; an answer that is held longer than the request
    waits is a time-out. ``arrived`` is told of every request before it is taken up.
    """

    def __init__(
        self, centre: DataCentre, time: VirtualTime, dice: random.Random, arrived: Callable[[Request], None]
    ) -> None:
        self._centre = centre
        self._time = time
        self._dice = dice
        self._arrived = arrived

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the sandbox does; raises what httpx raises when an answer is lost."""
        patience = _Patience(self._time, request.extensions["timeout"]["read"])
        patience.wait(self._dice.uniform(*_LATENCY))
        received = _received(request)
        self._arrived(received)
        ending = exchange(self._centre, received, patience.wait)
        patience.wait(self._dice.uniform(*_LATENCY))
        if patience.over:
            raise httpx.ReadTimeout("the answer was held for too long", request=request)
        return _answer(request, ending, self._centre.now())


def _received(request: httpx.Request) -> Request:
    url, headers = request.url, {name.lower(): value for name, value in request.headers.items()}
    return Request(request.method, url.path, url.query.decode(), headers, request.read())


_LOST: Final[dict[Literal["reset", "silence"], type[httpx.TransportError]]] = {
    "reset": httpx.ReadError,
    "silence": httpx.RemoteProtocolError,
}


def _answer(request: httpx.Request, ending: Ending, now: float) -> httpx.Response:
    if ending.how != "answer":
        raise _LOST[ending.how]("the connection ended without an answer", request=request)
    response: Response = ending.response
    if response.declared_length not in (None, len(response.body)):
        raise httpx.RemoteProtocolError("the body ended before its declared length", request=request)
    headers = [("Date", formatdate(now, usegmt=True)), ("Content-Type", response.content_type), *response.headers]
    return httpx.Response(response.status, headers=headers, content=response.body)
