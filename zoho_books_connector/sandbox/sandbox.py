"""The sandbox: data centres side by side, with shared clients, faults and webhooks."""

from __future__ import annotations

import random
import string
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self

from .automation import LogEntry, Parcel
from .carrier import Carrier
from .clients import Client, Clients
from .data_centre import DataCentre, Shared
from .faults import Faults
from .late_commits import LateCommits
from .outbox import Outbox, RetryPolicy
from .switches import Limits, Switches
from .webhooks import Webhooks

ALPHABET = string.ascii_lowercase + string.digits
DEFAULT_REDIRECT = "http://127.0.0.1:9/callback"


class Sandbox:
    """A local stand-in for Zoho; use it as a context manager, or call `start` and `stop`."""

    def __init__(
        self,
        data_centres: Sequence[str] = ("us", "in"),
        switches: Switches | None = None,
        limits: Limits | None = None,
        ports: Sequence[int] | None = None,
        clock: Callable[[], float] = time.time,
        seed: int = 0,
        carrier: Carrier | None = None,
        retries: RetryPolicy | None = None,
    ) -> None:
        """Bind one loopback port per data centre: the given ones, or free ones.

        `clock` gives unix seconds; `seed` makes tokens, ids and the chance of faults repeatable. Deliveries travel
        as `carrier` says, all well without one, and are repeated as `retries` says.
        """
        if ports is not None and len(ports) != len(data_centres):
            raise ValueError(f"{len(data_centres)} data centres need as many ports, not {len(ports)}")
        switches = switches or Switches()
        self._random = random.Random(seed)  # noqa: S311 - repeatability is wanted, not secrecy
        self._lock = threading.RLock()
        self.switches = switches
        self.faults = Faults(seed)
        self.webhooks = Webhooks(switches)
        self._late = LateCommits(clock)
        self._outbox = Outbox(self._late.now, self._lock, switches, retries, carrier)
        self._clients = Clients(data_centres, self._new_token)
        self._centres: dict[str, DataCentre] = {}
        shared = Shared(
            centres=self._centres,
            clients=self._clients,
            faults=self.faults,
            switches=switches,
            limits=limits or Limits(),
            clock=self._late.now,
            late=self._late,
            outbox=self._outbox,
            new_token=self._new_token,
            lock=self._lock,
        )
        try:
            for number, name in enumerate(data_centres):
                self._centres[name] = DataCentre(name, number, ports[number] if ports else 0, shared)
        except OSError:  # a port is taken: give back those already bound
            self.stop()
            raise

    @property
    def data_centres(self) -> Mapping[str, DataCentre]:
        """Every data centre by its location code."""
        return self._centres

    def register_client(
        self,
        redirect_uris: Sequence[str] = (DEFAULT_REDIRECT,),
        home: str | None = None,
        *,
        multi_dc: bool = True,
        same_secret: bool = True,
    ) -> Client:
        """Register an OAuth client, at the first data centre unless `home` names another."""
        with self._lock:
            return self._clients.register(
                redirect_uris, home or next(iter(self._centres)), multi_dc=multi_dc, same_secret=same_secret
            )

    def carry_out_late(self) -> None:
        """Carry out at once what was to be carried out late, so that the books can be counted."""
        with self._lock:
            self._late.carry_out_all()

    @property
    def carrier(self) -> Carrier:
        """How deliveries travel; another carrier takes over what is posted from then on."""
        return self._outbox.carrier

    @carrier.setter
    def carrier(self, carrier: Carrier) -> None:
        self._outbox.carrier = carrier

    @property
    def waiting_deliveries(self) -> list[tuple[float, Parcel]]:
        """Deliveries that wait, and when each is due, in unix seconds."""
        return self._outbox.waiting

    @property
    def all_delivered(self) -> bool:
        """Whether no delivery waits, not even for another attempt, and none is on its way."""
        return self._outbox.is_empty

    def deliver_due(self) -> list[LogEntry]:
        """Send the deliveries that are due by the sandbox's clock; answers the attempts."""
        return self._outbox.deliver_due()

    def start_sending(self, workers: int = 1) -> None:
        """Send deliveries in the background whenever they are due, until the sandbox stops."""
        self._outbox.start(workers)

    def start(self) -> Self:
        """Begin to answer."""
        for centre in self._centres.values():
            centre.start()
        return self

    def stop(self) -> None:
        """Stop answering and sending, and release whoever waits."""
        self._outbox.stop()
        for centre in self._centres.values():
            centre.stop()

    def __getitem__(self, name: str) -> DataCentre:
        """A data centre by its location code."""
        return self._centres[name]

    def __iter__(self) -> Iterator[str]:
        """Location codes."""
        return iter(self._centres)

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _new_token(self, length: int) -> str:
        return "".join(self._random.choices(ALPHABET, k=length))
