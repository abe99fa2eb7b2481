"""The command: ``python -m trials TRIAL [OPTION …]``; ends with 1 when a promise is broken."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final

#: Each is a module of this package with a ``main(arguments)`` that returns the exit status.
TRIALS: Final = ("deliveries", "faults", "rows", "soak")


def main(arguments: list[str]) -> int:
    """Run the trial that is named first."""
    if not arguments or arguments[0] not in TRIALS:
        sys.stderr.write(f"usage: python -m trials {{{','.join(TRIALS)}}} [OPTION ...]\n")
        return 2
    return int(import_module(f"trials.{arguments[0]}").main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
