"""Two public Python clients from the package index, making the same calls to the same server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any, Final

import httpx

from benchmarks.host import ACCESS_TOKEN, ORGANIZATION_ID, RECORD_ID

#: Where simple-salesforce reads and creates; the server answers there as it does for Zoho Books.
SALESFORCE_PATH: Final = "/services/data/v59.0/sobjects/Invoice/"


@dataclass(frozen=True)
class PublicClient:
    """A client by its name and version, with the calls that correspond to ours."""

    name: str
    read: Callable[[], object]
    create: Callable[[Mapping[str, Any]], Callable[[], object]]


@contextmanager
def public_clients(url: str) -> Iterator[list[PublicClient]]:
    """Bring the clients that are installed, and close them at the end; ``make bench`` installs both."""
    with ExitStack() as closing:
        found = []
        for make in (_zohopy, _simple_salesforce):
            try:
                found.append(make(url, closing))
            except ModuleNotFoundError:
                continue
        yield found


def _zohopy(url: str, closing: ExitStack) -> PublicClient:
    """Zoho Books, over httpx; it checks neither inputs nor answers."""
    config = import_module("zohopy.config")
    client = import_module("zohopy._client").SyncZohoClient(
        config.ZohoConfig(
            client_id="1000.BENCHMARK",
            client_secret="benchmark",  # noqa: S106 - there is nobody to show it to
            refresh_token="1000.benchmark",  # noqa: S106 - as above
            organization_id=ORGANIZATION_ID,
            data_center="us",
        )
    )
    # It knows Zoho's hosts only, and would fetch a token first: both are put in place by hand.
    client._http.close()
    client._http = httpx.Client(base_url=url, timeout=config.ZohoConfig.model_fields["timeout"].default)
    closing.callback(client.close)
    client._auth._state.update(ACCESS_TOKEN, 1_000_000)
    invoices = import_module("zohopy.products.books.invoices").Invoices(client)
    return PublicClient(
        f"zohopy {version('zohopy')}",
        lambda: invoices.get(RECORD_ID),
        lambda inputs: lambda: invoices.create(dict(inputs)),
    )


def _simple_salesforce(url: str, closing: ExitStack) -> PublicClient:
    """Salesforce, over requests; the most used client of a neighbour."""
    kind = import_module("simple_salesforce").SFType("Invoice", ACCESS_TOKEN, "localhost")
    kind.base_url = url + SALESFORCE_PATH
    kind.session.trust_env = False
    closing.callback(kind.session.close)
    return PublicClient(
        f"simple-salesforce {version('simple-salesforce')}",
        lambda: kind.get(RECORD_ID),
        lambda inputs: lambda: kind.create(inputs),
    )
