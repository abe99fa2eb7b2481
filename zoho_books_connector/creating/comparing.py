"""Tells whether a record that Zoho holds can be the one that was sent.

Only what was sent and is echoed is compared; sums are never sent. Zoho may round an amount or tidy a text, so a record
that differs in such a field alone may still be ours, and one that differs in what Zoho keeps as it is cannot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

#: Steers the create and says nothing about the record.
_STEERING: Final = frozenset({"ignore_auto_number_generation"})
#: Lists of which Zoho answers more than was sent.
_PARTLY_SENT: Final = frozenset({"custom_fields", "item_custom_fields", "tags"})
#: What Zoho keeps as it was sent; a record that differs here is another one.
_TELLING: Final = ("customer_id", "contact_id", "contact_type", "date", "sku", "first_name", "last_name", "email")
_TELLING_OF_LINES: Final = ("item_id", "quantity")
#: An e-mail address means the same in any case.
_CASELESS: Final = frozenset({"email"})
_BLANK: Final = frozenset({"", "0", "false"})


def differing(sent: Mapping[str, Any], record: Mapping[str, Any]) -> list[str]:
    """Return the JSON pointers of what was sent and is echoed otherwise."""
    return list(_differing(sent, record, ""))


def is_another(sent: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Tell whether the record differs in something that Zoho keeps as it was sent."""
    if any(name in sent and name in record and not same(name, sent[name], record[name]) for name in _TELLING):
        return True
    lines, echoed = sent.get("line_items"), record.get("line_items")
    if not isinstance(lines, list) or not isinstance(echoed, list):
        return False
    return len(lines) != len(echoed) or any(_values(lines, name) - _values(echoed, name) for name in _TELLING_OF_LINES)


def same(name: str, sent: Any, echoed: Any) -> bool:
    """Tell whether a single value means what was sent; blanks of every type mean the same."""
    one, other = _text(sent), _text(echoed)
    if name in _CASELESS:
        one, other = one.casefold(), other.casefold()
    return one == other or (one in _BLANK and other in _BLANK) or _number(one) == _number(other) is not None


def _differing(sent: Mapping[str, Any], echoed: Mapping[str, Any], pointer: str) -> Iterator[str]:
    for name, value in sent.items():
        if name not in echoed or name in _STEERING:
            continue
        yield from _differing_value(name, value, echoed[name], f"{pointer}/{name}")


def _differing_value(name: str, sent: Any, echoed: Any, pointer: str) -> Iterator[str]:
    if isinstance(sent, Mapping):
        yield from _differing(sent, echoed, pointer) if isinstance(echoed, Mapping) else _unless_blank(sent, pointer)
    elif isinstance(sent, list):
        yield from _differing_list(name, sent, echoed if isinstance(echoed, list) else [], pointer)
    elif isinstance(echoed, Mapping | list) or not same(name, sent, echoed):
        yield pointer


def _differing_list(name: str, sent: Sequence[Any], echoed: Sequence[Any], pointer: str) -> Iterator[str]:
    if len(sent) != len(echoed) and name not in _PARTLY_SENT:
        yield pointer
        return
    left = list(echoed)
    for number, entry in enumerate(sent):
        place = next((at for at, other in enumerate(left) if _agrees(name, entry, other)), None)
        if place is None:
            yield f"{pointer}/{number}"
        else:
            del left[place]


def _agrees(name: str, sent: Any, echoed: Any) -> bool:
    if isinstance(sent, Mapping):
        # An entry that echoes nothing of what was sent says nothing for it.
        return isinstance(echoed, Mapping) and bool(sent.keys() & echoed.keys()) and not differing(sent, echoed)
    return not isinstance(echoed, Mapping | list) and same(name, sent, echoed)


def _unless_blank(sent: Mapping[str, Any], pointer: str) -> Iterator[str]:
    if sent:
        yield pointer


def _values(lines: Sequence[Any], name: str) -> Counter[str]:
    """Count the values of a field that lines carry."""
    return Counter(_plain(line[name]) for line in lines if isinstance(line, Mapping) and line.get(name) is not None)


def _plain(value: Any) -> str:
    text = _text(value)
    number = _number(text)
    return text if number is None else format(number[0].normalize(), "f")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).replace("\r\n", "\n").strip()


def _number(text: str) -> tuple[Decimal, str] | None:
    """Read an amount or a percentage, with the sign that tells them apart."""
    digits = text.removesuffix("%")
    if not digits.lstrip("-").replace(".", "", 1).isdecimal():
        return None
    try:
        return Decimal(digits), text[len(digits) :]
    except InvalidOperation:
        return None
