"""CSV files as people have them: encodings, separators, quotes, and what is told of one that cannot be taken."""

from __future__ import annotations

import csv
import io

import pytest

from zoho_books_connector.errors import FieldFault, InputError, RejectedError
from zoho_books_connector.workbench.batches import reading
from zoho_books_connector.workbench.batches.batch import Row
from zoho_books_connector.workbench.batches.columns import check_mapping, document_of, matched, plan_of, told
from zoho_books_connector.workbench.batches.reading import read_sheet
from zoho_books_connector.workbench.batches.result import harmless, result_of

TEXT = 'Name;Preis\r\n"Müsli; ""fein""";3,5\r\n\r\nBrot;2\r\n'
INVOICE = {
    "properties": {
        "customer_id": {"title": "Customer ID", "type": ["string", "integer"]},
        "send": {"title": "Send", "type": "boolean"},
        "payment_terms": {"title": "Payment terms", "type": "integer"},
        "line_items": {
            "title": "Line items",
            "type": "array",
            "items": {
                "properties": {
                    "name": {"title": "Name", "type": "string"},
                    "quantity": {"title": "Quantity", "type": ["number", "string"]},
                }
            },
        },
    },
    "required": ["customer_id"],
}


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with a byte order mark"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_an_encoding_is_found_and_told(encoding: str, told: str) -> None:
    sheet = read_sheet(TEXT.encode(encoding))
    assert (sheet.encoding, sheet.separator) == (told, "semicolon")
    assert sheet.columns == ["Name", "Preis"]
    assert sheet.rows == [(2, ['Müsli; "fein"', "3,5"]), (4, ["Brot", "2"])]


@pytest.mark.parametrize(("separator", "told"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
def test_a_separator_is_found(separator: str, told: str) -> None:
    assert read_sheet(f'"a,;\t"{separator}b\n1{separator}2\n'.encode()).separator == told


def test_the_line_that_names_the_separator_is_believed() -> None:
    sheet = read_sheet(b"sep=;\r\na,b;c\r\n1;2\r\n")
    assert sheet.columns == ["a,b", "c"]
    assert sheet.rows == [(3, ["1", "2"])]


def test_short_rows_are_filled_up_and_trailing_separators_are_nothing() -> None:
    assert read_sheet(b"a,b,,\n1\n2,3,,\n").rows == [(2, ["1", ""]), (3, ["2", "3"])]


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        (b" \n\n", "csv_empty", "empty"),
        (b"a,b\n\n", "csv_no_rows", "no rows"),
        (b"a,,b\n1,2,3\n", "csv_header", "Column 2 has no name"),
        (b"a,b,a\n1,2,3\n", "csv_header", "Two columns are called 'a'"),
        (b"a,b\n1,2\n1,2,3\n", "csv_row_long", "Row 3 has 3 cells"),
        (b'a,b\n1,"2\n3,4\n', "csv_broken", "begins in line 2"),
        (b'a,b\n1,"2" x\n', "csv_broken", "begins in line 2"),
        ("a\né\n".encode() + b"\xe9\n", "csv_mixed_encodings", "line 2 is UTF-8, line 3 is not"),
        (b"a\n\x81\n", "csv_undecodable", "Line 2 of the file is no Windows-1252"),
        (b"PK\x03\x04 of a workbook", "csv_workbook", "a spreadsheet's own format"),
        (b"\0a" * 9 + b"\0", "csv_binary", "holds zero bytes"),
        (b"name,rate\nFl\0ur,5\n", "csv_binary", "holds zero bytes"),
        (b"\xef\xbb\xbfa\n\xff\n", "csv_undecodable", "Line 2 of the file is no UTF-8 with a byte order mark"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(content: bytes, code: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        read_sheet(content)
    assert caught.value.code == code
    assert told in caught.value.message


def test_a_file_has_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    assert len(read_sheet(b"a\n1\n2\n").rows) == 2
    with pytest.raises(InputError, match="more than 2 rows"):
        read_sheet(b"a\n1\n2\n3\n")
    with pytest.raises(InputError, match="larger than 20 MB"):
        read_sheet(b"a\n" + b"1" * reading.MOST_BYTES)


def test_columns_are_matched_by_pointer_name_and_title() -> None:
    columns = ["customer id", "line_items/0/quantity", "Line items: Name", "line_items/1/quantity", "Colour"]
    assert matched(columns, INVOICE) == {
        "customer id": "customer_id",
        "line_items/0/quantity": "line_items/0/quantity",
        "Line items: Name": "line_items/0/name",
        "line_items/1/quantity": "line_items/1/quantity",
    }


@pytest.mark.parametrize(
    ("mapped", "told"),
    [
        ({"Other": "customer_id"}, "Other is no column of the file, which has: A, B"),
        ({"A": "customer_id", "B": "colour"}, "B is mapped to 'colour', which is no input"),
        ({"A": "customer_id", "B": "customer_id"}, "both fill 'customer_id'"),
        ({"A": "send"}, "customer_id is required"),
    ],
)
def test_columns_that_do_not_fit_are_named(mapped: dict[str, str], told: str) -> None:
    check_mapping({"A": "customer_id"}, ["A", "B"], INVOICE)
    with pytest.raises(InputError) as caught:
        check_mapping(mapped, ["A", "B"], INVOICE)
    assert told in caught.value.message


def test_rows_become_a_document() -> None:
    columns = ["c", "s", "t", "n", "q"]
    pointers = ["customer_id", "send", "payment_terms", "line_items/0/name", "line_items/0/quantity"]
    plan = plan_of(columns, dict(zip(columns, pointers, strict=True)), INVOICE)
    lines = [["7", "Yes", "30", "Bread", "2.50"], ["8", "no", "", "Cake", ""]]
    assert document_of(lines[:1], plan) == {
        "customer_id": "7",
        "send": True,
        "payment_terms": 30,
        "line_items": [{"name": "Bread", "quantity": "2.50"}],
    }
    assert document_of(lines, plan)["line_items"] == [{"name": "Bread", "quantity": "2.50"}, {"name": "Cake"}]
    assert document_of([["7", "perhaps", "", "", ""]], plan) == {"customer_id": "7", "send": "perhaps"}


def test_what_is_wrong_with_a_row_is_told_by_its_columns() -> None:
    columns = ["Customer", "Item", "How many"]
    plan = plan_of(
        columns, {"Customer": "customer_id", "Item": "line_items/0/name", "How many": "line_items/0/quantity"}, INVOICE
    )
    faults = [
        FieldFault(pointer, "is wrong")
        for pointer in ("/customer_id", "/line_items/1/quantity", "/payment_terms", "/line_items/7/name")
    ]
    error = InputError("inputs_invalid", "The inputs are not as expected.", fields=tuple(faults))
    lines = [(2, ["7", "Bread", "1"]), (3, ["", "", ""]), (4, ["", "Bun", "x"])]
    assert told(error, lines, plan, columns) == (
        "Customer: is wrong; row 4, How many: is wrong; payment_terms: is wrong; Item: is wrong"
    )
    assert told(error, lines[:1], plan, columns).startswith("Customer: is wrong; How many: is wrong")
    assert (
        told(RejectedError("rejected", "Zoho says no.", "Ask why."), lines, plan, columns) == "Zoho says no. Ask why."
    )


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_of_a_result_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless(f" {cell[1:]}") == f" {cell[1:]}"


def test_a_result_has_a_line_for_each_row_of_the_file() -> None:
    grouped = Row(2, [(2, ["a"]), (4, ["b"])], "done", 1, 0, "77", None)
    failed = Row(3, [(3, ["c"])], "failed", 1, 0, None, '=cmd, "x"')
    text = "".join(result_of([grouped, failed]))
    assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff")))) == [
        ["row", "state", "record_id", "message"],
        ["2", "done", "77", ""],
        ["4", "done", "77", ""],
        ["3", "failed", "", '\'=cmd, "x"'],
    ]
