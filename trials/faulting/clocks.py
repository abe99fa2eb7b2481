"""Time that passes only when somebody waits, told by two clocks that need not agree."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

START: Final = 1_790_000_000.0


@dataclass
class VirtualTime:
    """The time of one case; seconds."""

    elapsed: float = 0.0
    #: How far this machine's clock, and Zoho's, are from the truth.
    local_error: float = 0.0
    zoho_error: float = 0.0

    def local(self) -> float:
        """Unix seconds by this machine's clock, which may be set."""
        return START + self.elapsed + self.local_error

    def zoho(self) -> float:
        """Unix seconds by the clock of the sandbox."""
        return START + self.elapsed + self.zoho_error

    def monotonic(self) -> float:
        """Seconds by a clock that nobody can set."""
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.elapsed += max(0.0, seconds)


class RunningTime(VirtualTime):
    """Time that passes by itself, and faster when somebody waits; several processes can share it."""

    def local(self) -> float:
        """Unix seconds by this machine's clock, and what was skipped."""
        return time.time() + self.elapsed + self.local_error

    def zoho(self) -> float:
        """Unix seconds by the clock of the sandbox."""
        return time.time() + self.elapsed + self.zoho_error

    def monotonic(self) -> float:
        """Seconds by a clock that nobody can set."""
        return time.monotonic() + self.elapsed
