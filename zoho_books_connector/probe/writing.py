"""The questions that need records to be created; everything that is created carries the probe's suffix."""

from __future__ import annotations

from typing import Any

from zoho_books_connector.probe.findings import Observation, UnsettledError
from zoho_books_connector.probe.lab import MADE_UP_ID, Lab, record_in
from zoho_books_connector.probe.reading import object_or_list
from zoho_books_connector.probe.wire import Answer

_CONTACT_EXISTS = 3062
_NOT_THE_NEXT_NUMBER = 4097


def listing_lag(lab: Lab) -> Observation:
    """Look a contact up right after its create."""
    lab.contact()
    found = lab.named().body.get("contacts") or []
    listed = any(str(row.get("contact_name")) == lab.name for row in found if isinstance(row, dict))
    return Observation(0 if listed else 2, "found at once" if listed else "not found by the next call")


def contact_names(lab: Lab) -> Observation:
    """Create a second contact of the same name."""
    lab.contact()
    answer = lab.create("contact", {"contact_name": lab.name, "contact_type": "customer"})
    if answer.succeeded:
        return Observation("repeatable", str(answer))
    if answer.code != _CONTACT_EXISTS:
        raise UnsettledError(f"The second contact of the same name was answered {answer}.")
    return Observation("unique", str(answer))


def null_on_update(lab: Lab) -> Observation:
    """Send null for a contact's notes."""
    answer = lab.wire.put(f"/contacts/{lab.contact_id()}", {"notes": None}).required()
    cleared = not record_in(answer, "contact").get("notes")
    return Observation("clears" if cleared else "ignored", f"{answer}, notes {'blank' if cleared else 'kept'}")


def edition_fields(lab: Lab) -> Observation:
    """Create a contact with a field of another country's edition."""
    lab.contact()  # whoever cannot create that one need not try another
    country = _country(lab)
    name, value = ("gst_treatment", "business_none") if country in ("GB", "UK") else ("vat_treatment", "uk")
    answer = lab.create("contact", {"contact_name": f"{lab.name} B", "contact_type": "customer", name: value})
    if not answer.succeeded:
        _refusal(answer)
        return Observation("refused", f"{name} in edition {country}: {answer}")
    kept = record_in(answer, "contact").get(name) == value
    return Observation("kept" if kept else "dropped", f"{name} in edition {country}: {answer}")


def contact_person_answer(lab: Lab) -> Observation:
    """Create a contact person."""
    return object_or_list(lab.person(), "contact_person")


def person_email(lab: Lab) -> Observation:
    """Create a second person with the same e-mail address."""
    lab.person()
    return _accepted(lab.wire.post("/contacts/contactpersons", lab.person_body()))


def person_update(lab: Lab) -> Observation:
    """Send a contact person's mobile number alone."""
    person_id = record_in(lab.person(), "contact_person").get("contact_person_id")
    return _partial(lab.wire.put(f"/contacts/contactpersons/{person_id}", {"mobile": "5550100"}))


def item_duplicate(lab: Lab) -> Observation:
    """Create a second item of the same name."""
    lab.item()
    answer = lab.create("item", {"name": lab.name, "rate": 10})
    return Observation("accepted" if answer.succeeded else answer.code, str(answer))


def item_update(lab: Lab) -> Observation:
    """Send an item's description alone."""
    return _partial(lab.wire.put(f"/items/{lab.item_id()}", {"description": "probe"}))


def numbering(lab: Lab) -> Observation:
    """Create a sales order with a number of our own, without the flag."""
    answer = lab.numbered_order()
    if answer.succeeded:
        return Observation("off", str(answer))
    if answer.code != _NOT_THE_NEXT_NUMBER:
        raise UnsettledError(f"The sales order with a number was answered {answer}.")
    return Observation("on", str(answer))


def sales_order_answer(lab: Lab) -> Observation:
    """Create a sales order."""
    return object_or_list(lab.order(), "salesorder")


def order_without_lines(lab: Lab) -> Observation:
    """Create a sales order without lines."""
    return _accepted(lab.create_document("salesorder", line_items=[]))


def lines_without_item(lab: Lab) -> Observation:
    """Create an invoice whose line has a name and no item."""
    return _accepted(lab.create_document("invoice", line_items=[{"name": "Probe", "rate": 10, "quantity": 1}]))


def missing_item(lab: Lab) -> Observation:
    """Create an invoice with an item that nobody has."""
    answer = lab.create_document("invoice", line_items=[{"item_id": MADE_UP_ID, "quantity": 1}])
    return _refused_as(answer)


def missing_reference(lab: Lab) -> Observation:
    """Create an invoice for a customer that nobody has."""
    answer = lab.create_document("invoice", customer_id=MADE_UP_ID)
    if answer.succeeded:
        raise UnsettledError("An invoice for a made-up customer was created.")
    agrees = (answer.status, answer.code) == (400, 1002)
    return Observation(f"{answer.status} with code {answer.code}", str(answer), agrees=agrees)


def discount_types(lab: Lab) -> Observation:
    """Create an invoice with a discount on its line while the type says entity_level."""
    line: dict[str, Any] = {"item_id": lab.item_id(), "quantity": 2, "rate": 10, "discount": "10%"}
    answer = lab.create_document("invoice", discount_type="entity_level", line_items=[line]).required()
    lines = record_in(answer, "invoice").get("line_items") or [{}]
    total = lines[0].get("item_total")
    if total not in (18, 20, "18.00", "20.00", "18", "20", "18.0", "20.0"):
        raise UnsettledError("The line's total is neither with nor without the discount.")
    ignored = float(total) == 20
    return Observation("ignored" if ignored else "counted", f"{answer}, item_total of the line", agrees=ignored)


def _refused_as(answer: Answer) -> Observation:
    if answer.succeeded:
        raise UnsettledError("It was created all the same.")
    return Observation(_refusal(answer).status, str(answer))


def _accepted(answer: Answer) -> Observation:
    return Observation(_word(answer, "accepted", "refused"), str(answer))


def _partial(answer: Answer) -> Observation:
    return Observation(_word(answer, "partial", "whole"), str(answer))


def _word(answer: Answer, success: str, refusal: str) -> str:
    if answer.succeeded:
        return success
    _refusal(answer)
    return refusal


def _refusal(answer: Answer) -> Answer:
    """Return an answer that refuses what was asked, as against one that failed or cannot be read."""
    if answer.code is None or not 400 <= answer.status < 500:
        raise UnsettledError(f"It was answered {answer}, which is no refusal.")
    return answer


def _country(lab: Lab) -> str:
    answer = lab.once("organizations", lambda: lab.wire.get("/organizations").required())
    for row in answer.body.get("organizations") or []:
        if str(row.get("organization_id")) == lab.wire.organization_id:
            return str(row.get("country_code") or row.get("country") or "unknown")
    raise UnsettledError("The organization's country is unknown.")
