"""The value types of inputs: ids, amounts, discounts, dates and text, and the marks that a field carries."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from zoho_books_connector.exact import EXACT_DIGITS, shortest

#: More cannot be written as a JSON number that every reader reads back unchanged.
AMOUNT_DIGITS: Final = EXACT_DIGITS

#: Below it, a JSON number of up to three decimals reaches us unrounded, though it is read through a float, and has no
#: more than fifteen digits.
FLOAT_BOUND: Final = 10**12

ID_PATTERN: Final = "^[0-9]{1,25}$"
DECIMAL_PATTERN: Final = r"^-?[0-9]+(\.[0-9]+)?$"
PERCENT_PATTERN: Final = r"^[0-9]+(\.[0-9]+)?%$"
DISCOUNT_PATTERN: Final = f"{DECIMAL_PATTERN}|{PERCENT_PATTERN}"
EMAIL_PATTERN: Final = r"^[^@\s]+@[^@\s]+$"
API_NAME_PATTERN: Final = "^cm_[A-Za-z0-9_]{1,97}$"

ID_FAULT: Final = "must be an id: up to 25 digits, as text or as a whole number"
AMOUNT_FAULT: Final = 'must be a number, or a decimal text such as "12.50", of at most 15 digits'
DISCOUNT_FAULT: Final = 'must be a percentage such as "12.5%", or an amount of at most 15 digits'
DATE_FAULT: Final = "must be a date of the calendar written yyyy-mm-dd"
EMAIL_FAULT: Final = "must be one e-mail address of at most 100 characters"
VALUE_FAULT: Final = "must be text, a number, true or false, or a list of texts"


# --- where a field goes, and what a form should know of it ---------------------------------------------------------


@dataclass(frozen=True)
class Path:
    """The field is a part of the URL's path, not of the body."""


@dataclass(frozen=True)
class Query:
    """The field is a query parameter, not part of the body; ``name`` where the parameter is called otherwise."""

    name: str | None = None


@dataclass(frozen=True)
class ConnectorOnly:
    """The field steers the connector and is not sent."""


def about(
    description: str = "",
    *,
    editions: tuple[str, ...] = (),
    advanced: bool = False,
    options: str = "",
    depends_on: tuple[str, ...] = (),
    given: Mapping[str, str] | None = None,
) -> Any:
    """Describe a field.

    ``editions`` are the country editions of Zoho Books that know the field; ``advanced`` moves it out of the way of
    those who do not need it; ``options`` names the option source of its picker, which ``depends_on`` other fields, or
    on what this very field says: ``given``.
    """
    marks: dict[str, Any] = {}
    if editions:
        marks["x-editions"] = list(editions)
    if advanced:
        marks["x-advanced"] = True
    if options:
        parts = {"source": options, "depends_on": list(depends_on), "with": dict(given or {})}
        marks["x-options"] = {name: part for name, part in parts.items() if part}
    return Field(description=description or None, json_schema_extra=marks or None)


# --- types ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Type:
    """A type told twice: to the validator, and to readers of the JSON Schema."""

    core: Callable[[], CoreSchema]
    json: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return self.core()

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.json)


def _first_of(fault: str, *choices: CoreSchema, **options: Any) -> CoreSchema:
    """Take the first choice that fits, and tell one fault when none does."""
    return core_schema.union_schema(
        list(choices), mode="left_to_right", custom_error_type="expected", custom_error_message=fault, **options
    )


def _matching(pattern: str) -> CoreSchema:
    return core_schema.str_schema(strict=True, pattern=pattern)


def _number(value: Decimal) -> int | float:
    """Write a decimal as a JSON number: 15 digits survive the way through a float."""
    return shortest(float(value))


_BOUND: Final = 10**AMOUNT_DIGITS - 1
_AS_NUMBER: Final = core_schema.plain_serializer_function_ser_schema(_number)


def _numbers() -> list[CoreSchema]:
    """Whole numbers, decimals and decimal text, each read without loss; Decimal's own syntax is wider than ours."""
    whole = core_schema.int_schema(strict=True, ge=-_BOUND, le=_BOUND)
    exact = core_schema.decimal_schema(
        strict=False, max_digits=AMOUNT_DIGITS, allow_inf_nan=False, serialization=_AS_NUMBER
    )
    # Counting digits is dear, and validation.py lets no float through here that has too many.
    short = core_schema.decimal_schema(strict=False, serialization=_AS_NUMBER)
    return [
        whole,
        core_schema.chain_schema([core_schema.float_schema(strict=True, gt=-FLOAT_BOUND, lt=FLOAT_BOUND), short]),
        core_schema.chain_schema([_matching(DECIMAL_PATTERN), exact]),
    ]


def _id() -> CoreSchema:
    whole = core_schema.int_schema(strict=True, ge=0, lt=10**25)
    as_text = core_schema.chain_schema([whole, core_schema.no_info_plain_validator_function(str)])
    return _first_of(ID_FAULT, _matching(ID_PATTERN), as_text, serialization=core_schema.to_string_ser_schema())


def _amount() -> CoreSchema:
    return _first_of(AMOUNT_FAULT, *_numbers())


def _discount() -> CoreSchema:
    return _first_of(DISCOUNT_FAULT, _matching(PERCENT_PATTERN), *_numbers())


def _date() -> CoreSchema:
    day = core_schema.chain_schema([_matching(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), core_schema.date_schema(strict=False)])
    return core_schema.custom_error_schema(day, custom_error_type="expected", custom_error_message=DATE_FAULT)


def _email() -> CoreSchema:
    address = core_schema.str_schema(strict=True, pattern=EMAIL_PATTERN, max_length=100)
    return core_schema.custom_error_schema(address, custom_error_type="expected", custom_error_message=EMAIL_FAULT)


def _custom_value() -> CoreSchema:
    number = _numbers()[:2]
    text = _matching(r"\S")
    texts = core_schema.list_schema(text, strict=True)
    return _first_of(VALUE_FAULT, text, core_schema.bool_schema(strict=True), *number, texts)


def _text(limit: int | None = None) -> _Type:
    """Text with something in it: blank text means "not given" and never reaches Zoho."""
    size: dict[str, Any] = {"maxLength": limit} if limit else {}
    return _Type(
        lambda: core_schema.str_schema(strict=True, pattern=r"\S", max_length=limit),
        {"type": "string", "minLength": 1, **size, "pattern": r"\S"},
    )


_DECIMAL_JSON: Final = {
    "type": ["number", "string"],
    "pattern": DECIMAL_PATTERN,
    "maxLength": AMOUNT_DIGITS,
    "minimum": -_BOUND,
    "maximum": _BOUND,
}

#: Digits as text; a whole number is taken and turned to text, a float never.
Id = Annotated[str, _Type(_id, {"type": ["string", "integer"], "pattern": ID_PATTERN, "minimum": 0})]
#: Exact inside, a JSON number outside.
Amount = Annotated[int | Decimal, _Type(_amount, _DECIMAL_JSON)]
#: "12.5%" or an amount.
Discount = Annotated[str | int | Decimal, _Type(_discount, _DECIMAL_JSON | {"pattern": DISCOUNT_PATTERN})]
Date = Annotated[datetime.date, _Type(_date, {"type": "string", "format": "date"})]
Email = Annotated[str, _Type(_email, {"type": "string", "maxLength": 100, "pattern": EMAIL_PATTERN})]
#: The value of a custom field: what it may be depends on the kind of field.
CustomValue = Annotated[
    str | bool | int | Decimal | list[str],
    _Type(
        _custom_value,
        {
            "type": ["string", "number", "boolean", "array"],
            "pattern": r"\S",
            "minimum": -_BOUND,
            "maximum": _BOUND,
            "items": {"type": "string", "pattern": r"\S"},
        },
    ),
]

Text = Annotated[str, _text()]
Text25 = Annotated[str, _text(25)]
Text50 = Annotated[str, _text(50)]
Text100 = Annotated[str, _text(100)]
Text200 = Annotated[str, _text(200)]
Text255 = Annotated[str, _text(255)]
Text500 = Annotated[str, _text(500)]
Text2000 = Annotated[str, _text(2000)]
#: The name of a custom module in URLs. Nothing in it can leave the path segment or name another module.
ApiName = Annotated[
    str,
    _Type(
        lambda: core_schema.custom_error_schema(
            core_schema.str_schema(strict=True, pattern=API_NAME_PATTERN),
            custom_error_type="expected",
            custom_error_message="must be the API name of a custom module: cm_, then letters, digits and underscores",
        ),
        {"type": "string", "pattern": API_NAME_PATTERN},
    ),
]
