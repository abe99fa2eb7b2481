"""Settles open questions about Zoho's behaviour with a real account, and says where the sandbox stands wrong."""

from __future__ import annotations

from collections.abc import Sequence

from zoho_books_connector.probe.findings import Finding
from zoho_books_connector.probe.run import run_probe

__all__ = ["Finding", "main", "run_probe"]


def main(argv: Sequence[str]) -> int:
    """Run ``zoho-books probe``."""
    from zoho_books_connector.probe.command import main as command  # needs the command line's packages

    return command(argv)
