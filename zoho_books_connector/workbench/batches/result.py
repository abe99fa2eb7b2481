"""The result of a batch as a CSV file: one line for each row of the file, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from zoho_books_connector.workbench.batches.table import Row

_HEADER: Final = ("row", "state", "record_id", "message")
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def result_of(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the file, line by line in the order of rows; its first sign tells spreadsheets that it is UTF-8."""
    yield "\ufeff" + _line(_HEADER)
    for row in rows:
        for number, _ in row.lines:
            yield _line((str(number), row.state, row.record_id or "", row.note or ""))


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet calculates."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([harmless(cell) for cell in cells])
    return text.getvalue()
