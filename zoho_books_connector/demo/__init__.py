"""The whole main job against the sandbox, step by step, each one proven against the sandbox's own books."""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack
from typing import TextIO

from zoho_books_connector.demo.acting import acting_steps
from zoho_books_connector.demo.connecting import connecting_steps
from zoho_books_connector.demo.losing import losing_steps
from zoho_books_connector.demo.receiving import receiving_steps
from zoho_books_connector.demo.stage import Stage
from zoho_books_connector.demo.table import Table

_NEXT = """
Everything above ran against the sandbox, the local stand-in for Zoho. With a Zoho Books account:

  zoho-books guide --region in          register a client in Zoho's API console, step by step
  zoho-books connect --region in        consent in the browser, tokens stored encrypted
  zoho-books show create_invoice        the fields of an action
  zoho-books run create_invoice --input invoice.json

To load the connector into a workflow engine, begin with README.md.
"""


def main(out: TextIO | None = None) -> int:
    """Run every step and print the table; returns 0 only when each did what it says."""
    out = out or sys.stdout
    # A refused delivery is a row of the table here, not a warning.
    logging.getLogger("zoho_books_connector").addHandler(logging.NullHandler())
    with ExitStack() as stack:
        stage = Stage(stack)
        table = Table(out)
        steps = (*connecting_steps(stage), *acting_steps(stage), *losing_steps(stage), *receiving_steps(stage))
        for step in steps:
            if not table.run(step, stage.calls):
                out.write("\nThe demo stopped at this step; nothing after it was tried.\n")
                return 1
        table.close()
    out.write(_NEXT)
    return 0
