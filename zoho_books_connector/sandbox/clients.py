"""OAuth clients as someone registers them in a data centre's console."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

APART = "cn"
"""China's data centre takes part in no multi-data-centre client of another one."""


@dataclass(frozen=True)
class Client:
    """A registered client; `secrets` has one entry per data centre that knows it."""

    client_id: str
    home: str
    redirect_uris: tuple[str, ...]
    multi_dc: bool
    secrets: Mapping[str, str] = field(repr=False)

    @property
    def client_secret(self) -> str:
        """The secret at the data centre where the client is registered."""
        return self.secrets[self.home]


class Clients:
    """The clients of every data centre of one sandbox."""

    def __init__(self, data_centres: Sequence[str], new_token: Callable[[int], str]) -> None:
        """`new_token` makes a random text of the given length."""
        self._data_centres = data_centres
        self._new_token = new_token
        self._clients: dict[str, Client] = {}

    def register(self, redirect_uris: Sequence[str], home: str, *, multi_dc: bool, same_secret: bool) -> Client:
        """Register a client at its home data centre, and everywhere else with `multi_dc`."""
        if home not in self._data_centres:
            raise ValueError(f"no data centre {home!r} runs here; there are: {', '.join(self._data_centres)}")
        reach = [dc for dc in self._data_centres if dc == home or (multi_dc and APART not in (dc, home))]
        shared = self._new_token(42)
        secrets = {dc: shared if same_secret else self._new_token(42) for dc in reach}
        client = Client(f"1000.{self._new_token(30).upper()}", home, tuple(redirect_uris), multi_dc, secrets)
        self._clients[client.client_id] = client
        return client

    def find(self, client_id: str, data_centre: str) -> Client | None:
        """The client, if this data centre knows it."""
        client = self._clients.get(client_id)
        return client if client and data_centre in client.secrets else None
