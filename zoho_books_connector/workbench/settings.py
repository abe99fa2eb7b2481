"""How a workbench is run: where it listens, where it keeps what, and to whom it speaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from zoho_books_connector.boundary import HttpSettings

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_USUAL_PORT = 80


def authority(host: str, port: int) -> str:
    """Return host and port as browsers write them: the usual port is left out."""
    name = f"[{host}]" if ":" in host else host
    return name if port == _USUAL_PORT else f"{name}:{port}"


@dataclass(frozen=True)
class Settings:
    """The settings of one workbench."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8780
    #: Whether a sandbox runs beside it; else only real accounts can be connected.
    sandbox: bool = True
    #: How people reach it, when that is not the address it listens at: the origin before a proxy or a tunnel.
    origin: str | None = None
    password: str | None = field(default=None, repr=False)
    #: Where the durable runtime keeps its state; a file in ``home`` when nothing is given.
    database: str | None = field(default=None, repr=False)
    http: HttpSettings = field(default_factory=HttpSettings)

    @property
    def url(self) -> str:
        """The origin that people open, and that callback URLs begin with."""
        return self.origin or f"http://{authority(self.host, self.port)}"

    @property
    def is_private(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in LOOPBACK
