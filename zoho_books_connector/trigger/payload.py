"""From a proven body to plain JSON objects: the default payload, raw JSON, a form, or JSON inside a form field.

The body is read as UTF-8 whatever character set its header names: the header is not signed, so whoever repeats a
delivery may write anything there.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final

from zoho_books_connector.exact import EXACT_DIGITS, fraction, read_quickly
from zoho_books_connector.trigger.numbers import ID_KEYS, as_id, settle
from zoho_books_connector.trigger.refusals import refused
from zoho_books_connector.trigger.signature import Pairs, decode_pairs

_FORM: Final = "application/x-www-form-urlencoded"
#: The field in which older webhooks send their JSON.
JSON_FIELD: Final = "JSONString"
#: Half of an escaped pair, as it is left when a text with an emoji is cut off: not a character, and unfit for UTF-8.
#: The alternatives before it take what only looks like one: an escaped backslash, and a whole pair.
_LONE_SURROGATE: Final = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def media_type(content_type: str) -> str:
    """Return the media type without its parameters, as plain ASCII."""
    return content_type.partition(";")[0].strip().lower().encode("ascii", "replace").decode()


def is_form(content_type: str, body: bytes) -> bool:
    """Tell whether a body is a form. One that begins like JSON never is, whatever the unsigned header says."""
    return (
        not body.startswith(b"{") and media_type(content_type) == _FORM and not body.lstrip().startswith((b"{", b"["))
    )


def read_bodies(body: bytes, *, form: bool) -> list[dict[str, Any]]:
    """Return the JSON objects in a body that is not empty; raises ``WebhookRejectedError`` when there is none."""
    return _read_form(decode_pairs(body)) if form else _objects(_parse_bytes(body))


def _read_form(pairs: Pairs) -> list[dict[str, Any]]:
    fields = fold([(_text(key), _text(value)) for key, value in pairs])
    inner = fields.get(JSON_FIELD)
    if inner is None and len(fields) == 1:
        # The name of that field could be chosen by hand in older webhooks.
        only = next(iter(fields.values()))
        inner = only if isinstance(only, str) and only.lstrip().startswith("{") else None
    return _objects(parse_json(inner)) if isinstance(inner, str) and inner.strip() else [fields]


def fold(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return pairs as a mapping; a key that came several times has the list of its values."""
    folded: dict[str, list[str]] = {}
    for key, value in pairs:
        folded.setdefault(key, []).append(value)
    return {key: values[0] if len(values) == 1 else values for key, values in folded.items()}


def _parse_bytes(body: bytes) -> Any:
    """Parse JSON as ``parse_json`` does, in half the time where nothing in it is unusual."""
    with suppress(ValueError):
        value = read_quickly(body)
        settle(value)
        return value
    return parse_json(_text(body))


def parse_json(text: str) -> Any:
    """Parse JSON into what every JSON writer can write again: ids and long numbers are text, NaN is refused.

    Of equal keys the last one counts, as with most readers: a proven delivery is not dropped for its style.
    """
    try:
        return _DECODER.decode(_LONE_SURROGATE.sub(_mended, text) if "\\u" in text else text)
    except ValueError:
        raise refused("body_not_json") from None  # the cause would carry the body along
    except RecursionError:
        raise refused("body_too_deep") from None


def _objects(value: Any) -> list[dict[str, Any]]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, dict) for item in values):
        raise refused("body_not_object")
    return values


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: as_id(value) if key.endswith(ID_KEYS) else value for key, value in pairs}


def _whole(digits: str) -> int | str:
    """Longer numbers lose digits in hosts that read JSON numbers as binary floating point, and stay text."""
    return int(digits) if len(digits.lstrip("-")) <= EXACT_DIGITS else digits


def _constant(_name: str) -> Any:
    raise ValueError("NaN and infinities are not JSON")


def _mended(match: re.Match[str]) -> str:
    return r"\ufffd" if match[1] else match[0]


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused("body_not_utf8") from None  # the cause would carry the body along


#: Stateless, so one serves every thread.
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=fraction, parse_constant=_constant
)
