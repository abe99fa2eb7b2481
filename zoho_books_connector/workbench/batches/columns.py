"""Which column fills which input: found by name or title, changed by a person, and applied to the rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from zoho_books_connector.errors import ConnectorError, FieldFault, InputError
from zoho_books_connector.workbench.documents import Field, build, field_at, fields_of, typed, unfilled

#: Column → the pointer that it fills.
Mapped = Mapping[str, str]
#: For each column the pointer it fills and the field there; ``None`` for one that fills nothing.
Plan = Sequence[tuple[str, Field] | None]
_INDEX: Final = re.compile(r"/([0-9]+)(?=/|$)")
_ROW: Final = re.compile(r"(^|/)0(?=/|$)")


def matched(columns: Sequence[str], schema: Mapping[str, Any]) -> dict[str, str]:
    """Return the columns whose field is plain: named by pointer, name or title, and each field once."""
    fields = fields_of(schema)
    known: dict[str, str] = {}
    for names in (_by_pointer, _by_title, _by_last):
        for field in fields:
            for name in names(field):
                known.setdefault(_plain(name), field.pointer)
    found: dict[str, str] = {}
    for column in columns:
        pointer = column.strip("/") if field_at(schema, column) else known.get(_plain(column))
        if pointer is not None and pointer not in found.values():
            found[column] = pointer
    return found


def check_mapping(mapped: Mapped, columns: Sequence[str], schema: Mapping[str, Any]) -> None:
    """Raise ``InputError`` for a mapping that cannot be meant; it names what exists."""
    faults = []
    for column, pointer in mapped.items():
        if column not in columns:
            faults.append(FieldFault(column, f"is no column of the file, which has: {', '.join(columns)}"))
        elif field_at(schema, pointer) is None:
            faults.append(FieldFault(column, f"is mapped to {pointer!r}, which is no input of the action"))
    pointers = list(mapped.values())
    faults += [
        FieldFault(column, f"and another column both fill {pointer!r}")
        for column, pointer in mapped.items()
        if pointers.count(pointer) > 1
    ]
    faults += [
        FieldFault(pointer, f"is required ({title}), and no column fills it")
        for pointer, title in unfilled(schema, pointers)
    ]
    if not mapped and not faults:
        faults.append(FieldFault("", "No column fills an input"))
    if faults:
        raise InputError(
            "columns_wrong",
            "The columns do not fit the action: "
            + "; ".join(f"{each.pointer or 'The file'} {each.message}" for each in faults[:3])
            + (f"; and {len(faults) - 3} more." if len(faults) > 3 else "."),
            f"The columns of the file: {', '.join(columns)}.",
            fields=tuple(faults),
        )


def plan_of(columns: Sequence[str], mapped: Mapped, schema: Mapping[str, Any]) -> Plan:
    """Return what each column fills."""
    found = [(mapped[column], field_at(schema, mapped[column])) if column in mapped else None for column in columns]
    return [(place[0], place[1]) if place is not None and place[1] is not None else None for place in found]


def document_of(lines: Sequence[Sequence[str]], plan: Plan) -> dict[str, Any]:
    """Return the inputs that one row makes, or several rows of one document; a blank cell is not given.

    The first row fills everything; each further one fills what lies in lists, one place on.
    """
    values: list[tuple[str, Any]] = []
    for index, cells in enumerate(lines):
        for place, cell in zip(plan, cells, strict=True):
            if place is None or not cell.strip():
                continue
            pointer, field = place
            if index and not _ROW.search(pointer):
                continue
            own = _ROW.sub(rf"\g<1>{index}", pointer, count=1) if index else pointer
            values.append((own, typed(field, cell.strip())))
    return build(values)


def told(error: ConnectorError, lines: Sequence[tuple[int, Sequence[str]]], plan: Plan, columns: Sequence[str]) -> str:
    """Return what is wrong with a row in the words of the file: its columns, and its lines where there are several."""
    if not isinstance(error, InputError) or not error.fields:
        return str(error)
    return "; ".join(f"{_place(fault.pointer, lines, plan, columns)}: {fault.message}" for fault in error.fields)


def _place(pointer: str, lines: Sequence[tuple[int, Sequence[str]]], plan: Plan, columns: Sequence[str]) -> str:
    """Return the column that fills a pointer, with the row of the file where a document has several; else it itself."""
    pointer = pointer.strip("/")
    list_of, index, _ = _INDEX.split(pointer, maxsplit=1) if _INDEX.search(pointer) else ("", "", "")
    for column, place in zip(columns, plan, strict=True):
        if place is None or place[0] not in (pointer, _INDEX.sub("/0", pointer, count=1)):
            continue
        # A line that has nothing for the list has no place in it.
        own = [number for number, cells in lines if _fills(cells, plan, list_of)]
        is_told = index and len(lines) > 1 and int(index) < len(own)
        return f"row {own[int(index)]}, {column}" if is_told else column
    return pointer


def _fills(cells: Sequence[str], plan: Plan, list_of: str) -> bool:
    filled = (place[0] for place, cell in zip(plan, cells, strict=True) if place is not None and cell.strip())
    return any(pointer.startswith(f"{list_of}/") for pointer in filled)


def _by_pointer(field: Field) -> tuple[str, ...]:
    return (field.pointer, field.pointer.replace("/0", ""))


def _by_title(field: Field) -> tuple[str, ...]:
    return (field.title,)


def _by_last(field: Field) -> tuple[str, ...]:
    return (field.pointer.rpartition("/")[2], field.title.rpartition(": ")[2])


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
