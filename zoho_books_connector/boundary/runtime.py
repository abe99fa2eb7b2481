"""What lives as long as the host process, and to whom the connector may speak."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from zoho_books_connector.boundary.journal import Journal
from zoho_books_connector.boundary.limits import Budget

T = TypeVar("T")


@dataclass(frozen=True)
class DataCentre:
    """A place where an organization lives: its code, its accounts server and its API origin, without a path."""

    code: str
    title: str
    accounts_url: str
    api_domain: str


@dataclass(frozen=True)
class HttpSettings:
    """How, and to whom, the connector may speak. Environment variables for proxies are not read.

    Timeouts are in seconds. ``enabled_regions`` turns on data centres that the manifest marks as unconfirmed.
    ``sandboxes`` adds stand-ins for Zoho; only loopback addresses are taken.
    """

    proxy: str | None = None
    ca_bundle: str | None = None
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    #: A longer wait for the rate budget, or before a resend, is raised with the time to come back.
    wait_ceiling: float = 10.0
    max_connections: int = 100
    enabled_regions: frozenset[str] = frozenset()
    sandboxes: Sequence[DataCentre] = ()


class Runtime(Protocol):
    """One per host process; owns everything that lives longer than a call. A default ships in ``runtime.py``."""

    @property
    def http(self) -> HttpSettings:
        """The HTTP settings that hold for every connection."""

    @property
    def budget(self) -> Budget:
        """The shared rate budget."""

    @property
    def journal(self) -> Journal | None:
        """What remembers creates, so that none is sent twice; without one, every create with a key looks first."""

    def resource(self, key: str, create: Callable[[], T]) -> T:
        """Return what ``key`` names, created once per process (and anew after a fork), closed with the runtime."""

    def close(self) -> None:
        """Close every resource."""
