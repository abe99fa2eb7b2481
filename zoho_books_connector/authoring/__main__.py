"""The command: write the generated files or, with ``--check``, say which of them are out of date."""

from __future__ import annotations

import sys

from zoho_books_connector.authoring.files import COMMAND, stale, write
from zoho_books_connector.authoring.output import ROOT


def main(arguments: list[str]) -> int:
    """Run the command; returns the exit status."""
    if "--check" not in arguments:
        write()
        return 0
    outdated = stale()
    for path in outdated:
        sys.stderr.write(f"{path.relative_to(ROOT)} is out of date\n")
    if outdated:
        sys.stderr.write(f"run: {COMMAND}\n")
    return 1 if outdated else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
