"""The hosts' processes, which share an inbox and are killed with ``kill -9``."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from trials.delivering import host

_ROOT: Final = Path(__file__).resolve().parents[2]


class HostProcess:
    """A process that receives and handles, and can be killed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._command = [sys.executable, "-m", host.__name__, str(folder), str(port)]
        self.start()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self._process = subprocess.Popen(  # noqa: S603 - ours
            self._command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        if self._process.stdout is None or self._process.stdout.readline() != "ready\n":
            raise ChildProcessError("a host did not start")

    def kill(self) -> None:
        """Kill it at once, whatever it is doing."""
        self._process.kill()
        self._process.communicate()


def free_ports(count: int) -> list[int]:
    """Return ports of this machine on which nobody listens."""
    with ExitStack() as opened:
        probes = [opened.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(probe.getsockname()[1]) for probe in probes]
