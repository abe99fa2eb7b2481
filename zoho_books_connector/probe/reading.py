"""The questions that reading alone can settle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from zoho_books_connector.api.modules import ENVELOPE
from zoho_books_connector.probe.findings import Observation, UnsettledError
from zoho_books_connector.probe.lab import MADE_UP_ID, Lab, record_in
from zoho_books_connector.probe.wire import Answer
from zoho_books_connector.sandbox.record_fields import blank


def quota_headers(lab: Lab) -> Observation:
    """Look for the headers of the daily quota on an ordinary answer."""
    headers = lab.contact().headers if lab.write else lab.listed("/contacts").headers
    found = sorted(name for name in headers if name.startswith("x-rate-limit-"))
    return Observation("present" if found else "absent", f"headers: {', '.join(found) or 'none of them'}")


def missing_record(lab: Lab) -> Observation:
    """Read a contact that nobody has."""
    answer = lab.wire.get(f"/contacts/{MADE_UP_ID}")
    if answer.succeeded:
        raise UnsettledError("The made-up id was answered with success.")
    return Observation(answer.status, str(answer))


def unknown_token(lab: Lab) -> Observation:
    """Read with a made-up token."""
    answer = lab.wire.get_with_made_up_token("/contacts")
    if answer.code is None:
        raise UnsettledError(f"The made-up token was answered {answer}, without a code.")
    return Observation(answer.code, str(answer))


def answered_scope(lab: Lab) -> Observation:
    """Look whether the scope came with the stored tokens."""
    stored = lab.tokens()
    if stored is None:
        raise UnsettledError("No tokens are stored.")
    return Observation("present" if stored.scope else "absent", "the stored token answer, no call")


def blanks(lab: Lab) -> Observation:
    """Look at fields of a contact that hold no text and are blank."""
    if lab.write:
        contact = record_in(lab.contact(), "contact")
    else:
        first = lab.first("/contacts", "contact")
        contact = record_in(lab.read(f"/contacts/{first.get('contact_id')}"), "contact")
    kinds = {name: value for name, value in blank("contact").items() if not isinstance(value, str)}
    as_text = sorted(name for name in kinds if contact.get(name) == "")
    if as_text:
        return Observation("empty_text", f"empty text in {', '.join(as_text[:5])}")
    typed = sorted(name for name, value in kinds.items() if name in contact and contact[name] == value)
    if not typed:
        raise UnsettledError("The contact has no blank field that is not text.")
    return Observation("typed", f"blank in its own type: {', '.join(typed[:5])}")


def document_amounts(lab: Lab) -> Observation:
    """Look at the JSON types of an invoice's amounts."""
    if lab.write:
        invoice = record_in(lab.invoice(), "invoice")
    else:
        first = lab.first("/invoices", "invoice")
        invoice = record_in(lab.read(f"/invoices/{first.get('invoice_id')}"), "invoice")
    kinds: dict[str, str] = {name: _kind(invoice[name]) for name in ("total", "balance") if name in invoice}
    if not kinds:
        raise UnsettledError("The invoice carries neither total nor balance.")
    return Observation("text" if "text" in kinds.values() else "number", _listed(kinds))


def numeric_ids(lab: Lab) -> Observation:
    """Look at every id that the answers of this run carried; asked last."""
    seen: Counter[tuple[str, str]] = Counter()
    for body in lab.wire.bodies:
        seen.update((name, _kind(value)) for name, value in _ids(body))
    if not seen:
        raise UnsettledError("No answer carried an id.")
    as_numbers = sorted({name for name, kind in seen if kind == "number"})
    total = f"{sum(seen.values())} ids seen"
    if as_numbers:
        return Observation("some", f"{total}, numbers in {', '.join(as_numbers[:5])}")
    return Observation("never", f"{total}, all of them text")


def unknown_filters(lab: Lab) -> Observation:
    """List contacts with a parameter that is no filter."""
    answer = lab.wire.get("/contacts", page="1", per_page="1", connector_probe="none")
    if not answer.succeeded:
        return Observation("refused", str(answer), agrees=False)
    rows = answer.body.get("contacts")
    if not rows:
        raise UnsettledError("The organization has no contact.")
    return Observation("ignored", f"{answer}, {len(rows)} record returned")


def chart_of_account(lab: Lab) -> Observation:
    """Read an account by id."""
    first = lab.first("/chartofaccounts", "account")
    return _wrapper(lab.read(f"/chartofaccounts/{first.get('account_id')}"), "account_id")


def bank_rule(lab: Lab) -> Observation:
    """Read a bank rule by id."""
    account = lab.first("/bankaccounts", "bank account")
    rule = lab.first("/bankaccounts/rules", "bank rule", account_id=str(account.get("account_id")))
    return _wrapper(lab.read(f"/bankaccounts/rules/{rule.get('rule_id')}"), "rule_id")


def fixed_asset(lab: Lab) -> Observation:
    """Read a fixed asset by id."""
    first = lab.first("/fixedassets", "fixed asset")
    return _wrapper(lab.read(f"/fixedassets/{first.get('fixed_asset_id')}"), "fixed_asset_id")


def known_filters(lab: Lab) -> Observation:
    """List contacts by a name, and look for others among them."""
    if not lab.write:
        lab.first("/contacts", "contact")
    rows = [row for row in lab.named().body.get("contacts") or () if isinstance(row, dict)]
    others = [row for row in rows if str(row.get("contact_name")) != lab.name]
    return Observation("ignored" if others else "honoured", f"{len(rows)} listed, {len(others)} of another name")


def contact_person_read(lab: Lab) -> Observation:
    """Read a contact person by id."""
    return object_or_list(_person(lab), "contact_person")


def person_times(lab: Lab) -> Observation:
    """Look for the time of creation on a contact person."""
    person = record_in(lab.person() if lab.write else _person(lab), "contact_person")
    found = [name for name in ("created_time", "last_modified_time") if person.get(name)]
    return Observation("present" if found else "absent", f"carries {', '.join(found) or 'neither time'}")


def sales_order_read(lab: Lab) -> Observation:
    """Read a sales order by id."""
    first = lab.first("/salesorders", "sales order")
    return object_or_list(lab.read(f"/salesorders/{first.get('salesorder_id')}"), "salesorder")


def object_or_list(answer: Answer, key: str) -> Observation:
    """Say how an answer carries its record."""
    record = answer.body.get(key)
    if isinstance(record, dict):
        return Observation("object", f"{answer}, {key} is an object")
    if isinstance(record, list):
        return Observation("list", f"{answer}, {key} is a list")
    raise UnsettledError(f"The answer carries no record under {key}; keys: {_keys(answer)}.")


def _person(lab: Lab) -> Answer:
    contact = lab.first("/contacts", "contact")
    persons = f"/contacts/{contact.get('contact_id')}/contactpersons"
    person = lab.first(persons, "contact person at its first contact")
    return lab.read(f"{persons}/{person.get('contact_person_id')}")


def _wrapper(answer: Answer, id_field: str) -> Observation:
    if id_field in answer.body:
        return Observation("flat", f"{answer}, {id_field} beside code")
    keys = [key for key in answer.body if key not in ENVELOPE]
    if len(keys) != 1:
        raise UnsettledError(f"The answer's record cannot be told; keys: {_keys(answer)}.")
    return Observation(keys[0], f"{answer}, under {keys[0]}")


def _keys(answer: Answer) -> str:
    return ", ".join(sorted(answer.body)) or "none"


def _kind(value: Any) -> str:
    return "text" if isinstance(value, str) else "number"


def _listed(kinds: dict[str, str]) -> str:
    return ", ".join(f"{name}: {kind}" for name, kind in kinds.items())


def _ids(value: Any) -> Iterator[tuple[str, Any]]:
    """Ids of records: whatever a key that ends in ``_id`` holds, the organization's own fields left out."""
    if isinstance(value, list):
        for entry in value:
            yield from _ids(entry)
    elif isinstance(value, dict):
        for name, entry in value.items():
            if name.endswith("_id") and not name.startswith("cf_") and entry not in ("", None):
                yield name, entry
            else:
                yield from _ids(entry)


Ask = Callable[[Lab], Observation]
