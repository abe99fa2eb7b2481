"""The result of a batch as a CSV file: one line for each row of the file, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from zoho_books_connector.workbench.batches.batch import Row

#: Rows that are sent at a time; each on its own would take a minute of a long file.
_PORTION: Final = 1000
_HEADER: Final = ("row", "state", "record_id", "message")
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def result_of(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the file in the order of rows; its first sign tells spreadsheets that it is UTF-8."""
    yield "\ufeff" + _lines([_HEADER])
    rows = iter(rows)
    while portion := list(islice(rows, _PORTION)):
        yield _lines(
            (str(number), row.state, row.record_id or "", row.note or "") for row in portion for number, _ in row.lines
        )


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet calculates."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _lines(lines: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in cells] for cells in lines)
    return text.getvalue()
