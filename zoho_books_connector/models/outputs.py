"""Output types that take whatever Zoho answers: what can be read is read, everything else is kept as it came.

Zoho sends ``""`` for numbers, booleans, lists and objects, ids as text or number, numbers as text, values that no list
of choices names, and many keys that no document mentions. None of it may make an action fail, and all of it reaches
the host.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Annotated, Any, Final, TypeVar, get_args, get_origin

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from zoho_books_connector.exact import shortest
from zoho_books_connector.models.base import Output, model_in
from zoho_books_connector.models.fields import AMOUNT_DIGITS

Convert = Callable[[Any], Any]
#: A key whose value may change, how, and whether text stays what it is.
_Step = tuple[str, Convert, bool]
T = TypeVar("T")

_DECIMAL: Final = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?", re.ASCII)
_FLAGS: Final = {"true": True, "false": False}
_ID_ENDINGS: Final = ("_id", "_ids")
#: So many shapes of a record are remembered; Zoho sends a handful.
_SHAPES: Final = 200
#: Values of these types come out as they are, whatever key they stand under; text is read under some keys.
_NEVER_CHANGED: Final = frozenset({str, float, bool, type(None)})


# --- reading a value -----------------------------------------------------------------------------------------------


def _id(value: Any) -> Any:
    return str(value) if type(value) is int else untouched(value)


def _number(value: Any) -> Any:
    """Read a number; digits that a JSON number cannot carry stay text."""
    if type(value) is int:
        return value
    if type(value) is str:
        if _DECIMAL.fullmatch(value):
            return shortest(float(value)) if len(value) <= AMOUNT_DIGITS else _exact(Decimal(value), value)
        return value if value.strip() else None
    return untouched(value)


def _exact(number: Decimal, text: str) -> Any:
    digits = number.normalize().as_tuple()
    if len(digits.digits) > AMOUNT_DIGITS or not isinstance(digits.exponent, int) or abs(digits.exponent) > 40:
        return text
    return int(number) if number == number.to_integral_value() else float(number)


def _flag(value: Any) -> Any:
    if type(value) is str:
        return _FLAGS.get(value.lower(), value) if value.strip() else None
    return untouched(value)


def _blank_is_none(value: Any) -> Any:
    return None if type(value) is str and not value.strip() else untouched(value)


def untouched(value: Any, key: str = "") -> Any:
    """Return a value as it came, but JSON-ready, and whole numbers under the key of an id as text."""
    kind = type(value)
    if kind in _NEVER_CHANGED:
        return value
    if kind is int:
        return str(value) if key.endswith(_ID_ENDINGS) else value
    if kind is dict:
        return dict(value) | {k: untouched(v, k) for k, v in value.items() if type(v) not in _NEVER_CHANGED}
    if kind is list:
        return [untouched(item, key) for item in value]
    return _exact(value, str(value)) if kind is Decimal else value


# --- declaring a value ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Lenient:
    """How a documented value is read, and how the schema of the output tells it."""

    convert: Convert
    json: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.convert)

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.json)


@dataclass(frozen=True)
class Shape:
    """A nested object or list: read when it is one, null when it is blank, else kept as it came."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        other = core_schema.no_info_plain_validator_function(_blank_is_none)
        return core_schema.union_schema([handler(source), other], mode="left_to_right")

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        shape: dict[str, Any] = core["choices"][0]
        return handler(shape)


def _or_null(kind: str) -> dict[str, Any]:
    return {"type": [kind, "null"]}


OutId = Annotated[str | None, Lenient(_id, _or_null("string"))]
OutText = Annotated[str | None, Lenient(untouched, _or_null("string"))]
#: Text where a JSON number cannot carry the digits.
OutNumber = Annotated[int | float | str | None, Lenient(_number, {"type": ["number", "string", "null"]})]
OutInteger = Annotated[int | str | None, Lenient(_number, {"type": ["integer", "string", "null"]})]
OutFlag = Annotated[bool | None, Lenient(_flag, _or_null("boolean"))]
OutJson = Annotated[Any, Lenient(untouched, {})]
OutList = Annotated[list[Any] | None, Lenient(_blank_is_none, _or_null("array"))]
OutObject = Annotated[dict[str, Any] | None, Lenient(_blank_is_none, _or_null("object"))]
One = Annotated[T | None, Shape()]
Many = Annotated[list[Annotated[T | None, Shape()]] | None, Shape()]


# --- reading a payload ---------------------------------------------------------------------------------------------


@cache
def reader(model: type[Output]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return the function that reads a payload in the shape of ``model``: every key that came, in its order.

    It reads in place: a payload was parsed for this one reading, and a copy of each line would cost as much again.
    """
    table = {name: _converter(info.annotation, info.metadata) for name, info in model.model_fields.items()}
    plans: dict[tuple[str, ...], list[_Step]] = {}

    def plan(keys: tuple[str, ...]) -> list[_Step]:
        converters = {key: table[key] if key in table else partial(untouched, key=key) for key in keys}
        if len(plans) >= _SHAPES:
            plans.clear()
        steps = [
            (key, convert, convert is _id or key not in table)
            for key, convert in converters.items()
            if convert is not untouched
        ]
        plans[keys] = steps
        return steps

    def read(payload: dict[str, Any]) -> dict[str, Any]:
        keys = tuple(payload)
        # The lines of a document have one shape: what has to be looked at in them is found out once.
        steps = plans.get(keys)
        for key, convert, text_stays in plan(keys) if steps is None else steps:
            value = payload[key]
            if type(value) is str:
                if not text_stays:
                    payload[key] = convert(value) if value else None
            elif type(value) not in _NEVER_CHANGED:
                payload[key] = convert(value)
        return payload

    return read


def _converter(annotation: Any, marks: list[Any]) -> Convert:
    """Return how a field of this annotation is read."""
    lenient = next((mark for mark in marks if isinstance(mark, Lenient)), None)
    if lenient:
        return lenient.convert
    model = model_in(annotation)
    if model is None or not issubclass(model, Output):
        return untouched
    read = reader(model)

    def one(value: Any) -> Any:
        return read(value) if type(value) is dict else _blank_is_none(value)

    def many(value: Any) -> Any:
        return [one(item) for item in value] if type(value) is list else _blank_is_none(value)

    return many if any(get_origin(part) is list for part in (annotation, *get_args(annotation))) else one
