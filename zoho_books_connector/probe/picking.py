"""The questions about the lists that forms pick from; reading settles them."""

from __future__ import annotations

from zoho_books_connector.probe.findings import Observation, UnsettledError
from zoho_books_connector.probe.lab import Lab
from zoho_books_connector.probe.wire import Answer

_CUSTOM_FIELDS = "/settings/preferences/customfields"
_ABSENT = frozenset({404, 405})


def contact_type_filter(lab: Lab) -> Observation:
    """List vendors, and look for customers among them."""
    answer = lab.wire.get("/contacts", contact_type="vendor", page="1", per_page="200").required()
    kinds = {str(row.get("contact_type")) for row in answer.body.get("contacts") or () if isinstance(row, dict)}
    if not kinds:
        raise UnsettledError("The organization has no vendor.")
    return Observation("exact" if kinds == {"vendor"} else "leaks", f"{answer}, listed: {', '.join(sorted(kinds))}")


def salespersons(lab: Lab) -> Observation:
    """List salespersons."""
    answer = lab.wire.get("/salespersons", page="1", per_page="1")
    keys = [key for key in ("data", "salespersons") if isinstance(answer.body.get(key), list)]
    if not keys:
        raise UnsettledError(f"The answer {answer} carries no list of salespersons.")
    return Observation(keys[0], f"{answer}, under {keys[0]}")


def custom_field_list(lab: Lab) -> Observation:
    """List the custom fields of contacts."""
    answer = _custom_fields(lab)
    if answer.succeeded:
        return Observation("listed", str(answer))
    if answer.status in _ABSENT or answer.code == 5:
        return Observation("unknown_address", str(answer))
    raise UnsettledError(f"The list was answered {answer}.")


def custom_field_answer(lab: Lab) -> Observation:
    """Look at the shape of that list."""
    held = _custom_fields(lab).body.get("customfields")
    if isinstance(held, list):
        return Observation("list", "customfields is a list")
    if isinstance(held, dict):
        return Observation("by_module", f"customfields is an object with {len(held)} keys")
    raise UnsettledError("The answer carries no custom fields.")


def _custom_fields(lab: Lab) -> Answer:
    return lab.once("custom fields", lambda: lab.wire.get(_CUSTOM_FIELDS, entity="contact"))
