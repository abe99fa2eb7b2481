"""Reads a CSV file as people have them: any usual encoding and separator; what is wrong is told with its line."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from zoho_books_connector.errors import InputError

MOST_BYTES: Final = 20_000_000
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 500
_SEPARATORS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
#: Zeros of all bytes, in UTF-16 that does not say so.
_FEWEST_ZEROS: Final = 0.1
#: What the own formats of spreadsheets begin with.
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SAVE_AGAIN: Final = "Save the file again as CSV UTF-8."


@dataclass(frozen=True)
class Sheet:
    """What a file holds. A row's number counts as a spreadsheet does: the header is row 1."""

    encoding: str
    separator: str
    columns: list[str]
    rows: list[tuple[int, list[str]]]


def read_sheet(content: bytes) -> Sheet:
    """Return what a file holds; raises ``InputError`` when it is no CSV file that can be taken as a whole."""
    if len(content) > MOST_BYTES:
        raise _refused("csv_too_large", f"The file is larger than {MOST_BYTES // 1_000_000} MB.", "Split it.")
    text, encoding = decode(content)
    told, text = _told_separator(text)
    separator = told or _separator(text)
    records = _records(text, separator)
    header = next(((number, cells) for number, cells in records if any(map(str.strip, cells))), None)
    if header is None:
        raise _refused(
            "csv_empty", "The file is empty.", "The first row names the columns, each further row is one run."
        )
    columns = _columns(*header)
    rows = list(_rows(records, columns))
    if not rows:
        raise _refused("csv_no_rows", "The file has a header and no rows.", "Add one row for each run.")
    return Sheet(encoding, _SEPARATORS[separator], columns, rows)


def decode(content: bytes) -> tuple[str, str]:
    """Return a file's text and the name of its encoding; raises ``InputError`` for a mixture, and for no text."""
    if content.startswith(_WORKBOOKS):
        raise _refused("csv_workbook", "The file is a spreadsheet's own format, no CSV file.", _SAVE_AGAIN)
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], codec, name)
    if b"\0" in content:
        # Western text in UTF-16 has a zero in every other byte: behind each letter, or before it.
        before, behind = content[::2].count(0), content[1::2].count(0)
        if max(before, behind) < len(content) * _FEWEST_ZEROS:
            raise _binary()
        codec = "utf-16-le" if behind >= before else "utf-16-be"
        try:
            return _decoded(content, codec, "UTF-16")
        except InputError:
            raise _binary() from None
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        _refuse_mixture(content)
    return _decoded(content, "cp1252", "Windows-1252")


def _decoded(content: bytes, codec: str, name: str) -> tuple[str, str]:
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        line = 1 + (content[: error.start].decode(codec, "replace").count("\n"))
        raise _refused("csv_undecodable", f"Line {line} of the file is no {name}.", _SAVE_AGAIN) from None
    if "\0" in text:
        raise _binary()
    return text, name


def _refuse_mixture(content: bytes) -> None:
    """Refuse lines in UTF-8 beside lines that are not: whichever was meant, half of the names would be wrong."""
    other, multibyte = None, None
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            is_plain = line.decode("utf-8").isascii()
        except UnicodeDecodeError:
            other = other or number
        else:
            multibyte = multibyte or (None if is_plain else number)
    if other and multibyte:
        raise _refused(
            "csv_mixed_encodings",
            f"The file mixes encodings: line {multibyte} is UTF-8, line {other} is not.",
            _SAVE_AGAIN,
        )


def _told_separator(text: str) -> tuple[str | None, str]:
    """Take the line ``sep=;`` that spreadsheets write and read; it counts as no row."""
    first, newline, rest = text.partition("\n")
    told = first.strip("\r\ufeff")
    if len(told) == 5 and told[:4].casefold() == "sep=" and told[4] in _SEPARATORS:
        return told[4], newline + rest
    return None, text


def _separator(text: str) -> str:
    """Return what separates the columns of the first line that is not blank."""
    line = next((each for each in text.splitlines() if each.strip()), "")
    unquoted = "".join(line.split('"')[::2])
    return max(_SEPARATORS, key=unquoted.count)


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        began = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _refused(
                "csv_broken",
                f"The row that begins in line {began} cannot be read: a quotation mark is open or misplaced, or a cell"
                f" is longer than {csv.field_size_limit():,} characters.",
                'Write a cell with quotation marks as "so ""quoted"" here".',
            ) from None
        number += 1
        yield number, cells


def _columns(number: int, cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise _refused(
            "csv_columns", f"The header has more than {MOST_COLUMNS} columns.", "Leave out what is not used."
        )
    if "" in names:
        raise _refused(
            "csv_header",
            f"Column {names.index('') + 1} has no name in row {number}.",
            "Name every column in the header.",
        )
    if twice := {name for name in names if names.count(name) > 1}:
        raise _refused("csv_header", f"Two columns are called {min(twice)!r}.", "Give each a name of its own.")
    return names


def _rows(records: Iterator[tuple[int, list[str]]], columns: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Pad and check the rows; blank ones are left out, and their numbers with them."""
    count = 0
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(columns) :]):
            raise _refused(
                "csv_row_long",
                f"Row {number} has {len(cells)} cells, but there are {len(columns)} columns.",
                "Put a cell that holds the separator into quotation marks.",
                row=number,
            )
        count += 1
        if count > MOST_ROWS:
            raise _refused("csv_too_long", f"The file has more than {MOST_ROWS:,} rows.", "Split it.")
        yield number, [*cells[: len(columns)], *[""] * (len(columns) - len(cells))]


def _binary() -> InputError:
    return _refused("csv_binary", "The file holds zero bytes, so it is no text.", _SAVE_AGAIN)


def _refused(code: str, message: str, hint: str, **params: Any) -> InputError:
    return InputError(code, message, hint, params=params)
