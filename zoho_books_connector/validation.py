"""The gate for data: inputs become a model or an ``InputError`` that tells every fault; payloads become outputs.

No message holds a value that was given: a fault names the place and says what is expected there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_core import to_json, to_jsonable_python

from zoho_books_connector.errors import FieldFault, InputError
from zoho_books_connector.models.base import Input, Output
from zoho_books_connector.models.blanks import Blanks
from zoho_books_connector.models.faults import faults_of, pointer_to
from zoho_books_connector.models.fields import AMOUNT_DIGITS, FLOAT_BOUND
from zoho_books_connector.models.outputs import reader

M = TypeVar("M", bound=Input)

#: Far above any real document; what is larger is refused before it is read.
MAX_BYTES: Final = 5_000_000
#: An object of a few bytes becomes one of a few kilobytes, so their number has a bound of its own.
MAX_OBJECTS: Final = 20_000
#: What is told when everything is wrong.
MAX_FAULTS: Final = 100

#: Where none of these is found, no number in the bytes can lose a digit on its way through a float: see FLOAT_BOUND.
_DOUBTFUL: Final = (re.compile(rb"\.[0-9]{4}"), re.compile(rb"-(?<=[0-9][eE]-)"))
#: A number outside text that may lose digits: 16 characters and more, or an exponent of two digits.
_LONG_NUMBER: Final = re.compile(rb"[:\[,\s]-?[0-9][0-9.]{15}|[0-9.][eE]-[0-9]{2}")
#: What a form sends for an object or a list that nobody touched. Also found in text, where it costs time only.
_EMPTY: Final = (re.compile(rb"\{\s*\}"), re.compile(rb"\[\s*\]"))


def parse_input(model: type[M], inputs: Mapping[str, Any] | bytes) -> M:
    """Return ``inputs`` as a model; raises ``InputError`` with every fault.

    Strict JSON first. Only where that fails, or something in it is empty, are blank values (and nulls, where null
    clears nothing) left out and the rest is tried. When JSON bytes name a key twice, the last one counts, as
    everywhere in JSON.
    """
    text = _as_json(inputs)
    model_or_error = _try(model, text)
    blanks = Blanks(nulls=not model.clears)
    if isinstance(model_or_error, ValidationError) or any(empty.search(text) for empty in _EMPTY):
        document = _read(text) if isinstance(inputs, bytes | bytearray) else _read(_write(inputs))
        if isinstance(document, dict):
            model_or_error = _try(model, json.dumps(blanks.left_out_of(document), default=_plain).encode())
    if isinstance(model_or_error, ValidationError):
        faults = list(islice(faults_of(model, model_or_error, blanks.original), MAX_FAULTS))
        all_told = len(faults) < MAX_FAULTS
        # Raised outside of any ``except``: an error that carries the inputs must not hang on as context.
        raise _refusal(faults, len(faults) if all_told else max(len(faults), model_or_error.error_count()))
    return model_or_error


def dump_output(model: type[Output], payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload as JSON-ready data: documented keys read by type, every key kept, none added, order kept.

    What is nested in the payload is read in place.
    """
    return reader(model)(dict(payload))


def _try(model: type[M], text: bytes) -> M | ValidationError:
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        return error


def _refusal(faults: list[FieldFault], count: int) -> InputError:
    told = "; ".join(f"{fault.pointer or 'The document'} {fault.message}" for fault in faults[:3])
    more = f"; and {count - 3} more" if count > 3 else ""
    return InputError(
        "invalid_input",
        f"The inputs are not as expected: {told}{more}.",
        "Correct the inputs; nothing was sent.",
        params={"faults": count},
        fields=tuple(faults),
    )


def _refused(message: str, pointer: str = "") -> InputError:
    return _refusal([FieldFault(pointer, message)], 1)


# --- from what a host hands over to JSON text ----------------------------------------------------------------------


def _as_json(inputs: Mapping[str, Any] | bytes) -> bytes:
    if isinstance(inputs, bytes | bytearray):
        text = bytes(inputs)
    elif isinstance(inputs, Mapping):
        text = _write_fast(inputs)
    else:
        raise _refused("must be a mapping, or JSON as bytes")
    if len(text) > MAX_BYTES:
        raise _refused(f"must not be larger than {MAX_BYTES // 1_000_000} MB")
    if text.count(b"{") > MAX_OBJECTS:
        raise _refused(f"must not hold more than {MAX_OBJECTS} objects")
    if _may_lose_digits(text):
        # The validator reads decimals through floats; written out as text, every digit is seen.
        document = _read(text)
        return text if document is None else _write(document)
    return text


def _may_lose_digits(text: bytes) -> bool:
    return any(doubt.search(text) for doubt in _DOUBTFUL) and _LONG_NUMBER.search(text) is not None


def _write_fast(inputs: Mapping[str, Any]) -> bytes:
    """Write what nearly every host hands over; where a decimal is written otherwise than we read it, ``_write`` is
    asked again when the text is refused.
    """
    try:
        return to_json(inputs, fallback=_plain)
    except (ValueError, RecursionError):
        return _write(inputs)


def _write(document: Any) -> bytes:
    path: tuple[str | int, ...] = ()
    try:
        return json.dumps(document, default=_plain, allow_nan=False).encode()
    except RecursionError:
        message = "must not be nested so deeply"
    except (TypeError, ValueError):
        message = "holds a value, or a key, that JSON cannot write"
        path = _unwritable(document)
    raise _refused(message, pointer_to(path))


def _plain(value: object) -> Any:
    """Return a value of Python as one of JSON; decimals as text, so that no digit is lost."""
    if isinstance(value, Decimal):
        short = value.is_finite() and abs(value.adjusted()) < 40
        return format(value, "f") if short else str(value)
    return dict(value) if isinstance(value, Mapping) else to_jsonable_python(value)


def _unwritable(value: Any, path: tuple[str | int, ...] = (), depth: int = 50) -> tuple[str | int, ...]:
    """Return the path to the first value that JSON cannot write, as far down as it makes sense to look."""
    if depth and isinstance(value, Mapping | list | tuple):
        steps = value.items() if isinstance(value, Mapping) else enumerate(value)
        for step, item in steps:
            if not isinstance(step, str | int) or not _is_writable(item):
                return _unwritable(item, (*path, step), depth - 1) if isinstance(step, str | int) else path
    return path


def _is_writable(value: Any) -> bool:
    try:
        json.dumps(value, default=_plain, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _read(text: bytes) -> Any:
    """Return JSON as data; ``None`` where it is no JSON, which the validator then tells."""
    try:
        return json.loads(text, parse_float=_float_or_exact)
    except (ValueError, RecursionError):
        return None


def _float_or_exact(text: str) -> float | Decimal:
    number = float(text)
    try:
        exact = Decimal(text)
    except InvalidOperation:
        # An exponent beyond all bounds: no amount, but it must not pass for zero.
        return Decimal("NaN")
    written = repr(abs(number))
    short = len(written) <= AMOUNT_DIGITS + 1 and "e" not in written
    return number if short and abs(number) < FLOAT_BOUND and Decimal(repr(number)) == exact else exact
