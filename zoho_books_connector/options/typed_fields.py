"""Custom fields as typed form fields: from Zoho's definition to JSON Schema, from values back to ``custom_fields``.

Pure: a host that has the choices of the source ``custom_field`` draws a form of them and writes what was filled in.
Types and their limits follow Zoho's help; the names of types in answers were seen in public recordings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from zoho_books_connector.boundary import Option
from zoho_books_connector.errors import FieldFault, InputError
from zoho_books_connector.options.reading import Record, flag_of, number_of, text_of

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
#: Zoho's name of a type → the JSON Schema of its value. A type that is not here is text.
TYPES: Final[Mapping[str, Schema]] = {
    "string": _TEXT | {"maxLength": 255},
    "multiline": _TEXT,
    "phone": _TEXT,
    "email": _TEXT | {"format": "email"},
    "url": _TEXT | {"format": "uri"},
    "number": {"type": "integer"},
    "decimal": {"type": "number"},
    "amount": {"type": "number"},
    "percent": {"type": "number"},
    "date": _TEXT | {"format": "date"},
    # Without seconds and offset, so it is not the format date-time of JSON Schema.
    "date_time": _TEXT | {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}$"},
    "check_box": {"type": "boolean"},
    "dropdown": _TEXT,
    "multiselect": {"type": "array", "uniqueItems": True, "items": _TEXT},
    "lookup": _TEXT | {"pattern": "^[0-9]{1,30}$", "description": "The id of the record."},
    "autonumber": _TEXT | {"readOnly": True},
    "formula": _TEXT | {"readOnly": True},
    "attachment": _TEXT | {"readOnly": True},
    "image": _TEXT | {"readOnly": True},
}
#: Other names of the same types.
_ALIASES: Final = {
    "text": "multiline",
    "singleline": "string",
    "textarea": "multiline",
    "textbox": "string",
    "datetime": "date_time",
    "checkbox": "check_box",
    "boolean": "check_box",
    "dropdownlist": "dropdown",
    "multiselectdropdown": "multiselect",
    "autogenerate": "autonumber",
    "file": "attachment",
}
_PLAIN_NAMES: Final = {name.replace("_", ""): name for name in TYPES}
#: What names a field to Zoho, the surest first.
_NAMES: Final = ("customfield_id", "api_name", "index", "label")


def typed(definition: Record) -> Option | None:
    """Return a definition as a choice; ``None`` for one that nothing names.

    ``data`` holds the ``schema`` of the value, whether it is ``mandatory``, Zoho's ``data_type``, and what names the
    field: ``customfield_id``, ``api_name``, ``index`` and ``label``, as far as they are known.
    """
    names = dict(_named(definition))
    if not names:
        return None
    label = text_of(definition.get("label")) or str(names.get("api_name") or next(iter(names.values())))
    kind = text_of(definition.get("data_type")).lower()
    mandatory = flag_of(definition.get("is_mandatory")) is True
    data = {"schema": _schema(definition, kind, label), "mandatory": mandatory, "data_type": kind, **names}
    detail = ", ".join(filter(None, (kind.replace("_", " "), "mandatory" if mandatory else "")))
    return Option(str(next(iter(names.values()))), label, detail, data)


def object_schema(options: Iterable[Option]) -> Schema:
    """Return the JSON Schema of an object that holds a value for each field."""
    fields = {name_of(option): option for option in options}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, option in fields.items() if option.data["mandatory"] and not _is_read_only(option)],
        "properties": {name: option.data["schema"] for name, option in fields.items()},
    }


def custom_fields_of(options: Iterable[Option], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return ``values``, an object in the shape of ``object_schema``, as the ``custom_fields`` of an action.

    Blank values and fields that only Zoho fills in are left out; an unknown name raises ``InputError``.
    """
    fields = {name_of(option): option for option in options}
    unknown = [name for name in values if name not in fields]
    if unknown:
        raise InputError(
            "custom_field_unknown",
            "There is no such custom field.",
            "Ask for the custom fields of the module again.",
            fields=tuple(FieldFault(f"/{name}", "is not a custom field of this module") for name in unknown),
        )
    return [
        {**_address(fields[name]), "value": value}
        for name, value in values.items()
        if value not in (None, "", []) and not _is_read_only(fields[name])
    ]


def name_of(option: Option) -> str:
    """Return the name of a field's property: its API name where there is one."""
    return str(option.data.get("api_name") or option.value)


def _address(option: Option) -> dict[str, Any]:
    name = next(name for name in _NAMES if name in option.data)
    return {name: option.data[name]}


def _is_read_only(option: Option) -> bool:
    return option.data["schema"].get("readOnly") is True


def _named(definition: Record) -> Iterator[tuple[str, Any]]:
    identity = text_of(definition.get("customfield_id")) or text_of(definition.get("field_id"))
    index = number_of(definition.get("index"))
    if identity:
        yield "customfield_id", identity
    if api_name := text_of(definition.get("api_name")) or text_of(definition.get("placeholder")):
        yield "api_name", api_name
    if isinstance(index, int):
        yield "index", index
    if label := text_of(definition.get("label")):
        yield "label", label


def _known(kind: str) -> str:
    plain = kind.replace("_", "").replace("-", "").replace(" ", "")
    name = _ALIASES.get(plain, plain)
    return _PLAIN_NAMES.get(name.replace("_", ""), "text")


def _schema(definition: Record, kind: str, label: str) -> Schema:
    """Return the schema of a value, choices and help of this very field included."""
    name = _known(kind)
    schema: Schema = {"title": label, **TYPES.get(name, _TEXT)}
    choices = [{"const": choice, "title": choice} for choice in _choices(definition)]
    if choices and name == "dropdown":
        schema |= {"oneOf": choices}
    if choices and name == "multiselect":
        schema |= {"items": _TEXT | {"oneOf": choices}}
    if help_text := text_of(definition.get("help_text")):
        schema |= {"description": help_text}
    longest = number_of(definition.get("max_length"))
    if schema["type"] == "string" and isinstance(longest, int) and longest > 0:
        schema |= {"maxLength": longest}
    return schema


def _choices(definition: Record) -> list[str]:
    """Return what a dropdown offers; its entries are texts, or objects that hold their text under one of some names."""
    entries = next((found for name in ("values", "options") if isinstance(found := definition.get(name), list)), [])
    texts = (_choice(entry) for entry in entries)
    return list(dict.fromkeys(filter(None, texts)))


def _choice(entry: object) -> str:
    if not isinstance(entry, Mapping):
        return text_of(entry)
    if flag_of(entry.get("is_active")) is False:
        return ""
    return next((text for name in ("name", "value", "option_name") if (text := text_of(entry.get(name)))), "")
