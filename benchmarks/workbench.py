"""What the workbench's forms cost: drawing an invoice of many lines, and reading it back from what is posted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from benchmarks.answers import invoice
from benchmarks.bench import Bench
from benchmarks.measure import Call, compare, cpu
from benchmarks.report import Row
from zoho_books_connector.plugin import connector_document
from zoho_books_connector.workbench.forms.drawing import FormDrawing
from zoho_books_connector.workbench.forms.reading import read_form
from zoho_books_connector.workbench.forms.shapes import shape_of
from zoho_books_connector.workbench.forms.slot import Filling

_LINES: Final = 200
_ACTION: Final = "create_invoice"
_DRAWN: Final = f"form of an invoice drawn, {_LINES} lines"
_MARKED: Final = f"the same with an error in each line, {_LINES} lines"
_READ: Final = f"the same read back from what is posted, {_LINES} lines"


def workbench(bench: Bench) -> Iterator[Row]:
    """Yield what a large form costs; a form is drawn from a shape that is kept, as the pages do it."""
    schema = connector_document("zoho_books", f"schemas/inputs/{_ACTION}.json")
    if schema is None:
        raise FileNotFoundError(f"There is no schema of {_ACTION}.")
    shape = shape_of(schema)
    drawing = FormDrawing(shape, "us", address=f"/actions/{_ACTION}")
    document = invoice(_LINES)
    errors = {f"/line_items/{number}/quantity": ["must be a number"] for number in range(_LINES)}
    posted = list(_posted("", document))
    if len(read_form(shape, posted).document["line_items"]) != _LINES:
        raise RuntimeError("What was posted was not read back.")

    def draw(filling: Filling) -> str:
        return drawing.fill(document, filling) + drawing.fill_editions(document, filling)

    subjects: dict[str, Call] = {
        _DRAWN: partial(draw, Filling()),
        _MARKED: partial(draw, Filling(errors=errors)),
        _READ: partial(read_form, shape, posted),
    }
    found = compare(partial(json.dumps, document), subjects, bench.effort, cpu)
    limits = {_DRAWN: 30.0, _MARKED: 30.0}
    yield from (Row.of(name, "`json.dumps` of it", found, limits.get(name)) for name in subjects)


def _posted(pointer: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the names and texts that a browser posts of a document."""
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in members:
            yield from _posted(f"{pointer}/{name}", inner)
    else:
        yield pointer, str(value)
