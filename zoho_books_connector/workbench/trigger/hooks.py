"""Where Zoho sends to: every connection has an address, and what comes there is proven by its signature alone.

The pages' session, password and forms do not matter here, and no answer says anything but its status.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.trigger.answering import TROUBLE, Answer, in_trouble
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.web.security import HOOKS, allowed_hosts

#: Bytes of a request that is not read before it is answered.
_UNREAD: Final = 0
_PORTS: Final = {"http": 80, "https": 443}


def hook_routes(bench: Workbench) -> list[Route]:
    """Return the route of deliveries."""
    return [Route(f"{HOOKS}{{connection}}", Hooks(bench))]


def hook_path(connection_id: str) -> str:
    """Return the path at which a connection receives."""
    return f"{HOOKS}{connection_id}"


class Hooks:
    """Finds the endpoint of a connection, and refuses what is addressed to somebody else."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._hosts = allowed_hosts(bench.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        connection_id = scope["path_params"]["connection"]
        receiving, proofs = self._bench.receiving, self._bench.proofs
        try:
            channel = receiving.opened(connection_id) or await asyncio.to_thread(receiving.channel, connection_id)
        except ConnectorError as error:
            await Response(status_code=in_trouble(error).status)(scope, receive, send)
            return
        if channel is None:
            await Response(status_code=TROUBLE if receiving.is_stopping else 404)(scope, receive, send)
        elif not self._is_ours(Headers(scope=scope).get("host", ""), proofs.callback_urls(connection_id)):
            channel.refuse(Answer(421, "host_unknown", _UNREAD))
            await Response(status_code=421)(scope, receive, send)
        elif not proofs.is_subscribed(connection_id):
            channel.refuse(Answer(404, "not_subscribed", _UNREAD))
            await Response(status_code=404)(scope, receive, send)
        else:
            await channel.endpoint(dict(scope), receive, send)

    def _is_ours(self, host: str, urls: Iterable[str]) -> bool:
        """Tell whether a request names a host of ours, or one that a subscription sends to: that of a tunnel."""
        return host in self._hosts or _plain(host, "https") in {_host_of(url) for url in urls}


def _host_of(url: str) -> str:
    parts = urlsplit(url)
    return _plain(parts.netloc, parts.scheme)


def _plain(host: str, scheme: str) -> str:
    """Return a host as it is compared: without the port that goes without saying."""
    return host.lower().removesuffix(f":{_PORTS.get(scheme, '')}")
